"""The Situation's figures of homes: capacity returns, isolation places, the six items by borough and home."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from discharge.model.infection import organism_name
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.situation import Figure, FigureRow, FigureTable, HomeFacts, Of, SituationFacts
from discharge.reports.situation_answers import answers_table, tested, tested_of
from discharge.words.counts import listing, percent

NO_AUTHORITY = "Authority not recorded"
NO_BOARD = "ICB not said"
ALL_HOMES = "All homes"


def _some_homes(homes: Iterable[HomeFacts]) -> Figure:
    who = tuple(one.id for one in homes)
    return Figure(len(who), Of.HOMES, who)


def _grouped(homes: Iterable[HomeFacts], named: Callable[[HomeFacts], str]) -> dict[str, list[HomeFacts]]:
    found: dict[str, list[HomeFacts]] = {}
    for one in homes:
        found.setdefault(named(one), []).append(one)
    return dict(sorted(found.items()))


def authority_of(home: HomeFacts) -> str:
    return home.local_authority or NO_AUTHORITY


def _board(home: HomeFacts) -> str:
    return home.board or NO_BOARD


def _asked(facts: SituationFacts) -> list[HomeFacts]:
    return [one for one in facts.homes if one.owes_return]


def returns(facts: SituationFacts) -> FigureTable:
    """How many homes owe a capacity return, how old theirs is, and the share that answered in time."""
    asked = _asked(facts)

    def row(label: str, some: Sequence[HomeFacts], *, strong: bool = False) -> FigureRow:
        by_age = {age: [one for one in some if one.age is age] for age in CapacityAge}
        fresh = by_age[CapacityAge.FRESH]
        rate = percent(len(fresh), len(some)) if some else None
        figures = (
            _some_homes(some),
            *(_some_homes(by_age[age]) for age in CapacityAge),
            Figure(rate, Of.HOMES, tuple(one.id for one in fresh)),
        )
        return FigureRow(label, figures, strong=strong)

    return FigureTable(
        "returns",
        "Capacity returns",
        "Borough",
        ("Owed", f"In {facts.stale_hours} hours", "Stale", "Expired", "None at all", "Response rate"),
        (
            *(row(name, some) for name, some in _grouped(asked, authority_of).items()),
            row(ALL_HOMES, asked, strong=True),
        ),
    )


def isolation(facts: SituationFacts) -> FigureTable:
    """Places for isolation by borough, as the page Today counts them: those free have a bed as well."""

    def row(label: str, homes: Sequence[HomeFacts], *, strong: bool = False) -> FigureRow:
        isolating = [one for one in homes if one.isolation_places]
        free = [one for one in isolating if one.isolation_free]
        figures = (
            Figure(sum(one.isolation_places for one in isolating), Of.HOMES, _ids(isolating)),
            Figure(sum(one.isolation_free for one in free), Of.HOMES, _ids(free)),
        )
        return FigureRow(label, figures, strong=strong)

    by_borough = _grouped((one for one in facts.homes if one.isolation_places), authority_of)
    rows = [row(name, some) for name, some in by_borough.items()]
    columns = ("In open homes", "Free tonight")
    return FigureTable(
        "isolation",
        "Isolation places",
        "Borough",
        columns,
        (*rows, row(ALL_HOMES, facts.homes, strong=True)),
    )


SIX = (
    "Outbreaks", "Deaths", "Free", "To offer", "In", "Out", "Staff", "PPE days", "Testing",
)  # fmt: skip
"""Infections and deaths, actual and true availability, discharges and admissions, staff, PPE, testing."""


def six_items(facts: SituationFacts) -> tuple[FigureTable, ...]:
    """The six items by integrated care board, by borough, and home by home."""
    asked = _asked(facts)
    everywhere, boroughs = _six_row(ALL_HOMES, asked, facts.day, strong=True), _grouped(asked, authority_of)
    by_board = [
        *(_six_row(name, some, facts.day) for name, some in _grouped(asked, _board).items()),
        everywhere,
    ]
    by_borough = [*(_six_row(name, some, facts.day) for name, some in boroughs.items()), everywhere]
    by_home = [
        _home_row(one, facts.day) for one in sorted(asked, key=lambda one: (authority_of(one), one.name))
    ]
    remark = "Deaths, in and out: of people whom this hub placed, over seven days"
    return (
        FigureTable("boards", "Six items by ICB", "ICB", SIX, tuple(by_board), remark),
        FigureTable("boroughs", "Six items by borough", "Borough", SIX, tuple(by_borough), remark),
        answers_table(asked, boroughs, ALL_HOMES),
        FigureTable("homes", "Six items by home", "Home", SIX, tuple(by_home), remark),
    )


_NOBODY = Figure(0)


def _home_row(one: HomeFacts, day: date) -> FigureRow:
    """What is known of one home. Most homes say little: what isn't said, and nobody, is one figure."""
    own = (one.id,)
    not_said = Figure(None, Of.HOMES, own)

    def said(value: int | str | None) -> Figure:
        return not_said if value is None else Figure(value, Of.HOMES, own)

    def people(who: tuple[str, ...]) -> Figure:
        return Figure(len(who), who=who) if who else _NOBODY

    figures = (
        said(listing([organism_name(each) for each in one.outbreaks]) if one.outbreaks else "none declared"),
        people(one.deaths),
        said(one.free),
        said(one.to_offer),
        people(one.admissions),
        people(one.discharges),
        said(one.staffing),
        said(None if one.ppe_days is None else f"{one.ppe_days:g}"),
        said(tested_of(one, day)),
    )
    return FigureRow(one.name, figures, group=authority_of(one), home=one.id)


def _six_row(label: str, homes: Sequence[HomeFacts], day: date, *, strong: bool = False) -> FigureRow:
    """What is known of several homes: of beds and people the sum, of staff who is red, of PPE the least."""

    def people(of: Callable[[HomeFacts], tuple[str, ...]]) -> Figure:
        who = tuple(name for one in homes for name in of(one))
        return Figure(len(who), who=tuple(dict.fromkeys(who)))

    def beds(of: Callable[[HomeFacts], int | None]) -> Figure:
        said = [one for one in homes if of(one) is not None]
        return Figure(sum(of(one) or 0 for one in said) if said else None, Of.HOMES, _ids(said))

    figures = (
        _some_homes([one for one in homes if one.outbreaks]),
        people(lambda one: one.deaths),
        beds(lambda one: one.free),
        beds(lambda one: one.to_offer),
        people(lambda one: one.admissions),
        people(lambda one: one.discharges),
        _staff(homes),
        _ppe(homes),
        tested(homes, day),
    )
    return FigureRow(label, figures, strong=strong)


def _ids(homes: Iterable[HomeFacts]) -> tuple[str, ...]:
    return tuple(one.id for one in homes)


def _staff(homes: Sequence[HomeFacts]) -> Figure:
    """How many say that their staff is red, of those that say anything."""
    said = [one for one in homes if one.staffing is not None]
    red = [one for one in said if one.staffing == "red"]
    words = f"{len(red)} red of {len(said)}" if said else None
    return Figure(words, Of.HOMES, _ids(red or said or homes))


def _ppe(homes: Sequence[HomeFacts]) -> Figure:
    """For how many days the PPE lasts where it is least."""
    said = [one for one in homes if one.ppe_days is not None]
    least = min((one.ppe_days for one in said if one.ppe_days is not None), default=None)
    who = [one for one in said if one.ppe_days == least]
    return Figure(None if least is None else f"{least:g}", Of.HOMES, _ids(who or homes))
