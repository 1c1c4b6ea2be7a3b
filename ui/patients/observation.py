"""What was seen of a person's infection is recorded, corrected, or withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar

from PySide6.QtGui import QShowEvent

from discharge.actions.infections import (
    correct_observation,
    earlier_key,
    record_observation,
    withdraw_observation,
)
from discharge.model.infection import Clearance, Exposure, Observation, Symptoms, Test
from discharge.model.shown.patients import PatientPage, PatientRow, RecordedObservation
from discharge.words import terms
from discharge.words.days import day_words, instant_words
from ui.frame.action_form import ActionForm
from ui.frame.hits import WhomItHits
from ui.frame.services import Services
from ui.frame.take_back import all_back, entry_back
from ui.theme.status import waiting
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField, InstantField

BY_MISTAKE = "Entered by mistake"


def when_words(seen: Observation, *, services: Services) -> str:
    """When an observation's event was: "Sun 15 Nov 06:00", "Mon 9 Nov"."""
    at = terms.observed_on(seen)
    if isinstance(seen, Test):
        return instant_words(seen.specimen_at, now=services.now())
    assert not hasattr(at, "hour")
    return day_words(at, today=services.today())


class ObservationForm(ActionForm):
    """What the forms of one kind of observation share: the organism, and how it is saved.

    With `correcting` the form corrects what is on record and asks for the reason.
    """

    heading: ClassVar[str] = ""

    def __init__(
        self,
        page: PatientPage,
        *,
        services: Services,
        organisms: Sequence[str],
        correcting: RecordedObservation | None = None,
        organism: str = "",
    ) -> None:
        doing = "Correct" if correcting is not None else "Record"
        super().__init__(f"{doing} {self.heading}: {page.row.name}", services=services)
        self._page = page
        self.add_who(page.row.who)
        self._correcting = correcting
        names = list(dict.fromkeys(organisms))
        if correcting is not None and correcting.observation.organism not in names:
            names.append(correcting.observation.organism)
        self.organism = self.add(
            ChoiceField(
                "organism",
                "Organism",
                [(name, terms.organism_choice(name)) for name in names],
                theme=self.theme,
                none="",
                required=True,
            )
        )
        self.lay_out()
        self.whom = WhomItHits(self, patient=page.row)
        if correcting is not None:
            self.reason = self.add_why(
                "Why it is corrected", hint="What was recorded first stays readable, struck through."
            )
        first = {"organism": organism or (names[0] if names else None), **self.defaults()}
        if correcting is not None:
            first = self.read(correcting.observation)
        self.set_values(first)
        self.fit()
        self._first = self.values()

    # --------------------------------------------------------- for subclasses

    def lay_out(self) -> None:
        """Adds the fields of this kind."""
        raise NotImplementedError

    def defaults(self) -> dict[str, Any]:
        """What stands in the fields at first."""
        return {}

    def read(self, seen: Any) -> dict[str, Any]:
        """The fields' values of an observation on record."""
        fields: dict[str, Any] = seen.model_dump(exclude={"kind"})
        return fields

    def fit(self) -> None:
        """Shows and hides fields that hang on others."""

    def observation(self, values: Mapping[str, Any]) -> Observation:
        """What is entered."""
        raise NotImplementedError

    def done_words(self, seen: Observation) -> str:
        """What the undo bar says."""
        return f"{terms.observation(seen, now=self.services.now())}. On record for {self._page.row.name}."

    # ----------------------------------------------------------------- saving

    def save(self, values: Mapping[str, Any]) -> None:
        seen = self.observation(values)
        if self._correcting is not None:
            before = self._correcting
            self.perform(
                partial(
                    correct_observation,
                    observation_id=before.id,
                    observation=seen,
                    reason=str(values["reason"]),
                ),
                done=f"Corrected. {self.done_words(seen)}",
                undo=all_back(BY_MISTAKE, "Take the correction back"),
                then=self.whom.go_on,
            )
            return
        self.perform(
            partial(record_observation, patient=self._page.row.id, observation=seen),
            done=self.done_words(seen),
            undo=all_back(BY_MISTAKE, "Withdraw it"),
            then=self.whom.go_on,
        )


class TestForm(ObservationForm):
    """A test: result, specimen and report."""

    __test__ = False
    heading = "test"

    def lay_out(self) -> None:
        theme, now = self.theme, self.services.now
        self.outcome = self.add(
            ChoiceField("result", "Result", list(terms.RESULTS.items()), theme=theme, required=True)
        )
        self.specimen = self.add(
            InstantField("specimen_at", "Specimen taken", theme=theme, now=now, past=True, required=True)
        )
        self.reported = self.add(
            InstantField("reported_at", "Result reported", theme=theme, now=now, past=True, required=True)
        )
        self.outcome.changed.connect(self.fit)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # the organism stands there already
        self.outcome.focus_first()

    def defaults(self) -> dict[str, Any]:
        now = self.services.now()
        awaited = next((test for test in self._awaited()), None)
        if awaited is None:
            return {"specimen_at": now, "reported_at": now}
        # most likely the result that is waited for
        return {"organism": awaited.organism, "specimen_at": awaited.specimen_at, "reported_at": now}

    def _awaited(self) -> list[Test]:
        tests = [each.observation for each in standing(self._page) if isinstance(each.observation, Test)]
        answered = {(test.organism, test.specimen_at) for test in tests if test.result != "pending"}
        return [
            test
            for test in tests
            if test.result == "pending" and (test.organism, test.specimen_at) not in answered
        ]

    def fit(self) -> None:
        self.reported.setVisible(self.outcome.value() not in (None, "pending"))

    def check(self, values: Mapping[str, Any]) -> str:
        reported = values.get("reported_at")
        if reported is not None and reported < values["specimen_at"]:
            return "The result was reported before the specimen was taken. Look at both times again."
        return ""

    def observation(self, values: Mapping[str, Any]) -> Test:
        return Test(
            organism=values["organism"],
            result=values["result"],
            specimen_at=values["specimen_at"],
            reported_at=values.get("reported_at"),
        )


class SymptomsForm(ObservationForm):
    """Symptoms: their first day, and the first day without them."""

    heading = "symptoms"

    def lay_out(self) -> None:
        theme, today = self.theme, self.services.today
        self.onset = self.add(
            DateField(
                "onset_on", "First day with symptoms", theme=theme, today=today, past=True, required=True
            )
        )
        self.resolved = self.add(
            DateField(
                "resolved_on",
                "First day without them",
                theme=theme,
                today=today,
                past=True,
                hint="Empty while they last.",
            )
        )

    def defaults(self) -> dict[str, Any]:
        return {"onset_on": self.services.today()}

    def check(self, values: Mapping[str, Any]) -> str:
        resolved = values["resolved_on"]
        if resolved is not None and resolved < values["onset_on"]:
            return "The first day without symptoms lies before the first day with them."
        return ""

    def observation(self, values: Mapping[str, Any]) -> Symptoms:
        return Symptoms(
            organism=values["organism"], onset_on=values["onset_on"], resolved_on=values["resolved_on"]
        )


class ExposureForm(ObservationForm):
    """A contact with somebody who had the organism."""

    heading = "contact"

    def lay_out(self) -> None:
        self.exposed = self.add(
            DateField(
                "exposed_on",
                "Day of the contact",
                theme=self.theme,
                today=self.services.today,
                past=True,
                required=True,
                hint="The last day, where it went on.",
            )
        )

    def defaults(self) -> dict[str, Any]:
        return {"exposed_on": self.services.today()}

    def observation(self, values: Mapping[str, Any]) -> Exposure:
        return Exposure(organism=values["organism"], exposed_on=values["exposed_on"])


class ClearanceForm(ObservationForm):
    """A clinician's word: released on a date, or to isolate until one (S5)."""

    heading = "clinical release"

    def lay_out(self) -> None:
        theme, today = self.theme, self.services.today
        self.kind = self.add(
            ChoiceField(
                "kind",
                "The clinician's word",
                [("released", "Released from isolation"), ("until", "To isolate until a date")],
                theme=theme,
                none="",
                required=True,
            )
        )
        self.released = self.add(
            DateField(
                "released_on",
                "Released on",
                theme=theme,
                today=today,
                past=True,
                required=True,
                hint="The night of that day is free.",
            )
        )
        self.until = self.add(
            DateField(
                "isolate_until",
                "Isolate until",
                theme=theme,
                today=today,
                required=True,
                hint="The night of that day is free.",
            )
        )
        self.by_rule = self.add_lines()
        self.by_rule.setAccessibleName("The end by the rules")
        self.by_rule.show_lines([waiting(f"By the rules: {_end_words(self._page.row, today=today())}")])
        self.earlier = self.add_why(
            "Why it can end earlier",
            key="earlier",
            hint="Needed for a day before the end by the rules.",
            required=False,
        )
        self.kind.changed.connect(self.fit)

    def defaults(self) -> dict[str, Any]:
        today, end = self.services.today(), self._page.row.infection.isolation_end
        kind = "until" if end is not None and end > today else "released"
        return {"kind": kind, "released_on": today, "isolate_until": end}

    def check(self, values: Mapping[str, Any]) -> str:
        row, today = self._page.row, self.services.today()
        seen = self.observation(values)
        on, end = seen.released_on or seen.isolate_until, row.infection.isolation_end
        earlier = row.infection.open_ended or (end is not None and on is not None and on < end)
        mine = row.infection.organisms == (seen.organism,)  # of several the action knows each end
        if on is not None and mine and earlier and not values["earlier"]:
            when = day_words(on, today=today)
            return f"Say why it can end {when}: by the rules, {_end_words(row, today=today)}"
        return super().check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        if values["earlier"]:
            self._answers[earlier_key(self._page.row.id, self.observation(values))] = str(values["earlier"])
        super().save(values)

    def read(self, seen: Any) -> dict[str, Any]:
        return {**super().read(seen), "kind": "released" if seen.released_on else "until"}

    def fit(self) -> None:
        released = self.kind.value() == "released"
        self.released.setVisible(released)
        self.until.setVisible(not released)

    def observation(self, values: Mapping[str, Any]) -> Clearance:
        return Clearance(
            organism=values["organism"],
            released_on=values.get("released_on"),
            isolate_until=values.get("isolate_until"),
        )


def _end_words(row: PatientRow, *, today: date) -> str:
    """Until when they isolate as the rules have it."""
    if row.infection.open_ended:
        return "the isolation has no end in sight."
    end, least = row.infection.isolation_end, row.infection.isolation_least
    if end is None:
        return "they don't isolate."
    well = ", and not before they are well" if least is not None else ""
    return f"the first night without isolation is {day_words(end, today=today)}{well}."


FORMS: Mapping[str, type[ObservationForm]] = {
    "test": TestForm,
    "symptoms": SymptomsForm,
    "exposure": ExposureForm,
    "clearance": ClearanceForm,
}
"""The form of each kind of observation."""


def standing(page: PatientPage) -> list[RecordedObservation]:
    """The observations that count: those not withdrawn."""
    return [recorded for recorded in page.observations if not recorded.withdrawn]


class OneOfForm(ActionForm):
    """A form over one of a person's observations that count, chosen among them."""

    def __init__(
        self, title: str, page: PatientPage, *, services: Services, save_word: str, hint: str = ""
    ) -> None:
        super().__init__(f"{title}: {page.row.name}", services=services, save_word=save_word)
        self._page = page
        self.add_who(page.row.who)
        self.which = self.add(
            ChoiceField(
                "which",
                "What was recorded",
                observation_choices(page, services=services),
                theme=self.theme,
                none="",
                required=True,
                hint=hint,
            ),
            wide=True,
        )

    def chosen(self, values: Mapping[str, Any]) -> RecordedObservation:
        """The one that is chosen."""
        return next(each for each in self._page.observations if each.id == values["which"])


class WithdrawForm(OneOfForm):
    """Withdraws one of a person's observations."""

    def __init__(
        self, page: PatientPage, *, services: Services, recorded: RecordedObservation | None = None
    ) -> None:
        super().__init__(
            "Withdraw an observation",
            page,
            services=services,
            save_word="Withdraw",
            hint="It stays readable, struck through, and never counts again.",
        )
        self.whom = WhomItHits(self, patient=page.row)
        self.reason = self.add_why("Why it is withdrawn", placeholder="Another person's result")
        if recorded is not None:
            self.set_values({"which": recorded.id})

    def save(self, values: Mapping[str, Any]) -> None:
        recorded = self.chosen(values)
        self.perform(
            partial(withdraw_observation, observation_id=recorded.id, reason=str(values["reason"])),
            done=f"Withdrawn: {terms.observation(recorded.observation, now=self.services.now())}.",
            undo=entry_back("Record it again"),
            then=self.whom.go_on,
        )


def observation_choices(page: PatientPage, *, services: Services) -> list[tuple[str, str]]:
    """The observations that count, as a choice."""
    now = services.now()
    return [
        (
            recorded.id,
            f"{when_words(recorded.observation, services=services)}: "
            f"{terms.observation(recorded.observation, now=now)}",
        )
        for recorded in standing(page)
    ]


class WhichForm(OneOfForm):
    """Asks which observation is to be corrected, where the record holds several."""

    def __init__(
        self, page: PatientPage, *, services: Services, then: Callable[[RecordedObservation], object]
    ) -> None:
        super().__init__("Correct an observation", page, services=services, save_word="Correct …")
        self._then = then

    def save(self, values: Mapping[str, Any]) -> None:
        recorded = self.chosen(values)
        self.finished_well()
        self._then(recorded)


def first_organism(page: PatientPage, organisms: Sequence[str]) -> str:
    """The organism that a new observation is most likely about: that of the latest one."""
    latest = next((each.observation.organism for each in standing(page)), "")
    return latest or (organisms[0] if organisms else "")
