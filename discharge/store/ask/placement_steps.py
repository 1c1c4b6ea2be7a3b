"""What a placement waits for, and until when: its next step and its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from discharge.model.london import LONDON
from discharge.model.patient import Pathway
from discharge.model.placement import NextStep, PlacementState
from discharge.model.shown.placements import StayView
from discharge.rules.requirement import FAR
from discharge.store.ask import infection
from discharge.store.ask.company import Company
from discharge.store.ask.listed import Listed
from discharge.store.ask.placed import Placed
from discharge.store.ask.sentences import shown_day, shown_time
from discharge.store.ask.view import View

JOURNEY_HOURS = 4
"""Hours after which somebody who left and hasn't arrived is asked after."""


@dataclass(frozen=True, slots=True)
class Due:
    """The next step, why, and until when."""

    step: NextStep
    sentence: str
    due: datetime | None
    overdue: bool


@lru_cache(maxsize=1024)
def midnight(when: date) -> datetime:
    """The start of a date in London."""
    return datetime.combine(when, time(), LONDON)


def ago(span: timedelta) -> str:
    """`3 h 10 m`, `2 d 4 h`, `less than a minute`."""
    minutes = max(0, int(span.total_seconds() // 60))
    if not minutes:
        return "less than a minute"
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    return f"{hours} h {minutes % 60} m" if hours else f"{minutes} m"


def next_step(view: View, placed: Placed, among: Company) -> Due:
    """What the placement waits for."""
    stay, now, state = placed.current.view, view.now, placed.state

    def by_day(step: NextStep, text: str, when: date) -> Due:
        return Due(step, text, midnight(when), view.today > when)

    def by_clock(step: NextStep, text: str, due: datetime) -> Due:
        return Due(step, text, due, now > due)

    name, leaves = stay.setting_name, shown_day(stay.start)
    if state is PlacementState.PROPOSED:
        waited = ago(now - placed.proposed_at)
        return by_day(NextStep.APPROVE, f"Waits for an LA lead for {waited}; start {leaves}.", stay.start)
    if state is PlacementState.APPROVED:
        what = "what came since: it has to accept again" if stay.told_again else "the result and the needs"
        return by_day(NextStep.TELL, f"Tell {name} {what}; start {leaves}.", stay.start)
    if state is PlacementState.TOLD:
        return _answer(view, NextStep.ANSWER, stay)
    if state is PlacementState.ACCEPTED:
        return by_day(NextStep.BOOK, f"Book transport to {name} for {leaves}.", stay.start)
    if state is PlacementState.BOOKED:
        at = stay.transport.at if stay.transport else midnight(stay.start)
        return by_clock(NextStep.DEPART, f"Leaves for {name} {shown_time(at)}.", at)
    if state is PlacementState.DEPARTED:
        left = stay.departed_at or placed.since
        text = f"On the way to {name} since {shown_time(left)}."
        return by_clock(NextStep.ARRIVE, text, left + timedelta(hours=JOURNEY_HOURS))
    if state is PlacementState.ARRIVED:
        return _arrived(view, placed, among)
    return Due(
        NextStep.NOTHING,
        f"{state.words[0].upper()}{state.words[1:]} {shown_time(placed.since)}.",
        None,
        False,
    )


def _answer(view: View, step: NextStep, stay: StayView) -> Due:
    told = stay.told_at or view.now
    due = told + timedelta(hours=view.hub.offer_hours)
    if view.now - told < timedelta(minutes=1):
        text = f"{stay.setting_name} was told just now: its answer is awaited."
    else:
        text = f"{stay.setting_name} was told {shown_time(told)}: answer awaited for {ago(view.now - told)}."
    return Due(step, text, due, view.now > due)


def _arrived(view: View, placed: Placed, among: Company) -> Due:
    person, end = among.people[placed.patient], infection.isolation_end(among.people[placed.patient].state)
    stay, after = placed.current.view, placed.next

    def by_day(step: NextStep, text: str, when: date) -> Due:
        return Due(step, text, midnight(when), view.today > when)

    needs_release = "clinical_release" in placed.conditions and not released(placed, person)
    if after is not None:
        then, when = after.view, after.view.start
        if then.told_at is None or then.told_again:
            what = "what came since" if then.told_again else "the result and the needs"
            text = f"Tell {then.setting_name} {what}; moves {shown_day(when)}."
            return by_day(NextStep.TELL_NEXT, text, when)
        if then.accepted_at is None:
            return _answer(view, NextStep.ANSWER_NEXT, then)
        if needs_release:
            text = f"A clinician's release is needed by {shown_day(when)}, to move to {then.setting_name}."
            return by_day(NextStep.RELEASE, text, when)
        if then.transport is None:
            return by_day(
                NextStep.BOOK_NEXT, f"Book transport to {then.setting_name} for {shown_day(when)}.", when
            )
        at = then.transport.at
        return Due(NextStep.MOVE_ON, f"Moves to {then.setting_name} {shown_time(at)}.", at, view.now > at)
    if placed.onward or (placed.alone and person.details.pathway is not Pathway.P1):
        return _onward(view, placed, among, end)
    if placed.alone:
        if stay.end is None and (end is None or end == FAR):
            return Due(
                NextStep.RELEASE,
                "Isolates without an end in sight: a clinician's date is awaited.",
                None,
                False,
            )
        ends = stay.end if end is None or end == FAR else end
        assert ends is not None  # one of the two is a date
        return by_day(NextStep.END, f"Isolation ends {shown_day(ends)}: goes home with support.", ends)
    if needs_release and end is not None and end != FAR:
        return by_day(
            NextStep.RELEASE, f"A clinician's release is needed by {shown_day(end)}; stays on.", end
        )
    if needs_release and end is None:
        return Due(NextStep.RELEASE, "Isolation is over; a clinician's release isn't on record.", None, True)
    if stay.end is not None:
        return by_day(NextStep.END, f"The stay ends {shown_day(stay.end)}.", stay.end)
    return Due(NextStep.END, f"Lives at {stay.setting_name}; record it when settled.", None, False)


def _onward(view: View, placed: Placed, among: Company, end: date | None) -> Due:
    if among.ends_in.get(placed.patient) not in (None, placed.holding[-1].view.setting):
        return Due(NextStep.NOTHING, "The onward placement goes on from here.", None, False)
    stay = placed.current.view
    when = stay.end if end is None or end == FAR else end
    if when is None:
        text = "Isolates without an end in sight: a clinician's date is awaited."
        return Due(NextStep.RELEASE, text, None, False)
    text = f"Isolation ends {shown_day(when)}: an onward place is still to be found."
    return Due(NextStep.PLAN_ONWARD, text, midnight(when), view.today > when)


def released(placed: Placed, person: Listed) -> bool:
    """Whether a clinician's release from their last isolation is on record and stands, or there is none (C4).

    A date until which to isolate is one where it was given as the release of this placement.
    """
    dates = person.releases if placed.released_at is None else person.clinicians_dates
    return bool(dates) or not person.isolated


__all__ = ["Due", "ago", "midnight", "next_step", "released"]
