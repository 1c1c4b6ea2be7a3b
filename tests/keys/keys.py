"""Keys for tests: of a passphrase that costs next to nothing to check."""

from __future__ import annotations

from pathlib import Path

from discharge.keys import key_file, slots
from discharge.keys.passphrases import Cost
from discharge.keys.slots import Unlocked

CHEAP = Cost(1, 8192)
PASSPHRASE = "four odd words here"


def keys_beside(path: Path, *, holder: str = "U-0001", name: str = "Ana Admin") -> Unlocked:
    """Puts the key file of a new sealed hub where the hub will be; its first person's opened slot."""
    made, unlocked, _ = slots.founded(holder, name, PASSPHRASE, cost=CHEAP)
    key_file.write(made, (key_file.beside(path), key_file.with_backups(path)))
    return unlocked


def unlocked_again(path: Path, *, holder: str = "U-0001") -> Unlocked:
    """The slot, opened anew from the key file as it is now."""
    return slots.unlock(key_file.slots_in(key_file.beside(path).read_bytes()), holder, PASSPHRASE)
