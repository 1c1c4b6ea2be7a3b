"""Taking in the answer of somebody who has decided away from the hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.model.approving import ACCEPT, APPROVE, DECLINE, RELEASE, RETURN
from discharge.model.errors import UserError
from discharge.words.counts import count_words
from ui.frame.services import Message, Services
from ui.theme.palette import Tone

if TYPE_CHECKING:
    from discharge.actions.bundles import Taken
    from discharge.actions.desk import Desk
    from discharge.model.people import User

_PAGES = {APPROVE: "approvals", RELEASE: "moves", ACCEPT: "moves"}
"""Where what was asked is decided on at the hub."""
STOPPED = "Stopped before anything was taken in."
THE_REST = "Stopped there: take the file in again for the rest."
ANSWERS = "Answers (*.ddanswer);;All files (*)"


def ask_and_take_in(parent: QWidget, services: Services) -> None:
    """Asks for the file, and takes it in."""
    chosen, _ = QFileDialog.getOpenFileName(parent, "Take in an answer", str(Path.home()), ANSWERS)
    if chosen:
        take_in_file(Path(chosen), services)


def take_in_file(path: Path, services: Services) -> None:
    """Takes in what was decided, one answer after the other, with its progress and its cancel in the status
    line; says what went through, and what didn't and why."""
    user = services.user
    if user is None:
        return
    came: list[Taken] = []

    def over(_done: object) -> None:
        _tell(came, services)

    def stopped() -> None:
        _tell(came, services, more=f" {THE_REST}")
        if not any(one.entries for one in came):
            services.note(STOPPED)

    def failed(error: UserError) -> None:
        _tell(came, services)
        services.tell(Message(error.sentence, error.mend))

    work = partial(_take_in, path=path, carrier=user, came=came)
    services.run_long(work, over, words="Taking in the answer", failed=failed, cancelled=stopped, aside=True)


def _tell(came: Sequence[Taken], services: Services, *, more: str = "") -> None:
    done = [one for one in came if one.entries]
    before = [one for one in came if one.before] if done else []
    if done:
        services.changed.emit(frozenset().union(*(one.nouns for one in done)))
        services.say(f"{taken_words(done)}{_before_words(before)}{more}")
    refused = [one for one in came if not one.entries and one not in before]
    if refused:
        services.tell(refused_message(refused, services.wanted.emit))


_SAID = {
    (APPROVE, APPROVE): "approved",
    (APPROVE, RETURN): "returned",
    (RELEASE, RELEASE): "released",
    (RELEASE, RETURN): "not released",
    (ACCEPT, ACCEPT): "accepted",
    (ACCEPT, DECLINE): "declined",
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
    following = [words for word, words in _NEXT.items() if many[word]]
    return " ".join([said, *following])


_NEXT = {
    "approved": "Next: tell the setting.",
    "accepted": "Next: book transport.",
    "declined": "Plan again to find another place.",
}


def _before_words(before: Sequence[Taken]) -> str:
    """How many of the others were taken in from the same file earlier; where none was, nothing."""
    many = sum(len(one.placements) for one in before)
    return f" {many} {'was' if many == 1 else 'were'} taken in before." if many else ""


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


def _take_in(
    desk: Desk, progress: Callable[[int, int], object], *, path: Path, carrier: User, came: list[Taken]
) -> None:
    """In a thread of its own; `came` has what was taken or refused, also where it is stopped half way."""
    from discharge.actions.bundles import take_in

    try:
        content = path.read_bytes()
    except OSError:
        raise UserError(f"{path.name} can't be read.", "Choose it again.") from None

    def told(one: Taken, total: int) -> None:
        came.append(one)
        progress(sum(len(each.placements) for each in came), total)

    take_in(desk, content, carrier=carrier, told=told)


__all__ = ["ask_and_take_in", "refused_message", "take_in_file", "taken_words"]
