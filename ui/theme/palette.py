"""The three palettes, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Mode(Enum):
    """The looks on offer."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"

    @property
    def words(self) -> str:
        return {"light": "Light", "dark": "Dark", "contrast": "High contrast"}[self.value]


class Tone(Enum):
    """The families of status. Each is always shown as word, icon and colour together."""

    DANGER = "danger"
    """Infectious or blocked."""
    WAITING = "waiting"
    """Isolating, or waiting on somebody."""
    DONE = "done"
    """Clear, free or done."""
    UNKNOWN = "unknown"
    """Suspected or unknown; its icon is a question mark."""
    NEUTRAL = "neutral"
    """A plain fact."""
    ACCENT = "accent"
    """Something that can be acted on."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A tone's colour of text and icon, and the soft ground that a chip of it has."""

    ink: str
    ground: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour of the window, as `#rrggbb`."""

    window: str
    """Behind everything: rail, header, gaps."""
    surface: str
    """Tables, fields, cards, dialogs."""
    raised: str
    """Table heads and hovered rows."""
    line: str
    """Hairlines between areas; carries no meaning."""
    border: str
    """The edge of a field, a tick box or a button: at least 3:1 against the surface."""
    text: str
    muted: str
    example: str
    """What an empty field shows: read as easily as a text, and not taken for one that was typed."""
    accent: str
    """Links, focus and icons of what can be acted on."""
    fill: str
    """The main button."""
    on_fill: str
    selection: str
    """Ground of a selected row; all inks stay readable on it."""
    danger: Ink
    waiting: Ink
    done: Ink
    unknown: Ink
    neutral: Ink

    def ink(self, tone: Tone) -> str:
        """The colour of a tone's text and icon."""
        return self.accent if tone is Tone.ACCENT else self._pair(tone).ink

    def ground(self, tone: Tone) -> str:
        """The soft ground of a chip or a banner of this tone."""
        return self.selection if tone is Tone.ACCENT else self._pair(tone).ground

    def _pair(self, tone: Tone) -> Ink:
        pair = getattr(self, tone.value)
        assert isinstance(pair, Ink)
        return pair


LIGHT = Palette(
    window="#f1f3f5",
    surface="#ffffff",
    raised="#f6f7f9",
    line="#d9dde2",
    border="#828b97",
    text="#1a2027",
    muted="#566070",
    example="#6b7583",
    accent="#1c5bb8",
    fill="#1c5bb8",
    on_fill="#ffffff",
    selection="#dfeafa",
    danger=Ink("#a81e18", "#fbe8e6"),
    waiting=Ink("#7d4a00", "#fcf0d9"),
    done=Ink("#1a6136", "#e3f2e7"),
    unknown=Ink("#643a99", "#f0e8f9"),
    neutral=Ink("#47505c", "#eceef1"),
)

DARK = Palette(
    window="#14171b",
    surface="#1c2025",
    raised="#23282e",
    line="#343b43",
    border="#7b8592",
    text="#e7eaee",
    muted="#a7b0bc",
    example="#8e98a5",
    accent="#7db2ff",
    fill="#2b67c9",
    on_fill="#ffffff",
    selection="#243a58",
    danger=Ink("#ff9a90", "#432322"),
    waiting=Ink("#f2bf63", "#3d301a"),
    done=Ink("#7fd39a", "#1d3626"),
    unknown=Ink("#cbabf5", "#35294a"),
    neutral=Ink("#bcc4ce", "#2b3138"),
)

CONTRAST = Palette(
    window="#000000",
    surface="#000000",
    raised="#1a1a1a",
    line="#8c8c8c",
    border="#ffffff",
    text="#ffffff",
    muted="#e6e6e6",
    example="#a8a8a8",
    accent="#6cc6ff",
    fill="#ffe14a",
    on_fill="#000000",
    selection="#003a66",
    danger=Ink("#ffa8a0", "#3d0000"),
    waiting=Ink("#ffd24a", "#332600"),
    done=Ink("#8dffad", "#00330f"),
    unknown=Ink("#e0c2ff", "#2c0052"),
    neutral=Ink("#ffffff", "#262626"),
)

PALETTES = {Mode.LIGHT: LIGHT, Mode.DARK: DARK, Mode.CONTRAST: CONTRAST}
