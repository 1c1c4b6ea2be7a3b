"""The registered manager's word that somebody may come, in person or by phone (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from discharge.actions.placements import accept
from discharge.model.shown.placements import MoveRow
from ui.frame.services import Services
from ui.frame.take_back import step_back
from ui.moves.form import MoveForm
from ui.widgets.given import GivenFields
from ui.words.moves import next_stay


class AcceptForm(MoveForm):
    """Who accepted, in which role, how; and for whom a number was rung."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        stay = next_stay(row)
        super().__init__(
            f"{stay.setting_name} accepts {row.patient_name}", row, services=services, save_word="Accepted"
        )
        self.section("Whose word it is", remark="The registered manager decides on admission (A2)")
        self.given = GivenFields(self, who="Who accepted", role="registered manager", number=stay.phone)
        self.at = self.add_when()
        self.note = self.add_note()

    def check(self, values: Mapping[str, Any]) -> str:
        return self.given.check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        given = self.given.word(values)
        self.perform(
            partial(
                accept,
                placement=self._row.id,
                given=given,
                note=values["note"] or "",
                at=values["at"],
            ),
            done=f"{self._setting} accepts {self._row.patient_name}. Next: book transport.",
            undo=step_back(self._row.id),
        )
