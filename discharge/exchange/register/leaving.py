"""Homes of the hub that have left the register, are to leave it, or are gone from it: what is said of them.

Deactivated is not closed: the building may be registered anew under another number, and that is looked for
before anything is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from discharge.exchange.cells import Cells
from discharge.exchange.register.columns import END
from discharge.exchange.register.days import DayOrder
from discharge.exchange.register.homes import GONE_HOME, Found, KnownHome, Left, OneHome
from discharge.exchange.register.places import Places
from discharge.exchange.report import Answers, Gone, Outcome, Reading, RowOutcome
from discharge.model.errors import UserError
from discharge.rules.authorities import key
from discharge.words.counts import listing, sentence_case
from discharge.words.register import left_words, since_of

JOINED = "joined"
"""What may be said besides of one that is registered anew as another home of the hub: the two are one."""
_MEANWHILE = "it takes nobody until somebody decides"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A row that says that a home of the hub has left, as long as the rest of the file isn't read."""

    cells: Cells
    location: str
    one: KnownHome
    after: str
    """The ids of the locations that followed it, where the row has them."""


@dataclass(frozen=True, slots=True)
class GoneHome:
    """A home of the hub without a row: a note on it, what is asked, what goes into the hub."""

    note: str
    said: Gone | None = None
    found: Left | OneHome | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a home that has left may be registered now."""

    ours: Mapping[str, KnownHome]
    places: Places
    leaving: frozenset[str]
    anew: Mapping[str, Sequence[tuple[str, int]]]
    """By the number of a home of the hub, the new ones at its place and their rows in the file."""

    def of(self, location: str, one: KnownHome, after: str = "") -> tuple[str, KnownHome | None]:
        """In words where it is registered now; and the home of the hub that it is, where it is one."""
        following = [each for each in after.split("; ") if each]
        ids = [each for each in following if each in self.ours and each not in self.leaving]
        homes = [self.ours[each] for each in ids] + [
            each
            for each in self.places.at(one.details)
            if each.id != one.id and each.details.cqc_id not in self.leaving
        ]
        if homes:
            other = homes[0]
            return (
                f"registered anew as {other.details.cqc_id}, {other.details.name}, a home of the hub",
                other,
            )
        if location in self.anew:
            rows = [f"{number} (row {row:,})" for number, row in self.anew[location]]
            return f"registered anew as {listing(rows, 'or')}: join?", None
        if following:
            return f"registered anew as {following[-1]}", None
        return "", None


def left_of(
    leaving: Leaving, elsewhere: Elsewhere, *, days: DayOrder, today: date, answers: Answers
) -> Reading[Found]:
    """What a row with an end comes to."""
    cells, one, location = leaving.cells, leaving.one, leaving.location
    text = days.day(cells.raw(END))
    on = Cells(replace(cells.row, cells={**cells.row.cells, END: text})).day(END) if text else None
    since = since_of(on, today)
    anew, other = elsewhere.of(location, one, leaving.after)
    decided = answers.gone.get(one.id, "")
    joins = other.id if other is not None else ""
    verb = left_words(since).replace("the CQC's register", "the register")
    whose = f"{one.details.name} is a home of the hub with {one.at_stake}"
    known = since in (one.left, one.decided) or (on is None and one.decided is not None)
    mend = _MEANWHILE if one.decided != since else "decided already"
    cells.remark(END, f"{verb}; {anew or _NOBODY_ELSE}; {whose}", mend)
    row = cells.row
    outcome = RowOutcome(
        row.row,
        row.line,
        Outcome.SAME if known and not decided else Outcome.CHANGED,
        tuple(cells.remarks),
        about=location,
        left=one.id if not known or one.decided != since else "",
        joins=joins,
    )
    if outcome.outcome is Outcome.SAME:
        return Reading(outcome, None)
    return Reading(outcome, _decided(one, on, row.row, decided, joins))


_NOBODY_ELSE = "no other registration of the place is known here, and there may be one"


def _decided(one: KnownHome, on: date | None, row: int, decided: str, joins: str) -> Left | OneHome:
    if decided == JOINED and joins:
        return OneHome(joins, one.id, "registered anew, as the register says", row)
    if decided == JOINED:
        raise UserError(
            f"{one.details.name} is registered anew as no home of the hub: there is none to join it with.",
            "Say that the new number is the same home; or decide on this one.",
        )
    if decided not in ("", *GONE_HOME):
        raise UserError(
            f"{decided!r} is nothing that becomes of a home.",
            f"Use one of {', '.join((*GONE_HOME, JOINED))}.",
        )
    return Left(one.id, on, row, decided)


def gone_from(there: set[str], areas: set[str], elsewhere: Elsewhere, *, answers: Answers) -> list[GoneHome]:
    """The hub's homes that the file should have and hasn't, and what is said of them."""
    by_area: dict[str, list[tuple[str, KnownHome]]] = {}
    for cqc, one in elsewhere.ours.items():
        area = key(one.details.local_authority)
        if area and area in areas and one.details.type in ("care_home", "hot_home"):
            by_area.setdefault(area, []).append((cqc, one))
    found: list[GoneHome] = []
    for homes in by_area.values():
        lacking = [(cqc, one) for cqc, one in homes if cqc not in there]
        anew = [each for each in lacking if each[0] in elsewhere.anew]
        away = [each for each in lacking if each[0] not in elsewhere.anew]
        if len(away) == len(homes) or (len(away) > 1 and 10 * len(away) > len(homes)):
            where = away[0][1].details.local_authority
            note = (
                f"{len(away):,} of the hub's {len(homes):,} homes in {where} aren't in this file:"
                " it doesn't look like the whole register there, so nothing is recorded of them."
            )
            found.append(GoneHome(note))
            away = []
        told = [each for each in lacking if each in anew or each in away]
        found += [_gone(cqc, one, elsewhere, answers) for cqc, one in told if one.decided is None]
    return found


def _gone(cqc: str, one: KnownHome, elsewhere: Elsewhere, answers: Answers) -> GoneHome:
    anew, other = elsewhere.of(cqc, one)
    decided, joins = answers.gone.get(one.id, ""), other.id if other is not None else ""
    also = f"; {anew}" if anew else ""
    stake = f"a home of the hub with {one.at_stake}"
    says = f"is in the register no more{also}; {one.details.name} is {stake}"
    stop = "" if also.endswith("?") else "."
    gone = f"{one.details.name} ({cqc}), {stake}, is in the register no more{also}{stop}"
    note = f"{gone} {sentence_case(_MEANWHILE)}."
    found = _decided(one, None, 0, decided, joins) if decided or one.left is None else None
    return GoneHome(note, Gone(one.id, "", "", left=decided, said=says, joins=joins, home=True), found)
