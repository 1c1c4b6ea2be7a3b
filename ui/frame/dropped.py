"""Files that are dragged onto the window: each kind goes where its command would take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class DroppedFiles(QObject):
    """Takes one file dropped on the widget whose name ends as one of `kinds` says; others aren't taken."""

    def __init__(self, widget: QWidget, kinds: Mapping[str, Callable[[Path], object]]) -> None:
        super().__init__(widget)
        self._kinds = kinds
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent):
            path = self.taken(event.mimeData())
            if path is not None:
                event.acceptProposedAction()
                if event.type() == QEvent.Type.Drop:
                    self.take(path)
                return True
        return super().eventFilter(watched, event)

    def taken(self, data: QMimeData) -> Path | None:
        """The one file that would be taken; None where there is none, or there are several."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        return paths[0] if len(paths) == 1 and paths[0].suffix in self._kinds else None

    def take(self, path: Path) -> None:
        """Goes where the file's kind goes."""
        self._kinds[path.suffix](path)


__all__ = ["DroppedFiles"]
