"""People are erased once their time is over: their key is destroyed, the chain stands, nothing names them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import patients
from discharge.actions.context import Action
from discharge.actions.desk import EVERY_ROLE, repaired
from discharge.actions.erasing import erase_people, months_before, past_retention
from discharge.actions.exchange import import_file
from discharge.actions.file_kinds import FileKind
from discharge.actions.hub import amend_hub
from discharge.actions.imports_back import take_back_import
from discharge.actions.merging import merge_patients
from discharge.keys import boxes
from discharge.model.errors import NotAllowed
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role, User
from discharge.store import ask, journal, personal
from discharge.store.ask.queries import Queries
from discharge.store.file.connection import connect
from discharge.store.file.database import look_at
from discharge.store.file.faults import BrokenRecord
from discharge.store.journal import Kind, Line
from discharge.store.write import tables
from tests.actions.a_hub import AHub
from tests.actions.a_sealed_hub import ANOTHER, JO, ASealedHub
from tests.conftest import DemoCopy

WHO = {
    "name": "Winifred Quibble", "nhs_number": "9990001006", "home_address": "7 Larkspur Row",
    "postcode": "HL6 7GU", "notes": "Likes cribbage", "next_of_kin": "Her son Osbert",
}  # fmt: skip
"""What tells who she is."""


@dataclass
class Sealed:
    """A sealed hub with somebody on its list, who left."""

    hub: ASealedHub
    jo: User

    def does(self, action: Action, by: User | None = None) -> str:
        return self.hub.desk.perform(action, by=by or self.jo).first

    def later(self, **span: float) -> None:
        self.hub.clock.plus(**span)


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Sealed]:
    hub = ASealedHub(tmp_path / "hub.desk")
    made = Sealed(hub, hub.joined("Jo Reed", JO, Role.COORDINATOR, Role.CLINICIAN))
    yield made
    hub.desk.close()


def entered(sealed: Sealed, **fields: object) -> str:
    details = AHub.details(None, **{**WHO, **fields})  # type: ignore[arg-type]
    return sealed.does(partial(patients.register_patient, details=details, told_apart=True))


def left(sealed: Sealed, who: str) -> None:
    sealed.does(partial(patients.leave, patient=who, reason=LeaveReason.WENT_HOME, note="With Osbert"))


def raw(sealed: Sealed) -> str:
    """Everything that stands in the store, as text."""
    with closing(connect(sealed.hub.path, read_only=True)) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return "\n".join(repr(row) for name in names for row in connection.execute(f'SELECT * FROM "{name}"'))


def test_nothing_that_tells_who_somebody_is_stands_in_an_entry_of_a_sealed_hub(sealed: Sealed) -> None:
    entered(sealed)
    with closing(connect(sealed.hub.path, read_only=True)) as connection:
        bodies = "\n".join(row[0] for row in connection.execute("SELECT body FROM journal"))
    assert personal.SEALED in bodies
    for said in WHO.values():
        assert said not in bodies


def test_whoever_reads_the_record_reads_what_was_entered(sealed: Sealed) -> None:
    who = entered(sealed)
    page = sealed.hub.desk.ask(lambda queries: queries.patient(who))
    assert page.details.home_address == WHO["home_address"]
    sealed.hub.anew()
    assert sealed.hub.desk.verify().is_intact
    assert sealed.hub.desk.ask(lambda queries: queries.patient(who)).details == page.details


def test_somebody_is_erased_and_the_chain_stands_and_nothing_names_them_any_more(sealed: Sealed) -> None:
    who = entered(sealed)
    other = entered(sealed, name="Ben Ode", nhs_number="9990002002", next_of_kin="")
    left(sealed, who)
    sealed.later(days=366 * 8 + 2)
    before = sealed.hub.desk.ask(lambda queries: queries.head())
    assert [one.id for one in sealed.hub.desk.ask(past_retention)] == [who]
    sealed.does(partial(erase_people, patients=[who], reason="Eight years are over"), sealed.hub.ada)
    assert sealed.hub.desk.verify().is_intact
    assert sealed.hub.desk.ask(lambda queries: queries.head()) == before + 1
    row = next(row for row in sealed.hub.desk.ask(lambda q: q.patients(left=True)) if row.id == who)
    assert row.name == f"Erased {who}"
    text = raw(sealed)
    for said in ("Osbert", "Quibble", WHO["nhs_number"]):
        assert said not in text
    assert sealed.hub.desk.ask(lambda q: q.patient(other)).details.name == "Ben Ode"
    assert sealed.hub.desk.ask(past_retention) == ()
    sealed.hub.anew()
    with closing(connect(sealed.hub.path)) as connection:
        held = tables.content(connection)
        connection.execute("BEGIN")
        tables.rebuild(connection)
        assert tables.content(connection) == held
        connection.execute("ROLLBACK")


def test_every_kind_of_entry_reads_as_it_was_and_erased_makes_tables_and_pages_that_hold(
    demo_copy: DemoCopy, tmp_path: Path
) -> None:
    path = demo_copy(tmp_path / "Demo.hub")
    with closing(connect(path)) as connection:
        lines = list(journal.read(connection))
        erased = [replace(line, body=_erased(line)) for line in lines]
        for line, gone in zip(lines, erased, strict=True):
            key = boxes.new_key()
            text = journal.canonical(personal.sealed_body(line.body, owner="P-0001", key=key))
            assert json.loads(personal.opened_text(text, {"P-0001": key}.get)) == line.body
            assert gone.body.keys() == line.body.keys()
        names = [name for (name,) in connection.execute("SELECT name FROM patients")]
        connection.execute("BEGIN")
        for table in tables.SHAPES | tables.BESIDE:
            connection.execute(f'DELETE FROM "{table}"')
        tables.apply(connection, erased)
        now = lines[-1].recorded_at
        queries = Queries(connection, now=now)
        rows = queries.patients(left=True)
        assert {row.name for row in rows} == {f"Erased {row.id}" for row in rows}
        said = "".join(str(queries.patient(row.id)) for row in rows)
        said += "".join(str(queries.placement(row.placement)) for row in rows if row.placement)
        for name in names:
            assert name not in said
        connection.execute("ROLLBACK")


def test_what_sql_looks_for_in_an_entry_is_never_in_its_box(demo_copy: DemoCopy, tmp_path: Path) -> None:
    asked = {
        path
        for source in Path(ask.__file__).parent.glob("*.py")
        for path in re.findall(r"json_extract\(body, '\$\.([a-z_.]+)'\)", source.read_text("utf-8"))
    }
    asked.discard("details")  # asked alone whether it is there
    assert {"patient", "imported.group", "state"} <= asked
    with closing(connect(demo_copy(tmp_path / "Demo.hub"), read_only=True)) as connection:
        lines = list(journal.read(connection))
    # of those who left the reason is a code; of what was taken back or withdrawn it is somebody's words
    bodies = [
        line.body if line.kind is Kind.PATIENT_LEFT else {**line.body, "reason": None}
        for line in lines
        if line.subject.startswith(("P-", "L-")) or "patient" in line.body
    ]
    group = "20201116-080000-0a1b2c3d4e5f"
    bodies.append({"imported": {"group": group, "file": "Ward.csv", "kind": "patients"}})
    bodies.append({"import_taken_back": group})
    for body in bodies:
        left = personal.sealed_body(body, owner="P-0001", key=boxes.new_key())
        for path in asked:
            if not isinstance(_at(body, path), dict):  # SQL looks for one value
                assert _at(left, path) == _at(body, path), path


def _at(body: Any, path: str) -> Any:
    for step in path.split("."):
        body = body.get(step) if isinstance(body, dict) else None
    return body


def test_a_list_that_came_into_a_sealed_hub_is_known_by_its_name_and_taken_back(sealed: Sealed) -> None:
    row = "Edith Sample,9990001006,1934-02-17,female,P3,2,2020-11-15,RF4QH"
    source = f"name,nhs_number,born,sex,pathway,priority,ready_on,hospital\n{row}\n".encode()
    done = import_file(sealed.hub.desk, kind=FileKind.PATIENTS, source=source, by=sealed.jo)
    again = import_file(sealed.hub.desk, kind=FileKind.PATIENTS, source=source, by=sealed.jo)
    assert [row.outcome.value for row in again.report.rows] == ["same"]
    own = sealed.hub.desk.ask(lambda queries: queries.own_today(sealed.jo.id))
    assert [one.id for one in own if one.id == done.report.group]
    assert not [one.about for one in own if one.about.startswith("~")]
    sealed.does(partial(take_back_import, group=done.report.group, reason="Of another hub"))
    assert sealed.hub.desk.ask(lambda queries: queries.patients()) == ()


@pytest.mark.parametrize(
    ("days", "leaves", "says"),
    [
        (366 * 8 + 2, False, "hasn't left the list"),
        (30, True, "until Thu 16 Nov 2028"),
    ],
)
def test_nobody_is_erased_who_is_here_still_or_whose_time_isnt_over(
    sealed: Sealed, days: int, leaves: bool, says: str
) -> None:
    who = entered(sealed)
    if leaves:
        left(sealed, who)
    sealed.later(days=days)
    with pytest.raises(NotAllowed, match=says):
        sealed.does(partial(erase_people, patients=[who], reason="A slip"), sealed.hub.ada)
    with pytest.raises(NotAllowed, match="administrator"):
        sealed.does(partial(erase_people, patients=[who], reason="A slip"))


def test_only_an_administrator_erases_and_so_it_stands_on_record(sealed: Sealed) -> None:
    who = entered(sealed)
    left(sealed, who)
    sealed.later(days=366 * 8 + 2)
    everything_but = sealed.hub.joined("Lee Lead", ANOTHER, *EVERY_ROLE - {Role.ADMINISTRATOR})
    with pytest.raises(NotAllowed, match="Only an administrator"):
        sealed.does(partial(erase_people, patients=[who], reason="Over"), everything_but)
    sealed.does(partial(erase_people, patients=[who], reason="Over"), sealed.hub.ada)
    entry = sealed.hub.desk.ask(lambda q: q.record_entry(q.head()))
    assert entry.line.role == Role.ADMINISTRATOR.words
    assert entry.line.sentence.startswith("Erased, 96 months after Mon 16 Nov")


def test_the_hub_says_how_long_it_keeps_people_and_nobody_is_erased_twice(sealed: Sealed) -> None:
    who = entered(sealed)
    left(sealed, who)
    sealed.does(partial(amend_hub, changes={"retention_months": 1}), sealed.hub.ada)
    sealed.later(days=32)
    sealed.does(partial(erase_people, patients=[who], reason="A month is over"), sealed.hub.ada)
    with pytest.raises(NotAllowed, match="was erased already"):
        sealed.does(partial(erase_people, patients=[who], reason="Again"), sealed.hub.ada)


def test_a_hub_that_isnt_sealed_says_that_it_cant_erase(hub: AHub) -> None:
    who = hub.patient()
    with hub.refuses(says="isn't sealed"):
        hub.does(partial(erase_people, patients=[who], reason="Over"), hub.admin)


def test_a_record_that_was_merged_goes_with_the_one_that_it_is_a_part_of(sealed: Sealed) -> None:
    who, part = entered(sealed), entered(sealed, name="Winnie Quibble", nhs_number="9990002002")
    sealed.does(partial(merge_patients, patient=who, other=part, take={}, reason="One person"))
    left(sealed, who)
    sealed.later(days=366 * 8 + 2)
    assert [one.id for one in sealed.hub.desk.ask(past_retention)] == [who]
    sealed.does(partial(erase_people, patients=[who], reason="Over"), sealed.hub.ada)
    assert "Quibble" not in raw(sealed)
    assert sealed.hub.desk.verify().is_intact


def test_a_key_that_is_missing_and_was_destroyed_by_nobody_is_damage_that_a_backup_mends(
    sealed: Sealed,
) -> None:
    who = entered(sealed)
    sealed.hub.desk.back_up()
    with closing(connect(sealed.hub.path)) as connection:
        connection.execute("DELETE FROM person_keys")
    sealed.hub.desk.close()
    look = look_at(sealed.hub.path, now=sealed.hub.clock.now, unlocked=sealed.hub.first)
    assert look.found.sentences == (
        "1 key of people on record missing: what entries say of them can't be read.",
    )
    with pytest.raises(BrokenRecord, match="1 key of people"):
        sealed.hub.anew()
    done = repaired(sealed.hub.path, unlocked=sealed.hub.first)
    assert (done.lost, done.files_lost) == (0, 0)
    sealed.hub.anew()
    assert sealed.hub.desk.ask(lambda q: q.patient(who)).details.name == WHO["name"]


def test_repairing_brings_nobody_back_who_was_erased(sealed: Sealed) -> None:
    who = entered(sealed)
    left(sealed, who)
    sealed.hub.desk.back_up()
    sealed.later(days=366 * 8 + 2)
    sealed.does(partial(erase_people, patients=[who], reason="Over"), sealed.hub.ada)
    sealed.hub.desk.close()
    repaired(sealed.hub.path, unlocked=sealed.hub.first)
    sealed.hub.anew()
    assert "Quibble" not in raw(sealed)
    assert sealed.hub.desk.verify().is_intact


def _erased(line: Line) -> dict[str, Any]:
    """The body as it reads once everybody in it was erased."""
    owner = line.subject if line.subject.startswith("P-") else line.body.get("patient")
    if owner is None and not line.subject.startswith("L-"):
        return line.body
    sealed = personal.sealed_body(line.body, owner=owner or "P-0001", key=boxes.new_key())
    found: dict[str, Any] = json.loads(personal.opened_text(journal.canonical(sealed), lambda _owner: None))
    return found


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2028, 11, 16), 96, date(2020, 11, 16)),
        (date(2021, 3, 31), 1, date(2021, 2, 28)),
        (date(2021, 1, 15), 1, date(2020, 12, 15)),
        (date(2020, 11, 16), -96, date(2028, 11, 16)),
    ],
)
def test_months_go_back_to_the_same_day_or_the_last_of_the_month(day: date, months: int, then: date) -> None:
    assert months_before(day, months) == then
