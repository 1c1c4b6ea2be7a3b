"""One table of commands: unique, reachable by key, and always able to say why not."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from discharge.model.role import Role
from discharge.rules.may import MAY
from tests.over import over
from ui.frame.commands import COMMANDS, Command, Commands, Menu
from ui.frame.pages import PAGES
from ui.theme.theme import Theme


@pytest.fixture
def commands(theme: Theme) -> Commands:
    return Commands(theme)


def test_every_command_is_there_once_and_on_a_page_that_exists() -> None:
    assert not [name for name, times in Counter(c.id for c in COMMANDS).items() if times > 1]
    assert {c.page for c in COMMANDS} <= {"", *(spec.name for spec in PAGES)}


@over("command", COMMANDS, called=lambda command: command.id)
def test_a_command_is_offered_to_those_who_may_do_its_action_and_to_nobody_else(
    command: Command, theme: Theme
) -> None:
    commands = Commands(theme, table=[command])
    may = {role for action in command.actions for role in MAY[action].roles}
    commands.set_roles([], signed_in=False)
    assert commands.forbidden(command.id) == ("Nobody is at the desk yet." if may else "")
    for role in Role:
        commands.set_roles([role])
        assert (commands.forbidden(command.id) == "") is (not may or role in may)
    commands.set_roles([])
    assert bool(commands.forbidden(command.id)) is bool(may)


def test_no_key_does_two_things_on_one_page() -> None:
    for page in [spec.name for spec in PAGES]:
        keys = Counter(
            QKeySequence(c.shortcut).toString() for c in COMMANDS if c.shortcut and c.page in ("", page)
        )
        assert not [key for key, times in keys.items() if times > 1], page


def test_every_key_is_one_that_qt_knows() -> None:
    for command in COMMANDS:
        if command.shortcut:
            assert QKeySequence(command.shortcut).toString(), command.id


def test_letters_of_menus_and_pages_do_not_collide() -> None:
    letters = [menu.value[menu.value.index("&") + 1].upper() for menu in Menu] + [s.letter for s in PAGES]
    assert len(set(letters)) == len(letters)


def test_each_page_has_at_most_one_main_button() -> None:
    mains = Counter(c.header_of or c.page for c in COMMANDS if c.header == "main")
    assert set(mains.values()) == {1}
    # what concerns the program rather than the day has none
    assert set(mains) == {spec.name for spec in PAGES if not spec.foot}


def test_a_command_says_why_it_cannot_be_done_now(commands: Commands) -> None:
    done: list[str] = []
    missed: list[str] = []
    state = {"why": "Choose a patient first."}
    commands.missed.connect(missed.append)
    action = commands.action("patient.edit")
    commands.bind("patient.edit", lambda: done.append("edit"), why_not=lambda: state["why"])

    assert commands.why_not("patient.edit") == "Nobody is at the desk yet."
    commands.set_roles({"la_lead"})
    assert commands.why_not("patient.edit") == "Only a coordinator may do this."
    commands.set_roles({Role.COORDINATOR})
    assert commands.why_not("patient.edit") == "This is done on the page Patients."
    commands.set_page("patients")
    assert not action.isEnabled()
    assert action.toolTip() == "Amend (F2)\nChoose a patient first."
    assert not commands.do("patient.edit")
    assert missed == ["Choose a patient first."]
    state["why"] = ""
    commands.review()
    assert action.isEnabled()
    action.trigger()
    assert done == ["edit"]


def test_a_command_that_nothing_is_bound_to_cannot_be_done(commands: Commands) -> None:
    commands.set_roles({"coordinator"})
    commands.set_page("patients")
    assert commands.why_not("patient.test")
    commands.bind("patient.test", lambda: None)
    assert not commands.why_not("patient.test")
    with pytest.raises(KeyError, match="no command is called"):
        commands.bind("patient.nothing", lambda: None)


def test_a_key_that_two_pages_share_belongs_to_the_page_in_front(commands: Commands) -> None:
    commands.set_page("patients")
    assert commands.action("patient.new").shortcut().toString() == "Ctrl+N"
    assert commands.action("setting.new").shortcut().isEmpty()
    commands.set_page("settings")
    assert commands.action("patient.new").shortcut().isEmpty()
    assert commands.action("setting.new").shortcut().toString() == "Ctrl+N"


def test_another_page_asks_its_own_commands_and_those_of_the_one_before(commands: Commands) -> None:
    asked: list[str] = []
    told: list[str] = []

    def why_not(name: str) -> str:
        asked.append(name)
        return ""

    commands.set_roles({Role.COORDINATOR})
    commands.set_page("patients")
    for name in ("patient.edit", "setting.edit", "placement.next"):
        commands.bind(name, lambda: None, why_not=partial(why_not, name))
        commands.action(name).changed.connect(partial(told.append, name))
    asked.clear()
    commands.set_page("settings")
    assert asked == ["setting.edit"]
    assert told == ["patient.edit", "setting.edit"], "each follows once"
    assert not commands.action("patient.edit").isEnabled()
    assert commands.action("setting.edit").isEnabled()


def test_the_context_menu_offers_the_rows_commands_of_its_page(commands: Commands, qtbot: object) -> None:
    parent = QMenu()
    menu = commands.row_menu("approvals", parent)
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == [
        "Approve",
        "Approve with a note…",
        "Approval sheet…",
        "Send to a lead as a file…",
        "Return…",
        "Copy rows",
    ]
    parent.deleteLater()


def test_two_commands_of_one_name_are_a_mistake(commands: Commands) -> None:
    with pytest.raises(ValueError, match="two commands"):
        commands.add(Command(id="hub.quit", text="Again", menu=Menu.HUB))
