"""Return a proposed placement to the coordinator, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from discharge.actions.placements import return_together
from discharge.model.shown.placements import ApprovalRow
from discharge.words.counts import count_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.widgets.pickers import SuggestField
from ui.widgets.principle import PrincipleField

REASONS = (
    "Needs aren't described well enough to decide",
    "Fee not agreed",
    "The family has asked for another setting",
    "Rating: a visit is needed first",
    "Something has changed since it was proposed",
)


class ReturnForm(ActionForm):
    """One reason for one placement or several; each person waits again."""

    def __init__(self, rows: Sequence[ApprovalRow], *, services: Services) -> None:
        one = len(rows) == 1
        who = rows[0].patient_name if one else count_words(len(rows), "placement")
        super().__init__(f"Return: {who}", services=services, save_word="Return", columns=1)
        self._ids = [row.id for row in rows]
        self._who = who
        self.add_who(*(row.who for row in rows))
        self.reason = self.add(
            SuggestField(
                "reason", "Why", theme=self.theme, suggestions=REASONS, required=True,
                missing="Say why: the coordinator has to know what to mend.",
                hint="Stands in the record; the person waits again and can be planned anew.",
            )
        )  # fmt: skip

        self.principle = self.add(PrincipleField(theme=self.theme))

    def save(self, values: Mapping[str, Any]) -> None:
        reason, principle = str(values["reason"]), self.principle.value()
        self.perform(
            partial(return_together, placements=self._ids, reason=reason, principle=principle),
            done=f"Returned to the coordinator: {self._who}.",
        )
