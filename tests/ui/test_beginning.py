"""What a new hub begins with, on the page Today: it ticks itself off, opens the place, and goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from discharge.model.shown.beginnings import Beginnings
from tests.ui.planning_hub import Hub, sits
from ui.frame.services import Services
from ui.theme.theme import Theme
from ui.today.begin import STEPS, BeginList
from ui.today.page import TodayPage

NOTHING = Beginnings(
    has_people=False, has_homes=False, has_beds=False, has_returns=False, open_values=2, founded="2020"
)
ALL = replace(NOTHING, has_people=True, has_homes=True, has_beds=True, has_returns=True, open_values=0)


def test_a_step_is_ticked_off_once_it_is_done_and_the_list_goes_with_the_last(
    theme: Theme, qtbot: Any
) -> None:
    made = BeginList(theme=theme)
    qtbot.addWidget(made)
    made.show_found(NOTHING)
    assert not made.isHidden()
    assert "0 of 5" in made._heading.text()
    assert "2 values to go" in made._words["rules"].text()
    made.show_found(replace(ALL, open_values=1))
    assert [key for key, button in made.buttons.items() if not button.isHidden()] == ["rules"]
    assert made._words["homes"].text() == "Homes: done"
    made.show_found(ALL)
    assert made.isHidden()
    made.show_found(None)
    assert made.isHidden(), "a hub that has planned is at work"


def test_a_new_hub_has_the_list_each_step_opens_its_place_and_it_can_be_put_away(
    make_services: Callable[..., Services], qtbot: Any, empty_hub: Hub
) -> None:
    desk = sits(TodayPage, empty_hub, make_services, qtbot)()
    page = desk.page
    assert isinstance(page, TodayPage)
    assert not page.begin.isHidden()
    went: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda name, key: went.append((name, key)))
    for step in STEPS:
        page.begin.buttons[step.key].click()
    assert went == [("settings", ""), ("settings", ""), ("preferences", "rules")]
    page.setFixedSize(500, 380)  # too low for all of it
    desk.settle()
    tight = [w for w in page.begin._words.values() if w.height() < w.heightForWidth(w.width())]
    assert not tight, "on a low page the list scrolls, and no line of it is cut"
    page.begin.away.click()
    assert page.begin.isHidden()
    assert page._begin_area.isHidden()
    page.load()
    desk.settle()
    assert page.begin.isHidden(), "it isn't shown again"
