"""What the tests of the Match page share: the engine at hand, choosing people, the demo hub as a `Hub`."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

from discharge.actions.desk import Desk
from discharge.model.errors import UserError
from discharge.model.people import Role
from tests.actions.a_hub import Clock
from tests.ui import rest
from tests.ui.planning_hub import Hub, Stand, have_a_plan, stand
from ui.frame.services import Services
from ui.match.lines import PlanLine
from ui.match.page import MatchPage
from ui.work.jobs import Ticket

Open = Callable[..., Stand]
DEMO_MORNING = datetime(2020, 11, 16, 8, 5, tzinfo=UTC)


def compute_here(
    self: Services, work: Callable[..., Any], *args: Any, then: Any, words: str, progress: bool = False,
    failed: Any = None, cancelled: Any = None,
) -> Ticket:  # fmt: skip
    """The engine's work in this process: the same functions, without waiting for a process to start.

    The engine answers the same question the same way every time: it works each out once.
    """
    ticket = Ticket(words, can_cancel=True, parent=self)
    more = {"progress": lambda *_told: None} if progress else {}

    def run() -> None:
        rest.AT_HAND.discard(run)
        if not isValid(ticket) or ticket.over:
            return
        ticket.over = True
        ticket.deleteLater()
        try:
            answer = _worked_out(work, args, more)
        except UserError as error:
            self.fail(error, failed)
            return
        then(answer)

    rest.AT_HAND.add(run)
    QTimer.singleShot(0, run)
    return ticket


_ANSWERS: dict[tuple[Callable[..., Any], bytes], bytes] = {}
"""What the engine's work came to, by what it was asked."""


def _worked_out(work: Callable[..., Any], args: tuple[Any, ...], more: dict[str, Any]) -> Any:
    """What comes of it, a copy of its own for each who asks, as from another process.

    What is in a file may be another thing the next time.
    """
    if any(isinstance(each, Path) for each in args):
        return work(*args, **more)
    key = (work, sha256(pickle.dumps(args)).digest())
    if key not in _ANSWERS:
        _ANSWERS[key] = pickle.dumps(work(*args, **more))
    return pickle.loads(_ANSWERS[key])


def opener(make_services: Callable[..., Services], qtbot: Any, hub: Hub) -> Open:
    """Opens the page over the hub, or another; with `planned` there is a plan already."""

    def make(*, planned: bool = True, user: Any = None, of: Hub | None = None) -> Stand:
        chosen = of or hub
        if planned:
            have_a_plan(chosen)
        services = make_services(chosen.open, clock=chosen.clock)
        return stand(MatchPage(services), chosen, qtbot, user=user or chosen.coordinator)

    return make


def demo_hub(path: Path) -> Hub:
    """The demo hub that lies in this file, five minutes into its Monday."""
    clock = Clock(DEMO_MORNING)
    with Desk.open(path, clock=clock) as desk:
        people = desk.people()

    def first(role: Role) -> Any:
        return next(user for user in people if role in user.roles)

    return Hub(path, clock, first(Role.COORDINATOR), first(Role.LA_LEAD), first(Role.CLINICIAN))


def page_of(desk: Stand) -> MatchPage:
    assert isinstance(desk.page, MatchPage)
    return desk.page


def line_of(page: MatchPage, name: str) -> PlanLine:
    return next(line for line in page.model.rows() if line.name == name)


def choose(desk: Stand, *names: str) -> None:
    page = page_of(desk)
    page.table.clearSelection()
    for name in names:
        place = page.model.place_of(line_of(page, name).patient)
        flags = page.table.selectionModel().SelectionFlag
        page.table.selectionModel().setCurrentIndex(page.model.index(place, 0), flags.Select | flags.Rows)
    desk.settle()


def said_in(widget: QWidget) -> list[str]:
    """Every sentence that is to be read in a widget."""
    labels = [each for each in widget.findChildren(QLabel) if not _is_put_away(each, widget)]
    return [each.text() for each in labels if each.text()]


def _is_put_away(part: QWidget, within: QWidget) -> bool:
    """Whether it was hidden, or what holds it; what is still to come up wasn't."""
    at: QWidget | None = part
    while at is not None and at is not within:
        if at.isHidden() and at.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            return True
        at = at.parentWidget()
    return False
