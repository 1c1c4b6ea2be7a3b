"""The pages of docs/ as tests read them: their text, and the tables under a heading."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    """A page of docs/."""
    return (ROOT / "docs" / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of any level."""
    _, found, rest = text.partition(f"# {heading}\n")
    assert found, f"no heading {heading}"
    return re.split(r"^#", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str, heading: str, table: int = 0) -> list[list[str]]:
    """The rows of a table under a heading, without its head; the first table, or another."""
    tables = re.findall(r"(?:^\|.*\n)+", section(text, heading), flags=re.MULTILINE)
    lines = tables[table].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def words(cell: str) -> list[str]:
    """What stands in a cell between backticks."""
    return re.findall(r"`([^`]+)`", cell)
