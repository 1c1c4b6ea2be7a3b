"""Calls with a setting and the trend of its returns, as the Settings page shows and records them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton

from discharge.actions.capacity_returns import record_capacity_return
from discharge.model.people import How
from discharge.model.setting_record import CapacityReturn
from discharge.model.shown.settings import CallLine
from tests.ui.planning_hub import NOW, Hub, Stand
from tests.ui.table_pages import detail_words
from ui.settings.aid import AidList
from ui.settings.call import CallForm, WithdrawCallForm
from ui.settings.page import SettingsPage
from ui.settings.trend import Told, TrendLine
from ui.theme.theme import Theme
from ui.widgets.dated import DatedList

PAGE = SettingsPage

At = Callable[..., Stand]


def page_of(desk: Stand) -> SettingsPage:
    assert isinstance(desk.page, SettingsPage)
    return desk.page


def calls(desk: Stand) -> tuple[CallLine, ...]:
    row = page_of(desk).current()
    assert row is not None
    setting = row.id
    return desk.ask(lambda q: q.setting(setting)).calls


@pytest.mark.whole
def test_a_call_is_recorded_with_who_when_and_what_and_shown_in_the_log(at: At) -> None:
    desk = at()
    assert "No call on record." in detail_words(desk)
    desk.do("setting.call")
    form = desk.form(CallForm)
    form.ask_to_save()
    assert form.message() != ""
    desk.save(
        form,
        at=NOW - timedelta(minutes=20),
        given_name="Pat Quinn",
        given_role="registered manager",
        given_number="020 7946 0100",
        said="One leaves on Friday.",
    )
    line = calls(desk)[0]
    assert line.given is not None
    assert (line.at, line.said, line.incoming) == (
        NOW - timedelta(minutes=20),
        "One leaves on Friday.",
        False,
    )
    assert (line.given.how, line.given.name) == (How.PHONE, "Pat Quinn")
    words = detail_words(desk)
    assert "One leaves on Friday." in words
    assert "Jo Marsh rang Pat Quinn, registered manager" in words
    desk.undo()
    assert calls(desk)[0].withdrawn


@pytest.mark.whole
def test_a_call_that_nobody_answered_asks_for_no_name(at: At) -> None:
    desk = at()
    desk.do("setting.call")
    form = desk.form(CallForm)
    form.field("way").set_value("missed")
    assert form.field("given_name").isHidden()
    form.ask_to_save()
    desk.settle()
    assert [(line.given, line.said) for line in calls(desk)] == [(None, "")]
    assert "No answer" in detail_words(desk)


@pytest.mark.whole
def test_answers_that_are_typed_are_not_lost_at_escape(at: At, qtbot: Any) -> None:
    desk = at()
    desk.do("setting.call")
    form = desk.form(CallForm)
    assert not form.dirty()
    form.questions.fields["deaths"].setText("1")
    with qtbot.waitSignal(form.dropped):
        form.reject()
    form.open()
    assert form.questions.fields["deaths"].text() == "1"
    form.questions.fields["deaths"].setText("")
    form.reject()


@pytest.mark.whole
def test_a_call_is_taken_out_of_the_log_from_its_line_and_stays_readable(at: At) -> None:
    desk = at()
    desk.do("setting.call")
    desk.save(
        desk.form(CallForm),
        way="in",
        at=NOW,
        given_name="Pat Quinn",
        given_role="registered manager",
        given_number="020 7946 0100",
        said="Full.",
    )
    buttons = page_of(desk).detail.findChildren(QPushButton)
    next(each for each in buttons if each.accessibleName() == "Take the call out: Full.").click()
    desk.settle()
    desk.save(desk.form(WithdrawCallForm), reason="It was another setting")
    assert calls(desk)[0].withdrawn
    assert "Pat Quinn, registered manager, rang Jo Marsh" in detail_words(desk)
    shown = [each for each in page_of(desk).detail.findChildren(DatedList) if each.isVisibleTo(desk.page)]
    entry = next(each for one in shown for each in one.entries() if each.words == "Full.")
    assert entry.over
    assert entry.small.startswith("Taken out: It was another setting.")


@pytest.mark.whole
def test_the_last_returns_are_a_line_that_says_in_words_what_it_shows(at: At, hub: Hub) -> None:
    desk = at()
    row = page_of(desk).current()
    assert row is not None
    with hub.open() as opened:
        for days, vacancies in ((9, 4), (6, 4), (3, 1)):
            said = CapacityReturn(reported_at=NOW - timedelta(days=days), vacancies=vacancies)
            opened.perform(partial(record_capacity_return, setting=row.id, report=said), by=hub.coordinator)
    page_of(desk).refresh()
    desk.settle()
    lines = page_of(desk).detail.findChildren(TrendLine)
    shown = [each for each in lines if each.isVisibleTo(desk.page)]
    assert len(shown) == 1
    assert (
        shown[0].accessibleName()
        == "Vacancies declared: 4 on Sat 7 Nov, 1 on Fri 13 Nov; fewer than at first."
    )


def test_a_trend_says_whether_there_are_fewer_than_at_first(theme: Theme, qtbot: Any) -> None:
    at = datetime(2020, 11, 9, 8, tzinfo=UTC)

    def sentence(*numbers: int) -> str:
        told = [Told(at + timedelta(days=n), number) for n, number in enumerate(numbers)]
        line = TrendLine(told, now=at + timedelta(days=9), theme=theme, what="vacancies")
        qtbot.addWidget(line)
        line.resize(200, 40)
        line.grab()
        return line.sentence()

    assert sentence(3, 1) == "Vacancies: 3 on Mon 9 Nov, 1 on Tue 10 Nov; fewer than at first."
    assert sentence(0, 2).endswith("more than at first.")
    assert sentence(2, 2) == "Vacancies: 2 on Mon 9 Nov."
    assert sentence(0) == "Vacancies: 0 on Mon 9 Nov."


def test_a_list_that_was_closed_hears_of_no_change_any_more(at: At, qtbot: Any) -> None:
    desk = at()
    services = desk.page.services
    mutual = AidList(services=services, parent=desk.page)
    read: list[str] = []
    mutual.destroyed.connect(lambda: read.append("gone"))
    mutual.open()
    desk.settle()
    mutual.reject()
    mutual.deleteLater()
    qtbot.waitUntil(lambda: read == ["gone"])
    with qtbot.captureExceptions() as caught:
        services.changed.emit(frozenset({"settings"}))
        desk.settle()
    assert caught == []
