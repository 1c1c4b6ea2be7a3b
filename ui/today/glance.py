"""The hub at a glance: a strip of figures, and a small picture of designated beds needed and free."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFocusEvent, QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolTip, QWidget

from discharge.model.setting import Category
from discharge.model.shown.today import Glance, NightBeds
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import day_words
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.counts import Pressable
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import label

SHORT_KINDS: dict[Category, str] = {
    "general_residential": "residential",
    "general_nursing": "nursing",
    "dementia_residential": "dementia",
    "dementia_nursing": "dementia nursing",
    "ld_residential": "learning disability",
    "ld_nursing": "learning disability nursing",
    "mh_residential": "mental health",
    "mh_nursing": "mental health nursing",
    "transitional": "transitional",
    "ypd": "younger, physical disability",
}
"""Kinds of beds where the whole word has no room."""
KINDS_SHOWN = 4
LARGE = 1.4
"""From this size of text on, less stands side by side: the rest is in the tooltip and the description."""


class NightsPicture(QWidget):
    """Designated beds, night by night: a bar for those free, a mark across it for those needed.

    A night that lacks beds has a hatched ground as well. Left and Right go through the nights; the tooltip
    of each says its figures, and the description is all of them as a table in words.
    """

    spoken_as = QAccessible.Role.Graphic

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._nights: Sequence[NightBeds] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Designated beds needed and free, 14 nights")
        theme.changed.connect(self.updateGeometry)

    def show_nights(self, nights: Sequence[NightBeds]) -> None:
        """Shows these nights."""
        self._nights = nights
        self._at = min(self._at, max(0, len(nights) - 1))
        self.setAccessibleDescription("\n".join(self.words(night) for night in nights))
        self.update()

    def words(self, night: NightBeds) -> str:
        """One night's figures: "Mon 16 Nov: 7 needed, 5 free, 2 too few"."""
        lacking = night.needed - night.free
        short = f", {lacking} too few" if lacking > 0 else ""
        return f"{day_words(night.night)}: {night.needed} needed, {night.free} free{short}"

    def sizeHint(self) -> QSize:
        cell = 15 if self._theme.scale < LARGE else 11
        return QSize(self._theme.px(14 * cell), self._theme.px(34))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _cell(self, at: int) -> QRectF:
        wide = self.width() / max(1, len(self._nights))
        return QRectF(at * wide, 0, wide, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._nights:
            super().keyPressEvent(event)
            return
        self._at = max(0, min(len(self._nights) - 1, self._at + step))
        self._say_current()
        announce(self, self.words(self._nights[self._at]))
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._say_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        QToolTip.hideText()

    def _say_current(self) -> None:
        if self._nights and self.isVisible():
            place = self.mapToGlobal(self._cell(self._at).bottomLeft().toPoint())
            QToolTip.showText(place, self.words(self._nights[self._at]), self)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            at = int(event.pos().x() * len(self._nights) / max(1, self.width()))
            if 0 <= at < len(self._nights):
                QToolTip.showText(event.globalPos(), self.words(self._nights[at]), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, palette = self._theme, self._theme.palette
        painter = QPainter(self)
        most = max([1, *(max(night.needed, night.free) for night in self._nights)])
        foot = self.height() - theme.px(2)
        for at, night in enumerate(self._nights):
            cell = self._cell(at).adjusted(theme.px(1), 0, -theme.px(1), 0)
            self._paint_night(painter, cell, night, most=most, foot=foot)
        painter.fillRect(QRectF(0, foot, self.width(), 1), QColor(palette.border))
        if self.hasFocus() and self._nights:
            painter.setPen(QPen(QColor(palette.accent), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._cell(self._at).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_night(
        self, painter: QPainter, cell: QRectF, night: NightBeds, *, most: int, foot: float
    ) -> None:
        theme = self._theme
        lacks = night.needed > night.free
        tone = Tone.DANGER if lacks else Tone.DONE

        def level(count: int) -> float:
            return foot - (foot - theme.px(3)) * count / most

        if lacks:
            painter.fillRect(cell, theme.ground(tone))
            painter.setPen(QPen(theme.colour(tone), 1))
            painter.setClipRect(cell)
            step = theme.px(5)
            for start in range(-self.height(), int(cell.width()), step):
                begin = QPointF(cell.left() + start, foot)
                painter.drawLine(begin, QPointF(begin.x() + foot, 0))
            painter.setClipping(False)
        bar = QRectF(cell.left() + theme.px(2), level(night.free), cell.width() - theme.px(4), 0)
        bar.setBottom(foot)
        painter.fillRect(bar, theme.colour(Tone.DONE))
        painter.setPen(QPen(QColor(theme.palette.text), theme.px(2)))
        if night.needed:
            across = level(night.needed)
            painter.drawLine(QPointF(cell.left(), across), QPointF(cell.right(), across))


class _Figure(Pressable):
    """A small heading, a figure below it, and a line about it."""

    def __init__(self, heading: str, *, theme: Theme) -> None:
        super().__init__(theme=theme)
        column = in_column(self, gap=theme.px(Space.HAIR))
        self._heading = heading
        column.addWidget(label(heading, "overline", selectable=False, said=False))
        self.value = label("", "strong", selectable=False, said=False)
        column.addWidget(self.value)
        self.remark = label("", "small", selectable=False, said=False)
        column.addWidget(self.remark)
        column.addStretch(1)

    def say(self, value: str, remark: str = "", *, tip: str = "") -> None:
        """Shows this figure."""
        self.value.setText(value)
        self.remark.setText(remark)
        self.setToolTip(tip)
        said = ", ".join(part for part in (value, remark) if part)
        self.setAccessibleName(f"{self._heading}: {said}")
        self.describe(tip)
        self.updateGeometry()


class _Nights(QWidget):
    """The picture of designated beds, with what it comes to in words beside it."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        row = in_row(self, gap=theme.px(Space.ROW))
        self.picture = NightsPicture(theme=theme)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignBottom)
        self.figure = _Figure("Designated beds, 14 nights", theme=theme)
        row.addWidget(self.figure)

    def show_nights(self, nights: Sequence[NightBeds]) -> None:
        """Shows these nights."""
        self.picture.show_nights(nights)
        self.figure.say(*_enough(nights), tip="Bar: free. Line across: needed by people without a place.")


class GlanceStrip(QFrame):
    """Who waits, what is free, and the picture of designated beds. `wanted`: a page, and what on it."""

    wanted = Signal(str, str)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._glance: Glance | None = None
        theme.changed.connect(self._show_again)
        self.setProperty("kind", "surface")
        self.setAccessibleName("The hub at a glance")
        gutter = theme.px(Space.GUTTER)
        outer = in_column(self, around=(gutter, theme.px(Space.NEAR), gutter, theme.px(Space.NEAR)))
        holder = QWidget()
        outer.addWidget(holder)
        flow = FlowLayout(holder, gap=theme.px(Space.SECTION), line_gap=theme.px(Space.NEAR))
        for widget in (self, holder):
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            widget.setSizePolicy(policy)
        self.waiting = _Figure("Waiting", theme=theme)
        self.beds = _Figure("Beds free tonight", theme=theme)
        self.isolation = _Figure("Isolation places", theme=theme)
        self.nights = _Nights(theme=theme)
        for figure, page, chips in (
            (self.waiting, "patients", "only:standing/waiting"),
            (self.beds, "settings", "only:can/free"),
            (self.isolation, "settings", "only:can/isolates"),
            (self.nights.figure, "settings", "only:can/designated"),
        ):
            figure.set_opens(True)
            figure.clicked.connect(partial(self._want, page, chips))
        for figure in (self.waiting, self.beds, self.isolation):
            flow.addWidget(figure)
        flow.addWidget(self.nights)

    def _want(self, page: str, chips: str, _pressed: bool) -> None:
        self.wanted.emit(page, chips)

    def brief(self, glance: Glance) -> str:
        """The figures in a line, where there is no room for more."""
        total = sum(number for _, number in glance.waiting)
        free = sum(kind.free for kind in glance.beds)
        said, _ = _enough(glance.designated)
        parts = [
            f"{total:,} waiting",
            f"{glance.over_a_day:,} over 24 h" if glance.over_a_day else "",
            f"{count_words(free, 'bed')} free tonight",
            f"{glance.isolation_free:,} of {glance.isolation_places:,} isolation places free",
            f"designated beds: {said[:1].lower()}{said[1:]}" if said else "",
        ]
        return " · ".join(part for part in parts if part)

    def show_glance(self, glance: Glance) -> None:
        """Shows these figures."""
        self._glance = glance
        total = sum(number for _, number in glance.waiting)
        by_pathway = " · ".join(f"{pathway.value} {number}" for pathway, number in glance.waiting)
        tip = "Over 24 hours: they could have left yesterday or before."
        people = count_words(total, "person", "people")
        long = f" · {glance.over_a_day:,} over 24 h" if glance.over_a_day else ""
        self.waiting.say(f"{people}{long}", by_pathway, tip=tip)
        free = sum(kind.free for kind in glance.beds)
        shown = [f"{SHORT_KINDS[kind.category]} {kind.free:,}" for kind in glance.beds]
        room = KINDS_SHOWN if self._theme.scale < LARGE else KINDS_SHOWN // 2
        more = f" · {len(shown) - room} more kinds" if len(shown) > room else ""
        every = "\n".join(f"{terms.CATEGORIES[kind.category]}: {kind.free:,}" for kind in glance.beds)
        self.beds.say(count_words(free, "bed"), " · ".join(shown[:room]) + more, tip=every)
        self.isolation.say(f"{glance.isolation_free:,} free", f"of {glance.isolation_places:,}")
        self.nights.show_nights(glance.designated)

    def _show_again(self) -> None:
        """The size of text may be another."""
        if self._glance is not None:
            self.show_glance(self._glance)


def _enough(nights: Sequence[NightBeds]) -> tuple[str, str]:
    """The picture in words: whether there are enough, and if not when not."""
    lacking = [night for night in nights if night.needed > night.free]
    if not nights:
        return "", ""
    tonight = nights[0]
    now = f"tonight {tonight.needed:,} needed, {tonight.free:,} free"
    if not lacking:
        return "Enough every night", now
    first, others = lacking[0], len(lacking) - 1
    also = f"and on {count_words(others, 'more night')}" if others else now
    return f"{first.needed - first.free:,} too few {day_words(first.night)}", also
