"""Texts on the pages of a device: each whole on one page, but for those that are longer than a page; the
head and the foot that stand on every page are for whoever has the texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPainter,
    QPalette,
    QTextDocument,
)

from ui.frame.printing import INK


@dataclass(frozen=True, slots=True)
class Slice:
    """What of a document stands on a page: from where on the page, from where in it, how much; in dots."""

    document: QTextDocument
    y: float
    begins: float
    height: float


def flow(documents: Iterable[QTextDocument], *, width: float, room: float, gap: float) -> list[list[Slice]]:
    """The documents on pages of that room. They are laid out for the device already, in that width."""
    pages: list[list[Slice]] = [[]]
    y = 0.0
    for document in documents:
        # a document that is paged has the height of its pages: measured without, drawn with
        tall = document.size().height()
        if pages[-1] and y + tall > room:
            pages.append([])
            y = 0.0
        if tall <= room:
            pages[-1].append(Slice(document, y, 0.0, tall))
            y += tall + gap
            continue
        document.setPageSize(QSizeF(width, room))
        for number in range(document.pageCount()):
            if number:
                pages.append([])
            pages[-1].append(Slice(document, 0.0, number * room, room))
        y = _end(document) - (document.pageCount() - 1) * room + gap
    return pages


def _end(document: QTextDocument) -> float:
    """How far down its pages a document goes: behind a table there is always a last, empty line."""
    return document.documentLayout().blockBoundingRect(document.lastBlock()).bottom()


def draw_slice(painter: QPainter, each: Slice, *, top: float, width: float) -> None:
    """Draws it on its page, whose texts begin at `top`."""
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = QRectF(0, each.begins, width, each.height)
    context.palette.setColor(QPalette.ColorRole.Text, QColor(INK))
    painter.save()
    painter.translate(0, top + each.y - each.begins)
    painter.setClipRect(context.clip)
    each.document.documentLayout().draw(painter, context)
    painter.restore()


class FlowingPages:
    """Texts laid out on a device; `draw` draws them and says how many pages they have.

    Override `texts`, `head_height`, `draw_head` and `draw_foot`.
    """

    gap_mm: ClassVar[float] = 3
    """Between two texts."""
    foot_mm: ClassVar[float] = 8

    def __init__(self, device: QPagedPaintDevice, *, family: str) -> None:
        self.device = device
        self._font = QFont(family)
        # a letter drawn in another shape is lost when the text is copied from the PDF: 0930 for 09:30
        self._font.setFeature(QFont.Tag("calt"), 0)

    # ------------------------------------------------------------- for subclasses

    def texts(self, width: float, room: float) -> Sequence[QTextDocument]:
        """What flows over the pages, laid out in that width; a page has so much room for it."""
        raise NotImplementedError

    def head_height(self, width: float) -> float:
        """How high the head is, in that width."""
        raise NotImplementedError

    def draw_head(self, painter: QPainter, page: QRectF) -> None:
        """Draws the head, and what lies under the text of a page."""
        raise NotImplementedError

    def draw_foot(self, painter: QPainter, box: QRectF, page: int, pages: int) -> None:
        """Draws the foot of the page with that number, the first being 0."""
        raise NotImplementedError

    # ------------------------------------------------------------------ what it does

    def draw(self) -> int:
        """Draws every page; how many there are. `OSError` where the device takes none."""
        area = self.device.pageLayout().paintRectPixels(self.device.logicalDpiX())
        page = QRectF(0, 0, area.width(), area.height())
        top, foot = self.head_height(page.width()), self.px(self.foot_mm)
        room = page.height() - foot - top
        pages = flow(self.texts(page.width(), room), width=page.width(), room=room, gap=self.px(self.gap_mm))
        painter = QPainter()
        if not painter.begin(self.device):
            raise OSError("the device takes no pages")
        try:
            for number, slices in enumerate(pages):
                if number:
                    self.device.newPage()
                self.draw_head(painter, page)
                for each in slices:
                    draw_slice(painter, each, top=top, width=page.width())
                box = QRectF(0, page.height() - foot, page.width(), foot)
                self.draw_foot(painter, box, number, len(pages))
        finally:
            painter.end()
        return len(pages)

    def document(self, html: str, points: float) -> QTextDocument:
        """A text for the device in type of that size; in no width yet."""
        made = QTextDocument()
        made.documentLayout().setPaintDevice(self.device)
        made.setDefaultFont(self.sized(points))
        made.setDocumentMargin(0)
        made.setHtml(f'<div style="color:{INK}">{html}</div>')
        return made

    def sized(self, points: float, *, strong: bool = False) -> QFont:
        """The type in that size."""
        font = QFont(self._font)
        font.setPointSizeF(points)
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        return font

    def metrics(self, font: QFont) -> QFontMetricsF:
        """How the font measures on the device."""
        return QFontMetricsF(font, self.device)

    def px(self, millimetres: float) -> float:
        """Millimetres in dots of the device."""
        return millimetres / 25.4 * self.device.logicalDpiX()


__all__ = ["FlowingPages"]
