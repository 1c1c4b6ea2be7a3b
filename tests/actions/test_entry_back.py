"""An undo takes back the entry that it names: all is as before it, or it is said what followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import (
    designating,
    infections,
    kept_beds,
    many_homes,
    merging,
    patients,
    people,
    placements,
    settings,
)
from discharge.actions import hub as the_hub
from discharge.actions.context import Action
from discharge.actions.entry_back import BACK, take_back_entries, take_back_entry
from discharge.actions.file_kinds import CAN_BE_TAKEN_BACK as KINDS_OF_FILES
from discharge.actions.postcodes import KIND
from discharge.model.case import Weights
from discharge.model.kept_bed import PaidBy
from discharge.model.patient_record import LeaveReason
from discharge.model.people import ApprovalRule, Role, User
from discharge.model.setting import Span
from discharge.model.setting_record import SettingDetails
from discharge.store import driver
from discharge.store.ask.own_entries import CAN_BE_TAKEN_BACK, LISTS, OwnEntry
from discharge.store.write import tables
from tests.actions import observing
from tests.actions.a_hub import COVID, DIRECTOR, MANAGER, TODAY, AHub, beds, stay, unit
from tests.actions.test_hub import CLEAR

Rows = dict[str, list[tuple[Any, ...]]]


def rows(hub: AHub) -> Rows:
    """Every row of the tables."""
    with closing(driver.connect(hub.path)) as connection:
        return tables.content(connection)


def own(hub: AHub, user: User | None = None) -> tuple[OwnEntry, ...]:
    """What somebody can take back of today's."""
    name = (user or hub.coordinator).id
    return hub.desk.ask(lambda q: q.own_today(name))


def back(hub: AHub, entry: str, by: User | None = None) -> None:
    hub.does_saying_why(partial(take_back_entry, entry=entry, reason="a slip"), by)


@dataclass(frozen=True)
class Stand:
    """A hub in which each of these can be done."""

    home: str
    hot: str
    able: str
    ill: str
    shut: str
    who: str
    kept: str
    lead: str

    @property
    def keep(self) -> partial[Any]:
        """Keeps a bed for somebody."""
        return partial(kept_beds.keep_bed, setting=self.home, unit="Main", beds="B1")


def a_stand(hub: AHub) -> Stand:
    """Makes it."""
    made = Stand(
        home=hub.setting("Elm Lodge", unit("Main", beds("B1"), beds("B2")), vacancies=4),
        hot=hub.hot_home(),
        able=hub.setting("The Firs", unit("Red", isolation="rooms", places=2), kind="hot_home"),
        ill=hub.home("Fir House"),
        shut=hub.home("Oak House"),
        who=hub.negative("Ada Shah", ward="B4"),
        kept=hub.patient("Eve Stone"),
        lead=hub.lead.id,
    )
    hub.does(partial(settings.declare_outbreak, setting=made.ill, organism=COVID))
    hub.reports(made.ill, hours_ago=0, accepting=False, vacancies=1)
    hub.does(partial(settings.close_admissions, setting=made.shut, reason="Flood"))
    gone = hub.negative("Cy Vale")
    hub.does(partial(patients.leave, patient=gone, reason=LeaveReason.ENTERED_BY_MISTAKE))
    hub.does(partial(made.keep, patient=made.kept))
    hub.does(partial(patients.exclude_setting, patient=made.who, setting=made.hot, reason="Too far"))
    hub.does(partial(set_value, value=5), hub.admin)
    return made


set_value = partial(the_hub.set_local_value, key=CLEAR, source="the board", reason="agreed")
RULE = ApprovalRule(name="normal", valid=Span(start=TODAY), weekly_fee=900)

AS_BEFORE: Mapping[str, Callable[[Stand], tuple[Action, str]]] = {
    "closed": lambda s: (partial(settings.close_admissions, setting=s.home, reason="Flood"), "coordinator"),
    "closed, and its return says so": lambda s: (
        partial(settings.close_admissions, setting=s.ill, reason="Flood"), "coordinator",
    ),
    "closed for another reason": lambda s: (
        partial(settings.close_admissions, setting=s.shut, reason="Few staff"), "coordinator",
    ),
    "opened": lambda s: (partial(settings.open_admissions, setting=s.shut), "coordinator"),
    "opened against its return": lambda s: (
        partial(settings.open_admissions, setting=s.ill, given=MANAGER), "coordinator",
    ),
    "outbreak declared": lambda s: (
        partial(settings.declare_outbreak, setting=s.home, organism=COVID), "clinician",
    ),
    "outbreak assessed": lambda s: (
        partial(settings.record_risk_assessment, setting=s.ill, given=MANAGER), "coordinator",
    ),
    "outbreak over": lambda s: (partial(settings.end_outbreak, setting=s.ill), "coordinator"),
    "bed kept": lambda s: (partial(s.keep, patient=s.who), "coordinator"),
    "bed kept on": lambda s: (
        partial(s.keep, patient=s.kept, paid_by=PaidBy.NOT_KNOWN, until=TODAY + timedelta(9)), "coordinator",
    ),
    "bed released": lambda s: (
        partial(kept_beds.release_bed, setting=s.home, patient=s.kept, reason="moves"), "coordinator",
    ),
    "unit added": lambda s: (partial(settings.add_unit, setting=s.home, unit=unit("Annexe")), "coordinator"),
    "unit amended": lambda s: (
        partial(settings.amend_unit, setting=s.home, unit="Main", changes={"isolation": "rooms"}),
        "coordinator",
    ),
    "beds set": lambda s: (
        partial(settings.set_beds, setting=s.home, unit="Main", beds=beds("B2", count=0)), "coordinator",
    ),
    "beds added": lambda s: (
        partial(settings.set_beds, setting=s.home, unit="Main", beds=beds("B9")), "coordinator",
    ),
    "beds removed": lambda s: (
        partial(settings.remove_beds, setting=s.home, unit="Main", beds="B2", reason="repair"), "coordinator",
    ),
    "designated": lambda s: (
        partial(designating.designate, setting=s.able, unit="Red", span=Span(start=TODAY), given=DIRECTOR,
                assured_on=TODAY), "lead",
    ),
    "designation ended": lambda s: (
        partial(designating.end_designation, setting=s.hot, unit="Red", on=TODAY, reason="no staff"), "lead",
    ),
    "setting amended": lambda s: (
        partial(settings.amend_setting, setting=s.home, changes={"weekly_fee": 700.0}), "coordinator",
    ),
    "fewer registered": lambda s: (
        partial(settings.amend_setting, setting=s.home, changes={"registered_beds": 1}), "coordinator",
    ),
    "person amended": lambda s: (
        partial(patients.amend_patient, patient=s.who, changes={"ward": "C1", "priority": 1}), "coordinator",
    ),
    "left": lambda s: (partial(patients.leave, patient=s.who, reason=LeaveReason.DIED), "coordinator"),
    "ruled out": lambda s: (
        partial(patients.exclude_setting, patient=s.who, setting=s.home, reason="Too far"), "coordinator",
    ),
    "let in again": lambda s: (
        partial(patients.include_setting, patient=s.who, setting=s.hot), "coordinator",
    ),
    "hub amended": lambda s: (partial(the_hub.amend_hub, changes={"offer_hours": 3}), "admin"),
    "hospital described": lambda s: (
        partial(the_hub.describe_hospital, code="ZZ901", name="Northmarsh General"), "admin",
    ),
    "rules set": lambda s: (
        partial(the_hub.set_approval_rules, rules=[RULE], reason="agreed"), "admin",
    ),
    "rule set chosen": lambda s: (
        partial(the_hub.choose_rule_set, rule_set="england-2020-04-15", reason="agreed"), "admin",
    ),
    "weights set": lambda s: (partial(the_hub.set_weights, weights=Weights(churn=3)), "admin"),
    "settled otherwise": lambda s: (partial(set_value, value=6), "admin"),
    "settled no more": lambda s: (
        partial(the_hub.withdraw_local_value, key=CLEAR, reason="agreed"), "admin",
    ),
    "user amended": lambda s: (
        partial(people.amend_user, user=s.lead, roles=[Role.LA_LEAD, Role.COORDINATOR]), "admin",
    ),
}  # fmt: skip
"""What can be done, and by whom."""


@pytest.mark.parametrize("name", AS_BEFORE)
def test_all_is_as_before_the_entry_that_is_taken_back(tmp_path: Path, name: str) -> None:
    hub = AHub(tmp_path / "hub.desk", make=a_stand)
    action, role = AS_BEFORE[name](hub.made)
    by = getattr(hub, role)
    before = rows(hub)
    changed = hub.does_saying_why(action, by)
    assert rows(hub) != before
    (entry,) = changed.entries
    assert own(hub, by)[0].entries == (entry,)
    back(hub, entry, by)
    after = rows(hub)
    assert {table for table in before if after[table] != before[table]} <= {"exclusions"}
    assert [row[:3] for row in after["exclusions"]] == [row[:3] for row in before["exclusions"]]
    line = hub.desk.ask(lambda q: q.entry(entry))
    assert line is not None
    taking = hub.desk.ask(lambda q: q.entries_of(line.subject))[-1]
    assert taking.body["takes_back"] == entry
    assert entry not in {each for one in own(hub, by) for each in one.entries}
    with hub.refuses(says="taken back already"):
        hub.does(partial(take_back_entry, entry=entry, reason="a slip"), by)


def test_every_kind_that_is_shown_as_one_to_take_back_can_be() -> None:
    assert set(BACK) == set(CAN_BE_TAKEN_BACK)
    assert set(LISTS) == {kind.value for kind in KINDS_OF_FILES} | {KIND}


# --- what followed ------------------------------------------------------------------------------------


def test_of_two_closings_that_say_the_same_the_one_that_is_named_is_meant(hub: AHub) -> None:
    home = hub.home()
    close = partial(settings.close_admissions, setting=home, reason="Flood")
    (first,) = hub.does(close).entries
    hub.does(partial(settings.open_admissions, setting=home))
    hub.does(close)
    with hub.refuses(says="It has gone on since: Closed to admissions. Reason: Flood"):
        hub.does(partial(take_back_entry, entry=first, reason="a slip"))


def test_a_home_registered_by_mistake_is_none_of_the_hubs_unless_something_was_recorded_of_it(
    hub: AHub,
) -> None:
    details = SettingDetails(name="Twice Lodge", type="care_home")
    made = hub.does(partial(settings.register_setting, details=details))
    hub.does(partial(take_back_entry, entry=made.entries[0], reason="a slip"))
    assert "Twice Lodge" not in {row.name for row in hub.desk.ask(lambda q: q.settings())}
    used = hub.does(partial(settings.register_setting, details=details))
    hub.does(partial(settings.add_unit, setting=used.first, unit=unit()))
    with hub.refuses(says="more on record"):
        hub.does(partial(take_back_entry, entry=used.entries[0], reason="a slip"))
    assert hub.desk.verify().is_intact


def test_an_outbreak_that_was_assessed_since_is_not_taken_back_as_if_nothing_were(hub: AHub) -> None:
    home = hub.home()
    declared = hub.does(partial(settings.declare_outbreak, setting=home, organism=COVID)).entries[0]
    hub.does(partial(settings.record_risk_assessment, setting=home, given=MANAGER))
    with hub.refuses(says="gone on since: Admissions go on under a risk assessment"):
        hub.does(partial(take_back_entry, entry=declared, reason="a slip"))


def test_a_field_that_was_amended_again_is_named(hub: AHub) -> None:
    who = hub.patient(ward="B4")
    amend = partial(patients.amend_patient, patient=who)
    first = hub.does(partial(amend, changes={"ward": "C1", "priority": 1})).entries[0]
    hub.does(partial(amend, changes={"priority": 3}))
    with hub.refuses(says=f"Priority of {who} was changed since."):
        hub.does(partial(take_back_entry, entry=first, reason="a slip"))
    assert hub.desk.ask(lambda q: q.patient_details(who)).ward == "C1"


def test_beds_that_a_return_speaks_of_since_stay_as_it_says(hub: AHub) -> None:
    home = hub.home()
    added = hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds(count=1))).entries[0]
    hub.clock.plus(hours=1)
    hub.reports(home, hours_ago=0, vacancies=2)
    with hub.refuses(says="Units or beds of Elm Lodge were recorded again since."):
        hub.does(partial(take_back_entry, entry=added, reason="a slip"))


def test_whoever_was_entered_by_mistake_leaves_the_list_unless_they_have_a_place(hub: AHub) -> None:
    home = hub.home()
    register = partial(patients.register_patient, details=hub.details("Ben Ode"))
    first = hub.does(register)
    hub.tested(first.first)
    placement = hub.proposed(first.first, stay(home))
    with hub.refuses(says=f"has the placement {placement} now"):
        hub.does(partial(take_back_entry, entry=first.entries[0], reason="a slip"))
    hub.does(partial(placements.withdraw, placement=placement, reason="a slip"))
    back(hub, first.entries[0])
    assert hub.desk.ask(lambda q: q.person(first.first)).left_reason == "entered_by_mistake"


def test_whoever_came_back_on_the_list_by_mistake_is_off_it_for_the_reason_before(hub: AHub) -> None:
    who = hub.patient()
    hub.does(partial(patients.leave, patient=who, reason=LeaveReason.DIED))
    again = hub.does(partial(patients.take_back, patient=who, note="Another person")).entries[0]
    back(hub, again)
    assert hub.desk.ask(lambda q: q.person(who)).left_reason == "died"


def test_a_list_may_amend_what_was_amended_by_hand_and_back(hub: AHub) -> None:
    who = hub.patient()
    before = hub.desk.ask(lambda q: q.who_wrote())[who].by_hand
    amended = hub.does(partial(patients.amend_patient, patient=who, changes={"ward": "C1"})).entries[0]
    assert hub.desk.ask(lambda q: q.who_wrote())[who].by_hand != before
    back(hub, amended)
    assert hub.desk.ask(lambda q: q.who_wrote())[who].by_hand == before


def test_a_withdrawn_result_counts_again_by_the_same_word(hub: AHub) -> None:
    who = hub.patient()
    record = partial(observing.record_test, patient=who, organism=COVID, result="negative", given=MANAGER)
    at = hub.clock.now - timedelta(hours=9)
    hub.does(partial(record, specimen_at=at, reported_at=at))
    (seen,) = hub.desk.ask(lambda q: q.patient(who)).observations
    gone = hub.does(partial(infections.withdraw_observation, observation_id=seen.id, reason="another's"))
    back(hub, gone.entries[0])
    counting = [each for each in hub.desk.ask(lambda q: q.patient(who)).observations if not each.withdrawn]
    assert [(each.observation, each.given) for each in counting] == [(seen.observation, seen.given)]


def test_a_result_that_was_corrected_is_not_brought_back_beside_the_right_one(hub: AHub) -> None:
    who = hub.negative()
    (seen,) = hub.desk.ask(lambda q: q.patient(who)).observations
    right = seen.observation.model_copy(update={"result": "positive"})
    correct = partial(infections.correct_observation, observation_id=seen.id, observation=right)
    withdrawn = hub.does(partial(correct, reason="misread")).entries[0]
    with hub.refuses(says="It has gone on since: COVID-19: positive"):
        hub.does(partial(take_back_entry, entry=withdrawn, reason="a slip"))


def test_two_records_made_one_are_parted_by_the_entry(hub: AHub) -> None:
    one, other = hub.patient("Ada Shah"), hub.patient("Ada Shaw")
    merged = hub.does(partial(merging.merge_patients, patient=one, other=other, take={}, reason="the same"))
    back(hub, merged.entries[0])
    assert hub.desk.ask(lambda q: q.person(other)).left_reason is None


# --- several homes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["copied", "amended"])
@pytest.mark.whole
def test_what_was_recorded_of_several_homes_is_one_group_and_is_taken_back_whole(
    hub: AHub, what: str
) -> None:
    home = hub.setting("Elm Lodge", unit("Annexe"))
    others = [hub.home("Fir House"), hub.home("Oak House")]
    action = {
        "copied": partial(many_homes.copy_unit, setting=home, unit="Annexe", to=others),
        "amended": partial(many_homes.amend_settings, settings=others, changes={"weekly_fee": 700.0}),
    }[what]
    before = rows(hub)
    changed = hub.does(action)
    shown = own(hub)[0]
    assert (shown.about, shown.entries) == ("2 homes", changed.entries)
    hub.does(partial(take_back_entries, entries=shown.entries, reason="a slip"))
    assert rows(hub) == before
    assert changed.entries[0] not in {each for one in own(hub) for each in one.entries}


def test_of_several_homes_none_is_taken_back_where_one_has_gone_on(hub: AHub) -> None:
    others = [hub.home("Fir House"), hub.home("Oak House")]
    amend = partial(many_homes.amend_settings, settings=others, changes={"weekly_fee": 700.0})
    changed = hub.does(amend)
    hub.does(partial(settings.amend_setting, setting=others[1], changes={"weekly_fee": 800.0}))
    with hub.refuses(says=f"Weekly fee of {others[1]} was changed since."):
        hub.does(partial(take_back_entries, entries=changed.entries, reason="a slip"))
