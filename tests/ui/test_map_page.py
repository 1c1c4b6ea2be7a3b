"""The Map page over a real hub: who would go where, by mouse, by keys and from the list beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel

from discharge.actions.patients import amend_patient
from discharge.actions.settings import amend_setting, register_setting
from discharge.model.distance import kilometres
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.map import Place
from tests.ui.planning_hub import Hub, Stand, have_a_plan, nameless, propose, stand
from tests.ui.rest import until
from tests.ui.screen_reader import inside, listening
from tests.ui.test_approvals_page import find_here
from ui.frame.services import Services
from ui.frame.why import WhyFinder
from ui.map.page import MapPage
from ui.map.symbols import Shape, Suits
from ui.theme.palette import Tone
from ui.widgets.day_strip import DayStrip

PAGE = MapPage

Open = Callable[..., Stand]
ADA, BEN, DEV = "P-0001", "P-0002", "P-0004"
SQUARE = [[0.1, 51.5], [0.3, 51.5], [0.3, 51.7], [0.1, 51.7], [0.1, 51.5]]


prepare = have_a_plan


@pytest.fixture(scope="module", autouse=True)
def engine_here() -> Iterator[None]:
    """The engine answers in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhyFinder, "find", find_here)
        yield


@pytest.fixture
def open_page(make_services: Callable[..., Services], qtbot: Any, hub: Hub) -> Open:
    """Opens the page, with a plan in the hub where wanted."""

    def make(*, plan: bool = True) -> Stand:
        if plan:
            have_a_plan(hub)
        services = make_services(hub.open, clock=hub.clock)
        return stand(MapPage(services), hub, qtbot, user=hub.coordinator)

    return make


@pytest.fixture
def look_at(look_at: Open, stand_for_all: Stand) -> Open:
    """Nobody is chosen, and nothing narrows the map."""
    page = page_of(stand_for_all)
    page.chips.clear()
    page.seek.clear()
    page.look_for("")
    if not page.commands.why_not("map.nobody"):
        stand_for_all.do("map.nobody")
    return look_at


def page_of(desk: Stand) -> MapPage:
    assert isinstance(desk.page, MapPage)
    return desk.page


def choose(desk: Stand, person: str) -> MapPage:
    page = page_of(desk)
    assert page.people.pick(person)
    desk.settle()
    return page


def suits(page: MapPage) -> dict[str, Suits]:
    return {line.site.row.name: line.suits for line in page.model.rows()}


def areas_file(path: Path, name: str = "Havering") -> Path:
    geometry = {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def words_of(page: MapPage) -> str:
    return "\n".join(each.text() for each in page.detail.findChildren(QLabel) if each.isVisibleTo(page))


def test_the_counts_beside_the_title_list_what_they_count(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        name = store.ask(lambda q: q.settings())[0].id
        gone = {"latitude": None, "longitude": None}
        store.perform(partial(amend_setting, setting=name, changes=gone), by=hub.coordinator)
    desk = open_page(plan=False)
    page = desk.page
    assert isinstance(page, MapPage)
    every = page.model.rowCount()
    for part, shown in (("1 without a place on the map", 1), (f"{every - 1} settings", every)):
        opens = page.opening_of(part)
        assert opens is not None
        opens()
        assert page.model.rowCount() == shown
        assert page.table.hasFocus()
    assert page.opening_of("nothing") is None


def test_every_setting_with_a_place_stands_on_the_map_by_its_kind(look_at: Open) -> None:
    page = page_of(look_at())
    shapes = {mark.name: (mark.symbol.shape, mark.symbol.suits) for mark in page.view.content.marks}
    assert shapes["The Limes"] == (Shape.DIAMOND, Suits.ANY)
    assert shapes["Oak Intermediate Care"] == (Shape.SQUARE, Suits.ANY)
    assert shapes["Elm Lodge"] == (Shape.CIRCLE, Suits.ANY)
    by_name = {mark.name: mark.symbol for mark in page.view.content.marks}
    assert by_name["The Limes"].designated
    assert by_name["Yew Grange"].closed
    assert not by_name["Elm Lodge"].closed


@pytest.mark.whole
def test_a_setting_without_a_place_is_listed_and_counted(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        lost = SettingDetails(name="Nowhere House", type="care_home")
        store.perform(partial(register_setting, details=lost), by=hub.coordinator)
    desk = open_page()
    said: list[str] = []
    page = page_of(desk)
    page.summary.connect(said.append)
    page.refresh()
    desk.settle()
    assert said[-1] == "5 settings · 1 without a place on the map"
    assert "Nowhere House" in suits(page)
    assert "Nowhere House" not in {mark.name for mark in page.view.content.marks}


@pytest.mark.whole
def test_for_a_person_the_plans_explanation_says_what_would_do(look_at: Open) -> None:
    desk = look_at()
    page = choose(desk, ADA)
    found = suits(page)
    proposed = [name for name, how in found.items() if how is Suits.PROPOSED]
    assert len(proposed) == 1
    assert proposed[0] in ("Elm Lodge", "Abbey Court")
    other = "Abbey Court" if proposed == ["Elm Lodge"] else "Elm Lodge"
    assert found[other] is Suits.WOULD_DO
    assert found["Oak Intermediate Care"] in (Suits.NEAR, Suits.NOT)
    reasons = next(line for line in page.model.rows() if line.site.row.name == "Yew Grange").why_not
    assert reasons is not None
    assert "closed to admissions" in {reason.text for reason in reasons.reasons}
    # the proposed setting is the one that is chosen, on the map as in the list
    current = page.current()
    assert current is not None
    assert current.site.row.name == proposed[0]
    assert page.view.content.selected == current.id
    assert page.view.content.home is not None
    assert page.view.content.home.goes_to == (current.id,)


@pytest.mark.whole
def test_somebody_who_isolates_first_has_a_way_of_two_stays(look_at: Open) -> None:
    page = choose(look_at(), BEN)
    home = page.view.content.home
    assert home is not None
    names = {mark.key: mark.name for mark in page.view.content.marks}
    assert names[home.goes_to[0]] == "The Limes"
    assert len(home.goes_to) == 2
    assert len(page.view.content.way()) == 3


@pytest.mark.whole
def test_the_list_stands_nearest_first_with_distance_beds_and_what_stands_against(look_at: Open) -> None:
    page = choose(look_at(), ADA)
    shown = page.model.shown()
    assert [line.km for line in shown] == sorted(line.km for line in shown if line.km is not None)
    first = shown[0]
    assert first.km == pytest.approx(kilometres(51.58, 0.18, 51.57, 0.2))
    cells = page.model.as_cells([0], page.table.shown_columns())[1]
    assert cells[1] == "1.8"
    assert cells[2] == str(first.site.row.beds_left)
    against = next(line for line in shown if line.site.row.name == "Yew Grange")
    assert "closed to admissions" in against.second.lower()


@pytest.mark.whole
def test_somebody_whose_home_isnt_known_has_no_distances(open_page: Open, hub: Hub) -> None:
    from tests.ui.planning_hub import add_person

    with hub.open() as desk:
        person = add_person(desk, hub.coordinator, "Hal Moss", latitude=None, longitude=None)
    page = choose(open_page(), person)
    assert {line.km for line in page.model.rows()} == {None}
    assert "Where they live isn't on record" in page.note.text()


@pytest.mark.whole
def test_without_a_plan_it_says_to_plan_and_takes_nothing_for_granted(open_page: Open) -> None:
    page = choose(open_page(plan=False), ADA)
    assert set(suits(page).values()) == {Suits.UNKNOWN}
    assert "There is no plan yet" in page.note.text()
    assert {line.suits_status.tone for line in page.model.rows() if line.suits_status} == {Tone.UNKNOWN}


@pytest.mark.whole
def test_who_came_after_the_plan_is_told_to_be_planned(open_page: Open, hub: Hub) -> None:
    from tests.ui.planning_hub import add_person

    desk = open_page()
    with hub.open() as store:
        person = add_person(store, hub.coordinator, "Ida Lund")
    page_of(desk).refresh()
    desk.settle()
    page = choose(desk, person)
    assert "They aren't in plan R-0001" in page.note.text()
    assert Suits.WOULD_DO not in suits(page).values()


@pytest.mark.whole
def test_a_placement_under_way_is_shown_instead_of_the_plan(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        placement = propose(store, hub.coordinator, ADA)[ADA]
    page = choose(open_page(plan=False), ADA)
    assert f"They go by placement {placement}." in page.note.text()
    assert list(suits(page).values()).count(Suits.PROPOSED) == 1


@pytest.mark.whole
def test_a_plan_older_than_the_record_is_said_to_be(open_page: Open, hub: Hub) -> None:
    from tests.ui.planning_hub import add_person

    desk = open_page()
    with hub.open() as store:
        add_person(store, hub.coordinator, "Ida Lund")
    page_of(desk).refresh()
    desk.settle()
    assert "something was recorded since" in choose(desk, ADA).note.text()


@pytest.mark.whole
def test_nobody_can_be_chosen_again(look_at: Open) -> None:
    desk = look_at()
    page = choose(desk, ADA)
    desk.do("map.nobody")
    assert page.view.content.home is None
    assert set(suits(page).values()) == {Suits.ANY}
    assert desk.commands.why_not("map.nobody") == "Nobody is chosen."
    assert desk.commands.why_not("map.person") == "Choose a person first."


def test_a_click_chooses_a_setting_and_a_double_click_opens_it(open_page: Open, qtbot: Any, hub: Hub) -> None:
    spread(hub)
    desk = open_page()
    page = page_of(desk)
    page.view.fit()
    name, pixel = where(page, "Far House")
    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=pixel.toPoint())
    current = page.current()
    assert current is not None
    assert current.site.row.name == name
    until(lambda: name in words_of(page))
    opened: list[tuple[str, str]] = []
    page.services.wanted.connect(lambda where, key: opened.append((where, key)))
    qtbot.mouseDClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=pixel.toPoint())
    assert opened == [("settings", current.id)]


def spread(hub: Hub) -> None:
    """One more setting, well away from the others."""
    far = SettingDetails(name="Far House", type="community_bed", latitude=51.8, longitude=0.6)
    with hub.open() as desk:
        desk.perform(partial(register_setting, details=far), by=hub.coordinator)


def chosen(page: MapPage) -> str:
    current = page.current()
    return current.site.row.name if current is not None else ""


def where(page: MapPage, name: str) -> tuple[str, QPointF]:
    """The pixel at which a setting is drawn, alone or with others."""
    content = page.view.content
    drawn = content.drawn(page.view.sight())
    return next(
        (name, each.at) for each in drawn if name in [content.marks[at].name for at in each.cluster.members]
    )


def test_a_click_on_several_comes_nearer_or_offers_their_names(open_page: Open, qtbot: Any, hub: Hub) -> None:
    spread(hub)
    page = page_of(open_page())
    page.view.fit()
    _, pixel = where(page, "Elm Lodge")  # all five stand in one spot
    found = page.view.hit(pixel)
    assert found is not None
    assert len(found.cluster.members) == 5
    assert page.view.tip(found).startswith("5 settings:\nAbbey Court\nElm Lodge")
    from PySide6.QtWidgets import QMenu

    qtbot.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=pixel.toPoint())
    menu = page.view.findChild(QMenu)
    assert menu is not None
    assert [action.text() for action in menu.actions()][:2] == ["Abbey Court", "Elm Lodge"]
    menu.actions()[1].trigger()
    menu.close()
    current = page.current()
    assert current is not None
    assert current.site.row.name == "Elm Lodge"


def test_the_map_is_worked_by_keys_alone(open_page: Open, qtbot: Any, hub: Hub) -> None:
    spread(hub)
    page = page_of(open_page())
    page.table.pick_first()
    page.view.setFocus()
    page.view.fit()
    whole = page.view.sight().scale
    qtbot.keyClick(page.view, Qt.Key.Key_Plus)
    assert page.view.sight().scale == pytest.approx(whole * 2**0.5)
    before = page.view.sight().seen().center()
    qtbot.keyClick(page.view, Qt.Key.Key_Right)
    qtbot.keyClick(page.view, Qt.Key.Key_Up)
    after = page.view.sight().seen().center()
    assert after.x() > before.x()
    assert after.y() < before.y()
    qtbot.keyClick(page.view, Qt.Key.Key_Minus)
    qtbot.keyClick(page.view, Qt.Key.Key_Home)
    assert page.view.sight().scale == pytest.approx(whole)
    opened: list[tuple[str, str]] = []
    page.services.wanted.connect(lambda where, key: opened.append((where, key)))
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert opened == [("settings", page.view.content.selected)]
    qtbot.keyClick(page.view, Qt.Key.Key_Tab)
    assert not page.view.hasFocus()


def test_a_screen_reader_meets_what_stands_on_the_map_and_presses_it(
    open_page: Open, qtbot: Any, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread(hub)
    said: list[str] = []
    monkeypatch.setattr("ui.map.view.announce", lambda _view, words: said.append(words))
    with listening():
        page = page_of(open_page())
        page.view.fit()
        qtbot.waitUntil(lambda: len(inside(page.view)) == 2)
        met = {each.text(QAccessible.Text.Name): each for each in inside(page.view)}
        assert set(met) == {"Far House", "5 settings"}
        assert "Elm Lodge" in met["5 settings"].text(QAccessible.Text.Description)
        assert met["Far House"].text(QAccessible.Text.Description)
        page.view.setFocus()
        actions = met["Far House"].actionInterface()
        assert actions is not None
        actions.doAction("Press")
        qtbot.waitUntil(lambda: chosen(page) == "Far House")
    assert len(said) == 1
    assert said[0].startswith("Far House, ")


def test_dragging_moves_the_map_and_chooses_nothing(open_page: Open, qtbot: Any) -> None:
    page = page_of(open_page())
    seen = page.view.sight().seen().center()
    port = page.view.viewport()
    start = page.view.viewport().rect().center()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in (20, 60, 100):
        qtbot.mouseMove(port, start + start.__class__(step, 0))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + start.__class__(100, 0))
    assert page.view.sight().seen().center().x() < seen.x()
    assert page.current() is None


@pytest.mark.whole
def test_a_filter_narrows_the_map_as_the_list(look_at: Open) -> None:
    desk = look_at()
    page = choose(desk, ADA)
    page.chips.set_on(["suits/would"])
    assert len(page.view.content.marks) == page.model.rowCount() == 2
    page.chips.clear()
    page.seek.setText("hot home")
    assert [mark.name for mark in page.view.content.marks] == ["The Limes"]
    page.look_for("swift")
    assert page.people_model.rowCount() == 1


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_boundaries_are_drawn_and_remembered_for_this_hub(
    open_page: Open, tmp_path: Path, make_services: Callable[..., Services], qtbot: Any, hub: Hub
) -> None:
    desk = open_page()
    page = page_of(desk)
    assert desk.commands.why_not("map.plain") == "No boundaries are drawn."
    path = areas_file(tmp_path / "areas.geojson")
    page.boundaries.load(path)
    desk.settle()
    assert len(page.view.content.ground) == 1
    assert desk.said[-1][0] == "Boundaries of areas.geojson: 1 area."
    again = stand(MapPage(make_services(hub.open, clock=hub.clock)), hub, qtbot, user=hub.coordinator)
    assert len(page_of(again).view.content.ground) == 1
    assert page_of(again).boundaries.path == path
    again.do("map.plain")
    assert len(page_of(again).view.content.ground) == 0
    third = stand(MapPage(make_services(hub.open, clock=hub.clock)), hub, qtbot, user=hub.coordinator)
    assert page_of(third).boundaries.path is None


@pytest.mark.usefixtures("engine_at_hand")
def test_a_bad_boundary_file_is_told_with_where_and_the_mend(open_page: Open, tmp_path: Path) -> None:
    desk = open_page()
    page = page_of(desk)
    path = areas_file(tmp_path / "areas.geojson")
    page.boundaries.load(path)
    desk.settle()
    broken = tmp_path / "metres.geojson"
    broken.write_text(path.read_text().replace("0.3, 51.5", "553000, 188000"))
    page.boundaries.load(broken)
    desk.settle()
    message = desk.told[-1]
    assert message.sentence.startswith(
        "metres.geojson, at features[0].geometry.coordinates[0][1]: is 553000, 188000"
    )
    assert message.mend.startswith("Save it as GeoJSON in WGS 84")
    assert len(page.view.content.ground) == 1, "what was drawn stays"
    assert page.boundaries.path == path


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_remembered_boundaries_that_are_gone_are_told_and_the_map_is_there(
    open_page: Open, tmp_path: Path, make_services: Callable[..., Services], qtbot: Any, hub: Hub
) -> None:
    desk = open_page()
    path = areas_file(tmp_path / "areas.geojson")
    page_of(desk).boundaries.load(path)
    desk.settle()
    path.unlink()
    services = make_services(hub.open, clock=hub.clock)
    told: list[Any] = []
    services.told.connect(told.append)
    again = stand(MapPage(services), hub, qtbot, user=hub.coordinator)
    assert told[0].sentence == "areas.geojson can't be read: no such file or directory."
    assert told[0].tone is Tone.WAITING
    assert len(page_of(again).view.content.marks) == 5


@pytest.mark.whole
def test_everything_that_the_keyboard_reaches_has_a_name(look_at: Open) -> None:
    desk = look_at()
    choose(desk, ADA)
    assert nameless(desk.page) == []


@pytest.mark.usefixtures("engine_at_hand")
def test_the_map_is_painted_with_everything_on_it(open_page: Open, tmp_path: Path) -> None:
    desk = open_page()
    page = choose(desk, BEN)
    page.boundaries.load(areas_file(tmp_path / "areas.geojson"))
    desk.settle()
    plain = page.view.grab().toImage()
    desk.do("map.person")
    desk.page.window().setUpdatesEnabled(True)
    nearer = page.view.grab().toImage()
    assert plain != nearer
    home = page.view.sight().pixel(page.view.content.spot(Place(51.58, 0.18)))
    colours = {
        nearer.pixelColor(int(home.x()) + x, int(home.y()) + y).name() for x in (-7, 7) for y in (0, 4)
    }
    assert page.theme.palette.accent in colours, "the home is drawn where it is"


@pytest.mark.whole
def test_time_passes_and_the_map_is_read_again(open_page: Open, hub: Hub) -> None:
    desk = open_page()
    page = page_of(desk)
    before = {line.id: line.site.row.capacity_age for line in page.model.rows()}
    hub.clock.now += timedelta(hours=80)
    page.refresh()
    desk.settle()
    assert before != {line.id: line.site.row.capacity_age for line in page.model.rows()}


@pytest.mark.whole
def test_the_focus_on_who_waits_chooses_nobody_and_an_arrow_does(open_page: Open, qtbot: Any) -> None:
    desk = open_page()
    page = page_of(desk)
    for reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.OtherFocusReason):
        page.table.setFocus()
        page.people.setFocus(reason)
        desk.settle()
        assert page.person() is None
    qtbot.keyClick(page.people, Qt.Key.Key_Down)
    desk.settle()
    person = page.person()
    assert person is not None
    assert person.row.id == ADA
    assert page.view.content.home is not None


@pytest.mark.whole
def test_the_card_has_the_nights_and_who_is_there_and_the_list_all_the_room_without(open_page: Open) -> None:
    page = page_of(open_page())
    assert page.detail.isHidden()
    home = next(line.id for line in page.model.rows() if line.site.row.name == "Elm Lodge")
    assert page.table.pick(home)
    desk = page.services.jobs
    until(lambda: not desk.busy and page.detail.findChild(DayStrip) is not None)
    assert not page.detail.isHidden()
    strip = page.detail.findChild(DayStrip)
    assert strip is not None
    assert len(strip.counts()) == 14
    said = [each.text() for each in page.detail.findChildren(QLabel)]
    assert "Who is there or on the way" in said


@pytest.mark.whole
def test_how_far_somebody_would_go_is_read_and_drawn(open_page: Open, hub: Hub) -> None:
    with hub.open() as desk:
        desk.perform(partial(amend_patient, patient=ADA, changes={"max_km": 8.0}), by=hub.coordinator)
    made = open_page()
    page = choose(made, ADA)
    person = page.person()
    assert person is not None
    assert person.reach == 8.0
    assert page.view.content.home is not None
    assert page.view.content.home.reach == 8.0
    page.view.grab()


@pytest.mark.whole
def test_enter_parts_the_number_that_the_chosen_setting_is_drawn_in(
    open_page: Open, qtbot: Any, hub: Hub
) -> None:
    spread(hub)
    near = SettingDetails(name="Near House", type="community_bed", latitude=51.794, longitude=0.594)
    with hub.open() as desk:
        desk.perform(partial(register_setting, details=near), by=hub.coordinator)
    page = page_of(open_page())
    page.view.fit()
    opened: list[tuple[str, str]] = []
    page.services.wanted.connect(lambda where, key: opened.append((where, key)))
    page.table.pick(next(line.id for line in page.model.rows() if line.site.row.name == "Near House"))
    page.view.setFocus()
    before = page.view.sight().scale
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert page.view.sight().scale > before
    assert opened == []
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert opened == [("settings", page.view.content.selected)]
