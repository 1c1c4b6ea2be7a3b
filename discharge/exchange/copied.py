"""Rows to and from a spreadsheet by the clipboard: text with tabs, and a table of HTML beside it.

Excel, LibreOffice Calc and their like write a cell with a line break or a tab in quotes, and read it so.
Quotes that don't stand round a whole cell are letters: `"Nan" Smith` stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

from discharge.exchange.csv_writing import as_text_cell

LONGEST_HTML = 4_000_000
"""So many characters of HTML are looked at: Excel puts its styles with a few cells."""
_QUOTED = re.compile(r'[\t\r\n"]')
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
_AS_TEXT = """ style="mso-number-format:'\\@'" sdnum="1033;0;@\""""
"""On a cell of HTML: no date, no number without its first nought, no formula (Excel's way, and Calc's)."""
_CELLS, _LINE = frozenset({"td", "th"}), frozenset({"br", "p", "div", "li"})


def tabbed(rows: Sequence[Sequence[str]]) -> str:
    """The rows as text with tabs; no spreadsheet takes a cell for a formula, or for two."""
    return "".join("\t".join(_cell(cell) for cell in row) + "\n" for row in rows)


def _cell(words: str) -> str:
    safe = as_text_cell(words)
    return '"{}"'.format(safe.replace('"', '""')) if _QUOTED.search(safe) else safe


def html_table(rows: Sequence[Sequence[str]]) -> str:
    """The rows as a table of HTML, the first of them its titles; what is no plain number stays text."""
    lines = []
    for at, row in enumerate(rows):
        name = "td" if at else "th"
        cells = "".join(
            f"<{name}{'' if _NUMBER.fullmatch(cell) else _AS_TEXT}>{_html(cell)}</{name}>" for cell in row
        )
        lines.append(f"<tr>{cells}</tr>")
    return f'<meta charset="utf-8"><table>{"".join(lines)}</table>'


def _html(words: str) -> str:
    lines = as_text_cell(words).replace("\r\n", "\n").split("\n")
    return '<br style="mso-data-placement:same-cell">'.join(escape(line) for line in lines)


def cells_of(text: str) -> list[list[str]]:
    """The cells of text with tabs, row by row; a quote that never ends is a letter like another."""
    rows: list[list[str]] = [[]]
    at, end = 0, len(text)
    while at < end:
        stop = _end_of_quote(text, at) if text[at] == '"' else -1
        if stop >= 0:
            cell, at = text[at + 1 : stop].replace('""', '"'), stop + 1
        else:
            found = re.compile(r"[\t\r\n]").search(text, at)
            stop = found.start() if found is not None else end
            cell, at = text[at:stop], stop
        rows[-1].append(cell.replace("\r\n", "\n"))
        if at == end:
            break
        if text[at] == "\t":
            at += 1
            if at == end:
                rows[-1].append("")
        else:
            at += 2 if text.startswith("\r\n", at) else 1
            rows.append([])
    return rows


def _end_of_quote(text: str, begin: int) -> int:
    """Where the quote that begins there ends, right before a tab, a line's end or the end; else -1."""
    at = begin + 1
    while (at := text.find('"', at)) >= 0:
        if text.startswith('""', at):
            at += 2
            continue
        return at if at + 1 == len(text) or text[at + 1] in "\t\r\n" else -1
    return -1


def cells_of_html(html: str) -> list[list[str]]:
    """The cells of the first table in HTML, row by row; nothing where there is none."""
    reader = _Table()
    reader.feed(html[:LONGEST_HTML])
    return reader.rows


class _Table(HTMLParser):
    """Takes the cells of the first table; what is nested in a cell is its text."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._depth, self._over = 0, False

    def handle_starttag(self, tag: str, _attrs: object, /) -> None:
        if tag == "table":
            self._depth += 1
        elif self._depth == 1 and not self._over:
            if tag == "tr":
                self._end_cell()
                self.rows.append([])
            elif tag in _CELLS:
                self._end_cell()
                self._cell = []
            elif tag in _LINE and self._cell:
                self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self._depth == 1:
                self._end_cell()
                self._over = True
            self._depth = max(0, self._depth - 1)
        elif self._depth == 1 and tag in (*_CELLS, "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            # a line's end in the source is a blank; one that is seen is a tag of its own
            self._cell.append(re.sub(r"[\s\xa0]+", " ", data))

    def _end_cell(self) -> None:
        if self._cell is not None:
            if not self.rows:
                self.rows.append([])
            lines = "".join(self._cell).split("\n")
            self.rows[-1].append("\n".join(" ".join(line.split()) for line in lines).strip())
            self._cell = None


__all__ = ["cells_of", "cells_of_html", "html_table", "tabbed"]
