"""The CQC's latest ratings: a row a location, group and domain, of which one is the home's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from discharge.exchange.cells import Cells, word
from discharge.exchange.register.columns import IS_HOME, NOUN
from discharge.exchange.register.homes import (
    LOOK,
    Found,
    Home,
    KnownHome,
    differences,
    location_of,
    rating_of,
    waits_for_a_look,
)
from discharge.exchange.register.opened import RegisterFile
from discharge.exchange.report import Answers, Imported, Outcome, Reading, Remark, RowOutcome, imported
from discharge.words.counts import count_words

_GROUPS = ("overall", "care_homes")
"""Groups whose overall rating is the home's own: the second since 2024."""
_RATING, _DAY = "Latest Rating", "Publication Date"
_WORST_FIRST = ("inadequate", "requires_improvement", "good", "outstanding", None)


def read_ratings(file: RegisterFile, ours: Mapping[str, KnownHome], answers: Answers) -> Imported[Found]:
    """The ratings of the hub's homes: of each, the newest of its own; of two of one day, the worse.

    All other rows are counted in a note: other domains, groups, and locations that the hub doesn't have.
    """
    own: dict[str, list[Cells]] = {}
    readings: list[Reading[Found]] = []
    others = elsewhere = 0
    for row in file.rows():
        cells = Cells(row)
        location = "" if row.faults else location_of(cells)
        if cells.faults:
            readings.append(_reading(cells, Outcome.REJECTED, location))
        elif location not in ours or cells.yes(IS_HOME) is False:
            elsewhere += 1
        elif word(cells.raw("Domain")) == "overall" and _group(cells) in _GROUPS:
            own.setdefault(location, []).append(cells)
        else:
            others += 1
    for location, rows in own.items():
        readings += _of_home(rows, ours[location], file, answers)
    readings.sort(key=lambda each: each.outcome.row)
    notes = [
        *file.notes,
        f"This form has {file.form.lacks}: it brings ratings of the hub's homes up to date.",
    ]
    if others:
        notes.append(f"{count_words(others, 'row')} of other domains and groups passed over.")
    if elsewhere:
        notes.append(f"{count_words(elsewhere, 'row')} of locations that the hub doesn't have passed over.")
    return imported(NOUN, file.name, readings, notes)


def _group(cells: Cells) -> str:
    return word(cells.raw("Service / Population Group"))


def _of_home(rows: list[Cells], one: KnownHome, file: RegisterFile, answers: Answers) -> list[Reading[Found]]:
    """The rows of one home: the one that counts, and the others."""
    rated: list[tuple[str, int, Cells, object]] = []
    readings: list[Reading[Found]] = []
    location = one.details.cqc_id or ""
    for cells in rows:
        rating = rating_of(cells, _RATING)
        if cells.faults:
            readings.append(_reading(cells, Outcome.REJECTED, location))
            continue
        day = file.days.day(cells.raw(_DAY))
        rated.append((day, -_WORST_FIRST.index(rating), cells, rating))
    if not rated:
        return readings
    newest = max(rated, key=lambda each: each[:2])
    for each in rated:
        if each is newest:
            readings.append(_newest(each[2], each[0], each[3], one, answers))
        else:
            said = f"row {newest[2].row.row} is the newer one, or says the worse on the same day"
            each[2].remark(_RATING, f"isn't the one that counts: {said}")
            readings.append(_reading(each[2], Outcome.SAME, location))
    return readings


def _newest(cells: Cells, day: str, rating: object, one: KnownHome, answers: Answers) -> Reading[Found]:
    location = one.details.cqc_id or ""
    if rating == one.details.rating:
        return _reading(cells, Outcome.SAME, location)
    details = one.details.model_copy(update={"rating": rating})
    changes = differences(one.details, details)
    cells.remark(_RATING, f"published {day}" if day else "nobody says when it was published")
    asked = one.details.rating is not None
    held = asked and cells.row.row not in answers.another and not answers.all_changes
    if held:
        cells.remark("", waits_for_a_look(["rating"]), LOOK)
        found = _reading(cells, Outcome.HELD, location)
        return replace(found, outcome=replace(found.outcome, changes=changes))
    outcome = replace(_reading(cells, Outcome.TAKEN, location).outcome, changes=changes)
    return Reading(outcome, Home(one.id, details, one, cells.row.row))


def _reading(cells: Cells, outcome: Outcome, location: str) -> Reading[Found]:
    remarks: tuple[Remark, ...] = tuple(cells.faults if outcome is Outcome.REJECTED else cells.remarks)
    row = cells.row
    return Reading(RowOutcome(row.row, row.line, outcome, remarks, about=location), None)
