"""Placements as rows of a timeline: a row a person, or a row a group of beds, with their nights as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from discharge.model.flags import Flag, Severity, by_weight
from discharge.model.london import london_date
from discharge.model.placement import PlacementState
from discharge.model.shown.placements import MoveRow, StayView
from discharge.model.shown.timeline import BedGroup, BedKey, Nights, TimelineFacts
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import day_words, instant_words
from ui.theme.palette import Tone
from ui.theme.status import Status, done, neutral
from ui.widgets.timeline_bars import Bar, Look, Mark, RowHead, TimelineRow
from ui.words.moves import next_status, next_stay, state_status, why_not_step
from ui.words.plans import isolates, organisms_words
from ui.words.who import alike_status, told_apart

BEFORE, AFTER = timedelta(28), timedelta(84)
"""At least so many days before and after today can be scrolled to."""
FARTHEST = timedelta(370)
JOURNEY = "The journey"
"""What is dragged with a bar: no more than what the form of the journey asks for."""


@dataclass(frozen=True)
class Shown:
    """What bars are made from: the instant, its day, and what the store knows of nights and beds."""

    now: datetime
    isolated: Mapping[str, tuple[Nights, ...]]

    @cached_property
    def today(self) -> date:
        """The date in London."""
        return london_date(self.now)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stay, or the part of one that is lived alike."""

    at: int
    start: date
    end: date | None
    isolates: bool


def asked_of(rows: Sequence[MoveRow], *, beds: bool) -> tuple[list[str], set[BedKey]]:
    """What to ask the store for: whose nights of isolation, and (with `beds`) which groups of beds."""
    isolating = [
        row.id
        for row in rows
        if row.state.is_active
        and (row.isolation_end is not None or row.isolation_open_ended or any(isolates(s) for s in row.stays))
    ]
    return isolating, {bed_of(stay) for row in rows for stay in row.stays} if beds else set()


def bed_of(stay: StayView) -> BedKey:
    """The group of beds of a stay."""
    return stay.setting, stay.unit, stay.beds


def span_of(rows: Sequence[MoveRow], *, today: date) -> tuple[date, date]:
    """The first and the last day that the timeline can show."""
    first, last = today - BEFORE, today + AFTER
    for row in rows:
        first = min(first, row.stays[0].start)
        last = max(last, max((s.end for s in row.stays if s.end is not None), default=last))
    return max(first, today - FARTHEST), min(last, today + FARTHEST)


# --- a row a person -----------------------------------------------------------------------------------


def people_rows(rows: Sequence[MoveRow], shown: Shown) -> list[TimelineRow]:
    """A row for each person, in the order of their first placement."""
    of: dict[str, list[MoveRow]] = {}
    for row in rows:
        of.setdefault(row.patient, []).append(row)
    return [
        TimelineRow(
            key=patient,
            title=placed[0].patient_name,
            bars=partial(_bars_of_person, placed, shown),
            head=partial(_head_of_person, placed[0], shown.now),
            keys=tuple(row.id for row in placed),
        )
        for patient, placed in of.items()
    ]


def _head_of_person(row: MoveRow, now: datetime) -> RowHead:
    return RowHead(chip_of(row, now=now), mark=alike_status(row.patient_name, row.who))


def chip_of(row: MoveRow, *, now: datetime) -> Status:
    """Where a placement stands, with the urgency of its next step."""
    if row.flags and row.state.is_active:
        return state_status(row.state, row.flags)
    return Status(terms.STATES[row.state], next_status(row, now=now).tone, row.next_sentence)


def _bars_of_person(placed: Sequence[MoveRow], shown: Shown) -> list[Bar]:
    return [bar for row in placed for bar in bars_of(row, shown, named=False)]


# --- a row a group of beds ----------------------------------------------------------------------------


def bed_rows(
    rows: Sequence[MoveRow], shown: Shown, groups: Sequence[BedGroup], *, last: date
) -> list[TimelineRow]:
    """A row for each group of beds that a placement goes to, and for what else is free in the same homes, by
    setting, unit and group."""
    there: dict[BedKey, list[tuple[MoveRow, int]]] = {}
    for row in rows:
        for at, stay in enumerate(row.stays):
            there.setdefault(bed_of(stay), []).append((row, at))
    made = []
    for group in groups:
        key = (group.setting, group.unit, group.view.id) if group.view is not None else None
        people = there.get(key, []) if key is not None else []
        if key is not None:
            made.append(_bed_row(group, people, shown, last=last))
    return made


def _bed_row(
    group: BedGroup, people: Sequence[tuple[MoveRow, int]], shown: Shown, *, last: date
) -> TimelineRow:
    assert group.view is not None
    lanes = _lanes(people, shown)
    return TimelineRow(
        key=f"{group.setting}/{group.unit}/{group.view.id}",
        title=group.setting_name,
        bars=partial(_bars_of_beds, people, lanes, shown),
        head=partial(_head_of_beds, group),
        keys=tuple({row.id: None for row, _ in people}),
        lanes=max(lanes.values(), default=0) + 1,
        two_lines=True,
        marks=partial(_marks, group, shown.today, last),
    )


def _head_of_beds(group: BedGroup) -> RowHead:
    free = group.left_tonight
    word = f"{free} free" if free else "None free"
    said = f"{free} of {count_words(group.size, 'bed')} free tonight."
    status = done(word, said) if free else neutral(word, said)
    return RowHead(status, bed_words(group), f"{terms.ISOLATIONS[group.isolation]}.")


def bed_words(group: BedGroup) -> str:
    """ "North / B1, general nursing, own room × 3"."""
    assert group.view is not None
    kind = terms.CATEGORIES[group.view.category]
    room = terms.ROOMS[group.view.room].lower()
    sex = f", {terms.BED_SEXES[group.view.sex].lower()}" if group.view.sex != "any" else ""
    return f"{group.unit} / {group.view.id}: {kind}, {room}{sex} × {group.size}"


def _lanes(people: Sequence[tuple[MoveRow, int]], shown: Shown) -> dict[tuple[str, int], int]:
    """A lane for each stay, so that no two bars of a row lie on one another."""
    if len(people) == 1:
        row, at = people[0]
        return {(row.id, at): 0}
    spans = []
    for row, at in people:
        if at <= row.stay or not row.onward:
            start, end = _lived(row, at, shown.today)
            spans.append((start, end or date.max, row.id, at))
    found: dict[tuple[str, int], int] = {}
    free_from: list[date] = []
    for start, end, name, at in sorted(spans):
        lane = next((lane for lane, free in enumerate(free_from) if free <= start), len(free_from))
        if lane == len(free_from):
            free_from.append(end)
        free_from[lane] = end
        found[name, at] = lane
    return found


def _bars_of_beds(
    people: Sequence[tuple[MoveRow, int]], lanes: Mapping[tuple[str, int], int], shown: Shown
) -> list[Bar]:
    made: list[Bar] = []
    for row, at in people:
        made += bars_of(row, shown, named=True, only=at, lane=lanes.get((row.id, at), 0))
    return made


def _marks(group: BedGroup, first: date, last: date) -> list[Mark]:
    return [
        Mark(run.start, run.end, f"{run.left} free", Tone.DONE if run.left else Tone.NEUTRAL)
        for run in group.runs(first, last)
    ]


# --- bars ---------------------------------------------------------------------------------------------


def pieces_of(row: MoveRow, shown: Shown) -> list[Piece]:
    """The stays of a placement as they were and will be lived, parted where isolation begins or ends."""
    found: list[Piece] = []
    for at in range(len(row.stays)):
        if at > row.stay and row.onward:
            continue  # that stay was given up
        start, end = _lived(row, at, shown.today)
        if end is None or start < end:
            found += _parted(row, at, start, end, shown)
    return found


def _lived(row: MoveRow, at: int, today: date) -> tuple[date, date | None]:
    """From when to when a stay lasts: as it happened, where it has."""
    stay = row.stays[at]
    start = stay.start if stay.arrived_at is None else london_date(stay.arrived_at)
    after = row.stays[at + 1] if at + 1 < len(row.stays) else None
    if after is not None and after.arrived_at is not None:
        return start, london_date(after.arrived_at)
    if not row.state.is_active:
        over = london_date(row.since)
        if stay.arrived_at is None:
            # it came to nothing: until the day on which that was so
            return start, max(over, start) + timedelta(1)
        return start, max(start, over if stay.end is None else min(over, stay.end))
    still_there = at == row.stay and row.state is PlacementState.ARRIVED
    if still_there and after is None and stay.end is not None and stay.end <= today:
        return start, today + timedelta(1)  # the bed is theirs until the end is recorded
    return start, stay.end


def _parted(row: MoveRow, at: int, start: date, end: date | None, shown: Shown) -> list[Piece]:
    edges = [start]
    spans = _isolated(row, at, start, end, shown)
    for span in spans:
        edges += [
            edge for edge in (span.start, span.end) if edge and start < edge and (end is None or edge < end)
        ]
    days = sorted(set(edges))
    ends: list[date | None] = [*days[1:], end]
    return [
        Piece(at, begin, until, any(s.start <= begin and (s.end is None or begin < s.end) for s in spans))
        for begin, until in zip(days, ends, strict=True)
    ]


def _isolated(row: MoveRow, at: int, start: date, end: date | None, shown: Shown) -> tuple[Nights, ...]:
    known = shown.isolated.get(row.id, ())
    if known or not isolates(row.stays[at]):
        return known
    if row.stays[at].arrived_at is None:
        return (Nights(start, end),)
    # it is over by now: isolated as it was planned, until today at the latest
    return (Nights(start, min(end or shown.today, shown.today)),)


def look_of(row: MoveRow, at: int) -> Look:
    """How sure a stay is."""
    if row.stays[at].arrived_at is not None:
        return Look.THERE
    if not row.state.is_active:
        return Look.GONE
    return Look.ASKED if row.state is PlacementState.PROPOSED else Look.HELD


def bars_of(row: MoveRow, shown: Shown, *, named: bool, only: int | None = None, lane: int = 0) -> list[Bar]:
    """The bars of a placement (`only`: of that stay), each with its sentence; `named`: the person's name."""
    made: list[Bar] = []
    before: Piece | None = None
    for piece in pieces_of(row, shown):
        stay = row.stays[piece.at]
        begins = before is None or before.at != piece.at
        before = piece
        if only is not None and piece.at != only:
            continue
        made.append(
            Bar(
                key=row.id,
                start=piece.start,
                end=piece.end,
                look=look_of(row, piece.at),
                words=told_apart(row.patient_name, row.who) if named else f"{stay.setting_name}, {stay.unit}",
                sentence=sentence_of(row, piece, now=shown.now),
                isolates=piece.isolates,
                moves=begins and (piece.at > 0 or row.follows is not None),
                lane=lane,
                wrong=any(flag.blocks for flag in _against(row, piece, today=shown.today)),
                asks=bool(_against(row, piece, today=shown.today)),
                drags=JOURNEY if begins and stay is next_stay(row) and not why_not_step(row, "book") else "",
            )
        )
    return made


def _against(row: MoveRow, piece: Piece, *, today: date) -> list[Flag]:
    """What speaks against these nights as things are; of nights gone by nothing is said any more."""
    over = piece.end is not None and piece.end <= today
    if over or not row.state.is_active:
        return []
    known = [flag for flag in by_weight(row.flags) if flag.severity is not Severity.LOOKING]
    return [flag for flag in known if flag.stay == piece.at]


def sentence_of(row: MoveRow, piece: Piece, *, now: datetime) -> str:
    """A bar as people say it."""
    stay, today, look = row.stays[piece.at], london_date(now), look_of(row, piece.at)
    over = piece.end is not None and piece.end <= today
    lives, isolated = ("was", "isolated") if over else ("is", "isolates")
    if look is not Look.THERE:
        lives, isolated = (
            ("was to be", "was to isolate") if look is Look.GONE else ("is to be", "is to isolate")
        )
    doing = isolated if piece.isolates else lives
    until, end = "with no end known", stay.end if look is Look.GONE else piece.end
    if end is not None:
        nights = count_words((end - piece.start).days, "night")
        until = f"to {day_words(end, today=today)} ({nights})"
    with_what = f" with {organisms_words(stay.organisms)}" if piece.isolates and stay.organisms else ""
    where = f"{stay.setting_name}, unit {stay.unit}, beds {stay.beds}"
    begins = day_words(piece.start, today=today)
    parts = [
        f"{row.patient_name} {doing} at {where}, from {begins} {until}{with_what}.",
        _sure(stay, look, row, now=now),
    ]
    against = _against(row, piece, today=today)
    parts += [flag.sentence for flag in against]
    if row.state.is_active and piece.at >= row.stay and not against:
        parts.append(row.next_sentence)
    if row.who is not None and row.who.alike:
        parts.append(f"{row.who.alike}.")
    return " ".join(part for part in parts if part)


def _sure(stay: StayView, look: Look, row: MoveRow, *, now: datetime) -> str:
    if stay.arrived_at is not None:
        return f"Arrived {instant_words(stay.arrived_at, now=now)}."
    if look is Look.HELD:
        return "The bed is held."
    if look is Look.ASKED:
        return "No bed is held before an LA lead approves."
    return f"{terms.STATES[row.state]} {instant_words(row.since, now=now)}."


def facts_of(facts: TimelineFacts | None, *, now: datetime) -> Shown:
    """What bars are made from; without facts the stays' own requirements count."""
    return Shown(now, facts.isolated if facts is not None else {})
