"""What is done in a working week, drawn from a seed: whoever is at a desk does what could come next there.

Everybody has a name of their own, and whatever is written of somebody says in its words of whom: so that it
can be seen on record whether it was written of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from discharge.actions import capacity_returns, infections, patients, placements, settings
from discharge.actions.context import Action, Answered
from discharge.actions.desk import Desk
from discharge.actions.placements import happened
from discharge.model.errors import Asked, UserError
from discharge.model.identifiers import NoNumber
from discharge.model.infection import Result, Test
from discharge.model.london import london_date
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Given, How, User
from discharge.model.placement import EndOutcome, PlacementState, StayChoice, Transport
from discharge.model.setting import Beds, Free, Unit
from discharge.model.setting_record import CapacityReturn, SettingDetails
from discharge.model.shown.placements import MoveRow
from discharge.model.travel import CrewPpe, TransportMode
from discharge.store.ask.queries import Queries
from discharge.store.server import state
from discharge.store.server.state import Done

ORGANISM = "sars-cov-2"
MANAGER = Given(how=How.PHONE, name="Jo Marsh", role="registered manager", number="020 7946 0001")
WHY = "Seen on the ward."
BEDS = 2
"""Free beds in each home."""
ENOUGH = 40
"""So many wait at most: who does the work brings them on before entering others."""

Chance = random.Random
Choose = Callable[[Queries, Chance, str], Action | None]


def homes(number: int, today: date) -> list[Action]:
    """Homes with few beds, so that many want the same one."""
    free = (Free(start=today, count=BEDS),)
    beds = Beds(id="B1", category="general_residential", room="ensuite", sex="any", free=free)
    found: list[Action] = []
    for at in range(number):
        details = SettingDetails.model_validate(
            {"name": f"Home {at + 1}", "type": "care_home", "local_authority": "Abbey", "weekly_fee": 900.0}
        )
        unit = Unit(id="Main", isolation="none", isolation_places=None, beds=(beds,))
        found.append(partial(settings.register_setting, details=details, units=[unit]))
    return found


def returns(names: Iterable[str], now: datetime) -> list[Action]:
    """What is free in homes with nobody in them."""
    report = CapacityReturn(reported_at=now, accepting=True, vacancies=BEDS)
    return [partial(capacity_returns.record_capacity_return, setting=name, report=report) for name in names]


def of(name: str) -> str:
    """How words say of whom they are."""
    return f"Of «{name}»."


def _enter(queries: Queries, chance: Chance, new: str) -> Action:
    details = PatientDetails.model_validate(
        {
            "name": f"Person {new}", "no_number": NoNumber.NOT_KNOWN, "born": date(1940, 1, 1),
            "sex": "female", "priority": 2, "pathway": "P3", "ready_on": queries.today,
            "local_authority": "Abbey", "care": {"level": "residential", "specialism": "general"},
        }
    )  # fmt: skip
    seen = () if chance.random() < 0.2 else (_tested(queries, "negative", hours_ago=20),)
    return partial(patients.register_patient, details=details, observations=seen, told_apart=True)


def _tested(queries: Queries, result: Result, *, hours_ago: int) -> Test:
    at = queries.now - timedelta(hours=hours_ago)
    return Test(organism=ORGANISM, result=result, specimen_at=at, reported_at=at + timedelta(hours=1))


def _somebody(queries: Queries, chance: Chance) -> tuple[str, str] | None:
    rows = queries.patient_names()
    return chance.choice(list(rows.items())) if rows else None


def _amend(queries: Queries, chance: Chance, new: str) -> Action | None:
    if (who := _somebody(queries, chance)) is None:
        return None
    return partial(patients.amend_patient, patient=who[0], changes={"ward": f"Ward {new}"}, reason=of(who[1]))


def _test(queries: Queries, chance: Chance, _new: str) -> Action | None:
    if (who := _somebody(queries, chance)) is None:
        return None
    result: Result = "positive" if chance.random() < 0.1 else "negative"
    seen = _tested(queries, result, hours_ago=chance.randint(2, 30))
    return partial(infections.record_observation, patient=who[0], observation=seen)


def _propose(queries: Queries, chance: Chance, _new: str) -> Action | None:
    taken = {row.patient for row in queries.moves()}
    rows = [row for row in queries.patients() if row.id not in taken]
    if not rows:
        return None
    who, home = chance.choice(rows), chance.choice(list(queries.setting_names()))
    stay = StayChoice.model_validate({"setting": home, "unit": "Main", "beds": "B1", "from": queries.today})
    return partial(placements.propose_by_hand, choices={who.id: [stay]}, reason=of(who.name))


def _next_step(queries: Queries, chance: Chance, _new: str) -> Action | None:
    """A placement goes on as it should."""
    rows = [row for row in queries.moves() if row.state in _NEXT]
    return _NEXT[(row := chance.choice(rows)).state](row, queries) if rows else None


_NEXT: dict[PlacementState, Callable[[MoveRow, Queries], Action]] = {
    PlacementState.PROPOSED: lambda row, _: partial(
        placements.approve, placement=row.id, note=of(row.patient_name)
    ),
    PlacementState.APPROVED: lambda row, _: partial(placements.tell, placement=row.id, given=MANAGER),
    PlacementState.TOLD: lambda row, _: partial(
        placements.accept, placement=row.id, given=MANAGER, note=of(row.patient_name)
    ),
    PlacementState.ACCEPTED: lambda row, queries: partial(
        placements.book, placement=row.id,
        transport=Transport(
            mode=TransportMode.AMBULANCE_SEATED, ppe=CrewPpe.DROPLET, at=queries.now + timedelta(minutes=30),
            note=of(row.patient_name),
        ),
    ),
    PlacementState.BOOKED: lambda row, _: partial(placements.depart, placement=row.id),
    PlacementState.DEPARTED: lambda row, _: partial(placements.arrive, placement=row.id),
}  # fmt: skip


def _unlike_planned(queries: Queries, chance: Chance, _new: str) -> Action | None:
    """A placement is returned, withdrawn, or they went by it whatever speaks against it."""
    if not (rows := queries.moves()):
        return None
    row = chance.choice(rows)
    placement, words = row.id, of(row.patient_name)
    ways: list[Action] = [
        partial(placements.return_, placement=placement, reason=words),
        partial(placements.withdraw, placement=placement, reason=words),
        partial(happened.left, placement=placement, reason=words),
        partial(happened.arrived, placement=placement, reason=words),
    ]
    return chance.choice(ways)


def _over(queries: Queries, chance: Chance, _new: str) -> Action | None:
    rows = [row for row in queries.moves() if row.state is PlacementState.ARRIVED]
    if not rows:
        return None
    row = chance.choice(rows)
    outcome = chance.choice([EndOutcome.BACK_TO_HOSPITAL, EndOutcome.DIED])
    return partial(placements.end, placement=row.id, outcome=outcome, note=of(row.patient_name))


def _gone(queries: Queries, chance: Chance, _new: str) -> Action | None:
    """Somebody died, or left without a placement."""
    if (who := _somebody(queries, chance)) is None:
        return None
    if chance.random() < 0.5:
        return partial(happened.died, patient=who[0], reason=of(who[1]))
    return partial(happened.left_without_us, patient=who[0], elsewhere="To her son", reason=of(who[1]))


def _home_says(queries: Queries, chance: Chance, _new: str) -> Action | None:
    home = chance.choice(list(queries.setting_names()))
    ways: list[Action] = [
        partial(settings.declare_outbreak, setting=home, organism=ORGANISM),
        partial(settings.end_outbreak, setting=home, organism=ORGANISM),
        partial(settings.end_outbreak, setting=home, organism=ORGANISM),
        partial(settings.close_admissions, setting=home, reason="Short of staff"),
        partial(settings.open_admissions, setting=home, given=MANAGER),
        partial(settings.open_admissions, setting=home, given=MANAGER),
        partial(
            capacity_returns.record_capacity_return,
            setting=home,
            report=CapacityReturn(reported_at=queries.now, vacancies=chance.randint(0, BEDS)),
        ),
    ]
    return chance.choice(ways)


OFTEN: dict[Choose, int] = {
    _enter: 12, _amend: 6, _test: 20, _propose: 18, _next_step: 60, _unlike_planned: 4, _over: 8, _gone: 2,
    _home_says: 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Something that a desk said was done: by whom, its number there, and the ids of its entries."""

    by: str
    number: int
    entries: tuple[str, ...]


class Worker:
    """Whoever is at a desk, doing one thing after another."""

    def __init__(self, name: str, desk: Desk, user: User, chance: Chance, *, done: int = 0) -> None:
        self.name, self.desk, self.user = name, desk, user
        self._chance, self.done = chance, done

    def once(self) -> Acknowledged | str:
        """Does one thing; what was acknowledged, or the sentence by which it was refused."""
        return self.does(self._chance.choices(list(OFTEN), list(OFTEN.values()))[0])

    def enters(self) -> Acknowledged | str:
        """Enters somebody, however many wait."""
        enter: Choose = partial(_enter)  # not what `_chosen` brings on others instead of
        return self.does(enter)

    def does(self, choose: Choose) -> Acknowledged | str:
        """Does just that; as `once`."""
        self.done += 1
        new = f"{self.name}x{self.done}"
        at = self.desk.renumbered(None)  # as a form: what is chosen is done to whom it was chosen for
        try:
            action = self.desk.ask(lambda queries: self._chosen(queries, choose, new))
            self._performed(action, seen=None if at is None else at[0])
        except UserError as error:
            return error.sentence
        return self._last()

    def _chosen(self, queries: Queries, choose: Choose, new: str) -> Action:
        if choose is _enter and len(queries.patient_names()) > ENOUGH:
            choose = _next_step
        return choose(queries, self._chance, new) or _enter(queries, self._chance, new)

    def _performed(self, action: Action, *, seen: int | None) -> None:
        answers: dict[str, str] = {}
        while True:
            try:
                asked = Answered(action, answers) if answers else action
                self.desk.perform(asked, by=self.user, seen=seen, follows=True)
            except Asked as question:
                if question.key in answers:
                    raise
                answers[question.key] = WHY
            else:
                return

    def _last(self) -> Acknowledged:
        last = max(done_here(self.desk), key=lambda one: one.number)
        return Acknowledged(last.by, last.number, last.entries)


def done_here(desk: Desk) -> list[Done]:
    """All that was done at a desk, whatever became of it."""
    with desk.kept_from_others() as store, store.reading() as connection:
        return state.done(connection, *state.State)


def today_of(desk: Desk) -> date:
    """The day that it is at a desk."""
    return london_date(desk.now())
