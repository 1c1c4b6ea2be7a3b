"""Files in: a preview without writing, and an import that is one transaction or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from discharge.actions.context import Action, Answered, Context, answers_to
from discharge.actions.desk import Cancelled, Desk
from discharge.actions.file_kinds import OF_PEOPLE, FileKind, Progress, columns_of
from discharge.actions.known_to_hub import known_homes, known_hub, known_returns, known_sheet
from discharge.actions.rows_held import held_up, placed, with_beds_said
from discharge.actions.rows_in import actions_of, count_steps
from discharge.actions.sensible import carried_by
from discharge.exchange.bed_types import read_bed_types
from discharge.exchange.capacity_tracker import read_returns
from discharge.exchange.fhir.bundle import read_fhir
from discharge.exchange.homes_sheet.reading import read_homes_sheet
from discharge.exchange.patients import read_patients
from discharge.exchange.register.authorities import InAuthority, authorities_in
from discharge.exchange.register.days import as_at
from discharge.exchange.register.homes import KnownHome
from discharge.exchange.register.kept import KeptRegister
from discharge.exchange.register.reading import read_register
from discharge.exchange.report import (
    NO_ANSWERS,
    Answers,
    Imported,
    ImportReport,
)
from discharge.model.errors import UserError
from discharge.model.hub import Changed
from discharge.model.london import london_date
from discharge.model.people import User
from discharge.rules.authorities import key
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry
from discharge.words.counts import count_words
from discharge.words.days import day_and_time, day_words

_TIMES_SAID = 200


class _Ticked(dict[str, str]):
    """The same reason to whatever is asked of a row that somebody has looked at and ticked."""

    def get(self, _key: str, _otherwise: Any = None) -> str:
        return "Looked at in the import and taken as it is"


_TICKED = _Ticked()


@dataclass(frozen=True, slots=True)
class ImportDone:
    """A finished import: the report, and what it changed (None: there was nothing to write)."""

    report: ImportReport
    changed: Changed | None


NO_FILES = "Files can't be imported"


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
    kept: KeptRegister | None = None,
) -> ImportReport:
    """What would become of each row of the file; nothing is written.

    `authorities`: of a CQC directory, those whose homes are new to the hub are taken; None: all.
    `answered` are rows that were held up and are to be taken all the same: somebody says so, and may have
    more `answers`; of a register `kept` spares reading it all again. Raises `BrokenFile` where the file can't
    be read as what it should be, `Cancelled` on the user's word.
    """
    desk.refuse_to_wait(NO_FILES)
    together = _together(answers, answered)
    return _read(desk, kind, source, together, authorities, progress, cancelled, kept).report


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
    desk.refuse_to_wait(NO_FILES)
    answers = _together(answers, answered)
    found = _read(desk, kind, source, answers, authorities, progress, cancelled)
    report = found.report
    if report.faults and not take_good_rows:
        raise ImportRefused(report)
    if not found.found:
        return ImportDone(report, None)
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
    return ImportDone(replace(report, group=group), changed)


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
    kept: KeptRegister | None = None,
) -> Imported[Any]:
    reading = told_of_reading(progress, cancelled)
    if kind is FileKind.CQC:
        kept = kept or KeptRegister()
        homes, today = desk.ask(partial(_homes_once, source=source, kept=kept))
        found = read_register(
            source, homes, today=today, authorities=authorities, answers=answers, progress=reading, kept=kept
        )
        notes = (*_older_register(desk, found.report.file), *found.report.notes)
        return replace(found, report=replace(found.report, notes=notes))
    if kind is FileKind.SHEET:
        return read_homes_sheet(source, desk.ask(known_sheet), answered=answers.another, progress=reading)
    if kind in (FileKind.CAPACITY, FileKind.BED_TYPES):
        known, units = desk.ask(known_returns)
        read = read_returns if kind is FileKind.CAPACITY else read_bed_types
        returns = read(
            source,
            known,
            now=desk.now(),
            columns=columns_of(desk, kind, source),
            answered=answers.another,
            progress=reading,
        )
        return with_beds_said(returns, units, london_date(desk.now()), known.registered)
    if kind is FileKind.FHIR:
        people = read_fhir(source, desk.ask(known_hub), now=desk.now(), answers=answers, progress=reading)
    else:
        people = read_patients(
            source,
            desk.ask(known_hub),
            now=desk.now(),
            answers=answers,
            columns=columns_of(desk, kind, source),
            progress=reading,
        )
    if said := _older(desk, source):
        report = replace(people.report, notes=(said, *people.report.notes))
        people = replace(people, report=report)
    carried = desk.ask(lambda queries: carried_by(queries.rules()))
    people, unknown = desk.places(partial(placed, people))
    return held_up(people, now=desk.now(), carried=carried, unknown=unknown, answered=answers.another)


def _homes_once(
    queries: Queries, *, source: Path | bytes, kept: KeptRegister
) -> tuple[Mapping[str, KnownHome], date]:
    """The hub's homes, from what is kept where nothing was recorded since, and today."""
    stat = source.stat() if isinstance(source, Path) else None
    file = (source, None if stat is None else (stat.st_size, stat.st_mtime_ns))
    kept.look(file=file, hub=(queries.head(), queries.today))
    if kept.known is None:
        kept.known = known_homes(queries)
    return kept.known, queries.today


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


def told_of_reading(
    progress: Progress | None, cancelled: Callable[[], bool] | None
) -> Callable[[int, int], None]:
    """What a reader of files tells as it goes; raises `Cancelled` once the user says so."""

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
    desk.refuse_to_wait(NO_FILES)
    known, areas = desk.ask(lambda queries: (queries.setting_ids_by_cqc(), queries.hub().areas))
    there = authorities_in(source, frozenset(known), progress=told_of_reading(progress, cancelled))
    own = {key(name) for name in areas}
    ours = frozenset(each.name for each in there if each.name and (each.known or key(each.name) in own))
    return InDirectory(there, ours)
