"""A dialog whose work takes a while: it is shown, it can be stopped, and stopped it has changed nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from discharge.model.errors import UserError
from ui.frame.services import Services
from ui.theme.palette import Tone
from ui.widgets.banner import Banner
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.pressing import press_in_focus
from ui.widgets.running import Running
from ui.work.jobs import Ticket


class LongWorkDialog(QDialog):
    """One thing runs at a time. `settled` fires whenever there is something new to look at or to say.

    A dialog of this kind lays out `message` and `running`, shows its state, and says what it failed of.
    """

    settled = Signal()
    size_asked: ClassVar[tuple[int, int]]
    """Pixels at 100 %."""
    choose: QPushButton
    """Where the keyboard is at first."""

    def __init__(self, title: str, *, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.services = services
        self.theme = services.theme
        self.message = Banner(theme=self.theme, parent=self)
        self.running = Running(theme=self.theme, parent=self)
        self.running.stop.clicked.connect(self.cancel)
        self._ticket: Ticket | None = None
        self._call(title)

    def _call(self, title: str) -> None:
        self.setWindowTitle(title)
        self.setAccessibleName(title)

    def showEvent(self, event: QShowEvent) -> None:
        resize_on_screen(self, *(self.theme.px(each) for each in self.size_asked))
        super().showEvent(event)
        self.choose.setFocus()

    @property
    def is_running(self) -> bool:
        """Whether something runs just now."""
        return self._ticket is not None

    def _run(
        self, work: Callable[..., Any], then: Callable[[Any], None], *, words: str, aside: bool = False
    ) -> None:
        """Begins `work`, and goes on with `then` once it is over; `aside` as in `Services.run_long`."""

        def done(result: Any) -> None:
            self._ticket = None
            then(result)

        def failed(error: UserError) -> None:
            self._ticket = None
            self._failed(error)

        self.message.dismiss()
        ticket = self.services.run_long(
            work, done, words=words, failed=failed, cancelled=self._stopped, aside=aside
        )
        ticket.failed.connect(self._over)
        ticket.progressed.connect(self.running.tell)
        self._ticket = ticket
        self._show_state()
        self.running.begin(words)

    def cancel(self) -> None:
        """Stops what runs; nothing is changed by it."""
        if self._ticket is not None:
            self.running.doing.setText("Stopping …")
            self._ticket.cancel()

    def _stopped(self) -> None:
        self._over()
        self.message.tell("Stopped. Nothing was changed.", tone=Tone.NEUTRAL)
        self.settled.emit()

    def _over(self, _error: object = None) -> None:
        self._ticket = None
        self._show_state()

    def _failed(self, error: UserError) -> None:
        """Says why it failed."""
        raise NotImplementedError

    def _show_state(self) -> None:
        """Shows what can be done now."""
        raise NotImplementedError

    def _tell(self, error: UserError) -> None:
        self.message.tell(error.sentence, error.mend)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_in_focus(self, event):
            super().keyPressEvent(event)

    def reject(self) -> None:
        if self._ticket is not None:
            self.cancel()
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._ticket is not None:
            self.cancel()
            event.ignore()
            return
        super().closeEvent(event)
