"""The boundaries of the map: chosen by the user, read in the engine's process, remembered for each hub."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.exchange.boundaries import Boundaries, read_boundaries
from discharge.model.errors import BrokenFile, UserError
from discharge.words.counts import count_words, sentence_case
from ui.frame.services import Message, Services
from ui.theme.palette import Tone

if TYPE_CHECKING:
    from discharge.actions.desk import Desk


class BoundaryFile:
    """Which file this hub's map draws. `show` gets the boundaries, or None where there are none now."""

    def __init__(self, services: Services, show: Callable[[Boundaries | None], object]) -> None:
        self._place = services
        self._show = show
        self._key = ""
        self.path: Path | None = None
        """The file whose boundaries are drawn."""
        self.is_reading = False

    def recall(self) -> None:
        """Finds out what was drawn last time in this hub, and draws it again."""
        self._place.use(_hub_path, self._recalled, replaces="map/hub")

    def _recalled(self, hub: str) -> None:
        self._key = f"map/boundaries/{hashlib.sha256(hub.encode()).hexdigest()[:16]}"
        kept = str(self._place.settings.value(self._key, ""))
        if kept:
            self.load(Path(kept), again=True)

    def choose(self, parent: QWidget) -> None:
        """Asks which file."""
        start = str(self.path.parent) if self.path is not None else ""
        chosen, _ = QFileDialog.getOpenFileName(
            parent, "Load boundaries", start, "GeoJSON (*.geojson *.json);;All files (*)"
        )
        if chosen:
            self.load(Path(chosen))

    def load(self, path: Path, *, again: bool = False) -> None:
        """Reads a file and draws it; `again`: as it was remembered."""
        self.is_reading = True

        def read(found: Boundaries) -> None:
            self.is_reading = False
            self.path = path
            if self._key:
                self._place.settings.setValue(self._key, str(path))
            self._show(found)
            if not again:
                said = count_words(len(found.areas), "area")
                self._place.say(" ".join([f"Boundaries of {path.name}: {said}.", *found.notes]))

        def failed(error: UserError) -> None:
            self.is_reading = False
            self._place.tell(told(error, path, again=again))

        def cancelled() -> None:
            self.is_reading = False

        self._place.compute(
            read_boundaries, path, then=read, words=f"Reading {path.name}", progress=True, failed=failed,
            cancelled=cancelled,
        )  # fmt: skip

    def forget(self) -> None:
        """Draws none from now on."""
        self.path = None
        if self._key:
            self._place.settings.remove(self._key)
        self._show(None)


def told(error: UserError, path: Path, *, again: bool = False) -> Message:
    """What is wrong with a file: where and what, and the mend."""
    tone = Tone.WAITING if again else Tone.DANGER
    if not isinstance(error, BrokenFile):
        mend = "The map is drawn without it; load it from where it is now." if again else error.mend
        return Message(error.sentence, mend, tone=tone)
    first = error.faults[0]
    where = "" if first.path == "(file)" else f", at {first.path}"
    more = f" And {len(error.faults) - 1} more like it." if len(error.faults) > 1 else ""
    sentence = f"{path.name}{where}: {first.what}.{more}"
    return Message(sentence, f"{sentence_case(first.mend)}.", tone=tone)


def _hub_path(desk: Desk) -> str:
    return str(desk.path)
