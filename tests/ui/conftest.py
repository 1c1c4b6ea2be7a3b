"""What tests of the window share: no screen, no warnings, and nothing left behind.

A Qt message of warning or above fails a test (`qt_log_level_fail`); so does a thread, a process, a timer or
a widget that outlives it, and the failure says which.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.ui.made_elsewhere import MADE_ELSEWHERE, watch_classes

watch_classes()

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import ui.application
import ui.warm_up
import ui.work.jobs
from discharge.model.people import User
from tests.as_data import again_from_data
from tests.conftest import DemoCopy
from tests.ui import match_stand, moves_desk
from tests.ui.fake_desk import NOW, RESOURCES
from tests.ui.in_turn import HubInTurn, Kind, sit_down_anew
from tests.ui.leaks import Standing, settle
from tests.ui.planning_hub import Hub, Stand, as_opened, leave_forms, make_hub, sits, stand
from tests.ui.rest import Patience, until
from ui.frame.commands import Commands
from ui.frame.services import Services
from ui.theme.theme import Theme
from ui.work.jobs import Desk, Jobs

MakeServices = Callable[..., Services]
MUCH_LATER = 3_600_000
WROTE = "a test that only looks wrote into the hub"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the platform without a screen says of itself says nothing about us."""
    for item in items:
        if "tests/ui" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


def pytest_configure() -> None:
    """A busy machine gets its time: waiting for longer makes no test slower that passes."""
    for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
        defaults = wait.__kwdefaults__
        assert defaults is not None
        assert "timeout" in defaults
        defaults["timeout"] = 30_000


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Theme:
    """The light theme, put on the application once."""
    theme = Theme(resources=RESOURCES)
    theme.apply(qapp)
    return theme


@pytest.fixture
def theme(look: Theme) -> Theme:
    """A theme of the test's own, over the same look; icons that were drawn once are drawn for all."""
    made = Theme(resources=RESOURCES)
    made._icons = look._icons
    return made


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """What the window remembers, in a file of the test's own."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def services_over(
    open_desk: Callable[[], Desk], clock: Callable[[], datetime], theme: Theme, settings: QSettings
) -> Services:
    """Services over a desk that isn't opened yet."""
    return Services(
        jobs=Jobs(open_desk), theme=theme, commands=Commands(theme), settings=settings, clock=clock
    )


def close(services: Services) -> None:
    """Close the desk and let everything go."""
    services.jobs.close()
    for thing in (services.jobs, services.commands, services):
        thing.deleteLater()


@pytest.fixture
def make_services(theme: Theme, settings: QSettings, qtbot: Any) -> Iterator[MakeServices]:
    """Makes services over the desk that is given, opened in its own thread, and closes it."""
    made: list[Services] = []

    def make(open_desk: Callable[[], Desk], *, clock: Callable[[], datetime] = lambda: NOW) -> Services:
        services = services_over(open_desk, clock, theme, settings)
        made.append(services)
        with qtbot.waitSignal(services.jobs.opened):
            services.jobs.start()
        return services

    yield make
    for services in made:
        close(services)


@pytest.fixture(scope="session", autouse=True)
def preloaded() -> Iterator[tuple[str, ...]]:
    """A window makes nothing ahead that its test doesn't ask for: no page, no engine, nothing in the engine.

    Yields what the engine's process loads ahead in the program.
    """
    with pytest.MonkeyPatch.context() as patch:
        shipped = ui.work.jobs.PRELOAD
        patch.setattr(ui.work.jobs, "PRELOAD", ())
        patch.setattr(ui.warm_up, "FIRST_MS", MUCH_LATER)
        patch.setattr(ui.application, "WARM_UP_MS", MUCH_LATER)
        yield shipped


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[Standing]:
    """No thread, process, timer or widget outlives its test.

    What stood before a test is frozen, so that only what the test made is looked through.
    """
    gc.freeze()
    before = Standing()
    with pytest.MonkeyPatch.context() as patch:
        # a window that is opened collects for itself; what it froze would never be looked through
        patch.setattr("gc.freeze", lambda: None)
        yield before
    gc.enable()
    settle(qapp)
    left = before.left_behind()
    assert not left, f"left behind: {', '.join(left)}"
    elsewhere = [MADE_ELSEWHERE.pop() for _ in tuple(MADE_ELSEWHERE)]
    assert not elsewhere, f"Qt's classes made in another thread: {', '.join(elsewhere)}"


@pytest.fixture(scope="session", autouse=True)
def done_as_data() -> Iterator[None]:
    """Whatever is done in a window is done as data would do it: a desk that is cut off keeps it as such."""
    usual = Jobs.submit

    def there_and_back(self: Jobs, action: Any, *, by: User, **more: Any) -> Any:
        return usual(self, again_from_data(action), by=by, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Jobs, "submit", there_and_back)
        yield


@pytest.fixture(scope="module")
def make_stand(
    look: Theme, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[Callable[..., Stand]]:
    """Puts a page over a hub in front of somebody, for the tests of a module that look at it alone."""
    made: list[Stand] = []

    def make(kind: Kind, hub: Any, *, user: User | None = None) -> Stand:
        kept = QSettings(str(tmp_path_factory.mktemp("stand") / "w.ini"), QSettings.Format.IniFormat)
        services = services_over(hub.open, hub.clock, Theme(resources=RESOURCES), kept)
        opened: list[bool] = []
        services.jobs.opened.connect(lambda: opened.append(True))
        services.jobs.start()
        until(lambda: bool(opened))
        made.append(stand(kind(services), hub, Patience(), user=user or hub.coordinator))
        return made[-1]

    yield make
    for each in made:
        each.page.close()
        each.page.deleteLater()
        close(each.place)
    settle(qapp)


@pytest.fixture(scope="module")
def pages_in_turn(make_stand: Callable[..., Stand]) -> Callable[[Kind, Hub, User], tuple[Stand, HubInTurn]]:
    """The page of each kind, made once for the tests of a module that write."""
    made: dict[Kind, tuple[Stand, HubInTurn]] = {}

    def of(kind: Kind, hub: Hub, user: User) -> tuple[Stand, HubInTurn]:
        if kind not in made:
            turn = HubInTurn(hub)
            made[kind] = make_stand(kind, turn, user=user), turn
        return made[kind]

    return of


@pytest.fixture
def page_in_turn(
    pages_in_turn: Callable[[Kind, Hub, User], tuple[Stand, HubInTurn]],
    make_services: MakeServices,
    nothing_left_behind: Standing,
    qtbot: Any,
) -> Iterator[Callable[..., Stand]]:
    """Puts a page in front of the coordinator or somebody else, over a hub of the test's own.

    The page is the module's: each test finds it anew, over its hub. A second one in a test is another page.
    """
    taken: dict[Kind, Stand] = {}

    def sit(kind: Kind, hub: Hub, user: User | None = None) -> Stand:
        who = user or hub.coordinator
        if kind in taken:
            return sits(kind, hub, make_services, qtbot)(who)
        desk, turn = pages_in_turn(kind, hub, who)
        taken[kind] = desk
        sit_down_anew(desk, turn, hub, who)
        nothing_left_behind.let_stay()
        return desk

    yield sit
    for desk in taken.values():
        leave_forms(desk)


@pytest.fixture(scope="session")
def hub_made_once(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """The hub of `planning_hub`, made once; tests work on copies of its file."""
    return make_hub(tmp_path_factory.mktemp("hub") / "made.hub")


@pytest.fixture
def hub(hub_made_once: Hub, tmp_path: Path) -> Hub:
    """The hub of `planning_hub`, the test's own."""
    return hub_made_once.copy(tmp_path / "test.hub")


@pytest.fixture(scope="session")
def empty_hub_made_once(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """A hub with nobody in it but the people at the desk, made once."""
    return make_hub(tmp_path_factory.mktemp("hub") / "empty.hub", empty=True)


@pytest.fixture
def empty_hub(empty_hub_made_once: Hub, tmp_path: Path) -> Hub:
    """A hub with nobody in it but the people at the desk, the test's own."""
    return empty_hub_made_once.copy(tmp_path / "empty.hub")


@pytest.fixture(scope="module")
def demo(demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo hub for the tests of a module that look at it and change nothing."""
    return demo_copy(tmp_path_factory.mktemp("demo") / "Demo.hub")


@pytest.fixture
def at(request: pytest.FixtureRequest, hub: Hub, page_in_turn: Callable[..., Stand]) -> Callable[..., Stand]:
    """Puts the page that the module is about, its `PAGE`, in front of the coordinator or somebody else."""
    return lambda user=None: page_in_turn(request.module.PAGE, hub, user)


@pytest.fixture(scope="module")
def stand_for_all(
    request: pytest.FixtureRequest,
    make_stand: Callable[..., Stand],
    hub_made_once: Hub,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stand:
    """The module's `PAGE` in front of the coordinator, once, over a hub that its `prepare` made ready."""
    hub = hub_made_once.copy(tmp_path_factory.mktemp("all") / "test.hub")
    prepare: Callable[[Hub], object] = getattr(request.module, "prepare", lambda _hub: None)
    prepare(hub)
    return make_stand(request.module.PAGE, hub)


@pytest.fixture
def look_at(stand_for_all: Stand) -> Iterator[Callable[..., Stand]]:
    """As `at`, for a test that writes nothing: such tests of a module share the page, each finds it anew."""
    desk = stand_for_all
    entries = desk.ask(lambda queries: queries.head())
    now = desk.hub.clock.now
    yield lambda user=None: as_opened(desk, user or desk.hub.coordinator)
    desk.hub.clock.now = now
    leave_forms(desk)
    assert desk.ask(lambda queries: queries.head()) == entries, WROTE


@pytest.fixture
def open_moves(page_in_turn: Callable[..., Stand], hub: Hub) -> moves_desk.Open:
    """Opens the Moves page with these people's placements approved, and walked on."""
    return moves_desk.opener(page_in_turn, hub)


@pytest.fixture(scope="module")
def moves_stands(
    make_stand: Callable[..., Stand], hub_made_once: Hub, tmp_path_factory: pytest.TempPathFactory
) -> moves_desk.Open:
    """Puts the Moves page in front, once in a module for the same people and the same walk."""
    return moves_desk.shared(make_stand, hub_made_once, tmp_path_factory.mktemp("moves"))


@pytest.fixture
def look_at_moves(moves_stands: moves_desk.Open, nothing_left_behind: Standing) -> Iterator[moves_desk.Open]:
    """As `open_moves`, for a test that writes nothing: such tests of a module share the page."""
    seen: list[tuple[Stand, object]] = []

    def look(*people: str, walk: object = None) -> Stand:
        desk = moves_desk.as_first_seen(moves_stands(*people, walk=walk))
        nothing_left_behind.let_stay()
        seen.append((desk, desk.ask(lambda queries: queries.head())))
        return desk

    yield look
    for desk, entries in seen:
        leave_forms(desk)
        assert desk.ask(lambda queries: queries.head()) == entries, WROTE


@pytest.fixture
def open_match(make_services: MakeServices, qtbot: Any, hub: Hub) -> match_stand.Open:
    """Opens the Match page; with `planned` there is a plan already."""
    return match_stand.opener(make_services, qtbot, hub)


@pytest.fixture
def engine_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's work in this process, without waiting for a process to start."""
    monkeypatch.setattr(Services, "compute", match_stand.compute_here)
