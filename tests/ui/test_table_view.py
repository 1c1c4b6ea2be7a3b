"""The table under the fingers: keys, places that stay, columns that are remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QWidget

from discharge.words.days import day_words
from tests.ui.fake_desk import Guest, state_of
from ui.models.table import Column, RowsModel
from ui.theme.theme import Theme
from ui.widgets.table import TableView, column_menu, row_height

Make = Callable[..., TableView]


def holder_of(table: TableView) -> QWidget:
    holder = table.parentWidget()
    assert holder is not None
    return holder


def guests(count: int) -> list[Guest]:
    return [
        Guest(f"g{n:04}", f"Guest {n:04}", date(2020, 11, 1) + timedelta(days=n % 20), state=n)
        for n in range(count)
    ]


def columns() -> Sequence[Column[Guest]]:
    return (
        Column(key="name", title="Name", text=lambda guest: guest.name, strong=True, width=16),
        Column(key="state", title="Infection", status=state_of, width=20),
        Column(
            key="ready",
            title="Ready",
            text=lambda g: day_words(g.ready) if g.ready else "",
            sort=lambda g: g.ready,
        ),
        Column(key="ward", title="Ward", text=lambda guest: guest.ward, stretch=True, width=20),
        Column(key="id", title="Id", text=lambda guest: guest.id, shown=False),
    )


@pytest.fixture
def make(qtbot: Any, theme: Theme, look: Theme) -> Make:
    kept: list[QWidget] = []

    def made(count: int = 100, *, width: int = 800) -> TableView:
        holder = QWidget()
        kept.append(holder)
        qtbot.addWidget(holder)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLineEdit())
        model = RowsModel(columns(), key=lambda guest: guest.id, parent=holder)
        table = TableView(model, theme=theme, name="Guests", parent=holder)
        row.addWidget(table, 1)
        row.addWidget(QLineEdit())
        model.reload(guests(count))
        holder.resize(width, 400)
        holder.show()
        holder.activateWindow()
        qtbot.waitUntil(holder.isActiveWindow)
        return table

    return made


def test_rows_are_as_high_as_their_font_asks_for(make: Make, theme: Theme) -> None:
    table = make()
    assert 28 <= table.rowHeight(0) <= 32
    assert table.rowHeight(0) == row_height(theme) > QFontMetrics(theme.font()).height()


def test_tab_goes_through_the_table_and_not_round_inside_it(make: Make, qtbot: Any) -> None:
    table = make()
    before, after = holder_of(table).findChildren(QLineEdit)
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert table.hasFocus()
    assert table.current_row().id == "g0000", "one that is reached by Tab has a current row"
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert after.hasFocus()
    qtbot.keyClick(after, Qt.Key.Key_Backtab)
    assert table.hasFocus()


def test_enter_and_a_double_click_open_the_row(make: Make, qtbot: Any) -> None:
    table = make()
    opened: list[str] = []
    table.opened.connect(lambda row: opened.append(row.id))
    table.pick("g0003")
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.keyClick(table, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    place = table.visualRect(table.rows.index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == ["g0003", "g0003", "g0001"]


def test_home_and_end_go_to_the_first_and_last_row(make: Make, qtbot: Any) -> None:
    table = make()
    table.pick("g0050")
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.current_row().id == "g0099"
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert table.current_row().id == "g0000"


def test_letters_do_not_jump_about(make: Make, qtbot: Any) -> None:
    table = make()
    table.pick("g0005")
    qtbot.keyClicks(table, "Guest 0042")
    assert table.current_row().id == "g0005"


def test_copying_gives_the_selected_rows_with_the_columns_as_they_stand(make: Make, qtbot: Any) -> None:
    table = make()
    table.horizontalHeader().moveSection(2, 0)
    table.show_column(3, shown=False)
    table.pick("g0001")
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == (
        "Ready\tName\tInfection\nMon 2 Nov\tGuest 0001\tIsolating\nTue 3 Nov\tGuest 0002\tPositive\n"
    )


def test_the_picked_row_is_told_once_and_again_when_it_changes_or_goes(make: Make) -> None:
    table = make()
    told: list[Any] = []
    table.picked.connect(lambda row: told.append(row and row.name))
    table.pick("g0002")
    table.sort_by("name", descending=True)
    assert set(told) == {"Guest 0002"}
    told.clear()
    rows = guests(100)
    rows[2] = replace(rows[2], ward="Elm")
    table.rows.reload(rows)
    assert told == ["Guest 0002"]
    assert table.current_row().ward == "Elm"
    told.clear()
    table.rows.reload(rows[:2])
    assert told[-1] is None
    assert table.current_row() is None


def test_selection_and_what_is_under_the_eye_stay_when_rows_come_in(make: Make) -> None:
    table = make(500)
    table.pick("g0200")
    table.verticalScrollBar().setValue(190 * table.rowHeight(0) + 7)
    before = table.visualRect(table.currentIndex()).top()
    table.rows.reload([Guest(f"new{n}", f"A{n}") for n in range(40)] + guests(500))
    assert table.current_row().id == "g0200"
    assert table.visualRect(table.currentIndex()).top() == before
    assert [row.id for row in table.selected_rows()] == ["g0200"]


def test_with_the_current_row_out_of_sight_the_top_row_stays(make: Make) -> None:
    table = make(500)
    table.pick("g0000")
    table.verticalScrollBar().setValue(300 * table.rowHeight(0))
    top = table.rows.key_at(table.rowAt(0))
    table.rows.reload(guests(500)[50:])
    assert table.rows.key_at(table.rowAt(0)) == top == "g0300"


def test_a_search_keeps_the_current_row_while_it_is_found(make: Make) -> None:
    table = make(500)
    table.pick("g0123")
    table.rows.look_for("012")
    assert table.current_row().id == "g0123"
    table.rows.look_for("")
    assert table.current_row().id == "g0123"
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()).center())


def test_columns_fit_the_width_and_short_ones_are_never_cut(make: Make) -> None:
    table = make(width=1000)
    shown = table.shown_columns()
    assert sum(table.columnWidth(at) for at in shown) == table.viewport().width()
    ready = table.columnWidth(2)
    holder_of(table).resize(860, 400)
    assert table.columnWidth(2) == ready
    holder_of(table).resize(1400, 400)
    assert table.shown_columns() == shown
    assert sum(table.columnWidth(at) for at in shown) == table.viewport().width()


def test_rather_than_cut_a_name_columns_from_the_right_stand_below(make: Make) -> None:
    table = make(width=1000)
    shown = table.shown_columns()
    kept = table.remember()
    whole = table.sizeHintForIndex(table.rows.index(0, 0)).width()
    holder_of(table).resize(560, 400)
    below = [at for at in shown if at not in table.shown_columns()]
    assert below
    assert 0 not in below, "who it is stays above"
    assert [slot.at for slot in table.slots(0)] == below, "nothing of a row is out of sight"
    assert table.rowHeight(0) > table.own_height()
    assert table.columnWidth(0) >= whole
    assert table.horizontalScrollBar().maximum() == 0
    assert table.remember() == kept, "what there is no room for now isn't forgotten"
    table.pick("g0000")
    table.copy()
    assert "Ward" in QGuiApplication.clipboard().text()
    holder_of(table).resize(1000, 400)
    assert table.shown_columns() == shown
    assert table.rowHeight(0) == table.own_height()


def test_what_the_columns_below_leave_over_goes_to_who_it_is_and_not_to_what_stands_first(make: Make) -> None:
    table = make(width=800)
    table.move_column(0, 1)
    table.rows.reload([replace(each, ward="A ward with a long name " * 4) for each in guests(10)])
    table.measure_again()
    assert table.folded == [3], "the one that stretches"
    first, who, *_ = table.shown_columns()
    assert who == 0
    spoken = str(table.rows.index(0, first).data(Qt.ItemDataRole.AccessibleTextRole))
    assert ". Ward: A ward with a long name" in spoken, "what stands below the others is said with the first"
    assert "Ward:" not in str(table.rows.index(0, who).data(Qt.ItemDataRole.AccessibleTextRole))
    assert table.columnWidth(who) > table.columnWidth(first)
    assert sum(table.columnWidth(at) for at in table.shown_columns()) == table.viewport().width()


def test_the_column_sorted_by_is_the_last_to_go_below(make: Make) -> None:
    table = make(width=1000)
    table.sort_by("ward")
    holder_of(table).resize(560, 400)
    assert 3 in table.shown_columns()


def test_when_the_current_row_goes_the_arrows_go_on_from_its_place(make: Make, qtbot: Any) -> None:
    table = make(count=10)
    table.setFocus()
    table.pick("g0004")
    table.rows.reload([guest for guest in guests(10) if guest.id != "g0004"])
    assert table.current_row() is None, "nobody else is chosen unasked"
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.current_row().id == "g0005"


@pytest.mark.whole
def test_a_width_that_the_user_set_stays_and_is_remembered(make: Make) -> None:
    table = make()
    table.horizontalHeader().resizeSection(0, 277)
    holder_of(table).resize(900, 400)
    assert table.columnWidth(0) == 277
    table.horizontalHeader().moveSection(1, 0)
    table.show_column(3, shown=False)
    table.show_column(4, shown=True)
    table.sort_by("ready", descending=True)
    other = make()
    other.recall(table.remember())
    assert other.columnWidth(0) == 277
    assert other.kept_columns() == table.kept_columns() == [1, 0, 2, 4]
    assert other.rows.sorted_by == ("ready", True)
    assert other.horizontalHeader().sortIndicatorSection() == 2
    other.forget_widths()
    assert other.columnWidth(0) != 277


@pytest.mark.parametrize(
    "kept", ["", "nonsense", "[]", "{}", '{"order":[],"shown":[],"widths":{},"sort":["x",0]}']
)
@pytest.mark.whole
def test_nonsense_remembered_is_passed_over(make: Make, kept: str) -> None:
    table = make()
    before = table.shown_columns()
    table.recall(kept)
    assert table.shown_columns() == before


def test_a_column_that_is_new_since_is_shown_and_one_that_is_gone_is_no_harm(make: Make) -> None:
    table = make()
    table.recall(
        '{"order":["gone","ward","name"],"shown":["gone","name"],"widths":{"gone":9},"sort":["gone",false]}'
    )
    assert [table.rows.columns[at].key for at in table.shown_columns()][:1] == ["name"]
    assert table.isColumnHidden(3)
    assert not table.isColumnHidden(2)


def test_clicking_a_head_sorts_there_and_back_and_then_not_at_all(make: Make, qtbot: Any) -> None:
    table = make(30)
    head = table.horizontalHeader()
    place = QPoint(head.sectionViewportPosition(2) + 10, head.height() // 2)
    seen = []
    for _ in range(3):
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
        seen.append(table.rows.sorted_by)
    assert seen == [("ready", False), ("ready", True), ("", True)] or seen[-1][0] == ""
    assert table.rows.key_at(0) == "g0000"


def test_the_context_menu_is_the_one_it_was_given(make: Make, qtbot: Any) -> None:
    table = make()
    menu = QMenu(table)
    menu.addAction(QAction("Amend", menu))
    table.set_menu(menu)
    table.pick("g0001")
    with qtbot.waitSignal(menu.aboutToShow):
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), table.mapToGlobal(QPoint(1, 1))
        )
        QGuiApplication.sendEvent(table.viewport(), event)
    menu.close()


@pytest.mark.whole
def test_a_table_of_england_paints_only_what_is_seen(make: Make, qtbot: Any) -> None:
    table = make(15_403)
    asked = 0
    plain = table.rows.data

    def counting(index: Any, role: int = 0) -> Any:
        nonlocal asked
        asked += 1
        return plain(index, role)

    table.rows.data = counting  # type: ignore[method-assign]
    table.viewport().repaint()
    assert asked < 15 * len(columns()) * 20


def test_a_column_that_comes_up_is_as_wide_as_what_is_in_it(make: Make) -> None:
    table = make(width=1200)
    table.show_column(4, shown=True)
    assert json.loads(table.remember())["widths"] == {}, "nobody chose a width"
    needed = QFontMetrics(table.font()).horizontalAdvance(guests(1)[0].id)
    assert needed < table.columnWidth(4) < 100


def test_columns_are_moved_and_widened_without_the_mouse(make: Make) -> None:
    table = make()
    menu = column_menu(table, step=24)
    (places,) = [action.menu() for action in menu.actions() if action.text() == "Place and width"]
    assert isinstance(places, QMenu)
    titles = {action.text(): action.menu() for action in places.actions()}
    assert list(titles) == ["Name", "Infection", "Ready", "Ward"]
    ready = titles["Ready"]
    assert isinstance(ready, QMenu)
    steps = {action.text(): action for action in ready.actions()}
    steps["Move left"].trigger()
    assert table.shown_columns() == [0, 2, 1, 3]
    steps["Move right"].trigger()
    assert table.shown_columns() == [0, 1, 2, 3]
    before = table.columnWidth(2)
    steps["Wider"].trigger()
    assert table.columnWidth(2) == before + 24
    steps["Narrower"].trigger()
    assert table.columnWidth(2) == before
    first = titles["Name"]
    assert isinstance(first, QMenu)
    assert not first.actions()[0].isEnabled(), "nothing is left of the first"
    menu.close()
