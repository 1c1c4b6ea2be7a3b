"""What the dialog has done aside, in the store's thread: look at a file, find what it is, take it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from discharge.exchange.report import Answers
from discharge.model.errors import UserError
from ui.imports.lines import ImportLine, report_lines
from ui.models.table import Prepared, RowsModel

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.exchange import ImportDone, InDirectory
    from discharge.exchange.headers import Unmatched
    from discharge.exchange.register.kept import KeptRegister
    from discharge.exchange.report import ImportReport
    from discharge.model.people import User
    from discharge.store.ask.queries import Queries

Kept = dict[str, "KeptRegister"]
Told = Callable[[int, int, str], None]
"""Called with how much is done, of how much, and what is being done."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file with what the user said of it: its kind, the answers so far, and of which authorities."""

    path: Path
    kind: str
    answers: Answers
    authorities: Collection[str] | None
    kept: Kept = field(default_factory=dict)
    """What was read of it before, kept for its next answer."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What reading the file found."""

    report: ImportReport
    lines: Prepared[ImportLine]
    stamp: tuple[int, int]


def looking(chosen: Chosen, model: RowsModel[ImportLine]) -> Callable[[Desk, Told], Looked]:
    """Reads the file; nothing is written."""

    def read(desk: Desk, progress: Told) -> Looked:
        from discharge.actions.exchange import preview
        from discharge.actions.file_kinds import FileKind
        from discharge.exchange.register.kept import KeptRegister

        stamp = stamp_of(chosen.path)
        report = preview(
            desk,
            kind=FileKind(chosen.kind),
            source=chosen.path,
            answers=chosen.answers,
            authorities=chosen.authorities,
            progress=lambda what, at, total: progress(at, total, what),
            kept=chosen.kept.setdefault("register", KeptRegister()),
        )
        names = desk.ask(partial(_names, kind=chosen.kind))
        return Looked(report, model.prepare(report_lines(report, names)), stamp)

    return read


def taking(
    chosen: Chosen,
    model: RowsModel[ImportLine],
    *,
    by: User,
    good_only: bool,
    stamp: tuple[int, int],
) -> Callable[[Desk, Told], tuple[ImportDone, Prepared[ImportLine]]]:
    """Takes the file as it was looked at, in one transaction; one that changed since is refused."""

    def write(desk: Desk, progress: Told) -> tuple[ImportDone, Prepared[ImportLine]]:
        from discharge.actions.exchange import import_file
        from discharge.actions.file_kinds import FileKind

        if stamp_of(chosen.path) != stamp:
            raise UserError("The file has changed since it was read.", "Look at it again, then take it.")
        finished = import_file(
            desk,
            kind=FileKind(chosen.kind),
            source=chosen.path,
            by=by,
            take_good_rows=good_only,
            answers=chosen.answers,
            authorities=chosen.authorities,
            progress=lambda what, at, total: progress(at, total, what),
        )
        names = desk.ask(partial(_names, kind=chosen.kind))
        return finished, model.prepare(report_lines(finished.report, names))

    return write


def finding_where(path: Path) -> Callable[[Desk, Told], InDirectory]:
    """Finds which authorities a CQC directory has homes in."""

    def read(desk: Desk, progress: Told) -> InDirectory:
        from discharge.actions.exchange import authorities_of

        return authorities_of(desk, path, progress=lambda what, at, total: progress(at, total, what))

    return read


def finding_kind(path: Path) -> Callable[[Desk, Told], str]:
    """Finds what the file is by its columns: the name of its kind."""

    def find(desk: Desk, progress: Told) -> str:
        from discharge.actions.file_kinds import find_kind

        kind = find_kind(path, desk=desk, progress=lambda what, at, total: progress(at, total, what))
        return kind.value

    return find


def finding_titles(path: Path, kind: str) -> Callable[[Desk], Unmatched]:
    """Finds which of the file's titles aren't known, with what was said of them."""

    def find(desk: Desk) -> Unmatched:
        from discharge.actions.file_kinds import FileKind, to_match_again

        return to_match_again(desk, FileKind(kind), path)

    return find


def keeping_titles(path: Path, kind: str, titles: Mapping[str, str]) -> Callable[[Desk], None]:
    """Keeps what somebody said that titles mean."""

    def write(desk: Desk) -> None:
        from discharge.actions.file_kinds import FileKind, match_columns

        match_columns(desk, FileKind(kind), path, titles=titles, anew=True)

    return write


def stamp_of(path: Path) -> tuple[int, int]:
    """What tells that a file is as it was: its size and when it was written. `UserError` where it is gone."""
    try:
        found = path.stat()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UserError(f"{path.name} can't be read: {reason}.", "Choose another file.") from None
    return found.st_size, found.st_mtime_ns


def _names(queries: Queries, *, kind: str) -> Mapping[str, str]:
    """What the rows of such a file are about, by name: people by their reference, homes by their CQC id."""
    if kind in ("patients", "fhir"):
        return queries.patient_names()
    names = queries.setting_names()
    return {
        **queries.patient_names(),
        **names,
        **{cqc: names[name] for cqc, name in queries.setting_ids_by_cqc().items()},
    }
