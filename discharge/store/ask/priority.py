"""Which homes the hub has to see to first, from all that is known of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta

from discharge.model.london import london_date
from discharge.model.shown.calls import NOT_HEARD, PriorityHome
from discharge.model.shown.settings import SettingRow
from discharge.rules import home_priority
from discharge.store.ask import calls, settings
from discharge.store.ask.view import View, once


@once
def priority(view: View) -> tuple[PriorityHome, ...]:
    """The homes to see to first, the gravest first, each with its reasons."""
    states = _states(view)
    found = []
    for row in settings.rows(view):
        if reasons := home_priority.reasons(states(row)):
            rung = calls.heard(view).get(row.id, NOT_HEARD).rung_today
            found.append(PriorityHome(row.id, row.name, row.local_authority or "", row.phone, reasons, rung))
    return tuple(sorted(found, key=lambda home: (home_priority.order(home.reasons), home.name)))


def _states(view: View) -> Callable[[SettingRow], home_priority.HomeState]:
    supplies, declined = calls.ppe_and_staffing(view), _declines(view)
    overdue: dict[str, list[str]] = defaultdict(list)
    for agreed in calls.actions(view):
        if agreed.due < view.today:
            overdue[agreed.setting].append(agreed.what)
    late: dict[str, list[str]] = defaultdict(list)
    for review in calls.reviews(view):
        if home_priority.review_is_late(london_date(review.ended_at), view.today):
            late[review.setting].append(review.organism)

    def state(row: SettingRow) -> home_priority.HomeState:
        said = calls.heard(view).get(row.id, NOT_HEARD).newest
        ppe, staffing = supplies.get(row.id, (None, None))
        return home_priority.HomeState(
            ppe_days=ppe,
            staffing=staffing,
            residents_ill=(said.residents_suspected or 0) + (said.residents_confirmed or 0),
            staff_ill=(said.staff_suspected or 0) + (said.staff_confirmed or 0),
            outbreaks=tuple(one.organism for one in row.outbreaks),
            unassessed=tuple(one.organism for one in row.stopping),
            age=row.capacity_age,
            owes_return=row.units > 0 and row.left_register is None,
            declines=declined[row.id],
            overdue=tuple(overdue[row.id]),
            reviews=tuple(late[row.id]),
        )

    return state


def _declines(view: View) -> Counter[str]:
    since = (view.now - timedelta(home_priority.DECLINE_DAYS)).isoformat()
    return Counter(
        dict(view.rows("SELECT setting, COUNT(*) FROM declines WHERE at >= ? GROUP BY setting", (since,)))
    )


__all__ = ["priority"]
