"""The register's published forms as the tests send them, in their real shapes; all of it invented."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from discharge.exchange.register.columns import BANDS, COLUMNS, NURSING, RESIDENTIAL
from tests.exchange.workbook_files import Cell

DIRECTORY = (
    "Name", "Also known as", "Address", "Postcode", "Phone number", "Service's website (if available)",
    "Service types", "Date of latest check", "Specialisms/services", "Provider name", "Local authority",
    "Region", "Location URL",
    "CQC Location ID (for office use only)", "CQC Provider ID (for office use only)",
)  # fmt: skip
EXPORT = (
    "Location Name", "Location ID", "Location UPRN", "Location telephone number", "Location Local Authority",
    "Location ADASS Region", "Primary inspection category", "Service Types", "Care homes beds",
    "Location HSCA start date", "Location HSCA end date", "Dormant", "Location Latest Overall Rating",
    "Publication Date", "Service users supported", "Size of care home (bands by number of beds)",
    "Provider Name", "Provider ID",
)  # fmt: skip
RATINGS = (
    "Location ID", "Location ODS Code", "Location Name", "Care Home?", "Location Type",
    "Location Post Code", "Location Local Authority", "Service / Population Group", "Domain", "Latest Rating",
    "Publication Date", "Report Type", "Inherited Rating (Y/N)", "URL", "Provider ID", "Provider Name",
)  # fmt: skip
DEACTIVATED = (
    "Location ID", "Location ODS Code", "Location Name", "Location Status", "Location HSCA start date",
    "Location HSCA End Date", "Care home?", "Care homes beds at point location de-activated",
    "Location Local Authority", "Location Street Address", "Location City", "Location Postal Code",
    "Location UPRN ID", "Location Latest Overall Rating", "Provider Charity Number",
)  # fmt: skip
DUAL = (
    "Location ID", "Location Name", "Location HSCA Start Date", "Location Type/Sector", "Provider ID",
    "Provider Name", "Linked Organisation ID", "Linked Organisation Name", "Relationship",
    "Relationship Start Date", "Primary ID",
)  # fmt: skip
FILTERS = (
    "Location ID", "Location HSCA start date", "Dormant (Y/N)", "Care home?", "Location Name",
    "Location Telephone Number", "Registered manager", "Care homes beds", "Location Latest Overall Rating",
    "Publication Date", "Location Local Authority", "Location Street Address", "Location City",
    "Location Postal Code", "Location UPRN ID", "Location Latitude", "Location Longitude", "Provider ID",
    "Provider Name", NURSING, RESIDENTIAL, *BANDS, "Location Dual Registered",
    "Primary ID (Dual registration locations)",
)  # fmt: skip

Cells = Mapping[str, str]


def table(columns: Sequence[str], *rows: Cells, above: Sequence[Sequence[str]] = ()) -> bytes:
    """A CSV file with these columns, and the lines `above` them; a cell that a row doesn't give is empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows(above)
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return text.getvalue().encode()


def rows_of(columns: Sequence[str], *rows: Cells) -> list[list[Cell]]:
    """The same as the rows of a sheet."""
    found: list[list[Cell]] = [[*columns]]
    for row in rows:
        found.append([row.get(name, "") for name in columns])
    return found


def home(cqc_id: str, name: str, number: int = 1, **more: str) -> dict[str, str]:
    """A row of the care directory with filters; keywords are columns by what they begin with."""
    row = {
        "Location ID": cqc_id,
        "Location Name": name,
        "Care home?": "Y",
        "Dormant (Y/N)": "N",
        "Care homes beds": "40",
        "Location Local Authority": "Havering",
        "Location Street Address": f"{number} Invented Road",
        "Location City": "Inventown",
        "Location Postal Code": f"ZZ1 {number}AA",
        "Location UPRN ID": f"1000000000{number}",
        "Location Latest Overall Rating": "Good",
        "Provider Name": "Invented Care Limited",
        RESIDENTIAL: "Y",
        "Service user band - Older People": "Y",
    }
    assert all(name in (*FILTERS, *COLUMNS.optional) for name in row)
    return {**row, **{key.replace("_", " "): value for key, value in more.items()}}


def api(cqc_id: str, name: str, number: int = 1, **more: object) -> dict[str, object]:
    """A location as the API gives it."""
    return {
        "locationId": cqc_id,
        "organisationType": "Location",
        "name": name,
        "registrationStatus": "Registered",
        "dormancy": "N",
        "numberOfBeds": 40,
        "careHome": "Y",
        "uprn": f"1000000000{number}",
        "postalAddressLine1": f"{number} Invented Road",
        "postalAddressTownCity": "Inventown",
        "postalCode": f"ZZ1 {number}AA",
        "localAuthority": "Havering",
        "onspdLatitude": 51.56,
        "onspdLongitude": 0.07,
        "gacServiceTypes": [{"name": "Nursing homes", "description": "Care home service with nursing"}],
        "specialisms": [{"name": "Dementia"}, {"name": "Caring for adults over 65 yrs"}],
        "relationships": [],
        "currentRatings": {"overall": {"rating": "Good", "reportDate": "2025-03-14"}},
        **more,
    }


def lines(*locations: Mapping[str, object]) -> bytes:
    """One location a line."""
    return "".join(json.dumps(each) + "\n" for each in locations).encode()
