"""The steps of Today's lines: the same forms as on the pages where the things live, or the way there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from discharge.model.shown.patients import PatientPage
from discharge.model.shown.placements import MoveRow
from discharge.model.shown.today import Need, TodayLine
from discharge.words import terms
from ui.frame.action_form import ActionForm
from ui.frame.page import Page
from ui.models.round import RoundLine
from ui.models.table import Prepared
from ui.moves.happened import DealForm, HandOverForm, PassOnForm, TickForm
from ui.moves.page import FORMS as PLACEMENT_FORMS
from ui.patients.observation import FORMS as OBSERVATION_FORMS
from ui.patients.observation import first_organism
from ui.patients.record_forms import AttestationsForm
from ui.settings.capacity_return import CapacityReturnForm
from ui.settings.kept_bed import open_keep_bed, open_release_bed
from ui.settings.morning_round import MorningRound, read_round
from ui.settings.state import RegisterForm
from ui.today.words import page_of
from ui.words.moves import why_not_step

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

_PLACEMENT = "placement."

OF_LINES: dict[str, Need] = {
    "today.told": Need.NEWS,
    "today.dealt": Need.HAPPENED,
    "today.hand_over": Need.HAPPENED,
    "today.done": Need.LEFT_BEHIND,
}
"""The commands about lines that are no placement's own step."""


@dataclass(frozen=True, slots=True)
class _Person:
    """What a form over one person is given."""

    page: PatientPage
    organisms: tuple[str, ...]


def why_not(line: TodayLine, step: str) -> str:
    """Why a step can't be taken from where the line's placement stands; empty where it can."""
    name = step.removeprefix(_PLACEMENT)
    if line.move is None or name not in PLACEMENT_FORMS:
        return ""
    return why_not_step(line.move, name)


def take(page: Page, line: TodayLine, step: str) -> None:
    """Take a step of a line on this page."""
    name = step.removeprefix(_PLACEMENT)
    if step in OF_LINES:
        _of_line(page, line, step)
    elif step == "placement.approve":
        page.workplace.go(*page_of(line))
    elif step.startswith(_PLACEMENT) and name in PLACEMENT_FORMS:
        _placement(page, line, name)
    elif step == "patient.test":
        _person(page, line, _test)
    elif step == "patient.attest":
        _person(page, line, _attest)
    elif step == "setting.return":
        _return(page, line)
    elif step in ("setting.keep_bed", "setting.release_bed"):
        open_bed = open_keep_bed if step == "setting.keep_bed" else open_release_bed
        open_bed(page, line.about, patient=line.key.partition("/")[2])
    elif step == "setting.register":
        _register(page, line)
    elif step == "setting.round":
        _round(page)
    else:
        _there(page, line, step)


def _placement(page: Page, line: TodayLine, name: str) -> None:
    """The form of a placement's step, over the placement as it stands now."""

    def read(queries: Queries) -> MoveRow:
        return queries.placement(line.about).row

    def open_form(row: MoveRow) -> None:
        reason = why_not_step(row, name)
        if reason:
            # somebody else has taken it on since
            page.workplace.say(reason)
            page.load()
            return
        page.open_form(PLACEMENT_FORMS[name](row, workplace=page.workplace))

    page.ask(read, open_form, replaces="form")


def _of_line(page: Page, line: TodayLine, step: str) -> None:
    """The form of a late result, of something that happened, of something left to do, as it stands now."""

    def read(queries: Queries) -> Callable[[], ActionForm] | None:
        place, who = page.workplace, queries.patient(line.patient).row.who
        if step == "today.told":
            whom = line.key.removeprefix(f"news/{line.patient}/")
            news = next((each for each in queries.news(line.patient) if each.whom == whom), None)
            return None if news is None else partial(PassOnForm, news, who, workplace=place)
        if step == "today.done":
            task = queries.task(line.about)
            return None if task is None else partial(TickForm, task, who, workplace=place)
        fact = queries.happening(line.about)
        if fact.dealt_at is not None:
            return None
        if step == "today.dealt":
            return partial(DealForm, fact, who, workplace=place)
        return partial(HandOverForm, fact, who, queries.people(), workplace=place)

    def open_form(make: Callable[[], ActionForm] | None) -> None:
        if make is None:
            page.workplace.say("This is done already.")
            page.load()
            return
        page.open_form(make())

    page.ask(read, open_form, replaces="form")


def _person(page: Page, line: TodayLine, open_form: Callable[[Page, _Person], None]) -> None:
    def read(queries: Queries) -> _Person:
        return _Person(queries.patient(line.about), terms.organisms_of(queries.rules()))

    page.ask(read, lambda person: open_form(page, person), replaces="form")


def _test(page: Page, person: _Person) -> None:
    page.open_form(
        OBSERVATION_FORMS["test"](
            person.page,
            workplace=page.workplace,
            organisms=person.organisms,
            organism=first_organism(person.page, person.organisms),
            parent=page.window(),
        )
    )


def _attest(page: Page, person: _Person) -> None:
    form = AttestationsForm(person.page, workplace=page.workplace, parent=page.window())
    if form.lacking:
        page.open_form(form)
    else:
        form.deleteLater()
        page.workplace.say("All five are attested already.")
        page.load()


def _return(page: Page, line: TodayLine) -> None:
    """The capacity return of the setting that has said nothing for longest."""
    page.ask(
        lambda queries: queries.setting(line.about),
        lambda setting: page.open_form(
            CapacityReturnForm(setting, workplace=page.workplace, parent=page.window())
        ),
        replaces="form",
    )


def _register(page: Page, line: TodayLine) -> None:
    page.ask(
        lambda queries: queries.setting(line.about),
        lambda setting: page.open_form(RegisterForm(setting, workplace=page.workplace, parent=page.window())),
        replaces="form",
    )


def _round(page: Page) -> None:
    """The morning round of calls, over all homes with an old return."""

    def open_round(lines: Prepared[RoundLine]) -> None:
        dialog = MorningRound(lines, workplace=page.workplace, parent=page.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        dialog.grid.setFocus()

    page.ask(read_round, open_round, replaces="form")


def _there(page: Page, line: TodayLine, step: str) -> None:
    """What is done on the page Match: go there, to the person where it is about one, and begin."""
    page.workplace.go("match", line.about if line.need is Need.RETURNED else "")
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
        still_read = page.workplace.jobs.busy and bool(page.commands.why_not(self._step))
        if still_read:
            self._soon.start()
            return
        page.commands.reviewed.disconnect(self._look)
        self._soon.stop()
        page.commands.do(self._step)
        self.deleteLater()
