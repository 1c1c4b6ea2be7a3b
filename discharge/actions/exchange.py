"""Files in: a preview without writing, and an import that is one transaction or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from discharge.actions.context import Action, Answered, Context, answers_to
from discharge.actions.desk import Cancelled, Desk
from discharge.actions.joining import join_settings
from discharge.actions.many_homes import record_beds
from discharge.actions.merging import known_as
from discharge.actions.patients import (
    amend_patient,
    correct_observation,
    leave,
    record_observation,
    register_patient,
    take_back,
    withdraw_observation,
)
from discharge.actions.places import filled, unknown_postcode
from discharge.actions.register import decide_on_register, record_left_register
from discharge.actions.sensible import Question, about_details, about_observation, carried_by
from discharge.actions.settings import amend_setting, amend_unit, record_capacity_return, register_setting
from discharge.exchange.capacity_tracker import COLUMNS as RETURNS
from discharge.exchange.capacity_tracker import KnownReturns, Return, read_returns
from discharge.exchange.csv_reading import Columns
from discharge.exchange.fhir.bundle import read_fhir
from discharge.exchange.fhir.documents import is_json
from discharge.exchange.headers import Unmatched, source_of, unmatched, with_titles
from discharge.exchange.homes_sheet import COLUMNS as SHEET
from discharge.exchange.homes_sheet import HomeSaid, KnownSheet, SheetHome, read_homes_sheet, write_sheet
from discharge.exchange.kinds import kind_of
from discharge.exchange.known_people import KnownHub, KnownPerson, Leaver, Person, leads_of
from discharge.exchange.patients import BY_NUMBER, read_patients
from discharge.exchange.patients import COLUMNS as PEOPLE
from discharge.exchange.postcode_files import is_postcode_file
from discharge.exchange.register.api import is_api
from discharge.exchange.register.authorities import InAuthority, authorities_in
from discharge.exchange.register.forms import FORMS
from discharge.exchange.register.homes import Home, KnownHome, Left, OneHome
from discharge.exchange.register.opened import form_of
from discharge.exchange.register.reading import read_register
from discharge.exchange.rejects import rejects_csv
from discharge.exchange.report import (
    NO_ANSWERS,
    Answers,
    Imported,
    ImportReport,
    Outcome,
    Remark,
)
from discharge.model.errors import Asked, BrokenFile, NotAllowed, UserError
from discharge.model.hub import Changed
from discharge.model.infection import Observation, Symptoms
from discharge.model.london import london_date
from discharge.model.patient_record import LeaveReason
from discharge.model.people import User
from discharge.model.setting import Unit
from discharge.model.setting_record import Contract
from discharge.rules.authorities import key
from discharge.rules.careful import careful
from discharge.store.ask.provenance import ByHand, Provenance
from discharge.store.ask.queries import Queries
from discharge.store.file.postcodes import Postcodes
from discharge.store.journal import Entry
from discharge.words.counts import count_words
from discharge.words.days import day_and_time, day_words


class FileKind(StrEnum):
    """What a file holds."""

    CQC = "cqc"
    SHEET = "sheet"
    CAPACITY = "capacity"
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
    FileKind.SHEET.value: SHEET,
    FileKind.PATIENTS.value: PEOPLE,
}
"""The columns by which the kind of a file is known; the register's many forms are one kind."""


OF_PEOPLE = (FileKind.PATIENTS, FileKind.FHIR)
"""Kinds that bring people."""

CAN_BE_TAKEN_BACK = (*OF_PEOPLE, FileKind.CAPACITY, FileKind.SHEET)
"""Kinds whose import can be taken back whole; homes of the register stay once they are known."""


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
        for action in _actions_of(item)
    )
    steps = _steps(found.found)
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
        return read_register(
            source, known_homes, today=today, authorities=authorities, answers=answers, progress=reading
        )
    if kind is FileKind.SHEET:
        return read_homes_sheet(source, desk.ask(_known_sheet), answered=answers.another, progress=reading)
    if kind is FileKind.CAPACITY:
        known, units = desk.ask(_known_returns)
        returns = read_returns(
            source, known, now=desk.now(), columns=_columns(desk, kind, source), progress=reading
        )
        return _with_beds_said(returns, units, london_date(desk.now()), known.registered)
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
    people, unknown = desk.places(partial(_placed, people))
    return _held_up(people, now=desk.now(), carried=carried, unknown=unknown, answered=answers.another)


CAN_BE_MATCHED = (FileKind.PATIENTS, FileKind.CAPACITY)
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
                whole=None if whole == name else one.details,
            )
        )
    by_id = {name.upper(): queries.whole(name) for name in queries.setting_names()}
    organisms = frozenset(queries.rules().organisms)
    areas = frozenset(key(one.local_authority) for one in queries.settings()) - {""}
    return KnownHub(
        people, by_id | queries.setting_ids_by_cqc(), organisms, areas=areas, leads=leads_of(queries.people())
    )


def _put_in_place(one: Person) -> tuple[Observation, ...]:
    return tuple(right for right in one.corrections.values() if right is not None)


def _by_whom(last: ByHand) -> str:
    return f"{last.name} on {day_words(london_date(last.at))}"


_ANSWER = "mend it, or say that it is so"


def _placed(
    found: Imported[Person | Leaver], postcodes: Postcodes, queries: Queries
) -> tuple[Imported[Person | Leaver], dict[int, str]]:
    """The same with a note of how many their postcode will place; and by row, what is to be asked of one."""
    unknown: dict[int, str] = {}
    placed = 0
    for one in found.found:
        if isinstance(one, Leaver) or not (one.known is None or "postcode" in one.changes):
            continue
        if said := unknown_postcode(postcodes, one.details.postcode):
            unknown[one.row] = said
        elif one.details.latitude is None:
            placed += filled(postcodes, queries, one.details).latitude is not None
    if not placed:
        return found, unknown
    who = count_words(placed, "person is", "people are")
    note = f"{who} placed by the postcode, as the list has no coordinates."
    return replace(found, report=replace(found.report, notes=(*found.report.notes, note))), unknown


def _held_up(
    found: Imported[Person | Leaver],
    *,
    now: datetime,
    carried: frozenset[str],
    unknown: Mapping[int, str],
    answered: Collection[int],
) -> Imported[Person | Leaver]:
    """The same without the people of whom something is to be asked: their rows are held up with it."""
    asked: dict[int, tuple[Remark, ...]] = {}
    for one in found.found:
        if isinstance(one, Leaver):
            continue
        questions = [
            *(
                each
                for each in about_details(one.details, today=london_date(now))
                if one.known is None or each.field in one.changes
            ),
            *(
                each
                for seen in (*one.observations, *_put_in_place(one))
                for each in about_observation(seen, now=now, carried=carried)
            ),
        ]
        if one.row in unknown:
            questions.append(Question("postcode", "", unknown[one.row]))
        if questions:
            end = "; taken all the same" if one.row in answered else ""
            asked[one.row] = tuple(
                Remark(each.field, f"{each.sentence.rstrip('.')}{end}", "" if end else _ANSWER)
                for each in questions
            )
    if not asked:
        return found
    rows = tuple(
        replace(
            row,
            outcome=Outcome.CHANGED if row.row in answered else Outcome.HELD,
            remarks=(*asked[row.row], *row.remarks),
        )
        if row.row in asked
        else row
        for row in found.report.rows
    )
    kept = tuple(
        one for one in found.found if isinstance(one, Leaver) or one.row not in asked or one.row in answered
    )
    return Imported(replace(found.report, rows=rows), kept)


def _with_beds_said(
    found: Imported[Return],
    units: dict[str, tuple[Unit, ...]],
    today: date,
    registered: Mapping[str, int],
) -> Imported[Return]:
    """The same, with a remark where the vacancies aren't the beds that the hub has as free.

    A return gives a number, not rooms: it never makes a bed of a room and category that nobody knows.
    """
    said = {
        one.row: remark
        for one in found.found
        if (remark := _about_beds(one, units.get(one.setting, ()), today, registered)) is not None
    }
    if not said:
        return found
    rows = tuple(
        replace(row, remarks=(*row.remarks, said[row.row])) if row.row in said else row
        for row in found.report.rows
    )
    homes = count_words(len(said), "home declares", "homes declare")
    note = (
        f"{homes} other vacancies than the hub has beds free: a return gives a number, not rooms, and never "
        "makes a bed that the hub doesn't know."
    )
    report = replace(found.report, rows=rows, notes=(*found.report.notes, note))
    return Imported(report, found.found)


def _about_beds(
    one: Return, units: Sequence[Unit], today: date, registered: Mapping[str, int]
) -> Remark | None:
    """What `record_capacity_return` will make of the number, where that isn't the number itself."""
    vacancies = careful(one.report, registered=registered.get(one.setting)).most or 0
    groups = [(unit, beds) for unit in units for beds in unit.beds]
    free = sum(
        span.count
        for _, beds in groups
        for span in beds.free
        if span.start <= today and (span.end is None or today < span.end)
    )
    if vacancies > 0 and not groups:
        return Remark(
            "declaredvacancies",
            f"the hub has no beds of this home by room and category: none of the {vacancies} can be offered",
            "record the home's units and beds",
        )
    if vacancies > free and len(groups) == 1:
        unit, beds = groups[0]
        return Remark(
            "declaredvacancies",
            f"all {vacancies} are taken as beds {beds.id} of unit {unit.id}, the only ones the hub knows of "
            f"this home ({free} free before)",
            "record its other beds where it has any",
        )
    if vacancies > free:
        return Remark(
            "declaredvacancies",
            f"{free} of the {vacancies} are beds that the hub has as free; the others aren't known by room",
            "ask the home which beds, and record them",
        )
    if vacancies < free:
        return Remark(
            "declaredvacancies",
            f"the hub has {free} beds of this home as free; they are lowered until they fit {vacancies}",
            "ask the home which beds are still free, and record them",
        )
    return None


Item = Home | Left | OneHome | Return | Person | Leaver | HomeSaid


def _actions_of(item: Item) -> Iterator[Action]:
    """What it takes to bring one row into the hub."""
    if isinstance(item, Home):
        yield _home_action(item)
    elif isinstance(item, Left):
        yield _on_row(item.row, partial(record_left_register, setting=item.id, on=item.on))
        if item.decided:
            keep, why = item.decided == "used_on", "said when the register came in"
            yield _on_row(item.row, partial(decide_on_register, setting=item.id, keep=keep, reason=why))
    elif isinstance(item, OneHome):
        join = partial(join_settings, setting=item.setting, other=item.other, reason=item.reason)
        yield _on_row(item.row, join)
    elif isinstance(item, HomeSaid):
        yield from _sheet_actions(item)
    elif isinstance(item, Return):
        yield _on_row(item.row, partial(record_capacity_return, setting=item.setting, report=item.report))
    elif isinstance(item, Leaver):
        reason, note = _why_left(item), "not on the list that came in"
        yield partial(leave, patient=item.id, reason=reason, note=note)
    elif item.known is not None:
        yield from _amending_actions(item, item.known)
    else:
        yield from _person_actions(item)


def _steps(items: Sequence[Item]) -> int:
    return sum(
        _steps_of(item)
        if isinstance(item, Person)
        else len(list(_sheet_actions(item)))
        if isinstance(item, HomeSaid)
        else 1 + bool(item.decided)
        if isinstance(item, Left)
        else 1
        for item in items
    )


def _steps_of(person: Person) -> int:
    called = person.called is not None
    if person.known is None:
        return 1 + called
    return len(person.observations) + len(person.corrections) + bool(person.changes) + person.back + called


def _sheet_actions(home: HomeSaid) -> Iterator[Action]:
    """The home's record, then how its units isolate, then its beds, all of them at once."""
    if home.changes:
        amend = partial(amend_setting, setting=home.setting, changes=home.changes, reason="the homes sheet")
        yield _on_row(home.row, amend)
    for unit, changes in home.unit_changes.items():
        yield _on_row(home.row, partial(amend_unit, setting=home.setting, unit=unit, changes=changes))
    if home.new_units or home.groups:
        beds = partial(record_beds, setting=home.setting, units=home.new_units, groups=home.groups)
        yield _on_row(home.row, beds)


def _why_left(item: Leaver) -> LeaveReason:
    try:
        return LeaveReason(item.reason)
    except ValueError:
        raise UserError(
            f"{item.reason!r} is no reason why somebody left the list.",
            f"Use one of {', '.join(reason.value for reason in WHY_GONE)}.",
        ) from None


WHY_GONE = (
    LeaveReason.WENT_HOME,
    LeaveReason.UNWELL,
    LeaveReason.DIED,
    LeaveReason.SELF_DISCHARGED,
    LeaveReason.OTHER_HUB,
    LeaveReason.ENTERED_BY_MISTAKE,
)
"""Why somebody who isn't on tonight's list may have left."""


class _KnownByNumber(dict[str, str]):
    """Answers whether a record is of somebody else: the list was held against all of them."""

    def get(self, key: str, otherwise: Any = None) -> Any:
        return "Told apart when the list came in" if key.startswith("same:") else otherwise


def _amending_actions(person: Person, known: str) -> Iterator[Action]:
    """What it takes to bring somebody whom the hub has up to date."""
    if person.called is not None:
        yield _on_row(person.row, lambda context: _called(context, person, known))
    if person.back:
        yield _on_row(person.row, partial(take_back, patient=known, note="on the list that came in"))
    if person.changes:
        amend = partial(amend_patient, patient=known, changes=person.changes, reason="the list says so")
        yield Answered(_on_row(person.row, amend), _KnownByNumber())
    for wrong, right in person.corrections.items():
        yield _on_row(person.row, partial(_put_right, patient=known, wrong=wrong, right=right))
    for observation in person.observations:
        yield _on_row(person.row, partial(record_observation, patient=known, observation=observation))


def _put_right(
    context: Context, *, patient: str, wrong: Observation, right: Observation | None
) -> Sequence[Entry]:
    """What the laboratory corrects, or says was entered in error, in the place of what stands here."""
    page = context.queries.patient(patient)
    counting = [each for each in page.observations if not each.withdrawn]
    stands = next((each.id for each in counting if each.observation == wrong), None)
    if stands is None:
        raise UserError("A result that it corrects isn't on record any more.", "Look at the file again.")
    if right is None:
        return withdraw_observation(context, observation_id=stands, reason="entered in error, the file says")
    reason = "the list knows their end" if isinstance(right, Symptoms) else "corrected by the laboratory"
    return correct_observation(context, observation_id=stands, observation=right, reason=reason)


def _home_action(home: Home) -> Action:
    if home.known is None:
        return _on_row(home.row, partial(register_setting, details=home.details))
    before = home.known.details
    changes = {
        field: getattr(home.details, field)
        for field in type(before).model_fields
        if getattr(home.details, field) != getattr(before, field)
    }
    return _on_row(
        home.row,
        partial(amend_setting, setting=home.id, changes=changes, reason="the register says so"),
    )


def _person_actions(person: Person) -> Iterator[Action]:
    made: list[str] = []

    def register(context: Context) -> Sequence[Entry]:
        # whom they may be was looked for among all rows and people at once
        entries = register_patient(
            context, details=person.details, observations=person.observations, told_apart=True
        )
        made.append(entries[0].subject)
        return entries

    yield _on_row(person.row, register)
    if person.called is not None:
        yield _on_row(person.row, lambda context: _called(context, person, made[0]))


def _called(context: Context, person: Person, known: str) -> Sequence[Entry]:
    """Somebody said whom the row means: the next list needn't ask."""
    assert person.called is not None
    return known_as(context, patient=known, called=person.called, apart=person.apart or frozenset())


def _on_row(row: int, action: Action) -> Action:
    """The action; what the hub refuses is said with the row."""

    def on_row(context: Context) -> Sequence[Entry]:
        try:
            return action(context)
        except (Asked, NotAllowed):
            raise
        except UserError as error:
            raise UserError(f"Row {row}: {error.sentence}", error.mend) from None

    return on_row


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


def write_rejects(source: Path | bytes, kind: FileKind, report: ImportReport, path: Path) -> None:
    """Writes the rows that can't be taken, as they stand in the file, each after its reason and mend: mended
    there, it is imported again. `UserError` of a file that is no table."""
    if kind is FileKind.FHIR:
        raise UserError(
            "A FHIR file is mended where it was made.", "Save the report: it has each row with its mend."
        )
    if kind is FileKind.CQC and is_api(source):
        raise UserError(
            "The API's locations are mended where they were got.", "Save the report: it has each row."
        )
    columns = form_of(source).columns if kind is FileKind.CQC else KINDS[kind.value]
    _write(rejects_csv(source, columns, report), path)


def _write(text: str, path: Path) -> None:
    try:
        path.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise _not_written(path, error) from None
