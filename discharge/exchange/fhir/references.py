"""What a resource of the file names another by, and what that leads to: its place, a number, its inside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import ValidationError

from discharge.exchange.fhir.resources import (
    NHS_NUMBER,
    NHS_NUMBERS,
    READ,
    Identifier,
    Patient,
    Reference,
    Resource,
    moment,
)

_HISTORY = re.compile(r"/_history/[^/]+$")
_BY_IDENTIFIER = re.compile(r"(?P<type>[A-Za-z]+)\?identifier=(?P<system>[^|]*)\|(?P<value>[^&]+)")
R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True)
class Held:
    """A resource with its place in the file: the `number` of its entry, and the `line`."""

    resource: Resource
    number: int
    line: int
    full_url: str = ""

    @property
    def where(self) -> str:
        """How it is named in a remark: never by its id, which may be somebody's number."""
        return f"{self.resource.resource_type} in entry {self.number}"


TWICE = "stands in the file twice, otherwise each time, and nothing says which"


@dataclass(frozen=True, slots=True)
class Named:
    """What a reference leads to; where it leads nowhere, `why` not."""

    held: Held | None
    why: str = ""


class Index:
    """The resources of a file, found by what others name them by."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        """By what makes two of the file one: the full address, else type and id."""
        self._by_place: dict[str, list[str]] = defaultdict(list)
        self._by_identifier: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.older: list[tuple[Held, str]] = []
        """Versions that don't count, with why."""
        self.unsure: list[Held] = []
        """Versions of which nothing says which is newer: none of them counts."""
        self._unsure: set[str] = set()

    def add(self, held: Held) -> None:
        """One more; of two versions the newer counts, where they say which it is."""
        resource = held.resource
        place = f"{resource.resource_type}/{resource.id}" if resource.id else ""
        key = held.full_url or place or f"entry {held.number}"
        before = self._held.get(key)
        if key in self._unsure:
            self.unsure.append(held)
        elif before is not None:
            self._held[key] = self._newer(key, before, held)
        else:
            self._held[key] = held
            for name in {held.full_url, place} - {""}:
                self._by_place[name].append(key)
        for each in resource.identifier:
            if each.value and key not in self._by_identifier[_known_as(each)]:
                self._by_identifier[_known_as(each)].append(key)

    def _newer(self, key: str, before: Held, held: Held) -> Held:
        if before.resource == held.resource:
            self.older.append((held, "stands in the file twice, the same"))
            return before
        was, now = (_version(each.resource) for each in (before, held))
        if was is None or now is None or was == now or (was[0] == _NO_TIME) != (now[0] == _NO_TIME):
            self._unsure.add(key)
            self.unsure += [before, held]
            return before
        older, newer = (before, held) if was < now else (held, before)
        self.older.append((older, f"is an older version of entry {newer.number}"))
        return newer

    def all(self, kind: type[R]) -> Iterator[tuple[Held, R]]:
        """Those of a kind that count, in the file's order."""
        counting = [held for key, held in self._held.items() if key not in self._unsure]
        for held in sorted(counting, key=lambda each: each.number):
            if isinstance(held.resource, kind):
                yield held, held.resource

    def find(self, reference: Reference, by: Held, *, kind: type[Resource]) -> Named:
        """What a reference of `by` to a resource of a kind leads to."""
        named = self._find(reference, by, kind.__name__)
        if named.held is not None and not isinstance(named.held.resource, kind):
            return Named(None, f"leads to another kind than {kind.__name__}")
        return named

    def _find(self, reference: Reference, by: Held, kind: str) -> Named:
        named = self._at(_HISTORY.sub("", reference.reference.strip()), by)
        if reference.identifier is None:
            return named
        if named.held is None:
            found = self._known_by(reference.identifier, kind)
            return found if found.held is not None or not reference.reference else named
        other = _another_number(named.held.resource, reference.identifier)
        return Named(None, other) if other else named

    def _at(self, place: str, by: Held) -> Named:
        if not place:
            return Named(None, "names nobody and nothing")
        if place.startswith("#"):
            return self._inside(place[1:], by)
        if found := _BY_IDENTIFIER.fullmatch(place):
            return self._known_by(Identifier(system=found["system"], value=found["value"]), found["type"])
        if "://" in place or place.startswith("urn:"):
            keys = self._by_place.get(place, [])
            if not keys and place.count("/") > 2:
                last = "/".join(place.rsplit("/", 2)[1:])
                keys = [key for key in self._by_place.get(last, []) if not self._held[key].full_url]
        else:
            base = _base(by)
            keys = (self._by_place.get(f"{base}{place}", []) if base else []) or self._by_place.get(place, [])
        return self._one(keys)

    def _inside(self, name: str, by: Held) -> Named:
        if not name:
            return Named(by)
        for each in by.resource.contained:
            kind = READ.get(str(each.get("resourceType")))
            if str(each.get("id", "")).removeprefix("#") == name and kind is not None:
                try:
                    return Named(Held(kind.model_validate(each), by.number, by.line))
                except ValidationError:
                    return Named(None, "names what stands inside it and can't be read")
        return Named(None, "names what should stand inside it and doesn't")

    def _known_by(self, identifier: Identifier, kind: str) -> Named:
        keys = self._by_identifier.get(_known_as(identifier), [])
        return self._one([key for key in keys if kind in ("", self._held[key].resource.resource_type)])

    def _one(self, keys: list[str]) -> Named:
        if len(keys) == 1 and keys[0] in self._unsure:
            return Named(None, f"{TWICE} is newer")
        if len(keys) == 1:
            return Named(self._held[keys[0]])
        return Named(None, "leads to two of the file" if keys else "isn't in the file")


def is_nhs_number(identifier: Identifier) -> bool:
    """Whether it is of the system of NHS numbers, by any of its names."""
    return identifier.system.strip().casefold().rstrip("/") in NHS_NUMBERS


def _known_as(identifier: Identifier) -> tuple[str, str]:
    """System and value as they are compared: an NHS number by its digits, whatever stands between them."""
    if is_nhs_number(identifier):
        return NHS_NUMBER, bare(identifier.value)
    return identifier.system, identifier.value.strip()


def nhs_numbers(patient: Patient) -> tuple[Identifier, ...]:
    """A patient's NHS numbers as they are now; old ones and those in error don't count."""
    return tuple(
        each
        for each in patient.identifier
        if is_nhs_number(each) and each.value.strip() and each.use != "old"
        if not each.period.end
    )


def bare(number: str) -> str:
    """The digits of a number, whatever stands between them."""
    return re.sub(r"[ -]", "", number)


def _another_number(resource: Resource, identifier: Identifier) -> str:
    """Why a reference contradicts itself: it leads to one person and gives another's NHS number."""
    if not isinstance(resource, Patient) or not is_nhs_number(identifier):
        return ""
    theirs = {bare(each.value) for each in nhs_numbers(resource)}
    if not theirs or bare(identifier.value) in theirs:
        return ""
    return "leads to one person and gives the NHS number of another"


def _base(by: Held) -> str:
    """The address of the server that an entry is of, up to its type; empty where it has none."""
    end = f"/{by.resource.resource_type}/{by.resource.id}"
    return by.full_url.removesuffix(end) + "/" if by.resource.id and by.full_url.endswith(end) else ""


_NO_TIME = datetime.min.replace(tzinfo=UTC)


def _version(resource: Resource) -> tuple[datetime, int] | None:
    """When a version was written, whatever the offset, and its number; None where it says neither."""
    last, version = resource.meta.get("lastUpdated"), str(resource.meta.get("versionId", ""))
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    at = moment(last).at if isinstance(last, str) else None
    return (at or _NO_TIME, number) if at or number else None
