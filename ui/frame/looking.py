"""Who looks at whom: a person whose record stays in front for two seconds was read, and that is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from ui.frame.services import Services

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.model.people import User

READ_MS = 2_000
"""Whoever goes through a list by its arrows reads nobody."""


class Looking(QObject):
    """Follows who is shown, and has it kept."""

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._patient = ""
        self.timer = QTimer(self, singleShot=True, interval=READ_MS)
        self.timer.timeout.connect(self._is_read)
        services.looked_at.connect(self._look)
        services.signed_in.connect(lambda _user: self._look(self._patient))

    def _look(self, patient: str) -> None:
        if patient != self._patient:
            self.timer.stop()
        self._patient = patient
        if patient and not self.timer.isActive():
            self.timer.start()

    def _is_read(self) -> None:
        user = self._services.user
        if user is not None and self._patient:
            self.keep(self._patient, user)

    def keep(self, patient: str, user: User) -> None:
        """Has it kept that this user read about the person."""
        self._services.use(partial(_keep, patient=patient, user=user), lambda _done: None)


def _keep(desk: Desk, *, patient: str, user: User) -> None:
    desk.note_reading(patient, by=user)


__all__ = ["READ_MS", "Looking"]
