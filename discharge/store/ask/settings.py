"""Settings as the Settings page and imports ask for them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from discharge.model.call import Answers
from discharge.model.errors import UserError
from discharge.model.people import Given
from discharge.model.setting import Setting, Span, Unit
from discharge.model.setting_record import (
    CapacityAge,
    CapacityReturn,
    Contract,
    GroupRecord,
    RegisterState,
    SettingDetails,
)
from discharge.model.shown.calls import NOT_HEARD
from discharge.model.shown.patients import PlacementMention
from discharge.model.shown.record import JournalLine
from discharge.model.shown.settings import (
    BedHold,
    BedsView,
    CallLine,
    DeclineLine,
    ReturnLine,
    SettingPage,
    SettingRow,
    UnitView,
)
from discharge.store.ask import (
    calls,
    designating,
    facts,
    infection,
    joining,
    kept_beds,
    known_keys,
    patients,
    record,
    waiting,
)
from discharge.store.ask.facts import Held
from discharge.store.ask.infection import FAR
from discharge.store.ask.view import AMONG, View, among, day, instant, load, names


def capacity_age(view: View, reported_at: datetime | None) -> CapacityAge:
    """How old a capacity return of that time is by the rule set (N8)."""
    if reported_at is None:
        return CapacityAge.NONE
    if reported_at < view.now - timedelta(days=view.rules.expired_days):
        return CapacityAge.EXPIRED
    stale = reported_at < view.now - timedelta(hours=view.rules.stale_hours)
    return CapacityAge.STALE if stale else CapacityAge.FRESH


_WHICH = "Choose one of the list, or register it first."

_ROW = (
    "id, name, type, cqc_id, local_authority, postcode, phone, rating, weekly_fee, closed_reason, accepting,"
    " registered_beds, reported_at, accepts, left_register"
)


def rows(
    view: View,
    *,
    only: str | None = None,
    some: Collection[str] | None = None,
    holds: Sequence[Held] | None = None,
) -> tuple[SettingRow, ...]:
    """A row for every setting, or for one or `some` of them alone, by name; `holds` where `facts.held` was
    asked already."""
    where, values = ("WHERE {}setting = ?", (only,)) if only is not None else ("", ())
    today = view.today.isoformat()
    free = dict(
        view.rows(
            f'SELECT setting, SUM("count") FROM free {where.format("") or "WHERE 1"}'
            ' AND start <= ? AND ("end" IS NULL OR "end" > ?) GROUP BY setting',
            (*values, today, today),
        )
    )
    units = {
        row[0]: row[1:]
        for row in view.rows(
            "SELECT setting, COUNT(*), SUM(isolation != 'none'),"
            " SUM(isolation != 'none' AND designated_from IS NOT NULL AND designated_from <= ?"
            " AND (designated_to IS NULL OR designated_to > ?)),"
            " SUM(CASE WHEN isolation != 'none' THEN COALESCE(isolation_places, 0) ELSE 0 END)"
            f" FROM units {where.format('')} GROUP BY setting",
            (today, today, *values),
        )
    }
    if holds is None:
        holds = facts.held(view, settings=None if only is None else [only])
    taken = Counter(one.setting for one in holds if one.on(view.today) and not one.counted)
    awaiting: Counter[str] = Counter()
    for unit in designating.under_way(view, only):
        awaiting[unit.setting] += unit.beds
    outbreaks = facts.outbreaks(view, None if only is None else [only])
    found = []
    by_id, id_values = ("id = ?", (only,)) if only is not None else ("joined_into IS NULL", ())
    if some is not None:
        by_id, id_values = f"{by_id} AND id {AMONG}", (*id_values, among(some))
    for row in view.rows(f"SELECT {_ROW} FROM settings WHERE {by_id} ORDER BY name, number", id_values):
        there, isolating, designated, places = units.get(row[0], (0, 0, 0, 0))
        reported = instant(row[12])
        found.append(
            SettingRow(
                id=row[0],
                name=row[1],
                type=row[2],
                cqc_id=row[3],
                local_authority=row[4],
                postcode=row[5],
                phone=row[6],
                rating=row[7],
                weekly_fee=row[8],
                admissions="closed" if row[9] or row[10] == 0 else "open",
                outbreaks=outbreaks.get(row[0], ()),
                registered_beds=row[11],
                beds_free=free.get(row[0], 0),
                beds_held=taken[row[0]],
                units=there,
                isolating_units=isolating,
                designated_units=designated,
                isolation_places=places,
                capacity_reported_at=reported,
                capacity_age=capacity_age(view, reported),
                accepts_organisms=names(row[13]) if row[13] != "[]" else (),
                left_register=row[14],
                beds_awaiting=awaiting[row[0]],
            )
        )
    return tuple(found)


def details(view: View, name: str) -> SettingDetails:
    """One setting's record; `UserError` where there is none of that id."""
    text = view.value("SELECT details FROM settings WHERE id = ?", (name,))
    if text is None:
        raise UserError(f"There is no setting {name} in this hub.", _WHICH)
    return load(SettingDetails, text)


def one(view: View, name: str) -> Setting:
    """One setting as a case knows it; `UserError` where there is none of that id."""
    found = facts.settings(view, [name])
    if name not in found:
        raise UserError(f"There is no setting {name} in this hub.", _WHICH)
    return found[name]


def page(view: View, name: str) -> SettingPage:
    """Everything about one setting."""
    setting = one(view, name)
    closed, accepting, vacancies, doubts, bed_doubts = view.rows(
        "SELECT closed_reason, accepting, vacancies, doubts, bed_doubts FROM settings WHERE id = ?", (name,)
    )[0]
    units = _units(view, setting)
    ppe_days, staffing = calls.ppe_and_staffing(view, [name])[name]
    known = sum(group.free_tonight for unit in units for group in unit.beds)
    keys = known_keys.home_keys(view)
    return SettingPage(
        row=rows(view, only=name)[0],
        details=details(view, name),
        units=units,
        outbreaks=setting.outbreaks,
        admissions_reason=closed
        or ("Its capacity return says that it takes nobody." if accepting == 0 else ""),
        doubts=() if doubts is None else names(doubts),
        bed_doubts=() if bed_doubts is None else names(bed_doubts),
        vacancies_unsplit=max(0, (vacancies or 0) - known),
        returns=returns(view, name),
        placements=_mentions(view, name),
        declines=_declines(view, name),
        timeline=_timeline(view, name),
        parts=joining.joining(view, name).parts,
        kept=kept_beds.own_rooms(view, settings=[name]),
        calls=calls_of(view, name),
        under_way=designating.under_way(view, name),
        agreed=calls.actions(view, name),
        reviews=calls.reviews(view, "setting = ?", (name,)),
        heard=calls.heard(view).get(name, NOT_HEARD),
        ppe_days=ppe_days,
        staffing=staffing,
        waiting=waiting.of(view, name),
        signs=keys[name].name if name in keys else "",
    )


def _timeline(view: View, name: str) -> tuple[JournalLine, ...]:
    """What was recorded of the setting and of what is a part of it now, newest first."""
    subjects = (name, *joining.all_parts_of(view, name))
    lines = [line for subject in subjects for line in record.entries(view, subject=subject)]
    return tuple(sorted(lines, key=lambda line: -line.seq))


def designation(view: View, setting: str, unit: str) -> Span | None:
    """The designation of a unit that is on record, also while the unit isolates nobody."""
    row = view.row(
        "SELECT designated_from, designated_to FROM units WHERE setting = ? AND id = ?", (setting, unit)
    )
    return None if row is None or row[0] is None else Span(start=day(row[0]), end=day(row[1]))


def _units(view: View, setting: Setting) -> tuple[UnitView, ...]:
    held = facts.held(view, settings=[setting.id])
    tonight = [one for one in held if one.on(view.today)]
    isolating = _isolating(view, tonight)
    extra = {
        row[0]: row[1:]
        for row in view.rows(
            "SELECT id, designated_given, assured_on FROM units WHERE setting = ?", (setting.id,)
        )
    }
    kept = group_records(view, only=setting.id)
    taken = Counter((one.unit, one.beds) for one in tonight if not one.counted)
    found = []
    for unit in setting.units:
        given, assured = extra[unit.id]
        beds = tuple(
            BedsView(
                id=group.id,
                category=group.category,
                room=group.room,
                sex=group.sex,
                free=group.free,
                as_of=kept[setting.id, unit.id, group.id].as_of,
                contract=kept[setting.id, unit.id, group.id].contract,
                free_tonight=sum(
                    span.count
                    for span in group.free
                    if span.start <= view.today and (span.end is None or view.today < span.end)
                ),
                held_tonight=taken[unit.id, group.id],
                holds=tuple(
                    BedHold(
                        one.placement,
                        one.patient,
                        view.patient_name[one.patient],
                        one.start,
                        one.end,
                        one.by_themselves,
                    )
                    for one in held
                    if (one.unit, one.beds) == (unit.id, group.id) and not one.counted
                ),
            )
            for group in unit.beds
        )
        found.append(
            UnitView(
                id=unit.id,
                isolation=unit.isolation,
                isolation_places=unit.isolation_places,
                cohort_organism=unit.cohort_organism,
                needs_met=unit.needs_met,
                designated=unit.designated,
                idle_designation=None if unit.designated else designation(view, setting.id, unit.id),
                designated_by=None if given is None else load(Given, given),
                assured_on=day(assured),
                isolating_tonight=isolating[unit.id],
                beds=beds,
            )
        )
    return tuple(found)


def group_records(view: View, *, only: str | None = None) -> dict[tuple[str, str, str], GroupRecord]:
    """What is kept of each group of beds beside the beds, by setting, unit and group."""
    where, values = ("", ()) if only is None else (" WHERE setting = ?", (only,))
    return {
        (setting, unit, beds): GroupRecord(
            as_of=instant(as_of), contract=Contract() if contract is None else load(Contract, contract)
        )
        for setting, unit, beds, as_of, contract in view.rows(
            f"SELECT setting, unit, id, as_of, contract FROM beds{where}", values
        )
    }


def _isolating(view: View, tonight: list[Held]) -> Counter[str]:
    """How many people isolate in each unit tonight, their isolations computed anew."""
    shown = [one for one in tonight if one.requirement in ("isolation", "designated")]
    known = facts.people(view, sorted({one.patient for one in shown}))
    count: Counter[str] = Counter()
    for one in shown:
        end = infection.isolation_end(infection.state_of(view, known[one.patient].facts))
        count[one.unit] += end is not None and (end == FAR or end > view.today)
    return count


def returns(view: View, name: str) -> tuple[ReturnLine, ...]:
    """The setting's capacity returns, newest first."""
    return tuple(
        ReturnLine(
            report=load(CapacityReturn, row[0]),
            no_change=bool(row[1]),
            recorded_at=datetime.fromisoformat(row[2]),
            by=row[3],
            given=None if row[4] is None else load(Given, row[4]),
        )
        for row in view.rows(
            'SELECT report, no_change, recorded_at, "by", given FROM returns WHERE setting = ?'
            " ORDER BY json_extract(report, '$.reported_at') DESC, seq DESC LIMIT 200",
            (name,),
        )
    )


def _mentions(view: View, name: str) -> tuple[PlacementMention, ...]:
    return patients.mentions(view, "s.setting = ?", name)


def _declines(view: View, name: str) -> tuple[DeclineLine, ...]:
    return tuple(
        DeclineLine(
            patient=row[0],
            patient_name=view.patient_name[row[0]],
            code=row[1],
            note=row[2],
            at=datetime.fromisoformat(row[3]),
            stands=bool(row[4]),
        )
        for row in view.rows(
            "SELECT patient, code, note, at, stands FROM declines WHERE setting = ? ORDER BY number DESC",
            (name,),
        )
    )


# for imports: one pass over everything


def ids_by_cqc(view: View) -> dict[str, str]:
    """Which setting has which CQC location id."""
    return dict(view.rows("SELECT cqc_id, id FROM settings WHERE cqc_id IS NOT NULL ORDER BY number"))


def all_details(view: View) -> dict[str, SettingDetails]:
    """Every setting's record by id."""
    return {name: load(SettingDetails, text) for name, text in view.rows("SELECT id, details FROM settings")}


def all_units(view: View) -> dict[str, tuple[Unit, ...]]:
    """Every setting's units by id."""
    return {name: setting.units for name, setting in facts.settings(view).items()}


def latest_returns(view: View) -> dict[str, CapacityReturn]:
    """Each setting's latest capacity return, by setting."""
    found: dict[str, CapacityReturn] = {}
    by_setting: dict[str, list[CapacityReturn]] = defaultdict(list)
    for name, report in view.rows("SELECT setting, report FROM returns ORDER BY seq"):
        by_setting[name].append(load(CapacityReturn, report))
    for name, reports in by_setting.items():
        found[name] = max(reports, key=lambda report: report.reported_at)
    return found


def lowered_last(view: View, name: str) -> list[dict[str, Any]]:
    """What the number of registered beds last took from groups of beds: of each what is taken to be free, and
    what was said."""
    text = view.value(
        "SELECT json_extract(body, '$.lowered') FROM journal WHERE subject = ? AND kind IN"
        " ('setting_registered', 'setting_amended', 'unit_added', 'beds_set')"
        " AND json_array_length(body, '$.lowered') > 0 ORDER BY seq DESC LIMIT 1",
        (name,),
    )
    return [] if text is None else list(json.loads(text))


def register_state(view: View, name: str) -> RegisterState:
    """What is known of the setting and the CQC's register."""
    details(view, name)
    left, decided, closed, before = view.rows(
        "SELECT left_register, register_decided, closed_reason, closed_before FROM settings WHERE id = ?",
        (name,),
    )[0]
    return RegisterState(left, decided, closed, before or "")


def register_states(view: View) -> dict[str, RegisterState]:
    """What is known of the settings that have left the CQC's register, decided on or not."""
    return {
        name: RegisterState(left, decided, closed, before or "")
        for name, left, decided, closed, before in view.rows(
            "SELECT id, left_register, register_decided, closed_reason, closed_before FROM settings"
            " WHERE left_register IS NOT NULL OR register_decided IS NOT NULL"
        )
    }


def who_is_in(view: View) -> dict[str, tuple[str, ...]]:
    """By setting who is there or on the way, by placements under way."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, patient in view.rows(
        "SELECT DISTINCT s.setting, p.patient FROM placements p JOIN stays s ON s.placement = p.id"
        f" WHERE p.state IN ({patients.ACTIVE_STATES}) AND s.holds = 1 ORDER BY p.patient"
    ):
        found[name].append(patient)
    return {name: tuple(people) for name, people in found.items()}


def people_in(view: View) -> Counter[str]:
    """By setting how many people are there or on the way, by placements under way."""
    return Counter(
        dict(
            view.rows(
                "SELECT s.setting, COUNT(DISTINCT p.patient) FROM placements p"
                " JOIN stays s ON s.placement = p.id"
                f" WHERE p.state IN ({patients.ACTIVE_STATES}) AND s.holds = 1 GROUP BY s.setting"
            )
        )
    )


def standing(view: View, name: str) -> tuple[Any, ...]:
    """What the latest capacity return left behind: reported_at, figures as text, accepting, vacancies."""
    row = view.row("SELECT reported_at, figures, accepting, vacancies FROM settings WHERE id = ?", (name,))
    if row is None:
        raise UserError(f"There is no setting {name} in this hub.", _WHICH)
    return row


def calls_of(view: View, setting: str) -> tuple[CallLine, ...]:
    """The setting's calls, newest first; withdrawn ones too."""
    return tuple(
        CallLine(
            id=row[0],
            at=datetime.fromisoformat(row[1]),
            by=row[2],
            incoming=bool(row[3]),
            given=None if row[4] is None else load(Given, row[4]),
            said=row[5],
            withdrawn=bool(row[6]),
            reason=row[7],
            answers=None if row[8] is None else load(Answers, row[8]),
        )
        for row in view.rows(
            'SELECT id, at, "by", incoming, given, said, withdrawn, reason, answers FROM calls'
            " WHERE setting = ? ORDER BY at DESC, seq DESC LIMIT 200",
            (setting,),
        )
    )
