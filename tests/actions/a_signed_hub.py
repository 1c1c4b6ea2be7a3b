"""A hub whose entries are signed, in a plain file: what somebody who has the file can do to it is tried."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from discharge.actions import vouching
from discharge.keys.signing import Signer
from discharge.keys.slots import Opens, Unlocked
from discharge.model.people import User
from discharge.store import driver, journal
from discharge.store.driver import Connection
from discharge.store.file.database import Look, look_at
from tests.actions.a_hub import MONDAY, AHub, stay

SHEET = Signer.new()


def opened(holder: str, signer: Signer | None = None) -> Unlocked:
    """A slot that was opened, without a passphrase to wait for."""
    return Unlocked(
        "h", holder, Opens.PASSPHRASE, 1, {1: b"0" * 32}, signer or Signer.new(), secrets.token_bytes(32)
    )


def begins_signing(hub: AHub) -> None:
    """The administrator seals the hub, and its people set their keys."""
    admin = opened(hub.admin.id)
    begins = partial(
        vouching.begin_signing, hub="h", key=admin.signer.public, sheet=SHEET.public
    )  # fmt: skip
    hub.desk.perform(begins, by=hub.admin, signing=admin)
    hub.desk.sign_with(admin)
    for user in (hub.coordinator, hub.lead, hub.clinician):
        joins(hub, user)


def joins(hub: AHub, user: User) -> None:
    """Somebody sets their own key, after a one-time word."""
    word, own = opened(user.id), opened(user.id)
    hub.does(partial(vouching.vouch_for, user=user.id, key=word.signer.public), hub.admin)
    hub.desk.perform(partial(vouching.set_own_key, key=own.signer.public), by=user, signing=word)
    hub.desk.sign_with(own)


def a_signed_day(hub: AHub) -> Mapping[str, str]:
    """Somebody tested, proposed and approved, and another who has died."""
    begins_signing(hub)
    home, who = hub.home(), hub.negative()
    placement = hub.walk(hub.proposed(who, stay(home)), "accepted")
    return {"home": home, "who": who, "placement": placement}


def signer_of(hub: AHub, user: User) -> Signer:
    """The key that this user signs with."""
    found = hub.desk.signs(user.id)
    assert found is not None
    return found.signer


Sign = Callable[[str, str, str], str | None]
"""Of an entry's author, its seal and its signature as it is: the signature it is given."""


def as_it_is(_user: str, _seal: str, signature: str | None) -> str | None:
    """Left alone."""
    return signature


def with_keys(keys: Mapping[str, Signer]) -> Sign:
    """Signed anew by whoever's key is had; left alone where it isn't."""

    def sign(user: str, seal: str, signature: str | None) -> str | None:
        return keys[user].signature(seal) if user in keys else signature

    return sign


class Attacked:
    """A copy of a hub's file in the hands of somebody who recomputes its seals."""

    def __init__(self, path: Path, to: Path) -> None:
        self.path = Path(shutil.copyfile(path, to))
        self._triggers: list[str] = []

    def does(
        self, *statements: str | tuple[str, Iterable[object]], sign: Sign = as_it_is, since: int = 1
    ) -> None:
        """Changes entries behind the program's back; then seals those from `since` on anew, signed by
        `sign`."""
        with closing(driver.connect(self.path, isolation_level=None)) as raw:
            kept = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _sql in kept:
                raw.execute(f"DROP TRIGGER {name}")
            for each in statements:
                sql, values = (each, ()) if isinstance(each, str) else each
                assert raw.execute(sql, tuple(values)).rowcount
            _sealed_anew(raw, since, sign)
            for _name, sql in kept:
                raw.execute(sql)

    def looked_at(self) -> Look:
        """What the doctor finds."""
        return look_at(self.path, now=MONDAY)


def _sealed_anew(raw: Connection, since: int, sign: Sign) -> None:
    row = raw.execute("SELECT hash FROM journal WHERE seq < ? ORDER BY seq DESC LIMIT 1", (since,)).fetchone()
    prev = row[0] if row else journal.START
    rows = raw.execute(
        f"SELECT {journal.COLUMNS}, signature FROM journal WHERE seq >= ? ORDER BY seq", (since,)
    ).fetchall()
    made = []
    for *columns, signature in rows:
        columns[-1] = prev
        seal = journal.seal(columns)
        made.append((prev, seal, sign(columns[6], seal, signature), columns[0]))
        prev = seal
    # seals are unique: out of the way first
    raw.execute("UPDATE journal SET hash = 'x' || seq WHERE seq >= ?", (since,))
    raw.executemany("UPDATE journal SET prev_hash = ?, hash = ?, signature = ? WHERE seq = ?", made)
