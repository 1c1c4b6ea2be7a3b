"""A program killed while it writes to a sealed hub, seals one, changes its data key, or restores a backup.

Nothing that it said was done may be lost, and the hub opens, by itself or in the way that is said.

python -m benchmarks.sealed_kills [NUMBER]
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks import kills
from benchmarks.kills import FAILED, NOW, once
from benchmarks.timing import tell
from discharge.actions.desk import Desk, backups_beside, repaired, restore
from discharge.actions.sealing import change_data_key, seal_hub
from discharge.actions.signing_in import choose_passphrase, let_in, sign_in, unlocked
from discharge.keys.passphrases import Cost
from discharge.keys.places import is_sealed
from discharge.keys.slots import Unlocked
from discharge.model.errors import UserError
from discharge.store.file import sealing
from discharge.store.file.faults import MissingStore

KILLS = 1_000
CHEAP = Cost(1, 8 * 2**10)
ADA, CLEO = "four quiet lamps by the canal", "seven slow herons in a teapot"
Says = Callable[[int], None]
Does = Callable[[Path, Says, random.Random], None]


def _ada(hub: Path) -> Unlocked:
    return unlocked(hub, "U-0001", ADA, now=NOW)


def _seal(hub: Path) -> None:
    seal_hub(hub, user="U-0001", passphrase=ADA, clock=lambda: NOW, cost=CHEAP)


def found_sealed(hub: Path) -> Unlocked:
    """A sealed hub, with a passphrase for each of its two people; the slot of one of them."""
    kills.found(hub)
    _seal(hub)
    with Desk.open(hub, clock=lambda: NOW, unlocked=_ada(hub)) as desk:
        ada = sign_in(desk, _ada(hub))
        word = unlocked(hub, "U-0002", let_in(desk, ada, "U-0002", cost=CHEAP), now=NOW)
        sign_in(desk, word)
        choose_passphrase(desk, word, CLEO, cost=CHEAP)
    return _ada(hub)


def _write(hub: Path, say: Says, chance: random.Random, *, times: int = 10**9) -> None:
    with Desk.open(hub, clock=lambda: NOW, unlocked=_ada(hub)) as desk:
        administrator = sign_in(desk, _ada(hub))
        by = sign_in(desk, unlocked(hub, "U-0002", CLEO, now=NOW))
        for _ in range(times):
            if head := once(desk, by, chance) or once(desk, administrator, chance):
                say(head)


def _go_back(hub: Path, say: Says, chance: random.Random) -> None:
    """Writes something, backs it up, and goes back to just that."""
    while True:
        _write(hub, say, chance, times=2)
        with Desk.open(hub, clock=lambda: NOW, unlocked=_ada(hub)) as desk:
            copy = desk.back_up()
        restore(hub, copy.path, clock=lambda: NOW, unlocked=_ada(hub))


def _change_key(hub: Path, _say: Says, _chance: random.Random) -> None:
    while True:
        change_data_key(hub, _ada(hub), reason="Killed", clock=lambda: NOW)


def _seal_it(hub: Path, _say: Says, _chance: random.Random) -> None:
    _seal(hub)


def _killed(hub: Path, does: Does, *, after: float, seed: int) -> int:
    """What was acknowledged last before the kill; 0 where nothing was."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            does(hub, lambda head: _tell(theirs, str(head)), random.Random(seed))
        except BaseException as error:  # noqa: BLE001 - told, and the run is wrong
            _tell(theirs, f"{FAILED} {type(error).__name__} {error}")
        finally:
            os._exit(0)
    os.close(theirs)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(ours, encoding="utf-8") as pipe:
        whole = [line for line in pipe.read().split("\n")[:-1] if line]
    if whole and whole[-1].startswith(FAILED):
        raise RuntimeError(f"what was to be killed {whole[-1]}")
    return int(whole[-1]) if whole else 0


def _tell(pipe: int, words: str) -> None:
    os.write(pipe, f"{words}\n".encode())


def _opened(hub: Path, ways: Counter[str]) -> Desk:
    """The hub, open; put together first where the program said that it is to be."""
    if not is_sealed(hub):
        ways["plain as before"] += 1
        return Desk.open(hub, clock=lambda: NOW)
    try:
        desk = Desk.open(hub, clock=lambda: NOW, unlocked=_ada(hub))
    except MissingStore:
        # restoring was cut short between the two files: said, and put together
        repaired(hub, clock=lambda: NOW, unlocked=_ada(hub))
        ways["put together"] += 1
        return Desk.open(hub, clock=lambda: NOW, unlocked=_ada(hub))
    ways["opened"] += 1
    return desk


def _wrong_with(hub: Path, last: int, ways: Counter[str]) -> str:
    """What is wrong with the hub after a kill; empty where nothing is."""
    try:
        with _opened(hub, ways) as desk:
            head, checked = desk.ask(lambda queries: queries.head()), desk.verify()
            if head < last:
                return f"entry {last} was acknowledged, the record ends with {head}"
            if not checked.is_intact:
                return checked.sentence
            if is_sealed(hub):
                sign_in(desk, _ada(hub))
    except UserError as error:
        return error.sentence
    return "sealing is unfinished" if is_sealed(hub) and sealing.is_unfinished(hub) else ""


def lost(folder: Path, *, number: int, seed: int = 2020) -> tuple[Counter[str], list[str]]:
    """Kills so often; how the hub was opened afterwards, and what was found lost or not as written."""
    plain, hub = folder / "Plain.hub", folder / "hub" / "Kill.hub"
    kills.found(plain)
    with Desk.open(plain, clock=lambda: NOW) as desk:
        entries = desk.ask(lambda queries: queries.head())
    hub.parent.mkdir()
    found_sealed(hub)
    chance, wrong, ways, last = random.Random(seed), list[str](), Counter[str](), 0
    for at in range(number):
        does, longest = chance.choice(((_write, 0.6), (_go_back, 2.0), (_change_key, 2.0), (_seal_it, 2.5)))
        after, draw = chance.uniform(0.01, longest), chance.randrange(2**32)
        if does is _seal_it:
            with tempfile.TemporaryDirectory(prefix="seal-", dir=folder) as anew:
                other = Path(anew) / "Seal.hub"
                shutil.copyfile(plain, other)
                _killed(other, does, after=after, seed=draw)
                said = _wrong_with(other, entries, ways)
        else:
            last = max(last, _killed(hub, does, after=after, seed=draw))
            said = _wrong_with(hub, last, ways)
            _remove_old(hub)
        if said:
            wrong.append(f"kill {at}, {does.__name__}: {said}")
    return ways, wrong


def _remove_old(hub: Path) -> None:
    """A thousand kills leave much aside."""
    for path in (*(one.path for one in backups_beside(hub)[3:]), *hub.parent.glob("*.aside-*")):
        path.unlink()


def main(arguments: list[str]) -> None:
    """Kills and tells."""
    if not hasattr(os, "fork"):
        tell({"left_out": "this system can't fork"})
        return
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        number = int(arguments[0]) if arguments else KILLS
        ways, wrong = lost(Path(folder), number=number)
        tell({"kills": number, "ways": ways, "wrong": wrong})


if __name__ == "__main__":
    main(sys.argv[1:])
