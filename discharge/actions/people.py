"""The hub's people and their roles."""

from __future__ import annotations

from collections.abc import Iterable

from discharge.actions.context import Context, wanted
from discharge.actions.vouching import another_administrator
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role, User
from discharge.model.same_person import same_name
from discharge.rules.authorities import key, not_on_the_list, one_name
from discharge.store.journal import Entry, Kind


def add_user(
    context: Context, *, name: str, roles: Iterable[Role], email: str = "", authorities: Iterable[str] = ()
) -> list[Entry]:
    """Adds somebody to the hub's people. Administrators only. `authorities`: for which they decide as an LA
    lead, any where none is given (A6).

    Nobody has two accounts: a name or an address that another of the hub's people has is refused (A1).
    """
    role = context.role("add_user")
    number = context.queries.next_number("users")
    user = User(
        id=f"U-{number:04d}",
        name=wanted(name, what="The name"),
        roles=frozenset(roles),
        email=_address(email),
        authorities=_authorities(context, authorities),
    )
    if not user.roles:
        raise UserError("Somebody without a role can't do anything.", "Choose at least one role.")
    _refuse_more_than_reading(user)
    _refuse_a_second_account(context, user)
    body = {
        "number": number, "name": user.name, "roles": sorted(user.roles), "email": user.email,
        "authorities": sorted(user.authorities),
    }  # fmt: skip
    return [Entry(Kind.USER_ADDED, user.id, body, role)]


def amend_user(
    context: Context,
    *,
    user: str,
    name: str | None = None,
    roles: Iterable[Role] | None = None,
    active: bool | None = None,
    email: str | None = None,
    authorities: Iterable[str] | None = None,
) -> list[Entry]:
    """Changes a name, address, roles or authorities (A6), or records that somebody left (or is back).
    Administrators only.

    The last active administrator can't be taken away; nobody has two accounts (A1).
    """
    role = context.role("amend_user")
    found = _user(context, user)
    after = User(
        id=user,
        name=found.name if name is None else wanted(name, what="The name"),
        roles=found.roles if roles is None else frozenset(roles),
        active=found.active if active is None else active,
        email=found.email if email is None else _address(email),
        authorities=found.authorities if authorities is None else _authorities(context, authorities),
    )
    if after == found:
        return []
    if not after.roles:
        raise UserError(
            "Somebody without a role can't do anything.", "Choose at least one role, or let them leave."
        )
    _refuse_more_than_reading(after)
    still = after.active and Role.ADMINISTRATOR in after.roles
    if not still and not another_administrator(context, besides=user):
        raise NotAllowed("A hub needs an administrator.", "Make somebody else one first.")
    fields = ("active", "authorities", "email", "name", "roles")
    changed = [each for each in fields if getattr(found, each) != getattr(after, each)]
    if set(changed) & {"name", "email"} or (after.active and not found.active):
        _refuse_a_second_account(context, after)
    body = {
        "name": after.name, "roles": sorted(after.roles), "active": after.active, "email": after.email,
        "authorities": sorted(after.authorities), "changed": changed,
    }  # fmt: skip
    return [Entry(Kind.USER_AMENDED, user, body, role)]


def _authorities(context: Context, names: Iterable[str]) -> frozenset[str]:
    """Local authorities by their names on the list, or as the hub names them; `UserError` for any other: a
    lead of a misspelt one could decide on nobody."""
    found = frozenset(one_name(name.strip()) or "" for name in names if name.strip())
    unknown = sorted(name for name in found if not_on_the_list(name))
    here = {key(name) for name in context.queries.authorities_here()} if unknown else set()
    for name in unknown:
        if key(name) not in here:
            said = f"{name} {not_on_the_list(name)}, and nobody and no setting of this hub is there."
            raise UserError(said, "Choose it from the list.")
    return found


def _address(text: str) -> str:
    """An address as it is kept; `UserError` where it can't be one."""
    found = text.strip()
    before, at, after = found.rpartition("@")
    if found and (
        not at or not before or "." not in after or len(found) > 200 or found != "".join(found.split())
    ):
        raise UserError("The e-mail address isn't one.", "Give it as name@place, or leave it out.")
    return found


def _refuse_more_than_reading(user: User) -> None:
    if Role.READER in user.roles and len(user.roles) > 1:
        raise UserError(
            "A reader changes nothing: that goes with no other role.",
            "Choose reader alone, or leave it out.",
        )


def _refuse_a_second_account(context: Context, user: User) -> None:
    for other in context.queries.people():
        if other.id != user.id and user.is_also(other):
            what, one = ("name", "a") if same_name(user.name, other.name) else ("e-mail address", "an")
            left, instead = (
                ("", "Give that account the role")
                if other.active
                else (", who has left,", "Let them come back")
            )
            raise NotAllowed(
                f"{other.name} ({other.id}){left} has that {what} already: nobody has two accounts.",
                f"{instead}; or, where it is somebody else, give {one} {what} that tells them apart.",
                "A1",
            )


def _user(context: Context, user: str) -> User:
    found = context.queries.user(user)
    if found is None:
        raise UserError(f"{user} is nobody of this hub.", "Choose one of its people.")
    return found
