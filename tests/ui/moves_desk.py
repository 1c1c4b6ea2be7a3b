"""The Moves page over the hub of `planning_hub`: people whose placements are approved, and walked on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from discharge.actions.desk import Desk
from discharge.actions.placements import accept, approve, arrive, book, depart, tell
from discharge.model.people import How
from discharge.model.placement import Transport
from discharge.model.shown.placements import MoveRow
from discharge.model.travel import CrewPpe, TransportMode
from tests.ui.planning_hub import MANAGER, Hub, Stand, propose, stand
from ui.frame.services import Services
from ui.moves.page import MovesPage

Open = Callable[..., Stand]
BEN, ADA, CYN = "P-0002", "P-0001", "P-0003"
NAMES = {BEN: "Ben Okoro", ADA: "Ada Swift", CYN: "Cyn Trent"}
WORD = {
    "given_name": "Pat Quinn", "given_role": "registered manager", "given_how": How.PHONE,
    "given_number": "020 7946 0001", "confirmed": True,
}  # fmt: skip


def opener(make_services: Callable[..., Services], qtbot: Any, hub: Hub) -> Open:
    """Opens the page with these people's placements approved, and walked on as `walk` says."""

    def make(*people: str, walk: Callable[[Desk, Hub, dict[str, str]], object] | None = None) -> Stand:
        def placed(desk: Desk) -> None:
            ids = propose(desk, hub.coordinator, *people)
            for each in ids.values():
                desk.perform(partial(approve, placement=each), by=hub.lead)
            if walk is not None:
                walk(desk, hub, ids)

        if people:
            hub.bring((people, walk), placed)
        services = make_services(hub.open, clock=hub.clock)
        return stand(MovesPage(services), hub, qtbot, user=hub.coordinator)

    return make


def ben_has_arrived(desk: Desk, hub: Hub, ids: dict[str, str]) -> None:
    """Ben is told of, accepted, booked and driven to The Limes."""
    placement = ids[BEN]
    jo = hub.coordinator
    desk.perform(partial(tell, placement=placement, given=MANAGER), by=jo)
    desk.perform(partial(accept, placement=placement, given=MANAGER), by=jo)
    journey = Transport(mode=TransportMode.AMBULANCE_SEATED, ppe=CrewPpe.DROPLET, at=hub.clock.now)
    desk.perform(partial(book, placement=placement, transport=journey), by=jo)
    desk.perform(partial(depart, placement=placement), by=jo)
    hub.clock.plus(minutes=40)
    desk.perform(partial(arrive, placement=placement), by=jo)


def page_of(desk: Stand) -> MovesPage:
    assert isinstance(desk.page, MovesPage)
    return desk.page


def row_of(desk: Stand, person: str) -> MoveRow:
    """The row as the page shows it."""
    return next(row for row in page_of(desk).model.rows() if row.patient == person)


def pick(desk: Stand, person: str) -> None:
    assert page_of(desk).pick(row_of(desk, person).id)
    desk.settle()
