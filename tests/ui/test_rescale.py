"""Another size of text while a page is open: everything stands as if it had been laid out at that size."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui.theme.rescale import UNBOUNDED, rescale
from ui.theme.scale import SCALES
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column, in_grid, in_row

Measures = tuple[tuple[int, ...], ...]


class Sheet(QWidget):
    """A part of a page as it is laid out at a size of text."""

    def __init__(self, scale: float) -> None:
        super().__init__()

        def px(pixels: int) -> int:
            return round(pixels * scale)

        self.outer = in_column(self, around=(px(16), px(8), px(16), 0), gap=px(6))
        self.name = QLabel("Ward")
        self.name.setFixedWidth(px(112))
        self.rule = QFrame()
        self.rule.setFixedHeight(1)
        self.row = in_row(gap=px(8))
        self.row.addWidget(self.name)
        self.row.addSpacing(px(24))
        self.row.addStretch(1)
        self.grid = in_grid(across=px(16), down=px(6))
        self.flow = FlowLayout(gap=px(8), line_gap=px(4))
        for side in range(2):
            box = QWidget()
            box.setFixedSize(100, 30)
            self.flow.addWidget(box)
            self.grid.addWidget(QLabel("x"), 0, side)
        self.outer.addLayout(self.row)
        self.outer.addLayout(self.grid)
        self.outer.addWidget(self.rule)
        self.outer.addLayout(self.flow)

    def measures(self) -> Measures:
        around = self.outer.contentsMargins()
        spacer = self.row.itemAt(1)
        assert spacer is not None
        return (
            (around.left(), around.top(), around.right(), around.bottom()),
            (self.outer.spacing(), self.row.spacing(), spacer.sizeHint().width()),
            (self.grid.horizontalSpacing(), self.grid.verticalSpacing()),
            (self.name.minimumWidth(), self.name.maximumWidth(), self.name.maximumHeight()),
            (self.rule.maximumHeight(), self.rule.maximumWidth()),
            (self.flow.sizeHint().width(), self.flow.heightForWidth(120)),
        )


def change(sheet: Sheet, *scales: float) -> None:
    for before, now in pairwise(scales):
        rescale([sheet, *sheet.findChildren(QWidget)], before=before, now=now)
        # what is drawn in pixels of its own isn't what this is about
        for box in (each.widget() for at in range(2) if (each := sheet.flow.itemAt(at)) is not None):
            assert box is not None
            box.setFixedSize(100, 30)


@pytest.mark.parametrize("scale", [0.9, 1.5, 2.0])
def test_a_page_that_is_open_stands_as_one_that_is_opened_at_the_new_size(scale: float, qtbot: Any) -> None:
    sheet, anew = Sheet(1.0), Sheet(scale)
    for each in (sheet, anew):
        qtbot.addWidget(each)
    change(sheet, 1.0, scale)
    assert sheet.measures() == anew.measures()


def test_going_through_all_sizes_and_back_leaves_everything_where_it_was(qtbot: Any) -> None:
    sheet = Sheet(1.0)
    qtbot.addWidget(sheet)
    before = sheet.measures()
    change(sheet, 1.0, *SCALES, *reversed(SCALES), 1.0)
    assert sheet.measures() == before


def test_what_nobody_bounded_stays_unbounded_and_qts_own_gaps_stay_as_they_are(qtbot: Any) -> None:
    sheet = QWidget()
    qtbot.addWidget(sheet)
    inner = QWidget(sheet)
    column = QVBoxLayout(sheet)
    column.addWidget(inner)
    gap = column.spacing()
    rescale([sheet, inner], before=1.0, now=2.0)
    assert column.spacing() == gap
    assert (inner.minimumWidth(), inner.maximumWidth(), inner.maximumHeight()) == (0, UNBOUNDED, UNBOUNDED)


def test_what_was_given_another_size_meanwhile_goes_on_from_that(qtbot: Any) -> None:
    sheet = Sheet(1.0)
    qtbot.addWidget(sheet)
    change(sheet, 1.0, 1.5)
    sheet.name.setFixedWidth(150)
    change(sheet, 1.5, 2.0)
    assert sheet.name.minimumWidth() == 200
