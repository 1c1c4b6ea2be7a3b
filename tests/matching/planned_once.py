"""What the engine says of a case, worked out once for all laws of a process that ask it: it is pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from discharge.matching.planned import Planned, plan_case
from discharge.matching.propose import propose
from discharge.model.case import Case
from discharge.model.files import write_case
from discharge.model.plan import Plan

Told = TypeVar("Told")
KEPT = 200
"""So many answers are kept before all are forgotten: they mustn't fill the memory."""


def once(ask: Callable[[Case], Told]) -> Callable[[Case], Told]:
    """The question, whose answer is looked up where an equal case was asked about before."""
    answers: dict[bytes, Told] = {}

    def asked(case: Case) -> Told:
        content = write_case(case)
        if content not in answers:
            if len(answers) == KEPT:
                answers.clear()
            answers[content] = ask(case)
        return answers[content]

    return asked


planned_once: Callable[[Case], Planned] = once(plan_case)
proposed_once: Callable[[Case], Plan] = once(propose)
