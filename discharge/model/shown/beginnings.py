"""What a new hub begins with, as the page Today shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What is there already, of a hub that hasn't planned yet."""

    has_people: bool
    """Somebody proposes and somebody else, an LA lead, approves."""
    has_homes: bool
    has_beds: bool
    has_returns: bool
    """A capacity return came, from whichever home."""
    open_values: int
    """Local values that the hub hasn't confirmed."""
    founded: str
    """When its first entry was recorded: what names it where its name must not stand."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        there = self.has_people, self.has_homes, self.has_beds, self.has_returns
        return all(there) and not self.open_values


__all__ = ["Beginnings"]
