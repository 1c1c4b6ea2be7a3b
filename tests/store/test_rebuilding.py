"""Whatever is done at a desk, in whatever order: the tables follow from the journal, no rule is passed by."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from discharge.actions import (
    calls,
    capacity_returns,
    designating,
    infections,
    kept_beds,
    merging,
    patients,
    placements,
    planning,
    register,
    taking_back,
)
from discharge.actions import hub as hub_actions
from discharge.actions import settings as places
from discharge.actions.placements import happened
from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.case import Weights
from discharge.model.errors import UserError
from discharge.model.files import write_plan
from discharge.model.patient_record import LeaveReason
from discharge.model.placement import ACTIVE, DeclineReason, EndOutcome, NextStep
from discharge.model.setting_record import CapacityReturn
from tests.actions import observing
from tests.actions.a_hub import CONSULTANT, COVID, MANAGER, TODAY, AHub, beds, stay, unit
from tests.examples import few

Draw = Callable[[st.SearchStrategy[Any]], Any]

KINDS = (
    "patient", "test", "symptoms", "clear", "attest", "withdraw_observation", "leave", "take_back", "amend",
    "exclude", "include", "return", "no_change", "close", "open", "outbreak", "assess", "outbreak_over",
    "plan", "send", "keep", "let_go", "by_hand", "approve", "return_", "tell", "accept", "decline",
    "call", "no_answer", "book", "depart", "arrive", "move_on", "release", "onward", "end", "withdraw",
    "time", "time", *["advance"] * 24, *["morning"] * 4, *["plan"] * 3, *["send"] * 6, *["patient"] * 2,
    *["step_back"] * 5, *["return_back"] * 2, "settle", "unsettle", "weigh", "choose_rules",
    "merge", "part", "left_anyway", "moved_on_anyway", "readmitted", "died", "idle", "undesignate",
    "remove_beds", "register",
)  # fmt: skip


class ADay:
    """A hub to which things happen at random; whatever is refused is refused in a sentence."""

    def __init__(self, folder: Path) -> None:
        self.hub = AHub(folder / "hub.desk")
        self.hub.home(vacancies=4)
        self.hub.hot_home(vacancies=2)
        self.hub.setting(
            "Fern Ward",
            unit("Ward", beds("W", count=2, category="general_nursing", room="single")),
            kind="community_bed",
        )
        for name in ("Ada", "Ben", "Cyn"):
            self.hub.negative(name)
        self._under_way()
        self.plan: str | None = None
        self.done = 0

    def _under_way(self) -> None:
        """Somebody settled in, somebody isolating before a second stay, somebody isolating alone."""
        hub, ends = self.hub, TODAY + timedelta(11)
        hub.walk(hub.proposed("P-0001", stay("S-0001")), "arrived")
        for name, onward in (("Dee", [stay("S-0001", start=ends)]), ("Eve", [])):
            who = hub.positive(name)
            hub.walk(hub.proposed(who, stay("S-0002", end=ends, in_unit="Red"), *onward), "arrived")

    def step(self, kind: str, pick: Callable[[list[Any]], Any]) -> None:
        """One thing that somebody tries."""
        hub = self.hub
        people = [row.id for row in hub.desk.ask(lambda q: q.patients(left=True))]
        moves = hub.desk.ask(lambda q: q.moves(over=True))
        homes = [row.id for row in hub.desk.ask(lambda q: q.settings())]
        who, where = pick(people), pick(homes)
        which = pick([move.id for move in moves]) if moves else "L-0001"
        with suppress(UserError):
            self._do(kind, pick, who, where, which)
            self.done += 1

    def _do(self, kind: str, pick: Callable[[list[Any]], Any], who: str, where: str, which: str) -> None:
        hub = self.hub
        placement: dict[str, Any] = {"placement": which}
        patient: dict[str, Any] = {"patient": who}
        setting: dict[str, Any] = {"setting": where}
        today = hub.desk.ask(lambda q: q.today)
        people = [row.id for row in hub.desk.ask(lambda q: q.patients(left=True))]
        if kind == "time":
            hub.clock.plus(hours=pick([1, 5, 24, 24, 72, 270]))
        elif kind == "patient":
            hub.patient(
                f"New {pick(list(range(99)))}",
                pathway=pick(["P1", "P2", "P3"]),
                stay_days=21,
                ready_on=today,
                together_with=pick([None, None, None, who]),
            )
            hub.tested(
                hub.desk.ask(lambda q: q.patients())[-1].id,
                pick(["negative", "positive"]),
                hours_ago=pick([3, 80]),
            )
        elif kind == "test":
            hub.tested(
                who,
                pick(["positive", "negative", "negative", "pending", "inconclusive", "void"]),
                hours_ago=pick([3, 30]),
            )
        elif kind == "advance":
            self._next_step(which)
        elif kind == "plan":
            found = hub.desk.ask(planning.freeze_case)
            plan = propose(found.case, sha256=found.sha256)
            assert verify(found.case, plan, case_sha256=found.sha256) == ()
            self.plan = hub.does(
                partial(planning.store_plan, case=found.content, plan=write_plan(plan), head=found.head)
            ).first
        elif kind in ("send", "keep"):
            plan_id = self.plan or "R-0001"
            proposals = [row.patient for row in hub.desk.ask(lambda q: q.plan(plan_id)).proposals]
            chosen_one = pick(proposals) if proposals else who
            action: Any = (
                partial(placements.propose_from_plan, plan=plan_id, patients=[chosen_one])
                if kind == "send"
                else partial(planning.keep, plan=plan_id, patient=chosen_one)
            )
            hub.does(action)
        elif kind == "morning":
            for name in [row.id for row in hub.desk.ask(lambda q: q.settings())]:
                hub.reports(name, hours_ago=0, vacancies=pick([1, 2, 4]), accepting=True)
            for row in hub.desk.ask(lambda q: q.patients()):
                hub.tested(row.id, pick(["negative", "negative", "positive"]), hours_ago=2)
        elif kind == "by_hand":
            units = [one for one in hub.desk.ask(lambda q: q.setting_facts(where)).units if one.beds]
            if not units:
                return  # a part of another
            chosen = stay(
                where,
                start=today,
                end=pick([None, today + timedelta(14)]),
                in_unit=units[0].id,
                of=units[0].beds[0].id,
            )
            hub.proposed(who, chosen)
        else:
            report = CapacityReturn(
                reported_at=hub.clock.now, vacancies=pick([0, 1, 2, 4]), accepting=pick([True, True, False])
            )
            table: dict[str, tuple[Any, Any]] = {
                "symptoms": (
                    partial(observing.record_symptoms, **patient, organism="norovirus", onset_on=today),
                    None,
                ),
                "clear": (
                    partial(
                        observing.record_clearance,
                        **patient,
                        organism=COVID,
                        isolate_until=today + timedelta(pick([0, 4])),
                    ),
                    hub.clinician,
                ),
                "attest": (
                    partial(
                        infections.record_attestations,
                        **patient,
                        attestations=["no_new_symptoms"],
                        given=CONSULTANT,
                    ),
                    None,
                ),
                "withdraw_observation": (
                    partial(
                        infections.withdraw_observation,
                        observation_id=f"O-{pick(list(range(1, 9))):05d}",
                        reason="mistaken",
                    ),
                    None,
                ),
                "leave": (partial(patients.leave, **patient, reason=LeaveReason.UNWELL), None),
                "take_back": (partial(patients.take_back, **patient), None),
                "amend": (
                    partial(
                        patients.amend_patient,
                        **patient,
                        changes={"priority": pick([1, 2, 3, 4]), "ward": "B4"},
                    ),
                    None,
                ),
                "exclude": (
                    partial(patients.exclude_setting, **patient, **setting, reason="a bad memory"),
                    None,
                ),
                "include": (partial(patients.include_setting, **patient, **setting), None),
                "return": (partial(capacity_returns.record_capacity_return, **setting, report=report), None),
                "call": (partial(calls.record_phoned, **setting, report=None, given=MANAGER), None),
                "no_change": (partial(capacity_returns.record_no_change, **setting), None),
                "close": (partial(places.close_admissions, **setting, reason="no staff"), None),
                "open": (partial(places.open_admissions, **setting, given=MANAGER), None),
                "outbreak": (partial(places.declare_outbreak, **setting, organism="influenza"), None),
                "assess": (partial(places.record_risk_assessment, **setting, given=CONSULTANT), None),
                "keep_bed": (
                    partial(kept_beds.keep_bed, **setting, **patient, unit="Main", beds="B1"),
                    None,
                ),
                "release_bed": (
                    partial(kept_beds.release_bed, **setting, **patient, reason="given up"),
                    None,
                ),
                "left_register": (partial(register.record_left_register, **setting, on=TODAY), None),
                "register_decided": (
                    partial(register.decide_on_register, **setting, keep=True, reason="wrong"),
                    None,
                ),
                "outbreak_too": (partial(places.declare_outbreak, **setting, organism="norovirus"), None),
                "outbreak_over": (partial(places.end_outbreak, **setting), None),
                "let_go": (partial(planning.stop_keeping, **patient), None),
                "approve": (partial(placements.approve, **placement), hub.lead),
                "return_": (partial(placements.return_, **placement, reason="too far"), hub.lead),
                "tell": (partial(placements.tell, **placement, given=MANAGER), None),
                "accept": (partial(placements.accept, **placement, given=MANAGER), None),
                "decline": (
                    partial(placements.decline, **placement, code=DeclineReason.NO_BED, given=MANAGER),
                    None,
                ),
                "no_answer": (partial(placements.no_answer, **placement), None),
                "book": (partial(placements.book, **placement, transport=hub.transport()), None),
                "depart": (partial(placements.depart, **placement), None),
                "arrive": (partial(placements.arrive, **placement), None),
                "move_on": (partial(placements.move_on, **placement), None),
                "release": (
                    partial(placements.release, **placement, organism=COVID, on=today),
                    hub.clinician,
                ),
                "onward": (partial(placements.plan_onward, **placement), None),
                "end": (partial(placements.end, **placement, outcome=pick(list(EndOutcome))), None),
                "withdraw": (partial(placements.withdraw, **placement, reason="off"), None),
                "merge": (
                    partial(
                        merging.merge_patients, patient=who, other=pick(people), take={}, reason="one person"
                    ),
                    None,
                ),
                "part": (
                    partial(merging.part_patients, patient=who, other=pick(people), reason="sisters"),
                    None,
                ),
                "left_anyway": (partial(happened.left, **placement, reason="fetched"), None),
                "moved_on_anyway": (partial(happened.moved_on, **placement, reason="fetched"), None),
                "readmitted": (partial(happened.readmitted, **placement, reason="fell"), None),
                "died": (partial(happened.died, **patient), None),
                "idle": (
                    partial(
                        places.amend_unit,
                        **setting,
                        unit="Red",
                        changes={"isolation": pick(["none", "rooms", "cohort"])},
                    ),
                    None,
                ),
                "undesignate": (
                    partial(designating.end_designation, **setting, unit="Red", on=today, reason="its word"),
                    hub.lead,
                ),
                "remove_beds": (
                    partial(places.remove_beds, **setting, unit="Main", beds="B1", reason="building work"),
                    None,
                ),
                "register": (
                    partial(places.amend_setting, **setting, changes={"registered_beds": pick([None, 1, 3])}),
                    None,
                ),
                "settle": (
                    partial(
                        hub_actions.set_local_value,
                        key="organisms.norovirus.clear_days",
                        value=pick([1, 2, 3]),
                        source="IPC lead",
                        reason="agreed",
                    ),
                    hub.lead,
                ),
                "unsettle": (
                    partial(
                        hub_actions.withdraw_local_value, key="organisms.norovirus.clear_days", reason="off"
                    ),
                    hub.lead,
                ),
                "weigh": (partial(hub_actions.set_weights, weights=Weights(delay=pick([1, 30]))), hub.lead),
                "choose_rules": (
                    partial(
                        hub_actions.choose_rule_set,
                        rule_set=pick([None, "england-2022-04-04"]),
                        reason="told",
                    ),
                    hub.lead,
                ),
                "step_back": (partial(taking_back.take_back_step, **placement, reason="a slip"), None),
                "return_back": (partial(taking_back.withdraw_return, **setting, reason="a slip"), None),
            }
            action, by = table[kind]
            hub.does_saying_why(action, by)

    def _next_step(self, which: str) -> None:
        """What the Moves page says comes next."""
        hub = self.hub
        row = hub.desk.ask(lambda q: q.placement(which)).row
        ends = row.isolation_end or hub.desk.ask(lambda q: q.today)
        steps: dict[NextStep, tuple[Any, Any]] = {
            NextStep.APPROVE: (placements.approve, hub.lead),
            NextStep.TELL: (partial(placements.tell, given=MANAGER), None),
            NextStep.ANSWER: (partial(placements.accept, given=MANAGER), None),
            NextStep.BOOK: (partial(placements.book, transport=hub.transport()), None),
            NextStep.DEPART: (placements.depart, None),
            NextStep.ARRIVE: (placements.arrive, None),
            NextStep.TELL_NEXT: (partial(placements.tell, given=MANAGER), None),
            NextStep.ANSWER_NEXT: (partial(placements.accept, given=MANAGER), None),
            NextStep.BOOK_NEXT: (partial(placements.book, transport=hub.transport(in_hours=24 * 15)), None),
            NextStep.RELEASE: (partial(placements.release, organism=COVID, on=ends), hub.clinician),
            NextStep.MOVE_ON: (placements.move_on, None),
            NextStep.PLAN_ONWARD: (placements.plan_onward, None),
        }
        if row.next_step in steps:
            action, by = steps[row.next_step]
            hub.does(partial(action, placement=which), by)
            hub.clock.plus(minutes=10)

    def check(self) -> None:
        """What must hold after any day."""
        hub = self.hub
        checked = hub.desk.verify()
        assert checked.is_intact, checked.sentence
        found = hub.desk.ask(planning.freeze_case)
        plan = propose(found.case, sha256=found.sha256)
        assert verify(found.case, plan, case_sha256=found.sha256) == ()
        for move in hub.desk.ask(lambda q: q.moves(over=True)):
            self._check_life(move.id)
        hub.desk.ask(lambda q: (q.status(), q.settings(), q.isolation_ends(), q.approvals()))
        for row in hub.desk.ask(lambda q: q.patients(left=True)):
            hub.desk.ask(lambda q, name=row.id: q.patient(name))  # type: ignore[misc]

    def _check_life(self, placement: str) -> None:
        """A1, A2 and C5, read from the journal itself."""
        lines = self.hub.desk.ask(lambda q: q.journal(subject=placement, limit=999))
        kinds = {line.kind: line for line in lines}
        counting: list[str] = []
        for line in reversed(lines):
            if line.kind == "placement_step_taken_back":
                counting.pop()
            else:
                counting.append(line.kind)
        state = self.hub.state(placement)
        if "placement_approved" in kinds:
            assert kinds["placement_approved"].user != kinds["placement_proposed"].user
            assert kinds["placement_approved"].role == "LA lead"
        if "placement_departed" in kinds:
            before = [line.kind for line in lines if line.seq < kinds["placement_departed"].seq]
            assert {"placement_approved", "placement_told", "placement_accepted", "placement_booked"} <= set(
                before
            )
        assert (state in ACTIVE) == (
            not {"placement_ended", "placement_returned"} & set(counting)
            and state not in ("declined", "unanswered", "withdrawn", "ended")
        )


@pytest.mark.whole
@few(2, HealthCheck.data_too_large)
@given(st.data())
def test_the_tables_follow_from_the_journal_whatever_is_done(data: st.DataObject) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        day = ADay(folder)
        for kind in data.draw(st.lists(st.sampled_from(KINDS), min_size=20, max_size=60)):
            day.step(kind, lambda options: data.draw(st.sampled_from(options)))
        day.check()
        day.hub.desk.close()
    finally:
        shutil.rmtree(folder)


@pytest.mark.whole
def test_a_whole_day_makes_tables_that_are_equal_when_made_anew(tmp_path: Path) -> None:
    day = ADay(tmp_path)
    hub = day.hub
    for kind in KINDS:
        day.step(kind, lambda options: options[day.done % len(options)])
    assert day.done > 40
    day.check()
    hub.desk.close()
