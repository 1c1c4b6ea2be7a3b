"""What goes wrong in an override of Qt is told, and the program goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

GONE_WRONG: dict[type[Exception], Callable[[], Any]] = {
    TypeError: lambda: len(3),  # type: ignore[arg-type]
    ZeroDivisionError: lambda: 1 // 0,
    IndexError: lambda: list[int]()[0],
    KeyError: lambda: dict[str, int]()["no such"],
    AttributeError: lambda: object().no_such,  # type: ignore[attr-defined]
    ValueError: lambda: int("x"),
}


class GoesWrong(QFrame):
    """Goes wrong when it is resized, and when it is asked how large it would be."""

    does: Callable[[], Any] = staticmethod(lambda: None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.does()

    def sizeHint(self) -> QSize:
        self.does()
        return QSize(300, 200)


class GoesWell(QLabel):
    """Counts how often it is resized."""

    times = 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.times += 1


class NoRows(QAbstractTableModel):
    """Can't say how many rows it has."""

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        raise LookupError("how many rows")

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 1


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[type[BaseException]]:
    """The kinds of error that nobody caught."""
    kinds: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: kinds.append(kind))
    return kinds


@pytest.mark.parametrize("kind", GONE_WRONG, ids=lambda kind: kind.__name__)
def test_an_error_in_an_override_is_told_and_qt_goes_on(
    kind: type[Exception], told: list[type[BaseException]], qtbot: QtBot
) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    wrong = GoesWrong()
    wrong.does = GONE_WRONG[kind]
    QVBoxLayout(holder).addWidget(wrong)
    holder.show()
    assert wrong.isVisible()
    assert set(told) == {kind}
    told.clear()
    assert wrong.sizeHint() == QFrame().sizeHint()
    assert told == [kind]


def test_what_stands_beside_it_is_told_of_the_same_event_and_keeps_its_function(
    told: list[type[BaseException]], qtbot: QtBot
) -> None:
    before = sys.getrefcount(vars(GoesWell)["resizeEvent"])
    for _ in range(20):
        holder = QWidget()
        qtbot.addWidget(holder)
        wrong, well = GoesWrong(holder), GoesWell("beside it", holder)
        wrong.does = GONE_WRONG[AttributeError]
        holder.grab()
        assert well.times
    assert set(told) == {AttributeError}
    after = sys.getrefcount(vars(GoesWell)["resizeEvent"])
    assert after == before


def test_what_only_the_override_could_say_counts_as_nothing(
    told: list[type[BaseException]], qtbot: QtBot
) -> None:
    model = NoRows()
    assert NoRows.rowCount(model) is None
    assert told == [LookupError]


def test_what_is_no_override_stays_as_it_is() -> None:
    class Named(QFrame):
        def words(self) -> str:
            return "as written"

    assert not hasattr(Named.words, "__wrapped__")
