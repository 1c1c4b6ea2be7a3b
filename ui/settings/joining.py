"""Two settings are made one, as a home that was taken over stands under a new number; or parted again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from discharge.actions.joining import join_settings, part_settings
from discharge.model.shown.settings import SettingPage
from ui.frame.services import Services
from ui.settings.state import StateForm
from ui.widgets.pickers import Offers, PickField

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries
    from ui.frame.page import Page


class JoinForm(StateForm):
    """Which other entry is the same home; the one with beds, returns or placements stays."""

    def __init__(self, page: SettingPage, others: Mapping[str, str], *, services: Services) -> None:
        super().__init__("The same home as", page, services=services, save_word="Make one")
        self.other = self.add(
            PickField(
                "other",
                "The other entry",
                theme=self.theme,
                noun="setting of this hub",
                required=True,
                hint="The one with beds stays, of two the older: all moves to it. The newer number counts.",
            ),
            wide=True,
        )
        self.other.offer(Offers(dict(others)))
        self.add_why(placeholder="Taken over by another provider, registered anew")
        self.whose_word()

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(
                join_settings,
                setting=self._page.row.id,
                other=str(values["other"]),
                reason=str(values["reason"]),
                given=self.said_by(values),
            ),
            done=f"{self._page.row.name}: the two are one home now.",
        )


class PartForm(StateForm):
    """Parts a setting from one that was made one with it."""

    def __init__(self, page: SettingPage, names: Mapping[str, str], *, services: Services) -> None:
        super().__init__("Part again", page, services=services, save_word="Part")
        self._names = names
        self.other = self.add_one_of(
            "other", "From", [(each, f"{names.get(each, each)} ({each})") for each in page.parts], wide=True
        )
        self.add_why()

    def save(self, values: Mapping[str, Any]) -> None:
        other = self._names.get(values["other"], values["other"])
        self.perform(
            partial(
                part_settings,
                setting=self._page.row.id,
                other=str(values["other"]),
                reason=str(values["reason"]),
            ),
            done=f"{self._page.row.name} and {other} are two again.",
        )


def open_part(page: Page, setting: str) -> None:
    """Reads the setting and the names of its parts afresh, then opens the form over that page."""

    def read(queries: Queries) -> tuple[SettingPage, dict[str, str]]:
        return queries.setting(setting), queries.setting_names()

    page.ask(read, lambda found: page.open_form(PartForm(*found, services=page.services)), replaces="form")


def open_join(page: Page, setting: str) -> None:
    """Reads the setting and the others afresh, then opens the form over that page of the window."""

    def read(queries: Queries) -> tuple[SettingPage, dict[str, str]]:
        rows = queries.settings()
        others = {row.id: f"{row.name} ({row.cqc_id or row.id})" for row in rows if row.id != setting}
        return queries.setting(setting), others

    page.ask(read, lambda found: page.open_form(JoinForm(*found, services=page.services)), replaces="form")
