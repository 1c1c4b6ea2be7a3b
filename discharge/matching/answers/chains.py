"""Exchange chains: if somebody who is held moved, who could have their place, and who be placed.

Among those placed anew no exchange places one more: the plan is the best, so it would have been made. What
is left are the people who are held where they are. Whose move might free a bed is read from who is in whose
way; each move is planned again, and told only if nobody loses by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from discharge.matching.answers.difference import Difference, Kind, PersonChange, difference
from discharge.matching.answers.reading import Course, Json, labels_of
from discharge.matching.planned import Planned, replan
from discharge.matching.solve import Progress
from discharge.rules.places import Ints
from discharge.words.counts import listing


@dataclass(frozen=True)
class Chain:
    """An exchange: `moved` goes elsewhere, others take what becomes free, and `placed` get a place."""

    moved: str
    """Who is held now."""
    to: Course
    others: tuple[str, ...]
    """Those placed anew who go elsewhere then."""
    placed: tuple[str, ...]
    text: str

    def as_json(self) -> Json:
        """The chain as plain data."""
        return {
            "moved": self.moved,
            "to": self.to.as_json(),
            "others": list(self.others),
            "placed": list(self.placed),
            "text": self.text,
        }


def chains(
    planned: Planned, patient: str | None, *, budget: int, progress: Progress | None = None
) -> tuple[tuple[Chain, ...], int]:
    """The exchanges that place somebody without a place (or `patient`), and how many were planned again."""
    wanting = [n for n in planned.seekers if n not in planned.chosen and patient in (None, n)]
    order = list(_in_the_way(planned, wanting))[:budget]
    found: list[Chain] = []
    for at, name in enumerate(order):
        if progress is not None:
            progress("Trying exchanges", at / len(order))
        chain = _chain(planned, name)
        if chain is not None and (patient is None or patient in chain.placed):
            found.append(chain)
    found.sort(key=lambda c: -len(c.placed))
    return tuple(found), len(order)


def _chain(planned: Planned, name: str) -> Chain | None:
    """What comes of letting somebody held go elsewhere; None where nobody is placed or somebody loses."""
    case = planned.case
    others = tuple(p for p in case.locked if p.patient != name)
    after = replan(planned, case.model_copy(update={"locked": others}))
    told = difference(planned, after)
    mine = next(p for p in told.people if p.patient == name)
    if mine.after is None or mine.kind is Kind.SAME or told.lost or not told.placed:
        return None
    moved = [p for p in told.people if p.patient != name and p.kind in (Kind.ELSEWHERE, Kind.DATES)]
    text = _said(planned, told, mine, moved)
    return Chain(name, mine.after, tuple(p.patient for p in moved), told.placed, text)


def _said(planned: Planned, told: Difference, mine: PersonChange, others: Sequence[PersonChange]) -> str:
    labels = labels_of(planned.case)
    assert mine.before is not None  # they are held
    assert mine.after is not None  # and go elsewhere
    placed = [p for p in told.people if p.patient in told.placed]
    could = [
        f"{p.patient} could have {p.after.said(labels)}" for p in (*others, *placed) if p.after is not None
    ]
    if mine.kind is Kind.ELSEWHERE:
        went = f"moved to {mine.after.said(labels)}"
    else:
        went = f"had other beds or days there ({mine.after.said(labels)})"
    return f"If {mine.patient}, who is held at {labels[mine.before.settings[-1]]}, {went}, {listing(could)}."


def _in_the_way(planned: Planned, wanting: list[str]) -> Iterator[str]:
    """Those held who are in the way of somebody without a place: directly first, then through others."""
    holders: dict[int, list[str]] = defaultdict(list)
    places = planned.prepared.places
    listed = {p.id for p in planned.case.patients}
    for held in planned.case.locked:
        for stay in held.stays:
            holders[places.group_at[stay.setting, stay.unit, stay.beds]].append(held.patient)
    placed_in: dict[int, list[str]] = defaultdict(list)
    for name, itinerary in planned.chosen.items():
        for group in {itinerary.group1, itinerary.last_group}:
            placed_in[int(places.beds_of[group])].append(name)
    seen, told = set(wanting), set[str]()
    while wanting:
        wanted = np.unique(np.concatenate([_suiting(planned, name) for name in wanting])).tolist()
        for group in wanted:
            for name in holders.get(group, ()):
                if name in listed and name not in told:
                    told.add(name)
                    yield name
        wanting = [n for group in wanted for n in placed_in.get(group, ()) if n not in seen]
        seen.update(wanting)


def _suiting(planned: Planned, name: str) -> Ints:
    """The bed groups that no rule keeps from somebody, with room or without."""
    seeker = planned.seekers[name]
    fits = [leg.fit.groups for journey in seeker.journeys for leg in journey.legs]
    found: Ints = np.unique(np.concatenate(fits)) if fits else np.zeros(0, dtype=np.int64)
    return np.unique(seeker.places.beds_of[found])
