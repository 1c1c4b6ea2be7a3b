"""The question `why` asked of a case, for tests: planned first, then asked."""

from __future__ import annotations

from discharge.matching.answers import Explanation, why
from discharge.matching.planned import plan_case
from discharge.model.case import Case
from discharge.rules.rule_set import RuleSet, rules_of


def explain(
    case: Case, patient: str, setting: str | None = None, *, rules: RuleSet | None = None
) -> Explanation:
    """Why somebody goes where the best plan says, or why nowhere."""
    return why(plan_case(case, rules=rules or rules_of(case)), patient, setting)
