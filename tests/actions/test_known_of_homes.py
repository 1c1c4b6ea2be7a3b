"""Answers to a call's questions, what is agreed, which homes come first, what was learned, mutual aid."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from discharge.actions import aid, calls, settings
from discharge.actions.context import Context
from discharge.actions.desk import Desk
from discharge.actions.entry_back import take_back_entries
from discharge.actions.planning import freeze_case
from discharge.model.call import Agreed, AidAnswer, AidKind, AidWay, Answers
from discharge.model.infection import organism_name
from discharge.model.shown.today import Need, TodayLine, When
from discharge.reports.situation import situation_of
from discharge.store.file import in_hand
from discharge.store.journal import Entry
from tests.actions.a_hub import COVID, DIRECTOR, MANAGER, TODAY, AHub, stay

MASKS = Agreed(what="Send masks", who="The hub", due=TODAY + timedelta(1))


def asked(hub: AHub, home: str, **answers: object) -> Sequence[str]:
    return hub.does(
        partial(calls.log_call, setting=home, given=MANAGER, answers=Answers.model_validate(answers))
    ).entries


def reasons(hub: AHub, home: str) -> list[str]:
    found = hub.desk.ask(lambda q: q.priority_homes())
    return [reason.words for one in found if one.id == home for reason in one.reasons]


def lines(hub: AHub, need: Need) -> list[TodayLine]:
    return [line for line in hub.desk.ask(lambda q: q.today_lines()) if line.need is need]


# --- answers


def test_the_newest_answer_counts_and_what_is_since_the_last_call_is_counted_up(hub: AHub) -> None:
    home = hub.home()
    asked(hub, home, deaths=1, admitted=2, ppe_days=9.0, staffing="green", residents_confirmed=3)
    hub.clock.plus(days=1)
    asked(hub, home, deaths=2, admitted=0, ppe_days=5.5)
    said = hub.desk.ask(lambda q: q.heard())[home]
    assert (said.newest.ppe_days, said.newest.staffing, said.newest.residents_confirmed) == (5.5, "green", 3)
    assert (said.summed.deaths, said.summed.admitted, said.summed.left) == (3, 2, None)
    assert said.asked_today
    assert said.rung_today is not None
    assert said.rung_today.by == "Cleo Coordinator"


def test_answers_of_a_week_ago_are_no_answers_any_more(hub: AHub) -> None:
    home = hub.home()
    asked(hub, home, ppe_days=1.0, staffing="red")
    assert reasons(hub, home) == ["PPE for 1 day", "staffing is red"]
    hub.clock.plus(days=7)
    assert home not in hub.desk.ask(lambda q: q.heard())
    assert reasons(hub, home) == ["capacity return is stale"]


def test_a_call_taken_out_takes_its_answers_with_it(hub: AHub) -> None:
    home = hub.home()
    call = asked(hub, home, ppe_days=1.0)[0]
    hub.does(partial(calls.withdraw_call, setting=home, call=call, reason="the other home"))
    assert home not in hub.desk.ask(lambda q: q.heard())
    assert reasons(hub, home) == []


def test_what_the_record_is_amended_to_after_a_call_counts_again(hub: AHub) -> None:
    home = hub.home()
    asked(hub, home, ppe_days=1.0, staffing="red")
    hub.clock.plus(hours=1)
    hub.does(partial(settings.amend_setting, setting=home, changes={"ppe_days": 20.0}))
    page = hub.desk.ask(lambda q: q.setting(home))
    assert (page.ppe_days, page.staffing) == (20.0, "red")
    hub.clock.plus(hours=1)
    asked(hub, home, ppe_days=2.0)
    assert hub.desk.ask(lambda q: q.setting(home)).ppe_days == 2.0


def test_answers_nobody_gave_and_answers_that_cannot_be_are_refused(hub: AHub) -> None:
    home = hub.home()
    with hub.refuses(says="Nobody answered"):
        hub.does(partial(calls.log_call, setting=home, answers=Answers(deaths=0)))
    with hub.refuses(says="still to come"):
        asked(hub, home, tested_on=TODAY + timedelta(1))
    with hub.refuses(says="than are empty (1)"):
        asked(hub, home, empty_beds=1, can_take=2)
    assert hub.desk.ask(lambda q: q.setting(home)).calls == ()


def test_an_answered_call_needs_no_other_words_and_stands_in_the_record_with_its_answers(hub: AHub) -> None:
    home = hub.home()
    asked(hub, home, residents_confirmed=2, staffing="amber", ppe_days=4.0, tested_on=TODAY)
    line = hub.desk.ask(lambda q: q.journal(subject=home))[0]
    said = "Rang the setting. 2 confirmed, staffing amber, PPE for 4 days, tested Mon 16 Nov."
    assert line.sentence == said


def test_a_home_rung_today_comes_last_in_the_round_and_its_reasons_stand_there(hub: AHub) -> None:
    first, second = hub.home("Ash"), hub.home("Birch")
    asked(hub, first, ppe_days=2.0)
    found = hub.desk.ask(lambda q: q.round_of_calls())
    assert [home.row.id for home in found] == [second, first]
    assert [one.words for one in found[1].reasons] == ["PPE for 2 days"]
    hub.clock.plus(days=1)
    assert not any(home.heard.asked_today for home in hub.desk.ask(lambda q: q.round_of_calls()))


def test_one_call_of_the_round_records_return_answers_and_action_and_goes_back_whole(hub: AHub) -> None:
    home = hub.home()
    phoned = partial(
        calls.record_phoned, setting=home, report=None, given=MANAGER, answers=Answers(deaths=0), agreed=MASKS
    )
    entries = hub.does(phoned).entries
    assert len(entries) == 3
    hub.does(partial(take_back_entries, entries=list(entries), reason="the other home"))
    page = hub.desk.ask(lambda q: q.setting(home))
    assert [call.withdrawn for call in page.calls] == [True]
    assert (page.agreed, len(page.returns)) == ((), 1)


def test_nothing_that_a_home_answers_changes_the_case_that_is_planned(hub: AHub) -> None:
    home = hub.home()
    hub.negative()
    before = hub.desk.ask(freeze_case).case
    asked(hub, home, residents_confirmed=9, staffing="red", ppe_days=0.0, empty_beds=0, can_take=0)
    hub.does(partial(calls.agree_action, setting=home, agreed=MASKS))
    hub.does(partial(ask, AidWay.ASKED))
    after = hub.desk.ask(freeze_case).case
    assert (after.settings, after.patients) == (before.settings, before.patients)


# --- which homes come first


def test_cases_without_an_outbreak_are_urgent_until_it_is_declared_and_assessed(hub: AHub) -> None:
    home = hub.home()
    asked(hub, home, residents_confirmed=2, staff_suspected=1)
    assert reasons(hub, home) == [
        "2 residents and 1 of the staff infected or suspected, no outbreak declared"
    ]
    assert [line.about for line in lines(hub, Need.HOME)] == [home]
    hub.does(partial(settings.declare_outbreak, setting=home, organism=COVID))
    assert reasons(hub, home) == [f"outbreak of {organism_name(COVID)}, risk not assessed"]
    hub.does(partial(settings.record_risk_assessment, setting=home, given=DIRECTOR))
    assert reasons(hub, home) == [f"outbreak of {organism_name(COVID)}, risk assessed"]
    assert lines(hub, Need.HOME) == []


@pytest.mark.parametrize(("days", "is_too_little"), [(2.9, True), (3.0, False)])
def test_ppe_for_fewer_than_three_days_is_too_little(hub: AHub, days: float, is_too_little: bool) -> None:
    home = hub.home()
    asked(hub, home, ppe_days=days)
    assert bool(reasons(hub, home)) is is_too_little


def test_the_gravest_home_comes_first_and_one_of_which_nothing_is_known_asks_for_nothing(hub: AHub) -> None:
    quiet, stale, red, both = (hub.home(name) for name in ("Ash", "Birch", "Cedar", "Dogwood"))
    hub.clock.plus(days=5)
    for home in (quiet, red, both):
        hub.reports(home, hours_ago=1, vacancies=1)
    asked(hub, red, staffing="red")
    asked(hub, both, staffing="red", ppe_days=1.0)
    found = hub.desk.ask(lambda q: q.priority_homes())
    assert [(home.id, home.is_urgent) for home in found] == [(both, True), (red, True), (stale, False)]


# --- what is agreed, what was learned


def test_what_is_agreed_stands_on_today_from_its_day_until_it_is_done(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(calls.agree_action, setting=home, agreed=MASKS))
    assert lines(hub, Need.ACTION) == []
    hub.clock.plus(days=1)
    assert [line.when for line in lines(hub, Need.ACTION)] == [When.TODAY]
    hub.clock.plus(days=1)
    assert [line.when for line in lines(hub, Need.ACTION)] == [When.NOW]
    assert reasons(hub, home)[0] == "agreed and overdue: Send masks"
    done = hub.does(partial(calls.do_action, action="A-0001", words="By van")).entries[0]
    assert lines(hub, Need.ACTION) == []
    with hub.refuses(says="done by now"):
        hub.does(partial(calls.drop_action, action="A-0001", reason="a slip"))
    hub.does(partial(take_back_entries, entries=[done], reason="the wrong home"))
    assert [line.about for line in lines(hub, Need.ACTION)] == [home]
    hub.does(partial(calls.drop_action, action="A-0001", reason="they bought some"))
    assert lines(hub, Need.ACTION) == []
    with hub.refuses(says="no action"):
        hub.does(partial(calls.do_action, action="A-0001"))


def test_nothing_is_agreed_for_a_day_gone_by(hub: AHub) -> None:
    late = Agreed(what="Send masks", who="The hub", due=TODAY - timedelta(1))
    home = hub.home()
    with hub.refuses(says="gone by"):
        hub.does(partial(calls.agree_action, setting=home, agreed=late))


def test_an_outbreak_that_ended_is_asked_about_until_what_was_learned_is_on_record(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(settings.declare_outbreak, setting=home, organism=COVID))
    assert lines(hub, Need.LEARNING) == []
    ended = hub.does(partial(settings.end_outbreak, setting=home)).entries[0]
    assert [line.about for line in lines(hub, Need.LEARNING)] == [home]
    hub.clock.plus(days=15)
    assert any("looked back" in reason for reason in reasons(hub, home))
    learned = partial(
        calls.review_outbreak, ended=ended, learned="Test staff on Mondays.", shared="All homes"
    )
    entry = hub.does(learned).entries[0]
    assert lines(hub, Need.LEARNING) == []
    with hub.refuses(says="already"):
        hub.does(learned)
    hub.does(partial(take_back_entries, entries=[entry], reason="the wrong home"))
    assert [line.about for line in lines(hub, Need.LEARNING)] == [home]


def test_an_outbreak_that_ended_by_mistake_leaves_nothing_to_learn(hub: AHub) -> None:
    home = hub.home()
    hub.does(partial(settings.declare_outbreak, setting=home, organism=COVID))
    ended = hub.does(partial(settings.end_outbreak, setting=home)).entries[0]
    hub.does(partial(take_back_entries, entries=[ended], reason="the other home"))
    assert lines(hub, Need.LEARNING) == []
    with hub.refuses(says="no such outbreak"):
        hub.does(partial(calls.review_outbreak, ended=ended, learned="Nothing."))


# --- mutual aid


def ask(way: AidWay, context: Context) -> Sequence[Entry]:
    return aid.ask_for_aid(context, way=way, borough="Hackney", kind=AidKind.PPE, wanted_words="20 boxes")


def test_a_request_is_asked_answered_owed_and_given_back(hub: AHub) -> None:
    hub.does(partial(ask, AidWay.ASKED))
    assert [line.sentence for line in lines(hub, Need.AID)] == ["Hackney hasn't answered: PPE (20 boxes)"]
    back_by = TODAY + timedelta(5)
    yes = partial(aid.answer_aid, aid="M-0001", answer=AidAnswer.YES, owed=True, back_by=back_by)
    hub.does(yes)
    assert lines(hub, Need.AID) == []
    hub.clock.plus(days=5)
    assert [line.sentence for line in lines(hub, Need.AID)] == [
        "PPE (20 boxes) is owed to Hackney, back by Sat 21 Nov"
    ]
    with hub.refuses(says="answered already"):
        hub.does(yes)
    back = hub.does(partial(aid.give_back_aid, aid="M-0001")).entries[0]
    assert lines(hub, Need.AID) == []
    assert not hub.desk.ask(lambda q: q.aid_requests())[0].is_open
    hub.does(partial(take_back_entries, entries=[back], reason="not yet"))
    assert hub.desk.ask(lambda q: q.aid_requests())[0].is_owed


def test_a_step_with_others_after_it_is_not_taken_back_and_a_request_by_mistake_is_gone(hub: AHub) -> None:
    asked_for = hub.does(partial(ask, AidWay.WANTED)).entries[0]
    answered = hub.does(partial(aid.answer_aid, aid="M-0001", answer=AidAnswer.NO)).entries[0]
    with hub.refuses(says="gone on since"):
        hub.does(partial(take_back_entries, entries=[asked_for], reason="a slip"))
    for entry in (answered, asked_for):
        hub.does(partial(take_back_entries, entries=[entry], reason="a slip"))
    assert hub.desk.ask(lambda q: q.aid_requests()) == ()
    hub.does(partial(ask, AidWay.WANTED))
    assert [one.id for one in hub.desk.ask(lambda q: q.aid_requests())] == ["M-0002"]


def test_nothing_given_is_nothing_owed_and_part_of_it_is_said(hub: AHub) -> None:
    hub.does(partial(ask, AidWay.WANTED))
    with hub.refuses(says="Nothing was given"):
        hub.does(partial(aid.answer_aid, aid="M-0001", answer=AidAnswer.NO, owed=True))
    with hub.refuses(says="What was given"):
        hub.does(partial(aid.answer_aid, aid="M-0001", answer=AidAnswer.PART))
    with hub.refuses(says="Nothing of it is owed"):
        hub.does(partial(aid.give_back_aid, aid="M-0001"))


@pytest.mark.whole
def test_people_placed_across_a_border_are_counted_and_those_of_whom_it_is_not_known_apart(hub: AHub) -> None:
    def placed(name: str, home: str | None, there: str | None) -> str:
        who = hub.negative(name, local_authority=home)
        hub.walk(hub.proposed(who, stay(hub.home(f"{name}'s", local_authority=there))), "approved")
        return who

    out, unknown = placed("Ada Fox", "Hackney", "Camden"), placed("Cy Hale", None, "Camden")
    placed("Bo Lane", "Camden", "Camden")
    hub.proposed(hub.negative("Di Moor", local_authority="Hackney"), stay(hub.home(local_authority="Camden")))
    table = situation_of(hub.desk.ask(lambda q: q.situation())).table("across")
    counted = {row.label: tuple(figure.who for figure in row.figures) for row in table.rows}
    assert counted == {
        "Camden": ((), (out,)),
        "Hackney": ((out,), ()),
        "All": ((out,), (out,)),
        "Authority not recorded": ((unknown,), (unknown,)),
    }


def test_the_situation_tells_what_homes_answered_and_names_those_who_did(hub: AHub) -> None:
    first, second = hub.home("Ash"), hub.home("Birch")
    hub.home("Cedar")
    asked(hub, first, residents_suspected=1, residents_confirmed=2, deaths=1, tested_on=TODAY)
    asked(hub, second, residents_confirmed=0, tested_on=TODAY - timedelta(9))
    told = situation_of(hub.desk.ask(lambda q: q.situation()))
    total = dict(zip(told.table("answers").columns, told.table("answers").rows[-1].figures, strict=True))
    assert (total["Residents ill"].shown, set(total["Residents ill"].who)) == ("3", {first, second})
    assert (total["Deaths said"].shown, total["Deaths said"].who) == ("1", (first,))
    assert total["Staff ill"].shown == "not said"
    assert total["Answered today"].value == 2
    assert told.table("boroughs").rows[-1].figures[-1].shown == "1 of 2 in 7 days"


def test_the_tables_are_equal_when_they_are_made_anew(hub: AHub) -> None:
    home = hub.home()
    asked(hub, home, deaths=1)
    hub.does(partial(calls.agree_action, setting=home, agreed=MASKS))
    hub.does(partial(settings.declare_outbreak, setting=home, organism=COVID))
    hub.does(partial(settings.end_outbreak, setting=home))
    hub.does(partial(ask, AidWay.ASKED))
    assert hub.desk.verify().is_intact


# --- who rings which home


def test_a_home_that_somebody_rings_is_shown_to_others_and_let_go_after_a_while(hub: AHub) -> None:
    first, second = hub.home("Ash"), hub.home("Birch")
    other = hub.person("Olu Other", *hub.coordinator.roles)
    take = hub.desk.take_in_hand
    assert set(take(first, by=hub.coordinator)) == {first}
    assert {key: one.name for key, one in take(first, by=other).items()} == {first: "Cleo Coordinator"}
    assert {one.name for one in take(second, by=other).values()} == {"Cleo Coordinator", "Olu Other"}
    assert set(take(second, by=hub.coordinator)) == {second}
    assert take(None, by=hub.coordinator)[second].name == "Olu Other"
    hub.clock.plus(minutes=20)
    assert dict(take(None, by=hub.coordinator)) == {}
    assert not [each for each in hub.path.parent.iterdir() if "drafts" in each.name]


@pytest.mark.whole
def test_of_two_who_take_a_home_at_the_same_instant_one_has_it(
    hub: AHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, other = hub.home(), hub.person("Olu Other", *hub.coordinator.roles)
    took: list[Mapping[str, in_hand.InHand]] = []

    def also() -> None:
        with Desk.open(hub.path, clock=hub.clock) as desk:
            took.append(desk.take_in_hand(home, by=other))

    second, write = threading.Thread(target=also), in_hand._write

    def while_it_is_written(*said: Any) -> None:
        monkeypatch.setattr(in_hand, "_write", write)
        second.start()
        second.join(0.2)
        write(*said)

    monkeypatch.setattr(in_hand, "_write", while_it_is_written)
    took.append(hub.desk.take_in_hand(home, by=hub.coordinator))
    second.join()
    assert [found[home].name for found in took] == ["Cleo Coordinator"] * 2
