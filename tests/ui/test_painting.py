"""What takes long to fill is painted in a turn of its own, once all of it is there."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.rest import until
from ui.widgets.painting import Filling


class Counted(QWidget):
    """Counts how often it is painted."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1


@pytest.fixture
def widget(qtbot: Any) -> Counted:
    made = Counted()
    qtbot.addWidget(made)
    made.show()
    until(lambda: made.painted > 0)
    made.painted = 0
    return made


def test_what_is_filled_is_painted_in_the_turn_after(widget: Counted) -> None:
    filling = Filling(widget)
    filling.begin()
    widget.update()
    QApplication.sendPostedEvents()
    assert not widget.painted
    until(lambda: widget.painted > 0)
    assert widget.updatesEnabled()


def test_parts_are_done_one_a_turn_in_their_order_and_all_before_it_is_painted(widget: Counted) -> None:
    filling = Filling(widget)
    done: list[tuple[str, int]] = []

    def do(name: str) -> None:
        done.append((name, widget.painted))

    filling.begin()
    for name in ("first", "second"):
        filling.then(partial(do, name))
    assert done == []
    filling._go_on()
    assert done == [("first", 0)]
    until(lambda: widget.painted > 0)
    assert done == [("first", 0), ("second", 0)]


def test_a_part_that_goes_wrong_leaves_nothing_unpainted(widget: Counted) -> None:
    filling = Filling(widget)
    filling.then(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        filling._go_on()
    until(lambda: widget.painted > 0)
