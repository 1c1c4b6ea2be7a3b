"""The fixed questions of a call with a home, and how its answers are said: one place for form and record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from discharge.model.call import Agreed, Answers
from discharge.model.errors import UserError
from discharge.words.days import day_words
from discharge.words.written import typed_day


@dataclass(frozen=True, slots=True)
class Question:
    """A question: in a word or two, what is meant, and its answer in a few words (`{}` is the answer)."""

    key: str
    short: str
    asked: str
    said: str


QUESTIONS: tuple[Question, ...] = (
    Question("residents_suspected", "Residents suspected", "Residents who may be infected", "{} suspected"),
    Question("residents_confirmed", "Residents confirmed", "Residents found to be infected", "{} confirmed"),
    Question("staff_suspected", "Staff suspected", "Staff who may be infected", "{} staff suspected"),
    Question("staff_confirmed", "Staff confirmed", "Staff found to be infected", "{} staff confirmed"),
    Question("deaths", "Deaths", "Residents who died since the last call", "{} died"),
    Question("empty_beds", "Beds empty", "Every bed that nobody has, whatever its state", "{} beds empty"),
    Question(
        "can_take", "Of them fit to use", "Somebody could move in today: staffed, safe", "{} fit to use"
    ),
    Question("admitted", "Moved in", "From anywhere, since the last call", "{} moved in"),
    Question("left", "Moved out", "Alive, since the last call", "{} moved out"),
    Question("staffing", "Staffing (g, a, r)", "Green, amber or red: enough staff today", "staffing {}"),
    Question("staff_absent", "Staff absent", "Ill, isolating or away today", "{} staff absent"),
    Question("ppe_days", "PPE, days", "For how many days what is there lasts", "PPE for {} days"),
    Question("tested_on", "Last tested on", "The day of the last round of tests", "tested {}"),
)
"""Six items in this program's own words: infections and deaths, actual and true availability, admissions and
discharges, staff, PPE, testing."""


def answer_shown(key: str, value: Any) -> str:
    """An answer as it stands in a cell: `4`, `amber`, `2.5`, `Mon 16 Nov`; empty where nothing was said."""
    if value is None:
        return ""
    if key == "tested_on":
        return day_words(date.fromisoformat(value) if isinstance(value, str) else value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def answers_words(answers: Mapping[str, Any]) -> str:
    """What was answered, in a row: `2 confirmed, staffing amber, PPE for 4 days`; empty where nothing was."""
    said = (
        each.said.format(answer_shown(each.key, answers[each.key]))
        for each in QUESTIONS
        if answers.get(each.key) is not None
    )
    return ", ".join(said)


STAFFING = ("green", "amber", "red")
MOST = 10_000
"""No home has more of anything."""


def read_answers(typed: Mapping[str, str], *, today: date) -> Answers | None:
    """What was typed as answers, by question; None where nothing was. `UserError` for what means nothing."""
    found = {
        each.key: _read(each, text, today) for each in QUESTIONS if (text := typed.get(each.key, "").strip())
    }
    return Answers.model_validate(found) if found else None


def read_agreed(typed: Mapping[str, str], *, today: date) -> Agreed | None:
    """What was typed of an action; None where nothing was. `UserError` where it isn't whole."""
    what, who, due = (typed.get(key, "").strip() for key in ("action", "action_who", "action_due"))
    if not (what or who or due):
        return None
    day = typed_day(due, today=today) if due else None
    if not what or not who or day is None:
        raise UserError("What is agreed isn't whole.", "Say what is to be done, by whom, by what day.")
    return Agreed(what=what, who=who, due=day)


def fault_in(key: str, text: str, *, today: date) -> str:
    """What is wrong with an answer as it was typed; empty where nothing is, or nothing was typed."""
    try:
        read_answers({key: text}, today=today)
    except UserError as error:
        return f"{error.sentence} {error.mend}"
    return ""


def _read(question: Question, text: str, today: date) -> Any:
    if question.key == "staffing":
        staffing = next((word for word in STAFFING if word.startswith(text.casefold())), None)
        return staffing or _refuse(question, text, "Type g for green, a for amber or r for red.")
    if question.key == "tested_on":
        day = typed_day(text, today=today)
        return day if day is not None else _refuse(question, text, "Type a day: 12/11, yesterday, -3.")
    if question.key == "ppe_days":
        return _days(question, text)
    if not (text.isascii() and text.isdigit() and int(text) <= MOST):
        _refuse(question, text, "Type a whole number, or leave it empty where nothing was said.")
    return int(text)


def _days(question: Question, text: str) -> float:
    try:
        days = float(text.replace(",", "."))
    except ValueError:
        days = -1
    if not 0 <= days <= 3_660:
        _refuse(question, text, "Type a number of days.")
    return days


def _refuse(question: Question, text: str, mend: str) -> NoReturn:
    raise UserError(f"{question.short}: {text!r} is no answer.", mend)


__all__ = [
    "QUESTIONS", "Question", "answer_shown", "answers_words", "fault_in", "read_agreed", "read_answers",
]  # fmt: skip
