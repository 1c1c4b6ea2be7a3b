"""Homes and the CQC's register: one that has left it takes nobody until somebody has decided."""

from __future__ import annotations

from datetime import date, datetime

from discharge.actions.context import Context, wanted
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given
from discharge.store.journal import Entry, Kind
from discharge.words.register import left_words, since_of


def record_left_register(
    context: Context, *, setting: str, on: date | None, at: datetime | None = None
) -> list[Entry]:
    """Records that a setting has left the CQC's register, since `on` where that is known: it takes nobody
    until somebody decides (`decide_on_register`). Nothing is recorded where that is known or was decided. One
    that is still to leave is asked about twice: now, and once the day has come.
    """
    role = context.role("record_left_register")
    since = since_of(on, context.queries.today)
    state = context.queries.register_state(setting)
    if since in (state.left, state.decided) or (on is None and state.decided is not None):
        return []
    body = {
        "since": since,
        "closed_before": state.closed_before if state.left is not None else state.closed_reason,
        "closed": f"It {left_words(since)}, and nobody has decided.",
    }
    return [Entry(Kind.SETTING_LEFT_REGISTER, setting, body, role, context.happened(at))]


def decide_on_register(
    context: Context,
    *,
    setting: str,
    keep: bool,
    reason: str,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """A person's decision on a home that has left the register: it is used on as before, or stays closed."""
    role = context.role("decide_on_register")
    state = context.queries.register_state(setting)
    if state.left is None:
        raise UserError("It stands in the register as far as is known.", "Nothing needs to be done.")
    why = wanted(reason, what="The reason")
    closed = state.closed_before if keep else f"It {left_words(state.left)}: {why}"
    body = {"keep": keep, "reason": why, "since": state.left, "closed": closed}
    return [Entry(Kind.REGISTER_DECIDED, setting, body, role, context.happened(at), given)]


def not_open_yet(context: Context, setting: str) -> None:
    """Refuses to open a home's admissions that has left the register and on which nobody has decided."""
    left = context.queries.register_state(setting).left
    if left is not None:
        raise NotAllowed(f"It {left_words(left)}.", "Decide on that first.", "N5")


__all__ = ["decide_on_register", "not_open_yet", "record_left_register"]
