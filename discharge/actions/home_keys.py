"""Keys of homes: with one, whoever answers for a home does so by files that they sign on their own machine.

Nobody of a home is at the hub. They make their key themselves (`discharge.actions.away`) and send its public
half; an administrator rings the home and vouches for it, as for everybody's key.
"""

from __future__ import annotations

from discharge.actions.bundles import NOT_SEALED, carriers, signing_of
from discharge.actions.context import Context, wanted
from discharge.actions.desk import Desk
from discharge.exchange.bundle_file import Party, write_home_invitation
from discharge.exchange.home_key_file import OfHome
from discharge.model.approving import ACCEPT
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Given, How, User
from discharge.model.same_person import same_name
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind


def set_home_key(context: Context, *, setting: str, of: OfHome, given: Given) -> list[Entry]:
    """Vouches for the key of whoever answers for a home, in place of the one there was. Administrators only.

    `given`: with whom the letters were compared, face to face or on a number that the hub knows (A2): what is
    signed with this key is the home's word from then on.
    """
    role = context.role("set_home_key")
    if context.queries.hub_of_keys() is None:
        raise UserError(*NOT_SEALED)
    name = context.queries.setting_names().get(setting)
    if name is None:
        raise UserError("The hub has no such home.", "Choose one of its settings.")
    if given.how not in (How.PHONE, How.IN_PERSON):
        raise NotAllowed(
            "Letters that came by the same way as the key prove nothing.",
            "Ring the home on a number that you know, and let them read the letters to you.",
            "A2",
        )
    before = context.queries.home_keys().get(setting)
    if before is not None and (before.public, before.name) == (of.key, of.name):
        raise UserError(f"{name} has this key already.", "Nothing needs to be done.")
    for user in context.queries.people():
        if same_name(user.name, of.name):
            context.ask(
                f"own:{user.id}",
                f"{user.name} is one of this hub's people; admission is the registered manager's to decide.",
                "Say why that is somebody of the same name.",
            )
    body = {"key": of.key, "name": of.name, "home": of.home, "letters": of.letters}
    return [Entry(Kind.HOME_KEY_SET, setting, body, role, given=given)]


def close_home_key(context: Context, *, setting: str, reason: str) -> list[Entry]:
    """Ends a home's key: what is signed with it counts no more. Administrators only."""
    role = context.role("close_home_key")
    found = context.queries.home_keys().get(setting)
    if found is None:
        raise UserError("This home has no key.", "Nothing needs to be done.")
    body = {"name": found.name, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.HOME_KEY_CLOSED, setting, body, role)]


def invite_home(desk: Desk, *, by: User, setting: str) -> tuple[bytes, str]:
    """What whoever answers for a home needs once to open offers: the file, and the letters that are read out
    to them. `UserError` where the home has no key."""
    signing = signing_of(desk, by)

    def look(queries: Queries) -> tuple[Party, tuple[Party, ...], str]:
        key = queries.home_keys().get(setting)
        if key is None:
            raise UserError("This home has no key.", "Take in the file that it made of its key first.")
        return Party(setting, key.name, key.public), carriers(queries, ACCEPT), queries.hub().name

    to, senders, hub_name = desk.ask(look)
    return write_home_invitation(
        signing.hub,
        hub_name=hub_name,
        to=to,
        sender=Party(by.id, by.name, signing.signer.public),
        senders=senders,
        at=desk.now(),
        by=signing.signer,
    )


__all__ = ["close_home_key", "invite_home", "set_home_key"]
