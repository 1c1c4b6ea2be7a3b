"""A form that performs one action of the hub: the work of saving, once for all forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from discharge.actions.context import Answered
from discharge.model.errors import Asked, UserError
from ui.frame.services import Services, Undo
from ui.theme.status import Status
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import InstantField
from ui.widgets.form import FormDialog
from ui.widgets.pickers import SuggestField
from ui.widgets.text import Lines, label
from ui.widgets.text_fields import TextField
from ui.widgets.who import WhoHeader
from ui.work.faults import Bug

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.model.shown.patients import WhoItIs

Action = Callable[[Any], Any]
Value = TypeVar("Value")


def changes_of(before: BaseModel, after: BaseModel) -> dict[str, object]:
    """The fields in which a record shall be otherwise; with the place, what the postcode said of it too."""
    keys = [key for key in type(after).model_fields if getattr(after, key) != getattr(before, key)]
    if {"latitude", "longitude", "local_authority"} & set(keys):
        keys.append("from_postcode")
    return {key: getattr(after, key) for key in keys}


class ActionForm(FormDialog):
    """A form over a page. `save` builds an action and hands it to `perform`."""

    def __init__(
        self,
        title: str,
        *,
        services: Services,
        save_word: str = "Save",
        columns: int = 2,
        parent: QWidget | None = None,
    ) -> None:
        parent = parent or services.window
        super().__init__(title, theme=services.theme, save_word=save_word, columns=columns, parent=parent)
        self.services = services
        self._filled_up = False
        self._answers: dict[str, str] = {}
        self._asked = ""
        self._question: QLabel | None = None
        self._because: TextField | None = None

    def perform(
        self,
        action: Action,
        *,
        done: str,
        undo: Undo | Callable[[Changed], Undo | None] | None = None,
        then: Callable[[Changed], object] | None = None,
    ) -> None:
        """Performs the action; when it is done, says so with its way back, and closes; else says why not."""

        def finish(changed: Changed) -> None:
            self.finished_well()
            if then is not None:
                then(changed)

        ticket = self.services.perform(
            self._answered(action), done=done, undo=undo, then=finish, failed=self.refused
        )
        if ticket is None:
            self.refused(
                UserError("Nobody is at the desk.", "Choose who you are, at the foot of the window.")
            )
            return
        ticket.failed.connect(self._stop_waiting_for_a_bug)

    def _answered(self, action: Action) -> Action:
        """The action with the reasons given to what it asked before."""
        return Answered(action, dict(self._answers)) if self._answers else action

    def ask_to_save(self) -> None:
        if self._because is not None and not self._because.isHidden():
            self._answers[self._asked] = str(self._because.value() or "")
        super().ask_to_save()

    def refused(self, error: UserError) -> None:
        """Something unusual is asked here, and done once its reason is given; else it is said why not."""
        if not isinstance(error, Asked):
            super().refused(error)
            return
        if self._because is None or self._question is None:
            self._question = label("", wrap=True)
            self.add_widget(self._question)
            self._because = self.add_why("Why it is so", key="asked_because", hint="Stands in the record.")
        self._asked = error.key
        self._question.setText(error.sentence)
        self._because.set_value(None)
        super().refused(error)
        self._scroll.ensureWidgetVisible(self._because)
        self._because.focus_first()

    def add_who(self, *people: WhoItIs | None) -> None:
        """Who this is about, at the head of the form: name, birth date, number, and who has a like name."""
        self.about = WhoHeader(theme=self.theme, parent=self)
        self.add_widget(self.about)
        self.about.show_who(*(each for each in people if each is not None))

    def add_why(
        self,
        name: str = "Why",
        *,
        key: str = "reason",
        hint: str = "",
        placeholder: str = "",
        required: bool = True,
    ) -> TextField:
        """A line of its own for the reason that stands in the record."""
        return self.add(
            TextField(
                key,
                name,
                theme=self.theme,
                required=required,
                longest=200,
                placeholder=placeholder,
                hint=hint,
            ),
            wide=True,
        )

    def add_note(
        self, name: str = "Note", *, longest: int = 200, placeholder: str = "", wide: bool = False
    ) -> TextField:
        """A line for whatever else is worth knowing."""
        field = TextField("note", name, theme=self.theme, longest=longest, placeholder=placeholder)
        return self.add(field, wide=wide)

    def add_because(self, suggestions: Sequence[str], *, wide: bool = False) -> SuggestField:
        """The same with the reasons that are given most."""
        return self.add(
            SuggestField(
                "reason", "Why", theme=self.theme, suggestions=suggestions, required=True,
                hint="Stands in the record.",
            ),
            wide=wide,
        )  # fmt: skip

    def add_when(self, *, required: bool = False) -> InstantField:
        """When it happened; where it isn't asked for, empty stands for now."""
        hint = "" if required else "Empty: now."
        now = self.services.now
        return self.add(
            InstantField("at", "When", theme=self.theme, now=now, past=True, required=required, hint=hint)
        )

    def add_one_of(
        self,
        key: str,
        name: str,
        choices: Sequence[tuple[Value, str]],
        *,
        missing: str = "",
        wide: bool = False,
    ) -> ChoiceField[Value]:
        """One of those there are; nothing is chosen beforehand where there is a choice."""
        none = "" if len(choices) == 1 else "Choose …"
        return self.add(
            ChoiceField(key, name, choices, theme=self.theme, none=none, required=True, missing=missing),
            wide=wide,
        )

    def add_lines(self, lines: Sequence[Status | str] = ()) -> Lines:
        """Sentences between the fields: these, and those that are shown later."""
        added = Lines(theme=self.theme)
        added.show_lines(lines)
        self.add_widget(added)
        return added

    def add_why_amended(self) -> None:
        """A last section for why the record is amended; nobody has to say."""
        self.section("This amendment")
        self.add_why(
            "Why it is amended",
            key="amend_reason",
            hint="Stands in the record beside what changed.",
            required=False,
        )

    def unchanged(self) -> None:
        """Nothing differs from what is on record: close without an entry."""
        self._wait(False)
        self.accept()

    def mark(self, error: ValidationError) -> None:
        """Shows what a model finds wrong at the fields it speaks of."""
        self._wait(False)
        for fault in error.errors(include_url=False):
            key = str(fault["loc"][0]) if fault["loc"] else ""
            sentence = str(fault["msg"])
            sentence = f"{sentence[:1].upper()}{sentence[1:]}.".replace("..", ".")
            if key in self._fields:
                self._fields[key].refuse(sentence)
                self._fields[key].focus_first()
            else:
                self._message.tell(sentence)

    def showEvent(self, event: QShowEvent) -> None:
        if not self._filled_up:
            # room that is left over stands below the fields, not between them
            self._filled_up = True
            if self._parts:
                self.later(partial(self._column.addStretch, 1))
            else:
                self._column.addStretch(1)
        super().showEvent(event)

    def _stop_waiting_for_a_bug(self, error: object) -> None:
        if isinstance(error, Bug):
            self._wait(False)
