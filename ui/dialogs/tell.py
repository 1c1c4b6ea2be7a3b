"""Tell the setting the test result and the needs (C5): the offer, from which its clock runs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from discharge.actions.placements import tell
from discharge.model.hub_patient import PatientPage
from discharge.model.hub_placement import BEFORE_DEPARTED, MoveRow, StayView
from ui import words
from ui.dialogs.action_form import ActionForm
from ui.dialogs.given import GivenFields
from ui.dialogs.take_back import step_back
from ui.pages.patient_words import infection_status
from ui.theme.status import neutral
from ui.widgets.fields import InstantField, TextField
from ui.widgets.pickers import SuggestField
from ui.widgets.text import Lines
from ui.workplace import Workplace


class TellForm(ActionForm):
    """The result and the needs were told to the setting that is next."""

    def __init__(self, row: MoveRow, *, workplace: Workplace, parent: QWidget | None = None) -> None:
        stay = next_stay(row)
        again = stay.told_at is not None
        title = f"Tell {stay.setting_name} {'again' if again else ''}".strip()
        super().__init__(f"{title}: {row.patient_name}", workplace=workplace, save_word="Told", parent=parent)
        self._row = row
        self._setting = stay.setting_name
        self.section("What was told")
        self._facts = Lines(theme=self.theme)
        self.add_widget(self._facts)
        self.told = self.add(
            SuggestField(
                "result", "Test result", theme=self.theme, required=True,
                missing="Say which result was told: nobody leaves before the setting knows it (C5).",
                hint="As the setting was told it.",
            ),
            wide=True,
        )  # fmt: skip
        self.assessor = self.add(
            TextField(
                "assessor", "Trusted assessor", theme=self.theme, longest=200,
                hint="Who assessed for the setting, where somebody did.",
            )
        )  # fmt: skip
        self.at = self.add(
            InstantField("at", "When", theme=self.theme, now=workplace.now, past=True, hint="Empty: now.")
        )
        self.section("Who was told")
        self.given = GivenFields(self, number=stay.phone)
        self.ask_patient()

    def ask_patient(self) -> None:
        """Read what is known of the person, to say it on the phone."""
        patient = self._row.patient
        self.workplace.ask(lambda queries: queries.patient(patient), self._known, replaces="tell/patient")

    def _known(self, page: PatientPage) -> None:
        now = self.workplace.now()
        seen = [each.observation for each in page.observations if not each.withdrawn]
        said = [words.observation(each, now=now) for each in seen]
        self.told.suggest(said)
        if said and self.told.empty():
            self.told.set_value(said[0])
            if self.told.isAncestorOf(self.focusWidget() or self):
                # the result stands there already: on to what has to be typed
                self.given.name.focus_first()
        needs = words.needs(page.details.needs)
        care = words.care(page.details.care)
        known = neutral(f"Care: {care or 'not recorded'}. Needs: {needs or 'none recorded'}.")
        self._facts.show_lines([infection_status(page.row.infection, now=now), known])
        self.set_values(self.values())

    def check(self, values: Mapping[str, Any]) -> str:
        return self.given.check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        given = self.given.given(values)
        assert given is not None  # the name is asked for
        self.perform(
            partial(
                tell,
                placement=self._row.id,
                result=str(values["result"]),
                given=given,
                assessor=values["assessor"] or "",
                at=values["at"],
            ),
            done=f"{self._setting} was told. Its answer is awaited.",
            undo=step_back(self._row.id),
        )


def next_stay(row: MoveRow) -> StayView:
    """The stay that the next step is about: after departure the one to come, where there is one."""
    if row.state in BEFORE_DEPARTED:
        return row.stays[0]
    later = row.stays[row.stay + 1 :]
    return later[0] if later else row.current
