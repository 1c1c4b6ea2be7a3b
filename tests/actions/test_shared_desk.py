"""Desks of one hub on a server: what each does is held against what the others did, and nothing is lost."""

from __future__ import annotations

import platform
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import (
    all_desks,
    erasing,
    patients,
    people,
    placements,
    register,
    settings,
    sharing,
    signing_in,
)
from discharge.actions.desk import Desk, restore
from discharge.actions.shared_desk import Forked, TooQuick
from discharge.keys.signing import Signer
from discharge.model.errors import UserError
from discharge.model.happening import Happening
from discharge.model.identifiers import NoNumber
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role
from discharge.model.setting_record import SettingDetails
from discharge.store.ask.queries import Queries
from discharge.store.journal import HeadMoved
from discharge.store.server.faults import ServerFull, ServerGone, ServerReadOnly, ServerSlow, ServerTrouble
from discharge.store.server.rows import Batch, SharedDoor
from discharge.store.server.state import State
from tests.actions.a_sealed_hub import ADA, CHEAP, JO
from tests.actions.a_server import ALink, AServer
from tests.actions.two_desks import ADDRESS, ADesk
from ui.today.words import page_of


def test_a_desk_that_joins_has_the_whole_record(two: tuple[ADesk, ADesk]) -> None:
    one, other = two
    assert [each.name for each in one.desk.ask(Queries.desks)] == [platform.node()] * 2
    assert one.head == other.head
    assert {user.name for user in other.desk.people()} == {"Ada Marsh", "Jo Reed", "Uma Vale"}


def test_what_one_desk_does_the_other_sees_once_it_looks(two: tuple[ADesk, ADesk]) -> None:
    one, other = two
    one.enters("Ada Shah")
    assert other.names() == set()
    other.looks()
    assert other.names() == {"Ada Shah"}
    changes = other.desk.changes()
    assert changes is not None
    assert "patients" in changes.nouns


def test_where_somebody_was_faster_it_is_held_against_what_came_and_goes_through(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two

    def quicker() -> None:
        other.enters("Ben Okoro")

    server.before_append = quicker
    assert one.enters("Ada Shah") == "P-0002"
    other.looks()
    assert one.names() == other.names() == {"Ada Shah", "Ben Okoro"}
    assert one.head == other.head


def test_cut_off_work_goes_on_and_is_shared_once_the_server_is_back(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah")
    one.enters("Ben Okoro")
    assert one.names() == {"Ada Shah", "Ben Okoro"}
    standing = one.sharing.standing()
    assert (standing.online, standing.waiting) == (False, 2)
    server.reachable = True
    other.enters("Cy Dean")
    one.reaches()
    other.looks()
    assert one.names() == other.names() == {"Ada Shah", "Ben Okoro", "Cy Dean"}
    assert one.head == other.head
    assert one.sharing.standing().waiting == 0


def test_who_was_outrun_and_then_cut_off_works_on(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, other = two

    def cuts() -> None:
        server.reachable = False

    def quicker() -> None:
        other.enters("Ben Okoro")
        server.before_since = cuts

    server.before_append = quicker
    one.enters("Ada Shah")
    assert one.sharing.standing().waiting == 1
    server.reachable = True
    one.reaches()
    assert one.names() == {"Ada Shah", "Ben Okoro"}


@pytest.mark.parametrize("trouble", [ServerSlow, ServerFull, ServerReadOnly])
def test_what_a_server_in_trouble_refuses_waits_and_comes_back_to_nobody(
    two: tuple[ADesk, ADesk], server: AServer, trouble: type[ServerTrouble]
) -> None:
    one, _other = two

    def refuses() -> None:
        raise trouble("The server can't.")

    server.before_append = refuses
    one.enters("Ada Shah")
    server.before_append = refuses
    with pytest.raises(trouble):
        one.reaches()
    standing = one.sharing.standing()
    assert (standing.waiting, standing.returned, standing.why) == (1, 0, "The server can't.")
    one.reaches()
    assert one.sharing.standing().waiting == 0


def test_what_others_are_always_faster_than_waits_on(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, _other = two
    server.reachable = False
    one.enters("Ada Shah")
    server.reachable = True

    def faster() -> None:
        server.before_append = faster
        raise HeadMoved("somebody was faster")

    server.before_append, server.keeps_turns = faster, False
    with pytest.raises(TooQuick):
        one.reaches()
    server.before_append = None
    assert one.sharing.standing().waiting == 1
    one.reaches()
    assert one.sharing.standing().waiting == 0


def test_what_follows_from_a_number_that_turned_out_otherwise_goes_to_the_right_person(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    mine = one.enters("Ada Shah")
    one.does(partial(patients.amend_patient, patient=mine, changes={"ward": "Ash"}, reason="moved"))
    server.reachable = True
    theirs = other.enters("Cy Dean")
    assert mine == theirs == "P-0001"
    one.reaches()
    other.looks()
    wards = {row.name: row.ward for row in other.desk.ask(Queries.patients)}
    assert wards == {"Ada Shah": "Ash", "Cy Dean": ""}


def _wards(desk: ADesk) -> dict[str, str]:
    return {row.name: row.ward for row in desk.desk.ask(Queries.patients)}


def test_what_waits_behind_something_that_was_shared_before_the_server_was_gone_again_is_of_the_right_person(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    mine = one.enters("Ada Shah")
    one.does(partial(patients.amend_patient, patient=mine, changes={"ward": "Ash"}, reason="moved"))
    server.reachable = True
    other.enters("Cy Dean")

    def cuts() -> None:
        server.loses_the_answer = True

    server.before_append = cuts
    with suppress(ServerGone):
        one.reaches()
    assert one.sharing.standing().waiting == 2
    one.reaches()
    other.looks()
    assert _wards(one) == _wards(other) == {"Ada Shah": "Ash", "Cy Dean": ""}


def test_what_is_done_on_a_copy_made_anew_goes_to_whom_it_was_seen_to_be_about(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah")
    server.reachable = True
    other.enters("Cy Dean")

    def gone() -> None:
        server.reachable = False

    server.before_append = gone
    with suppress(ServerGone):
        one.reaches()
    seen = {row.name: row.id for row in one.desk.ask(Queries.patients)}
    assert seen == {"Cy Dean": "P-0001", "Ada Shah": "P-0002"}
    one.does(
        partial(patients.amend_patient, patient=seen["Ada Shah"], changes={"ward": "Ash"}, reason="moved")
    )
    server.reachable = True
    other.enters("Ed Frey")
    one.reaches()
    assert _wards(one) == {"Ada Shah": "Ash", "Cy Dean": "", "Ed Frey": ""}


def test_what_was_done_to_somebody_whose_entering_came_back_is_not_done_to_whoever_has_their_id(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    mine = one.enters("Ada Shah", nhs_number="9990000018", no_number=None)
    one.does(partial(patients.amend_patient, patient=mine, changes={"ward": "Ash"}, reason="moved"))
    server.reachable = True
    assert other.enters("Ada B. Shah", nhs_number="9990000018", no_number=None) == mine
    one.reaches()
    assert _wards(one) == {"Ada B. Shah": ""}
    _first, second = one.sharing.returned()
    assert "what entered it came back" in second.why


def test_an_answer_that_got_lost_is_not_done_twice(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, other = two
    server.loses_the_answer = True
    one.enters("Ada Shah")
    assert one.sharing.standing().waiting == 1
    one.reaches()
    other.looks()
    assert [row.name for row in other.desk.ask(Queries.patients)] == ["Ada Shah"]
    assert one.head == other.head
    assert one.sharing.standing().waiting == 0


def test_what_is_done_on_a_copy_that_has_what_got_lost_goes_to_whom_it_was_seen_to_be_about(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    ada = one.enters("Ada Shah")
    server.reachable = True
    other.enters("Ben Okoro")
    server.loses_the_answer = True
    with pytest.raises(ServerGone):
        one.reaches()

    class Breaks(ALink):
        """Is gone once all that there was has come."""

        def newest_door(self) -> SharedDoor | None:
            raise ServerGone("The server doesn't answer.")

    with pytest.raises(ServerGone):
        one.desk.share(Breaks(server))
    (ben,) = [row.id for row in one.desk.ask(Queries.patients) if row.name == "Ben Okoro"]
    assert ben == ada, "her number turned out otherwise"
    one.does(partial(patients.amend_patient, patient=ben, changes={"ward": "Ben's"}, reason="Moved"))
    one.reaches()
    assert {row.name: row.ward for row in one.desk.ask(Queries.patients)} == {
        "Ada Shah": "", "Ben Okoro": "Ben's",
    }  # fmt: skip


def test_what_no_longer_fits_comes_back_to_its_author_and_says_why(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah", nhs_number="9990000018", no_number=None)
    server.reachable = True
    other.enters("Ada B. Shah", nhs_number="9990000018", no_number=None)
    one.reaches()
    (back,) = one.sharing.returned()
    assert (back.by_name, back.state) == ("Jo Reed", State.RETURNED)
    assert "NHS number" in back.why
    assert one.sharing.standing().returned == 1
    assert one.names() == {"Ada B. Shah"}
    one.sharing.set_aside(back.number)
    assert one.sharing.standing().returned == 0


def test_what_fits_what_others_did_a_moment_ago_comes_back_to_nobody(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah", nhs_number="9990000018", no_number=None)
    server.reachable = True
    who = other.enters("Ada B. Shah", nhs_number="9990000018", no_number=None)
    changes = {"nhs_number": None, "no_number": NoNumber.NOT_KNOWN}

    class Late(ALink):
        """Somebody does something once all that there was has come."""

        is_over = False

        def since(self, seq: int, *, at_most_bytes: int) -> Batch:
            found = super().since(seq, at_most_bytes=at_most_bytes)
            if not found.entries and not self.is_over:
                self.is_over = True
                other.does(
                    partial(patients.amend_patient, patient=who, changes=changes, reason="Another's number")
                )
            return found

    one.desk.share(Late(server))
    assert one.sharing.standing().returned == 0
    assert one.names() == {"Ada Shah", "Ada B. Shah"}


def test_a_fact_that_no_longer_fits_is_taken_and_flagged_for_a_person(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    patient = one.enters("Ada Shah")
    other.looks()
    server.reachable = False
    one.does(partial(placements.happened.died, patient=patient))
    server.reachable = True
    other.does(partial(patients.leave, patient=patient, reason=LeaveReason.ENTERED_BY_MISTAKE))
    one.reaches()
    other.looks()
    flagged = other.desk.ask(lambda queries: queries.happening("F-0001"))
    assert flagged.facts == (Happening.DOESNT_FIT,)
    assert "entered by mistake" in flagged.against[0].sentence
    assert one.sharing.standing().returned == 0
    assert one.head == other.head


def test_a_fact_about_a_home_that_no_longer_fits_is_taken_and_flagged_with_all_that_was_said(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    details = SettingDetails(name="Elm Lodge", type="care_home", weekly_fee=900.0)
    home = one.does(partial(settings.register_setting, details=details))
    other.looks()
    server.reachable = False
    one.does(partial(settings.declare_outbreak, setting=home, organism="sars-cov-2"))
    server.reachable = True
    other.does(partial(settings.declare_outbreak, setting=home, organism="sars-cov-2"))
    one.reaches()
    other.looks()
    flagged = other.desk.ask(lambda queries: queries.happening("F-0001"))
    assert flagged.sentence == "Elm Lodge: recorded while cut off, and doesn't fit the record"
    assert flagged.reason == "Outbreak at Elm Lodge. organism: sars-cov-2"
    assert flagged.against[0].sentence == "This outbreak is declared already."
    assert one.sharing.standing().returned == 0
    (line,) = [each for each in other.desk.ask(Queries.today_lines) if each.about == "F-0001"]
    assert page_of(line) == ("settings", home)


def test_what_others_recorded_already_doesnt_wait_for_ever(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, other = two
    home = one.does(
        partial(
            settings.register_setting,
            details=SettingDetails(name="Elm Lodge", type="care_home", weekly_fee=900.0),
        )
    )
    other.looks()
    server.reachable = False
    left = partial(register.record_left_register, setting=home, on=None)
    one.does(left)
    server.reachable = True
    other.does(left)
    one.reaches()
    assert one.sharing.standing().waiting == 0


def test_what_waits_outlives_the_program(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah")
    opened = one.signs()
    one.desk.close()
    one.desk = Desk.open(one.desk.path, clock=one.clock, unlocked=opened)
    signing_in.sign_in(one.desk, opened)
    assert one.names() == {"Ada Shah"}
    assert one.sharing.standing().waiting == 1
    server.reachable = True
    one.reaches()
    other.looks()
    assert other.names() == {"Ada Shah"}


def test_who_signed_out_has_what_they_did_shared_all_the_same(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah")
    signing_in.sign_out(one.desk, one.user.id)
    server.reachable = True
    one.reaches()
    other.looks()
    (line, *_rest) = other.desk.ask(lambda queries: queries.journal())
    assert (line.user_name, other.names()) == ("Jo Reed", {"Ada Shah"})


def test_after_a_restart_it_waits_until_its_author_signs_in(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah")
    opened = one.signs()
    one.desk.close()
    one.desk = Desk.open(one.desk.path, clock=one.clock, unlocked=opened)
    server.reachable = True
    one.reaches()
    standing = one.sharing.standing()
    assert (standing.waiting, standing.waits_for) == (1, "Jo Reed")
    assert one.names() == {"Ada Shah"}
    signing_in.sign_in(one.desk, opened)
    one.desk.share_again()
    other.looks()
    assert other.names() == {"Ada Shah"}
    server.reachable = False
    one.desk.share_again()
    assert not one.sharing.standing().online
    one.desk.share_again()  # nothing to reach it by


def test_a_server_that_lost_its_last_entries_is_given_them_again(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    one.enters("Ada Shah")
    del server.entries[-1], server.keys[-1]
    one.reaches()
    other.looks()
    assert one.head == other.head
    assert other.names() == {"Ada Shah"}


def test_each_key_comes_with_the_first_entry_that_it_opens(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, other = two
    one.enters("Ada Shah")
    before = len(server.entries)
    other.looks()
    one.enters("Ben Okoro")
    kept = server.keys
    del server.entries[before - 1 :]
    server.keys = kept[:-2]
    one.reaches()
    other.looks()
    assert other.names() == {"Ada Shah", "Ben Okoro"}


def test_what_was_changed_on_the_server_is_not_taken(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, other = two
    one.enters("Ada Shah")
    last = server.entries[-1]
    server.entries[-1] = replace(last, box=last.box[:-1] + bytes([last.box[-1] ^ 1]))
    other.looks()
    assert other.names() == set()
    standing = other.sharing.standing()
    assert (standing.online, "was changed on the server" in standing.why) == (False, True)


def test_an_entry_that_nobody_of_the_hub_signed_is_not_taken(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    mallory = Signer.new()
    with one.desk.kept_from_others() as store:
        unlocked = one.signs()
        one.desk.sign_with(replace(unlocked, signer=mallory))
        one.enters("Ada Shah")
        one.desk.sign_with(unlocked)
        assert store.is_sealed
    other.looks()
    assert other.names() == set()
    assert "isn't signed by whoever it says made it" in other.sharing.standing().why
    one.forged = True


def test_a_copy_taken_home_is_a_hub_of_its_own(two: tuple[ADesk, ADesk], tmp_path: Path) -> None:
    one, _other = two
    one.enters("Ada Shah")
    ada = signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock())
    user = signing_in.sign_in(one.desk, ada)
    home = sharing.take_home(one.desk, tmp_path / "home" / "Hub.discharge", by=user, reason="to try")
    with Desk.open(home, clock=one.clock, unlocked=ada) as desk:
        assert desk.sharing is None
        assert desk.verify().is_intact
        assert {row.name for row in desk.ask(Queries.patients)} == {"Ada Shah"}


def test_the_server_holds_nobodys_name(two: tuple[ADesk, ADesk], server: AServer) -> None:
    one, _other = two
    one.enters("Ada Oystercatcher", ward="Ashwood")
    kept = b"".join(
        [
            *(repr((each.hash, each.prev)).encode() + each.box for each in server.entries),
            *(each.box for each in server.files),
            *(each.owner.encode() + each.box for each in server.keys),
            *server.doors,
        ]
    )
    for word in (b"Oystercatcher", b"Ashwood", b"Jo Reed", b"Three Boroughs"):
        assert word not in kept


def test_whoever_is_erased_has_no_key_at_the_server_any_more(
    two: tuple[ADesk, ADesk], server: AServer, tmp_path: Path
) -> None:
    one, other = two
    patient = one.enters("Ada Oystercatcher")
    one.does(partial(patients.leave, patient=patient, reason=LeaveReason.DIED))
    one.clock.plus(days=9 * 365)
    ada = signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock())
    by = signing_in.sign_in(one.desk, ada)
    before = {each.owner for each in server.keys}
    one.desk.perform(partial(erasing.erase_people, patients=[patient], reason="asked"), by=by)
    assert before - {each.owner for each in server.keys} == {patient}
    other.looks()
    for each in (one, other):
        assert "Oystercatcher" not in each.desk.ask(lambda queries: queries.patient_details(patient)).name


def test_a_desk_that_was_closed_takes_and_gives_nothing_any_more(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    by = signing_in.sign_in(one.desk, signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock()))
    one.desk.perform(partial(all_desks.close_desk, desk="D-0002", reason="the laptop was lost"), by=by)
    other.looks()
    assert not other.sharing.standing().online
    assert "Ada Marsh closed this desk: the laptop was lost." in other.sharing.standing().why
    one.enters("Ada Shah")
    with pytest.raises(UserError, match="closed this desk"):
        other.reaches()
    assert other.names() == set()
    with pytest.raises(UserError, match="closed already"):
        one.desk.perform(partial(all_desks.close_desk, desk="D-0002", reason="again"), by=by)


def test_a_passphrase_that_is_changed_at_one_desk_opens_the_other(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    another = "eleven blue kettles in a lift"
    signing_in.choose_passphrase(one.desk, one.signs(), another, cost=CHEAP)
    one.reaches()
    other.reaches()
    with pytest.raises(UserError, match="passphrase"):
        signing_in.unlocked(other.desk.path, one.user.id, JO, now=one.clock())
    opened = signing_in.unlocked(other.desk.path, one.user.id, another, now=one.clock())
    assert signing_in.sign_in(other.desk, opened) == one.user


def test_what_two_desks_changed_of_the_ways_in_is_brought_together(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    signing_in.choose_passphrase(one.desk, one.signs(), "eleven blue kettles in a lift", cost=CHEAP)
    signing_in.choose_passphrase(other.desk, other.signs(), "twelve warm trams at the quay", cost=CHEAP)
    for each in (one, other, one):
        each.reaches()
    for each in (one, other):
        for user, secret in (
            (one.user, "eleven blue kettles in a lift"), (other.user, "twelve warm trams at the quay"),
        ):  # fmt: skip
            assert signing_in.unlocked(each.desk.path, user.id, secret, now=one.clock()).holder == user.id


def test_a_desk_that_comes_back_from_an_older_backup_catches_up_and_does_nothing_twice(
    two: tuple[ADesk, ADesk], server: AServer, tmp_path: Path
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah")
    copy = one.desk.back_up()
    server.reachable = True
    one.reaches()
    one.enters("Ben Okoro")
    opened = one.signs()
    one.desk.close()
    restore(one.desk.path, copy.path, clock=one.clock, unlocked=opened)
    one.desk = Desk.open(one.desk.path, clock=one.clock, unlocked=opened)
    signing_in.sign_in(one.desk, opened)
    one.reaches()
    other.looks()
    assert one.head == other.head
    assert sorted(row.name for row in one.desk.ask(Queries.patients)) == ["Ada Shah", "Ben Okoro"]


def test_a_desk_whose_record_the_server_never_had_is_made_anew_and_keeps_what_only_it_has(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    one.enters("Ada Shah")
    # the server fails over to one that lacks the last entry, and another desk goes on from there
    del server.entries[-1], server.keys[-1]
    other.enters("Ben Okoro")
    with pytest.raises(Forked, match="not the same"):
        one.reaches()
    opened, path = one.signs(), one.desk.path
    one.desk.close()

    def stop(_done: int, _all: int) -> None:
        raise UserError("Stopped.")

    with pytest.raises(UserError, match="Stopped"):
        sharing.made_anew(path, server.link(), unlocked=opened, clock=one.clock, progress=stop)
    assert not [*path.parent.glob("*.anew*"), *path.parent.glob("*.aside*")]
    one.desk = sharing.made_anew(path, server.link(), unlocked=opened, clock=one.clock)
    one.reaches()
    other.looks()
    assert one.names() == other.names() == {"Ada Shah", "Ben Okoro"}
    assert not list(path.parent.glob("*.anew*"))
    assert one.head == other.head


def test_made_anew_what_was_done_under_other_numbers_stays_with_the_right_person(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    server.reachable = False
    one.enters("Ada Shah")
    server.reachable = True
    assert other.enters("Cy Dean") == "P-0001"
    one.reaches()
    one.does(partial(patients.amend_patient, patient="P-0002", changes={"ward": "Ash"}, reason="moved"))
    del server.entries[-1]
    other.enters("Ben Okoro")
    with pytest.raises(Forked):
        one.reaches()
    opened = one.signs()
    one.desk.close()
    one.desk = sharing.made_anew(one.desk.path, server.link(), unlocked=opened, clock=one.clock)
    one.reaches()
    other.looks()
    wards = {row.name: row.ward for row in other.desk.ask(Queries.patients)}
    assert wards == {"Ada Shah": "Ash", "Cy Dean": "", "Ben Okoro": ""}


def test_whoever_is_let_in_at_one_desk_can_come_in_at_another_and_at_one_that_joins(
    two: tuple[ADesk, ADesk], server: AServer, tmp_path: Path
) -> None:
    one, other = two
    ada = signing_in.sign_in(one.desk, signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock()))
    new = one.desk.perform(partial(people.add_user, name="Lee Moor", roles=[Role.COORDINATOR]), by=ada).first
    word = signing_in.let_in(one.desk, ada, new, cost=CHEAP)
    other.desk.follow_ways()
    assert new in {way.holder for way in signing_in.people_of(other.desk.path).people}
    invitation = replace(sharing.invitation_of(one.desk, by=ada), address=ADDRESS)
    path = tmp_path / "three" / "Hub.discharge"
    desk, opened = sharing.join(path, invitation, server.link(), holder=new, secret=word, clock=one.clock)
    signing_in.sign_in(desk, opened)
    assert len(desk.ask(Queries.desks)) == 2, "nobody can sign yet for it"
    signing_in.choose_passphrase(desk, opened, "twelve warm trams at the quay", cost=CHEAP)
    assert len(desk.ask(Queries.desks)) == 3
    desk.close()
    other.desk.follow_ways()
    assert signing_in.unlocked(other.desk.path, new, "twelve warm trams at the quay", now=one.clock())


def test_a_join_that_fails_or_is_stopped_leaves_nothing_and_goes_well_the_next_time(
    two: tuple[ADesk, ADesk], server: AServer, tmp_path: Path
) -> None:
    one, _other = two
    ada = signing_in.sign_in(one.desk, signing_in.unlocked(one.desk.path, "U-0001", ADA, now=one.clock()))
    invitation = sharing.invitation_of(one.desk, by=ada)
    path = tmp_path / "three" / "Hub.discharge"

    def stop(_done: int, _all: int) -> None:
        raise UserError("Stopped.")

    def join(secret: str = JO, **more: Any) -> Desk:
        return sharing.join(path, invitation, server.link(), holder=one.user.id, secret=secret, **more)[0]

    for secret, more, why in (
        ("another passphrase", {}, "passphrase"), (JO, {"progress": stop}, "Stopped"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=why):
            join(secret, clock=one.clock, **more)
        assert not path.parent.exists() or not list(path.parent.iterdir())
    join(clock=one.clock).close()
    with pytest.raises(sharing.BadPath, match="already"):
        join()
    path.unlink()
    with pytest.raises(sharing.BadPath, match="There was a hub"):
        join()
    with pytest.raises(sharing.BadInvitation, match="this hub's"):
        sharing.people_at(replace(invitation, door_key=bytes(32)), server.link())


def test_a_desk_that_others_went_past_is_told_that_its_record_is_not_the_same(
    two: tuple[ADesk, ADesk], server: AServer
) -> None:
    one, other = two
    one.enters("Ada Shah")
    # the server comes back without the last entry, and others write on for longer than this desk
    del server.entries[-1], server.keys[-1]
    other.enters("Ben Okoro")
    other.enters("Cy Dean")
    with pytest.raises(Forked, match="not the same"):
        one.reaches()
    standing = one.sharing.standing()
    assert standing.forked
    assert "not the same" in standing.why
