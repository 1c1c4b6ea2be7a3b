"""The rows of a list against the hub's people: who is new, who is known, who they may be, who is gone.

People are known by their NHS number; else by name and date of birth, which is asked, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from discharge.exchange.cells import month_first, two_ways
from discharge.exchange.known_people import KnownPerson, Leaver, Person
from discharge.exchange.patient_rows import Draft
from discharge.exchange.report import Answers, Gone, Outcome, Reading, Remark, RowOutcome
from discharge.exchange.what_differs import amending, says_otherwise
from discharge.model.patient_record import PatientDetails
from discharge.model.same_person import HOLDS, Called, Likeness, People, Who, called, likeness
from discharge.words.counts import count_words


def distrust_slashed_dates(drafts: Sequence[Draft]) -> None:
    telling = month_first(draft.cells for draft in drafts)
    if telling is None:
        return
    for draft in drafts:
        for column in dict.fromkeys(draft.cells.ambiguous_days):
            draft.reject(column, *two_ways(telling))


_TWO_PEOPLE = "say that they are two people, or leave the row out"


def _who(details: PatientDetails) -> Who:
    return Who(details.name, details.born, details.born_words, details.nhs_number)


def _called(details: PatientDetails) -> Called:
    return called(details.name, details.born, details.born_words, details.hospital)


def _told_apart(one: PatientDetails, other: PatientDetails) -> bool:
    """Two numbers tell people apart, whatever else is alike."""
    return one.nhs_number is not None and other.nhs_number is not None


_MORE = "says otherwise of their tests or symptoms"
_OTHERWISE = f"has the same NHS number and {_MORE}"


def _tells_more(one: Person, other: Person) -> bool:
    """Whether a row tells of a test, symptoms or an exposure that another doesn't."""
    return not set(one.observations) <= set(other.observations)


def _find_people_twice(drafts: Sequence[Draft], known: KnownPeople) -> None:
    """The first row of a person stands; one that may be the same is held up, and of two with one number the
    second is rejected. Where a later row tells of a test or symptoms that the first doesn't, that one doesn't
    stand either: the one that stays out may be the positive one."""
    by_row: dict[str, Draft] = {}
    people = People()
    for draft in drafts:
        if draft.person is None:
            continue
        person, details = draft.person, draft.person.details
        like = [each for each in people.like(_who(details)) if each[1] >= HOLDS]
        if like and like[0][1] is Likeness.NUMBER:
            draft.reject(
                "nhs_number",
                f"row {like[0][0]} has the same NHS number",
                "take one of the two out, or mend the number",
            )
            first_of = by_row[like[0][0]]
            if first_of.person is not None and _tells_more(person, first_of.person):
                first_of.reject(
                    "nhs_number", f"row {draft.cells.row.row} {_OTHERWISE}", "take one of them out"
                )
            continue
        for row, how in like:
            first = by_row[row].person
            if first is not None and _told_apart(details, first.details):
                draft.cells.remark(
                    "name",
                    f"row {row} has the same name and date of birth with another NHS number; taken as two "
                    "people",
                    "check both numbers",
                )
            elif first is None or not known.said_apart(details, first.details):
                draft.ask("name", f"may be the same person as row {row}: {how.words}", _TWO_PEOPLE)
                if first is not None and _tells_more(person, first):
                    at = draft.cells.row.row
                    by_row[row].ask("name", f"may be the same person as row {at}, which {_MORE}", _TWO_PEOPLE)
        key = str(draft.cells.row.row)
        by_row[key] = draft
        people.add(key, _who(details))


class KnownPeople:
    """The hub's people, to be asked who of them may be somebody."""

    def __init__(self, people: Sequence[KnownPerson]) -> None:
        listed_first = sorted(people, key=lambda person: person.left)
        self._known = {str(at): person for at, person in enumerate(listed_first)}
        self._people = People((key, _who(person.details)) for key, person in self._known.items())

    def like(self, details: PatientDetails) -> list[tuple[KnownPerson, Likeness]]:
        """The likest first; those on the list before those who left it."""
        return self._like(_who(details))

    def said_apart(self, one: PatientDetails, other: PatientDetails) -> bool:
        """Whether somebody said of a list that called two people so that they are two."""
        return self._is_not(one, other) or self._is_not(other, one)

    def _is_not(self, one: PatientDetails, other: PatientDetails) -> bool:
        others = {person.id for person, how in self.like(other) if how >= Likeness.NAMESAKE}
        name = _called(one)
        said = [person.known_as[name] for person, _ in self.like(one) if name in person.known_as]
        return bool(others) and any(others <= apart for apart in said)

    def named(self, values: Mapping[str, object]) -> list[KnownPerson]:
        """Whom a row may name, whether or not it can be taken."""
        name, born, number = values.get("name"), values.get("born"), values.get("nhs_number")
        who = Who(
            name if isinstance(name, str) else "",
            born if isinstance(born, date) else None,
            str(values.get("born_words", "")),
            number if isinstance(number, str) else None,
        )
        return [person for person, _ in self._like(who)]

    def _like(self, who: Who) -> list[tuple[KnownPerson, Likeness]]:
        found = self._people.like(who)
        return [(self._known[key].now(), how) for key, how in found if how >= HOLDS]


def hold_against(
    drafts: Sequence[Draft], known: KnownPeople, answers: Answers
) -> list[Reading[Person | Leaver]]:
    """What becomes of each row, the first of a person standing; in the rows' order."""
    _find_people_twice(drafts, known)
    readings = [_against_the_hub(draft, known, answers) for draft in drafts]
    return [
        replace(reading, outcome=replace(reading.outcome, who=draft.cells.raw("name")))
        for draft, reading in zip(drafts, readings, strict=True)
    ]


def _against_the_hub(draft: Draft, known: KnownPeople, answers: Answers) -> Reading[Person | Leaver]:
    row, beside = draft.cells.row, draft.beside
    if draft.beside.left:
        return _left(draft, known)
    if draft.person is not None and row.row in answers.left_out:
        left = Remark("", "left out, as was said", "")
        return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, (left,), harmless=True), None)
    person, maybe = (None, "") if draft.person is None else _whom(draft, draft.person, known, answers)
    if draft.person is None:
        wrong = (*draft.cells.faults, *beside.questions)
        return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, wrong), None)
    questions = (*beside.questions, *draft.questions)
    if questions and row.row not in answers.another:
        asked = (*questions, *draft.cells.remarks)
        return Reading(RowOutcome(row.row, row.line, Outcome.HELD, asked, maybe=maybe), None)
    answered = [Remark(each.field, f"{each.reason}; taken all the same", "") for each in questions]
    remarks = (*answered, *draft.cells.remarks)
    if person is not None:
        reading = amending(draft, draft.person, person, remarks, answers)
        if answers.same.get(row.row) != person.id or reading.outcome.outcome is Outcome.REJECTED:
            return reading
        whole = reading.found if isinstance(reading.found, Person) else _unchanged(draft.person, person)
        return replace(reading, found=_as_answered(whole, draft.person, known, person))
    outcome = Outcome.CHANGED if remarks else Outcome.TAKEN
    new = draft.person
    if draft.questions:
        new = _as_answered(new, new, known, None)
    return Reading(RowOutcome(row.row, row.line, outcome, remarks, new=True), new)


def _as_answered(person: Person, found: Person, known: KnownPeople, means: KnownPerson | None) -> Person:
    """The person with what somebody said of whom the row means, so that the next list needn't ask."""
    alike = [each for each, _ in known.like(found.details) if not _told_apart(found.details, each.details)]
    apart = frozenset(each.id for each in alike if means is None or each.id != means.id)
    return replace(person, apart=apart, called=found.details)


def _unchanged(found: Person, known: KnownPerson) -> Person:
    return Person(known.details, (), found.row, known.id)


def _left(draft: Draft, known: KnownPeople) -> Reading[Person | Leaver]:
    """A row that says that somebody is off the list: it enters nobody; of somebody on it, it is asked."""
    row = draft.cells.row
    waiting = [person for person in known.named(draft.values) if not person.left]
    mend = f"say so of {waiting[0].id}, or see whether it is so" if waiting else ""
    said = Remark("", draft.beside.left, mend)
    about = waiting[0].id if waiting else ""
    return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, (said,), about=about, harmless=True), None)


def who_left(drafts: Sequence[Draft], known: KnownPeople, answers: Answers) -> tuple[Gone, ...]:
    """Who of the hub's list is off it as the rows say; each once."""
    found: dict[str, Gone] = {}
    for draft in drafts:
        waiting = [person for person in known.named(draft.values) if not person.left]
        if draft.beside.left and waiting:
            one = waiting[0]
            left = answers.gone.get(one.id, "")
            gone = Gone(one.id, one.details.hospital or "", one.details.ward, left, draft.beside.left)
            found.setdefault(one.id, gone)
    return tuple(found.values())


def _whom(
    draft: Draft, found: Person, known: KnownPeople, answers: Answers
) -> tuple[KnownPerson | None, str]:
    """Who of the hub the row is, for certain; and who it may be. What is to be asked is said with the row."""
    like = known.like(found.details)
    for person, how in like:
        if how is Likeness.NUMBER:
            said = answers.same.get(found.row) == person.id
            mend = f"say that they are {person.id} all the same, or leave the row out"
            if draft.beside.unverified and not said and not _named_alike(draft, found, person):
                draft.ask(
                    "nhs_number",
                    f"isn't verified, and is that of {person.id}, who has another name or date of birth",
                    mend,
                )
            elif not said and _is_somebody_else(found, person):
                whose = f"is that of {person.id}, who has another name and another date of birth"
                if found.row in answers.another:
                    draft.reject("nhs_number", whose, "mend the number: no two people have one")
                else:
                    draft.ask("nhs_number", whose, mend)
            return person, person.id
    apart = [person for person, _ in like if _told_apart(found.details, person.details)]
    likely = [(person, how) for person, how in like if person not in apart]
    chosen = answers.same.get(found.row)
    for person, _ in likely:
        if person.id == chosen:
            draft.questions.clear()
            return person, ""
    if not draft.questions and (meant := _meant_before(found, [person for person, _ in likely])) is not None:
        return meant, ""
    for person, how in likely:
        if how >= Likeness.NAMESAKE and not person.left and not says_otherwise(draft, found, person):
            draft.questions.clear()
            return person, ""
    for person in apart:
        draft.cells.remark(
            "name",
            f"{person.id} has the same name and date of birth with another NHS number; taken as two people",
            "check both numbers",
        )
    for person, how in likely:
        where = "who has left the list" if person.left else "on the list"
        draft.ask(
            "name",
            f"may be the same person as {person.id}, {where}: {how.words}",
            f"say that they are {person.id}, or that they are two people",
        )
    return None, next((person.id for person, _ in likely), "")


def _meant_before(found: Person, likely: Sequence[KnownPerson]) -> KnownPerson | None:
    """Whom somebody said that a list calls so, where nobody has come to the hub since whom it might mean."""
    name = _called(found.details)
    others = {person.id for person in likely}
    said = [(each, each.known_as[name]) for each in likely if name in each.known_as]
    meant = [each for each, apart in said if others - {each.id} <= apart]
    return meant[0] if len(meant) == 1 else None


def _named_alike(draft: Draft, found: Person, person: KnownPerson) -> bool:
    """Whether name and birth, where the row has them, are those of this person."""
    if not draft.cells.raw("name"):
        return True
    one, other = (replace(_who(each.details), nhs_number=None) for each in (found, person))
    how = likeness(one, other)
    return how is not None and how >= HOLDS


def _is_somebody_else(found: Person, person: KnownPerson) -> bool:
    """Whether a row of a person's number is of nobody like them: no word of the name is theirs, and the birth
    is another. A number that was mistyped, or read from the line above, may be somebody's."""
    one, other = found.details, person.details
    births = one.born is not None and other.born is not None and one.born != other.born
    return births and not _name_words(one.name) & _name_words(other.name)


def _name_words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.casefold()))


def who_is_gone(
    drafts: Sequence[Draft], known: KnownPeople, people: Sequence[KnownPerson], answers: Answers
) -> tuple[Gone, ...]:
    """Who waits at one of the list's hospitals and isn't on it, not even in a row that can't be taken.

    A list that names no hospital is about those whom a list brought. Who has a placement is on the way.
    """
    there: set[str] = set()
    hospitals = {str(draft.values["hospital"]) for draft in drafts if "hospital" in draft.values}
    for draft in drafts:
        there |= {person.id for person in known.named(draft.values)}
        there |= {answers.same[row] for row in (draft.cells.row.row,) if row in answers.same}
    return tuple(
        Gone(one.id, one.details.hospital or "", one.details.ward, answers.gone.get(one.id, ""))
        for one in people
        if one.id not in there
        and not (one.left or one.placed)
        and (one.details.hospital in hospitals if hospitals else one.imported)
    )


def kept_notes(readings: Sequence[Reading[Person | Leaver]]) -> Iterator[str]:
    kept = sum(any(change.kept for change in reading.outcome.changes) for reading in readings)
    if kept:
        yield (
            f"In {count_words(kept, 'row')} what somebody wrote here stays, though the list says otherwise; "
            "tick the field, or the row, to take the list's."
        )
