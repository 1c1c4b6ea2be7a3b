"""The commands that the documents name are there, with the options and kinds they are named with."""

from __future__ import annotations

import functools
import io
import re
from contextlib import redirect_stderr, redirect_stdout

import pytest

from discharge.actions.file_kinds import FileKind
from discharge.cli import main
from discharge.store.file.migrations import CURRENT
from tests.docs.pages import ROOT

TEXT = "\n".join(
    (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/running.md", "docs/server.md")
)
COMMANDS = re.findall(r"(?:^ {4}|`)discharge ([a-z][a-z-]+)([^`\n]*)", TEXT, flags=re.MULTILINE)


@functools.cache
def help_of(command: str) -> str:
    """What the command says of itself; of an unknown one nothing."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(io.StringIO()), pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    return said.getvalue() if ended.value.code == 0 else ""


@pytest.mark.parametrize("command", sorted({name for name, _ in COMMANDS}))
def test_every_command_that_is_named_is_there_with_its_options(command: str) -> None:
    rests = [rest for name, rest in COMMANDS if name == command]
    options = {option for rest in rests for option in re.findall(r"--[a-z][a-z-]+", rest)}
    ways = {way for rest in rests for way in re.findall(r"^ ([a-z][a-z-]+)\b", rest)}
    helps = help_of(command) + "".join(help_of(f"{command} {way}") for way in ways)
    assert help_of(command)
    assert {option for option in options if option not in helps} == set()


def test_every_kind_of_file_is_named_for_the_import() -> None:
    [kinds] = re.findall(r"^ +((?:[a-z_]+\|)+[a-z_]+)$", TEXT, flags=re.MULTILINE)
    assert kinds.split("|") == [kind.value for kind in FileKind]


def test_the_changes_name_the_version_of_the_file_that_this_program_writes() -> None:
    [store, *_] = re.findall(
        r"^## .*\(store (\d+)\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert int(store) == CURRENT
