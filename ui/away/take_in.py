"""Taking in the answer of somebody who has decided away from the hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.model.approving import APPROVE, RELEASE, RETURN
from discharge.model.errors import UserError
from discharge.words.counts import count_words
from ui.frame.services import Message, Services
from ui.theme.palette import Tone

if TYPE_CHECKING:
    from discharge.actions.bundles import Taken
    from discharge.actions.desk import Desk
    from discharge.model.people import User

_PAGES = {APPROVE: "approvals", RELEASE: "moves"}
"""Where what was asked is decided on at the hub."""
ANSWERS = "Answers (*.ddanswer);;All files (*)"


def ask_and_take_in(parent: QWidget, services: Services) -> None:
    """Asks for the file, and takes it in."""
    chosen, _ = QFileDialog.getOpenFileName(parent, "Take in an answer", str(Path.home()), ANSWERS)
    if chosen:
        take_in_file(Path(chosen), services)


def take_in_file(path: Path, services: Services) -> None:
    """Takes in what was decided; says what went through, and what didn't and why."""
    user = services.user
    if user is None:
        return

    def over(taken: Sequence[Taken]) -> None:
        done = [one for one in taken if one.entries]
        for one in done:
            services.changed.emit(one.nouns)
        if done:
            services.say(taken_words(done))
        refused = [one for one in taken if not one.entries]
        if refused:
            services.tell(refused_message(refused, services.wanted.emit))

    services.use(partial(_taken, path=path, carrier=user), over, words="Taking in the answer")


_SAID = {
    (APPROVE, APPROVE): "approved",
    (APPROVE, RETURN): "returned",
    (RELEASE, RELEASE): "released",
    (RELEASE, RETURN): "not released",
}
"""How an answer is said: what was asked, and what they say."""


def taken_words(done: Sequence[Taken]) -> str:
    """`Ada Shah: approved by Lee Lead. Next: tell the setting.`"""
    many = dict.fromkeys(_SAID.values(), 0)
    for one in done:
        many[_SAID[one.asks, one.decision]] += len(one.placements)
    total = sum(many.values())
    if total == 1:
        word = next(word for word, count in many.items() if count)
        said = f"{_names(done[0])}: {word} by {done[0].by}."
    else:
        parts = [f"{count} {word}" for word, count in many.items() if count]
        said = f"{count_words(total, 'placement')} by {done[0].by}: {', '.join(parts)}."
    return f"{said} Next: tell the setting." if many["approved"] else said


def refused_message(refused: Sequence[Taken], go: Callable[[str, str], None]) -> Message:
    """Which answers weren't taken in, and why; with the way to the first that waits still."""
    said = [f"{_names(one)}: {one.sentence}" for one in refused[:3]]
    if len(refused) > 3:
        said.append(f"And {len(refused) - 3} more.")
    waits = next((one for one in refused if one.waits), None)
    return Message(
        f"Not taken in. {' '.join(said)}",
        refused[0].mend,
        tone=Tone.WAITING,
        button="" if waits is None else "Show it",
        do=None if waits is None else partial(go, _PAGES[waits.asks], waits.placements[0]),
    )


def _names(one: Taken) -> str:
    return " and ".join(one.names or one.placements)


def _taken(desk: Desk, *, path: Path, carrier: User) -> Sequence[Taken]:
    """In the store's thread."""
    from discharge.actions.bundles import take_in

    try:
        content = path.read_bytes()
    except OSError:
        raise UserError(f"{path.name} can't be read.", "Choose it again.") from None
    return take_in(desk, content, carrier=carrier)


__all__ = ["ask_and_take_in", "refused_message", "take_in_file", "taken_words"]
