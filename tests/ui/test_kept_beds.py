"""Beds kept for residents, on the Settings page, on Patients and on Today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from discharge.model.kept_bed import KeptBed, PaidBy
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import TODAY, Hub, Stand, add_person, sits
from ui.settings.kept_bed import KeepBedForm, ReleaseBedForm
from ui.settings.page import SettingsPage

At = Callable[..., Stand]


@pytest.fixture
def at(hub: Hub, make_services: MakeServices, qtbot: Any) -> At:
    with hub.open() as desk:
        home = next(row.id for row in desk.ask(lambda q: q.settings()) if row.name == "Elm Lodge")
        add_person(desk, hub.coordinator, "Res Quill", pathway="P0", usual_setting=home)
    return sits(SettingsPage, hub, make_services, qtbot)


def words_of(desk: Stand) -> str:
    assert isinstance(desk.page, SettingsPage)
    pane = desk.page.detail
    return "\n".join(each.text() for each in pane.findChildren(QLabel) if each.isVisibleTo(pane))


def pick(desk: Stand) -> str:
    assert isinstance(desk.page, SettingsPage)
    row = next(row for row in desk.page.model.rows() if row.name == "Elm Lodge")
    desk.page.pick(row.id)
    desk.settle()
    return row.id


def kept(desk: Stand) -> tuple[KeptBed, ...]:
    return desk.ask(lambda q: q.kept_beds())


def resident(desk: Stand) -> str:
    return next(row.id for row in desk.ask(lambda q: q.patients()) if row.name == "Res Quill")


@pytest.mark.whole
def test_a_bed_is_kept_kept_on_and_released_from_the_setting(at: At) -> None:
    desk = at()
    pick(desk)
    assert desk.commands.why_not("setting.release_bed") == "It keeps no bed for anybody."
    desk.do("setting.keep_bed")
    form = desk.form(KeepBedForm)
    assert not form.about.words()
    form.set_values({"patient": resident(desk)})
    assert "Res Quill: born" in form.about.words()
    desk.save(form, until=TODAY + timedelta(10), paid_by=PaidBy.NHS)
    (one,) = kept(desk)
    assert (one.patient_name, one.paid_by, one.until) == ("Res Quill", PaidBy.NHS, TODAY + timedelta(10))
    assert "Kept for residents" in words_of(desk)
    assert "Res Quill: kept until Thu 26 Nov" in words_of(desk)
    assert "paid for by the NHS" in words_of(desk)
    desk.do("setting.keep_bed")
    again = desk.form(KeepBedForm)
    again.set_values({"patient": resident(desk)})
    assert (again.until.value(), again.paid_by.value()) == (TODAY + timedelta(10), PaidBy.NHS)
    desk.save(again, until=None)
    assert kept(desk)[0].until is None
    desk.undo()
    assert kept(desk)[0].until == TODAY + timedelta(10)
    desk.do("setting.release_bed")
    release = desk.form(ReleaseBedForm)
    assert "Res Quill: born" in release.about.words()
    desk.save(release, reason="Moves to her daughter for good")
    assert not kept(desk)
    desk.undo()
    assert kept(desk)


@pytest.mark.whole
def test_the_form_says_that_the_day_is_over_by_the_actions_own_words(at: At) -> None:
    desk = at()
    pick(desk)
    desk.do("setting.keep_bed")
    form = desk.form(KeepBedForm)
    form.set_values({"patient": resident(desk), "until": TODAY})
    form.ask_to_save()
    desk.settle()
    assert "isn't to come" in form.message()
    assert not kept(desk)
