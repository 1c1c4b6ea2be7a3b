"""What the Situation of a day is made from: people, departures, homes, as the tables have them.

The same questions are asked of the tables as they are and of those of a day gone by (`situation_past`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic_core import from_json

from discharge.model.happening import Happening
from discharge.model.london import london_instant
from discharge.model.patient import Pathway
from discharge.model.patient_record import Delay
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.calls import NOT_HEARD, CrossBorder
from discharge.model.shown.settings import SettingRow
from discharge.model.shown.situation import (
    HappenedFacts,
    HomeFacts,
    LeavingFacts,
    PersonFacts,
    SituationFacts,
    Standing,
)
from discharge.rules.authorities import key
from discharge.rules.ready_date import ready_date
from discharge.store.ask import calls, facts, settings
from discharge.store.ask.criteria import met_again
from discharge.store.ask.facts import Held
from discharge.store.ask.glance import Isolating, isolation
from discharge.store.ask.patients import ACTIVE_STATES
from discharge.store.ask.view import AMONG, View, among, day

DAYS = 7
"""Arrivals, departures and what happened are counted over so many days, the day itself the last."""
_NONE = Isolating()
COUNTED = (Happening.LEFT_WITHOUT_RESULT, Happening.LEFT_WITHOUT_US, Happening.LEFT_UNTOLD)
_ON_THEIR_OWN = "('went_home', 'self_discharged', 'left_without_us')"
"""Reasons for which somebody left the list by leaving hospital without a placement."""
_SOMEBODY = "COALESCE(q.left_reason, '') != 'entered_by_mistake'"
"""Of a person's row: it is of somebody, and no mistake."""


def situation(view: View, *, on: date | None = None, recorded_later: int = 0) -> SituationFacts:
    """The facts of the view's own day; with `on` of that day, whose end the view is at."""
    holds = facts.held(view)
    again = met_again(view)
    homes, across = tuple(_homes(view, on or view.today, holds)), calls.cross_borders(view)
    return SituationFacts(
        hub=view.hub.name,
        day=on or view.today,
        at=view.now,
        is_past=on is not None,
        stale_hours=view.rules.stale_hours,
        people=tuple(_people(view, again)),
        leavings=tuple(_leavings(view, on or view.today)),
        happened=tuple(_happened(view, on or view.today)),
        homes=homes,
        names=_names(view, homes, across),
        across=across,
        hospitals=view.hub.hospitals,
        recorded_later=recorded_later,
    )


def _names(view: View, homes: Iterable[HomeFacts], across: Iterable[CrossBorder]) -> dict[str, str]:
    """The names of those whom figures of homes and boroughs count: some of them have left the list."""
    people = {name for home in homes for name in (*home.admissions, *home.discharges, *home.deaths)}
    people |= {one.patient for one in across}
    view.patient_name.know(people)
    return {name: view.patient_name[name] for name in sorted(people)}


def midnight(of: date) -> datetime:
    """The instant at which London's day begins, in UTC as times on record are."""
    begins = london_instant(of, time())
    assert begins is not None  # clocks are changed at one and at two
    return begins


def _span(first: date, last: date) -> tuple[str, str]:
    """From the beginning of a day to the end of another, as text that compares as times on record do."""
    return midnight(first).isoformat(), midnight(last + timedelta(1)).isoformat()


# people


def _people(view: View, again: Mapping[str, date]) -> Iterable[PersonFacts]:
    standing = _standing(view)
    for name, text in view.rows("SELECT id, details FROM patients WHERE left_reason IS NULL ORDER BY number"):
        said = from_json(text)
        yield PersonFacts(
            id=name,
            name=said["name"],
            pathway=Pathway(said["pathway"]),
            hospital=said.get("hospital") or "",
            ward=said.get("ward") or "",
            standing=standing.get(name, Standing.WAITING),
            ready_on=date.fromisoformat(said["ready_on"]),
            ready_date=ready_date(day(said.get("no_longer_meets_on")), again.get(name)),
            admitted_on=day(said.get("admitted_on")),
            delays=tuple(_delay(each) for each in said.get("delays", ())),
        )


def _delay(said: Mapping[str, Any]) -> Delay:
    # as it was checked when it was recorded
    since, until = date.fromisoformat(said["since"]), day(said.get("until"))
    return Delay.model_construct(reason=said["reason"], primary=said["primary"], since=since, until=until)


def _standing(view: View) -> dict[str, Standing]:
    """Where those stand who have a placement under way."""
    found: dict[str, Standing] = {}
    for patient, state in view.rows(
        f"SELECT patient, state FROM placements WHERE state IN ({ACTIVE_STATES}) ORDER BY number"
    ):
        away = state in ("departed", "arrived") or found.get(patient) is Standing.AWAY
        found[patient] = Standing.AWAY if away else Standing.PLACED
    return found


def _leavings(view: View, on: date) -> Iterable[LeavingFacts]:
    """Everybody who left hospital on that day, each once: by a placement, or on their own."""
    span = _span(on, on)
    rows = [
        *view.rows(
            "SELECT p.patient, s.departed_at, q.details FROM stays s"
            " JOIN placements p ON p.id = s.placement JOIN patients q ON q.id = p.patient"
            # one that follows another begins in a home
            " WHERE s.position = 0 AND p.follows IS NULL AND s.departed_at >= ? AND s.departed_at < ?"
            f" AND {_SOMEBODY} ORDER BY s.departed_at",
            span,
        ),
        *view.rows(
            "SELECT q.id, j.happened_at, q.details FROM patients q JOIN journal j ON j.seq = q.left_seq"
            f" WHERE q.left_reason IN {_ON_THEIR_OWN} AND j.kind IN ('patient_left', 'happened')"
            " AND j.happened_at >= ? AND j.happened_at < ? ORDER BY j.happened_at",
            span,
        ),
    ]
    seen: set[str] = set()
    for patient, at, text in rows:
        if patient in seen:
            continue
        seen.add(patient)
        said = from_json(text)
        yield LeavingFacts(
            id=patient,
            name=said["name"],
            pathway=Pathway(said["pathway"]),
            hospital=said.get("hospital") or "",
            at=datetime.fromisoformat(at),
        )


def _happened(view: View, on: date) -> Iterable[HappenedFacts]:
    """Departures from hospital, not those from one home to the next."""
    rows = view.rows(
        "SELECT h.facts, h.patient, h.hospital, h.at FROM happenings h"
        " JOIN patients q ON q.id = h.patient LEFT JOIN placements p ON p.id = h.placement"
        f" WHERE h.at >= ? AND h.at < ? AND {_SOMEBODY} AND p.follows IS NULL"
        f" AND h.facts NOT LIKE '%\"{Happening.MOVED_ON_ALL_THE_SAME}\"%' ORDER BY h.at, h.number",
        _span(on - timedelta(DAYS - 1), on),
    )
    view.patient_name.know(row[1] for row in rows)
    for said, patient, hospital, at in rows:
        counted = tuple(Happening(fact) for fact in from_json(said) if fact in COUNTED)
        if counted:
            name = view.patient_name[patient]
            yield HappenedFacts(counted, patient, name, hospital, datetime.fromisoformat(at))


# homes


def _homes(view: View, on: date, holds: Sequence[Held]) -> Iterable[HomeFacts]:
    """The homes of the hub: those in its areas, and wherever it knows beds or a return, or placed people."""
    isolating = isolation(view, holds)
    came, went, died = _came(view, on), _went(view, on), _died(view, on)
    concerned = _concerned(view) | came.keys()
    supplies, heard = calls.ppe_and_staffing(view, concerned), calls.heard(view)
    boards = {key(area): board for area, board in view.hub.boards.items()}
    for row in settings.rows(view, some=concerned, holds=holds):
        has_figures = row.capacity_age is not CapacityAge.NONE
        where = key(row.local_authority)
        ppe, staffing = supplies[row.id]
        yield HomeFacts(
            id=row.id,
            name=row.name,
            local_authority=row.local_authority or "",
            board=boards.get(where, ""),
            is_open=row.admissions == "open",
            owes_return=row.left_register is None,
            reported_at=row.capacity_reported_at,
            age=row.capacity_age,
            free=row.beds_free if has_figures else None,
            to_offer=_to_offer(row),
            isolation_places=isolating.get(row.id, _NONE).places,
            isolation_free=isolating.get(row.id, _NONE).free,
            outbreaks=tuple(one.organism for one in row.outbreaks),
            staffing=staffing,
            ppe_days=ppe,
            admissions=came.get(row.id, ()),
            discharges=went.get(row.id, ()),
            deaths=died.get(row.id, ()),
            heard=heard.get(row.id, NOT_HEARD),
        )


def _concerned(view: View) -> set[str]:
    """The settings of which the hub knows beds or a return, and those in its areas."""
    areas = {key(area) for area in view.hub.areas}
    named = view.rows("SELECT DISTINCT local_authority FROM settings") if areas else []
    return {
        name
        for (name,) in view.rows(
            "SELECT id FROM settings WHERE reported_at IS NOT NULL UNION SELECT setting FROM units"
            f" UNION SELECT id FROM settings WHERE local_authority {AMONG}",
            (among(spelt for (spelt,) in named if key(spelt) in areas),),
        )
    }


def _to_offer(row: SettingRow) -> int | None:
    """Beds that somebody could be offered tonight; None where no figures count (N8)."""
    if row.capacity_age in (CapacityAge.NONE, CapacityAge.EXPIRED):
        return None
    return row.beds_left if row.admissions == "open" and not row.stopping else 0


def _by_home(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for setting, patient in rows:
        if patient not in found[setting]:
            found[setting].append(patient)
    return {setting: tuple(people) for setting, people in found.items()}


def _came(view: View, on: date) -> dict[str, tuple[str, ...]]:
    """Who arrived in each setting in the last days, from elsewhere: another bed of the same home is none."""
    sql = (
        "SELECT s.setting, p.patient FROM stays s JOIN placements p ON p.id = s.placement"
        " LEFT JOIN placements f ON f.id = p.follows"
        " LEFT JOIN stays b ON (s.position > 0 AND b.placement = p.id AND b.position = s.position - 1)"
        " OR (s.position = 0 AND b.placement = f.id AND b.position = f.stay)"
        " WHERE s.arrived_at >= ? AND s.arrived_at < ? AND b.setting IS NOT s.setting ORDER BY s.arrived_at"
    )
    return _by_home(view.rows(sql, _span(on - timedelta(DAYS - 1), on)))


def _went(view: View, on: date) -> dict[str, tuple[str, ...]]:
    """Who left each setting in the last days alive: moved on to another, or a placement that ended otherwise
    than that they live there now."""
    span = _span(on - timedelta(DAYS - 1), on)
    return _by_home(
        [
            *view.rows(
                "SELECT one.setting, p.patient FROM stays next JOIN placements p ON p.id = next.placement"
                " JOIN stays one ON one.placement = p.id AND one.position = next.position - 1"
                " WHERE next.arrived_at >= ? AND next.arrived_at < ? AND one.setting != next.setting",
                span,
            ),
            *view.rows(
                "SELECT s.setting, p.patient FROM placements p"
                " JOIN stays s ON s.placement = p.id AND s.position = p.stay WHERE p.state = 'ended'"
                " AND p.outcome IN ('went_home', 'moved_elsewhere', 'back_to_hospital', 'moved_on')"
                " AND p.since >= ? AND p.since < ? AND s.arrived_at IS NOT NULL"
                # on to another bed of the same home
                " AND NOT (p.outcome = 'moved_on' AND EXISTS (SELECT 1 FROM placements n"
                " JOIN stays t ON t.placement = n.id AND t.position = 0 WHERE n.follows = p.id"
                " AND t.setting = s.setting AND t.arrived_at IS NOT NULL))",
                span,
            ),
        ]
    )


def _died(view: View, on: date) -> dict[str, tuple[str, ...]]:
    """Who of those that came by this hub died in each setting in the last days."""
    sql = (
        "SELECT s.setting, p.patient FROM placements p JOIN stays s ON s.placement = p.id"
        " AND s.position = p.stay WHERE p.state = 'ended' AND p.outcome = 'died' AND p.since >= ?"
        " AND p.since < ? AND s.arrived_at IS NOT NULL"
    )
    return _by_home(view.rows(sql, _span(on - timedelta(DAYS - 1), on)))


__all__ = ["COUNTED", "DAYS", "midnight", "situation"]
