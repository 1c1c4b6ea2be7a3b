"""How it is said that a home has left the CQC's register, or is to leave it."""

from __future__ import annotations

from datetime import date

from discharge.words.days import day_words

GONE = "gone"
"""Instead of a date: the home stands in the register no more, and nobody says since when."""
_TO_COME = "from "


def since_of(on: date | None, today: date) -> str:
    """Since when a home has left, as it stands on record: a date, `from` one still to come, or `gone`."""
    if on is None:
        return GONE
    return f"{_TO_COME}{on.isoformat()}" if on > today else on.isoformat()


def is_to_come(since: str) -> bool:
    """Whether it has still to leave."""
    return since.startswith(_TO_COME)


def left_words(since: str) -> str:
    """That it has left, after its name: "has left the CQC's register on Sun 15 Nov 2020"."""
    if since == GONE:
        return "has left the CQC's register"
    verb = "leaves" if is_to_come(since) else "has left"
    day = date.fromisoformat(since.removeprefix(_TO_COME))
    return f"{verb} the CQC's register on {day_words(day, year=True)}"
