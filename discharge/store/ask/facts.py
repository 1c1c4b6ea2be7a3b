"""People and settings as a case knows them, put together from the tables in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from discharge.model.kept_bed import KeptBed
from discharge.model.london import london_date
from discharge.model.patient import Patient
from discharge.model.patient_record import PatientDetails
from discharge.model.placement import BEFORE_DEPARTED, HOLDS_BED, PlacementState
from discharge.model.plan import Requirement, Stay
from discharge.model.setting import Beds, Free, Outbreak, Setting, Span, Unit
from discharge.model.setting_record import SettingDetails
from discharge.rules.company import companions_of
from discharge.rules.requirement import FAR, WANT_OF_KNOWLEDGE
from discharge.store.ask import kept_beds, listed
from discharge.store.ask.attested import counting
from discharge.store.ask.listed import everybody
from discharge.store.ask.memo import Memo
from discharge.store.ask.view import View, day, in_chunks, instant, is_answered, load, marks, names, once
from discharge.store.journal import canonical


@dataclass(frozen=True, slots=True)
class Person:
    """A person's record and what a case makes of it."""

    details: PatientDetails
    facts: Patient
    left_reason: str | None
    told_seq: int


KEPT = 10_000
"""How many records are remembered from one question to the next; each follows from its text alone."""
_DETAILS: Memo[str, PatientDetails] = Memo(KEPT)
_PATIENTS: Memo[str, Patient] = Memo(KEPT)


def _some(view: View, sql: str, ids: Sequence[str] | None, column: str) -> Iterable[tuple[Any, ...]]:
    """The statement's rows for these ids (None: for all); `{where}` is its place for the condition."""
    if ids is None:
        yield from view.rows(sql.format(where="1"))
        return
    for chunk in in_chunks(ids):
        yield from view.rows(sql.format(where=f"{column} IN ({marks(chunk)})"), chunk)


def people(view: View, ids: Sequence[str] | None = None, *, left: bool = False) -> dict[str, Person]:
    """The people with these ids, or all on the list (`left`: those who left it too), in the order of entry.

    Read once in a view.
    """
    known = _known(view)
    if ids is None:
        known |= _read_people(view, None, left=left)
        listed = view.rows(
            f"SELECT id FROM patients {'' if left else 'WHERE left_reason IS NULL'} ORDER BY number"
        )
        return {name: known[name] for (name,) in listed}
    known |= _read_people(view, [name for name in ids if name not in known], left=True)
    return {name: known[name] for name in ids if name in known}


@once
def _known(_view: View) -> dict[str, Person]:
    """The people read already in this view, by their ids."""
    return {}


def _read_people(view: View, ids: Sequence[str] | None, *, left: bool) -> dict[str, Person]:
    if ids is not None and not ids:
        return {}
    listed = "1" if left or ids is not None else "left_reason IS NULL"
    records = {
        row[0]: row
        for row in _some(
            view,
            "SELECT id, details, facts, left_reason, told_seq FROM patients"
            f" WHERE {listed} AND {{where}} ORDER BY number",
            ids,
            "id",
        )
    }
    wanted = None if ids is None and left else list(records)
    seen: dict[str, list[str]] = defaultdict(list)
    for patient, body in _some(
        view,
        "SELECT patient, body FROM observations WHERE withdrawn = 0 AND {where} ORDER BY number",
        wanted,
        "patient",
    ):
        seen[patient].append(body)
    said = _some(
        view,
        "SELECT patient, attestation, recorded_at FROM attestations WHERE {where} ORDER BY 1, 2",
        wanted,
        "patient",
    )
    attested = counting(said, seen, view.rules)
    ruled_out: dict[str, set[str]] = defaultdict(set)
    for patient, setting in _some(
        view, "SELECT patient, setting FROM exclusions WHERE {where}", wanted, "patient"
    ):
        ruled_out[patient].add(setting)
    for patient, setting in _some(
        view, "SELECT patient, setting FROM declines WHERE stands = 1 AND {where}", wanted, "patient"
    ):
        ruled_out[patient].add(setting)
    return {
        name: Person(
            details=_details(details),
            facts=_patient(name, matching, seen[name], attested.get(name, []), ruled_out[name]),
            left_reason=left_reason,
            told_seq=told_seq,
        )
        for name, details, matching, left_reason, told_seq in records.values()
    }


@once
def companions(view: View) -> dict[str, frozenset[str]]:
    """Whom each person on the list stays together with, symmetric and transitive (N7); alone: not in it."""
    pairs = view.rows(
        "SELECT one.id, other.id FROM patients one JOIN patients other"
        " ON other.id = json_extract(one.details, '$.together_with')"
        # an index knows these few; see `tables`
        """ WHERE instr(one.details, '"together_with":"') > 0"""
        " AND +one.left_reason IS NULL AND other.left_reason IS NULL"
    )
    return companions_of(pairs)


def _patient(name: str, matching: str, seen: list[str], attested: list[str], ruled_out: set[str]) -> Patient:
    """The person as a case knows them, from JSON as the tables keep it."""
    said = canonical(attested) if attested else "[]"
    excluded = canonical(sorted(ruled_out)) if ruled_out else "[]"
    text = (
        f'{{"id":{canonical(name)},"observations":[{",".join(seen)}],"attestations":{said},'
        f'"excluded":{excluded},{matching[1:]}'
    )
    return _PATIENTS.get(text, lambda: Patient.model_validate_json(text))


def _details(text: str) -> PatientDetails:
    return _DETAILS.get(text, lambda: load(PatientDetails, text))


def settings(view: View, ids: Sequence[str] | None = None) -> dict[str, Setting]:
    """The settings with these ids, or all, as a case knows them, in order of registration.

    What is free is what was recorded; `held` says what of it is spoken for.
    """
    spans: dict[tuple[str, str, str], list[Free]] = defaultdict(list)
    for setting, unit, beds, start, end, count in _some(
        view,
        'SELECT setting, unit, beds, start, "end", count FROM free WHERE {where}'
        " ORDER BY setting, unit, beds, position",
        ids,
        "setting",
    ):
        spans[setting, unit, beds].append(Free(start=day(start), end=day(end), count=count))
    groups: dict[tuple[str, str], list[Beds]] = defaultdict(list)
    for setting, unit, name, category, room, sex in _some(
        view,
        "SELECT setting, unit, id, category, room, sex FROM beds WHERE {where}"
        " ORDER BY setting, unit, position, id",
        ids,
        "setting",
    ):
        free = tuple(spans[setting, unit, name])
        groups[setting, unit].append(Beds(id=name, category=category, room=room, sex=sex, free=free))
    units: dict[str, list[Unit]] = defaultdict(list)
    for row in _some(
        view,
        "SELECT setting, id, isolation, isolation_places, cohort_organism, needs_met, designated_from,"
        " designated_to FROM units WHERE {where} ORDER BY setting, position, id",
        ids,
        "setting",
    ):
        units[row[0]].append(_unit(row[1:], tuple(groups[row[0], row[1]])))
    there = outbreaks(view, ids)
    found = {}
    for name, details, closed, accepting, reported in _some(
        view,
        "SELECT id, details, closed_reason, accepting, reported_at FROM settings"
        " WHERE {where} ORDER BY number",
        ids,
        "id",
    ):
        record = load(SettingDetails, details)
        found[name] = Setting(
            id=name,
            type=record.type,
            admissions="closed" if closed or accepting == 0 else "open",
            name=record.name,
            local_authority=record.local_authority,
            latitude=record.latitude,
            longitude=record.longitude,
            rating=record.rating,
            weekly_fee=record.weekly_fee,
            outbreaks=there.get(name, ()),
            accepts_organisms=record.accepts_organisms,
            needs_met=record.needs_met,
            age_min=record.age_min,
            age_max=record.age_max,
            max_admissions_per_day=record.max_admissions_per_day,
            capacity_reported_at=instant(reported),
            units=tuple(units[name]),
        )
    return found


def outbreaks(view: View, ids: Sequence[str] | None = None) -> dict[str, tuple[Outbreak, ...]]:
    """The outbreaks on record by setting, those of these ids or all, in the order they were declared."""
    found: dict[str, tuple[Outbreak, ...]] = {}
    for setting, organism, assessed in _some(
        view,
        "SELECT setting, organism, assessed FROM outbreaks WHERE {where} ORDER BY setting, seq",
        ids,
        "setting",
    ):
        one = Outbreak(organism=organism, risk_assessed=bool(assessed))
        found[setting] = (*found.get(setting, ()), one)
    return found


def _unit(row: Sequence[Any], beds: tuple[Beds, ...]) -> Unit:
    name, isolation, places, organism, needs, start, end = row
    return Unit(
        id=name,
        isolation=isolation,
        isolation_places=places,
        # a unit that isolates nobody is designated for nothing (R1)
        designated=None if start is None or isolation == "none" else Span(start=day(start), end=day(end)),
        cohort_organism=organism,
        needs_met=names(needs),
        beds=beds,
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A stay that holds a bed, with what the setting's figures know of it.

    `end` is how long the bed can't be given to somebody else: whose isolation lasts longer than was planned
    keeps it until that is over, and who is still there after the planned end until the end is recorded.
    `counted`: a later figure of the setting already counts the
    person as an occupant, so what is free mustn't be lessened by them again.
    """

    placement: str | None
    """None: no placement holds it. It is the person's own room, kept for them (N12); or somebody went to the
    setting without a placement, and is in one of its beds."""
    patient: str
    state: PlacementState
    setting: str
    unit: str
    beds: str
    start: date
    end: date | None
    requirement: Requirement
    organisms: tuple[str, ...]
    arrived_at: datetime | None
    counted: bool
    room: KeptBed | None = None
    """The own room that is kept, where it is one."""

    def on(self, night: date) -> bool:
        """Whether the bed is held on that night."""
        return self.start <= night and (self.end is None or night < self.end)

    @property
    def by_themselves(self) -> bool:
        """Whether somebody went there without a placement."""
        return self.placement is None and self.room is None

    @property
    def stay(self) -> Stay:
        """The hold as a stay of a plan."""
        return Stay(
            setting=self.setting,
            unit=self.unit,
            beds=self.beds,
            start=self.start,
            end=self.end,
            requirement=self.requirement,
            organisms=self.organisms,
        )


def held(
    view: View,
    *,
    settings: Sequence[str] | None = None,
    placements: Sequence[str] | None = None,
    proposed: bool = False,
    without: Collection[str] = (),
) -> list[Held]:
    """Every stay that holds a bed from today on, in order of placement and stay, then the kept beds and those
    of whoever went there without a placement; of all, or of these settings; or of these placements alone.

    From `approved` until the end; with `proposed` those waiting for approval too; never those `without`.
    Somebody who settled holds the bed until the setting's figures are newer than their arrival; once they
    are on the list again it is their own room, kept for them (N12). A kept bed is held until the person's
    own placement takes it.
    """
    states = [str(state) for state in HOLDS_BED] + (["proposed"] if proposed else [])
    sql = f"""
        SELECT p.id, p.patient, s.position, s.setting, s.unit, s.beds, s.start, s."end", s.requirement,
               s.organisms, s.arrived_at, p.state, p.stay, b.as_of,
               (SELECT f.start FROM stays f WHERE f.placement = p.id AND f.position = p.stay)
        FROM placements p JOIN stays s ON s.placement = p.id
        LEFT JOIN beds b ON b.setting = s.setting AND b.unit = s.unit AND b.id = s.beds
        WHERE s.holds = 1 AND s.position >= p.stay
          AND (p.state IN ({", ".join(f"'{state}'" for state in states)})
               OR (p.state = 'ended' AND p.outcome = 'settled' AND s.position = p.stay
                   AND b.id IS NOT NULL AND (b.as_of IS NULL OR b.as_of <= s.arrived_at)))
          AND {{where}}
        ORDER BY p.number, s.position"""
    found = []
    ids, column = (settings, "s.setting") if placements is None else (placements, "p.id")
    rooms = _rooms(view, settings, placements)
    own = {(room.placement, room.position) for room in rooms}
    rows = [
        row for row in _some(view, sql, ids, column) if row[0] not in without and (row[0], row[2]) not in own
    ]
    isolated = _isolated_until(view, rows)
    following = {(row[0], row[2] - 1): row[3:6] for row in rows}
    for row in rows:
        end, arrived, state, as_of = day(row[7]), row[10], PlacementState(row[11]), row[13]
        there = arrived is not None and row[2] == row[12]
        is_over = end is not None and end <= view.today
        if state is PlacementState.ENDED or (is_over and state not in BEFORE_DEPARTED):
            end = None
        until = isolated.get((row[0], row[2]))
        if (
            end is not None
            and until is not None
            and until > end
            and following.get((row[0], row[2])) != row[3:6]
        ):
            end = None if until == FAR else until
        found.append(
            Held(
                placement=row[0],
                patient=row[1],
                state=state,
                setting=row[3],
                unit=row[4],
                beds=row[5],
                start=date.fromisoformat(row[6]),
                end=end,
                requirement=row[8],
                organisms=names(row[9]),
                arrived_at=instant(arrived),
                counted=there and as_of is not None and as_of > arrived,
            )
        )
    found = _with_rooms(found, rooms)
    if placements is not None:
        return [one for one in found if one.room is None]
    return [*found, *_without_placement(view, settings, rooms)]


_BY_THEMSELVES = """
    SELECT h.patient, h.setting, b.unit, b.id, h.at
    FROM happenings h JOIN patients q ON q.id = h.patient JOIN beds b ON b.setting = h.setting
    LEFT JOIN placements p ON p.id = h.placement
    WHERE q.left_reason IN ('left_without_us', 'placed', 'merged')
      AND (p.outcome = 'moved_elsewhere' OR (p.id IS NULL AND h.facts LIKE '%"left_without_us"%'))
      AND (b.as_of IS NULL OR b.as_of <= h.at)
      AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject = h.patient
                      AND j.kind = 'patient_taken_back' AND j.seq > h.seq)
      AND {where}
    ORDER BY h.number, b.unit, b.position, b.id"""


def _without_placement(
    view: View, settings: Sequence[str] | None, rooms: Iterable[KeptBed]
) -> Iterator[Held]:
    """A bed of each group for whoever went to a setting without a placement: they are in one of its beds and
    nobody said in which, so that any may be the one. Until the group's figures are newer than their coming.

    Not of whose own room is kept there: that is where they are.
    """
    own = {(room.patient, room.setting) for room in rooms}
    for patient, setting, unit, beds, at in _some(view, _BY_THEMSELVES, settings, "h.setting"):
        came = datetime.fromisoformat(at)
        if (patient, setting) not in own:
            yield Held(
                placement=None,
                patient=patient,
                state=PlacementState.ARRIVED,
                setting=setting,
                unit=unit,
                beds=beds,
                start=london_date(came),
                end=None,
                requirement="open",
                organisms=(),
                arrived_at=came,
                counted=False,
            )


def _isolated_until(view: View, rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, int], date]:
    """Until when whoever isolates in a stay isolates as known now; FAR where no end is in sight.

    Left out is whoever is blocked for want of knowledge on the first night: it isn't known how long.
    """
    shown = [row for row in rows if row[8] in ("isolation", "designated") and row[7] is not None]
    if not shown:
        return {}
    names_ = sorted({row[1] for row in shown})
    few = len(names_) < 500 and not is_answered(view, everybody)
    people = listed.people(view, names_) if few else everybody(view)
    if lacking := [name for name in names_ if name not in people]:
        people = {**people, **listed.people(view, lacking)}
    found = {}
    for row in shown:
        regime = people[row[1]].state.from_start(date.fromisoformat(row[14]))
        blocked = regime.block is not None and regime.block.code in WANT_OF_KNOWLEDGE
        if regime.isolation_end is not None and not blocked:
            found[row[0], row[2]] = regime.isolation_end
    return found


def _rooms(
    view: View, settings: Sequence[str] | None, placements: Sequence[str] | None
) -> tuple[KeptBed, ...]:
    """The own rooms in these settings, or of whose placements these are; or all."""
    if placements is None:
        return kept_beds.own_rooms(view, settings=settings)
    people: set[str] = set()
    for chunk in in_chunks(placements):
        rows = view.rows(f"SELECT patient FROM placements WHERE id IN ({marks(chunk)})", chunk)
        people |= {row[0] for row in rows}
    return kept_beds.own_rooms(view, patients=sorted(people))


def _with_rooms(found: list[Held], rooms: Iterable[KeptBed]) -> list[Held]:
    """The holds, and the kept beds until the person's own placement takes each of them.

    A kept bed that the figures don't count as free comes on top of them for that placement too.
    """
    kept = []
    for room in rooms:
        mine = [
            at
            for at, one in enumerate(found)
            if (one.patient, one.setting, one.unit, one.beds)
            == (room.patient, room.setting, room.unit, room.beds)
        ]
        end: date | None = None
        if mine:
            end = min(found[at].start for at in mine)
            if not room.among_free:
                found[mine[0]] = replace(found[mine[0]], counted=True)
        if end is None or end > room.start:
            kept.append(_kept(room, end))
    return [*found, *kept]


def _kept(room: KeptBed, end: date | None) -> Held:
    return Held(
        placement=None,
        patient=room.patient,
        state=PlacementState.ARRIVED,
        setting=room.setting,
        unit=room.unit,
        beds=room.beds,
        start=room.start,
        end=end,
        requirement="open",
        organisms=(),
        arrived_at=None,
        counted=not room.among_free,
        room=room,
    )
