"""A rule of who may approve what, and when: normal approval, surge approval (A4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from discharge.actions.hub import set_approval_rules
from discharge.model.people import ApprovalRule, User
from discharge.model.setting import Span
from discharge.rules.may import MAY
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.widgets.choice_fields import TickListField
from ui.widgets.date_fields import DateField
from ui.widgets.number_fields import WholeNumberField
from ui.widgets.text import label
from ui.widgets.text_fields import TextAreaField, TextField

DEAREST = 100_000


class ApprovalRuleForm(ActionForm):
    """Adds a rule, or amends the one at `place` of the hub's rules."""

    def __init__(
        self,
        services: Services,
        *,
        rules: Sequence[ApprovalRule],
        people: Sequence[User],
        place: int | None = None,
    ) -> None:
        super().__init__(
            "Amend an approval rule" if place is not None else "Add an approval rule", services=services
        )
        self._rules, self._place = tuple(rules), place
        theme, today = self.theme, services.today
        self.add(
            TextField("name", "Name", theme=theme, required=True, longest=60,
                      hint="As it is called in the record: normal, surge.")
        )  # fmt: skip
        self.add(
            WholeNumberField("weekly_fee", "Up to a weekly fee of", theme=theme, most=DEAREST, unit="pounds",
                             hint="The limit included. Left open: any fee.")
        )  # fmt: skip
        self.add(DateField("start", "From", theme=theme, today=today, required=True))
        self.add(
            DateField(
                "last", "To the end of", theme=theme, today=today, hint="Left open: until it is changed."
            )
        )
        leads = [(user.id, user.name) for user in people if user.active and MAY["approve"].of(user.roles)]
        self.add(
            TickListField("users", "Who may", leads, theme=theme, hint="Nobody ticked: any LA lead."),
            wide=True,
        )
        self.add(
            TextAreaField("reason", "Reason for the change", theme=theme, rows=2, longest=500, required=True,
                          missing="Say why: it stays in the record."),
            wide=True,
        )  # fmt: skip
        if place is not None:
            rule = self._rules[place]
            self.set_values(
                {
                    "name": rule.name,
                    "weekly_fee": None if rule.weekly_fee is None else round(rule.weekly_fee),
                    "start": rule.valid.start,
                    "last": rule.valid.end and rule.valid.end - timedelta(1),
                    "users": rule.users,
                }
            )
        else:
            self.set_values({"name": "normal", "start": today()})

    def check(self, values: Mapping[str, Any]) -> str:
        ends_early = values["last"] is not None and values["last"] < values["start"]
        return "The rule ends before it begins." if ends_early else ""

    def save(self, values: Mapping[str, Any]) -> None:
        fee, last = values["weekly_fee"], values["last"]
        rule = ApprovalRule(
            name=values["name"],
            valid=Span(start=values["start"], end=None if last is None else last + timedelta(1)),
            users=frozenset(values["users"]),
            weekly_fee=None if fee is None else float(fee),
        )
        after = list(self._rules)
        if self._place is None:
            after.append(rule)
        elif after[self._place] == rule:
            self.unchanged()
            return
        else:
            after[self._place] = rule
        self.perform(
            partial(set_approval_rules, rules=after, reason=values["reason"]),
            done=f"The rule “{rule.name}” is set.",
            undo=entry_back("Take back"),
        )


class RemoveApprovalRuleForm(ActionForm):
    """Takes a rule out."""

    def __init__(self, services: Services, *, rules: Sequence[ApprovalRule], place: int) -> None:
        super().__init__("Take a rule out", services=services, save_word="Take out", columns=1)
        self._rules, self._place = tuple(rules), place
        rule = self._rules[place]
        left = len(self._rules) - 1
        said = f"The rule “{rule.name}” no longer counts: {rule.sentence}."
        what = "" if left else " Without any rule, any LA lead may approve any fee."
        self.add_widget(label(f"{said}{what}", wrap=True))
        self.add(
            TextAreaField("reason", "Reason for the change", theme=self.theme, rows=2, longest=500,
                          required=True, missing="Say why: it stays in the record.")
        )  # fmt: skip

    def save(self, values: Mapping[str, Any]) -> None:
        after = [rule for at, rule in enumerate(self._rules) if at != self._place]
        self.perform(
            partial(set_approval_rules, rules=after, reason=values["reason"]),
            done="The rule is taken out.",
            undo=entry_back("Put back"),
        )
