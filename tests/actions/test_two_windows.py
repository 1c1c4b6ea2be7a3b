"""Two windows on one desk's store of a shared hub: what is done in either is done once, and seen in both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from discharge.actions import signing_in
from discharge.actions.desk import Desk
from tests.actions.a_server import AServer
from tests.actions.two_desks import ADesk, two_desks


@pytest.fixture
def windows(tmp_path: Path, server: AServer) -> Iterator[tuple[ADesk, ADesk, ADesk]]:
    """Two windows on the first desk's store, and the other desk."""
    with two_desks(tmp_path, server) as (one, other):
        opened = one.signs()
        desk = Desk.open(one.desk.path, clock=one.clock, unlocked=opened)
        signing_in.sign_in(desk, opened)
        second = ADesk(desk, one.user, server, one.clock)
        second.reaches()
        yield one, second, other
        desk.close()


def test_both_in_touch_each_sees_what_the_other_did(windows: tuple[ADesk, ADesk, ADesk]) -> None:
    one, second, other = windows
    one.enters("Ada Shah")
    second.enters("Ben Okoro")
    other.looks()
    for each in windows:
        assert each.names() == {"Ada Shah", "Ben Okoro"}
    assert one.head == second.head == other.head


def test_both_cut_off_what_either_did_goes_out_once_when_one_is_back(
    windows: tuple[ADesk, ADesk, ADesk], server: AServer
) -> None:
    one, second, other = windows
    server.reachable = False
    one.enters("Ada Shah")
    second.enters("Ben Okoro")
    one.enters("Cy Dean")
    assert one.names() == second.names() == {"Ada Shah", "Ben Okoro", "Cy Dean"}
    server.reachable = True
    other.enters("Ed Frey")
    second.reaches()
    one.reaches()
    other.looks()
    for each in windows:
        names = sorted(row.name for row in each.desk.ask(lambda queries: queries.patients()))
        assert names == ["Ada Shah", "Ben Okoro", "Cy Dean", "Ed Frey"]
    assert one.head == second.head == other.head
    assert one.sharing.standing().waiting == second.sharing.standing().waiting == 0
