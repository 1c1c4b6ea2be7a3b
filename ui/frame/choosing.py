"""On the way in: the passphrase that somebody chooses, and the code of the recovery sheet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from ui.frame.gate import Gate, link
from ui.frame.new_passphrase import NewPassphrase
from ui.theme.theme import Theme
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.running import Running
from ui.widgets.text import label
from ui.widgets.text_fields import TextField

BY_WORD = "The one-time word let you in, once. Choose a passphrase of your own: nobody else ever knows it."
BY_SHEET = (
    "The recovery sheet let you in. Say which administrator you are, and choose a new passphrase; the one "
    "before opens nothing more. Those of the others stay as they are."
)
NOT_SEALED = (
    "It was made before hubs were sealed. Whoever has its file can read everything in it, and whoever starts "
    "it can choose any name."
)
SEALING = (
    "Sealed, it opens by passphrases alone, and what each person enters is signed with their key. A checked "
    "backup is made first. The plain file and its plain copies are removed once the sealed hub was looked at "
    "wholly; nothing is lost, and it can't be undone. Every other window on this hub has to be closed."
)

TAKING = (
    "The whole record comes from the server once more, and the hub opens again by itself. The file as it is "
    "now is kept, moved aside."
)
CHANGING = (
    "The hub is sealed by another key, and opens again by itself. Stopped now, it stands as before, or it is "
    "finished when it opens next."
)


class ChoosePassphrase(Gate):
    """`chosen` carries whose it is and the passphrase. `people`: (id, name) of those it may be."""

    chosen = Signal(str, str)

    def __init__(self, people: Sequence[tuple[str, str]], *, hub: str, by_sheet: bool, theme: Theme) -> None:
        name = people[0][1] if len(people) == 1 else ""
        title = f"Welcome, {name}" if name and not by_sheet else "A new passphrase"
        super().__init__(title, BY_SHEET if by_sheet else BY_WORD, theme=theme)
        self.who = ChoiceField("who", "You are", list(people), theme=theme, required=True, none="Choose …",
                               missing="Say who you are.")  # fmt: skip
        if len(people) == 1:
            self.who.set_value(people[0][0])
        self.who.setVisible(by_sheet)
        self.add(self.who)
        self.passphrase = NewPassphrase(
            theme=theme, name="Your passphrase", about=lambda: [hub, *(each for _id, each in people)]
        )
        self.passphrase.entered.connect(self._go_on)
        self.add(self.passphrase)
        self.foot("Start", self._go_on)

    def focus_first(self) -> None:
        """Puts the focus where somebody begins."""
        if self.who.isHidden() or self.who.value():
            self.passphrase.first.focus_first()
        else:
            self.who.focus_first()

    def _go_on(self) -> None:
        if self.who.ask():
            self.who.focus_first()
        elif self.passphrase.ask():
            self.chosen.emit(str(self.who.value()), self.passphrase.value())


class SheetCode(Gate):
    """`given` carries the code that was typed; `back`: somebody hasn't got the sheet after all."""

    given = Signal(str)
    back = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__(
            "The recovery sheet",
            "It was printed when the hub was founded, or since. It lets an administrator in whose "
            "passphrase is lost, when no other can help. That it was used stands in the record.",
            theme=theme,
        )
        hint = "Nine groups of four. Blanks, hyphens and small letters don't matter."
        self.code = TextField("code", "Its code", theme=theme, required=True, longest=80, hint=hint)
        self.add(self.code)
        back = link("Back", "Back to the names")
        back.clicked.connect(self.back)
        self.foot("Open", self._go_on, back)

    def _go_on(self) -> None:
        if self.code.ask():
            self.code.focus_first()
        else:
            self.given.emit(str(self.code.value()))


class SealOffer(Gate):
    """A hub from before, that anybody with its file can read: `wanted` to seal it, or `later`."""

    wanted = Signal()
    later = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__("This hub isn't sealed", NOT_SEALED, theme=theme)
        self.add(label(SEALING, "muted", wrap=True))
        later = link("Not now")
        later.clicked.connect(self.later)
        self.main = self.foot("Seal it now", self.wanted.emit, later)


class SealIt(Gate):
    """Who seals it and by which passphrase: `chosen` carries both, `back` that it isn't done."""

    chosen = Signal(str, str)
    back = Signal()

    def __init__(self, people: Sequence[tuple[str, str]], *, hub: str, theme: Theme) -> None:
        said = "An administrator seals it. The others are let in afterwards, each with a one-time word."
        super().__init__("Seal the hub", said, theme=theme)
        self.who = ChoiceField("who", "You are", list(people), theme=theme, required=True, none="Choose …",
                               missing="Say who you are.")  # fmt: skip
        if len(people) == 1:
            self.who.set_value(people[0][0])
        self.add(self.who)
        self.passphrase = NewPassphrase(
            theme=theme, name="Your passphrase", about=lambda: [hub, *(each for _id, each in people)]
        )
        self.passphrase.entered.connect(self._go_on)
        self.add(self.passphrase)
        self.not_now = link("Not now")
        self.not_now.clicked.connect(self.back)
        self.foot("Seal it", self._go_on, self.not_now)

    def wait(self, word: str = "") -> None:
        super().wait(word)
        for widget in (self.who, self.passphrase, self.not_now):
            widget.setEnabled(not word)

    def _go_on(self) -> None:
        if self.who.ask():
            self.who.focus_first()
        elif self.passphrase.ask():
            self.chosen.emit(str(self.who.value()), self.passphrase.value())


class NewKey(Gate):
    """The hub is closed, and sealed by another data key; `wait` says how far that is."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__("Another data key", CHANGING, theme=theme)
        self.far = label("", wrap=True)
        self.add(self.far)
        self.column.addStretch(2)

    def wait(self, word: str = "") -> None:
        self.far.setText(word)


class MadeAnew(Gate):
    """The hub is closed, and this desk's copy made anew from the server: how far that is, and `stopped`."""

    stopped = Signal()

    def __init__(self, *, theme: Theme) -> None:
        super().__init__("This desk's copy is made anew", TAKING, theme=theme)
        self.running = Running(theme=theme)
        self.running.stop.setToolTip("The hub opens again as it was")
        self.running.stop.clicked.connect(self._stop)
        self.add(self.running)
        self.column.addStretch(2)
        self.running.begin("Asking the server")

    def tell(self, done: int, total: int) -> None:
        """So many entries are there."""
        if self.running.stop.isEnabled():
            self.running.count(done, total, "entries")

    def _stop(self) -> None:
        self.running.stop.setEnabled(False)
        self.running.doing.setText("Stopping …")
        self.stopped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.running.stop.click()
            return
        super().keyPressEvent(event)


__all__ = ["ChoosePassphrase", "MadeAnew", "NewKey", "SealIt", "SealOffer", "SheetCode"]
