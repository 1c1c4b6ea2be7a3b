"""What somebody has a right to: a copy of all that is on record about them."""

from __future__ import annotations

from discharge.actions.context import Context, wanted
from discharge.reports.of_a_person import PersonCopy, copy_of, data_of
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind


def copy_now(queries: Queries, patient: str) -> tuple[PersonCopy, str]:
    """The copy as the record has it now: to be read, and as data (JSON). Nobody else is named in it.

    `UserError` for somebody who isn't on record, or whose record is a part of another.
    """
    found = queries.about_person(patient)
    hub, now = queries.hub().name, queries.now
    names = {**queries.setting_names(), **{user.id: user.name for user in queries.people()}}
    return copy_of(found, hub=hub, now=now, names=names), data_of(found, hub=hub, now=now)


def give_copy(context: Context, *, patient: str, to: str, reason: str) -> list[Entry]:
    """Puts on record that a copy of all that is known of somebody was made, for whom and why. Administrators.

    It is entered before the copy is written: that it was taken is known whatever becomes of the file.
    """
    role = context.role("give_copy")
    context.queries.about_person(patient)
    body = {"to": wanted(to, what="Who gets the copy"), "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.COPY_GIVEN, patient, body, role)]


__all__ = ["copy_now", "give_copy"]
