"""Some days at a small hub, made at random from a seed: what happens to people and homes, in any order.

What the hub refuses is left out; nothing here knows what the Situation counts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from discharge.actions import (
    calls,
    capacity_returns,
    designating,
    joining,
    merging,
    patients,
    placements,
    settings,
)
from discharge.actions import taking_back as back
from discharge.actions.context import Action
from discharge.actions.entry_back import take_back_entry
from discharge.actions.placements import happened
from discharge.actions.planning import freeze_case, store_plan
from discharge.matching.propose import propose
from discharge.model.call import Answers
from discharge.model.errors import UserError
from discharge.model.files import write_plan
from discharge.model.london import london_date
from discharge.model.patient_record import LeaveReason
from discharge.model.people import User
from discharge.model.placement import DeclineReason, EndOutcome, StayChoice
from discharge.model.setting import Beds, Free, Span, Unit
from discharge.model.setting_record import CapacityReturn, GroupFree
from discharge.rules.delay_reasons import list_on
from tests.actions.a_hub import COVID, DIRECTOR, MANAGER, AHub, Clock

HOSPITALS = ("ZZ901", "ZZ902", "")
BOROUGHS = ("Abbey", "Barking", "")
FIRST = (
    datetime(2020, 10, 23, 9, tzinfo=UTC),  # clocks go back on Sunday 25
    datetime(2021, 3, 26, 9, tzinfo=UTC),  # and forward on Sunday 28
    datetime(2020, 11, 30, 9, tzinfo=UTC),
)
_NAMES = ("Ada", "Ben", "Cora", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon", "Kit", "Lou", "Mae")
_UNDER_WAY = ("proposed", "approved", "told", "accepted", "booked", "departed", "arrived")


class _NobodyThereYet(Exception):
    """There is nothing to which it could be done."""


class RandomDays:
    """A hub, and somebody who does whatever comes into their mind there."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.hub = AHub(folder / f"days-{seed}.hub", Clock(self.random.choice(FIRST)))
        self.first = self.today
        self.people: list[str] = []
        self.homes: list[str] = []
        self.done: dict[str, int] = {}
        self.refused: list[tuple[str, str]] = []
        self._made = 0
        for number in range(self.random.randint(2, 4)):
            self._home(number)

    @property
    def today(self) -> date:
        """The day in London."""
        return london_date(self.hub.clock.now)

    def live(self, *, steps: int, days: int) -> None:
        """Does so many things, over about so many days."""
        for _ in range(steps):
            name, deed = self.random.choice(_DEEDS)
            self._try(name, partial(deed, self))
            self.hub.clock.plus(hours=self.random.random() * days * 48 / steps)

    # how things are done

    def _try(self, name: str, deed: Callable[[], None]) -> None:
        try:
            deed()
        except UserError as error:
            self.refused.append((name, str(error)))
        except _NobodyThereYet:
            pass
        else:
            self.done[name] = self.done.get(name, 0) + 1

    def _does(self, action: Action, by: User | None = None) -> None:
        self.hub.does_saying_why(action, by)

    def _at(self) -> datetime | None:
        """When it happened: mostly now, else some hours ago."""
        if self.random.random() < 0.7:
            return None
        return self.hub.clock.now - timedelta(hours=self.random.random() * 30)

    def _day(self, least: int, most: int) -> date:
        return self.today + timedelta(self.random.randint(least, most))

    def _somebody(self) -> str:
        return self._one_of(self.people)

    def _one_of(self, some: Sequence[str]) -> str:
        if not some:
            raise _NobodyThereYet
        return self.random.choice(some)

    def _two(self) -> tuple[str, str]:
        return self._somebody(), self._somebody()

    def _anywhere(self) -> str:
        return self.random.choice(self.homes)

    def _placements(self, *states: str) -> list[str]:
        rows = self.hub.desk.ask(lambda q: q._view.rows("SELECT id, state FROM placements ORDER BY number"))
        return [name for name, state in rows if state in states]

    def _placement(self, *states: str) -> str:
        return self._one_of(self._placements(*states))

    # homes

    def _home(self, number: int) -> None:
        free = (Free(start=self.today - timedelta(30), count=6),)
        beds = Beds(id="B1", category="general_residential", room="ensuite", sex="any", free=free)
        units: Sequence[Unit] = (Unit(id="Main", isolation="rooms", isolation_places=3, beds=(beds,)),)
        if self.random.random() < 0.4:
            units = (*units, Unit(id="Annexe", isolation="none", beds=(beds,)))
        name = self.hub.setting(
            f"Home {number}",
            *units,
            vacancies=None,
            local_authority=self.random.choice(BOROUGHS) or None,
            accepts_organisms=(COVID,),
            registered_beds=40,
        )
        self.homes.append(name)
        if self.random.random() < 0.6:
            span = Span(start=self.today - timedelta(9))
            self.hub.does(
                partial(
                    designating.designate,
                    setting=name,
                    unit="Main",
                    span=span,
                    given=DIRECTOR,
                    assured_on=self.today - timedelta(10),
                ),
                by=self.hub.lead,
            )
        if self.random.random() < 0.8:
            self._says(name, 5, 1)

    def _returns(self) -> None:
        self._says(self._anywhere(), self.random.randint(0, 5), self.random.choice((0, 1, 5, 30, 60)))

    def _says(self, home: str, count: int, hours: int) -> None:
        group = GroupFree(
            unit="Main", beds="B1", free=(Free(start=self.today, count=count),) if count else ()
        )
        report = CapacityReturn(
            reported_at=self.hub.clock.now - timedelta(hours=hours),
            accepting=self.random.choice((True, True, True, False)),
            free=(group,),
        )
        action = capacity_returns.record_capacity_return
        self._does(partial(action, setting=home, report=report))

    def _no_change(self) -> None:
        self._does(partial(capacity_returns.record_no_change, setting=self._anywhere()))

    def _return_back(self) -> None:
        self._does(partial(back.withdraw_return, setting=self._anywhere(), reason="Wrong home"))

    def _outbreak(self) -> None:
        organism = self.random.choice((COVID, "influenza", "norovirus"))
        home, at = self._anywhere(), self._at()
        if self.random.random() < 0.5:
            self._does(partial(settings.end_outbreak, setting=home, organism=organism, given=MANAGER, at=at))
            return
        self._does(partial(settings.declare_outbreak, setting=home, organism=organism, given=MANAGER, at=at))
        assess = partial(
            settings.record_risk_assessment, setting=home, organism=organism, given=DIRECTOR, note="One floor"
        )
        self._does(assess, self.hub.clinician)

    def _call(self) -> None:
        some = self.random.random() < 0.8
        keys = (
            "residents_suspected", "residents_confirmed", "staff_suspected", "staff_confirmed", "deaths",
            "admitted", "left", "staff_absent", "empty_beds",
        )  # fmt: skip
        said: dict[str, Any] = {key: self.random.randint(0, 3) for key in keys if self.random.random() < 0.4}
        if self.random.random() < 0.5:
            said["staffing"] = self.random.choice(("green", "amber", "red"))
        if self.random.random() < 0.5:
            said["ppe_days"] = self.random.choice((0.5, 2.0, 3.0, 10.0))
        if self.random.random() < 0.5:
            said["tested_on"] = self._day(-9, 0)
        answers = Answers.model_validate(said) if some else None
        given = MANAGER if some or self.random.random() < 0.5 else None
        self._does(
            partial(
                calls.log_call,
                setting=self._anywhere(),
                said="" if given is None else "All well.",
                given=given,
                answers=answers if given is not None else None,
                at=self._at(),
            )
        )

    def _call_out(self) -> None:
        setting = self._anywhere()
        lines = self.hub.desk.ask(lambda q: q.setting(setting)).calls
        call = self._one_of([line.id for line in lines])
        self._does(partial(calls.withdraw_call, setting=setting, call=call, reason="Another home"))

    def _amend_home(self) -> None:
        changes = self.random.choice(
            (
                {"ppe_days": self.random.choice((None, 1.0, 8.0))},
                {"staffing": self.random.choice((None, "green", "red"))},
                {"local_authority": self.random.choice(BOROUGHS) or None},
            )
        )
        self._does(partial(settings.amend_setting, setting=self._anywhere(), changes=changes))

    def _join(self) -> None:
        if self.random.random() < 0.2 and len(self.homes) > 1:
            one, two = self.random.sample(self.homes, 2)
            self._does(partial(joining.join_settings, setting=one, other=two, reason="Taken over"))
            gone = self.hub.desk.ask(lambda q: [name for name in (one, two) if q.whole(name) != name])
            self.homes = [name for name in self.homes if name not in gone]

    # people

    def _register(self) -> None:
        self._made += 1
        pathway = self.random.choice(("P0", "P1", "P2", "P3", "P3", "P3"))
        fields: dict[str, Any] = {
            "pathway": pathway,
            "ready_on": self._day(-4, 2),
            "hospital": self.random.choice(HOSPITALS) or None,
            "local_authority": self.random.choice(BOROUGHS) or None,
            "born": date(1930, 1, 1) + timedelta(self._made * 97),
        }
        fields = {name: value for name, value in fields.items() if value is not None}
        if self.random.random() < 0.6:
            fields["no_longer_meets_on"] = self._day(-4, 0)
        if self.random.random() < 0.6:
            fields["admitted_on"] = self._day(-30, -5)
        fields |= self._delays()
        who = self.hub.patient(f"{self.random.choice(_NAMES)} Number{self._made}", **fields)
        self.people.append(who)
        if self.random.random() < 0.8:
            result = self.random.choice(("negative", "negative", "negative", "positive"))
            self.hub.tested(who, result, hours_ago=self.random.choice((5, 20, 40)))

    def _delays(self) -> dict[str, Any]:
        if self.random.random() < 0.5:
            return {}
        reasons = [one.text for one in list_on(self.today).reasons[:6]]
        some = self.random.sample([*reasons, "Waits for a key"], self.random.randint(1, 3))
        primary = self.random.randrange(len(some) + 1)
        return {
            "delays": [
                {
                    "reason": reason,
                    "primary": at == primary,
                    "since": self._day(-3, 0).isoformat(),
                    **({"until": self._day(0, 3).isoformat()} if self.random.random() < 0.4 else {}),
                }
                for at, reason in enumerate(some)
            ]
        }

    def _amend(self) -> None:
        changes = self.random.choice(
            (
                {"hospital": self.random.choice(HOSPITALS)},
                {"no_longer_meets_on": self._day(-3, 0)},
                {"no_longer_meets_on": None},
                {"pathway": self.random.choice(("P1", "P2", "P3"))},
                {"local_authority": self.random.choice(BOROUGHS) or None},
                self._delays() or {"delays": []},
                {"admitted_on": self._day(-30, -5)},
            )
        )
        self._does(partial(patients.amend_patient, patient=self._somebody(), changes=changes))

    def _test(self) -> None:
        self._tested(self._somebody(), self.random.choice(("negative", "positive")), 3)

    def _leave(self) -> None:
        reason = self.random.choice(
            ("went_home", "unwell", "unwell", "self_discharged", "other_hub", "died", "entered_by_mistake")
        )
        self._does(
            partial(patients.leave, patient=self._somebody(), reason=LeaveReason(reason), at=self._at())
        )

    def _take_back(self) -> None:
        self._does(
            partial(patients.take_back, patient=self._somebody(), note="Still on the ward", at=self._at())
        )

    def _without_us(self) -> None:
        self._does(
            partial(
                happened.left_without_us,
                patient=self._somebody(),
                reason="Their family came",
                elsewhere="a home of their own choice",
                at=self._at(),
            )
        )

    def _died(self) -> None:
        self._does(partial(happened.died, patient=self._somebody(), at=self._at()))

    def _merge(self) -> None:
        one, two = self._two()
        self._does(
            partial(
                merging.merge_patients,
                patient=one,
                other=two,
                take={"name": "hub"},
                reason="One person",
                withdraw=self.hub.desk.ask(lambda q: [each.id for each in q.active_of(two)]),
                at=self._at(),
            )
        )

    def _part(self) -> None:
        one, two = self._two()
        self._does(partial(merging.part_patients, patient=one, other=two, reason="Two people"))

    # placements

    def _plan(self) -> None:
        """Whoever waits and has no fresh result is tested; then all of the plan, or some, is sent."""
        self.hub.clock.plus(minutes=1)
        for who in self.hub.desk.ask(lambda q: [row.id for row in q.patients()]):
            if self.random.random() < 0.8:
                self._try("test", partial(self._tested, who, "negative", 3))
        frozen = self.hub.desk.ask(freeze_case)
        plan = propose(frozen.case)
        store = partial(store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head)
        made = self.hub.does(store).first
        some = [each.patient for each in plan.placements if not each.locked and self.random.random() < 0.7]
        for who in some:
            self._try(
                "sent", partial(self._does, partial(placements.propose_from_plan, plan=made, patients=[who]))
            )

    def _tested(self, who: str, result: str, hours: float) -> None:
        self.hub.tested(who, result, hours_ago=hours)

    def _propose(self) -> None:
        unit = self.random.choice(("Main", "Annexe"))
        stays = [
            StayChoice(setting=self._anywhere(), unit=unit, beds="B1", start=max(self.today, self._day(0, 0)))
        ]
        if self.random.random() < 0.3:
            middle = self._day(1, 16)
            stays = [
                stays[0].model_copy(update={"end": middle}),
                StayChoice(setting=self._anywhere(), unit="Main", beds="B1", start=middle),
            ]
        choices = {self._somebody(): stays}
        self._does(partial(placements.propose_by_hand, choices=choices, reason="Near their family"))

    def _approve(self) -> None:
        self._does(partial(placements.approve, placement=self._placement("proposed")), self.hub.lead)

    def _forward(self) -> None:
        """A placement goes on, by some steps at once."""
        placement = self._placement("proposed", "approved", "told", "accepted", "booked", "departed")
        for _ in range(self.random.randint(1, 6)):
            state = self.hub.state(placement)
            if state == "arrived":
                return
            self._step(placement, state)
            self.hub.clock.plus(minutes=self.random.choice((5, 20, 60)))

    def _step(self, placement: str, state: str) -> None:
        if state == "proposed":
            self._does(partial(placements.approve, placement=placement), self.hub.lead)
            return
        deeds: dict[str, Action] = {
            "approved": partial(placements.tell, placement=placement, given=MANAGER),
            "told": partial(placements.accept, placement=placement, given=MANAGER),
            "accepted": partial(placements.book, placement=placement, transport=self.hub.transport()),
            "booked": partial(placements.depart, placement=placement, at=self._at()),
            "departed": partial(placements.arrive, placement=placement, at=self._at()),
        }
        self._does(deeds[state])

    def _onward(self) -> None:
        """Whoever has arrived is to have another place, or goes on to the second stay."""
        placement = self._placement("arrived")
        deeds: tuple[Action, ...] = (
            partial(placements.tell, placement=placement, given=MANAGER),
            partial(placements.accept, placement=placement, given=MANAGER),
            partial(placements.book, placement=placement, transport=self.hub.transport()),
            partial(placements.move_on, placement=placement),
        )
        self._try("wanted", partial(self._does, partial(placements.plan_onward, placement=placement)))
        for deed in deeds:
            self._try("onward", partial(self._does, deed))

    def _backwards(self) -> None:
        placement = self._placement(*_UNDER_WAY)
        deeds: tuple[Action, ...] = (
            partial(back.take_back_step, placement=placement, reason="A slip"),
            partial(back.take_back_step, placement=placement, reason="A slip"),
            partial(placements.decline, placement=placement, code=DeclineReason.STAFFING, given=MANAGER),
            partial(placements.no_answer, placement=placement),
            partial(placements.withdraw, placement=placement, reason="Changed their mind"),
        )
        self._does(self.random.choice(deeds))

    def _all_the_same(self) -> None:
        placement = self._placement(*_UNDER_WAY)
        at, why = self._at(), "The ambulance was there"
        deeds: tuple[Action, ...] = (
            partial(happened.left, placement=placement, reason=why, at=at),
            partial(happened.left, placement=placement, reason=why, at=at),
            partial(happened.arrived, placement=placement, reason=why, at=at),
            partial(happened.moved_on, placement=placement, reason=why, at=at),
            partial(
                happened.arrived_elsewhere, placement=placement, reason=why, setting=self._anywhere(), at=at
            ),
            partial(
                happened.turned_away, placement=placement, reason=why, code=DeclineReason.STAFFING, at=at
            ),
            partial(happened.readmitted, placement=placement, reason=why, at=at),
        )
        self._does(self.random.choice(deeds))

    def _end(self) -> None:
        outcome = self.random.choice([each for each in EndOutcome if each is not EndOutcome.MOVED_ON])
        placement = self._placement("departed", "arrived")
        self._does(partial(placements.end, placement=placement, outcome=outcome, at=self._at()))

    def _undo(self) -> None:
        """One of today's own entries is taken back."""
        lines = self.hub.desk.ask(
            lambda q: q._view.rows("SELECT id FROM journal WHERE user = 'U-0002' ORDER BY seq DESC LIMIT 6")
        )
        self._does(partial(take_back_entry, entry=self._one_of([line[0] for line in lines]), reason="A slip"))


_OFTEN: Sequence[tuple[int, Callable[[RandomDays], None]]] = (
    (14, RandomDays._register), (5, RandomDays._amend), (3, RandomDays._test), (4, RandomDays._leave),
    (4, RandomDays._take_back), (2, RandomDays._without_us), (2, RandomDays._died), (2, RandomDays._merge),
    (1, RandomDays._part), (4, RandomDays._propose), (6, RandomDays._plan), (4, RandomDays._approve),
    (24, RandomDays._forward), (6, RandomDays._onward),
    (7, RandomDays._backwards), (14, RandomDays._all_the_same), (6, RandomDays._end), (5, RandomDays._undo),
    (6, RandomDays._returns), (2, RandomDays._no_change), (1, RandomDays._return_back),
    (1, RandomDays._outbreak), (8, RandomDays._call), (1, RandomDays._call_out),
    (3, RandomDays._amend_home), (1, RandomDays._join),
)  # fmt: skip
_DEEDS = [(deed.__name__.strip("_"), deed) for often, deed in _OFTEN for _ in range(often)]

__all__ = ["RandomDays"]
