"""Checking the record: every entry's seal is worked out again, with progress, and the result is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.frame.services import ALL_KINDS, Message, Services

if TYPE_CHECKING:
    from discharge.actions.desk import Checked, Desk

MEND = "Close the program and open the hub again to have it mended, or restore the last backup."


def check_record(place: Services, then: Callable[[Checked], object] | None = None) -> None:
    """Checks the whole record; the bar at the foot says that all is well; where it breaks,
    the banner says so and leads to the entry. Tables that don't follow from it are made anew, and that is
    said."""

    def mended(remarks: tuple[str, ...]) -> None:
        place.tell(Message(" ".join(remarks), "See that what you work on is as you expect it."))
        place.changed.emit(ALL_KINDS)

    def told(found: Checked) -> None:
        if found.is_intact:
            place.say(found.sentence)
        elif found.tables:
            place.use(lambda desk: desk.mend_tables(), mended)
        elif found.broken_at is None:
            place.tell(Message(found.sentence, MEND))
        else:
            number = str(found.broken_at)
            place.tell(Message(found.sentence, MEND, button="Show it", do=lambda: place.go("record", number)))
        if then is not None:
            then(found)

    place.run_long(_verify, told, words="Checking the record")


def _verify(desk: Desk, progress: Callable[..., None]) -> Checked:
    return desk.verify(progress=lambda done, total: progress(done, total, "Reading the seals"))
