"""Which homes the hub has to see to first, and why: for whoever telephones. Never an input of matching."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from discharge.model.infection import organism_name
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.calls import HomeReason
from discharge.words.counts import count_words, listing

PPE_DAYS = 3
"""PPE for fewer days than this is too little."""
DECLINES = 2
"""So many declines in `DECLINE_DAYS` days are asked about."""
DECLINE_DAYS = 14
REVIEW_DAYS = 14
"""Within so many days of the end of an outbreak it is to be looked back on."""


@dataclass(frozen=True, slots=True)
class HomeState:
    """What is known of a home, as far as it makes it one to see to first."""

    ppe_days: float | None = None
    staffing: str | None = None
    residents_ill: int = 0
    staff_ill: int = 0
    outbreaks: tuple[str, ...] = ()
    """Organisms with an outbreak on record."""
    unassessed: tuple[str, ...] = ()
    """Of them those that no risk assessment covers."""
    age: CapacityAge = CapacityAge.FRESH
    owes_return: bool = True
    declines: int = 0
    """In the last `DECLINE_DAYS` days."""
    overdue: tuple[str, ...] = ()
    """Actions agreed whose day has gone by."""
    reviews: tuple[str, ...] = ()
    """Organisms of outbreaks that ended and weren't looked back on."""


_ORDER = (
    "ppe", "staffing", "cases", "outbreak", "assessed", "overdue", "expired", "none", "stale", "declines",
    "review",
)  # fmt: skip


def reasons(home: HomeState) -> tuple[HomeReason, ...]:
    """Why the home is one to see to first, the gravest first; empty where it isn't."""
    return tuple(sorted(_reasons(home), key=lambda one: (not one.urgent, _ORDER.index(one.code))))


def order(found: Iterable[HomeReason]) -> tuple[int, int, int]:
    """What a home's place on the list goes by: how many urgent reasons, how grave the first, how many in all;
    the lowest first."""
    listed = list(found)
    urgent = sum(one.urgent for one in listed)
    return (-urgent, min((_ORDER.index(one.code) for one in listed), default=len(_ORDER)), -len(listed))


def _reasons(home: HomeState) -> Iterable[HomeReason]:
    if home.ppe_days is not None and home.ppe_days < PPE_DAYS:
        days = "1 day" if home.ppe_days == 1 else f"{home.ppe_days:g} days"
        yield HomeReason("ppe", f"PPE for {days}", True)
    if home.staffing == "red":
        yield HomeReason("staffing", "staffing is red", True)
    ill = [
        count_words(count, *words)
        for count, words in (
            (home.residents_ill, ("resident", "residents")),
            (home.staff_ill, ("of the staff", "of the staff")),
        )
        if count
    ]
    if ill and not home.outbreaks:
        yield HomeReason("cases", f"{listing(ill)} infected or suspected, no outbreak declared", True)
    if home.unassessed:
        named = listing([organism_name(one) for one in home.unassessed])
        yield HomeReason("outbreak", f"outbreak of {named}, risk not assessed", True)
    if settled := [one for one in home.outbreaks if one not in home.unassessed]:
        named = listing([organism_name(one) for one in settled])
        yield HomeReason("assessed", f"outbreak of {named}, risk assessed", False)
    for what in home.overdue:
        yield HomeReason("overdue", f"agreed and overdue: {what}", False)
    if home.owes_return and home.age is not CapacityAge.FRESH:
        yield _AGES[home.age]
    if home.declines >= DECLINES:
        yield HomeReason("declines", f"declined {home.declines} people in {DECLINE_DAYS} days", False)
    for organism in home.reviews:
        yield HomeReason("review", f"outbreak of {organism_name(organism)} not looked back on", False)


_AGES = {
    CapacityAge.STALE: HomeReason("stale", "capacity return is stale", False),
    CapacityAge.EXPIRED: HomeReason("expired", "capacity return has expired", False),
    CapacityAge.NONE: HomeReason("none", "no capacity return at all", False),
}


def review_is_late(ended: date, today: date) -> bool:
    """Whether the learning review of an outbreak that ended then should be on record by now."""
    return (today - ended).days > REVIEW_DAYS


__all__ = ["DECLINE_DAYS", "PPE_DAYS", "HomeState", "order", "reasons", "review_is_late"]
