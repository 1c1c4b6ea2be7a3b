"""A changed case planned again from what is known comes to the same as planned from nothing."""

from __future__ import annotations

from discharge.matching.answers.changes import Change, Kind
from discharge.matching.planned import plan_case, replan
from tests.builders import COVID, DESIGNATED, beds, case, free, home, hot, on, person, positive
from tests.examples import seeds
from tests.matching.answers.single_changes import single_changes
from tests.matching.little_hubs import little_hub


def test_a_home_that_gets_a_bed_is_where_somebody_goes_on_to_from_isolation() -> None:
    """Without a bed to go on to the isolation before it was no choice either; now both are."""
    ill = person(observations=[positive(-9)])
    before = case([ill], [hot("HOT", beds(free=[free()])), home("S1", 0)], rule_set=DESIGNATED)
    after = Change(Kind.BED, "S1", "U1", "B1").of(before)
    again = replan(plan_case(before), after)
    assert [s.setting for s in again.plan().placements[0].stays] == ["HOT", "S1"]
    assert again.objective == plan_case(after).objective
    assert COVID in again.plan().placements[0].stays[0].organisms
    assert again.plan().placements[0].stays[0].start.isoformat() == on(0)


@seeds(5, first=9000)
def test_every_change_planned_again_comes_to_what_it_comes_to_anew(seed: int) -> None:
    hub = little_hub(seed, people=3)
    planned = plan_case(hub)
    for change in single_changes(hub):
        changed = change.of(hub)
        assert replan(planned, changed).objective == plan_case(changed).objective, change
