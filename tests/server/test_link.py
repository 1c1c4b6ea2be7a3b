"""A desk's link to its hub's server, against a real PostgreSQL."""

from __future__ import annotations

import contextlib

import pytest

from discharge.store.journal import START, Head, HeadMoved
from discharge.store.server.faults import ServerSlow
from discharge.store.server.link import LONGEST_SAID, Link
from discharge.store.server.rows import Batch, Heard, SharedDesk, SharedDoor
from tests.server.a_server import HUB, AServer, a_batch

BEGIN = Head(0, START)


def appended(link: Link, count: int = 1, *, files: int = 0, keys: int = 0) -> Batch:
    """So many more entries, as they were appended."""
    head = link.head()
    batch = a_batch(head, count, files=files, keys=keys)
    link.append(batch, expected=head)
    return batch


def test_what_is_appended_is_what_comes_with_its_files_and_keys(server: AServer) -> None:
    with server.link("desk_1") as one, server.link("desk_2") as other:
        assert one.head() == BEGIN
        assert one.since(0) == Batch()
        first = appended(one, 3, files=2, keys=1)
        second = appended(other, files=1)
        assert one.head() == second.head
        assert one.since(0) == Batch(first.entries + second.entries, first.files + second.files, first.keys)
        assert other.since(3) == second
        assert other.since(4) == Batch()


def test_an_entry_that_the_server_once_had_and_has_no_more_is_missed(server: AServer) -> None:
    with server.link() as link:
        seen = appended(link, 2).head
        assert seen is not None
        assert [link.holds(each) for each in (BEGIN, seen, Head(2, START))] == [True, True, False]
        server.empty()
        assert [link.holds(each) for each in (BEGIN, seen)] == [True, False]


def test_whoever_is_slower_changes_nothing(server: AServer) -> None:
    with server.link("desk_1") as one, server.link("desk_2") as other:
        seen = one.head()
        other.append(a_batch(seen, 2, by="other", keys=1), expected=seen)
        with pytest.raises(HeadMoved):
            one.append(a_batch(seen, by="one", files=1), expected=seen)
        assert [entry.seq for entry in one.since(0).entries] == [1, 2]
        assert one.since(0).files == ()
        appended(one)
        assert other.head().seq == 3


def test_in_a_turn_the_head_stays_and_what_is_appended_is_kept_at_its_end(server: AServer) -> None:
    with server.link("desk_1") as one, server.link("desk_2") as other:
        other._wire.execute("SET lock_timeout = 50")
        with one.turn() as head:
            batch = a_batch(head, 2)
            one.append(batch, expected=head)
            assert one.since(0) == batch
            assert other.head() == BEGIN
            with pytest.raises(ServerSlow):
                other.append(a_batch(BEGIN), expected=BEGIN)
        with contextlib.suppress(ZeroDivisionError), other.turn() as head:
            assert head == batch.head
            other.append(a_batch(head), expected=head)
            raise ZeroDivisionError
        assert one.since(0) == other.since(0) == batch
        with other.turn() as head, pytest.raises(HeadMoved):
            other.append(a_batch(BEGIN), expected=BEGIN)
        appended(other)


def test_what_comes_at_once_is_bounded_by_its_bytes_but_one_entry_always_comes(server: AServer) -> None:
    with server.link() as link:
        head = link.head()
        whole = a_batch(head, 10, size=1_000, files=1)
        link.append(whole, expected=head)
        assert len(link.since(0, at_most_bytes=3_500).entries) == 3
        assert len(link.since(0, at_most_bytes=1).entries) == 1
        last = link.since(9, at_most_bytes=1)
        assert (len(last.entries), len(last.files)) == (1, 1)


def test_a_key_that_was_forgotten_is_gone_and_the_rest_stays(server: AServer) -> None:
    with server.link() as link:
        brought = appended(link, keys=2)
        erased = appended(link)
        link.forget(brought.keys[0].owner, 2)
        link.forget(brought.keys[0].owner, 2)
        assert link.since(0) == Batch(brought.entries + erased.entries, (), brought.keys[1:])


def test_of_the_door_the_newest_counts_and_no_number_is_taken_twice(server: AServer) -> None:
    with server.link() as link:
        assert link.newest_door() is None
        link.put_door(1, b"one")
        link.put_door(2, b"two")
        assert link.newest_door() == SharedDoor(2, b"two")
        with pytest.raises(HeadMoved):
            link.put_door(2, b"another")


def test_desks_come_and_are_closed(server: AServer) -> None:
    with server.link() as link:
        appended(link)
        link.add_desk("D-1", b"one")
        link.add_desk("D-2", b"two")
        with pytest.raises(HeadMoved):
            link.add_desk("D-2", b"another")
        link.close_desk("D-1", 1)
        link.close_desk("D-1", 1)
        assert link.desks() == (SharedDesk("D-1", b"one", 1), SharedDesk("D-2", b"two"))


def test_the_others_hear_that_the_head_moved_and_what_is_said(server: AServer) -> None:
    with server.link("desk_1") as one, server.link("desk_2") as other:
        assert list(other.listen(0)) == []
        appended(one, 2)
        one.tell(b"\0" * LONGEST_SAID)
        server.do("NOTIFY discharge, 'anything'")
        server.do("NOTIFY discharge, 'hmuch'")
        one.tell(b"that is all")
        heard: list[Heard] = []
        for each in other.listen(10):
            heard.append(each)
            assert other.head().seq == 2
            if each.said == b"that is all":
                break
        assert heard == [Heard(head=2), Heard(said=b"\0" * LONGEST_SAID), Heard(said=b"that is all")]
        with pytest.raises(ValueError, match="bytes"):
            one.tell(b"\0" * (LONGEST_SAID + 1))


def test_what_the_server_is(server: AServer) -> None:
    with server.link() as link:
        facts = link.facts()
    assert facts.server.split(".")[0].isdecimal()
    assert (facts.hub, facts.role, facts.tls) == (HUB, "desk_1", None)
    assert not facts.is_standby
    assert facts.standbys == ()
