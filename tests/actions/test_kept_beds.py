"""Beds kept for a resident while they are away: theirs and nobody else's (N12, N4)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from discharge.actions import kept_beds, merging, patients, placements, planning, settings
from discharge.actions.placements import happened
from discharge.model.case import Case
from discharge.model.kept_bed import PaidBy
from discharge.model.patient_record import LeaveReason
from discharge.model.placement import EndOutcome
from discharge.model.setting import Beds, Free, Span
from discharge.model.shown.today import When
from discharge.store.ask.cases import one_less
from tests.actions.a_hub import MANAGER, TODAY, AHub, beds, stay, unit


def frozen(hub: AHub) -> Case:
    return hub.desk.ask(planning.freeze_case).case


def group(case: Case, setting: str) -> Beds:
    return next(one for one in case.settings if one.id == setting).units[0].beds[0]


def free_of(case: Case, setting: str, *, night: date = TODAY) -> tuple[int, dict[str, int]]:
    """What anybody may have on that night, and what is kept for whom."""
    for_all, kept = 0, {}
    for each in group(case, setting).free:
        if each.covers(night) and each.kept_for is None:
            for_all += each.count
        elif each.covers(night) and each.kept_for is not None:
            kept[each.kept_for] = each.count
    return for_all, kept


def row(hub: AHub, setting: str) -> tuple[int, int]:
    found = next(one for one in hub.desk.ask(lambda q: q.settings()) if one.id == setting)
    return found.beds_free, found.beds_left


def keep(hub: AHub, setting: str, patient: str, **fields: object) -> None:
    given = {"unit": "Main", "beds": "B1", "given": MANAGER, **fields}
    hub.does(partial(kept_beds.keep_bed, setting=setting, patient=patient, **given))  # type: ignore[arg-type]


def test_a_kept_bed_is_one_persons_alone_and_counts_for_nobody_else(hub: AHub) -> None:
    home = hub.home()
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who, paid_by=PaidBy.LOCAL_AUTHORITY, until=TODAY + timedelta(10))
    assert free_of(frozen(hub), home) == (1, {who: 1})
    assert row(hub, home) == (2, 1)
    page = hub.desk.ask(lambda q: q.setting(home))
    assert page.units[0].beds[0].left_on(TODAY) == 1
    (one,) = page.kept
    assert (one.patient_name, one.paid_by, one.until) == (
        "Ben Ode",
        PaidBy.LOCAL_AUTHORITY,
        TODAY + timedelta(10),
    )
    (line,) = (line for line in hub.desk.ask(lambda q: q.patient(who)).timeline if "kept" in line.sentence)
    assert line.sentence.startswith("Bed B1 of unit Main kept for P-0001 until Thu 26 Nov")


def test_a_kept_bed_in_a_group_that_was_taken_out_is_told_with_whose_and_where(hub: AHub) -> None:
    home = hub.setting("Elm Lodge", unit("Main", beds("B1"), beds("B2")), vacancies=4)
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who)
    (one,) = hub.desk.ask(lambda q: q.setting(home)).kept
    assert not one.gone
    hub.does(partial(settings.remove_beds, setting=home, unit="Main", beds="B1", reason="repair"))
    (one,) = hub.desk.ask(lambda q: q.setting(home)).kept
    assert one.gone
    (line,) = (line for line in hub.desk.ask(lambda q: q.today_lines()) if line.key == f"kept/{who}")
    assert line.when is When.NOW
    assert line.sentence == (
        "Ben Ode's room at Elm Lodge is kept in beds B1 of unit Main, which were taken out: where is it?"
    )
    hub.does(partial(kept_beds.release_bed, setting=home, patient=who, reason="another room"))
    keep(hub, home, who, beds="B2")
    assert not [line for line in hub.desk.ask(lambda q: q.today_lines()) if line.key == f"kept/{who}"]


def test_a_bed_that_the_home_does_not_count_as_free_comes_on_top(hub: AHub) -> None:
    home = hub.home()
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who, among_free=False)
    assert free_of(frozen(hub), home) == (2, {who: 1})
    assert row(hub, home) == (2, 2)


def test_a_later_return_of_the_home_no_longer_counts_the_kept_bed(hub: AHub) -> None:
    home = hub.home()
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who)
    hub.clock.plus(hours=3)
    hub.reports(home, vacancies=1)
    assert free_of(frozen(hub), home) == (1, {who: 1})
    assert row(hub, home) == (1, 1)


def test_a_full_home_still_has_the_room_it_keeps(hub: AHub) -> None:
    home = hub.home(vacancies=0)
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who)
    assert free_of(frozen(hub), home) == (0, {who: 1})


def test_a_kept_bed_whose_time_is_over_is_asked_about_and_neither_free_nor_kept(hub: AHub) -> None:
    home = hub.home()
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who, until=TODAY + timedelta(2))
    hub.clock.plus(days=2)
    assert free_of(frozen(hub), home, night=TODAY + timedelta(2)) == (1, {})
    assert row(hub, home) == (2, 1)
    lines = [line for line in hub.desk.ask(lambda q: q.today_lines()) if line.key == f"kept/{who}"]
    (line,) = lines
    assert line.when.value == "now"
    assert line.sentence == "Ben Ode's room at Elm Lodge was kept until Wed 18 Nov: is it still theirs?"
    keep(hub, home, who, until=TODAY + timedelta(9))
    assert free_of(frozen(hub), home, night=TODAY + timedelta(2)) == (1, {who: 1})
    assert not [line for line in hub.desk.ask(lambda q: q.today_lines()) if line.key == f"kept/{who}"]


def test_today_asks_the_day_before_it_runs_out_and_once_the_person_has_left_the_list(hub: AHub) -> None:
    home = hub.home()
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who, until=TODAY + timedelta(2))
    hub.clock.plus(days=1)
    (line,) = (line for line in hub.desk.ask(lambda q: q.today_lines()) if line.key == f"kept/{who}")
    assert line.sentence == "Ben Ode's room at Elm Lodge is kept until tomorrow only"
    hub.does(partial(patients.leave, patient=who, reason=LeaveReason.DIED))
    (line,) = (line for line in hub.desk.ask(lambda q: q.today_lines()) if line.key == f"kept/{who}")
    assert line.sentence == "Ben Ode has left the list and a room at Elm Lodge is still kept for them"
    hub.does(partial(kept_beds.release_bed, setting=home, patient=who, reason="died"))
    assert row(hub, home) == (2, 2)


def test_nobody_else_can_be_proposed_for_the_kept_bed_and_the_resident_can(hub: AHub) -> None:
    home = hub.setting("Elm Lodge", unit("Main", beds(count=1)), vacancies=1)
    who = hub.negative(pathway="P0", usual_setting=home)
    other = hub.negative("Ann Other")
    keep(hub, home, who)
    with hub.refuses(rule="N10"):
        hub.proposed(other, stay(home))


@pytest.mark.whole
def test_what_the_resident_comes_back_to_is_held_by_their_placement_and_not_twice(hub: AHub) -> None:
    home = hub.home()
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who)
    placement = hub.proposed(who, stay(home))
    hub.walk(placement, "approved")
    assert row(hub, home) == (2, 1)
    assert free_of(frozen(hub), home) == (2, {})  # the lock takes one of them
    hub.walk(placement, "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    hub.clock.plus(days=2)
    hub.reports(home, vacancies=1)
    assert row(hub, home) == (1, 1)
    assert not hub.desk.ask(lambda q: q.kept_beds())


def test_a_room_on_top_of_the_figures_is_held_once_by_the_placement_too(hub: AHub) -> None:
    home = hub.home(vacancies=0)
    who = hub.negative(pathway="P0", usual_setting=home)
    keep(hub, home, who, among_free=False)
    hub.reports(home, hours_ago=0, vacancies=1)
    placement = hub.proposed(who, stay(home))
    assert row(hub, home) == (1, 1)
    hub.walk(placement, "approved")
    assert row(hub, home) == (1, 1)
    assert free_of(frozen(hub), home) == (2, {})  # one on top, for the lock to take


@pytest.mark.whole
def test_a_resident_is_not_kept_out_by_their_own_old_stay(hub: AHub) -> None:
    """Field case own-room-blocks-return (N4, N12)."""
    home = hub.setting("Elm", unit("Main", beds(count=1)), vacancies=1)
    who = hub.negative("Res")
    placement = hub.proposed(who, stay(home))
    hub.walk(placement, "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    hub.clock.plus(days=3)
    hub.does(partial(patients.take_back, patient=who, note="readmitted"))
    back = {"pathway": "P0", "usual_setting": home, "ready_on": hub.clock.now.date()}
    hub.does(partial(patients.amend_patient, patient=who, changes=back))
    hub.tested(who)
    case = frozen(hub)
    assert not case.locked
    assert free_of(case, home, night=TODAY + timedelta(3)) == (0, {who: 1})
    assert row(hub, home) == (1, 0)
    (line,) = (line for line in hub.desk.ask(lambda q: q.today_lines()) if line.key == f"kept/{who}")
    assert line.sentence == "Is Res's room at Elm kept while they are away?"
    other = hub.negative("Ann Other")
    with hub.refuses(rule="N10"):
        hub.proposed(other, stay(home, start=TODAY + timedelta(3)))
    hub.does(partial(kept_beds.release_bed, setting=home, patient=who, reason="given up"))
    assert free_of(frozen(hub), home, night=TODAY + timedelta(3)) == (1, {})
    assert row(hub, home) == (1, 1)


def test_a_home_that_counts_the_resident_as_living_there_keeps_their_room(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds(count=1)), vacancies=1)
    who = hub.negative("Res")
    placement = hub.walk(hub.proposed(who, stay(home)), "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    hub.clock.plus(days=3)
    hub.reports(home, vacancies=0)
    hub.clock.plus(days=1)
    hub.does(partial(patients.take_back, patient=who, note="readmitted"))
    assert free_of(frozen(hub), home, night=TODAY + timedelta(4)) == (0, {who: 1})
    assert row(hub, home) == (0, 0)
    hub.clock.plus(days=1)
    hub.reports(home, vacancies=1)  # said since they went into hospital: the home's newer word counts
    assert free_of(frozen(hub), home, night=TODAY + timedelta(5)) == (1, {})


def is_theirs_alone(hub: AHub, home: str, who: str) -> bool:
    """Whether the only bed there is theirs to come back to, and nobody else's."""
    today = hub.clock.now.date()
    if free_of(frozen(hub), home, night=today) != (0, {who: 1}):
        return False
    hub.tested(who)
    other = hub.negative(f"Ann Other{hub.clock.now:%d%H}")
    with hub.refuses():
        hub.proposed(other, stay(home, start=today))
    return bool(hub.proposed(who, stay(home, start=today)))


@pytest.mark.parametrize("kept", [True, False], ids=["kept before", "free before"])
@pytest.mark.parametrize("how", ["readmitted", "ended"])
@pytest.mark.whole
def test_a_resident_who_goes_to_hospital_again_has_their_room_still(hub: AHub, kept: bool, how: str) -> None:
    home = hub.setting("Elm", unit("Main", beds(count=1)), vacancies=1)
    who = hub.negative("Res", pathway="P0", usual_setting=home)
    if kept:
        keep(hub, home, who)
    placement = hub.walk(hub.proposed(who, stay(home)), "arrived")
    hub.clock.plus(days=1)
    if how == "readmitted":
        hub.does(partial(happened.readmitted, placement=placement, reason="fell"))
    else:
        hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.BACK_TO_HOSPITAL))
    assert is_theirs_alone(hub, home, who)


def test_a_resident_who_settled_in_a_kept_bed_and_is_on_the_list_again_has_their_room(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds(count=1)), vacancies=1)
    who = hub.negative("Res", pathway="P0", usual_setting=home)
    keep(hub, home, who)
    placement = hub.walk(hub.proposed(who, stay(home)), "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    hub.clock.plus(days=1)
    hub.does(partial(patients.take_back, patient=who, note="readmitted"))
    assert is_theirs_alone(hub, home, who)


def test_a_resident_entered_anew_has_the_room_of_the_record_that_becomes_a_part_of_theirs(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds(count=1)), vacancies=1)
    old = hub.negative("Res", pathway="P0", usual_setting=home)
    placement = hub.walk(hub.proposed(old, stay(home)), "arrived")
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.SETTLED))
    hub.clock.plus(days=1)
    hub.reports(home, vacancies=0)
    hub.clock.plus(days=1)
    who = hub.patient("Res", pathway="P0", usual_setting=home)
    hub.does(partial(merging.merge_patients, patient=who, other=old, take={}, reason="one person"))
    assert is_theirs_alone(hub, home, who)


def test_somebody_new_who_had_not_settled_and_went_back_to_hospital_keeps_no_room(hub: AHub) -> None:
    home = hub.setting("Elm", unit("Main", beds(count=1)), vacancies=1)
    placement = hub.walk(hub.proposed(hub.negative("New"), stay(home)), "arrived")
    hub.does(partial(happened.readmitted, placement=placement, reason="fell"))
    assert free_of(frozen(hub), home) == (1, {})


@pytest.mark.parametrize("who", ["elsewhere", "there", "gone", "another"])
def test_a_bed_is_kept_only_for_somebody_on_the_list_who_lives_there_and_is_away(hub: AHub, who: str) -> None:
    home, abbey = hub.home(), hub.home("Abbey Court")
    person = hub.negative(usual_setting=abbey if who == "elsewhere" else home)
    if who == "there":
        hub.walk(hub.proposed(person, stay(home)), "arrived")
    if who == "gone":
        hub.does(partial(patients.leave, patient=person, reason=LeaveReason.DIED))
    if who == "another":
        hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B2")))
        keep(hub, home, person, beds="B2")
    with hub.refuses():
        keep(hub, home, person)


def test_a_clinician_keeps_no_beds(hub: AHub) -> None:
    home = hub.home()
    who = hub.negative(usual_setting=home)
    with hub.refuses(rule="A2"):
        hub.does(
            partial(kept_beds.keep_bed, setting=home, unit="Main", beds="B1", patient=who), by=hub.clinician
        )


def test_one_bed_fewer_is_cut_out_of_what_is_free_night_by_night() -> None:
    day = [TODAY + timedelta(at) for at in range(10)]
    free = (Free(start=day[0], end=day[4], count=2), Free(start=day[2], count=1))
    taken = Span(start=day[1], end=day[6])
    less = one_less(free, taken)
    for night in day:
        before = sum(each.count for each in free if each.covers(night))
        after = sum(each.count for each in less if each.covers(night))
        assert after == before - (taken.covers(night) and before > 0)
