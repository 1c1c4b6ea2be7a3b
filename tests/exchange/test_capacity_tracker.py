"""Capacity returns: the safer reading where a home contradicts itself, and no row lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from discharge.exchange.capacity_tracker import (
    COLUMNS,
    STATUSES,
    KnownReturns,
    Return,
    read_returns,
)
from discharge.exchange.report import Imported, Outcome
from discharge.model.setting_record import CapacityReturn, GroupFree
from discharge.rules.careful import careful
from tests.examples import few
from tests.exchange.csv_files import csv_file
from tests.over import over

NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
OAK = {
    "cqcid": "1-100000001",
    "isacceptingadmissions": "true",
    "maxcapacity": "40",
    "usedbeds": "35",
    "declaredvacancies": "4",
    "admissionstatus": "Open",
    "lastupdatedutc": "2020-11-16T07:00:00Z",
}
KNOWN = KnownReturns({"1-100000001": "1-100000001", "1-100000002": "S-0002"}, {})


def returns(*rows: dict[str, str]) -> bytes:
    return csv_file(COLUMNS, *rows)


def read(*rows: dict[str, str], latest: CapacityReturn | None = None) -> Imported[Return]:
    known = KNOWN if latest is None else KnownReturns(KNOWN.settings, {"1-100000001": latest})
    return read_returns(returns(*rows), known, now=NOW)


def outcomes(result: Imported[Return]) -> list[Outcome]:
    return [row.outcome for row in result.report.rows]


def test_a_return_is_read_as_the_home_gave_it() -> None:
    result = read(OAK | {"cqcid": "1-100000002"})
    assert result.found[0].setting == "S-0002"
    assert result.found[0].report == CapacityReturn(
        reported_at=datetime(2020, 11, 16, 7, tzinfo=UTC),
        accepting=True,
        max_capacity=40,
        used_beds=35,
        vacancies=4,
        admission_status="Open",
    )
    assert outcomes(result) == [Outcome.TAKEN]


@over(
    "change, field, reason",
    [
        ({"cqcid": ""}, "cqcid", "is empty"),
        ({"cqcid": "Oak Lodge"}, "cqcid", "is not a CQC location id"),
        ({"cqcid": "1-999999999"}, "cqcid", "1-999999999 is no setting of this hub"),
        ({"maxcapacity": "-1"}, "maxcapacity", "not between 0 and 2,000"),
        ({"usedbeds": "about 30"}, "usedbeds", "not a whole number"),
        ({"usedbeds": "3.5"}, "usedbeds", "not a whole number"),
        ({"declaredvacancies": ""}, "declaredvacancies", "is empty"),
        ({"declaredvacancies": "-2"}, "declaredvacancies", "not between"),
        ({"declaredvacancies": "9" * 400}, "declaredvacancies", "not a whole number"),
        ({"declaredvacancies": "٣"}, "declaredvacancies", "not a whole number"),
        ({"isacceptingadmissions": "maybe"}, "isacceptingadmissions", "neither yes nor no"),
        ({"lastupdatedutc": ""}, "lastupdatedutc", "is empty"),
        ({"lastupdatedutc": "yesterday"}, "lastupdatedutc", "not a date with a time"),
        ({"lastupdatedutc": "2020-11-16"}, "lastupdatedutc", "no time of day"),
        ({"lastupdatedutc": "2020-02-30 10:00"}, "lastupdatedutc", "not a day of the calendar"),
        ({"lastupdatedutc": "2020-11-16 25:00"}, "lastupdatedutc", "no such time of day"),
        ({"lastupdatedutc": "2020-11-16T07:00+99:00"}, "lastupdatedutc", "no such time of day"),
        ({"lastupdatedutc": "11/16/2020 07:00"}, "lastupdatedutc", "month before the day"),
        ({"lastupdatedutc": "16/11/20 07:00"}, "lastupdatedutc", "two digits"),
        ({"lastupdatedutc": "44151"}, "lastupdatedutc", "has no time of day"),
    ],
)
def test_a_return_that_cannot_be_trusted_is_rejected(change: dict[str, str], field: str, reason: str) -> None:
    result = read(OAK | change, OAK | {"cqcid": "1-100000002"})
    assert outcomes(result) == [Outcome.REJECTED, Outcome.TAKEN]
    remark = result.report.rows[0].remarks[0]
    assert remark.field == field
    assert reason in remark.reason
    assert remark.mend


@over(
    "accepting, status, admits, outcome",
    [
        ("true", "Open", True, Outcome.TAKEN),
        ("1", "open to admissions", True, Outcome.TAKEN),
        ("yes", "", True, Outcome.TAKEN),
        ("", "Open", True, Outcome.TAKEN),
        ("false", "Closed", False, Outcome.TAKEN),
        ("no", "", False, Outcome.TAKEN),
        ("", "CLOSED", False, Outcome.TAKEN),
        ("true", "Closed", False, Outcome.CHANGED),
        ("false", "Open", False, Outcome.CHANGED),
        ("", "", False, Outcome.CHANGED),
        ("true", "Limited", False, Outcome.CHANGED),
        ("true", "ask for Jo", False, Outcome.CHANGED),
    ],
)
def test_only_a_home_that_says_nothing_against_it_admits(
    accepting: str, status: str, admits: bool, outcome: Outcome
) -> None:
    result = read(OAK | {"isacceptingadmissions": accepting, "admissionstatus": status})
    assert result.found[0].report.accepting is admits
    assert outcomes(result) == [outcome]
    if outcome is Outcome.CHANGED:
        assert "taken as closed" in result.report.rows[0].remarks[0].reason


def test_no_word_for_closed_is_ever_read_as_open() -> None:
    for words, status in STATUSES.items():
        assert (status == "open") == (words.startswith(("open", "accepting")) and "with" not in words), words


@over(
    "change, vacancies",
    [
        ({"maxcapacity": "40", "usedbeds": "41", "declaredvacancies": "2"}, 0),
        ({"maxcapacity": "40", "usedbeds": "38", "declaredvacancies": "5"}, 2),
        ({"maxcapacity": "40", "usedbeds": "", "declaredvacancies": "41"}, 40),
    ],
)
def test_more_beds_than_the_home_can_have_are_lowered_and_said(
    change: dict[str, str], vacancies: int
) -> None:
    result = read(OAK | change)
    assert careful(result.found[0].report, registered=None).most == vacancies
    assert outcomes(result) == [Outcome.CHANGED]


def test_fewer_vacancies_than_empty_beds_are_the_homes_own_choice() -> None:
    assert outcomes(read(OAK | {"usedbeds": "10", "declaredvacancies": "1"})) == [Outcome.TAKEN]


def test_times_without_an_offset_are_utc_as_the_column_says() -> None:
    summer = OAK | {"lastupdatedutc": "2020-07-01 09:30"}
    result = read(summer)
    assert result.found[0].report.reported_at == datetime(2020, 7, 1, 9, 30, tzinfo=UTC)
    assert "1 time in lastupdatedutc carries no offset: read as UTC." in result.report.notes


def test_an_ambiguous_date_is_british_and_that_is_said() -> None:
    result = read(OAK | {"lastupdatedutc": "03/04/2020 10:00"})
    assert result.found[0].report.reported_at == datetime(2020, 4, 3, 10, tzinfo=UTC)
    assert any("day/month/year" in note for note in result.report.notes)


def test_one_american_date_makes_every_ambiguous_one_doubtful() -> None:
    result = read(
        OAK | {"lastupdatedutc": "03/04/2020 10:00"},
        OAK | {"cqcid": "1-100000002", "lastupdatedutc": "04/23/2020 10:00"},
    )
    assert outcomes(result) == [Outcome.REJECTED, Outcome.REJECTED]
    assert "row 3 has the month before the day" in result.report.rows[0].remarks[0].reason


def test_of_two_returns_of_one_home_the_later_one_is_taken() -> None:
    older = OAK | {"lastupdatedutc": "2020-11-15T07:00:00Z", "declaredvacancies": "1"}
    result = read(older, OAK)
    assert outcomes(result) == [Outcome.REJECTED, Outcome.TAKEN]
    assert result.report.faults == 0
    assert result.found[0].report.vacancies == 4
    assert result.report.rows[0].remarks[0].reason == "row 3 is a later return of the same home"


def test_one_return_given_twice_is_taken_once() -> None:
    assert outcomes(read(OAK, OAK)) == [Outcome.TAKEN, Outcome.SAME]


def test_two_returns_of_one_time_that_differ_are_both_rejected() -> None:
    result = read(OAK, OAK | {"declaredvacancies": "1"})
    assert outcomes(result) == [Outcome.REJECTED, Outcome.REJECTED]
    assert result.report.faults == 2


@over("time", ["2020-11-16T07:30:00Z", "soon"])
def test_a_broken_row_that_may_be_later_keeps_the_home_out(time: str) -> None:
    broken = OAK | {"declaredvacancies": "?", "lastupdatedutc": time}
    result = read(OAK, broken)
    assert outcomes(result) == [Outcome.REJECTED, Outcome.REJECTED]
    assert "row 3 is of the same home" in result.report.rows[0].remarks[0].reason


def test_a_broken_row_that_is_older_does_no_harm() -> None:
    broken = OAK | {"declaredvacancies": "?", "lastupdatedutc": "2020-11-01T07:30:00Z"}
    assert outcomes(read(OAK, broken)) == [Outcome.TAKEN, Outcome.REJECTED]


def on_record(**changes: object) -> CapacityReturn:
    return read(OAK).found[0].report.model_copy(update=changes)


def test_older_news_is_left_out_without_being_a_fault() -> None:
    later = on_record(reported_at=datetime(2020, 11, 16, 7, 30, tzinfo=UTC))
    result = read(OAK, latest=later)
    assert outcomes(result) == [Outcome.REJECTED]
    assert result.report.faults == 0
    assert (
        "a later return is on record already (Mon 16 Nov 2020 07:30)"
        in result.report.rows[0].remarks[0].reason
    )


def test_the_return_on_record_is_the_same_whatever_the_hub_knows_of_the_beds() -> None:
    known = on_record(free=(GroupFree(unit="U1", beds="B1"),))
    assert outcomes(read(OAK, latest=known)) == [Outcome.SAME]


def test_another_return_of_the_time_on_record_is_rejected() -> None:
    result = read(OAK, latest=on_record(vacancies=0))
    assert outcomes(result) == [Outcome.REJECTED]
    assert result.report.faults == 1


def test_newer_news_is_taken() -> None:
    earlier = on_record(reported_at=NOW - timedelta(days=2))
    assert outcomes(read(OAK, latest=earlier)) == [Outcome.TAKEN]


WORDS = ["", "0", "4", "50", "-1", "true", "no", "Open", "Closed", "1-100000001", "1-100000002", "1-9999"]
TIMES = [
    "2020-11-16T07:00:00Z",
    "2020-11-15 07:00",
    "2021-01-01 10:00",
    "11/16/2020 07:00",
    "03/04/2020 01:00",
]
CELLS = st.sampled_from([*WORDS, *TIMES])


@few(30)
@given(rows=st.lists(st.dictionaries(st.sampled_from(sorted(OAK)), CELLS, max_size=3), max_size=8))
def test_every_row_has_one_outcome_and_every_home_at_most_one_return(rows: list[dict[str, str]]) -> None:
    result = read(*(OAK | row for row in rows))
    report = result.report
    assert report.taken + report.changed + report.same + report.rejected == report.read == len(rows)
    assert len(result.found) == report.taken + report.changed
    settings_named = [found.setting for found in result.found]
    assert len(settings_named) == len(set(settings_named))
    assert all(found.report.reported_at <= NOW for found in result.found)
    for row in report.rows:
        assert row.remarks or row.outcome is Outcome.TAKEN or row.outcome is Outcome.SAME


@over(
    "utc, london, saved, said",
    [
        ("2020-07-01T09:00", "2020-07-01T10:00", "2020-07-01T09:00", False),
        ("2020-07-01T10:00", "2020-07-01T10:00", "2020-07-01T09:00", True),
        ("2020-07-01T09:00", "2020-07-02T10:00", "2020-07-01T09:00", True),
        ("2020-11-16T07:00", "2020-11-16T07:00", "2020-11-16T07:00", False),
        ("2020-07-01T09:00", "", "2020-07-01T09:00", False),
        ("2020-07-01T09:00", "unknown", "2020-07-01T09:00", False),
        ("2020-10-25T01:30", "2020-10-25T01:30", "2020-10-25T01:30", False),
    ],
)
def test_of_two_clocks_that_differ_the_earlier_time_is_taken_and_that_is_said(
    utc: str, london: str, saved: str, said: bool
) -> None:
    """The older a return is the sooner somebody rings the home (N8)."""
    result = read(OAK | {"lastupdatedutc": utc, "lastupdatedbst": london})
    assert result.found[0].report.reported_at.isoformat() == f"{saved}:00+00:00"
    assert any("another time" in str(each) for each in result.report.rows[0].remarks) == said
