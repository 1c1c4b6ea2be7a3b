"""A postcode is enough: place and authority follow from it, are on record, and no word is written over."""

from __future__ import annotations

import argparse
import io
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients, settings
from discharge.actions.context import Answered
from discharge.actions.desk import Cancelled
from discharge.actions.exchange import import_file, preview
from discharge.actions.file_kinds import FileKind, find_kind
from discharge.actions.import_command import add_import_arguments, run_import
from discharge.actions.imports_back import take_back_import
from discharge.actions.postcodes import (
    bring_postcodes,
    fill_places,
    look_at_postcodes,
    places_to_fill,
    postcodes_there,
)
from discharge.exchange.patients import COLUMNS as PEOPLE
from discharge.exchange.report import Outcome
from discharge.model.errors import Asked, BrokenFile, NotAllowed, UserError
from discharge.model.patient_record import PatientDetails
from discharge.model.setting_record import SettingDetails
from discharge.store.file.postcodes import FILE
from tests.actions.a_hub import AHub
from tests.exchange.csv_files import csv_file
from tests.exchange.postcode_downloads import (
    BRISTOL,
    KENT,
    MAIDSTONE,
    REDBRIDGE,
    code_point,
    code_point_open,
    looked_up,
    nspl,
)

HERE = (51.563, 0.074)


@pytest.fixture
def download(tmp_path: Path) -> Path:
    return nspl(
        tmp_path / "nspl.zip",
        looked_up("ZZ1 1AA"),
        looked_up("ZZ1 1AB", 51.267, 0.521, district=MAIDSTONE, county=KENT),
        looked_up("ZZ2 2AA", 51.45, -2.59, district=BRISTOL, ended="202001"),
    )


def bring(hub: AHub, path: Path) -> tuple[str, ...]:
    return bring_postcodes(hub.desk, path, by=hub.coordinator).sentences


def record(hub: AHub, name: str) -> PatientDetails:
    return hub.desk.ask(lambda queries: queries.patient_details(name))


def home(hub: AHub, name: str) -> SettingDetails:
    return hub.desk.ask(lambda queries: queries.setting_details(name))


def nowhere(hub: AHub, name: str = "Ada Shah", **fields: object) -> str:
    return hub.patient(name, latitude=None, longitude=None, local_authority=None, **fields)


def last_sentence(hub: AHub, name: str) -> str:
    return hub.desk.ask(lambda queries: queries.journal(subject=name, limit=1_000))[-1].sentence


def test_a_download_becomes_a_file_beside_the_hub(hub: AHub, download: Path) -> None:
    assert find_kind(download, desk=hub.desk) is FileKind.POSTCODES
    before = " ".join(look_at_postcodes(hub.desk, download).sentences())
    assert "National Statistics Postcode Lookup, August 2026" in before
    assert "the first beside this hub" in before
    said = " ".join(bring(hub, download))
    assert "3 postcodes taken, 1 of them in use no more" in said
    assert "Open Government Licence" in said
    kept, trouble = postcodes_there(hub.desk)
    assert kept is not None
    assert not trouble
    assert (kept.postcodes, kept.ended) == (3, 1)
    assert [each.name for each in hub.path.parent.glob(f"{FILE}*")] == [FILE], "nothing is left aside"
    again = " ".join(look_at_postcodes(hub.desk, download).sentences())
    assert "It comes in the place of National Statistics" in again


def test_a_postcode_gives_place_and_authority_and_the_record_says_so(hub: AHub, download: Path) -> None:
    bring(hub, download)
    who = nowhere(hub, postcode="zz11ab")
    found = record(hub, who)
    assert (found.postcode, found.latitude, found.longitude) == ("ZZ1 1AB", 51.267, 0.521)
    assert found.local_authority == "Kent"
    assert found.from_postcode.level == "postcode"
    assert found.from_postcode.authority
    row = hub.desk.ask(lambda queries: queries.patients())[0]
    assert not {"postcode or coordinates", "a place for the postcode", "local authority"} & set(row.missing)
    said = last_sentence(hub, who)
    assert "from the postcode (National Statistics Postcode Lookup, August 2026)" in said
    made = hub.setting("Elm", latitude=None, longitude=None, local_authority=None, postcode="ZZ2 2AA")
    assert home(hub, made).local_authority == "Bristol", "one in use no more is found all the same"


def test_what_somebody_said_is_never_written_over(hub: AHub, download: Path) -> None:
    bring(hub, download)
    who = hub.patient(postcode="ZZ1 1AB")
    assert (record(hub, who).latitude, record(hub, who).local_authority) == (51.5, "Abbey")
    amend = partial(patients.amend_patient, patient=who, changes={"postcode": "ZZ1 1AA"})
    hub.does(amend)
    assert (record(hub, who).latitude, record(hub, who).local_authority) == (51.5, "Abbey")
    fill_places(hub.desk, by=hub.coordinator)
    assert record(hub, who).latitude == 51.5


def test_a_place_from_the_postcode_follows_it_until_somebody_says_another(hub: AHub, download: Path) -> None:
    bring(hub, download)
    who = nowhere(hub, postcode="ZZ1 1AB")
    hub.does(partial(patients.amend_patient, patient=who, changes={"postcode": "ZZ1 1AA"}))
    assert (record(hub, who).latitude, record(hub, who).local_authority) == (HERE[0], "Redbridge")
    hub.does(partial(patients.amend_patient, patient=who, changes={"latitude": 51.0, "longitude": 0.0}))
    assert record(hub, who).from_postcode.level is None
    hub.does(partial(patients.amend_patient, patient=who, changes={"postcode": "ZZ1 1AB"}))
    assert (record(hub, who).latitude, record(hub, who).local_authority) == (51.0, "Kent")


def test_a_postcode_that_the_file_does_not_know_is_asked_not_guessed(hub: AHub, download: Path) -> None:
    hub.setting("Oak", postcode="ZZ1 1AA", latitude=51.5, longitude=0.1)
    bring(hub, download)
    details = hub.details(postcode="ZZ1 1ZZ", latitude=None, longitude=None)
    register = partial(patients.register_patient, details=details, told_apart=True)
    with pytest.raises(Asked) as asked:
        hub.does(register)
    assert (
        "ZZ1 1ZZ is no postcode of National Statistics Postcode Lookup, August 2026" in asked.value.sentence
    )
    who = hub.does(Answered(register, {asked.value.key: "A new road"})).first
    assert record(hub, who).latitude is None
    row = hub.desk.ask(lambda queries: queries.patients())[0]
    assert "a place for the postcode" in row.missing
    nobody = nowhere(hub, "No Abode", postcode="ZZ99 3VZ")
    assert record(hub, nobody).latitude is None, "a pseudo postcode is no place, and not asked about"


def test_without_a_file_the_homes_of_the_sector_say_about_where(hub: AHub) -> None:
    hub.setting("Oak", postcode="ZZ1 1AA", latitude=51.50, longitude=0.10)
    hub.setting("Elm", postcode="zz1 1ab", latitude=51.52, longitude=0.10)
    hub.setting("Ash", postcode="ZZ1 9AB", latitude=51.90, longitude=0.10)
    hub.setting("Fir", postcode="ZZ11 1AB", latitude=52.90, longitude=0.10)
    near = nowhere(hub, postcode="ZZ1 1ZZ")
    found = record(hub, near)
    assert (found.latitude, found.longitude) == (51.51, 0.1)
    assert (found.from_postcode.level, found.from_postcode.within_km) == ("sector", 2.0)
    assert found.local_authority is None, "a sector may lie in two authorities"
    assert "within about 2 km (2 homes of this hub in ZZ1 1)" in last_sentence(hub, near)
    about = nowhere(hub, "Ben Ode", postcode="ZZ1 5ZZ")
    assert record(hub, about).from_postcode.level == "outward"
    far = nowhere(hub, "Cy Far", postcode="ZY1 1AA")
    assert record(hub, far).latitude is None


@pytest.mark.whole
def test_all_that_lack_a_place_get_it_in_one_go_and_lose_it_in_one(hub: AHub, download: Path) -> None:
    bare = {"latitude": None, "longitude": None, "local_authority": None}
    oak = hub.setting("Oak", postcode="ZZ1 1AB", **bare)
    elm = hub.setting("Elm", postcode="ZZ1 1AA")
    odd = hub.setting("Odd", postcode="ZZ1 1ZZ", **bare)
    who = nowhere(hub, postcode="ZZ1 1AA")
    assert record(hub, who).from_postcode.level == "sector"
    bring(hub, download)
    filling = places_to_fill(hub.desk, by=hub.coordinator)
    assert {each.id for each in filling.records} == {oak, who}
    assert filling.people == 1
    assert filling.unknown == (odd,)
    assert not places_to_fill(hub.desk, by=hub.admin).people, "an administrator enters nobody"
    done = fill_places(hub.desk, by=hub.coordinator)
    assert done.sentence == "Placed by the postcode: 1 setting and 1 person."
    assert (home(hub, oak).local_authority, home(hub, elm).latitude) == ("Kent", 51.5)
    assert (record(hub, who).latitude, record(hub, who).from_postcode.level) == (HERE[0], "postcode")
    assert not hub.desk.ask(lambda queries: queries.who_wrote())[who].imported, "no list ever named them"
    assert fill_places(hub.desk, by=hub.coordinator).changed is None
    hub.does(partial(take_back_import, group=done.group, reason="Brought by mistake"))
    assert home(hub, oak).latitude is None
    assert not home(hub, oak).from_postcode.authority
    assert record(hub, who).from_postcode.level == "sector"


def test_filling_that_was_written_over_is_not_taken_back(hub: AHub, download: Path) -> None:
    oak = hub.setting("Oak", postcode="ZZ1 1AB", latitude=None, longitude=None)
    bring(hub, download)
    done = fill_places(hub.desk, by=hub.coordinator)
    hub.does(partial(settings.amend_setting, setting=oak, changes={"latitude": 51.0, "longitude": 0.0}))
    with hub.refuses(says="was changed since"):
        hub.does(partial(take_back_import, group=done.group, reason="Brought by mistake"))


def test_only_a_newer_edition_of_the_same_takes_its_place(hub: AHub, download: Path, tmp_path: Path) -> None:
    bring(hub, download)
    older = nspl(tmp_path / "old.zip", looked_up("ZZ1 1AA"), when="MAY_2026")
    with pytest.raises(UserError) as refused:
        bring(hub, older)
    assert "the hub has National Statistics Postcode Lookup, August 2026 already" in str(refused.value)
    bring(hub, nspl(tmp_path / "new.zip", looked_up("ZZ3 3AA"), when="NOV_2026"))
    kept, _ = postcodes_there(hub.desk)
    assert kept is not None
    assert kept.postcodes == 1
    bring(hub, code_point_open(tmp_path / "cpo.zip", code_point("ZZ4 4AA"), day="20250501"))
    kept, _ = postcodes_there(hub.desk)
    assert kept is not None
    assert kept.edition.words == "Code-Point Open, May 2025"


def test_who_does_not_keep_settings_brings_no_postcodes(hub: AHub, download: Path) -> None:
    with pytest.raises(NotAllowed):
        bring_postcodes(hub.desk, download, by=hub.clinician)


def test_stopped_or_broken_it_stays_as_it_was(hub: AHub, download: Path, tmp_path: Path) -> None:
    bring(hub, download)
    before = (hub.path.parent / FILE).read_bytes()
    newer = nspl(tmp_path / "new.zip", looked_up("ZZ3 3AA"), when="NOV_2026")
    with pytest.raises(Cancelled):
        bring_postcodes(hub.desk, newer, by=hub.coordinator, cancelled=lambda: True)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(newer.read_bytes()[:-120])
    with pytest.raises(BrokenFile):
        bring(hub, cut)
    assert (hub.path.parent / FILE).read_bytes() == before
    assert [each.name for each in hub.path.parent.glob(f"{FILE}*")] == [FILE]


@pytest.mark.parametrize("content", [b"", b"not a database at all", None], ids=["empty", "text", "torn"])
def test_a_damaged_file_says_so_and_the_desk_works_on(
    hub: AHub, download: Path, content: bytes | None
) -> None:
    bring(hub, download)
    file = hub.path.parent / FILE
    file.write_bytes(file.read_bytes()[:2_000] if content is None else content)
    kept, trouble = postcodes_there(hub.desk)
    assert kept is None
    assert "Import the download again" in trouble
    who = nowhere(hub, postcode="ZZ1 1AA")
    assert record(hub, who).latitude is None
    bring(hub, download)
    assert fill_places(hub.desk, by=hub.coordinator).changed is not None
    assert record(hub, who).latitude == HERE[0]


def test_a_plan_rests_on_what_is_on_record_not_on_the_file(hub: AHub, download: Path) -> None:
    bring(hub, download)
    who = nowhere(hub, postcode="ZZ1 1AA")
    (hub.path.parent / FILE).unlink()
    assert hub.desk.verify().is_intact
    assert record(hub, who).latitude == HERE[0]
    assert hub.desk.ask(lambda queries: queries.person(who)).facts.latitude == HERE[0]


def test_a_list_with_postcodes_alone_is_placed_and_says_so(hub: AHub, download: Path) -> None:
    bring(hub, download)
    row = {
        "name": "Ben Ode", "no_nhs_number_because": "not_known", "born": "1940-02-01", "sex": "male",
        "hospital": "RF4QH", "ward": "4B", "pathway": "P3", "priority": "2", "ready_on": "2020-11-16",
        "care_level": "residential", "specialism": "general",
    }  # fmt: skip
    list_ = csv_file(PEOPLE, {**row, "postcode": "zz1 1aa"}, {**row, "name": "Cy Lee", "postcode": "ZZ1 1ZZ"})
    looked = preview(hub.desk, kind=FileKind.PATIENTS, source=list_)
    assert (
        "1 person gets their place on the map from the postcode, as the list has no coordinates."
        in looked.notes
    )
    assert [each.outcome for each in looked.rows] == [Outcome.CHANGED, Outcome.HELD] or [
        each.outcome for each in looked.rows
    ] == [Outcome.TAKEN, Outcome.HELD]
    held = looked.rows[1]
    assert any("is no postcode of" in remark.reason for remark in held.remarks)
    import_file(hub.desk, kind=FileKind.PATIENTS, source=list_, by=hub.coordinator, answered=[held.row])
    found = {one.details.name: one.details for one in hub.desk.ask(lambda q: q.all_people()).values()}
    assert (found["Ben Ode"].latitude, found["Ben Ode"].local_authority) == (HERE[0], "Redbridge")
    assert found["Cy Lee"].latitude is None


def test_the_command_line_brings_and_fills(hub: AHub, download: Path) -> None:
    oak = hub.setting("Oak", postcode="ZZ1 1AB", latitude=None, longitude=None, local_authority=None)
    parser = argparse.ArgumentParser()
    add_import_arguments(parser)
    out = io.StringIO()
    given = [str(download), "--hub", str(hub.path), "--by", hub.coordinator.id]
    assert run_import(parser.parse_args([*given, "--dry-run"]), out=out) == 0
    assert not (hub.path.parent / FILE).exists()
    assert run_import(parser.parse_args([*given, "--fill-places"]), out=out) == 0
    assert "What nspl.zip is, by its columns: postcodes." in out.getvalue()
    assert "Placed by the postcode: 1 setting." in out.getvalue()
    assert "--take-back" in out.getvalue()
    hub.desk.changes()
    assert home(hub, oak).local_authority == "Kent"


def test_it_is_known_by_its_code_whatever_its_district(hub: AHub, download: Path) -> None:
    bring(hub, download)
    who = nowhere(hub, postcode="ZZ1 1AA")
    assert record(hub, who).local_authority == "Redbridge"
    assert REDBRIDGE == "E09000026"
