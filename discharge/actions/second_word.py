"""Limits, approval rules, surge and the weekly fee of a setting: changed by one, confirmed by another (A4).

The desk hands every entry through `held`, whatever action made it, so that there is no other way to change
them: what stood before counts until a second person has confirmed what is to count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from discharge.actions.context import Context, dump, wanted
from discharge.model.errors import NotAllowed, UserError
from discharge.model.hub import HubSettings
from discharge.model.people import Role
from discharge.model.shown.waiting import WaitingChange
from discharge.rules.may import MAY
from discharge.store.journal import Entry, Kind, Line
from discharge.words.waiting import ALONE, change_words

# --- held ----------------------------------------------------------------------------------------------


def held(context: Context, entries: Sequence[Entry]) -> list[Entry]:
    """The entries, in which what a second person has to confirm is as it counts, and what is to come waits.

    Where nobody but this person has ever been here who could confirm it, it counts at once and is marked. An
    entry that would say only what waits already is left out.
    """
    return [found for entry in entries if (found := _held(context, entry)) is not None]


def _held(context: Context, entry: Entry) -> Entry | None:
    if entry.kind in (Kind.CHANGE_CONFIRMED, Kind.HUB_FOUNDED):
        return entry
    details, settings = entry.body.get("details"), entry.body.get("settings")
    if isinstance(settings, Mapping) and "approval_rules" in settings:
        return _rules_held(context, entry, settings)
    if isinstance(details, Mapping) and "weekly_fee" in details:
        return _fee_held(context, entry, details)
    return entry


def _fee_held(context: Context, entry: Entry, details: Mapping[str, Any]) -> Entry | None:
    counts = context.queries.fee_of(entry.subject)
    wants = details["weekly_fee"]
    if entry.kind is Kind.SETTINGS_JOINED:
        wants = _dearest(context, entry, counts)
    if wants == counts:
        return entry
    body = {**entry.body, "details": {**details, "weekly_fee": counts}}
    if "changed" in body:
        body["changed"] = [name for name in body["changed"] if name != "weekly_fee"]
    whole = entry.kind is Kind.SETTING_AMENDED and not body["changed"]
    return _waiting(context, entry, body, "fee", was=counts, wants=wants, whole=whole)


def _dearest(context: Context, entry: Entry, counts: float | None) -> float | None:
    """Of two homes that become one, the dearer fee is to be confirmed or refused: joining makes no bed
    cheaper."""
    queries, other = context.queries, str(entry.body["setting"])
    waits = [one.fee for name in (entry.subject, other) if (one := queries.waiting_of(name)) is not None]
    known = [fee for fee in (counts, queries.fee_of(other), *waits) if fee is not None]
    return max(known, default=None)


def _rules_held(context: Context, entry: Entry, settings: Mapping[str, Any]) -> Entry | None:
    counts = context.queries.hub()
    after = HubSettings.model_validate(settings, by_alias=True, by_name=True)
    if after.approval_rules == counts.approval_rules:
        return entry
    was, wants = dump(counts)["approval_rules"], settings["approval_rules"]
    body = {**entry.body, "settings": {**settings, "approval_rules": was}}
    whole = entry.kind is Kind.APPROVAL_RULES_SET
    return _waiting(context, entry, body, "rules", was=was, wants=wants, whole=whole)


def _waiting(
    context: Context, entry: Entry, body: dict[str, Any], what: str, *, was: Any, wants: Any, whole: bool
) -> Entry | None:
    """The entry that waits; `whole`: it says nothing else."""
    right = MAY["confirm_rules" if what == "rules" else "confirm_fee"]
    if right.of(context.queries.roles_of_others(context.by)) is None:
        return replace(entry, body={**entry.body, "marked": [*entry.body.get("marked", ()), ALONE]})
    known = context.queries.waiting_of(entry.subject)
    if known is not None and known.wanted == wants:
        return None if whole else replace(entry, body=body)
    return replace(entry, body={**body, "waits": {"what": what, "was": was, "wanted": wants}})


# --- confirmed, refused, taken back ----------------------------------------------------------------------


def confirm_changes(context: Context, *, changes: Sequence[str]) -> list[Entry]:
    """Confirms changes that wait, by their ids: they count from now on. Never by whoever made them, whatever
    account they use (A4); that one of the two let the other in within a day is marked."""
    entries = []
    for change in _those(context, changes):
        role = _second(context, change)
        body = {**_said(change), **_as_it_comes_to_be(context, change)}
        if mark := context.queries.let_in(user=context.by.id, others=change.authors):
            body["marked"] = [mark]
        entries.append(Entry(Kind.CHANGE_CONFIRMED, change.subject, body, role, context.now))
    return entries


def refuse_changes(context: Context, *, changes: Sequence[str], reason: str) -> list[Entry]:
    """Refuses changes that wait, with a reason: what stood before goes on counting."""
    why = wanted(reason, what="The reason")
    return [
        Entry(
            Kind.CHANGE_REFUSED,
            change.subject,
            {**_said(change), "whole": _whole(context, change), "reason": why},
            _second(context, change),
            context.now,
        )
        for change in _those(context, changes)
    ]


def take_back_changes(context: Context, *, changes: Sequence[str], reason: str) -> list[Entry]:
    """Takes back changes of one's own that wait: what stood before goes on counting."""
    why = wanted(reason, what="The reason")
    entries = []
    for change in _those(context, changes):
        if context.by.id not in change.authors:
            raise NotAllowed(f"{change.by_name} changed it.", "Refuse it with a reason instead.", "A4")
        entries.append(_taken_back(context, change, why))
    return entries


def _taken_back(context: Context, change: WaitingChange, why: str) -> Entry:
    role = context.role("set_approval_rules" if change.is_of_rules else "amend_setting")
    body = {**_said(change), "whole": _whole(context, change), "reason": why}
    return Entry(Kind.CHANGE_TAKEN_BACK, change.subject, body, role)


def _whole(context: Context, change: WaitingChange) -> str:
    """The entry that brought it, where that said nothing else; empty where it did."""
    line = context.queries.entry(change.id)
    alone = line is not None and (
        line.kind is Kind.APPROVAL_RULES_SET
        or (line.kind is Kind.SETTING_AMENDED and not line.body["changed"])
    )
    return change.id if alone else ""


def _those(context: Context, ids: Sequence[str]) -> list[WaitingChange]:
    if not ids:
        raise UserError("No change was chosen.", "Choose at least one.")
    known = {change.id: change for change in context.queries.waiting_changes()}
    gone = [name for name in ids if name not in known]
    if gone:
        raise UserError(
            "This change waits no more: it was decided on, taken back, or changed again.",
            "Look at what waits now.",
        )
    return [known[name] for name in dict.fromkeys(ids)]


def _second(context: Context, change: WaitingChange) -> Role:
    """The role in which the user is the second person; `NotAllowed` where they are the first, or may not."""
    role = context.role("confirm_rules" if change.is_of_rules else "confirm_fee")
    if context.by.id in change.authors:
        raise NotAllowed(
            f"You changed it: somebody else has to confirm it ({change_words(_said(change)).lower()}).",
            "Ask somebody else, or take it back.",
            "A4",
        )
    return role


def _said(change: WaitingChange) -> dict[str, Any]:
    return {
        "change": change.id,
        "what": change.what,
        "was": change.was,
        "wanted": change.wanted,
        "changed_by": change.by_name,
    }


def _as_it_comes_to_be(context: Context, change: WaitingChange) -> dict[str, Any]:
    if change.is_of_rules:
        hub = context.queries.hub().model_copy(update={"approval_rules": change.rules})
        return {"settings": dump(hub)}
    details = context.queries.setting_details(change.subject)
    return {"details": dump(details.model_copy(update={"weekly_fee": change.fee}))}


# --- an entry taken back that brought a change -------------------------------------------------------------


def waiting_back(context: Context, line: Line, *, reason: str) -> list[Entry]:
    """What takes back the change that an entry brought, as long as it waits; nothing where it doesn't.

    `NotAllowed` where another one waits in its place.
    """
    change = context.queries.waiting_of(line.subject) if "waits" in line.body else None
    if change is None:
        return []
    if change.id != line.id:
        what = "The approval rules were" if change.is_of_rules else f"Weekly fee of {line.subject} was"
        raise NotAllowed(f"{what} changed since.", "Take back the newer change, or set right what is wrong.")
    return [_taken_back(context, change, reason)]


def confirmed_since(context: Context, line: Line) -> bool:
    """Whether the change that an entry brought was confirmed."""
    return "waits" in line.body and any(
        each.kind is Kind.CHANGE_CONFIRMED and each.body["change"] == line.id
        for each in context.queries.entries_of(line.subject)
    )


def fee_before(context: Context, line: Line) -> dict[str, Any]:
    """The fee as it was before a change that was confirmed since, as a field to amend: that waits too.

    `NotAllowed` where another fee counts by now.
    """
    if not confirmed_since(context, line):
        return {}
    change = line.body["waits"]
    if context.queries.fee_of(line.subject) != change["wanted"]:
        raise NotAllowed(
            f"Weekly fee of {line.subject} was changed since.", "Set right by hand what is wrong of it."
        )
    return {"weekly_fee": change["was"]}


__all__ = [
    "confirm_changes", "confirmed_since", "fee_before", "held", "refuse_changes", "take_back_changes",
    "waiting_back",
]  # fmt: skip
