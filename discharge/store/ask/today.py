"""What needs somebody now: placements, people without one, the plan, the capacity returns, by urgency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from discharge.model.hospital import hospital_words
from discharge.model.kept_bed import KeptBed
from discharge.model.london import LONDON, london_date
from discharge.model.paper import PaperKind
from discharge.model.placement import BEFORE_DEPARTED, PlacementState
from discharge.model.shown.papers import IssuedPaper
from discharge.model.shown.today import (
    GONE_PAPER,
    HUB_PAPERS,
    URGENCY,
    WAITING_PAPERS,
    Need,
    TodayLine,
    TodayPage,
    When,
)
from discharge.model.shown.waiting import WaitingChange
from discharge.store.ask import (
    happenings,
    kept_beds,
    news,
    paper_ages,
    plans,
    record,
    reviews,
    settings,
    today_homes,
    waiting,
)
from discharge.store.ask.beginnings import beginnings
from discharge.store.ask.glance import glance
from discharge.store.ask.listed import Listed, everybody
from discharge.store.ask.placement_pages import moving
from discharge.store.ask.placement_steps import ago
from discharge.store.ask.sentences import shown_day, shown_time
from discharge.store.ask.today_moves import line_of
from discharge.store.ask.view import View, instant
from discharge.store.ask.who import whos
from discharge.store.journal import BESIDE_STEPS
from discharge.words.counts import count_words
from discharge.words.register import left_words
from discharge.words.waiting import fee_words

RESULT_HOURS = 24
"""Hours after which a result that isn't there is asked after."""
NAMED = 3
"""So many settings are named of those whose capacity return is stale."""

_NEEDS = {"clinical_release_missing": Need.ATTEST}
"""What a block asks for; any other asks for a test."""

_LOST = (PlacementState.RETURNED, PlacementState.DECLINED, PlacementState.UNANSWERED)


def page(view: View) -> TodayPage:
    """Everything on the page Today, the most urgent line first."""
    found = lines(view)
    is_empty = not everybody(view) and not moving(view)
    has_homes = bool(view.value("SELECT EXISTS (SELECT 1 FROM settings)"))
    has_beds = bool(view.value("SELECT EXISTS (SELECT 1 FROM beds)"))
    following = _following(view, found)
    return TodayPage(found, glance(view), following, is_empty, has_homes, has_beds, beginnings(view))


def _following(view: View, found: Iterable[TodayLine]) -> str:
    """The next thing after tomorrow that has a clock."""
    shown = {line.about for line in found}
    later = [move for move in moving(view) if move.due is not None and move.id not in shown]
    if not later:
        return ""
    first = min(later, key=lambda move: move.due.timestamp() if move.due is not None else 0.0)
    return f"{first.patient_name}: {first.next_sentence}"


def lines(view: View) -> tuple[TodayLine, ...]:
    """What is to be done, the most urgent first."""
    found = [line for row in moving(view) if (line := line_of(view, row)) is not None]
    found += view.own_lines()
    found += _news(view)
    found += _happened(view)
    found += _left_behind(view)
    found += _people(view)
    found += _papers(view)
    found += _follow_ups(view)
    found += _funding(view)
    found += _rooms(view)
    found += _register(view)
    found += today_homes.lines(view)
    found += _to_confirm(view)
    found += _plan(view)
    found += _returns(view)
    return tuple(_told_apart(view, line) for line in sorted(found, key=urgency))


def _told_apart(view: View, line: TodayLine) -> TodayLine:
    """The line, with who else on the list has a like name where it is about one person."""
    person = line.patient or (line.about if line.move is None else line.move.patient)
    alike = whos(view)[person].alike if person.startswith("P-") else ""
    return replace(line, remark=f"{line.remark} {alike}.".strip()) if alike else line


def urgency(line: TodayLine) -> tuple[int, int, int, float, int, str]:
    """The order of lines: by when, by what, by how near harm is, by the clock, by the person's priority."""
    clock = line.due.timestamp() if line.due is not None else float("inf")
    return (
        _WHENS.index(line.when),
        URGENCY.index(line.need),
        _nearness(line),
        clock,
        line.priority,
        line.key,
    )


_WHENS = tuple(When)
_NEAREST = (PlacementState.DEPARTED, PlacementState.ARRIVED)


def _nearness(line: TodayLine) -> int:
    """Of placements that can't go on those come first who are on the way, or there, or about to leave."""
    if line.need is not Need.STOPPED or line.move is None:
        return 3
    if line.move.state in _NEAREST:
        return _NEAREST.index(line.move.state)
    return 2 if line.move.current.transport is not None else 3


# --- late news, what happened, what is left to do -----------------------------------------------------


_SHORT = re.compile(r" \(|\.(?: |$)")
"""Where the first thing to be told ends, without its times: "COVID-19: positive"."""


def _news(view: View) -> Iterator[TodayLine]:
    """Whoever has to hear of a result that came after the person had left."""
    for one in news.lines(view):
        phone = f" Phone {one.phone}." if one.phone else ""
        yield TodayLine(
            key=f"news/{one.patient}/{one.whom}",
            need=Need.NEWS,
            when=When.NOW if one.urgent else When.TODAY,
            about=one.patient,
            sentence=f"Tell {one.label}: {one.patient_name}, {_SHORT.split(one.says, maxsplit=1)[0]}",
            remark=f"{one.why}{phone} To be told: {one.says}".strip(),
            due=one.since,
            priority=0,
            phone=one.phone,
            patient=one.patient,
        )


def _happened(view: View) -> Iterator[TodayLine]:
    """What happened against a rule, until the person it went to has said what was done."""
    for one in happenings.open_lines(view):
        late = view.now > one.due_at
        clock = (
            f"since {shown_time(one.due_at)} overdue"
            if late
            else f"to be dealt with by {shown_time(one.due_at)}"
        )
        against = "".join(f" {each.sentence}" for each in one.against[:1])
        yield TodayLine(
            key=f"fact/{one.id}",
            need=Need.HAPPENED,
            when=When.NOW if late or one.against else When.TODAY,
            about=one.id,
            sentence=one.sentence,
            remark=f"With {one.assigned_name}, {clock}.{against}",
            due=one.due_at,
            priority=0,
            phone=one.phone,
            patient=one.patient,
            setting="" if one.patient else one.setting,
            assigned=one.assigned,
        )


def _left_behind(view: View) -> Iterator[TodayLine]:
    """A booked journey to cancel, a setting that still expects somebody."""
    for one in happenings.tasks(view):
        yield TodayLine(
            key=f"task/{one.id}",
            need=Need.LEFT_BEHIND,
            when=When.NOW,
            about=one.id,
            sentence=one.sentence,
            remark=f"Phone {one.phone}." if one.phone else "",
            due=one.since,
            priority=0,
            phone=one.phone,
            patient=one.patient,
        )


# --- changes that wait ------------------------------------------------------------------------------------


def _to_confirm(view: View) -> Iterator[TodayLine]:
    """Fees and approval rules that were changed: those changed at once are one line."""
    groups: dict[str, list[WaitingChange]] = {}
    for change in waiting.changes(view):
        groups.setdefault(change.group, []).append(change)
    for group, changes in groups.items():
        first = changes[0]
        yield TodayLine(
            key=f"change/{group}",
            need=Need.CONFIRM,
            when=When.TODAY,
            about=first.subject,
            sentence=_changed_words(changes),
            remark=f"Waits for somebody else's word since {shown_time(first.at)}: until then "
            + ("the rules before count." if first.is_of_rules else "approvals go by the higher fee."),
            due=first.at,
            priority=0,
            authors=first.authors,
        )


def _changed_words(changes: Sequence[WaitingChange]) -> str:
    first = changes[0]
    if first.is_of_rules:
        return f"{first.by_name} changed the approval rules"
    if len(changes) > 1:
        return f"{first.by_name} changed the weekly fees of {count_words(len(changes), 'home')}"
    if first.was is None:
        return f"{first.by_name} entered the first weekly fee of {first.about}: {fee_words(first.fee)}"
    was, now = fee_words(first.was), fee_words(first.fee)
    return f"{first.by_name} changed the weekly fee of {first.about} from {was} to {now}"


# --- people -------------------------------------------------------------------------------------------


def _people(view: View) -> Iterator[TodayLine]:
    gone = {
        move.patient
        for move in moving(view)
        if move.state in (PlacementState.DEPARTED, PlacementState.ARRIVED)
    }
    placed = {move.patient for move in moving(view)}
    for name, one in everybody(view).items():
        if name not in gone and one.awaited_since is not None:
            yield _result(view, one, one.awaited_since)
        elif name not in placed and one.details.ready_on <= view.today:
            yield from _blocked(view, one)
    yield from _lost(view, placed)


def _person(
    one: Listed, need: Need, when: When, sentence: str, *, remark: str = "", due: datetime | None = None
) -> TodayLine:
    return TodayLine(
        key=f"{need}/{one.id}",
        need=need,
        when=when,
        about=one.id,
        sentence=sentence,
        remark=remark,
        due=due,
        priority=one.details.priority,
    )


def _result(view: View, one: Listed, since: datetime) -> TodayLine:
    late = view.now - since >= timedelta(hours=RESULT_HOURS)
    sentence = f"Result of {one.name} awaited for {ago(view.now - since)}"
    remark = f"Taken {shown_time(since)}{_where(view, one)}."
    when = When.NOW if late else When.TODAY
    return _person(one, Need.RESULT, when, sentence, remark=remark, due=since)


def _where(view: View, one: Listed) -> str:
    hospital = hospital_words(view.hub.hospitals, one.details.hospital)
    place = ", ".join(part for part in (one.details.ward, hospital) if part)
    return f"; {place}" if place else ""


def _blocked(view: View, one: Listed) -> Iterator[TodayLine]:
    """Somebody who is ready and may not leave yet, though no result is awaited."""
    block = one.state.block(view.today)
    if block is None:
        return
    need = _NEEDS.get(block.code, Need.TEST)
    waited = (view.today - one.waiting_since).days
    since = "today" if waited <= 0 else "yesterday" if waited == 1 else f"{waited} days ago"
    remark = f"Ready {since}{_where(view, one)}."
    yield _person(one, need, When.TODAY, f"{one.name} can't leave yet", remark=f"{block.text} {remark}")


def _lost(view: View, placed: set[str]) -> Iterator[TodayLine]:
    """People whose last placement was returned, declined or unanswered, and whom no plan knows since."""
    planned = instant(view.value("SELECT MAX(made_at) FROM plans"))
    states = ", ".join(f"'{state}'" for state in _LOST)
    rows = view.rows(
        "SELECT p.id, p.patient, p.state, p.since FROM placements p"
        " JOIN (SELECT patient, MAX(number) AS last FROM placements GROUP BY patient) newest"
        f" ON newest.last = p.number WHERE p.state IN ({states}) AND p.since > ?",
        ("" if planned is None else planned.isoformat(),),
    )
    lost = [row for row in rows if row[1] in everybody(view) and row[1] not in placed]
    said = _last_words(view, [row[0] for row in lost])
    for placement, patient, state, since in lost:
        one = everybody(view)[patient]
        if state == PlacementState.RETURNED:
            sentence = f"{one.name} was returned: another place, or a better reason"
        else:
            sentence = f"{one.name} needs another place"
        at = datetime.fromisoformat(since)
        remark = f"{said.get(placement, '')} {shown_time(at)}.".strip()
        yield _person(one, Need.RETURNED, When.NOW, sentence, remark=remark, due=at)


def _last_words(view: View, placements: Iterable[str]) -> dict[str, str]:
    """The last step of each placement as a sentence."""
    said = {}
    for name in placements:
        steps = (line for line in record.entries(view, subject=name) if line.kind not in BESIDE_STEPS)
        last = next(steps, None)
        said[name] = "" if last is None else last.sentence
    return said


# --- beds kept for residents ---------------------------------------------------------------------------


def _rooms(view: View) -> Iterator[TodayLine]:
    """Kept beds that run out or have run out, and rooms that nobody has said are kept (N12)."""
    back = {move.patient: move.current.start for move in moving(view) if move.state in BEFORE_DEPARTED}
    for room in kept_beds.own_rooms(view):
        said = _about_room(view, room, back.get(room.patient))
        if said is None:
            continue
        when, sentence = said
        one = everybody(view).get(room.patient)
        yield TodayLine(
            key=f"kept/{room.patient}",
            need=Need.ROOM,
            when=when,
            about=room.setting,
            sentence=sentence,
            remark=f"Bed {room.beds}, unit {room.unit}; paid for by: {room.paid_by.words}.",
            due=None,
            priority=one.details.priority if one is not None else 0,
            phone=room.phone,
        )


def _about_room(view: View, room: KeptBed, back: date | None) -> tuple[When, str] | None:
    who, where = room.patient_name, room.setting_name
    if room.left:
        return When.TODAY, f"{who} has left the list and a room at {where} is still kept for them"
    if room.gone:
        what = f"beds {room.beds} of unit {room.unit}"
        return When.NOW, f"{who}'s room at {where} is kept in {what}, which were taken out: where is it?"
    if not room.is_recorded:
        return When.TODAY, f"Is {who}'s room at {where} kept while they are away?"
    if room.until is None:
        return None
    until = shown_day(room.until)
    if room.has_lapsed(view.today):
        return When.NOW, f"{who}'s room at {where} was kept until {until}: is it still theirs?"
    if back is not None and back >= room.until:
        day = shown_day(back)
        return When.TODAY, f"{who} is to come back to {where} on {day}; the room is kept until {until} only"
    if room.until <= view.today + timedelta(1):
        return When.TODAY, f"{who}'s room at {where} is kept until tomorrow only"
    return None


def _register(view: View) -> Iterator[TodayLine]:
    """Homes that have left the CQC's register and on which nobody has decided."""
    rows = view.rows(
        "SELECT id, name, phone, left_register FROM settings WHERE left_register IS NOT NULL ORDER BY number"
    )
    people = settings.people_in(view) if rows else {}
    for name, shown, phone, since in rows:
        there = people.get(name, 0)
        who = count_words(there, "person is", "people are")
        yield TodayLine(
            key=f"register/{name}",
            need=Need.REGISTER,
            when=When.NOW if there else When.TODAY,
            about=name,
            sentence=f"{shown} {left_words(since)}: it takes nobody until somebody decides",
            remark=f"{who} there or on the way.",
            due=None,
            priority=0,
            phone=phone or "",
        )


# --- papers that the record has left behind ------------------------------------------------------------


def _papers(view: View) -> Iterator[TodayLine]:
    """Whoever holds a paper that is out of date: it is issued anew, or recalled.

    The hub's own telephone number and the like stand in every paper at once: those are one line.
    """
    held = paper_ages.outdated(view)
    of_hub = [one for one in held.outdated if one.of_the_hub_alone]
    if len(of_hub) > 1:
        yield _of_the_hub(of_hub)
    for one in held.outdated:
        if len(of_hub) > 1 and one in of_hub:
            continue
        who = f" of {view.patient_name[one.patient]}" if one.patient is not None else ""
        phone = view.value("SELECT phone FROM settings WHERE id = ?", (one.setting,)) if one.setting else ""
        yield TodayLine(
            key=f"{'paper' if one.changed else GONE_PAPER}/{one.id}",
            need=Need.PAPER,
            when=When.NOW if one.kind is PaperKind.HANDOVER else When.TODAY,
            about=one.about,
            sentence=f"{one.to} holds {one.kind.with_article}{who} that is out of date",
            remark=f"{_why_old(one)} Version {one.version}, issued {shown_time(one.at)} by {one.by}.",
            due=one.at,
            priority=0,
            phone=phone or "",
            patient=one.patient or "",
        )
    if held.waiting:
        yield _not_looked_at(held.waiting)


def _why_old(one: IssuedPaper) -> str:
    if not one.changed:
        return "The placement has gone another way."
    more = f" and {len(one.changed) - NAMED} more" if len(one.changed) > NAMED else ""
    return f"Otherwise by now: {', '.join(one.changed[:NAMED])}{more}."


def _of_the_hub(held: Sequence[IssuedPaper]) -> TodayLine:
    holders = list(dict.fromkeys(one.to for one in held))
    more = f" and {len(holders) - NAMED} more" if len(holders) > NAMED else ""
    return TodayLine(
        key=f"paper/{HUB_PAPERS}",
        need=Need.PAPER,
        when=When.TODAY,
        about="",
        sentence=f"{count_words(len(held), 'paper')} that homes hold name the hub as it was",
        remark=f"Whom to ring at the hub has changed. Held by {', '.join(holders[:NAMED])}{more}.",
        due=None,
        priority=0,
    )


def _not_looked_at(waiting: int) -> TodayLine:
    return TodayLine(
        key=f"paper/{WAITING_PAPERS}",
        need=Need.PAPER,
        when=When.TODAY,
        about="",
        sentence=f"{count_words(waiting, 'issued paper')} still to be held against the record",
        remark="This is being done while all is quiet; until then nobody knows whether they are out of date.",
        due=None,
        priority=0,
    )


# --- what became of them --------------------------------------------------------------------------------


def _follow_ups(view: View) -> Iterator[TodayLine]:
    """The reviews on days 3, 14 and 28 after an arrival."""
    for one in reviews.due(view):
        late = (view.today - one.due_on).days
        missed = f" Nothing is recorded of {_days(one.missed)}." if one.missed else ""
        yield TodayLine(
            key=f"follow/{one.placement}",
            need=Need.FOLLOW_UP,
            when=When.TODAY,
            about=one.placement,
            sentence=f"Ask {one.setting_name} how {one.patient_name} is: day {one.day} after the move",
            remark=f"{'Due today' if not late else f'Due {shown_day(one.due_on)}'}.{missed}",
            due=None,
            priority=0,
            phone=one.phone,
            patient=one.patient,
        )


def _days(days: tuple[int, ...]) -> str:
    return " and ".join(f"day {day}" for day in days)


def _funding(view: View) -> Iterator[TodayLine]:
    """Decisions on continuing healthcare that are awaited for too long: never an input of any order."""
    for one in reviews.clocks(view):
        yield TodayLine(
            key=f"funding/{one.what}/{one.patient}",
            need=Need.FUNDING,
            when=When.TODAY,
            about=one.patient,
            sentence=f"The {one.what} decision on {one.patient_name} is awaited for {one.days} days",
            remark=f"Asked for {shown_day(one.since)}; it is counted by {one.counted} days.",
            due=None,
            priority=0,
            patient=one.patient,
        )


# --- the plan, the capacity returns -------------------------------------------------------------------


def _plan(view: View) -> Iterator[TodayLine]:
    """What the newest plan asks for: to be made anew, or its proposals to be sent."""
    placed = {move.patient for move in moving(view)}
    waiting = [name for name in everybody(view) if name not in placed]
    if not waiting:
        return
    newest = next(iter(plans.rows(view, limit=1)), None)
    people = count_words(len(waiting), "person waits", "people wait")
    if newest is None:
        yield _plan_line("", f"{people} and nothing is planned yet", "", None)
        return
    made = f"Plan {newest.id}, made {_time_of(view, newest.made_at)} by {newest.by}."
    if plans.is_outdated(view, newest.id):
        yield _plan_line(newest.id, f"Plan again: {people} and the plan is out of date", made, newest.made_at)
        return
    sent = view.value("SELECT COUNT(DISTINCT patient) FROM placements WHERE plan = ?", (newest.id,))
    unsent = sum(newest.placed) - sent
    if unsent > 0:
        which = count_words(unsent, "proposal isn't", "proposals aren't")
        yield _plan_line(newest.id, f"{which} sent to approval yet", made, newest.made_at)


def _time_of(view: View, at: datetime) -> str:
    """`today 07:50`, else with its day."""
    local = at.astimezone(LONDON)
    return f"today {local:%H:%M}" if london_date(local) == view.today else shown_time(at)


def _plan_line(plan: str, sentence: str, remark: str, due: datetime | None) -> TodayLine:
    return TodayLine(f"plan/{plan}", Need.PLAN, When.TODAY, plan, sentence, remark, due, 0)


def _returns(view: View) -> Iterator[TodayLine]:
    """The capacity returns that have gone stale, and those that have expired, of settings that are open."""
    hours, days = view.rules.stale_hours, view.rules.expired_days
    found = view.rows(
        "SELECT id, name, reported_at FROM settings WHERE reported_at < ?"
        " AND closed_reason = '' AND COALESCE(accepting, 1) = 1 ORDER BY reported_at, number",
        ((view.now - timedelta(hours=hours)).isoformat(),),
    )
    expired = (view.now - timedelta(days=days)).isoformat()
    asked = (
        ("stale", f"older than {hours} h: ring to confirm", [row for row in found if row[2] >= expired]),
        (
            "expired",
            f"older than {days} days: nobody goes there until renewed",
            [row for row in found if row[2] < expired],
        ),
    )
    for kind, words, rows in asked:
        if rows:
            returns = count_words(len(rows), "capacity return is", "capacity returns are")
            yield TodayLine(
                key=f"returns/{kind}",
                need=Need.RETURNS,
                when=When.TODAY,
                about=rows[0][0],
                sentence=f"{returns} {words}",
                remark=_first_of([name for _, name, _ in rows]),
                due=datetime.fromisoformat(rows[0][2]),
                priority=0,
            )


def _first_of(names: list[str]) -> str:
    """`Elm Lodge, The Limes, Abbey Court and 12 more.`"""
    more = len(names) - NAMED
    said = ", ".join(names[:NAMED])
    return f"{said} and {more:,} more." if more > 0 else f"{said}."


__all__ = ["lines", "page", "urgency"]
