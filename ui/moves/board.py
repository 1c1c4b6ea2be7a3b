"""Placements as cards of a board: a column for each state of their life, and what a drag does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from discharge.model.flags import Flag, Mend
from discharge.model.placement import NextStep, PlacementState
from discharge.model.shown.placements import MoveRow, StayView
from discharge.words import terms
from discharge.words.days import instant_words
from ui.frame.commands import Commands
from ui.theme.status import Status
from ui.widgets.board import Heading, Target
from ui.widgets.board_column import Card
from ui.words.moves import (
    STAYS_ON,
    block_of,
    due_words,
    flag_of,
    needs_release,
    next_status,
    overdue_words,
    reason_words,
    steps_of,
    where_words,
    why_not_step,
)
from ui.words.plans import isolates

PROPOSED, APPROVED, TOLD, ACCEPTED, BOOKED, DEPARTED, ISOLATING, THERE, OVER = (
    "proposed", "approved", "told", "accepted", "booked", "departed", "isolating", "there", "over",
)  # fmt: skip
HEADINGS = (
    Heading(PROPOSED, "In approval", "Waits for an LA lead"),
    Heading(APPROVED, "Approved", "The bed is held; the setting is to be told"),
    Heading(TOLD, "Offered", "The setting was told; its answer is awaited"),
    Heading(ACCEPTED, "Accepted", "Transport is to be booked"),
    Heading(BOOKED, "Booked", "Transport is booked; leaves next"),
    Heading(DEPARTED, "On the way", "Left hospital; arrives next"),
    Heading(ISOLATING, "Isolating", "In a setting, isolating"),
    Heading(THERE, "In a setting", "There, not isolating: moves on, or it ends"),
    Heading(OVER, "Over", "Ended, declined, returned, withdrawn"),
)
"""The columns in the order of a placement's life."""

_COARSE = re.compile(r"^(\d+ [dh]) \d+ [hm] overdue")
"""On a card "12 h overdue" is exact enough: its tooltip says since when."""
APPROVAL = "approval"
"""Stands for going to the page Approvals, where a lead decides."""
MENDED_THERE = {Mend.TEST: "patient.test", Mend.ATTEST: "patient.attest", Mend.PHONE: "setting.return"}
"""What mends a block where the person or the setting is: the command that has its form."""
_ANOTHER = "Somebody else has to do this."
_BEFORE_ARRIVAL = (PROPOSED, APPROVED, TOLD, ACCEPTED, BOOKED, DEPARTED)
_STEP_INTO = {TOLD: "tell", ACCEPTED: "accept", BOOKED: "book", DEPARTED: "depart"}


def column_of(row: MoveRow) -> str:
    """The column of a placement."""
    if not row.state.is_active:
        return OVER
    if row.state is not PlacementState.ARRIVED:
        return str(row.state.value)
    isolating = row.isolation_end is not None or row.isolation_open_ended or needs_release(row)
    return ISOLATING if isolating and isolates(row.current) else THERE


def columns_of(rows: Sequence[MoveRow]) -> dict[str, list[MoveRow]]:
    """The placements by column, in the order they come."""
    found: dict[str, list[MoveRow]] = {heading.key: [] for heading in HEADINGS}
    for row in rows:
        found[column_of(row)].append(row)
    return found


def card_of(row: MoveRow, *, now: datetime, commands: Commands, may: Callable[[str], bool]) -> Card:
    """What a card shows; `may` says whether whoever is at the desk may do a command at all."""
    command, status = step_of(row), next_status(row, now=now)
    word = _COARSE.sub(r"\1 overdue", due_words(row, now=now))
    flag = flag_of(row)
    if row.flags or not word:
        word = status.word if row.state.is_active else terms.STATES[row.state]
    where = where_words(row)
    there = row.current.arrived_at is not None
    return Card(
        title=row.patient_name,
        where=where if there else f"to {where}",
        status=Status(word, status.tone, status.sentence or row.next_sentence, status.icon_name),
        small=_small(flag, row, now=now) + _alike(row),
        step=_step_words(command, commands),
        why_not="" if not command or command == APPROVAL or may(command) else _ANOTHER,
    )


def home_card_of(row: MoveRow, *, now: datetime, commands: Commands, may: Callable[[str], bool]) -> Card:
    """The same on a board by home: where the placement stands, instead of the home that heads the lane."""
    made = card_of(row, now=now, commands=commands, may=may)
    later = [] if row.onward else row.stays[row.stay + 1 :]
    after = [STAYS_ON if stay.setting == row.current.setting else stay.setting_name for stay in later]
    return replace(made, where=", then ".join([terms.STATES[row.state], *after]))


def lanes_of(rows: Sequence[MoveRow]) -> dict[Heading, list[MoveRow]]:
    """The placements by the home that somebody is in, or goes to first, by its name."""
    found: dict[str, list[MoveRow]] = {}
    for row in rows:
        found.setdefault(row.current.setting, []).append(row)
    lanes = {_lane(placed[0].current): placed for placed in found.values()}
    return dict(sorted(lanes.items(), key=lambda lane: (lane[0].title.casefold(), lane[0].key)))


def _lane(stay: StayView) -> Heading:
    return Heading(stay.setting, stay.setting_name, f"Phone {stay.phone or 'not known'}")


def is_red(row: MoveRow) -> bool:
    """Whether its card says why: something speaks against it, or it is overdue."""
    return flag_of(row) is not None or (row.overdue and row.state.is_active)


def _small(flag: Flag | None, row: MoveRow, *, now: datetime) -> str:
    if flag is not None:
        return reason_words(flag, row)
    return overdue_words(row) if is_red(row) else f"since {_since_words(row.since, now=now)}"


def _step_words(command: str, commands: Commands) -> str:
    """The word on a card's button: a card has no room for many."""
    if command == "placement.happened":
        return "What happened…"
    return "See approval" if command == APPROVAL else commands.command(command).text if command else ""


def _alike(row: MoveRow) -> str:
    """A mark where somebody else on the list has a like name."""
    return f" · {row.who.alike}" if row.who is not None and row.who.alike else ""


def step_of(row: MoveRow) -> str:
    """The command of a card's button: `APPROVAL`, a command's id, or empty where nothing can be done."""
    block = block_of(row)
    if block is not None and block.mend in MENDED_THERE:
        return MENDED_THERE[block.mend]
    if row.next_step is NextStep.APPROVE:
        return APPROVAL
    steps = steps_of(row)
    if row.state.is_active:
        return f"placement.{steps[0]}" if steps else ""
    return "" if why_not_step(row, "take_back") else "placement.take_back"


def _since_words(since: datetime, *, now: datetime) -> str:
    """ "today 07:36"; of days before today the day alone."""
    said = instant_words(since, now=now)
    return said if said.startswith("today") else said.rpartition(" ")[0]


def targets_of(row: MoveRow, *, commands: Commands) -> dict[str, Target]:
    """What dropping a card on each column does; its own column is none."""
    here = column_of(row)
    found: dict[str, Target] = {}
    for heading in HEADINGS:
        if heading.key == here:
            continue
        step = step_into(row, heading.key)
        if not step:
            found[heading.key] = Target("", _why_no_step(row, heading))
        elif step == "approve":
            found[heading.key] = Target("See approval: an LA lead decides")
        else:
            command = commands.command(f"placement.{step}")
            icon = "undo" if step == "take_back" else "arrow-right"
            found[heading.key] = Target(command.text, commands.why_not(command.id), icon)
    return found


def step_into(row: MoveRow, column: str) -> str:
    """The step that brings a placement into a column; empty where none does."""
    here = column_of(row)
    if here == OVER:
        return ""
    if column == OVER:
        before = here in _BEFORE_ARRIVAL and here != DEPARTED
        return "withdraw" if before else "" if here == DEPARTED else "end"
    if column == APPROVED and here == PROPOSED:
        return "approve"
    if here in (ISOLATING, THERE):
        later = row.stays[row.stay + 1 :]
        if column == THERE:
            return "move_on" if later and not row.onward else "release"
        return "take_back" if column == DEPARTED and row.stay == 0 else ""
    order = _BEFORE_ARRIVAL.index(here)
    if column in (ISOLATING, THERE):
        wanted = ISOLATING if isolates(row.stays[0]) else THERE
        return "arrive" if column == wanted else ""
    to = _BEFORE_ARRIVAL.index(column)
    if to == order - 1 and here not in (PROPOSED, APPROVED):
        return "take_back"
    return _STEP_INTO.get(column, "") if to > order else ""


def _why_no_step(row: MoveRow, heading: Heading) -> str:
    """Why no step leads to a column, in a sentence."""
    here = column_of(row)
    if here == OVER:
        return f"This placement is over: {row.state.words}."
    if heading.key == OVER:
        return "They are on the way: record the arrival first."
    if here in _BEFORE_ARRIVAL and heading.key == THERE:
        return "They isolate there first."
    if here in _BEFORE_ARRIVAL and heading.key == ISOLATING:
        return "They don't isolate there."
    if heading.key == PROPOSED:
        return "An approval isn't taken back: withdraw it instead."
    if here in (ISOLATING, THERE):
        return "They have arrived already."
    return "Only the last step can be taken back."
