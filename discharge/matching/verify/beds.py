"""Whether a setting, its unit and its beds may take a person for one stay (rules 3, 4 and 6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from discharge.matching.verify.breach import day
from discharge.matching.verify.course import Ask, Course
from discharge.matching.verify.hub import Hub, Where, nights_that_differ
from discharge.matching.verify.points import kilometres
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import Stay
from discharge.model.setting import Setting
from discharge.rules.rule_set import Acute, Symptomatic, Tested

Role = Literal["isolation", "final"]
"""What a stay is for: isolation, alone or before an onward stay; or the final purpose."""

Objection = tuple[str, str]
"""A rule's id, and what is wrong."""


def objections(
    role: Role, hub: Hub, patient: Patient, stay: Stay, where: Where, course: Course
) -> Iterator[Objection]:
    """Every rule against this stay of the patient in these beds, other people left aside."""
    yield from _setting_takes(hub, patient, stay, where, course)
    yield from _person_fits(role, patient, stay, where)
    yield from _category_fits(role, patient, where)
    if role == "final":
        yield from _type_fits_pathway(hub, patient, where)
    yield from nights_served(hub, stay, where, course)


def _setting_takes(
    hub: Hub, patient: Patient, stay: Stay, where: Where, course: Course
) -> Iterator[Objection]:
    setting = where.setting
    if setting.admissions == "closed":
        yield "N5", "the setting is closed to admissions"
    confirmed_first = {a.organism for a in course.on(stay.start) if a.isolates and a.confirmed}
    for outbreak in setting.outbreaks:
        returning = patient.usual_setting == setting.id and outbreak.organism in confirmed_first
        if not outbreak.risk_assessed and not returning:
            yield "N5", f"there is an outbreak of {outbreak.organism} without a risk assessment"
    if hub.capacity_unknown(setting):
        yield "N8", "its capacity is unknown: no return, or one that has expired"
    if setting.id in patient.excluded:
        yield "N6", "the patient has excluded the setting"


def _person_fits(role: Role, patient: Patient, stay: Stay, where: Where) -> Iterator[Objection]:
    setting, unit, beds = where.setting, where.unit, where.beds
    missing = sorted(set(patient.needs) - set(setting.needs_met) - set(unit.needs_met))
    if missing:
        yield "N1", f"needs are not met there: {', '.join(missing)}"
    if beds.sex not in ("any", patient.sex):
        yield "N6", f"the beds are for {beds.sex} patients"
    if patient.born is None:
        if setting.age_min is not None or setting.age_max is not None:
            yield "N6", "the setting has an age limit, and the patient's birth date is unknown"
    else:
        yield from _age_fits(setting, _full_years(patient.born, stay.start))
    if patient.max_weekly_fee is not None:
        if setting.weekly_fee is None:
            yield "N6", "its weekly fee is unknown, and the patient has a limit"
        elif setting.weekly_fee > patient.max_weekly_fee:
            yield "N6", f"its weekly fee is above the patient's limit of {patient.max_weekly_fee:g} pounds"
    if role == "final" and patient.max_km is not None:
        far = kilometres(patient, setting)
        if far is None:
            yield "N6", "its distance is unknown, and the patient has a limit"
        elif far > patient.max_km:
            yield "N6", f"it is {far:.1f} km away, the limit is {patient.max_km:g}"


def _age_fits(setting: Setting, years: int) -> Iterator[Objection]:
    if setting.age_min is not None and years < setting.age_min:
        yield "N6", f"the setting takes people from {setting.age_min} years; the patient is {years}"
    if setting.age_max is not None and years > setting.age_max:
        yield "N6", f"the setting takes people up to {setting.age_max} years; the patient is {years}"


def _full_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _category_fits(role: Role, patient: Patient, where: Where) -> Iterator[Objection]:
    care, category = patient.care, where.beds.category
    if care is None:
        yield "N11", "the patient's care is not recorded"
        return
    by_level_alone = role == "isolation" or patient.pathway is Pathway.P2
    specialism, _, level = category.rpartition("_")
    if category == "ypd":
        fits = care.specialism == "ypd"
    elif category == "transitional":
        fits = by_level_alone and care.level == "residential"
    else:
        fits = level in (care.level, "nursing") and (by_level_alone or specialism == care.specialism)
    if not fits:
        yield "N2", f"{category} beds don't serve {care.specialism} {care.level} care"


def _type_fits_pathway(hub: Hub, patient: Patient, where: Where) -> Iterator[Objection]:
    kind = where.setting.type
    if patient.pathway is Pathway.P0:
        if patient.usual_setting is None:
            yield "N3", "a patient on P0 without a usual setting goes home"
        elif where.setting.id != patient.usual_setting:
            yield "N4", f"a patient on P0 returns to {patient.usual_setting}"
    elif patient.pathway is Pathway.P1:
        yield "N3", "a patient on P1 goes home"
    elif patient.pathway is Pathway.P2:
        allowed = {"intermediate_care", "community_bed"}
        if hub.rules.alternative_for_p2:
            allowed.add("alternative")
        if kind not in allowed:
            yield "N3", f"a patient on P2 doesn't go to a setting of type {kind}"
    elif kind != "care_home" and not (kind == "hot_home" and where.unit.isolation == "none"):
        yield "N3", f"a patient on P3 doesn't go to this unit of a setting of type {kind}"


def nights_served(hub: Hub, stay: Stay, where: Where, course: Course) -> Iterator[Objection]:
    """Rules 3: each night's asks against the bed; each objection once, with its first night."""
    span = where.unit.designated
    bounds = {span.start, span.end} if span is not None else set()
    dates = course.changes() | {when for when in bounds if when is not None}
    said: set[Objection] = set()
    for night in nights_that_differ(stay, frozenset(dates)):
        for rule, what in _night_served(hub, where, course.on(night), night):
            if (rule, what) not in said:
                said.add((rule, what))
                yield rule, f"{what} (night of {day(night)})"


def _night_served(hub: Hub, where: Where, asks: tuple[Ask, ...], night: date) -> Iterator[Objection]:
    unit, room = where.unit, where.beds.room
    isolating = [ask for ask in asks if ask.isolates]
    for ask in asks:
        if not ask.isolates and room == "shared":
            yield ask.rule, f"{ask.organism} asks for an own room, the beds are shared"
    if not isolating:
        if unit.isolation == "cohort":
            yield "R1", "a cohort unit takes isolating people only"
        elif where.designated_on(night):
            yield "R1", "a designated unit takes isolating people only"
        return
    if unit.isolation == "none":
        yield "R1", "the unit can't isolate"
    if unit.isolation == "rooms" and room == "shared":
        yield "R1", "isolating needs an own room there, the beds are shared"
    if any(ask.level == "designated" for ask in isolating) and not where.designated_on(night):
        yield "R5", "a designated unit is needed"
    for ask in isolating:
        if ask.confirmed and ask.organism not in where.setting.accepts_organisms:
            yield "R3", f"the setting hasn't said that it accepts {ask.organism}"
        if ask.inconclusive and where.setting.type not in _inconclusive_settings(hub, ask.organism):
            yield "C2", f"an inconclusive result doesn't isolate in a setting of type {where.setting.type}"
    if unit.isolation == "cohort":
        yield from _cohort_serves(hub, where, asks)


def _inconclusive_settings(hub: Hub, organism: str) -> tuple[str, ...]:
    values = hub.rules.organisms[organism]
    return values.inconclusive_settings if isinstance(values, Tested) else ()


def _cohort_serves(hub: Hub, where: Where, asks: tuple[Ask, ...]) -> Iterator[Objection]:
    isolating = [ask for ask in asks if ask.isolates]
    for ask in isolating:
        values = hub.rules.organisms[ask.organism]
        if not ask.confirmed:
            yield "R4", f"a suspected case of {ask.organism} is never cohorted"
        if not (isinstance(values, Tested | Acute | Symptomatic) and values.cohort):
            yield "I2", f"{ask.organism} is never cohorted"
        if where.unit.cohort_organism not in (None, ask.organism):
            yield "R1", f"the cohort there is of {where.unit.cohort_organism}"
    confirmed = {ask.organism for ask in asks if ask.confirmed}
    if len(confirmed) > 1 or len(isolating) > 1:
        both = ", ".join(sorted(confirmed | {ask.organism for ask in isolating}))
        yield "R1", f"a cohort takes nobody with a second organism ({both})"
