"""The daily discharge return: one row for each hospital and metric, in the columns of the published files.

What was published of its texts is in the code lists and here, word for word. The published values of the
metric type weren't found, so that column stays empty. Region, ICB and name are those by which the hub has
described the hospital, and empty where it hasn't.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from discharge.model.hospital import Hospital
from discharge.model.patient import Pathway
from discharge.model.shown.situation import PersonFacts, ReturnRow, SituationFacts, Undescribed
from discharge.reports.situation_who import days_over, is_delayed, is_ready, open_delays
from discharge.rules.delay_reasons import coded, list_on

COLUMNS = (
    "Period", "Level", "Region", "ICB", "Org Code", "Org Name", "Metric", "Metric Type", "Metric Group",
    "Value",
)  # fmt: skip
LEVEL = "PROVIDER"
NO_LONGER_MEET = "Number of patients who no longer meet the criteria to reside"
DISCHARGED = "Number of patients discharged"
REMAINING = "Number of patients remaining in hospital who no longer meet the criteria to reside"
BED_DAYS = "Number of additional bed days, patients with length of stay of {} days or over"
STAYS = (7, 14, 21)
"""Lengths of stay in days; whoever is in one is in those before it: never add them."""
REASONS = "Delay reason LOS 7+"


@dataclass(frozen=True, slots=True)
class _Hospital:
    """What is known of one hospital's people on the day."""

    code: str
    ready: Sequence[PersonFacts]
    delayed: Sequence[PersonFacts]
    left: Sequence[tuple[str, Pathway]]


def daily_return(facts: SituationFacts) -> tuple[ReturnRow, ...]:
    """The rows of the day, hospital by hospital; people without one stand last, without a code."""
    rows: list[ReturnRow] = []
    described = {one.code: one for one in facts.hospitals}
    for hospital in _hospitals(facts):
        said = described.get(hospital.code)
        region, board, name = ("", "", "") if said is None else (said.region, said.board, said.name)
        for group, metric, value, who in _metrics(facts, hospital):
            rows.append(
                ReturnRow(
                    facts.day, LEVEL, region, board, hospital.code, name, metric, "", group, value,
                    tuple(who),
                )
            )  # fmt: skip
    return tuple(rows)


def undescribed(facts: SituationFacts) -> tuple[Undescribed, ...]:
    """The hospitals of the day's rows of which something isn't entered, by code."""
    described = {one.code: one for one in facts.hospitals}
    known = [described.get(one.code, Hospital(code=one.code)) for one in _hospitals(facts) if one.code]
    return tuple(Undescribed(one.code, one.missing) for one in known if one.missing)


def _hospitals(facts: SituationFacts) -> Iterable[_Hospital]:
    ready = [one for one in facts.people if is_ready(one, facts.day)]
    delayed = [one for one in facts.people if is_delayed(one, facts.day)]
    codes = {one.hospital for one in (*ready, *delayed)} | {one.hospital for one in facts.leavings}
    for code in sorted(codes, key=lambda code: (not code, code)):
        yield _Hospital(
            code,
            [one for one in ready if one.hospital == code],
            [one for one in delayed if one.hospital == code],
            [(one.id, one.pathway) for one in facts.leavings if one.hospital == code],
        )


Metric = tuple[str, str, int | None, list[str]]
"""Its group, its text, its value, and whom it counts."""


def _metrics(facts: SituationFacts, at: _Hospital) -> Iterable[Metric]:
    here, left = [one.id for one in at.ready], [patient for patient, _ in at.left]
    both = list(dict.fromkeys((*here, *left)))
    yield "", NO_LONGER_MEET, len(both), both
    yield "", DISCHARGED, len(left), left
    yield "", REMAINING, len(here), here
    for pathway in Pathway:
        some = [patient for patient, of in at.left if of is pathway]
        yield "", f"Pathway {pathway.value[1:]} Total", len(some), some
    for days in STAYS:
        long = [one for one in at.delayed if _stayed(facts, one, days)]
        known = all(one.admitted_on is not None for one in at.delayed)
        value = sum(days_over(one, facts.day) for one in long)
        yield "", BED_DAYS.format(days), value if known else None, [one.id for one in long]
    yield from _reasons(facts, at)


def _reasons(facts: SituationFacts, at: _Hospital) -> Iterable[Metric]:
    """Each reason of the list in force, by main reason; not said where it is that of somebody whose
    admission isn't on record."""
    main: dict[str, list[PersonFacts]] = {}
    for one in at.delayed:
        held = open_delays(one, facts.day)
        reason = coded(held[0].reason, facts.day) if held else None
        if reason is not None:
            main.setdefault(reason.text, []).append(one)
    for reason in list_on(facts.day).reasons:
        people = main.get(reason.text, [])
        some = [one.id for one in people if _stayed(facts, one, STAYS[0])]
        known = all(one.admitted_on is not None for one in people)
        yield REASONS, reason.published, len(some) if known else None, some


def _stayed(facts: SituationFacts, one: PersonFacts, days: int) -> bool:
    return one.admitted_on is not None and (facts.day - one.admitted_on).days >= days


__all__ = ["COLUMNS", "daily_return", "undescribed"]
