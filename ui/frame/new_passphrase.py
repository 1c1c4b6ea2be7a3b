"""A new passphrase, typed twice, and in words how easily it is guessed: worked out away from the typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column
from ui.widgets.passphrase import PassphraseField
from ui.widgets.text import Lines
from ui.work.away import Away

if TYPE_CHECKING:
    from discharge.keys.passphrases import Strength

PAUSE_MS = 200
ADVICE = "Four or more words that nobody would put together make a good one."
DIFFERENT = "The two aren't the same."


class NewPassphrase(QWidget):
    """`ask` says whether it will do, and shows what is wrong. `about`: words that make it easier to guess.

    `entered`: Enter was pressed in the second field; `judged`: how strong it is was worked out.
    """

    entered = Signal()
    judged = Signal()

    def __init__(
        self,
        *,
        theme: Theme,
        name: str = "Passphrase",
        about: Callable[[], Sequence[str]] = tuple,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._about = about
        self._strength: tuple[str, Strength] | None = None
        self.away = Away(self)
        column = in_column(self, gap=theme.px(Space.NEAR))
        self.first = PassphraseField("passphrase", name, theme=theme, required=True)
        self.again = PassphraseField("again", "The same again", theme=theme, required=True)
        self.strength = Lines(theme=theme)
        self.strength.setAccessibleName("How easily it is guessed")
        self.strength.show_lines([ADVICE])
        for widget in (self.first, self.strength, self.again):
            column.addWidget(widget)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._judge)
        self.first.changed.connect(self._pause.start)
        self.first.entered.connect(self.again.focus_first)
        self.again.entered.connect(self.entered)

    def value(self) -> str:
        """What was typed."""
        return str(self.first.value() or "")

    def clear(self) -> None:
        """Nothing that was typed stays."""
        for field in (self.first, self.again):
            field.set_value(None)
        self._pause.stop()
        self.away.forget()
        self.strength.show_lines([ADVICE])

    def ask(self) -> bool:
        """Whether it will do as far as is known here; what won't is shown, and the focus goes there."""
        weak = self._strength
        if weak is not None and weak[0] == self.value() and not weak[1].is_enough:
            self.first.refuse(f"{weak[1].word}. {weak[1].advice}")
        elif self.first.value() and self.again.value() and self.first.value() != self.again.value():
            self.again.refuse(DIFFERENT)
        for field in (self.first, self.again):
            if field.ask():
                field.focus_first()
                return False
        return True

    def _judge(self) -> None:
        typed, about = self.value(), tuple(self._about())
        if not typed:
            self.strength.show_lines([ADVICE])
            return

        def judged() -> Strength:
            from discharge.keys.passphrases import strength  # its dictionaries come with it

            return strength(typed, about=about)

        self.away.run(judged, lambda found: self._show(typed, found))

    def _show(self, typed: str, found: Strength) -> None:
        self._strength = (typed, found)
        tone = Tone.DONE if found.is_enough else (Tone.WAITING if found.score else Tone.DANGER)
        self.strength.show_lines([Status(" ".join(f"{found.word}. {found.advice}".split()), tone)])
        self.judged.emit()


__all__ = ["ADVICE", "NewPassphrase"]
