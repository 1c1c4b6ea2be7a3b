"""Labels of the type scale, headings, lines, chips and cards."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QEnterEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column, in_grid, in_row
from ui.widgets.spoken import UNSAID

_LOOKS_THE_SAME = frozenset({QEvent.Type.ActivationChange, QEvent.Type.EnabledChange})
"""A window that comes to the front, as it does over each form, tells it to each of its labels."""
_OTHER_FONT = frozenset({QEvent.Type.FontChange, QEvent.Type.StyleChange})
LONG_NAME = 22
"""A name of a fact with more characters may take a second line."""


def restyle(widget: QWidget) -> None:
    """Lets the style sheet look again at a widget whose property changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def on_button(text: str) -> str:
    """A name for a button or a menu, which would take its `&` for a key: "Rose & Crown" as it is written."""
    return text.replace("&", "&&")


def label(
    text: str = "",
    kind: str = "",
    *,
    wrap: bool = False,
    selectable: bool = True,
    said: bool = True,
    parent: QWidget | None = None,
) -> QLabel:
    """A label of a kind that the style sheet knows; its text can be selected and copied by mouse, unless it
    isn't `selectable`: a name that leads to its field, or a part of something that is dragged. What isn't
    `said` is in the name or description of another widget."""
    kind_of = QLabel if not selectable else Words if wrap else Said
    made: QLabel = kind_of("", parent)
    if not said:
        made.setProperty(UNSAID, True)
    made.setText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    return made


class Said(QLabel):
    """A label whose text can be selected by mouse, from when the mouse is over it.

    Text that can be selected is set as a document, which takes twice the time of text that is drawn alone: a
    form or a detail has hundreds of labels, and few are ever copied from. It looks the same either way.
    """

    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse is over it: from now on its text can be selected."""
        if self.textFormat() is Qt.TextFormat.PlainText:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        super().enterEvent(event)


class Words(Said):
    """A label of several lines that remembers how high it is at a width, and how large it wants to be.

    Layouts within layouts ask for it dozens of times, and its text is set anew for each.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._heights: dict[tuple[int, int], int] = {}
        self._wish: QSize | None = None

    def setText(self, text: str, /) -> None:
        """Shows this text."""
        self._forget()
        super().setText(text)

    def heightForWidth(self, width: int, /) -> int:
        """How high it is when it is so wide."""
        # it is never less than its least height, which may change
        asked = (width, self.minimumHeight())
        if asked not in self._heights:
            self._heights[asked] = super().heightForWidth(width)
        return self._heights[asked]

    def sizeHint(self) -> QSize:
        """As a document wants to be: some five thirds as wide as high, whether or not it is one now."""
        if self._wish is None:
            self.ensurePolished()
            wide = self._width_of_document() if self.text() and self.wordWrap() else 0
            self._wish = QSize(wide, super().heightForWidth(wide)) if wide else super().sizeHint()
        return self._wish

    def _width_of_document(self) -> int:
        """What `QTextDocument.adjustSize` comes to."""
        metrics, text = self.fontMetrics(), self.text()
        most = 80 * metrics.horizontalAdvance("x")

        def at(width: int) -> QRect:
            return metrics.boundingRect(QRect(0, 0, width, 1 << 20), int(Qt.TextFlag.TextWordWrap), text)

        width = min(most, isqrt(5 * at(most).height() * most // 3))
        fits = at(width)
        if width * 3 < 5 * fits.height():
            width = min(most, isqrt(2 * fits.height() * width))
            fits = at(width)
        margins = self.contentsMargins()
        return fits.width() + margins.left() + margins.right() + 2 * self.margin()

    def changeEvent(self, event: QEvent) -> None:
        """Another font or style: other heights."""
        if event.type() not in _LOOKS_THE_SAME:
            self._forget()
        super().changeEvent(event)

    def _forget(self) -> None:
        self._heights.clear()
        self._wish = None


class ElidedLabel(QLabel):
    """One line that ends in … where there is no room, and then has the whole as its tooltip.

    By default it takes what its layout leaves over; with `modest` it wants the room its text needs. Text in
    `parts` loses whole ones from its end instead, and is empty where not even the first has room.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "",
        *,
        modest: bool = False,
        parts: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts = parts
        self.setTextFormat(Qt.TextFormat.PlainText)
        if kind:
            self.setProperty("kind", kind)
        wish = QSizePolicy.Policy.Preferred if modest else QSizePolicy.Policy.Ignored
        self.setSizePolicy(wish, QSizePolicy.Policy.Preferred)
        self._whole = ""
        self._more = ""
        self.setText(text)

    def tell_more(self, sentence: str) -> None:
        """What the tooltip says besides the text that is cut short."""
        self._more = sentence
        self.setAccessibleDescription(sentence)
        self._fit()

    def setText(self, text: str, /) -> None:
        """Shows this text, shortened as needed."""
        self._whole = text
        super().setText(text)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        few = QFontMetrics(self.font()).horizontalAdvance(self._whole[:4] + "…")
        return QSize(few if self._whole else 0, super().minimumSizeHint().height())

    def whole(self) -> str:
        """The text as it was given."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fits = QFontMetrics(self.font()).horizontalAdvance(self._whole) <= self.width()
        self.setToolTip("\n".join(part for part in ("" if fits else self._whole, self._more) if part))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        words = self._shortened(painter.fontMetrics())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter | self.alignment()), words)
        painter.end()

    def _shortened(self, metrics: QFontMetrics) -> str:
        """As much of the text as there is room for."""
        if not self._parts:
            return metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        words = self._whole
        while words and metrics.horizontalAdvance(words) > self.width():
            words, _, _ = words.rpartition(self._parts)
        return words


def line(parent: QWidget | None = None) -> QFrame:
    """A hairline across."""
    made = QFrame(parent)
    made.setProperty("kind", "line")
    made.setFixedHeight(1)
    return made


class SectionHeading(QWidget):
    """A heading over a part of a page or form, with room for a small remark at its right; the `first` has no
    room above."""

    def __init__(
        self,
        text: str,
        *,
        theme: Theme,
        remark: str = "",
        first: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        above = 0 if first else theme.px(Space.GUTTER)
        row = self._row = in_row(self, around=(0, above, 0, theme.px(Space.TIGHT)))
        self._title = label(text, "heading", parent=self)
        # beside a long heading the remark is what gives way
        self._title.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self._remark: ElidedLabel | None = None
        row.addWidget(self._title)
        row.addStretch(1)
        self.set_remark(remark)

    def set_title(self, text: str) -> None:
        """Changes the heading."""
        self._title.setText(text)

    def set_remark(self, text: str) -> None:
        """Changes the remark."""
        if self._remark is None:
            if not text:
                return
            self._remark = ElidedLabel(text, "small", modest=True, parent=self)
            self._remark.setMinimumWidth(1)
            self._row.addWidget(self._remark)
        self._remark.setText(text)
        self._remark.setVisible(bool(text))


class StatusChip(QWidget):
    """A status as word, icon and colour on a soft ground."""

    spoken_as = QAccessible.Role.StaticText

    def __init__(self, status: Status | None = None, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._status = status
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)
        self.set_status(status)

    def set_status(self, status: Status | None) -> None:
        """Shows this status, or nothing."""
        was_hidden = self._status is None
        self._status = status
        if status is None:
            self.hide()
        elif was_hidden and self.parentWidget() is not None:
            # without a parent it would come up as a window of its own
            self.show()
        self.setAccessibleName(status.word if status else "")
        self.setToolTip(status.sentence if status else "")
        self._fit()

    def _fit(self) -> None:
        theme = self._theme
        metrics = QFontMetrics(theme.font(strong=True))
        words = self._status.word if self._status else ""
        width = metrics.horizontalAdvance(words) + theme.px(16) + 3 * theme.px(Space.NEAR)
        self.setFixedSize(width, metrics.height() + 2 * theme.px(3))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._status is None:
            return
        theme, status = self._theme, self._status
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.ground(status.tone))
        painter.drawRoundedRect(self.rect(), theme.px(4), theme.px(4))
        side, gap = theme.px(16), theme.px(Space.NEAR)
        picture = theme.pixmap(status.icon, status.tone, ratio=self.devicePixelRatioF())
        painter.drawPixmap(gap, (self.height() - side) // 2, picture)
        painter.setFont(theme.font(strong=True))
        painter.setPen(theme.colour(status.tone))
        place = self.rect().adjusted(gap + side + theme.px(6), 0, 0, 0)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), status.word)
        painter.end()


class Wrapped(Words):
    """A label with room for all its lines, whatever its width and the size of text: a grid works their height
    out a pixel off at times, and keeps that of a smaller text."""

    def __init__(self, text: str, kind: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if kind:
            self.setProperty("kind", kind)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._take_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # before it is dressed it has no width yet
        dressed = self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished)
        if dressed and event.type() in _OTHER_FONT:
            self._take_room()

    def _take_room(self) -> None:
        # a label answers with no less than its least height: made wider, it would keep what it took narrow
        self.setMinimumHeight(0)
        # one that has never had words says that it doesn't know
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))


class Facts(QWidget):
    """Names at the left and what they are at the right, as in a detail beside a table.

    `show_facts([("Ward", "Oak"), ("Ready", "Mon 16 Nov")])`; a value may be a `Status` too. Empty
    values are left out.
    """

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = in_grid(self, across=theme.px(Space.GUTTER), down=theme.px(Space.TIGHT))
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[tuple[str, str | Status | None]]) -> None:
        """Shows these facts instead of those there were."""
        clear_layout(self._grid)
        for at, (name, value) in enumerate((n, v) for n, v in facts if v):
            title = label(name, "muted", wrap=True, said=isinstance(value, Status), parent=self)
            title.setMinimumWidth(self._theme.px(112))
            if len(name) > LONG_NAME:
                title.setMaximumWidth(self._theme.px(160))
            self._grid.addWidget(title, at, 0, Qt.AlignmentFlag.AlignTop)
            if isinstance(value, Status):
                chip = StatusChip(value, theme=self._theme, parent=self)
                self._grid.addWidget(chip, at, 1, Qt.AlignmentFlag.AlignLeft)
            else:
                said = Wrapped(str(value), parent=self)
                said.setAccessibleName(f"{name}: {value}")
                self._grid.addWidget(said, at, 1)


class IconLabel(QLabel):
    """The icon of a status beside its words, as large as the text is, in the look that is in force."""

    def __init__(self, icon: str, tone: Tone, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._tone, self._theme = icon, tone, theme
        self._fit()
        theme.changed.connect(self._fit)

    def _fit(self) -> None:
        self.setPixmap(self._theme.pixmap(self._icon, self._tone, ratio=self.devicePixelRatioF()))


class Lines(QWidget):
    """Sentences one under the other, each with its status icon; for reasons, conditions, history."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._column = in_column(self, gap=theme.px(6))

    def show_lines(self, lines: Sequence[Status | str]) -> None:
        """Shows these lines. A `Status` shows its icon, its word and, where it has one, its sentence."""
        clear_layout(self._column)
        self.add_lines(lines)

    def add_lines(self, lines: Sequence[Status | str]) -> None:
        """Shows these lines too, below those that are there."""
        for entry in lines:
            self._column.addWidget(self._line(entry))

    def _line(self, entry: Status | str) -> QWidget:
        if isinstance(entry, str):
            return label(entry, wrap=True, parent=self)
        holder = QWidget(self)
        row = in_row(holder, gap=self._theme.px(Space.NEAR))
        picture = IconLabel(entry.icon, entry.tone, theme=self._theme, parent=holder)
        picture.setAccessibleName(entry.tone.value)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        words = label(entry.word, wrap=True, parent=holder)
        words.setToolTip(entry.sentence)
        row.addWidget(words, 1)
        return holder


def clear_layout(layout: QGridLayout | QVBoxLayout | QHBoxLayout) -> None:
    """Takes every widget out of a layout and lets it go.

    It stays where it is, hidden, until then: taken from its parent first, all that it holds is dressed anew.
    """
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
