"""Signing in: who is at the desk is shown by a passphrase, and nothing is done without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import people, signing_in
from discharge.actions.desk import Desk
from discharge.actions.signing_in import (
    choose_passphrase,
    close_slot,
    found_sealed,
    let_in,
    new_sheet,
    people_of,
    sign_in,
    sign_out,
)
from discharge.keys import attempts, key_file, slots
from discharge.keys.slots import RECOVERY, Opens, WrongPassphrase
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.people import Role
from tests.actions.a_sealed_hub import ADA, ANOTHER, CHEAP, JO, ASealedHub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ASealedHub]:
    made = ASealedHub(tmp_path / "Hub.discharge")
    yield made
    assert made.desk.verify().is_intact
    made.desk.close()


def sentences(desk: Desk) -> list[str]:
    """What the record says, oldest first."""
    return [line.sentence for line in reversed(desk.ask(lambda queries: queries.journal()))]


def test_whoever_founds_a_hub_is_in_it_and_comes_in_again_by_their_passphrase(hub: ASealedHub) -> None:
    assert [(one.name, one.opens) for one in people_of(hub.path).people] == [("Ada Marsh", Opens.PASSPHRASE)]
    hub.anew()
    with pytest.raises(NotAllowed, match="come in"):
        hub.desk.sign_in("U-0001")
    with pytest.raises(NotAllowed, match="come in"):
        hub.added("Jo Reed", Role.COORDINATOR)
    assert hub.comes("U-0001", ADA).name == "Ada Marsh"
    assert hub.added("Jo Reed", Role.COORDINATOR) == "U-0002"
    sign_out(hub.desk, "U-0001")
    with pytest.raises(NotAllowed, match="come in"):
        hub.added("Una Vale", Role.COORDINATOR)


def test_an_easy_passphrase_founds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "Hub.discharge"
    with pytest.raises(UserError, match="easy to guess"):
        found_sealed(path, hub="Three Boroughs", name="Ada Marsh", passphrase="Ada Marsh 1", cost=CHEAP)
    assert list(tmp_path.iterdir()) == []


def test_no_hub_is_founded_in_the_place_of_another(hub: ASealedHub) -> None:
    content = key_file.beside(hub.path).read_bytes()
    with pytest.raises(UserError, match="already"):
        found_sealed(hub.path, hub="Other", name="Eve Marlow", passphrase=JO, cost=CHEAP)
    assert key_file.beside(hub.path).read_bytes() == content


def test_somebody_new_comes_by_a_one_time_word_and_does_nothing_before_they_have_a_passphrase(
    hub: ASealedHub,
) -> None:
    who = hub.added("Jo Reed", Role.COORDINATOR, Role.ADMINISTRATOR)
    word = let_in(hub.desk, hub.ada, who, cost=CHEAP)
    opened = hub.unlocked(who, word.lower())
    jo = sign_in(hub.desk, opened)
    with pytest.raises(NotAllowed, match="come in"):
        hub.desk.perform(partial(people.add_user, name="Una Vale", roles=[Role.READER]), by=jo)
    with pytest.raises(UserError, match="easy to guess"):
        choose_passphrase(hub.desk, opened, "Three Boroughs", cost=CHEAP)
    choose_passphrase(hub.desk, opened, JO, cost=CHEAP)
    hub.desk.perform(partial(people.add_user, name="Una Vale", roles=[Role.READER]), by=jo)
    with pytest.raises(WrongPassphrase):
        hub.unlocked(who, word)
    assert sentences(hub.desk)[-3:-1] == ["Let in with a one-time word.", "Set their own passphrase."]


def test_a_reader_comes_in_too(hub: ASealedHub) -> None:
    reader = hub.joined("Una Vale", JO, Role.READER)
    hub.anew()
    with pytest.raises(WrongPassphrase):
        hub.unlocked(reader.id, ADA)
    assert hub.comes(reader.id, JO) == reader


def test_only_an_administrator_lets_somebody_in_and_nobody_lets_themselves_in(hub: ASealedHub) -> None:
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    content = key_file.beside(hub.path).read_bytes()
    for by, whom in ((jo, "U-0001"), (hub.ada, "U-0001"), (hub.ada, "U-0009")):
        with pytest.raises(UserError):
            let_in(hub.desk, by, whom, cost=CHEAP)
    for does in (partial(close_slot, user="U-0001"), new_sheet):
        with pytest.raises(NotAllowed, match="Only an administrator"):
            does(hub.desk, jo)
    assert key_file.beside(hub.path).read_bytes() == content


def test_a_lost_passphrase_is_made_good_by_another_one_time_word(hub: ASealedHub) -> None:
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    word = let_in(hub.desk, hub.ada, jo.id, cost=CHEAP)
    with pytest.raises(WrongPassphrase):
        hub.unlocked(jo.id, JO)
    opened = hub.unlocked(jo.id, word)
    assert sign_in(hub.desk, opened) == jo
    choose_passphrase(hub.desk, opened, ANOTHER, cost=CHEAP)
    assert hub.comes(jo.id, ANOTHER) == jo


def test_whoever_changes_their_passphrase_comes_in_by_the_new_one_alone(hub: ASealedHub) -> None:
    choose_passphrase(hub.desk, hub.first, ANOTHER, cost=CHEAP)
    hub.anew()
    with pytest.raises(WrongPassphrase):
        hub.unlocked("U-0001", ADA)
    assert hub.comes("U-0001", ANOTHER) == hub.ada


def test_the_recovery_sheet_lets_an_administrator_set_a_passphrase_and_does_nothing_else(
    hub: ASealedHub,
) -> None:
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    hub.anew()
    sheet = hub.unlocked(RECOVERY, hub.code.lower())
    assert sign_in(hub.desk, sheet) == hub.ada
    with pytest.raises(NotAllowed, match="come in"):
        hub.added("Una Vale", Role.COORDINATOR)
    with pytest.raises(NotAllowed, match="lets an administrator in"):
        choose_passphrase(hub.desk, sheet, ANOTHER, user=jo.id, cost=CHEAP)
    choose_passphrase(hub.desk, sheet, ANOTHER, cost=CHEAP)
    hub.added("Una Vale", Role.COORDINATOR)
    assert hub.comes("U-0001", ANOTHER) == hub.ada


def test_a_new_sheet_ends_the_one_before(hub: ASealedHub) -> None:
    code = new_sheet(hub.desk, hub.ada)
    with pytest.raises(WrongPassphrase):
        hub.unlocked(RECOVERY, hub.code)
    assert sign_in(hub.desk, hub.unlocked(RECOVERY, code)) == hub.ada


def test_what_fails_at_the_door_takes_longer_each_time_and_is_on_record(hub: ASealedHub) -> None:
    hub.anew()
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            hub.unlocked("U-0001", "password")
    with pytest.raises(NotAllowed, match="several times") as refused:
        hub.unlocked("U-0001", ADA)
    assert refused.value.mend == "Try again in 2 seconds."
    hub.clock.plus(seconds=2)
    hub.comes("U-0001", ADA)
    assert sentences(hub.desk)[-1] == "3 sign-ins failed."
    assert attempts.read(hub.path) == {}


def test_whoever_leaves_has_no_way_in_any_more_and_comes_back_by_a_new_word(hub: ASealedHub) -> None:
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    before = key_file.beside(hub.path).read_bytes()
    opened = hub.unlocked(jo.id, JO)
    hub.desk.perform(partial(people.amend_user, user=jo.id, active=False), by=hub.ada)
    with pytest.raises(NotAllowed, match="no passphrase at this hub"):
        hub.unlocked(jo.id, JO)
    hub.desk.perform(partial(people.amend_user, user=jo.id, active=True), by=hub.ada)
    # the key file as it was kept by them: its key isn't known any more
    key_file.beside(hub.path).write_bytes(before)
    with pytest.raises(NotAllowed, match="isn't what this hub knows"):
        sign_in(hub.desk, opened)
    word = let_in(hub.desk, hub.ada, jo.id, cost=CHEAP)
    assert sign_in(hub.desk, hub.unlocked(jo.id, word)).id == jo.id


def test_the_last_administrator_who_can_come_in_stays(hub: ASealedHub) -> None:
    who = hub.added("Jo Reed", Role.ADMINISTRATOR)
    let_in(hub.desk, hub.ada, who, cost=CHEAP)
    leaves = partial(people.amend_user, user="U-0001", active=False)
    with pytest.raises(NotAllowed, match="needs an administrator"):
        hub.desk.perform(leaves, by=hub.ada)
    with pytest.raises(NotAllowed, match="needs an administrator"):
        close_slot(hub.desk, hub.ada, "U-0001")
    hub.joined("Una Vale", JO, Role.ADMINISTRATOR)
    hub.desk.perform(leaves, by=hub.ada)


def test_a_closed_way_in_opens_nothing_and_its_key_signs_nothing(hub: ASealedHub) -> None:
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    opened = hub.unlocked(jo.id, JO)
    close_slot(hub.desk, hub.ada, jo.id)
    with pytest.raises(NotAllowed, match="no passphrase at this hub"):
        hub.unlocked(jo.id, JO)
    with pytest.raises(NotAllowed, match="isn't what this hub knows"):
        sign_in(hub.desk, opened)


def test_a_key_file_that_is_missing_is_made_good_from_its_copy_and_it_is_said(hub: ASealedHub) -> None:
    there = key_file.beside(hub.path)
    content = there.read_bytes()
    there.unlink()
    assert people_of(hub.path).remark.startswith("Hub.discharge.keys is missing: its copy was used")
    assert there.read_bytes() == content
    there.write_bytes(content[:40])
    assert hub.comes("U-0001", ADA) == hub.ada
    assert there.read_bytes() == content


def test_the_key_file_of_another_hub_is_told(hub: ASealedHub, tmp_path: Path) -> None:
    other = ASealedHub(tmp_path / "Other.discharge")
    other.desk.close()
    with pytest.raises(UserError, match="another hub's"):
        sign_in(hub.desk, other.first)


def test_a_program_stopped_while_a_passphrase_was_changed_leaves_it_as_it_was(hub: ASealedHub) -> None:
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    word = let_in(hub.desk, hub.ada, jo.id, cost=CHEAP)
    opened = hub.unlocked(jo.id, word)
    half, _own = slots.with_passphrase(
        key_file.slots_in(key_file.beside(hub.path).read_bytes()),
        of=opened, holder=jo.id, name=jo.name, passphrase=ANOTHER, cost=CHEAP,
    )  # fmt: skip
    key_file.write(half, [key_file.beside(hub.path)])
    with pytest.raises(NotAllowed, match="as it was before"):
        sign_in(hub.desk, hub.unlocked(jo.id, ANOTHER))
    assert sign_in(hub.desk, hub.unlocked(jo.id, word)) == jo


def test_an_entry_that_is_refused_leaves_the_key_file_as_it_was(
    hub: ASealedHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = key_file.beside(hub.path).read_bytes()

    def full(*_args: object, **_named: object) -> None:
        raise UserError("The disk is full.", "Make room.")

    monkeypatch.setattr(hub.desk, "perform", full)
    with pytest.raises(UserError, match="full"):
        choose_passphrase(hub.desk, hub.first, ANOTHER, cost=CHEAP)
    with pytest.raises(UserError, match="full"):
        new_sheet(hub.desk, hub.ada)
    assert key_file.beside(hub.path).read_bytes() == content


def test_a_clock_behind_the_record_keeps_nobody_out_and_is_asked_about_at_the_first_thing_done(
    hub: ASealedHub,
) -> None:
    hub.anew()
    with pytest.raises(WrongPassphrase):
        hub.unlocked("U-0001", "password")
    hub.clock.plus(hours=-30)
    hub.comes("U-0001", ADA)
    with pytest.raises(Asked, match="clock says"):
        hub.added("Jo Reed", Role.COORDINATOR)
    with pytest.raises(Asked, match="clock says"):
        choose_passphrase(hub.desk, hub.unlocked("U-0001", ADA), ANOTHER, cost=CHEAP)
    assert hub.comes("U-0001", ADA) == hub.ada
    hub.clock.plus(hours=30)
    hub.comes("U-0001", ADA)
    assert sentences(hub.desk)[-1] == "1 sign-in failed."
    assert hub.desk.verify().is_intact


def test_somebody_elses_key_opens_no_desk_in_their_name(hub: ASealedHub) -> None:
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    forged = replace(hub.unlocked(jo.id, JO), holder="U-0001")
    with pytest.raises(NotAllowed, match="isn't what this hub knows"):
        sign_in(hub.desk, forged)
    assert signing_in.is_sealed(hub.path)
