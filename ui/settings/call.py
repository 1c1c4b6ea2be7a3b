"""A telephone call with a setting is recorded in its log, or one taken out that was recorded by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from discharge.actions.calls import log_call, withdraw_call
from discharge.model.errors import UserError
from discharge.model.people import Given, How
from discharge.model.shown.settings import SettingPage
from discharge.words.calls import read_agreed, read_answers
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import AT_ONCE, all_back
from ui.settings.questions import QuestionFields
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.given import HOME_ROLES
from ui.widgets.pickers import SuggestField
from ui.widgets.text_fields import TextAreaField, TextField

OUT, IN, MISSED = "out", "in", "missed"
_WHO_RANG = ((OUT, "We rang them"), (IN, "They rang us"), (MISSED, "We rang, nobody answered"))


class CallForm(ActionForm):
    """Who rang, when, whom they spoke to and what was said."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__(f"Call: {page.row.name}", services=services, save_word="Record", columns=2)
        self._page = page
        theme, details = self.theme, page.details
        self.way = self.add(ChoiceField("way", "Who rang", _WHO_RANG, theme=theme, none="", required=True))
        self.add_when(required=True)
        self.who = self.add(
            TextField(
                "given_name", "Who was spoken to", theme=theme, required=True, longest=200,
                missing="Say who was spoken to.",
            )
        )  # fmt: skip
        self.role = self.add(
            SuggestField(
                "given_role", "Their role", theme=theme, suggestions=HOME_ROLES, required=True, longest=100
            )
        )
        self.number = self.add(TextField("given_number", "Number", theme=theme, required=True, longest=40))
        self.said = self.add(
            TextAreaField("said", "What was said", theme=theme, rows=4, longest=2_000),
            wide=True,
        )
        self.questions = QuestionFields(theme=theme, columns=4, parent=self)
        self.questions.finished.connect(self.ask_to_save)
        self.questions.left.connect(self.said.focus_first)
        self.questions.show_home(page.row.name, page.heard, {}, now=services.now())
        self.asked = self.fold("Questions, and what is agreed", tip="Beside each what was said last")
        self.asked.column.addWidget(self.questions)
        self.way.changed.connect(self._ask_who)
        known = details.contact or details.registered_manager
        self.set_values(
            {
                "way": OUT,
                "at": services.now(),
                "given_name": known or None,
                "given_role": "registered manager" if known and known == details.registered_manager else None,
                "given_number": details.phone or None,
            }
        )
        self._ask_who()
        self._first = self.values()

    def _ask_who(self) -> None:
        """Where nobody answered nobody was spoken to."""
        answered = self.way.value() != MISSED
        for field in (self.who, self.role, self.number):
            field.setVisible(answered)
        self.asked.setVisible(answered)

    def dirty(self) -> bool:
        """Answers that are typed are something entered, like any field."""
        return super().dirty() or bool(self.questions.typed())

    def save(self, values: Mapping[str, Any]) -> None:
        given = None
        if values["way"] != MISSED:
            given = Given(
                how=How.PHONE,
                name=values["given_name"],
                role=values["given_role"],
                number=values["given_number"],
            )
        typed, today = self.questions.typed() if given is not None else {}, self.services.today()
        try:
            answers, agreed = read_answers(typed, today=today), read_agreed(typed, today=today)
        except UserError as error:
            self.refused(error)
            return
        action = partial(
            log_call,
            setting=self._page.row.id,
            said=values["said"] or "",
            given=given,
            incoming=values["way"] == IN,
            at=values["at"],
            answers=answers,
            agreed=agreed,
        )
        self.perform(
            action,
            done=f"{self._page.row.name}: the call is in the log.",
            undo=all_back(AT_ONCE, "Take it out"),
        )


class WithdrawCallForm(ActionForm):
    """Takes a call out of the log, with the reason; it stays readable."""

    def __init__(self, page: SettingPage, call: str, *, services: Services) -> None:
        super().__init__(
            f"Take a call out: {page.row.name}", services=services, save_word="Take out", columns=1
        )
        self._setting, self._call, self._name = page.row.id, call, page.row.name
        self.add(
            SuggestField(
                "reason", "Why", theme=self.theme, required=True, hint="It stays readable, struck through.",
                suggestions=("Recorded by mistake", "It was another setting"),
            )
        )  # fmt: skip

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(withdraw_call, setting=self._setting, call=self._call, reason=str(values["reason"])),
            done=f"{self._name}: the call is out of the log.",
        )
