"""Bars that speak: a banner for what went wrong, and the undo bar for what was just done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.layouts import in_row
from ui.widgets.text import label, restyle

UNDO_SECONDS = 10
UNDO_KEY = "Ctrl+Z"
"""Goes the way back while it is offered; in a field it takes back what was typed."""


def announce(widget: QWidget, sentence: str) -> None:
    """Lets a screen reader say this now."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))


class _Bar(QFrame):
    """One line: icon, words, a button where something can be done, and a way to close it."""

    spoken_as = QAccessible.Role.AlertMessage

    closed = Signal()

    def __init__(self, *, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._do: Callable[[], None] | None = None
        self._tone = Tone.NEUTRAL
        self._was_shown = False
        self.setProperty("kind", "banner")
        self.setAccessibleName(name)
        row = in_row(
            self,
            around=(theme.px(Space.ROW), theme.px(6), theme.px(Space.NEAR), theme.px(6)),
            gap=theme.px(Space.NEAR),
        )
        self._picture = QLabel(self)
        row.addWidget(self._picture)
        self._words = label("", "strong", wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row.addWidget(self._words, 1)
        self.button = QPushButton(self)
        self.button.clicked.connect(self._pressed)
        row.addWidget(self.button)
        close = QToolButton(self)
        close.setAccessibleName("Close this message")
        close.setToolTip("Close this message")
        theme.dress(close, "close")
        close.clicked.connect(self.dismiss)
        row.addWidget(close)
        theme.changed.connect(self._draw)
        self.hide()

    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def _speak(self, sentence: str, *, tone: Tone, button: str, do: Callable[[], None] | None) -> None:
        self._tone = tone
        self._do = do
        self._words.setText(sentence)
        self.setProperty("tone", tone.value)
        restyle(self)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._draw()
        self.show()
        announce(self, sentence)

    def _pressed(self) -> None:
        do = self._do
        self.dismiss()
        if do is not None:
            do()

    def dismiss(self) -> None:
        """Takes it away."""
        self._do = None
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def set_covered(self, covered: bool, /) -> None:
        """Nobody reads it now; what it said stands there again when it is uncovered."""
        if covered:
            self._was_shown = not self.isHidden()
            self.hide()
        elif self._was_shown:
            self._was_shown = False
            self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def _draw(self) -> None:
        icon = Status("", self._tone).icon
        self._picture.setPixmap(self._theme.pixmap(icon, self._tone, ratio=self.devicePixelRatioF()))


class Banner(_Bar):
    """A sentence and its mend across the top of the page; stays until closed or overtaken."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, name="Message", parent=parent)

    def tell(
        self,
        sentence: str,
        mend: str = "",
        *,
        tone: Tone = Tone.DANGER,
        button: str = "",
        do: Callable[[], None] | None = None,
    ) -> None:
        """Shows what happened and what to do now; `button` does it where the program can."""
        self._speak(f"{sentence} {mend}".strip(), tone=tone, button=button, do=do)


class UndoBar(_Bar):
    """ "Approved. Withdraw": says what was done and offers the way back for ten seconds.

    While the pointer or the focus is in it, or a dialog stands over it, it stays.
    """

    turned = Signal()
    """A way back is offered now, or no longer."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, name="Done", parent=parent)
        self._gone: Callable[[], object] | None = None
        self._is_back = False
        self._key = label(UNDO_KEY, "small")
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(row.indexOf(self.button) + 1, self._key)
        self._clock = QTimer(self, singleShot=True, interval=UNDO_SECONDS * 1000)
        self._clock.timeout.connect(self._time_is_up)
        self.closed.connect(self._clock.stop)

    def offer(
        self,
        sentence: str,
        *,
        button: str = "",
        do: Callable[[], None] | None = None,
        gone: Callable[[], object] | None = None,
        tone: Tone = Tone.DONE,
        is_back: bool = True,
    ) -> None:
        """Says what was done; `is_back`: the button takes something back, so the undo key goes it (a step
        forward has none). `button` is the word of the way back, `do` goes it; `gone` is called where it
        wasn't gone and no longer can be. `tone`: another than done, where nothing was.
        """
        self._give_up()
        self._gone = gone
        self._is_back = bool(button) and is_back
        self._key.setVisible(self._is_back)
        self._speak(sentence, tone=tone, button=button, do=do)
        self.button.setToolTip(UNDO_KEY if self._is_back else "")
        self._clock.start()
        self.turned.emit()

    @property
    def can_go_back(self) -> bool:
        """Whether a way back is offered now."""
        return not self.isHidden() and self._do is not None and self._is_back

    def _pressed(self) -> None:
        self._gone = None
        super()._pressed()

    def dismiss(self) -> None:
        super().dismiss()
        self._give_up()
        self.turned.emit()

    def _give_up(self) -> None:
        gone, self._gone = self._gone, None
        if gone is not None:
            gone()

    def _time_is_up(self) -> None:
        over = QApplication.activeModalWidget()
        is_covered = (over is not None and over is not self.window()) or self._was_shown
        if is_covered or self.underMouse() or self.isAncestorOf(self.window().focusWidget() or self.window()):
            self._clock.start()
            return
        self.dismiss()
