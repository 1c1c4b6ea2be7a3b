"""The table model filters, sorts and reloads by itself and never loses a row's place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from discharge.exchange.copied import tabbed
from ui.models.table import SORT_ROLE, STATUS_ROLE, Column, RowsModel
from ui.theme.status import Status, done, waiting
from ui.widgets.tall_table import TwoLines


@dataclass(frozen=True)
class Home:
    id: str
    name: str
    beds: int | None
    seen: date | None = None
    open: bool = True


def status(home: Home) -> Status:
    return done("Open", "Takes admissions.") if home.open else waiting("Closed")


def homes(count: int) -> list[Home]:
    return [
        Home(f"H{n}", f"Home {n:05}", n * 7919 % 50, date(2020, 1, 1) + timedelta(days=n % 300), n % 3 > 0)
        for n in range(count)
    ]


def make(rows: list[Home] | None = None) -> tuple[RowsModel[Home], QAbstractItemModelTester]:
    model: RowsModel[Home] = RowsModel(
        [
            Column(key="name", title="Name", text=lambda home: home.name),
            Column(
                key="beds",
                title="Beds",
                text=lambda home: "" if home.beds is None else str(home.beds),
                sort=lambda home: home.beds,
                right=True,
            ),
            Column(key="state", title="State", status=status, found=False),
            Column(key="id", title="Id", text=lambda home: home.id, tip=lambda home: f"CQC {home.id}"),
        ],
        key=lambda home: home.id,
    )
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.reload(rows if rows is not None else homes(30))
    return model, tester


def names(model: RowsModel[Home]) -> list[str]:
    return [home.id for home in model.shown()]


@pytest.fixture(autouse=True)
def _application(qapp: object) -> None:
    """Models talk to Qt."""


def test_numbers_sort_as_numbers_and_unknown_comes_last_both_ways() -> None:
    rows = [Home("a", "A", 10), Home("b", "B", None), Home("c", "C", 9), Home("d", "D", 100)]
    model, _tester = make(rows)
    model.sort(1)
    assert names(model) == ["c", "a", "d", "b"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["d", "a", "c", "b"]
    model.sort(-1)
    assert names(model) == ["a", "b", "c", "d"]


def test_rows_that_compare_equal_keep_their_order_both_ways() -> None:
    rows = [Home(str(n), "same", 5) for n in range(6)]
    model, _tester = make(rows)
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        model.sort(0, order)
        assert names(model) == [str(n) for n in range(6)]


def test_every_word_must_be_found_in_any_searched_column_whatever_the_case() -> None:
    model, _tester = make([Home("x1", "Abbey Court", 3), Home("x2", "Abbey Lodge", 4), Home("y1", "Elm", 5)])
    model.look_for("abb")
    assert names(model) == ["x1", "x2"]
    model.look_for("ABB x2")
    assert names(model) == ["x2"]
    model.look_for("open")
    assert names(model) == [], "the state's column isn't searched"
    model.look_for("  ")
    assert len(names(model)) == 3


def test_taking_letters_off_a_search_brings_rows_back() -> None:
    model, _tester = make()
    for text in ("h", "home 0", "home 00", "home 00012", "home 0001", "ho", "h 2", "2 h", ""):
        model.look_for(text)
        wanted = [
            home.id
            for home in homes(30)
            if all(w in f"{home.name}\n{home.beds}\n{home.id}".lower() for w in text.split())
        ]
        assert names(model) == wanted, text


def test_filters_narrow_each_other_and_can_be_taken_off() -> None:
    model, _tester = make()
    model.narrow("open", lambda home: home.open)
    model.narrow("many", lambda home: (home.beds or 0) > 25)
    assert names(model) == [home.id for home in homes(30) if home.open and (home.beds or 0) > 25]
    model.narrow("open", None)
    assert names(model) == [home.id for home in homes(30) if (home.beds or 0) > 25]
    model.narrow_by({})
    assert not model.narrowed
    assert len(names(model)) == 30


def test_a_held_row_is_followed_through_sort_filter_and_reload() -> None:
    model, _tester = make()
    held = QPersistentModelIndex(model.index(model.place_of("H17"), 1))
    steps: tuple[Callable[[], None], ...] = (
        lambda: model.sort(1, Qt.SortOrder.DescendingOrder),
        lambda: model.look_for("home 0001"),
        lambda: model.look_for(""),
        lambda: model.reload([Home("new", "A new one", 99), *homes(30)]),
        lambda: model.reload(homes(25)),
    )
    for step in steps:
        step()
        assert held.isValid()
        assert model.key_at(held.row()) == "H17"
        assert held.column() == 1
    model.reload(homes(10))
    assert not held.isValid()


def test_a_reload_with_the_same_rows_moves_nothing_and_repaints_only_what_changed() -> None:
    model, _tester = make()
    moved: list[object] = []
    painted: list[tuple[int, int]] = []
    model.layoutChanged.connect(lambda *_: moved.append(1))
    model.dataChanged.connect(lambda top, bottom: painted.append((top.row(), bottom.row())))
    model.reload(homes(30))
    assert (moved, painted) == ([], [])
    rows = homes(30)
    for at in (3, 4, 29):
        rows[at] = replace(rows[at], name=rows[at].name + " (renamed)")
    model.reload(rows)
    assert (moved, painted) == ([], [(3, 4), (29, 29)])
    assert model.row_at(4) == rows[4]


def test_the_search_sees_what_a_reload_brought() -> None:
    model, _tester = make()
    model.look_for("abbey")
    assert names(model) == []
    model.reload([*homes(30), Home("abbey", "Abbey Court", 1)])
    assert names(model) == ["abbey"]


def test_a_changed_value_moves_its_row_to_where_it_sorts_now() -> None:
    model, _tester = make(homes(5))
    model.sort(0)
    rows = homes(5)
    rows[0] = replace(rows[0], name="Zeta")
    model.reload(rows)
    assert names(model) == ["H1", "H2", "H3", "H4", "H0"]


def test_two_rows_of_one_key_are_a_mistake() -> None:
    model, _tester = make([])
    with pytest.raises(ValueError, match="same key"):
        model.reload([Home("a", "A", 1), Home("a", "B", 2)])


def test_the_count_tells_how_many_are_shown_of_how_many() -> None:
    model, _tester = make()
    told: list[tuple[int, int]] = []
    model.counted.connect(lambda shown, there: told.append((shown, there)))
    model.look_for("home 00029")
    model.reload(homes(31))
    model.look_for("")
    assert told == [(1, 30), (1, 31), (31, 31)]


def test_cells_give_text_status_tooltip_and_what_a_screen_reader_says() -> None:
    model, _tester = make([Home("x1", "Abbey Court", 3)])
    index = model.index(0, 2)
    assert index.data() == "Open"
    assert index.data(STATUS_ROLE) == status(Home("x1", "Abbey Court", 3))
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "Takes admissions."
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "State: Open"
    assert model.index(0, 1).data(SORT_ROLE) == 3
    assert model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model.index(0, 3).data(Qt.ItemDataRole.ToolTipRole) == "CQC x1"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Beds"


def test_what_is_copied_is_safe_in_a_spreadsheet() -> None:
    model, _tester = make([Home("=cmd()", "Two\nlines\tand a tab", 3)])
    cells = model.as_cells([0], [3, 0])
    assert cells == [["Id", "Name"], ["=cmd()", "Two\nlines\tand a tab"]]
    assert tabbed(cells) == 'Id\tName\n\'=cmd()\t"Two\nlines\tand a tab"\n'


class Compared:
    """A row that counts how often it is held against another."""

    times = 0

    def __init__(self, name: str, beds: int) -> None:
        self.name, self.beds = name, beds

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return isinstance(other, Compared) and (self.name, self.beds) == (other.name, other.beds)

    __hash__ = None  # type: ignore[assignment]


def test_rows_are_held_against_those_before_where_they_are_made_ready() -> None:
    def some(*beds: int) -> list[Compared]:
        return [Compared(f"Home {at}", each) for at, each in enumerate(beds)]

    beds: Column[Compared] = Column(key="beds", title="Beds", text=lambda home: str(home.beds))
    model = RowsModel([beds], key=lambda home: home.name)
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.reload(model.prepare(some(1, 2, 3, 4)))
    ready, late = model.prepare(some(1, 5, 6, 4)), model.prepare(some(1, 5, 7, 4))
    Compared.times = 0
    model.reload(ready)
    assert told == [(1, 2)]
    assert Compared.times == 0, "it is known already"
    model.reload(late)
    assert told == [(1, 2), (2, 2)], "others have come in meanwhile: it is found out anew"


@pytest.mark.whole
def test_all_the_homes_of_england_are_looked_through_once_and_narrowed_after() -> None:
    count = 15_403
    model, _tester = make([])
    calls = 0

    def counting(home: Home) -> str:
        nonlocal calls
        calls += 1
        return ""

    model = RowsModel(model.columns, key=lambda home: home.id, search=counting)
    model.reload(model.prepare(homes(count)))
    assert calls == count
    for text in ("h", "ho", "home", "home 15", "home 154"):
        model.look_for(text)
    assert calls == count, "the text of a row is made once, not at each keystroke"
    assert len(names(model)) == sum("154" in home.name for home in homes(count))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("A need isn't met.", "and 2 more reasons", "A need isn't met, and 2 more reasons"),
        ("A need isn't met.", "Would help: a bed more", "A need isn't met. Would help: a bed more"),
        ("Elm Lodge", "Still needed: a release", "Elm Lodge, Still needed: a release"),
        ("A need isn't met.", "", "A need isn't met."),
    ],
)
def test_two_lines_are_one_sentence_where_the_second_goes_on(first: str, second: str, said: str) -> None:
    column: TwoLines[str] = TwoLines(key="x", title="X", text=lambda _row: first, below=lambda _row: second)
    assert column.words("") == said
