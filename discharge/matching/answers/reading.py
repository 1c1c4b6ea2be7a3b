"""What the answers read of a planned case: where people go, where they could, what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from discharge.matching.choices import Choices, is_free
from discharge.matching.explain import crowding, for_good, telling
from discharge.matching.itineraries import Itinerary, Seeker, Shape, Span
from discharge.matching.planned import Planned
from discharge.matching.prepared import PreparedCase
from discharge.matching.propose import points_of
from discharge.model.case import Case
from discharge.model.errors import BrokenFile, Fault
from discharge.model.patient import Patient
from discharge.model.plan import LockedPlacement, Objective, Plan, Stay
from discharge.rules.eligibility import REASONS, Bits, Eligibility, Segment
from discharge.rules.places import Ints, Places
from discharge.rules.points import PatientView, Role, points_per_group
from discharge.rules.requirement import Night
from discharge.words.days import day_words

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class BedStay:
    """Nights `start` (included) to `end` (excluded; None is open-ended) in a group of beds."""

    setting: str
    unit: str
    beds: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Course:
    """Where somebody goes, from stay to stay, and the points of it."""

    stays: tuple[BedStay, ...]
    points: int
    locked: bool = False

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings in order."""
        return tuple(stay.setting for stay in self.stays)

    @property
    def start(self) -> date:
        """The first day of the first stay."""
        return self.stays[0].start

    def as_json(self) -> Json:
        """The course as plain data, its stays as a plan has them."""
        stays = [
            {
                "setting": s.setting,
                "unit": s.unit,
                "beds": s.beds,
                "from": s.start.isoformat(),
                "to": s.end and s.end.isoformat(),
            }
            for s in self.stays
        ]
        return {"stays": stays, "points": self.points}

    def said(self, labels: Mapping[str, str]) -> str:
        """The course in words."""
        return ", then ".join(f"{labels[s.setting]} from {day_words(s.start)}" for s in self.stays)


def labels_of(*cases: Case) -> dict[str, str]:
    """What a setting is called in a sentence, by id: its name and id, or the id alone."""
    return {
        s.id: s.id if s.name in (None, s.id) else f"{s.name} ({s.id})"
        for case in cases
        for s in case.settings
    }


def listed(name: str, what: str, names: Iterable[str]) -> None:
    """Raises `BrokenFile` where the case has no patient (`what` is PATIENT) or setting (SETTING) `name`."""
    if name not in names:
        fault = Fault(what, f"the case lists no {what.lower()} {name!r}", "name one of the case")
        raise BrokenFile([fault])


def patient_of(case: Case, name: str) -> Patient:
    """The patient of that id. Raises `BrokenFile` where the case lists none."""
    listed(name, "PATIENT", (p.id for p in case.patients))
    return next(p for p in case.patients if p.id == name)


def rank(objective: Objective) -> tuple[int, ...]:
    """What sorts objectives, the best first (docs/case.md, "What is optimal")."""
    return (*(-n for n in objective.placed), objective.points)


def with_one_more(objective: Objective, priority: int, points: int) -> Objective:
    """The objective with somebody counted in who is held as a locked placement, so not in it."""
    placed = tuple(n + (at == priority) for at, n in enumerate(objective.placed, 1))
    return Objective(placed=placed, points=objective.points + points)


# --- where people go -------------------------------------------------------------------------------


def courses_of(planned: Planned) -> dict[str, Course]:
    """Where everybody goes who has a place, by id: those placed anew and those held."""
    held = {p.patient: _held_course(p) for p in planned.case.locked}
    return held | {name: course_of(planned.seekers[name], c) for name, c in planned.chosen.items()}


def courses_of_plan(plan: Plan) -> dict[str, Course]:
    """Where everybody goes by a plan."""
    return {
        p.patient: Course(_bed_stays(p.stays), p.points.get("total", 0), p.locked) for p in plan.placements
    }


def course_of(seeker: Seeker, itinerary: Itinerary) -> Course:
    """An itinerary as a course."""
    return Course(_bed_stays(stays_of(seeker, itinerary)), itinerary.points)


def _held_course(held: LockedPlacement) -> Course:
    return Course(_bed_stays(held.stays), held.points.get("total", 0), locked=True)


def _bed_stays(stays: Iterable[Stay]) -> tuple[BedStay, ...]:
    return tuple(BedStay(s.setting, s.unit, s.beds, s.start, s.end) for s in stays)


def stays_of(seeker: Seeker, itinerary: Itinerary) -> tuple[Stay, ...]:
    """The stays of an itinerary as a plan has them."""
    found: list[Stay] = []
    for stay in seeker.stays(itinerary):
        setting, unit, beds = ids_of(seeker.places, stay.group)
        start = seeker.places.date(stay.span.start)
        assert start is not None  # a stay starts on a date
        found.append(
            Stay(
                setting=setting,
                unit=unit,
                beds=beds,
                start=start,
                end=seeker.places.date(stay.span.end),
                requirement=stay.ask,
                organisms=tuple(sorted(stay.first_night.organisms)),
            )
        )
    return tuple(found)


def held_as(name: str, seeker: Seeker, itinerary: Itinerary) -> LockedPlacement:
    """A placement that holds an itinerary for somebody."""
    return LockedPlacement(
        patient=name, stays=stays_of(seeker, itinerary), points={"total": itinerary.points}
    )


def ids_of(places: Places, group: int) -> tuple[str, str, str]:
    """The ids of a bed group: setting, unit, beds."""
    return (
        places.settings[int(places.setting[group])].id,
        places.units[int(places.unit[group])].id,
        places.groups[group].id,
    )


# --- where they could go -----------------------------------------------------------------------------


def seeker_of(planned: Planned, name: str) -> Seeker:
    """Somebody to be placed; a locked person as if they were still to be placed."""
    if name in planned.seekers:
        return planned.seekers[name]
    prepared = planned.prepared
    patient = patient_of(prepared.case, name)
    return Seeker(-1, patient, prepared.states[name], prepared.places)


def last_choices(prepared: PreparedCase, seeker: Seeker) -> tuple[Ints, Ints]:
    """The person's choices of where to stay in the end (rows of the prepared case's choices), cheapest
    first, and the fewest points of an itinerary that ends there."""
    choices = prepared.choices
    mine = np.arange(len(choices))[choices.of_person(seeker.index)]
    mine = mine[choices.is_last[mine]]
    other = choices.legs.other[choices.leg[mine]]
    points = choices.least[mine] + np.where(other >= 0, choices.leg_least[other], 0)
    order = np.lexsort((choices.group[mine], choices.setting[mine], points))
    return mine[order], points[order]


def best_in(
    prepared: PreparedCase, seeker: Seeker, settings: Sequence[int], *, but: bool = False
) -> Itinerary | None:
    """The itinerary of the fewest points that ends in one of the settings (`but`: in none of them)."""
    rows, points = last_choices(prepared, seeker)
    wanted = np.flatnonzero(np.isin(prepared.choices.setting[rows], settings, invert=but))
    if not len(wanted):
        return None
    return _completed(prepared.choices, seeker, int(rows[wanted[0]]), int(points[wanted[0]]))


def _completed(choices: Choices, seeker: Seeker, row: int, points: int) -> Itinerary:
    """The itinerary that ends with a choice, with the cheapest stay before it."""
    legs = choices.legs
    leg, group = int(choices.leg[row]), int(choices.group[row])
    journey = legs.journeys[int(legs.journey[leg])]
    other = int(legs.other[leg])
    if other < 0:
        return Itinerary(seeker.index, journey, int(legs.start[choices.first[row]]), group, -1, points)
    before = int(choices.begin[other])
    start = int(legs.start[choices.first[before]])
    return Itinerary(seeker.index, journey, start, int(choices.group[before]), group, points)


def offers_of(prepared: PreparedCase, seeker: Seeker, settings: int) -> list[Itinerary]:
    """The cheapest itineraries, cheapest first: of each start the last stays in so many settings."""
    legs = prepared.choices.legs
    found: list[Itinerary] = []
    for leg in np.flatnonzero(legs.person == seeker.index).tolist():
        if legs.is_second[leg]:
            continue
        journey, other = legs.journeys[int(legs.journey[leg])], int(legs.other[leg])
        second = _few(prepared, other, int(legs.offset[other]), settings) if other >= 0 else []
        for at in range(int(legs.offset[leg]), int(legs.offset[leg + 1])):
            start = int(legs.start[at])
            first = _few(prepared, leg, at, settings if other < 0 else 3)
            if other < 0:
                found += [Itinerary(seeker.index, journey, start, g, -1, points) for g, points in first]
                continue
            found += [
                Itinerary(seeker.index, journey, start, g, onward, points + more)
                for g, points in first
                for onward, more in second
            ]
    return sorted(found, key=lambda i: (i.points, i.start, i.group1, i.group2))


def _few(prepared: PreparedCase, leg: int, at: int, settings: int, each: int = 3) -> list[tuple[int, int]]:
    """The cheapest groups of so many settings that are free from one start of a leg, at most `each` of one,
    with their points."""
    choices, legs = prepared.choices, prepared.choices.legs
    rows = np.arange(int(choices.begin[leg]), int(choices.begin[leg + 1]))
    rows = rows[is_free(legs, choices.leg[rows], choices.group[rows], np.full(len(rows), at))]
    rows = rows[np.lexsort((choices.group[rows], choices.points[rows]))]
    taken: dict[int, int] = {}
    found: list[tuple[int, int]] = []
    for row in rows.tolist():
        setting = int(choices.setting[row])
        if setting not in taken and len(taken) == settings:
            break
        taken[setting] = taken.get(setting, 0) + 1
        if taken[setting] <= each:
            found.append((int(choices.group[row]), int(choices.points[row] + legs.wait[at])))
    return found


def objectives_of(seeker: Seeker, itinerary: Itinerary) -> dict[str, int]:
    """The points of an itinerary by objective, without the total."""
    return {key: value for key, value in points_of(seeker, itinerary).items() if key != "total"}


# --- what stands in the way --------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """One stay of a shape against all bed groups: reason bits by the rules, and for want of room."""

    span: Span
    segments: tuple[Segment, ...]
    rules: Bits
    crowding: Bits

    @property
    def bits(self) -> Bits:
        """All that stands in the way."""
        return self.rules | self.crowding

    @property
    def first_night(self) -> Night:
        """What the first night asks."""
        return self.segments[0].night


def readings_of(
    prepared: PreparedCase, seeker: Seeker, *, every: bool = False
) -> Iterator[tuple[Reading, ...]]:
    """The stays of each telling shape: of the first start, the first past an isolation, and the last; with
    `every` those of every stretch of starts that ask for the same."""
    shapes = list(seeker.shapes())
    asker = Eligibility(seeker.patient, prepared.places)
    for shape in shapes if every else telling(shapes):
        yield tuple(_readings(prepared, asker, seeker, shape))


def _readings(prepared: PreparedCase, asker: Eligibility, seeker: Seeker, shape: Shape) -> Iterator[Reading]:
    for span in shape:
        segments = seeker.segments(span, shape[0].start)
        rules = asker.stand_against(segments, span.purpose)
        yield Reading(span, segments, rules, crowding(prepared, span, segments))


def points_in(seeker: Seeker, role: Role) -> Ints:
    """The points of a stay per bed group, whether or not it will do; without the wait."""
    asker = Eligibility(seeker.patient, seeker.places)
    return points_per_group(PatientView(seeker.patient, seeker.places, asker.kilometres), role)


def fewest_bits(prepared: PreparedCase, seeker: Seeker) -> Ints:
    """Per bed group the reason bits that stand against it, of the stay against which the fewest do."""
    places = prepared.places
    fewest = np.full(len(places), len(REASONS) + 1, dtype=np.int64)
    bits = np.zeros(len(places), dtype=np.int64)
    now = [reading.bits for shape in readings_of(prepared, seeker) for reading in shape]
    if not now:
        span, segments = for_good()
        rules = Eligibility(seeker.patient, places).stand_against(segments, span.purpose)
        now = [rules | crowding(prepared, span, segments)]
    for each in now:
        number = np.bitwise_count(each).astype(np.int64)
        better = number < fewest
        fewest[better] = number[better]
        bits[better] = each[better]
    if seeker.index >= 0:  # a stay that isn't among the telling ones may do all the same
        choices = prepared.free_choices
        bits[choices.group[choices.of_person(seeker.index)]] = 0
    return bits
