"""Sending placements to somebody who decides away from the hub: to whom, and the file that is mailed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from discharge.model.people import User
from discharge.model.shown.patients import WhoItIs
from discharge.words.counts import count_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.theme.status import danger, neutral
from ui.widgets.choice_fields import ChoiceField

if TYPE_CHECKING:
    from discharge.actions.bundles import Sent
    from discharge.actions.desk import Desk
    from discharge.store.ask.queries import Queries

FILES = "Files to decide on (*.ddbundle)"
Alternatives = Mapping[str, Mapping[str, Any]]


class SendFileForm(ActionForm):
    """To whom the chosen placements go; saving makes the file, which is on record from then on.

    `asks`: what they are asked of each. `placements`: each one's id, the person's name and who they are.
    """

    asks: str
    nobody: str
    """What is said where nobody of the hub could answer."""
    who = "Who decides"
    until = "It can be answered for seven days."
    """What is said of sending it."""

    def __init__(
        self,
        placements: Sequence[tuple[str, str, WhoItIs | None]],
        people: Sequence[User],
        *,
        services: Services,
    ) -> None:
        named = placements[0][1] if len(placements) == 1 else count_words(len(placements), "placement")
        super().__init__(f"Send as a file: {named}", services=services, save_word="Save the file…", columns=1)
        self._ids = [name for name, _, _ in placements]
        self._people = {user.id: user for user in people}
        self.add_who(*(who for _, _, who in placements))
        self.whom = self.add(
            ChoiceField[str](
                "whom", self.who, [(user.id, user.name) for user in people], theme=self.theme,
                required=True, missing="Choose who decides.",
                hint="The file is sealed to them: nobody else can open it. They open it with this program on"
                " their own machine, with the invitation that an administrator gives them once.",
            )
        )  # fmt: skip
        self._said = self.add_lines()
        self.whom.changed.connect(self._tell)
        self._tell()
        if len(people) == 1:
            self.whom.set_value(people[0].id)

    def against(self, user: User) -> list[str]:
        """On what of it this person couldn't decide, which the hub refuses to send; here nothing."""
        return []

    def look_for_alternatives(self, then: Callable[[Alternatives], object]) -> None:
        """Goes on with what else would do, by placement, as their page shows it; here with nothing."""
        then({})

    def say_how_far(self, done: int, total: int) -> None:
        """Says at the foot of how many placements it is known what else would do."""
        self._state.setText(f"What else would do: {done} of {total} …")

    def _tell(self) -> None:
        if not self._people:
            self._said.show_lines([danger(self.nobody)])
            return
        user = self._people.get(str(self.whom.value()))
        found = [danger(sentence) for sentence in self.against(user)] if user is not None else []
        self._said.show_lines(found or [neutral(self.until)])

    def save(self, values: Mapping[str, Any]) -> None:
        at = self.services.now()
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            "Save what is to be decided",
            str(Path.home() / f"To decide {at:%Y-%m-%d %H%M}.ddbundle"),
            FILES,
        )
        if not chosen:
            self._wait(False)
            return
        self.save_to(Path(chosen), str(values["whom"]))

    def save_to(self, path: Path, whom: str) -> None:
        """Makes the file for this person, once it is known what else would do."""
        user = self.services.user
        if user is None:
            return

        def made(sent: Sent) -> None:
            from discharge.actions.whole_files import save

            name = self._people[whom].name
            self.services.changed.emit(frozenset({"placements"}))
            save(path, sent.content)
            self.finished_well()
            self.services.say(
                f"Saved for {name}: {path.name}. Mail it to them; it can be answered for 7 days."
            )

        def found(alternatives: Alternatives) -> None:
            work = partial(
                _make, by=user, placements=self._ids, whom=whom, asks=self.asks, alternatives=alternatives
            )
            self.services.use(work, made, failed=self.refused, words="Making the file")

        self.look_for_alternatives(found)


def who_can_answer(asks: str, queries: Queries) -> tuple[User, ...]:
    """Who could answer this and has a key. In the store's thread: what keys are made with takes a moment to
    load."""
    from discharge.actions.bundles import deciders

    return deciders(queries, asks)


def _make(desk: Desk, **what: Any) -> Sent:
    """In the store's thread."""
    from discharge.actions.bundles import make_bundle

    return make_bundle(desk, **what)


__all__ = ["Alternatives", "SendFileForm", "who_can_answer"]
