"""The points of a placement, item by item (docs/case.md, "What is optimal")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import asin, cos, floor, radians, sin, sqrt

from discharge.matching.verify.breach import Breach
from discharge.matching.verify.course import Course
from discharge.matching.verify.hub import Hub, Where, nights_that_differ
from discharge.model.patient import Pathway, Patient
from discharge.model.plan import Placement, Stay
from discharge.model.setting import Setting

EARTH_RADIUS_KM = 6371
FREE_WEEKLY_FEE = 1000
FEE_STEP = 50

ITEMS = (
    "delay",
    "distance",
    "moves",
    "choice",
    "usual",
    "out_of_area",
    "nursing_for_residential",
    "scarce",
    "rating",
    "stale",
    "fee",
    "no_onward",
)


def kilometres(patient: Patient, setting: Setting) -> float | None:
    """Great-circle kilometres from patient to setting; None where either has no coordinates."""
    if None in (patient.latitude, patient.longitude, setting.latitude, setting.longitude):
        return None
    lat1, lon1, lat2, lon2 = (
        radians(value or 0)
        for value in (patient.latitude, patient.longitude, setting.latitude, setting.longitude)
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def points_of(
    hub: Hub,
    patient: Patient,
    stays: Sequence[Stay],
    wheres: Sequence[Where],
    course: Course,
    *,
    isolation_alone: bool,
) -> dict[str, int]:
    """The points of each item and their `total`, for stays in `wheres` of a person on `course`."""
    weights = hub.case.weights
    last = wheres[-1].setting
    earliest = max(patient.ready_on, hub.day0)
    far = kilometres(patient, last)
    points = {
        "delay": weights.delay * max(0, (stays[0].start - earliest).days),
        "distance": weights.distance * floor(far) if far is not None else 0,
        "moves": weights.moves * (len(stays) - 1),
        "choice": weights.choice * _steps_from_choice(patient, last),
        "usual": weights.usual if _away_from_usual(patient, last) else 0,
        "out_of_area": weights.out_of_area if _out_of_area(patient, last) else 0,
        "nursing_for_residential": weights.nursing_for_residential
        * sum(_nursing_for_residential(patient, where) for where in wheres),
        "scarce": weights.scarce
        * sum(
            where.unit.isolation != "none" and not isolates_in(stay, course)
            for stay, where in zip(stays, wheres, strict=True)
        ),
        "rating": _rating(hub, last),
        "stale": weights.stale * sum(hub.must_phone(where.setting) for where in wheres),
        "fee": weights.fee * _fee_steps(last),
        "no_onward": weights.no_onward if isolation_alone else 0,
    }
    return points | {"total": sum(points.values())}


def isolates_in(stay: Stay, course: Course) -> bool:
    """Whether any night of the stay asks for isolation or designation."""
    return any(course.isolates_on(night) for night in nights_that_differ(stay, course.changes()))


def _steps_from_choice(patient: Patient, setting: Setting) -> int:
    if setting.id in patient.preferred:
        return patient.preferred.index(setting.id)
    return len(patient.preferred)


def _away_from_usual(patient: Patient, setting: Setting) -> bool:
    return (
        patient.usual_setting is not None
        and patient.pathway is not Pathway.P2
        and setting.id != patient.usual_setting
    )


def _out_of_area(patient: Patient, setting: Setting) -> bool:
    """N11: where either local authority is missing there is none."""
    return (
        patient.local_authority is not None
        and setting.local_authority is not None
        and patient.local_authority != setting.local_authority
    )


def _nursing_for_residential(patient: Patient, where: Where) -> bool:
    return (
        patient.care is not None
        and patient.care.level == "residential"
        and where.beds.category.endswith("_nursing")
    )


def _rating(hub: Hub, setting: Setting) -> int:
    weights = hub.case.weights.rating
    by_rating: Mapping[str | None, int] = {
        "outstanding": weights.outstanding,
        "good": weights.good,
        "requires_improvement": weights.requires_improvement,
        "inadequate": weights.inadequate,
        None: weights.none,
    }
    return by_rating[setting.rating]


def _fee_steps(setting: Setting) -> int:
    if setting.weekly_fee is None or setting.weekly_fee <= FREE_WEEKLY_FEE:
        return 0
    return floor((setting.weekly_fee - FREE_WEEKLY_FEE) / FEE_STEP)


def breaches_of_points(placement: Placement, right: Mapping[str, int]) -> Iterator[Breach]:
    """Each item of a placement's points that isn't the right one; items of zero may be left out."""
    who = placement.patient
    for item in ITEMS:
        given = placement.points.get(item, 0)
        if given != right[item]:
            yield Breach("points", who, f"{who}: {given} points for {item}, {right[item]} by the rules.")
    if "total" not in placement.points:
        yield Breach("points", who, f"{who}: the total of the points is missing.")
    elif placement.points["total"] != right["total"]:
        given = placement.points["total"]
        yield Breach("points", who, f"{who}: {given} points in total, {right['total']} by the rules.")
    for item in sorted(set(placement.points) - {*ITEMS, "total"}):
        yield Breach("points", who, f"{who}: there are no points for {item}.")
