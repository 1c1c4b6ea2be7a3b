"""How far a unit has come on the way to being designated; nothing of it enters a plan."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from discharge.actions.designating import record_designation_step
from discharge.model.designating import DesignationStep
from discharge.model.shown.settings import SettingPage
from discharge.words.counts import sentence_case
from ui.frame.services import Services
from ui.settings.state import StateForm
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.number_fields import WholeNumberField


class DesignationStepForm(StateForm):
    """A step on the way: put forward, inspected, awaiting the CQC, assured, withdrawn, each with its day."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("Designation under way", page, services=services, save_word="Record it")
        theme, today = self.theme, services.today
        self.unit = self.add_one_of("unit", "Unit", [(each.id, each.id) for each in page.units])
        self.step = self.add(
            ChoiceField(
                "step",
                "How far it is",
                [(step, sentence_case(step.words)) for step in DesignationStep],
                theme=theme,
                required=True,
                hint="In no plan until the unit is designated.",
            )
        )
        self.on = self.add(DateField("on", "On", theme=theme, today=today, past=True, required=True))
        self.beds = self.add(
            WholeNumberField("beds", "Number of beds", theme=theme, least=1, most=2_000, required=True)
        )
        there = {each.unit: each for each in page.under_way}
        before = there.get(self.unit.value() or "")
        self.set_values(
            {
                "step": before.step if before is not None else DesignationStep.PUT_FORWARD,
                "on": today(),
                "beds": before.beds if before is not None else None,
            }
        )

    def save(self, values: Mapping[str, Any]) -> None:
        step, unit = DesignationStep(values["step"]), str(values["unit"])
        self.perform(
            partial(
                record_designation_step,
                setting=self._page.row.id,
                unit=unit,
                step=step,
                on=values["on"],
                beds=values["beds"],
            ),
            done=f"{self._page.row.name}, {unit}: {step.words}.",
        )
