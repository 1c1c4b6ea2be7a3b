"""What somebody is asked away from the hub: who can answer, of which placements it is asked, what they are
shown, and what goes on record of their answers. The rest, sealing, refusing and taking in, is the same for
every question (`discharge.actions.bundles`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from discharge.actions.context import Context
from discharge.actions.placements import approve_together, not_released, release, return_
from discharge.exchange.bundle_file import Answer
from discharge.exchange.bundle_shown import Shown
from discharge.model.approving import APPROVE, RELEASE, RETURN, Principle
from discharge.model.errors import NotAllowed
from discharge.model.people import User
from discharge.model.placement import HOLDS_BED, PlacementState
from discharge.rules.may import decides_for
from discharge.store.ask.placed import Placed
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry

Recorded = list[tuple[Answer, list[Entry]]]
"""The entries that each answer comes to."""


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of question. `asks`: the action that whoever is asked may do, see `MAY`; its yes is called
    the same. `states`: where a placement stands of which it is asked, then and when the answer comes.

    `stop` raises `NotAllowed` where this person can't be asked it of that placement. `reasons`: what their
    words answer, by the key of what the action asks.
    """

    asks: str
    states: frozenset[PlacementState]
    whom: str
    page: Callable[[Queries, str], Shown]
    stop: Callable[[Queries, Placed, User], None]
    reasons: Callable[[Queries, Answer], dict[str, str]]
    recorded: Callable[[Context, Sequence[Answer]], Recorded]


# --- approval -----------------------------------------------------------------------------------------


def _cant_approve(queries: Queries, placed: Placed, user: User) -> None:
    if placed.proposed_by == user.id:
        raise NotAllowed(f"{user.name} has proposed {placed.id}.", "Send it to another lead.", "A1")
    if not decides_for(user, queries.patient_details(placed.patient).local_authority):
        raise NotAllowed(
            f"{user.name} doesn't decide for the authority of {placed.id}.", "Choose its lead.", "A6"
        )


def _why_approved(queries: Queries, answer: Answer) -> dict[str, str]:
    about = answer.statement.about
    return {f"{flag.rule}:{about}": answer.text for flag in queries.approval(about).row.flags}


def _approved_or_returned(context: Context, answers: Sequence[Answer]) -> Recorded:
    approved = [one for one in answers if one.statement.decision == APPROVE]
    made = approve_together(context, placements=[one.statement.about for one in approved]) if approved else []
    found: Recorded = []
    for entry, one in zip(made, approved, strict=True):
        body = {**entry.body, "note": one.text, "principle": one.statement.principle}
        found.append((one, [replace(entry, body=body)]))
    for one in answers:
        if one.statement.decision == RETURN:
            named = one.statement.principle
            (entry,) = return_(
                context,
                placement=one.statement.about,
                reason=one.text,
                principle=None if named is None else Principle(named),
            )
            found.append((one, [replace(entry, body={**entry.body, "reason": one.text})]))
    return found


# --- release from isolation ---------------------------------------------------------------------------


def _cant_release(queries: Queries, placed: Placed, _user: User) -> None:
    if not queries.placement(placed.id).row.organisms:
        raise NotAllowed(f"Nobody isolates in {placed.id}.", "Choose somebody who isolates.", "C4")


def _released_or_not(context: Context, answers: Sequence[Answer]) -> Recorded:
    return [(one, _released(context, one)) for one in answers]


def _released(context: Context, answer: Answer) -> list[Entry]:
    about, said = answer.statement.about, answer.released
    if said is None:
        entries = not_released(context, placement=about, reason=answer.text)
    else:
        entries = release(
            context, placement=about, organism=said.organism, on=said.on, reason=answer.text
        )  # fmt: skip
    return [replace(entry, body={**entry.body, "reason": answer.text}) for entry in entries]


QUESTIONS: Mapping[str, Question] = {
    one.asks: one
    for one in (
        Question(
            asks=APPROVE,
            states=frozenset({PlacementState.PROPOSED}),
            whom="Choose an LA lead who has signed in at this hub once.",
            page=Queries.approval,
            stop=_cant_approve,
            reasons=_why_approved,
            recorded=_approved_or_returned,
        ),
        Question(
            asks=RELEASE,
            states=HOLDS_BED,
            whom="Choose a clinician who has signed in at this hub once.",
            page=Queries.release,
            stop=_cant_release,
            reasons=lambda _queries, _answer: {},
            recorded=_released_or_not,
        ),
    )
}

__all__ = ["QUESTIONS", "Question"]
