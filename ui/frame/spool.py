"""Where printing puts what it needs for a moment: a folder of this process, emptied when the pages were sent.

What goes to a printer is laid down as a file first by the library that prints. It would lie among everybody's
temporary files, and stay there after a kill; here it is found at the next start, and removed.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from discharge.paths import user_logs

_NAMES = ("TMPDIR", "TEMP", "TMP")
OLD_SECONDS = 24 * 3600
"""After so long a folder is nobody's on Windows, where another process has its number soon."""


def folder() -> Path:
    """This process's own; it needn't be there."""
    return _all() / str(os.getpid())


def _all() -> Path:
    return user_logs().parent / "spool"


@contextmanager
def beginning() -> Iterator[None]:
    """While a printer is opened: what it lays down goes into the folder. Where that can't be made it goes
    where it always does."""
    tempfile.gettempdir()  # asked once in a process: never this folder
    before = {name: os.environ.get(name) for name in _NAMES}
    with suppress(OSError):
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ.update(dict.fromkeys(_NAMES, str(folder())))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def clear() -> None:
    """Removes what printing left."""
    _remove(folder())


def sweep() -> None:
    """Removes what processes left that were stopped while they printed."""
    with suppress(OSError):
        for each in _all().iterdir():
            if each.name.isdecimal() and not _lives(int(each.name), each):
                _remove(each)


def _lives(process: int, left: Path) -> bool:
    if sys.platform == "win32":  # a signal would end it there
        with suppress(OSError):
            return _runs(process) and time.time() - left.stat().st_mtime < OLD_SECONDS
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


if sys.platform == "win32":
    import ctypes

    _MAY_ASK, _REFUSED, _STILL_RUNS = 0x1000, 5, 259

    def _runs(process: int) -> bool:
        """Whether there is such a process; one that is another user's counts too."""
        system, code = ctypes.WinDLL("kernel32", use_last_error=True), ctypes.c_uint32()
        system.OpenProcess.restype = ctypes.c_void_p
        if not (handle := ctypes.c_void_p(system.OpenProcess(_MAY_ASK, False, process))):
            return ctypes.get_last_error() == _REFUSED
        system.GetExitCodeProcess(handle, ctypes.byref(code))
        system.CloseHandle(handle)
        return code.value == _STILL_RUNS


def _remove(left: Path) -> None:
    with suppress(OSError):
        for path in left.rglob("*"):
            if path.is_file() and not path.is_symlink():
                with suppress(OSError), path.open("rb+") as file:
                    file.write(bytes(path.stat().st_size))
    shutil.rmtree(left, ignore_errors=True)


__all__ = ["beginning", "clear", "folder", "sweep"]
