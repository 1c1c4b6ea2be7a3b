"""Who somebody is: what tells them apart, and who else on the list has a like name."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from discharge.model.identifiers import NoNumber
from discharge.model.patient_record import PatientDetails
from discharge.model.same_person import family_name
from discharge.model.shown.patients import WhoItIs
from discharge.store.ask.view import View, day, once

_WHO = (
    "SELECT id, name, json_extract(details, '$.born'), json_extract(details, '$.born_words'),"
    " json_extract(details, '$.sex'), nhs_number, json_extract(details, '$.no_number') FROM patients"
)
NAMED = 2
"""So many of those with a like name are named; of more their number is said."""


FEW = 100
"""So many people are read one by one; where more are asked for, all of the list are read at once."""


class Whos:
    """People by id, read when they are asked for; an id that is nobody's is its name."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._families: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, called in view.rows(
            "SELECT id, name FROM patients WHERE left_reason IS NULL ORDER BY number"
        ):
            self._families[family_name(called)].append((name, called))
        self._known: dict[str, WhoItIs] = {}
        self._one_by_one = 0

    def __getitem__(self, name: str) -> WhoItIs:
        if name not in self._known:
            self._one_by_one += 1
            if self._one_by_one == FEW:
                for row in self._view.rows(f"{_WHO} WHERE left_reason IS NULL"):
                    self._known.setdefault(row[0], self._read(row))
        if name not in self._known:
            found = self._view.row(f"{_WHO} WHERE id = ?", (name,))
            self._known[name] = self._read(found or (name, name, None, "", "unknown", None, None))
        return self._known[name]

    def of(self, name: str, details: PatientDetails) -> WhoItIs:
        """Somebody whose record is at hand."""
        if name not in self._known:
            self._known[name] = WhoItIs(
                id=name,
                name=details.name,
                born=details.born,
                born_words=details.born_words,
                sex=details.sex,
                nhs_number=details.nhs_number,
                no_number=details.no_number,
                alike=self._alike(name, details.name),
            )
        return self._known[name]

    def _read(self, row: tuple[Any, ...]) -> WhoItIs:
        return WhoItIs(
            id=row[0],
            name=row[1],
            born=day(row[2]),
            born_words=row[3] or "",
            sex=row[4],
            nhs_number=row[5],
            no_number=NoNumber(row[6]) if row[6] else None,
            alike=self._alike(row[0], row[1]),
        )

    def _alike(self, name: str, called: str) -> str:
        family = family_name(called)
        there = self._families.get(family, ())
        if not family or (len(there) < 2 and all(one[0] == name for one in there)):
            return ""
        return _alike(family, [one for one in there if one[0] != name])


@once
def whos(view: View) -> Whos:
    """Everybody, as what tells them apart."""
    return Whos(view)


def _alike(family: str, others: list[tuple[str, str]]) -> str:
    """Who else has this family name."""
    shown = family.upper()
    if len(others) > NAMED:
        return f"{len(others)} others called {shown} are on the list"
    names = " and ".join(f"{one[1]} ({one[0]})" for one in others)
    return f"Another {shown} on the list: {names}" if len(others) == 1 else f"Others called {shown}: {names}"
