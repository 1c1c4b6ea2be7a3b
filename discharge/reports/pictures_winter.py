"""Lines of evidence for a winter plan: what each evidences, its number, whether the record shows it.

A line without anything on record says so; nothing is claimed for want of a record of the contrary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from discharge.model.happening import Happening
from discharge.model.shown.pictures import PPE_DAYS, Chart, Gone, PicturesFacts
from discharge.reports.pictures_equality import ethnicity_said
from discharge.words.counts import share

SHOWN, PARTLY, NOTHING, NEVER = (
    "Yes", "In part", "Nothing in this period", "No: not on record at this hub",
)  # fmt: skip
_PLAN = "Adult social care winter plan 2020-21"


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what it says, its number, the rule or source that asks for it, whether the record shows it."""

    says: str
    number: str
    source: str
    shown: str


def winter_plan(facts: PicturesFacts) -> Chart:
    """The lines as a table: there is no picture of them."""
    rows = tuple((one.says, one.number, one.source, one.shown) for one in lines(facts))
    return Chart(
        "winter-plan",
        "Winter-plan evidence",
        "",
        (),
        (),
        ("What it evidences", "Number", "Rule or source", "Does the record show it?"),
        rows,
        remark="Of the period; what is said of homes is as they stand now. A line that the record can't show"
        " is no evidence of anything.",
        words=frozenset(range(4)),
    )


def lines(facts: PicturesFacts) -> tuple[Line, ...]:
    """Every line, those that the record can't show last."""
    return (*_people(facts), *_isolating(facts), *_homes(facts), *_never())


def _share(what: str, those: int, of: int, source: str, *, partly: bool = False) -> Line:
    """So many of so many; where there are none of them, nothing is evidenced."""
    if not of:
        return Line(what, "none of none", source, NOTHING)
    return Line(what, share(those, of), source, PARTLY if partly else SHOWN)


def _people(facts: PicturesFacts) -> Iterator[Line]:
    to_home = [one for one in facts.departures if one.is_to_care_home]
    every = facts.departures
    placed = [one for one in facts.people if one.gone is Gone.PLACED]
    yield _share(
        "Went to a care home with a test's result on record before they left",
        sum(one.had_result for one in to_home), len(to_home), f"{_PLAN}; C1, C5",
    )  # fmt: skip
    yield _share(
        "The care home was told before they left", sum(one.was_told for one in to_home), len(to_home), "C5"
    )
    yield _share(
        "Went to a care home with the local authority's approval",
        sum(one.was_approved for one in to_home), len(to_home), "A1",
    )  # fmt: skip
    without_us = sum(Happening.LEFT_WITHOUT_US in one for one in facts.happened)
    yield Line("Left without a placement or the authority, as recorded", f"{without_us:,}", "A5", SHOWN)
    on_the_day = sum(one.gone_on is not None and one.gone_on <= one.ready_since for one in placed)
    yield _share(
        "Left by a placement on the day they could leave, or before", on_the_day, len(placed),
        "Hospital discharge service: policy and operating model",
    )  # fmt: skip
    yield _share(
        "Mental capacity, or a decision in their best interests, on record when they were placed",
        sum(one.capacity_said for one in every), len(every), "Mental Capacity Act 2005",
    )  # fmt: skip
    yield _share(
        "The family or an unpaid carer was asked",
        sum(one.carer_asked for one in every), len(every), f"{_PLAN}; Care Act 2014",
    )  # fmt: skip
    yield Line(
        "Ethnicity on record, of everybody on the list",
        ethnicity_said(facts) if facts.people else "none of none",
        "Equality Act 2010, section 149",
        SHOWN if facts.people else NOTHING,
    )


def _isolating(facts: PicturesFacts) -> Iterator[Line]:
    asked = [one for one in facts.departures if one.needed_designated]
    yield _share(
        "Needed a designated bed and went to one", sum(one.went_to_designated for one in asked), len(asked),
        f"{_PLAN}; letter of 13 October 2020; R5",
    )  # fmt: skip
    nights = sum(one.nights for one in facts.isolation)
    assured = sum(one.nights for one in facts.isolation if one.designated)
    yield _share("Nights of isolation spent in designated beds", assured, nights, "R5")
    now = facts.homes
    yield Line("Units designated for isolation now", f"{now.designated_units:,}", "R5", SHOWN)


def _homes(facts: PicturesFacts) -> Iterator[Line]:
    now = facts.homes
    yield _share(
        "Homes with a capacity return that isn't stale",
        now.in_time,
        now.count,
        f"{_PLAN}; Capacity Tracker; N8",
    )
    yield _share(
        f"Homes with PPE for {PPE_DAYS} days or more, of those that said", now.ppe_said - now.ppe_short,
        now.ppe_said, _PLAN, partly=now.ppe_said < now.count,
    )  # fmt: skip
    yield _share(
        "Homes with staffing not red, of those that said", now.staffing_said - now.staffing_red,
        now.staffing_said, _PLAN, partly=now.staffing_said < now.count,
    )  # fmt: skip
    if now.outbreaks:
        yield _share(
            "Outbreaks with a risk assessment on record", now.outbreaks_assessed, now.outbreaks, "N5"
        )
    else:
        yield Line("Outbreaks with a risk assessment on record", "no outbreak on record", "N5", SHOWN)


def _never() -> Iterable[Line]:
    asked: Sequence[str] = (
        "Testing of care homes' staff and residents",
        "Flu vaccination of staff and residents",
        "Staff not moving between homes",
        "Visiting policies of homes",
        "How the infection control fund was spent",
    )
    return [Line(what, "-", _PLAN, NEVER) for what in asked]


__all__ = ["winter_plan"]
