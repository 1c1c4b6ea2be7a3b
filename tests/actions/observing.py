"""Observations recorded by their parts, for tests: a test, symptoms, a contact, a clinician's date."""

from __future__ import annotations

from datetime import date, datetime

from discharge.actions.context import Context
from discharge.actions.infections import record_observation
from discharge.model.infection import Clearance, Exposure, Result, Symptoms, Test
from discharge.model.people import Given
from discharge.store.journal import Entry


def record_test(
    context: Context,
    *,
    patient: str,
    organism: str,
    result: Result,
    specimen_at: datetime,
    reported_at: datetime | None = None,
    given: Given | None = None,
) -> list[Entry]:
    """Records a test; first `pending`, then its result with the same specimen time."""
    seen = Test(organism=organism, result=result, specimen_at=specimen_at, reported_at=reported_at)
    return record_observation(context, patient=patient, observation=seen, given=given)


def record_symptoms(
    context: Context,
    *,
    patient: str,
    organism: str,
    onset_on: date,
    resolved_on: date | None = None,
    given: Given | None = None,
) -> list[Entry]:
    """Records symptoms; `resolved_on` is the first day without them."""
    seen = Symptoms(organism=organism, onset_on=onset_on, resolved_on=resolved_on)
    return record_observation(context, patient=patient, observation=seen, given=given)


def record_exposure(
    context: Context, *, patient: str, organism: str, exposed_on: date, given: Given | None = None
) -> list[Entry]:
    """Records a contact with somebody who has the organism."""
    seen = Exposure(organism=organism, exposed_on=exposed_on)
    return record_observation(context, patient=patient, observation=seen, given=given)


def record_clearance(
    context: Context,
    *,
    patient: str,
    organism: str,
    isolate_until: date | None = None,
    released_on: date | None = None,
    given: Given | None = None,
) -> list[Entry]:
    """Records a clinician's date: released on, or to isolate until (S5). Clinicians only (A2).

    A date before the end that the rules compute is asked for its reason.
    """
    seen = Clearance(organism=organism, isolate_until=isolate_until, released_on=released_on)
    return record_observation(context, patient=patient, observation=seen, given=given)
