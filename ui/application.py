"""The composition root: theme, jobs, commands, services and window are made and joined here, once."""

from __future__ import annotations

import hashlib
import logging
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QFileDialog

from discharge.actions.demo_clock import FOUNDED
from discharge.model.errors import UserError
from discharge.model.london import LONDON, london_date
from discharge.words.counts import count_words
from discharge.words.days import age_words, day_words, instant_words
from ui import HUB_SUFFIX
from ui.entrance import Entrance
from ui.first_paint import mode_of, scale_of
from ui.frame.also_open import AlsoOpen
from ui.frame.clipboard import ClipboardKeeper
from ui.frame.collecting import Collecting
from ui.frame.commands import Commands
from ui.frame.crash import CrashDialog
from ui.frame.looking import Looking
from ui.frame.pages import PAGES, PageSpec
from ui.frame.services import Message, Services
from ui.frame.shared import SharedHub
from ui.frame.window import HubFacts, Window
from ui.hub_commands import bind_hub_commands
from ui.theme.palette import Mode, Tone
from ui.theme.status import Status, neutral, waiting
from ui.theme.theme import Theme
from ui.warm_up import WarmUp, meet_widgets
from ui.widgets.spoken import say_what_they_are
from ui.work.faults import Bug, as_told
from ui.work.importing import Imports
from ui.work.jobs import Jobs

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.keys.passphrases import Cost
    from discharge.keys.slots import Unlocked
    from discharge.store.ask.queries import Queries
    from discharge.store.file.second_folder import Reached

log = logging.getLogger("ui")
Clock = Callable[[], datetime]
LOOK_FOR_OTHERS_MS = 4_000
"""How often the window looks whether another window changed the hub."""
LOOK_MS = 10
"""How often it is looked whether the first page can be imported."""
WARM_UP_MS = 1_500
BACK_UP_MS = 5 * 60_000
"""How often it is looked whether a backup is due."""
BACK_UP_AFTER = timedelta(minutes=15)
"""So old may the last backup be once something was recorded, while the hub is open."""
CHANGED_OUTSIDE = (
    "See that nothing but this program writes into the hub's file, and tell whoever looks after it."
)
SEALED_NOW = "The hub is sealed, and opens by passphrases alone."
LET_IN = "Let the others in, under “People of the hub”: each gets a one-time word."
APART = 32
"""So far from where a window would stand that of another hub stands, in pixels at 100 %."""
AGAIN = 3
"""A fault that comes so often is said in the banner, once."""
CAME_AGAIN = "The same fault of the program comes again and again; it is in the log."


def system_clock() -> datetime:
    """The instant, in whole seconds, UTC."""
    return datetime.now(UTC).replace(microsecond=0)


class Application(QObject):
    """One hub in one window. `run_when_idle` callables of the caller see `window` and `jobs`.

    `hub` is the hub's file (made when absent); `demo` makes a demo hub there first if there is none.
    `clock`: None for the time that the hub goes by, which is its own in a demo hub. `tour`: the demo hub is
    shown round once. `message` is told once the hub is open. `window`: a bare one that is shown already.
    `plain`: a new hub is founded without keys and an old one opened as it is, for tests and pictures;
    `cost`: of the passphrases that are made, cheap ones in tests. `came_in`: who sealed the hub just now.
    `before`: the hub that was open in this window before, to go back to where this one can't be opened.
    """

    opened = Signal()
    finished = Signal(int)
    """It is over, with this exit code; whoever runs the event loop ends it."""

    def __init__(
        self,
        qt: QApplication,
        *,
        hub: Path,
        resources: Path,
        settings: QSettings,
        demo: bool = False,
        clock: Clock | None = None,
        mode: Mode | None = None,
        scale: float | None = None,
        user_id: str = "",
        page: str = "",
        pages: tuple[PageSpec, ...] = PAGES,
        log_file: Path | None = None,
        tour: bool = False,
        message: Message | None = None,
        window: Window | None = None,
        plain: bool = False,
        cost: Cost | None = None,
        came_in: Unlocked | None = None,
        before: Path | None = None,
    ) -> None:
        super().__init__()
        self.qt = qt
        self._hub = hub
        self._demo = demo
        self._clock = clock
        self._now: Clock = clock or system_clock
        self._user_id = user_id
        self._page = page
        self._pages = pages
        self._log_file = log_file
        self._tour = tour
        self._crash: CrashDialog | None = None
        self._bugs: Counter[tuple[str, str]] = Counter()
        self._remarks: tuple[str, ...] = ()
        self.next_hub: Path | None = None
        self._before = before
        self._is_open = self._leaving = self.retired = False
        self._mending: Callable[[], Message] | None = None
        self._message = message
        self.theme = Theme(
            resources=resources,
            mode=mode or mode_of(settings, qt),
            scale=scale or scale_of(settings),
            parent=self,
        )
        self.theme.apply(qt)
        say_what_they_are()
        qt.setWindowIcon(QIcon(str(resources / "icons" / "discharge-desk.svg")))
        self.commands = Commands(self.theme, parent=self)
        self.jobs = Jobs(self._open_desk, parent=self)
        self.services = Services(
            jobs=self.jobs,
            theme=self.theme,
            commands=self.commands,
            settings=settings,
            clock=self.now,
            parent=self,
        )
        self.window = window or Window(settings, mode=self.theme.mode, scale=self.theme.scale)
        self.services.window = self.window
        self.window.furnish(self.services, facts=self._read_facts, pages=pages, title=hub.stem)
        bind_hub_commands(self.window)
        self.entrance = Entrance(
            self.window,
            hub=hub,
            now=self.now,
            user_id=user_id,
            plain=plain or demo,
            cost=cost,
            came_in=came_in,
            parent=self,
        )
        self.window.ways_in = self.entrance.ways_in
        self._first = Imports(self._first_module())
        self._importing = QTimer(self, interval=LOOK_MS)
        self._importing.timeout.connect(self._import_first_page)
        self._hub_is_there = False
        self.entrance.ready.connect(self.jobs.start)
        self.entrance.ready.connect(self._importing.start)
        # while the hub is opened nothing else is to be done
        self.entrance.ready.connect(lambda: QTimer.singleShot(0, self, meet_widgets))
        self.entrance.refused.connect(self._not_opened)
        self.entrance.reopen.connect(self._reopen)
        self.jobs.opened.connect(self._hub_opened)
        self.jobs.not_opened.connect(self._not_opened)
        self.services.signed_in.connect(self._offer_drafts)
        # what needs somebody now is counted for whoever is at the desk
        self.services.signed_in.connect(lambda user: self.window.read_facts() if user else None)
        self.services.bug.connect(self.crash)
        self.services.uncaught.connect(self.services.fail, Qt.ConnectionType.QueuedConnection)
        self.commands.bind("hub.open", self._choose_hub)
        self.commands.bind("hub.new", self._choose_new_hub)
        self.commands.bind("hub.join", self._ask_to_join)
        self.services.restoring.connect(self._go_back_to)
        self.services.changed.connect(lambda nouns: self._look_at_second_folder() if "hub" in nouns else None)
        self.window.closing.connect(self._remember_place)
        self.window.closing.connect(self.close)
        self.window.shown_page.connect(self._show_round)
        self._clipboard = ClipboardKeeper(self)
        self.shared = SharedHub(self.services, self.window.status_line, self)
        self.shared.came.connect(self._read_what_others_did)
        also_open = AlsoOpen(
            self.window, say=self.shared.say_open, elsewhere=self.shared.open_elsewhere, parent=self
        )
        self.shared.heard.connect(also_open.look)
        self.window.is_shared = lambda: self.shared.standing is not None
        self.window.what_waits = self.shared.what_waits
        self.window.is_forked = lambda: self.shared.standing is not None and self.shared.standing.forked
        self.services.shared.connect(self.shared.begin)
        self.window.status_line.server_pressed.connect(
            lambda: self.commands.do("hub.anew" if self.window.is_forked() else "hub.not_shared")
        )
        self.entrance.shuts.connect(self.shared.end)
        self.services.signed_in.connect(lambda _user: self.shared.try_now())
        self._looking = Looking(self.services, self)
        self._looked = 0
        self._others = QTimer(self, interval=LOOK_FOR_OTHERS_MS)
        self._others.timeout.connect(self._look_for_others)
        # the engine's process starts while people read what is on the screen
        self._warm_up = QTimer(self, singleShot=True, interval=WARM_UP_MS)
        self._warm_up.timeout.connect(self.jobs.engine.warm_up)
        self._ahead = WarmUp(self.window, parent=self)
        self._collecting = Collecting(self.window.lock, parent=self)
        self._copies = QTimer(self, interval=BACK_UP_MS)
        self._copies.timeout.connect(self.back_up_if_due)

    # ------------------------------------------------------------------ start

    def show(self) -> None:
        """Paints first; opens the hub and imports what that needs after."""
        self._collecting.start()
        self.window.show()
        if (self._page or self.window.services.settings.value("window/page")) == "match":
            # the page asks the engine why as soon as it is there: its process starts while the hub opens
            self.jobs.engine.warm_up()
        QTimer.singleShot(0, self, lambda: self.entrance.begin(new=not self._demo))

    def _open_desk(self) -> Desk:
        """In the store's thread: import the desk, make the demo hub if asked for, open."""
        from discharge.actions.desk import Desk

        if self._demo and not self._hub.exists():
            from discharge.actions.demo import make_demo

            make_demo(self._hub)
        self._first.prepare()
        desk = Desk.open(self._hub, clock=self._clock, unlocked=self.entrance.opened_with)
        self._now = desk.now
        self._remarks = desk.take_remarks()
        return desk

    def _first_module(self) -> list[str]:
        """Where the page is that the window begins with."""
        wanted = self._page or str(self.services.settings.value("window/page", ""))
        pages = {spec.name: spec for spec in self._pages}
        first = pages.get(wanted) or next(iter(self._pages), None)
        return [first.where.partition(":")[0]] if first is not None else []

    def _import_first_page(self) -> None:
        """While the hub is opened, and the window answers; once both are done the work begins."""
        if self._first.step():
            # nothing to do before it is known what to import
            self._importing.setInterval(0 if self._first.ready else LOOK_MS)
            return
        self._importing.stop()
        if self._hub_is_there:
            self._opened()

    def _hub_opened(self) -> None:
        self._hub_is_there = True
        if not self._importing.isActive():
            self._opened()

    def now(self) -> datetime:
        """The instant by the hub's clock once it is open, before by the system's."""
        return self._now()

    def _offer_drafts(self, user: object) -> None:
        """Whoever sits down hears of a form of theirs that was cut short."""
        if user is not None:
            from ui.patients.drafts import offer_drafts

            offer_drafts(self.services)

    def _opened(self) -> None:
        log.info("hub opened")
        self._is_open = True
        self._others.start()
        self.shared.begin()
        self._look_at_second_folder()
        self.window.begin(page=self._page, enter=self.entrance.enter)
        self._warm_up.start()
        self._ahead.start()
        self._copies.start()
        self._tell_what_was_mended(self._message)
        self.opened.emit()

    def _tell_what_was_mended(self, message: Message | None) -> None:
        """What was found wrong with the hub's file and mended, with a message that there is besides."""
        remarks, self._remarks = self._remarks, ()
        if remarks:
            log.warning("the hub's file was mended: %s", " ".join(remarks))
            before = f"{message.sentence} " if message is not None else ""
            message = Message(before + " ".join(remarks), CHANGED_OUTSIDE)
        if message is not None:
            self.services.tell(message)

    def _not_opened(self, error: UserError | Bug) -> None:
        self._importing.stop()
        if isinstance(error, Bug):
            self.crash(error, may_go_on=False)
            return
        self.window.could_not_open(error.sentence, error.mend, self._ways_on(error))

    def _ways_on(self, error: UserError) -> list[tuple[str, Callable[[], object]]]:
        """What the program itself can do about a hub that it can't open, each with its word."""
        from discharge.actions.desk import asides_beside, backups_beside
        from discharge.store.file.faults import OlderStore, StoreTrouble

        ways: list[tuple[str, Callable[[], object]]] = []
        if self._before is not None and self._before != self._hub and self._before.exists():
            back = self._before
            ways.append((f"Back to {back.stem}", lambda: self.open_instead(back)))
        if not isinstance(error, StoreTrouble):
            return ways
        known = backups_beside(self._hub)
        if known or asides_beside(self._hub) or self._hub.exists():
            ways.append(("Put it together from its record", lambda: self._mend_first(_put_together)))
        if known:
            word = f"Restore the backup of {known[0].shown_time}"
            ways.append((word, lambda: self._go_back_to(known[0].path)))
        if isinstance(error, OlderStore):
            ways.append(("Go on with this copy", lambda: self._mend_first(_accept_older)))
        return ways

    def _mend_first(self, mend: Callable[..., Message]) -> None:
        """Closes, mends the hub's file, and opens it again."""
        self._mending = partial(mend, self._hub, unlocked=self.entrance.opened_with)
        self.open_instead(self._hub)

    def _read_facts(self, queries: Queries) -> HubFacts:
        """What the frame shows of the hub; in the store's thread."""
        people = queries.people()
        if not people:
            return HubFacts()
        from ui.today.words import due_now  # in the store's thread, where the models are there

        # before anybody has said who they are nothing is counted: they would wait for it
        at_desk = self.services.user
        status = queries.status(counted=at_desk is not None)
        now = self.now()
        counts = {
            "patients": status.waiting,
            "settings": status.settings_stale,
            "approvals": status.approvals,
            "moves": status.moves,
        }
        if at_desk is not None:
            counts["today"] = due_now(queries.today_lines(), at_desk)
        return HubFacts(
            counts=counts if at_desk is not None else {},
            rule_set=_rules_in_words(status.rule_set),
            rule_set_tip=f"Rule set {status.rule_set}: every plan keeps the one it was made under.",
            clock=_own_time(now),
            oldest_return=_return_age(status.oldest_return, stale_hours=status.stale_hours, now=now),
            hub=status.hub,
            people=people,
            is_demo=queries.founded_at() == FOUNDED,
            lock_minutes=queries.hub().lock_minutes,
        )

    def _show_round(self, _page: str) -> None:
        """The first page of the demo hub is shown: point at what matters, to whoever hasn't seen it."""
        if not self._tour:
            return
        from ui.help.tour import Tour, was_seen

        self._tour = False
        if _own_time(self.now()) and not was_seen(self.window):
            tour = Tour(self.window)
            QTimer.singleShot(0, tour, tour.start)

    def _look_for_others(self) -> None:
        if not self.jobs.busy:
            self._read_what_others_did()

    def _read_what_others_did(self) -> None:
        """At its turn, whatever is under way: who hears that something came shows it at once."""
        work = partial(_changes, since=self.services.step)
        self.services.use(work, self._others_changed, replaces="others")

    def _others_changed(self, found: _Changes) -> None:
        changed, self._remarks, numbers = found
        if numbers is not None:
            self.services.follow_numbers(*numbers)
        if changed is not None:
            self.services.changed.emit(changed.nouns)
        if numbers is not None and numbers[0] != self.services.step:
            # behind what pages read anew now
            self.services.use(lambda _desk: numbers[0], self.services.shows_numbers_of)
        self._tell_what_was_mended(None)
        self._look_again()

    def _look_again(self) -> None:
        """Placements that nobody has looked at since something changed, some at a time while all is quiet."""
        if not self.jobs.busy:
            self.services.use(
                lambda desk: desk.look_again(),
                self._looked_again,
                replaces="watched",
                # a hub that can't be written now is told by whatever is done to it; this is tried again
                failed=lambda _error: None,
            )

    def _looked_again(self, looked: Any) -> None:
        self._looked += looked.placements
        if looked.more and not self.jobs.busy:
            self._look_again()
        elif self._looked:
            self._looked = 0
            self.services.changed.emit(frozenset({"placements"}))

    def back_up_if_due(self) -> None:
        """Makes a backup where something was recorded that the last one hasn't, and brings it to the second
        folder; what stands in the way is told."""
        if not self.jobs.busy:
            self.services.use_aside(_back_up_if_due, self._show_second, words="Backing up")

    def _look_at_second_folder(self) -> None:
        """Shows how the second folder stood at the last try."""
        self.services.use(
            lambda desk: desk.second_folder(), self._show_second, replaces="second", failed=lambda _: None
        )

    def _show_second(self, reached: Reached | None) -> None:
        from discharge.store.file.second_folder import NOT_YET

        if reached is not None and reached.why == NOT_YET:
            # chosen just now: all the copies go there at once
            self.services.use_aside(_send, self._show_second, words="Bringing backups to the second folder")
        self.window.status_line.show_second_folder(_second_folder(reached, now=self.now()))

    # ------------------------------------------------------------------ errors

    def install_hooks(self) -> None:
        """Whatever nobody caught, in any thread, comes to `crash`."""
        sys.excepthook = self._uncaught
        # Python prints these, with values and all
        sys.unraisablehook = lambda args: log.error("unraisable: %s", args.exc_type.__name__)
        threading.excepthook = lambda args: self._uncaught(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.stop()
            return
        told = as_told(error.with_traceback(trace))
        # it may have been raised in any thread: the window is told in its own
        self.services.uncaught.emit(told)

    def crash(self, bug: Bug, *, may_go_on: bool = True) -> None:
        """A bug of ours: log where, say so, and go on, as whatever was being written was undone.

        One that comes again is said in the banner; with the hub not open there is nothing to go on with.
        """
        log.error("crash: %s\n%s", bug.kind, bug.frames)
        self._bugs[bug.kind, bug.frames] += 1
        again = self._bugs[bug.kind, bug.frames]
        if self._crash is not None:
            return
        if again > 1 and may_go_on:
            if again == AGAIN:
                self.services.tell(Message(CAME_AGAIN, "Close the program and start it again."))
            return
        self._crash = CrashDialog(
            bug, theme=self.theme, log_file=self._log_file, may_go_on=may_go_on, parent=self.window
        )
        self._crash.finished.connect(self._crash_was_seen)
        self._crash.open()

    def _crash_was_seen(self, result: int) -> None:
        dialog, self._crash = self._crash, None
        if dialog is not None:
            dialog.deleteLater()
        if result == CrashDialog.DialogCode.Accepted:
            self.stop(1)

    def _choose_hub(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self.window, "Open hub", str(self._hub.parent), f"Hubs (*{HUB_SUFFIX})"
        )
        if chosen:
            self.change_to(Path(chosen))

    def _choose_new_hub(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self.window, "New hub", str(self._hub.parent), f"Hubs (*{HUB_SUFFIX})"
        )
        if chosen:
            path = Path(chosen)
            self.change_to(path if path.suffix else path.with_suffix(HUB_SUFFIX))

    def _ask_to_join(self) -> None:
        from ui.frame.joining import JoinForm

        form = JoinForm(theme=self.theme, where=self._where_to_join, clock=self._clock, parent=self.window)
        form.joined.connect(self._joined)
        form.bug.connect(self.services.bug)
        self.window.closing.connect(form.leave)
        form.finished.connect(form.deleteLater)
        form.open()

    def _where_to_join(self, name: str) -> Path:
        """Where a hub of this name goes: here if there is none yet, else beside, where nothing is."""
        plain = "".join(each for each in name if each.isalnum() or each in " -_").strip() or "Hub"
        beside = (
            self._hub.with_name(f"{plain}{number}{HUB_SUFFIX}")
            for number in ("", *map(" {}".format, range(2, 100)))
        )
        return next((path for path in (self._hub, *beside) if _is_free(path)), self._hub)

    def _joined(self, hub: Path, unlocked: Unlocked, said: str) -> None:
        """This machine has the hub now: opens it for whoever came in."""
        self.entrance.came_in = unlocked
        self._mending = lambda: Message(said, tone=Tone.DONE)
        self.open_instead(hub)

    def change_to(self, hub: Path) -> None:
        """Opens another hub in this window; where that can't be opened this one stays, and why is told."""
        if not self._is_open or hub == self._hub:
            self.open_instead(hub)
            return

        def refused(error: UserError) -> None:
            anyway = partial(self.open_instead, hub)
            said = f"{hub.stem} can't be opened: {error.sentence}"
            self.services.tell(Message(said, error.mend, button="See what can be done", do=anyway))

        self.services.run_long(
            lambda _desk, _progress: _could_open(hub),
            lambda _: self.open_instead(hub),
            words=f"Opening {hub.stem}",
            failed=refused,
        )

    def open_instead(self, hub: Path) -> None:
        """Closes this hub and opens another in the same window, which says so; `next_hub` says which."""
        if self._leaving:
            return
        self._leaving = True
        self.next_hub = hub
        self.window.remember()
        self._remember_place()
        said = f"Opening {hub.stem} …"
        if not self._is_open or hub == self._hub:
            # there is nothing to finish, or it was closed for this
            self.window.draw_curtain(said, "")
            self.finished.emit(0)
            return
        self.window.draw_curtain(said, f"{self._hub.stem} is closed first, and backed up where that is due.")
        self._stop_clocks()
        self.jobs.use(_back_up_on_leaving).done.connect(lambda _: self.finished.emit(0))

    def stand_apart(self) -> None:
        """Puts the window where it stood when this hub was open last, or else beside where it would stand:
        so that another hub isn't taken for the one before."""
        kept = self.services.settings.value(self._place_key())
        if isinstance(kept, QByteArray) and self.window.restoreGeometry(kept):
            return
        if self.window.isMaximized() or self.window.isFullScreen():
            return
        step, room = self.theme.px(APART), self.window.screen().availableGeometry()
        frame = self.window.geometry().translated(step, step)
        self.window.move(frame.topLeft() if room.contains(frame) else room.topLeft())

    def _remember_place(self) -> None:
        self.services.settings.setValue(self._place_key(), self.window.saveGeometry())

    def _place_key(self) -> str:
        """Names no hub: a digest of where its file lies."""
        where = str(self._hub.expanduser().absolute())
        return f"window/place/{hashlib.sha256(where.encode()).hexdigest()[:16]}"

    def _reopen(self) -> None:
        """The hub was closed to be sealed, anew too: open it again, and say how that went."""
        if self.entrance.told is not None:
            told = self.entrance.told
            self._mending = lambda: told
        elif self.entrance.came_in is not None:
            left = self.entrance.remark
            said = (
                Message(left, LET_IN, tone=Tone.WAITING)
                if left
                else Message(SEALED_NOW, LET_IN, tone=Tone.DONE)
            )
            self._mending = lambda: said
        self.open_instead(self._hub)

    def _go_back_to(self, backup: Path) -> None:
        self._mend_first(partial(_gone_back, backup=backup))

    def restore(self) -> Message | None:
        """Once this application is closed: mend the hub's file, or put a backup in its place, where that was
        asked for. What the next one is to tell of it; None where nothing was asked.
        """
        if self._mending is None:
            return None
        try:
            return self._mending()
        except UserError as error:
            return Message(error.sentence, error.mend)

    def stop(self, code: int = 0) -> None:
        """Ends the program with this exit code."""
        self.window.close()
        self.finished.emit(code)

    def retire(self) -> Window | None:
        """Lets everything of this hub go, and the window where no other hub is opened in it; else gives it,
        stripped, to whoever opens that.
        """
        self.retired = True
        self.deleteLater()
        if self.next_hub is None or self.window.isHidden():
            self.window.deleteLater()
            return None
        self.window.strip(f"Opening {self.next_hub.stem} …", "")
        return self.window

    def _stop_clocks(self) -> None:
        for clock in (self._others, self._warm_up, self._copies, self._importing):
            clock.stop()
        self._ahead.stop()
        self._collecting.stop()

    def close(self) -> None:
        """Ends the workers and writes what the window remembers; what is being saved is finished first."""
        self._clipboard.clear()
        self.shared.end()
        self.entrance.close()
        self._stop_clocks()
        # in the store's thread, behind what is being saved; nothing is told any more
        self.jobs.use(_back_up_on_leaving)
        self.jobs.close()
        # Qt would write it when all is over, and make a folder anew that was there for this run alone
        self.services.settings.sync()


def _is_free(hub: Path) -> bool:
    """Whether a hub can be made here."""
    from discharge.actions.sharing import BadPath, refuse_taken

    try:
        refuse_taken(hub)
    except BadPath:
        return False
    return True


def _could_open(hub: Path) -> None:
    """Opens a hub and closes it again: what stands in the way is raised. One that is sealed, or that isn't
    there yet, is asked about at its door.
    """
    from discharge.actions.desk import Desk
    from discharge.keys.places import is_sealed

    if hub.exists() and not is_sealed(hub):
        Desk.open(hub).close()


def _gone_back(hub: Path, *, backup: Path, unlocked: Unlocked | None) -> Message:
    from discharge.actions.backup_command import refuse_others
    from discharge.actions.desk import restore

    refuse_others(hub, unlocked, besides=(backup,))
    aside = restore(hub, backup, unlocked=unlocked)
    kept = f" The file as it was is kept as {aside.name}." if aside is not None else ""
    return Message(f"The hub is as it was when {backup.name} was made.{kept}", tone=Tone.DONE)


def _put_together(hub: Path, *, unlocked: Unlocked | None) -> Message:
    from discharge.actions.backup_command import refuse_others
    from discharge.actions.desk import repaired

    refuse_others(hub, unlocked)
    done = repaired(hub, unlocked=unlocked)
    return Message(done.sentence, tone=Tone.WAITING if done.lost or done.files_lost else Tone.DONE)


def _accept_older(hub: Path, *, unlocked: Unlocked | None) -> Message:
    from discharge.actions.backup_command import refuse_others
    from discharge.actions.desk import Desk

    refuse_others(hub, unlocked)
    Desk.open(hub, accept_older=True, unlocked=unlocked).close()
    return Message("The hub goes on from this copy.", tone=Tone.DONE)


_Changes = tuple[Any, tuple[str, ...], tuple[int, Mapping[str, str]] | None]


def _changes(desk: Desk, *, since: int | None) -> _Changes:
    """What others wrote, what was mended since the last time, and what got another number since that step; in
    the store's thread."""
    return desk.changes(), desk.take_remarks(), desk.renumbered(since)


def _back_up_if_due(desk: Desk) -> Reached | None:
    """Backs the hub up, in a thread of its own, where it is time to; how the second folder stands then, which
    is tried again where it wasn't reached."""
    made = desk.back_up_if_changed(after=BACK_UP_AFTER)
    reached = desk.second_folder()
    return desk.send_to_second_folder() if reached is not None and (made or reached.why) else reached


def _back_up_on_leaving(desk: Desk) -> None:
    """A backup as the window closes, in the second folder too; what stands in its way is found by the next.

    A share that wasn't there just now isn't waited for.
    """
    try:
        made = desk.back_up_on_leaving()
        reached = desk.second_folder()
        late = reached is not None and desk.now() - reached.tried >= timedelta(milliseconds=BACK_UP_MS)
        if reached is not None and (late if reached.why else made is not None):
            desk.send_to_second_folder()
    except UserError as error:
        log.warning("no backup on leaving: %s", type(error).__name__)


def _send(desk: Desk) -> Reached | None:
    return desk.send_to_second_folder()


def _second_folder(reached: Reached | None, *, now: datetime) -> Status | None:
    """How the second folder for backups stands; None where the hub has none."""
    if reached is None:
        return None
    from discharge.actions.backup_command import reached_words

    sentence = reached_words(reached)
    if reached.at is None:
        return waiting("Second folder: not reached yet", sentence)
    if reached.why:
        return waiting(f"Second folder: last reached {age_words(now - reached.at)} ago", sentence)
    return neutral(f"Second folder: reached {instant_words(reached.at, now=now)}", sentence)


def _own_time(now: datetime) -> str:
    """What the hub's clock shows, where that isn't the machine's time."""
    if abs(now - system_clock()) < timedelta(days=1):
        return ""
    local = now.astimezone(LONDON)
    return f"Demo: {day_words(london_date(local), year=True)}"


def _rules_in_words(name: str) -> str:
    """ "Oct 2020 rules", and whether the hub has values of its own."""
    # in the store's thread, where the models are loaded already
    from ui.words.plans import rules_words

    base, _, own = name.partition(" with ")
    words = f"{rules_words(base)} rules" if rules_words(base) != base else f"Rules: {base}"
    return f"{words}, with {own}" if own else words


def _return_age(oldest: datetime | None, *, stale_hours: int, now: datetime) -> Status | None:
    if oldest is None:
        return None
    age = now - oldest
    words = f"Oldest capacity return: {age_words(age)}"
    sentence = f"Reported {instant_words(oldest, now=now)}."
    if age > timedelta(hours=stale_hours):
        older = count_words(stale_hours, "hour")
        return waiting(words, f"{sentence} Phone to confirm what is older than {older}.")
    return neutral(words, sentence)
