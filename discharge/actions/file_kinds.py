"""What kinds of files come in, how one is known for what it is, and its columns as somebody matched them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from discharge.actions.desk import Desk
from discharge.exchange.bed_types import COLUMNS as BED_TYPES
from discharge.exchange.bed_types import WIDE
from discharge.exchange.capacity_tracker import COLUMNS as RETURNS
from discharge.exchange.fhir.documents import is_json
from discharge.exchange.headers import Unmatched, said_again, source_of, unmatched, with_titles
from discharge.exchange.homes_sheet.columns import COLUMNS as SHEET
from discharge.exchange.kinds import NoOneKind, kind_of
from discharge.exchange.patients import BY_NUMBER
from discharge.exchange.patients import COLUMNS as PEOPLE
from discharge.exchange.postcode_files import is_postcode_file
from discharge.exchange.register.api import is_api
from discharge.exchange.register.forms import FORMS
from discharge.exchange.table_file import Columns
from discharge.model.errors import BrokenFile, Fault, UserError
from discharge.words.counts import listing

Progress = Callable[[str, int, int], None]
"""Called with what is being done ("Reading", "Writing"), how much of it, of how much."""


class FileKind(StrEnum):
    """What a file holds."""

    CQC = "cqc"
    SHEET = "sheet"
    CAPACITY = "capacity"
    BED_TYPES = "bed_types"
    PATIENTS = "patients"
    FHIR = "fhir"
    POSTCODES = "postcodes"
    """Not rows for the record: a file beside the hub (`actions.postcodes`)."""

    @property
    def words(self) -> str:
        """The kind as it is shown."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    FileKind.CQC: "CQC directory",
    FileKind.SHEET: "homes sheet",
    FileKind.CAPACITY: "capacity returns",
    FileKind.BED_TYPES: "vacancies by bed type",
    FileKind.PATIENTS: "patients",
    FileKind.FHIR: "people and tests as FHIR",
    FileKind.POSTCODES: "postcodes",
}


KINDS: Mapping[str, Columns] = {
    **{f"{FileKind.CQC}/{form.key}": form.columns for form in FORMS},
    FileKind.CAPACITY.value: RETURNS,
    FileKind.BED_TYPES.value: BED_TYPES,
    FileKind.SHEET.value: SHEET,
    FileKind.PATIENTS.value: PEOPLE,
}
"""The columns by which the kind of a file is known; the register's many forms are one kind."""


OF_PEOPLE = (FileKind.PATIENTS, FileKind.FHIR)
"""Kinds that bring people."""


CAN_BE_TAKEN_BACK = (*OF_PEOPLE, FileKind.CAPACITY, FileKind.BED_TYPES, FileKind.SHEET, FileKind.CQC)
"""Kinds whose import can be taken back whole."""


CAN_BE_MATCHED = (FileKind.PATIENTS, FileKind.CAPACITY, FileKind.BED_TYPES)
"""Kinds whose columns may be matched by hand: those whose makers call them each their own way."""


class UnknownKind(BrokenFile):
    """Nothing in the file tells for certain what it holds: somebody has to say. `guess` is what its titles
    come nearest to, `because` why, in words; None where they come near nothing."""

    def __init__(self, faults: Sequence[Fault], guess: FileKind | None, because: str) -> None:
        super().__init__(list(faults))
        self.guess = guess
        self.because = because

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.faults, self.guess, self.because))

    @property
    def words(self) -> str:
        """The guess as a sentence; empty where there is none."""
        return f"It may be {self.guess.words}: {self.because}." if self.guess is not None else ""


def _guessed(source: Path | bytes, refused: BrokenFile, *, desk: Desk | None) -> UnknownKind:
    """The kind that the file's titles come nearest to: a third of the columns that it must have, at least."""
    best: tuple[float, FileKind, Unmatched] | None = None
    for kind in CAN_BE_MATCHED:
        columns = KINDS[kind.value] if desk is None else columns_of(desk, kind, source)
        there = unmatched(source, columns)
        lacking = len(set(there.missing) - set(there.guesses))
        near = 1 - lacking / len(columns.required)
        if near >= _NEAR_ENOUGH and (best is None or near > best[0]):
            best = near, kind, there
    if best is None:
        return UnknownKind(refused.faults, None, "")
    _, kind, there = best
    pairs = [f"{title!r} could be {column}" for column, title in there.guesses.items()]
    return UnknownKind(refused.faults, kind, listing(pairs, most=3) if pairs else "some of its columns are")


_NEAR_ENOUGH = 1 / 3


def find_kind(
    source: Path | bytes, *, desk: Desk | None = None, progress: Progress | None = None
) -> FileKind:
    """What a file holds, by its columns, or as it is JSON; `UnknownKind` where that can't be told for
    certain, `BrokenFile` where it can't be read at all.

    With a `desk`, titles that somebody matched for files of this source count too.
    """
    if isinstance(source, Path) and is_postcode_file(source):
        return FileKind.POSTCODES
    if is_api(source):
        return FileKind.CQC
    if is_json(source):
        return FileKind.FHIR
    kinds = dict(KINDS)
    if desk is not None:
        kinds |= {kind.value: columns_of(desk, kind, source) for kind in CAN_BE_MATCHED}

    def reading(done: int, total: int) -> None:
        if progress is not None:
            progress("Reading", done, total)

    kinds[f"{FileKind.BED_TYPES.value}/across"] = WIDE
    try:
        return FileKind(kind_of(source, kinds, progress=reading).partition("/")[0])
    except BrokenFile as broken:
        refused = broken
    try:
        return FileKind(kind_of(source, {FileKind.PATIENTS.value: BY_NUMBER}, progress=reading))
    except BrokenFile:
        if isinstance(refused, NoOneKind):
            raise _guessed(source, refused, desk=desk) from None
        raise refused from None


def columns_of(desk: Desk, kind: FileKind, source: Path | bytes) -> Columns:
    """The columns of a kind, with the titles that somebody matched for files of this source."""
    columns = KINDS[kind.value]
    titles = desk.matched_columns(source_of(source, columns))
    return with_titles(columns, titles) if titles else columns


def to_match(desk: Desk, kind: FileKind, source: Path | bytes) -> Unmatched:
    """What of a file's columns is to be matched by hand, with guesses; raises as `preview` does."""
    return unmatched(source, columns_of(desk, kind, source))


def to_match_again(desk: Desk, kind: FileKind, source: Path | bytes) -> Unmatched:
    """All titles that the program doesn't know by itself, with what somebody said of them before."""
    columns = KINDS[kind.value]
    known = source_of(source, columns)
    return said_again(unmatched(source, columns), desk.matched_columns(known), desk.matched_columns())


def match_columns(
    desk: Desk, kind: FileKind, source: Path | bytes, *, titles: Mapping[str, str], anew: bool = False
) -> None:
    """Takes somebody's word for what titles mean, title to column, for this file and the next of its source;
    `anew` in place of all that was said of it before, else beside it.

    `UserError` for a title that the file hasn't, or a column that the kind hasn't.
    """
    columns = KINDS[kind.value]
    known = source_of(source, columns)
    there, expected = unmatched(source, columns).titles, {*columns.required, *columns.optional}
    for title, column in titles.items():
        if title not in there:
            raise UserError(f"The file has no column {title!r} to be matched.", "Write it as the file does.")
        if column not in expected:
            raise UserError(
                f"{column!r} is no column of this {columns.noun}.", "See the template for its name."
            )
    before = {} if anew else desk.matched_columns(known)
    desk.keep_columns(known, {**before, **titles})
