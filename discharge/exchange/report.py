"""What became of every row of an imported file, and what somebody answered about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from discharge.exchange.csv_writing import csv_text
from discharge.words.counts import count_words

T = TypeVar("T")


class Outcome(StrEnum):
    """What became of one row."""

    TAKEN = "taken"
    """As it stands; a remark may say what is still to do."""
    CHANGED = "changed"
    """Taken, but read otherwise than it stands or to be looked at: its remarks say what."""
    SAME = "same"
    """Nothing new: the hub knows this already."""
    HELD = "held"
    """Not taken until somebody answers what its remarks ask: the likely same person as another, say."""
    REJECTED = "rejected"
    """Not taken: its remarks say why."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about a row: the field (empty for the row as a whole), the reason and the mend."""

    field: str
    reason: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        return f"{where}{self.reason}; {self.mend}" if self.mend else f"{where}{self.reason}"


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """A field in which a row says something else than the hub has, both in words.

    `kept` says why the hub's own stays all the same: by whom it was written, and when. Empty where the
    row's comes in its place.
    """

    field: str
    old: str
    new: str
    kept: str = ""
    answerable: bool = False
    """Whether somebody may say of this field alone which of the two counts (`Answers.turned`)."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody whom the hub has waiting and the list doesn't have: is it so that they are gone?"""

    id: str
    hospital: str
    ward: str
    left: str = ""
    """Why they left, where somebody answered so; a `LeaveReason`; of a home what somebody decided."""
    said: str = ""
    """What the file says of it, in words; empty where they only aren't in it."""
    home: bool = False
    """It is a home, gone from the register."""
    joins: str = ""
    """Of a home: the setting as which it is registered anew."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody who looked at the rows says of them; without it, the careful way is taken."""

    another: frozenset[int] = frozenset()
    """Rows that are held up and right as they are: another person, an odd value that is so."""
    same: Mapping[int, str] = field(default_factory=dict)
    """Rows that are held up, and who of the hub they are."""
    over: frozenset[int] = frozenset()
    """Rows whose words come in the place of what was written here by hand."""
    turned: frozenset[tuple[int, str]] = frozenset()
    """Single fields of rows, by the row's number, in which the other of the two words is right than the one
    that would count: the hub's own stays, or the list's comes in the place of what was written by hand."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """People who aren't on the list any more, with why they left."""
    left_out: frozenset[int] = frozenset()
    """Rows that aren't to be taken."""
    all_changes: bool = False
    """All that a register says otherwise of the hub's homes is right: somebody has looked."""
    month_first: bool | None = None
    """Whether the file's days have the month first, where nothing in it proves that; None: nobody said."""


NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row; `row` as a spreadsheet counts, `line` as a text editor does.

    `about` names a home by its CQC location id; never a person. `harmless` marks a rejected row
    with nothing to mend (older news, not a care home): it keeps nobody from taking the rest.
    """

    row: int
    line: int
    outcome: Outcome
    remarks: tuple[Remark, ...] = ()
    about: str = ""
    harmless: bool = False
    new: bool = False
    changes: tuple[Change, ...] = ()
    """What the row says otherwise than the hub has it, field by field."""
    maybe: str = ""
    """Who of the hub the row may be, where that is asked."""
    who: str = field(default="", repr=False)
    """The name as the file has it: for the window alone, in no report."""
    left: str = ""
    """The home of the hub that has left the register, as the row says."""
    joins: str = ""
    """The home of the hub as which it is registered anew."""

    @property
    def is_fault(self) -> bool:
        """Whether somebody has to mend or answer this row before the whole file can be taken."""
        return self.outcome is Outcome.HELD or (self.outcome is Outcome.REJECTED and not self.harmless)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file: one outcome for each row read, and notes about the file as a whole."""

    noun: str
    file: str
    rows: tuple[RowOutcome, ...]
    notes: tuple[str, ...] = ()
    gone: tuple[Gone, ...] = ()
    """People of the hub who aren't in the file; none of its rows."""
    group: str = ""
    """Under what it stands on record as one import, once it is written."""
    _counts: Counter[Outcome] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_counts", Counter(row.outcome for row in self.rows))

    @property
    def read(self) -> int:
        """Rows read: always the sum of taken, changed, same, held and rejected."""
        return len(self.rows)

    @property
    def taken(self) -> int:
        """Rows taken as they stand."""
        return self._counts[Outcome.TAKEN]

    @property
    def changed(self) -> int:
        """Rows taken, with something read otherwise or to be looked at."""
        return self._counts[Outcome.CHANGED]

    @property
    def same(self) -> int:
        """Rows that say what the hub knows already."""
        return self._counts[Outcome.SAME]

    @property
    def held(self) -> int:
        """Rows that wait for an answer."""
        return self._counts[Outcome.HELD]

    @property
    def rejected(self) -> int:
        """Rows not taken, whether left out or refused."""
        return self._counts[Outcome.REJECTED]

    @property
    def left_out(self) -> int:
        """Rows not taken that need nothing: of another authority, older news, no care home."""
        return sum(row.harmless and row.outcome is Outcome.REJECTED for row in self.rows)

    @property
    def refused(self) -> int:
        """Rows that can't be taken until somebody mends them."""
        return self.rejected - self.left_out

    @property
    def faults(self) -> int:
        """Rows that somebody has to mend or answer; the other rejected ones need nothing."""
        return sum(row.is_fault for row in self.rows)

    @property
    def new(self) -> int:
        """Rows taken or changed that are new to the hub; the others amend what it has."""
        return sum(row.new and row.outcome in (Outcome.TAKEN, Outcome.CHANGED) for row in self.rows)

    @property
    def amended(self) -> int:
        """Rows that change what the hub has."""
        return self.taken + self.changed - self.new

    def summary(self) -> str:
        """The counts, which add up: read = new + changed + same + held up + left out + can't be taken; gone
        apart."""
        parts = [f"{self.new:,} new", f"{self.amended:,} changed"]
        if self.same:
            parts.append(f"{self.same:,} the same as before")
        if self.held:
            parts.append(f"{self.held:,} held up")
        if self.left_out:
            parts.append(f"{self.left_out:,} left out")
        parts.append(f"{self.refused:,} can't be taken")
        return f"{count_words(self.read, 'row')} read: {', '.join(parts)}.{self._gone_words()}"

    def _gone_words(self) -> str:
        homes = sum(one.home for one in self.gone)
        rest = len(self.gone) - homes
        of_homes = f" {count_words(homes, 'home')} of the hub gone from the register." if homes else ""
        people = (
            f" {count_words(rest, 'person', 'people')} on the hub's list, not on this one." if rest else ""
        )
        return f"{of_homes}{people}"

    def as_csv(self) -> str:
        """The report as CSV text, one line a remark and at least one a row; safe to open in a spreadsheet."""
        lines = (
            (row.row, row.line, row.outcome.value, row.about, remark.field, remark.reason, remark.mend)
            for row in self.rows
            for remark in row.remarks or (Remark("", "", ""),)
        )
        return csv_text(("row", "line", "outcome", "about", "field", "reason", "mend"), lines)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """One row and what was found in it: `found` is there where the row is taken or changed, unless another
    row has it for both."""

    outcome: RowOutcome
    found: T | None


@dataclass(frozen=True, slots=True)
class Imported(Generic[T]):
    """A whole file as read: what became of each row, and what is to go into the hub, in the file's order."""

    report: ImportReport
    found: tuple[T, ...]


def imported(noun: str, file: str, readings: Sequence[Reading[T]], notes: Sequence[str]) -> Imported[T]:
    """The readings of a file put together; the report has every one of them."""
    report = ImportReport(noun, file, tuple(reading.outcome for reading in readings), tuple(notes))
    return Imported(report, tuple(reading.found for reading in readings if reading.found is not None))
