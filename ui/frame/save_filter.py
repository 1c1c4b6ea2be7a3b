"""The filters that are in force get a name, to be had again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ui.theme.theme import Theme
from ui.widgets.form import FormDialog
from ui.widgets.text import label
from ui.widgets.text_fields import TextField


class SaveFilterForm(FormDialog):
    """Asks for a name; `keep(name)` keeps the filter. `taken` are the names there are."""

    def __init__(
        self, *, theme: Theme, what: str, taken: Sequence[str], keep: Callable[[str], object]
    ) -> None:
        super().__init__("Save these filters", theme=theme, save_word="Save", columns=1)
        self._keep = keep
        self._taken = {name.casefold() for name in taken}
        self.add_widget(label(what, wrap=True))
        self.name = self.add(
            TextField(
                "name", "Name", theme=theme, required=True, longest=60,
                hint="Kept on this computer, in the menu “Saved filters”.",
            )
        )  # fmt: skip
        self.name.changed.connect(self._say_if_taken)

    def _say_if_taken(self) -> None:
        there = (self.name.value() or "").casefold() in self._taken
        self._state.setText("There is one of that name: it is replaced." if there else "")

    def save(self, values: Mapping[str, Any]) -> None:
        self._keep(str(values["name"]))
        self.finished_well()
