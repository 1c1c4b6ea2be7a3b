"""A server as desks see it, in memory: for desks in one process, and a network that is as a test says."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from discharge.store.journal import START, Head, HeadMoved
from discharge.store.server.faults import ServerGone
from discharge.store.server.rows import Batch, Heard, SharedDoor, SharedEntry, SharedFile, SharedKey


class AServer:
    """What lies there, and whether it can be reached; what stands as `before_…` comes in between once."""

    def __init__(self) -> None:
        self.entries: list[SharedEntry] = []
        self.files: list[SharedFile] = []
        self.keys: list[SharedKey] = []
        self.doors: list[bytes] = []
        self.hub = ""
        self.reachable = True
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.loses_the_answer = False
        self.turns, self.keeps_turns = 0, True
        self.before_append: Callable[[], None] | None = None
        self.before_since: Callable[[], None] | None = None
        self.ears: list[queue.SimpleQueue[Heard]] = []

    def begin_as(self, other: AServer) -> None:
        """What lies on the other lies here."""
        self.entries, self.files, self.keys = [*other.entries], [*other.files], [*other.keys]
        self.doors, self.hub = [*other.doors], other.hub

    def tell(self, heard: Heard) -> None:
        """Whoever listens hears it."""
        for ear in list(self.ears):
            ear.put(heard)

    def link(self) -> ALink:
        """A connection of one desk."""
        return ALink(self)


class ALink:
    """A desk's connection."""

    def __init__(self, server: AServer) -> None:
        self._of = server
        self._ear: queue.SimpleQueue[Heard] | None = None

    def _reach(self) -> None:
        if not self._of.reachable:
            raise ServerGone("The server doesn't answer.", "Work goes on; it is shared later.")

    def head(self) -> Head:
        self._reach()
        last = self._of.entries[-1:]
        return Head(last[0].seq, last[0].hash) if last else Head(0, START)

    def holds(self, head: Head) -> bool:
        self._reach()
        return head == Head(0, START) or head in [Head(each.seq, each.hash) for each in self._of.entries]

    @contextmanager
    def turn(self) -> Iterator[Head]:
        self._reach()
        self._of.turns += 1
        if self._of.keeps_turns:
            self._of.before_append = None  # nobody else appends
        yield self.head()

    def clock(self) -> datetime:
        self._reach()
        return self._of.clock()

    def append(self, batch: Batch, *, expected: Head) -> None:
        if (before := self._of.before_append) is not None:
            self._of.before_append = None
            before()
        self._reach()
        if self.head() != expected:
            raise HeadMoved("somebody was faster")
        self._of.entries += batch.entries
        self._of.files += batch.files
        self._of.keys += batch.keys
        self._of.tell(Heard(head=batch.entries[-1].seq))
        if self._of.loses_the_answer:
            self._of.loses_the_answer = False
            raise ServerGone("The server doesn't answer.", "Work goes on; it is shared later.")

    def since(self, seq: int, *, at_most_bytes: int) -> Batch:
        if (before := self._of.before_since) is not None:
            self._of.before_since = None
            before()
        self._reach()
        return Batch(
            tuple(each for each in self._of.entries if each.seq > seq),
            tuple(each for each in self._of.files if each.seq > seq),
            tuple(each for each in self._of.keys if each.seq > seq),
        )

    def found(self, hub: str) -> None:
        self._reach()
        self._of.hub = self._of.hub or hub

    def forget(self, owner: str, seq: int) -> None:
        self._reach()
        self._of.keys = [each for each in self._of.keys if each.owner != owner or each.seq > seq]

    def newest_door(self) -> SharedDoor | None:
        self._reach()
        return SharedDoor(len(self._of.doors), self._of.doors[-1]) if self._of.doors else None

    def put_door(self, number: int, box: bytes) -> None:
        self._reach()
        assert number == len(self._of.doors) + 1
        self._of.doors.append(box)

    def tell(self, said: bytes) -> None:
        self._reach()
        self._of.tell(Heard(said=said))

    def listen(self, timeout: float) -> Iterator[Heard]:
        """What was told, without waiting for long."""
        self._reach()
        if self._ear is None:
            self._ear = queue.SimpleQueue()
            self._of.ears.append(self._ear)
        with suppress(queue.Empty):
            yield self._ear.get(timeout=min(timeout, 0.01))

    def close(self) -> None:
        """It hears nothing any more."""
        if self._ear in self._of.ears:
            self._of.ears.remove(self._ear)
