"""A file that is written whole or not at all, whatever the disk does."""

from __future__ import annotations

import contextlib
from pathlib import Path

from discharge import in_place
from discharge.model.errors import UserError


def write_whole(path: Path, content: bytes) -> None:
    """Writes the file beside its place first, then into it: a full disk leaves what was there before, and no
    half file. What is no plain file (a pipe, `/dev/stdout`) is written to directly. Raises `OSError`.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_bytes(content)
        in_place.put(beside, path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def save(path: Path, content: bytes) -> None:
    """The same, for a file that somebody chose in the window; `UserError` where it can't be written."""
    try:
        write_whole(path, content)
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise UserError(f"{path.name} can't be written: {why}.", "Choose another folder.") from None
