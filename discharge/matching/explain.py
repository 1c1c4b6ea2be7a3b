"""Why here, why not there, and what stands nearest to a place that will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from discharge.matching.graph import settings_of
from discharge.matching.itineraries import Itinerary, Seeker, Shape, Stays, is_planned_for
from discharge.model.patient import Pathway
from discharge.model.plan import Reason
from discharge.model.time import said
from discharge.rules.eligibility import OF_ANOTHER_KIND, REASONS, Bits
from discharge.rules.places import Ints, Places
from discharge.rules.points import OBJECTIVES
from discharge.rules.requirement import Block

if TYPE_CHECKING:
    from discharge.matching.propose import Problem

_DESCRIBED = {objective.key: objective.describe() for objective in OBJECTIVES}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands between a patient and a setting: reason codes, fewest over its beds; none if it will do."""

    setting: str
    name: str
    codes: tuple[str, ...]
    has_beds: bool = True


def because(places: Places, column: Itinerary, points: Mapping[str, int]) -> tuple[str, ...]:
    """Why a patient goes where the plan says, a sentence a reason."""
    sentences = [_stay_sentence(places, column.way.first, column.group1)]
    if column.way.second is not None:
        sentences.append(_stay_sentence(places, column.way.second, column.group2))
    counted = sorted(((v, k) for k, v in points.items() if v and k != "total"), reverse=True)
    spent = "; ".join(f"{value} for {_DESCRIBED[key]}" for value, key in counted)
    sentences.append(
        f"{points['total']} points: {spent}." if spent else "0 points: nothing better is to be had."
    )
    if column.way.first.role.waited:
        sentences.append(f"Waits {_count(column.way.first.role.waited, 'day')} in hospital for it.")
    return tuple(sentences)


def _stay_sentence(places: Places, stays: Stays, group: int) -> str:
    setting = places.settings[places.setting[group]]
    unit = places.units[places.unit[group]]
    end = places.date(stays.end)
    start = places.date(stays.start)
    assert start is not None  # a stay starts on a date
    span = f"From {said(start)}" + (f" to {said(end)}" if end else ", open-ended")
    night = stays.first_night
    rule = f" ({night.rule})" if night.ask != "open" else ""
    return f"{span}: {setting.name or setting.id}, unit {unit.id}. {night.text}{rule}"


# --- why not ---------------------------------------------------------------------------------------


def why_unplaced(problem: Problem, name: str) -> tuple[Reason, ...]:
    """Why a listed patient has no place: what is about the person, else what stands against settings."""
    seeker = next(s for s in problem.seekers if s.patient.id == name)
    personal = tuple(_about_the_person(problem, seeker))
    if personal:
        return personal
    if name in problem.kept_out:
        return (Reason(code="companion", rule="N7", settings=0, text=problem.kept_out[name]),)
    if seeker.ways:
        settings = settings_of(seeker)
        outbid = Reason(
            code="outbid",
            rule="N10",
            settings=len(settings),
            text=f"Beds that will do exist in {_count(len(settings), 'setting')}, "
            "but all of them went to others in the best plan.",
        )
        mates = [g for g in problem.together if seeker.index in g.members]
        if mates:
            text = "They stay with others, and there was no place for all of them together."
            return (outbid, Reason(code="companion", rule="N7", settings=0, text=text))
        return (outbid,)
    return tuple(_against_settings(problem, seeker))


def _about_the_person(problem: Problem, seeker: Seeker) -> Iterator[Reason]:
    patient, state, places = seeker.patient, seeker.state, problem.places
    if patient.pathway is Pathway.P0 and patient.usual_setting is None:
        yield _personal("home", "N3", "Pathway 0 without a care home of their own: goes home.")
        return
    ready = max(places.day(patient.ready_on), 0)
    days = range(ready, problem.case.horizon_days)
    if not days:
        block = state.block(patient.ready_on)
        if block is not None:
            yield _blocked(block)
        yield _personal(
            "not_ready",
            "T1",
            f"Ready on {said(patient.ready_on)}, after the last day that is planned.",
        )
        return
    blocks: list[Block] = []
    planned = False
    free = False
    for day in days:
        when = places.date(day)
        assert when is not None  # a day of the horizon
        block = state.block(when)
        if block is not None:
            blocks.append(block)
            continue
        free = True
        planned = planned or is_planned_for(patient, state, day, places)
    if not free:
        seen = dict.fromkeys(blocks)
        yield from (_blocked(block) for block in seen)
    elif not planned:
        yield _personal(
            "home_with_support",
            "N3",
            "Pathway 1 without need of isolation: goes home with support.",
        )


def _personal(code: str, rule: str, text: str) -> Reason:
    return Reason(code=code, rule=rule, settings=0, text=text)


def _blocked(block: Block) -> Reason:
    return _personal(block.code, block.rule, block.text)


def _against_settings(problem: Problem, seeker: Seeker) -> Iterator[Reason]:
    shapes = _telling(list(seeker.shapes()))
    if not shapes:
        yield _too_short_to_move(seeker)
        return
    first = seeker.stays(shapes[0])[0].first_night
    if first.isolates:
        if first.designated:
            text = "No designated bed that will do is free while they isolate, and none to go on to after it."
            yield Reason(code="no_designated_bed", rule="R5", settings=0, text=text)
        else:
            text = "No bed that can isolate them is free, and none to go on to after it."
            yield Reason(code="no_isolation_bed", rule="R2", settings=0, text=text)
    settings, bits = _fewest(problem, seeker)
    chief, numbers = np.unique(np.bitwise_count((bits & -bits) - 1)[bits > 0], return_counts=True)
    counts = {list(REASONS)[at]: n for at, n in zip(chief.tolist(), numbers.tolist(), strict=True)}
    bare = len(problem.places.settings) - len(settings)
    if bare:
        counts["no_free_bed"] = counts.get("no_free_bed", 0) + bare
    for code, count in sorted(counts.items(), key=_telling_order):
        reason = REASONS[code]
        yield Reason(
            code=code, rule=reason.rule, settings=count, text=f"{_count(count, 'setting')}: {reason.text}."
        )
    if not counts and not first.isolates:
        yield Reason(
            code="no_free_bed",
            rule="N10",
            settings=0,
            text="No setting has beds on its list.",
        )


def _telling_order(counted: tuple[str, int]) -> tuple[bool, int, int]:
    code, number = counted
    return code in OF_ANOTHER_KIND, -number, list(REASONS).index(code)


def _too_short_to_move(seeker: Seeker) -> Reason:
    """The isolation's last nights are too few for a stay, and no other stay is to be planned."""
    nights = seeker.places.rules.min_isolation_nights
    text = f"Isolates for fewer nights than a move is worth ({nights}); then "
    if seeker.patient.pathway is Pathway.P1:
        return _personal("home_with_support", "N3", f"{text}goes home with support.")
    return _personal("no_isolation_bed", "R2", f"{text}no day is left that is planned.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _telling(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes that tell why: of the first start, the first one past an isolation, and the last."""
    if not shapes:
        return []
    starts = {shapes[0][0].start, shapes[-1][0].start}
    past = next((shape[0].start for shape in shapes if not shape[0].role.isolated), None)
    if past is not None:
        starts.add(past)
    return [shape for shape in shapes if shape[0].start in starts]


def _fewest(problem: Problem, seeker: Seeker) -> tuple[Ints, Ints]:
    """The settings that have beds, by index, and the reason bits of the group with the fewest reasons."""
    places = problem.places
    fewest = np.full(len(places), len(REASONS) + 1, dtype=np.int64)
    bits = np.zeros(len(places), dtype=np.int64)
    for now in _readings(seeker):
        number = np.bitwise_count(now).astype(np.int64)
        better = number < fewest
        fewest[better] = number[better]
        bits[better] = now[better]
    order = np.lexsort((bits, fewest, places.setting))
    settings, first = np.unique(places.setting[order], return_index=True)
    return settings, bits[order][first]


def _readings(seeker: Seeker) -> Iterator[Bits]:
    """The reason bits of each telling stay; for somebody who starts on no day, of a plain reading."""
    shapes = _telling(list(seeker.shapes()))
    for shape in shapes:
        for span, stays in zip(shape, seeker.stays(shape), strict=True):
            yield seeker.standing(span, shape[0].start) | stays.crowding()
    if not shapes:
        rules, crowding = seeker.plainly()
        yield rules | crowding


def standings(problem: Problem, seeker: Seeker) -> list[Standing]:
    """What stands between a patient and each setting, in the order of the case; fewest reasons."""
    settings, bits = _fewest(problem, seeker)
    by_id = {
        problem.places.settings[s].id: int(b) for s, b in zip(settings.tolist(), bits.tolist(), strict=True)
    }
    result: list[Standing] = []
    for setting in problem.case.settings:
        has_beds = setting.id in by_id
        codes = _codes(by_id[setting.id]) if has_beds else ("no_free_bed",)
        result.append(Standing(setting.id, setting.name or setting.id, codes, has_beds=has_beds))
    return result


def _codes(bits: int) -> tuple[str, ...]:
    return tuple(code for at, code in enumerate(REASONS) if bits >> at & 1)


def runner_up(seeker: Seeker, column: Itinerary) -> tuple[int, str] | None:
    """The fewest points of the person in another setting, and that setting's id; None if there is none."""
    places = seeker.places
    own = int(places.setting[column.last_group])
    best: tuple[int, str] | None = None
    for way in seeker.ways:
        base = (way.first.least or 0) if way.second is not None else 0
        groups, points = way.last.up_to(np.inf)
        elsewhere = np.flatnonzero(places.setting[groups] != own)
        if len(elsewhere):
            at = int(elsewhere[0])
            offer = (
                base + int(points[at]),
                places.settings[int(places.setting[groups[at]])].id,
            )
            if best is None or offer < best:
                best = offer
    return best
