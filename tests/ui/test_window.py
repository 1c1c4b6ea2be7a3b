"""The frame: pages made when first shown, commands by role, memory, messages, who is at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QCloseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from discharge.model.errors import UserError
from tests.ui.conftest import MakeServices
from tests.ui.fake_desk import JO, LEE, NOW, FakeDesk, Guest, GuestsPage, rename
from tests.ui.screen_reader import heard
from ui.frame.also_open import AlsoOpen
from ui.frame.founding import Founding
from ui.frame.page import Page
from ui.frame.pages import PageSpec
from ui.frame.services import Message, Services, Undo
from ui.frame.window import HubFacts, Window
from ui.theme.palette import Mode
from ui.theme.status import waiting
from ui.theme.theme import Theme
from ui.widgets.form import FormDialog
from ui.widgets.text_fields import TextField
from ui.work.faults import Bug

PAGES = (
    PageSpec("patients", "Patients", "patients", "P", "tests.ui.fake_desk:GuestsPage"),
    PageSpec("moves", "Moves", "moves", "V", "tests.ui.fake_desk:OtherPage"),
)
GUESTS = [Guest(f"g{n}", f"Guest {n}", ward="Oak" if n % 2 else "Elm", state=n) for n in range(12)]


def facts(queries: Any) -> HubFacts:
    return HubFacts(
        counts={"patients": len(queries.patients())},
        rule_set="Rules: england-2020-10-13",
        oldest_return=waiting("Oldest capacity return: 3 d 8 h"),
        hub="North Bank",
        people=queries.people(),
    )


@pytest.fixture
def services(make_services: MakeServices) -> Services:
    return make_services(partial(FakeDesk, GUESTS))


@pytest.fixture
def open_window(services: Services, qtbot: Any, look: Theme) -> Iterator[Callable[[], Window]]:
    made: list[Window] = []

    def make(*, user: str = "u1") -> Window:
        window = Window.of(services, facts=facts, pages=PAGES)
        made.append(window)
        qtbot.addWidget(window)
        window.show()
        window.begin(user_id=user)
        if user:
            qtbot.waitUntil(lambda: window.page is not None and not services.jobs.busy)
        else:
            qtbot.waitUntil(lambda: window.stack.currentWidget() is window.sign_in)
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield make
    for window in made:
        window.close()


@pytest.fixture
def window(open_window: Callable[[], Window]) -> Window:
    return open_window()


class NameForm(FormDialog):
    """The smallest form."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Add", theme=theme)
        self.add(TextField("name", "Name", theme=theme))


def table_of(window: Window) -> Any:
    page = window.page
    assert isinstance(page, GuestsPage)
    return page.table


def press(qtbot: Any, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def test_a_page_is_made_when_it_is_first_shown(window: Window) -> None:
    assert list(window._pages) == ["patients"]
    window.go("moves")
    assert list(window._pages) == ["patients", "moves"]
    assert window.windowTitle() == "Moves · North Bank"


class PartsPage(Page):
    """A page in three parts."""

    name, title = "parts", "Parts"
    whole = False
    resizings = 0

    def build(self) -> Iterator[None]:
        for at in range(3):
            self.setProperty("parts", at + 1)
            yield
        self.whole = True

    def resized(self) -> None:
        assert self.whole
        self.resizings += 1

    def load(self) -> None:
        self.loaded.emit()


def test_a_page_is_made_ahead_a_part_a_turn_and_whole_once_somebody_goes_there(window: Window) -> None:
    spec = PageSpec("parts", "Parts", "moves", "R", "tests.ui.test_window:PartsPage")
    window._specs["parts"] = spec
    assert window.make_ahead("parts")
    (page,) = window.findChildren(PartsPage)
    assert page.property("parts") == 1
    assert "parts" not in window._pages
    assert window.make_ahead("parts")
    assert page.property("parts") == 2
    window.go("parts")
    assert window.page is page
    assert page.property("parts") == 3
    assert not window.make_ahead("parts")
    assert window.findChildren(PartsPage) == [page]


def test_a_page_of_which_a_part_is_made_is_neither_shown_nor_laid_out_to_a_size(window: Window) -> None:
    window._specs["parts"] = PageSpec("parts", "Parts", "moves", "R", "tests.ui.test_window:PartsPage")
    assert window.make_ahead("parts")
    (page,) = window.findChildren(PartsPage)
    window.resize(window.width() + 40, window.height() + 40)
    # a picture lays out what is hidden too
    window.grab()
    window.hide()
    window.show()
    assert not page.isVisible()
    assert not page.resizings
    window.go("parts")
    assert page.isVisible()
    assert page.resizings


class BrokenPage(PartsPage):
    """Goes wrong in its second part."""

    def build(self) -> Iterator[None]:
        yield
        raise LookupError("a part is missing")


def test_a_page_that_goes_wrong_half_made_goes_wrong_again_and_is_never_shown(
    window: Window,
) -> None:
    window._specs["parts"] = PageSpec("parts", "Parts", "moves", "R", "tests.ui.test_window:BrokenPage")
    assert window.make_ahead("parts")
    for _ in range(2):
        with pytest.raises(LookupError):
            window.go("parts")
    assert "parts" not in window._pages
    assert window.page_name == "patients"


def test_header_and_page_come_in_one_frame_and_the_focus_is_there_at_once(window: Window, qtbot: Any) -> None:
    window.go("moves")
    window.go("patients")
    assert table_of(window).hasFocus()
    body = window.centralWidget()
    assert body is not None
    assert not body.updatesEnabled(), "the one before is seen until this one is laid out"
    qtbot.waitUntil(body.updatesEnabled)


def test_the_page_to_begin_with_is_made_before_anybody_sits_down(open_window: Any, qtbot: Any) -> None:
    window = open_window(user="")
    qtbot.waitUntil(lambda: list(window._pages) == ["patients"])
    assert window.page is None


def test_the_frame_shows_counts_rules_the_oldest_return_and_who(window: Window) -> None:
    assert window.rail.button("patients").count() == 12
    assert window.rail.button("patients").accessibleName() == "Patients, 12 waiting"
    assert window.status_line.user.text() == "Jo Marsh, Coordinator"
    shown = [label.text() for label in window.status_line.findChildren(QLabel)]
    assert "Rules: england-2020-10-13" in shown
    assert "Oldest capacity return: 3 d 8 h" in shown


def test_alt_and_its_letter_brings_a_page_to_the_front(window: Window, qtbot: Any) -> None:
    press(qtbot, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    assert window.page_name == "moves"
    press(qtbot, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    assert window.page_name == "patients"
    assert table_of(window).hasFocus(), "work begins in the table"


def test_ctrl_f_searches_down_goes_to_what_was_found_and_escape_empties(window: Window, qtbot: Any) -> None:
    press(qtbot, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = window.header.search
    assert search.hasFocus()
    qtbot.keyClicks(search, "guest 7")
    press(qtbot, Qt.Key.Key_Down)
    table = table_of(window)
    assert table.hasFocus()
    assert [row.id for row in table.rows.shown()] == ["g7"]
    press(qtbot, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(table.rows.shown()) == 12)
    press(qtbot, Qt.Key.Key_Escape)
    assert table.hasFocus()


def test_each_page_keeps_its_own_search(window: Window, qtbot: Any) -> None:
    qtbot.keyClicks(window.header.search, "guest 7")
    qtbot.waitUntil(lambda: len(table_of(window).rows.shown()) == 1)
    window.go("moves")
    assert window.header.search.text() == ""
    window.go("patients")
    assert window.header.search.text() == "guest 7"
    assert len(table_of(window).rows.shown()) == 1


@pytest.mark.whole
def test_what_changed_is_read_again_by_the_page_in_front_and_later_by_the_others(
    window: Window, qtbot: Any
) -> None:
    window.go("moves")
    patients = window._pages["patients"]
    assert isinstance(patients, GuestsPage)
    window.services.perform(partial(rename, guest="g3", name="Renamed"))
    qtbot.waitUntil(lambda: not window.services.jobs.busy)
    assert patients.model.row_at(3).name == "Guest 3"  # type: ignore[union-attr]
    window.go("patients")
    qtbot.waitUntil(lambda: patients.model.row_at(3).name == "Renamed")  # type: ignore[union-attr]


def test_a_page_that_is_not_concerned_does_not_read_again(window: Window, qtbot: Any) -> None:
    page = window.page
    assert page is not None
    loads: list[int] = []
    page.loaded.connect(lambda: loads.append(1))
    window.services.changed.emit(frozenset({"plans"}))
    qtbot.waitUntil(lambda: not window.services.jobs.busy)
    assert loads == []
    window.services.changed.emit(frozenset({"patients", "plans"}))
    qtbot.waitUntil(lambda: loads == [1])


def test_what_was_done_is_said_with_its_way_back_for_ten_seconds(window: Window, qtbot: Any) -> None:
    back: list[int] = []
    window.services.perform(
        partial(rename, guest="g1", name="X"),
        done="Approved.",
        undo=Undo("Withdraw", call=lambda: back.append(1)),
    )
    qtbot.waitUntil(window.undo_bar.isVisible)
    assert window.undo_bar.words() == "Approved."
    assert window.undo_bar._clock.interval() == 10_000
    qtbot.mouseClick(window.undo_bar.button, Qt.MouseButton.LeftButton)
    assert back == [1]
    assert not window.undo_bar.isVisible()


def test_the_way_back_goes_by_itself_unless_somebody_is_about_to_take_it(window: Window, qtbot: Any) -> None:
    window.undo_bar.offer("Approved.", button="Withdraw")
    window.undo_bar.button.setFocus()
    window.undo_bar._clock.timeout.emit()
    assert window.undo_bar.isVisible()
    table_of(window).setFocus()
    window.undo_bar._clock.timeout.emit()
    assert not window.undo_bar.isVisible()


def test_a_way_back_that_was_not_taken_is_given_up_once(window: Window, qtbot: Any) -> None:
    given_up: list[str] = []
    for name in ("first", "second", "third"):
        undo = Undo("Back", call=lambda: None, gone=lambda name=name: given_up.append(name))  # type: ignore[misc]
        window.services.say(f"{name} done.", undo)
    assert given_up == ["first", "second"], "overtaken by the next"
    qtbot.mouseClick(window.undo_bar.button, Qt.MouseButton.LeftButton)
    assert given_up == ["first", "second"], "taken"
    window.services.say("Done.", Undo("Back", call=lambda: None, gone=lambda: given_up.append("fourth")))
    window.undo_bar.dismiss()
    window.undo_bar.dismiss()
    assert given_up[2:] == ["fourth"]


def test_a_form_that_was_left_can_be_taken_up_again_for_a_while(window: Window, qtbot: Any) -> None:
    page = window.page
    assert page is not None
    form = NameForm(window.services.theme)
    page.open_form(form)
    qtbot.waitUntil(form.isVisible)
    form.field("name").set_value("Ada")
    form.reject()
    assert window.undo_bar.words() == "Nothing was saved: the form “Add” was closed."
    qtbot.mouseClick(window.undo_bar.button, Qt.MouseButton.LeftButton)
    assert form.isVisible()
    assert form.field("name").value() == "Ada"
    form.reject()
    window.undo_bar.dismiss()
    qtbot.waitUntil(lambda: not shiboken6.isValid(form))


def test_an_undo_may_need_what_was_made(window: Window, qtbot: Any) -> None:
    made: list[Any] = []

    def undo(changed: Any) -> Undo:
        made.append(changed.nouns)
        return Undo("Take back", action=partial(rename, guest="g1", name="Guest 1"))

    window.services.perform(partial(rename, guest="g1", name="X"), done="Renamed.", undo=undo)
    qtbot.waitUntil(window.undo_bar.isVisible)
    assert made == [{"patients"}]
    qtbot.mouseClick(window.undo_bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.undo_bar.words() == "Take back: done.")
    qtbot.waitUntil(lambda: table_of(window).rows.row_at(1).name == "Guest 1")


def refuse(_queries: Any) -> None:
    raise UserError("The hub is being written by another window.", "Try again in a moment.")


def test_an_error_of_the_users_world_stands_in_the_banner_until_escape(window: Window, qtbot: Any) -> None:
    window.services.perform(refuse)
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.words() == "The hub is being written by another window. Try again in a moment."
    press(qtbot, Qt.Key.Key_Escape)
    assert not window.banner.isVisible()


def test_a_form_can_take_the_error_instead_of_the_banner(window: Window, qtbot: Any) -> None:
    got: list[UserError] = []
    window.services.perform(refuse, failed=got.append)
    qtbot.waitUntil(lambda: bool(got))
    assert not window.banner.isVisible()


def break_down(_queries: Any) -> None:
    raise ValueError("Ada Ashdown")


def test_a_bug_is_told_as_one(window: Window, qtbot: Any) -> None:
    with qtbot.waitSignal(window.services.bug) as told:
        window.services.perform(break_down)
    assert isinstance(told.args[0], Bug)
    assert not window.banner.isVisible()


def test_a_message_may_bring_its_own_mend(window: Window, qtbot: Any) -> None:
    mended: list[int] = []
    window.services.tell(Message("The plan is old.", button="Plan again", do=lambda: mended.append(1)))
    assert window.banner.isVisible()
    qtbot.mouseClick(window.banner.button, Qt.MouseButton.LeftButton)
    assert (mended, window.banner.isVisible()) == ([1], False)


@pytest.mark.whole
def test_who_is_at_the_desk_is_chosen_from_the_people_and_remembered(
    open_window: Callable[..., Window], services: Services, qtbot: Any
) -> None:
    window = open_window(user="")
    assert not window.rail.isEnabled()
    assert services.perform(refuse) is None, "nothing is done by nobody"
    window.go("moves")
    assert window.page is None
    people = window.sign_in.people
    assert [people.item(row).text() for row in range(people.count())] == ["Jo Marsh", "Lee Okafor"]
    assert people.hasFocus()
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: services.user == LEE and window.page is not None)
    assert services.settings.value("window/user") == "u2"
    assert window.status_line.user.text() == "Lee Okafor, LA lead"


def test_while_it_is_asked_who_is_there_the_hidden_page_takes_no_commands(
    window: Window, services: Services, qtbot: Any
) -> None:
    done: list[str] = []
    services.commands.bind("patient.new", lambda: done.append("new"))
    window.ask_who()
    assert "Jo Marsh" in window.sign_in.hint()
    press(qtbot, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert done == []
    press(qtbot, Qt.Key.Key_Escape)
    assert not window.asking
    assert window.page is not None
    assert window.stack.currentWidget() is window.page
    press(qtbot, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert done == ["new"]
    window.ask_who()
    window.go("patients")
    assert not window.asking, "the page that was there comes back by its letter too"


def test_commands_follow_the_roles_of_whoever_is_at_the_desk(window: Window, qtbot: Any) -> None:
    action = window.services.commands.action("patient.new")
    assert action.isEnabled()
    window.status_line.user_chosen.emit("u2")
    qtbot.waitUntil(lambda: window.services.user == LEE)
    assert not action.isEnabled()
    assert "Only a coordinator may do this." in action.toolTip()
    window.services.set_user(JO)
    assert action.isEnabled()


def test_a_new_hub_asks_for_its_name_and_its_first_person(
    make_services: MakeServices, qtbot: Any, look: Theme
) -> None:
    services = make_services(FakeDesk)
    window = Window.of(services, facts=lambda queries: HubFacts(), pages=PAGES)
    qtbot.addWidget(window)
    window.show()
    window.begin()
    qtbot.waitUntil(lambda: isinstance(window.stack.currentWidget(), Founding))
    founding = window.stack.currentWidget()
    assert isinstance(founding, Founding)
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(founding.hub.editor.hasFocus)
    qtbot.keyClicks(founding.hub.editor, "North Bank")
    press(qtbot, Qt.Key.Key_Return)
    assert "missing" in founding.person.below()
    assert founding.person.editor.hasFocus()
    qtbot.keyClicks(founding.person.editor, "Jo Marsh")
    with qtbot.waitSignal(services.signed_in) as told:
        press(qtbot, Qt.Key.Key_Return)
    assert told.args[0].name == "Jo Marsh of North Bank"
    window.close()


@pytest.mark.whole
def test_page_splitter_columns_and_filters_are_remembered(
    open_window: Callable[..., Window], settings: QSettings, qtbot: Any
) -> None:
    first = open_window()
    page = first.page
    assert isinstance(page, GuestsPage)
    page.chips.set_on(["ward/oak"])
    page.toggle_detail(False)
    page.table.sort_by("name", descending=True)
    first.resize(1200, 700)
    first.close()
    settings.sync()
    assert Path(settings.fileName()).exists()

    second = open_window()
    page = second.page
    assert isinstance(page, GuestsPage)
    assert page.chips.on() == ["ward/oak"]
    assert page.detail_shown() is False
    assert [row.id for row in page.model.shown()] == ["g9", "g7", "g5", "g3", "g11", "g1"]


@pytest.mark.whole
def test_what_is_remembered_is_forgotten_where_that_was_asked(
    open_window: Callable[..., Window], settings: QSettings, qtbot: Any
) -> None:
    first = open_window()
    page = first.page
    assert isinstance(page, GuestsPage)
    page.chips.set_on(["ward/oak"])
    first.services.commands.do("view.dark")
    settings.setValue("window/forget", True)
    first.close()
    assert not settings.contains("window/forget")
    assert settings.value("window/mode") == "dark"
    assert settings.value("window/user") == "u1"

    second = open_window()
    page = second.page
    assert isinstance(page, GuestsPage)
    assert page.chips.on() == []


def test_an_empty_list_says_what_to_do_and_offers_it(window: Window, qtbot: Any) -> None:
    page = window.page
    assert isinstance(page, GuestsPage)
    page._take(page.model.prepare([]))
    assert page._empty.isVisible()
    assert page._empty.words() == "Nobody is waiting Add a patient."
    qtbot.mouseClick(page._empty.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.undo_bar.words() == "New.")


def test_filters_that_let_nothing_through_say_so_and_can_be_taken_off(
    window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = heard(monkeypatch)
    page = window.page
    assert isinstance(page, GuestsPage)
    page.chips.set_on(["ward/elm", "state/awaited"])
    qtbot.keyClicks(window.header.search, "nobody")
    qtbot.waitUntil(page._none_found.isVisible)
    qtbot.waitUntil(lambda: said[-1:] == ["Nothing matches"])
    qtbot.mouseClick(page._none_found.button, Qt.MouseButton.LeftButton)
    assert len(page.model.shown()) == 12
    assert window.header.search.text() == ""
    assert page.chips.on() == []
    qtbot.waitUntil(lambda: said[-1] == "12 shown")


def test_going_to_a_row_takes_filters_off_that_hide_it(window: Window, qtbot: Any) -> None:
    page = window.page
    assert isinstance(page, GuestsPage)
    page.chips.set_on(["ward/oak"])
    window.services.go("patients", "g4")
    assert page.current().id == "g4"  # type: ignore[union-attr]


def test_the_detail_follows_the_row_and_can_be_put_away(window: Window, qtbot: Any) -> None:
    page = window.page
    assert isinstance(page, GuestsPage)
    page.table.pick("g5")
    qtbot.waitUntil(lambda: "Guest 5" in [each.text() for each in page.detail.findChildren(QLabel)])
    press(qtbot, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert page.detail_shown() is False
    press(qtbot, Qt.Key.Key_Return)
    assert page.detail_shown() is True, "Enter opens the row"


@pytest.mark.whole
def test_looks_and_sizes_change_while_the_window_is_open(window: Window, qtbot: Any, look: Theme) -> None:
    commands, theme = window.services.commands, window.services.theme
    try:
        for mode in (Mode.DARK, Mode.CONTRAST):
            commands.do(f"view.{mode.value}")
            assert theme.mode is mode
            assert commands.action(f"view.{mode.value}").isChecked()
        low = table_of(window).rowHeight(0)
        commands.do("view.larger")
        commands.do("view.larger")
        assert table_of(window).rowHeight(0) > low
        assert window.services.settings.value("window/mode") == "contrast"
        window.grab()
    finally:
        commands.do("view.normal")
        commands.do("view.light")


def test_the_rail_is_narrow_where_large_text_makes_the_window_so_and_wide_again_after_that(
    window: Window, qapp: QApplication
) -> None:
    theme, before = window.services.theme, window.size()
    window.resize(1366, 768)
    try:
        for scale, is_narrow in ((1.0, False), (1.5, True), (2.0, True), (1.0, False)):
            theme.use(qapp, scale=scale)
            assert (window.rail.minimumSizeHint().width() < theme.px(110)) == is_narrow, scale
    finally:
        theme.use(qapp, scale=1.0)
        window.resize(before)


@pytest.mark.whole
def test_a_narrow_window_drops_words_before_controls_and_keeps_their_names(
    window: Window, qtbot: Any
) -> None:
    window.resize(1600, 700)
    qtbot.waitUntil(lambda: window.rail.width() > 100)
    tool, *_, main = window.header._buttons
    assert tool.text()
    window.resize(800, 600)
    qtbot.waitUntil(lambda: window.rail.width() < 100)
    assert window.rail.button("moves").toolTip() == "Moves (Alt+V)"
    window.resize(1600, 700)
    qtbot.waitUntil(lambda: window.rail.width() > 100)
    window.header.resize(590, 60)
    assert tool.text() == ""
    assert tool.accessibleName()
    assert tool.accessibleName() in tool.toolTip()
    assert main.text(), "the main button always has its word"


def test_what_runs_is_shown_with_its_progress_and_can_be_stopped(window: Window, qtbot: Any) -> None:
    import time

    def work(desk: Any, progress: Callable[..., None]) -> None:
        for n in range(3_000):
            progress(n, 3_000)
            time.sleep(0.001)

    stopped: list[int] = []
    window.services.run_long(
        work, lambda _result: None, words="Importing homes", cancelled=lambda: stopped.append(1)
    )
    line = window.status_line
    qtbot.waitUntil(lambda: " of 3,000" in line._running.text())
    qtbot.mouseClick(line._cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stopped == [1])
    assert line._running.isHidden()


def test_every_control_of_the_frame_has_a_name(window: Window, qtbot: Any) -> None:
    window.services.tell(Message("Something."))
    window.services.say("Done.", Undo("Back", call=lambda: None))
    nameless = [line for line in walk(window) if line]
    assert not nameless


@pytest.mark.whole
def test_what_appears_is_announced_whatever_has_the_focus(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = heard(monkeypatch)
    place = window.services
    place.tell(Message("The disk is full.", "Make room on it."))
    place.say("Recorded.", Undo("Take back", call=lambda: None))
    window.lock.lock()
    assert said[:2] == ["The disk is full. Make room on it.", "Recorded."]
    assert "The window is locked" in said
    window.could_not_open("The hub is from a newer version.", "Install version 9.")
    assert said[-1] == "The hub is from a newer version. Install version 9."


@pytest.mark.whole
def test_who_has_the_same_open_at_another_desk_is_said_over_the_detail(
    window: Window, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced: list[str] = []
    monkeypatch.setattr("ui.frame.also_open.announce", lambda _widget, words: announced.append(words))
    elsewhere: dict[str, tuple[str, ...]] = {"g1": ("<b>Lee</b> at Ward 7", "Kim at Ward 9")}
    said: list[tuple[str, str]] = []
    also = AlsoOpen(
        window, say=lambda *each: said.append(each), elsewhere=lambda: elsewhere, parent=window.services
    )
    page = window.page
    assert isinstance(page, GuestsPage)
    page.pick("g1")
    qtbot.waitUntil(lambda: page.about == "g1")
    words = "Also open: <b>Lee</b> at Ward 7 and Kim at Ward 9."
    assert page.detail.above.text() == words
    assert page.detail.above.textFormat() is Qt.TextFormat.PlainText
    assert not page.detail.above.isHidden()
    also.look()
    assert announced == [words], "told once"
    also.timer.timeout.emit()
    assert said == [("Jo Marsh", "g1")]
    page.pick("g2")
    qtbot.waitUntil(lambda: page.about == "g2")
    assert page.detail.above.isHidden()
    elsewhere["g2"] = ("Kim at Ward 9",)
    also.look()
    assert page.detail.above.text() == "Also open: Kim at Ward 9."
    window.lock.lock()
    assert page.detail.above.isHidden()
    also.timer.timeout.emit()
    assert said[-1] == ("Jo Marsh", "")
    also.timer.stop()


def test_what_is_chosen_stays_chosen_under_its_new_number(window: Window, qtbot: Any) -> None:
    page = window.page
    assert isinstance(page, GuestsPage)
    page.pick("g1")
    window.services.say("Recorded.", Undo("Take back", call=lambda: None))
    window.services.renumbered.emit({"g1": "g5", "g5": "g6"})
    assert window.undo_bar.isHidden(), "the way back is known by the old number"
    window.services.changed.emit(frozenset({"patients"}))
    qtbot.waitUntil(lambda: page.current_key() == "g5")


class ByTheMouse(QCloseEvent):
    """The window is closed by its cross."""

    def spontaneous(self) -> bool:
        return True


@pytest.mark.parametrize("how", ["command", "cross"])
def test_whoever_closes_the_window_hears_once_what_is_not_shared_yet(window: Window, how: str) -> None:
    waits = "3 steps aren't shared yet."
    window.what_waits = lambda leaving: waits if leaving else "Not yet shared."

    def close() -> bool:
        if how == "command":
            window.services.commands.do("hub.quit")
            return window.isHidden()
        event = ByTheMouse()
        window.closeEvent(event)
        return event.isAccepted()

    assert not close()
    assert window.banner.words() == waits
    assert (window.banner.button.text(), window.banner.button.hasFocus()) == ("Close the window", True)
    window.ask_who()
    assert window.sign_in.hint().endswith("Not yet shared.")
    assert close()


def test_a_locked_window_closes_at_once(window: Window) -> None:
    window.what_waits = lambda _leaving: "3 steps aren't shared yet."
    window.lock.lock()
    window.services.commands.action("hub.quit").trigger()
    window.leave()
    assert window.isHidden()


def walk(window: QWidget) -> list[str]:
    """Every focusable control that a screen reader would meet without a name."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or interface.text(QAccessible.Text.Name):
            continue
        found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def test_tab_leaves_no_control_out_and_is_trapped_in_none(window: Window, qtbot: Any) -> None:
    seen: list[QWidget] = []
    for _ in range(60):
        widget = QApplication.focusWidget()
        assert widget is not None
        if widget in seen:
            break
        seen.append(widget)
        press(qtbot, Qt.Key.Key_Tab)
    else:
        pytest.fail("Tab never comes round")
    kinds = {type(widget).__name__ for widget in seen}
    assert {"TableView", "SearchField", "CommandButton", "RailButton", "QToolButton"} <= kinds


def test_a_hub_that_cannot_be_opened_is_told_where_the_page_would_be(
    make_services: MakeServices, qtbot: Any, look: Theme
) -> None:
    window = Window.of(make_services(FakeDesk), facts=facts, pages=PAGES)
    qtbot.addWidget(window)
    asked: list[str] = []
    window.services.commands.bind("hub.open", lambda: asked.append("open"))
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    window.could_not_open("The hub is from a newer version.", "Install version 9.")
    assert window.opening.words() == "The hub is from a newer version. Install version 9."
    assert window.opening.isVisible()
    press(qtbot, Qt.Key.Key_Space)
    assert asked == ["open"], "the way on is one key away"
    window.close()
    assert NOW.tzinfo is not None
