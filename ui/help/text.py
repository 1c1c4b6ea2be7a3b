"""The help's texts: which there are, what is found in them, and how they are set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)

from ui.theme.palette import Mode
from ui.theme.scale import Size
from ui.theme.theme import Theme

PICTURE = "\ufffc"
"""What stands in a text for a picture."""
KEYS_MARK = "{{keys}}"
"""Stands in a text for the table of all keys, which is made from the table of commands."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A page of the help: the file `<name>.md`, its title, and the pages of the window that it is about."""

    name: str
    title: str
    about: tuple[str, ...] = ()


TOPICS: tuple[Topic, ...] = (
    Topic("starting", "Starting"),
    Topic("day", "A day at the hub", ("today",)),
    Topic("patients", "Patients", ("patients",)),
    Topic("settings", "Settings and the morning round", ("settings", "map")),
    Topic("match", "Match, and why", ("match",)),
    Topic("approvals", "Approvals", ("approvals",)),
    Topic("moves", "Moves", ("moves",)),
    Topic("rules", "The infection rules in words"),
    Topic("record", "Record and backups", ("record",)),
    Topic("situation", "Situation", ("situation",)),
    Topic("papers", "Papers"),
    Topic("preferences", "Preferences", ("preferences",)),
    Topic("printing", "Printing, saving and copying"),
    Topic("keys", "Keys"),
    Topic("words", "Words"),
    Topic("accessibility", "Accessibility"),
)


def topic_of(page: str) -> str:
    """The topic that is about this page of the window; the first where none is."""
    return next((topic.name for topic in TOPICS if page in topic.about), TOPICS[0].name)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the help with the text below it, up to the next heading."""

    topic: str
    title: str
    heading: str
    text: str


class HelpTexts:
    """The texts in a folder; `keys` gives the table of keys as Markdown."""

    def __init__(self, folder: Path, *, keys: Callable[[], str] = lambda: "") -> None:
        self.folder = folder
        self._keys = keys
        self._sections: list[Section] | None = None

    def markdown(self, topic: str) -> str:
        """A topic's text; a sentence instead where its file can't be read."""
        try:
            text = (self.folder / f"{topic}.md").read_text(encoding="utf-8")
        except OSError:
            return "# This page is missing\n\nIts file isn't there: install the program anew."
        return text.replace(KEYS_MARK, self._keys()) if KEYS_MARK in text else text

    def sections(self) -> Sequence[Section]:
        """Every section of every topic, in order."""
        if self._sections is None:
            self._sections = [section for topic in TOPICS for section in self._split(topic)]
        return self._sections

    def _split(self, topic: Topic) -> list[Section]:
        found: list[tuple[str, list[str]]] = []
        for line in self.markdown(topic.name).splitlines():
            if line.startswith("#"):
                found.append((line.lstrip("#").strip(), []))
            elif found:
                found[-1][1].append(line)
        return [Section(topic.name, topic.title, heading, _plain("\n".join(text))) for heading, text in found]

    def search(self, text: str) -> list[Section]:
        """The sections that hold every word, those with a word in their heading first."""
        words = text.casefold().split()
        if not words:
            return []
        found = [
            section
            for section in self.sections()
            if all(word in f"{section.title} {section.heading} {section.text}".casefold() for word in words)
        ]
        return sorted(found, key=lambda section: -sum(word in section.heading.casefold() for word in words))


def _plain(markdown: str) -> str:
    """The text without the marks that a reader doesn't see."""
    document = QTextDocument()
    document.setMarkdown(markdown)
    return " ".join(document.toPlainText().replace(PICTURE, " ").split())


def snippet(section: Section, text: str, *, letters: int = 90) -> str:
    """A piece of the section around the first of the words that are looked for."""
    folded = section.text.casefold()
    places = [at for word in text.casefold().split() if (at := folded.find(word)) >= 0]
    start = max(0, min(places, default=0) - letters // 3)
    start = section.text.rfind(" ", 0, start) + 1 if start else 0
    piece = section.text[start : start + letters]
    if start + letters < len(section.text):
        piece = f"{piece.rpartition(' ')[0]} …"
    return f"… {piece}" if start else piece


# ----------------------------------------------------------------------------------------------- setting


def in_look(picture: Path, mode: Mode) -> Path:
    """The picture of a window that looks as this one does: light, or dark where there is one of that."""
    dark = picture.with_stem(f"{picture.stem}-dark")
    return dark if mode is not Mode.LIGHT and dark.is_file() else picture


def fill(document: QTextDocument, markdown: str, *, theme: Theme, on_paper: bool = False) -> None:
    """Puts the text into the document, set in the theme's type; on paper it is black."""
    document.setDefaultFont(_on_paper(theme.font(), Size.BASE) if on_paper else theme.font())
    document.setMarkdown(markdown)
    ink = QColor("#000000" if on_paper else theme.palette.text)
    link = QColor("#000000" if on_paper else theme.palette.accent)
    block = document.begin()
    while block.isValid():
        _set_block(document, block, theme=theme, ink=ink, link=link, on_paper=on_paper)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _set_table(frame, theme=theme)
    document.clearUndoRedoStacks()


POINTS = 0.75
"""A pixel of the screen at 100 % in points, whatever the size of text there and the printer's own dots."""


def _on_paper(font: QFont, size: int) -> QFont:
    font.setPointSizeF(size * POINTS)
    return font


_HEADINGS = {1: (Size.TITLE, 4, 8), 2: (16, 20, 4), 3: (Size.BASE, 14, 2)}
"""Size, gap above and gap below, by level, in pixels at 100 %."""


def _set_block(
    document: QTextDocument, block: QTextBlock, *, theme: Theme, ink: QColor, link: QColor, on_paper: bool
) -> None:
    cursor = QTextCursor(block)
    level = block.blockFormat().headingLevel()
    shape = QTextBlockFormat()
    size, above, below = _HEADINGS.get(level, (Size.BASE, 0, 8))
    in_table = cursor.currentTable() is not None
    listed = block.textList() is not None
    shape.setTopMargin(theme.px(above if block.blockNumber() else 0))
    shape.setBottomMargin(theme.px(2 if in_table else 4 if listed else below))
    tight = bool(level) or block.text() == PICTURE
    shape.setLineHeight(100.0 if tight else 128.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(shape)
    walk = block.begin()
    while not walk.atEnd():
        fragment = walk.fragment()
        walk += 1
        kind = fragment.charFormat()
        if kind.isImageFormat():
            continue
        font = theme.font(Size.BASE, strong=bool(level) or kind.fontWeight() > QFont.Weight.Normal)
        if on_paper:
            _on_paper(font, size)
        else:
            font.setPixelSize(theme.px(size))
        font.setItalic(kind.fontItalic())
        # a heading's size comes from the theme's scale alone
        kind.clearProperty(QTextFormat.Property.FontSizeAdjustment)
        kind.setFont(font, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly)
        kind.setForeground(link if kind.isAnchor() else ink)
        piece = QTextCursor(document)
        piece.setPosition(fragment.position())
        piece.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
        piece.setCharFormat(kind)


def _set_table(table: QTextTable, *, theme: Theme) -> None:
    shape = QTextTableFormat(table.format())
    shape.setBorder(0)
    shape.setCellPadding(theme.px(4))
    shape.setCellSpacing(0)
    shape.setTopMargin(theme.px(4))
    shape.setBottomMargin(theme.px(12))
    shape.setHeaderRowCount(1)
    first = 34 if table.columns() == 2 else 100 // table.columns()
    rest = (100 - first) / max(1, table.columns() - 1)
    lengths = [first, *[rest] * (table.columns() - 1)]
    shape.setColumnWidthConstraints(
        [QTextLength(QTextLength.Type.PercentageLength, length) for length in lengths]
    )
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 98))
    table.setFormat(shape)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            kind = cell.format().toTableCellFormat()
            kind.setBottomBorder(1)
            kind.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            kind.setBottomBorderBrush(QColor(theme.palette.line))
            cell.setFormat(kind)
