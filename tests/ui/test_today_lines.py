"""The lines of Today as they come in anew: what stays where it is isn't laid out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea

from ui.theme.palette import Tone
from ui.theme.theme import Theme
from ui.today.line import Shown
from ui.today.lines import AT_ONCE, LinesList

KEYS = [f"placement/L-{at:04}" for at in range(1, 11)]


def made(key: str, said: str = "is to be told") -> Shown:
    sentence = f"The placement {key} {said}"
    return Shown(key, "phone", Tone.WAITING, "", sentence, "", "Tell", offers=(), side_by_side=0)


@pytest.fixture
def lines(theme: Theme, look: Theme, qtbot: Any) -> Iterator[LinesList]:
    """Ten lines in two groups, all of them in their places."""
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    lines = LinesList(theme=theme)
    area.setWidget(lines)
    area.resize(700, 500)
    area.show()
    lines.show_groups([("Now", KEYS[:6]), ("Today", KEYS[6:])], made)
    assert len(lines.keys()) == AT_ONCE, "the others come a moment later"
    qtbot.waitUntil(lambda: lines.keys() == KEYS)
    settle()
    yield lines
    area.close()


def settle() -> None:
    for _ in range(3):
        QGuiApplication.processEvents()


def test_lines_that_stay_in_their_places_say_what_is_new_and_nothing_is_laid_out_anew(
    lines: LinesList,
) -> None:
    before = [lines.row(key) for key in KEYS]
    layout = lines.layout()
    assert layout is not None
    places = [layout.itemAt(at) for at in range(layout.count())]
    lines.show_groups([("Now", KEYS[:6]), ("Today", KEYS[6:])], lambda key: made(key, "was told"))
    assert [layout.itemAt(at) for at in range(layout.count())] == places
    assert [lines.row(key) for key in KEYS] == before
    row = lines.row(KEYS[3])
    assert row is not None
    assert row.line == made(KEYS[3], "was told")


def test_a_line_that_goes_or_comes_is_shown_in_its_place_at_once(lines: LinesList) -> None:
    gone, keys = lines.row(KEYS[0]), [*KEYS[1:6], "paper/D-00001"]
    lines.show_groups([("Now", keys), ("Today", KEYS[6:])], made)
    assert lines.keys() == [*keys, *KEYS[6:]]
    assert gone is not None
    assert not gone.isVisible()
    new = lines.row("paper/D-00001")
    assert new is not None
    assert new.isVisible()
    settle()
    tops = [row.y() for key in (*keys, *KEYS[6:]) if (row := lines.row(key)) is not None]
    assert tops == sorted(set(tops))
