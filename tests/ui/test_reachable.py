"""Every page of the real window, on the demo hub: each control has a name and is reached by Tab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QTableView,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from discharge.actions.demo import make_demo
from tests.ui.fake_desk import RESOURCES
from ui.application import Application
from ui.theme.theme import Theme
from ui.window import PAGES, Window

TARGET = 24
"""WCAG 2.2 (2.5.8): the least height and width of what can be clicked, in pixels."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_demo(tmp_path_factory.mktemp("demo") / "Demo.hub")


@pytest.fixture
def window(qapp: QApplication, demo: Path, settings: QSettings, look: Theme, qtbot: Any) -> Iterator[Window]:
    application = Application(qapp, hub=demo, resources=RESOURCES, settings=settings, user_id="U-0002")
    application.window.resize(1366, 768)
    application.show()
    qtbot.waitUntil(lambda: application.window.page is not None and not application.jobs.busy)
    qtbot.waitUntil(application.window.isActiveWindow)
    yield application.window
    application.window.close()
    application.close()
    application.retire()
    look.apply(qapp)


def show(window: Window, page: str, qtbot: Any) -> None:
    window.go(page)
    jobs = window.workplace.jobs
    qtbot.waitUntil(lambda: not jobs.busy)
    qtbot.wait(60)
    qtbot.waitUntil(lambda: not jobs.busy)


def controls(window: Window) -> list[QWidget]:
    """What takes the focus or can be pressed, and is seen."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and isinstance(widget, (QAbstractButton, QLineEdit, QComboBox, QTableView))
    ]


def name_of(widget: QWidget) -> str:
    interface: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def where(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(widget).__name__} {widget.accessibleName()!r} in {type(parent).__name__}"


def test_a_nameless_control_is_found(window: Window) -> None:
    forgotten = QToolButton(window)
    forgotten.setFixedSize(10, 10)
    forgotten.show()
    assert [widget for widget in controls(window) if not name_of(widget)] == [forgotten]


@pytest.mark.parametrize("page", [spec.name for spec in PAGES])
def test_each_control_of_a_page_has_a_name_and_is_large_enough(window: Window, page: str, qtbot: Any) -> None:
    show(window, page, qtbot)
    found = controls(window)
    assert len(found) > 8
    nameless = [where(widget) for widget in found if not name_of(widget)]
    small = [
        f"{where(widget)}: {widget.width()} x {widget.height()}"
        for widget in found
        if isinstance(widget, QAbstractButton) and min(widget.width(), widget.height()) < TARGET
    ]
    assert not nameless
    assert not small


@pytest.mark.parametrize("page", [spec.name for spec in PAGES])
def test_tab_goes_round_a_page_and_is_caught_nowhere(window: Window, page: str, qtbot: Any) -> None:
    show(window, page, qtbot)
    first = QApplication.focusWidget()
    assert first is not None, "a page that comes to the front takes the focus"
    seen = [first]
    for _ in range(150):
        widget = QApplication.focusWidget()
        assert widget is not None
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
        following = QApplication.focusWidget()
        # in a text it goes from link to link, and out after the last
        goes_on = following is not widget or isinstance(widget, QTextBrowser)
        assert goes_on, f"Tab is caught in {where(widget)}"
        if following is first:
            break
        assert following is not None
        seen.append(following)
    else:
        pytest.fail("Tab never comes round")
    missed = [
        where(widget)
        for widget in controls(window)
        if widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not any(widget is each or each.isAncestorOf(widget) for each in seen)
    ]
    assert not missed
