"""Something unusual was asked where no form is open: its reason, and it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from discharge.model.errors import Asked
from ui.theme.theme import Theme
from ui.widgets.form import FormDialog
from ui.widgets.text import label
from ui.widgets.text_fields import TextField


class AskedForm(FormDialog):
    """The question, and why it is so; `again` goes on with the reason."""

    def __init__(
        self, asked: Asked, again: Callable[[str], None], *, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__("Is this right?", theme=theme, save_word="Go on", columns=1, parent=parent)
        self._again = again
        self.add_widget(label(f"{asked.sentence} {asked.mend}".strip(), wrap=True))
        self.why = self.add(
            TextField(
                "why", "Why it is so", theme=theme, required=True, longest=200, hint="Stands in the record."
            )
        )

    def save(self, values: Mapping[str, Any]) -> None:
        self.finished_well()
        self._again(str(values["why"]))
