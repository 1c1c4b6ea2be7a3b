"""The command line: exit codes, one line a fault, the same bytes, and never a traceback."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from discharge import __version__
from discharge.cli import main
from discharge.matching.propose import propose
from discharge.model.files import case_sha256, read_case, read_plan, write_plan
from tests.builders import DESIGNATED, Json, beds, case_json, free, hot, person, positive, setting
from tests.model.broken_cases import BROKEN, NOT_A_CASE
from tests.over import over

ROOT = Path(__file__).parents[1]
RUN = "import sys; from discharge.cli import main; sys.exit(main())"

OWN_RULES = """\
name = "our-hub"
title = "Our hub"
base = "england-2024-04-01"

[stale_hours]
value = 1
source = "Our hub"
"""


def write(folder: Path, data: Json | bytes, name: str = "case.json") -> Path:
    """A case file; bytes as they are."""
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return file


def run(
    *arguments: object, seed: int = 0, stdout: int | IO[bytes] = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    command = [sys.executable, "-c", RUN, *map(str, arguments)]
    env = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False, cwd=ROOT, env=env)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A case with one placed in two stays, one placed, one going home."""
    people = [
        person("P1", observations=[positive(-3)]),
        person("P2", pathway="P1", observations=[positive(-3)]),
    ]
    return write(
        tmp_path, case_json(people, [hot("HOT", beds(free=[free(count=2)])), setting()], rule_set=DESIGNATED)
    )


# --- propose ------------------------------------------------------------------------------------------


def test_propose_prints_the_plan(whole: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["propose", str(whole)]) == 0
    out, err = capfdbinary.readouterr()
    plan = read_plan(out)
    assert err == b""
    assert plan.case_sha256 == case_sha256(whole.read_bytes())
    assert out == write_plan(propose(read_case(whole.read_bytes()), sha256=plan.case_sha256))


def test_propose_writes_the_plan_where_it_is_told_and_prints_nothing(
    whole: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    out = tmp_path / "plan.json"
    out.write_text("an older plan that is much longer than the new one" * 1000)
    assert main(["propose", str(whole), "--out", str(out)]) == 0
    assert capfdbinary.readouterr() == (b"", b"")
    assert main(["propose", str(whole)]) == 0
    assert capfdbinary.readouterr().out == out.read_bytes()


@pytest.mark.whole
def test_the_program_prints_the_same_bytes_in_every_process(
    whole: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    there = run("propose", whole, seed=4242)
    assert main(["propose", str(whole)]) == 0
    assert (there.returncode, there.stderr) == (0, b"")
    assert there.stdout == capsysbinary.readouterr().out
    assert read_plan(there.stdout).status == "optimal"


@pytest.mark.whole
def test_a_name_that_is_not_ascii_is_printed_whatever_the_locale(tmp_path: Path) -> None:
    file = write(tmp_path, case_json([person("Zoë")], [setting("Čapek", name="Domov č. 1")]))
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-c", RUN, "propose", str(file)]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=env)
    assert "Zoë" in done.stdout.decode("utf-8")


def test_a_time_limit_is_a_number_of_seconds(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["propose", str(whole), "--time-limit", "20", "--out", str(whole.parent / "p.json")]) == 0
    for wrong in ("0", "-1", "soon", "nan", "inf"):
        with pytest.raises(SystemExit) as caught:
            main(["propose", str(whole), f"--time-limit={wrong}"])
        assert caught.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


# --- broken input -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["propose", "verify", "explain"])
def test_a_broken_case_ends_with_2_and_one_line_a_fault(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = case_json([person(priority=9), person("P2", born="never")])
    file = write(tmp_path, data)
    more = {"propose": [], "verify": [str(file)], "explain": ["P1"]}[command]
    assert main([command, str(file), *more]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    paths = sorted(line.split(":")[0] for line in err.splitlines())
    assert paths == ["patients[0].priority", "patients[1].born"]


@over("what", [*BROKEN, *NOT_A_CASE])
@pytest.mark.whole
def test_no_broken_case_gets_a_plan_or_a_traceback(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, BROKEN[what].content() if what in BROKEN else NOT_A_CASE[what])
    assert main(["propose", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    for line in err.splitlines():
        where, _, mend = line.partition("; ")
        assert ": " in where, line
        assert mend, line


@pytest.mark.whole
def test_fifty_megabytes_nested_deep_end_with_2_in_a_process_of_their_own(tmp_path: Path) -> None:
    done = run("propose", write(tmp_path, b"[" * 50_000_000))
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    assert b"nested too deep" in done.stderr


@pytest.mark.parametrize("command", ["propose", "verify", "explain"])
def test_a_file_that_can_t_be_read_is_named_with_the_mend(
    command: str, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = {"propose": [], "verify": [str(whole)], "explain": ["P1"]}[command]
    for file in (tmp_path / "none.json", tmp_path, whole / "below"):
        assert main([command, str(file), *more]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"{file}: can't be read: ")
        assert len(err.splitlines()) == 1


def test_a_command_that_isn_t_one_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["purpose"], ["propose"], ["explain", "case.json"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
    assert "usage: discharge" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert __version__ in capsys.readouterr().out


# --- where it can't write -----------------------------------------------------------------------------


def test_a_place_that_can_t_be_written_is_told_in_a_sentence(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (tmp_path, tmp_path / "none" / "plan.json", whole / "plan.json"):
        assert main(["propose", str(whole), "--out", str(place)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert str(place) in err
        assert "can't be written" in err
        assert len(err.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.whole
def test_a_full_disk_is_told_in_a_sentence(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["propose", str(whole), "--out", "/dev/full"]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "no space left" in said
    with Path("/dev/full").open("wb") as full:
        done = run("propose", whole, stdout=full)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder_is_told_in_a_sentence(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o500)
    assert main(["propose", str(whole), "--out", str(folder / "plan.json")]) == 2
    assert "permission denied" in capsys.readouterr().err


def test_a_plan_that_could_not_be_made_leaves_an_older_one_alone(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    out.write_text("the older plan")
    assert main(["propose", str(write(tmp_path, b"{}")), "--out", str(out)]) == 2
    assert out.read_text() == "the older plan"


@pytest.mark.whole
def test_a_reader_that_has_seen_enough_is_no_error(whole: Path) -> None:
    command = (
        f"{shlex.quote(sys.executable)} -c {shlex.quote(RUN)} propose {shlex.quote(str(whole))} | head -c 1"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, cwd=ROOT)
    assert done.stdout == b"{"
    assert b"Traceback" not in done.stderr


# --- verify -------------------------------------------------------------------------------------------


def made(whole: Path) -> Path:
    out = whole.parent / "plan.json"
    assert main(["propose", str(whole), "--out", str(out)]) == 0
    return out


def test_verify_is_silent_about_a_plan_that_keeps_every_rule(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(whole), str(made(whole))]) == 0
    assert capsys.readouterr() == ("", "")


def test_verify_prints_one_line_a_breach_and_ends_with_1(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = made(whole)
    data = json.loads(out.read_text())
    data["placements"][0]["stays"][0]["setting"] = "S1"
    data["objective"]["points"] += 1
    out.write_text(json.dumps(data))
    assert main(["verify", str(whole), str(out)]) == 1
    told, err = capsys.readouterr()
    assert err == ""
    lines = told.splitlines()
    assert len(lines) >= 2
    assert any("P1" in line for line in lines)
    assert not [line for line in lines if "Breach(" in line], "a sentence, not how the program holds it"


def test_verify_sees_a_plan_of_another_case(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = made(whole)
    same_but_for_a_space = write(tmp_path, whole.read_bytes() + b" ", "other.json")
    assert main(["verify", str(same_but_for_a_space), str(out)]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"format": "discharge-plan/2"}', b"\xff\xfe"])
def test_verify_ends_with_2_where_the_plan_can_t_be_read(
    content: bytes, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = write(tmp_path, content, "broken-plan.json")
    assert main(["verify", str(whole), str(plan)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert all(line.startswith("broken-plan.json: ") for line in err.splitlines())
    assert main(["verify", str(whole), str(tmp_path / "none.json")]) == 2


# --- explain ------------------------------------------------------------------------------------------


def test_explain_tells_why_here(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(whole), "P1"]) == 0
    assert capsys.readouterr().out.startswith("P1 goes to HOT from Mon 16 Nov then S1 from Fri 27 Nov.\n")


def test_explain_tells_why_not_there(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(whole), "P2", "S1"]) == 0
    assert "S1: " in capsys.readouterr().out.splitlines()[-1]


def test_explain_speaks_json_too(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(whole), "P1", "S1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["patient"] == "P1"
    assert told["asked"]["setting"] == "S1"


def test_explain_ends_with_2_for_somebody_not_listed(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(whole), "P9"]) == 2
    assert main(["explain", str(whole), "P1", "S9"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(":")[0] for line in err.splitlines()] == ["PATIENT", "SETTING"]


# --- a hub's own rules --------------------------------------------------------------------------------


def test_a_hubs_own_rule_set_is_used_where_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = setting(capacity_reported_at="2020-11-16T06:00:00+00:00")
    file = write(tmp_path, case_json(settings=[old], rule_set="our-hub"))
    rules = tmp_path / "rules" / "ours.toml"
    rules.parent.mkdir()
    rules.write_text(OWN_RULES)
    out = tmp_path / "plan.json"
    for given in (rules, rules.parent):
        assert main(["propose", str(file), "--rules", str(given), "--out", str(out)]) == 0
        plan = json.loads(out.read_text())
        assert plan["rule_set"] == "our-hub"
        assert plan["placements"][0]["conditions"] == ["phone_to_confirm"]
        assert main(["verify", str(file), str(out), "--rules", str(given)]) == 0
        assert main(["explain", str(file), "P1", "--rules", str(given)]) == 0
    capsys.readouterr()
    assert main(["propose", str(file)]) == 2
    assert '"our-hub" is not a rule set' in capsys.readouterr().err


def test_a_hubs_own_rule_set_may_be_the_base_of_a_cases_overrides(tmp_path: Path) -> None:
    rules = tmp_path / "ours.toml"
    rules.write_text(OWN_RULES)
    file = write(tmp_path, case_json(rule_set={"base": "our-hub", "expired_days": 7}))
    assert main(["propose", str(file), "--rules", str(rules), "--out", str(tmp_path / "p.json")]) == 0


def test_a_broken_rule_set_is_refused_by_line_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "ours.toml"
    rules.write_text(OWN_RULES.replace("value = 1", "value = -1"))
    assert main(["propose", str(write(tmp_path, case_json())), "--rules", str(rules)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("ours.toml: line 5: stale_hours: ")
    assert len(err.splitlines()) == 1


def test_rules_that_are_not_there_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, case_json())
    assert main(["propose", str(file), "--rules", str(tmp_path / "none.toml")]) == 2
    assert "none.toml: can't be read" in capsys.readouterr().err


# --- hubs ---------------------------------------------------------------------------------------------


def test_an_empty_file_is_never_said_to_be_a_well_hub(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = tmp_path / "Emptied.hub"
    hub.touch()
    assert main(["doctor", str(hub)]) == 2
    assert "is empty: it holds no hub" in capsys.readouterr().err
    assert hub.stat().st_size == 0


def test_the_doctor_finds_the_demo_hub_well_and_backs_it_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = tmp_path / "Demo.hub"
    monkeypatch.setattr("discharge.actions.demo.tell_the_story", lambda walk: None)  # a short one will do
    assert main(["demo", str(hub)]) == 0
    assert main(["doctor", str(hub), "--back-up"]) == 0
    assert "Backed up to" in capsys.readouterr().out
    assert main(["demo", str(hub)]) == 2  # there is one already
