"""Columns, rows and grids, with the room around and between what stands in them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from ui.theme.rescale import GIVEN

Around = tuple[int, int, int, int]
"""Pixels at the left, at the top, at the right and below."""
_NONE: Around = (0, 0, 0, 0)


def in_column(
    holder: QWidget | None = None, *, around: Around = _NONE, gap: int | None = None
) -> QVBoxLayout:
    """One under the other, in the holder or in another layout; `gap` pixels apart, by default Qt's own."""
    made = QVBoxLayout() if holder is None else QVBoxLayout(holder)
    spaced(made, around, gap)
    return made


def in_row(holder: QWidget | None = None, *, around: Around = _NONE, gap: int | None = None) -> QHBoxLayout:
    """One beside the other, as `in_column`."""
    made = QHBoxLayout() if holder is None else QHBoxLayout(holder)
    spaced(made, around, gap)
    return made


def spaced(made: QBoxLayout, around: Around = _NONE, gap: int | None = None) -> None:
    """Gives a layout the room around what stands in it and between."""
    made.setContentsMargins(*around)
    if gap is not None:
        made.setSpacing(gap)
        made.setProperty(GIVEN, True)


def in_grid(
    holder: QWidget | None = None, *, across: int | None = None, down: int | None = None
) -> QGridLayout:
    """In rows and columns, without room around; `across` and `down` pixels apart."""
    made = QGridLayout() if holder is None else QGridLayout(holder)
    made.setContentsMargins(0, 0, 0, 0)
    if across is not None:
        made.setHorizontalSpacing(across)
    if down is not None:
        made.setVerticalSpacing(down)
    made.setProperty(GIVEN, across is not None and down is not None)
    return made


def alone_in_row(widget: QWidget, *, around: Around = (0, 0, 0, 0)) -> QHBoxLayout:
    """A widget at the left of a row of its own, which takes no room while it isn't shown."""
    row = in_row(around=(around[0], 0, around[2], 0))
    row.addWidget(widget)
    row.addStretch(1)
    widget.setContentsMargins(0, around[1], 0, around[3])
    return row


def in_two(splitter: QSplitter, first: QWidget, second: QWidget, *, sizes: tuple[int, int]) -> None:
    """Two parts of a splitter, of which only the second can be folded away; more room goes 3 to 2."""
    splitter.addWidget(first)
    splitter.addWidget(second)
    splitter.setStretchFactor(0, 3)
    splitter.setStretchFactor(1, 2)
    splitter.setCollapsible(0, False)
    splitter.setSizes(sizes)


__all__ = ["Around", "alone_in_row", "in_column", "in_grid", "in_row", "in_two", "spaced"]


def show_new_ones(body: QWidget) -> None:
    """Shows at once what would be shown by and by: until it is, Qt counts it among what is hidden."""
    for each in body.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if each.isHidden() and not each.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            each.show()
