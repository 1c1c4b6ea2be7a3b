"""Single changes of a case that might help, each as data: what, where, for whom, and the case it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import get_args

from discharge.matching.answers.reading import Json, labels_of, patient_of
from discharge.model.case import Case
from discharge.model.infection import Attestation, Test, organism_name
from discharge.model.patient import Patient
from discharge.model.setting import Beds, Category, Free, Setting, Span, Unit
from discharge.model.time import FIRST_YEAR
from discharge.words.counts import listing

SOONER_DAYS = 2
FARTHER_KM = 3
DEARER_POUNDS = 100
ATTESTATIONS: tuple[Attestation, ...] = get_args(Attestation)


class Kind(StrEnum):
    """What is changed."""

    BED = "bed"
    """One more bed, with a place to isolate in where its unit has them."""
    PLACE = "place"
    """One more place to isolate in."""
    NEW_BED = "new_bed"
    """One more bed of a category that the unit has none of; `beds` is the category."""
    OPEN = "open"
    """The setting opens to admissions."""
    RISK_ASSESSMENT = "risk_assessment"
    """A risk assessment is recorded for the setting's outbreak of the organism (none named: for each)."""
    CAPACITY_RETURN = "capacity_return"
    """The setting sends a capacity return now that says what the last one said."""
    ACCEPT = "accept"
    """The setting says that it accepts an organism."""
    DESIGNATE = "designate"
    """The unit is designated from now on."""
    ADMISSION = "admission"
    """One admission a day more."""
    SOONER = "sooner"
    """A bed is free two days sooner."""
    FARTHER = "farther"
    """The person goes 3 km farther at the most."""
    FEE = "fee"
    """The person's fee limit rises to the setting's fee, by £100 a week at the most."""
    MEET = "meet"
    """The setting meets a need; `need` says which."""
    BIRTH_DATE = "birth_date"
    """The person's birth date, which isn't known, is found to keep them within the setting's age limits."""
    RETEST = "retest"
    """A test taken now is negative."""
    ATTEST = "attest"
    """The attestations are given that still lack of the five."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change; `setting`, `unit`, `beds` and `patient` as its kind has them, else empty."""

    kind: Kind
    setting: str = ""
    unit: str = ""
    beds: str = ""
    patient: str = ""
    organism: str = ""
    need: str = ""

    def of(self, case: Case) -> Case:
        """The case with this change made."""
        return _MAKE[self.kind](self, case)

    def said(self, case: Case) -> str:
        """The change in words, without a full stop."""
        return _SAY[self.kind](self, case)

    def as_json(self) -> Json:
        """The change as plain data."""
        fields = ("setting", "unit", "beds", "patient", "organism", "need")
        return {"kind": str(self.kind)} | {
            name: getattr(self, name) for name in fields if getattr(self, name)
        }


# --- making them -------------------------------------------------------------------------------------


def with_setting(case: Case, name: str, change: Callable[[Setting], Setting]) -> Case:
    """The case with one setting changed."""
    settings = tuple(change(s) if s.id == name else s for s in case.settings)
    return case.model_copy(update={"settings": settings})


def with_patient(case: Case, name: str, **fields: object) -> Case:
    """The case with fields of one patient changed."""
    patients = tuple(p.model_copy(update=fields) if p.id == name else p for p in case.patients)
    return case.model_copy(update={"patients": patients})


def _with_unit(change: Change, case: Case, make: Callable[[Unit], Unit]) -> Case:
    def of_setting(setting: Setting) -> Setting:
        units = tuple(make(u) if u.id == change.unit else u for u in setting.units)
        return setting.model_copy(update={"units": units})

    return with_setting(case, change.setting, of_setting)


def _with_beds(unit: Unit, name: str, make: Callable[[Beds], Beds]) -> Unit:
    return unit.model_copy(update={"beds": tuple(make(b) if b.id == name else b for b in unit.beds)})


def _one_more_bed(change: Change, case: Case) -> Case:
    more = Free(start=case.day0, end=None, count=1)

    def make(unit: Unit) -> Unit:
        unit = _with_beds(unit, change.beds, lambda b: b.model_copy(update={"free": (*b.free, more)}))
        return with_more_places(unit, 1)

    return _with_unit(change, case, make)


def _one_more_place(change: Change, case: Case) -> Case:
    return _with_unit(change, case, lambda unit: with_more_places(unit, 1))


def with_more_places(unit: Unit, number: int) -> Unit:
    """The unit with places to isolate in more, where it has them at all."""
    if unit.isolation == "none":
        return unit
    return unit.model_copy(update={"isolation_places": (unit.isolation_places or 0) + number})


def new_beds(case: Case, category: str) -> Beds:
    """A bed of a category of care, in a room of its own, free from day 0 on."""
    known = next(c for c in get_args(Category) if c == category)
    free = Free(start=case.day0, end=None, count=1)
    return Beds(id=f"new {category}", category=known, room="ensuite", sex="any", free=(free,))


def with_more_beds(unit: Unit, beds: Sequence[Beds]) -> Unit:
    """The unit with beds more, and as many places to isolate in where it has them."""
    more = with_more_places(unit, len(beds))
    return more.model_copy(update={"beds": (*unit.beds, *beds)})


def _new_bed(change: Change, case: Case) -> Case:
    beds = new_beds(case, change.beds)
    return _with_unit(change, case, lambda unit: with_more_beds(unit, [beds]))


def _sooner(change: Change, case: Case) -> Case:
    def make(beds: Beds) -> Beds:
        late = next((f for f in sorted_free(beds) if _is_late(f, case)), None)
        if late is None:
            return beds
        rest = list(beds.free)
        rest.remove(late)
        start = max(case.day0, late.start - timedelta(SOONER_DAYS))
        early = late.model_copy(update={"start": start, "count": 1})
        left = late.model_copy(update={"count": late.count - 1})
        return beds.model_copy(update={"free": (*rest, early, *([left] if left.count else []))})

    return _with_unit(change, case, lambda unit: _with_beds(unit, change.beds, make))


def _is_late(free: Free, case: Case) -> bool:
    return bool(free.count) and free.start > case.day0 and free.kept_for is None


def sorted_free(beds: Beds) -> list[Free]:
    """The free spans of a bed group, the soonest first."""
    return sorted(beds.free, key=lambda f: f.start)


def _of_setting(**fields: object) -> Callable[[Change, Case], Case]:
    def make(change: Change, case: Case) -> Case:
        return with_setting(case, change.setting, lambda s: s.model_copy(update=fields))

    return make


def _risk_assessed(change: Change, case: Case) -> Case:
    def make(setting: Setting) -> Setting:
        if not setting.outbreaks:
            return setting
        assessed = tuple(
            one.model_copy(update={"risk_assessed": True}) if change.organism in ("", one.organism) else one
            for one in setting.outbreaks
        )
        return setting.model_copy(update={"outbreaks": assessed})

    return with_setting(case, change.setting, make)


def _capacity_return(change: Change, case: Case) -> Case:
    return _of_setting(capacity_reported_at=case.as_at)(change, case)


def _accept(change: Change, case: Case) -> Case:
    def make(setting: Setting) -> Setting:
        return setting.model_copy(update={"accepts_organisms": (*setting.accepts_organisms, change.organism)})

    return with_setting(case, change.setting, make)


def _designate(change: Change, case: Case) -> Case:
    span = Span(start=case.day0, end=None)
    return _with_unit(change, case, lambda unit: unit.model_copy(update={"designated": span}))


def _admission(change: Change, case: Case) -> Case:
    def make(setting: Setting) -> Setting:
        return setting.model_copy(
            update={"max_admissions_per_day": (setting.max_admissions_per_day or 0) + 1}
        )

    return with_setting(case, change.setting, make)


def _farther(change: Change, case: Case) -> Case:
    limit = patient_of(case, change.patient).max_km
    return with_patient(case, change.patient, max_km=None if limit is None else limit + FARTHER_KM)


def _fee(change: Change, case: Case) -> Case:
    return with_patient(case, change.patient, max_weekly_fee=setting_of(case, change.setting).weekly_fee)


def _meet(change: Change, case: Case) -> Case:
    met = setting_of(case, change.setting).needs_met
    return _of_setting(needs_met=(*met, change.need))(change, case)


def _birth_date(change: Change, case: Case) -> Case:
    home = setting_of(case, change.setting)
    years = home.age_max if home.age_min is None else home.age_min
    # as many full years on day 0, and as long to go to the next birthday as can be
    born = case.day0.replace(year=max(FIRST_YEAR, case.day0.year - (years or 0)), day=1)
    return with_patient(case, change.patient, born=born)


def _retest(change: Change, case: Case) -> Case:
    test = Test(organism=change.organism, result="negative", specimen_at=case.as_at, reported_at=case.as_at)
    patient = patient_of(case, change.patient)
    return with_patient(case, change.patient, observations=(*patient.observations, test))


def _attest(change: Change, case: Case) -> Case:
    return with_patient(case, change.patient, attestations=ATTESTATIONS)


_MAKE: dict[Kind, Callable[[Change, Case], Case]] = {
    Kind.BED: _one_more_bed,
    Kind.PLACE: _one_more_place,
    Kind.NEW_BED: _new_bed,
    Kind.OPEN: _of_setting(admissions="open"),
    Kind.RISK_ASSESSMENT: _risk_assessed,
    Kind.CAPACITY_RETURN: _capacity_return,
    Kind.ACCEPT: _accept,
    Kind.DESIGNATE: _designate,
    Kind.ADMISSION: _admission,
    Kind.SOONER: _sooner,
    Kind.FARTHER: _farther,
    Kind.FEE: _fee,
    Kind.MEET: _meet,
    Kind.BIRTH_DATE: _birth_date,
    Kind.RETEST: _retest,
    Kind.ATTEST: _attest,
}


# --- saying them -------------------------------------------------------------------------------------


def _label(change: Change, case: Case) -> str:
    return labels_of(case)[change.setting]


def setting_of(case: Case, name: str) -> Setting:
    """The setting of that id."""
    return next(s for s in case.settings if s.id == name)


def unit_of(case: Case, setting: str, unit: str) -> Unit:
    """The unit of that id."""
    return next(u for u in setting_of(case, setting).units if u.id == unit)


def kind_of_bed(unit: Unit, category: str) -> str:
    """What a bed is called by what is scarce about it: `designated bed`, `nursing bed` and so on."""
    if unit.designated is not None:
        return "designated bed"
    if unit.isolation != "none":
        return "bed to isolate in"
    return kind_of_care(category)


def kind_of_care(category: str) -> str:
    """What a bed of a category of care is called: `nursing bed`, `dementia bed`, `bed`."""
    specialism, _, level = category.partition("_")
    if level == "nursing":
        return "nursing bed" if specialism == "general" else f"{_SPECIALISM[specialism]} nursing bed"
    return "bed" if specialism not in _SPECIALISM else f"{_SPECIALISM[specialism]} bed"


_SPECIALISM = {
    "dementia": "dementia",
    "ld": "learning disability",
    "mh": "mental health",
    "ypd": "younger physical disability",
}


def _say_bed(change: Change, case: Case) -> str:
    unit = unit_of(case, change.setting, change.unit)
    beds = next(b for b in unit.beds if b.id == change.beds)
    where = f"{_label(change, case)}, {place_of(case, change)}"
    return f"one more {kind_of_bed(unit, beds.category)} at {where}"


def place_of(case: Case, change: Change) -> str:
    """The unit of a change, and its beds where the unit has several groups of them."""
    unit = unit_of(case, change.setting, change.unit)
    several = change.beds and len(unit.beds) > 1
    return f"unit {change.unit}, beds {change.beds}" if several else f"unit {change.unit}"


def _say_new_bed(change: Change, case: Case) -> str:
    words = change.beds.replace("_", " ")
    return f"one more bed for {words} care at {_label(change, case)}, unit {change.unit}"


def _say_accept(change: Change, case: Case) -> str:
    return f"the word of {_label(change, case)} that it accepts people with {organism_name(change.organism)}"


def _say_assessment(change: Change, case: Case) -> str:
    several = len(setting_of(case, change.setting).outbreaks) > 1
    what = f"outbreak of {organism_name(change.organism)}" if several and change.organism else "outbreak"
    return f"a risk assessment for the {what} at {_label(change, case)}"


def _say_return(change: Change, case: Case) -> str:
    return f"a fresh capacity return from {_label(change, case)} that says what its last one said"


def _say_attest(change: Change, case: Case) -> str:
    given = patient_of(case, change.patient).attestations
    missing = [name.replace("_", " ") for name in ATTESTATIONS if name not in given]
    return f"the attestations that {change.patient} still lacks ({listing(missing)})"


def _say_fee(change: Change, case: Case) -> str:
    fee, limit = setting_of(case, change.setting).weekly_fee, patient_of(case, change.patient).max_weekly_fee
    return f"a fee of £{fee or 0:,.0f} a week for {change.patient} (the limit is £{limit or 0:,.0f})"


def _who(patient: Patient) -> str:
    return f"{patient.max_km:g} km" if patient.max_km is not None else "any distance"


_SAY: dict[Kind, Callable[[Change, Case], str]] = {
    Kind.BED: _say_bed,
    Kind.PLACE: lambda change, case: (
        f"one more place to isolate in at {_label(change, case)}, unit {change.unit}"
    ),
    Kind.NEW_BED: _say_new_bed,
    Kind.OPEN: lambda change, case: f"opening {_label(change, case)} to admissions",
    Kind.RISK_ASSESSMENT: _say_assessment,
    Kind.CAPACITY_RETURN: _say_return,
    Kind.ACCEPT: _say_accept,
    Kind.DESIGNATE: lambda change, case: f"designation of unit {change.unit} at {_label(change, case)}",
    Kind.ADMISSION: lambda change, case: f"one more admission a day at {_label(change, case)}",
    Kind.SOONER: lambda change, case: (
        f"a bed free {SOONER_DAYS} days sooner at {_label(change, case)}, {place_of(case, change)}"
    ),
    Kind.FARTHER: lambda change, case: (
        f"a home up to {FARTHER_KM} km farther for {change.patient} "
        f"(beyond {_who(patient_of(case, change.patient))})"
    ),
    Kind.FEE: _say_fee,
    Kind.MEET: lambda change, case: (
        f"{_label(change, case)} meeting the need {change.need.replace('_', ' ')}"
    ),
    Kind.BIRTH_DATE: lambda change, case: (
        f"the birth date of {change.patient} on record, if it is within the age limits of "
        f"{_label(change, case)}"
    ),
    Kind.RETEST: lambda change, _: (
        f"a fresh {organism_name(change.organism)} test of {change.patient}, if negative"
    ),
    Kind.ATTEST: _say_attest,
}
