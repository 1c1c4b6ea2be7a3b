"""What tests ask of a store as the window does: by its rows and the lines of Today."""

from __future__ import annotations

from discharge.model.flags import Flag
from discharge.model.shown.facts import HappenedLine, TaskLine
from discharge.model.shown.today import Need
from discharge.store.ask.queries import Queries


def flags_of(queries: Queries, placement: str) -> tuple[Flag, ...]:
    """What speaks against a placement, as its row has it."""
    return queries.placement(placement).row.flags


def facts_of(queries: Queries) -> tuple[HappenedLine, ...]:
    """What happened all the same, newest first, dealt with or not."""
    last = queries.next_number("happenings") - 1
    return tuple(queries.happening(f"F-{number:04d}") for number in range(last, 0, -1))


def tasks_of(queries: Queries) -> tuple[TaskLine, ...]:
    """What was left to do, as Today has it."""
    found = [queries.task(line.about) for line in queries.today_lines() if line.need is Need.LEFT_BEHIND]
    return tuple(task for task in found if task is not None)


__all__ = ["facts_of", "flags_of", "tasks_of"]
