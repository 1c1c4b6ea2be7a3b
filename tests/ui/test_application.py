"""The composition root over real hubs: opened, founded, refused, crashed, closed; and the entry itself."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton

from discharge.actions.desk import Desk
from discharge.actions.hub import amend_hub, set_local_value
from discharge.actions.patients import register_patient
from discharge.actions.people import add_user
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Role
from discharge.store import driver
from discharge.store.file import second_folder
from discharge.store.file.backup import backups_in
from tests.ui.fake_desk import NOW, RESOURCES
from tests.ui.offscreen import complaints
from ui.__main__ import _parser, _size
from ui.application import AGAIN, Application
from ui.frame.crash import CrashDialog
from ui.frame.curtain import Curtain
from ui.frame.founding import Founding
from ui.frame.pages import PageSpec
from ui.frame.rail import Rail
from ui.theme.palette import Mode
from ui.theme.theme import Theme
from ui.work.faults import Bug

ROOT = RESOURCES.parent
PAGES = (
    PageSpec("patients", "Patients", "patients", "P", "tests.ui.fake_desk:EmptyPage"),
    PageSpec("moves", "Moves", "moves", "V", "tests.ui.fake_desk:EmptyMoves"),
)
Make = Callable[..., Application]


@pytest.fixture
def make(qapp: QApplication, settings: QSettings, tmp_path: Path, look: Theme) -> Iterator[Make]:
    made: list[Application] = []

    def start(hub: Path | None = None, **more: Any) -> Application:
        application = Application(
            qapp,
            hub=hub or tmp_path / "north.hub",
            resources=RESOURCES,
            settings=settings,
            clock=lambda: NOW,
            pages=PAGES,
            log_file=tmp_path / "log",
            **{"plain": True, **more},
        )
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
def hub(tmp_path: Path) -> Path:
    path = tmp_path / "founded.hub"
    with Desk.open(path, clock=lambda: NOW) as desk:
        jo = desk.found(hub="North Bank", name="Jo Marsh")
        desk.perform(partial(add_user, name="Lee Okafor", roles=[Role.LA_LEAD]), by=jo)
    return path


@pytest.mark.whole
def test_a_hub_that_is_not_there_is_made_and_founded(make: Make, tmp_path: Path, qtbot: Any) -> None:
    application = make()
    window = application.window
    qtbot.waitUntil(lambda: isinstance(window.stack.currentWidget(), Founding))
    founding = window.stack.currentWidget()
    assert isinstance(founding, Founding)
    founding.founded.emit("North Bank", "Jo Marsh")
    qtbot.waitUntil(lambda: window.page is not None and not application.jobs.busy)
    assert window.windowTitle() == "Patients · North Bank"
    assert window.status_line.user.text().startswith("Jo Marsh")
    application.stop()
    with Desk.open(tmp_path / "north.hub", clock=lambda: NOW) as desk:
        assert [user.name for user in desk.people()] == ["Jo Marsh"]


@pytest.mark.whole
def test_the_people_of_a_hub_are_offered_and_the_last_one_is_remembered(
    make: Make, hub: Path, settings: QSettings, qtbot: Any
) -> None:
    settings.setValue("window/user", "U-0002")
    application = make(hub)
    window = application.window
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.sign_in)
    assert window.sign_in.people.currentItem().text() == "Lee Okafor"
    window.sign_in._choose()
    qtbot.waitUntil(lambda: window.page is not None and not application.jobs.busy)
    assert window.status_line.user.text() == "Lee Okafor, LA lead"


def test_what_waits_is_counted_once_somebody_is_at_the_desk_and_no_sooner(
    make: Make, hub: Path, qtbot: Any
) -> None:
    with Desk.open(hub, clock=lambda: NOW) as desk:
        details = PatientDetails(
            name="Ada Swift",
            no_number="not_known",
            sex="female",
            priority=2,
            pathway="P3",
            ready_on=NOW.date(),
        )
        desk.perform(partial(register_patient, details=details), by=desk.sign_in("U-0001"))
    application = make(hub)
    window = application.window
    qtbot.waitUntil(lambda: window.stack.currentWidget() is window.sign_in)
    waiting = window.rail._buttons["patients"]
    assert "1" not in waiting.accessibleName()
    window.sign_in._choose()
    qtbot.waitUntil(lambda: "1 waiting" in waiting.accessibleName())


@pytest.mark.whole
def test_another_window_on_the_same_hub_is_noticed(make: Make, hub: Path, qtbot: Any) -> None:
    application = make(hub, user_id="U-0001")
    qtbot.waitUntil(lambda: application.window.page is not None and not application.jobs.busy)
    with Desk.open(hub, clock=lambda: NOW) as other:
        other.perform(partial(add_user, name="Ruth Vane", roles=[Role.CLINICIAN]), by=other.sign_in("U-0001"))
    told: list[frozenset[str]] = []
    application.services.changed.connect(told.append)
    application._look_for_others()
    qtbot.waitUntil(lambda: told == [frozenset({"people"})])


@pytest.mark.whole
def test_what_came_from_other_desks_is_read_though_something_is_under_way(
    make: Make, hub: Path, qtbot: Any
) -> None:
    application = make(hub, user_id="U-0001")
    qtbot.waitUntil(lambda: application.window.page is not None and not application.jobs.busy)
    application._others.stop()
    with Desk.open(hub, clock=lambda: NOW) as other:
        other.perform(partial(add_user, name="Ruth Vane", roles=[Role.CLINICIAN]), by=other.sign_in("U-0001"))
    told: list[frozenset[str]] = []
    application.services.changed.connect(told.append)
    application.services.use(lambda _desk: None, lambda _done: None)
    application.shared.came.emit()
    qtbot.waitUntil(lambda: told == [frozenset({"people"})])


@pytest.mark.parametrize(
    "content", [b"not a hub at all, but a letter to somebody", b"SQLite format 3\0" + b"x" * 4096]
)
@pytest.mark.whole
def test_a_file_that_is_no_hub_is_told_in_a_sentence_with_a_way_on(
    make: Make, tmp_path: Path, qtbot: Any, content: bytes
) -> None:
    path = tmp_path / "letter.hub"
    path.write_bytes(content)
    application = make(path)
    window = application.window
    qtbot.waitUntil(lambda: window.opening.words() != "Opening letter …")
    assert "letter" in window.opening.words()
    assert window.opening.isVisible()
    assert len(window.opening.words()) > 40
    assert application.commands.why_not("hub.open") == "", "another hub can be opened"


def test_a_bug_in_any_thread_is_logged_without_a_name_and_can_end_the_program_cleanly(
    make: Make, hub: Path, qtbot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    application = make(hub, user_id="U-0001")
    qtbot.waitUntil(lambda: application.window.page is not None and not application.jobs.busy)
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    application.install_hooks()
    try:
        caplog.set_level(logging.ERROR, logger="ui")

        def break_down() -> None:
            raise ValueError("Ada Ashdown 999 476 5949")

        thread = threading.Thread(target=break_down)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(application.window.findChildren(CrashDialog)))
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before
    (dialog,) = application.window.findChildren(CrashDialog)
    assert dialog.isVisible()
    assert "ValueError" in caplog.text
    assert "break_down" in caplog.text
    assert "Ada" not in caplog.text
    assert "5949" not in caplog.text
    dialog.accept()
    qtbot.waitUntil(lambda: not application.window.isVisible())
    assert not application.jobs._thread.is_alive()


def _fails() -> None:
    raise KeyError("Ada Ashdown")


def test_a_bug_in_a_slot_is_said_once_and_the_program_goes_on(make: Make, hub: Path, qtbot: Any) -> None:
    application = make(hub, user_id="U-0001")
    qtbot.waitUntil(lambda: application.window.page is not None and not application.jobs.busy)
    place = application.services
    told: list[str] = []
    for _ in range(AGAIN):
        try:
            _fails()
        except KeyError as error:
            place.fail(error, lambda error: told.append(error.sentence))
        for dialog in application.window.findChildren(CrashDialog):
            assert all("Ada" not in box.toPlainText() for box in dialog.findChildren(QPlainTextEdit))
            dialog.reject()
    assert len(told) == AGAIN, "whoever waits for it hears of it"
    assert "comes again and again" in application.window.banner.words()
    assert application.window.isVisible()
    place.perform(partial(add_user, name="Cy Dale", roles=[Role.LA_LEAD]), done="Cy Dale was added")
    qtbot.waitUntil(lambda: not application.jobs.busy)
    with Desk.open(hub, clock=lambda: NOW) as desk:
        assert "Cy Dale" in {user.name for user in desk.people()}


def test_a_fault_while_opening_has_nothing_to_go_on_with(make: Make, hub: Path, qtbot: Any) -> None:
    application = make(hub)
    with qtbot.waitSignal(application.opened):
        pass
    application._not_opened(Bug("KeyError", "somewhere"))
    (dialog,) = application.window.findChildren(CrashDialog)
    with qtbot.waitSignal(application.finished):
        dialog.reject()


def _button(application: Application, words: str) -> QPushButton:
    found = application.window.opening.findChildren(QPushButton)
    return next(button for button in found if words in button.text())


def test_tables_changed_outside_the_program_are_said_when_the_hub_is_opened(
    make: Make, hub: Path, qtbot: Any
) -> None:
    with closing(driver.connect(hub)) as raw, raw:
        raw.execute("UPDATE users SET roles = '[\"administrator\"]'")
    application = make(hub, user_id="U-0001")
    qtbot.waitUntil(lambda: "made anew" in application.window.banner.words())
    with closing(driver.connect(hub)) as raw, raw:
        raw.execute("UPDATE users SET active = 0")
    qtbot.waitUntil(lambda: not application.jobs.busy)
    application.window.banner.dismiss()
    application._look_for_others()
    qtbot.waitUntil(lambda: "made anew" in application.window.banner.words())


def test_a_missing_hub_is_offered_its_backup_in_the_window(make: Make, hub: Path, qtbot: Any) -> None:
    with Desk.open(hub, clock=lambda: NOW) as desk:
        desk.back_up()
    hub.unlink()
    first = make(hub)
    qtbot.waitUntil(lambda: "is missing" in first.window.opening.words())
    assert not hub.exists()
    with qtbot.waitSignal(first.finished):
        _button(first, "Restore the backup of").click()
    first.close()
    message = first.restore()
    assert message is not None
    assert "is as it was" in message.sentence
    assert hub.exists()


def test_an_older_copy_can_be_gone_on_with_or_put_together_in_the_window(
    make: Make, hub: Path, qtbot: Any
) -> None:
    older = hub.read_bytes()
    with Desk.open(hub, clock=lambda: NOW) as desk:
        desk.perform(partial(add_user, name="Cy Dale", roles=[Role.LA_LEAD]), by=desk.sign_in("U-0001"))
        desk.back_up()
    hub.write_bytes(older)
    for way, people in (("Put it together", 3), ("Go on with this copy", 2)):
        first = make(hub)
        qtbot.waitUntil(lambda first=first: "older copy" in first.window.opening.words())
        with qtbot.waitSignal(first.finished):
            _button(first, way).click()
        first.close()
        assert first.restore() is not None
        with Desk.open(hub, clock=lambda: NOW) as desk:
            assert len(desk.people()) == people
        hub.write_bytes(older)


@pytest.mark.whole
def test_opening_another_hub_closes_this_one_and_says_which_is_next(
    make: Make, hub: Path, tmp_path: Path, qtbot: Any
) -> None:
    application = make(hub, user_id="U-0001")
    qtbot.waitUntil(lambda: application.window.page is not None and not application.jobs.busy)
    window, actions = application.window, len(application.window.actions())
    with qtbot.waitSignal(application.finished):
        application.change_to(tmp_path / "other.hub")
    assert application.next_hub == tmp_path / "other.hub"
    assert window.isVisible()
    application.close()
    bare = application.retire()
    assert bare is window
    curtain = window.centralWidget()
    assert isinstance(curtain, Curtain)
    assert curtain.accessibleName() == "Opening other …"
    other = make(tmp_path / "other.hub", window=bare, before=hub)
    assert other.window is window
    qtbot.waitUntil(lambda: isinstance(window.stack.currentWidget(), Founding))
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert window.isVisible()
    assert len(window.actions()) == actions, "nothing of the hub before is left in it"
    assert len(window.findChildren(Rail)) == 1


@pytest.mark.whole
def test_from_a_hub_that_cant_be_opened_a_button_leads_back_to_the_one_before(
    make: Make, hub: Path, tmp_path: Path, qtbot: Any
) -> None:
    gone = tmp_path / "Gone.hub"
    gone.write_bytes(b"no hub at all")
    application = make(gone, before=hub)
    qtbot.waitUntil(lambda: "Opening" not in application.window.opening.words())
    back = _button(application, "Back to")
    assert back.text() == "Back to founded"
    assert not application._importing.isActive(), "it waits for nothing any more"
    back.setFocus()
    with qtbot.waitSignal(application.finished):
        qtbot.keyClick(back, Qt.Key.Key_Space)
    assert application.next_hub == hub
    application.close()
    bare = application.retire()
    again = make(hub, window=bare, before=gone, user_id="U-0001")
    qtbot.waitUntil(lambda: again.window.page is not None and not again.jobs.busy)
    assert again.window is bare


def test_where_another_hub_cant_be_opened_this_one_stays_and_says_why(
    make: Make, hub: Path, tmp_path: Path, qtbot: Any
) -> None:
    application = make(hub, user_id="U-0001")
    qtbot.waitUntil(lambda: application.window.page is not None and not application.jobs.busy)
    broken = tmp_path / "Broken.hub"
    broken.write_bytes(b"no hub at all")
    application.change_to(broken)
    qtbot.waitUntil(lambda: "Broken can't be opened" in application.window.banner.words())
    assert application.next_hub is None
    assert application.services.user is not None


def test_a_backup_is_made_by_itself_where_the_last_one_is_of_another_day(
    make: Make, hub: Path, qtbot: Any
) -> None:
    application = make(hub, user_id="U-0001")
    with qtbot.waitSignal(application.opened):
        pass

    def looked() -> int:
        qtbot.waitUntil(lambda: not application.jobs.busy)
        application.back_up_if_due()
        qtbot.waitUntil(lambda: not application.jobs.busy)
        with Desk.open(hub, clock=lambda: NOW) as desk:
            return len(desk.backups())

    assert looked() == 1
    assert looked() == 1
    assert application._copies.isActive()


def test_a_copy_is_made_as_the_window_closes_where_something_was_recorded(
    make: Make, hub: Path, qtbot: Any
) -> None:
    def closed_after(record: bool) -> int:
        application = make(hub, user_id="U-0001")
        with qtbot.waitSignal(application.opened):
            pass
        if record:
            qtbot.waitUntil(lambda: application.services.user is not None)
            change = partial(amend_hub, changes={"backup_folder": str(hub.parent / "share")})
            with qtbot.waitSignal(application.services.changed):
                application.services.perform(change)
            qtbot.waitUntil(lambda: not application.jobs.busy)
            status = application.window.status_line
            said = [each.text() for each in status.findChildren(QLabel) if each.isVisibleTo(status)]
            assert any(text.startswith("Second folder: not reached yet") for text in said), said
        application.close()
        with Desk.open(hub, clock=lambda: NOW) as desk:
            return len(desk.backups())

    assert closed_after(record=False) == 0
    assert closed_after(record=True) == 1


@pytest.mark.whole
def test_the_copy_made_as_the_window_closes_goes_to_the_second_folder_too(
    make: Make, hub: Path, qtbot: Any
) -> None:
    share = hub.parent / "share"
    share.mkdir()
    with Desk.open(hub, clock=lambda: NOW) as desk:
        choose = partial(amend_hub, changes={"backup_folder": str(share)})
        desk.perform(choose, by=desk.sign_in("U-0001"))
        desk.back_up()
    application = make(hub, user_id="U-0001")
    with qtbot.waitSignal(application.opened):
        pass
    there = second_folder.within(hub, share)
    qtbot.waitUntil(lambda: len(backups_in(there)) == 1 and not application.jobs.busy)
    qtbot.waitUntil(lambda: application.services.user is not None)
    with qtbot.waitSignal(application.services.changed):
        application.services.perform(partial(amend_hub, changes={"offer_hours": 9}))
    application._clock = later = lambda: NOW + timedelta(hours=1)
    application.services.use(lambda desk: setattr(desk, "_clock", later), lambda _none: None)
    application.close()
    assert len(backups_in(there)) == 2


@pytest.mark.whole
def test_another_hub_stands_where_it_stood_or_beside_where_it_would(
    make: Make, hub: Path, tmp_path: Path, settings: QSettings, qtbot: Any
) -> None:
    def opened(path: Path) -> Application:
        application = make(path)
        with qtbot.waitSignal(application.opened):
            pass
        return application

    first = opened(hub)
    first.window.move(40, 50)
    first.window.resize(640, 480)
    first.stop()
    first.close()
    other = opened(tmp_path / "Other.hub")
    before = other.window.geometry()
    other.stand_apart()
    assert other.window.pos() != before.topLeft()
    other.window.move(200, 150)
    other.stop()
    other.close()
    again = opened(hub)
    # a window as wide as this screen is moved by the width of its frame, so that all of it is seen
    assert abs(again.window.pos().y() - other.window.pos().y()) < 10, "where the last one was closed"
    again.stand_apart()
    assert abs(again.window.pos().y() - first.window.pos().y()) < 10, "where this hub was"
    assert not [key for key in settings.allKeys() if hub.stem in key]


@pytest.mark.whole
def test_a_hub_goes_back_to_a_backup_and_keeps_its_file_aside(make: Make, hub: Path, qtbot: Any) -> None:
    with Desk.open(hub, clock=lambda: NOW) as desk:
        copy = desk.back_up().path
        desk.perform(partial(add_user, name="Cy Dale", roles=[Role.LA_LEAD]), by=desk.sign_in("U-0001"))
    first = make(hub, user_id="U-0001")
    with qtbot.waitSignal(first.opened):
        pass
    with qtbot.waitSignal(first.finished):
        first.services.restoring.emit(copy)
    first.close()
    message = first.restore()
    assert first.next_hub == hub
    assert message is not None
    assert "is kept as founded.hub.aside-" in message.sentence
    second = make(hub, user_id="U-0001", message=message)
    qtbot.waitUntil(lambda: second.window.banner.words() == message.sentence)
    with Desk.open(hub, clock=lambda: NOW) as desk:
        assert [user.name for user in desk.people()] == ["Jo Marsh", "Lee Okafor"]
    assert len(list(hub.parent.glob("founded.hub.aside-*"))) >= 1


@pytest.mark.whole
def test_a_damaged_backup_changes_nothing_and_is_told(make: Make, hub: Path, qtbot: Any) -> None:
    broken = hub.with_name("broken.backup")
    broken.write_bytes(b"no backup at all")
    before = hub.read_bytes()
    first = make(hub, user_id="U-0001")
    with qtbot.waitSignal(first.opened):
        pass
    first.services.restoring.emit(broken)
    first.close()
    message = first.restore()
    assert message is not None
    assert "broken.backup" in message.sentence
    assert hub.read_bytes() == before


def test_the_rule_set_is_named_in_words_and_by_its_id_in_the_tooltip(
    make: Make, hub: Path, qtbot: Any
) -> None:
    with Desk.open(hub, clock=lambda: NOW) as desk:
        settle = partial(set_local_value, key="stale_hours", value=48, source="IPC lead", reason="agreed")
        desk.perform(settle, by=desk.sign_in("U-0001"))
    application = make(hub, user_id="U-0001")
    said = application.window.status_line._rules
    qtbot.waitUntil(lambda: said.whole() != "")
    assert said.whole() == "Oct 2020 rules, with the hub's own values"
    assert "england-2020-10-13" in said.toolTip()


@pytest.mark.whole
def test_the_look_is_remembered_and_can_be_asked_for(make: Make, settings: QSettings, qtbot: Any) -> None:
    settings.setValue("window/mode", "dark")
    settings.setValue("window/scale", "1.25")
    application = make()
    assert (application.theme.mode, application.theme.scale) == (Mode.DARK, 1.25)
    settings.setValue("window/mode", "nonsense")
    settings.setValue("window/scale", "nonsense")
    application = make(mode=Mode.CONTRAST)
    assert (application.theme.mode, application.theme.scale) == (Mode.CONTRAST, 1.0)


# ------------------------------------------------------------------ the entry


HEAVY = {"pydantic", "numpy", "networkx", "highspy", "sqlite3", "sqlcipher3", "sqlite_utils"}


def imported_by(module: str) -> set[str]:
    """The packages that importing this module brings with it, in a fresh interpreter."""
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def test_sizes_are_read_or_refused() -> None:
    assert _size("1366x768") == (1366, 768)
    for text in ("1366", "x768", "10x10", "99999x99999", "axb"):
        with pytest.raises(Exception, match=r"size|side"):
            _size(text)
    assert _parser().parse_args(["--theme", "dark", "--page", "moves"]).theme == "dark"


def test_nothing_heavy_is_imported_before_the_arguments_are_read() -> None:
    assert not imported_by("ui.__main__") & {"PySide6", *HEAVY}


@pytest.mark.whole
def test_nothing_of_the_engine_or_the_store_is_imported_before_the_first_paint() -> None:
    assert not imported_by("ui.application") & HEAVY


def test_the_engines_process_imports_no_qt() -> None:
    assert "PySide6" not in imported_by("ui.work.engine_process")


@pytest.mark.whole
def test_a_picture_of_a_hub_is_taken_and_the_program_ends(hub: Path, tmp_path: Path) -> None:
    picture, spare = tmp_path / "window.png", tmp_path / "spare"
    spare.mkdir()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)}
    environment["TMPDIR"] = str(spare)
    ended = subprocess.run(
        [sys.executable, "-m", "ui", "--hub", str(hub), "--size", "1366x768", "--theme", "dark",
         "--screenshot", str(picture)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, complaints(ended.stderr)) == (0, "", [])
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1366, 768)
    assert image.pixelColor(5, 700).lightness() < 60, "it is dark"
    assert list(spare.iterdir()) == [], "nothing is left behind"
