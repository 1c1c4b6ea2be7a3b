"""What of two settings that are one home is on record: what moves from one to the other, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from discharge.model.errors import UserError
from discharge.model.setting_record import Joining
from discharge.store.ask.view import View
from discharge.store.write.joining import KEYS

Row = dict[str, Any]


STANDING = ("reported_at", "accepting", "vacancies", "figures", "doubts", "bed_doubts")
"""What the capacity return that counts made of a setting."""
DOOR = ("closed_reason", "closed_before", "left_register", "register_decided")
"""Why a setting is closed, and how it stands in the register."""

UNIT = (
    "id", "position", "isolation", "isolation_places", "cohort_organism", "needs_met", "designated_from",
    "designated_to", "designated_given", "assured_on",
)  # fmt: skip
BEDS = ("unit", "id", "position", "category", "room", "sex", "as_of", "contract")
FREE = ("unit", "beds", "position", "start", "end", "count")
_STAY = ("placement", "position", "unit", "beds")


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Everything on record that names one setting; rows as the tables have them, without the setting."""

    columns: Row
    units: dict[str, Row]
    beds: dict[tuple[str, str], Row]
    free: dict[tuple[str, str], list[Row]]
    stays: tuple[Row, ...]
    keys: dict[str, list[list[Any]]]
    """By the tables of `KEYS`."""
    assessed: dict[str, int]
    """By the organism of each outbreak."""
    kept_beds: dict[str, tuple[str, str]]
    """Who has a bed kept there, and of which group."""
    kept: dict[str, str]
    """The proposals kept for the next planning that name it, by person."""
    news: tuple[str, ...]
    """The people of whose late results it was told."""


def on_record(view: View, name: str) -> OnRecord:
    """What is on record of a setting; `UserError` where there is none of that id."""

    def read(table: str, columns: Sequence[str], order: str) -> list[Row]:
        names = ", ".join(f'"{column}"' for column in columns)
        rows = view.rows(f'SELECT {names} FROM "{table}" WHERE setting = ? ORDER BY {order}', (name,))
        return [dict(zip(columns, row, strict=True)) for row in rows]

    columns = (*STANDING, *DOOR)
    row = view.row(f"SELECT {', '.join(columns)} FROM settings WHERE id = ?", (name,))
    if row is None:
        raise UserError(f"There is no setting {name} in this hub.", "Choose one of the list.")
    beds = {(each["unit"], each["id"]): each for each in read("beds", BEDS, "unit, position, id")}
    free: dict[tuple[str, str], list[Row]] = {key: [] for key in beds}
    for each in read("free", FREE, "unit, beds, position"):
        free.setdefault((each["unit"], each["beds"]), []).append(each)
    named = f'%"{name}"%'
    return OnRecord(
        columns=dict(zip(columns, row, strict=True)),
        units={each["id"]: each for each in read("units", UNIT, "position, id")},
        beds=beds,
        free=free,
        stays=tuple(read("stays", _STAY, "placement, position")),
        keys={
            table: [list(each.values()) for each in read(table, key, ", ".join(key))]
            for table, key in KEYS.items()
        },
        assessed={
            each["organism"]: each["assessed"] for each in read("outbreaks", ("organism", "assessed"), "1")
        },
        kept_beds={
            each["patient"]: (each["unit"], each["beds"])
            for each in read("kept_beds", ("patient", "unit", "beds"), "1")
        },
        kept=dict(
            view.rows("SELECT patient, placement FROM kept WHERE placement LIKE ? ORDER BY 1", (named,))
        ),
        news=tuple(
            row[0]
            for row in view.rows("SELECT patient FROM news WHERE whom = ? ORDER BY 1", (f"setting:{name}",))
        ),
    )


def joining(view: View, name: str) -> Joining:
    """What says which of two settings stays where they are made one, and who names it."""
    row = view.row("SELECT number, joined_into, closed_reason FROM settings WHERE id = ?", (name,))
    if row is None:
        raise UserError(f"There is no setting {name} in this hub.", "Choose one of the list.")
    number, into, closed = row
    has = any(
        view.value(f"SELECT 1 FROM {table} WHERE setting = ? LIMIT 1", (name,)) is not None
        for table in ("units", "returns", "stays")
    )
    mark = f'%"{name}"%'
    people = view.rows(
        "SELECT id FROM patients WHERE details LIKE ? AND left_reason IS NOT 'merged' ORDER BY number",
        (mark,),
    )
    excluded = view.rows("SELECT patient FROM exclusions WHERE setting = ? ORDER BY 1", (name,))
    parts = view.rows("SELECT id FROM settings WHERE joined_into = ? ORDER BY number", (name,))
    return Joining(
        number=number,
        into=into,
        closed_reason=closed,
        has=has,
        people=tuple(row[0] for row in people),
        excluded_by=tuple(row[0] for row in excluded),
        parts=tuple(row[0] for row in parts),
    )


def whole(view: View, name: str) -> str:
    """The setting that this one is a part of now; itself, where it stands alone."""
    while into := view.value("SELECT joined_into FROM settings WHERE id = ?", (name,)):
        name = str(into)
    return name


def all_parts_of(view: View, name: str) -> tuple[str, ...]:
    """The settings that are a part of this one, and the parts of those."""
    found: list[str] = []
    for (part,) in view.rows("SELECT id FROM settings WHERE joined_into = ? ORDER BY number", (name,)):
        found += [part, *all_parts_of(view, part)]
    return tuple(found)


def joined_by(view: View, name: str, other: str) -> Row:
    """What the entry says that made the other setting one with this one last."""
    text = view.value(
        "SELECT body FROM journal WHERE kind = 'settings_joined' AND subject = ?"
        " AND json_extract(body, '$.setting') = ? ORDER BY seq DESC LIMIT 1",
        (name, other),
    )
    found: Row = json.loads(text)
    return found


__all__ = [
    "DOOR", "KEYS", "STANDING", "OnRecord", "all_parts_of", "joined_by", "joining", "on_record", "whole",
]  # fmt: skip
