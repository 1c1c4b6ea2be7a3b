"""Entering somebody new: a copied row fills the form, and what is typed outlives a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from discharge.actions.people import add_user
from discharge.exchange.pasted import TEMPLATE
from discharge.model.people import Role
from discharge.model.postcodes import FromPostcode
from discharge.store.file.drafts import folder_of
from tests.ui import rest
from tests.ui.planning_hub import COVID, NOW, Hub, Stand
from ui.frame.services import Message
from ui.patients import drafts
from ui.patients.drafts import offer_drafts
from ui.patients.form import PatientForm
from ui.patients.page import PatientsPage
from ui.theme.palette import Tone

PAGE = PatientsPage

At = Callable[..., Stand]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who types makes no long pause: one that a test need not wait for."""
    monkeypatch.setattr(drafts, "PAUSE_MS", rest.PAUSE)


def copy_row(**cells: str) -> None:
    QGuiApplication.clipboard().setText("\t".join(cells.get(name, "") for name in TEMPLATE) + "\n")


HAL = {
    "name": "Hal Marsh", "nhs_number": "9994765949", "born": "3/2/1938", "sex": "male", "pathway": "P3",
    "priority": "2", "ready_on": "16/11/2020", "ward": "Oak", "care_level": "residential",
    "specialism": "dementia", "needs": "hoist; language:pl", "test_result": "negative",
    "specimen_at": "15/11/2020 09:00", "reported_at": "15/11/2020 18:00", "preferred": "S-0001",
}  # fmt: skip


@pytest.mark.whole
def test_a_row_pasted_into_the_table_opens_the_form_filled_and_needs_only_to_be_saved(
    at: At, qtbot: Any
) -> None:
    desk = at()
    copy_row(**HAL)
    page = desk.page
    assert isinstance(page, PatientsPage)
    qtbot.keyClick(page.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    form = desk.form(PatientForm)
    said = form.paste.said()
    assert said[0].startswith("Taken from the row: name,")
    assert len(said) == 1
    form.ask_to_save()
    desk.settle()
    row = page.current()
    assert row is not None
    found = desk.ask(lambda queries: queries.patient(row.id))
    assert (found.details.name, found.details.born) == ("Hal Marsh", date(1938, 2, 3))
    assert found.details.needs == ("hoist", "language:pl")
    assert found.details.preferred == ("S-0001",)
    assert [seen.observation.model_dump(exclude={"kind"}) for seen in found.observations] == [
        {
            "organism": COVID,
            "result": "negative",
            "specimen_at": datetime(2020, 11, 15, 9, tzinfo=UTC),
            "reported_at": datetime(2020, 11, 15, 18, tzinfo=UTC),
        }
    ]


@pytest.mark.whole
def test_a_row_pasted_into_a_field_fills_the_form_and_says_what_it_did_not_take(at: At, qtbot: Any) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    desk.settle()
    form.field("ward").set_value("Elm")
    copy_row(**{**HAL, "born": "31/31/1938", "ward": "", "exposed_on": "14/11/2020"})
    name = form.field("name").findChild(QLineEdit)
    assert isinstance(name, QLineEdit)
    qtbot.keyClick(name, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert form.field("name").value() == "Hal Marsh"
    # what the row says nothing of stays as it was typed
    assert form.field("ward").value() == "Elm"
    assert form.field("born").value() is None
    said = form.paste.said()
    assert said[1].startswith("Not taken: Date of birth")
    assert said[2] == "The contact isn't taken: record it once the person is on the list."
    words = [each.text() for each in form.paste.findChildren(QLabel)]
    assert said[1] in words
    form.ask_to_save()
    assert form.message().startswith("Date of birth is missing")


@pytest.mark.whole
def test_plain_words_are_pasted_into_their_field_as_ever(at: At, qtbot: Any) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    QGuiApplication.clipboard().setText("Hal Marsh")
    name = form.field("name").findChild(QLineEdit)
    assert isinstance(name, QLineEdit)
    qtbot.keyClick(name, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert form.field("name").value() == "Hal Marsh"
    assert form.paste.said() == []


@pytest.mark.whole
def test_without_a_copied_row_pasting_says_what_to_do(at: At) -> None:
    desk = at()
    QGuiApplication.clipboard().setText("")
    desk.do("patient.paste")
    assert desk.said[-1][0].startswith("No row is copied.")


def type_a_little(desk: Stand, qtbot: Any, hub: Hub) -> PatientForm:
    desk.do("patient.new")
    form = desk.form(PatientForm)
    form.field("name").type_in("Hal Mar")
    form.field("nhs_number").type_in("943 47")
    form.field("born").type_in("3/2")
    form.field("specimen_at").type_in(["yest", "9"])
    form.field("delays")._add_and_go()  # type: ignore[attr-defined]
    form.field("delays").rows()[0][0].set_value("Equipment")  # type: ignore[attr-defined]
    form.field("usual_setting").type_in([None, "elm lo"])
    qtbot.waitUntil(folder_of(hub.path).is_dir)
    qtbot.waitUntil(lambda: any(folder_of(hub.path).glob("*.draft")))
    desk.settle()
    return form


def crash(form: PatientForm) -> None:
    """The form is gone without a word, as when the power fails."""
    form.blockSignals(True)
    form.hide()
    form.deleteLater()


def test_what_was_typed_half_is_there_again_after_a_crash(at: At, qtbot: Any, hub: Hub) -> None:
    desk = at()
    crash(type_a_little(desk, qtbot, hub))
    told: list[Message] = []
    again = at()
    again.page.services.told.connect(told.append)
    offer_drafts(again.page.services)
    again.settle()
    assert "cut short" in told[-1].sentence
    assert "Hal" not in told[-1].sentence
    again.do("patient.draft")
    again.settle()
    form = again.form(PatientForm)
    typed = form.typed()
    assert typed["name"] == "Hal Mar"
    assert typed["nhs_number"] == "943 47"
    assert typed["born"] == "3/2"
    assert typed["specimen_at"] == ["yest", "9"]
    assert typed["delays"][0][0] == "Equipment"
    assert typed["usual_setting"] == [None, "elm lo"]
    assert form.dirty()
    form.reject()
    again.settle()
    assert not folder_of(hub.path).exists()


@pytest.mark.whole
def test_an_amendment_that_was_cut_short_is_taken_up_with_the_person_it_is_of(
    at: At, qtbot: Any, hub: Hub
) -> None:
    desk = at()
    page = desk.page
    assert isinstance(page, PatientsPage)
    patient = next(row.id for row in page.model.rows() if row.name == "Gus Hart")
    assert page.pick(patient)
    desk.settle()
    desk.do("patient.edit")
    form = desk.form(PatientForm)
    form.field("ward").set_value("Sunrise B")
    qtbot.waitUntil(lambda: any(folder_of(hub.path).glob("*.draft")))
    desk.settle()
    crash(form)
    again = at()
    again.do("patient.draft")
    again.settle()
    form = again.form(PatientForm)
    assert form.windowTitle() == "Amend Gus Hart"
    assert form.field("ward").value() == "Sunrise B"
    form.ask_to_save()
    again.settle()
    assert again.ask(lambda queries: queries.patient(patient)).details.ward == "Sunrise B"
    qtbot.waitUntil(lambda: not folder_of(hub.path).exists())


@pytest.mark.whole
def test_a_draft_is_gone_once_the_person_is_on_the_list(at: At, qtbot: Any, hub: Hub) -> None:
    desk = at()
    form = type_a_little(desk, qtbot, hub)
    form.field("delays").set_value(None)
    copy_row(**HAL)
    form.field("usual_setting").set_value(None)
    desk.settle()
    form.paste.paste(QGuiApplication.clipboard().text(), now=NOW)
    form.ask_to_save()
    desk.settle()
    assert desk.said[-1][0] == "Hal Marsh is on the list."
    qtbot.waitUntil(lambda: not folder_of(hub.path).exists())


@pytest.mark.whole
def test_a_draft_is_for_whoever_typed_it_alone(at: At, qtbot: Any, hub: Hub) -> None:
    crash(type_a_little(at(), qtbot, hub))
    with hub.open() as opened:
        added = opened.perform(
            partial(add_user, name="Priya Nair", roles=[Role.COORDINATOR]), by=hub.coordinator
        ).first
        priya = opened.sign_in(added)
    desk = at(priya)
    told: list[Message] = []
    desk.page.services.told.connect(told.append)
    offer_drafts(desk.page.services)
    desk.do("patient.draft")
    desk.settle()
    assert told == []
    sentence, way_back = desk.said[-1]
    assert sentence == "No form was cut short."
    assert way_back is not None
    assert (way_back.word, way_back.tone) == ("", Tone.NEUTRAL), "no tick where nothing was done"


@pytest.mark.whole
def test_what_the_postcode_filled_in_is_not_kept_as_typed(at: At) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    for key, value in (("postcode", "RM1 3ER"), ("latitude", 51.5), ("longitude", 0.1)):
        form.field(key).set_value(value)
    form.parts.postcode.stands(FromPostcode(level="sector", within_km=1.0, source="sectors"))
    assert not {"latitude", "longitude"} & set(form.typed())
    form.field("latitude").set_value(51.6)
    assert {"latitude", "longitude"} <= set(form.typed())
    desk.settle()
    form.finished_well()


@pytest.mark.whole
def test_a_form_that_was_only_opened_leaves_no_draft(at: At, qtbot: Any, hub: Hub) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    keeper = form.findChild(drafts.DraftKeeper)
    assert keeper is not None
    assert not keeper._pause.isActive(), "nothing is about to be kept"
    desk.settle()
    assert not folder_of(hub.path).exists()
    form.reject()


@pytest.mark.whole
def test_control_page_down_goes_from_section_to_section(at: At, qtbot: Any) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    qtbot.waitUntil(form.isActiveWindow)

    def press(key: Qt.Key) -> str:
        focus = form.focusWidget()
        assert isinstance(focus, QWidget)
        qtbot.keyClick(focus, key, Qt.KeyboardModifier.ControlModifier)
        return next(f.key for f in form.fields() if f.isAncestorOf(form.focusWidget()))

    down = Qt.Key.Key_PageDown
    assert [press(down) for _ in range(4)] == ["pathway", "test_result", "local_authority", "hospital"]
    assert press(Qt.Key.Key_PageUp) == "local_authority"
    form.reject()


@pytest.mark.whole
def test_a_level_of_care_is_general_until_somebody_says_otherwise(at: At) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    form.field("level").set_value("nursing")
    assert form.field("specialism").value() == "general"
    form.field("specialism").set_value("dementia")
    form.field("level").set_value("residential")
    assert form.field("specialism").value() == "dementia"


@pytest.mark.whole
def test_only_a_coordinator_adds_somebody_by_pasting(at: At, hub: Hub, qtbot: Any) -> None:
    desk = at(hub.lead)
    copy_row(**HAL)
    page = desk.page
    assert isinstance(page, PatientsPage)
    missed: list[str] = []
    page.commands.missed.connect(missed.append)
    qtbot.keyClick(page.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert missed == ["Only a coordinator may do this."]
    assert not [each for each in page.findChildren(PatientForm) if each.isVisible()]
