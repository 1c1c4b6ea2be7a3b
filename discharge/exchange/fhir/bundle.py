"""People and their tests out of a FHIR file, held against the hub as a ward's list is.

A row is a person, at the place of their Patient; or what can't be read; or all of a kind that isn't read
here, so that nothing is dropped silently. A file isn't a whole list: nobody is gone for not being in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from discharge.exchange.against_the_hub import KnownPeople, hold_against, kept_notes, who_left
from discharge.exchange.csv_reading import Progress
from discharge.exchange.fhir.codes import speaks_of_the_virus
from discharge.exchange.fhir.documents import Document, Entry
from discharge.exchange.fhir.observed import (
    ORGANISM,
    Around,
    Refused,
    Seen,
    as_observation,
    is_about_the_virus,
    read_observation,
)
from discharge.exchange.fhir.people import Someone, is_a_stay, pathways_of, row_of
from discharge.exchange.fhir.references import TWICE, Held, Index, bare, is_nhs_number, nhs_numbers
from discharge.exchange.fhir.resources import (
    READ,
    DiagnosticReport,
    Encounter,
    Observation,
    Patient,
    Reference,
    Resource,
    ServiceRequest,
    Specimen,
)
from discharge.exchange.known_people import KnownHub, KnownPerson, Leaver, Person, Retracted
from discharge.exchange.patient_rows import Draft
from discharge.exchange.report import (
    NO_ANSWERS,
    Answers,
    Imported,
    Outcome,
    Reading,
    Remark,
    RowOutcome,
    imported,
)
from discharge.model.files import what_is_wrong
from discharge.words.counts import count_words, listing

NOUN = "FHIR file"
_NOT_READ = "isn't read here"
_SAID = 12
_IN_ANOTHER = "have the Patients sent in the same file, or with their NHS number"


def read_fhir(
    source: Path | bytes,
    known: KnownHub,
    *,
    now: datetime,
    answers: Answers = NO_ANSWERS,
    progress: Progress | None = None,
) -> Imported[Person | Leaver]:
    """Every person of a FHIR file against the hub's, with a row for whatever isn't taken.

    Raises `BrokenFile` where the file as a whole can't be read.
    """
    document = Document(source, progress)
    file = _File(known, now)
    for entry in document.entries():
        file.read(entry)
    drafts = file.drafts()
    people = KnownPeople(known.people)
    readings = [*hold_against(drafts, people, answers), *file.others()]
    readings.sort(key=lambda reading: reading.outcome.row)
    notes = [*document.notes, *file.notes(), *kept_notes(readings)]
    gone = who_left(drafts, people, answers)
    read = imported(NOUN, document.name, readings, notes)
    leavers = tuple(Leaver(one.id, one.left) for one in gone if one.left)
    return Imported(replace(read.report, gone=gone), (*read.found, *leavers))


class _File:
    """The resources of a file as they come, then put together person by person."""

    def __init__(self, known: KnownHub, now: datetime) -> None:
        self._known = known
        self._now = now
        self._index = Index()
        self._rejected: list[Reading[Person | Leaver]] = []
        self._left_alone: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        """By type and why: number and line of each."""
        self._unread: list[tuple[Entry, str]] = []
        """Observations that name the virus and can't be read, with why."""
        self._people: dict[str, Someone] = {}
        self._entries = 0

    # --- reading ---------------------------------------------------------------------------------

    def read(self, entry: Entry) -> None:
        """Takes in one resource."""
        self._entries += 1
        if entry.fault is not None:
            self._reject(entry.number, entry.line, "", *entry.fault)
            return
        name = entry.resource["resourceType"]
        kind = READ.get(name)
        if kind is None:
            self._leave_alone(name, _NOT_READ, entry.number, entry.line)
            return
        resource = _parsed(kind, entry.resource)
        if isinstance(resource, Remark) and kind is Observation and speaks_of_the_virus(entry.resource):
            self._unread.append((entry, resource.reason))
        elif isinstance(resource, Remark):
            self._reject(entry.number, entry.line, name, resource.reason, resource.mend)
        elif isinstance(resource, Observation) and not is_about_the_virus(resource):
            self._leave_alone(
                name, "is of something else than a test for SARS-CoV-2", entry.number, entry.line
            )
        elif isinstance(resource, ServiceRequest) and not pathways_of(resource):
            self._leave_alone(name, "names no pathway of discharge", entry.number, entry.line)
        elif isinstance(resource, Encounter) and not is_a_stay(resource):
            self._leave_alone(name, "is no stay in hospital that is or was", entry.number, entry.line)
        else:
            self._index.add(Held(resource, entry.number, entry.line, entry.full_url))

    def _reject(self, number: int, line: int, name: str, reason: str, mend: str) -> None:
        said = Remark(name, reason, mend)
        self._rejected.append(Reading(RowOutcome(number, line, Outcome.REJECTED, (said,)), None))

    def _leave_alone(self, name: str, why: str, number: int, line: int) -> None:
        self._left_alone[name[:40], why].append((number, line))

    # --- putting together ------------------------------------------------------------------------

    def drafts(self) -> list[Draft]:
        """A draft for each person, in the order of the file."""
        self._say_what_stands_twice()
        for held, _ in self._index.all(Patient):
            self._someone_of(held)
        for encounter, stay in self._index.all(Encounter):
            if (someone := self._owner(stay.subject, encounter)) is not None:
                someone.encounters.append(encounter)
        for request, referral in self._index.all(ServiceRequest):
            if (someone := self._owner(referral.subject, request)) is not None:
                someone.requests.append(request)
        reports = self._reports()
        for held, observation in self._index.all(Observation):
            self._observe(observation, held, tuple(reports.get(held.number, ())))
        for entry, why in self._unread:
            self._hold_up(entry, why)
        by_number: dict[str | None, KnownPerson] = {
            one.details.nhs_number: one.now()
            for one in self._known.people
            if not one.left and one.details.nhs_number is not None
        }
        everybody = sorted(self._people.values(), key=lambda each: each.number)
        return [self._draft(someone, by_number) for someone in everybody]

    def _say_what_stands_twice(self) -> None:
        for held, why in self._index.older:
            self._leave_alone(held.resource.resource_type, why, held.number, held.line)
        for held in self._index.unsure:
            why, mend = f"{TWICE} is newer", "have it sent once, as it is now"
            if not isinstance(held.resource, Observation):
                self._reject(held.number, held.line, held.resource.resource_type, why, mend)
            elif (someone := self._owner(held.resource.subject, held)) is not None:
                someone.beside.ask("test_result", f"{held.where} {why}", mend)

    def _draft(self, someone: Someone, by_number: Mapping[str | None, KnownPerson]) -> Draft:
        numbers = {someone.nhs_number}
        if someone.patient is not None and isinstance(someone.patient.resource, Patient):
            numbers |= {bare(each.value) for each in nhs_numbers(someone.patient.resource)}
        is_new = not any(number in by_number for number in numbers)
        row = row_of(someone, self._index, is_new=is_new)
        return Draft(row, self._known, self._now, by_number=by_number, beside=someone.beside)

    def _someone_of(self, held: Held) -> Someone:
        """The person of a Patient; of one inside another resource, the same as of that number in the file."""
        patient = held.resource
        assert isinstance(patient, Patient)
        key = f"{held.number} {patient.id}"
        if key not in self._people:
            self._people[key] = Someone(held.number, held.line, held)
        return self._people[key]

    def _owner(self, subject: Reference, by: Held) -> Someone | None:
        """Whom something is about; where that can't be told, it is rejected with the reason."""
        named = self._index.find(subject, by, kind=Patient)
        if named.held is not None:
            return self._someone_of(named.held)
        number = subject.identifier
        known = number is not None and is_nhs_number(number) and number.value
        if known and number is not None and "another" not in named.why and TWICE not in named.why:
            return self._by_number(bare(number.value), by)
        name = by.resource.resource_type
        self._reject(by.number, by.line, name, f"is about somebody who {_who(named.why)}", _IN_ANOTHER)
        return None

    def _by_number(self, number: str, by: Held) -> Someone:
        key = f"number {number}"
        if key not in self._people:
            self._people[key] = Someone(by.number, by.line, None, number)
        return self._people[key]

    # --- observations ----------------------------------------------------------------------------

    def _reports(self) -> dict[int, list[DiagnosticReport]]:
        """The reports by the entry of their results; those that give their result themselves are observed."""
        found: dict[int, list[DiagnosticReport]] = defaultdict(list)
        for held, report in self._index.all(DiagnosticReport):
            results = [
                named.held
                for each in report.result
                if (named := self._index.find(each, held, kind=Observation)).held is not None
            ]
            for result in results:
                if result.number != held.number:
                    found[result.number].append(report)
                elif isinstance(result.resource, Observation):
                    self._observe(result.resource, result, (report,))
            if results:
                continue
            observation = as_observation(report)
            if is_about_the_virus(observation):
                self._observe(observation, held, ())
            else:
                why = "is of no test for SARS-CoV-2 that is in the file"
                self._leave_alone("DiagnosticReport", why, held.number, held.line)
        return found

    def _observe(self, observation: Observation, held: Held, reports: tuple[DiagnosticReport, ...]) -> None:
        someone = self._owner(observation.subject, held)
        if someone is None:
            return
        specimens = (observation.specimen, *(each for report in reports for each in report.specimen))
        named = (self._index.find(each, held, kind=Specimen) for each in specimens)
        specimen = next((each.held.resource for each in named if each.held is not None), None)
        around = Around(specimen if isinstance(specimen, Specimen) else None, reports)
        seen = read_observation(observation, around, now=self._now)
        beside = someone.beside
        if seen is None or (isinstance(seen, Seen) and seen.retracted):
            why = "tells of no test that counts: not done, cancelled or entered in error"
            self._leave_alone(observation.resource_type, why, held.number, held.line)
        if seen is None:
            return
        if isinstance(seen, Refused):
            beside.ask("test_result", f"{held.where} {seen.reason}", seen.mend)
        elif ORGANISM not in self._known.organisms:
            beside.ask("test_result", f"{held.where} is of {ORGANISM}, which the rule set doesn't know", "")
        elif seen.retracted:
            beside.retracted.append(Retracted(ORGANISM, seen.specimen_at, seen.result))
        else:
            test = seen.test
            beside.observations.append(test)
            if seen.corrects:
                beside.corrects.add(test)
            if not seen.reported_said:
                beside.reported_untold.add(test)
            beside.remarks += [Remark("test_result", f"{held.where} {said}", "") for said in seen.remarks]

    def _hold_up(self, entry: Entry, why: str) -> None:
        """Whom an observation is about that can't be read: it may be a positive one."""
        held = Held(Resource(resource_type=Observation.__name__), entry.number, entry.line, entry.full_url)
        try:
            subject = Reference.model_validate(entry.resource.get("subject", {}))
        except ValidationError:
            subject = Reference()
        if (someone := self._owner(subject, held)) is not None:
            someone.beside.ask("test_result", f"{held.where} {why}", _AGAIN)

    # --- what isn't a person ---------------------------------------------------------------------

    def others(self) -> Iterator[Reading[Person | Leaver]]:
        """A row for each that can't be read, and one for all of a kind that is left alone for one reason."""
        yield from self._rejected
        for (name, why), places in self._left_alone.items():
            numbers = [f"{number:,}" for number, _ in places]
            where = listing(numbers, most=_SAID)
            first, line = places[0]
            entries = "entry" if len(places) == 1 else "entries"
            said = Remark(name, f"{why}: {count_words(len(places), name, name)} ({entries} {where})", "")
            row = RowOutcome(first, line, Outcome.REJECTED, (said,), harmless=True)
            yield Reading(row, None)

    def notes(self) -> Iterator[str]:
        """What is to be said of the file as a whole."""
        yield (
            f"{count_words(self._entries, 'resource')} of FHIR: a row is a person, with their stay, referral "
            "and tests, or what isn't read. Nobody is gone for not being in it."
        )


def _parsed(kind: type[Resource], data: dict[str, Any]) -> Resource | Remark:
    """The resource, or why it can't be read; what may turn its meaning round is never passed over."""
    try:
        resource = kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        return Remark("", f"can't be read: {where} {what_is_wrong(first)}", _AGAIN)
    if resource.modifier_extension:
        return Remark(
            "", "has a modifierExtension, which may turn its meaning round, and isn't known", _AGAIN
        )
    if resource.implicit_rules:
        return Remark("", "has implicitRules, which may turn its meaning round, and aren't known", _AGAIN)
    return resource


_AGAIN = "have it sent without, or mended; or enter by hand what it says"


def _who(why: str) -> str:
    return "isn't named" if why.startswith("names nobody") else why
