"""The timeline of the Moves page over a real hub, and the switch between the three views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from discharge.actions.desk import Desk
from discharge.actions.placements import accept, depart, tell
from discharge.model.london import london_date
from discharge.model.placement import PlacementState
from discharge.model.shown.placements import MoveRow
from discharge.model.shown.timeline import Nights
from tests.ui.moves_desk import (
    ADA,
    BEN,
    CYN,
    NAMES,
    WORD,
    Open,
    ben_has_arrived,
    page_of,
    pick,
    row_of,
)
from tests.ui.planning_hub import MANAGER, NOW, TODAY, Hub, Stand, nameless
from ui.frame.services import Services
from ui.moves.bars import Shown, bars_of, people_rows, span_of
from ui.moves.book import BookForm
from ui.moves.detail import happened_words
from ui.moves.page import MovesPage
from ui.moves.tell import TellForm
from ui.moves.views import BOARD, TABLE, TIMELINE
from ui.widgets.timeline import TimelineView
from ui.widgets.timeline_bars import Bar, Look
from ui.widgets.timeline_grid import BY_WEEK
from ui.words.who import born_words


def timeline_of(desk: Stand) -> TimelineView:
    """The timeline, brought to the front."""
    if page_of(desk).views.name != TIMELINE:
        desk.do("moves.timeline")
        page_of(desk).focus_first()
    return page_of(desk).views.timeline.view


def titles(view: TimelineView) -> list[str]:
    return [row.title for row in view.grid.rows]


def bars_for(desk: Stand, person: str) -> Sequence[Bar]:
    view = timeline_of(desk)
    return view.grid.bars_of(view.grid.row_of(row_of(desk, person).id))


# --- what it shows ---------------------------------------------------------------------------------------


@pytest.mark.whole
def test_a_row_a_person_with_isolation_hatched_and_the_bed_after_it_held(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    view = timeline_of(desk)
    assert sorted(titles(view)) == [NAMES[ADA], NAMES[BEN]]
    first, second = bars_for(desk, BEN)
    row = row_of(desk, BEN)
    assert (first.look, first.isolates, first.start, first.end) == (
        Look.THERE,
        True,
        TODAY,
        row.isolation_end,
    )
    assert (second.look, second.isolates, second.moves, second.start) == (
        Look.HELD,
        False,
        True,
        row.stays[1].start,
    )
    assert [(bar.look, bar.moves) for bar in bars_for(desk, ADA)] == [(Look.HELD, False)]


@pytest.mark.whole
def test_a_bar_says_in_a_sentence_who_where_and_until_when(look_at_moves: Open) -> None:
    desk = look_at_moves(BEN, walk=ben_has_arrived)
    first, second = bars_for(desk, BEN)
    assert first.sentence.startswith(
        "Ben Okoro isolates at The Limes, unit hot, beds H1, from Mon 16 Nov to Sun 22 Nov (6 nights)"
        " with COVID-19. Arrived today 10:10."
    )
    name = row_of(desk, BEN).stays[1].setting_name
    assert second.sentence.startswith(f"Ben Okoro is to be at {name}, ")
    assert "from Sun 22 Nov with no end known. The bed is held." in second.sentence


def test_a_row_has_the_chip_of_its_state(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    view = timeline_of(desk)
    heads = {row.title: row.head().status for row in view.grid.rows}
    chips = {title: status.word for title, status in heads.items() if status is not None}
    assert chips == {NAMES[ADA]: "Approved", NAMES[BEN]: "Arrived"}


@pytest.mark.whole
def test_search_and_filters_hold_for_the_timeline_too(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=ben_has_arrived)
    view = timeline_of(desk)
    desk.page.look_for("okoro")
    desk.settle()
    assert titles(view) == [NAMES[BEN]]
    desk.page.look_for("")
    page_of(desk).chips.set_on(["where/offers"])
    desk.settle()
    # Ben's next home is to be told as well
    assert sorted(titles(view)) == [NAMES[ADA], NAMES[BEN], NAMES[CYN]]
    page_of(desk).chips.set_on(["where/there"])
    desk.settle()
    assert titles(view) == [NAMES[BEN]]


@pytest.mark.whole
def test_by_bed_a_row_has_its_people_and_what_is_free_each_day(look_at_moves: Open) -> None:
    desk = look_at_moves(BEN, walk=ben_has_arrived)
    timeline_of(desk)
    desk.do("moves.by_bed")
    view = timeline_of(desk)
    limes = next(row for row in view.grid.rows if row.title == "The Limes")
    head = limes.head()
    assert head.below == "hot / H1: General residential, en-suite × 2"
    assert head.status is not None
    assert head.status.word == "1 free"
    (bar,) = limes.bars()
    assert (bar.words, bar.isolates) == (NAMES[BEN], True)
    assert limes.marks is not None
    free = [(mark.start, mark.word) for mark in limes.marks()]
    assert free == [(TODAY, "1 free"), (row_of(desk, BEN).stays[1].start, "2 free")]


def test_two_people_in_one_group_of_beds_lie_in_two_lanes(open_moves: Open) -> None:
    desk = open_moves(ADA, "P-0005", "P-0006")
    timeline_of(desk)
    desk.do("moves.by_bed")
    view = timeline_of(desk)
    shared = [at for at, row in enumerate(view.grid.rows) if row.lanes > 1]
    assert shared
    lanes = [bar.lane for bar in view.grid.bars_of(shared[0])]
    assert sorted(lanes) == list(range(len(lanes)))
    assert len(lanes) > 1


# --- worked ----------------------------------------------------------------------------------------------


@pytest.mark.whole
def test_the_timeline_is_worked_by_keys_alone(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=ben_has_arrived)
    page = page_of(desk)
    page.table.setFocus()
    view = timeline_of(desk)
    assert view.hasFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    current = page.current()
    assert current is not None
    assert current.id == view.current_key()
    assert page.views.timeline.said.whole() == view.accessibleDescription()
    assert page.detail_shown() is False
    qtbot.keyClick(view, Qt.Key.Key_Return)
    desk.settle()
    assert page.detail_shown() is True
    assert any(label.text() == current.patient_name for label in page.detail.findChildren(QLabel))
    qtbot.keyClick(page.detail, Qt.Key.Key_Escape)
    assert page.detail_shown() is False
    assert view.hasFocus()


@pytest.mark.whole
def test_a_step_is_taken_from_the_timeline_and_its_bar_follows(open_moves: Open) -> None:
    desk = open_moves(ADA)
    view = timeline_of(desk)
    pick(desk, ADA)
    assert view.current_key() == row_of(desk, ADA).id
    desk.do("placement.next")
    desk.save(desk.form(TellForm), **WORD)
    status = view.grid.rows[0].head().status
    assert status is not None
    assert status.word == "Offered"
    assert "was told just now: its answer is awaited." in view.accessibleDescription()


@pytest.mark.whole
def test_a_click_on_a_bar_is_the_pages_choice(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    view = timeline_of(desk)
    at = view.grid.row_of(row_of(desk, BEN).id)
    place = view.grid.place_of(at, view.grid.bars_of(at)[0]).intersected(view.seen()).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(place))
    current = page_of(desk).current()
    assert current is not None
    assert current.patient == BEN
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(place))
    assert page_of(desk).detail_shown() is True


def ada_is_expected(desk: Desk, hub: Hub, ids: dict[str, str]) -> None:
    """Ada's home was told and has accepted; Ben's journey is over."""
    for step in (tell, accept):
        desk.perform(partial(step, placement=ids[ADA], given=MANAGER), by=hub.coordinator)
    ben_has_arrived(desk, hub, ids)


def drag(qtbot: Any, view: TimelineView, person: MoveRow, days: int, *, drop: bool = True) -> Any:
    """Drags a bar so many days with the left button, and says which cursor there was on the way."""
    at = view.grid.row_of(person.id)
    number = view.grid.nearest(at, person.stays[0].start, key=person.id)
    place = view.grid.place_of(at, view.grid.bars_of(at)[number]).intersected(view.seen())
    begin = view.mapFromScene(place.topLeft() + QPointF(6, place.height() / 2))
    end = begin + QPoint(days * view.grid.day_width(), 0)
    port = view.viewport()

    def move(spot: QPoint, button: Qt.MouseButton) -> None:
        place = QPointF(spot), QPointF(port.mapToGlobal(spot))
        held = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            port, QMouseEvent(QEvent.Type.MouseMove, *place, Qt.MouseButton.NoButton, button, held)
        )

    move(begin, Qt.MouseButton.NoButton)
    over = port.cursor().shape()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=begin)
    move(end, Qt.MouseButton.LeftButton)
    pulled = port.cursor().shape()
    port.grab()
    if drop:
        qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    return over, pulled


@pytest.mark.parametrize("by", ["moves.by_person", "moves.by_bed"])
@pytest.mark.whole
def test_a_bar_is_dragged_to_the_form_of_the_journey_and_nothing_is_saved_by_that(
    look_at_moves: Open, qtbot: Any, by: str
) -> None:
    desk = look_at_moves(ADA, BEN, walk=ada_is_expected)
    view = timeline_of(desk)
    desk.do(by)
    desk.settle()
    head, row = desk.ask(lambda q: q.head()), row_of(desk, ADA)
    cursors = drag(qtbot, view, row, 2)
    assert cursors == (Qt.CursorShape.OpenHandCursor, Qt.CursorShape.ClosedHandCursor)
    desk.settle()
    form = desk.form(BookForm)
    assert form.windowTitle().endswith("Ada Swift")
    at = form.at.value()
    assert at is not None
    assert (london_date(at), at.hour) == (row.stays[0].start + timedelta(2), 10)
    assert desk.ask(lambda q: q.head()) == head
    form.reject()
    # the button opens the very same form
    pick(desk, ADA)
    desk.do("placement.book")
    desk.form(BookForm).reject()


@pytest.mark.whole
def test_a_bar_that_no_form_moves_stays_and_the_cursor_says_so(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, BEN, walk=ada_is_expected)
    view = timeline_of(desk)
    dragged: list[str] = []
    view.dragged.connect(lambda key, _day: dragged.append(key))
    cursors = drag(qtbot, view, row_of(desk, BEN), 2)
    assert cursors == (Qt.CursorShape.ArrowCursor, Qt.CursorShape.ForbiddenCursor)
    # taken up and put back, by Escape or where it was, nothing opens
    drag(qtbot, view, row_of(desk, ADA), 0)
    drag(qtbot, view, row_of(desk, ADA), 3, drop=False)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton)
    assert dragged == []


@pytest.mark.whole
def test_the_buttons_over_it_zoom_and_go_to_today(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    view = timeline_of(desk)
    panel = page_of(desk).views.timeline
    before = view.zoom()
    panel.closer.click()
    assert view.zoom() > before
    panel.scale.button("week").click()
    assert view.zoom() == BY_WEEK
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    panel.today.click()
    assert 0 <= view.grid.x_of(TODAY) - view.offset() < view.viewport().width()
    desk.do("moves.nearer")
    assert view.zoom() > BY_WEEK


def test_the_commands_of_the_timeline_say_where_they_are(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    assert desk.commands.why_not("moves.today") == "This is done in the timeline (Ctrl+3)."
    timeline_of(desk)
    assert desk.commands.why_not("moves.today") == ""


@pytest.mark.whole
def test_everything_on_the_timeline_has_a_name(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    timeline_of(desk)
    assert nameless(desk.page) == []


@pytest.mark.whole
def test_tab_leaves_the_timeline_and_comes_round(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    view = timeline_of(desk)
    view.setFocus()
    seen: list[QWidget] = []
    while len(seen) < 60:
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus in seen:
            break
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is view
    assert len(seen) > 8


@pytest.mark.parametrize("view", [TABLE, BOARD, TIMELINE])
@pytest.mark.whole
def test_each_button_of_a_view_has_a_name_and_is_large_enough(look_at_moves: Open, view: str) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    desk.do(f"moves.{view}")
    buttons = [each for each in desk.page.findChildren(QAbstractButton) if each.isVisible()]
    assert len(buttons) > 8
    small = [each.accessibleName() for each in buttons if min(each.width(), each.height()) < 24]
    assert small == []
    assert [each for each in buttons if not (each.accessibleName() or each.text())] == []


@pytest.mark.whole
def test_where_there_is_little_room_the_meaning_of_the_patterns_is_behind_a_button(
    look_at_moves: Open,
) -> None:
    desk = look_at_moves(ADA)
    timeline_of(desk)
    panel = page_of(desk).views.timeline
    assert (panel.key.isVisible(), panel.legend[0].isVisible()) == (False, True)
    desk.page.resize(1216, 420)
    assert (panel.key.isVisible(), panel.legend[0].isVisible()) == (True, False)


# --- views and their memory ------------------------------------------------------------------------------


@pytest.mark.whole
def test_one_choice_goes_through_the_three_views(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=ben_has_arrived)
    page = page_of(desk)
    desk.do("moves.board")
    pick(desk, CYN)
    wanted = row_of(desk, CYN).id
    assert page.views.board.current_key() == wanted
    assert timeline_of(desk).current_key() == wanted
    desk.do("moves.table")
    assert page.table.current_row().id == wanted
    assert page.table.isVisible()


@pytest.mark.whole
def test_the_view_its_rows_its_zoom_and_its_detail_are_remembered(
    open_moves: Open, settings: QSettings, make_services: Callable[..., Services], qtbot: Any, hub: Hub
) -> None:
    desk = open_moves(ADA)
    view = timeline_of(desk)
    desk.do("moves.by_bed")
    view.set_zoom(BY_WEEK)
    desk.page.toggle_detail(True)
    desk.page.remember()
    kept = desk.page.services.settings
    for key in kept.allKeys():
        settings.setValue(key, kept.value(key))
    again = MovesPage(make_services(hub.open, clock=hub.clock))
    qtbot.addWidget(again)
    assert again.views.name == TIMELINE
    assert again.views.by_bed
    assert again.views.timeline.view.zoom() == BY_WEEK
    assert not again.detail.isHidden()
    again.show_view(BOARD)
    assert again.detail.isHidden()
    again.show_view(TABLE)
    assert not again.detail.isHidden()


def test_what_was_remembered_of_a_view_that_is_no_more_is_passed_over(
    settings: QSettings, make_services: Callable[..., Services], qtbot: Any, hub: Hub
) -> None:
    settings.setValue("moves/view", "carousel")
    settings.setValue("moves/timeline/rows", "planet")
    settings.setValue("moves/timeline/day", "wide")
    page = MovesPage(make_services(hub.open, clock=hub.clock))
    qtbot.addWidget(page)
    assert (page.views.name, page.views.by_bed) == (TABLE, False)


@pytest.mark.whole
def test_what_is_printed_is_the_table_whichever_view_is_in_front(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    timeline_of(desk)
    assert page_of(desk).printed_table() is page_of(desk).table
    assert "Ctrl+1" in page_of(desk).why_no_columns()


@pytest.mark.whole
def test_going_to_a_placement_that_a_filter_hides_takes_the_filter_off(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, walk=ben_has_arrived)
    view = timeline_of(desk)
    wanted = row_of(desk, ADA).id
    page_of(desk).chips.set_on(["where/there"])
    desk.settle()
    assert titles(view) == [NAMES[BEN]]
    assert desk.page.pick(wanted)
    desk.settle()
    assert view.current_key() == wanted


@pytest.mark.whole
def test_nobody_found_is_said_in_every_view(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    view = timeline_of(desk)
    desk.page.look_for("zzz")
    desk.settle()
    assert not view.isVisible()
    assert page_of(desk)._none_found.isVisible()


# --- nights ----------------------------------------------------------------------------------------------


def a_row(desk: Stand) -> MoveRow:
    return row_of(desk, BEN)


def shown_as(row: MoveRow, *nights: Nights) -> list[Bar]:
    return bars_of(row, Shown(NOW, {row.id: nights} if nights else {}), named=False)


def test_a_stay_that_goes_on_after_isolation_is_parted_where_that_ends(look_at_moves: Open) -> None:
    row = a_row(look_at_moves(BEN, walk=ben_has_arrived))
    end = TODAY + timedelta(3)
    alone = replace(row, stays=(replace(row.stays[0], end=None),))
    bars = shown_as(alone, Nights(TODAY, end))
    assert [(bar.start, bar.end, bar.isolates, bar.moves) for bar in bars] == [
        (TODAY, end, True, False),
        (end, None, False, False),
    ]


def test_an_isolation_that_is_over_was_hatched_until_then(look_at_moves: Open) -> None:
    row = a_row(look_at_moves(BEN, walk=ben_has_arrived))
    long_ago = NOW - timedelta(8)
    lived = replace(row.stays[0], start=TODAY - timedelta(8), arrived_at=long_ago, end=None)
    bars = shown_as(replace(row, stays=(lived,), isolation_end=None))
    assert [(bar.start, bar.end, bar.isolates) for bar in bars] == [
        (TODAY - timedelta(8), TODAY, True),
        (TODAY, None, False),
    ]


def test_a_second_stay_that_was_given_up_is_not_drawn(look_at_moves: Open) -> None:
    row = a_row(look_at_moves(BEN, walk=ben_has_arrived))
    assert len(shown_as(row)) == 2
    assert len(shown_as(replace(row, onward=True))) == 1


def test_whoever_is_there_after_the_planned_end_keeps_the_bed(look_at_moves: Open) -> None:
    row = a_row(look_at_moves(BEN, walk=ben_has_arrived))
    lived = replace(row.stays[0], requirement="open", organisms=(), end=TODAY - timedelta(2),
                    start=TODAY - timedelta(9), arrived_at=NOW - timedelta(9))  # fmt: skip
    (bar,) = shown_as(replace(row, stays=(lived,), isolation_end=None))
    assert bar.end == TODAY + timedelta(1)


def test_what_came_to_nothing_is_outlined_only_and_says_so(look_at_moves: Open) -> None:
    row = row_of(look_at_moves(ADA), ADA)
    (bar,) = bars_of(replace(row, state=PlacementState.WITHDRAWN), Shown(NOW, {}), named=False)
    assert bar.look is Look.GONE
    assert "was to be at" in bar.sentence
    assert "Withdrawn today" in bar.sentence


@pytest.mark.whole
def test_a_like_name_is_marked_at_the_row_in_the_bar_and_in_its_sentence(open_moves: Open) -> None:
    desk = open_moves(ADA)
    row = row_of(desk, ADA)
    assert row.who is not None
    like = replace(row, who=replace(row.who, alike="Another SWIFT on the list: Bob Swift (P-0009)"))
    shown = Shown(NOW, {})
    (head,) = [each.head() for each in people_rows([like], shown)]
    assert head.mark is not None
    assert "Bob Swift (P-0009)" in head.mark.sentence
    assert [each.head().mark for each in people_rows([row], shown)] == [None]
    bar = bars_of(like, shown, named=True)[0]
    assert bar.words == f"Ada Swift, born {born_words(row.who)}"
    assert bar.sentence.endswith("Another SWIFT on the list: Bob Swift (P-0009).")
    view = timeline_of(desk)
    plain = view.grab().toImage()
    view.show_rows(people_rows([like], shown), first=view.grid.first, last=TODAY + timedelta(84), now=NOW)
    assert view.grab().toImage() != plain


def test_a_person_with_two_placements_has_one_row(look_at_moves: Open) -> None:
    row = a_row(look_at_moves(BEN, walk=ben_has_arrived))
    onward = replace(
        row, id="L-0099", follows=row.id, state=PlacementState.APPROVED, stay=0,
        stays=(replace(row.stays[1], arrived_at=None),),
    )  # fmt: skip
    first = replace(row, stays=row.stays[:1])
    (line,) = people_rows([first, onward], Shown(NOW, {}))
    assert line.keys == (row.id, "L-0099")
    assert [(bar.key, bar.moves) for bar in line.bars()] == [(row.id, False), ("L-0099", True)]


def test_the_days_reach_to_the_first_start_and_the_last_end_but_not_for_ever(look_at_moves: Open) -> None:
    row = a_row(look_at_moves(BEN, walk=ben_has_arrived))
    far = replace(row.stays[0], start=date(2001, 1, 1), end=date(2090, 1, 1))
    first, last = span_of([replace(row, stays=(far,))], today=TODAY)
    assert TODAY - first == timedelta(370)
    assert last - TODAY == timedelta(370)
    assert span_of([], today=TODAY) == (TODAY - timedelta(28), TODAY + timedelta(84))


# --- when it happened and when it was recorded -----------------------------------------------------------


def left_an_hour_ago(desk: Desk, hub: Hub, ids: dict[str, str]) -> None:
    """Ben left, and that is recorded an hour later."""
    from discharge.actions.placements import accept, book, tell
    from discharge.model.placement import Transport
    from discharge.model.travel import CrewPpe, TransportMode
    from tests.ui.planning_hub import MANAGER

    name, jo = ids[BEN], hub.coordinator
    desk.perform(partial(tell, placement=name, given=MANAGER), by=jo)
    desk.perform(partial(accept, placement=name, given=MANAGER), by=jo)
    journey = Transport(mode=TransportMode.AMBULANCE_SEATED, ppe=CrewPpe.DROPLET, at=hub.clock.now)
    desk.perform(partial(book, placement=name, transport=journey), by=jo)
    left = hub.clock.now
    hub.clock.plus(hours=1)
    desk.perform(partial(depart, placement=name, at=left), by=jo)


@pytest.mark.whole
def test_the_detail_says_when_they_left_and_when_that_was_recorded(open_moves: Open) -> None:
    desk = open_moves(BEN, walk=left_an_hour_ago)
    pick(desk, BEN)
    said = [label.text() for label in page_of(desk).detail.findChildren(QLabel)]
    assert "today 09:30; recorded today 10:30 by Jo Marsh" in said
    page = desk.ask(lambda q: q.placement(row_of(desk, BEN).id))
    arrived = happened_words(page, ("placement_arrived",), page.row.stays[0].arrived_at, now=NOW)
    assert arrived == ""


@pytest.mark.whole
def test_the_tell_form_shows_what_the_record_says_and_asks_to_confirm_it(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    pick(desk, ADA)
    desk.do("placement.tell")
    form = desk.form(TellForm)
    focus = QApplication.focusWidget()
    assert "negative" in form.says()
    assert focus is not None
    assert form.confirmed.isAncestorOf(focus)
    form.reject()
