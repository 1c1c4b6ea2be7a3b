"""The lead's decision: approving with a note, or returning to the coordinator with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from discharge.actions.placements import return_together
from discharge.model.approving import Principle
from discharge.model.shown.placements import ApprovalRow
from discharge.words.counts import count_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.widgets.pickers import SuggestField
from ui.widgets.principle import PrincipleField
from ui.widgets.text_fields import TextAreaField

Approve = Callable[[str, Principle | None], None]
REASONS = (
    "Needs aren't described well enough to decide",
    "Fee not agreed",
    "The family has asked for another setting",
    "Rating: a visit is needed first",
    "Something has changed since it was proposed",
)


class ApproveForm(ActionForm):
    """A note and a principle for one placement or several; `approve` is called with both."""

    def __init__(self, rows: Sequence[ApprovalRow], *, services: Services, approve: Approve) -> None:
        who = _who(rows)
        super().__init__(f"Approve: {who}", services=services, save_word="Approve", columns=1)
        self._approve = approve
        self.add_who(*(row.who for row in rows))
        self.note = self.add(
            TextAreaField(
                "note", "Note", theme=self.theme, rows=3, longest=400,
                hint="What weighed in the decision, or what has to be seen to; stands in the record.",
            )
        )  # fmt: skip
        self.principle = self.add(PrincipleField(theme=self.theme))

    def save(self, values: Mapping[str, Any]) -> None:
        note, principle = str(values["note"] or ""), self.principle.value()
        # closed first: what comes of it is said in the window
        self.finished_well()
        self._approve(note, principle)


class ReturnForm(ActionForm):
    """One reason for one placement or several; each person waits again."""

    def __init__(self, rows: Sequence[ApprovalRow], *, services: Services) -> None:
        who = _who(rows)
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


def _who(rows: Sequence[ApprovalRow]) -> str:
    return rows[0].patient_name if len(rows) == 1 else count_words(len(rows), "placement")
