"""How a decision is said: whether it can be made, by whom, what it costs and up to which limit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from discharge.model.approving import ApprovalLimit, Costs
from discharge.model.flags import Severity, chief
from discharge.model.people import User
from discharge.model.shown.placements import ApprovalRow
from discharge.rules.approving import against, limit_words
from discharge.rules.may import MAY, decides_for
from discharge.words import terms
from discharge.words.counts import count_words, listing
from ui.theme.status import Status, danger, done, unknown, waiting

NO_LIMIT = ApprovalLimit(has_rules=False, names=(), most=None)


@dataclass(frozen=True, slots=True)
class Decider:
    """Who would decide, and up to which fee."""

    user: User | None
    limit: ApprovalLimit | None

    @property
    def is_lead(self) -> bool:
        """Whether they may decide at all."""
        return self.user is not None and MAY["approve"].of(self.user.roles) is not None

    def is_own(self, row: ApprovalRow) -> bool:
        """Whether they proposed it themselves."""
        return self.is_lead and self.user is not None and self.user.id in row.proposers

    def why_not(self, row: ApprovalRow) -> str:
        """Why they can't approve this placement, in a sentence; empty where they can (A1, A4)."""
        found = against(
            user=self.user,
            proposers=row.proposers,
            authority=row.authority,
            weekly_fee=row.weekly_fee,
            limit=self.limit if self.is_lead else None,
        )
        said = "" if found is None else f"{found.sentence.rstrip('.')} ({found.rule})."
        if found is not None and found.rule in ("A1", "A6"):
            return said
        block = chief(row.flags)
        if block is not None and block.severity is Severity.LOOKING:
            return block.sentence
        if block is not None and block.blocks:
            return f"{block.sentence} ({block.rule}) Return it, and plan again."
        return said

    def rule_against(self, row: ApprovalRow) -> str:
        """By which rule they can't approve it; empty where they can, or where none decides."""
        said = self.why_not(row)
        found = re.search(r"\(([A-Z]\d+)\)", said)
        return found[1] if found else ""

    def is_anothers(self, row: ApprovalRow) -> bool:
        """Whether an LA lead of another local authority has to decide on it (A6)."""
        return self.is_lead and self.user is not None and not decides_for(self.user, row.authority)

    def authority_words(self, row: ApprovalRow) -> str:
        """That any lead decides where the person's authority isn't known; empty where it is."""
        if not self.is_lead or row.authority:
            return ""
        return "The person's local authority isn't known: any LA lead decides (A6)."

    def decides_for(self) -> str:
        """For which local authorities they decide; empty for who doesn't decide."""
        if not self.is_lead or self.user is None:
            return ""
        return listing(sorted(self.user.authorities)) or "Every authority: none is set for you (A6)"

    def limit_status(self, weekly_fee: float | None) -> Status:
        """How a weekly fee stands to their limit."""
        limit = self.limit or NO_LIMIT
        said = limit_words(limit, weekly_fee)
        if limit.covers(weekly_fee):
            return done(said)
        return unknown(said) if limit.names and weekly_fee is None else danger(said)


def fee_words(weekly_fee: float | None) -> str:
    """ "£950", or that it isn't known."""
    return terms.pounds(weekly_fee) if weekly_fee is not None else "not known"


def cost_facts(costs: Costs, decider: Decider, *, limits: str) -> list[tuple[str, str | Status | None]]:
    """What a placement costs, a week and in all; for who doesn't decide, the limits there are."""
    weekly: list[str] = [
        f"{fee_words(stay.weekly_fee)}{f' at {stay.setting_name}' if len(costs.stays) > 1 else ''}"
        for stay in costs.stays
    ]
    fee: str | Status = ", then ".join(weekly)
    if costs.weekly is None and len(costs.stays) == 1:
        fee = unknown("Not known")
    before = [
        f"{terms.pounds(stay.proposed)} a week{f' at {stay.setting_name}' if len(costs.stays) > 1 else ''}"
        for stay in costs.stays
        if stay.proposed is not None and stay.proposed != stay.weekly_fee
    ]
    waits = [
        f"{fee_words(fee)}{f' at {stay.setting_name}' if len(costs.stays) > 1 else ''}"
        for stay in costs.stays
        for fee in stay.waiting
    ]
    judged = costs.weekly is not None and (before or waits)
    return [
        ("A week", fee),
        ("When proposed", f"{', '.join(before)}: the higher counts for a limit" if before else ""),
        (
            "Waits",
            waiting(f"{', '.join(waits)}: not confirmed yet; the higher counts for a limit") if waits else "",
        ),
        ("Judged", f"{fee_words(costs.weekly)} a week" if judged else ""),
        ("In all", _total(costs)),
        ("Limits", "" if decider.is_lead else limits),
    ]


def _total(costs: Costs) -> str | Status:
    nights = sum(stay.nights or 0 for stay in costs.stays)
    if costs.total is not None:
        return f"{terms.pounds(round(costs.total))} for {count_words(nights, 'night')}"
    if costs.first_days is None:
        return unknown("Not known: a fee is missing")
    return f"{terms.pounds(round(costs.first_days))} in the first {costs.days} days, then open-ended"


def weekly_together(rows: Sequence[ApprovalRow]) -> str:
    """What several cost a week: "£2,850, and one whose fee isn't known"."""
    known = [row.weekly_fee for row in rows if row.weekly_fee is not None]
    missing = len(rows) - len(known)
    said = terms.pounds(sum(known)) if known else ""
    lacking = f"{count_words(missing, 'fee')} not known" if missing else ""
    return ", ".join(part for part in (said, lacking) if part)
