"""The store's versions: numbered, append-only. Each makes the tables that follow from the journal anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from discharge import __version__
from discharge.model.errors import UserError
from discharge.store.driver import Connection, Database
from discharge.store.file import following

APPLICATION_ID = 0x44444553
"""`DDES` in the file's header: tells a Discharge Desk store from any other SQLite file."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from the version before; never changed once it has been released."""

    version: int
    what: str
    apply: Callable[[Database], None]


def _journal_and_files(db: Database) -> None:
    """Version 1: the journal with its triggers, the kept files, and facts about the store."""
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.table("store").create({"key": str, "value": str}, pk="key", not_null=["value"], strict=True)
    db.table("files").create(
        {"sha256": str, "size": int, "content": bytes}, pk="sha256", not_null=["size", "content"], strict=True
    )
    text = ["id", "kind", "subject", "happened_at", "recorded_at", "user", "user_name", "role", "body"]
    columns = {"seq": int, **dict.fromkeys(text, str), "given": str, "prev_hash": str, "hash": str}
    db.table("journal").create(columns, pk="seq", not_null=[*text, "prev_hash", "hash"], strict=True)
    db.table("journal").create_index(["id"], unique=True)
    db.table("journal").create_index(["hash"], unique=True)
    db.table("journal").create_index(["subject", "seq"])
    for statement in _TRIGGERS:
        db.conn.execute(statement)


_TRIGGERS = (
    """CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_goes_on_from_its_end BEFORE INSERT ON journal
       WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM journal)
         OR NEW.prev_hash IS NOT COALESCE(
              (SELECT hash FROM journal ORDER BY seq DESC LIMIT 1), printf('%064d', 0))
         OR EXISTS (SELECT 1 FROM journal WHERE id = NEW.id OR hash = NEW.hash)
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER files_are_never_changed BEFORE UPDATE ON files
       BEGIN SELECT RAISE(ABORT, 'kept files never change'); END""",
    """CREATE TRIGGER files_are_never_deleted BEFORE DELETE ON files
       BEGIN SELECT RAISE(ABORT, 'kept files never change'); END""",
    """CREATE TRIGGER files_are_never_replaced BEFORE INSERT ON files
       WHEN EXISTS (SELECT 1 FROM files WHERE sha256 = NEW.sha256)
       BEGIN SELECT RAISE(ABORT, 'kept files never change'); END""",
)


def _journal_by_kind_and_user(db: Database) -> None:
    """Version 3: what the Record page looks for is found without reading every entry."""
    db.table("journal").create_index(["kind", "seq"])
    db.table("journal").create_index(["user", "seq"])


def _signatures(db: Database) -> None:
    """Version 17: who made an entry has signed its seal; no entry from before has that."""
    if "signature" not in db.table("journal").columns_dict:
        db.conn.execute("ALTER TABLE journal ADD COLUMN signature TEXT")


def _keys_of_people(db: Database) -> None:
    """Version 19: what tells who somebody is can be sealed with a key of theirs."""
    if db.table("person_keys").exists():
        return
    db.table("person_keys").create({"owner": str, "key": bytes}, pk="owner", not_null=["key"], strict=True)
    db.conn.execute(
        """CREATE TRIGGER person_keys_are_never_changed BEFORE UPDATE ON person_keys
           BEGIN SELECT RAISE(ABORT, 'a key is destroyed, and never changed'); END"""
    )


def _shared_hubs(db: Database) -> None:
    """Version 21: a desk of a hub on a server knows where that is, and what was done here."""
    if db.table("shared").exists():
        return
    db.table("shared").create({"name": str, "value": str}, pk="name", not_null=["value"], strict=True)
    db.table("shared_keys").create(
        {"generation": int, "key": bytes}, pk="generation", not_null=["key"], strict=True
    )
    texts = ["by", "by_name", "at", "content", "entries", "tried", "state", "why", "mend"]
    db.table("done_here").create(
        {"number": int, **dict.fromkeys(texts, str)}, pk="number", not_null=texts, strict=True
    )
    db.table("done_here").create_index(["state", "number"])


MIGRATIONS: tuple[Migration, ...] = (
    Migration(1, "the journal, the kept files", _journal_and_files),
    Migration(2, "calls with settings", lambda _db: None),
    Migration(3, "the journal by kind and by user; principles of judgements", _journal_by_kind_and_user),
    Migration(4, "outbreaks by organism", lambda _db: None),
    Migration(5, "what speaks against placements", lambda _db: None),
    Migration(6, "beds kept for somebody", lambda _db: None),
    Migration(7, "capacity returns that contradict themselves", lambda _db: None),
    Migration(8, "homes that have left the register", lambda _db: None),
    Migration(9, "what happened all the same, what is left to do, who was told", lambda _db: None),
    Migration(10, "what deceives the eye has a sign in its place", lambda _db: None),
    Migration(11, "settings that are one", lambda _db: None),
    Migration(12, "more beds free than a setting is registered for", lambda _db: None),
    Migration(13, "how beds are commissioned", lambda _db: None),
    Migration(14, "what a hub needs of a person beside the matching", lambda _db: None),
    Migration(15, "papers, and what came of placements", lambda _db: None),
    Migration(16, "which stay a paper is about", lambda _db: None),
    Migration(17, "entries are signed", _signatures),
    Migration(18, "changes that wait for a second person's word", lambda _db: None),
    Migration(19, "what tells who somebody is, sealed with a key of theirs", _keys_of_people),
    Migration(20, "for which local authorities LA leads decide", lambda _db: None),
    Migration(21, "desks of a hub on a server", _shared_hubs),
    Migration(22, "what doesn't fit the record also of homes", lambda _db: None),
    Migration(23, "what homes answer with a key of their own", lambda _db: None),
)

CURRENT = MIGRATIONS[-1].version


def version_of(connection: Connection) -> int:
    """The store's version; 0 for a file without anything in it."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(connection: Connection, path: Path) -> None:
    """`UserError` for a store of a newer version than this program knows; names both."""
    found = version_of(connection)
    if found <= CURRENT:
        return
    row = None
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'store'").fetchone():
        row = connection.execute("SELECT value FROM store WHERE key = 'written_by'").fetchone()
    by = f"Discharge Desk {row[0]}" if row else "a newer Discharge Desk"
    raise UserError(
        f"{path.name} was written by {by} (store version {found});"
        f" this is Discharge Desk {__version__}, which knows store version {CURRENT}.",
        "Open it with the newer program. Nothing was changed.",
    )


def migrate(db: Database, *, back_up: Callable[[str], object]) -> bool:
    """Brings the store to the current version; True where there was anything to do.

    A store that holds something is backed up first: `back_up` is given why. Each step and the tables made
    anew from the journal are one transaction: the store is at the new version, or as it was.
    """
    connection = db.conn
    if version_of(connection) == CURRENT:
        return False
    if version_of(connection) > 0:
        back_up(f"before-version-{CURRENT}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = version_of(connection)
        for migration in MIGRATIONS:
            if migration.version > found:
                migration.apply(db)
                connection.execute(f"PRAGMA user_version = {migration.version}")
        if found < CURRENT:
            connection.execute(
                "INSERT OR REPLACE INTO store (key, value) VALUES ('written_by', ?)", (__version__,)
            )
            following.make_anew(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return found < CURRENT
