"""A long text that is read from its beginning while the rest of it is still laid out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QTextBrowser, QWidget

_BEGINS_WITH_TABLE = re.compile(r"(<div[^>]*>)?<table")
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value


class PiecedText(QTextBrowser):
    """Rich text in pieces: a single one is there at once, several come one below the other, one a turn of the
    event loop. Tables on both sides of a seam look like one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._to_come: Iterator[str] = iter(())
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._go_on)

    def show_pieces(self, pieces: Iterable[str]) -> None:
        """Shows this text from its beginning."""
        self._to_come = iter(pieces)
        first, second = next(self._to_come, ""), next(self._to_come, None)
        if second is None:
            self.setHtml(first)
            return
        self.clear()
        # the bar comes once: what is laid out keeps its width
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._to_come = chain((first, second), self._to_come)
        self._later.start()

    def _go_on(self) -> None:
        piece = next(self._to_come, None)
        if piece is None:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
            return
        if self.document().isEmpty():
            self.setHtml(piece)
            self._later.start()
            return
        end = QTextCursor(self.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        end.beginEditBlock()
        if _BEGINS_WITH_TABLE.match(piece) and not end.block().text():
            # behind a table there is always an empty line: it takes no room where another follows
            seam = QTextBlockFormat()
            seam.setLineHeight(0, _FIXED)
            end.setBlockFormat(seam)
        else:
            end.insertBlock(QTextBlockFormat())
        end.insertHtml(piece)
        end.endEditBlock()
        self._later.start()
