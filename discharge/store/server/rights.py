"""What a desk's role may do at the server, held against what it needs: no less, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from discharge.store.server import faults
from discharge.store.server.address import Address
from discharge.store.server.schema import ADDED_BY_DESKS, GROUP, TABLES

_MORE: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("is a superuser", "SELECT rolsuper FROM pg_roles WHERE rolname = %(role)s"),
    ("may make databases", "SELECT rolcreatedb FROM pg_roles WHERE rolname = %(role)s"),
    ("may make roles", "SELECT rolcreaterole FROM pg_roles WHERE rolname = %(role)s"),
    ("may replicate the server", "SELECT rolreplication FROM pg_roles WHERE rolname = %(role)s"),
    ("passes over row security", "SELECT rolbypassrls FROM pg_roles WHERE rolname = %(role)s"),
    (
        "is a member of {}",
        "SELECT rolname FROM pg_roles WHERE rolname NOT IN (%(role)s, %(group)s) "
        "AND pg_has_role(%(role)s, oid, 'MEMBER') ORDER BY 1",
    ),
    (
        "may pass its membership on",
        "SELECT true FROM pg_auth_members WHERE admin_option AND member = %(oid)s",
    ),
    (
        "may make schemas or temporary tables in the database ({})",
        "SELECT p FROM unnest(ARRAY['CREATE', 'TEMPORARY']) p "
        "WHERE has_database_privilege(%(role)s, current_database(), p)",
    ),
    (
        "may make things in the schema {}",
        "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(%(role)s, oid, 'CREATE') ORDER BY 1",
    ),
    (
        "owns {}",
        "SELECT c.relname FROM pg_class c WHERE c.relowner = %(oid)s "
        "UNION SELECT nspname FROM pg_namespace WHERE nspowner = %(oid)s "
        "UNION SELECT datname FROM pg_database WHERE datdba = %(oid)s "
        "UNION SELECT proname FROM pg_proc WHERE proowner = %(oid)s ORDER BY 1",
    ),
    (
        "may {}",
        "SELECT DISTINCT p || ' ' || c.relname FROM pg_class c, unnest(ARRAY["
        "'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p "
        "WHERE c.relnamespace = to_regnamespace('discharge') AND c.relkind IN ('r', 'p', 'v') AND ("
        "has_table_privilege(%(role)s, c.oid, p) OR "
        "p IN ('UPDATE', 'REFERENCES') AND has_any_column_privilege(%(role)s, c.oid, p)) ORDER BY 1",
    ),
    (
        "may say itself who it is, or when, in {}",
        "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = to_regnamespace('discharge') AND c.relkind = 'r' "
        "AND a.attname IN ('at', 'by') AND has_column_privilege(%(role)s, c.oid, a.attnum, 'INSERT') "
        "ORDER BY 1",
    ),
    (
        "may INSERT {}",
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace('discharge') "
        "AND c.relkind = 'r' AND NOT c.relname = ANY (%(added)s) "
        "AND has_any_column_privilege(%(role)s, c.oid, 'INSERT') ORDER BY 1",
    ),
    (
        "may write elsewhere, in {}",
        "SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(ARRAY["
        "'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p WHERE c.relkind IN ('r', 'p', 'v', 'f') "
        "AND n.nspname NOT IN ('discharge', 'pg_catalog', 'information_schema') "
        "AND n.nspname NOT LIKE 'pg\\_toast%%' AND n.nspname NOT LIKE 'pg\\_temp%%' "
        "AND has_table_privilege(%(role)s, c.oid, p) ORDER BY 1",
    ),
    (
        "may do by the function {} what its owner may",
        "SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.prosecdef AND has_function_privilege(%(role)s, p.oid, 'EXECUTE') "
        "AND has_schema_privilege(%(role)s, n.oid, 'USAGE') "
        "AND n.nspname || '.' || p.proname <> 'discharge.forget' ORDER BY 1",
    ),
    (
        "may put large objects beside the journal ({})",
        "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace "
        "AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import') "
        "AND has_function_privilege(%(role)s, oid, 'EXECUTE') ORDER BY 1",
    ),
)
"""What a desk mustn't, and the question that gives a row for each time that it may."""

_LESS: tuple[tuple[LiteralString, LiteralString], ...] = (
    (
        "may not come in to the database",
        "SELECT NOT has_database_privilege(%(role)s, current_database(), 'CONNECT')",
    ),
    ("has no password or can't come in", "SELECT NOT rolcanlogin FROM pg_roles WHERE rolname = %(role)s"),
    (
        "may not read {}",
        "SELECT t FROM unnest(%(tables)s::text[]) t "
        "WHERE NOT has_table_privilege(%(role)s, 'discharge.' || t, 'SELECT')",
    ),
    (
        "may not add to {}",
        "SELECT t FROM unnest(%(added)s::text[]) t "
        "WHERE NOT has_any_column_privilege(%(role)s, 'discharge.' || t, 'INSERT')",
    ),
    (
        "may not erase a person",
        "SELECT NOT has_function_privilege(%(role)s, 'discharge.forget(text, bigint)', 'EXECUTE')",
    ),
)
"""What a desk needs, likewise."""

WITHOUT_LARGE_OBJECTS = (
    "REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC"
)
"""What only a superuser can do to the last of what desks mustn't."""


def desk_roles(address: Address, *, timeout: float = 30.0) -> tuple[str, ...]:
    """The roles that desks come in with, by name."""
    from discharge.store.server import wire

    with wire.connect(address, timeout=timeout) as connection, wire.said_plainly(address.shown):
        found = wire.rows(
            connection,
            "SELECT m.rolname::text FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member "
            "JOIN pg_roles g ON g.oid = a.roleid WHERE g.rolname = %s AND m.rolcanlogin ORDER BY 1",
            [GROUP],
        )
        return tuple(row[0] for row in found)


def wrong_rights(address: Address, role: str, *, timeout: float = 30.0) -> tuple[str, ...]:
    """What a role may that a desk mustn't, and what it lacks: a sentence each; none where all is well.

    Any role that comes in can ask. Raises `ServerTrouble`, `NoHub` where there is no such role.
    """
    from discharge.store.server import wire

    wrong = []
    with (
        wire.connect(address, timeout=timeout, writing=False) as connection,
        wire.said_plainly(address.shown),
    ):
        oid = wire.rows(connection, "SELECT oid FROM pg_roles WHERE rolname = %s", [role])
        if not oid:
            raise faults.RightMissing(f"There is no role {role} at {address.shown}.", "Check its name.")
        if not wire.rows(connection, "SELECT to_regclass('discharge.versions') IS NOT NULL")[0][0]:
            raise faults.not_prepared(address.shown)
        values = {
            "role": role, "group": GROUP, "oid": oid[0][0], "tables": list(TABLES),
            "added": list(ADDED_BY_DESKS),
        }  # fmt: skip
        for what, question in (*_MORE, *_LESS):
            found = [row[0] for row in connection.execute(question, values) if row[0]]
            wrong += _sentences(role, what, found)
    return tuple(wrong)


def _sentences(role: str, what: str, found: Sequence[object]) -> list[str]:
    if not found:
        return []
    return [f"{role} {what.format(', '.join(str(each) for each in found))}."]


__all__ = ["WITHOUT_LARGE_OBJECTS", "desk_roles", "wrong_rights"]
