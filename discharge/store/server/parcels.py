"""Entries on their way: sealed for the server as they stand in a desk's journal, and taken from there.

The server sees numbers, seals and boxes. What comes from it is held against the chain and the signatures
before it is believed: whoever has the server can keep something back, and can't make anything up.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

from discharge.keys import boxes
from discharge.model.errors import UserError
from discharge.store import journal, personal
from discharge.store.driver import Connection
from discharge.store.journal import Kind, Line
from discharge.store.server.rows import Batch, SharedEntry, SharedFile, SharedKey
from discharge.store.signed import Signatures
from discharge.store.write import tables


class NotAsWritten(UserError):
    """What came from the server isn't what a desk of this hub wrote."""


def last_key(connection: Connection) -> int:
    """The mark after which `made` looks for keys of people: asked before something is done."""
    row = connection.execute("SELECT COALESCE(MAX(rowid), 0) FROM person_keys").fetchone()
    return int(row[0])


def made(
    connection: Connection,
    *,
    since: int,
    until: int | None = None,
    keys_since: int,
    keys: Mapping[int, bytes],
) -> Batch:
    """The entries after number `since`, with the files and people's keys that they brought, sealed with the
    newest of `keys`."""
    generation = max(keys)
    key = keys[generation]
    end = journal.head(connection).seq if until is None else until
    rows = connection.execute(
        f"SELECT {journal.COLUMNS}, hash, signature FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq",
        (since, end),
    ).fetchall()
    entries = tuple(
        SharedEntry(row[0], row[12], row[11], generation, boxes.sealed(key, _packed([*row[:12], row[13]])))
        for row in rows
    )
    files = []
    for name, seq in journal.files_named(connection, since=since, until=end).items():
        size, kept = journal.file_as_it_is(connection, name)
        files.append(SharedFile(name, seq, size, generation, boxes.sealed(key, kept)))
    owners = connection.execute(
        "SELECT owner, key FROM person_keys WHERE rowid > ? ORDER BY rowid", (keys_since,)
    ).fetchall()
    # each with the first entry that it opens: whoever asks for what is after another entry has it too
    opens: dict[str, int] = {}
    for row in rows:
        if (owner := personal.owner_of(str(row[10]))) is not None:
            opens.setdefault(owner, row[0])
    first = entries[0].seq if entries else end
    shared = tuple(
        SharedKey(whose, opens.get(whose, first), generation, boxes.sealed(key, bytes(each)))
        for whose, each in owners
    )
    return Batch(entries, tuple(files), shared)


def taken(
    connection: Connection, batch: Batch, *, keys: Mapping[int, bytes], signatures: Signatures
) -> list[Line]:
    """Puts what came into the journal, the files and the tables, as `signatures` lets it; the new entries.

    Inside `Store.writing()`. `NotAsWritten` for what doesn't go on from the last entry, isn't signed by
    whoever it says, or can't be opened: then nothing of it is to be kept.
    """
    erased = journal.erased(connection)
    for each in batch.keys:
        if each.owner not in erased:
            personal.keep_key(connection, each.owner, _opened(keys, each.generation, each.box, each.seq))
    for file in batch.files:
        if not journal.has_file(connection, file.sha256):
            journal.keep_as_it_is(
                connection, file.sha256, file.size, _opened(keys, file.generation, file.box, file.seq)
            )
    first = journal.head(connection)
    last = first
    for entry in batch.entries:
        columns = _unpacked(_opened(keys, entry.generation, entry.box, entry.seq), entry.seq)
        *said, signature = columns
        if (entry.seq, said[0], said[11]) != (last.seq + 1, last.seq + 1, last.hash) or not journal.is_sealed(
            said, entry.hash
        ):
            raise _otherwise(entry.seq, "doesn't go on from the one before it")
        named = dict(zip(journal.NAMES, said, strict=True))
        if fault := signatures.fault(named, entry.hash, signature):
            raise _otherwise(entry.seq, fault)
        journal.put(connection, said, entry.hash, signature)
        last = journal.Head(entry.seq, entry.hash)
    lines = list(journal.read(connection, since=first.seq))
    tables.apply(connection, lines)
    if any(line.kind is Kind.PERSON_ERASED for line in lines):
        tables.rebuild(connection)
    return lines


def _packed(columns: list[object]) -> bytes:
    return zlib.compress(journal.canonical(columns).encode(), 6)


def _unpacked(content: bytes, seq: int) -> list[object]:
    try:
        found = json.loads(zlib.decompress(content))
    except (ValueError, zlib.error):
        raise _otherwise(seq, "can't be read") from None
    if not isinstance(found, list) or len(found) != 13:
        raise _otherwise(seq, "can't be read")
    return found


def _opened(keys: Mapping[int, bytes], generation: int, box: bytes, seq: int) -> bytes:
    if generation not in keys:
        raise NotAsWritten(
            f"Entry {seq:,} on the server is sealed with a key that this desk doesn't have.",
            "Sign in again; if that doesn't help, have this desk join the hub anew.",
        )
    try:
        return boxes.opened(keys[generation], box)
    except ValueError:
        raise _otherwise(seq, "was changed on the server, or is another hub's") from None


def _otherwise(seq: int, how: str) -> NotAsWritten:
    return NotAsWritten(
        f"Entry {seq:,} on the server {how}. It wasn't taken, and nothing after it.",
        "Tell whoever runs the server; this desk works on with what it has.",
    )


# --- the door -----------------------------------------------------------------------------------------


def door(key: bytes, *, key_file: str, keys: Mapping[int, bytes], data_key: bytes, generation: int) -> bytes:
    """What a desk needs at its door, sealed with the key that desks are invited with: the key file, and the
    keys of what lies on the server, those sealed with the data key once more."""
    ring = {str(one): base64.b64encode(boxes.sealed(data_key, each)).decode() for one, each in keys.items()}
    body = {"key_file": key_file, "generation": generation, "ring": ring}
    return boxes.sealed(key, zlib.compress(json.dumps(body).encode(), 6))


def key_file_in(key: bytes, box: bytes) -> str:
    """The key file that lies at the door."""
    return str(_door(key, box)["key_file"])


def keys_in(key: bytes, box: bytes, *, data_keys: Mapping[int, bytes]) -> dict[int, bytes]:
    """The keys of what lies on the server, opened with the data key."""
    found = _door(key, box)
    own = data_keys.get(found["generation"])
    if own is None:
        raise UserError(
            "The keys on the server are sealed with a data key that this desk doesn't have.",
            "Sign in with the passphrase that you have now.",
        )
    return {int(one): boxes.opened(own, base64.b64decode(each)) for one, each in found["ring"].items()}


def generation_of(key: bytes, box: bytes) -> int:
    """By which data key the keys that lie at the door are sealed once more."""
    return int(_door(key, box)["generation"])


def generations_in(key: bytes, box: bytes) -> frozenset[int]:
    """Which keys of what lies on the server lie at the door."""
    return frozenset(int(one) for one in _door(key, box)["ring"])


def _door(key: bytes, box: bytes) -> dict[str, Any]:
    try:
        found = json.loads(zlib.decompress(boxes.opened(key, box)))
    except (ValueError, zlib.error):
        raise UserError(
            "What lies at the door of the server isn't this hub's.", "Ask for another invitation."
        ) from None
    return dict(found)


__all__ = [
    "NotAsWritten",
    "door",
    "generation_of",
    "generations_in",
    "key_file_in",
    "keys_in",
    "last_key",
    "made",
    "taken",
]
