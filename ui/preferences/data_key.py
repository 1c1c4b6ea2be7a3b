"""Another data key for a sealed hub: what that does, why it is done, and the passphrase once more."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ui.frame.services import Services
from ui.widgets.form import FormDialog
from ui.widgets.passphrase import PassphraseField
from ui.widgets.text import label
from ui.widgets.text_fields import TextField

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.keys.slots import Unlocked
    from discharge.model.people import User

SAID = (
    "For when somebody may have kept the key: they left with a copy of the key file and know a passphrase, "
    "or a machine was lost. The hub is sealed anew, by a key that nobody has had.",
    "Everybody's passphrase and the recovery sheet stay as they are. Backups made before stay under the key "
    "before: whoever has that key can read those.",
    "A backup is made first. The window closes the hub for a minute or two and opens it again. Stopped at "
    "any moment, by a power cut too, the hub stands as before, or it is finished when it opens next.",
    "Close every other window on this hub first.",
)


class DataKeyForm(FormDialog):
    """Asks why and for the passphrase; the hub is closed then, and sealed by another data key."""

    def __init__(self, services: Services, *, parent: QWidget | None = None) -> None:
        super().__init__("Another data key", theme=services.theme, save_word="Change the data key", columns=1,
                         parent=parent)  # fmt: skip
        self._place = services
        user = services.user
        assert user is not None  # the command isn't enabled without one
        self._user: User = user
        for sentence in SAID:
            self.add_widget(label(sentence, wrap=True))
        self.why = self.add(
            TextField("why", "Why", theme=self.theme, required=True, longest=500,
                      placeholder="A laptop with a copy of the hub was lost")
        )  # fmt: skip
        self.now = self.add(PassphraseField("now", "Your passphrase", theme=self.theme, required=True))
        self.now.entered.connect(self.ask_to_save)

    def save(self, values: Mapping[str, Any]) -> None:
        why = str(values["why"])
        opening = partial(_opened, user=self._user, passphrase=str(values["now"]))
        self._place.use(opening, partial(self._go_on, why=why), failed=self.refused)

    def dirty(self) -> bool:
        # nothing of it is kept for later
        return False

    def _go_on(self, unlocked: Unlocked, *, why: str) -> None:
        self.finished_well()
        self._place.new_key.emit(unlocked, why)


def _opened(desk: Desk, *, user: User, passphrase: str) -> Unlocked:
    """In the store's thread."""
    from discharge.actions.signing_in import unlocked

    return unlocked(desk.path, user.id, passphrase, now=desk.now())


__all__ = ["DataKeyForm"]
