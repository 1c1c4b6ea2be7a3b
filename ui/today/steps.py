"""The steps of Today's lines: the same forms as on the pages where the things live, or the way there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from discharge.model.shown.today import Need, TodayLine
from ui.frame.openings import open_elsewhere
from ui.frame.page import Page
from ui.frame.shared import set_aside
from ui.today.words import page_of
from ui.words.moves import ALL_STEPS, why_not_step

_PLACEMENT = "placement."

OF_LINES: dict[str, Need] = {
    "today.seen": Need.CAME_BACK,
    "today.told": Need.NEWS,
    "today.dealt": Need.HAPPENED,
    "today.hand_over": Need.HAPPENED,
    "today.done": Need.LEFT_BEHIND,
    "today.paper": Need.PAPER,
    "today.recall": Need.PAPER,
    "today.confirm": Need.CONFIRM,
    "today.refuse": Need.CONFIRM,
    "today.action": Need.ACTION,
    "today.learning": Need.LEARNING,
    "today.aid": Need.AID,
    "today.call": Need.HOME,
    "today.priority": Need.HOME,
    "today.hub_papers": Need.PAPER,
    "today.review": Need.FOLLOW_UP,
}
"""The commands about lines that are no placement's own step."""


def why_not(line: TodayLine, step: str) -> str:
    """Why a step can't be taken from where the line's placement stands; empty where it can."""
    name = step.removeprefix(_PLACEMENT)
    if line.move is None or name not in ALL_STEPS:
        return ""
    return why_not_step(line.move, name)


_OF_HOMES: dict[str, Callable[[TodayLine], tuple[str, ...]]] = {
    "today.action": lambda line: (line.key.removeprefix("action/"),),
    "today.learning": lambda line: (line.key.removeprefix("learning/"),),
    "today.call": lambda line: (line.about,),
    "today.aid": lambda _line: (),
    "today.priority": lambda _line: (),
}
"""Steps that the room Settings opens, and what each is given of the line."""


def take(page: Page, line: TodayLine, step: str) -> None:
    """Takes a step of a line on this page."""
    name = step.removeprefix(_PLACEMENT)
    if step == "today.told":
        open_elsewhere(page, "moves.told", line.patient, line.key.removeprefix(f"news/{line.patient}/"))
    elif step == "today.review":
        open_elsewhere(page, "moves.review", line.about)
    elif step == "today.seen":
        set_aside(page.services, int(line.key.partition("/")[2]))
    elif step == "hub.not_shared":
        page.commands.do(step)
    elif step == "today.open":
        page.services.go(*page_of(line))
    elif step == "today.paper":
        open_elsewhere(page, "moves.paper", line.key.partition("/")[2])
    elif step == "today.hub_papers":
        open_elsewhere(page, "moves.hub_papers")
    elif step == "today.recall":
        open_elsewhere(page, "moves.recall", line.key.partition("/")[2])
    elif step in ("today.confirm", "today.refuse"):
        answer = step.removeprefix("today.")
        open_elsewhere(page, "settings.decide", line.key.removeprefix("change/"), answer=answer)
    elif step in _OF_HOMES:
        open_elsewhere(page, f"settings.{step.removeprefix('today.')}", *_OF_HOMES[step](line))
    elif step in OF_LINES:
        open_elsewhere(page, f"moves.{step.removeprefix('today.')}", line.patient, line.about)
    elif step == "placement.approve":
        page.services.go(*page_of(line))
    elif step.startswith(_PLACEMENT) and name in ALL_STEPS:
        open_elsewhere(page, "moves.step", line.about, name)
    elif step in ("patient.test", "patient.attest"):
        open_elsewhere(page, step.replace("patient.", "patients."), line.about)
    elif step in ("setting.return", "setting.register"):
        open_elsewhere(page, step.replace("setting.", "settings."), line.about)
    elif step in ("setting.keep_bed", "setting.release_bed"):
        opening = step.replace("setting.", "settings.")
        open_elsewhere(page, opening, line.about, patient=line.key.partition("/")[2])
    elif step == "setting.round":
        open_elsewhere(page, "settings.round")
    else:
        _there(page, line, step)


def _there(page: Page, line: TodayLine, step: str) -> None:
    """What is done on the page Match: go there, to the person where it is about one, and begin."""
    page.services.go("match", line.about if line.need is Need.RETURNED else "")
    if step == "plan.run":
        Begin(page, step)


class Begin(QObject):
    """Does a command of a page that has just come to the front, as soon as it has read what it needs.

    Where it can't be done after all its reason is said, as if the command had been asked for there.
    """

    def __init__(self, page: Page, step: str) -> None:
        super().__init__(page)
        self._page, self._step = page, step
        page.commands.reviewed.connect(self._look)
        self._soon = QTimer(self, singleShot=True, interval=50)
        self._soon.timeout.connect(self._look)
        self._soon.start()

    def _look(self) -> None:
        page = self._page
        still_read = page.services.jobs.busy and bool(page.commands.why_not(self._step))
        if still_read:
            self._soon.start()
            return
        page.commands.reviewed.disconnect(self._look)
        self._soon.stop()
        page.commands.do(self._step)
        self.deleteLater()
