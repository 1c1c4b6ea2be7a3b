"""What happened all the same is gone after: whoever it went to says what was done, or hands it over (A5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from discharge.actions.context import Context, wanted
from discharge.model.errors import NotAllowed, UserError
from discharge.rules.may import those_who_may
from discharge.store.journal import Entry, Kind


def deal_with(context: Context, *, fact: str, words: str, at: datetime | None = None) -> list[Entry]:
    """Records what the person to whom it went has done about it; nobody else can."""
    role = context.role("deal_with")
    line = context.queries.happening(fact)
    if line.dealt_at is not None:
        raise UserError(f"{fact} is dealt with already.", "Nothing needs to be done.")
    if line.assigned != context.by.id:
        raise NotAllowed(
            f"This went to {line.assigned_name}.",
            "They have to say what they did; or have it handed over.",
            "A5",
        )
    body = {
        "id": fact,
        "patient": line.patient or None,
        "words": wanted(words, what="What was done about it"),
    }
    return [Entry(Kind.HAPPENING_DEALT_WITH, fact, body, role, context.happened(at))]


def hand_over(context: Context, *, fact: str, to: str, reason: str) -> list[Entry]:
    """Gives it to somebody else of the hub, with a reason; its clock begins anew."""
    line = context.queries.happening(fact)
    role = context.role("hand_over" if line.assigned == context.by.id else "hand_over_anothers")
    if line.dealt_at is not None:
        raise UserError(f"{fact} is dealt with already.", "Nothing needs to be done.")
    user = context.queries.user(to)
    if user is None or not user.active:
        raise UserError(f"{to} is nobody of this hub.", "Choose one of its people.")
    if not those_who_may("deal_with", [user]):
        raise UserError(f"{user.name} may not deal with it.", "Choose somebody who may.")
    due = context.now + timedelta(hours=context.queries.hub().escalation_hours)
    body = {
        "id": fact,
        "patient": line.patient or None,
        "to": to,
        "to_name": user.name,
        "due_at": due.isoformat(),
        "reason": wanted(reason, what="The reason"),
    }
    return [Entry(Kind.HAPPENING_HANDED_OVER, fact, body, role)]


__all__ = ["deal_with", "hand_over"]
