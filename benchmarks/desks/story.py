"""Many desks in one process, one step after another as a seed says: cut off, healed, killed, outrun.

The server is in memory, so that thousands of steps take a minute, and the same seed gives the same story.

python -m benchmarks.desks.story [DESKS] [ACTIONS] [SEED]
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.desks.checks import head_of, what_became, wrong_with
from benchmarks.desks.hub import brought, with_homes
from benchmarks.desks.week import Acknowledged, Worker
from discharge.actions import sharing, signing_in
from discharge.actions.desk import Desk
from discharge.keys.slots import Unlocked
from discharge.store.journal import Head
from discharge.store.server.faults import ServerGone
from discharge.store.server.rows import Batch
from tests.actions.a_hub import Clock
from tests.actions.a_server import ALink, AServer

ADDRESS = {"host": "127.0.0.1"}


class KilledError(BaseException):
    """The program was killed here."""


class Line(ALink):
    """A desk's connection, on a network of its own that is as the story says."""

    def __init__(self, server: AServer, at: Station) -> None:
        super().__init__(server)
        self._at, self._generation = at, at.story.generation

    def _reach(self) -> None:
        if self._at.is_cut or self._generation != self._at.story.generation:
            raise ServerGone("The server doesn't answer.", "Work goes on; it is shared later.")
        super()._reach()

    def append(self, batch: Batch, *, expected: Head) -> None:
        chance, story = self._at.story.chance, self._at.story
        if chance.random() < 0.05:
            story.quicker(self._at)
        fate = chance.random()
        if fate < 0.01:
            raise KilledError
        if fate < 0.02:
            self._at.is_cut = True
        super().append(batch, expected=expected)
        if fate > 0.99:
            raise KilledError
        if fate > 0.97:
            self._at.is_cut = chance.random() < 0.5
            raise ServerGone("The server doesn't answer.", "Work goes on; it is shared later.")

    def since(self, seq: int, *, at_most_bytes: int) -> Batch:
        found = super().since(seq, at_most_bytes=at_most_bytes)
        if self._at.story.chance.random() < 0.5:
            return found
        until = seq + self._at.story.chance.randint(1, 5)  # as many as there was room for
        return Batch(*(tuple(each for each in part if each.seq <= until) for part in _parts(found)))


def _parts(batch: Batch) -> tuple[Any, ...]:
    return batch.entries, batch.files, batch.keys


class Station:
    """A desk of the story: its file, who is at it, and its network."""

    def __init__(self, story: Story, name: str, path: Path, opened: Unlocked) -> None:
        self.story, self.name, self.path, self.opened = story, name, path, opened
        self.is_cut = False
        self.acknowledged: list[Acknowledged] = []
        self.desk: Desk
        self.worker: Worker

    def begins(self, desk: Desk) -> None:
        """The program runs; whoever is at it has come in."""
        self.desk = desk
        user = signing_in.sign_in(desk, self.opened)
        done = 0 if not hasattr(self, "worker") else self.worker.done
        self.worker = Worker(self.name, desk, user, self.story.chance, done=done)

    def starts_again(self) -> None:
        """After it was closed or killed."""
        self.story.tally["desks started again"] += 1
        self.desk.close()
        self.begins(Desk.open(self.path, clock=self.story.clock, unlocked=self.opened))
        self.reaches()

    def works(self) -> None:
        """Does one thing."""
        found = self.worker.once()
        if isinstance(found, Acknowledged):
            self.acknowledged.append(found)
            self.story.tally["acknowledged"] += 1
        else:
            self.story.tally["refused at once"] += 1
            self.story.refusals[found] += 1

    def reaches(self) -> None:
        """Tries to reach the server."""
        with suppress(ServerGone):
            self.desk.share(Line(self.story.server, self))

    def looks(self) -> None:
        """Takes what came; tries to reach the server where it is cut off."""
        assert self.desk.sharing is not None
        if self.desk.sharing.standing().online:
            self.desk.take_what_came()
        else:
            self.reaches()

    def once(self, does: Callable[[], None]) -> None:
        """Does that; where the program is killed meanwhile it is started again."""
        while True:
            try:
                does()
            except KilledError:
                self.story.tally["desks killed"] += 1
                does = self.starts_again
            else:
                return


class Story:
    """See the module; `run` gives what went wrong."""

    def __init__(self, folder: Path, *, desks: int, seed: int) -> None:
        self.seed, self.chance = seed, random.Random(seed)
        self.tally: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.server, self.generation = AServer(), 0
        self._in_between = False
        there = brought(folder / "d1" / "Hub.discharge", self.server.link(), ADDRESS)
        hub = there.hub
        self.clock: Clock = hub.clock
        self.stations: list[Station] = []
        for at in range(desks):
            who, word = there.at(at)
            path = folder / f"d{at + 1}" / "Hub.discharge"
            if at == 0:
                station = Station(self, "d1", path, hub.unlocked(who, word))
                station.begins(hub.desk)
            else:
                desk, opened = sharing.join(
                    path, there.invitation, self.server.link(), holder=who, secret=word, clock=self.clock
                )
                station = Station(self, f"d{at + 1}", path, opened)
                station.begins(desk)
            self.stations.append(station)
        first = self.stations[0]
        with_homes(first.desk, max(4, desks), by=first.worker.user)
        for station in self.stations:
            station.reaches()

    def run(self, actions: int) -> list[str]:
        """So many steps, then all is healed; what doesn't hold."""
        for _ in range(actions):
            self._step()
        self._heal()
        desks = {station.name: station.desk for station in self.stations}
        self.tally += what_became(desks)
        self.tally["entries"] = head_of(self.stations[0].desk).seq
        return wrong_with(desks, {station.name: station.acknowledged for station in self.stations})

    def close(self) -> None:
        """Closes every desk."""
        for station in self.stations:
            station.desk.close()

    def quicker(self, than: Station) -> None:
        """Somebody else does something just before."""
        others = [each for each in self.stations if each is not than and not each.is_cut]
        if not self._in_between and others:
            self._in_between = True
            other = self.chance.choice(others)
            other.once(other.works)
            self._in_between = False

    def _step(self) -> None:
        station, draw = self.chance.choice(self.stations), self.chance.random()
        if draw < 0.80:
            station.once(station.works)
            self.clock.plus(minutes=self.chance.choice((0, 1, 1, 2)))
        elif draw < 0.90:
            station.once(station.looks)
        elif draw < 0.97:
            station.is_cut = not station.is_cut
            self.tally["networks cut or healed"] += 1
            if not station.is_cut:
                station.once(station.reaches)
        elif draw < 0.99:
            station.once(station.starts_again)
        elif draw < 0.995:
            self.generation += 1
            self.tally["servers restarted"] += 1
        else:
            self._server_goes_back()

    def _server_goes_back(self) -> None:
        """The server comes back without its last entries; a desk that has them is the first to reach it."""
        self.tally["servers that lost their last entries"] += 1
        self.generation += 1
        newest = max(self.stations, key=lambda each: head_of(each.desk).seq)
        if head_of(newest.desk).seq != len(self.server.entries):
            return
        kept = len(self.server.entries) - self.chance.randint(1, 3)
        server = self.server
        server.entries = [each for each in server.entries if each.seq <= kept]
        server.files = [each for each in server.files if each.seq <= kept]
        server.keys = [each for each in server.keys if each.seq <= kept]
        newest.is_cut = False
        newest.once(newest.reaches)
        while head_of(newest.desk).seq > len(self.server.entries):
            newest.is_cut = False
            newest.once(newest.reaches)

    def _heal(self) -> None:
        self.clock.now += timedelta(minutes=1)
        for _ in range(50):
            for station in self.stations:
                station.is_cut = False
                station.once(station.looks)
            heads = {head_of(station.desk) for station in self.stations}
            waits = sum(sharing.store_waits(station.desk) for station in self.stations)
            if len(heads) == 1 and not waits:
                return


def told(folder: Path, *, desks: int, actions: int, seed: int) -> tuple[list[str], Counter[str]]:
    """One story; what doesn't hold, and how many there were of each."""
    story = Story(folder, desks=desks, seed=seed)
    try:
        return story.run(actions), story.tally
    finally:
        story.close()


def main(arguments: list[str]) -> int:
    """One story, told; 1 where something doesn't hold."""
    desks, actions, seed = [*map(int, arguments), *(6, 600, 2020)[len(arguments) :]]
    with tempfile.TemporaryDirectory(prefix="story-") as folder:
        wrong, tally = told(Path(folder), desks=desks, actions=actions, seed=seed)
    print(f"seed {seed}, {desks} desks, {actions} steps: {dict(sorted(tally.items()))}")
    for each in wrong:
        print(f"seed {seed}: {each}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
