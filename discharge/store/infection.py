"""What the rules say of a person's infections at the instant of a view, as the pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from discharge.model.hub_patient import InfectionState as Shown
from discharge.model.infection import Test
from discharge.model.patient import Patient
from discharge.rules.infection import infection_state
from discharge.rules.requirement import FAR, Block, InfectionState
from discharge.store.view import View

__all__ = ["FAR", "awaited_since", "isolation_end", "shown", "state_of"]


def state_of(view: View, patient: Patient) -> InfectionState:
    """The person's infections by the hub's rule set, at the instant of the view."""
    found = view.states.get(id(patient))
    if found is None:
        found = view.states[id(patient)] = (patient, infection_state(patient, view.rules, as_at=view.now))
    return found[1]


def isolation_end(state: InfectionState) -> date | None:
    """The first night without isolation as known today: None where they don't isolate, FAR if open-ended."""
    end = state.near.isolation_end
    return end if end is not None and end > state.day0 else None


def shown(view: View, patient: Patient, *, left_on: date | None = None) -> Shown:
    """What is asked of a bed tonight, by which rule, in a sentence.

    `left_on` is the day on which they left hospital: whoever has left needs no test to leave.
    """
    state = state_of(view, patient)
    asked = (
        state.night(view.today) if left_on is None else state.from_start(left_on).night(view.today, left_on)
    )
    end = isolation_end(state)
    organisms = sorted({d.organism for d in state.near.demands if d.isolates and d.covers(view.today)})
    if isinstance(asked, Block):
        requirement = "blocked"
    else:
        requirement = asked.ask
    return Shown(
        requirement=requirement,
        rule="" if requirement == "open" else asked.rule,
        sentence=asked.text,
        organisms=tuple(organisms),
        isolation_end=None if end is None or end == FAR else end,
        open_ended=end == FAR,
        result_awaited_since=awaited_since(patient.observations, view.now),
    )


def awaited_since(observations: Iterable[object], now: datetime) -> datetime | None:
    """The specimen time of the earliest test without a result, where no later result has spoken since."""
    tests = [seen for seen in observations if isinstance(seen, Test)]

    def is_open(test: Test) -> bool:
        return test.result == "pending" or test.reported_at is None or test.reported_at > now

    answered = {
        organism: max(t.specimen_at for t in tests if t.organism == organism and not is_open(t))
        for organism in {t.organism for t in tests if not is_open(t)}
    }
    waiting = [
        t.specimen_at
        for t in tests
        if is_open(t) and (t.organism not in answered or t.specimen_at > answered[t.organism])
    ]
    return min(waiting, default=None)
