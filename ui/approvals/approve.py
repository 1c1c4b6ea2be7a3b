"""Approving with a note: what is to be seen to, and the principle where it was a judgement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from discharge.model.approving import Principle
from discharge.model.shown.placements import ApprovalRow
from discharge.words.counts import count_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.widgets.fields import TextAreaField
from ui.widgets.principle import PrincipleField

Approve = Callable[[str, Principle | None], None]


class ApproveForm(ActionForm):
    """A note and a principle for one placement or several; `approve` is called with both."""

    def __init__(self, rows: Sequence[ApprovalRow], *, services: Services, approve: Approve) -> None:
        one = len(rows) == 1
        who = rows[0].patient_name if one else count_words(len(rows), "placement")
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
