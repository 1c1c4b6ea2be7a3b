"""The desk: a store, a clock and a lock. All that is asked of a hub or done to it goes through here."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from discharge.actions import watch
from discharge.actions.clock_check import ClockCheck
from discharge.actions.context import Action, Context, answers_to, not_before, one_by_one, wanted
from discharge.actions.demo_clock import FOUNDED, DemoClock
from discharge.actions.joining import refuse_for_a_part
from discharge.actions.judging import held_against
from discharge.actions.papers import made_now
from discharge.actions.second_word import held
from discharge.model.errors import NotAllowed, UserError
from discharge.model.hub import Changed, HubSettings
from discharge.model.mark import Mark
from discharge.model.people import Role, User
from discharge.model.same_person import same_name
from discharge.model.shown.today import TodayLine
from discharge.model.time import FIRST_YEAR, LAST_YEAR, day_out_of_range
from discharge.model.typed import deceives, deceiving_in
from discharge.rules.may import MAY
from discharge.rules.rule_set import RuleSet
from discharge.store import checking, journal
from discharge.store.ask.known_papers import Ages
from discharge.store.ask.placed import Looked, Placed
from discharge.store.ask.queries import Queries
from discharge.store.ask.view import dump
from discharge.store.checking import Held
from discharge.store.driver import Connection
from discharge.store.file import backup, columns, drafts, in_hand, repair, second_folder
from discharge.store.file.apart import Apart
from discharge.store.file.backup import Backup
from discharge.store.file.database import Store, open_store, opened_by
from discharge.store.file.drafts import Draft
from discharge.store.file.faults import MAY_BE_DAMAGE, OF_THE_FILE, DamagedStore
from discharge.store.file.in_hand import InHand
from discharge.store.file.postcodes import Postcodes
from discharge.store.file.preview import Preview, preview
from discharge.store.file.readers import Readers, Reading
from discharge.store.file.repair import Repaired
from discharge.store.file.second_folder import Reached
from discharge.store.file.soundness import Found, TablesChanged
from discharge.store.journal import Entry, Head, Kind, Line
from discharge.store.server import state
from discharge.store.write import tables

if TYPE_CHECKING:
    from discharge.actions.numbers import Numbers
    from discharge.actions.shared_desk import Link, Sharing
    from discharge.keys.slots import Unlocked

log = logging.getLogger(__name__)

T = TypeVar("T")

Clock = Callable[[], datetime]

EVERY_ROLE = frozenset(Role) - {Role.DASS, Role.READER}
"""What somebody alone at a new hub has: all that they work by, but the director's word is the director's."""


BY_PASSPHRASE = ("Nobody has come in to this hub under that name.", "Sign in with your passphrase.")


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a hub found: an entry that isn't as it was written, other damage, or nothing.

    `broken_at` is the first entry that isn't; `tables`: tables don't follow from the journal, and can be
    made anew.
    """

    entries: int
    broken_at: int | None
    sentence: str
    is_intact: bool
    tables: bool = False


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """How many placements and papers were looked at again, and whether more are left."""

    placements: int
    more: bool


class _CouldNotLookError(Exception):
    """Placements that an entry concerns couldn't be looked at."""

    def __init__(self, came: Exception) -> None:
        super().__init__(type(came).__name__)
        self.came = came


class Cancelled(UserError):
    """The user stopped it; nothing was written."""


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def _nobodys(_seal: str) -> str:
    """What stands for a signature on a copy that is only looked at."""
    return ""


def _unique() -> str:
    return uuid.uuid4().hex


def _time_of(store: Store) -> Clock:
    """The clock that a hub goes by: the system's; a demo hub's is its own."""
    with store.reading() as connection:
        ends = journal.recorded(connection)
    if ends is not None and ends[0] == FOUNDED:
        return DemoClock(last=ends[1])
    return system_clock


def _verdict(found: Found) -> tuple[int, int | None, str, bool, bool]:
    words = " ".join(found.sentences)
    return found.entries, found.broken_at, words, found.is_sound, bool(found.tables)


class Desk:
    """One hub, open. Safe from several threads; one does at a time.

    Two desks on one store, in two windows or programs, are safe too: each action sees what the other did.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock | None,
        rule_sets: Mapping[str, RuleSet] | None,
        new_id: Callable[[], str] = _unique,
    ) -> None:
        self._store = store
        self._clock = clock or _time_of(store)
        self._rule_sets = rule_sets
        self._new_id = new_id
        self._lock = threading.RLock()
        with store.reading() as connection:
            self._seen = journal.head(connection).seq
        self._sound_at = -1
        self._head_at_first = self._seen
        self._backed_up: tuple[str, Head] | None = None
        self._ages = Ages()
        self._opened: dict[str, Unlocked] = {}
        self._clock_check = ClockCheck()
        self._drafts_seen = 0
        self.sharing = self._shared()
        self.postcodes = Postcodes(store.path)
        """The file of postcodes beside the hub; asked within `places` alone, or by an action."""
        self._readers = Readers(store.path)

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        clock: Clock | None = None,
        rule_sets: Mapping[str, RuleSet] | None = None,
        new_id: Callable[[], str] = _unique,
        accept_older: bool = False,
        unlocked: Unlocked | None = None,
    ) -> Self:
        """The hub in the file at `path`, made where there is none; see `open_store` for what it refuses.

        `unlocked`: the opened slot of whoever opens a sealed hub; `SealedHub` without one. A new hub is
        sealed by it.

        What it found and mended is in `remarks`. `accept_older`: go on with an older copy knowingly.

        `clock`: None for the system's, or in a demo hub for its own. `rule_sets`: those to choose from, where
        the hub has its own files (default: the shipped ones). `new_id` gives each entry its id.
        """
        store = open_store(
            Path(path),
            now=_whole((clock or system_clock)()),
            accept_older=accept_older,
            unlocked=unlocked,
        )
        try:
            return cls(store, clock=clock, rule_sets=rule_sets, new_id=new_id)
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _shared(self) -> Sharing | None:
        """This desk's part in a hub on a server; None in one that lies in its file alone."""
        with self._store.reading() as connection:
            if not state.is_shared(connection):
                return None
        # loaded where a hub is shared alone
        from discharge.actions.shared_desk import Sharing

        sharing = Sharing(
            self._store,
            write=self._written,
            queries=self._queries,
            now=self.now,
            signer=self._opened.get,
            anybody=lambda: next(iter(self._opened.values()), None),
            new_id=self._new_id,
            lock=self._lock,
            people_changed=self._slots_follow_people,
        )
        # a hub that goes by a time of its own, as a demo, has none to hold against the server's
        sharing.holds_clock = self._clock is system_clock
        return sharing

    @property
    def _view(self) -> Store | Apart:
        """What is looked at: the store; or what waits to be shared on top of it."""
        return self._store if self.sharing is None else self.sharing.view

    def share(self, link: Link, *, progress: Callable[[int, int], None] | None = None) -> None:
        """The server can be reached by this link: takes what came, shares what waits; see `Sharing`."""
        with self._lock, closing(self.postcodes):
            if self.sharing is None:
                self.sharing = self._shared()
            if self.sharing is not None:
                self.sharing.reached(link, progress=progress)

    def share_again(self) -> None:
        """Somebody has signed in: what waited for their key is shared, where the server is reached."""
        with self._lock, closing(self.postcodes):
            if self.sharing is not None:
                self.sharing.reached_again()

    @contextmanager
    def kept_from_others(self) -> Iterator[Store]:
        """The store, for what is done inside to it and not by an action: nothing else is done meanwhile."""
        with self._lock:
            yield self._store

    def take_what_came(self) -> bool:
        """Takes what others have appended on the server, and whether anything was; where the server is gone
        the desk is cut off."""
        with self._lock:
            return self.sharing is not None and self.sharing.look()

    def hold_clock(self) -> bool:
        """Holds this computer's clock against the server's once more, and whether that says otherwise now."""
        with self._lock:
            return self.sharing is not None and self.sharing.hold_clock()

    def follow_ways(self) -> None:
        """Who can come in was changed, here or at another desk: the other learns of it."""
        with self._lock:
            if self.sharing is not None:
                self.sharing.follow_ways()

    def refuse_to_wait(self, what: str) -> None:
        """`UserError` where this desk is cut off from its hub's server, for what can't wait to be shared:
        before anything is chosen for it. `what` begins the sentence: `Files can't be imported`."""
        with self._lock:
            if self.sharing is not None:
                self.sharing.refuse_to_wait(what)

    def could_not_reach(self, why: UserError) -> None:
        """The server was tried in vain."""
        with self._lock:
            if self.sharing is not None:
                self.sharing.cut_off(why)

    def close(self) -> None:
        """Closes the store."""
        with self._lock:
            self._readers.close()
            if self.sharing is not None:
                self.sharing.close()
            self._store.close()

    @property
    def path(self) -> Path:
        """The hub's file."""
        return self._store.path

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was found and mended when the hub was opened, in sentences for whoever opened it."""
        return self._store.remarks

    def take_remarks(self) -> tuple[str, ...]:
        """The remarks that there are, each given once: for whoever tells them."""
        with self._lock:
            remarks, self._store.remarks = self._store.remarks, ()
            return remarks

    def now(self) -> datetime:
        """The clock's instant in UTC, in whole seconds."""
        return _whole(self._clock())

    # who

    def people(self) -> tuple[User, ...]:
        """The hub's people, those active first."""
        return self.ask(lambda queries: queries.people())

    def found(
        self,
        *,
        hub: str,
        name: str,
        roles: frozenset[Role] = EVERY_ROLE,
        keys: Sequence[Entry] = (),
        by: Unlocked | None = None,
    ) -> User:
        """Founds the hub: its name and its first person, who has these roles; `keys` begin its signatures,
        and `by` makes them.

        `NotAllowed` where it is founded already; the first person has to be able to add the others.
        """
        if Role.ADMINISTRATOR not in roles:
            raise UserError("The first person has to be an administrator.", "Others are added by them.")
        user = User(id="U-0001", name=wanted(name, what="The name"), roles=roles)
        settings = HubSettings(name=wanted(hub, what="The hub's name"))

        def begin(context: Context) -> list[Entry]:
            if context.queries.people():
                raise NotAllowed("This hub has its people already.", "Sign in as one of them.")
            return [
                Entry(Kind.HUB_FOUNDED, "hub", {"settings": dump(settings)}, Role.ADMINISTRATOR),
                Entry(
                    Kind.USER_ADDED,
                    user.id,
                    {"number": 1, "name": user.name, "roles": sorted(roles)},
                    Role.ADMINISTRATOR,
                ),
                *keys,
            ]

        self.perform(begin, by=user, signing=by)
        if by is not None:
            self.sign_with(by)
        return self.sign_in(user.id)

    def sign_in(self, user_id: str) -> User:
        """The person at the desk; THE one place where a user is established.

        `NotAllowed` for somebody the hub doesn't know or who has left it; in a hub with keys for whoever
        hasn't come in by their passphrase (`signing_in.sign_in`).
        """
        user, has_keys = self.ask(lambda queries: (queries.user(user_id), queries.hub_of_keys() is not None))
        if user is None:
            raise NotAllowed(f"{user_id} is nobody of this hub.", "Choose one of its people.")
        if not user.active:
            raise NotAllowed(f"{user.name} is no longer at this hub.", "Choose one of its people.")
        if has_keys and user_id not in self._opened:
            raise NotAllowed(*BY_PASSPHRASE)
        return user

    def sign_with(self, unlocked: Unlocked) -> None:
        """From now on what this user does is signed with their key."""
        self._opened[unlocked.holder] = unlocked

    def signs(self, user_id: str) -> Unlocked | None:
        """The opened slot with which this user signs; None where they haven't come in."""
        return self._opened.get(user_id)

    def sign_out(self, user_id: str) -> None:
        """Forgets this user's key: they come in by their passphrase again.

        What they did that waits to be shared goes in their name still.
        """
        unlocked = self._opened.pop(user_id, None)
        if self.sharing is not None and unlocked is not None:
            with self._lock:
                self.sharing.keep_for_sharing(user_id, unlocked)

    def note_reading(self, patient: str, *, by: User) -> None:
        """Somebody reads a person's record: kept apart from the record, in a sealed hub."""
        with self._lock:
            self._readers.note(patient=patient, user=by.id, name=by.name, at=self.now())

    def note_readings(self, patients: Collection[str], *, by: User) -> None:
        """Somebody saves a list of people as a file: each was read, as above."""
        with self._lock:
            self._readers.note_all(patients, user=by.id, name=by.name, at=self.now())

    def readers_of(self, patient: str, *, by: User) -> tuple[Reading, ...]:
        """Who read a person's record, the last first. Administrators; `NotAllowed` for others."""
        right = MAY["see_readers"]
        if right.of(by.roles) is None:
            raise NotAllowed("Only an administrator can see who has read.", "Ask one of them.", right.rule)
        with self._lock:
            self._readers.thin(now=self.now())
            return self._readers.of(patient)

    # asking and doing

    def ask(self, question: Callable[[Queries], T]) -> T:
        """The answer to a question: `desk.ask(Queries.patients)`, or any function of `Queries`.

        Everything asked inside one question is of one instant. A question that fails on tables which were
        changed behind our back is asked again once they are made anew.
        """
        with self._lock:
            if self._store.connection.in_transaction:
                return self._asked(question)
            try:
                return self._asked(question)
            except MAY_BE_DAMAGE as error:
                came = error
            # outside of what is being handled, so that what damage raises doesn't carry a value along
            if not self._made_sound(came):
                raise came
            return self._asked(question)

    def ask_aside(self, question: Callable[[Queries], T]) -> T:
        """The answer to a question that reads for long: nobody who works at the desk is held up by it."""
        with self._lock:
            view = self._view
        with view.reading_aside() as connection:
            return question(self._queries(connection, self.now()))

    def _asked(self, question: Callable[[Queries], T]) -> T:
        with self._view.reading() as connection:
            return question(self._queries(connection, self.now()))

    def _made_sound(self, error: Exception) -> bool:
        """Whether the tables weren't sound, which explains the error, and are now.

        What is wrong with the record itself is raised as damage, without the value that wasn't understood.
        """
        if isinstance(error, UserError) and not isinstance(error, DamagedStore):
            return False
        if not isinstance(error, DamagedStore) and self._store.tables_come_to_their_sums():
            self._store.refuse_changed_entries()
            return False
        return bool(self._store.mend_tables())

    def renumbered(self, since: int | None) -> tuple[int, Mapping[str, str]] | None:
        """The step at which what is read from now on is seen, and what has got another number since the one
        before; for `perform`. None in a hub that lies in its file alone: nothing does there."""
        with self._lock:
            if self.sharing is None:
                return None
            self.sharing.bring_up()
            numbers = self.sharing.numbers
            names = numbers.since(numbers.step if since is None else since) or {}
            self._rename_drafts(numbers)
            return numbers.step, names

    def _rename_drafts(self, numbers: Numbers) -> None:
        from discharge.actions.numbers import draft_of

        names = numbers.since(self._drafts_seen)
        self._drafts_seen = numbers.step
        for one in drafts.drafts_of(self._store.path, now=self.now()) if names else ():
            if (form := draft_of(one.form, names or {})) != one.form:
                drafts.keep(self._store.path, replace(one, form=form))

    def perform(
        self,
        action: Action,
        *,
        by: User,
        signing: Unlocked | None = None,
        seen: int | None = None,
        follows: bool = False,
    ) -> Changed:
        """Does it: reads, checks, appends to the journal, brings the tables up to date; or changes nothing.

        Raises whatever the action refuses with (`UserError`, `NotAllowed`), and `UserError` for a store
        that is locked, full, read-only or damaged. In a hub with keys it is signed with the user's, or with
        that of `signing`; `NotAllowed` where they haven't come in.

        `seen`: the step of numbers at which what it is about was looked at; see `Numbers.followed`.
        """
        with self._lock:
            actions: Sequence[Action] = one_by_one(action)
            if seen is not None and self.sharing is not None:
                self.sharing.bring_up()
                actions = self.sharing.numbers.followed(action, step=seen, follows=follows)
            return self.perform_all(actions, by=by, signing=signing)

    def perform_all(
        self,
        actions: Iterable[Action],
        *,
        by: User,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        signing: Unlocked | None = None,
    ) -> Changed:
        """Does them in one transaction: each sees what those before it did; one refusal undoes them all.

        `progress(n)` is called with the number of actions done; `cancelled()` is asked before each, and
        where it says yes everything is undone and `Cancelled` raised.
        """
        with self._lock, closing(self.postcodes):
            blind = False
            signing = signing or self._opened.get(by.id)
            try:
                lines, head = self._recorded(
                    actions, by=by, signing=signing, progress=progress, cancelled=cancelled
                )
            except _CouldNotLookError as error:
                came: Exception | None = error.came
                blind = isinstance(actions, Sequence)
            except MAY_BE_DAMAGE as error:
                came = error
            else:
                came = None
            if came is not None and not self._made_sound(came):
                if not blind:
                    raise came
                # a bug of ours in reading the rules keeps no fact of the world out of the record
                log.error("placements couldn't be looked at: %s", type(came).__name__)
                lines, head = self._recorded(
                    actions, by=by, signing=signing, progress=progress, cancelled=cancelled, look=False
                )
            elif came is not None:
                raise DamagedStore(
                    "Something had changed this hub's tables outside the program; they were made anew from "
                    "the record. Nothing was written.",
                    "Look at it as it is now, and do it again.",
                )
            if lines and lines[0].seq == self._seen + 1:
                self._seen = head.seq
            if self._opened and any(line.kind is Kind.USER_AMENDED for line in lines):
                self._keep_slots_in_step()
        return _changed(lines, head.seq)

    def _keep_slots_in_step(self) -> None:
        """Whoever has left can't open the hub any more, here and at other desks."""
        self._slots_follow_people()
        self.follow_ways()

    def _slots_follow_people(self) -> None:
        """The same, here. What can't be written now is at the next sign-in."""
        # loaded where there are keys alone: what they are made with takes a moment
        from discharge.actions.slots_beside import keep_in_step

        with suppress(OSError, UserError):
            keep_in_step(self.path, self.people())

    def _recorded(
        self,
        actions: Iterable[Action],
        *,
        by: User,
        signing: Unlocked | None,
        progress: Callable[[int], None] | None,
        cancelled: Callable[[], bool] | None,
        look: bool = True,
    ) -> tuple[list[Line], Head]:
        """Done here, or in a shared hub as `Sharing.perform` does it."""
        if self.sharing is None:
            return self._written(
                actions, by=by, signing=signing, progress=progress, cancelled=cancelled, look=look
            )
        from discharge.actions.shared_desk import How

        how = How(progress, cancelled, look)
        return self.sharing.perform(list(actions), by=by, signing=signing, how=how)

    def _written(
        self,
        actions: Iterable[Action],
        *,
        by: User,
        signing: Unlocked | None,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        look: bool = True,
        into: Store | Apart | None = None,
        new_id: Callable[[], str] | None = None,
        at_end: Callable[[Connection, Head, list[Line]], None] | None = None,
    ) -> tuple[list[Line], Head]:
        """In one transaction of the store, or of a copy of it, which nobody signs; `at_end` is the last thing
        in it, and undoes it by raising."""
        lines: list[Line] = []
        sign: Callable[[str], str] | None = None if signing is None else signing.signer.signature
        if isinstance(into, Apart):
            sign = _nobodys
        with (into or self._store).writing() as connection:
            now = not_before(journal.recorded(connection), self.now())
            first = head = journal.head(connection)
            user = self._still_there(self._queries(connection, now), by)
            if sign is None and journal.is_signed(connection):
                raise NotAllowed(*BY_PASSPHRASE)
            amended = False
            for done, action in enumerate(actions):
                if cancelled is not None and cancelled():
                    raise Cancelled("Stopped.", "Nothing was changed.")
                queries = self._queries(connection, now)
                if amended:
                    # what follows is done by whoever they are now
                    user, amended = self._still_there(queries, by), False
                context = Context(queries, user, now, self.postcodes, answers_to(action))
                ahead = None if self.sharing is None else self.sharing.clock_ahead
                self._clock_check.ask(context, journal.recorded(connection), ahead=ahead)
                entries = held(context, context.marked(action(context)))
                _refuse_what_deceives(entries)
                _refuse_what_cant_be_read_back(entries)
                _refuse_ones_own_word(entries, user)
                refuse_for_a_part(queries, entries)
                added = journal.append(
                    connection,
                    entries,
                    by=user,
                    now=now,
                    expected=head,
                    new_id=new_id or self._new_id,
                    sign=sign,
                )
                tables.apply(connection, added)
                if any(line.kind is Kind.PERSON_ERASED for line in added):
                    # what was derived of them goes too
                    tables.rebuild(connection)
                lines += added
                head = journal.head(connection)
                amended = amended or any(line.kind is Kind.USER_AMENDED for line in added)
                if progress is not None:
                    progress(done + 1)
            if cancelled is not None and cancelled():
                raise Cancelled("Stopped.", "Nothing was changed.")
            try:
                watch.look_again(self._queries(connection, now), lines, look=look)
            except OF_THE_FILE:
                raise
            except Exception as error:
                # any bug of ours in a rule: what was done is then done once more, without looking
                raise _CouldNotLookError(error) from error
            if at_end is not None:
                at_end(connection, first, lines)
        return lines, head

    def look_again(self) -> LookedAgain:
        """Looks at placements that nobody has looked at since something changed, some at a time; then holds
        issued papers against the record.

        Midnight, a test that grows old, another rule set concern many at once.
        """
        with self._lock:
            view = self._view
            with view.reading() as connection:
                queries = self._queries(connection, self.now())
                if not queries.not_looked_at(limit=1):
                    before = queries.outdated_papers(at_once=0).waiting
                    left = queries.outdated_papers().waiting if before else 0
                    return LookedAgain(before - left, more=left > 0)
            with view.writing() as connection:
                queries = self._queries(connection, self.now())
                found = queries.not_looked_at(limit=watch.IN_ONE_GO)
                watch.look_at(queries, found, judge=self._judge)
                more = len(found) == watch.IN_ONE_GO or queries.outdated_papers(at_once=0).waiting > 0
                return LookedAgain(len(found), more=more)

    def _queries(self, connection: Any, now: datetime) -> Queries:
        return Queries(
            connection,
            now=now,
            own_rule_sets=self._rule_sets,
            judge=self._judge,
            paper_maker=made_now,
            own_lines=None if self.sharing is None else self._own_lines,
            ages=self._ages,
        )

    def _own_lines(self, queries: Queries) -> Sequence[TodayLine]:
        """What was done here that came back, or has waited for long to be shared."""
        # loaded where a hub is shared alone
        from discharge.actions import not_through

        return () if self.sharing is None else not_through.lines(queries, self.sharing)

    def _judge(self, queries: Queries, placed: Placed) -> Looked | None:
        """What speaks against a placement; None where the rules can't be read, by a bug of ours or because
        they aren't there, and the tables are sound: then it is shown as not looked at, and the page stands.
        """
        try:
            return held_against(queries, placed)
        except OF_THE_FILE:
            raise
        except Exception as error:
            # whatever a rule stumbles over, one placement must not take the page of all others with it
            if not isinstance(error, UserError) and not self._is_sound(queries.head()):
                raise
            log.error("placement %s couldn't be looked at: %s", placed.id, type(error).__name__)
            return None

    def _is_sound(self, head: int) -> bool:
        """Whether the tables come to their sums, asked once for each state of the journal."""
        if self._sound_at != head:
            if not self._store.tables_come_to_their_sums():
                return False
            self._sound_at = head
        return True

    @staticmethod
    def _still_there(queries: Queries, by: User) -> User:
        """The user as the hub has them now: roles may have changed since they sat down."""
        if not queries.people():
            return by
        user = queries.user(by.id)
        if user is None or not user.active:
            raise NotAllowed(f"{by.name} is no longer at this hub.", "Sign in as one of its people.")
        return user

    def changes(self) -> Changed | None:
        """What others wrote since it was last asked, for a window to read again; None where nothing was.

        Tables that another program changed meanwhile are made anew: `remarks` says so then.
        """
        with self._lock:
            mended = self._store.mend_if_others_wrote()
            view = self._view
            mended = (self.sharing is not None and self.sharing.turned()) or mended
            with view.reading() as connection:
                if mended:
                    self._seen = journal.head(connection).seq
                    return _everything(self._seen)
                if journal.head(connection).seq == self._seen:
                    return None
                lines = list(journal.read(connection, since=self._seen))
                self._seen = lines[-1].seq
        return _changed(lines, self._seen)

    # keeping

    def verify(self, *, progress: Callable[[int, int], None] | None = None) -> Checked:
        """Whether file, journal and kept files are as they were written, and the tables follow from them.

        Nothing is changed, and nobody is kept from working: it looks at one view of the file by itself.
        `progress` is called with the entries read and those there are; it stops the check by raising.
        """
        return Checked(*_verdict(self._store.examined(progress=progress)))

    def held_against(self, mark: Mark) -> Held:
        """Whether the record still has the entry that was noted on paper, or in a second place."""
        with self._lock, self._store.reading() as connection:
            return checking.held_against(connection, mark)

    def bear_witness_in(self, folder: Path) -> bool:
        """Says in a second place, which whoever has the hub's file needn't reach, how far the record goes;
        whether that could be written there."""
        with self._lock:
            return self._store.bear_witness_in(folder)

    def mend_tables(self) -> tuple[str, ...]:
        """Makes the tables anew where they don't follow from the journal; what was done, in sentences."""
        with self._lock:
            return self._store.mend_tables()

    def back_up(self) -> Backup:
        """A wholly checked copy beside the store; older ones are thinned. Nobody is kept from working.

        Tables that don't follow from the journal are made anew first: `remarks` says so then.
        """
        now = self.now()
        try:
            made = self._store.backed_up(now=now)
        except TablesChanged:
            self.mend_tables()
            made = self._store.backed_up(now=now)
        backup.thin(self._store.path, now=now)
        return made

    def back_up_if_changed(self, *, after: timedelta = timedelta(0)) -> Backup | None:
        """A backup as `back_up` makes it, where something was recorded since the last one and that is older
        than `after`; None where there is nothing to do."""
        newest = next(iter(self.backups()), None)
        if newest is not None and timedelta(0) <= self.now() - newest.made_at < after:
            return None
        with self._lock, self._store.reading() as connection:
            head = journal.head(connection)
        if head.seq == 0:
            return None
        if newest is not None and self._backed_up != (newest.path.name, head):
            seen = backup.head_of(newest.path)
            self._backed_up = (newest.path.name, seen.head) if seen is not None else None
        if newest is not None and self._backed_up == (newest.path.name, head):
            return None
        return self.back_up()

    def back_up_on_leaving(self) -> Backup | None:
        """A backup where something was recorded while this desk was open that no backup has; else None."""
        with self._lock, self._store.reading() as connection:
            moved = journal.head(connection).seq != self._head_at_first
        return self.back_up_if_changed() if moved else None

    def preview_backup(self, copy: Path) -> Preview:
        """What a backup holds, and what would be gone if the hub went back to it; nobody is held up."""
        with self._store.reading_aside() as connection:
            return preview(connection, copy, of=self.path)

    def send_to_second_folder(self) -> Reached | None:
        """Brings the backups that it lacks to the second folder that the hub has chosen; how that went. None
        where it has chosen none. It may take long, as shares do: not while somebody waits for it.

        Where that folder knows of an entry that this record lacks or has otherwise, nothing is brought there.
        """
        folder = self.ask(lambda queries: queries.hub().backup_folder)
        if not folder:
            return None
        against = self._what_is_known_in(Path(folder))
        return second_folder.send(self.path, Path(folder), now=self.now(), against=against)

    def _what_is_known_in(self, folder: Path) -> str:
        seen = second_folder.known_there(self.path, folder)
        if seen is None:
            return ""
        held = self.held_against(Mark(seen.head.seq, seen.head.hash, signature=seen.signature))
        return "" if held.is_there else second_folder.KNOWS_OTHERWISE.format(number=seen.head.seq)

    def second_folder(self) -> Reached | None:
        """How the second folder stood at the last try; None where the hub has chosen none."""
        folder = self.ask(lambda queries: queries.hub().backup_folder)
        if not folder:
            return None
        known = second_folder.state(self.path)
        if known is not None and known.folder == folder:
            return known
        return Reached(folder, None, self.now(), second_folder.NOT_YET)

    def backups_there(self) -> tuple[Backup, ...]:
        """The copies in the second folder, newest first; none where it isn't there. As slow as shares are."""
        folder = self.ask(lambda queries: queries.hub().backup_folder)
        try:
            return second_folder.copies_in(self.path, Path(folder)) if folder else ()
        except OSError:
            return ()

    # postcodes, beside the record

    def places(self, question: Callable[[Postcodes, Queries], T]) -> T:
        """The answer to a question that needs the file of postcodes too; the file is let go of after it."""
        with self._lock, closing(self.postcodes):
            return self.ask(lambda queries: question(self.postcodes, queries))

    # drafts of forms, beside the record

    def keep_draft(self, name: str, *, form: str, by: User, typed: Mapping[str, Any]) -> None:
        """Keeps what was typed into a form that isn't finished, in place of its earlier draft."""
        drafts.keep(self._store.path, Draft(name, form, by.id, self.now(), typed))

    def drafts(self, *, by: User) -> tuple[Draft, ...]:
        """The drafts of this user, newest first; nobody is shown another's."""
        return tuple(one for one in drafts.drafts_of(self._store.path, now=self.now()) if one.by == by.id)

    def drop_draft(self, name: str) -> None:
        """Deletes a draft: its form was finished, or dropped."""
        drafts.drop(self._store.path, name)

    # homes that somebody is ringing, beside the record

    def take_in_hand(self, setting: str | None, *, by: User) -> Mapping[str, InHand]:
        """Takes a home in hand in the morning round, in place of the one that this user had; None: none any
        more. What is in hand is given back, by setting; a home that somebody else has stays theirs, also
        where both take it at the same instant."""
        with self._store.writing():
            return in_hand.take(self._store.path, setting, by=by.id, name=by.name, now=self.now())

    # titles of columns, beside the record

    def matched_columns(self, source: str | None = None) -> dict[str, str]:
        """What the titles of files of this source mean, as somebody matched them: title to column.

        Without a source of all of them, as it was said last.
        """
        sources = columns.matched(self._store.path)
        if source is not None:
            return sources.get(source, {})
        return {title: column for titles in sources.values() for title, column in titles.items()}

    def keep_columns(self, source: str, titles: Mapping[str, str]) -> None:
        """Keeps what the titles of a source's files mean, for the next of them."""
        columns.keep(self._store.path, source, titles)

    def backups(self) -> tuple[Backup, ...]:
        """The backups beside the store, newest first."""
        return backup.backups_of(self._store.path)

    def asides(self) -> tuple[Path, ...]:
        """What was moved aside of the hub, newest first."""
        return backup.asides_of(self._store.path)

    def remove_aside(self, aside: Path, *, by: User) -> None:
        """Removes a file that was moved aside, for good; whoever does it was asked. Administrators only."""
        if MAY["remove_aside"].of(by.roles) is None:
            raise NotAllowed("Only an administrator can do this.", "Ask one of them.", "A4")
        backup.remove_aside(self._store.path, aside)


def restore(
    path: Path | str, copy: Path, *, clock: Clock = system_clock, unlocked: Unlocked | None = None
) -> Path | None:
    """Puts a backup in the hub's place, see `store.file.backup.restore`. The hub must not be open.

    `unlocked`: the opened slot of a sealed hub; `SealedHub` without one.
    """
    store = Path(path).expanduser().absolute()
    with opened_by(store, unlocked):
        return backup.restore(store, copy, now=_whole(clock()))


def _refuse_what_deceives(entries: Sequence[Entry]) -> None:
    """`UserError` where an entry holds a text that reads otherwise than it is, or can't be shown."""
    for entry in entries:
        given = None if entry.given is None else entry.given.model_dump(mode="json")
        if found := deceiving_in(entry.body) or deceiving_in(given):
            raise UserError(f"What was entered {deceives(found)}.", "Type it again instead of pasting it.")


def _refuse_what_cant_be_read_back(entries: Sequence[Entry]) -> None:
    """`UserError` where an entry holds a date of a year in which nothing is recorded."""
    for entry in entries:
        if day := day_out_of_range(entry.body):
            raise UserError(f"{day} is not between {FIRST_YEAR} and {LAST_YEAR}.", "See the year.")


def _refuse_ones_own_word(entries: Sequence[Entry], user: User) -> None:
    """`NotAllowed` where the word that an entry rests on would be that of whoever records it (A2).

    But for a director, whose own word a designation is.
    """
    for entry in entries:
        own = entry.given is not None and same_name(entry.given.name, user.name)
        if entry.given is not None and own and entry.role is not Role.DASS:
            raise NotAllowed(
                f"{entry.given.name} is your own name: it has to be somebody else's word.",
                "Say whose word it is.",
                "A2",
            )


def repaired(path: Path | str, *, clock: Clock = system_clock, unlocked: Unlocked | None = None) -> Repaired:
    """Puts the hub together anew; see `discharge.store.file.repair.repair`. The hub must not be open.

    `unlocked`: the opened slot of a sealed hub; `SealedHub` without one.
    """
    store = Path(path).expanduser().absolute()
    with opened_by(store, unlocked):
        return repair.repair(store, now=_whole(clock()))


def backups_beside(path: Path | str) -> tuple[Backup, ...]:
    """The backups beside a hub that isn't open, or isn't there, newest first."""
    return backup.backups_of(Path(path).expanduser().absolute())


def asides_beside(path: Path | str) -> tuple[Path, ...]:
    """What was moved aside of a hub that isn't open, or isn't there, newest first."""
    return backup.asides_of(Path(path).expanduser().absolute())


def _whole(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


_OF_PATIENTS = {
    Kind.PATIENT_REGISTERED, Kind.PATIENT_AMENDED, Kind.PATIENT_LEFT, Kind.PATIENT_TAKEN_BACK,
    Kind.PATIENTS_MERGED, Kind.PATIENTS_PARTED, Kind.KNOWN_AS, Kind.COPY_GIVEN,
    Kind.PERSON_ERASED,
    Kind.OBSERVATION_RECORDED, Kind.OBSERVATION_WITHDRAWN, Kind.ATTESTATION_RECORDED,
    Kind.ATTESTATION_WITHDRAWN, Kind.SETTING_EXCLUDED, Kind.SETTING_INCLUDED,
}  # fmt: skip
_OF_WHO_COMES_IN = {
    Kind.USER_ADDED, Kind.USER_AMENDED, Kind.KEY_SET, Kind.KEY_CLOSED, Kind.SIGN_IN_FAILED,
    Kind.DATA_KEY_CHANGED, Kind.DESK_ADDED, Kind.DESK_CLOSED, Kind.COPY_TAKEN_HOME,
}  # fmt: skip
_OF_PLANS = {Kind.PLAN_STORED, Kind.PROPOSAL_KEPT, Kind.KEEPING_STOPPED}


def _nouns(kind: Kind) -> frozenset[str]:
    """Whose rows an entry changes: those of its subject, and those that show them."""
    if kind in (Kind.HUB_FOUNDED, Kind.HUB_AMENDED, Kind.APPROVAL_RULES_SET, Kind.WEIGHTS_SET):
        return frozenset({"hub"})
    if kind in (Kind.RULE_SET_CHOSEN, Kind.LOCAL_VALUE_SET, Kind.LOCAL_VALUE_WITHDRAWN):
        # another rule may ask another bed of anybody
        return frozenset({"hub", "patients", "settings", "plans", "placements"})
    if kind in _OF_WHO_COMES_IN:
        return frozenset({"people"})
    if kind in _OF_PATIENTS:
        return frozenset({"patients", "placements"})
    if kind in (Kind.CHANGE_CONFIRMED, Kind.CHANGE_REFUSED, Kind.CHANGE_TAKEN_BACK):
        return frozenset({"hub", "settings", "placements"})
    if kind in _OF_PLANS:
        return frozenset({"plans"})
    if kind in (
        Kind.HAPPENED,
        Kind.HAPPENING_DEALT_WITH,
        Kind.HAPPENING_HANDED_OVER,
        Kind.TASK_DONE,
        Kind.NEWS_PASSED_ON,
        Kind.PAPER_ISSUED,
        Kind.PAPER_RECALLED,
        Kind.REVIEWED,
        Kind.REVIEW_WITHDRAWN,
        Kind.ASSESSED,
        Kind.ASSESSMENT_WITHDRAWN,
    ):
        return frozenset({"placements", "patients", "settings", "plans"})
    if kind.value.startswith("placement_") or kind is Kind.ONWARD_WANTED:
        return frozenset({"placements", "patients", "settings", "plans"})
    if kind in (Kind.BED_KEPT, Kind.BED_RELEASED, Kind.STANDING_TAKEN_BACK):
        return frozenset({"settings", "placements", "patients"})
    return frozenset({"settings", "placements"})


def _everything(head: int) -> Changed:
    nouns = frozenset({"hub", "people", "patients", "settings", "plans", "placements"})
    return Changed(nouns=nouns, subjects=(), entries=(), head=head)


def _changed(lines: Iterable[Line], head: int) -> Changed:
    listed = list(lines)
    subjects = tuple(dict.fromkeys(line.subject for line in listed))
    kinds = {line.kind for line in listed}
    return Changed(
        nouns=frozenset().union(*(_nouns(kind) for kind in kinds)),
        subjects=subjects,
        entries=tuple(line.id for line in listed),
        head=head,
        waits=any("waits" in line.body for line in listed),
    )
