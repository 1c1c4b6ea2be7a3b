"""A choice of one of a list, called by a name that isn't seen."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from ui.widgets.text import label


class NamedBox(QComboBox):
    """A list to choose from without a label beside it: a screen reader says its name, then what is chosen.

    Where Qt speaks by AT-SPI such a list is called by what is chosen, whatever its accessible name, but for a
    label that belongs to it: so one that nobody sees does.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._label: QLabel | None = None

    def showEvent(self, event: QShowEvent) -> None:
        if self._label is None:
            self._label = label(self.accessibleName(), selectable=False, parent=self.parentWidget())
            self._label.setBuddy(self)
            self._label.hide()
        super().showEvent(event)


__all__ = ["NamedBox"]
