"""Whom a result concerns that came, or changed, after the person had left hospital: who has to hear of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from discharge.model.hospital import hospital_words
from discharge.model.infection import Symptoms, Test
from discharge.model.london import london_date
from discharge.model.shown.facts import NewsLine
from discharge.rules.rule_set import RuleSet
from discharge.store.ask import facts, patients, telling
from discharge.store.ask.facts import Person
from discharge.store.ask.sentences import shown_day
from discharge.store.ask.view import View, day, in_chunks, marks

_MakeLine = Callable[[str, str, str, str], "_ToHear"]

BEFORE = timedelta(days=2)
"""Somebody counts as infectious from two days before their first symptom or positive specimen on (UKHSA)."""


@dataclass(frozen=True, slots=True)
class _Been:
    """A stay that somebody left hospital for."""

    setting: str
    setting_name: str
    phone: str
    unit: str
    start: date
    end: date | None
    is_there: bool
    has_arrived: bool
    told_seq: int
    departed_seq: int


_CANDIDATES = """
    SELECT q.id FROM patients q
    WHERE q.told_seq > 0 AND COALESCE(q.left_reason, '') NOT IN ('entered_by_mistake', 'merged') AND (
      q.told_seq > q.left_seq
      OR EXISTS (SELECT 1 FROM placements p JOIN stays s ON s.placement = p.id
                 WHERE p.patient = q.id AND s.departed_at IS NOT NULL
                   AND q.told_seq > MIN(COALESCE(s.told_seq, 0), COALESCE(s.departed_seq, 0))))
    ORDER BY q.number"""

_STAYS = """
    SELECT p.patient, s.setting, t.name, t.phone, s.unit, s.start, s."end", s.holds, p.state, p.outcome,
           s.position, p.stay, COALESCE(s.told_seq, 0), COALESCE(s.departed_seq, 0)
    FROM placements p JOIN stays s ON s.placement = p.id LEFT JOIN settings t ON t.id = s.setting
    WHERE p.patient IN ({marks}) AND s.departed_at IS NOT NULL ORDER BY p.number, s.position"""

_ELSEWHERE = """
    SELECT h.patient, h.setting, h.elsewhere, s.name, s.phone, h.at FROM happenings h
    LEFT JOIN settings s ON s.id = h.setting WHERE h.patient IN ({marks})
    AND (h.facts LIKE '%left_without_us%' OR h.facts LIKE '%arrived_elsewhere%') ORDER BY h.number"""

_SEEN = """
    SELECT patient, recorded_seq, body FROM observations
    WHERE patient IN ({marks}) AND withdrawn = 0 ORDER BY number"""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read of many people at once: of most of them there is nothing to be passed on."""

    told_seq: int
    left_seq: int | None
    stays: tuple[tuple[object, ...], ...]
    heard: dict[str, int]
    seen: tuple[tuple[int, str], ...]
    """Observations that stand: after which entry each was recorded, and what it is."""
    elsewhere: tuple[object, ...] | None
    """Where they went otherwise than by a placement, as it was recorded last."""


@dataclass(frozen=True, slots=True)
class _ToHear:
    """Somebody who has to hear of it, before it is put in words."""

    whom: str
    label: str
    phone: str
    why: str
    urgent: bool


def lines(view: View, patient: str | None = None) -> tuple[NewsLine, ...]:
    """Everybody who has to hear of a late result and hasn't; of one person alone where that is named."""
    names = [row[0] for row in view.rows(_CANDIDATES)] if patient is None else [patient]
    found = {
        name: to_hear
        for name, known in _read(view, names).items()
        if (to_hear := list(_of(view, name, known)))
    }
    people = facts.people(view, list(found))
    return tuple(
        line for name, to_hear in found.items() for line in _in_words(view, name, people[name], to_hear)
    )


def _read(view: View, names: Sequence[str]) -> dict[str, _Known]:
    """What is known of these people, in their order, in a few statements."""
    found: dict[str, _Known] = {}
    for chunk in in_chunks(names):

        def grouped(sql: str, chunk: Sequence[str] = chunk) -> dict[str, list[tuple[Any, ...]]]:
            rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
            for name, *rest in view.rows(sql.format(marks=marks(chunk)), chunk):
                rows[name].append(tuple(rest))
            return rows

        told = grouped("SELECT id, told_seq, left_seq FROM patients WHERE id IN ({marks})")
        stays, seen, elsewhere = grouped(_STAYS), grouped(_SEEN), grouped(_ELSEWHERE)
        heard = grouped("SELECT patient, whom, seq FROM news WHERE patient IN ({marks})")
        for name in chunk:
            if name in told:
                found[name] = _Known(
                    told_seq=told[name][0][0] or 0,
                    left_seq=told[name][0][1],
                    stays=tuple(stays.get(name, ())),
                    heard=dict(heard.get(name, ())),
                    seen=tuple(seen.get(name, ())),
                    elsewhere=elsewhere[name][-1] if name in elsewhere else None,
                )
    return found


def _in_words(view: View, name: str, person: Person, to_hear: Sequence[_ToHear]) -> Iterator[NewsLine]:
    says = telling.to_tell(view, name).says
    at = view.value("SELECT recorded_at FROM journal WHERE seq = ?", (person.told_seq,))
    for one in to_hear:
        yield NewsLine(
            patient=name,
            patient_name=person.details.name,
            whom=one.whom,
            label=one.label,
            phone=one.phone,
            says=says,
            why=one.why,
            urgent=one.urgent,
            since=datetime.fromisoformat(at) if at is not None else view.now,
        )


def _of(view: View, name: str, known: _Known) -> Iterator[_ToHear]:
    told_seq, left_seq, heard = known.told_seq, known.left_seq, known.heard
    been = [_been(row, left=left_seq is not None) for row in known.stays]
    if not told_seq or (not been and (left_seq is None or told_seq < left_seq)):
        return
    went = max((stay.departed_seq for stay in been), default=left_seq or 0)
    since_infectious = _infectious_since(
        view.rules, known.seen, after=min((s.departed_seq for s in been), default=went)
    )
    urgent = since_infectious is not None or bool(heard) or not all(stay.told_seq for stay in been)

    def line(whom: str, label: str, phone: str, why: str) -> _ToHear:
        return _ToHear(whom, label, phone, why, urgent)

    def news(whom: str, *, told: int = 0) -> bool:
        return told_seq > max(heard.get(whom, 0), told)

    for stay in _one_a_setting(been):
        whom = f"setting:{stay.setting}"
        concerned = stay.is_there or _overlaps(stay, since_infectious) or whom in heard
        told = max(each.told_seq for each in been if each.setting == stay.setting)
        if concerned and news(whom, told=told):
            why = "They were there when it could be passed on."
            if stay.is_there:
                why = "They are there." if stay.has_arrived else "They are on the way there."
            yield line(whom, stay.setting_name, stay.phone, why)
    yield from _elsewhere(view, name, known, been, line, news)
    positive = since_infectious is not None
    after_leaving = told_seq > went
    if ((positive and after_leaving) or "ward" in heard) and news("ward"):
        details = patients.person(view, name).details
        where = ", ".join(
            part for part in (hospital_words(view.hub.hospitals, details.hospital), details.ward) if part
        )
        label = f"the infection team of {where}" if where else "the hospital's infection team"
        yield line("ward", label, "", "Their ward may have had others beside them.")
    for contact, there in _contacts(view, name, been, since_infectious).items():
        whom = f"contact:{contact}"
        if news(whom):
            who = view.patient_name[contact]
            why = f"{who} was in unit {there.unit} of {there.setting_name} with them."
            yield line(whom, f"{there.setting_name}, about {who}", there.phone, why)


def _been(row: tuple[object, ...], *, left: bool) -> _Been:
    setting, name, phone, unit, start, end, _, state, outcome, position, at, told, departed = row
    current = position == at
    settled = state == "ended" and outcome == "settled"
    is_there = current and (state in ("departed", "arrived") or (settled and left))
    return _Been(
        setting=str(setting),
        setting_name=str(name or setting),
        phone=str(phone or ""),
        unit=str(unit),
        start=date.fromisoformat(str(start)),
        end=None if is_there or end is None else day(str(end)),
        is_there=is_there,
        has_arrived=state != "departed",
        told_seq=int(str(told)),
        departed_seq=int(str(departed)),
    )


def _one_a_setting(been: list[_Been]) -> list[_Been]:
    """Of each setting the stay that concerns it most: the one they are in, else the last."""
    found: dict[str, _Been] = {}
    for stay in been:
        if stay.setting not in found or not found[stay.setting].is_there:
            found[stay.setting] = stay
    return list(found.values())


def _infectious_since(rules: RuleSet, seen: Sequence[tuple[int, str]], *, after: int) -> date | None:
    """From when on somebody found positive after they had left could pass it on; None where nobody did."""
    if not any(recorded > after and '"positive"' in body for recorded, body in seen):
        return None
    starts = []
    every = [patients.OBSERVATION.validate_json(body) for _, body in seen]
    found = [each for each, (recorded, _) in zip(every, seen, strict=True) if recorded > after]
    for test in found:
        if not isinstance(test, Test) or test.result != "positive":
            continue
        taken = london_date(test.specimen_at)
        window = _onset_window(rules, test.organism)
        onsets = [
            seen.onset_on
            for seen in every
            if isinstance(seen, Symptoms)
            and seen.organism == test.organism
            and taken - window <= seen.onset_on <= taken
        ]
        starts.append(min([taken, *onsets]) - BEFORE)
    return min(starts, default=None)


def _onset_window(rules: RuleSet, organism: str) -> timedelta:
    """How long before a specimen an onset belongs to it (S4); none for what is only carried."""
    known = rules.organisms.get(organism)
    return timedelta(days=getattr(known, "onset_window_days", 0))


def _overlaps(stay: _Been, since: date | None) -> bool:
    """Whether they were there on a night on which it could be passed on."""
    return since is not None and (stay.end is None or stay.end > since)


def _contacts(view: View, name: str, been: list[_Been], since: date | None) -> dict[str, _Been]:
    """Other people of the hub who shared a unit with them on such a night, and where."""
    found: dict[str, _Been] = {}
    if since is None:
        return found
    for stay in been:
        if not _overlaps(stay, since):
            continue
        first = max(stay.start, since)
        others = view.rows(
            'SELECT DISTINCT p.patient, s.start, s."end", p.state, p.outcome'
            " FROM placements p JOIN stays s ON s.placement = p.id"
            " WHERE s.setting = ? AND s.unit = ? AND s.departed_at IS NOT NULL AND p.patient != ?",
            (stay.setting, stay.unit, name),
        )
        for other, start, end, state, outcome in others:
            settled = state in ("departed", "arrived") or (state == "ended" and outcome == "settled")
            last = None if settled or end is None else day(end)
            starts = date.fromisoformat(start)
            together = (stay.end is None or starts < stay.end) and (last is None or last > first)
            if together and starts <= view.today:
                found.setdefault(other, stay)
    return found


def _elsewhere(
    view: View, name: str, known: _Known, been: list[_Been], line: _MakeLine, news: Callable[[str], bool]
) -> Iterator[_ToHear]:
    """The setting to which they went otherwise than by a placement, or where they live."""
    row = known.elsewhere
    if row is None:
        usual = None if been else patients.person(view, name).details.usual_setting
        if usual is None:
            return
        row = view.row("SELECT id, '', name, phone, '' FROM settings WHERE id = ?", (usual,))
        if row is None:
            return
    setting, elsewhere, label, phone, at = row
    if setting is not None and setting in {stay.setting for stay in been}:
        return
    whom = f"setting:{setting}" if setting is not None else f"elsewhere:{elsewhere}"
    if news(whom):
        since = f" since {shown_day(london_date(datetime.fromisoformat(str(at))))}" if at else ""
        yield line(whom, str(label or elsewhere), str(phone or ""), f"They are there{since}.")


__all__ = ["lines"]
