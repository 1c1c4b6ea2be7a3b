"""A paper on pages: as text on the screen, and as PDF with its version, time, seal and a QR of it.

Qt's writer makes no tagged PDF: whoever reads by ear has the same paper as text, on screen and as JSON.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import segno
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSaveFile, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from discharge.model.errors import UserError
from discharge.model.london import LONDON, london_date
from discharge.model.paper import NOT_ON_IT, Paper, PaperPart, PaperTable
from discharge.model.shown.papers import IssuedPaper
from discharge.words.counts import sentence_case
from discharge.words.days import day_words
from ui.frame.flowing import FlowingPages
from ui.frame.printing import FAINT, IDENTIFIES, INK, MARKED, WATERMARK

DOTS_PER_INCH = 300
MARGIN_MM = 16.0
QR_MM = 26.0
CONTINUED = ", continued"
"""The ink of what says that a paper counts no more, and of the word across its pages."""
_WRAP = int(Qt.TextFlag.TextWordWrap)


def head_words(issued: IssuedPaper) -> str:
    """`Version 2 of this hand-over pack, issued Mon 16 Nov 2020, 09:10 by Priya Nair`."""
    local = issued.at.astimezone(LONDON)
    when = f"{day_words(london_date(local), year=True)}, {local:%H:%M}"
    return f"Version {issued.version} of this {issued.kind.words}, issued {when} by {issued.by}"


def mark_words(issued: IssuedPaper) -> str:
    """Why a paper counts no more, in a sentence; empty while it does."""
    if issued.recalled:
        return f"RECALLED: it counts no more. {issued.reason}".strip()
    if issued.replaced_by is not None:
        return f"OUTDATED: version {issued.replaced_by} was issued in its place."
    if not issued.outdated:
        return ""
    if not issued.changed:
        return "OUTDATED: the placement has gone another way."
    return f"OUTDATED. The record says something else by now: {', '.join(issued.changed)}."


def code_words(issued: IssuedPaper) -> str:
    """What the QR says: which paper it is, its version, time and seal; nothing about a person."""
    return (
        f"Discharge Desk {issued.kind.words} {issued.about} version {issued.version}"
        f" {issued.at:%Y-%m-%dT%H:%MZ} {issued.seal}"
    )


NOT_PARTED = "white-space:nowrap"
"""The style of a cell whose words stand in one line."""
FLAT = "margin:0px;-qt-line-height-type:fixed;line-height:0px"
"""The style of a line that takes no room, as the one behind a table within a cell."""
MANY_ROWS, FEW_ROWS = 24, 6
"""A table of more rows than many comes in pieces of a few."""
SHORT = 8
"""A column whose cells have no more characters, as a time, is never parted within one."""
WITHIN = 3
"""Pixels between the words of a table's cell and its edge, on paper."""


def paper_html(
    paper: Paper, *, ink: str = INK, faint: str = FAINT, gap: str = "", within: int = WITHIN
) -> Iterator[str]:
    """The paper's parts as rich text; where a table is long, in pieces that belong one below the other. What
    is missing stands there in words, never as an empty place. `within`: pixels from words to the
    edge of their cell."""
    piece = ""
    for part in paper.parts:
        table = part.table
        if table is None or len(table.rows) <= MANY_ROWS:
            piece += _part(part, faint=faint, gap=gap, within=within)
            continue
        for rows in _in_pieces(part, table, faint=faint, gap=gap, within=within):
            yield _in_ink(piece + rows, ink)
            piece = ""
    if piece:
        yield _in_ink(piece, ink)


def _in_pieces(part: PaperPart, table: PaperTable, *, faint: str, gap: str, within: int) -> Iterator[str]:
    shape, count = _Shape.of(table), len(table.rows)
    for start in range(0, count, FEW_ROWS):
        end = start + FEW_ROWS
        piece = _table(table, shape, faint=faint, within=within, start=start, end=end)
        if not start:
            piece = _head(part, faint=faint, gap=gap) + piece
        if end >= count:
            piece += _remark(part, faint=faint)
        if _is_boxed(part):
            piece = _in_box(piece, edge=faint, begins=not start, ends=end >= count)
        yield piece


def _in_ink(html: str, ink: str) -> str:
    return f'<div style="color:{ink}">{html}</div>'


def _part(part: PaperPart, *, faint: str, gap: str, within: int) -> str:
    table = ""
    if part.table is not None:
        table = _table(part.table, _Shape.of(part.table), faint=faint, within=within)
    whole = f"{_head(part, faint=faint, gap=gap)}{table}{_remark(part, faint=faint)}"
    return _boxed(whole) if _is_boxed(part) else whole


def _head(part: PaperPart, *, faint: str, gap: str) -> str:
    lines = "".join(_rows(part, faint=faint, gap=gap))
    body = f'<table width="100%" cellpadding="2" cellspacing="0">{lines}</table>' if lines else ""
    return f"<h3>{escape(part.heading)}</h3>{body}"


def _remark(part: PaperPart, *, faint: str) -> str:
    return f'<p style="color:{faint}">{escape(part.remark)}</p>' if part.remark else ""


def _is_boxed(part: PaperPart) -> bool:
    return part.heading.startswith(NOT_ON_IT)


def _boxed(html: str) -> str:
    return (
        '<table width="100%" border="2" cellpadding="6" cellspacing="0"'
        ' style="border-collapse:collapse;border-style:solid">'
        f"<tr><td>{html}</td></tr></table><p></p>"
    )


def _in_box(html: str, *, edge: str, begins: bool, ends: bool) -> str:
    """A piece of what stands in a box, which begins and ends with others."""
    sides = ["left", "right", *(["top"] if begins else []), *(["bottom"] if ends else [])]
    style = ";".join(f"border-{side}:2px solid {edge}" for side in sides)
    if not begins:
        style += ";padding-top:0px"
    if not ends:
        style += ";padding-bottom:0px"
        html += f'<p style="{FLAT}"></p>'
    cell = f'<td style="{style}">{html}</td>'
    box = f'<table width="100%" cellpadding="6" cellspacing="0"><tr>{cell}</tr></table>'
    return f"{box}<p></p>" if ends else box


def _rows(part: PaperPart, *, faint: str, gap: str) -> Iterator[str]:
    for line in part.lines:
        text = escape(line.text).replace("\n", "<br>")
        if line.is_missing:
            text = f'<b><span style="color:{gap or INK}">Missing</span></b>'
        if not line.label:
            yield f'<tr><td colspan="2">{text}</td></tr>'
        else:
            yield f'<tr><td width="30%" style="color:{faint}">{escape(line.label)}</td><td>{text}</td></tr>'


@dataclass(frozen=True, slots=True)
class _Shape:
    """How wide the columns of a table are in per cent, and of which no cell is parted."""

    widths: Sequence[int]
    kept: Sequence[bool]

    @classmethod
    def of(cls, table: PaperTable) -> _Shape:
        kept = [max(map(len, column)) <= SHORT for column in zip(*table.rows, strict=True)]
        return cls(_widths(table), kept)


def _table(
    table: PaperTable, shape: _Shape, *, faint: str, within: int, start: int = 0, end: int | None = None
) -> str:
    """These rows of a table; the first of them stand below its titles."""
    head = "".join(
        f'<td width="{width}%" style="color:{faint}{_unless_several(each)}"><b>{escape(each)}</b></td>'
        for each, width in zip(table.columns, shape.widths, strict=True)
    )
    of_row = (shape.kept, shape.widths)
    rows = "".join(
        f"<tr>{''.join(_cell(*each, wide=bool(start)) for each in zip(row, *of_row, strict=True))}</tr>"
        for row in table.rows[start:end]
    )
    titles = "" if start else f"<thead><tr>{head}</tr></thead>"
    return (
        f'<table width="100%" border="0.5" cellpadding="{within}" cellspacing="0"'
        f' style="border-collapse:collapse">{titles}{rows}</table>'
    )


def _unless_several(title: str) -> str:
    """A title of one word stands in one line."""
    return "" if " " in title else f";{NOT_PARTED}"


def _cell(text: str, whole: bool, width: int, *, wide: bool) -> str:
    """`wide`: no title above it says how wide it is."""
    style = f' style="{NOT_PARTED}"' if whole else ""
    room = f' width="{width}%"' if wide else ""
    return f"<td{room}{style}>{escape(text)}</td>"


def _widths(table: PaperTable) -> list[int]:
    """The columns' widths in per cent, by what stands in them: the same wherever the table is parted."""
    needs = [
        max(map(len, " ".join(column).split()), default=0) + min(40.0, max(map(len, column))) / 2 + 4
        for column in zip(table.columns, *table.rows, strict=True)
    ]
    return [round(100 * need / sum(needs)) for need in needs]


def write_pdf(path: Path, issued: IssuedPaper, paper: Paper, *, hub: str, font: QFont) -> int:
    """Writes the paper as it was issued; how many pages it has. The file is there whole or not at all.

    `UserError` where it can't be written.
    """
    content, count = pdf_of(issued, paper, hub=hub, font=font)
    save_whole(path, content)
    return count


def save_whole(path: Path, content: bytes) -> None:
    """Writes a file that is there whole or not at all; `UserError` where it can't be written."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise _not_written(path)
    if file.write(content) != len(content) or not file.commit():
        file.cancelWriting()
        raise _not_written(path)


def pdf_of(issued: IssuedPaper, paper: Paper, *, hub: str, font: QFont) -> tuple[bytes, int]:
    """The paper as it was issued as a PDF, and how many pages it has."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS_PER_INCH)
    writer.setTitle(f"{sentence_case(issued.kind.words)} {issued.about}, version {issued.version}")
    writer.setCreator("Discharge Desk")
    wide = paper.kind == "transport"
    orientation = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), orientation, margins, QPageLayout.Unit.Millimeter
    )
    writer.setPageLayout(layout)
    pages = _Pages(writer, issued, paper, hub=hub, font=font)
    count = pages.draw()
    return bytes(buffer.data().data()), count


def _not_written(path: Path) -> UserError:
    return UserError(
        f"{path.name} can't be written.",
        "Choose another folder, make room on the disk, or close the file elsewhere.",
    )


def _with_rows(part: PaperPart, start: int, end: int | None) -> PaperPart:
    """The part with these rows of its table alone; of those that don't begin it without the lines before."""
    assert part.table is not None  # asked for by the caller
    table = part.table.model_copy(update={"rows": part.table.rows[start:end]})
    if not start:
        return part.model_copy(update={"table": table, "remark": ""})
    heading = part.heading.removesuffix(CONTINUED) + CONTINUED
    return part.model_copy(update={"heading": heading, "lines": (), "table": table})


@dataclass(frozen=True, slots=True)
class _HeadLine:
    """A line of the head, where it stands on every page."""

    words: str
    font: QFont
    ink: str
    box: QRectF


class _Pages(FlowingPages):
    """The paper laid out on the pages of a writer."""

    foot_mm = 12

    def __init__(
        self, writer: QPdfWriter, issued: IssuedPaper, paper: Paper, *, hub: str, font: QFont
    ) -> None:
        super().__init__(writer, family=font.family())
        self._issued, self._paper, self._hub = issued, paper, hub
        self._head: list[_HeadLine] = []

    def draw(self) -> int:
        """Draws every page; how many there are."""
        try:
            return super().draw()
        except OSError as error:
            raise UserError("The paper can't be drawn.", "Try again.") from error

    def texts(self, width: float, room: float) -> list[QTextDocument]:
        """Each part, in as many pieces as it needs pages."""
        pieces = [piece for part in self._paper.parts for piece in self._pieces(part, width, room)]
        return [self._document(piece, width) for piece in pieces]

    def _pieces(self, part: PaperPart, width: float, room: float) -> Iterator[PaperPart]:
        """A part with a table in as many pieces as it needs pages: no row is ever parted."""
        table = part.table
        while table is not None and len(table.rows) > 1 and not self._fits(part, width, room):
            tried, whole = range(1, len(table.rows) + 1), part
            fits = bisect_left(
                tried, True, key=lambda rows: not self._fits(_with_rows(whole, 0, rows), width, room)
            )
            first = max(1, fits)
            yield _with_rows(part, 0, first)
            part = _with_rows(part, first, None)
            table = part.table
        yield part

    def _fits(self, part: PaperPart, width: float, room: float) -> bool:
        return self._document(part, width).size().height() <= room

    def _document(self, part: PaperPart, width: float) -> QTextDocument:
        document = self.document(_part(part, faint=FAINT, gap="", within=WITHIN), 9.5)
        document.setTextWidth(width)
        return document

    def head_height(self, width: float) -> float:
        """As high as its lines, and the QR beside them."""
        self._head = list(self._lay_out_head(width))
        words = max((each.box.bottom() for each in self._head), default=0.0)
        return max(words, self.px(QR_MM)) + self.px(4)

    def _lay_out_head(self, width: float) -> Iterator[_HeadLine]:
        """Why it counts no more, title, for whom, version, one under the other beside the QR."""
        y, room = 0.0, width - self.px(QR_MM + 6)
        for words, font, ink in (
            (mark_words(self._issued), self.sized(11, strong=True), MARKED),
            (self._paper.title, self.sized(15, strong=True), INK),
            (self._paper.subtitle, self.sized(10), INK),
            (head_words(self._issued), self.sized(9), INK),
            (self._hub, self.sized(9), FAINT),
        ):
            if words:
                metrics = self.metrics(font)
                tall = metrics.boundingRect(QRectF(0, 0, room, 1e6), _WRAP, words).height()
                yield _HeadLine(words, font, ink, QRectF(0, y, room, tall))
                y += tall + self.px(0.6)

    def draw_head(self, painter: QPainter, page: QRectF) -> None:
        """The head with the QR at the right. It stands on every page: pages get parted."""
        self._draw_mark(painter, page)
        side = self.px(QR_MM)
        self._draw_code(painter, QRectF(page.width() - side, 0, side, side))
        for each in self._head:
            painter.setFont(each.font)
            painter.setPen(QColor(each.ink))
            painter.drawText(each.box, _WRAP, each.words)

    def _draw_mark(self, painter: QPainter, page: QRectF) -> None:
        """The word across the page, under what is written on it, where the paper counts no more."""
        if not self._issued.mark:
            return
        font = self.sized(84, strong=True)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(WATERMARK))
        painter.translate(page.center())
        painter.rotate(-50 if page.height() > page.width() else -30)
        side = page.height() + page.width()
        box = QRectF(-side / 2, -side / 2, side, side)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._issued.mark)
        painter.restore()

    def _draw_code(self, painter: QPainter, box: QRectF) -> None:
        rows = [list(row) for row in segno.make(code_words(self._issued), micro=False).matrix]
        cell = box.width() / len(rows)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INK))
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    painter.drawRect(QRectF(box.x() + x * cell, box.y() + y * cell, cell, cell))

    def draw_foot(self, painter: QPainter, box: QRectF, page: int, pages: int) -> None:
        """Whether it identifies people, the page, and its seal."""
        font, strong = self.sized(7.5), self.sized(7.5, strong=True)
        tall = self.metrics(font).height()
        painter.setPen(QColor(INK))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        top = QRectF(box.x(), box.bottom() - 2 * tall, box.width(), tall)
        if self._paper.identifies:
            painter.setFont(strong)
            painter.drawText(top, left, IDENTIFIES)
        painter.setFont(font)
        painter.drawText(top, right, f"Page {page + 1} of {pages}")
        counts = "no more" if self._issued.mark else "until a newer version, or a recall, is known"
        seal = f"Seal {self._issued.seal}. It counts {counts}."
        painter.drawText(top.translated(0, tall), left, seal)
