"""Which single changes are worth trying: read from what stands between people and beds.

For everybody without a place, the beds that one reason keeps from them; for those with a place, beds that
would save points. Nothing here is an answer: each change is planned again by `would_help`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from discharge.matching.answers.changes import (
    DEARER_POUNDS,
    FARTHER_KM,
    SOONER_DAYS,
    Change,
    Kind,
    new_beds,
    with_more_beds,
)
from discharge.matching.answers.reading import (
    Reading,
    ids_of,
    last_choices,
    offers_of,
    points_in,
    readings_of,
)
from discharge.matching.itineraries import Itinerary, Seeker
from discharge.matching.planned import Planned
from discharge.matching.propose import prepare
from discharge.model.setting import Setting
from discharge.rules.eligibility import BIT, Eligibility
from discharge.rules.places import Ints
from discharge.rules.rule_set import Tested

GROUPS = 40
"""The cheapest bed groups of each kind of change that are looked at for one person."""
IN_FULL_UNITS = 16
"""The nearest settings at which a bed more is looked at for one person, where a unit has none."""
SAVING = 24
"""As many changes as are worth a try only because they would save points."""


@dataclass
class Hope:
    """A change that might help: whom, how many at once, and the fewest points that one of them would have."""

    most: int
    people: dict[str, int] = field(default_factory=dict)
    points: int = 0


def in_order(planned: Planned, hopes: dict[Change, Hope]) -> Iterator[Change]:
    """The changes to try: each next one for as many people as possible who had none of its kind yet."""
    priority = {p.id: p.priority for p in planned.case.patients}
    covered: set[tuple[Kind, str]] = set()
    while hopes:
        best = min(hopes, key=lambda c: (_promise(c, hopes[c], priority, covered), c))
        fresh = {(best.kind, name) for name in hopes[best].people} - covered
        if not fresh and covered:
            covered.clear()
            continue
        covered |= fresh
        del hopes[best]
        yield best


def _promise(
    change: Change, hope: Hope, priority: Mapping[str, int], covered: set[tuple[Kind, str]]
) -> tuple[int, ...]:
    """What sorts hopes, the greatest first: people who may be placed by priority, then the fewest points."""
    levels = [0, 0, 0, 0]
    for name in hope.people:
        if (change.kind, name) not in covered:
            levels[priority[name] - 1] += 1
    left = hope.most
    told: list[int] = []
    for number in levels:
        told.append(-min(number, left))
        left -= min(number, left)
    return (*told, -sum(levels), hope.points)


def hopes_of(planned: Planned, patient: str | None) -> dict[Change, Hope]:
    """Every change that might help somebody; without a `patient` also those that might save points."""
    hopes: dict[Change, Hope] = {}
    cheaper: dict[Change, int] = {}
    for name, seeker in planned.seekers.items():
        if patient not in (None, name):
            continue
        if name in planned.chosen:
            for change, points in _cheaper(planned, seeker, planned.chosen[name]).items():
                cheaper[change] = min(points, cheaper.get(change, 0))
            continue
        for change, points in _near_misses(planned, seeker).items():
            hope = hopes.setdefault(change, Hope(_most(planned, change), points=points))
            hope.points = min(hope.points, points)
            hope.people[name] = points
    for name, change, points in _in_full_units(planned, patient):
        hope = hopes.setdefault(change, Hope(1, points=points))
        hope.points = min(hope.points, points)
        hope.people[name] = points
    for change in sorted(cheaper, key=lambda c: (cheaper[c], c))[:SAVING]:
        hopes.setdefault(change, Hope(1, points=cheaper[change]))
    return hopes


def _in_full_units(planned: Planned, patient: str | None) -> Iterator[tuple[str, Change, int]]:
    """For everybody without a place a bed more in a unit that has none on its list, and their points."""
    case = planned.case
    people = [
        s for name, s in planned.seekers.items() if name not in planned.chosen and patient in (None, name)
    ]
    beds = [new_beds(case, category) for category in sorted({_category(s) for s in people} - {""})]

    def filled(setting: Setting) -> Setting:
        units = tuple(u if u.beds else with_more_beds(u, beds) for u in setting.units)
        return setting.model_copy(update={"units": units})

    alone = tuple(s.patient.model_copy(update={"together_with": None}) for s in people)
    held = {p.patient for p in case.locked}
    kept = tuple(p for p in case.patients if p.id in held)
    settings = tuple(filled(s) if not all(u.beds for u in s.units) else s for s in case.settings)
    if not beds or settings == case.settings:
        return
    imagined = case.model_copy(update={"patients": alone + kept, "settings": settings})
    problem = prepare(imagined, planned.problem.rules)
    for seeker in problem.seekers:
        for offer in offers_of(problem, seeker, IN_FULL_UNITS):
            groups = (offer.group1, offer.group2) if offer.group2 >= 0 else (offer.group1,)
            where = [ids_of(seeker.places, group) for group in groups]
            new = [w for w in where if w not in planned.problem.places.group_at]
            if len(new) == 1:
                setting, unit, name = new[0]
                change = Change(Kind.NEW_BED, setting, unit, name.removeprefix("new "))
                yield seeker.patient.id, change, offer.points


def _most(planned: Planned, change: Change) -> int:
    """How many people a change can place at once, at the most."""
    if change.kind not in (
        Kind.OPEN,
        Kind.RISK_ASSESSMENT,
        Kind.CAPACITY_RETURN,
        Kind.ACCEPT,
        Kind.DESIGNATE,
    ):
        return 1
    home = next(s for s in planned.case.settings if s.id == change.setting)
    return sum(f.count for u in home.units for b in u.beds for f in b.free if f.kept_for is None)


def _cheaper(planned: Planned, seeker: Seeker, chosen: Itinerary) -> dict[Change, int]:
    """For somebody with a place: a bed more, or sooner, that would save points, and how many (below 0)."""
    problem = planned.problem
    rows, points = last_choices(problem, seeker)
    found: dict[Change, int] = {}
    for row, cost in zip(rows[:GROUPS].tolist(), points[:GROUPS].tolist(), strict=True):
        if cost < chosen.points:
            change = Change(Kind.BED, *ids_of(problem.places, int(problem.choices.group[row])))
            found.setdefault(change, cost - chosen.points)
    waited = min(SOONER_DAYS, chosen.start - seeker.ready)
    if waited and _opens_later(seeker, chosen.group1):
        change = Change(Kind.SOONER, *ids_of(seeker.places, chosen.group1))
        found[change] = -waited * seeker.places.case.weights.delay
    return found


def _opens_later(seeker: Seeker, group: int) -> bool:
    """Whether a bed of the group is to be free from a day after day 0 on."""
    day0 = seeker.places.day0
    return any(f.count and f.start > day0 and f.kept_for is None for f in seeker.places.groups[group].free)


def _near_misses(planned: Planned, seeker: Seeker) -> dict[Change, int]:
    """The changes by which somebody without a place might have one, with the points it would have."""
    found: dict[Change, int] = {}
    for change in _about_the_person(planned, seeker):
        found[change] = 0
    for shape in readings_of(planned.problem, seeker):
        near = [_single(seeker, reading) for reading in shape]
        clear = [bool((reading.rules == 0).any()) for reading in shape]
        for at, changes in enumerate(near):
            for change, points in changes.items():
                others = [
                    c or change in n for i, (c, n) in enumerate(zip(clear, near, strict=True)) if i != at
                ]
                if all(others):
                    found[change] = min(points, found.get(change, points))
    return found


def _about_the_person(planned: Planned, seeker: Seeker) -> Iterator[Change]:
    """A test or attestations, where that is what keeps somebody from starting on any day."""
    day0 = planned.case.day0
    block = seeker.state.block(max(day0, seeker.patient.ready_on))
    if block is None:
        return
    organisms = planned.problem.rules.organisms.items()
    organism = next((name for name, rules in organisms if isinstance(rules, Tested)), "")
    name = seeker.patient.id
    if block.code in ("awaiting_result", "no_test", "test_expired", "inconclusive"):
        yield Change(Kind.RETEST, patient=name, organism=organism)
    elif block.code == "clinical_release_missing":
        yield Change(Kind.ATTEST, patient=name, organism=organism)


_BY_CODE = {
    "closed": Kind.OPEN,
    "outbreak": Kind.RISK_ASSESSMENT,
    "capacity_unknown": Kind.CAPACITY_RETURN,
    "organism_not_accepted": Kind.ACCEPT,
    "not_designated": Kind.DESIGNATE,
    "no_slot": Kind.ADMISSION,
    "too_far": Kind.FARTHER,
    "fee": Kind.FEE,
    "need_unmet": Kind.MEET,
}


def _single(seeker: Seeker, reading: Reading) -> dict[Change, int]:
    """The changes that would take away the only reason against a bed group, with the points of the stay."""
    places = seeker.places
    found: dict[Change, int] = {}
    bits = reading.bits
    full = np.uint32(BIT["no_free_bed"])
    costs = points_in(seeker, reading.span.role)
    will_do = np.flatnonzero(reading.rules == 0)
    for group in will_do[np.argsort(costs[will_do], kind="stable")][:GROUPS].tolist():
        points = int(costs[group])
        if bits[group] & ~full == 0:
            where = ids_of(places, group)
            found.setdefault(Change(Kind.BED, *where), points)
            if _opens_later(seeker, group):
                found.setdefault(Change(Kind.SOONER, *where), points)
    same = {(change.setting, change.unit) for change in found}
    for group in np.flatnonzero((bits & ~np.uint32(_OF_THE_BED)) == 0).tolist():
        setting, unit, _ = ids_of(places, group)
        category = _category(seeker)
        if category and reading.rules[group] and (setting, unit) not in same:
            found.setdefault(Change(Kind.NEW_BED, setting, unit, category), 0)
    for code, kind in _BY_CODE.items():
        groups: Ints = np.flatnonzero(bits == BIT[code])
        for group in groups.tolist():
            change = _change(seeker, reading, kind, group)
            if change is not None:
                found.setdefault(change, 0)
    return found


_OF_THE_BED = BIT["wrong_category"] | BIT["sex"] | BIT["shared_room"] | BIT["no_free_bed"]
"""Reasons that another bed in the same unit would take away."""


def _category(seeker: Seeker) -> str:
    """The category of beds that a person needs; empty where no care is known."""
    care = seeker.patient.care
    if care is None:
        return ""
    return "ypd" if care.specialism == "ypd" else f"{care.specialism}_{care.level}"


def _change(seeker: Seeker, reading: Reading, kind: Kind, group: int) -> Change | None:
    """The change that takes the only reason away; None where it is out of reach."""
    setting, unit, _ = ids_of(seeker.places, group)
    patient = seeker.patient
    if kind is Kind.FARTHER:
        near = (patient.max_km or 0) + FARTHER_KM
        within = bool(Eligibility(patient, seeker.places).kilometres[group] <= near)
        return Change(kind, patient=patient.id) if within else None
    if kind is Kind.FEE:
        within = bool(seeker.places.fee[group] <= (patient.max_weekly_fee or 0) + DEARER_POUNDS)
        return Change(kind, setting, patient=patient.id) if within else None
    if kind is Kind.MEET:
        unmet = [need for need in dict.fromkeys(patient.needs) if not seeker.places.meets(need)[group]]
        return Change(kind, setting, need=unmet[0]) if len(unmet) == 1 else None
    if kind is Kind.ACCEPT:
        confirmed = sorted(reading.first_night.confirmed)
        return Change(kind, setting, organism=confirmed[0]) if len(confirmed) == 1 else None
    return Change(kind, setting, unit) if kind is Kind.DESIGNATE else Change(kind, setting)
