"""Planning: freezing a case, storing a plan with everything it rests on, keeping proposals, replaying."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from discharge import __version__
from discharge.actions.context import Context, dump
from discharge.model.errors import NotAllowed, UserError
from discharge.model.files import FrozenCase, case_sha256, read_case, read_plan, write_plan
from discharge.rules.rule_set import RuleSet, rules_of
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind, canonical
from discharge.words.counts import count_words


class UnsoundPlan(UserError):
    """A plan that breaks a rule: it is neither stored nor shown; `breaches` has a sentence for each."""

    def __init__(self, breaches: Sequence[str]) -> None:
        super().__init__(
            f"The plan breaks {count_words(len(breaches), 'rule')}: {breaches[0]}",
            "It isn't used. Plan again; if it goes on, send the case to whoever looks after the program.",
        )
        self.breaches = tuple(breaches)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.breaches,))


def freeze_case(queries: Queries, *, rule_set: str | dict[str, Any] | None = None) -> FrozenCase:
    """The hub as a case at this instant, to be given to the engine: `desk.ask(freeze_case)`.

    Holds the people on the list, the settings that have a capacity return, are in the hub's areas or are
    named by somebody, and as locked: every placement that is proposed or further, and every kept proposal.
    """
    return queries.freeze(rule_set=rule_set)


def store_plan(
    context: Context,
    *,
    case: bytes,
    plan: bytes,
    seconds: float = 0.0,
    head: int | None = None,
    breaches: Sequence[str] | None = None,
    previous: bytes | None = None,
) -> list[Entry]:
    """Stores a plan with its case and the rule set's values, byte for byte; the subject is its id, `R-0001`.

    `previous` is the plan file that it kept to, if any: stored too, as the plan can't be made again without.

    `breaches` are the verifier's findings where the engine's process has run it already; None: it is run
    here. `UnsoundPlan` where there are any. `head` is the frozen case's: from there on changes make the
    plan outdated.
    """
    role = context.role("store_plan")
    problem, answer = read_case(case), read_plan(plan)
    if answer.case_sha256 != case_sha256(case):
        raise UserError("This plan is the answer to another case.", "Plan again.")
    rules = rules_of(problem, context.queries.rule_sets())
    found = _verified(case, plan, rules) if breaches is None else list(breaches)
    if found:
        raise UnsoundPlan(found)
    number = context.queries.next_number("plans")
    values = _values(rules)
    body = {
        "number": number,
        "rule_set": rules.name
        if isinstance(problem.rule_set, str)
        else f"{rules.name} with the hub's own values",
        "rule_set_sha256": rules.sha256,
        "rules_sha256": _sha256(values),
        "case_sha256": _sha256(case),
        "plan_sha256": _sha256(plan),
        "status": answer.status,
        "gap": float(answer.gap),
        "listed": len(problem.patients),
        "placed": list(answer.objective.placed),
        "unplaced": len(answer.unplaced),
        "points": answer.objective.points,
        "seconds": round(float(seconds), 3),
        "engine": __version__,
        "as_of_seq": context.queries.head() if head is None else head,
    }
    files = [case, plan, values]
    if previous is not None:
        body["previous_sha256"] = _sha256(previous)
        files.append(previous)
    return [Entry(Kind.PLAN_STORED, f"R-{number:04d}", body, role, problem.as_at, files=tuple(files))]


def previous_plan(queries: Queries) -> bytes | None:
    """The plan file to keep to when planning again: the newest plan; None where there is none yet.

    Proposals of it that came to nothing (returned, declined, withdrawn …) are left out of it: nothing is
    kept of them.
    """
    newest = next(iter(queries.plans()), None)
    if newest is None:
        return None
    page = queries.plan(newest.id)
    over = {
        row.patient
        for row in page.proposals
        if row.placement_state is not None and not row.placement_state.is_active
    }
    if not over:
        return queries.plan_files(newest.id).plan
    left = tuple(placement for placement in page.plan.placements if placement.patient not in over)
    return write_plan(page.plan.model_copy(update={"placements": left}))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _values(rules: RuleSet) -> bytes:
    return (canonical(dump(rules)) + "\n").encode()


def _verified(case: bytes, plan: bytes, rules: RuleSet) -> list[str]:
    from discharge.matching.verify import verify

    found = verify(read_case(case), read_plan(plan), rules=rules, case_sha256=case_sha256(case))
    return [f"{breach.rule}: {breach.text}" for breach in found]


def keep(context: Context, *, plan: str, patient: str) -> list[Entry]:
    """Keeps a plan's proposal: the next planning has it locked, until it is sent to approval or let go."""
    role = context.role("keep")
    placement = context.queries.proposals_of(plan).get(patient)
    if placement is None:
        raise UserError(f"Plan {plan} has no place for {patient}.", "Choose a proposal of the plan.")
    if placement.locked:
        raise UserError("This placement is fixed already.", "Nothing needs to be done.")
    _listed(context, patient)
    body = {"plan": plan, "placement": dump(placement)}
    return [Entry(Kind.PROPOSAL_KEPT, patient, body, role)]


def _listed(context: Context, patient: str) -> None:
    if context.queries.person(patient).left_reason is not None:
        raise NotAllowed("They have left the list.", "Plan again.")


def stop_keeping(context: Context, *, patient: str) -> list[Entry]:
    """Lets a kept proposal go: the next planning is free again."""
    role = context.role("stop_keeping")
    if patient not in context.queries.kept():
        raise UserError("This proposal isn't kept.", "Nothing needs to be done.")
    return [Entry(Kind.KEEPING_STOPPED, patient, {}, role)]
