"""Nothing is collected in another thread than the main one, and there what was made lately alone."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject, Signal

from ui.frame.collecting import AWAY_S, FEW, LEFT, MANY, Collecting


class _Idle:
    seconds = 0.0

    def untouched(self) -> float:
        return self.seconds


class _Lock(QObject):
    turned = Signal()
    is_on = False

    def __init__(self) -> None:
        super().__init__()
        self.idle = _Idle()


class Ring:
    """Refers to itself, and tells in which thread it was collected."""

    gone: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.gone.append(threading.current_thread().name)


@pytest.fixture
def lock() -> _Lock:
    return _Lock()


@pytest.fixture
def collects(lock: _Lock) -> Iterator[Collecting]:
    Ring.gone.clear()
    made = Collecting(lock, parent=lock)  # type: ignore[arg-type]
    made.start()
    made._clock.stop()  # looks when it is told to
    yield made
    made.stop()


def make(count: int) -> list[list[int]]:
    """So many new objects."""
    return [[] for _ in range(count)]


def test_a_thread_that_makes_much_collects_nothing(collects: Collecting) -> None:
    def work() -> None:
        Ring()
        make(200_000)

    worker = threading.Thread(target=work, name="store")
    worker.start()
    worker.join()
    assert Ring.gone == []


def test_what_was_made_lately_is_looked_through_and_of_little_nothing_is_looked_for(
    collects: Collecting,
) -> None:
    gc.collect()
    Ring()
    collects._look()
    assert Ring.gone == []
    kept = make(FEW + 500)
    collects._look()
    assert Ring.gone == [threading.main_thread().name]
    assert kept


def test_of_many_new_objects_none_is_looked_through_until_the_window_is_locked(
    collects: Collecting, lock: _Lock, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    gc.collect()
    Ring()
    kept = make(MANY + 500)
    collects._look()
    assert (Ring.gone, frozen) == ([], [True])
    lock.is_on = True
    lock.turned.emit()
    assert collects._locked.isActive()
    lock.is_on = False
    lock.turned.emit()
    assert not collects._locked.isActive(), "whoever locks it may be back at once"
    collects._look_through()
    assert Ring.gone == [threading.main_thread().name]
    assert kept


def test_what_was_left_alone_is_looked_through_once_nobody_touches_anything(
    collects: Collecting, lock: _Lock
) -> None:
    Ring()
    while collects._left <= LEFT:
        kept = make(2 * MANY)
        collects._look()
    assert Ring.gone == []
    lock.idle.seconds = AWAY_S + 1
    collects._look()
    assert Ring.gone == [threading.main_thread().name]
    assert kept


def test_once_it_ends_python_collects_by_itself_again(collects: Collecting) -> None:
    assert not gc.isenabled()
    collects.stop()
    assert gc.isenabled()
