"""Needs as a list or sheet says them: in the words of the shipped list where they are meant (N1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from discharge.exchange.cells import word
from discharge.model.patient import SHIPPED_NEEDS

_LANGUAGE = re.compile(r"language:[a-z]{2,3}")


def is_usual(need: str) -> bool:
    """Whether a need is one of the shipped list, or a language."""
    return need in SHIPPED_NEEDS or _LANGUAGE.fullmatch(need) is not None


def need_words(text: str) -> Iterator[str]:
    """The needs of one part of a list: several where, parted by commas or the like, each is a usual one."""
    parts = [need_word(part) for part in re.split(r"[,/+&]| and ", text)]
    yield from parts if all(map(is_usual, parts)) else (need_word(text),)


def need_word(text: str) -> str:
    """A need as the vocabulary has it: `PEG feeding` is `peg_feeding`."""
    kind, colon, rest = text.strip().partition(":")
    kind = kind.replace("?", " ")  # a need in doubt is a need
    return f"{word(kind)}:{rest.strip().casefold()}" if colon else word(kind)
