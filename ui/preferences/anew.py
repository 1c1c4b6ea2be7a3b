"""A desk's copy of a shared hub and the server's record are not the same: what that means, and its mend."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from discharge.words.counts import count_words
from ui.frame.services import Services
from ui.preferences.waiting import Found, One
from ui.widgets.form import FormDialog
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.sharing import Link
    from discharge.keys.slots import Unlocked
    from discharge.model.people import User

SAID = (
    "The window closes the hub, takes the whole record from the server once more, and opens it again. That "
    "may take minutes. Stopped, the hub stands as it was; the file as it is now is kept, moved aside.",
    "What was done here and isn't on the server is kept, and is shared then. A decision that no longer fits "
    "comes back to whoever made it, with the reason; a fact of the world is taken.",
    "Close every other window on this hub first.",
)
PATIENCE_SECONDS = 20.0
"""So long the server may take for a part of the record."""
SHOWN = 12
"""Of what waits so many are named."""


class AnewForm(FormDialog):
    """Says why, what stays and what waits; the hub is closed then, and this desk's copy made anew. `why`: in
    what the two differ; `found`: what waits here."""

    waiting_word: ClassVar[str] = "Asking the server"

    def __init__(self, why: str, found: Found, services: Services, *, parent: QWidget | None = None) -> None:
        super().__init__("Make this desk's copy anew", theme=services.theme, save_word="Make it anew",
                         columns=2, parent=parent)  # fmt: skip
        self._place = services
        user = services.user
        assert user is not None  # the command isn't enabled without one
        self._user: User = user
        for sentence in (why, *SAID):
            self.add_widget(label(sentence, wrap=True))
        steps = count_words(len(found.waiting), "step")
        self.section(f"Not shared yet: {steps}" if found.waiting else "Nothing waits to be shared")
        for one in found.waiting[:SHOWN]:
            self.add_widget(label(_words(one), "muted", wrap=True))
        if len(found.waiting) > SHOWN:
            self.add_widget(label(f"and {len(found.waiting) - SHOWN} more", "muted"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._save.setFocus()

    def save(self, values: Mapping[str, Any]) -> None:
        del values
        self._place.use(partial(_linked, user=self._user), self._go_on, failed=self.refused)

    def _go_on(self, found: tuple[Unlocked, Link]) -> None:
        self.finished_well()
        self._place.anew.emit(*found)


def _words(one: One) -> str:
    return f"{one.words}. {one.by}, {one.at}"


def _linked(desk: Desk, *, user: User) -> tuple[Unlocked, Link]:
    """In the store's thread: the opened slot of whoever is at the desk, and a link to the server."""
    from discharge.actions.sharing import connected
    from discharge.model.errors import NotAllowed

    unlocked = desk.signs(user.id)
    if unlocked is None:
        raise NotAllowed("Nobody has come in to this hub under that name.", "Sign in with your passphrase.")
    return unlocked, connected(desk, timeout=PATIENCE_SECONDS)


__all__ = ["AnewForm"]
