"""The discharge ready date of somebody who met the criteria to reside again."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from discharge.actions.patients import amend_patient, leave, take_back
from discharge.actions.placements import end
from discharge.model.patient_record import LeaveReason
from discharge.model.placement import EndOutcome
from discharge.model.shown.situation import PersonFacts
from tests.actions.a_hub import TODAY, AHub, stay

READY = date(2020, 11, 12)


def told(hub: AHub, patient: str) -> PersonFacts:
    """What the Situation knows of the person."""
    return next(one for one in hub.desk.ask(lambda q: q.situation()).people if one.id == patient)


def fell_unwell_and_came_back(hub: AHub, *, days: int) -> str:
    patient = hub.patient(no_longer_meets_on=READY)
    hub.does(partial(leave, patient=patient, reason=LeaveReason.UNWELL))
    hub.clock.plus(days=days)
    hub.does(partial(take_back, patient=patient))
    return patient


def test_a_date_that_was_said_before_they_fell_unwell_counts_no_more_and_is_asked_for(hub: AHub) -> None:
    patient = fell_unwell_and_came_back(hub, days=2)
    assert told(hub, patient).ready_date is None
    page = hub.desk.ask(lambda q: q.patient(patient))
    assert page.ready_date is None
    assert page.row.waiting_since == page.row.ready_on
    assert "the new date of no longer meeting the criteria to reside" in page.row.missing


def test_the_date_that_is_said_anew_counts_everywhere(hub: AHub) -> None:
    patient = fell_unwell_and_came_back(hub, days=2)
    anew = date(2020, 11, 18)
    hub.does(partial(amend_patient, patient=patient, changes={"no_longer_meets_on": anew}))
    assert told(hub, patient).ready_date == anew
    page = hub.desk.ask(lambda q: q.patient(patient))
    assert (page.ready_date, page.row.waiting_since) == (anew, anew)
    assert "the new date of no longer meeting the criteria to reside" not in page.row.missing


def test_a_leaving_that_is_taken_back_on_its_day_was_a_slip_and_the_date_stands(hub: AHub) -> None:
    patient = fell_unwell_and_came_back(hub, days=0)
    assert told(hub, patient).ready_date == READY


@pytest.mark.parametrize("reason", [LeaveReason.OTHER_HUB, LeaveReason.SELF_DISCHARGED])
def test_whoever_left_for_another_reason_has_their_date_when_they_are_back(
    hub: AHub, reason: LeaveReason
) -> None:
    patient = hub.patient(no_longer_meets_on=READY)
    hub.does(partial(leave, patient=patient, reason=reason))
    hub.clock.plus(days=1)
    hub.does(partial(take_back, patient=patient))
    assert told(hub, patient).ready_date == READY
    assert TODAY > READY


@pytest.mark.whole
def test_somebody_back_in_hospital_after_a_placement_begins_anew(hub: AHub) -> None:
    patient = hub.negative("Ben Ode", no_longer_meets_on=READY)
    placement = hub.proposed(patient, stay(hub.home()))
    hub.walk(placement, "arrived")
    hub.clock.plus(days=2)
    hub.does(partial(end, placement=placement, outcome=EndOutcome.BACK_TO_HOSPITAL))
    assert told(hub, patient).ready_date is None
