"""A hub for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from discharge.actions.desk import Desk
from discharge.model.people import User
from tests.actions.a_hub import AHub, Clock, founded_by_one
from tests.actions.a_server import AServer
from tests.actions.two_desks import ADesk, two_desks


@pytest.fixture
def hub(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[AHub]:
    """A hub of its own, founded, with its people."""
    made = AHub(tmp_path / "hub.desk")
    if "monkeypatch" in request.fixturenames:
        made.opens()  # what is another in this test alone is neither remembered nor passed over
    yield made
    assert made.desk.verify().is_intact
    made.desk.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until it is set."""
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """A hub that one person has founded, who is alone at it."""
    with founded_by_one(tmp_path / "hub.desk", clock) as opened:
        yield opened


@pytest.fixture
def jo(desk: Desk) -> User:
    """Who is at it."""
    return desk.people()[0]


@pytest.fixture
def server() -> AServer:
    """A server in memory, with nothing on it."""
    return AServer()


@pytest.fixture
def two(tmp_path: Path, server: AServer) -> Iterator[tuple[ADesk, ADesk]]:
    """Two desks of one sealed hub on it, in touch with it."""
    with two_desks(tmp_path, server) as desks:
        yield desks
