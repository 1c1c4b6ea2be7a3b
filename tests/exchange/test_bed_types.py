"""The Capacity Tracker's vacancies by type of bed, a row or a column for each; what can't be is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from discharge.exchange.bed_types import read_bed_types
from discharge.exchange.capacity_tracker import KnownReturns, Return, read_returns
from discharge.exchange.report import Imported, Outcome
from discharge.model.errors import BrokenFile

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
OAK, ELM = "1-9000000001", "1-9000000002"
KNOWN = KnownReturns({OAK: "S-0001", ELM: "S-0002"}, {})
TITLES = (
    "CQC ID,Bed Type,Maximum Capacity,Occupied,Vacant Reserved,Vacant Accepting Admissions,Non-admittable"
)
LONG = f"""{TITLES},Last Updated UTC
{OAK},Dementia nursing,10,6,1,2,1,10/11/2026 09:15
{OAK},General residential,8,8,0,0,0,10/11/2026 09:15
{OAK},Community care,4,2,0,2,0,10/11/2026 09:15
{ELM},YPD - Young Physically Disabled,5,1,1,4,0,10/11/2026 09:15
"""


def read(text: str) -> Imported[Return]:
    return read_bed_types(text.encode(), KNOWN, now=NOW)


def test_the_rows_of_a_home_make_one_return_with_its_types() -> None:
    result = read(LONG)
    oak, elm = result.found
    assert [(one.category, one.accepting, one.reserved) for one in oak.report.types] == [
        ("dementia_nursing", 2, 1),
        ("general_residential", 0, 0),
    ]
    assert (oak.report.max_capacity, oak.report.used_beds, oak.report.vacancies) == (18, 14, 2)
    assert oak.report.reported_at == datetime(2026, 11, 10, 9, 15, tzinfo=UTC)
    assert elm.report.vacancies == 3, "four are said, and there is room for three"
    said = [str(remark) for row in result.report.rows for remark in row.remarks]
    assert any("5 beds less 2 used, reserved or not admittable leave 3: taken as 3" in one for one in said)
    assert any("community care beds are of no category" in one for one in said)
    assert result.report.read == 4
    assert result.report.faults == 0


def test_types_across_are_read_whichever_way_their_titles_are_written() -> None:
    text = (
        "cqcid,Dementia nursing - accepting admissions,Dementia Nursing Occupied,"
        "Maximum capacity dementia_nursing,Learning Disability Residential Accepting,lastupdatedbst\n"
        f"{OAK},2,7,10, ,09/07/2026 00:30\n"
    )
    (oak,) = read(text).found
    assert [(one.category, one.accepting, one.max_capacity) for one in oak.report.types] == [
        ("dementia_nursing", 2, 10)
    ]
    assert oak.report.reported_at == datetime(2026, 7, 8, 23, 30, tzinfo=UTC), "London's clocks"


def test_a_row_that_cannot_be_taken_keeps_out_the_others_of_its_home() -> None:
    twice = LONG.replace("General residential", "Dementia nursing")
    odd = LONG.replace("General residential", "Hotel")
    for text, says in ((twice, "comes twice"), (odd, "is no type of bed")):
        result = read(text)
        assert [one.setting for one in result.found] == ["S-0002"]
        assert says in str([row.remarks for row in result.report.rows])


def test_without_a_time_or_a_type_it_is_refused() -> None:
    with pytest.raises(BrokenFile, match="lastupdatedutc is missing"):
        read(LONG.replace("Last Updated UTC", "Saved somehow"))
    with pytest.raises(BrokenFile, match="bedtype is missing"):
        read(f"cqcid,lastupdatedutc\n{OAK},2026-11-10 09:15\n")


@pytest.mark.parametrize(
    ("utc", "bst", "taken"),
    [
        ("09/07/2026 23:30", "10/07/2026 00:30", datetime(2026, 7, 9, 23, 30, tzinfo=UTC)),
        ("", "10/07/2026 00:30", datetime(2026, 7, 9, 23, 30, tzinfo=UTC)),
        (" ", "10/11/2026 09:15", datetime(2026, 11, 10, 9, 15, tzinfo=UTC)),
        ("16/11/2026 08:04", "", NOW),
    ],
)
def test_utc_counts_before_local_time_and_a_few_minutes_ahead_are_now(
    utc: str, bst: str, taken: datetime
) -> None:
    result = read_returns(by_home(utc, bst), KNOWN, now=NOW)
    assert result.found[0].report.reported_at == taken


def by_home(utc: str, bst: str) -> bytes:
    return (
        "cqcid,isacceptingadmissions,maxcapacity,usedbeds,declaredvacancies,admissionstatus,lastupdatedutc,"
        f"lastupdatedbst\n{OAK},yes,40,38,2, ,{utc},{bst}\n"
    ).encode()


def test_a_time_further_ahead_is_asked_about_and_taken_as_now_once_answered() -> None:
    text = by_home("16/11/2026 10:00", "")
    held = read_returns(text, KNOWN, now=NOW)
    assert [row.outcome for row in held.report.rows] == [Outcome.HELD]
    assert "in the future" in held.report.rows[0].remarks[0].reason
    taken = read_returns(text, KNOWN, now=NOW, answered=[2])
    assert taken.found[0].report.reported_at == NOW
