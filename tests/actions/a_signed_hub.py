"""A hub whose entries are signed, in a plain file: what somebody who has the file can do to it is tried."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

from discharge.keys.signing import Signer
from discharge.model.mark import Mark
from discharge.model.people import User
from discharge.store import driver, journal
from discharge.store.driver import Connection
from discharge.store.file.database import Look, look_at
from tests.actions.a_hub import MONDAY, AHub, stay
from tests.actions.signing import begins_signing


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

    def does_anew(self, keys: Mapping[str, Signer]) -> None:
        """Replaces every key by one of these, with a sheet of their own, and signs all anew."""
        sheet = Signer.new()
        with closing(driver.connect(self.path)) as raw:
            sets = raw.execute("SELECT seq, subject, body FROM journal WHERE kind = 'key_set'").fetchall()
        changed = []
        for seq, subject, text in sets:
            body = {**json.loads(text), "key": keys.get(subject, sheet).public}
            changed.append(("UPDATE journal SET body = ? WHERE seq = ?", (journal.canonical(body), seq)))
        self.does(*changed, sign=with_keys(keys))

    def looked_at(self, mark: Mark | None = None) -> Look:
        """What the doctor finds."""
        return look_at(self.path, now=MONDAY, mark=mark)


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
