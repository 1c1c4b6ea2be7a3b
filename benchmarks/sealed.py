"""A sealed hub against the same one, plain: opened, written to, read, backed up, looked at wholly; in turn.

python -m benchmarks.sealed [PLACEMENTS]
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.desk import large_hub
from benchmarks.timing import tell
from discharge.actions.desk import Desk, system_clock
from discharge.actions.people import add_user
from discharge.actions.sealing import seal_hub
from discharge.actions.signing_in import sign_in, unlocked
from discharge.keys.passphrases import Cost
from discharge.keys.slots import Unlocked
from discharge.model.people import Role
from discharge.store.file import ring, witness
from discharge.store.file.connection import connect
from discharge.store.file.database import look_at

PASSPHRASE = "four quiet lamps by the canal"
ROWS = 20_000
RUNS = {
    "open": 7,
    "open, not left by us": 1,
    "commit": 25,
    f"{ROWS:,} rows": 5,
    "scan": 5,
    "backup": 2,
    "doctor": 2,
}
"""How often each is done, by what it is."""

Does = Callable[["Hub"], object]


class Hub:
    """One of the two, as it is measured."""

    def __init__(self, path: Path, opened: Unlocked | None) -> None:
        self.path, self.unlocked = path, opened
        self.people = 0

    def open(self) -> Desk:
        """Opens it; whoever sits there may do all."""
        desk = Desk.open(self.path, unlocked=self.unlocked)
        if self.unlocked is not None:
            sign_in(desk, self.unlocked)
        return desk


def _commit(desk: Desk, hub: Hub) -> None:
    hub.people += 1
    by = next(one for one in desk.people() if Role.ADMINISTRATOR in one.roles)
    desk.perform(partial(add_user, name=f"Somebody Number{hub.people}", roles=[Role.READER]), by=by)


def _rows(hub: Hub) -> None:
    with ring.lent(hub.path, hub.unlocked), closing(connect(hub.path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE measured (a INTEGER PRIMARY KEY, b TEXT, c TEXT)")
        connection.executemany(
            "INSERT INTO measured VALUES (?, ?, ?)", ((at, f"name {at}", "x" * 120) for at in range(ROWS))
        )
        connection.execute("COMMIT")
        connection.execute("DROP TABLE measured")


def _scan(hub: Hub) -> None:
    with ring.lent(hub.path, hub.unlocked), closing(connect(hub.path, read_only=True)) as connection:
        connection.execute("SELECT count(*), sum(length(body)) FROM journal NOT INDEXED").fetchone()


def _by_nobody(hub: Hub) -> None:
    """As a hub is opened that was copied here: nobody says how it was left."""
    witness.beside(hub.path).unlink()
    hub.open().close()


def _look(hub: Hub) -> None:
    assert look_at(hub.path, now=system_clock(), unlocked=hub.unlocked).is_sound


OUTSIDE: dict[str, Does] = {
    "open": lambda hub: hub.open().close(),
    "open, not left by us": _by_nobody,
    f"{ROWS:,} rows": _rows,
    "scan": _scan,
    "doctor": _look,
}
INSIDE: dict[str, Callable[[Desk, Hub], object]] = {
    "commit": _commit,
    "backup": lambda desk, _hub: desk.back_up(),
}


def measured(hubs: dict[str, Hub]) -> dict[str, Any]:
    """Median milliseconds of each thing by each hub, by the clock and of the processor; in turn."""
    spent: dict[str, dict[str, list[tuple[float, float]]]] = {}

    def take(what: str, name: str, does: Callable[[], object]) -> None:
        clock, processor = time.perf_counter(), time.process_time()
        does()
        spent.setdefault(what, {}).setdefault(name, []).append(
            (time.perf_counter() - clock, time.process_time() - processor)
        )

    for what, does in OUTSIDE.items():
        for _ in range(RUNS[what]):
            for name, hub in hubs.items():
                take(what, name, partial(does, hub))
    desks = {name: hub.open() for name, hub in hubs.items()}
    try:
        for what, within in INSIDE.items():
            for _ in range(RUNS[what]):
                for name, hub in hubs.items():
                    take(what, name, partial(within, desks[name], hub))
    finally:
        for desk in desks.values():
            desk.close()
    return {
        what: {
            name: {
                "ms": round(1000 * statistics.median(one for one, _ in times), 1),
                "cpu ms": round(1000 * statistics.median(one for _, one in times), 1),
            }
            for name, times in by.items()
        }
        for what, by in spent.items()
    }


def main(arguments: list[str]) -> None:
    """Makes the two hubs and tells what each took."""
    with tempfile.TemporaryDirectory(prefix="sealed-") as folder:
        plain, sealed = Path(folder) / "plain" / "hub.desk", Path(folder) / "sealed" / "hub.desk"
        plain.parent.mkdir()
        large_hub.make(plain, placements_wanted=int(arguments[0]) if arguments else large_hub.PLACEMENTS)
        shutil.copytree(plain.parent, sealed.parent)
        took = time.perf_counter()
        seal_hub(sealed, user="U-0001", passphrase=PASSPHRASE, cost=Cost(1, 8 * 2**10))
        took = time.perf_counter() - took
        opened = unlocked(sealed, "U-0001", PASSPHRASE, now=system_clock())
        facts = measured({"plain": Hub(plain, None), "sealed": Hub(sealed, opened)})
        megabytes = {
            name: round(path.stat().st_size / 2**20, 1)
            for name, path in (("plain", plain), ("sealed", sealed))
        }
        tell({"sealing it, s": round(took, 1), "MB": megabytes, **facts})


if __name__ == "__main__":
    main(sys.argv[1:])
