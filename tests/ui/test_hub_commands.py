"""People of the hub, keys, the palette, backup and the record, over a real hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from discharge.actions.desk import Desk
from discharge.model.people import Role
from tests.ui.conftest import MakeServices
from tests.ui.fake_desk import NOW
from tests.ui.screen_reader import heard
from ui.frame.commands import COMMANDS, key_words
from ui.frame.pages import PageSpec
from ui.frame.palette import Palette
from ui.frame.window import HubFacts, Window
from ui.help.keys import KeysDialog
from ui.hub_commands import bind_hub_commands
from ui.preferences.people import PeopleDialog, PersonForm
from ui.theme.theme import Theme

PAGES = (
    PageSpec("patients", "Patients", "patients", "P", "tests.ui.fake_desk:GuestsPage"),
    PageSpec("moves", "Moves", "moves", "V", "tests.ui.fake_desk:OtherPage"),
)


@pytest.fixture
def window(make_services: MakeServices, tmp_path: Path, qtbot: Any, look: Theme) -> Iterator[Window]:
    path = tmp_path / "north-bank.hub"
    with Desk.open(path, clock=lambda: NOW) as desk:
        desk.found(hub="North Bank", name="Jo Marsh")
    services = make_services(partial(Desk.open, path, clock=lambda: NOW))
    made = Window.of(services, facts=lambda queries: HubFacts(people=queries.people()), pages=PAGES)
    qtbot.addWidget(made)
    bind_hub_commands(made)
    made.show()
    made.begin(user_id="U-0001")
    qtbot.waitUntil(lambda: made.page is not None and not services.jobs.busy)
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    for dialog in made.findChildren(QDialog):
        dialog.close()
        dialog.deleteLater()
    made.close()


def opened(window: Window, kind: type[Any], qtbot: Any) -> Any:
    qtbot.waitUntil(lambda: any(each.isVisible() for each in window.findChildren(kind)))
    found = next(each for each in window.findChildren(kind) if each.isVisible())
    qtbot.waitUntil(lambda: found.isActiveWindow() or QApplication.activeWindow() is not None)
    return found


@pytest.mark.whole
def test_somebody_is_added_and_then_amended_and_can_sit_down_at_the_desk(window: Window, qtbot: Any) -> None:
    window.services.commands.do("hub.people")
    people = opened(window, PeopleDialog, qtbot)
    qtbot.waitUntil(lambda: people.model.rowCount() == 1)
    people.add()
    form = opened(window, PersonForm, qtbot)
    form.field("name").set_value("MARSH, Jo")
    form.field("roles").set_value([Role.LA_LEAD])
    form.ask_to_save()
    assert "is called that already" in form.message()
    form.field("roles").set_value([])
    form.field("email").set_value("lee@abbey.example")
    form.field("name").set_value("Lee Okafor")
    form.ask_to_save()
    assert form.message() == "Choose at least one role."
    form.field("roles").set_value([Role.LA_LEAD])
    with qtbot.waitSignal(form.saved):
        form.ask_to_save()
    qtbot.waitUntil(lambda: people.model.rowCount() == 2)
    lee = people.model.row_at(people.model.place_of("U-0002"))
    assert (lee.name, lee.roles, lee.email) == ("Lee Okafor", {Role.LA_LEAD}, "lee@abbey.example")
    people.amend(lee)
    form = opened(window, PersonForm, qtbot)
    assert form.field("name").value() == "Lee Okafor"
    form.field("roles").set_value([Role.LA_LEAD, Role.COORDINATOR])
    with qtbot.waitSignal(form.saved):
        form.ask_to_save()
    qtbot.waitUntil(lambda: not window.services.jobs.busy)
    window.status_line.user_chosen.emit("U-0002")
    qtbot.waitUntil(lambda: window.status_line.user.text() == "Lee Okafor, Coordinator, LA lead")


@pytest.mark.whole
def test_the_last_administrator_cannot_be_taken_away_and_the_form_says_so(window: Window, qtbot: Any) -> None:
    window.services.commands.do("hub.people")
    people = opened(window, PeopleDialog, qtbot)
    qtbot.waitUntil(lambda: people.model.rowCount() == 1)
    people.amend(people.model.row_at(0))
    form = opened(window, PersonForm, qtbot)
    form.field("roles").set_value([Role.COORDINATOR])
    form.ask_to_save()
    qtbot.waitUntil(lambda: "needs an administrator" in form.message())


def test_a_change_of_ones_own_roles_holds_at_once(window: Window, qtbot: Any) -> None:
    from discharge.actions.people import add_user, amend_user

    place = window.services
    place.perform(partial(add_user, name="Lee", roles=[Role.ADMINISTRATOR]))
    place.perform(partial(amend_user, user="U-0001", roles=[Role.LA_LEAD]))
    qtbot.waitUntil(lambda: place.user is not None and place.user.roles == {Role.LA_LEAD})
    assert not place.commands.action("patient.new").isEnabled()
    place.perform(partial(amend_user, user="U-0002", active=True))
    qtbot.waitUntil(window.banner.isVisible)
    assert "administrator" in window.banner.words().lower()


@pytest.mark.whole
def test_the_palette_finds_pages_and_commands_and_says_why_not(window: Window, qtbot: Any) -> None:
    window.services.commands.do("view.palette")
    palette = opened(window, Palette, qtbot)
    qtbot.keyClicks(palette.text, "go mov")
    assert [palette.list.item(row).text() for row in range(palette.list.count())] == ["Go to Moves"]
    qtbot.keyClick(palette.text, Qt.Key.Key_Return)
    assert window.page_name == "moves"
    window.services.commands.do("view.palette")
    palette = opened(window, Palette, qtbot)
    qtbot.keyClicks(palette.text, "approve")
    assert palette.list.currentItem().toolTip() == "This is done on the page Approvals."
    qtbot.keyClick(palette.text, Qt.Key.Key_Return)
    assert window.banner.words() == "This is done on the page Approvals."


def test_the_palette_says_the_line_that_enter_takes(
    window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = heard(monkeypatch)
    window.services.commands.do("view.palette")
    palette = opened(window, Palette, qtbot)
    qtbot.keyClicks(palette.text, "go to m")
    qtbot.waitUntil(lambda: said[-1:] == ["Go to Moves, Alt+V. 1 of 2"])
    qtbot.keyClick(palette.text, Qt.Key.Key_Down)
    assert said[-1].endswith("2 of 2")


def test_the_palette_says_what_isnt_found(window: Window, qtbot: Any) -> None:
    window.services.commands.do("view.palette")
    palette = opened(window, Palette, qtbot)
    palette.text.setText("qqxx")
    assert palette.nothing.text() == "Looking …"
    qtbot.waitUntil(lambda: palette.nothing.text().startswith("Nothing is called “qqxx”."))
    assert palette.list.isHidden()
    qtbot.keyClick(palette.text, Qt.Key.Key_Return)
    qtbot.keyClick(palette.text, Qt.Key.Key_Down)
    palette.text.setText("go mov")
    assert palette.nothing.isHidden()
    assert palette.list.currentItem().text() == "Go to Moves"


def test_no_two_commands_of_a_menu_have_one_name() -> None:
    called = [(each.menu, each.text, each.page) for each in COMMANDS]
    assert len(called) == len(set(called))
    everywhere = [each.text for each in COMMANDS if not each.page]
    assert [each.text for each in COMMANDS if each.page and each.text in everywhere] == []


def test_every_command_is_in_the_palette(window: Window, qtbot: Any) -> None:
    window.services.commands.do("view.palette")
    palette = opened(window, Palette, qtbot)
    offered = {offer[0] for offer in palette._offers}
    assert {each.text for each in COMMANDS} - offered == {"Any command…"}


def test_the_palette_goes_to_what_it_finds_in_the_hub(window: Window, qtbot: Any) -> None:
    wanted: list[tuple[str, str]] = []
    palette = Palette(
        window.services, window.page_letters(), lambda page, key: wanted.append((page, key)), window
    )
    palette.open()
    palette.text.setText("zz")
    from discharge.model.shown.hub import Found

    qtbot.waitUntil(lambda: not window.services.jobs.busy)
    palette._pause.stop()
    palette._found = (Found("patient", "P-0007", "Zz Top", "Oak ward"),)
    palette._show()
    qtbot.keyClick(palette.text, Qt.Key.Key_Return)
    assert wanted == [("patients", "P-0007")]


@pytest.mark.whole
def test_keys_are_listed_from_the_table_of_commands(window: Window, qtbot: Any) -> None:
    window.services.commands.do("help.keys")
    keys = opened(window, KeysDialog, qtbot)
    shown = {label.text() for label in keys.findChildren(QLabel)}
    assert {"Alt+P", "Ctrl+F", "F5", "Ctrl+K"} <= shown


def test_a_backup_is_made_and_the_record_checked(window: Window, tmp_path: Path, qtbot: Any) -> None:
    do: Callable[[str], bool] = window.services.commands.do
    do("hub.back_up")
    qtbot.waitUntil(lambda: window.undo_bar.words().startswith("Backed up: "))
    do("record.check")
    qtbot.waitUntil(lambda: window.undo_bar.words() == "All 2 entries are as they were written.")


def test_everything_is_written_into_a_new_folder_while_others_work_on(
    window: Window, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "for the council"
    chosen.mkdir()
    monkeypatch.setattr("ui.hub_commands.QFileDialog.getExistingDirectory", lambda *_: str(chosen))
    window.services.commands.do("hub.out")
    qtbot.waitUntil(lambda: window.undo_bar.words().startswith("Everything is in north-bank 20"))
    assert "0 people, 0 settings, 0 placements, 2 entries." in window.undo_bar.words()
    [folder] = chosen.iterdir()
    assert (folder / "hub.json").is_file()


def test_the_sheet_of_keys_holds_every_key_and_every_page_on_paper(window: Window, qtbot: Any) -> None:
    window.services.commands.do("help.keys")
    keys = opened(window, KeysDialog, qtbot)
    said = keys.sheet().toPlainText()
    for command in COMMANDS:
        if command.shortcut:
            assert f"{key_words(command.shortcut)}\n{command.text.rstrip('…')}" in said
    assert "Alt+V\nMoves" in said
    assert keys.print.text() == "Print…"
