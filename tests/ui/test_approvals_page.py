"""The Approvals page over a real hub: the queue, what an LA lead sees, approving and returning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from discharge.actions.hub import set_approval_rules
from discharge.actions.one_sitting import alike
from discharge.actions.people import amend_user
from discharge.actions.placements import propose_by_hand, return_
from discharge.actions.settings import amend_setting, close_admissions
from discharge.model.approving import Principle
from discharge.model.people import ApprovalRule, Role
from discharge.model.placement import PlacementState, StayChoice
from discharge.model.setting import Span
from tests.actions.observing import record_test
from tests.ui.planning_hub import TODAY, Hub, Stand, confirm_all, nameless, propose
from tests.ui.table_pages import assert_worked_by_keys_alone
from ui.approvals.decide import ApproveForm, ReturnForm
from ui.approvals.detail import _stay_line
from ui.approvals.page import ApprovalsPage
from ui.approvals.receipt import ReceiptDialog, receipt_html
from ui.approvals.together import ApproveSeveralForm
from ui.frame.why import WhyFinder
from ui.models.table import QUIET_ROLE
from ui.theme.palette import Tone
from ui.widgets.text import StatusChip
from ui.work.planning import explain_person

PAGE = ApprovalsPage

At = Callable[..., Stand]
Open = Callable[..., Stand]
PEOPLE = ("P-0001", "P-0002", "P-0005", "P-0006")


def proposed(hub: Hub, *people: str) -> None:
    """There are proposals of these people."""
    hub.bring(people, lambda desk: propose(desk, hub.coordinator, *people))


def prepare(hub: Hub) -> None:
    """What tests that only look find."""
    proposed(hub, *PEOPLE)


@pytest.fixture(scope="module", autouse=True)
def engine_here() -> Iterator[None]:
    """The engine answers in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhyFinder, "find", find_here)
        yield


@pytest.fixture
def look_at(look_at: At, stand_for_all: Stand) -> At:
    """It is a lead's page."""
    return lambda user=None: look_at(user or stand_for_all.hub.lead)


@pytest.fixture
def open_page(page_in_turn: Open, hub: Hub) -> Open:
    """Opens the page with proposals of these people in it."""

    def make(*people: str, user: Any = None) -> Stand:
        if people:
            proposed(hub, *people)
        return page_in_turn(ApprovalsPage, hub, user or hub.lead)

    return make


def find_here(self: WhyFinder, plan: str, patient: str) -> None:
    """The engine's answer without its process."""

    def take(files: Any) -> None:
        why = explain_person(files.case, files.rules, files.plan, patient)
        self._known[plan, patient] = why
        self.found.emit(plan, patient, why)

    self._services.ask(lambda queries: queries.plan_files(plan), take)


def page_of(desk: Stand) -> ApprovalsPage:
    assert isinstance(desk.page, ApprovalsPage)
    return desk.page


def choose(desk: Stand, *names: str) -> None:
    page = page_of(desk)
    page.table.clearSelection()
    for name in names:
        key = next(row.id for row in page.model.rows() if row.patient_name == name)
        flags = page.table.selectionModel().SelectionFlag
        place = page.model.index(page.model.place_of(key), 0)
        page.table.selectionModel().setCurrentIndex(place, flags.Select | flags.Rows)
    desk.settle()


def approve_all(desk: Stand) -> ApproveSeveralForm:
    """Approves what is chosen, over the page that sums it up, and reads the receipt."""
    desk.do("placement.approve")
    form = desk.form(ApproveSeveralForm)
    if form.again is not None:
        form.again.set_value(list(form._again))
    desk.save(form)
    return form


def receipt_of(desk: Stand) -> ReceiptDialog:
    """The receipt that was opened last; those before it are closed."""
    found = [each for each in desk.page.window().findChildren(ReceiptDialog) if each.isVisible()]
    for each in found[:-1]:
        each.close()
    return found[-1]


def receipt_text(desk: Stand) -> str:
    """What the receipt that is open says."""
    return receipt_of(desk).text.toPlainText()


def words_of(desk: Stand) -> str:
    """Everything that the detail says."""
    page = page_of(desk)
    labels = [each.text() for each in page.detail.findChildren(QLabel) if each.isVisibleTo(page)]
    chips = [each.accessibleName() for each in page.detail.findChildren(StatusChip)]
    return "\n".join([*labels, *chips])


def test_the_queue_stands_by_urgency_and_the_first_one_is_shown(look_at: At) -> None:
    desk = look_at()
    shown = [row.patient_name for row in page_of(desk).model.shown()]
    assert shown == ["Ada Swift", "Ben Okoro", "Eve Stone", "Fay Stone"]
    current = page_of(desk).current()
    assert current is not None
    assert current.patient_name == "Ada Swift"


def test_everything_needed_to_decide_stands_on_one_page(look_at: At) -> None:
    desk = look_at()
    choose(desk, "Ben Okoro")
    said = words_of(desk)
    onward = next(
        row for row in desk.ask(lambda q: q.approvals()) if row.patient_name == "Ben Okoro"
    ).last_setting
    other = "Abbey Court" if onward == "Elm Lodge" else "Elm Lodge"  # as good in the plan as a whole
    for part in (
        "Ben Okoro",
        "The Limes",  # the first setting, its kind and rating, and the second
        onward,
        "Hot home · Havering",
        "Good",
        "£950 a week",
        "COVID-19 test: positive",  # the infection story and what follows from it
        "Isolates with confirmed COVID-19",
        "A clinician has to release them",  # the condition
        "Rule R5",
        "Moves",  # points
        f"{other}:",  # the runner-up
        "Jo Marsh, today 09:30",  # who proposed and when
        "Plan R-0001",
        "Lee Okafor",  # who may approve
    ):
        assert part in said, part


@pytest.mark.whole
def test_one_is_approved_and_the_next_one_takes_its_place(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Ada Swift")
    desk.do("placement.approve")
    states = {row.patient_name: row.state for row in desk.ask(lambda q: q.moves())}
    assert states["Ada Swift"] is PlacementState.APPROVED
    current = page_of(desk).current()
    assert current is not None
    assert current.patient_name == "Ben Okoro"
    desk.undo()
    assert "Ada Swift" not in {row.patient_name for row in desk.ask(lambda q: q.moves())}


@pytest.mark.whole
def test_several_are_approved_at_once(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Eve Stone", "Fay Stone", "Ben Okoro")
    approve_all(desk)
    states = {row.patient_name: row.state for row in desk.ask(lambda q: q.moves())}
    assert [name for name, state in states.items() if state is PlacementState.PROPOSED] == ["Ada Swift"]


@pytest.mark.whole
def test_whoever_proposed_it_cant_approve_it_and_the_tooltip_says_why(look_at: At, hub: Hub) -> None:
    desk = look_at(hub.coordinator)  # has every role
    why = desk.commands.why_not("placement.approve")
    assert why == "You proposed it: another LA lead has to decide on it (A1)."
    assert why in desk.commands.action("placement.approve").toolTip()
    assert not desk.commands.action("placement.approve").isEnabled()
    assert desk.commands.why_not("placement.return") == ""


def test_somebody_who_is_no_la_lead_sees_it_and_cant_decide(look_at: At, hub: Hub) -> None:
    desk = look_at(hub.clinician)
    assert page_of(desk).model.rowCount() == 4
    for command in ("placement.approve", "placement.return"):
        assert desk.commands.why_not(command) == "Only an LA lead may do this."


def test_what_changed_since_is_flagged_and_stops_the_approval(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE)
    flag_ada(desk, hub)
    choose(desk, "Ada Swift")
    assert "Changed since it was proposed" in words_of(desk)
    row = desk.ask(lambda q: q.approvals())[0]
    page = desk.ask(lambda q: q.approval(row.id))
    for can_go in (True, False):
        line = _stay_line(page.stays[0], today=TODAY, can_go=can_go)
        assert (line.tone is Tone.NEUTRAL) is not can_go, "no tick beside what a rule forbids"
    assert "Return it, and plan again" in desk.commands.why_not("placement.approve")
    page_of(desk).chips.set_on(["kind/changed"])
    assert [row.patient_name for row in page_of(desk).model.shown()] == ["Ada Swift"]


def test_one_is_returned_with_a_reason_and_without_one_it_isnt(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Ada Swift")
    desk.do("placement.return")
    form = desk.form(ReturnForm)
    form.ask_to_save()
    assert form.isVisible()
    assert "Say why" in form.message()
    desk.save(form, reason="Fee not agreed")
    row = next(row for row in desk.ask(lambda q: q.moves(over=True)) if row.patient_name == "Ada Swift")
    assert row.state is PlacementState.RETURNED
    assert "Ada Swift" not in [row.patient_name for row in page_of(desk).model.rows()]


@pytest.mark.whole
def test_an_approval_refused_by_the_hub_says_why_and_changes_nothing(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE)
    with hub.open() as store:
        store.perform(partial(amend_user, user=hub.lead.id, roles=[Role.COORDINATOR]), by=hub.coordinator)
    choose(desk, "Ada Swift")
    desk.do("placement.approve")
    assert desk.told[-1].sentence == "Only an LA lead can do this."
    assert len(desk.ask(lambda q: q.approvals())) == 4


def test_an_empty_queue_says_where_placements_come_from(open_page: Open) -> None:
    desk = open_page()
    assert "Nothing waits for approval" in page_of(desk)._empty.words()
    assert desk.commands.why_not("placement.approve") == "Choose a placement first."


def test_everything_that_the_keyboard_reaches_has_a_name(look_at: At) -> None:
    desk = look_at()
    assert nameless(desk.page) == []


@pytest.mark.whole
def test_the_table_is_worked_by_keys_alone(look_at: At, qtbot: Any) -> None:
    desk = look_at()
    assert_worked_by_keys_alone(desk, page_of(desk).table, qtbot)


# --- several at once ---------------------------------------------------------------------------------


def flag_ada(desk: Stand, hub: Hub) -> None:
    """A positive test of Ada comes in, after she was proposed an open home."""
    with hub.open() as store:
        taken = store.now() - timedelta(hours=1)
        store.perform(
            partial(
                record_test, patient="P-0001", organism="sars-cov-2", result="positive", specimen_at=taken,
                reported_at=store.now(),
            ),
            by=hub.coordinator,
        )  # fmt: skip
    desk.place.changed.emit(frozenset({"patients", "placements"}))
    desk.settle()


def limit_to(hub: Hub, pounds: float) -> None:
    """The hub has an approval rule with a limit from now on."""
    rule = ApprovalRule(name="normal", valid=Span(start=date(2020, 11, 1)), weekly_fee=pounds)
    with hub.open() as store:
        store.perform(partial(set_approval_rules, rules=[rule], reason="As agreed"), by=hub.coordinator)
        confirm_all(store, hub.coordinator)


@pytest.mark.whole
def test_of_several_each_that_may_be_is_approved_and_the_others_are_told_with_why(
    open_page: Open, hub: Hub
) -> None:
    desk = open_page(*PEOPLE)
    flag_ada(desk, hub)
    choose(desk, "Ada Swift", "Ben Okoro", "Eve Stone", "Fay Stone")
    said = words_of(desk)
    assert "4 placements" in said
    assert "3 can be approved" in said
    assert "Ada Swift: " in said
    approve_all(desk)
    states = {row.patient_name: row.state for row in desk.ask(lambda q: q.moves())}
    assert [name for name, state in states.items() if state is PlacementState.PROPOSED] == ["Ada Swift"]
    assert desk.said[-1][0] == "Approved: 3 placements of 4. Next: tell the setting."
    assert "Not approved" in receipt_text(desk)
    assert "Ada Swift" in receipt_text(desk).partition("Not approved")[2]
    desk.undo()
    assert len(desk.ask(lambda q: q.approvals())) == 1, "withdrawn, they wait anew; Ada's is still here"


def test_several_are_summed_up_before_and_a_receipt_says_after_what_came_of_it(
    open_page: Open, hub: Hub
) -> None:
    desk = open_page(*PEOPLE)
    flag_ada(desk, hub)
    limit_to(hub, 2_000)
    desk.place.changed.emit(frozenset({"hub"}))
    desk.settle()
    choose(desk, "Ada Swift", "Ben Okoro", "Eve Stone", "Fay Stone")
    desk.do("placement.approve")
    form = desk.form(ApproveSeveralForm)
    said = "\n".join(label.text() for label in form.findChildren(QLabel))
    rows = {row.patient_name: row for row in desk.ask(lambda q: q.approvals())}
    fees = sum(rows[name].weekly_fee or 0 for name in ("Ben Okoro", "Eve Stone", "Fay Stone"))
    for part in (
        f"£{fees:,.0f} a week together.",
        "Within your limit of £2,000 a week (normal approval).",
        "Clinical release, 1: Ben Okoro.",
        "3 of plan R-0001, today 09:30 by Jo Marsh: the best for all 7 together, proven",
        "Ada Swift: ",
    ):
        assert part in said, part
    assert len(desk.ask(lambda q: q.approvals())) == 4, "nothing is decided by looking"
    desk.save(form, note="Agreed with the panel")
    shown = receipt_text(desk)
    assert f"3 approved, £{fees:,.0f} a week together; 1 not approved" in shown
    assert "Agreed with the panel" in shown
    entry = desk.ask(lambda q: q.record_entry(q.head()))
    sitting = entry.body["sitting"]
    assert (sitting["chosen"], [one["placement"] for one in sitting["left_out"]]) == (
        4, [rows["Ada Swift"].id],
    )  # fmt: skip
    assert desk.ask(lambda q: q.sitting_of(q.head())) == sitting["id"]
    again = desk.ask(lambda q: q.receipt(sitting["id"]))
    assert again is not None
    assert {one.patient_name for one in again.approved} == {"Ben Okoro", "Eve Stone", "Fay Stone"}
    [left] = again.left_out
    assert (left.patient_name, left.why) == ("Ada Swift", ""), "what may name somebody stays with them"
    assert left.rule == "R3"
    assert f"rule {left.rule}" in receipt_html(again, {})


def test_whoever_is_to_be_looked_at_again_is_approved_only_where_that_is_ticked(
    open_page: Open, hub: Hub
) -> None:
    desk = open_page(*PEOPLE)
    with hub.open() as store:
        setting = setting_of(store, "P-0001")
        store.perform(
            partial(amend_setting, setting=setting, changes={"weekly_fee": 990}), by=hub.coordinator
        )
        confirm_all(store, hub.coordinator)
    desk.place.changed.emit(frozenset({"settings"}))
    desk.settle()
    choose(desk, "Ada Swift", "Ben Okoro")
    desk.do("placement.approve")
    form = desk.form(ApproveSeveralForm)
    assert form.again is not None
    assert "Ada Swift" not in {each.row.patient_name for each in form.chosen()}
    desk.save(form)
    waiting = {row.patient_name for row in desk.ask(lambda q: q.approvals())}
    assert "Ada Swift" in waiting
    assert "Ben Okoro" not in waiting
    assert "Set aside by whoever decided" in receipt_text(desk)


@pytest.mark.whole
def test_a_receipt_is_saved_as_a_file_and_one_that_cant_be_says_so(open_page: Open, tmp_path: Path) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Eve Stone", "Fay Stone", "Ben Okoro")
    approve_all(desk)
    receipt = receipt_of(desk)
    receipt.save_to(tmp_path / "receipt")
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
    receipt.save_to(tmp_path / "nowhere" / "receipt.pdf")
    assert "can't be written" in receipt._message.words()


def test_a_lead_of_another_authority_sees_it_stand_back_and_cant_decide(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        store.perform(partial(amend_user, user=hub.lead.id, authorities=["Hackney"]), by=hub.coordinator)
    desk = open_page(*PEOPLE)
    page = page_of(desk)
    anothers = [row for row in page.model.shown() if page.decider.is_anothers(row)]
    assert anothers
    assert page.model.shown()[-len(anothers) :] == anothers, "theirs come first"
    at = page.model.index(page.model.place_of(anothers[0].id), 0)
    assert page.model.data(at, QUIET_ROLE)
    choose(desk, anothers[0].patient_name)
    for command in ("placement.approve", "placement.return"):
        assert "you decide for Hackney (A6)" in desk.commands.why_not(command)
    assert state_of(desk, anothers[0].patient_name) == "Another lead's"
    opens = page.opening_of(f"{len(anothers)} of another authority")
    assert opens is not None
    opens()
    assert page.model.shown() == anothers
    assert page.chips.words() == ["Of another authority"]
    page.chips.set_on(["kind/yours"])
    assert not set(page.model.shown()) & set(anothers)


@pytest.mark.whole
def test_what_the_hub_refuses_when_pressed_holds_up_nobody_else(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE)
    # behind the page's back: it doesn't know yet
    with hub.open() as store:
        store.perform(
            partial(close_admissions, setting=setting_of(store, "P-0001"), reason="Flood"), by=hub.coordinator
        )
        also = [
            row.patient_name
            for row in store.ask(lambda q: q.approvals())
            if row.flags and row.patient_name != "Ada Swift"
        ]
    choose(desk, "Ada Swift", "Ben Okoro", "Eve Stone", "Fay Stone")
    approve_all(desk)
    waiting = {row.patient_name for row in desk.ask(lambda q: q.approvals())}
    assert waiting == {"Ada Swift", *also}
    assert "Ada Swift" in receipt_text(desk).partition("Not approved")[2]


def setting_of(store: Any, patient: str) -> str:
    """Where somebody is proposed to stay last."""
    placed = store.ask(lambda q: q.active_of(patient))[0]
    setting: str = placed.stays[-1].view.setting
    return setting


@pytest.mark.whole
def test_companions_are_decided_on_together(look_at: At) -> None:
    desk = look_at()
    rows = {row.patient_name: row for row in page_of(desk).model.rows()}
    eve, fay = rows["Eve Stone"], rows["Fay Stone"]
    assert eve.together == (fay.id,)
    assert fay.together == (eve.id,)
    assert alike([rows["Ada Swift"], eve, fay]) == [(rows["Ada Swift"].id,), (eve.id, fay.id)]
    assert alike([fay]) == [(fay.id,)]


@pytest.mark.whole
def test_all_that_can_be_approved_are_chosen_with_one_command(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE)
    flag_ada(desk, hub)
    desk.do("placement.choose_ready")
    assert [row.patient_name for row in page_of(desk).chosen()] == ["Ben Okoro", "Eve Stone", "Fay Stone"]
    approve_all(desk)
    assert desk.commands.why_not("placement.choose_ready") == (
        "There is nothing here that you may approve now."
    )


# --- cost and limit ----------------------------------------------------------------------------------


@pytest.mark.whole
def test_the_cost_stands_against_the_leads_limit_before_anything_is_pressed(
    open_page: Open, hub: Hub
) -> None:
    limit_to(hub, 900)
    desk = open_page(*PEOPLE)
    choose(desk, "Ada Swift")
    said = words_of(desk)
    row = page_of(desk).current()
    assert row is not None
    fee = f"£{row.weekly_fee:,.0f}"
    assert f"{fee} is above your limit of £900 a week (normal approval)" in said
    assert "in the first 28 days, then open-ended" in said
    why = f"{fee} is above your limit of £900 a week (normal approval) (A4)."
    assert desk.commands.why_not("placement.approve") == why
    assert {state_of(desk, name) for name in ("Ada Swift", "Ben Okoro")} == {"Above your limit"}
    page_of(desk).chips.set_on(["kind/ready"])
    assert page_of(desk).model.shown() == []


def state_of(desk: Stand, name: str) -> str:
    page = page_of(desk)
    row = next(each for each in page.model.rows() if each.patient_name == name)
    column = next(each for each in page.model.columns if each.key == "state")
    return column.words(row)


@pytest.mark.whole
def test_within_the_limit_it_says_so_and_a_rule_that_changes_is_followed(open_page: Open, hub: Hub) -> None:
    limit_to(hub, 1_300)
    desk = open_page(*PEOPLE)
    choose(desk, "Ada Swift")
    assert "Within your limit of £1,300 a week (normal approval)" in words_of(desk)
    assert desk.commands.why_not("placement.approve") == ""
    limit_to(hub, 100)
    desk.place.changed.emit(frozenset({"hub"}))
    desk.settle()
    assert "above your limit of £100" in desk.commands.why_not("placement.approve")


@pytest.mark.whole
def test_a_placement_of_two_stays_costs_what_both_cost(look_at: At) -> None:
    desk = look_at()
    choose(desk, "Ben Okoro")
    page = desk.ask(lambda q: q.approval(page_of(desk).current().id))  # type: ignore[union-attr]
    first, second = page.costs.stays
    assert first.setting_name == "The Limes"
    assert page.stays[0].end is not None
    assert first.nights == (page.stays[0].end - page.stays[0].start).days
    assert second.nights is None
    assert f"£950 at The Limes, then £{second.weekly_fee:,.0f} at {second.setting_name}" in words_of(desk)
    assert "No limit: this hub has no approval rules" in words_of(desk)


@pytest.mark.whole
def test_the_limit_is_of_whoever_sits_down(open_page: Open, hub: Hub) -> None:
    limit_to(hub, 100)
    desk = open_page(*PEOPLE, user=hub.clinician)
    assert state_of(desk, "Ada Swift") == "To decide"
    desk.sign_in(hub.lead)
    assert state_of(desk, "Ada Swift") == "Above your limit"


# --- the principle of a judgement --------------------------------------------------------------------


@pytest.mark.whole
def test_approving_with_a_note_keeps_it_and_the_principle_on_record(open_page: Open) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Ada Swift")
    placement = page_of(desk).current().id  # type: ignore[union-attr]
    shown = words_of(desk)
    desk.do("placement.approve_note")
    form = desk.form(ApproveForm)
    form.set_values({"principle": Principle.PROPORTIONALITY})
    assert form.principle.below() == Principle.PROPORTIONALITY.sentence
    desk.save(form, note="Her daughter lives next door.", principle=Principle.PROPORTIONALITY)
    line = desk.ask(lambda q: q.journal(subject=placement))[0]
    said, _, mark = line.sentence.partition(" Marked: ")
    assert said == "Approved. Her daughter lives next door. Principle: proportionality."
    assert mark.startswith("Jo Marsh had let Lee Okafor into the hub")
    assert f"Marked if you approve: {mark}" in shown


@pytest.mark.whole
def test_returning_names_the_principle_and_the_next_lead_reads_it(open_page: Open, hub: Hub) -> None:
    desk = open_page(*PEOPLE)
    choose(desk, "Ada Swift")
    desk.do("placement.return")
    desk.save(desk.form(ReturnForm), reason="She hasn't been asked.", principle=Principle.RESPECT)
    with hub.open() as store:
        propose(store, hub.coordinator, "P-0001")
    desk.place.changed.emit(frozenset({"placements"}))
    desk.settle()
    choose(desk, "Ada Swift")
    assert "Returned. Reason: She hasn't been asked. Principle: respect." in words_of(desk)


def test_a_choice_by_hand_shows_the_principle_it_rests_on(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        placed = propose(store, hub.coordinator, "P-0001")["P-0001"]
        stay = store.ask(lambda q: q.placed(placed)).stays[0].view
        store.perform(partial(return_, placement=placed, reason="Again"), by=hub.lead)
        choice = StayChoice(
            setting=stay.setting, unit=stay.unit, beds=stay.beds, start=stay.start, end=stay.end
        )
        store.perform(
            partial(
                propose_by_hand, choices={"P-0001": [choice]}, reason="Nearer to her sister",
                principle=Principle.FLEXIBILITY,
            ),
            by=hub.coordinator,
        )  # fmt: skip
        assert store.verify().is_intact, "the tables follow from the record, the principle too"
    desk = open_page()
    choose(desk, "Ada Swift")
    said = words_of(desk)
    assert "By hand: “Nearer to her sister”" in said
    assert "Chosen by hand" not in said, "it is said once"
    assert f"It rests on flexibility. {Principle.FLEXIBILITY.sentence}" in said
