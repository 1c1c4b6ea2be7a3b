"""The Moves page over the hub of `planning_hub`: people whose placements are approved, and walked on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from discharge.actions.desk import Desk
from discharge.actions.placements import accept, approve, arrive, book, depart, tell
from discharge.model.people import How
from discharge.model.placement import Transport
from discharge.model.shown.placements import MoveRow
from discharge.model.travel import CrewPpe, TransportMode
from tests.ui.planning_hub import MANAGER, SIZE, Hub, Stand, as_opened, propose
from ui.moves.page import MovesPage
from ui.moves.timeline import BY_PERSON
from ui.moves.views import BOARD, HOMES, TABLE, TIMELINE
from ui.widgets.timeline_grid import BY_DAY

Open = Callable[..., Stand]
Walk = Callable[[Desk, Hub, dict[str, str]], object]
BEN, ADA, CYN = "P-0002", "P-0001", "P-0003"
NAMES = {BEN: "Ben Okoro", ADA: "Ada Swift", CYN: "Cyn Trent"}
WORD = {
    "given_name": "Pat Quinn", "given_role": "registered manager", "given_how": How.PHONE,
    "given_number": "020 7946 0001", "confirmed": True,
}  # fmt: skip


def place(hub: Hub, people: Sequence[str], walk: Walk | None) -> None:
    """These people's placements are approved, and walked on as `walk` says."""

    def placed(desk: Desk) -> None:
        ids = propose(desk, hub.coordinator, *people)
        for each in ids.values():
            desk.perform(partial(approve, placement=each), by=hub.lead)
        if walk is not None:
            walk(desk, hub, ids)

    if people:
        hub.bring((tuple(people), walk), placed)


def shared(make_stand: Callable[..., Stand], hub: Hub, folder: Path) -> Open:
    """As `opener`, but the page is made once for the same people and the same walk."""
    made: dict[object, Stand] = {}

    def find(*people: str, walk: Walk | None = None) -> Stand:
        if (people, walk) not in made:
            own = hub.copy(folder / f"{len(made)}.hub")
            place(own, people, walk)
            made[people, walk] = make_stand(MovesPage, own)
        return made[people, walk]

    return find


def as_first_seen(desk: Stand) -> Stand:
    """The page as it is when it has just been opened, whatever was looked at in it before."""
    page = page_of(desk)
    page.resize(*SIZE)
    page.show_view(TABLE)
    page.toggle_detail(True)
    page.views.show(TABLE)
    page.views.timeline.arrange(BY_PERSON)
    page.views.timeline.view.set_zoom(BY_DAY)
    page._with_detail = {TABLE: True, BOARD: False, TIMELINE: False, HOMES: False}
    return as_opened(desk, desk.hub.coordinator)


def opener(page_in_turn: Callable[..., Stand], hub: Hub) -> Open:
    """Opens the page with these people's placements approved, and walked on as `walk` says."""

    def make(*people: str, walk: Walk | None = None) -> Stand:
        place(hub, people, walk)
        return as_first_seen(page_in_turn(MovesPage, hub))

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
