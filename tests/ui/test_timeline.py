"""The timeline as a widget: rows made as they are seen, keys, zoom, and bars told apart without colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.reach import nameless
from tests.ui.screen_reader import inside, listening
from ui.theme.palette import Mode, Tone
from ui.theme.theme import Theme
from ui.widgets.timeline import TimelineView
from ui.widgets.timeline_bars import (
    Bar,
    BarItem,
    Look,
    Mark,
    RowHead,
    TimelineRow,
    brush_of,
    paint_bar,
    pen_of,
)
from ui.widgets.timeline_grid import BY_DAY, BY_WEEK, ZOOMS

NOW = datetime(2020, 11, 16, 9, 30, tzinfo=UTC)
TODAY = date(2020, 11, 16)
Show = Callable[..., TimelineView]


def bars_of(number: int) -> Sequence[Bar]:
    """Two bars: a week before today, and from today on for a week."""
    key = f"L-{number}"
    before = Bar(key, TODAY - timedelta(7), TODAY, Look.THERE, "Limes", f"{number} isolates.", isolates=True)
    after = Bar(key, TODAY, TODAY + timedelta(7), Look.HELD, "Elm Lodge", f"{number} moves.", moves=True)
    return before, after


def rows_of(count: int) -> list[TimelineRow]:
    return [TimelineRow(f"P-{n}", f"Person {n}", partial(bars_of, n), keys=(f"L-{n}",)) for n in range(count)]


@pytest.fixture
def show(theme: Theme, qtbot: Any) -> Show:
    def make(rows: Sequence[TimelineRow], *, days: int = 84) -> TimelineView:
        view = TimelineView(theme=theme, name="Timeline")
        qtbot.addWidget(view)
        view.resize(900, 420)
        view.show()
        last = TODAY + timedelta(days)
        view.show_rows(rows, first=TODAY - timedelta(28), last=last, now=NOW)
        return view

    return make


def item_of(view: TimelineView, bar: Bar) -> BarItem | None:
    """The item of a bar, where its row is in view."""
    found = (each for each in view.scene().items() if isinstance(each, BarItem))
    return next((each for each in found if each.bar == bar), None)


def press(view: TimelineView, key: Qt.Key, qtbot: Any) -> None:
    qtbot.keyClick(view, key)


# --- told apart without colour ---------------------------------------------------------------------------


def bar(look: Look, *, isolates: bool = False) -> Bar:
    return Bar("L-1", TODAY, TODAY + timedelta(9), look, "", "", isolates=isolates)


def test_isolated_ordinary_held_and_asked_nights_differ_in_pattern_or_outline(theme: Theme) -> None:
    kinds = [bar(look, isolates=isolates) for look in Look for isolates in (False, True)]
    drawn = {(brush_of(each, theme=theme).style(), pen_of(each, theme=theme).style()) for each in kinds}
    assert len(drawn) == len(kinds)


def test_isolation_is_hatched_an_ordinary_stay_plain_and_a_hold_dotted(theme: Theme) -> None:
    there, isolated = bar(Look.THERE), bar(Look.THERE, isolates=True)
    held, asked = bar(Look.HELD), bar(Look.ASKED)
    assert brush_of(there, theme=theme).style() == Qt.BrushStyle.SolidPattern
    assert brush_of(isolated, theme=theme).style() == Qt.BrushStyle.BDiagPattern
    assert brush_of(held, theme=theme).style() == Qt.BrushStyle.Dense7Pattern
    assert pen_of(there, theme=theme).style() == Qt.PenStyle.SolidLine
    assert pen_of(held, theme=theme).style() == Qt.PenStyle.DotLine
    assert pen_of(asked, theme=theme).style() == Qt.PenStyle.DashLine
    assert brush_of(asked, theme=theme).style() == Qt.BrushStyle.NoBrush
    # somebody who will isolate in a bed that is held: both are said
    both = bar(Look.HELD, isolates=True)
    assert (brush_of(both, theme=theme).style(), pen_of(both, theme=theme).style()) == (
        Qt.BrushStyle.BDiagPattern,
        Qt.PenStyle.DotLine,
    )


def painted(each: Bar, theme: Theme) -> list[int]:
    """Which pixels of a drawn bar have ink, without their colours."""
    image = QImage(120, 24, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.palette.surface))
    painter = QPainter(image)
    paint_bar(painter, QRectF(4, 3, 110, 18), each, theme=theme, goes_on=False)
    painter.end()
    inside = [(x, y) for y in range(8, 16) for x in range(20, 100)]
    ground = max((image.pixel(*at) for at in inside), key=[image.pixel(*at) for at in inside].count)
    return [int(image.pixel(*at) != ground) for at in inside]


@pytest.mark.parametrize("mode", list(Mode))
def test_the_patterns_are_there_on_the_screen_in_every_look(theme: Theme, mode: Mode) -> None:
    theme.mode = mode
    plain = painted(bar(Look.THERE), theme)
    hatched = painted(bar(Look.THERE, isolates=True), theme)
    dotted = painted(bar(Look.HELD), theme)
    assert not any(plain)
    assert any(hatched)
    assert any(dotted)
    assert hatched != dotted


def test_words_on_a_bar_are_readable_on_its_ground_in_every_look(theme: Theme) -> None:
    from tests.ui.contrast import contrast

    for mode in Mode:
        theme.mode = mode
        for tone in (Tone.DONE, Tone.WAITING, Tone.NEUTRAL):
            assert contrast(theme.palette.text, theme.palette.ground(tone)) >= 4.5
            # the outline of a bar against what it lies on
            assert contrast(theme.palette.ink(tone), theme.palette.surface) >= 3


# --- rows are made as they are seen ----------------------------------------------------------------------


def test_of_two_thousand_rows_only_those_in_view_are_made(show: Show) -> None:
    made: list[int] = []

    def count(number: int) -> Sequence[Bar]:
        made.append(number)
        return bars_of(number)

    rows = [TimelineRow(f"P-{n}", f"Person {n}", partial(count, n), keys=(f"L-{n}",)) for n in range(2_000)]
    view = show(rows)
    seen = len(view.rows_in_view())
    assert 5 < seen < 30
    assert len(view.scene().items()) <= 2 * (seen + 6)
    assert len(made) <= seen + 6
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert view.rows_in_view().stop == 2_000
    assert len(view.scene().items()) <= 2 * (seen + 6)
    assert 1_999 in made
    assert 1_000 not in made


@pytest.mark.whole
def test_scrolling_through_all_rows_never_has_more_than_a_screenful(show: Show) -> None:
    view = show(rows_of(600))
    most, bar_ = 0, view.verticalScrollBar()
    for value in range(0, bar_.maximum(), 400):
        bar_.setValue(value)
        most = max(most, len(view.scene().items()))
    assert most <= 2 * (len(view.rows_in_view()) + 8)


# --- keys -----------------------------------------------------------------------------------------------


def test_down_and_up_go_through_the_rows_and_stay_near_the_same_day(show: Show, qtbot: Any) -> None:
    view = show(rows_of(5))
    picked: list[str] = []
    view.picked.connect(picked.append)
    press(view, Qt.Key.Key_Down, qtbot)
    press(view, Qt.Key.Key_Down, qtbot)
    press(view, Qt.Key.Key_Down, qtbot)
    press(view, Qt.Key.Key_Up, qtbot)
    assert picked == ["L-0", "L-1", "L-2", "L-1"]
    current = view.current_bar()
    assert current is not None
    assert current.start == TODAY
    press(view, Qt.Key.Key_Left, qtbot)
    press(view, Qt.Key.Key_Down, qtbot)
    current = view.current_bar()
    assert current is not None
    assert (current.key, current.isolates) == ("L-2", True)


def test_left_and_right_go_between_the_bars_of_a_row_and_then_move_the_days(show: Show, qtbot: Any) -> None:
    view = show(rows_of(3))
    press(view, Qt.Key.Key_Down, qtbot)
    said: list[str] = []
    view.told.connect(said.append)
    press(view, Qt.Key.Key_Left, qtbot)
    press(view, Qt.Key.Key_Right, qtbot)
    assert said == ["0 isolates.", "0 moves."]
    before = view.offset()
    press(view, Qt.Key.Key_Right, qtbot)
    assert view.offset() > before


def test_home_brings_today_back_and_enter_opens(show: Show, qtbot: Any) -> None:
    view = show(rows_of(3))
    press(view, Qt.Key.Key_Down, qtbot)
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    press(view, Qt.Key.Key_Home, qtbot)
    x = view.grid.x_of(TODAY) - view.offset()
    assert 0 <= x < view.viewport().width() / 2
    opened: list[str] = []
    view.opened.connect(opened.append)
    press(view, Qt.Key.Key_Return, qtbot)
    assert opened == ["L-0"]


def test_page_down_goes_a_screenful_and_the_row_is_in_view(show: Show, qtbot: Any) -> None:
    view = show(rows_of(100))
    for _ in range(4):
        press(view, Qt.Key.Key_PageDown, qtbot)
    assert view.current_row > 20
    assert view.current_row in view.rows_in_view()
    assert item_of(view, view.grid.bars_of(view.current_row)[0]) is not None


def test_what_is_current_is_said_to_a_screen_reader(show: Show, qtbot: Any) -> None:
    view = show(rows_of(2))
    assert "table shows the same" in view.accessibleDescription()
    press(view, Qt.Key.Key_Down, qtbot)
    assert view.accessibleDescription() == "0 moves."


def test_letters_and_commands_are_left_to_the_window(show: Show, qtbot: Any) -> None:
    view = show(rows_of(2))
    before = (view.zoom(), view.current_row)
    qtbot.keyClick(view, Qt.Key.Key_A)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert (view.zoom(), view.current_row) == before


# --- mouse ----------------------------------------------------------------------------------------------


def middle(view: TimelineView, row: int, number: int) -> QPoint:
    place = view.grid.place_of(row, view.grid.bars_of(row)[number]).intersected(view.seen())
    return view.mapFromScene(place.center())


def test_a_click_chooses_a_bar_and_a_double_click_opens_it(show: Show, qtbot: Any) -> None:
    view = show(rows_of(4))
    opened: list[str] = []
    view.opened.connect(opened.append)
    place = middle(view, 2, 0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    current = view.current_bar()
    assert current is not None
    assert (current.key, current.isolates) == ("L-2", True)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == ["L-2"]


def test_a_click_on_the_name_at_the_left_chooses_the_row(show: Show, qtbot: Any) -> None:
    view = show(rows_of(4))
    top = int(view.grid.tops[3]) + 4
    qtbot.mouseClick(view._heads, Qt.MouseButton.LeftButton, pos=QPoint(20, top))
    assert view.current_key() == "L-3"


def test_hovering_says_it_in_a_sentence(show: Show) -> None:
    view = show(rows_of(2))
    item = item_of(view, view.grid.bars_of(1)[1])
    assert item is not None
    assert item.toolTip() == "1 moves."
    pen, brush = pen_of(item.bar, theme=view._theme), brush_of(item.bar, theme=view._theme)
    assert (pen.style(), brush.style()) == (Qt.PenStyle.DotLine, Qt.BrushStyle.Dense7Pattern)


# --- zoom -----------------------------------------------------------------------------------------------


def wheel(view: TimelineView, turned: int, x: int) -> None:
    place = QPointF(x, 50)
    event = QWheelEvent(
        place, QPointF(view.viewport().mapToGlobal(place)), QPoint(), QPoint(0, turned),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_plus_and_minus_zoom_and_stop_at_the_ends(show: Show, qtbot: Any) -> None:
    view = show(rows_of(2))
    assert view.zoom() == BY_DAY
    qtbot.keyClicks(view, "+")
    assert view.zoom() == ZOOMS[ZOOMS.index(BY_DAY) + 1]
    qtbot.keyClicks(view, "-" * 20)
    assert view.zoom() == ZOOMS[0]
    qtbot.keyClicks(view, "+" * 20)
    assert view.zoom() == ZOOMS[-1]


def test_the_wheel_zooms_at_the_day_under_the_pointer(show: Show) -> None:
    view = show(rows_of(2))
    day = view.grid.day_at(300 + view.offset())
    wheel(view, 120, 300)
    assert view.zoom() > BY_DAY
    assert view.grid.day_at(300 + view.offset()) == day
    wheel(view, -120, 300)
    wheel(view, -120, 300)
    assert view.zoom() < BY_DAY
    assert abs((view.grid.day_at(300 + view.offset()) - day).days) <= 1


def test_by_week_bars_become_narrower_and_the_choice_stays(show: Show, qtbot: Any) -> None:
    view = show(rows_of(2))
    press(view, Qt.Key.Key_Down, qtbot)
    wide = view.grid.place_of(0, view.grid.bars_of(0)[1]).width()
    view.set_zoom(BY_WEEK)
    assert view.grid.place_of(0, view.grid.bars_of(0)[1]).width() < wide / 3
    assert view.current_key() == "L-0"
    item = item_of(view, view.grid.bars_of(0)[1])
    assert item is not None
    assert item.current


# --- new data -------------------------------------------------------------------------------------------


def test_nothing_jumps_when_rows_come_in_above(show: Show, qtbot: Any) -> None:
    view = show(rows_of(60))
    view.verticalScrollBar().setValue(int(view.grid.tops[20]))
    view.horizontalScrollBar().setValue(700)
    view.go_to_row(22)
    across = view.offset()
    more = [TimelineRow("P-x", "New", partial(bars_of, 999), keys=("L-999",)), *rows_of(60)]
    view.show_rows(more, first=TODAY - timedelta(28), last=TODAY + timedelta(84), now=NOW)
    assert view.grid.rows[view.rows_in_view().start].key == "P-20"
    assert view.current_key() == "L-22"
    assert abs(view.offset() - across) <= view.grid.day_width()


def test_a_choice_that_is_gone_is_no_longer_said(show: Show, qtbot: Any) -> None:
    view = show(rows_of(3))
    view.go_to_row(2)
    said: list[str] = []
    view.told.connect(said.append)
    view.show_rows(rows_of(1), first=TODAY - timedelta(28), last=TODAY + timedelta(84), now=NOW)
    assert view.current_bar() is None
    assert said == [""]


def test_a_bar_without_an_end_goes_on_to_the_last_day(show: Show) -> None:
    endless = Bar("L-1", TODAY, None, Look.HELD, "Elm Lodge", "…")
    view = show([TimelineRow("P-1", "Ada", lambda: [endless], keys=("L-1",))], days=40)
    assert view.grid.goes_on(endless)
    assert view.grid.place_of(0, endless).right() == pytest.approx(view.grid.width() - 1)


def test_a_row_with_marks_and_two_lanes_is_higher_and_its_bars_do_not_touch(show: Show) -> None:
    week = [Bar(f"L-{n}", TODAY, TODAY + timedelta(5), Look.HELD, "x", "x", lane=n) for n in range(2)]
    mark = Mark(TODAY, TODAY + timedelta(9), "2 free", Tone.DONE)
    beds = TimelineRow(
        "S/U/B",
        "Elm Lodge",
        lambda: week,
        lambda: RowHead(below="North"),
        two_lines=True,
        keys=("L-0", "L-1"),
        lanes=2,
        marks=lambda: [mark],
    )
    view = show([beds, *rows_of(1)])
    first, second = (view.grid.place_of(0, each) for each in week)
    assert not first.intersects(second)
    assert view.grid.height_of(0) > view.grid.height_of(1)
    assert second.bottom() < view.grid.tops[1]


def test_larger_text_makes_rows_higher_and_days_wider(show: Show, qtbot: Any, theme: Theme) -> None:
    view = show(rows_of(2))
    high, wide = view.grid.height_of(0), view.grid.day_width()
    theme.scale = 2.0
    theme.changed.emit()
    assert view.grid.height_of(0) > 1.7 * high
    assert view.grid.day_width() == 2 * wide


def test_the_same_day_stays_at_the_left_when_text_grows(show: Show, qtbot: Any, theme: Theme) -> None:
    view = show(rows_of(2))
    before = view.grid.day_at(view.offset())
    theme.scale = 1.5
    theme.changed.emit()
    assert view.grid.day_at(view.offset()) == before


# --- said in words ------------------------------------------------------------------------------------


def test_a_screen_reader_meets_each_bar_in_view_by_name_and_nights_and_presses_it(
    show: Show, qtbot: Any
) -> None:
    with listening():
        view = show(rows_of(200))
        qtbot.waitUntil(lambda: bool(inside(view)))
        met = inside(view)
        said = [
            (each.text(QAccessible.Text.Name), each.text(QAccessible.Text.Description)) for each in met[:2]
        ]
        assert said == [("Person 0: Limes", "0 isolates."), ("Person 0: Elm Lodge", "0 moves.")]
        rows = len(view.rows_in_view())
        assert 2 * (rows - 1) <= len(met) <= 2 * rows, "of the rows in view, and of no other"
        corner = view.viewport().mapToGlobal(QPoint(0, 0))
        place = view.grid.place_of(0, bars_of(0)[1]).translated(-view.offset(), -view.down()).toRect()
        assert met[1].rect().translated(-corner).topLeft() == place.topLeft()
        told: list[str] = []
        view.told.connect(told.append)
        actions = met[3].actionInterface()
        assert actions is not None
        actions.doAction("Press")
        qtbot.waitUntil(lambda: view.current_key() == "L-1")
        assert told == ["1 moves."]


def test_what_a_screen_reader_meets_follows_what_is_scrolled_to(show: Show, qtbot: Any) -> None:
    with listening():
        view = show(rows_of(200))
        qtbot.waitUntil(lambda: bool(inside(view)))
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        last = "Person 199: Elm Lodge"
        qtbot.waitUntil(lambda: inside(view)[-1].text(QAccessible.Text.Name) == last)
        assert len(inside(view)) <= 2 * len(view.rows_in_view())


def test_where_nobody_listens_nothing_is_made_for_a_screen_reader(show: Show, qtbot: Any) -> None:
    view = show(rows_of(3))
    assert not view.parts.isActive()
    assert not inside(view)


def test_the_mouse_and_tab_meet_the_bars_and_not_what_says_them(show: Show, qtbot: Any) -> None:
    with listening():
        view = show(rows_of(3))
        qtbot.waitUntil(lambda: bool(inside(view)))
        middle = view.grid.place_of(1, bars_of(1)[1]).translated(-view.offset(), -view.down()).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle.toPoint())
        assert view.current_key() == "L-1"
        assert view.viewport().childAt(middle.toPoint()) is None
        assert not nameless(view)
