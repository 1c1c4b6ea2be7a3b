"""What a screen reader meets on each page of the demo hub, as docs/screen_reader.md has it."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QWidget

import ui
from tests.ui import screen_reader
from tests.ui.rest import until
from tests.ui.test_reachable import AS_IT_IS, FULL, VIEWS, show, window
from ui.frame.pages import PAGES
from ui.frame.window import Window

__all__ = ["window"]  # a window of this file's own, in which nobody has chosen anything

FRAME = "Round every page"
TITLES = {
    (spec.name, view): f"{spec.title}, {view}" if view else spec.title
    for spec in PAGES
    for view in VIEWS.get(spec.name, ("",))
}


@AS_IT_IS
@FULL
@pytest.mark.whole
def test_what_a_screen_reader_meets_on_a_page_is_written_down(
    window: Window, names: frozenset[str], page: str, view: str, qtbot: Any
) -> None:
    show(window, page, view, qtbot)
    assert window.page is not None
    title = TITLES[page, view]
    met = list(screen_reader.way(window.page, names))
    assert not [each for each in met if not each.name]
    assert not screen_reader.mere_windows(window)
    body = screen_reader.table(met)
    if os.environ.get("WRITE_DOCS"):
        screen_reader.write(title, body, order=[FRAME, *TITLES.values()])
    # a view that was made earlier stands elsewhere among the others: what is met is the same
    assert sorted(screen_reader.written()[title].splitlines()) == sorted(body.splitlines()), (
        "run this test with WRITE_DOCS=1, and read what is other"
    )


@AS_IT_IS
def test_what_a_screen_reader_meets_round_every_page_is_written_down(window: Window) -> None:
    body = screen_reader.table(screen_reader.frame_of(window))
    if os.environ.get("WRITE_DOCS"):
        screen_reader.write(FRAME, body, order=[FRAME, *TITLES.values()])
    assert screen_reader.written()[FRAME] == body, "run this test with WRITE_DOCS=1, and read what is other"


def test_every_page_stands_in_what_a_screen_reader_meets() -> None:
    assert list(screen_reader.written()) == [FRAME, *TITLES.values()]


@pytest.fixture(scope="module")
def names(window: Window) -> frozenset[str]:
    """Whom and what the demo hub is about."""
    found: list[frozenset[str]] = []
    window.services.ask(
        lambda queries: frozenset(
            [*(row.name for row in queries.patients(left=True)), *(row.name for row in queries.settings())]
        ),
        found.append,
    )
    until(lambda: bool(found))
    return found[0]


PARTS = {"Bar", "Chart", "DayHeader", "RowHeads", "Tour", "_Aside", "_Ghost"}
"""Painted as a part of what says it in words, or as a ground for it."""


def test_whatever_is_painted_by_hand_is_said_to_be_what_it_is() -> None:
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    painted = [
        each
        for each in _made_from(QWidget)
        if each.__module__.startswith("ui.")
        and ({"paintEvent", "drawBackground"} & vars(each).keys())
        and not issubclass(each, (QLabel, QAbstractButton, QAbstractItemView, QComboBox))
    ]
    assert len(painted) > 6
    unsaid = {each.__name__ for each in painted if not hasattr(each, "spoken_as")}
    assert unsaid <= PARTS


def _made_from(kind: type[QWidget]) -> Iterator[type[QWidget]]:
    for each in kind.__subclasses__():
        yield each
        yield from _made_from(each)
