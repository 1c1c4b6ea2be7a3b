"""A table on paper or as PDF, as it is shown: its columns, order and filter, on pages that say whose it is.

The pages are laid out and drawn a few milliseconds at a time, so that the window goes on meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPen,
)

from ui.frame import spool
from ui.theme.theme import Theme
from ui.widgets.table import TableView

IDENTIFIES = "Contains patient-identifiable information: keep it safe, shred it when it is done with."
SLICE_SECONDS = 0.008
"""So long it works before the window has its turn."""
MARGIN_MM = 14.0
TITLE_PT, BASE_PT, SMALL_PT = 14, 9, 8
INK, FAINT, _LINE = "#000000", "#404040", "#909090"
PAPER, DARK = "#ffffff", "#333333"
MARKED, WATERMARK = "#a00000", "#ead6d6"
"""What says that a paper counts no more: in a line, and across the page behind the text."""
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
_MEASURED = 400
"""So many rows are measured to see how wide a column is."""

Steps = Generator[tuple[int, int], None, None]
"""Work in steps: each gives how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be printed. `about` are the lines under the title: hub, who, when, what is left out."""

    title: str
    about: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    cells: Callable[[int], tuple[str, ...]]
    """The text of a row, by its place."""
    right: frozenset[int] = frozenset()
    """The columns that are set to the right."""
    strong: frozenset[int] = frozenset()
    identifies: bool = True


def sheet_of(
    table: TableView, *, title: str, hub: str, who: str, when: str, filters: Sequence[str], identifies: bool
) -> Sheet:
    """The table as it is shown: the columns that are kept, the rows that pass, in their order."""
    model, kept = table.rows, table.kept_columns()
    columns = [model.columns[at] for at in kept]
    shown = model.shown()
    sorted_by, descending = model.sorted_by
    order = next((column.title for column in model.columns if column.key == sorted_by), "")
    count = f"{len(shown):,} of {len(model.rows()):,} rows" if model.narrowed else f"{len(shown):,} rows"
    what = [
        count,
        f"filter: {', '.join(filters)}" if filters else "",
        f"search: “{model.text.strip()}”" if model.text.strip() else "",
        f"by {order.lower()}{', downwards' if descending else ''}" if order else "",
    ]
    return Sheet(
        title=title,
        about=(
            " · ".join(part for part in (hub, who, when) if part),
            " · ".join(part for part in what if part),
        ),
        columns=tuple(column.title for column in columns),
        rows=len(shown),
        cells=lambda row: tuple(column.words(shown[row]) for column in columns),
        right=frozenset(at for at, column in enumerate(columns) if column.right),
        strong=frozenset(at for at, column in enumerate(columns) if column.strong),
        identifies=identifies,
    )


def share_width(wanted: Sequence[float], width: float) -> list[float]:
    """The width shared out: narrow columns get what they want, wide ones are cut to one limit."""
    total = sum(wanted)
    if total <= width:
        return [each * width / total if total else 0.0 for each in wanted]
    left, limit, waiting = width, 0.0, sorted(wanted)
    for place, each in enumerate(waiting):
        limit = left / (len(waiting) - place)
        if each >= limit:
            break
        left -= each
    return [min(each, limit) for each in wanted]


class Pages:
    """A sheet laid out on the pages of a device. `lay_out` first, then `draw`; each goes by steps."""

    def __init__(self, sheet: Sheet, device: QPagedPaintDevice, *, theme: Theme) -> None:
        self.sheet = sheet
        self.device = device
        family = theme.font().family()
        self._title = _font(family, TITLE_PT, strong=True)
        self._base, self._strong = _font(family, BASE_PT), _font(family, BASE_PT, strong=True)
        self._small, self._head = _font(family, SMALL_PT), _font(family, SMALL_PT, strong=True)
        self.breaks: list[tuple[int, int]] = []
        """The rows of each page: from, and up to but not including."""
        self._heights: list[float] = []
        self._widths: list[float] = []
        self._measures: dict[int, QFontMetricsF] = {}

    def lay_out(self) -> Steps:
        """Finds the columns' widths, turns the page where they want more, and breaks the rows into pages."""
        natural = [0.0] * len(self.sheet.columns)
        yield from self._measure(natural)
        self._turn(sum(natural))
        area = self._area()
        self._widths = share_width(natural, area.width())
        first, last, height = 0, 0, self._head_height(first=True)
        room = area.height() - self._foot_height()
        for row in range(self.sheet.rows):
            tall = self._row_height(row)
            self._heights.append(tall)
            if height + tall > room and last > first:
                self.breaks.append((first, last))
                first, height = row, self._head_height(first=False)
            height += tall
            last = row + 1
            if row % 20 == 0:
                yield row, 2 * self.sheet.rows
        self.breaks.append((first, last))

    def draw(self, painter: QPainter) -> Steps:
        """Draws page after page."""
        for page, (first, last) in enumerate(self.breaks):
            if page:
                self.device.newPage()
            y = self._draw_head(painter, first=page == 0)
            for row in range(first, last):
                self._draw_row(painter, row, y)
                y += self._heights[row]
                if row % 20 == 0:
                    yield self.sheet.rows + row, 2 * self.sheet.rows
            self._draw_foot(painter, page)
        yield 1, 1

    # ---------------------------------------------------------------- measures

    def _metrics(self, font: QFont) -> QFontMetricsF:
        if id(font) not in self._measures:
            self._measures[id(font)] = QFontMetricsF(font, self.device)
        return self._measures[id(font)]

    def _px(self, millimetres: float) -> float:
        return millimetres / 25.4 * self.device.logicalDpiX()

    def _area(self) -> QRectF:
        layout = self.device.pageLayout()
        area = layout.paintRectPixels(self.device.logicalDpiX())
        return QRectF(0, 0, area.width(), area.height())

    def _measure(self, wide: list[float]) -> Steps:
        """Finds how wide each column would like to be, from its title and some of its rows."""
        sheet, gap = self.sheet, self._px(3)
        for at, title in enumerate(sheet.columns):
            wide[at] = self._metrics(self._head).horizontalAdvance(title) + gap
        step = max(1, sheet.rows // _MEASURED)
        for count, row in enumerate(range(0, sheet.rows, step)):
            for at, words in enumerate(sheet.cells(row)):
                wide[at] = max(wide[at], self._metrics(self._font_of(at)).horizontalAdvance(words) + gap)
            if count % 20 == 0:
                yield 0, 2 * sheet.rows

    def _turn(self, wanted: float) -> None:
        margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
        across = QPageLayout.Orientation.Landscape
        upright = QPageLayout.Orientation.Portrait
        size = QPageSize(QPageSize.PageSizeId.A4)
        self.device.setPageLayout(QPageLayout(size, upright, margins, QPageLayout.Unit.Millimeter))
        if wanted > self._area().width():
            self.device.setPageLayout(QPageLayout(size, across, margins, QPageLayout.Unit.Millimeter))

    def _font_of(self, column: int) -> QFont:
        return self._strong if column in self.sheet.strong else self._base

    def _row_height(self, row: int) -> float:
        lines = self._metrics(self._base).height()
        tallest = lines
        for at, words in enumerate(self.sheet.cells(row)):
            metrics, width = self._metrics(self._font_of(at)), self._widths[at] - self._px(3)
            if metrics.horizontalAdvance(words) > width:
                tallest = max(tallest, metrics.boundingRect(QRectF(0, 0, width, 1e6), _WRAP, words).height())
        return tallest + self._px(1.6)

    def _head_height(self, *, first: bool) -> float:
        titles = self._metrics(self._head).height() + self._px(2)
        if not first:
            return titles
        about = self._metrics(self._small).height() * len(self.sheet.about)
        return self._metrics(self._title).height() + about + self._px(4) + titles

    def _foot_height(self) -> float:
        return self._metrics(self._small).height() + self._px(3)

    # ----------------------------------------------------------------- drawing

    def _draw_head(self, painter: QPainter, *, first: bool) -> float:
        y, width = 0.0, self._area().width()
        if first:
            y = self._line_of(painter, self.sheet.title, self._title, y)
            for words in self.sheet.about:
                y = self._line_of(painter, words, self._small, y, ink=FAINT)
            y += self._px(4)
        x, tall = 0.0, self._metrics(self._head).height()
        painter.setFont(self._head)
        painter.setPen(QColor(INK))
        for at, title in enumerate(self.sheet.columns):
            painter.drawText(QRectF(x, y, self._widths[at] - self._px(3), tall), self._side(at), title)
            x += self._widths[at]
        y += tall + self._px(1)
        painter.setPen(QPen(QColor(INK), self._px(0.25)))
        painter.drawLine(QRectF(0, y, width, 0).topLeft(), QRectF(0, y, width, 0).topRight())
        return y + self._px(1)

    def _line_of(self, painter: QPainter, words: str, font: QFont, y: float, *, ink: str = INK) -> float:
        tall = self._metrics(font).height()
        painter.setFont(font)
        painter.setPen(QColor(ink))
        fitted = self._metrics(font).elidedText(words, Qt.TextElideMode.ElideRight, self._area().width())
        painter.drawText(QRectF(0, y, self._area().width(), tall), int(Qt.AlignmentFlag.AlignLeft), fitted)
        return y + tall

    def _draw_row(self, painter: QPainter, row: int, y: float) -> None:
        x, tall = 0.0, self._heights[row]
        painter.setPen(QColor(INK))
        for at, words in enumerate(self.sheet.cells(row)):
            painter.setFont(self._font_of(at))
            box = QRectF(x, y + self._px(0.6), self._widths[at] - self._px(3), tall)
            painter.drawText(box, self._side(at) | _WRAP, words)
            x += self._widths[at]
        painter.setPen(QPen(QColor(_LINE), self._px(0.1)))
        edge = QRectF(0, y + tall, self._area().width(), 0)
        painter.drawLine(edge.topLeft(), edge.topRight())

    def _draw_foot(self, painter: QPainter, page: int) -> None:
        tall = self._metrics(self._small).height()
        box = QRectF(0, self._area().height() - tall, self._area().width(), tall)
        painter.setPen(QColor(INK))
        painter.setFont(self._head)
        if self.sheet.identifies:
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), IDENTIFIES)
        painter.setFont(self._small)
        words = f"{self.sheet.title}, page {page + 1} of {len(self.breaks)}"
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight), words)

    def _side(self, column: int) -> int:
        right = column in self.sheet.right
        return int(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)


class Printing(QObject):
    """Prints a sheet on a device a little at a time. `progressed` carries how much is done and of how much;
    `finished` whether it was printed (or stopped).
    """

    progressed = Signal(int, int)
    finished = Signal(bool)

    def __init__(
        self, sheet: Sheet, device: QPagedPaintDevice, *, theme: Theme, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.pages = Pages(sheet, device, theme=theme)
        self._steps = self._all(device)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)
        self._painter: QPainter | None = None

    def start(self) -> None:
        """Begins; it is over when `finished` comes."""
        self._timer.start()

    def stop(self) -> None:
        """Leaves it where it is."""
        if self._timer.isActive():
            self._end(whole=False)

    def _all(self, device: QPagedPaintDevice) -> Steps:
        yield from self.pages.lay_out()
        self._painter = QPainter()
        with spool.beginning():
            begun = self._painter.begin(device)
        if not begun:
            raise OSError("the device takes no pages")
        yield from self.pages.draw(self._painter)

    def _go_on(self) -> None:
        until = time.monotonic() + SLICE_SECONDS
        while time.monotonic() < until:
            try:
                done, total = next(self._steps)
            except StopIteration:
                self._end(whole=True)
                return
            except OSError:
                self._end(whole=False)
                return
        self.progressed.emit(done, total)

    def _end(self, *, whole: bool) -> None:
        self._timer.stop()
        self._steps.close()
        if self._painter is not None:
            self._painter.end()
            self._painter = None
        self.finished.emit(whole)


def _font(family: str, points: int, *, strong: bool = False) -> QFont:
    font = QFont(family)
    font.setPointSize(points)
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    # a letter drawn in another shape is lost when the text is copied from the PDF: 0930 for 09:30
    font.setFeature(QFont.Tag("calt"), 0)
    return font
