"""A desk was lost: from another data key on it reads nothing more, and every other desk goes on."""

from __future__ import annotations

from functools import partial

import pytest

from discharge.actions import people, sealing, signing_in, slots_beside
from discharge.actions.desk import Desk
from discharge.actions.sealing import change_data_key
from discharge.keys import boxes
from discharge.model.errors import UserError
from discharge.model.people import Role
from discharge.store.ask.queries import Queries
from discharge.store.server import parcels, state
from tests.actions.a_sealed_hub import ADA, ANOTHER, CHEAP, JO
from tests.actions.a_server import AServer
from tests.actions.two_desks import ADesk


def opened_again(desk: ADesk, secret: str) -> None:
    """The window is closed, opened, and whoever was at it comes in."""
    path = desk.desk.path
    desk.desk.close()
    opened = signing_in.unlocked(path, desk.user.id, secret, now=desk.clock())
    desk.desk = Desk.open(path, clock=desk.clock, unlocked=opened)
    desk.user = signing_in.sign_in(desk.desk, opened)
    desk.reaches()


def another_key(desk: ADesk, server: AServer, *, secret: str = JO) -> None:
    """An administrator gives this desk's copy, and so the hub, another data key."""
    path = desk.desk.path
    desk.desk.close()
    ada = signing_in.unlocked(path, "U-0001", ADA, now=desk.clock())
    change_data_key(
        path, ada, reason="A laptop was lost", clock=desk.clock, connect=lambda _desk: server.link()
    )
    opened_again(desk, secret)


def keys_in(desk: ADesk) -> dict[int, bytes]:
    """The keys by which what lies on the server is sealed, as far as this desk has them."""
    with desk.desk.kept_from_others() as store, store.reading() as connection:
        return dict(state.keys(connection))


def keys_of(desk: ADesk) -> set[int]:
    return set(keys_in(desk))


def cut_short(*_: object) -> None:
    raise KeyboardInterrupt


def test_from_another_data_key_on_every_desk_goes_on_without_a_sign_in(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    another_key(one, server)
    assert keys_of(one) == {1, 2}
    (entry,) = [line for line in one.desk.ask(Queries.journal) if "another data key" in line.sentence]
    assert "A laptop was lost" in entry.sentence
    one.enters("Ada Shah")
    other.looks()  # what came is sealed by a key that it hasn't yet
    assert other.names() == set()
    other.reaches()
    other.enters("Ben Okoro")
    one.looks()
    assert one.names() == other.names() == {"Ada Shah", "Ben Okoro"}


def test_whoever_has_what_a_lost_desk_had_reads_nothing_that_was_written_since(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, lost = two
    had, of_lost = lost.signs().data_keys, keys_in(lost)
    another_key(one, server)
    one.enters("Ada Oystercatcher")
    assert {each.generation for each in server.entries[-2:]} == {2}
    assert set(of_lost) == {1}
    with lost.desk.kept_from_others() as store, store.reading() as connection:
        door_key = bytes.fromhex(state.of(connection, "door_key"))
    with pytest.raises(UserError, match="data key that this desk doesn't have"):
        parcels.keys_in(door_key, server.doors[-1], data_keys=had)
    with pytest.raises(ValueError, match="a box that this key"):
        boxes.opened(of_lost[1], server.entries[-1].box)


def test_where_nobody_is_signed_in_what_came_waits_until_somebody_is(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    another_key(one, server)
    one.enters("Ada Shah")
    path = other.desk.path
    opened = other.signs()
    other.desk.close()
    other.desk = Desk.open(path, clock=other.clock, unlocked=opened)
    with pytest.raises(UserError, match="a key that this desk doesn't have") as refused:
        other.reaches()
    assert refused.value.mend.startswith("Sign in again")
    signing_in.sign_in(other.desk, signing_in.unlocked(path, other.user.id, ANOTHER, now=other.clock()))
    other.reaches()
    assert other.names() == {"Ada Shah"}


def test_somebody_let_in_where_the_file_has_the_key_before_comes_in_everywhere(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    another_key(one, server)
    other.reaches()
    ada = signing_in.sign_in(
        other.desk, signing_in.unlocked(other.desk.path, "U-0001", ADA, now=other.clock())
    )
    added = partial(people.add_user, name="Cy Dean", roles=[Role.COORDINATOR])
    who = other.desk.perform(added, by=ada).first
    word = signing_in.let_in(other.desk, ada, who, cost=CHEAP)
    other.desk.follow_ways()
    one.looks()
    one.reaches()
    signing_in.unlocked(one.desk.path, who, word, now=one.clock())
    with one.desk.kept_from_others() as store, store.reading() as connection:
        door_key = bytes.fromhex(state.of(connection, "door_key"))
    assert parcels.generation_of(door_key, server.doors[-1]) == 2


def test_without_the_server_there_is_no_other_key(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, _other = two
    server.reachable = False
    with pytest.raises(UserError, match="doesn't answer"):
        another_key(one, server)
    assert set(slots_beside.read(one.desk.path).slots.slots[0].keys) == {1}
    server.reachable = True
    opened_again(one, JO)


def test_another_key_that_was_cut_short_before_it_was_on_record_goes_on(
    two: tuple[ADesk, ADesk], server: AServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_recorded", cut_short)
        with pytest.raises(KeyboardInterrupt):
            another_key(one, server)
    other.reaches()
    other.enters("Ada Shah")  # by the key that lies at the door already
    another_key(one, server)
    assert keys_of(one) == keys_of(other) == {1, 2}
    other.looks()
    said = [line.sentence for line in other.desk.ask(Queries.journal)]
    assert sum("another data key" in each for each in said) == 1
    assert one.names() == {"Ada Shah"}


def test_at_each_desk_that_changes_it_it_is_another_one(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, other = two
    another_key(one, server)
    other.reaches()
    another_key(other, server, secret=ANOTHER)
    one.reaches()
    assert keys_of(one) == keys_of(other) == {1, 2, 3}
    one.enters("Ada Shah")
    other.looks()
    assert other.names() == {"Ada Shah"}
