"""A change that waits for a second person's word: confirmed, refused, or taken back by who made it (A4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from discharge.actions.second_word import confirm_changes, refuse_changes, take_back_changes
from discharge.model.shown.waiting import WaitingChange
from discharge.words.counts import count_words
from discharge.words.days import day_and_time
from discharge.words.waiting import fee_words
from ui.frame.action_form import ActionForm
from ui.frame.page import Page
from ui.frame.services import Services
from ui.theme.status import Status, neutral, waiting
from ui.widgets.text_fields import TextField

NAMED = 8
"""So many homes are named of those that were changed at once."""
CONFIRM, REFUSE, BACK = "confirm", "refuse", "back"


class DecideForm(ActionForm):
    """What waits, beside what counts; whoever made it can take it back, anybody else confirm or refuse it."""

    def __init__(
        self,
        changes: Sequence[WaitingChange],
        *,
        services: Services,
        answer: str = CONFIRM,
        parent: QWidget | None = None,
    ) -> None:
        self._changes = tuple(changes)
        user = services.user
        own = user is not None and all(user.id in change.authors for change in changes)
        self._answer = BACK if own else answer
        super().__init__(
            _TITLES[self._answer], services=services, save_word=_WORDS[self._answer], columns=1, parent=parent
        )
        self.add_lines(list(_lines(self._changes)))
        if self._answer != CONFIRM:
            self.add(
                TextField("reason", "Why", theme=self.theme, required=True, longest=300,
                          hint="Stands in the record.")
            )  # fmt: skip

    def save(self, values: Mapping[str, Any]) -> None:
        ids = [change.id for change in self._changes]
        what = count_words(len(ids), "change")
        if self._answer == CONFIRM:
            self.perform(partial(confirm_changes, changes=ids), done=f"{what} confirmed: it counts now.")
        else:
            action = refuse_changes if self._answer == REFUSE else take_back_changes
            said = "refused" if self._answer == REFUSE else "taken back"
            self.perform(
                partial(action, changes=ids, reason=values["reason"]),
                done=f"{what} {said}: what stood before goes on counting.",
            )


_TITLES = {CONFIRM: "Confirm a change", REFUSE: "Refuse a change", BACK: "Take back a change"}
_WORDS = {CONFIRM: "Confirm", REFUSE: "Refuse", BACK: "Take back"}


def _lines(changes: Sequence[WaitingChange]) -> Sequence[Status | str]:
    """Each change: what counts, what waits, since when and by whom."""
    first = changes[0]
    said: list[Status | str] = [neutral(f"{first.by_name}, {day_and_time(first.at)}")]
    if first.reason:
        said.append(neutral(f"Reason: {first.reason}"))
    for change in changes[:NAMED]:
        if change.is_of_rules:
            said += _rules(change)
        else:
            counts, waits = fee_words(change.was), fee_words(change.fee)
            said.append(waiting(f"{change.about}: {waits} a week; {counts} until it is confirmed"))
    if len(changes) > NAMED:
        said.append(neutral(f"And {count_words(len(changes) - NAMED, 'other home')}."))
    return said


def _rules(change: WaitingChange) -> Sequence[Status]:
    """The rules as they are to be, and those that go."""
    gone = [rule for rule in change.rules_before if rule not in change.rules]
    comes = [
        waiting(f"{'As it is' if rule in change.rules_before else 'New'}: {rule.sentence}")
        for rule in change.rules
    ]
    return [*comes, *(waiting(f"To go: {rule.sentence}") for rule in gone)] or [
        waiting("No rule any more: any LA lead may approve any fee")
    ]


def open_decide(page: Page, group: str, *, answer: str = CONFIRM) -> None:
    """Opens what waits under this group: an import's or several homes' fees, or one change by its own id."""

    def open_form(found: Sequence[WaitingChange]) -> None:
        if not found:
            page.services.note("It waits no more.")
            page.load()
            return
        page.open_form(DecideForm(found, services=page.services, answer=answer))

    page.ask(
        lambda queries: [
            change for change in queries.waiting_changes() if group in (change.group, change.id)
        ],
        open_form,
        replaces="form",
    )


__all__ = ["CONFIRM", "REFUSE", "DecideForm", "open_decide"]
