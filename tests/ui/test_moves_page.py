"""The Moves page over a real hub: each next step by its form, the clocks, the isolations of the week."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import pytest

from discharge.actions.in_one_call import Answer
from discharge.model.flags import Mend
from discharge.model.london import LONDON
from discharge.model.placement import DeclineReason, EndOutcome, NextStep, PlacementState
from discharge.model.travel import CrewPpe, TransportMode
from discharge.words.days import day_words
from tests.actions.observing import record_test
from tests.ui.moves_desk import ADA, BEN, CYN, WORD, Open, ben_has_arrived, page_of, pick, row_of
from tests.ui.planning_hub import COVID, NOW, Hub, nameless
from tests.ui.table_pages import assert_worked_by_keys_alone
from ui.frame.take_back import TakeBackForm
from ui.moves.accept import AcceptForm
from ui.moves.book import BookForm
from ui.moves.decline import DeclineForm, NoAnswerForm
from ui.moves.end import EndForm, NotReleasedForm, ReleaseForm, WithdrawForm
from ui.moves.journey import ArriveForm, DepartForm, MoveOnForm
from ui.moves.page import FORMS
from ui.moves.tell import TellForm
from ui.moves.tell_several import TellSeveralForm
from ui.widgets.table import CellDelegate
from ui.words.moves import NEXT_WORDS, STEPS, due_and_distance, due_words, steps_of

EVE, FAY = "P-0005", "P-0006"


# --- the way of one placement --------------------------------------------------------------------------


def test_a_placement_goes_its_whole_way_by_the_next_step_alone(open_moves: Open, hub: Hub) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    desk.do("placement.next")
    form = desk.form(TellForm)
    # what was recorded of the person is there to be said on the phone
    assert "negative" in form.says()
    desk.save(form, **WORD)
    assert row_of(desk, ADA).next_step is NextStep.ANSWER
    desk.do("placement.next")
    desk.save(desk.form(AcceptForm), **WORD)
    accepted = row_of(desk, ADA).current.accepted_by
    assert accepted is not None
    assert accepted.number == "020 7946 0001"
    desk.do("placement.next")
    leaves = NOW + timedelta(hours=2)
    desk.save(desk.form(BookForm), mode=TransportMode.HOSPITAL_CAR, ppe=CrewPpe.MASK, at=leaves)
    assert row_of(desk, ADA).state is PlacementState.BOOKED
    hub.clock.plus(hours=2)
    desk.do("placement.next")
    desk.save(desk.form(DepartForm))
    hub.clock.plus(minutes=30)
    desk.do("placement.next")
    desk.save(desk.form(ArriveForm))
    assert row_of(desk, ADA).state is PlacementState.ARRIVED
    desk.do("placement.end")
    desk.save(desk.form(EndForm), outcome=EndOutcome.SETTLED)
    assert page_of(desk).model.rows() == []
    assert [row.state for row in desk.ask(lambda q: q.moves(over=True))] == [PlacementState.ENDED]


@pytest.mark.whole
def test_nobody_departs_before_the_setting_was_told_and_the_tooltip_says_so(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    pick(desk, ADA)
    assert "hasn't been told yet (C5)" in desk.commands.why_not("placement.accept")
    assert desk.commands.why_not("placement.depart") == "Transport has to be booked first."
    assert "hasn't accepted yet (A2)" in desk.commands.why_not("placement.book")
    assert "withdraw it instead" in desk.commands.why_not("placement.end")


@pytest.mark.whole
def test_a_newer_result_asks_to_tell_the_setting_again_first(open_moves: Open) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    desk.do("placement.tell")
    desk.save(desk.form(TellForm), **WORD)
    with desk.hub.open() as store:
        desk.hub.clock.plus(minutes=5)
        now = store.now()
        store.perform(
            partial(
                record_test, patient=ADA, organism=COVID, result="negative",
                specimen_at=now - timedelta(hours=1), reported_at=now,
            ),
            by=desk.hub.coordinator,
        )  # fmt: skip
    desk.place.changed.emit(frozenset({"patients", "placements"}))
    desk.settle()
    row = row_of(desk, ADA)
    assert [flag.rule for flag in row.flags] == ["C5"]
    assert steps_of(row)[0] == "tell"
    desk.do("placement.next")
    desk.save(desk.form(TellForm), **WORD)
    assert row_of(desk, ADA).flags == ()


def test_a_home_is_told_of_several_in_one_form_and_answers_for_each(open_moves: Open) -> None:
    desk = open_moves(EVE, FAY, BEN)
    pick(desk, BEN)
    assert "Nobody else is to be told to" in desk.commands.why_not("placement.tell_several")
    pick(desk, EVE)
    desk.do("placement.tell_several")
    form = desk.form(TellSeveralForm)
    assert [part.row.patient for part in form.parts] == [EVE, FAY]
    eve, fay = (row_of(desk, each).id for each in (EVE, FAY))
    assert "never tested" in form.says(fay) or "negative" in form.says(fay)
    given = {key: value for key, value in WORD.items() if key != "confirmed"}
    desk.save(form, **given)
    assert "Tick whom the home was told of" in form.message()
    assert form.parts[0].answer.isHidden(), "of whom it wasn't told it has said nothing"
    form.set_values({f"confirmed/{eve}": True, f"confirmed/{fay}": True, f"answer/{eve}": Answer.ACCEPTED})
    desk.save(form, **given, **{f"answer/{fay}": Answer.DECLINED})
    assert form.message() == "Say why the home declined Fay Stone."
    desk.save(form, **given, **{f"code/{fay}": DeclineReason.STAFFING})
    assert row_of(desk, EVE).state is PlacementState.ACCEPTED
    assert FAY not in {row.patient for row in page_of(desk).model.rows()}
    assert desk.said[-1][0] == "Elm Lodge was told of Eve Stone and Fay Stone. 1 accepted, 1 declined."
    desk.undo()
    assert {row_of(desk, each).state for each in (EVE, FAY)} == {PlacementState.APPROVED}


def test_a_decline_needs_its_code_and_brings_the_person_back_to_those_who_wait(open_moves: Open) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    desk.do("placement.tell")
    desk.save(desk.form(TellForm), **WORD)
    desk.do("placement.decline")
    form = desk.form(DeclineForm)
    form.set_values(WORD)
    form.ask_to_save()
    assert form.isVisible()
    desk.save(form, code=DeclineReason.STAFFING, **WORD)
    assert page_of(desk).model.rows() == []
    person = desk.ask(lambda q: q.patient(ADA))
    assert person.row.placement is None
    assert [(each.declined, each.reason) for each in person.exclusions] == [(True, "Not enough staff")]


@pytest.mark.whole
def test_an_offer_without_an_answer_comes_first_and_can_be_given_up(
    open_moves: Open,
) -> None:
    desk = open_moves(ADA, CYN)
    pick(desk, CYN)
    desk.do("placement.tell")
    desk.save(desk.form(TellForm), **WORD)
    desk.hub.clock.plus(hours=5)
    desk.page.load()
    desk.settle()
    assert [row.patient for row in page_of(desk).model.shown()] == [CYN, ADA]
    assert due_words(row_of(desk, CYN), now=desk.hub.clock.now) == "1 h overdue"
    assert due_and_distance(row_of(desk, CYN), now=desk.hub.clock.now) == "1 h overdue"
    desk.do("placement.no_answer")
    desk.save(desk.form(NoAnswerForm), note="Rang three times")
    assert [row.patient for row in page_of(desk).model.rows()] == [ADA]


def test_a_day_that_is_due_is_said_as_short_as_a_column_needs_it(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    row, now = row_of(desk, ADA), desk.hub.clock.now
    midnight = datetime.combine(now.date() + timedelta(3), time(), tzinfo=LONDON)
    said = due_and_distance(replace(row, due=midnight, overdue=False), now=now)
    assert said == day_words(midnight.date())
    assert due_and_distance(replace(row, due=None, overdue=False), now=now) == ""


def test_a_placement_is_withdrawn_with_a_reason(open_moves: Open) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    desk.do("placement.withdraw")
    form = desk.form(WithdrawForm)
    form.ask_to_save()
    assert form.isVisible()
    desk.save(form, reason="The person is unwell again")
    assert page_of(desk).model.rows() == []


# --- slips ---------------------------------------------------------------------------------------------


@pytest.mark.whole
def test_a_step_is_taken_back_from_the_undo_bar(open_moves: Open) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    desk.do("placement.tell")
    desk.save(desk.form(TellForm), **WORD)
    assert row_of(desk, ADA).state is PlacementState.TOLD
    offered = desk.said[-1][1]
    assert offered is not None
    assert offered.word == "Take back"
    desk.undo()
    assert row_of(desk, ADA).state is PlacementState.APPROVED
    assert row_of(desk, ADA).next_step is NextStep.TELL


@pytest.mark.whole
def test_a_decline_is_taken_back_from_the_undo_bar(open_moves: Open) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    for form, values in ((TellForm, WORD), (DeclineForm, {"code": DeclineReason.FEE, **WORD})):
        desk.do("placement.tell" if form is TellForm else "placement.decline")
        desk.save(desk.form(form), **values)
    assert page_of(desk).model.rows() == []
    desk.undo()
    assert row_of(desk, ADA).state is PlacementState.TOLD


@pytest.mark.whole
def test_an_arrival_is_taken_back_from_the_undo_bar(open_moves: Open, hub: Hub) -> None:
    desk = open_moves(BEN, walk=ben_has_arrived)
    pick(desk, BEN)
    desk.do("placement.take_back")
    desk.save(desk.form(TakeBackForm), reason="Recorded by mistake")
    assert row_of(desk, BEN).state is PlacementState.DEPARTED
    desk.do("placement.arrive")
    desk.save(desk.form(ArriveForm))
    desk.undo()
    assert row_of(desk, BEN).state is PlacementState.DEPARTED


@pytest.mark.whole
def test_the_last_step_is_taken_back_later_with_a_reason(open_moves: Open) -> None:
    desk = open_moves(ADA)
    pick(desk, ADA)
    assert desk.commands.why_not("placement.take_back").startswith("No step was recorded since")
    for form in (TellForm, AcceptForm):
        desk.do("placement.next")
        desk.save(desk.form(form), **WORD)
    desk.do("placement.take_back")
    taking = desk.form(TakeBackForm)
    assert taking.said() == f"Last step: {row_of(desk, ADA).current.setting_name} accepted."
    taking.ask_to_save()
    assert taking.isVisible()
    desk.save(taking, reason="Recorded for the wrong person")
    assert row_of(desk, ADA).state is PlacementState.TOLD
    timeline = desk.ask(lambda q: q.placement(row_of(desk, ADA).id)).timeline
    assert timeline[0].sentence == "Taken back: accepted. Reason: Recorded for the wrong person"


# --- isolation, and on from there ------------------------------------------------------------------------


def test_isolation_ends_of_the_week_lead_to_their_placement(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    page = page_of(desk)
    pick(desk, ADA)
    assert page.ends.isVisible()
    buttons = page.ends.findChildren(type(page.ends._button(desk.ask(lambda q: q.isolation_ends())[0])))
    shown = [each for each in buttons if each.isVisible()]
    onward = row_of(desk, BEN).stays[1].setting_name
    assert [each.text() for each in shown] == [f"Sun 22 Nov  Ben Okoro to {onward}"]
    assert "isn't on record yet" in shown[0].toolTip()
    shown[0].click()
    desk.settle()
    current = page.current()
    assert current is not None
    assert current.patient == BEN


def test_only_a_clinician_releases_and_then_the_person_moves_on(open_moves: Open, hub: Hub) -> None:
    desk = open_moves(BEN, walk=ben_has_arrived)
    pick(desk, BEN)
    desk.sign_in(hub.lead)
    assert desk.commands.why_not("placement.release") == "Only a clinician may do this."
    desk.sign_in(hub.coordinator)
    for form, values in ((TellForm, WORD), (AcceptForm, WORD)):
        desk.do("placement.next")
        desk.save(desk.form(form), **values)
    desk.do("placement.book")
    onward = row_of(desk, BEN).stays[1]
    start = onward.start
    booking = desk.form(BookForm)
    leaves = booking.at.value()
    assert leaves is not None
    assert leaves.date() == start
    desk.save(booking, mode=TransportMode.AMBULANCE_SEATED)
    desk.sign_in(hub.clinician)
    desk.do("placement.not_released")
    desk.save(desk.form(NotReleasedForm), reason="Coughs still")
    assert not row_of(desk, BEN).released
    desk.do("placement.release")
    release = desk.form(ReleaseForm)
    assert (release.organism.value(), release.on.value()) == (COVID, start)
    desk.save(release)
    assert "on record" in desk.commands.why_not("placement.release")
    assert row_of(desk, BEN).released
    hub.clock.plus(days=6, hours=2)
    desk.sign_in(hub.coordinator)
    desk.do("placement.next")
    desk.save(desk.form(MoveOnForm))
    moved = row_of(desk, BEN)
    assert moved.current.setting_name == onward.setting_name


@pytest.mark.whole
def test_a_step_that_the_rules_refuse_says_why_in_the_form(open_moves: Open, hub: Hub) -> None:
    desk = open_moves(BEN, walk=ben_has_arrived)
    pick(desk, BEN)
    for form, values in ((TellForm, WORD), (AcceptForm, WORD)):
        desk.do("placement.next")
        desk.save(desk.form(form), **values)
    desk.do("placement.book")
    desk.save(desk.form(BookForm), mode=TransportMode.AMBULANCE_SEATED)
    desk.do("placement.move_on")
    moving = desk.form(MoveOnForm)
    moving.ask_to_save()
    desk.settle()
    assert moving.isVisible()
    assert "clinician's release" in moving.message()
    moving.reject()


# --- the table itself ----------------------------------------------------------------------------------


@pytest.mark.whole
def test_the_life_of_a_placement_stands_in_the_detail(look_at_moves: Open) -> None:
    from ui.widgets.dated import DatedList

    desk = look_at_moves(BEN, walk=ben_has_arrived)
    pick(desk, BEN)
    lists = page_of(desk).detail.findChildren(DatedList)
    said = [entry.words for entry in lists[-1].entries()]
    assert len(said) == 7  # proposed, approved, told, accepted, booked, departed, arrived; newest first
    assert "Arrived" in said[0]


@pytest.mark.whole
def test_those_that_are_over_come_when_asked_for(open_moves: Open) -> None:
    desk = open_moves(ADA, CYN)
    pick(desk, ADA)
    desk.do("placement.withdraw")
    desk.save(desk.form(WithdrawForm), reason="Goes home")
    page = page_of(desk)
    assert [row.patient for row in page.model.rows()] == [CYN]
    page.chips.set_on(["where/over"])
    desk.settle()
    assert [row.state for row in page.model.shown()] == [PlacementState.WITHDRAWN]
    page.chips.set_on([])
    desk.settle()
    assert [row.patient for row in page.model.rows()] == [CYN]


@pytest.mark.whole
def test_nobody_on_the_way_says_where_placements_come_from(look_at_moves: Open) -> None:
    desk = look_at_moves()
    assert "Nobody is on the way" in page_of(desk)._empty.words()
    assert desk.commands.why_not("placement.next") == "Choose a placement first."
    assert page_of(desk).ends.isHidden()


def test_every_next_step_has_its_words_and_every_step_its_form() -> None:
    assert set(NEXT_WORDS) == set(STEPS) == set(NextStep)
    assert {step for steps in STEPS.values() for step in steps} <= set(FORMS)


def test_everything_that_the_keyboard_reaches_has_a_name(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    assert nameless(desk.page) == []


@pytest.mark.whole
def test_the_table_is_worked_by_keys_alone(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    assert_worked_by_keys_alone(desk, page_of(desk).table, qtbot)


@pytest.mark.whole
def test_a_placement_that_is_stopped_later_says_so_uncut(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    table = page_of(desk).table
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    for key, words in (
        ("next", [each.block for each in Mend]),
        ("state", ["On the way: stop", "Approved: stop"]),
    ):
        at = next(at for at, column in enumerate(table.rows.columns) if column.key == key)
        assert not table.isColumnHidden(at)
        widest = max(delegate.width_of(each, is_status=True) for each in words)
        assert table.columnWidth(at) >= widest, key
