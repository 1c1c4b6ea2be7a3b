"""Every page of the real window, on the demo hub: each control has a name and is reached by Tab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from tests.examples import sweep
from tests.ui.fake_desk import RESOURCES
from tests.ui.reach import (
    controls,
    cut_off,
    left_out,
    nameless,
    not_reached_by_tab,
    out_at_the_side,
    overlapping,
    too_small,
    where,
)
from tests.ui.rest import come_to_rest, let_go, until
from ui.application import Application
from ui.frame.pages import PAGES
from ui.frame.window import Window
from ui.theme.theme import Theme

MOVES = ("table", "board", "timeline")
VIEWS = {"moves": MOVES, "situation": ("people", "projection", "pictures")}
PLACES = [(spec.name, view) for spec in PAGES for view in VIEWS.get(spec.name, ("",))]

AS_IT_IS = pytest.mark.parametrize("window", [1.0], indirect=True, scope="module", ids=[""])
AT_TWICE = pytest.mark.parametrize("window", [2.0], indirect=True, scope="module", ids=[""])
FULL = pytest.mark.parametrize(
    ("page", "view"),
    sweep(
        PLACES,
        sample=lambda place: place in {(name, "") for name in ("today", "patients")},
    ),
)
"""Gone through by Tab: the first pages of a day, the others in the whole suite."""
LARGE = pytest.mark.parametrize(
    ("page", "view"),
    sweep(PLACES, sample=lambda place: place == ("moves", "board")),
)
"""At twice the size the one with the most in it, the others in the whole suite."""

SIZES = ((1366, 768), (1920, 1080), (1024, 700))
AT_EVERY_TEXT = pytest.mark.parametrize(
    "window", sweep([2.0, 1.5, 1.0], sample=lambda scale: scale == 2.0), indirect=True, scope="module"
)
ANYWHERE = pytest.mark.parametrize(
    ("page", "view", "size"),
    sweep(
        [(page, view, size) for page, view in PLACES for size in SIZES],
        sample=lambda each: each[2] == (1024, 700) and each[:2] in {("match", ""), ("patients", "")},
    ),
)
"""Each page at each size of window and of text; in the plain run the tightest of all."""


@pytest.fixture(scope="module")
def window(
    qapp: QApplication,
    demo: Path,
    look: Theme,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Window]:
    """One window for all tests at a size of text: they look at it and change nothing."""
    remembered = QSettings(str(tmp_path_factory.mktemp("window") / "w.ini"), QSettings.Format.IniFormat)
    application = Application(
        qapp, hub=demo, resources=RESOURCES, settings=remembered, user_id="U-0002", scale=request.param
    )
    application.window.resize(1366, 768)
    application.show()
    application.jobs.engine.warm_up()
    until(lambda: application.window.page is not None and not application.jobs.busy)
    until(application.window.isActiveWindow)
    until(lambda: application.jobs.engine.process_id is not None)
    yield application.window
    let_go(application)
    look.apply(qapp)


def show(window: Window, page: str, view: str, qtbot: Any) -> None:
    window.go(page)
    come_to_rest(qtbot, window.services.jobs, window)
    if page == "moves":
        window.services.commands.do(f"moves.{view}")
        come_to_rest(qtbot, window.services.jobs, window)
    elif view:
        assert window.page is not None
        assert window.page.pick(view)
        come_to_rest(qtbot, window.services.jobs, window)


@AS_IT_IS
@pytest.mark.whole
def test_a_nameless_control_is_found(window: Window, qtbot: Any) -> None:
    come_to_rest(qtbot, window.services.jobs, window)
    forgotten = QToolButton(window)
    forgotten.setFixedSize(10, 10)
    forgotten.show()
    assert nameless(window) == [where(forgotten)]
    assert len(too_small(window)) == 1
    forgotten.setParent(None)
    forgotten.deleteLater()


def test_every_page_of_the_window_is_looked_at() -> None:
    assert {page for page, _ in PLACES} == {
        "today", "patients", "settings", "match", "approvals", "moves", "map", "situation", "record",
        "preferences",
        "help",
    }  # fmt: skip


@AS_IT_IS
@FULL
def test_each_control_of_a_page_has_a_name_is_large_enough_and_reached_by_tab(
    window: Window, page: str, view: str, qtbot: Any
) -> None:
    show(window, page, view, qtbot)
    assert len(controls(window)) > 8
    assert not nameless(window)
    assert not too_small(window)
    assert not cut_off(window)
    assert not not_reached_by_tab(window, qtbot)
    assert not taken_for_markup(window)


def taken_for_markup(window: Window) -> list[str]:
    """The labels in which a name like `<img src=...>` would open a file, or ask another machine for it."""
    return [
        where(label)
        for label in window.findChildren(QLabel)
        if label.text() and label.textFormat() is not Qt.TextFormat.PlainText
    ]


@AT_TWICE
@LARGE
def test_at_twice_the_size_no_word_is_lost_and_nothing_is_out_of_reach(
    window: Window, page: str, view: str, qtbot: Any
) -> None:
    show(window, page, view, qtbot)
    assert not cut_off(window)
    assert not not_reached_by_tab(window, qtbot)


@AT_EVERY_TEXT
@ANYWHERE
@pytest.mark.whole
def test_at_every_size_nothing_that_a_decision_needs_is_out_of_sight_or_under_something_else(
    window: Window, page: str, view: str, size: tuple[int, int], qtbot: Any
) -> None:
    window.resize(*size)
    try:
        show(window, page, view, qtbot)
        assert (window.width(), window.height()) == size
        assert not left_out(window)
        assert not out_at_the_side(window)
        assert not cut_off(window)
        assert not overlapping(window)
    finally:
        window.resize(1366, 768)
