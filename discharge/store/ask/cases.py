"""Freezing a case: everything that a plan depends on, taken from one view of the hub."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from discharge.model.case import Case
from discharge.model.files import FrozenCase, case_sha256, write_case
from discharge.model.patient import Pathway, Patient
from discharge.model.placement import BEFORE_DEPARTED, PlacementState
from discharge.model.plan import LockedPlacement, Placement
from discharge.model.setting import Beds, Free, Setting, Span, Unit
from discharge.rules.authorities import key, one_spelling
from discharge.rules.requirement import FAR
from discharge.store import journal
from discharge.store.ask import facts, infection, placements
from discharge.store.ask.facts import Held, Person
from discharge.store.ask.patients import ACTIVE_STATES
from discharge.store.ask.placed import Placed
from discharge.store.ask.view import View, load, once

SMALL_HUB = 1_000
"""A hub without areas of its own takes all its settings into a case up to this many."""


def freeze(view: View, *, rule_set: str | dict[str, Any] | None = None) -> FrozenCase:
    """The hub as a case at this instant; `rule_set` another one than the hub's, for trying out."""
    listed = facts.people(view)
    locks = _locks(view, listed)
    patients = _patients(listed, locks)
    named = _named(patients, locks)
    found = _settings(view, named)
    case = Case(
        format="discharge-case/1",
        as_at=view.now,
        rule_set=view.rule_set_name if rule_set is None else rule_set,
        horizon_days=view.hub.horizon_days,
        weights=view.hub.weights,
        patients=tuple(patients),
        settings=_with_those_gone(_with_those_held(view, found, locks.held, patients), locks.placements),
        locked=tuple(locks.placements),
    )
    case = _with_one_spelling(case)
    content = write_case(case)
    return FrozenCase(
        case=case,
        content=content,
        sha256=case_sha256(content),
        head=journal.head(view.connection).seq,
        names=names_of(view, case),
    )


def narrow(
    view: View,
    names: Sequence[str],
    stays: Iterable[str],
    *,
    without: Iterable[str] = (),
    proposed: bool = True,
) -> Case:
    """The case of a few people alone, for judging placements chosen by hand or about to be approved.

    Holds these people and whoever they stay together with, the settings named by `stays` and by them, and
    every lock there; those waiting for approval too where `proposed`. The placements in `without` hold
    nothing: they are what is judged.
    """
    wanted, gone = set(stays), set(without)
    company = {mate for name in names for mate in facts.companions(view).get(name, ())} - set(names)
    near = _near(view, _there(view, wanted, without=gone), company, without=gone, proposed=proposed)
    newest = {mine[0].patient: placement for placement, mine in near.items()}
    listed = facts.people(view, sorted({*names, *company, *newest}))
    listed = {name: one for name, one in listed.items() if one.left_reason is None or name in names}
    patients = [_alone(person, listed) for person in listed.values()]
    patients = [_ready_onward(view, one, gone) if one.id in names else one for one in patients]
    wanted |= {one.setting for mine in near.values() for one in mine}
    wanted |= {name for patient in patients for name in _mentioned(patient)}
    held = [one for mine in near.values() for one in mine]
    held += _unlocked(_there(view, wanted, without=gone))
    locked = _as_locked(near, besides=names)
    known = _with_those_held(view, facts.settings(view, sorted(wanted)), held, patients)
    case = Case(
        format="discharge-case/1",
        as_at=view.now,
        rule_set=view.rule_set_name,
        horizon_days=view.hub.horizon_days,
        weights=view.hub.weights,
        patients=tuple(patients),
        settings=_with_those_gone(known, locked),
        locked=locked,
    )
    return _with_one_spelling(case)


def around(view: View, placed: Placed, settings: Collection[str], *, begun: bool) -> Case:
    """The case of one placement under way, without it: what it is held against as things are now.

    Holds the person and whoever they stay together with, the `settings`, and whatever is locked there:
    where the stay that is judged has `begun` those whose stays have begun too, else everything that was
    approved. Their own bed is free to them, counted as taken or not.
    """
    name, wanted = placed.patient, set(settings)
    company = set(facts.companions(view).get(name, ())) - {name}
    there = _there(view, wanted, without={placed.id})
    near = _near(view, there, company, without={placed.id}, proposed=False)
    if begun:
        near = {
            other: mine
            for other, mine in near.items()
            if mine[0].state not in BEFORE_DEPARTED or mine[0].patient in company
        }
    isolating = {
        mine[0].patient
        for mine in near.values()
        if any(one.requirement in ("isolation", "designated") for one in mine)
    }
    people = facts.people(view, sorted({name, *company, *isolating}))
    people = {who: one for who, one in people.items() if one.left_reason is None or who == name}
    patients = []
    for who, person in people.items():
        patient = _alone(person, people)
        patient = patient if who != name else _ready_onward(view, patient, {placed.id})
        patients.append(patient.model_copy(update={"preferred": ()}))
    own = [one for one in facts.held(view, placements=[placed.id]) if one.counted]
    counted = [one for mine in near.values() for one in mine if one.setting in wanted] + own
    counted += _unlocked(there)
    locked = _as_locked(near, besides=[name])
    mine = {(one.view.setting, one.view.unit, one.view.beds) for one in placed.stays}
    case = Case(
        format="discharge-case/1",
        as_at=view.now,
        rule_set=view.rule_set_name,
        horizon_days=view.hub.horizon_days,
        patients=tuple(patients),
        settings=_with_those_gone(
            _with_those_held(view, _known(view, wanted), counted, patients), locked, besides=mine
        ),
        locked=locked,
    )
    return _with_one_spelling(case)


def _with_one_spelling(case: Case) -> Case:
    """The case, each local authority by one name however its people and settings spell it."""
    spelt = {one.local_authority for one in case.patients} | {one.local_authority for one in case.settings}
    names = one_spelling(name for name in spelt if name is not None)
    if all(names[name] == name for name in names):
        return case
    return case.model_copy(
        update={
            "patients": tuple(_spelt(one, names) for one in case.patients),
            "settings": tuple(_spelt(one, names) for one in case.settings),
        }
    )


Somewhere = TypeVar("Somewhere", Patient, Setting)


def _spelt(one: Somewhere, names: Mapping[str, str]) -> Somewhere:
    area = one.local_authority
    if area is None or names[area] == area:
        return one
    return one.model_copy(update={"local_authority": names[area]})


def _there(view: View, settings: Iterable[str], *, without: Collection[str]) -> list[Held]:
    """Everything that holds a bed in these settings, waiting for approval or not, and the beds they keep."""
    return facts.held(view, settings=sorted(settings), proposed=True, without=without)


def _unlocked(there: Iterable[Held]) -> list[Held]:
    """The beds that no placement takes: kept for somebody, or of whoever went there without one."""
    return [one for one in there if one.placement is None]


def _known(view: View, wanted: Iterable[str]) -> dict[str, Setting]:
    """These settings as a case knows them, read once in a view."""
    names, known = sorted(wanted), _known_settings(view)
    lacking = [name for name in names if name not in known]
    if lacking:
        known.update(facts.settings(view, lacking))
    return {name: known[name] for name in names if name in known}


@once
def _known_settings(_view: View) -> dict[str, Setting]:
    """The settings read already in this view, by their ids."""
    return {}


def _near(
    view: View, there: Iterable[Held], company: set[str], *, without: set[str], proposed: bool
) -> dict[str, list[Held]]:
    """Of what holds a bed `there`, or is of the company, each placement with all its stays.

    Those waiting for approval too where `proposed`, and always those of the company.
    """
    ids = {one.placement: one.state for one in there if one.placement is not None}
    waits = PlacementState.PROPOSED
    chosen = {name for name, state in ids.items() if proposed or state is not waits}
    for mate in sorted(company):
        rows = view.rows(f"SELECT id FROM placements WHERE patient = ? AND {_UNDER_WAY}", (mate,))
        chosen |= {row[0] for row in rows}
    holds: dict[str, list[Held]] = defaultdict(list)
    for one in facts.held(view, placements=sorted(chosen - without), proposed=True):
        assert one.placement is not None  # kept beds aren't among them
        holds[one.placement].append(one)
    return dict(holds)


_UNDER_WAY = f"(state IN ({ACTIVE_STATES}) OR outcome = 'settled')"


def _as_locked(near: Mapping[str, Sequence[Held]], *, besides: Sequence[str]) -> tuple[LockedPlacement, ...]:
    """The holds as a case's locked placements: each person's newest by their own id, but for `besides`."""
    newest = {mine[0].patient: placement for placement, mine in near.items()}
    return tuple(
        LockedPlacement(
            patient=patient
            if newest[patient] == placement and patient not in besides
            else f"{patient}/{placement}",
            stays=tuple(one.stay for one in mine),
            points={},
        )
        for placement, mine in near.items()
        for patient in [mine[0].patient]
    )


def _ready_onward(view: View, patient: Patient, gone: set[str]) -> Patient:
    """The person, ready from when their present stay lets them go, where they are in one already."""
    here = [
        placed
        for placed in placements.active_of(view, patient.id)
        if placed.state is PlacementState.ARRIVED and placed.id not in gone
    ]
    if not here:
        return patient
    ready = onward_from(view, here[-1], patient)
    return patient if ready is None else patient.model_copy(update={"ready_on": max(patient.ready_on, ready)})


def onward_from(view: View, placed: Placed, patient: Patient) -> date | None:
    """The day from which somebody in a setting can go on: the end of isolation or stay; None: unknown."""
    end = infection.isolation_end(infection.state_of(view, patient))
    if end == FAR:
        return None
    return max(view.today, end or placed.current.view.end or view.today)


def wants_onward(placed: Placed, person: Person) -> bool:
    """Whether somebody in a setting is to be planned onward from there."""
    goes_on = placed.onward or (placed.alone and person.details.pathway is not Pathway.P1)
    return placed.state is PlacementState.ARRIVED and placed.next is None and goes_on


@dataclass(frozen=True)
class _Locks:
    """What is locked in the case, and who is planned onward from where they are, and from when."""

    placements: tuple[LockedPlacement, ...]
    held: tuple[Held, ...]
    onward: Mapping[str, date]


def _locks(view: View, listed: Mapping[str, Person]) -> _Locks:
    held = facts.held(view, proposed=True)
    stays: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        if one.placement is not None:
            stays[one.placement].append(one)
    placed = {each.id: each for each in placements.read(view, f"state IN ({ACTIVE_STATES})")}
    newest = {each.patient: each for each in placed.values()}
    onward = {}
    for name, each in newest.items():
        if name in listed and wants_onward(each, listed[name]):
            ready = onward_from(view, each, listed[name].facts)
            if ready is not None:
                onward[name] = ready
    found: list[LockedPlacement] = []
    for name, holds in stays.items():
        patient = holds[0].patient
        last = newest.get(patient)
        is_own = last is not None and last.id == name and patient not in onward
        lock = LockedPlacement(
            patient=patient if is_own else f"{patient}/{name}",
            stays=tuple(one.stay for one in _until_followed(view, holds, last, name)),
            conditions=placed[name].conditions if name in placed else (),
            points=placed[name].points if name in placed else {},
            because=placed[name].because if name in placed else (),
        )
        found.append(lock)
    found += _kept(view, listed, {one for one in newest if one not in onward})
    return _Locks(tuple(found), tuple(held), onward)


def _until_followed(view: View, holds: Sequence[Held], last: Placed | None, name: str) -> list[Held]:
    """The holds, the last one up to where the placement that follows begins."""
    if last is None or last.id == name or last.follows != name:
        return list(holds)
    leaves = max(last.first_start, view.today + timedelta(1))
    shown = [one for one in holds if one.start < leaves]
    if not shown:
        return list(holds)
    return [*shown[:-1], replace(shown[-1], end=leaves)]


def _kept(view: View, listed: Mapping[str, Person], taken: set[str]) -> list[LockedPlacement]:
    """The proposals that a coordinator keeps, where they can still begin and their beds still exist."""
    groups = set(view.rows("SELECT setting, unit, id FROM beds"))
    found = []
    for patient, text in view.rows("SELECT patient, placement FROM kept ORDER BY since, patient"):
        placement = load(Placement, text)
        there = all((stay.setting, stay.unit, stay.beds) in groups for stay in placement.stays)
        if patient in listed and patient not in taken and there and placement.stays[0].start >= view.today:
            found.append(
                LockedPlacement(
                    patient=patient,
                    stays=placement.stays,
                    conditions=placement.conditions,
                    points=placement.points,
                    because=placement.because,
                )
            )
    return found


def _patients(listed: Mapping[str, Person], locks: _Locks) -> list[Patient]:
    found = []
    for name, person in listed.items():
        patient = _alone(person, listed)
        if name in locks.onward:
            patient = patient.model_copy(update={"ready_on": max(patient.ready_on, locks.onward[name])})
        found.append(patient)
    return found


def _alone(person: Person, listed: Mapping[str, Person]) -> Patient:
    """The person; staying together with nobody where the companion isn't listed any more."""
    if person.facts.together_with is None or person.facts.together_with in listed:
        return person.facts
    return person.facts.model_copy(update={"together_with": None})


def _mentioned(patient: Patient) -> set[str]:
    usual = {patient.usual_setting} if patient.usual_setting is not None else set()
    return {*usual, *patient.preferred, *patient.excluded}


def _named(patients: Iterable[Patient], locks: _Locks) -> set[str]:
    by_people = {name for patient in patients for name in _mentioned(patient)}
    kept = {one.setting for one in locks.held if one.room is not None}
    return by_people | kept | {stay.setting for lock in locks.placements for stay in lock.stays}


def _settings(view: View, named: set[str]) -> dict[str, Setting]:
    """The settings of the case, by id: of a large hub those that it works with."""
    total = view.value("SELECT COUNT(*) FROM settings WHERE joined_into IS NULL")
    # what is a part of another is in the case as that one
    parts = {row[0] for row in view.rows("SELECT id FROM settings WHERE joined_into IS NOT NULL")} - named
    areas = {key(area) for area in view.hub.areas}
    if not areas and total <= SMALL_HUB:
        return {name: one for name, one in facts.settings(view).items() if name not in parts}
    wanted = [
        row[0]
        for row in view.rows("SELECT id, local_authority, reported_at FROM settings ORDER BY number")
        if row[0] not in parts and (row[2] is not None or key(row[1]) in areas or row[0] in named)
    ]
    found = facts.settings(view, wanted)
    return {name: found[name] for name in wanted}


Group = tuple[str, str, str]
"""A setting, its unit and the group of beds."""


def _with_those_held(
    view: View, settings: Mapping[str, Setting], held: Iterable[Held], patients: Iterable[Patient]
) -> list[Setting]:
    """The settings, with what is free of them as their figures mean it.

    A lock takes its bed from what is free: where a later figure of the setting already counts the person as
    an occupant, the bed is added first, so that it isn't taken twice. A bed kept for somebody is taken out
    where the figures count it, and stands beside as theirs alone (N12): as long as it is kept, and where
    they are in the case; without an end, as their coming back takes it up.
    """
    listed = {patient.id for patient in patients}
    extra: dict[Group, list[Free]] = defaultdict(list)
    less: dict[Group, list[Span]] = defaultdict(list)
    for one in held:
        group, span = (one.setting, one.unit, one.beds), Span(start=one.start, end=one.end)
        if one.placement is not None:
            if one.counted:
                extra[group].append(Free(start=one.start, end=one.end, count=1))
            continue
        if not one.counted:
            less[group].append(span)
        if one.room is not None and one.patient in listed and not one.room.has_lapsed(view.today):
            extra[group].append(Free(start=one.start, end=one.end, count=1, kept_for=one.patient))
    touched = {key[0] for key in (*extra, *less)}
    return [
        setting if setting.id not in touched else _changed(setting, extra, less)
        for setting in settings.values()
    ]


def _with_those_gone(
    settings: Iterable[Setting], locked: Iterable[LockedPlacement], *, besides: Collection[Group] = ()
) -> tuple[Setting, ...]:
    """The settings, with the groups of beds that somebody holds still and that are on record no more: none of
    them is free. Those `besides` stay away.
    """
    lost: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for lock in locked:
        for stay in lock.stays:
            if (stay.setting, stay.unit, stay.beds) not in besides:
                lost[stay.setting][stay.unit].add(stay.beds)
    return tuple(
        one if one.id not in lost else one.model_copy(update={"units": _with_gone(one.units, lost[one.id])})
        for one in settings
    )


def _with_gone(units: Sequence[Unit], wanted: Mapping[str, Collection[str]]) -> tuple[Unit, ...]:
    found = []
    for unit in units:
        names = sorted(set(wanted.get(unit.id, ())) - {beds.id for beds in unit.beds})
        if names:
            gone = [
                Beds(id=name, category="general_residential", room="shared", sex="any", free=())
                for name in names
            ]
            unit = unit.model_copy(update={"beds": (*unit.beds, *gone)})
        found.append(unit)
    return tuple(found)


def _changed(
    setting: Setting, extra: Mapping[Group, Sequence[Free]], less: Mapping[Group, Sequence[Span]]
) -> Setting:
    units = []
    for unit in setting.units:
        groups = []
        for beds in unit.beds:
            key = (setting.id, unit.id, beds.id)
            free = beds.free
            for span in less.get(key, ()):
                free = one_less(free, span)
            groups.append(beds.model_copy(update={"free": (*free, *extra.get(key, ()))}))
        units.append(unit.model_copy(update={"beds": tuple(groups)}))
    return setting.model_copy(update={"units": tuple(units)})


def one_less(free: Sequence[Free], taken: Span) -> tuple[Free, ...]:
    """What is free, with one bed fewer on each night of `taken` on which any is free."""
    found: list[Free] = []
    wanted = [(taken.start, taken.end or date.max)]
    for each in free:
        last = each.end or date.max
        left: list[tuple[date, date]] = []
        cuts: list[tuple[date, date]] = []
        for start, end in wanted if each.count else ():
            low, high = max(start, each.start), min(end, last)
            if low >= high:
                left.append((start, end))
                continue
            cuts.append((low, high))
            left += [(low_, high_) for low_, high_ in ((start, low), (high, end)) if low_ < high_]
        wanted = left if each.count else wanted
        found += _cut(each, cuts)
    return tuple(found)


def _cut(each: Free, cuts: Sequence[tuple[date, date]]) -> list[Free]:
    """The entry in pieces, with a bed fewer in the cuts; the cuts don't overlap."""
    at, last, found = each.start, each.end or date.max, []
    for low, high in sorted(cuts):
        found += [(at, low, each.count), (low, high, each.count - 1)]
        at = high
    found.append((at, last, each.count))
    return [
        Free(start=start, end=None if end == date.max else end, count=count)
        for start, end, count in found
        if start < end and count
    ]


def names_of(view: View, case: Case) -> dict[str, str]:
    """The names of a case's people and settings by their ids there, as they are now."""
    known = {**view.setting_names, **view.patient_names}
    ids = [*(p.id for p in case.patients), *(s.id for s in case.settings), *(p.patient for p in case.locked)]
    return {name: known.get(name, known.get(name.partition("/")[0], name)) for name in ids}
