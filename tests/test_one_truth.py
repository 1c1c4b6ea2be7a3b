"""What is known in one place is asked there: London's dates, and the values of a rule set."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from discharge.model.london import london_date

HOUSE = Path(__file__).parents[1]
JUST_AFTER_MIDNIGHT = datetime(2021, 6, 30, 23, 30, tzinfo=UTC)
"""Half past midnight of 1 July by London's clocks."""


def code() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the product, read."""
    for room in ("discharge", "ui"):
        for path in sorted((HOUSE / room).rglob("*.py")):
            yield str(path.relative_to(HOUSE)), ast.parse(path.read_text(encoding="utf-8"))


def test_nothing_but_the_one_function_makes_a_date_of_an_instant() -> None:
    found = [
        (name, node.lineno)
        for name, tree in code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr == "date" and not node.args and not node.keywords)
            or ast.unparse(node.func) in ("date.today", "datetime.today", "datetime.utcnow")
        )
    ]
    assert [name for name, _ in found] == ["discharge/model/london.py"], found


def test_a_clock_without_an_offset_has_no_date_in_london() -> None:
    assert london_date(JUST_AFTER_MIDNIGHT) == date(2021, 7, 1)
    with pytest.raises(ValueError, match="offset"):
        london_date(JUST_AFTER_MIDNIGHT.replace(tzinfo=None))
