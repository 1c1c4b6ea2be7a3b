"""What the window will need is imported and made ahead, while nobody waits for it."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QScrollArea

from ui.frame.pages import PAGES
from ui.frame.window import Window
from ui.work.importing import Imports, modules_of

FIRST_MS = 400
"""So long after the hub is open the first page is left in peace."""
EACH_MS = 15
SOME_S = 0.008
"""So long modules are imported in one turn; the one that is begun is finished."""
ROOMS = (*(page.where.partition(".page:")[0] for page in PAGES), "ui.imports")
PACKAGES = ("ui.theme", "ui.models", "ui.words", "ui.widgets", "ui.work", "ui.frame", *ROOMS)
"""What others need comes first."""


class WarmUp(QObject):
    """Imports modules and then makes pages in the event loop's idle time, so that none opens slowly."""

    def __init__(self, window: Window, *, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._imports = Imports(modules_of(PACKAGES))
        self._preparing = threading.Thread(target=self._imports.prepare, name="imports", daemon=True)
        self._pages = iter(window.page_names())
        self._page = ""
        self._timer = QTimer(self, interval=EACH_MS)
        self._timer.timeout.connect(self._step)

    def start(self) -> None:
        """Begins in a while. The hub is open by then: what imports while it is opened waits for that."""
        self._timer.start(FIRST_MS)

    def stop(self) -> None:
        """Does no more."""
        self._timer.stop()
        self._imports.stop()

    @property
    def is_over(self) -> bool:
        """Whether all that there is to make is made."""
        return not self._timer.isActive()

    def _step(self) -> None:
        if self._window.services.jobs.busy:
            return
        self._timer.setInterval(EACH_MS)
        if self._preparing.ident is None:
            self._preparing.start()
        if not self._imports.ready:
            return
        began = time.perf_counter()
        while self._imports.step():
            if time.perf_counter() - began > SOME_S:
                return
        # one that goes wrong is left to whoever goes there
        page, self._page = self._page, ""
        if page and self._window.make_ahead(page):
            self._page = page
            return
        self._page = next(self._pages, "")
        if not self._page:
            self._timer.stop()


def meet_widgets() -> None:
    """Has PySide make all its types of widgets: else it does so in the midst of the first page, where it
    meets a widget that Qt made itself, and asks each type whether it is one."""
    QScrollArea().viewport()
