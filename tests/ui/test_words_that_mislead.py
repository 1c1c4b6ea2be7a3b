"""What is said is so: nobody is clear without a result, no tick where nothing was done, no "all is well"."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QWidget

from discharge.actions.hub import choose_rule_set
from discharge.model.shown.patients import PatientRow
from tests.actions.a_hub import AHub
from ui.match.columns import summary_words
from ui.theme.palette import Tone
from ui.theme.theme import Theme
from ui.widgets.banner import UndoBar
from ui.words import people
from ui.work.answering import _nothing_short


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    made = AHub(tmp_path / "hub.db")
    made.does(
        partial(choose_rule_set, rule_set="england-2024-04-01", reason="The rules of today"), by=made.admin
    )
    return made


def row_of(hub: AHub, patient: str) -> PatientRow:
    return next(row for row in hub.desk.ask(lambda q: q.patients()) if row.id == patient)


@pytest.mark.parametrize(
    ("result", "clear"),
    [(None, False), ("pending", False), ("void", False), ("inconclusive", False), ("negative", True)],
)
def test_where_no_test_is_asked_for_a_person_is_clear_by_a_result_alone(
    hub: AHub, result: Any, clear: bool
) -> None:
    patient = hub.patient("Ann Marsh")
    if result is not None:
        hub.tested(patient, result)
    row = row_of(hub, patient)
    assert row.infection.requirement == "open"
    assert people.is_clear(row) is clear
    assert people.is_untested(row) is not clear
    status = people.bed_status(row, now=hub.clock.now)
    assert status is not None
    assert (status.tone is Tone.DONE) is clear
    assert ("not tested" in status.word) is not clear
    assert (people.standing(row, now=hub.clock.now).tone is Tone.DONE) is clear


def test_a_result_of_another_organism_clears_nobody(hub: AHub) -> None:
    patient = hub.patient("Ann Marsh")
    hub.tested(patient, "negative", organism="influenza")
    assert not people.is_clear(row_of(hub, patient))


def a_plan(*, placed: int, unplaced: int, status: str = "optimal") -> Any:
    row = SimpleNamespace(
        listed=placed + unplaced, placed=(placed, 0, 0, 0), unplaced=unplaced, status=status, gap=0.5,
        seconds=0.1, rule_set="england-2024-04-01",
    )  # fmt: skip
    return SimpleNamespace(page=SimpleNamespace(row=row), waiting=[])


def test_a_plan_that_places_nobody_is_never_called_optimal_and_left_at_that() -> None:
    assert "nobody can be placed as things are" in summary_words(a_plan(placed=0, unplaced=2))
    assert "optimal" not in summary_words(a_plan(placed=0, unplaced=2))
    assert "optimal" in summary_words(a_plan(placed=2, unplaced=0))
    assert "no place found yet" in summary_words(a_plan(placed=0, unplaced=2, status="feasible"))


def test_nothing_is_short_is_said_only_where_everybody_has_a_place() -> None:
    people = [SimpleNamespace(id="P-0001"), SimpleNamespace(id="P-0002")]
    solved: Any = SimpleNamespace(chosen={}, case=SimpleNamespace(locked=(), patients=people))
    assert _nothing_short(solved).startswith("2 people have no place")
    solved = replace_chosen(solved, {"P-0001": 1, "P-0002": 1})
    assert "nothing is short" in _nothing_short(solved)


def replace_chosen(solved: Any, chosen: dict[str, int]) -> Any:
    return SimpleNamespace(chosen=chosen, case=solved.case)


def test_a_form_closed_without_saving_gets_no_tick(theme: Theme, qtbot: Any) -> None:
    bar = UndoBar(theme=theme)
    qtbot.addWidget(bar)
    tones = []
    for tone in (Tone.NEUTRAL, Tone.DONE):
        bar.offer("Said.", button="Take it up again", do=lambda: None, tone=tone)
        tones.append(bar._tone)
    assert tones == [Tone.NEUTRAL, Tone.DONE]


def test_the_way_back_waits_for_whoever_reads_the_dialog_over_it(theme: Theme, qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar = UndoBar(theme=theme, parent=window)
    bar.offer("Imported.", button="Take the import back", do=lambda: None)
    dialog = QDialog(window)
    dialog.open()
    bar._clock.timeout.emit()
    assert bar.can_go_back
    dialog.close()
    bar._clock.timeout.emit()
    assert not bar.can_go_back
