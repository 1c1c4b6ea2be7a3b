"""Help: every text can be read and found, F1 opens the one of the page in front; links; the tour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import QImage, QPixmap, QTextDocument
from PySide6.QtWidgets import QApplication

from discharge.rules.eligibility import REASONS
from tests.ui.fake_desk import RESOURCES
from tests.ui.pdf_text import pages_of
from tests.ui.rest import come_to_rest, let_go, until
from ui.application import Application
from ui.frame.commands import COMMANDS
from ui.frame.pages import PAGES
from ui.frame.print_commands import save_pdf
from ui.frame.window import Window
from ui.help.page import HelpPage, Reader
from ui.help.text import TOPICS, HelpTexts, fill, in_look, snippet, topic_of
from ui.help.tour import STEPS, Tour, was_seen
from ui.theme.palette import Mode
from ui.theme.theme import Theme

FOLDER = RESOURCES / "help"


@pytest.fixture(scope="module")
def opened(
    qapp: QApplication, demo: Path, look: Theme, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Window]:
    """One window for all: they look at it and change nothing."""
    remembered = QSettings(str(tmp_path_factory.mktemp("window") / "w.ini"), QSettings.Format.IniFormat)
    made = Application(
        qapp, hub=demo, resources=RESOURCES, settings=remembered, user_id="U-0002", page="patients"
    )
    made.window.resize(1366, 768)
    made.show()
    until(lambda: made.window.page is not None and not made.jobs.busy)
    until(made.window.isActiveWindow)
    yield made.window
    let_go(made)
    look.apply(qapp)


@pytest.fixture
def window(opened: Window, look: Theme, qtbot: Any) -> Iterator[Window]:
    """The window with the people who wait in front, as it was opened."""
    opened.go("patients")
    opened.undo_bar.hide()
    opened.activateWindow()
    until(opened.isActiveWindow)
    come_to_rest(qtbot, opened.services.jobs, opened)
    yield opened
    while opened.services.theme.scale > look.scale:
        opened.services.commands.do("view.smaller")
    opened.header.search.clear()


@pytest.fixture
def first_time(
    qapp: QApplication, demo: Path, settings: QSettings, look: Theme, qtbot: Any
) -> Iterator[Application]:
    """A window of whoever opens the demo hub for the first time."""
    made = Application(
        qapp,
        hub=demo,
        resources=RESOURCES,
        settings=settings,
        user_id="U-0002",
        page="patients",
        tour=True,
    )
    made.window.resize(1366, 768)
    made.show()
    qtbot.waitUntil(lambda: made.window.page is not None and not made.jobs.busy)
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    made.window.close()
    made.close()
    made.retire()
    look.apply(qapp)


def help_of(window: Window) -> HelpPage:
    assert isinstance(window.page, HelpPage)
    return window.page


def press(widget: Any, key: Qt.Key, qtbot: Any) -> None:
    qtbot.keyClick(widget, key)


def press_help(window: Window, qtbot: Any) -> None:
    """F1, where the focus is."""
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F1)


# --- the texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_each_topic_has_a_text_with_its_title_and_its_links_lead_somewhere(topic: Any) -> None:
    text = HelpTexts(FOLDER).markdown(topic.name)
    assert text.startswith(f"# {topic.title}\n")
    names = {each.name for each in TOPICS}
    pages = {spec.name for spec in PAGES}
    commands = {command.id for command in COMMANDS}
    for kind, where in re.findall(r"\]\((\w+):([\w.]+)\)", text):
        assert where in {"help": names, "page": pages, "do": commands}[kind], f"{kind}:{where}"
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text):
        looks = {mode: in_look(FOLDER / picture, mode) for mode in Mode}
        assert looks[Mode.LIGHT] == FOLDER / picture
        assert looks[Mode.DARK] == looks[Mode.CONTRAST] != looks[Mode.LIGHT], "a bright page in a dark window"
        sizes = {QImage(str(file)).size().toTuple() for file in looks.values()}
        assert len(sizes) == 1
        assert (0, 0) not in sizes
    assert len(re.findall(r"\]\(", text)) == len(
        re.findall(r"\]\((?:\w+:[\w.]+|pictures/[\w-]+\.png)\)", text)
    )


def test_every_key_that_the_help_names_is_the_key_of_a_command_or_of_everywhere() -> None:
    known = {command.shortcut.replace("Return", "Enter").replace("Esc", "Escape") for command in COMMANDS}
    known |= {"Alt", "Enter", "Tab", "Escape", "Arrows, Home, End", "Shift+F10", "Ctrl+Enter", "Ctrl+C"}
    known.add("F8")  # of the morning round alone: its button says so
    for topic in TOPICS:
        text = HelpTexts(FOLDER).markdown(topic.name)
        for bold in re.findall(r"\*\*([^*]+)\*\*", text):
            if re.fullmatch(r"(Ctrl|Shift|Alt)\+.+|F\d+", bold):
                assert bold in known, f"{topic.name}: {bold}"


def test_every_infection_rule_of_the_texts_is_a_rule_that_decides() -> None:
    ids = set(re.findall(r"\(([A-Z]\d+)\)", HelpTexts(FOLDER).markdown("rules")))
    assert {"T1", "T3", "S1", "S3", "S4", "S5", "C1", "C3", "C4", "C5", "R1", "R2", "R4", "R5", "I1"} <= ids
    assert {reason.rule for reason in REASONS.values()} & ids


def test_each_page_of_the_window_has_its_help() -> None:
    about = {page for topic in TOPICS for page in topic.about}
    assert {spec.name for spec in PAGES} - {"help"} <= about
    assert topic_of("match") == "match"
    assert topic_of("nowhere") == TOPICS[0].name


def test_a_search_finds_the_section_and_shows_where() -> None:
    texts = HelpTexts(FOLDER)
    found = texts.search("direct route 90 attestations")
    assert found[0].topic == "rules"
    assert "attestations" in snippet(found[0], "attestations")
    first = texts.search("runner-up")[0]
    assert (first.topic, first.heading) == ("match", "Why, and why not")
    assert texts.search("") == []
    assert texts.search("hovercraft") == []


def test_a_text_is_set_in_the_themes_type_and_black_on_paper(theme: Theme) -> None:
    from PySide6.QtGui import QTextDocument

    theme.mode = Mode.DARK
    shown, printed = QTextDocument(), QTextDocument()
    fill(shown, "# A\n\nWords.", theme=theme)
    fill(printed, "# A\n\nWords.", theme=theme, on_paper=True)
    sizes = []
    for document, colour in ((shown, theme.palette.text), (printed, "#000000")):
        block = document.begin()
        while block.isValid():
            kind = block.begin().fragment().charFormat()
            # on paper in points: a pixel there is one of the printer's dots
            sizes.append(kind.font().pointSizeF() if document is printed else kind.font().pixelSize())
            assert kind.foreground().color().name() == colour.lower()
            block = block.next()
    assert sizes == [20, 13, 15, 9.75]


# --- the page -----------------------------------------------------------------------------------------


@pytest.mark.whole
def test_f1_opens_the_help_of_the_page_in_front_and_escape_leads_back(window: Window, qtbot: Any) -> None:
    window.go("approvals")
    qtbot.waitUntil(lambda: not window.services.jobs.busy)
    press_help(window, qtbot)
    page = help_of(window)
    assert page.reader.toPlainText().startswith("Approvals")
    assert page.back.text() == "Back to Approvals"
    assert page.reader.hasFocus()
    press(page.reader, Qt.Key.Key_Escape, qtbot)
    assert window.page_name == "approvals"


def test_the_search_of_the_header_finds_in_the_help_and_enter_reads_on(window: Window, qtbot: Any) -> None:
    window.go("help")
    page = help_of(window)
    search = window.header.search
    search.setFocus()
    qtbot.keyClicks(search, "direct route 90")
    qtbot.waitUntil(lambda: page.found.text() == "1 place")
    assert page.contents.item(0).text().startswith("The infection rules in words: COVID-19, by rule set")
    assert page.reader.toPlainText().startswith("The infection rules in words")
    assert page.reader.extraSelections()
    assert page.reader.verticalScrollBar().value() > 0
    search.setText("hovercraft")
    qtbot.waitUntil(lambda: page.found.text() == "Nothing is said about that. Try another word.")
    search.clear()
    qtbot.waitUntil(lambda: page.contents.count() == len(TOPICS))


@pytest.mark.whole
def test_a_link_leads_to_another_topic_a_page_or_a_command(window: Window, qtbot: Any) -> None:
    window.go("help", "starting")
    page = help_of(window)
    page.reader.anchorClicked.emit(QUrl("help:keys"))
    assert page.reader.toPlainText().startswith("Keys")
    assert "Ctrl+K" in page.reader.toPlainText()
    page.reader.anchorClicked.emit(QUrl("page:moves"))
    assert window.page_name == "moves"


def test_a_picture_of_the_help_looks_as_the_window_does(theme: Theme, look: Theme, qtbot: Any) -> None:
    reader = Reader(FOLDER.as_posix(), theme=theme)
    qtbot.addWidget(reader)
    reader.resize(700, 500)
    lightness = {}
    for theme.mode in (Mode.LIGHT, Mode.DARK):
        reader.show_text(HelpTexts(FOLDER).markdown("moves"))
        shown = reader.document().resource(
            QTextDocument.ResourceType.ImageResource.value, QUrl("pictures/moves.png")
        )
        assert isinstance(shown, QPixmap)
        assert shown.width() <= reader.viewport().width()
        lightness[theme.mode] = shown.toImage().pixelColor(shown.width() // 2, 2).lightness()
    assert lightness[Mode.DARK] < 60 < 200 < lightness[Mode.LIGHT]


@pytest.mark.whole
def test_the_help_is_shown_larger_with_the_text(window: Window, qtbot: Any) -> None:
    window.go("help", "match")
    reader = help_of(window).reader
    before = reader.document().size().height()
    window.services.commands.do("view.larger")
    assert reader.document().size().height() > before
    assert reader.document().size().width() <= reader.viewport().width()


@pytest.mark.whole
def test_the_page_of_the_help_is_saved_as_pdf(window: Window, tmp_path: Path, qtbot: Any) -> None:
    window.go("help", "words")
    save_pdf(window, tmp_path / "words.pdf")
    qtbot.waitUntil(lambda: window.undo_bar.words() == "Saved: words.pdf.")
    said = " ".join(pages_of(tmp_path / "words.pdf")).replace("\n", " ")
    assert "trusted assessor" in said
    assert "patient-identifiable" not in said


# --- the tour -----------------------------------------------------------------------------------------


def tour_of(window: Window) -> Tour | None:
    return next((tour for tour in window.findChildren(Tour) if tour.isVisible()), None)


@pytest.mark.whole
def test_the_demo_hub_is_shown_round_once_by_keyboard(first_time: Application, qtbot: Any) -> None:
    window = first_time.window
    qtbot.waitUntil(lambda: tour_of(window) is not None)
    tour = tour_of(window)
    assert tour is not None
    seen = []
    for _ in STEPS:
        step = tour.step()
        assert step is not None
        qtbot.waitUntil(lambda: not window.services.jobs.busy)
        qtbot.wait(80)
        assert not tour._hole.isNull(), step.title
        assert tour.rect().contains(tour.card.geometry()), step.title
        assert step.page in ("", window.page_name)
        seen.append(step.title)
        # Tab stays in the card: nothing below can be reached
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        assert tour.isAncestorOf(focus)
        tour.next.setFocus()
        if step.title == "Plan":
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
            assert tour.step() is not step
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert seen == [step.title for step in STEPS]
    assert tour_of(window) is None
    assert was_seen(window)
    first_time._tour = True
    window.go("moves")
    qtbot.wait(50)
    assert tour_of(window) is None


def test_the_tour_is_begun_again_from_the_help_and_left_with_escape(window: Window, qtbot: Any) -> None:
    window.services.commands.do("help.tour")
    tour = tour_of(window)
    assert tour is not None
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert tour_of(window) is None
    focus = QApplication.focusWidget()
    assert focus is not None
    assert window.isAncestorOf(focus)


@pytest.mark.whole
def test_a_window_that_locks_ends_the_tour_which_would_keep_the_focus(window: Window, qtbot: Any) -> None:
    window.services.commands.do("help.tour")
    window.lock.lock()
    assert tour_of(window) is None
    window.sign_in.focus_first()
    assert window.sign_in.isAncestorOf(window.focusWidget())
    window.sign_in._choose()
    qtbot.waitUntil(lambda: not window.asking and not window.services.jobs.busy)


@pytest.mark.parametrize("heard", [True, False])
def test_who_hears_the_help_goes_through_it_line_by_line_and_who_sees_it_scrolls(
    theme: Theme, look: Theme, qtbot: Any, monkeypatch: pytest.MonkeyPatch, heard: bool
) -> None:
    monkeypatch.setattr("ui.help.page.QAccessible", SimpleNamespace(isActive=lambda: heard))
    reader = Reader(RESOURCES.as_posix(), theme=theme)
    qtbot.addWidget(reader)
    reader.resize(400, 300)
    reader.show_text("\n\n".join(f"Line {number}." for number in range(60)))
    reader.show()
    reader.setFocus()
    qtbot.waitUntil(reader.hasFocus)
    qtbot.keyClick(reader, Qt.Key.Key_Down)
    assert (reader.textCursor().blockNumber() > 0) is heard
    assert (reader.verticalScrollBar().value() > 0) is not heard
