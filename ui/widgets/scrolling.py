"""Areas that scroll what is too high for them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget


def scroll_down(area: QScrollArea, name: str, *, takes_focus: bool = False) -> None:
    """The area scrolls up and down alone: what is in it is as wide as it is. No frame; a name to be heard,
    unless what it stands in has that name."""
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if takes_focus else Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)


class UpTo(QScrollArea):
    """A widget as high as it needs, up to a height, from where on it scrolls; hidden while that one is.

    What has the focus is seen, from wherever it came. `least` is the height in pixels that it never is below.
    """

    def __init__(self, widget: QWidget, name: str, *, least: Callable[[], int] = lambda: 0) -> None:
        super().__init__()
        self._least = least
        self._most = 0
        scroll_down(self, name)
        self.setWidget(widget)
        widget.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def set_most(self, pixels: int) -> None:
        """How high it may become."""
        self._most = pixels
        self._fit()

    def _fit(self) -> None:
        widget = self.widget()
        if widget is None:
            return
        wanted = widget.heightForWidth(self.width())
        high = max(self._least(), min(wanted, self._most) if self._most else wanted)
        if high != self.height():
            self.setFixedHeight(high)

    def _follow(self, _before: QWidget | None, focus: QWidget | None) -> None:
        widget = self.widget()
        if focus is not None and widget is not None and widget.isAncestorOf(focus):
            self.ensureWidgetVisible(focus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        elif event.type() is QEvent.Type.HideToParent:
            self.hide()
        elif event.type() is QEvent.Type.ShowToParent and self.parentWidget() is not None:
            self.show()  # without a place it would be a window of its own
        return super().eventFilter(watched, event)


__all__ = ["UpTo", "scroll_down"]
