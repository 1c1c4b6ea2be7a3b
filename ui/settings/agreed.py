"""What is agreed with a home, until it is done; and what was learned from its outbreak."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from discharge.actions.calls import agree_action, do_action, drop_action, review_outbreak
from discharge.model.call import Agreed
from discharge.model.infection import organism_name
from discharge.model.shown.calls import ActionLine, ReviewLine
from discharge.model.shown.settings import SettingPage
from discharge.words.days import day_words
from ui.frame.action_form import Action, ActionForm
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.theme.status import neutral
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.pickers import SuggestField
from ui.widgets.text_fields import TextAreaField, TextField

WHO = (
    "The home's manager",
    "The hub",
    "Public health",
    "Infection prevention and control",
    "Safeguarding",
    "The commissioner",
)


class AgreeForm(ActionForm):
    """What is to be done for a home, by whom, by when."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__(f"Agree an action: {page.row.name}", services=services, save_word="Agree")
        self._page = page
        self.add(
            TextField("what", "What is to be done", theme=self.theme, required=True, longest=500), wide=True
        )
        self.add(
            SuggestField("who", "Who does it", theme=self.theme, suggestions=WHO, required=True, longest=200)
        )
        self.add(
            DateField(
                "due",
                "By when",
                theme=self.theme,
                today=services.today,
                required=True,
                earliest=services.today(),
                hint="On that day it stands on Today.",
            )
        )

    def save(self, values: Mapping[str, Any]) -> None:
        agreed = Agreed(what=values["what"], who=values["who"], due=values["due"])
        self.perform(
            partial(agree_action, setting=self._page.row.id, agreed=agreed),
            done=f"{self._page.row.name}: agreed, by {day_words(agreed.due)}.",
            undo=entry_back("Take back"),
        )


class DoneForm(ActionForm):
    """Something agreed is done, or no longer to be done."""

    def __init__(self, action: ActionLine, *, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Agreed with {action.setting_name}",
            services=services,
            save_word="Record",
            columns=1,
            parent=parent,
        )
        self._action = action
        self.add_lines([neutral(f"{action.what}. {action.who}, by {day_words(action.due)}.")])
        self.how = self.add(
            ChoiceField(
                "how",
                "What became of it",
                ((True, "It is done"), (False, "It is no longer to be done")),
                theme=self.theme,
                none="",
                required=True,
            )
        )
        self.words = self.add(
            TextField("words", "What was done", theme=self.theme, longest=500, hint="Stands in the record.")
        )
        self.how.changed.connect(lambda: self.words.set_required(self.how.value() is False))

    def save(self, values: Mapping[str, Any]) -> None:
        name, words = self._action.id, values["words"] or ""
        is_done = values["how"] is not False
        action: Action = (
            partial(do_action, action=name, words=words)
            if is_done
            else partial(drop_action, action=name, reason=words)
        )
        word = "done" if is_done else "no longer agreed"
        self.perform(
            action,
            done=f"{self._action.setting_name}: {word}.",
            undo=entry_back("Not done") if is_done else None,
        )


class LearningForm(ActionForm):
    """What was learned from an outbreak that ended, and with whom it was shared."""

    def __init__(self, review: ReviewLine, *, services: Services, parent: QWidget | None = None) -> None:
        name = organism_name(review.organism)
        super().__init__(
            f"Looking back: {name} at {review.setting_name}",
            services=services,
            save_word="Record",
            columns=1,
            parent=parent,
        )
        self._review = review
        self.add(
            TextAreaField(
                "learned",
                "What was learned",
                theme=self.theme,
                rows=5,
                longest=2_000,
                required=True,
                hint="How it came in, how it spread, what ended it, what is done otherwise now.",
            )
        )
        self.add(
            TextField(
                "shared",
                "Shared with",
                theme=self.theme,
                longest=500,
                hint="Other homes, public health, the infection control team.",
            )
        )

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(
                review_outbreak,
                ended=self._review.ended,
                learned=values["learned"],
                shared=values["shared"] or "",
            ),
            done=f"{self._review.setting_name}: what was learned is on record.",
            undo=entry_back("Take back"),
        )


__all__ = ["AgreeForm", "DoneForm", "LearningForm"]
