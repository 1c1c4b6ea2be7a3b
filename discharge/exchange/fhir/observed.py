"""What an Observation says of SARS-CoV-2: a test with its result, or why it is refused.

Nothing that isn't a plain negative becomes one: equivocal is inconclusive, unknown or absent is void, what
isn't final yet is pending. One that contradicts itself is refused, and the contradiction is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from discharge.exchange.fhir.codes import (
    ABSENT,
    NOT_DONE,
    answer_codes,
    asks_for_the_virus,
    interpreted,
    is_abnormal,
    is_of_antibodies,
    may_say_detected,
    names_a_test,
    names_the_virus,
    result_codes,
    result_words,
    speaks_of_a_result,
)
from discharge.exchange.fhir.resources import (
    Concept,
    DiagnosticReport,
    Moment,
    Observation,
    Period,
    Reference,
    Said,
    Specimen,
    moment,
)
from discharge.model.infection import Result, Test
from discharge.model.london import london_date
from discharge.words.counts import listing
from discharge.words.days import day_words

ORGANISM = "sars-cov-2"
_COUNTS = frozenset({"final", "amended", "corrected"})
_CORRECTS = frozenset({"amended", "corrected"})
_AWAITED = frozenset({"registered", "preliminary"})
_RETRACTED = frozenset({"entered-in-error", "cancelled"})
_WHICH = "see which of their results it is and take it back; then say that they are taken without it"
_ASK = "ask the laboratory for it again; or say that they are taken without it"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an observation about SARS-CoV-2 isn't taken, and the mend."""

    reason: str
    mend: str = _ASK


@dataclass(frozen=True, slots=True)
class Seen:
    """A test as the hub reads it.

    `corrects`: it comes in the place of what stands of the same specimen. `retracted`: it was entered in
    error, or cancelled, and counts no more; its result is None where none is said. `reported_said`: whether
    it is said when it was reported. `remarks` say what was read otherwise than it stands.
    """

    specimen_at: datetime
    result: Result | None
    reported_at: datetime | None = None
    corrects: bool = False
    retracted: bool = False
    reported_said: bool = True
    remarks: tuple[str, ...] = ()

    @property
    def test(self) -> Test:
        """The test to record; of one that isn't retracted."""
        assert self.result is not None
        reported = None if self.result == "pending" else self.reported_at
        return Test(organism=ORGANISM, result=self.result, specimen_at=self.specimen_at, reported_at=reported)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an observation: its specimen, and the reports that have it as a result."""

    specimen: Specimen | None = None
    reports: tuple[DiagnosticReport, ...] = ()


NOTHING_AROUND = Around()


def is_about_the_virus(observation: Observation) -> bool:
    """Whether an observation is of a test for SARS-CoV-2, or says something of one that isn't known here."""
    concepts = _concepts(observation)
    if observation.has_member and not any(result_codes(each) for each in concepts):
        return False
    if any(asks_for_the_virus(each) or result_codes(each) for each in concepts):
        return True
    named = any(names_the_virus(each) for each in concepts)
    if named and is_of_antibodies(observation.code):
        return False
    if names_the_virus(observation.code) and names_a_test(observation.code):
        return True
    return named and bool(_answers(observation) or any(map(speaks_of_a_result, _words(*_parts(observation)))))


def read_observation(
    observation: Observation, around: Around = NOTHING_AROUND, *, now: datetime
) -> Seen | Refused | None:
    """The test that an observation about the virus tells of; None where none was done."""
    status = observation.status
    if status not in _COUNTS | _AWAITED | _RETRACTED:
        return Refused(f"has the status {status[:30]!r}: whether it counts isn't known")
    times = _times(observation, around, now=now)
    if isinstance(times, Refused):
        if status == "entered-in-error":
            return Refused(f"was entered in error, and {times.reason}: what the hub has may be of it", _WHICH)
        return None if status in _RETRACTED else times
    specimen_at, reported_at, remarks = times
    if status in _RETRACTED:
        told = {result for _, result in _told(observation)}
        return Seen(specimen_at, told.pop() if len(told) == 1 else None, retracted=True)
    said = _result(observation, around)
    if not isinstance(said, _Answer):
        return said
    result, more = said.result, said.remarks
    if status in _AWAITED and result == "positive":
        # what may be infectious isn't waited with: some rule sets ask nothing of a result that is awaited
        more = (*more, "is preliminary (positive): counts until it is corrected")
    elif status in _AWAITED:
        if result != "pending":
            more = (*more, f"is preliminary ({result}): taken as awaited until it is final")
        result = "pending"
    known = reported_at is not None or result == "pending"
    if not known:
        more = (*more, "doesn't say when it was reported: taken as reported when the specimen was taken")
    return Seen(
        specimen_at,
        result,
        reported_at if reported_at is not None else specimen_at,
        corrects=status in _CORRECTS,
        reported_said=known,
        remarks=(*remarks, *more),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    result: Result
    remarks: tuple[str, ...] = ()


# --- the result ----------------------------------------------------------------------------------


def _concepts(observation: Observation) -> tuple[Concept, ...]:
    """Where a code of SARS-CoV-2 may stand."""
    parts = _parts(observation)
    values = tuple(each.value_codeable_concept for each in parts if each.value_codeable_concept is not None)
    return (*(each.code for each in parts), *values)


def _result(observation: Observation, around: Around) -> _Answer | Refused | None:
    if contradiction := _of_the_method(observation):
        return contradiction
    told = _told(observation)
    results = {result for _, result in told}
    if len(results) > 1:
        return Refused(f"contradicts itself: {listing([f'{where} says {result}' for where, result in told])}")
    if other := _against_the_report(results, around):
        return other
    if around.specimen is not None and around.specimen.status in ("unsatisfactory", "entered-in-error"):
        return Refused(f"is of a specimen that is {around.specimen.status.replace('-', ' ')}")
    if results == {"negative"} and (doubt := _beside_a_negative(observation)):
        return Refused(f"says negative, and {doubt}")
    if results:
        coded = any(where not in _IN_WORDS for where, _ in told)
        remarks: tuple[str, ...] = () if coded else ("gives its result in words alone",)
        if results == {"negative"} and any(map(may_say_detected, _comments(observation, around))):
            remarks += ("has a comment that speaks of something detected or positive, which isn't read",)
        return _Answer(results.pop(), remarks)
    return _without_result(observation)


def _beside_a_negative(observation: Observation) -> str:
    """What else an observation says that no plain negative does; empty where there is nothing."""
    parts = (observation, *(each for each in observation.component if _is_of_the_virus(each)))
    if any(map(may_say_detected, _words(*parts))):
        return "its words speak of something detected or positive too"
    if any(is_abnormal(one) for part in parts for one in part.interpretation):
        return "is interpreted as abnormal"
    return ""


def _comments(observation: Observation, around: Around) -> list[str]:
    """What stands beside it in free words: notes, and the conclusions of its reports."""
    notes = observation.note if isinstance(observation.note, list) else [observation.note]
    said = [each.get("text") for each in notes if isinstance(each, dict)]
    return [text for text in (*said, *(each.conclusion for each in around.reports)) if isinstance(text, str)]


def _of_the_method(observation: Observation) -> Refused | None:
    """A test for the virus by a method that finds antibodies: no proof of an infection now."""
    if is_of_antibodies(observation.method):
        return Refused(
            "contradicts itself: its code is of the detection of the virus, its method measures antibodies "
            f"({observation.method.shown}), which prove no infection now"
        )
    if is_of_antibodies(observation.code):
        return Refused("contradicts itself: its code is of antibodies, its result of the virus")
    return None


_IN_WORDS = ("the text", "the value's words", "a component's words")


def _told(observation: Observation) -> list[tuple[str, Result]]:
    """Each result that it gives, and where it does."""
    found = [("the code", result) for result in sorted(result_codes(observation.code))]
    found += _of(observation, "the value")
    for part in observation.component:
        if _is_of_the_virus(part):
            found += [("a component's code", result) for result in sorted(result_codes(part.code))]
            found += _of(part, "a component")
    found += [("the words of the code", each) for each in _words_of(observation.code) if found]
    return list(dict.fromkeys(found))


def _is_of_the_virus(part: Said) -> bool:
    value = part.value_codeable_concept or Concept()
    return bool(
        asks_for_the_virus(part.code)
        or names_the_virus(part.code)
        or result_codes(part.code)
        or result_codes(value)
    )


def _of(part: Said, name: str) -> list[tuple[str, Result]]:
    value = part.value_codeable_concept or Concept()
    found = [(name, result) for result in sorted(result_codes(value) | answer_codes(value))]
    found += [
        ("the interpretation", each) for one in part.interpretation for each in sorted(interpreted(one))
    ]
    found += [
        (f"{name}'s words", result) for said in _words(part) if (result := result_words(said)) is not None
    ]
    return found


def _words_of(code: Concept) -> Iterator[Result]:
    """What the words say that go with a code of a result; those of a question say nothing."""
    if result_codes(code):
        for said in code.words:
            if (result := result_words(said)) is not None:
                yield result


def _parts(observation: Observation) -> tuple[Said, ...]:
    return (observation, *observation.component)


def _answers(observation: Observation) -> set[Result]:
    parts = _parts(observation)
    values = {each for part in parts for each in answer_codes(part.value_codeable_concept or Concept())}
    return values | {each for part in parts for one in part.interpretation for each in interpreted(one)}


def _words(*parts: Said) -> list[str]:
    """What their values say in words."""
    return [
        text
        for part in parts
        for text in (part.value_string, *(part.value_codeable_concept or Concept()).words)
    ]


def _against_the_report(results: set[Result], around: Around) -> Refused | None:
    """A report that says otherwise than its result, or that counts no more."""
    for report in around.reports:
        if report.status in _RETRACTED:
            return Refused(f"is the result of a report that is {report.status.replace('-', ' ')}")
        for concept in report.conclusion_code:
            concluded = result_codes(concept)
            if concluded and results and concluded != results:
                return Refused(
                    f"contradicts its report: it says {listing(sorted(results))}, the report concludes "
                    f"{listing(sorted(concluded))}"
                )
    return None


def _without_result(observation: Observation) -> _Answer | Refused | None:
    if observation.data_absent_reason is not None:
        codes = [each.code for each in observation.data_absent_reason.coding]
        if any(code in NOT_DONE for code in codes):
            return None
        known: Result = next((ABSENT[code] for code in codes if code in ABSENT), "void")
        why = observation.data_absent_reason.shown or "without a reason"
        return _Answer(known, (f"has no result ({why}): taken as {known}, never as negative",))
    if observation.status in _AWAITED:
        return _Answer("pending")
    if observation.value_codeable_concept is not None:
        return Refused(f"gives a result that isn't known here ({observation.value_codeable_concept.shown})")
    if observation.value_string:
        return Refused("gives its result in words that aren't understood")
    if observation.value_boolean is not None:
        return Refused("says yes or no, which is no result that is known here")
    if any(value is not None for value in _other_values(observation)):
        return Refused("gives a number or a time, which is no result that is known here")
    return Refused("has no result, and no reason why")


def _other_values(part: Said) -> tuple[object, ...]:
    return (
        part.value_integer, part.value_quantity, part.value_range, part.value_ratio, part.value_sampled_data,
        part.value_time, part.value_date_time, part.value_period,
    )  # fmt: skip


# --- its times -----------------------------------------------------------------------------------


def _times(
    observation: Observation, around: Around, *, now: datetime
) -> tuple[datetime, datetime | None, tuple[str, ...]] | Refused:
    """When the specimen was taken, when the result was reported, and what is to be said of both."""
    specimen = _specimen_at(observation, around)
    if isinstance(specimen, Refused):
        return specimen
    taken, remarks = specimen
    reported: datetime | None = None
    for text in (observation.issued, *(report.issued for report in around.reports)):
        found = moment(text)
        if found.fault:
            return Refused(f"was issued at a time that {found.fault}")
        if found.at is not None:
            reported = found.at
            break
    if taken > now or (reported is not None and reported > now):
        return Refused("has a time that lies in the future")
    if reported is not None and reported < taken:
        return Refused("was reported before its specimen was taken")
    return taken, reported, remarks


def _specimen_at(observation: Observation, around: Around) -> tuple[datetime, tuple[str, ...]] | Refused:
    effective = (
        moment(observation.effective_instant),
        moment(observation.effective_date_time),
        _first(*_of_period(observation.effective_period)),
    )
    if len({each.day for each in effective if each.day is not None}) > 1:
        return Refused("gives more than one day for its specimen")
    own = next((each for each in effective if each != Moment()), Moment())
    collected = Moment()
    if around.specimen is not None:
        taken = around.specimen.collection
        collected = _first(taken.collected_date_time, *_of_period(taken.collected_period))
    of_report = _first(
        *(
            each
            for report in around.reports
            for each in (report.effective_date_time, report.effective_period.start)
        )
    )
    for found in (*effective, collected):
        if found.fault:
            return Refused(f"has a time of its specimen that {found.fault}")
    periods = (
        observation.effective_period,
        around.specimen.collection.collected_period if around.specimen else Period(),
    )
    if any(_ends_before_it_begins(each) for each in periods):
        return Refused("gives a period for its specimen that ends before it begins")
    if own.day is not None and collected.day is not None and own.day != collected.day:
        return Refused(
            f"contradicts its specimen: it is of {day_words(own.day, year=True)}, the specimen was collected "
            f"on {day_words(collected.day, year=True)}"
        )
    at = own.at or collected.at or of_report.at
    if at is None:
        known = next((each.day for each in (own, collected, of_report) if each.day is not None), None)
        if known is None:
            return Refused("doesn't say on which day its specimen was taken")
        return Refused(
            f"gives only the day of its specimen, {day_words(known, year=True)}, and no time of day"
        )
    remarks: tuple[str, ...] = ()
    if own.at is None and own.day is None:
        remarks = (f"has its time, {day_words(london_date(at), year=True)}, from its specimen or report",)
    return at, remarks


def _ends_before_it_begins(period: Period) -> bool:
    start, end = moment(period.start), moment(period.end)
    if start.at is not None and end.at is not None:
        return end.at < start.at
    return start.day is not None and end.day is not None and end.day < start.day


def _of_period(period: Period) -> tuple[str, ...]:
    return (period.start, period.end)


def _first(*texts: str) -> Moment:
    """The first that says anything."""
    return next((moment(text) for text in texts if text.strip()), Moment())


def as_observation(report: DiagnosticReport) -> Observation:
    """A report that gives its result itself, as a code of its conclusion, read as an observation."""
    concept = Concept(coding=tuple(each for one in report.conclusion_code for each in one.coding))
    return Observation(
        resource_type="Observation",
        status={"partial": "preliminary", "appended": "amended"}.get(report.status, report.status),
        code=report.code,
        value_codeable_concept=concept if report.conclusion_code else None,
        subject=report.subject,
        effective_date_time=report.effective_date_time,
        effective_period=report.effective_period,
        issued=report.issued,
        specimen=report.specimen[0] if report.specimen else Reference(),
        id=report.id,
    )
