"""What somebody is asked away from the hub: who can answer, of which placements it is asked, what they are
shown, and what goes on record of their answers. The rest, sealing, refusing and taking in, is the same for
every question (`discharge.actions.bundles`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from discharge.actions.context import Action, Context
from discharge.actions.papers import issue_paper, newest, paper_now
from discharge.actions.placements import (
    accept,
    approve_together,
    decline,
    not_released,
    release,
    return_,
    tell,
)
from discharge.actions.placements.standing import stay_to_come
from discharge.exchange.bundle_file import Answer
from discharge.exchange.bundle_shown import Shown
from discharge.model.approving import ACCEPT, APPROVE, RELEASE, RETURN, Principle
from discharge.model.errors import NotAllowed
from discharge.model.paper import PaperKind
from discharge.model.people import Given, How, User
from discharge.model.placement import HOLDS_BED, PlacementState
from discharge.model.shown.placements import OfferPage, StayView
from discharge.rules.may import decides_for, those_who_may
from discharge.store.ask.placed import Placed
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry

Recorded = list[tuple[Answer, list[Entry]]]
"""The entries that each answer comes to."""


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of question. `asks`: the action that whoever is asked may do, see `MAY`; its yes is called
    the same. `states`: where a placement stands of which it is asked, then and when the answer comes.

    `able`: who could be asked it, with a key or without. `stop` raises `NotAllowed` where one of them can't
    be asked it of that placement. `more`: what is done with its sending. `reasons`: what their words answer,
    by the key of what the action asks.
    """

    asks: str
    states: frozenset[PlacementState]
    able: Callable[[Queries], Sequence[User]]
    whom: str
    page: Callable[[Queries, str], Shown]
    stop: Callable[[Queries, Placed, User], None]
    reasons: Callable[[Queries, Answer], dict[str, str]]
    recorded: Callable[[Context, Sequence[Answer]], Recorded]
    more: Callable[[Queries, Sequence[str]], list[Action]] = lambda _queries, _placements: []


def _by_right(action: str) -> Callable[[Queries], Sequence[User]]:
    return lambda queries: [user for user in those_who_may(action, queries.people()) if user.active]


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


# --- a home's answer ----------------------------------------------------------------------------------


MANAGER = "registered manager"


def _with_keys(queries: Queries) -> Sequence[User]:
    """Who answers for homes: nobody of the hub, in no role, by their home's id."""
    return [User(id=key.setting, name=key.name, roles=frozenset()) for key in queries.home_keys().values()]


def _to_come(placed: Placed) -> StayView:
    """The stay that comes next; `NotAllowed` where none does."""
    return placed.stays[stay_to_come(placed, None)].view


def _cant_offer(_queries: Queries, placed: Placed, user: User) -> None:
    stay = _to_come(placed)
    if stay.setting != user.id:
        raise NotAllowed(
            f"{placed.id} goes to {stay.setting_name}: {user.name} answers for another home.",
            "Choose those of one home.",
            "A2",
        )
    if stay.accepted_at is not None and not stay.told_again:
        raise NotAllowed(
            f"{stay.setting_name} has accepted {placed.id} already.", "Nothing needs to be done."
        )


def _told_and_issued(queries: Queries, placements: Sequence[str]) -> list[Action]:
    """The file tells the home what the record says (C5), and the offer in it is issued as a paper is."""
    told: list[Action] = []
    issued: list[Action] = []
    keys = queries.home_keys()
    for name in placements:
        stay = _to_come(queries.placed(name))
        key, newer = keys.get(stay.setting), stay.told_at is None or stay.told_again
        if newer and key is not None:
            given = Given(how=How.FILE, name=key.name, role=MANAGER)
            told.append(partial(tell, placement=name, given=given))
        before = newest(queries, name, PaperKind.OFFER)
        if newer or before is None or before[0].seal != paper_now(
            queries, kind=PaperKind.OFFER, about=name
        ).seal():  # fmt: skip
            issued.append(partial(issue_paper, kind=PaperKind.OFFER, about=name))
    return [*told, *issued]


def _offer_page(queries: Queries, name: str) -> OfferPage:
    told = _to_come(queries.placed(name)).told_at
    hours = timedelta(hours=queries.hub().offer_hours)
    paper = paper_now(queries, kind=PaperKind.OFFER, about=name)
    return OfferPage(paper, None if told is None else told + hours)


def _accepted_or_declined(context: Context, answers: Sequence[Answer]) -> Recorded:
    return [(one, _of_home(context, one)) for one in answers]


def _of_home(context: Context, answer: Answer) -> list[Entry]:
    said = answer.statement
    given = Given(how=How.FILE, name=context.queries.home_keys()[said.by].name, role=MANAGER)
    if answer.code is None:
        entries = accept(context, placement=said.about, given=given, note=answer.text)
    else:
        entries = decline(context, placement=said.about, code=answer.code, given=given, note=answer.text)
    return [replace(entry, body={**entry.body, "note": answer.text}) for entry in entries]


QUESTIONS: Mapping[str, Question] = {
    one.asks: one
    for one in (
        Question(
            asks=APPROVE,
            states=frozenset({PlacementState.PROPOSED}),
            able=_by_right(APPROVE),
            whom="Choose an LA lead who has signed in at this hub once.",
            page=Queries.approval,
            stop=_cant_approve,
            reasons=_why_approved,
            recorded=_approved_or_returned,
        ),
        Question(
            asks=RELEASE,
            states=HOLDS_BED,
            able=_by_right(RELEASE),
            whom="Choose a clinician who has signed in at this hub once.",
            page=Queries.release,
            stop=_cant_release,
            reasons=lambda _queries, _answer: {},
            recorded=_released_or_not,
        ),
        Question(
            asks=ACCEPT,
            states=HOLDS_BED,
            able=_with_keys,
            whom="Take in the key of whoever answers for the home first.",
            page=_offer_page,
            stop=_cant_offer,
            reasons=lambda _queries, _answer: {},
            recorded=_accepted_or_declined,
            more=_told_and_issued,
        ),
    )
}

__all__ = ["QUESTIONS", "Question"]
