"""Beds kept for somebody: a resident's own room while they are in hospital or isolate elsewhere (N12)."""

from __future__ import annotations

from datetime import date, datetime

from discharge.actions.context import Context, wanted
from discharge.model.errors import NotAllowed, UserError
from discharge.model.kept_bed import PaidBy
from discharge.model.london import london_date
from discharge.model.people import Given
from discharge.model.placement import PlacementState
from discharge.store.journal import Entry, Kind
from discharge.words.days import day_words


def keep_bed(
    context: Context,
    *,
    setting: str,
    unit: str,
    beds: str,
    patient: str,
    paid_by: PaidBy = PaidBy.NOT_KNOWN,
    until: date | None = None,
    among_free: bool = True,
    note: str = "",
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Keeps a bed of a group for one person, until the first night `until`; None: until it is released.

    Done again for the same group it is kept on: another date, another payer. `among_free`: the setting
    counts the bed among those it gave as free, so that it is taken out of them (the careful reading); a
    later return of the setting no longer counts it. Refused: for somebody who isn't on the list, who lives
    in another setting, who is there already, or for whom another bed is kept.
    """
    role = context.role("keep_bed")
    found = context.queries.setting_facts(setting)
    if not any((one.id, group.id) == (unit, beds) for one in found.units for group in one.beds):
        raise UserError(f"{found.name} has no beds {beds} in a unit {unit}.", "Choose one of its groups.")
    person = context.queries.person(patient)
    if person.left_reason is not None:
        raise NotAllowed(f"{patient} isn't on the list.", "Take them back on the list first.")
    usual = person.details.usual_setting
    if usual is not None and usual != setting:
        where = context.queries.setting_names().get(usual, usual)
        raise NotAllowed(
            f"By their record they live at {where}.", "Amend the record of the person first.", "N12"
        )
    before = context.queries.kept_beds(patient=patient)
    for one in before:
        if (one.setting, one.unit, one.beds) != (setting, unit, beds):
            raise NotAllowed(
                f"Bed {one.beds} of {one.setting_name} is kept for them already.", "Release that one first."
            )
    if any(
        placed.state is PlacementState.ARRIVED and placed.current.view.setting == setting
        for placed in context.queries.active_of(patient)
    ):
        raise NotAllowed(
            "They are there already: their placement holds the bed.", "Nothing needs to be done."
        )
    if until is not None and until <= context.queries.today:
        raise UserError(f"{day_words(until)} isn't to come.", "Give the first night on which it isn't kept.")
    happened = context.happened(at)
    first = before[0] if before else None
    start = london_date(happened) if first is None else first.start
    body = {
        "patient": patient,
        "unit": unit,
        "beds": beds,
        "from": start.isoformat(),
        "until": None if until is None else until.isoformat(),
        "paid_by": paid_by.value,
        "among_free": among_free,
        "note": note.strip(),
        "since": (happened if first is None else first.since).isoformat(),
    }
    return [Entry(Kind.BED_KEPT, setting, body, role, happened, given)]


def release_bed(
    context: Context,
    *,
    setting: str,
    patient: str,
    reason: str,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """The bed is kept for that person no more: it is free where the setting's figures count it so.

    Also of somebody who had settled there and is on the list again: their old room.
    """
    role = context.role("release_bed")
    name = context.queries.setting_details(setting).name
    rooms = context.queries.kept_beds(patient=patient, old=True)
    one = next((one for one in rooms if one.setting == setting), None)
    if one is None:
        raise UserError(f"No bed of {name} is kept for them.", "Nothing needs to be done.")
    body = {
        "patient": patient,
        "unit": one.unit,
        "beds": one.beds,
        "placement": one.placement,
        "position": one.position,
        "reason": wanted(reason, what="The reason"),
    }
    return [Entry(Kind.BED_RELEASED, setting, body, role, context.happened(at), given)]


__all__ = ["keep_bed", "release_bed"]
