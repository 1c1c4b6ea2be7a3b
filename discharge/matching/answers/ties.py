"""Which differences of two best plans come of the change between their cases, and which of chance.

Where several plans are equally good, one of them is given. People who go elsewhere only because another of
the equally good plans was given are told as staying: what they and the others take then is as free as
before, so that plan is a best one too.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

import networkx as nx

from discharge.matching.answers.reading import Course
from discharge.matching.planned import Planned
from discharge.model.case import Case
from discharge.model.setting import Setting

Courses = Mapping[str, Course]


def without_chance(before: Planned, after: Planned, was: Courses, now: Courses) -> dict[str, Course]:
    """`now`, but as `was` for those whose difference has nothing to do with what differs in the cases."""
    if not (before.proven and after.proven) or _differ_at_large(before.case, after.case):
        return dict(now)
    moved = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    graph = nx.Graph()
    people = _people_that_differ(before.case, after.case)
    settings = _settings_that_differ(before.case, after.case)
    own = {s.id: s for s in before.case.settings}
    for name in moved:
        graph.add_node(("person", name))
        for course in (was.get(name), now.get(name)):
            for resource in () if course is None else _resources(course, own, settings):
                graph.add_edge(("person", name), resource)
        if name in people:
            graph.add_edge(("person", name), "change")
    for patient in before.case.patients:
        if patient.together_with is not None and {patient.id, patient.together_with} <= set(moved):
            graph.add_edge(("person", patient.id), ("person", patient.together_with))
    result = dict(now)
    for component in nx.connected_components(graph):
        names = [name for name in moved if ("person", name) in component]
        if "change" not in component and _evens_out(before, names, was, now):
            for name in names:
                result.pop(name, None)
                if name in was:
                    result[name] = was[name]
    return result


def _resources(course: Course, own: Mapping[str, Setting], changed: set[str]) -> Iterator[Hashable]:
    """What the stays of a course take that others might want."""
    for stay in course.stays:
        yield ("beds", stay.setting, stay.unit, stay.beds)
        setting = own.get(stay.setting)
        if stay.setting in changed or setting is None:
            yield "change"
            continue
        if setting.max_admissions_per_day is not None:
            yield ("admission", stay.setting, stay.start)
        if any(u.id == stay.unit and u.isolation != "none" for u in setting.units):
            yield ("unit", stay.setting, stay.unit)


def _evens_out(planned: Planned, names: list[str], was: Courses, now: Courses) -> bool:
    """Whether as many people of each priority have a place before and after, with as many points."""
    balance = {1: 0, 2: 0, 3: 0, 4: 0}
    points = 0
    for name in names:
        if name not in planned.seekers:
            return False
        balance[planned.seekers[name].patient.priority] += (name in now) - (name in was)
        points += (now[name].points if name in now else 0) - (was[name].points if name in was else 0)
    return points == 0 and not any(balance.values())


def _differ_at_large(before: Case, after: Case) -> bool:
    """Whether something differs that touches everybody."""
    return (before.as_at, before.rule_set, before.horizon_days, before.weights) != (
        after.as_at,
        after.rule_set,
        after.horizon_days,
        after.weights,
    )


def _people_that_differ(before: Case, after: Case) -> set[str]:
    first, second = {p.id: p for p in before.patients}, {p.id: p for p in after.patients}
    held, kept = {p.patient: p for p in before.locked}, {p.patient: p for p in after.locked}
    people = {n for n in {**first, **second} if not _same(first.get(n), second.get(n))}
    return people | {n for n in {**held, **kept} if not _same(held.get(n), kept.get(n))}


def _settings_that_differ(before: Case, after: Case) -> set[str]:
    first, second = {s.id: s for s in before.settings}, {s.id: s for s in after.settings}
    return {n for n in {**first, **second} if not _same(first.get(n), second.get(n))}


def _same(one: object, other: object) -> bool:
    return one is other or one == other
