"""Where the program's own files are, from source and frozen, and where a user's files go."""

from __future__ import annotations

import sys
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs(appname="discharge-desk", appauthor=False)


def resources() -> Path:
    """The folder of rule sets, icons, fonts and help that ships with the program."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parent.parent
    return root / "resources"


def user_data() -> Path:
    """The folder for a user's hubs; made by whoever writes to it first."""
    return Path(_DIRS.user_data_dir)


def user_config() -> Path:
    """The folder for what the window remembers."""
    return Path(_DIRS.user_config_dir)


def user_logs() -> Path:
    """The folder for logs; they never carry a name or an NHS number."""
    return Path(_DIRS.user_log_dir)
