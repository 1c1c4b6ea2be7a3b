"""The hub settles a value that its rule set leaves to it, takes its word back, or chooses a rule set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from discharge.actions.hub import choose_rule_set, set_local_value, withdraw_local_value
from discharge.model.hub import LocalValue
from discharge.rules.rule_words import value_words
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.preferences.facts import RuleSetLine, RuleValue
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.field import Field
from ui.widgets.number_fields import WholeNumberField
from ui.widgets.text import label
from ui.widgets.text_fields import TextAreaField, TextField
from ui.words.plans import rules_words

IN_FORCE = ""
"""The choice of the rule set that is in force on the day."""
MOST = {"hour": 8_760, "day": 3_660, "night": 365}
"""The largest number that makes sense, by what is counted."""


class SettleForm(ActionForm):
    """Settles a value: another one than the rule set's, or confirms the rule set's own."""

    def __init__(self, services: Services, value: RuleValue, *, confirm: bool = False) -> None:
        self._value = value
        super().__init__(
            "Confirm a local setting" if confirm else "Settle a local setting",
            services=services,
            save_word="Confirm" if confirm else "Settle",
            columns=1,
        )
        self.section(f"{value.subject}: {value.label.name[:1].lower()}{value.label.name[1:]}")
        self.add_widget(label(value.label.what, wrap=True))
        shipped = f"The rule set says {value_words(value.key, value.value)}. Source: {value.source}."
        self.add_widget(label(shipped, "muted", wrap=True))
        self._field = self._value_field() if not confirm else None
        if self._field is not None:
            self.add(self._field)
        theme = self.theme
        self.add(
            TextField("source", "Source", theme=theme, required=True, missing="Say what it rests on.",
                      hint="A document or a person, with the date: “IPC lead, letter of 2 Nov 2020”.")
        )  # fmt: skip
        self.add(
            TextAreaField("reason", "Reason", theme=theme, rows=2, longest=500, required=True,
                          missing="Say why: it stays in the record.")
        )  # fmt: skip
        settled = value.settled if value.settled is not None and value.holds else None
        known = {"value": value.in_force}
        if settled is not None:
            known |= {"source": settled.source, "reason": settled.reason}
        self.set_values(known)

    def _value_field(self) -> Field:
        value, unit = self._value, self._value.label.unit
        if isinstance(value.value, bool):
            choices = [(True, "Yes"), (False, "No")]
            return ChoiceField("value", "This hub's value", choices, theme=self.theme, none="", required=True)
        return WholeNumberField(
            "value",
            f"This hub's value, in {unit}s" if unit else "This hub's value",
            theme=self.theme,
            most=MOST.get(unit, 1_000_000),
            required=True,
        )

    def save(self, values: Mapping[str, Any]) -> None:
        value = self._value
        chosen = values["value"] if self._field is not None else value.value
        if value.settled is not None and value.holds and _same(value.settled, chosen, values):
            self.unchanged()
            return
        action = partial(
            set_local_value, key=value.key, value=chosen, source=values["source"], reason=values["reason"]
        )
        said = value_words(value.key, chosen)
        what = "Confirmed" if chosen == value.value else "Settled"
        self.perform(
            action,
            done=f"{what}: {value.subject}, {said}.",
            undo=entry_back("Take back"),
        )


def _same(settled: LocalValue, chosen: object, values: Mapping[str, Any]) -> bool:
    return (settled.value, settled.source, settled.reason) == (chosen, values["source"], values["reason"])


class WithdrawForm(ActionForm):
    """The hub takes its word on a value back."""

    def __init__(self, services: Services, value: RuleValue) -> None:
        super().__init__("Withdraw the hub's value", services=services, save_word="Withdraw", columns=1)
        self._value = value
        self.section(f"{value.subject}: {value.label.name[:1].lower()}{value.label.name[1:]}")
        then = value_words(value.key, value.value)
        said = f"The rule set's value counts again: {then}. It is to be confirmed by the hub then."
        self.add_widget(label(said, wrap=True))
        self.add(
            TextAreaField("reason", "Reason", theme=self.theme, rows=2, longest=500, required=True,
                          missing="Say why: it stays in the record.")
        )  # fmt: skip

    def save(self, values: Mapping[str, Any]) -> None:
        held = self._value.settled is not None and self._value.holds
        self.perform(
            partial(withdraw_local_value, key=self._value.key, reason=values["reason"]),
            done=f"Withdrawn: {self._value.subject} goes by the rule set.",
            undo=entry_back("Settle again") if held else None,
        )


class ChooseRuleSetForm(ActionForm):
    """The hub goes by another rule set, or by the one in force on the day."""

    def __init__(self, services: Services, *, rule_sets: Sequence[RuleSetLine], chosen: str | None) -> None:
        super().__init__("Choose a rule set", services=services, save_word="Choose", columns=1)
        self._chosen = chosen
        said = (
            "Every placement from now on is judged by it; plans made before keep the one that they were made "
            "under. What the hub has settled holds on where the new rule set says the same."
        )
        self.add_widget(label(said, wrap=True))
        choices = [(IN_FORCE, "The one in force on the day")] + [
            (each.name, _line_words(each)) for each in rule_sets
        ]
        self.add(
            ChoiceField("rule_set", "Rule set", choices, theme=self.theme, none="", required=True)
        ).set_value(chosen or IN_FORCE)
        self.add(
            TextAreaField("reason", "Reason", theme=self.theme, rows=2, longest=500, required=True,
                          missing="Say why: it stays in the record.")
        )  # fmt: skip
        self.set_values({"rule_set": chosen or IN_FORCE})

    def save(self, values: Mapping[str, Any]) -> None:
        chosen = values["rule_set"] or None
        if chosen == self._chosen:
            self.unchanged()
            return
        self.perform(
            partial(choose_rule_set, rule_set=chosen, reason=values["reason"]),
            done="The rule set is chosen. Plan again to see what it changes.",
            undo=entry_back("Choose back"),
        )


def _line_words(each: RuleSetLine) -> str:
    since = f", from {day_words(each.start, year=True)}" if each.start else ""
    return f"{rules_words(each.name)}: {each.title}{since}"
