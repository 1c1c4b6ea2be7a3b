"""One page for tests that write, one after the other, each into a hub of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from discharge.actions.desk import Desk
from discharge.model.people import User
from tests.ui.planning_hub import Hub, Stand, as_opened
from tests.ui.rest import until
from ui.frame.page import Page
from ui.frame.services import Services
from ui.frame.table_page import TablePage

Kind = Callable[[Services], Page]


class HubInTurn:
    """The hub whose turn it is, for a page that is made once."""

    def __init__(self, hub: Hub) -> None:
        self.now = hub

    def open(self) -> DeskInTurn:
        """The desk, for the thread that asks."""
        return DeskInTurn(self)

    @property
    def coordinator(self) -> User:
        """Who is at the desk there, unless it is said otherwise."""
        return self.now.coordinator

    def clock(self) -> datetime:
        """What time it is there."""
        return self.now.clock()


class DeskInTurn:
    """The desk of that hub; `go_over` when another one's turn has come."""

    def __init__(self, hub: HubInTurn) -> None:
        self._hub = hub
        self._desk: Desk = hub.now.open()

    def go_over(self) -> None:
        """To the hub whose turn it is now, in the thread that opened the last."""
        self._desk.close()
        self._desk = self._hub.now.open()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


def sit_down_anew(desk: Stand, turn: HubInTurn, hub: Hub, user: User) -> Stand:
    """The page over this hub, with this user at the desk, as when it has just been opened."""
    turn.now = desk.hub = hub
    over: list[bool] = []
    desk.place.use(lambda there: there.go_over(), lambda _done: over.append(True))  # type: ignore[attr-defined]
    until(lambda: bool(over))
    desk.place.settings.clear()
    if isinstance(desk.page, TablePage):  # where it will be: nobody else is read for nothing
        desk.page.show_all()
        desk.page.table.pick(desk.page.model.key_at(0))
    if desk.place.user != user:
        desk.place.set_user(user)
    desk.page.refresh()
    desk.settle()
    return as_opened(desk, user)
