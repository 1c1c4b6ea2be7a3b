"""Whatever happens to a file on its way, each reader says it in a clear sentence or takes the right rows.

Nothing is dropped in silence: the rows in the file are those that the report has, and that a note counts.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from discharge.actions.file_kinds import find_kind
from discharge.exchange import capacity_tracker, patients
from discharge.exchange.capacity_tracker import KnownReturns, read_returns
from discharge.exchange.homes_sheet.columns import COLUMNS as SHEET
from discharge.exchange.homes_sheet.homes import KnownSheet, SheetHome
from discharge.exchange.homes_sheet.reading import read_homes_sheet
from discharge.exchange.known_people import KnownHub
from discharge.exchange.patients import read_patients
from discharge.exchange.register import columns
from discharge.exchange.register.reading import read_register
from discharge.exchange.report import Imported, Outcome
from discharge.exchange.table_file import Columns, TableFile
from discharge.model.errors import BrokenFile, UserError
from discharge.model.setting_record import SettingDetails
from tests.examples import some, sweep
from tests.exchange.damaged import DAMAGES, REFUSED, TOLD, Damage, Table
from tests.exchange.register.register_files import FILTERS, api, home
from tests.over import over

NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
TODAY = date(2020, 11, 16)
IDS = tuple(f"1-10000000{at}" for at in range(1, 4))
NAMES = ("Alder", "Birch", "Cedar")
Read = Callable[[Path | bytes], Imported[Any]]


def _register() -> tuple[Table, Read]:
    rows = tuple(
        home(cqc, f"{name} House", at) for at, (cqc, name) in enumerate(zip(IDS, NAMES, strict=True), 1)
    )
    table = Table(FILTERS, "Care home?", "Location ID", "Location Name", "Care homes beds", rows)
    return table, lambda source: read_register(source, {}, today=TODAY)


def _capacity() -> tuple[Table, Read]:
    rows = tuple(
        {
            "cqcid": cqc,
            "isacceptingadmissions": "true",
            "maxcapacity": "40",
            "usedbeds": "35",
            "declaredvacancies": "4",
            "admissionstatus": "Open",
            "lastupdatedutc": "2020-11-16T07:00:00Z",
        }
        for cqc in IDS
    )
    columns = tuple(rows[0])
    table = Table(columns, "cqcid", "cqcid", "admissionstatus", "declaredvacancies", rows)
    known = KnownReturns({cqc: cqc for cqc in IDS}, {})
    return table, lambda source: read_returns(source, known, now=NOW)


def _people() -> tuple[Table, Read]:
    rows = tuple(
        {
            "name": f"{name} Sample",
            "nhs_number": number,
            "born": f"193{at}-02-17",
            "sex": "F",
            "pathway": "P3",
            "priority": "2",
            "ready_on": "2020-11-15",
            "care_level": "residential",
            "specialism": "dementia",
        }
        for at, (name, number) in enumerate(
            zip(NAMES, ("9990001006", "9990001014", "9990001022"), strict=True), 1
        )
    )
    table = Table(tuple(rows[0]), "pathway", "nhs_number", "name", "priority", rows)
    known = KnownHub((), {}, frozenset({"sars-cov-2"}))
    return table, lambda source: read_patients(source, known, now=NOW)


def _sheet() -> tuple[Table, Read]:
    rows = tuple(
        {
            "home": cqc,
            "name": f"{name} House",
            "unit": "Rowan",
            "isolation": "rooms",
            "isolation_places": "2",
            "beds": "R1",
            "category": "general_nursing",
            "room": "ensuite",
            "free": "2",
        }
        for cqc, name in zip(IDS, NAMES, strict=True)
    )
    table = Table(tuple(rows[0]), "home", "home", "unit", "free", rows)
    homes = tuple(
        SheetHome(cqc, SettingDetails(name=f"{name} House", type="care_home", cqc_id=cqc))
        for cqc, name in zip(IDS, NAMES, strict=True)
    )
    known = KnownSheet(homes, frozenset({"sars-cov-2"}), TODAY)
    return table, lambda source: read_homes_sheet(source, known)


KINDS = {"register": _register(), "capacity": _capacity(), "ward list": _people(), "homes sheet": _sheet()}


def _said(notes: tuple[str, ...]) -> int:
    """Rows that a note counts."""
    found = (re.match(r"([\d,]+) (?:empty )?rows? .*passed over", note) for note in notes)
    return sum(int(each[1].replace(",", "")) for each in found if each)


def _clear(error: UserError) -> bool:
    """A sentence that says what, and a mend."""
    if isinstance(error, BrokenFile):
        return bool(error.faults) and all(fault.what and fault.mend for fault in error.faults)
    return error.sentence.endswith(".") and bool(error.mend)


@over(
    "kind, damage",
    some(itertools.product(KINDS, DAMAGES)),
    called=lambda kind, damage: f"{kind}: {damage.name}",
)
@pytest.mark.whole
def test_a_damaged_file_is_told_or_its_right_rows_are_taken(kind: str, damage: Damage) -> None:
    table, read = KINDS[kind]
    content = damage.made(table)
    if damage.expected == REFUSED:
        with pytest.raises(UserError) as refused:
            read(content)
        assert _clear(refused.value), str(refused.value)
        return
    report = read(content).report
    right = [row for row in report.rows if row.outcome in (Outcome.TAKEN, Outcome.CHANGED)]
    wrong = [row for row in report.rows if row.outcome in (Outcome.REJECTED, Outcome.HELD)]
    assert all(each.reason and each.mend for row in wrong for each in row.remarks)
    assert all(row.remarks for row in wrong)
    assert len(right) + len(wrong) + report.same == report.read
    if damage.expected == TOLD:
        assert report.read == 3
        assert report.rows[0].remarks or report.rows[0].outcome is Outcome.REJECTED
        assert [row.outcome for row in report.rows[1:]] == [Outcome.TAKEN] * 2
    else:
        assert (report.read + _said(report.notes), len(right)) == damage.expected, report.rows


@pytest.mark.parametrize("kind", sweep(KINDS))
@pytest.mark.whole
def test_the_one_door_knows_each_damaged_file_or_says_why_not(kind: str) -> None:
    table, _ = KINDS[kind]
    found: dict[str, str] = {}
    refused: dict[str, UserError] = {}
    for damage in DAMAGES:
        try:
            found[damage.name] = find_kind(damage.made(table)).words
        except UserError as error:
            refused[damage.name] = error
    assert set(found.values()) == {DOORS[kind]}
    assert all(map(_clear, refused.values()))
    assert set(refused) <= {damage.name for damage in DAMAGES if damage.expected == REFUSED}


DOORS = {
    "register": "CQC directory",
    "capacity": "capacity returns",
    "ward list": "patients",
    "homes sheet": "homes sheet",
}
WHOLE = json.dumps(api("1-100000001", "Alder House")).encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (WHOLE, (1, 1)),
        (b"\xef\xbb\xbf" + WHOLE, (1, 1)),
        (b"[" + WHOLE + b"]", (1, 1)),
        (WHOLE + b"\n\n" + WHOLE.replace(b"001", b"002"), (2, 2)),
        (WHOLE + b"\n" + WHOLE, (2, 1)),
        (WHOLE + b"\n" + WHOLE[:80], (2, 1)),
        (WHOLE + b"\nnull\n17\n", (3, 1)),
        (WHOLE[:80], (1, 0)),
        (b"[" + WHOLE, REFUSED),
        (b"[" * 100_000 + b'"locationId"', REFUSED),
        (WHOLE.decode().encode("utf-16"), REFUSED),
        (WHOLE.replace(b"Alder", b"\xe9lder"), REFUSED),
        (WHOLE.replace(b'"numberOfBeds": 40', b'"numberOfBeds": {"a": [1]}'), (1, 1)),
        (WHOLE.replace(b'"numberOfBeds": 40', b'"numberOfBeds": -4'), (1, 1)),
        (WHOLE.replace(b'"name": "Alder House"', b'"name": null'), (1, 0)),
        (WHOLE.replace(b'"postalCode": "ZZ1 1AA"', b'"postalCode": 12'), (1, 1)),
        (WHOLE.replace(b'"gacServiceTypes": [', b'"gacServiceTypes": [7, '), (1, 1)),
        (b'{"locations": [{"locationId": "1-100000001", "locationName": "Alder House"}]}', (1, 0)),
    ],
)
def test_damaged_locations_of_the_api_are_told_too(content: bytes, expected: str | tuple[int, int]) -> None:
    if expected == REFUSED:
        with pytest.raises(UserError) as refused:
            read_register(content, {}, today=TODAY)
        assert _clear(refused.value)
        return
    report = read_register(content, {}, today=TODAY).report
    assert (report.read, report.taken + report.changed) == expected, report.rows
    assert all(row.remarks for row in report.rows if row.outcome not in (Outcome.TAKEN, Outcome.CHANGED))


# --- what only a file on a disk can do ------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_a_missing_file_and_one_without_leave_are_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, read = KINDS[kind]
    for path in (tmp_path, tmp_path / "gone.csv"):
        with pytest.raises(UserError) as refused:
            read(path)
        assert _clear(refused.value)
    path = tmp_path / "locked.csv"
    path.write_text(table.csv())

    def locked(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(UserError, match="permission denied") as refused:
        read(path)
    assert _clear(refused.value)


COLUMNS = {
    "register": columns.COLUMNS,
    "capacity": capacity_tracker.COLUMNS,
    "ward list": patients.COLUMNS,
    "homes sheet": SHEET,
}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("then", ["gone", "empty", "shorter", "other", "noise"])
def test_a_file_that_changes_while_it_is_read_ends_in_a_sentence(
    kind: str, then: str, tmp_path: Path
) -> None:
    table, _ = KINDS[kind]
    path = tmp_path / "list.csv"
    path.write_text(table.csv())
    file = TableFile(path, COLUMNS[kind])
    if then == "gone":
        path.unlink()
    elif then == "noise":
        path.write_bytes(b"\xff\xfe\x81\x8d\x00" * 400)
    else:
        path.write_text({"empty": "", "shorter": table.csv()[:-30], "other": "a,b\n1,2\n3,4\n"}[then])
    with pytest.raises(UserError) as refused:
        list(file.rows())
    assert _clear(refused.value)


def test_seventy_thousand_rows_are_each_counted() -> None:
    content = b"home,beds\n" + b"Alder,4\n" * 70_000 + b"\n" * 1_000 + b"Birch\n"
    file = TableFile(content, Columns("list", ("home",), ("beds",)))
    assert sum(1 for row in file.rows()) == 70_001
    assert file.notes == ["1,000 empty rows passed over."]
