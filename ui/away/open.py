"""Opening what a hub has sent, without the hub: the file, the invitation, one's passphrase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from discharge.model.errors import UserError
from ui.away.deciding import DecideAwayDialog
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.form import FormDialog
from ui.widgets.passphrase import PassphraseField
from ui.widgets.text import label
from ui.work.away import Away as Work

if TYPE_CHECKING:
    from discharge.actions.away import Away
    from discharge.exchange.bundle_file import Bundle

BUNDLES = "Files to decide on (*.ddbundle);;All files (*)"
INVITATIONS = "Invitations (*.ddkey);;All files (*)"
NO_FILE = "Choose the file that was sent to you."
NO_INVITATION = "Choose the invitation that an administrator of the hub has given you: it is needed once."


class OpenBundleForm(FormDialog):
    """The file that was sent, the invitation where none is kept on this machine, and one's passphrase."""

    def __init__(
        self,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        path: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "Decide on what was sent to me", theme=theme, save_word="Open", columns=1, parent=parent
        )
        from discharge.actions.away import kept_invitations

        self._now = now
        self.path, self.invitation = path, None if kept_invitations() else Path()
        self._work = Work(self)
        said = "No hub is needed: the file is sealed to you, and opens with your passphrase at the hub."
        self.add_widget(label(said, "muted", wrap=True))
        self._file = label("", wrap=True)
        self._add_choice(self._file, "Choose the file…", self.choose_file)
        self._invited = label("", wrap=True)
        self._add_choice(self._invited, "Choose the invitation…", self.choose_invitation)
        self.passphrase = self.add(
            PassphraseField("passphrase", "Your passphrase at that hub", theme=theme, required=True)
        )
        self.passphrase.entered.connect(self.ask_to_save)
        self._say()

    def _add_choice(self, said: QWidget, words: str, do: Callable[[], None]) -> None:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(said, 1)
        row.addWidget(push_button(words, do=do, parent=holder))
        self.add_widget(holder)

    def _say(self) -> None:
        self._file.setText(self.path.name if self.path is not None else NO_FILE)
        if self.invitation is None:
            self._invited.setText("Your invitation is kept on this machine.")
        else:
            self._invited.setText(self.invitation.name or NO_INVITATION)

    def choose_file(self) -> None:
        """Asks for the file that was sent."""
        chosen, _ = QFileDialog.getOpenFileName(self, "What was sent to me", str(Path.home()), BUNDLES)
        if chosen:
            self.path = Path(chosen)
            self._say()

    def choose_invitation(self) -> None:
        """Asks for the invitation."""
        chosen, _ = QFileDialog.getOpenFileName(self, "My invitation", str(Path.home()), INVITATIONS)
        if chosen:
            self.invitation = Path(chosen)
            self._say()

    def check(self, values: Mapping[str, Any]) -> str:
        if self.path is None:
            return NO_FILE
        return NO_INVITATION if self.invitation is not None and not self.invitation.name else ""

    def dirty(self) -> bool:
        # nothing of it is kept for later
        return False

    def save(self, values: Mapping[str, Any]) -> None:
        work = partial(_opened, self.path, self.invitation, str(values["passphrase"]))
        self._work.run(work, self._show, failed=self.refused)

    def _show(self, found: tuple[Away, Bundle]) -> None:
        away, bundle = found
        parent = self.parentWidget()
        self.finished_well()
        dialog = DecideAwayDialog(bundle, away, theme=self.theme, now=self._now, parent=parent)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _opened(path: Path | None, invitation: Path | None, passphrase: str) -> tuple[Away, Bundle]:
    """Opens the file with the invitation given, which is kept then; else with one that is kept."""
    from discharge.actions.away import completed, keep_invitation, kept_invitations, open_with

    assert path is not None  # asked for before
    paths = [invitation] if invitation is not None else list(kept_invitations())
    try:
        content, found = path.read_bytes(), [each.read_bytes() for each in paths]
    except OSError:
        raise UserError("The file can't be read.", "Choose it again.") from None
    if invitation is not None:
        found = [completed(each) for each in found]
    opened = open_with(found, content, passphrase)
    if invitation is not None:
        keep_invitation(found[0])
    return opened


__all__ = ["OpenBundleForm"]
