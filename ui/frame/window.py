"""The window: rail, header, page, status line; menus from the table of commands.

It is painted bare before anything heavy is imported: whatever it needs of `ui` comes when it is furnished. To
name `Qt` takes a while too, as PySide then makes a hundred enums: that as well comes after the first paint.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6 import QtCore
from PySide6.QtCore import QByteArray, QSettings, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from ui.frame.first_frame import FirstFrame
from ui.frame.pages import PAGES, PageSpec
from ui.theme.palette import Mode, Tone
from ui.widgets.layouts import in_column, in_row

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent

    from discharge.model.errors import Asked
    from discharge.model.people import User
    from discharge.store.ask.own_entries import OwnEntry
    from ui.frame.gate import Gate
    from ui.frame.header import Header
    from ui.frame.lock import Lock
    from ui.frame.page import Page
    from ui.frame.rail import Rail
    from ui.frame.services import Message, Services, Undo
    from ui.frame.sign_in import Person, SignIn
    from ui.frame.status_line import StatusLine
    from ui.theme.status import Status
    from ui.widgets.banner import Banner, UndoBar
    from ui.widgets.empty import EmptyState
    from ui.widgets.painting import Filling


NARROW = 1_000
"""A window of fewer pixels, at 100 %, has the words of its rail below their icons."""
KEPT_FOR_GOOD = frozenset(
    {
        "window/mode",
        "window/scale",
        "window/user",
        "window/lock_minutes",
        "window/sheet_due",
        "tour/seen",
        "import/folder",
        "import/seen",
        "import/last_folder",
    }
)
"""What isn't forgotten with the places of things."""
WIDE, HIGH, FRAME = 1440, 860, 64
"""The size at first, where the screen has room for it with the frame that a desktop puts round it."""
OLD_RETURNS = "only:return/stale,return/lapsed"
"""Of the page Settings those whose capacity return is old, or missing."""
LEAST = (800, 500)
"""The least size of the window, whatever the size of text."""


@dataclass(frozen=True, slots=True)
class HubFacts:
    """What the frame shows of the hub: counts by page, the rule set, the oldest capacity return."""

    counts: Mapping[str, int] = field(default_factory=dict)
    rule_set: str = ""
    rule_set_tip: str = ""
    oldest_return: Status | None = None
    hub: str = ""
    clock: str = ""
    """Where the hub goes by a time of its own: what it shows."""
    people: Sequence[User] = ()
    is_demo: bool = False
    lock_minutes: int = 10
    """After how many minutes without a key or the mouse it locks."""


class Window(QMainWindow):
    """The one window, bare at first: a sketch of itself at the place where it was left.

    `furnish` makes it what it is; `Window.of` makes both in one. `mode` and `scale` are those of the sketch.
    """

    shown_page = Signal(str)
    closing = Signal()
    services: Services
    rail: Rail
    header: Header
    banner: Banner
    undo_bar: UndoBar
    stack: QStackedWidget
    opening: EmptyState
    sign_in: SignIn
    status_line: StatusLine
    lock: Lock

    def __init__(self, settings: QSettings, *, mode: Mode = Mode.LIGHT, scale: float = 1.0) -> None:
        super().__init__()
        self._settings = settings
        self._pages: dict[str, Page] = {}
        self._half_made: dict[str, Page] = {}
        self._texts: dict[str, str] = {}
        self._summaries: dict[str, str] = {}
        self._users: dict[str, User] = {}
        self._specs: dict[str, PageSpec] = {}
        self._current = ""
        self._hub_title = "Discharge Desk"
        self._furnished = False
        self.ways_in: Callable[[bool], Mapping[str, str] | None] = lambda _anew: None
        """What each person comes in with, by their id; None where a name is enough. True: read it again."""
        self.is_shared: Callable[[], bool] = lambda: False
        self.is_forked: Callable[[], bool] = lambda: False
        self.what_waits: Callable[[bool], str] = lambda _leaving: ""
        """What was done here and isn't shared yet, in a sentence; empty where nothing is. True: the program
        is about to be closed."""
        self._said_what_waits = False
        self.setWindowTitle(self._hub_title)
        self.setMinimumSize(*LEAST)
        self._recall()
        size = (self.width(), self.height())
        self.setCentralWidget(FirstFrame(mode, scale=scale, size=size, parent=self))

    def appear(self) -> None:
        """Shows itself for the first time: all over the screen where that has no room for more."""
        if self._fills_screen:
            self.showMaximized()
        else:
            self.show()

    def strip(self, words: str, more: str) -> None:
        """Lets go of everything it was furnished with and says these words, until it is furnished anew.

        It stays where it is on the screen: another hub is opened in it.
        """
        from ui.frame.curtain import Curtain

        for child in self.children():
            if child not in (self.layout(), self.menuBar(), self.centralWidget()) and _is_ours(child):
                child.deleteLater()
        for action in self.actions():
            self.removeAction(action)
        self.menuBar().clear()
        self.menuBar().setEnabled(True)
        for menu in self.menuBar().children():
            if _is_ours(menu):
                menu.deleteLater()
        before = self.takeCentralWidget()
        if before is not None:
            before.hide()
            before.deleteLater()
        self.shown_page.disconnect()
        self.closing.disconnect()
        for kept in (self._pages, self._half_made, self._texts, self._summaries, self._users, self._specs):
            kept.clear()
        self._current = self._first_page = ""
        self._is_demo, self._gate, self._furnished = False, None, False
        self.ways_in, self.what_waits = lambda _anew: None, lambda _leaving: ""
        self._said_what_waits = False
        self.setCentralWidget(Curtain(words, more, parent=self))
        self.setWindowTitle("Discharge Desk")
        self._announce(words)
        self.repaint()

    def draw_curtain(self, words: str, more: str) -> None:
        """Covers everything with these words: nothing can be done in it any more."""
        from ui.frame.curtain import Curtain

        curtain = Curtain(words, more, covers=True, parent=self)
        curtain.show()
        curtain.raise_()
        curtain.setFocus()
        self.menuBar().setEnabled(False)
        for action in self.actions():
            action.setEnabled(False)
        self._announce(words)

    @classmethod
    def of(
        cls,
        services: Services,
        *,
        facts: Callable[[Any], HubFacts],
        pages: Sequence[PageSpec] = PAGES,
        title: str = "Discharge Desk",
    ) -> Window:
        """A window with everything in it; for the words see `furnish`."""
        window = cls(services.settings, mode=services.theme.mode, scale=services.theme.scale)
        window.furnish(services, facts=facts, pages=pages, title=title)
        return window

    def furnish(
        self,
        services: Services,
        *,
        facts: Callable[[Any], HubFacts],
        pages: Sequence[PageSpec] = PAGES,
        title: str = "Discharge Desk",
    ) -> None:
        """Puts everything in, once. `facts(queries)` reads what the frame shows, in the store's thread."""
        self.services = services
        self._facts = facts
        self._specs = {spec.name: spec for spec in pages}
        self._hub_title = title
        self.setWindowTitle(title)
        self._lay_out()
        self._make_menus()
        self._wire()
        self._furnished = True
        self._fit_rail()

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        from ui.frame.header import Header
        from ui.frame.rail import Rail
        from ui.frame.sign_in import SignIn
        from ui.frame.status_line import StatusLine
        from ui.widgets.banner import Banner, UndoBar
        from ui.widgets.empty import EmptyState
        from ui.widgets.painting import Filling

        theme = self.services.theme
        self.rail = Rail(
            [(s.name, s.title, s.icon, s.letter) for s in self._specs.values()],
            foot=[s.name for s in self._specs.values() if s.foot],
            theme=theme,
            parent=self,
        )
        self.header = Header(self.services.commands, theme=theme, parent=self)
        self.banner = Banner(theme=theme, parent=self)
        self.undo_bar = UndoBar(theme=theme, parent=self)
        self.stack = QStackedWidget(self)
        self.opening = EmptyState(f"Opening {self._hub_title} …", theme=theme, icon="clock")
        self.stack.addWidget(self.opening)
        self.sign_in = SignIn(theme=theme)
        self.stack.addWidget(self.sign_in)
        self.status_line = StatusLine(theme=theme, parent=self)
        right = in_column(gap=0)
        right.addWidget(self.header)
        right.addWidget(self.banner)
        right.addWidget(self.stack, 1)
        right.addWidget(self.undo_bar)
        across = in_row(gap=0)
        across.addWidget(self.rail)
        across.addLayout(right, 1)
        body = QWidget(self)
        self._filling = Filling(body)
        down = in_column(body, gap=0)
        down.addLayout(across, 1)
        down.addWidget(self.status_line)
        self.setCentralWidget(body)
        self.header.hide()
        self.rail.setEnabled(False)

    def _make_menus(self) -> None:
        from PySide6.QtGui import QAction, QActionGroup, QKeySequence

        from ui.frame.commands import Menu

        commands = self.services.commands
        for menu in Menu:
            made = self.menuBar().addMenu(menu.value)
            if menu is Menu.VIEW:
                for spec in self._specs.values():
                    if not spec.letter:
                        continue
                    action = QAction(spec.title, self)
                    action.setShortcut(QKeySequence(f"Alt+{spec.letter}"))
                    action.triggered.connect(lambda _checked=False, name=spec.name: self.go(name))
                    self.services.theme.dress(action, spec.icon)
                    made.addAction(action)
                made.addSeparator()
            commands.fill_menu(made, [command for command in commands.all() if command.menu is menu])
        for command in commands.all():
            self.addAction(commands.action(command.id))
        looks = QActionGroup(self)
        for mode in Mode:
            looks.addAction(commands.action(f"view.{mode.value}"))

    def _wire(self) -> None:
        from ui.frame.lock import Lock
        from ui.frame.services import ALL_KINDS, Message

        place = self.services
        # before anybody else hears who sits down: what is shown hangs on whether it is locked
        self.lock = Lock(self, place)
        self.lock.turned.connect(self._follow_lock)
        place.changed.connect(self._changed)
        place.signed_in.connect(self._signed_in)
        # the way back from what was done is known by the numbers that it had
        place.renumbered.connect(lambda _names: self.undo_bar.dismiss())
        place.told.connect(self._tell)
        place.offered.connect(self._offer)
        place.asked.connect(self._ask)
        place.wanted.connect(self.go)
        self.status_line.return_pressed.connect(lambda: self.go("settings", OLD_RETURNS))
        place.searched.connect(self.header.search.show_text)
        place.searched.connect(lambda text: self._texts.update({self._current: text}))
        place.jobs.running.connect(lambda: self.status_line.follow(place.jobs.shown()))
        place.commands.missed.connect(lambda reason: place.tell(Message(reason, tone=Tone.NEUTRAL)))
        self.rail.chosen.connect(self.go)
        place.theme.changed.connect(self._fit_rail)
        self.header.sought.connect(self._seek)
        self.header.search_left.connect(self._focus_page)
        self.sign_in.chosen.connect(self._choose_user)
        self.opening.pressed.connect(lambda: place.commands.do("hub.open"))
        self.status_line.user_chosen.connect(self._choose_user)
        commands = place.commands
        for mode in Mode:
            commands.bind(f"view.{mode.value}", partial(self._look, mode=mode))
        commands.bind("view.larger", lambda: self._look(scale=place.theme.larger()))
        commands.bind("view.smaller", lambda: self._look(scale=place.theme.smaller()))
        commands.bind("view.normal", lambda: self._look(scale=1.0))
        commands.bind("view.search", self._focus_search, why_not=self._why_no_search)
        commands.bind("view.detail", self._toggle_detail, why_not=self._why_no_detail)
        commands.bind("view.columns", self._choose_columns, why_not=self._why_no_columns)
        commands.bind("view.save_filter", self._save_filter, why_not=self._why_no_filter)
        commands.bind("view.refresh", lambda: self._changed(ALL_KINDS))
        commands.bind("table.copy", self._copy, why_not=lambda: "" if self.page else "No page is open yet.")
        commands.bind(
            "hub.switch_user", self.ask_who, why_not=lambda: "" if self._users else "No hub is open."
        )
        commands.bind("hub.lock", self.lock.lock, why_not=self.lock.why_not)
        commands.bind(
            "hub.undo",
            self.undo_bar.button.click,
            why_not=lambda: "" if self.undo_bar.can_go_back else "There is nothing to take back now.",
        )
        commands.bind(
            "hub.history",
            self._show_history,
            why_not=lambda: "" if self.services.user is not None else "Nobody is at the desk yet.",
        )
        self.undo_bar.turned.connect(commands.review)
        commands.bind("hub.quit", self.leave)
        commands.reviewed.connect(self._reviewed)

    # ----------------------------------------------------------------- pages

    @property
    def page(self) -> Page | None:
        """The page in front, or None before the first."""
        return self._pages.get(self._current)

    @property
    def page_name(self) -> str:
        """The name of the page in front."""
        return self._current

    @property
    def hub_title(self) -> str:
        """The hub's name as the window shows it."""
        return self._hub_title

    def page_names(self) -> list[str]:
        """All pages there are, in the rail's order."""
        return list(self._specs)

    def page_letters(self) -> list[tuple[str, str, str]]:
        """All pages that have a letter that goes with Alt: name, title, and the letter."""
        return [(spec.name, spec.title, spec.letter) for spec in self._specs.values() if spec.letter]

    def title_of(self, name: str) -> str:
        """A page's title; empty where there is no such page."""
        return self._specs[name].title if name in self._specs else ""

    def go(self, name: str, key: str = "") -> None:
        """Brings a page to the front, made at its first time, and there the row with this key."""
        if self.services.user is None or self.lock.is_on:
            return
        if name not in self._specs:
            raise KeyError(f"no page is called {name!r}")
        if name == self._current and self.asking:
            # who is at the desk was asked, and stays who it was
            self._current = ""
        if name != self._current:
            before = self.page
            if before is not None:
                before.go_to_back()
            page = self._page(name)
            self._filling.begin()
            self._current = name
            self.stack.setCurrentWidget(page)
            self.rail.show_current(name)
            # before the header is made of them: each button comes up as its command is
            self.services.commands.set_page(name)
            spec = self._specs[name]
            self.header.show_page(spec.title, name, hint=page.search_hint, text=self._texts.get(name, ""))
            self.header.set_summary(self._summaries.get(name, ""), page.opening_of)
            self.header.show()
            self._retitle()
            page.come_to_front()
            self.shown_page.emit(name)
            page.focus_first()
        if key and self.page is not None:
            self.page.want(key)

    def _retitle(self) -> None:
        spec = self._specs.get(self._current)
        self.setWindowTitle(f"{spec.title} · {self._hub_title}" if spec else self._hub_title)

    def _page(self, name: str) -> Page:
        while not self._make_some(name):
            pass
        return self._pages[name]

    def _make_some(self, name: str) -> bool:
        """Makes the next part of a page; whether all of it is there."""
        if name in self._pages:
            return True
        # one that goes wrong is made anew by whoever goes there, which says so again
        made = self._half_made.pop(name, None) or self._begin_page(name)
        if made.make_some():
            self._half_made[name] = made
            return False
        made.summary.connect(lambda words: self._summarise(name, words))
        self._pages[name] = made
        self.stack.addWidget(made)
        return True

    def _begin_page(self, name: str) -> Page:
        from ui.frame.page import Page

        module, _, kind = self._specs[name].where.partition(":")
        # made in its place: Qt dresses all that a page holds again when it gets another parent
        made = getattr(importlib.import_module(module), kind)(self.services, self.stack, by_and_by=True)
        if not isinstance(made, Page):
            raise TypeError(f"{kind} is no Page")
        return made

    def make_ahead(self, name: str) -> bool:
        """Makes a part of a page before anybody goes there, once somebody is at the desk; whether there is
        more of it to make."""
        return self.services.user is not None and not self._make_some(name)

    def _summarise(self, name: str, words: str) -> None:
        self._summaries[name] = words
        if name == self._current:
            self.header.set_summary(words, self._pages[name].opening_of)

    def _changed(self, kinds: frozenset[str]) -> None:
        for page in self._pages.values():
            page.refresh(kinds)
        self.read_facts()

    # ----------------------------------------------------------------- facts

    def read_facts(self, then: Callable[[], object] | None = None) -> None:
        """Reads what the frame shows."""

        def show(facts: HubFacts) -> None:
            from discharge.rules.may import roles_there

            self._users = {user.id: user for user in facts.people if user.active}
            self.services.commands.set_there(roles_there(facts.people))
            self._follow_user()
            self._hub_title = facts.hub or self._hub_title
            self._retitle()
            self.rail.set_counts(facts.counts)
            self.status_line.show_rules(facts.rule_set, facts.rule_set_tip)
            self.status_line.show_oldest_return(facts.oldest_return)
            self.status_line.show_clock(facts.clock)
            self._is_demo = facts.is_demo
            self.lock.follow_hub(facts.lock_minutes)
            self.status_line.offer_users([(user.id, user.name, user.roles) for user in self._people()])
            if then is not None:
                then()

        self.services.ask(self._facts, show, replaces="frame")

    def _follow_user(self) -> None:
        """The person at the desk may have been given another name or other roles, or have left."""
        user = self.services.user
        if user is None or self._users.get(user.id) == user:
            return
        self.services.set_user(self._users.get(user.id))
        if self.services.user is None:
            self.ask_who()

    def _people(self) -> list[Person]:
        from ui.frame.sign_in import Person

        opens = self.ways_in(False) or {}
        return [
            Person(user.id, user.name, role_words(user), opens.get(user.id, ""))
            for user in self._users.values()
        ]

    # ------------------------------------------------------------------ who

    def begin(self, *, user_id: str = "", page: str = "", enter: Callable[[], object] | None = None) -> None:
        """The hub is open: ask who is at the desk, or take this user, and show a page.

        `enter`: what comes before that, which then ends in `come_in`.
        """
        wanted = page or str(self.services.settings.value("window/page", ""))
        self._first_page = wanted if wanted in self._specs else next(iter(self._specs))

        def ready() -> None:
            if enter is not None:
                enter()
            else:
                self.come_in(user_id)

        self.read_facts(ready)
        # in a turn of its own, while they are read
        QtCore.QTimer.singleShot(0, self, self._make_first_page)

    def _make_first_page(self) -> None:
        # the hub may have been left meanwhile
        if self._furnished and not self._make_some(self._first_page):
            QtCore.QTimer.singleShot(0, self, self._make_first_page)

    def come_in(self, user_id: str = "") -> None:
        """Asks who is at the desk, or for the first person of a hub that has nobody, or takes this user."""
        if not self._users:
            self._ask_founder()
        elif user_id in self._users:
            self._choose_user(user_id)
        else:
            self.ask_who()

    @property
    def at_gate(self) -> bool:
        """Whether somebody has to do something before they are at the desk, beside saying who they are."""
        return self._gate is not None

    @property
    def has_people(self) -> bool:
        """Whether anybody is in the hub."""
        return bool(self._users)

    @property
    def is_demo(self) -> bool:
        """Whether nothing in the hub is real."""
        return self._is_demo

    @property
    def asking(self) -> bool:
        """Whether the window asks who is at the desk."""
        return self.stack.currentWidget() is self.sign_in

    def put_in_front(self, gate: Gate) -> None:
        """Shows what somebody has to do before they are at the desk, in place of what stood there before."""
        self.header.hide()
        before, self._gate = self._gate, gate
        self.stack.addWidget(gate)
        self.stack.setCurrentWidget(gate)
        self.services.commands.set_page("")
        if before is not None:
            before.deleteLater()

    def say_opening(self) -> None:
        """The hub is being opened."""
        self.stack.setCurrentWidget(self.opening)
        self._drop_gate()

    def _drop_gate(self) -> None:
        if self._gate is not None:
            self._gate.deleteLater()
            self._gate = None

    def ask_at_door(self, people: Sequence[Person], *, last: str) -> None:
        """Asks for somebody's passphrase before the hub is open."""
        self.sign_in.offer(people, last=last)
        self.stack.setCurrentWidget(self.sign_in)
        self._drop_gate()
        self.sign_in.focus_first()

    def follow_ways(self) -> None:
        """What people come in with was read anew."""
        if self.asking and self.services.user is not None:
            self.sign_in.follow(self.ways_in(False) or {})

    def ask_who(self, chosen: str = "") -> None:
        """Shows the hub's people to choose from, this one chosen."""
        user = self.services.user
        self.ways_in(True)
        self.sign_in.offer(
            self._people(),
            last=chosen or str(self.services.settings.value("window/user", "")),
            now=user.name if user is not None else "",
            locked=self.lock.is_on,
            demo=self._is_demo,
            remark=self.what_waits(False) if user is not None else "",
        )
        self.header.hide()
        self.stack.setCurrentWidget(self.sign_in)
        self._drop_gate()
        # the page that isn't seen takes no commands
        self.services.commands.set_page("")
        self.sign_in.focus_first()

    def _follow_lock(self) -> None:
        """Locked, the names stand where the page was, and nothing speaks; open again, the page is back."""
        locked = self.lock.is_on
        self.rail.setEnabled(not locked and self.services.user is not None)
        self.menuBar().setEnabled(not locked)
        self.status_line.set_locked(locked)
        for bar in (self.banner, self.undo_bar):
            bar.set_covered(locked)
        if locked:
            self.ask_who()
            self._announce("The window is locked")
        elif self._current:
            self.go(self._current)

    def sign_in_first(self) -> None:
        """Takes the first coordinator of the hub, or else its first person, for a picture."""
        from discharge.model.role import Role

        # what stands before the hub is what there is to see
        if self._users and self._gate is None:
            people = sorted(self._users.values(), key=lambda user: Role.COORDINATOR not in user.roles)
            self._choose_user(people[0].id)

    def _ask_founder(self) -> None:
        from ui.frame.founding import Founding

        founding = Founding(theme=self.services.theme)
        founding.founded.connect(self._found)
        self.put_in_front(founding)
        founding.hub.focus_first()

    def _found(self, hub: str, name: str) -> None:
        from ui.frame.services import ALL_KINDS

        def founded(user: User) -> None:
            # a new hub begins where its work begins, not where another one was left
            self._first_page = next(iter(self._specs))
            self._changed(ALL_KINDS)
            self.services.set_user(user)

        self.services.use(lambda desk: desk.found(hub=hub, name=name), founded)

    def _choose_user(self, user_id: str) -> None:
        if self.ways_in(False) is not None:
            # a name alone opens nothing here
            self.ask_who(user_id)
            return
        self.services.use(lambda desk: desk.sign_in(user_id), self.sit_down, replaces="sign_in")

    def sit_down(self, user: User) -> None:
        """Somebody said who they are: they are at the desk, or still are."""
        was, at_desk = self.lock.is_on, self.services.user
        self.lock.unlock(user.id)
        if not (was and at_desk == user):
            self.services.set_user(user)
        self._drop_gate()

    def _show_history(self) -> None:
        """Today's own entries, to take one of them back."""
        user, place = self.services.user, self.services
        if user is None:
            return
        name = user.id

        def show(entries: tuple[OwnEntry, ...]) -> None:
            from ui.frame.undo_history import UndoHistoryForm

            if not entries:
                place.note("Nothing that you recorded today can be taken back, and no list.")
                return
            form = UndoHistoryForm(entries, services=place, parent=self)
            form.finished.connect(form.deleteLater)
            form.open()

        place.ask(lambda queries: queries.own_today(name), show, replaces="history")

    def _signed_in(self, user: User | None) -> None:
        # what somebody else did isn't theirs to take back
        self.undo_bar.dismiss()
        self.rail.setEnabled(user is not None)
        if user is None:
            self.status_line.show_user(None)
            return
        self.status_line.show_user((user.name, role_words(user)))
        self.services.settings.setValue("window/user", user.id)
        current = self._current or self._first_page or next(iter(self._specs))
        if self.stack.currentWidget() is not self._pages.get(current):
            self._current = ""
            self.go(current)
        self._announce(f"At the desk: {user.name}")

    _first_page = ""
    _is_demo = False
    _gate: Gate | None = None
    _filling: Filling

    # --------------------------------------------------------------- messages

    def _tell(self, message: Message) -> None:
        if self.lock.hold(partial(self._tell, message)):
            return
        self.banner.tell(
            message.sentence, message.mend, tone=message.tone, button=message.button, do=message.do
        )

    def _ask(self, asked: Asked, again: Callable[[str], None]) -> None:
        """Something unusual was asked where no form is open."""
        from ui.frame.asked import AskedForm

        form = AskedForm(asked, again, theme=self.services.theme, parent=self)
        form.finished.connect(form.deleteLater)
        form.open()

    def _offer(self, sentence: str, undo: Undo | None) -> None:
        if self.lock.hold(partial(self._offer, sentence, undo)):
            return
        if undo is None:
            self.undo_bar.offer(sentence)
            return

        def back() -> None:
            if undo.call is not None:
                undo.call()
            if undo.action is not None:
                self.services.perform(undo.action, done=f"{undo.word}: done.")

        self.undo_bar.offer(
            sentence,
            button=undo.word,
            do=back,
            gone=undo.gone,
            tone=undo.tone,
            is_back=undo.action is not None,
        )

    def could_not_open(
        self, sentence: str, mend: str, ways: Sequence[tuple[str, Callable[[], object]]] = ()
    ) -> None:
        """The hub can't be opened: say why and what to do; `ways`: what the program itself can do now."""
        word = self.services.commands.command("hub.open").text
        self.opening.say(sentence, mend, button=word, tone=Tone.DANGER)
        self.opening.offer(ways)
        self.stack.setCurrentWidget(self.opening)
        self.opening.button.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        self._announce(f"{sentence} {mend}")

    def _announce(self, words: str) -> None:
        from ui.widgets.banner import announce

        announce(self, words)

    # -------------------------------------------------------------- commands

    def _seek(self, text: str) -> None:
        self._texts[self._current] = text
        if self.page is not None:
            self.page.look_for(text)

    def _focus_page(self) -> None:
        if self.page is not None:
            self.page.focus_first()

    def _focus_search(self) -> None:
        self.header.search.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self.header.search.selectAll()

    def _why_no_search(self) -> str:
        return "" if self.page is not None and self.page.search_hint else "There is no search on this page."

    def _toggle_detail(self) -> None:
        if self.page is not None:
            self.page.toggle_detail(not self.page.detail_shown())
            self.services.commands.review()

    def _why_no_detail(self) -> str:
        shown = self.page.detail_shown() if self.page is not None else None
        return "This page has no detail beside its table." if shown is None else ""

    def _choose_columns(self) -> None:
        if self.page is not None:
            self.page.choose_columns()

    def _why_no_columns(self) -> str:
        return "No page is open yet." if self.page is None else self.page.why_no_columns()

    def _save_filter(self) -> None:
        if self.page is not None:
            self.page.save_filter()

    def _why_no_filter(self) -> str:
        return "No page is open yet." if self.page is None else self.page.why_no_filter()

    def _reviewed(self) -> None:
        commands = self.services.commands
        shown = self.page.detail_shown() if self.page is not None else None
        commands.action("view.detail").setChecked(bool(shown))
        commands.action(f"view.{self.services.theme.mode.value}").setChecked(True)

    def _copy(self) -> None:
        if self.page is not None:
            self.page.copy()
            self.services.say("Copied. Paste it into a spreadsheet.")

    def _look(self, *, mode: Mode | None = None, scale: float | None = None) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.services.theme.use(application, mode=mode, scale=scale)
        self.services.settings.setValue("window/mode", self.services.theme.mode.value)
        self.services.settings.setValue("window/scale", self.services.theme.scale)
        self._fit_rail()
        self.services.commands.review()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == QtCore.Qt.Key.Key_Escape and self._furnished:
            if self.asking and (self._current or self.lock.is_on):
                self.go(self._current)
                return
            # nothing nearer wanted it: put away what speaks
            self.undo_bar.dismiss()
            self.banner.dismiss()
            return
        from ui.widgets.pressing import press_in_focus

        if not press_in_focus(self, event):
            super().keyPressEvent(event)

    # ------------------------------------------------------------ remembering

    def remember(self) -> None:
        """Writes down place, size, page, and what each page remembers; or forgets it where that was asked."""
        settings = self._settings
        settings.setValue("window/geometry", self.saveGeometry())
        if self._current:
            settings.setValue("window/page", self._current)
        for page in self._pages.values():
            page.remember()
        if str(settings.value("window/forget", "")).lower() == "true":
            for key in settings.allKeys():
                if (
                    key not in KEPT_FOR_GOOD
                    and not key.startswith("map/boundaries/")
                    and not (key.endswith("/saved_filters"))
                ):
                    settings.remove(key)
        settings.sync()

    _fills_screen = False

    def _recall(self) -> None:
        geometry = self._settings.value("window/geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            room = self.screen().availableGeometry()
            self._fills_screen = room.width() < WIDE + FRAME or room.height() < HIGH + FRAME
            self.resize(min(WIDE, room.width() - FRAME // 4), min(HIGH, room.height() - FRAME))
        else:
            self._stay_on_screen()

    def _stay_on_screen(self) -> None:
        """What was remembered may be of a larger screen, or of one that is gone: all of it is to be seen."""
        room = self.screen().availableGeometry()
        if self.isMaximized() or self.isFullScreen() or room.contains(self.geometry()):
            return
        wide, high = min(self.width(), room.width()), min(self.height(), room.height() - FRAME // 2)
        self.resize(wide, high)
        left = min(max(self.x(), room.left()), room.right() + 1 - self.width())
        top = min(max(self.y(), room.top()), room.bottom() + 1 - self.height() - FRAME // 2)
        self.move(left, top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._furnished:
            self._fit_rail()

    def _fit_rail(self) -> None:
        self.rail.fit(narrow=self.width() < self.services.theme.px(NARROW))

    def leave(self) -> None:
        """Closes the window; where something isn't shared yet that is said first, once."""
        if not self._says_what_waits():
            self.close()

    def _says_what_waits(self) -> bool:
        """Whether it is said now, with the way on: before the first closing alone, and never to nobody."""
        words = self.what_waits(True) if self._furnished else ""
        if not words or self._said_what_waits or self.lock.is_on or self.asking:
            return False
        from ui.frame.services import Message

        self._said_what_waits = True
        self._tell(Message(words, tone=Tone.WAITING, button="Close the window", do=self._close))
        self.banner.button.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)
        return True

    def _close(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        application = QApplication.instance()
        # the machine that is shut down waits for nobody
        ends = isinstance(application, QApplication) and application.isSavingSession()
        if event.spontaneous() and not ends and self._says_what_waits():
            event.ignore()
            return
        self.remember()
        self.closing.emit()
        event.accept()


def _is_ours(child: QtCore.QObject) -> bool:
    """Whether a child of the window was put there by us, and not by Qt."""
    from PySide6.QtGui import QAction, QActionGroup
    from PySide6.QtWidgets import QDialog, QMenu

    ours = type(child).__module__.partition(".")[0] == "ui"
    return ours or isinstance(child, (QAction, QActionGroup, QDialog, QMenu, QtCore.QTimer))


def role_words(user: User) -> str:
    """The roles of a user: "LA lead, coordinator"."""
    listed = ", ".join(role.words for role in sorted(user.roles))
    return listed[:1].upper() + listed[1:]
