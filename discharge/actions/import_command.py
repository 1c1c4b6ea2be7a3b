"""`discharge import` and `discharge export`: files brought in, and the homes sheet, at the command line."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

from discharge.actions.desk import Desk
from discharge.actions.door import add_door_arguments, desk_at_door
from discharge.actions.exchange import ImportRefused, authorities_of, import_file, preview
from discharge.actions.file_kinds import (
    CAN_BE_MATCHED,
    CAN_BE_TAKEN_BACK,
    FileKind,
    Progress,
    UnknownKind,
    find_kind,
    match_columns,
    to_match,
)
from discharge.actions.files_out import homes_sheet, write_homes_sheet, write_rejects, write_report
from discharge.actions.imports_back import take_back_import
from discharge.actions.postcodes import (
    bring_postcodes,
    fill_places,
    filling_words,
    look_at_postcodes,
    places_to_fill,
)
from discharge.actions.rows_in import WHY_GONE
from discharge.exchange.fhir.bundle import NOUN as FHIR_FILE
from discharge.exchange.register.authorities import chosen_among
from discharge.exchange.register.days import UnclearDays
from discharge.exchange.register.homes import GONE_HOME
from discharge.exchange.report import (
    Answers,
    ImportReport,
    Outcome,
    RowOutcome,
)
from discharge.model.errors import BrokenFile, NotAllowed, UserError
from discharge.model.people import User
from discharge.words.counts import count_words, listing

SHOWN_ON_THE_COMMAND_LINE = 20
KIND = f"[{'|'.join(FileKind)}]"


class Told:
    """How far a long file is, on one line that is written over, where somebody sits at a terminal.

    Silent for the first `after` seconds, and where `to` is no terminal.
    """

    def __init__(self, to: TextIO, *, after: float = 1.0) -> None:
        self._to, self._from = to, time.monotonic() + after
        self._shown = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Called with what is being done, how much of it, of how much."""
        words = f"{what}: {100 * done // max(total, 1)} %"
        if words != self._shown and time.monotonic() >= self._from:
            self._to.write(f"\r{words:<{len(self._shown)}}")
            self._to.flush()
            self._shown = words

    def done(self) -> None:
        """The line is blank again."""
        if self._shown:
            self._to.write(f"\r{'':<{len(self._shown)}}\r")
            self._to.flush()
            self._shown = ""


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `discharge import`, for `run_import`."""
    parser.add_argument(
        "what",
        nargs="*",
        metavar="[KIND] FILE",
        help="the file, CSV, XLSX, ODS or FHIR (of postcodes also the zip, or its folder); "
        f"its kind, {', '.join(FileKind)}, is known by its columns",
    )
    parser.add_argument("--hub", type=Path, required=True, help="the hub's file")
    parser.add_argument("--by", required=True, metavar="USER", help="who imports it: a user's id or name")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would become of each row, write nothing"
    )
    parser.add_argument(
        "--take-good-rows", action="store_true", help="import the good rows even where others have faults"
    )
    parser.add_argument(
        "--another",
        type=int,
        action="append",
        default=[],
        metavar="ROW",
        help="a row that was held up: it is another person, take it (once for each row)",
    )
    parser.add_argument(
        "--authority",
        action="append",
        default=[],
        metavar="NAME",
        help="of a CQC directory: new homes of this local authority alone (once for each; default: the hub's"
        " own), or all",
    )
    parser.add_argument(
        "--take-changes",
        action="store_true",
        help="of a register: all that it says otherwise of the hub's homes is right",
    )
    parser.add_argument(
        "--days",
        choices=["day-first", "month-first"],
        help="which comes first in the file's days, where nothing in it proves that",
    )
    parser.add_argument(
        "--same",
        action="append",
        default=[],
        metavar="ROW=ID",
        help="a row that was held up: it is this person or home of the hub (once for each row)",
    )
    parser.add_argument(
        "--list-wins",
        action="append",
        default=[],
        metavar="ROW or ROW=FIELD",
        help="take the row's words, or one of them, also where somebody wrote otherwise at the hub",
    )
    parser.add_argument(
        "--hub-stays",
        action="append",
        default=[],
        metavar="ROW=FIELD",
        help="what the hub has of this field stays, though the row says otherwise (once for each)",
    )
    parser.add_argument(
        "--leave-out", type=int, action="append", default=[], metavar="ROW", help="a row that stays out"
    )
    parser.add_argument(
        "--gone",
        action="append",
        default=[],
        metavar="ID=REASON",
        help=f"somebody not on the list any more has left: {', '.join(WHY_GONE)}; or a home the register:"
        f" {', '.join(GONE_HOME)}, joined",
    )
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="OUT.csv",
        help="write the rows that can't be taken here, to be mended",
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="TITLE=COLUMN",
        help="what a title of the file means (once for each); kept for the next file of the same titles",
    )
    parser.add_argument(
        "--fill-places",
        action="store_true",
        help="of a file of postcodes: place every setting and person with it that lacks a place",
    )
    parser.add_argument("--take-back", metavar="GROUP", help="take back an import whole, by its group")
    parser.add_argument("--reason", default="", help="why it is taken back")
    parser.add_argument("--report", type=Path, metavar="OUT.csv", help="write what became of each row here")
    add_door_arguments(parser)


def run_import(args: argparse.Namespace, *, out: TextIO | None = None) -> int:
    """`discharge import`: 0 taken (or, dry, nothing in the way), 1 rows with faults and nothing written,
    2 the file, the hub or the user can't be read or found."""
    out = out or sys.stdout
    told = Told(sys.stderr) if sys.stderr is not None and sys.stderr.isatty() else None
    try:
        if not args.hub.exists():
            raise UserError(f"There is no hub at {args.hub}.", "Check the path.")
        with desk_at_door(args.hub, args, holder=args.by) as (desk, who):
            out.writelines(f"{remark}\n" for remark in desk.take_remarks())
            return _import(desk, args, out, told, who)
    except BrokenFile as broken:
        out.writelines(f"{Path(args.what[-1]).name}: {fault}\n" for fault in broken.faults)
        if isinstance(broken, UnknownKind):
            kind = KIND if broken.guess is None else broken.guess.value
            out.write(f"{broken.words} Say what it is before its name:".lstrip())
            out.write(f" discharge import {kind} {Path(args.what[-1]).name}\n")
        if isinstance(broken, UnclearDays):
            out.write("Say it with --days day-first or --days month-first.\n")
        return 2
    except UserError as error:
        out.write(f"{error.on_the_command_line}\n")
        return 2
    finally:
        if told is not None:
            told.done()


def _import(desk: Desk, args: argparse.Namespace, out: TextIO, told: Told | None, who: User | None) -> int:
    user = _user(desk, args.by) if who is None else _same(who, args.by)
    if args.take_back:
        desk.perform(partial(take_back_import, group=args.take_back, reason=args.reason), by=user)
        out.write(f"Taken back: {args.take_back}.\n")
        return 0
    file, kind = _what(desk, args.what, out, told)
    if kind is FileKind.POSTCODES:
        return _postcodes(desk, file, user, args, out, told)
    if args.authority and kind is not FileKind.CQC:
        raise _refused("Only a CQC directory is read by authority.", "Leave --authority out.")
    answers = _answers(args)
    if args.column:
        match_columns(desk, kind, file, titles=dict(_pairs(args.column, "--column")))
    if kind in CAN_BE_MATCHED:
        out.writelines(_guesses(desk, kind, file))
    refused: ImportRefused | None = None
    for path in (args.report, args.rejects):
        if path is not None and not path.absolute().parent.is_dir():
            raise UserError(
                f"There is no folder {path.parent} for the report.", "Make it, or choose another."
            )
    chosen = None
    if kind is FileKind.CQC:
        chosen = _chosen(desk, file, args.authority, out, dry=args.dry_run, told=told)
    if args.dry_run:
        report = preview(desk, kind=kind, source=file, answers=answers, authorities=chosen, progress=told)
    else:
        try:
            done = import_file(
                desk,
                kind=kind,
                source=file,
                by=user,
                take_good_rows=args.take_good_rows,
                answers=answers,
                authorities=chosen,
                progress=told,
            )
            report = done.report
        except ImportRefused as error:
            report, refused = error.report, error
    if told is not None:
        told.done()
    _say(report, out)
    if args.report is not None:
        write_report(report, args.report)
    if args.rejects is not None:
        write_rejects(desk, file, kind, report, args.rejects)
    if report.group and kind in CAN_BE_TAKEN_BACK:
        out.write(f"On record as {report.group}; --take-back {report.group} takes all of it back.\n")
    if refused is not None:
        out.write(f"{refused.on_the_command_line}\n")
    return 1 if refused is not None or (args.dry_run and report.faults and not args.take_good_rows) else 0


def _postcodes(
    desk: Desk, file: Path, user: User, args: argparse.Namespace, out: TextIO, told: Progress | None
) -> int:
    """A download of postcodes, which comes beside the hub; with `--fill-places` the places are filled too."""
    if args.dry_run:
        out.writelines(f"{sentence}\n" for sentence in look_at_postcodes(desk, file).sentences())
        return 0
    out.writelines(
        f"{sentence}\n" for sentence in bring_postcodes(desk, file, by=user, progress=told).sentences
    )
    if not args.fill_places:
        out.write(f"{filling_words(places_to_fill(desk, by=user))}\n")
        return 0
    done = fill_places(desk, by=user, progress=told)
    out.write(f"{done.sentence}\n")
    if done.group:
        out.write(f"On record as {done.group}; --take-back {done.group} takes all of it back.\n")
    return 0


def _guesses(desk: Desk, kind: FileKind, file: Path) -> Iterator[str]:
    """What the file's unknown titles could mean, and how somebody says so; none counts before that. What is
    missing is said beside the titles that mean nothing yet."""
    there = to_match(desk, kind, file)
    for column, title in there.guesses.items():
        yield f'{title!r} could be {column}: --column "{title}={column}" says that it is.\n'
    missing = [column for column in there.missing if column not in there.guesses]
    titles = [repr(title) for title in there.titles if title not in there.guesses.values()]
    if missing and titles:
        words = listing(missing, most=len(missing))
        yield f"Wanted too: {words}. Where {listing(titles, 'or', most=12)} is one: --column TITLE=COLUMN.\n"


ALL = "all"
"""Said in the place of an authority: every one of the file."""


def _chosen(
    desk: Desk,
    file: Path,
    named: Sequence[str],
    out: TextIO,
    *,
    dry: bool,
    told: Progress | None,
) -> tuple[str, ...] | None:
    """The authorities named on the command line; else the hub's own among those of the file, which is said;
    None for all of them. Several, none of which is named or the hub's, are asked about unless nothing is
    written."""
    directory = authorities_of(desk, file, progress=told)
    there = directory.there
    if named and [each.casefold() for each in named] != [ALL]:
        return chosen_among(there, named)
    if named or len(there) <= 1:
        return None
    ours = [each for each in there if each.name in directory.ours]
    if ours:
        words = listing([each.name for each in ours], most=12)
        out.write(f"No --authority is named: new homes are taken of the hub's own, {words}.\n")
        return tuple(each.name for each in ours)
    homes = count_words(sum(each.homes for each in there), "home")
    if not dry:
        raise _refused(
            f"The file has {homes} in {len(there):,} authorities, and none is named.",
            f"Name each that is wanted with --authority NAME, or all of them with --authority {ALL}.",
        )
    out.write(
        f"No --authority is named: the homes of all {len(there):,} authorities of the file are read"
        f" ({homes}).\n"
    )
    return None


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `discharge export`, for `run_export`."""
    parser.add_argument("what", choices=["homes"], help="the homes sheet: one row a group of beds")
    parser.add_argument("file", type=Path, metavar="OUT.csv", help="where to write it")
    parser.add_argument("--hub", type=Path, required=True, help="the hub's file")
    add_door_arguments(parser)


def run_export(args: argparse.Namespace, *, out: TextIO | None = None) -> int:
    """`discharge export`: 0 written, 2 the hub can't be read or the file not written."""
    out = out or sys.stdout
    try:
        if not args.hub.exists():
            raise UserError(f"There is no hub at {args.hub}.", "Check the path.")
        with desk_at_door(args.hub, args) as (desk, _who):
            content = desk.ask(homes_sheet)
        write_homes_sheet(content, args.file)
    except UserError as error:
        out.write(f"{error.on_the_command_line}\n")
        return 2
    out.write(f"The homes sheet is in {args.file}.\n")
    return 0


def _what(desk: Desk, given: Sequence[str], out: TextIO, told: Progress | None) -> tuple[Path, FileKind]:
    """The file and its kind: as it is given, else as its columns say."""
    kinds = [kind.value for kind in FileKind]
    if len(given) == 2 and given[0] in kinds:
        return Path(given[1]), FileKind(given[0])
    if len(given) != 1:
        raise UserError("One file is to be named.", f"Give it alone, or after its kind: {', '.join(kinds)}.")
    file = Path(given[0])
    kind = find_kind(file, desk=desk, progress=told)
    by = "as JSON" if kind is FileKind.FHIR else "by its columns"
    out.write(f"What {file.name} is, {by}: {kind.words}.\n")
    return file, kind


def _pairs(given: Sequence[str], option: str) -> Iterator[tuple[str, str]]:
    for text in given:
        left, equals, right = text.partition("=")
        if not (left and equals and right):
            raise UserError(f"{option} {text} isn't understood.", "Write one, an equals sign, the other.")
        yield left.strip(), right.strip()


def _refused(sentence: str, command: str) -> UserError:
    """What only the command line can be told, as nothing else has flags."""
    error = UserError(sentence)
    error.command = command
    return error


def _answers(args: argparse.Namespace) -> Answers:
    same = dict(_pairs(args.same, "--same"))
    for row in same:
        _row_number(row)
    whole = [row for row in args.list_wins if row.isdigit()]
    single = [each for each in args.list_wins if not each.isdigit()]
    turned = [*_pairs(single, "--list-wins"), *_pairs(args.hub_stays, "--hub-stays")]
    for row, _ in turned:
        _row_number(row)
    return Answers(
        another=frozenset(args.another),
        same={int(row): person for row, person in same.items()},
        over=frozenset(map(int, whole)),
        turned=frozenset((int(row), field) for row, field in turned),
        gone=dict(_pairs(args.gone, "--gone")),
        left_out=frozenset(args.leave_out),
        all_changes=args.take_changes,
        month_first=None if args.days is None else args.days == "month-first",
    )


def _row_number(said: str) -> None:
    if not said.isdigit():
        raise UserError(
            f"{said} is no number of a row.",
            "Name a row of the file by its number, then what is said of it: 3=P-0001, 3=ward.",
        )


def _user(desk: Desk, wanted: str) -> User:
    people = [user for user in desk.people() if user.active]
    named = [user for user in people if user.id == wanted] or [
        user for user in people if user.name.casefold() == wanted.casefold()
    ]
    if len(named) != 1:
        raise UserError(
            f"{wanted} is not one of this hub's people."
            if not named
            else f"Several people are called {wanted}.",
            f"Use one of {', '.join(f'{user.id} ({user.name})' for user in people)}.",
        )
    return desk.sign_in(named[0].id)


def _same(who: User, named: str) -> User:
    """Whoever came in to a sealed hub imports in their own name alone."""
    if named.casefold() not in (who.id.casefold(), who.name.casefold()):
        raise NotAllowed(f"{who.name} came in, and {named} is somebody else.", "Name the same person twice.")
    return who


def _say(report: ImportReport, out: TextIO) -> None:
    """What became of the file, without a person's name or number."""
    out.write(f"{report.summary()}\n")
    out.writelines(f"{note}\n" for note in report.notes)
    # of FHIR what isn't read stands in rows too, and is told
    told = report.noun == FHIR_FILE
    loud = [row for row in report.rows if row.outcome is Outcome.CHANGED or row.is_fault or _left(row, told)]
    for row in report.rows:
        if row.changes and row.outcome is not Outcome.HELD:
            fields = listing([f"{each.field} stays" if each.kept else each.field for each in row.changes])
            out.write(f"row {row.row}{_line_of(row)} {row.about}: {fields}\n")
    for one in report.gone:
        otherwise = "takes nobody until somebody decides;" if one.home else "still waiting?"
        left = f"left: {one.left}" if one.left else f"{otherwise} else --gone {one.id}=REASON"
        said = one.said or "isn't on the list"
        out.write(f"{one.id} {said}; {left}\n")
    loud.sort(key=lambda row: (not row.is_fault, row.row))
    for row in loud[:SHOWN_ON_THE_COMMAND_LINE]:
        for remark in row.remarks:
            outcome = "left out" if _left(row, told) else row.outcome
            out.write(f"row {row.row}{_line_of(row)} {outcome}: {remark}\n")
    if len(loud) > SHOWN_ON_THE_COMMAND_LINE:
        out.write(
            f"... and {len(loud) - SHOWN_ON_THE_COMMAND_LINE:,} more rows; --report OUT.csv has them all\n"
        )


def _left(row: RowOutcome, told: bool, /) -> bool:
    """Whether a row is left out with nothing to mend, where that is told."""
    return told and row.harmless and row.outcome is Outcome.REJECTED


def _line_of(row: RowOutcome) -> str:
    return "" if row.line == row.row else f" (line {row.line})"
