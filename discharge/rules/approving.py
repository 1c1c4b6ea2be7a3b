"""Who may approve a placement: never who proposed it (A1), no lead of another local authority (A6), and
nobody above their limit (A4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from discharge.model.approving import ApprovalLimit
from discharge.model.people import ApprovalRule, User
from discharge.rules.may import decides_for
from discharge.words import terms
from discharge.words.counts import listing


@dataclass(frozen=True, slots=True)
class Against:
    """What keeps somebody from approving a placement, said to them, and by which rule."""

    rule: str
    sentence: str
    mend: str


def limit_of(rules: Iterable[ApprovalRule], *, user: str, on: date) -> ApprovalLimit:
    """Up to which weekly fee this user may approve on that day, by the hub's approval rules (A4)."""
    every = tuple(rules)
    mine = [rule for rule in every if rule.valid.covers(on) and (not rule.users or user in rule.users)]
    limits = [rule.weekly_fee for rule in mine]
    most = max((limit for limit in limits if limit is not None), default=None)
    return ApprovalLimit(bool(every), tuple(rule.name for rule in mine), None if None in limits else most)


def fee_that_counts(
    *, now: float | None, proposed: float | None, waiting: Sequence[float | None] = ()
) -> float | None:
    """The fee that a limit is held against: the highest of what it is, what it was when the placement was
    proposed, and what waits for a second person's word (A4); None, above any limit, where it isn't known
    now, or will not be."""
    if now is None or None in waiting:
        return None
    return max([now, proposed or now, *(fee for fee in waiting if fee is not None)])


def against(
    *,
    user: User | None,
    proposers: Collection[str],
    authority: str | None,
    weekly_fee: float | None,
    limit: ApprovalLimit | None,
) -> Against | None:
    """Why this user can't approve a placement of that fee; None where they can. `limit` None: not known.

    `proposers`: every account of the person who proposed it; `authority`: of whoever is placed."""
    if user is not None and user.id in proposers:
        return Against("A1", "You proposed it: another LA lead has to decide on it.", "Ask another LA lead.")
    if user is not None and (found := of_another(user, authority)) is not None:
        return found
    if limit is not None and not limit.covers(weekly_fee):
        return Against(
            "A4",
            f"{limit_words(limit, weekly_fee)}.",
            "Somebody whose limit covers it has to decide, or the rules have to be changed.",
        )
    return None


def of_another(user: User, authority: str | None) -> Against | None:
    """That an LA lead of another local authority has to decide on them (A6); None where this user may."""
    if authority is None or decides_for(user, authority):
        return None
    return Against(
        "A6",
        f"The person's local authority is {authority}; you decide for {listing(sorted(user.authorities))}.",
        f"An LA lead of {authority} has to decide; or an administrator adds it to your authorities.",
    )


def limit_words(limit: ApprovalLimit, weekly_fee: float | None) -> str:
    """How a weekly fee stands to somebody's limit, said to them."""
    if not limit.has_rules:
        return "No limit: this hub has no approval rules"
    if not limit.names:
        return "No approval rule in force lets you approve"
    names = " and ".join(limit.names)
    if limit.most is None:
        return f"Any fee ({names} approval)"
    said = f"{terms.pounds(limit.most)} a week ({names} approval)"
    if weekly_fee is None:
        return f"The fee isn't known: it is above any limit, yours is {said}"
    if limit.covers(weekly_fee):
        return f"Within your limit of {said}"
    return f"{terms.pounds(weekly_fee)} is above your limit of {said}"


__all__ = ["Against", "against", "fee_that_counts", "limit_of", "limit_words", "of_another"]
