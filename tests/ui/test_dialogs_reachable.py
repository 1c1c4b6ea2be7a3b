"""Every dialog that a command opens on the demo hub: its names, its targets, the way of Tab, large text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from discharge.model.role import Role
from tests.examples import sweep
from tests.ui.fake_desk import RESOURCES
from tests.ui.match_stand import compute_here
from tests.ui.reach import cut_off, nameless, not_reached_by_tab, out_at_the_side, too_small
from tests.ui.rest import come_to_rest, let_go, until
from tests.ui.screen_reader import mere_windows
from ui.application import Application
from ui.frame.commands import COMMANDS, Command
from ui.frame.pages import PAGES
from ui.frame.services import Services
from ui.frame.table_page import TablePage
from ui.frame.window import Window
from ui.theme.theme import Theme
from ui.widgets import dialog_size

USERS = {
    Role.COORDINATOR: "U-0002",
    Role.LA_LEAD: "U-0004",
    Role.CLINICIAN: "U-0006",
    Role.ADMINISTRATOR: "U-0001",
}
"""Somebody of each role in the demo hub."""
OF_THE_SYSTEM = frozenset(
    {
        "export.homes",
        "hub.new",
        "hub.out",
        "import.watch",
        "hub.open",
        "table.print",
        "table.pdf",
        "table.save",
        "plan.save_case",
        "map.boundaries",
        "hub.switch_user",
        "situation.save",
        "situation.save_return",
    }
)
"""Their dialogs are the system's own, or no dialogs."""
ALSO = frozenset({"help.keys", "help.about", "view.palette"})
"""Open a dialog though their name ends without dots."""
SMALLEST = QSize(1366, 768)
"""The screen that the dialogs are opened on."""
ITS_EDGES = QSize(dialog_size.MARGIN, dialog_size.MARGIN)
NOT_HERE = frozenset(
    {
        "approval.amend", "approval.confirm", "approval.refuse", "approval.remove", "setting.decide_fee",
        "bundle.answer", "placement.send", "hub.to_server", "hub.invite", "hub.take_home", "hub.not_shared",
        "today.confirm", "today.refuse", "hub.data_key", "hub.erase", "hub.passphrase", "hub.remove_aside",
        "hub.restore", "import.waiting", "patient.draft", "patient.part", "patient.paste",
        "patient.take_back", "plan.whole",
        "placement.send_release", "placement.send_offer", "rules.withdraw", "setting.home_invitation",
        "setting.home_key_end", "setting.part", "setting.register", "setting.reopen", "setting.undesignate",
        "today.action", "today.aid", "today.call", "today.dealt",
        "today.done", "today.hand_over", "today.hub_papers", "today.learning", "today.paper",
        "situation.hospital", "hospital.describe", "hospital.remove",
        "placement.tell_several", "record.receipt", "hub.anew",
        "today.priority", "today.recall", "today.review", "today.told", "view.columns", "view.save_filter",
    }
)  # fmt: skip
"""Those that open no dialog (a menu, a pane), or can't on the demo hub's Monday morning."""
ROWS = 12
"""Of each table so many rows are tried."""


@pytest.fixture(scope="module")
def application(
    qapp: QApplication, demo: Path, look: Theme, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """One window for everybody: what is opened in it is left again, and nothing is saved."""
    remembered = QSettings(str(tmp_path_factory.mktemp("window") / "w.ini"), QSettings.Format.IniFormat)
    made = Application(
        qapp, hub=demo, resources=RESOURCES, settings=remembered, user_id=USERS[Role.COORDINATOR]
    )
    made.window.resize(1366, 768)
    made.show()
    until(lambda: made.window.page is not None and not made.jobs.busy)
    until(made.window.isActiveWindow)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Services, "compute", compute_here)
        patch.setattr(dialog_size, "room_on_screen", lambda _dialog: SMALLEST - ITS_EDGES)
        yield made
    let_go(made)
    look.apply(qapp)


def sit_down(application: Application, role: Role, scale: float, qtbot: Any) -> Window:
    """Somebody of this role is at the desk, and reads at this size."""
    window, place = application.window, application.services
    if place.theme.scale != scale:
        place.theme.use(application.qt, scale=scale)
    place.use(lambda desk: desk.sign_in(USERS[role]), place.set_user)
    until(lambda: place.user is not None and place.user.id == USERS[role])
    come_to_rest(qtbot, application.jobs, window)
    return window


def opens_a_dialog(command: Command) -> bool:
    dotted = command.text.endswith("…") or command.id in ALSO
    return dotted and command.id not in OF_THE_SYSTEM | NOT_HERE


def of_role(role: Role, page: str) -> list[Command]:
    """The commands of a page that are looked at with this role at the desk: those no earlier one may do."""
    earlier = list(USERS)[: list(USERS).index(role)]
    return [
        command
        for command in COMMANDS
        if opens_a_dialog(command)
        and command.page == page
        and (role in command.roles or (not command.roles and role == Role.COORDINATOR))
        and not any(each in command.roles for each in earlier)
    ]


def dialogs(window: Window) -> list[QDialog]:
    return [each for each in window.findChildren(QDialog) if each.isVisible()]


def faults_of(dialog: QDialog, qtbot: Any) -> list[str]:
    # no screen, no window manager: it would come to the front by itself
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    found = [] if dialog.windowTitle() or dialog.accessibleName() else ["a dialog without a name"]
    found += [f"{each}: no name" for each in nameless(dialog)]
    found += [f"{each}: too small" for each in too_small(dialog)]
    found += [f"{each}: cut off" for each in cut_off(dialog)]
    found += [f"{each}: to a screen reader nothing but a window" for each in mere_windows(dialog)]
    found += out_at_the_side(dialog)
    if dialog.width() > SMALLEST.width() or dialog.height() > SMALLEST.height():
        found.append(f"{dialog.width()} x {dialog.height()}: larger than the smallest screen")
    found += [f"{each}: not reached by Tab" for each in not_reached_by_tab(dialog, qtbot)]
    return found


def leave(dialog: QDialog, window: Window, qtbot: Any) -> None:
    """By Escape, as somebody at the keyboard does."""
    for _ in range(3):
        if dialog.isVisible():
            qtbot.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible(), f"Escape doesn't leave {dialog.windowTitle()}"
    come_to_rest(qtbot, window.services.jobs, window)


def look_at_all(
    window: Window, here: list[str], pages: list[str], qtbot: Any
) -> tuple[set[str], dict[str, list[str]]]:
    """Open these commands where they can be, with each of the first rows chosen; what was, and its faults."""
    opened: set[str] = set()
    faults: dict[str, list[str]] = {}
    for name_of_page in pages:
        if opened.issuperset(here):
            break
        window.go(name_of_page)
        come_to_rest(qtbot, window.services.jobs, window)
        page = window.page
        keys = [""]
        if isinstance(page, TablePage):
            keys = [page.model.key_at(row) for row in range(min(ROWS, page.model.rowCount()))] or [""]
        for key in keys:
            left = [each for each in here if each not in opened]
            if not left:
                break
            if key and page is not None:
                page.pick(key)
                come_to_rest(qtbot, window.services.jobs, window)
            for name in left:
                if window.services.commands.why_not(name):
                    continue
                window.services.commands.do(name)
                come_to_rest(qtbot, window.services.jobs, window)
                for dialog in dialogs(window):
                    opened.add(name)
                    found = faults_of(dialog, qtbot)
                    if found:
                        faults[name] = found
                    leave(dialog, window, qtbot)
    return opened, faults


ANYWHERE = ""
"""The page of a command that is on every page."""
FULLEST = {
    (Role.COORDINATOR, "patients", 1.0),
    (Role.LA_LEAD, "settings", 1.0),
    (Role.ADMINISTRATOR, "preferences", 1.0),
}
"""Seen in every run: the forms of a day's work, of a lead and of an administrator."""
ALL = [
    (role, page, scale)
    for scale in (1.0, 2.0)
    for role in USERS
    for page in (*(spec.name for spec in PAGES), ANYWHERE)
    if of_role(role, page) and (scale == 1.0 or role in (Role.COORDINATOR, Role.LA_LEAD))
]


@pytest.mark.parametrize(
    ("role", "page", "scale"),
    sweep(ALL, sample=FULLEST.__contains__),
)
def test_every_dialog_is_named_large_enough_and_gone_through_by_keyboard(
    application: Application, role: Role, page: str, scale: float, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = str(RESOURCES / "templates" / "patients.csv")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (template, ""))
    asked: list[str] = []

    def ask(_parent: Any, title: str, *_: Any) -> str:
        asked.append(title)
        return ""

    # nobody is here to close one: the test would wait for ever
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", ask)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *told: (ask(*told), ""))
    wanted = [command.id for command in of_role(role, page)]
    pages = [page] if page else [spec.name for spec in PAGES]
    opened, faults = look_at_all(sit_down(application, role, scale, qtbot), wanted, pages, qtbot)
    assert opened.issuperset(wanted), f"{sorted(set(wanted) - opened)} were never seen"
    assert not faults
    assert not asked, "a dialog of the system's own, whose command belongs to OF_THE_SYSTEM"
