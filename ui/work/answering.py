"""Questions about a plan, asked of the engine's process: each is answered by planning again, not by guess.

Its libraries are imported inside these functions, in that process alone; what comes back is plain, with
people and settings by their ids (`match_words.by_name` calls them by name).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from ui.work.planning import PROGRESS_STEPS, Progress, solved_case

if TYPE_CHECKING:
    from discharge.matching.answers import Change, Course, Price, Shortage
    from discharge.matching.planned import Planned
    from discharge.matching.solve import Progress as Told
    from discharge.model.case import Case
    from discharge.model.patient import Patient


class Question(StrEnum):
    """What can be asked; all but `PRICES` also about one person."""

    HELP = "help"
    COMPETES = "competes"
    ALTERNATIVES = "alternatives"
    EITHER_WAY = "either_way"
    PRICES = "prices"


class Try(StrEnum):
    """What can be tried out on the hub's case."""

    BED = "bed"
    """One more bed in a group of beds, with a place to isolate in where its unit has them."""
    OPEN = "open"
    CLOSED = "closed"
    ASSESSED = "assessed"
    """The setting's outbreak is assessed."""
    NEGATIVE = "negative"
    """The result that is awaited, or a test taken now."""
    POSITIVE = "positive"
    READY = "ready"
    """The person is ready on another day."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One change to try out; `setting`, `unit`, `beds`, `patient`, `organism`, `day` as its kind has them."""

    kind: Try
    setting: str = ""
    unit: str = ""
    beds: str = ""
    patient: str = ""
    organism: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Bed:
    """A stay of a choice: the beds and the days."""

    setting: str
    unit: str
    beds: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an answer; with what could be tried out, or proposed, of what it says."""

    text: str
    good: bool = True
    tries: WhatIf | None = None
    stays: tuple[Bed, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences, the best first, and a last one in small about how it was found."""

    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Differing:
    """Somebody for whom it makes a difference: `placed`, `lost`, `elsewhere` … and a sentence."""

    patient: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What a change would do: people placed and points before and after, and person by person."""

    placed_before: int
    placed_after: int
    points_before: int
    points_after: int
    people: tuple[Differing, ...]
    same: int
    proven: bool


def answer(
    question: Question, case: bytes, rules: bytes, previous: bytes | None, patient: str, *, progress: Progress
) -> Answer:
    """An answer about the plan of `case` (kept to `previous`), for `patient` or (empty) for the whole plan.

    Raises `UserError` where it can't be asked of this person.
    """
    progress(0, 0, "Planning")
    solved = solved_case(case, rules, previous, progress=progress)
    return _ASK[question](solved, patient, _told(progress))


def try_out(
    case: bytes, rules: bytes, previous: bytes | None, change: WhatIf, *, progress: Progress
) -> Tried:
    """What a change of the case would do to its plan, person by person; nothing is kept of it."""
    from discharge.matching.answers import difference
    from discharge.matching.planned import replan

    progress(0, 0, "Planning as it is now")
    before = solved_case(case, rules, previous, progress=progress)
    progress(0, 0, "Planning with the change")
    after = replan(before, _changed(before.case, change), progress=_told(progress))
    told = difference(before, after)
    return Tried(
        placed_before=sum(told.before.placed),
        placed_after=sum(told.after.placed),
        points_before=told.before.points,
        points_after=told.after.points,
        people=tuple(Differing(one.patient, str(one.kind), one.text) for one in told.changed),
        same=len(told.people) - len(told.changed),
        proven=before.proven and after.proven,
    )


def _told(progress: Progress) -> Told:
    return lambda words, share: progress(round(share * PROGRESS_STEPS), PROGRESS_STEPS, words)


# --- the answers -------------------------------------------------------------------------------------


def _help(solved: Planned, patient: str, tell: Told) -> Answer:
    from discharge.matching.answers import would_help

    found = would_help(solved, patient or None, progress=tell)
    *sentences, note = found.as_text().split("\n")
    if found.has_place:
        return Answer((), note)
    tries = {effect.text: _as_try(effect.change) for effect in found.effects}
    return Answer(tuple(Line(text, text in tries, tries.get(text)) for text in sentences), note)


def _as_try(change: Change) -> WhatIf | None:
    """A change as something that can be tried out and then recorded; None where it is of another kind."""
    kinds = {"bed": Try.BED, "open": Try.OPEN, "risk_assessment": Try.ASSESSED, "retest": Try.NEGATIVE}
    kind = kinds.get(str(change.kind))
    if kind is None:
        return None
    return WhatIf(kind, change.setting, change.unit, change.beds, change.patient, change.organism)


def _competes(solved: Planned, patient: str, tell: Told) -> Answer:
    from discharge.matching.answers import competes

    found = competes(solved, patient or None, progress=tell)
    chains = {chain.text for chain in found.chains}
    return Answer(tuple(Line(text, text in chains) for text in found.as_text().split("\n")))


def _alternatives(solved: Planned, patient: str, tell: Told) -> Answer:
    from discharge.matching.answers import alternatives

    found = alternatives(solved, patient, progress=tell)
    lines = tuple(Line(choice.text, stays=_stays(choice.course)) for choice in found.choices)
    _, *rest = found.as_text().split("\n")
    notes = rest[len(lines) :]
    return Answer(lines, " ".join(notes))


def _stays(course: Course) -> tuple[Bed, ...]:
    return tuple(Bed(stay.setting, stay.unit, stay.beds, stay.start, stay.end) for stay in course.stays)


def _either_way(solved: Planned, patient: str, tell: Told) -> Answer:
    from discharge.matching.answers import either_way

    found = either_way(solved, patient, progress=tell)
    now = [Line(found.now_text)] if found.now else []
    outcomes = [Line(one.text, one.course is not None) for one in (found.negative, found.positive)]
    return Answer((*now, *outcomes, Line(found.text, not found.points and not found.places)))


def _prices(solved: Planned, _patient: str, tell: Told) -> Answer:
    from discharge.matching.answers import competes, prices

    found = prices(solved, progress=tell)
    shortages = competes(solved, budget=0).shortages
    times = Counter((price.kind, price.setting) for price in found.found)
    lines = tuple(
        Line(
            f"{_price_text(price, alone=times[price.kind, price.setting] == 1)}{_needed(price, shortages)}.",
            tries=_bed_of(price),
        )
        for price in found.found
        if price.points or price.placed
    )
    return Answer(lines, "" if lines else _nothing_short(solved))


def _nothing_short(solved: Planned) -> str:
    """That beds aren't what is short; never that nothing is, where somebody has no place."""
    settled = {*solved.chosen, *(each.patient for each in solved.case.locked)}
    unplaced = sum(each.id not in settled for each in solved.case.patients)
    if not unplaced:
        return "A bed more would make no difference: nothing is short."
    who = "1 person has" if unplaced == 1 else f"{unplaced:,} people have"
    return f"{who} no place, and a bed more would place nobody: what is missing stands with each of them."


def _price_text(price: Price, *, alone: bool) -> str:
    """What one more would be worth, without the full stop; which beds, where they aren't `alone`."""
    where = price.setting if alone or not price.beds else f"{price.setting}, unit {price.unit}, {price.beds},"
    one = "A place to isolate in more" if str(price.kind) == "isolation place" else f"A {price.kind} more"
    if price.placed:
        names = price.placed[0] if len(price.placed) == 1 else f"{len(price.placed)} people"
        return f"{one} at {where} would place {names}"
    return f"{one} at {where} would be worth {price.per_day:g} points a day, {price.points:,} in all"


def _needed(price: Price, shortages: Iterable[Shortage]) -> str:
    """How many need the few beds that there are, where that is a matter of this setting alone."""
    mine = next((each for each in shortages if each.settings == (price.setting,)), None)
    if mine is None:
        return ""
    are = "is" if mine.seats == 1 else "are"
    return f"; {len(mine.people)} people need the {mine.seats} that {are} free there"


def _bed_of(price: Price) -> WhatIf | None:
    return WhatIf(Try.BED, price.setting, price.unit, price.beds) if price.beds else None


_ASK: dict[Question, Callable[[Planned, str, Told], Answer]] = {
    Question.HELP: _help,
    Question.COMPETES: _competes,
    Question.ALTERNATIVES: _alternatives,
    Question.EITHER_WAY: _either_way,
    Question.PRICES: _prices,
}


# --- the changes -------------------------------------------------------------------------------------


def _changed(case: Case, change: WhatIf) -> Case:
    """The case with the change made. Raises `BrokenFile` where it lists no such patient."""
    from discharge.matching.answers.changes import Change, Kind, with_patient, with_setting
    from discharge.matching.answers.reading import patient_of

    if change.kind is Try.BED:
        return Change(Kind.BED, change.setting, change.unit, change.beds).of(case)
    if change.kind is Try.ASSESSED:
        return Change(Kind.RISK_ASSESSMENT, change.setting).of(case)
    if change.kind in (Try.OPEN, Try.CLOSED):
        admissions = str(change.kind)
        return with_setting(case, change.setting, lambda s: s.model_copy(update={"admissions": admissions}))
    if change.kind is Try.READY:
        return with_patient(case, change.patient, ready_on=change.day)
    person = patient_of(case, change.patient)
    return with_patient(case, change.patient, observations=_reported(case, person, change))


def _reported(case: Case, person: Patient, change: WhatIf) -> tuple[object, ...]:
    """The person's observations with the result reported now: of the test that is awaited, or a new one."""
    from discharge.model.infection import Test

    awaited = [
        each
        for each in person.observations
        if isinstance(each, Test) and each.organism == change.organism and each.result == "pending"
    ]
    now = {"result": str(change.kind), "reported_at": case.as_at}
    if awaited:
        return tuple(each.model_copy(update=now) if each in awaited else each for each in person.observations)
    taken = Test.model_validate(
        {"kind": "test", "organism": change.organism, "specimen_at": case.as_at, **now},
        by_alias=True, by_name=True,
    )  # fmt: skip
    return (*person.observations, taken)
