"""Keys of the hub's people: set, vouched for, closed; and what was tried in vain at the door."""

from __future__ import annotations

from collections.abc import Mapping

from discharge.actions.context import Context, wanted
from discharge.keys.attempts import Failed
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import RECOVERY, Role, User
from discharge.store.ask.known_keys import HowSet
from discharge.store.journal import Entry, Kind


def first_keys(*, hub: str, user: str, key: str, sheet: str, how: HowSet, role: Role) -> list[Entry]:
    """The entries with which signatures begin: the key of whoever founds or seals the hub, and its sheet's.

    `hub` tells its keys from another hub's.
    """
    return [
        Entry(Kind.KEY_SET, user, {"key": key, "how": how.value, "hub": hub}, role),
        Entry(Kind.KEY_SET, RECOVERY, {"key": sheet, "how": HowSet.SHEET.value}, role),
    ]


def begin_signing(context: Context, *, hub: str, key: str, sheet: str) -> list[Entry]:
    """Begins signatures in a hub that had none. Administrators only."""
    role = context.role("begin_signing")
    if context.queries.hub_of_keys() is not None:
        raise UserError("This hub is signed already.", "Nothing needs to be done.")
    return first_keys(hub=hub, user=context.by.id, key=key, sheet=sheet, how=HowSet.SEALED, role=role)


def vouch_for(context: Context, *, user: str, key: str) -> list[Entry]:
    """Vouches for the key of a one-time word, with which somebody else signs the key that they will make.

    Administrators only.
    """
    role = context.role("vouch_for")
    _refuse_unsigned(context)
    found = _somebody(context, user)
    if not found.active:
        raise NotAllowed(f"{found.name} is no longer at this hub.", "Let them come back first.")
    if user == context.by.id:
        raise NotAllowed("Nobody lets themselves in.", "Change your own passphrase instead.", "A2")
    return [Entry(Kind.KEY_SET, user, {"key": key, "how": HowSet.ONE_TIME_WORD.value}, role)]


def set_own_key(context: Context, *, key: str) -> list[Entry]:
    """Sets the key that the user signs with from now on."""
    role = context.role("set_own_key")
    _refuse_unsigned(context)
    return [Entry(Kind.KEY_SET, context.by.id, {"key": key, "how": HowSet.OWN.value}, role)]


def recover(context: Context, *, key: str) -> list[Entry]:
    """Sets an administrator's key by the recovery sheet."""
    role = context.role("recover")
    _refuse_unsigned(context)
    return [Entry(Kind.KEY_SET, context.by.id, {"key": key, "how": HowSet.RECOVERY.value}, role)]


def set_sheet_key(context: Context, *, key: str) -> list[Entry]:
    """Sets the key of a new recovery sheet; the one before ends. Administrators only."""
    role = context.role("set_sheet_key")
    _refuse_unsigned(context)
    return [Entry(Kind.KEY_SET, RECOVERY, {"key": key, "how": HowSet.SHEET.value}, role)]


def close_key(context: Context, *, user: str) -> list[Entry]:
    """Ends somebody's key: nothing is signed with it any more. Administrators only.

    The last administrator who can come in can't be closed.
    """
    role = context.role("close_key")
    _refuse_unsigned(context)
    _somebody(context, user)
    if context.queries.key_of(user) is None:
        return []
    if not another_administrator(context, besides=user):
        raise NotAllowed(
            "A hub needs an administrator who can sign in.", "Let somebody else in as one of them first."
        )
    return [Entry(Kind.KEY_CLOSED, user, {}, role)]


def record_failed(context: Context, *, failed: Mapping[str, Failed]) -> list[Entry]:
    """Puts on record what sign-ins failed since the last one that didn't, by whose they were meant to be."""
    role = context.role("record_failed")
    _refuse_unsigned(context)
    known = {RECOVERY, *(user.id for user in context.queries.people())}
    return [
        Entry(
            Kind.SIGN_IN_FAILED, holder, {"times": one.times, "last": one.last.isoformat()}, role
        )
        for holder, one in sorted(failed.items())
        if holder in known
    ]  # fmt: skip


def change_data_key(context: Context, *, generation: int, reason: str) -> list[Entry]:
    """Puts on record that the hub is sealed by another data key, the so-manieth, and why: written into the
    copy that takes the hub's place (`sealing.change_data_key`). Administrators only.
    """
    role = context.role("change_data_key")
    _refuse_unsigned(context)
    body = {"generation": generation, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.DATA_KEY_CHANGED, "hub", body, role)]


def another_administrator(context: Context, *, besides: str) -> bool:
    """Whether somebody else at the hub is an administrator; in a signed hub, one who has come in once."""
    signed = context.queries.hub_of_keys() is not None
    others = (one for one in context.queries.people() if one.id != besides and one.active)
    return any(Role.ADMINISTRATOR in one.roles and (not signed or _comes_in(context, one)) for one in others)


def _comes_in(context: Context, user: User) -> bool:
    key = context.queries.key_of(user.id)
    return key is not None and key.how is not HowSet.ONE_TIME_WORD


def _somebody(context: Context, user: str) -> User:
    found = context.queries.user(user)
    if found is None:
        raise UserError(f"{user} is nobody of this hub.", "Choose one of its people.")
    return found


def _refuse_unsigned(context: Context) -> None:
    if context.queries.hub_of_keys() is None:
        raise UserError("This hub isn't sealed: nobody has a passphrase here.", "Seal it first.")


__all__ = [
    "begin_signing",
    "change_data_key",
    "close_key",
    "first_keys",
    "record_failed",
    "recover",
    "set_own_key",
    "set_sheet_key",
    "vouch_for",
]  # fmt: skip
