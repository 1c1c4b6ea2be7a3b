"""What a backup holds, and what a store has that it hasn't: told before anybody goes back to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from discharge.model.errors import UserError
from discharge.model.placement import ACTIVE
from discharge.model.role import Role
from discharge.store import driver, journal
from discharge.store.driver import Connection
from discharge.store.file import backup, migrations, soundness
from discharge.store.file.connection import can_be_read, connect
from discharge.store.file.faults import is_damage, said_plainly
from discharge.store.file.soundness import Found
from discharge.store.journal import Kind


class DamagedBackup(UserError):
    """The backup itself is damaged; the hub has nothing to do with it."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a backup holds."""

    entries: int
    last_at: datetime | None
    """When its last entry was recorded."""
    version: int
    """Of the store, as the program wrote it then."""
    waiting: int | None
    """People on the list without a placement on its way; None where an old version can't say."""
    placements: int | None
    """Placements on their way, or people in a bed by one."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Entries of a kind that somebody recorded and that the backup hasn't."""

    kind: str
    by: str
    entries: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A backup beside the store as it is."""

    held: Held
    lost: tuple[Lost, ...]
    """What would be gone, the most first; empty where nothing would."""

    @property
    def entries_lost(self) -> int:
        """So many entries would be gone."""
        return sum(each.entries for each in self.lost)


def held_in(copy: Path, *, of: Path | None = None) -> Held:
    """What a backup holds; `UserError` where it can't be read, or is of a newer version."""
    with _said(copy), closing(_opened(copy, of)) as connection:
        return _held(connection)


def roles_known(store: Path, user: str, *, besides: Sequence[Path] = ()) -> frozenset[Role] | None:
    """The roles that somebody has by the record of a hub that isn't open, and may be damaged; None where
    nothing says it.

    By its file, or else by the first that can be read of its backups, newest first, of `besides`, and of
    what was moved aside.
    """
    copies = (one.path for one in backup.backups_of(store))
    for path in (store, *copies, *besides, *backup.asides_of(store)):
        with suppress(UserError, driver.Error, ValueError, KeyError):
            with closing(_opened(path, store)) as connection:
                found = _roles(connection, user)
            if found is not None:
                return found
    return None


def _roles(connection: Connection, user: str) -> frozenset[Role] | None:
    kinds = (Kind.USER_ADDED.value, Kind.USER_AMENDED.value)
    rows = connection.execute(
        "SELECT subject, body FROM journal WHERE kind IN (?, ?) ORDER BY seq DESC", kinds
    ).fetchall()
    if not rows:
        return None
    bodies = (json.loads(body) for subject, body in rows if subject == user)
    last: dict[str, Any] = next(bodies, {"active": False})
    return frozenset(map(Role, last["roles"])) if last.get("active", True) else frozenset()


def preview(store: Connection, copy: Path, *, of: Path) -> Preview:
    """What going back to a backup would mean for the open store `of`; raises as `held_in` does."""
    with _said(copy), closing(_opened(copy, of)) as connection:
        common = _common(store, connection)
        return Preview(_held(connection), _lost(store, common))


def looked_through(copy: Path, *, of: Path | None = None) -> tuple[Held | None, Found]:
    """What a backup holds, where it is sound, and a whole look at it as at a store; raises as `held_in` does
    where it can't be looked at."""
    with _said(copy), closing(_opened(copy, of)) as connection:
        current = migrations.version_of(connection) == migrations.CURRENT
        found = soundness.examined(connection, tables_too=current)
        return (_held(connection) if found.is_sound else None), found


@contextmanager
def _said(copy: Path) -> Iterator[None]:
    """What is wrong with the backup, in a sentence of its own: the hub has nothing to do with it."""
    with said_plainly(copy):
        try:
            yield
        except driver.DatabaseError as error:
            if not is_damage(error):
                raise
            raise DamagedBackup(
                f"{copy.name} is damaged.", "Choose an earlier backup. Nothing was changed."
            ) from None


def _opened(copy: Path, of: Path | None) -> Connection:
    if not copy.is_file():
        raise UserError(f"There is no backup {copy.name}.", "Choose one of the list.")
    connection = connect(copy, read_only=True, of=of)
    try:
        if not can_be_read(connection):
            raise UserError(
                f"{copy.name} can't be read: it is sealed by other keys, damaged, or no backup.",
                "Open the hub that it is of, or choose another.",
            )
        if journal_is_missing(connection):
            raise UserError(f"{copy.name} is no backup of a hub.", "Choose one of the list.")
        migrations.refuse_newer(connection, copy)
    except BaseException:
        connection.close()
        raise
    return connection


def journal_is_missing(connection: Connection) -> bool:
    """Whether the file has no journal: it is something else."""
    row = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'journal'").fetchone()
    return row is None


def _held(connection: Connection) -> Held:
    head = journal.head(connection)
    at = journal.recorded_at(connection, head.seq)
    states = ", ".join(f"'{state.value}'" for state in ACTIVE)
    active = f"SELECT 1 FROM placements WHERE patient = p.id AND state IN ({states})"
    return Held(
        entries=head.seq,
        last_at=None if at is None else datetime.fromisoformat(at),
        version=migrations.version_of(connection),
        waiting=_count(
            connection,
            f"SELECT COUNT(*) FROM patients p WHERE left_reason IS NULL AND NOT EXISTS ({active})",
        ),
        placements=_count(connection, f"SELECT COUNT(*) FROM placements WHERE state IN ({states})"),
    )


def _count(connection: Connection, sql: str) -> int | None:
    try:
        return int(connection.execute(sql).fetchone()[0])
    except driver.Error:
        return None


def _common(store: Connection, copy: Connection) -> int:
    """The number of the last entry that both have: records that went apart once never meet again."""

    def seal(connection: Connection, seq: int) -> object:
        row = connection.execute("SELECT hash FROM journal WHERE seq = ?", (seq,)).fetchone()
        return None if row is None else row[0]

    low, high = 0, min(journal.head(store).seq, journal.head(copy).seq)
    while low < high:
        middle = (low + high + 1) // 2
        if seal(store, middle) == seal(copy, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _lost(store: Connection, since: int) -> tuple[Lost, ...]:
    rows = store.execute("SELECT kind, user_name FROM journal WHERE seq > ?", (since,))
    counted = Counter((kind, by) for kind, by in rows)
    found = (Lost(kind, by, entries) for (kind, by), entries in counted.items())
    return tuple(sorted(found, key=lambda each: (-each.entries, each.kind, each.by)))


__all__ = ["DamagedBackup", "Held", "Lost", "Preview", "held_in", "looked_through", "preview", "roles_known"]
