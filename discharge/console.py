"""A program without a console: what it says goes nowhere then, and its exit code says all."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def have_one() -> None:
    """Gives standard output and error somewhere to go where there is none, as in a windowed program."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - it stays open


__all__ = ["have_one"]
