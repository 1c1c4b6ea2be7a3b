"""The line at the foot: who is at the desk, rules, age of the oldest return, what is running."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QMenu,
    QProgressBar,
    QToolButton,
    QToolTip,
    QWidget,
)

from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.counts import Pressable
from ui.widgets.layouts import in_row
from ui.widgets.text import ElidedLabel, label, on_button, restyle
from ui.work.engine_process import Told
from ui.work.jobs import Ticket

SHOWN_AFTER_MS = 300
"""A job that is over sooner than this is never shown."""


class StatusLine(QFrame):
    """`user_chosen` carries the id of the user picked from the menu."""

    spoken_as = QAccessible.Role.StatusBar

    user_chosen = Signal(str)
    return_pressed = Signal()
    """The age of the oldest capacity return: which homes are to be rung?"""

    server_pressed = Signal()
    """What isn't shared yet, and what came back?"""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticket: Ticket | None = None
        self._locked = False
        self._who = ("", "")
        self.setProperty("kind", "statusline")
        self.setAccessibleName("Status")
        row = self._row = in_row(
            self,
            around=(theme.px(6), theme.px(2), theme.px(Space.ROW), theme.px(2)),
            gap=theme.px(Space.GUTTER),
        )
        self.user = QToolButton(self)
        self.user.setProperty("kind", "status")
        self.user.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.user.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.user)
        self.user.setMenu(self._menu)
        row.addWidget(self.user)
        self._seal = _WithIcon(theme=theme, whole=True)
        row.addWidget(self._seal)
        self._rules = ElidedLabel("", "small", modest=True)
        row.addWidget(self._rules)
        self._return = _WithIcon(theme=theme)
        self._return.clicked.connect(lambda _pressed: self.return_pressed.emit())
        row.addWidget(self._return)
        self._clock = _WithIcon(theme=theme)
        row.addWidget(self._clock)
        self._second = _WithIcon(theme=theme)
        row.addWidget(self._second)
        self._server = _WithIcon(theme=theme)
        self._server.set_opens(True)
        self._server.pressed.connect(self.server_pressed)
        row.addWidget(self._server)
        for each in (self._seal, self._clock, self._second, self._server):
            each.say_whole()
        row.addStretch(1)
        self._running = label("", "small")
        row.addWidget(self._running)
        self._bar = QProgressBar(self)
        self._bar.setFixedWidth(theme.px(140))
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        row.addWidget(self._bar)
        self._cancel = push_button("Stop", kind="link", parent=self)
        self._cancel.setAccessibleName("Stop what is running")
        self._cancel.clicked.connect(self._stop)
        row.addWidget(self._cancel)
        self._soon = QTimer(self, singleShot=True, interval=SHOWN_AFTER_MS)
        self._soon.timeout.connect(self._show_running)
        self.show_user(None)
        theme.dress(self.user, "user")
        self._show_running()

    # ------------------------------------------------------------------ facts

    def show_user(self, user: tuple[str, str] | None) -> None:
        """Who is at the desk: name and role in words."""
        if user is None:
            self.user.setText("Nobody at the desk")
            self.user.setAccessibleName("Nobody is at the desk; choose who")
        else:
            name, roles = user
            self.user.setAccessibleName(f"At the desk: {name}, {roles}")
        self._who = user or ("", "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there isn't room for all, the role goes into the tooltip of the name and gaps grow small."""
        name, roles = self._who
        said = "Who is at the desk: every entry carries this name"
        self._row.setSpacing(self._theme.px(Space.GUTTER))
        if name:
            self.user.setText(on_button(f"{name}, {roles}" if roles else name))
        self.user.setToolTip(said)
        if self._row.sizeHint().width() > self.width():
            self._row.setSpacing(self._theme.px(Space.NEAR))
            if name and self._row.sizeHint().width() > self.width():
                self.user.setText(on_button(name))
                self.user.setToolTip(f"{name}, {roles}. {said}" if roles else said)

    def offer_users(self, users: Sequence[tuple[str, str, str]]) -> None:
        """The people to choose from: (id, name, role in words)."""
        self._menu.clear()
        for user_id, name, roles in users:
            action = self._menu.addAction(on_button(f"{name}, {roles}" if roles else name))
            action.triggered.connect(lambda _checked=False, chosen=user_id: self.user_chosen.emit(chosen))
        self._menu.setEnabled(bool(users))

    def set_locked(self, locked: bool, /) -> None:
        """Locked, it says who is at the desk, and lets nobody change that from here."""
        self._locked = locked
        self.user.setEnabled(not locked)
        self._theme.dress(self.user, "lock" if locked else "user")
        self._show_running()

    def show_rules(self, words: str, tip: str = "") -> None:
        """The rule set in force."""
        self._rules.setText(words)
        self._rules.tell_more(tip)
        self._fit()

    def show_oldest_return(self, status: Status | None) -> None:
        """The age of the oldest capacity return."""
        self._return.show_status(status)
        self._fit()

    def show_second_folder(self, status: Status | None) -> None:
        """When the second folder for backups was reached last; None: the hub has none."""
        self._second.show_status(status)
        self._fit()

    def show_server(self, status: Status | None) -> None:
        """How the desk stands to the hub's server; None: the hub lies on none."""
        self._server.show_status(status)
        self._fit()

    def show_clock(self, words: str) -> None:
        """Where the hub goes by a time of its own: what it shows; empty: it goes by ours."""
        sentence = "This is a demo hub: it has a time of its own, and all its people are made up."
        self._clock.show_status(Status(words, Tone.UNKNOWN, sentence, "clock") if words else None)

    def show_seal(self, why: str) -> None:
        """The hub isn't sealed, and what that means."""
        self._seal.show_status(Status("Not sealed", Tone.WAITING, why, "unlock"))

    # ---------------------------------------------------------------- running

    def follow(self, tickets: Sequence[Ticket]) -> None:
        """Shows the first of these jobs, with how many more there are."""
        first = tickets[0] if tickets else None
        if first is self._ticket:
            return
        if self._ticket is not None:
            self._ticket.progressed.disconnect(self._progress)
        self._ticket = first
        if first is None:
            self._soon.stop()
            self._show_running()
            return
        first.progressed.connect(self._progress)
        self._bar.setRange(0, 0)
        if self._running.isHidden():
            self._soon.start()
        else:
            self._show_running()

    def _show_running(self) -> None:
        ticket = self._ticket
        on = ticket is not None
        for widget in (self._running, self._bar):
            widget.setVisible(on)
        self._cancel.setVisible(ticket is not None and ticket.can_cancel)
        self._cancel.setEnabled(True)
        if ticket is not None:
            # a file that is read may be called by somebody's name
            self._running.setText("Working …" if self._locked else f"{ticket.words} …")

    def _progress(self, told: Told) -> None:
        if self._ticket is None:
            return
        self._bar.setRange(0, told.total)
        self._bar.setValue(told.done)
        if self._locked:
            return
        count = f"{told.done:,} of {told.total:,}" if told.total else ""
        words = told.words or count
        if self._ticket.words.startswith(words):
            words = ""
        self._running.setText(f"{self._ticket.words}: {words}" if words else f"{self._ticket.words} …")
        self._bar.setAccessibleDescription(self._running.text())

    def _stop(self) -> None:
        if self._ticket is not None:
            self._cancel.setEnabled(False)
            self._running.setText(f"{self._ticket.words}: stopping …")
            self._ticket.cancel()


class _WithIcon(Pressable):
    """A small status: icon and words in its tone; `whole`: they are never cut short."""

    def __init__(self, *, theme: Theme, whole: bool = False) -> None:
        super().__init__(theme=theme)
        self._whole = whole
        self._theme = theme
        self._status: Status | None = None
        self._how = "Enter shows them."
        self.set_opens(True)
        row = in_row(self, gap=theme.px(Space.TIGHT))
        self._picture = QLabel(self)
        self._words = ElidedLabel("", "small", modest=True)
        row.addWidget(self._picture)
        row.addWidget(self._words)
        theme.changed.connect(self._draw)
        self.hide()

    def say_whole(self) -> None:
        """Pressed, it says its sentence, as the tooltip does: there may be no room for its words."""
        self._how = "Enter says it whole."
        self.clicked.connect(lambda _pressed: self._say())

    def _say(self) -> None:
        if self._status is not None:
            place = self.mapToGlobal(self.rect().topLeft())
            QToolTip.showText(place, f"{self._status.word}\n{self._status.sentence}", self)

    def show_status(self, status: Status | None) -> None:
        self._status = status
        self.setVisible(status is not None)
        self._draw()

    def _draw(self) -> None:
        status = self._status
        if status is None:
            return
        self._words.setText(status.word)
        self._words.setProperty("tone", status.tone.value if status.tone is not Tone.NEUTRAL else "")
        restyle(self._words)
        if self._whole:
            self._words.setMinimumWidth(self._words.fontMetrics().horizontalAdvance(status.word) + 2)
        self.setToolTip(status.sentence)
        self.setAccessibleName(status.word)
        self.describe(status.sentence, how=self._how)
        picture = self._theme.pixmap(status.icon, status.tone, size=14, ratio=self.devicePixelRatioF())
        self._picture.setPixmap(picture)
