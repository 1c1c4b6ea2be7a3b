"""Titles of columns that aren't known are matched by hand once, and kept for the next file of that source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from discharge.words.counts import listing
from ui.imports.lines import field_words
from ui.theme.theme import Theme
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.form import FormDialog
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.exchange.headers import Unmatched

NOT_USED = "-"


class MatchForm(FormDialog):
    """The file's unknown titles, each with what it could mean; `chosen` gets those that mean something.

    What looks likely stands there as a guess that says so: nothing counts before it is saved here.
    """

    def __init__(
        self,
        there: Unmatched,
        *,
        theme: Theme,
        chosen: Callable[[dict[str, str]], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("What do these columns mean?", theme=theme, save_word="Read it so", parent=parent)
        self._chosen = chosen
        self._titles = there.titles
        missing = (
            f" Still wanted: {listing([field_words(each) for each in there.missing], most=12)}."
            if there.missing
            else ""
        )
        self.add_widget(
            label(
                "The file has columns with titles that aren't known. Say what each means; a guess is only a "
                f"guess. It is kept for the next file with the same titles.{missing}",
                "muted",
                wrap=True,
            )
        )
        guess_of = {title: column for column, title in there.guesses.items()}
        said_of = {title: column for column, title in there.said.items()}
        choices = [(NOT_USED, "Not used")]
        choices += [(name, f"{field_words(name)} (wanted)") for name in there.missing]
        choices += [(name, field_words(name)) for name in there.absent]
        self.means: list[ChoiceField[str]] = []
        for at, title in enumerate(there.titles):
            guess, said = guess_of.get(title), said_of.get(title)
            hint = f"As it was said before: {field_words(said)}." if said else ""
            hint = f"A guess: {field_words(guess)}. Look whether it is so." if guess else hint
            self.means.append(
                self.add(
                    ChoiceField(
                        f"title{at}",
                        title,
                        choices,
                        theme=theme,
                        hint=hint,
                        required=True,
                    )
                )
            )
            self.means[-1].set_value(said or guess or NOT_USED)

    def check(self, values: Mapping[str, Any]) -> str:
        """No column has two titles."""
        meant = list(self._meant(values).values())
        twice = next((column for column in meant if meant.count(column) > 1), None)
        return f"{field_words(twice)} is chosen for two columns: choose one." if twice else ""

    def save(self, values: Mapping[str, Any]) -> None:
        """Gives what was chosen."""
        self.finished_well()
        self._chosen(self._meant(values))

    def _meant(self, values: Mapping[str, Any]) -> dict[str, str]:
        chosen = [(title, values[f"title{at}"]) for at, title in enumerate(self._titles)]
        return {title: str(column) for title, column in chosen if column not in (None, NOT_USED)}
