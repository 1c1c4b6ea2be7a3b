"""Figures of many desks on a real PostgreSQL, where nothing befalls them, beside plain INSERTs:
appends a second, until others have it, catching up, joining a large hub, memory.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from pathlib import Path

from benchmarks.desks.servers import Servers
from benchmarks.desks.simulation import Simulation, Station
from benchmarks.processes import Facts, ask
from benchmarks.timing import timed
from discharge.actions import sharing, signing_in
from discharge.actions.desk import Desk, system_clock
from discharge.actions.sealing import seal_hub
from discharge.keys.passphrases import Cost
from discharge.store.server import wire
from discharge.store.server.link import Link
from tests.actions.a_sealed_hub import ADA

HEARD, PAINTED = 40, 20
"""So often it is measured until others have it, and until it is painted there."""
DAY = 1_300
"""So many entries is a desk behind that was away for a day."""
CHEAP = Cost(1, 8 * 2**10)


def measure_appends(folder: Path, *, desks: int, actions: int, seed: int) -> Facts:
    """At so many desks at once, as quickly as they can; then one at a time, and one that was away."""
    story = Simulation(folder, desks=desks + 1, actions=actions, seed=seed, minutes=0.0, is_calm=True)
    *stations, away = story.stations
    try:
        story.begin()
        had = away.stands()["head"][0]
        away.ends()
        story.stations = stations
        seconds = story.work()
        story.come_to_rest()
        spent = sorted(story.seconds)
        heard = _until_heard(story, stations)
        _fill_the_day(story, stations, had=had)
        found: Facts = {
            "desks": desks, "actions": actions, "load": story.load,
            "appends_a_second": round(story.tally["acknowledged while shared"] / seconds, 1),
            "action_ms": _ms(spent), "heard_ms": _ms(heard),
            "peak_mb": story.tally["largest peak MB"],
            "catching_up": _catches_up(away, stations[0], had=had),
            "painted_ms": _ms(_until_painted(story, away, stations[0])),
            "inserts_a_second": _plain_inserts(story.servers),
        }  # fmt: skip
        story.stations = [*stations, away]
        return found | {"wrong": story.wrong}
    finally:
        story.close()


def _ms(seconds: list[float]) -> Facts:
    """The median and what 99 in a hundred stay below, in milliseconds."""
    found = sorted(seconds)
    at = min(len(found) - 1, round(0.99 * len(found)))
    return {"median": round(1000 * statistics.median(found)), "99 %": round(1000 * found[at])}


def _until_heard(story: Simulation, stations: list[Station]) -> list[float]:
    """From one desk's commit until each other has what it did in its tables."""
    first, *others = stations
    found: list[float] = []
    for _ in range(HEARD):
        first.done += 1
        said = first.asked({"do": "act", "number": first.done, "now": story.now().isoformat()})
        if said is None or "acknowledged" not in said:
            continue
        time.sleep(0.7)
        for other in others:
            seen = other.asked({"do": "seen", "head": said["head"]})
            if seen is not None and seen["at"] is not None:
                found.append(max(0.0, seen["at"] - said["at"]))
    return found


def _until_painted(story: Simulation, window: Station, there: Station) -> list[float]:
    """From one desk's commit until the row is painted in the window of another, which nobody sees."""
    window.ends()
    shown = window.runs("benchmarks.desks.painted")
    assert shown is not None
    time.sleep(5)
    found: list[float] = []
    for _ in range(PAINTED):
        there.done += 1
        said = there.asked({"do": "enter", "number": there.done, "now": story.now().isoformat()})
        if said is not None and "acknowledged" in said:
            found.append(window.says()["at"] - said["at"])
    return found


def _fill_the_day(story: Simulation, stations: list[Station], *, had: int) -> None:
    """One desk goes on alone until a day's entries have come since `had`."""
    there, *others = stations
    for each in others:
        each.ends()
    for _ in range(4 * DAY):
        there.done += 1
        said = there.asked({"do": "act", "number": there.done, "now": story.now().isoformat()})
        if said is not None and said.get("head", had) - had >= DAY:
            return


def _catches_up(away: Station, there: Station, *, had: int) -> Facts:
    """From starting the program until it has all that the others did meanwhile."""
    stands = there.asked({"do": "standing"})
    assert stands is not None
    began = time.monotonic()
    away.starts()
    opened = time.monotonic() - began
    stood = away.asked({"do": "standing"})
    while stood is not None and stood["head"] != stands["head"] and time.monotonic() - began < 300:
        time.sleep(0.05)
        stood = away.asked({"do": "standing"})
    return {
        "entries": stands["head"][0] - had, "opened_s": round(opened, 1),
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def _plain_inserts(servers: Servers) -> float:
    """The rows of the journal once more into a table of their own, a transaction a row, by psycopg alone."""
    with wire.connect(servers.administrator, timeout=60) as connection:
        rows = connection.execute(
            b"SELECT seq, hash, prev, generation, box FROM discharge.journal ORDER BY seq"
        ).fetchall()
        connection.execute(b"CREATE TABLE public.plain (LIKE discharge.journal INCLUDING ALL)")

        def inserts() -> None:
            for row in rows:
                connection.execute(
                    "INSERT INTO public.plain (seq, hash, prev, generation, box) VALUES (%s, %s, %s, %s, %s)",
                    row,
                )

        return round(len(rows) / timed(inserts)[0], 1)


def measure_joining(folder: Path, large: Path) -> Facts:
    """A large plain hub is sealed and brought to a server, and another desk joins it."""
    hub = folder / "large" / "Hub.discharge"
    hub.parent.mkdir()
    shutil.copyfile(large, hub)
    seal_hub(hub, user="U-0001", passphrase=ADA, cost=CHEAP)
    opened = signing_in.unlocked(hub, "U-0001", ADA, now=system_clock())
    with Servers(standby=False) as servers, Desk.open(hub, unlocked=opened) as desk:
        by = signing_in.sign_in(desk, opened)
        address = servers.desks_address(servers.ports)
        with Link.open(address, None, timeout=60) as link:
            brought, invitation = timed(lambda: sharing.bring(desk, link, address.as_json(), by=by))
            file = folder / "ward.ddinvite"
            file.write_text(invitation.text, "utf-8")
            there = folder / "joined"
            there.mkdir()
            answer = ask("benchmarks.desks.joining", file, there, "U-0001", ADA)
    load = [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else []
    facts = answer.facts if answer.there else {"left_out": answer.why}
    return {**facts, "brought_s": round(brought, 1), "load": load}
