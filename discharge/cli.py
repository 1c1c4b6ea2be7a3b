"""The command line: `discharge propose | verify | import | export | situation | paper | bundle | out |
doctor | backup | restore | verify-backup | seal | server | demo`,
and questions about a plan: `explain | would-help | competes | alternatives | what-if | either-way | prices`.

Exit codes: 0 done; 1 a plan breaks a rule (`verify`), rows have faults (`import`), a hub is not well
(`doctor`), or its server isn't (`server check`); 2 the input can't be used: one line a fault; 3 a bug of the
program: where, without any value.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from discharge import __version__, console
from discharge.model.errors import BrokenFile, Fault, UserError, frames_of

if TYPE_CHECKING:
    from discharge.matching.planned import Planned
    from discharge.model.case import Case
    from discharge.model.plan import Plan
    from discharge.rules.rule_set import RuleSet


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    begun = time.monotonic()
    given = list(sys.argv[1:] if arguments is None else arguments)
    console.have_one()
    if any("\0" in word for word in given):
        print("A file's name can't hold the character NUL. Name another.", file=sys.stderr)
        return 2
    options = _parser(*given[:1]).parse_args(given)
    options.begun = begun
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code: int = options.run(options)
    except UserError as error:
        print(error.on_the_command_line, file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - a traceback would print values, and a value may be a name
        print(f"Something in the program went wrong:\n{frames_of(error)}", file=sys.stderr)
        return 3
    return code


@functools.cache
def _parser(asked: str = "") -> argparse.ArgumentParser:
    """The parser, made once; what the `asked` command alone needs is imported for it alone, as planning
    starts bare."""
    parser = argparse.ArgumentParser(prog="discharge", description="Safe placements from hospital.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, does: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=does, description=does)

    propose = command("propose", "Print the best plan for a case.")
    propose.add_argument("case", type=Path, metavar="CASE.json")
    propose.add_argument("--out", type=Path, metavar="PLAN.json", help="write the plan there instead")
    propose.add_argument(
        "--time-limit", type=_seconds, metavar="SECONDS", help="at the limit, the best plan found so far"
    )
    propose.add_argument(
        "--previous",
        type=Path,
        metavar="PLAN.json",
        help="keep to this plan unless another place is worth it (the weight `churn`); what changes is told",
    )
    propose.add_argument(
        "--would-help", action="store_true", help="also say what would place those without a place"
    )
    propose.set_defaults(run=_propose)

    verify = command("verify", "Check a plan against its case: one line a breach.")
    verify.add_argument("case", type=Path, metavar="CASE.json")
    verify.add_argument("plan", type=Path, metavar="PLAN.json")
    verify.set_defaults(run=_verify)

    for each in (propose, verify, *_question_commands(command)):
        each.add_argument(
            "--rules",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a rule-set file of your own, or a folder of them (may be given again)",
        )

    _hub_commands(command, asked)
    return parser


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("a number of seconds above 0")
    return value


# --- cases and plans -------------------------------------------------------------------------------


def _propose(options: argparse.Namespace) -> int:
    from discharge.matching.propose import propose
    from discharge.matching.verify import verify
    from discharge.model.files import case_sha256, write_plan

    content, case, rules = _case(options)
    previous = None if options.previous is None else _plan(options.previous)
    sha256 = case_sha256(content)
    if options.would_help or previous is not None:
        plan = _asked_for(options, case, rules, previous, sha256)
    else:
        plan = propose(case, rules=rules, sha256=sha256, time_limit=_time_left(options))
    breaches = verify(case, plan, rules=rules, case_sha256=sha256)
    if breaches:
        raise AssertionError("The plan breaks a rule: " + "; ".join(str(b) for b in breaches))
    written = write_plan(plan)
    if options.out is None:
        _print(written)
    else:
        _write(options.out, written)
    return 0


def _time_left(options: argparse.Namespace) -> float | None:
    """What is left of the time limit, which is for the whole run; None without one."""
    if options.time_limit is None:
        return None
    left: float = options.begun + options.time_limit - time.monotonic()
    return max(0.001, left)


def _asked_for(
    options: argparse.Namespace, case: Case, rules: RuleSet, previous: Plan | None, sha256: str
) -> Plan:
    """The plan that keeps to a previous one, with what would help, as was asked for; says what changed."""
    from discharge.matching.answers import difference_of_plans, plan_with_help
    from discharge.matching.planned import plan_case

    planned = plan_case(case, rules=rules, previous=previous, time_limit=_time_left(options))
    plan = planned.plan(sha256)
    if previous is not None:
        changed = difference_of_plans(previous, plan, case).changed
        lines = [p.text for p in changed] or ["Everybody keeps the place of the previous plan."]
        print("\n".join(lines), file=sys.stderr)
    return plan_with_help(planned, plan) if options.would_help else plan


def _verify(options: argparse.Namespace) -> int:
    from discharge.matching.verify import verify
    from discharge.model.files import case_sha256

    content, case, rules = _case(options)
    plan = _plan(options.plan)
    breaches = verify(case, plan, rules=rules, case_sha256=case_sha256(content))
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


def _case(options: argparse.Namespace) -> tuple[bytes, Case, RuleSet]:
    """The case that was asked for, its bytes and its rule set."""
    from discharge.model.files import read_case
    from discharge.rules.rule_set import rule_sets, rules_of

    content = _read(options.case)
    among: Mapping[str, RuleSet] = rule_sets(options.rules)
    case = read_case(content)
    return content, case, rules_of(case, among)


def _plan(path: Path) -> Plan:
    """The plan in a file."""
    from discharge.model.files import read_plan

    content = _read(path)
    try:
        return read_plan(content)
    except BrokenFile as error:
        raise _in_file(path, error) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it can't be read").lower()
        raise BrokenFile([Fault(str(path), f"can't be read: {reason}", "name a file that can")]) from None


def _write(path: Path, content: bytes) -> None:
    """Writes the file whole or not at all."""
    from discharge.actions.whole_files import write_whole

    try:
        write_whole(path, content)
    except OSError as error:
        reason = (error.strerror or "it can't be written").lower()
        raise UserError(f"{path}: can't be written: {reason}.", "Name another place.") from None


def _print(content: bytes) -> None:
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = (error.strerror or "it can't be written").lower()
        raise UserError(f"The plan can't be written: {reason}.", "Name a file with --out.") from None


def _in_file(path: Path, error: BrokenFile) -> BrokenFile:
    return BrokenFile([Fault(f"{path.name}: {f.path}", f.what, f.mend) for f in error.faults])


# --- questions about a plan --------------------------------------------------------------------------


class Answer(Protocol):
    """What every question comes to."""

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        ...

    def as_text(self) -> str:
        """As sentences."""
        ...


Ask = Callable[["Planned", argparse.Namespace], Answer]


def _question_commands(
    command: Callable[[str, str], argparse.ArgumentParser],
) -> list[argparse.ArgumentParser]:
    """The commands that plan a case and answer a question about the plan."""
    found: list[argparse.ArgumentParser] = []

    def question(name: str, does: str, ask: Ask, *, tries: int | str = "") -> argparse.ArgumentParser:
        parser = command(name, does)
        parser.add_argument("case", type=Path, metavar="CASE.json")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="as JSON")
        form.add_argument("--text", action="store_false", dest="json", help="as sentences (the default)")
        if tries:
            told = f"plan again at most so many times (default {tries})"
            default = tries if isinstance(tries, int) else None
            parser.add_argument("--tries", type=_number, default=default, metavar="N", help=told)
        parser.set_defaults(run=_question, ask=ask)
        found.append(parser)
        return parser

    why = question("explain", "Say why a person goes where the plan says, or why not.", _why)
    why.add_argument("patient", metavar="PATIENT")
    why.add_argument("setting", nargs="?", metavar="SETTING")
    tries = "24, more in a small case"
    help_ = question("would-help", "Say what would help those without a place.", _would_help, tries=tries)
    help_.add_argument("patient", nargs="?", metavar="PATIENT")
    competing = question("competes", "Say who shares too few beds.", _competes, tries=12)
    competing.add_argument("patient", nargs="?", metavar="PATIENT")
    other = question("alternatives", "Say what else there is for a person.", _alternatives, tries=tries)
    other.add_argument("patient", metavar="PATIENT")
    other.add_argument("-k", type=_number, default=3, metavar="N", help="so many of the best (default 3)")
    changed = question("what-if", "Say what a change of the case does to everybody.", _what_if)
    changed.add_argument(
        "changed", type=Path, metavar="CHANGED.json", help="the changed case, or only what differs in it"
    )
    either = question("either-way", "Say where somebody goes on either result of a test.", _either_way)
    either.add_argument("patient", metavar="PATIENT")
    question(
        "prices",
        "Say what one more of the scarce beds would be worth.",
        _prices,
        tries="12, more in a small case",
    )
    return found


def _question(options: argparse.Namespace) -> int:
    from discharge.matching.answers.reading import patient_of
    from discharge.matching.planned import plan_case

    options.content, case, options.rule_set = _case(options)
    if getattr(options, "patient", None) is not None:
        patient_of(case, options.patient)
    answer = options.ask(plan_case(case, rules=options.rule_set), options)
    if options.json:
        print(json.dumps(answer.as_json(), ensure_ascii=False, indent=1))
    else:
        print(answer.as_text())
    return 0


def _why(planned: Planned, options: argparse.Namespace) -> Answer:
    from discharge.matching.answers import why
    from discharge.model.files import case_sha256

    return why(planned, options.patient, options.setting, sha256=case_sha256(options.content))


def _would_help(planned: Planned, options: argparse.Namespace) -> Answer:
    from discharge.matching.answers import would_help

    return would_help(planned, options.patient, budget=options.tries)


def _competes(planned: Planned, options: argparse.Namespace) -> Answer:
    from discharge.matching.answers import competes

    return competes(planned, options.patient, budget=options.tries)


def _alternatives(planned: Planned, options: argparse.Namespace) -> Answer:
    from discharge.matching.answers import alternatives

    return alternatives(planned, options.patient, options.k, budget=options.tries)


def _what_if(planned: Planned, options: argparse.Namespace) -> Answer:
    from discharge.matching.answers import difference
    from discharge.matching.answers.patch import changed_case
    from discharge.matching.planned import plan_case
    from discharge.rules.rule_set import rule_sets, rules_of

    changed = _read(options.changed)
    try:
        case = changed_case(options.content, changed)
    except BrokenFile as error:
        raise _in_file(options.changed, error) from None
    return difference(planned, plan_case(case, rules=rules_of(case, rule_sets(options.rules))))


def _either_way(planned: Planned, options: argparse.Namespace) -> Answer:
    from discharge.matching.answers import either_way

    return either_way(planned, options.patient)


def _prices(planned: Planned, options: argparse.Namespace) -> Answer:
    from discharge.matching.answers import prices

    return prices(planned, budget=options.tries)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a number from 1 to 1000")
    return int(text)


# --- hubs --------------------------------------------------------------------------------------------


def _hub_commands(command: Callable[[str, str], argparse.ArgumentParser], asked: str) -> None:
    """The commands that work on a hub."""
    importing = command("import", "Import homes, capacity returns or people from a CSV file, row by row.")
    if asked == "import":
        from discharge.actions.import_command import add_import_arguments

        add_import_arguments(importing)
    importing.set_defaults(run=_import)

    exporting = command("export", "Write the homes sheet, filled with what the hub knows, as a CSV file.")
    if asked == "export":
        from discharge.actions.import_command import add_export_arguments

        add_export_arguments(exporting)
    exporting.set_defaults(run=_export)

    situation = command("situation", "Write how a hub stands, today or on a day gone by, as XLSX or CSV.")
    if asked == "situation":
        from discharge.actions.situation import add_situation_arguments

        add_situation_arguments(situation)
    situation.set_defaults(run=_situation)

    paper = command("paper", "Write a paper that was issued as JSON or as a FHIR document.")
    if asked == "paper":
        from discharge.actions.paper_command import add_paper_arguments

        add_paper_arguments(paper)
    paper.set_defaults(run=_paper)

    bundle = command(
        "bundle", "Say what is in a file that goes to somebody away from the hub, or comes back."
    )
    if asked == "bundle":
        from discharge.actions.bundle_command import add_bundle_arguments

        add_bundle_arguments(bundle)
    bundle.set_defaults(run=_bundle)

    out = command("out", "Write everything that a hub has into a folder: JSON, and a CSV file for each kind.")
    out.add_argument("hub", type=Path, metavar="HUB", help="the hub's file")
    out.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that doesn't exist yet")
    if asked == "out":
        from discharge.actions.door import add_door_arguments

        add_door_arguments(out)
    out.set_defaults(run=_out)

    doctor = command("doctor", "Check a hub wholly: its file, its journal, its tables; mend it, back it up.")
    if asked == "doctor":
        from discharge.actions.doctor import add_doctor_arguments

        add_doctor_arguments(doctor)
    doctor.set_defaults(run=_doctor)

    seal = command("seal", "Seal a plain hub by your passphrase, or give a sealed one another data key.")
    if asked == "seal":
        from discharge.actions.seal_command import add_seal_arguments

        add_seal_arguments(seal)
    seal.set_defaults(run=_seal)

    ways = (
        ("backup", "Make a wholly checked copy of a hub, and bring it to its second folder."),
        ("restore", "Say what a backup holds and what would be gone, and put it in the hub's place."),
        ("verify-backup", "Look at a backup wholly: its file, its record, its tables."),
    )
    for name, does in ways:
        way = command(name, does)
        if asked == name:
            from discharge.actions import backup_command

            {
                "backup": backup_command.add_backup_arguments,
                "restore": backup_command.add_restore_arguments,
                "verify-backup": backup_command.add_verify_arguments,
            }[name](way)
        way.set_defaults(run=functools.partial(_of_backups, name))

    server = command("server", "Prepare, check or try out the PostgreSQL that the desks of a hub share.")
    if asked == "server":
        from discharge.actions.server_command import add_server_arguments

        add_server_arguments(server)
    server.set_defaults(run=_server)

    demo = command("demo", "Make the demo hub: synthetic, three boroughs in November 2020.")
    demo.add_argument("hub", type=Path, metavar="HUB", help="a file that doesn't exist yet")
    demo.add_argument(
        "--fresh",
        action="store_true",
        help="move aside what is left of a hub of that name: backups, witness; nothing is deleted",
    )
    demo.set_defaults(run=_demo)


def _import(options: argparse.Namespace) -> int:
    from discharge.actions.import_command import run_import

    return run_import(options)


def _export(options: argparse.Namespace) -> int:
    from discharge.actions.import_command import run_export

    return run_export(options)


def _situation(options: argparse.Namespace) -> int:
    from discharge.actions.situation import run_situation

    return run_situation(options)


def _paper(options: argparse.Namespace) -> int:
    from discharge.actions.paper_command import run_paper

    return run_paper(options)


def _bundle(options: argparse.Namespace) -> int:
    from discharge.actions.bundle_command import run_bundle

    return run_bundle(options)


def _out(options: argparse.Namespace) -> int:
    from discharge.actions.all_out import run_out

    return run_out(options)


def _of_backups(name: str, options: argparse.Namespace) -> int:
    from discharge.actions import backup_command

    run = {
        "backup": backup_command.run_backup,
        "restore": backup_command.run_restore,
        "verify-backup": backup_command.run_verify,
    }
    return run[name](options)


def _doctor(options: argparse.Namespace) -> int:
    from discharge.actions.doctor import run_doctor

    return run_doctor(options)


def _seal(options: argparse.Namespace) -> int:
    from discharge.actions.seal_command import run_seal

    return run_seal(options)


def _server(options: argparse.Namespace) -> int:
    from discharge.actions.server_command import run_server

    return run_server(options)


def _demo(options: argparse.Namespace) -> int:
    from discharge.actions.demo import make_demo

    if options.hub.exists():
        raise UserError(f"{options.hub} is there already.", "Name a file that doesn't exist yet.")
    make_demo(options.hub, fresh=options.fresh)
    print(f"The demo hub is in {options.hub}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
