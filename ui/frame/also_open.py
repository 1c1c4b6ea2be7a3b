"""Who else has open, at another desk of a shared hub, what is shown here: a line over the detail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from discharge.words.counts import listing
from ui.widgets.banner import announce

if TYPE_CHECKING:
    from ui.frame.page import Page
    from ui.frame.window import Window

OPEN_MS = 1_000
"""Whoever goes through a list by its arrows opens nothing."""


class AlsoOpen(QObject):
    """Says at the other desks what is open in this window, by `say(user's name, id)`, and here who has the
    same open there; `elsewhere()`: who has what open, by id."""

    def __init__(
        self,
        window: Window,
        *,
        say: Callable[[str, str], None],
        elsewhere: Callable[[], Mapping[str, tuple[str, ...]]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._window, self._say, self._elsewhere = window, say, elsewhere
        self._page: Page | None = None
        self._words = ""
        self.timer = QTimer(self, singleShot=True, interval=OPEN_MS)
        self.timer.timeout.connect(self._is_open)
        window.shown_page.connect(lambda _name: self.follow())
        window.lock.turned.connect(self.follow)
        window.services.shows.connect(self.follow)
        window.services.signed_in.connect(lambda _user: self.follow())

    def follow(self) -> None:
        """Something else is shown here than before."""
        self.timer.start()
        self.look()

    def look(self) -> None:
        """Somebody opened or left something elsewhere, or something else is shown here."""
        page, about = self._window.page, self._about()
        found = self._elsewhere().get(about, ()) if about else ()
        words = f"Also open: {listing(found)}." if found else ""
        if self._page is not None and self._page is not page:
            self._page.say_above_detail("")
        if page is not None:
            page.say_above_detail(words)
        if words and (self._page, self._words) != (page, words):
            announce(self._window, words)
        self._page, self._words = page, words

    def _about(self) -> str:
        page, window = self._window.page, self._window
        gone = page is None or window.lock.is_on or window.services.user is None or window.asking
        return "" if gone or page is None else page.about

    def _is_open(self) -> None:
        user = self._window.services.user
        self._say(user.name if user is not None else "", self._about())


__all__ = ["OPEN_MS", "AlsoOpen"]
