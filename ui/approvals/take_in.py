"""Taking in the answer of a lead who has decided away from the hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.model.errors import UserError
from discharge.words.counts import count_words
from ui.frame.services import Message, Services
from ui.theme.palette import Tone

if TYPE_CHECKING:
    from discharge.actions.bundles import Taken
    from discharge.actions.desk import Desk
    from discharge.model.people import User

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

    def over(found: tuple[Sequence[Taken], dict[str, str]]) -> None:
        taken, names = found
        done = [one for one in taken if one.entries]
        for one in done:
            services.changed.emit(one.nouns)
        if done:
            services.say(taken_words(done, names))
        refused = [one for one in taken if not one.entries]
        if refused:
            services.tell(refused_message(refused, names, services.wanted.emit))

    services.use(partial(_taken, path=path, carrier=user), over, words="Taking in the answer")


def taken_words(done: Sequence[Taken], names: dict[str, str]) -> str:
    """`Ada Shah: approved by Lee Lead. Next: tell the setting.`"""
    approved = sum(len(one.placements) for one in done if one.decision == "approve")
    returned = sum(len(one.placements) for one in done) - approved
    if approved + returned == 1:
        word = "approved" if approved else "returned"
        said = f"{_names(done[0], names)}: {word} by {done[0].by}."
    else:
        parts = [f"{approved} approved" if approved else "", f"{returned} returned" if returned else ""]
        total = count_words(approved + returned, "placement")
        said = f"{total} by {done[0].by}: {', '.join(part for part in parts if part)}."
    return f"{said} Next: tell the setting." if approved else said


def refused_message(
    refused: Sequence[Taken], names: dict[str, str], go: Callable[[str, str], None]
) -> Message:
    """Which answers weren't taken in, and why; with the way to the first that waits still."""
    said = [f"{_names(one, names)}: {one.sentence}" for one in refused[:3]]
    if len(refused) > 3:
        said.append(f"And {len(refused) - 3} more.")
    waits = next((each for one in refused for each in one.placements if each in names), None)
    return Message(
        f"Not taken in. {' '.join(said)}",
        refused[0].mend,
        tone=Tone.WAITING,
        button="" if waits is None else "Show it",
        do=None if waits is None else partial(go, "approvals", waits),
    )


def _names(one: Taken, names: dict[str, str]) -> str:
    return " and ".join(names.get(each, each) for each in one.placements)


def _taken(desk: Desk, *, path: Path, carrier: User) -> tuple[Sequence[Taken], dict[str, str]]:
    """In the store's thread; with the names of the people of the placements."""
    from discharge.actions.bundles import take_in

    try:
        content = path.read_bytes()
    except OSError:
        raise UserError(f"{path.name} can't be read.", "Choose it again.") from None
    names = {row.id: row.patient_name for row in desk.ask(lambda queries: queries.approvals())}
    return take_in(desk, content, carrier=carrier), names


__all__ = ["ask_and_take_in", "refused_message", "take_in_file", "taken_words"]
