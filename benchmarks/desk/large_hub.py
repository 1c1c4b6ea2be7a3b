"""A hub of England's size to measure the window on: 15,403 settings, 5,000 placements, people who wait.

The settings come in by the import itself. One placement is walked through its whole life by the actions; what
they wrote into the journal is then written again for all the others, with other ids, as one action.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.cases import SHARED
from benchmarks.timing import tell, timed
from discharge.actions import placements
from discharge.actions.capacity_returns import record_capacity_return
from discharge.actions.context import Action, Context
from discharge.actions.desk import Desk
from discharge.actions.exchange import import_file
from discharge.actions.file_kinds import FileKind
from discharge.actions.patients import register_patient
from discharge.actions.people import add_user
from discharge.actions.settings import add_unit
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Given, How, Role, User
from discharge.model.placement import EndOutcome, StayChoice, Transport
from discharge.model.setting import Beds, Free, Unit
from discharge.model.setting_record import CapacityReturn
from discharge.model.travel import CrewPpe, TransportMode
from discharge.store.journal import Entry

DIRECTORY = SHARED / "data" / "care_homes_england_2021.csv"
WITH_BEDS = 5_000
"""Settings that have said what is free."""
PLACEMENTS = 5_000
WAITING = 250
SHARES = (3, 3, 3, 3, 3, 3, 32, 50)
"""Of a hundred placements, how many stand after each step of `_steps`: most are over, or in place."""
MANAGER = Given(how=How.PHONE, name="Pat Quinn", role="registered manager", number="020 7946 0001")


class Writing:
    """A hub being made: does actions and keeps what they wrote."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.coordinator = desk.found(hub="All of England", name="Jo Marsh")
        lead = desk.perform(partial(add_user, name="Lee Okafor", roles=[Role.LA_LEAD]), by=self.coordinator)
        self.lead = desk.sign_in(lead.first)

    def do(self, action: Action, *, by: User | None = None) -> list[Entry]:
        """Do one action; the entries that it wrote."""
        kept: list[Entry] = []

        def keeping(context: Context) -> Sequence[Entry]:
            kept.extend(action(context))
            return kept

        self.desk.perform(keeping, by=by or self.coordinator)
        return kept

    def again(self, entries: Iterator[Entry], *, by: User | None = None) -> None:
        """Write these entries as one action."""
        self.desk.perform(lambda _context: list(entries), by=by or self.coordinator)


def make(path: Path, directory: Path = DIRECTORY, *, placements_wanted: int = PLACEMENTS) -> None:
    """Make the hub at `path`, where there is none."""
    now = datetime.now(UTC).replace(microsecond=0)
    # it all happened within the last ten days
    clock = _Clock(now - timedelta(days=10))
    with Desk.open(path, clock=clock) as desk:
        hub = Writing(desk)
        import_file(desk, kind=FileKind.CQC, source=directory, by=hub.coordinator, take_good_rows=True)
        settings = list(desk.ask(lambda queries: queries.setting_names()))[:WITH_BEDS]
        clock.now = now - timedelta(hours=5)
        _beds(hub, settings)
        _people(hub, placements_wanted + WAITING)
        _placements(hub, settings, placements_wanted, clock)


class _Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _beds(hub: Writing, settings: Sequence[str]) -> None:
    """Each setting gets a unit, and says that some of its beds are free."""
    today = hub.desk.now().date()
    free = Free.model_validate({"from": (today - timedelta(days=30)).isoformat(), "to": None, "count": 4})
    beds = Beds(id="B1", category="general_residential", room="single", sex="any", free=(free,))
    unit = Unit(id="main", isolation="none", beds=(beds,))
    first, others = settings[0], settings[1:]
    added = hub.do(partial(add_unit, setting=first, unit=unit))
    hub.again(other for name in others for other in _copies(added, {first: name}))
    report = CapacityReturn(reported_at=hub.desk.now() - timedelta(hours=1), accepting=True)
    said = hub.do(partial(record_capacity_return, setting=first, report=report))
    hub.again(other for name in others for other in _copies(said, {first: name}))


def _people(hub: Writing, number: int) -> None:
    """Made-up people, all alike but for their names and birthdays."""
    details: dict[str, Any] = {
        "name": "Person 00001", "no_number": "not_known", "born": "1940-05-05", "sex": "female",
        "priority": 2, "pathway": "P3", "ready_on": hub.desk.now().date().isoformat(), "ward": "Oak",
        "care": {"level": "residential", "specialism": "general"},
    }  # fmt: skip
    given = PatientDetails.model_validate(details, by_alias=True, by_name=True)
    written = hub.do(partial(register_patient, details=given))
    first = written[0].subject

    def others() -> Iterator[Entry]:
        for at in range(2, number + 1):
            changes = {first: f"P-{at:04d}", "Person 00001": f"Person {at:05d}"}
            yield from _copies(written, changes, number=at)

    hub.again(others())


def _placements(hub: Writing, settings: Sequence[str], number: int, clock: _Clock) -> None:
    """One placement by the actions, step by step; the others as it, each up to a step of its own."""
    steps: list[tuple[User, list[Entry]]] = []
    for action, by in _steps(hub, settings[0], clock):
        steps.append((by, hub.do(action, by=by)))
    reached = [step for step, share in enumerate(SHARES) for _ in range(share)]
    for step, (by, written) in enumerate(steps):

        def copies(step: int = step, written: Sequence[Entry] = written) -> Iterator[Entry]:
            for at in range(2, number + 1):
                # the steps of a hundred are spread, so that each page of a table has some of each
                if reached[at * 37 % len(reached)] >= step:
                    changes = {
                        "P-0001": f"P-{at:04d}",
                        "L-0001": f"L-{at:04d}",
                        settings[0]: settings[at % len(settings)],
                    }
                    yield from _copies(written, changes, number=at)

        hub.again(copies(), by=by)


def _steps(hub: Writing, setting: str, clock: _Clock) -> Iterator[tuple[Action, User]]:
    """The life of a placement, from proposed to ended, half an hour a step."""
    start = hub.desk.now().date()
    choice = StayChoice(setting=setting, unit="main", beds="B1", start=start, end=None)
    by_hand = partial(placements.propose_by_hand, choices={"P-0001": [choice]}, reason="The family's wish")
    yield by_hand, hub.coordinator
    life: list[tuple[Callable[..., Sequence[Entry]], dict[str, Any]]] = [
        (placements.approve, {}),
        (placements.tell, {"given": MANAGER}),
        (placements.accept, {"given": MANAGER}),
        (placements.book, {}),
        (placements.depart, {}),
        (placements.arrive, {}),
        (placements.end, {"outcome": EndOutcome.SETTLED}),
    ]
    for action, more in life:
        clock.now += timedelta(minutes=30)
        if action is placements.book:
            at = clock.now + timedelta(minutes=30)
            more = {"transport": Transport(mode=TransportMode.HOSPITAL_CAR, ppe=CrewPpe.MASK, at=at)}
        yield (
            partial(action, placement="L-0001", **more),
            hub.lead if action is placements.approve else hub.coordinator,
        )


def _copies(
    written: Sequence[Entry], changes: dict[str, str], *, number: int | None = None
) -> Iterator[Entry]:
    """The entries as if they had been written of others: ids changed throughout, and the running number."""
    for entry in written:
        body = {key: _changed(value, changes) for key, value in entry.body.items()}
        if number is not None and "number" in body:
            body["number"] = number
        yield replace(entry, subject=changes.get(entry.subject, entry.subject), body=body)


def _changed(value: Any, changes: dict[str, str]) -> Any:
    if isinstance(value, str):
        return changes.get(value, value)
    if isinstance(value, dict):
        return {key: _changed(each, changes) for key, each in value.items()}
    return [_changed(each, changes) for each in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    if not DIRECTORY.is_file():
        tell({"left_out": "the directory of England's homes is not beside the project"})
    else:
        wanted = int(sys.argv[2]) if len(sys.argv) > 2 else PLACEMENTS
        tell({"seconds": timed(lambda: make(Path(sys.argv[1]), placements_wanted=wanted))[0]})
