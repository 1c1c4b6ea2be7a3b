"""The reports with pictures on pages: each chart with its table, painted as lines and letters."""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import QMarginsF, QObject, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from discharge.model.shown.pictures import Chart, Pictures
from discharge.reports.pictures import period_words
from discharge.words.days import day_and_time
from ui.frame.flowing import FlowingPages
from ui.frame.printing import DARK, FAINT, INK, MARGIN_MM, PAPER
from ui.widgets.chart import ChartLayout, ChartLook

TITLE = "Reports with pictures"
NAMES_NOBODY = "Names no person. What the hub doesn't know is said so."
_PICTURE = QTextFormat.ObjectTypes.UserObject.value + 1
_POINTS, _SMALL, _TITLE = 9.0, 8.0, 15.0
_CELL = "padding: 1px 10px 1px 0"
_BROKEN = 42
"""Words of a cell longer than this go on below."""
_BESIDE = 7
"""So many letters more has a cell than its words: heads are bold, and cells stand apart."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
_PAPER = {"first": DARK, "second": INK, "ground": PAPER}
"""Dark and hatched: told apart on any printer."""


class _Picture(QPyTextObject):
    """A chart in the place of a letter of a text."""

    def __init__(self, layout: ChartLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._layout = layout

    def intrinsicSize(self, doc: QTextDocument, position: int, fmt: QTextFormat) -> QSizeF:
        del doc, position, fmt
        return QSizeF(self._layout.width, self._layout.height)

    def drawObject(
        self, painter: QPainter, rect: QRectF | Any, doc: QTextDocument, position: int, fmt: QTextFormat
    ) -> None:
        del doc, position, fmt
        corner: QPointF = rect.topLeft()
        self._layout.draw(painter, corner.y(), corner.x())


class PicturesPages(FlowingPages):
    """The reports laid out on a device; `draw` draws them and says how many pages they have."""

    gap_mm = 6

    def __init__(self, found: Pictures, device: QPagedPaintDevice, *, who: str, family: str) -> None:
        super().__init__(device, family=family)
        self._found, self._who = found, who
        margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
        size, upright = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait
        device.setPageLayout(QPageLayout(size, upright, margins, QPageLayout.Unit.Millimeter))

    def texts(self, width: float, room: float) -> list[QTextDocument]:
        """A text for each chart."""
        return [self._text(chart, width) for chart in self._found.charts]

    # a chart as a text: title, remark, picture, table

    def _text(self, chart: Chart, width: float) -> QTextDocument:
        remark = f'<p style="color:{FAINT}">{escape(chart.remark)}</p>' if chart.remark else ""
        text = self.document(f"<h3>{escape(chart.title)}</h3>{remark}", _POINTS)
        cursor = QTextCursor(text)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if chart.bars:
            layout = ChartLayout(chart, look=self._look(), width=width - 2, device=self.device)
            text.documentLayout().registerHandler(_PICTURE, _Picture(layout, text))
            letter = QTextCharFormat()
            letter.setObjectType(_PICTURE)
            cursor.insertBlock()
            cursor.insertText("\N{OBJECT REPLACEMENT CHARACTER}", letter)
        cursor.insertBlock()
        if chart.rows:
            cursor.insertHtml(table_html(chart))
        else:
            cursor.insertHtml(f'<p style="color:{INK}">{escape(chart.empty)}</p>')
        text.setTextWidth(width)
        return text

    def _look(self) -> ChartLook:
        return ChartLook(
            base=self.sized(_POINTS), small=self.sized(_SMALL), ink=INK, faint=FAINT, **_PAPER,
            dots=lambda pixels: pixels * self.device.logicalDpiX() / 96,
        )  # fmt: skip

    # head and foot

    def _heads(self) -> tuple[tuple[str, QFont, str], ...]:
        found = self._found
        as_of = f"as on record {day_and_time(found.at, year=True)}"
        whose = " · ".join(part for part in (found.hub, as_of, self._who) if part)
        return (
            (f"{TITLE}: {period_words(found)}", self.sized(_TITLE, strong=True), INK),
            (whose, self.sized(_POINTS), FAINT),
        )

    def head_height(self, width: float) -> float:
        """Two lines."""
        return sum(self.metrics(font).height() for _, font, _ in self._heads()) + self.px(5)

    def draw_head(self, painter: QPainter, page: QRectF) -> None:
        """What it is, and whose."""
        y, width = 0.0, page.width()
        for words, font, ink in self._heads():
            metrics = self.metrics(font)
            painter.setFont(font)
            painter.setPen(QColor(ink))
            fitted = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(0, y, width, metrics.height()), _LEFT, fitted)
            y += metrics.height()

    def draw_foot(self, painter: QPainter, box: QRectF, page: int, pages: int) -> None:
        """That it names nobody, and the page."""
        font = self.sized(_SMALL)
        tall = self.metrics(font).height()
        line = QRectF(box.x(), box.bottom() - tall, box.width(), tall)
        painter.setFont(font)
        painter.setPen(QColor(INK))
        painter.drawText(line, _LEFT, NAMES_NOBODY)
        painter.drawText(line, _RIGHT, f"Page {page + 1} of {pages}")


def table_html(chart: Chart) -> str:
    """The chart's table; a column of numbers is set to the right."""

    wide = _widths(chart)

    def cells(row: tuple[str, ...], *, head: bool = False) -> str:
        opens, closes = ("<b>", "</b>") if head else ("", "")
        return "".join(
            f'<td width="{wide[at]}%" align="{"left" if at in chart.words else "right"}" style="{_CELL}">'
            f"{opens}{escape(cell)}{closes}</td>"
            for at, cell in enumerate(row)
        )

    rows = "".join(f"<tr>{cells(row)}</tr>" for row in chart.rows)
    return (
        f'<table width="100%" cellspacing="0" style="color:{INK}">'
        f"<thead><tr>{cells(chart.columns, head=True)}</tr></thead>{rows}</table>"
    )


def _widths(chart: Chart) -> list[int]:
    """The share of the width that each column has, by its longest words; very long ones are broken."""
    longest = [
        min(_BROKEN, max(len(row[at]) for row in (chart.columns, *chart.rows))) + _BESIDE
        for at in range(len(chart.columns))
    ]
    return [round(100 * each / sum(longest)) for each in longest]


__all__ = ["PicturesPages", "table_html"]
