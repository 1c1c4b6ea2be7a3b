"""The bed groups of a case as columns, so that one patient is held against all of them at once.

Days are whole numbers counted from day 0; OPEN stands for an open end. Rows are bed groups in the order of
the case; `Places.of` has the rows of some of them alone. Where beds of a group are kept for somebody (N12),
a further row behind the group's own stands for the group as that person finds it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Generic, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from discharge.model.case import Case
from discharge.model.distance import EARTH_KM
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


class column(Generic[S]):  # noqa: N801  (read as `cached_property` is)
    """A row for each bed group: made once for all of them, taken from there for some of them."""

    def __init__(self, make: Callable[[Places], NDArray[S]]) -> None:
        self.make = make
        self.name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, places: Places, owner: type[Places]) -> NDArray[S]:
        # not a data descriptor: what is put into `__dict__` is found first from then on
        whole = places.whole
        made: NDArray[S]
        made = self.make(places) if whole is places else getattr(whole, self.name)[places.rows]
        places.__dict__[self.name] = made
        return made


class Places:
    """The bed groups of a case with what their units and settings are; built once a case."""

    whole: Places
    """All bed groups; itself, unless these are some of them."""
    rows: Ints
    """Which rows of `whole` these are."""
    kept: dict[object, Ints]
    """Columns that others work out once for these bed groups."""

    def __init__(self, case: Case, rules: RuleSet) -> None:
        self.case = case
        self.rules = rules
        self.day0 = case.day0
        self.settings: tuple[Setting, ...] = case.settings
        self.units: list[Unit] = []
        self.groups: list[Beds] = []
        self.kept_for: list[str | None] = []
        """Whose each row is alone (N12); None: everybody's."""
        self.group_at: dict[tuple[str, str, str], int] = {}
        unit_setting: list[int] = []
        group_unit: list[int] = []
        for at, setting in enumerate(case.settings):
            for unit in setting.units:
                for beds in unit.beds:
                    self.group_at[setting.id, unit.id, beds.id] = len(self.groups)
                    for whose in (None, *beds.kept_for):
                        group_unit.append(len(self.units))
                        self.groups.append(beds)
                        self.kept_for.append(whose)
                unit_setting.append(at)
                self.units.append(unit)
        self.unit_setting = np.array(unit_setting, dtype=np.int64)
        self.organisms: tuple[str, ...] = tuple(rules.organisms)
        self.setting_at = {setting.id: at for at, setting in enumerate(case.settings)}
        self._meets: dict[str, Bools] = {}
        self._accepts: dict[str, Bools] = {}
        self.kept: dict[object, Ints] = {}
        self.whole = self
        self.rows = np.arange(len(self.groups))
        self.unit = np.array(group_unit, dtype=np.int64)
        self.setting: Ints = self.unit_setting[self.unit] if len(self.unit) else self.unit

    def of(self, rows: Ints) -> Places:
        """Some of the bed groups, by row: the same places, but every column has their rows alone."""
        some = Places.__new__(Places)
        some.__dict__ = {name: value for name, value in self.whole.__dict__.items() if name not in _COLUMNS}
        some.kept = {}
        some.rows = rows
        some.unit = self.whole.unit[rows]
        some.setting = self.whole.setting[rows]
        return some

    def with_case(self, case: Case) -> Places:
        """The places of a case whose settings differ from these in the beds free to everybody alone."""
        other = Places.__new__(Places)
        other.__dict__ = dict(self.__dict__)
        other.case = case
        other.settings = case.settings
        other.units = [unit for setting in case.settings for unit in setting.units]
        other.groups = [beds for unit in other.units for beds in unit.beds for _ in (None, *beds.kept_for)]
        other.whole = other
        return other

    def __len__(self) -> int:
        return len(self.rows)

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

    @column
    def category(self) -> Ints:
        """The category of care, as an index into CATEGORIES."""
        return np.array([CATEGORIES.index(b.category) for b in self.groups], dtype=np.int64)

    @column
    def own_room(self) -> Bools:
        """Whether a person has a room of their own (single or ensuite)."""
        return np.array([b.room != "shared" for b in self.groups], dtype=np.bool_)

    @column
    def sex(self) -> Ints:
        """Who the beds are for, as an index into SEXES."""
        return np.array([SEXES.index(b.sex) for b in self.groups], dtype=np.int64)

    # --- units, a row a group -----------------------------------------------------------------------

    @column
    def isolation(self) -> Ints:
        """The unit's way to isolate, as an index into ISOLATIONS."""
        return self._of_units((ISOLATIONS.index(u.isolation) for u in self.units), np.int64)

    @column
    def has_places(self) -> Bools:
        """Whether the unit has any isolation place (N11: none given is 0)."""
        return self._of_units(((u.isolation_places or 0) > 0 for u in self.units), np.bool_)

    def _designation(self, pick: int) -> Ints:
        def days(span: Span | None) -> tuple[int, int]:
            return (0, 0) if span is None else (self.day(span.start), self.day(span.end))

        return self._of_units((days(u.designated)[pick] for u in self.units), np.int64)

    @column
    def designated_from(self) -> Ints:
        """First night of the unit's designation; equal to `designated_to` where there is none."""
        return self._designation(0)

    @column
    def designated_to(self) -> Ints:
        """The day the unit's designation ends."""
        return self._designation(1)

    @cached_property
    def designation_days(self) -> list[int]:
        """The days on which the designation of some unit begins or ends, in order."""
        dated = self.designated_from < self.designated_to
        days = np.concatenate([self.designated_from[dated], self.designated_to[dated]])
        return [int(day) for day in np.unique(days)]

    def epoch(self, start: int, end: int) -> tuple[int, int]:
        """Where a span stands among the days on which designations change: spans alike are served alike."""
        days = self.whole.designation_days
        return bisect_right(days, start), bisect_left(days, end)

    @column
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
            )
        return self._meets[need][self.unit]

    # --- settings, a row a group --------------------------------------------------------------------

    @column
    def type(self) -> Ints:
        """The setting's type, as an index into SETTING_TYPES."""
        return self._of_settings((SETTING_TYPES.index(s.type) for s in self.settings), np.int64)

    @column
    def closed(self) -> Bools:
        """Whether the setting is closed to admissions (N5)."""
        return self._of_settings((s.admissions == "closed" for s in self.settings), np.bool_)

    @column
    def outbreaks(self) -> Ints:
        """The organisms of outbreaks that no risk assessment covers, a bit each as in `organisms` (N5)."""
        open_ones = ({o.organism for o in s.outbreaks if not o.risk_assessed} for s in self.settings)
        found = (sum(1 << self.organisms.index(organism) for organism in each) for each in open_ones)
        return self._of_settings(found, np.int64)

    @column
    def capacity_age_hours(self) -> Floats:
        """Age of the capacity return in hours; infinite where there is none (N8)."""
        return self._of_settings((self._age(s) for s in self.settings), np.float64)

    def _age(self, setting: Setting) -> float:
        if setting.capacity_reported_at is None:
            return float("inf")
        return (self.case.as_at - setting.capacity_reported_at) / timedelta(hours=1)

    @column
    def capacity_unknown(self) -> Bools:
        """Whether the capacity return has expired, or there is none (N8)."""
        return np.asarray(self.capacity_age_hours > self.rules.expired_days * 24)

    @column
    def stale(self) -> Bools:
        """Whether the capacity return is stale: phone to confirm (N8)."""
        return np.asarray(self.capacity_age_hours > self.rules.stale_hours)

    def accepts(self, organism: str) -> Bools:
        """Whether the setting has said that it accepts people confirmed with `organism` (R3)."""
        if organism not in self._accepts:
            said = [organism in s.accepts_organisms for s in self.settings]
            self._accepts[organism] = np.array(said, dtype=np.bool_)
        return self._accepts[organism][self.setting]

    @column
    def fee(self) -> Floats:
        """Weekly fee in pounds; NaN where it isn't known."""
        return self._of_settings(
            (float("nan") if s.weekly_fee is None else s.weekly_fee for s in self.settings), np.float64
        )

    @column
    def age_min(self) -> Ints:
        """Youngest age taken, in full years."""
        return self._of_settings((s.age_min or 0 for s in self.settings), np.int64)

    @column
    def age_max(self) -> Ints:
        """Oldest age taken, in full years; OPEN where there is no limit."""
        return self._of_settings((OPEN if s.age_max is None else s.age_max for s in self.settings), np.int64)

    @column
    def has_age_limit(self) -> Bools:
        """Whether only some ages are taken: it keeps out whose birth date isn't known (N6)."""
        limits = (s.age_min is not None or s.age_max is not None for s in self.settings)
        return self._of_settings(limits, np.bool_)

    @column
    def rating(self) -> Ints:
        """The rating, as an index into RATINGS."""
        return self._of_settings((RATINGS.index(s.rating or "none") for s in self.settings), np.int64)

    @cached_property
    def _authorities(self) -> dict[str, int]:
        names = {s.local_authority for s in self.settings if s.local_authority is not None}
        return {name: at for at, name in enumerate(sorted(names))}

    @column
    def _authority(self) -> Ints:
        """The local authority, as an index; -1 where it isn't known."""
        own = (
            -1 if s.local_authority is None else self._authorities[s.local_authority] for s in self.settings
        )
        return self._of_settings(own, np.int64)

    def in_authority(self, name: str) -> Bools:
        """Whether the setting is in the local authority, or its authority isn't known (N11)."""
        return np.asarray(
            (self._authority == -1) | (self._authority == self.whole._authorities.get(name, -2))
        )

    @cached_property
    def beds_of(self) -> Ints:
        """For each row of all places the row of the beds that are everybody's: its own, unless it is kept
        for somebody."""
        if self.whole is not self:
            return self.whole.beds_of
        rows: Ints = np.maximum.accumulate(np.where(self._is_kept, 0, self.whole.rows))
        return rows

    @cached_property
    def _is_kept(self) -> Bools:
        if self.whole is not self:
            return self.whole._is_kept
        return np.array([whose is not None for whose in self.kept_for], dtype=np.bool_)

    @cached_property
    def kept_rows(self) -> Mapping[str, tuple[int, ...]]:
        """The rows kept for each person who has any, among all places (N12)."""
        if self.whole is not self:
            return self.whole.kept_rows  # once for all of them, not for each some of them
        found: dict[str, list[int]] = defaultdict(list)
        for row, whose in enumerate(self.whole.kept_for):
            if whose is not None:
                found[whose].append(row)
        return {whose: tuple(rows) for whose, rows in found.items()}

    def row_of(self, setting: str, unit: str, beds: str, patient: str) -> int | None:
        """The row of a bed group as a person finds it; None where there is no such group."""
        row = self.group_at.get((setting, unit, beds))
        if row is None:
            return None
        return next((own for own in self.kept_rows.get(patient, ()) if self.beds_of[own] == row), row)

    def of_others(self, patient: str) -> Bools:
        """The rows that are no matter for a person: kept for others, or everybody's where theirs stand."""
        whole = self._is_kept
        mine = list(self.kept_rows.get(patient, ()))
        if mine:
            whole = whole.copy()
            whole[mine] = False
            whole[self.beds_of[mine]] = True
        return whole[self.rows]

    def is_setting(self, ids: Iterable[str]) -> Bools:
        """Whether the setting is one of `ids`."""
        wanted = np.zeros(len(self.settings), dtype=np.bool_)
        wanted[[self.setting_at[name] for name in ids if name in self.setting_at]] = True
        return wanted[self.setting]

    def groups_of(self, setting: str) -> Ints:
        """The rows of a setting's bed groups; none for an id that isn't there."""
        at = self.setting_at.get(setting, -1)
        first, last = np.searchsorted(self.whole.setting, [at, at + 1]) if at >= 0 else (0, 0)
        return np.arange(first, last)

    def kilometres(self, latitude: float | None, longitude: float | None) -> Floats:
        """Great-circle kilometres to each group's setting on a sphere of radius 6371 km (haversine); NaN
        where either side has no coordinates."""
        if latitude is None or longitude is None:
            return np.full(len(self), np.nan)
        here = np.radians(latitude), np.radians(longitude)
        return _haversine_km(*here, self.latitude, self.longitude, self.cosine)

    @column
    def latitude(self) -> Floats:
        """Latitude in radians; NaN unless both coordinates are known."""
        known = ((s.latitude if s.longitude is not None else None) for s in self.settings)
        return np.radians(self._of_settings((np.nan if v is None else v for v in known), np.float64))

    @column
    def cosine(self) -> Floats:
        """The cosine of the latitude."""
        return np.asarray(np.cos(self.latitude))

    @column
    def longitude(self) -> Floats:
        """Longitude in radians; NaN unless both coordinates are known."""
        known = ((s.longitude if s.latitude is not None else None) for s in self.settings)
        return np.radians(self._of_settings((np.nan if v is None else v for v in known), np.float64))


_COLUMNS = frozenset(name for name, kind in vars(Places).items() if isinstance(kind, column))


def _haversine_km(
    latitude: float, longitude: float, latitudes: Floats, longitudes: Floats, cosines: Floats
) -> Floats:
    h = np.sin((latitudes - latitude) / 2) ** 2
    h += np.cos(latitude) * cosines * np.sin((longitudes - longitude) / 2) ** 2
    km: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return km
