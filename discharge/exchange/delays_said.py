"""Reasons for delay as a list has them today, and what they make of those on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from discharge.exchange.cells import Cells
from discharge.model.patient_record import Delay
from discharge.rules.delay_reasons import as_published, coded

LONGEST = 200


def delays_said(cells: Cells, column: str, *, today: date) -> tuple[Delay, ...]:
    """The reasons in a cell, parted by semicolons, the first the main one; each holds from the list's day.

    One in words of its own is kept as it is written and said to be not coded.
    """
    texts = [text for text in cells.texts(column) if len(text) <= LONGEST]
    if len(texts) < len(cells.texts(column)):
        cells.remark(column, f"a reason has more than {LONGEST} characters; left out", "shorten it")
    if any(coded(text, today) is None for text in texts):
        cells.remark(
            column, "has a reason that isn't published; kept as written, not coded", "choose one of the list"
        )
    reasons = dict.fromkeys(as_published(text, today) for text in texts)
    return tuple(Delay(reason=reason, primary=at == 0, since=today) for at, reason in enumerate(reasons))


def brought_up_to_date(said: Sequence[Delay], known: Sequence[Delay]) -> tuple[Delay, ...]:
    """What is on record of somebody's delays once a list has said what holds on its day.

    A reason that held before and is said again goes on from its own day; one that isn't said any more ends;
    what ended before stays.
    """
    if not said:
        return tuple(known)
    day = said[0].since
    held = {as_published(each.reason, day): each for each in known if each.until is None or each.until > day}
    going_on = [
        held[each.reason].model_copy(update={"primary": each.primary, "reason": each.reason})
        if each.reason in held
        else each
        for each in said
    ]
    named = {each.reason for each in said}
    over = [
        each
        if each.until is not None and each.until <= day
        else each.model_copy(update={"until": max(day, each.since)})
        for each in known
        if as_published(each.reason, day) not in named or (each.until is not None and each.until <= day)
    ]
    return (*going_on, *over)


def delay_words(delay: Delay) -> str:
    """A delay as a change shows it: `Awaiting transport, since 2020-11-12`."""
    until = "" if delay.until is None else f" until {delay.until.isoformat()}"
    return f"{delay.reason}, since {delay.since.isoformat()}{until}"
