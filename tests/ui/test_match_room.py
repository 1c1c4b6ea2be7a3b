"""The Match page where there is little room: large text, a narrow window."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

from tests.ui.match_stand import Open, page_of
from ui.match.columns import NARROWEST
from ui.theme.theme import Theme

pytestmark = pytest.mark.usefixtures("engine_at_hand")


@pytest.mark.whole
def test_where_three_columns_have_no_room_the_first_two_share_one(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    assert page.left.isVisible()
    assert page.middle.isVisible()
    assert not page.columns.isVisible()
    page.resize(700, 600)
    desk.settle()
    assert page.columns.isVisible()
    assert (page.left.isVisible(), page.middle.isVisible()) == (False, True)
    page.columns.button("waiting").click()
    assert (page.left.isVisible(), page.middle.isVisible()) == (True, False)
    page.resize(1216, 600)
    desk.settle()
    assert page.left.isVisible()
    assert page.middle.isVisible()
    assert page.middle.foot.isVisible()


def test_beside_little_room_the_plan_that_is_shown_is_named_to_its_last_figure(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    page.plans.setItemText(0, "R-0003, Sun 15 Nov 07:50: 122 of 146")
    page.resize(700, 600)
    desk.settle()
    words = QFontMetrics(page.plans.font()).horizontalAdvance(page.plans.currentText())
    option = QStyleOptionComboBox()
    page.plans.initStyleOption(option)
    field = page.plans.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, page.plans
    )
    assert field.width() >= words


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_long_name_of_somebody_who_waits_has_room_at_every_size(
    theme: Theme, qapp: Any, scale: float
) -> None:
    theme.use(qapp, scale=scale)
    name = QFontMetrics(theme.font(strong=True)).horizontalAdvance("Gwen Oystercatcher")
    icon_and_gaps, bar = theme.px(16 + 6 + 16), theme.px(16)
    assert theme.px(NARROWEST) >= name + icon_and_gaps + bar
    theme.use(qapp, scale=1.0)


@pytest.mark.whole
def test_the_tick_to_keep_proposals_is_a_command_too(open_match: Open) -> None:
    desk = open_match()
    page = page_of(desk)
    assert desk.commands.action("plan.keep").isChecked()
    desk.do("plan.keep")
    assert not page.middle.keep.isChecked()
    assert not desk.commands.action("plan.keep").isChecked()
    page.remember()
    assert page.services.settings.value("match/keep") in (False, "false")
