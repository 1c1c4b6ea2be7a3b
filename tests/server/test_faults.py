"""What becomes of a desk's link when the network, the server or the desk itself isn't as it should be."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from discharge.model.errors import UserError
from discharge.store.journal import START, Head, HeadMoved
from discharge.store.server import faults, wire
from discharge.store.server.address import Address
from discharge.store.server.link import Link
from discharge.store.server.schema import LOCK
from tests.server.a_server import HUB, AServer, a_batch
from tests.server.proxy import AUTHORITY, At, Proxy

BEGIN = Head(0, START)


@pytest.fixture
def proxy(server: AServer) -> Iterator[Proxy]:
    """A network between desks and the server."""
    with Proxy(server.postgres.port) as made:
        yield made


def through(proxy: Proxy, server: AServer, *, timeout: float = 10.0) -> Link:
    """A link by way of that network."""
    return Link.open(replace(server.address(), port=proxy.port), HUB, timeout=timeout)


def test_what_a_network_loses_is_tried_again_once_it_is_back(server: AServer, proxy: Proxy) -> None:
    link = through(proxy, server)
    proxy.cut()
    with pytest.raises(faults.ServerGone, match=r"doesn't answer\. Work goes on here") as gone:
        link.head()
    assert not gone.value.unknown_outcome
    assert link.is_closed
    with pytest.raises(faults.ServerGone):
        link.append(a_batch(BEGIN), expected=BEGIN)
    with pytest.raises(faults.ServerGone):
        list(link.listen(1))
    with pytest.raises(faults.ServerGone):
        through(proxy, server)
    proxy.heal()
    with through(proxy, server) as again:
        again.append(a_batch(BEGIN), expected=BEGIN)
        assert again.head().seq == 1


def test_whoever_listens_is_told_that_the_network_was_cut(server: AServer, proxy: Proxy) -> None:
    with through(proxy, server) as link, server.link("desk_2") as other:
        hears = link.listen(20)
        assert list(link.listen(0)) == []
        other.tell(b"still there")
        assert next(hears).said == b"still there"
        proxy.cut()
        with pytest.raises(faults.ServerGone):
            next(hears)


@pytest.mark.whole
def test_a_network_that_swallows_everything_is_waited_for_only_so_long(server: AServer, proxy: Proxy) -> None:
    with through(proxy, server) as link:
        link._wire.patience = 0.1
        proxy.freeze()
        with pytest.raises(faults.ServerGone):
            link.head()
        assert link.is_closed
        proxy.heal()


@pytest.mark.parametrize("what", [At.LOST_BEFORE, At.LOST_AFTER, At.TWICE_AND_LOST])
@pytest.mark.whole
def test_whether_a_commit_happened_is_unknown_where_its_answer_was_lost_and_can_be_seen_after(
    server: AServer, proxy: Proxy, what: At
) -> None:
    batch = a_batch(BEGIN, 2, files=1, keys=1)
    proxy.at(b"COMMIT", what)
    with through(proxy, server) as link, pytest.raises(faults.ServerGone) as gone:
        link.append(batch, expected=BEGIN)
    assert gone.value.unknown_outcome
    with through(proxy, server) as again:
        found = again.since(0)
        assert found.entries == (() if what is At.LOST_BEFORE else batch.entries)
        if not found.entries:
            again.append(batch, expected=BEGIN)
        assert again.since(0) == batch


def test_a_turn_whose_last_answer_was_lost_is_of_unknown_outcome(server: AServer, proxy: Proxy) -> None:
    proxy.at(b"COMMIT", At.LOST_AFTER)
    with (
        through(proxy, server) as link,
        pytest.raises(faults.ServerGone) as gone,
        link.turn() as head,
    ):
        link.append(a_batch(head), expected=head)
    assert gone.value.unknown_outcome
    with server.link() as other:
        assert other.head().seq == 1


@pytest.mark.whole
def test_before_the_commit_nothing_happened_for_certain(server: AServer, proxy: Proxy) -> None:
    proxy.at(b"pg_advisory", At.LOST_AFTER)
    with through(proxy, server) as link, pytest.raises(faults.ServerGone) as gone:
        link.append(a_batch(BEGIN), expected=BEGIN)
    assert not gone.value.unknown_outcome


def test_what_arrives_twice_is_there_once(server: AServer, proxy: Proxy) -> None:
    batch = a_batch(BEGIN, 2)
    with through(proxy, server) as link:
        link._wire.patience = 1.0
        proxy.at(b"INSERT INTO journal", At.TWICE)
        with contextlib.suppress(HeadMoved, faults.ServerTrouble, faults.ServerBug):
            link.append(batch, expected=BEGIN)
    with server.link() as other:
        assert other.since(0).entries in ((), batch.entries)
        other.append(a_batch(other.head(), 3), expected=other.head())


def test_the_lock_of_whoever_stays_away_in_the_middle_is_waited_for_only_so_long(server: AServer) -> None:
    with server.link() as link, wire.connect(server.address("desk_2"), timeout=10) as away:
        away.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        link._wire.execute("SET lock_timeout = 50")
        with pytest.raises(faults.ServerSlow, match="Nothing was changed"):
            link.append(a_batch(BEGIN), expected=BEGIN)
        away.execute("SELECT pg_advisory_unlock_all()")
        link.append(a_batch(BEGIN), expected=BEGIN)


def refused(address: Address, hub: str | None = HUB) -> faults.ServerTrouble:
    """What is said to whoever comes in so."""
    with pytest.raises(faults.ServerTrouble) as said:
        Link.open(address, hub, timeout=5).close()
    assert "desk_1" not in str(said.value)
    again = pickle.loads(pickle.dumps(said.value))
    assert (type(again), str(again)) == (type(said.value), str(said.value))
    return said.value


def test_who_comes_in_wrongly_is_told_why(server: AServer) -> None:
    at = server.address()
    for wrong in (at.with_password("not the one"), at.with_password(None), replace(at, user="nobody")):
        assert isinstance(refused(wrong), faults.PasswordRefused)
    assert "holds another hub" in str(refused(at, "1" * 32))
    assert "isn't prepared" in str(refused(replace(at, database="postgres")))
    assert "isn't prepared" in str(refused(replace(at, database="nowhere")))
    assert "doesn't answer" in str(refused(replace(at, port=1)))


def test_a_database_without_a_hub_takes_one_and_no_other(server: AServer) -> None:
    server.do("TRUNCATE discharge.hub")
    assert "There is no hub" in str(refused(server.address()))
    with Link.open(server.address(), None) as link:
        assert link.hub() is None
        link.found("1" * 32)
        link.found("1" * 32)
        with pytest.raises(faults.WrongHub):
            link.found("2" * 32)
        assert link.hub() == "1" * 32


def test_a_role_without_the_rights_of_desks_is_told_so(server: AServer) -> None:
    server.do("REVOKE discharge_desk FROM desk_1")
    try:
        said = refused(server.address())
    finally:
        server.do("GRANT discharge_desk TO desk_1")
    assert isinstance(said, (faults.RightMissing, faults.PasswordRefused))


def test_a_program_never_writes_what_a_newer_one_has_changed(server: AServer) -> None:
    try:
        server.do("INSERT INTO discharge.versions (version, least_writer) VALUES (98, 1)")
        server.link().close()
        server.do("INSERT INTO discharge.versions (version, least_writer) VALUES (99, 99)")
        assert isinstance(refused(server.address()), faults.SchemaTooNew)
    finally:
        server.do("DELETE FROM discharge.versions WHERE version > 90")
    try:
        server.do("UPDATE discharge.versions SET version = 0, least_writer = 0")
        assert isinstance(refused(server.address()), faults.SchemaTooOld)
    finally:
        server.do("UPDATE discharge.versions SET version = 1, least_writer = 1")


def test_a_server_that_was_set_to_be_read_only_is_said_to_be(server: AServer) -> None:
    with server.link() as link:
        link._wire.execute("SET default_transaction_read_only = on")
        with pytest.raises(faults.ServerReadOnly):
            link.append(a_batch(BEGIN), expected=BEGIN)
        with pytest.raises(faults.ServerReadOnly):
            link.add_desk("D-1", b"")


@pytest.mark.parametrize(
    ("certificate", "sentence"),
    [
        ("expired", "has run out"),
        ("elsewhere", "is for another name"),
        ("unknown", "its certificate is unknown"),
        (None, "it has none"),
    ],
)
def test_a_server_that_does_not_show_who_it_is_is_not_spoken_to(
    server: AServer, certificate: str | None, sentence: str
) -> None:
    with Proxy(server.postgres.port, tls=certificate) as proxy:
        said = refused(replace(server.address(), host="localhost", port=proxy.port, ca=AUTHORITY))
    assert isinstance(said, faults.CertificateRefused)
    assert sentence in str(said)


def test_a_server_that_shows_who_it_is_is_spoken_to_in_secret(server: AServer) -> None:
    with Proxy(server.postgres.port, tls="server") as proxy:
        at = replace(server.address(), host="localhost", port=proxy.port, ca=AUTHORITY)
        with Link.open(at, HUB) as link:
            link.append(a_batch(BEGIN), expected=BEGIN)
            assert link._wire.pgconn.ssl_in_use
        gone = refused(replace(at, ca=Path("nowhere.pem")))
    assert isinstance(gone, faults.CertificateRefused)


CODES = {
    "08006": faults.ServerGone, "57P01": faults.ServerGone, "57P02": faults.ServerGone,
    "57P03": faults.ServerGone, "53300": faults.ServerGone, "53100": faults.ServerFull,
    "53200": faults.ServerFull, "58030": faults.ServerFull, "57014": faults.ServerSlow,
    "55P03": faults.ServerSlow, "25006": faults.ServerReadOnly, "42501": faults.RightMissing,
    "28P01": faults.PasswordRefused, "3D000": faults.NoHub, "42P01": faults.NoHub,
    "XX001": faults.ServerTrouble, "23505": faults.ServerBug, "42601": faults.ServerBug,
}  # fmt: skip


def test_every_code_of_the_users_world_has_its_sentence_and_no_value_of_a_row() -> None:
    for code, kind in CODES.items():
        said = faults.said(code, "DETAIL: Key (owner)=(P-0001) already exists.", "db.example:5432/hub")
        assert type(said) is kind, code
        assert "P-0001" not in str(said)
        assert not isinstance(said, UserError) or said.mend
