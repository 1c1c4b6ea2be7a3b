"""Whom an entry names: by which ids it may be about people, settings and placements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from discharge.store.journal import Line

_LONGEST = 64
"""No id is longer."""


def names_in(line: Line) -> set[str]:
    """Every string in an entry that may be an id: of a person, a setting, a placement, a paper.

    Whoever isn't named can't be concerned, whatever the key under which they stand; a word that is no id
    finds nobody.
    """
    return {line.subject, *_words(line.body)}


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if 0 < len(value) <= _LONGEST:
            yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _words(each)
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
