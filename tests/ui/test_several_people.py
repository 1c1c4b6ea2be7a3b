"""Several people at once: one form, the names of all whom it concerns, and one way back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QLabel

from discharge.model.patient_record import LeaveReason, PatientDetails
from discharge.model.shown.patients import PatientRow
from tests.ui.planning_hub import Stand
from ui.patients.page import INFECTIONS, PatientsPage
from ui.patients.several import SeveralForm

PAGE = PatientsPage
At = Callable[..., Stand]


def details(desk: Stand, people: list[str]) -> list[PatientDetails]:
    return desk.ask(lambda queries: [queries.patient_details(one) for one in people])


def left_reasons(desk: Stand, people: list[str]) -> list[str | None]:
    return desk.ask(lambda queries: [queries.person(one).left_reason for one in people])


def opened(desk: Stand, *, chosen: int) -> tuple[SeveralForm, list[str]]:
    """The form over the first so many of the list who have no placement."""
    assert isinstance(desk.page, PatientsPage)
    table = desk.page.table
    rows = [row for row in desk.page.model.shown() if not row.placement][:chosen]
    table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag
    for row in rows:
        index = desk.page.model.index(desk.page.model.place_of(row.id), 0)
        table.selectionModel().select(index, flags.Select | flags.Rows)
    desk.do("patient.several")
    return desk.form(SeveralForm), [row.id for row in rows]


@pytest.mark.whole
def test_whoever_is_chosen_is_amended_in_one_form_and_amended_back(at: At) -> None:
    desk = at()
    form, chosen = opened(desk, chosen=2)
    assert sorted(form.which.value()) == sorted(chosen)
    form.ask_to_save()
    assert form.message() == "Nothing changes for those who are ticked."
    names = [each.name for each in details(desk, chosen)]
    before = details(desk, chosen)
    form.set_values({"ward": "Willow", "ready_on": date(2020, 11, 19)})
    said = "\n".join(each.text() for each in form.findChildren(QLabel))
    assert all(name in said and "Willow now" in said for name in names)
    desk.save(form)
    after = details(desk, chosen)
    assert [each.ward for each in after] == ["Willow", "Willow"]
    desk.undo()
    assert details(desk, chosen) == before


@pytest.mark.whole
def test_several_go_home_in_one_form_or_are_amended_and_not_both(at: At) -> None:
    desk = at()
    form, chosen = opened(desk, chosen=2)
    form.set_values({"ward": "Willow", "leave": LeaveReason.WENT_HOME})
    form.ask_to_save()
    assert form.message() == "Off the list, or amended: one at a time. Empty the other fields."
    form.set_values({"ward": None})
    desk.save(form)
    left = left_reasons(desk, chosen)
    assert left == [LeaveReason.WENT_HOME, LeaveReason.WENT_HOME]
    desk.undo()
    assert left_reasons(desk, chosen) == [
        None,
        None,
    ]


@pytest.mark.whole
def test_the_counts_of_the_page_open_what_they_count(at: At) -> None:
    page = at().page
    assert isinstance(page, PatientsPage)
    words = page.summary_words(page.model.rows())
    for part in words.split(" · "):
        opens = page.opening_of(part)
        assert opens is not None, part
        opens()
        assert str(page.model.rowCount()) in part.split(), part
    assert page.pick("only:changed/since")
    assert {row.id for row in page.model.shown()} == {
        row.id for row in page.model.rows() if row.id in page._changed
    }
    page.show_all()


def test_what_the_chips_count_is_counted_where_the_rows_are_read(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = at()
    counted: list[threading.Thread] = []

    def is_odd(row: PatientRow) -> bool:
        counted.append(threading.current_thread())
        return int(row.id[-1]) % 2 == 1

    monkeypatch.setitem(INFECTIONS, "blocked", is_odd)
    desk.page.load()
    desk.settle()
    assert isinstance(desk.page, PatientsPage)
    rows = desk.page.model.rows()
    assert len(counted) == len(rows)
    assert threading.main_thread() not in counted
    assert f"  {sum(map(is_odd, rows))}" in desk.page.chips._chips["infection", "blocked"].text()
