"""A program killed in mid work, again and again: nothing that it said was done may be lost.

python -m benchmarks.kills [NUMBER]
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.timing import tell
from discharge.actions.desk import Desk
from discharge.actions.people import add_user
from discharge.model.people import Role

KILLS = 200
NOW = datetime(2020, 11, 17, 12, tzinfo=UTC)


def _write_until_killed(hub: Path, said: int) -> None:
    """In a process of its own: does one thing after another, and says each once it is on record."""
    with Desk.open(hub, clock=lambda: NOW) as desk:
        by = desk.sign_in("U-0001")
        number = desk.ask(lambda queries: queries.head())
        while True:
            number += 1
            add = partial(add_user, name=f"Person {number}", roles=[Role.COORDINATOR])
            done = desk.perform(add, by=by)
            os.write(said, f"{done.head}\n".encode())


def _killed_once(hub: Path, *, after: float) -> int:
    """The number of the last entry that was acknowledged before the kill; 0 where none was."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            _write_until_killed(hub, theirs)
        finally:
            os._exit(1)
    os.close(theirs)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(ours, encoding="ascii") as pipe:
        whole = [line for line in pipe.read().split("\n")[:-1] if line]
    return int(whole[-1]) if whole else 0


def lost(folder: Path, *, number: int, seed: int = 2020) -> tuple[int, list[str]]:
    """Kills so often; how many entries were acknowledged, and what was found lost or not as written."""
    hub = folder / "Kill.hub"
    with Desk.open(hub, clock=lambda: NOW) as desk:
        desk.found(hub="Kill", name="Ana Admin")
    chance = random.Random(seed)
    wrong: list[str] = []
    last = 0
    for at in range(number):
        last = max(last, _killed_once(hub, after=chance.uniform(0.01, 0.3)))
        with Desk.open(hub, clock=lambda: NOW) as desk:
            head = desk.ask(lambda queries: queries.head())
            if head < last:
                wrong.append(f"kill {at}: entry {last} was acknowledged, the record ends with {head}")
            if desk.remarks:
                wrong.append(f"kill {at}: {desk.remarks[0]}")
            if at % 10 == 0 and not desk.verify().is_intact:
                wrong.append(f"kill {at}: {desk.verify().sentence}")
    return last, wrong


def main(arguments: list[str]) -> None:
    """Kills and tells."""
    if not hasattr(os, "fork"):
        tell({"left_out": "this system can't fork"})
        return
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        kills = int(arguments[0]) if arguments else KILLS
        entries, wrong = lost(Path(folder), number=kills)
        tell({"kills": kills, "entries": entries, "wrong": wrong})


if __name__ == "__main__":
    main(sys.argv[1:])
