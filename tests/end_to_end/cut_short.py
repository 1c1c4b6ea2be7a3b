"""The afternoon of the day at the hub, in a program of its own that is killed in the midst of its work.

Says each thing once it is on record, then enters a long list of people in one go and says how far it is.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

from discharge.actions.context import Action
from discharge.actions.desk import Desk
from discharge.actions.patients import register_patient
from discharge.actions.placements import accept, arrive, book, depart
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Given, How, Role
from discharge.model.placement import Transport
from discharge.model.travel import CrewPpe, TransportMode

NOON = datetime(2020, 11, 16, 12, tzinfo=UTC)
MANAGER = Given(how=How.PHONE, name="Nell Carew", role="registered manager", number="020 7946 0102")
CROWD = 400


def say(words: str) -> None:
    """One line to whoever started this."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def steps(placement: str) -> Iterator[tuple[str, Action]]:
    """From the home's word to the arrival."""
    leaves = NOON + timedelta(minutes=20)
    transport = Transport(mode=TransportMode.HOSPITAL_CAR, ppe=CrewPpe.MASK, at=leaves)
    yield "accepted", partial(accept, placement=placement, given=MANAGER)
    yield "booked", partial(book, placement=placement, transport=transport)
    yield "departed", partial(depart, placement=placement)
    yield "arrived", partial(arrive, placement=placement)


def crowd() -> Iterator[Action]:
    """A long list of people."""
    for number in range(CROWD):
        details = PatientDetails(
            name=f"Person {number}",
            no_number="not_known",
            born=date(1940, 1, 1),
            sex="female",
            priority=3,
            pathway="P3",
            ready_on=date(2020, 11, 17),
        )
        yield partial(register_patient, details=details)


def slowly(done: int) -> None:
    """Leaves whoever listens the time to act."""
    if done % 20 == 0:
        say(f"entering {done}")
        time.sleep(0.2)


def main(hub: str, placement: str) -> None:
    """Works until somebody kills it."""
    now = NOON
    with Desk.open(hub, clock=lambda: now) as desk:
        coordinator = next(user for user in desk.people() if user.roles == {Role.COORDINATOR})
        for word, action in steps(placement):
            now += timedelta(minutes=5)
            desk.perform(action, by=coordinator)
            say(word)
        desk.perform_all(crowd(), by=coordinator, progress=slowly)
        say("finished")


if __name__ == "__main__":
    main(*sys.argv[1:])
