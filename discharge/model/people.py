"""Who is at the desk: people and their roles, and how somebody's word was given (docs/rules.md, 7)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from discharge.model.base import Amount, Frozen, Name
from discharge.model.role import Role
from discharge.model.same_person import same_name
from discharge.model.setting import Span

RECOVERY: Final = "recovery"
"""Who holds the recovery sheet, among the holders of keys: nobody in particular."""


class User(Frozen):
    """A person of the hub: every entry in the journal carries one."""

    id: Name
    name: Name
    roles: frozenset[Role]
    active: bool = True
    email: Annotated[str, Field(strict=True, max_length=200)] = ""
    """Their address at work; empty where it isn't known."""
    authorities: frozenset[Name] = frozenset()
    """The local authorities that they decide for as an LA lead, as the list names them; empty: any (A6)."""

    def is_also(self, other: User) -> bool:
        """Whether the two accounts are one person's: of one name in any spelling, or of one address."""
        one_address = bool(self.email) and self.email.casefold() == other.email.casefold()
        return self.id == other.id or one_address or same_name(self.name, other.name)


class How(StrEnum):
    """How somebody outside the hub gave their word (A2)."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    FILE = "file"
    """As a sealed file, signed by whoever sent it."""


class Given(Frozen):
    """Whose word an entry rests on, in which role, and how it was given (A2).

    By phone: `name` is who was spoken to and `number` the number that was rung.
    """

    how: How
    name: Name
    role: Name
    number: Annotated[str, Field(strict=True, max_length=40)] | None = None

    @model_validator(mode="after")
    def _phone_has_a_number(self) -> Self:
        if self.how is How.PHONE and not (self.number or "").strip():
            raise PydanticCustomError("number", "a word given by phone needs the number that was rung")
        return self

    @property
    def sentence(self) -> str:
        """`Jo Marsh, registered manager, by phone on 020 7946 0001`."""
        how = {
            How.IN_PERSON: "in person",
            How.PHONE: f"by phone on {self.number}",
            How.EMAIL: "by email",
            How.LETTER: "by letter",
            How.FILE: "by signed file",
        }[self.how]
        return f"{self.name}, {self.role}, {how}"


class ApprovalRule(Frozen):
    """Who may approve, when, and up to which weekly fee (A4): `normal` or `surge` approval.

    `users` empty: any LA lead. `weekly_fee` None: any fee; else pounds a week, the limit included.
    """

    name: Name
    valid: Span
    users: frozenset[Name] = frozenset()
    weekly_fee: Amount | None = None

    def covers(self, *, on: date, user: str, weekly_fee: float | None) -> bool:
        """Whether this user may approve that fee on that date; a fee not known is above any limit."""
        named = not self.users or user in self.users
        within = self.weekly_fee is None or (weekly_fee is not None and weekly_fee <= self.weekly_fee)
        return self.valid.covers(on) and named and within

    @property
    def sentence(self) -> str:
        """`normal approval, up to £1,200 a week`."""
        limit = "any weekly fee" if self.weekly_fee is None else f"up to £{self.weekly_fee:,.0f} a week"
        return f"{self.name} approval, {limit}"


__all__ = ["RECOVERY", "ApprovalRule", "Given", "How", "Role", "User"]
