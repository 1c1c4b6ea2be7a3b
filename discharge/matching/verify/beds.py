"""Whether a setting, its unit and its beds may take a person for one stay (docs/rules.md, 3, 4, 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Literal

from discharge.matching.verify.breach import Objection, day
from discharge.matching.verify.course import Ask, Course
from discharge.matching.verify.hub import Hub, Where, nights_that_differ
from discharge.matching.verify.points import kilometres
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import Stay
from discharge.model.setting import Setting
from discharge.rules.rule_set import Acute, Symptomatic, Tested

Role = Literal["isolation", "final"]
"""What a stay is for: isolation, alone or before an onward stay; or the final purpose."""


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
        yield Objection("N5", "closed", "the setting is closed to admissions")
    confirmed_first = {a.organism for a in course.on(stay.start) if a.isolates and a.confirmed}
    for outbreak in setting.outbreaks:
        returning = patient.usual_setting == setting.id and outbreak.organism in confirmed_first
        if not outbreak.risk_assessed and not returning:
            what = f"there is an outbreak of {outbreak.organism} without a risk assessment"
            yield Objection("N5", "outbreak", what, organism=outbreak.organism)
    if hub.capacity_unknown(setting):
        what = "its capacity is unknown: no return, or one that has expired"
        yield Objection("N8", "capacity_unknown", what)
    if setting.id in patient.excluded:
        yield Objection("N6", "excluded", "the patient has excluded the setting")


def _person_fits(role: Role, patient: Patient, stay: Stay, where: Where) -> Iterator[Objection]:
    setting, unit, beds = where.setting, where.unit, where.beds
    missing = sorted(set(patient.needs) - set(setting.needs_met) - set(unit.needs_met))
    if missing:
        what = f"needs are not met there: {', '.join(missing)}"
        yield Objection("N1", "needs", what, names=tuple(missing))
    if beds.sex not in ("any", patient.sex):
        yield Objection("N6", "sex", f"the beds are for {beds.sex} patients", word=beds.sex)
    if patient.born is None:
        if setting.age_min is not None or setting.age_max is not None:
            what = "the setting has an age limit, and the patient's birth date is unknown"
            yield Objection("N6", "birth_unknown", what)
    else:
        yield from _age_fits(setting, _full_years(patient.born, stay.start))
    if patient.max_weekly_fee is not None:
        if setting.weekly_fee is None:
            what = "its weekly fee is unknown, and the patient has a limit"
            yield Objection("N6", "fee_unknown", what)
        elif setting.weekly_fee > patient.max_weekly_fee:
            most = patient.max_weekly_fee
            what = f"its weekly fee is above the patient's limit of {most:g} pounds"
            yield Objection("N6", "fee", what, number=setting.weekly_fee, limit=most)
    if role == "final" and patient.max_km is not None:
        far = kilometres(patient, setting)
        if far is None:
            what = "its distance is unknown, and the patient has a limit"
            yield Objection("N6", "distance_unknown", what)
        elif far > patient.max_km:
            what = f"it is {far:.1f} km away, the limit is {patient.max_km:g}"
            yield Objection("N6", "distance", what, number=far, limit=patient.max_km)


def _age_fits(setting: Setting, years: int) -> Iterator[Objection]:
    if setting.age_min is not None and years < setting.age_min:
        what = f"the setting takes people from {setting.age_min} years; the patient is {years}"
        yield Objection("N6", "too_young", what, number=years, limit=setting.age_min)
    if setting.age_max is not None and years > setting.age_max:
        what = f"the setting takes people up to {setting.age_max} years; the patient is {years}"
        yield Objection("N6", "too_old", what, number=years, limit=setting.age_max)


def _full_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _category_fits(role: Role, patient: Patient, where: Where) -> Iterator[Objection]:
    care, category = patient.care, where.beds.category
    if care is None:
        yield Objection("N11", "care_unknown", "the patient's care is not recorded")
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
        what = f"{category} beds don't serve {care.specialism} {care.level} care"
        yield Objection("N2", "category", what, word=category, other=f"{care.specialism}_{care.level}")


def _type_fits_pathway(hub: Hub, patient: Patient, where: Where) -> Iterator[Objection]:
    kind = where.setting.type
    if patient.pathway is Pathway.P0:
        if patient.usual_setting is None:
            yield Objection("N3", "goes_home", "a patient on P0 without a usual setting goes home")
        elif where.setting.id != patient.usual_setting:
            what = f"a patient on P0 returns to {patient.usual_setting}"
            yield Objection("N4", "returns", what, names=(patient.usual_setting,))
    elif patient.pathway is Pathway.P1:
        yield Objection("N3", "supported_at_home", "a patient on P1 goes home")
    elif patient.pathway is Pathway.P2:
        allowed = {"intermediate_care", "community_bed"}
        if hub.rules.alternative_for_p2:
            allowed.add("alternative")
        if kind not in allowed:
            what = f"a patient on P2 doesn't go to a setting of type {kind}"
            yield Objection("N3", "pathway", what, word="P2")
    elif kind != "care_home" and not (kind == "hot_home" and where.unit.isolation == "none"):
        what = f"a patient on P3 doesn't go to this unit of a setting of type {kind}"
        yield Objection("N3", "pathway", what, word="P3")


def nights_served(hub: Hub, stay: Stay, where: Where, course: Course) -> Iterator[Objection]:
    """docs/rules.md, 3: each night's asks against the bed; each objection once, with its first night."""
    span = where.unit.designated
    bounds = {span.start, span.end} if span is not None else set()
    dates = course.changes() | {when for when in bounds if when is not None}
    said: set[Objection] = set()
    for night in nights_that_differ(stay, frozenset(dates)):
        for objection in _night_served(hub, where, course.on(night), night):
            if objection not in said:
                said.add(objection)
                yield replace(objection, what=f"{objection.what} (night of {day(night)})", night=night)


def _night_served(hub: Hub, where: Where, asks: tuple[Ask, ...], night: date) -> Iterator[Objection]:
    unit, room = where.unit, where.beds.room
    isolating = [ask for ask in asks if ask.isolates]
    for ask in asks:
        if not ask.isolates and room == "shared":
            what = f"{ask.organism} asks for an own room, the beds are shared"
            yield Objection(ask.rule, "own_room", what, organism=ask.organism)
    if not isolating:
        way = "cohort" if unit.isolation == "cohort" else "designated" if where.designated_on(night) else None
        if way is not None:
            yield Objection("R1", "isolating_only", f"a {way} unit takes isolating people only", word=way)
        return
    if unit.isolation == "none":
        yield Objection("R1", "cannot_isolate", "the unit can't isolate")
    if unit.isolation == "rooms" and room == "shared":
        what = "isolating needs an own room there, the beds are shared"
        yield Objection("R1", "shared_isolation", what)
    if any(ask.level == "designated" for ask in isolating) and not where.designated_on(night):
        yield Objection("R5", "not_designated", "a designated unit is needed")
    for ask in isolating:
        if ask.confirmed and ask.organism not in where.setting.accepts_organisms:
            what = f"the setting hasn't said that it accepts {ask.organism}"
            yield Objection("R3", "not_accepted", what, organism=ask.organism)
        if ask.inconclusive and where.setting.type not in _inconclusive_settings(hub, ask.organism):
            what = f"an inconclusive result doesn't isolate in a setting of type {where.setting.type}"
            yield Objection("C2", "inconclusive_elsewhere", what, organism=ask.organism)
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
            what = f"a suspected case of {ask.organism} is never cohorted"
            yield Objection("R4", "suspected_in_cohort", what, organism=ask.organism)
        if not (isinstance(values, Tested | Acute | Symptomatic) and values.cohort):
            what = f"{ask.organism} is never cohorted"
            yield Objection("I2", "never_cohorted", what, organism=ask.organism)
        if where.unit.cohort_organism not in (None, ask.organism):
            what = f"the cohort there is of {where.unit.cohort_organism}"
            yield Objection("R1", "another_cohort", what, organism=where.unit.cohort_organism or "")
    confirmed = {ask.organism for ask in asks if ask.confirmed}
    if len(confirmed) > 1 or len(isolating) > 1:
        both = tuple(sorted(confirmed | {ask.organism for ask in isolating}))
        what = f"a cohort takes nobody with a second organism ({', '.join(both)})"
        yield Objection("R1", "second_organism", what, names=both)
