"""Who met the criteria to reside again, so that their discharge ready date begins anew."""

from __future__ import annotations

from datetime import date, datetime

from discharge.model.london import london_date
from discharge.store.ask import merging
from discharge.store.ask.view import View, once


@once
def met_again(view: View) -> dict[str, date]:
    """The last day on which each person met the criteria again, by what the record says: they fell unwell and
    left the list, or were back in hospital. A leaving that was taken back on its very day was a slip.
    """
    found: dict[str, date] = {}
    rows = [
        *_fell_unwell(view),
        # whom a home turned away on the doorstep is no more unwell for it
        *view.rows(
            "SELECT patient, since FROM placements WHERE outcome = 'back_to_hospital' AND id NOT IN"
            " (SELECT placement FROM happenings WHERE placement IS NOT NULL"
            " AND facts LIKE '%\"turned_away\"%')"
        ),
        *view.rows("SELECT patient, at FROM happenings WHERE facts LIKE '%\"readmitted\"%'"),
    ]
    whole = merging.wholes(view)
    for record, at in rows:
        patient, on = whole.get(record, record), _day(at)
        found[patient] = max(on, found.get(patient, on))
    return found


def _fell_unwell(view: View) -> list[tuple[str, str]]:
    left: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for patient, kind, at in view.rows(
        "SELECT subject, kind, happened_at FROM journal WHERE kind = 'patient_taken_back'"
        " OR (kind = 'patient_left' AND json_extract(body, '$.reason') = 'unwell') ORDER BY seq"
    ):
        if kind == "patient_left":
            left[patient] = at
        elif (since := left.pop(patient, None)) is not None and _day(since) != _day(at):
            found.append((patient, since))
    return [*found, *left.items()]


def _day(at: str) -> date:
    return london_date(datetime.fromisoformat(at))


__all__ = ["met_again"]
