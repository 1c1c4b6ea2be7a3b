"""The questions about a plan on the command line: as text and as JSON, the same bytes each time."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from discharge.cli import Answer, _parser, main
from discharge.matching.answers import alternatives, competes, either_way, prices, would_help
from discharge.matching.planned import plan_case
from discharge.matching.verify import verify
from discharge.model.files import read_case, read_plan
from tests.builders import (
    DESIGNATED,
    Json,
    beds,
    case_json,
    free,
    home,
    hot,
    negative,
    pending,
    person,
    setting,
    unit,
)

ROOT = Path(__file__).parents[1]
RUN = """
import json, sys
from discharge.cli import main
for question in json.loads(sys.argv[1]):
    print("QUESTION", flush=True)
    assert main([*question, "--json"]) == 0
"""

Told = Callable[..., str]

QUESTIONS = [
    ["explain", "CASE", "P1"],
    ["explain", "CASE", "P2", "S1"],
    ["would-help", "CASE"],
    ["would-help", "CASE", "P3", "--tries", "2"],
    ["competes", "CASE"],
    ["competes", "CASE", "P3"],
    ["alternatives", "CASE", "P1", "-k", "2"],
    ["what-if", "CASE", "CHANGE"],
    ["what-if", "CASE", "CASE"],
    ["either-way", "CASE", "P4"],
    ["prices", "CASE"],
]


def write_files(folder: Path) -> Path:
    """A case in which P1 to P3 want two beds and P4 awaits a result, and a change of it."""
    people: list[Json] = [person(f"P{n}", observations=[negative()], preferred=["S1"]) for n in (1, 2, 3)]
    people.append(person("P4", observations=[pending()]))
    homes = [home("S1"), setting("S2", unit(beds(free=[free("2020-11-18")]))), hot()]
    (folder / "case.json").write_text(json.dumps(case_json(people, homes, rule_set=DESIGNATED)))
    (folder / "change.json").write_text(json.dumps({"settings": [{"id": "S1", "admissions": "closed"}]}))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files, the test's own."""
    return write_files(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files, for tests that only read them."""
    return write_files(tmp_path_factory.mktemp("questions"))


@pytest.fixture(scope="module")
def told(shared: Path) -> Told:
    """What a question is answered with in this process, in the form that is asked for; asked once."""

    @functools.cache
    def answered(*asked: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            assert main(asked) == 0
        return printed.getvalue()

    return lambda question, *form: answered(*command(shared, question), *form)


def command(folder: Path, question: list[str]) -> list[str]:
    """A question's arguments with the files of a folder."""
    files = {"CASE": str(folder / "case.json"), "CHANGE": str(folder / "change.json")}
    return [files.get(word, word) for word in question]


def ids(question: list[str]) -> str:
    return " ".join(question)


@pytest.mark.whole
@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_every_question_is_answered_in_sentences_and_as_json(question: list[str], told: Told) -> None:
    text = told(question)
    assert text.strip()
    assert not text.startswith("{")
    assert isinstance(json.loads(told(question, "--json")), dict)


@pytest.mark.parametrize("question", QUESTIONS, ids=ids)
def test_sentences_are_what_is_told_unless_something_else_is_asked_for(
    question: list[str], shared: Path
) -> None:
    asked, parser = command(shared, question), _parser(question[0])
    plain = parser.parse_args(asked)
    assert plain == parser.parse_args([*asked, "--text"]) != parser.parse_args([*asked, "--json"])
    assert not plain.json


@pytest.mark.whole
def test_the_same_bytes_come_from_every_process(shared: Path, told: Told) -> None:
    """The other process asks in another order: what was asked before changes nothing either."""
    turned = QUESTIONS[::-1]
    there = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps([command(shared, question) for question in turned])],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "77"},
    )
    here = [told(question, "--json") for question in QUESTIONS]
    assert all(len(answer) > 100 for answer in here)
    assert there.stdout.decode() == "".join(f"QUESTION\n{answer}" for answer in here[::-1])


@pytest.mark.whole
def test_the_functions_say_the_same_as_the_commands(shared: Path, told: Told) -> None:
    planned = plan_case(read_case((shared / "case.json").read_bytes()))
    answers: dict[tuple[str, ...], Answer] = {
        ("would-help", "CASE", "P3", "--tries", "2"): would_help(planned, "P3", budget=2),
        ("competes", "CASE"): competes(planned),
        ("alternatives", "CASE", "P1", "-k", "2"): alternatives(planned, "P1", 2),
        ("either-way", "CASE", "P4"): either_way(planned, "P4"),
        ("prices", "CASE"): prices(planned),
    }
    for question, answer in answers.items():
        assert told(list(question)) == f"{answer.as_text()}\n"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (["explain", "CASE", "P9"], "PATIENT"),
        (["would-help", "CASE", "P9"], "PATIENT"),
        (["competes", "CASE", "P9"], "PATIENT"),
        (["alternatives", "CASE", "P9"], "PATIENT"),
        (["either-way", "CASE", "P9"], "PATIENT"),
        (["either-way", "CASE", "P1"], "P1 awaits no result."),
        (["what-if", "CASE", "none.json"], "none.json: can't be read"),
        (["prices", "none.json"], "none.json: can't be read"),
    ],
    ids=ids,
)
def test_what_can_t_be_answered_ends_with_2_and_says_why(
    question: list[str], says: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(folder, question)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert len(err.splitlines()) == 1


def test_a_broken_change_is_refused_by_its_file_and_path(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "change.json").write_text('{"settings": [{"id": "S1", "admissions": "perhaps"}]}')
    assert main(command(folder, ["what-if", "CASE", "CHANGE"])) == 2
    assert capsys.readouterr().err.startswith("change.json: settings[0].admissions: ")


@pytest.mark.parametrize("tries", ["0", "1001", "many"])
def test_the_number_of_tries_is_a_number(
    tries: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(command(folder, ["would-help", "CASE", "--tries", tries]))
    assert caught.value.code == 2
    assert "--tries: a number from 1 to 1000" in capsys.readouterr().err


@pytest.mark.whole
def test_propose_says_what_would_help_where_it_is_asked_to(folder: Path) -> None:
    file, out = folder / "case.json", folder / "plan.json"
    assert main(["propose", str(file), "--out", str(out)]) == 0
    plain = read_plan(out.read_bytes())
    assert all(not u.would_help for u in plain.unplaced)
    assert main(["propose", str(file), "--would-help", "--out", str(out)]) == 0
    helped = read_plan(out.read_bytes())
    assert verify(read_case(file.read_bytes()), helped) == ()
    assert helped.placements == plain.placements
    told = {u.patient: [h.change for h in u.would_help] for u in helped.unplaced}
    assert any("one more bed at S1, unit U1" in changes for changes in told.values())


# --- keeping to a previous plan -------------------------------------------------------------------------


def moved_on(folder: Path, **weights: int) -> tuple[list[str], list[str]]:
    """P1 was proposed S1 and now likes S2 better: the arguments to plan again, and where P1 then goes."""
    before = case_json([person("P1", preferred=["S1", "S2"])], [home("S1"), home("S2")])
    now = case_json([person("P1", preferred=["S2", "S1"])], [home("S1"), home("S2")], weights=weights)
    file, plan, out = folder / "now.json", folder / "previous.json", folder / "out.json"
    file.write_text(json.dumps(before))
    assert main(["propose", str(file), "--out", str(plan)]) == 0
    file.write_text(json.dumps(now))
    asked = ["propose", str(file), "--previous", str(plan), "--out", str(out)]
    assert main(asked) == 0
    return asked, [p.stays[0].setting for p in read_plan(out.read_bytes()).placements]


def test_a_proposal_is_kept_where_a_change_gains_too_little(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """S2 would save 15 points, fewer than a changed person's 25."""
    assert moved_on(folder)[1] == ["S1"]
    assert capsys.readouterr() == ("", "Everybody keeps the place of the previous plan.\n")


@pytest.mark.parametrize("churn", [0, 14])
def test_a_proposal_changes_where_that_gains_enough_and_it_is_told(
    churn: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert moved_on(folder, churn=churn)[1] == ["S2"]
    told = "P1 goes elsewhere: S2 from Mon 16 Nov, not S1 from Mon 16 Nov (as many points).\n"
    assert capsys.readouterr() == ("", told)


def test_a_previous_plan_that_can_t_be_read_ends_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in {"none.json": None, "broken.json": "{}"}.items():
        if content is not None:
            (folder / name).write_text(content)
        assert main(["propose", str(folder / "case.json"), "--previous", str(folder / name)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert name in err.splitlines()[0]


def test_at_the_time_limit_there_is_a_plan_with_its_gap_and_the_word(folder: Path) -> None:
    out = folder / "plan.json"
    for limit in ("0.000001", "100"):
        assert main(["propose", str(folder / "case.json"), "--time-limit", limit, "--out", str(out)]) == 0
        plan = read_plan(out.read_bytes())
        assert verify(read_case((folder / "case.json").read_bytes()), plan) == ()
        assert sum(plan.objective.placed) >= 1
        assert (plan.status == "optimal") == (plan.gap == 0)
        assert limit != "100" or plan.status == "optimal"
