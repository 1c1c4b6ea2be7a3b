"""The detail beside a table: a title with its status, and sections that scroll together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QWidget

from ui.theme.scale import Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.dated import Dated, DatedList
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import in_column, in_row, show_new_ones
from ui.widgets.scrolling import scroll_down
from ui.widgets.text import Facts, Lines, SectionHeading, StatusChip, clear_layout, label, line


class DetailPane(QFrame):
    """Shows one thing whole. Fill it anew for each row:

    `pane.begin("Ada S.", waiting("isolating until Thu 19 Nov"))`, then `pane.section("Infection")`,
    `pane.facts([...])`, `pane.lines([...])`, `pane.add(widget)`, `pane.buttons([action, …])`, and at
    last `pane.end()`, with whatever can come a moment later. `pane.nothing(...)` where no row is chosen.
    """

    left = Signal()
    """Escape: the focus should go back to the table."""

    def __init__(self, *, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("kind", "detail")
        self._name = name
        self.setMinimumWidth(theme.px(280))
        outer = in_column(self, around=(1, 0, 0, 0), gap=0)
        self._empty = EmptyState("Nothing chosen", theme=theme, icon="detail", parent=self)
        outer.addWidget(self._empty)
        gutter, near = theme.px(Space.GUTTER), theme.px(Space.NEAR)
        self.above = label("", "small", wrap=True, parent=self)
        """What stands over it whatever is shown, as `say_above` has it."""
        self.above.setContentsMargins(gutter, near, gutter, 0)
        self.above.hide()
        outer.addWidget(self.above)
        self._scroll = _Upright(self)
        scroll_down(self._scroll, name, takes_focus=True)
        self._scroll.hide()
        outer.addWidget(self._scroll)
        self._body = QWidget(self._scroll)
        margin = theme.px(Space.GUTTER)
        self._column = in_column(
            self._body, around=(margin, theme.px(Space.ROW), margin, margin), gap=theme.px(Space.TIGHT)
        )
        self._scroll.setWidget(self._body)
        self._shown = ""
        self._is_other = True
        self._to_come: deque[Callable[[], object]] = deque()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._go_on)

    def nothing(self, heading: str = "Nothing chosen", sentence: str = "Choose a row at the left.") -> None:
        """There is nothing to show; say what to do."""
        self._drop_the_rest()
        self._empty.say(heading, sentence)
        self._scroll.hide()
        self._empty.show()
        self._scroll.setAccessibleName(self._name)
        self._shown = ""

    def say_above(self, words: str) -> None:
        """Says something over what is shown, which stays where that is filled anew; empty: nothing."""
        if words != self.above.text():
            self.above.setText(words)
            self.above.setVisible(bool(words))

    def begin(self, title: str, status: Status | None = None, *, subtitle: str = "", about: str = "") -> None:
        """Starts anew with a title, its status and a line below them.

        What is shown already stays where it was scrolled to, and is seen until all of it is there anew; it is
        known by `about`, as two people may have one name and what is said below it may change.
        """
        self._body.setUpdatesEnabled(False)
        self._drop_the_rest()
        shown = about or f"{title}\n{subtitle}"
        self._is_other = shown != self._shown
        self._body.setMinimumHeight(0 if self._is_other else self._body.height())
        clear_layout(self._column)
        if self._is_other:
            self._scroll.verticalScrollBar().setValue(0)
        self._shown = shown
        about_whom = title if status is None else f"{title}, {status.word}"
        self._scroll.setAccessibleName(f"{self._name}: {about_whom}")
        self._column.addWidget(label(title, "title", wrap=True, parent=self._body))
        if subtitle:
            self._column.addWidget(label(subtitle, "muted", wrap=True, parent=self._body))
        if status is not None:
            self._column.addSpacing(self._theme.px(Space.TIGHT))
            chip = StatusChip(status, theme=self._theme, parent=self._body)
            self._column.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)

    def take_focus(self) -> None:
        """Puts the focus here: the arrows scroll, Tab goes to what can be done, Escape goes back."""
        if self._scroll.isVisibleTo(self):
            self._scroll.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def section(self, heading: str, *, remark: str = "") -> None:
        """A heading for what follows."""
        made = SectionHeading(heading, theme=self._theme, remark=remark, parent=self._body)
        self._column.addWidget(made)
        self._column.addWidget(line(self._body))
        self._column.addSpacing(self._theme.px(Space.TIGHT))

    def facts(self, facts: Sequence[tuple[str, str | Status | None]]) -> None:
        """Names and what they are; empty values are left out."""
        made = Facts(theme=self._theme, parent=self._body)
        made.show_facts(facts)
        self._column.addWidget(made)

    def lines(self, lines: Sequence[Status | str]) -> None:
        """Sentences one under the other, with status icons where given."""
        made = Lines(theme=self._theme, parent=self._body)
        made.show_lines(lines)
        self._column.addWidget(made)

    def dated(self, entries: Sequence[Dated], *, first: int = 1_000, wide: str = "Mon 16 Nov 14:05") -> None:
        """What happened when, as a `DatedList`."""
        self._column.addWidget(
            DatedList(entries, theme=self._theme, first=first, wide=wide, parent=self._body)
        )

    def gap(self) -> None:
        """A little room before what follows."""
        self._column.addSpacing(self._theme.px(Space.NEAR))

    def add(self, widget: QWidget) -> None:
        """Anything else."""
        self._column.addWidget(widget)

    def buttons(self, actions: Sequence[QAction]) -> None:
        """Buttons of commands, in a row; the first is the main one."""
        holder = QWidget(self._body)
        row = in_row(holder, around=(0, self._theme.px(Space.NEAR), 0, 0), gap=self._theme.px(Space.NEAR))
        for at, action in enumerate(actions):
            row.addWidget(CommandButton(action, main=at == 0, theme=self._theme, parent=holder))
        row.addStretch(1)
        self._column.addWidget(holder)

    def end(self, *parts: Callable[[], object]) -> None:
        """That was all, but for these parts, each of which fills in some more: one a turn, so that a row that
        is chosen holds up nothing."""
        self._to_come.extend(parts)
        self._column.addStretch(1)
        self._empty.hide()
        self._scroll.show()
        if self._is_other:
            self._body.setUpdatesEnabled(True)
        if self._to_come:
            self._later.start()
        else:
            self._finish()

    def _go_on(self) -> None:
        """Fills in the next part, below what is there; nothing of it is painted before it stands in its
        place."""
        if not self._to_come:
            self._finish()
            return
        self._body.setUpdatesEnabled(False)
        # what is added is laid out once, not widget by widget
        self._column.setEnabled(False)
        self._column.takeAt(self._column.count() - 1)
        self._to_come.popleft()()
        self._column.addStretch(1)
        if self._body.isVisible():
            show_new_ones(self._body)
        self._column.setEnabled(True)
        # after the last, too: it is laid out first
        self._later.start()

    def _drop_the_rest(self) -> None:
        self._to_come.clear()
        self._later.stop()

    def _finish(self) -> None:
        self._body.setMinimumHeight(0)
        self._body.setUpdatesEnabled(True)
        self._order_stops()

    def _order_stops(self) -> None:
        """Tab goes through what is in the pane before it leaves it: new widgets come last otherwise."""
        before: QWidget = self._scroll
        for widget in self._body.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                QWidget.setTabOrder(before, widget)
                before = widget


class _Upright(QScrollArea):
    """Scrolls up and down alone: what is in it is never wider than what is seen."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        body = self.widget()
        if body is not None:
            body.setMaximumWidth(self.viewport().width())
        super().resizeEvent(event)


class CommandButton(QPushButton):
    """A push button that is a command: its word, icon, tooltip and whether it can be pressed."""

    def __init__(
        self, action: QAction, *, theme: Theme, main: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._action = action
        if main:
            self.setProperty("kind", "main")
        self._theme = theme
        self._short = False
        self._word = ""
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        theme.changed.connect(self._follow)
        self._follow()

    def command(self) -> QAction:
        """The action it triggers."""
        return self._action

    def set_short(self, short: bool, /) -> None:
        """Where there is no room: the icon alone, if it has one; its name stays in the tooltip."""
        if short != self._short:
            self._short = short
            self._follow()

    def say(self, word: str) -> None:
        """Another word than the command's, where what it is about stands beside it."""
        self._word = word
        self._follow()

    def can_be_short(self) -> bool:
        """Whether it has an icon to stand for it."""
        return self.property("kind") != "main" and not self._action.icon().isNull()

    def _follow(self) -> None:
        action = self._action
        self.setText("" if self._short and self.can_be_short() else self._word or action.text())
        self.setToolTip(action.toolTip())
        self.setEnabled(action.isEnabled())
        self.setAccessibleName(action.text().rstrip("…"))
        self.setAccessibleDescription(action.statusTip())
        if self.property("kind") != "main":
            self._theme.put_icon(self, action.icon())
