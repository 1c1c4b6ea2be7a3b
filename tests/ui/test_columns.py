"""The width of a table is shared out whole, and what matters most is cut last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.widgets.columns import Want, set_aside, share


def test_with_room_for_all_the_rest_goes_to_the_one_that_stretches() -> None:
    wants = {0: Want(25, 50, 100, 100), 1: Want(25, 50, 100, 100, stretch=True)}
    assert share(wants, 500) == {0: 100, 1: 400}


def test_where_it_is_tight_the_lowest_in_rank_give_way_first() -> None:
    wants = {0: Want(25, 50, 100, 100, yields=2), 1: Want(20, 40, 100, 100), 2: Want(50, 100, 100, 100)}
    assert share(wants, 280) == {0: 100, 1: 80, 2: 100}
    assert share(wants, 230) == {0: 90, 1: 40, 2: 100}
    assert share(wants, 180) == {0: 50, 1: 37, 2: 93}, "all are at their least: the first gives way again"
    assert share(wants, 100) == {0: 30, 1: 20, 2: 50}
    assert share(wants, 50) == {0: 25, 1: 20, 2: 50}, "below the floor nothing is made: one scrolls"


def test_before_anything_stretches_what_is_cut_is_shown_whole() -> None:
    wants = {
        0: Want(25, 50, 100, 160, yields=1),
        1: Want(25, 50, 100, 300),
        2: Want(10, 20, 20, 20, stretch=True),
    }
    assert share(wants, 250) == {0: 130, 1: 100, 2: 20}
    assert share(wants, 400) == {0: 160, 1: 220, 2: 20}
    assert share(wants, 600) == {0: 160, 1: 300, 2: 140}


def test_columns_are_left_out_until_each_has_its_least_and_come_back_where_there_is_room() -> None:
    wants = {0: Want(50, 100, 100, 100, yields=2), 1: Want(20, 40, 80, 80), 2: Want(20, 60, 60, 60)}
    assert set_aside(wants, 200, last_first=[2, 1]) == set()
    assert set_aside(wants, 199, last_first=[2, 1]) == {2}
    assert set_aside(wants, 170, last_first=[1, 2]) == {1}
    assert set_aside(wants, 90, last_first=[2, 1]) == {1, 2}, "who it is stays"
    wide = {0: Want(50, 100, 100, 100, yields=2), 1: Want(20, 90, 90, 90), 2: Want(20, 40, 40, 40)}
    assert set_aside(wide, 150, last_first=[2, 1]) == {1}, "the narrow one has room again"


numbers = st.integers(0, 400)
some_wants = st.lists(
    st.tuples(numbers, numbers, numbers, st.integers(0, 2), st.booleans()), min_size=1, max_size=8
).map(
    lambda rows: {
        at: Want(least // 2, least, least + more, least + more + most, yields, stretch)
        for at, (least, more, most, yields, stretch) in enumerate(rows)
    }
)


@given(some_wants, st.integers(0, 3_000))
@pytest.mark.whole
def test_no_column_is_made_smaller_than_its_floor_and_no_pixel_is_lost(
    wants: dict[int, Want], width: int
) -> None:
    widths = share(wants, width)
    assert all(widths[at] >= want.floor for at, want in wants.items())
    least = sum(want.floor for want in wants.values())
    natural = sum(want.natural for want in wants.values())
    total = sum(widths.values())
    if width <= least:
        assert total == least
    elif width <= natural or any(want.stretch for want in wants.values()):
        assert total == width
    else:
        assert total == natural
