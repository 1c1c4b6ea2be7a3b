"""The clipboard: what this program put there is gone after a minute, if it is still there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

KEPT_MS = 60_000


class ClipboardKeeper(QObject):
    """Clears the clipboard a minute after anything of this program was copied, by whatever way.

    What another program put there meanwhile stays.
    """

    def __init__(self, parent: QObject, *, is_ours: Callable[[QClipboard], bool] | None = None) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._is_ours = is_ours or QClipboard.ownsClipboard
        self._timer = QTimer(self, singleShot=True, interval=KEPT_MS)
        self._timer.timeout.connect(self.clear)
        self._clipboard.dataChanged.connect(self._changed)

    def clear(self) -> None:
        """Clears it now, if what is there is ours."""
        self._timer.stop()
        if self._holds_ours():
            self._clipboard.clear()

    def _changed(self) -> None:
        if self._holds_ours():
            self._timer.start()
        else:
            self._timer.stop()

    def _holds_ours(self) -> bool:
        if not self._is_ours(self._clipboard):
            return False
        # empty, it has nothing at all on some systems
        held: QMimeData | None = self._clipboard.mimeData()
        return held is not None and bool(held.formats())


__all__ = ["KEPT_MS", "ClipboardKeeper"]
