"""Desks of one hub on a real PostgreSQL: what one does the other has within a moment, without asking."""

from __future__ import annotations

import platform
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients, sharing, signing_in
from discharge.actions.desk import Desk
from discharge.actions.in_touch import InTouch
from discharge.cli import main
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Role, User
from discharge.store.ask.queries import Queries
from discharge.store.journal import Head
from discharge.store.server import wire
from discharge.store.server.link import Link
from discharge.store.server.rows import Batch
from discharge.store.server.schema import TABLES
from tests.actions.a_hub import TODAY
from tests.actions.a_sealed_hub import ADA, JO, ASealedHub
from tests.server.a_server import AServer
from tests.server.test_server_command import descriptor

PATIENCE = 30.0


class ADesk:
    """One desk in touch with the server, and who is at it."""

    def __init__(self, desk: Desk, user: User) -> None:
        self.desk, self.user = desk, user
        self.came, self.heard = threading.Event(), threading.Event()
        self.touch = InTouch(desk, changed=self.came.set, heard=self.heard.set)

    def enters(self, name: str) -> str:
        details = PatientDetails.model_validate({
            "name": name, "no_number": "not_known", "sex": "female", "priority": 2, "pathway": "P3",
            "ready_on": TODAY,
        })  # fmt: skip
        action = partial(patients.register_patient, details=details, told_apart=True)
        return self.desk.perform(action, by=self.user).first

    def names(self) -> set[str]:
        return {row.name for row in self.desk.ask(Queries.patients)}

    def until(self, *names: str) -> None:
        """Until this desk knows just these."""
        while self.names() != set(names):
            assert self.came.wait(PATIENCE), f"it never came: {self.names()}"
            self.came.clear()


@pytest.fixture
def two(tmp_path: Path, server: AServer) -> Iterator[tuple[ADesk, ADesk]]:
    server.do("TRUNCATE discharge.hub CASCADE")
    hub = ASealedHub(tmp_path / "one" / "Hub.discharge")
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    ada = signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))
    link = Link.open(server.address(), None)
    invitation = sharing.bring(hub.desk, link, server.address("desk_2").as_json(), by=ada)
    there, opened = sharing.join(
        tmp_path / "two" / "Hub.discharge",
        sharing.invitation_in(invitation.text),
        sharing.link_of(invitation),
        holder=jo.id,
        secret=JO,
        clock=hub.clock,
    )
    signing_in.sign_in(there, opened)
    desks = ADesk(hub.desk, ada), ADesk(there, jo)
    for each in desks:
        each.touch.start()
    yield desks
    for each in desks:
        each.touch.stop()
        assert each.desk.verify().is_intact
        each.desk.close()


def test_what_one_desk_does_comes_to_the_other_by_itself(two: tuple[ADesk, ADesk]) -> None:
    one, other = two
    one.enters("Ada Shah")
    other.until("Ada Shah")
    other.enters("Ben Okoro")
    one.until("Ada Shah", "Ben Okoro")


def test_a_desk_joins_at_the_command_line(
    two: tuple[ADesk, ADesk], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, _other = two
    invitation = tmp_path / "ward.ddinvite"
    made = sharing.invitation_of(one.desk, by=one.user)
    invitation.write_text(made.text, "utf-8")
    hub = tmp_path / "three" / "Hub.discharge"
    with descriptor(JO) as number:
        words = [str(invitation), str(hub), "--user", "Jo Reed", "--passphrase-fd", number]
        assert main(["server", "join", *words]) == 0
    said = capsys.readouterr()
    assert f"Letters to compare with whoever invited you: {made.check}" in said.out
    assert "This desk is one of Three Boroughs" in said.out
    assert hub.exists()
    with descriptor(JO) as number:
        assert main(["server", "join", *words[:3], "Nobody", "--passphrase-fd", number]) == 2
    assert "They are: Ada Marsh (U-0001), Jo Reed (U-0002)." in capsys.readouterr().err


@pytest.mark.whole
def test_who_has_somebody_open_is_seen_at_the_other_desk(two: tuple[ADesk, ADesk]) -> None:
    one, other = two
    one.touch.say_open("Ada Marsh", "P-0001")
    while other.touch.open_elsewhere() != {"P-0001": (f"Ada Marsh at {platform.node()}",)}:
        assert other.heard.wait(PATIENCE)
        other.heard.clear()
    assert one.touch.open_elsewhere() == {}


def dumped(server: AServer) -> str:
    """Every row of every table, as PostgreSQL dumps them."""
    rows = b""
    with wire.connect(server.administrator, timeout=10) as connection, connection.cursor() as cursor:
        for table in TABLES:
            with cursor.copy(f"COPY discharge.{table} TO STDOUT".encode()) as copy:
                rows += b"".join(bytes(each) for each in copy)
    return rows.decode()


def test_a_database_administrator_reads_no_name(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, _other = two
    one.enters("Ada Oystercatcher")
    dump = dumped(server)
    assert len(dump) > 10_000
    for word in ("Oystercatcher", "Jo Reed", "Ada Marsh", "Three Boroughs"):
        assert word not in dump
        assert word.encode().hex() not in dump


@pytest.mark.whole
def test_a_server_restored_from_before_the_last_entries_is_given_them_and_the_desk_says_so(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    one.enters("Ada Shah")
    other.until("Ada Shah")
    for each in two:
        each.touch.stop()
    head = one.desk.ask(lambda queries: queries.head())
    for table in ("keys", "files", "journal"):
        server.do(f"DELETE FROM discharge.{table} WHERE seq = {head}")
    one.desk.take_remarks()
    one.enters("Ben Okoro")
    assert any("had lost its last 1 entry" in said for said in one.desk.take_remarks())
    other.desk.take_what_came()
    assert one.names() == other.names() == {"Ada Shah", "Ben Okoro"}


@pytest.mark.whole
def test_a_lost_desk_whose_role_was_closed_at_the_server_is_out_at_once_and_the_others_go_on(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, lost = two
    assert lost.desk.sharing is not None
    server.do("ALTER ROLE desk_2 NOLOGIN")
    try:
        server.do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'desk_2'")
        one.enters("Ada Shah")
        while lost.desk.sharing.is_online or "password" not in lost.desk.sharing.standing().why:
            assert lost.came.wait(PATIENCE), lost.desk.sharing.standing()
            lost.came.clear()
        assert lost.names() == set()
    finally:
        server.do("ALTER ROLE desk_2 LOGIN")
    lost.touch.try_now()
    lost.until("Ada Shah")


@pytest.mark.whole
def test_whoever_is_always_outrun_waits_for_a_turn(
    two: tuple[ADesk, ADesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    for each in two:
        each.touch.stop()
    assert one.desk.sharing is not None
    turns, append, turn = 0, Link.append, Link.turn
    mine = one.desk.sharing._link

    def appended(link: Link, batch: Batch, *, expected: Head) -> None:
        if link is mine and not turns:
            other.enters(f"Ben Okoro {expected.seq}")
        append(link, batch, expected=expected)

    def counted(link: Link) -> AbstractContextManager[Head]:
        nonlocal turns
        turns += 1
        return turn(link)

    monkeypatch.setattr(Link, "append", appended)
    monkeypatch.setattr(Link, "turn", counted)
    one.enters("Ada Shah")
    other.desk.take_what_came()
    assert turns == 1
    assert len(one.names()) == 3
    assert one.names() == other.names()
