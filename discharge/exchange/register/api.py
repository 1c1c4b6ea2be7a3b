"""Locations as the CQC's syndication API gives them: JSON, an object a line or a list of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from discharge.exchange.csv_reading import LARGEST_FILE, Progress
from discharge.exchange.fhir.documents import is_json
from discharge.exchange.register import columns as of
from discharge.exchange.register.forms import services
from discharge.exchange.report import Remark
from discharge.exchange.table_file import Row
from discharge.model.errors import BrokenFile, Fault, UserError

_AGAIN = "get the location again from the API"
_TELL = 100


def is_api(source: Path | bytes) -> bool:
    """Whether the file holds locations of the CQC's API."""
    return is_json(source) and b'"locationId"' in _content(source, most=200_000)


def read_locations(source: Path | bytes, progress: Progress | None = None) -> Iterator[Row]:
    """Every location as a row of the care directory with filters; a line that isn't one says why."""
    content = _content(source)
    size = len(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"is not UTF-8 from byte {error.start:,} on, as JSON has to be", _AGAIN)
    whole = _whole(text)
    if whole is not None:
        for at, one in enumerate(whole, 1):
            yield _row(at, one)
        return
    lines = max(1, text.count("\n"))
    for at, line in enumerate(io.StringIO(text), 1):
        if progress is not None and at % _TELL == 0:
            progress(min(size, at * size // lines), size)
        if not line.strip():
            continue
        try:
            yield _row(at, json.loads(line))
        except (ValueError, RecursionError):
            fault = Remark("", "is not JSON: it is cut short, or isn't one location a line", _AGAIN)
            yield Row(at, at, {}, faults=(fault,))


def _whole(text: str) -> list[Any] | None:
    """The locations where the file is one JSON value; None where it has a value a line."""
    try:
        found = json.loads(text)
    except RecursionError:
        _refuse("is nested deeper than any location", _AGAIN)
    except ValueError as error:
        if text.lstrip()[:1] == "[":
            _refuse(f"is not JSON ({str(error)[:80]}): it is cut short or damaged", _AGAIN)
        return None
    if isinstance(found, dict) and isinstance(found.get("locations"), list):
        found = found["locations"]
    return found if isinstance(found, list) else [found]


def _row(at: int, one: Any) -> Row:
    if not isinstance(one, dict) or not isinstance(one.get("locationId"), str):
        return Row(at, at, {}, faults=(Remark("", "is no location: it has no locationId", _AGAIN),))
    if "name" not in one and "locationName" in one:
        fault = Remark("", "is a line of the API's list, with nothing but a name", "get each location whole")
        return Row(at, at, {}, faults=(fault,))
    return Row(at, at, _cells(one))


def _cells(one: Mapping[str, Any]) -> dict[str, str]:
    street = [_text(one, f"postalAddress{part}") for part in ("Line1", "Line2", "TownCity", "County")]
    types = [_text(each, name) for each in _list(one, "gacServiceTypes") for name in ("name", "description")]
    specialisms = [_text(each, "name") for each in _list(one, "specialisms")]
    left = _text(one, "registrationStatus").casefold() not in ("", "registered")
    return {
        of.ID: _text(one, "locationId"),
        of.NAME: _text(one, "name"),
        of.AUTHORITY: _text(one, "localAuthority"),
        of.BEDS: _text(one, "numberOfBeds"),
        of.ODS: _text(one, "odsCode"),
        of.PHONE: _text(one, "mainPhoneNumber"),
        of.POSTCODE: _text(one, "postalCode"),
        of.LATITUDE: _text(one, "onspdLatitude"),
        of.LONGITUDE: _text(one, "onspdLongitude"),
        of.UPRN: _text(one, "uprn"),
        of.DORMANT: _text(one, "dormancy"),
        of.RATING: _rating(one),
        of.END: _text(one, "deregistrationDate"),
        of.STATUS: "Inactive-Dereg" if left else "",
        of.BEFORE: _related(one, "Predecessor"),
        of.AFTER: _related(one, "Successor"),
        **dict(zip(of.ADDRESS, street, strict=True)),
        **services(types, specialisms),
        of.IS_HOME: _text(one, "careHome"),
    }


def _rating(one: Mapping[str, Any]) -> str:
    """The newest of its rating under the old framework and its assessments under the new one."""
    found: list[tuple[str, str]] = []
    current = one.get("currentRatings")
    overall = current.get("overall") if isinstance(current, dict) else None
    if isinstance(overall, dict):
        found.append((_text(overall, "reportDate"), _text(overall, "rating")))
    for each in _list(one, "assessment"):
        ratings = each.get("ratings")
        for group in _list(ratings, "asgRatings") if isinstance(ratings, dict) else ():
            if _text(group, "name") in ("Care Homes", "Overall"):
                found.append((_text(group, "assessmentDate"), _text(group, "rating")))
    return max(((day, rating) for day, rating in found if rating), default=("", ""))[1]


def _related(one: Mapping[str, Any], kind: str) -> str:
    ids = [
        _text(each, "relatedLocationId")
        for each in _list(one, "relationships")
        if _text(each, "type").endswith(kind)
    ]
    return "; ".join(each for each in ids if each)


def _list(one: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = one.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(one: Mapping[str, Any], name: str) -> str:
    value = one.get(name)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _content(source: Path | bytes, *, most: int | None = None) -> bytes:
    if isinstance(source, bytes):
        return source if most is None else source[:most]
    try:
        if source.stat().st_size > LARGEST_FILE:
            _refuse("is far larger than all locations together", "choose another file")
        with source.open("rb") as file:
            return file.read() if most is None else file.read(most)
    except OSError as error:
        why = (error.strerror or "it can't be read").lower()
        raise UserError(f"{source.name} can't be opened: {why}.", "Check that the file is there.") from None


def _refuse(what: str, mend: str) -> NoReturn:
    raise BrokenFile([Fault("(file)", what, mend)])
