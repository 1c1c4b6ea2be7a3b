"""Letting people into a sealed hub: the one-time word, shown once; a new recovery sheet; who can come in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.theme.status import Status, done, neutral, unknown, waiting
from ui.theme.theme import Theme
from ui.widgets.spelt import SpeltDialog

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.keys.passphrases import Cost
    from discharge.model.people import User

PASSPHRASE, WORD = "passphrase", "one_time_word"


class WordDialog(SpeltDialog):
    """A one-time word, shown once, with what to say with it."""

    def __init__(self, word: str, *, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Let {name} in",
            f"A one-time word for {name}",
            word,
            (
                f"Tell it to {name} and nobody else, yourself: face to face, or on a telephone number that"
                " you know. Not by e-mail.",
                f"{name} chooses their name at any desk of this hub, types the word, and chooses a passphrase"
                " of their own. The word lets them in once. A passphrase that they had before opens nothing"
                " more.",
                "It isn't shown again. If it is lost, give another one.",
            ),
            close="I have told it",
            name="The word",
            tip="It is gone from the clipboard after a minute",
            theme=theme,
            parent=parent,
        )


def standing(user: User, ways: Mapping[str, str] | None) -> Status:
    """Whether somebody is at the hub, and in a sealed one whether they can come in."""
    if not user.active:
        return neutral("Has left")
    if ways is None or ways.get(user.id) == PASSPHRASE:
        return done("At this hub")
    if ways.get(user.id) == WORD:
        return waiting("Word given", "Has a one-time word, and no passphrase of their own yet.")
    return unknown("Can't come in", "Has no passphrase: let them in with a one-time word.")


# ------------------------------------------------------------------------ in the store's thread


def ways_in(desk: Desk) -> dict[str, str] | None:
    """What each person comes in with, by their id; None in a hub that asks for no passphrase."""
    from discharge.actions.signing_in import is_sealed, people_of

    if not is_sealed(desk.path):
        return None
    return {way.holder: way.opens.value for way in people_of(desk.path).people}


def let_in(desk: Desk, *, by: User, user_id: str, cost: Cost | None = None) -> str:
    """A one-time word for this person."""
    from discharge.actions import signing_in
    from discharge.keys.passphrases import USUAL

    return signing_in.let_in(desk, by, user_id, cost=cost or USUAL)


def invite_into(desk: Desk, *, by: User, user_id: str, path: Path) -> str:
    """Writes what somebody needs to decide away from the hub; the letters that are read out to them."""
    from discharge.actions.bundles import invite
    from discharge.actions.whole_files import save

    content, letters = invite(desk, by=by, whom=user_id)
    save(path, content)
    return letters


def close_way_in(desk: Desk, *, by: User, user_id: str) -> None:
    """Somebody has left: what they came in with opens nothing more."""
    from discharge.actions.signing_in import close_slot, is_sealed

    if is_sealed(desk.path):
        close_slot(desk, by, user_id)


def new_sheet(desk: Desk, *, by: User) -> tuple[str, str, str]:
    """The code of a new recovery sheet, the hub's name, and what tells its keys from another hub's."""
    from discharge.actions import signing_in

    name, keys = desk.ask(lambda queries: (queries.hub().name, queries.hub_of_keys()))
    return signing_in.new_sheet(desk, by), name, str(keys)


__all__ = ["WordDialog", "close_way_in", "invite_into", "let_in", "new_sheet", "standing", "ways_in"]
