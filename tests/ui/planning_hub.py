"""A small real hub for the pages Match, Approvals and Moves: a store on disk, synthetic people and homes.

Day 0 is Mon 16 Nov 2020, 09:30, under the rules of October 2020. Of seven people five can be placed, one of
them in isolation first; one has no test, and for one there are no beds of the kind.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from discharge.actions.capacity_returns import record_capacity_return
from discharge.actions.designating import designate
from discharge.actions.desk import Desk
from discharge.actions.patients import register_patient
from discharge.actions.people import add_user
from discharge.actions.placements import propose_from_plan
from discharge.actions.planning import store_plan
from discharge.actions.second_word import confirm_changes
from discharge.actions.settings import close_admissions, register_setting
from discharge.model.infection import Result
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Given, How, Role, User
from discharge.model.setting import Beds, Span, Unit
from discharge.model.setting_record import CapacityReturn, SettingDetails
from discharge.store.ask.queries import Queries
from discharge.store.file import witness
from tests.actions.a_hub import Clock
from tests.actions.observing import record_test
from tests.ui.rest import come_to_rest, until
from ui.frame.page import Page
from ui.frame.services import Message, Services, Undo
from ui.frame.table_page import TablePage
from ui.match.page import freeze
from ui.widgets.form import FormDialog
from ui.work.faults import Bug
from ui.work.planning import make_plan

Answer = TypeVar("Answer")
Form = TypeVar("Form", bound=FormDialog)

NOW = datetime(2020, 11, 16, 9, 30, tzinfo=UTC)
TODAY = date(2020, 11, 16)
SIZE = (1216, 660)
"""Of a page, in pixels."""
COVID = "sars-cov-2"
MANAGER = Given(how=How.PHONE, name="Pat Quinn", role="registered manager", number="020 7946 0001")


@dataclass(frozen=True)
class Hub:
    """Where the hub is, its clock and its people."""

    path: Path
    clock: Clock
    coordinator: User
    lead: User
    clinician: User

    def open(self) -> Desk:
        """The desk, for the thread that asks."""
        return Desk.open(self.path, clock=self.clock)

    def copy(self, path: Path) -> Hub:
        """The same hub in another file, with a clock of its own; nobody has this one open.

        Its witness goes with it, so that it is known to be as it was left.
        """
        shutil.copyfile(self.path, path)
        shutil.copyfile(witness.beside(self.path), witness.beside(path))
        return replace(self, path=path, clock=Clock(self.clock.now))

    def bring(self, what: Hashable, do: Callable[[Desk], object]) -> None:
        """Do `what`; where it was done before to the very same hub, the file is as it became then."""
        with_log = self.path.with_name(f"{self.path.name}-wal").exists()
        key = (what, sha256(self.path.read_bytes()).digest(), self.clock.now)
        if with_log or key not in _BROUGHT:
            with self.open() as desk:
                do(desk)
        if with_log:
            return  # somebody has it open: what is in the file isn't all
        if key not in _BROUGHT:
            files = (self.path.read_bytes(), witness.beside(self.path).read_bytes())
            _BROUGHT[key] = (*files, self.clock.now)
            return
        made, seen, self.clock.now = _BROUGHT[key]
        self.path.write_bytes(made)
        witness.beside(self.path).write_bytes(seen)


_BROUGHT: dict[tuple[Hashable, bytes, datetime], tuple[bytes, bytes, datetime]] = {}
"""What became of a hub by what was done: its file, its witness, its hour."""


def make_hub(path: Path, *, empty: bool = False) -> Hub:
    """The hub in a new file; `empty`: nobody but the people at the desk."""
    clock = Clock(NOW)
    with Desk.open(path, clock=clock) as desk:
        jo = desk.found(hub="Three Boroughs", name="Jo Marsh")
        lead = desk.perform(partial(add_user, name="Lee Okafor", roles=[Role.LA_LEAD]), by=jo).first
        clinician = desk.perform(partial(add_user, name="Kim Doyle", roles=[Role.CLINICIAN]), by=jo).first
        hub = Hub(path, clock, jo, desk.sign_in(lead), desk.sign_in(clinician))
        if not empty:
            _settings(desk, jo)
            _people(desk, jo)
    return hub


def details(name: str, **more: Any) -> PatientDetails:
    """A person's record: pathway 3, general residential care, ready today, unless said otherwise."""
    given: dict[str, Any] = {
        "name": name, "no_number": "not_known", "born": "1940-05-05", "sex": "female", "priority": 2,
        "pathway": "P3", "ready_on": TODAY.isoformat(), "ward": "Oak", "local_authority": "Havering",
        "care": {"level": "residential", "specialism": "general"},
        "latitude": 51.58, "longitude": 0.18,
    }  # fmt: skip
    return PatientDetails.model_validate({**given, **more}, by_alias=True, by_name=True)


def add_person(
    desk: Desk, by: User, name: str, *, result: Result | None = "negative", days_ago: float = 0.5, **more: Any
) -> str:
    """Register somebody with their last test, taken so many days ago; the id."""
    person = desk.perform(partial(register_patient, details=details(name, **more)), by=by).first
    if result is not None:
        taken = desk.now() - timedelta(days=days_ago)
        reported = None if result == "pending" else taken + timedelta(hours=6)
        desk.perform(
            partial(
                record_test, patient=person, organism=COVID, result=result, specimen_at=taken,
                reported_at=reported,
            ),
            by=by,
        )  # fmt: skip
    return person


def _people(desk: Desk, jo: User) -> None:
    add_person(desk, jo, "Ada Swift", priority=1)
    add_person(desk, jo, "Ben Okoro", result="positive", days_ago=8)
    add_person(
        desk,
        jo,
        "Cyn Trent",
        pathway="P2",
        sex="male",
        care={"level": "residential", "specialism": "general"},
    )
    add_person(desk, jo, "Dev Patel", result=None)
    eve = add_person(desk, jo, "Eve Stone", priority=3)
    add_person(desk, jo, "Fay Stone", priority=3, together_with=eve)
    add_person(desk, jo, "Gus Hart", priority=4, care={"level": "nursing", "specialism": "dementia"})


def beds(name: str, category: str, count: int, *, room: str = "ensuite", sex: str = "any") -> Beds:
    """A group of beds, free from today on."""
    free = [{"from": TODAY.isoformat(), "to": None, "count": count}] if count else []
    given = {"id": name, "category": category, "room": room, "sex": sex, "free": free}
    return Beds.model_validate(given, by_alias=True, by_name=True)


def add_setting(desk: Desk, by: User, name: str, kind: str, units: Sequence[Unit], **more: Any) -> str:
    """Register a setting with a capacity return of this morning; the id."""
    given = {
        "name": name, "type": kind, "rating": "good", "weekly_fee": 950, "local_authority": "Havering",
        "latitude": 51.57, "longitude": 0.2, "phone": "020 7946 0100", **more,
    }  # fmt: skip
    setting = desk.perform(
        partial(
            register_setting,
            details=SettingDetails.model_validate(given, by_alias=True, by_name=True),
            units=units,
        ),
        by=by,
    ).first
    confirm_all(desk, by)
    report = CapacityReturn(reported_at=desk.now() - timedelta(hours=2), accepting=True)
    desk.perform(partial(record_capacity_return, setting=setting, report=report), by=by)
    return setting


def confirm_all(desk: Desk, author: User) -> None:
    """Whatever waits for a second person's word has it: that of the lead."""
    waiting = desk.ask(lambda queries: [change.id for change in queries.waiting_changes()])
    second = next(user for user in desk.people() if user.id != author.id and Role.LA_LEAD in user.roles)
    if waiting:
        desk.perform(partial(confirm_changes, changes=waiting), by=second)


def _settings(desk: Desk, jo: User) -> None:
    limes = add_setting(
        desk, jo, "The Limes", "hot_home",
        [
            Unit(
                id="hot", isolation="rooms", isolation_places=2,
                beds=(beds("H1", "general_residential", 2),),
            ),
            Unit(id="main", isolation="none", beds=(beds("M1", "general_residential", 0),)),
        ],
        accepts_organisms=[COVID],
    )  # fmt: skip
    span = Span.model_validate({"from": "2020-11-02", "to": None}, by_alias=True)
    dass = Given(how=How.LETTER, name="Sam Reid", role="director of adult social services")
    desk.perform(
        partial(
            designate, setting=limes, unit="hot", span=span, given=dass, assured_on=date(2020, 10, 30),
        ),
        by=jo,
    )  # fmt: skip
    add_setting(
        desk, jo, "Elm Lodge", "care_home",
        [Unit(id="ground", isolation="none", beds=(beds("E1", "general_residential", 3),))],
    )  # fmt: skip
    add_setting(
        desk, jo, "Abbey Court", "care_home",
        [Unit(id="first", isolation="none", beds=(beds("A1", "general_residential", 2),))],
        weekly_fee=1_250, rating="requires_improvement",
    )  # fmt: skip
    add_setting(
        desk, jo, "Oak Intermediate Care", "intermediate_care",
        [Unit(id="rehab", isolation="none", beds=(beds("R1", "transitional", 2),))],
    )  # fmt: skip
    closed = add_setting(
        desk, jo, "Yew Grange", "care_home",
        [Unit(id="all", isolation="none", beds=(beds("Y1", "dementia_nursing", 1),))],
    )  # fmt: skip
    desk.perform(partial(close_admissions, setting=closed, reason="Staffing"), by=jo)


def store_a_plan(desk: Desk, by: User) -> str:
    """Plan as the page does it, in this process; the plan's id."""
    frozen, rules = desk.ask(freeze)
    planned = make_plan(frozen.content, rules, progress=lambda _done, _total, _words: None)
    stored = partial(
        store_plan, case=frozen.content, plan=planned.plan, seconds=planned.seconds, head=frozen.head,
        breaches=planned.breaches,
    )  # fmt: skip
    return desk.perform(stored, by=by).first


def have_a_plan(hub: Hub) -> None:
    """There is a plan of everybody who waits."""
    hub.bring("plan", lambda desk: store_a_plan(desk, hub.coordinator))


def propose(desk: Desk, by: User, *people: str) -> dict[str, str]:
    """Plan and send these people's proposals to approval; the placements' ids by person."""
    plan = store_a_plan(desk, by)
    changed = desk.perform(partial(propose_from_plan, plan=plan, patients=people), by=by)
    return dict(zip(people, changed.subjects, strict=True))


class Stand:
    """A page over the hub, with somebody at the desk, as the window would have it."""

    def __init__(self, page: Page, hub: Hub, qtbot: Any) -> None:
        self.page = page
        self.place = page.services
        self.commands = page.commands
        self.hub = hub
        self._qtbot = qtbot
        self.said: list[tuple[str, Undo | None]] = []
        self.told: list[Message] = []
        self.place.offered.connect(lambda sentence, undo: self.said.append((sentence, undo)))
        self.place.told.connect(self.told.append)
        self.place.bug.connect(self._crash)
        self.place.changed.connect(page.refresh)

    def _crash(self, bug: Bug) -> None:
        raise AssertionError(f"{bug.kind}\n{bug.frames}")

    def settle(self) -> None:
        """Wait until nothing is under way and nothing is about to be."""
        come_to_rest(self._qtbot, self.place.jobs, self.page)

    def sign_in(self, user: User) -> None:
        """Somebody sits down at the desk."""
        self.place.set_user(user)
        self.settle()

    def do(self, command: str) -> None:
        """Do a command that can be done, and wait for what comes of it."""
        assert self.commands.why_not(command) == ""
        self.commands.do(command)
        self.settle()

    def form(self, kind: type[Form]) -> Form:
        """The form that is open."""
        found = [each for each in self.page.findChildren(kind) if each.isVisible()]
        assert len(found) == 1, f"{len(found)} forms are open"
        return found[0]

    def save(self, form: FormDialog, **values: Any) -> None:
        """Fill in a form and save it."""
        form.set_values(values)
        form.ask_to_save()
        self.settle()

    def undo(self) -> None:
        """Go the way back that was offered last."""
        undo = self.said[-1][1]
        assert undo is not None, "no way back was offered"
        if undo.call is not None:
            undo.call()
        if undo.action is not None:
            self.place.perform(undo.action)
        self.settle()

    def ask(self, question: Callable[[Queries], Answer]) -> Answer:
        """Ask the hub, beside the window."""
        with self.hub.open() as desk:
            return desk.ask(question)


def stand(page: Page, hub: Hub, qtbot: Any, *, user: User) -> Stand:
    """Show a page in front, with this user at the desk, and wait for what it shows."""
    qtbot.addWidget(page)
    page.resize(*SIZE)
    made = Stand(page, hub, qtbot)
    page.services.window = page
    page.services.set_user(user)
    page.commands.set_page(page.name)
    page.show()
    page.come_to_front()
    page._minute.stop()  # on a busy machine a test may last longer than that
    page.focus_first()
    made.settle()
    return made


def as_opened(desk: Stand, user: User) -> Stand:
    """A page that was looked at before, with this user at the desk, as it is when it has just been opened."""
    desk.said.clear()
    desk.told.clear()
    if not desk.page.isActiveWindow():
        desk.page.activateWindow()
        until(desk.page.isActiveWindow)
    if desk.place.user != user:
        desk.place.set_user(user)
    if isinstance(desk.page, TablePage):
        desk.page.show_all()
        desk.page.table.pick(desk.page.model.key_at(0))
    desk.page.focus_first()
    desk.settle()
    return desk


def leave_forms(desk: Stand) -> None:
    """Let the forms go that a test left open, or dropped with something entered in them."""
    for form in desk.page.window().findChildren(FormDialog):
        form.done(0)
        form.deleteLater()
    desk.settle()


def sits(
    kind: Callable[[Services], Page], hub: Hub, make_services: Callable[..., Services], qtbot: Any
) -> Callable[..., Stand]:
    """Puts a page of this kind in front, with the coordinator (or somebody else) at the desk."""

    def sit(user: User | None = None) -> Stand:
        services = make_services(hub.open, clock=hub.clock)
        return stand(kind(services), hub, qtbot, user=user or hub.coordinator)

    return sit


def nameless(page: Page) -> list[str]:
    """The widgets of a page that the keyboard can reach and a screen reader couldn't name."""
    found = []
    for widget in page.findChildren(QWidget):
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page)
        if reached and not _name(widget).strip():
            found.append(type(widget).__name__)
    return found


def _name(widget: QWidget) -> str:
    seen = QAccessible.queryAccessibleInterface(widget)
    return seen.text(QAccessible.Text.Name) if seen is not None else ""
