"""Who counts as what on a day: in hospital, ready, delayed, and for which reason."""

from __future__ import annotations

from datetime import date

from discharge.model.patient_record import Delay
from discharge.model.shown.situation import PersonFacts, Standing
from discharge.model.time import is_within


def in_hospital(one: PersonFacts) -> bool:
    """Still in hospital, with a place under way or without."""
    return one.standing is not Standing.AWAY


def ready_since(one: PersonFacts) -> date:
    """The discharge ready date; where it isn't said the day on which they were ready to leave."""
    return one.ready_date or one.ready_on


def open_delays(one: PersonFacts, day: date) -> tuple[Delay, ...]:
    """The reasons for delay that hold on that day, the main one first."""
    if not one.delays:
        return ()
    found = [each for each in one.delays if is_within(day, each.since, each.until)]
    return tuple(sorted(found, key=lambda each: not each.primary))


def is_delayed(one: PersonFacts, day: date) -> bool:
    """Still in hospital a day or more after they could have left, or with a reason that holds."""
    return in_hospital(one) and (ready_since(one) < day or bool(open_delays(one, day)))


def days_over(one: PersonFacts, day: date) -> int:
    """Days in hospital since they could have left; 0 before that."""
    return max(0, (day - ready_since(one)).days)


def is_ready(one: PersonFacts, day: date) -> bool:
    """In hospital without meeting the criteria to reside: their date has come."""
    return in_hospital(one) and ready_since(one) <= day
