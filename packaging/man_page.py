"""The man pages of `discharge` and `discharge-desk`, made from what the programs themselves read: argparse.

    python packaging/man_page.py FOLDER

writes discharge.1 and discharge-desk.1 there. A command or option that is added or taken away is so on the
page by itself.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from discharge import __version__, cli  # noqa: E402
from ui import __main__ as window  # noqa: E402

CODES = (
    (0, "done"),
    (1, "a plan breaks a rule, rows have faults, or a hub is not well"),
    (2, "the input can't be used: one line a fault"),
    (3, "a bug of the program: where, without any value"),
)


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command of `discharge` with all its options, by name, in the order of its help."""
    names = _choices(cli._parser())
    return {name: _choices(cli._parser(name))[name] for name in names}


def _choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = next(each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    return dict(found.choices)


def command_line_page() -> str:
    """The page of `discharge`."""
    lines = [*_head("discharge", "safe placements from hospital, at the command line")]
    lines += [".SH SYNOPSIS", ".B discharge", r"[\-h] [\-\-version]", ".I COMMAND", r"\&..."]
    lines += [".SH DESCRIPTION", _text(_described(cli._parser()))]
    lines += ["Each command has its own help:", ".B discharge", ".I COMMAND", r".BR \-h ."]
    lines += [".SH COMMANDS"]
    for name, parser in commands().items():
        lines += [f".SS {_text(name)}", _text(_described(parser)), ".PP", *_usage(parser), *_options(parser)]
    lines += [".SH EXIT STATUS"]
    for code, meaning in CODES:
        lines += [".TP", f".B {code}", _text(meaning)]
    lines += [".SH SEE ALSO", ".BR discharge\\-desk (1)"]
    return "\n".join(lines) + "\n"


def window_page() -> str:
    """The page of `discharge-desk`."""
    parser = window._parser()
    lines = [*_head("discharge-desk", "the desk of a hospital discharge hub")]
    lines += [".SH SYNOPSIS", *_usage(parser), ".SH DESCRIPTION", _text(_described(parser))]
    lines += [".SH OPTIONS", *_options(parser), ".SH SEE ALSO", ".BR discharge (1)"]
    return "\n".join(lines) + "\n"


def _head(name: str, what: str) -> Iterator[str]:
    yield f'.TH {name.upper()} 1 "" "Discharge Desk {__version__}" "Discharge Desk"'
    yield ".SH NAME"
    yield rf"{_text(name)} \- {_text(what)}"


def _described(parser: argparse.ArgumentParser) -> str:
    return " ".join((parser.description or "").split())


def _usage(parser: argparse.ArgumentParser) -> Iterator[str]:
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    yield _text(usage)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    formatter = parser._get_formatter()
    for action in parser._actions:
        told = action.help not in (None, argparse.SUPPRESS)
        if not told or isinstance(action, argparse._HelpAction):
            continue  # what has no words of its own stands in the synopsis
        yield ".TP"
        yield rf"\fB{_text(formatter._format_action_invocation(action))}\fR"
        yield _text(" ".join(formatter._expand_help(action).split()))


def _text(words: str) -> str:
    """Words as troff takes them: nothing in them is a request or an escape."""
    safe = re.sub(r"\\", r"\\e", words).replace("-", r"\-").replace("…", "...").replace("’", "'")
    return rf"\&{safe}" if safe.startswith((".", "'")) else safe


def main(arguments: list[str]) -> int:
    """Write both pages; return the exit code."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "discharge.1").write_text(command_line_page(), "utf-8", newline="\n")
    (folder / "discharge-desk.1").write_text(window_page(), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
