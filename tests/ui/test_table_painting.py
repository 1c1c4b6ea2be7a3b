"""What a table does anew, and what it leaves as it is, while somebody goes through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QGuiApplication, QHoverEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from ui.models.table import AnyIndex, Column, RowsModel
from ui.theme.theme import Theme
from ui.widgets.columns import Want, share
from ui.widgets.table import CellDelegate, TableView

Make = Callable[[int], TableView]


def rows(count: int) -> list[str]:
    return [f"Guest {n:03} of the house" for n in range(count)]


def columns() -> Sequence[Column[str]]:
    def column(at: int) -> Column[str]:
        return Column(key=f"c{at}", title=f"Column {at}", text=lambda row: row, strong=at == 0, width=20)

    return [column(at) for at in range(5)]


@pytest.fixture
def make(qtbot: Any, theme: Theme, look: Theme) -> Make:
    def made(width: int) -> TableView:
        model = RowsModel(columns(), key=lambda row: row)
        table = TableView(model, theme=theme, name="Guests")
        model.setParent(table)
        qtbot.addWidget(table)
        model.reload(rows(60))
        table.resize(width, 400)
        table.show()
        table.activateWindow()
        qtbot.waitUntil(table.isActiveWindow)
        return table

    return made


def rows_painted(table: TableView, theme: Theme) -> set[int]:
    """The rows that are painted from now on."""
    painted: set[int] = set()

    class Watched(CellDelegate):
        def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
            painted.add(index.row())
            super().paint(painter, option, index)

    table.setItemDelegate(Watched(theme=theme, parent=table))
    settled(painted)
    return painted


def settled(painted: set[int]) -> set[int]:
    """What was painted until all is shown; forgotten after."""
    for _ in range(3):
        QGuiApplication.processEvents()
    found = set(painted)
    painted.clear()
    return found


def hover(table: TableView, row: int) -> None:
    """Moves the mouse over a row."""
    at = QPointF(table.visualRect(table.rows.index(row, 0)).center())
    moved = QHoverEvent(QEvent.Type.HoverMove, at, table.mapToGlobal(at), QPointF())
    QGuiApplication.sendEvent(table.viewport(), moved)


def test_another_current_row_or_one_under_the_mouse_has_no_row_painted_besides(
    make: Make, theme: Theme, qtbot: Any
) -> None:
    table = make(1200)
    table.setFocus(Qt.FocusReason.ShortcutFocusReason)
    painted = rows_painted(table, theme)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert settled(painted) == {0, 1}
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert settled(painted) == {1, 2}, "it is current without being chosen"
    for row in (4, 5):
        hover(table, row)
    assert settled(painted) == {4, 5}


def test_what_goes_on_from_cell_to_cell_is_painted_once_for_each_row(
    make: Make, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make(560)
    assert len(table.shown_columns()) > 1
    painted: list[int] = []
    plain = CellDelegate.paint_row

    def watched(self: CellDelegate, painter: QPainter, rect: QRect, place: int) -> None:
        painted.append(place)
        assert rect.width() == sum(table.columnWidth(at) for at in table.shown_columns())
        plain(self, painter, rect, place)

    monkeypatch.setattr(CellDelegate, "paint_row", watched)
    table.viewport().repaint()
    assert painted == list(range(len(painted)))
    assert len(painted) > 3


def test_words_are_cut_to_their_column_once_and_anew_in_another_size(make: Make, theme: Theme) -> None:
    table = make(1200)
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    cut = delegate.fitted("Somebody of the house", 60)
    assert cut.endswith("…")
    assert delegate.fitted("Somebody of the house", 60) is cut
    assert len(delegate.fitted("Somebody of the house", 60, small=True)) > len(cut)
    wide = delegate.advance("Somebody of the house")
    theme.scale = 1.5
    theme.changed.emit()
    assert delegate.advance("Somebody of the house") > wide
    assert len(delegate.fitted("Somebody of the house", 60)) < len(cut)


def test_a_table_that_is_not_seen_shares_its_width_out_when_it_is_shown(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make(700)
    shared: list[int] = []

    def counted(wants: Mapping[int, Want], width: int) -> dict[int, int]:
        shared.append(width)
        return share(wants, width)

    monkeypatch.setattr("ui.widgets.table.share", counted)
    table.hide()
    table.rows.reload(rows(50))
    table.measure_again()
    table.forget_widths()
    assert not shared
    table.show()
    assert shared == [table.viewport().width()]
    assert sum(table.columnWidth(at) for at in table.shown_columns()) == table.viewport().width()


def test_what_stands_below_is_measured_once_for_each_row_however_wide_the_table_becomes(make: Make) -> None:
    table = make(560)
    folded = table.folded
    assert folded
    asked: list[str] = []

    def words(row: str) -> str:
        asked.append(row)
        return row

    table.rows.columns = tuple(
        replace(column, text=words) if at in folded else column
        for at, column in enumerate(table.rows.columns)
    )
    for width in (558, 556, 554):
        table.resize(width, 400)
    assert table.folded == folded
    assert not asked
    table.rows.reload(rows(60)[::-1])
    assert table.slots(0)
    assert asked, "other rows are measured"


def test_words_below_have_the_room_that_they_need_in_another_size(make: Make, theme: Theme) -> None:
    table = make(560)
    before = [slot.width for slot in table.slots(0)]
    theme.scale = 1.5
    theme.changed.emit()
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    needed = [
        delegate.folded_width(f"Column {slot.at}", rows(1)[0], is_status=False) for slot in table.slots(0)
    ]
    assert before
    assert all(slot.width >= width for slot, width in zip(table.slots(0), needed, strict=True))


# --- rows as high as their words --------------------------------------------------------------------


def uneven() -> Sequence[Column[str]]:
    """Every third row says more below than there is room for in one line."""

    def words(row: str) -> str:
        return row * 3 if int(row[6:9]) % 3 == 0 else ""

    return [
        Column(key="name", title="Name", text=lambda row: row, strong=True, width=20),
        Column(key="more", title="More", text=words, width=40),
        Column(key="and", title="And", text=lambda row: row, width=20),
    ]


@pytest.fixture
def make_uneven(qtbot: Any, theme: Theme, look: Theme) -> Callable[[int], TableView]:
    def made(count: int) -> TableView:
        model = RowsModel(uneven(), key=lambda row: row)
        table = TableView(model, theme=theme, name="Guests")
        model.setParent(table)
        qtbot.addWidget(table)
        model.reload(rows(count))
        table.resize(420, 400)
        table.show()
        assert table.folded
        return table

    return made


def as_high_as_needed(table: TableView, place: int) -> bool:
    bottoms = [table.slot_rect(slot, 0).bottom() + 1 for slot in table.slots(place)]
    needed = max(bottoms, default=table.own_height())
    return needed <= table.rowHeight(place) <= needed + table._line() // 2


def seen(table: TableView) -> range:
    return range(table.rowAt(0), table.rowAt(table.viewport().height() - 1) + 1)


def test_a_row_is_as_high_as_its_words_below_take_and_has_no_empty_line(make_uneven: Make) -> None:
    table = make_uneven(60)
    assert {table.rowHeight(place) for place in seen(table)} == {table.rowHeight(0), table.rowHeight(1)}
    assert table.rowHeight(0) > table.rowHeight(1)
    assert all(as_high_as_needed(table, place) for place in seen(table))


def test_rows_that_come_into_view_are_fitted_and_what_was_in_view_stays_where_it_was(
    make_uneven: Make,
) -> None:
    table = make_uneven(300)
    bar = table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    for _ in range(40):
        stays = seen(table)[1]
        before = table.rowViewportPosition(stays)
        value = bar.value()
        bar.setValue(value - 40)
        assert table.rowViewportPosition(stays) == before + 40
        assert all(as_high_as_needed(table, place) for place in seen(table))


def test_of_a_long_list_no_rows_are_measured_but_those_in_view_and_a_sample(
    make_uneven: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make_uneven(900)
    measured: list[int] = []
    before = TableView._wide_of

    def counted(self: TableView, place: int) -> dict[int, int]:
        measured.append(place)
        return before(self, place)

    monkeypatch.setattr(TableView, "_wide_of", counted)
    table.rows.reload(rows(901))
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    assert len(set(measured)) < 120


def test_the_last_row_is_whole_in_view_when_it_is_chosen(make_uneven: Make) -> None:
    table = make_uneven(301)
    assert table.pick("Guest 300 of the house")
    rect = table.visualRect(table.rows.index(300, 0))
    assert rect.top() >= 0
    assert rect.bottom() < table.viewport().height()
    assert as_high_as_needed(table, 300)
    assert table.pick("Guest 000 of the house")
    assert table.rowViewportPosition(0) == 0


def test_other_words_in_a_row_in_view_give_it_another_height(make_uneven: Make) -> None:
    table = make_uneven(60)
    high, low = table.rowHeight(0), table.rowHeight(1)
    table.rows.reload(rows(60)[1:])
    assert [table.rowHeight(place) for place in (0, 1, 2)] == [low, low, high]
