"""What has changed since a placement was proposed and forbids going on: its flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from discharge.model.hub_placement import ACTIVE, BEFORE_DEPARTED, Flag, PlacementState, StayView
from discharge.model.infection import organism_name
from discharge.rules.requirement import ASKS, InfectionState, Night
from discharge.store import facts, listed, patients
from discharge.store.listed import Listed
from discharge.store.placements import Placed
from discharge.store.sentences import shown_day
from discharge.store.view import View, in_chunks, marks

MANY = 200
"""From so many placements on everybody on the list is read at once."""


@dataclass(frozen=True, slots=True)
class Door:
    """Whether a setting takes people now (N5)."""

    closed: bool
    outbreaks: tuple[str, ...]
    """Organisms of the outbreaks that no risk assessment covers."""


@dataclass(frozen=True)
class Company:
    """The people, settings and placements that one placement is held against; read once for many."""

    people: Mapping[str, Listed]
    doors: Mapping[str, Door]
    ends_in: Mapping[str, str]
    """Where each person's newest active placement ends: a setting's id."""
    together: Mapping[str, frozenset[str]]
    """Whom each person stays together with."""


def company(view: View, placements: Sequence[Placed], *, whole: bool = False) -> Company:
    """Everything that the flags and next steps of these placements need, in a few statements.

    `whole`: every active placement is among them.
    """
    doors: dict[str, Door] = {}
    for chunk in in_chunks(sorted({stay.view.setting for placed in placements for stay in placed.holding})):
        there = facts.outbreaks(view, chunk)
        for row in view.rows(
            f"SELECT id, closed_reason, accepting FROM settings WHERE id IN ({marks(chunk)})", chunk
        ):
            stops = tuple(one.organism for one in there.get(row[0], ()) if not one.risk_assessed)
            doors[row[0]] = Door(bool(row[1]) or row[2] == 0, stops)
    people = _people(view, {placed.patient for placed in placements})
    ends = _ends(placements) if whole else _ends_of_all(view)
    together = listed.companions(people) if len(people) >= MANY else facts.companions(view)
    return Company(people, doors, ends, together)


def _ends(placements: Sequence[Placed]) -> dict[str, str]:
    """Where each person's newest active placement ends, of placements in order of their numbers."""
    return {
        placed.patient: [stay for stay in placed.stays if stay.holds][-1].view.setting
        for placed in placements
        if placed.state in ACTIVE
    }


def _ends_of_all(view: View) -> dict[str, str]:
    return dict(
        view.rows(
            "SELECT p.patient, s.setting FROM placements p JOIN stays s ON s.placement = p.id"
            f" WHERE p.state IN ({patients.ACTIVE_STATES}) AND s.holds = 1 ORDER BY p.number, s.position"
        )
    )


def _people(view: View, names: set[str]) -> dict[str, Listed]:
    """These people at least."""
    found = view.listed if len(names) >= MANY else {}
    lacking = sorted(names - found.keys())
    return {**found, **listed.people(view, lacking)} if lacking else found


def nights(state: InfectionState, *, first: date, start: date, end: date | None) -> list[Night]:
    """What the nights of a stay ask, one for each stretch that asks the same; `first` is the first start."""
    regime = state.from_start(first)
    days = [start, *(change for change in regime.changes(start) if end is None or change < end)]
    if regime.own_room_nights:
        until = first + timedelta(regime.own_room_nights)
        if start < until and (end is None or until < end):
            days.append(until)
    return [regime.night(night, first) for night in sorted(set(days))]


def flags(view: View, placed: Placed, among: Company) -> tuple[Flag, ...]:
    """What has changed since it was proposed and forbids going on, each with its rule's id."""
    found: list[Flag] = []
    person = among.people[placed.patient]
    state = person.state
    waits = placed.state in BEFORE_DEPARTED
    first = max(placed.first_start, view.today) if waits else placed.first_start
    block = state.block(first) if waits else None
    if block is not None:
        found.append(Flag(block.rule, f"Can't leave for a care setting: {_lower(block.text)}"))
    for stay in placed.holding:
        start = max(stay.view.start, view.today)
        if block is None:
            found += _harder(state, stay.view, first=first, start=start)
        if stay is not placed.current or waits:
            found += _door(stay.view, person, state, among, first=first, start=start)
            if stay.view.told_at is not None and stay.told_seq < person.told_seq:
                name = stay.view.setting_name
                found.append(
                    Flag("C5", f"A result came after {name} was told: tell it again before anybody leaves.")
                )
    if waits:
        if placed.state is PlacementState.PROPOSED and placed.first_start < view.today:
            day_said = shown_day(placed.first_start)
            text = f"Its start, {day_said}, has passed: plan again, or propose a new day by hand."
            found.append(Flag("N10", text))
        elif (
            len(placed.stays) > 1
            and placed.stays[1].view.start <= first
            and placed.stays[0].view.start < first
        ):
            text = "The first stay would be over before it begins: withdraw it and plan again."
            found.append(Flag("N10", text))
        found += _companions(view, placed, among)
    return tuple(dict.fromkeys(found))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _harder(state: InfectionState, stay: StayView, *, first: date, start: date) -> list[Flag]:
    """Where the nights of a stay now ask for more than the bed was chosen for."""
    if (stay.end is not None and stay.end <= start) or _asks_no_more(state, stay, first=first, start=start):
        return []
    for night in nights(state, first=first, start=start, end=stay.end):
        stricter = ASKS.index(night.ask) > ASKS.index(stay.requirement)
        another = (
            night.isolates
            and stay.requirement in ("isolation", "designated")
            and not (night.organisms <= set(stay.organisms))
        )
        if stricter or another:
            return [
                Flag(
                    night.rule,
                    f"The bed at {stay.setting_name} was chosen for less. Now: {_lower(night.text)}",
                )
            ]
    return []


def _asks_no_more(state: InfectionState, stay: StayView, *, first: date, start: date) -> bool:
    """Whether it is plain at a glance that no night asks for more than the stay's bed was chosen for."""
    regime = state.from_start(first)
    if regime.demands:
        return False
    is_early = start < first + timedelta(regime.own_room_nights)
    return stay.requirement != "open" or not is_early


def _door(
    stay: StayView,
    person: Listed,
    state: InfectionState,
    among: Company,
    *,
    first: date,
    start: date,
) -> list[Flag]:
    door = among.doors.get(stay.setting)
    if door is None:
        return []
    if door.closed:
        return [Flag("N5", f"{stay.setting_name} is closed to admissions.")]
    night = state.from_start(first).night(start, first) if door.outbreaks else None
    for organism in door.outbreaks:
        returns = person.details.usual_setting == stay.setting
        if night is None or not returns or organism not in night.confirmed:
            named = f"an outbreak of {organism_name(organism)} that no risk assessment covers"
            return [Flag("N5", f"{stay.setting_name} has {named}.")]
    return []


def _companions(view: View, placed: Placed, among: Company) -> list[Flag]:
    here = placed.holding[-1].view.setting
    for name in sorted(among.together.get(placed.patient, ())):
        if among.ends_in.get(name) != here:
            who = view.patient_name[name]
            text = f"{who} is to stay together with them and isn't placed in the same setting."
            return [Flag("N7", text)]
    return []


__all__ = ["Company", "company", "flags", "nights"]
