"""People are erased once the hub has kept them for as long as it has to: their keys are destroyed.

The chain stands as it was, with every entry, seal and signature; what an entry said of the person can't be
read by anybody any more. Counts, days and places stay: they are nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from discharge.actions.context import Context, wanted
from discharge.model.errors import NotAllowed
from discharge.model.people import Role
from discharge.model.shown.retention import PastRetention
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind
from discharge.words.days import day_words


def months_before(day: date, months: int) -> date:
    """The same day so many months before; the month's last where it has no such day."""
    at = day.year * 12 + day.month - 1 - months
    year, month = divmod(at, 12)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def past_retention(queries: Queries) -> tuple[PastRetention, ...]:
    """Who can be erased now: those who left, and of whom nothing happened for the time that they are kept."""
    return queries.past_retention(before=months_before(queries.today, queries.hub().retention_months))


def erase_people(context: Context, *, patients: Sequence[str], reason: str) -> list[Entry]:
    """Erases these people, with the records merged into theirs and the sheets and plans that speak of them;
    all of them, or nobody.

    Administrators, and only once the hub's time of retention is over. Nothing takes this back. Refused in a
    hub that isn't sealed, and for whoever has entries from before it was.
    """
    role = context.role("erase_people")
    queries = context.queries
    if not queries.seals_people():
        raise NotAllowed(
            "This hub isn't sealed: what it wrote of people can't be made unreadable.",
            "Seal the hub. What it writes from then on can be erased.",
        )
    why = wanted(reason, what="The reason")
    due = {one.id: one for one in past_retention(queries)}
    return [_erased(context, due, patient, why, role) for patient in patients]


def _erased(
    context: Context, due: Mapping[str, PastRetention], patient: str, reason: str, role: Role
) -> Entry:
    queries = context.queries
    name, months = queries.about_person(patient).name, queries.hub().retention_months
    if patient not in due:
        raise NotAllowed(*_too_early(queries, patient, name, months))
    if queries.written_in_clear(patient):
        raise NotAllowed(
            f"Entries about {name} are from before this hub was sealed: no key makes them unreadable.",
            "They stay for as long as this hub's file is kept.",
        )
    body = {
        "reason": reason,
        "months": months,
        "last": due[patient].last.isoformat(),
        "keys": list(queries.keys_of(patient)),
    }
    return Entry(Kind.PERSON_ERASED, patient, body, role)


def _too_early(queries: Queries, patient: str, name: str, months: int) -> tuple[str, str]:
    if patient in queries.erased():
        return f"{name} was erased already.", "Nothing needs to be done."
    last = queries.last_contact(patient)
    assert last is not None  # whoever is on record was entered
    if last < months_before(queries.today, months):
        return f"{name} hasn't left the list.", "Record how it ended for them first."
    until = months_before(last, -months)
    return (
        f"This hub keeps people for {months} months: {name} until {day_words(until, year=True)}.",
        "An administrator sets how long, where the hub is amended.",
    )


__all__ = ["erase_people", "months_before", "past_retention"]
