"""The product's own code, read as text and as a tree, for tests that hold it to the house's rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[1]


def code(*rooms: str, having: str) -> Iterator[tuple[str, ast.Module]]:
    """Every file of those rooms in whose text that pattern is found, read.

    Reading all of them takes seconds, so a test says what can't be missing where it would find something.
    """
    for room in rooms or ("discharge", "ui"):
        for path in sorted((HOUSE / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if re.search(having, text):
                yield path.relative_to(HOUSE).as_posix(), ast.parse(text)
