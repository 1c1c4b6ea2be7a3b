"""The fields that say whose word an entry rests on, and how it was given (rule A2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from discharge.model.people import Given, How
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.form import FormDialog
from ui.widgets.pickers import SuggestField
from ui.widgets.text_fields import TextField

HOW_WORDS = (
    (How.PHONE, "By phone"),
    (How.IN_PERSON, "In person"),
    (How.EMAIL, "By email"),
    (How.LETTER, "By letter"),
)
HOME_ROLES = ("registered manager", "deputy manager", "nurse in charge", "senior carer")


class GivenFields:
    """Four fields of a form: who, in which role, how, and the number that was rung.

    Make it where the form stands; `check` and `given` take the form's values. Where the word isn't
    `required`, an empty name stands for none.
    """

    def __init__(
        self,
        form: FormDialog,
        *,
        who: str = "Who was spoken to",
        roles: Sequence[str] = HOME_ROLES,
        name: str = "",
        role: str = "",
        number: str = "",
        how: How | None = How.PHONE,
        required: bool = True,
        hint: str = "",
    ) -> None:
        theme = form.theme
        self._required = required
        self.name = form.add(
            TextField(
                "given_name",
                who,
                theme=theme,
                longest=200,
                required=required,
                hint=hint,
                missing=f"Say {who[0].lower()}{who[1:]}." if who.startswith("Who ") else "",
            )
        )
        self.role = form.add(
            SuggestField(
                "given_role", "Their role", theme=theme, suggestions=roles, required=required, longest=100
            )
        )
        self.how = form.add(
            ChoiceField("given_how", "How", HOW_WORDS, theme=theme, none="Choose …", required=required)
        )
        self.number = form.add(
            TextField("given_number", "Number that was rung", theme=theme, longest=40, required=required)
        )
        for field, value in (
            (self.name, name),
            (self.role, role),
            (self.how, how),
            (self.number, number),
        ):
            field.set_value(value or None)
        self.how.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.number.setVisible(self.how.value() is How.PHONE)

    def check(self, values: Mapping[str, Any]) -> str:
        """What is missing of a word that was begun; empty when all is well."""
        if self._required or not values.get("given_name"):
            return ""
        if not values.get("given_role"):
            return "Say in which role they gave their word."
        if values.get("given_how") is None:
            return "Say how they gave their word."
        if values["given_how"] is How.PHONE and not values.get("given_number"):
            return "Give the number that was rung."
        return ""

    def given(self, values: Mapping[str, Any]) -> Given | None:
        """Whose word it is; None where nobody is named."""
        name = values.get("given_name")
        if not name:
            return None
        return Given(
            how=values["given_how"], name=name, role=values["given_role"], number=values.get("given_number")
        )

    def word(self, values: Mapping[str, Any]) -> Given:
        """Whose word it is, where it is required."""
        given = self.given(values)
        assert given is not None  # the name is asked for
        return given
