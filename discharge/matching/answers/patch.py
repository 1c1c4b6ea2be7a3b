"""A changed case from a few words: a small JSON file that says only what differs.

It is an object with the fields of a case that change. Lists of patients, settings, units and beds are matched
by `id`, locked placements by `patient`: only the fields given are changed, and one that isn't there yet is
added. `without` names patients and settings that are taken out.
"""

from __future__ import annotations

import json
from typing import Any

from discharge.model.case import Case
from discharge.model.errors import BrokenFile, Fault
from discharge.model.files import read_case, read_json

FORMAT = "discharge-case/1"


def changed_case(content: bytes, change: bytes) -> Case:
    """The case that a file describes: a case itself, or what differs from the case of `content`.

    Raises `BrokenFile` where either can't be read, or the changed case is broken.
    """
    told = read_json(change)
    if not isinstance(told, dict):
        raise BrokenFile([Fault("$", "is not an object", "give the fields of the case that change")])
    if told.get("format") == FORMAT:
        return read_case(change)
    data = read_json(content)
    assert isinstance(data, dict)  # it was read as a case
    gone = told.pop("without", [])
    merged = _merged(data, told)
    return read_case(json.dumps(_taken_out(merged, gone)).encode())


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: _merged(old.get(key), value) for key, value in new.items()}
    key = _key(old, new)
    if key is None:
        return new
    changes = {each[key]: each for each in new}
    kept = [_merged(each, changes.pop(each[key], {})) for each in old]
    return kept + list(changes.values())


def _key(old: Any, new: Any) -> str | None:
    """The field by which the entries of two lists are matched; None where they aren't such lists."""
    if not (isinstance(old, list) and isinstance(new, list)):
        return None
    for key in ("id", "patient"):
        if all(isinstance(each, dict) and isinstance(each.get(key), str) for each in (*old, *new)):
            return key if new else None
    return None


def _taken_out(data: dict[str, Any], gone: Any) -> dict[str, Any]:
    if not (isinstance(gone, list) and all(isinstance(name, str) for name in gone)):
        raise BrokenFile([Fault("without", "is not a list of ids", "name patients and settings by id")])
    known = {name for listed in ("patients", "settings") for name in _names(data.get(listed), "id")}
    unknown = [name for name in gone if name not in known]
    if unknown:
        raise BrokenFile([_nobody(name) for name in unknown])
    names = set(gone)
    left = {
        listed: [each for each in data[listed] if each[key] not in names]
        for listed, key in (("patients", "id"), ("settings", "id"), ("locked", "patient"))
        if names and _names(data.get(listed), key)
    }
    return data | left


def _names(entries: Any, key: str) -> list[str]:
    """The ids of a list's entries; none where that isn't what it is."""
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        return []
    names = [each.get(key) for each in entries]
    return [name for name in names if isinstance(name, str)] if None not in names else []


def _nobody(name: str) -> Fault:
    return Fault("without", f"the case lists no {name!r}", "name patients and settings of the case")
