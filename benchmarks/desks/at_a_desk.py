"""One desk as a process of its own: told what to do, a line of JSON each; it does it, says what came of it.

Whoever is told that something was done has it from here, as a person from the window. It may be killed at any
instant.

python -m benchmarks.desks.at_a_desk
"""

from __future__ import annotations

import faulthandler
import json
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.desks.checks import head_of
from benchmarks.desks.week import Acknowledged, Worker, done_here
from benchmarks.timing import peak_mb, tell
from discharge.actions import sharing, signing_in
from discharge.actions.desk import Desk
from discharge.actions.in_touch import InTouch
from discharge.actions.sharing import Invitation, invitation_in, link_of
from discharge.store.server import state

Said = dict[str, Any]


class ToldClock:
    """What time it is, as it was told last; from then on it goes as any clock."""

    def __init__(self, now: datetime) -> None:
        self._told, self._at = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._told + timedelta(seconds=time.monotonic() - self._at)

    def told(self, now: datetime) -> None:
        """It is that time now, or later already: it never goes back."""
        self._told, self._at = max(now, self()), time.monotonic()


class AtADesk:
    """The desk and who is at it; `does` has what can be asked of it."""

    def __init__(self, begin: Said) -> None:
        self.clock = ToldClock(datetime.fromisoformat(begin["now"]))
        self.desk, opened = _opened(begin, self.clock)
        user = signing_in.sign_in(self.desk, opened)
        self.worker = Worker(begin["name"], self.desk, user, random.Random(begin["seed"]))
        self._seen: list[tuple[int, float]] = []
        self.touch = InTouch(self.desk, changed=self._look)
        self.touch.start()
        self.does: dict[str, Callable[[Said], Said]] = {
            "act": self._act, "enter": self._act, "standing": lambda _: self._standing(), "try": self._try,
            "seen": self._when_seen,
        }  # fmt: skip

    def _look(self) -> None:
        """Something came: from now on it can be shown."""
        self._seen.append((self.desk.ask(lambda queries: queries.head()), time.time()))

    def _when_seen(self, order: Said) -> Said:
        """When the entry of that number could be shown first."""
        return {"at": next((at for head, at in self._seen if head >= order["head"]), None)}

    def close(self) -> None:
        """Ends it as a window does."""
        self.touch.stop()
        self.desk.close()

    def _act(self, order: Said) -> Said:
        self.clock.told(datetime.fromisoformat(order["now"]))
        self.worker.done = order["number"] - 1
        found = self.worker.enters() if order["do"] == "enter" else self.worker.once()
        at = time.time()
        if not isinstance(found, Acknowledged):
            return {"refused": found}
        state = max(done_here(self.desk), key=lambda one: one.number).state
        head = self.desk.ask(lambda queries: queries.head())
        return {"acknowledged": asdict(found), "state": state.value, "at": at, "head": head}

    def _try(self, _order: Said) -> Said:
        self.touch.try_now()
        return self._standing()

    def _standing(self) -> Said:
        assert self.desk.sharing is not None
        standing, head = self.desk.sharing.standing(), head_of(self.desk)
        return {
            "head": [head.seq, head.hash], "waiting": standing.waiting, "online": standing.online,
            "why": standing.why, "peak_mb": peak_mb(),
        }  # fmt: skip


def _opened(begin: Said, clock: ToldClock) -> tuple[Desk, Any]:
    path, holder, secret = Path(begin["path"]), begin["holder"], begin["secret"]
    if path.exists():
        opened = signing_in.unlocked(path, holder, secret, now=clock())
        desk = Desk.open(path, clock=clock, unlocked=opened)
        with desk.kept_from_others() as store, store.writing() as connection:
            state.note(connection, address=json.dumps(begin["address"]))  # by its own network
        return desk, opened
    invitation: Invitation = invitation_in(begin["invitation"])
    return sharing.join(path, invitation, link_of(invitation), holder=holder, secret=secret, clock=clock)


def main() -> None:
    """Begins as its first line says, does what the others say, and ends with them."""
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1)  # where it is stuck
    here = AtADesk(json.loads(sys.stdin.readline()))
    tell({"began": True})
    for line in sys.stdin:
        order = json.loads(line)
        tell(here.does[order["do"]](order))
    here.close()


if __name__ == "__main__":
    main()
