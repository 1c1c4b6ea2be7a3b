"""Buildings with two registrations: one home, whose beds are counted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from discharge.exchange.cells import Cells
from discharge.exchange.register.columns import DUAL, NOUN
from discharge.exchange.register.homes import Found, KnownHome, OneHome, location_of
from discharge.exchange.register.opened import RegisterFile
from discharge.exchange.report import Answers, Imported, Outcome, Reading, Remark, RowOutcome, imported
from discharge.words.counts import count_words

TWICE = "nothing to mend; one building is one home"
_JOIN = "say that they are one, and they are joined; or that they are two"
_LINKED, _PRIMARY = "Linked Organisation ID", "Primary ID"


def ask_to_join(
    outcome: RowOutcome, here: KnownHome, there: KnownHome, primary: str, answers: Answers
) -> Reading[Found]:
    """Two homes of the hub that the register has as one building: held up, or joined on somebody's word."""
    names = f"{there.details.name} ({primary})"
    said = f"is one building with {names}, which the hub has as a home of its own: beds may count twice"
    asked = Remark(DUAL, said, _JOIN)
    if outcome.row in answers.another:
        kept = Remark(DUAL, f"{said}; they stay two, as somebody says", "")
        return Reading(replace(outcome, outcome=Outcome.SAME, remarks=(kept,), changes=()), None)
    if answers.same.get(outcome.row) != there.id:
        held = replace(outcome, outcome=Outcome.HELD, remarks=(asked, *outcome.remarks), maybe=there.id)
        return Reading(held, None)
    told = Remark(DUAL, f"{said}; the two are joined", "")
    joined = replace(outcome, outcome=Outcome.CHANGED, remarks=(told, *outcome.remarks), changes=())
    return Reading(
        joined,
        OneHome(there.id, here.id, "one building, registered twice, as the register says", outcome.row),
    )


def read_dual(file: RegisterFile, known: Mapping[str, KnownHome], answers: Answers) -> Imported[Found]:
    """The list of dual registrations, held against the homes of the hub; it sets up none."""
    readings: list[Reading[Found]] = []
    asked: set[frozenset[str]] = set()
    elsewhere = 0
    for row in file.rows():
        cells = Cells(row)
        location = "" if row.faults else location_of(cells)
        linked = cells.raw(_LINKED)
        outcome = RowOutcome(row.row, row.line, Outcome.SAME, about=location)
        if cells.faults:
            faulty = replace(outcome, outcome=Outcome.REJECTED, remarks=tuple(cells.faults))
            readings.append(Reading(faulty, None))
        elif "dual" not in cells.raw("Relationship").casefold() or not {location, linked} & set(known):
            elsewhere += 1
        else:
            readings.append(_pair(outcome, cells, known, asked, answers))
    notes = [*file.notes]
    if elsewhere:
        notes.append(f"{count_words(elsewhere, 'row')} of locations that the hub doesn't have passed over.")
    return imported(NOUN, file.name, readings, notes)


def _pair(
    outcome: RowOutcome,
    cells: Cells,
    known: Mapping[str, KnownHome],
    asked: set[frozenset[str]],
    answers: Answers,
) -> Reading[Found]:
    location, linked = outcome.about, cells.raw(_LINKED)
    counts = _counts(cells, location, linked)
    here, there = known.get(location), known.get(linked)
    pair = frozenset((location, linked))
    if here is not None and there is not None and here.id != there.id:
        if pair in asked:
            said = Remark(_LINKED, "the other row of the two says it already", "")
            return Reading(replace(outcome, remarks=(said,)), None)
        asked.add(pair)
        first, second = (there, here) if counts == linked else (here, there)
        return ask_to_join(outcome, second, first, counts or location, answers)
    if here is None or there is None:
        number = linked if there is None else location
        kept = f"; the register counts its beds under {counts}" if counts else ""
        said = Remark(
            DUAL,
            f"is registered twice, also as {number}: one building, and its beds count once{kept}",
            "",
        )
        return Reading(replace(outcome, remarks=(said,)), None)
    return Reading(outcome, None)


def _counts(cells: Cells, location: str, linked: str) -> str:
    """The registration that counts; empty where the file doesn't say. Some files tick it, some name it."""
    primary = cells.raw(_PRIMARY)
    if primary.casefold() in ("y", "yes", location.casefold()):
        return location
    return linked if primary.casefold() in ("n", "no", linked.casefold()) and primary else ""
