"""Every published form of the register is known by what stands in it, and says what it says and no more."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.actions.file_kinds import FileKind, find_kind
from discharge.exchange.register.authorities import authorities_in
from discharge.exchange.register.days import UnclearDays
from discharge.exchange.register.homes import Found, Home, KnownHome
from discharge.exchange.register.opened import RegisterFile
from discharge.exchange.register.reading import read_register
from discharge.exchange.report import NO_ANSWERS, Answers, Imported, Outcome
from discharge.model.errors import BrokenFile
from discharge.model.setting_record import SettingDetails
from tests.beside import FOLDER
from tests.examples import few
from tests.exchange.register.register_files import (
    DEACTIVATED,
    DIRECTORY,
    DUAL,
    EXPORT,
    FILTERS,
    RATINGS,
    api,
    home,
    lines,
    rows_of,
    table,
)
from tests.exchange.workbook_files import Cell, ods, xlsx

TODAY = date(2026, 11, 16)
OAK, ELM = "1-9000000001", "1-9000000002"
SAMPLES = FOLDER / "data" / "formats" / "samples"


def read(
    content: bytes, known: dict[str, KnownHome] | None = None, answers: Answers = NO_ANSWERS
) -> Imported[Found]:
    return read_register(content, known or {}, today=TODAY, answers=answers)


def known(*rows: dict[str, str]) -> dict[str, KnownHome]:
    """A hub that took these homes from the care directory with filters."""
    found = read(table(FILTERS, *rows)).found
    return {
        one.details.cqc_id or "": KnownHome(one.id, one.details) for one in found if isinstance(one, Home)
    }


def homes(result: Imported[Found]) -> list[SettingDetails]:
    return [one.details for one in result.found if isinstance(one, Home)]


LISTED = {
    "Name": "Oak Lodge",
    "Address": "1 Invented Road,Inventown",
    "Postcode": "ZZ1 1AA",
    "Service types": "Residential homes",
    "Specialisms/services": "Caring for adults over 65 yrs",
    "Provider name": "Invented Care Limited",
    "Local authority": "Havering",
    "CQC Location ID (for office use only)": OAK,
}
TITLE = [["CQC Locations data"], [], ["This data was produced on 19 August 2026"], []]
EXPORTED = {
    "Location Name": "  Oak Lodge",
    "Location ID": OAK,
    "Location UPRN": "10000000001",
    "Location Local Authority": "Havering",
    "Service Types": "Care home service with nursing, Domiciliary care service",
    "Care homes beds": "40",
    "Location HSCA start date": "2011-01-20",
    "Dormant": "N",
    "Location Latest Overall Rating": "Requires Improvement",
    "Publication Date": "3/14/2025 12:00:00 AM",
    "Service users supported": "Dementia, Caring for adults over 65 yrs",
    "Size of care home (bands by number of beds)": "40-60 beds",
    "Provider Name": "Invented Care Limited",
}


def rating(domain: str = "Overall", group: str = "Overall", **more: str) -> dict[str, str]:
    row = {
        "Location ID": OAK,
        "Care Home?": "Y",
        "Service / Population Group": group,
        "Domain": domain,
        "Latest Rating": "Good",
        "Publication Date": "14/03/2025",
    }
    return {**row, **{key.replace("_", " "): value for key, value in more.items()}}


def deactivated(cqc_id: str = OAK, **more: str) -> dict[str, str]:
    row = {
        "Location ID": cqc_id,
        "Location Name": "Oak Lodge",
        "Location Status": "Inactive-Dereg",
        "Location HSCA End Date": "31/05/2026",
        "Care home?": "Y",
        "Location Street Address": "1 Invented Road",
        "Location Postal Code": "ZZ1 1AA",
    }
    return {**row, **{key.replace("_", " "): value for key, value in more.items()}}


# --- what a file is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (table(FILTERS, home(OAK, "Oak Lodge")), "filters"),
        (table(DIRECTORY, LISTED, above=TITLE), "directory"),
        (table(DIRECTORY, LISTED, above=TITLE[:2]), "directory"),
        (table(EXPORT, EXPORTED), "export"),
        (table(RATINGS, rating()), "ratings"),
        (table(DEACTIVATED, deactivated()), "deactivated"),
        (table(DUAL, {"Location ID": OAK}), "dual"),
        (lines(api(OAK, "Oak Lodge")), "api"),
        (json.dumps([api(OAK, "Oak Lodge")]).encode(), "api"),
        (json.dumps(api(OAK, "Oak Lodge"), indent=1).encode(), "api"),
        (xlsx(*rows_of(RATINGS, rating())), "ratings"),
        (ods(*rows_of(DEACTIVATED, deactivated())), "deactivated"),
    ],
)
@pytest.mark.whole
def test_a_form_is_known_by_its_content(content: bytes, form: str) -> None:
    assert find_kind(content) is FileKind.CQC
    assert RegisterFile(content).form.key == form


def test_the_right_sheet_is_found_by_its_header_wherever_it_stands() -> None:
    about: list[list[Cell]] = [
        ["Active locations for providers registered under the Act"],
        ["Source: as at 01 October 2026"],
    ]
    dual = rows_of(DUAL, {"Location ID": OAK, "Relationship": "Dual Registration"})
    sheet = rows_of(FILTERS, home(OAK, "Oak Lodge"))
    first, second = ("README", about), ("Dual_Registration_Locations", dual)
    for before in ([first], [first, second]):
        content = xlsx(*sheet, before=before, sheet="HSCA_Active_Locations")
        assert find_kind(content) is FileKind.CQC
        result = read(content)
        assert [one.name for one in homes(result)] == ["Oak Lodge"]
        assert "Read from the sheet 'HSCA_Active_Locations'." in result.report.notes


def test_the_fillers_of_a_sheet_are_no_rows() -> None:
    result = read(ods(*rows_of(FILTERS, home(OAK, "Oak Lodge")), sheet="HSCA_Active_Locations"))
    assert (result.report.read, len(result.found)) == (1, 1)


# --- the directory without beds ---------------------------------------------------------------------


def test_the_directory_brings_homes_of_the_hub_up_to_date_and_sets_up_none() -> None:
    other = {**LISTED, "CQC Location ID (for office use only)": ELM, "Postcode": "ZZ1 9AA"}
    content = table(DIRECTORY, {**LISTED, "Provider name": "New Hands Ltd"}, other, above=TITLE)
    result = read(content, known(home(OAK, "Oak Lodge")), Answers(all_changes=True))
    (details,) = homes(result)
    assert (details.provider, details.registered_beds, details.rating) == ("New Hands Ltd", 40, "good")
    assert (result.report.read, result.report.amended, result.report.new) == (1, 1, 0)
    assert "This form has no beds: it brings homes of the hub up to date, and sets up none." in (
        result.report.notes
    )
    assert "1 row of homes or services that the hub doesn't have passed over." in result.report.notes
    assert authorities_in(content, [OAK]) == ()


def test_a_directory_that_says_the_same_changes_nothing() -> None:
    result = read(table(DIRECTORY, LISTED, above=TITLE), known(home(OAK, "Oak Lodge")))
    assert (result.report.same, result.found) == (1, ())


def test_the_directorys_old_spellings_are_its_columns_too() -> None:
    old = {
        "CQC Location ID (for office use only)": "CQC Location (for office use only",
        "Local authority": "Local Authority",
        "CQC Provider ID (for office use only)": "CQC Provider ID (for office use only",
    }
    columns = [old.get(name, name) for name in DIRECTORY]
    row = {old.get(name, name): value for name, value in LISTED.items()}
    result = read(table([*columns, "On ratings"], row), known(home(OAK, "Oak Lodge")))
    assert result.report.same == 1


def test_services_that_the_register_says_otherwise_wait_for_a_look() -> None:
    nursing = {**LISTED, "Service types": "Nursing homes|Homecare agencies"}
    result = read(table(DIRECTORY, nursing), known(home(OAK, "Oak Lodge")))
    (row,) = result.report.rows
    assert row.outcome is Outcome.HELD
    assert [(one.field, one.old, one.new) for one in row.changes] == [
        (
            "services",
            "care home without nursing; for older people",
            "care home with nursing; for older people",
        )
    ]


# --- the export of 2025 -----------------------------------------------------------------------------


def test_the_export_of_2025_sets_up_homes_from_its_joined_lists() -> None:
    result = read(table(EXPORT, EXPORTED))
    (one,) = result.found
    assert isinstance(one, Home)
    assert (one.details.name, one.details.registered_beds, one.details.uprn) == (
        "Oak Lodge",
        40,
        "10000000001",
    )
    assert one.details.rating == "requires_improvement"


# --- ratings ----------------------------------------------------------------------------------------


def test_a_homes_rating_is_its_overall_one_and_the_newest() -> None:
    content = table(
        RATINGS,
        rating(Latest_Rating="Inadequate", Publication_Date="01/02/2020"),
        rating(domain="Safe", Latest_Rating="Inadequate"),
        rating(group="Older people", Latest_Rating="Inadequate"),
        rating(group="Care Homes", Latest_Rating="Outstanding", Publication_Date="13/04/2026"),
        rating(Location_ID=ELM),
    )
    result = read(content, known(home(OAK, "Oak Lodge")), Answers(all_changes=True))
    assert [one.rating for one in homes(result)] == ["outstanding"]
    assert Counter(row.outcome.value for row in result.report.rows) == {"same": 1, "taken": 1}
    notes = "\n".join(result.report.notes)
    assert "2 rows of other domains and groups passed over." in notes
    assert "1 row of locations that the hub doesn't have passed over." in notes


def test_of_two_ratings_of_one_day_the_worse_counts() -> None:
    content = table(RATINGS, rating(), rating(group="Care Homes", Latest_Rating="Requires improvement"))
    result = read(content, known(home(OAK, "Oak Lodge")), Answers(all_changes=True))
    assert [one.rating for one in homes(result)] == ["requires_improvement"]


def test_whether_the_month_comes_first_is_told_by_the_file() -> None:
    ours = known(home(OAK, "Oak Lodge"))
    rows = (
        rating(Latest_Rating="Inadequate", Publication_Date="05/04/2024"),
        rating(Latest_Rating="Outstanding", Publication_Date="04/06/2024"),
    )
    british = rating(Location_ID=ELM, Publication_Date="29/05/2026")
    american = rating(Location_ID=ELM, Publication_Date="05/29/2026")
    everything = Answers(all_changes=True)
    assert homes(read(table(RATINGS, *rows, british), ours, everything))[0].rating == "outstanding"
    assert homes(read(table(RATINGS, *rows, american), ours, everything))[0].rating == "inadequate"
    with pytest.raises(UnclearDays, match="none shows which comes first") as unclear:
        read(table(RATINGS, *rows), ours, everything)
    assert unclear.value.faults[0].mend == "say which comes first"
    said = Answers(all_changes=True, month_first=True)
    assert homes(read(table(RATINGS, *rows), ours, said))[0].rating == "inadequate"
    with pytest.raises(BrokenFile, match=r"has the day first in row 4 .* and the month first in row 5"):
        read(table(RATINGS, *rows, british, american), ours)


# --- deactivated, and registered twice --------------------------------------------------------------


def test_a_home_is_told_to_be_deactivated_and_never_to_be_closed() -> None:
    content = table(DEACTIVATED, deactivated(), deactivated("1-9000000077"))
    result = read(content, known(home(OAK, "Oak Lodge")))
    (row,) = result.report.rows
    assert (row.outcome, row.left) == (Outcome.CHANGED, OAK)
    (remark,) = row.remarks
    assert "has left the register on Sun 31 May 2026" in remark.reason
    assert "no other registration of the place is known here, and there may be one" in remark.reason
    assert "1 row of homes or services that the hub doesn't have passed over." in result.report.notes


def test_a_deactivated_home_that_the_hub_has_under_another_number_is_one_with_it() -> None:
    ours = known(home(OAK, "Oak Lodge"), home(ELM, "Oak Lodge Care Home"))
    (row,) = read(table(DEACTIVATED, deactivated()), ours).report.rows
    assert row.joins == ELM
    assert f"registered anew as {ELM}, Oak Lodge Care Home" in row.remarks[0].reason


def test_a_building_with_two_registrations_is_one_home_and_its_beds_count_once() -> None:
    twice = {
        "Location Dual Registered": "Dual Registration",
        "Primary ID (Dual registration locations)": OAK,
    }
    result = read(table(FILTERS, home(OAK, "Oak Lodge") | twice, home(ELM, "Oak Lodge") | twice))
    assert [one.cqc_id for one in homes(result)] == [OAK]
    assert homes(result)[0].notes.endswith(f"Also registered as {ELM}.")
    first, second = result.report.rows
    assert "its beds count once" in first.remarks[0].reason
    assert (second.outcome, second.harmless) == (Outcome.REJECTED, True)
    assert f"second registration of the building of {OAK}" in second.remarks[0].reason


@pytest.mark.parametrize("primary", [("Y", ""), (OAK, OAK)], ids=["ticked", "named"])
def test_two_homes_of_the_hub_that_are_one_building_are_asked_about_once(primary: tuple[str, str]) -> None:
    ours = known(home(OAK, "Oak Lodge", 1), home(ELM, "Oak Lodge South", 2))
    row = {"Location ID": OAK, "Linked Organisation ID": ELM, "Relationship": "Dual Registration"}
    other = row | {"Location ID": ELM, "Linked Organisation ID": OAK, "Primary ID": primary[1]}
    content = table(DUAL, row | {"Primary ID": primary[0]}, other)
    report = read(content, ours).report
    assert [each.outcome for each in report.rows] == [Outcome.HELD, Outcome.SAME]
    (joined,) = read(content, ours, Answers(same={2: OAK})).found
    assert (getattr(joined, "setting", ""), getattr(joined, "other", "")) == (OAK, ELM)


# --- the API ----------------------------------------------------------------------------------------


def test_the_apis_locations_come_in_whole() -> None:
    surgery = api(ELM, "Surgery", careHome="N")
    result = read(lines(api(OAK, "Oak Lodge"), surgery))
    (one,) = result.found
    assert isinstance(one, Home)
    assert (one.details.registered_beds, one.details.rating, one.details.uprn) == (40, "good", "10000000001")
    assert (one.details.latitude, one.details.address) == (51.56, "1 Invented Road, Inventown")
    assert [row.outcome for row in result.report.rows] == [Outcome.TAKEN, Outcome.REJECTED]


def test_a_newer_assessment_of_the_api_comes_before_the_old_rating() -> None:
    new = {"assessmentDate": "2026-07-15", "name": "Care Homes", "rating": "Requires improvement"}
    assessment = [{"ratings": {"asgRatings": [new]}}]
    (details,) = homes(read(lines(api(OAK, "Oak Lodge", assessment=assessment))))
    assert details.rating == "requires_improvement"


def test_what_is_no_location_is_said_line_by_line() -> None:
    content = lines(api(OAK, "Oak Lodge")) + b'{"locationId": "1-9000000009", "na\n[1, 2]\n'
    result = read(content)
    assert [row.outcome for row in result.report.rows] == [
        Outcome.TAKEN,
        Outcome.REJECTED,
        Outcome.REJECTED,
    ]
    assert "is not JSON" in result.report.rows[1].remarks[0].reason
    with pytest.raises(BrokenFile, match="is not JSON"):
        read(b'[{"locationId": "1-9000000009", "na')


def test_a_deregistered_location_names_its_successor() -> None:
    gone = api(
        OAK,
        "Oak Lodge",
        registrationStatus="Deregistered",
        deregistrationDate="2026-05-31",
        relationships=[{"type": "HSCA Successor", "relatedLocationId": ELM, "reason": "New Provider"}],
    )
    (row,) = read(lines(gone), known(home(OAK, "Oak Lodge"))).report.rows
    assert f"registered anew as {ELM}" in row.remarks[0].reason
    follows = [{"type": "HSCA Predecessor", "relatedLocationId": OAK, "reason": "New Provider"}]
    elsewhere = api(ELM, "Oak Lodge Care", 7, relationships=follows)
    report = read(lines(gone, elsewhere), known(home(OAK, "Oak Lodge"))).report
    assert [row.outcome for row in report.rows] == [Outcome.CHANGED, Outcome.HELD]
    assert "registered anew, likely the same home" in report.rows[1].remarks[0].reason


# --- whatever stands in it -----------------------------------------------------------------------------

ODD = st.sampled_from(
    ["", "Y", "N", OAK, ELM, "1-1", "2026-02-31", "03/04/2026", "2026-05-31", "-1", "x,\n", "=1+1", '"',
     "Good", "Overall", "Care Homes", "Dual Registration", "Inactive-Dereg",
     "Nursing homes|Residential homes", "n/a"]
)  # fmt: skip
GOOD = {
    "filters": (FILTERS, home(OAK, "Oak Lodge")),
    "directory": (DIRECTORY, LISTED),
    "export": (EXPORT, EXPORTED),
    "ratings": (RATINGS, rating()),
    "deactivated": (DEACTIVATED, deactivated()),
    "dual": (DUAL, {"Location ID": OAK, "Linked Organisation ID": ELM, "Relationship": "Dual Registration"}),
}


@few(15)
@given(data=st.data())
@pytest.mark.parametrize("form", GOOD)
def test_whatever_stands_in_a_form_each_row_is_told_or_counted(form: str, data: st.DataObject) -> None:
    columns, good = GOOD[form]
    cells = st.dictionaries(st.sampled_from(columns), ODD, max_size=5)
    rows = data.draw(st.lists(cells, max_size=6))
    ours = known(home(OAK, "Oak Lodge"), home(ELM, "Elm House", 2))
    content = table(columns, *({**good, **row} for row in rows), good)
    report = read(content, ours, Answers(month_first=False)).report
    passed = [int(note.split()[0].replace(",", "")) for note in report.notes if "passed over" in note]
    assert report.read + sum(passed) == len(rows) + 1
    assert all(row.remarks for row in report.rows if row.outcome in (Outcome.REJECTED, Outcome.HELD))


# --- the real files ---------------------------------------------------------------------------------


@pytest.mark.beside("data/formats/samples")
@pytest.mark.parametrize(
    ("name", "read_rows", "found"),
    [
        ("cqc_directory_sample.csv", 0, 0),
        ("01_October_2026_HSCA_Active_Locations.ods", 5, 4),
        ("cqc_filters_2026_sample.csv", 5, 4),
        ("cqc_filters_2021_sample.csv", 5, 4),
        ("cqc_locations_2025_sample.csv", 5, 4),
        ("01_October_2026_Latest_ratings.ods", 0, 0),
        ("01_October_2026_Deactivated_Locations.ods", 0, 0),
        ("cqc_dual_registrations_sample.csv", 0, 0),
        ("cqc_api_locations_sample.jsonl", 5, 3),
    ],
)
def test_the_published_shapes_are_read(name: str, read_rows: int, found: int) -> None:
    assert find_kind(SAMPLES / name) is FileKind.CQC
    result = read_register(SAMPLES / name, {}, today=TODAY)
    assert (result.report.read, len(result.found)) == (read_rows, found), result.report.rows


@pytest.mark.beside("data/cqc_locations_2025_head.csv")
def test_the_real_export_of_2025_comes_in() -> None:
    result = read_register(FOLDER / "data" / "cqc_locations_2025_head.csv", {}, today=TODAY)
    report = result.report
    assert report.read == 999
    assert report.faults == 0
    assert len(result.found) == 495


@pytest.mark.beside("data/cqc_api_locations_oldham.jsonl")
def test_the_real_locations_of_the_api_come_in() -> None:
    result = read_register(FOLDER / "data" / "cqc_api_locations_oldham.jsonl", {}, today=TODAY)
    assert (result.report.read, len(result.found), result.report.faults) == (87, 44, 0)


@pytest.mark.beside("data/cqc_latest_ratings_lincolnshire_2026.csv")
def test_real_ratings_are_read_with_the_month_first() -> None:
    path = FOLDER / "data" / "cqc_latest_ratings_lincolnshire_2026.csv"
    row = home("1-10285797", "Oak Lodge")
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [each for each in csv.DictReader(file) if each["Care Home?"] == "Y"]
    ids = sorted({each["Location ID"] for each in rows})
    ours = {cqc: KnownHome(cqc, one.details.model_copy(update={"cqc_id": cqc, "rating": None}))
            for cqc in ids for one in known(row).values()}  # fmt: skip
    result = read_register(path, ours, today=TODAY)
    assert result.report.faults == 0
    passed = [int(note.split()[0].replace(",", "")) for note in result.report.notes if "passed over" in note]
    assert result.report.read + sum(passed) == 4_159
    assert len(homes(result)) > 200


@pytest.mark.whole
@pytest.mark.beside("data/care_homes_england_2021.csv", "data/cqc_api_locations_oldham.jsonl")
def test_five_years_between_two_real_registers_are_told_home_by_home() -> None:
    """Forty-four homes of 2021 against the same borough as the API has it: taken over, split, left."""
    first = read_register(
        FOLDER / "data" / "care_homes_england_2021.csv", {}, today=TODAY, authorities=["Oldham"]
    )
    ours = {one.details.cqc_id or "": KnownHome(one.id, one.details)
            for one in first.found if isinstance(one, Home)}  # fmt: skip
    assert len(ours) == 44
    report = read_register(FOLDER / "data" / "cqc_api_locations_oldham.jsonl", ours, today=TODAY).report
    left = {row.about for row in report.rows if row.left}
    anew = {row.maybe for row in report.rows if row.maybe}
    assert (len(left), len(anew)) == (8, 5)
    assert anew <= left, "whoever was taken over has left under the old number"
    split = [row.about for row in report.rows if row.maybe == "1-6355044561"]
    assert len(split) == 4, "Shaw Side Care Home became four"
    assert (report.new, report.gone, report.refused) == (0, (), 0)
