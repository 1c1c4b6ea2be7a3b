"""How the hub works: its name, its areas, how long an offer may wait, how far a plan looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from discharge.actions.hub import amend_hub
from discharge.model.hub import HubSettings
from discharge.model.people import User
from discharge.rules.may import those_who_may
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.number_fields import WholeNumberField
from ui.widgets.text_fields import TextAreaField, TextField


class HubForm(ActionForm):
    """Amends the hub's settings."""

    def __init__(self, services: Services, hub: HubSettings, people: Sequence[User] = ()) -> None:
        super().__init__("Amend the hub", services=services)
        self._hub = hub
        theme = self.theme
        self.add(TextField("name", "The hub's name", theme=theme, required=True, longest=200), wide=True)
        self.add(TextField("phone", "Telephone", theme=theme, longest=40))
        self.add(TextField("out_of_hours", "Telephone when the hub is closed", theme=theme, longest=40))
        self.add(TextField("email", "Email", theme=theme, longest=200))
        self.add(
            TextField("authority_contact", "At the local authority", theme=theme, longest=200,
                      hint="Who answers for care after discharge, with a number.")
        )  # fmt: skip
        self.add(
            WholeNumberField("offer_hours", "Hours until an offer is overdue", theme=theme, least=1, most=240,
                             required=True, hint="An offer without an answer is called for then.")
        )  # fmt: skip
        self.add(
            WholeNumberField("horizon_days", "Days that a plan looks ahead", theme=theme, least=1, most=3_660,
                             required=True, hint="Nobody is planned to start later.")
        )  # fmt: skip
        self.add(
            ChoiceField(
                "escalate_to", "What happened against a rule goes to",
                [(user.id, user.name) for user in those_who_may("deal_with", people) if user.active],
                theme=theme,
                none="The LA lead who approved it", hint="Or an administrator, where nobody approved it.",
            )
        )  # fmt: skip
        self.add(
            WholeNumberField("escalation_hours", "Hours to deal with it", theme=theme, least=1, most=240,
                             required=True, hint="Then it is overdue on Today.")
        )  # fmt: skip
        self.add(
            WholeNumberField("lock_minutes", "Minutes until a window locks", theme=theme, least=1, most=60,
                             required=True, hint="Without a key or the mouse. A desk may take fewer.")
        )  # fmt: skip
        self.add(
            WholeNumberField("retention_months", "Months that people are kept", theme=theme, least=1,
                             most=1_200, required=True,
                             hint="After the last entry about them; then they can be erased.")
        )  # fmt: skip
        self.add(
            TextField("backup_folder", "Second folder for backups", theme=theme, longest=1_000,
                      hint="A share or another disk, as a whole path. Each backup goes there too. "
                      "Empty: none."),
            wide=True,
        )  # fmt: skip
        self.add(
            TextAreaField(
                "areas", "Local authorities of this hub", theme=theme, rows=4, longest=8_000,
                hint="One a line, and after a colon its integrated care board (ICB). Their settings always "
                "enter a plan; others with a return.",
            ),
            wide=True,
        )  # fmt: skip
        self._before = {
            "name": hub.name,
            "phone": hub.phone,
            "out_of_hours": hub.out_of_hours,
            "email": hub.email,
            "authority_contact": hub.authority_contact,
            "offer_hours": hub.offer_hours,
            "horizon_days": hub.horizon_days,
            "escalate_to": hub.escalate_to,
            "escalation_hours": hub.escalation_hours,
            "lock_minutes": hub.lock_minutes,
            "retention_months": hub.retention_months,
            "backup_folder": hub.backup_folder,
            "areas": list(hub.areas),
            "boards": dict(hub.boards),
        }
        boards = ((area, hub.boards.get(area, "")) for area in hub.areas)
        lines = (f"{area}: {board}" if board else area for area, board in boards)
        shown = {key: value for key, value in self._before.items() if key != "boards"}
        self.set_values({**shown, "areas": "\n".join(lines)})

    def save(self, values: Mapping[str, Any]) -> None:
        now = {**values, **_areas(str(values["areas"] or ""))}
        now |= {key: now[key] or "" for key in _TEXTS}
        changes = {key: value for key, value in now.items() if value != self._before[key]}
        if not changes:
            self.unchanged()
            return
        self.perform(
            partial(amend_hub, changes=changes),
            done="The hub is amended.",
            undo=entry_back("Amend back"),
        )


_TEXTS = ("phone", "out_of_hours", "email", "authority_contact", "backup_folder")


def _areas(text: str) -> dict[str, Any]:
    """The authorities, and the boards of those that have one after a colon."""
    areas: dict[str, str] = {}
    for line in text.splitlines():
        area, _, board = (" ".join(part.split()) for part in line.partition(":"))
        if area:
            areas[area] = board or areas.get(area, "")
    return {"areas": list(areas), "boards": {area: board for area, board in areas.items() if board}}
