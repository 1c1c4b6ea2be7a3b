"""The priority list of homes: which to see to first, each reason in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from discharge.model.shown.calls import PriorityHome
from discharge.rules.home_priority import PPE_DAYS
from discharge.words.counts import count_words, sentence_case
from discharge.words.days import day_and_time
from ui.frame.services import Services
from ui.models.table import Column
from ui.settings.listed import ListDialog
from ui.theme.status import Status, danger, waiting

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries


class PriorityList(ListDialog[PriorityHome]):
    """The homes by how soon somebody has to see to them."""

    nothing = ("No home comes first", "PPE, staff, infections, returns and declines ask for nothing now.")
    icon = "check-circle"

    def __init__(
        self, *, services: Services, call: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        self._call = call
        super().__init__("Priority list of homes", services=services, parent=parent)

    def columns(self) -> Sequence[Column[PriorityHome]]:
        return (
            Column(
                key="urgency",
                title="Urgency",
                status=_urgency,
                width=12,
                sort=lambda home: not home.is_urgent,
            ),
            Column(key="home", title="Home", text=lambda home: home.name, strong=True, width=18),
            Column(
                key="why",
                title="Why",
                text=lambda home: sentence_case(home.sentence),
                tip=lambda home: "\n".join(sentence_case(one.words) for one in home.reasons),
                width=64,
                stretch=True,
            ),
            Column(key="authority", title="Borough", text=lambda home: home.local_authority, width=12),
            Column(key="rung", title="Rung today", text=_rung, width=14),
            Column(
                key="phone", title="Telephone", text=lambda home: home.phone or "None on record", width=14
            ),
        )

    def key(self, row: PriorityHome) -> str:
        return row.id

    def fetch(self, queries: Queries) -> Sequence[PriorityHome]:
        return queries.priority_homes()

    def lay_out(self) -> None:
        self.add_step("Record call…", lambda home: self._call(home.id), lambda _home: "")
        self.add_step("Show the home", self.open_row, lambda _home: "")

    def open_row(self, row: PriorityHome) -> None:
        self.accept()
        self.services.go("settings", row.id)

    def told(self, rows: Sequence[PriorityHome]) -> str:
        urgent = sum(home.is_urgent for home in rows)
        return (
            f"{count_words(len(rows), 'home')}, {urgent} urgent. The gravest first: PPE for fewer than"
            f" {PPE_DAYS} days, red staffing, infections without an outbreak declared, an outbreak; then what"
            " is overdue, old returns, declines."
        )


def _urgency(home: PriorityHome) -> Status:
    return danger("Urgent") if home.is_urgent else waiting("Look at it")


def _rung(home: PriorityHome) -> str:
    rung = home.rung_today
    if rung is None:
        return ""
    at = f"{day_and_time(rung.at)[-5:]} {rung.by}"
    return at if rung.answered else f"{at}, no answer"


__all__ = ["PriorityList"]
