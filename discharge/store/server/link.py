"""A desk's link to its hub's server: the shared journal's head, what came since, what is appended."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, LiteralString, Self

from discharge.store.journal import START, Head, HeadMoved
from discharge.store.server import faults
from discharge.store.server.address import Address
from discharge.store.server.rows import (
    Batch,
    Facts,
    Heard,
    SharedDesk,
    SharedDoor,
    SharedEntry,
    SharedFile,
    SharedKey,
)
from discharge.store.server.schema import CHANNEL, LOCK, VERSION

if TYPE_CHECKING:
    from discharge.store.server.wire import Wire

LONGEST_SAID = 5_800
"""Bytes that can be said to the other desks at once: a notification holds 8,000, and they go as base64."""
MOST_ENTRIES = 2_000
"""Entries that come at once, however small they are."""
MOST_BYTES = 4_000_000


class Link:
    """One connection to a hub's server, for one thread at a time; whoever listens has one of its own.

    Everything raises `ServerTrouble` where the server can't be used, among them `ServerGone`: the link is of
    no use then, and another is opened.
    """

    def __init__(self, address: Address, wire: Wire) -> None:
        self._address = address
        self._wire = wire
        self._is_listening = False
        self._has_turn = False

    @classmethod
    def open(cls, address: Address, hub: str | None, *, timeout: float = 10.0, writing: bool = True) -> Self:
        """A link to the hub with that id, answered within `timeout` seconds, each time.

        `hub` None: whatever is in a prepared database, also nothing, for whoever founds or looks. Of several
        servers the one that can be written to; without `writing` any, also a standby. Raises
        `WrongHub`, `NoHub`, `SchemaTooOld`, `SchemaTooNew`, `PasswordRefused`, `CertificateRefused`,
        `ServerReadOnly`, `ServerGone`.
        """
        from discharge.store.server import wire

        link = cls(address, wire.connect(address, timeout=timeout, writing=writing))
        try:
            link._check(hub)
        except BaseException:
            link.close()
            raise
        return link

    def _check(self, hub: str | None) -> None:
        version, least_writer, found = self._rows(
            "SELECT version, least_writer, (SELECT id FROM hub) FROM versions ORDER BY version DESC LIMIT 1"
        )[0]
        if version < VERSION:
            raise faults.too_old(self.where, version, VERSION)
        if least_writer > VERSION:
            raise faults.too_new(self.where, version, VERSION)
        if hub is not None and found is None:
            raise faults.no_hub(self.where)
        if hub is not None and found != hub:
            raise faults.wrong_hub(self.where)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; may be called again."""
        self._wire.close()

    @property
    def where(self) -> str:
        """The server and database, as they may be shown."""
        return self._address.shown

    @property
    def is_closed(self) -> bool:
        """Whether the connection was ended, or is known to be lost."""
        return bool(self._wire.closed)

    def found(self, hub: str) -> None:
        """Puts a hub into a database that has none. Raises `WrongHub` where it has another."""
        self._rows("INSERT INTO hub (id) VALUES (%s) ON CONFLICT DO NOTHING RETURNING id", [hub])
        if self.hub() != hub:
            raise faults.wrong_hub(self.where)

    def hub(self) -> str | None:
        """The id of the hub in the database; None where there is none yet."""
        found = self._rows("SELECT id FROM hub")
        return found[0][0] if found else None

    # --- the journal --------------------------------------------------------------------------------

    def head(self) -> Head:
        """The shared journal's last entry; number 0 where it is empty."""
        found = self._rows(_HEAD)
        return Head(*found[0]) if found else Head(0, START)

    def clock(self) -> datetime:
        """What the server's clock says."""
        found: datetime = self._rows("SELECT clock_timestamp()")[0][0]
        return found

    def holds(self, head: Head) -> bool:
        """Whether the shared journal has the entry of that number and seal; its empty beginning it has.

        It hasn't where an older server was put in its place: one restored from a backup, or a standby that
        took over before all had come.
        """
        if head == Head(0, START):
            return True
        return bool(self._rows("SELECT 1 FROM journal WHERE seq = %s AND hash = %s", [head.seq, head.hash]))

    @contextmanager
    def turn(self) -> Iterator[Head]:
        """Waits until nobody else appends, and gives the head, which stays until the end of the `with`.

        For whoever was too slow before: within it what came is asked for, the action held against that, and
        appended after the head. It is kept at the end, and nothing of it where the `with` ends by an error.
        Whoever takes longer than half the link's timeout over one thing loses their turn. Raises as `append`.
        """
        from discharge.store.server import wire

        under_way = [False]
        with wire.said_plainly(self.where, under_way=under_way), self._wire.transaction():
            head = self._locked()
            self._has_turn = True
            try:
                yield head
            finally:
                self._has_turn = False
            under_way.append(True)

    def _locked(self) -> Head:
        """The head, behind the lock of whoever appends; within a transaction."""
        self._wire.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        row = self._wire.execute(_HEAD).fetchone()
        return Head(*row) if row else Head(0, START)

    def append(self, batch: Batch, *, expected: Head) -> None:
        """Appends the entries after the `expected` head, with their files and keys: all of it or nothing.

        The other desks are told. Raises `HeadMoved` where somebody else was faster, with nothing changed;
        `ServerGone` with `unknown_outcome` where the answer to the last word was lost: the entries may stand
        there then, and are looked for by `since(expected.seq)`. Where somebody is always faster, it is done
        in a `turn`. A file or key that is there already stays.
        """
        _must_follow(batch, expected)
        from discharge.store.server import wire

        under_way = [False]
        with wire.said_plainly(self.where, under_way=under_way):
            try:
                self._append(batch, expected, under_way)
            except wire.psycopg.errors.UniqueViolation as error:
                if error.diag.table_name != "journal":
                    raise
                raise HeadMoved(f"expected {expected.seq}") from None

    def _append(self, batch: Batch, expected: Head, under_way: list[bool]) -> None:
        # in a pipeline: three answers are waited for, not one a statement
        with self._wire.pipeline(), self._wire.transaction():
            head = self._locked()
            if head != expected:
                raise HeadMoved(f"expected {expected.seq}, found {head.seq}")
            for query, each in (
                (_ENTRIES, [(e.seq, e.hash, e.prev, e.generation, e.box) for e in batch.entries]),
                (_FILES, [(f.sha256, f.seq, f.size, f.generation, f.box) for f in batch.files]),
                (_KEYS, [(k.owner, k.seq, k.generation, k.box) for k in batch.keys]),
            ):
                if each:
                    self._wire.execute(query, [list(column) for column in zip(*each, strict=True)])
            self._wire.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"h{batch.entries[-1].seq}"])
            under_way.append(not self._has_turn)  # else it is kept at the end of the turn

    def since(self, seq: int, *, at_most_bytes: int = MOST_BYTES) -> Batch:
        """The entries after number `seq`, in order, with their files and keys: so many as fit, at least one.

        Empty where there is none. The key of somebody who was erased doesn't come.
        """
        last = self._rows(_UNTIL, [seq, MOST_ENTRIES, at_most_bytes])[0][0]
        if last is None:
            return Batch()
        between = [seq, last]
        return Batch(
            tuple(SharedEntry(*row) for row in self._rows(_ENTRIES_BETWEEN, between)),
            tuple(SharedFile(*row) for row in self._rows(_FILES_BETWEEN, between)),
            tuple(SharedKey(*row) for row in self._rows(_KEYS_BETWEEN, between)),
        )

    def forget(self, owner: str, seq: int) -> None:
        """Destroys somebody's key at the server, because of the entry of that number; that it was is kept.

        May be done again. A key of theirs from an entry up to that number is never taken again.
        """
        self._rows("SELECT forget(%s, %s)", [owner, seq])

    # --- the door and the desks ---------------------------------------------------------------------

    def newest_door(self) -> SharedDoor | None:
        """The newest sealed key file; None where there is none yet."""
        found = self._rows("SELECT number, box FROM doors ORDER BY number DESC LIMIT 1")
        return SharedDoor(*found[0]) if found else None

    def put_door(self, number: int, box: bytes) -> None:
        """Adds a sealed key file, one number after the newest; the other desks are told. Raises `HeadMoved`
        where that number is taken."""
        self._add(
            "WITH put AS (INSERT INTO doors (number, box) VALUES (%s, %s) RETURNING number)"
            " SELECT pg_notify(%s, 'd') FROM put",
            [number, box, CHANNEL],
        )

    def desks(self) -> tuple[SharedDesk, ...]:
        """Every desk, in the order in which they came."""
        sql: LiteralString = (
            "SELECT id, box, closings.seq FROM desks LEFT JOIN closings USING (id) ORDER BY desks.at, id"
        )
        return tuple(SharedDesk(*row) for row in self._rows(sql))

    def add_desk(self, desk: str, box: bytes) -> None:
        """Adds a desk. Raises `HeadMoved` where there is one of that id."""
        self._add("INSERT INTO desks (id, box) VALUES (%s, %s)", [desk, box])

    def close_desk(self, desk: str, seq: int) -> None:
        """Notes that the entry of that number closed a desk; a second time changes nothing."""
        self._rows(
            "INSERT INTO closings (id, seq) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING id", [desk, seq]
        )

    def _add(self, query: LiteralString, values: Sequence[Any]) -> None:
        from discharge.store.server import wire

        with wire.said_plainly(self.where):
            try:
                self._wire.execute(query, values)
            except wire.psycopg.errors.UniqueViolation:
                raise HeadMoved("somebody was faster") from None

    # --- what desks tell each other -----------------------------------------------------------------

    def tell(self, said: bytes) -> None:
        """Says something to every desk that listens, of at most `LONGEST_SAID` bytes; kept nowhere."""
        if len(said) > LONGEST_SAID:
            raise ValueError(f"{len(said)} bytes")
        self._rows("SELECT pg_notify(%s, %s)", [CHANNEL, f"t{base64.b64encode(said).decode()}"])

    def listen(self, timeout: float) -> Iterator[Heard]:
        """What the server tells within so many seconds, as it comes; what isn't understood is left out.

        It hears from the first call on: whoever listens asks for the head after that once. The link may be
        asked something in between.
        """
        from discharge.store.server import wire

        if not self._is_listening:
            with wire.said_plainly(self.where):
                self._wire.execute(f"LISTEN {CHANNEL}")
            self._is_listening = True
        until = time.monotonic() + timeout
        while True:
            left = max(0.0, until - time.monotonic())
            with wire.said_plainly(self.where):
                told = list(self._wire.notifies(timeout=left, stop_after=1))
            for heard in map(_heard, (one.payload for one in told)):
                if heard is not None:
                    yield heard
            if not told or not left:
                return

    def facts(self) -> Facts:
        """What the server is and how it stands."""
        (row,) = self._rows(_FACTS)
        facts = Facts(*row)
        if facts.is_standby:
            return facts
        return replace(facts, standbys=tuple(tuple(each) for each in self._rows(_STANDBYS)))

    def _rows(self, query: LiteralString, values: Sequence[Any] = ()) -> list[Any]:
        from discharge.store.server import wire

        with wire.said_plainly(self.where):
            return wire.rows(self._wire, query, values)


def _must_follow(batch: Batch, expected: Head) -> None:
    """ValueError where the entries don't follow each other and the head: a bug."""
    seq, before = expected.seq, expected.hash
    for entry in batch.entries:
        if (entry.seq, entry.prev) != (seq + 1, before):
            raise ValueError(f"entry {entry.seq} doesn't follow {seq}")
        seq, before = entry.seq, entry.hash
    brought = {entry.seq for entry in batch.entries}
    named = {file.seq for file in batch.files} | {key.seq for key in batch.keys}
    if not brought or named - brought:
        raise ValueError("files and keys are brought by entries")


def _heard(payload: str) -> Heard | None:
    try:
        if payload.startswith("h"):
            return Heard(head=int(payload[1:]))
        if payload == "d":
            return Heard(door=True)
        if payload.startswith("t"):
            return Heard(said=base64.b64decode(payload[1:], validate=True))
    except ValueError:
        return None
    return None


_HEAD: LiteralString = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
_ENTRIES: LiteralString = (
    "INSERT INTO journal (seq, hash, prev, generation, box) "
    "SELECT * FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::integer[], %b::bytea[])"
)
_FILES: LiteralString = (
    "INSERT INTO files (sha256, seq, size, generation, box) "
    "SELECT * FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::integer[], %b::bytea[]) "
    "ON CONFLICT (sha256) DO NOTHING"
)
_KEYS: LiteralString = (
    "INSERT INTO keys (owner, seq, generation, box) "
    "SELECT * FROM unnest(%b::text[], %b::bigint[], %b::integer[], %b::bytea[]) "
    "ON CONFLICT (owner) DO NOTHING"
)
_UNTIL: LiteralString = """
SELECT max(seq) FROM (
    SELECT seq, n, sum(bytes) OVER (ORDER BY seq) AS total FROM (
        SELECT e.seq, row_number() OVER (ORDER BY e.seq) AS n, octet_length(e.box) + coalesce((
            SELECT sum(octet_length(f.box)) FROM files f WHERE f.seq = e.seq), 0) AS bytes
        FROM (SELECT seq, box FROM journal WHERE seq > %s ORDER BY seq LIMIT %s) e
    ) AS each_of_them
) AS summed WHERE n = 1 OR total <= %s
"""
_ENTRIES_BETWEEN: LiteralString = (
    "SELECT seq, hash, prev, generation, box FROM journal WHERE seq > %s AND seq <= %s ORDER BY seq"
)
_FILES_BETWEEN: LiteralString = (
    "SELECT sha256, seq, size, generation, box FROM files WHERE seq > %s AND seq <= %s ORDER BY seq, sha256"
)
_KEYS_BETWEEN: LiteralString = (
    "SELECT owner, seq, generation, box FROM keys WHERE seq > %s AND seq <= %s ORDER BY seq, owner"
)
_FACTS: LiteralString = """
SELECT current_setting('server_version'), version, least_writer, (SELECT id FROM hub),
    (SELECT s.version || ', ' || s.cipher FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid() AND s.ssl),
    session_user::text, pg_is_in_recovery(),
    CASE WHEN pg_is_in_recovery() THEN
        extract(epoch FROM now() - pg_last_xact_replay_timestamp())::double precision END,
    clock_timestamp(),
    (SELECT jsonb_object_agg(name, setting) FROM pg_settings WHERE name IN (
        'fsync', 'full_page_writes', 'synchronous_commit', 'wal_level', 'archive_mode', 'max_connections'))
FROM versions ORDER BY version DESC LIMIT 1
"""
_STANDBYS: LiteralString = (
    "SELECT application_name, coalesce(state, ''), "
    "pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint FROM pg_stat_replication ORDER BY 1"
)

__all__ = ["LONGEST_SAID", "MOST_BYTES", "Link"]
