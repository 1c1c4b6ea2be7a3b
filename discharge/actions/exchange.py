"""Files in: a preview without writing, and an import that is one transaction or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from discharge.actions.context import Action, Answered, Context, answers_to
from discharge.actions.desk import Cancelled, Desk
from discharge.actions.rows_held import held_up, placed, with_beds_said
from discharge.actions.rows_in import actions_of, count_steps
from discharge.actions.sensible import carried_by
from discharge.exchange.bed_types import COLUMNS as BED_TYPES
from discharge.exchange.bed_types import WIDE, read_bed_types
from discharge.exchange.capacity_tracker import COLUMNS as RETURNS
from discharge.exchange.capacity_tracker import KnownReturns, read_returns
from discharge.exchange.csv_reading import Columns
from discharge.exchange.fhir.bundle import read_fhir
from discharge.exchange.fhir.documents import is_json
from discharge.exchange.headers import Unmatched, source_of, unmatched, with_titles
from discharge.exchange.homes_sheet.columns import COLUMNS as SHEET
from discharge.exchange.homes_sheet.homes import KnownSheet, SheetHome
from discharge.exchange.homes_sheet.reading import read_homes_sheet
from discharge.exchange.homes_sheet.writing import write_sheet
from discharge.exchange.kinds import kind_of
from discharge.exchange.known_people import KnownHub, KnownPerson, leads_of
from discharge.exchange.patients import BY_NUMBER, read_patients
from discharge.exchange.patients import COLUMNS as PEOPLE
from discharge.exchange.postcode_files import is_postcode_file
from discharge.exchange.register.api import is_api
from discharge.exchange.register.authorities import InAuthority, authorities_in
from discharge.exchange.register.days import as_at
from discharge.exchange.register.forms import FORMS
from discharge.exchange.register.homes import KnownHome
from discharge.exchange.register.opened import form_of
from discharge.exchange.register.reading import read_register
from discharge.exchange.rejects import rejects_csv
from discharge.exchange.report import (
    NO_ANSWERS,
    Answers,
    Imported,
    ImportReport,
)
from discharge.model.errors import BrokenFile, UserError
from discharge.model.hub import Changed
from discharge.model.london import london_date
from discharge.model.patient_record import LeaveReason
from discharge.model.people import User
from discharge.model.setting import Unit
from discharge.model.setting_record import Contract
from discharge.rules.authorities import key
from discharge.store.ask.provenance import ByHand, Provenance
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry
from discharge.words.counts import count_words
from discharge.words.days import day_and_time, day_words


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

Progress = Callable[[str, int, int], None]
"""Called with what is being done ("Reading", "Writing"), how much of it, of how much."""


_TIMES_SAID = 200


class _Ticked(dict[str, str]):
    """The same reason to whatever is asked of a row that somebody has looked at and ticked."""

    def get(self, _key: str, _otherwise: Any = None) -> str:
        return "Looked at in the import and taken as it is"


_TICKED = _Ticked()


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


def find_kind(
    source: Path | bytes, *, desk: Desk | None = None, progress: Progress | None = None
) -> FileKind:
    """What a file holds, by its columns, or as it is JSON; `BrokenFile` where that can't be told for certain.

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
        kinds |= {kind.value: _columns(desk, kind, source) for kind in CAN_BE_MATCHED}

    def reading(done: int, total: int) -> None:
        if progress is not None:
            progress("Reading", done, total)

    kinds[f"{FileKind.BED_TYPES.value}/across"] = WIDE
    try:
        return FileKind(kind_of(source, kinds, progress=reading).kind.partition("/")[0])
    except BrokenFile as broken:
        refused = broken
    try:
        return FileKind(kind_of(source, {FileKind.PATIENTS.value: BY_NUMBER}, progress=reading).kind)
    except BrokenFile:
        raise refused from None


@dataclass(frozen=True, slots=True)
class ImportDone:
    """A finished import: the report, and what it changed (None: there was nothing to write)."""

    report: ImportReport
    changed: Changed | None


class ImportRefused(UserError):
    """Some rows can't be taken and nobody said to take the others: nothing was written."""

    def __init__(self, report: ImportReport) -> None:
        rows = count_words(report.read, "row")
        super().__init__(
            f"{report.faults:,} of {rows} can't be taken, so nothing was imported.",
            "Mend or answer these rows, or import again and take the good rows only.",
        )
        self.report = report
        self.command = (
            "Mend these rows; or answer one that is held up with --another ROW or --same ROW=ID, or all "
            "changes of homes with --take-changes; or take the good rows only with --take-good-rows."
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.report,))


def preview(
    desk: Desk,
    *,
    kind: FileKind,
    source: Path | bytes,
    answered: Collection[int] = (),
    authorities: Collection[str] | None = None,
    answers: Answers = NO_ANSWERS,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """What would become of each row of the file; nothing is written.

    `authorities`: of a CQC directory, those whose homes are new to the hub are taken; None: all.
    `answered` are rows that were held up and are to be taken all the same: somebody says so, and may have
    more `answers`. Raises `BrokenFile` where the file can't be read as what it should be, `Cancelled` on the
    user's word.
    """
    return _read(desk, kind, source, _together(answers, answered), authorities, progress, cancelled).report


def import_file(
    desk: Desk,
    *,
    kind: FileKind,
    source: Path | bytes,
    by: User,
    take_good_rows: bool = False,
    answered: Collection[int] = (),
    authorities: Collection[str] | None = None,
    answers: Answers = NO_ANSWERS,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportDone:
    """Takes the file into the hub as one transaction, which stands on record as one group.

    A row with a fault, or one held up that isn't among those `answered`, keeps out all of them
    (`ImportRefused`, with the report), except with `take_good_rows`. Raises `BrokenFile` and `Cancelled` as
    `preview` does; then nothing was written.
    """
    answers = _together(answers, answered)
    found = _read(desk, kind, source, answers, authorities, progress, cancelled)
    report = found.report
    if report.faults and not take_good_rows:
        raise ImportRefused(report)
    if not found.found:
        return ImportDone(replace(report, written=True), None)
    total = len(found.found)
    group = f"{desk.now():%Y%m%d-%H%M%S}-{_sum_of(source)[:12]}"
    imported = {"group": group, "file": report.file, "kind": kind.value}
    actions = (
        marked(action, imported, _TICKED if getattr(item, "row", 0) in answers.another else None)
        for item in found.found
        for action in actions_of(item)
    )
    steps = count_steps(found.found)
    often = max(1, steps // _TIMES_SAID)

    def written(done: int) -> None:
        if progress is not None and (done % often == 0 or done == steps):
            progress("Writing", total * done // steps, total)

    changed = desk.perform_all(actions, by=by, progress=written, cancelled=cancelled)
    return ImportDone(replace(report, written=True, group=group), changed)


def _together(answers: Answers, answered: Collection[int]) -> Answers:
    return replace(answers, another=answers.another | frozenset(answered)) if answered else answers


def _sum_of(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def marked(action: Action, imported: Mapping[str, str], answers: Mapping[str, str] | None) -> Action:
    """The action, each of its entries marked as of this import."""

    def marked(context: Context) -> Sequence[Entry]:
        return [replace(entry, body={**entry.body, "imported": imported}) for entry in action(context)]

    return Answered(marked, answers_to(action) if answers is None else answers)


def _read(
    desk: Desk,
    kind: FileKind,
    source: Path | bytes,
    answers: Answers,
    authorities: Collection[str] | None,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> Imported[Any]:
    reading = _reading(progress, cancelled)
    if kind is FileKind.CQC:
        known_homes, today = desk.ask(lambda queries: (_known_homes(queries), queries.today))
        found = read_register(
            source, known_homes, today=today, authorities=authorities, answers=answers, progress=reading
        )
        notes = (*_older_register(desk, found.report.file), *found.report.notes)
        return replace(found, report=replace(found.report, notes=notes))
    if kind is FileKind.SHEET:
        return read_homes_sheet(source, desk.ask(_known_sheet), answered=answers.another, progress=reading)
    if kind in (FileKind.CAPACITY, FileKind.BED_TYPES):
        known, units = desk.ask(_known_returns)
        read = read_returns if kind is FileKind.CAPACITY else read_bed_types
        returns = read(
            source,
            known,
            now=desk.now(),
            columns=_columns(desk, kind, source),
            answered=answers.another,
            progress=reading,
        )
        return with_beds_said(returns, units, london_date(desk.now()), known.registered)
    if kind is FileKind.FHIR:
        people = read_fhir(source, desk.ask(_known_hub), now=desk.now(), answers=answers, progress=reading)
    else:
        people = read_patients(
            source,
            desk.ask(_known_hub),
            now=desk.now(),
            answers=answers,
            columns=_columns(desk, kind, source),
            progress=reading,
        )
    if said := _older(desk, source):
        report = replace(people.report, notes=(said, *people.report.notes))
        people = replace(people, report=report)
    carried = desk.ask(lambda queries: carried_by(queries.rules()))
    people, unknown = desk.places(partial(placed, people))
    return held_up(people, now=desk.now(), carried=carried, unknown=unknown, answered=answers.another)


CAN_BE_MATCHED = (FileKind.PATIENTS, FileKind.CAPACITY, FileKind.BED_TYPES)
"""Kinds whose columns may be matched by hand: those whose makers call them each their own way."""


def _columns(desk: Desk, kind: FileKind, source: Path | bytes) -> Columns:
    """The columns of a kind, with the titles that somebody matched for files of this source."""
    columns = KINDS[kind.value]
    titles = desk.matched_columns(source_of(source, columns))
    return with_titles(columns, titles) if titles else columns


def to_match(desk: Desk, kind: FileKind, source: Path | bytes) -> Unmatched:
    """What of a file's columns is to be matched by hand, with guesses; raises as `preview` does."""
    return unmatched(source, _columns(desk, kind, source))


def match_columns(desk: Desk, kind: FileKind, source: Path | bytes, *, titles: Mapping[str, str]) -> None:
    """Takes somebody's word for what titles mean, title to column, for this file and the next of its source.

    `UserError` for a title that the file hasn't, or a column that the kind hasn't.
    """
    columns = KINDS[kind.value]
    known = source_of(source, columns)
    there, expected = unmatched(source, columns).titles, {*columns.required, *columns.optional}
    for title, column in titles.items():
        if title not in there:
            raise UserError(f"The file has no column {title!r} to be matched.", "Write it as the file does.")
        if column not in expected:
            raise UserError(f"{column!r} is no column of a {columns.noun}.", "See the template for its name.")
    desk.keep_columns(known, {**desk.matched_columns(known), **titles})


def _older_register(desk: Desk, file: str) -> tuple[str, ...]:
    """What is to be said where a register is of a day before that of one that came in already."""
    of = as_at(file)
    came = desk.ask(lambda queries: queries.last_imports(kind=FileKind.CQC.value))
    days = [day for _, name, _, _ in came if (day := as_at(name)) is not None]
    if of is None or not days or of >= max(days):
        return ()
    before = day_words(max(days), year=True)
    return (
        f"This register is of {day_words(of, year=True)}: one of {before} came in already. What differs may "
        "be older than what the hub has.",
    )


def _older(desk: Desk, source: Path | bytes) -> str:
    """What is to be said where the file was saved before the last list came in; empty where it wasn't."""
    last = [
        at
        for kind in OF_PEOPLE
        for _, _, at, _ in desk.ask(partial(Queries.last_imports, limit=1, kind=kind.value))
    ]
    if not last or not isinstance(source, Path):
        return ""
    saved = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    if saved >= max(last):
        return ""
    before = day_and_time(max(last))
    return f"This file was saved before the last list came in, {before}: it may be an older one."


def _reading(progress: Progress | None, cancelled: Callable[[], bool] | None) -> Callable[[int, int], None]:
    def reading(done: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled("Stopped.", "Nothing was changed.")
        if progress is not None:
            progress("Reading", done, total)

    return reading


@dataclass(frozen=True, slots=True)
class InDirectory:
    """What a CQC directory has by authority, and those that the hub works with already."""

    there: tuple[InAuthority, ...]
    ours: frozenset[str]
    """Names: the hub's own areas, and wherever it has a home."""


def authorities_of(
    desk: Desk,
    source: Path | bytes,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> InDirectory:
    """The authorities of a CQC directory, with the homes in each; raises as `preview` does."""
    known, areas = desk.ask(lambda queries: (queries.setting_ids_by_cqc(), queries.hub().areas))
    there = authorities_in(source, frozenset(known), progress=_reading(progress, cancelled))
    own = {key(name) for name in areas}
    ours = frozenset(each.name for each in there if each.name and (each.known or key(each.name) in own))
    return InDirectory(there, ours)


def _known_sheet(queries: Queries) -> KnownSheet:
    contracts: dict[str, dict[tuple[str, str], Contract]] = {}
    as_of: dict[str, dict[tuple[str, str], datetime]] = {}
    for (setting, unit, beds), kept in queries.group_records().items():
        if kept.contract != Contract():
            contracts.setdefault(setting, {})[unit, beds] = kept.contract
        if kept.as_of is not None:
            as_of.setdefault(setting, {})[unit, beds] = kept.as_of
    details, units = queries.all_setting_details(), queries.all_units()
    homes = tuple(
        SheetHome(row.id, details[row.id], units[row.id], contracts.get(row.id, {}), as_of.get(row.id, {}))
        for row in queries.settings()
    )
    return KnownSheet(homes, frozenset(queries.rules().organisms), queries.today)


def homes_sheet(queries: Queries) -> bytes:
    """The homes sheet of this hub, by name, filled with what it knows."""
    known = _known_sheet(queries)
    return write_sheet(known.homes, today=known.today)


def _known_homes(queries: Queries) -> dict[str, KnownHome]:
    """By CQC location id; a home that was registered without one by its setting's id."""
    details, people = queries.all_setting_details(), queries.who_is_in()
    units = queries.all_units()
    free = {row.id: row.beds_left for row in queries.settings()}
    states = queries.register_states()
    ids = {
        row.id: row.id
        for row in queries.settings()
        if details[row.id].cqc_id is None and details[row.id].type in ("care_home", "hot_home")
    }
    return {
        cqc_id: KnownHome(
            name,
            details[name],
            free=free.get(name, 0),
            groups=tuple(beds.free for unit in units.get(name, ()) for beds in unit.beds),
            people=people.get(name, ()),
            left=states[name].left if name in states else None,
            decided=states[name].decided if name in states else None,
        )
        for cqc_id, name in {**ids, **queries.setting_ids_by_cqc()}.items()
    }


def _known_returns(queries: Queries) -> tuple[KnownReturns, dict[str, tuple[Unit, ...]]]:
    registered = {
        name: one.registered_beds
        for name, one in queries.all_setting_details().items()
        if one.registered_beds is not None
    }
    known = KnownReturns(queries.setting_ids_by_cqc(), queries.latest_returns(), registered)
    return known, queries.all_units()


def _known_hub(queries: Queries) -> KnownHub:
    records, wrote = queries.all_people(), queries.who_wrote()
    nobody = Provenance()
    names = {user.id: user.name for user in queries.people()}
    people = []
    for name, person in records.items():
        whole = queries.survivor(name) if person.left_reason == LeaveReason.MERGED.value else name
        one, seen = records[whole], frozenset(person.facts.observations)
        by = wrote.get(whole, nobody)
        people.append(
            KnownPerson(
                whole,
                # a record that became a part of another names the whole, whose details count
                one.details if whole == name else person.details,
                seen if whole == name else frozenset(one.facts.observations),
                one.left_reason is not None,
                mistaken=one.left_reason == LeaveReason.ENTERED_BY_MISTAKE.value,
                placed=bool(queries.active_of(whole)) if one.left_reason is None else False,
                imported=by.imported or wrote.get(name, nobody).imported,
                by_hand={field: _by_whom(last) for field, last in by.by_hand.items()},
                seen_by_hand={each: _by_whom(last) for each, last in by.seen_by_hand.items()},
                withdrawn=frozenset(by.withdrawn),
                known_as=wrote.get(name, nobody).known_as,
                lead_name=names.get(one.details.named_lead or "", ""),
                whole=None if whole == name else one.details,
            )
        )
    by_id = {name.upper(): queries.whole(name) for name in queries.setting_names()}
    organisms = frozenset(queries.rules().organisms)
    areas = frozenset(key(one.local_authority) for one in queries.settings()) - {""}
    return KnownHub(
        people, by_id | queries.setting_ids_by_cqc(), organisms, areas=areas, leads=leads_of(queries.people())
    )


def _by_whom(last: ByHand) -> str:
    return f"{last.name} on {day_words(london_date(last.at))}"


def write_homes_sheet(content: bytes, path: Path) -> None:
    """Writes the sheet as a file; `UserError` where it can't be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _not_written(path, error) from None


def _not_written(path: Path, error: OSError) -> UserError:
    why = (error.strerror or "unknown reason").lower()
    return UserError(f"{path.name} can't be written: {why}.", "Choose another folder.")


def write_report(report: ImportReport, path: Path) -> None:
    """Writes the report as a CSV file; `UserError` where it can't be written."""
    _write(report.as_csv(), path)


def write_rejects(desk: Desk, source: Path | bytes, kind: FileKind, report: ImportReport, path: Path) -> None:
    """Writes the rows that can't be taken, as they stand in the file, each after its reason and mend: mended
    there, it is imported again. Its titles are those of the file, or what somebody said that they mean.
    `UserError` of a file that is no table."""
    if kind is FileKind.FHIR:
        raise UserError(
            "A FHIR file is mended where it was made.", "Save the report: it has each row with its mend."
        )
    if kind is FileKind.CQC and is_api(source):
        raise UserError(
            "The API's locations are mended where they were got.", "Save the report: it has each row."
        )
    columns = form_of(source).columns if kind is FileKind.CQC else _columns(desk, kind, source)
    _write(rejects_csv(source, columns, report), path)


def _write(text: str, path: Path) -> None:
    try:
        path.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise _not_written(path, error) from None
