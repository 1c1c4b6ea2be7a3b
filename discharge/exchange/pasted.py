"""One row of a list of patients, copied out of a spreadsheet: what can be taken of it, and what not.

The cells are told apart by tabs. Where the row with the titles was copied too, it says which is which; else
they stand as in `resources/templates/patients.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from discharge.exchange.copied import cells_of
from discharge.exchange.csv_writing import from_text_cell
from discharge.exchange.known_people import KnownHub
from discharge.exchange.patient_rows import read_one
from discharge.exchange.patients import BESIDE_MATCHING, COLUMNS
from discharge.exchange.report import Remark
from discharge.exchange.table_file import Row, name_key
from discharge.model.errors import UserError
from discharge.model.infection import Observation

TEMPLATE = (
    "name", "nhs_number", "no_nhs_number_because", "born", "sex", "hospital", "ward", "referrer", "pathway",
    "priority", "ready_on", "no_longer_meets_on", "care_level", "specialism", "needs", "local_authority",
    "postcode", "latitude", "longitude", "max_km", "usual_setting", "preferred", "max_weekly_fee",
    "stay_days", "immunosuppressed", "organism", "test_result", "specimen_at", "reported_at",
    "symptoms_since", "symptoms_until", "exposed_on", "next_of_kin", "notes", *BESIDE_MATCHING,
)  # fmt: skip
"""The columns in the template's order."""

_TITLES = 3
"""So many cells that are titles make a row of titles."""
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was read of the row: fields of `PatientDetails` that will do, and observations that are whole.

    `remarks` say what wasn't taken, or was read otherwise than it stood. `unknown` are titles that mean
    nothing here, `more` counts the rows that weren't looked at.
    """

    values: Mapping[str, object]
    observations: tuple[Observation, ...]
    remarks: tuple[Remark, ...]
    unknown: tuple[str, ...] = ()
    more: int = 0


def is_row(text: str) -> bool:
    """Whether a text looks like cells of a spreadsheet."""
    return "\t" in text.strip("\r\n")


def read_pasted(text: str, known: KnownHub, *, now: datetime) -> Pasted:
    """What a copied row says of a person; `UserError` where there is none in it."""
    if len(text) > _LONGEST:
        raise UserError("This is far too much for one person.", "Copy one row, or import the list.")
    lines = [[from_text_cell(cell.strip()) for cell in line] for line in cells_of(text.strip("\r\n"))]
    names, unknown, rows = _titles([line for line in lines if any(line)])
    if not rows:
        raise UserError(
            "There is no row of a person in what was copied.", "Copy the row with the person too."
        )
    if len(rows[0]) > len(names):
        raise UserError(
            f"The row has {len(rows[0])} cells, and only {len(names)} columns are known.",
            "Copy the titles with it, so that it is clear which is which.",
        )
    cells = {name: cell for name, cell in zip(names, rows[0], strict=False) if name}
    found = read_one(Row(1, 1, cells), known, now=now)
    remarks = [remark for remark in found.remarks if cells.get(remark.field) or remark.reason != "is empty"]
    return Pasted(found.values, found.observations, tuple(remarks), unknown, len(rows) - 1)


def _titles(rows: Sequence[Sequence[str]]) -> tuple[Sequence[str], tuple[str, ...], Sequence[Sequence[str]]]:
    """The column of each cell (empty: none that is known), the titles that mean nothing, the rows below."""
    known = COLUMNS.known()
    first = [known.get(name_key(cell), "") for cell in rows[0]] if rows else []
    if sum(bool(name) for name in first) < _TITLES:
        return TEMPLATE, (), rows
    unknown = tuple(cell for cell, name in zip(rows[0], first, strict=True) if cell and not name)
    return first, unknown, rows[1:]
