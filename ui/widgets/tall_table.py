"""A table whose rows have two lines: words below words, or nights as bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from ui.models.table import AnyIndex, Column, RowsModel
from ui.theme.palette import Tone
from ui.theme.scale import Size
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.table import KEPT_WORDS, LEFT, RIGHT, CellDelegate, TableView

Row = TypeVar("Row")
SHOWN_DAYS = 28
"""Days that a bar shows, from the day of the plan."""
MOST_LINES = 4
"""So many lines either of a cell's two may take rather than be cut."""


@dataclass(frozen=True, slots=True)
class Span:
    """Nights that ask the same, as days from the plan's own; no `end`: open-ended."""

    start: int
    end: int | None
    isolates: bool
    is_move: bool
    """It begins with a move to another setting or bed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoLines(Column[Row]):
    """A column with a second line: words in grey (or in the accent colour), or the stays as spans."""

    below: Callable[[Row], str] | None = None
    accent: bool = False
    spans: Callable[[Row], Sequence[Span]] | None = None
    icon: Callable[[Row], Status | None] | None = None
    """An icon before the first line that isn't the cell's word."""

    @property
    def can_fold(self) -> bool:
        """Bars are no words."""
        return self.spans is None

    def words(self, row: Row) -> str:
        """The text of a cell: both lines, for search, copy and screen readers."""
        first = Column.words(self, row)
        second = self.below(row) if self.below is not None else ""
        if first.endswith(".") and second:
            # a sentence goes on, or another begins
            return f"{first[:-1]}, {second}" if second[0].islower() else f"{first} {second}"
        return f"{first}, {second}" if first and second else first or second

    def cell(self, row: Row) -> tuple[str, Status | None]:
        """Both lines, with the status."""
        return self.words(row), Column.cell(self, row)[1]

    def bars(self, row: Row) -> Sequence[Span]:
        """The nights that stand in the second line in the place of words."""
        return self.spans(row) if self.spans is not None else ()

    def first_line(self, row: Row) -> str:
        """What stands in the first line."""
        return Column.words(self, row)


class TwoLineDelegate(CellDelegate):
    """Paints `TwoLines` columns: the second line smaller, spans hatched where they isolate. Words that there
    is no room for go on in another line."""

    def dress(self) -> None:
        super().dress()
        self._wrapped: dict[tuple[str, int, int], tuple[str, ...]] = {}
        self._most_narrow = self._theme.px(40)

    def wrapped(self, words: str, width: int, *, strong: bool = False, small: bool = False) -> Sequence[str]:
        """These words in lines of this width; what there is no room for in the last of them is cut."""
        width = max(width, self._most_narrow)
        key = (words, width, 2 if small else int(strong))
        if key not in self._wrapped:
            if len(self._wrapped) > KEPT_WORDS:
                self._wrapped.clear()
            self._wrapped[key] = tuple(self._lines_of(words, width, strong=strong, small=small))
        return self._wrapped[key]

    def _lines_of(self, words: str, width: int, *, strong: bool, small: bool) -> list[str]:
        metrics = self._small_metrics if small else self._metrics[strong]
        if metrics.horizontalAdvance(words) <= width:
            return [words]
        lines = [""]
        for word in words.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if metrics.horizontalAdvance(longer) <= width or not lines[-1] or len(lines) == MOST_LINES:
                lines[-1] = longer
            else:
                lines.append(word)
        return [self.fitted(line, width, strong=strong, small=small) for line in lines]

    def lines_in(self, column: TwoLines[Any], row: Any, width: int) -> tuple[Sequence[str], Sequence[str]]:
        """What stands in a cell of this width: the lines of its first words, and of those below them."""
        inner = width - 2 * self._near
        icon = column.status is not None or (column.icon is not None and column.icon(row) is not None)
        if icon:
            inner -= self._side + self._gap
        first = self.wrapped(column.first_line(row), inner, strong=column.strong)
        second = column.below(row) if column.below is not None and not column.bars(row) else ""
        if column.accent:
            inner -= self._mark_width()
        return first, self.wrapped(second, inner, small=True) if second else ()

    def _mark_width(self) -> int:
        """How wide the diamond before a second line is, with the gap behind it."""
        return self._small_metrics.height()

    def more_in(self, column: TwoLines[Any], row: Any, width: int) -> int:
        """How much higher than two lines a cell of this width is."""
        first, second = self.lines_in(column, row, width)
        base, small = self._metrics[False].height(), self._small_metrics.height()
        below = max(len(second), bool(column.bars(row)))
        return max(0, len(first) * base + below * small - base - small)

    def can_measure(self, column: Column[Any]) -> bool:
        """Bars take what room there is."""
        return column.can_fold

    def width_in(self, column: Column[Any], row: Any) -> int:
        """The first line cuts nothing, and the second nothing for which the column was made wide enough."""
        if not isinstance(column, TwoLines):
            return super().width_in(column, row)
        shown = column.icon is not None or column.status is not None
        first = self.width_of(column.first_line(row), strong=column.strong, is_status=shown)
        second = self.advance(column.below(row), small=True) if column.below is not None else 0
        if shown:
            second += self._side + self._gap
        if column.accent:
            second += self._mark_width()
        declared = column.width * self._metrics[False].averageCharWidth()
        return max(first, min(second, declared) + 2 * self._near + 2)

    def paint_content(self, painter: QPainter, inner: QRect, index: AnyIndex) -> None:
        view = self.parent()
        assert isinstance(view, TableView)
        model = view.rows
        column = model.columns[index.column()]
        if not isinstance(column, TwoLines):
            super().paint_content(painter, inner, index)
            return
        row = model.row_at(index.row())
        theme, colours = self._theme, self._theme.palette
        line, small_line = self._metrics[False].height(), self._small_metrics.height()
        first, second = self.lines_in(column, row, inner.width() + 2 * self._near)
        spans = column.bars(row)
        above = QRect(inner.left(), inner.top() + theme.px(6), inner.width(), line)
        if not second and not spans and len(first) == 1:
            above.moveTop(inner.top() + (inner.height() - line) // 2)
        low = above.top() + len(first) * line + theme.px(1)
        under = QRect(inner.left(), low, inner.width(), small_line)
        status = column.status(row) if column.status is not None else None
        shown = status or (column.icon(row) if column.icon is not None else None)
        ink = self._text
        if shown is not None:
            side = self._side
            ratio = view.devicePixelRatioF()
            picture = theme.pixmap(shown.icon, shown.tone, ratio=ratio)
            painter.drawPixmap(above.left(), above.top() + (above.height() - side) // 2, picture)
            above.setLeft(above.left() + side + self._gap)
            if not spans:
                under.setLeft(above.left())
            ink = self._inks[shown.tone] if status is not None else ink
        flags = RIGHT if column.right else LEFT
        painter.setFont(self._strong if column.strong else self._plain)
        painter.setPen(ink)
        for words in first:
            painter.drawText(above, flags, words)
            above.translate(0, line)
        if spans:
            paint_spans(painter, under, spans, theme=theme)
        elif second:
            painter.setFont(self._small)
            if column.accent:
                under = _marked(painter, under, QColor(colours.accent))
            painter.setPen(QColor(colours.accent if column.accent else colours.muted))
            for words in second:
                painter.drawText(under, flags, words)
                under.translate(0, small_line)


def _marked(painter: QPainter, place: QRect, colour: QColor) -> QRect:
    """Draws a small diamond at the beginning of a line; the place that is left for its words."""
    half = place.height() * 0.24
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    x, y = place.left() + half, place.top() + place.height() / 2
    corners = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    painter.restore()
    return place.adjusted(round(4 * half), 0, 0, 0)


def paint_spans(painter: QPainter, place: QRect, spans: Sequence[Span], *, theme: Theme) -> None:
    """Draws nights as bars: hatched where they isolate, plain otherwise; a small arrow at a move, and an
    arrow's end where a stay goes on past the last day that is shown."""
    colours = theme.palette
    height = theme.px(9)
    top = place.top() + (place.height() - height) / 2
    wide = place.width() / SHOWN_DAYS
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.line), 1))
    for week in range(0, SHOWN_DAYS + 1, 7):
        x = place.left() + round(week * wide)
        painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))
    for span in spans:
        goes_on = span.end is None or span.end > SHOWN_DAYS
        last = SHOWN_DAYS if span.end is None else min(SHOWN_DAYS, span.end)
        first = max(0, span.start)
        if last <= first:
            continue
        bar = QRectF(place.left() + first * wide, top, max(3.0, (last - first) * wide - 1), height)
        tip = min(height * 0.7, bar.width()) if goes_on else 0.0
        tone = Tone.WAITING if span.isolates else Tone.DONE
        painter.setPen(QPen(theme.colour(tone), 1))
        painter.setBrush(theme.ground(tone))
        painter.drawPolygon(
            QPolygonF(
                [
                    bar.topLeft(),
                    QPointF(bar.right() - tip, bar.top()),
                    QPointF(bar.right(), bar.center().y()),
                    QPointF(bar.right() - tip, bar.bottom()),
                    bar.bottomLeft(),
                ]
            )
        )
        if span.isolates:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(theme.colour(tone), Qt.BrushStyle.BDiagPattern))
            painter.drawRect(bar.adjusted(1, 1, -1 - tip, -1))
        if span.is_move:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.text))
            left, middle, half = bar.left(), top + height / 2, height * 0.45
            corners = ((left - half, middle - half), (left + half, middle), (left - half, middle + half))
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    painter.restore()


def line_height(theme: Theme, size: Size) -> int:
    """The height of a line of text."""
    return QFontMetrics(theme.font(size)).height()


def tall_row(theme: Theme) -> int:
    """The height of a row of two lines."""
    return line_height(theme, Size.BASE) + line_height(theme, Size.SMALL) + theme.px(15)


class TallTable(TableView):
    """A table whose rows have two lines, and more where words would be cut."""

    wraps = True

    def __init__(
        self, model: RowsModel[Any], *, theme: Theme, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(model, theme=theme, name=name, parent=parent)
        self.setItemDelegate(TwoLineDelegate(theme=theme, parent=self))

    def height_of_row(self) -> int:
        return tall_row(self._theme)

    def more_above(self, place: int) -> int:
        delegate, row = self.itemDelegate(), self.rows.row_at(place)
        if row is None or not isinstance(delegate, TwoLineDelegate):
            return 0
        columns = ((at, self.rows.columns[at]) for at in self.shown_columns())
        return max(
            (
                delegate.more_in(column, row, self.columnWidth(at))
                for at, column in columns
                if isinstance(column, TwoLines)
            ),
            default=0,
        )
