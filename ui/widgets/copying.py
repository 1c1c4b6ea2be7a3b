"""Rows go onto the clipboard, for a spreadsheet or for a letter: as text with tabs and as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from discharge.exchange.copied import html_table, tabbed


def copy_rows(rows: Sequence[Sequence[str]]) -> None:
    """Puts rows on the clipboard, the first of them the titles. No cell of it is ever taken for a formula."""
    held = QMimeData()
    held.setText(tabbed(rows))
    held.setHtml(html_table(rows))
    QGuiApplication.clipboard().setMimeData(held)


__all__ = ["copy_rows"]
