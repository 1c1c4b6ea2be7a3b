"""What was typed or pasted, as one sees it: marks that nobody sees are taken out, what deceives is refused.

The one place for this: forms, files and the journal all ask here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_UNSEEN = {
    "\u00ad": "a soft hyphen, which some programs show as a hyphen,",
    "\u034f": "a joiner",
    "\u061c": "a mark of direction",
    "\u180e": "a space without width",
    "\u200b": "a space without width",
    "\u200c": "a joiner",
    "\u200d": "a joiner",
    "\u200e": "a mark of direction",
    "\u200f": "a mark of direction",
    "\u2060": "a joiner",
    "\u2061": "a joiner",
    "\u2062": "a joiner",
    "\u2063": "a joiner",
    "\u2064": "a joiner",
    "\u115f": "a filler",
    "\u1160": "a filler",
    "\u3164": "a filler",
    "\uffa0": "a filler",
    "\ufeff": "a byte order mark",
    **{chr(code): "a variation mark" for code in range(0xFE00, 0xFE10)},
}
"""Characters without a picture of their own, which pages, mails and spreadsheets leave in what is copied."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They show what follows in another order than it is: a name or number that reads otherwise than it is."""

_ENDS = frozenset("\n\r\u0085\u2028\u2029")
"""Ends of lines: white space in a text of one line, kept in one of several."""

_DECEIVING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as one sees it, in composed letters."""

    text: str
    unseen: tuple[str, ...] = ()
    """What was taken out of it, each kind once: "a soft hyphen"."""
    refused: str = ""
    """Why it can't be taken, in a sentence without a full stop ("holds ..."); empty where it can."""

    @property
    def remark(self) -> str:
        """What is to be said of what was taken out; empty where nothing was."""
        if not self.unseen:
            return ""
        return f"held {_listed(self.unseen)} that can't be seen; taken without"


def seen(text: str, *, lines: bool = False) -> Typed:
    """`text` as one sees it: composed letters, plain spaces, nothing that has no picture.

    With `lines` the ends of its lines stay, else every run of white space is one space; both without blanks
    around. A character that turns the order of writing, a control character or one that can't be shown is
    never taken out quietly: `refused` says so, and then `text` is without it.
    """
    if text.isascii() and text.isprintable():
        return Typed(" ".join(text.split()) if not lines else text.strip())
    kept: list[str] = []
    unseen: dict[str, None] = {}
    refused = ""
    for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        if character in _UNSEEN or "\U000e0000" <= character <= "\U000e007f":
            unseen[_UNSEEN.get(character, "a hidden mark")] = None
        elif character in _ENDS:
            kept.append("\n")
        elif character in "\t\v\f" or unicodedata.category(character) == "Zs":
            kept.append(" ")
        elif character in _TURNING:
            refused = refused or "holds a character that turns the order of writing round"
        elif not character.isprintable():
            control = unicodedata.category(character) == "Cc"
            refused = (
                refused or f"holds a {'control character' if control else 'character without a picture'}"
            )
        else:
            kept.append(character)
    plain = "".join(kept)
    if lines:
        plain = "\n".join(line.rstrip() for line in plain.split("\n")).strip()
    else:
        plain = " ".join(plain.split())
    return Typed(plain, tuple(unseen), refused)


def deceives(text: str) -> str:
    """Why no record may hold this text, though it has ends of lines; empty where it may.

    Quick: for looking through all that is to be written.
    """
    found = _DECEIVING.search(text)
    if found is None:
        return ""
    return (
        "holds a character that turns the order of writing round"
        if found[0] in _TURNING
        else ("holds a control character")
    )


def made_plain(value: object) -> object:
    """Plain JSON values with a sign (U+FFFD) in the place of every character that no record may hold.

    For showing what was recorded before such characters were refused.
    """
    if isinstance(value, str):
        return _DECEIVING.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {key: made_plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [made_plain(each) for each in value]
    return value


def deceiving_in(value: object) -> str:
    """The text inside plain JSON values that no record may hold; empty where there is none."""
    if isinstance(value, str):
        return value if deceives(value) else ""
    if isinstance(value, Mapping):
        return next((found for each in value.values() if (found := deceiving_in(each))), "")
    if isinstance(value, (list, tuple)):
        return next((found for each in value if (found := deceiving_in(each))), "")
    return ""


def _listed(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
