"""Who competes: groups who share too few beds, and exchanges that make room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given

from discharge.matching.answers import competes
from discharge.matching.planned import plan_case
from discharge.model.case import Case
from discharge.model.errors import BrokenFile
from tests.builders import (
    COVID,
    DAY0,
    DESIGNATED,
    Json,
    beds,
    case,
    free,
    home,
    hot,
    isolating,
    locked,
    on,
    person,
    positive,
    setting,
    stay,
    unit,
)
from tests.examples import few
from tests.matching.brute_force import best_of
from tests.matching.hubs import cases


def long_isolating(name: str, **fields: object) -> Json:
    """Somebody who isolates without an end in sight."""
    return person(name, observations=[positive(-3)], immunosuppressed=True, **fields)


def test_people_who_need_a_designated_bed_and_too_few_of_them() -> None:
    people = [*(long_isolating(f"P{n}") for n in range(7)), person("Q", observations=[])]
    of = case(people, [hot("HOT", beds(free=[free(count=4)])), home("S1")], rule_set=DESIGNATED)
    answer = competes(plan_case(of))
    assert len(answer.shortages) == 1
    shortage = answer.shortages[0]
    assert (len(shortage.people), shortage.seats, len(shortage.unplaced)) == (7, 4, 3)
    assert (shortage.settings, shortage.what) == (("HOT",), "designated beds at HOT")
    assert shortage.by == DAY0 + timedelta(27)
    assert answer.as_text().startswith("7 people need a designated bed at HOT by Sun 13 Dec; 4 are free: P0")
    assert "No exchange makes room" in answer.as_text()


def test_those_who_wait_for_a_bed_compete_for_the_days_before() -> None:
    """One bed now, one in three days; P9 has a home of their own."""
    both = setting("S1", unit(beds("B1"), beds("B2", free=[free(on(3))])))
    people = [person("P1", excluded=["S2"]), person("P2", excluded=["S2"]), person("P9", excluded=["S1"])]
    answer = competes(plan_case(case(people, [both, home("S2")])))
    assert [(s.people, s.seats, s.unplaced, len(s.waiting)) for s in answer.shortages] == [
        (("P1", "P2"), 1, (), 1)
    ]
    assert answer.as_text().startswith("2 people need a bed at S1 by Wed 18 Nov; 1 is free: P1 and P2.")
    assert "exchange" not in answer.as_text()


@pytest.mark.parametrize(
    ("people", "homes", "says"),
    [
        (
            [person(f"P{n}", care={"level": "nursing", "specialism": "general"}) for n in range(2)],
            [setting(f"S{n}", unit(beds(category="general_nursing", free=[free(count=int(n == 0))])),
                     local_authority="Kent") for n in range(4)],
            "2 people need a nursing bed in Kent by Sun 13 Dec; 1 is free",
        ),
        (
            [person(f"P{n}", care={"level": "residential", "specialism": "dementia"}) for n in range(2)],
            [setting(f"S{n}", unit(beds(category="dementia_residential", free=[free(count=int(n == 0))])))
             for n in range(4)],
            "2 people need a dementia bed by Sun 13 Dec; 1 is free",
        ),
        (
            [person(f"P{n}", observations=[positive(-1, "influenza")], excluded=["S2"]) for n in range(3)],
            [isolating("R1", beds(free=[free(count=9)]), unit={"isolation_places": 2}, age_max=90),
             home("S2")],
            "3 people need a bed to isolate in at R1 by Thu 19 Nov; 2 are free",
        ),
        (
            [person("P1"), person("P2")],
            [home("S1", 2, max_admissions_per_day=1)],
            "2 people need a bed at S1 by Mon 16 Nov; 1 is free",
        ),
        (
            [person("P1", pathway="P2", stay_days=60)],
            [setting("S1", unit(beds(free=[free(count=0)])), type="intermediate_care")],
            "1 person needs an intermediate care bed at S1 by Sun 13 Dec; none is free: P1.",
        ),
    ],
    ids=["nursing", "dementia", "isolation places", "admissions a day", "none at all"],
)  # fmt: skip
def test_what_is_short_is_named_by_what_the_beds_have_in_common(
    people: list[Json], homes: list[Json], says: str
) -> None:
    assert competes(plan_case(case(people, homes))).as_text().startswith(says)


def test_where_there_is_enough_nobody_competes() -> None:
    answer = competes(plan_case(case([person("P1"), person("P2")], [home("S1"), home("S2")])))
    assert answer.as_text() == "Nobody's beds are too few."


def test_one_person_is_told_of_their_own_competition_alone() -> None:
    people = [person("P1", excluded=["S2"]), person("P2", excluded=["S2"])]
    people += [person("P3", excluded=["S1"]), person("P4", excluded=["S1"])]
    planned = plan_case(case(people, [home("S1"), home("S2")]))
    assert len(competes(planned).shortages) == 2
    loser = next(n for n in ("P1", "P2") if n not in planned.chosen)
    assert [s.people for s in competes(planned, loser).shortages] == [("P1", "P2")]
    with pytest.raises(BrokenFile):
        competes(planned, "P9")


# --- exchange chains ----------------------------------------------------------------------------------


def test_if_somebody_held_moved_others_could_follow() -> None:
    """A is held in S1, B takes S2, C only S2: were A in S3, B could have S1 and C be placed."""
    people = [person("A"), person("B", priority=1, excluded=["S3"]), person("C", excluded=["S1", "S3"])]
    homes = [home("S1"), home("S2"), home("S3")]
    of = case(people, homes, locked=[locked("A", stay("S1/U1/B1", on(0)))])
    planned = plan_case(of)
    assert "C" not in planned.chosen
    answer = competes(planned)
    assert [(c.moved, c.to.settings, c.others, c.placed) for c in answer.chains] == [
        ("A", ("S3",), ("B",), ("C",))
    ]
    assert answer.chains[0].text == (
        "If A, who is held at S1, moved to S3 from Mon 16 Nov, "
        "B could have S1 from Mon 16 Nov and C could have S2 from Mon 16 Nov."
    )
    assert answer.as_json()["chains"]


def test_where_a_move_would_cost_somebody_their_place_there_is_no_chain() -> None:
    people = [person("A", excluded=["S2"]), person("C", excluded=["S2"])]
    of = case(people, [home("S1"), home("S2")], locked=[locked("A", stay("S1/U1/B1", on(0)))])
    answer = competes(plan_case(of))
    assert answer.chains == ()
    assert answer.as_text().splitlines()[-1] == (
        "No exchange makes room: the plan itself would have made it, and of those held 1 move was tried."
    )


@few(6, *HealthCheck)
@given(cases(patients=4, settings=3, days=4))
def test_no_more_of_a_group_than_there_are_seats_can_leave_by_the_night(of: Case) -> None:
    """Held against the best plan that brute force finds: it can't place more of them by then either."""
    shortages = competes(plan_case(of), budget=2).shortages
    if not shortages:
        return
    starts = {p.patient: p.stays[0].start for p in best_of(of).placements}
    for shortage in shortages:
        assert shortage.seats < len(shortage.people)
        gone = [name for name in shortage.people if name in starts and starts[name] <= shortage.by]
        assert len(gone) <= shortage.seats
        assert COVID not in shortage.text
