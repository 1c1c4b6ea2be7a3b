"""What became of moves: reviews that are due and recorded; assessments; clocks of funding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from discharge.model.london import london_date
from discharge.model.review import (
    CHC_DAYS,
    FAST_TRACK_DAYS,
    REVIEW_DAYS,
    Assessment,
    Review,
    ReviewDay,
)
from discharge.model.shown.patients import RecordedAssessment
from discharge.model.shown.reviews import DueReview, FundingClock, RecordedReview
from discharge.store.ask import joining
from discharge.store.ask.view import View, load

OPEN_FOR = timedelta(60)
"""So long after an arrival a review is asked for; then it is too late to be one."""

_LIVES_ON = (
    "(p.state = 'arrived' OR p.state = 'ended' AND p.outcome = 'settled' AND (SELECT q.left_reason"
    " FROM patients q WHERE q.id = p.patient) = 'placed')"
)
"""Whoever has moved on by another placement, died since or is on the list again isn't at that home."""
_ARRIVED = (
    "SELECT p.id, p.patient, first.arrived_at,"
    " (SELECT group_concat(json_extract(r.body, '$.day')) FROM reviews r WHERE r.placement = p.id"
    "  AND r.withdrawn = 0), here.setting"
    " FROM placements p JOIN stays first ON first.placement = p.id AND first.position = 0"
    " JOIN stays here ON here.placement = p.id AND here.position = p.stay"
    f" WHERE first.arrived_at >= ? AND {_LIVES_ON} ORDER BY p.number"
)


def due(view: View) -> tuple[DueReview, ...]:
    """The reviews whose day has come and that nobody has recorded, oldest first: of a placement the latest.

    Of people who live where they were brought, whether the placement has ended or not.
    """
    found = list(_due(view))
    return tuple(sorted(found, key=lambda one: (one.due_on, one.placement)))


def _due(view: View) -> Iterator[DueReview]:
    since = (view.now - OPEN_FOR).isoformat()
    for placement, patient, arrived_at, said, setting in view.rows(_ARRIVED, (since,)):
        arrived = london_date(datetime.fromisoformat(arrived_at))
        recorded = {int(day) for day in str(said or "").split(",") if day}
        come = [day for day in REVIEW_DAYS if arrived + timedelta(day) <= view.today]
        if not come or come[-1] in recorded:
            continue
        latest: ReviewDay = come[-1]  # type: ignore[assignment]
        phone = view.value("SELECT phone FROM settings WHERE id = ?", (setting,))
        yield DueReview(
            placement=placement,
            patient=patient,
            patient_name=view.patient_name[patient],
            setting_name=view.setting_name[setting],
            phone=phone or "",
            day=latest,
            due_on=arrived + timedelta(latest),
            missed=tuple(day for day in come[:-1] if day not in recorded),
        )


def of_placement(view: View, placement: str) -> tuple[RecordedReview, ...]:
    """The reviews of a placement that count, newest first."""
    rows = view.rows(
        'SELECT id, body, "by" FROM reviews WHERE placement = ? AND withdrawn = 0 ORDER BY number DESC',
        (placement,),
    )
    return tuple(RecordedReview(id=row[0], review=load(Review, row[1]), by=row[2]) for row in rows)


def assessments(view: View, patient: str) -> tuple[RecordedAssessment, ...]:
    """The assessments of somebody, newest first; withdrawn ones too. Where a home has become one with another
    they stand for that one."""
    rows = view.rows(
        'SELECT id, body, at, "by", withdrawn, reason FROM assessments WHERE patient = ?'
        " ORDER BY number DESC",
        (patient,),
    )
    found = []
    for row in rows:
        assessment = load(Assessment, row[1])
        homes = dict.fromkeys(joining.whole(view, name) for name in assessment.settings)
        assessment = assessment.model_copy(update={"settings": tuple(homes)})
        found.append(
            RecordedAssessment(
                id=row[0],
                assessment=assessment,
                setting_names=tuple(view.setting_name[name] for name in assessment.settings),
                at=datetime.fromisoformat(row[2]),
                by=row[3],
                withdrawn=bool(row[4]),
                reason=row[5],
            )
        )
    return tuple(found)


_CLOCKS = (
    ("CHC", "chc_referred_on", "chc_decided_on", CHC_DAYS),
    ("fast track", "fast_track_on", "fast_track_decided_on", FAST_TRACK_DAYS),
)


def clocks(view: View) -> tuple[FundingClock, ...]:
    """Decisions on funding awaited for longer than they are counted by, of people who haven't died or been
    merged, the longest first."""
    found = []
    for what, begun, decided, counted in _CLOCKS:
        rows = view.rows(
            f"SELECT id, json_extract(details, '$.handover.{begun}') FROM patients"
            f' WHERE instr(details, \'"{begun}":"\') > 0'
            f" AND json_extract(details, '$.handover.{decided}') IS NULL"
            " AND COALESCE(left_reason, '') NOT IN ('died', 'merged', 'entered_by_mistake')"
        )
        for patient, text in rows:
            since = date.fromisoformat(text)
            waited = (view.today - since).days
            if waited > counted:
                name = view.patient_name[patient]
                found.append(FundingClock(patient, name, what, since, waited, counted))
    return tuple(sorted(found, key=lambda one: (one.counted - one.days, one.patient)))


def next_number(view: View, table: str) -> int:
    """The number of the next review or assessment."""
    return int(view.value(f"SELECT COALESCE(MAX(number), 0) + 1 FROM {table}"))


__all__ = ["assessments", "clocks", "due", "next_number", "of_placement"]
