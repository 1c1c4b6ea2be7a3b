"""Preferences, rules: the rule set value by value, with source and state, and the hub's own word."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from discharge.rules.rule_words import value_words
from discharge.words.days import day_words
from ui.frame.page import Page
from ui.models.table import Column, RowsModel
from ui.preferences.facts import PreferencesFacts, RuleValue, status_of
from ui.preferences.local_value import ChooseRuleSetForm, SettleForm, WithdrawForm
from ui.theme.scale import Space
from ui.widgets.detail import CommandButton, DetailPane
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column, in_row, in_two
from ui.widgets.search import Choice, FilterChips
from ui.widgets.tall_table import TallTable, TwoLines
from ui.widgets.text import label
from ui.words.plans import rules_words

LINE = 50
"""A list with more characters than these is given in two lines."""


def two_lines(words: str) -> tuple[str, str]:
    """A list as it stands in one line, or in two, parted at the comma nearest to its middle."""
    commas = [at for at in range(len(words)) if words.startswith(", ", at)]
    if len(words) <= LINE or not commas:
        return words, ""
    middle = min(commas, key=lambda at: abs(2 * at - len(words)))
    return words[:middle], words[middle + 2 :]


class RulesPane(QWidget):
    """The table of values with its detail; its commands are bound by the page."""

    def __init__(self, page: Page, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._facts: PreferencesFacts | None = None
        theme, commands = page.theme, page.commands
        self.setAccessibleName("Rules and local values")
        self.heading = label("", "heading", wrap=True)
        self.about = label("", "muted", wrap=True)
        self.chips = FilterChips(
            [
                (
                    "which",
                    [
                        Choice(
                            "open", "To be confirmed", lambda row: row.is_open, "The hub hasn't settled them"
                        ),
                        Choice(
                            "settled",
                            "Settled by this hub",
                            lambda row: row.settled is not None and row.holds,
                        ),
                        Choice("national", "National", lambda row: not row.local, "The same for every hub"),
                    ],
                )
            ],
            theme=theme,
        )
        self.model: RowsModel[RuleValue] = RowsModel(
            self._columns(),
            key=lambda row: row.key,
            search=lambda row: f"{row.key} {row.label.rule}",
            parent=self,
        )
        self.table = TallTable(self.model, theme=theme, name="Values of the rule set")
        self.table.set_menu(commands.row_menu("preferences", self.table))
        self.detail = DetailPane(theme=theme, name="The value")
        self.detail.left.connect(self.table.setFocus)
        self.table.picked.connect(self._show)
        # somebody else at the desk may do other things
        page.services.signed_in.connect(lambda _user: self._show(self.current()))
        self.table.opened.connect(lambda _row: commands.do("rules.settle"))
        self.chips.chosen.connect(self.model.narrow_by)
        self._lay_out()

    def _columns(self) -> list[Column[RuleValue]]:
        today = self._page.services.today
        return [
            Column(key="subject", title="About", text=lambda row: row.subject, width=38),
            TwoLines(
                key="name",
                title="Value and its source",
                text=lambda row: row.label.name,
                below=lambda row: row.source_in_force,
                sort=lambda row: row.label.name.casefold(),
                tip=lambda row: f"{row.label.what}\nSource: {row.source_in_force}\n{row.key}",
                strong=True,
                width=31,
                stretch=True,
            ),
            TwoLines(
                key="value",
                title="Now",
                text=lambda row: row.words if row.is_own else two_lines(row.words)[0],
                below=lambda row: (
                    f"not {value_words(row.key, row.value)}" if row.is_own else two_lines(row.words)[1]
                ),
                tip=lambda row: f"The rule set says {value_words(row.key, row.value)}.",
                width=21,
            ),
            TwoLines(
                key="state",
                title="State",
                status=lambda row: status_of(row, today=today()),
                below=lambda row: "local setting" if row.local else "",
                sort=lambda row: (not row.is_open, not row.local),
                tip=lambda row: status_of(row, today=today()).sentence,
                width=19,
            ),
        ]

    def _lay_out(self) -> None:
        theme, commands = self._page.theme, self._page.commands
        gutter = theme.px(Space.GUTTER)
        head = in_row(around=(gutter, theme.px(6), gutter, theme.px(Space.NEAR)))
        words = in_column(gap=theme.px(Space.HAIR))
        words.addWidget(self.heading)
        words.addWidget(self.about)
        head.addLayout(words, 1)
        head.addWidget(
            CommandButton(commands.action("rules.choose"), theme=theme), 0, Qt.AlignmentFlag.AlignTop
        )
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        left = QWidget(self.splitter)
        column = in_column(left, around=(theme.px(Space.NEAR), 0, 0, 0), gap=theme.px(Space.NEAR))
        bar = in_row(around=(theme.px(Space.NEAR), 0, theme.px(Space.NEAR), 0))
        bar.addWidget(self.chips, 1)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        in_two(self.splitter, left, self.detail, sizes=self._sizes())
        # values are read whole in the table, sooner than lines of the detail need to be longer
        self.splitter.setStretchFactor(1, 0)
        outer = in_column(self, gap=0)
        outer.addLayout(head)
        outer.addWidget(self.splitter, 1)

    def _sizes(self) -> tuple[int, int]:
        """The table and the detail, where there is room for both and no more."""
        return self._page.theme.px(640), self._page.theme.px(340)

    # ------------------------------------------------------------------ shown

    def set_narrow(self, narrow: bool, /) -> None:
        """Where there is little room, what is said of the rule set gives way to its values."""
        self.about.setVisible(not narrow)
        self.heading.setToolTip(self.about.text() if narrow else "")
        self.show_detail(not narrow)

    def show_detail(self, shown: bool, /) -> None:
        """Shows the detail beside the table, or folds it away."""
        # made ahead of being seen it has no width yet: it shares out what it gets in the measure of these
        self.splitter.setSizes(self._sizes() if shown else [1, 0])

    def detail_shown(self) -> bool:
        """Whether the detail is seen."""
        return bool(self.splitter.sizes()[1])

    def show_facts(self, facts: PreferencesFacts) -> None:
        """Shows the rule set as the hub has it."""
        self._facts = facts
        base = facts.base
        self.heading.setText(f"{rules_words(base.name)} rules: {base.title}")
        since = f"from {day_words(base.start, year=True)}" if base.start else "without a date"
        how = "chosen by this hub" if facts.chosen else "the one in force on the day"
        self.about.setText(
            f"{base.name}, {since}; {how}. Local settings ship with a default; they are to be confirmed by "
            "the hub: it confirms or changes each, with its source."
        )
        # the detail comes in a turn of its own
        with QSignalBlocker(self.table):
            self.model.reload(facts.values)
            self.table.pick_first()
        counts = {
            "open": sum(row.is_open for row in facts.values),
            "settled": sum(row.settled is not None and row.holds for row in facts.values),
            "national": sum(not row.local for row in facts.values),
        }
        self.chips.set_counts("which", counts)
        self._page.filling.then(lambda: self._show(self.current()))

    def current(self) -> RuleValue | None:
        """The value chosen."""
        row: RuleValue | None = self.table.current_row()
        return row

    def _show(self, row: RuleValue | None) -> None:
        detail = self.detail
        if row is None:
            detail.nothing()
            return
        today = self._page.services.today()
        status = status_of(row, today=today)
        detail.begin(row.label.name, status, subtitle=f"{row.subject}, rule {row.label.rule}")
        detail.gap()
        detail.lines([row.label.what, status.sentence])
        detail.section("The rule set")
        detail.facts([("Value", value_words(row.key, row.value)), ("Source", row.source)])
        if row.settled is not None:
            one = row.settled
            detail.section("This hub")
            detail.facts(
                [
                    ("Value", value_words(row.key, one.value)),
                    ("Source", one.source),
                    ("Reason", one.reason),
                    ("Settled", f"{day_words(one.settled_on, today=today)} by {one.by}"),
                ]
            )
        if row.local:
            detail.add(self._buttons(row))
            why = self._page.commands.forbidden("rules.settle")
            if why:
                detail.gap()
                detail.add(label(why, "small", wrap=True))
        detail.end()

    def _buttons(self, row: RuleValue) -> QWidget:
        """What can be done with the value; short words, as the value stands above."""
        theme, commands = self._page.theme, self._page.commands
        holder = QWidget()
        flow = FlowLayout(holder, gap=theme.px(Space.NEAR), line_gap=theme.px(Space.NEAR))
        flow.setContentsMargins(0, theme.px(Space.NEAR), 0, 0)
        for command, word, shown in (
            ("rules.confirm", "Confirm…", row.is_open),
            ("rules.settle", "Other value…" if row.is_open else "Settle anew…", True),
            ("rules.withdraw", "Withdraw…", row.settled is not None),
        ):
            button = CommandButton(commands.action(command), theme=theme, main=command == "rules.confirm")
            button.say(word)
            flow.addWidget(button)
            if not shown:
                button.hide()
        return holder

    # --------------------------------------------------------------- commands

    def why_not_settle(self) -> str:
        """Why the chosen value can't be settled here."""
        row = self.current()
        if row is None:
            return "Choose a value first."
        if not row.local:
            return "This value is national: the same for every hub under this rule set (I2)."
        return ""

    def why_not_change(self) -> str:
        """Why the chosen value can't be given another number."""
        row = self.current()
        reason = self.why_not_settle()
        if reason or row is None:
            return reason
        settable = isinstance(row.value, (bool, int))
        return "" if settable else "There is no other value to choose: confirm it."

    def why_not_withdraw(self) -> str:
        """Why there is nothing of the hub's to withdraw."""
        row = self.current()
        if row is None:
            return "Choose a value first."
        return "" if row.settled is not None else "The hub has not settled this value."

    def settle(self, *, confirm: bool = False) -> None:
        """Opens the form that settles the chosen value, or confirms it."""
        row = self.current()
        if row is not None:
            self._page.open_form(SettleForm(self._page.services, row, confirm=confirm))

    def withdraw(self) -> None:
        """Opens the form that takes the hub's word back."""
        row = self.current()
        if row is not None:
            self._page.open_form(WithdrawForm(self._page.services, row))

    def choose(self) -> None:
        """Opens the form that chooses the rule set."""
        facts = self._facts
        if facts is not None:
            chosen = facts.base.name if facts.chosen else None
            self._page.open_form(
                ChooseRuleSetForm(self._page.services, rule_sets=facts.rule_sets, chosen=chosen)
            )
