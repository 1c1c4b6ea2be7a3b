"""How the hub stands on a day: what is known of people and homes, and the figures with whom they count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from discharge.model.happening import Happening
from discharge.model.hospital import Hospital
from discharge.model.mark import Mark
from discharge.model.patient import Pathway
from discharge.model.patient_record import Delay
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.calls import NOT_HEARD, CrossBorder, Heard

NOT_SAID = "not said"
"""What is shown where the hub doesn't know: never a zero."""


class Standing(StrEnum):
    """Where somebody on the list is."""

    WAITING = "waiting"
    """In hospital, without a place under way."""
    PLACED = "placed"
    """In hospital, with a place under way."""
    AWAY = "away"
    """Left hospital by a placement that goes on."""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Somebody on the list on that day."""

    id: str
    name: str
    pathway: Pathway
    hospital: str
    """Empty where it isn't recorded; likewise ward and authority."""
    ward: str
    standing: Standing
    ready_on: date
    ready_date: date | None
    """The discharge ready date; None: not said, or of an earlier period."""
    admitted_on: date | None
    delays: tuple[Delay, ...]


@dataclass(frozen=True, slots=True)
class LeavingFacts:
    """Somebody who left hospital."""

    id: str
    """The person's."""
    name: str
    pathway: Pathway
    hospital: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HappenedFacts:
    """Something that happened though it shouldn't have."""

    facts: tuple[Happening, ...]
    patient: str
    name: str
    hospital: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """A setting on that day. What it hasn't said is None."""

    id: str
    name: str
    local_authority: str
    board: str
    """The integrated care board of its authority; empty where nobody has said."""
    is_open: bool
    owes_return: bool
    """It hasn't left the register."""
    reported_at: datetime | None
    age: CapacityAge
    free: int | None
    """Beds that it says are free."""
    to_offer: int | None
    """Of them those that nothing holds and somebody could go to: open, no outbreak, figures that count."""
    isolation_places: int
    """Places for isolation, while it takes people."""
    isolation_free: int
    """Of them those free that night, with a bed to put somebody in."""
    outbreaks: tuple[str, ...]
    """Organisms with an outbreak declared there."""
    staffing: str | None
    """green, amber or red"""
    ppe_days: float | None
    admissions: tuple[str, ...]
    """Who came there by this hub in the last 7 days."""
    discharges: tuple[str, ...]
    """Who of them left it again in the last 7 days."""
    deaths: tuple[str, ...]
    """Who of them died there in the last 7 days."""
    heard: Heard = NOT_HEARD
    """What it said on the telephone in the last 7 days."""


@dataclass(frozen=True, slots=True)
class SituationFacts:
    """Everything that the figures of a day are made from, as it is on record."""

    hub: str
    day: date
    at: datetime
    """Of today the instant; of a day gone by its end."""
    is_past: bool
    stale_hours: int
    people: tuple[PersonFacts, ...]
    leavings: tuple[LeavingFacts, ...]
    """Who left hospital on that day."""
    happened: tuple[HappenedFacts, ...]
    """Departures without a result or without the authority, on that day and the six before it."""
    homes: tuple[HomeFacts, ...]
    names: Mapping[str, str]
    """Of whoever is named here, on the list or not."""
    across: tuple[CrossBorder, ...] = ()
    """Who is placed in another authority than their own."""
    hospitals: tuple[Hospital, ...] = ()
    """The hospitals that the hub has described, as they are described now."""
    recorded_later: int = 0
    """Entries recorded after a day gone by about that day or before: they are counted."""


class Of(StrEnum):
    """What a figure counts; the page on which one of them is opened."""

    PEOPLE = "patients"
    HOMES = "settings"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, and whom it counts. `value` None: not said. Words stand for what is no number."""

    value: int | float | str | None
    of: Of = Of.PEOPLE
    who: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """As it is shown: `1,204`, `2.5`, `not said`."""
        if self.value is None:
            return NOT_SAID
        if isinstance(self.value, str):
            return self.value
        return f"{self.value:,.1f}" if isinstance(self.value, float) else f"{self.value:,}"


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of figures."""

    label: str
    figures: tuple[Figure, ...]
    group: str = ""
    """A family of rows that stand together."""
    strong: bool = False
    """A sum, or what the others are a part of."""
    about: str = ""
    """What is counted, in a sentence."""
    home: str = ""
    """The home's id, where the row is of one."""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of the Situation. `key` names it for good."""

    key: str
    title: str
    first: str
    """What the rows are: `Reason`, `Hospital`."""
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """Somebody, or a home, as the list beside a figure shows it."""

    id: str
    name: str
    line: str


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A row of the daily discharge return; its value None is written as `-`, which means not submitted."""

    period: date
    level: str
    region: str
    icb: str
    org_code: str
    org_name: str
    metric: str
    metric_type: str
    metric_group: str
    value: int | None
    who: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as it is written, the day first as in the published files."""
        said = "-" if self.value is None else str(self.value)
        return (
            f"{self.period:%d/%m/%Y}", self.level, self.region, self.icb, self.org_code, self.org_name,
            self.metric, self.metric_type, self.metric_group, said,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undescribed:
    """A hospital of the return of which something isn't entered."""

    code: str
    missing: tuple[str, ...]
    """In words: `name`, `ICB`, `region`."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The figures of a day."""

    hub: str
    day: date
    at: datetime
    is_past: bool
    tables: tuple[FigureTable, ...]
    daily_return: tuple[ReturnRow, ...]
    counted: Mapping[Of, Mapping[str, Counted]]
    """Whoever any figure counts, by id."""
    notes: tuple[str, ...]
    """What the reader has to know of these figures."""
    undescribed: tuple[Undescribed, ...] = ()
    """Hospitals whose columns of the daily return are empty, as nobody has entered them."""
    mark: Mark | None = field(default=None, compare=False)
    """How far the record went when they were counted."""

    def table(self, key: str) -> FigureTable:
        """The table of that key."""
        return next(one for one in self.tables if one.key == key)
