"""Coming in to a hub at the command line: who it is, and their passphrase, typed or from a file descriptor.

Never an argument or a variable of the environment: other programs can read those.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from discharge.actions.desk import Desk, system_clock
from discharge.keys.places import is_sealed
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import RECOVERY, User

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked

SHEET = "Code of the recovery sheet"
LONGEST = 1_000
"""Bytes of a passphrase that are read."""


def add_door_arguments(parser: argparse.ArgumentParser) -> None:
    """Who comes in to a sealed hub, and where their passphrase comes from."""
    parser.add_argument(
        "--as",
        dest="holder",
        metavar="USER",
        help=f"who you are, in a sealed hub: a user's id or name; `{RECOVERY}` for the recovery sheet",
    )
    parser.add_argument(
        "--passphrase-fd",
        type=int,
        metavar="N",
        help="read your passphrase from this file descriptor, up to the end of a line; else you are asked",
    )


def unlocked_at_door(hub: Path, options: argparse.Namespace, *, holder: str | None = None) -> Unlocked | None:
    """The slot of whoever comes in; None at a plain hub. `holder`: who it is where `--as` doesn't say.

    `UserError` where nobody is named, or there is no way to be asked; `NotAllowed` for the wrong passphrase.
    """
    hub = hub.expanduser().absolute()
    if not is_sealed(hub):
        return None
    # loaded where there are keys alone: what they are made with takes a moment
    from discharge.actions.signing_in import unlocked

    who, name = _holder(hub, options.holder or holder)
    return unlocked(hub, who, _secret(options.passphrase_fd, name), now=system_clock())


@contextmanager
def desk_at_door(
    hub: Path, options: argparse.Namespace, *, holder: str | None = None
) -> Iterator[tuple[Desk, User | None]]:
    """The hub, open, and who came in; nobody in a plain hub. Raises as `unlocked_at_door`."""
    unlocked = unlocked_at_door(hub, options, holder=holder)
    if unlocked is None:
        with Desk.open(hub) as desk:
            yield desk, None
        return
    from discharge.actions.signing_in import sign_in

    if unlocked.must_choose_a_passphrase:
        raise NotAllowed("You have no passphrase of your own yet.", "Choose one in the window first.")
    with Desk.open(hub, unlocked=unlocked) as desk:
        yield desk, sign_in(desk, unlocked)


def _holder(hub: Path, named: str | None) -> tuple[str, str]:
    """The id and name of whoever is named, among those who can come in."""
    from discharge.actions.signing_in import people_of

    found = people_of(hub)
    if found.remark:
        sys.stderr.write(f"{found.remark}\n")
    if named is None:
        raise UserError(f"{hub.name} is sealed.", "Say who you are: --as U-0002, or your name.")
    for one in found.people:
        if named.casefold() in (one.holder.casefold(), one.name.casefold()):
            return one.holder, one.name
    if named.casefold() == RECOVERY:
        return RECOVERY, SHEET
    raise UserError(f"{named} has no passphrase at this hub.", "Ask an administrator for a one-time word.")


def _secret(descriptor: int | None, name: str) -> str:
    if name == SHEET:
        return secret(descriptor, SHEET)
    return secret(descriptor, f"Passphrase of {name}" if name else "Choose a passphrase")


def secret(
    descriptor: int | None, asks: str, *, what: str = "passphrase", option: str = "--passphrase-fd"
) -> str:
    """Something that nobody else may read: from a file descriptor, else typed where it is asked for.

    `option` is what the command line calls the descriptor. `UserError` where there is no way to ask.
    """
    if descriptor is not None:
        return _read_from(descriptor)
    if sys.stdin is None or not sys.stdin.isatty():
        raise UserError(
            f"There is no terminal on which to ask for the {what}.",
            f"Give it through a file descriptor: {option} N.",
        )
    return getpass(f"{asks}: ")


def new_passphrase(descriptor: int | None) -> str:
    """A passphrase that is chosen now: typed twice, or from a file descriptor. `UserError` where the two
    differ."""
    if descriptor is not None:
        return _read_from(descriptor)
    chosen = _secret(None, "")
    if getpass("The same again: ") != chosen:
        raise UserError("The two passphrases differ.", "Choose it again. Nothing was changed.")
    return chosen


def _read_from(descriptor: int) -> str:
    found = b""
    try:
        # byte by byte: what comes after the line isn't ours
        while len(found) < LONGEST and (byte := os.read(descriptor, 1)) not in (b"", b"\n"):
            found += byte
        return found.removesuffix(b"\r").decode()
    except (OSError, OverflowError):
        raise UserError(f"File descriptor {descriptor} can't be read.", "Open it for the command.") from None
    except UnicodeDecodeError:
        raise UserError("What was given isn't written in UTF-8.", "Write it in UTF-8.") from None


__all__ = ["add_door_arguments", "desk_at_door", "new_passphrase", "secret", "unlocked_at_door"]
