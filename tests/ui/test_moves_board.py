"""The board of the Moves page: a column for each state, worked by keys and by dragging."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from discharge.actions.desk import Desk
from discharge.actions.placements import tell
from discharge.model.flags import Mend
from discharge.model.placement import PlacementState
from discharge.words import terms
from tests.ui.fake_desk import RESOURCES
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
from tests.ui.planning_hub import MANAGER, Hub, Stand, nameless, propose
from ui.frame.openings import OPENINGS
from ui.frame.take_back import TakeBackForm
from ui.moves.accept import AcceptForm
from ui.moves.board import APPROVAL, HEADINGS, MENDED_THERE, _step_words, column_of, step_into
from ui.moves.book import BookForm
from ui.moves.decline import NoAnswerForm
from ui.moves.end import WithdrawForm
from ui.moves.tell import TellForm
from ui.moves.views import MENDED_FORMS
from ui.theme.status import waiting
from ui.theme.theme import Theme
from ui.widgets.board import Board, Heading
from ui.widgets.board_column import Card, CardList, places_of
from ui.words.moves import where_words


def board_of(desk: Stand) -> Board:
    """The board, brought to the front."""
    page = page_of(desk)
    if page.views.name != "board":
        desk.do("moves.board")
        page.focus_first()
    return page.views.board


def list_of(board: Board, key: str) -> CardList:
    """The cards of a column."""
    return board._columns[key].cards


def names_in(desk: Stand) -> dict[str, list[str]]:
    """Who is in which column."""
    people = {row.id: row.patient_name for row in page_of(desk).model.rows()}
    shown = board_of(desk).shown()
    return {column: [people[key] for key in keys] for column, keys in shown.items() if keys}


def cyn_was_told(desk: Desk, hub: Hub, ids: dict[str, str]) -> None:
    """The setting was told of Cyn; Ben has arrived at The Limes, where given."""
    told = partial(tell, placement=ids[CYN], given=MANAGER)
    desk.perform(told, by=hub.coordinator)
    if BEN in ids:
        ben_has_arrived(desk, hub, ids)


def move(over: QWidget, place: QPoint) -> None:
    """Move the mouse there with its left button down."""
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), QPointF(over.mapToGlobal(place)), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(over, event)


def drag(desk: Stand, person: str, to: str, qtbot: Any, *, let_go: bool = True) -> None:
    """Drag a person's card to a column."""
    board = board_of(desk)
    row = row_of(desk, person)
    cards = list_of(board, column_of(row))
    over = cards.viewport()
    start = cards.card_rect(cards.cards.place_of(row.id)).topLeft() + QPoint(30, 12)
    target = list_of(board, to).viewport()
    end = over.mapFromGlobal(target.mapToGlobal(target.rect().center()))
    qtbot.mousePress(over, Qt.MouseButton.LeftButton, pos=start)
    for part in (0.2, 0.6, 1.0):
        move(over, start + (end - start) * part)
    if let_go:
        qtbot.mouseRelease(over, Qt.MouseButton.LeftButton, pos=end)
        desk.settle()


# --- what stands where -----------------------------------------------------------------------------------


@pytest.mark.whole
def test_each_placement_is_a_card_in_the_column_of_its_state(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=cyn_was_told)
    assert names_in(desk) == {
        "approved": [NAMES[ADA]],
        "told": [NAMES[CYN]],
        "isolating": [NAMES[BEN]],
    }


@pytest.mark.whole
def test_a_red_card_says_who_where_to_and_why(open_moves: Open) -> None:
    desk = open_moves(ADA, CYN, walk=cyn_was_told)
    desk.hub.clock.plus(hours=5)
    desk.page.load()
    desk.settle()
    cards = list_of(board_of(desk), "told").cards
    said = cards.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    where = row_of(desk, CYN).current.setting_name
    why = "Was told Mon 16 Nov 09:30: answer awaited for 5 h 0 m."
    assert said == f"Cyn Trent, to {where}, 1 h overdue, {why}, Next: Accepted"


def test_a_column_is_as_wide_as_the_names_on_its_cards_and_where_to_after_that_has_its_own_line(
    theme: Theme, look: Theme, qtbot: Any
) -> None:
    long = Card(
        "Bartholomew Featherstonehaugh",
        "Marsh Lane Recovery Unit, then stays on",
        waiting("today"),
        "",
        "Go…",
    )
    short = replace(long, title="Al", where="Elm")
    columns = [Heading("one", "One"), Heading("other", "Other")]
    board = Board(columns, key=lambda card: card.title, card=lambda card: card, theme=theme, name="Board")
    qtbot.addWidget(board)
    board.show_rows({"one": [long], "other": [short]})
    board.resize(360, 400)
    board.show()
    one, other = list_of(board, "one"), list_of(board, "other")
    assert places_of(long) == ("Marsh Lane Recovery Unit", "then stays on")
    name = QFontMetrics(theme.font(strong=True)).horizontalAdvance(long.title)
    assert one.card_rect(0).width() - theme.px(6 + 4) >= name
    assert other.width() < one.width()


def test_after_another_size_of_text_the_chosen_card_is_in_view(
    qapp: QApplication, look: Theme, qtbot: Any
) -> None:
    theme = Theme(resources=RESOURCES)
    one = Card("Ada", "Elm", waiting("today"), "", "Go…")
    cards = [replace(one, title=f"Ada {at}") for at in range(12)]
    columns = [Heading(key, key) for key in "abc"]
    board = Board(columns, key=lambda card: card.title, card=lambda card: card, theme=theme, name="Board")
    qtbot.addWidget(board)
    board.show_rows({"a": [replace(one, title="Al")], "b": [replace(one, title="Bo")], "c": cards})
    board.resize(3 * theme.px(300), 400)
    board.show()
    QApplication.processEvents()
    assert board.pick("Ada 4")
    try:
        theme.use(qapp, scale=2.0)
        QApplication.processEvents()
        QApplication.processEvents()
        last = list_of(board, "c")
        card = last.card_rect(4)
        assert last.viewport().rect().contains(card.center())
        across = last.mapTo(board, card.topRight()).x()
        assert 0 < across <= board.viewport().width()
    finally:
        look.apply(qapp)


def test_whoever_goes_on_in_the_same_home_stays_on(look_at_moves: Open) -> None:
    row = row_of(look_at_moves(BEN), BEN)
    first, second = row.stays
    elsewhere = replace(row, stay=0, onward=False)
    assert where_words(elsewhere) == f"{first.setting_name}, then {second.setting_name}"
    there = replace(second, setting=first.setting, setting_name=first.setting_name)
    assert where_words(replace(elsewhere, stays=(first, there))) == f"{first.setting_name}, then stays on"


@pytest.mark.whole
def test_a_lane_a_home_holds_who_is_there_and_who_goes_there_and_no_card_is_dragged(
    open_moves: Open,
) -> None:
    desk = open_moves(ADA, BEN, walk=ben_has_arrived)
    page = page_of(desk)
    desk.do("moves.homes")
    homes = page.views.homes
    by_home: dict[str, list[str]] = {}
    for row in page.model.rows():
        by_home.setdefault(row.current.setting, []).append(row.id)
    assert homes.shown() == by_home
    first = row_of(desk, ADA)
    cards = homes._columns[first.current.setting].cards
    assert terms.STATES[first.state] in cards.cards.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    ben = row_of(desk, BEN)
    there = homes._columns[ben.current.setting].cards.cards
    assert "then Elm Lodge" in there.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    dragged: list[str] = []
    cards.dragged.connect(lambda key, _place: dragged.append(key))
    place, left = cards.card_rect(0).center(), Qt.MouseButton.LeftButton
    for kind, at, take in (
        (QEvent.Type.MouseButtonPress, place, cards.mousePressEvent),
        (QEvent.Type.MouseMove, place + QPoint(60, 60), cards.mouseMoveEvent),
    ):
        seen = cards.mapToGlobal(QPointF(at))
        take(QMouseEvent(kind, QPointF(at), seen, left, left, Qt.KeyboardModifier.NoModifier))
    assert dragged == []
    desk.do("moves.table")


def test_what_stops_a_card_and_is_mended_at_the_person_or_the_home_has_its_form_there() -> None:
    assert MENDED_THERE[Mend.TEST] == "patient.test"
    assert set(MENDED_THERE) == set(MENDED_FORMS)
    assert set(MENDED_FORMS.values()) <= set(OPENINGS)


@pytest.mark.whole
def test_the_search_and_the_filters_hold_for_the_board_too(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=cyn_was_told)
    board_of(desk)
    desk.page.look_for("cyn")
    desk.settle()
    assert names_in(desk) == {"told": [NAMES[CYN]]}
    desk.page.look_for("")
    page_of(desk).chips.set_on(["where/there"])
    desk.settle()
    assert names_in(desk) == {"isolating": [NAMES[BEN]]}


@pytest.mark.whole
def test_a_column_for_those_that_are_over_is_there_when_there_are_any(open_moves: Open) -> None:
    desk = open_moves(ADA, CYN)
    board = board_of(desk)
    assert not list_of(board, "over").isVisible()
    pick(desk, ADA)
    desk.do("placement.withdraw")
    desk.save(desk.form(WithdrawForm), reason="Goes home")
    page_of(desk).chips.set_on(["where/over"])
    desk.settle()
    assert list_of(board, "over").isVisible()
    assert names_in(desk) == {"over": [NAMES[ADA]]}


# --- by keys ---------------------------------------------------------------------------------------------


@pytest.mark.whole
def test_arrows_go_between_cards_and_columns_and_enter_opens(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=cyn_was_told)
    board = board_of(desk)
    page = page_of(desk)
    pick(desk, ADA)
    page.focus_first()
    went = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key)
        current = page.current()
        assert current is not None
        went.append(current.patient)
    # past the last column nothing happens
    assert went == [CYN, BEN, BEN, CYN]
    assert list_of(board, "told").hasFocus()
    assert page.detail_shown() is False
    qtbot.keyClick(list_of(board, "told"), Qt.Key.Key_Return)
    desk.settle()
    assert page.detail_shown() is True
    assert not list_of(board, "told").hasFocus()
    page.detail.left.emit()
    assert page.detail_shown() is False
    assert list_of(board, "told").hasFocus()


@pytest.mark.whole
def test_down_goes_to_the_next_card_of_a_column(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, CYN)
    board = board_of(desk)
    first, second = board.shown()["approved"]
    board.take_focus()
    qtbot.keyClick(list_of(board, "approved"), Qt.Key.Key_Down)
    assert board.current_key() == second
    qtbot.keyClick(list_of(board, "approved"), Qt.Key.Key_Up)
    assert board.current_key() == first


@pytest.mark.whole
def test_tab_stops_once_at_the_board_and_goes_on(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=cyn_was_told)
    board = board_of(desk)
    lists = [list_of(board, heading.key) for heading in HEADINGS]
    stops = [each for each in lists if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(stops) == 1
    stops[0].setFocus()
    qtbot.keyClick(stops[0], Qt.Key.Key_Tab)
    assert QApplication.focusWidget() not in lists


@pytest.mark.whole
def test_a_placement_goes_its_way_on_the_board_by_the_next_step_alone(open_moves: Open, qtbot: Any) -> None:
    desk = open_moves(ADA)
    board = board_of(desk)
    pick(desk, ADA)
    desk.do("placement.next")
    desk.save(desk.form(TellForm), **WORD)
    assert names_in(desk) == {"told": [NAMES[ADA]]}
    desk.do("placement.next")
    desk.save(desk.form(AcceptForm), **WORD)
    assert names_in(desk) == {"accepted": [NAMES[ADA]]}
    # the card is the current one in its new column
    assert board.current_key() == row_of(desk, ADA).id
    assert list_of(board, "accepted").focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.whole
def test_the_context_menu_of_a_card_is_the_pages_own(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    board = board_of(desk)
    assert board._menu is not None
    offered = {action.text() for action in board._menu.actions() if action.text()}
    rows = {command.text for command in desk.commands.of_page("moves") if command.row}
    assert rows <= offered
    # each drag has a command that does the same
    steps = {step_into(row_of(desk, ADA), heading.key) for heading in HEADINGS} - {"", "approve"}
    assert {desk.commands.command(f"placement.{step}").text for step in steps} <= offered


@pytest.mark.whole
def test_everything_on_the_board_has_a_name(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=cyn_was_told)
    board_of(desk)
    assert nameless(desk.page) == []
    assert list_of(board_of(desk), "told").accessibleName() == "Offered: 1 card"


# --- by mouse --------------------------------------------------------------------------------------------


@pytest.mark.whole
def test_dragging_a_card_to_the_next_column_opens_the_form_of_that_step(open_moves: Open, qtbot: Any) -> None:
    desk = open_moves(ADA, CYN)
    drag(desk, CYN, "told", qtbot)
    form = desk.form(TellForm)
    assert NAMES[CYN] in form.windowTitle()
    desk.save(form, **WORD)
    assert names_in(desk) == {"approved": [NAMES[ADA]], "told": [NAMES[CYN]]}
    drag(desk, CYN, "accepted", qtbot)
    desk.save(desk.form(AcceptForm), **WORD)
    drag(desk, CYN, "booked", qtbot)
    assert desk.form(BookForm).isVisible()
    desk.form(BookForm).reject()


def test_a_card_that_cant_be_dropped_says_the_rule_and_stays(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA)
    missed: list[str] = []
    desk.commands.missed.connect(missed.append)
    drag(desk, ADA, "accepted", qtbot, let_go=False)
    assert "hasn't been told yet (C5)" in board_of(desk)._ghost.said()
    over = list_of(board_of(desk), "approved").viewport()
    target = list_of(board_of(desk), "accepted").viewport()
    end = over.mapFromGlobal(target.mapToGlobal(target.rect().center()))
    qtbot.mouseRelease(over, Qt.MouseButton.LeftButton, pos=end)
    desk.settle()
    assert len(missed) == 1
    assert "hasn't been told yet (C5)" in missed[0]
    assert row_of(desk, ADA).state is PlacementState.APPROVED


@pytest.mark.whole
def test_dragging_a_card_back_takes_the_last_step_back(open_moves: Open, qtbot: Any) -> None:
    desk = open_moves(CYN, walk=cyn_was_told)
    drag(desk, CYN, "approved", qtbot)
    desk.save(desk.form(TakeBackForm), reason="Rang the wrong home")
    assert names_in(desk) == {"approved": [NAMES[CYN]]}


@pytest.mark.whole
def test_escape_gives_a_drag_up(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA)
    drag(desk, ADA, "told", qtbot, let_go=False)
    board = board_of(desk)
    assert board._ghost.isVisible()
    qtbot.keyClick(list_of(board, "approved"), Qt.Key.Key_Escape)
    assert not board._ghost.isVisible()
    qtbot.mouseRelease(list_of(board, "approved").viewport(), Qt.MouseButton.LeftButton)
    desk.settle()
    assert [each for each in desk.page.findChildren(TellForm) if each.isVisible()] == []


@pytest.mark.whole
def test_the_button_of_a_card_takes_its_next_step(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, CYN, walk=cyn_was_told)
    board = board_of(desk)
    cards = list_of(board, "told")
    button = cards.button_rect(0)
    assert button.height() >= 24
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=button.center())
    desk.settle()
    assert NAMES[CYN] in desk.form(AcceptForm).windowTitle()


@pytest.mark.whole
def test_a_click_beside_the_button_only_chooses(look_at_moves: Open, qtbot: Any) -> None:
    desk = look_at_moves(ADA, CYN, walk=cyn_was_told)
    cards = list_of(board_of(desk), "told")
    place = cards.card_rect(0).topLeft() + QPoint(20, 10)
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.settle()
    current = page_of(desk).current()
    assert current is not None
    assert current.patient == CYN
    assert [each for each in desk.page.findChildren(AcceptForm) if each.isVisible()] == []
    qtbot.mouseDClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.page.detail_shown() is True


def test_who_may_not_take_a_step_sees_it_on_the_card(look_at_moves: Open, hub: Hub) -> None:
    desk = look_at_moves(BEN, walk=ben_has_arrived)
    board = board_of(desk)
    cards = list_of(board, "isolating")
    from ui.widgets.board_column import CARD_ROLE

    desk.sign_in(hub.lead)
    assert cards.cards.index(0).data(CARD_ROLE).why_not == "Somebody else has to do this."
    desk.sign_in(hub.coordinator)
    assert cards.cards.index(0).data(CARD_ROLE).why_not == ""


@pytest.mark.whole
def test_a_card_that_is_over_offers_to_take_its_last_step_back(open_moves: Open, qtbot: Any) -> None:
    desk = open_moves(CYN, walk=cyn_was_told)
    pick(desk, CYN)
    desk.do("placement.no_answer")
    desk.save(desk.form(NoAnswerForm))
    page_of(desk).chips.set_on(["where/over"])
    desk.settle()
    assert names_in(desk) == {"over": [NAMES[CYN]]}
    cards = list_of(board_of(desk), "over")
    said = cards.cards.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "No answer, since today 09:30, Next: Take back last step" in said
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=cards.button_rect(0).center())
    desk.settle()
    desk.save(desk.form(TakeBackForm), reason="They rang back")
    page_of(desk).chips.clear()
    desk.settle()
    assert names_in(desk) == {"told": [NAMES[CYN]]}


def test_a_proposal_leads_to_its_approval_by_button_and_by_drag(
    open_moves: Open, hub: Hub, qtbot: Any
) -> None:
    with hub.open() as store:
        proposed = propose(store, hub.coordinator, ADA)[ADA]
    desk = open_moves()
    wanted: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda page, key: wanted.append((page, key)))
    drag(desk, ADA, "approved", qtbot)
    cards = list_of(board_of(desk), "proposed")
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=cards.button_rect(0).center())
    assert wanted == [("approvals", proposed)] * 2


# --- which step leads where ------------------------------------------------------------------------------


def test_the_steps_of_a_drag_are_those_of_the_life_of_a_placement(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA, BEN, CYN, walk=cyn_was_told)
    ada, ben, cyn = (row_of(desk, person) for person in (ADA, BEN, CYN))
    steps = {heading.key: step_into(ada, heading.key) for heading in HEADINGS}
    assert steps == {
        "proposed": "", "approved": "", "told": "tell", "accepted": "accept", "booked": "book",
        "departed": "depart", "isolating": "", "there": "arrive", "over": "withdraw",
    }  # fmt: skip
    assert step_into(cyn, "approved") == "take_back"
    assert (step_into(ben, "there"), step_into(ben, "departed"), step_into(ben, "told")) == (
        "move_on", "take_back", "",
    )  # fmt: skip


@pytest.mark.whole
def test_the_button_of_a_card_that_has_to_be_turned_back_has_room_for_its_words(look_at_moves: Open) -> None:
    desk = look_at_moves(ADA)
    commands = desk.page.commands
    assert _step_words("placement.happened", commands) == "What happened…"
    assert _step_words(APPROVAL, commands) == "See approval"
    assert _step_words("placement.tell", commands) == "Told the setting…"
    assert _step_words("", commands) == ""
