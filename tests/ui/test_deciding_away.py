"""Sending to a lead as a file, deciding on it without the hub, taking the answer in: by the windows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from discharge.actions.bundles import take_in
from discharge.keys.statements import APPROVE, RETURN
from tests.actions.a_hub import AHub, Clock
from tests.actions.away import away, opened, sent, waits
from tests.actions.signing import begins_signing
from ui.approvals.away import DecideAwayDialog
from ui.approvals.take_in import taken_words
from ui.theme.theme import Theme


@pytest.fixture
def hub(tmp_path: Path) -> Any:
    made = AHub(tmp_path / "hub.desk", Clock())
    begins_signing(made)
    yield made
    made.desk.close()


@pytest.fixture
def dialog(hub: AHub, look: Theme, qtbot: Any) -> DecideAwayDialog:
    bundle = opened(hub, sent(hub, *waits(hub, "Ben Ode", "Cal Poe")))
    made = DecideAwayDialog(bundle, away(hub), theme=look, now=hub.clock)
    qtbot.addWidget(made)
    made.show()
    return made


def test_each_placement_is_decided_on_in_turn_and_the_answer_is_taken_in(
    hub: AHub, dialog: DecideAwayDialog, tmp_path: Path
) -> None:
    assert not dialog.save.isEnabled()
    assert dialog.current.page.row.patient_name == "Ben Ode"
    dialog.note.set_value("Near her son")
    dialog.approve.trigger()
    assert dialog.current.page.row.patient_name == "Cal Poe"
    assert dialog.note.value() is None
    dialog.send_back.trigger()
    assert dialog._message.words().startswith("Say why")
    dialog.note.set_value("Fee not agreed")
    dialog.send_back.trigger()
    assert [dialog.list.item(at).text().splitlines()[1] for at in range(2)] == [
        "Approved · Elm Lodge", "Returned · Elm Lodge",
    ]  # fmt: skip
    assert dialog.state.text() == "2 of 2 placements decided"
    dialog.save_to(tmp_path / "Answer.ddanswer")
    assert dialog.state.text() == "Saved: Answer.ddanswer. Send it back to Cleo Coordinator."
    came = take_in(hub.desk, (tmp_path / "Answer.ddanswer").read_bytes(), carrier=hub.coordinator)
    assert [(one.decision, bool(one.entries)) for one in came] == [(APPROVE, True), (RETURN, True)]
    assert (
        taken_words(came, {}) == "2 placements by Lee Lead: 1 approved, 1 returned. Next: tell the setting."
    )
    dialog.reject()
    assert not dialog.isVisible()


def test_what_isnt_saved_is_asked_about_once(dialog: DecideAwayDialog) -> None:
    dialog.approve.trigger()
    dialog.reject()
    assert dialog.isVisible()
    assert dialog._message.words().startswith("What you have decided isn't saved")
    dialog.reject()
    assert not dialog.isVisible()


def test_the_page_shows_what_the_hubs_page_shows(dialog: DecideAwayDialog) -> None:
    from PySide6.QtWidgets import QLabel

    said = " ".join(each.text() for each in dialog.detail.findChildren(QLabel))
    for heading in ("Cost", "Goes to", "Infection", "The person", "Why here", "Who decides", "Elm Lodge"):
        assert heading in said
    assert "Letters of your invitation" in dialog.check.text()
