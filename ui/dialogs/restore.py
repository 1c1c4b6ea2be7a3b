"""The hub goes back to one of its backups: what will happen is said, then it is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from ui.widgets.fields import TickField
from ui.widgets.form import FormDialog
from ui.widgets.text import label
from ui.workplace import Workplace


class RestoreForm(FormDialog):
    """Go back to the backup at `path`, of which `made` says when it was made."""

    def __init__(self, workplace: Workplace, *, path: Path, made: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "Go back to a backup", theme=workplace.theme, save_word="Go back", columns=1, parent=parent
        )
        self._workplace = workplace
        self._path = path
        self.section(f"The hub as it was on {made}")
        for sentence in (
            "The window closes and opens again with the hub as it was then. Everything recorded since is no "
            "longer in it.",
            "The hub as it is now isn't lost: its file is kept beside, under another name.",
            "Close every other window on this hub first.",
        ):
            self.add_widget(label(sentence, wrap=True))
        self._sure = self.add(
            TickField("sure", "What was recorded since is not to be in the hub", theme=self.theme)
        )

    def check(self, values: Mapping[str, Any]) -> str:
        return "" if values["sure"] else "Tick that what was recorded since is not to be in the hub."

    def save(self, values: Mapping[str, Any]) -> None:
        self.finished_well()
        self._workplace.restoring.emit(self._path)
