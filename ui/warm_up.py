"""What the window will need is imported and made ahead, a little at a time, while nobody waits."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QObject, QTimer

from ui.frame.pages import PAGES
from ui.frame.window import Window

FIRST_MS = 400
"""So long after the hub is open the first page is left in peace."""
EACH_MS = 15
ROOMS = (*(page.where.partition(".page:")[0] for page in PAGES), "ui.imports")
PACKAGES = ("ui.theme", "ui.models", "ui.words", "ui.widgets", "ui.work", "ui.frame", *ROOMS)
"""What others need comes first, so that no module brings many with it and the window stands still."""


class WarmUp(QObject):
    """Imports modules and makes pages in the event loop's idle time, so that none opens slowly."""

    def __init__(self, window: Window, *, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._steps: Iterator[Callable[[], object]] = self._all()
        self._timer = QTimer(self, interval=EACH_MS)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """Begins in a while. The hub is open by then: what imports while it is opened waits for that."""
        self._timer.start(FIRST_MS)

    def stop(self) -> None:
        """Does no more."""
        self._timer.stop()

    def _all(self) -> Iterator[Callable[[], object]]:
        yield from _imports(PACKAGES)
        for name in self._window.page_names():
            yield partial(self._window.make_ahead, name)

    def _step(self) -> None:
        if self._window.services.jobs.busy:
            return
        self._timer.setInterval(EACH_MS)
        step = next(self._steps, None)
        if step is None:
            self._timer.stop()
        else:
            step()


def _imports(packages: tuple[str, ...]) -> Iterator[Callable[[], object]]:
    for name in packages:
        package = importlib.import_module(name)
        for found in pkgutil.iter_modules(package.__path__, f"{name}."):
            if found.name not in sys.modules:
                yield partial(importlib.import_module, found.name)
