"""What the benchmarks say: goals, tables, and what became of each process."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dev
from benchmarks import goals, processes, report
from benchmarks.goals import FLOW, Goal

ROOT = Path(dev.__file__).parent


def facts(**more: Any) -> dict[str, Any]:
    """What was measured of a case; every goal is met unless said otherwise."""
    change = {"replan": 0.01, "full": 0.5, "ratio": 0.02, "finish": 0.1, "runs": 5, "same": True}
    phases = {"read": 0.1, "eligibility": 0.2, "solve": 0.1, "explain": 0.1, "verify": 0.1, "write": 0.01}
    plain = {
        "ours": {
            "seconds": phases, "cold": 0.5, "warm": 0.4, "peak_mb": 200.0, "runs": 5, "warm_runs": 5,
            "status": "optimal", "placed": [1, 2, 3, 4], "points": 77, "breaches": 0,
        },
        "pairs": {"people": 10, "groups": 20, "beds": 30, "pairs": 4_000},
        "replanning": {"cold": 0.5, "peak_mb": 100.0, "changes": {"a decline": change}},
        "floor": {"pairs": 0.001, "objects": 0.01, "verify": 0.1, "floor": 0.111, "write": 0.01},
        "peers": {
            FLOW: {
                "build": 0.3, "solve": 0.4, "cold": 1.0, "warm": 0.5, "peak_mb": 50.0,
                "placed": 10, "points": 70,
            },
            "networkx network_simplex": {"left_out": "not within 60 s"},
        },
    }  # fmt: skip
    return {**plain, **more}


def verdicts(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {goal.name: goal.verdict for goal in goals.engine_goals(found)}


def test_a_goal_is_met_at_its_limit_and_missed_above_it() -> None:
    assert Goal("g", 1.0, 1.0).verdict == "met"
    assert Goal("g", 1.001, 1.0).verdict == "MISSED"
    assert Goal("g", None, 1.0, why="no data").verdict == "not measured"
    assert not Goal("g", None, 1.0).missed


def test_the_report_counts_what_was_missed_and_says_it_first() -> None:
    said = goals.report([Goal("a", 2, 1, "x"), Goal("b", 1, 1), Goal("c", None, 1, why="no data")])
    assert said.splitlines() == [
        "Goals: 1 met, 1 MISSED, 1 not measured",
        "  MISSED        a: 2x (goal 1x)",
        "  met           b: 1 (goal 1)",
        "  not measured  c: no data",
    ]


def test_all_goals_of_a_fast_engine_are_met() -> None:
    found = verdicts({"kent": facts(), "england": facts()})
    assert set(found.values()) == {"met"}
    assert any("england: peak memory" in name for name in found)


@pytest.mark.parametrize(
    ("part", "change", "named"),
    [
        ("ours", {"cold": 1.01}, "bare flow"),
        ("ours", {"warm": 0.51}, "bare flow"),
        ("ours", {"peak_mb": 1025.0}, "peak memory"),
        ("ours", {"breaches": 1}, "breaches"),
        ("ours", {"status": "feasible"}, "breaches"),
        ("ours", {"cold": 5.0}, "growth"),
    ],
)
def test_a_goal_that_is_not_reached_is_missed(part: str, change: dict[str, Any], named: str) -> None:
    england = facts()
    england[part] = {**england[part], **change}
    found = verdicts({"kent": facts(), "england": england})
    assert [v for name, v in found.items() if name.startswith(("england", "kent to")) and named in name] == [
        "MISSED"
    ]


@pytest.mark.parametrize("change", [{"ratio": 0.11}, {"same": False}])
def test_a_slow_or_wrong_plan_again_is_missed(change: dict[str, Any]) -> None:
    kent = facts()
    kent["replanning"]["changes"]["a decline"] |= change
    assert "MISSED" in verdicts({"kent": kent}).values()


def test_without_the_peer_nothing_is_claimed_against_it() -> None:
    found = goals.engine_goals({"kent": facts(peers={FLOW: {"left_out": "no network"}})})
    goal = next(each for each in found if "bare flow" in each.name)
    assert (goal.verdict, goal.why) == ("not measured", "no network")


# ---- tables -----------------------------------------------------------------------------------------------


def test_the_tables_show_every_peer_or_why_it_was_left_out() -> None:
    said = report.engine_report("kent", 150, facts())
    assert "4000 eligible pairs, 0.1250 s per 1,000 pairs" in said
    assert re.search(rf"{FLOW} +0\.3000 +0\.4000 +1\.00 +0\.5000 +0\.5x +0\.8x +50 +10 / 70", said)
    assert "networkx network_simplex: left out, not within 60 s" in said
    assert "DIFFER" not in said


def test_solvers_that_disagree_are_named() -> None:
    wrong = facts()
    wrong["peers"]["scipy"] = {**wrong["peers"][FLOW], "points": 69}
    wrong["peers"]["HiGHS, whole model"] = {**wrong["peers"][FLOW], "placed": [1, 2, 3, 4], "points": 76}
    said = report.engine_report("kent", 150, wrong)
    assert "THE BARE SOLVERS DIFFER: [(10, 69), (10, 70)]" in said
    assert "THE WHOLE MODEL DIFFERS FROM OURS" in said


def test_what_was_left_out_says_why_in_its_place() -> None:
    gone = {"left_out": "it failed: KeyError"}
    said = report.engine_report("kent", 150, facts(replanning=gone, floor=gone, pairs=gone, peers={}))
    assert "planning again: left out, it failed: KeyError" in said
    assert "floor: left out" in said


# ---- processes --------------------------------------------------------------------------------------------


def test_the_last_line_of_a_process_is_what_it_measured() -> None:
    assert processes.read_answer(0, 'noise\n{"a": 1}\n', "").facts == {"a": 1}


@pytest.mark.parametrize(
    ("code", "said", "complained", "why"),
    [
        (1, '{"a": 1}', "Traceback\nKeyError: 'x'", "it failed: KeyError: 'x'"),
        (0, "", "", "it failed: it said nothing"),
        (0, "not JSON", "", "it failed: it said nothing"),
        (0, '{"left_out": "too large"}', "", "too large"),
    ],
)
def test_a_process_that_measured_nothing_says_why(code: int, said: str, complained: str, why: str) -> None:
    answer = processes.read_answer(code, said, complained)
    assert (answer.there, answer.why) == (False, why)


@pytest.mark.whole
def test_a_process_that_takes_too_long_is_ended() -> None:
    assert (
        processes.ask("timeit", "-n1", "-r1", "import time; time.sleep(60)", timeout=1).why
        == "not within 1 s"
    )


# ---- the peers' own environment ---------------------------------------------------------------------------


def test_every_peer_is_pinned_with_hashes_and_no_address_is_written_down() -> None:
    pins = (ROOT / "benchmarks" / "constraints-peers.txt").read_text("utf-8")
    named = re.findall(r"^([a-z][\w.-]*)==(\S+) \\\n    --hash=sha256:[0-9a-f]{64}", pins, flags=re.MULTILINE)
    assert {"ortools", "scipy", "numpy"} <= {name for name, _ in named}
    assert len(named) == len(re.findall(r"^[a-z]", pins, flags=re.MULTILINE))
    assert "://" not in pins


def test_peers_that_cannot_be_installed_are_left_out_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "PEERS", tmp_path / ".venv-peers")
    monkeypatch.setattr(dev, "capture", lambda *_: (False, "ERROR: Connection refused"))
    arguments = dev.ensure_peers()
    assert arguments[0] == "--no-peers"
    assert "can't be reached" in arguments[1]
    assert "go on without OR-tools and scipy" in capsys.readouterr().out


def test_peers_that_are_there_are_not_installed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[object] = []

    def capture(command: list[str], **_: str) -> tuple[bool, str]:
        calls.append(command)
        python = tmp_path / ".venv-peers" / dev.venv_python().relative_to(dev.VENV)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.write_text("")
        return True, ""

    monkeypatch.setattr(dev, "PEERS", tmp_path / ".venv-peers")
    monkeypatch.setattr(dev, "capture", capture)
    first = dev.ensure_peers()
    assert first[0] == "--peers"
    assert len(calls) == 2
    assert dev.ensure_peers() == first
    assert len(calls) == 2


def test_the_desk_alone_needs_no_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(dev, "ensure_environment", lambda: None)
    monkeypatch.setattr(dev, "ensure_qt", lambda _: None)
    monkeypatch.setattr(dev, "ensure_peers", lambda: ["--peers", "PYTHON"])
    monkeypatch.setattr(dev, "call", lambda command: called.append(command[3:]))
    dev.bench(["--desk"])
    dev.bench(["--engine", "--desk"])
    dev.bench([])
    assert called == [["--desk"], ["--peers", "PYTHON", "--engine", "--desk"], ["--peers", "PYTHON"]]


@pytest.mark.whole
def test_the_benchmarks_start_without_the_peers_and_qt() -> None:
    """`--help` in a process of its own: nothing heavy is imported, nothing asked for that isn't there."""
    answer = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, json; import benchmarks.__main__;"
            " print(json.dumps(sorted({'PySide6', 'highspy', 'ortools', 'scipy'} & set(sys.modules))))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(answer.stdout) == []
