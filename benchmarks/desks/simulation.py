"""A working week of many desks, each a process of its own, on a real PostgreSQL, as a seed says.

What is done is drawn from the seed. At the end all desks have one record, nothing that was said to be done is
lost or there twice, and whatever came back has its author.

python3 dev.py bench --desks 20 --actions 10000 --seed 2020 --minutes 45
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.desks.checks import head_of, what_became, wrong_with
from benchmarks.desks.hub import Brought, brought, with_homes
from benchmarks.desks.servers import Servers
from benchmarks.desks.weather import EVERY, Network, Weather
from benchmarks.desks.week import Acknowledged
from benchmarks.processes import ROOT
from discharge.actions import signing_in
from discharge.actions.desk import Desk
from discharge.store.server.link import Link
from tests.actions.a_hub import MONDAY

WEEK = timedelta(days=5)
LONGEST_STEP = timedelta(minutes=2)
STUCK = 300.0
"""Seconds after which a desk that doesn't answer counts as stuck."""
REST = 600.0
"""Seconds within which all desks come to rest once everything is healed."""

OVERTIME = 1.3
"""So many times the minutes that are asked for are taken at most; what isn't done by then is told."""
VERIFIED = 3
"""So many desks are verified entry by entry; of the others head and tables are compared."""

Said = dict[str, Any]


class Station:
    """A desk of the story: its file, who is at it, and the process that it runs as."""

    def __init__(self, story: Simulation, number: int, there: Brought) -> None:
        self.story, self.name = story, f"d{number + 1}"
        self.path = story.folder / self.name / "Hub.discharge"
        self.holder, self.secret = there.at(number)
        self.network = Network(story.servers.ports)
        self._address = story.servers.desks_address(self.network.ports)
        self._invitation = replace(there.invitation, address=self._address.as_json()).text
        self.acknowledged: list[Acknowledged] = []
        self.done = 0
        self.asked_at: float | None = None
        self.errors = story.folder / f"{self.name}.errors"
        self._starts = 0
        self._process: subprocess.Popen[str] | None = None

    def starts(self) -> bool:
        """The program runs; whoever is at it comes in. Whether it came so far."""
        self._starts += 1
        return self.runs("benchmarks.desks.at_a_desk") is not None

    def runs(self, module: str) -> Said | None:
        """The program `module` runs; what it says first, None where it was killed before."""
        with self.errors.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"},
            )  # fmt: skip
        return self.asked({
            "name": self.name, "path": str(self.path), "holder": self.holder, "secret": self.secret,
            "seed": f"{self.story.seed} {self.name} {self._starts}", "now": self.story.now().isoformat(),
            "invitation": self._invitation, "address": self._address.as_json(),
        })  # fmt: skip

    def asked(self, order: Said) -> Said | None:
        """What the desk says to it; None where it was killed."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        self.asked_at = time.monotonic()
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            return None
        finally:
            self.asked_at = None
        return json.loads(line) if line.endswith("\n") else None

    def says(self) -> Said:
        """What it says next, unasked."""
        assert self._process is not None
        assert self._process.stdout is not None
        found: Said = json.loads(self._process.stdout.readline())
        return found

    def works(self) -> None:
        """Does one thing after another, as long as there is something to do."""
        while (now := self.story.takes_a_turn()) is not None:
            self.done += 1
            began = time.monotonic()
            said = self.asked({"do": "act", "number": self.done, "now": now.isoformat()})
            self.story.notes(said, time.monotonic() - began)
            if said is None:
                self.starts_again()
            elif "acknowledged" in said:
                found = said["acknowledged"]
                self.acknowledged.append(Acknowledged(found["by"], found["number"], tuple(found["entries"])))

    def starts_again(self) -> None:
        """Until it comes so far that somebody can work there."""
        for _ in range(10):
            self.ends()
            if self.starts():
                return
        raise RuntimeError(f"{self.name} can't be started again: {self.said_wrong()}")

    def stands(self) -> Said:
        """How it stands; it tries to reach the server at once."""
        while (said := self.asked({"do": "try"})) is None:
            self.starts_again()
        return said

    def kill(self) -> None:
        """The program is gone, at any instant."""
        if self._process is not None:
            self._process.kill()

    def shows_where(self) -> None:
        """Where it is stuck is among its errors from now on."""
        if self._process is not None and hasattr(signal, "SIGUSR1"):
            self._process.send_signal(signal.SIGUSR1)

    def ends(self) -> None:
        """The program ends by itself where it can, and is gone."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        self._process = None

    def said_wrong(self) -> str:
        """What it said that no program should."""
        return self.errors.read_text("utf-8")[-2_000:]


class Simulation:
    """See the module; `run` gives what went wrong. `is_calm`: nothing befalls anybody."""

    def __init__(
        self, folder: Path, *, desks: int, actions: int, seed: int, minutes: float, is_calm: bool = False
    ) -> None:
        self.folder, self.seed, self.actions, self._is_calm = folder, seed, actions, is_calm
        self.tally: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.seconds: list[float] = []
        self._step = min(WEEK / actions, LONGEST_STEP)
        self._pace = minutes * 60 / actions
        self._taken = 0
        self._lock = threading.Lock()
        self._open = ExitStack()
        self.wrong: list[str] = []
        self.load: list[float] = []
        self.servers = self._open.enter_context(Servers(standby=not is_calm))
        address = self.servers.desks_address(self.servers.ports)
        with Link.open(address, None) as link:
            there = brought(folder / "d1" / "Hub.discharge", link, address.as_json())
            by = signing_in.sign_in(there.hub.desk, there.hub.unlocked(*there.at(0)))
            with_homes(there.hub.desk, max(4, desks), by=by)
            there.hub.desk.close()
        self.stations = [Station(self, number, there) for number in range(desks)]
        self.weather = Weather(self.stations, self.servers, seed=seed, every=min(EVERY, minutes * 60 / 20))
        self._began = time.monotonic()

    def now(self) -> datetime:
        """What time it is in the story."""
        return MONDAY + timedelta(hours=1) + self._taken * self._step

    def takes_a_turn(self) -> datetime | None:
        """When the next thing is done, once it is time; None where all is done."""
        with self._lock:
            late = time.monotonic() - self._began > OVERTIME * self._pace * self.actions + 30
            if self._taken >= self.actions or late:
                return None
            self._taken += 1
            now, due = self.now(), self._began + self._taken * self._pace
        time.sleep(max(0.0, due - time.monotonic()))
        return now

    def notes(self, said: Said | None, seconds: float) -> None:
        """Counts what came of something."""
        with self._lock:
            self.seconds.append(seconds)
            if said is None:
                self.tally["killed while they did something"] += 1
            elif "refused" in said:
                self.tally["refused at once"] += 1
                self.refusals[said["refused"]] += 1
            else:
                self.tally["acknowledged"] += 1
                self.tally[f"acknowledged while {said['state']}"] += 1

    def run(self) -> list[str]:
        """The whole week; then all is healed. What doesn't hold."""
        self.begin()
        self.work()
        self.come_to_rest()
        self._all(lambda station: station.ends())
        self.wrong += [
            f"{station.name} said: {station.said_wrong()}"
            for station in self.stations
            if station.said_wrong()
        ]
        return self.wrong + self._checked()

    def begin(self) -> None:
        """Every program runs, and has joined."""
        self._all(lambda station: station.starts_again())

    def work(self) -> float:
        """All that is done in the week; the seconds that it took."""
        self._began = time.monotonic()
        if not self._is_calm:
            self.weather.begins()
        self._all(lambda station: station.works())
        spent = time.monotonic() - self._began
        self.load = [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else []
        self.tally["actions tried"] = self._taken
        self.tally["seconds of work"] = round(spent)
        self.weather.ends()
        self.wrong += self.weather.wrong
        self.tally.update(self.weather.tally)
        return spent

    def close(self) -> None:
        """Ends everything that runs."""
        self.weather.ends()
        for station in self.stations:
            station.kill()
            station.ends()
            station.network.close()
        self._open.close()

    def _all(self, does: Callable[[Station], object]) -> None:
        """At every desk at once."""

        def safely(station: Station) -> None:
            try:
                does(station)
            except Exception as error:
                self.wrong.append(f"{station.name}: {type(error).__name__}: {error}")
                raise

        threads = [threading.Thread(target=safely, args=(station,)) for station in self.stations]
        for thread in threads:
            thread.start()
        tells = time.monotonic() + 60
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.2)
            self._look_for_the_stuck()
            if time.monotonic() > tells:
                tells += 60
                print(f"  {self._taken:,} of {self.actions:,}", file=sys.stderr, flush=True)

    def _look_for_the_stuck(self) -> None:
        for station in self.stations:
            since = station.asked_at
            if since is not None and time.monotonic() - since > STUCK:
                self.wrong.append(f"{station.name} doesn't answer within {STUCK:.0f} seconds")
                station.shows_where()
                time.sleep(1)
                station.kill()

    def come_to_rest(self) -> None:
        """Until all have one record and nothing waits."""
        began = time.monotonic()
        while time.monotonic() - began < REST:
            stand = {station.name: station.stands() for station in self.stations}
            if len({tuple(each["head"]) for each in stand.values()}) == 1 and not any(
                each["waiting"] for each in stand.values()
            ):
                self.tally["seconds until all had one record"] = round(time.monotonic() - began)
                self.tally["largest peak MB"] = round(max(each["peak_mb"] or 0 for each in stand.values()))
                return
            time.sleep(0.3)
        self.wrong.append(f"after {REST:.0f} seconds they don't have one record: {stand}")

    def _checked(self) -> list[str]:
        with ExitStack() as opened:
            desks = {station.name: opened.enter_context(self._opened(station)) for station in self.stations}
            self.tally.update(what_became(desks))
            self.tally["entries"] = head_of(next(iter(desks.values()))).seq
            acknowledged = {station.name: station.acknowledged for station in self.stations}
            return wrong_with(desks, acknowledged, verified=VERIFIED)

    def _opened(self, station: Station) -> Desk:
        now = self.now()
        slot = signing_in.unlocked(station.path, station.holder, station.secret, now=now)
        return Desk.open(station.path, clock=lambda: now, unlocked=slot)


def told(
    folder: Path, *, desks: int, actions: int, seed: int, minutes: float
) -> tuple[list[str], Simulation]:
    """One story; what doesn't hold, and the story to tell of."""
    story = Simulation(folder, desks=desks, actions=actions, seed=seed, minutes=minutes)
    try:
        return story.run(), story
    finally:
        story.close()
