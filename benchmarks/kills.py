"""A program killed in mid work, again and again: nothing that it said was done may be lost.

What it does meanwhile is of every kind of entry that changes many rows at once: homes joined and parted,
records merged and parted, kept beds, several outbreaks, facts that happened all the same.

python -m benchmarks.kills [NUMBER]
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from benchmarks.timing import tell
from discharge.actions.capacity_returns import record_capacity_return
from discharge.actions.context import Action
from discharge.actions.desk import Desk
from discharge.actions.joining import join_settings, part_settings
from discharge.actions.kept_beds import keep_bed, release_bed
from discharge.actions.merging import merge_patients, part_patients
from discharge.actions.patients import register_patient, take_back
from discharge.actions.people import add_user
from discharge.actions.placements import happened
from discharge.actions.settings import declare_outbreak, end_outbreak, register_setting, remove_beds, set_beds
from discharge.model.errors import UserError
from discharge.model.identifiers import NoNumber
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Role, User
from discharge.model.setting import Beds, Free, Unit
from discharge.model.setting_record import CapacityReturn, SettingDetails
from discharge.store.ask.queries import Queries

KILLS = 200
NOW = datetime(2020, 11, 17, 12, tzinfo=UTC)
TODAY = date(2020, 11, 17)
ORGANISMS = ("influenza", "norovirus", "sars-cov-2")
PEOPLE, HOMES = 4, 3
FAILED = "failed by itself:"


def _beds(count: int) -> Beds:
    free = (Free(start=TODAY, count=count),)
    return Beds(id="B1", category="general_residential", room="ensuite", sex="any", free=free)


def found(hub: Path) -> None:
    """A hub with a few people and homes to do things with, and somebody of every role."""
    with Desk.open(hub, clock=lambda: NOW) as desk:
        founder = desk.found(hub="Kill", name="Ana Admin")
        add = partial(add_user, name="Cleo All", roles=[Role.COORDINATOR, Role.LA_LEAD, Role.CLINICIAN])
        by = desk.sign_in(desk.perform(add, by=founder).first)
        for at in range(HOMES):
            details = SettingDetails(name=f"Home {at}", type="care_home", registered_beds=9)
            unit = Unit(id=f"Unit {at % 2}", isolation="rooms", isolation_places=2, beds=(_beds(2),))
            made = desk.perform(partial(register_setting, details=details, units=[unit]), by=by).first
            report = CapacityReturn(reported_at=NOW, vacancies=2)
            desk.perform(partial(record_capacity_return, setting=made, report=report), by=by)
        for at in range(PEOPLE):
            person = PatientDetails(
                name=f"Person Number{at}", no_number=NoNumber.NOT_KNOWN, born=date(1930 + at, 1, 1),
                sex="female", priority=2, pathway="P3", ready_on=TODAY,
            )  # fmt: skip
            desk.perform(partial(register_patient, details=person, told_apart=True), by=by)


def _users(_queries: Queries, chance: random.Random) -> Action:
    return partial(add_user, name=f"User {chance.random()}", roles=[Role.COORDINATOR])


def _homes(queries: Queries, chance: random.Random) -> Action:
    """Two homes are joined, or one that is joined is parted."""
    one, two = chance.sample(list(queries.setting_names()), 2)
    whole = queries.part_of(two)
    if whole is not None:
        return partial(part_settings, setting=whole, other=two, reason="two after all")
    return partial(join_settings, setting=one, other=two, reason="one home")


def _records(queries: Queries, chance: random.Random) -> Action:
    """Two records are merged, or one that is merged is parted."""
    one, two = chance.sample([row.id for row in queries.patients(left=True)], 2)
    whole = queries.survivor(two)
    if whole != two:
        return partial(part_patients, patient=whole, other=two, reason="two people")
    return partial(merge_patients, patient=one, other=two, take={}, reason="one person")


def _kept(queries: Queries, chance: random.Random) -> Action:
    """A bed is kept, or kept no more."""
    who = chance.choice([row.id for row in queries.patients(left=True)])
    if rooms := queries.kept_beds(patient=who):
        return partial(release_bed, setting=rooms[0].setting, patient=who, reason="given up")
    home = chance.choice([row.id for row in queries.settings()])
    unit = queries.setting_facts(home).units[0].id
    return partial(keep_bed, setting=home, unit=unit, beds="B1", patient=who)


def _outbreaks(queries: Queries, chance: random.Random) -> Action:
    """An outbreak more in a home, or one fewer."""
    home, organism = chance.choice([row.id for row in queries.settings()]), chance.choice(ORGANISMS)
    there = {one.organism for one in queries.setting_facts(home).outbreaks}
    if organism in there and (len(there) > 1 or chance.random() < 0.3):
        return partial(end_outbreak, setting=home, organism=organism)
    return partial(declare_outbreak, setting=home, organism=organism)


def _facts(queries: Queries, chance: random.Random) -> Action:
    """Somebody left without us, or died, or is on the list again after all."""
    who = chance.choice([row.id for row in queries.patients(left=True)])
    if queries.person(who).left_reason is not None:
        return partial(take_back, patient=who, note="a mistake")
    if chance.random() < 0.5:
        return partial(happened.died, patient=who, reason="in the night")
    return partial(happened.left_without_us, patient=who, elsewhere="a home in Leeds", reason="her son")


def _rooms(queries: Queries, chance: random.Random) -> Action:
    """More beds than a home can have, or none."""
    home = chance.choice([row.id for row in queries.settings()])
    unit = queries.setting_facts(home).units[0]
    if unit.beds and chance.random() < 0.5:
        return partial(remove_beds, setting=home, unit=unit.id, beds=unit.beds[0].id, reason="let")
    return partial(set_beds, setting=home, unit=unit.id, beds=_beds(chance.randint(1, 20)))


DOES: tuple[Callable[[Queries, random.Random], Action], ...] = (
    _users, _homes, _records, _kept, _outbreaks, _facts, _rooms,
)  # fmt: skip


def once(desk: Desk, by: User, chance: random.Random) -> int:
    """One thing more that is done; the number of its last entry, 0 where it was refused."""
    choose = chance.choice(DOES)
    try:
        return desk.perform(desk.ask(lambda queries: choose(queries, chance)), by=by).head
    except UserError:
        return 0


def _write_until_killed(hub: Path, said: int, seed: int) -> None:
    """In a process of its own: does one thing after another, and says each once it is on record."""
    chance = random.Random(seed)
    with Desk.open(hub, clock=lambda: NOW) as desk:
        by = desk.sign_in("U-0002")
        administrator = desk.sign_in("U-0001")
        while True:
            head = once(desk, by, chance) or once(desk, administrator, chance)
            if head:
                os.write(said, f"{head}\n".encode())


def _killed_once(hub: Path, *, after: float, seed: int) -> int:
    """The number of the last entry that was acknowledged before the kill; 0 where none was."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            _write_until_killed(hub, theirs, seed)
        except BaseException as error:  # noqa: BLE001 - told, and the run is wrong
            os.write(theirs, f"{FAILED} {type(error).__name__}\n".encode())
        finally:
            os._exit(1)
    os.close(theirs)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(ours, encoding="ascii") as pipe:
        whole = [line for line in pipe.read().split("\n")[:-1] if line]
    if whole and whole[-1].startswith(FAILED):
        raise RuntimeError(f"what was to be killed {whole[-1]}")
    return int(whole[-1]) if whole else 0


def lost(folder: Path, *, number: int, seed: int = 2020) -> tuple[int, list[str]]:
    """Kills so often; how many entries were acknowledged, and what was found lost or not as written."""
    hub = folder / "Kill.hub"
    found(hub)
    chance = random.Random(seed)
    wrong: list[str] = []
    last = 0
    for at in range(number):
        last = max(last, _killed_once(hub, after=chance.uniform(0.01, 0.5), seed=chance.randrange(2**32)))
        with Desk.open(hub, clock=lambda: NOW) as desk:
            head = desk.ask(lambda queries: queries.head())
            if head < last:
                wrong.append(f"kill {at}: entry {last} was acknowledged, the record ends with {head}")
            if desk.remarks:
                wrong.append(f"kill {at}: {desk.remarks[0]}")
            if not (checked := desk.verify()).is_intact:
                wrong.append(f"kill {at}: {checked.sentence}")
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
