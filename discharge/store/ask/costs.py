"""What placements cost, and up to which fee somebody may approve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from discharge.model.approving import ApprovalLimit, Costs, StayCost
from discharge.store.ask.placed import Placed
from discharge.store.ask.view import View


def costs(view: View, placed: Placed, fees: Mapping[str, float | None], *, weekly: float | None) -> Costs:
    """What the placement's stays cost, by the weekly fees of their settings."""
    stays = []
    days = view.hub.horizon_days
    last = placed.first_start + timedelta(days)
    first_days: float | None = 0.0
    for stay in placed.holding:
        fee, start, end = fees.get(stay.view.setting), stay.view.start, stay.view.end
        nights = None if end is None else (end - start).days
        stays.append(StayCost(stay.view.setting_name, fee, nights))
        within = max(0, (min(last, end or last) - start).days)
        if within and (fee is None or first_days is None):
            first_days = None
        elif fee is not None and first_days is not None:
            first_days += fee * within / 7
    return Costs(tuple(stays), weekly, days, None if first_days is None else round(first_days, 2))


def limit_of(view: View, user: str) -> ApprovalLimit:
    """Up to which weekly fee this user may approve today, by the hub's approval rules (A4)."""
    rules = view.hub.approval_rules
    mine = [
        rule for rule in rules if rule.valid.covers(view.today) and (not rule.users or user in rule.users)
    ]
    limits = [rule.weekly_fee for rule in mine]
    most = max((limit for limit in limits if limit is not None), default=None)
    return ApprovalLimit(bool(rules), tuple(rule.name for rule in mine), None if None in limits else most)
