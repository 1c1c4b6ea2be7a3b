"""What Settings opens for other rooms: a return, the morning round, the register, beds and admissions."""

from __future__ import annotations

from collections.abc import Callable

from discharge.model.setting import Free
from discharge.model.shown.settings import SettingPage
from ui.frame.action_form import ActionForm
from ui.frame.page import Page
from ui.models.round import RoundLine
from ui.models.table import Prepared
from ui.settings.beds import BedsForm
from ui.settings.capacity_return import CapacityReturnForm
from ui.settings.morning_round import MorningRound, read_round
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
        dialog = MorningRound(lines, services=page.services, parent=page.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        dialog.grid.setFocus()

    page.ask(read_round, show, replaces="form")


def _open(page: Page, setting: str, form: Callable[..., ActionForm]) -> None:
    page.ask(
        lambda queries: queries.setting(setting),
        lambda found: page.open_form(form(found, services=page.services)),
        replaces="form",
    )
