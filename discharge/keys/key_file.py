"""The key file: a hub's slots, beside its store and, a second time, beside its backups.

It holds nothing that opens without somebody's passphrase. One that is missing or damaged is made good from
the other; a backup that is taken elsewhere takes its key file along.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discharge import in_place
from discharge.keys.passphrases import Cost
from discharge.keys.places import beside, with_backup, with_backups
from discharge.keys.slots import Opens, Slot, Slots
from discharge.model.errors import UserError

VERSION = 1


@dataclass(frozen=True, slots=True)
class Read:
    """The slots that were read; `remark` says that a copy was used, empty where none was."""

    slots: Slots
    remark: str = ""


def text_of(slots: Slots) -> str:
    """The key file's content, with a digest that tells damage."""
    body: dict[str, Any] = {
        "version": VERSION,
        "hub": slots.hub,
        "generation": slots.generation,
        "slots": [
            {
                "holder": slot.holder,
                "name": slot.name,
                "opens": slot.opens.value,
                "salt": slot.salt.hex(),
                "passes": slot.cost.passes,
                "memory": slot.cost.memory,
                "wrapped": slot.wrapped.hex(),
                "sealing": slot.sealing.hex(),
                "signing": slot.signing,
                "keys": {str(generation): key.hex() for generation, key in sorted(slot.keys.items())},
            }
            for slot in slots.slots
        ],
    }
    return json.dumps({**body, "digest": _digest(body)}, indent=1, ensure_ascii=False) + "\n"


def slots_in(content: str | bytes) -> Slots:
    """The slots of a key file's content; ValueError where it is damaged or none.

    `UserError` for one of a newer version.
    """
    try:
        body = json.loads(content)
        version, digest = int(body["version"]), body.pop("digest")
        if version > VERSION:
            raise UserError(
                f"This hub's key file is of version {version}; this program knows up to {VERSION}.",
                "Open it with the newer program. Nothing was changed.",
            )
        if digest != _digest(body):
            raise ValueError("a digest that isn't the content's")
        return Slots(str(body["hub"]), int(body["generation"]), tuple(_slot(one) for one in body["slots"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no key file") from error


def _slot(found: dict[str, Any]) -> Slot:
    return Slot(
        holder=str(found["holder"]),
        name=str(found["name"]),
        opens=Opens(found["opens"]),
        salt=bytes.fromhex(found["salt"]),
        cost=Cost(int(found["passes"]), int(found["memory"])),
        wrapped=bytes.fromhex(found["wrapped"]),
        sealing=bytes.fromhex(found["sealing"]),
        signing=str(found["signing"]),
        keys={int(generation): bytes.fromhex(key) for generation, key in found["keys"].items()},
    )


def _digest(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read(paths: Sequence[Path]) -> Read | None:
    """The first of these copies that is whole; None where there is none at all.

    `UserError` where there are some and all are damaged.
    """
    damaged = []
    for path in paths:
        try:
            slots = slots_in(in_place.content_of(path))
        except FileNotFoundError:
            damaged += [f"{path.name} is missing"]
        except (OSError, ValueError):
            damaged += [f"{path.name} is damaged"]
        else:
            said = f"{damaged[0]}: its copy was used, and put in its place." if damaged else ""
            return Read(slots, said)
    if all(found.endswith("is missing") for found in damaged):
        return None
    raise UserError(
        f"The key file of this hub can't be read: {'; '.join(damaged)}.",
        "Put back a copy of it from where backups are kept. Nothing was changed.",
    )


def write(slots: Slots, paths: Sequence[Path]) -> None:
    """Writes each copy whole, on disk before the next, for its owner's eyes; `OSError` where it can't."""
    content = text_of(slots).encode()
    for path in paths:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            in_place.put(part, path)
        finally:
            part.unlink(missing_ok=True)


__all__ = ["Read", "beside", "read", "slots_in", "text_of", "with_backup", "with_backups", "write"]
