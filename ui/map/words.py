"""The rows of the Map page and how they are said: settings by distance, people who wait."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from discharge.model.distance import kilometres
from discharge.model.flags import by_weight
from discharge.model.setting import SettingType
from discharge.model.shown.map import Going, Place, Site
from discharge.model.shown.patients import PatientRow
from discharge.words import terms
from discharge.words.counts import count_words, sentence_case
from ui.map.content import Mark
from ui.map.symbols import Shape, Suits, Symbol
from ui.models.table import Column
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, done, neutral, unknown
from ui.widgets.tall_table import TwoLines
from ui.words.settings import admissions_status, free_tip, free_words, has_outbreak, is_closed, is_known
from ui.words.who import alike_status
from ui.work.planning import WhyNot

SHAPES: Mapping[SettingType, Shape] = {
    "care_home": Shape.CIRCLE,
    "hot_home": Shape.DIAMOND,
    "intermediate_care": Shape.SQUARE,
    "community_bed": Shape.TRIANGLE,
    "alternative": Shape.HEXAGON,
}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody who waits, where they live, and where they go as far as it is known."""

    row: PatientRow
    home: Place | None
    going: Going | None
    reach: float | None = None
    """How far from home they would go at most, in km."""

    @property
    def goes_to(self) -> tuple[str, ...]:
        """The settings that they go to, one after the other."""
        return self.going.settings if self.going is not None else ()

    @property
    def against(self) -> dict[str, str]:
        """What forbids each of the settings to which they are on the way, as things are."""
        found: dict[str, str] = {}
        for flag in by_weight(self.going.flags) if self.going is not None else ():
            if flag.blocks and flag.stay < len(self.goes_to):
                found.setdefault(self.goes_to[flag.stay], flag.sentence)
        return found


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A setting, how far it is from the home in question, and how it suits the person."""

    site: Site
    km: float | None = None
    suits: Suits = Suits.ANY
    why_not: WhyNot | None = field(default=None, compare=False)
    against: str = ""
    """What forbids it as things are, where the person is on the way to it."""

    @property
    def id(self) -> str:
        """The setting's id."""
        return self.site.row.id

    @property
    def suits_status(self) -> Status | None:
        """How it suits the person, as a word with icon; None where nobody is chosen."""
        if self.suits is Suits.ANY:
            return None
        if self.against:
            return danger("Not allowed", self.against)
        if self.suits is Suits.PROPOSED:
            return Status("Proposed", Tone.ACCENT, "This is where they go.", "send")
        if self.suits is Suits.WOULD_DO:
            return done("Would do", "Nothing stands against it.")
        if self.suits is Suits.NEAR:
            return Status("1 reason", Tone.WAITING, "One reason stands against it.")
        if self.suits is Suits.NOT and self.why_not is not None:
            return neutral(f"{len(self.why_not.reasons)} reasons")
        return unknown("Not known", "The plan has nothing to say of it.")

    @property
    def second(self) -> str:
        """What stands against it; where nobody is chosen, what it is."""
        if self.against:
            return self.against
        if self.suits is Suits.PROPOSED:
            return "Proposed"
        if self.suits is Suits.WOULD_DO:
            return "Would do"
        if self.why_not is not None and self.why_not.reasons:
            return sentence_case("; ".join(reason.text for reason in self.why_not.reasons))
        return kind_words(self.site)


def kind_words(site: Site) -> str:
    """What a setting is and where: "Hot home, designated · Northmarsh · closed"."""
    row = site.row
    kind = terms.SETTING_TYPES[row.type]
    state = admissions_status(row)
    parts = [
        f"{kind}, designated" if row.designated_units else kind,
        row.local_authority or "",
        f"{state.word[:1].lower()}{state.word[1:]}" if state.tone is not Tone.DONE else "",
    ]
    return " · ".join(part for part in parts if part)


def km_words(km: float | None) -> str:
    """ "2.4 km", "31 km"; empty where it isn't known."""
    if km is None:
        return ""
    return f"{km:.1f} km" if km < 10 else f"{km:,.0f} km"


def site_columns() -> Sequence[Column[SiteLine]]:
    """The list beside the map."""
    return (
        TwoLines(
            key="setting", title="Setting", text=lambda line: line.site.row.name,
            below=lambda line: line.second, icon=lambda line: line.suits_status, strong=True, width=20,
            stretch=True, tip=site_tip, sort=lambda line: line.site.row.name.casefold(),
        ),
        TwoLines(
            key="km", title="km", text=lambda line: km_words(line.km).removesuffix(" km"), width=7,
            sort=lambda line: line.km, right=True, found=False,
            tip=lambda line: "From home, as the crow flies" if line.km is not None else "Not known how far",
        ),
        TwoLines(
            key="free", title="Free", text=lambda line: free_words(line.site.row), width=5, right=True,
            sort=lambda line: line.site.row.beds_left if free_words(line.site.row) else None, found=False,
            tip=lambda line: free_tip(line.site.row),
        ),
        Column(
            key="suits", title="Suits", status=lambda line: line.suits_status, width=10, shown=False,
            found=False, sort=lambda line: len(line.why_not.reasons) if line.why_not else None,
        ),
    )  # fmt: skip


def site_tip(line: SiteLine) -> str:
    """A setting in some lines: how it suits, what it is, what is free."""
    status = line.suits_status
    reasons = line.why_not.reasons if line.why_not is not None else ()
    said = [f"{sentence_case(reason.text)} ({reason.rule})" for reason in reasons]
    if status is not None and not said:
        said = [status.sentence]
    away = f", {km_words(line.km)} from home" if line.km is not None else ""
    return "\n".join([*said, f"{kind_words(line.site)}{away}", free_tip(line.site.row)])


def person_columns(waits: Callable[[PatientRow], Status]) -> Sequence[Column[PersonLine]]:
    """The list of who waits."""
    return (
        TwoLines(
            key="person", title="Who waits", text=lambda line: line.row.name, below=person_words,
            icon=lambda line: waits(line.row), strong=True, width=24, stretch=True,
            tip=lambda line: _person_tip(line.row, waits(line.row)),
            sort=lambda line: line.row.name.casefold(),
        ),
    )  # fmt: skip


def person_words(line: PersonLine) -> str:
    """Pathway, ward, and whether it is known where they live."""
    row = line.row
    where = "" if line.home is not None else "home not known"
    days = count_words(row.waiting_days, "day") if row.waiting_days else ""
    alike = "like name" if row.who is not None and row.who.alike else ""
    return " · ".join(part for part in (row.pathway, alike, row.ward, days, where) if part)


def _person_tip(row: PatientRow, waits: Status) -> str:
    alike = alike_status(row.name, row.who)
    return "\n".join(part for part in (waits.sentence, alike.sentence if alike else "") if part)


def lines_of(
    sites: Iterable[Site],
    *,
    home: Place | None = None,
    goes_to: Sequence[str] = (),
    whys: Mapping[str, WhyNot] | None = None,
    against: Mapping[str, str] | None = None,
) -> list[SiteLine]:
    """The settings as rows, for somebody who lives there; `whys` None where nobody is chosen.

    `against`: what forbids a setting to which they are on the way.
    """
    found = []
    for site in sites:
        km: float | None = None
        if home is not None and site.place is not None:
            km = kilometres(home.latitude, home.longitude, site.place.latitude, site.place.longitude)
        why = whys.get(site.row.id) if whys is not None else None
        suits = Suits.ANY if whys is None else _suits(site.row.id, why, goes_to)
        forbids = (against or {}).get(site.row.id, "")
        if forbids:
            suits = Suits.FORBIDDEN
        found.append(SiteLine(site, km, suits, why, forbids))
    return found


def _suits(setting: str, why: WhyNot | None, goes_to: Sequence[str]) -> Suits:
    if setting in goes_to:
        return Suits.PROPOSED
    if why is None:
        return Suits.UNKNOWN
    count = len(why.reasons)
    return Suits.WOULD_DO if count == 0 else Suits.NEAR if count == 1 else Suits.NOT


def mark_of(line: SiteLine) -> Mark | None:
    """A row as it is drawn; None where nobody knows where it is."""
    site = line.site
    if site.place is None:
        return None
    row = site.row
    suits = line.suits
    if suits is Suits.ANY and not is_known(row) and not is_closed(row):
        suits = Suits.UNKNOWN
    symbol = _symbol(SHAPES[row.type], suits, bool(row.designated_units), is_closed(row), has_outbreak(row))
    return Mark(row.id, row.name, site.place, symbol)


@functools.cache
def _symbol(shape: Shape, suits: Suits, designated: bool, closed: bool, outbreak: bool) -> Symbol:
    """The one symbol that thousands of settings share."""
    return Symbol(shape, suits, designated=designated, closed=closed, outbreak=outbreak)


def middles(sites: Iterable[Site]) -> list[tuple[str, Place]]:
    """The local authorities of the settings, each north of its settings; the largest first."""
    places: dict[str, list[Place]] = {}
    for site in sites:
        if site.place is not None and site.row.local_authority:
            places.setdefault(site.row.local_authority, []).append(site.place)
    return [
        (
            name,
            Place(
                max(place.latitude for place in there),
                sum(place.longitude for place in there) / len(there),
            ),
        )
        for name, there in sorted(places.items(), key=lambda each: (-len(each[1]), each[0]))
    ]


LEGEND: tuple[tuple[Symbol, str], ...] = (
    (Symbol(Shape.CIRCLE), "Care home"),
    (Symbol(Shape.DIAMOND), "Hot home"),
    (Symbol(Shape.SQUARE), "Intermediate care"),
    (Symbol(Shape.TRIANGLE), "Community bed"),
    (Symbol(Shape.HEXAGON), "Alternative"),
    (Symbol(Shape.DIAMOND, designated=True), "Designated"),
    (Symbol(Shape.CIRCLE, closed=True), "Closed"),
    (Symbol(Shape.CIRCLE, outbreak=True), "Outbreak"),
    (Symbol(Shape.CIRCLE, Suits.UNKNOWN), "No return"),
)
LEGEND_OF_PERSON: tuple[tuple[Symbol, str], ...] = (
    (Symbol(Shape.CIRCLE, Suits.PROPOSED), "Proposed"),
    (Symbol(Shape.CIRCLE, Suits.FORBIDDEN), "Not allowed"),
    (Symbol(Shape.CIRCLE, Suits.WOULD_DO), "Would do"),
    (Symbol(Shape.CIRCLE, Suits.NEAR), "1 reason against"),
    (Symbol(Shape.CIRCLE, Suits.NOT), "More"),
)
