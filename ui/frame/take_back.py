"""A step recorded by mistake is taken back: in the undo bar at once, by this form later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from discharge.actions.entry_back import take_back_entries
from discharge.actions.taking_back import take_back_step, withdraw_return
from discharge.model.shown.placements import MoveRow
from ui.frame.action_form import ActionForm
from ui.frame.services import Services, Undo
from ui.theme.status import neutral
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.ask.queries import Queries

AT_ONCE = "Recorded by mistake, taken back at once"
BECAUSE = (
    "Recorded by mistake",
    "Recorded for the wrong person",
    "The setting was misunderstood",
    "It didn't happen",
)


def step_back(placement: str) -> Callable[[Changed], Undo]:
    """The way back from a step that was just recorded."""

    def made(changed: Changed) -> Undo:
        action = partial(take_back_step, placement=placement, reason=AT_ONCE, step=changed.entries[0])
        return Undo("Take back", action)

    return made


def entry_back(word: str, *, at: int = 0) -> Callable[[Changed], Undo]:
    """The way back from what was just recorded, where one of its entries is what it was: `at`."""

    def made(changed: Changed) -> Undo:
        return Undo(word, partial(take_back_entries, entries=[changed.entries[at]], reason=AT_ONCE))

    return made


def all_back(reason: str, word: str = "Take back") -> Callable[[Changed], Undo]:
    """The way back from all that was just recorded, entry by entry."""

    def made(changed: Changed) -> Undo:
        return Undo(word, partial(take_back_entries, entries=changed.entries, reason=reason))

    return made


def return_back(setting: str) -> Callable[[Changed], Undo]:
    """The way back from a capacity return, or from "no change", that was just recorded."""

    def made(changed: Changed) -> Undo:
        action = partial(withdraw_return, setting=setting, reason=AT_ONCE, entry=changed.entries[0])
        return Undo("Take back", action)

    return made


class TakeBackForm(ActionForm):
    """Takes back the last step of a placement, with a reason; both stay in the record."""

    def __init__(self, row: MoveRow, *, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Take back the last step: {row.patient_name}",
            services=services, save_word="Take back", columns=1, parent=parent,
        )  # fmt: skip
        self._row = row
        self.add_who(row.who)
        self._step: str | None = None
        self._said = ""
        self._lines = self.add_lines()
        self.add_widget(
            label(
                "It counts no more, and the placement stands as before it. Both stay in the record.",
                wrap=True,
            )
        )
        self.reason = self.add_because(BECAUSE)
        services.ask(self._last_step, self._known, replaces="take_back/step")

    def _last_step(self, queries: Queries) -> tuple[str, str]:
        last = queries.last_step(self._row.id)
        return last.line.id, last.said

    def _known(self, found: tuple[str, str]) -> None:
        self._step, said = found
        self._said = f"Last step: {said}"
        self._lines.show_lines([neutral(self._said)])

    def said(self) -> str:
        """Which step it is, as the form says it; empty until it has been read."""
        return self._said

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(take_back_step, placement=self._row.id, reason=str(values["reason"]), step=self._step),
            done=f"{self._row.patient_name}: the last step is taken back.",
        )
