"""What a screen reader takes a widget for that Qt knows as no more than a window: a picture, a group.

A class says so itself, `spoken_as`; else whatever has a name is a group, or a pane where it scrolls. What
only holds others is nothing to a screen reader, nor is text that another widget's name says (`UNSAID`).
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAccessibleWidget,
    QFrame,
    QGraphicsView,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

Role = QAccessible.Role
UNSAID = "unsaid"
"""The property of a text that another widget says: read by itself, it would be heard twice."""
_BY_BASE: dict[type, Role] = {
    QWidget: Role.Grouping,
    QFrame: Role.Grouping,
    QScrollArea: Role.Pane,
    QGraphicsView: Role.Pane,
}
"""By the class of Qt's that a widget is made from; of any other Qt says what it is."""


@cache
def say_what_they_are() -> None:
    """From now on each widget is to a screen reader what it is."""
    QAccessible.installFactory(_spoken)


def _spoken(_name: str, thing: QObject) -> QAccessibleWidget | None:
    role = spoken_role(thing) if isinstance(thing, QWidget) else None
    return None if role is None or not isinstance(thing, QWidget) else QAccessibleWidget(thing, role)


def spoken_role(widget: QWidget) -> Role | None:
    """What a widget is said to be; None where that is left to Qt."""
    said = getattr(type(widget), "spoken_as", None)
    if isinstance(said, Role):
        return said
    if widget.property(UNSAID) or isinstance(widget, QStackedWidget):
        return Role.Client
    if widget.isWindow() or not widget.accessibleName():
        return None
    return _BY_BASE.get(next(each for each in type(widget).__mro__ if each.__module__.startswith("PySide6")))


__all__ = ["UNSAID", "say_what_they_are", "spoken_role"]
