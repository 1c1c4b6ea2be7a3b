"""The Capacity Tracker's vacancies by type of bed: a row for each home and type, or a column for each type.

Nobody outside has seen its headings: those that aren't known are matched by hand once (`headers.py`). Beds
that are reserved or not admittable are never offered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import get_args

from discharge.exchange.capacity_tracker import (
    Draft,
    KnownReturns,
    Return,
    against_the_hub,
    distrust_slashed_dates,
    keep_one_a_home,
    notes_on,
    refuse_without_time,
)
from discharge.exchange.csv_reading import Progress
from discharge.exchange.report import Imported, Outcome, Reading, Remark, RowOutcome, imported
from discharge.exchange.table_file import Columns, TableFile, name_key
from discharge.model.errors import BrokenFile
from discharge.model.setting import Category
from discharge.model.setting_record import BedTypeSaid, CapacityReturn
from discharge.rules.careful import of_type
from discharge.words.terms import CATEGORIES

NOUN = "file of vacancies by bed type"
COMMUNITY = "community_care"
"""The eleventh type: no category of care is like it, so that no bed of it is ever offered."""
_TYPES: Mapping[str, tuple[str, ...]] = {
    "general_residential": (),
    "general_nursing": (),
    "dementia_residential": (),
    "dementia_nursing": (),
    "ld_residential": ("learning disability residential",),
    "ld_nursing": ("learning disability nursing",),
    "mh_residential": ("mental health residential",),
    "mh_nursing": ("mental health nursing",),
    "transitional": ("transitional care", "transitional short stay services", "transitional short stay"),
    "ypd": ("ypd young physically disabled", "young physically disabled"),
    COMMUNITY: ("community care bed", "community"),
}
"""The types, with other spellings of each."""
_QUANTITIES: Mapping[str, tuple[str, ...]] = {
    "maxcapacity": ("maximum capacity", "max capacity", "maximum", "max", "capacity", "total beds"),
    "usedbeds": ("used beds", "used", "occupied", "occupied beds", "beds occupied", "occupancy"),
    "reserved": ("vacant reserved", "reserved beds", "vacancies reserved"),
    "accepting": (
        "vacant accepting admissions", "vacant accepting", "accepting admissions", "vacancies accepting",
        "vacant accepting new admissions", "admittable",
    ),
    "notadmittable": (
        "not admittable", "non admittable", "nonadmittable", "unavailable", "vacant non admittable",
        "unavailable non admittable",
    ),
}  # fmt: skip
"""What is said of each type, with other spellings: those of the formal notice and of answers to requests."""
_BESIDE = ("lastupdatedutc", "lastupdatedbst", "isacceptingadmissions", "admissionstatus")
_ALSO = {
    "CQC location ID": "cqcid",
    "last updated (UTC)": "lastupdatedutc",
    "last updated (BST)": "lastupdatedbst",
}


def _across(type_: str, quantity: str) -> str:
    """The name of a column that is both: `dementia_nursing accepting`."""
    return f"{type_} {quantity}"


_WIDE = tuple(_across(type_, quantity) for type_ in _TYPES for quantity in _QUANTITIES)
_WIDE_ALSO = {
    written: _across(type_, quantity)
    for type_, types in _TYPES.items()
    for quantity, quantities in _QUANTITIES.items()
    for one in (type_, *types)
    for other in (quantity, *quantities)
    for written in (f"{one} {other}", f"{other} {one}")
}
_LONG_ALSO = {
    "bed type": "bedtype",
    "type of bed": "bedtype",
    "care type": "bedtype",
    **{other: name for name, others in _QUANTITIES.items() for other in others},
}
LONG = Columns(
    noun=NOUN,
    required=("cqcid", "bedtype", "accepting"),
    optional=("maxcapacity", "usedbeds", "reserved", "notadmittable", *_BESIDE),
    also={**_ALSO, **_LONG_ALSO},
)
"""A row for each home and type."""
WIDE = Columns(
    noun=NOUN,
    required=("cqcid", *(_across(name, "accepting") for name in _TYPES if name != COMMUNITY)),
    optional=(*_BESIDE, *(name for name in _WIDE if not name.endswith(" accepting"))),
    also={**_ALSO, **_WIDE_ALSO},
)
"""A column for each type and number: by which such a file is known."""
COLUMNS = Columns(
    noun=NOUN,
    required=LONG.required,
    optional=(*LONG.optional, *_WIDE),
    also={**LONG.also, **WIDE.also},
)
"""Both shapes, for whoever matches titles by hand."""
_KEYS = {name_key(spelling): name for name, others in _TYPES.items() for spelling in (name, *others)}
_MOST_BEDS = 2_000


def read_bed_types(
    source: Path | bytes,
    known: KnownReturns,
    *,
    now: datetime,
    columns: Columns = COLUMNS,
    answered: Collection[int] = (),
    progress: Progress | None = None,
) -> Imported[Return]:
    """A return for each home of the file, with what it says of each type; `BrokenFile` where it is none."""
    file, is_long = _opened(source, columns, progress)
    refuse_without_time(file)
    kind = _LongDraft if is_long else _WideDraft
    drafts: list[_TypeDraft] = [kind(row, known, now) for row in file.rows()]
    distrust_slashed_dates(drafts)
    if is_long:
        _together(drafts)
    else:
        keep_one_a_home(drafts)
    readings: dict[int, Reading[Return]] = {}
    for draft in drafts:
        row = draft.cells.row.row
        readings[row] = (
            against_the_hub(draft, known, answered)
            if draft.with_row is None
            else _with(draft, readings[draft.with_row].outcome)
        )
    return imported(NOUN, file.name, list(readings.values()), [*file.notes, *notes_on(drafts)])


def _opened(source: Path | bytes, columns: Columns, progress: Progress | None) -> tuple[TableFile, bool]:
    """The file, and whether it has a row for each type; one with some of the types across will do."""
    try:
        return TableFile(source, replace(LONG, also={**LONG.also, **columns.also}), progress=progress), True
    except BrokenFile as broken:
        refused = broken
    wide = replace(WIDE, required=("cqcid",), optional=(*_BESIDE, *_WIDE), also={**WIDE.also, **columns.also})
    try:
        file = TableFile(source, wide, progress=progress)
    except BrokenFile:
        raise refused from None
    if not any(name.endswith(" accepting") for name in file.columns_there):
        raise refused
    return file, False


class _TypeDraft(Draft):
    """A row that says something of types of beds."""

    with_row: int | None = None
    """The row of its home that has the return, where it is another one."""

    def _types(self) -> Iterator[BedTypeSaid]:
        raise NotImplementedError

    def _said(self) -> CapacityReturn | None:
        types = list(self._types())
        if self.cells.faults or self.reported_at is None:
            return None
        says = any(self.cells.raw(name) for name in ("isacceptingadmissions", "admissionstatus"))
        accepting = self.accepting() if says else None
        return _return_of(types, self.reported_at, accepting, self.cells.text("admissionstatus") or "")

    def _type(self, category: str, columns: Mapping[str, str]) -> BedTypeSaid | None:
        """What the columns say of a type; None where they say nothing."""
        cells = self.cells
        if not any(cells.raw(column) for column in columns.values()):
            return None
        numbers = {name: cells.whole(column, most=_MOST_BEDS) for name, column in columns.items()}
        accepting = cells.needed(columns["accepting"], numbers["accepting"])
        if category == COMMUNITY:
            if accepting:
                cells.remark(
                    columns["accepting"],
                    f"{accepting} community care beds are of no category of care: none of them is offered",
                    "record them as beds of a category where one fits",
                )
            return None
        if accepting is None or category not in get_args(Category):
            return None
        said = BedTypeSaid.model_validate(
            {
                "category": category,
                "accepting": accepting,
                "max_capacity": numbers["maxcapacity"],
                "used_beds": numbers["usedbeds"],
                "reserved": numbers["reserved"],
                "not_admittable": numbers["notadmittable"],
            }
        )
        if doubt := of_type(said)[1]:
            what = f"{CATEGORIES[said.category].lower()}: {doubt}"
            cells.remark(columns["accepting"], what, "ask the home, and record what it says")
        return said


class _LongDraft(_TypeDraft):
    """A row of one home and one type."""

    def _types(self) -> Iterator[BedTypeSaid]:
        cells = self.cells
        if not cells.raw("bedtype"):
            cells.fault("bedtype", "is empty", "fill it in")
            return
        category = _KEYS.get(name_key(cells.raw("bedtype")))
        if category is None:
            named = ", ".join(_TYPES)
            cells.fault("bedtype", f"{cells.shown('bedtype')} is no type of bed", f"use one of {named}")
            return
        said = self._type(category, {name: name for name in _QUANTITIES})
        if said is not None:
            yield said


class _WideDraft(_TypeDraft):
    """A row of one home, with all its types."""

    def _types(self) -> Iterator[BedTypeSaid]:
        for category in _TYPES:
            said = self._type(category, {name: _across(category, name) for name in _QUANTITIES})
            if said is not None:
                yield said


def _return_of(
    types: Sequence[BedTypeSaid], reported_at: datetime, accepting: bool | None, status: str
) -> CapacityReturn:
    """The return of a home; the sums are there where every type has the number."""
    most = [said.max_capacity for said in types]
    used = [said.used_beds for said in types]
    return CapacityReturn(
        reported_at=reported_at,
        accepting=accepting,
        max_capacity=None if not types or None in most else sum(each or 0 for each in most),
        used_beds=None if not types or None in used else sum(each or 0 for each in used),
        vacancies=sum(of_type(said)[0] for said in types),
        admission_status=status,
        types=tuple(types),
    )


def _together(drafts: Sequence[_TypeDraft]) -> None:
    """The rows of one home make one return, which its first row has; as of the oldest of their times.

    One that can't be taken, or a type that comes twice, keeps out all of them.
    """
    homes: dict[str, list[_TypeDraft]] = {}
    for draft in drafts:
        if draft.setting is not None:
            homes.setdefault(draft.setting, []).append(draft)
    for rows in homes.values():
        broken = next((each for each in rows if each.report is None), None)
        said = [one for each in rows if each.report is not None for one in each.report.types]
        twice = len({one.category for one in said}) < len(said)
        for each in rows:
            if broken is not None and each is not broken and each.report is not None:
                at = broken.cells.row.row
                each.reject("cqcid", f"row {at} is of the same home and can't be taken", "mend that row")
            elif broken is None and twice:
                each.reject("bedtype", "a type comes twice for this home", "take one of the rows out")
        reports = [each.report for each in rows if each.report is not None]
        if broken is not None or twice:
            continue
        first = rows[0]
        accepting = [one.accepting for one in reports if one.accepting is not None]
        first.report = _return_of(
            said,
            min(one.reported_at for one in reports),
            all(accepting) if accepting else None,
            reports[0].admission_status,
        )
        first.ahead = next((each.ahead for each in rows if each.ahead), "")
        for each in rows[1:]:
            each.with_row = first.cells.row.row


def _with(draft: _TypeDraft, first: RowOutcome) -> Reading[Return]:
    """What becomes of a row whose home's return another row has: what becomes of that one."""
    row, outcome, remarks = draft.cells.row, first.outcome, tuple(draft.cells.remarks)
    if outcome in (Outcome.TAKEN, Outcome.CHANGED):
        outcome = Outcome.CHANGED if remarks else Outcome.TAKEN
    elif outcome is not Outcome.SAME:
        outcome, remarks = Outcome.REJECTED, (Remark("cqcid", f"goes with row {first.row}", ""),)
    found = RowOutcome(row.row, row.line, outcome, remarks, about=draft.about)
    return Reading(replace(found, harmless=outcome is Outcome.REJECTED), None)
