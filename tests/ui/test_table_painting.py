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
