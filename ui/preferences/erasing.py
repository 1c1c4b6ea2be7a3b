"""People whose time on record is over are erased: looked at by name once more, counted, and confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from discharge.actions.erasing import erase_people
from discharge.model.shown.retention import PastRetention
from discharge.words.counts import people
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.widgets.choice_fields import TickListField
from ui.widgets.number_fields import WholeNumberField
from ui.widgets.text import label

MOST = 200
"""So many are shown and erased at a time; the others come up the next time."""


def _words(one: PastRetention) -> str:
    return f"{one.name} ({one.id}), last entry {day_words(one.last, year=True)}"


class EraseForm(ActionForm):
    """Who is erased, why, and how many they are, typed."""

    def __init__(self, due: Sequence[PastRetention], *, months: int, services: Services) -> None:
        super().__init__("Erase people whose time is over", services=services, save_word="Erase", columns=1)
        shown = list(due[:MOST])
        more = f" {people(len(due) - MOST)} more come up the next time." if len(due) > MOST else ""
        self.add_widget(
            label(
                f"{people(len(due))} left, and nothing was entered of them for {months} months."
                f"{more} The record keeps every entry with its seal; nobody can read any more who it was "
                "about. Nothing takes this back. Backups keep them until they are thinned away.",
                "",
                wrap=True,
            )
        )
        self.who = self.add(
            TickListField(
                "patients",
                "Erased are",
                [(one.id, _words(one)) for one in shown],
                theme=self.theme,
                columns=1,
                required=True,
                missing="Choose at least one person.",
            )
        )
        self.set_values({"patients": [one.id for one in shown]})
        self.count = self.add(
            WholeNumberField(
                "count", "How many they are", theme=self.theme, least=1, required=True,
                hint="Typed, so that nobody is erased by a slip.",
            )
        )  # fmt: skip
        self.add_why(placeholder="Eight years are over; agreed with the records manager")

    def check(self, values: Mapping[str, Any]) -> str:
        ticked = len(values["patients"])
        said = f"{people(ticked)} {'is' if ticked == 1 else 'are'} ticked: count again."
        return "" if values["count"] == ticked else said

    def save(self, values: Mapping[str, Any]) -> None:
        chosen = [str(each) for each in values["patients"]]
        self.perform(
            partial(erase_people, patients=chosen, reason=str(values["reason"])),
            done=f"{people(len(chosen))} erased.",
        )


__all__ = ["EraseForm"]
