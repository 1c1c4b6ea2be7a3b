"""Small files beside a store that hold what was typed: plain beside a plain store, else sealed as it is."""

from __future__ import annotations

import os
from pathlib import Path

from discharge import in_place
from discharge.store.file import ring


def write(store: Path, path: Path, content: bytes) -> None:
    """Writes the file in place of an earlier one: whole, or not at all; `OSError` where it can't."""
    if keys := ring.keys_of(store):
        # loaded where there are keys alone, as it takes a moment
        from discharge.keys.sealing import seal

        content = seal(content, keys[0][1])
    part = path.with_name(f"{path.stem}.{os.getpid()}.new")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    in_place.put(part, path)


def read(store: Path, path: Path) -> bytes:
    """What the file holds; `OSError` or ValueError where it can't be read, or isn't sealed though the store
    is."""
    content = in_place.content_of(path)
    if not (keys := ring.keys_of(store)):
        return content
    from discharge.keys.sealing import unseal

    for _, key in keys:
        try:
            return unseal(content, key)
        except ValueError:
            continue
    raise ValueError("not sealed by this hub's key")


__all__ = ["read", "write"]
