"""What stands on Today of homes and boroughs: homes to see to first, what is agreed, reviews, mutual aid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from discharge.model.call import AidWay
from discharge.model.infection import organism_name
from discharge.model.london import LONDON, london_date
from discharge.model.shown.calls import AidLine
from discharge.model.shown.today import Need, TodayLine, When
from discharge.rules import home_priority
from discharge.store.ask import calls
from discharge.store.ask.priority import priority
from discharge.store.ask.sentences import shown_day, shown_time
from discharge.store.ask.view import View
from discharge.words.counts import sentence_case


def lines(view: View) -> Iterator[TodayLine]:
    """A line for each urgent home, each action whose day has come, each review, each request still open."""
    yield from _homes(view)
    yield from _actions(view)
    yield from _reviews(view)
    yield from _aid(view)


def _line(
    key: str,
    need: Need,
    when: When,
    about: str,
    sentence: str,
    *,
    remark: str = "",
    due: datetime | None = None,
    phone: str = "",
) -> TodayLine:
    return TodayLine(key, need, when, about, sentence, remark, due, 0, phone=phone)


def _homes(view: View) -> Iterator[TodayLine]:
    for home in priority(view):
        if not home.is_urgent:
            continue
        rung = home.rung_today
        said = f"Rung {shown_time(rung.at)} by {rung.by}." if rung is not None and rung.answered else ""
        phone = f"Phone {home.phone}." if home.phone else ""
        yield _line(
            f"home/{home.id}",
            Need.HOME,
            When.TODAY,
            home.id,
            f"{home.name}: {home.sentence}",
            remark=" ".join(part for part in (said, phone) if part),
            phone=home.phone,
        )


def _actions(view: View) -> Iterator[TodayLine]:
    for one in calls.actions(view):
        if one.due > view.today:
            continue
        late = one.due < view.today
        yield _line(
            f"action/{one.id}",
            Need.ACTION,
            When.NOW if late else When.TODAY,
            one.setting,
            f"{one.setting_name}: {one.what}",
            remark=f"{one.who}, by {shown_day(one.due)}. Agreed {shown_time(one.at)} with {one.by}.",
            due=_end_of(one.due),
        )


def _reviews(view: View) -> Iterator[TodayLine]:
    for one in calls.reviews(view):
        ended = london_date(one.ended_at)
        by = shown_day(ended + timedelta(home_priority.REVIEW_DAYS))
        late = home_priority.review_is_late(ended, view.today)
        yield _line(
            f"learning/{one.ended}",
            Need.LEARNING,
            When.TODAY,
            one.setting,
            f"{one.setting_name}: what was learned from the outbreak of {organism_name(one.organism)}?",
            remark=f"It ended {shown_day(ended)}; {'was to be' if late else 'to be'} looked back on by {by}.",
            due=one.ended_at,
        )


def _aid(view: View) -> Iterator[TodayLine]:
    for one in calls.aid(view):
        if one.is_open and (said := _said(one, view.today)) is not None:
            when, sentence, due = said
            remark = f"Request {one.id}, {shown_time(one.at)}, {one.by}."
            yield _line(f"aid/{one.id}", Need.AID, when, one.id, sentence, remark=remark, due=due)


def _said(one: AidLine, today: date) -> tuple[When, str, datetime | None] | None:
    what = f"{one.kind.words} ({one.wanted})"
    if one.answer is None:
        late = one.needed_by is not None and one.needed_by <= today
        when = When.NOW if late else When.TODAY
        due = one.at if one.needed_by is None else _end_of(one.needed_by)
        by = f", needed by {shown_day(one.needed_by)}" if one.needed_by else ""
        if one.way is AidWay.WANTED:
            return when, f"{one.borough} asks for {what}{by}: answer it", due
        return when, f"{one.borough} hasn't answered: {what}{by}", due
    if one.back_by is None or one.back_by > today + timedelta(1):
        return None
    if one.way is AidWay.ASKED:
        sentence = f"{sentence_case(what)} is owed to {one.borough}, back by {shown_day(one.back_by)}"
    else:
        sentence = f"{one.borough} owes {what}, back by {shown_day(one.back_by)}"
    return When.NOW if one.back_by < today else When.TODAY, sentence, _end_of(one.back_by)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(17), LONDON)


__all__ = ["lines"]
