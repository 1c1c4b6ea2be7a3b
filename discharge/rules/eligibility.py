"""Which beds will do for a stay, and every reason why one will not (rules 3-6).

`stand_against` holds one stay of one patient against all bed groups at once and gives each group a set
of reason bits; 0 means that no rule stands against it. What depends on who else is there (free beds,
places, admissions of the day) is the matching's to add.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from discharge.model.patient import Pathway, Patient
from discharge.rules.places import CATEGORIES, ISOLATIONS, SETTING_TYPES, SEXES, Bools, Floats, Places
from discharge.rules.requirement import Night

Bits = NDArray[np.uint32]

SPECIALISMS = ("general", "dementia", "ld", "mh")
"""Those with a residential and a nursing category each; `ypd` is a category of its own (N2)."""


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A reason code's rule id and the sentence that explains it."""

    rule: str
    text: str


REASONS: dict[str, ReasonText] = {
    "setting_type": ReasonText("N3", "not a setting of the kind that this stay asks for"),
    "wrong_category": ReasonText("N2", "no beds of the category of care needed"),
    "excluded": ReasonText("N3", "ruled out for this person"),
    "closed": ReasonText("N5", "closed to admissions"),
    "outbreak": ReasonText("N5", "has an outbreak without a recorded risk assessment"),
    "capacity_unknown": ReasonText("N8", "no capacity return, or one that has expired"),
    "need_unmet": ReasonText("N1", "doesn't meet a need of this person"),
    "sex": ReasonText("N6", "the beds are for the other sex"),
    "age": ReasonText("N6", "outside the ages taken"),
    "too_far": ReasonText("N6", "farther than the person can go, or the distance isn't known"),
    "fee": ReasonText("N6", "dearer than the fee limit, or the fee isn't known"),
    "cannot_isolate": ReasonText("R1", "can't isolate this person, or keeps its beds for people who isolate"),
    "organism_not_accepted": ReasonText("R3", "hasn't said that it accepts people with this organism"),
    "not_designated": ReasonText("R5", "not designated on every night that asks for it"),
    "shared_room": ReasonText("R1", "no room of their own"),
    "no_free_bed": ReasonText("N10", "no bed or isolation place is free on every night of the stay"),
    "no_slot": ReasonText("N6", "the admissions of the day are all taken"),
}
"""The reason codes that stand against a setting; of several the first is the chief one: a setting of
another kind is not also told to be closed."""

OF_ANOTHER_KIND = frozenset({"setting_type", "wrong_category", "excluded"})
"""Reasons by which a setting was never in question; told after those that keep out settings that were."""

BIT: dict[str, int] = {code: 1 << at for at, code in enumerate(REASONS)}


class Purpose(StrEnum):
    """What a stay is for: an isolation (alone or before another stay), or the final place."""

    ISOLATION = "isolation"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Segment:
    """Nights `start` (included) to `end` (excluded), as day numbers, that ask the same."""

    start: int
    end: int
    night: Night


def age_on(born: date, day: date) -> int:
    """Age in full years (N6)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def categories(patient: Patient, *, level_only: bool) -> frozenset[str]:
    """The categories of care that serve the patient (N2); none where no care is known (N11)."""
    if patient.care is None:
        return frozenset()
    level, specialism = patient.care.level, patient.care.specialism
    specialisms: tuple[str, ...] = SPECIALISMS if level_only else (specialism,)
    serving = {f"{s}_{level}" for s in specialisms if s != "ypd"}
    if level == "residential":
        serving |= {f"{s}_nursing" for s in specialisms if s != "ypd"}
        if level_only:
            serving.add("transitional")
    if specialism == "ypd":
        serving.add("ypd")
    return frozenset(serving)


def dearer_categories(patient: Patient) -> frozenset[str]:
    """The nursing categories, where they would serve a residential need at a penalty (N2)."""
    if patient.care is None or patient.care.level != "residential":
        return frozenset()
    return frozenset(c for c in CATEGORIES if c.endswith("_nursing"))


class Eligibility:
    """One patient against all bed groups. What doesn't depend on the stay is worked out once."""

    def __init__(self, patient: Patient, places: Places) -> None:
        self.patient = patient
        self.places = places
        self._standing: dict[Purpose, Bits] = {}
        self._by_nights: dict[tuple[object, ...], Bits] = {}
        self.kilometres: Floats = places.kilometres(patient.latitude, patient.longitude)
        """Great-circle kilometres from the patient to each group's setting; NaN where not known."""

    def stand_against(self, segments: Sequence[Segment], purpose: Purpose) -> Bits:
        """Reason bits per group for a stay over `segments` (in order, without gaps).

        The first segment's start is the day on which age counts, its first night decides N5.
        """
        start = segments[0].start
        key = (
            purpose,
            self._age(start),
            tuple((s.night, *self.places.epoch(s.start, s.end)) for s in segments),
        )
        if key not in self._by_nights:
            bits = self._standing_of(purpose).copy()
            self._mark(bits, self._wrong_age(start), "age")
            self._mark(bits, self._in_outbreak(segments[0].night), "outbreak")
            for segment in segments:
                self._serve(bits, segment)
            self._by_nights[key] = bits
        return self._by_nights[key]

    @staticmethod
    def _mark(bits: Bits, where: Bools, code: str) -> None:
        bits[where] |= np.uint32(BIT[code])

    def _standing_of(self, purpose: Purpose) -> Bits:
        if purpose not in self._standing:
            self._standing[purpose] = self._always(purpose)
        return self._standing[purpose]

    def _always(self, purpose: Purpose) -> Bits:
        patient, places = self.patient, self.places
        bits = np.zeros(len(places), dtype=np.uint32)
        self._mark(bits, places.closed, "closed")
        self._mark(bits, places.capacity_unknown, "capacity_unknown")
        if patient.excluded:
            self._mark(bits, places.is_setting(patient.excluded), "excluded")
        level_only = purpose is Purpose.ISOLATION or patient.pathway is Pathway.P2
        serving = categories(patient, level_only=level_only)
        codes = [at for at, category in enumerate(CATEGORIES) if category in serving]
        self._mark(bits, ~np.isin(places.category, codes), "wrong_category")
        for need in patient.needs:
            self._mark(bits, ~places.meets(need), "need_unmet")
        fits = places.sex == SEXES.index("any")
        if patient.sex != "other":
            fits = fits | (places.sex == SEXES.index(patient.sex))
        self._mark(bits, ~fits, "sex")
        if patient.max_weekly_fee is not None:
            self._mark(bits, ~(places.fee <= patient.max_weekly_fee), "fee")
        if purpose is Purpose.FINAL:
            self._mark(bits, ~self._final_setting(), "setting_type")
            if patient.max_km is not None:
                self._mark(bits, ~(self.kilometres <= patient.max_km), "too_far")
        return bits

    def _final_setting(self) -> Bools:
        """Whether the pathway may end there (N3, N4)."""
        patient, places = self.patient, self.places
        if patient.pathway is Pathway.P0 and patient.usual_setting is not None:
            return places.is_setting([patient.usual_setting])
        if patient.pathway is Pathway.P2:
            ends = ["intermediate_care", "community_bed"]
            if places.rules.alternative_for_p2:
                ends.append("alternative")
            return np.isin(places.type, [SETTING_TYPES.index(t) for t in ends])
        if patient.pathway is Pathway.P3:
            open_unit = places.isolation == ISOLATIONS.index("none")
            hot_home = places.type == SETTING_TYPES.index("hot_home")
            return np.asarray((places.type == SETTING_TYPES.index("care_home")) | (hot_home & open_unit))
        return np.zeros(len(places), dtype=np.bool_)

    def _age(self, start: int) -> int:
        day = self.places.date(start)
        assert day is not None  # a stay starts on a date
        return age_on(self.patient.born, day)

    def _wrong_age(self, start: int) -> Bools:
        age = self._age(start)
        return (age < self.places.age_min) | (age > self.places.age_max)

    def _in_outbreak(self, first: Night) -> Bools:
        """Where an outbreak keeps this person out: returning residents who isolate with it may come (N5)."""
        places = self.places
        affected = places.outbreak >= 0
        if self.patient.usual_setting is not None and first.confirmed:
            own = [places.organisms.index(o) for o in first.confirmed]
            home = places.is_setting([self.patient.usual_setting])
            affected = affected & ~(home & np.isin(places.outbreak, own))
        return affected

    def _serve(self, bits: Bits, segment: Segment) -> None:
        places, night = self.places, segment.night
        cohort = places.isolation == ISOLATIONS.index("cohort")
        rooms = places.isolation == ISOLATIONS.index("rooms")
        some_designated = (
            (places.designated_from < places.designated_to)
            & (places.designated_from < segment.end)
            & (places.designated_to > segment.start)
        )
        if not night.isolates:
            self._mark(bits, cohort | some_designated, "cannot_isolate")
            if night.own_room:
                self._mark(bits, ~places.own_room, "shared_room")
            return
        can = rooms.copy()
        if night.cohort is not None:
            mine = places.organisms.index(night.cohort)
            can |= cohort & ((places.cohort_organism == -1) | (places.cohort_organism == mine))
        self._mark(bits, ~(can & places.has_places), "cannot_isolate")
        if night.designated:
            whole = (places.designated_from <= segment.start) & (places.designated_to >= segment.end)
            self._mark(bits, ~(whole & some_designated), "not_designated")
        for organism in night.confirmed:
            self._mark(bits, ~places.accepts(organism), "organism_not_accepted")
        private = rooms | (cohort if night.own_room else np.zeros_like(cohort))
        self._mark(bits, private & ~places.own_room, "shared_room")
        if night.setting_types is not None:
            allowed = [SETTING_TYPES.index(t) for t in night.setting_types]
            self._mark(bits, ~np.isin(places.type, allowed), "setting_type")
