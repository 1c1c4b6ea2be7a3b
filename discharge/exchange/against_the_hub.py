"""The rows of a list against the hub's people: who is new, what changed, who they may be, who is gone.

People are known by their NHS number; else by name and date of birth, which is asked, not guessed. What a
person at the hub wrote last stays, and is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from pydantic import ValidationError

from discharge.exchange.cells import month_first, two_ways
from discharge.exchange.delays_said import brought_up_to_date, delay_words
from discharge.exchange.known_people import KnownPerson, Leaver, Person, Retracted
from discharge.exchange.patient_rows import Draft
from discharge.exchange.report import Answers, Change, Gone, Outcome, Reading, Remark, RowOutcome
from discharge.model.base import YesNo
from discharge.model.infection import Exposure, Observation, Symptoms, Test
from discharge.model.london import london_date
from discharge.model.patient import Care
from discharge.model.patient_record import Capacity, Delay, PatientDetails
from discharge.model.same_person import HOLDS, Called, Likeness, People, Who, called, likeness
from discharge.words.counts import count_words
from discharge.words.days import day_words


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
        reading = _amending(draft, draft.person, person, remarks, answers)
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
        if how >= Likeness.NAMESAKE and not person.left and not _says_otherwise(draft, found, person):
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


def _amending(
    draft: Draft, found: Person, person: KnownPerson, remarks: tuple[Remark, ...], answers: Answers
) -> Reading[Person | Leaver]:
    """What the row changes of somebody whom the hub has."""
    row = draft.cells.row
    if person.left and not person.mistaken:
        said = Remark("", f"is {person.id}, who has left the list", f"take {person.id} back onto the list")
        return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, (said,), harmless=True), None)
    over = row.row in answers.over
    seen, corrections, otherwise = _seen_otherwise(draft, found, person, over=over)
    changes = [*_changes(draft, found, person, answers), *otherwise]
    kept = {change.field for change in changes if change.kept}
    values = {
        name: _said(name, found, person)
        for name in _differing(draft, found, person)
        if _COLUMN_OF.get(name, name) not in kept
    }
    if "nhs_number" in values:
        values["no_number"] = None
    try:
        after = PatientDetails.model_validate({**dict(person.details), **values})
    except ValidationError as error:
        draft.cells.refuse(error)
        return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, tuple(draft.cells.faults)), None)
    if not values and not seen and not corrections and not person.left:
        same = RowOutcome(row.row, row.line, Outcome.SAME, about=person.id, changes=tuple(changes))
        return Reading(same, None)
    if person.left:
        remarks = (Remark("", f"{person.id} is taken back onto the list", ""), *remarks)
    outcome = Outcome.CHANGED if remarks else Outcome.TAKEN
    changed = RowOutcome(row.row, row.line, outcome, remarks, about=person.id, changes=tuple(changes))
    brought = Person(after, seen, row.row, person.id, values, back=person.left, corrections=corrections)
    return Reading(changed, brought)


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


def _says_otherwise(draft: Draft, found: Person, known: KnownPerson) -> bool:
    less = {"no_number"} & draft.given and known.details.no_number is None
    if less or _differing(draft, found, known) or draft.beside.retracted:
        return True
    return any(not _is_among(seen, known.observations, draft) for seen in found.observations)


def _differing(draft: Draft, found: Person, known: KnownPerson) -> list[str]:
    """The fields in which the row says something else than the hub has; to know less isn't otherwise."""
    less = set()
    if known.details.nhs_number is not None and found.details.nhs_number is None:
        less.add("no_number")
    if known.details.born is not None and found.details.born is None:
        less.add("born_words")
    if known.details.sex != "unknown" and found.details.sex == "unknown":
        less.add("sex")
    less |= {
        name
        for name in ("mental_capacity", "dols_asked", "family_asked", "carer_asked")
        if getattr(found.details, name) == "not_known"
    }
    return [
        name
        for name in PatientDetails.model_fields
        if name in draft.given
        and name not in less
        and _said(name, found, known) != getattr(known.details, name)
    ]


def _said(name: str, found: Person, known: KnownPerson) -> object:
    """The field as it is once the row counts: of reasons for delay, what went before stays with its days."""
    if name == "delays":
        return brought_up_to_date(found.details.delays, known.details.delays)
    return getattr(found.details, name)


def _changes(draft: Draft, found: Person, known: KnownPerson, answers: Answers) -> Iterator[Change]:
    row = draft.cells.row.row
    for name in _differing(draft, found, known):
        field = _COLUMN_OF.get(name, name)
        by = "" if row in answers.over else known.by_hand.get(name, "")
        kept = f"written here by {by}" if by else ""
        if (row, field) in answers.turned:
            kept = "" if kept else STAYS_AS_SAID
        before, after = _in_words(getattr(known.details, name)), _in_words(_said(name, found, known))
        if name == "named_lead":
            before, after = known.lead_name, draft.cells.raw(name)
        yield Change(field, before, after, kept, answerable=True)


STAYS_AS_SAID = "as was said of this row"
"""Why a field of the hub's stays that the list would change."""


def _is_among(seen: Observation, others: Collection[Observation], draft: Draft) -> bool:
    """Whether these have it; where it isn't said when it was reported, whenever they say that it was. Of
    symptoms they may know the end: to know less isn't otherwise."""
    if seen in others:
        return True
    if isinstance(seen, Symptoms):
        return seen.resolved_on is None and any(_of_one_spell(each, seen) for each in others)
    told_alike = seen in draft.beside.reported_untold or seen in draft.beside.corrects
    return told_alike and any(
        isinstance(each, Test) and _of_one_specimen(each, seen) and each.result == seen.result
        for each in others
        if isinstance(seen, Test)
    )


def _of_one_spell(one: Observation, other: Symptoms) -> bool:
    return isinstance(one, Symptoms) and (one.organism, one.onset_on) == (other.organism, other.onset_on)


def _of_one_specimen(one: Test, other: Test | Retracted) -> bool:
    return (one.organism, one.specimen_at) == (other.organism, other.specimen_at)


def _seen_otherwise(
    draft: Draft, found: Person, known: KnownPerson, *, over: bool
) -> tuple[tuple[Observation, ...], dict[Observation, Observation | None], list[Change]]:
    """What to record, what of the hub's it comes in the place of, and both in words.

    What somebody at the hub recorded, or took back as wrong, stays unless the row goes `over` it; a result
    that corrects what was recorded by hand then stands beside it. Symptoms never stand beside themselves.
    """
    record: list[Observation] = []
    corrections: dict[Observation, Observation | None] = {}
    changes: list[Change] = []
    for seen in found.observations:
        if _is_among(seen, known.observations, draft):
            continue
        if _is_among(seen, known.withdrawn, draft) and not over:
            changes.append(Change(_SEEN_FIELD[type(seen)], "", _seen_words(seen), "taken back here as wrong"))
            continue
        wrong = _corrected(draft, seen, known)
        changed, kept = _replaced(wrong, known, _seen_words(seen), over=over)
        changes += changed
        if wrong and not kept:
            corrections |= {**dict.fromkeys(wrong), wrong[0]: seen}
        elif not (wrong and isinstance(seen, Symptoms)):
            record.append(seen)
            changes.append(Change(_SEEN_FIELD[type(seen)], "", _seen_words(seen)))
    for gone in draft.beside.retracted:
        wrong = [
            each
            for each in _tests_of(known, gone)
            if gone.result in (None, each.result) and each not in found.observations
        ]
        changed, kept = _replaced(wrong, known, "entered in error: counts no more", over=over)
        changes += changed
        corrections |= {} if kept else dict.fromkeys(wrong)
    return tuple(record), corrections, changes


def _corrected(draft: Draft, seen: Observation, known: KnownPerson) -> Sequence[Observation]:
    """What the hub has of the same specimen, where the laboratory says that this comes in its place; or the
    same symptoms with another end."""
    if isinstance(seen, Symptoms):
        return [each for each in known.observations if _of_one_spell(each, seen)]
    if seen not in draft.beside.corrects or not isinstance(seen, Test):
        return []
    return _tests_of(known, seen)


def _tests_of(known: KnownPerson, specimen: Test | Retracted) -> list[Test]:
    tests = [
        each for each in known.observations if isinstance(each, Test) and _of_one_specimen(each, specimen)
    ]
    return sorted(tests, key=lambda each: (each.result, str(each.reported_at)))


def _replaced(
    wrong: Sequence[Observation], known: KnownPerson, new: str, *, over: bool
) -> tuple[list[Change], bool]:
    """What is to be said of what would be replaced; and whether one of it stays, as somebody recorded it."""
    by = [known.seen_by_hand.get(each, "") for each in wrong]
    stays = "" if over else next((each for each in by if each), "")
    kept = f"recorded here by {stays}" if stays else ""
    return [Change(_SEEN_FIELD[type(each)], _seen_words(each), new, kept) for each in wrong], bool(stays)


_SEEN_FIELD: Mapping[type, str] = {Test: "test_result", Symptoms: "symptoms_since", Exposure: "exposed_on"}


def _seen_words(seen: Observation) -> str:
    if isinstance(seen, Test):
        return f"{seen.organism}: {seen.result}, specimen of {day_words(london_date(seen.specimen_at))}"
    if isinstance(seen, Symptoms):
        end = f" until {day_words(seen.resolved_on)}" if seen.resolved_on else ""
        return f"{seen.organism}: symptoms since {day_words(seen.onset_on)}{end}"
    return f"{seen.organism}: exposed on {day_words(seen.exposed_on)}" if isinstance(seen, Exposure) else ""


def _in_words(value: object) -> str:
    """A field's value as it is shown; empty where there is none."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, Care):
        return f"{value.level}, {value.specialism}"
    if isinstance(value, Capacity | YesNo):
        return value.value.replace("_", " ")
    if isinstance(value, Delay):
        return delay_words(value)
    if isinstance(value, tuple):
        return "; ".join(map(_in_words, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


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


_COLUMN_OF = {
    "no_number": "no_nhs_number_because",
    "care": "care_level, specialism",
    "born_words": "born",
    "delays": "delay_reasons",
}
