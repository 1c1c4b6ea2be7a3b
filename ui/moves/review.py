"""What became of somebody 3, 14 or 28 days after their move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from discharge.actions.reviews import record_review
from discharge.model.base import YesNo
from discharge.model.london import london_date
from discharge.model.review import REVIEW_DAYS, Review
from discharge.model.shown.placements import MoveRow
from discharge.model.shown.reviews import RecordedReview
from discharge.words import terms
from discharge.words.days import day_words
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.moves.form import MoveForm
from ui.theme.status import neutral, waiting
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.given import GivenFields
from ui.widgets.text_fields import TextAreaField

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

ASKED = {
    "well": "Are they well",
    "back_in_hospital": "Back in hospital",
    "isolation_ended": "Has the isolation ended",
    "long_term_assessed": "Long-term need assessed",
}


@dataclass(frozen=True, slots=True)
class ReviewFound:
    """The placement and what was recorded of it already."""

    row: MoveRow
    reviews: tuple[RecordedReview, ...]


def read_review(queries: Queries, placement: str) -> ReviewFound:
    """Is read in the store's thread."""
    return ReviewFound(queries.placement(placement).row, queries.reviews(placement))


class ReviewForm(MoveForm):
    """One rings the home, and records what became of the person."""

    def __init__(self, found: ReviewFound, *, services: Services) -> None:
        row = found.row
        stay = row.current
        super().__init__(f"Review: {row.patient_name}", row, services=services)
        theme, today = self.theme, services.today()
        arrived = row.stays[0].arrived_at
        came = london_date(arrived) if arrived is not None else today
        lines = self.add_lines()
        phone = f" Phone {stay.phone}." if stay.phone else ""
        said = [waiting(f"Arrived {day_words(came, today=today)}; now at {stay.setting_name}.{phone}")]
        said += [neutral(f"Day {each.review.day} was recorded by {each.by}.") for each in found.reviews]
        lines.show_lines(said)
        self.section("What became of them", remark="What nobody knows is left open")
        self.day = self.add(
            ChoiceField(
                "day", "Day after the move", [(day, f"Day {day}") for day in REVIEW_DAYS], theme=theme,
                required=True,
            )
        )  # fmt: skip
        for key, name in ASKED.items():
            choices, none = terms.said(terms.ASKED), terms.ASKED[YesNo.NOT_KNOWN]
            self.add(ChoiceField(key, name, choices, theme=theme, none=none))
        self.add(TextAreaField("note", "What was said", theme=theme, rows=3, longest=2_000), wide=True)
        self.section("Who said so")
        self.given = GivenFields(self, number=stay.phone)
        done = {each.review.day for each in found.reviews}
        come = [day for day in REVIEW_DAYS if came + timedelta(day) <= today and day not in done]
        self.set_values({"day": come[-1] if come else REVIEW_DAYS[0]})

    def save(self, values: Mapping[str, Any]) -> None:
        said = {key: values[key] or YesNo.NOT_KNOWN for key in ASKED}
        review = Review(day=values["day"], note=values["note"] or "", **said)
        act = " They aren't well or are back in hospital: record what happened." if review.worries else ""
        self.perform(
            partial(record_review, placement=self._row.id, review=review, given=self.given.given(values)),
            done=f"{self._row.patient_name}: day {review.day} is recorded.{act}",
            undo=entry_back("Take back"),
        )
