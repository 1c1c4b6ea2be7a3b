"""Fees and approval rules are changed by one and confirmed by another before they count (A4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import hub as the_hub
from discharge.actions import joining, people, placements, settings
from discharge.actions.desk import Desk
from discharge.actions.entry_back import take_back_entries, take_back_entry
from discharge.actions.exchange import import_file
from discharge.actions.file_kinds import FileKind
from discharge.actions.imports_back import take_back_import
from discharge.actions.many_homes import amend_settings
from discharge.actions.second_word import confirm_changes, refuse_changes, take_back_changes
from discharge.model.people import ApprovalRule, Role, User
from discharge.model.setting import Span
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.waiting import WaitingChange
from discharge.rules.approving import fee_that_counts
from discharge.store.journal import Entry, Kind
from tests.actions.a_hub import TODAY, AHub, Clock, founded_by_one, stay
from tests.actions.test_homes_sheet import cells, sheet

LIMIT = ApprovalRule(name="normal", valid=Span(start=TODAY - timedelta(9)), weekly_fee=1000)
SURGE = ApprovalRule(name="surge", valid=Span(start=TODAY - timedelta(9), end=TODAY - timedelta(2)))


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    made = AHub(tmp_path / "hub", Clock())
    made.clock.plus(hours=25)
    return made


def waiting(hub: AHub) -> tuple[WaitingChange, ...]:
    return hub.desk.ask(lambda q: q.waiting_changes())


def fee(hub: AHub, home: str) -> float | None:
    return hub.desk.ask(lambda q: q.setting_details(home)).weekly_fee


def rules(hub: AHub) -> tuple[ApprovalRule, ...]:
    return hub.desk.ask(lambda q: q.hub()).approval_rules


def ids(hub: AHub) -> list[str]:
    return [change.id for change in waiting(hub)]


def dearer(hub: AHub, home: str, to: float | None = 1400.0, by: User | None = None) -> str:
    change = partial(settings.amend_setting, setting=home, changes={"weekly_fee": to})
    return hub.does(change, by).entries[0]


def sets(hub: AHub, *given: ApprovalRule, by: User | None = None) -> str:
    action = partial(the_hub.set_approval_rules, rules=given, reason="the panel")
    return hub.does(action, by or hub.lead).entries[0]


# --- every way round ------------------------------------------------------------------------------------


def _amends(hub: AHub, home: str) -> None:
    dearer(hub, home, 500.0)


def _amends_with_more(hub: AHub, home: str) -> None:
    changes = {"weekly_fee": 500.0, "phone": "020 7946 0001"}
    hub.does(partial(settings.amend_setting, setting=home, changes=changes))


def _several(hub: AHub, home: str) -> None:
    others = [home, hub.home("Elm")]
    hub.does(partial(amend_settings, settings=others, changes={"weekly_fee": 500.0}))


def _sheet(hub: AHub, _home: str) -> None:
    source = sheet(*({**row, "weekly_fee": "500"} for row in cells(hub)))
    import_file(hub.desk, kind=FileKind.SHEET, source=source, by=hub.coordinator)


def _join(hub: AHub, home: str) -> None:
    cheap = hub.home("Elm", weekly_fee=500.0)
    hub.does(partial(joining.join_settings, setting=home, other=cheap, reason="one home"))


def _part(hub: AHub, home: str) -> None:
    cheap = hub.home("Elm", weekly_fee=500.0)
    hub.does(partial(joining.join_settings, setting=home, other=cheap, reason="one home"))
    hub.does(partial(joining.part_settings, setting=home, other=cheap, reason="two homes"))


def _dearer_and_undone(hub: AHub, home: str) -> None:
    """What was confirmed once is brought back by taking back what came after it."""
    hub.charges(home, 500.0)
    entry = dearer(hub, home, 900.0)
    hub.confirms()
    hub.does(partial(take_back_entry, entry=entry, reason="a slip"))


def _waits_and_undone(hub: AHub, home: str) -> None:
    hub.does(partial(take_back_entry, entry=dearer(hub, home, 500.0), reason="a slip"))


def _import_undone(hub: AHub, home: str) -> None:
    hub.charges(home, 500.0)
    source = sheet(*({**row, "weekly_fee": "900"} for row in cells(hub)))
    done = import_file(hub.desk, kind=FileKind.SHEET, source=source, by=hub.coordinator)
    hub.confirms()
    hub.does(partial(take_back_import, group=done.report.group, reason="the wrong sheet"))


def _any_entry(hub: AHub, home: str) -> None:
    """Whatever an action gives back goes through the same."""
    details = hub.desk.ask(lambda q: q.setting_details(home)).model_dump(mode="json", by_alias=True)
    body = {"details": {**details, "weekly_fee": 500.0}, "changed": ["weekly_fee"], "reason": ""}
    hub.does(lambda _context: [Entry(Kind.SETTING_AMENDED, home, body, Role.COORDINATOR)])


def _confirms_alone(hub: AHub, home: str) -> None:
    dearer(hub, home, 500.0)
    with hub.refuses(rule="A4", says="somebody else has to confirm it"):
        hub.does(partial(confirm_changes, changes=ids(hub)))


def _confirms_by_a_second_account(hub: AHub, home: str) -> None:
    body = {"number": 5, "name": "COORDINATOR, Cleo", "roles": ["la_lead"]}
    entry = Entry(Kind.USER_ADDED, "U-0005", body, Role.ADMINISTRATOR)
    hub.does(lambda _context: [entry], hub.admin)
    dearer(hub, home, 500.0)
    hub.does(partial(people.amend_user, user=hub.coordinator.id, name="Cleo Married"), hub.admin)
    with hub.refuses(rule="A4", says="You changed it"):
        hub.does(partial(confirm_changes, changes=ids(hub)), hub.desk.sign_in("U-0005"))


def _closes_the_others(hub: AHub, home: str) -> None:
    """Alone again is not alone from the first."""
    for user in (hub.coordinator, hub.lead, hub.clinician):
        hub.does(partial(people.amend_user, user=user.id, active=False), hub.admin)
    dearer(hub, home, 500.0, hub.admin)


WAYS: Sequence[tuple[str, Callable[[AHub, str], None]]] = (
    ("amended", _amends),
    ("amended among other things", _amends_with_more),
    ("several homes at once", _several),
    ("by a homes sheet", _sheet),
    ("by joining it with a cheaper home", _join),
    ("by joining and parting it", _part),
    ("by taking back what came after", _dearer_and_undone),
    ("by taking back what waits", _waits_and_undone),
    ("by taking back an import", _import_undone),
    ("by an entry of any action", _any_entry),
    ("confirmed by who changed it", _confirms_alone),
    ("confirmed by their second account", _confirms_by_a_second_account),
    ("once the others' accounts are closed", _closes_the_others),
)


@pytest.mark.parametrize("way", [way for _, way in WAYS], ids=[name for name, _ in WAYS])
def test_no_way_makes_a_home_cheaper_by_one_persons_word(hub: AHub, way: Callable[[AHub, str], None]) -> None:
    hub.approves_by([LIMIT.model_copy(update={"weekly_fee": 800})])
    home = hub.home("Oak")
    way(hub, home)
    assert fee(hub, home) == 900.0
    for user in (hub.coordinator, hub.lead):
        hub.does(partial(people.amend_user, user=user.id, active=True), hub.admin)
    placement = hub.proposed(hub.negative(), stay(home, start=TODAY + timedelta(1)))
    with hub.refuses(rule="A4", says="£900 is above your limit"):
        hub.does(partial(placements.approve, placement=placement), hub.lead)
    assert hub.desk.verify().is_intact


@pytest.mark.parametrize(
    ("now", "proposed", "waits", "judged"),
    [
        (900.0, 900.0, (), 900.0),
        (900.0, None, (), 900.0),
        (900.0, 900.0, (1400.0,), 1400.0),
        (1400.0, 900.0, (500.0,), 1400.0),
        (900.0, 1600.0, (1400.0,), 1600.0),
        (900.0, 900.0, (None,), None),
        (None, 900.0, (900.0,), None),
    ],
)
def test_a_limit_is_held_against_the_highest_of_what_counts_was_proposed_and_waits(
    now: float | None, proposed: float | None, waits: tuple[float | None, ...], judged: float | None
) -> None:
    assert fee_that_counts(now=now, proposed=proposed, waiting=waits) == judged


def test_an_approval_says_at_which_fee_it_was_judged_and_the_dearer_that_waits_stops_it(hub: AHub) -> None:
    hub.approves_by([LIMIT])
    home = hub.home("Oak")
    placement = hub.proposed(hub.negative(), stay(home, start=TODAY + timedelta(1)))
    entry = dearer(hub, home, 1400.0)
    assert hub.desk.ask(lambda q: q.approval(placement)).costs.stays[0].waiting == (1400.0,)
    with hub.refuses(rule="A4", says="£1,400 is above your limit"):
        hub.does(partial(placements.approve, placement=placement), hub.lead)
    hub.does(partial(refuse_changes, changes=[entry], reason="not agreed"), hub.lead)
    hub.does(partial(placements.approve, placement=placement), hub.lead)
    assert hub.desk.ask(lambda q: q.journal(limit=1))[0].sentence == "Approved. Weekly fee judged: £900."


# --- the first fee ----------------------------------------------------------------------------------------


def bare(hub: AHub, name: str, weekly_fee: float | None = 700.0) -> str:
    details = SettingDetails(name=name, type="care_home", local_authority="Abbey", weekly_fee=weekly_fee)
    return hub.does(partial(settings.register_setting, details=details)).first


def test_the_first_fee_of_a_home_is_not_known_until_somebody_else_has_confirmed_it(hub: AHub) -> None:
    home = bare(hub, "Oak")
    assert fee(hub, home) is None
    (change,) = waiting(hub)
    assert (change.about, change.was, change.fee, change.by_name) == ("Oak", None, 700.0, "Cleo Coordinator")
    hub.confirms()
    assert (fee(hub, home), waiting(hub)) == (700.0, ())


def test_one_word_confirms_all_fees_of_one_sheet(hub: AHub) -> None:
    homes = [hub.home(name) for name in ("Ash", "Elm", "Oak")]
    source = sheet(*({**row, "weekly_fee": "1100"} for row in cells(hub)))
    import_file(hub.desk, kind=FileKind.SHEET, source=source, by=hub.coordinator)
    assert {fee(hub, home) for home in homes} == {900.0}
    assert len({change.group for change in waiting(hub)}) == 1
    hub.does(partial(confirm_changes, changes=ids(hub)), hub.lead)
    assert {fee(hub, home) for home in homes} == {1100.0}


# --- rules ------------------------------------------------------------------------------------------------

OTHERS: Sequence[tuple[str, tuple[ApprovalRule, ...]]] = (
    ("a higher limit", (LIMIT.model_copy(update={"weekly_fee": 5000}),)),
    ("no rule at all", ()),
    ("surge whose time has gone", (LIMIT, SURGE)),
    ("surge for ever", (LIMIT, SURGE.model_copy(update={"valid": Span(start=TODAY)}))),
)


@pytest.mark.parametrize("given", [rules for _, rules in OTHERS], ids=[name for name, _ in OTHERS])
def test_other_rules_count_only_once_somebody_else_has_confirmed_them(
    hub: AHub, given: tuple[ApprovalRule, ...]
) -> None:
    hub.approves_by([LIMIT])
    sets(hub, *given)
    assert rules(hub) == (LIMIT,)
    with hub.refuses(rule="A4", says="You changed it"):
        hub.does(partial(confirm_changes, changes=ids(hub)), hub.lead)
    with hub.refuses(rule="A4"):
        hub.does(partial(confirm_changes, changes=ids(hub)), hub.coordinator)
    # what else is changed of the hub leaves them as they count
    hub.amends({"offer_hours": 3})
    assert rules(hub) == (LIMIT,)
    hub.does(partial(confirm_changes, changes=ids(hub)), hub.admin)
    assert (rules(hub), waiting(hub)) == (given, ())
    assert hub.desk.ask(lambda q: q.hub()).offer_hours == 3


def test_rules_confirmed_once_come_back_by_taking_back_only_with_a_second_word(hub: AHub) -> None:
    hub.approves_by([LIMIT])
    entry = sets(hub)
    hub.confirms(hub.admin)
    hub.does(partial(take_back_entry, entry=entry, reason="a slip"), hub.lead)
    assert rules(hub) == ()
    assert [change.rules for change in waiting(hub)] == [(LIMIT,)]


# --- by one alone -----------------------------------------------------------------------------------------


def test_who_founds_a_hub_begins_alone_and_it_is_marked(tmp_path: Path) -> None:
    clock = Clock()
    with founded_by_one(tmp_path / "hub", clock) as desk:
        founder = desk.sign_in("U-0001")
        action = partial(the_hub.set_approval_rules, rules=[LIMIT], reason="to begin with")
        desk.perform(action, by=founder)
        assert desk.ask(lambda q: q.hub()).approval_rules == (LIMIT,)
        said = desk.ask(lambda q: q.journal(limit=1))[0].sentence
        assert said.endswith("Marked: Confirmed by nobody: only one person was here.")
        desk.perform(partial(people.add_user, name="Lee Lead", roles=[Role.LA_LEAD]), by=founder)
        desk.perform(partial(action, rules=[]), by=founder)
        assert desk.ask(lambda q: q.hub()).approval_rules == (LIMIT,)
        _confirmed_within_a_day(desk)


def _confirmed_within_a_day(desk: Desk) -> None:
    """Whoever the founder has just let in confirms what the founder changed: it counts, and is marked."""
    waits = [change.id for change in desk.ask(lambda q: q.waiting_changes())]
    desk.perform(partial(confirm_changes, changes=waits), by=desk.sign_in("U-0002"))
    assert (
        "Marked: Jo Marsh had let Lee Lead into the hub" in desk.ask(lambda q: q.journal(limit=1))[0].sentence
    )


# --- decided on, replaced, taken back -----------------------------------------------------------------------


def test_a_newer_change_replaces_the_one_that_waits_and_the_older_is_confirmed_no_more(hub: AHub) -> None:
    home = hub.home("Oak")
    first, second = dearer(hub, home, 1000.0), dearer(hub, home, 5000.0)
    assert ids(hub) == [second]
    with hub.refuses(says="waits no more"):
        hub.does(partial(confirm_changes, changes=[first]), hub.lead)
    assert (
        hub.does(partial(settings.amend_setting, setting=home, changes={"weekly_fee": 5000.0})).entries == ()
    )
    third = dearer(hub, home, 950.0, hub.admin)
    hub.does(partial(confirm_changes, changes=[third]))
    assert fee(hub, home) == 950.0


def test_a_change_is_refused_with_a_reason_by_another_and_taken_back_by_who_made_it(hub: AHub) -> None:
    home = hub.home("Oak")
    entry = dearer(hub, home)
    refuse, back = partial(refuse_changes, changes=[entry]), partial(take_back_changes, changes=[entry])
    with hub.refuses(says="reason"):
        hub.does(partial(refuse, reason=" "), hub.lead)
    with hub.refuses(rule="A4", says="You changed it"):
        hub.does(partial(refuse, reason="no"))
    with hub.refuses(rule="A4", says="Cleo Coordinator changed it"):
        hub.does(partial(back, reason="no"), hub.lead)
    hub.does(partial(refuse, reason="not agreed"), hub.lead)
    hub.does(partial(back, changes=[dearer(hub, home)], reason="misread"))
    assert (fee(hub, home), waiting(hub)) == (900.0, ())
    said = [line.sentence for line in hub.desk.ask(lambda q: q.journal(subject=home, limit=4))]
    assert said == [
        "Taken back before it counted: the weekly fee from £900 to £1,400. Reason: misread",
        "Record changed. The weekly fee from £900 to £1,400 waits for somebody else's word.",
        "Refused, and doesn't count: the weekly fee from £900 to £1,400, as Cleo Coordinator changed it."
        " Reason: not agreed",
        "Record changed. The weekly fee from £900 to £1,400 waits for somebody else's word.",
    ]


def test_several_homes_are_taken_back_with_what_waits_of_them(hub: AHub) -> None:
    homes = [hub.home(name) for name in ("Ash", "Elm")]
    changes: dict[str, Any] = {"weekly_fee": 1400.0, "phone": "020 7946 0001"}
    done = hub.does(partial(amend_settings, settings=homes, changes=changes))
    hub.does(partial(take_back_entries, entries=done.entries, reason="the wrong homes"))
    assert waiting(hub) == ()
    details = hub.desk.ask(lambda q: q.all_setting_details())
    assert {details[home].phone for home in homes} == {""}


def test_of_two_homes_that_are_one_the_dearer_fee_waits_to_be_decided_on(hub: AHub) -> None:
    cheap, dear = hub.home("Elm", weekly_fee=500.0), hub.home("Oak", weekly_fee=1200.0)
    hub.does(partial(joining.join_settings, setting=cheap, other=dear, reason="one home"))
    assert fee(hub, cheap) == 500.0
    assert [(change.subject, change.fee) for change in waiting(hub)] == [(cheap, 1200.0)]
    hub.confirms()
    assert fee(hub, cheap) == 1200.0


def test_what_waits_of_a_home_goes_with_it_and_follows_from_the_journal(hub: AHub) -> None:
    gone, home = bare(hub, "Ash"), bare(hub, "Elm")
    hub.does(partial(settings.take_back_setting, setting=gone, reason="a slip"))
    dearer(hub, home, 1000.0)
    assert [change.subject for change in waiting(hub)] == [home]
    assert hub.desk.verify().is_intact
