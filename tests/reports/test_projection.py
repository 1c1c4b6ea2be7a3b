"""What is to come: the same figures for the same record, honest bands, and nothing from too little."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from benchmarks.projection import back_test, series
from discharge.model.patient import Pathway
from discharge.model.shown.projection import (
    LEAST_DAYS,
    Assumptions,
    Band,
    BedsFacts,
    Flow,
    Kind,
    ProjectionFacts,
)
from discharge.reports.projection import BACK_TESTS, MONTHS, foretell, project, scenario, spread_of
from discharge.reports.projection_tables import ahead_tables, back_test_table, notes, scenario_table
from tests.docs.pages import page, rows

P1, P2 = Kind(Pathway.P1), Kind(Pathway.P2)
STEADY = Flow(P2, 20, (2,) * 28, 56, 560)
"""Two come and two leave a day; who comes stays ten days."""
FACTS = ProjectionFacts(date(2020, 11, 16), 28, (STEADY,), (BedsFacts(P2, (5, 8, 9)),))


def test_a_hub_in_balance_stays_about_where_it_is() -> None:
    for ahead in project(FACTS).streams[0].ahead:
        assert ahead.still.low < 20 < ahead.still.high
        assert abs(ahead.still.middle - 20) <= 2
        assert abs(ahead.need.middle - (20 + 2 * ahead.days)) <= 2
        assert ahead.need.low < ahead.need.middle < ahead.need.high


@pytest.mark.whole
def test_the_same_record_gives_the_same_figures() -> None:
    assert project(FACTS) == project(FACTS)
    assumed = Assumptions(arrivals=10)
    assert scenario(FACTS, assumed) == scenario(FACTS, assumed)


def test_short_is_who_of_the_need_finds_no_bed_and_never_below_none() -> None:
    [stream, everybody] = project(FACTS).streams
    seven, fourteen = stream.ahead
    assert (seven.beds, fourteen.beds) == (Band(8, 8, 8), Band(9, 9, 9))
    assert seven.short == Band(seven.need.low - 8, seven.need.middle - 8, seven.need.high - 8)
    plenty = replace(FACTS, beds=(BedsFacts(P2, (500, 500, 500)),))
    assert project(plenty).streams[0].ahead[0].short == Band(0, 0, 0)
    assert (everybody.beds_tonight, everybody.ahead[0].beds) == (None, None)


def test_stays_without_a_planned_end_leave_beds_as_often_as_the_hubs_own_ended() -> None:
    beds = BedsFacts(P2, (0, 0, 0), open_stays=40, ended=30, bed_days=300)
    [stream, _] = project(replace(FACTS, beds=(beds,))).streams
    seven, fourteen = (ahead.beds for ahead in stream.ahead)
    assert seven is not None
    assert fourteen is not None
    # one in ten a day ends: 40 of them come to about 21 in a week, 31 in two
    assert abs(seven.middle - 21) <= 2
    assert abs(fourteen.middle - 31) <= 2
    assert seven.low < seven.middle < seven.high


def test_fewer_days_of_the_same_pace_give_a_wider_band() -> None:
    few = replace(STEADY, came=(2,) * 7, left=14, person_days=140)
    wide = project(replace(FACTS, days=7, flows=(few,))).streams[0].ahead[1].need
    narrow = project(FACTS).streams[0].ahead[1].need
    assert wide.high - wide.low > narrow.high - narrow.low


def test_unrest_beyond_chance_widens_the_band() -> None:
    bursts = replace(STEADY, came=(0, 0, 0, 0, 0, 0, 14) * 4)
    assert spread_of(bursts.came) > 10
    assert spread_of(STEADY.came) == 1
    wide = project(replace(FACTS, flows=(bursts,))).streams[0].ahead[0].need
    narrow = project(FACTS).streams[0].ahead[0].need
    assert wide.high - wide.low > narrow.high - narrow.low


def test_of_too_few_days_nothing_is_foretold_and_that_is_said() -> None:
    young = project(replace(FACTS, days=LEAST_DAYS - 1))
    assert (young.streams, ahead_tables(young)) == ((), ())
    assert notes(young) == ("4 whole days of record: nothing is foretold from fewer than 5, or of nobody.",)
    assert scenario(replace(FACTS, days=LEAST_DAYS - 1), Assumptions()) == ()


@pytest.mark.whole
def test_a_scenario_has_eighteen_ends_of_months_and_more_who_come_means_more_who_wait() -> None:
    plain, more = scenario(FACTS, Assumptions()), scenario(FACTS, Assumptions(arrivals=50))
    faster = scenario(FACTS, Assumptions(pace=50))
    assert [plain[0].end, plain[1].end, plain[-1].end] == [
        date(2020, 11, 30), date(2020, 12, 31), date(2022, 4, 30),
    ]  # fmt: skip
    assert len(plain) == MONTHS
    assert faster[-1].everybody.middle < plain[-1].everybody.middle < more[-1].everybody.middle
    winter = scenario(FACTS, Assumptions(winter=100))
    assert winter[3].everybody.middle > plain[3].everybody.middle
    assert abs(winter[9].everybody.middle - plain[9].everybody.middle) <= 4


def test_each_table_has_a_figure_for_each_of_its_columns() -> None:
    months, assumed = scenario(FACTS, Assumptions(5, -10, 20)), Assumptions(5, -10, 20)
    tables = (*ahead_tables(project(FACTS)), scenario_table(months, assumed), back_test_table())
    for table in tables:
        assert all(len(row.figures) == len(table.columns) for row in table.rows)
        assert all(figure.value is not None for row in table.rows for figure in row.figures)
    assert tables[2].remark == "+5 % come, +20 % more in winter, -10 % leave"


def test_the_page_of_the_documents_has_the_back_test_as_the_window_shows_it() -> None:
    told = [
        [float(re.match(r"[\d.]+", cell)[0]) for cell in row]  # type: ignore[index]
        for row in rows(page("projection.md"), "Held against what came")
    ]
    assert told == [
        [each.days, each.ours, each.last_week, 100 * each.within, 100 * each.no_better] for each in BACK_TESTS
    ]


def test_a_series_that_stands_still_is_foretold_to_stand_still() -> None:
    still = np.full((2, 57), 40.0)
    low, middle, high = foretell(still, days=7, runs=400, source=np.random.default_rng(1))
    assert (abs(middle - 40) <= 2).all()
    assert (low < 40).all()
    assert (high > 40).all()


@pytest.mark.whole
@pytest.mark.beside("data/trust_criteria_to_reside.csv.gz")
def test_on_some_days_of_the_published_counts_it_is_nearer_than_last_week_and_as_the_page_says() -> None:
    table = series()
    for known in BACK_TESTS:
        found = back_test(table, known.days, every=65)
        assert found.ours < found.last_week
        assert abs(found.ours - known.ours) / known.ours < 0.15
        assert abs(found.within - known.within) < 0.1
