"""What is recorded of people, what is refused, and what never enters a case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from discharge.actions import infections, patients, planning
from discharge.actions.context import Action
from discharge.actions.entry_back import take_back_entries
from discharge.actions.infections import VOID
from discharge.model.files import read_case
from discharge.model.infection import Attestation, Clearance, Symptoms, Test
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role
from discharge.model.shown.patients import NIGHTS_ON
from tests.actions import observing
from tests.actions.a_hub import CONSULTANT, COVID, MONDAY, TODAY, AHub, stay

TOMORROW = TODAY + timedelta(1)


def test_a_person_is_entered_and_gets_a_reference(hub: AHub) -> None:
    assert [hub.patient("Ada Shah"), hub.patient("Ben Ode")] == ["P-0001", "P-0002"]
    row = hub.desk.ask(lambda q: q.patients())[0]
    assert (row.name, row.age, row.state, row.waiting_days) == ("Ada Shah", 80, "waiting", 0)
    assert row.missing == ("a test",)


def test_waiting_counts_from_the_day_somebody_no_longer_meets_the_criteria_to_reside(hub: AHub) -> None:
    hub.patient(no_longer_meets_on=TODAY - timedelta(3), ready_on=TODAY)
    row = hub.desk.ask(lambda q: q.patients())[0]
    assert (row.waiting_since, row.waiting_days) == (TODAY - timedelta(3), 3)


@pytest.mark.parametrize("number", ["999 123 4560", "999 476 594", "999476594X", ""])
def test_an_nhs_number_that_fails_modulus_11_is_refused(hub: AHub, number: str) -> None:
    with pytest.raises(ValidationError):
        hub.details(nhs_number=number, no_number=None)
    who = hub.patient()
    with hub.refuses(says="NHS number"):
        hub.does(
            partial(
                patients.amend_patient, patient=who, changes={"nhs_number": number or "1", "no_number": None}
            )
        )


def test_an_nhs_number_is_kept_as_ten_digits(hub: AHub) -> None:
    hub.patient(nhs_number="999 476 5949")
    assert hub.desk.ask(lambda q: q.patients())[0].nhs_number == "9994765949"


def test_without_an_nhs_number_there_is_a_reason(hub: AHub) -> None:
    with pytest.raises(ValidationError):
        hub.details(no_number=None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("local_authority", " "),
        ("local_authority", "\u200b"),
        ("needs", ("hoist", " ")),
        ("needs", ("\u200b",)),
        ("stay_days", 36_601),
        ("stay_days", 0),
        ("max_km", -1.0),
        ("max_weekly_fee", 1_000_001.0),
        ("priority", 5),
    ],
)
def test_what_no_case_can_have_goes_into_no_record(hub: AHub, field: str, value: object) -> None:
    who = hub.patient(pathway="P2")
    with hub.refuses():
        hub.does(partial(patients.amend_patient, patient=who, changes={field: value}))
    assert read_case(hub.desk.ask(planning.freeze_case).content).patients


def test_a_need_is_kept_as_one_sees_it(hub: AHub) -> None:
    who = hub.patient()
    hub.does(partial(patients.amend_patient, patient=who, changes={"needs": (" hoi\u200bst ",)}))
    assert hub.desk.ask(lambda q: q.patient_details(who)).needs == ("hoist",)


def test_nobody_is_on_the_list_twice(hub: AHub) -> None:
    hub.patient("Ada Shah", nhs_number="9994765949")
    with hub.refuses(says="P-0001"):
        hub.patient("Ada Shaw", nhs_number="999-476-5949")
    other = hub.patient("Ben Ode")
    with hub.refuses(says="P-0001"):
        hub.does(
            partial(
                patients.amend_patient, patient=other, changes={"nhs_number": "9994765949", "no_number": None}
            )
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"usual_setting": "S-0009"},
        {"preferred": ["S-0009"]},
        {"together_with": "P-0009"},
        {"born": TOMORROW},
    ],
)
def test_a_record_that_names_nothing_or_the_future_is_refused(hub: AHub, fields: dict[str, Any]) -> None:
    with hub.refuses():
        hub.patient(**fields)


def test_amending_records_what_changed_and_nothing_where_nothing_does(hub: AHub) -> None:
    who = hub.patient()
    change = partial(patients.amend_patient, patient=who, changes={"ward": "B4", "priority": 1})
    hub.does(change)
    line = hub.desk.ask(lambda q: q.journal(limit=1))[0]
    assert line.sentence == "Record changed: priority, ward."
    assert hub.does(change).entries == ()
    assert hub.desk.ask(lambda q: q.patient(who)).details.ward == "B4"


@pytest.mark.parametrize("changes", [{"wrad": "B4"}, {"priority": 5}, {"born": "1940-13-01"}, {"name": "  "}])
def test_a_change_that_does_not_fit_is_refused_by_its_field(hub: AHub, changes: dict[str, Any]) -> None:
    who = hub.patient()
    with hub.refuses():
        hub.does(partial(patients.amend_patient, patient=who, changes=changes))


@pytest.mark.parametrize("role", [Role.LA_LEAD, Role.CLINICIAN, Role.ADMINISTRATOR])
def test_only_a_coordinator_enters_people(hub: AHub, role: Role) -> None:
    other = hub.person("Odd One", role)
    with hub.refuses():
        hub.does(partial(patients.register_patient, details=hub.details()), by=other)


# --- what never enters a case (N9) ---------------------------------------------------------------------


def test_nothing_that_may_not_count_enters_a_case(hub: AHub) -> None:
    kept_out: dict[str, Any] = {
        "name": "Zuleika Quarrington",
        "nhs_number": "9994765949",
        "postcode": "ZZ9 9ZZ",
        "ward": "Ward Zebra",
        "referrer": "Dr Quixote",
        "hospital": "RZZ99",
        "next_of_kin": "Zachary, 07700 900123",
        "notes": "zinnias",
        "delays": [{"reason": "zigzag funding", "since": TODAY.isoformat()}],
        "handover": {
            "dnacpr": "zz-dnacpr",
            "ethnicity": "zz-ethnicity",
            "religion": "zz-religion",
            "funding_route": "zz-funding",
            "allergies": "zz-allergy",
            "notes": "zz-handover",
        },
        "hospital_number": "ZH-77",
        "home_address": "7 Zinnia Road",
        "gp_practice": "Zephyr Surgery",
        "mental_capacity": "best_interests",
        "best_interests_by": "Zora Quarrington",
        "named_lead": hub.coordinator.id,
    }
    hub.patient(**kept_out)
    content = hub.desk.ask(planning.freeze_case).content.decode()
    said = [value for value in _texts(kept_out) if value in content]
    assert said == [TODAY.isoformat()]
    assert '"P-0001"' in content


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [str(value)]


# --- observations ------------------------------------------------------------------------------------


def test_an_awaited_result_counts_from_its_specimen_until_a_later_one_speaks(hub: AHub) -> None:
    who = hub.patient()
    hub.tested(who, "pending", hours_ago=6)
    infection = hub.desk.ask(lambda q: q.patients())[0].infection
    assert infection.result_awaited_since == MONDAY - timedelta(hours=6)
    assert (infection.requirement, infection.rule) == ("blocked", "C1")
    hub.tested(who, "negative", hours_ago=6)
    infection = hub.desk.ask(lambda q: q.patients())[0].infection
    assert infection.result_awaited_since is None
    assert infection.requirement == "own_room"


def test_somebody_positive_isolates_to_a_day(hub: AHub) -> None:
    hub.positive(days_ago=3)
    infection = hub.desk.ask(lambda q: q.patients())[0].infection
    assert (infection.requirement, infection.rule) == ("designated", "R5")
    assert infection.isolation_end == date(2020, 11, 27)
    assert infection.organisms == (COVID,)


@pytest.mark.parametrize(
    "step",
    [
        partial(
            observing.record_test,
            organism=COVID,
            result="negative",
            specimen_at=MONDAY,
            reported_at=MONDAY + timedelta(hours=1),
        ),
        partial(
            observing.record_test, organism=COVID, result="pending", specimen_at=MONDAY + timedelta(minutes=1)
        ),
        partial(observing.record_symptoms, organism=COVID, onset_on=TOMORROW),
        partial(observing.record_exposure, organism=COVID, exposed_on=TOMORROW),
    ],
)
def test_nobody_records_the_future(hub: AHub, step: Any) -> None:
    who = hub.patient()
    with hub.refuses(says="still to come"):
        hub.does(partial(step, patient=who))


def test_an_organism_that_the_rules_do_not_know_is_refused(hub: AHub) -> None:
    who = hub.patient()
    with hub.refuses(says="sars-cov-2"):
        hub.does(partial(observing.record_exposure, patient=who, organism="sars", exposed_on=TODAY))


def test_a_test_whose_times_do_not_agree_is_none() -> None:
    taken = partial(Test, organism=COVID, result="negative", specimen_at=MONDAY)
    with pytest.raises(ValidationError, match="no reported_at"):
        taken()
    with pytest.raises(ValidationError, match="before specimen_at"):
        taken(reported_at=MONDAY - timedelta(hours=1))


def test_the_same_observation_is_not_recorded_twice(hub: AHub) -> None:
    who = hub.negative()
    with hub.refuses(says="on record already"):
        hub.tested(who)


def test_only_a_clinician_records_a_clearance_or_takes_one_back(hub: AHub) -> None:
    who = hub.positive()
    clear = partial(observing.record_clearance, patient=who, organism=COVID, isolate_until=TOMORROW)
    for other in (hub.coordinator, hub.lead, hub.admin):
        with hub.refuses(rule="A2"):
            hub.does(clear, by=other)
    hub.does_saying_why(clear, by=hub.clinician)
    infection = hub.desk.ask(lambda q: q.patients())[0].infection
    assert infection.isolation_end == TOMORROW
    with hub.refuses(rule="A2"):
        hub.does(partial(infections.withdraw_observation, observation_id="O-00002", reason="mistaken"))


def test_a_clinicians_date_before_the_end_by_the_rules_is_asked_for_its_reason(hub: AHub) -> None:
    who = hub.positive(days_ago=3)
    end = hub.desk.ask(lambda q: q.patient(who)).row.infection.isolation_end
    assert end is not None
    clear = partial(observing.record_clearance, patient=who, organism=COVID)
    earlier = partial(clear, isolate_until=end - timedelta(1))
    with hub.refuses(says="this date, "):
        hub.does(earlier, by=hub.clinician)
    hub.does_saying_why(earlier, by=hub.clinician, why="Two negative tests")
    said = hub.desk.ask(lambda q: q.patient(who)).timeline[0].sentence
    assert "By the rules the isolation ends" in said
    assert "Confirmed: Two negative tests." in said
    wrong = hub.desk.ask(lambda q: q.patient(who)).observations[0].id
    right = Clearance(organism=COVID, isolate_until=end)
    hub.does(
        partial(infections.correct_observation, observation_id=wrong, observation=right, reason="misread"),
        by=hub.clinician,
    )
    assert hub.desk.ask(lambda q: q.patient(who)).row.infection.isolation_end == end


def test_a_corrected_date_of_a_clinician_is_told_where_it_changes_what_the_rules_compute(hub: AHub) -> None:
    """C5: the wrong date said what the rules said, and is no reason to keep the right one from the home."""
    who = hub.positive(days_ago=3)
    by_rule, earlier = TODAY + timedelta(11), TODAY + timedelta(6)
    same = partial(observing.record_clearance, patient=who, organism=COVID, isolate_until=by_rule)
    hub.does(same, by=hub.clinician)
    wrong = max(each.id for each in hub.desk.ask(lambda q: q.patient(who)).observations)
    told = hub.desk.ask(lambda q: q.person(who)).told_seq
    right = Clearance(organism=COVID, isolate_until=earlier)
    correct = partial(
        infections.correct_observation, observation_id=wrong, observation=right, reason="misread"
    )
    hub.does_saying_why(correct, by=hub.clinician)
    assert hub.desk.ask(lambda q: q.person(who)).told_seq > told


def test_a_clinicians_date_that_is_no_earlier_is_taken_as_it_is(hub: AHub) -> None:
    who = hub.positive(days_ago=3)
    end = hub.desk.ask(lambda q: q.patient(who)).row.infection.isolation_end
    assert end is not None
    for until in (end, end + timedelta(3)):
        clear = partial(observing.record_clearance, patient=who, organism=COVID, isolate_until=until)
        hub.does(clear, by=hub.clinician)


def test_a_correction_is_a_new_fact_and_the_wrong_one_stays_visible(hub: AHub) -> None:
    who = hub.positive()
    right = Test(
        organism=COVID,
        result="negative",
        specimen_at=MONDAY - timedelta(hours=10),
        reported_at=MONDAY - timedelta(hours=2),
    )
    hub.does(
        partial(
            infections.correct_observation,
            observation_id="O-00001",
            observation=right,
            reason="read from the wrong line",
        )
    )
    found = hub.desk.ask(lambda q: q.patient(who)).observations
    assert [(one.id, one.withdrawn, one.reason) for one in found] == [
        ("O-00002", False, ""),
        ("O-00001", True, "read from the wrong line"),
    ]
    assert hub.desk.ask(lambda q: q.patients())[0].infection.requirement == "own_room"
    assert [p.observations for p in hub.desk.ask(planning.freeze_case).case.patients] == [(right,)]
    with hub.refuses(says="already"):
        hub.does(partial(infections.withdraw_observation, observation_id="O-00001", reason="again"))
    with hub.refuses(says="reason"):
        hub.does(partial(infections.withdraw_observation, observation_id="O-00002", reason=" "))


@pytest.mark.parametrize(
    ("was", "then", "count"),
    [
        ("negative", 0, ["void"]),
        ("inconclusive", 0, ["void"]),
        ("pending", 0, ["void"]),
        ("positive", 0, ["positive", "void"]),
        ("negative of another minute", 0, ["negative", "void"]),
        ("negative, reported after the void", -3, ["negative", "void"]),
    ],
)
@pytest.mark.parametrize("order", ["the void one last", "the void one first"])
def test_a_specimen_that_was_void_after_all_says_nothing_any_more(
    hub: AHub, was: str, then: int, count: list[str], order: str
) -> None:
    """S2: what it was taken for before counts no more, whichever is typed first. A positive one does: unknown
    never passes."""
    who, taken = hub.patient(), MONDAY - timedelta(hours=20)
    result: Any = was.partition(" ")[0].strip(",")
    early = timedelta(minutes="another minute" in was)
    reported = None if result == "pending" else MONDAY - timedelta(hours=2)
    seen = partial(observing.record_test, patient=who, organism=COVID)
    first = partial(seen, result=result, specimen_at=taken - early, reported_at=reported)
    void_at = MONDAY - timedelta(hours=1) + timedelta(hours=then)
    void = partial(seen, result="void", specimen_at=taken, reported_at=void_at)
    for action in (first, void) if order == "the void one last" else (void, first):
        hub.does(action)
    known = hub.desk.ask(planning.freeze_case).case.patients[0].observations
    assert sorted(each.result for each in known if isinstance(each, Test)) == count
    assert (hub.desk.ask(lambda q: q.patients())[0].infection.requirement == "blocked") == (count == ["void"])
    recorded = hub.desk.ask(lambda q: q.patient(who)).observations
    assert len(recorded) == 2, "what counts no more stands on record"
    assert {each.reason for each in recorded if each.withdrawn} == ({VOID} if count == ["void"] else set())


@pytest.mark.parametrize("order", [1, -1])
def test_whoever_comes_in_with_a_result_and_its_specimen_void_has_no_result(hub: AHub, order: int) -> None:
    taken = MONDAY - timedelta(hours=20)
    test = partial(Test, organism=COVID, specimen_at=taken)
    seen = [
        test(result="negative", reported_at=MONDAY - timedelta(hours=2)),
        test(result="void", reported_at=MONDAY - timedelta(hours=1)),
    ]
    hub.does(partial(patients.register_patient, details=hub.details(), observations=seen[::order]))
    known = hub.desk.ask(planning.freeze_case).case.patients[0].observations
    assert [each.result for each in known if isinstance(each, Test)] == ["void"]


def test_a_result_of_a_void_specimen_taken_back_with_its_void_one_doesnt_come_back(hub: AHub) -> None:
    who, taken = hub.patient(), MONDAY - timedelta(hours=20)
    seen = partial(observing.record_test, patient=who, organism=COVID, specimen_at=taken)
    void = hub.does(partial(seen, result="void", reported_at=MONDAY - timedelta(hours=1)))
    late = hub.does(partial(seen, result="negative", reported_at=MONDAY - timedelta(hours=2)))
    hub.does(
        partial(
            take_back_entries, entries=[*late.entries, *void.entries], reason="the ward meant somebody else"
        )
    )
    assert hub.desk.ask(planning.freeze_case).case.patients[0].observations == ()


def test_an_attestation_is_a_clinicians_own_or_names_whose_word_it_is(hub: AHub) -> None:
    who = hub.positive()
    attest = partial(infections.record_attestations, patient=who, attestations=["no_new_symptoms"])
    with hub.refuses(rule="C3"):
        hub.does(attest)
    with hub.refuses():
        hub.does(attest, by=hub.lead)
    hub.does(partial(attest, given=CONSULTANT))
    hub.does(partial(attest, attestations=["no_new_symptoms", "clinical_improvement"]), by=hub.clinician)
    found = hub.desk.ask(lambda q: q.patient(who)).attestations
    assert [(one.attestation, one.by) for one in found] == [
        ("clinical_improvement", "Kit Clinician"),
        ("no_new_symptoms", "Cleo Coordinator"),
    ]
    hub.does(
        partial(
            infections.withdraw_attestation, patient=who, attestation="no_new_symptoms", reason="coughs again"
        )
    )
    assert hub.desk.ask(planning.freeze_case).case.patients[0].attestations == ("clinical_improvement",)


_LATER = MONDAY + timedelta(10)
"""When all five are looked at that were attested on Monday, of somebody positive 20 days before."""


@pytest.mark.parametrize(
    ("afterwards", "counting"),
    [
        ("nothing", 5),
        ("positive, reported 9 days ago", 0),
        ("positive, taken 11 and reported 9 days ago", 0),
        ("positive, reported 12 days ago and entered today", 5),
        ("negative, reported 9 days ago", 5),
        ("influenza positive, reported 9 days ago", 5),
        ("symptoms from 9 days ago on", 4),
        ("symptoms from the day on which it was attested", 4),
        ("symptoms from 11 days ago on, entered today", 5),
        ("positive, reported 9 days ago and taken back", 5),
        ("positive, reported 9 days ago, and attested anew", 5),
    ],
)
def test_an_attestation_says_nothing_of_an_infection_that_came_after_it(
    hub: AHub, afterwards: str, counting: int
) -> None:
    """C3. The spec is silent on when they were made; unknown never passes."""
    who = hub.positive(days_ago=20)
    attest = partial(
        infections.record_attestations, patient=who, attestations=get_args(Attestation), given=CONSULTANT
    )
    hub.does(attest)
    hub.clock.now = _LATER

    def tested(taken: int, reported: int, result: Any = "positive", organism: str = COVID) -> Action:
        times: Any = {"specimen_at": _LATER - timedelta(taken), "reported_at": _LATER - timedelta(reported)}
        return partial(observing.record_test, patient=who, organism=organism, result=result, **times)

    def unwell(days: int) -> Action:
        onset = TODAY + timedelta(days)
        return partial(observing.record_symptoms, patient=who, organism=COVID, onset_on=onset)

    facts = {
        "positive, reported 9": tested(9, 9),
        "positive, taken 11": tested(11, 9),
        "positive, reported 12": tested(13, 12),
        "negative": tested(9, 9, "negative"),
        "influenza": tested(9, 9, organism="influenza"),
        "symptoms from 9": unwell(1),
        "symptoms from the day": unwell(0),
        "symptoms from 11": unwell(-1),
    }
    for said, fact in facts.items():
        if afterwards.startswith(said):
            hub.does(fact)
    if "taken back" in afterwards:
        back = partial(infections.withdraw_observation, observation_id="O-00002", reason="another's")
        hub.does(back)
    if "anew" in afterwards:
        hub.does(attest)
    assert len(hub.desk.ask(lambda q: q.patient(who)).attestations) == counting
    assert len(hub.desk.ask(planning.freeze_case).case.patients[0].attestations) == counting
    blocked = hub.desk.ask(lambda q: q.patients())[0].infection.requirement == "blocked"
    assert blocked == (counting < 5 and "reported 9" not in afterwards)


# --- ruling out, leaving ---------------------------------------------------------------------------------


def test_a_setting_ruled_out_is_left_out_of_planning_until_undone(hub: AHub) -> None:
    who, home = hub.negative(), hub.home()
    with hub.refuses(says="reason"):
        hub.does(partial(patients.exclude_setting, patient=who, setting=home, reason=""))
    hub.does(partial(patients.exclude_setting, patient=who, setting=home, reason="a bad memory of it"))
    assert hub.desk.ask(planning.freeze_case).case.patients[0].excluded == (home,)
    assert hub.desk.ask(lambda q: q.patient(who)).exclusions[0].reason == "a bad memory of it"
    with hub.refuses():
        hub.does(partial(patients.exclude_setting, patient=who, setting=home, reason="again"))
    hub.does(partial(patients.include_setting, patient=who, setting=home))
    assert hub.desk.ask(planning.freeze_case).case.patients[0].excluded == ()
    with hub.refuses():
        hub.does(partial(patients.include_setting, patient=who, setting=home))


def test_whoever_left_the_list_is_in_no_case_and_can_be_taken_back(hub: AHub) -> None:
    who = hub.negative(nhs_number="9994765949")
    mate = hub.negative("Cyn Ode", together_with=who)
    leave = partial(patients.leave, patient=who, reason=LeaveReason.UNWELL, note="chest pain")
    hub.does(leave)
    case = hub.desk.ask(planning.freeze_case).case
    assert [(p.id, p.together_with) for p in case.patients] == [(mate, None)]
    assert [row.leave_reason for row in hub.desk.ask(lambda q: q.patients(left=True))] == ["unwell", None]
    with hub.refuses():
        hub.does(leave)
    with hub.refuses(says=who):
        hub.patient("Ben Ode", nhs_number="9994765949")
    hub.does(partial(patients.take_back, patient=who))
    assert len(hub.desk.ask(lambda q: q.patients())) == 2
    with hub.refuses():
        hub.does(partial(patients.take_back, patient=who))


def test_a_death_recorded_by_mistake_is_undone_only_with_a_note(hub: AHub) -> None:
    who = hub.patient()
    hub.does(partial(patients.leave, patient=who, reason=LeaveReason.DIED))
    with hub.refuses(says="note"):
        hub.does(partial(patients.take_back, patient=who))
    hub.does(partial(patients.take_back, patient=who, note="another person of that name"))


def test_nobody_who_is_not_there_is_touched(hub: AHub) -> None:
    for step in (
        partial(patients.amend_patient, changes={"ward": "B"}),
        partial(observing.record_exposure, organism=COVID, exposed_on=TODAY),
        partial(patients.leave, reason=LeaveReason.WENT_HOME),
        partial(patients.take_back),
    ):
        with hub.refuses(says="no person P-0077"):
            hub.does(partial(step, patient="P-0077"))


def test_an_event_time_to_come_or_without_an_offset_is_refused(hub: AHub) -> None:
    who = hub.patient()
    with hub.refuses(says="still to come"):
        hub.does(
            partial(patients.leave, patient=who, reason=LeaveReason.WENT_HOME, at=MONDAY + timedelta(hours=1))
        )
    with pytest.raises(ValueError, match="offset"):
        hub.does(
            partial(patients.leave, patient=who, reason=LeaveReason.WENT_HOME, at=datetime(2020, 11, 16))  # noqa: DTZ001
        )


def asked(hub: AHub, who: str) -> dict[date, str]:
    return {night.night: night.requirement for night in hub.desk.ask(lambda q: q.patient(who)).nights}


def test_the_nights_of_somebody_isolating_say_what_is_asked_until_when(hub: AHub) -> None:
    who = hub.positive()
    nights = asked(hub, who)
    end = hub.desk.ask(lambda q: q.patient(who)).row.infection.isolation_end
    assert end is not None
    assert nights[TODAY] == nights[end - timedelta(1)] == "designated"
    assert nights[end] == "open"
    assert min(nights) == TODAY - timedelta(3)
    assert max(nights) == TODAY + timedelta(NIGHTS_ON - 1)
    ask = next(n for n in hub.desk.ask(lambda q: q.patient(who)).nights if n.night == TODAY)
    assert (ask.organisms, ask.rule != "") == ((COVID,), True)


def test_the_nights_of_somebody_without_a_test_are_blocked_each_one(hub: AHub) -> None:
    who = hub.patient()
    assert set(asked(hub, who).values()) == {"blocked"}
    assert len(asked(hub, who)) == NIGHTS_ON


def test_a_negative_test_asks_for_an_own_room_on_the_first_nights_alone(hub: AHub) -> None:
    nights = asked(hub, hub.negative())
    assert (nights[TODAY], nights[TODAY + timedelta(13)], nights[TODAY + timedelta(14)]) == (
        "own_room",
        "own_room",
        "open",
    )


def test_the_nights_of_somebody_who_has_left_hospital_count_from_the_day_they_left(hub: AHub) -> None:
    who = hub.negative()
    hub.walk(hub.proposed(who, stay(hub.home())), "arrived")
    hub.clock.plus(days=6)
    nights = asked(hub, who)
    assert (nights[TODAY + timedelta(13)], nights[TODAY + timedelta(14)]) == ("own_room", "open")


def test_somebody_is_entered_by_one_action_with_what_is_known_of_their_infections(hub: AHub) -> None:
    pending = Test(organism=COVID, result="pending", specimen_at=MONDAY - timedelta(hours=3))
    taken = MONDAY - timedelta(days=2)
    positive = Test(
        organism=COVID, result="positive", specimen_at=taken, reported_at=taken + timedelta(hours=9)
    )
    register = partial(patients.register_patient, details=hub.details())
    with hub.refuses(says="on record already"):
        hub.does(partial(register, observations=[pending, pending]))
    with hub.refuses(rule="A2", says="Only a clinician"):
        hub.does(partial(register, observations=[Clearance(organism=COVID, released_on=TODAY)]))
    who = hub.does(partial(register, observations=[pending, positive])).first
    seen = hub.desk.ask(lambda q: q.patient(who)).observations
    assert {each.observation for each in seen} == {pending, positive}
    assert len({each.id for each in seen}) == 2


def test_symptoms_of_one_onset_are_one_spell_also_where_somebody_comes_on_the_list(hub: AHub) -> None:
    onset = TODAY - timedelta(6)
    spell = Symptoms(organism="influenza", onset_on=onset)
    ended = spell.model_copy(update={"resolved_on": TODAY - timedelta(1)})
    register = partial(patients.register_patient, details=hub.details(), observations=[spell, ended])
    who = hub.does(register).first
    assert [each.observation for each in hub.desk.ask(lambda q: q.patient(who)).observations] == [ended]
