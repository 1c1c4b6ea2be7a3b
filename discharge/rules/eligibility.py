"""Which beds will do for a stay, and every reason why one will not (docs/rules.md, 3-6).

`stand_against` holds one stay of one patient against bed groups at once and gives each group a set of
reason bits; 0 means that no rule stands against it. What depends on who else is there (free beds, places,
admissions of the day) is the matching's to add.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from discharge.model.birth import age_on
from discharge.model.patient import Pathway, Patient
from discharge.rules.pathways import ends_in
from discharge.rules.places import CATEGORIES, ISOLATIONS, SETTING_TYPES, SEXES, Bools, Floats, Ints, Places
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
    "outbreak": ReasonText("N5", "an outbreak without a recorded risk assessment"),
    "capacity_unknown": ReasonText("N8", "no capacity return, or one that has expired"),
    "need_unmet": ReasonText("N1", "a need of this person isn't met"),
    "sex": ReasonText("N6", "the beds are for the other sex"),
    "age": ReasonText("N6", "outside the ages taken"),
    "too_far": ReasonText("N6", "farther than the person can go, or the distance isn't known"),
    "fee": ReasonText("N6", "dearer than the fee limit, or the fee isn't known"),
    "cannot_isolate": ReasonText("R1", "no way to isolate this person, or beds kept for people who isolate"),
    "organism_not_accepted": ReasonText("R3", "not said to accept people with this organism"),
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
    """One patient against bed groups, all or some of them.

    What many patients share (`shared`) is kept apart from what is a patient's own (`personal`), so that it
    is looked at once for all who ask for the same.
    """

    def __init__(self, patient: Patient, places: Places) -> None:
        self.patient = patient
        self.places = places

    @cached_property
    def kilometres(self) -> Floats:
        """Great-circle kilometres from the patient to each group's setting; NaN where not known."""
        return self.places.kilometres(self.patient.latitude, self.patient.longitude)

    def stand_against(self, segments: Sequence[Segment], purpose: Purpose) -> Bits:
        """Reason bits per group for a stay over `segments` (in order, without gaps).

        The first segment's start is the day on which age counts, its first night decides N5.
        """
        return self.shared(segments, purpose) | self.personal(segments[0], purpose)

    def shared(self, segments: Sequence[Segment], purpose: Purpose) -> Bits:
        """Reason bits per group for what patients of one kind share (`Screening` tells what makes a kind)."""
        patient, places = self.patient, self.places
        bits = np.zeros(len(places), dtype=np.uint32)
        _mark(bits, places.closed, "closed")
        _mark(bits, places.capacity_unknown, "capacity_unknown")
        level_only = purpose is Purpose.ISOLATION or patient.pathway is Pathway.P2
        serving = categories(patient, level_only=level_only)
        _mark(bits, ~one_of(places.category, CATEGORIES, serving), "wrong_category")
        for need in patient.needs:
            _mark(bits, ~places.meets(need), "need_unmet")
        sexes = {"any"} if patient.sex in ("other", "unknown") else {"any", patient.sex}
        _mark(bits, ~one_of(places.sex, SEXES, sexes), "sex")
        if purpose is Purpose.FINAL:
            _mark(bits, ~self._final_setting(), "setting_type")
        for segment in segments:
            self._serve(bits, segment)
        return bits

    def personal(self, first: Segment, purpose: Purpose) -> Bits:
        """Reason bits per group for what is this patient's own, at a stay that begins with `first`."""
        patient, places = self.patient, self.places
        bits = np.zeros(len(places), dtype=np.uint32)
        if places.kept_rows:
            _mark(bits, places.of_others(patient.id), "no_free_bed")
        if patient.excluded:
            _mark(bits, places.is_setting(patient.excluded), "excluded")
        _mark(bits, self._in_outbreak(first.night), "outbreak")
        day = places.date(first.start)
        assert day is not None  # a stay starts on a date
        _mark(bits, self._outside_ages(day), "age")
        if patient.max_weekly_fee is not None:
            _mark(bits, ~(places.fee <= patient.max_weekly_fee), "fee")
        if purpose is Purpose.FINAL and patient.max_km is not None:
            _mark(bits, ~(self.kilometres <= patient.max_km), "too_far")
        return bits

    def _outside_ages(self, day: date) -> Bools:
        """Where the age on `day` is outside the limits, or isn't known and there is one (N6)."""
        places = self.places
        if self.patient.born is None:
            return np.asarray(places.has_age_limit)
        age = age_on(self.patient.born, day)
        return np.asarray((age < places.age_min) | (age > places.age_max))

    def _final_setting(self) -> Bools:
        """Whether the pathway may end there (N3, N4)."""
        patient, places = self.patient, self.places
        if patient.pathway is Pathway.P0 and patient.usual_setting is not None:
            return places.is_setting([patient.usual_setting])
        open_unit = places.isolation == ISOLATIONS.index("none")
        there = one_of(places.type, SETTING_TYPES, ends_in(patient.pathway, places.rules))
        hot_home = places.type == SETTING_TYPES.index("hot_home")
        return np.asarray(there & (~hot_home | open_unit))

    def _in_outbreak(self, first: Night) -> Bools:
        """Where an outbreak keeps this person out: returning residents who isolate with it may come (N5)."""
        places = self.places
        affected = np.asarray(places.outbreaks != 0)
        if self.patient.usual_setting is not None and first.confirmed:
            own = sum(1 << places.organisms.index(o) for o in first.confirmed)
            home = places.is_setting([self.patient.usual_setting])
            affected = affected & ~(home & (places.outbreaks & ~own == 0))
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
            _mark(bits, cohort | some_designated, "cannot_isolate")
            if night.own_room:
                _mark(bits, ~places.own_room, "shared_room")
            return
        can = rooms.copy()
        if night.cohort is not None:
            mine = places.organisms.index(night.cohort)
            can |= cohort & ((places.cohort_organism == -1) | (places.cohort_organism == mine))
        _mark(bits, ~(can & places.has_places), "cannot_isolate")
        if night.designated:
            whole = (places.designated_from <= segment.start) & (places.designated_to >= segment.end)
            _mark(bits, ~(whole & some_designated), "not_designated")
        for organism in night.confirmed:
            _mark(bits, ~places.accepts(organism), "organism_not_accepted")
        private = rooms | cohort if night.own_room else rooms
        _mark(bits, private & ~places.own_room, "shared_room")
        if night.setting_types is not None:
            _mark(bits, ~one_of(places.type, SETTING_TYPES, night.setting_types), "setting_type")


def _mark(bits: Bits, where: Bools, code: str) -> None:
    bits |= where * np.uint32(BIT[code])


def one_of(codes: Ints, names: Sequence[str], wanted: Collection[str]) -> Bools:
    """Whether each of `codes`, indices into `names`, is one of the wanted names."""
    return np.array([name in wanted for name in names], dtype=np.bool_)[codes]


class Screening:
    """The bed groups that a first look leaves, shared by all patients who ask for the same."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._kinds: dict[tuple[object, ...], int] = {}
        self._left: dict[tuple[object, ...], Places] = {}
        self._bits: dict[tuple[object, ...], Bits] = {}

    def kind(self, patient: Patient) -> int:
        """A number for all that `Eligibility.shared` asks of a patient: equal for those of whom it is."""
        home = patient.usual_setting if patient.pathway is Pathway.P0 else None
        care = (patient.care.level, patient.care.specialism) if patient.care else None
        asked = (patient.pathway, care, patient.needs, patient.sex, home)
        return self._kinds.setdefault(asked, len(self._kinds))

    def left_for(self, patient: Patient, kind: int, segments: Sequence[Segment], purpose: Purpose) -> Places:
        """The bed groups that nothing shared stands against; what is the patient's own is still to be asked.

        `kind` is the patient's.
        """
        asked = self._asked(kind, segments, purpose)
        if asked not in self._left:
            self._left[asked] = self.places.of(self._look(patient, segments, purpose))
        return self._left[asked]

    def against(self, patient: Patient, kind: int, segments: Sequence[Segment], purpose: Purpose) -> Bits:
        """All that is shared, as reason bits per group; `kind` is the patient's."""
        asked = self._asked(kind, segments, purpose)
        if asked not in self._bits:
            self._bits[asked] = Eligibility(patient, self.places).shared(segments, purpose)
        return self._bits[asked]

    def _asked(self, kind: int, segments: Sequence[Segment], purpose: Purpose) -> tuple[object, ...]:
        epoch = self.places.epoch
        return (kind, purpose, *((s.night.asks, epoch(s.start, s.end)) for s in segments))

    def _look(self, patient: Patient, segments: Sequence[Segment], purpose: Purpose) -> Ints:
        home = patient.usual_setting
        if purpose is Purpose.FINAL and patient.pathway is Pathway.P0 and home is not None:
            rows = self.places.groups_of(home)
            there = Eligibility(patient, self.places.of(rows)).shared(segments, purpose)
            at_home: Ints = rows[there == 0]
            return at_home
        return np.flatnonzero(Eligibility(patient, self.places).shared(segments, purpose) == 0)
