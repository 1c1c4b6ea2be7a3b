"""Where the window stands: on the screen where it was left, and on one that is there where that is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from tests.house import HOUSE
from ui.frame.window import Window

LAPTOP = {"name": "laptop", "x": 0, "y": 0, "width": 1366, "height": 768, "dpr": 1}
BESIDE = {"name": "beside", "x": 1366, "y": 0, "width": 2560, "height": 1440, "dpr": 2}
LIKE_IT = {"name": "like it", "x": 1366, "y": -200, "width": 1366, "height": 768, "dpr": 1.5}
FRAME = 4
"""The least window is as wide as the screen of the tests, and has a frame round it."""
DPI = {"logicalDpi": 96, "logicalBaseDpi": 96}
TRIED = """
import json, sys
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from ui.frame.window import Window
application = QApplication([])
settings = QSettings(sys.argv[1], QSettings.Format.IniFormat)
window = Window(settings)
if sys.argv[2] == "leave":
    there = max((each.availableGeometry() for each in application.screens()), key=lambda room: room.x())
    window.resize(1000, 600)
    window.move(there.x() + 200, there.y() + 60)
    window.show()
window.appear() if sys.argv[2] != "leave" else None
application.processEvents()
window.remember()
screen = window.screen()
within = screen.availableGeometry().contains(window.geometry())
print(json.dumps([screen.name(), within, window.width(), window.isMaximized()]))
"""


def test_a_window_left_where_there_is_no_screen_any_more_comes_back_whole(
    settings: QSettings, qtbot: Any
) -> None:
    away = QWidget()
    qtbot.addWidget(away)
    away.setGeometry(5_000, 4_000, 820, 520)
    settings.setValue("window/geometry", away.saveGeometry())
    window = Window(settings)
    qtbot.addWidget(window)
    window.appear()
    room = window.screen().availableGeometry()
    assert room.adjusted(-FRAME, -FRAME, FRAME, FRAME).contains(window.geometry())


@pytest.mark.whole
@pytest.mark.parametrize("second", [BESIDE, LIKE_IT], ids=["twice as fine", "half as fine again, higher up"])
def test_the_window_is_back_on_its_screen_and_whole_on_the_other_where_that_is_gone(
    second: dict[str, Any], tmp_path: Path
) -> None:
    def begin(what: str, *screens: dict[str, Any]) -> list[Any]:
        config = tmp_path / "screens.json"
        config.write_text(json.dumps({"screens": [each | DPI for each in screens]}), encoding="utf-8")
        environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"}
        done = subprocess.run(
            [sys.executable, "-c", TRIED, str(tmp_path / "window.ini"), what],
            cwd=HOUSE, env=environment, capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        return list(json.loads(done.stdout))

    assert begin("leave", LAPTOP, second) == [second["name"], True, 1000, False]
    assert begin("come back", LAPTOP, second) == [second["name"], True, 1000, False]
    where, within, width, _maximized = begin("come back", LAPTOP)
    assert (where, within) == ("laptop", True)
    assert width >= 1000
