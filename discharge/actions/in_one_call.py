"""A home told of several people in one call, and that taken back: an entry a placement, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from discharge.actions.context import Action, InOneGo
from discharge.actions.placements import accept, decline, tell
from discharge.actions.taking_back import take_back_step
from discharge.model.people import Given
from discharge.model.placement import DeclineReason


class Answer(StrEnum):
    """What the home said of one person in the call."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Told:
    """What a home was told of one person, and what it answered."""

    placement: str
    result: str | None
    """The words that were shown and confirmed (C5)."""
    assessor: str = ""
    answer: Answer | None = None
    """None: its answer is awaited."""
    code: DeclineReason | None = None
    note: str = ""


def told_in_one_call(told: Sequence[Told], *, given: Given, at: datetime | None = None) -> InOneGo:
    """That a home was told of several people, by whom and when, and what it answered for each (C5, A2, A3).

    Each is held to what `tell`, `accept` and `decline` say; where one is refused, none is recorded.
    """
    actions: list[Action] = []
    for one in told:
        actions.append(
            partial(
                tell, placement=one.placement, result=one.result, given=given, assessor=one.assessor, at=at
            )
        )
        if one.answer is Answer.ACCEPTED:
            actions.append(partial(accept, placement=one.placement, given=given, note=one.note, at=at))
        elif one.answer is Answer.DECLINED:
            code = one.code or DeclineReason.OTHER
            actions.append(
                partial(decline, placement=one.placement, code=code, given=given, note=one.note, at=at)
            )
    return InOneGo(tuple(actions))


def call_taken_back(told: Sequence[Told], *, entries: Sequence[str], reason: str) -> InOneGo:
    """Takes back all that such a call recorded, the last first; `entries` are its entries in their order."""
    of: list[str] = []
    for one in told:
        of += [one.placement] * (2 if one.answer is not None else 1)
    return InOneGo(
        tuple(
            partial(take_back_step, placement=placement, reason=reason, step=entry)
            for placement, entry in reversed(list(zip(of, entries, strict=True)))
        )
    )


__all__ = ["Answer", "Told", "call_taken_back", "told_in_one_call"]
