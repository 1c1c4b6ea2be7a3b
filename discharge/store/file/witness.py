"""The witness: the number and seal of the last entry, kept outside the store, so that an older copy is known.

It stands beside the store and again in the folder of its backups. It never runs ahead of the store: it is
written once an entry is on disk. Whoever restores a backup leaves later entries behind knowingly: their
heads are kept, as they no longer speak against the store.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from discharge import in_place
from discharge.store import journal
from discharge.store.driver import Connection
from discharge.store.file import ring
from discharge.store.journal import Head

LEFT_BEHIND_KEPT = 200
_LEFT = b"discharge-desk left "
"""What the mark's key is used for, and nothing else is."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What was last seen of a store.

    `at`: when its last entry was recorded. `signature`: that entry's, in a signed record. `left`: the mark of
    its file as the last desk left it (`mark_of`); empty while a desk has it open, and after one was killed.
    """

    head: Head
    at: str = ""
    left: str = ""
    left_behind: tuple[Head, ...] = ()
    signature: str = ""


def beside(store: Path) -> Path:
    """The witness beside the store."""
    return store.with_name(f"{store.name}.witness")


def in_backups(folder: Path) -> Path:
    """The witness in the folder of the store's backups."""
    return folder / "last.witness"


def read(path: Path) -> Witness | None:
    """What the file says; None where there is none, or it can't be read."""
    try:
        found = json.loads(in_place.content_of(path))
        return Witness(
            Head(int(found["seq"]), str(found["hash"])),
            str(found["at"]),
            str(found["left"]),
            tuple(Head(int(seq), str(seal)) for seq, seal in found["left_behind"]),
            str(found.get("signature", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def in_folder(folder: Path, name: str) -> Path:
    """The witness of the store of this name in a second place, which whoever has the store needn't reach."""
    return folder / f"{name}.witness"


def of(connection: Connection, head: Head | None = None) -> Witness:
    """What there is to be seen of an open store: its last entry, or the one at `head`."""
    head = head or journal.head(connection)
    return Witness(
        head,
        journal.recorded_at(connection, head.seq) or "",
        signature=journal.signature_of(connection, head.seq),
    )


def write(path: Path, witness: Witness) -> bool:
    """Writes it whole, for its owner's eyes, and says whether it could: a folder that can't be written to is
    passed over."""
    content = json.dumps(
        {
            "seq": witness.head.seq,
            "hash": witness.head.hash,
            "at": witness.at,
            "signature": witness.signature,
            "left": witness.left,
            "left_behind": [[one.seq, one.hash] for one in witness.left_behind[-LEFT_BEHIND_KEPT:]],
        }
    ).encode()
    part = path.with_name(f"{path.name}.{os.getpid()}.new")
    with suppress(OSError):
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        in_place.put(part, path)
        return True
    return False


def note(path: Path, seen: Witness) -> bool:
    """An entry was written: the witness goes on to it, where another desk hasn't gone further; whether it
    stands there now."""
    known = read(path)
    if known is not None and known.head.seq > seen.head.seq:
        return True
    return write(path, replace(seen, left="", left_behind=() if known is None else known.left_behind))


def mark_of(store: Path, head: Head) -> str:
    """The mark of the store's file, byte for byte, as it is left with this head.

    Of a sealed store it is made with its data key: whoever has the file alone can put an older page of it
    back, but can't make the mark that has the file believed without a look. Of a plain store it is a digest,
    which tells chance from nothing else.

    Only while nobody has the store open: closing the file would take this process's locks on it.
    """
    keys = ring.keys_of(store)
    found = hmac.new(keys[0][1], _LEFT, "sha256") if keys else hashlib.sha256()
    with store.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    if keys:
        found.update(f"{head.seq} {head.hash}".encode())
    return found.hexdigest()


def is_mark(mark: str, store: Path, head: Head) -> bool:
    """Whether the store's file is as it was when this mark was made of it, by somebody with its key."""
    return hmac.compare_digest(mark.encode(), mark_of(store, head).encode())
