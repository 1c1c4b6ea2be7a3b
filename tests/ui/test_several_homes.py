"""Several homes at once: a unit copied to like homes, the same amended in all, and the sheet of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from discharge.actions.desk import Desk
from discharge.actions.settings import register_setting
from discharge.model.setting_record import CapacityAge, SettingDetails
from discharge.model.shown.settings import SettingRow
from discharge.store.ask.queries import Queries
from tests.ui.planning_hub import COVID, Hub, Stand
from tests.ui.table_pages import pick
from ui.imports.saving import save_sheet
from ui.map.symbols import Suits
from ui.map.words import lines_of, mark_of
from ui.settings.page import SettingsPage
from ui.settings.several import AmendSeveralForm, CopyUnitForm
from ui.widgets.form import FormDialog
from ui.words import settings

PAGE = SettingsPage
At = Callable[..., Stand]


def row_of(desk: Stand, name: str) -> SettingRow:
    return next(row for row in desk.ask(lambda queries: queries.settings()) if row.name == name)


def new_homes(hub: Hub) -> None:
    """Two homes of the register, of which nobody has said anything yet."""

    def register(desk: Desk) -> None:
        for name in ("Oak House", "Ash House"):
            details = SettingDetails(name=name, type="care_home", local_authority="Northmarsh")
            desk.perform(partial(register_setting, details=details), by=hub.coordinator)

    hub.bring("two new homes", register)


def words(form: FormDialog) -> str:
    return "\n".join(each.text() for each in form.findChildren(QLabel))


@pytest.mark.whole
def test_a_unit_is_copied_to_the_homes_that_are_ticked(at: At, hub: Hub) -> None:
    new_homes(hub)
    desk = at()
    source = pick(desk, "The Limes")
    desk.do("setting.unit_copy")
    form = desk.form(CopyUnitForm)
    assert "Nothing is free there until the home says so; not designated." in words(form)
    form.ask_to_save()
    assert form.message() == "Tick one home at least."
    to = [row_of(desk, name).id for name in ("Oak House", "Ash House")]
    desk.save(form, to=tuple(to))
    (hot, *_) = desk.ask(lambda queries: queries.all_units())[source]
    for name in to:
        (got,) = desk.ask(lambda queries: queries.all_units())[name]
        assert (got.id, got.isolation, got.isolation_places) == (hot.id, hot.isolation, hot.isolation_places)
        assert got.designated is None
        assert [each.free for each in got.beds] == [()] * len(hot.beds)
    desk.undo()
    units = desk.ask(lambda queries: queries.all_units())
    assert [units[name] for name in to] == [(), ()]


@pytest.mark.whole
def test_several_homes_are_amended_in_one_go_and_what_changes_is_seen_before(at: At) -> None:
    desk = at()
    both = [row_of(desk, name).id for name in ("Elm Lodge", "The Limes")]
    before = desk.ask(lambda queries: queries.all_setting_details())
    pick(desk, "Elm Lodge")
    desk.do("setting.several")
    form = desk.form(AmendSeveralForm)
    assert form.which.value() == (both[0],)
    form.ask_to_save()
    assert form.message() == "Nothing changes in the homes that are ticked."
    form.set_values({"which": tuple(both), "weekly_fee": 1234.0, "add_needs_met": ("oxygen",)})
    assert "£1,234 now" in words(form)
    form.field("remove_needs_met").set_value(("oxygen",))
    form.ask_to_save()
    assert form.message() == "The same is ticked as added and as taken out."
    form.field("remove_needs_met").set_value(())
    desk.save(form, add_accepts_organisms=(COVID,))
    waiting = desk.ask(lambda queries: queries.waiting_changes())
    assert {(change.subject, change.fee) for change in waiting} == {(name, 1234.0) for name in both}
    for name in both:
        details = desk.ask(lambda queries: queries.all_setting_details())[name]
        assert COVID in details.accepts_organisms
        assert "oxygen" in details.needs_met
    desk.undo()
    assert desk.ask(lambda queries: queries.all_setting_details()) == before
    assert desk.ask(lambda queries: queries.waiting_changes()) == ()


@pytest.mark.whole
def test_ticks_are_set_by_space_found_by_typing_and_all_at_once(at: At) -> None:
    desk = at()
    pick(desk, "Elm Lodge")
    desk.do("setting.several")
    form = desk.form(AmendSeveralForm)
    form.which.set_value(())
    form.which.search.setText("limes")
    assert form.which.ticks.rowCount() == 1
    form.which.list.setFocus()
    QTest.keyClick(form.which.list, Qt.Key.Key_Space)
    assert form.which.value() == (row_of(desk, "The Limes").id,)
    form.which.search.setText("")
    form.which.all.click()
    assert len(form.which.value()) == len(form.which.ticks)
    form.which.all.click()
    assert form.which.value() == ()
    form.reject()


@pytest.mark.whole
def test_a_home_that_has_sent_no_return_is_shown_open_nowhere(at: At, hub: Hub) -> None:
    new_homes(hub)
    desk = at()
    row = row_of(desk, "Oak House")
    assert settings.admissions_status(row).word == "No return yet"
    isolation = settings.isolation_status(row)
    assert isolation is not None
    assert isolation.word == "Not known"
    answered = replace(row, capacity_age=CapacityAge.FRESH, units=0)
    assert settings.admissions_status(answered).word == "No beds known"
    assert not settings.is_free(row)
    assert not settings.takes_people(row)
    assert not settings.is_open(row)
    sites = [site for site in desk.ask(Queries.sites) if site.place is not None]
    for line in lines_of(sites):
        mark = mark_of(line)
        assert mark is not None
        if settings.is_known(line.site.row) or settings.is_closed(line.site.row):
            assert mark.symbol.suits is Suits.ANY
        else:
            assert mark.symbol.suits is Suits.UNKNOWN


def test_the_window_writes_the_sheet(at: At, tmp_path: Path) -> None:
    desk = at()
    wrote: list[Path] = []
    save_sheet(tmp_path / "homes.csv", desk.place, then=wrote.append)
    desk.settle()
    assert wrote == [tmp_path / "homes.csv"]
    assert (tmp_path / "homes.csv").read_text("utf-8-sig").startswith("home,name,local_authority,unit")
