"""Somebody who decides away from a hub, in tests: their opened invitation, and their answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from discharge.actions.away import Away, Decided, answer, open_bundle
from discharge.actions.bundles import Taken, make_bundle, take_in
from discharge.exchange.bundle_file import Bundle, Invitation, Party, Released
from discharge.model.approving import APPROVE, RELEASE, RETURN
from discharge.model.people import User
from tests.actions.a_hub import COVID, TODAY, AHub, stay
from tests.actions.a_signed_hub import signer_of

YES = Decided(APPROVE, "As the family wishes")
NO = Decided(RETURN, "Fee not agreed")


def party(hub: AHub, user: User) -> Party:
    """Somebody of the hub with their key."""
    return Party(user.id, user.name, signer_of(hub, user).public)


def away(hub: AHub, user: User | None = None) -> Away:
    """The lead, or somebody else, with what the hub invited them by."""
    who = user or hub.lead
    senders = (party(hub, hub.coordinator), party(hub, hub.admin))
    invited = Invitation("Three Boroughs", party(hub, who), senders[1], hub.clock.now, senders, "")
    return Away("h", invited, signer_of(hub, who))


def waits(hub: AHub, *names: str) -> list[str]:
    """One home, and a placement proposed there for each of these people."""
    home = hub.home(vacancies=6)
    return [hub.proposed(hub.negative(name), stay(home)) for name in names]


def isolates(hub: AHub, *names: str) -> list[str]:
    """A hot home, and a placement there for each of these people, who are positive and have arrived."""
    home = hub.hot_home(vacancies=6)
    red = stay(home, end=TODAY + timedelta(11), in_unit="Red")
    return [hub.walk(hub.proposed(hub.positive(name), red), "arrived") for name in names]


def released(days: int = 0, why: str = "Two negative tests") -> Decided:
    """A release from isolation, so many days from today."""
    return Decided(RELEASE, why, released=Released(COVID, TODAY + timedelta(days)))


def sent(hub: AHub, *placements: str, whom: User | None = None, asks: str = APPROVE) -> bytes:
    """A file to the lead, or to somebody else, by the coordinator."""
    who = whom or hub.lead
    return make_bundle(hub.desk, by=hub.coordinator, placements=placements, whom=who.id, asks=asks).content


def to_release(hub: AHub, *placements: str) -> bytes:
    """A file to the clinician, by the coordinator."""
    return sent(hub, *placements, whom=hub.clinician, asks=RELEASE)


def opened(hub: AHub, content: bytes, who: User | None = None) -> Bundle:
    """What the lead, or somebody else, sees in it."""
    return open_bundle(content, away(hub, who))


def answered(
    hub: AHub,
    content: bytes,
    decided: Mapping[str, Decided] | Decided,
    *,
    hours: float = 1,
    who: User | None = None,
) -> bytes:
    """The answer of the lead, or of somebody else, so many hours later: for each placement, or the same for
    all."""
    bundle = opened(hub, content, who)
    said = {
        item.item: decided if isinstance(decided, Decided) else decided[item.about]
        for item in bundle.items
        if isinstance(decided, Decided) or item.about in decided
    }
    return answer(bundle, away(hub, who), said, at=hub.clock.now + timedelta(hours=hours))


def taken(hub: AHub, content: bytes) -> tuple[Taken, ...]:
    """What comes of it where the coordinator takes it in."""
    return take_in(hub.desk, content, carrier=hub.coordinator)
