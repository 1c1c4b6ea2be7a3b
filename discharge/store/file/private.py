"""Files that hold a hub are for their owner's eyes alone: files 0600, folders 0700."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from discharge import in_place


def make_file(path: Path) -> None:
    """Makes the file, empty, where there is none."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def write_whole(path: Path, content: bytes) -> None:
    """Writes the file whole, on disk before it is in its place; `OSError` where it can't."""
    part = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        in_place.put(part, path)
    finally:
        part.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Makes the folder, and those above it, where they aren't there."""
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)


def close_to_others(paths: Iterable[Path]) -> None:
    """Takes from everybody but the owner what older versions, or another program, let them do."""
    for path in paths:
        with suppress(OSError):
            mode = path.stat().st_mode & 0o777
            if mode & 0o077:
                path.chmod(mode & 0o700)


__all__ = ["close_to_others", "make_file", "make_folder", "write_whole"]
