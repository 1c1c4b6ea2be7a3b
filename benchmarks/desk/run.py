"""Everything about the desk, measured in processes of their own, and what of it was aimed at."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cases import SIZES, made
from benchmarks.desk.screen import NoScreen, Screen, screen
from benchmarks.goals import Goal, ratio
from benchmarks.processes import ROOT, Answer, Facts, ask
from benchmarks.report import seconds, table, times

PAINT_LIMIT = 1.3
DEMO_LIMIT_S = 1.5
LARGE_LIMIT_S = 3.0
KEY_LIMIT_MS = 50.0
SORT_LIMIT_MS = 100.0
STALL_LIMIT_MS = 50.0
STALL_RUNS = 3
ENTER_LIMIT_MS = 100.0
SITUATION_LIMIT_S = 1.0
REPORTS_LIMIT_S = 1.0
REPORTS_PDF_LIMIT_S = 2.0
ROUND_LIMIT_MIN = 30.0
"""Entering may take half of the hour in which two people ring 164 homes; the rest is for talking."""
NONE_LEFT_OUT = 0.0
ENTERED_AMONG = 10_000
"""Placements of the hub in which facts are entered; half of them are under way."""
DEMO_PAGES = ("", "match")
LARGE_PAGES = ("", "patients", "settings", "moves")
"""Pages to begin with; empty: the first one of the window."""
OURS = "ours"
QT = "QSortFilterProxyModel"
QUIET = "doing nothing"
FROZEN = ROOT / "dist" / "discharge-desk" / ("discharge-desk.exe" if os.name == "nt" else "discharge-desk")
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def measure_desk(folder: Path, *, runs: int) -> Facts:
    """All of it; each part that can't be measured says why in `left_out`."""
    spare = folder / "spare"
    spare.mkdir()
    demo, large = folder / "Demo.hub", folder / "England.hub"
    subprocess.run(
        [sys.executable, "-m", "discharge", "demo", str(demo)], cwd=ROOT, check=True, capture_output=True
    )
    hub = ask("benchmarks.desk.large_hub", large)
    return {
        "first_paint": _first_paint(demo, spare, runs),
        "on_a_screen": _on_a_screen(demo, spare, runs),
        "usable": {
            **{f"demo hub, {page or 'first page'}": _usable(demo, page, spare, runs) for page in DEMO_PAGES},
            **{
                f"England's hub, {page or 'first page'}": _usable(large, page, spare, runs)
                if hub.there
                else {"left_out": hub.why}
                for page in LARGE_PAGES
            },
        },
        "tables": _facts(ask("benchmarks.desk.tables", runs, environment=OFFSCREEN)),
        "large_hub": _facts(hub),
        "entering": _entering(folder),
        "situation": _facts(ask("benchmarks.desk.situation", large, runs))
        if hub.there
        else {"left_out": hub.why},
        "reports": _facts(ask("benchmarks.desk.reports", large, runs, environment=OFFSCREEN))
        if hub.there
        else {"left_out": hub.why},
        "round": _round(folder),
        "papers": _facts(ask("benchmarks.desk.papers", demo, runs, environment=OFFSCREEN)),
        "stalls": _stalls(large, folder, spare, min(runs, STALL_RUNS))
        if hub.there
        else {"left_out": hub.why},
    }


def _entering(folder: Path) -> Facts:
    """How long a fact takes to be entered where 5,000 placements are under way."""
    hub = folder / "Entering.hub"
    made_so = ask("benchmarks.desk.large_hub", hub, ENTERED_AMONG)
    return _facts(ask("benchmarks.desk.entering", hub)) if made_so.there else {"left_out": made_so.why}


def _round(folder: Path) -> Facts:
    """Two desks ring 164 homes at once."""
    there = folder / "round"
    there.mkdir()
    return _facts(ask("benchmarks.desk.round", there, environment=OFFSCREEN))


def _facts(answer: Answer) -> Facts:
    return answer.facts if answer.there else {"left_out": answer.why}


def _since(*arguments: object) -> Callable[[], float]:
    """Seconds from starting `benchmarks.desk.paint` to the instant that it tells of."""

    def measured() -> float:
        start = time.time()
        answer = ask("benchmarks.desk.paint", *arguments, timeout=120, environment=OFFSCREEN)
        if not answer.there:
            raise RuntimeError(answer.why)
        return float(answer.facts["instant"]) - start

    return measured


def in_turn(works: Mapping[str, Callable[[], float]], runs: int) -> dict[str, float]:
    """Medians of what is done in turn, after one round that only warms the disk's cache."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for at in range(runs + 1):
        for name, work in works.items():
            value = work()
            if at:
                found[name].append(value)
    return {name: statistics.median(values) for name, values in found.items()}


def _first_paint(demo: Path, spare: Path, runs: int) -> Facts:
    """Offscreen: an empty window of PySide6, and ours from source."""
    works = {"empty": _since("empty"), "source": _since("first", spare, *_arguments(demo, ""))}
    try:
        return dict(in_turn(works, runs))
    except RuntimeError as error:
        return {"left_out": str(error)}


def _arguments(hub: Path, page: str) -> list[str]:
    return ["--hub", str(hub), "--user", "U-0001", *(["--page", page] if page else [])]


def _on_a_screen(demo: Path, spare: Path, runs: int) -> Facts:
    """On a screen that is watched from outside: the same two, and the frozen executable where it is built."""
    try:
        with tempfile.TemporaryDirectory() as folder, screen(Path(folder)) as watched:
            return dict(in_turn(_painters(watched, demo, spare), runs))
    except (NoScreen, RuntimeError) as error:
        return {"left_out": str(error)}


def _painters(watched: Screen, demo: Path, spare: Path) -> dict[str, Callable[[], float]]:
    commands = {
        "empty": [sys.executable, "-m", "benchmarks.desk.paint", "stay"],
        "source": [sys.executable, "-m", "ui", *_arguments(demo, "")],
    }
    if FROZEN.exists():
        commands["frozen"] = [str(FROZEN), *_arguments(demo, "")]
    kept = {f"XDG_{kind}_HOME": str(spare) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}

    def painter(name: str, command: Sequence[str]) -> Callable[[], float]:
        def painted() -> float:
            found = watched.first_paint(command, environment=kept)
            if found is None:
                raise RuntimeError(f"the window ({name}) is never painted")
            return found

        return painted

    return {name: painter(name, command) for name, command in commands.items()}


def _usable(hub: Path, page: str, spare: Path, runs: int) -> Facts:
    try:
        return in_turn({"seconds": _since("usable", spare, *_arguments(hub, page))}, runs)
    except RuntimeError as error:
        return {"left_out": str(error)}


def _stalls(large: Path, folder: Path, spare: Path, runs: int) -> Facts:
    """Medians over whole days of work, each on a copy of the hub."""
    kent = made(next(size for size in SIZES if size.name == "kent"), folder)
    if kent is None:
        return {"left_out": "the public data is not beside the project"}
    from benchmarks.cases import SHARED

    directory = SHARED / "data" / "care_homes_england_2021.csv"
    days: list[Facts] = []
    for _ in range(runs):
        copy = folder / "Day.hub"
        shutil.copyfile(large, copy)
        answer = ask(
            "benchmarks.desk.stalls", copy, kent, directory, spare, timeout=600, environment=OFFSCREEN
        )
        for file in folder.glob("Day.hub*"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
        if not answer.there:
            return {"left_out": answer.why}
        days.append(answer.facts)
    return {
        kind: {name: statistics.median(day[kind][name] for day in days) for name in days[0][kind]}
        for kind in days[0]
    }


# --- goals and tables --------------------------------------------------------------------------------------


def desk_goals(found: Facts) -> list[Goal]:
    """The desk's goals."""
    return [
        *_paint_goals(found),
        *_usable_goals(found),
        *_table_goals(found),
        *_entering_goals(found),
        *_situation_goals(found),
        *_reports_goals(found),
        *_round_goals(found),
        *_stall_goals(found),
    ]


def _paint_goals(found: Facts) -> Iterator[Goal]:
    offscreen, seen = found["first_paint"], found["on_a_screen"]
    name = "first paint by an empty window's"
    value = ratio(offscreen.get("source"), offscreen.get("empty"))
    yield Goal(f"{name}, from source", value, PAINT_LIMIT, "x", offscreen.get("left_out", ""))
    why = seen.get("left_out", "the executable isn't built (dev.py package)")
    frozen = ratio(seen.get("frozen"), seen.get("empty"))
    yield Goal(f"{name}, frozen, on a screen", frozen, PAINT_LIMIT, "x", why)


def _usable_goals(found: Facts) -> Iterator[Goal]:
    for name, facts in found["usable"].items():
        limit = DEMO_LIMIT_S if name.startswith("demo") else LARGE_LIMIT_S
        yield Goal(f"usable: {name}", facts.get("seconds"), limit, " s", facts.get("left_out", ""))


def _table_goals(found: Facts) -> Iterator[Goal]:
    ours: Mapping[str, Any] = found["tables"].get(OURS, {})
    why = found["tables"].get("left_out", "")
    yield Goal("15,000 rows: slowest keystroke", ours.get("key_longest_ms"), KEY_LIMIT_MS, " ms", why)
    yield Goal("15,000 rows: slowest sort", ours.get("sort_longest_ms"), SORT_LIMIT_MS, " ms", why)
    shown: Mapping[str, float] = found["stalls"].get("shown", {})
    why = found["stalls"].get("left_out", "")
    yield Goal("England's settings: keystroke to painted", shown.get("a keystroke"), KEY_LIMIT_MS, " ms", why)
    yield Goal("England's settings: sort to painted", shown.get("a sort"), SORT_LIMIT_MS, " ms", why)


def _entering_goals(found: Facts) -> Iterator[Goal]:
    entering = found["entering"]
    name = "entering a fact with 5,000 placements"
    if "left_out" in entering:
        yield Goal(name, None, ENTER_LIMIT_MS, " ms", entering["left_out"])
        return
    for kind, facts in _entered(entering).items():
        yield Goal(f"{name}: {kind}", facts["ms"], ENTER_LIMIT_MS, " ms")


def _reports_goals(found: Facts) -> Iterator[Goal]:
    facts = found["reports"]
    why = facts.get("left_out", "")
    name = "the reports of a hub with 5,000 placements"
    yield Goal(name, facts.get("asked_s"), REPORTS_LIMIT_S, " s", why)
    yield Goal(f"{name}, as a PDF", facts.get("pdf_s"), REPORTS_PDF_LIMIT_S, " s", why)


def _round_goals(found: Facts) -> Iterator[Goal]:
    facts = found["round"]
    why = facts.get("left_out", "")
    name = "164 homes by two desks"
    yield Goal(f"{name}: entering, as modelled", facts.get("entry_minutes"), ROUND_LIMIT_MIN, " min", why)
    yield Goal(f"{name}: homes not rung", facts.get("not_rung"), NONE_LEFT_OUT, "", why)


def _situation_goals(found: Facts) -> Iterator[Goal]:
    facts = found["situation"]
    why = facts.get("left_out", "")
    yield Goal(
        "the Situation of a hub with 5,000 placements", facts.get("again_s"), SITUATION_LIMIT_S, " s", why
    )


def _entered(entering: Facts) -> dict[str, Facts]:
    return {kind: facts for kind, facts in entering.items() if isinstance(facts, dict)}


def _stall_goals(found: Facts) -> Iterator[Goal]:
    if "left_out" in found["stalls"]:
        yield Goal("longest stall", None, STALL_LIMIT_MS, " ms", found["stalls"]["left_out"])
        return
    for name, value in found["stalls"]["stalls"].items():
        if name != QUIET:
            yield Goal(f"longest stall, {name}", value, STALL_LIMIT_MS, " ms")
    for name, value in found["stalls"]["turns"].items():
        yield Goal(f"longest turn, computing, {name}", value, STALL_LIMIT_MS, " ms")


def desk_report(found: Facts) -> str:
    """What was measured, as tables."""
    tables = [
        _paint_table,
        _usable_table,
        _rows_table,
        _entering_table,
        _situation_table,
        _reports_table,
        _round_table,
        _papers_table,
        _stall_table,
    ]
    return "\n\n".join(each(found) for each in tables)


def _paint_table(found: Facts) -> str:
    rows, notes = [], []
    for place, facts in (("offscreen", found["first_paint"]), ("on a screen", found["on_a_screen"])):
        if "left_out" in facts:
            notes.append(f"  {place}: left out, {facts['left_out']}")
        for name in ("empty", "source", "frozen"):
            if name in facts:
                rows.append(
                    [f"{name}, {place}", seconds(facts[name]), times(ratio(facts[name], facts["empty"]))]
                )
    return "\n".join([table(["the desk: first paint", "seconds", "by empty"], rows), *notes])


def _usable_table(found: Facts) -> str:
    rows = [
        [name, seconds(facts["seconds"]) if "seconds" in facts else facts["left_out"]]
        for name, facts in found["usable"].items()
    ]
    return table(["page usable after", "seconds"], rows)


def _rows_table(found: Facts) -> str:
    tables = found["tables"]
    if "left_out" in tables:
        return f"tables: left out, {tables['left_out']}"
    keys = ("key_ms", "key_longest_ms", "sort_ms", "sort_longest_ms")
    rows = [
        [
            name,
            *(f"{facts[key]:.1f}" for key in keys),
            times(ratio(tables[OURS]["key_ms"], facts["key_ms"])),
            times(ratio(tables[OURS]["sort_ms"], facts["sort_ms"])),
        ]
        for name, facts in tables.items()
    ]
    same = len({tuple(facts["counts"]) for facts in tables.values()}) == 1
    head = ["15,000 rows, ms until painted", "keystroke", "slowest", "sort", "slowest"]
    note = "" if same else "\n  THEY SHOW DIFFERENT ROWS"
    return table([*head, "ours/keystroke", "ours/sort"], rows) + note


def _entering_table(found: Facts) -> str:
    entering = found["entering"]
    if "left_out" in entering:
        return f"entering a fact: left out, {entering['left_out']}"
    rows = [
        [kind, f"{facts['ms']:.0f}", f"{facts['longest_ms']:.0f}"]
        for kind, facts in _entered(entering).items()
    ]
    head = [f"entering a fact, {entering['placements']:,} placements under way", "ms", "slowest"]
    note = f"\n  all of them looked at in {entering['looking_at_all_s']:.1f} s"
    return table(head, rows) + note


def _reports_table(found: Facts) -> str:
    facts = found["reports"]
    if "left_out" in facts:
        return f"the reports with pictures: left out, {facts['left_out']}"
    rows = [
        [f"{facts['charts']} reports asked of the hub", seconds(facts["asked_s"])],
        [f"as a PDF of {facts['pages']} pages, {facts['pdf_kb']:,} KB", seconds(facts["pdf_s"])],
    ]
    return table(["the reports with pictures, 5,000 placements", "seconds"], rows)


def _round_table(found: Facts) -> str:
    facts = found["round"]
    if "left_out" in facts:
        return f"the morning round: left out, {facts['left_out']}"
    mine, theirs = facts["by_desk"]
    rows = [
        ["keys a home, counted", f"{facts['keys']:.1f}"],
        ["answers and commands to think of, counted", f"{facts['thoughts']:.1f}"],
        ["ms in which the program handles all keys of a home", f"{facts['handled_ms']:.0f}"],
        ["ms from the first key of a home to saved, no pauses", f"{facts['saved_ms']:.0f}"],
        ["the same, slowest home", f"{facts['saved_longest_ms']:.0f}"],
        [f"homes rung by each desk ({facts['twice']} twice)", f"{mine} and {theirs}"],
        ["seconds of hand and head a home, modelled", f"{facts['hand_s']:.1f}"],
        ["minutes of entering for all homes, modelled", f"{facts['entry_minutes']:.1f}"],
        ["seconds of an hour left to dial and talk, a home", f"{facts['left_to_talk_s']:.1f}"],
    ]
    note = (
        "\n  modelled: 0.28 s a key, 1.35 s a thought (Card, Moran, Newell 1980); whoever types while they"
        " talk has more"
    )
    return table([f"a morning round of {facts['homes']} homes by two desks", "a home"], rows) + note


def _situation_table(found: Facts) -> str:
    facts = found["situation"]
    if "left_out" in facts:
        return f"the Situation: left out, {facts['left_out']}"
    rows = [
        ["today, asked first", seconds(facts["first_s"])],
        ["today, asked again", seconds(facts["again_s"])],
        ["yesterday, told from the record", seconds(facts["back_s"])],
        [f"as a workbook of {facts['workbook_kb']:,} KB", seconds(facts["workbook_s"])],
    ]
    return table([f"the Situation, {facts['homes']:,} homes", "seconds"], rows)


def _papers_table(found: Facts) -> str:
    papers = found["papers"]
    if "left_out" in papers:
        return f"papers: left out, {papers['left_out']}"
    rows = [
        [kind, f"{facts['made_ms']:.0f}", f"{facts['pdf_ms']:.0f}", str(facts["pages"])]
        for kind, facts in papers["kinds"].items()
    ]
    return table(["papers of the demo hub", "made, ms", "PDF, ms", "pages"], rows)


def _stall_table(found: Facts) -> str:
    stalls = found["stalls"]
    if "left_out" in stalls:
        return f"stalls: left out, {stalls['left_out']}"
    turns: Mapping[str, float] = stalls["turns"]
    rows = [
        [name, f"{value:.0f}", f"{turns[name]:.0f}", seconds(stalls["seconds"].get(name))]
        for name, value in sorted(stalls["stalls"].items(), key=lambda each: -turns[each[0]])
    ]
    rows += [[f"{name}, until painted", f"{value:.0f}", "-", "-"] for name, value in stalls["shown"].items()]
    return table(["England's hub: longest turn", "ms", "computing, ms", "whole, s"], rows)
