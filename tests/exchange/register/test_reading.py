"""The CQC directory: every home to the last row, as a register says it and no more."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.exchange.cells import Cells
from discharge.exchange.register.columns import (
    CHILDREN,
    COLUMNS,
    DEMENTIA,
    LEARNING,
    NURSING,
    OLDER,
    RESIDENTIAL,
    YOUNGER,
)
from discharge.exchange.register.homes import Found, Home, KnownHome, home_of
from discharge.exchange.register.kept import KeptRegister
from discharge.exchange.register.reading import read_register
from discharge.exchange.report import NO_ANSWERS, Answers, Imported, Outcome, RowOutcome
from discharge.model.errors import BrokenFile
from tests.beside import FOLDER
from tests.examples import few
from tests.exchange.csv_files import csv_file

TODAY = date(2026, 11, 16)
LOOKED_AT = Answers(all_changes=True)
ENGLAND = FOLDER / "data" / "care_homes_england_2021.csv"

OAK = {
    "Location ID": "1-100000001",
    "Location Name": "Oak Lodge",
    "Care home?": "Y",
    "Care homes beds": "42",
    "Location Local Authority": "Havering",
    "Location Street Address": "1 Oak Road",
    "Location City": "Romford",
    "Location Postal Code": "RM7 0AG",
    "Location Latitude": "51.5686",
    "Location Longitude": "0.1794",
    RESIDENTIAL: "Y",
    DEMENTIA: "Y",
    OLDER: "Y",
}


def directory(*rows: dict[str, str], columns: tuple[str, ...] = ()) -> bytes:
    return csv_file(COLUMNS, *rows, more=columns)


def read(
    *rows: dict[str, str], known: dict[str, KnownHome] | None = None, answers: Answers = LOOKED_AT
) -> Imported[Home]:
    """What comes in, once somebody has looked at what differs."""
    return homes_of(read_register(directory(*rows), known or {}, today=TODAY, answers=answers))


def homes_of(result: Imported[Found]) -> Imported[Home]:
    """What came in, without the homes that have left."""
    return Imported(result.report, tuple(one for one in result.found if isinstance(one, Home)))


def only(row: dict[str, str]) -> tuple[Home, RowOutcome]:
    result = read(row)
    assert len(result.found) == 1, result.report.rows
    return result.found[0], result.report.rows[0]


def known_of(result: Imported[Home]) -> dict[str, KnownHome]:
    return {home.details.cqc_id or "": KnownHome(home.id, home.details) for home in result.found}


def test_an_answer_read_from_what_was_kept_is_as_one_read_from_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A new home, one of the hub with other beds, one that can't be taken, and one that is none."""
    rows = (
        OAK,
        {**OAK, "Location ID": "1-100000002", "Location Name": "Elm", "Care homes beds": "30"},
        {**OAK, "Location ID": "nonsense!"},
        {**OAK, "Location ID": "1-100000004", "Care home?": "N"},
    )
    before = read({**rows[1], "Care homes beds": "12"})
    known, source, kept = known_of(before), directory(*rows), KeptRegister()
    kept.look(file="file", hub=1)
    answers = [NO_ANSWERS, Answers(another=frozenset({3})), LOOKED_AT]
    plain = [read_register(source, known, today=TODAY, answers=each) for each in answers]
    assert plain[0] != plain[1]
    assert read_register(source, known, today=TODAY, answers=answers[0], kept=kept) == plain[0]
    # neither the file nor a home is read again; with another hub each home is
    read_anew: list[str] = []

    def seen(cells: Cells, location: str, known: KnownHome | None) -> Home | None:
        read_anew.append(location)
        return home_of(cells, location, known)

    monkeypatch.setattr("discharge.exchange.register.kept.home_of", seen)
    monkeypatch.setattr("discharge.exchange.register.opened.TableFile", None)
    for at in (1, 2, 0):
        kept.look(file="file", hub=1)
        assert read_register(source, known, today=TODAY, answers=answers[at], kept=kept) == plain[at]
    assert read_anew == []
    kept.look(file="file", hub=2)
    assert kept.known is None
    read_register(source, {}, today=TODAY, answers=NO_ANSWERS, kept=kept)
    assert "1-100000002" in read_anew


def test_a_home_comes_in_with_what_the_register_says() -> None:
    home, outcome = only(OAK)
    details = home.details
    assert (home.id, details.cqc_id, details.name, details.type) == (
        "1-100000001",
        "1-100000001",
        "Oak Lodge",
        "care_home",
    )
    assert (details.registered_beds, details.local_authority) == (42, "Havering")
    assert (details.latitude, details.longitude) == (51.5686, 0.1794)
    assert (details.address, details.postcode) == ("1 Oak Road, Romford", "RM7 0AG")
    assert details.notes == "CQC register: care home without nursing; for older people, dementia."
    assert (outcome.outcome, outcome.new, outcome.about) == (Outcome.TAKEN, True, "1-100000001")


def test_a_register_says_nothing_of_what_a_home_accepts_meets_or_costs() -> None:
    details = only(OAK)[0].details
    assert details.accepts_organisms == ()
    assert details.needs_met == ()
    assert details.weekly_fee is None
    assert details.rating is None


def test_the_full_header_of_the_care_directory_with_filters_is_read() -> None:
    home, _ = only(
        OAK
        | {
            "Location Latest Overall Rating": "Requires improvement",
            "Location Telephone Number": "02079460001",
            "Registered manager": "Sample, Jo",
            "Provider Name": "Oak Homes Limited",
            "Location ODS Code": "VM1AB",
        }
    )
    details = home.details
    assert (details.rating, details.phone, details.provider) == (
        "requires_improvement",
        "02079460001",
        "Oak Homes Limited",
    )
    assert (details.registered_manager, details.ods_code) == ("Sample, Jo", "VM1AB")


def test_estimates_of_occupancy_are_never_read_and_that_is_said() -> None:
    content = directory(OAK | {"occupancy_mean_filled": "3"}, columns=("occupancy_mean_filled", "lad"))
    result = read_register(content, {}, today=TODAY)
    assert result.found == read(OAK).found
    assert result.report.notes == (
        "1 column not used: an estimate of occupancy is not a capacity return.",
        "1 column not used: lad.",
    )


@pytest.mark.parametrize(
    ("bands", "ages"),
    [
        ((OLDER,), (65, None)),
        ((YOUNGER,), (18, 64)),
        ((OLDER, YOUNGER), (18, None)),
        ((LEARNING,), (18, None)),
        ((), (18, None)),
        ((CHILDREN,), (None, 17)),
        ((CHILDREN, LEARNING), (None, 17)),
        ((CHILDREN, YOUNGER), (None, 64)),
        ((CHILDREN, YOUNGER, OLDER), (None, None)),
        ((CHILDREN, OLDER), (65, None)),
    ],
)
def test_the_age_bands_become_age_limits(bands: tuple[str, ...], ages: tuple[int | None, int | None]) -> None:
    home, outcome = only(OAK | {DEMENTIA: "", OLDER: ""} | dict.fromkeys(bands, "Y"))
    assert (home.details.age_min, home.details.age_max) == ages
    said = CHILDREN in bands and YOUNGER not in bands
    assert (outcome.outcome is Outcome.CHANGED) == said


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"Location ID": ""}, "Location ID", "is empty"),
        ({"Location ID": "1.13E+08"}, "Location ID", "not a CQC location id"),
        ({"Location ID": "=1-1"}, "Location ID", "not a CQC location id"),
        ({"Location Name": ""}, "Location Name", "is empty"),
        ({"Location Name": "x" * 501}, "Location Name", "501 characters long"),
        ({"Location Name": "Oak\x07Lodge"}, "Location Name", "control character"),
        ({"Care home?": ""}, "Care home?", "is empty"),
        ({"Care home?": "perhaps"}, "Care home?", "neither yes nor no"),
        ({NURSING: "?"}, NURSING, "neither yes nor no"),
        ({CHILDREN: "some"}, CHILDREN, "neither yes nor no"),
    ],
)
def test_a_row_that_is_wrong_where_it_matters_is_rejected(
    change: dict[str, str], field: str, reason: str
) -> None:
    result = read(OAK | change, OAK | {"Location ID": "1-100000002"})
    assert [row.outcome for row in result.report.rows] == [Outcome.REJECTED, Outcome.TAKEN]
    remark = result.report.rows[0].remarks[0]
    assert (remark.field, result.report.rows[0].row) == (field, 2)
    assert reason in remark.reason
    assert remark.mend
    assert result.report.faults == 1


@pytest.mark.parametrize(
    ("change", "field", "left"),
    [
        ({"Location Latitude": "0", "Location Longitude": "0"}, "Location Latitude", {"latitude": None}),
        (
            {"Location Latitude": "0.1794", "Location Longitude": "51.5"},
            "Location Latitude",
            {"longitude": None},
        ),
        ({"Location Latitude": "nan"}, "Location Latitude", {"latitude": None, "longitude": None}),
        ({"Location Longitude": ""}, "Location Latitude", {"latitude": None, "longitude": None}),
        ({"Care homes beds": "-3"}, "Care homes beds", {"registered_beds": None}),
        ({"Care homes beds": "many"}, "Care homes beds", {"registered_beds": None}),
        ({"Location Latest Overall Rating": "Splendid"}, "Location Latest Overall Rating", {"rating": None}),
        ({"Location Postal Code": "nowhere"}, "Location Postal Code", {"postcode": ""}),
        ({"Location Telephone Number": "ring us"}, "Location Telephone Number", {"phone": ""}),
        (
            {"Location Telephone Number": "2079460001"},
            "Location Telephone Number",
            {"phone": "02079460001"},
        ),
        ({"Location ODS Code": "a b"}, "Location ODS Code", {"ods_code": None}),
        ({"Location Local Authority": ""}, "Location Local Authority", {"local_authority": None}),
        ({"Dormant (Y/N)": "Y"}, "Dormant (Y/N)", {}),
    ],
)
def test_a_detail_that_cannot_be_read_is_left_empty_and_said(
    change: dict[str, str], field: str, left: dict[str, object]
) -> None:
    home, outcome = only(OAK | change)
    assert outcome.outcome is Outcome.CHANGED
    assert field in {remark.field for remark in outcome.remarks}
    assert {name: getattr(home.details, name) for name in left} == left


@pytest.mark.parametrize("words", ["No published rating", "Insufficient evidence to rate", ""])
def test_a_home_without_a_rating_has_none_and_nothing_is_said(words: str) -> None:
    home, outcome = only(OAK | {"Location Latest Overall Rating": words})
    assert (home.details.rating, outcome.outcome) == (None, Outcome.TAKEN)


def test_what_is_no_care_home_is_left_out_without_being_a_fault() -> None:
    result = read(
        OAK | {"Care home?": "N"},
        OAK | {"Location ID": "1-100000002", "Location HSCA End Date": "2020-10-01"},
        OAK,
    )
    assert [(row.outcome, row.is_fault) for row in result.report.rows] == [
        (Outcome.REJECTED, False),
        (Outcome.REJECTED, False),
        (Outcome.TAKEN, False),
    ]
    assert result.report.faults == 0


def test_the_same_home_twice_is_taken_once() -> None:
    result = read(OAK, OAK)
    assert [row.outcome for row in result.report.rows] == [Outcome.TAKEN, Outcome.SAME]
    assert len(result.found) == 1


def test_a_home_that_two_rows_give_otherwise_is_taken_from_neither() -> None:
    result = read(OAK, OAK, OAK | {"Care homes beds": "4"})
    assert [row.outcome for row in result.report.rows] == [Outcome.REJECTED] * 3
    assert "row 4 gives the same home otherwise" in result.report.rows[0].remarks[0].reason
    assert "row 2" in result.report.rows[2].remarks[0].reason
    assert result.found == ()


def test_a_home_of_the_hub_that_is_no_care_home_any_more_waits_for_a_look() -> None:
    known = known_of(read(OAK))
    row = OAK | {"Care home?": "N"}
    held = read(row, known=known, answers=NO_ANSWERS).report
    assert [each.outcome for each in held.rows] == [Outcome.HELD]
    assert "is no care home in the register; Oak Lodge is one of the hub" in held.rows[0].remarks[0].reason
    assert read(row, known=known, answers=Answers(another=frozenset({2}))).report.same == 1
    assert read(row).report.left_out == 1


def test_a_home_that_had_left_and_is_in_the_register_again_is_said_to_wait_for_a_decision() -> None:
    known = {name: replace(one, left="gone") for name, one in known_of(read(OAK)).items()}
    assert any("takes nobody until somebody decides" in note for note in read(OAK, known=known).report.notes)


def test_a_second_import_of_one_file_changes_nothing() -> None:
    first = read(OAK)
    again = read(OAK, known=known_of(first))
    assert (again.report.same, again.found) == (1, ())


def test_a_later_directory_amends_what_it_says_and_keeps_what_the_hub_knows() -> None:
    first = read(OAK | {"Location Latest Overall Rating": "Good"}).found[0]
    own = first.details.model_copy(
        update={
            "type": "hot_home",
            "age_min": 60,
            "weekly_fee": 950.0,
            "phone": "020 7946 0099",
            "accepts_organisms": ("sars-cov-2",),
            "notes": "Ring before ten.",
        }
    )
    later = read(
        OAK
        | {
            "Location Name": "Oak Villa",
            "Location Latest Overall Rating": "Inadequate",
            "Location Telephone Number": "02079460001",
            "Care homes beds": "",
        },
        known={"1-100000001": KnownHome("S-0007", own)},
    )
    home = later.found[0]
    assert home.id == "S-0007"
    assert home.details == own.model_copy(update={"name": "Oak Villa", "rating": "inadequate"})
    assert later.report.new == 0


def test_a_rating_that_was_withdrawn_is_taken_away_and_an_empty_one_is_not() -> None:
    first = read(OAK | {"Location Latest Overall Rating": "Good"})
    withdrawn = read(OAK | {"Location Latest Overall Rating": "No published rating"}, known=known_of(first))
    assert withdrawn.found[0].details.rating is None
    assert read(OAK, known=known_of(first)).report.same == 1


def test_a_form_that_lacks_columns_is_refused_by_those_of_the_form_it_is_nearest_to() -> None:
    with pytest.raises(BrokenFile, match="the column Service users supported is missing"):
        read_register(b"Location Name,Location ID,Service Types\nOak,1-100000001,Homecare\n", {}, today=TODAY)


VALUES = st.sampled_from(["", "Y", "N", "1-100000001", "1-100000002", "51.5", "-1", "x,\n", "=1+1", '"'])


@few(20)
@given(rows=st.lists(st.dictionaries(st.sampled_from(sorted(OAK)), VALUES, max_size=4), max_size=8))
def test_the_counts_always_add_up_to_the_rows_read(rows: list[dict[str, str]]) -> None:
    result = read(*(OAK | row for row in rows))
    report = result.report
    assert report.read == len(rows)
    assert report.taken + report.changed + report.same + report.rejected == report.read
    assert len(result.found) == report.taken + report.changed
    assert [row.row for row in report.rows] == list(range(2, len(rows) + 2))
    assert all(row.remarks for row in report.rows if row.outcome in (Outcome.CHANGED, Outcome.REJECTED))


@pytest.mark.whole
@pytest.mark.beside("data/care_homes_england_2021.csv")
def test_all_homes_of_england_come_in_to_the_last_row() -> None:
    result = homes_of(read_register(ENGLAND, {}, today=TODAY))
    report = result.report
    assert (report.read, report.rejected, report.taken + report.changed) == (15_403, 0, 15_403)
    assert len({home.id for home in result.found}) == 15_403
    with ENGLAND.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [home.id for home in result.found] == [row["Location ID"] for row in rows]
    assert [home.details.registered_beds for home in result.found] == [
        int(row["Care homes beds"]) for row in rows
    ]
    adults_only = [home for home in result.found if home.details.age_max == 17]
    assert len(adults_only) == report.changed - 4 == 34
    part = io.StringIO()
    written = csv.DictWriter(part, list(rows[0]))
    written.writeheader()
    written.writerows(rows[::10])
    again = read_register(part.getvalue().encode(), known_of(result), today=TODAY).report
    assert again.same == again.read == len(rows[::10])
