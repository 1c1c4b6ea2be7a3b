"""Which single changes might help: whatever would open a bed to anybody, placed or not, and how much it
might be worth.

A change helps directly, where it gives a bed to somebody without a place, or through others: somebody
placed moves to what it opens, and others have what they leave. So the beds that one reason keeps from
anybody are looked at, and what is scarce by the linear program's prices. What a change might be worth is a
bound by those prices: it says what to try first. Nothing here is an answer: each change is planned again
by `would_help`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from discharge.matching.answers.changes import (
    DEARER_POUNDS,
    FARTHER_KM,
    Change,
    Kind,
    new_beds,
    with_more_beds,
)
from discharge.matching.answers.reading import (
    Reading,
    ids_of,
    offers_of,
    points_in,
    readings_of,
)
from discharge.matching.itineraries import Itinerary, Seeker
from discharge.matching.planned import Planned
from discharge.matching.prepared import prepare
from discharge.matching.prices import Prices
from discharge.matching.solve import WARM_UP
from discharge.model.setting import Beds, Setting
from discharge.rules.eligibility import BIT, Eligibility
from discharge.rules.places import OPEN, Bools
from discharge.rules.rule_set import Tested

IN_FULL_UNITS = 16
"""The nearest settings at which a bed more is looked at for one person, where a unit has none."""
LEAST = 0.5
"""Points below which a bound is rounding alone."""


@dataclass
class Hope:
    """A change that might help: how many people at once, and for whom how many points it might be worth.

    `others` is what it might be worth by what is scarce now, to whomever.
    """

    most: int
    people: dict[str, float] = field(default_factory=dict)
    others: float = 0.0

    def add(self, name: str, worth: float) -> None:
        """Counts somebody in, with the most that it might be worth for them."""
        self.people[name] = max(worth, self.people.get(name, worth))

    @property
    def is_likely(self) -> bool:
        """Whether the prices leave anything to gain by it."""
        return self.others > LEAST or any(worth > LEAST for worth in self.people.values())


def in_order(planned: Planned, hopes: Mapping[Change, Hope], patient: str | None = None) -> Iterator[Change]:
    """The changes to try, those that might be worth most first; those for `patient` before the others.

    Each next one is for people who had none of its kind yet, until everybody has had one.
    """
    covered: set[tuple[Kind, str]] = set()
    left = set(hopes)

    def promise(change: Change) -> float:
        hope = hopes[change]
        fresh = [worth for name, worth in hope.people.items() if (change.kind, name) not in covered]
        best = heapq.nlargest(hope.most, fresh)
        first = WARM_UP.gain[1] * len(planned.seekers) if patient in hope.people else 0.0
        return first + max(sum(best), hope.others)

    def waiting() -> list[tuple[float, Change]]:
        return [(-promise(change), change) for change in left]

    queue = waiting()
    heapq.heapify(queue)
    while left:
        worth, change = heapq.heappop(queue)
        now = -promise(change)
        if now > worth:  # others were tried for these people meanwhile
            heapq.heappush(queue, (now, change))
            continue
        if now >= -LEAST and covered:
            covered.clear()
            queue = waiting()
            heapq.heapify(queue)
            if -queue[0][0] <= LEAST:
                yield from (one for _, one in sorted(queue))
                return
            continue
        covered |= {(change.kind, name) for name in hopes[change].people}
        left.remove(change)
        yield change


def hopes_of(planned: Planned, *, only_beds: bool = False) -> dict[Change, Hope]:
    """Every change by which a bed would open to anybody; `only_beds`: one more bed in a group alone."""
    return _Hopes(planned).found(only_beds=only_beds)


class _Hopes:
    """What might help, gathered person by person, and then by what is scarce."""

    def __init__(self, planned: Planned) -> None:
        self.planned = planned
        self.places = planned.prepared.places
        self.prices: Prices = planned.prices
        self.hopes: dict[Change, Hope] = {}

    def found(self, *, only_beds: bool) -> dict[Change, Hope]:
        for seeker in self.planned.seekers.values():
            self._of_a_person(seeker)
        self._in_full_units()
        self._of_what_is_scarce()
        if only_beds:
            return {change: hope for change, hope in self.hopes.items() if change.kind is Kind.BED}
        return self.hopes

    def _hope(self, change: Change) -> Hope:
        return self.hopes.setdefault(change, Hope(_most(self.planned, change)))

    # --- by who might have a bed ---

    def _of_a_person(self, seeker: Seeker) -> None:
        worth = self._worth_of_a_place(seeker)
        for change in _about_the_person(self.planned, seeker):
            self._hope(change).add(seeker.patient.id, worth)
        for shape in readings_of(self.planned.prepared, seeker, every=True):
            near = [self._single(seeker, reading) for reading in shape]
            clear = [bool((reading.rules == 0).any()) for reading in shape]
            for at, changes in enumerate(near):
                for change, points in changes.items():
                    others = [
                        c or change in n for i, (c, n) in enumerate(zip(clear, near, strict=True)) if i != at
                    ]
                    if all(others):
                        self._hope(change).add(seeker.patient.id, worth - points)

    def _worth_of_a_place(self, seeker: Seeker) -> float:
        """What a place is worth to somebody who has none, or another one to somebody who would leave theirs:
        their points there, and what others would pay for what they leave."""
        chosen = self.planned.chosen.get(seeker.patient.id)
        if chosen is None:
            return float(WARM_UP.gain[seeker.patient.priority])
        worth = chosen.points + self._paid(seeker, chosen)
        tied = any(seeker.index in group.members for group in self.planned.prepared.together)
        if tied or any(
            segment.night.cohort is not None for stay in seeker.stays(chosen) for segment in stay.segments
        ):
            worth += WARM_UP.gain[4]  # what companions and cohorts pay isn't among the prices
        return worth

    def _paid(self, seeker: Seeker, chosen: Itinerary) -> float:
        """What others would pay for the beds, places and admissions of somebody's stays."""
        starts = np.asarray(self.prices.starts)
        total = 0.0
        for stay in seeker.stays(chosen):
            span = stay.span
            during = (starts >= span.start) & (starts < (OPEN if span.end >= OPEN else span.end))
            total += float(self.prices.beds[stay.group][during].sum())
            isolated = max((s.end for s in stay.segments if s.night.isolates), default=span.start)
            unit = int(self.places.unit[stay.group])
            total += float(self.prices.isolation[unit][during & (starts < isolated)].sum())
            setting = int(self.places.setting[stay.group])
            total += max(0.0, self.prices.admissions.get((setting, span.start), 0.0))
        return total

    def _single(self, seeker: Seeker, reading: Reading) -> dict[Change, int]:
        """The changes that would take away the only reason against a bed group, with the fewest points of
        the stay."""
        places = self.places
        found: dict[Change, int] = {}
        costs = points_in(seeker, reading.span.role)

        def note(change: Change, group: int) -> None:
            points = int(costs[group])
            found[change] = min(points, found.get(change, points))

        will_do = set[tuple[str, str, str]]()
        no_places = (reading.rules == BIT["cannot_isolate"]) & self._has_no_places
        for group in np.flatnonzero(no_places).tolist():
            setting, unit, beds = ids_of(places, group)
            will_do.add((setting, unit, places.groups[group].category))
            note(Change(Kind.PLACE, setting, unit), group)
            note(Change(Kind.BED, setting, unit, beds), group)
        for group in np.flatnonzero(reading.rules == 0).tolist():
            setting, unit, beds = ids_of(places, group)
            will_do.add((setting, unit, places.groups[group].category))
            note(Change(Kind.BED, setting, unit, beds), group)
            if _opens_later(seeker, group):
                note(Change(Kind.SOONER, setting, unit, beds), group)
            if reading.first_night.isolates:
                note(Change(Kind.PLACE, setting, unit), group)
            if self._settings[setting].max_admissions_per_day is not None:
                note(Change(Kind.ADMISSION, setting), group)
        category = _category(seeker)
        of_the_bed = reading.rules & ~np.uint32(_OF_THE_BED)
        of_the_bed &= ~(self._has_no_places * np.uint32(BIT["cannot_isolate"]))
        for group in np.flatnonzero(of_the_bed == 0).tolist():
            setting, unit, _ = ids_of(places, group)
            if category and (setting, unit, category) not in will_do:
                note(Change(Kind.NEW_BED, setting, unit, category), group)
        for code, kind in _BY_CODE.items():
            for group in np.flatnonzero((reading.rules == BIT[code]) & self._has_beds).tolist():
                for change in _changes(seeker, reading, kind, group):
                    note(change, group)
        return found

    @cached_property
    def _has_beds(self) -> Bools:
        """Per bed group, whether it has a bed at all, for whomever and whenever."""
        return np.array([any(f.count for f in group.free) for group in self.places.groups], dtype=np.bool_)

    @cached_property
    def _has_no_places(self) -> Bools:
        """Per bed group, whether its unit could isolate if it had a place to isolate in."""
        units = [unit.isolation != "none" and not unit.isolation_places for unit in self.places.units]
        return np.array(units, dtype=np.bool_)[self.places.unit]

    @cached_property
    def _settings(self) -> Mapping[str, Setting]:
        return {setting.id: setting for setting in self.planned.case.settings}

    # --- by beds that aren't there ---

    def _in_full_units(self) -> None:
        """A bed more in a unit that has none on its list, for everybody."""
        case = self.planned.case
        people = list(self.planned.seekers.values())
        beds = [new_beds(case, category) for category in sorted({_category(s) for s in people} - {""})]
        if not beds or all(unit.beds for setting in case.settings for unit in setting.units):
            return
        alone = tuple(s.patient.model_copy(update={"together_with": None}) for s in people)
        held = {p.patient for p in case.locked}
        kept = tuple(p for p in case.patients if p.id in held)
        settings = tuple(_filled(setting, beds) for setting in case.settings)
        imagined = case.model_copy(update={"patients": alone + kept, "settings": settings})
        prepared = prepare(imagined, self.planned.prepared.rules)
        for seeker in prepared.seekers:
            name = seeker.patient.id
            worth = self._worth_of_a_place(self.planned.seekers[name])
            for offer in offers_of(prepared, seeker, IN_FULL_UNITS):
                groups = (offer.group1, offer.group2) if offer.group2 >= 0 else (offer.group1,)
                where = [ids_of(seeker.places, group) for group in groups]
                new = {w for w in where if w not in self.places.group_at}
                if len(new) == 1:
                    setting, unit, bed = new.pop()
                    change = Change(Kind.NEW_BED, setting, unit, bed.removeprefix("new "))
                    self._hope(change).add(name, worth - offer.points)

    # --- by what is scarce ---

    def _of_what_is_scarce(self) -> None:
        """What one more of what is short might be worth, to whomever, by the prices of all its nights."""
        places, isolation = self.places, self.prices.isolation.sum(axis=1)
        beds = self.prices.beds.sum(axis=1) + isolation[places.unit]
        for group in np.flatnonzero(beds > LEAST).tolist():
            self._hope(Change(Kind.BED, *ids_of(places, group))).others = float(beds[group])
        for at in np.flatnonzero(isolation > LEAST).tolist():
            setting = places.settings[int(places.unit_setting[at])].id
            change = Change(Kind.PLACE, setting, places.units[at].id)
            self._hope(change).others = float(isolation[at])
        for (setting_at, _), price in self.prices.admissions.items():
            hope = self._hope(Change(Kind.ADMISSION, places.settings[setting_at].id))
            hope.others += max(0.0, price)


def _filled(setting: Setting, beds: list[Beds]) -> Setting:
    """The setting with beds in each unit that has none."""
    if all(unit.beds for unit in setting.units):
        return setting
    units = tuple(unit if unit.beds else with_more_beds(unit, beds) for unit in setting.units)
    return setting.model_copy(update={"units": units})


def _most(planned: Planned, change: Change) -> int:
    """How many people a change can place at once, at the most."""
    if change.kind is Kind.ADMISSION:
        return planned.case.horizon_days
    if change.kind not in (
        Kind.OPEN,
        Kind.RISK_ASSESSMENT,
        Kind.CAPACITY_RETURN,
        Kind.ACCEPT,
        Kind.DESIGNATE,
        Kind.MEET,
    ):
        return 1
    home = next(s for s in planned.case.settings if s.id == change.setting)
    open_beds = (f.count for u in home.units for b in u.beds for f in b.free if f.kept_for is None)
    return max(1, sum(open_beds))


def _opens_later(seeker: Seeker, group: int) -> bool:
    """Whether a bed of the group is to be free from a day after day 0 on."""
    day0 = seeker.places.day0
    return any(f.count and f.start > day0 and f.kept_for is None for f in seeker.places.groups[group].free)


def _about_the_person(planned: Planned, seeker: Seeker) -> Iterator[Change]:
    """A test or attestations, where somebody may not start at once for want of them, or isolates for it."""
    day0 = planned.case.day0
    first = max(day0, seeker.patient.ready_on)
    block = seeker.state.block(first)
    organisms = planned.prepared.rules.organisms.items()
    organism = next((name for name, rules in organisms if isinstance(rules, Tested)), "")
    name = seeker.patient.id
    if block is None:
        night = seeker.state.from_start(first).night(first, first)
        if organism in night.organisms and organism not in night.confirmed:
            yield Change(Kind.RETEST, patient=name, organism=organism)
    elif block.code in ("awaiting_result", "no_test", "test_expired", "inconclusive"):
        yield Change(Kind.RETEST, patient=name, organism=organism)
    elif block.code == "clinical_release_missing":
        yield Change(Kind.ATTEST, patient=name, organism=organism)


_BY_CODE = {
    "closed": Kind.OPEN,
    "outbreak": Kind.RISK_ASSESSMENT,
    "capacity_unknown": Kind.CAPACITY_RETURN,
    "organism_not_accepted": Kind.ACCEPT,
    "not_designated": Kind.DESIGNATE,
    "too_far": Kind.FARTHER,
    "fee": Kind.FEE,
    "need_unmet": Kind.MEET,
    "age": Kind.BIRTH_DATE,
}

_OF_THE_BED = BIT["wrong_category"] | BIT["sex"] | BIT["shared_room"]
"""Reasons that another bed in the same unit would take away."""


def _category(seeker: Seeker) -> str:
    """The category of beds that a person needs; empty where no care is known."""
    care = seeker.patient.care
    if care is None:
        return ""
    return "ypd" if care.specialism == "ypd" else f"{care.specialism}_{care.level}"


def _changes(seeker: Seeker, reading: Reading, kind: Kind, group: int) -> Iterator[Change]:
    """The changes that may take the only reason away; none where it is out of reach."""
    setting, unit, _ = ids_of(seeker.places, group)
    patient = seeker.patient
    home: Setting = seeker.places.settings[int(seeker.places.setting[group])]
    if kind is Kind.FARTHER:
        near = (patient.max_km or 0) + FARTHER_KM
        if bool(Eligibility(patient, seeker.places).kilometres[group] <= near):
            yield Change(kind, patient=patient.id)
    elif kind is Kind.FEE:
        if bool(seeker.places.fee[group] <= (patient.max_weekly_fee or 0) + DEARER_POUNDS):
            yield Change(kind, setting, patient=patient.id)
    elif kind is Kind.MEET:
        unmet = [need for need in dict.fromkeys(patient.needs) if not seeker.places.meets(need)[group]]
        if len(unmet) == 1:
            yield Change(kind, setting, need=unmet[0])
    elif kind is Kind.ACCEPT:
        for organism in sorted(reading.first_night.confirmed - set(home.accepts_organisms)):
            yield Change(kind, setting, organism=organism)
    elif kind is Kind.RISK_ASSESSMENT:
        for outbreak in home.outbreaks:
            if not outbreak.risk_assessed:
                yield Change(kind, setting, organism=outbreak.organism)
    elif kind is Kind.BIRTH_DATE:
        if patient.born is None:
            yield Change(kind, setting, patient=patient.id)
    elif kind is Kind.DESIGNATE:
        yield Change(kind, setting, unit)
    else:
        yield Change(kind, setting)
