"""Days and times as people say and type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from discharge.model.london import london_instant
from discharge.words.days import (
    age_words,
    day_and_distance,
    day_words,
    instant_words,
)
from discharge.words.written import typed_day, typed_time
from tests.over import over

MONDAY = date(2020, 11, 16)
NOW = datetime(2020, 11, 16, 9, 30, tzinfo=UTC)


@over(
    "typed, meant",
    [
        ("today", date(2020, 11, 16)),
        ("Tomorrow", date(2020, 11, 17)),
        ("yesterday", date(2020, 11, 15)),
        ("+1", date(2020, 11, 17)),
        ("- 3", date(2020, 11, 13)),
        ("+2w", date(2020, 11, 30)),
        ("tue", date(2020, 11, 17)),
        ("mon", date(2020, 11, 23)),
        ("sunday", date(2020, 11, 22)),
        ("16/11", date(2020, 11, 16)),
        ("1/2", date(2021, 2, 1)),
        ("1/6", date(2020, 6, 1)),
        ("3.12.1941", date(1941, 12, 3)),
        ("3-12-41", date(1941, 12, 3)),
        ("16/11/20", date(2020, 11, 16)),
        ("29/2/20", date(2020, 2, 29)),
        ("31/12/2199", date(2199, 12, 31)),
        ("1/1/2200", None),
        ("16/11/0020", None),
        ("16.11.9999", None),
        ("31/12/1849", None),
        ("16 Nov", date(2020, 11, 16)),
        ("16 november 2020", date(2020, 11, 16)),
        ("Mon 16 Nov 2020", date(2020, 11, 16)),
        ("2nd jan", date(2021, 1, 2)),
        ("2nd jan 21", date(2021, 1, 2)),
        ("16 novem", date(2020, 11, 16)),
        ("Weds 16 Nov", date(2020, 11, 16)),
        ("2020-11-16", date(2020, 11, 16)),
        ("20201116", date(2020, 11, 16)),
        ("44151", None),
        ("31/2", None),
        ("31/2/2020", None),
        ("29/2/2019", None),
        ("13 13", None),
        ("16 Smarch", None),
        ("", None),
        ("now", None),
        ("99999", None),
        ("2020-13-01", None),
    ],
)
def test_what_is_typed_is_read_as_it_was_meant(typed: str, meant: date | None) -> None:
    assert typed_day(typed, today=MONDAY) == meant


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_as_shown_is_read_back(day: date) -> None:
    assert typed_day(day_words(day, year=True), today=MONDAY) == day
    assert typed_day(day.isoformat(), today=MONDAY) == day


@given(st.text(max_size=20))
def test_no_text_at_all_upsets_the_reading(text: str) -> None:
    typed_day(text, today=MONDAY)
    typed_time(text)


@over(
    "typed, meant",
    [
        ("6", time(6)),
        ("06:05", time(6, 5)),
        ("0605", time(6, 5)),
        ("605", time(6, 5)),
        ("5.30pm", time(17, 30)),
        ("530 pm", time(17, 30)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("8:30:00", time(8, 30)),
        ("8:30:15", None),
        ("24:00", None),
        ("9:75", None),
        ("13pm", None),
        ("", None),
    ],
)
def test_a_time_of_day_is_read_as_it_was_meant(typed: str, meant: time | None) -> None:
    assert typed_time(typed) == meant


def test_dates_are_said_with_their_distance() -> None:
    assert day_and_distance(date(2020, 11, 19), today=MONDAY) == "Thu 19 Nov, in 3 days"
    assert day_and_distance(date(2020, 11, 15), today=MONDAY) == "Sun 15 Nov, yesterday"
    assert day_and_distance(date(2021, 1, 4), today=MONDAY) == "Mon 4 Jan 2021, in 49 days"
    assert day_words(MONDAY) == "Mon 16 Nov"


def test_instants_are_said_by_londons_clocks() -> None:
    assert instant_words(datetime(2020, 11, 16, 6, 0, tzinfo=UTC), now=NOW) == "today 06:00"
    assert instant_words(datetime(2020, 7, 1, 23, 30, tzinfo=UTC), now=NOW) == "Thu 2 Jul 00:30"


def test_ages_keep_their_two_largest_parts() -> None:
    assert age_words(timedelta(hours=3, minutes=10)) == "3 h 10 m"
    assert age_words(timedelta(days=2, hours=4, minutes=59)) == "2 d 4 h"
    assert age_words(timedelta(days=25, hours=4)) == "25 d"
    assert age_words(timedelta(hours=72)) == "3 d"
    assert age_words(timedelta(seconds=-5)) == "0 m"


def test_an_hour_that_never_was_is_no_instant_and_a_double_one_is_its_first() -> None:
    assert london_instant(date(2020, 3, 29), time(1, 30)) is None
    assert london_instant(date(2020, 10, 25), time(1, 30)) == datetime(2020, 10, 25, 0, 30, tzinfo=UTC)
    assert london_instant(date(2020, 7, 1), time(0, 30)) == datetime(2020, 6, 30, 23, 30, tzinfo=UTC)
