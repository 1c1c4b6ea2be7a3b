"""What somebody with the file can do to a signed record, its seals recomputed: each is found, by number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import people, vouching
from discharge.actions.desk import Desk
from discharge.keys.signing import Signer
from discharge.model.errors import UserError
from discharge.model.people import RECOVERY, Role
from discharge.store.file.faults import BrokenRecord
from discharge.store.journal import Entry, Kind
from discharge.store.signed import BY
from tests.actions.a_hub import AHub, Clock
from tests.actions.a_signed_hub import (
    SHEET,
    Attacked,
    a_signed_day,
    begins_signing,
    joins,
    opened,
    signer_of,
    with_keys,
)

Attack = Callable[[Path], Attacked]


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
    taken.does(("UPDATE journal SET body = replace(body, 'Ben', 'Eve') WHERE seq = ?", (at,)))
    said = " ".join(taken.looked_at().found.sentences)
    assert str(at) in said
    assert not [word for word in ("Ben", "Eve", hub.coordinator.name, "negative") if word in said]


def test_every_kind_of_entry_has_who_may_make_it() -> None:
    assert set(BY) == set(Kind)
