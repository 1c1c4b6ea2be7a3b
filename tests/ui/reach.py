"""What somebody at the keyboard or with a screen reader meets: controls, their names, the way of Tab."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
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
    QTextBrowser,
    QWidget,
)

TARGET = 24
"""WCAG 2.2 (2.5.8): the least height and width of what can be clicked, in pixels."""
MOST_TABS = 200
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
