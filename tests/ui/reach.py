"""What somebody at the keyboard or with a screen reader meets: controls, their names, the way of Tab."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextBrowser,
    QWidget,
)

from ui.widgets.table import TableView
from ui.widgets.tall_table import TallTable

TARGET = 24
"""WCAG 2.2 (2.5.8): the least height and width of what can be clicked, in pixels."""
MOST_TABS = 200
ALLOWED = 3
"""Pixels by which one may lie over another: round corners and hairlines."""
SEEN_ROWS = 12
A_NAME = 40
"""Characters of a name; what is longer is a sentence, and is whole in its tooltip."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignHCenter
_CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)


def controls(window: QWidget) -> list[QWidget]:
    """What takes the focus or can be pressed, and is seen; a part of another control isn't one."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and isinstance(widget, _CONTROLS)
        and not isinstance(widget, QHeaderView)
        and not isinstance(widget.parentWidget(), (QComboBox, QAbstractSpinBox))
    ]


def name_of(widget: QWidget) -> str:
    """What a screen reader calls it."""
    interface: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def where(widget: QWidget) -> str:
    """A widget as a failure names it."""
    parent = widget.parentWidget()
    return f"{type(widget).__name__} {name_of(widget)!r} in {type(parent).__name__}"


def nameless(window: QWidget) -> list[str]:
    """The controls that a screen reader has no name for."""
    return [where(widget) for widget in controls(window) if not name_of(widget).strip()]


def too_small(window: QWidget) -> list[str]:
    """The buttons that a shaking hand misses."""
    return [
        f"{where(widget)}: {widget.width()} x {widget.height()}"
        for widget in controls(window)
        if isinstance(widget, QAbstractButton) and min(widget.width(), widget.height()) < TARGET
    ]


def cut_off(window: QWidget) -> list[str]:
    """The labels and buttons whose words don't fit, and that don't say so in a tooltip."""
    return [
        f"{where(widget)}: {widget.width()} x {widget.height()} for {widget.text()[:50]!r}"
        for widget in window.findChildren(QWidget)
        if isinstance(widget, (QLabel, QAbstractButton))
        and widget.isVisible()
        and widget.text()
        and not widget.toolTip()
        and not _fits(widget)
    ]


def _fits(widget: QLabel | QAbstractButton) -> bool:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.height() + 1 >= widget.heightForWidth(widget.width())
    wanted = widget.minimumSizeHint()
    words = (
        wanted if isinstance(widget, QLabel) else widget.fontMetrics().size(0, widget.text().replace("&", ""))
    )
    return widget.width() + 1 >= words.width() and widget.height() + 1 >= words.height()


def out_at_the_side(window: QWidget) -> list[str]:
    """The areas that hold more across than they show, and have no bar that scrolls to it; and the tables
    whose rows are read by scrolling across."""
    areas: list[QScrollArea | TableView] = [
        area
        for area in window.findChildren(QScrollArea)
        if area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    ]
    areas += window.findChildren(TableView)
    return [
        f"{where(area)}: {more} pixels out of sight at its side"
        for area in areas
        if area.isVisible() and (more := area.horizontalScrollBar().maximum()) > 0
    ]


def not_reached_by_tab(window: QWidget, qtbot: Any) -> list[str]:
    """The controls that Tab passes by, on its way round from where the focus is; or where it is caught."""
    first = QApplication.focusWidget()
    assert first is not None, "what comes to the front takes the focus"
    seen = [first]
    for _ in range(MOST_TABS):
        widget = seen[-1]
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
        following = QApplication.focusWidget()
        # in a text it goes from link to link, and out after the last
        if following is None or (following is widget and not isinstance(widget, QTextBrowser)):
            alone = following is not None and _stops(window) == [widget]
            return [] if alone else [f"Tab is caught in {where(widget)}"]
        if following is not widget and any(following is each for each in seen):
            break  # it came round; what a smaller round leaves out is told below
        seen.append(following)
    else:
        return ["Tab never comes round"]
    return [
        where(widget)
        for widget in _stops(window)
        if not any(widget is each or each.isAncestorOf(widget) for each in seen)
    ]


def _stops(window: QWidget) -> list[QWidget]:
    """Where Tab should stop."""
    return [
        widget
        for widget in controls(window)
        if widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not _is_one_of_several(widget)
    ]


def _is_one_of_several(widget: QWidget) -> bool:
    """Whether arrows go to it from another button of its group, as Tab does to the chosen one."""
    return isinstance(widget, QAbstractButton) and widget.autoExclusive() and not widget.isChecked()


def overlapping(window: QWidget) -> list[str]:
    """The words and controls that lie over others."""
    leaves = [
        (widget, area)
        for widget in window.findChildren(QWidget)
        if isinstance(widget, (QLabel, QAbstractButton, QLineEdit, QComboBox))
        and widget.isVisible()
        and (area := _seen_of(widget)).isValid()
    ]
    return [
        f"{where(one)} over {where(other)}"
        for at, (one, area) in enumerate(leaves)
        for other, there in leaves[at + 1 :]
        if not (one.isAncestorOf(other) or other.isAncestorOf(one) or _are_parts(one, other))
        and min((both := area.intersected(there)).width(), both.height()) > ALLOWED
    ]


def _are_parts(one: QWidget, other: QWidget) -> bool:
    """Whether both are parts of one control."""
    holder = one.parentWidget()
    return holder is other.parentWidget() and isinstance(holder, _CONTROLS)


def _seen_of(widget: QWidget) -> QRect:
    """Where the words of a label stand, or a control, as far as it is seen; in the window."""
    area = widget.rect()
    if isinstance(widget, QLabel) and not widget.wordWrap() and not widget.alignment() & _RIGHT:
        area.setWidth(min(area.width(), widget.sizeHint().width()))
    if isinstance(widget, QLabel) and not widget.text():
        return QRect()
    seen = widget.visibleRegion().boundingRect().intersected(area)
    return QRect(widget.mapTo(widget.window(), seen.topLeft()), seen.size()) if seen.isValid() else QRect()


def left_out(window: QWidget) -> list[str]:
    """Of tables that are seen, the columns that aren't, and cells of who or how it is that are cut."""
    found = []
    for table in window.findChildren(TableView):
        if not table.isVisible() or table.width() < TARGET:
            continue
        shown, columns = table.shown_columns(), table.rows.columns
        below = {slot.at for row in range(min(SEEN_ROWS, table.rows.rowCount())) for slot in table.slots(row)}
        for at in table.kept_columns():
            says = any(
                columns[at].words(table.rows.row_at(row))
                for row in range(min(SEEN_ROWS, table.rows.rowCount()))
            )
            if at not in shown and at not in below and says:
                found.append(f"{name_of(table)}: {columns[at].title} is out of sight")
        for at in shown:
            if not columns[at].strong:
                continue
            for row in range(min(SEEN_ROWS, table.rows.rowCount())):
                wanted = table.sizeHintForIndex(table.rows.index(row, at)).width()
                words = columns[at].words(table.rows.row_at(row))
                if len(words) > A_NAME or isinstance(table, TallTable):
                    continue
                if wanted > table.columnWidth(at) + 2:
                    found.append(f"{name_of(table)}: {words} is cut")
    return found
