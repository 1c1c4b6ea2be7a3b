"""One building, two registrations: told by its number (UPRN), else by postcode and street or name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from discharge.exchange.register.homes import KnownHome, plain
from discharge.model.setting_record import SettingDetails

_LONG_ENOUGH = 5
"""Letters and digits: with fewer a street says nothing."""
_WHAT_IT_IS = frozenset({"the", "care", "nursing", "residential", "home", "centre", "ltd", "limited"})
"""Words of a home's name that come and go with who runs it."""


class Places:
    """The hub's homes by where they stand."""

    def __init__(self, homes: Iterable[KnownHome]) -> None:
        self._by_uprn: dict[str, list[KnownHome]] = defaultdict(list)
        self._by_postcode: dict[str, list[KnownHome]] = defaultdict(list)
        for one in homes:
            if one.details.uprn:
                self._by_uprn[one.details.uprn].append(one)
            if one.details.postcode:
                self._by_postcode[plain(one.details.postcode)].append(one)

    def at(self, details: SettingDetails) -> list[KnownHome]:
        """The homes at the place of this one, by UPRN first."""
        by_number = self._by_uprn.get(details.uprn, []) if details.uprn else []
        near = self._by_postcode.get(plain(details.postcode), []) if details.postcode else []
        return [*by_number, *(one for one in near if one not in by_number and is_at(details, one.details))]


def is_at(one: SettingDetails, other: SettingDetails) -> bool:
    """Whether two registrations are of one place: one UPRN; or one postcode, and one street or name."""
    if one.uprn and one.uprn == other.uprn:
        return True
    if not one.postcode or plain(one.postcode) != plain(other.postcode):
        return False
    return _proper(one.name) == _proper(other.name) or _one_street(one.address, other.address)


def _proper(name: str) -> str:
    """A home's name without the words that say what it is; whole where there are no others."""
    words = [plain(word) for word in name.split()]
    return "".join(word for word in words if word not in _WHAT_IT_IS) or plain(name)


def _one_street(one: str, other: str) -> bool:
    whole, others = plain(one), plain(other)
    first, first_of_other = (plain(each.partition(",")[0]) for each in (one, other))
    return (len(first) >= _LONG_ENOUGH and first in others) or (
        len(first_of_other) >= _LONG_ENOUGH and first_of_other in whole
    )
