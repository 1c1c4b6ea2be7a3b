"""A result that came after somebody had left is passed on to whom it concerns."""

from __future__ import annotations

from datetime import datetime

from discharge.actions.context import Context
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given
from discharge.store.journal import Entry, Kind


def pass_on(
    context: Context,
    *,
    patient: str,
    whom: str,
    given: Given,
    says: str | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records that somebody was told of what came after the person had left: who, when, how, by whom.

    `whom` is a `NewsLine.whom`; `says` the words that were shown and confirmed, refused where the record says
    otherwise by now.
    """
    role = context.role("pass_on")
    line = next((each for each in context.queries.news(patient) if each.whom == whom), None)
    if line is None:
        raise UserError("They have heard of it already.", "Nothing needs to be done.")
    if says is not None and says.strip() != line.says:
        raise NotAllowed(f"The record says: {line.says}", "Read it again, and tell them that.", "C5")
    kind, _, name = whom.partition(":")
    body = {
        "patient": patient,
        "whom": whom,
        "label": "" if kind == "contact" else line.label,
        "setting": name if kind == "setting" else None,
        "says": line.says,
    }
    if kind == "contact":
        body["label"] = f"whoever looks after {name}"
    return [Entry(Kind.NEWS_PASSED_ON, patient, body, role, context.happened(at), given)]


__all__ = ["pass_on"]
