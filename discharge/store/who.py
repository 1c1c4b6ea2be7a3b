"""Who somebody is: what tells them apart, and who else on the list has a like name."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from discharge.model.hub_patient import WhoItIs
from discharge.model.identifiers import NoNumber
from discharge.model.same_person import family_name
from discharge.store.view import View, day

_WHO = (
    "SELECT id, name, json_extract(details, '$.born'), json_extract(details, '$.born_words'),"
    " json_extract(details, '$.sex'), nhs_number, json_extract(details, '$.no_number') FROM patients"
)
NAMED = 2
"""So many of those with a like name are named; of more their number is said."""


class Whos:
    """People by id: those on the list read at once, others one by one; an id that is nobody's is its name."""

    def __init__(self, view: View) -> None:
        self._view = view
        listed = view.rows(f"{_WHO} WHERE left_reason IS NULL ORDER BY number")
        families: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in listed:
            families[family_name(row[1])].append(row)
        self._families = families
        self._known = {row[0]: self._who(row) for row in listed}

    def __getitem__(self, name: str) -> WhoItIs:
        if name not in self._known:
            row = self._view.row(f"{_WHO} WHERE id = ?", (name,))
            self._known[name] = self._who(row or (name, name, None, "", "unknown", None, None))
        return self._known[name]

    def _who(self, row: tuple[Any, ...]) -> WhoItIs:
        family = family_name(row[1])
        others = [one for one in self._families.get(family, ()) if one[0] != row[0]]
        return WhoItIs(
            id=row[0],
            name=row[1],
            born=day(row[2]),
            born_words=row[3] or "",
            sex=row[4],
            nhs_number=row[5],
            no_number=NoNumber(row[6]) if row[6] else None,
            alike=_alike(family, others),
        )


def _alike(family: str, others: list[tuple[Any, ...]]) -> str:
    if not others or not family:
        return ""
    shown = family.upper()
    if len(others) > NAMED:
        return f"{len(others)} others called {shown} are on the list"
    names = " and ".join(f"{one[1]} ({one[0]})" for one in others)
    return f"Another {shown} on the list: {names}" if len(others) == 1 else f"Others called {shown}: {names}"
