"""An independent reading of the rules: whether a plan keeps each of them (rules, and docs/case.md).

Nothing here is shared with the engine that makes plans; only the model and the values of the rule sets are.
It is written to be read beside the rules, one by one, not to be fast.

Decided where docs/case.md leaves it open: points of zero may be left out or written, it is the same plan; the
words of `because` and of a reason are free, but none may be empty; a locked placement is unchanged where it
says the same: organisms and conditions in any order, points of zero or none, with the total and the `because`
that a case may leave out and a plan may not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from discharge.matching.verify.breach import Breach
from discharge.matching.verify.hub import Hub
from discharge.matching.verify.itinerary import breaches_of_placement
from discharge.matching.verify.reasons import breaches_of_reasons
from discharge.matching.verify.sharing import breaches_together
from discharge.model.case import Case
from discharge.model.plan import LockedPlacement, Placement, Plan
from discharge.rules.rule_set import RuleSet, rules_of

__all__ = ["Breach", "verify"]


def verify(
    case: Case, plan: Plan, *, rules: RuleSet | None = None, case_sha256: str | None = None
) -> tuple[Breach, ...]:
    """Every rule that `plan` breaks for `case`, in a fixed order; nothing where it keeps them all.

    `rules` are the case's rules where the hub has its own sets (default: the shipped ones, the case's
    overrides applied); `case_sha256` is the hash of the case file's bytes, checked where given.
    Raises `BrokenFile` where the case's rule set can't be had.
    """
    hub = Hub(case, rules=rules if rules is not None else rules_of(case))
    mine = [p for p in plan.placements if p.patient in hub.patients and p.patient not in hub.locked]
    findings = [
        *_heading(case, plan, case_sha256),
        *_everybody_once(hub, plan),
        *_locked_unchanged(hub, plan),
    ]
    for placement in mine:
        findings += breaches_of_placement(hub, placement)
    real = [placement for placement in mine if all(hub.where(stay) for stay in placement.stays)]
    findings += breaches_together(hub, real)
    findings += _objective(hub, plan, mine)
    findings += breaches_of_reasons(hub, plan.unplaced)
    return tuple(findings)


def _heading(case: Case, plan: Plan, case_sha256: str | None) -> Iterator[Breach]:
    if case_sha256 is not None and plan.case_sha256 != case_sha256:
        yield Breach("plan", None, f"The plan is of another case: its hash is {plan.case_sha256}.")
    if _json(plan.rule_set) != _json(case.rule_set):
        yield Breach("plan", None, "The plan doesn't repeat the rule set as the case gives it.")
    if plan.status == "optimal" and plan.gap != 0:
        yield Breach("plan", None, f"An optimal plan has no gap; this one says {plan.gap:g}.")


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _everybody_once(hub: Hub, plan: Plan) -> Iterator[Breach]:
    placed = Counter(placement.patient for placement in plan.placements)
    unplaced = Counter(entry.patient for entry in plan.unplaced)
    for who in sorted({*placed, *unplaced, *hub.patients}):
        known = who in hub.patients or who in hub.locked
        times = placed[who] + unplaced[who]
        if not known:
            yield Breach("plan", who, f"{who} is no patient of the case.")
        elif times > 1:
            yield Breach("plan", who, f"{who} stands {times} times in the plan, once is right.")
        elif times == 0 and who not in hub.locked:
            yield Breach("plan", who, f"{who} stands neither among the placed nor among the unplaced.")
        if known and who in hub.locked and unplaced[who]:
            yield Breach("locked", who, f"{who} is locked and named as unplaced.")


def _locked_unchanged(hub: Hub, plan: Plan) -> Iterator[Breach]:
    for placement in plan.placements:
        who = placement.patient
        given = hub.locked.get(who)
        if given is None and placement.locked:
            yield Breach("locked", who, f"{who} isn't locked in the case.")
        if given is not None and not placement.locked:
            yield Breach("locked", who, f"{who} is locked in the case and not shown as locked.")
        if given is not None and not _same(placement, given):
            yield Breach("locked", who, f"The locked placement of {who} was changed.")
    back = {placement.patient for placement in plan.placements}
    for who in sorted(set(hub.locked) - back):
        yield Breach("locked", who, f"The locked placement of {who} is missing.")


def _same(placement: Placement, given: LockedPlacement) -> bool:
    """Whether a locked placement came back unchanged; what every plan has to say may have been added."""
    points = dict(given.points)
    if "total" not in points and "total" in placement.points:
        points["total"] = sum(points.values())
    because_kept = placement.because == given.because or not given.because
    return because_kept and _said(placement, placement.points) == _said(given, points)


def _said(placement: Placement | LockedPlacement, points: Mapping[str, int]) -> object:
    """What a placement says, whatever the order of what has none."""
    stays = [(stay.model_copy(update={"organisms": ()}), sorted(stay.organisms)) for stay in placement.stays]
    counted = {item: number for item, number in points.items() if number or item == "total"}
    return stays, sorted(placement.conditions), counted


def _objective(hub: Hub, plan: Plan, mine: Sequence[Placement]) -> Iterator[Breach]:
    by_priority = Counter(hub.patients[placement.patient].priority for placement in mine)
    placed = tuple(by_priority[priority] for priority in (1, 2, 3, 4))
    if plan.objective.placed != placed:
        given, right = list(plan.objective.placed), list(placed)
        text = f"The objective says that {given} are placed; the placements say {right}."
        yield Breach("objective", None, text)
    points = sum(placement.points.get("total", 0) for placement in mine)
    if plan.objective.points != points:
        text = f"The objective says {plan.objective.points} points; the placements say {points}."
        yield Breach("objective", None, text)
