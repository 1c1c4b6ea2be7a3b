"""A desk and its server: whose turn it is, a server that went back, bringing a hub there; who may what."""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import all_desks, exchange, people, postcodes, sharing, signing_in
from discharge.actions.desk import Cancelled, Desk
from discharge.actions.file_kinds import FileKind
from discharge.actions.placements import happened
from discharge.actions.shared_desk import Forked, Standing
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role
from discharge.store.ask.queries import Queries
from discharge.store.driver import Heard
from discharge.store.file import backup
from tests.actions.a_sealed_hub import ADA, ANOTHER, JO, ASealedHub
from tests.actions.a_server import AServer
from tests.actions.two_desks import ADDRESS, ADesk
from tests.examples import TIMES
from ui.frame.commands import COMMANDS
from ui.frame.shared import why_cut_off


def test_whoever_was_outrun_twice_waits_for_a_turn_of_their_own(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two

    def quicker() -> None:
        other.enters(f"Ben Okoro {len(server.entries)}")
        server.before_append = quicker if server.turns == 0 else None

    server.before_append = quicker
    assert one.enters("Ada Shah") == "P-0003"
    assert server.turns == 1
    other.looks()
    assert one.head == other.head
    assert "Ada Shah" in other.names()


@pytest.mark.whole
def test_what_waits_is_shared_in_a_turn_where_others_are_quicker(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah")
    server.reachable = True

    def quicker() -> None:
        other.enters(f"Ben Okoro {len(server.entries)}")
        server.before_append = quicker if server.turns == 0 else None

    server.before_append = quicker
    one.reaches()
    assert server.turns == 1
    assert (one.sharing.standing().waiting, one.sharing.standing().returned) == (0, 0)
    other.looks()
    assert one.head == other.head


@pytest.mark.whole
def test_a_server_that_went_back_while_a_desk_is_in_touch_is_given_its_entries_and_it_is_said(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    one.enters("Ada Shah")
    other.looks()
    one.desk.take_remarks()
    del server.entries[-1], server.keys[-1]
    one.enters("Ben Okoro")
    (said,) = one.desk.take_remarks()
    assert "had lost its last 1 entry" in said
    other.looks()
    assert one.names() == other.names() == {"Ada Shah", "Ben Okoro"}
    assert one.head == other.head


@pytest.mark.whole
def test_a_server_that_went_back_and_where_others_wrote_on_takes_nothing_and_loses_nothing(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    one.enters("Ada Shah")
    del server.entries[-1], server.keys[-1]
    other.enters("Cy Dean")
    one.enters("Ben Okoro")
    standing = one.sharing.standing()
    assert (standing.online, standing.waiting) == (False, 1)
    with pytest.raises(Forked, match="restored from a backup"):
        one.reaches()
    assert one.names() == {"Ada Shah", "Ben Okoro"}
    assert one.sharing.standing().forked


def test_what_cant_wait_is_refused_before_a_file_is_read(
    two: tuple[ADesk, ADesk], server: AServer, tmp_path: Path
) -> None:
    one, _other = two
    server.reachable = False
    one.enters("Ada Shah")
    nowhere, kind = tmp_path / "list.csv", FileKind.PATIENTS
    with pytest.raises(UserError, match="can't be imported while the desk is cut off"):
        exchange.preview(one.desk, kind=kind, source=nowhere)
    with pytest.raises(UserError, match="can't be imported while the desk is cut off"):
        exchange.import_file(one.desk, kind=kind, source=nowhere, by=one.user)
    with pytest.raises(UserError, match="can't be filled while the desk is cut off"):
        postcodes.fill_places(one.desk, by=one.user)
    assert one.sharing.standing().waiting == 1


def test_work_goes_on_while_a_hub_is_brought_and_is_brought_too(tmp_path: Path, server: AServer) -> None:
    hub = ASealedHub(tmp_path / "Hub.discharge")
    ada = signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))
    free: list[bool] = []

    def told(done: int, _total: int) -> None:
        if not free:
            # another thread, as the window's own is: the desk's lock isn't held
            with ThreadPoolExecutor(1) as window:
                free.append(window.submit(hub.desk.ask, Queries.patients).result(10) == ())
                window.submit(hub.added, "Jo Reed", Role.COORDINATOR).result(10)

    sharing.bring(hub.desk, server.link(), ADDRESS, by=ada, progress=told)
    assert free == [True]
    assert len(server.entries) == hub.desk.ask(lambda queries: queries.head())
    assert "Jo Reed" in {user.name for user in hub.desk.people()}
    hub.desk.close()


def test_a_hub_whose_bringing_is_stopped_is_its_files_alone_and_goes_on(
    tmp_path: Path, server: AServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "AT_A_TIME", 2)
    hub = ASealedHub(tmp_path / "Hub.discharge")
    ada = signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))

    def stop(_done: int, _total: int) -> None:
        raise Cancelled("Stopped.", "Nothing was changed.")

    with pytest.raises(Cancelled):
        sharing.bring(hub.desk, server.link(), ADDRESS, by=ada, progress=stop)
    assert len(server.entries) == 2
    assert hub.desk.sharing is None
    hub.added("Jo Reed", Role.COORDINATOR)
    sharing.bring(hub.desk, server.link(), ADDRESS, by=ada)
    assert len(server.entries) == hub.desk.ask(lambda queries: queries.head())
    hub.desk.close()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
@pytest.mark.whole
def test_only_an_administrator_brings_invites_and_takes_home(
    two: tuple[ADesk, ADesk], server: AServer, tmp_path: Path, role: Role
) -> None:
    one, _other = two
    by = one.user.model_copy(update={"roles": frozenset({role})})
    for does in (
        partial(sharing.invitation_of, one.desk, by=by),
        partial(sharing.bring, one.desk, server.link(), ADDRESS, by=by),
        partial(sharing.take_home, one.desk, tmp_path / "home", by=by, reason="to try"),
        partial(one.desk.perform, partial(all_desks.close_desk, desk="D-0002", reason="lost"), by=one.user),
    ):
        with pytest.raises(NotAllowed):
            does()
    assert not (tmp_path / "home").exists()


class _KilledError(BaseException):
    """The program was killed here."""


def _killed(at: int, patch: pytest.MonkeyPatch) -> None:
    """Whoever is killed at the so-manieth statement removes nothing."""
    plain, count = Heard.execute, itertools.count(1)

    def execute(connection: Heard, *args: Any, **named: Any) -> Any:
        if next(count) == at:
            raise _KilledError
        return plain(connection, *args, **named)

    patch.setattr(Heard, "execute", execute)
    for name in ("drop_new", "drop_part"):
        patch.setattr(backup, name, lambda _path: None)


@pytest.mark.law
def test_a_desk_killed_while_it_joins_isnt_there_yet_or_goes_on_where_it_is_opened(
    two: tuple[ADesk, ADesk], server: AServer, tmp_path: Path
) -> None:
    one, _other = two
    one.enters("Ada Shah")
    ada = signing_in.sign_in(one.desk, signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock()))
    invitation = sharing.invitation_of(one.desk, by=ada)
    there, went_on = 0, 0
    for at in range(1, 500, 50 // min(TIMES, 25)):
        path = tmp_path / str(at) / "Hub.discharge"
        with pytest.MonkeyPatch.context() as patch:
            _killed(at, patch)
            with pytest.raises(_KilledError):
                sharing.join(path, invitation, server.link(), holder=one.user.id, secret=JO, clock=one.clock)
        if not path.exists():
            there += 1
            continue
        opened = signing_in.unlocked(path, one.user.id, JO, now=one.clock())
        with Desk.open(path, clock=one.clock, unlocked=opened) as desk:
            desk.share(server.link())
            signing_in.sign_in(desk, opened)
            assert {row.name for row in desk.ask(Queries.patients)} == {"Ada Shah"}, at
        went_on += 1
    assert there
    assert went_on


def test_whoever_joins_is_at_the_new_desk_what_they_are_in_the_hub(
    two: tuple[ADesk, ADesk], server: AServer, tmp_path: Path
) -> None:
    one, _other = two
    ada = signing_in.sign_in(one.desk, signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock()))
    invitation = sharing.invitation_of(one.desk, by=ada)
    path = tmp_path / "three" / "Hub.discharge"
    desk, opened = sharing.join(
        path, invitation, server.link(), holder=one.user.id, secret=JO, clock=one.clock
    )
    with desk:
        jo = signing_in.sign_in(desk, opened)
        assert jo.roles == {Role.COORDINATOR}
        with pytest.raises(NotAllowed):
            desk.perform(partial(people.amend_user, user=jo.id, roles=[Role.ADMINISTRATOR]), by=jo)
        with pytest.raises(NotAllowed):
            sharing.invitation_of(desk, by=jo)


def test_commands_that_need_the_server_say_so_before_anything_is_typed() -> None:
    commands = {each.id: each for each in COMMANDS}
    cut_off = Standing(False, 0, None, "Gone.")
    waits = Standing(True, 1, None)
    said = {
        "hub.people": "Nobody can be added to the hub's people",
        "patient.copy": "No copy of somebody's record can be given",
        "import.patients": "Files can't be imported",
        "patient.places": "Places can't be filled",
    }
    for name, words in said.items():
        assert why_cut_off(cut_off, commands[name]) == f"{words} while the desk is cut off from the server."
        assert "isn't shared yet" in why_cut_off(waits, commands[name])
        assert why_cut_off(Standing(True, 0, None), commands[name]) == ""
        assert why_cut_off(None, commands[name]) == ""
    assert why_cut_off(cut_off, commands["patient.new"]) == ""


def _ada_closes(one: ADesk, who: str) -> None:
    ada = signing_in.sign_in(one.desk, signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock()))
    one.desk.perform(partial(people.amend_user, user=who, active=False), by=ada)


def test_whoever_is_shut_out_at_one_desk_is_shut_out_at_the_other_once_it_hears_of_it(
    two: tuple[ADesk, ADesk],
) -> None:
    one, other = two
    _ada_closes(one, other.user.id)
    assert signing_in.unlocked(other.desk.path, other.user.id, ANOTHER, now=one.clock())
    other.looks()
    with pytest.raises(UserError):
        signing_in.unlocked(other.desk.path, other.user.id, ANOTHER, now=one.clock())
    with pytest.raises(NotAllowed, match="no longer at this hub"):
        other.enters("Ada Shah")
    one.reaches()
    other.reaches()
    with pytest.raises(UserError):
        signing_in.unlocked(one.desk.path, other.user.id, ANOTHER, now=one.clock())


def test_what_somebody_did_who_was_shut_out_meanwhile_holds_up_nobody_and_no_fact_is_lost(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    who = one.enters("Ada Shah")
    other.looks()
    server.reachable = False
    other.does(partial(happened.died, patient=who))
    other.enters("Ben Okoro")
    server.reachable = True
    opened = signing_in.unlocked(one.desk.path, one.user.id, JO, now=one.clock())
    _ada_closes(one, other.user.id)
    signing_in.sign_out(other.desk, other.user.id)
    signing_in.sign_in(other.desk, opened)
    other.reaches()
    standing = other.sharing.standing()
    assert (standing.waiting, standing.waits_for, standing.returned) == (0, "", 1)
    assert "Uma Vale, who did this, is no longer at this hub." in other.sharing.returned()[0].why
    one.looks()
    flagged = one.desk.ask(lambda queries: queries.happening("F-0001"))
    assert (flagged.patient, flagged.recorded_by) == (who, "Jo Reed")
    assert flagged.against[0].sentence == "Uma Vale, who did this, is no longer at this hub."


def test_an_invitation_is_written_for_its_owners_eyes_alone(two: tuple[ADesk, ADesk], tmp_path: Path) -> None:
    one, _other = two
    ada = signing_in.sign_in(one.desk, signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock()))
    invitation = sharing.invitation_of(one.desk, by=ada)
    invitation.save(tmp_path / "ward.ddinvite")
    assert sharing.invitation_in((tmp_path / "ward.ddinvite").read_text("utf-8")) == invitation
    if os.name != "nt":
        assert (tmp_path / "ward.ddinvite").stat().st_mode & 0o077 == 0
    with pytest.raises(UserError, match="can't be used"):
        invitation.save(tmp_path / "nowhere" / "ward.ddinvite")
