"""Who competes: the smallest groups of people who share too few beds, each proven by a minimum cut.

A shortage is Hall's: people all of whose ways to leave by a night have them in beds on that night, and
fewer beds among them than people. Beds, isolation places and admissions are counted as they are free after
the locked placements, so whatever plan is made, no more of these people than there are beds can leave.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import networkx as nx
import numpy as np
from networkx.algorithms.flow import shortest_augmenting_path

from discharge.matching.answers.chains import Chain, chains
from discharge.matching.answers.changes import kind_of_care
from discharge.matching.answers.reading import Json, labels_of, listed
from discharge.matching.choices import is_free
from discharge.matching.itineraries import Leg, Seeker
from discharge.matching.planned import Planned
from discharge.matching.solve import Progress
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import Requirement
from discharge.rules.places import Ints
from discharge.words.counts import count_words, listing, people
from discharge.words.days import day_words

FEW_SETTINGS = 3
NEWS = 5
"""A group is told if one in so many of its people are in none told before."""
SHOWN = 8
"""As many shortages as are worth reading."""
Node = tuple[str, str | int]
"""What the network is made of: a person by name; isolation places, beds and admissions by index."""


@dataclass(frozen=True)
class Shortage:
    """People who all need one of a few beds by a night, and too few of them."""

    by: date
    """The night on which all of them would be in these beds."""
    people: tuple[str, ...]
    seats: int
    """How many of them can have one; fewer than the people."""
    unplaced: tuple[str, ...]
    waiting: tuple[str, ...]
    """Those of them who have a place, but later than that night."""
    settings: tuple[str, ...]
    """The settings that would do for some of them."""
    what: str
    """What the beds have in common, for more than one: `designated beds in Kent`."""
    text: str

    def as_json(self) -> Json:
        """The shortage as plain data."""
        return {
            "by": self.by.isoformat(),
            "people": list(self.people),
            "seats": self.seats,
            "unplaced": list(self.unplaced),
            "waiting": list(self.waiting),
            "settings": list(self.settings),
            "what": self.what,
            "text": self.text,
        }


@dataclass(frozen=True)
class Competition:
    """Who shares too few beds, and the exchanges that would free one."""

    patient: str | None
    shortages: tuple[Shortage, ...]
    chains: tuple[Chain, ...]
    unplaced: tuple[str, ...]
    """Those of the shortages who have no place at all."""
    tried: int
    """How many exchanges were planned again."""

    def as_json(self) -> Json:
        """The answer as plain data."""
        return {
            "patient": self.patient,
            "shortages": [s.as_json() for s in self.shortages],
            "chains": [c.as_json() for c in self.chains],
            "tried": self.tried,
        }

    def as_text(self) -> str:
        """The answer as sentences, a line each."""
        lines = [s.text for s in self.shortages[:SHOWN]] or ["Nobody's beds are too few."]
        if len(self.shortages) > SHOWN:
            more = count_words(len(self.shortages) - SHOWN, "more group shares", "more groups share")
            lines.append(f"{more} too few.")
        lines += [c.text for c in self.chains]
        if self.unplaced and not self.chains:
            held = f"of those held {count_words(self.tried, 'move was', 'moves were')} tried"
            held = held if self.tried else "nobody held is in the way"
            lines.append(f"No exchange makes room: the plan itself would have made it, and {held}.")
        return "\n".join(lines)


def competes(
    planned: Planned,
    patient: str | None = None,
    *,
    budget: int = 12,
    progress: Progress | None = None,
) -> Competition:
    """Who shares too few beds with those who have no place or wait for one, or with `patient` alone.

    `budget`: how many exchanges are planned again at the most. Raises `BrokenFile` where the case lists
    no such patient.
    """
    if patient is not None:
        listed(patient, "PATIENT", (p.id for p in planned.case.patients))
    found = tuple(_shortages(planned, patient))
    exchanges, tried = chains(planned, patient, budget=budget, progress=progress)
    unplaced = tuple(dict.fromkeys(name for shortage in found for name in shortage.unplaced))
    return Competition(patient, found, exchanges, unplaced, tried)


# --- shortages ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Need:
    """Where somebody would be on a night, if they leave by then."""

    seeker: Seeker
    suiting: Ints
    """Bed groups that no rule stands against, with room or without."""
    isolating: Ints
    """Groups with room, to isolate in."""
    plain: Ints
    """Groups with room, without isolating."""
    asks: frozenset[Requirement]

    @property
    def seats(self) -> Ints:
        """All groups with room."""
        return np.union1d(self.isolating, self.plain)


def _shortages(planned: Planned, patient: str | None) -> Iterator[Shortage]:
    """Shortages by the night they come to a head, the last one first: what is short then is never had."""
    seekers = {n: s for n, s in planned.seekers.items() if s.journeys and n not in planned.prepared.kept_out}
    nights: dict[int, set[str]] = defaultdict(set)
    for name, seeker in seekers.items():
        night = _night_of(planned, seeker) if patient in (None, name) else None
        if night is not None:
            nights[night].add(name)
    told: set[str] = set()
    shown: set[str] = set()
    for night in sorted(nights, reverse=True):
        needs = {name: _need(planned, seeker, night) for name, seeker in seekers.items()}
        known = {name: need for name, need in needs.items() if need is not None}
        for people_short, seats in _too_few(planned, known, night):
            new = set(people_short) - shown
            nearly_told = patient is None and bool(shown) and len(new) * NEWS < len(people_short)
            concerned = nights[night].intersection(people_short) - told
            if concerned and not nearly_told:
                told |= concerned
                shown |= new
                yield _shortage(planned, known, people_short, seats, night)


def _night_of(planned: Planned, seeker: Seeker) -> int | None:
    """The night to ask about: for somebody without a place the last by which they must be somewhere, for
    somebody who waits the one before they start; None for somebody who goes at once."""
    chosen = planned.chosen.get(seeker.patient.id)
    if chosen is None:
        ends = min(int(journey.last.ends.min()) for journey in seeker.journeys)
        return min(planned.case.horizon_days - 1, ends - 1)
    starts = min(int(journey.first.starts.min()) for journey in seeker.journeys)
    return chosen.start - 1 if chosen.start > starts else None


def _need(planned: Planned, seeker: Seeker, night: int) -> _Need | None:
    """Where somebody would be on a night who leaves by then; None where they could be in no bed."""
    legs = planned.prepared.choices.legs
    suiting: list[Ints] = []
    room: dict[bool, list[Ints]] = {True: [], False: []}
    asks: set[Requirement] = set()
    for first in np.flatnonzero((legs.person == seeker.index) & ~legs.is_second).tolist():
        journey, other = legs.journeys[int(legs.journey[first])], int(legs.other[first])
        starts = journey.first.starts
        if int(starts.min()) > night:
            continue
        gone = other >= 0 and int(legs.start[legs.offset[other]]) <= night
        leg = other if gone else first
        if _is_over(planned, first, leg, night):
            return None
        there = legs.all[leg]
        suiting.append(there.fit.groups)
        for start in {int(starts.min()), int(starts[starts <= night].max())}:
            asks.add(_ask(seeker, there, start, night))
        room[there.isolated_to > night].append(_with_room(planned, leg, night))
    if not suiting:
        return None
    capacity = planned.prepared.capacity
    seats, isolating, plain = (
        np.unique(capacity.rows_in(capacity.cell(night), _union(rows)))
        for rows in (suiting, room[True], room[False])
    )
    return _Need(seeker, seats, isolating, plain, frozenset(asks))


def _ask(seeker: Seeker, leg: Leg, start: int, night: int) -> Requirement:
    """What a night of a leg asks, in an itinerary that first starts on `start`."""
    begin = start if leg.role.first else int(leg.starts[0])
    segments = seeker.segments(leg.span(begin, 0), start)
    return next((s.night.ask for s in segments if s.start <= night < s.end), "open")


def _with_room(planned: Planned, leg: int, night: int) -> Ints:
    """The groups in which a stay of the leg that has begun by the night has room to its end."""
    choices = planned.prepared.choices
    rows = slice(int(choices.begin[leg]), int(choices.begin[leg + 1]))
    begun = choices.legs.start[choices.first[rows]] <= night
    return choices.group[rows][begun]


def _is_over(planned: Planned, first: int, leg: int, night: int) -> bool:
    """Whether a journey that has begun by the night may be over by then, so that it needs no bed on it."""
    choices, legs = planned.prepared.choices, planned.prepared.choices.legs
    begins = legs.offset[leg], legs.offset[leg + 1]
    over = [at for at in range(*map(int, begins)) if legs.start[at] <= night and legs.end[at] <= night]
    if not over or choices.begin[first] == choices.begin[first + 1]:
        return False
    rows = np.arange(int(choices.begin[leg]), int(choices.begin[leg + 1]))
    return any(
        bool(is_free(legs, choices.leg[rows], choices.group[rows], np.full(len(rows), at)).any())
        for at in over
    )


def _union(groups: Sequence[Ints]) -> Ints:
    return np.unique(np.concatenate(groups)) if groups else np.zeros(0, dtype=np.int64)


def _too_few(
    planned: Planned, needs: Mapping[str, _Need], night: int
) -> Iterator[tuple[tuple[str, ...], int]]:
    """The groups of people who share too few seats on a night, with the number of seats."""
    none = [name for name, need in needs.items() if not len(need.seats)]
    alike: dict[str, list[str]] = defaultdict(list)
    for name in none:
        alike[_what(planned, [needs[name]])[0]].append(name)
    yield from ((tuple(names), 0) for names in alike.values())
    graph = _graph(planned, needs, _contended(planned, needs, night), night)
    if not len(graph):
        return
    flow = shortest_augmenting_path(graph, "source", "sink")
    yield from _smallest(flow, [name for name in needs if ("person", name) in flow])


def _smallest(flow: nx.DiGraph, names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """For each who goes short the smallest group that does, the smallest first, with its seats."""
    short = [name for name in names if not flow["source"][("person", name)]["flow"]]
    reached = {name: set(_reached(flow, ("person", name))) for name in short}
    shared = {name: frozenset(n for n in reached[name] if n[0] != "person") for name in short}
    groups: dict[frozenset[Node], tuple[tuple[str, ...], int]] = {}
    for wanted in dict.fromkeys(shared.values()):
        alike = [name for name in short if shared[name] <= wanted]
        nodes = set[Node]().union(*(reached[name] for name in alike))
        members = tuple(name for name in names if ("person", name) in nodes)
        groups[wanted] = members, len(members) - len(alike)
    yield from sorted(groups.values(), key=lambda group: len(group[0]))


def _contended(planned: Planned, needs: Mapping[str, _Need], night: int) -> list[str]:
    """Those who might go short: whoever fits a bed group with room for all whom it fits, never does."""
    capacity, places = planned.prepared.capacity, planned.prepared.places
    cell = capacity.cell(night)
    left = {name: need for name, need in needs.items() if len(need.seats)}
    while left:
        groups = np.zeros(len(places), dtype=np.int64)
        units = np.zeros(len(places.units), dtype=np.int64)
        settings = np.zeros(len(places.settings), dtype=np.int64)
        for need in left.values():
            groups[need.seats] += 1
            units[np.unique(places.unit[need.isolating])] += 1
            settings[np.unique(places.setting[need.seats])] += 1
        ample = (groups <= capacity.free[:, cell]) & (settings <= _slots(planned, night))[places.setting]
        private = ample & (units <= capacity.isolation_places[:, cell])[places.unit]
        kept = {
            name: need
            for name, need in left.items()
            if not (ample[need.plain].any() or private[need.isolating].any())
        }
        if len(kept) == len(left):
            break
        left = kept
    return list(left)


def _slots(planned: Planned, night: int) -> Ints:
    """Admissions left per setting up to a night."""
    slots: Ints = planned.prepared.capacity.slots[:, : night + 1].sum(axis=1, dtype=np.int64)
    return slots


def _graph(planned: Planned, needs: Mapping[str, _Need], names: Sequence[str], night: int) -> nx.DiGraph:
    """People, isolation places, beds and admissions, as a network from `source` to `sink`."""
    capacity, places = planned.prepared.capacity, planned.prepared.places
    cell = capacity.cell(night)
    slots = _slots(planned, night)
    graph = nx.DiGraph()

    def bed(group: int) -> Node:
        setting = int(places.setting[group])
        graph.add_edge(("bed", group), ("setting", setting), capacity=int(capacity.free[group, cell]))
        graph.add_edge(("setting", setting), "sink", capacity=int(slots[setting]))
        return ("bed", group)

    for name in names:
        person = ("person", name)
        graph.add_edge("source", person, capacity=1)
        for group in needs[name].plain.tolist():
            graph.add_edge(person, bed(group), capacity=1)
        for group in needs[name].isolating.tolist():
            unit = int(places.unit[group])
            limit = int(capacity.isolation_places[unit, cell])
            graph.add_edge(person, ("to isolate", unit), capacity=1)
            graph.add_edge(("to isolate", unit), ("isolation", unit), capacity=limit)
            graph.add_edge(("isolation", unit), bed(group), capacity=len(needs))
    return graph


def _reached(flow: nx.DiGraph, first: Node) -> Iterator[Node]:
    """What somebody who goes short could have if others moved on, and who those others are."""
    seen: set[Node] = {first}
    left = [first]
    while left:
        node = left.pop()
        yield node
        for other, edge in flow[node].items():
            if other not in seen and other != "source" and edge["capacity"] > edge["flow"]:
                seen.add(other)
                left.append(other)


# --- saying it ---------------------------------------------------------------------------------------


def _shortage(
    planned: Planned, needs: Mapping[str, _Need], names: tuple[str, ...], seats: int, night: int
) -> Shortage:
    places = planned.prepared.places
    by = places.date(night)
    assert by is not None  # a night that is planned
    unplaced = tuple(n for n in names if n not in planned.chosen)
    waiting = tuple(n for n in names if n not in unplaced and planned.chosen[n].start > night)
    mine = [needs[name] for name in names]
    one, more = _what(planned, mine)
    exist = "none is free" if not seats else f"{seats} is free" if seats == 1 else f"{seats} are free"
    verb = "needs" if len(names) == 1 else "need"
    told = [f"{people(len(names))} {verb} {one}{_kinds(mine)} by {day_words(by)}; {exist}: {listing(names)}."]
    told += [f"Without a place: {listing(unplaced)}."] if unplaced and unplaced != names else []
    told += [f"Waiting: {listing(waiting)}."] if waiting and waiting != names else []
    settings = tuple(places.settings[at].id for at in _settings_of(planned, mine))
    return Shortage(by, names, seats, unplaced, waiting, settings, more, " ".join(told))


def _settings_of(planned: Planned, needs: Sequence[_Need]) -> list[int]:
    settings: list[int] = np.unique(
        planned.prepared.places.setting[_union([n.suiting for n in needs])]
    ).tolist()
    return settings


def _what(planned: Planned, needs: Sequence[_Need]) -> tuple[str, str]:
    """What the beds have in common that people need: as one (`a designated bed in Kent`), and as many."""
    noun = _noun(needs)
    where = _where(planned, _settings_of(planned, needs))
    return f"{_article(noun)} {noun}{where}", f"{noun.replace('bed', 'beds', 1)}{where}"


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"


def _kinds(needs: Sequence[_Need]) -> str:
    """Where people need but a bed in common, how many need which: ` (4 a designated bed, 3 a bed)`."""
    kinds = Counter(_noun([need]) for need in needs)
    if len(kinds) == 1 or _noun(needs) != "bed":
        return ""
    return f" ({', '.join(f'{number} {_article(noun)} {noun}' for noun, number in kinds.most_common())})"


def _noun(needs: Sequence[_Need]) -> str:
    """The bed that all of them need: `designated bed`, `nursing intermediate care bed`."""
    asks = frozenset[Requirement]().union(*(n.asks for n in needs))
    patients = [n.seeker.patient for n in needs]
    if asks == {"designated"}:
        return "designated bed"
    if asks <= {"designated", "isolation"}:
        return "bed to isolate in"
    noun = _care(patients)
    if all(p.pathway is Pathway.P2 for p in patients):
        noun = f"{noun.removesuffix('bed')}intermediate care bed"
    return f"{noun} with a room of its own" if asks == {"own_room"} else noun


def _care(patients: Sequence[Patient]) -> str:
    """The bed by the care that all of them need: `dementia nursing bed`, `nursing bed`, `bed`."""
    cares = {(p.care.level, p.care.specialism) for p in patients if p.care is not None}
    levels, specialisms = {level for level, _ in cares}, {specialism for _, specialism in cares}
    specialism = specialisms.pop() if len(specialisms) == 1 else "general"
    level = levels.pop() if len(levels) == 1 else "residential"
    return kind_of_care(f"{specialism}_{level}")


def _where(planned: Planned, settings: Sequence[int]) -> str:
    """Where they are: the settings if they are few, else the area if it is one."""
    found = [planned.prepared.places.settings[at] for at in settings]
    if len(found) <= FEW_SETTINGS:
        labels = labels_of(planned.case)
        return f" at {listing([labels[s.id] for s in found], 'or')}"
    areas = {s.local_authority for s in found}
    area = areas.pop()
    return f" in {area}" if area is not None and not areas else ""
