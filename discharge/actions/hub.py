"""How the hub works: its rule set and own values, weights, areas and limits, and who may approve what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from discharge.actions.context import Context, amended, checked, dump, wanted
from discharge.model.case import Weights
from discharge.model.errors import BrokenFile, NotAllowed, UserError
from discharge.model.hospital import Hospital
from discharge.model.hub import HubSettings, LocalValue
from discharge.model.people import ApprovalRule
from discharge.rules.care_boards import one_board, one_region, regions
from discharge.rules.local_values import is_local, values_of, with_local_values
from discharge.rules.rule_set import RuleSet
from discharge.rules.rule_words import value_label
from discharge.store.journal import Entry, Kind
from discharge.words.counts import listing


def amend_hub(context: Context, *, changes: Mapping[str, object]) -> list[Entry]:
    """Changes the hub's settings; approval rules have their own action.

    An unknown rule set, or overrides that don't fit, are refused. Administrators only.
    """
    role = context.role("amend_hub")
    if "approval_rules" in changes:
        raise UserError(
            "Approval rules are set by themselves.", "Give the rules with the reason for the change."
        )
    after, changed = amended(context.queries.hub(), changes)
    if not changed:
        return []
    if after.rule_set is not None:
        context.queries.rules_named(after.rule_set)
    if "backup_folder" in changed and after.backup_folder and not Path(after.backup_folder).is_absolute():
        raise UserError(
            "The second folder for backups is no whole path.", "Give it from the drive or the share on."
        )
    return [Entry(Kind.HUB_AMENDED, "hub", {"settings": dump(after), "changed": changed}, role)]


def describe_hospital(
    context: Context, *, code: str, name: str = "", board: str = "", region: str = ""
) -> list[Entry]:
    """Says what a hospital is called, and its ICB and region; what is empty isn't known. Administrators only.

    All three empty take it out of the hub's hospitals. A region that NHS England hasn't is refused.
    """
    role = context.role("describe_hospital")
    hub = context.queries.hub()
    said = checked(Hospital, {"code": code, "name": name, "board": one_board(board), "region": region})
    if said.region and not one_region(said.region):
        raise UserError(
            f"{said.region} is no region of NHS England.", f"Choose one of {listing(regions(), last='or')}."
        )
    said = said.model_copy(update={"region": one_region(said.region)})
    others = [one for one in hub.hospitals if one.code != said.code]
    kept = others if len(said.missing) == len(Hospital.model_fields) - 1 else [*others, said]
    after = hub.model_copy(update={"hospitals": tuple(sorted(kept, key=lambda one: one.code))})
    if after.hospitals == hub.hospitals:
        return []
    body = {"settings": dump(after), "changed": ["hospitals"], "hospital": dump(said)}
    return [Entry(Kind.HUB_AMENDED, "hub", body, role)]


def set_approval_rules(context: Context, *, rules: Sequence[ApprovalRule], reason: str) -> list[Entry]:
    """Sets who may approve up to which weekly fee, and when: normal and surge approval (A4).

    Without any rule, any LA lead may approve any fee.
    """
    role = context.role("set_approval_rules")
    known = {user.id for user in context.queries.people()}
    for rule in rules:
        for name in sorted(rule.users - known):
            raise UserError(f"{name} is nobody of this hub.", "Choose LA leads of the list.")
    after = context.queries.hub().model_copy(update={"approval_rules": tuple(rules)})
    body = {"settings": dump(after), "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.APPROVAL_RULES_SET, "hub", body, role)]


def choose_rule_set(context: Context, *, rule_set: str | None, reason: str) -> list[Entry]:
    """Chooses the rule set that the hub goes by; None: the one in force on the day.

    What the hub settled of the one before holds on where the new one says the same there. Administrators
    and LA leads.
    """
    role = context.role("choose_rule_set")
    hub, why = context.queries.hub(), wanted(reason, what="The reason")
    if rule_set == hub.rule_set:
        return []
    if rule_set is not None:
        context.queries.rules_named(rule_set)
    after = hub.model_copy(update={"rule_set": rule_set})
    return [Entry(Kind.RULE_SET_CHOSEN, "hub", {"settings": dump(after), "reason": why}, role)]


def set_local_value(context: Context, *, key: str, value: object, source: str, reason: str) -> list[Entry]:
    """Settles a value that the rule set leaves to the hub (I2): another than the rule set's, or the same,
    and then it is confirmed. Administrators and LA leads.

    `key` is dotted, as in `organisms.norovirus.clear_days`. Refused: a value that isn't local, one that
    doesn't fit, and one without its source or its reason.
    """
    role = context.role("set_local_value")
    base = own_rule_set(context)
    if not is_local(base, key):
        raise NotAllowed(
            "This value is the same for every hub under this rule set.",
            "Only local settings are for the hub to settle.",
            "I2",
        )
    settled = LocalValue(
        key=key,
        value=value,
        instead_of=values_of(base)[key],
        source=wanted(source, what="The source"),
        reason=wanted(reason, what="The reason"),
        settled_on=context.queries.today,
        by=context.by.name,
    )
    hub = context.queries.hub()
    after = _with(hub, [one for one in hub.local_values if one.key != key] + [settled])
    _fits(context, after)
    return [Entry(Kind.LOCAL_VALUE_SET, "hub", {"settings": dump(after), "local_value": dump(settled)}, role)]


def withdraw_local_value(context: Context, *, key: str, reason: str) -> list[Entry]:
    """Takes the hub's word on a value back: the rule set's own counts again, to be confirmed."""
    role = context.role("withdraw_local_value")
    hub = context.queries.hub()
    if all(one.key != key for one in hub.local_values):
        raise UserError("The hub has not settled this value.", "Nothing needs to be done.")
    after = _with(hub, [one for one in hub.local_values if one.key != key])
    _fits(context, after)
    body = {"settings": dump(after), "key": key, "reason": wanted(reason, what="The reason")}
    return [Entry(Kind.LOCAL_VALUE_WITHDRAWN, "hub", body, role)]


def set_weights(context: Context, *, weights: Weights, reason: str = "") -> list[Entry]:
    """Sets what each point of the plan is for: the weights of the objectives. Administrators and LA leads."""
    role = context.role("set_weights")
    hub = context.queries.hub()
    before, now = dump(hub.weights), dump(weights)
    changed = sorted(name for name in now if now[name] != before[name])
    if not changed:
        return []
    after = hub.model_copy(update={"weights": weights})
    body = {"settings": dump(after), "changed": changed, "reason": reason.strip()}
    return [Entry(Kind.WEIGHTS_SET, "hub", body, role)]


def own_rule_set(context: Context) -> RuleSet:
    """The hub's rule set without any value of its own."""
    named = context.queries.rule_set_name()
    return context.queries.rules_named(named if isinstance(named, str) else str(named.get("base")))


def _with(hub: HubSettings, settled: Sequence[LocalValue]) -> HubSettings:
    return hub.model_copy(update={"local_values": tuple(sorted(settled, key=lambda one: one.key))})


def _fits(context: Context, hub: HubSettings) -> None:
    """Refuses values with which there would be no rule set; the sentence says which and why."""
    base = own_rule_set(context)
    named = with_local_values(base.name, hub.local_values, context.queries.rule_sets())
    try:
        context.queries.rules_named(named)
    except BrokenFile as error:
        fault = error.faults[0]
        key = fault.path.removeprefix("rule_set.")
        raise UserError(f"{value_label(key).name}: {fault.what}.", "Give a value that fits.") from None
