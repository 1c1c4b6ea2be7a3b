"""Whether a journey is safe for the crew and whoever travels after them: its mode, what the crew wears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from discharge.model.infection import organism_name
from discharge.model.travel import CrewPpe, TransportMode, Travels
from discharge.rules.requirement import InfectionState
from discharge.rules.rule_set import Journey, RuleSet

RULE = "I2"
"""The journeys' table is a local setting."""

_BY_STRENGTH = tuple(CrewPpe)
"""From nothing to airborne."""


@dataclass(frozen=True, slots=True)
class Asks:
    """What a journey on a day asks: for whom, the least protection, the modes."""

    who: str
    """`someone with COVID-19`"""
    ppe: CrewPpe
    modes: tuple[TransportMode, ...]
    with_reason: tuple[TransportMode, ...]


def asks(rules: RuleSet, state: InfectionState, on: date, *, has_left: bool) -> Asks | None:
    """What a journey on that day asks; None where the rule set says nothing of journeys.

    Whoever `has_left` hospital needs no result to go on.
    """
    who, keys = _traveller(state, on, has_left=has_left)
    found = [rules.transport[key] for key in keys if key in rules.transport]
    if not found:
        return None
    return Asks(
        who=who,
        ppe=max((each.ppe for each in found), key=_BY_STRENGTH.index),
        modes=tuple(mode for mode in TransportMode if all(mode in each.modes for each in found)),
        with_reason=tuple(mode for mode in TransportMode if _with_reason(mode, found)),
    )


def _with_reason(mode: TransportMode, found: list[Journey]) -> bool:
    """Allowed by all, by some with a reason only."""
    allowed = all(mode in (*each.modes, *each.with_reason) for each in found)
    return allowed and not all(mode in each.modes for each in found)


def _traveller(state: InfectionState, on: date, *, has_left: bool) -> tuple[str, list[str]]:
    """Who travels, in words, and the tables that they are held against."""
    night = state.from_start(on).night(on, on)
    if night.confirmed:
        names = sorted(night.confirmed)
        said = " and ".join(organism_name(name) for name in names)
        return f"someone with {said}", ["confirmed", *names]
    if night.isolates:
        names = sorted(night.organisms)
        said = " and ".join(organism_name(name) for name in names)
        return f"a suspected case of {said}", ["suspected", *names]
    if not has_left and state.block(on) is not None:
        # nobody knows: taken for a suspected case
        return "someone without a result that counts", ["suspected"]
    if night.own_room or night.ask == "own_room":
        return "someone who needs an own room", ["own_room"]
    return "someone who needs no isolation", ["open"]


def refused(asked: Asks | None, mode: TransportMode, ppe: CrewPpe) -> Iterator[str]:
    """Why a journey can't be, in sentences; nothing where it can, or where a person may decide."""
    if asked is None:
        return
    if _BY_STRENGTH.index(ppe) < _BY_STRENGTH.index(asked.ppe):
        yield f"The crew of {asked.who} wears at least: {asked.ppe.words}. Booked is: {ppe.words}."
    if mode not in (*asked.modes, *asked.with_reason):
        yield f"The way there ({mode.words}) isn't one for {asked.who}."


def unfit(mode: TransportMode, travels: Travels | None) -> str:
    """What speaks against this vehicle by how the person can be carried; empty where nothing does."""
    if travels is Travels.STRETCHER and mode is not TransportMode.AMBULANCE_STRETCHER:
        return f"Somebody on a stretcher goes by stretcher ambulance. Booked is: {mode.words}."
    if travels is Travels.WHEELCHAIR and mode is TransportMode.WALKING:
        return "Somebody in a wheelchair doesn't go on foot."
    return ""


def questioned(asked: Asks | None, mode: TransportMode) -> str:
    """What a person has to decide about it; empty where nothing."""
    if asked is None:
        return "The rule set says nothing of journeys."
    if mode in asked.with_reason:
        return f"The way there ({mode.words}) needs a reason for {asked.who}."
    return ""


__all__ = ["RULE", "Asks", "asks", "questioned", "refused"]
