"""A hub for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.a_hub import AHub


@pytest.fixture
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[AHub]:
    """A hub of its own, founded, with its people."""
    made = AHub(tmp_path / "hub.desk")
    if "monkeypatch" in request.fixturenames:
        made.opens()  # what is another in this test alone is neither remembered nor passed over
    yield made
    assert made.desk.verify().is_intact
    made.desk.close()
