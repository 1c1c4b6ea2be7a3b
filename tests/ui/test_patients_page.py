"""The Patients page over a real hub: the list, the detail, and every form that it opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from discharge.actions.infections import record_observation
from discharge.actions.people import add_user
from discharge.model.base import YesNo
from discharge.model.happening import Happening
from discharge.model.infection import Exposure, Symptoms, Test
from discharge.model.patient_record import Capacity, LeaveReason, PatientState
from discharge.model.people import How, Role, User
from discharge.model.shown.patients import PatientPage
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import COVID, NOW, TODAY, Hub, Stand, sits
from tests.ui.table_pages import detail_words, link, pick
from ui.moves.happened import PersonHappenedForm
from ui.patients.form import PatientForm
from ui.patients.observation import (
    ClearanceForm,
    ExposureForm,
    SymptomsForm,
    TestForm,
    WhichForm,
    WithdrawForm,
)
from ui.patients.page import PatientsPage
from ui.patients.record_forms import AttestationsForm, ExcludeForm, LeaveForm, TakeBackForm
from ui.theme.palette import Tone
from ui.widgets.dated import DatedList
from ui.widgets.fold import Fold
from ui.words import people

PAGE = PatientsPage

At = Callable[..., Stand]


@pytest.fixture
def priya(hub: Hub) -> User:
    """Somebody who is a coordinator and nothing else."""
    with hub.open() as desk:
        added = desk.perform(
            partial(add_user, name="Priya Nair", roles=[Role.COORDINATOR]), by=hub.coordinator
        ).first
        return desk.sign_in(added)


def page_of(desk: Stand) -> PatientsPage:
    assert isinstance(desk.page, PatientsPage)
    return desk.page


def person(desk: Stand, patient: str) -> PatientPage:
    return desk.ask(lambda queries: queries.patient(patient))


def words_in_table(desk: Stand, name: str, column: str) -> str:
    model = page_of(desk).model
    row = next(row for row in model.rows() if row.name == name)
    return next(each for each in model.columns if each.key == column).words(row)


# --- the list ---------------------------------------------------------------------------------


def test_the_list_says_where_everybody_stands_and_which_bed_they_need(look_at: At) -> None:
    desk = look_at()
    assert words_in_table(desk, "Ada Swift", "standing") == "Can leave"
    assert words_in_table(desk, "Ada Swift", "infection") == "Own room"
    assert words_in_table(desk, "Ben Okoro", "standing") == "Isolating"
    assert words_in_table(desk, "Ben Okoro", "infection") == "Designated bed until Sun 22 Nov"
    assert words_in_table(desk, "Dev Patel", "standing") == "Blocked"
    assert words_in_table(desk, "Dev Patel", "infection") == "No COVID-19 test: one is needed before leaving"
    status = next(each for each in page_of(desk).model.columns if each.key == "infection").status
    assert status is not None
    tones = {row.name: status(row) for row in page_of(desk).model.rows()}
    assert tones["Ada Swift"] is not None
    assert tones["Ada Swift"].tone is Tone.DONE
    assert tones["Ben Okoro"] is not None
    assert (tones["Ben Okoro"].tone, "R5" in tones["Ben Okoro"].sentence) == (Tone.WAITING, True)
    assert tones["Dev Patel"] is not None
    assert tones["Dev Patel"].tone is Tone.DANGER


@pytest.mark.whole
def test_a_result_that_is_awaited_is_said_with_its_hour(at: At, hub: Hub) -> None:
    with hub.open() as desk:
        seen = Test(organism=COVID, result="pending", specimen_at=datetime(2020, 11, 16, 6, tzinfo=UTC))
        desk.perform(partial(record_observation, patient="P-0004", observation=seen), by=hub.coordinator)
    desk_now = at()
    assert words_in_table(desk_now, "Dev Patel", "standing") == "Result awaited"
    assert words_in_table(desk_now, "Dev Patel", "infection") == "Result awaited since 06:00"


@pytest.mark.whole
def test_filters_narrow_by_pathway_infection_and_standing(look_at: At) -> None:
    desk = look_at()
    page = page_of(desk)

    def shown() -> set[str]:
        return {row.name for row in page.model.shown()}

    page.chips.set_on(["pathway/P2"])
    assert shown() == {"Cyn Trent"}
    page.chips.set_on(["infection/blocked", "infection/isolating"])
    assert shown() == {"Dev Patel", "Ben Okoro"}
    page.chips.set_on(["infection/blocked", "pathway/P2"])
    assert shown() == set()
    assert page._stack.currentWidget() is page._none_found
    page.show_all()
    page.look_for("ada")
    assert shown() == {"Ada Swift"}


@pytest.mark.whole
def test_a_refresh_keeps_selection_scroll_and_filter(at: At, hub: Hub) -> None:
    desk = at()
    page = page_of(desk)
    patient = pick(desk, "Gus Hart")
    page.look_for("a")
    with hub.open() as other:
        seen = Exposure(organism=COVID, exposed_on=TODAY)
        other.perform(partial(record_observation, patient="P-0001", observation=seen), by=hub.coordinator)
    desk.place.changed.emit(frozenset({"patients"}))
    desk.settle()
    assert page.current() is not None
    assert page.current().id == patient  # type: ignore[union-attr]
    assert page.model.text == "a"


@pytest.mark.whole
def test_without_anybody_the_page_says_what_to_do(
    empty_hub: Hub, make_services: MakeServices, qtbot: Any
) -> None:
    desk = sits(PAGE, empty_hub, make_services, qtbot)()
    page = page_of(desk)
    assert page._stack.currentWidget() is page._empty
    assert "Nobody waits" in page._empty.words()
    page._empty.button.click()
    desk.settle()
    assert desk.form(PatientForm).isVisible()


# --- the detail -------------------------------------------------------------------------------


@pytest.mark.whole
def test_the_detail_tells_the_infection_story_with_the_rule_that_decides(look_at: At) -> None:
    desk = look_at()
    pick(desk, "Ben Okoro")
    said = detail_words(desk)
    assert "Designated bed until Sun 22 Nov" in said
    assert "Rule R5" in said
    assert "First night without isolation: Sun 22 Nov, in 6 days" in said
    assert "COVID-19 test: positive, reported Sun 8 Nov" in said
    assert "Not attested:" in said
    assert "History" in said


def test_enter_goes_into_the_detail_and_escape_comes_back(look_at: At, qtbot: Any) -> None:
    desk = look_at()
    page = page_of(desk)
    pick(desk, "Ada Swift")
    page.activateWindow()
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.detail.isAncestorOf(page.window().focusWidget()))
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(page.table.hasFocus)


@pytest.mark.whole
def test_commands_say_why_they_cannot_be_done(at: At, hub: Hub, priya: User) -> None:
    desk = at(hub.lead)
    pick(desk, "Ada Swift")
    assert desk.commands.why_not("patient.new") == "Only a coordinator may do this."
    assert "Only a clinician" in desk.commands.action("patient.clearance").toolTip()
    desk.sign_in(priya)
    assert desk.commands.why_not("patient.take_back") == "They are on the list."
    assert desk.commands.why_not("patient.placement") == "No placement is on its way for them."
    assert "Only a clinician" in desk.commands.why_not("patient.clearance")


# --- register and amend -----------------------------------------------------------------------


def new_person(**more: Any) -> dict[str, Any]:
    return {
        "name": "Hal Marsh",
        "born": date(1938, 2, 1),
        "nhs_number": "999 476 5949",
        "sex": "male",
        "pathway": "P3",
        "priority": 2,
        "level": "nursing",
        "specialism": "dementia",
        "needs": ["hoist"],
        "other_needs": "language:pl",
        "local_authority": "Havering",
        **more,
    }


@pytest.mark.whole
def test_a_person_is_registered_with_the_test_and_shown(at: At) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    assert form.field("ready_on").value() == TODAY
    assert form.field("specimen_at").isHidden()
    form.set_values(new_person())
    form.field("test_result").set_value("negative")
    assert form.field("specimen_at").value() == NOW
    form.field("specimen_at").set_value(NOW - timedelta(hours=5))
    form.ask_to_save()
    desk.settle()
    row = page_of(desk).current()
    assert row is not None
    assert row.name == "Hal Marsh"
    found = person(desk, row.id)
    assert found.details.nhs_number == "9994765949"
    assert found.details.needs == ("hoist", "language:pl")
    assert found.details.care is not None
    assert [each.observation for each in found.observations] == [
        Test(organism=COVID, result="negative", specimen_at=NOW - timedelta(hours=5), reported_at=NOW)
    ]
    assert desk.said[-1][0] == "Hal Marsh is on the list."
    desk.undo()
    assert person(desk, row.id).row.leave_reason is LeaveReason.ENTERED_BY_MISTAKE


def test_the_nhs_number_is_checked_as_one_types(look_at: At, qtbot: Any) -> None:
    desk = look_at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    number = form.number
    qtbot.keyClicks(number.editor, "9991234560")
    assert "check digit" in number.below()
    number.editor.clear()
    qtbot.keyClicks(number.editor, "9994765949")
    assert number.below() == "The check digit fits."
    number.editor.clear()
    form.field("no_number").set_value("not_known")
    assert not number.required
    qtbot.keyClicks(number.editor, "9994765949")
    assert form.field("no_number").value() is None
    assert number.required


@pytest.mark.whole
def test_nothing_is_saved_before_what_must_be_there_is(look_at: At) -> None:
    desk = look_at()
    before = len(page_of(desk).model.rows())
    desk.do("patient.new")
    form = desk.form(PatientForm)
    form.ask_to_save()
    assert form.isVisible()
    assert form.message().startswith("Name is missing.")
    form.set_values(new_person(level="nursing", specimen_at=NOW))
    form.field("specialism").set_value(None)
    form.ask_to_save()
    assert form.message() == "Give both the level of care and the specialism, or neither."
    desk.settle()
    assert len(page_of(desk).model.rows()) == before


def test_somebody_who_may_be_the_same_person_is_named_while_one_types(look_at: At, hub: Hub) -> None:
    desk = look_at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    desk.settle()
    assert form.twins.words() == ""
    form.field("name").set_value("swift, ada")
    form.field("born").set_value(date(1940, 5, 5))
    assert "Ada Swift, born 5 May 1940" in form.twins.words()
    assert form.twins.words().endswith("Is it the same person?")
    button = form.twins.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    button.click()
    desk.settle()
    assert not form.isVisible()
    row = page_of(desk).current()
    assert row is not None
    assert row.name == "Ada Swift"
    # what was typed isn't lost
    assert desk.said[-1][0] == "Nothing was saved: the form “Add patient” was closed."
    desk.undo()
    assert form.isVisible()
    assert form.field("name").value() == "swift, ada"
    form.field("name").set_value(None)
    form.field("born").set_value(None)
    form.reject()


@pytest.mark.whole
def test_a_number_that_somebody_has_is_named_and_refused(at: At) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    desk.save(form, **new_person())
    desk.do("patient.new")
    form = desk.form(PatientForm)
    form.set_values(new_person(name="Somebody Else", born=date(1950, 1, 1)))
    assert "This NHS number is on the list already: Hal Marsh" in form.twins.words()
    form.ask_to_save()
    desk.settle()
    assert form.isVisible()
    assert "has this NHS number already" in form.message()


@pytest.mark.whole
def test_a_person_is_amended_and_the_amendment_taken_back(at: At) -> None:
    desk = at()
    patient = pick(desk, "Gus Hart")
    desk.do("patient.edit")
    form = desk.form(PatientForm)
    assert form.field("name").value() == "Gus Hart"
    assert form.field("level").value() == "nursing"
    form.field("ward").set_value("Sunrise B")
    form.field("handover.allergies").set_value("Penicillin")
    form.field("amend_reason").set_value("Moved ward")
    form.ask_to_save()
    desk.settle()
    assert person(desk, patient).details.ward == "Sunrise B"
    assert person(desk, patient).details.handover.allergies == "Penicillin"
    assert "Penicillin" in detail_words(desk)
    desk.undo()
    assert person(desk, patient).details.ward == "Oak"


@pytest.mark.whole
def test_an_amendment_without_a_change_leaves_no_entry(at: At) -> None:
    desk = at()
    patient = pick(desk, "Gus Hart")
    before = len(person(desk, patient).timeline)
    desk.do("patient.edit")
    form = desk.form(PatientForm)
    form.ask_to_save()
    desk.settle()
    assert not [each for each in desk.page.findChildren(PatientForm) if each.isVisible()]
    assert len(person(desk, patient).timeline) == before


@pytest.mark.whole
def test_reasons_for_delay_and_readiness_are_kept_and_shown(at: At) -> None:
    desk = at()
    patient = pick(desk, "Gus Hart")
    desk.do("patient.edit")
    form = desk.form(PatientForm)
    delays = form.field("delays")
    delays._add_and_go()  # type: ignore[attr-defined]
    row = delays.rows()[0]  # type: ignore[attr-defined]
    assert delays.problem() == "Say what the delay is for, or take the row out."
    row[0].type_in("Care home place")
    assert delays.problem().startswith("This is none of the 18 published reasons.")
    row[0].type_in("awaiting  TRANSPORT ")
    row[1].set_value(date(2020, 11, 12))
    form.field("readiness").set_value(["medicines"])
    form.ask_to_save()
    desk.settle()
    details = person(desk, patient).details
    assert [(each.reason, each.primary, each.since) for each in details.delays] == [
        ("Awaiting transport", True, date(2020, 11, 12))
    ]
    said = detail_words(desk)
    assert "Main reason for delay: Awaiting transport, since Thu 12 Nov" in said
    assert "Ready: medicines to take out" in said


# --- the infection story ----------------------------------------------------------------------


def test_a_test_is_recorded_corrected_and_withdrawn(at: At) -> None:
    desk = at()
    patient = pick(desk, "Dev Patel")
    desk.do("patient.test")
    form = desk.form(TestForm)
    assert form.field("specimen_at").value() == NOW
    assert form.field("reported_at").isHidden()
    desk.save(form, result="pending", specimen_at=NOW - timedelta(hours=3))
    assert "Result awaited since 06:30" in detail_words(desk)
    # the result that was waited for: the specimen's time is there already
    desk.do("patient.test")
    form = desk.form(TestForm)
    assert form.field("specimen_at").value() == NOW - timedelta(hours=3)
    desk.save(form, result="positive")
    assert "Designated bed" in detail_words(desk)
    wrong = person(desk, patient).observations[0]
    link(desk, f"Correct: {observation_words(desk, patient)}").click()
    desk.settle()
    form = desk.form(TestForm)
    assert form.field("result").value() == "positive"
    form.field("result").set_value("negative")
    form.ask_to_save()
    assert form.message() == "Why it is corrected is missing."
    form.field("reason").set_value("Read the wrong line")
    form.ask_to_save()
    desk.settle()
    seen = person(desk, patient).observations
    assert [each.reason for each in seen if each.id == wrong.id] == ["Read the wrong line"]
    assert "Own room" in detail_words(desk)
    desk.do("patient.withdraw")
    form_out = desk.form(WithdrawForm)
    current = next(each for each in seen if not each.withdrawn and each.observation.result == "negative")  # type: ignore[union-attr]
    desk.save(form_out, which=current.id, reason="Another person's result")
    assert "Withdrawn: Another person's result." in detail_words(desk)
    desk.undo()
    standing = [each for each in person(desk, patient).observations if not each.withdrawn]
    assert any(each.observation == current.observation for each in standing)


def observation_words(desk: Stand, patient: str) -> str:
    from discharge.words import terms

    return terms.observation(person(desk, patient).observations[0].observation, now=desk.hub.clock())


def test_a_result_before_its_specimen_is_refused(look_at: At) -> None:
    desk = look_at()
    pick(desk, "Dev Patel")
    desk.do("patient.test")
    form = desk.form(TestForm)
    form.set_values({"result": "negative", "specimen_at": NOW, "reported_at": NOW - timedelta(hours=1)})
    form.ask_to_save()
    assert form.message().startswith("The result was reported before the specimen was taken.")
    form.field("reported_at").set_value(NOW + timedelta(hours=1))
    form.ask_to_save()
    assert form.message() == "Result reported can't lie in the future."


@pytest.mark.whole
def test_symptoms_and_a_contact_are_recorded_and_taken_back(at: At) -> None:
    desk = at()
    patient = pick(desk, "Ada Swift")
    desk.do("patient.symptoms")
    desk.save(desk.form(SymptomsForm), onset_on=date(2020, 11, 14))
    desk.do("patient.exposure")
    desk.save(desk.form(ExposureForm), exposed_on=date(2020, 11, 13))
    seen = {type(each.observation) for each in person(desk, patient).observations}
    assert {Symptoms, Exposure} <= seen
    desk.undo()
    counting = [each for each in person(desk, patient).observations if not each.withdrawn]
    assert Exposure not in {type(each.observation) for each in counting}


def test_one_of_several_observations_is_chosen_to_be_corrected(at: At) -> None:
    desk = at()
    pick(desk, "Ada Swift")
    desk.do("patient.symptoms")
    desk.save(desk.form(SymptomsForm), onset_on=date(2020, 11, 14))
    desk.do("patient.correct")
    which = desk.form(WhichForm)
    choices = [which.which.editor.itemText(at) for at in range(which.which.editor.count())]
    assert choices[-1].startswith("Sat 14 Nov: Symptoms of COVID-19 began")
    which.which.editor.setCurrentIndex(len(choices) - 1)
    which.ask_to_save()
    desk.settle()
    assert desk.form(SymptomsForm).field("onset_on").value() == date(2020, 11, 14)


def test_a_clinician_alone_releases_from_isolation(at: At, hub: Hub) -> None:
    desk = at(hub.clinician)
    patient = pick(desk, "Ben Okoro")
    desk.do("patient.clearance")
    form = desk.form(ClearanceForm)
    end = person(desk, patient).row.infection.isolation_end
    assert end is not None
    assert (form.field("kind").value(), form.field("isolate_until").value()) == ("until", end)
    assert form.field("released_on").isHidden()
    assert (
        "By the rules: the first night without isolation is" in form.by_rule.findChildren(QLabel)[-1].text()
    )
    form.field("isolate_until").set_value(date(2020, 11, 19))
    form.ask_to_save()
    assert form.message().startswith("Say why it can end")
    form.field("earlier").set_value("Two negative tests")
    form.ask_to_save()
    desk.settle()
    assert person(desk, patient).row.infection.isolation_end == date(2020, 11, 19)
    assert words_in_table(desk, "Ben Okoro", "infection") == "Designated bed until Thu 19 Nov"


def test_a_coordinator_attests_on_a_clinicians_word_and_can_take_it_back(at: At, priya: User) -> None:
    desk = at(priya)
    patient = pick(desk, "Ben Okoro")
    desk.do("patient.attest")
    form = desk.form(AttestationsForm)
    form.field("attested").set_value(["clinical_improvement", "no_new_symptoms"])
    form.ask_to_save()
    assert form.message().startswith("Clinician is missing.")
    form.set_values(
        {
            "given_name": "Dr Rao",
            "given_role": "consultant",
            "given_how": How.PHONE,
            "given_number": "bleep 214",
        }
    )
    form.ask_to_save()
    desk.settle()
    given = person(desk, patient).attestations[0].given
    assert given is not None
    assert given.sentence == "Dr Rao, consultant, by phone on bleep 214"
    assert "2 of 5" in detail_words(desk)
    desk.undo()
    assert person(desk, patient).attestations == ()


@pytest.mark.whole
def test_a_clinician_attests_themself(at: At, hub: Hub) -> None:
    desk = at(hub.clinician)
    patient = pick(desk, "Ben Okoro")
    desk.do("patient.attest")
    form = desk.form(AttestationsForm)
    assert form.given is None
    desk.save(form, attested=["isolation_completed"])
    assert [each.attestation for each in person(desk, patient).attestations] == ["isolation_completed"]


# --- choice, leaving, coming back -------------------------------------------------------------


@pytest.mark.whole
def test_a_setting_is_left_out_and_let_in_again(at: At) -> None:
    desk = at()
    patient = pick(desk, "Ada Swift")
    desk.do("patient.exclude")
    form = desk.form(ExcludeForm)
    form.field("setting").editor.setText("elm lo")  # type: ignore[attr-defined]
    form.field("reason").set_value("The family asks for somewhere nearer")
    form.ask_to_save()
    assert form.message().startswith("No setting of this hub is called that.")
    form.field("setting").editor.setText("elm lodge")  # type: ignore[attr-defined]
    form.ask_to_save()
    desk.settle()
    assert [each.setting_name for each in person(desk, patient).exclusions] == ["Elm Lodge"]
    link(desk, "Let in again: Elm Lodge").click()
    desk.settle()
    assert person(desk, patient).exclusions == ()
    desk.undo()
    assert [each.reason for each in person(desk, patient).exclusions] == [
        "The family asks for somewhere nearer"
    ]


@pytest.mark.whole
def test_somebody_leaves_the_list_and_comes_back(at: At) -> None:
    desk = at()
    page = page_of(desk)
    patient = pick(desk, "Cyn Trent")
    desk.do("patient.leave")
    form = desk.form(LeaveForm)
    assert LeaveReason.PLACED not in list(form.reason._values)
    desk.save(form, reason=LeaveReason.WENT_HOME, note="With a daughter")
    assert all(row.id != patient for row in page.model.rows())
    page.chips.set_on(["standing/left"])
    desk.settle()
    assert [row.name for row in page.model.shown()] == ["Cyn Trent"]
    assert words_in_table(desk, "Cyn Trent", "standing") == "Went home"
    page.pick(patient)
    desk.settle()
    assert desk.commands.why_not("patient.exclude") == "They left the list. Take them back first."
    desk.do("patient.take_back")
    desk.save(desk.form(TakeBackForm), note="Readmitted")
    assert person(desk, patient).row.state is PatientState.WAITING


def left(desk: Stand, name: str, reason: LeaveReason) -> str:
    """Somebody leaves the list, and is looked at among those who did."""
    patient = pick(desk, name)
    desk.do("patient.leave")
    desk.save(desk.form(LeaveForm), reason=reason)
    page_of(desk).chips.set_on(["standing/left"])
    desk.settle()
    assert pick(desk, name) == patient
    return patient


def test_a_late_result_of_whoever_left_the_list_is_recorded_and_corrected(at: At) -> None:
    desk = at()
    patient = left(desk, "Ada Swift", LeaveReason.WENT_HOME)
    desk.do("patient.test")
    desk.save(desk.form(TestForm), result="positive")
    assert person(desk, patient).row.state is PatientState.LEFT
    assert [line.patient for line in desk.ask(lambda q: q.news())] == [patient]
    assert words_in_table(desk, "Ada Swift", "standing") == "Went home"
    assert words_in_table(desk, "Ada Swift", "infection").startswith("Designated bed until")
    recorded = next(each for each in person(desk, patient).observations if each.recorded_at == NOW)
    page_of(desk)._correct(recorded)
    desk.settle()
    desk.save(desk.form(TestForm), result="negative", reason="Two specimens were mixed up")
    newest = next(each for each in person(desk, patient).observations if not each.withdrawn)
    assert isinstance(newest.observation, Test)
    assert newest.observation.result == "negative"
    assert words_in_table(desk, "Ada Swift", "infection") == ""


@pytest.mark.whole
def test_whoever_left_the_list_is_neither_blocked_nor_untested_by_it(at: At) -> None:
    desk = at()
    assert words_in_table(desk, "Dev Patel", "standing") == "Blocked"
    left(desk, "Dev Patel", LeaveReason.WENT_HOME)
    assert words_in_table(desk, "Dev Patel", "infection") == ""
    row = next(row for row in page_of(desk).model.rows() if row.name == "Dev Patel")
    assert not people.is_blocked(row)
    assert not people.is_untested(row)
    assert "Bed needed tonight" not in detail_words(desk)


@pytest.mark.whole
def test_of_whoever_was_entered_by_mistake_nothing_more_is_recorded(at: At) -> None:
    desk = at()
    left(desk, "Cyn Trent", LeaveReason.ENTERED_BY_MISTAKE)
    for command in ("patient.test", "patient.correct", "patient.happened"):
        assert desk.commands.why_not(command).startswith("They were entered by mistake.")


@pytest.mark.whole
def test_a_death_of_whoever_left_the_list_is_recorded(at: At) -> None:
    desk = at()
    patient = left(desk, "Cyn Trent", LeaveReason.WENT_HOME)
    desk.do("patient.happened")
    form = desk.form(PersonHappenedForm)
    assert form.values()["fact"] == Happening.DIED.value
    desk.save(form, reason="Their daughter rang")
    assert person(desk, patient).row.leave_reason == LeaveReason.DIED
    assert desk.commands.why_not("patient.happened") == "Their death is on record."


@pytest.mark.whole
def test_what_two_people_do_at_once_is_refused_in_a_sentence(at: At, hub: Hub) -> None:
    from discharge.actions.patients import leave

    desk = at()
    pick(desk, "Cyn Trent")
    desk.do("patient.leave")
    form = desk.form(LeaveForm)
    with hub.open() as other:
        other.perform(partial(leave, patient="P-0003", reason=LeaveReason.DIED), by=hub.coordinator)
    desk.save(form, reason=LeaveReason.WENT_HOME)
    assert form.isVisible()
    assert form.message() == "They left the list already. Nothing needs to be done."


@pytest.mark.whole
def test_a_long_history_shows_its_beginning_first(at: At, qtbot: Any) -> None:
    desk = at()
    page = page_of(desk)
    patient = pick(desk, "Ada Swift")
    with desk.hub.open() as other:
        for day in range(1, 12):
            seen = Exposure(organism=COVID, exposed_on=date(2020, 10, day))
            other.perform(
                partial(record_observation, patient=patient, observation=seen), by=desk.hub.coordinator
            )
    desk.place.changed.emit(frozenset({"patients"}))
    desk.settle()
    history = page.detail.findChildren(DatedList)[-1]
    more = next(each for each in history.findChildren(QPushButton) if each.text().startswith("Show "))
    assert more.text() == f"Show {len(history.entries()) - 6} more"
    more.click()
    assert not [each for each in history.findChildren(QPushButton) if each.isVisibleTo(history)]


@pytest.mark.whole
def test_whoever_may_not_change_the_record_sees_no_buttons_that_would(at: At, hub: Hub, priya: User) -> None:
    desk = at(hub.lead)
    pick(desk, "Ben Okoro")
    pane = page_of(desk).detail

    def names() -> set[str]:
        return {each.text() for each in pane.findChildren(QPushButton) if each.isVisibleTo(pane)}

    assert "COVID-19 test: positive" in detail_words(desk)
    assert not names() & {"Correct…", "Withdraw…"}
    desk.sign_in(priya)
    assert {"Correct…", "Withdraw…"} <= names()


@pytest.mark.whole
def test_every_control_of_the_forms_has_a_name_for_screen_readers(look_at: At) -> None:
    desk = look_at()
    pick(desk, "Ada Swift")
    desk.do("patient.edit")
    form = desk.form(PatientForm)
    form.field("delays")._add_and_go()  # type: ignore[attr-defined]
    form.field("preferred").set_value(["S-0001"])
    nameless = []
    names: list[str] = []
    for control in form.findChildren(QWidget):
        if not isinstance(
            control, (QLineEdit, QComboBox, QCheckBox, QPushButton, QToolButton, QPlainTextEdit)
        ):
            continue
        if not control.isVisibleTo(form):
            continue
        name = QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
        own = control.accessibleName() or name
        names.append(own)
        if not own:
            nameless.append(type(control).__name__)
    assert nameless == []
    assert len(names) > 40
    assert "Reasons for delay, row 1: Since" in names
    form.field("preferred").set_value([])


# --- what no plan asks for ---------------------------------------------------------------------


@pytest.mark.whole
def test_what_no_plan_asks_for_stands_in_a_fold_that_keyboard_entry_passes_over(look_at: At) -> None:
    desk = look_at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    (fold,) = form.findChildren(Fold)
    assert not fold.is_open
    assert not form.field("hospital_number").isVisible()
    fold.head.click()
    assert form.field("hospital_number").isVisible()
    assert not form.field("best_interests_by").isVisible()
    form.field("mental_capacity").set_value(Capacity.BEST_INTERESTS)
    assert form.field("best_interests_by").isVisible()
    form.reject()


@pytest.mark.whole
def test_it_is_filled_in_shown_found_by_number_and_the_fold_stands_open_next_time(at: At, hub: Hub) -> None:
    desk = at()
    patient = pick(desk, "Ada Swift")
    assert "Not known: DoLS asked for, family asked, unpaid carer asked" in detail_words(desk)
    desk.do("patient.edit")
    desk.save(
        desk.form(PatientForm),
        hospital_number="H0012345",
        named_lead=hub.coordinator.id,
        gp_practice="Example Surgery",
        mental_capacity=Capacity.BEST_INTERESTS,
        best_interests_by="her daughter",
        family_asked=YesNo.YES,
    )
    found = person(desk, patient).details
    assert (found.hospital_number, found.named_lead) == ("H0012345", hub.coordinator.id)
    assert (found.family_asked, found.dols_asked) == (YesNo.YES, YesNo.NOT_KNOWN)
    said = detail_words(desk)
    for each in ("H0012345", "Example Surgery", "Best-interests decision, by her daughter"):
        assert each in said
    assert "Not known: DoLS asked for, unpaid carer asked" in said
    page = page_of(desk)
    page.look_for("h0012345")
    assert {row.name for row in page.model.shown()} == {"Ada Swift"}
    page.show_all()
    page.chips.set_on(["lead/mine"])
    assert {row.name for row in page.model.shown()} == {"Ada Swift"}
    desk.do("patient.edit")
    form = desk.form(PatientForm)
    assert [fold.is_open for fold in form.findChildren(Fold)] == [True]
    assert form.field("named_lead").value() == hub.coordinator.id
    form.reject()


@pytest.mark.whole
def test_what_is_wrong_in_a_closed_fold_opens_it(look_at: At) -> None:
    desk = look_at()
    pick(desk, "Ada Swift")
    desk.do("patient.edit")
    form = desk.form(PatientForm)
    (fold,) = form.findChildren(Fold)
    form.field("admitted_on").type_in("31/31/2020")
    fold.open(False)
    form.ask_to_save()
    assert fold.is_open
    assert form.message()
    form.field("admitted_on").set_value(None)
    form.reject()
