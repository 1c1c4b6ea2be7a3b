"""Several placements approved in one go: one page that sums them up, before anything is decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from discharge.actions.one_sitting import Refused
from discharge.model.approving import Principle
from discharge.model.flags import by_weight
from discharge.model.plan import Condition
from discharge.model.shown.placements import ApprovalRow
from discharge.model.shown.plans import PlanRow
from discharge.model.shown.sittings import Deciding, DecidingTogether
from discharge.words import terms
from discharge.words.counts import count_words, listing, sentence_case
from discharge.words.days import instant_words
from ui.approvals.words import Decider, fee_words, weekly_together
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, done, neutral, unknown, waiting
from ui.widgets.choice_fields import TickListField
from ui.widgets.principle import PrincipleField
from ui.widgets.text_fields import TextAreaField
from ui.words.plans import rules_words

Approve = Callable[[Sequence[ApprovalRow], Sequence[Refused], str, Principle | None], None]
"""Called with those to approve, those left out and why, the note and the principle."""
ASIDE = "Set aside by whoever decided, to be looked at again."
NAMED = 12
"""So many names stand in a line."""


def second_look(one: Deciding) -> str:
    """Why a placement that can be approved is looked at again first; empty where nothing asks for it."""
    if one.row.flags:
        return " ".join(flag.sentence for flag in by_weight(one.row.flags))
    changed = [
        f"{stay.setting_name} was {terms.pounds(stay.proposed)} a week when it was proposed"
        for stay in one.costs.stays
        if stay.proposed is not None and stay.weekly_fee is not None and stay.proposed != stay.weekly_fee
    ]
    if any(stay.waiting for stay in one.costs.stays):
        changed.append("another fee waits to be confirmed")
    return f"{sentence_case('; '.join(changed))}." if changed else ""


def cost_lines(those: Sequence[Deciding], decider: Decider) -> list[Status]:
    """What they cost together, and how the dearest stands to the limit."""
    rows = [each.row for each in those]
    first = [each.costs.first_days for each in those]
    days = those[0].costs.days
    known = sum(each for each in first if each is not None)
    unknown_too = f", and {first.count(None)} not known" if None in first else ""
    found = [
        neutral(f"{sentence_case(weekly_together(rows))} a week together."),
        neutral(f"{terms.pounds(round(known))} in the first {days} days{unknown_too}."),
    ]
    fees = [row for row in rows if row.weekly_fee is not None]
    if fees:
        dearest = max(fees, key=lambda row: row.weekly_fee or 0)
        stands = decider.limit_status(dearest.weekly_fee)
        said = f"The dearest is {dearest.patient_name}, {fee_words(dearest.weekly_fee)} a week."
        found.append(Status(f"{said} {stands.word}.", stands.tone, icon_name=stands.icon_name))
    if len(fees) < len(rows):
        lacking = listing([row.patient_name for row in rows if row.weekly_fee is None], most=NAMED)
        found.append(unknown(f"No fee is known for {lacking}."))
    return found


def condition_lines(rows: Sequence[ApprovalRow]) -> list[Status]:
    """What is still needed after, and of whom."""
    whom: dict[Condition, list[str]] = defaultdict(list)
    for row in rows:
        for condition in row.conditions:
            whom[condition].append(row.patient_name)
    lines = []
    for condition, names in whom.items():
        word, sentence = terms.CONDITIONS[condition]
        said = f"{sentence_case(word)}, {len(names)}: {listing(names, most=NAMED)}."
        lines.append(Status(said, Tone.WAITING, sentence, "flag"))
    return lines or [done("Nothing: each can go as it stands.")]


def where_lines(rows: Sequence[ApprovalRow]) -> list[Status]:
    """How many go to which setting, most first."""
    counted = Counter(row.last_setting for row in rows)
    return [neutral(f"{listing([f'{name}: {count}' for name, count in counted.most_common()], most=NAMED)}.")]


def ground_lines(those: Sequence[Deciding], plans: Sequence[PlanRow], *, now: datetime) -> list[Status]:
    """What they rest on: the plan that they are a part of, or somebody's own choice and its principle."""
    lines = []
    for plan in plans:
        count = sum(each.plan == plan.id for each in those)
        best = (
            f"the best for all {plan.listed} together, proven"
            if plan.status == "optimal"
            else f"the best found for all {plan.listed} together, within {plan.gap:.1%}"
        )
        lines.append(
            Status(
                f"{count} of plan {plan.id}, {instant_words(plan.made_at, now=now)} by {plan.by}: {best}, "
                f"by the {rules_words(plan.rule_set)} rules.",
                icon_name="plan",
            )
        )
    for each in those:
        if each.plan is None:
            named = each.principle.words if each.principle is not None else "no principle named"
            said = f"{each.row.patient_name} was chosen by hand: “{each.by_hand_reason}” ({named})."
            lines.append(Status(said, Tone.ACCENT, icon_name="edit"))
    return lines


class ApproveSeveralForm(ActionForm):
    """Sums up what was chosen: cost against the limit, what is still needed, what to look at again, what it
    rests on, and who is left out and why."""

    reads_first = True

    def __init__(
        self, found: DecidingTogether, *, decider: Decider, services: Services, approve: Approve
    ) -> None:
        super().__init__(
            f"Approve {count_words(len(found.those), 'placement')}", services=services, save_word="Approve",
        )  # fmt: skip
        self._found, self._decider, self._do = found, decider, approve
        able = [each for each in found.those if not decider.why_not(each.row)]
        self._held = [each.row for each in found.those if decider.why_not(each.row)]
        self._again = {each.row.id: each for each in able if second_look(each)}
        self._plain = [each for each in able if each.row.id not in self._again]
        self.again: TickListField[str] | None = None
        if self._again:
            self.section("Look again first", remark="Only those that you tick are approved")
            asked = [
                (id_, f"{each.row.patient_name}: {second_look(each)}") for id_, each in self._again.items()
            ]
            self.again = self.add(TickListField("again", "Approve too", asked, theme=self.theme, columns=1))
            self.again.changed.connect(self._sum_up)
        self.section("Cost, and where they go")
        self.cost = self.add_lines()
        self.section("Still needed after", remark="As proposed; read anew as each is approved")
        self.needed = self.add_lines()
        self.section("What it rests on")
        self.ground = self.add_lines()
        if self._held:
            self.section("Not approved", remark=str(len(self._held)))
            self.held = self.add_lines()
            self.held.show_lines(
                [danger(f"{row.patient_name}: {decider.why_not(row)}") for row in self._held]
            )
        self.section("Your decision")
        self.note = self.add(
            TextAreaField(
                "note", "Note", theme=self.theme, rows=2, longest=400,
                hint="Stands in the record with each of them.",
            )
        )  # fmt: skip
        self.principle = self.add(PrincipleField(theme=self.theme))
        self._sum_up()

    def chosen(self) -> list[Deciding]:
        """Those that are approved as the form stands."""
        ticked = set(self.again.value()) if self.again is not None else set[str]()
        plain = {each.row.id for each in self._plain}
        return [each for each in self._found.those if each.row.id in plain | ticked]

    def _sum_up(self) -> None:
        those = self.chosen()
        self.say_save(f"Approve {len(those)}" if those else "Approve")
        none: list[Status | str] = [waiting("Nobody is chosen yet.")]
        rows = [each.row for each in those]
        now = self.services.now()
        self.cost.show_lines([*cost_lines(those, self._decider), *where_lines(rows)] if those else none)
        self.needed.show_lines(condition_lines(rows) if those else none)
        self.ground.show_lines(ground_lines(those, self._found.plans, now=now) if those else none)

    def check(self, values: Mapping[str, Any]) -> str:
        return "" if self.chosen() else "Tick at least one whom you have looked at again."

    def save(self, values: Mapping[str, Any]) -> None:
        rows = [each.row for each in self.chosen()]
        ids = {row.id for row in rows}
        held = [
            Refused((row.id,), self._decider.why_not(row), "", rule=self._decider.rule_against(row))
            for row in self._held
        ]
        held += [Refused((id_,), ASIDE, "") for id_ in self._again if id_ not in ids]
        note, principle = str(values["note"] or ""), self.principle.value()
        # closed first: what comes of it is said in the window
        self.finished_well()
        self._do(rows, held, note, principle)


__all__ = ["ApproveSeveralForm", "cost_lines", "second_look"]
