"""Numbers and lists as people say them."""

from __future__ import annotations

from collections.abc import Sequence


def count_words(number: int, noun: str, nouns: str = "") -> str:
    """`1 day`, `2 days`, `1 person`, `7 people`."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def people(number: int) -> str:
    """`1 person`, `7 people`."""
    return count_words(number, "person", "people")


def points(number: int) -> str:
    """`12 points`."""
    return count_words(number, "point")


def more_points(difference: int) -> str:
    """`12 points more`, `3 points fewer`, `as many points`."""
    if difference == 0:
        return "as many points"
    return f"{points(abs(difference))} {'more' if difference > 0 else 'fewer'}"


def listing(names: Sequence[str], last: str = "and", most: int = 8) -> str:
    """`P1, P2 and P3`; past `most` the rest as a number."""
    shown = list(names[:most])
    left = len(names) - len(shown)
    if left:
        shown.append(f"{left} more")
    return f" {last} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def sentence_case(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def who(names: Sequence[str], one: str, many: str) -> list[str]:
    """`P1 goes elsewhere`, `P1 and P2 go elsewhere`, as a list of one; of nobody an empty one."""
    return [f"{listing(names)} {one if len(names) == 1 else many}"] if names else []


def percent(some: int, of: int) -> str:
    """`83 %`; `of` is more than 0. `100 %` is all of them and `0 %` none, never nearly."""
    rounded = round(100 * some / of)
    if 0 < some < of:
        rounded = min(99, max(1, rounded))
    return f"{rounded} %"


def share(some: int, of: int) -> str:
    """`5 of 6 (83 %)`."""
    return f"{some:,} of {of:,} ({percent(some, of)})"
