"""The lines of Today: what is to be done, in groups by when, each with its buttons."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from ui.theme.scale import TARGET, Space
from ui.theme.theme import Theme
from ui.today.line import LineButton, Offer, Shown
from ui.widgets.button import push_button
from ui.widgets.layouts import in_column, in_row, show_new_ones, spaced
from ui.widgets.text import label

FIRST = 20
"""Lines of a group that are shown at first."""
SLACK = 5
"""So few more are shown at once, rather than asked for."""
AT_ONCE = 3
"""Rows that are made in one go; with more at a time there would be a pause that is felt."""
MORE = 50
"""How many more are shown when more are asked for."""
MENU = 34
"""The width of a line's menu button."""


class LineRow(QWidget):
    """A line with its buttons at the right, or below it where there is no room for both."""

    opened = Signal(str)
    taken = Signal(str, str)
    """Key of the line and of the step."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._line: Shown | None = None
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        spaced(self._across, (0, 1, 0, 1), theme.px(6))
        self.button = LineButton(theme=theme)
        self.button.clicked.connect(lambda: self.opened.emit(self.key))
        self.button.entered.connect(self._enter)
        self._across.addWidget(self.button, 1)
        self._holder = QWidget(self)
        self._row = in_row(self._holder, gap=theme.px(6))
        self._across.addWidget(self._holder, 0, Qt.AlignmentFlag.AlignVCenter)
        self._buttons: list[QAbstractButton] = []
        self._is_stop = False
        theme.changed.connect(self._remake)

    @property
    def key(self) -> str:
        """The line's key."""
        return self._line.key if self._line is not None else ""

    @property
    def line(self) -> Shown | None:
        """The line that it shows."""
        return self._line

    def buttons(self) -> list[QAbstractButton]:
        """Its buttons, the main step first, the menu last."""
        return list(self._buttons)

    def show_line(self, line: Shown) -> None:
        """Shows this line; buttons that stay the same stay where they are, with their focus."""
        before = self._line
        self._line = line
        self.button.show_line(line)
        same = before is not None and (before.offers, before.side_by_side, before.phone) == (
            line.offers, line.side_by_side, line.phone,
        )  # fmt: skip
        if not same:
            self._make_buttons(line)

    def minimumSizeHint(self) -> QSize:
        # with its buttons below it a line fits into whatever is left
        narrow = max(self.button.minimumSizeHint().width(), self._holder.minimumSizeHint().width())
        return QSize(narrow, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Puts the buttons beside the line, or below it."""
        comfortable = self.button.comfortable_width() + self._holder.sizeHint().width()
        below = self.width() < comfortable
        way = QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
        if way != self._across.direction():
            self._across.setDirection(way)
            where = Qt.AlignmentFlag.AlignRight if below else Qt.AlignmentFlag.AlignVCenter
            self._across.setAlignment(self._holder, where)
            self.updateGeometry()

    def _remake(self) -> None:
        """The theme or the size of text is another."""
        if self._line is not None:
            self._make_buttons(self._line)

    def set_stop(self, on: bool, /) -> None:
        """Whether Tab stops here: it does at one line of all, the arrows lead to the others."""
        self._is_stop = on
        policy = Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus
        for widget in (self.button, *self._buttons):
            widget.setFocusPolicy(policy)

    def _make_buttons(self, line: Shown) -> None:
        held = any(button.hasFocus() for button in self._buttons)
        for old in self._buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = [self._step(line, offer) for offer in line.offers[: line.side_by_side]]
        rest = line.offers[line.side_by_side :]
        if rest or line.phone:
            self._buttons.append(self._more(line, rest))
        for button in self._buttons:
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        # where a line has no menu its room is kept, so that the buttons stand one under the other
        has_menu = bool(rest or line.phone)
        self._row.setContentsMargins(0, 0, 0 if has_menu else self._theme.px(MENU + 6), 0)
        self._fit()
        self.set_stop(self._is_stop)
        if held:
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step(self, line: Shown, offer: Offer) -> QPushButton:
        button = QPushButton(offer.word, self)
        button.setEnabled(not offer.why_not)
        button.setToolTip(offer.why_not or line.sentence)
        button.setAccessibleName(f"{offer.word.rstrip('…')}: {line.sentence}")
        button.setAccessibleDescription(offer.why_not)
        button.clicked.connect(partial(self._take, offer.key))
        button.installEventFilter(self)
        return button

    def _more(self, line: Shown, rest: Sequence[Offer]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(self._theme.icon("more"))
        button.setIconSize(self._theme.icon_size())
        button.setToolTip("More steps")
        button.setAccessibleName(f"More steps: {line.sentence}")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFixedSize(self._theme.px(MENU), self._theme.px(TARGET))
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(partial(self._fill, menu, line, rest))
        button.setMenu(menu)
        button.installEventFilter(self)
        return button

    def _fill(self, menu: QMenu, line: Shown, rest: Sequence[Offer]) -> None:
        """Fills a menu, when it is asked for."""
        menu.clear()
        for offer in rest:
            action = QAction(offer.word, menu)
            action.setEnabled(not offer.why_not)
            action.setToolTip(offer.why_not)
            action.triggered.connect(partial(self._take, offer.key))
            menu.addAction(action)
        if line.phone:
            copy = QAction(f"Copy the number {line.phone}", menu)
            copy.triggered.connect(partial(self._take, "phone"))
            menu.addAction(copy)

    def _take(self, step: str, _checked: bool = False) -> None:
        self.taken.emit(self.key, step)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows on a button: Left and Right go through the line, Up and Down to the next lines."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.button.moved.emit(-1 if key is Qt.Key.Key_Up else 1)
            return True
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            there: list[QWidget] = [self.button, *(each for each in self._buttons if each.isEnabled())]
            at = there.index(watched) if isinstance(watched, QWidget) and watched in there else 0
            at += -1 if key is Qt.Key.Key_Left else 1
            if 0 <= at < len(there):
                there[at].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _enter(self) -> None:
        first = next((button for button in self._buttons if button.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)


class LinesList(QWidget):
    """All lines under the headings of their groups. Rows are kept from one reading to the next by their key,
    so that focus and place stay."""

    opened = Signal(str)
    taken = Signal(str, str)
    current_changed = Signal(str)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: dict[str, LineRow] = {}
        self._spare: dict[str, LineRow] = {}
        self._to_come: deque[Callable[[], int]] = deque()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._go_on)
        self._groups: Sequence[tuple[str, Sequence[str]]] = ()
        self._standing: list[tuple[str, int, list[str]]] = []
        self._make: Callable[[str], Shown] | None = None
        self._room: dict[str, int] = {}
        self._current = ""
        gutter = theme.px(Space.GUTTER)
        self._column = in_column(self, around=(gutter - theme.px(Space.NEAR), 0, gutter, gutter), gap=0)
        self._column.addStretch(1)
        self._headings: list[QWidget] = []
        theme.changed.connect(self._standing.clear)

    # ------------------------------------------------------------- for the page

    def show_groups(self, groups: Sequence[tuple[str, Sequence[str]]], make: Callable[[str], Shown]) -> None:
        """Shows these groups of lines, each under its heading; `make` draws up the line of a key, asked
        for those alone that are shown. Where many are new the last of them come a moment later.
        """
        order, current = list(self._rows), self._current
        focused = self._focused()
        self._groups, self._make = groups, make
        places = self._places(groups)
        if places == self._standing and not self._to_come:
            # each stays in its place: nothing is laid out anew
            for key, row in self._rows.items():
                row.show_line(make(key))
            self._share_clock()
        else:
            self._standing[:] = places
            self._clear()
            self._spare |= self._rows
            self._rows = {}
            self._to_come = deque(self._plan(places))
            self._go_on()
        self._settle(order, current, focused=focused)

    def _go_on(self) -> None:
        """Puts in their places as many as can be made without a pause that is felt."""
        made = 0
        # what is added is laid out once, not row by row
        self._column.setEnabled(False)
        self._column.takeAt(self._column.count() - 1)
        while self._to_come and made < AT_ONCE:
            made += self._to_come.popleft()()
        self._column.addStretch(1)
        self._share_clock()
        if not self._to_come:
            self._let_go()
        if self.isVisible():
            show_new_ones(self)
        self._column.setEnabled(True)
        if self._to_come:
            self._later.start()

    def _let_go(self) -> None:
        """Hides what is shown no more."""
        for row in self._spare.values():
            row.hide()
            row.deleteLater()
        self._spare = {}

    def _share_clock(self) -> None:
        """All clocks have the room of the widest."""
        clock = max((row.button.clock_width() for row in self._rows.values()), default=0)
        for row in self._rows.values():
            row.button.give_clock(clock)

    def keys(self) -> list[str]:
        """The lines that are shown, in order."""
        return list(self._rows)

    def row(self, key: str) -> LineRow | None:
        """The row of a line, where it is shown."""
        return self._rows.get(key)

    def current(self) -> str:
        """The current line's key; empty where there is none."""
        return self._current if self._current in self._rows else ""

    def pick(self, key: str) -> bool:
        """Makes this line current and brings it to view."""
        if key not in self._rows:
            return False
        self._make_current(key)
        return True

    def take_focus(self) -> bool:
        """Puts the focus on the current line, else the first; False where there is none."""
        key = self.current() or next(iter(self._rows), "")
        if not key:
            return False
        self._rows[key].button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    # ------------------------------------------------------------- building

    def _clear(self) -> None:
        self._later.stop()
        while self._column.count():
            self._column.takeAt(0)
        self._column.addStretch(1)
        for heading in self._headings:
            heading.hide()
            heading.deleteLater()
        self._headings = []

    def _places(self, groups: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, int, list[str]]]:
        """The groups that say something: heading, how many lines there are, and those that are shown."""
        places = []
        for heading, keys in groups:
            room = self._room.get(heading, FIRST)
            shown = keys[:room] if len(keys) > room + SLACK else keys
            if keys:
                places.append((heading, len(keys), list(shown)))
        return places

    def _plan(self, places: Sequence[tuple[str, int, list[str]]]) -> Iterator[Callable[[], int]]:
        """What is to be put in its place, one after the other; each says how many rows had to be made."""
        for heading, count, keys in places:
            yield partial(self._put_title, heading, count)
            for key in keys:
                yield partial(self._put_line, key)
            if count > len(keys):
                yield partial(self._put_more, heading, count - len(keys))

    def _put_title(self, heading: str, count: int) -> int:
        title = label(f"{heading}  {count:,}", "overline")
        px = self._theme.px
        title.setContentsMargins(px(Space.NEAR), px(Space.ROW), 0, px(Space.TIGHT))
        title.setAccessibleName(f"{heading}: {count:,} lines")
        self._put_heading(title)
        return 0

    def _put_line(self, key: str) -> int:
        assert self._make is not None  # given with the groups
        kept = self._spare.pop(key, None)
        row = kept or self._made()
        row.show_line(self._make(key))
        row.set_stop(key == self._current)
        self._rows[key] = row
        self._column.addWidget(row)
        return 0 if kept else 1

    def _put_more(self, heading: str, count: int) -> int:
        more = push_button(
            f"Show more of {count:,}", kind="link", do=partial(self._show_more, heading), parent=self
        )
        self._put_heading(more)
        return 0

    def _put_heading(self, widget: QWidget) -> None:
        self._headings.append(widget)
        if isinstance(widget, QPushButton):
            self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            self._column.addWidget(widget)

    def _made(self) -> LineRow:
        row = LineRow(theme=self._theme, parent=self)
        row.opened.connect(self.opened)
        row.taken.connect(self.taken)
        row.button.moved.connect(partial(self._move, row))
        row.button.focused.connect(partial(self._focus_came, row))
        return row

    def _show_more(self, heading: str, _checked: bool = False) -> None:
        assert self._make is not None  # there is a button for more of them
        keys = next(keys for name, keys in self._groups if name == heading)
        shown = [key for key in keys if key in self._rows]
        self._room[heading] = len(shown) + MORE
        self.show_groups(self._groups, self._make)
        new = next((key for key in keys[len(shown) :] if key in self._rows), "")
        if new:
            self._rows[new].button.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------- the current line

    def _focused(self) -> bool:
        widget = self.window().focusWidget() if self.window() is not None else None
        return widget is not None and self.isAncestorOf(widget)

    def _settle(self, before: Sequence[str], current: str, *, focused: bool) -> None:
        """After new lines: the current one stays, or else the one that stands in its place now."""
        if current in self._rows:
            self._make_current(current)
            return
        keys = list(self._rows)
        at = before.index(current) if current in before else 0
        after = [key for key in before[at:] if key in self._rows]
        instead = after[0] if after else next(iter(keys[-1:] if before else keys), "")
        self._make_current(instead)
        if focused and instead:
            self._rows[instead].button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_current(self, key: str) -> None:
        changed = key != self._current
        self._current = key
        for name, row in self._rows.items():
            row.set_stop(name == key)
        if changed:
            self.current_changed.emit(key)

    def _focus_came(self, row: LineRow) -> None:
        if row.key != self._current:
            self._make_current(row.key)

    def _move(self, row: LineRow, step: int) -> None:
        keys = list(self._rows)
        if row.key not in keys:
            return
        at = max(0, min(len(keys) - 1, keys.index(row.key) + step))
        self._rows[keys[at]].button.setFocus(Qt.FocusReason.TabFocusReason)
