"""Instants with an offset, dates of London (T1)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from discharge.model.london import london_date
from discharge.model.time import Day, Instant
from discharge.words.days import day_and_time, day_words

INSTANT = TypeAdapter(Instant)
DAY = TypeAdapter(Day)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2020-11-16T08:00:00+00:00", datetime(2020, 11, 16, 8, tzinfo=UTC)),
        ("2020-11-16T08:00:00Z", datetime(2020, 11, 16, 8, tzinfo=UTC)),
        ("2020-11-16T08:00+00:00", datetime(2020, 11, 16, 8, tzinfo=UTC)),
        ("2020-11-16T08:00:00+0100", datetime(2020, 11, 16, 7, tzinfo=UTC)),
        ("2020-11-16T08:00:00.250-05:00", datetime(2020, 11, 16, 13, 0, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_t1_an_instant_is_read_with_its_offset(written: str, utc: datetime) -> None:
    assert INSTANT.validate_python(written) == utc


@pytest.mark.parametrize(
    "written",
    [
        "2020-11-16T08:00:00",
        "2020-11-16",
        "08:00",
        "2020-11-16T24:30:00Z",
        "2020-02-30T08:00:00Z",
        0,
        None,
        True,
    ],
)
def test_t1_an_instant_without_an_offset_or_that_never_was_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(written)


def test_t1_a_naive_datetime_is_refused_too() -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(datetime(2020, 11, 16, 8))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2020-07-10T22:59:59+00:00", date(2020, 7, 10)),
        ("2020-07-10T23:00:00+00:00", date(2020, 7, 11)),
        ("2020-11-10T23:59:59+00:00", date(2020, 11, 10)),
        ("2020-10-24T23:30:00+00:00", date(2020, 10, 25)),
        ("2020-10-25T23:30:00+00:00", date(2020, 10, 25)),
        ("2021-03-27T23:30:00+00:00", date(2021, 3, 27)),
        ("2021-03-28T23:30:00+00:00", date(2021, 3, 29)),
    ],
)
def test_t1_dates_are_london_s_in_summer_and_winter(instant: str, day: date) -> None:
    assert london_date(datetime.fromisoformat(instant)) == day


@pytest.mark.parametrize(
    "written", ["2020-02-30", "2020-11-16T00:00:00", "16 Nov 2020", "1849-12-31", "2200-01-01", ""]
)
def test_a_date_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(written)


def test_dates_are_said_in_english_whatever_the_machine_speaks() -> None:
    week = [day_words(date(2020, 11, 16 + at)) for at in range(7)]
    days = ["Mon 16", "Tue 17", "Wed 18", "Thu 19", "Fri 20", "Sat 21", "Sun 22"]
    assert week == [f"{day} Nov" for day in days]
    months = [day_words(date(2020, month, 1)).split()[2] for month in range(1, 13)]
    assert " ".join(months) == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


def test_times_are_said_by_the_clocks_in_london() -> None:
    assert day_and_time(datetime(2020, 7, 31, 23, 5, tzinfo=UTC)) == "Sat 1 Aug 00:05"
    assert day_and_time(datetime(2020, 11, 16, 9, 10, tzinfo=UTC)) == "Mon 16 Nov 09:10"


def test_a_leap_day_is_a_date() -> None:
    assert DAY.validate_python("2020-02-29") == date(2020, 2, 29)
