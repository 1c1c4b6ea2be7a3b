"""The life of a placement: proposed, approved, told, accepted, booked, departed, arrived, moved on, ended."""

from __future__ import annotations

from discharge.actions.assessing import assess
from discharge.actions.placements.deciding import approve, approve_together, return_, return_together
from discharge.actions.placements.journeys import arrive, book, depart, move_on
from discharge.actions.placements.offering import accept, decline, no_answer, tell
from discharge.actions.placements.over import end, not_released, plan_onward, release, withdraw
from discharge.actions.placements.proposing import propose_by_hand, propose_from_plan

__all__ = [
    "accept", "approve", "approve_together", "arrive", "assess", "book", "decline", "depart", "end",
    "move_on", "no_answer", "not_released", "plan_onward", "propose_by_hand", "propose_from_plan",
    "release", "return_", "return_together", "tell", "withdraw",
]  # fmt: skip
