"""The SQLite that stores are kept with: what the store leans on, held with a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from discharge.store import driver
from discharge.store.driver import Connection, Database, name_of
from discharge.store.file.connection import connect


def test_sqlite_utils_works_with_the_stores_own_sqlite(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "a")) as connection:
        db = Database(connection)
        db.table("t").insert_all([{"a": 1}, {"a": 2, "b": 3}], alter=True)
        assert db.execute("INSERT INTO t VALUES (5, 6) RETURNING b").fetchall() == [(6,)]
        with pytest.raises(driver.OperationalError):
            db.execute("SELECT * FROM nowhere")


def _twice(connection: Connection) -> None:
    connection.execute("INSERT INTO t VALUES (1)")


def _denied(connection: Connection) -> None:
    connection.set_authorizer(lambda *_: 1)
    connection.execute("SELECT * FROM t")


def _too_long(connection: Connection) -> None:
    connection.set_progress_handler(lambda: 1, 1)
    connection.execute("SELECT count(*) FROM t, t").fetchall()


@pytest.mark.parametrize(
    ("does", "name"),
    [(_twice, "SQLITE_CONSTRAINT"), (_denied, "SQLITE_AUTH"), (_too_long, "SQLITE_INTERRUPT")],
)
def test_what_sqlite_refuses_has_its_name(
    tmp_path: Path, does: Callable[[Connection], None], name: str
) -> None:
    with closing(connect(tmp_path / "a")) as connection:
        connection.execute("CREATE TABLE t (x INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(driver.Error) as refused:
            does(connection)
        assert name_of(refused.value) == name
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)


def test_a_store_in_use_is_busy_and_a_file_of_noise_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with closing(connect(path)) as one, closing(driver.connect(path, timeout=0)) as other:
        one.execute("CREATE TABLE t (x)")
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(driver.OperationalError) as refused:
            other.execute("BEGIN IMMEDIATE")
        assert name_of(refused.value) == "SQLITE_BUSY"
    path.write_bytes(b"no database at all, " * 500)
    with closing(connect(path, read_only=True)) as none, pytest.raises(driver.DatabaseError) as refused_too:
        none.execute("PRAGMA application_id").fetchone()
    assert name_of(refused_too.value) == "SQLITE_NOTADB"
