"""Work off the UI thread comes back in order, can be cancelled, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import pytest

import ui.work.jobs
from discharge.model.errors import NotAllowed, UserError
from tests.ui.engine_work import break_down, die, double, loaded, refuse_it, slow
from tests.ui.fake_desk import JO, FakeDesk, Guest, rename
from ui.work.engine_process import serve
from ui.work.faults import Bug
from ui.work.jobs import Engine, Jobs, Told


@pytest.fixture
def jobs(qtbot: Any) -> Iterator[Jobs]:
    made = Jobs(partial(FakeDesk, [Guest("g1", "Ada")]))
    with qtbot.waitSignal(made.opened):
        made.start()
    yield made
    made.close()
    made.deleteLater()


def test_reading_and_writing_happen_in_the_stores_thread_and_come_back_in_the_windows(
    jobs: Jobs, qtbot: Any
) -> None:
    here = threading.current_thread()
    back: list[object] = []
    ticket = jobs.submit(partial(rename, guest="g1", name="Bea"), by=JO)
    ticket.done.connect(lambda changed: back.append((threading.current_thread() is here, changed.nouns)))
    ask = jobs.ask(lambda queries: (threading.current_thread().name, queries.patients()[0].name))
    with qtbot.waitSignal(ask.done) as told:
        pass
    assert back == [(True, {"patients"})]
    assert told.args == [("store", "Bea")]


def test_jobs_finish_in_the_order_they_were_asked_for(jobs: Jobs, qtbot: Any) -> None:
    order: list[int] = []
    tickets = [jobs.ask(lambda queries, n=n: n) for n in range(20)]  # type: ignore[misc]
    for ticket in tickets:
        ticket.done.connect(order.append)
    with qtbot.waitSignal(tickets[-1].done):
        pass
    assert order == list(range(20))


def test_of_several_asks_that_replace_each_other_only_the_last_is_answered(jobs: Jobs, qtbot: Any) -> None:
    gate = threading.Event()
    answered: list[str] = []
    overtaken: list[str] = []
    jobs.use(lambda desk: gate.wait(5))
    tickets = {n: jobs.ask(lambda queries, n=n: n, replaces="rows") for n in "abc"}  # type: ignore[misc]
    for name, ticket in tickets.items():
        ticket.done.connect(answered.append)
        ticket.cancelled.connect(lambda name=name: overtaken.append(name))
    with qtbot.waitSignal(tickets["c"].done):
        gate.set()
    assert (answered, overtaken) == (["c"], ["a", "b"])


def raises(error: BaseException) -> Callable[[Any], Any]:
    def work(_queries: Any) -> Any:
        raise error

    return work


def told_of(jobs: Jobs, qtbot: Any, error: BaseException) -> Any:
    ticket = jobs.ask(raises(error))
    with qtbot.waitSignal(ticket.failed) as told:
        pass
    return told.args[0]


def test_an_error_of_the_users_world_comes_back_as_it_is_without_its_traceback(
    jobs: Jobs, qtbot: Any
) -> None:
    told = told_of(jobs, qtbot, NotAllowed("The approver proposed it.", "Ask another lead.", "A1"))
    assert isinstance(told, NotAllowed)
    assert (told.sentence, told.mend, told.rule) == ("The approver proposed it.", "Ask another lead.", "A1")
    assert told.__traceback__ is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "full"), "disk is full"),
        (OSError(errno.EROFS, "read-only"), "can't be written to"),
        (PermissionError(errno.EACCES, "no"), "can't be written to"),
        (MemoryError(), "out of memory"),
    ],
)
def test_a_full_disk_and_the_like_are_of_the_users_world(
    jobs: Jobs, qtbot: Any, error: BaseException, said: str
) -> None:
    told = told_of(jobs, qtbot, error)
    assert isinstance(told, UserError)
    assert said in told.sentence
    assert told.mend


def test_a_bug_says_where_it_is_and_holds_no_value(jobs: Jobs, qtbot: Any) -> None:
    told = told_of(jobs, qtbot, ValueError("no such patient: Ada Ashdown 999 476 5949"))
    assert isinstance(told, Bug)
    assert told.kind == "ValueError"
    assert "test_jobs.py" in told.frames
    assert "Ada" not in f"{told}{told.frames}"
    assert "5919" not in f"{told}{told.frames}"


def count_up(desk: Any, progress: Callable[..., None]) -> int:
    for n in range(2_000):
        progress(n, 2_000, f"row {n}")
        time.sleep(0.001)
    return 2_000


def test_long_work_tells_how_far_it_is_and_stops_when_told_to(jobs: Jobs, qtbot: Any) -> None:
    ticket = jobs.run_long(count_up, words="Importing")
    assert jobs.shown() == [ticket]
    seen: list[Told] = []
    ticket.progressed.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) >= 2)
    with qtbot.waitSignal(ticket.cancelled):
        ticket.cancel()
    assert seen[0].total == 2_000
    assert seen[0].done < seen[1].done < 2_000
    assert jobs.shown() == []


def test_progress_is_thinned_out_but_the_end_is_always_told(jobs: Jobs, qtbot: Any) -> None:
    seen: list[int] = []

    def fast(desk: Any, progress: Callable[..., None]) -> None:
        for n in range(20_001):
            progress(n, 20_000)

    ticket = jobs.run_long(fast, words="Importing")
    ticket.progressed.connect(lambda told: seen.append(told.done))
    with qtbot.waitSignal(ticket.done):
        pass
    assert seen[-1] == 20_000
    assert len(seen) < 200


def test_a_desk_that_cannot_be_opened_is_told_and_closing_is_still_clean(qtbot: Any) -> None:
    def refuse() -> FakeDesk:
        raise UserError("The hub is from a newer version.", "Install version 9.")

    jobs = Jobs(refuse)
    with qtbot.waitSignal(jobs.not_opened) as told:
        jobs.start()
    assert told.args[0].mend == "Install version 9."
    jobs.close()
    jobs.deleteLater()


def test_closing_finishes_what_the_store_is_at_and_closes_the_desk(qtbot: Any) -> None:
    desks: list[FakeDesk] = []

    def open_desk() -> FakeDesk:
        desks.append(FakeDesk([Guest("g1", "Ada")]))
        return desks[0]

    jobs = Jobs(open_desk)
    with qtbot.waitSignal(jobs.opened):
        jobs.start()
    jobs.use(lambda desk: time.sleep(0.1))
    jobs.submit(partial(rename, guest="g1", name="Bea"), by=JO)
    jobs.close()
    assert desks[0].queries.guests[0].name == "Bea"
    assert desks[0].closed
    late = jobs.ask(lambda queries: 1)
    with qtbot.waitSignal(late.cancelled):
        pass
    jobs.deleteLater()


# ------------------------------------------------------------- the engine's process


@pytest.mark.whole
def test_the_engine_works_in_one_process_of_its_own(jobs: Jobs, qtbot: Any) -> None:
    pids = set()
    for number in (1, 2):
        ticket = jobs.compute(double, number, words="Planning")
        with qtbot.waitSignal(ticket.done, timeout=20_000) as told:
            pass
        result, pid = told.args[0]
        assert result == number * 2
        pids.add(pid)
    assert len(pids) == 1
    assert pids != {os.getpid()}


@pytest.mark.whole
def test_the_engines_process_has_loaded_what_it_needs_before_its_first_job(
    preloaded: tuple[str, ...], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "discharge.matching.propose" in preloaded
    monkeypatch.setattr(ui.work.jobs, "PRELOAD", preloaded)
    jobs = Jobs(FakeDesk)
    ticket = jobs.compute(loaded, preloaded, words="Planning")
    with qtbot.waitSignal(ticket.done) as told:
        pass
    assert told.args == [list(preloaded)]
    jobs.close()
    jobs.deleteLater()


@pytest.mark.whole
def test_cancelling_ends_the_engines_process_and_the_next_job_gets_another(jobs: Jobs, qtbot: Any) -> None:
    ticket = jobs.compute(slow, 1, words="Planning", progress=True)
    with qtbot.waitSignal(ticket.progressed, timeout=20_000) as told:
        pass
    assert told.args[0].words == "counting"
    before = jobs.engine.process_id
    waiting = jobs.compute(double, 4, words="Planning again")
    with qtbot.waitSignal(ticket.cancelled):
        ticket.cancel()
    with qtbot.waitSignal(waiting.done, timeout=20_000) as answer:
        pass
    assert answer.args[0][0] == 8
    assert answer.args[0][1] != before


@pytest.mark.whole
def test_a_waiting_engine_job_can_be_cancelled_without_the_one_that_runs(jobs: Jobs, qtbot: Any) -> None:
    first = jobs.compute(slow, 1, words="Planning", progress=True)
    second = jobs.compute(double, 1, words="Planning")
    with qtbot.waitSignal(first.progressed, timeout=20_000):
        pass
    with qtbot.waitSignal(second.cancelled):
        second.cancel()
    with qtbot.waitSignal(first.progressed):
        pass
    assert not first.over


def test_errors_of_the_engine_come_back_of_their_kind(jobs: Jobs, qtbot: Any) -> None:
    ticket = jobs.compute(refuse_it, words="Planning")
    with qtbot.waitSignal(ticket.failed, timeout=20_000) as told:
        pass
    assert str(told.args[0]) == "The case is broken. Mend it."
    ticket = jobs.compute(break_down, words="Planning")
    with qtbot.waitSignal(ticket.failed) as told:
        pass
    assert isinstance(told.args[0], Bug)
    assert "Ada" not in told.args[0].frames
    ticket = jobs.compute(lambda: 1, words="Planning")
    with qtbot.waitSignal(ticket.failed) as told:
        pass
    assert isinstance(told.args[0], Bug), "work that can't be sent is told, not lost"


@pytest.mark.whole
def test_a_process_that_dies_fails_its_job_and_the_next_one_works(jobs: Jobs, qtbot: Any) -> None:
    ticket = jobs.compute(die, words="Planning")
    with qtbot.waitSignal(ticket.failed, timeout=20_000) as told:
        pass
    assert isinstance(told.args[0], UserError)
    assert "exit code 3" in told.args[0].sentence
    ticket = jobs.compute(double, 5, words="Planning")
    with qtbot.waitSignal(ticket.done, timeout=20_000) as told:
        pass
    assert told.args[0][0] == 10


def test_closing_in_the_middle_of_an_engine_job_ends_its_process(qtbot: Any) -> None:
    jobs = Jobs(FakeDesk)
    jobs.start()
    ticket = jobs.compute(slow, 1, words="Planning", progress=True)
    with qtbot.waitSignal(ticket.progressed, timeout=20_000):
        pass
    jobs.close()
    assert jobs.engine.process_id is None
    jobs.deleteLater()


def test_closing_ends_a_process_that_hadnt_taken_its_end_of_the_pipe(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where that end then stays open with who made it."""
    kept: list[int] = []
    engine = Engine()
    pipe = engine._context.Pipe

    def left_open(*args: bool) -> tuple[Connection, Connection]:
        ours, theirs = pipe(*args)
        kept.append(os.dup(theirs.fileno()))
        return ours, theirs

    monkeypatch.setattr(engine._context, "Pipe", left_open)
    engine.warm_up()
    qtbot.waitUntil(lambda: engine.process_id is not None)
    listener = engine._listener
    engine.close()
    assert listener is not None
    assert not listener.is_alive()
    os.close(kept[0])


def test_an_engine_whose_window_was_ended_while_it_loaded_ends_quietly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ui.work.engine_process.signal.signal", lambda *_: None)
    ours, theirs = Pipe()
    ours.close()
    serve(theirs, ())
    theirs.close()
