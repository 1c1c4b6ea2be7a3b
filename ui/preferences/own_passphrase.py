"""Another passphrase in place of one's own: the one there is, and the new one twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ui.frame.new_passphrase import NewPassphrase
from ui.frame.services import Services
from ui.widgets.form import FormDialog
from ui.widgets.passphrase import PassphraseField

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.model.people import User


class OwnPassphraseForm(FormDialog):
    """Changes the passphrase of whoever is at the desk. Their key stays theirs."""

    def __init__(self, services: Services, *, hub: str, parent: QWidget | None = None) -> None:
        super().__init__("Change my passphrase", theme=services.theme, save_word="Change", columns=1,
                         parent=parent)  # fmt: skip
        self._place = services
        user = services.user
        assert user is not None  # the command isn't enabled without one
        self._user: User = user
        self.now = self.add(
            PassphraseField("now", "The passphrase that you have", theme=self.theme, required=True)
        )
        self.new = NewPassphrase(theme=self.theme, name="The new one", about=lambda: [hub, user.name])
        self.new.entered.connect(self.ask_to_save)
        self.now.entered.connect(self.new.first.focus_first)
        self.add_widget(self.new)

    def ask_to_save(self) -> None:
        if self.now.ask():
            self.now.focus_first()
        elif self.new.ask():
            super().ask_to_save()

    def save(self, values: Mapping[str, Any]) -> None:
        change = partial(_change, user=self._user, before=str(values["now"]), after=self.new.value())
        self._place.use(change, self._changed, failed=self.refused)

    def dirty(self) -> bool:
        # nothing of it is kept for later
        return False

    def _changed(self, _done: object) -> None:
        self.finished_well()
        self._place.say("Your passphrase is changed.")


def _change(desk: Desk, *, user: User, before: str, after: str) -> None:
    """In the store's thread."""
    from discharge.actions.signing_in import choose_passphrase, unlocked

    choose_passphrase(desk, unlocked(desk.path, user.id, before, now=desk.now()), after)


__all__ = ["OwnPassphraseForm"]
