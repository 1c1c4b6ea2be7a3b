"""The people around placements: who they are, where each of them ends, and whom they stay together with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from discharge.model.placement import ACTIVE
from discharge.store.ask import facts, listed, patients
from discharge.store.ask.listed import Listed, everybody
from discharge.store.ask.placed import Placed
from discharge.store.ask.view import View, once

MANY = 200
"""From so many placements on everybody on the list is read at once."""


@dataclass(frozen=True)
class Company:
    """The people that placements and their next steps are about; read once for many."""

    people: Mapping[str, Listed]
    ends_in: Mapping[str, str]
    """Where each person's newest active placement ends: a setting's id."""
    together: Mapping[str, frozenset[str]]
    """Whom each person stays together with."""


def company(view: View, placements: Sequence[Placed], *, whole: bool = False) -> Company:
    """Everybody whom the rows and next steps of these placements need, in a few statements.

    `whole`: every active placement is among them.
    """
    people = _people(view, {placed.patient for placed in placements})
    ends = _ends(placements) if whole else _ends_of_all(view)
    together = listed.companions(people) if len(people) >= MANY else facts.companions(view)
    return Company(people, ends, together)


def _ends(placements: Sequence[Placed]) -> dict[str, str]:
    """Where each person's newest active placement ends, of placements in order of their numbers."""
    return {
        placed.patient: [stay for stay in placed.stays if stay.holds][-1].view.setting
        for placed in placements
        if placed.state in ACTIVE
    }


@once
def _ends_of_all(view: View) -> dict[str, str]:
    return dict(
        view.rows(
            "SELECT p.patient, s.setting FROM placements p JOIN stays s ON s.placement = p.id"
            f" WHERE p.state IN ({patients.ACTIVE_STATES}) AND s.holds = 1 ORDER BY p.number, s.position"
        )
    )


def _people(view: View, names: set[str]) -> dict[str, Listed]:
    """These people at least."""
    found = everybody(view) if len(names) >= MANY else {}
    lacking = sorted(names - found.keys())
    return {**found, **listed.people(view, lacking)} if lacking else found


__all__ = ["Company", "company"]
