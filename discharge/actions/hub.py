"""How the hub works: its rule set, areas and limits, and who may approve what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discharge.actions.context import Context, amended, dump, wanted
from discharge.model.errors import UserError
from discharge.model.people import ApprovalRule, Role
from discharge.store.journal import Entry, Kind


def amend_hub(context: Context, *, changes: Mapping[str, object]) -> list[Entry]:
    """Changes the hub's settings; approval rules have their own action.

    An unknown rule set, or overrides that don't fit, are refused. Administrators only.
    """
    role = context.role(Role.ADMINISTRATOR, rule="A4")
    if "approval_rules" in changes:
        raise UserError(
            "Approval rules are set by themselves.", "Give the rules with the reason for the change."
        )
    after, changed = amended(context.queries.hub(), changes)
    if not changed:
        return []
    if after.rule_set is not None:
        context.queries.rules_named(after.rule_set)
    return [Entry(Kind.HUB_AMENDED, "hub", {"settings": dump(after), "changed": changed}, role)]


def set_approval_rules(context: Context, *, rules: Sequence[ApprovalRule], reason: str) -> list[Entry]:
    """Sets who may approve up to which weekly fee, and when: normal and surge approval (A4).

    Without any rule, any LA lead may approve any fee.
    """
    role = context.role(Role.LA_LEAD, Role.ADMINISTRATOR, rule="A4")
    known = {user.id for user in context.queries.people()}
    for rule in rules:
        for name in sorted(rule.users - known):
            raise UserError(f"{name} is nobody of this hub.", "Choose LA leads of the list.")
    after = context.queries.hub().model_copy(update={"approval_rules": tuple(rules)})
    body = {"settings": dump(after), "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.APPROVAL_RULES_SET, "hub", body, role)]
