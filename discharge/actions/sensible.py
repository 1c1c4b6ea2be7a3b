"""Dates that can be but hardly are: a specimen of 1930, somebody ready in 2031. Asked, never swallowed.

By hand and by file alike: an action asks (`Context.ask`), an import holds the row up with the question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from discharge.model.birth import age_on
from discharge.model.infection import Clearance, Exposure, Observation, Symptoms, Test
from discharge.model.london import london_date
from discharge.model.patient_record import PatientDetails
from discharge.model.placeholder import doubts
from discharge.rules.rule_set import Carriage, RuleSet
from discharge.words.days import day_words

LONG_AGO = timedelta(days=330)
"""An infection's specimen, onset or contact older than this is asked about. Less than a year, so that in
January a date with the old year's number is asked about too."""
CARRIED = timedelta(days=20 * 366)
"""The same of what is carried for years: CPE, MRSA."""
RESULT_TAKES = timedelta(days=31)
"""A result that took longer from its specimen is asked about."""
WAITED = LONG_AGO
"""Somebody ready longer ago than this is asked about."""
AHEAD = timedelta(days=92)
"""Somebody ready, or to isolate, later than this is asked about."""
OLDEST = 110
"""Years of age above which a birth date is asked about."""
YOUNGEST = 16
"""Years of age below which it is: the homes are for adults."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: the field, the question's key, the sentence."""

    field: str
    key: str
    sentence: str


def about_observation(seen: Observation, *, now: datetime, carried: Collection[str]) -> Iterator[Question]:
    """What is unusual about the times of an observation; `carried` names the organisms carried for years."""
    today = london_date(now)
    oldest = today - (CARRIED if seen.organism in carried else LONG_AGO)
    if isinstance(seen, Test):
        taken = london_date(seen.specimen_at)
        if taken < oldest:
            yield _long_ago("specimen_at", "The specimen was taken", taken, today)
        elif seen.reported_at is not None and seen.reported_at - seen.specimen_at > RESULT_TAKES:
            days = (seen.reported_at - seen.specimen_at).days
            yield Question(
                "reported_at",
                f"reported_at:{seen.reported_at.isoformat()}",
                f"The result was reported {days} days after its specimen of {day_words(taken, year=True)}.",
            )
    elif isinstance(seen, Symptoms):
        if seen.onset_on < oldest:
            yield _long_ago("onset_on", "The symptoms began", seen.onset_on, today)
        if seen.resolved_on is not None and seen.resolved_on > today:
            yield _ahead("resolved_on", "The first day without symptoms is", seen.resolved_on)
    elif isinstance(seen, Exposure):
        if seen.exposed_on < oldest:
            yield _long_ago("exposed_on", "The contact was", seen.exposed_on, today)
    else:
        yield from _about_clearance(seen, today=today, oldest=oldest)


def _about_clearance(seen: Clearance, *, today: date, oldest: date) -> Iterator[Question]:
    if seen.released_on is not None and seen.released_on < oldest:
        yield _long_ago("released_on", "The release was", seen.released_on, today)
    if seen.isolate_until is not None and seen.isolate_until > today + AHEAD:
        yield _ahead("isolate_until", "They are to isolate until", seen.isolate_until)
    if seen.isolate_until is not None and seen.isolate_until < oldest:
        yield _long_ago("isolate_until", "They were to isolate until", seen.isolate_until, today)


def about_details(details: PatientDetails, *, today: date) -> Iterator[Question]:
    """What is unusual about the dates of a record."""
    for field, what, then in (
        ("ready_on", "They are ready to leave", details.ready_on),
        ("no_longer_meets_on", "They no longer meet the criteria to reside", details.no_longer_meets_on),
    ):
        if then is None:
            continue
        if then < today - WAITED:
            yield _long_ago(field, f"{what} since", then, today)
        elif then > today + AHEAD:
            yield _ahead(field, f"{what} on", then)
    born = details.born
    doubted = dict(doubts(details.name, born, details.nhs_number, today=today))
    if born is not None and "born" not in doubted and age_on(born, today) > OLDEST:
        doubted["born"] = f"They would be over {OLDEST} years old."
    elif born is not None and "born" not in doubted and age_on(born, today) < YOUNGEST:
        doubted["born"] = f"They would be under {YOUNGEST} years old."
    for field, sentence in doubted.items():
        yield Question(field, f"{field}:{getattr(details, field)}", sentence)


def carried_by(rules: RuleSet) -> frozenset[str]:
    """The organisms that people carry for years."""
    return frozenset(name for name, each in rules.organisms.items() if isinstance(each, Carriage))


def _long_ago(field: str, what: str, then: date, today: date) -> Question:
    return Question(
        field,
        f"{field}:{then}",
        f"{what} {day_words(then, year=True)}: that is {_how_long((today - then).days)} ago.",
    )


def _ahead(field: str, what: str, then: date) -> Question:
    return Question(field, f"{field}:{then}", f"{what} {day_words(then, year=True)}: that is still to come.")


def _how_long(days: int) -> str:
    return f"{days // 365} years" if days >= 2 * 365 else f"{days} days"


__all__ = ["Question", "about_details", "about_observation", "carried_by"]
