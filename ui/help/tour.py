"""The tour: a few steps, each pointing at a place of the window and saying what it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.layouts import in_row
from ui.widgets.text import label

if TYPE_CHECKING:
    from ui.frame.window import Window

SEEN = "tour/seen"
SETTLE_MS = 60
"""So long a page that was just brought to the front has for laying itself out."""
_NEXT = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right, Qt.Key.Key_Space)
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Backspace)


@dataclass(frozen=True, slots=True)
class Step:
    """A stop: the page to be in front (empty: whichever is), what to point at, and what to say."""

    page: str
    where: Callable[[Window], QWidget | None]
    title: str
    words: str


STEPS: tuple[Step, ...] = (
    Step(
        "today",
        lambda window: window.page,
        "Today",
        "What needs somebody now, most urgent first. Each line opens the thing and offers its next step.",
    ),
    Step(
        "",
        lambda window: window.rail,
        "The pages",
        "Each page is one kind of work; the number is what waits there. Alt and the underlined letter goes "
        "to it.",
    ),
    Step(
        "patients",
        lambda window: getattr(window.page, "table", None),
        "Who is on the list",
        "The arrows go through the table, Enter opens the person. What they need of a bed tonight is said in "
        "words, never by colour alone.",
    ),
    Step(
        "match",
        lambda window: window.header,
        "Plan",
        "F5 plans for everybody who waits, at once, and proves that no better plan keeps all rules. Nothing "
        "is sent or booked by it.",
    ),
    Step(
        "match",
        lambda window: getattr(window.page, "why", None),
        "Why, and why not",
        "For the person chosen: what speaks for the place, the runner-up, and what stands against each other "
        "setting, with the rule that decides it.",
    ),
    Step(
        "approvals",
        lambda window: getattr(window.page, "splitter", None) or window.page,
        "Approvals",
        "What you send from Match waits here for an LA lead. Whoever proposed a placement never approves it.",
    ),
    Step(
        "moves",
        lambda window: getattr(window.page, "splitter", None) or window.page,
        "Moves",
        "Approved placements, step by step: told, accepted, booked, departed, arrived. Each asks for its "
        "next step.",
    ),
    Step(
        "",
        lambda window: window.status_line.user,
        "Who is at the desk",
        "Every entry carries this name; F9 changes it, and in the demo you can be anybody. F1 opens the "
        "help, Ctrl+K finds any command.",
    ),
)


class Tour(QWidget):
    """Lies over the window and points. Enter or the right arrow goes on, the left one back, Escape ends it.

    `over` fires once, however it ended.
    """

    over = Signal()

    def __init__(self, window: Window, *, steps: Sequence[Step] = STEPS) -> None:
        super().__init__(window)
        self._window = window
        self._theme: Theme = window.services.theme
        pages = set(window.page_names())
        self._steps = [step for step in steps if not step.page or step.page in pages]
        self._at = -1
        self._hole = QRect()
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self._point)
        window.installEventFilter(self)
        self._theme.changed.connect(self._soon.start)

    def _lay_out(self) -> None:
        theme = self._theme
        self.card = QFrame(self)
        self.card.setProperty("kind", "tour")
        self.card.setAccessibleName("Tour")
        column = self._column = QVBoxLayout(self.card)
        margin = theme.px(Space.GUTTER)
        column.setContentsMargins(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW))
        column.setSpacing(theme.px(Space.NEAR))
        self.count = label("", "small")
        self.title = label("", "title")
        self.words = label("", wrap=True)
        for widget in (self.count, self.title, self.words):
            column.addWidget(widget)
        row = in_row(gap=theme.px(Space.NEAR))
        self.skip = push_button("End the tour", tip="Escape", do=self.end)
        self.back = push_button("Back", tip="Left arrow", do=lambda: self.show_step(self._at - 1))
        self.next = push_button("Next", tip="Enter", kind="main", do=lambda: self.show_step(self._at + 1))
        for button in (self.skip, self.back, self.next):
            button.installEventFilter(self)
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        column.addLayout(row)
        self.card.setFixedWidth(theme.px(400))

    # ------------------------------------------------------------------ steps

    def start(self) -> None:
        """Shows the first step."""
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self._application().focusChanged.connect(self._keep_focus)
        # it would keep the focus from who unlocks
        self._window.lock.turned.connect(self.end)
        self.show_step(0)

    @staticmethod
    def _application() -> QApplication:
        found = QApplication.instance()
        assert isinstance(found, QApplication)
        return found

    def _keep_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """A page that has just read what it shows may ask for the focus: not while it lies under the tour."""
        if now is not None and now.window() is self._window and not self.isAncestorOf(now):
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self) -> Step | None:
        """The step that is shown."""
        return self._steps[self._at] if 0 <= self._at < len(self._steps) else None

    def show_step(self, at: int) -> None:
        """Shows this step; after the last one the tour is over."""
        if at >= len(self._steps):
            self.end()
            return
        self._at = max(0, at)
        step = self._steps[self._at]
        if step.page and step.page != self._window.page_name:
            self._window.go(step.page)
        last = self._at == len(self._steps) - 1
        self.count.setText(f"{self._at + 1} of {len(self._steps)}")
        self.title.setText(step.title)
        self.words.setText(step.words)
        self.next.setText("Begin" if last else "Next")
        self.back.setVisible(self._at > 0)
        self.skip.setVisible(not last)
        self._point()
        self._soon.start()
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self.card, f"{step.title}. {step.words}")

    def end(self) -> None:
        """Takes it away, and doesn't begin by itself again."""
        if self.isHidden():
            return
        self._soon.stop()
        self._application().focusChanged.disconnect(self._keep_focus)
        self.hide()
        self._window.removeEventFilter(self)
        self._window.services.settings.setValue(SEEN, True)
        page = self._window.page
        if page is not None:
            page.focus_first()
        self.over.emit()
        self.deleteLater()

    # --------------------------------------------------------------- pointing

    def _point(self) -> None:
        step = self.step()
        if step is None:
            return
        self.setGeometry(self._window.rect())
        self.raise_()
        target = step.where(self._window)
        near = self._theme.px(Space.TIGHT)
        self._hole = QRect()
        if target is not None and target.isVisible():
            corner = target.mapTo(self._window, QPoint(0, 0))
            area = QRect(corner, target.size()).adjusted(-near, -near, near, near)
            self._hole = area.intersected(self.rect().adjusted(near, near, -near, -near))
        self.card.setFixedWidth(min(self._theme.px(400), self.width() - 2 * self._theme.px(Space.SECTION)))
        self.card.adjustSize()
        tall = self.card.heightForWidth(self.card.width())
        self.card.resize(self.card.width(), tall if tall > 0 else self.card.sizeHint().height())
        self.card.move(self._card_place())
        self.update()

    def _card_place(self) -> QPoint:
        """Beside what is pointed at where there is room; else over its middle."""
        gap, hole, card = self._theme.px(Space.ROW), self._hole, self.card.size()
        inside = self.rect().adjusted(gap, gap, -gap, -gap)
        if hole.isNull():
            return inside.center() - QPoint(card.width() // 2, card.height() // 2)
        across = max(inside.left(), min(hole.left(), inside.right() - card.width()))
        down = max(inside.top(), min(hole.top(), inside.bottom() - card.height()))
        places = (
            QPoint(hole.right() + gap, down),
            QPoint(hole.left() - gap - card.width(), down),
            QPoint(across, hole.bottom() + gap),
            QPoint(across, hole.top() - gap - card.height()),
        )
        for place in places:
            if inside.contains(QRect(place, card)):
                return place
        return hole.center() - QPoint(card.width() // 2, card.height() // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRect(self.rect())
        if not self._hole.isNull():
            hole = QPainterPath()
            hole.addRoundedRect(self._hole, theme.px(6), theme.px(6))
            path = path.subtracted(hole)
        shade = QColor("#000000")
        shade.setAlpha(110)
        painter.fillPath(path, shade)
        if not self._hole.isNull():
            painter.setPen(QPen(QColor(theme.palette.accent), theme.px(3)))
            painter.drawRoundedRect(self._hole, theme.px(6), theme.px(6))
        painter.end()

    # ------------------------------------------------------------------- keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._soon.start()
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and watched is not self._window
        ):
            return self._take_key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._take_key(event):
            super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.end()
        elif key in _BACK:
            self.show_step(self._at - 1)
        elif key in _NEXT:
            pressed = self.focusWidget()
            if pressed is self.skip and key != Qt.Key.Key_Right:
                self.end()
            elif pressed is self.back and key != Qt.Key.Key_Right:
                self.show_step(self._at - 1)
            else:
                self.show_step(self._at + 1)
        else:
            return False
        return True

    def focusNextPrevChild(self, next_one: bool, /) -> bool:
        """Tab goes round in the card: nothing under the tour can be reached while it is shown."""
        buttons = [button for button in (self.skip, self.back, self.next) if button.isVisible()]
        if not buttons:
            # it is being taken away: the focus goes where Qt puts it
            return super().focusNextPrevChild(next_one)
        at = next((place for place, button in enumerate(buttons) if button.hasFocus()), -1)
        buttons[(at + (1 if next_one else -1)) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        return True


def show_tour(window: Window) -> Tour:
    """Shows the tour over the window."""
    tour = Tour(window)
    tour.start()
    return tour


def was_seen(window: Window) -> bool:
    """Whether the tour was seen, or left, on this machine before."""
    return str(window.services.settings.value(SEEN, "")).lower() in ("true", "1")
