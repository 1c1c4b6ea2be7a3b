"""A layout that wraps: what stands in a line, and how."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.flow import in_lines


@pytest.fixture
def holder(qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def stood(holder: QWidget, sizes: list[tuple[int, int]], *, width: int) -> list[QWidget]:
    """Things of these sizes, which no style sheet makes others of, in a holder that is so wide."""
    found: list[QWidget] = []
    for wide, high in sizes:
        thing = QWidget(holder)
        thing.setFixedSize(wide, high)
        found.append(thing)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addLayout(in_lines(found, gap=8))
    column.addStretch(1)
    holder.resize(width, 300)
    holder.show()
    return found


def test_what_has_no_room_stands_in_the_next_line_as_wide_as_it_is(holder: QWidget) -> None:
    buttons = stood(holder, [(100, 30), (100, 30), (100, 30)], width=250)
    assert [(each.x(), each.y(), each.width()) for each in buttons] == [
        (0, 0, 100),
        (108, 0, 100),
        (0, 38, 100),
    ]


def test_things_of_a_line_stand_side_by_side_by_their_middle(holder: QWidget) -> None:
    low, high, below = stood(holder, [(100, 20), (100, 40), (100, 20)], width=250)
    assert low.geometry().center().y() == high.geometry().center().y()
    assert below.y() == 48
