"""The rail at the left: the pages, each with icon, word and the count of what waits there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Size, Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column


class Form(Enum):
    """How the buttons of a rail show their pages."""

    WIDE = "the icon and the word beside it"
    NARROW = "the word below the icon"
    LOW = "the word alone"


class RailButton(QAbstractButton):
    """One page on the rail. The letter that goes with Alt is underlined."""

    def __init__(
        self, title: str, *, icon: str, letter: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._letter = letter
        self._theme = theme
        self._count = 0
        self._form = Form.WIDE
        self.setCheckable(True)
        # one of several for a screen reader too, and no tick by itself
        self.setAutoExclusive(True)
        self.setText(title)
        self.setToolTip(f"{title} (Alt+{letter})" if letter else title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.updateGeometry)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """How much waits on this page; 0 shows nothing."""
        self._count = count
        waits = f", {count} waiting" if count else ""
        self.setAccessibleName(f"{self.text()}{waits}")
        self.setAccessibleDescription(f"Alt {self._letter}" if self._letter else "")
        if self._form is Form.LOW:
            self.updateGeometry()
        self.update()

    def count(self) -> int:
        """The count it shows."""
        return self._count

    def set_form(self, form: Form, /) -> None:
        """How it shows its page."""
        if form is not self._form:
            self._form = form
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        theme = self._theme
        if self._form is not Form.WIDE:
            small = QFontMetrics(theme.font(Size.SMALL, strong=True))
            widest = small.horizontalAdvance(self.text())
            if self._form is Form.LOW:
                if self._count:
                    widest += small.horizontalAdvance(self._count_words()) + theme.px(8 + 6)
                return QSize(widest + theme.px(6 + 6 + 6 + 4), small.height() + theme.px(6))
            return QSize(widest + theme.px(2 * (6 + 4)), small.height() + theme.px(18 + 6))
        words = QFontMetrics(theme.font(strong=True)).horizontalAdvance(self.text())
        return QSize(words + theme.px(20 + 4 * Space.NEAR + 34), theme.px(36))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, colours = self._theme, self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            # nobody is at the desk, or the window is locked
            painter.setOpacity(0.45)
        area = self.rect().adjusted(theme.px(6), theme.px(2), -theme.px(6), -theme.px(2))
        on = self.isChecked()
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selection if on else colours.neutral.ground))
            painter.drawRoundedRect(area, theme.px(4), theme.px(4))
        if on:
            mark = QRect(area.left(), area.top() + theme.px(6), theme.px(3), area.height() - theme.px(12))
            painter.fillRect(mark, QColor(colours.accent))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), theme.px(4), theme.px(4))
        painter.setPen(QColor(colours.text if self.isEnabled() else colours.muted))
        if self._form is Form.WIDE:
            self._draw_icon(painter, area.left() + theme.px(10), (self.height() - theme.px(18)) // 2, on=on)
            painter.setFont(theme.font(strong=on))
            left = area.left() + theme.px(10 + 18 + 10)
            place = QRect(left, area.top(), area.right() - left, area.height())
        elif self._form is Form.NARROW:
            self._draw_icon(painter, area.center().x() - theme.px(9), area.top() + theme.px(1), on=on)
            painter.setFont(theme.font(Size.SMALL, strong=on))
            high = painter.fontMetrics().height()
            wide = painter.fontMetrics().horizontalAdvance(self.text())
            place = QRect(area.center().x() - wide // 2, area.bottom() - high, wide + 2, high)
        else:
            painter.setFont(theme.font(Size.SMALL, strong=on))
            place = area.adjusted(theme.px(6), 0, 0, 0)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        self._underline(painter, place)
        self._draw_count(painter, area, on=on)
        painter.end()

    def _draw_icon(self, painter: QPainter, left: int, top: int, *, on: bool) -> None:
        tone = Tone.ACCENT if on else Tone.NEUTRAL
        picture = self._theme.pixmap(self._icon, tone, size=18, ratio=self.devicePixelRatioF())
        painter.drawPixmap(left, top, picture)

    def _count_words(self) -> str:
        return f"{self._count:,}" if self._count < 1000 else "999+"

    def _draw_count(self, painter: QPainter, area: QRect, *, on: bool) -> None:
        theme, colours = self._theme, self._theme.palette
        if self._count:
            words = self._count_words()
            painter.setFont(theme.font(Size.SMALL, strong=True, tabular=True))
            width = max(painter.fontMetrics().horizontalAdvance(words) + theme.px(8), theme.px(20))
            height = min(theme.px(18), area.height())
            left, top = area.right() - width - theme.px(5), (self.height() - height) // 2
            if self._form is Form.NARROW:
                left, top = min(area.center().x() + theme.px(6), area.right() - width), area.top()
            elif self._form is Form.LOW:
                left = area.right() - width
            chip = QRect(left, top, width, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.surface if on else colours.neutral.ground))
            painter.drawRoundedRect(chip, height / 2, height / 2)
            painter.setPen(QColor(colours.text))
            painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), words)

    def _underline(self, painter: QPainter, place: QRect) -> None:
        at = self.text().lower().find(self._letter.lower()) if self._letter else -1
        if at < 0:
            return
        metrics = painter.fontMetrics()
        start = place.left() + metrics.horizontalAdvance(self.text()[:at])
        end = place.left() + metrics.horizontalAdvance(self.text()[: at + 1])
        base = place.center().y() + metrics.ascent() - metrics.height() // 2 + self._theme.px(2)
        painter.setPen(QPen(QColor(self._theme.palette.muted), 1))
        painter.drawLine(start, base, end - 1, base)


class Rail(QFrame):
    """All pages, one under the other; Up and Down go through them."""

    chosen = Signal(str)

    def __init__(
        self,
        pages: Sequence[tuple[str, str, str, str]],
        *,
        foot: Collection[str] = (),
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """`pages` are (name, title, icon, letter); those named in `foot` stand at the foot."""
        super().__init__(parent)
        self.setProperty("kind", "rail")
        self.setAccessibleName("Pages")
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RailButton] = {}
        self._narrow = False
        column = in_column(self, around=(0, theme.px(Space.NEAR), 0, theme.px(Space.NEAR)), gap=0)
        for name, title, icon, letter in pages:
            button = RailButton(title, icon=icon, letter=letter, theme=theme, parent=self)
            button.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
            self._group.addButton(button)
            self._buttons[name] = button
        for name, button in self._buttons.items():
            if name not in foot:
                column.addWidget(button)
        column.addStretch(1)
        for name in foot:
            column.addWidget(self._buttons[name])

    def show_current(self, name: str) -> None:
        """Marks this page as the one in front."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """How much waits on each page."""
        for name, button in self._buttons.items():
            button.set_count(counts.get(name, 0))

    def fit(self, *, narrow: bool) -> None:
        """Where the window is narrow the words stand below the icons; where it is low too, in their place."""
        self._narrow = narrow
        form = Form.NARROW if narrow else Form.WIDE
        for each in (form, Form.LOW):
            for button in self._buttons.values():
                button.set_form(each)
            if self.minimumSizeHint().height() <= self.height():
                break

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(narrow=self._narrow)

    def button(self, name: str) -> RailButton:
        """The button of a page."""
        return self._buttons[name]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        names = list(self._buttons)
        at = next((i for i, name in enumerate(names) if self._buttons[name].hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        self._buttons[names[(at + step) % len(names)]].setFocus(Qt.FocusReason.TabFocusReason)
