"""What was measured, as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.goals import FLOW, ratio
from benchmarks.measuring import ALL_PHASES
from benchmarks.processes import Facts


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as they need be: the first to the left, the others to the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    )


def seconds(value: Any) -> str:
    """Seconds with what digits they deserve; `-` where there are none."""
    if value is None:
        return "-"
    return f"{value:.2f}" if value >= 1 else f"{value:.4f}" if value >= 0.01 else f"{value:.6f}"


def times(value: float | None) -> str:
    """A ratio; `-` where there is none."""
    return "-" if value is None else f"{value:.0f}x" if value >= 100 else f"{value:.3g}x"


def engine_report(name: str, people: int, facts: Facts) -> str:
    """One case: ours by phase, side by side with the peers, planning again, and the floor."""
    ours, pairs = facts["ours"], facts["pairs"]
    number = pairs.get("pairs")
    per = f", {seconds(1000 * ours['cold'] / number)} s per 1,000 pairs" if number else ""
    head = (
        f"{name}: {people} people, {number or 'no'} eligible pairs{per}; {ours['status']}, placed "
        f"{ours['placed']}, {ours['points']} points"
    )
    return "\n".join([head, _by_phase(ours), "", _side_by_side(facts), "", _again(facts), "", _floor(facts)])


def _by_phase(ours: Facts) -> str:
    row = [seconds(ours["seconds"][phase]) for phase in ALL_PHASES]
    peak = "-" if ours["peak_mb"] is None else f"{ours['peak_mb']:.0f}"
    title = f"seconds, medians of {ours['runs']} processes"
    return table([title, *ALL_PHASES, "propose", "peak MB"], [["ours", *row, seconds(ours["cold"]), peak]])


def _side_by_side(facts: Facts) -> str:
    """A row for each peer: its seconds, and ours by them."""
    ours = facts["ours"]
    first = ["ours (propose)", "-", "-", seconds(ours["cold"]), seconds(ours["warm"]), "-", "-"]
    rows = [[*first, f"{ours['peak_mb'] or 0:.0f}", f"{sum(ours['placed'])} / {ours['points']}"]]
    alone = seconds(ours["seconds"]["solve"])
    rows.append(["ours (solve alone)", "-", "-", alone, *["-"] * 5])
    notes = []
    for peer, found in facts["peers"].items():
        if "left_out" in found:
            notes.append(f"  {peer}: left out, {found['left_out']}")
            continue
        placed = found["placed"]
        rows.append(
            [
                peer,
                *(seconds(found.get(key)) for key in ("build", "solve", "cold", "warm")),
                times(ratio(ours["cold"], found["cold"])),
                times(ratio(ours["warm"], found.get("warm"))),
                f"{found['peak_mb'] or 0:.0f}",
                f"{sum(placed) if isinstance(placed, list) else placed:.0f} / {found['points']:.0f}",
            ]
        )
    titles = ["side by side", "build", "solve", "cold", "warm", "ours/cold", "ours/warm", "peak MB"]
    return "\n".join([table([*titles, "placed / points"], rows), *notes, *_disagreements(facts)])


def _disagreements(facts: Facts) -> list[str]:
    """Said where two that solve the same problem come to different answers."""
    bare = {
        (found["placed"], found["points"])
        for found in facts["peers"].values()
        if "placed" in found and not isinstance(found["placed"], list)
    }
    lines = [f"  THE BARE SOLVERS DIFFER: {sorted(bare)}"] if len(bare) > 1 else []
    whole = facts["peers"].get("HiGHS, whole model", {})
    ours = facts["ours"]
    if "placed" in whole and (whole["placed"], whole["points"]) != (ours["placed"], ours["points"]):
        lines.append(f"  THE WHOLE MODEL DIFFERS FROM OURS: {whole['placed']}, {whole['points']} points")
    return lines


def _again(facts: Facts) -> str:
    again = facts["replanning"]
    if "left_out" in again:
        return f"planning again: left out, {again['left_out']}"
    rows = [
        [
            f"after {change}",
            seconds(found["replan"]),
            seconds(found["full"]),
            times(found["ratio"]),
            seconds(found["finish"]),
            str(found["runs"]),
            "equal" if found["same"] else "DIFFERS",
        ]
        for change, found in again["changes"].items()
    ]
    head = ["planning again", "replan", "anew", "ratio", "explain+verify", "runs", "objective"]
    return table(head, rows)


def _floor(facts: Facts) -> str:
    floor = facts["floor"]
    if "left_out" in floor:
        return f"floor: left out, {floor['left_out']}"
    parts = [seconds(floor[key]) for key in ("pairs", "objects", "verify", "floor")]
    over = times(ratio(facts["ours"]["warm"] or facts["ours"]["cold"], floor["floor"]))
    flow = facts["peers"].get(FLOW, {})
    peer = times(ratio(floor["floor"], flow.get("warm")))
    head = [
        "floor",
        "each pair once",
        "the plan's objects",
        "verify",
        "sum",
        "ours/sum",
        "sum/OR-tools",
        "writing",
    ]
    return table(head, [["seconds", *parts, over, peer, seconds(floor["write"])]])
