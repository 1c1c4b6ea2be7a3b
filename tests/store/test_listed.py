"""People read the quick way: the same answers as the whole record gives, whatever is remembered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import get_args

import pytest

from discharge.actions import patients
from discharge.model.infection import Attestation, Clearance, Exposure, Observation, Symptoms, Test
from discharge.model.patient import Patient
from discharge.model.patient_record import LeaveReason
from discharge.rules.infection import infection_state
from discharge.rules.requirement import InfectionState
from discharge.rules.rule_set import RuleSet, shipped_rule_sets
from discharge.store.ask import facts, listed
from discharge.store.ask.infection import awaited_since, state_by
from discharge.store.ask.memo import Memo
from discharge.store.ask.queries import Queries
from discharge.store.ask.view import View
from tests.actions import observing
from tests.actions.a_hub import COVID, AHub

NOW = datetime(2020, 11, 16, 9, tzinfo=UTC)


def some_observations(chance: random.Random, rules: RuleSet) -> Iterator[Observation]:
    """Tests, symptoms, contacts and releases of any organisms, as they come."""
    for _ in range(chance.randrange(5)):
        organism = chance.choice(sorted(rules.organisms))
        on = date(2020, 11, 16) - timedelta(chance.randrange(30))
        kind = chance.randrange(4)
        if kind == 0:
            taken = NOW - timedelta(hours=chance.randrange(2, 700))
            result = chance.choice(["positive", "negative", "inconclusive", "void", "pending"])
            reported = None if result == "pending" else taken + timedelta(hours=chance.randrange(1, 60))
            yield Test.model_validate(
                {"organism": organism, "result": result, "specimen_at": taken, "reported_at": reported}
            )
        elif kind == 1:
            over = on + timedelta(3) if chance.random() < 0.5 else None
            yield Symptoms(organism=organism, onset_on=on, resolved_on=over)
        elif kind == 2:
            yield Exposure(organism=organism, exposed_on=on)
        elif chance.random() < 0.5:
            yield Clearance(organism=organism, released_on=on)
        else:
            yield Clearance(organism=organism, isolate_until=on + timedelta(20))


def answers(state: InfectionState) -> list[object]:
    """What a state says of starts and nights."""
    days = [state.day0 + timedelta(ahead) for ahead in range(0, 40, 3)]
    return [
        (
            state.block(day),
            state.from_start(day).demands,
            state.from_start(day).release_from,
            state.night(day),
        )
        for day in days
    ]


@pytest.mark.parametrize("name", sorted(shipped_rule_sets()))
@pytest.mark.whole
def test_reading_only_the_organisms_that_are_observed_changes_no_answer(name: str) -> None:
    rules, chance = shipped_rule_sets()[name], random.Random(7)
    for _ in range(150):
        attested = [one for one in get_args(Attestation) if chance.random() < 0.7]
        patient = Patient.model_validate(
            {
                "id": "P", "priority": 1, "pathway": "P3", "ready_on": date(2020, 11, 10),
                "born": date(1940, 1, 1), "sex": "female", "attestations": attested,
                "immunosuppressed": chance.random() < 0.2,
                "observations": tuple(some_observations(chance, rules)),
            }
        )  # fmt: skip
        whole = infection_state(patient, rules, as_at=NOW)
        quick = state_by(patient, rules, as_at=NOW)
        assert answers(quick) == answers(whole)


def view_of(queries: Queries) -> View:
    return queries._view


def same_as_the_record(hub: AHub) -> None:
    """The quick reading says of everybody what their whole record says."""

    def both(queries: Queries) -> None:
        view = view_of(queries)
        quick, whole = listed.everybody(view), facts.people(view)
        assert list(quick) == list(whole)
        for name, person in whole.items():
            one = quick[name]
            state = infection_state(person.facts, view.rules, as_at=view.now)
            assert answers(one.state) == answers(state), name
            assert one.state.as_at == view.now
            assert one.awaited_since == awaited_since(person.facts.observations, view.now)
            assert one.details.name == person.details.name
            assert one.details.priority == person.details.priority
            assert one.told_seq == person.told_seq
        assert listed.companions(quick) == facts.companions(view)

    hub.desk.ask(both)


@pytest.mark.whole
def test_what_is_remembered_is_right_again_after_each_change_and_as_time_goes_on(hub: AHub) -> None:
    who = hub.negative("Ann Neg")
    other = hub.positive("Bo Pos", days_ago=13)
    hub.tested(hub.patient("Cy Wait"), "pending", hours_ago=5)
    same_as_the_record(hub)
    hub.does(partial(patients.amend_patient, patient=who, changes={"together_with": other, "ward": "Oak"}))
    same_as_the_record(hub)
    hub.tested(who, "positive", hours_ago=2)
    same_as_the_record(hub)
    # the negative test grows old, the isolations end at midnight
    for _ in range(16):
        hub.clock.plus(hours=7)
        same_as_the_record(hub)
    hub.does(partial(patients.leave, patient=other, reason=LeaveReason.WENT_HOME))
    same_as_the_record(hub)


def test_a_result_counts_from_the_minute_it_is_reported(hub: AHub) -> None:
    who = hub.patient()
    taken = hub.clock.now - timedelta(hours=3)
    reported = hub.clock.now
    hub.does(
        partial(
            observing.record_test, patient=who, organism=COVID, result="negative",
            specimen_at=taken, reported_at=reported,
        )
    )  # fmt: skip
    now = hub.clock.now
    for minutes in (-30, 0, -1, 30):
        # the clock of a machine may be set back
        hub.clock.now = now + timedelta(minutes=minutes)
        same_as_the_record(hub)


def test_some_people_are_read_alone_whoever_left_too(hub: AHub) -> None:
    who, other = hub.negative("Ann Neg"), hub.negative("Bo Neg")
    hub.does(partial(patients.leave, patient=other, reason=LeaveReason.WENT_HOME))

    def some(queries: Queries) -> dict[str, bool]:
        return {
            name: one.left for name, one in listed.people(view_of(queries), [other, who, "P-9999"]).items()
        }

    assert hub.desk.ask(some) == {who: False, other: True}


def test_another_rule_set_is_read_anew(hub: AHub) -> None:
    from discharge.actions.hub import amend_hub

    hub.positive("Bo Pos", days_ago=11)
    same_as_the_record(hub)
    names = sorted(shipped_rule_sets())
    for name in (*names, names[0]):
        hub.does(partial(amend_hub, changes={"rule_set": name}), by=hub.admin)
        same_as_the_record(hub)


def test_a_memo_keeps_what_was_used_last_and_never_grows_beyond_twice_its_size() -> None:
    memo: Memo[int, str] = Memo(10)
    memo.put(0, "first")
    for number in range(1, 100):
        memo.put(number, str(number))
        assert memo.known(0) == "first", "it is asked for all the time"
    assert [number for number in range(80, 100) if memo.known(number) is not None][-9:] == list(
        range(91, 100)
    )
    assert memo.known(1) is None
    assert len(memo._new) + len(memo._old) <= 20
