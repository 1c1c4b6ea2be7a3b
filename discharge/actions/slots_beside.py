"""The key file beside a hub, as actions change it: first the file, then the record, then its second copy.

So whatever is cut short between them can be told, and is as it was before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from discharge.keys import key_file, slots
from discharge.keys.slots import Slots
from discharge.model.errors import UserError
from discharge.model.people import User
from discharge.store.file import backup


def copies_of(path: Path) -> tuple[Path, Path]:
    """Where the key file stands, and its second copy."""
    path = path.expanduser().absolute()
    return key_file.beside(path), key_file.with_backups(path)


def read(path: Path) -> key_file.Read:
    """The slots from the key file or a copy of it, which takes its place then.

    `UserError` where every copy is missing or damaged.
    """
    copies = copies_of(path)
    last = [key_file.with_backup(one.path) for one in backup.backups_of(path)[:1]]
    found = key_file.read((*copies, *last))
    if found is None:
        raise UserError(
            f"The key file of {path.name} is missing, here and in the folder of its backups.",
            "Put back a copy of it from where backups are kept. Nothing was changed.",
        )
    if found.remark:
        key_file.write(found.slots, copies)
    return found


class Changing:
    """The key file as it will be, while the record says so; as it was where that fails.

    Its second copy follows once it is on record.
    """

    def __init__(self, path: Path, before: Slots, after: Slots) -> None:
        self._first, self._second = copies_of(path)
        self._before, self._after = before, after

    def __enter__(self) -> None:
        key_file.write(self._after, (self._first,))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            key_file.write(self._before, (self._first,))
        else:
            key_file.write(self._after, (self._second,))


def as_before(path: Path, holder: str, public: str) -> bool:
    """Whether the second copy alone has the holder's slot with the key in force; it is put back then."""
    try:
        old = key_file.slots_in(copies_of(path)[1].read_bytes()).of(holder)
    except (OSError, ValueError):
        return False
    found = read(path).slots
    if old is None or old.signing != public or old == found.of(holder):
        return False
    others = (slot for slot in found.slots if slot.holder != holder)
    key_file.write(replace(found, slots=(*others, old)), copies_of(path))
    return True


def keep_in_step(path: Path, people: Iterable[User]) -> None:
    """Whoever has left has no slot any more, and a slot has its holder's name of now."""
    before, known = read(path).slots, list(people)
    gone = {one.id for one in known if not one.active}
    kept = tuple(slot for slot in before.slots if slot.holder not in gone)
    after = slots.renamed(replace(before, slots=kept), {one.id: one.name for one in known})
    if after != before:
        key_file.write(after, copies_of(path))


__all__ = ["Changing", "as_before", "copies_of", "keep_in_step", "read"]
