"""The Situation on paper or as PDF: its tables, with whose they are and as of when. It names nobody."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtGui import QTextDocument

from discharge.model.shown.situation import FigureTable, Situation
from discharge.reports.situation_sheets import header_of, heading, rows_of
from ui.theme.theme import Theme

_STYLE = (
    "h1 { font-size: 15pt; } h2 { font-size: 11pt; margin-top: 10pt; } p, td, th { font-size: 9pt; }"
    " td, th { padding: 2px 8px 2px 0; } th { text-align: left; }"
)


def printed(situation: Situation, *, who: str, theme: Theme) -> QTextDocument:
    """The whole of it as a document."""
    parts = [
        f"<h1>{escape(heading(situation))}</h1>",
        f"<p>{escape(' · '.join(part for part in (situation.hub, who) if part))}</p>",
        *(_table(table) for table in situation.tables),
        "<h2>What to know of these figures</h2>",
        *(f"<p>{escape(note)}</p>" for note in situation.notes),
    ]
    document = QTextDocument()
    document.setDefaultFont(theme.font())
    document.setDefaultStyleSheet(_STYLE)
    document.setHtml("".join(parts))
    return document


def _table(table: FigureTable) -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in header_of(table))
    body = "".join(
        f"<tr>{''.join(_cells(row, strong=table.rows[at].strong))}</tr>"
        for at, row in enumerate(rows_of(table))
    )
    remark = f"<p>{escape(table.remark)}</p>" if table.remark else ""
    return f"<h2>{escape(table.title)}</h2>{remark}<table width='100%'><tr>{head}</tr>{body}</table>"


def _cells(row: Iterable[str | int | float], *, strong: bool) -> Iterable[str]:
    for cell in row:
        words = escape(f"{cell:,}" if isinstance(cell, (int, float)) else cell)
        yield f"<td>{f'<b>{words}</b>' if strong else words}</td>"
