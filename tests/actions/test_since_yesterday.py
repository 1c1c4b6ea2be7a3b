"""Whom and what something was recorded about since yesterday."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from discharge.actions import placements
from discharge.actions.capacity_returns import record_no_change
from discharge.actions.patients import amend_patient
from tests.actions.a_hub import MANAGER, AHub, stay


def changed(hub: AHub) -> frozenset[str]:
    return hub.desk.ask(lambda queries: queries.changed_since_yesterday())


def test_what_is_recorded_counts_until_the_day_after_and_no_change_never(hub: AHub) -> None:
    home = hub.home("Elm Lodge")
    ada, ben = hub.negative("Ada Shah"), hub.negative("Ben Ode")
    assert {home, ada, ben} <= changed(hub)
    hub.clock.now += timedelta(days=2)
    assert changed(hub) == frozenset()
    hub.does(partial(record_no_change, setting=home, given=MANAGER))
    assert changed(hub) == frozenset()
    hub.does(partial(amend_patient, patient=ada, changes={"ward": "Oak"}))
    assert changed(hub) == {ada}
    hub.clock.now += timedelta(days=1)
    assert changed(hub) == {ada}


def test_a_step_of_somebodys_placement_is_a_change_of_theirs(hub: AHub) -> None:
    home, ada = hub.home("Elm Lodge"), hub.negative("Ada Shah")
    placement = hub.walk(hub.proposed(ada, stay(home)), "approved")
    hub.clock.now += timedelta(days=2)
    hub.does(partial(placements.withdraw, placement=placement, reason="no longer wanted"))
    assert changed(hub) == {placement, ada}
