"""An X screen that nobody sees but this: how long after its start a program paints anything (Linux).

The screen lies in a file, so that no program takes part in being watched: the same for a frozen executable,
for our window from source and for an empty one.
"""

from __future__ import annotations

import mmap
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

STEP = 997
"""Of so many bytes of the screen one is looked at."""
LOOK_SECONDS = 0.001


class NoScreen(Exception):
    """Xvfb isn't here or doesn't start."""


class Screen:
    """What is on the screen, and the display's name for programs."""

    def __init__(self, display: str, pixels: mmap.mmap) -> None:
        self.display = display
        self._pixels = pixels
        self._blank = self._look()

    def _look(self) -> bytes:
        # the head of the file names its own size
        return self._pixels[4096::STEP]

    def first_paint(
        self, command: Sequence[str], *, timeout: float = 60.0, environment: Mapping[str, str] | None = None
    ) -> float | None:
        """Seconds until the program paints; None where it doesn't in time. It is ended then."""
        surroundings = {**os.environ, **(environment or {}), "DISPLAY": self.display}
        surroundings["QT_QPA_PLATFORM"] = "xcb"
        start = time.perf_counter()
        with subprocess.Popen(
            command,
            env=surroundings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as program:
            found: float | None = None
            while found is None and time.perf_counter() - start < timeout and program.poll() is None:
                if self._look() != self._blank:
                    found = time.perf_counter() - start
                time.sleep(LOOK_SECONDS)
            _end(program)
        self._wait_for_blank()
        return found

    def _wait_for_blank(self) -> None:
        ends = time.monotonic() + 10
        while self._look() != self._blank and time.monotonic() < ends:
            time.sleep(0.05)


def _end(program: subprocess.Popen[bytes]) -> None:
    """End the program and whatever it started."""
    try:
        os.killpg(program.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """A screen of its own; raises `NoScreen` where there can be none."""
    server = shutil.which("Xvfb")
    if server is None:
        raise NoScreen("there is no Xvfb here to watch its window on")
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-fbdir", str(folder), "-nolisten", "tcp"]
    command += ["-screen", "0", "1440x900x24"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as running:
        try:
            os.close(writing)
            ready, _, _ = select.select([reading], [], [], 30)
            number = os.read(reading, 20).decode().strip() if ready else ""
            if not number:
                raise NoScreen("Xvfb doesn't start")
            with (folder / "Xvfb_screen0").open("r+b") as file:
                yield Screen(f":{number}", mmap.mmap(file.fileno(), 0))
        finally:
            os.close(reading)
            running.terminate()
