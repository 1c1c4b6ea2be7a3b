"""What one room has opened in another stands in one table, and each of its names is kept."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

from tests.over import over
from ui.frame.openings import OPENINGS
from ui.moves.page import FORMS
from ui.words.moves import ALL_STEPS

ROOT = Path(__file__).parents[2]


@over("name", OPENINGS)
def test_an_opening_is_a_function_of_the_room_that_it_names_and_takes_the_page_first(name: str) -> None:
    module, _, function = OPENINGS[name].partition(":")
    assert module.split(".")[:2] == ["ui", name.partition(".")[0]]
    opening = getattr(importlib.import_module(module), function)
    assert next(iter(inspect.signature(opening).parameters)) == "page"


def test_every_opening_that_is_asked_for_is_offered_and_none_is_offered_for_nothing() -> None:
    asked: set[str] = set()
    for path in (ROOT / "ui").rglob("*.py"):
        if path.name != "openings.py":
            asked |= set(
                re.findall(
                    r'"((?:approvals|moves|patients|preferences|settings)\.[a-z_]+)"', path.read_text("utf-8")
                )
            )
    named = {each for each in OPENINGS if each in asked}
    by_step = {"moves.done", "moves.dealt", "moves.hand_over", "patients.attest"}
    by_step |= {"settings.return", "settings.register", "settings.keep_bed", "settings.release_bed"}
    by_step |= {f"settings.{each}" for each in ("call", "action", "learning", "aid", "priority")}
    assert named | by_step == set(OPENINGS)


def test_every_step_of_a_placement_has_a_form() -> None:
    assert set(FORMS) == ALL_STEPS
