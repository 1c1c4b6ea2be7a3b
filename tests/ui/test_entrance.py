"""The way into a sealed hub: founded, signed in to, desks changed, and back in by word and by sheet."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from discharge.actions.desk import Desk
from discharge.actions.patients import register_patient
from discharge.actions.people import add_user
from discharge.actions.signing_in import people_of, unlocked
from discharge.keys import attempts
from discharge.keys.passphrases import Strength
from discharge.keys.slots import WrongPassphrase
from discharge.model.people import Role
from tests.actions.a_hub import AHub
from tests.actions.a_sealed_hub import ADA, ANOTHER, CHEAP, JO, ASealedHub
from tests.ui.fake_desk import NOW, RESOURCES
from tests.ui.test_application import PAGES
from ui.application import Application
from ui.frame.choosing import ChoosePassphrase, NewKey, SealIt, SealOffer, SheetCode
from ui.frame.founding import Founding
from ui.frame.new_passphrase import NewPassphrase
from ui.frame.pages import PageSpec
from ui.frame.recovery_sheet import SheetDialog, SheetPanel, sheet_text
from ui.frame.services import SHEET_DUE
from ui.patients.page import PatientsPage
from ui.patients.readers import _read
from ui.preferences.data_key import DataKeyForm
from ui.preferences.letting_in import WordDialog
from ui.preferences.own_passphrase import OwnPassphraseForm
from ui.preferences.people import PeopleDialog, PersonForm
from ui.theme.theme import Theme
from ui.widgets.passphrase import CAPS, PassphraseField
from ui.work.faults import Bug, as_told

Make = Callable[..., Application]
PATIENTS = PageSpec("patients", "Patients", "patients", "P", "ui.patients.page:PatientsPage")


@pytest.fixture
def make(qapp: QApplication, settings: QSettings, tmp_path: Path, look: Theme) -> Iterator[Make]:
    made: list[Application] = []

    def start(hub: Path, **more: Any) -> Application:
        application = Application(
            qapp, hub=hub, resources=RESOURCES, settings=settings, cost=CHEAP,
            log_file=tmp_path / "log", **{"pages": PAGES, "clock": lambda: NOW, **more},
        )  # fmt: skip
        made.append(application)
        application.show()
        return application

    yield start
    for application in made:
        if application.retired:
            continue
        application.window.close()
        application.close()
        application.retire()
    look.apply(qapp)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A sealed hub of Ada Marsh, its administrator, and Jo Reed."""
    hub = ASealedHub(tmp_path / "North.hub")
    hub.joined("Jo Reed", JO, Role.COORDINATOR)
    hub.desk.close()
    return hub.path


def at_rest(application: Application) -> bool:
    return not application.jobs.busy and not application.entrance.busy


def in_front(application: Application, kind: type[Any], qtbot: Any) -> Any:
    """The page in front, once it is of this kind."""
    stack = application.window.stack
    qtbot.waitUntil(lambda: isinstance(stack.currentWidget(), kind) and at_rest(application))
    return stack.currentWidget()


def at_the_door(application: Application, qtbot: Any) -> Any:
    window = application.window
    qtbot.waitUntil(lambda: window.asking and at_rest(application))
    return window.sign_in


def choose(page: Any, name: str) -> None:
    page.people.setCurrentItem(page.people.findItems(name, Qt.MatchFlag.MatchExactly)[0])


def give(page: Any, secret: str, qtbot: Any) -> None:
    page.secret.set_value(secret)
    qtbot.keyClick(page.secret.editor, Qt.Key.Key_Return)


def sits(application: Application, name: str, qtbot: Any) -> None:
    user = application.services
    qtbot.waitUntil(
        lambda: (
            user.user is not None
            and user.user.name == name
            and application.window.page is not None
            and at_rest(application)
        )
    )


def type_twice(page: NewPassphrase, passphrase: str) -> None:
    page.first.set_value(passphrase)
    page.again.set_value(passphrase)


def confirm(panel: SheetPanel) -> None:
    for at, field in zip(panel.asked, panel.fields, strict=True):
        field.set_value(panel._groups[at].lower())
    panel._go.click()


def test_a_new_hub_is_founded_sealed_and_nobody_goes_on_before_its_sheet_is_somewhere(
    make: Make, tmp_path: Path, settings: QSettings, qtbot: Any
) -> None:
    application = make(tmp_path / "North.hub")
    founding = in_front(application, Founding, qtbot)
    founding.hub.set_value("North Bank")
    founding.person.set_value("Ada Marsh")
    type_twice(founding.passphrase, "north bank 1")
    founding.start.click()
    qtbot.waitUntil(lambda: "easy to guess" in founding.message.words())
    assert not (tmp_path / "North.hub").exists(), "nothing is founded with a passphrase that is guessed"
    type_twice(founding.passphrase, ADA)
    founding.start.click()
    panel = in_front(application, SheetPanel, qtbot)
    assert not panel._go.isEnabled(), "first it has to be somewhere"
    assert settings.value(SHEET_DUE)
    panel.save_to(tmp_path / "sheet")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert not panel.code.isVisible(), "it is typed back from the sheet, not from the screen"
    for field in panel.fields:
        field.set_value("AAAA")
    panel._go.click()
    assert panel.fields[0].problem() == "That isn't this group. Compare it with the sheet."
    confirm(panel)
    sits(application, "Ada Marsh", qtbot)
    assert not settings.value(SHEET_DUE)
    assert application.window.windowTitle() == "Patients · North Bank"
    code = "-".join(panel._groups)
    application.stop()
    application.close()
    assert unlocked(tmp_path / "North.hub", "recovery", code, now=NOW).must_choose_a_passphrase


def test_a_sealed_hub_asks_for_the_passphrase_and_says_what_was_wrong_and_for_how_long_to_wait(
    make: Make, sealed: Path, qtbot: Any
) -> None:
    application = make(sealed, user_id="U-0002")
    page = at_the_door(application, qtbot)
    assert page.people.currentItem().text() == "Jo Reed", "--user chooses the name and opens nothing"
    assert application.services.user is None
    assert page.secret.editor.hasFocus()
    for _ in range(3):
        give(page, "not it at all", qtbot)
        qtbot.waitUntil(lambda: at_rest(application))
    assert "That is not the passphrase." in page.secret.below()
    assert not page.start.isEnabled()
    assert page.start.text() in ("Wait 2 seconds", "Wait 1 second")
    page.wait(2)
    page._tick()
    assert page.start.text() == "Wait 1 second"
    page._tick()
    assert page.start.text() == "Start"
    page.wait(200)
    assert page.start.text() == "Wait 4 minutes"
    choose(page, "Ada Marsh")
    assert page.start.isEnabled(), "somebody else's slips make nobody wait"
    choose(page, "Jo Reed")
    attempts.clear(sealed, "U-0002")
    give(page, JO, qtbot)
    sits(application, "Jo Reed", qtbot)
    assert page.secret.value() is None, "nothing that was typed stays"


@pytest.mark.whole
def test_changing_desks_takes_the_others_passphrase_and_no_restart(
    make: Make, sealed: Path, qtbot: Any
) -> None:
    application = make(sealed)
    page = at_the_door(application, qtbot)
    choose(page, "Jo Reed")
    give(page, JO, qtbot)
    sits(application, "Jo Reed", qtbot)
    application.window.status_line.user_chosen.emit("U-0001")
    assert application.services.user.name == "Jo Reed"  # type: ignore[union-attr]
    assert page.people.currentItem().text() == "Ada Marsh"
    give(page, JO, qtbot)
    qtbot.waitUntil(lambda: "not the passphrase" in page.secret.below())
    give(page, ADA, qtbot)
    sits(application, "Ada Marsh", qtbot)
    assert application.services.settings.value("window/user") == "U-0001"


def typed(page: Any, secret: str, qtbot: Any) -> None:
    """Types a passphrase key by key, and Enter."""
    qtbot.waitUntil(page.secret.editor.hasFocus)
    qtbot.keyClicks(page.secret.editor, secret)
    qtbot.keyClick(page.secret.editor, Qt.Key.Key_Return)


def switched(make: Make, application: Application, hub: Path, before: Path, qtbot: Any) -> Application:
    """The same window with another hub before its door."""
    with qtbot.waitSignal(application.finished):
        application.change_to(hub)
    application.close()
    bare = application.retire()
    other = make(hub, window=bare, before=before)
    assert other.window is bare
    return other


@pytest.mark.whole
def test_from_one_sealed_hub_to_another_and_back_each_asks_for_its_own_passphrase(
    make: Make, sealed: Path, tmp_path: Path, qtbot: Any
) -> None:
    south = ASealedHub(tmp_path / "South.hub")
    south.joined("Una Vale", ANOTHER, Role.COORDINATOR)
    south.desk.close()
    application = make(sealed, user_id="U-0002")
    typed(at_the_door(application, qtbot), JO, qtbot)
    sits(application, "Jo Reed", qtbot)
    application = switched(make, application, south.path, sealed, qtbot)
    page = at_the_door(application, qtbot)
    assert [page.people.item(at).text() for at in range(page.people.count())] == ["Ada Marsh", "Una Vale"]
    assert page.secret.value() is None
    choose(page, "Una Vale")
    page.focus_first()
    typed(page, JO, qtbot)  # that of the hub before
    qtbot.waitUntil(lambda: "not the passphrase" in page.secret.below() and at_rest(application))
    assert application.services.user is None
    page.focus_first()
    typed(page, ANOTHER, qtbot)
    sits(application, "Una Vale", qtbot)
    application = switched(make, application, sealed, south.path, qtbot)
    page = at_the_door(application, qtbot)
    assert "Una Vale" not in [page.people.item(at).text() for at in range(page.people.count())]
    choose(page, "Jo Reed")
    page.focus_first()
    typed(page, JO, qtbot)
    sits(application, "Jo Reed", qtbot)


def test_a_locked_window_opens_by_the_passphrase_alone(make: Make, sealed: Path, qtbot: Any) -> None:
    application = make(sealed)
    page = at_the_door(application, qtbot)
    choose(page, "Jo Reed")
    give(page, JO, qtbot)
    sits(application, "Jo Reed", qtbot)
    application.window.lock.lock()
    assert page.start.text() == "Unlock"
    page._choose()
    assert application.window.asking
    give(page, JO, qtbot)
    qtbot.waitUntil(lambda: at_rest(application) and not application.window.lock.is_on)
    assert application.window.page is not None
    assert application.window.page.isVisible()


@pytest.mark.whole
def test_a_one_time_word_lets_somebody_in_once_to_choose_their_passphrase(
    make: Make, tmp_path: Path, qtbot: Any
) -> None:
    from discharge.actions.signing_in import let_in

    hub = ASealedHub(tmp_path / "North.hub")
    una = hub.added("Una Vale", Role.CLINICIAN)
    word = let_in(hub.desk, hub.ada, una, cost=CHEAP)
    hub.desk.close()
    application = make(hub.path)
    page = at_the_door(application, qtbot)
    choose(page, "Una Vale")
    assert page.secret.name == "One-time word"
    give(page, word.lower().replace("-", " "), qtbot)
    chosen = in_front(application, ChoosePassphrase, qtbot)
    type_twice(chosen.passphrase, ANOTHER)
    chosen._go_on()
    sits(application, "Una Vale", qtbot)
    assert [way.opens.value for way in people_of(hub.path).people] == ["passphrase", "passphrase"]


def test_the_recovery_sheet_lets_an_administrator_in_again(make: Make, tmp_path: Path, qtbot: Any) -> None:
    hub = ASealedHub(tmp_path / "North.hub")
    hub.desk.close()
    application = make(hub.path)
    page = at_the_door(application, qtbot)
    page.has_sheet.click()
    sheet = in_front(application, SheetCode, qtbot)
    sheet.code.set_value("ABCD")
    sheet._go_on()
    qtbot.waitUntil(lambda: "group by group" in sheet.message.words())
    sheet.code.set_value(hub.code.lower().replace("-", " "))
    sheet._go_on()
    chosen = in_front(application, ChoosePassphrase, qtbot)
    assert chosen.who.value() == "U-0001", "there is one administrator"
    type_twice(chosen.passphrase, ANOTHER)
    chosen._go_on()
    sits(application, "Ada Marsh", qtbot)


@pytest.mark.whole
def test_a_damaged_key_file_is_made_good_and_said_and_with_no_copy_left_it_is_a_sentence(
    make: Make, sealed: Path, qtbot: Any
) -> None:
    keys = sealed.with_name(f"{sealed.name}.keys")
    keys.write_bytes(b"\0" * 40)
    application = make(sealed)
    at_the_door(application, qtbot)
    qtbot.waitUntil(lambda: "its copy was used" in application.window.banner.words())
    give(application.window.sign_in, ADA, qtbot)
    sits(application, "Ada Marsh", qtbot)
    application.commands.do("hub.back_up")
    qtbot.waitUntil(lambda: at_rest(application))
    application.stop()
    application.close()
    for each in (keys, sealed.with_name(f"{sealed.name} backups") / keys.name):
        each.unlink()
    # the one that goes with a backup is left
    third = make(sealed)
    at_the_door(third, qtbot)
    qtbot.waitUntil(lambda: "its copy was used" in third.window.banner.words())
    assert keys.exists()
    third.stop()
    for each in sealed.parent.rglob("*.keys"):
        each.write_bytes(b"\0" * 40)
    second = make(sealed)
    qtbot.waitUntil(lambda: "can't be read" in second.window.opening.words())
    assert second.commands.why_not("hub.open") == ""


def dialog(application: Application, kind: type[Any], qtbot: Any) -> Any:
    """The dialog of this kind that is open, once all is read."""
    found: list[Any] = []

    def there() -> bool:
        found[:] = [each for each in application.window.findChildren(kind) if each.isVisible()]
        return bool(found) and at_rest(application)

    qtbot.waitUntil(there)
    return found[0]


def test_administrators_let_people_in_again_and_out_and_make_a_new_sheet(
    make: Make, sealed: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setattr("discharge.keys.passphrases.USUAL", CHEAP)
    application = make(sealed)
    give(at_the_door(application, qtbot), ADA, qtbot)
    sits(application, "Ada Marsh", qtbot)
    application.commands.do("hub.people")
    people = dialog(application, PeopleDialog, qtbot)
    assert people.table.pick("U-0001")
    assert not people.let.isEnabled(), "nobody lets themselves in"
    # somebody new: the word follows at once
    people.add()
    form = dialog(application, PersonForm, qtbot)
    form.set_values({"name": "Una Vale", "roles": [Role.CLINICIAN]})
    form.ask_to_save()
    word = dialog(application, WordDialog, qtbot)
    assert len(word.word.text()) == 17
    assert unlocked(sealed, "U-0003", word.word.text(), now=NOW).must_choose_a_passphrase
    word.accept()
    # a lost passphrase: it opens nothing more
    people.table.pick("U-0002")
    assert people.let.text() == "Lost passphrase…"
    people.let.click()
    dialog(application, WordDialog, qtbot).accept()
    with pytest.raises(WrongPassphrase):
        unlocked(sealed, "U-0002", JO, now=NOW)
    # who leaves has no way in
    people.table.pick("U-0003")
    assert people.let.text() == "Let in…"
    people.amend(people.table.current_row())
    form = dialog(application, PersonForm, qtbot)
    form.active.set_value(False)
    form.ask_to_save()
    qtbot.waitUntil(lambda: [way.name for way in people_of(sealed).people] == ["Ada Marsh", "Jo Reed"])
    qtbot.waitUntil(lambda: at_rest(application))
    people.sheet.click()
    sheet = dialog(application, SheetDialog, qtbot)
    assert application.services.settings.value(SHEET_DUE), "closed now, there would be none"
    sheet.panel.copied.click()
    confirm(sheet.panel)
    assert not sheet.isVisible()
    assert not application.services.settings.value(SHEET_DUE)
    code = "-".join(sheet.panel._groups)
    assert unlocked(sealed, "recovery", code, now=NOW).must_choose_a_passphrase
    people.reject()


@pytest.mark.whole
def test_ones_own_passphrase_is_changed_by_who_knows_it(
    make: Make, sealed: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setattr("discharge.actions.signing_in.USUAL", CHEAP)
    application = make(sealed)
    page = at_the_door(application, qtbot)
    choose(page, "Jo Reed")
    give(page, JO, qtbot)
    sits(application, "Jo Reed", qtbot)
    application.commands.do("hub.passphrase")
    form = dialog(application, OwnPassphraseForm, qtbot)
    form.now.set_value("something else")
    type_twice(form.new, ANOTHER)
    form.ask_to_save()
    qtbot.waitUntil(lambda: "not the passphrase" in form.message())
    form.now.set_value(JO)
    form.ask_to_save()
    qtbot.waitUntil(lambda: not application.window.findChildren(OwnPassphraseForm) and at_rest(application))
    assert unlocked(sealed, "U-0002", ANOTHER, now=NOW).holder == "U-0002"


def test_an_administrator_gives_the_hub_another_data_key_and_it_opens_again(
    make: Make, sealed: Path, qtbot: Any
) -> None:
    application = make(sealed)
    page = at_the_door(application, qtbot)
    choose(page, "Jo Reed")
    give(page, JO, qtbot)
    sits(application, "Jo Reed", qtbot)
    assert "administrator" in application.commands.forbidden("hub.data_key")
    application.stop()
    application.close()
    application = make(sealed)
    page = at_the_door(application, qtbot)
    choose(page, "Ada Marsh")
    give(page, ADA, qtbot)
    sits(application, "Ada Marsh", qtbot)
    application.commands.do("hub.data_key")
    form = dialog(application, DataKeyForm, qtbot)
    form.why.set_value("A laptop was lost")
    form.now.set_value("something else")
    form.ask_to_save()
    qtbot.waitUntil(lambda: "not the passphrase" in form.message())
    form.now.set_value(ADA)
    before = sealed.read_bytes()
    form.ask_to_save()
    in_front(application, NewKey, qtbot)
    assert application.services.user is None
    qtbot.waitUntil(lambda: application.next_hub == sealed)
    message = application.restore()
    assert message is not None
    assert "another data key" in message.sentence
    assert sealed.read_bytes() != before
    again = make(sealed, came_in=application.entrance.came_in, message=message)
    sits(again, "Ada Marsh", qtbot)
    found: list[str] = []
    again.services.ask(lambda queries: queries.record_entry(queries.head()).line.sentence, found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert found == ["The hub was sealed by another data key. Reason: A laptop was lost"]


@pytest.mark.whole
def test_a_data_key_that_cant_be_changed_leaves_the_hub_as_it_was_and_says_why(
    make: Make, sealed: Path, qtbot: Any
) -> None:
    application = make(sealed)
    page = at_the_door(application, qtbot)
    choose(page, "Ada Marsh")
    give(page, ADA, qtbot)
    sits(application, "Ada Marsh", qtbot)
    opened = unlocked(sealed, "U-0001", ADA, now=NOW)
    with Desk.open(sealed, clock=lambda: NOW, unlocked=opened):
        application.services.new_key.emit(opened, "A laptop was lost")
        qtbot.waitUntil(lambda: application.next_hub == sealed)
    message = application.restore()
    assert message is not None
    assert "another window" in message.sentence + message.mend
    assert unlocked(sealed, "U-0001", ADA, now=NOW).generation == 1


def test_a_hub_from_before_is_not_opened_by_a_name_offers_to_be_sealed_and_is(
    make: Make, tmp_path: Path, qtbot: Any
) -> None:
    path = tmp_path / "Before.hub"
    with Desk.open(path, clock=lambda: NOW) as desk:
        ada = desk.found(hub="North Bank", name="Ada Marsh")
        desk.perform(partial(add_user, name="Jo Reed", roles=[Role.COORDINATOR]), by=ada)
    application = make(path, user_id="U-0002")
    in_front(application, SealOffer, qtbot).later.emit()
    page = at_the_door(application, qtbot)
    assert application.services.user is None, "the choice comes first"
    assert application.window.status_line._seal.isVisible()
    page._choose()
    sits(application, "Jo Reed", qtbot)
    assert application.window.status_line._seal.isVisible(), "the warning stays"
    application.stop()
    application.close()
    again = make(path, user_id="U-0002")
    in_front(again, SealOffer, qtbot).main.click()
    seal = in_front(again, SealIt, qtbot)
    assert seal.who.value() == "U-0001", "an administrator seals it"
    type_twice(seal.passphrase, "north bank 1")
    seal._go_on()
    qtbot.waitUntil(lambda: "easy to guess" in seal.message.words() and at_rest(again))
    assert path.read_bytes().startswith(b"SQLite format 3"), "nothing was changed"
    type_twice(seal.passphrase, ADA)
    seal._go_on()
    confirm(_somewhere(in_front(again, SheetPanel, qtbot)))
    assert again.next_hub == path
    again.close()
    message = again.restore()
    assert message is not None
    again.entrance.remark = "Plain copies may lie in the second folder, which wasn't reached."
    again._reopen()
    left = again.restore()
    assert left is not None
    assert "second folder" in left.sentence, "what sealing left to do is said"
    assert b"SQLite format" not in path.read_bytes()
    third = make(path, came_in=again.entrance.came_in, message=message)
    sits(third, "Ada Marsh", qtbot)
    qtbot.waitUntil(lambda: "Let the others in" in third.window.banner.words())
    assert [way.name for way in people_of(path).people] == ["Ada Marsh"]


def _somewhere(panel: SheetPanel) -> SheetPanel:
    panel.copied.click()
    return panel


@pytest.mark.whole
def test_what_the_window_keeps_outside_the_hub_names_nobody(
    make: Make, tmp_path: Path, settings: QSettings, caplog: pytest.LogCaptureFixture, qtbot: Any
) -> None:
    """After somebody was searched for, a filter saved, a form begun, and the program crashed."""
    caplog.set_level(logging.DEBUG)
    hub = ASealedHub(tmp_path / "North.hub")
    details = AHub.details(None, "Zebedee Quill")  # type: ignore[arg-type]
    hub.desk.perform(partial(register_patient, details=details), by=hub.ada)
    hub.desk.close()
    application = make(hub.path, pages=(PATIENTS,))
    give(at_the_door(application, qtbot), ADA, qtbot)
    sits(application, "Ada Marsh", qtbot)
    page = application.window.page
    assert isinstance(page, PatientsPage)
    assert [row.name for row in page.model.rows()] == ["Zebedee Quill"]
    application.services.searched.emit("Zebedee Quill")
    page.look_for("Zebedee Quill")
    page.table.copy()
    page.pick("P-0001")
    try:
        raise ValueError("Zebedee Quill")
    except ValueError as error:
        bug = as_told(error)
    assert isinstance(bug, Bug)
    application.crash(bug)
    application.commands.do("hub.back_up")
    qtbot.waitUntil(lambda: at_rest(application))
    application.window.remember()
    application.stop()
    application.close()
    assert "window/user" in settings.allKeys()
    assert "Zebedee" not in caplog.text
    found = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and any(mark in path.read_bytes() for mark in (b"Zebedee", b"Quill", JO.encode()))
    ]
    assert found == []


def test_a_sheet_is_one_page_that_says_whose_it_is_and_how_it_is_used() -> None:
    text = sheet_text(["ABCD", "EFGH", "IJKL"], hub="North <Bank>", day="Mon 16 Nov 2020")
    plain = text.toPlainText()
    for part in ("North <Bank>", "Mon 16 Nov 2020", "ABCD", "IJKL", "Use the recovery sheet"):
        assert part in plain


def test_a_passphrase_is_hidden_shown_on_request_and_never_in_a_draft(theme: Theme, qtbot: Any) -> None:
    field = PassphraseField("passphrase", "Passphrase", theme=theme, required=True)
    qtbot.addWidget(field)
    field.show()
    qtbot.keyClicks(field.editor, " Two  blanks ")
    assert field.value() == " Two  blanks ", "to the letter"
    assert field.editor.echoMode() == QLineEdit.EchoMode.Password
    field.shown.click()
    assert field.editor.echoMode() == QLineEdit.EchoMode.Normal
    field.hide()
    assert field.editor.echoMode() == QLineEdit.EchoMode.Password
    assert field.typed() == ""
    field.show()
    qtbot.keyClick(field.editor, Qt.Key.Key_A)  # small, without Shift
    assert CAPS not in field.below()
    # a capital without Shift
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "A")
    QApplication.sendEvent(field.editor, event)
    assert CAPS in field.below()
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier, "A")
    QApplication.sendEvent(field.editor, event)
    assert CAPS not in field.below()


def test_strength_is_said_in_words_and_two_that_differ_are_not_taken(theme: Theme, qtbot: Any) -> None:
    page = NewPassphrase(theme=theme, about=lambda: ["North Bank", "Ada Marsh"])
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.judged):
        qtbot.keyClicks(page.first.editor, "adamarsh")
    assert isinstance(page._strength, tuple)
    assert not page._strength[1].is_enough
    page.again.set_value("adamarsh")
    assert not page.ask()
    assert "easy to guess" in page.first.problem()
    page.first.set_value(ADA)
    page._strength = (ADA, Strength(4, ""))
    assert not page.ask()
    assert page.again.problem() == "The two aren't the same."
    page.again.set_value(ADA)
    assert page.ask()
    page.away.finish()


def test_the_groups_to_be_typed_back_are_drawn_by_lot(theme: Theme, qtbot: Any) -> None:
    asked = set()
    for seed in range(6):
        panel = SheetPanel(
            "-".join(f"AB{n}C" for n in range(9)), hub="North", day="", theme=theme, pick=random.Random(seed)
        )
        qtbot.addWidget(panel)
        asked.add(panel.asked)
    assert len(asked) > 3


def named(widget: QWidget) -> list[str]:
    return [
        each.metaObject().className()
        for each in widget.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.isVisibleTo(widget)
        and not each.accessibleName()
        and not getattr(each, "text", str)()
    ]


def test_all_that_takes_the_focus_has_a_name_for_who_reads_by_ear(theme: Theme, qtbot: Any) -> None:
    for page in (
        Founding(theme=theme, seal=True),
        SheetPanel("ABCD-EFGH-IJKL", hub="North", day="", theme=theme),
        SheetCode(theme=theme),
        ChoosePassphrase([("U-0001", "Ada"), ("U-0002", "Jo")], hub="North", by_sheet=True, theme=theme),
    ):
        qtbot.addWidget(page)
        page.show()
        assert named(page) == []


def test_a_hub_that_keeps_nobody_who_reads_says_so_and_how_it_would(tmp_path: Path) -> None:
    plain = AHub(tmp_path / "Plain.hub")
    why, found = _read(plain.desk, patient="P-0001", user=plain.admin)
    assert (found, "isn't sealed" in why, "Seal it now" in why) == ((), True, True)
    plain.desk.close()
    sealed = ASealedHub(tmp_path / "Sealed.hub")
    assert _read(sealed.desk, patient="P-0001", user=sealed.ada) == ("", ())
    sealed.desk.close()
