"""Files come in by the dialog: looked at first, then taken whole, in part on purpose, or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from discharge.actions.desk import Desk
from discharge.actions.patients import amend_patient
from discharge.exchange.register.columns import BANDS, DEMENTIA, NURSING, RESIDENTIAL
from discharge.exchange.report import ImportReport, Outcome, Remark, RowOutcome
from discharge.model.role import Role
from tests.exchange.fhir_files import bundle, ndjson, observation, patient, request, snomed, stay
from tests.exchange.register.register_files import FILTERS, home, table
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import Hub
from ui.frame.services import Services
from ui.imports.dialog import ImportDialog
from ui.imports.kinds import KINDS
from ui.imports.lines import field_words, report_lines
from ui.theme.theme import Theme
from ui.work.faults import Bug

RETURNS = "cqcid,isacceptingadmissions,maxcapacity,usedbeds,declaredvacancies,admissionstatus,lastupdatedutc"
WAIT = 60_000


@pytest.fixture
def hub(empty_hub: Hub) -> Hub:
    return empty_hub


@pytest.fixture
def place(hub: Hub, make_services: MakeServices) -> Services:
    services = make_services(hub.open, clock=hub.clock)
    services.set_user(hub.coordinator)

    def crash(bug: Bug) -> None:
        raise AssertionError(f"{bug.kind}\n{bug.frames}")

    services.bug.connect(crash)
    return services


class Importing:
    """Opens the dialog for a kind of file and waits for what it does."""

    def __init__(self, place: Services, qtbot: Any) -> None:
        self.place = place
        self.qtbot = qtbot
        self.over = QWidget()
        qtbot.addWidget(self.over)

    def open(self, kind: str, path: Path | None = None) -> ImportDialog:
        """The dialog, with this file looked at."""
        dialog = ImportDialog(
            KINDS[kind], services=self.place, choose=lambda _parent: str(path or ""), parent=self.over
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.open()
        if path is not None:
            with self.qtbot.waitSignal(dialog.settled, timeout=WAIT):
                dialog.choose.click()
        return dialog

    def take(self, dialog: ImportDialog) -> None:
        """Take the file, and wait until it is in."""
        with self.qtbot.waitSignal(dialog.taken, timeout=WAIT):
            dialog.take.click()
        self.qtbot.waitUntil(lambda: not self.place.jobs.busy)


@pytest.fixture
def importing(place: Services, qtbot: Any) -> Iterator[Importing]:
    made = Importing(place, qtbot)
    yield made
    qtbot.waitUntil(lambda: not place.jobs.busy, timeout=WAIT)


def directory(path: Path, homes: Sequence[tuple[str, str]]) -> Path:
    """A CQC directory with these homes (location id, name)."""
    columns = ["Location ID", "Location Name", "Care home?", "Location Local Authority"]
    columns += ["Care homes beds", NURSING, RESIDENTIAL, *BANDS]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        for location, name in homes:
            row = {"Location ID": location, "Location Name": name, "Location Local Authority": "Havering"}
            row |= {"Care home?": "Y", "Care homes beds": "30", RESIDENTIAL: "Y", DEMENTIA: "Y"}
            writer.writerow(row)
    return path


def settings_of(hub: Hub) -> list[str]:
    with hub.open() as desk:
        return [row.name for row in desk.ask(lambda queries: queries.settings())]


@pytest.mark.whole
def test_nothing_is_written_before_the_user_takes_it_and_all_of_it_after(
    importing: Importing, hub: Hub, tmp_path: Path
) -> None:
    changed: list[frozenset[str]] = []
    importing.place.changed.connect(changed.append)
    path = directory(tmp_path / "homes.csv", [("1-101", "Rose House"), ("1-102", "Elm Lodge")])
    dialog = importing.open("homes", path)
    assert dialog.counts.numbers() == {
        "read": "2", "new": "2", "amended": "0", "same": "0", "refused": "0"
    }  # fmt: skip
    assert dialog.take.text() == "Take 2 rows"
    assert not dialog.good_only.isVisible()
    assert settings_of(hub) == []
    importing.take(dialog)
    assert settings_of(hub) == ["Elm Lodge", "Rose House"]
    assert any("settings" in nouns for nouns in changed)
    assert dialog.take.text() == "Close"
    again = importing.open("homes", path)
    assert again.counts.numbers()["same"] == "2"
    assert not again.take.isEnabled()
    assert again.take.toolTip() == "There is nothing to take in this file."


def test_a_file_with_faults_is_taken_only_on_purpose_and_only_its_good_rows(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    path = directory(tmp_path / "homes.csv", [("1-101", "Rose House"), ("nonsense!", "Elm Lodge")])
    dialog = importing.open("homes", path)
    numbers = {key: int(value) for key, value in dialog.counts.numbers().items()}
    assert numbers["read"] == sum(numbers[key] for key in ("new", "amended", "same", "refused")) == 2
    assert numbers["refused"] == 1
    shown = dialog.model.shown()
    assert [(each.row, each.outcome) for each in shown] == [(3, "rejected")]
    assert shown[0].field == "Location ID"
    assert shown[0].reason
    assert shown[0].mend
    assert dialog.whole.text().startswith("Row 3, ")
    assert not dialog.take.isEnabled()
    assert dialog.take.toolTip().startswith("Mend the rejected rows")
    assert dialog.good_only.text() == "Good rows only: 1 row stays out"
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert settings_of(hub) == []
    dialog.good_only.setChecked(True)
    importing.take(dialog)
    assert settings_of(hub) == ["Rose House"]


@pytest.mark.whole
def test_the_report_is_saved_with_every_row(importing: Importing, tmp_path: Path, qtbot: Any) -> None:
    path = directory(tmp_path / "homes.csv", [("1-101", "Rose House"), ("nonsense!", "Elm Lodge")])
    dialog = importing.open("homes", path)
    report = tmp_path / "report.csv"
    dialog.save_report(report)
    qtbot.waitUntil(lambda: "report.csv is saved" in dialog.message.words())
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["outcome"]) for row in rows] == [("2", "taken"), ("3", "rejected")]
    dialog.save_report(tmp_path / "nowhere" / "report.csv")
    qtbot.waitUntil(lambda: "can't be written" in dialog.message.words())


@pytest.mark.whole
def test_a_file_that_is_no_such_file_is_refused_with_every_fault(
    importing: Importing, hub: Hub, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,born\nAda,1940-01-01\n", encoding="utf-8")
    dialog = importing.open("patients", path)
    assert "can't be read as what it should be" in dialog.message.words()
    reasons = [each.reason for each in dialog.model.shown()]
    assert any("nhs_number" in reason for reason in reasons)
    assert len(reasons) > 1
    assert not dialog.take.isEnabled()
    gone = importing.open("patients", tmp_path / "gone.csv")
    assert "gone.csv" in gone.message.words()
    assert gone.choose.isEnabled()


@pytest.mark.whole
def test_reading_and_writing_can_be_stopped_and_change_nothing(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    homes = [(f"1-{10_000 + at}", f"Home {at}") for at in range(1_000)]
    path = directory(tmp_path / "homes.csv", homes)
    dialog = importing.open("homes")
    dialog.look_at(path)
    assert dialog.running.isVisible()
    assert not dialog.take.isEnabled()
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "Stopped. Nothing was changed." in dialog.message.words()
    # the file needn't be looked for again
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog._rows._empty.button.click()
    assert dialog.counts.numbers()["read"] == "1,000"
    dialog.take_file()
    ticket = dialog._ticket
    assert ticket is not None
    ticket.progressed.connect(lambda told: dialog.cancel() if told.words == "Writing" else None)
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        pass
    assert settings_of(hub) == []
    # and the same file can still be taken
    assert dialog.take.isEnabled()
    importing.take(dialog)
    assert len(settings_of(hub)) == 1_000


@pytest.mark.whole
def test_many_notes_push_no_button_off_a_small_screen(
    importing: Importing, tmp_path: Path, look: Theme
) -> None:
    known = ["name", "nhs_number", "born", "sex", "pathway", "ready_on", "priority", "level", "ward"]
    columns = [*known, *(f"A column that nobody knows at all: number {at}" for at in range(60))]
    path = tmp_path / "list.csv"
    row = "Ada Shah,9990001006,1940-01-01,female,P3,2020-11-16,2,residential,Elm"
    path.write_text(f"Printed tonight\n{','.join(columns)}\n{row}", encoding="utf-8")
    dialog = importing.open("patients", path)
    dialog.resize(900, 480)
    notes = dialog._notes
    assert len(notes.text()) > 1_000
    assert notes.verticalScrollBar().maximum() > 0
    # it can be scrolled without a mouse, and what is short stands before what is long
    assert notes.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert "stand in line 2" in notes.text().splitlines()[0]
    assert dialog.minimumSizeHint().height() < 480
    bottom = dialog.take.mapTo(dialog, dialog.take.rect().bottomLeft()).y()
    assert dialog.take.isVisible()
    assert bottom < dialog.height()
    assert dialog.table.height() > 60


@pytest.mark.whole
def test_a_stopped_answer_leaves_no_report_that_says_otherwise(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    path = directory(tmp_path / "homes.csv", [("1-101", "Rose House"), ("1-102", "Elm Lodge")])
    dialog = importing.open("homes", path)
    dialog._read(path)
    dialog.cancel()
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        pass
    if "Stopped" in dialog.message.words():
        assert not dialog.take.isEnabled()
        with qtbot.waitSignal(dialog.settled, timeout=WAIT):
            dialog._rows._empty.button.click()
    assert dialog.take.text() == "Take 2 rows"


def test_a_file_that_changed_since_it_was_looked_at_is_not_taken(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    path = directory(tmp_path / "homes.csv", [("1-101", "Rose House")])
    dialog = importing.open("homes", path)
    directory(path, [("1-101", "Rose House"), ("1-102", "Another")])
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.take_file()
    assert dialog.message.words().startswith("The file has changed since it was read.")
    assert settings_of(hub) == []


@pytest.mark.whole
def test_returns_come_in_for_homes_of_the_hub_alone(importing: Importing, hub: Hub, tmp_path: Path) -> None:
    dialog = importing.open("homes", directory(tmp_path / "homes.csv", [("1-101", "Rose House")]))
    importing.take(dialog)
    path = tmp_path / "returns.csv"
    path.write_text(
        f"{RETURNS}\n1-101,Yes,30,28,2,Open,2020-11-16T08:00:00Z\n1-999,Yes,30,28,2,Open,2020-11-16T08:00:00Z\n",
        encoding="utf-8",
    )
    dialog = importing.open("returns", path)
    assert dialog.counts.numbers()["refused"] == "1"
    dialog.good_only.setChecked(True)
    importing.take(dialog)
    with hub.open() as desk:
        page = desk.ask(lambda queries: queries.setting("1-101"))
    assert page.returns[0].report.vacancies == 2


@pytest.mark.whole
def test_the_template_comes_back_as_people(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    from discharge.paths import resources

    dialog = importing.open("patients")
    assert dialog.template.isVisible()
    template = tmp_path / "patients.csv"
    dialog.save_template(template)
    qtbot.waitUntil(lambda: "patients.csv is saved" in dialog.message.words())
    assert template.read_bytes() == (resources() / "templates" / "patients.csv").read_bytes()
    example = importing.open("patients", resources() / "templates" / "patients_example.csv")
    assert example.counts.numbers()["refused"] == "0"
    importing.take(example)
    with Desk.open(hub.path, clock=hub.clock) as desk:
        assert len(desk.ask(lambda queries: queries.patients())) == 3


def test_an_administrator_who_is_no_coordinator_may_bring_homes_but_no_people() -> None:
    from ui.frame.commands import COMMANDS

    may = {command.id for command in COMMANDS if Role.ADMINISTRATOR in command.roles}
    assert {"import.homes", "import.returns"} <= may
    assert "import.patients" not in may


@pytest.mark.whole
def test_a_row_held_up_is_taken_once_the_user_says_that_it_is_another_person(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    rest = "1930-05-05,female,P3,2,2020-11-16,residential,general"
    path = tmp_path / "people.csv"
    path.write_text(
        "name,nhs_number,no_nhs_number_because,born,sex,pathway,priority,ready_on,care_level,specialism\n"
        f'Ann Marsh,,not_known,{rest}\n"Marsh, Ann",,not_known,{rest}\n',
        encoding="utf-8",
    )
    dialog = importing.open("patients", path)
    assert (dialog.counts.numbers()["new"], dialog.counts.numbers()["held"]) == ("1", "1")
    assert [(each.row, each.outcome) for each in dialog.model.shown()] == [(3, "held")]
    assert "May be the same person as row 2" in dialog.whole.text()
    assert "Answer for each row that is held up" in dialog.take.toolTip()
    assert not dialog.take.isEnabled()
    assert dialog.answer.isVisible()
    for ticked, held in ((True, False), (False, True), (True, False)):
        with qtbot.waitSignal(dialog.settled, timeout=WAIT):
            dialog.answer.click()
        assert dialog.answer.isChecked() is ticked
        assert ("held" in dialog.counts.numbers()) is held
        assert dialog.take.isEnabled() is ticked
    importing.take(dialog)
    with hub.open() as desk:
        assert [row.name for row in desk.ask(lambda queries: queries.patients())] == [
            "Ann Marsh",
            "Marsh, Ann",
        ]


PEOPLE = "name,nhs_number,born,sex,pathway,priority,ready_on,care_level,specialism,ward,hospital"
ADA = "Ada Sample,9990001006,1934-02-17,F,P3,2,2020-11-15,residential,general,{ward},RF4QH"
BOB = "Bob Specimen,9990001014,1941-09-03,M,P3,2,2020-11-15,residential,general,Elm,RF4QH"
MAY = "May Example,9990001022,1929-05-01,F,P3,2,2020-11-15,residential,general,Elm,RF4QH"


def ward_list(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((PEOPLE, *rows)) + "\n", encoding="utf-8")
    return path


def test_one_door_finds_what_a_file_is_and_says_it(importing: Importing, tmp_path: Path) -> None:
    dialog = importing.open("any", ward_list(tmp_path / "tonight.csv", ADA.format(ward="Elm"), BOB))
    importing.qtbot.waitUntil(lambda: dialog.counts.numbers()["new"] == "2", timeout=WAIT)
    assert dialog.windowTitle() == "Import patients"
    assert dialog.kinds.currentText() == "Patients"
    with importing.qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.kinds.setCurrentIndex(dialog.kinds.findData("returns"))
        dialog.kinds.activated.emit(dialog.kinds.currentIndex())
    assert "can't be read as what it should be" in dialog.message.words()


@pytest.mark.whole
def test_a_file_of_no_kind_says_so_at_the_one_door(importing: Importing, tmp_path: Path) -> None:
    path = tmp_path / "shapes.csv"
    path.write_text("colour,shape\nred,round\n", encoding="utf-8")
    dialog = importing.open("any", path)
    assert any("by its columns" in each.reason for each in dialog.model.shown())
    assert "Choose what it is" in dialog.message.words()


def test_a_file_that_is_nearly_of_a_kind_is_guessed_in_words_and_read_once_somebody_says_so(
    importing: Importing, tmp_path: Path, qtbot: Any
) -> None:
    path = tmp_path / "ward.csv"
    path.write_text("Pt,Hosp,Birth,M/F,Dest,EDD\nAda Shah,9990001006,01/02/1940,F,P3,16/11/2020\n")
    dialog = importing.open("any", path)
    assert "It may be patients: 'Pt' could be name" in dialog.message.words()
    assert (dialog.kinds.currentText(), dialog.take.isEnabled()) == ("Patients", False)
    with qtbot.waitSignal(dialog.asked_columns, timeout=WAIT):
        dialog.match.click()
    dialog.matching.reject()


@pytest.mark.whole
def test_tonights_list_is_in_tabs_and_what_is_ticked_is_done(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    first = ward_list(tmp_path / "monday.csv", ADA.format(ward="Elm"), BOB)
    importing.take(importing.open("patients", first))
    dialog = importing.open("patients", ward_list(tmp_path / "tuesday.csv", ADA.format(ward="Ash"), MAY))
    tabs = [button.text() for button in dialog.tabs.buttons()]
    assert tabs == ["New 1", "Changed 1", "Same 0", "Gone 1", "Can't be taken 0", "Left out 0"]
    assert [each.person for each in dialog.model.shown()] == ["P-0002"]
    assert dialog.answering.gone.isVisible()
    dialog.show_tab("changed")
    shown = dialog.model.shown()
    assert [(each.field, each.old, each.new) for each in shown] == [("ward", "Elm", "Ash")]
    assert shown[0].about == "Ada Sample (P-0001)"
    dialog.show_tab("new")
    assert dialog.model.shown()[0].about == "May Example"
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.answering.left_out.click()
    assert dialog.counts.numbers()["new"] == "0"
    dialog.show_tab("gone")
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.answering.gone.setCurrentIndex(dialog.answering.gone.findData("went_home"))
        dialog.answering.gone.activated.emit(1)
    assert dialog.model.shown()[0].reason == "Leaves the list: went home"
    importing.take(dialog)
    with hub.open() as desk:
        assert [row.id for row in desk.ask(lambda queries: queries.patients())] == ["P-0001"]


@pytest.mark.whole
def test_what_was_written_by_hand_stays_until_it_is_ticked(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    importing.take(importing.open("patients", ward_list(tmp_path / "one.csv", ADA.format(ward="Elm"))))
    with hub.open() as desk:
        by_hand = partial(amend_patient, patient="P-0001", changes={"ward": "Corrected"})
        desk.perform(by_hand, by=hub.coordinator)
    dialog = importing.open("patients", ward_list(tmp_path / "two.csv", ADA.format(ward="Ash")))
    assert dialog.counts.numbers()["same"] == "1"
    dialog.show_tab("same")
    assert dialog.model.shown()[0].kept
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.answering.over.click()
    assert dialog.counts.numbers()["amended"] == "1"
    assert dialog.answering.over.isChecked()


@pytest.mark.whole
def test_one_field_alone_is_taken_or_stays_by_a_tick(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    importing.take(importing.open("patients", ward_list(tmp_path / "one.csv", ADA.format(ward="Elm"))))
    dialog = importing.open("patients", ward_list(tmp_path / "two.csv", ADA.format(ward="Ash")))
    dialog.show_tab("changed")
    assert dialog.answering.field.isVisible()
    assert (dialog.answering.field.text(), dialog.answering.field.isChecked()) == (
        "Take the list's ward",
        True,
    )
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.answering.field.click()
    assert dialog.counts.numbers()["same"] == "1"
    assert not dialog.answering.field.isChecked()
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.answering.field.click()
    assert dialog.counts.numbers()["amended"] == "1"


@pytest.mark.whole
def test_an_import_is_taken_back_from_the_status_line(importing: Importing, hub: Hub, tmp_path: Path) -> None:
    undo: list[Any] = []
    importing.place.offered.connect(lambda _said, way_back: undo.append(way_back))
    importing.take(importing.open("patients", ward_list(tmp_path / "one.csv", ADA.format(ward="Elm"), BOB)))
    with hub.open() as desk:
        desk.perform(undo[-1].action, by=hub.coordinator)
        assert desk.ask(lambda queries: queries.patients()) == ()


@pytest.mark.whole
def test_what_cannot_be_taken_is_saved_to_be_mended(importing: Importing, tmp_path: Path, qtbot: Any) -> None:
    bad = MAY.replace(",2,2020", ",high,2020")
    dialog = importing.open("patients", ward_list(tmp_path / "one.csv", ADA.format(ward="Elm"), bad))
    assert dialog.rejects.isVisible()
    rejects = tmp_path / "to mend.csv"
    dialog.save_rejects(rejects)
    qtbot.waitUntil(lambda: "to mend.csv is saved" in dialog.message.words())
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        assert [row["rejected field"] for row in csv.DictReader(file)] == ["priority"]


# --- which authorities ----------------------------------------------------------------------------


def test_a_directory_of_several_authorities_asks_which_and_reads_those(
    importing: Importing, tmp_path: Path, hub: Hub
) -> None:
    path = directory(tmp_path / "homes.csv", [("1-100000001", "Oak House"), ("1-100000002", "Elm House")])
    text = path.read_text("utf-8")
    first = next(line for line in text.splitlines() if "Oak House" in line)
    path.write_text(text.replace(first, first.replace("Havering", "Kent")), encoding="utf-8")
    dialog = importing.open("homes")
    dialog._choose = lambda _parent: str(path)
    with importing.qtbot.waitSignal(dialog.asked_where, timeout=WAIT):
        dialog.choose.click()
    form = dialog.authorities
    assert [each.label for each in form.which.ticks.found()][:2] == ["Havering · 1 home", "Kent · 1 home"]
    form.ask_to_save()
    assert form.message() == "Tick one authority at least."
    assert not dialog.take.isEnabled()
    form.which.set_value(("Kent",))
    with importing.qtbot.waitSignal(dialog.settled, timeout=WAIT):
        form.ask_to_save()
    numbers = dialog.counts.numbers()
    assert (numbers["read"], numbers["new"], numbers["left_out"]) == ("2", "1", "1")
    importing.take(dialog)
    with hub.open() as desk:
        assert desk.ask(lambda queries: list(queries.setting_names().values())) == ["Oak House"]


@pytest.mark.whole
def test_the_homes_sheet_comes_in_by_the_dialog_with_its_changes_said(
    importing: Importing, tmp_path: Path
) -> None:
    homes = directory(tmp_path / "homes.csv", [("1-100000001", "Oak House")])
    importing.take(importing.open("homes", homes))
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "home,unit,isolation,isolation_places,beds,category,room,free,email\n"
        "1-100000001,Rowan,rooms,2,R1,general_nursing,ensuite,2,oak@example.test\n",
        encoding="utf-8",
    )
    dialog = importing.open("sheet", sheet)
    [line] = dialog.model.rows()
    assert (line.field, line.old, line.new) == ("email", "", "oak@example.test")
    importing.take(dialog)
    again = importing.open("sheet", sheet)
    assert again.counts.numbers()["same"] == "1"


@pytest.mark.whole
def test_titles_that_are_not_known_are_matched_by_hand_once(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    path = ward_list(tmp_path / "other.csv", ADA.format(ward="Elm"))
    path.write_text(path.read_text().replace("pathway", "Discharge_Pathway", 1))
    dialog = importing.open("patients", path)
    assert not dialog.take.isEnabled()
    assert "Match the columns" in dialog.message.words()
    assert dialog.focusWidget() is dialog.match
    with qtbot.waitSignal(dialog.asked_columns, timeout=WAIT):
        dialog.match.click()
    assert dialog.matching.means[0].value() == "pathway"
    assert "A guess: pathway" in dialog.matching.means[0].below()
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.matching.ask_to_save()
    importing.take(dialog)
    again = importing.open("any", path)
    qtbot.waitUntil(lambda: again.counts.numbers()["same"] == "1", timeout=WAIT)
    with qtbot.waitSignal(again.asked_columns, timeout=WAIT):
        again.match.click()
    assert again.matching.means[0].below() == "As it was said before: pathway."
    again.matching.means[0].set_value("notes")
    with qtbot.waitSignal(again.settled, timeout=WAIT):
        again.matching.ask_to_save()
    assert "Match the columns" in again.message.words()


@pytest.mark.whole
def test_while_another_file_is_read_no_row_of_the_one_before_is_shown(
    importing: Importing, tmp_path: Path, qtbot: Any
) -> None:
    path = ward_list(tmp_path / "tonight.csv", ADA.format(ward="Elm"))
    dialog = importing.open("patients", path)
    assert dialog.model.rowCount()
    shown = [column.key for column in dialog.model.columns]
    assert dialog.table.isColumnHidden(shown.index("old"))
    stack, empty = dialog._rows._stack, dialog._rows._empty
    assert stack.minimumSizeHint().height() < empty.minimumSizeHint().height()
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.look_at(path)
        assert not dialog.model.rowCount()


@pytest.mark.whole
def test_a_fhir_file_is_known_as_one_shown_person_by_person_and_taken_back_whole(
    importing: Importing, hub: Hub, tmp_path: Path
) -> None:
    day = hub.clock().date().isoformat()
    path = tmp_path / "tonight.json"
    path.write_bytes(
        bundle(
            patient(),
            stay(),
            request(occurrenceDateTime=day, authoredOn=day),
            {"resourceType": "Condition", "id": "c1"},
        )
    )
    dialog = importing.open("any", path)
    importing.qtbot.waitUntil(lambda: dialog.kind.value == "fhir" and dialog.counts.numbers()["read"] == "2")
    assert dialog.counts.numbers()["new"] == "1"
    assert not dialog.match.isVisible()
    assert not dialog.rejects.isVisible()
    assert [each.field for each in dialog.model.rows() if each.harmless] == ["Condition"]
    importing.take(dialog)
    with hub.open() as desk:
        (_, file, _, _), *_ = desk.ask(lambda queries: queries.last_imports(kind="fhir"))
    assert file == "tonight.json"


# --- the register, monthly --------------------------------------------------------------------------


@pytest.mark.whole
def test_what_the_register_says_otherwise_is_taken_when_somebody_has_looked(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    names = ("Ash", "Birch", "Cedar")
    homes = [(f"1-10000000{at}", f"{name} House") for at, name in enumerate(names)]
    importing.take(importing.open("homes", directory(tmp_path / "october.csv", homes)))
    renamed = [(homes[0][0], "Ash Court"), (homes[1][0], "Birch Court")]
    dialog = importing.open("any", directory(tmp_path / "november.csv", renamed))
    qtbot.waitUntil(lambda: dialog.counts.numbers().get("held") == "2", timeout=WAIT)
    tabs = [button.text() for button in dialog.tabs.buttons() if not button.isHidden()]
    assert tabs == ["New 0", "Changed 2", "Same 0", "Gone 1", "Can't be taken 0", "Left out 0"]
    assert dialog.good_only.text() == "Answers only: 2 rows stay out"
    dialog.show_tab("gone")
    (gone,) = dialog.model.shown()
    assert "in the register no more" in gone.reason
    assert [dialog.answering.gone.itemText(at) for at in range(3)] == [
        "Takes nobody until somebody decides",
        "It has closed, or will: it stays closed",
        "It is used as before",
    ]
    dialog.show_tab("changed")
    shown = [each for each in dialog.model.shown() if each.field]
    assert [(each.field, each.old, each.new) for each in shown] == [
        ("name", "Ash House", "Ash Court"),
        ("name", "Birch House", "Birch Court"),
    ]
    assert not dialog.take.isEnabled()
    assert dialog.answering.everything.text() == "I have looked at the changes of all 2 homes: take them"
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.answering.everything.click()
    importing.take(dialog)
    assert settings_of(hub) == ["Ash Court", "Birch Court", "Cedar House"]
    with hub.open() as desk:
        closed = {row.name: row.admissions for row in desk.ask(lambda queries: queries.settings())}
    assert closed["Cedar House"] == "closed"


def test_who_is_in_a_home_that_left_is_named_in_the_window_alone() -> None:
    row = RowOutcome(2, 2, Outcome.CHANGED, (Remark("", "has left; P-0001 is there", ""),), "1-1", left="1-1")
    report = ImportReport("register", "", (row,))
    (line,) = report_lines(report, {"P-0001": "Ada Sample", "1-1": "Oak House"})
    assert (line.tab, line.about) == ("gone", "Oak House (1-1)")
    assert line.reason == "Has left; Ada Sample (P-0001) is there"
    assert "Ada" not in report.as_csv()


@pytest.mark.whole
def test_a_home_registered_anew_goes_by_its_new_number_once_somebody_says_so(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    first, second = tmp_path / "october.csv", tmp_path / "november.csv"
    first.write_bytes(table(FILTERS, home("1-100000001", "Oak House")))
    importing.take(importing.open("homes", first))
    second.write_bytes(table(FILTERS, home("1-100000009", "Oak House Care Home", Provider_Name="New Hands")))
    dialog = importing.open("homes", second)
    dialog.show_tab("changed")
    shown = dialog.model.shown()
    assert shown[0].about == "Oak House Care Home (1-100000009)"
    assert dialog.answering.same.text() == "It is 1-100000001, the same home"
    assert dialog.answering.another.text() == "I have looked at row 2: it is another home. Take it"
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.answering.same.click()
    importing.take(dialog)
    with hub.open() as desk:
        assert desk.ask(lambda queries: queries.setting_ids_by_cqc()) == {"1-100000009": "1-100000001"}


@pytest.mark.whole
def test_days_that_prove_nothing_are_asked_about(
    importing: Importing, hub: Hub, tmp_path: Path, qtbot: Any
) -> None:
    homes = directory(tmp_path / "homes.csv", [("1-100000001", "Oak House")])
    importing.take(importing.open("homes", homes))
    path = tmp_path / "ratings.csv"
    columns = "Location ID,Service / Population Group,Domain,Latest Rating,Publication Date"
    path.write_text(f"{columns}\n1-100000001,Overall,Overall,Good,03/04/2026\n", encoding="utf-8")
    dialog = importing.open("homes", path)
    assert "none shows which comes first" in dialog.message.words()
    assert dialog.days.isVisible()
    with qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.days.setCurrentIndex(2)
        dialog.days.activated.emit(2)
    assert [(each.field, each.new) for each in dialog.model.shown()][:1] == [("rating", "good")]
    importing.take(dialog)


@pytest.mark.whole
def test_of_a_result_that_contradicts_itself_it_is_said_that_they_come_in_without_it(
    importing: Importing, hub: Hub, tmp_path: Path
) -> None:
    day = hub.clock().date().isoformat()
    wrong = observation(
        method=snomed("1240461000000109"), effectiveDateTime=f"{day}T01:00:00Z", issued=f"{day}T02:00:00Z"
    )
    path = tmp_path / "tonight.ndjson"
    path.write_bytes(ndjson(patient(), request(occurrenceDateTime=day, authoredOn=day), wrong))
    dialog = importing.open("fhir", path)
    assert dialog.counts.numbers()["held"] == "1"
    assert "its method measures antibodies" in dialog.whole.text()
    assert dialog.answer.text() == "I have looked at row 1: they come in without that result. Take it"
    with importing.qtbot.waitSignal(dialog.settled, timeout=WAIT):
        dialog.answer.click()
    assert dialog.counts.numbers()["new"] == "1"
    importing.take(dialog)
    with hub.open() as desk:
        (row,) = desk.ask(lambda queries: queries.patients())
        assert desk.ask(lambda queries: queries.patient(row.id)).observations == ()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("ready_on", "ready on"),
        ("nhs_number", "NHS number"),
        ("priority", "priority"),
        ("Location ID", "Location ID"),
        ("cqcid", "cqcid"),
        ("", ""),
    ],
)
def test_a_column_of_the_template_is_said_in_words_and_one_of_the_files_own_as_it_stands(
    field: str, words: str
) -> None:
    assert field_words(field) == words
