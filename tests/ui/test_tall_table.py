"""A table with rows of two lines: how wide its columns are."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from tests.ui.fake_desk import RESOURCES
from ui.models.table import Column, RowsModel
from ui.theme.scale import Size
from ui.theme.theme import Theme
from ui.widgets.table import CellDelegate
from ui.widgets.tall_table import MOST_LINES, Span, TallTable, TwoLineDelegate, TwoLines

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


def place_and_reason(first: str, second: str, *, bars: bool = False) -> list[Column[str]]:
    """A column that stretches, with these words where a row is long."""

    def of_long(words: str) -> Any:
        return lambda row: words if row == LONG else "Elm"

    spans = [Span(0, None, isolates=True, is_move=False)]
    where: TwoLines[str] = TwoLines(
        key="where", title="Where", text=of_long(first), below=of_long(second),
        spans=(lambda _row: spans) if bars else None, stretch=True, width=10,
    )  # fmt: skip
    return [where]


def lines_of(table: TallTable, row: str) -> tuple[list[str], list[str]]:
    """What is painted in the first column of a row, line by line."""
    delegate, column = table.itemDelegate(), table.rows.columns[0]
    assert isinstance(delegate, TwoLineDelegate)
    assert isinstance(column, TwoLines)
    first, second = delegate.lines_in(column, row, table.columnWidth(0))
    return list(first), list(second)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("bars", [False, True], ids=["words below", "bars below"])
def test_words_that_there_is_no_room_for_go_on_in_another_line_and_their_row_is_as_high(
    qtbot: Any, qapp: QApplication, look: Theme, scale: float, bars: bool
) -> None:
    theme = Theme(resources=RESOURCES)
    theme.use(qapp, scale=scale)
    try:
        first, second = f"{LONG} and then Elm", f"{LONG}, or so it is said"
        table = made(
            place_and_reason(first, second, bars=bars), qtbot, theme, width=round(needed_for(theme) * 0.8)
        )
        above, below = lines_of(table, LONG)
        assert (" ".join(above), " ".join(below)) == (first, "" if bars else second)
        assert len(above) > 1
        lines = QFontMetrics(theme.font()).height() * (len(above) - 1)
        if not bars:
            assert len(below) > 1
            lines += QFontMetrics(theme.font(Size.SMALL)).height() * (len(below) - 1)
        place = table.rows.place_of(LONG)
        assert table.rowHeight(place) == table.own_height() + lines
        assert table.rowHeight(1 - place) == table.own_height()
    finally:
        look.apply(qapp)


def needed_for(theme: Theme) -> int:
    """How wide the long words are."""
    return QFontMetrics(theme.font()).horizontalAdvance(LONG)


def test_what_is_longer_than_so_many_lines_is_cut_in_the_last_of_them(
    qtbot: Any, theme: Theme, look: Theme
) -> None:
    table = made(place_and_reason(" ".join([LONG] * 9), ""), qtbot, theme, width=needed_for(theme))
    above, below = lines_of(table, LONG)
    assert len(above) == MOST_LINES
    assert above[-1].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert not below


def test_a_wider_table_takes_its_rows_back_to_two_lines(qtbot: Any, theme: Theme, look: Theme) -> None:
    wide = needed_for(theme)
    table = made(place_and_reason(LONG, "yes"), qtbot, theme, width=wide * 3 // 4)
    place = table.rows.place_of(LONG)
    assert table.rowHeight(place) > table.own_height()
    table.resize(wide * 2, 300)
    assert table.rowHeight(place) == table.own_height()


def test_after_smaller_text_the_columns_end_where_the_table_does(
    qtbot: Any, qapp: QApplication, look: Theme
) -> None:
    theme = Theme(resources=RESOURCES)
    theme.use(qapp, scale=2.0)
    try:
        points: Column[str] = Column(key="points", title="km", text=lambda _row: "9", width=3)
        table = made([*place_and_reason("Elm", "yes"), points], qtbot, theme)
        theme.use(qapp, scale=1.0)
        assert sum(table.columnWidth(at) for at in table.shown_columns()) == table.viewport().width()
    finally:
        look.apply(qapp)
