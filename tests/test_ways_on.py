"""What an error says to do is for the window; the command line's own ways are said at the command line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house import code

FLAG = re.compile(r"(^|[\s(\"'])--[a-z]|\bdischarge (doctor|demo|import|propose|verify)\b")
OF_THE_COMMAND_LINE = {
    "discharge/actions/bundle_command.py",
    "discharge/actions/door.py",
    "discharge/actions/seal_command.py",
    "discharge/actions/server_command.py",
    "discharge/cli.py",
    "discharge/console.py",
}


def said_by_errors(tree: ast.AST) -> Iterator[str]:
    """Every text that is given to an error or a message, but for what is said to be of the command line."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if not re.search(r"(Error|Allowed|Asked|Trouble|Store|Record|Refused|Message|Stopped)$", name):
            continue
        given = [*node.args, *(each.value for each in node.keywords if each.arg != "command")]
        for each in given:
            for part in ast.walk(each):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


@pytest.mark.whole
def test_what_an_error_says_in_the_window_names_no_flag_of_the_command_line() -> None:
    wrong = [
        f"{name}: {text}"
        for name, tree in code(having=r"--[a-z]|\b(doctor|demo|propose|verify)\b|\bdischarge import")
        if name not in OF_THE_COMMAND_LINE
        for text in said_by_errors(tree)
        if FLAG.search(text)
    ]
    assert wrong == []
