"""The bed groups of a case as columns, so that one patient is held against all of them at once.

Days are whole numbers counted from day 0; OPEN stands for an open end. Row g of every group column is
bed group g in the order of the case.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from discharge.model.case import Case
from discharge.model.setting import (
    Beds,
    BedSex,
    Category,
    Isolation,
    Rating,
    Setting,
    SettingType,
    Span,
    Unit,
)
from discharge.rules.rule_set import RuleSet

OPEN = 1_000_000
"""The day number of an open end: later than any date that a case can name."""

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
S = TypeVar("S", bound=np.generic)

CATEGORIES: tuple[str, ...] = get_args(Category)
SETTING_TYPES: tuple[str, ...] = get_args(SettingType)
RATINGS: tuple[str, ...] = (*get_args(Rating), "none")
SEXES: tuple[str, ...] = get_args(BedSex)
ISOLATIONS: tuple[str, ...] = get_args(Isolation)

EARTH_KM = 6371.0


class Places:
    """All bed groups of a case with what their units and settings are; built once a case."""

    def __init__(self, case: Case, rules: RuleSet) -> None:
        self.case = case
        self.rules = rules
        self.day0 = case.day0
        self.settings: tuple[Setting, ...] = case.settings
        self.units: list[Unit] = []
        self.groups: list[Beds] = []
        unit_setting: list[int] = []
        group_unit: list[int] = []
        for at, setting in enumerate(case.settings):
            for unit in setting.units:
                for beds in unit.beds:
                    group_unit.append(len(self.units))
                    self.groups.append(beds)
                unit_setting.append(at)
                self.units.append(unit)
        self.unit_setting = np.array(unit_setting, dtype=np.int64)
        self.unit = np.array(group_unit, dtype=np.int64)
        self.setting: Ints = self.unit_setting[self.unit] if len(self.unit) else self.unit
        self.organisms: tuple[str, ...] = tuple(rules.organisms)
        self.setting_at = {setting.id: at for at, setting in enumerate(case.settings)}
        self.group_at = {
            (case.settings[s].id, self.units[u].id, self.groups[g].id): g
            for g, (s, u) in enumerate(zip(self.setting.tolist(), self.unit.tolist(), strict=True))
        }
        self._meets: dict[str, Bools] = {}
        self._alone: dict[int, Places] = {}

    def __len__(self) -> int:
        return len(self.groups)

    def day(self, when: date | None) -> int:
        """The day number of a date; OPEN for none."""
        return OPEN if when is None or when == date.max else (when - self.day0).days

    def date(self, day: int) -> date | None:
        """The date of a day number; None for OPEN."""
        return None if day >= OPEN else self.day0 + timedelta(day)

    def _of_settings(self, values: Iterable[object], dtype: type[S]) -> NDArray[S]:
        """One value a setting, in the order of the case, spread over the bed groups."""
        return np.array(list(values), dtype=dtype)[self.setting]

    def _of_units(self, values: Iterable[object], dtype: type[S]) -> NDArray[S]:
        """One value a unit, in the order of the case, spread over the bed groups."""
        return np.array(list(values), dtype=dtype)[self.unit]

    # --- bed groups ---------------------------------------------------------------------------------

    @cached_property
    def category(self) -> Ints:
        """The category of care, as an index into CATEGORIES."""
        return np.array([CATEGORIES.index(b.category) for b in self.groups], dtype=np.int64)

    @cached_property
    def own_room(self) -> Bools:
        """Whether a person has a room of their own (single or ensuite)."""
        return np.array([b.room != "shared" for b in self.groups], dtype=np.bool_)

    @cached_property
    def sex(self) -> Ints:
        """Who the beds are for, as an index into SEXES."""
        return np.array([SEXES.index(b.sex) for b in self.groups], dtype=np.int64)

    # --- units, a row a group -----------------------------------------------------------------------

    @cached_property
    def isolation(self) -> Ints:
        """The unit's way to isolate, as an index into ISOLATIONS."""
        return self._of_units((ISOLATIONS.index(u.isolation) for u in self.units), np.int64)

    @cached_property
    def has_places(self) -> Bools:
        """Whether the unit has any isolation place (N11: none given is 0)."""
        return self._of_units(((u.isolation_places or 0) > 0 for u in self.units), np.bool_)

    def _designation(self, pick: int) -> Ints:
        def days(span: Span | None) -> tuple[int, int]:
            return (0, 0) if span is None else (self.day(span.start), self.day(span.end))

        return self._of_units((days(u.designated)[pick] for u in self.units), np.int64)

    @cached_property
    def designated_from(self) -> Ints:
        """First night of the unit's designation; equal to `designated_to` where there is none."""
        return self._designation(0)

    @cached_property
    def designated_to(self) -> Ints:
        """The day the unit's designation ends."""
        return self._designation(1)

    @cached_property
    def _designation_days(self) -> list[int]:
        dated = self.designated_from < self.designated_to
        days = np.concatenate([self.designated_from[dated], self.designated_to[dated]])
        return [int(day) for day in np.unique(days)]

    def epoch(self, start: int, end: int) -> tuple[int, int]:
        """Where a span stands among the days on which designations change: spans alike are served alike."""
        return bisect_right(self._designation_days, start), bisect_left(self._designation_days, end)

    @cached_property
    def cohort_organism(self) -> Ints:
        """The organism a cohort unit is fixed to, as an index into `organisms`; -1 for none."""
        fixed = (
            -1 if u.cohort_organism is None else self.organisms.index(u.cohort_organism) for u in self.units
        )
        return self._of_units(fixed, np.int64)

    def meets(self, need: str) -> Bools:
        """Whether the setting or the unit meets a need (N1)."""
        if need not in self._meets:
            settings = [need in s.needs_met for s in self.settings]
            self._meets[need] = np.array(
                [
                    settings[s] or need in unit.needs_met
                    for s, unit in zip(self.unit_setting.tolist(), self.units, strict=True)
                ],
                dtype=np.bool_,
            )[self.unit]
        return self._meets[need]

    # --- settings, a row a group --------------------------------------------------------------------

    @cached_property
    def type(self) -> Ints:
        """The setting's type, as an index into SETTING_TYPES."""
        return self._of_settings((SETTING_TYPES.index(s.type) for s in self.settings), np.int64)

    @cached_property
    def closed(self) -> Bools:
        """Whether the setting is closed to admissions (N5)."""
        return self._of_settings((s.admissions == "closed" for s in self.settings), np.bool_)

    @cached_property
    def outbreak(self) -> Ints:
        """The organism of an outbreak that no risk assessment covers, as an index; -1 for none (N5)."""
        found = (
            -1
            if s.outbreak is None or s.outbreak.risk_assessed
            else self.organisms.index(s.outbreak.organism)
            for s in self.settings
        )
        return self._of_settings(found, np.int64)

    @cached_property
    def capacity_age_hours(self) -> Floats:
        """Age of the capacity return in hours; infinite where there is none (N8)."""
        return self._of_settings((self._age(s) for s in self.settings), np.float64)

    def _age(self, setting: Setting) -> float:
        if setting.capacity_reported_at is None:
            return float("inf")
        return (self.case.as_at - setting.capacity_reported_at) / timedelta(hours=1)

    @cached_property
    def capacity_unknown(self) -> Bools:
        """Whether the capacity return has expired, or there is none (N8)."""
        return np.asarray(self.capacity_age_hours > self.rules.expired_days * 24)

    @cached_property
    def stale(self) -> Bools:
        """Whether the capacity return is stale: phone to confirm (N8)."""
        return np.asarray(self.capacity_age_hours > self.rules.stale_hours)

    def accepts(self, organism: str) -> Bools:
        """Whether the setting has said that it accepts people confirmed with `organism` (R3)."""
        return self._of_settings((organism in s.accepts_organisms for s in self.settings), np.bool_)

    @cached_property
    def fee(self) -> Floats:
        """Weekly fee in pounds; NaN where it isn't known."""
        return self._of_settings(
            (float("nan") if s.weekly_fee is None else s.weekly_fee for s in self.settings), np.float64
        )

    @cached_property
    def age_min(self) -> Ints:
        """Youngest age taken, in full years."""
        return self._of_settings((s.age_min or 0 for s in self.settings), np.int64)

    @cached_property
    def age_max(self) -> Ints:
        """Oldest age taken, in full years; OPEN where there is no limit."""
        return self._of_settings((OPEN if s.age_max is None else s.age_max for s in self.settings), np.int64)

    @cached_property
    def rating(self) -> Ints:
        """The rating, as an index into RATINGS."""
        return self._of_settings((RATINGS.index(s.rating or "none") for s in self.settings), np.int64)

    @cached_property
    def _authorities(self) -> dict[str, int]:
        names = {s.local_authority for s in self.settings if s.local_authority is not None}
        return {name: at for at, name in enumerate(sorted(names))}

    @cached_property
    def _authority(self) -> Ints:
        """The local authority, as an index; -1 where it isn't known."""
        own = (
            -1 if s.local_authority is None else self._authorities[s.local_authority] for s in self.settings
        )
        return self._of_settings(own, np.int64)

    def in_authority(self, name: str) -> Bools:
        """Whether the setting is in the local authority, or its authority isn't known (N11)."""
        return np.asarray((self._authority == -1) | (self._authority == self._authorities.get(name, -2)))

    def is_setting(self, ids: Sequence[str] | frozenset[str]) -> Bools:
        """Whether the setting is one of `ids`."""
        wanted = np.zeros(len(self.settings), dtype=np.bool_)
        wanted[[self.setting_at[name] for name in ids if name in self.setting_at]] = True
        return wanted[self.setting]

    def alone(self, group: int) -> tuple[Places, int]:
        """The places of the group's setting alone, and the group's row there: for what is asked of one."""
        setting = int(self.setting[group])
        if setting not in self._alone:
            case = self.case.model_copy(update={"settings": (self.settings[setting],)})
            self._alone[setting] = Places(case, self.rules)
        return self._alone[setting], group - int(np.searchsorted(self.setting, setting))

    def kilometres(self, latitude: float | None, longitude: float | None) -> Floats:
        """Great-circle kilometres to each group's setting; NaN where either side has no coordinates."""
        if latitude is None or longitude is None:
            return np.full(len(self), np.nan)
        return great_circle_km(latitude, longitude, *self._coordinates)[self.setting]

    @cached_property
    def _coordinates(self) -> tuple[Floats, Floats]:
        pairs = [
            (s.latitude, s.longitude)
            if s.latitude is not None and s.longitude is not None
            else (np.nan, np.nan)
            for s in self.settings
        ]
        both = np.array(pairs, dtype=np.float64).reshape(-1, 2)
        return both[:, 0], both[:, 1]


def great_circle_km(latitude: float, longitude: float, latitudes: Floats, longitudes: Floats) -> Floats:
    """Great-circle distances in kilometres on a sphere of radius 6371 km (haversine)."""
    lat1, lon1 = np.radians(latitude), np.radians(longitude)
    lat2, lon2 = np.radians(latitudes), np.radians(longitudes)
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    km: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return km
