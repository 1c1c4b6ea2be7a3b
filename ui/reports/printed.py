"""The Situation on paper or as PDF: its tables, with whose they are and as of when. It names nobody."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtGui import QFont, QTextDocument, QTextOption

from discharge.model.shown.situation import FigureRow, FigureTable, Situation
from discharge.reports.situation_sheets import heading, notes_of
from ui.theme.theme import Theme

POINTS = 8
LAST = ("boards", "boroughs", "answers", "homes")
"""They begin a page: home by home it may be long."""
_STYLE = "th, td { padding: 1px 6px; } p { margin: 2px 0; }"


def printed(situation: Situation, *, who: str, theme: Theme) -> QTextDocument:
    """The whole of it as a document."""
    first = [table for table in situation.tables if table.key not in LAST]
    last = [table for table in situation.tables if table.key in LAST]
    whose = (situation.hub, who)
    return printed_tables(heading(situation), first, notes_of(situation), last, whose=whose, theme=theme)


def printed_tables(
    title: str,
    tables: Iterable[FigureTable],
    notes: Iterable[str],
    last: Iterable[FigureTable] = (),
    *,
    whose: Iterable[str],
    theme: Theme,
) -> QTextDocument:
    """Tables under a title, then what to know of them, then the `last` tables."""
    parts = [
        f"<h2>{escape(title)}</h2><p>{escape(' · '.join(part for part in whose if part))}</p>",
        *(_table(table) for table in tables),
        "<h4>What to know of these figures</h4>",
        *(f"<p>{escape(note)}</p>" for note in notes),
        *(_table(table) for table in last),
    ]
    document = QTextDocument()
    document.setDefaultFont(QFont(theme.font().family(), POINTS))
    whole_words = QTextOption()
    whole_words.setWrapMode(QTextOption.WrapMode.WordWrap)
    document.setDefaultTextOption(whole_words)
    document.setDefaultStyleSheet(_STYLE)
    document.setHtml("".join(parts))
    return document


def _table(table: FigureTable) -> str:
    heads = "".join(f"<th align='right'>{escape(word)}</th>" for word in table.columns)
    anew = " style='page-break-before: always'" if table.key == LAST[0] else ""
    remark = f"<p>{escape(table.remark)}</p>" if table.remark else ""
    return (
        f"<h4{anew}>{escape(table.title)}</h4>{remark}<table width='100%' cellspacing='0'>"
        f"<thead><tr><th align='left'>{escape(table.first)}</th>{heads}</tr></thead>"
        f"{''.join(_rows(table))}</table>"
    )


def _rows(table: FigureTable) -> Iterable[str]:
    group = ""
    for row in table.rows:
        if row.group and row.group != group:
            yield f"<tr><td colspan='{len(table.columns) + 1}'><i>{escape(row.group)}</i></td></tr>"
        group = row.group
        yield _row(row)


def _row(row: FigureRow) -> str:
    bold, plain = ("<b>", "</b>") if row.strong else ("", "")
    cells = (f"<td align='right'>{bold}{escape(figure.shown)}{plain}</td>" for figure in row.figures)
    return f"<tr><td>{bold}{escape(row.label)}{plain}</td>{''.join(cells)}</tr>"
