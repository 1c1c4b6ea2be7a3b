"""The lock: nothing of a person can be read until whoever is at the desk, or somebody else, says who it is.

The page stands behind the names to choose from, and every other window of the program is put by. What was
typed in it stays in it; it comes back to whoever typed it, once they are back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QToolTip, QWidget

from ui.frame.idle import KEPT, USUAL, Idle, minutes_of

if TYPE_CHECKING:
    from ui.frame.services import Services


MOST_MENUS = 20
"""So many menus may be open over each other."""


class PutBy(QObject):
    """The program's other windows while it is locked, by whose they are."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._kept: dict[str, list[tuple[QWidget, Qt.WindowModality]]] = {}
        self._whose = ""
        self._watching = False

    def put_by(self, whose: str) -> None:
        """Hides them all, and each that comes up from now on; they are this person's."""
        self._whose = whose
        for _ in range(MOST_MENUS):
            popup = QApplication.activePopupWidget()
            if popup is None:
                break
            popup.close()
        QToolTip.hideText()
        for widget in self._others():
            self._hide(widget)
        if not self._watching:
            self._watching = True
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def give_back(self, whose: str) -> bool:
        """Shows what is this person's again, and hides no more; whether there was anything."""
        if self._watching:
            self._watching = False
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        kept = [one for one in self._kept.pop(whose, []) if shiboken6.isValid(one[0])]
        for widget, modality in sorted(kept, key=lambda one: _depth(one[0])):
            widget.setWindowModality(modality)
            widget.show()
        return bool(kept)

    def _others(self) -> list[QWidget]:
        return [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible() and widget is not self._window and not isinstance(widget, QMenu)
        ]

    def _hide(self, widget: QWidget) -> None:
        if isinstance(widget, QDialog) and _is_the_systems(widget):
            widget.reject()
            return
        if widget.windowType() in (Qt.WindowType.ToolTip, Qt.WindowType.Popup, Qt.WindowType.SplashScreen):
            widget.hide()
            return
        self._kept.setdefault(self._whose, []).append((widget, widget.windowModality()))
        widget.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and watched is not self._window
        ):
            # it is being shown: it can be hidden once that is over, before anything is painted
            QTimer.singleShot(0, watched, lambda: self._hide_late(watched))
        return False

    def _hide_late(self, widget: QWidget) -> None:
        if self._watching and widget.isVisible() and not isinstance(widget, QMenu):
            self._hide(widget)


def _is_the_systems(dialog: QDialog) -> bool:
    """A dialog for files or for printing: it can't be put by, and nothing was typed into it."""
    return isinstance(dialog, QFileDialog) or dialog.inherits("QAbstractPrintDialog")


def _depth(widget: QWidget) -> int:
    """Over how many other windows a window stands."""
    parent = widget.parentWidget()
    return 0 if parent is None else 1 + _depth(parent.window())


class Lock(QObject):
    """Whether the window is locked, and when it locks by itself. `turned` when it locks or opens."""

    turned = Signal()

    def __init__(self, window: QWidget, services: Services) -> None:
        super().__init__(window)
        self._window = window
        self._place = services
        self._is_on = False
        self._held: list[Callable[[], object]] = []
        self._focus: QWidget | None = None
        self.put_by = PutBy(window)
        self._hubs = USUAL
        self.idle = Idle(self)
        self._fit()
        self.idle.over.connect(self.lock)
        self.idle.asked.connect(self.lock)
        services.signed_in.connect(self._somebody)

    @property
    def is_on(self) -> bool:
        """Whether the window is locked."""
        return self._is_on

    def why_not(self) -> str:
        """Why it can't be locked now, in a sentence."""
        if self._place.user is None:
            return "Nobody is at the desk yet."
        return ""

    def lock(self) -> None:
        """Locks the window, if somebody is at the desk."""
        user = self._place.user
        if user is None or self._is_on:
            return
        self._focus = self._window.focusWidget()
        self._is_on = True
        self.idle.stop()
        self.put_by.put_by(user.id)
        self._place.commands.set_locked(True)
        self.turned.emit()

    def unlock(self, user_id: str) -> None:
        """Opens it for this person: what is theirs is back, and what was to be said meanwhile is said."""
        if not self._is_on:
            return
        user = self._place.user
        same = user is not None and user.id == user_id
        self._is_on = False
        self._place.commands.set_locked(False)
        self.turned.emit()
        held, self._held = self._held, []
        for say in held:
            say()
        if not same:
            # whose it is comes with who sits down: see `_somebody`
            return
        if not self.put_by.give_back(user_id) and self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.idle.start()

    def hold(self, say: Callable[[], object]) -> bool:
        """Keeps what is to be said until somebody may read it; False where they may now."""
        if self._is_on:
            self._held.append(say)
        return self._is_on

    def set_minutes(self, minutes: int) -> None:
        """Locks after so many minutes without a key or the mouse at this desk, or after the hub's, if fewer.

        0: when the hub says.
        """
        if minutes:
            self._place.settings.setValue(KEPT, minutes)
        else:
            self._place.settings.remove(KEPT)
        self._fit()

    def follow_hub(self, minutes: int) -> None:
        """The hub says that its windows lock after so many minutes."""
        self._hubs = minutes
        self._fit()

    def _fit(self) -> None:
        minutes = minutes_of(self._place.settings.value(KEPT), hub=self._hubs)
        if minutes != self.idle.minutes:
            self.idle.set_minutes(minutes)

    def _somebody(self, user: object) -> None:
        if user is None:
            self.idle.stop()
            return
        if not self._is_on:
            self.put_by.give_back(getattr(user, "id", ""))
            self.idle.start()


__all__ = ["Lock", "PutBy"]
