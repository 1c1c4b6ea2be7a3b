"""The hub's people and their roles."""

from __future__ import annotations

from collections.abc import Iterable

from discharge.actions.context import Context, wanted
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role, User
from discharge.store.journal import Entry, Kind


def add_user(context: Context, *, name: str, roles: Iterable[Role]) -> list[Entry]:
    """Adds somebody to the hub's people. Administrators only."""
    role = context.role("add_user")
    number = context.queries.next_number("users")
    body = {"number": number, "name": wanted(name, what="The name"), "roles": sorted(set(roles))}
    if not body["roles"]:
        raise UserError("Somebody without a role can't do anything.", "Choose at least one role.")
    return [Entry(Kind.USER_ADDED, f"U-{number:04d}", body, role)]


def amend_user(
    context: Context,
    *,
    user: str,
    name: str | None = None,
    roles: Iterable[Role] | None = None,
    active: bool | None = None,
) -> list[Entry]:
    """Changes a name or roles, or records that somebody left (or is back). Administrators only.

    The last active administrator can't be taken away.
    """
    role = context.role("amend_user")
    found = _user(context, user)
    after = User(
        id=user,
        name=found.name if name is None else wanted(name, what="The name"),
        roles=found.roles if roles is None else frozenset(roles),
        active=found.active if active is None else active,
    )
    if after == found:
        return []
    if not after.roles:
        raise UserError(
            "Somebody without a role can't do anything.", "Choose at least one role, or let them leave."
        )
    others = [one for one in context.queries.people() if one.id != user and one.active]
    still = after.active and Role.ADMINISTRATOR in after.roles
    if not still and not any(Role.ADMINISTRATOR in one.roles for one in others):
        raise NotAllowed("A hub needs an administrator.", "Make somebody else one first.")
    body = {"name": after.name, "roles": sorted(after.roles), "active": after.active}
    return [Entry(Kind.USER_AMENDED, user, body, role)]


def _user(context: Context, user: str) -> User:
    found = context.queries.user(user)
    if found is None:
        raise UserError(f"{user} is nobody of this hub.", "Choose one of its people.")
    return found
