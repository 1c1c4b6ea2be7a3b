"""Capacity returns: what a setting says is free, and what that makes of its groups of beds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from discharge.actions.context import Context, dump
from discharge.model.errors import UserError
from discharge.model.london import london_date
from discharge.model.people import Given
from discharge.model.setting import Beds, Free, Setting
from discharge.model.setting_record import CapacityReturn
from discharge.rules.careful import Reading, at_most, careful, of_type
from discharge.store.journal import Entry, Kind, canonical


def record_capacity_return(
    context: Context, *, setting: str, report: CapacityReturn, given: Given | None = None
) -> list[Entry]:
    """Records a capacity return; one older than that on record is kept for the history and changes nothing.

    What is free follows from it by group where it says so; else one group of beds takes the vacancies,
    and several are only ever lowered until their sum fits: which of them has the bed isn't known (N11).
    Where its figures contradict each other, or the beds that the setting is registered for, the fewest beds
    that any of them allows are taken, and the entry says so (`doubts`).
    One that doesn't say whether the setting admits leaves what the last one said of it (N11).
    Figures that differ from those before let a home that declined somebody be asked again (A3).
    """
    role = context.role("record_capacity_return")
    if report.reported_at > context.now:
        raise UserError("The capacity return's time is still to come.", "See the date and the hour.")
    found = context.queries.setting_facts(setting)
    groups = {(unit.id, beds.id): beds for unit in found.units for beds in unit.beds}
    for said in report.free:
        if (said.unit, said.beds) not in groups:
            raise UserError(
                f"{found.name} has no beds {said.beds} in a unit {said.unit}.",
                "Add them, or mend the return.",
            )
    reading = careful(report, registered=context.queries.setting_details(setting).registered_beds)
    reported, before, admits = context.queries.standing_return(setting)
    figures = {
        key: value
        for key, value in dump(report).items()
        if key != "reported_at" and not (key == "types" and not value)
    }
    body = {
        "report": dump(report),
        "accepting": admits if report.accepting is None else report.accepting,
        "figures": figures,
        "latest": reported is None or report.reported_at >= reported,
        "changed": before != canonical(figures),
        "groups": _groups_after(found, report, reading),
        "vacancies": None if report.vacancies is None else reading.most,
        "doubts": [doubt.sentence for doubt in reading.doubts],
    }
    return [Entry(Kind.CAPACITY_RETURNED, setting, body, role, report.reported_at, given)]


def _groups_after(setting: Setting, report: CapacityReturn, reading: Reading) -> list[dict[str, Any]]:
    """What the return makes of the groups of beds that it changes.

    `as_of` None where it doesn't say which beds: then it isn't known whom its figures count. Groups that it
    doesn't name have what was free there as far as it fits beside those it names.
    """
    as_of, start = report.reported_at.isoformat(), london_date(report.reported_at)
    every = [(unit.id, beds) for unit in setting.units for beds in unit.beds]
    if report.free:
        named = {(said.unit, said.beds) for said in report.free}
        others = [(unit, beds) for unit, beds in every if (unit, beds.id) not in named]
        free = [said.free for said in report.free]
        left = [beds.free for _, beds in others]
        if reading.beds is not None:
            free = at_most(free, reading.beds)
            left = at_most(left, reading.beds, beside=free)
        if reading.most is not None:
            free = at_most(free, reading.most, on=start)
            left = at_most(left, reading.most, on=start, beside=free)
        return [
            {"unit": said.unit, "beds": said.beds, "as_of": as_of, "free": [dump(span) for span in spans]}
            for said, spans in zip(report.free, free, strict=True)
        ] + _fewer(others, left)
    if report.types:
        return _groups_by_type(every, report, reading)
    if report.vacancies is not None and reading.most is not None and len(every) == 1:
        unit, beds = every[0]
        spans = [dump(Free(start=start, count=reading.most))] if reading.most else []
        return [{"unit": unit, "beds": beds.id, "as_of": as_of, "free": spans}]
    if reading.most is None:
        return []
    return _fewer(every, at_most([beds.free for _, beds in every], reading.most, on=start))


def _fewer(groups: Sequence[tuple[str, Beds]], after: Sequence[tuple[Free, ...]]) -> list[dict[str, Any]]:
    """Those of the groups in which less is free than on record, as an entry has them."""
    return [
        {"unit": unit, "beds": beds.id, "as_of": None, "free": [dump(span) for span in spans]}
        for (unit, beds), spans in zip(groups, after, strict=True)
        if spans != beds.free
    ]


def _groups_by_type(
    every: Sequence[tuple[str, Beds]], report: CapacityReturn, reading: Reading
) -> list[dict[str, Any]]:
    """What a return by type of bed makes of the groups: the one group of a type has its vacancies.

    Of several groups of a type it isn't known which has them: they are lowered until they fit, never raised.
    Groups of a type that it doesn't name fit into what is left, beside the vacancies of types of which the
    hub knows no group.
    """
    start = london_date(report.reported_at)
    counts = {said.category: of_type(said)[0] for said in report.types}
    after: dict[int, tuple[Free, ...]] = {}
    plain: list[int] = []
    for category, count in counts.items():
        mine = [at for at, (_, beds) in enumerate(every) if beds.category == category]
        if len(mine) == 1 or not count:
            plain += mine
            after |= dict.fromkeys(mine, (Free(start=start, count=count),) if count else ())
        else:
            free = [every[at][1].free for at in mine]
            after |= zip(mine, at_most(free, count, on=start), strict=True)
    most = sum(counts.values()) if reading.most is None else reading.most
    said = at_most([after[at] for at in sorted(after)], most, on=start)
    after = dict(zip(sorted(after), said, strict=True))
    rest = [at for at in range(len(every)) if at not in after]
    there = {beds.category for _, beds in every}
    unknown = sum(count for category, count in counts.items() if category not in there)
    left = at_most([every[at][1].free for at in rest], max(0, most - unknown), on=start, beside=said)
    after |= zip(rest, left, strict=True)
    return [
        {
            "unit": unit,
            "beds": beds.id,
            "as_of": report.reported_at.isoformat() if at in plain else None,
            "free": [dump(span) for span in after[at]],
        }
        for at, (unit, beds) in enumerate(every)
        if at in plain or after[at] != beds.free
    ]


def record_no_change(
    context: Context, *, setting: str, given: Given | None = None, at: datetime | None = None
) -> list[Entry]:
    """Records that the setting confirmed its last capacity return: it is fresh again, no more."""
    role = context.role("record_no_change")
    context.queries.setting_details(setting)
    last = context.queries.latest_return(setting)
    if last is None:
        raise UserError("There is no capacity return to confirm.", "Record one.")
    happened = context.happened(at)
    if happened <= last.reported_at:
        raise UserError("The capacity return on record is newer than that.", "Nothing needs to be done.")
    report = last.model_copy(update={"reported_at": happened})
    body = {"report": dump(report), "latest": True, "changed": False, "groups": [], "figures": None}
    return [Entry(Kind.CAPACITY_CONFIRMED, setting, body, role, happened, given)]
