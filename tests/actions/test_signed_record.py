"""What somebody with the file can do to a signed record, its seals recomputed: each is found, by number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients, people, settings, vouching
from discharge.actions.desk import Desk, repaired
from discharge.cli import main
from discharge.keys.signing import Signer
from discharge.model.errors import UserError
from discharge.model.mark import Mark
from discharge.model.people import RECOVERY, Role
from discharge.rules.may import MAY
from discharge.store import driver
from discharge.store.checking import verify_chain
from discharge.store.file import witness
from discharge.store.file.faults import BrokenRecord, DamagedStore, OlderStore
from discharge.store.journal import Entry, Kind
from discharge.store.signed import BY, Signatures, may_make
from discharge.words.marks import mark_words, read_mark
from discharge.words.waiting import ALONE
from tests.actions.a_hub import AHub, Clock
from tests.actions.a_signed_hub import Attacked, a_signed_day, signer_of, with_keys
from tests.actions.signing import SHEET, begins_signing, joins, opened
from tests.conftest import DemoCopy


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AHub]:
    """A day of a signed hub. Tests change copies of it alone."""
    made = AHub(tmp_path_factory.mktemp("hub") / "hub.desk", Clock())
    made.made = a_signed_day(made)
    made.desk._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield made
    made.desk.close()


@pytest.fixture
def taken(hub: AHub, tmp_path: Path) -> Attacked:
    """The file in somebody's hands."""
    return Attacked(hub.path, tmp_path / "taken.desk")


def number(hub: AHub, kind: Kind, *, which: int = 0) -> int:
    """The number of an entry of this kind."""
    lines = hub.desk.ask(lambda queries: queries.journal(limit=500))
    return [line.seq for line in reversed(lines) if line.kind == kind][which]


def finds(taken: Attacked, at: int, fault: str) -> None:
    """The doctor names the entry, opening refuses, and neither says a value."""
    found = taken.looked_at().found
    assert (found.broken_at, found.journal) == (at, f"Entry {at:,} {fault}.")
    with pytest.raises(BrokenRecord, match=f"Entry {at:,} {fault}"):
        Desk.open(taken.path, clock=Clock())


NOT_THEIRS = "isn't signed by whoever it says made it"


def test_a_signed_record_is_sound_and_says_so(hub: AHub, taken: Attacked) -> None:
    found = taken.looked_at().found
    assert found.is_sound
    assert found.journal.endswith("entries are as they were written, and signed.")
    assert hub.desk.verify().is_intact
    Desk.open(taken.path, clock=Clock()).close()


def test_an_untouched_record_that_is_only_sealed_anew_is_the_same(taken: Attacked) -> None:
    taken.does()
    assert taken.looked_at().found.is_sound


def test_a_changed_approver_is_found(hub: AHub, taken: Attacked) -> None:
    at = number(hub, Kind.PLACEMENT_APPROVED)
    other = hub.lead.model_copy(update={"id": "U-0001", "name": hub.admin.name})
    taken.does(("UPDATE journal SET user = ?, user_name = ? WHERE seq = ?", (other.id, other.name, at)))
    finds(taken, at, "was made in a role that its author didn't have then")


def test_a_changed_result_is_found(hub: AHub, taken: Attacked) -> None:
    at = number(hub, Kind.OBSERVATION_RECORDED)
    taken.does(("UPDATE journal SET body = replace(body, 'negative', 'positive') WHERE seq = ?", (at,)))
    finds(taken, at, NOT_THEIRS)


def test_a_coordinator_who_signs_the_record_anew_with_their_own_key_is_found(
    hub: AHub, taken: Attacked
) -> None:
    at = number(hub, Kind.OBSERVATION_RECORDED)
    keys = {hub.coordinator.id: signer_of(hub, hub.coordinator)}
    taken.does(
        ("UPDATE journal SET body = replace(body, 'negative', 'positive') WHERE seq = ?", (at,)),
        sign=with_keys(keys),
        since=at,
    )
    # their own entries are signed anew; the first of somebody else's that follows isn't
    finds(taken, number(hub, Kind.PLACEMENT_APPROVED), NOT_THEIRS)


def added(
    seq: int, kind: Kind, subject: str, user: tuple[str, str, Role], body: Mapping[str, object]
) -> tuple[str, list[object]]:
    """An entry more at the end of the file, whose seal is still to be made."""
    at = "2020-11-16T12:00:00+00:00"
    values = [seq, f"forged{seq}", kind.value, subject, at, at, user[0], user[1], user[2].value]
    return (
        "INSERT INTO journal (seq, id, kind, subject, happened_at, recorded_at, user, user_name, role, body,"
        " prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)",
        [*values, json.dumps(body, sort_keys=True, separators=(",", ":")), f"forged{seq}"],
    )


def head(hub: AHub) -> int:
    return hub.desk.ask(lambda queries: queries.head())


def test_a_forged_approval_in_anothers_name_is_found(hub: AHub, taken: Attacked) -> None:
    at, lead = head(hub) + 1, (hub.lead.id, hub.lead.name, Role.LA_LEAD)
    mine = signer_of(hub, hub.coordinator)
    taken.does(
        added(at, Kind.PLACEMENT_APPROVED, "L-0002", lead, {}),
        sign=lambda _user, seal, signature: signature or mine.signature(seal),
        since=at,
    )
    finds(taken, at, NOT_THEIRS)


CASES: Mapping[str, tuple[Kind, str, Mapping[str, object], str]] = {
    "a role that they hadn't": (
        Kind.PLACEMENT_APPROVED, "la_lead", {}, "was made in a role that its author didn't have then"
    ),
    "a role that may not": (
        Kind.PLACEMENT_APPROVED, "coordinator", {}, "was made in a role that may not make it"
    ),
    "letting in": (
        Kind.KEY_SET, "coordinator", {"key": "0" * 64, "how": "one_time_word"},
        "sets a key that nobody vouched for who could",
    ),
    "a sheet": (
        Kind.KEY_SET, "coordinator", {"key": "0" * 64, "how": "sheet"},
        "sets a key that nobody vouched for who could",
    ),
    "signatures begun again": (
        Kind.KEY_SET, "coordinator", {"key": "0" * 64, "how": "sealed"},
        "sets a key that nobody vouched for who could",
    ),
    "recovery by their own key": (
        Kind.KEY_SET, "coordinator", {"key": "0" * 64, "how": "recovery"},
        "sets a key that nobody vouched for who could",
    ),
    "what can't be read": (
        Kind.KEY_SET, "coordinator", {}, "says of people or keys what can't be read"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_whatever_somebody_signs_with_their_own_key_is_held_against_what_they_may(
    hub: AHub, taken: Attacked, case: str
) -> None:
    kind, role, body, fault = CASES[case]
    at, who = head(hub) + 1, hub.coordinator
    taken.does(
        added(at, kind, hub.lead.id, (who.id, who.name, Role(role)), body),
        sign=with_keys({who.id: signer_of(hub, who)}),
        since=at,
    )
    finds(taken, at, fault)


def test_an_administrators_key_that_was_swapped_is_found(hub: AHub, taken: Attacked) -> None:
    at, new = number(hub, Kind.KEY_SET, which=0), Signer.new()
    body = json.dumps({"hub": "h", "how": "sealed", "key": new.public}, sort_keys=True, separators=(",", ":"))
    taken.does(
        ("UPDATE journal SET body = ? WHERE seq = ?", (body, at)), sign=with_keys({"U-0001": new}), since=at
    )
    # all that the administrator made is signed anew; what others made on top of it isn't
    first_of_others = number(hub, Kind.KEY_SET, which=3)
    finds(taken, first_of_others, NOT_THEIRS)


def test_a_removed_signature_is_found(hub: AHub, taken: Attacked) -> None:
    at = number(hub, Kind.PLACEMENT_TOLD)
    taken.does(("UPDATE journal SET signature = NULL WHERE seq = ?", (at,)))
    finds(taken, at, "has no signature")


def test_an_approval_of_what_the_same_person_proposed_is_found(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    begins_signing(hub)
    both = [Role.COORDINATOR, Role.LA_LEAD]
    hub.does(partial(people.amend_user, user=hub.coordinator.id, roles=both), hub.admin)
    at, who = head(hub) + 1, hub.coordinator
    hub.desk.close()
    taken = Attacked(hub.path, tmp_path / "taken.desk")
    taken.does(
        added(at, Kind.PLACEMENT_PROPOSED, "L-0001", (who.id, who.name, Role.COORDINATOR), {}),
        added(at + 1, Kind.PLACEMENT_APPROVED, "L-0001", (who.id, who.name, Role.LA_LEAD), {}),
        sign=with_keys({who.id: signer_of(hub, who)}),
        since=at,
    )
    finds(taken, at + 1, "approves what the same person proposed")


def test_a_change_confirmed_by_whoever_made_it_is_found(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    begins_signing(hub)
    home = hub.home()
    entry = partial(settings.amend_setting, setting=home, changes={"weekly_fee": 1400.0})
    change = hub.does(entry).entries[0]
    at, who = head(hub) + 1, hub.coordinator
    details = hub.desk.ask(lambda q: q.setting_details(home)).model_dump(mode="json", by_alias=True)
    hub.desk.close()
    taken = Attacked(hub.path, tmp_path / "taken.desk")
    said: dict[str, object] = {
        "change": change,
        "what": "fee",
        "was": 900.0,
        "wanted": 1400.0,
        "changed_by": who.name,
    }
    said |= {"details": details}
    taken.does(
        added(
            at,
            Kind.CHANGE_CONFIRMED,
            home,
            (who.id, who.name, Role.COORDINATOR),
            said,
        ),
        sign=with_keys({who.id: signer_of(hub, who)}),
        since=at,
    )
    finds(taken, at, "confirms what the same person changed")


@pytest.mark.parametrize("how", ["amended", "said to be alone", "another fee confirmed", "never asked for"])
def test_a_weekly_fee_that_no_second_person_confirmed_is_found(tmp_path: Path, how: str) -> None:
    hub = AHub(tmp_path / "hub.desk")
    begins_signing(hub)
    home = hub.home()
    change = hub.does(partial(settings.amend_setting, setting=home, changes={"weekly_fee": 1400.0})).entries[
        0
    ]
    at, who, fault = head(hub) + 1, hub.coordinator, "changes a weekly fee that nobody else has confirmed"
    details = hub.desk.ask(lambda q: q.setting_details(home)).model_dump(mode="json", by_alias=True)
    hub.desk.close()
    body: dict[str, object] = {"details": {**details, "weekly_fee": 1500.0}, "changed": ["weekly_fee"]}
    kind = Kind.SETTING_AMENDED
    if how == "said to be alone":
        body["marked"] = [ALONE]
    elif how != "amended":
        kind, who, fault = Kind.CHANGE_CONFIRMED, hub.lead, "confirms another weekly fee than one that waited"
        body["change"] = change if how == "another fee confirmed" else "0" * 32
    taken = Attacked(hub.path, tmp_path / "taken.desk")
    role = Role.COORDINATOR if who is hub.coordinator else Role.LA_LEAD
    forged = added(at, kind, home, (who.id, who.name, role), body)
    taken.does(forged, sign=with_keys({who.id: signer_of(hub, who)}), since=at)
    finds(taken, at, fault)


def test_a_fee_that_was_entered_before_changes_waited_is_as_it_was() -> None:
    known = Signatures()

    def entry(kind: Kind, subject: str, **body: object) -> dict[str, object]:
        return {
            "id": subject,
            "kind": kind.value,
            "subject": subject,
            "user": "U-1",
            "body": json.dumps(body),
        }

    def of_fee(kind: Kind, fee: float, **more: object) -> dict[str, object]:
        return entry(kind, "S-0001", details={"weekly_fee": fee}, **more)

    for user in ("U-1", "U-2"):
        known.knowing(entry(Kind.USER_ADDED, user, name=user, roles=["coordinator"]))
    known.knowing(of_fee(Kind.SETTING_REGISTERED, 900.0))
    assert known._fault_of_fee(of_fee(Kind.SETTING_AMENDED, 1400.0)) == ""
    known.knowing(entry(Kind.SETTING_AMENDED, "S-0002", waits={"what": "fee", "wanted": 1.0}))
    assert known._fault_of_fee(of_fee(Kind.SETTING_AMENDED, 900.0)) == ""
    assert "nobody else" in known._fault_of_fee(of_fee(Kind.SETTING_AMENDED, 1400.0))
    assert "nobody else" in known._fault_of_fee(of_fee(Kind.SETTING_AMENDED, 1400.0, marked=[ALONE]))


def test_whoever_has_left_signs_nothing_any_more_even_once_they_are_back(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    begins_signing(hub)
    who, theirs = hub.coordinator, signer_of(hub, hub.coordinator)
    for active, fault in (
        (False, "was made by somebody who wasn't at the hub then"),
        (True, "was made by somebody who had no key then"),
    ):
        hub.does(partial(people.amend_user, user=who.id, active=active), hub.admin)
        at = head(hub) + 1
        hub.desk._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        taken = Attacked(hub.path, tmp_path / f"taken-{active}.desk")
        taken.does(
            added(at, Kind.PATIENT_LEFT, "P-0001", (who.id, who.name, Role.COORDINATOR), {}),
            sign=with_keys({who.id: theirs}),
            since=at,
        )
        finds(taken, at, fault)
    joins(hub, who)
    hub.home()
    assert hub.desk.verify().is_intact
    hub.desk.close()


def test_a_closed_key_signs_nothing_and_the_sheet_nothing_but_an_administrators_key(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    begins_signing(hub)
    again = opened(hub.admin.id)
    hub.desk.perform(
        partial(vouching.recover, key=again.signer.public), by=hub.admin, signing=opened(RECOVERY, SHEET)
    )
    hub.desk.sign_with(again)
    hub.does(partial(vouching.close_key, user=hub.lead.id), hub.admin)
    assert hub.desk.verify().is_intact
    at = head(hub) + 1
    hub.desk.perform(
        lambda _context: [Entry(Kind.SIGN_IN_FAILED, hub.lead.id, {"times": 1, "last": ""}, Role.LA_LEAD)],
        by=hub.lead,
    )
    assert hub.desk.verify().sentence == f"Entry {at} was made by somebody who had no key then."
    hub.desk.close()


def test_a_change_that_the_sheet_signs_is_found(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    begins_signing(hub)
    at = head(hub) + 1
    with pytest.raises(UserError):
        hub.desk.perform(partial(vouching.vouch_for, user="U-0009", key=""), by=hub.admin)
    hub.desk.perform(
        partial(people.amend_user, user=hub.lead.id, roles=[Role.ADMINISTRATOR]),
        by=hub.admin,
        signing=opened(RECOVERY, SHEET),
    )
    assert hub.desk.verify().broken_at == at
    hub.desk.close()


def test_no_value_of_an_entry_is_said(hub: AHub, taken: Attacked) -> None:
    at = number(hub, Kind.PATIENT_REGISTERED)
    taken.does(("UPDATE journal SET body = replace(body, 'P3', 'P1') WHERE seq = ?", (at,)))
    said = " ".join(taken.looked_at().found.sentences)
    assert str(at) in said
    assert not [word for word in ("Ben", "P1", "P3", hub.coordinator.name, "negative") if word in said]


def test_every_kind_of_entry_has_who_may_make_it() -> None:
    assert set(BY) == set(Kind)
    assert {action for actions in BY.values() for action in actions} <= set(MAY)


def test_whatever_the_demo_hub_recorded_may_be_made_in_its_role(demo_copy: DemoCopy, tmp_path: Path) -> None:
    with Desk.open(demo_copy(tmp_path / "Demo.hub")) as desk:
        lines = desk.ask(lambda queries: queries.journal(limit=10_000))
    assert len(lines) > 300
    roles = {role.words: role for role in Role}
    assert [line.seq for line in lines if not may_make(line.kind, roles[line.role])] == []


# --- what only a second place tells -------------------------------------------------------------------


def mark_of(hub: AHub) -> Mark:
    """How far the record goes, as it is printed."""
    return read_mark(mark_words(hub.desk.ask(lambda queries: queries.mark())))


def test_the_doctor_holds_the_record_against_what_a_paper_says(
    hub: AHub, taken: Attacked, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = mark_words(hub.desk.ask(lambda queries: queries.mark()))
    assert main(["doctor", str(taken.path), "--witness", *printed.split()]) == 0
    assert f"Entry {head(hub)} is the one that was noted, and so is every entry" in capsys.readouterr().out
    assert hub.desk.held_against(mark_of(hub)).is_there
    assert main(["doctor", str(taken.path), "--witness", "7", "0000 0000 0000 0000"]) == 1
    assert "Entry 7 isn't the one that was noted" in capsys.readouterr().out
    assert hub.desk.held_against(Mark(0, mark_of(hub).seal)).is_there
    assert not hub.desk.held_against(Mark(0, "0" * 16)).is_there


def test_a_tail_that_was_cut_off_is_found_by_a_paper_and_by_a_second_place(
    hub: AHub, taken: Attacked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hub.desk.bear_witness_in(tmp_path)
    at = number(hub, Kind.PLACEMENT_TOLD)
    taken.does(("DELETE FROM journal WHERE seq >= ?", (at,)))
    assert taken.looked_at().found.broken_at is None
    found = taken.looked_at(mark_of(hub))
    said = f"Entry {head(hub)} was noted and is gone: the record ends with entry {at - 1}."
    assert found.noted is not None
    assert found.noted.sentence == said
    assert not found.is_sound
    file = witness.in_folder(tmp_path, hub.path.name)
    assert main(["doctor", str(taken.path), "--witness", str(file)]) == 1
    assert f"{said} What was noted is signed with a key of this record." in capsys.readouterr().out


def test_a_record_replaced_whole_with_new_keys_is_found_by_a_second_place(
    hub: AHub, taken: Attacked, tmp_path: Path
) -> None:
    hub.desk.bear_witness_in(tmp_path)
    seen = witness.read(witness.in_folder(tmp_path, hub.path.name))
    assert seen is not None
    assert seen.at
    keys = {user: Signer.new() for user in ("U-0001", "U-0002", "U-0003", "U-0004")}
    taken.does_anew(keys)
    assert taken.looked_at().found.broken_at is None
    found = taken.looked_at(Mark(seen.head.seq, seen.head.hash, signature=seen.signature)).noted
    assert found is not None
    assert found.sentence == (
        f"Entry {head(hub)} isn't the one that was noted: another stands in its place. What was noted is "
        "signed with no key of this record: it is another hub's, or this was replaced."
    )


def test_a_hub_with_a_key_file_whose_record_has_no_signatures_is_found(hub: AHub, taken: Attacked) -> None:
    kinds = "('key_set', 'key_closed', 'sign_in_failed')"
    taken.does(
        f"DELETE FROM journal WHERE kind IN {kinds}",
        "UPDATE journal SET signature = NULL",
        "UPDATE journal SET seq = seq + 100000",
        "UPDATE journal SET seq = (SELECT COUNT(*) FROM journal AS other WHERE other.seq <= journal.seq)"
        " WHERE seq > 100000",
    )
    with closing(driver.connect(taken.path)) as raw:
        assert verify_chain(raw).is_intact
        found = verify_chain(raw, signed=True)
    assert (found.broken_at, found.sentence) == (
        1, "This hub's entries are signed, and those of the file have no signatures."
    )  # fmt: skip


@pytest.mark.whole
def test_a_forged_entry_isnt_taken_into_a_repair_where_a_backup_has_the_true_one(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    a_signed_day(hub)
    hub.desk.back_up()
    there, at = head(hub), number(hub, Kind.OBSERVATION_RECORDED)
    hub.desk.close()
    witness.beside(hub.path).unlink()
    taken = Attacked(hub.path, tmp_path / "taken.desk")
    taken.does(("UPDATE journal SET body = replace(body, 'negative', 'positive') WHERE seq = ?", (at,)))
    taken.path.replace(hub.path)
    with pytest.raises(OlderStore, match="isn't the record that was here"):
        Desk.open(hub.path, clock=hub.clock)
    mended = repaired(hub.path, clock=hub.clock)
    assert (mended.entries, mended.lost) == (there, 0)
    with Desk.open(hub.path, clock=hub.clock) as desk:
        assert desk.verify().is_intact


def test_whoever_gives_up_a_role_does_nothing_more_in_it_in_the_same_go(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    begins_signing(hub)
    more = partial(people.amend_user, user=hub.lead.id, roles=[Role.LA_LEAD, Role.ADMINISTRATOR])
    hub.does(more, hub.admin)
    joins(hub, hub.lead)
    fewer = partial(people.amend_user, user=hub.admin.id, name="Ana Bell", roles=[Role.COORDINATOR])
    adds = partial(people.add_user, name="Una Vale", roles=[Role.READER])
    with hub.refuses(says="Only an administrator"):
        hub.desk.perform_all([fewer, adds], by=hub.admin)
    details = hub.details("Ada Shah")
    registers = partial(patients.register_patient, details=details)
    hub.desk.perform_all([fewer, registers], by=hub.admin)
    assert hub.desk.verify().is_intact
    hub.desk.close()


def test_no_backup_is_made_of_a_record_that_isnt_signed_as_it_has_to_be(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "hub.desk")
    begins_signing(hub)
    hub.desk.perform(
        partial(people.add_user, name="Eve Marlow", roles=[Role.READER]),
        by=hub.admin,
        signing=opened(hub.admin.id),
    )
    with pytest.raises(DamagedStore, match=NOT_THEIRS):
        hub.desk.back_up()
    assert hub.desk.backups() == ()
    hub.desk.close()


def test_what_is_no_mark_is_said(tmp_path: Path, taken: Attacked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(taken.path), "--witness", str(tmp_path / "none")]) != 0
    assert "isn't the mark of a record" in capsys.readouterr().err
