"""A designation under way: on record and shown, and in no plan until the unit is designated (R1)."""

from __future__ import annotations

from datetime import date, datetime

from discharge.actions.context import Context
from discharge.model.designating import DesignationStep
from discharge.model.errors import NotAllowed, UserError
from discharge.store.journal import Entry, Kind


def record_designation_step(
    context: Context,
    *,
    setting: str,
    unit: str,
    step: DesignationStep,
    on: date,
    beds: int,
    at: datetime | None = None,
) -> list[Entry]:
    """Records how far a unit has come on the way to being designated, and how many beds that is about.

    It changes nothing that a rule reads: whoever has to isolate in a designated unit is proposed there once
    `designate` is recorded. Refused: a step still to come, withdrawing what isn't under way.
    """
    role = context.role("record_designation_step")
    found = context.queries.setting_facts(setting)
    if all(each.id != unit for each in found.units):
        raise UserError(f"{found.name} has no unit {unit}.", "Add it, or choose another.")
    if on > context.queries.today:
        raise NotAllowed("That is still to come.", "Record it once it has happened.")
    if beds < 1:
        raise UserError("No beds are named.", "Say how many beds it is about.")
    there = {each.unit for each in context.queries.designations_under_way(setting)}
    if step is DesignationStep.WITHDRAWN and unit not in there:
        raise UserError(f"No designation of unit {unit} is under way.", "Nothing needs to be done.")
    body = {"unit": unit, "step": step.value, "on": on.isoformat(), "beds": beds}
    return [Entry(Kind.DESIGNATION_STEP, setting, body, role, context.happened(at))]


__all__ = ["record_designation_step"]
