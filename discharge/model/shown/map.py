"""What the Map page shows: settings with where they are, people's homes, and where each one goes."""

from __future__ import annotations

from dataclasses import dataclass

from discharge.model.flags import Flag
from discharge.model.shown.settings import SettingRow


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the ground, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Site:
    """A setting, and where it is; `place` None where its record has no coordinates."""

    row: SettingRow
    place: Place | None


@dataclass(frozen=True, slots=True)
class Going:
    """Where somebody goes: by a placement under way, else by the newest plan."""

    settings: tuple[str, ...]
    """Of each stay, the first first."""
    placement: str | None
    """`L-0001`; None where it is the plan's proposal, not sent to approval yet."""
    flags: tuple[Flag, ...] = ()
    """What speaks against the placement as things are now."""
