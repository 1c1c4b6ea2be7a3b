"""What a room has opened in another: rooms don't know each other, they name what they want to the frame.

An opening is a function of the room that the thing belongs to: it takes the page over which the form opens,
reads what it is about as it stands now, and opens it. Its module is imported when it is first asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ui.frame.page import Page

OPENINGS: Mapping[str, str] = {
    "approvals.receipt": "ui.approvals.receipt:open_receipt",
    "moves.step": "ui.moves.openings:open_step",
    "moves.happened": "ui.moves.openings:open_happened",
    "moves.review": "ui.moves.openings:open_review",
    "moves.papers": "ui.moves.openings:open_papers",
    "moves.paper": "ui.moves.openings:open_paper",
    "moves.several_papers": "ui.moves.openings:open_several_papers",
    "moves.hub_papers": "ui.moves.openings:open_hub_papers",
    "moves.recall": "ui.moves.openings:open_recall",
    "moves.told": "ui.moves.openings:open_told",
    "moves.done": "ui.moves.openings:open_done",
    "moves.dealt": "ui.moves.openings:open_dealt",
    "moves.hand_over": "ui.moves.openings:open_hand_over",
    "patients.test": "ui.patients.openings:open_test",
    "patients.attest": "ui.patients.openings:open_attest",
    "patients.exclude": "ui.patients.openings:open_exclude",
    "preferences.hospital": "ui.preferences.hospitals:open_hospital",
    "settings.return": "ui.settings.openings:open_return",
    "settings.register": "ui.settings.openings:open_register",
    "settings.round": "ui.settings.openings:open_round",
    "settings.keep_bed": "ui.settings.kept_bed:open_keep_bed",
    "settings.release_bed": "ui.settings.kept_bed:open_release_bed",
    "settings.one_more_bed": "ui.settings.openings:open_one_more_bed",
    "settings.close": "ui.settings.openings:open_close",
    "settings.open": "ui.settings.openings:open_open",
    "settings.call": "ui.settings.openings:open_call",
    "settings.action": "ui.settings.openings:open_action",
    "settings.learning": "ui.settings.openings:open_learning",
    "settings.aid": "ui.settings.openings:open_aid",
    "settings.priority": "ui.settings.openings:open_priority",
    "settings.decide": "ui.settings.second_word:open_decide",
    "settings.assess": "ui.settings.openings:open_assess",
}
"""By "room.thing": "module:function"."""


def open_elsewhere(page: Page, name: str, *about: Any, **more: Any) -> None:
    """Opens what another room offers under this name over this page; what it is about follows."""
    module, _, function = OPENINGS[name].partition(":")
    getattr(importlib.import_module(module), function)(page, *about, **more)
