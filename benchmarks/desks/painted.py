"""A desk as a window that nobody sees, on the page of people: says when how many of them were painted.

Its first line says where the hub is and who comes in; it ends with its input.

python -m benchmarks.desks.painted
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer

from benchmarks.desks.at_a_desk import ToldClock
from benchmarks.timing import tell
from discharge.actions import signing_in
from discharge.paths import resources
from ui.application import Application
from ui.first_paint import make_qt
from ui.widgets.table import TableView

LOOK_MS = 50


class Painted(QObject):
    """Tells of each painting of the table that shows another number of rows."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        self._window = application.window
        self._table: TableView | None = None
        self._rows = -1
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._find)
        self._look.start()

    def _find(self) -> None:
        found = next((each for each in self._window.findChildren(TableView) if each.isVisible()), None)
        if found is not None and found.model().rowCount():
            self._look.stop()
            self._table = found
            found.viewport().installEventFilter(self)
            found.viewport().update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._table is not None:
            rows = self._table.model().rowCount()
            if rows != self._rows:
                self._rows = rows
                QTimer.singleShot(0, lambda: tell({"rows": rows, "at": time.time()}))
        return False


def _ends_with_its_input() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Opens the window, and tells until its input ends."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    begin = json.loads(sys.stdin.readline())
    path, now = Path(begin["path"]), datetime.fromisoformat(begin["now"])
    qt = make_qt(sys.argv[:1])
    settings = QSettings(str(path.with_name("painted.ini")), QSettings.Format.IniFormat)
    opened = signing_in.unlocked(path, begin["holder"], begin["secret"], now=now)
    application = Application(
        qt, hub=path, resources=resources(), settings=settings, clock=ToldClock(now), plain=True,
        user_id=begin["holder"], page="patients", came_in=opened,
    )  # fmt: skip
    application.window.resize(1366, 768)
    painted = Painted(application)
    threading.Thread(target=_ends_with_its_input, daemon=True).start()
    application.show()
    qt.exec()
    del painted


if __name__ == "__main__":
    main()
