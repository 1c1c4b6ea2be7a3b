"""The window's log: begun anew when it is full, also where another window writes it too."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.frame import log_file
from ui.frame.log_file import LogFile, before


@pytest.fixture
def small_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LogFile]:
    """A log that is full after two lines."""
    monkeypatch.setattr(log_file, "MOST_BYTES", 25)
    log = LogFile(tmp_path / "desk.log")
    log.setFormatter(logging.Formatter("%(message)s"))
    yield log
    log.close()


def say(log: LogFile, *lines: str) -> None:
    for line in lines:
        log.handle(logging.LogRecord("desk", logging.INFO, "", 0, line, None, None))


def test_a_full_log_becomes_the_one_before(small_log: LogFile, tmp_path: Path) -> None:
    say(small_log, "the first", "the second", "the third")
    assert (tmp_path / "desk.log").read_text("utf-8") == "the third\n"
    assert before(tmp_path / "desk.log").read_text("utf-8") == "the first\nthe second\n"


def test_a_log_that_cant_be_moved_grows_on_and_keeps_the_one_before(
    small_log: LogFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(small_log, "the first", "the second", "the third")
    kept = before(tmp_path / "desk.log").read_text("utf-8")

    def refused(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file")

    with monkeypatch.context() as another_window_has_it:
        another_window_has_it.setattr(Path, "replace", refused)
        say(small_log, "the fourth", "the fifth", "the sixth")
    assert (tmp_path / "desk.log").read_text("utf-8").splitlines()[-3:] == [
        "the fourth", "the fifth", "the sixth",
    ]  # fmt: skip
    assert before(tmp_path / "desk.log").read_text("utf-8") == kept
