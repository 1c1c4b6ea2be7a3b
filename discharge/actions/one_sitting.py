"""Approving several at once: each that may be is; the others are told with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from discharge.actions.context import Action, Answered, Context
from discharge.actions.intents import NotData
from discharge.actions.placements import approve_together
from discharge.model.approving import Principle
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.people import User
from discharge.model.shown.placements import ApprovalRow
from discharge.store.journal import Entry

if TYPE_CHECKING:
    from discharge.actions.desk import Desk


@dataclass(frozen=True, slots=True)
class Refused:
    """Placements that weren't approved, and why."""

    placements: tuple[str, ...]
    sentence: str
    mend: str
    asked: Asked | None = None
    """They can be, once this is answered."""
    rule: str = ""
    """By which rule, where one decides."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of approving several."""

    approved: tuple[str, ...]
    entries: tuple[str, ...]
    """The entries that approved them."""
    refused: tuple[Refused, ...]
    nouns: frozenset[str]
    sitting: str = ""
    """The id of what was gone through in one go; empty where it was one alone, or nothing was approved."""


def approve_each(
    desk: Desk,
    progress: Callable[..., None],
    *,
    groups: Sequence[tuple[str, ...]],
    by: User,
    note: str,
    principle: Principle | None,
    answers: Mapping[str, str] | None = None,
    held: Sequence[Refused] = (),
) -> Outcome:
    """Approves each group, in one go; one that is refused doesn't hold up the others.

    `answers` are the reasons to what was asked before, by the question's key; `held` are those that were left
    out before anything was done. Of several it is a sitting: its id and who was left out stand in each entry.
    In the store's thread. Stopped, nothing is approved. At a desk that is cut off each group waits by itself
    to be shared: one that comes back later doesn't hold up the others; see `_each_by_itself`.
    """
    left, refused = list(groups), list[Refused]()
    count = sum(map(len, groups)) + sum(len(each.placements) for each in held)
    sitting = uuid4().hex if count > 1 else ""

    def told(done: int) -> None:
        progress(min(done, len(left)), len(left), "Approving")

    while left:
        said = _said(sitting, count, [*held, *refused]) if sitting else None
        tries = [_Try(group, note, principle, said) for group in left]
        actions: list[Action] = [*(Answered(each, answers or {}) for each in tries), _Whole(tries)]
        try:
            changed = desk.perform_all(actions, by=by, progress=told)
        except _AgainError:
            refused += [each.refused for each in tries if each.refused is not None]
            left = [each.group for each in tries if each.refused is None]
            continue
        except NotData:
            return _each_by_itself(
                desk, told, left, by=by, note=note, principle=principle, answers=answers or {},
                said=_said(sitting, count, [*held, *refused]) if sitting else None, refused=refused,
            )  # fmt: skip
        except UserError as error:
            refused += [_refused(group, error) for group in left]
            break
        approved = tuple(each for group in left for each in group)
        return Outcome(approved, changed.entries, tuple(refused), changed.nouns, sitting)
    return Outcome((), (), tuple(refused), frozenset())


def _each_by_itself(
    desk: Desk,
    told: Callable[[int], None],
    groups: Sequence[tuple[str, ...]],
    *,
    by: User,
    note: str,
    principle: Principle | None,
    answers: Mapping[str, str],
    said: Mapping[str, object] | None,
    refused: Sequence[Refused],
) -> Outcome:
    """Approves the groups one after the other, each for itself, as a desk does that is cut off.

    Entries say who was left out before anything was done; stopped, those that were approved stay so.
    """
    approved: list[str] = []
    entries: list[str] = []
    left_out, nouns = list(refused), frozenset[str]()
    for number, group in enumerate(groups):
        told(number)
        approving = partial(approve_together, placements=group, note=note, principle=principle, sitting=said)
        try:
            changed = desk.perform(Answered(approving, answers), by=by)
        except UserError as error:
            left_out.append(_refused(group, error))
            continue
        approved += group
        entries += changed.entries
        nouns |= changed.nouns
    sitting = str(said["id"]) if said is not None and approved else ""
    return Outcome(tuple(approved), tuple(entries), tuple(left_out), nouns, sitting)


def alike(rows: Sequence[ApprovalRow]) -> list[tuple[str, ...]]:
    """The placements in the groups that are decided on together: companions, and everybody else alone."""
    chosen = {row.id for row in rows}
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for row in rows:
        if row.id not in seen:
            group = (row.id, *(each for each in row.together if each in chosen and each not in seen))
            seen.update(group)
            found.append(group)
    return found


@dataclass(slots=True)
class _Try:
    """Approves a group; where that is refused, keeps why and lets the others go on."""

    group: tuple[str, ...]
    note: str
    principle: Principle | None
    sitting: Mapping[str, object] | None
    refused: Refused | None = None

    def __call__(self, context: Context) -> Sequence[Entry]:
        self.refused = None
        try:
            return approve_together(
                context, placements=self.group, note=self.note, principle=self.principle, sitting=self.sitting
            )
        except UserError as error:
            self.refused = _refused(self.group, error)
            return []


@dataclass(frozen=True, slots=True)
class _Whole:
    """Comes last: where some were refused all is done once more without them, so that each entry knows it."""

    tries: Sequence[_Try]

    def __call__(self, _context: Context) -> Sequence[Entry]:
        if any(each.refused is not None for each in self.tries):
            raise _AgainError("Some were refused.")
        return []


class _AgainError(UserError):
    """Some were refused: nothing is written, and the others are approved anew."""


def _refused(group: tuple[str, ...], error: UserError) -> Refused:
    rule = error.rule if isinstance(error, NotAllowed) else ""
    return Refused(group, error.sentence, error.mend, error if isinstance(error, Asked) else None, rule)


NAMES_NOBODY = frozenset({"A1", "A4", "A6"})
"""By these rules it is said of the lead why somebody is left out: that can stand in others' entries. What
else speaks against somebody may name them, and stays with them."""


def _said(sitting: str, count: int, left_out: Sequence[Refused]) -> dict[str, object]:
    return {
        "id": sitting,
        "chosen": count,
        "left_out": [
            {
                "placement": placement,
                "rule": each.rule,
                "why": each.sentence if each.rule in NAMES_NOBODY else "",
            }
            for each in left_out
            for placement in each.placements
        ],
    }
