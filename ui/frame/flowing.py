"""Texts on the pages of a device: each whole on one page, but for those that are longer than a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QPainter, QPalette, QTextDocument

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


__all__ = ["Slice", "draw_slice", "flow"]
