"""The Situation's figures of homes: capacity returns, isolation places, the six items by borough and home."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from discharge.model.setting_record import CapacityAge
from discharge.model.shown.situation import Figure, FigureRow, FigureTable, HomeFacts, Of, SituationFacts
from discharge.words.counts import listing

NO_AUTHORITY = "Authority not recorded"
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


def _asked(facts: SituationFacts) -> list[HomeFacts]:
    return [one for one in facts.homes if one.owes_return]


def returns(facts: SituationFacts) -> FigureTable:
    """How many homes owe a capacity return, how old theirs is, and the share that answered in time."""
    asked = _asked(facts)

    def row(label: str, some: Sequence[HomeFacts], *, strong: bool = False) -> FigureRow:
        by_age = {age: [one for one in some if one.age is age] for age in CapacityAge}
        fresh = by_age[CapacityAge.FRESH]
        rate = None if not some else f"{100 * len(fresh) / len(some):.0f} %"
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
    """Places for isolation, as the page Today counts them."""
    figures = (
        Figure(facts.isolation_places, Of.HOMES),
        Figure(facts.isolation_free, Of.HOMES),
    )
    return FigureTable(
        "isolation",
        "Isolation places",
        "",
        ("In open homes", "Free tonight"),
        (FigureRow("Places", figures, about="Free tonight: with a bed to put somebody in."),),
    )


SIX = (
    "Outbreaks", "Deaths", "Free", "To offer", "In", "Out", "Staff", "PPE days", "Testing",
)  # fmt: skip
"""Infections and deaths, actual and true availability, discharges and admissions, staff, PPE, testing."""


def six_items(facts: SituationFacts) -> tuple[FigureTable, ...]:
    """The six items by borough, and home by home."""
    asked = _asked(facts)
    by_borough = [
        *(_six_row(name, some) for name, some in _grouped(asked, authority_of).items()),
        _six_row(ALL_HOMES, asked, strong=True),
    ]
    by_home = [
        _six_row(one.name, [one], group=authority_of(one), alone=True)
        for one in sorted(asked, key=lambda one: (authority_of(one), one.name))
    ]
    remark = "Deaths, in and out: of people whom this hub placed, over seven days"
    return (
        FigureTable("boroughs", "Six items by borough", "Borough", SIX, tuple(by_borough), remark),
        FigureTable("homes", "Six items by home", "Home", SIX, tuple(by_home), remark),
    )


def _six_row(
    label: str, homes: Sequence[HomeFacts], *, group: str = "", strong: bool = False, alone: bool = False
) -> FigureRow:
    def people(of: Callable[[HomeFacts], tuple[str, ...]]) -> Figure:
        who = tuple(name for one in homes for name in of(one))
        return Figure(len(who), who=tuple(dict.fromkeys(who)))

    def beds(of: Callable[[HomeFacts], int | None]) -> Figure:
        said = [one for one in homes if of(one) is not None]
        return Figure(sum(of(one) or 0 for one in said) if said else None, Of.HOMES, _ids(said))

    return FigureRow(
        label,
        (
            _outbreaks(homes, alone=alone),
            people(lambda one: one.deaths),
            beds(lambda one: one.free),
            beds(lambda one: one.to_offer),
            people(lambda one: one.admissions),
            people(lambda one: one.discharges),
            _staff(homes, alone=alone),
            _ppe(homes),
            Figure(None, Of.HOMES),
        ),
        group=group,
        strong=strong,
        home=homes[0].id if alone else "",
    )


def _ids(homes: Iterable[HomeFacts]) -> tuple[str, ...]:
    return tuple(one.id for one in homes)


def _outbreaks(homes: Sequence[HomeFacts], *, alone: bool) -> Figure:
    """Homes with an outbreak on record; of one home the organisms."""
    some = [one for one in homes if one.outbreaks]
    if not alone:
        return Figure(len(some), Of.HOMES, _ids(some))
    return Figure(listing(some[0].outbreaks) if some else "none declared", Of.HOMES, _ids(homes))


def _staff(homes: Sequence[HomeFacts], *, alone: bool) -> Figure:
    """Of one home what it says of its staff; of several how many say that it is red."""
    said = [one for one in homes if one.staffing is not None]
    if alone or not said:
        return Figure(said[0].staffing if said else None, Of.HOMES, _ids(homes))
    red = [one for one in said if one.staffing == "red"]
    return Figure(f"{len(red)} red of {len(said)}", Of.HOMES, _ids(red or said))


def _ppe(homes: Sequence[HomeFacts]) -> Figure:
    """For how many days the PPE lasts where it is least."""
    said = [one for one in homes if one.ppe_days is not None]
    least = min((one.ppe_days for one in said if one.ppe_days is not None), default=None)
    who = [one for one in said if one.ppe_days == least]
    return Figure(None if least is None else f"{least:g}", Of.HOMES, _ids(who or homes))
