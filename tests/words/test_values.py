"""Values in words: what says nothing isn't said."""

from __future__ import annotations

from datetime import UTC, datetime

from discharge.words.values import fields, value_words

NOW = datetime(2020, 11, 16, 8, tzinfo=UTC)


def test_points_are_one_line_without_what_came_to_nothing() -> None:
    points = {"distance": 1, "fee": 9, "delay": 0, "choice": 0}
    body = {"placement": {"points": points, "locked": False}, "weights": {"fee": 0}}
    assert list(fields(body)) == [
        ("placement.points", "10: distance 1, fee 9"),
        ("placement.locked", False),
        ("weights.fee", 0),
    ]
    assert value_words([{"points": points}], now=NOW) == "points 10: distance 1, fee 9"
    assert list(fields({"points": {"fee": 0}})) == [("points", "0")]
