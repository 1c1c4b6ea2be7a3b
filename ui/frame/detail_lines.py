"""What the details of people and settings say alike: who recorded what, the history, how long a stay is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from discharge.model.people import Given
from discharge.model.placement import PlacementState
from discharge.model.shown.patients import PlacementMention
from discharge.model.shown.record import JournalLine
from discharge.words.counts import count_words
from discharge.words.days import day_words, instant_words
from ui.frame.services import Services
from ui.theme.status import neutral, waiting
from ui.widgets.dated import Dated, Link


def may_do(place: Services, command_id: str) -> bool:
    """Whether the person at the desk has a role for this command; the reason why not is in the menu."""
    roles = place.commands.command(command_id).roles
    return place.user is not None and (not roles or bool(roles & place.user.roles))


def span_words(start: date, end: date | None, *, today: date) -> str:
    """How long a stay is meant to be: "14 nights, to Mon 30 Nov", "open-ended"."""
    if end is None:
        return "Open-ended"
    return f"{count_words((end - start).days, 'night')}, to {day_words(end, today=today)}"


def recorded_words(*, by: str, at: datetime, given: Given | None, now: datetime) -> str:
    """Who recorded something and on whose word: "Recorded today 09:12 by Jo Marsh; …"."""
    line = f"Recorded {instant_words(at, now=now)} by {by}"
    return f"{line}; {given.sentence}" if given is not None else line


def history(lines: Sequence[JournalLine], *, now: datetime) -> list[Dated]:
    """The journal as dated lines."""
    made: list[Dated] = []
    for each in lines:
        small = f"{each.user_name}, {each.role}"
        if each.given is not None:
            small += f"; word of {each.given.sentence}"
        if abs((each.recorded_at - each.happened_at).total_seconds()) >= 60:
            small += f"; recorded {instant_words(each.recorded_at, now=now)}"
        made.append(Dated(instant_words(each.happened_at, now=now), each.sentence, small=small))
    return made


_WHOLE = (PlacementState.PROPOSED, PlacementState.APPROVED)
"""In these states a placement stands with all its stays alike."""


def _state_words(each: PlacementMention) -> str:
    """Where somebody stands with a stay: of two, they may be at the other."""
    if each.is_over:
        return "moved on"
    if each.is_later and each.state.is_active and each.state not in _WHOLE:
        return "to come"
    if each.is_later and each.state is PlacementState.ENDED:
        return "never came to it"
    return each.state.words


def placement_lines(
    placements: Sequence[PlacementMention],
    *,
    named: Callable[[PlacementMention], str],
    today: date,
    go: Callable[[str, str], object],
) -> list[Dated]:
    """Placements as dated lines: `named` says whose or where; an active one leads to its page, once."""
    made: list[Dated] = []
    led: set[str] = set()
    for each in placements:
        leads = each.state.is_active and each.id not in led
        led.add(each.id)
        where = "approvals" if each.state is PlacementState.PROPOSED else "moves"
        show = partial(go, where, each.id)
        link = Link("Show the placement", show, name=f"Show the placement {each.id}", tip=each.id)
        made.append(
            Dated(
                day_words(each.start, today=today),
                f"{named(each)}: {_state_words(each)}",
                status=waiting("Active") if each.state.is_active else neutral("Over"),
                small=span_words(each.start, each.end, today=today),
                links=(link,) if leads else (),
            )
        )
    return made
