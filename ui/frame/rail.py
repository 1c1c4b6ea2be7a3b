"""The rail at the left: the pages, each with icon, word and the count of what waits there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QSizePolicy, QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Size, Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column


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
        self._narrow = False
        self.setCheckable(True)
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
        self.update()

    def count(self) -> int:
        """The count it shows."""
        return self._count

    def set_narrow(self, narrow: bool, /) -> None:
        """Where the window is narrow: the icon with its count; the word stays in the tooltip."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        theme = self._theme
        if self._narrow:
            return QSize(theme.px(60), theme.px(40))
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
        side = theme.px(18)
        tone = Tone.ACCENT if on else Tone.NEUTRAL
        picture = theme.pixmap(self._icon, tone, size=18, ratio=self.devicePixelRatioF())
        left = area.left() + theme.px(10)
        painter.drawPixmap(left, (self.height() - side) // 2, picture)
        painter.setFont(theme.font(strong=on))
        painter.setPen(QColor(colours.text if self.isEnabled() else colours.muted))
        left += side + theme.px(10)
        if self._narrow:
            self._draw_count(painter, area, on=on)
            painter.end()
            return
        place = QRect(left, area.top(), area.right() - left, area.height())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        self._underline(painter, place)
        self._draw_count(painter, area, on=on)
        painter.end()

    def _draw_count(self, painter: QPainter, area: QRect, *, on: bool) -> None:
        theme, colours = self._theme, self._theme.palette
        if self._count:
            words = f"{self._count:,}" if self._count < 1000 else "999+"
            painter.setFont(theme.font(Size.SMALL, strong=True, tabular=True))
            width = max(painter.fontMetrics().horizontalAdvance(words) + theme.px(8), theme.px(20))
            height = theme.px(18)
            right = theme.px(1 if self._narrow else 5)
            top = area.top() if self._narrow else (self.height() - height) // 2
            chip = QRect(area.right() - width - right, top, width, height)
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

    def set_narrow(self, narrow: bool, /) -> None:
        """Icons alone, or with their words."""
        for button in self._buttons.values():
            button.set_narrow(narrow)

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
