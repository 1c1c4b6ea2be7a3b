"""What is left to do after a placement is given up: a journey to cancel, a setting that expects them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from discharge.actions.context import Context, dump
from discharge.model.errors import UserError
from discharge.model.happening import Left
from discharge.model.people import Given
from discharge.model.placement import Transport
from discharge.store.ask.placed import Placed
from discharge.store.journal import Entry, Kind


class Tasks:
    """Numbers the tasks that the entries of one action leave behind."""

    def __init__(self, context: Context) -> None:
        self._next = context.queries.next_number("tasks")

    def of(self, placed: Placed, *, from_stay: int = 0, tell: bool = True) -> list[dict[str, Any]]:
        """The tasks of stays that nobody will go to any more, from `from_stay` on, for an entry's body.

        A journey that is booked and hasn't begun is to be cancelled; with `tell` a setting that was told,
        or is waiting for them to arrive, is to be told that they aren't coming.
        """
        found: list[dict[str, Any]] = []
        settings: set[str] = set()
        for stay in placed.stays[from_stay:]:
            one = stay.view
            if not stay.holds or one.arrived_at is not None:
                continue
            if one.transport is not None and one.departed_at is None:
                found.append(self._task(Left.CANCEL_TRANSPORT, placed, one.setting, one.transport))
            if tell and one.told_at is not None and one.setting not in settings:
                settings.add(one.setting)
                found.append(self._task(Left.TELL_OFF, placed, one.setting, None))
        return found

    def instead(self, placed: Placed, at_stay: int, new: Transport) -> list[dict[str, Any]]:
        """The journey to cancel where another one is booked in its place, with another crew or otherwise."""
        stay = placed.stays[at_stay].view
        old = stay.transport
        if old is None or (old.provider, old.mode) == (new.provider, new.mode):
            return []
        return [self._task(Left.CANCEL_TRANSPORT, placed, stay.setting, old)]

    def _task(self, kind: Left, placed: Placed, setting: str, transport: Transport | None) -> dict[str, Any]:
        number, self._next = self._next, self._next + 1
        return {
            "number": number,
            "id": f"K-{number:04d}",
            "kind": kind.value,
            "patient": placed.patient,
            "placement": placed.id,
            "setting": setting,
            "transport": None if transport is None else dump(transport),
        }


def tick(
    context: Context, *, task: str, given: Given | None = None, note: str = "", at: datetime | None = None
) -> Sequence[Entry]:
    """Records that a task is done: by whom, when, and with whom it was spoken about."""
    role = context.role("tick")
    found = context.queries.task(task)
    if found is None:
        raise UserError(f"{task} is done already, or there is no such task.", "Nothing needs to be done.")
    placed = context.queries.placed(found.placement)
    setting = context.queries.task_setting(task)
    body = {
        "patient": placed.patient,
        "placement": placed.id,
        "setting": setting,
        "kind": found.kind.value,
        "note": note.strip(),
    }
    return [Entry(Kind.TASK_DONE, task, body, role, context.happened(at), given)]


__all__ = ["Tasks", "tick"]
