"""The key of a home: made on the machine of whoever answers for it, without any hub."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.model.errors import UserError
from ui.frame.new_passphrase import NewPassphrase
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.form import FormDialog
from ui.widgets.spelt import SpeltDialog
from ui.widgets.text import label
from ui.widgets.text_fields import TextField
from ui.work.away import Away as Work

if TYPE_CHECKING:
    from discharge.exchange.home_key_file import OfHome

KEYS = "Keys of homes (*.ddhome)"
SAID = (
    "For the registered manager of a home, or who answers in their place. A hub then sends you offers that"
    " nobody else can open, and your answer is signed. Your passphrase never leaves this machine."
)


class HomeKeyForm(FormDialog):
    """Which home, who answers for it, and the passphrase that opens their key on this machine."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            "Answer for a home", theme=theme, save_word="Make the key…", columns=1, parent=parent
        )
        from discharge.actions.away import own_home_key

        self._work, self._before = Work(self), own_home_key()
        self.add_widget(label(SAID, "muted", wrap=True))
        if self._before is not None:
            of = self._before[1]
            there = f"This machine has the key of {of.name} for {of.home} already; letters {of.letters}."
            self.add_widget(label(f"{there} A new one takes its place.", wrap=True))
            self.add_widget(push_button("Save its file again…", do=self._save_again, parent=self))
        self.home = self.add(
            TextField("home", "Name of the home", theme=theme, required=True, longest=200,
                      missing="Say which home it is.")
        )  # fmt: skip
        self.who = self.add(
            TextField("name", "Your name", theme=theme, required=True, longest=200,
                      missing="Say who you are.")
        )  # fmt: skip
        self.new = NewPassphrase(
            theme=theme, about=lambda: [str(self.home.value() or ""), str(self.who.value() or "")]
        )
        self.new.entered.connect(self.ask_to_save)
        self.add_widget(self.new)

    def dirty(self) -> bool:
        # nothing of it is kept for later
        return False

    def ask_to_save(self) -> None:
        if self.home.ask() or self.who.ask() or self.new.ask():
            super().ask_to_save()  # what is missing of the first two it says

    def save(self, values: Mapping[str, Any]) -> None:
        chosen = self._where(str(values["home"]))
        if chosen is None:
            self._wait(False)
            return
        self.make(chosen, str(values["home"]), str(values["name"]))

    def make(self, path: Path, home: str, name: str) -> None:
        """Makes the key, and saves its file here."""
        work = partial(_make, path, home, name, self.new.value())
        self._work.run(work, partial(self._made, path), failed=self.refused)

    def _save_again(self) -> None:
        assert self._before is not None  # the button is there with it alone
        content, of = self._before
        if (chosen := self._where(of.home)) is not None:
            try:
                _save(chosen, content)
            except UserError as error:
                self.refused(error)
                return
            self._made(chosen, of)

    def _where(self, home: str) -> Path | None:
        kept = "".join(letter for letter in home if letter.isalnum() or letter in " -")
        name = f"Key of {kept.strip() or 'a home'}.ddhome"
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the key's file", str(Path.home() / name), KEYS)
        return Path(chosen) if chosen else None

    def _made(self, path: Path, of: OfHome) -> None:
        parent = self.parentWidget()
        self.finished_well()
        letters = LettersDialog(of.letters, path=path, theme=self.theme, parent=parent)
        letters.finished.connect(letters.deleteLater)
        letters.open()


class LettersDialog(SpeltDialog):
    """The letters that are read to the hub when it rings."""

    def __init__(self, letters: str, *, path: Path, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            "The home's key",
            f"Saved: {path.name}",
            letters,
            (
                "Mail the file to the hub: an administrator takes it in, and rings you.",
                "Read them these letters: a key that somebody else put in its place has others. They are here"
                " again under Answer for a home.",
                "Then they mail you an invitation, which you open with your first offer: Decide on what was"
                " sent to me.",
            ),
            close="Close",
            name="The letters",
            theme=theme,
            parent=parent,
        )


def _make(path: Path, home: str, name: str, passphrase: str) -> OfHome:
    """In a thread of its own: what a passphrase comes to takes most of a second."""
    from discharge.actions.away import make_home_key

    try:
        content, of = make_home_key(home, name, passphrase)
    except OSError:
        raise UserError("The key can't be kept on this machine.", "See that its disk has room.") from None
    _save(path, content)
    return of


def _save(path: Path, content: bytes) -> None:
    from discharge.actions.whole_files import save

    save(path, content)


__all__ = ["HomeKeyForm", "LettersDialog"]
