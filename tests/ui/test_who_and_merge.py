"""Who is it? Like names are marked, forms say whom they are about, two records of one person are made one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from discharge.actions.desk import Desk
from discharge.actions.patients import amend_patient
from discharge.model.people import User
from discharge.model.placement import PlacementState
from discharge.model.shown.patients import Hit, PatientPage
from tests.actions.observing import record_test
from tests.examples import sweep
from tests.ui.pdf_text import pages_of
from tests.ui.planning_hub import COVID, NOW, Hub, Stand, add_person
from tests.ui.table_pages import pick
from ui.frame.hits import hit_lines
from ui.frame.looking import Looking
from ui.patients.copy_of_record import CopyForm
from ui.patients.form import PatientForm
from ui.patients.merge import MergeForm, PartForm, WhichOtherForm
from ui.patients.observation import ClearanceForm, ExposureForm, SymptomsForm, TestForm, WithdrawForm
from ui.patients.page import PatientsPage
from ui.patients.record_forms import AttestationsForm, ExcludeForm, LeaveForm
from ui.widgets.choice_fields import ChoiceField

PAGE = PatientsPage

At = Callable[..., Stand]


@pytest.fixture
def hub(empty_hub: Hub) -> Hub:
    empty_hub.bring("people of like names", partial(_take_in, by=empty_hub.coordinator))
    return empty_hub


@pytest.fixture(scope="module")
def stand_for_all(
    make_stand: At, empty_hub_made_once: Hub, tmp_path_factory: pytest.TempPathFactory
) -> Stand:
    """The page with people of like names, once for all tests that only look at it."""
    hub = empty_hub_made_once.copy(tmp_path_factory.mktemp("all") / "like.hub")
    hub.bring("people of like names", partial(_take_in, by=hub.coordinator))
    return make_stand(PAGE, hub)


def _take_in(desk: Desk, by: User) -> None:
    add_person(desk, by, "Ann Marsh", born="1930-05-05")
    other = add_person(desk, by, "Annie Marsh-Hall", born="1930-05-05", nhs_number="9990001006",
                       no_number=None, needs=["hoist"], result=None)  # fmt: skip
    add_person(desk, by, "Zoe Marsh", born="1941-03-02")
    add_person(desk, by, "Bob Swift", born="1929-01-09")
    desk.perform(
        partial(
            record_test, patient=other, organism=COVID, result="positive",
            specimen_at=desk.now(), reported_at=desk.now(),
        ),
        by=by,
    )  # fmt: skip


def page_of(desk: Stand) -> PatientsPage:
    assert isinstance(desk.page, PatientsPage)
    return desk.page


def person(desk: Stand, patient: str) -> PatientPage:
    return desk.ask(lambda queries: queries.patient(patient))


def test_people_with_a_like_name_are_marked_in_the_list(look_at: At) -> None:
    desk = look_at()
    name = next(each for each in page_of(desk).model.columns if each.key == "name")
    assert name.status is not None
    marks = {row.name: name.status(row) for row in page_of(desk).model.rows()}
    assert marks["Bob Swift"] is None
    ann = marks["Ann Marsh"]
    assert ann is not None
    assert "Another MARSH on the list: Zoe Marsh (P-0003)" in ann.sentence
    assert ann.icon == "user"


@pytest.mark.parametrize(
    ("command", "form"),
    sweep(
        [
            ("patient.test", TestForm),
            ("patient.symptoms", SymptomsForm),
            ("patient.exposure", ExposureForm),
            ("patient.clearance", ClearanceForm),
            ("patient.attest", AttestationsForm),
            ("patient.withdraw", WithdrawForm),
            ("patient.exclude", ExcludeForm),
            ("patient.leave", LeaveForm),
            ("patient.merge", WhichOtherForm),
        ]
    ),
)
def test_a_form_about_somebody_says_name_birth_date_and_number(
    look_at: At, stand_for_all: Stand, command: str, form: type[Any]
) -> None:
    desk = look_at(stand_for_all.hub.clinician) if command == "patient.clearance" else look_at()
    pick(desk, "Annie Marsh-Hall")
    desk.do(command)
    opened = desk.form(form)
    for said in ("Annie Marsh-Hall", "born 5 May 1930", "NHS 999 000 1006", "P-0002"):
        assert said in opened.about.words()
    opened.reject()


def test_two_records_are_seen_side_by_side_and_made_one(at: At) -> None:
    desk = at()
    one = pick(desk, "Ann Marsh")
    desk.do("patient.merge")
    which = desk.form(WhichOtherForm)
    desk.settle()
    which.set_values({"other": "P-0002"})
    which.ask_to_save()
    desk.settle()
    form = desk.form(MergeForm)
    # the one with a number stays
    assert "Annie Marsh-Hall: born 5 May 1930" in form.about.words()
    assert "Ann Marsh: born 5 May 1930" in form.about.words()
    assert form.values()["take/nhs_number"] == "this"
    assert form.values()["take/name"] == "this"
    names = form.field("take/name")
    assert isinstance(names, ChoiceField)
    assert {names.editor.itemText(at) for at in range(2)} == {"P-0001: Ann Marsh", "P-0002: Annie Marsh-Hall"}
    form.field("take/name").set_value("other")
    desk.save(form, reason="One bed on the ward")
    whole = person(desk, "P-0002")
    assert (whole.row.name, whole.row.nhs_number, whole.row.parts) == ("Ann Marsh", "9990001006", (one,))
    assert len(whole.observations) == 2
    assert whole.row.infection.requirement == "designated"
    assert [row.id for row in page_of(desk).model.rows()] == ["P-0002", "P-0003", "P-0004"]
    assert desk.said[-1][0] == "Ann Marsh has one record now: P-0002."
    desk.undo()
    assert len(person(desk, one).observations) == 1
    assert person(desk, "P-0002").row.name == "Annie Marsh-Hall"


@pytest.mark.whole
def test_what_speaks_for_two_people_is_said_before_they_are_made_one(at: At, hub: Hub) -> None:
    desk = at()
    one, other = pick(desk, "Annie Marsh-Hall"), pick(desk, "Bob Swift")
    with hub.open() as quietly:
        quietly.perform(
            partial(
                amend_patient, patient=other, reason="Found on the spine",
                changes={"nhs_number": "9990002002", "no_number": None, "together_with": one},
            ),
            by=hub.coordinator,
        )  # fmt: skip
    page_of(desk)._side_by_side(one, other)
    desk.settle()
    form = desk.form(MergeForm)
    said = [each.text() for each in form.findChildren(QLabel)]
    assert any("Each has an NHS number of its own" in each for each in said)
    assert any("They are recorded as staying together" in each for each in said)
    assert any("They differ in date of birth" in each for each in said)
    assert "take/together_with" not in form.values()
    form.reject()


@pytest.mark.whole
def test_a_part_is_parted_again_by_the_command(at: At) -> None:
    desk = at()
    pick(desk, "Ann Marsh")
    why_not = page_of(desk).commands.why_not("patient.part")
    assert why_not == "No other record is a part of this one."
    page_of(desk)._side_by_side("P-0001", "P-0002")
    desk.settle()
    desk.save(desk.form(MergeForm), reason="One bed on the ward")
    pick(desk, "Annie Marsh-Hall")
    desk.do("patient.part")
    desk.settle()
    parting = desk.form(PartForm)
    assert parting.part.editor.currentText().startswith("Ann Marsh, born 5 May 1930")
    desk.save(parting, reason="Sisters-in-law")
    assert {row.id for row in page_of(desk).model.rows()} == {"P-0001", "P-0002", "P-0003", "P-0004"}


def test_a_copy_of_all_that_is_on_record_is_put_where_it_is_told(
    at: At, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = at()
    pick(desk, "Ann Marsh")
    desk.do("patient.copy")
    desk.settle()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path / "for her"))
    (tmp_path / "for her").mkdir()
    desk.save(desk.form(CopyForm), to="Ann Marsh", reason="Asked by letter")
    desk.settle()
    written = sorted((tmp_path / "for her").iterdir())
    assert [path.suffix for path in written] == [".json", ".pdf"]
    assert "Ann Marsh" in written[0].read_text(encoding="utf-8")
    assert "Ann Marsh" in pages_of(written[1])[0]
    assert "Ann Marsh" not in written[1].name
    assert "The copy is in for her" in desk.said[-1][0]


@pytest.mark.whole
def test_the_warning_in_the_form_leads_to_both_records(look_at: At) -> None:
    desk = look_at()
    pick(desk, "Ann Marsh")
    desk.do("patient.edit")
    form = desk.form(PatientForm)
    desk.settle()
    form.field("name").set_value("Annie Marsh Hall")
    assert "Annie Marsh-Hall, born 5 May 1930" in form.twins.words()
    links = {each.text(): each for each in form.twins.findChildren(QPushButton)}
    links["Make them one…"].click()
    desk.settle()
    assert "P-0002" in desk.form(MergeForm).about.words()
    desk.form(MergeForm).reject()


def test_a_likely_double_is_asked_about_before_it_is_saved(at: At) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    desk.settle()
    form.set_values(
        {
            "name": "MARSH, Ann", "sex": "unknown", "pathway": "P3", "priority": 2, "no_number": "not_traced",
            "ready_on": NOW.date(),
        }
    )  # fmt: skip
    form.field("born").type_in("5/5/30")
    form.ask_to_save()
    desk.settle()
    assert form.isVisible()
    assert "P-0001 may be the same person" in form.message()
    form.field("asked_because").set_value("Cousins: both are on the ward")
    form.ask_to_save()
    desk.settle()
    assert "MARSH, Ann" in {row.name for row in page_of(desk).model.rows()}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("typed", "words"), sweep([("about 80", "about 80"), ("1934", "1934"), ("not known", "")])
)
def test_a_birth_date_that_is_not_known_is_typed_as_that(at: At, typed: str, words: str) -> None:
    desk = at()
    desk.do("patient.new")
    form = desk.form(PatientForm)
    desk.settle()
    form.set_values(
        {
            "name": "Unknown Male", "sex": "unknown", "pathway": "P3", "priority": 2,
            "no_number": "not_traced", "ready_on": NOW.date(),
        }
    )  # fmt: skip
    form.field("born").type_in(typed)
    assert "homes with a limit of age are left out" in form.field("born").below()
    form.ask_to_save()
    desk.settle()
    row = next(row for row in page_of(desk).model.rows() if row.name == "Unknown Male")
    assert (row.born, row.born_words, row.age, row.sex) == (None, words, None, "unknown")
    pick(desk, "Unknown Male")
    desk.do("patient.edit")
    amended = desk.form(PatientForm)
    desk.settle()
    assert not amended.dirty()
    amended.field("born").type_in("17/2/1934")
    amended.ask_to_save()
    desk.settle()
    assert person(desk, row.id).row.age == 86


@pytest.mark.whole
def test_the_form_of_a_test_says_whom_it_hits_and_then_whom_to_ring(at: At, hub: Hub) -> None:
    desk = at()
    pick(desk, "Bob Swift")
    desk.do("patient.test")
    form = desk.form(TestForm)
    desk.settle()
    assert form.whom.words() == []
    form.reject()
    lines = hit_lines(
        [
            Hit(
                placement="L-0001", state=PlacementState.ACCEPTED,
                setting_name="Maple Fold",
                phone="020 7946 0001", unit="Main", start=NOW.date(), is_there=False, was_told=True,
                beside=("Zoe Marsh",),
            )
        ],
        name="Bob Swift", today=NOW.date(),
    )  # fmt: skip
    assert [status.word for status in lines] == [
        "This hits a placement: Bob Swift goes to Maple Fold, unit Main from Mon 16 Nov (accepted); "
        "it was told a result before this one. Ring 020 7946 0001.",
        "Shares the unit: Zoe Marsh.",
    ]


@pytest.mark.whole
def test_whose_record_stays_in_front_is_read_and_who_is_passed_by_isnt(at: At, hub: Hub) -> None:
    desk = at()
    services, seen = page_of(desk).services, list[str]()
    services.looked_at.connect(seen.append)
    shown = [pick(desk, name) for name in ("Ann Marsh", "Bob Swift")]
    assert seen[-1] == shown[-1]
    kept: list[tuple[str, str]] = []
    looking = Looking(services, services)
    looking.keep = lambda patient, user: kept.append((patient, user.name))  # type: ignore[method-assign]
    for patient in shown:
        services.looked_at.emit(patient)
    assert looking.timer.isActive()
    looking.timer.timeout.emit()
    assert kept == [(shown[1], hub.coordinator.name)]
    services.looked_at.emit("")
    assert not looking.timer.isActive()
