"""Hubs of a medium size, made from a seed and a few numbers: what is scarce, and who is bound to whom.

Small random hubs (`hubs.py`) are rich in rules; these are rich in competition. Nearly everybody could go to
many places, and beds, isolation places, cohorts, admissions of a day and companions stand in the way.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from discharge.model.case import Case
from tests.builders import (
    COVID,
    FIVE,
    Json,
    beds,
    case,
    exposure,
    free,
    locked,
    negative,
    on,
    person,
    positive,
    setting,
    stay,
    unit,
)
from tests.matching.hubs import RULE_SETS, cases

ORGANISMS = (COVID, "influenza", "rsv")
ACCEPTED = [*ORGANISMS, "norovirus", "c_difficile"]


@dataclass(frozen=True)
class Shape:
    """What a hub is made of. Shares are in percent, so that a shape can be written down and made again."""

    people: int = 30
    settings: int = 14
    horizon: int = 7
    groups: int = 3
    """How many groups of people stay together, and of how many people the largest ones are."""
    largest: int = 2
    isolating: int = 35
    organisms: int = 2
    cohorts: int = 30
    """Of the settings, how many isolate in cohorts; as many again isolate in rooms."""
    admissions: int = 1
    """Admissions of a day where a setting limits them, and how many of the settings do."""
    limited: int = 50
    beds: int = 150
    """Beds for a hundred people."""
    for_a_while: int = 40
    """People on pathway 2, whose beds become free again."""
    locked: int = 2
    priorities: int = 4
    rule_set: str = "england-2024-04-01"
    seed: int = 0
    alike: int = 0
    """Of the people, how many are like somebody before them in all but the name."""
    kept: int = 0
    """Of the people, for how many a bed is kept."""

    def __str__(self) -> str:
        later = ("alike", "kept")  # left out at nought, so that hubs written down before stay what they were
        told = {name: value for name, value in vars(self).items() if value or name not in later}
        return ",".join(f"{name}={value}" for name, value in told.items())


def shape_of(words: str) -> Shape:
    """The shape that `str` of it wrote down; what is left out takes the default."""
    given = dict(word.split("=", 1) for word in words.split(",") if word)
    plain = vars(Shape())
    return Shape(**{name: type(plain[name])(value) for name, value in given.items()})


def medium_hub(shape: Shape) -> Case:
    """The hub of that shape; the same shape gives the same hub."""
    rng = random.Random(str(shape))
    homes = [_setting(rng, shape, number) for number in range(shape.settings)]
    _free_beds(rng, shape, homes)
    ids = [home["id"] for home in homes]
    people: list[Json] = []
    for number in range(shape.people):
        like = rng.choice(people) if shape.alike and people and _chance(rng, shape.alike) else None
        people.append({**like, "id": f"P{number:02}"} if like else _person(rng, shape, number, ids))
    _bind(rng, shape, people)
    if shape.kept:
        _keep_beds(rng, shape, homes, people)
    return case(
        people,
        homes,
        rule_set=shape.rule_set,
        horizon_days=shape.horizon,
        locked=_locked(rng, shape, homes),
        weights=rng.choice([{}, {"delay": 50}, {"moves": 5}]),
    )


def crowded_hubs(*, people: int = 8, settings: int = 4) -> SearchStrategy[Case]:
    """Small hubs in which people want the same places, most of them lawful."""
    percent = st.sampled_from([0, 30, 80])
    shapes = st.builds(
        Shape,
        people=st.integers(3, people),
        settings=st.integers(2, settings),
        horizon=st.sampled_from([2, 5, 7]),
        groups=st.integers(0, 2),
        largest=st.integers(2, 3),
        isolating=percent,
        organisms=st.integers(1, 3),
        cohorts=st.sampled_from([0, 40, 80]),
        limited=percent,
        beds=st.sampled_from([100, 150, 220]),
        for_a_while=percent,
        locked=st.integers(0, 2),
        priorities=st.sampled_from([1, 2, 4]),
        rule_set=st.sampled_from(RULE_SETS),
        seed=st.integers(0, 999),
    )
    return shapes.map(medium_hub)


def small_hubs(*spices: str) -> SearchStrategy[Case]:
    """Small hubs of both kinds: crowded ones, and ones that are rich in rules with `spices` at least."""
    return st.one_of(crowded_hubs(), crowded_hubs(), cases(spices=frozenset(spices)))


def _chance(rng: random.Random, percent: int) -> bool:
    return rng.randrange(100) < percent


def _place(rng: random.Random) -> Json:
    return {
        "latitude": round(51.2 + rng.random() / 3, 3),
        "longitude": round(0.3 + rng.random() / 2, 3),
        "local_authority": rng.choice(["Kent", "Kent", "Medway"]),
    }


def _person(rng: random.Random, shape: Shape, number: int, homes: list[str]) -> Json:
    pathway = "P2" if _chance(rng, shape.for_a_while) else rng.choice(["P3"] * 6 + ["P1", "P0"])
    isolates = pathway == "P1" or _chance(rng, shape.isolating)
    organism = rng.choice(ORGANISMS[: shape.organisms])
    seen: list[Json] = [] if isolates and organism == COVID else [negative()]
    if isolates:
        seen.append(positive(-rng.randint(1, 4), organism))
    elif _chance(rng, 10):
        seen.append(exposure(-rng.randint(0, 9)))
    return person(
        f"P{number:02}",
        pathway=pathway,
        priority=rng.randint(1, shape.priorities),
        ready_on=on(rng.choice([-1, 0, 0, 0, 1, 2])),
        sex=rng.choice(["female", "male"]),
        care={"level": rng.choice(["residential"] * 3 + ["nursing"]), "specialism": "general"},
        observations=seen,
        attestations=list(FIVE),
        stay_days=rng.randint(2, 9) if pathway == "P2" else None,
        usual_setting=rng.choice(homes) if pathway == "P0" else None,
        preferred=rng.sample(homes, min(len(homes), rng.choice([0, 1, 2]))),
        max_km=rng.choice([None] * 6 + [20.0]),
        **_place(rng),
    )


def _setting(rng: random.Random, shape: Shape, number: int) -> Json:
    kind = "intermediate_care" if _chance(rng, shape.for_a_while) else "care_home"
    ways = {"cohort": shape.cohorts, "rooms": shape.cohorts}
    isolation = next((way for way, share in ways.items() if _chance(rng, share)), "none")
    units = [unit(*_groups(rng), id="U1")]
    if isolation != "none":
        designated = shape.rule_set == "england-2020-10-13" and _chance(rng, 70)
        apart = unit(
            *_groups(rng),
            id="U2",
            isolation=isolation,
            isolation_places=rng.randint(1, 3),
            designated={"from": on(-9), "to": rng.choice([None, None, on(9)])} if designated else None,
        )
        units = [apart] if _chance(rng, 20) else [*units, apart]
    return setting(
        f"S{number:02}",
        *units,
        type=kind,
        accepts_organisms=ACCEPTED,
        rating=rng.choice(["good", "outstanding", "requires_improvement", None]),
        weekly_fee=rng.choice([900.0, 1100.0, 1300.0]),
        max_admissions_per_day=shape.admissions if _chance(rng, shape.limited) else None,
        **_place(rng),
    )


def _groups(rng: random.Random) -> list[Json]:
    return [
        beds(
            f"B{number}",
            category=rng.choice(["general_nursing"] * 4 + ["general_residential"]),
            room=rng.choice(["single"] * 4 + ["ensuite", "shared"]),
            sex=rng.choice(["any"] * 6 + ["female", "male"]),
            free=[],
        )
        for number in range(rng.choice([1, 1, 2]))
    ]


def _free_beds(rng: random.Random, shape: Shape, homes: list[Json]) -> None:
    """Share the hub's free beds out among its groups: most for good, some from later on or for a while."""
    groups = [group for home in homes for each in home["units"] for group in each["beds"]]
    for _ in range(shape.people * shape.beds // 100):
        start = rng.choice([0, 0, 0, 1, 3])
        end = rng.choice([None, None, None, None, start + rng.randint(1, 12)])
        rng.choice(groups)["free"].append(free(on(start), None if end is None else on(end)))


def _keep_beds(rng: random.Random, shape: Shape, homes: list[Json], people: list[Json]) -> None:
    """Keep beds for some of the people, for good or for a while, in groups where others are free or not."""
    groups = [group for home in homes for each in home["units"] for group in each["beds"]]
    for each in people:
        if _chance(rng, shape.kept):
            start = rng.choice([-5, 0, 0, 2])
            end = rng.choice([None, None, on(start + rng.randint(3, 14))])
            group = rng.choice(groups)
            group["free"].append({**free(on(start), end), "kept_for": each["id"]})


def _bind(rng: random.Random, shape: Shape, people: list[Json]) -> None:
    """Bind people into groups who stay together: of one pathway, so that there are places for all."""
    loose = [person for person in people if person["pathway"] in ("P2", "P3")]
    rng.shuffle(loose)
    for _ in range(shape.groups):
        if not loose:
            return
        first = loose.pop()
        mates = [person for person in loose if person["pathway"] == first["pathway"]]
        for mate in mates[: rng.randint(2, max(2, shape.largest)) - 1]:
            loose.remove(mate)
            mate["together_with"] = first["id"]


def _locked(rng: random.Random, shape: Shape, homes: list[Json]) -> list[Json]:
    """People who are no longer listed and hold a bed; in a unit that isolates, they isolate."""
    held = []
    for number in range(shape.locked):
        home = rng.choice(homes)
        part = rng.choice(home["units"])
        isolates = part["isolation"] != "none"
        organisms = [rng.choice(ORGANISMS[: shape.organisms])] if isolates else []
        where = f"{home['id']}/{part['id']}/{rng.choice(part['beds'])['id']}"
        start = rng.choice([-4, -1, 0, 2])
        nights = stay(
            where,
            on(start),
            on(start + rng.randint(3, 9)),
            requirement="isolation" if isolates else "open",
            organisms=organisms,
        )
        held.append(locked(f"X{number}", nights))
    return held
