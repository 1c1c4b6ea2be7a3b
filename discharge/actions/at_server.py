"""A desk and its server: what others append is taken, what the server lost is given again, and the two
records are held against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from discharge.actions import shared_door, watch
from discharge.actions.of_a_link import ClosedDesk, Forked, Link
from discharge.model.errors import UserError
from discharge.store import checking, journal
from discharge.store.ask.queries import Queries
from discharge.store.driver import Connection
from discharge.store.file.database import Store
from discharge.store.journal import Head, Kind, Line
from discharge.store.server import parcels, state
from discharge.store.server.faults import ServerTrouble
from discharge.store.signed import Signatures
from discharge.words.counts import count_words

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked

AT_ONCE = 4_000_000
"""Bytes that are asked of the server at a time."""
OUTRUN = 2
"""Whoever others were faster than so often waits for a turn of their own."""
GIVEN_AGAIN = (
    "The server had lost its last {}, as one has that was restored from a backup; this desk had them, and "
    "gave them to it again."
)


class AtServer:
    """What a desk does with its link to the server, while the desk's lock is held."""

    def __init__(
        self,
        store: Store,
        *,
        queries: Callable[[Connection, datetime], Queries],
        now: Callable[[], datetime],
        anybody: Callable[[], Unlocked | None],
        lock: AbstractContextManager[object],
        people_changed: Callable[[], None],
    ) -> None:
        self._lock, self._anybody, self._people_changed = lock, anybody, people_changed
        self._store, self._queries, self._now = store, queries, now
        self._link: Link | None = None
        self._signatures: tuple[int, Signatures] | None = None
        self._since: datetime | None = now()
        self._why, self._forked = "The server hasn't been reached yet.", False

    @property
    def is_online(self) -> bool:
        """Whether the server is reached; asked from any thread, as it reads nothing of the store."""
        return self._link is not None

    def cut_off(self, why: UserError) -> None:
        """The server can't be reached from now on."""
        if self._link is not None:
            self._since = self._now()
            with suppress(Exception):
                self._link.close()
        self._link, self._why, self._forked = None, why.sentence, isinstance(why, Forked)

    def _turn(self, outrun: int, came: list[Line]) -> ExitStack:
        """For whoever was outrun so often: nobody else appends until what this gives is closed; what `came`
        until then is taken. For others nothing."""
        turn = ExitStack()
        if outrun >= OUTRUN and (link := self._link) is not None:
            turn.enter_context(link.turn())
            try:
                came += self.pull()
            except BaseException:
                turn.close()
                raise
        return turn

    def _after_others(self) -> list[Line]:
        """Takes what was faster. Where nothing was, the server is behind this desk: it lost its last entries,
        and is given them; where it can't be, the desk is cut off."""
        if newer := self._pulled():
            return newer
        try:
            self._agree()
        except UserError as error:
            self.cut_off(error)
        return []

    def pull(self, *, progress: Callable[[int, int], None] | None = None) -> list[Line]:
        """Takes what others have appended: checked, applied, placements that it concerns looked at again.

        `progress` is called with the entries taken and those there are. `NotAsWritten` for what doesn't
        stand up; `ServerGone`.
        """
        link = self._link
        if link is None:
            return []
        came: list[Line] = []
        end = link.head().seq if progress is not None else 0
        while True:
            with self._store.reading() as connection:
                head = journal.head(connection)
            batch = link.since(head.seq, at_most_bytes=AT_ONCE)
            if not batch.entries:
                return came
            with self._store.writing() as connection:
                if journal.head(connection) != head:
                    continue  # another window took them
                lines = parcels.taken(
                    connection,
                    batch,
                    keys=state.keys(connection),
                    signatures=self._known(connection, head.seq),
                )
                watch.look_again(self._queries(connection, self._now()), lines)
            self._signatures = None if self._signatures is None else (lines[-1].seq, self._signatures[1])
            came += lines
            if any(line.kind is Kind.USER_AMENDED for line in lines):
                self._people_changed()
            self._stop_if_closed(lines)
            if progress is not None:
                progress(lines[-1].seq, max(end, lines[-1].seq))

    def _stop_if_closed(self, lines: Sequence[Line]) -> None:
        """A desk that was closed takes and gives nothing any more; what it has stays readable."""
        with self._store.reading() as connection:
            own, closed = state.of(connection, "desk"), state.of(connection, "closed")
        by = next((one for one in lines if one.kind is Kind.DESK_CLOSED and one.subject == own), None)
        if by is not None:
            closed = f"{by.user_name} closed this desk: {by.body['reason'].rstrip('.')}."
            with self._store.writing() as connection:
                state.note(connection, closed=closed)
        if closed:
            raise ClosedDesk(closed, "Ask an administrator for an invitation, and have it join anew.")

    def follow_ways(self) -> None:
        """Who can come in was changed, here or at the server: the two are made the same again."""
        if self._link is None:
            return
        try:
            shared_door.keep_in_step(self._store, self._link, self._anybody())
        except UserError as error:
            self.cut_off(error)

    def look(self) -> bool:
        """Takes what came, and whether anything did; where the server is gone the desk is cut off from now
        on."""
        return bool(self._pulled())

    def _pulled(self) -> list[Line]:
        try:
            return self.pull()
        except UserError as error:
            self.cut_off(error)
            return []

    def _known(self, connection: Connection, seq: int) -> Signatures:
        if self._signatures is None or self._signatures[0] != seq:
            self._signatures = (seq, checking.known_until(connection, seq))
        return self._signatures[1]

    def _agree(self) -> None:
        """The server's record and this one are the same as far as the shorter goes.

        A server that came back without its last entries is given them: they are signed, and chained. That it
        is behind is said.
        """
        link = self._link
        if link is None:
            return
        there = link.head()
        with self._store.reading() as connection:
            here = journal.head(connection)
            if there.seq <= here.seq:
                same = journal.seal_of(connection, there.seq) == there.hash
        if there.seq > here.seq:
            same = link.holds(here)
        if not same:
            at = min(there.seq, here.seq)
            raise Forked(
                f"This desk's record and the server's are not the same at entry {at:,}: the server, or this "
                "desk, was restored from a backup, and others wrote on.",
                "Make this desk's copy anew from the server: what only this desk has is kept.",
            )
        lost = 0
        while there.seq < here.seq:
            until = min(here.seq, there.seq + 500)
            with self._store.reading() as connection:
                batch = parcels.made(
                    connection, since=there.seq, until=until, keys_since=0, keys=state.keys(connection)
                )
                there_then = Head(until, journal.seal_of(connection, until))
            if not lost:
                lost = here.seq - there.seq
                said = GIVEN_AGAIN.format(count_words(lost, "entry", "entries"))
                self._store.remarks = (*self._store.remarks, said)
            link.append(batch, expected=there)
            there = there_then

    def _forget_the_erased(self, lines: Sequence[Line]) -> None:
        """Whoever was erased has no key at the server any more; now, or at the next link."""
        link = self._link
        erased = [line for line in lines if line.kind is Kind.PERSON_ERASED]
        if link is None or not erased:
            return
        try:
            for line in erased:
                for owner in line.body["keys"]:
                    link.forget(owner, line.seq)
        except ServerTrouble as gone:
            with self._store.writing() as connection:
                state.note(connection, to_forget=str(erased[0].seq - 1))
            self.cut_off(gone)

    def _forget_what_was_left(self) -> None:
        with self._store.reading() as connection:
            since = state.of(connection, "to_forget")
            lines = list(journal.read(connection, since=int(since))) if since else []
        if since:
            with self._store.writing() as connection:
                state.note(connection, to_forget="")
            self._forget_the_erased(lines)


__all__ = ["AtServer"]
