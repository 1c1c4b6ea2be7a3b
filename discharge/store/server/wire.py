"""The connection to a PostgreSQL: the one file that knows psycopg."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, NoReturn

import psycopg
from psycopg import sql
from psycopg.abc import RV, PQGen
from psycopg.rows import TupleRow

from discharge.store.server import faults
from discharge.store.server.address import Address

_INTERVAL = 0.1
_OF_THE_WIRE = (psycopg.OperationalError, psycopg.InternalError, psycopg.InterfaceError)
"""Told by libpq itself, with no code of the server: the connection is lost, or out of step."""

logging.getLogger("psycopg").setLevel(logging.CRITICAL + 1)  # what PostgreSQL says may hold values of rows


class Wire(psycopg.Connection[TupleRow]):
    """A connection that waits at most `patience` seconds for an answer, whatever became of the wire.

    Where answers come that weren't asked for it is of no use any more, and taken as lost.
    """

    patience = 30.0

    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL, timeout: float | None = None) -> RV:
        """As the connection's own; beyond `patience` the connection is closed and taken as lost."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except psycopg.errors._WaitTimeout:
            self._lost("no answer in time")

    def _lost(self, why: str) -> NoReturn:
        self.pgconn.finish()
        raise psycopg.OperationalError(why) from None

    @contextmanager
    def pipeline(self) -> Iterator[psycopg.Pipeline]:
        """As the connection's own, which stumbles over an answer too many."""
        try:
            with super().pipeline() as found:
                yield found
        except IndexError:
            self._lost("an answer too many")


def connect(address: Address, *, timeout: float, writing: bool = True) -> Wire:
    """Connects within `timeout` seconds. Raises `ServerTrouble`.

    `writing`: of several servers the one that can be written to, else any.
    """
    hosts = address.hosts
    with said_plainly(address.shown):
        wire = Wire.connect(
            autocommit=True,
            host=",".join(host for host, _port in hosts),
            port=",".join(str(port) for _host, port in hosts),
            dbname=address.database,
            user=address.user,
            password=address.password or "",
            passfile="",
            sslmode="disable" if address.ca is None else "verify-full",
            sslrootcert="" if address.ca is None else str(address.ca),
            gssencmode="disable",
            target_session_attrs="read-write" if writing else "any",
            connect_timeout=max(2, round(timeout)),
            keepalives=1,
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=20_000,
            application_name="discharge",
            client_encoding="utf8",
            # a session whose desk is gone lets go of what it holds
            options="-c client_connection_check_interval=2000"
            f" -c statement_timeout={round(timeout * 1000)} -c lock_timeout={round(timeout * 1000)}"
            f" -c idle_in_transaction_session_timeout={round(timeout * 500)} -c search_path=discharge",
        )
    wire.patience = timeout + 2
    wire.prepare_threshold = 2
    return wire


@contextmanager
def said_plainly(where: str, *, under_way: Sequence[bool] = (False,)) -> Iterator[None]:
    """Turns what psycopg raises into a sentence; what it raised, which may hold values, goes no further.

    `under_way`: whether a commit is, as its last element says once something is raised.
    """
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate is None and not isinstance(error, _OF_THE_WIRE):
            raise faults.ServerBug(type(error).__name__) from None
        raise faults.said(error.sqlstate, str(error), where, under_way=under_way[-1]) from None


def rows(wire: Wire, query: LiteralString, values: Sequence[Any] = ()) -> list[TupleRow]:
    """What a question gives."""
    found = wire.execute(query, values or None, binary=True)
    if found.description is None:
        raise psycopg.OperationalError("the answer to something else")
    return found.fetchall()


__all__ = ["Wire", "connect", "psycopg", "rows", "said_plainly", "sql"]
