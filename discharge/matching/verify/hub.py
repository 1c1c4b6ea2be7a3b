"""A case looked up by its ids, for reading a plan against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from discharge.matching.verify.course import Course, Known, known_of
from discharge.model.case import Case
from discharge.model.patient import Patient
from discharge.model.plan import Stay
from discharge.model.setting import Beds, Setting, Unit
from discharge.rules.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class Where:
    """The beds that a stay names, with their unit and setting."""

    setting: Setting
    unit: Unit
    beds: Beds

    def designated_on(self, night: date) -> bool:
        """Whether the unit's designation is valid on a night."""
        span = self.unit.designated
        return span is not None and span.start <= night and (span.end is None or night < span.end)


class Hub:
    """The patients and settings of a case, and each person's course under its rules."""

    def __init__(self, case: Case, *, rules: RuleSet) -> None:
        self.case = case
        self.rules = rules
        self.day0 = case.day0
        self.patients = {patient.id: patient for patient in case.patients}
        self.settings = {setting.id: setting for setting in case.settings}
        self.locked = {placement.patient: placement for placement in case.locked}
        self._known: dict[str, Known] = {}
        self._courses: dict[tuple[str, date], Course] = {}

    def where(self, stay: Stay) -> Where | None:
        """The beds of a stay; None where it names none of the case."""
        setting = self.settings.get(stay.setting)
        for unit in setting.units if setting is not None else ():
            for beds in unit.beds:
                if setting is not None and unit.id == stay.unit and beds.id == stay.beds:
                    return Where(setting, unit, beds)
        return None

    def course(self, patient: Patient, start: date) -> Course:
        """What the patient's infections ask for, leaving hospital on `start`."""
        key = (patient.id, start)
        if key not in self._courses:
            if patient.id not in self._known:
                self._known[patient.id] = known_of(patient, self.case, rules=self.rules)
            self._courses[key] = self._known[patient.id].course(start)
        return self._courses[key]

    def horizon_end(self) -> date:
        """The first day on which no stay may start any more."""
        return self.day0 + timedelta(days=self.case.horizon_days)

    def capacity_unknown(self, setting: Setting) -> bool:
        """N8: there is no capacity return, or it has expired."""
        reported = setting.capacity_reported_at
        return reported is None or self.case.as_at - reported > timedelta(days=self.rules.expired_days)

    def must_phone(self, setting: Setting) -> bool:
        """N8: the capacity return is stale."""
        reported = setting.capacity_reported_at
        return reported is not None and self.case.as_at - reported > timedelta(hours=self.rules.stale_hours)


def nights_that_differ(stay: Stay, dates: frozenset[date]) -> list[date]:
    """The stay's first night, and each of `dates` that is one of its nights: between two nothing changes."""
    if stay.end is not None and stay.end <= stay.start:
        return []
    inside = {when for when in dates if stay.start < when and (stay.end is None or when < stay.end)}
    return [stay.start, *sorted(inside)]
