"""What Qt's platform without a screen says of itself on the error stream says nothing about us."""

from __future__ import annotations

from ui.self_test import OFFSCREEN_REMARK


def complaints(stderr: str) -> list[str]:
    """The lines of a program's error stream, but for those."""
    return [line for line in stderr.splitlines() if line != OFFSCREEN_REMARK]
