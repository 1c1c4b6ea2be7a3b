"""On the way: departed, arrived, moved on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from discharge.actions.placements import arrive, depart, move_on
from discharge.model.shown.patients import WhoItIs
from discharge.model.shown.placements import MoveRow
from discharge.words.days import instant_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import step_back
from ui.theme.status import Status, neutral, waiting
from ui.words.moves import needs_release, next_stay


class _WhenForm(ActionForm):
    """Asks for nothing but when it happened; now is filled in."""

    def __init__(
        self,
        title: str,
        *,
        services: Services,
        save_word: str,
        placement: str,
        act: Callable[..., Any],
        done: str,
        facts: list[Status],
        who: WhoItIs | None,
    ) -> None:
        super().__init__(title, services=services, save_word=save_word, columns=1)
        self._act = act
        self._placement = placement
        self._done = done
        self.add_who(who)
        if facts:
            self.add_lines(facts)
        self.at = self.add_when(required=True)
        self.set_values({"at": services.now()})

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(self._act, placement=self._placement, at=values["at"]),
            done=self._done,
            undo=step_back(self._placement),
        )


def _release_awaited(row: MoveRow) -> list[Status]:
    if not needs_release(row):
        return []
    return [waiting("A clinician's release from isolation isn't on record yet (C4).")]


class DepartForm(_WhenForm):
    """They have left for the setting."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        stay = row.current
        facts = [neutral(f"{stay.setting_name} was told: {stay.told_result}")] if stay.told_result else []
        if stay.transport is not None:
            at = instant_words(stay.transport.at, now=services.now())
            parts = (stay.transport.mode.words, stay.transport.carried, stay.transport.ppe.words)
            facts.append(neutral(f"Booked for {at}: {'; '.join(part for part in parts if part)}."))
        facts += _release_awaited(row)
        super().__init__(
            f"Left for {stay.setting_name}: {row.patient_name}",
            services=services, save_word="Departed", placement=row.id, act=depart,
            done=f"{row.patient_name} is on the way to {stay.setting_name}.", facts=facts,
            who=row.who,
        )  # fmt: skip


class ArriveForm(_WhenForm):
    """They have arrived at the setting."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        stay = row.current
        super().__init__(
            f"Arrived at {stay.setting_name}: {row.patient_name}",
            services=services, save_word="Arrived", placement=row.id, act=arrive,
            done=f"{row.patient_name} has arrived at {stay.setting_name}.", facts=[],
            who=row.who,
        )  # fmt: skip


class MoveOnForm(_WhenForm):
    """The second stay begins."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        stay = next_stay(row)
        super().__init__(
            f"Moved on to {stay.setting_name}: {row.patient_name}",
            services=services, save_word="Moved on", placement=row.id, act=move_on,
            done=f"{row.patient_name} lives at {stay.setting_name} now.", facts=_release_awaited(row),
            who=row.who,
        )  # fmt: skip
