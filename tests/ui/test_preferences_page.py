"""Preferences over a real hub: local values settled with a source, weights tried out, approval, backups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from discharge.actions.hub import amend_hub, choose_rule_set, set_local_value
from discharge.actions.people import add_user
from discharge.model.case import RatingWeights, Weights
from discharge.model.people import Role
from tests.examples import sweep
from tests.ui import rest
from tests.ui.planning_hub import TODAY, Hub, Stand, nameless, sits
from ui.frame.services import Services
from ui.hub_commands import _back_up
from ui.preferences import weights as weights_pane
from ui.preferences.approval_rule import ApprovalRuleForm, RemoveApprovalRuleForm
from ui.preferences.hospitals import HospitalForm, RemoveHospitalForm
from ui.preferences.hub_settings import HubForm
from ui.preferences.local_value import ChooseRuleSetForm, SettleForm, WithdrawForm
from ui.preferences.page import SECTIONS, PreferencesPage
from ui.preferences.restore import RemoveAsideForm, RestoreForm
from ui.preferences.rules import two_lines
from ui.preferences.weight import flat, weights_of
from ui.preferences.weights import Change
from ui.preferences.window import FORGET
from ui.settings.second_word import DecideForm
from ui.theme.palette import Mode

Open = Callable[..., Stand]
CLEAR = "organisms.norovirus.clear_days"
CARRIED = "organisms.cpe.requirement"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who moves a weight makes no long pause, but one that is awaited: no plan is made that no test wants."""
    monkeypatch.setattr(weights_pane, "PAUSE_MS", rest.PAUSE + 50)


def preferences(services: Services) -> PreferencesPage:
    for command in ("hub.people", "hub.back_up", "record.check", "help.tour"):
        services.commands.bind(command, lambda: None)
    return PreferencesPage(services)


OF_THE_HUB = ("rules", "approval", "hub", "backups")
"""Sections that show nothing but what is in the hub."""


@pytest.fixture
def open_page(
    make_services: Callable[..., Services], page_in_turn: Callable[..., Stand], qtbot: Any, hub: Hub
) -> Open:
    """Opens the page over the hub; Jo Marsh, who founded it, may do anything."""

    def make(*, section: str = "rules") -> Stand:
        if section in OF_THE_HUB:
            desk = page_in_turn(preferences, hub)
            page_of(desk).rules.chips.clear()
            page_of(desk).look_for("")
        else:
            desk = sits(preferences, hub, make_services, qtbot)()
        desk.page.pick(section)
        desk.settle()
        return desk

    return make


def page_of(desk: Stand) -> PreferencesPage:
    assert isinstance(desk.page, PreferencesPage)
    return desk.page


def choose(desk: Stand, key: str) -> None:
    assert page_of(desk).pick(key)
    desk.settle()


def shown(desk: Stand, key: str) -> tuple[str, str, str]:
    """A value of the table as it is read: now, the state, and the source."""
    rules = page_of(desk).rules
    row = rules.model.row_at(rules.model.place_of(key))
    assert row is not None
    words = {column.key: column.words(row) for column in rules.model.columns}
    return words["value"], words["state"], words["name"].partition(", ")[2]


@pytest.mark.parametrize("section", ["approval", "hub", "backups"])
def test_no_button_of_a_section_is_cut_off_in_large_text_on_a_small_screen(
    open_page: Open, section: str, qtbot: Any
) -> None:
    desk = open_page(section=section)
    page = page_of(desk)
    page.theme.scale = 1.5
    page.theme.changed.emit()
    page.resize(900, 600)
    desk.settle()
    shown = [each for each in page.stack.findChildren(QPushButton) if each.isVisible()]
    squeezed = [each.text() for each in shown if each.width() < each.sizeHint().width()]
    page.theme.scale = 1.0
    page.theme.changed.emit()
    assert shown
    assert not squeezed


def test_values_have_the_greater_part_where_the_page_was_made_before_it_was_seen(open_page: Open) -> None:
    desk = open_page()
    page = page_of(desk)
    wide = page.size()
    page.resize(90, wide.height())
    desk.settle()
    page.resize(1500, wide.height())
    desk.settle()
    table, detail = page.rules.splitter.sizes()
    page.resize(wide)
    assert table > 2 * detail > 0


def test_a_list_that_is_too_long_for_a_line_is_parted_near_its_middle() -> None:
    ways = "hospital car, wheelchair taxi, seated ambulance, on foot inside the setting"
    assert two_lines(ways) == (
        "hospital car, wheelchair taxi",
        "seated ambulance, on foot inside the setting",
    )
    assert two_lines("mask, apron") == ("mask, apron", "")
    assert two_lines("a" * 80) == ("a" * 80, "")


# --- local values -------------------------------------------------------------------------------------


def test_a_local_value_is_changed_with_its_source_and_stands_on_record(open_page: Open) -> None:
    desk = open_page()
    assert shown(desk, CLEAR) == (
        "2 days",
        "To be confirmed, local setting",
        "48 hours after the last symptom, PHE 2012",
    )
    choose(desk, CLEAR)
    desk.do("rules.settle")
    form = desk.form(SettleForm)
    desk.save(form, value=3)
    assert "Say what it rests on." in form.message()
    desk.save(form, value=3, source="IPC lead, letter of 2 Nov 2020", reason="Outbreaks went on")
    assert shown(desk, CLEAR) == (
        "3 days, not 2 days",
        "The hub's own, local setting",
        "IPC lead, letter of 2 Nov 2020",
    )
    line = desk.ask(lambda q: q.journal(limit=1))[0]
    assert (line.user_name, line.kind) == ("Jo Marsh", "local_value_set")
    assert "3 days instead of 2 days. Source: IPC lead, letter of 2 Nov 2020." in line.sentence
    assert desk.ask(lambda q: q.rules()).organisms["norovirus"].model_dump()["clear_days"] == 3
    desk.undo()
    assert shown(desk, CLEAR)[0] == "2 days"
    assert desk.ask(lambda q: q.journal(limit=1))[0].kind == "local_value_withdrawn"


def test_the_count_of_what_is_to_be_confirmed_opens_it_from_any_section(open_page: Open) -> None:
    desk = open_page(section="approval")
    page = page_of(desk)
    rows = page.rules.model.rows()
    waiting = [row for row in rows if row.is_open]
    opens = page.opening_of(f"{len(waiting)} local settings are to be confirmed by the hub")
    assert opens is not None
    opens()
    assert page.section() == "rules"
    assert {row.key for row in page.rules.model.shown()} == {row.key for row in waiting}
    assert len(waiting) < len(rows)
    assert page.opening_of("All local settings are confirmed") is None


@pytest.mark.whole
def test_a_local_setting_is_confirmed_and_no_longer_asked_for(open_page: Open) -> None:
    desk = open_page()
    rules = page_of(desk).rules
    open_before = sum(row.is_open for row in rules.model.rows())
    choose(desk, CARRIED)
    # there is no other requirement to choose for it: it can be confirmed alone
    assert desk.commands.why_not("rules.settle") == "There is no other value to choose: confirm it."
    desk.do("rules.confirm")
    desk.save(desk.form(SettleForm), source="IPC lead", reason="As the framework says")
    assert shown(desk, CARRIED) == ("an own room", "Confirmed, local setting", "IPC lead")
    assert sum(row.is_open for row in rules.model.rows()) == open_before - 1
    rules.chips.set_on(["which/settled"])
    assert [row.key for row in rules.model.shown()] == [CARRIED]
    desk.do("rules.withdraw")
    desk.save(desk.form(WithdrawForm), reason="To be looked at again")
    rules.chips.clear()
    assert shown(desk, CARRIED)[1] == "To be confirmed, local setting"


@pytest.mark.whole
def test_a_national_value_is_not_for_the_hub_and_a_coordinator_changes_none(
    open_page: Open, hub: Hub
) -> None:
    desk = open_page()
    choose(desk, "organisms.sars-cov-2.isolation_days")
    said = "This value is national: the same for every hub under this rule set (I2)."
    assert desk.commands.why_not("rules.settle") == said
    with hub.open() as other:
        made = other.perform(partial(add_user, name="Cy Dale", roles=[Role.COORDINATOR]), by=hub.coordinator)
        cy = other.sign_in(made.first)
    desk.sign_in(cy)
    choose(desk, CLEAR)
    assert desk.commands.why_not("rules.settle") == "Only an LA lead or an administrator may do this."


def test_another_rule_set_shows_its_values_and_what_of_the_hub_no_longer_counts(
    open_page: Open, hub: Hub
) -> None:
    with hub.open() as other:
        settle = partial(set_local_value, source="IPC lead", reason="agreed")
        for action in (
            partial(choose_rule_set, rule_set="england-2024-04-01", reason="told to"),
            partial(settle, key="organisms.sars-cov-2.isolation_days", value=7),
            partial(settle, key=CLEAR, value=3),
        ):
            other.perform(action, by=hub.coordinator)
    desk = open_page()
    page = page_of(desk)
    assert page.rules.heading.text().startswith("Apr 2024 rules")
    assert shown(desk, "organisms.sars-cov-2.isolation_days")[0] == "7 days, not 5 days"
    desk.do("rules.choose")
    desk.save(desk.form(ChooseRuleSetForm), rule_set="", reason="back to the day's")
    assert page.rules.heading.text().startswith("Oct 2020 rules")
    assert "the one in force on the day" in page.rules.about.text()
    assert shown(desk, "organisms.sars-cov-2.isolation_days")[:2] == ("14 days", "No longer in force")
    assert shown(desk, CLEAR)[0] == "3 days, not 2 days"
    desk.undo()
    assert page.rules.heading.text().startswith("Apr 2024 rules")


@pytest.mark.whole
def test_each_value_is_shown_with_its_source_and_its_rule(open_page: Open) -> None:
    desk = open_page()
    for row in page_of(desk).rules.model.rows():
        assert row.source, row.key
        assert row.label.rule, row.key
    page_of(desk).look_for("norovirus phe")
    assert {row.subject for row in page_of(desk).rules.model.shown()} == {"Norovirus"}


def more_in(setting: str, rows: Iterable[Change]) -> int:
    """How many more of them end there with the weights that are tried out."""
    return sum((row.after[0] == setting) - (row.before[0] == setting) for row in rows)


# --- weights ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_weights_show_who_would_go_elsewhere_and_nothing_is_saved_until_they_are_kept(
    open_page: Open, qtbot: Any
) -> None:
    desk = open_page(section="weights")
    weights = page_of(desk).weights
    assert desk.commands.why_not("weights.keep") == "These are the weights that the hub has."
    head = desk.ask(lambda q: q.head())
    # a good rating counts against a home now, and the fee for nothing: Abbey Court beats Elm Lodge
    with qtbot.waitSignal(weights.previewed, timeout=60_000):
        weights.set_weights(Weights(rating=RatingWeights(good=500), fee=0))
    moved = {row.name: row for row in weights.model.rows()}
    assert more_in("Abbey Court", moved.values()) == 1
    assert all(row.before != row.after for row in moved.values())
    assert "Gus Hart" not in moved
    assert weights.said.text() == f"{len(moved)} of 7 people would fare otherwise; 5 placed, as now."
    assert desk.ask(lambda q: q.head()) == head
    assert desk.ask(lambda q: q.hub()).weights == Weights()
    desk.do("weights.keep")
    assert desk.ask(lambda q: q.hub()).weights == Weights(rating=RatingWeights(good=500), fee=0)
    assert desk.commands.why_not("weights.keep") == "These are the weights that the hub has."
    desk.undo()
    assert desk.ask(lambda q: q.hub()).weights == Weights()
    assert weights.weights() == Weights()


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_a_section_is_made_when_it_is_first_shown_and_has_what_was_read_before(open_page: Open) -> None:
    open_page()  # the module's, on which other tests have been
    page = page_of(open_page())
    assert set(page._panes) == {"rules"}
    page.pick("hub")
    assert set(page._panes) == {"rules", "hub"}
    assert "Name" in [each.text() for each in page.hub.findChildren(QLabel)]


@pytest.mark.whole
def test_the_weights_are_put_back_without_a_trace(open_page: Open, qtbot: Any) -> None:
    desk = open_page(section="weights")
    weights = page_of(desk).weights
    row = weights.rows["distance"]
    row.spin.setFocus()
    qtbot.keyClick(row.spin, Qt.Key.Key_Up)
    assert row.slider.value() == row.value() == 2
    assert row.was.text() == "kept: 1"
    desk.do("weights.back")
    assert weights.weights() == Weights()
    assert row.was.text() == ""
    assert weights.empty.words().startswith("These are the weights that the hub has")


@pytest.mark.whole
def test_of_weights_moved_on_while_they_are_tried_out_the_last_count(open_page: Open, qtbot: Any) -> None:
    desk = open_page(section="weights")
    weights = page_of(desk).weights
    weights.rows["moves"].slider.setValue(7)
    qtbot.waitUntil(lambda: weights._ticket is not None, timeout=30_000)
    with qtbot.waitSignal(weights.previewed, timeout=60_000):
        weights.set_weights(Weights(rating=RatingWeights(good=500), fee=0))
    assert more_in("Abbey Court", weights.model.rows()) == 1


@pytest.mark.whole
@pytest.mark.usefixtures("engine_at_hand")
def test_each_weight_says_what_a_point_is_for_in_the_points_tables_words(open_page: Open, qtbot: Any) -> None:
    desk = open_page(section="weights")
    rows = page_of(desk).weights.rows
    qtbot.waitUntil(lambda: rows["distance"].what.text() == "Each whole kilometre from home", timeout=30_000)
    assert set(rows) == set(flat(Weights()))
    assert weights_of(flat(Weights(stale=3))) == Weights(stale=3)


# --- approval, hub, window, backups -----------------------------------------------------------------------


@pytest.mark.whole
def test_an_approval_rule_is_added_with_dates_and_a_limit_amended_and_taken_out(
    open_page: Open, hub: Hub
) -> None:
    desk = open_page(section="approval")
    approval = page_of(desk).approval
    assert approval.empty.isVisible()
    desk.do("approval.add")
    form = desk.form(ApprovalRuleForm)
    desk.save(
        form,
        name="surge",
        weekly_fee=1500,
        start=TODAY,
        last=date(2020, 11, 30),
        users=[hub.lead.id],
        reason="Winter surge",
    )
    waits = approval.model.rows()[0]
    assert [column.words(waits) for column in approval.model.columns][4] == "To be confirmed"
    assert "waits for somebody else's word" in approval.said.text()
    assert desk.ask(lambda q: q.hub()).approval_rules == ()
    confirmed(desk, hub)
    rule = desk.ask(lambda q: q.hub()).approval_rules[0]
    assert (rule.name, rule.weekly_fee, rule.users) == ("surge", 1500.0, frozenset({hub.lead.id}))
    assert rule.valid.end == date(2020, 12, 1)
    assert approval.said.text() == "Today: surge approval, up to £1,500 a week."
    row = approval.model.rows()[0]
    assert [column.words(row) for column in approval.model.columns] == [
        "surge", "£1,500", "Mon 16 Nov", "Mon 30 Nov", "In force", "Lee Okafor",
    ]  # fmt: skip
    desk.do("approval.amend")
    desk.save(desk.form(ApprovalRuleForm), start=TODAY + timedelta(3), reason="Begins later")
    confirmed(desk, hub)
    assert approval.said.text().startswith("Today no rule is in force")
    desk.do("approval.remove")
    desk.save(desk.form(RemoveApprovalRuleForm), reason="Surge is over")
    gone = approval.model.rows()[0]
    assert [column.words(gone) for column in approval.model.columns][4] == "To be taken out"
    desk.sign_in(hub.lead)
    desk.do("approval.refuse")
    desk.save(desk.form(DecideForm), reason="Not yet")
    (left,) = desk.ask(lambda q: q.hub()).approval_rules
    assert left.valid.start == TODAY + timedelta(3)
    line = desk.ask(lambda q: q.journal(limit=1))[0]
    assert line.sentence.startswith("Refused, and doesn't count: the approval rules")


def confirmed(desk: Stand, hub: Hub) -> None:
    """Somebody else confirms what waits."""
    desk.sign_in(hub.lead)
    desk.do("approval.confirm")
    desk.save(desk.form(DecideForm))
    desk.sign_in(hub.coordinator)


AREAS = "Havering: North East London  ICB\n Barking  and Dagenham \nHavering"


def test_the_hub_is_amended_by_an_administrator(open_page: Open) -> None:
    desk = open_page(section="hub")
    desk.do("hub.amend")
    desk.save(desk.form(HubForm), areas=AREAS, offer_hours=6)
    after = desk.ask(lambda q: q.hub())
    assert (after.areas, after.offer_hours) == (("Havering", "Barking and Dagenham"), 6)
    assert after.boards == {"Havering": "North East London ICB"}
    desk.undo()
    assert desk.ask(lambda q: q.hub()).offer_hours == 4


@pytest.mark.whole
def test_the_window_is_asked_to_forget_and_to_keep_it_after_all(open_page: Open, qtbot: Any) -> None:
    desk = open_page(section="window")
    pane = page_of(desk).window_pane
    qtbot.mouseClick(pane.forget, Qt.MouseButton.LeftButton)
    settings = desk.place.settings
    assert str(settings.value(FORGET)).lower() == "true"
    desk.undo()
    assert not settings.contains(FORGET)


def test_the_theme_is_chosen_and_shown_where_it_changes_elsewhere(open_page: Open) -> None:
    desk = open_page(section="window")
    wanted: list[str] = []
    for mode in Mode:
        desk.commands.bind(f"view.{mode.value}", partial(wanted.append, mode.value))
    pane = page_of(desk).window_pane
    chosen = {button.text(): button for button in pane.modes.buttons()}
    assert chosen["Light"].isChecked()
    chosen["High contrast"].click()
    assert wanted == ["contrast"]
    desk.place.theme.mode = Mode.DARK
    desk.place.theme.changed.emit()
    assert chosen["Dark"].isChecked()


def test_backups_are_listed_with_their_folder_and_the_last_one(open_page: Open, hub: Hub, qtbot: Any) -> None:
    desk = open_page(section="backups")
    backups = page_of(desk).backups
    assert backups.empty.isVisible()
    with qtbot.waitSignal(desk.place.jobs.use(_back_up).done):
        pass
    hub.clock.plus(hours=3)
    desk.place.say("Backed up.")
    desk.settle()
    assert backups.model.rowCount() == 1
    assert "Last backup: 3 h ago" in backups.facts.text()
    assert f"Folder: {hub.path}" in backups.facts.text()
    row = backups.model.rows()[0]
    assert row.path.exists()
    asked: list[Path] = []
    desk.place.restoring.connect(asked.append)
    share = str(hub.path.parent / "share")
    with hub.open() as other:
        other.perform(partial(amend_hub, changes={"backup_folder": share}), by=hub.coordinator)
    backups.load()
    desk.settle()
    assert f"The second folder {share} was not reached: it wasn't tried yet." in backups.facts.text()
    desk.do("hub.restore")
    form = desk.form(RestoreForm)
    qtbot.waitUntil(lambda: "It holds " in form.told.text())
    said = form.told.text()
    assert "It holds " in said
    assert "people wait" in said
    assert (
        "1 entry recorded since would no longer be in the hub:\nHub, people, rules, by Jo Marsh: 1." in said
    )
    desk.save(form)
    assert form.message() == "Tick that what was recorded since is not to be in the hub."
    desk.save(form, sure=True)
    assert asked == [row.path]
    Path(share).mkdir()
    with hub.open() as other:
        other.send_to_second_folder()
        (there,) = other.backups_there()
    backups.load()
    qtbot.waitUntil(lambda: [one.where for one in backups.model.rows()] == ["both"])
    row.path.unlink()
    backups.load()
    qtbot.waitUntil(lambda: [one.where for one in backups.model.rows()] == ["second folder"])
    desk.do("hub.restore")
    form = desk.form(RestoreForm)
    qtbot.waitUntil(lambda: "It holds " in form.told.text())
    assert any(f"second folder: {there.path.parent}" in one.text() for one in form.findChildren(QLabel))
    desk.save(form, sure=True)
    assert asked == [row.path, there.path]
    opened: list[Path] = []
    backups._open = opened.append
    backups.open.click()
    assert opened == [row.path.parent]


def test_a_file_moved_aside_is_listed_and_removed_once_it_was_asked(open_page: Open, hub: Hub) -> None:
    aside = hub.path.with_name(f"{hub.path.name}.aside-20201116-080000")
    aside.write_bytes(b"the hub as it was")
    desk = open_page(section="backups")
    backups = page_of(desk).backups
    assert [row.why for row in backups.model.rows()] == ["moved aside"]
    desk.do("hub.remove_aside")
    form = desk.form(RemoveAsideForm)
    desk.save(form)
    assert "Tick that" in form.message()
    assert aside.exists()
    desk.save(form, sure=True)
    assert not aside.exists()
    assert backups.model.rowCount() == 0


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.parametrize("section", sweep(name for name, _words in SECTIONS))
@pytest.mark.whole
def test_everything_in_a_section_has_a_name(open_page: Open, section: str) -> None:
    desk = open_page(section=section)
    assert page_of(desk).section() == section
    assert nameless(page_of(desk)) == []


def test_hospitals_stand_there_with_what_is_not_entered_and_an_administrator_describes_them(
    open_page: Open,
) -> None:
    desk = open_page(section="hospitals")
    pane = page_of(desk).hospitals
    desk.do("hospital.add")
    form = desk.form(HospitalForm)
    form.board.editor.setText("Kent and Medway")
    desk.save(form, code="rf4qh", name="Queen's Hospital")
    row = next(row for row in pane.model.rows() if row.hospital.code == "RF4QH")
    assert [column.words(row) for column in pane.model.columns] == [
        "RF4QH", "Queen's Hospital", "NHS Kent and Medway Integrated Care Board", "South East", "Complete",
        "0",
    ]  # fmt: skip
    assert pane.table.pick("RF4QH")
    desk.do("hospital.describe")
    form = desk.form(HospitalForm)
    form.set_values({"region": "London"})
    form.ask_to_save()
    desk.settle()
    assert "in the region South East" in form.message()
    form.reject()
    desk.do("hospital.remove")
    desk.save(desk.form(RemoveHospitalForm))
    assert "RF4QH" not in [row.hospital.code for row in pane.model.rows()]
    desk.undo()
    assert "RF4QH" in [row.hospital.code for row in pane.model.rows()]
