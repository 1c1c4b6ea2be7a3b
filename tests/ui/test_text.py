"""Labels where there is little room: they lose whole parts, or end in …, and the tooltip has it all."""

from __future__ import annotations

from itertools import product
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QEnterEvent, QFontMetrics, QImage
from PySide6.QtWidgets import QApplication, QLabel

from tests.ui.fake_desk import RESOURCES
from tests.ui.screen_reader import said_as
from ui.frame.saved_filters import SavedFilter, SavedFilters
from ui.frame.status_line import StatusLine
from ui.theme.palette import Mode, Tone
from ui.theme.status import waiting
from ui.theme.theme import Theme
from ui.widgets.text import ElidedLabel, Facts, IconLabel, Lines, SectionHeading, Wrapped, label

WORDS = "44 settings · 54 beds free tonight · 4 to phone"


def test_a_line_of_parts_loses_whole_ones(qtbot: Any) -> None:
    said = ElidedLabel(WORDS, parts=" · ")
    qtbot.addWidget(said)
    said.show()
    metrics = QFontMetrics(said.font())

    def seen(room: int) -> str:
        said.resize(room, 20)
        return said._shortened(metrics)

    assert seen(metrics.horizontalAdvance(WORDS)) == WORDS
    assert said.toolTip() == ""
    assert seen(metrics.horizontalAdvance(WORDS) - 1) == "44 settings · 54 beds free tonight"
    assert said.toolTip() == WORDS
    assert seen(metrics.horizontalAdvance("44 settings")) == "44 settings"
    assert seen(metrics.horizontalAdvance("44 settings") - 1) == "", "rather nothing than “44 se…”"


def test_the_icon_of_a_line_follows_the_size_of_text_and_the_look(
    qtbot: Any, qapp: QApplication, look: Theme
) -> None:
    theme = Theme(resources=RESOURCES)
    lines = Lines(theme=theme)
    qtbot.addWidget(lines)
    lines.show_lines([waiting("Isolates: tell the crew.")])
    icon = lines.findChild(IconLabel)
    assert icon is not None
    try:
        for mode, scale in ((Mode.LIGHT, 2.0), (Mode.DARK, 1.0), (Mode.CONTRAST, 1.5)):
            theme.use(qapp, mode=mode, scale=scale)
            assert icon.pixmap().width() == theme.px(16)
            assert theme.palette.ink(Tone.WAITING).lower() in inks(icon.pixmap().toImage())
    finally:
        look.apply(qapp)


def inks(image: QImage) -> set[str]:
    """The colours of a picture's dots."""
    return {image.pixelColor(x, y).name() for x, y in product(range(image.width()), range(image.height()))}


def test_beside_a_heading_the_remark_gives_way(qtbot: Any, theme: Theme) -> None:
    heading = SectionHeading("Units and beds", theme=theme, remark="Free on each of the nights to come")
    qtbot.addWidget(heading)
    heading.show()
    heading.resize(heading.sizeHint().width() - 60, heading.sizeHint().height())
    title, remark = heading._title, heading._remark
    assert remark is not None
    qtbot.waitUntil(lambda: bool(remark.toolTip()))
    assert title.width() >= title.sizeHint().width()
    assert remark.toolTip() == "Free on each of the nights to come"
    assert remark.geometry().right() <= heading.width()


def test_words_that_get_wider_give_back_the_lines_they_took_narrow(theme: Theme, qtbot: Any) -> None:
    facts = Facts(theme=theme)
    qtbot.addWidget(facts)
    facts.show_facts([("Told", "Yesterday 15:11: COVID-19: negative, specimen Sunday, reported Sunday")])
    [words] = facts.findChildren(Wrapped)
    facts.resize(600, 300)
    facts.show()
    qtbot.waitUntil(lambda: words.minimumHeight() > 0)
    wide = words.minimumHeight()
    facts.resize(220, 300)
    qtbot.waitUntil(lambda: words.minimumHeight() > wide)
    facts.resize(600, 300)
    qtbot.waitUntil(lambda: words.minimumHeight() == wide)


def test_an_ampersand_in_a_name_is_no_key_of_a_button_or_a_menu(theme: Theme, qtbot: Any) -> None:
    saved = SavedFilters(theme=theme)
    qtbot.addWidget(saved)
    saved.put(SavedFilter("Rose & Crown", ("x/y",)))
    line = StatusLine(theme=theme)
    qtbot.addWidget(line)
    line.show_user(("Ann Smith & Co", "LA lead"))
    assert "Smith && Co" in line.user.text()
    line.offer_users([("U-0001", "Ann Smith & Co", "")])
    menu = saved.menu()
    menu.aboutToShow.emit()
    texts = [action.text() for each in (menu, line.user.menu()) for action in each.actions()]
    assert {"Rose && Crown", "Ann Smith && Co"} <= set(texts)


def test_text_is_selected_once_the_mouse_is_over_it_and_stays_where_it_is(theme: Theme, qtbot: Any) -> None:
    assert theme is not None
    by_mouse = Qt.TextInteractionFlag.TextSelectableByMouse
    enter = QEnterEvent(QPointF(2, 2), QPointF(2, 2), QPointF(2, 2))
    texts = ("Elm", WORDS, f"{WORDS}\n{WORDS}", "Own room until Sun 22 Nov, then an open home. " * 5)
    for kind, text, wrap in product(("", "small", "heading"), texts, (True, False)):
        said = label(text, kind, wrap=wrap)
        qtbot.addWidget(said)
        said.ensurePolished()
        said.resize(140, max(20, said.heightForWidth(140)))
        before = said.sizeHint(), said.minimumSizeHint(), said.heightForWidth(140), said.grab().toImage()
        assert not said.textInteractionFlags() & by_mouse
        QApplication.sendEvent(said, enter)
        assert said.textInteractionFlags() & by_mouse
        said.setText("")
        said.setText(text)
        after = said.sizeHint(), said.minimumSizeHint(), said.heightForWidth(140), said.grab().toImage()
        assert before == after, (kind, text)
        as_text = QLabel(text)
        qtbot.addWidget(as_text)
        as_text.setTextFormat(Qt.TextFormat.PlainText)
        as_text.setProperty("kind", kind)
        as_text.setWordWrap(wrap)
        as_text.setTextInteractionFlags(by_mouse)
        assert (as_text.sizeHint(), as_text.heightForWidth(140)) == (after[0], after[2]), (kind, text)
    name = label("Ward", selectable=False)
    qtbot.addWidget(name)
    QApplication.sendEvent(name, enter)
    assert not name.textInteractionFlags() & by_mouse


def test_what_another_widget_says_is_no_text_of_its_own_to_a_screen_reader(theme: Theme, qtbot: Any) -> None:
    facts = Facts(theme=theme)
    qtbot.addWidget(facts)
    facts.show_facts([("Discharge ready date", "Sat 14 Nov")])
    title, value = facts.findChildren(QLabel)
    assert said_as(title) is QAccessible.Role.Client
    assert said_as(value) is QAccessible.Role.StaticText
    assert value.accessibleName() == "Discharge ready date: Sat 14 Nov"


def test_words_that_are_still_to_come_ask_for_no_room(qtbot: Any) -> None:
    words = Wrapped("", "small")
    qtbot.addWidget(words)
    words.show()
    words.resize(200, 40)
    assert words.minimumHeight() == 0
    words.setText("They are here now")
    words.resize(90, 40)
    assert words.minimumHeight() > 0
