"""A table printed: what is seen is on the pages, with hub, name, time and the mark, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog

from tests.ui.conftest import MakeServices
from tests.ui.fake_desk import JO, FakeDesk, Guest
from tests.ui.pdf_text import pages_of
from ui.frame import print_commands, printing, spool
from ui.frame.pages import PageSpec
from ui.frame.print_commands import save_pdf
from ui.frame.printing import IDENTIFIES, Printing, Sheet, share_width
from ui.frame.services import Undo
from ui.frame.window import HubFacts, Window
from ui.hub_commands import bind_hub_commands
from ui.theme.theme import Theme

PAGES = (
    PageSpec("patients", "Patients", "patients", "P", "tests.ui.fake_desk:GuestsPage"),
    PageSpec("moves", "Moves", "moves", "V", "tests.ui.fake_desk:EmptyMoves"),
)
WARDS = ("Oak", "Elm")
GUESTS = [
    Guest(f"P-{n:04d}", f"Guest {n:03d}", date(2020, 11, 16) + timedelta(n % 9), WARDS[n % 2], n)
    for n in range(1, 121)
]


@pytest.fixture
def window(make_services: MakeServices, qtbot: Any, look: Theme) -> Iterator[Window]:
    services = make_services(partial(FakeDesk, GUESTS))
    made = Window.of(
        services, facts=lambda queries: HubFacts(people=queries.people(), hub="North Bank"), pages=PAGES
    )
    qtbot.addWidget(made)
    bind_hub_commands(made)
    made.show()
    made.begin(user_id=JO.id)
    qtbot.waitUntil(lambda: made.page is not None and not services.jobs.busy)
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


def saved(window: Window, path: Path, qtbot: Any) -> list[str]:
    save_pdf(window, path)
    qtbot.waitUntil(lambda: window.undo_bar.words() == f"Saved: {path.name}.")
    return pages_of(path)


def test_a_filtered_and_sorted_table_is_saved_as_it_is_shown(
    window: Window, tmp_path: Path, qtbot: Any
) -> None:
    page: Any = window.page
    page.chips.set_on(["ward/elm"])
    page.look_for("guest 00")
    page.table.show_column(3, shown=False)
    page.table.sort_by("name", descending=True)
    found = saved(window, tmp_path / "elm.pdf", qtbot)
    assert len(found) == 1
    lines = found[0].split("\n")
    assert lines[0] == "Patients"
    assert lines[1] == "North Bank · printed by Jo Marsh · Mon 16 Nov 2020, 09:30"
    assert lines[2] == "5 of 120 rows · filter: Elm · search: “guest 00” · by name, downwards"
    assert lines[3:6] == ["Name", "Infection", "Ready"]
    assert [line for line in lines if line.startswith("Guest")] == [
        f"Guest 00{number}" for number in (9, 7, 5, 3, 1)
    ]
    assert "Isolating" in lines
    assert "Ward" not in lines
    assert lines[-2:] == [IDENTIFIES, "Patients, page 1 of 1"]


@pytest.mark.whole
def test_a_long_table_goes_on_over_pages_and_each_is_marked(
    window: Window, tmp_path: Path, qtbot: Any
) -> None:
    found = saved(window, tmp_path / "all.pdf", qtbot)
    assert len(found) > 2
    names = [line for page in found for line in page.split("\n") if line.startswith("Guest")]
    assert names == [guest.name for guest in GUESTS]
    for number, page in enumerate(found, start=1):
        assert "Infection" in page
        assert page.endswith(f"{IDENTIFIES}\nPatients, page {number} of {len(found)}")


def test_a_file_that_cannot_be_written_is_said(window: Window, tmp_path: Path) -> None:
    (tmp_path / "taken.pdf").mkdir()
    assert save_pdf(window, tmp_path / "taken.pdf") is None
    assert window.banner.words().startswith("taken.pdf can't be written.")


def test_pages_that_a_page_draws_itself_are_saved_whole_or_not_at_all(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_device: object) -> None:
        raise OSError("the device takes no pages")

    assert window.page is not None
    monkeypatch.setattr(window.page, "printed_pages", lambda: fails)
    said: list[str] = []
    window.services.told.connect(lambda message: said.append(message.sentence))
    assert save_pdf(window, tmp_path / "half.pdf") is None
    assert list(tmp_path.glob("half*")) == []
    assert said == ["half.pdf can't be written."]


def test_a_stopped_printing_leaves_no_file(window: Window, tmp_path: Path, qtbot: Any) -> None:
    job = save_pdf(window, tmp_path / "half.pdf")
    assert job is not None
    with qtbot.waitSignal(job.finished) as over:
        job.stop()
    assert over.args == [False]
    assert list(tmp_path.glob("half.pdf*")) == []
    assert not window.undo_bar.isVisible()


def test_where_there_is_nothing_to_print_the_command_says_so(window: Window, qtbot: Any) -> None:
    commands = window.services.commands
    assert commands.action("table.print").isEnabled()
    assert commands.action("table.pdf").isEnabled()
    window.go("moves")
    qtbot.waitUntil(lambda: not window.services.jobs.busy)
    commands.review()
    assert commands.why_not("table.pdf") == "There is no table on this page to print."


def test_words_that_are_too_long_for_a_column_go_on_below(theme: Theme, tmp_path: Path, qtbot: Any) -> None:
    words = "Isolates until Thu 26 Nov and then goes on to a home of their own choice, " * 4
    sheet = Sheet("Plan", ("North Bank",), ("Who", "What"), 3, lambda row: (f"Ada {row}", words))
    device = QPdfWriter(str(tmp_path / "long.pdf"))
    job = Printing(sheet, device, theme=theme)
    with qtbot.waitSignal(job.finished):
        job.start()
    assert job.pages._heights[0] > 2 * job.pages._metrics(job.pages._base).height()
    said = pages_of(tmp_path / "long.pdf")[0].replace("\n", " ")
    assert said.count("and then goes on to a home") == 12
    job.deleteLater()


def test_the_width_is_shared_so_that_narrow_columns_keep_theirs() -> None:
    assert share_width([10, 30], 80) == [20, 60]
    assert share_width([10, 100, 100], 110) == [10, 50, 50]
    assert share_width([100, 20, 40], 120) == [60, 20, 40]


# ------------------------------------------------------------------------- Ctrl+Z


def test_control_z_goes_the_way_back_while_it_is_offered(window: Window, qtbot: Any) -> None:
    taken: list[str] = []
    window.services.say("Approved.", Undo("Withdraw", lambda _context: taken.append("back")))
    action = window.services.commands.action("hub.undo")
    assert action.isEnabled()
    page: Any = window.page
    qtbot.keyClick(page.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: taken == ["back"])
    qtbot.waitUntil(lambda: not window.services.jobs.busy)
    assert not window.undo_bar.can_go_back
    assert not action.isEnabled()
    assert window.services.commands.why_not("hub.undo") == "There is nothing to take back now."


def test_in_a_field_control_z_takes_back_what_was_typed(window: Window, qtbot: Any) -> None:
    taken: list[str] = []
    window.services.say("Approved.", Undo("Withdraw", lambda _context: taken.append("back")))
    search = window.header.search
    search.setFocus()
    qtbot.keyClicks(search, "oak")
    qtbot.keyClick(search, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert search.text() == ""
    assert taken == []
    assert window.undo_bar.can_go_back


def test_what_was_done_for_good_offers_no_way_back(window: Window) -> None:
    window.services.say("Copied.")
    assert not window.undo_bar.can_go_back
    assert not window.services.commands.action("hub.undo").isEnabled()


def test_what_printing_lays_down_is_removed_and_never_lies_among_other_files(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setattr(spool, "user_logs", lambda: tmp_path / "state" / "log")
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(elsewhere))
    printed = tmp_path / "printer"
    laid_down: list[Path] = []

    class Chosen:
        """The dialog of a printer that writes a file, as those do that have no printing system."""

        def __init__(self, printer: QPrinter, _window: object) -> None:
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(str(printed))

        def setWindowTitle(self, _title: str) -> None: ...

        def exec(self) -> QDialog.DialogCode:
            return QDialog.DialogCode.Accepted

    class LaysDown(QPainter):
        """As the library does that sends to a printing system."""

        def begin(self, device: Any) -> bool:
            descriptor, name = tempfile.mkstemp(dir=os.environ["TMPDIR"])
            os.write(descriptor, b"Guest 001")
            os.close(descriptor)
            laid_down.append(Path(name))
            return super().begin(device)

    monkeypatch.setattr(print_commands, "QPrintDialog", Chosen)
    monkeypatch.setattr(printing, "QPainter", LaysDown)
    print_commands.print_page(window)
    qtbot.waitUntil(lambda: window.undo_bar.words() == "Sent to the printer.")
    assert "Guest 001" in pages_of(printed)[0]
    assert [each.parent for each in laid_down] == [spool.folder()]
    assert not laid_down[0].exists()
    assert os.environ["TMPDIR"] == str(elsewhere)
    others = [path for path in tmp_path.rglob("*") if path.is_file() and path != printed]
    assert [path for path in others if b"Guest" in path.read_bytes()] == []
    # a process that was killed while it printed leaves its file to the next
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for process in (ended.pid, os.getpid()):
        left = spool.folder().with_name(str(process)) / "left"
        left.parent.mkdir(parents=True, exist_ok=True)
        left.write_bytes(b"Guest 001")
    spool.sweep()
    assert [path.name for path in spool.folder().parent.iterdir()] == [str(os.getpid())]
    spool.clear()
