"""What the details of people and settings say alike of a placement's stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPushButton

from discharge.actions.desk import Desk
from discharge.model.placement import PlacementState
from discharge.model.shown.patients import PlacementMention
from tests.ui.fake_desk import RESOURCES
from ui.frame.detail_lines import placement_lines
from ui.theme.theme import Theme
from ui.widgets.dated import DatedList

TODAY = date(2020, 11, 16)


def mention(state: str, *, is_over: bool = False, is_later: bool = False) -> PlacementMention:
    return PlacementMention(
        "L-0001", "Ann Marsh", "Elm Lodge", PlacementState(state), TODAY, None,
        is_over=is_over, is_later=is_later,
    )  # fmt: skip


def words(*mentions: PlacementMention) -> list[str]:
    lines = placement_lines(
        mentions, named=lambda each: each.setting_name, today=TODAY, go=lambda _page, _key: None
    )
    return [each.words for each in lines]


@pytest.mark.parametrize(
    ("state", "is_over", "is_later", "said"),
    [
        ("approved", False, True, "approved"),
        ("booked", False, True, "to come"),
        ("arrived", False, True, "to come"),
        ("arrived", True, False, "moved on"),
        ("arrived", False, False, "arrived"),
        ("ended", False, True, "never came to it"),
        ("ended", True, False, "moved on"),
        ("ended", False, False, "ended"),
    ],
)
def test_each_of_two_stays_says_where_they_stand_with_it(
    state: str, is_over: bool, is_later: bool, said: str
) -> None:
    assert words(mention(state, is_over=is_over, is_later=is_later)) == [f"Elm Lodge: {said}"]


def test_nobody_has_arrived_at_the_second_stay_on_the_day_of_the_move(demo: Path) -> None:
    with Desk.open(demo) as desk:
        vera = next(row.id for row in desk.ask(lambda q: q.patients()) if row.name == "Vera Chiffchaff")
        placements = desk.ask(lambda q: q.patient(vera)).placements
    assert words(*placements) == ["Kingfisher House: arrived", "Bittern Lodge: to come"]


def test_a_placement_of_two_stays_is_led_to_once() -> None:
    both = (mention("arrived"), mention("arrived", is_later=True))
    lines = placement_lines(
        both, named=lambda each: each.setting_name, today=TODAY, go=lambda _page, _key: None
    )
    assert [len(each.links) for each in lines] == [1, 0]


def test_in_large_text_the_way_to_a_placement_is_never_cut(look: Theme, qtbot: Any) -> None:
    theme = Theme(resources=RESOURCES, scale=1.5)
    lines = placement_lines(
        [mention("arrived")], named=lambda each: each.setting_name, today=TODAY, go=lambda _page, _key: None
    )
    dated = DatedList(lines, theme=theme, wide="Mon 16 Nov")
    qtbot.addWidget(dated)
    dated.setFont(theme.font())
    dated.resize(330, 300)
    dated.show()
    [button] = dated.findChildren(QPushButton)
    words = button.fontMetrics().horizontalAdvance(button.text())
    assert button.width() >= words
    assert button.mapTo(dated, QPoint(0, 0)).x() + button.width() <= dated.width()
