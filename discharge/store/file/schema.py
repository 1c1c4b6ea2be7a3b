"""The store's tables, indexes and triggers held against those that the program makes."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from discharge.store import driver
from discharge.store.driver import Connection, Database
from discharge.store.file import migrations
from discharge.store.write import tables

Named = Mapping[tuple[str, str], str]
"""Kind and name of a thing in the schema, and what it was made by."""
_MENDED = ("index", "trigger", "view")
"""What can be made anew or dropped without anything being lost."""


@dataclass(frozen=True, slots=True)
class Schema:
    """How the schema differs from what it should be."""

    lacking: Named
    strange: Named

    @property
    def is_right(self) -> bool:
        """Nothing lacks, nothing is strange."""
        return not self.lacking and not self.strange

    @property
    def sentence(self) -> str:
        """What differs, without saying what is in it."""
        wrong = sorted({f"{kind} {name}" for kind, name in (*self.lacking, *self.strange)})
        return f"The file's structure isn't as the program made it: {', '.join(wrong)}."


def of(connection: Connection) -> Named:
    """What the file says that it is made of."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {(str(kind), str(name)): " ".join(str(sql).split()) for kind, name, sql in rows}


def expected() -> Named:
    """What a store of this version is made of."""
    return _made_by(migrations.MIGRATIONS)


@functools.cache
def _made_by(steps: tuple[migrations.Migration, ...]) -> Named:
    """Worked out once a process."""
    with closing(driver.connect(":memory:", isolation_level=None)) as memory:
        db = Database(memory)
        for migration in steps:
            migration.apply(db)
        tables.create(db)
        return of(memory)


def compared(connection: Connection) -> Schema:
    """The store's schema against the expected one."""
    wanted, found = expected(), of(connection)
    return Schema(
        {key: sql for key, sql in wanted.items() if found.get(key) != sql},
        {key: sql for key, sql in found.items() if wanted.get(key) != sql},
    )


def mend(connection: Connection, differs: Schema) -> bool:
    """Makes the journal's indexes and triggers as they should be, and the tables anew, empty.

    Inside `Store.writing()`. False where a table of the journal itself differs: it can't be mended in place.
    """
    own = {("table", name) for name in ("journal", "files", "store", "shared", "shared_keys", "done_here")}
    if own & (differs.lacking.keys() | differs.strange.keys()):
        return False
    for kind, name in differs.strange:
        if kind in _MENDED:
            connection.execute(f"DROP {kind} IF EXISTS {_quoted(name)}")
    tables.create(Database(connection))
    there = of(connection)
    for (kind, name), sql in differs.lacking.items():
        if kind in _MENDED and (kind, name) not in there:
            connection.execute(sql)
    return True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
