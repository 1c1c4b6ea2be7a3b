"""The way into a hub: founding a sealed one, passphrases, one-time words, the recovery sheet.

What a passphrase comes to takes most of a second: it is worked out away from the window's thread.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from discharge.keys.places import is_sealed
from discharge.model.errors import UserError
from discharge.model.london import london_date
from discharge.rules.may import roles_for, those_who_may
from discharge.words.days import day_words
from ui.frame.services import SHEET_DUE, Message
from ui.frame.sign_in import Person
from ui.frame.window import Window
from ui.theme.palette import Tone
from ui.work.away import Away

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.sharing import Link
    from discharge.actions.signing_in import WaysIn
    from discharge.keys.passphrases import Cost
    from discharge.keys.slots import Unlocked
    from discharge.model.people import User
    from ui.frame.gate import Gate

CHECKING = "Checking …"
NOT_SEALED = (
    "Whoever has this hub's file can read everything in it, and anybody can choose any name. Close the hub "
    "and open it again to seal it."
)
KEY_CHANGED = "The hub has another data key. Passphrases and the recovery sheet are as they were."
OLD_COPIES = "Backups made before are under the key before: remove those that mustn't be read with it."
ANEW = "This desk's copy was made anew from the server."
ANEW_NOW = "What only this desk had waits to be shared, or came back: the foot of the window says so."
AS_IT_WAS = "This desk's copy is as it was."
TOLD_SECONDS = 0.1
"""So often it is said how far the sealing is."""


class Entrance(QObject):
    """What stands before a hub. `ready`: the desk may be opened now, with `unlocked` where it is sealed.

    `refused`: the hub can't be entered, with the `UserError` that says why. `reopen`: it was closed, to be
    sealed, and is to be opened anew, with `came_in` if it was. `plain`: a new hub is founded
    without keys, for tests. `cost`: of passphrases that are made here, cheap ones in tests.
    """

    ready = Signal()
    refused = Signal(object)
    reopen = Signal()
    shuts = Signal()
    """The hub is closed for what is done to its file: nothing else may use it from now on."""
    asked = Signal()
    """Somebody has to do something before the hub is open."""
    _progressed = Signal(int, int)

    def __init__(
        self,
        window: Window,
        *,
        hub: Path,
        now: Callable[[], datetime],
        user_id: str = "",
        plain: bool = False,
        cost: Cost | None = None,
        came_in: Unlocked | None = None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._place = window.services
        self._hub = hub
        self._now = now
        self._user_id = user_id
        self._plain = plain
        self._cost = cost
        self._is_open = False
        self._sealed = is_sealed(hub)
        self._ways: WaysIn | None = None
        self._fault: UserError | None = None
        self.came_in: Unlocked | None = None
        """Who sealed the hub just now, for the window that opens it next."""
        self.told: Message | None = None
        """How the change of the data key went, for the window that opens the hub next."""
        self.remark = ""
        """What sealing left to do: plain copies where they couldn't be reached. Mostly empty."""
        self.unlocked = came_in
        """Of whoever was let in at the door, until they sit down."""
        self.opened_with = came_in
        """Of whoever came in last: it opens what is kept of the hub too, and says who mends it."""
        self._away, self._reading = Away(self), Away(self)
        self._stop = threading.Event()
        """What can be stopped is to stop."""
        for away in (self._away, self._reading):
            away.bug.connect(self._place.bug)
        window.sign_in.given.connect(self._given)
        window.sign_in.sheet.connect(self._ask_for_sheet)
        self._place.new_key.connect(self._change_key)
        self._place.anew.connect(self._make_anew)

    # ---------------------------------------------------------------- before it is open

    @property
    def is_sealed(self) -> bool:
        """Whether the hub is opened by passphrases."""
        return self._sealed

    @property
    def busy(self) -> bool:
        """Whether something is worked out."""
        return self._away.busy or self._reading.busy

    def begin(self, *, new: bool) -> None:
        """Asks for a passphrase where the hub is sealed; founds one where there is none (`new`: it may be
        made); else it is `ready` at once.
        """
        if self.unlocked is not None:
            self.ready.emit()
        elif self._sealed:
            self._read_ways(self._ask_at_door)
        elif new and not self._plain and not self._hub.exists():
            self._reading.run(partial(_was_there, self._hub), self._begin_new)
        else:
            self.ready.emit()

    def _begin_new(self, was_there: bool) -> None:
        if was_there:
            # opening it says what is left of it, and how it comes back
            self.ready.emit()
            return
        from ui.frame.founding import Founding

        founding = Founding(theme=self._place.theme, seal=True)

        def found(hub: str, name: str, passphrase: str) -> None:
            founding.wait("Making the keys …")
            make = partial(_found, self._hub, hub, name, passphrase, self._cost)
            show = partial(self._show_sheet, hub=hub, then=self._open_new)
            self._away.run(make, show, failed=founding.refuse)

        founding.sealed.connect(found)
        founding.join.connect(lambda: self._place.commands.do("hub.join"))
        self._window.put_in_front(founding)
        self.asked.emit()
        founding.hub.focus_first()

    def _open_new(self, unlocked: Unlocked) -> None:
        self.unlocked = self.opened_with = unlocked
        self._window.say_opening()
        self.ready.emit()

    def _show_sheet(
        self, founded: tuple[Unlocked, str], *, hub: str, then: Callable[[Unlocked], object]
    ) -> None:
        """Shows the recovery sheet, once; what comes `then` waits until it was confirmed."""
        from ui.frame.recovery_sheet import SheetPanel

        unlocked, code = founded
        self._sealed = True
        self._place.settings.setValue(SHEET_DUE, unlocked.hub)
        panel = SheetPanel(code, hub=hub, day=self._today(), theme=self._place.theme)

        def confirmed() -> None:
            self._place.settings.remove(SHEET_DUE)
            then(unlocked)

        panel.confirmed.connect(confirmed)
        self._window.put_in_front(panel)
        panel.print.setFocus()

    def _today(self) -> str:
        return day_words(london_date(self._now()), year=True)

    def _ask_at_door(self) -> None:
        ways = self._ways
        if ways is None:
            self.refused.emit(self._fault)
            return
        last = self._user_id or str(self._place.settings.value("window/user", ""))
        people = [Person(way.holder, way.name, "", way.opens.value) for way in ways.people]
        self._window.ask_at_door(sorted(people, key=lambda person: person.name.casefold()), last=last)
        self.asked.emit()
        if ways.remark:
            self._place.tell(Message(ways.remark, "See that nothing takes files away there.", Tone.WAITING))

    def _read_ways(self, then: Callable[[], object]) -> None:
        """Reads who can come in, by the key file."""

        def read(ways: WaysIn) -> None:
            self._ways = ways
            then()

        def failed(error: UserError) -> None:
            self._ways, self._fault = None, error
            then()

        self._reading.run(partial(_ways_into, self._hub), read, failed=failed)

    def ways_in(self, anew: bool, /) -> dict[str, str] | None:
        """What each person comes in with, as it was read last; None where the hub asks for nothing.

        `anew`: it is read again too, and the window is told.
        """
        if not self._sealed:
            return None
        if anew:
            self._read_ways(self._window.follow_ways)
        known = self._ways.people if self._ways is not None else ()
        return {way.holder: way.opens.value for way in known}

    # ----------------------------------------------------------------- at the door

    def _given(self, holder: str, secret: str) -> None:
        page = self._window.sign_in
        page.set_busy(True)

        def failed(error: UserError) -> None:
            page.refuse(error.sentence, error.mend, wait=self._wait(holder))

        self._away.run(partial(_unlocked, self._hub, holder, secret, self._now()), self._came, failed=failed)

    def _wait(self, holder: str) -> int:
        """For how many seconds the next try of this person waits."""
        from discharge.keys import attempts

        return math.ceil(attempts.wait(self._hub, holder, now=self._now()).total_seconds())

    def _ask_for_sheet(self) -> None:
        from ui.frame.choosing import SheetCode

        page = SheetCode(theme=self._place.theme)

        def given(code: str) -> None:
            from discharge.keys.slots import RECOVERY

            page.wait(CHECKING)
            opening = partial(_unlocked, self._hub, RECOVERY, code, self._now())
            self._away.run(opening, self._came, failed=page.refuse)

        page.given.connect(given)
        page.back.connect(self._back_to_names)
        self._window.put_in_front(page)
        page.code.focus_first()

    def _back_to_names(self) -> None:
        if self._is_open:
            self._window.ask_who()
        else:
            self._ask_at_door()

    def _came(self, unlocked: Unlocked) -> None:
        """A slot was opened: open the desk with it, or sit down at the one that is open."""
        self.unlocked = self.opened_with = unlocked
        if self._is_open:
            self.enter()
        else:
            self._window.say_opening()
            self.ready.emit()

    # ------------------------------------------------------------------ once it is open

    def enter(self) -> None:
        """The desk is open: whoever was let in at the door sits down."""
        self._is_open = True
        unlocked = self.unlocked
        if unlocked is None:
            if self._plain or self._window.is_demo or not self._window.has_people:
                self._window.come_in(self._user_id)
            else:
                self._offer_to_seal()
            return
        self._read_ways(lambda: None)
        if unlocked.must_choose_a_passphrase:
            self._place.use(
                partial(_who_it_may_be, unlocked=unlocked), self._ask_to_choose, failed=self._not_in
            )
        else:
            self._place.use(partial(_signed_in, unlocked=unlocked), self._sit_down, failed=self._not_in)

    def _not_in(self, error: UserError) -> None:
        self._window.ask_who()
        self._window.sign_in.refuse(error.sentence, error.mend)

    def _ask_to_choose(self, found: tuple[str, tuple[User, ...]]) -> None:
        from discharge.keys.slots import RECOVERY
        from ui.frame.choosing import ChoosePassphrase

        unlocked = self.unlocked
        assert unlocked is not None
        hub, people = found
        page = ChoosePassphrase(
            [(user.id, user.name) for user in people],
            hub=hub,
            by_sheet=unlocked.holder == RECOVERY,
            theme=self._place.theme,
        )

        def chosen(user_id: str, passphrase: str) -> None:
            page.wait("Making your keys …")
            choose = partial(
                _chosen, unlocked=unlocked, passphrase=passphrase, user_id=user_id, cost=self._cost
            )
            self._place.use(choose, self._sit_down, failed=page.refuse)

        page.chosen.connect(chosen)
        self._window.put_in_front(page)
        page.focus_first()

    def _sit_down(self, user: User) -> None:
        before, self.unlocked = self._place.user, None
        self._window.sign_in.forget()
        self._window.sit_down(user)
        self._read_ways(lambda: None)
        if before is not None and before.id != user.id:
            # what whoever left has begun may still be under way: it is done first
            self._place.use(partial(_signed_out, user_id=before.id), lambda _none: None)
        if roles_for(("set_sheet_key",)) & user.roles and self._place.settings.value(SHEET_DUE):
            self._place.use(partial(_is_due, hub=str(self._place.settings.value(SHEET_DUE))), self._tell_due)

    def _tell_due(self, due: bool) -> None:
        if due:
            self._place.tell(
                Message(
                    "The recovery sheet of this hub was shown and never confirmed: it may be nowhere.",
                    "Make a new one, under “People of the hub”.",
                    Tone.WAITING,
                    "People of the hub…",
                    self._open_people,
                )
            )

    def _open_people(self) -> None:
        self._place.commands.do("hub.people")

    # ------------------------------------------------------------------ sealing one from before

    def _offer_to_seal(self) -> None:
        from ui.frame.choosing import SealOffer

        page = SealOffer(theme=self._place.theme)
        page.wanted.connect(
            lambda: self._place.use(partial(_those_who_may, action="begin_signing"), self._ask_to_seal)
        )
        page.later.connect(self._not_sealed)
        self._window.put_in_front(page)
        page.main.setFocus()

    def _not_sealed(self) -> None:
        """It stays as it is, and that is said for as long as it is open."""
        self._window.status_line.show_seal(NOT_SEALED)
        self._window.ask_who(self._user_id)

    def _ask_to_seal(self, found: tuple[str, tuple[User, ...]]) -> None:
        from ui.frame.choosing import SealIt

        hub, people = found
        page = SealIt([(user.id, user.name) for user in people], hub=hub, theme=self._place.theme)
        closed = False

        def seal(user_id: str, passphrase: str) -> None:
            nonlocal closed
            page.wait("Sealing …")
            if not closed:
                closed = True
                self._place.jobs.close()
            work = partial(
                _sealed, self._hub, user_id, passphrase, self._cost, self._away.told(self._progressed.emit)
            )
            self._away.run(work, sealed, failed=page.refuse)

        def sealed(now: tuple[Unlocked, str, str]) -> None:
            unlocked, code, self.remark = now
            self._show_sheet((unlocked, code), hub=hub, then=self._sealed_now)

        def progress(done: int, total: int) -> None:
            page.wait(f"Sealing: {done:,} of {total:,} entries looked at" if total else "Sealing …")

        self._progressed.connect(progress)
        page.chosen.connect(seal)
        # once it was closed it has to be opened again before anything else is done
        page.back.connect(lambda: self.reopen.emit() if closed else self._not_sealed())
        self._window.put_in_front(page)
        page.passphrase.first.focus_first()

    def _sealed_now(self, unlocked: Unlocked) -> None:
        self.came_in = unlocked
        self.reopen.emit()

    # ----------------------------------------------------------------- another data key

    def _change_key(self, unlocked: Unlocked, why: str) -> None:
        """Closes the hub, has it sealed by another data key, and opens it anew."""
        from ui.frame.choosing import NewKey

        page = NewKey(theme=self._place.theme)
        page.wait("Making a backup and a copy …")

        def progress(done: int, total: int) -> None:
            page.wait(f"{done:,} of {total:,} entries looked at" if total else "Copying …")

        def changed(own: Unlocked) -> None:
            self.came_in, self.told = own, Message(KEY_CHANGED, OLD_COPIES, Tone.DONE)
            self.reopen.emit()

        def failed(error: UserError) -> None:
            self.told = Message(error.sentence, error.mend)
            self.reopen.emit()

        self._progressed.connect(progress)
        self._shut(page)
        work = partial(
            _sealed_anew, self._hub, unlocked, why, self._now, self._away.told(self._progressed.emit)
        )
        self._away.run(work, changed, failed=failed)

    def _shut(self, page: Gate) -> None:
        """Closes the hub for what is done to its file, and shows how far that is."""
        # nobody is at the desk while the hub is closed
        self._place.set_user(None)
        self._window.put_in_front(page)
        self._window.banner.dismiss()
        self.shuts.emit()
        self._place.jobs.close()

    def _make_anew(self, unlocked: Unlocked, link: Link) -> None:
        """Closes a shared hub, makes this desk's copy anew from the server, and opens it again; stopped, as
        it was."""
        from ui.frame.choosing import MadeAnew

        page, stop = MadeAnew(theme=self._place.theme), self._stop

        def over(message: Message) -> None:
            self.came_in, self.told = unlocked, message
            self.reopen.emit()

        def failed(error: UserError) -> None:
            stopped = Message(AS_IT_WAS, tone=Tone.NEUTRAL)
            over(stopped if stop.is_set() else Message(f"{error.sentence} {AS_IT_WAS}", error.mend))

        page.stopped.connect(stop.set)
        self._progressed.connect(page.tell)
        self._shut(page)
        work = partial(_made_anew, self._hub, unlocked, link, stop, self._away.told(self._progressed.emit))
        self._away.run(work, lambda _: over(Message(ANEW, ANEW_NOW, Tone.DONE)), failed=failed)

    def close(self) -> None:
        """Waits for what is under way; what can be stopped is."""
        self._stop.set()
        self._away.finish()
        self._reading.finish()


# --------------------------------------------------------------- away from the window's thread


def _was_there(hub: Path) -> bool:
    """Whether something is left of a hub of this name that is gone."""
    from discharge.actions.desk import asides_beside, backups_beside

    return bool(backups_beside(hub) or asides_beside(hub))


def _ways_into(hub: Path) -> WaysIn:
    from discharge.actions.signing_in import people_of

    return people_of(hub)


def _unlocked(hub: Path, holder: str, secret: str, now: datetime) -> Unlocked:
    from discharge.actions.signing_in import unlocked

    return unlocked(hub, holder, secret, now=now)


def _found(path: Path, hub: str, name: str, passphrase: str, cost: Cost | None) -> tuple[Unlocked, str]:
    from discharge.actions.signing_in import found_sealed
    from discharge.keys.passphrases import USUAL

    desk, _user, unlocked, code = found_sealed(
        path, hub=hub, name=name, passphrase=passphrase, cost=cost or USUAL
    )
    desk.close()
    return unlocked, code


def _sealed(
    path: Path, user_id: str, passphrase: str, cost: Cost | None, tell: Callable[[int, int], object]
) -> tuple[Unlocked, str, str]:
    from discharge.actions.sealing import seal_hub
    from discharge.keys.passphrases import USUAL

    now = seal_hub(
        path, user=user_id, passphrase=passphrase, cost=cost or USUAL, progress=_now_and_then(tell)
    )
    return now.unlocked, now.code, now.remark


def _sealed_anew(
    path: Path,
    unlocked: Unlocked,
    why: str,
    clock: Callable[[], datetime],
    tell: Callable[[int, int], object],
) -> Unlocked:
    from discharge.actions.sealing import change_data_key

    return change_data_key(path, unlocked, reason=why, clock=clock, progress=_now_and_then(tell))


def _made_anew(
    path: Path, unlocked: Unlocked, link: Link, stop: threading.Event, tell: Callable[[int, int], object]
) -> None:
    from discharge.actions.sharing import made_anew

    told = _now_and_then(tell)

    def progress(done: int, total: int) -> None:
        if stop.is_set():
            raise UserError(AS_IT_WAS)
        told(done, total)

    with closing(link):
        made_anew(path, link, unlocked=unlocked, progress=progress).close()


def _now_and_then(tell: Callable[[int, int], object]) -> Callable[[int, int], None]:
    """Tells how far it is, but not so often that the window is kept from its work."""
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > TOLD_SECONDS:
            told = time.monotonic()
            tell(done, total)

    return progress


# ---------------------------------------------------------------------- in the store's thread


def _those_who_may(desk: Desk, action: str) -> tuple[str, tuple[User, ...]]:
    """The hub's name, and who of its people may do this."""
    hub = desk.ask(lambda queries: queries.hub().name)
    return hub, tuple(user for user in those_who_may(action, desk.people()) if user.active)


def _signed_in(desk: Desk, *, unlocked: Unlocked) -> User:
    from discharge.actions.signing_in import sign_in

    return sign_in(desk, unlocked)


def _signed_out(desk: Desk, *, user_id: str) -> None:
    from discharge.actions.signing_in import sign_out

    sign_out(desk, user_id)


def _who_it_may_be(desk: Desk, *, unlocked: Unlocked) -> tuple[str, tuple[User, ...]]:
    """The hub's name, and who it may be that came in by a word or by the sheet."""
    from discharge.actions.signing_in import sign_in
    from discharge.keys.slots import RECOVERY

    first = sign_in(desk, unlocked)
    if unlocked.holder == RECOVERY:
        return _those_who_may(desk, "recover")
    return desk.ask(lambda queries: queries.hub().name), (first,)


def _chosen(desk: Desk, *, unlocked: Unlocked, passphrase: str, user_id: str, cost: Cost | None) -> User:
    from discharge.actions.signing_in import choose_passphrase
    from discharge.keys.passphrases import USUAL

    choose_passphrase(desk, unlocked, passphrase, user=user_id, cost=cost or USUAL)
    return desk.sign_in(user_id)


def _is_due(desk: Desk, *, hub: str) -> bool:
    return bool(desk.ask(lambda queries: queries.hub_of_keys()) == hub)


__all__ = ["Entrance"]
