"""What the Match page reads of the hub, and what it gives the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from discharge.actions.planning import freeze_case, previous_plan
from discharge.model.case import Case
from discharge.model.files import FrozenCase
from discharge.model.flags import Flag
from discharge.model.infection import Test
from discharge.model.patient_record import PatientState
from discharge.model.placement import PlacementState
from discharge.model.shown.patients import PatientRow
from discharge.model.shown.plans import PlanPage, PlanRow

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """What the page shows, of one instant."""

    waiting: tuple[PatientRow, ...]
    onward: frozenset[str]
    """Of those waiting, who is in a setting and waits there for an onward place."""
    settings: int
    plans: tuple[PlanRow, ...]
    kept: frozenset[str]
    """Whose proposal is kept."""
    isolation_ends: dict[str, date]
    """First night without isolation of everybody who isolates until a known date."""
    page: PlanPage | None
    """The plan that is shown; None where there is none yet."""
    against: Mapping[str, tuple[Flag, ...]] = field(default_factory=dict)
    """By the id of a placement under way, what speaks against it as things are now."""
    awaited: frozenset[str] = frozenset()
    """Of whom the plan's case awaits a result."""


def read_match(queries: Queries, *, plan: str) -> MatchFacts:
    """The page's facts; `plan` is the one to show, empty for the newest. In the store's thread."""
    plans = queries.plans()
    shown = plan if any(row.id == plan for row in plans) else (plans[0].id if plans else "")
    onward = frozenset(
        move.patient for move in queries.moves() if move.onward and move.state is PlacementState.ARRIVED
    )
    people = queries.patients()
    listed = (row for row in people if row.state is PatientState.WAITING or row.id in onward)
    waiting = tuple(sorted(listed, key=lambda row: (row.priority, -row.waiting_days, row.name.casefold())))
    page = queries.plan(shown) if shown else None
    return MatchFacts(
        waiting=waiting,
        onward=onward,
        settings=len(queries.setting_names()),
        plans=plans,
        kept=frozenset(queries.kept()),
        isolation_ends={row.id: row.infection.isolation_end for row in people if row.infection.isolation_end},
        page=page,
        against={row.placement: row.flags for row in people if row.placement and row.flags},
        awaited=frozenset() if page is None else results_awaited(page.case),
    )


def results_awaited(case: Case) -> frozenset[str]:
    """Whose test has no result yet at the instant of the case."""
    return frozenset(
        person.id
        for person in case.patients
        if any(
            isinstance(each, Test)
            and (each.result == "pending" or (each.reported_at is not None and each.reported_at > case.as_at))
            for each in person.observations
        )
    )


def freeze(queries: Queries) -> tuple[FrozenCase, bytes]:
    """The hub as a case, and the rules it is planned under, as JSON. In the store's thread."""
    frozen = freeze_case(queries)
    return frozen, queries.rules().model_dump_json(by_alias=True).encode()


@dataclass(frozen=True, slots=True)
class ToPlan:
    """What the engine is given: the hub as a case, its rules as JSON, and the plan to keep to, if any."""

    case: FrozenCase
    rules: bytes
    previous: bytes | None


def read_to_plan(queries: Queries, *, keep: bool) -> ToPlan:
    """The hub as the engine is given it; `keep`: the newest plan is kept to. In the store's thread."""
    case, rules = freeze(queries)
    return ToPlan(case, rules, previous_plan(queries) if keep else None)
