"""A status as people read it: a word, an icon and a colour, never one of them alone."""

from __future__ import annotations

from dataclasses import dataclass

from ui.theme.palette import Tone

_ICONS = {
    Tone.DANGER: "status-danger",
    Tone.WAITING: "status-waiting",
    Tone.DONE: "status-done",
    Tone.UNKNOWN: "status-unknown",
    Tone.NEUTRAL: "status-neutral",
    Tone.ACCENT: "status-accent",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What a chip or a table cell shows. `sentence` is the tooltip: the same in a full sentence."""

    word: str
    tone: Tone = Tone.NEUTRAL
    sentence: str = ""
    icon_name: str = ""

    @property
    def icon(self) -> str:
        """The icon's name; each tone has its own, so that colour is never alone."""
        return self.icon_name or _ICONS[self.tone]


def danger(word: str, sentence: str = "") -> Status:
    """Infectious or blocked."""
    return Status(word, Tone.DANGER, sentence)


def waiting(word: str, sentence: str = "") -> Status:
    """Isolating, or waiting on somebody."""
    return Status(word, Tone.WAITING, sentence)


def done(word: str, sentence: str = "") -> Status:
    """Clear, free or done."""
    return Status(word, Tone.DONE, sentence)


def unknown(word: str, sentence: str = "") -> Status:
    """Suspected or unknown: drawn with a question mark."""
    return Status(word, Tone.UNKNOWN, sentence)


def neutral(word: str, sentence: str = "") -> Status:
    """A plain fact."""
    return Status(word, Tone.NEUTRAL, sentence)
