"""Where key files lie: apart from what reads them, as a plain hub needs to know that there is none."""

from __future__ import annotations

from pathlib import Path


def beside(store: Path) -> Path:
    """The key file beside the store."""
    return store.with_name(f"{store.name}.keys")


def with_backups(store: Path) -> Path:
    """Its second copy, in the folder of the store's backups."""
    return store.with_name(f"{store.name} backups") / f"{store.name}.keys"


def with_backup(copy: Path) -> Path:
    """The key file that goes with one backup: as it was when that was made."""
    return copy.with_name(f"{copy.name}.keys")


def is_sealed(store: Path) -> bool:
    """Whether the hub in the file at `store` is opened by passphrases: it has a key file, or a copy of it
    lies with its backups."""
    return beside(store).exists() or any(with_backups(store).parent.glob("*.keys"))


__all__ = ["beside", "is_sealed", "with_backup", "with_backups"]
