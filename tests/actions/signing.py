"""Keys of a test hub's people, without passphrases to wait for."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING

from discharge.actions import vouching
from discharge.keys.signing import Signer
from discharge.keys.slots import Opens, Unlocked
from discharge.model.people import User

if TYPE_CHECKING:
    from tests.actions.a_hub import AHub

SHEET = Signer.new()


def opened(holder: str, signer: Signer | None = None) -> Unlocked:
    """A slot that was opened, without a passphrase to wait for."""
    return Unlocked(
        "h", holder, Opens.PASSPHRASE, 1, {1: b"0" * 32}, signer or Signer.new(), secrets.token_bytes(32)
    )


def begins_signing(hub: AHub, admin: Unlocked | None = None) -> None:
    """The administrator begins signatures, by the slot they opened; the hub's people set their keys."""
    admin = admin or opened(hub.admin.id)
    begins = partial(
        vouching.begin_signing, hub=admin.hub, key=admin.signer.public, sheet=SHEET.public
    )  # fmt: skip
    hub.desk.perform(begins, by=hub.admin, signing=admin)
    hub.desk.sign_with(admin)
    for user in (hub.coordinator, hub.lead, hub.clinician):
        joins(hub, user)


def joins(hub: AHub, user: User) -> None:
    """Somebody sets their own key, after a one-time word."""
    word, own = opened(user.id), opened(user.id)
    hub.does(partial(vouching.vouch_for, user=user.id, key=word.signer.public), hub.admin)
    hub.desk.perform(partial(vouching.set_own_key, key=own.signer.public), by=user, signing=word)
    hub.desk.sign_with(own)
