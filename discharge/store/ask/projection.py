"""What the days to come are foretold from: how people came and left, and what is left of beds."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from discharge.model.london import london_date
from discharge.model.patient import Pathway
from discharge.model.setting import Category
from discharge.model.shown.projection import HORIZONS, MOST_DAYS, BedsFacts, Flow, Kind, ProjectionFacts
from discharge.rules.pathways import ends_in
from discharge.store import journal
from discharge.store.ask.glance import left_on
from discharge.store.ask.view import View

_NEVER_WAITED = ("entered_by_mistake", "merged")


@dataclass(frozen=True, slots=True)
class _Wait:
    """From when to when somebody waited in hospital; `gone` None: they do now."""

    kind: Kind
    came: date
    gone: date | None

    def on(self, day: date) -> bool:
        """Whether they waited since before this day began."""
        return self.came < day and (self.gone is None or self.gone >= day)


def facts(view: View) -> ProjectionFacts:
    """The flows of the whole days that count, by kind, and the beds of each kind."""
    recorded = journal.recorded(view.connection)
    # whoever was on the list when the record began didn't come on that day
    begun = view.today if recorded is None else london_date(recorded[0]) + timedelta(1)
    days = max(0, min(MOST_DAYS, (view.today - begun).days))
    counted = [view.today - timedelta(back) for back in range(days, 0, -1)]
    waits: dict[Kind, list[_Wait]] = defaultdict(list)
    for each in _waits(view):
        waits[each.kind].append(each)
    flows = [_flow(kind, waits[kind], counted) for kind in sorted(waits, key=_order)]
    seen = tuple(each for each in flows if each.waiting or any(each.came) or each.left)
    return ProjectionFacts(view.today, days, seen, _beds(view, [each.kind for each in seen]))


def _order(kind: Kind) -> tuple[str, str]:
    return kind.pathway.value, kind.category or "~"


def _flow(kind: Kind, waits: Sequence[_Wait], counted: Sequence[date]) -> Flow:
    came = Counter(each.came for each in waits)
    return Flow(
        kind=kind,
        waiting=sum(each.gone is None for each in waits),
        came=tuple(came[day] for day in counted),
        left=sum(each.gone in counted for each in waits if each.gone is not None),
        person_days=sum(each.on(day) for each in waits for day in counted),
    )


def _waits(view: View) -> Iterable[_Wait]:
    """Everybody who ever waited. Who is back from a placement waits again, and their wait counts as one."""
    rows = view.rows(
        "SELECT q.facts, q.registered_at, q.left_reason, j.happened_at, ("
        " SELECT MIN(s.departed_at) FROM placements p JOIN stays s ON s.placement = p.id"
        " WHERE p.patient = q.id AND s.position = 0), EXISTS ("
        " SELECT 1 FROM placements p WHERE p.patient = q.id AND p.state IN ('departed', 'arrived'))"
        " FROM patients q LEFT JOIN journal j ON j.seq = q.left_seq"
        f" WHERE COALESCE(q.left_reason, '') NOT IN {_NEVER_WAITED}"
    )
    for text, registered, left, left_at, departed, away in rows:
        gone = [at for at in (left_at, departed) if at is not None] if left or away else []
        came = london_date(datetime.fromisoformat(registered))
        yield _Wait(
            _kind(json.loads(text)), came, london_date(datetime.fromisoformat(min(gone))) if gone else None
        )


def _kind(said: dict[str, Any]) -> Kind:
    pathway, care = Pathway(said["pathway"]), said["care"]
    if pathway is not Pathway.P3 or care is None:
        return Kind(pathway)
    return Kind(pathway, _category(care["level"], care["specialism"]))


def _category(level: str, specialism: str) -> Category:
    named: Any = "ypd" if specialism == "ypd" else f"{specialism}_{level}"
    found: Category = named
    return found


def _beds(view: View, kinds: Iterable[Kind]) -> tuple[BedsFacts, ...]:
    """The beds of each kind. Those of P2 stand together; of P3 by category; a hot home's isolate, and are
    none where anybody stays."""
    nights = left_on(view, [view.today, *(view.today + timedelta(days) for days in HORIZONS)])
    types = dict(view.rows("SELECT id, type FROM settings"))
    for_a_while, to_stay = (ends_in(pathway, view.rules) for pathway in (Pathway.P2, Pathway.P3))
    found = []
    for kind in kinds:
        if kind.pathway is Pathway.P2:
            left = [_sum(night, types, for_a_while) for night in nights]
            found.append(BedsFacts(kind, tuple(left), *_stays(view)))
        elif kind.category is not None:
            among = to_stay - {"hot_home"}
            left = [_sum(night, types, among, only=kind.category) for night in nights]
            found.append(BedsFacts(kind, tuple(left)))
    return tuple(found)


def _sum(
    night: Counter[tuple[str, str]], types: dict[str, str], among: Iterable[str], *, only: str | None = None
) -> int:
    wanted = frozenset(among)
    return sum(
        count
        for (setting, category), count in night.items()
        if types[setting] in wanted and only in (None, category)
    )


def _stays(view: View) -> tuple[int, int, int]:
    """Stays on P2 that go on without a planned end; those that ended, ever; and the days that all lasted."""
    rows = view.rows(
        'SELECT s.arrived_at, s."end", p.state, p.since FROM placements p JOIN patients q ON q.id = p.patient'
        " JOIN stays s ON s.placement = p.id AND s.position = p.stay"
        " WHERE json_extract(q.facts, '$.pathway') = 'P2' AND s.arrived_at IS NOT NULL"
        " AND p.state IN ('arrived', 'ended')"
    )
    over = sum(state == "ended" for _, _, state, _ in rows)
    going_on = sum(state == "arrived" and end is None for _, end, state, _ in rows)
    lasted = sum(
        max(0, ((_day(since) if state == "ended" else view.today) - _day(arrived)).days)
        for arrived, _, state, since in rows
    )
    return going_on, over, lasted


def _day(text: str) -> date:
    return london_date(datetime.fromisoformat(text))


__all__ = ["facts"]
