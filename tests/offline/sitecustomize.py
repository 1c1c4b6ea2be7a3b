"""A Python that reaches no network: what Python imports by itself where this folder is on PYTHONPATH.

Refused are look-ups of names, Qt's modules for networks, and sockets but those between processes of one
machine. What was refused is also written down, as a program may make nothing of a refusal: a file for each
process that is kept so, in the folder that the environment names, with a line for each refusal.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FOLDER = "OFFLINE_SEEN"
LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
QT = ("PySide6.QtNetwork", "PySide6.QtWeb", "PySide6.QtHttp")
AF_UNIX = 1
"""Of Linux and macOS; the module that has its name isn't imported yet."""


def _refused(event: str, arguments: tuple[object, ...]) -> str:
    """What may not be, in words; empty where it may."""
    if event == "import" and str(arguments[0]).startswith(QT):
        return f"import of {arguments[0]}"
    if event in LOOK_UPS:
        return f"{event} of {arguments[0]!r}"
    if event == "socket.__new__" and arguments[1] != AF_UNIX:
        return f"socket of family {arguments[1]}"
    return ""


def _keep_offline(seen: Path) -> None:
    seen.touch()

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if what := _refused(event, arguments):
            with seen.open("a", encoding="utf-8") as file:
                file.write(f"{what}\n")
            raise PermissionError(f"no network here: {what}")

    sys.addaudithook(look)


if FOLDER in os.environ:
    _keep_offline(Path(os.environ[FOLDER]) / str(os.getpid()))
