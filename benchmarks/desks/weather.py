"""What befalls desks and servers, drawn from a seed: networks are cut, frozen, slow, lose and double words;
desks are killed; the server is started anew, or lost for good to the one that follows it.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from benchmarks.desks.servers import Servers, killed, stopped, without_power
from discharge.model.errors import UserError
from tests.server.proxy import At, Proxy

EVERY = 2.5
"""Seconds between two that befall one of them, on average."""
COMMIT, APPEND, ASKS = b"COMMIT", b"INSERT INTO journal", b"SELECT seq, hash"
SLOW = (0.005, 0.1)
"""Seconds that a slow network takes for each piece."""


class Network:
    """What is between one desk and its servers: one way to each of them."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ways = [Proxy(port) for port in ports]

    def leads_to(self, ports: Sequence[int]) -> None:
        """Where the ways lead from now on."""
        for way, port in zip(self.ways, ports, strict=False):
            way.to_port = port

    @property
    def ports(self) -> tuple[int, ...]:
        """Where the desk finds the servers."""
        return tuple(way.port for way in self.ways)

    def heal(self) -> None:
        """Everything passes, as quickly as it can."""
        for way in self.ways:
            way.delay = 0.0
            way.heal()

    def close(self) -> None:
        """Ends it."""
        for way in self.ways:
            way.close()


class Befallen(Protocol):
    """A desk as it is seen here."""

    network: Network

    def kill(self) -> None: ...


class Weather:
    """Befalls them in a thread of its own until `ends`; `tally` says how often what did."""

    def __init__(
        self, stations: Sequence[Befallen], servers: Servers, *, seed: int, every: float = EVERY
    ) -> None:
        self._stations, self._servers, self._every = stations, servers, every
        self._chance = random.Random(f"weather {seed}")
        self.tally: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._ends = threading.Event()
        self._healing: list[tuple[float, Network]] = []
        self._thread = threading.Thread(target=self._run, name="weather")
        self._often: dict[Callable[[], str], int] = {
            self._cut: 20, self._frozen: 8, self._slow: 10, self._lost_before: 12, self._lost_after: 12,
            self._twice: 6, self._killed: 16, self._restarted: 3,
        }  # fmt: skip
        if len(servers.places) > 1:
            self._often[self._failed_over] = 1
        self._first = list(self._often)
        self._chance.shuffle(self._first)

    def begins(self) -> None:
        """From now on."""
        self._thread.start()

    def ends(self) -> None:
        """Nothing befalls them any more, and every network is as it should be."""
        self._ends.set()
        if self._thread.ident is not None:
            self._thread.join()
        for station in self._stations:
            station.network.heal()

    def _run(self) -> None:
        while not self._ends.wait(min(0.2, self._every)):
            self._heal_what_is_due()
            if self._chance.random() < 0.2 / self._every:
                self._befalls()

    def _befalls(self) -> None:
        """Each once to begin with, then the one more often than the other."""
        if self._first:
            what = self._first.pop()
        else:
            what = self._chance.choices(list(self._often), list(self._often.values()))[0]
        try:
            self.tally[what()] += 1
        except (UserError, TimeoutError) as error:
            self.wrong.append(f"{what.__name__}: {error}")

    def _heal_what_is_due(self) -> None:
        now = time.monotonic()
        for due, network in self._healing:
            if due <= now:
                network.heal()
        self._healing = [each for each in self._healing if each[0] > now]

    def _of_one(self, *, for_seconds: tuple[float, float]) -> Network:
        network = self._chance.choice(self._stations).network
        self._healing.append((time.monotonic() + self._chance.uniform(*for_seconds), network))
        return network

    def _cut(self) -> str:
        for way in self._of_one(for_seconds=(0.2, 8.0)).ways:
            way.cut()
        return "networks cut"

    def _frozen(self) -> str:
        for way in self._of_one(for_seconds=(0.2, 12.0)).ways:
            way.freeze()
        return "networks frozen"

    def _slow(self) -> str:
        delay = self._chance.uniform(*SLOW)
        for way in self._of_one(for_seconds=(1.0, 6.0)).ways:
            way.delay = delay
        return "networks slow"

    def _lost_before(self) -> str:
        return self._at(self._chance.choice((COMMIT, APPEND, ASKS)), At.LOST_BEFORE, "words lost")

    def _lost_after(self) -> str:
        return self._at(self._chance.choice((COMMIT, COMMIT, APPEND, ASKS)), At.LOST_AFTER, "answers lost")

    def _twice(self) -> str:
        return self._at(self._chance.choice((COMMIT, APPEND, ASKS)), At.TWICE_AND_LOST, "words doubled")

    def _killed(self) -> str:
        self._chance.choice(self._stations).kill()
        return "desks killed"

    def _restarted(self) -> str:
        ends, said = self._chance.choice(
            [(stopped, "stopped"), (without_power, "ended without power"), (killed, "killed")]
        )
        self._servers.restart(ends)
        return f"servers {said} and started again"

    def _failed_over(self) -> str:
        self._servers.fail_over(after=self._chance.uniform(0.0, 5.0))
        self._servers.follow()
        for station in self._stations:
            station.network.leads_to(self._servers.ports)
        return "servers lost, and another took over"

    def _at(self, word: bytes, what: At, said: str) -> str:
        for way in self._chance.choice(self._stations).network.ways:
            way.at(word, what)
        return said
