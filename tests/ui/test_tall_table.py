"""A table with rows of two lines: how wide its columns are."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication

from tests.ui.fake_desk import RESOURCES
from ui.models.table import Column, RowsModel
from ui.theme.theme import Theme
from ui.widgets.table import CellDelegate
from ui.widgets.tall_table import Span, TallTable, TwoLines

LONG = "Journeys of whoever needs an own room"


def made(columns: list[Column[str]], qtbot: Any, theme: Theme, *, width: int = 900) -> TallTable:
    model = RowsModel(columns, key=lambda row: row)
    table = TallTable(model, theme=theme, name="Rules")
    model.setParent(table)
    qtbot.addWidget(table)
    model.reload(["short", LONG])
    table.resize(width, 300)
    table.show()
    return table


def needed(table: TallTable, words: str) -> int:
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    return delegate.width_of(words)


def test_a_column_has_the_room_that_its_longest_words_need_where_others_need_less(
    qtbot: Any, theme: Theme, look: Theme
) -> None:
    about: Column[str] = Column(key="about", title="About", text=lambda row: row, width=38)
    value: TwoLines[str] = TwoLines(
        key="value", title="Value", text=lambda _row: "2 days", below=lambda row: row * 5,
        strong=True, stretch=True, width=20,
    )  # fmt: skip
    table = made([about, value], qtbot, theme, width=640)
    assert not table.folded
    assert table.columnWidth(0) >= needed(table, LONG), "what is long in the second line takes it"


def test_a_first_line_isn_t_cut_where_the_others_have_room_to_give(
    qtbot: Any, theme: Theme, look: Theme
) -> None:
    name: TwoLines[str] = TwoLines(
        key="name", title="Name", text=lambda row: row, below=lambda _row: "", strong=True, width=10
    )
    rest: Column[str] = Column(key="rest", title="Rest", text=lambda _row: "x", stretch=True, width=60)
    table = made([name, rest], qtbot, theme)
    assert table.columnWidth(0) >= needed(table, LONG)


def test_after_another_size_of_text_columns_are_as_wide_as_their_words_are_then(
    qtbot: Any, qapp: QApplication, look: Theme
) -> None:
    theme = Theme(resources=RESOURCES)
    state: TwoLines[str] = TwoLines(
        key="state", title="State", text=lambda _row: "Proposed by nobody", width=8
    )
    rest: Column[str] = Column(
        key="rest", title="Rest", text=lambda _row: "x", strong=True, stretch=True, width=9
    )
    table = made([rest, state], qtbot, theme)
    before = needed(table, "Proposed by nobody")
    try:
        theme.use(qapp, scale=2.0)
        assert table.columnWidth(1) >= needed(table, "Proposed by nobody") > before * 3 // 2
    finally:
        look.apply(qapp)


def test_bars_say_nothing_of_how_wide_they_want_to_be(qtbot: Any, theme: Theme, look: Theme) -> None:
    nights: TwoLines[str] = TwoLines(
        key="nights", title="Nights", text=lambda row: row * 9,
        spans=lambda _row: [Span(0, None, isolates=True, is_move=False)], width=20,
    )  # fmt: skip
    name: Column[str] = Column(key="name", title="Name", text=lambda _row: "x", stretch=True)
    table = made([nights, name], qtbot, theme)
    assert table.columnWidth(0) < needed(table, LONG)
