"""What stands over the plan can be read whole, however narrow its column is."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from ui.match.columns import PlanColumn
from ui.theme.theme import Theme

WORDS = "Plan again: what it rests on has changed. Since the plan before: 9 new, 6 moved."


@pytest.mark.parametrize("wide", [300, 1200])
def test_what_is_to_be_known_of_a_plan_is_never_cut(theme: Theme, look: Theme, qtbot: Any, wide: int) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    column = PlanColumn(theme=theme, parent=holder)
    column.say_note(WORDS)
    column.resize(wide, 400)
    holder.resize(wide, 400)
    holder.show()
    shown = [each for each in (column.note, column._below) if each.isVisible()]
    assert [each.text() for each in shown] == [WORDS]
    words = shown[0]
    room = words.contentsRect()
    needed = words.fontMetrics().boundingRect(room.x(), 0, room.width(), 1 << 16, 1 << 12, WORDS)
    assert needed.height() <= room.height()
    assert needed.width() <= room.width()
