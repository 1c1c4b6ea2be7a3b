"""Which local authorities a CQC directory is read for: a hub doesn't want all of England."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from discharge.words.counts import count_words
from ui.theme.theme import Theme
from ui.widgets.form import FormDialog
from ui.widgets.text import label
from ui.widgets.tick_list import TickChoice, TickManyField

if TYPE_CHECKING:
    from discharge.exchange.register.authorities import InAuthority


class AuthoritiesForm(FormDialog):
    """The authorities of a file with the homes in each; `chosen` gets the names of those that are ticked."""

    def __init__(
        self,
        there: Sequence[InAuthority],
        ours: Collection[str],
        *,
        theme: Theme,
        chosen: Callable[[tuple[str, ...]], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Homes of which authorities?", theme=theme, save_word="Read these", parent=parent)
        self._chosen = chosen
        homes = count_words(sum(each.homes for each in there), "care home")
        many = count_words(len(there), "authority", "authorities")
        self.add_widget(
            label(
                f"The file has {homes} in {many}. New homes are taken in those that you tick; homes that the "
                "hub has already are brought up to date wherever they are.",
                "muted",
                wrap=True,
            )
        )
        self.which = self.add(
            TickManyField(
                "authorities",
                "Local authorities",
                [
                    TickChoice(each.name, each.name or "None named", _homes_words(each))
                    for each in sorted(there, key=lambda each: each.name not in ours)
                ],
                theme=theme,
                one="authority",
                many="authorities",
                lines=8,
                required=True,
                missing="Tick one authority at least.",
            ),
            wide=True,
        )
        self.which.set_value(tuple(ours))

    def save(self, values: Mapping[str, Any]) -> None:
        self.finished_well()
        self._chosen(values["authorities"])


def _homes_words(each: InAuthority) -> str:
    ours = f", {each.known:,} in the hub" if each.known else ""
    return f"{count_words(each.homes, 'home')}{ours}"
