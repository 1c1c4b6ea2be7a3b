"""What is recorded of several people at once: an entry each, of all of them or of none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from discharge.actions.context import Context
from discharge.actions.patients import amend_patient, leave
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.patient_record import LeaveReason
from discharge.store.journal import Entry

SAME = ("priority", "ready_on", "ward")
"""What of a record may be said of several people in one go."""


def amend_patients(
    context: Context,
    *,
    patients: Sequence[str],
    changes: Mapping[str, object],
    reason: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """Changes the same (`SAME`) in several people's records. Somebody for whom nothing changes has no entry;
    where one of them is refused nobody's record changes, and it is said whose it was."""
    if other := sorted(set(changes) - set(SAME)):
        raise UserError(f"{other[0]!r} isn't amended of several people.", "Amend it person by person.")
    given = {**changes, "ready_on": _day(changes["ready_on"])} if "ready_on" in changes else changes

    def one(patient: str) -> list[Entry]:
        if context.queries.person(patient).left_reason is not None:
            raise UserError("They left the list.", "Take them back first, or leave them out.")
        return amend_patient(context, patient=patient, changes=given, reason=reason, at=at)

    return _of_each(context, patients, one)


def leave_together(
    context: Context,
    *,
    patients: Sequence[str],
    reason: LeaveReason,
    note: str = "",
    at: datetime | None = None,
) -> list[Entry]:
    """Takes several people off the list for one reason, or none of them.

    Refused: a death, and whoever has a placement on its way, as a bed is let go with it.
    """
    if reason is LeaveReason.DIED:
        raise UserError("A death is recorded person by person.", "Open the record of whoever died.")

    def one(patient: str) -> list[Entry]:
        if context.queries.active_of(patient):
            raise NotAllowed("They have a placement on its way.", "Take them off the list by themselves.")
        return leave(context, patient=patient, reason=reason, note=note, at=at)

    return _of_each(context, patients, one)


def _day(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _of_each(context: Context, patients: Sequence[str], one: Callable[[str], list[Entry]]) -> list[Entry]:
    if not patients:
        raise UserError("Nobody is chosen.", "Choose whom it concerns.")
    entries: list[Entry] = []
    for patient in dict.fromkeys(patients):
        try:
            entries += one(patient)
        except Asked:
            raise
        except NotAllowed as error:
            raise NotAllowed(_of_whom(context, patient, error), error.mend, error.rule) from error
        except UserError as error:
            raise UserError(_of_whom(context, patient, error), error.mend) from error
    group = f"{context.queries.head() + 1}"
    return [replace(entry, body={**entry.body, "together": group}) for entry in entries]


def _of_whom(context: Context, patient: str, error: UserError) -> str:
    return f"{context.queries.patient_details(patient).name}, {patient}: {error.sentence}"


__all__ = ["SAME", "amend_patients", "leave_together"]
