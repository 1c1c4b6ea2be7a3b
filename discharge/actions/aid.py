"""Mutual aid with neighbouring boroughs: asked, answered, owed and given back. Never an input of matching."""

from __future__ import annotations

from datetime import date, datetime

from discharge.actions.context import Context, wanted
from discharge.model.call import AidAnswer, AidKind, AidWay
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given
from discharge.model.shown.calls import AidLine
from discharge.store.journal import Entry, Kind


def ask_for_aid(
    context: Context,
    *,
    way: AidWay,
    borough: str,
    kind: AidKind,
    wanted_words: str,
    needed_by: date | None = None,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records that this hub asks a borough for help, or is asked by one: for what, how much, by when."""
    role = context.role("ask_for_aid")
    happened = context.happened(at)
    number = context.queries.next_aid_number()
    body = {
        "number": number,
        "way": way.value,
        "borough": wanted(borough, what="The borough"),
        "kind": kind.value,
        "wanted": wanted(wanted_words, what="What is asked for"),
        "needed_by": needed_by.isoformat() if needed_by is not None else None,
    }
    return [Entry(Kind.AID_ASKED, f"M-{number:04d}", body, role, happened, given)]


def answer_aid(
    context: Context,
    *,
    aid: str,
    answer: AidAnswer,
    words: str = "",
    owed: bool = False,
    back_by: date | None = None,
    given: Given | None = None,
    at: datetime | None = None,
) -> list[Entry]:
    """Records the answer to a request, and whether what was given is to be given back, by when."""
    role = context.role("answer_aid")
    found = _aid(context, aid)
    if found.answer is not None:
        raise UserError("It is answered already.", "Take that answer back first, or ask anew.")
    if answer is AidAnswer.NO and owed:
        raise UserError(
            "Nothing was given that could be given back.", "Answer yes or in part, or owe nothing."
        )
    if answer is AidAnswer.PART:
        wanted(words, what="What was given of it")
    body = {
        "answer": answer.value,
        "words": words.strip(),
        "owed": owed,
        "back_by": back_by.isoformat() if owed and back_by is not None else None,
    }
    return [Entry(Kind.AID_ANSWERED, aid, body, role, context.happened(at), given)]


def give_back_aid(
    context: Context, *, aid: str, words: str = "", given: Given | None = None, at: datetime | None = None
) -> list[Entry]:
    """Records that what was owed is given back."""
    role = context.role("give_back_aid")
    if not _aid(context, aid).is_owed:
        raise UserError("Nothing of it is owed.", "Nothing needs to be done.")
    return [Entry(Kind.AID_GIVEN_BACK, aid, {"words": words.strip()}, role, context.happened(at), given)]


def take_back_aid(context: Context, *, aid: str, step: Kind, reason: str) -> list[Entry]:
    """Takes back the last step of a request, recorded by mistake; it stays in the record."""
    role = context.role("take_back_aid")
    if _last(_aid(context, aid)) is not step:
        raise NotAllowed("It has gone on since.", "Take the later step back first.")
    body = {"kind": step.value, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.AID_STEP_TAKEN_BACK, aid, body, role)]


def _last(found: AidLine) -> Kind:
    if found.back_at is not None:
        return Kind.AID_GIVEN_BACK
    return Kind.AID_ASKED if found.answer is None else Kind.AID_ANSWERED


def _aid(context: Context, name: str) -> AidLine:
    found = context.queries.aid_request(name)
    if found is None:
        raise UserError(f"There is no request {name} for mutual aid.", "Choose one of the list.")
    return found


__all__ = ["answer_aid", "ask_for_aid", "give_back_aid", "take_back_aid"]
