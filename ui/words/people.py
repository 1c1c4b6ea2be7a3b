"""How a person's standing is said: one status for the list, one sentence for what a bed must be."""

from __future__ import annotations

from datetime import date, datetime

from discharge.model.infection import Clearance, Exposure, Observation, Symptoms, Test
from discharge.model.london import LONDON, london_date
from discharge.model.patient_record import LeaveReason, PatientState
from discharge.model.placement import PlacementState
from discharge.model.shown.patients import InfectionTonight, PatientRow
from discharge.words import terms
from discharge.words.counts import count_words, sentence_case
from discharge.words.days import day_words, instant_words, isolated_until
from ui.theme.status import Status, danger, done, neutral, unknown, waiting
from ui.words.moves import state_status
from ui.words.who import number_words

ISOLATING = ("designated", "isolation")


LEFT_HOSPITAL = (PlacementState.DEPARTED, PlacementState.ARRIVED)


def has_left_hospital(row: PatientRow) -> bool:
    """On the way or there: what a first bed would have to be is asked no more."""
    return row.placement_state in LEFT_HOSPITAL


def is_awaited(row: PatientRow) -> bool:
    """A result is waited for."""
    return row.infection.result_awaited_since is not None


def is_blocked(row: PatientRow) -> bool:
    """Can't leave for a care setting yet."""
    return row.infection.requirement == "blocked" and _is_listed(row) and not has_left_hospital(row)


def is_isolating(row: PatientRow) -> bool:
    """Has to isolate tonight, wherever they are."""
    return row.infection.requirement in ISOLATING and row.leave_reason is not LeaveReason.DIED


def is_clear(row: PatientRow) -> bool:
    """May leave and needn't isolate, by a result on record; an own room may still be asked for."""
    state = row.infection
    may_leave = _is_listed(row) and state.requirement in ("own_room", "open")
    return may_leave and state.tested and state.result_awaited_since is None


def is_untested(row: PatientRow) -> bool:
    """No result is on record: nobody knows, whether or not the rules ask for a test."""
    return _is_listed(row) and not row.infection.tested


def _is_listed(row: PatientRow) -> bool:
    return row.state is not PatientState.LEFT


def why_not_observed(row: PatientRow) -> str:
    """Why no more is recorded of their infection, in a sentence; empty where it is. Of whoever left the list
    it is too: a result may come late, or be corrected, and where they went has to hear of it.
    """
    if row.leave_reason is LeaveReason.MERGED:
        return "This record is a part of another one: record it there."
    if row.leave_reason is LeaveReason.ENTERED_BY_MISTAKE:
        return "They were entered by mistake. Take them back on the list first."
    return ""


def awaited_words(since: datetime, *, now: datetime) -> str:
    """ "Result awaited since 06:00", or with its day where that isn't today."""
    local = since.astimezone(LONDON)
    same_day = london_date(local) == london_date(now)
    return f"Result awaited since {f'{local:%H:%M}' if same_day else instant_words(since, now=now)}"


def requirement_words(state: InfectionTonight, *, now: datetime) -> str:
    """What a bed must be tonight: "Designated bed until Thu 19 Nov"; for a block, what is missing."""
    today = london_date(now)
    if state.requirement == "blocked":
        if state.result_awaited_since is not None:
            return awaited_words(state.result_awaited_since, now=now)
        return state.sentence.rstrip(".")
    said = terms.REQUIREMENTS.get(state.requirement, state.requirement)
    if state.requirement in ISOLATING and (state.open_ended or state.isolation_end is not None):
        return f"{said} {_until(state, today=today)}"
    return said


def _until(state: InfectionTonight, *, today: date) -> str:
    """Until when, as short as a table needs it; the tooltip and the detail have the sentence."""
    least = state.isolation_least
    if least is not None and least > today:
        return f"until {day_words(least, today=today)}, if well"
    if least is None and state.isolation_end is None:
        return "with no end yet"
    return isolated_until(state.isolation_end, least, today=today)


def infection_status(state: InfectionTonight, *, now: datetime) -> Status:
    """What a bed must be tonight, with its colour and icon; the sentence and the rule in the tooltip."""
    said = requirement_words(state, now=now)
    sentence = f"{state.sentence} (rule {state.rule})" if state.rule else state.sentence
    if state.requirement == "blocked":
        if state.result_awaited_since is not None:
            return unknown(said, sentence)
        return danger(said, sentence)
    if state.requirement in ISOLATING:
        return waiting(said, sentence)
    if not state.tested:
        # the rules may let them go; that isn't to know that they are clear
        return unknown(f"{said}, not tested", f"{sentence} No result is on record.".strip())
    return done(said, sentence)


def bed_status(row: PatientRow, *, now: datetime) -> Status | None:
    """The same for somebody of the list; whoever has left hospital isn't held back any more. None of whoever
    left the list, but for those who isolate where they are.
    """
    if not _is_listed(row) and not is_isolating(row):
        return None
    if row.infection.requirement == "blocked" and has_left_hospital(row):
        return neutral("Has left hospital", row.infection.sentence)
    return infection_status(row.infection, now=now)


_PLACED = {
    PlacementState.PROPOSED: waiting("For approval"),
    PlacementState.APPROVED: waiting("Approved"),
    PlacementState.TOLD: waiting("Offered"),
    PlacementState.ACCEPTED: done("Accepted"),
    PlacementState.BOOKED: done("Booked"),
    PlacementState.DEPARTED: done("On the way"),
    PlacementState.ARRIVED: done("Arrived"),
}


_LEFT = {
    LeaveReason.WENT_HOME: "Went home",
    LeaveReason.UNWELL: "Unwell again",
    LeaveReason.DIED: "Died",
    LeaveReason.SELF_DISCHARGED: "Against advice",
    LeaveReason.OTHER_HUB: "Another hub",
    LeaveReason.LEFT_WITHOUT_US: "Left without us",
    LeaveReason.ENTERED_BY_MISTAKE: "By mistake",
    LeaveReason.PLACED: "Settled",
    LeaveReason.MERGED: "Merged",
}
"""Why somebody isn't on the list any more, in a word or two."""


def standing(row: PatientRow, *, now: datetime) -> Status:
    """Where somebody stands, in a word or two."""
    if row.state is PatientState.LEFT:
        if row.leave_reason is None:
            return neutral("Left the list")
        return neutral(_LEFT[row.leave_reason], f"Left the list: {terms.LEAVE_REASONS[row.leave_reason]}.")
    if row.state is PatientState.PLACED and row.placement_state is not None:
        placed = _PLACED.get(row.placement_state) or neutral(sentence_case(row.placement_state.words))
        sentence = f"{row.placement}, {row.placement_setting}: {row.placement_state.words}"
        if row.flags:
            return state_status(row.placement_state, row.flags)
        return Status(placed.word, placed.tone, sentence)
    if is_awaited(row) and is_blocked(row):
        return unknown("Result awaited", row.infection.sentence)
    if is_blocked(row):
        return danger("Blocked", row.infection.sentence)
    today = london_date(now)
    if row.ready_on > today:
        return neutral(f"Ready {day_words(row.ready_on, today=today)}")
    if is_isolating(row):
        return waiting("Isolating", row.infection.sentence)
    if row.missing:
        return unknown("Incomplete", f"Not on record: {', '.join(row.missing)}.")
    if not row.infection.tested:
        return unknown("Not tested", "May leave by the rules, which ask for no test. No result is on record.")
    return done("Can leave", "May leave for a bed that the rules allow.")


def waiting_words(row: PatientRow) -> str:
    """How long somebody waits: "today", "1 day", "12 days"; empty where they don't yet."""
    if row.state is PatientState.LEFT:
        return ""
    if row.waiting_days == 0:
        return "today"
    return count_words(row.waiting_days, "day")


def age_words(row: PatientRow) -> str:
    """The age in years."""
    return "not known" if row.age is None else str(row.age)


def who_words(row: PatientRow) -> str:
    """Age, sex, number and reference in one line."""
    age = "age not known" if row.age is None else f"{row.age}"
    who = f"{age}, {terms.sex(row.sex)}, born {terms.born(row.born, row.born_words)}"
    number = number_words(row)
    return f"{who} · {f'NHS {number}' if row.nhs_number else number} · {row.id}"


def observation_status(seen: Observation) -> Status:
    """The icon and colour of an observation."""
    if isinstance(seen, Test):
        made = {
            "positive": danger("Positive"),
            "negative": done("Negative"),
            "pending": unknown("Awaited"),
            "inconclusive": unknown("Inconclusive"),
            "void": neutral("Void: counts as not tested"),
        }
        return made[seen.result]
    if isinstance(seen, Symptoms):
        return waiting("Symptoms") if seen.resolved_on is None else neutral("Symptoms, over")
    if isinstance(seen, Exposure):
        return waiting("Contact")
    assert isinstance(seen, Clearance)
    return done("Released") if seen.released_on is not None else waiting("To isolate")
