"""What the hub says of rows that were read: what is asked of people, what is told of beds, who is placed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from discharge.actions.places import filled, unknown_postcode
from discharge.actions.sensible import Question, about_details, about_observation
from discharge.exchange.capacity_tracker import Return
from discharge.exchange.known_people import Leaver, Person
from discharge.exchange.report import (
    Imported,
    Outcome,
    Remark,
)
from discharge.model.infection import Observation
from discharge.model.london import london_date
from discharge.model.setting import Unit
from discharge.rules.careful import careful, which_beds
from discharge.store.ask.queries import Queries
from discharge.store.file.postcodes import Postcodes
from discharge.words.counts import count_words


def _put_in_place(one: Person) -> tuple[Observation, ...]:
    return tuple(right for right in one.corrections.values() if right is not None)


_ANSWER = "mend it, or say that it is so"


def placed(
    found: Imported[Person | Leaver], postcodes: Postcodes, queries: Queries
) -> tuple[Imported[Person | Leaver], dict[int, str]]:
    """The same with a note of how many their postcode will place; and by row, what is to be asked of one."""
    unknown: dict[int, str] = {}
    so_many = 0
    for one in found.found:
        if isinstance(one, Leaver) or not (one.known is None or "postcode" in one.changes):
            continue
        if said := unknown_postcode(postcodes, one.details.postcode):
            unknown[one.row] = said
        elif one.details.latitude is None:
            so_many += filled(postcodes, queries, one.details).latitude is not None
    if not so_many:
        return found, unknown
    whose = count_words(so_many, "person gets their", "people get their")
    note = f"{whose} place on the map from the postcode, as the list has no coordinates."
    return replace(found, report=replace(found.report, notes=(*found.report.notes, note))), unknown


def held_up(
    found: Imported[Person | Leaver],
    *,
    now: datetime,
    carried: frozenset[str],
    unknown: Mapping[int, str],
    answered: Collection[int],
) -> Imported[Person | Leaver]:
    """The same without the people of whom something is to be asked: their rows are held up with it."""
    asked: dict[int, tuple[Remark, ...]] = {}
    for one in found.found:
        if isinstance(one, Leaver):
            continue
        questions = [
            *(
                each
                for each in about_details(one.details, today=london_date(now))
                if one.known is None or each.field in one.changes
            ),
            *(
                each
                for seen in (*one.observations, *_put_in_place(one))
                for each in about_observation(seen, now=now, carried=carried)
            ),
        ]
        if one.row in unknown:
            questions.append(Question("postcode", "", unknown[one.row]))
        if questions:
            end = "; taken all the same" if one.row in answered else ""
            asked[one.row] = tuple(
                Remark(each.field, f"{each.sentence.rstrip('.')}{end}", "" if end else _ANSWER)
                for each in questions
            )
    if not asked:
        return found
    rows = tuple(
        replace(
            row,
            outcome=Outcome.CHANGED if row.row in answered else Outcome.HELD,
            remarks=(*asked[row.row], *row.remarks),
        )
        if row.row in asked
        else row
        for row in found.report.rows
    )
    kept = tuple(
        one for one in found.found if isinstance(one, Leaver) or one.row not in asked or one.row in answered
    )
    return Imported(replace(found.report, rows=rows), kept)


def with_beds_said(
    found: Imported[Return],
    units: dict[str, tuple[Unit, ...]],
    today: date,
    registered: Mapping[str, int],
) -> Imported[Return]:
    """The same, with a remark where the vacancies aren't the beds that the hub has as free.

    A return gives a number, not rooms: it never makes a bed of a room and category that nobody knows.
    """
    said = {
        one.row: remark
        for one in found.found
        if (remark := _about_beds(one, units.get(one.setting, ()), today, registered)) is not None
    }
    if not said:
        return found
    rows = tuple(
        replace(row, remarks=(*row.remarks, said[row.row])) if row.row in said else row
        for row in found.report.rows
    )
    homes = count_words(len(said), "home declares", "homes declare")
    note = (
        f"{homes} other vacancies than the hub has beds free: a return gives a number, not rooms, and never "
        "makes a bed that the hub doesn't know."
    )
    report = replace(found.report, rows=rows, notes=(*found.report.notes, note))
    return Imported(report, found.found)


def _about_beds(
    one: Return, units: Sequence[Unit], today: date, registered: Mapping[str, int]
) -> Remark | None:
    """What `record_capacity_return` will make of the number, where that isn't the number itself."""
    vacancies = careful(one.report, registered=registered.get(one.setting)).most or 0
    groups = [(unit, beds) for unit in units for beds in unit.beds]
    if one.report.types:
        asked = which_beds(one.report.types, [beds.category for _, beds in groups])
        return Remark("bedtype", "; ".join(asked), "the morning round asks it") if asked else None
    free = sum(
        span.count
        for _, beds in groups
        for span in beds.free
        if span.start <= today and (span.end is None or today < span.end)
    )
    if vacancies > 0 and not groups:
        return Remark(
            "declaredvacancies",
            f"the hub has no beds of this home by room and category: none of the {vacancies} can be offered",
            "record the home's units and beds",
        )
    if vacancies > free and len(groups) == 1:
        unit, beds = groups[0]
        return Remark(
            "declaredvacancies",
            f"all {vacancies} are taken as beds {beds.id} of unit {unit.id}, the only ones the hub knows of "
            f"this home ({free} free before)",
            "record its other beds where it has any",
        )
    if vacancies > free:
        return Remark(
            "declaredvacancies",
            f"{free} of the {vacancies} are beds that the hub has as free; the others aren't known by room",
            "ask the home which beds, and record them",
        )
    if vacancies < free:
        return Remark(
            "declaredvacancies",
            f"the hub has {free} beds of this home as free; they are lowered until they fit {vacancies}",
            "ask the home which beds are still free, and record them",
        )
    return None
