"""The window's log: a file of 1 MB, and the one before it."""

from __future__ import annotations

from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

MOST_BYTES = 1_000_000


def before(path: Path) -> Path:
    """The log before this one."""
    return path.with_name(f"{path.name}.1")


class LogFile(RotatingFileHandler):
    """Begins anew once it is full. `OSError` where it can't be written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8")

    def doRollover(self) -> None:
        """What was written becomes the log before. While another window writes it too Windows doesn't let it
        be moved: then it grows on, and nothing is lost."""
        if self.stream is not None:
            self.stream.close()
        path = Path(self.baseFilename)
        with suppress(OSError):
            path.replace(before(path))
        self.stream = self._open()


__all__ = ["MOST_BYTES", "LogFile", "before"]
