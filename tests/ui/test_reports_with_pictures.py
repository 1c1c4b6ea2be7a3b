"""The reports with pictures over the demo hub: on the screen with their tables, and as PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication

from discharge.actions.demo_clock import MONDAY_MORNING
from discharge.actions.desk import Desk
from discharge.model.shown.pictures import Chart, ChartBar, Pictures
from discharge.reports.pictures import pictures_of
from tests.actions.a_hub import Clock
from tests.conftest import DemoCopy
from tests.examples import sweep
from tests.ui.contrast import contrast
from tests.ui.pdf_text import pages_of
from tests.ui.planning_hub import Hub, Stand
from ui.reports.page import ReportsPage
from ui.reports.pictures_pages import PicturesPages
from ui.theme.palette import Mode
from ui.theme.theme import Theme
from ui.widgets.chart import ChartLayout, look_of

TODAY = date(2020, 11, 16)
LONG = Chart(
    "long", "Declines by home", "declines", ("Told first", "Told too"),
    tuple(ChartBar(f"Home {at}", (at, 2), str(at + 2)) for at in range(1, 12)),
    ("Home", "Declines"), tuple((f"Home {at}", str(at + 2)) for at in range(1, 164)),
)  # fmt: skip


@pytest.fixture(scope="module")
def at_the_desk(
    make_stand: Callable[..., Stand], demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory
) -> Stand:
    """The page, once for all tests, with the view in front."""
    path = demo_copy(tmp_path_factory.mktemp("pictures") / "Demo.hub")
    with Desk.open(path, clock=lambda: MONDAY_MORNING) as desk:
        people = {user.name.split()[0]: user for user in desk.people()}
    hub = Hub(path, Clock(MONDAY_MORNING), people["Aisha"], people["Grace"], people["Dr"])
    stand = make_stand(ReportsPage, hub)
    assert isinstance(stand.page, ReportsPage)
    stand.page.show_view("pictures")
    stand.settle()
    return stand


def page_of(desk: Stand) -> ReportsPage:
    assert isinstance(desk.page, ReportsPage)
    return desk.page


def shown(desk: Stand) -> Pictures:
    found = page_of(desk).pictures.shown()
    assert found is not None
    return found


def test_what_is_shown_is_what_the_record_says_of_the_last_four_weeks(at_the_desk: Stand) -> None:
    asked = at_the_desk.ask(lambda queries: pictures_of(queries.pictures(TODAY - timedelta(27), TODAY)))
    assert shown(at_the_desk).charts == asked.charts


def test_the_title_of_a_report_has_as_many_lines_as_it_needs_in_a_narrow_list(at_the_desk: Stand) -> None:
    view = page_of(at_the_desk).pictures
    titles, before = view.list, view.size()
    heights = [titles.sizeHintForRow(row) for row in range(titles.count())]
    view.resize(420, before.height())
    narrow = [titles.sizeHintForRow(row) for row in range(titles.count())]
    view.resize(before)
    longest = max(range(titles.count()), key=lambda row: len(titles.item(row).text()))
    assert narrow[longest] > heights[longest]
    assert [titles.sizeHintForRow(row) for row in range(titles.count())] == heights


@pytest.mark.whole
def test_the_keyboard_goes_through_the_reports_and_to_the_table_of_each(
    at_the_desk: Stand, qtbot: Any
) -> None:
    view = page_of(at_the_desk).pictures
    page_of(at_the_desk).focus_first()
    assert view.list.hasFocus()
    view.list.setCurrentRow(0)
    for chart in shown(at_the_desk).charts:
        pane = view.pane()
        assert pane is not None
        assert pane.chart.key == chart.key
        if chart.rows:
            assert pane.table is not None
            assert pane.table.accessibleName() == chart.title
            assert pane.table.focusPolicy() & Qt.FocusPolicy.TabFocus
            cells = [row for _, row in pane.table.rows.rows()]
            assert tuple(cells) == chart.rows
        qtbot.keyClick(view.list, Qt.Key.Key_Down)


def test_another_period_is_typed_and_said_and_a_day_after_the_last_one_is_refused(at_the_desk: Stand) -> None:
    view = page_of(at_the_desk).pictures
    view.since.setText("-6")
    view.since.editingFinished.emit()
    at_the_desk.settle()
    assert (shown(at_the_desk).first, shown(at_the_desk).last) == (TODAY - timedelta(6), TODAY)
    view.since.setText("17/11/2020")
    view.since.editingFinished.emit()
    assert shown(at_the_desk).first == TODAY - timedelta(6)
    assert "Not a day" in view.said()
    view.since.setText("-27")
    view.since.editingFinished.emit()
    at_the_desk.settle()
    assert "28 days" in view.said()


def test_the_pages_have_every_report_with_its_table_and_nobodys_name(
    at_the_desk: Stand, tmp_path: Path
) -> None:
    draw = page_of(at_the_desk).printed_pages()
    assert draw is not None
    path = tmp_path / "reports.pdf"
    writer = QPdfWriter(str(path))
    writer.setResolution(300)
    count = draw(writer)
    del writer
    pages = pages_of(path)
    assert len(pages) == count
    # letters are drawn run by run: a line that is broken is two of them
    text = "".join("".join(page.split()) for page in pages)
    for chart in shown(at_the_desk).charts:
        assert "".join(chart.title.split()) in text
        for row in chart.rows:
            assert all("".join(cell.split()) in text for cell in row), row
    names = at_the_desk.ask(lambda queries: queries.patient_names()).values()
    assert not [name for name in names if "".join(name.split()) in text]


@pytest.mark.whole
def test_a_table_longer_than_a_page_goes_on_with_its_head_and_loses_no_row(
    at_the_desk: Stand, tmp_path: Path
) -> None:
    found = shown(at_the_desk)
    short = replace(LONG, title="A short one", bars=(), rows=LONG.rows[:2])
    drawn = []
    for charts in ((LONG,), (LONG, short)):
        path = tmp_path / f"{len(charts)}.pdf"
        writer = QPdfWriter(str(path))
        writer.setResolution(300)
        family = at_the_desk.page.theme.font().family()
        PicturesPages(replace(found, charts=charts), writer, who="", family=family).draw()
        del writer
        drawn.append(pages_of(path))
    assert len(drawn[0]) == len(drawn[1]), "what follows begins on the table's last page"
    pages = drawn[0]
    assert len(pages) > 2
    said = [line for page in pages for line in page.splitlines()]
    assert all(said.count(row[0]) >= 1 for row in LONG.rows)
    assert all("Home" in page.splitlines() for page in pages), "the head of the table"


@pytest.mark.parametrize("mode", sweep(Mode))
def test_bars_stand_out_from_their_ground_and_from_each_other_by_pattern(mode: Mode, theme: Theme) -> None:
    theme.use(QApplication.instance(), mode=mode)  # type: ignore[arg-type]
    try:
        look = look_of(theme)
        assert min(contrast(look.first, look.ground), contrast(look.second, look.ground)) >= 3
        chart = Chart(
            "two", "Two", "people", ("One", "Other"),
            (ChartBar("A", (1.0, 0.0), "1"), ChartBar("B", (0.0, 1.0), "1")), ("", ""), (),
        )  # fmt: skip
        image = QImage(400, 120, QImage.Format.Format_RGB32)
        image.fill(QColor(look.ground))
        layout = ChartLayout(chart, look=look, width=398, device=image)
        painter = QPainter(image)
        layout.draw(painter, 0)
        painter.end()
        filled, hatched = (shades_of(image, layout, at) for at in (0, 1))
        assert filled == {QColor(look.first).name()}
        assert QColor(look.ground).name() in hatched
        assert len(hatched) > 1
    finally:
        theme.use(QApplication.instance(), mode=Mode.LIGHT)  # type: ignore[arg-type]


def shades_of(image: QImage, layout: ChartLayout, row: int) -> set[str]:
    """The colours along the middle of a bar, inside of its outline."""
    box = layout.box_of(row)
    y = round(box.center().y())
    return {image.pixelColor(x, y).name() for x in range(round(box.left()) + 3, round(box.right()) - 3)}
