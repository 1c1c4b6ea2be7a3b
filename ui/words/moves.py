"""Where a placement stands, how its next step is said, and which steps can be taken from there."""

from __future__ import annotations

from datetime import datetime

from discharge.model.flags import Flag, Mend, Severity, by_weight, chief
from discharge.model.london import LONDON, london_date
from discharge.model.placement import BEFORE_DEPARTED, NextStep, PlacementState
from discharge.model.shown.placements import MoveRow, StayView
from discharge.words import terms
from discharge.words.days import age_words, day_and_distance, day_words, isolated_until, near_day_words
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, done, neutral, unknown, waiting

NEXT_WORDS: dict[NextStep, str] = {
    NextStep.APPROVE: "LA lead decides",
    NextStep.TELL: "Tell the setting",
    NextStep.ANSWER: "Answer awaited",
    NextStep.BOOK: "Book transport",
    NextStep.DEPART: "Leaves",
    NextStep.ARRIVE: "Arrives",
    NextStep.TELL_NEXT: "Tell next setting",
    NextStep.ANSWER_NEXT: "Next answer awaited",
    NextStep.BOOK_NEXT: "Book the move",
    NextStep.RELEASE: "Clinical release",
    NextStep.MOVE_ON: "Moves on",
    NextStep.PLAN_ONWARD: "Plan onward place",
    NextStep.END: "How it ends",
    NextStep.NOTHING: "Nothing to do",
}

STEPS: dict[NextStep, tuple[str, ...]] = {
    NextStep.APPROVE: (),
    NextStep.TELL: ("tell",),
    NextStep.ANSWER: ("accept", "decline", "no_answer"),
    NextStep.BOOK: ("book",),
    NextStep.DEPART: ("depart", "book"),
    NextStep.ARRIVE: ("arrive",),
    NextStep.TELL_NEXT: ("tell",),
    NextStep.ANSWER_NEXT: ("accept", "decline", "no_answer"),
    NextStep.BOOK_NEXT: ("book",),
    NextStep.RELEASE: ("release", "not_released"),
    NextStep.MOVE_ON: ("move_on", "book"),
    NextStep.PLAN_ONWARD: ("onward",),
    NextStep.END: ("end",),
    NextStep.NOTHING: (),
}
"""The commands (without `placement.`) that take each next step, the likeliest first."""


ALL_STEPS = frozenset(
    {*(step for steps in STEPS.values() for step in steps), "withdraw", "happened", "take_back"}
)
"""Every step that has a form."""

FORWARD = frozenset({"tell", "send_offer", "accept", "book", "depart", "move_on"})
"""The steps that a block stops; what has happened (arrived, declined, ended) can always be recorded."""

_MENDED_BY: dict[Mend, str] = {
    Mend.PLAN_AGAIN: "withdraw",
    Mend.RETURN: "withdraw",
    Mend.PLAN_NEXT: "withdraw",
    Mend.WAIT: "withdraw",
    Mend.TURN_BACK: "happened",
    Mend.MOVE_OUT: "onward",
    Mend.TELL: "tell",
    Mend.BOOK: "book",
    Mend.RELEASE: "release",
}
"""The step of a placement that mends a flag; other flags are mended where the person or the setting is."""


def block_of(row: MoveRow) -> Flag | None:
    """What stops a placement as things are; None where nothing does."""
    if not row.flags or not row.state.is_active:
        return None
    flag = chief(row.flags)
    return flag if flag is not None and flag.blocks else None


def flag_of(row: MoveRow) -> Flag | None:
    """What weighs most against a placement under way and is known: it stops it, or needs a person."""
    flag = chief(row.flags)
    known = flag is not None and flag.severity is not Severity.LOOKING
    return flag if known and row.state.is_active else None


def reason_words(flag: Flag, row: MoveRow) -> str:
    """Why it can't go on, without the setting's name where that begins the sentence: it stands beside it."""
    return _without_homes(flag.sentence, row)


def overdue_words(row: MoveRow) -> str:
    """What is overdue, in the same way: "Was told Sun 15 Nov 15:23: answer awaited for 16 h 37 m"."""
    return _without_homes(row.next_sentence, row)


def _without_homes(said: str, row: MoveRow) -> str:
    for stay in row.stays:
        said = said.removeprefix(stay.setting_name)
    said = said.lstrip(" ,")
    return f"{said[:1].upper()}{said[1:]}"


def steps_of(row: MoveRow) -> tuple[str, ...]:
    """The steps to offer for a placement: what mends it where a rule is broken, else the likeliest first.

    Withdrawing comes last where nothing asks for it; a step that a block stops isn't offered.
    """
    found = _steps_of(row)
    block = block_of(row)
    if block is None:
        flag = chief(row.flags)
        if flag is not None and flag.mend is Mend.TURN_BACK and row.state is PlacementState.DEPARTED:
            # somebody has to decide whether they go on: turned back or sent elsewhere, or let in
            return ("happened", *found)
        return tuple(found)
    mend = _MENDED_BY.get(block.mend, "")
    rest = [step for step in found if step != mend and step not in FORWARD]
    if mend != "happened" and row.state is not PlacementState.PROPOSED:
        # what is forbidden may have happened all the same, and is recorded as that
        rest.append("happened")
    return (mend, *rest) if mend and not why_not_step(row, mend) else tuple(rest)


def _steps_of(row: MoveRow) -> list[str]:
    found = list(STEPS[row.next_step])
    if needs_release(row) and "release" not in found:
        found.append("release")
    if row.state in BEFORE_DEPARTED or (
        row.state is PlacementState.ARRIVED and len(row.stays) > row.stay + 1 and not row.onward
    ):
        found.append("withdraw")
    if row.state is PlacementState.ARRIVED and "end" not in found:
        found.append("end")
    return found


def needs_release(row: MoveRow) -> bool:
    """Whether a clinician's release is still to come: for somebody who isolates in a setting, or is to leave
    for a stay that was planned past their isolation."""
    planned_past = "clinical_release" in row.conditions
    if row.released or row.state is PlacementState.PROPOSED:
        return False
    if row.state in BEFORE_DEPARTED:
        return planned_past and row.current.requirement not in ("isolation", "designated")
    return row.state is PlacementState.ARRIVED and (planned_past or row.isolation_open_ended)


def next_status(row: MoveRow, *, now: datetime) -> Status:
    """The next step with its urgency."""
    word, sentence = NEXT_WORDS[row.next_step], row.next_sentence
    flag = chief(row.flags)
    if flag is not None and row.state.is_active:
        said = " ".join(each.sentence for each in by_weight(row.flags))
        if flag.blocks:
            return danger(flag.mend.block, f"{said} {flag.mend.words}")
        if flag.severity is Severity.LOOKING:
            return unknown(word, said)
        return Status(word, Tone.WAITING, f"{said} {flag.mend.words}", "flag")
    if row.overdue:
        return danger(word, sentence)
    if row.next_step is NextStep.NOTHING or not row.state.is_active:
        return neutral(word, sentence)
    if row.due is not None and london_date(row.due) <= london_date(now):
        return waiting(word, sentence)
    return Status(word, Tone.NEUTRAL, sentence, "clock" if row.due is not None else "")


STAYS_ON = "stays on"
"""In another bed of the same home."""


def where_words(row: MoveRow) -> str:
    """Where they are or go next, and where to after that."""
    current = row.current.setting_name
    later = row.stays[row.stay + 1 :]
    if later and not row.onward:
        stays_on = later[0].setting == row.current.setting
        return f"{current}, then {STAYS_ON if stays_on else later[0].setting_name}"
    return current


def due_words(row: MoveRow, *, now: datetime) -> str:
    """The clock: "45 m overdue", "in 3 h", "today", "Wed 25 Nov"; empty where there is none."""
    if row.due is None or not row.state.is_active:
        return ""
    local, today = row.due.astimezone(LONDON), london_date(now)
    whole_day = (local.hour, local.minute) == (0, 0)
    if row.overdue:
        late = now - row.due
        return f"{(today - london_date(local)).days} d overdue" if whole_day else f"{age_words(late)} overdue"
    if whole_day:
        return "today" if london_date(local) == today else day_words(london_date(local), today=today)
    if london_date(local) == today:
        return f"in {age_words(row.due - now)}" if row.due > now else f"{local:%H:%M}"
    return f"{day_words(london_date(local), today=today)} {local:%H:%M}"


def due_and_distance(row: MoveRow, *, now: datetime) -> str:
    """The clock as in a table, where each part of an inch counts: "tomorrow" or "Thu 19 Nov" for a day."""
    words = due_words(row, now=now)
    if row.due is None or row.overdue or not words:
        return words
    local, today = row.due.astimezone(LONDON), london_date(now)
    if (local.hour, local.minute) != (0, 0) or london_date(local) == today:
        return words
    return near_day_words(london_date(local), today=today)


def isolation_words(row: MoveRow, *, now: datetime) -> Status | None:
    """Until when they isolate; None where they don't."""
    today = london_date(now)
    if row.isolation_open_ended and row.isolation_least is not None:
        until = isolated_until(None, row.isolation_least, today=today)
        return waiting("Until they are well", f"Isolates {until}.")
    if row.isolation_open_ended:
        return waiting("No end in sight", "A clinician's date is awaited.")
    if row.isolation_end is None:
        return None
    well = ", and not before they are well" if row.isolation_least is not None else ""
    sentence = f"First night without isolation: {day_and_distance(row.isolation_end, today=today)}{well}."
    said = day_words(row.isolation_end, today=today)
    return done(said, f"{sentence} Released by a clinician.") if row.released else waiting(said, sentence)


def why_not_step(row: MoveRow, step: str) -> str:
    """Why this step can't be taken with this placement now, in a sentence; empty where it can.

    The rules are the actions' own: this looks at nothing but where the placement stands.
    """
    state, stay, before = row.state, next_stay(row), row.state in BEFORE_DEPARTED
    if step == "take_back":
        return _why_not_back(row)
    if not state.is_active:
        return f"This placement is over: {state.words}."
    if step == "happened":
        return ""
    if state is PlacementState.PROPOSED and step != "withdraw":
        return "An LA lead has to approve it first (A1)."
    ahead = stay.arrived_at is None and stay.departed_at is None
    if step in ("tell", "send_offer", "accept", "decline", "no_answer", "book") and (
        not ahead or (row.onward and not before)
    ):
        return "There is no stay to come."
    name = stay.setting_name
    if step in ("accept", "no_answer", "book", "depart") and stay.told_again:
        return f"{name} was told before what is known now: tell it again first (C5)."
    if step in ("accept", "no_answer") and stay.told_at is None:
        return f"{name} hasn't been told yet (C5)."
    if step in ("accept", "no_answer") and stay.accepted_at is not None:
        return f"{name} has accepted already."
    if step == "send_offer" and stay.accepted_at is not None and not stay.told_again:
        return f"{name} has accepted already."
    if step == "book" and stay.accepted_at is None:
        return f"{name} hasn't accepted yet (A2)."
    if step == "depart" and state is not PlacementState.BOOKED:
        return "Transport has to be booked first." if before else "They have left already."
    if step == "arrive" and state is not PlacementState.DEPARTED:
        return "They haven't left yet." if before else "They have arrived already."
    if step == "move_on" and (state is not PlacementState.ARRIVED or not ahead or row.onward):
        return "There is no second stay to move on to now."
    if step == "onward" and (state is not PlacementState.ARRIVED or (ahead and not row.onward)):
        return "An onward place is asked for where somebody has arrived and no second stay is planned."
    if step in ("release", "not_released") and not row.organisms:
        return "They don't isolate."
    if step in ("release", "not_released") and row.released and not needs_release(row):
        return "A clinician's release is on record."
    if step == "end" and before:
        return "They haven't left yet: withdraw it instead."
    if step == "withdraw" and not before and (not ahead or row.onward):
        return "They have left already: record how it ended instead."
    block = block_of(row) if step in FORWARD else None
    if block is not None and not (step in ("tell", "send_offer") and block.mend is Mend.TELL):
        return f"{block.sentence} {block.mend.words}"
    return ""


def isolation_end_words(row: MoveRow) -> str:
    """Until when they isolate as the rules have it."""
    if row.isolation_open_ended:
        return "the isolation has no end in sight."
    if row.isolation_end is None:
        return "they don't isolate any more."
    return f"the first night without isolation is {day_words(row.isolation_end)}."


def _why_not_back(row: MoveRow) -> str:
    """Why its last step can't be taken back, as far as its state says."""
    state = row.state
    if state in (PlacementState.PROPOSED, PlacementState.APPROVED):
        return "No step was recorded since it was approved: withdraw it instead."
    if state in (PlacementState.ENDED, PlacementState.RETURNED, PlacementState.WITHDRAWN):
        return f"This placement is over: {state.words}."
    return ""


def next_stay(row: MoveRow) -> StayView:
    """The stay that the next step is about: after departure the one to come, where there is one."""
    if row.state in BEFORE_DEPARTED:
        return row.stays[0]
    later = row.stays[row.stay + 1 :]
    return later[0] if later else row.current


def state_status(state: PlacementState, flags: tuple[Flag, ...], *, sentence: str = "") -> Status:
    """Where a placement stands; where a rule is broken the state itself says so, with the reason."""
    word, flag = terms.STATES[state], chief(flags)
    if flag is None or not state.is_active:
        return neutral(word, sentence)
    said = " ".join(each.sentence for each in by_weight(flags))
    if flag.severity is Severity.LOOKING:
        return unknown(word, said)
    if not flag.blocks:
        return Status(f"{word}: decide", Tone.WAITING, said, "flag")
    if state is PlacementState.DEPARTED:
        return danger("On the way: stop", said)
    if state is PlacementState.ARRIVED:
        return danger("Arrived: act" if flag.mend is Mend.MOVE_OUT else "Next stopped", said)
    return danger(f"{word}: stop", said)
