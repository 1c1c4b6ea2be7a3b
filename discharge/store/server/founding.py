"""The schema is made, or brought up to date, by the administrator of a database."""

from __future__ import annotations

from discharge.store.server import faults
from discharge.store.server.address import Address
from discharge.store.server.rights import WITHOUT_LARGE_OBJECTS
from discharge.store.server.schema import GROUP, SCHEMA, STEPS, VERSION


def prepare(address: Address, *, timeout: float = 60.0) -> tuple[int, int]:
    """Makes the schema and the role of desks, or brings the schema up to date, in one transaction.

    Gives the versions before and after; before is 0 where there was none. Raises `SchemaTooNew`, and as
    `Link.open`. `address` is that of whoever owns the database.
    """
    from discharge.store.server import wire

    with (
        wire.connect(address, timeout=timeout) as connection,
        wire.said_plainly(address.shown),
        connection.transaction(),
    ):
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('discharge'))")
        there = wire.rows(connection, "SELECT to_regclass('discharge.versions') IS NOT NULL")[0][0]
        before = 0
        if there:
            before = wire.rows(connection, "SELECT coalesce(max(version), 0) FROM discharge.versions")[0][0]
        if before > VERSION:
            raise faults.too_new(address.shown, before, VERSION)
        if not wire.rows(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", [GROUP]):
            connection.execute(wire.sql.SQL("CREATE ROLE {} NOLOGIN").format(wire.sql.Identifier(GROUP)))
        for step in STEPS:
            if step.version > before:
                connection.execute(step.sql.encode())
                connection.execute(
                    f"INSERT INTO {SCHEMA}.versions (version, least_writer) VALUES (%s, %s)".encode(),
                    [step.version, step.least_writer],
                )
        database = wire.sql.Identifier(address.database)
        for right in ("REVOKE ALL ON DATABASE {} FROM PUBLIC", f"GRANT CONNECT ON DATABASE {{}} TO {GROUP}"):
            connection.execute(wire.sql.SQL(right).format(database))
        if wire.rows(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0]:
            connection.execute(WITHOUT_LARGE_OBJECTS.encode())
    return before, VERSION


def add_desk_role(address: Address, name: str, password: str, *, timeout: float = 60.0) -> None:
    """Makes a role that a desk comes in with, or gives the one that is there this password.

    The server never sees the password: it gets what a password is checked by (SCRAM-SHA-256).
    """
    from discharge.store.server import wire

    role = wire.sql.Identifier(name)
    with (
        wire.connect(address, timeout=timeout) as connection,
        wire.said_plainly(address.shown),
        connection.transaction(),
    ):
        kept = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        there = wire.rows(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        does = "ALTER" if there else "CREATE"
        connection.execute(
            wire.sql.SQL(
                does + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}"
            ).format(role, wire.sql.Literal(kept))
        )
        connection.execute(wire.sql.SQL(f"GRANT {GROUP} TO {{}}").format(role))


__all__ = ["add_desk_role", "prepare"]
