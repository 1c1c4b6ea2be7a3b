"""A hub on a server, as the window has it: how it stands, what waits, what came back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from discharge.actions.shared_desk import Standing
from discharge.model.hub import Changed
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import Hub
from ui.frame.shared import status_of, what_waits
from ui.preferences.server import BringForm, Found, NotShared, One
from ui.theme.palette import Tone
from ui.work.jobs import Ticket

NOW = datetime(2020, 11, 16, 10, 30, tzinfo=UTC)
SINCE = datetime(2020, 11, 16, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("standing", "word", "tone"),
    [
        (Standing(True, 0, None), "Shared", Tone.DONE),
        (Standing(True, 2, None, waits_for="Jo Reed"), "2 steps not yet shared", Tone.WAITING),
        (Standing(True, 0, None, returned=1), "1 came back", Tone.WAITING),
        (Standing(True, 0, None, clock_ahead=timedelta(minutes=4)), "Shared", Tone.DONE),
        (Standing(True, 0, None, clock_ahead=timedelta(minutes=-62)), "Clock 1 h 2 m slow", Tone.WAITING),
        (Standing(False, 0, SINCE, "It is gone."), "Cut off since today 10:12", Tone.WAITING),
        (
            Standing(False, 3, SINCE, "It is gone.", returned=1),
            "Cut off since today 10:12 · 3 steps not yet shared · 1 came back",
            Tone.WAITING,
        ),
        (
            Standing(False, 3, SINCE, "It is gone.", forked=True),
            "Not the same as the server's · 3 steps not yet shared",
            Tone.DANGER,
        ),
    ],
)
def test_the_status_line_says_how_the_desk_stands(standing: Standing, word: str, tone: Tone) -> None:
    status = status_of(standing, now=NOW)
    assert (status.word, status.tone) == (word, tone)
    if standing.waits_for:
        assert "until Jo Reed signs in" in status.sentence
    if not standing.online:
        assert status.sentence.startswith("It is gone.")


def test_what_waits_and_what_came_back_are_listed_and_opened(
    qtbot: Any, make_services: MakeServices, hub: Hub
) -> None:
    services = make_services(hub.open, clock=hub.clock)
    waits = One(1, "Depart L-0002", "P-0002", "Jo Reed", "Mon 16 Nov 10:12", "")
    back = One(2, "Approve L-0009", "P-0009", "Jo Reed", "Mon 16 Nov 10:13", "The bed is taken.")
    dialog = NotShared(Found((waits,), (back,)), services=services)
    qtbot.addWidget(dialog)
    said = [each.text() for each in dialog.findChildren(QLabel)]
    assert "Depart L-0002. Jo Reed, Mon 16 Nov 10:12" in said
    assert "Approve L-0009. Jo Reed, Mon 16 Nov 10:13: The bed is taken." in said
    wanted: list[tuple[str, str]] = []
    services.wanted.connect(lambda page, key: wanted.append((page, key)))
    next(each for each in dialog.findChildren(QPushButton) if each.text() == "Open").click()
    assert wanted == [("patients", "P-0009")]


def test_a_server_off_this_machine_without_a_certificate_is_refused_in_the_form(
    qtbot: Any, make_services: MakeServices, hub: Hub
) -> None:
    services = make_services(hub.open, clock=hub.clock)
    services.set_user(hub.coordinator)
    form = BringForm(services)
    qtbot.addWidget(form)
    form.set_values({"address": "postgresql://desk@db.trust.example/hub", "password": "a green heron"})
    form.ask_to_save()
    qtbot.waitUntil(lambda: "another machine" in form.field("ca").problem())
    assert not form.message()
    assert not form.result()


@pytest.mark.parametrize(
    ("standing", "leaving", "words"),
    [
        (None, True, ""),
        (Standing(True, 0, None), True, ""),
        (
            Standing(False, 3, SINCE),
            False,
            "3 steps aren't shared yet. They stay at this desk, and go out once the server is there again.",
        ),
        (
            Standing(False, 1, SINCE),
            True,
            "1 step isn't shared yet. It stays at this desk, and goes out once the server is there again and "
            "whoever did it signs in here.",
        ),
        (
            Standing(True, 2, None, waits_for="Jo Reed"),
            True,
            "2 steps aren't shared yet. They stay at this desk, and go out once Jo Reed signs in here.",
        ),
    ],
)
def test_whoever_leaves_hears_what_waits(standing: Standing | None, leaving: bool, words: str) -> None:
    assert what_waits(standing, leaving=leaving) == words


def test_a_form_says_of_which_numbers_it_is(
    qtbot: Any, make_services: MakeServices, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services(hub.open, clock=hub.clock)
    services.set_user(hub.coordinator)
    services.window = window = QWidget()
    qtbot.addWidget(window)
    window.show()
    seen: list[dict[str, Any]] = []

    def submit(_action: object, *, by: object, **more: Any) -> Ticket:
        del by
        seen.append(more)
        return services.jobs.ask(lambda _queries: Changed(frozenset(), (), (), 0))

    monkeypatch.setattr(services.jobs, "submit", submit)
    services.perform(lambda _context: [])
    services.follow_numbers(4, {})
    services.perform(lambda _context: [])
    before = QDialog(window)
    before.show()
    told: list[dict[str, str]] = []
    services.renumbered.connect(told.append)
    services.follow_numbers(5, {"P-0002": "P-0003"})
    services.shows_numbers_of(5)
    services.perform(lambda _context: [])
    before.hide()
    later = QDialog(window)
    later.show()
    services.perform(lambda _context: [])
    assert seen == [
        {}, {"seen": 4, "follows": False}, {"seen": 4, "follows": True}, {"seen": 5, "follows": False},
    ]  # fmt: skip
    assert told == [{"P-0002": "P-0003"}]
    qtbot.waitUntil(lambda: not services.jobs.busy)
