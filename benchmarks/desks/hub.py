"""The hub of a story: sealed, with a few people, on a server, and with homes that have few beds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.desks import week
from discharge.actions import sharing, signing_in
from discharge.actions.desk import Desk
from discharge.actions.sharing import Invitation, Link
from discharge.model.people import Role, User
from tests.actions.a_sealed_hub import ADA, ASealedHub

PEOPLE = ("Bo Ash", "Cy Birch", "Di Cedar", "Ed Elm")
ROLES = (Role.COORDINATOR, Role.LA_LEAD, Role.CLINICIAN)


@dataclass(frozen=True, slots=True)
class Brought:
    """A hub that was brought to a server: its first desk, how others join, and everybody's passphrase."""

    hub: ASealedHub
    invitation: Invitation
    words: Mapping[str, str]

    def at(self, number: int) -> tuple[str, str]:
        """Who is at a desk, and their passphrase."""
        return list(self.words.items())[number % len(self.words)]


def brought(path: Path, link: Link, address: Mapping[str, Any]) -> Brought:
    """Founds a hub at `path` and brings it to the server."""
    hub = ASealedHub(path)
    words = {hub.joined(name, f"{name} {ADA}", *ROLES).id: f"{name} {ADA}" for name in PEOPLE}
    ada = signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))
    return Brought(hub, sharing.bring(hub.desk, link, address, by=ada), words)


def with_homes(desk: Desk, number: int, *, by: User) -> None:
    """Enters so many homes, with nobody in them."""
    made = desk.perform_all(week.homes(number, week.today_of(desk)), by=by)
    desk.perform_all(week.returns(made.subjects, desk.now()), by=by)
