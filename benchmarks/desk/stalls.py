"""How long the window stands still while people work in it, on a hub of England's size.

    python -m benchmarks.desk.stalls HUB KENT_CASE DIRECTORY SPARE

A beat every few milliseconds runs in the event loop; what it comes late is how long the window didn't answer.
Between two beats the thread also tells how long it computed, where other work shares the machine.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from benchmarks.timing import tell
from discharge.paths import resources
from ui.application import Application
from ui.first_paint import make_qt
from ui.warm_up import WarmUp
from ui.widgets.table import TableView

if TYPE_CHECKING:
    from discharge.actions.desk import Desk

BEAT_MS = 2
QUIET_LOOKS = 6
LOOK_MS = 20
SCROLL_MS = 30
TYPED = "oak"
IDLE_SECONDS = 2.0
CHOSEN = 5
CHOSEN_PAUSE = 0.15
CHOSEN_ON = ("patients", "settings", "approvals", "moves", "map", "record")
"""Pages with a table in which rows are chosen, as somebody goes down it: so many, so many seconds apart."""
FORMS = {
    "patients": ("patient.new", "patient.edit", "patient.several", "patient.happened"),
    "settings": ("setting.new", "setting.edit", "setting.return", "setting.several"),
    "moves": ("placement.happened", "moves.transport"),
}
"""Of each page the forms of most fields and of most lines, by their commands."""


class Pulse(QObject):
    """Beats in the event loop; `late` are the seconds that each beat came late, `worked` those that
    its thread computed since the one before."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self.worked: list[float] = []
        self._last, self._last_worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.late.append(max(0.0, now - self._last - BEAT_MS / 1000))
        self.worked.append(worked - self._last_worked)
        self._last, self._last_worked = now, worked

    def start(self) -> None:
        """Begin to count."""
        self.late.clear()
        self.worked.clear()
        self._last, self._last_worked = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> float:
        """Stop; the longest time that the window stood still, in milliseconds."""
        self._beat()
        self._timer.stop()
        return 1000 * max(self.late)

    def longest_worked(self) -> float:
        """The longest time that the thread computed between two beats, in milliseconds."""
        return 1000 * max(self.worked)


@dataclass
class Measured:
    """Milliseconds by what was done."""

    stalls: dict[str, float] = field(default_factory=dict)
    turns: dict[str, float] = field(default_factory=dict)
    """The longest that the window's thread computed in one turn of its event loop."""
    shown: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class NextPaint(QObject):
    """Knows when a widget was painted after something changed, or that there was nothing to paint."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.changed = False
        self.at: float | None = None
        widget.installEventFilter(self)

    def note(self) -> None:
        """What is shown has changed: the next painting shows it."""
        self.changed = True

    def answered(self) -> None:
        """All that follows from a keystroke is done: where nothing changed, nothing will be painted."""
        if not self.changed:
            self._painted()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self.changed and self.at is None:
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        self.at = self.at or time.perf_counter()


class Day:
    """Somebody's work in the window, a step at a time."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.window = application.window
        self.jobs = application.jobs
        self.pulse = Pulse()
        self.measured = Measured()

    @contextmanager
    def counted(self, name: str) -> Iterator[None]:
        """Count the longest stall in what is done inside."""
        start = time.perf_counter()
        self.pulse.start()
        yield
        self.measured.stalls[name] = self.pulse.stop()
        self.measured.turns[name] = self.pulse.longest_worked()
        self.measured.seconds[name] = time.perf_counter() - start

    def until(self, over: Callable[[], bool], *, looks: int = QUIET_LOOKS, seconds: float = 300.0) -> None:
        """Let the event loop run until this is so, at so many looks on end."""
        loop, seen, ends = QEventLoop(), 0, time.monotonic() + seconds

        def look() -> None:
            nonlocal seen
            seen = seen + 1 if over() else 0
            if seen >= looks or time.monotonic() > ends:
                loop.quit()

        clock = QTimer(interval=LOOK_MS)
        clock.timeout.connect(look)
        clock.start()
        loop.exec()
        clock.stop()
        if seen < looks:
            raise TimeoutError("the window didn't come to rest")

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        ends = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > ends, looks=1)

    def quiet(self) -> None:
        """Wait until nothing is under way."""
        self.until(lambda: self.window.page is not None and not self.jobs.busy)

    @property
    def table(self) -> TableView:
        """The table of the page in front."""
        tables = [each for each in self.window.findChildren(TableView) if each.isVisible()]
        return tables[0]

    # ------------------------------------------------------------- the steps

    def open(self) -> None:
        """The window opens on its first page."""
        paint = NextPaint(self.window)
        paint.note()
        self.application.show()
        # before it is painted there is no window to stand still
        self.until(lambda: paint.at is not None, looks=1)
        self.window.removeEventFilter(paint)
        with self.counted("opening the hub"):
            self.quiet()
        self.jobs.engine.warm_up()
        self.until(lambda: self.jobs.engine.process_id is not None)
        ahead = self.application.findChild(WarmUp)
        assert ahead is not None
        with self.counted("making the pages ahead"):
            self.until(lambda: ahead.is_over and not self.jobs.busy)
        self.pause(2.0)
        with self.counted("doing nothing"):
            self.pause(IDLE_SECONDS)

    def walk(self) -> None:
        """Each page is opened once, some rows of its table are chosen one after the other; at last somebody
        comes back to each."""
        names = self.window.page_names()
        for name in names:
            with self.counted(f"opening {name}"):
                self.window.go(name)
                self.quiet()
            if name in CHOSEN_ON:
                with self.counted(f"choosing on {name}"):
                    for _ in range(CHOSEN):
                        QTest.keyClick(self.table, Qt.Key.Key_Down)
                        self.pause(CHOSEN_PAUSE)
                    self.quiet()
        for name in names:
            with self.counted(f"coming back to {name}"):
                self.window.go(name)
                self.quiet()
        self.window.go("settings")
        self.quiet()

    def forms(self) -> None:
        """Forms are opened, and left as they were."""
        commands = self.window.services.commands
        for page, there in FORMS.items():
            self.window.go(page)
            self.quiet()
            for command in there:
                if reason := commands.why_not(command):
                    raise RuntimeError(f"{command} can't be opened: {reason}")
                with self.counted(f"the form {commands.command(command).text.rstrip('…')} on {page}"):
                    commands.do(command)
                    self.until(lambda: bool(self._dialogs()) and not self.jobs.busy)
                for form in self._dialogs():
                    form.reject()
                self.quiet()
        self.window.go("settings")
        self.quiet()

    def _dialogs(self) -> list[QDialog]:
        return [each for each in self.window.findChildren(QDialog) if each.isVisible()]

    def scroll(self) -> None:
        """The settings, from the first to the last and back."""
        bar = self.table.verticalScrollBar()
        with self.counted("scrolling"):
            for at in [*range(0, 101, 2), *range(100, -1, -2)]:
                bar.setValue(bar.maximum() * at // 100)
                self.pause(0.02)

    def look(self) -> None:
        """A word is typed into the search and taken back, a letter at a time."""
        search = self.window.header.search
        search.setFocus()
        seconds = []
        with self.counted("typing in the search"):
            for letter in TYPED:
                seconds.append(self._until_painted(partial(QTest.keyClicks, search, letter)))
            for _ in TYPED:
                seconds.append(self._until_painted(partial(QTest.keyClick, search, Qt.Key.Key_Backspace)))
        self.measured.shown["a keystroke"] = 1000 * statistics.median(seconds)
        self.measured.shown["the slowest keystroke"] = 1000 * max(seconds)

    def sort(self) -> None:
        """The settings are sorted by each column that is shown, up and down."""
        table = self.table
        model = table.model()
        shown = [at for at in range(model.columnCount()) if not table.isColumnHidden(at)]
        seconds = []
        with self.counted("sorting"):
            for column in shown:
                for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                    seconds.append(self._until_painted(partial(table.sortByColumn, column, order)))
        self.measured.shown["a sort"] = 1000 * statistics.median(seconds)
        self.measured.shown["the slowest sort"] = 1000 * max(seconds)

    def _until_painted(self, work: Callable[[], object]) -> float:
        """Seconds from what is done to the table's painting of what it came to."""
        table = self.table
        paint = NextPaint(table.viewport())
        model: Any = table.model()
        model.layoutChanged.connect(paint.note)
        self.window.header.sought.connect(paint.answered)
        start = time.perf_counter()
        work()
        self.until(lambda: paint.at is not None, looks=1, seconds=10)
        model.layoutChanged.disconnect(paint.note)
        self.window.header.sought.disconnect(paint.answered)
        table.viewport().removeEventFilter(paint)
        paint.deleteLater()
        assert paint.at is not None
        return paint.at - start

    @contextmanager
    def scrolling(self) -> Iterator[None]:
        """Somebody scrolls all the while."""
        bar = self.table.verticalScrollBar()
        clock = QTimer(interval=SCROLL_MS)
        clock.timeout.connect(lambda: bar.setValue((bar.value() + 40) % max(1, bar.maximum())))
        clock.start()
        yield
        clock.stop()

    def plan(self, case: bytes) -> None:
        """Kent is planned in the engine's process, while somebody scrolls."""
        from discharge.model.files import read_case
        from discharge.rules.rule_set import rules_of
        from ui.work.planning import make_plan

        rules = rules_of(read_case(case)).model_dump_json(by_alias=True).encode()
        done: list[Any] = []
        with self.counted("planning Kent and scrolling"), self.scrolling():
            self.window.services.compute(
                make_plan, case, rules, then=done.append, words="Planning 150 people", progress=True
            )
            self.until(lambda: bool(done) and not self.jobs.busy)

    def bring_in(self, directory: Path) -> None:
        """The directory comes in with each home's name changed, while somebody scrolls."""
        place = self.window.services
        user = place.user

        def work(desk: Desk, progress: Callable[[int, int, str], None]) -> Any:
            from discharge.actions.exchange import import_file
            from discharge.actions.file_kinds import FileKind

            return import_file(
                desk,
                kind=FileKind.CQC,
                source=directory,
                by=user,  # type: ignore[arg-type]
                take_good_rows=True,
                progress=lambda what, at, total: progress(at, total, what),
            ).changed

        def finish(changed: Any) -> None:
            if changed is not None:
                place.changed.emit(changed.nouns)

        with self.counted("importing England and scrolling"), self.scrolling():
            place.run_long(work, finish, words="Importing homes")
            self.until(lambda: not self.jobs.busy)


def renamed(directory: Path, out: Path) -> Path:
    """The directory with another name for each home, so that each is written anew."""
    with (
        directory.open(newline="", encoding="utf-8-sig") as source,
        out.open("w", newline="", encoding="utf-8") as target,
    ):
        rows = csv.DictReader(source)
        written = csv.DictWriter(target, rows.fieldnames or [])
        written.writeheader()
        for row in rows:
            written.writerow({**row, "Location Name": f"{row['Location Name']} II"})
    return out


def main(hub: Path, kent: Path, directory: Path, spare: Path) -> None:
    """Work through the day and tell how it went."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qt = make_qt(sys.argv[:1])
    settings = QSettings(str(spare / "stalls.ini"), QSettings.Format.IniFormat)
    application = Application(
        qt, hub=hub, resources=resources(), settings=settings, user_id="U-0001", page="settings", plain=True
    )
    application.window.resize(1366, 768)
    file = renamed(directory, spare / "renamed.csv")
    day = Day(application)
    for step in (day.open, day.walk, day.forms, day.scroll, day.look, day.sort):
        step()
    day.plan(kent.read_bytes())
    day.bring_in(file)
    measured = day.measured
    application.stop()
    application.close()
    tell(asdict(measured))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*(Path(each) for each in sys.argv[1:5]))
