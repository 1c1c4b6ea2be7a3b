"""What Settings opens for other rooms: a return, the morning round, the register, beds and admissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from discharge.model.setting import Free
from discharge.model.shown.calls import ActionLine, ReviewLine
from discharge.model.shown.settings import SettingPage
from ui.frame.action_form import ActionForm
from ui.frame.page import Page
from ui.models.round import RoundLine
from ui.models.table import Prepared
from ui.settings.agreed import DoneForm, LearningForm
from ui.settings.aid import AidList
from ui.settings.beds import BedsForm
from ui.settings.call import CallForm
from ui.settings.capacity_return import CapacityReturnForm
from ui.settings.listed import ListDialog
from ui.settings.morning_round import MorningRound, read_round
from ui.settings.priority import PriorityList
from ui.settings.state import CloseForm, OpenForm, RegisterForm, RiskForm


def open_return(page: Page, setting: str) -> None:
    """A capacity return of a setting."""
    _open(page, setting, CapacityReturnForm)


def open_register(page: Page, setting: str) -> None:
    """What becomes of a setting that left the register."""
    _open(page, setting, RegisterForm)


def open_close(page: Page, setting: str) -> None:
    """Closes a setting to admissions."""
    _open(page, setting, CloseForm)


def open_open(page: Page, setting: str) -> None:
    """Opens a setting to admissions."""
    _open(page, setting, OpenForm)


def open_assess(page: Page, setting: str) -> None:
    """That the risk of a setting's outbreak was assessed."""
    _open(page, setting, RiskForm)


def open_one_more_bed(page: Page, setting: str, unit: str, beds: str) -> None:
    """The free beds of a bed group, with one more from today on."""

    def open_form(found: SettingPage) -> None:
        form = BedsForm(found, services=page.services, unit=unit, beds=beds)
        form.free.set_value((*form.free.value(), Free(start=page.services.today(), count=1)))
        page.open_form(form)

    page.ask(lambda queries: queries.setting(setting), open_form, replaces="form")


def open_round(page: Page) -> None:
    """The morning round of calls, over all homes with an old return."""

    def show(lines: Prepared[RoundLine]) -> None:
        dialog = MorningRound(services=page.services, parent=page.window())
        dialog.finished.connect(dialog.deleteLater)
        # a turn each: to make it, to fill it, to open it, and to paint the page without its focus
        page.filling.then(lambda: dialog.begin(lines))
        page.open_next(dialog, opened=dialog.grid.setFocus)

    page.ask(read_round, show, replaces="form")


def open_call(page: Page, setting: str) -> None:
    """A call with a setting."""
    _open(page, setting, CallForm)


def open_action(page: Page, action: str) -> None:
    """That something agreed with a setting is done."""

    def open_form(found: ActionLine | None) -> None:
        if found is None or found.done_at is not None:
            page.services.note("It is done already.")
            page.load()
            return
        page.open_form(DoneForm(found, services=page.services))

    page.ask(lambda queries: queries.agreed_action(action), open_form, replaces="form")


def open_learning(page: Page, ended: str) -> None:
    """What was learned from an outbreak that this entry ended."""

    def open_form(found: ReviewLine | None) -> None:
        if found is None or found.reviewed_at is not None:
            page.services.note("It is on record already.")
            page.load()
            return
        page.open_form(LearningForm(found, services=page.services))

    page.ask(lambda queries: queries.outbreak_review(ended), open_form, replaces="form")


def open_aid(page: Page) -> None:
    """The requests for mutual aid."""
    _open_list(AidList(services=page.services, parent=page.window()))


def open_priority(page: Page) -> None:
    """The homes to see to first."""
    dialog = PriorityList(
        services=page.services, call=lambda setting: open_call(page, setting), parent=page.window()
    )
    _open_list(dialog)


def _open_list(dialog: ListDialog[Any]) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    dialog.table.setFocus()


def _open(page: Page, setting: str, form: Callable[..., ActionForm]) -> None:
    page.ask(
        lambda queries: queries.setting(setting),
        lambda found: page.open_form(form(found, services=page.services)),
        replaces="form",
    )
