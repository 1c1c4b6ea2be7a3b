"""Whom an entry hits stands in its form before it is confirmed: of a person's record, and of a home."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from discharge.model.happening import Happening
from discharge.model.shown.patients import HitThere
from tests.ui.moves_desk import ADA, Open, pick, row_of
from tests.ui.planning_hub import Hub
from ui.frame.hits import there_lines
from ui.moves.happened import MOVED_ON, choices_of
from ui.patients.form import COUNTS, PatientForm
from ui.settings.beds import BedsForm, RemoveBedsForm, UnitForm
from ui.settings.capacity_return import CapacityReturnForm
from ui.settings.state import CloseForm, DesignateForm, OutbreakForm


@pytest.fixture
def hub(hub_made_once: Hub, tmp_path: Path) -> Hub:
    return hub_made_once.copy(tmp_path / "test.hub")


@pytest.fixture
def open_page(open_moves: Open) -> Open:
    return open_moves


def test_amending_a_person_says_whom_it_hits_once_something_counts(open_page: Open) -> None:
    desk = open_page(ADA)
    pick(desk, ADA)
    row = row_of(desk, ADA)
    page = desk.ask(lambda q: q.patient(row.patient))
    form = PatientForm(services=desk.place, page=page)
    form.open()
    desk.settle()
    assert form.whom is not None
    assert set(COUNTS) <= set(form.values())
    assert not form.whom.isVisible()
    form.field("ward").set_value("B4")
    assert not form.whom.isVisible(), "no placement rests on the ward"
    form.field("pathway").set_value("P2")
    assert form.whom.isVisible()
    assert row.current.setting_name in form.whom.words()[0]
    assert "result" not in form.whom.words()[0]
    form.field("pathway").set_value(page.details.pathway.value)
    assert not form.whom.isVisible(), "nothing is changed any more"
    form.reject()
    form.deleteLater()


def test_forms_of_a_home_name_whoever_is_there_or_to_come(open_page: Open) -> None:
    desk = open_page(ADA)
    pick(desk, ADA)
    row = row_of(desk, ADA)
    setting = row.current.setting
    page = desk.ask(lambda q: q.setting(setting))
    unit, beds = row.current.unit, row.current.beds
    organisms = ("influenza",)
    at = [(one.id, each.id) for one in page.units for each in one.beds].index((unit, beds))
    forms: list[Any] = [
        OutbreakForm(page, services=desk.place, organisms=organisms),
        CloseForm(page, services=desk.place),
        UnitForm(page, services=desk.place, organisms=organisms, unit=unit),
        DesignateForm(page, services=desk.place),
        RemoveBedsForm(page, services=desk.place),
    ]
    forms[-1].field("which").set_value(at)
    for form in forms:
        form.open()
        desk.settle()
        assert any(row.patient_name in each for each in form.whom.words()), type(form)
        assert form.whom.isVisible()
        form.reject()
        form.deleteLater()


def test_moving_on_all_the_same_is_offered_where_a_second_stay_is_planned(open_page: Open) -> None:
    desk = open_page(ADA)
    rows = desk.ask(lambda q: q.moves())
    for row in rows:
        planned = (
            str(row.state) == "arrived"
            and len(row.stays) > 1
            and row.stays[-1].arrived_at is None
            and not row.onward
        )
        assert (MOVED_ON in choices_of(row)) is planned
    assert Happening.MOVED_ON_ALL_THE_SAME.words == "moved on against a rule"


@pytest.mark.parametrize("kind", [CapacityReturnForm, BedsForm])
def test_who_is_to_come_is_named_once_fewer_beds_are_free(open_page: Open, kind: type[Any]) -> None:
    desk = open_page(ADA)
    pick(desk, ADA)
    row = row_of(desk, ADA)
    page = desk.ask(lambda q: q.setting(row.current.setting))
    unit, beds = row.current.unit, row.current.beds
    where = {} if kind is CapacityReturnForm else {"unit": unit, "beds": beds}
    form = kind(page, services=desk.place, **where)
    form.open()
    desk.settle()
    assert not form.whom.isVisible(), "no fewer are free so far"
    at = [(one.id, each.id) for one in page.units for each in one.beds].index((unit, beds))
    free = form.field(f"free.{at}" if kind is CapacityReturnForm else "free")
    said = free.value()
    free.set_value(())
    desk.settle()
    assert form.whom.isVisible()
    [line] = form.whom.words()
    assert line.startswith(f"This may hit whoever is to come: {row.patient_name}")
    assert line.endswith("Ask whether their bed is still kept.")
    free.set_value(said)
    desk.settle()
    assert not form.whom.isVisible()
    form.reject()
    form.deleteLater()


def test_a_home_that_takes_nobody_now_names_whoever_is_to_come(open_page: Open) -> None:
    desk = open_page(ADA)
    pick(desk, ADA)
    row = row_of(desk, ADA)
    form = CapacityReturnForm(desk.ask(lambda q: q.setting(row.current.setting)), services=desk.place)
    form.open()
    desk.settle()
    form.accepting.set_value(False)
    desk.settle()
    assert any(row.patient_name in each for each in form.whom.words())
    form.reject()
    form.deleteLater()


def test_whoever_is_on_the_way_is_named_as_that() -> None:
    hits = [
        HitThere("L-0001", "Ann Marsh", date(2020, 11, 16), is_there=False, on_the_way=True),
        HitThere("L-0002", "Ben Ode", date(2020, 11, 18), is_there=False, on_the_way=False),
    ]
    [line] = there_lines(hits, today=date(2020, 11, 16))
    assert line.word == "This hits whoever is to come: Ann Marsh (on the way now), Ben Ode from Wed 18 Nov."
