"""The whole hub as tables that any program reads: what is kept as a record of its own gets columns.

Where the store keeps a record within a row (a person's details, a capacity return), each of its fields is a
column. What is a list of words stands in one cell, parted by semicolons; any other list is JSON in its cell.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from discharge.model.call import Answers
from discharge.model.hub import HubSettings
from discharge.model.infection import Clearance, Exposure, Symptoms, Test
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Given
from discharge.model.placement import Transport
from discharge.model.review import Assessment, Review
from discharge.model.setting_record import CapacityReturn, Contract, SettingDetails

Path = tuple[str, ...]

_WITHIN: Mapping[str, Mapping[str, tuple[type[BaseModel], ...]]] = {
    "hub": {"settings": (HubSettings,)},
    "patients": {"details": (PatientDetails,)},
    "settings": {"details": (SettingDetails,)},
    "observations": {"body": (Test, Symptoms, Exposure, Clearance)},
    "returns": {"report": (CapacityReturn,)},
    "calls": {"answers": (Answers,)},
    "reviews": {"body": (Review,)},
    "assessments": {"body": (Assessment,)},
}
"""The records within a row whose fields are columns by their own names."""
_BESIDE: Mapping[str, type[BaseModel]] = {
    "given": Given,
    "accepted_given": Given,
    "designated_given": Given,
    "contract": Contract,
    "transport": Transport,
}
"""Records within a row whose fields are columns named after the record's column."""
_LEFT_OUT: Mapping[str, frozenset[str]] = {
    "patients": frozenset({"facts"}),
    "settings": frozenset({"accepts", "figures"}),
}
"""What is the same as other columns, kept twice for speed: it is in the JSON alone."""
_AS_IT_IS = "journal"
"""The file whose records stay JSON in their cell, as they are sealed."""


@dataclass(frozen=True, slots=True)
class ColumnOut:
    """A column of a file: its name, and where in a row its value is."""

    name: str
    path: Path
    annotation: object = None
    """The type of a field of a record; None: of a plain column."""

    def of(self, record: Mapping[str, Any]) -> object:
        """The cell."""
        value: Any = record
        for step in self.path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return _cell(value)


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "; ".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def columns_out(table: str, columns: Sequence[str]) -> tuple[ColumnOut, ...]:
    """The columns of a table's file, given the table's own."""
    within = _WITHIN.get(table, {})
    found: dict[str, ColumnOut] = {}
    for name in columns:
        if name in _LEFT_OUT.get(table, ()):
            continue
        if name in within:
            made = [column for model in within[name] for column in _fields(model, (name,), "")]
        elif name in _BESIDE and table != _AS_IT_IS:
            made = list(_fields(_BESIDE[name], (name,), f"{name}_"))
        else:
            made = [ColumnOut(name, (name,))]
        for column in made:
            found.setdefault(column.name, column)
    return tuple(found.values())


def _fields(model: type[BaseModel], path: Path, before: str) -> Iterator[ColumnOut]:
    for own, field in model.model_fields.items():
        key = field.alias or own
        part = _record_of(field.annotation)
        if part is None:
            yield ColumnOut(f"{before}{key}", (*path, key), field.annotation)
        else:
            yield from _fields(part, (*path, key), f"{before}{key}_")


def _record_of(annotation: object) -> type[BaseModel] | None:
    """The record that a field holds, or may hold; None of any other."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is Annotated:
        return _record_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        found = [_record_of(each) for each in get_args(annotation) if each is not type(None)]
        return found[0] if len(found) == 1 else None
    return None


__all__ = ["ColumnOut", "columns_out"]
