"""People as the Patients page asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from discharge.model.birth import age_on
from discharge.model.errors import UserError
from discharge.model.flags import Flag
from discharge.model.hospital import hospital_name
from discharge.model.infection import Clearance, Exposure, Observation, Symptoms, Test
from discharge.model.london import london_date
from discharge.model.patient import Pathway
from discharge.model.patient_record import LeaveReason, PatientDetails, PatientState
from discharge.model.people import Given
from discharge.model.placement import ACTIVE, DeclineReason, PlacementState
from discharge.model.same_person import HOLDS, Likeness, Who, births_like, likeness
from discharge.model.shown.patients import (
    NIGHTS_BACK,
    NIGHTS_ON,
    Exclusion,
    NightAsk,
    PatientPage,
    PatientRow,
    PlacementMention,
    RecordedAttestation,
    RecordedObservation,
)
from discharge.rules.ready_date import ready_date
from discharge.store.ask import facts, infection, kept_beds, merging, record, reviews
from discharge.store.ask.attested import Since
from discharge.store.ask.criteria import met_again
from discharge.store.ask.facts import Person
from discharge.store.ask.listed import everybody
from discharge.store.ask.placements import STATE_NOW
from discharge.store.ask.view import View, day, load, marks, once
from discharge.store.ask.watched import flags_of
from discharge.store.ask.who import whos

OBSERVATION: TypeAdapter[Observation] = TypeAdapter(Observation)

ACTIVE_STATES = ", ".join(f"'{state}'" for state in sorted(ACTIVE))


def rows(view: View, *, left: bool = False, ids: Sequence[str] | None = None) -> tuple[PatientRow, ...]:
    """A row for everybody on the list; with `left` also for those who left it."""
    found = facts.people(view, ids, left=left)
    active = _under_way(view)
    away = _left_on(view)
    if ids is None:
        # what the rules make of their infections is remembered from one question to the next
        for name, one in everybody(view).items():
            infection.remember(view, found[name].facts, one.state)
        view.setting_name.know({row[2] for row in active.values()})
    flags = flags_of(view, [active[name][0] for name in found if name in active])

    def shown(name: str, person: Person) -> PatientRow:
        placement = active.get(name)
        against = flags[placement[0]] if placement else ()
        return _row(view, name, person, placement, away.get(name), against)

    return tuple(shown(name, person) for name, person in found.items())


@once
def _under_way(view: View) -> dict[str, tuple[Any, ...]]:
    """Of everybody who has one the newest placement under way: its id, state and setting."""
    found = view.rows(
        f"SELECT p.patient, p.id, {STATE_NOW}, s.setting FROM placements p"
        " JOIN stays s ON s.placement = p.id AND s.position = p.stay"
        f" WHERE p.state IN ({ACTIVE_STATES}) ORDER BY p.number"
    )
    return {row[0]: row[1:] for row in found}


@once
def _users(view: View) -> dict[str, str]:
    """The hub's people by their id."""
    return {user.id: user.name for user in record.users(view)}


@once
def _left_on(view: View) -> dict[str, date]:
    """The night on which each person whose placement is under way left hospital."""
    found = view.rows(
        "SELECT p.patient, MIN(s.start) FROM placements p JOIN stays s ON s.placement = p.id"
        f" WHERE p.state IN ({ACTIVE_STATES}) AND s.position = 0 AND s.departed_at IS NOT NULL GROUP BY 1"
    )
    return {name: date.fromisoformat(start) for name, start in found}


def by_hospital(view: View) -> dict[str, int]:
    """How many on the list are of each hospital, by code."""
    return dict(
        view.rows(
            "SELECT json_extract(details, '$.hospital') AS code, COUNT(*) FROM patients"
            " WHERE left_reason IS NULL AND code IS NOT NULL GROUP BY code"
        )
    )


def _row(
    view: View,
    name: str,
    person: Person,
    placement: tuple[Any, ...] | None,
    left_on: date | None,
    flags: tuple[Flag, ...],
) -> PatientRow:
    details, left = person.details, person.left_reason
    again = met_again(view).get(name)
    since = ready_date(details.no_longer_meets_on, again) or details.ready_on
    state = PatientState.LEFT if left else PatientState.PLACED if placement else PatientState.WAITING
    return PatientRow(
        id=name,
        name=details.name,
        nhs_number=details.nhs_number,
        no_number=details.no_number,
        born=details.born,
        born_words=details.born_words,
        age=None if details.born is None else age_on(details.born, view.today),
        sex=details.sex,
        priority=details.priority,
        pathway=details.pathway,
        care=details.care,
        needs=details.needs,
        local_authority=details.local_authority,
        hospital=details.hospital,
        hospital_name=hospital_name(view.hub.hospitals, details.hospital),
        ward=details.ward,
        ready_on=details.ready_on,
        waiting_since=since,
        waiting_days=max(0, (view.today - since).days),
        hospital_number=details.hospital_number,
        expected_on=details.expected_on,
        named_lead=details.named_lead,
        lead_name=_users(view).get(details.named_lead or "", ""),
        infection=infection.shown(view, person.facts, left_on=left_on),
        state=state,
        placement=placement[0] if placement else None,
        placement_state=PlacementState(placement[1]) if placement else None,
        placement_setting=view.setting_name[placement[2]] if placement else None,
        together_with=details.together_with,
        usual_setting=details.usual_setting,
        missing=_missing(person, again),
        leave_reason=LeaveReason(left) if left else None,
        flags=flags,
        who=whos(view).of(name, details),
        parts=tuple(merging.parts(view).get(name, ())),
    )


def _missing(person: Person, again: date | None) -> tuple[str, ...]:
    """What keeps the record from matching well, or at all."""
    details, lacks = person.details, []
    if details.no_longer_meets_on is not None and ready_date(details.no_longer_meets_on, again) is None:
        lacks.append("the new date of no longer meeting the criteria to reside")
    if details.care is None:
        lacks.append("care level and specialism")
    if details.born is None:
        lacks.append("date of birth")
    if details.sex == "unknown":
        lacks.append("sex")
    if details.pathway is Pathway.P0 and details.usual_setting is None:
        lacks.append("the setting they live in")
    if details.latitude is None or details.longitude is None:
        lacks.append("a place for the postcode" if details.postcode else "postcode or coordinates")
    if details.local_authority is None:
        lacks.append("local authority")
    if not any(isinstance(seen, Test) for seen in person.facts.observations):
        lacks.append("a test")
    return tuple(lacks)


def person(view: View, name: str) -> Person:
    """One person's record; `UserError` where there is none of that id."""
    found = facts.people(view, [name])
    if name not in found:
        raise UserError(f"There is no person {name} in this hub.", "Choose somebody of the list.")
    return found[name]


def page(view: View, name: str) -> PatientPage:
    """Everything about one person."""
    record = person(view, name)
    return PatientPage(
        row=rows(view, ids=[name])[0],
        details=record.details,
        observations=observations(view, name),
        attestations=attestations(view, name),
        exclusions=_exclusions(view, name),
        placements=mentions(view, "p.patient = ?", name),
        timeline=timeline(view, name),
        merged_into=into if (into := merging.survivor(view, name)) != name else None,
        nights=_nights(view, record, _left_on(view).get(name)),
        rooms=kept_beds.own_rooms(view, patients=[name]),
        ready_date=ready_date(record.details.no_longer_meets_on, met_again(view).get(name)),
        assessments=reviews.assessments(view, name),
    )


def _nights(view: View, person: Person, left_on: date | None) -> tuple[NightAsk, ...]:
    """What is asked night by night, from the first thing that was seen of any infection."""
    seen = [infection.observed_on(each) for each in person.facts.observations]
    begun = min([view.today, *seen])
    first = max(begun, view.today - timedelta(days=NIGHTS_BACK))
    count = (view.today - first).days + NIGHTS_ON
    return infection.nights(view, person.facts, first=first, count=count, left_on=left_on)


def timeline(view: View, name: str) -> tuple[Any, ...]:
    """What was recorded about the person and their placements, newest first."""
    mine = [row[0] for row in view.rows("SELECT id FROM placements WHERE patient = ?", (name,))]
    parts = merging.all_parts_of(view, name)
    lines = [line for subject in (name, *parts, *mine) for line in record.entries(view, subject=subject)]
    return tuple(sorted(lines, key=lambda line: -line.seq)[:300])


def _event(seen: Observation) -> tuple[str, str]:
    if isinstance(seen, Test):
        return london_date(seen.specimen_at).isoformat(), seen.specimen_at.isoformat()
    if isinstance(seen, Symptoms):
        when = seen.onset_on
    elif isinstance(seen, Exposure):
        when = seen.exposed_on
    else:
        assert isinstance(seen, Clearance)
        when = seen.released_on or seen.isolate_until or date.min
    return when.isoformat(), ""


def observations(view: View, name: str) -> tuple[RecordedObservation, ...]:
    """The person's observations, newest event first; withdrawn ones too."""
    found = [
        RecordedObservation(
            id=row[0],
            observation=OBSERVATION.validate_json(row[1]),
            recorded_at=datetime.fromisoformat(row[2]),
            by=row[3],
            given=None if row[4] is None else load(Given, row[4]),
            withdrawn=bool(row[5]),
            reason=row[6],
        )
        for row in view.rows(
            'SELECT id, body, recorded_at, "by", given, withdrawn, reason FROM observations'
            " WHERE patient = ? ORDER BY number DESC",
            (name,),
        )
    ]
    return tuple(sorted(found, key=lambda one: _event(one.observation), reverse=True))


def attestations(view: View, name: str) -> tuple[RecordedAttestation, ...]:
    """What has been attested of the person, and counts."""
    seen = view.rows("SELECT body FROM observations WHERE patient = ? AND withdrawn = 0", (name,))
    since = Since.of([row[0] for row in seen], view.rules)
    return tuple(
        RecordedAttestation(
            attestation=row[0],
            recorded_at=datetime.fromisoformat(row[1]),
            by=row[2],
            given=None if row[3] is None else load(Given, row[3]),
        )
        for row in view.rows(
            'SELECT attestation, recorded_at, "by", given FROM attestations WHERE patient = ? ORDER BY 1',
            (name,),
        )
        if since.leaves(row[0], row[1])
    )


def _exclusions(view: View, name: str) -> tuple[Exclusion, ...]:
    chosen = view.rows(
        'SELECT setting, reason, since, "by" FROM exclusions WHERE patient = ? ORDER BY since', (name,)
    )
    declined = view.rows(
        'SELECT setting, code, at, "by" FROM declines WHERE patient = ? AND stands = 1 ORDER BY number',
        (name,),
    )

    def exclusion(setting: str, reason: str, since: str, by: str, *, was_declined: bool) -> Exclusion:
        return Exclusion(
            setting=setting,
            setting_name=view.setting_name[setting],
            reason=reason,
            since=datetime.fromisoformat(since),
            by=by,
            declined=was_declined,
        )

    return (
        *(exclusion(*row, was_declined=False) for row in chosen),
        *(
            exclusion(row[0], DeclineReason(row[1]).words, row[2], row[3], was_declined=True)
            for row in declined
        ),
    )


def mentions(view: View, where: str, *values: str) -> tuple[PlacementMention, ...]:
    """Placements in a person's or a setting's history: active ones first, then newest first."""
    found = view.rows(
        f'SELECT p.id, p.patient, s.setting, {STATE_NOW}, s.start, s."end", s.position < p.stay,'
        " s.position > p.stay FROM placements p"
        f" JOIN stays s ON s.placement = p.id WHERE {where}"
        f" ORDER BY p.state NOT IN ({ACTIVE_STATES}), p.number DESC, s.position",
        values,
    )
    return tuple(
        PlacementMention(
            id=row[0],
            patient_name=view.patient_name[row[1]],
            setting_name=view.setting_name[row[2]],
            state=PlacementState(row[3]),
            start=date.fromisoformat(row[4]),
            end=None if row[5] is None else date.fromisoformat(row[5]),
            is_over=bool(row[6]),
            is_later=bool(row[7]),
        )
        for row in found
    )


def who_is(details: PatientDetails) -> Who:
    """What tells this person apart from others."""
    return Who(details.name, details.born, details.born_words, details.nhs_number)


def like(view: View, who: Who, *, without: str | None = None) -> list[tuple[str, Likeness]]:
    """Those who are likely the same person by name and birth, whoever left the list too; the likest first.

    Two numbers tell people apart, and whoever was entered by mistake is nobody.
    """
    born = "json_extract(details, '$.born')"
    near = sorted(day.isoformat() for day in births_like(who.born)) if who.born is not None else []
    may_be = f"AND ({born} IS NULL OR {born} IN ({marks(near)}))" if near else ""
    rows = view.rows(
        f"SELECT id, name, nhs_number, {born}, json_extract(details, '$.born_words') FROM patients"
        f" WHERE COALESCE(left_reason, '') NOT IN ('entered_by_mistake', 'merged') {may_be} ORDER BY number",
        near,
    )
    found = []
    for name, called, number, day_born, words in rows:
        if name == without or (number is not None and who.nhs_number is not None):
            continue
        other = Who(called, day(day_born), words or "", number)
        if (how := likeness(who, other)) is not None and how >= HOLDS:
            found.append((name, how))
    return sorted(found, key=lambda each: -each[1])
