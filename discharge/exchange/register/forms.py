"""The forms in which the CQC publishes its register: what each says, and how its rows are read as one.

Every row becomes one of the care directory with filters, with what the form says and nothing else. A form
that hasn't the beds of a home can't set one up: it brings up to date what the hub has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from discharge.exchange.register import columns as of
from discharge.exchange.table_file import Columns, Row

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the register, known by its columns."""

    key: str
    words: str
    columns: Columns
    lacks: str = ""
    """What it hasn't got of a home to be set up, in words; empty: it sets up homes."""
    days: tuple[str, ...] = ()
    """Columns with days: what they prove of their order counts for all of them."""
    as_filters: Callable[[Cells], Cells] = dict
    """The cells of a row as the care directory with filters has them."""
    ratings: bool = False
    """A row a group and domain, not a home."""
    dual: bool = False
    """A row a registration of a building that has two."""

    @property
    def sets_up(self) -> bool:
        """Whether a home that is new to the hub comes in from it."""
        return not self.lacks

    def row(self, row: Row) -> Row:
        """The row as the care directory with filters has it."""
        return row if row.faults else replace(row, cells=self.as_filters(row.cells))


_SERVICES = {
    "nursinghomes": of.NURSING,
    "carehomeservicewithnursing": of.NURSING,
    "residentialhomes": of.RESIDENTIAL,
    "carehomeservicewithoutnursing": of.RESIDENTIAL,
}
_SPECIALISMS = {
    "caringforadultsover65yrs": of.OLDER,
    "caringforadultsunder65yrs": of.YOUNGER,
    "caringforchildren": of.CHILDREN,
    "caringforchildren0-18yrs": of.CHILDREN,
    "dementia": of.DEMENTIA,
    "learningdisabilities": of.LEARNING,
    "learningdisabilitiesorautisticspectrumdisorder": of.LEARNING,
    "mentalhealthconditions": of.MENTAL,
    "physicaldisabilities": of.PHYSICAL,
    "sensoryimpairment": of.SENSORY,
    "sensoryimpairments": of.SENSORY,
}


def services(names: Iterable[str], specialisms: Iterable[str]) -> dict[str, str]:
    """Service types and specialisms, by any of their names, as the columns of the directory with filters."""
    cells = dict.fromkeys((of.NURSING, of.RESIDENTIAL, *of.BANDS), "")
    for known, said in ((_SERVICES, names), (_SPECIALISMS, specialisms)):
        for name in said:
            column = known.get(re.sub(r"[^a-z0-9-]+", "", name.casefold()))
            if column is not None:
                cells[column] = "Y"
    return cells | {of.IS_HOME: "Y" if cells[of.NURSING] or cells[of.RESIDENTIAL] else "N"}


def _parts(text: str, between: str) -> list[str]:
    return [part.strip() for part in text.split(between) if part.strip()]


def _from_directory(cells: Cells) -> Cells:
    address = [part.strip() for part in cells.get("Address", "").split(",") if part.strip()]
    return {
        of.ID: cells[_ID],
        of.NAME: cells["Name"],
        of.AUTHORITY: cells.get("Local authority", ""),
        of.POSTCODE: cells.get("Postcode", ""),
        of.PHONE: cells.get("Phone number", ""),
        of.PROVIDER: cells.get("Provider name", ""),
        of.ADDRESS[0]: ", ".join(address),
    } | services(_parts(cells["Service types"], "|"), _parts(cells["Specialisms/services"], "|"))


def _from_export(cells: Cells) -> Cells:
    kept = {name: cells[name] for name in (*_EXPORT.required, *_EXPORT.optional) if name in cells}
    specialisms = cells["Service users supported"]
    found = {
        **kept,
        **services(_parts(cells["Service Types"], ","), _parts(specialisms, ",")),
    }
    # the name of a provider or home stands with blanks before it
    return {name: value.strip() for name, value in found.items()}


_ID = "CQC Location ID (for office use only)"
_DIRECTORY = Columns(
    noun="CQC directory without beds",
    most_named=8,
    required=(_ID, "Name", "Service types", "Specialisms/services"),
    optional=("Address", "Postcode", "Phone number", "Provider name", "Local authority"),
    also={"CQC Location (for office use only": _ID, "CQC Location ID": _ID},
    ignored=(
        "Also known as",
        "Service's website (if available)",
        "Date of latest check",
        "Region",
        "Location URL",
        "CQC Provider ID (for office use only)",
        "CQC Provider ID",
        "CQC Provider (for office use only",
        "On ratings",
    ),
    ignored_because="the hub keeps nothing of what they say",
)
_EXPORT_DAYS = ("Publication Date", "Provider HSCA start date")
_STARTED = "Location HSCA start date"
_EXPORT = Columns(
    noun="CQC export of 2025",
    most_named=8,
    required=(of.ID, of.NAME, "Service Types", "Service users supported", of.BEDS, of.AUTHORITY),
    optional=(of.PHONE, of.RATING, of.END, of.DORMANT, of.MANAGER, of.PROVIDER, of.UPRN, *_EXPORT_DAYS),
    also={"Dormant": of.DORMANT, "Location UPRN": of.UPRN},
)
_RATINGS = Columns(
    noun="list of the CQC's latest ratings",
    most_named=8,
    required=(of.ID, "Service / Population Group", "Domain", "Latest Rating", "Publication Date"),
    optional=(of.NAME, of.IS_HOME, of.AUTHORITY),
)
_DEACTIVATED = Columns(
    noun="list of the CQC's deactivated locations",
    most_named=8,
    required=(of.ID, of.STATUS, of.END),
    optional=(of.NAME, of.IS_HOME, of.AUTHORITY, *of.ADDRESS, of.POSTCODE, of.UPRN, _STARTED),
    also={"Location UPRN": of.UPRN, "Location Postcode": of.POSTCODE},
)
_DUAL = Columns(
    noun="list of the CQC's dual registrations",
    most_named=8,
    required=(of.ID, "Linked Organisation ID", "Relationship"),
    optional=(of.NAME, "Linked Organisation Name", "Primary ID", of.PROVIDER),
)

FILTERS = Form("filters", "care directory with filters", of.COLUMNS, days=(of.END,))
DIRECTORY = Form(
    "directory",
    "care directory without beds or ratings",
    _DIRECTORY,
    lacks="no beds",
    as_filters=_from_directory,
)
EXPORT = Form("export", "export of 2025", _EXPORT, days=(of.END, *_EXPORT_DAYS), as_filters=_from_export)
RATINGS = Form(
    "ratings",
    "latest ratings",
    _RATINGS,
    lacks="no beds and no services",
    days=("Publication Date",),
    ratings=True,
)
DEACTIVATED = Form(
    "deactivated",
    "deactivated locations",
    _DEACTIVATED,
    lacks="no home that is registered",
    days=(of.END, _STARTED),
)
DUAL = Form("dual", "dual registrations", _DUAL, lacks="no beds and no services", dual=True)
API = Form("api", "locations, as its API gives them", of.COLUMNS, days=(of.END,))

FORMS = (FILTERS, DIRECTORY, EXPORT, RATINGS, DEACTIVATED, DUAL)
"""Every form that is a table; the API's is JSON."""
