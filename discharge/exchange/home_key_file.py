"""The file in which somebody who answers for a home gives a hub the public half of their key.

It is no secret, and proves nothing by itself but that whoever made it has the key: that it is the home's, the
hub learns by ringing the home and comparing the letters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from discharge.exchange.bundle_file import letters_of
from discharge.keys.signing import Signer, is_stated
from discharge.keys.statements import canonical
from discharge.model.errors import UserError
from discharge.model.typed import seen

ENDING = ".ddhome"
"""How the names of such files end."""
VERSION = 1
_WHAT = "home key"
_LARGEST = 20_000
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class OfHome:
    """Which home it is and who answers for it, as they write it; the public half of their key; and the
    letters to compare."""

    home: str
    name: str
    key: str
    letters: str


def write_home_key(home: str, name: str, signer: Signer) -> tuple[bytes, OfHome]:
    """The file, and what stands in it."""
    body = {"home": home, "name": name, "key": signer.public}
    content = canonical(body)
    signature = signer.statement(content.encode(), of=_WHAT)
    found = {"what": _WHAT, "version": VERSION, "body": content, "signature": signature}
    return (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode(), OfHome(
        home, name, signer.public, letters_of(body)
    )


def read_home_key(content: bytes) -> OfHome:
    """What stands in the file; `UserError` where it is none, was changed, or is of a newer program."""
    try:
        if len(content) > _LARGEST:
            raise ValueError("too large")
        found = json.loads(content)
        if found["what"] != _WHAT:
            raise ValueError("another file")
        version = int(found["version"])
        if version > VERSION:
            raise UserError(
                f"This file is of version {version}; this program knows up to {VERSION}.",
                "Open it with the newer program.",
            )
        body = json.loads(found["body"])
        home, name, key = (str(body[each]) for each in ("home", "name", "key"))
        sound = is_stated(found["body"].encode(), found["signature"], of=_WHAT, public=key)
        if not sound or not _is_plain(home) or not _is_plain(name):
            raise ValueError("changed")
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise UserError(
            "This is no home's key, or the file was changed on its way.", "Ask the home to send it again."
        ) from None
    return OfHome(home, name, key, letters_of({"home": home, "name": name, "key": key}))


def _is_plain(text: str) -> bool:
    found = seen(text)
    return bool(text) and len(text) <= _LONGEST and found.text == text and not found.refused


__all__ = ["ENDING", "OfHome", "read_home_key", "write_home_key"]
