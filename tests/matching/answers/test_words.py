"""Numbers, lists and names as people say them."""

from __future__ import annotations

import pytest

from discharge.words.counts import count_words, listing, more_points, who


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["P1"], "P1"),
        (["P1", "P2"], "P1 and P2"),
        (["P1", "P2", "P3"], "P1, P2 and P3"),
        ([f"P{n}" for n in range(10)], "P0, P1, P2, P3, P4, P5, P6, P7 and 2 more"),
    ],
)
def test_a_list_is_said_as_people_say_it(names: list[str], said: str) -> None:
    assert listing(names) == said


def test_numbers_agree_with_their_nouns() -> None:
    assert [count_words(n, "day") for n in (0, 1, 2, 1000)] == ["0 days", "1 day", "2 days", "1,000 days"]
    assert [more_points(n) for n in (-1, 0, 2)] == ["1 point fewer", "as many points", "2 points more"]
    assert who(["P1"], "goes", "go") == ["P1 goes"]
    assert who([], "goes", "go") == []
