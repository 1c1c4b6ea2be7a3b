"""Whom a result concerns that came, or changed, after the person had left hospital: who has to hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from discharge.model.infection import Symptoms, Test
from discharge.model.london import london_date
from discharge.model.shown.facts import NewsLine
from discharge.rules.rule_set import RuleSet
from discharge.store.ask import patients, telling
from discharge.store.ask.sentences import shown_day
from discharge.store.ask.view import View, day

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
    SELECT s.setting, t.name, t.phone, s.unit, s.start, s."end", s.holds, p.state, p.outcome, s.position,
           p.stay, COALESCE(s.told_seq, 0), COALESCE(s.departed_seq, 0)
    FROM placements p JOIN stays s ON s.placement = p.id LEFT JOIN settings t ON t.id = s.setting
    WHERE p.patient = ? AND s.departed_at IS NOT NULL ORDER BY p.number, s.position"""


def lines(view: View, patient: str | None = None) -> tuple[NewsLine, ...]:
    """Everybody who has to hear of a late result and hasn't; of one person alone where that is named."""
    if patient is None:
        names = [row[0] for row in view.rows(_CANDIDATES)]
    else:
        names = [patient]
    return tuple(line for name in names for line in _of(view, name))


def _of(view: View, name: str) -> Iterator[NewsLine]:
    person = patients.person(view, name)
    told_seq = view.value("SELECT told_seq FROM patients WHERE id = ?", (name,)) or 0
    left_seq = view.value("SELECT left_seq FROM patients WHERE id = ?", (name,))
    been = [_been(row, left=left_seq is not None) for row in view.rows(_STAYS, (name,))]
    if not told_seq or (not been and (left_seq is None or told_seq < left_seq)):
        return
    heard: dict[str, int] = dict(view.rows("SELECT whom, seq FROM news WHERE patient = ?", (name,)))
    went = max((stay.departed_seq for stay in been), default=left_seq or 0)
    since_infectious = _infectious_since(view, name, after=min((s.departed_seq for s in been), default=went))
    to_tell = telling.to_tell(view, name)
    at = view.value("SELECT recorded_at FROM journal WHERE seq = ?", (told_seq,))
    urgent = since_infectious is not None or bool(heard) or not all(stay.told_seq for stay in been)

    def line(whom: str, label: str, phone: str, why: str) -> NewsLine:
        return NewsLine(
            patient=name,
            patient_name=person.details.name,
            whom=whom,
            label=label,
            phone=phone,
            says=to_tell.says,
            why=why,
            urgent=urgent,
            since=datetime.fromisoformat(at) if at is not None else view.now,
        )

    def news(whom: str, *, known: int = 0) -> bool:
        return told_seq > max(heard.get(whom, 0), known)

    for stay in _one_a_setting(been):
        whom = f"setting:{stay.setting}"
        concerned = stay.is_there or _overlaps(stay, since_infectious) or whom in heard
        known = max(each.told_seq for each in been if each.setting == stay.setting)
        if concerned and news(whom, known=known):
            with_them = "They are there, or on the way."
            why = with_them if stay.is_there else "They were there when it could be passed on."
            yield line(whom, stay.setting_name, stay.phone, why)
    yield from _elsewhere(view, name, been, line, news)
    positive = since_infectious is not None
    after_leaving = told_seq > went
    if ((positive and after_leaving) or "ward" in heard) and news("ward"):
        where = ", ".join(part for part in (person.details.hospital or "", person.details.ward) if part)
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


def _infectious_since(view: View, name: str, *, after: int) -> date | None:
    """From when on somebody found positive after they had left could pass it on; None where nobody did."""
    rows = view.rows(
        "SELECT body FROM observations WHERE patient = ? AND withdrawn = 0 AND recorded_seq > ?"
        " ORDER BY number",
        (name, after),
    )
    found = [patients.OBSERVATION.validate_json(row[0]) for row in rows]
    starts = []
    every = [
        patients.OBSERVATION.validate_json(row[0])
        for row in view.rows("SELECT body FROM observations WHERE patient = ? AND withdrawn = 0", (name,))
    ]
    for test in found:
        if not isinstance(test, Test) or test.result != "positive":
            continue
        taken = london_date(test.specimen_at)
        window = _onset_window(view.rules, test.organism)
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


def _elsewhere(view: View, name: str, been: list[_Been], line: object, news: object) -> Iterator[NewsLine]:
    """The setting to which they went otherwise than by a placement, or where they live."""
    assert callable(line)
    assert callable(news)
    row = view.row(
        "SELECT h.setting, h.elsewhere, s.name, s.phone, h.at FROM happenings h"
        " LEFT JOIN settings s ON s.id = h.setting WHERE h.patient = ?"
        " AND (h.facts LIKE '%left_without_us%' OR h.facts LIKE '%arrived_elsewhere%')"
        " ORDER BY h.number DESC LIMIT 1",
        (name,),
    )
    if row is None:
        usual = patients.person(view, name).details.usual_setting
        if been or usual is None:
            return
        row = view.row("SELECT id, '', name, phone, '' FROM settings WHERE id = ?", (usual,))
        if row is None:
            return
    setting, elsewhere, label, phone = row[:4]
    if setting is not None and setting in {stay.setting for stay in been}:
        return
    whom = f"setting:{setting}" if setting is not None else f"elsewhere:{elsewhere}"
    if news(whom):
        since = f" since {shown_day(london_date(datetime.fromisoformat(row[4])))}" if row[4] else ""
        yield line(whom, label or elsewhere, phone or "", f"They are there{since}.")


__all__ = ["lines"]
