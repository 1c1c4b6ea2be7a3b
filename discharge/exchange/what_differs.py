"""What a row says otherwise than the hub has it of the same person: field by field, and of their infections.

What a person at the hub wrote last stays, and is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from pydantic import ValidationError

from discharge.exchange.delays_said import brought_up_to_date, delay_words
from discharge.exchange.known_people import KnownPerson, Leaver, Person, Retracted
from discharge.exchange.patient_rows import Draft
from discharge.exchange.report import Answers, Change, Outcome, Reading, Remark, RowOutcome
from discharge.model.base import YesNo
from discharge.model.infection import Exposure, Observation, Symptoms, Test
from discharge.model.london import london_date
from discharge.model.patient import Care
from discharge.model.patient_record import Capacity, Delay, PatientDetails
from discharge.words.days import day_words


def amending(
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


def says_otherwise(draft: Draft, found: Person, known: KnownPerson) -> bool:
    """Whether the row says anything that the hub doesn't have of them just so."""
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
    """Whether these have it; a correction, whenever they say that it was reported."""
    return _is_told_by(others, seen, untold=seen in draft.beside.reported_untold | draft.beside.corrects)


def _was_taken_back(seen: Observation, known: KnownPerson, draft: Draft) -> bool:
    """Whether it is what was taken back here. What a laboratory corrects after that it says anew."""
    return _is_told_by(known.withdrawn, seen, untold=seen in draft.beside.reported_untold)


def _is_told_by(others: Collection[Observation], seen: Observation, *, untold: bool) -> bool:
    """Whether these have it; of an `untold` time of its report, whenever they say that it was. Of symptoms
    they may know the end: to know less isn't otherwise."""
    if seen in others:
        return True
    if isinstance(seen, Symptoms):
        return seen.resolved_on is None and any(_of_one_spell(each, seen) for each in others)
    return untold and any(
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
        if _was_taken_back(seen, known, draft) and not over:
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
    """What the hub has of the same specimen, where the laboratory says that this comes in its place, and that
    isn't the newer word; or the same symptoms with another end."""
    if isinstance(seen, Symptoms):
        return [each for each in known.observations if _of_one_spell(each, seen)]
    if seen not in draft.beside.corrects or not isinstance(seen, Test):
        return []
    untold = seen in draft.beside.reported_untold
    return [each for each in _tests_of(known, seen) if untold or not _is_older(seen, each)]


def _is_older(one: Test, other: Test) -> bool:
    return (
        one.reported_at is not None and other.reported_at is not None and one.reported_at < other.reported_at
    )


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


_COLUMN_OF = {
    "no_number": "no_nhs_number_because",
    "care": "care_level, specialism",
    "born_words": "born",
    "delays": "delay_reasons",
}
