"""What a desk of a shared hub asks of its link to the server, how it stands to that, and what it refuses."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from discharge.actions.context import Action
from discharge.actions.shared_door import DoorLink
from discharge.model.errors import UserError
from discharge.model.people import User
from discharge.store.driver import Connection
from discharge.store.file.apart import Apart
from discharge.store.file.database import Store
from discharge.store.file.faults import ReplacedStore, StoreLocked, StoreTrouble
from discharge.store.journal import Head, Line
from discharge.store.server.faults import ServerTrouble
from discharge.store.server.parcels import NotAsWritten
from discharge.store.server.rows import Batch

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked

TRIES = 20
"""So often something is done again because others were faster, before the desk says so."""


class Link(DoorLink, Protocol):
    """What a desk asks of its connection to the server."""

    def head(self) -> Head: ...
    def clock(self) -> datetime: ...
    def holds(self, head: Head) -> bool: ...
    def append(self, batch: Batch, *, expected: Head) -> None: ...
    def since(self, seq: int, *, at_most_bytes: int) -> Batch: ...
    def turn(self) -> AbstractContextManager[Head]: ...
    def forget(self, owner: str, seq: int) -> None: ...
    def close(self) -> None: ...


class Write(Protocol):
    """How a desk does something: see `Desk._written`."""

    def __call__(
        self,
        actions: Sequence[Action],
        *,
        by: User,
        signing: Unlocked | None,
        progress: Callable[[int], None] | None = ...,
        cancelled: Callable[[], bool] | None = ...,
        look: bool = ...,
        into: Store | Apart | None = ...,
        new_id: Callable[[], str] | None = ...,
        at_end: Callable[[Connection, Head, list[Line]], None] | None = ...,
    ) -> tuple[list[Line], Head]: ...


@dataclass(frozen=True, slots=True)
class How:
    """What goes with doing something: see `Desk.perform_all`. `look`: placements are looked at again."""

    progress: Callable[[int], None] | None = None
    cancelled: Callable[[], bool] | None = None
    look: bool = True


AS_USUAL = How()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a desk stands to the server: for the status line."""

    online: bool
    waiting: int
    since: datetime | None
    """When the server was last reached; None while it is."""
    why: str = ""
    waits_for: str = ""
    """Whose sign-in what waits needs before it can be shared; empty where nobody's."""
    returned: int = 0
    forked: bool = False
    """Whether its record and the server's are not the same: it is made anew from the server then."""
    clock_ahead: timedelta = timedelta(0)
    """By how much this machine's clock was ahead of the server's when that was reached last."""


class Ids:
    """Ids of entries: the same each time that one thing is tried."""

    def __init__(self, known: Sequence[str] = (), new: Callable[[], str] = lambda: uuid.uuid4().hex) -> None:
        self.given = list(known)
        self._new, self._at = new, 0

    def again(self) -> None:
        """From the first on."""
        self._at = 0

    def __call__(self) -> str:
        if self._at == len(self.given):
            self.given.append(self._new())
        self._at += 1
        return self.given[self._at - 1]

    @property
    def used(self) -> tuple[str, ...]:
        """Those that were given since `again`."""
        return tuple(self.given[: self._at])


class TooQuick(UserError):
    """Others were faster each time that it was tried."""

    def __init__(self) -> None:
        super().__init__(
            "Others are writing so quickly that this couldn't be recorded.", "Try it again in a moment."
        )


class ClosedDesk(UserError):
    """This desk is none of the hub's any more."""


class Forked(UserError):
    """This desk's record and the server's have different entries under one number."""


NOT_OF_IT = (
    ServerTrouble,
    NotAsWritten,
    ClosedDesk,
    Forked,
    TooQuick,
    StoreTrouble,
    StoreLocked,
    ReplacedStore,
)
"""What says nothing of what is to be shared: it waits on, and comes back to nobody."""


__all__ = [
    "AS_USUAL", "NOT_OF_IT", "TRIES", "ClosedDesk", "Forked", "How", "Ids", "Link", "Standing",
    "TooQuick", "Write",
]  # fmt: skip
