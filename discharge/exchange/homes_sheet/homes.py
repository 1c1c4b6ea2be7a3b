"""What a homes sheet is filled from and held against, and what it changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from discharge.model.setting import Unit
from discharge.model.setting_record import Contract, GroupSaid, SettingDetails


@dataclass(frozen=True, slots=True)
class SheetHome:
    """A home as the hub knows it: what a sheet is filled from and held against."""

    id: str
    details: SettingDetails
    units: tuple[Unit, ...] = ()
    contracts: Mapping[tuple[str, str], Contract] = field(default_factory=dict)
    """By unit and group of beds, where somebody has said."""
    as_of: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """When it was said what is free of a group, where anybody has."""
    fee_waiting: float | None = None
    """A weekly fee that waits for a second person's word: a sheet that says it says nothing new."""

    def contract(self, unit: str, beds: str) -> Contract:
        """How a group is commissioned; empty where nobody has said."""
        return self.contracts.get((unit, beds), Contract())


@dataclass(frozen=True, slots=True)
class KnownSheet:
    """What the hub has: its homes, the rule set's organisms, and the day."""

    homes: tuple[SheetHome, ...]
    organisms: Collection[str]
    today: date


@dataclass(frozen=True, slots=True)
class HomeSaid:
    """What a sheet changes of one home; `row` is the first of its rows."""

    setting: str
    row: int
    changes: Mapping[str, object] = field(default_factory=dict)
    """Of the home's record, by field."""
    unit_changes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Of units on record, by their names."""
    new_units: tuple[Unit, ...] = ()
    """Without beds: those come with `groups`."""
    groups: tuple[GroupSaid, ...] = ()
