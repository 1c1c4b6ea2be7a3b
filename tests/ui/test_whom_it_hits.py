"""Whom an entry hits stands in its form before it is confirmed: of a person's record, and of a home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from discharge.model.happening import Happening
from tests.ui.moves_desk import ADA, Open, opener, pick, row_of
from tests.ui.planning_hub import Hub
from ui.frame.services import Services
from ui.moves.happened import MOVED_ON, choices_of
from ui.patients.form import COUNTS, PatientForm
from ui.settings.beds import RemoveBedsForm, UnitForm
from ui.settings.state import CloseForm, OutbreakForm


@pytest.fixture
def hub(hub_made_once: Hub, tmp_path: Path) -> Hub:
    return hub_made_once.copy(tmp_path / "test.hub")


@pytest.fixture
def open_page(make_services: Callable[..., Services], qtbot: Any, hub: Hub) -> Open:
    return opener(make_services, qtbot, hub)


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
