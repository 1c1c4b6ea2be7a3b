"""What a coordinator and a local-authority lead ask of a plan, each answered by planning again, not by guess.

Every answer is a frozen result with `as_json()` and `as_text()`. All take a `Planned` (see `plan_case`);
the same case gives the same answer.
"""

from discharge.matching.answers.alternatives import Alternative, Alternatives, alternatives
from discharge.matching.answers.chains import Chain
from discharge.matching.answers.changes import Change
from discharge.matching.answers.competition import Competition, Shortage, competes
from discharge.matching.answers.difference import (
    Difference,
    PersonChange,
    difference,
    difference_of_plans,
)
from discharge.matching.answers.either_way import EitherWay, IfSo, either_way
from discharge.matching.answers.reading import BedStay, Course
from discharge.matching.answers.scarcity import Price, Prices, prices
from discharge.matching.answers.why import BedStanding, Explanation, RunnerUp, Versus, why
from discharge.matching.answers.would_help import Effect, WouldHelp, plan_with_help, would_help

__all__ = [
    "Alternative",
    "Alternatives",
    "BedStanding",
    "BedStay",
    "Chain",
    "Change",
    "Competition",
    "Course",
    "Difference",
    "Effect",
    "EitherWay",
    "Explanation",
    "IfSo",
    "PersonChange",
    "Price",
    "Prices",
    "RunnerUp",
    "Shortage",
    "Versus",
    "WouldHelp",
    "alternatives",
    "competes",
    "difference",
    "difference_of_plans",
    "either_way",
    "plan_with_help",
    "prices",
    "why",
    "would_help",
]
