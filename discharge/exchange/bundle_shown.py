"""What of a placement's page a decision rests on, part by part: held against what the hub knows later.

What changes by itself from day to day, how long somebody has waited or which beds are free tonight, is none
of it: that the place is still there is asked anew when an answer is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from pydantic import BaseModel

from discharge.keys.statements import digest_of
from discharge.model.shown.placements import ApprovalPage, OfferPage, ReleasePage
from discharge.model.shown.settings import SettingRow

Shown = ApprovalPage | ReleasePage | OfferPage


def _stays(page: ApprovalPage | ReleasePage) -> object:
    return [
        [one.setting, one.unit, one.beds, one.start, one.end, one.requirement, one.organisms]
        for one in page.stays
    ]


def _observed(page: ApprovalPage | ReleasePage) -> list[object]:
    return [
        [one.observation for one in page.observations if not one.withdrawn],
        [one.attestation for one in page.attestations],
    ]


_OF_APPROVAL: Mapping[str, Callable[[ApprovalPage], object]] = {
    "where they go": _stays,
    "the cost": lambda page: [page.costs, page.row.weekly_fee, page.limit],
    "what is still needed": lambda page: page.conditions,
    "what speaks against it": lambda page: sorted(
        [flag.rule, flag.severity.value, flag.stay] for flag in page.row.flags
    ),
    "the infection": lambda page: [
        page.infection.requirement,
        page.infection.rule,
        page.infection.organisms,
        *_observed(page),
    ],
    "what is known of the person": lambda page: [page.details, page.companion],
    "what is known of the home": lambda page: [_home(one) for one in page.settings],
    "why it was chosen": lambda page: [page.points, page.by_hand_reason, page.principle, page.plan],
}
_OF_RELEASE: Mapping[str, Callable[[ReleasePage], object]] = {
    "where they go": _stays,
    "the infection": _observed,
    "what is known of the person": lambda page: [page.row.patient, page.details],
}
"""The parts of a page, by the words in which it is said that one has changed."""


def digests(page: Shown, *, salt: str) -> dict[str, str]:
    """The digest of each part of the page."""
    found: Mapping[str, object]
    if isinstance(page, ApprovalPage):
        found = {name: part(page) for name, part in _OF_APPROVAL.items()}
    elif isinstance(page, OfferPage):
        found = {
            f"what the offer says under “{part.heading}”": [part.lines, part.table]
            for part in page.paper.parts
        }
    else:
        found = {name: part(page) for name, part in _OF_RELEASE.items()}
    return {name: digest_of(_plain(part), salt=salt) for name, part in found.items()}


def differing(shown: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The parts that aren't what they were, in the order of the page."""
    return [name for name in {**now, **shown} if shown.get(name) != now.get(name)]


def _home(row: SettingRow) -> list[object]:
    return [
        row.id, row.name, row.type, row.rating, row.weekly_fee, row.admissions, row.outbreaks,
        row.left_register,
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    """The value as JSON, sets in order, so that what is equal has one spelling."""
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(each) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


__all__ = ["Shown", "differing", "digests"]
