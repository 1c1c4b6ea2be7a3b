"""A morning round of 164 homes by two desks at once, at their keyboards: the keys that a home takes, the
program's own time, and what both leave of an hour.

Usage: `python -m benchmarks.desk.round FOLDER [HOMES]`. Each desk is a window in a process of its own, on the
same hub. Keys are pressed and counted, the program is timed; what a hand and a head take is a model.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import ROOT, read_answer
from benchmarks.timing import tell
from discharge.actions.calls import record_phoned
from discharge.actions.desk import Desk
from discharge.actions.people import add_user
from discharge.actions.settings import register_setting
from discharge.model.call import Answers
from discharge.model.people import Given, How, Role
from discharge.model.setting import Beds, Free, Unit
from discharge.model.setting_record import CapacityReturn, GroupFree, SettingDetails

if TYPE_CHECKING:
    from ui.models.round import HomeEntry
    from ui.settings.morning_round import MorningRound

HOMES, DESKS = 164, 2
KEY_S, MENTAL_S = 0.28, 1.35
"""Seconds for a key by an average typist, and for the thought before an answer or a command: Card, Moran and
Newell, The keystroke-level model for user performance time with interactive systems, Communications of the
ACM 23(7), 1980."""
HOUR = 3600.0
DIALS = 0.5
"""Seconds that a desk dials before it types: people take longer, and go on at one instant less."""
LAST = Answers(
    residents_suspected=1, residents_confirmed=0, staff_suspected=0, staff_confirmed=1, deaths=0,
    empty_beds=6, can_take=2, admitted=0, left=1, staffing="green", staff_absent=2, ppe_days=6.0,
)  # fmt: skip
"""What each home said yesterday."""


def make(path: Path, homes: int) -> None:
    """A hub whose homes were all rung yesterday; every third has two groups of beds."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    with Desk.open(path, clock=lambda: at) as desk:
        one = desk.found(hub="A round", name="Jo Marsh")
        desk.perform(partial(add_user, name="Lee Okafor", roles=[Role.COORDINATOR]), by=one)
        for number in range(homes):
            phone = f"020 7946 {number:04}"
            details = SettingDetails(
                name=f"Home {number + 1}", type="care_home", phone=phone, contact=f"Pat Quinn {number + 1}"
            )
            names = ("A", "B") if number % 3 == 0 else ("A",)
            beds = tuple(Beds(id=name, category="general_residential", room="single", sex="any", free=())
                         for name in names)  # fmt: skip
            made = partial(
                register_setting, details=details, units=(Unit(id="M", isolation="none", beds=beds),)
            )
            setting = desk.perform(made, by=one).first
            free = tuple(
                GroupFree(unit="M", beds=name, free=(Free(start=at.date(), count=1),)) for name in names
            )
            said = CapacityReturn(reported_at=at, accepting=True, vacancies=len(names), free=free)
            given = Given(how=How.PHONE, name=details.contact, role="manager", number=phone)
            rung = partial(record_phoned, setting=setting, report=said, given=given, said="", answers=LAST)
            desk.perform(rung, by=one)


@dataclass
class Typist:
    """Somebody at the keyboard of one round: each key is pressed in the window, and counted."""

    dialog: MorningRound
    keys: int = 0
    thoughts: int = 0
    handled: float = 0.0
    """Seconds in which the program did what the keys meant."""
    homes: list[dict[str, float]] = field(default_factory=list)

    def press(self, key: str, *, thought: bool = False) -> None:
        """A key, with its modifiers, each a stroke of its own: `Ctrl+Return`."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        *held, name = key.split("+")
        modifiers = Qt.KeyboardModifier.NoModifier
        for each in held:
            modifiers |= {"Ctrl": Qt.KeyboardModifier.ControlModifier}[each]
        self.keys += 1 + len(held)
        self.thoughts += thought
        start = time.perf_counter()
        where = QApplication.focusWidget() or self.dialog.grid
        if len(name) == 1:
            QTest.keyClicks(where, name, modifiers)
        else:
            QTest.keyClick(where, getattr(Qt.Key, f"Key_{name}"), modifiers)
        self.handled += time.perf_counter() - start

    def answer(self, text: str) -> None:
        """One answer: thought of, and typed."""
        for at, letter in enumerate(text):
            self.press(letter, thought=at == 0)

    def call(self) -> None:
        """One home: the beds, who was spoken to, two answers that changed, what happened since, the rest."""
        entry = self.dialog.grid.current_entry()
        assert entry is not None
        for at, _line in enumerate(entry.lines):
            if at:
                self.press("Down")
            self.answer("2")
        for _ in entry.lines[1:]:
            self.press("Up")
        self.press("Right")
        self.press("Right")
        self.answer("=")
        self.press("Return")  # on to the questions
        self.press("Return")  # residents suspected: as before, left for the rest
        self.answer("2")  # residents confirmed: changed
        self.press("F8", thought=True)  # all else as last time; on to the deaths
        self.answer("0")
        self.press("Return")
        self.press("Return")  # beds empty: as before
        self.answer("1")  # moved in
        self.press("Return")
        self.answer("0")  # moved out
        self.press("Return")
        self.press("Return")  # staffing: as before
        self.answer("3")  # staff absent: changed
        self.press("Ctrl+Return", thought=True)


def ring(hub: Path, user: str, spare: Path) -> None:
    """One desk: rings until no home is left, and tells what each took."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QSettings, Qt
    from PySide6.QtTest import QTest

    from benchmarks.desk.stalls import Day
    from discharge.paths import resources
    from ui.application import Application
    from ui.first_paint import make_qt
    from ui.settings.morning_round import MorningRound

    settings = QSettings(str(spare / f"{user}.ini"), QSettings.Format.IniFormat)
    application = Application(
        make_qt(sys.argv[:1]), hub=hub, resources=resources(), settings=settings, user_id=user,
        page="settings", plain=True,
    )  # fmt: skip
    application.window.resize(1366, 768)
    application.show()
    day = Day(application)
    day.quiet()
    start = time.perf_counter()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(application.window, Qt.Key.Key_R, both)
    day.until(lambda: bool(application.window.findChildren(MorningRound)), looks=1)
    (dialog,) = application.window.findChildren(MorningRound)
    day.until(lambda: not application.jobs.busy, looks=2)
    opened = time.perf_counter() - start
    typist = Typist(dialog)
    while True:
        entry = dialog.grid.current_entry()
        if entry is None or (entry.is_done and dialog.grid.next_home(entry) is None):
            break
        if entry.is_done:
            dialog.grid.go_to(dialog.grid.next_home(entry) or entry)
            continue
        day.pause(DIALS)
        if dialog.grid.current_entry() is not entry:
            continue
        keys, thoughts, handled = typist.keys, typist.thoughts, typist.handled
        start = time.perf_counter()
        typist.call()
        following = time.perf_counter() - start
        day.until(partial(_is_over, dialog, entry), looks=1)
        if not dialog.banner.isHidden():
            raise RuntimeError(dialog.banner.words())
        saved = time.perf_counter() - start
        day.until(lambda: not application.jobs.busy, looks=2)
        outcome = entry.outcome
        assert outcome is not None
        typist.homes.append({
            "keys": typist.keys - keys, "thoughts": typist.thoughts - thoughts,
            "handled_ms": 1000 * (typist.handled - handled), "next_ms": 1000 * following,
            "saved_ms": 1000 * saved, "well": outcome.word == "Saved",
        })  # fmt: skip
    tell({"opened_s": opened, "homes": typist.homes})
    sys.stdout.flush()
    os._exit(0)


def _is_over(dialog: MorningRound, entry: HomeEntry) -> bool:
    """Whether the home is saved, or the round says why it isn't."""
    saved = entry.outcome is not None and entry.outcome.word != "Saving …"
    return saved or not dialog.banner.isHidden()


def _desks(hub: Path, spare: Path) -> Iterator[Sequence[dict[str, float]]]:
    """Both desks at once; of each what its homes took."""
    module = "benchmarks.desk.round"
    command = [sys.executable, "-m", module, "desk", str(hub)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    begun = [
        subprocess.Popen([*command, user, str(spare)], cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
        for user in ("U-0001", "U-0002")
    ]  # fmt: skip
    for process in begun:
        said, complained = process.communicate(timeout=900)
        answer = read_answer(process.returncode, said, complained)
        if not answer.there:
            raise RuntimeError(answer.why)
        yield answer.facts["homes"]


def main(folder: Path, homes: int = HOMES) -> None:
    """Makes the hub, has both desks ring, and tells what a home takes and what is left of an hour."""
    hub = folder / "Round.hub"
    make(hub, homes)
    start = time.perf_counter()
    desks = list(_desks(hub, folder))
    whole = time.perf_counter() - start
    each = [home for desk in desks for home in desk]
    with Desk.open(hub) as desk:
        rung = desk.ask(lambda queries: sum(one.asked_today for one in queries.heard().values()))
    keys = statistics.mean(home["keys"] for home in each)
    thoughts = statistics.mean(home["thoughts"] for home in each)
    program = statistics.mean(home["saved_ms"] for home in each) / 1000
    hand = keys * KEY_S + thoughts * MENTAL_S
    share = HOUR * DESKS / homes
    tell({
        "homes": homes, "rung": rung, "by_desk": [len(desk) for desk in desks],
        "twice": len(each) - rung, "not_rung": homes - rung,
        "not_saved": sum(not home["well"] for home in each),
        "keys": round(keys, 1), "thoughts": round(thoughts, 1),
        "handled_ms": round(statistics.median(home["handled_ms"] for home in each), 1),
        "next_ms": round(statistics.median(home["next_ms"] for home in each), 1),
        "saved_ms": round(statistics.median(home["saved_ms"] for home in each), 1),
        "saved_longest_ms": round(max(home["saved_ms"] for home in each), 1),
        "machine_s": round(whole, 1),
        "hand_s": round(hand, 1),
        "entry_minutes": round(homes / DESKS * (hand + program) / 60, 1),
        "left_to_talk_s": round(share - hand - program, 1),
    })  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "desk":
        ring(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
    else:
        main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
