"""A desk's part in a hub that lies on a server: append after the newest head, then apply.

Alone the head is in the file; shared it is the server's. What is done is done in the desk's own store, and
stands once the server has it. While the server can't be reached it waits, in the order of doing, and is seen
on a copy of the record; once it can be reached again it is held against what came meanwhile: a decision that
no longer fits goes back to whoever made it, a fact of the world is taken and flagged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from discharge.actions import shared_door
from discharge.actions.context import Action, not_before
from discharge.actions.doesnt_fit import (
    as_tried,
    otherwise,
    rests_on_gone,
)
from discharge.actions.intents import (
    Intent,
    NotData,
    as_action,
    as_intents,
    from_json,
    renamed,
    to_json,
)
from discharge.actions.of_a_link import (
    TRIES,
    ClosedDesk,
    Forked,
    How,
    Ids,
    Link,
    Standing,
    TooQuick,
    Write,
)
from discharge.actions.what_waits import WhatWaits, renamed_tried
from discharge.model.errors import Asked, UserError
from discharge.model.people import User
from discharge.store import journal
from discharge.store.ask.queries import Queries
from discharge.store.driver import Connection
from discharge.store.file.apart import Apart
from discharge.store.file.database import Store
from discharge.store.journal import Head, HeadMoved, Line
from discharge.store.server import state
from discharge.store.server.faults import ServerTrouble
from discharge.store.server.state import Done, State
from discharge.words.days import clock_words

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked


class Sharing(WhatWaits):
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
        super().__init__(
            store, write=write, queries=queries, now=now, signer=signer, anybody=anybody, new_id=new_id,
            lock=lock, people_changed=people_changed,
        )  # fmt: skip
        self._apart: Apart | None = None
        self._apart_head: Head | None = None
        self.holds_clock = False
        """Whether this computer's clock is the hub's time, and so held against the server's."""
        self.clock_ahead: timedelta | None = None
        """By how much it was ahead of the server's when that was asked last; None where it wasn't."""

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
            self._waits_for if waiting else "", returned, not online and self._forked,
            self.clock_ahead or timedelta(0),
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
                tried = tuple(map(as_tried, lines)) or renamed_tried(one, names)
                entries = ids.used if lines else one.entries
                again.append(replace(one, content=to_json(intents), entries=entries, tried=tried))
            apart.holds = (*apart.holds, number)
        with self._store.writing() as connection:
            for one in again:
                state.rewrite(connection, one)
            state.keep_renames(connection, {})

    def _try(self, apart: Apart, one: Done, intents: Sequence[Intent], ids: Ids) -> list[Line]:
        if (missing := rests_on_gone(intents)) is not None:
            raise missing
        by = self._author(apart, one)
        todo = [as_action(each) for each in intents]
        lines, _ = self._write(todo, by=by, signing=None, into=apart, new_id=ids, at_end=lambda *_: None)
        return lines

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

    def reached(self, link: Link, *, progress: Callable[[int, int], None] | None = None) -> None:
        """The server can be reached: takes what came, gives what it lacks, shares what waits.

        `ServerGone` where it is gone again meanwhile; `UserError` for another hub's.
        """
        if self._link is not None and self._link is not link:
            self._link.close()
        self._link = link
        try:
            self._stop_if_closed(())
            self._hold_clock(link)
            # first, as what came since may be sealed by a key that lies there
            shared_door.keep_in_step(self._store, link, self._anybody())
            self._agree()
            self.pull(progress=progress)
            self._forget_what_was_left()
            self._share_what_waits()
        except UserError as error:
            self.cut_off(error)
            raise

    def reached_again(self) -> None:
        """As `reached`, by the link that there is; where the server is gone the desk is cut off."""
        if (link := self._link) is not None:
            with suppress(UserError):
                self.reached(link)

    def hold_clock(self) -> bool:
        """Holds this computer's clock against the server's once more, and whether that says otherwise now;
        where the server is gone the desk is cut off."""
        link, before = self._link, clock_words(self.clock_ahead or timedelta(0))
        if link is not None:
            try:
                self._hold_clock(link)
            except UserError as error:
                self.cut_off(error)
                return True
        return clock_words(self.clock_ahead or timedelta(0)) != before

    def _hold_clock(self, link: Link) -> None:
        if self.holds_clock:
            self.clock_ahead = self._now() - link.clock()

    # ------------------------------------------------------------------ who

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


def _content(actions: Sequence[Action], now: datetime) -> str:
    """What is done, as data; empty for what can't be: that is done while the server answers, or not."""
    try:
        return to_json(_intents(actions, now))
    except NotData:
        return ""


def _intents(actions: Sequence[Action], now: datetime) -> list[Intent]:
    return [each for action in actions for each in as_intents(action, now)]


__all__ = ["ClosedDesk", "Forked", "How", "Ids", "Link", "Sharing", "Standing", "TooQuick"]
