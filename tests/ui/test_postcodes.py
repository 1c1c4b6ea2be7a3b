"""A postcode in a form gives place and authority at once; a download comes in by the window, and fills."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from discharge.actions.postcodes import bring_postcodes, postcodes_there
from discharge.actions.settings import register_setting
from discharge.model.setting_record import SettingDetails
from tests.exchange.postcode_downloads import KENT, MAIDSTONE, looked_up, nspl
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import Hub
from ui.frame.services import Services
from ui.imports.dialog import ImportDialog
from ui.imports.kinds import KINDS
from ui.imports.postcodes import PostcodesDialog
from ui.settings.form import SettingForm

WAIT = 60_000


@pytest.fixture
def place(empty_hub: Hub, make_services: MakeServices) -> Services:
    services = make_services(empty_hub.open, clock=empty_hub.clock)
    services.set_user(empty_hub.coordinator)
    return services


@pytest.fixture
def download(tmp_path: Path) -> Path:
    rows = (looked_up("ZZ1 1AA"), looked_up("ZZ1 1AB", 51.267, 0.521, district=MAIDSTONE, county=KENT))
    return nspl(tmp_path / "nspl.zip", *rows)


def home(hub: Hub, **fields: Any) -> str:
    with hub.open() as desk:
        details = SettingDetails(name="Elm Lodge", type="care_home", **fields)
        return desk.perform(partial(register_setting, details=details), by=hub.coordinator).first


def record(hub: Hub, name: str) -> SettingDetails:
    with hub.open() as desk:
        return desk.ask(lambda queries: queries.setting_details(name))


def test_a_postcode_typed_fills_the_form_and_says_from_where(
    empty_hub: Hub, place: Services, download: Path, qtbot: Any
) -> None:
    with empty_hub.open() as desk:
        bring_postcodes(desk, download, by=empty_hub.coordinator)
    made: list[str] = []
    form = SettingForm(services=place, organisms=(), made=made.append)
    qtbot.addWidget(form)
    form.field("name").set_value("Elm Lodge")
    form.field("postcode").set_value("zz1 1ab")
    qtbot.waitUntil(lambda: form.field("latitude").value() == 51.267, timeout=WAIT)
    assert form.field("local_authority").value() == "Kent"
    assert "Place and local authority from the postcode" in form.field("postcode").below()
    form.field("postcode").set_value("zz1 1zz")
    qtbot.waitUntil(lambda: form.field("latitude").value() is None, timeout=WAIT)
    assert "ZZ1 1ZZ is no postcode of" in form.field("postcode").below()
    form.field("postcode").set_value("zz1 1aa")
    qtbot.waitUntil(lambda: form.field("latitude").value() == 51.563, timeout=WAIT)
    form.field("latitude").set_value(51.0)
    form.field("longitude").set_value(0.0)
    assert form.field("postcode").below().startswith("Local authority from the postcode")
    form.ask_to_save()
    qtbot.waitUntil(lambda: bool(made), timeout=WAIT)
    found = record(empty_hub, made[0])
    assert (found.latitude, found.local_authority, found.postcode) == (51.0, "Redbridge", "ZZ1 1AA")
    assert found.from_postcode.level is None
    assert found.from_postcode.authority


def test_a_form_that_is_amended_leaves_what_was_said(
    empty_hub: Hub, place: Services, download: Path, qtbot: Any
) -> None:
    with empty_hub.open() as desk:
        bring_postcodes(desk, download, by=empty_hub.coordinator)
    name = home(empty_hub, postcode="ZZ1 1AA", local_authority="Kent")
    with empty_hub.open() as desk:
        page = desk.ask(lambda queries: queries.setting(name))
    form = SettingForm(services=place, organisms=(), page=page)
    qtbot.addWidget(form)
    assert form.field("postcode").below().startswith("Place from the postcode")
    form.field("phone").set_value("01632 960001")
    with qtbot.waitSignal(place.changed, timeout=WAIT):
        form.ask_to_save()
    found = record(empty_hub, name)
    assert (found.latitude, found.local_authority) == (51.563, "Kent")
    assert found.from_postcode.level == "postcode"


def test_a_download_comes_in_by_the_one_import_door_and_fills_places(
    empty_hub: Hub, place: Services, download: Path, qtbot: Any
) -> None:
    name = home(empty_hub, postcode="ZZ1 1AB")
    over = QWidget()
    qtbot.addWidget(over)
    dialog = ImportDialog(KINDS["any"], services=place, choose=lambda _parent: str(download), parent=over)
    with qtbot.waitSignal(dialog.handed_over, timeout=WAIT) as handed:
        dialog.choose_file()
    postcodes: PostcodesDialog = handed.args[0]
    qtbot.waitUntil(postcodes.take.isEnabled, timeout=WAIT)
    qtbot.waitUntil(lambda: not postcodes.take.isHidden(), timeout=WAIT)
    with qtbot.waitSignal(postcodes.taken, timeout=WAIT):
        postcodes.take_file()
    qtbot.waitUntil(lambda: not postcodes.fill.isHidden(), timeout=WAIT)
    assert postcodes.filling.text() == "1 setting can get a place on the map from the postcode."
    assert "Open Government Licence" in postcodes.there.text()
    with qtbot.waitSignal(postcodes.filled, timeout=WAIT):
        postcodes.fill_places()
    assert record(empty_hub, name).local_authority == "Kent"
    qtbot.waitUntil(postcodes.fill.isHidden, timeout=WAIT)
    postcodes.reject()


def test_what_is_no_download_of_postcodes_is_said_and_nothing_changed(
    empty_hub: Hub, place: Services, tmp_path: Path, qtbot: Any
) -> None:
    dialog = PostcodesDialog(services=place)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        pass
    assert "There are no postcodes beside this hub yet" in dialog.there.text()
    other = tmp_path / "people.csv"
    other.write_text("name,postcode\nAda,ZZ1 1AA\n", encoding="utf-8")
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.look_at(other)
    assert "no table of postcodes" in dialog.message.words()
    assert dialog.take.isHidden()
    with empty_hub.open() as desk:
        assert postcodes_there(desk) == (None, "")
