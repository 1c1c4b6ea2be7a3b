"""One person, one record: two are made one with all that is kept, and parted again by a new fact."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import infections, patients, placements, planning
from discharge.actions.entry_back import take_back_entries
from discharge.actions.exchange import preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.hub import choose_rule_set
from discharge.actions.kept_beds import keep_bed
from discharge.actions.merging import merge_patients, part_patients
from discharge.model.hub import Changed
from discharge.model.identifiers import NoNumber
from discharge.model.infection import Test
from discharge.model.merging import differences, merged
from discharge.model.patient_record import LeaveReason, PatientState
from discharge.model.placement import EndOutcome
from discharge.model.shown.patients import PatientPage
from tests.actions import observing
from tests.actions.a_hub import COVID, MANAGER, MONDAY, TODAY, AHub, stay
from tests.asked import flags_of, tasks_of

ANN = {"born": date(1930, 5, 5), "care": None}


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    return AHub(tmp_path / "hub.db")


def two(hub: AHub, **other: Any) -> tuple[str, str]:
    """Two records that are of one person, spelt so that nothing was asked."""
    return hub.patient("Ann Marsh", **ANN), hub.patient("Annie Marshall", **{**ANN, **other})


def merge(one: str, other: str, **more: Any) -> Any:
    given = {"take": {}, "reason": "The ward says so", **more}
    return partial(merge_patients, patient=one, other=other, **given)


def page(hub: AHub, name: str) -> PatientPage:
    return hub.desk.ask(lambda q: q.patient(name))


def is_sound(hub: AHub) -> bool:
    """Whether the tables follow from the journal."""
    return hub.desk.verify().is_intact


@pytest.mark.whole
def test_everything_that_is_kept_of_both_is_one_record(hub: AHub) -> None:
    one, other = two(hub)
    home = hub.setting("Elm Lodge")
    friend = hub.patient("Bea Friend", together_with=other)
    hub.tested(one, "negative", hours_ago=30)
    hub.tested(other, "positive", hours_ago=50)
    hub.does(
        partial(infections.record_attestations, patient=other, attestations=["no_new_symptoms"], given=None),
        by=hub.clinician,
    )
    hub.does(partial(patients.exclude_setting, patient=other, setting=home, reason="Too far"))
    hub.does(merge(one, other))
    whole = page(hub, one)
    assert len(whole.observations) == 2
    assert [each.attestation for each in whole.attestations] == ["no_new_symptoms"]
    assert [each.setting for each in whole.exclusions] == [home]
    assert whole.row.parts == (other,)
    assert page(hub, friend).details.together_with == one
    gone = page(hub, other)
    assert (gone.row.state, gone.row.leave_reason, gone.merged_into) == (
        PatientState.LEFT,
        LeaveReason.MERGED,
        one,
    )
    assert gone.observations == ()
    assert [row.id for row in hub.desk.ask(lambda q: q.patients())] == [one, friend]
    assert {line.subject for line in whole.timeline} == {one, other}
    assert is_sound(hub)


def test_a_positive_on_the_other_record_is_this_persons_infection(hub: AHub) -> None:
    one, other = two(hub)
    hub.tested(one, "negative", hours_ago=40)
    hub.tested(other, "positive", hours_ago=20)
    assert page(hub, one).row.infection.requirement in ("open", "own_room")
    hub.does(merge(one, other))
    assert page(hub, one).row.infection.requirement == "designated"
    assert page(hub, one).row.infection.organisms == (COVID,)


def test_a_merge_that_brings_nothing_never_makes_somebody_clear(hub: AHub) -> None:
    one, other = two(hub)
    hub.does(merge(one, other))
    assert page(hub, one).row.infection.requirement == "blocked"


@pytest.mark.whole
def test_the_other_records_placement_follows_and_is_looked_at_again(hub: AHub) -> None:
    home = hub.setting("Elm Lodge")
    other = hub.negative("Annie Marshall", born=date(1930, 5, 5))
    one = hub.patient("Ann Marsh", born=date(1930, 5, 5))
    hub.tested(one, "positive", hours_ago=3)
    placement = hub.proposed(other, stay(home))
    hub.does(merge(one, other))
    moved = hub.desk.ask(lambda q: q.placed(placement))
    assert moved.patient == one
    assert page(hub, one).row.placement == placement
    flags = hub.desk.ask(lambda q: flags_of(q, moved.id))
    assert any(flag.blocks for flag in flags)
    assert is_sound(hub)


@pytest.mark.whole
def test_a_home_that_was_told_of_one_record_alone_is_told_of_the_person_before_they_leave(hub: AHub) -> None:
    """C5, also where the other record brings no result of its own; and again once the two are parted."""
    newest = partial(choose_rule_set, rule_set="england-2024-04-01", reason="In force")
    hub.does(newest, by=hub.admin)
    one = hub.patient("Ann Marsh", born=date(1930, 5, 5))
    hub.tested(one, "positive", organism="mrsa")
    other = hub.patient("Annie Marshall", born=date(1930, 5, 5))
    placement = hub.walk(hub.proposed(other, stay(hub.setting("Elm Lodge"))), "booked")
    hub.does(merge(one, other))
    with hub.refuses(rule="C5"):
        hub.does(partial(placements.depart, placement=placement))
    hub.does(partial(placements.tell, placement=placement, given=MANAGER))
    hub.does(partial(placements.accept, placement=placement, given=MANAGER))
    hub.does(partial(part_patients, patient=one, other=other, reason="Sisters"))
    with hub.refuses(rule="C5"):
        hub.does(partial(placements.depart, placement=placement))


def test_whoever_stays_together_with_a_record_that_is_a_part_stays_with_the_person(hub: AHub) -> None:
    one, other = two(hub)
    hub.does(merge(one, other))
    friend = hub.patient("Bea Friend", together_with=other)
    assert page(hub, friend).details.together_with == one


@pytest.mark.whole
def test_what_is_left_to_do_follows_into_the_record_that_stays_and_back(hub: AHub) -> None:
    home = hub.setting("Elm Lodge")
    other = hub.negative("Annie Marshall", born=date(1930, 5, 5))
    placement = hub.walk(hub.proposed(other, stay(home)), "booked")
    hub.does(partial(placements.withdraw, placement=placement, reason="off"))
    one = hub.patient("Ann Marsh", born=date(1930, 5, 5))
    left = [(task.id, one) for task in hub.desk.ask(tasks_of)]
    assert left
    hub.does(merge(one, other))
    assert [(task.id, task.patient) for task in hub.desk.ask(tasks_of)] == left
    hub.does(partial(part_patients, patient=one, other=other, reason="Sisters"))
    assert {task.patient for task in hub.desk.ask(tasks_of)} == {other}
    assert is_sound(hub)


def test_one_person_goes_to_one_place(hub: AHub) -> None:
    home = hub.setting("Elm Lodge", vacancies=3)
    one = hub.negative("Ann Marsh", born=date(1930, 5, 5))
    other = hub.negative("Annie Marshall", born=date(1930, 5, 5))
    mine, its = hub.proposed(one, stay(home)), hub.proposed(other, stay(home))
    with hub.refuses(says="one person goes to one place"):
        hub.does(merge(one, other))
    hub.does(merge(one, other, withdraw=[its]))
    assert page(hub, one).row.placement == mine
    assert hub.desk.ask(lambda q: q.placed(its)).state == "withdrawn"
    assert is_sound(hub)


def test_fields_that_differ_are_chosen_and_nothing_known_is_lost_unasked(hub: AHub) -> None:
    one, other = two(
        hub,
        no_number=None,
        nhs_number="9990001006",
        needs=("hoist",),
        ward="Elm",
        immunosuppressed=True,
        sex="unknown",
    )
    mine, its = (page(hub, name).details for name in (one, other))
    proposed = {each.field: each.proposed for each in differences(mine, its)}
    assert proposed["nhs_number"] == "other"
    assert proposed["immunosuppressed"] == "other"
    assert proposed["needs"] == "other"
    assert proposed["name"] == "this"
    assert proposed["sex"] == "this"
    hub.does(merge(one, other, take=proposed))
    whole = page(hub, one).details
    assert (whole.nhs_number, whole.no_number, whole.needs) == ("9990001006", None, ("hoist",))
    assert (whole.name, whole.immunosuppressed, whole.sex) == ("Ann Marsh", True, mine.sex)
    assert is_sound(hub)


def test_two_lists_of_needs_are_kept_together(hub: AHub) -> None:
    one, other = two(hub, needs=("hoist", "oxygen"))
    hub.does(partial(patients.amend_patient, patient=one, changes={"needs": ["peg_feeding", "hoist"]}))
    mine, its = (page(hub, name).details for name in (one, other))
    assert merged(mine, its, {"needs": "both"}).needs == ("peg_feeding", "hoist", "oxygen")


def test_parting_gives_back_what_came_and_keeps_what_is_new(hub: AHub) -> None:
    one, other = two(hub, no_number=None, nhs_number="9990001006")
    friend = hub.patient("Bea Friend", together_with=other)
    hub.tested(other, "positive", hours_ago=50)
    before = page(hub, other)
    hub.does(merge(one, other, take={"nhs_number": "other"}))
    hub.tested(one, "negative", hours_ago=20)
    hub.does(partial(patients.amend_patient, patient=one, changes={"ward": "Oak"}))
    hub.does(partial(part_patients, patient=one, other=other, reason="Sisters"))
    again, alone = page(hub, other), page(hub, one)
    assert again.observations == before.observations
    assert again.details == before.details
    assert again.row.state is PatientState.WAITING
    assert [each.observation.kind for each in alone.observations] == ["test"]
    assert (alone.details.nhs_number, alone.details.no_number) == (None, NoNumber.NOT_KNOWN)
    assert alone.details.ward == "Oak"
    assert alone.row.parts == ()
    assert page(hub, friend).details.together_with == other
    assert is_sound(hub)
    with hub.refuses(says="is no part of"):
        hub.does(partial(part_patients, patient=one, other=other, reason="Again"))


def test_a_correction_made_since_goes_back_with_what_it_corrected(hub: AHub) -> None:
    one, other = two(hub)
    hub.tested(other, "negative", hours_ago=20)
    hub.does(merge(one, other))
    wrong = page(hub, one).observations[0]
    right = wrong.observation.model_copy(update={"result": "positive"})
    hub.does(
        partial(
            infections.correct_observation, observation_id=wrong.id, observation=right, reason="Read wrongly"
        )
    )
    hub.does(partial(part_patients, patient=one, other=other, reason="Sisters"))
    back = page(hub, other).observations
    assert {(getattr(each.observation, "result", ""), each.withdrawn) for each in back} == {
        ("negative", True),
        ("positive", False),
    }
    assert page(hub, one).observations == ()


def test_a_record_that_is_a_part_is_reached_by_its_number_and_never_taken_back(hub: AHub) -> None:
    one, other = two(hub, no_number=None, nhs_number="9990001006")
    hub.does(merge(one, other))
    assert hub.desk.ask(lambda q: q.patient_with_nhs_number("9990001006")) == one
    with hub.refuses(says=f"is a part of {one}"):
        hub.does(partial(patients.take_back, patient=other, note="Waits again"))
    with hub.refuses(says="is a part of another record"):
        hub.does(merge(other, one))
    head = "name,nhs_number,born,sex,pathway,priority,ready_on,care_level,specialism"
    row = f"Annie Marshall,9990001006,1930-05-05,female,P3,2,{TODAY},residential,general"
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=f"{head}\n{row}\n".encode())
    (found,) = report.rows
    assert (found.about, found.new) == (one, False), "what a list says of the part is said of the whole"
    assert all(one in str(remark) for remark in found.remarks)


def test_who_waits_is_never_taken_into_a_record_off_the_list(hub: AHub) -> None:
    one, other = two(hub)
    hub.does(partial(patients.leave, patient=one, reason=LeaveReason.WENT_HOME))
    with hub.refuses(says="has left the list"):
        hub.does(merge(one, other))
    hub.does(merge(other, one))
    hub.does(partial(part_patients, patient=other, other=one, reason="Sisters"))
    assert page(hub, one).row.leave_reason is LeaveReason.WENT_HOME
    assert is_sound(hub)


def test_three_records_of_one_person_are_parted_one_by_one(hub: AHub) -> None:
    one, other = two(hub)
    third = hub.patient("Nan Marsh-Bell", born=date(1930, 6, 5))
    hub.tested(third, "positive", hours_ago=50)
    hub.does(merge(other, third))
    hub.does(merge(one, other))
    assert len(page(hub, one).observations) == 1
    assert hub.desk.ask(lambda q: q.survivor(third)) == one
    with hub.refuses(says="is itself a part of another record"):
        hub.does(partial(part_patients, patient=other, other=third, reason="Sisters"))
    hub.does(partial(part_patients, patient=one, other=other, reason="Sisters"))
    hub.does(partial(part_patients, patient=other, other=third, reason="Sisters"))
    assert len(page(hub, third).observations) == 1
    assert is_sound(hub)


@pytest.mark.parametrize("by", ["clinician", "lead"])
def test_coordinators_alone_merge(hub: AHub, by: str) -> None:
    one, other = two(hub)
    with hub.refuses(rule="A2"):
        hub.does(merge(one, other), by=getattr(hub, by))


def test_a_bed_that_is_kept_for_them_is_kept_on_and_one_person_has_one_room(hub: AHub) -> None:
    home = hub.setting("Elm Lodge", vacancies=3)
    one, other = two(hub, usual_setting=home)
    keeps = partial(keep_bed, setting=home, unit="Main", beds="B1")
    hub.does(partial(keeps, patient=other))
    hub.does(merge(one, other))
    assert hub.desk.ask(lambda q: q.kept_bed_of(one)) == home
    hub.does(partial(part_patients, patient=one, other=other, reason="Sisters"))
    assert hub.desk.ask(lambda q: (q.kept_bed_of(one), q.kept_bed_of(other))) == ("", home)
    hub.does(partial(keeps, patient=one))
    with hub.refuses(says="one person has one room"):
        hub.does(merge(one, other))
    assert is_sound(hub)


@pytest.mark.parametrize("stays", ["who came back", "who is kept"])
@pytest.mark.whole
def test_of_two_kept_beds_the_one_that_they_came_back_into_is_no_second_room(hub: AHub, stays: str) -> None:
    home = hub.setting("Elm Lodge", vacancies=3)
    keeps = partial(keep_bed, setting=home, unit="Main", beds="B1")
    came = hub.negative("Ann Marsh", born=date(1930, 5, 5), pathway="P0", usual_setting=home)
    hub.does(partial(keeps, patient=came))
    placement = hub.walk(hub.proposed(came, stay(home)), "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    hub.does(partial(patients.take_back, patient=came))
    kept = hub.patient("Annie Marshall", born=date(1930, 5, 5), usual_setting=home)
    hub.does(partial(keeps, patient=kept))
    one, other = (came, kept) if stays == "who came back" else (kept, came)
    hub.does(merge(one, other))
    assert [each.patient for each in hub.desk.ask(lambda q: q.kept_beds(old=True))] == [one]
    assert is_sound(hub)


SEEN = partial(observing.record_test, organism=COVID, specimen_at=MONDAY - timedelta(hours=20))


def void_and_negative(hub: AHub, stays: str) -> tuple[str, str, Changed]:
    """Who has the specimen as void, who as negative, and what made the two one record."""
    one, other = hub.patient(), hub.patient()
    void, negative = (one, other) if stays == "the void one" else (other, one)
    hub.does(partial(SEEN, patient=void, result="void", reported_at=MONDAY - timedelta(hours=1)))
    hub.does(partial(SEEN, patient=negative, result="negative", reported_at=MONDAY - timedelta(hours=2)))
    return void, negative, hub.does(merge(one, other))


def results(hub: AHub) -> dict[str, list[str]]:
    """The results that count, by person."""
    return {
        each.id: [seen.result for seen in each.observations if isinstance(seen, Test)]
        for each in hub.desk.ask(planning.freeze_case).case.patients
    }


@pytest.mark.parametrize("stays", ["the void one", "the negative one"])
def test_a_result_counts_no_more_once_merged_with_a_record_that_has_its_specimen_void(
    hub: AHub, stays: str
) -> None:
    void_and_negative(hub, stays)
    assert list(results(hub).values()) == [["void"]]


@pytest.mark.parametrize("again", ["undone", "parted"])
@pytest.mark.parametrize("stays", ["the void one", "the negative one"])
def test_two_that_were_not_one_person_have_each_their_own_result_again(
    hub: AHub, stays: str, again: str
) -> None:
    void, negative, done = void_and_negative(hub, stays)
    one, other = (void, negative) if stays == "the void one" else (negative, void)
    if again == "undone":
        hub.does(partial(take_back_entries, entries=done.entries, reason="a slip"))
    else:
        hub.does(partial(part_patients, patient=one, other=other, reason="two people"))
    assert results(hub) == {void: ["void"], negative: ["negative"]}
    assert is_sound(hub)


def test_a_result_whose_specimen_was_void_there_too_since_is_not_back_with_the_parting(hub: AHub) -> None:
    void, negative, _ = void_and_negative(hub, "the negative one")
    hub.does(partial(SEEN, patient=negative, result="void", reported_at=MONDAY - timedelta(minutes=5)))
    hub.does(partial(part_patients, patient=negative, other=void, reason="two people"))
    assert results(hub) == {void: ["void"], negative: ["void"]}
