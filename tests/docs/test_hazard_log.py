"""The hazard log says what is so: each control is held by a test that is there and asserts something."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.docs.hazard_log import PAGE, Hazard, hazards, page
from tests.docs.pages import ROOT
from tests.over import over

ALL = hazards()
ASSERTING = {"raises", "refuses", "fail"}
"""What is called to say that something must be so: pytest's, and a test hub's."""
NEVER_RUN = {"skip", "xfail"}
LEFT_OUT = "whole"


@cache
def _functions(path: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _called(node: ast.AST) -> set[str]:
    calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {func.attr if isinstance(func, ast.Attribute) else ast.unparse(func) for func in calls}


def _asserts(function: ast.FunctionDef, others: dict[str, ast.FunctionDef]) -> bool:
    """Whether it, or a function beside it that it calls, says that something must be so."""
    left, known = [function], set[str]()
    while left:
        node = left.pop()
        known.add(node.name)
        called = _called(node)
        checks = (each.test for each in ast.walk(node) if isinstance(each, ast.Assert))
        if called & ASSERTING or any(not isinstance(check, ast.Constant) for check in checks):
            return True
        left += [others[name] for name in called & (others.keys() - known)]
    return False


def fault(test: str) -> str:
    """Why a test holds no control; empty where it does."""
    path, _, name = test.partition("::")
    if not (path.startswith("tests/") and (ROOT / path).is_file()):
        return f"{path} isn't there"
    function = _functions(path).get(name)
    if function is None or not name.startswith("test_"):
        return f"{test} isn't there"
    said = _nothing_held(function, _functions(path))
    return said and f"{test} {said}"


def _nothing_held(function: ast.FunctionDef, others: dict[str, ast.FunctionDef]) -> str:
    marks = {ast.unparse(each).partition("(")[0].rpartition(".")[2] for each in function.decorator_list}
    if marks & NEVER_RUN:
        return "is never run"
    if LEFT_OUT in marks:
        return "isn't in every run"
    return "" if _asserts(function, others) else "asserts nothing"


@pytest.mark.whole
@over("hazard", ALL, called=lambda hazard: hazard.id)
def test_each_control_is_held_by_tests_that_are_there_and_assert_something(hazard: Hazard) -> None:
    assert all(control.tests for control in hazard.controls), "what no test holds is open, no control"
    assert [said for control in hazard.controls for test in control.tests if (said := fault(test))] == []


@over("hazard", ALL, called=lambda hazard: hazard.id)
def test_no_risk_is_called_lower_than_the_tests_make_it(hazard: Hazard) -> None:
    assert hazard.now <= hazard.before
    assert hazard.controls or hazard.now == hazard.before, "nothing tested makes it less likely"
    assert hazard.controls or hazard.open, "neither controlled nor said to be open"
    assert hazard.causes
    assert hazard.effect
    assert hazard.trust


def test_hazards_are_numbered_without_a_gap() -> None:
    assert [each.id for each in ALL] == [f"H{number:02}" for number in range(1, len(ALL) + 1)]


def test_the_page_is_what_the_file_says() -> None:
    assert PAGE.read_text("utf-8") == page(ALL), "write it anew: python -m tests.docs.hazard_log"


def test_a_test_that_is_missing_or_never_run_or_asserts_nothing_is_found() -> None:
    here = "tests/docs/test_hazard_log.py"
    assert fault("tests/nowhere.py::test_it") == "tests/nowhere.py isn't there"
    assert fault(f"{here}::test_nobody_wrote_this") == f"{here}::test_nobody_wrote_this isn't there"
    assert fault(f"{here}::fault") == f"{here}::fault isn't there"
    assert fault(f"{here}::test_the_page_is_what_the_file_says") == ""
    source = """
def test_empty(): print(1)
def test_constant(): assert True
@pytest.mark.skip(reason="later")
def test_skipped(): assert x
@pytest.mark.whole
def test_left_out(): assert x
@pytest.mark.skipif(no, reason="not here")
def test_refused():
    with hub.refuses(): pass
def test_by_another(): helper()
def test_by_itself(): test_by_itself()
def helper(): assert x == 1
"""
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    said = {name: _nothing_held(node, functions) for name, node in functions.items()}
    assert said == {
        "test_empty": "asserts nothing",
        "test_constant": "asserts nothing",
        "test_skipped": "is never run",
        "test_left_out": "isn't in every run",
        "test_refused": "",
        "test_by_another": "",
        "test_by_itself": "asserts nothing",
        "helper": "",
    }
