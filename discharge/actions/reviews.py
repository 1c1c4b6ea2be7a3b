"""What became of a move: reviews on days 3, 14 and 28; and a trusted assessor's assessment before it."""

from __future__ import annotations

from datetime import datetime

from discharge.actions.context import Context, dump, wanted
from discharge.model.errors import UserError
from discharge.model.people import Given
from discharge.model.review import Assessment, Review
from discharge.store.journal import Entry, Kind


def record_review(
    context: Context,
    *,
    placement: str,
    review: Review,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records what was found out about somebody some days after they arrived; `given` is who said so.

    Refused before they have arrived.
    """
    role = context.role("record_review")
    page = context.queries.placement(placement)
    if page.row.stays[0].arrived_at is None:
        raise UserError(f"{page.row.patient_name} hasn't arrived yet.", "Record the arrival first.")
    number = context.queries.next_review_number()
    body = {
        "number": number,
        "id": f"V-{number:05d}",
        "patient": page.row.patient,
        "review": dump(review),
    }
    return [Entry(Kind.REVIEWED, placement, body, role, context.happened(at), given)]


def withdraw_review(context: Context, *, placement: str, review: str, reason: str) -> list[Entry]:
    """Takes back a review recorded by mistake: it stays readable, and is due again."""
    role = context.role("withdraw_review")
    found = next((each for each in context.queries.reviews(placement) if each.id == review), None)
    if found is None:
        raise UserError("There is no such review.", "Choose one of the placement's reviews.")
    body = {"id": review, "day": found.review.day, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.REVIEW_WITHDRAWN, placement, body, role)]


def record_assessment(context: Context, *, patient: str, assessment: Assessment) -> list[Entry]:
    """Records what a trusted assessor found, and for which settings that stands.

    Refused: a day still to come; a setting that there isn't.
    """
    role = context.role("record_assessment")
    queries = context.queries
    queries.patient_details(patient)
    if assessment.on > queries.today:
        raise UserError("The assessment is still to come.", "Record it once it was made.")
    for name in assessment.settings:
        queries.setting_details(name)
    number = queries.next_assessment_number()
    body = {"number": number, "id": f"A-{number:05d}", "assessment": dump(assessment)}
    return [Entry(Kind.ASSESSED, patient, body, role)]


def withdraw_assessment(context: Context, *, patient: str, assessment: str, reason: str) -> list[Entry]:
    """Takes back an assessment recorded by mistake, or no longer true: it stays readable."""
    role = context.role("withdraw_assessment")
    found = next((each for each in context.queries.assessments(patient) if each.id == assessment), None)
    if found is None or found.withdrawn:
        raise UserError("There is no such assessment that counts.", "Choose one of the person's.")
    body = {"id": assessment, "assessor": found.assessment.assessor,
            "reason": wanted(reason, what="The reason")}  # fmt: skip
    return [Entry(Kind.ASSESSMENT_WITHDRAWN, patient, body, role)]


__all__ = ["record_assessment", "record_review", "withdraw_assessment", "withdraw_review"]
