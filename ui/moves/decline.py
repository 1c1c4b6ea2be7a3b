"""A setting's no, with its coded reason (A3); or no answer by the clock."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from discharge.actions.placements import decline, no_answer
from discharge.model.placement import DeclineReason
from discharge.model.shown.placements import MoveRow
from discharge.words.days import age_words
from ui.frame.services import Services
from ui.frame.take_back import step_back
from ui.moves.form import MoveForm
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.given import GivenFields
from ui.widgets.text import label
from ui.words.moves import next_stay

REASONS = [(reason, reason.words) for reason in DeclineReason]


class DeclineForm(MoveForm):
    """Why the setting declined, and whose word it is."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        stay = next_stay(row)
        super().__init__(
            f"{stay.setting_name} declines {row.patient_name}", row, services=services, save_word="Declined"
        )
        self.section("Why")
        self.code: ChoiceField[DeclineReason] = self.add(
            ChoiceField(
                "code", "Reason", REASONS, theme=self.theme, required=True,
                hint="It isn't offered this person again until its capacity return changes (A3).",
            ),
            wide=True,
        )  # fmt: skip
        self.note = self.add_note("In their words", wide=True)
        self.section("Whose word it is")
        self.given = GivenFields(self, who="Who declined", number=stay.phone)
        self.at = self.add_when()

    def check(self, values: Mapping[str, Any]) -> str:
        if values["code"] is DeclineReason.OTHER and not values["note"]:
            return "Say in their words what the other reason is."
        return self.given.check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        given = self.given.word(values)
        self.perform(
            partial(
                decline,
                placement=self._row.id,
                code=values["code"],
                given=given,
                note=values["note"] or "",
                at=values["at"],
            ),
            done=f"{self._setting} declined {self._row.patient_name}. Plan again to find another place.",
            undo=step_back(self._row.id),
        )


class NoAnswerForm(MoveForm):
    """Nobody answered by the clock; the person waits again, and the setting may be asked again."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        stay = next_stay(row)
        super().__init__(
            f"No answer from {stay.setting_name}: {row.patient_name}",
            row,
            services=services,
            save_word="No answer",
            columns=1,
        )
        if stay.told_at is not None:
            waited = age_words(services.now() - stay.told_at)
            self.add_widget(
                label(f"Told {waited} ago. Afterwards {row.patient_name} waits again.", wrap=True)
            )
        self.note = self.add_note(placeholder="Rang three times")

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(no_answer, placement=self._row.id, note=values["note"] or ""),
            done=f"No answer from {self._setting}. Plan again to find another place.",
            undo=step_back(self._row.id),
        )
