"""Whether placements keep the rules together: beds, isolation places, cohorts, admissions, companions.

Locked placements hold what they hold. Where they alone take more than there is, that is no breach; a plan
breaks the rule where it adds somebody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from discharge.matching.verify.breach import Breach, Kind, Objection, day
from discharge.matching.verify.hub import Hub
from discharge.model.plan import LockedPlacement, Placement, Stay
from discharge.model.setting import Beds, Unit


@dataclass(frozen=True, slots=True)
class Held:
    """One patient's claim on something for the nights `start` to `end` (None: without an end)."""

    patient: str
    locked: bool
    start: date
    end: date | None
    organism: str | None = None

    def on(self, night: date) -> bool:
        """Whether the claim covers the night."""
        return self.start <= night and (self.end is None or night < self.end)


def breaches_together(hub: Hub, placements: Sequence[Placement]) -> Iterator[Breach]:
    """Every rule that the unlocked `placements` break together, beside the case's locked ones."""
    yield from breaches_of_capacity(hub, placements)
    yield from breaches_of_companions(hub, placements)


def breaches_of_capacity(hub: Hub, placements: Sequence[Placement]) -> Iterator[Breach]:
    """Beds, isolation places, cohorts and admissions; adding people never mends one of these."""
    stays = [(placement, stay) for placement in placements for stay in placement.stays]
    used_units = {(stay.setting, stay.unit) for _, stay in stays}
    used_beds = {(stay.setting, stay.unit, stay.beds) for _, stay in stays}
    beds: dict[tuple[str, str, str], list[Held]] = defaultdict(list)
    places: dict[tuple[str, str], list[Held]] = defaultdict(list)
    cohorts: dict[tuple[str, str], list[Held]] = defaultdict(list)
    starts: dict[tuple[str, date], list[Held]] = defaultdict(list)
    for placement, stay in stays:
        held = Held(placement.patient, locked=False, start=stay.start, end=stay.end)
        beds[stay.setting, stay.unit, stay.beds].append(held)
        starts[stay.setting, stay.start].append(held)
        patient = hub.patients[placement.patient]
        course = hub.course(patient, placement.stays[0].start)
        isolating = [ask for ask in course.asks if ask.isolates]
        who = placement.patient
        for ask in isolating:
            cohorts[stay.setting, stay.unit] += _during(stay, ask.start, ask.end, who, ask.organism)
        if course.isolates_on(stay.start):
            _, end = course.isolation_end()
            places[stay.setting, stay.unit] += _during(stay, stay.start, end, who, None)
    for locked in hub.case.locked:
        for stay in locked.stays:
            held = Held(locked.patient, locked=True, start=stay.start, end=stay.end)
            if (stay.setting, stay.unit, stay.beds) in used_beds:
                beds[stay.setting, stay.unit, stay.beds].append(held)
            if (stay.setting, stay.start) in starts:
                starts[stay.setting, stay.start].append(held)
            if (stay.setting, stay.unit) in used_units:
                for isolation in _locked_isolation(hub, locked, stay):
                    places[stay.setting, stay.unit].append(isolation)
                    cohorts[stay.setting, stay.unit] += [
                        Held(locked.patient, True, isolation.start, isolation.end, organism)
                        for organism in stay.organisms
                    ]
    used_settings = {setting_id for setting_id, _ in used_units}
    units = {
        (setting_id, unit.id): unit for setting_id in used_settings for unit in hub.settings[setting_id].units
    }
    for (setting_id, unit_id, beds_id), helds in sorted(beds.items()):
        group = next((b for b in units[setting_id, unit_id].beds if b.id == beds_id), None)
        if group is not None:
            yield from _beds((setting_id, unit_id, beds_id), group, helds)
    for key, helds in sorted(places.items()):
        if units[key].isolation != "none":  # else no stay there passes by itself
            yield from _places(key, units[key], helds)
    for key, helds in sorted(cohorts.items()):
        if units[key].isolation == "cohort":
            yield from _cohort(key, helds)
    for (setting_id, on), helds in sorted(starts.items()):
        limit = hub.settings[setting_id].max_admissions_per_day
        if limit is not None and len(helds) > limit and any(not held.locked for held in helds):
            text = f"{setting_id} admits {limit} a day; on {day(on)} {_names(helds)} start there."
            yield _short("N6", "admissions", text, (setting_id,), on, helds, limit=limit)


def _during(stay: Stay, start: date, end: date | None, patient: str, organism: str | None) -> list[Held]:
    """The nights of a stay from `start` to `end`; nothing where there is none."""
    first = max(stay.start, start)
    ends = [when for when in (stay.end, end) if when is not None]
    last = min(ends, default=None)
    return [] if last is not None and last <= first else [Held(patient, False, first, last, organism)]


def _locked_isolation(hub: Hub, locked: LockedPlacement, stay: Stay) -> Iterator[Held]:
    """The nights for which a locked stay shown as isolating holds its isolation place and its organisms.

    To the end of its patient's isolation, computed anew: nothing where that is over, or nothing asks for one
    any more. To its own end where the patient isn't listed, or is blocked on its first night for want of
    knowledge: unknown never passes.
    """
    if stay.requirement not in ("isolation", "designated"):
        return
    patient = hub.patients.get(locked.patient)
    end = stay.end
    if patient is not None:
        blocked = hub.course(patient, stay.start).blocked
        if blocked is None or not blocked.for_want_of_knowledge:
            isolates, isolation_end = hub.course(patient, locked.stays[0].start).isolation_end()
            if not isolates:
                return
            ends = [when for when in (end, isolation_end) if when is not None]
            end = min(ends, default=None)
    if end is None or end > stay.start:
        yield Held(locked.patient, True, stay.start, end)


def _turning_points(helds: Iterable[Held]) -> set[date]:
    """The dates on which what is held may change: between two of them every night is alike."""
    return {held.start for held in helds} | {held.end for held in helds if held.end is not None}


def _beds(at: tuple[str, ...], group: Beds, helds: Sequence[Held]) -> Iterator[Breach]:
    """N10, N12: a bed for each person on each night; one that is kept counts for its person alone."""
    name = "/".join(at)
    dates = _turning_points(helds) | {entry.start for entry in group.free}
    dates |= {entry.end for entry in group.free if entry.end is not None}
    for night in sorted(dates):
        kept: Counter[str] = Counter()
        count = 0
        for entry in group.free:
            if entry.start <= night and (entry.end is None or night < entry.end):
                if entry.kept_for is None:
                    count += entry.count
                else:
                    kept[entry.kept_for] += entry.count
        here: list[Held] = []
        for held in (held for held in helds if held.on(night)):
            if kept[held.patient] > 0:
                kept[held.patient] -= 1
            else:
                here.append(held)
        if len(here) > count and any(not held.locked for held in here):
            text = f"{name} has {count} free beds on the night of {day(night)}; {_names(here)} are there"
            if len(here) <= count + kept.total():
                whose = tuple(sorted(+kept))
                text += f", and what else is free is kept for {', '.join(whose)}"
                yield _short("N12", "kept_beds", f"{text}.", at, night, here, limit=count, names=whose)
            else:
                yield _short("N10", "beds", f"{text}.", at, night, here, limit=count)
            return


def _places(at: tuple[str, ...], unit: Unit, helds: Sequence[Held]) -> Iterator[Breach]:
    name = "/".join(at)
    places = unit.isolation_places or 0
    for night in sorted(_turning_points(helds)):
        here = [held for held in helds if held.on(night)]
        if len(here) > places and any(not held.locked for held in here):
            text = f"{name} isolates {places} people; on the night of {day(night)} there are {_names(here)}."
            yield _short("R2", "places", text, at, night, here, limit=places)
            return


def _cohort(at: tuple[str, ...], helds: Sequence[Held]) -> Iterator[Breach]:
    name = "/".join(at)
    for night in sorted(_turning_points(helds)):
        here = [held for held in helds if held.on(night)]
        organisms = sorted({held.organism for held in here if held.organism is not None})
        if len(organisms) > 1 and any(not held.locked for held in here):
            meet = ", ".join(organisms)
            text = f"{name} cohorts one organism at a time; on the night of {day(night)} {meet} meet."
            yield _short("R1", "cohort", text, at, night, here, names=tuple(organisms))
            return


def _short(
    rule: str,
    kind: Kind,
    text: str,
    at: tuple[str, ...],
    night: date,
    helds: Sequence[Held],
    *,
    limit: int | None = None,
    names: tuple[str, ...] = (),
) -> Breach:
    """A breach by what is held; `names` are organisms, or whose the beds are that are kept."""
    about = Objection(
        rule, kind, text.removesuffix("."), names=names, number=len(helds), limit=limit, night=night
    )
    return Breach(rule, None, text, at, night, _others(helds), about)


def _names(helds: Iterable[Held]) -> str:
    return ", ".join(sorted({f"{held.patient} (locked)" if held.locked else held.patient for held in helds}))


def _others(helds: Iterable[Held]) -> tuple[str, ...]:
    return tuple(sorted({held.patient for held in helds if held.locked}))


def companions(hub: Hub) -> list[frozenset[str]]:
    """N7: the groups of people who stay together; being together is symmetric and transitive."""
    group_of = {who: {who} for who in hub.patients}
    for patient in hub.case.patients:
        if patient.together_with is not None:
            merged = group_of[patient.id] | group_of[patient.together_with]
            for who in merged:
                group_of[who] = merged
    return sorted({frozenset(group) for group in group_of.values() if len(group) > 1}, key=sorted)


def breaches_of_companions(hub: Hub, placements: Sequence[Placement]) -> Iterator[Breach]:
    """N7: companions end in one setting or none is placed; beside a locked one each there or nowhere."""
    ends = {placement.patient: placement.stays[-1].setting for placement in placements}
    for group in companions(hub):
        locked_ends = {hub.locked[who].stays[-1].setting for who in group if who in hub.locked}
        placed = sorted(who for who in group if who in ends)
        if locked_ends:
            for who in placed:
                if locked_ends != {ends[who]}:
                    where = ", ".join(sorted(locked_ends))
                    text = f"{who} stays together with somebody locked in {where} and ends in {ends[who]}."
                    yield _apart(who, text, group)
        elif placed:
            for who in sorted(group - set(placed)):
                text = f"{who} isn't placed, but {', '.join(placed)} stay together with {who}."
                yield _apart(who, text, group)
            if len(places := Counter(ends[who] for who in placed)) > 1:
                text = f"{', '.join(placed)} stay together and end in {', '.join(sorted(places))}."
                yield _apart(None, text, group)


def _apart(who: str | None, text: str, group: frozenset[str]) -> Breach:
    about = Objection("N7", "companion", text.removesuffix("."), names=tuple(sorted(group)))
    return Breach("N7", who, text, about=about)
