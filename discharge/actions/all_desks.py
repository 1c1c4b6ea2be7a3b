"""The desks of a hub on a server, on record: which joined, which are closed, and copies taken home."""

from __future__ import annotations

import platform
from functools import partial
from typing import TYPE_CHECKING

from discharge.actions.context import Context, wanted
from discharge.model.errors import UserError
from discharge.model.people import User
from discharge.store.journal import Entry, Kind
from discharge.store.server import state

if TYPE_CHECKING:
    from discharge.actions.desk import Desk


def add_desk(context: Context, *, name: str, first: bool = False) -> list[Entry]:
    """A desk is one of the hub's from now on; the entry's subject is its id, `D-0001`. `first`: the one that
    brought the hub to its server. Whoever came in there."""
    role = context.role("add_desk")
    number = len(context.queries.desks()) + 1
    body = {"number": number, "name": wanted(name, what="The name of the desk"), "first": first}
    return [Entry(Kind.DESK_ADDED, f"D-{number:04d}", body, role)]


def close_desk(context: Context, *, desk: str, reason: str) -> list[Entry]:
    """A desk takes and gives nothing any more: it left, or was lost. Administrators.

    What it has stays with it: whoever had it may know what it knew, so the login that it had at the server is
    to be closed there, and another data key is to be made.
    """
    role = context.role("close_desk")
    known = {one.id: one for one in context.queries.desks()}
    if desk not in known:
        raise UserError(f"{desk} is no desk of this hub.", "Choose one of them.")
    if known[desk].closed_at is not None:
        raise UserError(f"{known[desk].name} is closed already.", "Nothing needs to be done.")
    body = {"name": known[desk].name, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.DESK_CLOSED, desk, body, role)]


def take_home(context: Context, *, reason: str) -> list[Entry]:
    """Somebody takes a copy that is a hub of its own. Administrators."""
    role = context.role("take_home")
    return [Entry(Kind.COPY_TAKEN_HOME, "hub", {"reason": wanted(reason, what="The reason")}, role)]


def announce(desk: Desk, *, by: User, first: bool = False) -> None:
    """Puts on record that this desk is one of the hub's, once: while it is in touch with the server, and
    whoever is at it signs for that. `first` as in `add_desk`."""
    if desk.sharing is None or not desk.sharing.is_online:
        return
    with desk.kept_from_others() as store:
        with store.reading() as connection:
            known = state.of(connection, "desk")
        if known:
            return
        done = desk.perform(partial(add_desk, name=platform.node() or "A desk", first=first), by=by)
        with store.writing() as connection:
            state.note(connection, desk=done.first)


__all__ = ["add_desk", "announce", "close_desk", "take_home"]
