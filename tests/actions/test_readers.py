"""Who has read about whom: kept apart, sealed, thinned, for administrators alone."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from discharge.model.errors import NotAllowed
from discharge.model.people import Role
from discharge.store.file.readers import KEPT
from tests.actions.a_hub import MONDAY, AHub
from tests.actions.a_sealed_hub import JO, ASealedHub


def test_who_reads_is_kept_a_line_an_hour_and_an_administrator_sees_it(tmp_path: Path) -> None:
    hub = ASealedHub(tmp_path / "hub.desk")
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    for minutes in (0, 10, 20, 60):
        hub.clock.now = MONDAY + timedelta(minutes=minutes)
        hub.desk.note_reading("P-0001", by=jo)
    hub.desk.note_reading("P-0001", by=hub.ada)
    hub.desk.note_reading("P-0002", by=jo)
    hub.anew()
    hub.comes("U-0001", "four quiet lamps by the canal")
    found = hub.desk.readers_of("P-0001", by=hub.ada)
    assert [(one.user_name, one.first, one.last) for one in found] == [
        ("Ada Marsh", MONDAY + timedelta(minutes=60), MONDAY + timedelta(minutes=60)),
        ("Jo Reed", MONDAY + timedelta(minutes=60), MONDAY + timedelta(minutes=60)),
        ("Jo Reed", MONDAY, MONDAY + timedelta(minutes=20)),
    ]
    with pytest.raises(NotAllowed, match="Only an administrator"):
        hub.desk.readers_of("P-0001", by=jo)
    hub.desk.close()
    assert b"Jo Reed" not in (tmp_path / "hub.desk.readers").read_bytes()
    if os.name != "nt":  # there the folder says who may read
        assert not (tmp_path / "hub.desk.readers").stat().st_mode & 0o077


def test_what_is_older_than_two_years_is_forgotten(tmp_path: Path) -> None:
    hub = ASealedHub(tmp_path / "hub.desk")
    hub.desk.note_reading("P-0001", by=hub.ada)
    hub.clock.now = MONDAY + KEPT - timedelta(hours=1)
    assert len(hub.desk.readers_of("P-0001", by=hub.ada)) == 1
    hub.clock.now = MONDAY + KEPT + timedelta(hours=1)
    assert hub.desk.readers_of("P-0001", by=hub.ada) == ()
    hub.desk.close()


def test_a_plain_hub_keeps_nobody_and_a_damaged_file_stops_nobody(hub: AHub, tmp_path: Path) -> None:
    hub.desk.note_reading("P-0001", by=hub.coordinator)
    assert hub.desk.readers_of("P-0001", by=hub.admin) == ()
    assert not hub.path.with_name(f"{hub.path.name}.readers").exists()
    sealed = ASealedHub(tmp_path / "sealed.desk")
    (tmp_path / "sealed.desk.readers").write_bytes(b"not a file of ours" * 300)
    sealed.desk.note_reading("P-0001", by=sealed.ada)
    assert sealed.desk.readers_of("P-0001", by=sealed.ada) == ()
    sealed.desk.close()


def test_whoever_saves_a_list_has_read_everybody_on_it(hub: AHub, tmp_path: Path) -> None:
    sealed = ASealedHub(tmp_path / "sealed.desk")
    sealed.desk.note_readings(["P-0001", "P-0002"], by=sealed.ada)
    for patient, readers in (("P-0001", ["Ada Marsh"]), ("P-0002", ["Ada Marsh"]), ("P-0003", [])):
        assert [one.user_name for one in sealed.desk.readers_of(patient, by=sealed.ada)] == readers
    sealed.desk.close()
    hub.desk.note_readings(["P-0001"], by=hub.coordinator)
    assert hub.desk.readers_of("P-0001", by=hub.admin) == ()
