"""The rooms of the house: which may know which, and that none knows itself by a detour."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import networkx as nx
import pytest

from tests.house import code

ROOT = Path(__file__).parents[1]


@pytest.mark.whole
def test_every_import_contract_is_kept() -> None:
    # in a process of its own: it silences the logs of whoever runs it
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.whole
def test_no_module_imports_itself_by_way_of_others_not_even_within_a_function() -> None:
    house = grimp.build_graph("discharge", "ui", cache_dir=None)
    imports = nx.DiGraph(
        (one, other) for one in house.modules for other in house.find_modules_directly_imported_by(one)
    )
    circles = [sorted(circle) for circle in nx.strongly_connected_components(imports) if len(circle) > 1]
    assert not circles


DOCSTRING = re.compile(r':\n\s+r?"""([A-Z][a-z]+)')
FORM = re.compile(r'^\s*class (\w+(?:Form|Dialog))\b[^:]*:\n\s+r?"""([A-Z][a-z]+)', re.MULTILINE)


def test_a_form_says_what_it_does_and_orders_nobody_about() -> None:
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for room in ("discharge", "ui")
        for path in (ROOT / room).rglob("*.py")
    }
    said = {word for text in texts.values() for word in DOCSTRING.findall(text)}
    # whatever a docstring does anywhere ("Adds"), no form is told to do ("Add")
    orders = {word[: -len(end)] for word in said for end in ("s", "es") if word.endswith(end)}
    forms = [(name, form, word) for name, text in texts.items() for form, word in FORM.findall(text)]
    assert len(forms) > 40
    assert [each for each in forms if each[2] in orders] == []


def test_every_room_is_named_where_the_program_is_put_together() -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    rooms = {
        ".".join(found.parent.relative_to(ROOT).parts)
        for house in ("discharge", "ui")
        for found in (ROOT / house).rglob("__init__.py")
    }
    assert sorted(named) == sorted(rooms)


def test_no_dialog_listens_with_a_lambda_to_what_outlives_it() -> None:
    """A lambda hears on once its dialog is gone, and stumbles; a method of the dialog's own ends with it."""
    outlives = r"\b(services\.(changed|signed_in|told)|theme\.changed|commands\.reviewed)\.connect\(\s*lambda"
    dialogs = re.compile(r"(Dialog|Form|Panel|QScrollArea|Gate)\b")
    wrong = [
        name
        for name, tree in code("ui", having=outlives)
        for each in tree.body
        if isinstance(each, ast.ClassDef) and any(dialogs.search(ast.unparse(base)) for base in each.bases)
    ]
    assert wrong == []
