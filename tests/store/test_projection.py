"""What the days to come are foretold from: who came and left on whole days, and what is left of beds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients
from discharge.model.patient import Pathway
from discharge.model.patient_record import LeaveReason
from discharge.model.setting import Free
from discharge.model.shown.projection import BedsFacts, Kind, ProjectionFacts
from tests.actions.a_hub import TODAY, AHub, beds, stay, unit

RESIDENTIAL = Kind(Pathway.P3, "general_residential")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    made = AHub(tmp_path / "a.hub")
    yield made
    made.desk.close()


def facts(hub: AHub) -> ProjectionFacts:
    return hub.desk.ask(lambda queries: queries.projection())


def test_whoever_was_there_when_the_record_began_did_not_come_and_today_is_not_over(hub: AHub) -> None:
    hub.patient("Ada Shah")
    hub.clock.plus(days=2)
    hub.patient("Ben Ode")
    hub.clock.plus(days=2)
    hub.patient("Cy Mill")
    found = facts(hub)
    [flow] = found.flows
    assert (found.days, flow.kind, flow.came, flow.left) == (3, RESIDENTIAL, (0, 1, 0), 0)
    assert (flow.waiting, flow.person_days) == (3, 4)


@pytest.mark.whole
def test_who_left_hospital_or_the_list_left_and_who_was_entered_by_mistake_was_never_there(hub: AHub) -> None:
    home = hub.home(vacancies=5)
    moved, left, mistaken = hub.negative("Ada Shah"), hub.patient("Ben Ode"), hub.patient("Cy Mill")
    placement = hub.proposed(moved, stay(home, start=TODAY + timedelta(1)))
    hub.clock.plus(days=1)
    hub.walk(placement, "departed")
    reasons = ((left, LeaveReason.WENT_HOME), (mistaken, LeaveReason.ENTERED_BY_MISTAKE))
    for who, reason in reasons:
        hub.does(partial(patients.leave, patient=who, reason=reason))
    hub.clock.plus(days=1)
    [flow] = facts(hub).flows
    assert (flow.waiting, flow.came, flow.left, flow.person_days) == (0, (0,), 2, 2)


def test_streams_are_by_pathway_and_of_p3_by_the_care_that_is_said(hub: AHub) -> None:
    hub.patient("Ada Shah", pathway="P1")
    hub.patient("Ben Ode", care=None)
    hub.patient("Cy Mill", care={"level": "nursing", "specialism": "dementia"})
    hub.patient("Di Reed", care={"level": "residential", "specialism": "ypd"})
    kinds = [flow.kind for flow in facts(hub).flows]
    assert kinds == [
        Kind(Pathway.P1), Kind(Pathway.P3, "dementia_nursing"), Kind(Pathway.P3, "ypd"), Kind(Pathway.P3),
    ]  # fmt: skip


@pytest.mark.whole
def test_beds_are_those_that_nothing_holds_on_the_night_in_settings_that_take_people(hub: AHub) -> None:
    span = (Free(start=TODAY, count=2), Free(start=TODAY + timedelta(9), count=3))
    home = hub.setting("Elm", unit("Main", beds(free=span)), vacancies=None)
    hub.reports(home, accepting=True)
    hub.setting("Closed", unit("Main", beds(free=span)), vacancies=None)
    hub.walk(hub.proposed(hub.negative("Ada Shah"), stay(home)), "approved")
    [known] = facts(hub).beds
    assert known == BedsFacts(RESIDENTIAL, (1, 1, 4))
