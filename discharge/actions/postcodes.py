"""The file of postcodes: brought by a user, kept beside the hub, and what lacks a place filled from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from discharge.actions.context import Action, Context
from discharge.actions.desk import Desk
from discharge.actions.exchange import marked, told_of_reading
from discharge.actions.file_kinds import Progress
from discharge.actions.patients import amend_patient
from discharge.actions.places import Filling, ToFill, lacking
from discharge.actions.settings import amend_setting
from discharge.exchange.postcode_files import PostcodeSource
from discharge.model.errors import NotAllowed, UserError
from discharge.model.hub import Changed
from discharge.model.people import User
from discharge.model.postcodes import Edition
from discharge.rules.may import MAY
from discharge.store.file import postcodes
from discharge.store.file.postcodes import FILE, Kept
from discharge.store.journal import Entry
from discharge.words.counts import count_words, listing

KIND = "places"
"""The kind of import that filling places counts as: one group on record, which can be taken back whole."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A file of postcodes that came in: what is kept now, and what is to be said of it."""

    kept: Kept
    counted: tuple[str, ...]
    """What became of its rows, and how it was dated where that isn't said."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is to be said, with the line that the licence asks for."""
        return (*self.counted, kept_words(self.kept), self.kept.edition.licence)


@dataclass(frozen=True, slots=True)
class Looked:
    """A download before it is taken: what it is, and what stands beside the hub now."""

    edition: Edition
    there: Kept | None
    trouble: str
    """What is wrong with the file that stands there; empty where nothing is."""

    def sentences(self) -> Iterator[str]:
        """What would become of it."""
        yield f"{self.edition.words}."
        if self.trouble:
            yield self.trouble
        elif self.there is not None:
            yield f"It comes in the place of {self.there.edition.words}."
        else:
            yield "It would be the first beside this hub."


def kept_words(kept: Kept) -> str:
    """What stands beside a hub, as a sentence."""
    ended = f", {kept.ended:,} of them in use no more" if kept.ended else ""
    return f"Beside this hub: {kept.edition.words}, {kept.postcodes:,} postcodes{ended}."


def postcodes_there(desk: Desk) -> tuple[Kept | None, str]:
    """What stands beside the hub, and what is wrong with it."""
    return desk.places(lambda there, _queries: (there.about(), there.trouble))


def look_at_postcodes(desk: Desk, path: Path) -> Looked:
    """What a download is, by its name and first rows; `BrokenFile` where it is none."""
    edition = PostcodeSource(path).edition
    return Looked(edition, *postcodes_there(desk))


def bring_postcodes(
    desk: Desk,
    path: Path,
    *,
    by: User,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Brought:
    """Makes the file beside the hub of a download; whole, or it stays as it was. Holds nobody up meanwhile.

    Refused: an older edition of what is there. Raises `BrokenFile` where it can't be read, `Cancelled` on the
    user's word.
    """
    if MAY["bring_postcodes"].of(by.roles) is None:
        raise NotAllowed("Only those who keep the settings can do this.", "Ask one of them.", "A2")
    there, _ = postcodes_there(desk)
    source = PostcodeSource(path, progress=told_of_reading(progress, cancelled))
    allowed = partial(_refuse_older, there)
    if source.says_when:
        allowed(source.edition)
    kept = postcodes.keep(desk.path, source.batches(), edition=lambda: source.edition, allowed=allowed)
    return Brought(kept, (*source.counted.sentences(), *source.how_dated()))


def _refuse_older(there: Kept | None, edition: Edition) -> None:
    if there is None or there.edition.source != edition.source:
        return
    before, now = there.edition.day, edition.day
    if before is not None and now is not None and now < before:
        raise UserError(
            f"This is {edition.words}; the hub has {there.edition.words} already. Nothing was changed.",
            f"Bring a newer one; where it has to be this one, delete {FILE} beside the hub first.",
        )


# --- filling ---------------------------------------------------------------------------------------


def places_to_fill(desk: Desk, *, by: User) -> Filling:
    """What filling places from postcodes would change, of what this user may change."""
    return desk.places(partial(lacking, allowed=lambda action: MAY[action].of(by.roles) is not None))


def filling_words(filling: Filling) -> str:
    """What it would change, and what it can't, as a sentence."""
    said = _counted(filling)
    words = "Nothing is to be filled from postcodes."
    if said:
        words = f"{said} can get a place on the map from the postcode."
    if filling.unknown:
        words += (
            f" {count_words(len(filling.unknown), 'record')} "
            f"{'has a postcode' if len(filling.unknown) == 1 else 'have postcodes'} that nothing is known of."
        )
    return words


@dataclass(frozen=True, slots=True)
class Filled:
    """Places that were filled: what changed, and the group that takes it back; None: nothing was to do."""

    changed: Changed | None
    group: str
    sentence: str


def fill_places(
    desk: Desk,
    *,
    by: User,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Filled:
    """Fills the places of all that lack one and have a postcode, in one transaction, as one group on record.

    What somebody said is never written over. `take_back_import` with the group takes it back whole.
    """
    desk.refuse_to_wait("Places can't be filled")
    filling = places_to_fill(desk, by=by)
    if not filling.records:
        return Filled(None, "", filling_words(filling))
    there, _ = postcodes_there(desk)
    group = f"{desk.now():%Y%m%d-%H%M%S}-{KIND}"
    file = "Places from postcodes" if there is None else f"Places from {there.edition.words}"
    imported = {"group": group, "file": file, "kind": KIND}
    total = len(filling.records)

    def told(done: int) -> None:
        if progress is not None:
            progress("Writing", done, total)

    actions = (marked(_filling(one), imported, None) for one in filling.records)
    changed = desk.perform_all(actions, by=by, progress=told, cancelled=cancelled)
    return Filled(changed, group, f"Placed by the postcode: {_counted(filling)}.")


def _counted(filling: Filling) -> str:
    homes, people = len(filling.records) - filling.people, filling.people
    parts = [count_words(homes, "setting")] if homes else []
    return listing([*parts, count_words(people, "person", "people")] if people else parts)


def _filling(one: ToFill) -> Action:
    def fill(context: Context) -> Sequence[Entry]:
        if one.is_person:
            return amend_patient(context, patient=one.id, changes=one.changes)
        return amend_setting(context, setting=one.id, changes=one.changes)

    return fill


__all__ = [
    "KIND",
    "Brought",
    "Filled",
    "Looked",
    "bring_postcodes",
    "fill_places",
    "filling_words",
    "kept_words",
    "look_at_postcodes",
    "places_to_fill",
    "postcodes_there",
]
