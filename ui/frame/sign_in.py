"""Who is at the desk: the hub's people to choose from, and in a sealed hub the passphrase of one of them.

The one place where a user is established. A locked window shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from discharge.words.counts import count_words
from ui.theme.palette import Tone
from ui.theme.scale import Size, Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.layouts import in_column
from ui.widgets.list_lines import Index, LineDelegate
from ui.widgets.passphrase import PassphraseField
from ui.widgets.text import Lines, label

HINT = "Every entry carries this name. It can be changed at the foot of the window."
SEALED_HINT = "Every entry is signed with your key, which your passphrase opens."
DEMO = "Demo hub: choose a name, no passphrase. Nothing here is real."
LOST = (
    "Nothing is lost with a passphrase. Any administrator of this hub can give you a one-time word, under "
    "“People of the hub”; with it you choose a new one here. If no administrator is left, the recovery sheet "
    "that was printed when the hub was founded opens it."
)
NO_PASSPHRASE = "has no passphrase at this hub yet. An administrator lets them in, under “People of the hub”."
ROLES = int(Qt.ItemDataRole.UserRole) + 1
ROW, AROUND = 44, 150
"""The height of a person, and of what stands around the list, in pixels at 100 %."""
AROUND_SEALED = 270
MOST_SHOWN = 8
PASSPHRASE, WORD = "passphrase", "one_time_word"
"""What somebody comes in with, as the hub's key file says it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to choose. `opens`: what they come in with; empty where the hub asks for nothing."""

    id: str
    name: str
    roles: str = ""
    opens: str = ""


class _PersonDelegate(LineDelegate):
    """A name in the strong weight, and below it the roles."""

    def draw(self, painter: QPainter, area: QRect, index: Index) -> None:
        theme, colours = self.theme, self.theme.palette
        inner = area.adjusted(theme.px(Space.GUTTER), theme.px(5), -theme.px(Space.NEAR), -theme.px(5))
        painter.setPen(QColor(colours.text))
        painter.setFont(theme.font(strong=True))
        # at the door of a hub that isn't open yet nobody's roles are known
        roles = str(index.data(ROLES))
        place = Qt.AlignmentFlag.AlignTop if roles else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, int(place), str(index.data()))
        painter.setPen(QColor(colours.muted))
        painter.setFont(theme.font(Size.SMALL))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignBottom), roles)


class SignIn(QWidget):
    """A list of names and roles; Enter or the button chooses.

    `chosen` carries the id of whom the hub lets in for their name, `given` the id and what was typed of one
    who has a passphrase or a one-time word; `sheet` that somebody has the recovery sheet.
    """

    chosen = Signal(str)
    given = Signal(str, str)
    sheet = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._opens: Mapping[str, str] = {}
        self._asks = False
        self._now = ""
        self._locked = False
        self._busy = False
        self._waits = 0
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        column = in_column(gap=theme.px(Space.NEAR))
        column.addStretch(1)
        self.demo = Lines(theme=theme)
        self.demo.show_lines([Status(DEMO, Tone.UNKNOWN)])
        self.demo.hide()
        column.addWidget(self.demo)
        self._heading = label("Who is at the desk?", "title")
        column.addWidget(self._heading)
        self._hint = label(HINT, "muted", wrap=True)
        column.addWidget(self._hint)
        self.people = QListWidget(self)
        self.people.setProperty("kind", "boxed")
        self.people.setAccessibleName("Who is at the desk?")
        self.people.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.people.setItemDelegate(_PersonDelegate(theme, self.people))
        self.people.itemActivated.connect(lambda _item: self._choose())
        self.people.currentItemChanged.connect(lambda _item, _before: self._turn())
        column.addWidget(self.people)
        self.secret = PassphraseField("passphrase", "Passphrase", theme=theme, required=True)
        self.secret.entered.connect(self._choose)
        self.secret.hide()
        column.addWidget(self.secret)
        row = QHBoxLayout()
        self.lost = _link("Lost it?", "What to do about a lost passphrase", self)
        self.lost.clicked.connect(self._tell_lost)
        self.has_sheet = _link("Use the recovery sheet…", "Come in with the hub's recovery sheet", self)
        self.has_sheet.clicked.connect(self.sheet)
        row.addWidget(self.lost)
        row.addWidget(self.has_sheet)
        row.addStretch(1)
        self.start = QPushButton("Start", self)
        self.start.setProperty("kind", "main")
        self.start.clicked.connect(self._choose)
        row.addWidget(self.start)
        column.addLayout(row)
        self.told = label("", "muted", wrap=True)
        self.told.hide()
        column.addWidget(self.told)
        column.addStretch(2)
        outer.addLayout(column)
        outer.addStretch(1)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        theme.changed.connect(self._fit)
        self._fit()
        self._follow()

    def _fit(self) -> None:
        """As high as the people in it, as far as there is room."""
        px, count = self._theme.px, self.people.count()
        for at in range(count):
            self.people.item(at).setSizeHint(QSize(0, px(ROW)))
        edges = px(6)
        wanted = min(max(count, 1), MOST_SHOWN) * px(ROW) + edges
        room = self.height() - px(AROUND_SEALED if self._asks else AROUND)
        self.people.setFixedHeight(max(px(2 * ROW) + edges, min(wanted, room)))
        self.people.setMinimumWidth(px(420))
        current = self.people.currentItem()
        if current is not None:
            self.people.scrollToItem(current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def offer(
        self,
        users: Sequence[Person],
        *,
        last: str = "",
        now: str = "",
        locked: bool = False,
        demo: bool = False,
        remark: str = "",
    ) -> None:
        """The people; `last` is who was here the last time, `now` the name of who is at the desk while it is
        asked. `locked`: nothing else is shown until one of them says who they are. `remark`: what whoever
        leaves the desk should know.
        """
        self._now, self._locked, self._remark = now, locked, remark
        self._opens = {user.id: user.opens for user in users}
        self._asks = any(self._opens.values())
        self.demo.setVisible(demo)
        self._heading.setText("The window is locked" if locked else "Who is at the desk?")
        self._hint.setText(self._hint_words())
        self.people.clear()
        for at, user in enumerate(users):
            item = QListWidgetItem(user.name)
            item.setData(ROLES, user.roles)
            item.setData(Qt.ItemDataRole.UserRole, user.id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{user.name}, {user.roles}".rstrip(", "))
            self.people.addItem(item)
            if user.id == last or at == 0:
                self.people.setCurrentItem(item)
        self.told.hide()
        self.secret.begin_anew()
        self._fit()
        self._follow()
        self.focus_first()

    def follow(self, opens: Mapping[str, str]) -> None:
        """What people come in with is this now."""
        if opens != self._opens:
            self._opens = dict(opens)
            self._follow()

    def _hint_words(self) -> str:
        if self._locked:
            hint = (
                f"{self._now} is at the desk. What was begun is there when they are back; somebody else may"
                " start meanwhile."
            )
        else:
            hint = SEALED_HINT if self._asks else HINT
            hint = f"{hint} Escape: still {self._now}." if self._now else hint
        return f"{hint} {self._remark}".strip()

    def focus_first(self) -> None:
        """Puts the focus where somebody goes on: the passphrase, or the names."""
        if not self.secret.isHidden() and not self._busy:
            self.secret.focus_first()
        else:
            self.people.setFocus(Qt.FocusReason.OtherFocusReason)

    def hint(self) -> str:
        """What stands under the heading."""
        return self._hint.text()

    def forget(self) -> None:
        """Nothing that was typed stays."""
        self.secret.begin_anew()
        self.set_busy(False)
        self.wait(0)

    # ------------------------------------------------------- what comes of it

    def set_busy(self, busy: bool, /) -> None:
        """While a passphrase is tried nothing else is."""
        self._busy = busy
        self.people.setEnabled(not busy)
        self.secret.setEnabled(not busy)
        self._follow()

    def refuse(self, sentence: str, mend: str = "", *, wait: int = 0) -> None:
        """It didn't open: says why, and for how many seconds the next try waits."""
        self.set_busy(False)
        self.secret.set_value(None)
        self.secret.refuse(f"{sentence} {mend}".strip())
        announce(self, f"{sentence} {mend}".strip())
        self.wait(wait)
        self.secret.focus_first()

    def wait(self, seconds: int) -> None:
        """Nobody tries again for so long; it is counted down in words."""
        self._waits = seconds
        if seconds > 0:
            self._clock.start()
        else:
            self._clock.stop()
        self._follow()

    def _tick(self) -> None:
        self.wait(self._waits - 1)
        if not self._waits:
            announce(self, "You can try again.")

    # ------------------------------------------------------------------ inside

    def _current(self) -> str:
        item = self.people.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _turn(self) -> None:
        """Somebody else was chosen: what was said to the one before isn't theirs, and they needn't wait."""
        if not self._busy:
            self.secret.begin_anew()
            self.wait(0)
        self._follow()

    def _follow(self) -> None:
        """Asks what the chosen person comes in with."""
        who = self.people.currentItem()
        opens = self._opens.get(self._current(), "")
        asks = self._asks and bool(opens)
        self.secret.setVisible(asks)
        self.secret.rename("One-time word" if opens == WORD else "Passphrase")
        self.lost.setVisible(self._asks)
        self.has_sheet.setVisible(self._asks and not self._locked)
        self.start.setEnabled(
            who is not None and (asks or not self._asks) and not self._busy and not self._waits
        )
        self.start.setText(self._word())
        if self._asks and who is not None and not opens:
            self._tell(f"{who.text()} {NO_PASSPHRASE}")
        elif self._tells_of_nobody:
            self.told.hide()

    def _word(self) -> str:
        """What the button says: what it does, or why it waits."""
        if self._busy:
            return "Checking …"
        if self._waits >= 120:
            return f"Wait {count_words(-(-self._waits // 60), 'minute')}"
        if self._waits:
            return f"Wait {count_words(self._waits, 'second')}"
        who = self.people.currentItem()
        return "Unlock" if self._locked and who is not None and who.text() == self._now else "Start"

    @property
    def _tells_of_nobody(self) -> bool:
        return self.told.text().endswith(NO_PASSPHRASE)

    def _tell_lost(self) -> None:
        self._tell(LOST)
        announce(self, LOST)

    def _tell(self, words: str) -> None:
        self.told.setText(words)
        self.told.show()

    def _choose(self) -> None:
        who = self._current()
        if not who or not self.start.isEnabled():
            return
        if not self._asks:
            self.chosen.emit(who)
        elif self.secret.ask():
            self.secret.focus_first()
        else:
            self.given.emit(who, str(self.secret.value()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.secret.isAncestorOf(self.focusWidget()):
            # from the passphrase the arrows go through the names
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row = self.people.currentRow() + step
            if 0 <= row < self.people.count():
                self.people.setCurrentRow(row)
            return
        super().keyPressEvent(event)


def _link(words: str, name: str, parent: QWidget) -> QPushButton:
    made = QPushButton(words, parent)
    made.setProperty("kind", "link")
    made.setAccessibleName(name)
    made.hide()
    return made
