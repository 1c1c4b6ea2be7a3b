"""A trusted assessor's assessment: what was found, and for which homes it stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from discharge.actions.reviews import record_assessment
from discharge.model.base import YesNo
from discharge.model.patient import Care
from discharge.model.review import Assessment
from discharge.model.shown.patients import PatientPage
from discharge.words import terms
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.pickers import Offers, PickManyField
from ui.widgets.text_fields import TextAreaField, TextField

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries


class AssessmentForm(ActionForm):
    """Records an assessment. It is a paper's line and a home's own assessment; no plan asks for it."""

    def __init__(self, page: PatientPage, *, services: Services) -> None:
        super().__init__(f"Trusted assessment: {page.row.name}", services=services)
        self._page = page
        self.add_who(page.row.who)
        theme = self.theme
        self.section("Who assessed")
        self.add(TextField("assessor", "Assessor", theme=theme, required=True, longest=200))
        self.add(TextField("organisation", "Of", theme=theme, longest=200, placeholder="Trust or provider"))
        self.add(DateField("on", "Assessed on", theme=theme, today=services.today, past=True, required=True))
        self.section("What was found")
        levels = list(terms.LEVELS.items())
        self.add(ChoiceField("level", "Level of care", levels, theme=theme, none="Not assessed"))
        self.add(
            ChoiceField(
                "specialism", "Specialism", list(terms.SPECIALISMS.items()), theme=theme, none="Not assessed"
            )
        )
        self.add(
            TextAreaField("findings", "Findings", theme=theme, rows=5, longest=2_000, required=True),
            wide=True,
        )
        self.section("For whom it stands")
        self.settings = self.add(
            PickManyField("settings", "Homes", theme=theme, noun="setting of this hub"), wide=True
        )
        self.add(
            ChoiceField(
                "agreed", "They agreed that it stands for their own", terms.said(terms.ASKED), theme=theme,
                none=terms.ASKED[YesNo.NOT_KNOWN],
            )
        )  # fmt: skip
        care = page.details.care
        self.set_values(
            {
                "on": services.today(),
                "level": care.level if care is not None else None,
                "specialism": care.specialism if care is not None else None,
            }
        )
        services.ask(_homes, self._offer, replaces="assessment/homes")

    def _offer(self, homes: Offers) -> None:
        self.settings.offer(homes)

    def check(self, values: Mapping[str, Any]) -> str:
        if (values["level"] is None) != (values["specialism"] is None):
            return "Give both the level of care and the specialism, or neither."
        return ""

    def save(self, values: Mapping[str, Any]) -> None:
        care = Care(level=values["level"], specialism=values["specialism"]) if values["level"] else None
        assessment = Assessment(
            assessor=values["assessor"],
            organisation=values["organisation"] or "",
            on=values["on"],
            care=care,
            findings=values["findings"],
            settings=tuple(values["settings"] or ()),
            agreed=values["agreed"] or YesNo.NOT_KNOWN,
        )
        differs = care is not None and care != self._page.details.care
        more = " The level of care on record is another: amend it if this is right." if differs else ""
        self.perform(
            partial(record_assessment, patient=self._page.row.id, assessment=assessment),
            done=f"The assessment of {self._page.row.name} is recorded.{more}",
            undo=entry_back("Take back"),
        )


def _homes(queries: Queries) -> Offers:
    return Offers(queries.setting_names())
