"""What is done at a desk of a shared hub, appended on its server: at once, or once the server is there again.

What waited is held against what came meanwhile: a decision that no longer fits comes back to whoever made
it, a fact of the world is taken and flagged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from discharge.actions.at_server import AtServer
from discharge.actions.context import Action, Answered, answers_to
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
    as_action,
    from_json,
    nature,
    renamed,
    renamed_in,
    to_json,
)
from discharge.actions.numbers import Numbers
from discharge.actions.of_a_link import (
    AS_USUAL,
    NOT_OF_IT,
    TRIES,
    How,
    Ids,
    TooQuick,
    Write,
)
from discharge.model.errors import Asked, UserError
from discharge.model.people import User
from discharge.store import journal
from discharge.store.ask.queries import Queries
from discharge.store.driver import Connection
from discharge.store.file.apart import Apart
from discharge.store.file.database import Store
from discharge.store.journal import Head, HeadMoved, Line
from discharge.store.server import parcels, state
from discharge.store.server.faults import ServerGone
from discharge.store.server.state import Done, State

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked

KEPT = timedelta(days=31)
"""So long a desk remembers what it has shared: for a server that comes back without its last entries."""
CUT_OFF = "Done at this desk while the server couldn't be reached."


class WhatWaits(AtServer):
    """What a desk does on the record and shares, while the desk's lock is held."""

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
            store, queries=queries, now=now, anybody=anybody, lock=lock, people_changed=people_changed
        )
        self._write, self._signer, self._new_id = write, signer, new_id
        self._kept: dict[str, Unlocked] = {}
        self._turned, self._waits_for = False, ""
        self.numbers = Numbers()
        """What got another number as it was shared."""
        self._settled: set[int] = set()

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
        how: How = AS_USUAL,
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
        return of_something_else(renamed_tried(one, state.renames(connection)), lines)

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
        tried = renamed_tried(one, names) if len(intents) == 1 else ()
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

    def _note_numbers(self, one: Done, lines: Sequence[Line]) -> None:
        """It is settled, and what was seen of it may have other numbers; noted once."""
        if one.number not in self._settled:
            self._settled.add(one.number)
            self.numbers.note(otherwise(one.number, one.tried, lines))

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
        tried = renamed_tried(one, names)
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

    def _author(self, of: Store | Apart, one: Done) -> User:
        with of.reading() as connection:
            user = self._queries(connection, self._now()).user(one.by)
        if user is None:
            raise UserError(f"{one.by_name} is no longer at this hub.", "Ask an administrator.")
        return user

    def keep_for_sharing(self, user: str, unlocked: Unlocked) -> None:
        """Somebody signs out while what they did waits: their key is kept in memory to share it, for that
        alone."""
        with self._store.reading() as connection:
            if any(one.by == user for one in state.done(connection, State.WAITING)):
                self._kept[user] = unlocked


def renamed_tried(one: Done, names: Mapping[str, str]) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What its entries were when it was tried here, with the ids that others have on record."""
    return tuple((kind, renamed_in(dict(body), names)) for kind, body in one.tried)


def _answered(action: Action, key: str) -> Action:
    plain = action.action if isinstance(action, Answered) else action
    return Answered(plain, {**answers_to(action), key: CUT_OFF})


__all__ = ["WhatWaits", "renamed_tried"]
