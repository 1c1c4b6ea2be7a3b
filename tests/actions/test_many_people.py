"""Several people at once: an entry each, of all or of none, and one way back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from discharge.actions.context import Answered
from discharge.actions.entry_back import take_back_entries
from discharge.actions.many_people import amend_patients, leave_together
from discharge.model.errors import Asked
from discharge.model.patient_record import LeaveReason
from tests.actions.a_hub import TODAY, AHub


def wards(hub: AHub, *people: str) -> list[str]:
    return hub.desk.ask(lambda q: [q.patient_details(one).ward for one in people])


def left(hub: AHub, *people: str) -> list[str | None]:
    return hub.desk.ask(lambda q: [q.person(one).left_reason for one in people])


def test_the_same_is_amended_for_several_with_an_entry_each_and_one_way_back(hub: AHub) -> None:
    ada, ben, cyn = (hub.patient(name) for name in ("Ada Sprat", "Ben Otter", "Cyn Teal"))
    hub.does(partial(amend_patients, patients=[cyn], changes={"ward": "Oak"}))
    done = hub.does(
        partial(
            amend_patients, patients=[ada, ben, cyn, ada], changes={"ward": "Oak"}, reason="The ward moved"
        )
    )
    assert done.subjects == (ada, ben)
    assert wards(hub, ada, ben, cyn) == ["Oak", "Oak", "Oak"]
    shown = hub.desk.ask(lambda q: q.own_today(hub.coordinator.id))[0]
    assert (shown.about, shown.who, shown.entries) == ("2 people", None, done.entries)
    hub.does(partial(take_back_entries, entries=done.entries, reason="a slip"))
    assert wards(hub, ada, ben) == ["", ""]


def test_several_go_home_together_and_come_back_together(hub: AHub) -> None:
    ada, ben = (hub.patient(name) for name in ("Ada Sprat", "Ben Otter"))
    done = hub.does(partial(leave_together, patients=[ada, ben], reason=LeaveReason.WENT_HOME))
    assert left(hub, ada, ben) == [LeaveReason.WENT_HOME, LeaveReason.WENT_HOME]
    hub.does(partial(take_back_entries, entries=done.entries, reason="a slip"))
    assert left(hub, ada, ben) == [None, None]


def test_where_one_is_refused_nobody_is_changed_and_it_is_said_who(hub: AHub) -> None:
    ada, ben = (hub.patient(name) for name in ("Ada Sprat", "Ben Otter"))
    hub.does(partial(leave_together, patients=[ben], reason=LeaveReason.WENT_HOME))
    before = hub.desk.ask(lambda q: q.head())
    with hub.refuses(says=f"Ben Otter, {ben}: They left the list."):
        hub.does(partial(amend_patients, patients=[ada, ben], changes={"priority": 1}))
    with hub.refuses(says=f"Ben Otter, {ben}: They left the list already."):
        hub.does(partial(leave_together, patients=[ada, ben], reason=LeaveReason.UNWELL))
    with hub.refuses(says="A death is recorded person by person."):
        hub.does(partial(leave_together, patients=[ada], reason=LeaveReason.DIED))
    with hub.refuses(says="'name' isn't amended of several people."):
        hub.does(partial(amend_patients, patients=[ada], changes={"name": "Ada"}))
    assert hub.desk.ask(lambda q: q.head()) == before


def test_what_is_unusual_is_asked_once_for_all_of_them(hub: AHub) -> None:
    ada, ben = (hub.patient(name) for name in ("Ada Sprat", "Ben Otter"))
    far = TODAY + timedelta(400)
    amend = partial(amend_patients, patients=[ada, ben], changes={"ready_on": far})
    with pytest.raises(Asked, match="still to come") as question:
        hub.does(amend)
    done = hub.does(Answered(amend, {question.value.key: "both wait for the same course"}))
    assert done.subjects == (ada, ben)
