"""`discharge server`: the PostgreSQL that the desks of a hub share is prepared, checked, tried out.

For the hub's IT. A password is typed or comes through a file descriptor, never as an argument or a variable
of the environment: other programs can read those.
"""

from __future__ import annotations

import argparse
import re
import secrets
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from discharge.actions.door import secret
from discharge.model.errors import UserError
from discharge.store.server.address import Address

if TYPE_CHECKING:
    from discharge.store.server.rows import Facts

OLDEST = 15
"""The oldest PostgreSQL that is supported."""
SKEW_SECONDS = 60
"""So far may the server's clock and this machine's lie apart."""
_ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def add_server_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `discharge server`, for `run_server`."""
    ways = parser.add_subparsers(title="what", required=True, metavar="WHAT", dest="what")

    def way(name: str, does: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = ways.add_parser(name, help=does, description=does)
        made.set_defaults(run_way=run)
        return made

    init = way(
        "init", "Make the tables and the role of desks in a database, or bring them up to date.", _init
    )
    init.add_argument(
        "--desk",
        metavar="ROLE",
        help="also make this role for a desk to come in with, or give it another password",
    )
    init.add_argument(
        "--desk-password-fd", type=int, metavar="N", help="read the role's password from this descriptor"
    )
    check = way(
        "check", "Say how a server stands, and what desks may do there; 1 where it isn't as it must.", _check
    )
    check.add_argument("--role", metavar="ROLE", help="look at this role; else at every role of desks")
    hint = way("backup-hint", "Print how this server is backed up, with PostgreSQL's own means.", _hint)
    hint.add_argument(
        "--to", type=Path, default=Path("/var/backups/discharge"), metavar="FOLDER", help="where backups go"
    )
    for each in (init, check, hint):
        each.add_argument(
            "address", metavar="ADDRESS", help="postgresql://ROLE@HOST:PORT/DATABASE, without a password"
        )
        each.add_argument(
            "--ca", type=Path, metavar="FILE", help="the certificate that vouches for the server"
        )
    for each in (init, check):
        each.add_argument(
            "--password-fd", type=int, metavar="N", help="read the password from this descriptor; else asked"
        )
    join = way("join", "Join a hub on a server: this machine keeps the whole of it from then on.", _join)
    join.add_argument("invitation", type=Path, metavar="INVITATION", help="the file that the hub made")
    join.add_argument("hub", type=Path, metavar="HUB", help="where this desk keeps the hub")
    join.add_argument("--user", metavar="NAME", required=True, help="who comes in, by name or id")
    join.add_argument(
        "--passphrase-fd", type=int, metavar="N", help="read the passphrase from this descriptor; else asked"
    )
    way("demo", "Start a PostgreSQL of a wheel on this machine, prepared, until Ctrl+C.", _demo)


def run_server(options: argparse.Namespace) -> int:
    """`discharge server`: 0 done; 1 where the check found something; `UserError` where it can't be done."""
    code: int = options.run_way(options)
    return code


def _address(options: argparse.Namespace) -> Address:
    address = Address.parse(options.address, ca=options.ca)
    if address.password is not None:
        raise UserError(
            "There is a password in the address: other programs can read it there.",
            "Leave it out; it is asked for. Then change it, as it may have been seen.",
        )
    return address


def _with_password(options: argparse.Namespace) -> Address:
    address = _address(options)
    return address.with_password(
        secret(options.password_fd, f"Password of {address.user}", what="password", option="--password-fd")
    )


def _init(options: argparse.Namespace) -> int:
    from discharge.store.server.founding import add_desk_role, prepare

    if options.desk is not None and not _ROLE.fullmatch(options.desk):
        raise UserError(
            f"{options.desk} is no name for a role.", "Small letters, figures and _, beginning with a letter."
        )
    address = _with_password(options)
    before, now = prepare(address)
    if before == 0:
        _say(f"{address.shown} is prepared for a hub (schema {now}).")
    elif before < now:
        _say(f"{address.shown} was brought from schema {before} to {now}.")
    else:
        _say(f"{address.shown} is as it must be (schema {now}); nothing was changed.")
    if options.desk is not None:
        chosen = secret(
            options.desk_password_fd,
            f"Password for {options.desk}",
            what="password",
            option="--desk-password-fd",
        )
        add_desk_role(address, options.desk, chosen)
        _say(f"Desks come in as {options.desk}.")
    return 0


def _join(options: argparse.Namespace) -> int:
    from discharge.actions import sharing

    try:
        content = options.invitation.read_text("utf-8")
    except (OSError, ValueError):
        raise UserError(f"{options.invitation} can't be read.", "Ask for the invitation once more.") from None
    invitation = sharing.invitation_in(content)
    _say(f"Letters to compare with whoever invited you: {invitation.check}")
    with sharing.link_of(invitation) as link:
        people = sharing.people_at(invitation, link)
    found = [one for one in people if options.user in (one.holder, one.name)]
    if len(found) != 1:
        raise UserError(
            f"{options.user} isn't the name of one person of this hub.",
            f"They are: {', '.join(f'{one.name} ({one.holder})' for one in people)}.",
        )
    word = secret(options.passphrase_fd, f"Passphrase of {found[0].name}")
    link = sharing.link_of(invitation)
    desk, _unlocked = sharing.join(
        options.hub, invitation, link, holder=found[0].holder, secret=word, progress=_taken
    )
    entries = desk.ask(lambda queries: queries.head())
    desk.close()
    _say(f"This desk is one of {invitation.name}: {entries:,} entries. Open {options.hub} in the window.")
    return 0


def _taken(done: int, all_of_them: int) -> None:
    sys.stderr.write(f"\r{done:,} of {all_of_them:,} entries")
    sys.stderr.flush()


def _check(options: argparse.Namespace) -> int:
    from discharge.store.server.link import Link
    from discharge.store.server.rights import desk_roles, wrong_rights

    address = _with_password(options)
    with Link.open(address, None, writing=False) as link:
        asked = datetime.now(UTC)
        facts = link.facts()
    for line in _standing(address, facts):
        _say(line)
    wrong = [*_wrong_in(facts, asked)]
    roles = (options.role,) if options.role else desk_roles(address)
    _say(f"Roles of desks: {', '.join(roles) or 'none yet'}")
    for role in roles:
        wrong += wrong_rights(address, role)
    for each in wrong:
        _say(f"WRONG: {each}")
    _say("Something isn't as it must be." if wrong else "All is as it must be.")
    return 1 if wrong else 0


def _standing(address: Address, facts: Facts) -> list[str]:
    lines = [
        f"Server: {address.shown}, PostgreSQL {facts.server}",
        f"Schema: {facts.schema}; written by programs from schema {facts.least_writer} on",
        f"Hub: {facts.hub or 'none yet'}",
        f"Connection: {facts.tls or 'not encrypted, on this machine alone'}",
    ]
    if facts.is_standby:
        behind = "nothing yet" if facts.lag is None else f"last change {facts.lag:.0f} s ago"
        lines.append(f"A standby: {behind}")
    for name, state, behind_bytes in facts.standbys:
        behind = "unknown, as this role may not see it" if behind_bytes is None else f"{behind_bytes:,} bytes"
        lines.append(f"Standby {name}: {state or 'state unknown'}, behind by {behind}")
    if not facts.standbys and not facts.is_standby:
        lines.append("Standbys: none that this role sees")
    archives = facts.settings.get("archive_mode", "off") != "off"
    lines.append(f"WAL archive: {'on' if archives else 'off; `discharge server backup-hint` says how'}")
    return lines


def _wrong_in(facts: Facts, asked: datetime) -> list[str]:
    wrong = []
    if int(facts.server.split(".")[0]) < OLDEST:
        wrong.append(f"PostgreSQL {facts.server} is too old: {OLDEST} or newer is needed.")
    for name in ("fsync", "full_page_writes"):
        if facts.settings.get(name) != "on":
            wrong.append(f"{name} is off: a power cut may cost the record. Set it on.")
    if facts.settings.get("synchronous_commit") == "off":
        wrong.append("synchronous_commit is off: a power cut costs what was just said to be kept. Set it on.")
    apart = abs((facts.clock - asked).total_seconds())
    if apart > SKEW_SECONDS:
        wrong.append(f"The server's clock and this machine's lie {apart:.0f} s apart. Set the wrong one.")
    return wrong


def _hint(options: argparse.Namespace) -> int:
    address = _address(options)
    host, port, to = address.host, address.port, options.to
    tls = f' sslmode=verify-full sslrootcert="{address.ca.as_posix()}"' if address.ca else ""
    _say(
        f"""\
# On {host}, as the user that PostgreSQL runs as; "backup" is a role with REPLICATION, made once:
#   CREATE ROLE backup LOGIN REPLICATION PASSWORD '…';
#   and in pg_hba.conf: hostssl replication backup ADDRESSES scram-sha-256

# 1. postgresql.conf: every change is kept, so that any moment can be restored
wal_level = replica
archive_mode = on
archive_command = 'test ! -f {to}/wal/%f && cp %p {to}/wal/%f'
archive_timeout = 60

# 2. Each night: the whole server, checked
pg_basebackup -d "host={host} port={port} user=backup{tls}" -D {to}/$(date +%F) -Ft -z -X stream -c fast
pg_verifybackup --no-parse-wal {to}/$(date +%F)     # of a tar: from PostgreSQL 18 on; else unpack it first

# 3. A standby that can take over (on the other machine, into an empty data folder)
pg_basebackup -d "host={host} port={port} user=backup{tls}" -D "$PGDATA" -X stream -R -C -S standby_1
#   To take over: pg_ctl promote -D "$PGDATA". The desks' address names both: {host}:{port},OTHER:{port}

# 4. Back to a moment (point-in-time recovery): unpack a backup into an empty data folder, then
restore_command = 'cp {to}/wal/%f %p'
recovery_target_time = '2026-11-30 10:12:00+00'
#   touch "$PGDATA/recovery.signal", start, look, then: SELECT pg_wal_replay_resume();
#   Desks that saw what came after that moment have it still: tell them before you let anybody in.

# 5. After a person was erased: remove backups and WAL older than your retention allows
pg_archivecleanup {to}/wal NAME_OF_THE_OLDEST_WAL_FILE_TO_KEEP"""
    )
    return 0


def _demo(_options: argparse.Namespace) -> int:
    from discharge.store.server import embedded
    from discharge.store.server.founding import add_desk_role, prepare

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with embedded.passing() as server:
            server.make_database("hub")
            prepare(server.address("hub"))
            password = secrets.token_urlsafe(12)
            add_desk_role(server.address("hub"), "desk_demo", password)
            _say("A PostgreSQL runs on this machine alone, with nothing in it; it is gone at Ctrl+C.")
            _say(f"Address: {server.address('hub', 'desk_demo').url()}")
            _say(f"Password: {password}")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        _say("Stopped, and all that was in it is gone.")
        return 0
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


__all__ = ["add_server_arguments", "run_server"]
