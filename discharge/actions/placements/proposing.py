"""Proposing placements: from a plan, or chosen by hand. Both go through the same verifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discharge.actions.assessing import assess, is_alone
from discharge.actions.context import Context, dump, wanted
from discharge.actions.placements.standing import named, refuse
from discharge.model.approving import Principle
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role
from discharge.model.placement import DeclineReason, PlacementState, StayChoice
from discharge.model.plan import Placement
from discharge.store.ask.placed import Placed
from discharge.store.journal import Entry, Kind


def propose_from_plan(context: Context, *, plan: str, patients: Sequence[str]) -> list[Entry]:
    """Sends placements of a plan to approval, and with them those of whoever they stay together with (N7).

    Each is held against the hub as it is now: what was recorded since may forbid it. The subjects are the
    placements' ids, `L-0001`.
    """
    role = context.role("propose_from_plan")
    proposals: Mapping[str, Placement] = context.queries.proposals_of(plan)
    for patient in patients:
        if patient not in proposals:
            raise UserError(f"Plan {plan} has no place for {patient}.", "Choose proposals of the plan.")
        if proposals[patient].locked and patient not in context.queries.kept():
            raise NotAllowed(
                f"The placement of {patient} was fixed before this plan.", "It goes its way already."
            )
    companions = context.queries.companions()
    with_them = (mate for patient in patients for mate in sorted(companions.get(patient, ())))
    mates = [mate for mate in with_them if mate in proposals and _waits(context, mate, proposals[mate])]
    choices = {patient: _choices(proposals[patient]) for patient in dict.fromkeys([*patients, *mates])}
    because = {patient: proposals[patient].because for patient in choices}
    return _proposed(context, role, choices, plan=plan, reason="", because=because)


def propose_by_hand(
    context: Context,
    *,
    choices: Mapping[str, Sequence[StayChoice]],
    reason: str,
    principle: Principle | None = None,
) -> list[Entry]:
    """Sends placements chosen by hand to approval: the same rules, the same verifier (A3).

    `choices` has each person's stays by their id: one or two; companions go together. The reason stays in
    the record, and the principle that it rests on where that is named.
    """
    role = context.role("propose_by_hand")
    why = wanted(reason, what="The reason for choosing by hand")
    return _proposed(context, role, choices, plan=None, reason=why, because={}, principle=principle)


def _waits(context: Context, patient: str, proposal: Placement) -> bool:
    """Whether somebody's proposal can be sent, and hasn't been."""
    if proposal.locked and patient not in context.queries.kept():
        return False
    active = context.queries.active_of(patient)
    return not active or _goes_on(active[-1])


def _goes_on(placed: Placed) -> bool:
    """Whether whoever arrived by this placement is to have an onward place."""
    arrived = placed.state is PlacementState.ARRIVED and placed.next is None
    return arrived and (placed.onward or placed.alone)


def _choices(placement: Placement) -> tuple[StayChoice, ...]:
    return tuple(
        StayChoice(setting=stay.setting, unit=stay.unit, beds=stay.beds, start=stay.start, end=stay.end)
        for stay in placement.stays
    )


def _proposed(
    context: Context,
    role: Role,
    choices: Mapping[str, Sequence[StayChoice]],
    *,
    plan: str | None,
    reason: str,
    because: Mapping[str, tuple[str, ...]],
    principle: Principle | None = None,
) -> list[Entry]:
    if not choices:
        raise UserError("Nobody was chosen.", "Choose at least one person.")
    follows = {patient: _may_be_proposed(context, patient, chosen) for patient, chosen in choices.items()}
    found = assess(context.queries, choices=choices, reason=reason)
    refuse(found)
    assert found.plan is not None  # without breaches there is one
    placements = {placement.patient: placement for placement in found.plan.placements}
    number = context.queries.next_number("placements")
    rules = context.queries.rules()
    entries = []
    for at, patient in enumerate(choices, number):
        placement = placements[patient]
        if because.get(patient):
            placement = placement.model_copy(update={"because": because[patient]})
        last = placement.stays[-1]
        body = {
            "number": at,
            "patient": patient,
            "placement": dump(placement),
            "plan": plan,
            "reason": reason,
            "follows": follows[patient],
            "principle": named(principle),
            "fees": {
                stay.setting: context.queries.setting_details(stay.setting).weekly_fee
                for stay in placement.stays
            },
            "alone": is_alone(
                context.queries.person(patient).facts,
                last,
                context.queries.setting_facts(last.setting),
                rules,
            ),
        }
        entries.append(Entry(Kind.PLACEMENT_PROPOSED, f"L-{at:04d}", body, role))
    return entries


def _may_be_proposed(context: Context, patient: str, chosen: Sequence[StayChoice]) -> str | None:
    """Refuses who can't be proposed anything now; gives the placement that this one would go on from."""
    queries = context.queries
    person = queries.person(patient)
    if person.left_reason is not None:
        raise NotAllowed(f"{patient} has left the list.", "Take them back on the list first.")
    if not 1 <= len(chosen) <= 2:
        raise UserError(
            "A placement has one stay, or an isolation and then the final one.", "Choose one or two."
        )
    declined = queries.declined_by(patient)
    for choice in chosen:
        if choice.setting in declined:
            words = DeclineReason(declined[choice.setting]).words
            name = queries.setting_details(choice.setting).name
            raise NotAllowed(
                f"{name} declined {patient}: {words[:1].lower()}{words[1:]}.",
                "It can be asked again once its capacity return changes.",
                "A3",
            )
    active = queries.active_of(patient)
    if not active:
        return None
    newest = active[-1]
    if newest.state is not PlacementState.ARRIVED or newest.next is not None:
        raise NotAllowed(
            f"{patient} has the placement {newest.id} already: {newest.state.words}.",
            "Withdraw that one first.",
        )
    if not (newest.onward or newest.alone):
        raise NotAllowed(f"{patient} has arrived by {newest.id}.", "Ask for an onward place there first.")
    return newest.id


__all__ = ["propose_by_hand", "propose_from_plan"]
