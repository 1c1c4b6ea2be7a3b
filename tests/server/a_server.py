"""The server of a hub for tests, and entries that no desk has made."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Self

from discharge.store.journal import Head
from discharge.store.server import wire
from discharge.store.server.address import Address
from discharge.store.server.embedded import Embedded
from discharge.store.server.founding import add_desk_role, prepare
from discharge.store.server.link import Link
from discharge.store.server.rows import Batch, SharedEntry, SharedFile, SharedKey
from discharge.store.server.schema import TABLES

HUB = "0" * 32
PASSWORD = "green heron on a post"


class AServer:
    """A prepared database in a PostgreSQL that runs; two roles come in, `desk_1` and `desk_2`."""

    SETTINGS: Mapping[str, str] = {
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB",
        "autovacuum": "off",
    }  # fmt: skip

    def __init__(self, postgres: Embedded, database: str = "hub") -> None:
        self.postgres = postgres
        self.database = database
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.postgres.make_database(self.database)
        prepare(self.administrator)
        for name in ("desk_1", "desk_2"):
            add_desk_role(self.administrator, name, PASSWORD)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def administrator(self) -> Address:
        """Where the administrator comes in."""
        return self.postgres.address(self.database)

    def address(self, user: str = "desk_1") -> Address:
        """Where a desk comes in."""
        return self.postgres.address(self.database, user).with_password(PASSWORD)

    def link(self, user: str = "desk_1", *, timeout: float = 10.0) -> Link:
        """A link of a desk."""
        return Link.open(self.address(user), HUB, timeout=timeout)

    def empty(self) -> None:
        """Nothing is left in it but the hub's id."""
        emptied = ", ".join(f"discharge.{name}" for name in TABLES if name != "versions")
        self.do(f"TRUNCATE {emptied}")
        self.do(f"INSERT INTO discharge.hub (id) VALUES ('{HUB}')")

    def do(self, statement: str, *, user: str | None = None) -> None:
        """Does something as the administrator, or as a desk that says whatever it likes."""
        at = self.administrator if user is None else self.address(user)
        with wire.connect(at, timeout=10) as connection:
            connection.execute(statement.encode())


def a_seal(text: object) -> str:
    """A seal of its own for each text."""
    return hashlib.sha256(str(text).encode()).hexdigest()


def a_batch(
    after: Head, count: int = 1, *, by: str = "", size: int = 40, files: int = 0, keys: int = 0
) -> Batch:
    """So many entries after a head, the last of which brings files and keys."""
    entries: list[SharedEntry] = []
    seq, prev = after.seq, after.hash
    for _ in range(count):
        seq, before = seq + 1, prev
        prev = a_seal((before, by, seq))
        entries.append(SharedEntry(seq, prev, before, 1, random.Random(seq).randbytes(size)))
    return Batch(
        tuple(entries),
        tuple(SharedFile(a_seal((seq, by, n)), seq, 9, 1, b"file %d" % n) for n in range(files)),
        tuple(SharedKey(f"P-{seq:04}{n}", seq, 1, b"key %d" % n) for n in range(keys)),
    )
