"""What is to hold once every desk has shared all it did: one record, nothing lost, nothing twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.desks.week import Acknowledged, done_here
from discharge.actions.desk import Desk
from discharge.model.placement import PlacementState
from discharge.store import journal
from discharge.store.ask.queries import Queries
from discharge.store.journal import Head, Kind, Line
from discharge.store.server.state import State
from discharge.store.write import tables

_THERE = {PlacementState.DEPARTED, PlacementState.ARRIVED}
_OF_WHOM = re.compile("«(.+?)»")


def head_of(desk: Desk) -> Head:
    """The last entry of a desk's own record."""
    with desk.kept_from_others() as store, store.reading() as connection:
        return journal.head(connection)


def wrong_with(
    desks: Mapping[str, Desk],
    acknowledged: Mapping[str, Sequence[Acknowledged]],
    *,
    verified: int | None = None,
) -> list[str]:
    """What doesn't hold, in sentences; empty where all does. `verified`: so many desks are verified entry by
    entry; None: all."""
    first = next(iter(desks.values()))
    with first.kept_from_others() as store, store.reading() as connection:
        lines, rows = list(journal.read(connection)), tables.content(connection)
    wrong = list(_twice(lines))
    for at, (name, desk) in enumerate(desks.items()):
        if head_of(desk) != head_of(first):
            wrong.append(f"{name} ends with {head_of(desk)}, the first desk with {head_of(first)}")
            continue
        with desk.kept_from_others() as store, store.reading() as connection:
            there = tables.content(connection)
        wrong += [f"{name} has another table {each}" for each in rows if rows[each] != there[each]]
        if (verified is None or at < verified) and not (checked := desk.verify()).is_intact:
            wrong.append(f"{name}: {checked.sentence}")
        wrong += _lost(name, desk, acknowledged.get(name, ()), {line.id: line for line in lines})
    return [*wrong, *_of_others(lines), *first.ask(lambda queries: _in_one_bed(queries, lines))]


def what_became(desks: Mapping[str, Desk]) -> Counter[str]:
    """How many of what was done at the desks were shared, flagged, or came back."""
    return Counter(one.state.value for desk in desks.values() for one in done_here(desk))


def _names(lines: Sequence[Line]) -> dict[str, str]:
    """Everybody's name by their id."""
    return {
        line.subject: line.body["details"]["name"] for line in lines if line.kind is Kind.PATIENT_REGISTERED
    }


def _twice(lines: Sequence[Line]) -> list[str]:
    ids = Counter(line.id for line in lines)
    names = Counter(_names(lines).values())
    return [f"{what} is {times} times on record" for what, times in (ids + names).items() if times > 1]


def _lost(
    name: str, desk: Desk, acknowledged: Sequence[Acknowledged], on_record: Mapping[str, Line]
) -> list[str]:
    known = {one.number: one for one in done_here(desk)}
    wrong: list[str] = []
    for each in acknowledged:
        one = known.get(each.number)
        there = [entry in on_record for entry in each.entries]
        if one is None or one.by != each.by:
            wrong.append(f"{name} doesn't know what it did as number {each.number}")
        elif one.state is State.SHARED and not (there[0] and on_record.keys() >= set(one.entries)):
            # done once more it may have come to fewer entries than at first; the first is always there
            wrong.append(f"{name}: number {each.number} counts as shared and isn't on record: {one.content}")
        elif one.state is State.FLAGGED and not there[0]:
            wrong.append(f"{name}: number {each.number} counts as flagged and isn't on record")
        elif one.state is State.RETURNED and (any(there) or not one.why):
            wrong.append(f"{name}: number {each.number} came back and is on record, or no reason is given")
        elif one.state is State.WAITING:
            wrong.append(f"{name}: number {each.number} still waits")
        elif any(there) and on_record[each.entries[0]].user != each.by:
            wrong.append(f"{name}: number {each.number} is on record as somebody else's")
    return wrong


def _of_others(lines: Sequence[Line]) -> list[str]:
    """What was written of somebody and stands with somebody else."""
    names = _names(lines)
    wrong: list[str] = []
    for line in lines:
        who = names.get(line.subject) or names.get(str(line.body.get("patient")))
        said = set(_OF_WHOM.findall(journal.canonical(line.body)))
        if who is not None and said - {who}:
            wrong.append(f"entry {line.seq}, {line.kind.value}, is of {who} and says {', '.join(said)}")
    return wrong


def _in_one_bed(queries: Queries, lines: Sequence[Line]) -> list[str]:
    """Homes to which more people went than had a bed, where nobody is told."""
    told = {line.body.get("placement") for line in lines if line.kind is Kind.HAPPENED}
    told |= {row.id for row in queries.moves() if row.flags}
    wrong: list[str] = []
    for home, last in queries.latest_returns().items():
        there = [held for held in queries.holds_in(home) if held.state in _THERE and not held.counted]
        if len(there) > (last.vacancies or 0) and not any(held.placement in told for held in there):
            wrong.append(
                f"{len(there)} people went to {home}, which had {last.vacancies} beds; nobody is told"
            )
    return wrong
