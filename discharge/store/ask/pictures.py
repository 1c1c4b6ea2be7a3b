"""What the reports with pictures of a period are made from: the tables, and the journal where it was when.

A step that was taken back since never happened. The hub's approval rules, what a home says of its beds,
staff, PPE and fee, and what is known of an infection are those of now.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from discharge.model.approving import ApprovalLimit
from discharge.model.files import read_plan
from discharge.model.happening import Happening
from discharge.model.london import london_date
from discharge.model.placement import DeclineReason, PlacementState
from discharge.model.shown.pictures import (
    PPE_DAYS,
    ApprovalFacts,
    DeclineFacts,
    DepartureFacts,
    Gone,
    HomesFacts,
    IsolationFacts,
    PassedFacts,
    PicturesFacts,
    SpellFacts,
    UnmetFacts,
)
from discharge.model.time import is_within
from discharge.rules import approving
from discharge.rules.ready_date import ready_date
from discharge.store.ask import plans, timeline
from discharge.store.ask.calls import ppe_and_staffing
from discharge.store.ask.criteria import met_again
from discharge.store.ask.situation import midnight
from discharge.store.ask.view import View, day, in_chunks, instant, marks, once
from discharge.store.journal import Kind

_NEVER_HERE = "('merged', 'entered_by_mistake')"
_CARE_HOMES = ("care_home", "hot_home")


@dataclass(frozen=True, slots=True)
class _Period:
    """Days, the last included, and their edges as times on record are written."""

    first: date
    last: date
    begins: str
    ends: str

    def has(self, at: str | None) -> bool:
        """Whether that time lies in it."""
        return at is not None and self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class _Departure:
    """Somebody left hospital by a placement; `back_at`: they came back to hospital."""

    at: str
    back_at: str | None


@dataclass(frozen=True, slots=True)
class _Step:
    """An entry of a placement that counts: to which state it brought it, None where it stayed as it was."""

    id: str
    kind: str
    at: str
    user: str
    state: str | None


def pictures(view: View, *, first: date, last: date) -> PicturesFacts:
    """The facts of the days from `first` to `last`, both included."""
    begins, ends = midnight(first), midnight(last + timedelta(1))
    period = _Period(first, last, begins.isoformat(), ends.isoformat())
    steps = _steps(view, period)
    return PicturesFacts(
        hub=view.hub.name,
        first=first,
        last=last,
        at=view.now,
        people=tuple(_people(view, period)),
        spells=(*_before_a_proposal(view, period), *_spells(steps, period)),
        declines=tuple(_declines(view, period)),
        isolation=tuple(_isolation(view, period)),
        by_hand=tuple(_by_hand(view, period)),
        confirmed=_confirmed(view, period),
        happened=tuple(_happened(view, period)),
        approvals=tuple(_approvals(view, steps, period)),
        unmet=_unmet(view, period),
        departures=tuple(_departures(view, period)),
        homes=_homes(view),
    )


def _day_of(at: str) -> date:
    return london_date(datetime.fromisoformat(at))


# people


_OF_A_PERSON = (
    "ready_on", "no_longer_meets_on", "born", "sex", "handover.ethnicity", "handover.funding_route",
)  # fmt: skip


def _people(view: View, period: _Period) -> Iterator[PassedFacts]:
    again = met_again(view)
    left = _left(view)
    gone_by = _gone_by_placement(view)
    details = ", ".join(f"json_extract(details, '$.{name}')" for name in _OF_A_PERSON)
    for name, *said in view.rows(
        f"SELECT id, {details} FROM patients WHERE registered_at < ?"
        f" AND COALESCE(left_reason, '') NOT IN {_NEVER_HERE} ORDER BY number",
        (period.ends,),
    ):
        ready_on, no_longer_meets_on, born, sex, ethnicity, funding = said
        gone, at = _gone(gone_by.get(name, ()), left.get(name), period.ends)
        if at is not None and at < period.begins:
            continue
        on = None if at is None else _day_of(at)
        met = again.get(name)
        said_ready = ready_date(
            day(no_longer_meets_on),
            met if met is not None and met <= (on or period.last) else None,
        )
        yield PassedFacts(
            ready_since=said_ready or date.fromisoformat(ready_on),
            gone=gone,
            gone_on=on,
            born=day(born),
            sex=sex,
            ethnicity=ethnicity or "",
            funding=funding or "",
        )


def _left(view: View) -> dict[str, str]:
    """When each of those left the list who are off it."""
    return dict(
        view.rows(
            "SELECT q.id, j.happened_at FROM patients q JOIN journal j ON j.seq = q.left_seq"
            " WHERE q.left_reason IS NOT NULL"
        )
    )


def _gone_by_placement(view: View) -> Mapping[str, list[_Departure]]:
    """Departures from hospital by person. One that follows another begins in a home."""
    found: dict[str, list[_Departure]] = defaultdict(list)
    for patient, at, back in view.rows(
        "SELECT p.patient, s.departed_at, CASE p.outcome WHEN 'back_to_hospital' THEN p.since END"
        " FROM stays s JOIN placements p ON p.id = s.placement"
        " WHERE s.position = 0 AND s.departed_at IS NOT NULL AND p.follows IS NULL ORDER BY s.departed_at"
    ):
        found[patient].append(_Departure(at, back))
    return found


def _gone(departures: Iterable[_Departure], left: str | None, ends: str) -> tuple[Gone, str | None]:
    """How somebody stands at that time, and since when they are gone."""
    for one in departures:
        if one.at < ends and (one.back_at is None or one.back_at >= ends):
            return Gone.PLACED, one.at
    if left is not None and left < ends:
        return Gone.OTHERWISE, left
    return Gone.STILL, None


# how long things stood


_STEPS: Mapping[str, PlacementState | None] = {
    Kind.PLACEMENT_PROPOSED: PlacementState.PROPOSED,
    Kind.PLACEMENT_APPROVED: PlacementState.APPROVED,
    Kind.PLACEMENT_RETURNED: PlacementState.RETURNED,
    Kind.PLACEMENT_TOLD: None,
    Kind.PLACEMENT_ACCEPTED: None,
    Kind.PLACEMENT_DECLINED: None,
    Kind.PLACEMENT_UNANSWERED: None,
    Kind.PLACEMENT_BOOKED: None,
    Kind.PLACEMENT_DEPARTED: PlacementState.DEPARTED,
    Kind.PLACEMENT_ARRIVED: PlacementState.ARRIVED,
    Kind.PLACEMENT_MOVED_ON: PlacementState.ARRIVED,
    Kind.PLACEMENT_ENDED: PlacementState.ENDED,
    Kind.PLACEMENT_WITHDRAWN: None,
    Kind.HAPPENED: None,
}
"""To which state an entry brings a placement; None: its body says."""


def _steps(view: View, period: _Period) -> dict[str, list[_Step]]:
    """The entries that count of each placement that something became of in the period or since, in order."""
    concerned = {
        name for (name,) in view.rows("SELECT id FROM placements WHERE since >= ?", (period.begins,))
    }
    kinds = (*_STEPS, Kind.PLACEMENT_STEP_TAKEN_BACK)
    found: dict[str, list[_Step]] = defaultdict(list)
    said = [kind for kind, brings in _STEPS.items() if brings is None]
    for name, kind, of, at, user, state, taken_back in view.rows(
        "SELECT id, kind, CASE kind WHEN 'happened' THEN json_extract(body, '$.placement') ELSE subject END,"
        " happened_at, user, CASE WHEN kind = 'happened' THEN json_extract(body, '$.becomes.state')"
        f" WHEN kind IN ({marks(said)}) THEN json_extract(body, '$.state') END,"
        " CASE kind WHEN 'placement_step_taken_back' THEN json_extract(body, '$.entry') END"
        f" FROM journal WHERE kind IN ({marks(kinds)}) ORDER BY seq",
        [str(kind) for kind in (*said, *kinds)],
    ):
        if of not in concerned:
            continue
        if kind == Kind.PLACEMENT_STEP_TAKEN_BACK:
            found[of] = [step for step in found[of] if step.id != taken_back]
        else:
            found[of].append(_Step(name, kind, at, user, _STEPS[kind] or state))
    return found


_ON_THE_WAY = {
    state.value: state
    for state in (
        PlacementState.PROPOSED, PlacementState.APPROVED, PlacementState.TOLD, PlacementState.ACCEPTED,
        PlacementState.BOOKED, PlacementState.DEPARTED,
    )
}  # fmt: skip


def _spells(steps: Mapping[str, list[_Step]], period: _Period) -> Iterator[SpellFacts]:
    """How long each placement stood in a state from which it went on in the period."""
    for of_one in steps.values():
        state, since = "", ""
        for step in of_one:
            if step.state is None or step.state == state:
                continue
            if state in _ON_THE_WAY and period.has(step.at):
                yield SpellFacts(_ON_THE_WAY[state], _seconds(since, step.at))
            state, since = step.state, step.at


def _before_a_proposal(view: View, period: _Period) -> Iterator[SpellFacts]:
    """How long those were on the list who had their first proposal in the period."""
    for registered, proposed in view.rows(
        "SELECT q.registered_at, MIN(p.proposed_at) FROM patients q JOIN placements p ON p.patient = q.id"
        " GROUP BY q.id ORDER BY q.number"
    ):
        if period.has(proposed):
            yield SpellFacts(None, _seconds(registered, proposed))


def _seconds(since: str, until: str) -> float:
    span = datetime.fromisoformat(until) - datetime.fromisoformat(since)
    return max(0.0, span.total_seconds())


# answers, overrides, money


def _declines(view: View, period: _Period) -> Iterator[DeclineFacts]:
    places = dict(view.rows("SELECT setting, SUM(COALESCE(isolation_places, 0)) FROM units GROUP BY setting"))
    free = dict(
        view.rows(
            'SELECT setting, SUM(("end" IS NULL OR "end" > ?) * (start <= ?) * "count") FROM free'
            " GROUP BY setting",
            (view.today.isoformat(), view.today.isoformat()),
        )
    )
    ill = {name for (name,) in view.rows("SELECT DISTINCT setting FROM outbreaks")}
    supplies = ppe_and_staffing(view)
    for setting, code, at, fee, person, start in view.rows(
        "SELECT d.setting, d.code, d.at, s.weekly_fee, q.details,"
        " (SELECT MIN(y.start) FROM stays y WHERE y.placement = d.placement AND y.setting = d.setting)"
        " FROM declines d JOIN settings s ON s.id = d.setting JOIN patients q ON q.id = d.patient"
        " WHERE d.at >= ? AND d.at < ? ORDER BY d.number",
        (period.begins, period.ends),
    ):
        wanted = day(start) or _day_of(at)
        yield DeclineFacts(
            setting=setting,
            setting_name=view.setting_name[setting],
            code=DeclineReason(code),
            weekly_fee=fee,
            max_weekly_fee=json.loads(person).get("max_weekly_fee"),
            isolation_places=places.get(setting) or 0,
            staffing=supplies[setting][1],
            outbreak_open=setting in ill,
            beds_free=free.get(setting),
            notice_days=max(0, (wanted - _day_of(at)).days),
        )


def _by_hand(view: View, period: _Period) -> Iterator[str]:
    taken_back = _taken_back(view)
    for principle, entry in view.rows(
        "SELECT COALESCE(p.principle, ''), j.id FROM placements p JOIN journal j ON j.subject = p.id"
        " AND j.kind = 'placement_proposed' WHERE p.by_hand_reason != ''"
        " AND p.proposed_at >= ? AND p.proposed_at < ? ORDER BY p.number",
        (period.begins, period.ends),
    ):
        if entry not in taken_back:
            yield principle


def _confirmed(view: View, period: _Period) -> int:
    """Entries recorded in the period that were asked about and confirmed, and weren't taken back."""
    rows = view.rows(
        "SELECT id FROM journal WHERE recorded_at >= ? AND recorded_at < ? AND body LIKE '%\"confirmed\":[%'",
        (period.begins, period.ends),
    )
    return len({entry for (entry,) in rows} - _taken_back(view))


@once
def _taken_back(view: View) -> frozenset[str]:
    """The entries that were taken back, each by its id."""
    kinds = (Kind.PLACEMENT_STEP_TAKEN_BACK.value, Kind.CAPACITY_TAKEN_BACK.value)
    return frozenset(
        entry
        for (entry,) in view.rows(
            "SELECT COALESCE(json_extract(body, '$.takes_back'), json_extract(body, '$.entry')) FROM journal"
            " WHERE kind IN (?, ?) OR body LIKE '%\"takes_back\":%'",
            kinds,
        )
    )


def _happened(view: View, period: _Period) -> Iterator[tuple[Happening, ...]]:
    for (facts,) in view.rows(
        "SELECT h.facts FROM happenings h JOIN patients q ON q.id = h.patient WHERE h.against != '[]'"
        " AND COALESCE(q.left_reason, '') != 'entered_by_mistake' AND h.at >= ? AND h.at < ?"
        " ORDER BY h.number",
        (period.begins, period.ends),
    ):
        yield tuple(Happening(fact) for fact in json.loads(facts))


def _approvals(view: View, steps: Mapping[str, list[_Step]], period: _Period) -> Iterator[ApprovalFacts]:
    approved = [
        (name, step)
        for name, of_one in steps.items()
        for step in of_one
        if step.kind == Kind.PLACEMENT_APPROVED and period.has(step.at)
    ]
    fees = _fees(view, [name for name, _ in approved])
    limits: dict[tuple[str, date], ApprovalLimit] = {}
    for name, step in approved:
        key = (step.user, _day_of(step.at))
        if key not in limits:
            limits[key] = approving.limit_of(view.hub.approval_rules, user=step.user, on=key[1])
        yield ApprovalFacts(fees.get(name), limits[key])


def _fees(view: View, placements: Iterable[str]) -> dict[str, float | None]:
    """The highest weekly fee of each placement's stays, as they were proposed; where an entry of old doesn't
    say it, as the setting asks it now. None where one isn't known."""
    return {
        name: fee
        for chunk in in_chunks(placements)
        for name, fee in view.rows(
            "SELECT placement, CASE WHEN COUNT(*) = COUNT(fee) THEN MAX(fee) END FROM"
            " (SELECT s.placement, COALESCE(s.fee, h.weekly_fee) AS fee"
            " FROM stays s JOIN settings h ON h.id = s.setting"
            f" WHERE s.placement IN ({marks(chunk)})) GROUP BY placement",
            chunk,
        )
    }


def _unmet(view: View, period: _Period) -> UnmetFacts | None:
    row = view.row(
        "SELECT id, made_at, listed FROM plans WHERE made_at >= ? AND made_at < ?"
        " ORDER BY number DESC LIMIT 1",
        (period.begins, period.ends),
    )
    if row is None:
        return None
    plan = read_plan(plans.files(view, row[0]).plan)
    reasons = tuple(tuple(reason.code for reason in one.reasons) for one in plan.unplaced)
    return UnmetFacts(row[0], datetime.fromisoformat(row[1]), row[2], reasons)


# where people went


def _isolation(view: View, period: _Period) -> Iterator[IsolationFacts]:
    """Nights of isolation by setting: those of people who had arrived, up to last night."""
    until = min(period.last + timedelta(1), view.today)
    stays = view.rows(
        'SELECT s.placement, s.setting, s.start, s."end", u.designated_from, u.designated_to'
        " FROM stays s LEFT JOIN units u ON u.setting = s.setting AND u.id = s.unit"
        ' WHERE s.arrived_at IS NOT NULL AND s.start < ? AND (s."end" IS NULL OR s."end" > ?)'
        # of whom nothing was seen nobody isolates, and most of a large hub needn't be looked at
        " AND EXISTS (SELECT 1 FROM placements p JOIN observations o ON o.patient = p.patient"
        " WHERE p.id = s.placement) ORDER BY s.setting, s.placement",
        (until.isoformat(), period.first.isoformat()),
    )
    isolated = timeline.isolated(view, sorted({row[0] for row in stays})) if stays else {}
    for placement, setting, start, end, since, to in stays:
        begins, ends = max(date.fromisoformat(start), period.first), min(day(end) or until, until)
        nights = sum(
            max(0, (min(each.end or ends, ends) - max(each.start, begins)).days)
            for each in isolated.get(placement, ())
        )
        if nights:
            designated = _is_designated(date.fromisoformat(start), since, to)
            yield IsolationFacts(setting, view.setting_name[setting], designated, nights)


def _is_designated(on: date, since: str | None, to: str | None) -> bool:
    begins = day(since)
    return begins is not None and is_within(on, begins, day(to))


def _departures(view: View, period: _Period) -> Iterator[DepartureFacts]:
    rows = view.rows(
        "SELECT p.patient, s.departed_at, h.type, s.told_at, p.approved_by, s.requirement, s.start,"
        " u.designated_from, u.designated_to, json_extract(q.details, '$.mental_capacity'),"
        " json_extract(q.details, '$.family_asked'), json_extract(q.details, '$.carer_asked')"
        " FROM stays s JOIN placements p ON p.id = s.placement JOIN settings h ON h.id = s.setting"
        " JOIN patients q ON q.id = p.patient"
        " LEFT JOIN units u ON u.setting = s.setting AND u.id = s.unit"
        " WHERE s.position = 0 AND p.follows IS NULL AND s.departed_at >= ? AND s.departed_at < ?"
        " ORDER BY s.departed_at",
        (period.begins, period.ends),
    )
    results = _results(view, [row[0] for row in rows])
    for patient, at, kind, told_at, approved_by, asks, start, since, to, capacity, family, carer in rows:
        left = datetime.fromisoformat(at)
        yield DepartureFacts(
            is_to_care_home=kind in _CARE_HOMES,
            had_result=any(reported <= left for reported in results.get(patient, ())),
            was_told=told_at is not None and told_at <= at,
            was_approved=approved_by is not None,
            needed_designated=asks == "designated",
            went_to_designated=_is_designated(date.fromisoformat(start), since, to),
            capacity_said=capacity in ("has_capacity", "best_interests"),
            carer_asked="yes" in (family, carer),
        )


def _results(view: View, people: Iterable[str]) -> Mapping[str, list[datetime]]:
    """When results of tests were reported, by person."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for chunk in in_chunks(dict.fromkeys(people)):
        for patient, text in view.rows(
            f"SELECT patient, body FROM observations WHERE withdrawn = 0 AND patient IN ({marks(chunk)})",
            chunk,
        ):
            seen: dict[str, Any] = json.loads(text)
            reported = instant(seen.get("reported_at"))
            if seen["kind"] == "test" and seen["result"] != "pending" and reported is not None:
                found[patient].append(reported)
    return found


def _homes(view: View) -> HomesFacts:
    stale = (view.now - timedelta(hours=view.rules.stale_hours)).isoformat()
    rows = view.rows(
        "SELECT id, reported_at FROM settings s WHERE joined_into IS NULL AND left_register IS NULL"
        " AND EXISTS (SELECT 1 FROM units u WHERE u.setting = s.id)"
    )
    # as it is said last, on the telephone or in the record: the same that the Situation and Today go by
    supplies = ppe_and_staffing(view)
    ppe = [days for name, _ in rows if (days := supplies[name][0]) is not None]
    staffing = [level for name, _ in rows if (level := supplies[name][1]) is not None]
    outbreaks = [assessed for (assessed,) in view.rows("SELECT assessed FROM outbreaks")]
    units = view.rows("SELECT designated_from, designated_to FROM units WHERE designated_from IS NOT NULL")
    return HomesFacts(
        count=len(rows),
        in_time=sum(at is not None and at >= stale for _, at in rows),
        ppe_said=len(ppe),
        ppe_short=sum(days < PPE_DAYS for days in ppe),
        staffing_said=len(staffing),
        staffing_red=staffing.count("red"),
        outbreaks=len(outbreaks),
        outbreaks_assessed=sum(outbreaks),
        designated_units=sum(_is_designated(view.today, since, to) for since, to in units),
    )


__all__ = ["pictures"]
