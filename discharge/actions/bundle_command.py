"""`discharge bundle show`: what is in a file that goes to somebody away from the hub, or comes back.

Nothing of what is asked stands outside the seal: without the key of whoever it is for a file says how many
keys it is sealed to, and no more. Looking changes nothing, here or at the hub.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from discharge.actions.door import add_door_arguments, secret, unlocked_at_door
from discharge.exchange.bundle_file import (
    ANSWERS,
    INVITATION,
    Answer,
    Answers,
    Bundle,
    Item,
    Party,
    read_answers,
    slots_of_invitation,
)
from discharge.exchange.home_key_file import ENDING as HOME_KEY
from discharge.exchange.home_key_file import read_home_key
from discharge.keys.envelope import LARGEST, NotForThem, is_sealed_to, recipients
from discharge.model.approving import ACCEPT, APPROVE, DECLINE, RELEASE, RETURN
from discharge.model.errors import NotAllowed, UserError
from discharge.model.shown.placements import OfferPage
from discharge.words.counts import count_words
from discharge.words.days import day_and_time, day_words

_ASKED = {APPROVE: "approval", RELEASE: "release from isolation", ACCEPT: "an offer"}
_SAID = {
    APPROVE: "approved", RELEASE: "released", RETURN: "returned", ACCEPT: "accepted", DECLINE: "declined",
}  # fmt: skip


def add_bundle_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `discharge bundle`, for `run_bundle`."""
    ways = parser.add_subparsers(required=True, metavar="WHAT")
    does = "Say what is in a file to decide on, an answer, an invitation, or a home's key."
    show = ways.add_parser("show", help=does, description=does)
    show.add_argument("file", type=Path, metavar="FILE", help="as it came by mail")
    show.add_argument(
        "--invitation", type=Path, metavar="FILE", help="yours; else one that is kept on this machine"
    )
    show.add_argument("--hub", type=Path, metavar="HUB", help="the hub's file: an answer is opened there")
    add_door_arguments(show)


def run_bundle(args: argparse.Namespace, *, out: TextIO | None = None) -> int:
    """`discharge bundle show`: 0 said; `UserError` for a file that isn't for whoever looks, was changed, is
    of another hub, or is none."""
    content = _content(args.file)
    if args.file.suffix == INVITATION:
        lines = _of_invitation(_whole(content), args)
    elif args.file.suffix == HOME_KEY:
        lines = _of_home_key(content)
    elif args.hub is not None or args.file.suffix == ANSWERS:
        lines = _of_answers(content, args)
    else:
        lines = _of_bundle(content, args)
    (out or sys.stdout).writelines(f"{line}\n" for line in lines)
    return 0


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        raise UserError(f"{path.name} can't be read.", "Name a file that can.") from None


# --- each kind of file --------------------------------------------------------------------------------


def _of_invitation(content: bytes, args: argparse.Namespace) -> Iterator[str]:
    from discharge.actions.away import come_in

    slots = slots_of_invitation(content)
    name = slots.slots[0].name
    found = come_in(content, secret(args.passphrase_fd, f"Passphrase of {name}")).invitation
    yield f"Invitation of {found.hub_name} for {_named(found.to)}, from {_named(found.sender)},"
    yield f"{_when(found.made_at)}. Letters to compare: {found.check}."
    yield f"Who may send them files: {', '.join(_named(one) for one in found.senders)}."


def _of_home_key(content: bytes) -> Iterator[str]:
    found = read_home_key(content)
    yield f"Key of {found.home}, for which {found.name} answers, as it says of itself."
    yield f"Letters to compare by telephone: {found.letters}."


def _of_bundle(content: bytes, args: argparse.Namespace) -> Iterator[str]:
    from discharge.actions.away import open_with

    mine = [each for each in _invitations(args) if _is_for(content, each)]
    if not mine:
        many = count_words(recipients(content), "key")
        raise NotForThem(
            f"This file is sealed to somebody else: to {many}, and no invitation that is here has one.",
            "Name the invitation that the hub gave you: --invitation FILE.ddkey.",
        )
    name = slots_of_invitation(mine[0]).slots[0].name
    _away, bundle = open_with(mine, content, secret(args.passphrase_fd, f"Passphrase of {name}"))
    yield from _said_of_bundle(bundle)


def _said_of_bundle(bundle: Bundle) -> Iterator[str]:
    yield f"To decide, of {bundle.hub_name}: for {_named(bundle.to)}, from {_named(bundle.sender)},"
    yield f"{_when(bundle.made_at)}. It can be answered until {_when(bundle.expires)}."
    yield f"{count_words(len(bundle.items), 'question')}:"
    for item in bundle.items:
        yield f"  {_said_of_item(item)}"


def _said_of_item(item: Item) -> str:
    page = item.page
    if isinstance(page, OfferPage):
        return f"{item.about}, {page.paper.to}: {_ASKED[item.asks]}"
    return f"{item.about} {item.named}, {page.stays[0].setting_name}: {_ASKED[item.asks]}"


def _of_answers(content: bytes, args: argparse.Namespace) -> Iterator[str]:
    if args.hub is None:
        raise UserError("An answer is opened at its hub.", "Name the hub: --hub NAME.hub --as USER.")
    unlocked = unlocked_at_door(args.hub, args)
    if unlocked is None:
        raise UserError(f"{args.hub.name} isn't sealed: nothing was sent from it.", "Name another hub.")
    found = read_answers(content, unlocked.signer)
    if found.hub != unlocked.hub:
        raise NotAllowed("This answer is for another hub.", "Look at it there.")
    yield from _said_of_answers(found)


def _said_of_answers(answers: Answers) -> Iterator[str]:
    yield f"Answer of {_named(answers.sender)}, as it says of itself; {_until(answers.answers)}."
    yield "Whether it holds is looked at as it is taken in."
    yield f"{count_words(len(answers.answers), 'answer')}:"
    for one in answers.answers:
        yield f"  {_said_of_answer(one)}"


def _said_of_answer(answer: Answer) -> str:
    said = f"{answer.statement.about}: {_SAID[answer.statement.decision]}"
    if answer.released is not None:
        said += f" from isolation with {answer.released.organism}"
        said += f", first night without it {day_words(answer.released.on, year=True)}"
    if answer.code is not None:
        said += f": {answer.code.words}"
    return f"{said}. {answer.text}".strip()


# --- within -------------------------------------------------------------------------------------------


def _invitations(args: argparse.Namespace) -> list[bytes]:
    from discharge.actions.away import kept_invitations

    paths = [args.invitation] if args.invitation is not None else kept_invitations()
    return [_whole(_content(path)) for path in paths]


def _whole(invitation: bytes) -> bytes:
    from discharge.actions.away import completed

    return completed(invitation)


def _is_for(content: bytes, invitation: bytes) -> bool:
    return any(is_sealed_to(content, slot.signing) for slot in slots_of_invitation(invitation).slots)


def _until(answers: Sequence[Answer]) -> str:
    times = [datetime.fromisoformat(one.statement.at) for one in answers]
    return f"signed {_when(max(times))}" if times else "it decides on nothing"


def _named(party: Party) -> str:
    return f"{party.name} ({party.id})"


def _when(at: datetime) -> str:
    return day_and_time(at, year=True)


__all__ = ["add_bundle_arguments", "run_bundle"]
