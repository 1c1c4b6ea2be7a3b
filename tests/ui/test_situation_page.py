"""The page Situation over the demo hub: each number says whom it counts, from the keyboard too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from discharge.actions.demo_clock import MONDAY_MORNING
from discharge.actions.hub import describe_hospital
from discharge.actions.situation import situation
from discharge.model.shown.situation import Figure, FigureRow, FigureTable
from tests.actions.a_hub import Clock
from tests.conftest import DemoCopy
from tests.ui.planning_hub import Hub, Stand
from tests.ui.rest import until
from ui.preferences.hospitals import HospitalForm
from ui.reports import saving
from ui.reports.figures import FigureGrid
from ui.reports.page import VIEWS, ReportsPage
from ui.reports.printed import printed
from ui.reports.views import FiguresView
from ui.theme.theme import Theme
from ui.widgets.spoken import say_what_they_are


@pytest.fixture(scope="module")
def at_the_desk(
    make_stand: Callable[..., Stand], demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory
) -> Stand:
    """The page, once for all tests: they look at it."""
    path = demo_copy(tmp_path_factory.mktemp("situation") / "Demo.hub")
    from discharge.actions.desk import Desk

    with Desk.open(path, clock=lambda: MONDAY_MORNING) as desk:
        people = {user.name.split()[0]: user for user in desk.people()}
    hub = Hub(path, Clock(MONDAY_MORNING), people["Aisha"], people["Grace"], people["Dr"])
    return make_stand(ReportsPage, hub)


@pytest.fixture
def desk(at_the_desk: Stand) -> Iterator[Stand]:
    """It shows today's people again afterwards."""
    yield at_the_desk
    page = page_of(at_the_desk)
    page.show_view("people")
    if not page.commands.why_not("situation.today"):
        at_the_desk.do("situation.today")


def page_of(desk: Stand) -> ReportsPage:
    assert isinstance(desk.page, ReportsPage)
    return desk.page


def grid(desk: Stand, key: str, view: str = "people") -> FigureGrid:
    page = page_of(desk)
    page.show_view(view)
    desk.settle()
    found: FigureGrid = page.view(view).grids[key]  # type: ignore[attr-defined]
    return found


def number(of: FigureGrid, name: str) -> QPushButton:
    """The button that a screen reader calls so."""
    return next(each for each in of.buttons().values() if each.accessibleName() == name)


def listed(desk: Stand) -> list[str]:
    return [one.name for one in page_of(desk).counted.model.shown()]


def test_the_counts_beside_the_title_list_whom_they_count(desk: Stand) -> None:
    page = page_of(desk)
    said: list[str] = []
    page.summary.connect(said.append)
    page.load()
    desk.settle()
    page.show_view("homes")
    for part in said[-1].split(" · "):
        opens = page.opening_of(part)
        assert opens is not None, part
        opens()
        assert f"{len(listed(desk))} {part.split()[1]}" == part
        assert page.counted.table.hasFocus()
    assert page.opening_of("at the end of the day") is None


def test_a_number_that_is_pressed_lists_whom_it_counts_and_enter_opens_one(desk: Stand, qtbot: Any) -> None:
    wanted: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda page, key: wanted.append((page, key)))
    number(grid(desk, "pathway"), "Placed, P2: 1").click()
    assert listed(desk) == ["Reginald Sedgeman"]
    assert desk.commands.why_not("situation.open") == ""
    qtbot.keyClick(page_of(desk).counted.table, Qt.Key.Key_Return)
    page, patient = wanted[-1]
    assert page == "patients"
    assert desk.ask(lambda queries: queries.patient_details(patient)).name == "Reginald Sedgeman"


@pytest.mark.whole
def test_what_was_chosen_stays_when_the_figures_are_read_again(desk: Stand) -> None:
    page = page_of(desk)
    number(grid(desk, "pathway"), "Placed, All: 7").click()
    assert page.counted.table.pick(page.counted.model.shown()[3].id)
    chosen = page.counted.current()
    page.load()
    desk.settle()
    assert page.counted.current() == chosen
    assert len(listed(desk)) == 7
    page.day.setText("-1")
    page.day.editingFinished.emit()
    desk.settle()
    assert page.counted.current() is None
    assert not page.counted.table.isVisible()


@pytest.mark.whole
def test_a_figure_of_homes_lists_homes_and_opens_one(desk: Stand) -> None:
    wanted: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda page, key: wanted.append((page, key)))
    number(grid(desk, "returns", "boroughs"), "Heronsley, None at all: 1").click()
    assert listed(desk) == ["Teasel Court"]
    desk.do("situation.open")
    assert wanted[-1][0] == "settings"


def test_by_keyboard_alone_arrows_go_from_number_to_number_and_enter_presses(desk: Stand, qtbot: Any) -> None:
    found = grid(desk, "pathway")
    page_of(desk).focus_first()
    stops = [each for each in found.buttons().values() if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [each.accessibleName() for each in stops] == ["In hospital, P0: 3"]
    assert stops[0].hasFocus()
    for key, name in (
        (Qt.Key.Key_Right, "In hospital, P1: 4"),
        (Qt.Key.Key_Right, "In hospital, P2: 6"),
        (Qt.Key.Key_Down, "Waiting for a place, P2: 5"),
        (Qt.Key.Key_Down, "Placed, P2: 1"),
        # nobody of P1 is placed: that is no number to press
        (Qt.Key.Key_Right, "Placed, P3: 6"),
        (Qt.Key.Key_Up, "Waiting for a place, P3: 21"),
    ):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton)
        assert focused.accessibleName() == name
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert len(listed(desk)) == 21


def test_a_screen_reader_hears_what_each_number_is_of(desk: Stand) -> None:
    for button in grid(desk, "reason").buttons().values():
        interface = QAccessible.queryAccessibleInterface(button)
        assert interface.role() == QAccessible.Role.Button
        said = interface.text(QAccessible.Text.Name)
        assert said.endswith(f": {button.text()}")
        assert "," in said


def test_what_is_not_known_is_no_button_and_says_so(theme: Theme, qtbot: Any) -> None:
    row = FigureRow("Elm Lodge", (Figure(None), Figure(2, who=("P-0001", "P-0002"))))
    grid = FigureGrid(theme=theme)
    qtbot.addWidget(grid)
    grid.show_table(FigureTable("homes", "By home", "Home", ("Testing", "Waiting"), (row,)))
    assert [each.accessibleName() for each in grid.buttons().values()] == ["Elm Lodge, Waiting: 2"]
    assert "not said" in [each.text() for each in grid.findChildren(QLabel)]


def test_a_page_of_figures_isnt_read_out_whole_by_who_comes_to_it(theme: Theme, qtbot: Any) -> None:
    say_what_they_are()
    rows = (
        FigureRow("Waiting for a place", (Figure(0), Figure(2, who=("P-0001", "P-0002")))),
        FigureRow("Of them without a date", (Figure(0), Figure(0))),
    )
    grid = FigureGrid(theme=theme)
    qtbot.addWidget(grid)
    grid.show_table(FigureTable("people", "People", "", ("Left without a result", "All"), rows))
    said = [
        found.text(QAccessible.Text.Name)
        for each in grid.findChildren(QLabel)
        if (found := QAccessible.queryAccessibleInterface(each)).role() is QAccessible.Role.StaticText
    ]
    assert [each for each in said if len(each.split()) > 2] == ["Of them without a date: 0"]


@pytest.mark.whole
def test_yesterday_is_asked_for_in_words_and_today_comes_back(desk: Stand) -> None:
    page = page_of(desk)
    page.day.setText("-1")
    page.day.editingFinished.emit()
    desk.settle()
    assert page.day.text() == "Sun 15 Nov 2020"
    assert number(grid(desk, "pathway"), "Placed, All: 8").isVisible()
    desk.do("situation.before")
    assert page.day.text() == "Sat 14 Nov 2020"
    desk.do("situation.today")
    assert page.day.text() == "Mon 16 Nov 2020"
    assert number(grid(desk, "pathway"), "Placed, All: 7").isVisible()


@pytest.mark.parametrize("typed", ["17/11/2020", "the day of the storm", "1/11/2020"])
def test_a_day_that_cannot_be_shown_is_a_sentence_and_the_figures_stay(desk: Stand, typed: str) -> None:
    page = page_of(desk)
    page.day.setText(typed)
    page.day.editingFinished.emit()
    desk.settle()
    assert page.wrong()
    assert number(grid(desk, "pathway"), "Placed, All: 7").isVisible()


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_in_large_text_the_figures_of_all_pathways_have_room_beside_the_longest_reason(
    theme: Theme, qapp: QApplication, look: Theme, qtbot: Any, scale: float
) -> None:
    theme.use(qapp, scale=scale)
    try:
        reason = "Pathway 3: awaiting availability of a bed in a residential or nursing home"
        row = FigureRow(reason, tuple(Figure(113) for _ in range(6)))
        columns = ("P0", "P1", "P2", "P3", "All", "Also for")
        grid = FigureGrid(theme=theme)
        qtbot.addWidget(grid)
        grid.show_table(FigureTable("reasons", "Delayed, by main reason", "Reason", columns, (row,)))
        # the rail stands beside the page, and the margins and a scroll bar in it
        assert grid.minimumSizeHint().width() <= 1366 - theme.px(103 + 2 * 16 + 11)
    finally:
        look.apply(qapp)


def test_a_table_that_is_wider_than_the_view_takes_no_other_with_it(
    theme: Theme, look: Theme, qtbot: Any
) -> None:
    view = FiguresView(("few", "many"), theme=theme, name="Figures")
    qtbot.addWidget(view)
    view.resize(theme.px(600), theme.px(400))
    view.show()
    few, many = (
        FigureTable(key, key, "", ("All",) * count, (FigureRow("Delayed", (Figure(3),) * count),))
        for key, count in (("few", 2), ("many", 20))
    )
    view.show_tables({"few": few, "many": many}, [])
    until(lambda: all(grid.table is not None for grid in view.grids.values()))
    until(lambda: view.grids["many"].width() > view.width())
    assert view.grids["few"].width() <= view.width()
    view.resize(theme.px(500), view.height())
    until(lambda: view.grids["few"].width() <= view.width())


@pytest.mark.whole
def test_every_view_is_shown_and_has_its_place_in_the_switch(desk: Stand) -> None:
    page = page_of(desk)
    for view, button in zip(VIEWS, page.segments.buttons(), strict=True):
        button.click()
        assert page.view(view.key).isVisible()
        assert button.isChecked()


def test_in_large_text_a_figure_of_the_return_stays_beside_what_it_counts(desk: Stand) -> None:
    page = page_of(desk)
    page.show_view("return")
    table = page.view("return").table()
    assert table is not None
    before = table.size()
    table.resize(620, before.height())
    shown = [table.rows.columns[at].title for at in table.shown_columns()]
    table.resize(before)
    assert shown[-2:] == ["Metric", "Value"]
    assert len(shown) < 5


@pytest.mark.whole
def test_a_chosen_home_and_a_row_of_the_return_say_whom_they_are_of(desk: Stand) -> None:
    page = page_of(desk)
    page.show_view("homes")
    table = page.view("homes").table()
    assert table is not None
    row = next(row for row in page.view("homes").model.rows() if row.label == "Elder Bank")  # type: ignore[attr-defined]
    assert table.pick(row.home)
    assert listed(desk) == ["Elder Bank"]
    page.show_view("return")
    table = page.view("return").table()
    assert table is not None
    assert table.pick("ZZ901//Number of patients discharged")
    assert [name.split()[0] for name in listed(desk)] == ["Jack"]


@pytest.mark.whole
def test_a_hospital_that_is_not_described_is_said_above_the_return_and_is_described_from_there(
    desk: Stand,
) -> None:
    page = page_of(desk)
    page.show_view("return")
    view, aisha = page.returned, desk.place.user
    assert aisha is not None
    assert not view.lacks.isVisible()
    assert view.describe.toolTip() == "Only an administrator may do this."
    administrator = next(one for one in desk.ask(lambda q: q.people()) if one.name == "Sam Okoro")
    desk.sign_in(administrator)
    desk.place.perform(partial(describe_hospital, code="ZZ902", name="Heronsley Infirmary"), done="")
    desk.settle()
    assert view.lacks.text() == "Hospital ZZ902: no ICB or region is entered."
    view.describe.click()
    desk.settle()
    form = desk.form(HospitalForm)
    form.board.editor.setText("NHS South West London ICB")
    assert form.region.value() == "London"
    form.ask_to_save()
    desk.settle()
    assert not view.lacks.isVisible()
    assert [one.missing for one in desk.ask(lambda q: q.hub()).hospitals] == [(), ()]
    desk.sign_in(aisha)


def test_what_is_saved_is_what_is_shown_and_a_folder_that_cannot_be_written_is_a_sentence(
    desk: Stand, tmp_path: Path
) -> None:
    shown = page_of(desk).shown()
    assert shown is not None
    saving.save(tmp_path / "s.csv", desk.place, shown, only_return=True)
    desk.settle()
    assert desk.said[-1][0] == "Saved: s.csv."
    assert len((tmp_path / "s.csv").read_text("utf-8-sig").splitlines()) == len(shown.daily_return) + 1
    saving.save(tmp_path / "nowhere" / "s.xlsx", desk.place, shown)
    desk.settle()
    assert desk.told[-1].sentence.startswith("s.xlsx can't be written")


def test_on_paper_stands_every_figure_of_the_page_and_nobodys_name(desk: Stand) -> None:
    shown = desk.ask(situation)
    text = printed(shown, who="printed by Aisha", theme=desk.page.theme).toPlainText()
    for table in shown.tables:
        assert table.title in text
        for row in table.rows:
            figures = "\n".join((row.label, *(figure.shown for figure in row.figures)))
            assert figures in text
    assert not [one.name for one in shown.counted["patients"].values() if one.name in text]  # type: ignore[index]


@pytest.mark.whole
def test_the_days_to_come_are_worked_out_while_the_view_is_in_front_and_anew_when_more_is_assumed(
    desk: Stand, qtbot: Any
) -> None:
    page = page_of(desk)
    page.show_view("projection")
    view = page.projection
    qtbot.waitUntil(
        lambda: all(grid.isVisibleTo(page) for grid in view.figures.grids.values()), timeout=20_000
    )
    shown = {grid.table.title: grid.table for grid in view.figures.grids.values() if grid.table is not None}
    assert list(shown) == [
        "The next 7 days", "The next 14 days", "In hospital in the next 18 months, if…",
        "Held against what came",
    ]  # fmt: skip
    assert [row.label for row in shown["The next 7 days"].rows][-1] == "All"
    view.assumed["arrivals"].setValue(20)
    qtbot.waitUntil(
        lambda: (view.figures.grids["scenario"].table or shown["The next 7 days"]).remark.startswith("+20 %"),
        timeout=20_000,
    )
    assert not page.counted.isVisibleTo(page)
    paper = page.printed_text()
    assert paper is not None
    assert paper.toPlainText().startswith("Projection of Mon 16 Nov 2020, as of 08:00")
    assert "The next 14 days" in paper.toPlainText()
