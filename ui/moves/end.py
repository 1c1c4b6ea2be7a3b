"""What ends something: an isolation by a clinician, a stay, a placement taken back; and what comes after."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from discharge.actions.placements import end, not_released, plan_onward, release, withdraw
from discharge.model.placement import BEFORE_DEPARTED, EndOutcome, PlacementState
from discharge.model.shown.placements import MoveRow
from discharge.words import terms
from discharge.words.counts import sentence_case
from discharge.words.days import day_words
from ui.frame.services import Services
from ui.frame.take_back import step_back
from ui.moves.form import MoveForm
from ui.theme.status import waiting
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.given import GivenFields
from ui.widgets.text import label
from ui.words.moves import isolation_end_words

_OUTCOMES = (
    EndOutcome.SETTLED,
    EndOutcome.WENT_HOME,
    EndOutcome.MOVED_ELSEWHERE,
    EndOutcome.BACK_TO_HOSPITAL,
    EndOutcome.DIED,
)
CLINICIANS = ("consultant", "general practitioner", "infection control nurse", "ward doctor")
WITHDRAWN_BECAUSE = (
    "The person is unwell again",
    "The family has asked for another setting",
    "The person goes home instead",
    "The bed is no longer there",
    "Transport can't be had",
)


class ReleaseForm(MoveForm):
    """A clinician ends an isolation, or gives a date for its end (S5, C4)."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        super().__init__(f"Clinical release: {row.patient_name}", row, services=services, save_word="Release")
        self._facts = self.add_lines()
        self._facts.show_lines([waiting(f"By the rules: {isolation_end_words(row)}")])
        choices = [(name, terms.organism_choice(name)) for name in row.organisms]
        self.organism: ChoiceField[str] = self.add(
            ChoiceField("organism", "Organism", choices, theme=self.theme, required=True)
        )
        self.on = self.add(
            DateField(
                "on", "First night without isolation", theme=self.theme, today=services.today, required=True,
                hint="A day still to come stands as the date until which they isolate.",
            )
        )  # fmt: skip
        self.reason = self.add_why(
            "Why it can end earlier", hint="Needed for a day before the end by the rules.", required=False
        )
        self.section("On whose word", remark="Empty: your own")
        self.given = GivenFields(
            self, who="Clinician", roles=CLINICIANS, how=None, required=False,
            hint="Where it was another clinician's decision.",
        )  # fmt: skip
        self.set_values(
            {
                "organism": choices[0][0] if len(choices) == 1 else None,
                "on": row.isolation_end or services.today(),
            }
        )

    def check(self, values: Mapping[str, Any]) -> str:
        on = values["on"]
        if self._row.ends_earlier(on) and not values["reason"]:
            return f"Say why it can end {day_words(on)}: by the rules, {isolation_end_words(self._row)}"
        return self.given.check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(
                release,
                placement=self._row.id,
                organism=values["organism"],
                on=values["on"],
                reason=values["reason"] or "",
                given=self.given.given(values),
            ),
            done=f"{self._row.patient_name}: isolation ends {day_words(values['on'])}, by a clinician.",
        )


class NotReleasedForm(MoveForm):
    """A clinician was asked, and doesn't end the isolation yet (S5): why."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        super().__init__(
            f"Not released yet: {row.patient_name}", row, services=services, save_word="Not released",
            columns=1,
        )  # fmt: skip
        said = f"They isolate on. By the rules: {isolation_end_words(row)}"
        self.add_lines().show_lines([waiting(said)])
        self.reason = self.add_why("Why not yet")

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(not_released, placement=self._row.id, reason=values["reason"]),
            done=f"{self._row.patient_name} isn't released, and isolates on.",
        )


class OnwardForm(MoveForm):
    """Somebody isolated alone is to have an onward place from the end of isolation."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        super().__init__(
            f"Plan an onward place: {row.patient_name}",
            row,
            services=services,
            save_word="Ask for it",
            columns=1,
        )
        self.until = self.add(
            DateField(
                "until", "Can go on from", theme=self.theme, today=services.today,
                hint="Empty: from the end of isolation. The next plan finds the place.",
            )
        )  # fmt: skip

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(plan_onward, placement=self._row.id, until=values["until"]),
            done=f"{self._row.patient_name} is on the list for an onward place: plan again.",
            undo=step_back(self._row.id),
        )


class EndForm(MoveForm):
    """How a placement ended."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        super().__init__(
            f"How it ended: {row.patient_name}", row, services=services, save_word="Ended", columns=1
        )
        gone = row.state is PlacementState.DEPARTED
        # nobody settles who hasn't arrived
        outcomes = [EndOutcome.BACK_TO_HOSPITAL, EndOutcome.DIED] if gone else list(_OUTCOMES)
        self.outcome: ChoiceField[EndOutcome] = self.add(
            ChoiceField(
                "outcome", "How", [(each, sentence_case(each.words)) for each in outcomes],
                theme=self.theme, required=True,
                hint="Back in hospital they are on the list again; otherwise they leave it.",
            )
        )  # fmt: skip
        self.note = self.add_note()
        self.at = self.add_when()

    def save(self, values: Mapping[str, Any]) -> None:
        outcome: EndOutcome = values["outcome"]
        self.perform(
            partial(
                end,
                placement=self._row.id,
                outcome=outcome,
                note=values["note"] or "",
                at=values["at"],
            ),
            done=f"{self._row.patient_name}: {outcome.words}.",
        )


class WithdrawForm(MoveForm):
    """Takes a placement back before departure; after arrival the stay that is still to come."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        super().__init__(
            f"Withdraw: {row.patient_name}", row, services=services, save_word="Withdraw", columns=1
        )
        name, before = self._setting, row.state in BEFORE_DEPARTED
        after = (
            f"The bed at {name} is free again and {row.patient_name} waits again."
            if before
            else f"The stay at {name} is given up; {row.patient_name} then needs another onward place."
        )
        self.add_widget(label(after, wrap=True))
        self._done = f"Withdrawn: {row.patient_name}, {name}."
        self.reason = self.add_because(WITHDRAWN_BECAUSE)

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(partial(withdraw, placement=self._row.id, reason=str(values["reason"])), done=self._done)
