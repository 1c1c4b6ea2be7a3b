"""A desk's role appends and reads, and nothing else; the journal can't fork, whatever a desk sends."""

from __future__ import annotations

import threading

import pytest

from discharge.store.journal import START, Head, HeadMoved
from discharge.store.server import wire
from discharge.store.server.founding import add_desk_role, prepare
from discharge.store.server.link import Link
from discharge.store.server.rights import desk_roles, wrong_rights
from discharge.store.server.schema import GROUP, TABLES, VERSION
from tests.server.a_server import HUB, PASSWORD, AServer, a_batch, a_seal

FORBIDDEN = (
    *(f"UPDATE {table} SET {'id' if table == 'hub' else 'at'} = DEFAULT" for table in ("hub", "journal")),
    *(f"DELETE FROM {table}" for table in TABLES),
    *(f"TRUNCATE {table} CASCADE" for table in TABLES),
    *(f"DROP TABLE {table} CASCADE" for table in TABLES),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in TABLES),
    *(f"DO 'BEGIN LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; END'" for table in TABLES),
    "UPDATE journal SET box = ''",
    "UPDATE keys SET box = ''",
    "UPDATE doors SET box = ''",
    "INSERT INTO versions (version, least_writer) VALUES (9, 9)",
    "INSERT INTO forgotten (owner, seq) VALUES ('P-0001', 1)",
    "INSERT INTO desks (id, box, by) VALUES ('D-9', '', 'somebody else')",
    "INSERT INTO desks (id, box, at) VALUES ('D-9', '', '2020-01-01')",
    "ALTER TABLE journal DROP CONSTRAINT follows",
    "CREATE TRIGGER mine BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION stays_forgotten()",
    "DROP TRIGGER stays_forgotten ON keys",
    "CREATE OR REPLACE FUNCTION forget(who text, because bigint) RETURNS void LANGUAGE sql AS ''",
    "DROP FUNCTION forget(text, bigint)",
    "SELECT stays_forgotten()",
    "DROP SCHEMA discharge CASCADE",
    "CREATE TABLE discharge.mine (a integer)",
    "CREATE TABLE public.mine (a integer)",
    "CREATE TEMPORARY TABLE mine (a integer)",
    "CREATE SCHEMA mine",
    "CREATE DATABASE mine",
    "DROP DATABASE hub",
    "CREATE ROLE mine",
    "CREATE FUNCTION discharge.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION hstore",
    "COPY journal TO PROGRAM 'cat'",
    "COPY journal TO '/tmp/journal'",
    "COPY journal FROM '/etc/passwd'",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    f"SET ROLE desk_1; SET ROLE {GROUP}; DELETE FROM keys",
    f"GRANT {GROUP} TO desk_2",
    "SET session_replication_role = replica",
    "ALTER ROLE desk_2 PASSWORD 'mine'",
    "ALTER ROLE desk_1 SUPERUSER",
    "ALTER SYSTEM SET fsync = off",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, '')",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_switch_wal()",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_stat_get_wal_senders(), pg_ls_waldir()",
)
NO_RIGHT = ("42501", "0LP01")  # of PostgreSQL: insufficient_privilege, invalid_grant_operation


def test_a_desk_that_tries_the_rest_is_refused_each_time_for_want_of_the_right(server: AServer) -> None:
    with server.link() as link:
        link.append(a_batch(Head(0, START), keys=1), expected=Head(0, START))
        before = link.since(0)
    other: dict[str, str | None] = {}
    with wire.connect(server.address(), timeout=10) as connection:
        for statement in FORBIDDEN:
            try:
                connection.execute(statement.encode())
                other[statement] = None
            except wire.psycopg.Error as error:
                if error.sqlstate not in NO_RIGHT:
                    other[statement] = error.sqlstate
    assert other == {}
    with server.link() as link:
        assert link.since(0) == before


HEAD = "SELECT {seq}, '{hash}', '{prev}', 1, ''::bytea"
FORKS = {
    "the same number again": (2, a_seal("other"), 1),
    "a number left out": (4, a_seal("other"), 2),
    "after an entry that isn't the last": (3, a_seal("other"), 1),
    "after nothing": (3, a_seal("other"), 0),
    "after an entry that isn't there": (3, a_seal("other"), None),
    "a second first": (1, a_seal("other"), 0),
    "before the first": (0, a_seal("other"), 0),
    "no seal": (3, "anything", 2),
    "a seal that is there": (3, None, 2),
}


@pytest.mark.parametrize("how", FORKS)
def test_whatever_a_faulty_desk_sends_the_journal_stays_one_chain(server: AServer, how: str) -> None:
    begin = Head(0, START)
    two = a_batch(begin, 2)
    with server.link() as link:
        link.append(two, expected=begin)
    seq, seal, after = FORKS[how]
    seals = {0: START, 1: two.entries[0].hash, 2: two.entries[1].hash, None: a_seal("nowhere")}
    row = HEAD.format(seq=seq, hash=seal or seals[1], prev=seals[after])
    with pytest.raises(wire.psycopg.errors.IntegrityError):
        server.do(f"INSERT INTO discharge.journal (seq, hash, prev, generation, box) {row}", user="desk_1")
    with server.link() as link:
        assert link.since(0) == two


def test_of_many_that_append_at_once_each_entry_follows_the_one_before(server: AServer) -> None:
    tries, refused = 12, [0, 0]
    together = threading.Barrier(2)

    def desk(number: int) -> None:
        with server.link(f"desk_{number + 1}") as link:
            together.wait(10)
            for done in range(tries):
                while True:
                    head = link.head()
                    try:
                        link.append(a_batch(head, 2, by=f"{number} {done}"), expected=head)
                    except HeadMoved:
                        refused[number] += 1
                    else:
                        break

    desks = [threading.Thread(target=desk, args=(number,)) for number in range(2)]
    for each in desks:
        each.start()
    for each in desks:
        each.join(30)
    with server.link() as link:
        entries = link.since(0).entries
    assert [entry.seq for entry in entries] == list(range(1, 4 * tries + 1))
    assert [entry.prev for entry in entries] == [START, *(entry.hash for entry in entries[:-1])]


def test_a_key_that_was_forgotten_is_not_taken_again_from_before(server: AServer) -> None:
    begin = Head(0, START)
    batch = a_batch(begin, keys=1)
    key = batch.keys[0]
    again = f"INSERT INTO discharge.keys (owner, seq, generation, box) VALUES ('{key.owner}', %d, 1, '')"
    with server.link() as link:
        link.append(batch, expected=begin)
        link.append(a_batch(link.head()), expected=link.head())
        link.forget(key.owner, 1)
        with pytest.raises(wire.psycopg.Error, match="forgotten"):
            server.do(again % 1, user="desk_1")
        server.do(again % 2, user="desk_1")
        assert [each.seq for each in link.since(0).keys] == [2]


def test_the_check_finds_what_a_desks_role_may_beyond_what_it_needs(server: AServer) -> None:
    at = server.address()
    assert desk_roles(server.administrator) == ("desk_1", "desk_2")
    assert wrong_rights(at, "desk_1") == ()
    given = (
        ("GRANT DELETE ON discharge.keys TO desk_2", "DELETE keys"),
        ("GRANT UPDATE (box) ON discharge.journal TO desk_2", "UPDATE journal"),
        ("GRANT INSERT ON discharge.desks TO desk_2", "who it is, or when, in desks"),
        ("GRANT INSERT ON discharge.versions TO desk_2", "INSERT versions"),
        ("GRANT pg_monitor TO desk_2", "a member of pg_monitor, pg_read_all_settings"),
        ("GRANT TEMPORARY ON DATABASE hub TO desk_2", "temporary tables in the database (TEMPORARY)"),
        ("GRANT CREATE ON SCHEMA public TO desk_2", "things in the schema public"),
        ("ALTER ROLE desk_2 CREATEROLE", "make roles"),
    )
    for statement, what in given:
        server.do(statement)
        assert what in " ".join(wrong_rights(at, "desk_2")), statement
    server.do("DROP OWNED BY desk_2; REVOKE pg_monitor FROM desk_2")
    server.do("ALTER ROLE desk_2 NOCREATEROLE; REVOKE discharge_desk FROM desk_2")
    assert "desk_2 may not erase a person." in wrong_rights(at, "desk_2")
    add_desk_role(server.administrator, "desk_2", PASSWORD)
    assert wrong_rights(at, "desk_2") == ()


def test_a_server_is_prepared_once(server: AServer) -> None:
    assert prepare(server.administrator) == (VERSION, VERSION)
    with Link.open(server.address(), None) as link:
        assert link.hub() == HUB
