"""`discharge seal`: seals a plain hub, or gives a sealed one another data key."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from discharge.actions.desk import Desk
from discharge.actions.door import add_door_arguments, new_passphrase, unlocked_at_door
from discharge.actions.sealing import change_data_key, seal_hub
from discharge.model.errors import UserError


def add_seal_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `discharge seal`, for `run_seal`."""
    parser.add_argument("hub", type=Path, metavar="HUB", help="the hub's file; nobody may have it open")
    add_door_arguments(parser)
    parser.add_argument(
        "--new-key", action="store_true", help="the hub is sealed: seal it anew, by another data key"
    )
    parser.add_argument("--why", metavar="REASON", help="with --new-key: the reason, for the record")


def run_seal(args: argparse.Namespace) -> int:
    """`discharge seal`: 0 done; `UserError` where it can't be, and nothing was changed."""
    if not args.hub.exists():
        raise UserError(f"There is no hub at {args.hub}.", "Check the path.")
    if args.new_key:
        if not (args.why or "").strip():
            raise UserError("Why it has another data key is on record.", 'Say it: --why "A laptop was lost".')
        unlocked = unlocked_at_door(args.hub, args)
        if unlocked is None:
            raise UserError(f"{args.hub.name} isn't sealed.", "Seal it first: without --new-key.")
        change_data_key(args.hub, unlocked, reason=args.why)
        sys.stdout.write(
            "The hub has another data key. Passphrases and the recovery sheet are as they were.\n"
        )
        return 0
    user = _user(args.hub, args.holder)
    now = seal_hub(args.hub, user=user, passphrase=new_passphrase(args.passphrase_fd))
    sys.stdout.write(
        "The hub is sealed. Write this down, now and by hand, and lock it away: the code of its recovery "
        f"sheet, which is nowhere else.\n\n    {now.code}\n"
    )
    if now.remark:
        sys.stdout.write(f"{now.remark}\n")
    return 0


def _user(hub: Path, named: str | None) -> str:
    """Whose passphrase is the first."""
    with Desk.open(hub) as desk:
        people = desk.people()
    for one in people:
        if named is not None and named.casefold() in (one.id.casefold(), one.name.casefold()):
            return one.id
    there = ", ".join(f"{one.id} ({one.name})" for one in people)
    raise UserError("Who seals the hub is to be named.", f"Say it with --as: {there}.")


__all__ = ["add_seal_arguments", "run_seal"]
