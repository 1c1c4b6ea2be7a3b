"""The setting is told the test result and the needs (C5): the offer, from which its clock runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from discharge.actions.placements import tell
from discharge.model.errors import NotAllowed, UserError
from discharge.model.shown.patients import PatientPage, RecordedAssessment
from discharge.model.shown.placements import MoveRow
from discharge.store.ask.telling import ToTell
from discharge.words import terms
from discharge.words.days import day_words
from ui.frame.services import Services
from ui.frame.take_back import step_back
from ui.moves.form import MoveForm
from ui.theme.status import Status, neutral, waiting
from ui.widgets.choice_fields import TickField
from ui.widgets.given import GivenFields
from ui.widgets.text_fields import TextField
from ui.words.moves import next_stay
from ui.words.people import infection_status


class TellForm(MoveForm):
    """The result and the needs were told to the setting that is next."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        stay = next_stay(row)
        again = stay.told_at is not None
        title = f"Tell {stay.setting_name} {'again' if again else ''}".strip()
        super().__init__(f"{title}: {row.patient_name}", row, services=services, save_word="Told")
        self._again, self._told = again, stay.told_result
        self.section("What is to be told", remark="As the record says it; nobody leaves before (C5)")
        self._says = ""
        self._facts = self.add_lines()
        self.confirmed = self.add(
            TickField("confirmed", "The setting was told exactly this, and the needs", theme=self.theme),
            wide=True,
        )
        self.assessor = self.add(
            TextField(
                "assessor", "Trusted assessor", theme=self.theme, longest=200,
                hint="Who assessed for the setting, where somebody did.",
            )
        )  # fmt: skip
        self.at = self.add_when()
        self.section("Who was told")
        self.given = GivenFields(self, number=stay.phone)
        self.ask_patient()

    def ask_patient(self) -> None:
        """Reads what is known of the person, to say it on the phone."""
        patient = self._row.patient
        self.services.ask(
            lambda queries: (
                queries.patient(patient),
                queries.to_tell(patient),
                queries.assessments(patient),
            ),
            self._known,
            replaces="tell/patient",
        )

    def _known(self, found: tuple[PatientPage, ToTell, tuple[RecordedAssessment, ...]]) -> None:
        page, to_tell, assessments = found
        now = self.services.now()
        self._says = to_tell.says
        needs = terms.needs(page.details.needs)
        care = terms.care(page.details.care)
        known = neutral(f"Care: {care or 'not recorded'}. Needs: {needs or 'none recorded'}.")
        status = infection_status(page.row.infection, now=now)
        lines = [Status(self._says, status.tone, icon_name=status.icon_name), status, known]
        if self._again:
            before = f"It was told before: {self._told}" if self._told else "It was told before."
            lines.append(waiting(f"{before} It has to accept again."))
        lines += self._assessed(assessments)
        self._facts.show_lines(lines)

    def _assessed(self, assessments: Sequence[RecordedAssessment]) -> list[Status]:
        """What the newest assessment that names this setting found; its assessor is offered."""
        setting = next_stay(self._row).setting
        named = (each for each in assessments if not each.withdrawn and setting in each.assessment.settings)
        newest = next(named, None)
        if newest is None:
            return []
        said = newest.assessment
        if self.assessor.empty():
            self.assessor.set_value(said.assessor)
        day = day_words(said.on, today=self.services.today())
        return [neutral(f"{said.assessor} assessed for them, {day}: {said.findings}")]

    def says(self) -> str:
        """What is to be told, as the form shows it; empty until it has been read."""
        return self._says

    def refused(self, error: UserError) -> None:
        super().refused(error)
        if isinstance(error, NotAllowed) and error.rule == "C5":
            # the record says something else by now: it is shown, and confirmed anew
            self.confirmed.set_value(False)
            self.ask_patient()

    def check(self, values: Mapping[str, Any]) -> str:
        if not values["confirmed"]:
            return "Say that the setting was told this: nobody leaves before it knows (C5)."
        return self.given.check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        given = self.given.word(values)
        self.perform(
            partial(
                tell,
                placement=self._row.id,
                result=self._says or None,
                given=given,
                assessor=values["assessor"] or "",
                at=values["at"],
            ),
            done=f"{self._setting} was told. Its answer is awaited.",
            undo=step_back(self._row.id),
        )
