"""Telephone calls with settings: what was said goes into the log, and what it says of beds with it."""

from __future__ import annotations

from datetime import datetime

from discharge.actions.capacity_returns import record_capacity_return, record_no_change
from discharge.actions.context import Context, wanted
from discharge.model.errors import UserError
from discharge.model.people import Given
from discharge.model.setting_record import CapacityReturn
from discharge.store.journal import Entry, Kind


def log_call(
    context: Context,
    *,
    setting: str,
    said: str = "",
    given: Given | None = None,
    incoming: bool = False,
    at: datetime | None = None,
) -> list[Entry]:
    """Records a call with a setting: when, who was spoken to (`given`; None: nobody answered), what was said.

    Refused: a call that somebody answered and nothing was said in.
    """
    role = context.role("log_call")
    context.queries.setting_details(setting)
    words = said.strip()
    if given is not None and not words:
        words = wanted(said, what="What was said")
    if given is None and incoming:
        raise UserError("A call that came in was somebody's.", "Say who rang.")
    body = {"said": words, "incoming": incoming, "answered": given is not None}
    return [Entry(Kind.CALL_LOGGED, setting, body, role, context.happened(at), given)]


def withdraw_call(
    context: Context, *, setting: str, call: str, reason: str, at: datetime | None = None
) -> list[Entry]:
    """Takes a call recorded by mistake out of the log: it stays readable and counts no more."""
    role = context.role("withdraw_call")
    found = context.queries.call(setting, call)
    if found is None:
        raise UserError("There is no such call in the log.", "Choose one of the setting's calls.")
    if found.withdrawn:
        raise UserError("The call was taken out already.", "Nothing needs to be done.")
    body = {"call": call, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.CALL_WITHDRAWN, setting, body, role, context.happened(at))]


def record_phoned(
    context: Context,
    *,
    setting: str,
    report: CapacityReturn | None,
    given: Given | None = None,
    said: str = "",
) -> list[Entry]:
    """Records one call of the morning round: the capacity return (None: no change), and the call itself
    where it is known who was spoken to.
    """
    entries = (
        record_no_change(context, setting=setting, given=given)
        if report is None
        else record_capacity_return(context, setting=setting, report=report, given=given)
    )
    if given is not None:
        words = said.strip() or ("No change." if report is None else "Said which beds are free.")
        entries += log_call(context, setting=setting, said=words, given=given)
    return entries


__all__ = ["log_call", "record_phoned", "withdraw_call"]
