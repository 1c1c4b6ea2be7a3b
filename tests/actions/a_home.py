"""A home that answers by signed files, in tests: its manager's key, what they see, and what they say."""

from __future__ import annotations

from functools import partial

from discharge.actions import hub as hub_actions
from discharge.actions.away import Away, Decided, answer, open_bundle
from discharge.actions.bundles import Taken, make_bundle, take_in
from discharge.actions.home_keys import set_home_key
from discharge.exchange.bundle_file import Bundle, Invitation, Party
from discharge.exchange.home_key_file import OfHome, write_home_key
from discharge.keys.signing import Signer
from discharge.model.approving import ACCEPT, DECLINE
from discharge.model.patient_record import Handover
from discharge.model.people import Given, How
from discharge.model.placement import DeclineReason
from tests.actions.a_hub import AHub, stay
from tests.actions.away import party

JO = "Jo Marsh"
RANG = Given(how=How.PHONE, name=JO, role="registered manager", number="020 7946 0001")
YES = Decided(ACCEPT, "From two o'clock")
NO = Decided(DECLINE, "Two nurses are ill", code=DeclineReason.STAFFING)
OFFERABLE = Handover(allergies="Penicillin", equipment="Walking frame")
"""What an offer asks for of somebody."""


def takes_key(hub: AHub, setting: str, of: OfHome) -> None:
    """The administrator takes a home's key in, having rung it."""
    hub.does(partial(set_home_key, setting=setting, of=of, given=RANG), hub.admin)


class AHome:
    """A home whose manager has made a key, which the hub knows; with who answers for it."""

    def __init__(self, hub: AHub, *names: str) -> None:
        self.hub, self.signer = hub, Signer.new()
        contact = {"phone": "020 7946 0300", "authority_contact": "Duty desk, 0400"}
        hub.does(partial(hub_actions.amend_hub, changes=contact), by=hub.admin)
        self.setting = hub.home(vacancies=6)
        self.placements = [self.approved(name) for name in names]
        _, self.of = write_home_key("Elm Lodge", JO, self.signer)
        takes_key(hub, self.setting, self.of)

    def approved(self, name: str) -> str:
        """An approved placement of somebody there."""
        who = self.hub.negative(name, handover=OFFERABLE)
        return self.hub.walk(self.hub.proposed(who, stay(self.setting)), "approved")

    @property
    def away(self) -> Away:
        """Whoever answers for it, at their own machine."""
        to, senders = Party(self.setting, JO, self.signer.public), (party(self.hub, self.hub.coordinator),)
        invited = Invitation("Three Boroughs", to, senders[0], self.hub.clock.now, senders, "")
        keys = self.hub.desk.ask(lambda queries: queries.hub_of_keys())
        assert keys is not None
        return Away(keys, invited, self.signer)

    def sent(self, *placements: str) -> bytes:
        """Offers of these placements, or of all, as a file."""
        return make_bundle(
            self.hub.desk,
            by=self.hub.coordinator,
            placements=placements or self.placements,
            whom=self.setting,
            asks=ACCEPT,
        ).content

    def opened(self, content: bytes) -> Bundle:
        """What they see."""
        return open_bundle(content, self.away)

    def answered(self, content: bytes, said: Decided = YES) -> bytes:
        """Their answer to all of it."""
        bundle = self.opened(content)
        decided = {item.item: said for item in bundle.items}
        return answer(bundle, self.away, decided, at=self.hub.clock.now)

    def taken(self, content: bytes) -> Taken:
        """What comes of their one answer."""
        (came,) = take_in(self.hub.desk, content, carrier=self.hub.coordinator)
        return came

    def why(self, content: bytes) -> str:
        """Why an answer wasn't taken in; it changed nothing."""
        before = self.hub.desk.ask(lambda queries: queries.head())
        came = self.taken(content)
        assert not came.entries
        assert came.mend
        assert self.hub.desk.ask(lambda queries: queries.head()) == before
        return came.sentence
