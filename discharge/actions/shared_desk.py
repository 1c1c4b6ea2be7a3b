"""A desk's part in a hub that lies on a server: append after the newest head, then apply.

Alone the head is in the file; shared it is the server's. What is done is done in the desk's own store, and
stands once the server has it. While the server can't be reached it waits, in the order of doing, and is seen
on a copy of the record; once it can be reached again it is held against what came meanwhile: a decision that
no longer fits goes back to whoever made it, a fact of the world is taken and flagged.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from discharge.actions import shared_door, watch
from discharge.actions.context import Action, Answered, answers_to, not_before
from discharge.actions.doesnt_fit import (
    as_tried,
    fact_that_doesnt_fit,
    of_something_else,
    otherwise,
    rests_on_gone,
    says_it_doesnt_fit,
    set_down,
)
from discharge.actions.intents import (
    Intent,
    Nature,
    NotData,
    as_action,
    as_intents,
    from_json,
    nature,
    renamed,
    renamed_in,
    to_json,
)
from discharge.actions.numbers import Numbers
from discharge.actions.shared_door import DoorLink
from discharge.model.errors import Asked, UserError
from discharge.model.people import User
from discharge.store import checking, journal
from discharge.store.ask.queries import Queries
from discharge.store.driver import Connection
from discharge.store.file.apart import Apart
from discharge.store.file.database import Store
from discharge.store.file.faults import ReplacedStore, StoreLocked, StoreTrouble
from discharge.store.journal import Head, HeadMoved, Kind, Line
from discharge.store.server import parcels, state
from discharge.store.server.faults import ServerGone, ServerTrouble
from discharge.store.server.parcels import NotAsWritten
from discharge.store.server.rows import Batch
from discharge.store.server.state import Done, State
from discharge.store.signed import Signatures
from discharge.words.counts import count_words

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked

log = logging.getLogger(__name__)

TRIES = 20
"""So often something is done again because others were faster, before the desk says so."""
AT_ONCE = 4_000_000
"""Bytes that are asked of the server at a time."""
OUTRUN = 2
"""Whoever others were faster than so often waits for a turn of their own."""
GIVEN_AGAIN = (
    "The server had lost its last {}, as one has that was restored from a backup; this desk had them, and "
    "gave them to it again."
)
KEPT = timedelta(days=31)
"""So long a desk remembers what it has shared: for a server that comes back without its last entries."""
CUT_OFF = "Done at this desk while the server couldn't be reached."


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


class Sharing:
    """See the module. Done while the desk's lock is held; what is asked of it takes that."""

    def __init__(
        self,
        store: Store,
        *,
        write: Write,
        queries: Callable[[Connection, datetime], Queries],
        now: Callable[[], datetime],
        signer: Callable[[str], Unlocked | None],
        anybody: Callable[[], Unlocked | None],
        new_id: Callable[[], str],
        lock: AbstractContextManager[object],
        people_changed: Callable[[], None],
    ) -> None:
        self._lock, self._anybody, self._people_changed = lock, anybody, people_changed
        self._store, self._write, self._queries, self._now = store, write, queries, now
        self._signer, self._new_id = signer, new_id
        self._kept: dict[str, Unlocked] = {}
        self._link: Link | None = None
        self._apart: Apart | None = None
        self._apart_head: Head | None = None
        self.numbers = Numbers()
        """What got another number as it was shared."""
        self._settled: set[int] = set()
        self._clock_ahead = timedelta(0)
        self._signatures: tuple[int, Signatures] | None = None
        self._turned = False
        self._since: datetime | None = now()
        self._why, self._waits_for, self._forked = "The server hasn't been reached yet.", "", False

    # ------------------------------------------------------------------ looking

    @property
    def view(self) -> Store | Apart:
        """What is looked at: the record, and what waits to be shared on top of it."""
        with self._store.reading() as connection:
            waiting, head = state.waiting(connection), journal.head(connection)
        apart = self._apart
        if apart is not None and any(each not in self._settled for each in set(apart.holds) - {*waiting}):
            self.numbers.note_unknown()
        if not waiting:
            self._drop_apart()
            return self._store
        if apart is None or self._apart_head != head or apart.holds != waiting[: len(apart.holds)]:
            apart = self._copied()
        if apart.holds != waiting:
            self._follow(apart, waiting)
        return apart

    def bring_up(self) -> None:
        """What is looked at is as it is now: its numbers may be others then."""
        assert self.view

    def _copied(self) -> Apart:
        """A copy of the record as it is now."""
        self._drop_apart()
        with self._store.reading_aside() as source:
            self._apart, self._apart_head = Apart(source, self._store.path), journal.head(source)
        self._turned = True
        return self._apart

    def turned(self) -> bool:
        """Whether what is looked at is another since this was last asked, and not only longer."""
        turned, self._turned = self._turned, False
        return turned

    @property
    def is_online(self) -> bool:
        """Whether the server is reached; asked from any thread, as it reads nothing of the store."""
        return self._link is not None

    def refuse_to_wait(self, what: str) -> None:
        """`NotData` where something would wait to be shared that can't; `what` begins the sentence."""
        with self._store.reading() as connection:
            waits = bool(state.waiting(connection))
        if not self.is_online:
            raise NotData(f"{what} while the desk is cut off from the server.")
        if waits:
            raise NotData(f"{what} while something done here isn't shared yet.", "Do it once it is.")

    def standing(self) -> Standing:
        """How the desk stands to the server."""
        with self._lock, self._store.reading() as connection:
            waiting = state.waiting(connection)
            returned = len(state.done(connection, State.RETURNED))
        online = self.is_online
        return Standing(
            online, len(waiting), None if online else self._since, "" if online else self._why,
            self._waits_for if waiting else "", returned, not online and self._forked, self._clock_ahead,
        )  # fmt: skip

    def _follow(self, apart: Apart, waiting: Sequence[int]) -> None:
        """Does on the copy what waits and isn't there yet; what doesn't fit there is left out.

        What is done from now on goes by the ids that are seen there: so what waits is kept with those.
        """
        with self._store.reading() as connection:
            found = {one.number: one for one in state.done(connection, State.WAITING)}
            names = state.renames(connection)
        again: list[Done] = []
        for number in waiting:
            if number not in apart.holds:
                one = found[number]
                ids = Ids(one.entries, self._new_id)
                intents = [renamed(each, names) for each in from_json(one.content)]
                if (there := self._there_already(one)) is not None:
                    # what follows goes by the ids that it has on record, as the copy has them too
                    names |= otherwise(number, one.tried, there)
                    self.numbers.note(otherwise(number, one.tried, there))
                    if there:
                        tried = tuple(map(as_tried, there))
                        again.append(replace(one, content=to_json(intents), tried=tried))
                    apart.holds = (*apart.holds, number)
                    continue
                try:
                    lines = self._try(apart, one, intents, ids)
                except UserError:
                    lines = []
                names |= otherwise(number, one.tried, lines)
                self.numbers.note(otherwise(number, one.tried, lines))
                tried = tuple(map(as_tried, lines)) or _renamed_tried(one, names)
                entries = ids.used if lines else one.entries
                again.append(replace(one, content=to_json(intents), entries=entries, tried=tried))
            apart.holds = (*apart.holds, number)
        with self._store.writing() as connection:
            for one in again:
                state.rewrite(connection, one)
            state.keep_renames(connection, {})

    def _note_numbers(self, one: Done, lines: Sequence[Line]) -> None:
        """It is settled, and what was seen of it may have other numbers; noted once."""
        if one.number not in self._settled:
            self._settled.add(one.number)
            self.numbers.note(otherwise(one.number, one.tried, lines))

    def _try(self, apart: Apart, one: Done, intents: Sequence[Intent], ids: Ids) -> list[Line]:
        if (missing := rests_on_gone(intents)) is not None:
            raise missing
        by = self._author(apart, one)
        todo = [as_action(each) for each in intents]
        lines, _ = self._write(todo, by=by, signing=None, into=apart, new_id=ids, at_end=lambda *_: None)
        return lines

    def _author(self, of: Store | Apart, one: Done) -> User:
        with of.reading() as connection:
            user = self._queries(connection, self._now()).user(one.by)
        if user is None:
            raise UserError(f"{one.by_name} is no longer at this hub.", "Ask an administrator.")
        return user

    def _drop_apart(self) -> None:
        if self._apart is not None:
            self._apart.close()
            self._apart, self._apart_head, self._turned = None, None, True

    # ------------------------------------------------------------------ doing

    def perform(
        self, actions: Sequence[Action], *, by: User, signing: Unlocked | None, how: How
    ) -> tuple[list[Line], Head]:
        """Does it: on the server at once, or on the copy until it can be shared."""
        ids = Ids(new=self._new_id)
        came: list[Line] = []
        with self._store.reading() as connection:
            waiting = state.waiting(connection)
        if self._link is not None and not waiting:
            content = _content(actions, self._now())
            for outrun in range(TRIES):
                ids.again()
                try:
                    with self._turn(outrun, came) as turn:
                        return self._online(
                            actions, by=by, signing=signing, ids=ids, content=content, how=how, turn=turn
                        )
                except HeadMoved:
                    came += self._after_others()
                    if not self.is_online:
                        break
                except ServerTrouble as gone:
                    self.cut_off(gone)
                    break
                except Asked:
                    raise
                except UserError as error:
                    # it may only be so as this desk hasn't heard yet what others did
                    if newer := self._pulled():
                        came += newer
                        continue
                    self._say_who_was_faster(error, came)
                    raise
            else:
                raise UserError(
                    "Others are writing so quickly that this couldn't be recorded.",
                    "Try it again in a moment.",
                )
        return self._on_the_copy(actions, by=by, ids=ids, how=how)

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

    def _online(
        self,
        actions: Sequence[Action],
        *,
        by: User,
        signing: Unlocked | None,
        ids: Ids,
        content: str,
        settles: Done | None = None,
        becomes: State = State.SHARED,
        why: str = "",
        how: How = How(),
        turn: ExitStack,
    ) -> tuple[list[Line], Head]:
        """Done here and appended on the server. `turn` ends with that: see `_turn`."""
        link = self._link
        assert link is not None  # whoever asks has seen it
        with self._store.reading() as connection:
            if not state.keys(connection):
                raise ServerGone(
                    "This desk doesn't have the keys of what lies on the server yet.", "Sign in again."
                )

        def share(connection: Connection, before: Head, lines: list[Line]) -> None:
            if not lines:
                if settles is not None:  # others recorded all of it
                    self._settle(connection, settles, becomes, why=why)
                return
            # ids that go with this: nothing of it is done a second time
            if settles is None:
                state.add(
                    connection, by=by.id, by_name=by.name, at=self._now().isoformat(), content=content,
                    entries=ids.used, tried=[as_tried(line) for line in lines], state=State.SHARED,
                )  # fmt: skip
            else:
                if becomes is State.SHARED and (other := self._of_another(connection, settles, lines)):
                    raise other
                self._settle(connection, settles, becomes, lines, why=why)
            batch = parcels.made(
                connection, since=before.seq, keys_since=self._keys_before, keys=state.keys(connection)
            )
            link.append(batch, expected=before)
            turn.close()  # what is kept here is kept there before

        with self._store.reading() as connection:
            self._keys_before = parcels.last_key(connection)
        done = self._write(
            actions,
            by=by,
            signing=signing,
            into=self._store,
            new_id=ids,
            at_end=share,
            progress=how.progress,
            cancelled=how.cancelled,
            look=how.look,
        )
        self._forget_the_erased(done[0])
        return done

    def _of_another(self, connection: Connection, one: Done, lines: Sequence[Line]) -> UserError | None:
        return of_something_else(_renamed_tried(one, state.renames(connection)), lines)

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

    def _on_the_copy(
        self, actions: Sequence[Action], *, by: User, ids: Ids, how: How
    ) -> tuple[list[Line], Head]:
        view = self.view
        with view.reading() as connection:
            now = not_before(journal.recorded(connection), self._now())
        content = to_json(_intents(actions, now))
        if not isinstance(view, Apart):
            view = self._copied()
        number = 0

        def queue(_connection: Connection, _before: Head, lines: list[Line]) -> None:
            nonlocal number
            if not lines:
                return
            # on disk in the store before the copy shows it
            with self._store.writing() as own:
                number = state.add(
                    own, by=by.id, by_name=by.name, at=now.isoformat(), content=content, entries=ids.used,
                    tried=[as_tried(line) for line in lines], state=State.WAITING,
                )  # fmt: skip

        ids.again()
        tried = [as_action(each) for each in from_json(content)]
        found = self._write(
            tried,
            by=by,
            signing=None,
            into=view,
            new_id=ids,
            at_end=queue,
            progress=how.progress,
            cancelled=how.cancelled,
            look=how.look,
        )
        if number:
            view.holds = (*view.holds, number)
        return found

    def _say_who_was_faster(self, error: UserError, came: Sequence[Line]) -> None:
        """Adds what somebody else did meanwhile to a refusal."""
        if not came:
            return
        with self._store.reading() as connection:
            words = self._queries(connection, self._now()).meanwhile(came)
        if words:
            error.sentence = f"{error.sentence} {words}"
            error.args = (error.sentence,)

    # ------------------------------------------------------------------ the server

    def cut_off(self, why: UserError) -> None:
        """The server can't be reached from now on."""
        if self._link is not None:
            self._since = self._now()
            with suppress(Exception):
                self._link.close()
        self._link, self._why, self._forked = None, why.sentence, isinstance(why, Forked)

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

    def reached(self, link: Link, *, progress: Callable[[int, int], None] | None = None) -> None:
        """The server can be reached: takes what came, gives what it lacks, shares what waits.

        `ServerGone` where it is gone again meanwhile; `UserError` for another hub's.
        """
        if self._link is not None and self._link is not link:
            self._link.close()
        self._link = link
        try:
            self._stop_if_closed(())
            self._clock_ahead = self._now() - link.clock()
            self._agree()
            self.pull(progress=progress)
            self._forget_what_was_left()
            shared_door.keep_in_step(self._store, link, self._anybody())
            self._share_what_waits()
        except UserError as error:
            self.cut_off(error)
            raise

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

    def _forget_what_was_left(self) -> None:
        with self._store.reading() as connection:
            since = state.of(connection, "to_forget")
            lines = list(journal.read(connection, since=int(since))) if since else []
        if since:
            with self._store.writing() as connection:
                state.note(connection, to_forget="")
            self._forget_the_erased(lines)

    def _share_what_waits(self) -> None:
        self._waits_for = ""
        with self._store.reading() as connection:
            waiting = state.done(connection, State.WAITING)
        for one in waiting:
            if (lines := self._there_already(one)) is not None:
                becomes = State.FLAGGED if says_it_doesnt_fit(lines) else State.SHARED
                with self._store.writing() as connection:
                    self._settle(connection, one, becomes, lines)
                self._note_numbers(one, lines)
                continue
            if self._has_left(one):
                self._of_somebody_gone(one)
                continue
            signing = self._signer(one.by) or self._kept.get(one.by)
            if signing is None:
                self._waits_for = one.by_name
                break
            self._share(one, signing)
        else:
            self._kept.clear()
        if waiting:
            self._turned = True
            with self._store.writing() as connection:
                state.thin(connection, before=(self._now() - KEPT).isoformat())

    def _has_left(self, one: Done) -> bool:
        with self._store.reading() as connection:
            user = self._queries(connection, self._now()).user(one.by)
        return user is None or not user.active

    def _of_somebody_gone(self, one: Done) -> None:
        """What somebody did who has left the hub since isn't done in their name any more: a fact is set down
        by whoever is at the desk, for a person to find out; a decision comes back."""
        with self._store.reading() as connection:
            names = state.renames(connection)
        intents = [renamed(each, names) for each in from_json(one.content)]
        error = UserError(
            f"{one.by_name}, who did this, is no longer at this hub.", "Do it in your own name, if it is so."
        )
        signing = self._anybody()
        if signing is None or not any(nature(each) is Nature.FACT for each in intents):
            self._returned(one, intents, error)
            return
        tried = _renamed_tried(one, names) if len(intents) == 1 else ()
        actions = [set_down(each, error, tried) for each in intents]
        ids, by = Ids((), self._new_id), replace(one, by=signing.holder)
        try:
            self._again(
                by, intents, signing, ids=ids, actions=actions, becomes=State.FLAGGED, why=error.sentence
            )
        except NOT_OF_IT:
            raise
        except UserError:
            self._returned(one, intents, error)

    def _there_already(self, one: Done) -> list[Line] | None:
        """Its entries where it is on record: it was shared, and the answer got lost. None where it isn't."""
        if not one.entries:
            return []
        with self._store.reading() as connection:
            lines = journal.of_ids(connection, one.entries)
        return lines or None

    def _settle(
        self,
        connection: Connection,
        one: Done,
        becomes: State,
        lines: Sequence[Line] = (),
        *,
        why: str = "",
        mend: str = "",
    ) -> None:
        """Says what became of it, and how its ids turned out otherwise, for what waits after it. Within a
        transaction."""
        state.settle(connection, one.number, becomes, why=why, mend=mend)
        before = state.renames(connection)
        if lines:
            # from now on it speaks of the record's own ids, for when it has to be done once more
            intents = from_json(one.content) if one.content else []
            content = to_json([renamed(each, before) for each in intents]) if intents else ""
            entries, tried = tuple(line.id for line in lines), tuple(map(as_tried, lines))
            state.rewrite(connection, replace(one, content=content, entries=entries, tried=tried))
        names = before | otherwise(one.number, one.tried, lines)
        state.keep_renames(connection, names if state.waiting(connection) else {})

    def _share(self, one: Done, signing: Unlocked) -> None:
        """Holds one thing against the record as it is now."""
        with self._store.reading() as connection:
            names = state.renames(connection)
        intents = [renamed(each, names) for each in from_json(one.content)]
        for _ in range(TRIES):
            try:
                if (missing := rests_on_gone(intents)) is not None:
                    raise missing
                self._again(one, intents, signing, ids=Ids(one.entries, self._new_id))
            except NOT_OF_IT:
                raise
            except UserError as error:
                if self.pull():
                    continue  # it may fit what others have done since
                if any(nature(each) is Nature.FACT for each in intents):
                    self._taken_all_the_same(one, intents, signing, error)
                else:
                    self._returned(one, intents, error)
            return
        raise TooQuick()

    def _returned(self, one: Done, intents: Sequence[Intent], error: UserError) -> None:
        """It goes back to its author, in the ids of the record: whom it was about may have another by now."""
        with self._store.writing() as connection:
            state.rewrite(connection, replace(one, content=to_json(intents)))
            self._settle(connection, one, State.RETURNED, why=error.sentence, mend=error.mend)
        self._note_numbers(one, ())

    def _again(
        self,
        one: Done,
        intents: Sequence[Intent],
        signing: Unlocked,
        *,
        ids: Ids,
        actions: Sequence[Action] | None = None,
        becomes: State = State.SHARED,
        why: str = "",
    ) -> list[Line]:
        """Does it on the record as it is now. What is asked of it again only because it comes late, or of a
        fact, is answered by that."""
        facts = any(nature(each) is Nature.FACT for each in intents)
        todo = [*(as_action(each) for each in intents)] if actions is None else list(actions)
        by, outrun = self._author(self._store, one), 0
        for _ in range(TRIES):
            ids.again()
            try:
                with self._turn(outrun, []) as turn:
                    lines, _head = self._online(
                        todo, by=by, signing=signing, ids=ids, content=one.content, settles=one,
                        becomes=becomes, why=why, turn=turn,
                    )  # fmt: skip
                self._note_numbers(one, lines)
                return lines
            except HeadMoved:
                outrun += 1
                if not self.pull():
                    self._agree()
            except Asked as asked:
                if not facts and not asked.key.startswith(("backdated:", "clock:")):
                    raise
                todo = [_answered(each, asked.key) for each in todo]
        raise TooQuick()

    def _taken_all_the_same(
        self, one: Done, intents: Sequence[Intent], signing: Unlocked, error: UserError
    ) -> None:
        """A fact that no longer fits the record: taken, and flagged for a person."""
        with self._store.reading() as connection:
            names = state.renames(connection)
        tried = _renamed_tried(one, names)
        for actions in fact_that_doesnt_fit(intents, error, tried):
            ids = Ids((), self._new_id)
            ids.given = list(one.entries[:1])  # its first entry says that it is taken
            try:
                self._again(
                    one, intents, signing, ids=ids, actions=actions, becomes=State.FLAGGED, why=error.sentence
                )
            except NOT_OF_IT:
                raise
            except UserError:
                continue
            return
        self._returned(one, intents, error)

    # ------------------------------------------------------------------ who

    def keep_for_sharing(self, user: str, unlocked: Unlocked) -> None:
        """Somebody signs out while what they did waits: their key is kept in memory to share it, for that
        alone."""
        with self._store.reading() as connection:
            if any(one.by == user for one in state.done(connection, State.WAITING)):
                self._kept[user] = unlocked

    def returned(self) -> tuple[Done, ...]:
        """Decisions that came back, oldest first."""
        with self._lock, self._store.reading() as connection:
            return tuple(state.done(connection, State.RETURNED))

    def not_shared(self) -> tuple[Done, ...]:
        """What waits, in the order of doing."""
        with self._lock, self._store.reading() as connection:
            return tuple(state.done(connection, State.WAITING))

    def set_aside(self, number: int) -> None:
        """Its author has seen that it came back."""
        with self._lock, self._store.writing() as connection:
            state.settle(connection, number, State.SET_ASIDE)

    def close(self) -> None:
        """Lets go of the copy and the connection."""
        if self._apart is not None:
            self._apart.close()
            self._apart = None
        if self._link is not None:
            with closing(self._link):
                self._link = None


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


def _content(actions: Sequence[Action], now: datetime) -> str:
    """What is done, as data; empty for what can't be: that is done while the server answers, or not."""
    try:
        return to_json(_intents(actions, now))
    except NotData:
        return ""


def _intents(actions: Sequence[Action], now: datetime) -> list[Intent]:
    return [each for action in actions for each in as_intents(action, now)]


def _renamed_tried(one: Done, names: Mapping[str, str]) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What its entries were when it was tried here, with the ids that others have on record."""
    return tuple((kind, renamed_in(dict(body), names)) for kind, body in one.tried)


def _answered(action: Action, key: str) -> Action:
    plain = action.action if isinstance(action, Answered) else action
    return Answered(plain, {**answers_to(action), key: CUT_OFF})


__all__ = ["ClosedDesk", "Forked", "Ids", "Sharing", "Standing"]
