"""What is known in one place is asked there: London's dates, and the values of a rule set."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from pydantic import BaseModel

from discharge.actions.hub import set_local_value, withdraw_local_value
from discharge.model.london import london_date
from discharge.model.patient import USUAL_STAY_DAYS
from discharge.rules.rule_set import shipped_rule_sets
from tests.actions.a_hub import AHub
from tests.house import code
from ui.application import _return_age

JUST_AFTER_MIDNIGHT = datetime(2021, 6, 30, 23, 30, tzinfo=UTC)
"""Half past midnight of 1 July by London's clocks."""


@pytest.mark.whole
def test_nothing_but_the_one_function_makes_a_date_of_an_instant() -> None:
    found = [
        (name, node.lineno)
        for name, tree in code(having=r"\.\s*(date|today|utcnow)\b")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr == "date" and not node.args and not node.keywords)
            or (
                node.func.attr in ("today", "utcnow")
                and ast.unparse(node.func) in ("date.today", "datetime.today", "datetime.utcnow")
            )
        )
    ]
    assert [name for name, _ in found] == ["discharge/model/london.py"], found


def test_a_clock_without_an_offset_has_no_date_in_london() -> None:
    assert london_date(JUST_AFTER_MIDNIGHT) == date(2021, 7, 1)
    with pytest.raises(ValueError, match="offset"):
        london_date(JUST_AFTER_MIDNIGHT.replace(tzinfo=None))


LONG_FORMS = {"two": 2, "three": 3, "five": 5, "six": 6, "ten": 10, "fourteen": 14}
SPAN = re.compile(rf"\b(\d+|{'|'.join(LONG_FORMS)})[ -](hour|day|night|week)s?\b", re.IGNORECASE)
OF_TIME = re.compile(r"(^|_|\.)(days|hours|nights)(_|$)", re.IGNORECASE)
"""The name of what holds a number of days or hours."""
OF_THEIR_OWN = {
    ("discharge/rules/home_priority.py", 3): "PPE for fewer days than that is too little: about no person",
    ("discharge/rules/home_priority.py", 14): "declines and reviews of a home: about no person",
    ("discharge/actions/demo_walk.py", 5): "the story of the demo hub",
    ("discharge/matching/answers/changes.py", 2): "how much sooner a bed is tried, to see whether it helps",
    ("discharge/model/patient.py", USUAL_STAY_DAYS): "the one place where it stands",
    ("discharge/model/review.py", 2): "from when on a fast track is asked about: in no rule set",
    ("discharge/model/shown/pictures.py", 3): "so many days of protective equipment: in no rule set",
    ("discharge/model/shown/patients.py", 14): "the width of a picture",
    ("discharge/model/shown/projection.py", 5): "of fewer days on record nothing is foretold",
    ("discharge/reports/projection.py", 14): "what was chosen, and told, in holding it against what came",
    ("discharge/store/ask/glance.py", 14): "the width of a picture",
    ("discharge/store/ask/news.py", 2): "from when on somebody is infectious: in no rule set",
    ("discharge/store/ask/today_moves.py", 3): "so long before it is due an onward place is a thing of today",
    ("discharge/store/file/drafts.py", 14): "drafts kept",
    ("discharge/words/days.py", 14): "from when on an age is said in days alone",
    ("ui/today/glance.py", 14): "the width of a picture",
    ("ui/words/settings.py", 14): "the width of a picture",
}
"""Spans of time that a rule set's value happens to equal, and whose they are."""


def values_of(rules: object) -> Iterator[int]:
    """Every number of a rule set that is a span of time."""
    if isinstance(rules, BaseModel):
        for name in type(rules).model_fields:
            value = getattr(rules, name)
            if isinstance(value, int) and not isinstance(value, bool):
                yield value
            yield from values_of(value)
    elif isinstance(rules, Mapping):
        for each in rules.values():
            yield from values_of(each)
    elif isinstance(rules, tuple):
        for each in rules:
            yield from values_of(each)


def numbers(*nodes: ast.expr | None) -> Iterator[int]:
    """Those of the expressions that are a whole number as it stands."""
    for node in nodes:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield node.value


def named_numbers(node: ast.AST) -> Iterator[tuple[ast.AST | str, ast.expr | None]]:
    """What is named, beside its value: constants, fields, arguments, defaults, both sides of a comparison."""
    if isinstance(node, ast.Assign):
        yield node.targets[0], node.value
    elif isinstance(node, ast.AnnAssign):
        yield node.target, node.value
    elif isinstance(node, ast.keyword):
        yield node.arg or "", node.value
    elif isinstance(node, ast.arguments):
        args = [*node.posonlyargs, *node.args]
        yield from zip(
            (arg.arg for arg in args[len(args) - len(node.defaults) :]), node.defaults, strict=True
        )
        yield from zip((arg.arg for arg in node.kwonlyargs), node.kw_defaults, strict=True)
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from ((name, value) for name in sides for value in sides)


def spans_named(node: ast.AST) -> Iterator[int]:
    """The whole numbers that stand under a name of days, hours or nights."""
    for name, value in named_numbers(node):
        for number in numbers(value):
            if OF_TIME.search(name if isinstance(name, str) else ast.unparse(name)):
                yield number


def spans_written(tree: ast.Module) -> Iterator[int]:
    """The spans of time that code writes: as a number of hours or days, by name, in a sentence."""
    nodes = list(ast.walk(tree))
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        yield from spans_named(node)
        if isinstance(node, ast.Call) and "timedelta" in (
            getattr(node.func, "attr", ""),
            getattr(node.func, "id", ""),
        ):
            yield from numbers(*node.args[:1])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            for found in SPAN.finditer(node.value):
                many = LONG_FORMS.get(found[1].lower()) or int(found[1])
                yield many * 7 if found[2].lower() == "week" else many


@pytest.mark.parametrize(
    "line",
    [
        "at = now - timedelta(42)", "at = now - timedelta(hours=42)", "STALE_HOURS = 42",
        "old_hours: int = 42", "def f(*, days: int = 42): ...", "def f(days=42): ...", "f(stay_days=42)",
        "if age.days > 42: ...", "say('Kept for 42 days.')", "say(f'{name} waits six weeks.')",
    ],
)  # fmt: skip
def test_a_span_is_found_however_it_is_written(line: str) -> None:
    assert set(spans_written(ast.parse(line))) == {42}


@pytest.mark.whole
def test_no_value_of_a_rule_set_is_written_again() -> None:
    values = {value for rules in shipped_rule_sets().values() for value in values_of(rules)} - {0, 1}
    values.add(USUAL_STAY_DAYS)
    number = "|".join([*map(str, values), *LONG_FORMS])
    named = "hour|day|night|week|timedelta"
    # a number and what it is called stand near each other
    read = code(having=rf"(?is)\b({number})\b.{{0,150}}({named})|({named}).{{0,150}}\b({number})\b")
    found = {(name, span) for name, tree in read for span in spans_written(tree) if span in values}
    assert found == set(OF_THEIR_OWN)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    made = AHub(tmp_path / "a.discharge")
    yield made
    made.desk.close()


def test_a_hub_that_set_its_own_age_of_a_return_reads_it_at_the_foot(hub: AHub) -> None:
    hub.home()
    own = partial(set_local_value, key="stale_hours", value=24, source="the board", reason="agreed")
    hub.does(own, by=hub.admin)
    now = hub.clock.plus(hours=30)
    status = hub.desk.ask(lambda q: q.status())
    assert (status.stale_hours, status.settings_stale) == (24, 1)
    shown = _return_age(status.oldest_return, stale_hours=status.stale_hours, now=now)
    assert shown is not None
    assert shown.sentence.endswith("Phone to confirm what is older than 24 hours.")
    hub.does(partial(withdraw_local_value, key="stale_hours", reason="agreed"), by=hub.admin)
    status = hub.desk.ask(lambda q: q.status())
    shown = _return_age(status.oldest_return, stale_hours=status.stale_hours, now=now)
    assert shown is not None
    assert "Phone" not in shown.sentence


def of_a_context(*rooms: str) -> set[str]:
    """The files in which a function is given a context, as an action is."""
    return {
        name
        for name, tree in code(*rooms, having=r"\bcontext\b|\bContext\b")
        for node in ast.walk(tree)
        if isinstance(node, ast.arguments)
        for arg in (*node.posonlyargs, *node.args, *node.kwonlyargs)
        if arg.arg == "context" or (arg.annotation and ast.unparse(arg.annotation) == "Context")
    }


@pytest.mark.whole
def test_no_action_is_composed_in_the_window() -> None:
    """An action is a function of a context: those stand in `discharge/actions` alone."""
    assert {name.partition("/actions/")[0] for name in of_a_context("discharge")} == {"discharge"}
    assert of_a_context("ui") == set()
    several = {
        name
        for name, tree in code("ui", having=r"\bperform_all\b")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "perform_all"
    }
    assert several == set()


WHAT_WAS_RECORDED = {"entries", "entry", "step", "call", "group"}
"""Under which an action that takes something back is told what: an entry, several, or an import."""


def undone(function: ast.FunctionDef) -> Iterator[tuple[int, set[str]]]:
    """Each way back by an action that a function offers, with what the action is told."""
    told = {
        ast.unparse(node.targets[0]): node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Undo":
            for action in (*node.args[1:2], *(each.value for each in node.keywords if each.arg == "action")):
                made = told.get(ast.unparse(action), action)
                given = made.keywords if isinstance(made, ast.Call) else []
                yield node.lineno, {each.arg or "" for each in given}


def test_every_undo_of_an_action_names_the_entry_that_it_takes_back() -> None:
    found = {
        (name, line): told
        for name, tree in code("ui", having=r"\bUndo\(")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for line, told in undone(node)
    }
    rooms = {name.rpartition("/")[0] for name, _ in found}
    assert rooms >= {"ui/approvals", "ui/frame", "ui/imports"}
    assert [at for at, told in found.items() if not told & WHAT_WAS_RECORDED] == []
