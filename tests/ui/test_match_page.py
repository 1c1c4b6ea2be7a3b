"""The Match page over a real hub: plan, lock, exclude, plan again, see what changed, send to approval."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from discharge.actions.patients import exclude_setting, register_patient
from discharge.actions.placements import approve, tell
from discharge.model.case import Weights
from discharge.model.placement import PlacementState
from discharge.model.plan import Condition
from discharge.model.shown.plans import Change
from discharge.words import terms
from tests.actions.observing import record_test
from tests.ui.engine_work import endless
from tests.ui.match_stand import Open, choose, line_of, page_of, said_in
from tests.ui.planning_hub import (
    MANAGER,
    TODAY,
    Hub,
    add_person,
    details,
    nameless,
)
from tests.ui.table_pages import assert_worked_by_keys_alone
from ui.match import run as match_module
from ui.match.hand_proposal import HandProposalForm
from ui.match.lines import spans_of
from ui.patients.record_forms import ExcludeForm
from ui.theme.palette import Tone
from ui.widgets.tall_table import Span
from ui.words.plans import POINT_WORDS, change_words
from ui.work.planning import make_plan

# --- planning -----------------------------------------------------------------------------------------


@pytest.mark.whole
def test_plan_runs_the_engine_in_its_own_process_verifies_stores_and_shows(open_match: Open) -> None:
    desk = open_match(planned=False)
    page = page_of(desk)
    assert page.plan_empty.words().startswith("No plan yet 7 people wait.")
    desk.do("plan.run")
    assert [row.id for row in desk.ask(lambda q: q.plans())] == ["R-0001"]
    assert {line.name for line in page.model.rows() if line.proposal} == {
        "Ada Swift", "Ben Okoro", "Cyn Trent", "Eve Stone", "Fay Stone",
    }  # fmt: skip
    assert line_of(page, "Ben Okoro").conditions == "clinical release"
    assert line_of(page, "Dev Patel").status.word == "No place"
    assert not page.is_planning
    assert page.detail_shown() is True
    # the why of the first person came from the engine's process too
    assert page.why.model.rowCount() > 0


def test_stopping_ends_the_engines_process_and_changes_nothing(
    open_match: Open, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    desk = open_match(planned=False)
    page = page_of(desk)
    monkeypatch.setattr(match_module, "make_plan", endless)
    engine = desk.place.jobs.engine
    engine.warm_up()
    qtbot.waitUntil(lambda: engine.process_id is not None, timeout=20_000)
    before = engine.process_id
    page.commands.do("plan.run")
    qtbot.waitUntil(lambda: "Endless" in page.middle.run.words.whole(), timeout=30_000)
    assert page.commands.why_not("plan.run") == "Planning is under way."
    assert page.middle.run.stop.isVisible()
    qtbot.mouseClick(page.middle.run.stop, Qt.MouseButton.LeftButton)
    desk.settle()
    qtbot.waitUntil(lambda: engine.process_id not in (before, None), timeout=20_000)
    assert not page.is_planning
    assert desk.said[-1][0] == "Planning was stopped; nothing was changed."
    assert desk.ask(lambda q: q.plans()) == ()
    assert page.commands.why_not("plan.run") == ""


@pytest.mark.usefixtures("engine_at_hand")
def test_a_plan_that_breaks_a_rule_is_neither_stored_nor_shown(
    open_match: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_match(planned=False)

    def unsound(case: bytes, rules: bytes, previous: Any, *, progress: Any) -> Any:
        found = real(case, rules, previous, progress=progress)
        return type(found)(found.plan, found.seconds, ("N10: a bed is taken twice.",))

    real = make_plan
    monkeypatch.setattr(match_module, "make_plan", unsound)
    desk.do("plan.run")
    assert "a bed is taken twice" in desk.told[-1].sentence
    assert desk.ask(lambda q: q.plans()) == ()
    assert page_of(desk).model.rowCount() == 0


@pytest.mark.usefixtures("engine_at_hand")
def test_the_summary_says_how_many_how_good_how_long_and_by_which_rules(open_match: Open) -> None:
    desk = open_match(planned=False)
    said: list[str] = []
    desk.page.summary.connect(said.append)
    desk.do("plan.run")
    parts = said[-1].split(" · ")
    assert parts[:4] == ["7 people", "5 placed", "2 not", "optimal"]
    assert parts[4].endswith(" s")
    assert parts[5] == "rules: Oct 2020"
    page = page_of(desk)
    for part, shown in (("2 not", 2), ("5 placed", 5), ("7 people", 7)):
        opens = page.opening_of(part)
        assert opens is not None
        opens()
        assert page.model.rowCount() == shown
    assert page.opening_of("optimal") is None


# --- why ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_why_not_is_told_setting_by_setting_with_the_ones_a_single_reason_away(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Gus Hart")
    rows = {row.why_not.name: row for row in page.why.model.rows()}
    assert set(rows) == {"The Limes", "Elm Lodge", "Abbey Court", "Oak Intermediate Care", "Yew Grange"}
    assert [each.code for each in rows["Yew Grange"].why_not.reasons] == ["closed"]
    assert page.why.near.isChecked()
    shown = {row.why_not.name for row in page.why.model.shown()}
    assert "Yew Grange" in shown
    assert "Oak Intermediate Care" not in shown
    page.why.near.setChecked(False)
    assert page.why.model.rowCount() == 5
    page.why.seek.setText("closed")
    assert [row.why_not.name for row in page.why.model.shown()] == ["Yew Grange"]


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_whoever_is_chosen_among_those_who_wait_is_chosen_in_the_plan_and_back(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    page.waiting.pick(line_of(page, "Cyn Trent").patient)
    desk.settle()
    assert page.current_patient() == line_of(page, "Cyn Trent").patient
    choose(desk, "Ben Okoro")
    assert page.waiting.current_row().row.name == "Ben Okoro"


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_nights_are_hatched_up_to_the_end_of_isolation_and_a_move_is_marked(open_match: Open) -> None:
    desk = open_match()
    ben = line_of(page_of(desk), "Ben Okoro")
    assert spans_of(ben) == [Span(0, 6, True, False), Span(6, None, False, True)]
    # the same bed before and after: parted at the end of isolation, without a move
    whole = replace(ben.stays[0], end=None)
    assert ben.proposal is not None
    stays = replace(ben, proposal=replace(ben.proposal, stays=(whole,)))
    assert spans_of(stays) == [Span(0, 6, True, False), Span(6, None, False, False)]


def test_every_weight_of_a_case_has_a_word_for_its_points() -> None:
    assert set(POINT_WORDS) == set(Weights.model_fields)


def test_a_move_of_the_second_stay_alone_is_not_said_as_one_from_the_same_place() -> None:
    before = "Tern House, Mon 16 Nov"
    assert change_words(Change.MOVED, before, here=before) == (
        "Begins as in the last plan and goes on elsewhere"
    )
    assert change_words(Change.MOVED, before, here="Elm, Mon 16 Nov") == f"Moved from {before}"


def test_every_condition_of_a_plan_has_its_words() -> None:
    assert set(terms.CONDITIONS) == set(Condition.__args__)  # type: ignore[attr-defined]


# --- keep, exclude, plan again ------------------------------------------------------------------------


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_a_locked_proposal_stays_when_planning_again_and_can_be_unlocked(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Ada Swift")
    before = [stay.setting_name for stay in line_of(page, "Ada Swift").stays]
    desk.do("plan.lock")
    assert line_of(page, "Ada Swift").status.word == "Locked"
    assert "locked already" in page.commands.why_not("plan.lock")
    desk.do("plan.run")
    kept = line_of(page, "Ada Swift")
    assert [stay.setting_name for stay in kept.stays] == before
    assert kept.proposal is not None
    assert kept.proposal.locked
    choose(desk, "Ada Swift")
    desk.do("plan.unlock")
    assert desk.ask(lambda q: q.kept()) == {}


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_locking_can_be_undone(open_match: Open) -> None:
    desk = open_match()
    choose(desk, "Ada Swift")
    desk.do("plan.lock")
    assert desk.ask(lambda q: set(q.kept())) == {"P-0001"}
    desk.undo()
    assert desk.ask(lambda q: q.kept()) == {}


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_excluding_a_setting_and_planning_again_says_in_words_what_changed(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Cyn Trent")
    desk.do("plan.exclude")
    form = desk.form(ExcludeForm)
    assert form.setting.value() == line_of(page, "Cyn Trent").stays[-1].setting
    desk.save(form, reason="The family lives on the other side")
    assert "Plan again" in page.note.whole() or "plan again" in page.note.whole()
    desk.do("plan.run")
    line = line_of(page, "Cyn Trent")
    assert line.proposal is None
    assert line.change == "No longer placed"
    assert "1 no longer placed" in page.note.whole()
    with desk.hub.open() as store:
        add_person(store, desk.hub.coordinator, "Hal Moss")
    desk.do("plan.run")
    assert line_of(page, "Hal Moss").change == "New since the last plan"


@pytest.mark.whole
@pytest.mark.usefixtures("engine_at_hand")
def test_somebody_who_was_moved_is_marked_with_where_they_were_before(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    ada = line_of(page, "Ada Swift")
    was = ada.stays[-1]
    with desk.hub.open() as store:
        store.perform(
            partial(exclude_setting, patient=ada.patient, setting=was.setting, reason="Asked for another"),
            by=desk.hub.coordinator,
        )
    desk.do("plan.run")
    moved = line_of(page, "Ada Swift")
    assert moved.change_word == "Moved"
    assert moved.change == f"Moved from {was.setting_name}, Mon 16 Nov"


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_an_older_plan_can_be_opened_and_is_read_only(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    desk.do("plan.run")
    assert page.plans.count() == 2
    page.plans.setCurrentIndex(1)
    page.plans.activated.emit(1)
    desk.settle()
    assert page.shown is not None
    assert page.shown.row.id == "R-0001"
    choose(desk, "Ada Swift")
    for command in ("plan.lock", "plan.send", "plan.send_all"):
        assert "older plan" in page.commands.why_not(command)
    page.plans.setCurrentIndex(0)
    page.plans.activated.emit(0)
    desk.settle()
    assert page.shown.row.id == "R-0002"


# --- sending ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_chosen_proposals_are_sent_to_approval_and_can_be_taken_back(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Ada Swift", "Cyn Trent")
    desk.do("plan.send")
    assert {row.patient_name for row in desk.ask(lambda q: q.approvals())} == {"Ada Swift", "Cyn Trent"}
    assert line_of(page, "Ada Swift").status.word == "In approval"
    assert "sent already" in page.commands.why_not("plan.send")
    desk.undo()
    assert desk.ask(lambda q: q.approvals()) == ()
    states = {row.state for row in desk.ask(lambda q: q.moves(over=True))}
    assert states == {PlacementState.WITHDRAWN}


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_companions_are_sent_together_though_only_one_was_chosen(open_match: Open) -> None:
    desk = open_match()
    choose(desk, "Eve Stone")
    desk.do("plan.send")
    assert {row.patient_name for row in desk.ask(lambda q: q.approvals())} == {"Eve Stone", "Fay Stone"}


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_all_proposals_are_sent_at_once(open_match: Open) -> None:
    desk = open_match()
    desk.do("plan.send_all")
    assert len(desk.ask(lambda q: q.approvals())) == 5
    assert page_of(desk).commands.why_not("plan.send_all") == "Every proposal of this plan is sent already."
    assert {line.row.name for line in page_of(desk).waiting_model.rows()} == {"Dev Patel", "Gus Hart"}


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_a_result_recorded_since_stops_the_sending_with_a_sentence(open_match: Open) -> None:
    desk = open_match()
    with desk.hub.open() as store:
        taken = store.now() - timedelta(hours=1)
        store.perform(
            partial(
                record_test, patient="P-0001", organism="sars-cov-2", result="positive",
                specimen_at=taken, reported_at=store.now(),
            ),
            by=desk.hub.coordinator,
        )  # fmt: skip
    choose(desk, "Ada Swift")
    desk.do("plan.send")
    assert desk.told
    assert desk.ask(lambda q: q.approvals()) == ()


# --- by hand ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_a_placement_proposed_by_hand_is_assessed_as_one_chooses(open_match: Open) -> None:
    desk = open_match(planned=False)
    page = page_of(desk)
    page.waiting.pick("P-0001")
    desk.settle()
    desk.do("plan.by_hand")
    form = desk.form(HandProposalForm)
    assert form.person.value() == "P-0001"
    assert form.first.start.value() == TODAY
    desk_settings = {name: key for key, name in desk.ask(lambda q: q.setting_names()).items()}
    form.first.setting.set_value(desk_settings["Yew Grange"])
    desk.settle()
    assert any("closed to admissions" in words.lower() for words in said_in(form._answer))
    form.ask_to_save()
    assert form.isVisible()
    form.first.setting.set_value(desk_settings["Elm Lodge"])
    desk.settle()
    assert "Nothing stands against it." in said_in(form._answer)
    desk.save(form, reason="Her sister lives there")
    row = desk.ask(lambda q: q.approvals())[0]
    assert (row.patient_name, row.first_setting, row.by_hand) == ("Ada Swift", "Elm Lodge", True)
    desk.undo()
    assert desk.ask(lambda q: q.approvals()) == ()


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_companions_are_proposed_by_hand_in_one_form(open_match: Open) -> None:
    desk = open_match(planned=False)
    page = page_of(desk)
    page.waiting.pick("P-0005")
    desk.settle()
    desk.do("plan.by_hand")
    form = desk.form(HandProposalForm)
    settings = {name: key for key, name in desk.ask(lambda q: q.setting_names()).items()}
    form.first.setting.set_value(settings["Elm Lodge"])
    desk.settle()
    assert form.first.companion_beds.value() == ("ground", "E1")
    desk.save(form, reason="They asked for it together")
    assert {row.patient_name for row in desk.ask(lambda q: q.approvals())} == {"Eve Stone", "Fay Stone"}


@pytest.mark.usefixtures("engine_at_hand")
def test_an_isolation_by_hand_fills_in_its_end_and_the_next_start(open_match: Open) -> None:
    desk = open_match(planned=False)
    page_of(desk).waiting.pick("P-0002")
    desk.settle()
    desk.do("plan.by_hand")
    form = desk.form(HandProposalForm)
    form.two.set_value(True)
    end = form.first.end.value()
    assert end == desk.ask(lambda q: q.patient("P-0002")).row.infection.isolation_end
    assert form.second.start.value() == end
    form.reject()


# --- who may, and nothing there ------------------------------------------------------------------------


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_only_a_coordinator_plans_and_the_tooltip_says_so(open_match: Open, hub: Hub) -> None:
    desk = open_match(user=hub.lead)
    for command in ("plan.run", "plan.lock", "plan.send", "plan.by_hand", "plan.exclude"):
        assert desk.commands.why_not(command) == "Only a coordinator may do this."
        assert not desk.commands.action(command).isEnabled()
        assert "Only a coordinator" in desk.commands.action(command).toolTip()


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_an_empty_hub_says_what_to_do_first(open_match: Open, empty_hub: Hub) -> None:
    desk = open_match(planned=False, of=empty_hub)
    page = page_of(desk)
    assert page.plan_empty.words().startswith("No settings yet")
    asked: list[str] = []
    desk.commands.bind("import.homes", lambda: asked.append("homes"))
    page.plan_empty.button.click()
    assert asked == ["homes"]
    assert desk.commands.why_not("plan.run") == "Nobody is waiting."


@pytest.mark.usefixtures("engine_at_hand")
def test_selection_and_search_stay_when_data_comes_in(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    choose(desk, "Cyn Trent")
    page.look_for("trent")
    with desk.hub.open() as store:
        store.perform(partial(register_patient, details=details("Ida Ross")), by=desk.hub.coordinator)
    desk.place.changed.emit(frozenset({"patients"}))
    desk.settle()
    assert page.current_patient() == line_of(page, "Cyn Trent").patient
    assert page.model.rowCount() == 1
    page.show_all()
    assert page.model.rowCount() == 7


@pytest.mark.usefixtures("engine_at_hand")
def test_case_and_plan_are_saved_as_they_were_stored(open_match: Open, tmp_path: Path) -> None:
    desk = open_match()
    page_of(desk).deeds.save_files_in(tmp_path)
    desk.settle()
    files = desk.ask(lambda q: q.plan_files("R-0001"))
    assert (tmp_path / "R-0001-case.json").read_bytes() == files.case
    assert (tmp_path / "R-0001-plan.json").read_bytes() == files.plan


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_everything_that_the_keyboard_reaches_has_a_name(open_match: Open) -> None:
    desk = open_match()
    assert nameless(desk.page) == []


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_the_table_is_worked_by_keys_alone(open_match: Open, qtbot: Any) -> None:
    desk = open_match()
    assert_worked_by_keys_alone(desk, page_of(desk).table, qtbot)


@pytest.mark.usefixtures("engine_at_hand")
def test_a_placement_under_way_that_a_rule_stops_now_says_so_and_why(open_match: Open) -> None:
    desk = open_match()
    choose(desk, "Ada Swift")
    desk.do("plan.send")
    assert line_of(page_of(desk), "Ada Swift").status.word == "In approval"
    with desk.hub.open() as store:
        store.perform(
            partial(
                record_test, patient="P-0001", organism="sars-cov-2", result="positive",
                specimen_at=store.now() - timedelta(hours=1), reported_at=store.now(),
            ),
            by=desk.hub.coordinator,
        )  # fmt: skip
    desk.place.changed.emit(frozenset({"patients", "placements"}))
    desk.settle()
    status = line_of(page_of(desk), "Ada Swift").status
    assert (status.word, status.tone) == ("In approval: stop", Tone.DANGER)
    choose(desk, "Ada Swift")
    desk.settle()
    said = said_in(page_of(desk).why.detail)
    assert "Against it now" in said
    assert "Return or withdraw it, and plan again." in said


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_a_home_told_before_a_newer_result_stands_here_as_everywhere_else(open_match: Open) -> None:
    desk = open_match()
    choose(desk, "Ada Swift")
    desk.do("plan.send")
    with desk.hub.open() as store:
        [sent] = [row for row in store.ask(lambda q: q.approvals()) if row.patient == "P-0001"]
        store.perform(partial(approve, placement=sent.id), by=desk.hub.lead)
        store.perform(partial(tell, placement=sent.id, given=MANAGER), by=desk.hub.coordinator)
        store.perform(
            partial(
                record_test, patient="P-0001", organism="sars-cov-2", result="negative",
                specimen_at=store.now() - timedelta(hours=1), reported_at=store.now(),
            ),
            by=desk.hub.coordinator,
        )  # fmt: skip
        state = store.ask(lambda q: q.placement(sent.id)).row.state
    desk.place.changed.emit(frozenset({"patients", "placements"}))
    desk.settle()
    proposal = line_of(page_of(desk), "Ada Swift").proposal
    assert proposal is not None
    assert proposal.placement_state is state is PlacementState.APPROVED
