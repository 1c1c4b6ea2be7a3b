"""The program tried out whole: the real window on a demo hub, a plan, a placement walked to its arrival.

Says what it did on standard output, each line begun with `self-test: `, the last one `self-test: passed`. Any
warning, log line or unexpected Qt message, and any step that doesn't come about, fails it.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QSettings, QTimer, QtMsgType, qInstallMessageHandler

from ui.application import Application
from ui.first_paint import make_qt
from ui.picture import WhenQuiet

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.model.people import Role, User
    from discharge.store.ask.queries import Queries

PREFIX = "self-test: "
LONGEST_MS = 240_000
OFFSCREEN_REMARK = "This plugin does not support propagateSizeHints()"
"""Qt's own, of its offscreen plugin: says nothing of the program."""


class Failed(Exception):
    """A step didn't come about; says which."""


class SelfTest:
    """The steps, one after another, each begun when the window is quiet."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.window = application.window
        self.troubles: list[str] = []
        self.found: object = None
        self.passed = False
        self._steps = self._walk()

    def start(self) -> None:
        """Begins with the first step."""
        try:
            next(self._steps)
        except StopIteration:
            self.passed = True
            self.application.stop(0)
            return
        except (Failed, AssertionError) as error:
            self.trouble(str(error))
            self.application.stop(1)
            return
        # a step may be over before its work has begun
        QTimer.singleShot(100, self.application, self.when_quiet)

    def when_quiet(self) -> None:
        """Takes the next step once nothing is under way."""
        WhenQuiet(lambda: self.application.jobs.busy, self.start, parent=self.application)

    def trouble(self, what: str) -> None:
        """Something that must not be."""
        self.troubles.append(what)

    # ---------------------------------------------------------------- the walk

    def _walk(self) -> Iterator[None]:
        self.window.sign_in_first()
        yield
        self._expect(self.window.services.user is not None, "nobody could sign in")
        for name in self.window.page_names():
            self.window.go(name)
            yield
            self._expect(self.window.page_name == name, f"the page {name} doesn't open")
            self._expect(not self._is_blank(), f"the page {name} is blank")
        say(f"opened {len(self.window.page_names())} pages")

        self.window.go("match")
        yield
        self._read(lambda queries: len(queries.plans()))
        yield
        known = self.found
        self.application.commands.action("plan.run").trigger()
        yield
        self._read(lambda queries: queries.plans())
        yield
        plans = self.found
        assert isinstance(plans, tuple)
        assert isinstance(known, int)
        self._expect(len(plans) == known + 1, "the plan was not stored")
        newest = plans[0]
        self._expect(newest.status == "optimal", f"the plan is {newest.status}")
        self._expect(sum(newest.placed) > 0, "nobody is placed")
        say(f"planned {newest.listed} people: {sum(newest.placed)} placed, {newest.status}")

        yield from self._print()

        self.window.go("match")
        yield
        self.application.commands.action("plan.send_all").trigger()
        yield
        self._read(_ready_to_go)
        yield
        placement = self.found
        self._expect(isinstance(placement, str) and placement != "", "no proposal could be walked")
        self._use(partial(_walk_to_arrival, str(placement)))
        yield
        self._expect(self.found == "arrived", f"the placement is {self.found}, not arrived")
        say("walked a placement to arrived")

        self._use(_verified)
        yield
        self._expect(self.found == "", str(self.found))
        say("verified the journal and the tables")

    def _print(self) -> Iterator[None]:
        """A page to PDF; and the system is asked for its printers, which has none perhaps."""
        from PySide6.QtPrintSupport import QPrinterInfo

        from ui.frame.print_commands import save_pdf

        self.window.go("patients")
        yield
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "people.pdf"
            save_pdf(self.window, file)
            yield
            begun = file.read_bytes()[:5] if file.exists() else b""
            self._expect(begun == b"%PDF-", "no page was printed to a PDF")
        QPrinterInfo.availablePrinterNames()
        say("printed a page to PDF")

    def _expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise Failed(otherwise)

    def _is_blank(self) -> bool:
        picture = self.window.grab().toImage()
        step = max(1, picture.width() // 40)
        colours = {
            picture.pixel(x, y)
            for x in range(0, picture.width(), step)
            for y in range(0, picture.height(), step)
        }
        return len(colours) < 3

    def _read(self, question: Callable[[Queries], object]) -> None:
        self.window.services.ask(question, self._take)

    def _use(self, work: Callable[[Desk], object]) -> None:
        self.window.services.use(work, self._take, failed=lambda error: self.trouble(str(error)))

    def _take(self, answer: object) -> None:
        self.found = answer


# -------------------------------------------------------------------- in the store's thread


def _ready_to_go(queries: Queries) -> str:
    """A placement that waits for approval and whose person may leave today; empty where there is none."""
    from discharge.model.london import london_date

    for row in queries.approvals():
        plain = not row.flags and not row.conditions
        if plain and row.start == london_date(row.proposed_at):
            return row.id
    return ""


def _walk_to_arrival(placement: str, desk: Desk) -> str:
    """Approved, told, accepted, booked, departed, arrived, each by somebody who may; the state then."""
    from discharge.actions import placements
    from discharge.model.people import Given, How, Role
    from discharge.model.placement import Transport
    from discharge.model.travel import CrewPpe, TransportMode

    coordinator, lead = _with_role(desk, Role.COORDINATOR), _with_role(desk, Role.LA_LEAD)
    manager = Given(how=How.PHONE, name="Pat Lin", role="registered manager", number="020 7946 0001")
    journey = Transport(mode=TransportMode.HOSPITAL_CAR, ppe=CrewPpe.DROPLET, at=desk.now())
    desk.perform(partial(placements.approve, placement=placement), by=lead)
    for step in (
        partial(placements.tell, placement=placement, given=manager),
        partial(placements.accept, placement=placement, given=manager),
        partial(placements.book, placement=placement, transport=journey),
        partial(placements.depart, placement=placement),
        partial(placements.arrive, placement=placement),
    ):
        desk.perform(step, by=coordinator)
    return str(desk.ask(lambda queries: queries.placement(placement)).row.state)


def _with_role(desk: Desk, role: Role) -> User:
    return next(user for user in desk.people() if user.active and role in user.roles)


def _verified(desk: Desk) -> str:
    """Empty where the journal, the kept files and the tables are as they were written."""
    checked = desk.verify()
    return "" if checked.broken_at is None else checked.sentence


# ---------------------------------------------------------------------------------- the run


class _Listener(logging.Handler):
    """Every warning that is logged is a trouble."""

    def __init__(self, trouble: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._trouble = trouble

    def emit(self, record: logging.LogRecord) -> None:
        self._trouble(f"logged: {record.getMessage()}")


def say(words: str) -> None:
    """A line of what was done."""
    sys.stdout.write(f"{PREFIX}{words}\n")
    sys.stdout.flush()


def run() -> int:
    """Tries the program out; 0 if everything came about and nothing was unexpected."""
    from discharge.paths import resources

    warnings.simplefilter("error")
    early: list[str] = []

    def qt_says(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if message != OFFSCREEN_REMARK:
            early.append(f"Qt: {message}")

    qInstallMessageHandler(qt_says)
    with tempfile.TemporaryDirectory(prefix="discharge-desk-", ignore_cleanup_errors=True) as folder:
        qt = make_qt(sys.argv[:1])
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        application = Application(
            qt, hub=Path(folder) / "Demo.hub", resources=resources(), settings=settings, demo=True
        )
        test = SelfTest(application)
        listener = _Listener(test.trouble)
        logging.getLogger().addHandler(listener)
        application.services.bug.connect(lambda bug: test.trouble(f"{bug.kind}\n{bug.frames}"))
        application.services.bug.connect(lambda _bug: application.stop(1))
        application.jobs.not_opened.connect(lambda error: test.trouble(str(error)))
        application.jobs.not_opened.connect(lambda _error: application.stop(1))
        application.opened.connect(test.when_quiet)
        late = QTimer(application, singleShot=True, interval=LONGEST_MS)
        late.timeout.connect(lambda: test.trouble("it takes too long"))
        late.timeout.connect(lambda: application.stop(1))
        late.start()
        application.finished.connect(qt.exit)
        application.show()
        qt.exec()
        late.stop()
        application.close()
        application.retire()
        logging.getLogger().removeHandler(listener)
    qInstallMessageHandler(None)
    troubles = [*early, *test.troubles]
    for trouble in troubles:
        say(f"trouble: {trouble}")
    passed = not troubles and test.passed
    say("passed" if passed else "failed")
    return 0 if passed else 1
