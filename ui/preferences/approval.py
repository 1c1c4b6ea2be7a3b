"""Preferences, approval: who may approve up to which weekly fee, and when (A4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtWidgets import QStackedWidget, QWidget

from discharge.model.people import ApprovalRule
from discharge.words.days import day_and_time, day_words
from ui.frame.openings import open_elsewhere
from ui.frame.page import Page
from ui.models.table import Column, RowsModel
from ui.preferences.approval_rule import ApprovalRuleForm, RemoveApprovalRuleForm
from ui.preferences.facts import PreferencesFacts
from ui.theme.scale import Space
from ui.theme.status import Status, done, neutral, waiting
from ui.widgets.detail import CommandButton
from ui.widgets.empty import EmptyState
from ui.widgets.flow import in_lines
from ui.widgets.layouts import in_column
from ui.widgets.table import TableView
from ui.widgets.text import label


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in its place, with the names of who may."""

    place: int
    rule: ApprovalRule
    who: str
    comes: bool = False
    """It waits for a second person's word, and doesn't count until then."""
    goes: bool = False
    """It counts until somebody else has confirmed that it goes."""


def state_of(row: RuleLine, *, today: date) -> Status:
    """Whether a rule counts today."""
    rule = row.rule
    if row.comes:
        return waiting("To be confirmed", "It counts once somebody else has confirmed it.")
    if row.goes:
        return waiting("To be taken out", "It counts until somebody else has confirmed that it goes.")
    if rule.valid.covers(today):
        return done("In force", "It counts today.")
    if rule.valid.start > today:
        return waiting("Begins later", f"From {day_words(rule.valid.start, today=today)} on.")
    return neutral("Over", "It no longer counts.")


def last_day_words(rule: ApprovalRule, *, today: date) -> str:
    """The last day on which a rule counts."""
    return (
        "until changed" if rule.valid.end is None else day_words(rule.valid.end - timedelta(1), today=today)
    )


class ApprovalPane(QWidget):
    """The rules of approval, and the way to change them."""

    def __init__(self, page: Page, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._facts: PreferencesFacts | None = None
        theme, commands = page.theme, page.commands
        self.setAccessibleName("Approval")
        today = page.services.today
        self.model: RowsModel[RuleLine] = RowsModel(
            [
                Column(key="name", title="Approval", text=lambda row: row.rule.name, strong=True, width=14),
                Column(
                    key="fee",
                    title="Up to a week",
                    text=lambda row: fee_words(row.rule),
                    sort=lambda row: row.rule.weekly_fee,
                    width=14,
                ),
                Column(
                    key="from",
                    title="From",
                    text=lambda row: day_words(row.rule.valid.start, today=today()),
                    sort=lambda row: row.rule.valid.start,
                ),
                Column(
                    key="to",
                    title="To the end of",
                    text=lambda row: last_day_words(row.rule, today=today()),
                    sort=lambda row: row.rule.valid.end,
                ),
                Column(key="state", title="State", status=lambda row: state_of(row, today=today()), width=16),
                Column(key="who", title="Who may", text=lambda row: row.who, stretch=True, width=24),
            ],
            key=lambda row: f"{'goes' if row.goes else ''}{row.place}",
            parent=self,
        )
        self.table = TableView(self.model, theme=theme, name="Approval rules")
        self.table.opened.connect(lambda _row: commands.do("approval.amend"))
        self.empty = EmptyState(
            "Any LA lead may approve any fee",
            "Add a rule to set who may approve up to which weekly fee, and when.",
            theme=theme,
            icon="approvals",
            button=commands.command("approval.add").text,
        )
        self.empty.pressed.connect(lambda: commands.do("approval.add"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        self.said = label("", "muted", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        theme, commands = self._page.theme, self._page.commands
        gutter, near = theme.px(Space.GUTTER), theme.px(Space.NEAR)
        column = in_column(self, around=(0, theme.px(6), 0, near), gap=near)
        about = (
            "Nobody approves what they proposed themselves. Where several rules are in force, a lead may "
            "approve what one of them allows; a fee that isn't known is above any limit. Each change is on "
            "record, and counts once a second person has confirmed it."
        )
        words = in_column(around=(gutter, 0, gutter, 0))
        words.addWidget(label(about, "muted", wrap=True))
        words.addWidget(self.said)
        column.addLayout(words)
        held = in_column(around=(near, 0, near, 0))
        held.addWidget(self._stack)
        column.addLayout(held, 1)
        foot = in_column(around=(gutter, 0, gutter, 0))
        ids = "approval.add", "approval.amend", "approval.remove", "approval.confirm", "approval.refuse"
        foot.addLayout(in_lines((CommandButton(commands.action(id_), theme=theme) for id_ in ids), gap=near))
        column.addLayout(foot)

    def show_facts(self, facts: PreferencesFacts) -> None:
        """Shows the hub's rules."""
        self._facts = facts
        names = {user.id: user.name for user in facts.people}
        rules, after = facts.hub.approval_rules, self._after()
        lines = [
            RuleLine(at, rule, who_words(rule, names), comes=rule not in rules)
            for at, rule in enumerate(after)
        ]
        lines += [
            RuleLine(at, rule, who_words(rule, names), goes=True)
            for at, rule in enumerate(rules)
            if rule not in after
        ]
        self.model.reload(lines)
        self.table.measure_again()
        on = [rule for rule in rules if rule.valid.covers(facts.today)]
        if not rules:
            self.said.setText("")
        elif on:
            self.said.setText(f"Today: {'; '.join(rule.sentence for rule in on)}.")
        else:
            self.said.setText("Today no rule is in force: nobody may approve. Add one that covers today.")
        if (change := facts.waiting) is not None:
            since = f"{change.by_name} changed the rules {day_and_time(change.at)}"
            self.said.setText(f"{self.said.text()} {since}: that waits for somebody else's word.".strip())
        self._stack.setCurrentWidget(self.table if lines else self.empty)
        self.table.pick_first()

    def current(self) -> RuleLine | None:
        """The rule chosen."""
        row: RuleLine | None = self.table.current_row()
        return row

    def _after(self) -> tuple[ApprovalRule, ...]:
        """The rules as they are to be: those that wait, else those that count."""
        facts = self._facts
        if facts is None:
            return ()
        return facts.waiting.rules if facts.waiting is not None else facts.hub.approval_rules

    def why_not(self) -> str:
        """Why no rule can be amended or taken out."""
        row = self.current()
        if row is None:
            return "Choose a rule first."
        return "It is to be taken out already." if row.goes else ""

    def why_not_decide(self) -> str:
        """Why nothing can be confirmed or refused."""
        waits = self._facts is not None and self._facts.waiting is not None
        return "" if waits else "No rules wait for a second person's word."

    def confirm(self) -> None:
        """Opens the form that confirms the rules that wait."""
        self._decide("confirm")

    def refuse(self) -> None:
        """Opens the form that refuses the rules that wait."""
        self._decide("refuse")

    def _decide(self, answer: str) -> None:
        if self._facts is not None and self._facts.waiting is not None:
            open_elsewhere(self._page, "settings.decide", self._facts.waiting.id, answer=answer)

    def add(self) -> None:
        """Opens the form of a new rule."""
        if self._facts is not None:
            facts = self._facts
            self._page.open_form(
                ApprovalRuleForm(self._page.services, rules=self._after(), people=facts.people)
            )

    def amend(self) -> None:
        """Opens the form of the rule chosen."""
        row, facts = self.current(), self._facts
        if row is not None and facts is not None:
            self._page.open_form(
                ApprovalRuleForm(
                    self._page.services,
                    rules=self._after(),
                    people=facts.people,
                    place=row.place,
                )
            )

    def remove(self) -> None:
        """Asks why, and takes the rule out."""
        row, facts = self.current(), self._facts
        if row is not None and facts is not None:
            self._page.open_form(
                RemoveApprovalRuleForm(self._page.services, rules=self._after(), place=row.place)
            )


def fee_words(rule: ApprovalRule) -> str:
    """The fee up to which a rule goes."""
    return "any fee" if rule.weekly_fee is None else f"£{rule.weekly_fee:,.0f}"


def who_words(rule: ApprovalRule, names: Mapping[str, str]) -> str:
    """Who may, by name."""
    return ", ".join(sorted(names.get(user, user) for user in rule.users)) or "any LA lead"
