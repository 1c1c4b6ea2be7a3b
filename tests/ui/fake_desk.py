"""A desk without a store, and a small page over it, for tests of the frame alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from discharge.actions.desk import LookedAgain
from discharge.model.people import Role, User
from discharge.words.days import day_words
from ui.frame.services import Undo
from ui.frame.table_page import TablePage
from ui.models.table import Column
from ui.theme.status import Status, danger, done, unknown, waiting
from ui.widgets.search import Choice

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
NOW = datetime(2020, 11, 16, 9, 30, tzinfo=UTC)
"""Monday; the clock of every test that isn't about time."""
JO = User(id="u1", name="Jo Marsh", roles=frozenset({Role.COORDINATOR}))
LEE = User(id="u2", name="Lee Okafor", roles=frozenset({Role.LA_LEAD}))


@dataclass(frozen=True)
class Guest:
    """A row."""

    id: str
    name: str
    ready: date | None = None
    ward: str = "Oak"
    state: int = 0


@dataclass(frozen=True)
class FakeChanged:
    """What an action changed."""

    nouns: frozenset[str]
    waits: bool = False


@dataclass
class FakeQueries:
    """What the fake store holds."""

    guests: list[Guest] = field(default_factory=list)

    def patients(self) -> tuple[Guest, ...]:
        return tuple(self.guests)

    def people(self) -> tuple[User, ...]:
        return (JO, LEE)


class FakeDesk:
    """Keeps rows in a list; `thread` is where it was made, and every call must come from there."""

    def __init__(self, guests: Sequence[Guest] = ()) -> None:
        self.queries = FakeQueries(list(guests))
        self.thread = threading.current_thread()
        self.closed = False

    def ask(self, question: Callable[[Any], Any], /) -> Any:
        assert threading.current_thread() is self.thread
        return question(self.queries)

    def sign_in(self, user_id: str) -> User:
        return next(user for user in (JO, LEE) if user.id == user_id)

    def found(self, *, hub: str, name: str) -> User:
        return replace_user(JO, name=f"{name} of {hub}")

    def perform(self, action: Callable[[Any], Any], /, *, by: User) -> FakeChanged:
        assert threading.current_thread() is self.thread
        action(self.queries)
        return FakeChanged(frozenset({"patients"}))

    def changes(self) -> None:
        return None

    def look_again(self) -> LookedAgain:
        return LookedAgain(0, more=False)

    def close(self) -> None:
        self.closed = True


def replace_user(user: User, *, name: str) -> User:
    return user.model_copy(update={"name": name})


def rename(queries: FakeQueries, *, guest: str, name: str) -> None:
    """An action: give a row another name."""
    queries.guests = [replace(each, name=name) if each.id == guest else each for each in queries.guests]


def remove(queries: FakeQueries, *, guest: str) -> None:
    """An action: take a row away."""
    queries.guests = [each for each in queries.guests if each.id != guest]


def state_of(guest: Guest) -> Status:
    return (done("Clear"), waiting("Isolating"), danger("Positive"), unknown("Result awaited"))[
        guest.state % 4
    ]


class GuestsPage(TablePage[Guest]):
    """The smallest whole page."""

    name, title, search_hint = "patients", "Patients", "Name or ward"
    concerns = frozenset({"patients"})

    def columns(self) -> Sequence[Column[Guest]]:
        return (
            Column(key="name", title="Name", text=lambda guest: guest.name, strong=True, width=16),
            Column(key="state", title="Infection", status=state_of, width=18),
            Column(
                key="ready",
                title="Ready",
                text=lambda guest: day_words(guest.ready) if guest.ready else "",
                sort=lambda guest: guest.ready,
            ),
            Column(key="ward", title="Ward", text=lambda guest: guest.ward, stretch=True),
        )

    def key(self, row: Guest) -> str:
        return row.id

    def filters(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        return (
            ("ward", (Choice("oak", "Oak", partial(on, "Oak")), Choice("elm", "Elm", partial(on, "Elm")))),
            ("state", (Choice("awaited", "Awaited", lambda guest: guest.state == 3),)),
        )

    def fetch(self, queries: Any) -> Sequence[Guest]:
        found: Sequence[Guest] = queries.patients()
        return found

    def empty_words(self) -> tuple[str, str, str]:
        return ("Nobody is waiting", "Add a patient.", "patient.new")

    def show_detail(self, row: Guest) -> None:
        self.detail.begin(row.name, state_of(row))
        self.detail.section("Where")
        self.detail.facts([("Ward", row.ward), ("Nothing", "")])
        self.detail.end()
        self.now_shows(row.id)

    def bind(self) -> None:
        def why() -> str:
            return "" if self.current() else "Choose a patient first."

        self.commands.bind("patient.leave", self.leave, why_not=why)
        self.commands.bind("patient.new", lambda: self.services.say("New."))

    def leave(self) -> None:
        row = self.current()
        assert row is not None
        self.services.perform(
            partial(remove, guest=row.id), done=f"{row.name} left.", undo=Undo("Take back", call=lambda: None)
        )


def on(ward: str, guest: Guest) -> bool:
    return guest.ward == ward


class OtherPage(GuestsPage):
    """A second page."""

    name, title = "moves", "Moves"

    def bind(self) -> None:
        """Nothing."""


class EmptyPage(GuestsPage):
    """A page that reads nothing, over any desk."""

    concerns = frozenset({"patients"})

    def fetch(self, queries: Any) -> Sequence[Guest]:
        return ()


class EmptyMoves(EmptyPage):
    """A second one."""

    name, title = "moves", "Moves"

    def bind(self) -> None:
        """Nothing."""
