"""Today's own entries that can be taken back, and lists that came in, each with what followed from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from discharge.actions.entry_back import take_back_entries
from discharge.actions.imports_back import take_back_import
from discharge.store.ask.own_entries import OwnEntry
from discharge.words.days import instant_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import BECAUSE
from ui.theme.status import Status, neutral, waiting
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.text import label
from ui.words.who import told_apart

NOTHING = "Nothing that you recorded today can be taken back, and no list."
TITLE = "What I recorded today, and lists that came in"


class UndoHistoryForm(ActionForm):
    """One chooses an entry of today, sees what followed, and takes it back with a reason."""

    def __init__(
        self, entries: tuple[OwnEntry, ...], *, services: Services, parent: QWidget | None = None
    ) -> None:
        super().__init__(TITLE, services=services, save_word="Take back", parent=parent)
        self._entries = {each.id: each for each in entries}
        now = services.now()
        choices = [(each.id, _entry_words(each, now=now)) for each in entries]
        self.entry: ChoiceField[str] = self.add(
            ChoiceField("entry", "Entry", choices, theme=self.theme, required=True, hint="The newest first."),
            wide=True,
        )
        self.add_who()
        self._lines = self.add_lines()
        self.add_widget(
            label("It counts no more; the entry and its taking back stay in the record.", wrap=True)
        )
        self.reason = self.add_because(BECAUSE, wide=True)
        self.entry.changed.connect(self._chosen)
        if choices:
            self.set_values({"entry": choices[0][0]})
        self._chosen()

    def _chosen(self) -> None:
        entry = self._entries.get(self.entry.value() or "")
        self.about.show_who(*[entry.who] if entry is not None and entry.who is not None else [])
        if entry is None:
            self._lines.show_lines(
                [neutral("Nothing that you recorded today can be taken back, and no list.")]
            )
            return
        lines: list[Status] = [neutral(entry.sentence if entry.who else f"{entry.about}: {entry.sentence}")]
        if entry.followed:
            lines += [waiting(f"Since then: {each}") for each in entry.followed[-5:]]
        else:
            lines.append(neutral("Nothing was recorded of it since."))
        self._lines.show_lines(lines)

    def save(self, values: Mapping[str, Any]) -> None:
        entry = self._entries[values["entry"]]
        reason = str(values["reason"])
        whole = partial(take_back_import, group=entry.id, reason=reason)
        self.perform(
            whole if entry.is_import else partial(take_back_entries, entries=entry.entries, reason=reason),
            done=f"Taken back: {entry.about}. {entry.sentence}",
        )


def _entry_words(entry: OwnEntry, *, now: datetime) -> str:
    name = told_apart(entry.about, entry.who)
    return f"{instant_words(entry.at, now=now)}, {name}: {entry.sentence}"


__all__ = ["UndoHistoryForm"]
