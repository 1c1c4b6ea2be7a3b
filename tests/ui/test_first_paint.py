"""The window's first moments: painted bare, furnished in place, and what is made ahead."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from typing import Any

import pytest
from PySide6.QtCore import QSettings

from tests.ui.fake_desk import RESOURCES
from ui import first_paint
from ui.first_paint import SLICES, mode_of, scale_of
from ui.frame.first_frame import FirstFrame
from ui.frame.window import HubFacts, Window
from ui.theme.palette import Mode
from ui.warm_up import WarmUp
from ui.work.importing import Imports

ROOT = RESOURCES.parent


def test_nothing_of_the_windows_inside_is_imported_before_it_is_painted() -> None:
    code = "import sys, ui.first_paint; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not set(found.stdout.split()) & {
        *SLICES,
        "multiprocessing",
        "sqlite3",
        "sqlcipher3",
        "pydantic",
        "tomllib",
    }


def test_a_bare_window_is_as_large_as_it_was_left_and_shows_the_places_of_things(
    settings: QSettings, qtbot: Any
) -> None:
    window = Window(settings, mode=Mode.DARK)
    qtbot.addWidget(window)
    frame = window.centralWidget()
    assert isinstance(frame, FirstFrame)
    assert window.page is None
    window.show()
    qtbot.waitExposed(window)
    image = window.grab().toImage()
    assert image.pixelColor(window.width() - 5, window.height() // 2).lightness() < 60, "it is dark"


def test_the_look_that_was_chosen_is_the_first_one_and_nonsense_is_passed_over(
    settings: QSettings, qapp: Any
) -> None:
    assert (mode_of(settings, qapp), scale_of(settings)) == (Mode.LIGHT, 1.0)
    settings.setValue("window/mode", "dark")
    settings.setValue("window/scale", "1.5")
    assert (mode_of(settings, qapp), scale_of(settings)) == (Mode.DARK, 1.5)
    settings.setValue("window/mode", "pink")
    settings.setValue("window/scale", "99")
    assert (mode_of(settings, qapp), scale_of(settings)) == (Mode.LIGHT, 1.0)


@pytest.mark.parametrize(
    ("windows", "platform", "lent"),
    [(True, "offscreen", True), (True, "", False), (False, "offscreen", False)],
)
def test_on_windows_a_window_without_a_screen_has_the_shipped_letters(
    monkeypatch: pytest.MonkeyPatch, windows: bool, platform: str, lent: bool
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.delenv("QT_QPA_FONTDIR", raising=False)
    monkeypatch.setattr(first_paint, "_WINDOWS", windows)
    first_paint.lend_fonts()
    assert os.environ.get("QT_QPA_FONTDIR") == (str(RESOURCES / "fonts") if lent else None)


@pytest.mark.whole
def test_once_widgets_are_met_the_first_page_makes_no_type_of_widget() -> None:
    code = """if True:
        from PySide6 import QtWidgets
        from ui.warm_up import meet_widgets
        qt = QtWidgets.QApplication([])
        meet_widgets()
        before = set(vars(QtWidgets))
        assert "QWizard" in before
        QtWidgets.QTableView().viewport()
        print(*set(vars(QtWidgets)) - before)
    """
    run = [sys.executable, "-c", code]
    found = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(found.stdout.split()) <= {"QTableView"}


def test_no_page_is_made_ahead_before_somebody_is_at_the_desk(make_services: Any, qtbot: Any) -> None:
    from tests.ui.fake_desk import FakeDesk

    window = Window.of(make_services(FakeDesk), facts=lambda _queries: HubFacts())
    qtbot.addWidget(window)
    ahead = WarmUp(window, parent=window)
    ahead.start()
    ahead._timer.setInterval(0)
    qtbot.waitUntil(lambda: not ahead._timer.isActive())
    assert not window._pages
    assert {"ui.map.page", "ui.help.keys"} <= set(sys.modules)


def test_a_page_that_goes_wrong_ahead_is_tried_once_and_left_to_whoever_goes_there(
    make_services: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.ui.fake_desk import FakeDesk

    window = Window.of(make_services(FakeDesk), facts=lambda _queries: HubFacts())
    qtbot.addWidget(window)
    ahead = WarmUp(window, parent=window)
    ahead._imports = Imports(())
    ahead._preparing = threading.Thread(target=ahead._imports.prepare)
    tried: list[str] = []

    def goes_wrong(name: str) -> bool:
        tried.append(name)
        raise LookupError(name)

    monkeypatch.setattr(window, "make_ahead", goes_wrong)
    ahead._timer.start(60_000)
    while not ahead.is_over:
        with contextlib.suppress(LookupError):
            ahead._step()
    assert tried == list(window.page_names())
