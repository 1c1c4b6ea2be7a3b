"""Today over the demo hub: a line for each thing; each opens it, and its button does the step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication, QPdfWriter
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from discharge.actions.desk import Desk
from discharge.actions.many_homes import amend_settings
from discharge.model.people import How, Role
from discharge.model.placement import NextStep
from discharge.model.shown.today import Need, TodayLine, When
from discharge.model.travel import CrewPpe, TransportMode
from tests.actions.a_hub import Clock
from tests.conftest import DemoCopy
from tests.examples import sweep
from tests.ui.fake_desk import RESOURCES
from tests.ui.pdf_text import pages_of
from tests.ui.planning_hub import Hub, Stand, nameless, sits
from ui.application import Application
from ui.frame.print_commands import lines_sheet
from ui.frame.printing import Printing
from ui.frame.services import Services
from ui.frame.window import Window
from ui.moves.accept import AcceptForm
from ui.moves.book import BookForm
from ui.moves.end import ReleaseForm
from ui.moves.journey import ArriveForm, DepartForm, MoveOnForm
from ui.moves.tell import TellForm
from ui.patients.observation import TestForm
from ui.patients.record_forms import AttestationsForm
from ui.settings.morning_round import MorningRound
from ui.settings.second_word import DecideForm
from ui.theme.theme import Theme
from ui.today.page import MINE, TodayPage
from ui.today.words import (
    AUDIENCE,
    ICONS,
    NEED_WORDS,
    STEP_WORDS,
    WHEN_WORDS,
    due_now,
    is_for,
    page_of,
    steps,
    summary,
)
from ui.widgets.form import FormDialog
from ui.words import moves

MORNING = datetime(2020, 11, 16, 8, tzinfo=UTC)
WORD = {
    "given_name": "Pat Quinn", "given_role": "registered manager", "given_how": How.PHONE,
    "given_number": "020 7946 0001", "confirmed": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def monday(demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """The demo hub at eight on Monday, made once."""
    path = demo_copy(tmp_path_factory.mktemp("monday") / "Demo.hub")
    with Desk.open(path, clock=Clock(MORNING)) as desk:
        people = {role: [user for user in desk.people() if role in user.roles] for role in Role}
    some = [people[role][0] for role in (Role.COORDINATOR, Role.LA_LEAD, Role.CLINICIAN)]
    return Hub(path, Clock(MORNING), *some)


@pytest.fixture
def hub(monday: Hub, tmp_path: Path) -> Hub:
    """The demo hub at eight on Monday, in a file of the test's own."""
    return monday.copy(tmp_path / "today.hub")


Open = Callable[..., Stand]


@pytest.fixture(scope="module")
def stand_for_all(monday: Hub, make_stand: Open, tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """The page in front of the coordinator, once, for all tests that only look at it."""
    return make_stand(TodayPage, monday.copy(tmp_path_factory.mktemp("all") / "today.hub"))


@pytest.fixture
def look_at(look_at: Open, stand_for_all: Stand) -> Open:
    """The shared page, read anew, with no search and the lines of whoever is at the desk."""

    def make(user: Any = None) -> Stand:
        page = page_of_stand(stand_for_all)
        page.chips.set_on([MINE])
        page.look_for("")
        page.load()
        stand_for_all.place.set_user(user or stand_for_all.hub.coordinator)
        desk = look_at(user)  # where it is in front again the line comes back that had the focus
        page.pick(page.list.keys()[0])
        page.focus_first()
        desk.settle()
        return desk

    return make


@pytest.fixture
def open_page(page_in_turn: Open, hub: Hub) -> Open:
    def make(user: Any = None) -> Stand:
        desk = page_in_turn(TodayPage, hub, user)
        page = page_of_stand(desk)
        page.chips.set_on([MINE])
        page.look_for("")
        desk.settle()
        page.pick(page.list.keys()[0])
        page.focus_first()
        return desk

    return make


def page_of_stand(desk: Stand) -> TodayPage:
    assert isinstance(desk.page, TodayPage)
    return desk.page


def shown(desk: Stand) -> list[TodayLine]:
    """The lines as the page has them, in order."""
    return list(page_of_stand(desk)._lines.values())


def keys(desk: Stand) -> list[str]:
    """The lines that are shown, in order."""
    return page_of_stand(desk).list.keys()


def line_about(desk: Stand, words: str) -> TodayLine | None:
    found = [line for line in shown(desk) if words in line.sentence]
    assert len(found) <= 1
    return found[0] if found else None


def key_of(desk: Stand, words: str) -> str:
    line = line_about(desk, words)
    assert line is not None, words
    return line.key


def press(desk: Stand, key: str, qtbot: Any, *, at: int = 0) -> None:
    """Press a button of a line with the mouse."""
    row = page_of_stand(desk).list.row(key)
    assert row is not None
    button = row.buttons()[at]
    assert button.isEnabled(), button.toolTip()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.settle()


# --- what appears ---------------------------------------------------------------------------------------

COORDINATORS = {
    Need.ANSWER, Need.BOOK, Need.JOURNEY, Need.ISOLATION, Need.TELL, Need.RESULT, Need.ATTEST, Need.TEST,
    Need.PLAN, Need.RETURNS, Need.FOLLOW_UP, Need.PAPER, Need.HOME, Need.ACTION, Need.AID,
}  # fmt: skip


OF_HOMES = {Need.HOME, Need.ACTION, Need.AID}
"""What the hub knows of its homes and neighbours is for whoever may ring them."""


def test_every_step_of_a_placement_has_its_word_on_a_button_of_today() -> None:
    assert set(STEP_WORDS) >= {step for found in moves.STEPS.values() for step in found} | {
        "withdraw",
        "happened",
    }


@pytest.mark.whole
def test_the_demo_morning_has_a_line_of_each_kind(look_at: Open) -> None:
    desk = look_at()
    assert {line.need for line in shown(desk)} == COORDINATORS
    assert shown(desk)[0].sentence == "Offer to Osier House for Dora Wagtailor: no answer for 16 h 37 m"
    page = page_of_stand(desk)
    assert page.list.keys() == [line.key for line in shown(desk)]
    assert nameless(page) == []


@pytest.mark.whole
def test_each_line_opens_its_thing(look_at: Open, qtbot: Any) -> None:
    desk = look_at()
    went: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda page, key: went.append((page, key)))
    pages = {
        Need.ANSWER: "moves", Need.BOOK: "moves", Need.JOURNEY: "moves", Need.ISOLATION: "moves",
        Need.TELL: "moves", Need.RESULT: "patients", Need.ATTEST: "patients", Need.TEST: "patients",
        Need.PLAN: "match", Need.RETURNS: "settings", Need.FOLLOW_UP: "moves",
        Need.HOME: "settings", Need.ACTION: "settings", Need.AID: "settings",
        Need.PAPER: "moves",
    }  # fmt: skip
    for line in shown(desk):
        row = page_of_stand(desk).list.row(line.key)
        assert row is not None
        qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
        assert went.pop() == (pages[line.need], "" if line.need in (Need.PLAN, Need.AID) else line.about)
    assert not went


@pytest.mark.whole
def test_a_count_beside_the_title_goes_to_the_first_of_those_it_counts(look_at: Open) -> None:
    page = page_of_stand(look_at())
    for part in summary(page._lines.values()).split(" · "):
        opens = page.opening_of(part)
        assert opens is not None, part
        opens()
        line = page._current_line()
        assert line is not None
        assert WHEN_WORDS[line.when].lower() == part.partition(" ")[2]
    assert page.opening_of("3 of something else") is None


def test_the_lines_are_printed_as_they_are_shown(look_at: Open, tmp_path: Path, qtbot: Any) -> None:
    page = page_of_stand(look_at())
    assert page.prints_more()
    heads, *rows = page.printed_lines()
    sheet = lines_sheet(page, hub="North Bank")
    assert sheet.columns == heads == ("When", "Clock", "What", "Remark")
    assert [sheet.cells(at) for at in range(sheet.rows)] == rows
    assert sheet.identifies
    writer = QPdfWriter(str(tmp_path / "today.pdf"))
    job = Printing(sheet, writer, theme=page.theme)
    with qtbot.waitSignal(job.finished) as over:
        job.start()
    assert over.args == [True]
    paper = "\n".join(pages_of(tmp_path / "today.pdf"))
    assert "North Bank · printed by" in paper
    assert "filter: For me" in paper
    assert " ".join(rows[0][2].split()) in " ".join(paper.split())
    page.look_for("nobody of that name")
    assert not page.prints_more()
    page.look_for("")


@pytest.mark.whole
def test_whom_a_line_is_for(look_at: Open, monday: Hub) -> None:
    desk = look_at(monday.lead)
    assert {line.need for line in shown(desk)} == {Need.APPROVAL, Need.RETURNS, Need.PAPER} | OF_HOMES
    desk.sign_in(monday.clinician)
    assert {line.need for line in shown(desk)} == {
        Need.ISOLATION, Need.RESULT, Need.ATTEST, Need.TEST, Need.HOME, Need.ACTION,
    }  # fmt: skip
    with desk.hub.open() as opened:
        administrator = next(user for user in opened.people() if Role.ADMINISTRATOR in user.roles)
    desk.sign_in(administrator)
    assert {line.need for line in shown(desk)} == {Need.RETURNS} | OF_HOMES
    page_of_stand(desk).chips.set_on([])
    assert {line.need for line in shown(desk)} == COORDINATORS | {Need.APPROVAL}


def test_each_need_has_its_words_icon_and_people() -> None:
    assert set(AUDIENCE) == set(ICONS) == set(NEED_WORDS) == set(Need)
    for name in set(ICONS.values()):
        assert (RESOURCES / "icons" / f"{name}.svg").exists()


@pytest.mark.whole
def test_nobody_decides_on_what_they_proposed(look_at: Open, monday: Hub) -> None:
    desk = look_at(monday.lead)
    line = shown(desk)[0]
    assert line.need is Need.APPROVAL
    assert line.move is not None
    proposer = desk.ask(lambda q: q.user(next(iter(line.move.proposers)) if line.move else ""))
    assert proposer is not None
    both = type(proposer)(id=proposer.id, name=proposer.name, roles=frozenset({Role.LA_LEAD}), active=True)
    assert not is_for(line, both)
    assert is_for(line, monday.lead)
    assert line.move is not None
    theirs, anothers = (frozenset({name}) for name in (line.move.authority or "Camden", "Barnsley"))
    assert is_for(line, monday.lead.model_copy(update={"authorities": theirs}))
    known = replace(line, move=replace(line.move, authority="Camden"))
    assert not is_for(known, monday.lead.model_copy(update={"authorities": anothers}))


# --- steps ------------------------------------------------------------------------------------------------

STEPS: list[tuple[str, type[FormDialog], dict[str, Any], str]] = [
    # part of the line's sentence, the form of its first button, what is entered, what it says afterwards
    ("Dora Wagtailor", AcceptForm, WORD, "Book transport for Dora Wagtailor"),
    (
        "Cecil Sorrelman", BookForm,
        {"mode": TransportMode.HOSPITAL_CAR, "ppe": CrewPpe.MASK, "at": MORNING + timedelta(hours=5)},
        "Cecil Sorrelman leaves for Maple Fold at 13:00",
    ),
    ("Nora Meadowlark leaves", DepartForm, {}, "Nora Meadowlark has been on the way"),
    ("Jack Moorhen has been on the way", ArriveForm, {}, ""),
    ("Vera Chiffchaff moves", MoveOnForm, {}, ""),
    ("Tell Weir Court", TellForm, WORD, "Offer to Weir Court for Reginald Sedgeman: answer awaited"),
    ("Result of Stanley Teal", TestForm, {"result": "negative"}, ""),
    ("Hyacinth Dunlin can't leave", TestForm, {"result": "negative"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "form", "entered", "after"), sweep(STEPS))
def test_the_first_button_does_the_step_and_the_line_goes_on(
    open_page: Open,
    qtbot: Any,
    words: str,
    form: type[FormDialog],
    entered: dict[str, Any],
    after: str,
) -> None:
    desk = open_page()
    before = line_about(desk, words)
    assert before is not None
    press(desk, before.key, qtbot)
    desk.save(desk.form(form), **entered)
    assert desk.said, "the undo bar says what was done"
    assert before.sentence not in [line.sentence for line in shown(desk)]
    if after:
        assert line_about(desk, after) is not None
    else:
        assert before.key not in keys(desk)


@pytest.mark.whole
def test_a_clinician_attests_and_releases(open_page: Open, hub: Hub, qtbot: Any) -> None:
    desk = open_page(hub.clinician)
    attest = key_of(desk, "Olive Sorrel")
    press(desk, attest, qtbot)
    form = desk.form(AttestationsForm)
    desk.save(form, attested=tuple(form.lacking))
    assert attest not in keys(desk)
    isolation = key_of(desk, "Isolation of Edith Stonechat")
    press(desk, isolation, qtbot)
    desk.save(desk.form(ReleaseForm))
    line = line_about(desk, "Edith Stonechat")
    assert line is not None
    assert line.move is not None
    assert line.move.next_step is NextStep.BOOK_NEXT


@pytest.mark.whole
def test_what_one_may_not_do_is_offered_with_the_reason(look_at: Open) -> None:
    desk = look_at()
    row = page_of_stand(desk).list.row(key_of(desk, "Isolation of Edith Stonechat"))
    assert row is not None
    button = row.buttons()[0]
    assert not button.isEnabled()
    assert button.toolTip() == "Only a clinician may do this."
    booking = row.buttons()[1]
    assert (booking.text(), booking.isEnabled()) == ("Book transport…", True), "it needn't wait for that"
    page_of_stand(desk).pick(row.key)
    assert desk.commands.why_not("today.step") == "Only a clinician may do this."


def test_an_answer_has_both_words_as_buttons_and_the_others_in_its_menu(look_at: Open) -> None:
    desk = look_at()
    row = page_of_stand(desk).list.row(key_of(desk, "Dora Wagtailor"))
    assert row is not None
    accepted, declined, more = row.buttons()
    assert [accepted.text(), declined.text()] == ["Accepted…", "Declined…"]
    menu = more.menu()  # type: ignore[attr-defined]
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == [
        "No answer…", "Withdraw…", "Copy the number 020 7946 0135",
    ]  # fmt: skip
    menu.actions()[-1].trigger()
    assert QGuiApplication.clipboard().text() == "020 7946 0135"


@pytest.mark.whole
def test_a_lead_goes_to_decide_with_the_whole_case_in_front(look_at: Open, monday: Hub, qtbot: Any) -> None:
    desk = look_at(monday.lead)
    went: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda page, key: went.append((page, key)))
    line = shown(desk)[0]
    press(desk, line.key, qtbot)
    assert went == [("approvals", line.about)]


@pytest.mark.whole
def test_the_morning_round_comes_up_from_its_line(look_at: Open, qtbot: Any) -> None:
    desk = look_at()
    press(desk, "returns/stale", qtbot)
    rounds = [each for each in desk.page.window().findChildren(QDialog) if isinstance(each, MorningRound)]
    assert len(rounds) == 1
    assert rounds[0].isVisible()
    rounds[0].reject()
    desk.settle()


@pytest.mark.whole
def test_the_plan_is_one_step_away(look_at: Open, qtbot: Any) -> None:
    desk = look_at()
    went: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda page, key: went.append((page, key)))
    press(desk, "plan/R-0003", qtbot)
    press(desk, key_of(desk, "Isolation of Norman Corncrake"), qtbot)
    assert went == [("match", ""), ("match", "")]


def test_a_step_that_somebody_else_took_says_so(open_page: Open, hub: Hub, qtbot: Any) -> None:
    from functools import partial

    from discharge.actions.placements import depart

    desk = open_page()
    key = key_of(desk, "Nora Meadowlark leaves")
    with hub.open() as other:
        other.perform(partial(depart, placement=key.partition("/")[2]), by=hub.coordinator)
    press(desk, key, qtbot)
    assert desk.said[-1][0] == "They have left already."
    assert line_about(desk, "Nora Meadowlark has been on the way") is not None


# --- keys -------------------------------------------------------------------------------------------------


def focused(desk: Stand) -> str:
    """The line that has the focus, on itself or on one of its buttons."""
    widget = desk.page.window().focusWidget()
    for key in keys(desk):
        row = page_of_stand(desk).list.row(key)
        if row is not None and (row is widget or (widget is not None and row.isAncestorOf(widget))):
            return key
    return ""


def test_the_arrows_go_through_lines_and_buttons_and_tab_stops_at_one_line(look_at: Open, qtbot: Any) -> None:
    desk = look_at()
    page = page_of_stand(desk)
    there = keys(desk)
    assert focused(desk) == there[0], "the focus is where work begins"

    def key(which: Qt.Key) -> None:
        qtbot.keyClick(page.window().focusWidget(), which)

    key(Qt.Key.Key_Down)
    assert focused(desk) == there[1]
    key(Qt.Key.Key_Right)
    row = page.list.row(there[1])
    assert row is not None
    assert page.window().focusWidget() is row.buttons()[0]
    key(Qt.Key.Key_Down)
    assert focused(desk) == there[2]
    key(Qt.Key.Key_End)
    assert focused(desk) == there[-1]
    key(Qt.Key.Key_Home)
    assert focused(desk) == there[0]
    stops = []
    for each in there:
        found = page.list.row(each)
        assert found is not None
        if found.button.focusPolicy() & Qt.FocusPolicy.TabFocus:
            stops.append(each)
    assert stops == [there[0]]


@pytest.mark.whole
def test_the_main_button_takes_the_step_of_the_line_that_the_arrows_chose(look_at: Open, qtbot: Any) -> None:
    desk = look_at()
    page = page_of_stand(desk)
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Down)
    assert "Cecil Sorrelman" in page._lines[page.list.current()].sentence
    desk.do("today.step")
    assert desk.form(BookForm).isVisible()
    desk.form(BookForm).reject()
    desk.settle()


@pytest.mark.whole
def test_when_a_line_goes_the_next_one_is_current_and_has_the_focus(
    open_page: Open, hub: Hub, qtbot: Any
) -> None:
    desk = open_page()
    page = page_of_stand(desk)
    key = key_of(desk, "Jack Moorhen")
    following = page.list.keys()[page.list.keys().index(key) + 1]
    page.pick(key)
    page.list.take_focus()
    desk.do("today.step")
    desk.save(desk.form(ArriveForm))
    assert key not in keys(desk)
    assert page.list.current() == following


@pytest.mark.whole
def test_reading_again_leaves_focus_and_rows_as_they_are(look_at: Open, qtbot: Any) -> None:
    desk = look_at()
    page = page_of_stand(desk)
    key = key_of(desk, "Stanley Teal")
    page.pick(key)
    page.list.take_focus()
    before = page.list.row(key)
    desk.hub.clock.plus(minutes=61)
    page.load()
    desk.settle()
    assert page.list.row(key) is before
    assert focused(desk) == key
    assert before is not None
    assert before.line is not None
    assert before.line.clock == "2 h 31 m"


# --- clocks, search, nothing to do ------------------------------------------------------------------------


@pytest.mark.whole
def test_lines_come_to_the_top_as_their_time_comes(look_at: Open, monday: Hub) -> None:
    desk = look_at()
    lines = desk.ask(lambda q: q.today_lines())
    assert due_now(lines, monday.coordinator) == 3
    desk.hub.clock.plus(hours=3)
    page_of_stand(desk).load()
    desk.settle()
    now = [line for line in shown(desk) if line.when is When.NOW]
    assert {line.need for line in now} >= {Need.ANSWER, Need.BOOK, Need.JOURNEY}
    assert line_about(desk, "Has Nora Meadowlark left for Elder Bank?") is not None
    assert due_now(desk.ask(lambda q: q.today_lines()), monday.coordinator) == len(now)


@pytest.mark.whole
def test_the_search_narrows_by_person_and_setting(look_at: Open) -> None:
    desk = look_at()
    page = page_of_stand(desk)
    page.look_for("kingfisher")
    assert {line.need for line in shown(desk)} == {Need.JOURNEY, Need.ISOLATION}
    page.look_for("nobody of that name")
    assert shown(desk) == []
    assert "Nothing matches" in page._nothing.words()
    page._nothing.button.click()
    assert len(shown(desk)) > 10


@pytest.mark.whole
def test_where_nothing_is_for_me_the_page_says_what_waits_for_others(look_at: Open, monday: Hub) -> None:
    desk = look_at(monday.clinician)
    page = page_of_stand(desk)
    assert page.calm.text() == "Nothing needs you now. 15 more are for others."
    page.look_for("")
    only = monday.lead.__class__(id="U-9", name="Nobody", roles=frozenset(), active=True)
    desk.sign_in(only)
    assert shown(desk) == []
    assert page._nothing.words().startswith("Nothing needs you now 28 lines wait for others, first: Offer to")
    page._nothing.button.click()
    assert len(shown(desk)) == 28


def test_an_empty_hub_says_where_to_begin(
    make_services: Callable[..., Services], qtbot: Any, empty_hub: Hub
) -> None:
    desk = sits(TodayPage, empty_hub, make_services, qtbot)()
    page = page_of_stand(desk)
    assert page._nothing.words().startswith("This hub has no homes yet Import the CQC's register")
    assert not page.strip.isVisible()
    asked: list[str] = []
    desk.place.commands.bind("import.any", lambda: asked.append("import"))
    assert page.window().focusWidget() is page._nothing.button
    qtbot.keyClick(page._nothing.button, Qt.Key.Key_Space)
    assert asked == ["import"]
    assert page._found is not None
    page._found = replace(page._found, has_homes=True)
    page._say_nothing()
    assert page._nothing.words().startswith("No home has beds on record yet Save the homes sheet")


@pytest.mark.whole
def test_many_lines_are_shown_a_part_at_a_time(look_at: Open, qtbot: Any) -> None:
    from ui.today.line import Shown
    from ui.today.lines import AT_ONCE, FIRST, MORE

    desk = look_at()
    page = page_of_stand(desk)
    template = page._shown(page.list.keys()[0])
    made: list[str] = []

    def make(key: str) -> Shown:
        made.append(key)
        return Shown(key, template.icon, template.tone, "", f"Line {key}", "", "Kind", template.offers, 1)

    many = [f"k/{at}" for at in range(100)]
    page.list.show_groups([("Now", many)], make)
    assert keys(desk) == many[:AT_ONCE], "the first come at once"
    desk.settle()
    assert keys(desk) == made == many[:FIRST], "no line is drawn up that isn't shown"
    page.list._show_more("Now")
    qtbot.waitUntil(lambda: keys(desk) == many[: FIRST + MORE])
    page.list.show_groups([("Now", many[:3])], make)
    assert keys(desk) == many[:3]


@pytest.mark.whole
def test_the_lines_are_copied_as_a_table(look_at: Open) -> None:
    desk = look_at()
    page_of_stand(desk).copy()
    rows = QGuiApplication.clipboard().text().splitlines()
    assert rows[0].split("\t") == ["When", "Clock", "What", "Remark"]
    assert rows[1].split("\t")[:3] == ["Now", "12 h 37 m overdue", shown(desk)[0].sentence]
    assert len(rows) == len(shown(desk)) + 1


@pytest.mark.whole
def test_every_line_offers_a_step_that_the_table_of_commands_has(look_at: Open) -> None:
    desk = look_at()
    known = {command.id for command in desk.commands.all()}
    for line in desk.ask(lambda q: q.today_lines()):
        assert {step.command for step in steps(line)} <= known
        assert page_of(line)[0] in {"moves", "approvals", "patients", "settings", "match"}


# --- the strip ---------------------------------------------------------------------------------------------


def test_the_picture_of_nights_is_told_in_words(look_at: Open, qtbot: Any) -> None:
    desk = look_at()
    strip = page_of_stand(desk).strip
    picture = strip.nights.picture
    told = picture.accessibleDescription().split("\n")
    assert len(told) == 14
    assert told[0] == "Mon 16 Nov: 7 needed, 7 free"
    assert strip.nights.figure.value.text() == "Enough every night"
    assert strip.waiting.accessibleName() == "Waiting: 33 people · 32 over 24 h, P0 3 · P1 4 · P2 5 · P3 21"
    before = picture.grab().toImage()
    nights = list(desk.ask(lambda q: q.today_page()).glance.designated)
    nights[2] = type(nights[2])(nights[2].night, needed=12, free=3)
    strip.nights.show_nights(nights)
    assert "Wed 18 Nov: 12 needed, 3 free, 9 too few" in picture.accessibleDescription()
    assert strip.nights.figure.value.text() == "9 too few Wed 18 Nov"
    nights[3] = type(nights[3])(nights[3].night, needed=12, free=3)
    strip.nights.show_nights(nights)
    assert strip.nights.figure.remark.text() == "and on 1 more night"
    assert picture.grab().toImage() != before


# --- in the window -----------------------------------------------------------------------------------------


@pytest.fixture
def application(
    qapp: QApplication, hub: Hub, settings: QSettings, look: Theme, qtbot: Any
) -> Iterator[Application]:
    made = Application(
        qapp,
        hub=hub.path,
        resources=RESOURCES,
        settings=settings,
        user_id=hub.coordinator.id,
        clock=hub.clock,
        plain=True,
    )
    made.window.resize(1366, 768)
    made.show()
    qtbot.waitUntil(lambda: made.window.page is not None and not made.jobs.busy)
    yield made
    made.window.close()
    made.close()
    made.retire()
    look.apply(qapp)


def test_a_hub_begins_with_today_and_the_rail_counts_what_is_due_now_for_me(
    application: Application, hub: Hub, qtbot: Any
) -> None:
    window = application.window
    assert window.page_name == "today"
    assert window.page_letters()[0] == ("today", "Today", "T")
    no_two_share_a_letter(window)
    qtbot.waitUntil(lambda: window.rail.button("today").count() == 3)
    application.services.use(lambda desk: desk.sign_in(hub.lead.id), application.services.set_user)
    qtbot.waitUntil(lambda: window.rail.button("today").count() == 2)


@pytest.mark.whole
def test_planning_begins_once_the_page_match_has_read_the_hub(
    application: Application, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[str] = []
    reasons: list[str] = []
    monkeypatch.setattr("ui.match.page.MatchPage.plan", lambda page: began.append(page.name))
    application.commands.missed.connect(reasons.append)
    window = application.window
    page = window.page
    assert isinstance(page, TodayPage)
    qtbot.waitUntil(lambda: page.list.row("placement/L-0003") is not None)
    page.take("placement/L-0003", "plan.run")
    assert window.page_name == "match"
    assert application.commands.why_not("plan.run") == "The hub is still being read."
    qtbot.waitUntil(lambda: began == ["match"])
    assert reasons == []


OPENED = [
    # part of the line's sentence, the page that opens and what is chosen there
    ("Nora Meadowlark", "moves", "L-0011"),
    ("Stanley Teal", "patients", "P-0046"),
]


@pytest.mark.whole
def test_a_line_brings_its_page_up_with_the_thing_chosen(application: Application, qtbot: Any) -> None:
    window = application.window
    page = window.page
    assert isinstance(page, TodayPage)
    qtbot.waitUntil(lambda: bool(page._lines))

    def current() -> str:
        row = getattr(window.page, "current", lambda: None)()
        return row.id if row is not None else ""

    for words, name, chosen in OPENED:
        page.open_line(next(line.key for line in page._lines.values() if words in line.sentence))
        assert window.page_name == name
        qtbot.waitUntil(lambda chosen=chosen: current() == chosen)
        window.go("today")


def no_two_share_a_letter(window: Window) -> None:
    """No two pages or menus: each is come to by its own."""
    letters = [letter for _, _, letter in window.page_letters() if letter]
    menus = [
        action.text().partition("&")[2][:1].upper() for action in window.menuBar().actions() if action.text()
    ]
    assert len({*letters, *menus}) == len(letters) + len(menus)


# --- a second person's word --------------------------------------------------------------------------------


def changed(desk: Stand, hub: Hub, fee: float, *homes: str) -> None:
    """A coordinator changes the fee of these homes at once."""
    with hub.open() as opened:
        names = {row.name: row.id for row in opened.ask(lambda q: q.settings())}
        amend = partial(amend_settings, settings=[names[home] for home in homes], changes={"weekly_fee": fee})
        opened.perform(amend, by=hub.coordinator)
    desk.place.changed.emit(frozenset({"settings"}))
    desk.settle()


@pytest.mark.whole
def test_a_fee_that_waits_is_confirmed_or_refused_by_somebody_else_and_taken_back_by_who_changed_it(
    open_page: Open, hub: Hub, qtbot: Any
) -> None:
    desk = open_page(hub.lead)
    changed(desk, hub, 990.0, "Alder Court")
    line = line_about(desk, "the weekly fee of Alder Court")
    assert line is not None
    assert (line.need, line.when, page_of(line)) == (Need.CONFIRM, When.TODAY, ("settings", line.about))
    assert not is_for(line, hub.coordinator)
    press(desk, line.key, qtbot)
    desk.save(desk.form(DecideForm))
    assert line_about(desk, "Alder Court") is None
    assert desk.ask(lambda q: q.setting_details(line.about)).weekly_fee == 990.0
    changed(desk, hub, 800.0, "Alder Court", "Bittern Lodge")
    several = line_about(desk, "changed the weekly fees of 2 homes")
    assert several is not None
    press(desk, several.key, qtbot, at=1)
    form = desk.form(DecideForm)
    assert "Bittern Lodge" in " ".join(each.text() for each in form.findChildren(QLabel))
    desk.save(form, reason="Not agreed with the homes")
    assert line_about(desk, "weekly fees of 2 homes") is None
    assert desk.ask(lambda q: q.waiting_changes()) == ()
    changed(desk, hub, 800.0, "Alder Court")
    desk.sign_in(hub.coordinator)
    page_of_stand(desk).chips.set_on([])
    desk.settle()
    own = line_about(desk, "the weekly fee of Alder Court")
    assert own is not None
    press(desk, own.key, qtbot)
    mine = desk.form(DecideForm)
    assert mine.windowTitle() == "Take back a change"
    desk.save(mine, reason="A slip")
    assert desk.ask(lambda q: q.setting_details(line.about)).weekly_fee == 990.0
    assert desk.ask(lambda q: q.waiting_changes()) == ()
