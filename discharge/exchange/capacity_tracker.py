"""Capacity returns as CSV with the Capacity Tracker's columns: what each home says of its beds.

Where a return contradicts itself or leaves something open, the safer reading is taken and said:
closed rather than open, fewer beds rather than more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from discharge.exchange.cells import Cells, month_first, two_ways, word
from discharge.exchange.csv_reading import Progress
from discharge.exchange.report import Imported, Outcome, Reading, Remark, RowOutcome, imported
from discharge.exchange.table_file import Columns, Row, TableFile
from discharge.model.errors import BrokenFile, Fault, UserError
from discharge.model.identifiers import cqc_id
from discharge.model.london import LONDON
from discharge.model.setting_record import CapacityReturn
from discharge.rules.careful import careful
from discharge.words.counts import count_words
from discharge.words.days import day_words

NOUN = "file of capacity returns"
COLUMNS = Columns(
    noun=NOUN,
    required=(
        "cqcid",
        "isacceptingadmissions",
        "maxcapacity",
        "usedbeds",
        "declaredvacancies",
        "admissionstatus",
    ),
    optional=("lastupdatedutc", "lastupdatedbst"),
    also={
        "CQC location ID": "cqcid",
        "last updated (UTC)": "lastupdatedutc",
        "last updated (BST)": "lastupdatedbst",
    },
    most_named=8,
)

_MOST_BEDS = 2_000
AHEAD = timedelta(minutes=5)
"""So far ahead of this computer's clock another one may be."""
_CLOCK = "check the clock it was written by (UTC is an hour behind summer time), or say that it was saved now"

Status = Literal["open", "closed", "limited"]
STATUSES: Mapping[str, Status] = {
    "open": "open",
    "open_to_admissions": "open",
    "open_to_new_admissions": "open",
    "open_for_admissions": "open",
    "accepting": "open",
    "accepting_admissions": "open",
    "closed": "closed",
    "closed_to_admissions": "closed",
    "closed_to_new_admissions": "closed",
    "closed_for_admissions": "closed",
    "not_accepting": "closed",
    "not_accepting_admissions": "closed",
    "temporarily_closed": "closed",
    "suspended": "closed",
    "limited": "limited",
    "restricted": "limited",
    "partially_open": "limited",
    "open_with_restrictions": "limited",
    "open_with_conditions": "limited",
    "conditional": "limited",
}
"""The words of `admissionstatus`, as `word` makes them; any other word counts as closed."""


@dataclass(frozen=True, slots=True)
class KnownReturns:
    """What the hub has: setting ids by CQC location id, the latest return and registered beds by setting."""

    settings: Mapping[str, str]
    latest: Mapping[str, CapacityReturn]
    registered: Mapping[str, int] = field(default_factory=dict)
    """Beds on the register, by setting id."""


@dataclass(frozen=True, slots=True)
class Return:
    """A capacity return to record, for a setting of the hub; `row` is its place in the file."""

    setting: str
    report: CapacityReturn
    row: int


def read_returns(
    source: Path | bytes,
    known: KnownReturns,
    *,
    now: datetime,
    columns: Columns = COLUMNS,
    answered: Collection[int] = (),
    progress: Progress | None = None,
) -> Imported[Return]:
    """Every row of a file of capacity returns, of one home the latest alone.

    A time further in the future than clocks differ holds the row up until it is `answered`. Raises
    `BrokenFile` where the file as a whole is no such file.
    """
    file = TableFile(source, columns, progress=progress)
    refuse_without_time(file)
    drafts = [Draft(row, known, now) for row in file.rows()]
    distrust_slashed_dates(drafts)
    keep_one_a_home(drafts)
    readings = [against_the_hub(draft, known, answered) for draft in drafts]
    return imported(NOUN, file.name, readings, [*file.notes, *notes_on(drafts)])


def refuse_without_time(file: TableFile) -> None:
    """`BrokenFile` where no column says when the figures were saved."""
    if not {"lastupdatedutc", "lastupdatedbst"} & set(file.columns_there):
        mend = "add it, or match the column that says when the home saved its figures"
        raise BrokenFile([Fault("(file)", "the column lastupdatedutc is missing", mend)])


def notes_on(drafts: Sequence[Draft]) -> Iterator[str]:
    for column, clock in (("lastupdatedutc", "UTC"), ("lastupdatedbst", "London time")):
        without = sum(bool(draft.cells.without_offset) and draft.time_in == column for draft in drafts)
        if without:
            carry = "carries" if without == 1 else "carry"
            yield f"{count_words(without, 'time')} in {column} {carry} no offset: read as {clock}."
    uk = [draft.cells.raw(draft.time_in) for draft in drafts if draft.cells.ambiguous_days]
    if uk:
        yield f"{len(uk):,} dates such as {uk[0]} were read as day/month/year, never month/day/year."


class Draft:
    """One row as it goes through the checks; `report` is None once it can't be taken."""

    def __init__(self, row: Row, known: KnownReturns, now: datetime) -> None:
        self.cells = cells = Cells(row)
        self.about = ""
        self.report: CapacityReturn | None = None
        self.same = False
        self.harmless = False
        self.time_in = "lastupdatedutc"
        """The column that its time is from: UTC before UK local."""
        self.ahead = ""
        """What is to be asked of a time that is still to come."""
        self.setting = None if row.faults else self._find_setting(known)
        self.reported_at = None if row.faults else self._find_time(now)
        if row.faults:
            return
        self.report = self._said()
        if self.report is None:
            return
        registered = known.registered.get(self.setting) if self.setting is not None else None
        for doubt in careful(self.report, registered=registered).doubts:
            cells.remark(doubt.column, doubt.sentence, "ask the home, and record what it says")

    def _said(self) -> CapacityReturn | None:
        """What the row says; None where it can't be taken."""
        cells = self.cells
        beds = self._beds()
        accepting = self.accepting()
        if cells.faults or self.reported_at is None or beds is None:
            return None
        most, used, vacancies = beds
        return CapacityReturn(
            reported_at=self.reported_at,
            accepting=accepting,
            max_capacity=most,
            used_beds=used,
            vacancies=vacancies,
            admission_status=cells.text("admissionstatus", longest=200) or "",
        )

    def reject(self, field: str, reason: str, mend: str, *, harmless: bool = False) -> None:
        self.cells.fault(field, reason, mend)
        self.report = None
        self.harmless = harmless

    def _find_setting(self, known: KnownReturns) -> str | None:
        text = self.cells.needed("cqcid", self.cells.text("cqcid"))
        if text is None:
            return None
        try:
            self.about = cqc_id(text)
        except UserError as error:
            self.cells.fault("cqcid", error.sentence.rstrip("."), error.mend)
            return None
        found = known.settings.get(self.about)
        if found is None:
            self.cells.fault(
                "cqcid",
                f"{self.about} is no setting of this hub",
                "import the CQC directory or register the home first",
            )
        return found

    def _find_time(self, now: datetime) -> datetime | None:
        """When it was saved: by UTC where it is given, else by London's clocks; the earlier where the two
        columns differ. A little ahead is now."""
        cells = self.cells
        if not cells.raw("lastupdatedutc") and cells.raw("lastupdatedbst"):
            self.time_in = "lastupdatedbst"
        clock = LONDON if self.time_in == "lastupdatedbst" else UTC
        found = cells.needed(self.time_in, cells.instant(self.time_in, clock=clock))
        if found is None:
            return None
        found = min(found, self._by_londons_clock(found))
        if found > now + AHEAD:
            self.ahead = f"{cells.shown(self.time_in)} lies in the future"
        return min(found, now)

    def _by_londons_clock(self, by_utc: datetime) -> datetime:
        """What London's column says beside UTC's; where it is another instant, that is said."""
        cells = self.cells
        aside = Cells(cells.row)
        found = None if self.time_in == "lastupdatedbst" else aside.instant("lastupdatedbst", clock=LONDON)
        if found is None or found == by_utc:
            return by_utc
        cells.remark(
            "lastupdatedbst",
            f"{cells.shown('lastupdatedbst')} is another time than lastupdatedutc: the earlier was taken",
            "check which of the two is right",
        )
        return found

    def _beds(self) -> tuple[int | None, int | None, int] | None:
        """(maxcapacity, usedbeds, declaredvacancies), as they stand: the hub reads them with care."""
        cells = self.cells
        most = cells.whole("maxcapacity", most=_MOST_BEDS)
        used = cells.whole("usedbeds", most=_MOST_BEDS)
        vacancies = cells.needed("declaredvacancies", cells.whole("declaredvacancies", most=_MOST_BEDS))
        if vacancies is None or cells.faults:
            return None
        return most, used, vacancies

    def accepting(self) -> bool:
        """Whether the home admits: only where nothing that it says speaks against it."""
        cells = self.cells
        accepting = cells.yes("isacceptingadmissions")
        text = cells.text("admissionstatus", longest=200)
        status = STATUSES.get(word(text)) if text else None
        if text and status is None:
            cells.remark(
                "admissionstatus",
                f"{cells.shown('admissionstatus')} is not known; taken as closed",
                "ask the home whether it admits",
            )
            return False
        if status == "limited":
            cells.remark(
                "admissionstatus",
                f"{cells.shown('admissionstatus')} leaves open whom it admits; taken as closed",
                "ask the home, then open its admissions",
            )
            return False
        if accepting is None and status is None:
            if not cells.raw("isacceptingadmissions"):
                cells.remark(
                    "isacceptingadmissions",
                    "doesn't say whether the home admits; taken as closed",
                    "ask the home whether it admits",
                )
            return False
        if accepting is not None and status is not None and accepting != (status == "open"):
            cells.remark(
                "admissionstatus",
                f"isacceptingadmissions says {'yes' if accepting else 'no'}, admissionstatus "
                f"{cells.shown('admissionstatus')}; taken as closed",
                "ask the home whether it admits",
            )
            return False
        return accepting if accepting is not None else status == "open"


def distrust_slashed_dates(drafts: Sequence[Draft]) -> None:
    telling = month_first(draft.cells for draft in drafts)
    if telling is None:
        return
    for draft in drafts:
        if draft.cells.ambiguous_days:
            draft.reject(draft.time_in, *two_ways(telling))


def keep_one_a_home(drafts: Sequence[Draft]) -> None:
    """Of several rows of one home the latest is taken; none where a row that can't be read may be later."""
    by_home: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.setting is not None:
            by_home.setdefault(draft.setting, []).append(draft)
    for group in by_home.values():
        if len(group) > 1:
            _keep_the_latest(group)


def _keep_the_latest(group: list[Draft]) -> None:
    good = [draft for draft in group if draft.report is not None]
    if not good:
        return
    last = max(draft.reported_at for draft in good if draft.reported_at is not None)
    broken = [
        draft
        for draft in group
        if draft.report is None and (draft.reported_at is None or draft.reported_at >= last)
    ]
    latest = [draft for draft in good if draft.reported_at == last]
    winner = latest[0]
    for draft in good:
        if broken:
            draft.reject(
                "cqcid",
                f"row {broken[0].cells.row.row} is of the same home, may be later and can't be taken",
                "mend that row, or take it out",
            )
        elif draft.reported_at != last:
            draft.reject(
                draft.time_in,
                f"row {winner.cells.row.row} is a later return of the same home",
                "nothing to mend: the later one was taken",
                harmless=True,
            )
        elif any(other.report != draft.report for other in latest):
            other = next(other for other in latest if other.report != draft.report)
            draft.reject(
                "cqcid",
                f"row {other.cells.row.row} says otherwise of the same home for the same time",
                "take one of the two out",
            )
        elif draft is not winner:
            draft.same = True
            draft.cells.remark("cqcid", f"row {winner.cells.row.row} says the same already")


def against_the_hub(draft: Draft, known: KnownReturns, answered: Collection[int]) -> Reading[Return]:
    row = draft.cells.row
    report, setting = draft.report, draft.setting
    on_record = known.latest.get(setting) if setting is not None else None
    same = draft.same
    if report is not None and on_record is not None and not same:
        if report.reported_at < on_record.reported_at:
            at = on_record.reported_at.astimezone(LONDON)
            draft.reject(
                draft.time_in,
                f"a later return is on record already ({day_words(at)} {at:%Y %H:%M})",
                "nothing to mend",
                harmless=True,
            )
        elif report.reported_at == on_record.reported_at:
            if _says_the_same(report, on_record):
                same = True
            else:
                draft.reject(
                    draft.time_in,
                    "the return on record is of the same time and says otherwise",
                    "ask the home, and record what it says",
                )
        report = draft.report
    remarks: tuple[Remark, ...]
    if report is None or setting is None:
        outcome, remarks = Outcome.REJECTED, tuple(draft.cells.faults)
    elif draft.ahead and row.row not in answered:
        remarks = (Remark(draft.time_in, draft.ahead, _CLOCK), *draft.cells.remarks)
        return Reading(RowOutcome(row.row, row.line, Outcome.HELD, remarks, about=draft.about), None)
    elif same:
        outcome, remarks = Outcome.SAME, tuple(draft.cells.remarks)
    else:
        remarks = tuple(draft.cells.remarks)
        outcome = Outcome.CHANGED if remarks else Outcome.TAKEN
    found = (
        Return(setting, report, row.row)
        if outcome in (Outcome.TAKEN, Outcome.CHANGED) and report is not None and setting is not None
        else None
    )
    return Reading(
        RowOutcome(row.row, row.line, outcome, remarks, about=draft.about, harmless=draft.harmless),
        found,
    )


def _says_the_same(report: CapacityReturn, on_record: CapacityReturn) -> bool:
    """Whether two returns of one time say the same; which beds are free is the hub's own knowledge.

    One that was imported by an older version has the fewer vacancies that were made of it.
    """
    plain = on_record.model_copy(update={"free": ()})
    fewer = report.model_copy(update={"free": (), "vacancies": careful(report, registered=None).most})
    return plain in (report.model_copy(update={"free": ()}), fewer)
