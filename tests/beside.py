"""Data too large, or not ours, to lie in the project: the folder `shared` beside it, where somebody has it.

A test that reads from there says what: `@pytest.mark.beside("cases/bd10.json")`. Where that isn't, it is
skipped, and says what is missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared"


def skip_without(item: pytest.Item) -> None:
    """Skip a test whose data isn't beside the project."""
    for mark in item.iter_markers("beside"):
        for name in mark.args:
            if not (FOLDER / name).exists():
                pytest.skip(f"{name} isn't beside the project")
