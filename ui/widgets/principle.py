"""The principle of the ethical framework that a judgement rests on: a field of the forms that need it."""

from __future__ import annotations

from discharge.model.approving import Principle
from discharge.words.counts import sentence_case
from ui.theme.theme import Theme
from ui.widgets.choice_fields import ChoiceField

HINT = "Where it was a judgement: which principle of the ethical framework for adult social care it rests on."


class PrincipleField(ChoiceField[Principle]):
    """One of the eight principles, or none; what the chosen one asks for stands below it."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__(
            "principle", "Principle it rests on", [(each, sentence_case(each.words)) for each in Principle],
            theme=theme, none="None named", hint=HINT,
        )  # fmt: skip

    def _remark(self) -> str:
        chosen = self.value()
        return chosen.sentence if chosen is not None else HINT
