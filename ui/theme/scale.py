"""Spacing and type: a grid of 4 pixels, three sizes, two weights, all at 100 %."""

from __future__ import annotations

from enum import IntEnum


class Space(IntEnum):
    """Gaps in pixels at 100 %, on a grid of 4."""

    HAIR = 2
    TIGHT = 4
    NEAR = 8
    ROW = 12
    GUTTER = 16
    SECTION = 24


class Size(IntEnum):
    """Sizes of type in pixels at 100 %."""

    SMALL = 12
    BASE = 13
    TITLE = 20


RADIUS = 4
TARGET = 28
"""The least height of what can be clicked (WCAG 2.2 asks for 24)."""
ICON = 16
ICON_GAP = 6
"""Pixels between an icon and its words."""
SCALES = (0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
"""The text sizes on offer, 1.0 = 100 %."""
