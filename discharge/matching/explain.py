"""Why here, why not there, and what stands nearest to a place that will do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from discharge.matching.graph import settings_of
from discharge.matching.itineraries import BedStay, Seeker, Shape, Span, is_planned_for
from discharge.matching.prepared import PreparedCase
from discharge.model.patient import Pathway
from discharge.model.plan import Reason
from discharge.rules.eligibility import BIT, OF_ANOTHER_KIND, REASONS, Bits, Eligibility, Purpose, Segment
from discharge.rules.places import OPEN, Ints, Places
from discharge.rules.points import OBJECTIVES, Role
from discharge.rules.requirement import Block, Night
from discharge.words.counts import count_words
from discharge.words.days import day_words

_DESCRIBED = {objective.key: objective.describe() for objective in OBJECTIVES}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands between a patient and a setting: reason codes, fewest over its beds; none if it will do."""

    setting: str
    name: str
    codes: tuple[str, ...]
    has_beds: bool = True


def because(places: Places, stays: Sequence[BedStay], points: Mapping[str, int]) -> tuple[str, ...]:
    """Why a patient goes where the plan says, a sentence a reason."""
    sentences = [_stay_sentence(places, stay) for stay in stays]
    counted = sorted(((v, k) for k, v in points.items() if v and k != "total"), reverse=True)
    spent = "; ".join(f"{value} for {_DESCRIBED[key]}" for value, key in counted)
    sentences.append(
        f"{points['total']} points: {spent}." if spent else "0 points: nothing better is to be had."
    )
    waited = stays[0].span.role.waited
    if waited:
        sentences.append(f"Waits {count_words(waited, 'day')} in hospital for it.")
    return tuple(sentences)


def _stay_sentence(places: Places, stay: BedStay) -> str:
    setting = places.settings[places.setting[stay.group]]
    unit = places.units[places.unit[stay.group]]
    end = places.date(stay.span.end)
    start = places.date(stay.span.start)
    assert start is not None  # a stay starts on a date
    span = f"From {day_words(start)}" + (f" to {day_words(end)}" if end else ", open-ended")
    night = stay.first_night
    rule = f" ({night.rule})" if night.ask != "open" else ""
    return f"{span}: {setting.name or setting.id}, unit {unit.id}. {night.text}{rule}"


# --- why not ---------------------------------------------------------------------------------------


def why_unplaced(prepared: PreparedCase, name: str) -> tuple[Reason, ...]:
    """Why a listed patient has no place: what is about the person, else what stands against settings."""
    seeker = prepared.seeker(name)
    personal = tuple(_about_the_person(prepared, seeker))
    if personal:
        return personal
    if name in prepared.kept_out:
        return (Reason(code="companion", rule="N7", settings=0, text=prepared.kept_out[name]),)
    if prepared.can_go(seeker):
        settings = settings_of(prepared.choices, seeker.index)
        outbid = Reason(
            code="outbid",
            rule="N10",
            settings=len(settings),
            text=f"Beds that will do exist in {count_words(len(settings), 'setting')}, "
            "but all of them went to others in the best plan.",
        )
        mates = [g for g in prepared.together if seeker.index in g.members]
        if mates:
            text = "They stay with others, and there was no place for all of them together."
            return (outbid, Reason(code="companion", rule="N7", settings=0, text=text))
        return (outbid,)
    return tuple(_against_settings(prepared, seeker))


def _about_the_person(prepared: PreparedCase, seeker: Seeker) -> Iterator[Reason]:
    patient, state, places = seeker.patient, seeker.state, prepared.places
    if patient.pathway is Pathway.P0 and patient.usual_setting is None:
        yield _personal("home", "N3", "Pathway 0 without a care home of their own: goes home.")
        return
    ready = max(places.day(patient.ready_on), 0)
    days = range(ready, prepared.case.horizon_days)
    if not days:
        block = state.block(patient.ready_on)
        if block is not None:
            yield _blocked(block)
        yield _personal(
            "not_ready",
            "T1",
            f"Ready on {day_words(patient.ready_on)}, after the last day that is planned.",
        )
        return
    blocks: list[Block] = []
    planned = False
    free = False
    for day, _ in seeker.runs():
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


def _against_settings(prepared: PreparedCase, seeker: Seeker) -> Iterator[Reason]:
    shapes = telling(list(seeker.shapes()))
    if not shapes:
        yield _too_short_to_move(seeker)
        return
    first = seeker.segments(shapes[0][0], shapes[0][0].start)[0].night
    if first.isolates:
        if first.designated:
            text = "No designated bed that will do is free while they isolate, and none to go on to after it."
            yield Reason(code="no_designated_bed", rule="R5", settings=0, text=text)
        else:
            text = "No bed that can isolate them is free, and none to go on to after it."
            yield Reason(code="no_isolation_bed", rule="R2", settings=0, text=text)
    settings, bits = _fewest(prepared, seeker)
    chief, numbers = np.unique(np.bitwise_count((bits & -bits) - 1)[bits > 0], return_counts=True)
    counts = {list(REASONS)[at]: n for at, n in zip(chief.tolist(), numbers.tolist(), strict=True)}
    bare = len(prepared.places.settings) - len(settings)
    if bare:
        counts["no_free_bed"] = counts.get("no_free_bed", 0) + bare
    for code, count in sorted(counts.items(), key=_telling_order):
        reason = REASONS[code]
        yield Reason(
            code=code,
            rule=reason.rule,
            settings=count,
            text=f"{count_words(count, 'setting')}: {reason.text}.",
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


def telling(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes that tell why: of the first start, the first one past an isolation, and the last."""
    if not shapes:
        return []
    starts = {shapes[0][0].start, shapes[-1][0].start}
    past = next((shape[0].start for shape in shapes if not shape[0].role.isolated), None)
    if past is not None:
        starts.add(past)
    return [shape for shape in shapes if shape[0].start in starts]


def _fewest(prepared: PreparedCase, seeker: Seeker) -> tuple[Ints, Ints]:
    """The settings that have beds, by index, and the reason bits of the group with the fewest reasons."""
    places = prepared.places
    if not len(places):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    # the number of reasons and then the reasons themselves, in one whole number to be made least
    least = np.full(len(places), np.iinfo(np.int64).max)
    for bits in _readings(prepared, seeker):
        np.minimum(least, np.bitwise_count(bits).astype(np.int64) << 32 | bits, out=least)
    begins = np.flatnonzero(np.diff(places.setting, prepend=-1))
    fewest = np.minimum.reduceat(least, begins) & 0xFFFFFFFF
    # a stay that isn't among the telling ones may do all the same
    fewest[np.isin(places.setting[begins], list(_within_reach(prepared, seeker)))] = 0
    return places.setting[begins], fewest


def _within_reach(prepared: PreparedCase, seeker: Seeker) -> Collection[int]:
    """The settings in which some stay of somebody to be placed will do, by index."""
    return settings_of(prepared.free_choices, seeker.index) if seeker.index >= 0 else ()


def _readings(prepared: PreparedCase, seeker: Seeker) -> Iterator[Bits]:
    """The reason bits of each telling stay; for somebody who starts on no day, of a plain reading."""
    shapes = telling(list(seeker.shapes()))
    asker = Eligibility(seeker.patient, prepared.places)
    screening, kind = prepared.screening, prepared.screening.kind(seeker.patient)

    def against(span: Span, segments: Sequence[Segment]) -> Bits:
        shared = screening.against(seeker.patient, kind, segments, span.purpose)
        return shared | asker.personal(segments[0], span.purpose) | crowding(prepared, span, segments)

    for shape in shapes:
        for span in shape:
            yield against(span, seeker.segments(span, shape[0].start))
    if not shapes:
        yield against(*for_good())


def for_good() -> tuple[Span, tuple[Segment, ...]]:
    """A stay as if they went there today for good, and no organism asked for anything."""
    span = Span(0, OPEN, Purpose.FINAL, Role(first=True, last=True, isolated=False))
    return span, (Segment(0, OPEN, Night(ask="open")),)


def crowding(prepared: PreparedCase, span: Span, segments: Sequence[Segment]) -> Bits:
    """Reason bits per bed group, for want of a free bed, place or admission."""
    capacity, places = prepared.capacity, prepared.places
    isolated_to = max((s.end for s in segments if s.night.isolates), default=0)
    cohorts = [
        (s.start, s.end, places.organisms.index(s.night.cohort))
        for s in segments
        if s.night.cohort is not None
    ]
    bits = capacity.taken(span.start, span.end, isolated_to, cohorts) * np.uint32(BIT["no_free_bed"])
    if capacity.slots_gone:
        bits |= (capacity.slots[places.setting, span.start] == 0) * np.uint32(BIT["no_slot"])
    return bits


def standings(prepared: PreparedCase, seeker: Seeker) -> list[Standing]:
    """What stands between a patient and each setting, in the order of the case; fewest reasons."""
    settings, bits = _fewest(prepared, seeker)
    by_id = {
        prepared.places.settings[s].id: int(b) for s, b in zip(settings.tolist(), bits.tolist(), strict=True)
    }
    result: list[Standing] = []
    for setting in prepared.case.settings:
        has_beds = setting.id in by_id
        codes = codes_of(by_id[setting.id]) if has_beds else ("no_free_bed",)
        result.append(Standing(setting.id, setting.name or setting.id, codes, has_beds=has_beds))
    return result


def codes_of(bits: int) -> tuple[str, ...]:
    """The reason codes of a set of bits, in the order of the table."""
    return tuple(code for at, code in enumerate(REASONS) if bits >> at & 1)
