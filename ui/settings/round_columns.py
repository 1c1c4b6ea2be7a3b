"""The columns of the morning round: what was said last, and what is filled in while one telephones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from discharge.words import terms
from discharge.words.days import day_and_time
from ui.models.round import ACCEPTS, COUNT, SAID, SPOKE, HomeEntry, RoundLine
from ui.models.table import Column
from ui.theme.status import Status, done, waiting
from ui.words.settings import return_status

_ACCEPTS = {True: "Yes", False: "No", None: "Not said"}


def _first(read: Callable[[HomeEntry], str]) -> Callable[[RoundLine], str]:
    return lambda line: read(line.entry) if line.is_first else ""


def _group(line: RoundLine) -> str:
    if line.group is None:
        return "No beds on record"
    return f"{line.group.unit} · {line.group.beds}"


def _group_tip(line: RoundLine) -> str:
    group = line.group
    if group is None:
        return "Only how many are free in all: nobody knows which beds they are."
    sex = f", {terms.BED_SEXES[group.sex].lower()}" if group.sex != "any" else ""
    return f"{terms.CATEGORIES[group.category]}, {terms.ROOMS[group.room].lower()}{sex}"


def _before(line: RoundLine) -> str:
    if line.entry.home.last is None and line.group is None:
        return ""
    held = f", {line.group.held_tonight} held" if line.group is not None and line.group.held_tonight else ""
    return f"{line.before}{held}"


def _rung(entry: HomeEntry) -> Status | None:
    """What became of the home today: here, or by somebody else."""
    if entry.outcome is not None:
        return entry.outcome
    if entry.held_by:
        return waiting(f"{entry.held_by} rings", "Somebody else has this home in hand just now.")
    rung = entry.home.heard.rung_today
    if rung is None:
        return None
    at = f"{day_and_time(rung.at)[-5:]} {rung.by}"
    if entry.home.heard.asked_today:
        return done(f"Rung {at}", "Today's questions were answered.")
    return waiting(
        f"Rung {at}" if rung.answered else f"No answer {at}", "The questions are still to be asked."
    )


def round_columns(now: Callable[[], datetime]) -> Sequence[Column[RoundLine]]:
    """The columns; `now` says what time it is."""

    def state(line: RoundLine) -> Status | None:
        if not line.is_first:
            return None
        if (rung := _rung(line.entry)) is not None:
            return rung
        asked = line.entry.home.asked
        which = waiting(asked, "Its return gives them by type of bed alone.") if asked else None
        return which or return_status(line.entry.home.row, now=now())

    return (
        Column(key="home", title="Home", text=_first(lambda e: e.home.row.name), strong=True, width=20,
               stretch=True),
        Column(key="state", title="Return", status=state, width=14),
        Column(key="group", title="Unit and beds", text=_group, tip=_group_tip, width=16),
        Column(key="before", title="Said last", text=_before, width=9, right=True),
        Column(key=COUNT, title="Free now", text=lambda line: str(line.count), width=8, right=True),
        Column(key=ACCEPTS, title="Takes people", text=_first(lambda e: _ACCEPTS[e.accepts]), width=11),
        Column(key=SPOKE, title="Spoke to", text=_first(lambda e: e.spoke), width=14),
        Column(key=SAID, title="What was said", text=_first(lambda e: e.said), width=16),
        Column(key="phone", title="Telephone", text=_first(lambda e: e.home.row.phone or "None on record"),
               tip=_first(lambda e: f"Ask for {e.home.contact}" if e.home.contact else ""), width=14),
    )  # fmt: skip
