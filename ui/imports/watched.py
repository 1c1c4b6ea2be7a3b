"""A folder that is watched: what another system puts there is told, and waits for somebody's yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from discharge.model.errors import UserError
from discharge.words.counts import count_words
from ui.frame.services import Message, Services
from ui.theme.palette import Tone

if TYPE_CHECKING:
    from discharge.exchange.watched import Waiting

FOLDER, SEEN = "import/folder", "import/seen"
EVERY_MS = 20_000
"""How often the folder is looked at: a network share tells nobody that a file came."""
KEPT_SEEN = 400
"""How many files that were looked at are remembered."""


class WatchedFolder(QObject):
    """Looks into the folder, in a thread of its own, and tells what waits there; `look_at(path)` opens a
    file's preview. A file counts once it stands as it did at the look before: none is told half written."""

    looked = Signal()
    """The folder was looked into."""

    def __init__(
        self, services: Services, look_at: Callable[[Path], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.services = services
        self.waiting: tuple[Waiting, ...] = ()
        self._look_at = look_at
        self._before: frozenset[str] = frozenset()
        self._told: frozenset[str] = frozenset()
        self._looking = False
        self._said = ""
        self._clock = QTimer(self, interval=EVERY_MS)
        self._clock.timeout.connect(self.look)
        services.signed_in.connect(lambda user: self.begin() if user is not None else self._clock.stop())

    @property
    def folder(self) -> Path | None:
        """The folder that is watched, if any."""
        kept = str(self.services.settings.value(FOLDER, "") or "")
        return Path(kept) if kept else None

    def watch(self, folder: Path | None) -> None:
        """Watches this folder from now on, or none."""
        self.services.settings.setValue(FOLDER, str(folder) if folder is not None else "")
        self.waiting, self._before, self._told, self._said = (), frozenset(), frozenset(), ""
        self.begin()

    def begin(self) -> None:
        """Looks now and then, where a folder is watched."""
        if self.folder is None:
            self._clock.stop()
            self.services.commands.review()
            return
        self._clock.start()
        self.look()

    def look(self) -> None:
        """Looks into the folder once."""
        folder, seen = self.folder, self._seen()
        if folder is None or self._looking:
            return

        def reading(_desk: object) -> tuple[Waiting, ...]:
            from discharge.exchange.watched import waiting_in

            return waiting_in(folder, seen)

        self._looking = True
        ticket = self.services.jobs.aside(reading)
        ticket.done.connect(self._found)
        ticket.failed.connect(self._failed)
        ticket.cancelled.connect(self._over)

    def why_nothing(self) -> str:
        """Why no file can be looked at, in a sentence; empty where one waits."""
        if self.folder is None:
            return "No folder is watched: choose one in Preferences, This window."
        return "" if self.waiting else "No file waits in the watched folder."

    def open_first(self) -> None:
        """Opens the preview of the file that has waited longest; it counts as looked at."""
        if not self.waiting:
            return
        first, *others = self.waiting
        self.waiting = tuple(others)
        self.services.settings.setValue(SEEN, [*self._seen(), first.mark][-KEPT_SEEN:])
        self.services.commands.review()
        self._look_at(first.path)

    def _seen(self) -> list[str]:
        kept = self.services.settings.value(SEEN, [])
        return [kept] if isinstance(kept, str) else list(map(str, kept)) if isinstance(kept, list) else []

    def _found(self, found: tuple[Waiting, ...]) -> None:
        self._said = ""
        marks = frozenset(each.mark for each in found)
        self.waiting = tuple(each for each in found if each.mark in self._before)
        self._before = marks
        ready = frozenset(each.mark for each in self.waiting)
        if ready - self._told:
            self._told |= ready
            self._tell()
        self._over()

    def _failed(self, error: BaseException) -> None:
        self.waiting = ()
        if isinstance(error, UserError) and str(error) != self._said:
            self._said = str(error)
            self.services.tell(Message(error.sentence, error.mend))
        self._over()

    def _over(self) -> None:
        self._looking = False
        self.services.commands.review()
        self.looked.emit()

    def _tell(self) -> None:
        first, more = self.waiting[0].path.name, len(self.waiting) - 1
        others = f", and {count_words(more, 'more', 'more')}" if more else ""
        self.services.tell(
            Message(
                f"In the watched folder: {first}{others}.",
                "Nothing is taken before you have looked at it.",
                tone=Tone.NEUTRAL,
                button="Look at it",
                do=self._open,
            )
        )

    def _open(self) -> None:
        self.services.commands.do("import.waiting")
