"""The hub goes back to a backup, or a file moved aside is removed: what that means is said first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shiboken6

from discharge.model.errors import UserError
from ui.frame.services import Services
from ui.widgets.choice_fields import TickField
from ui.widgets.form import FormDialog
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.store.file.preview import Preview


class RestoreForm(FormDialog):
    """Goes back to the backup at `path`, of which `made` says when it was made, and `lies` where it is."""

    def __init__(self, services: Services, *, path: Path, made: str, lies: str = "") -> None:
        super().__init__("Go back to a backup", theme=services.theme, save_word="Go back", columns=1)
        self._services = services
        self._path = path
        self.section(f"The hub as it was on {made}")
        for sentence in (
            "The window closes and opens again with the hub as it was then. Everything recorded since is no "
            "longer in it.",
            "The hub as it is now isn't lost: its file is kept beside, under another name.",
            "Close every other window on this hub first.",
            lies,
        ):
            if not sentence:
                continue
            self.add_widget(label(sentence, wrap=True))
        self.told = label("Reading what the backup holds …", wrap=True)
        self.add_widget(self.told)
        services.use_aside(
            lambda desk: desk.preview_backup(path), self._tell, words="", failed=self._cannot_tell
        )
        self._sure = self.add(
            TickField("sure", "What was recorded since is not to be in the hub", theme=self.theme)
        )

    def _tell(self, found: Preview) -> None:
        """What the backup holds, and what would be gone."""
        from discharge.actions.backup_command import held_words, lost_words

        if shiboken6.isValid(self.told):
            self.told.setText("\n".join((*held_words(found.held), *lost_words(found))))

    def _cannot_tell(self, error: UserError) -> None:
        if shiboken6.isValid(self.told):
            self.told.setText(f"{error.sentence} {error.mend}")

    def check(self, values: Mapping[str, Any]) -> str:
        return "" if values["sure"] else "Tick that what was recorded since is not to be in the hub."

    def save(self, values: Mapping[str, Any]) -> None:
        self.finished_well()
        self._services.restoring.emit(self._path)


class RemoveAsideForm(FormDialog):
    """Removes the file at `path` that was moved aside; `made` says when. `removed` is called after."""

    def __init__(self, services: Services, *, path: Path, made: str, removed: Callable[[], object]) -> None:
        super().__init__("Remove a file moved aside", theme=services.theme, save_word="Remove", columns=1)
        self._services = services
        self._path = path
        self._removed = removed
        self.section(f"{path.name}, of {made}")
        for sentence in (
            "It holds the hub as it was before it was restored or mended, with everybody in it.",
            "Removed, it is gone for good: nothing that is in it alone can be had again.",
        ):
            self.add_widget(label(sentence, wrap=True))
        self._sure = self.add(TickField("sure", "Nothing in this file is needed any more", theme=self.theme))

    def check(self, values: Mapping[str, Any]) -> str:
        return "" if values["sure"] else "Tick that nothing in this file is needed any more."

    def save(self, values: Mapping[str, Any]) -> None:
        user, path = self._services.user, self._path
        if user is not None:
            self._services.use(lambda desk: desk.remove_aside(path, by=user), self._done, failed=self.refused)

    def _done(self, _nothing: object) -> None:
        self.finished_well()
        self._services.say(f"{self._path.name} was removed.")
        self._removed()
