"""Somebody who decides away from a hub, in tests: their opened invitation, and their answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from discharge.actions.away import Away, Decided, answer, open_bundle
from discharge.actions.bundles import Taken, make_bundle, take_in
from discharge.exchange.bundle_file import Bundle, Invitation, Party
from discharge.keys.statements import APPROVE, RETURN
from discharge.model.people import User
from tests.actions.a_hub import AHub, stay
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


def sent(hub: AHub, *placements: str, whom: User | None = None) -> bytes:
    """A file to the lead, or to somebody else, by the coordinator."""
    who = whom or hub.lead
    return make_bundle(hub.desk, by=hub.coordinator, placements=placements, whom=who.id).content


def opened(hub: AHub, content: bytes) -> Bundle:
    """What the lead sees in it."""
    return open_bundle(content, away(hub))


def answered(
    hub: AHub, content: bytes, decided: Mapping[str, Decided] | Decided, *, hours: float = 1
) -> bytes:
    """The lead's answer, so many hours later: for each placement, or the same for all."""
    bundle = opened(hub, content)
    said = {
        item.item: decided if isinstance(decided, Decided) else decided[item.page.row.id]
        for item in bundle.items
        if isinstance(decided, Decided) or item.page.row.id in decided
    }
    return answer(bundle, away(hub), said, at=hub.clock.now + timedelta(hours=hours))


def taken(hub: AHub, content: bytes) -> tuple[Taken, ...]:
    """What comes of it where the coordinator takes it in."""
    return take_in(hub.desk, content, carrier=hub.coordinator)
