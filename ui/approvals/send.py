"""Sending placements to a lead who decides away from the hub: with what the engine says else would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import QObject

from discharge.model.approving import APPROVE
from discharge.model.people import User
from discharge.model.shown.placements import ApprovalRow
from discharge.rules.approving import against
from ui.frame.send_file import Alternatives, SendFileForm
from ui.frame.services import Services
from ui.frame.why import WhyFinder
from ui.work.planning import Why

NEAR = 3
"""So many settings go along from which one reason alone keeps somebody, as the page shows."""


class SendForm(SendFileForm):
    """To which lead the chosen placements go."""

    asks = APPROVE
    nobody = "No LA lead has signed in at this hub with a passphrase of their own."

    def __init__(self, rows: Sequence[ApprovalRow], leads: Sequence[User], *, services: Services) -> None:
        self._rows = rows
        super().__init__([(row.id, row.patient_name, row.who) for row in rows], leads, services=services)
        self._finder = WhyFinder(services, parent=self)

    def against(self, user: User) -> list[str]:
        """Whom of them the lead couldn't approve."""
        return [
            f"{row.patient_name}: {stands.sentence}"
            for row in self._rows
            if (stands := _why_not(user, row)) is not None
        ]

    def look_for_alternatives(self, then: Callable[[Alternatives], object]) -> None:
        """Asks the engine about each that came from a plan."""

        def found(whys: Mapping[str, Why]) -> None:
            then({name: asdict(shortened(why)) for name, why in whys.items()})

        def pages(plans: Mapping[str, tuple[str, str]]) -> None:
            Whys(self._finder, plans, found, told=self.say_how_far, parent=self)

        ids = [row.id for row in self._rows]
        self.services.ask(lambda queries: _plans(queries, ids), pages, failed=self.refused)


def shortened(why: Why) -> Why:
    """What of it the page shows: where nothing stands against it, and the nearest of the others."""
    would_do = tuple(each for each in why.settings if not each.reasons)
    near = tuple(each for each in why.settings if len(each.reasons) == 1)[:NEAR]
    return replace(why, settings=(*would_do, *near))


class Whys(QObject):
    """Asks the engine about one placement after the other, telling how far it is; what it couldn't say of one
    isn't sent along."""

    def __init__(
        self,
        finder: WhyFinder,
        plans: Mapping[str, tuple[str, str]],
        then: Callable[[Mapping[str, Why]], object],
        *,
        told: Callable[[int, int], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._finder, self._then, self._told, self._total = finder, then, told, len(plans)
        self._left = list(plans.items())
        self._found: dict[str, Why] = {}
        finder.found.connect(self._take)
        finder.lost.connect(lambda _plan, _patient, _error: self._next())
        self._next()

    def _next(self) -> None:
        if not self._left:
            self._then(self._found)
            return
        self._told(self._total - len(self._left), self._total)
        self._asked, (plan, patient) = self._left.pop(0)
        self._finder.find(plan, patient)

    def _take(self, _plan: str, _patient: str, why: Why) -> None:
        self._found[self._asked] = why
        self._next()


def _why_not(user: User, row: ApprovalRow) -> Any:
    return against(
        user=user, proposers=row.proposers, authority=row.authority, weekly_fee=row.weekly_fee, limit=None
    )


# ------------------------------------------------------------------------ in the store's thread


def _plans(queries: Any, placements: Sequence[str]) -> dict[str, tuple[str, str]]:
    pages = [queries.approval(each) for each in placements]
    return {page.row.id: (page.plan, page.row.patient) for page in pages if page.plan is not None}


__all__ = ["SendForm", "Whys", "shortened"]
