"""Designation: the way there, shown and in no plan; the director's word, which counts (R1, A2)."""

from __future__ import annotations

from datetime import date, datetime

from discharge.actions.context import Context, wanted
from discharge.actions.settings import lasts, unit_there
from discharge.model.designating import DesignationStep
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given, How, Role
from discharge.model.setting import Span
from discharge.store.journal import Entry, Kind

DIRECTOR = "director of adult social services"


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
    unit_there(context.queries.setting_facts(setting), unit)
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


def designate(
    context: Context,
    *,
    setting: str,
    unit: str,
    span: Span,
    given: Given | None = None,
    assured_on: date,
    at: datetime | None = None,
) -> list[Entry]:
    """Records the designation of a unit: the director's of adult social services, after CQC assurance (A2).

    A DASS's own word needs no `given`; an LA lead, who records it in a hub without a DASS, says whose it is.
    `assured_on` is the day of the assurance: not to come, and not after the designation's first day. The unit
    has to be able to isolate (R1).
    """
    role = context.role("designate")
    if role is Role.DASS:
        given = Given(how=How.IN_PERSON, name=context.by.name, role=DIRECTOR)
    elif given is None:
        raise UserError("The director's word is missing.", "Say whose word it is, and how it was given.")
    found = unit_there(context.queries.setting_facts(setting), unit)
    if found.isolation == "none":
        raise NotAllowed(f"Unit {unit} can't isolate anybody.", "Set how it isolates first.", "R1")
    if assured_on > context.queries.today:
        raise NotAllowed(
            "The CQC's assurance is still to come.", "Designate the unit once it is there.", "A2"
        )
    if span.start < assured_on:
        raise NotAllowed(
            "A designation can't begin before the CQC's assurance.", "Mend one of the dates.", "A2"
        )
    if span.end is not None and span.end <= span.start:
        raise UserError(
            "The designation would end on the day it begins, or before.", "Mend one of the dates."
        )
    body = {
        "unit": unit,
        "from": span.start.isoformat(),
        "to": None if span.end is None else span.end.isoformat(),
        "assured_on": assured_on.isoformat(),
    }
    return [Entry(Kind.UNIT_DESIGNATED, setting, body, role, context.happened(at), given)]


def end_designation(
    context: Context,
    *,
    setting: str,
    unit: str,
    on: date,
    reason: str,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Ends a designation: `on` is the first night without it. A DASS, or an LA lead.

    Also one that counts for nothing while the unit isolates nobody: else it would come back with that.
    """
    role = context.role("end_designation")
    unit_there(context.queries.setting_facts(setting), unit)
    found = context.queries.designation(setting, unit)
    if not lasts(found, context.queries.today):
        raise UserError(f"Unit {unit} isn't designated.", "Nothing needs to be done.")
    if found.end is not None and on > found.end:
        raise UserError("The designation ends before that.", "Record a new designation to prolong it.")
    on = max(on, found.start)
    body = {"unit": unit, "on": on.isoformat(), "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.DESIGNATION_ENDED, setting, body, role, context.happened(at), given)]
