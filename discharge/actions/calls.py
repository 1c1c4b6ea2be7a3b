"""Telephone calls with settings: what was said and answered goes into the log, what it says of beds with it;
what was agreed, until it is done; and what was learned from an outbreak."""

from __future__ import annotations

from datetime import datetime

from discharge.actions.capacity_returns import record_capacity_return, record_no_change
from discharge.actions.context import Context, dump, wanted
from discharge.model.call import Agreed, Answers
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given
from discharge.model.setting_record import CapacityReturn
from discharge.model.shown.calls import ActionLine, ReviewLine
from discharge.store.journal import Entry, Kind
from discharge.words.days import day_words


def log_call(
    context: Context,
    *,
    setting: str,
    said: str = "",
    given: Given | None = None,
    incoming: bool = False,
    at: datetime | None = None,
    answers: Answers | None = None,
    agreed: Agreed | None = None,
) -> list[Entry]:
    """Records a call with a setting: when, who was spoken to (`given`; None: nobody answered), what was said
    and answered, and what was agreed.

    Refused: a call that somebody answered and nothing was said in; answers that nobody gave.
    """
    role = context.role("log_call")
    context.queries.setting_details(setting)
    words = said.strip()
    answered = answers if answers is not None and answers.says_something else None
    if given is None and (answered or agreed):
        raise UserError("Nobody answered, and something was said all the same.", "Say who was spoken to.")
    if given is not None and not words and answered is None and agreed is None:
        words = wanted(said, what="What was said")
    if given is None and incoming:
        raise UserError("A call that came in was somebody's.", "Say who rang.")
    happened = context.happened(at)
    body = {"said": words, "incoming": incoming, "answered": given is not None}
    if answered is not None:
        _make_sense(context, answered)
        body["answers"] = {key: value for key, value in dump(answered).items() if value is not None}
    entries = [Entry(Kind.CALL_LOGGED, setting, body, role, happened, given)]
    if agreed is not None:
        entries += agree_action(context, setting=setting, agreed=agreed, given=given, at=at)
    return entries


def _make_sense(context: Context, answers: Answers) -> None:
    """`UserError` for a test still to come, and for more beds that can be used than there are empty."""
    if answers.tested_on is not None and answers.tested_on > context.queries.today:
        raise UserError(
            f"{day_words(answers.tested_on)} is still to come.", "Say when they were tested last."
        )
    empty, fit = answers.empty_beds, answers.can_take
    if empty is not None and fit is not None and fit > empty:
        raise UserError(
            f"More beds are fit for somebody ({fit}) than are empty ({empty}).", "Ask again which it is."
        )


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
    answers: Answers | None = None,
    agreed: Agreed | None = None,
    beds_said: bool = True,
    at: datetime | None = None,
) -> list[Entry]:
    """Records one call of the morning round: the capacity return (None: no change), and the call itself
    where it is known who was spoken to, with its answers and what was agreed.

    With `beds_said` false nothing was said of beds: there is no return, only the call.
    """
    entries: list[Entry] = []
    if beds_said:
        entries = (
            record_no_change(context, setting=setting, given=given, at=at)
            if report is None
            else record_capacity_return(context, setting=setting, report=report, given=given)
        )
    if given is None and answers is None and agreed is None:
        return entries
    words = said.strip()
    if beds_said and not words:
        words = "No change." if report is None else "Said which beds are free."
    return [
        *entries,
        *log_call(context, setting=setting, said=words, given=given, answers=answers, agreed=agreed, at=at),
    ]


# what was agreed


def agree_action(
    context: Context, *, setting: str, agreed: Agreed, given: Given | None = None, at: datetime | None = None
) -> list[Entry]:
    """Records what is to be done for a home, by whom and by when; it stands on Today until it is done."""
    role = context.role("agree_action")
    context.queries.setting_details(setting)
    if agreed.due < context.queries.today:
        raise UserError(f"{day_words(agreed.due)} has gone by.", "Say by when it will be done.")
    number = context.queries.next_action_number()
    body = {"number": number, "action": f"A-{number:04d}", **dump(agreed)}
    return [Entry(Kind.ACTION_AGREED, setting, body, role, context.happened(at), given)]


def do_action(
    context: Context, *, action: str, words: str = "", given: Given | None = None, at: datetime | None = None
) -> list[Entry]:
    """Records that what was agreed is done."""
    role = context.role("do_action")
    found = _action(context, action)
    if found.done_at is not None:
        raise UserError("It is done already.", "Nothing needs to be done.")
    body = {"action": action, "what": found.what, "words": words.strip()}
    return [Entry(Kind.ACTION_DONE, found.setting, body, role, context.happened(at), given)]


def reopen_action(context: Context, *, action: str, reason: str) -> list[Entry]:
    """What was said to be done isn't: it is to be done again."""
    role = context.role("reopen_action")
    found = _action(context, action)
    if found.done_at is None:
        raise UserError("It isn't done yet.", "Nothing needs to be done.")
    body = {"action": action, "what": found.what, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.ACTION_REOPENED, found.setting, body, role)]


def drop_action(context: Context, *, action: str, reason: str) -> list[Entry]:
    """What was agreed is no longer to be done, or never was; it stays in the record."""
    role = context.role("drop_action")
    found = _action(context, action)
    if found.done_at is not None:
        raise NotAllowed("It is done by now.", "Take that back first.")
    body = {"action": action, "what": found.what, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.ACTION_DROPPED, found.setting, body, role)]


def _action(context: Context, name: str) -> ActionLine:
    found = context.queries.agreed_action(name)
    if found is None:
        raise UserError(f"There is no action {name} that is agreed.", "Choose one of the list.")
    return found


# what was learned


def review_outbreak(
    context: Context, *, ended: str, learned: str, shared: str = "", at: datetime | None = None
) -> list[Entry]:
    """Records what was learned from an outbreak that ended, and with whom it was shared.

    `ended` is the entry that ended it.
    """
    role = context.role("review_outbreak")
    found = _review(context, ended)
    if found.reviewed_at is not None:
        raise UserError("This outbreak was looked back on already.", "Nothing needs to be done.")
    body = {
        "ended": ended,
        "organism": found.organism,
        "learned": wanted(learned, what="What was learned"),
        "shared": shared.strip(),
    }
    return [Entry(Kind.OUTBREAK_REVIEWED, found.setting, body, role, context.happened(at))]


def take_back_review(context: Context, *, ended: str, reason: str) -> list[Entry]:
    """Takes back a review recorded by mistake: it is due again."""
    role = context.role("take_back_review")
    found = _review(context, ended)
    if found.reviewed_at is None:
        raise UserError("This outbreak wasn't looked back on yet.", "Nothing needs to be done.")
    body = {"ended": ended, "organism": found.organism, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.OUTBREAK_REVIEW_TAKEN_BACK, found.setting, body, role)]


def _review(context: Context, ended: str) -> ReviewLine:
    found = context.queries.outbreak_review(ended)
    if found is None:
        raise UserError("There is no such outbreak that ended.", "Choose one of the list.")
    return found


__all__ = [
    "agree_action", "do_action", "drop_action", "log_call", "record_phoned", "reopen_action",
    "review_outbreak", "take_back_review", "withdraw_call",
]  # fmt: skip
