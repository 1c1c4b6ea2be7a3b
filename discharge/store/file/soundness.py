"""Whether a store is sound, looked at wholly: its pages and indexes, its structure, its journal, its tables.

Nothing here says a value: what is found is a sentence that may stand in a log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from discharge.store import checking, driver, journal
from discharge.store.driver import Connection, name_of
from discharge.store.file import following, schema
from discharge.store.file.faults import DamagedStore, StoreTrouble, is_damage
from discharge.store.file.following import Difference
from discharge.words.counts import count_words

T = TypeVar("T")

Progress = Callable[[int, int], None]


class TablesChanged(StoreTrouble):
    """The journal is as it was written and the tables don't follow from it: they can be made anew."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a whole look at a store found.

    `entries` were read as they were written; `broken_at` is the first that isn't. `damage`: pages, indexes or
    structure that aren't as they should be. `tables`: those that don't follow from the journal.
    """

    entries: int = 0
    broken_at: int | None = None
    journal: str = ""
    damage: tuple[str, ...] = ()
    tables: tuple[Difference, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Nothing was found."""
        return self.broken_at is None and not self.damage and not self.tables and bool(self.journal)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, worst first; where there is nothing, that all is well."""
        said = [self.journal] if self.broken_at is not None else []
        said += self.damage
        if self.tables:
            said.append(
                f"Some tables don't follow from the journal: {following.differences_words(self.tables)}."
            )
        return tuple(said) or (self.journal,)


def examined(
    connection: Connection,
    *,
    tables_too: bool = True,
    progress: Progress | None = None,
    signed: bool = False,
) -> Found:
    """Looks at everything in the store, in one view of it; nothing is written.

    `signed`: its record is known to have signatures. `progress` as in `checking.verify_chain`. Raises what
    isn't damage: a store that is locked, for instance.
    """
    with _one_view(connection):
        damage = _pages(connection)
        if tables_too and not damage:
            differs = _unless_damaged(lambda: schema.compared(connection))
            if differs is None:
                damage.append("The file's structure can't be read.")
            elif not differs.is_right:
                damage.append(differs.sentence)
        checked = _unless_damaged(lambda: checking.verify_chain(connection, progress=progress, signed=signed))
        if checked is None:
            return Found(damage=tuple(damage or ["The file is damaged where its journal stands."]))
        if not checked.is_intact or not tables_too:
            return Found(checked.entries, checked.broken_at, checked.sentence, tuple(damage))
        lacking = _unless_damaged(lambda: journal.unreadable(connection))
        if lacking:
            return Found(checked.entries, None, checked.sentence, (*damage, keys_missing(lacking)))
        apart = _unless_damaged(lambda: following.differences(connection))
        if apart is None:
            damage.append("The tables can't be read.")
        return Found(checked.entries, None, checked.sentence, tuple(damage), apart or ())


def keys_missing(count: int) -> str:
    """What is said where keys of people are missing that nobody destroyed on purpose."""
    return f"{count_words(count, 'key')} of people on record missing: what entries say of them can't be read."


def refuse_unsound(connection: Connection, name: str, *, tables_too: bool, signed: bool = False) -> None:
    """`DamagedStore` for a store that isn't sound; `TablesChanged` where its tables alone aren't."""
    found = examined(connection, tables_too=tables_too, signed=signed)
    if found.is_sound:
        return
    if found.broken_at is None and not found.damage and found.journal:
        raise TablesChanged(f"{name}: {found.sentences[0]}", "Open it: they are made anew from the record.")
    raise DamagedStore(f"{name}: {found.sentences[0]}", "Choose an earlier backup.")


@contextmanager
def _one_view(connection: Connection) -> Iterator[None]:
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def _pages(connection: Connection) -> list[str]:
    try:
        rows = connection.execute("PRAGMA integrity_check(100)").fetchall()
        # of a sealed store also the pages that hold nothing just now; of a plain one, nothing
        rows += connection.execute("PRAGMA cipher_integrity_check").fetchall()
    except driver.DatabaseError as error:
        if is_damage(error):
            return ["The file is damaged."]
        raise
    wrong = [str(row[0]) for row in rows if row != ("ok",)]
    if not wrong:
        return []
    part = "an index" if all("index" in line for line in wrong) else "its pages"
    more = " or more" if len(wrong) > 99 else ""
    return [f"The file is damaged in {part}, in {len(wrong):,}{more} places."]


def _unless_damaged(look: Callable[[], T]) -> T | None:
    """What it gives; None where the file is damaged."""
    try:
        return look()
    except driver.DatabaseError as error:
        if is_damage(error) or name_of(error) == "SQLITE_ERROR":
            return None
        raise
    except (ValueError, KeyError, TypeError):
        return None
