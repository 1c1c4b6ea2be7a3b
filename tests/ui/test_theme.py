"""The theme keeps its promises in all three looks."""

from __future__ import annotations

import ast
import os
import re
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QToolButton,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.contrast import contrast
from tests.ui.fake_desk import RESOURCES
from ui.theme.palette import PALETTES, Ink, Mode, Palette, Tone
from ui.theme.scale import ICON_GAP, SCALES
from ui.theme.status import Status
from ui.theme.theme import QT_GAP, Theme

LOOKS = pytest.mark.parametrize("mode", list(Mode), ids=lambda mode: mode.value)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


@LOOKS
def test_every_text_stands_out_from_every_ground_it_is_written_on(mode: Mode) -> None:
    p = PALETTES[mode]
    grounds = {"window": p.window, "surface": p.surface, "raised": p.raised, "selection": p.selection}
    inks = {"text": p.text, "muted": p.muted, "accent": p.accent}
    inks |= {tone.value: p.ink(tone) for tone in Tone}
    faint = {
        f"{ink} on {ground}: {contrast(inks[ink], grounds[ground]):.2f}"
        for ink in inks
        for ground in grounds
        if contrast(inks[ink], grounds[ground]) < 4.5
    }
    faint |= {tone.value for tone in Tone if contrast(p.ink(tone), p.ground(tone)) < 4.5}
    faint |= {f"text on {tone.value}" for tone in Tone if contrast(p.text, p.ground(tone)) < 4.5}
    assert not faint


HATCH = 70 / 255
"""How much of a tone's colour the lines have that hatch a bar of nights."""


def _over(colour: str, ground: str, share: float) -> str:
    """What a colour that lets some of its ground through looks like on it."""
    parts = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(share * over + (1 - share) * under):02x}" for over, under in parts)


@LOOKS
def test_what_is_painted_by_hand_stands_out_too(mode: Mode) -> None:
    """Words 4.5:1 and shapes 3:1: the glance, bars of nights, the timeline, the map and its numbers."""
    p = PALETTES[mode]
    words = {
        "muted day over a row": (p.muted, p.raised),
        "today in the timeline's head": (p.on_fill, p.fill),
        "a number of the rail": (p.text, p.neutral.ground),
        "a place on the map": (p.text, p.raised),
        "a card that can't be dropped here": (p.muted, p.window),
    }
    words |= {f"the legend beside {tone.value}": (p.muted, p.ground(tone)) for tone in Tone}
    words |= {f"words in a bar, {tone.value}": (p.text, p.ground(tone)) for tone in Tone}
    words |= {
        f"words in a hatched bar, {tone.value}": (p.text, _over(p.ink(tone), p.ground(tone), HATCH))
        for tone in Tone
    }
    shapes = {
        f"{tone.value} on {name}": (p.ink(tone), ground)
        for tone in Tone
        for name, ground in (("surface", p.surface), ("raised", p.raised), ("its ground", p.ground(tone)))
    }
    shapes |= {
        f"the focus on {name}": (p.accent, ground)
        for name, ground in (("raised", p.raised), ("window", p.window), ("surface", p.surface))
    }
    shapes |= {"a setting that doesn't suit": (p.border, p.surface), "an empty glance": (p.border, p.surface)}
    faint = {name: contrast(*pair) for name, pair in words.items() if contrast(*pair) < 4.5}
    faint |= {name: contrast(*pair) for name, pair in shapes.items() if contrast(*pair) < 3}
    assert not faint


def test_every_colour_comes_from_the_palette() -> None:
    """So that the contrasts above hold wherever something is drawn."""
    ui = RESOURCES.parent / "ui"
    # paper, and the shade behind the tour
    allowed = {ui / "theme/palette.py", ui / "help/text.py", ui / "frame/printing.py", ui / "help/tour.py"}
    strays = [
        f"{file.name}: {found.group()}"
        for file in ui.rglob("*.py")
        if file not in allowed
        for found in re.finditer(r"[\"']#[0-9a-fA-F]{3,8}[\"']", file.read_text(encoding="utf-8"))
    ]
    assert not strays


@LOOKS
def test_what_is_written_on_the_main_button_and_in_a_tooltip_stands_out(mode: Mode) -> None:
    p = PALETTES[mode]
    assert contrast(p.on_fill, p.fill) >= 4.5
    assert contrast(p.surface, p.text) >= 4.5
    assert contrast(p.muted, p.neutral.ground) >= 4.5, "a disabled main button"


@LOOKS
def test_edges_of_fields_and_the_focus_stand_out_three_to_one(mode: Mode) -> None:
    p = PALETTES[mode]
    for ground in (p.window, p.surface):
        assert contrast(p.border, ground) >= 3
        assert contrast(p.accent, ground) >= 3
    assert contrast(p.fill, p.surface) >= 3


@LOOKS
def test_an_example_in_an_empty_field_is_read_and_isnt_taken_for_what_was_typed(
    qapp: QApplication, look: Theme, mode: Mode, qtbot: QtBot
) -> None:
    p = PALETTES[mode]
    assert contrast(p.example, p.surface) >= 4.5
    assert contrast(p.example, p.text) >= 2
    try:
        Theme(resources=RESOURCES, mode=mode).apply(qapp)
        field = QLineEdit(placeholderText="▮▮▮▮")
        qtbot.addWidget(field)
        field.resize(120, 30)
        field.ensurePolished()
        wanted = QColor(p.example)
        assert _has(field.grab().toImage(), wanted.red(), wanted.green(), wanted.blue())
    finally:
        look.apply(qapp)


def test_in_high_contrast_the_focus_is_told_by_more_than_the_colour_of_an_edge(
    qapp: QApplication, look: Theme, qtbot: QtBot
) -> None:
    """Its edges are about as bright as the focus: a ring of two pixels more grows as bright as they are."""
    try:
        Theme(resources=RESOURCES, mode=Mode.CONTRAST).apply(qapp)
        for made in (QLineEdit("x"), QComboBox(), QPushButton("x"), _main_button(), QToolButton()):
            holder = QWidget()
            qtbot.addWidget(holder)
            made.setParent(holder)
            made.resize(120, 30)
            other = QLineEdit(holder)
            holder.show()
            holder.activateWindow()
            qtbot.waitUntil(holder.isActiveWindow)
            other.setFocus()
            before = made.grab().toImage()
            made.setFocus()
            after = made.grab().toImage()
            ring = 2 * 2 * (120 + 30)
            changed = sum(
                contrast(before.pixelColor(x, y).name(), after.pixelColor(x, y).name()) >= 3
                for x in range(120)
                for y in range(30)
            )
            assert changed >= ring * 0.8, type(made).__name__
    finally:
        look.apply(qapp)


def test_in_high_contrast_a_bare_word_that_is_pressed_has_the_edge_of_a_button(
    qapp: QApplication, look: Theme, qtbot: QtBot
) -> None:
    try:
        theme = Theme(resources=RESOURCES, mode=Mode.CONTRAST)
        theme.apply(qapp)
        holder = QWidget()
        qtbot.addWidget(holder)
        now = QToolButton(holder)
        now.setText("Now")
        now.resize(80, 30)
        holder.show()
        seen = now.grab().toImage()
        edges = [
            seen.pixelColor(40, 0),
            seen.pixelColor(40, 29),
            seen.pixelColor(0, 15),
            seen.pixelColor(79, 15),
        ]
        assert {each.name() for each in edges} == {theme.palette.border.lower()}
    finally:
        look.apply(qapp)


@LOOKS
@pytest.mark.parametrize("kind", ["", "main", "danger", "link", "figure"])
def test_within_the_ring_of_a_button_that_tab_came_to_is_nothing_but_its_ground(
    qapp: QApplication, look: Theme, qtbot: Any, mode: Mode, kind: str
) -> None:
    """Qt's own style would draw a box of its own there, once the keyboard is used."""
    try:
        Theme(resources=RESOURCES, mode=mode).apply(qapp)
        holder = QWidget()
        qtbot.addWidget(holder)
        before, button = QPushButton(holder), QPushButton(holder)
        button.setProperty("kind", kind)
        button.resize(80, 40)
        holder.show()
        holder.activateWindow()
        qtbot.waitUntil(holder.isActiveWindow)
        before.setFocus()
        qtbot.keyClick(before, Qt.Key.Key_Tab)
        assert button.hasFocus()
        seen = button.grab().toImage()
        assert len({seen.pixelColor(x, y).name() for x in range(6, 74) for y in range(6, 34)}) == 1
    finally:
        look.apply(qapp)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_words_of_a_choice_begin_where_those_of_a_field_do_focus_or_not(
    qapp: QApplication, look: Theme, qtbot: QtBot, mode: Mode
) -> None:
    try:
        Theme(resources=RESOURCES, mode=mode).apply(qapp)
        holder = QWidget()
        qtbot.addWidget(holder)
        field, choice = QLineEdit("Hoist", holder), QComboBox(holder)
        choice.addItem("Hoist")
        holder.show()
        holder.activateWindow()
        qtbot.waitUntil(holder.isActiveWindow)
        for inside in (field, choice):
            inside.resize(120, 30)
        begins = {_first_ink(field), _first_ink(choice)}
        choice.setFocus()
        assert begins == {_first_ink(choice)}
    finally:
        look.apply(qapp)


def _first_ink(widget: QWidget) -> int:
    """From which pixel on something is written, past the edge."""
    seen = widget.grab().toImage()
    ground = seen.pixelColor(80, 15)
    return next(
        x
        for x in range(6, 60)
        if any(contrast(seen.pixelColor(x, y).name(), ground.name()) > 2 for y in range(8, 22))
    )


def _main_button() -> QPushButton:
    button = QPushButton("x")
    button.setProperty("kind", "main")
    return button


@LOOKS
def test_every_colour_is_written_in_six_figures(mode: Mode) -> None:
    palette = PALETTES[mode]
    for each in fields(Palette):
        value = getattr(palette, each.name)
        colours = (value.ink, value.ground) if isinstance(value, Ink) else (value,)
        assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in colours)


def test_no_two_tones_share_an_icon_so_that_colour_is_never_alone() -> None:
    icons = [Status("word", tone).icon for tone in Tone]
    assert len(set(icons)) == len(icons)


@LOOKS
@pytest.mark.whole
def test_each_icon_is_drawn_in_the_colour_that_is_asked_for(theme: Theme, mode: Mode) -> None:
    theme.mode = mode
    names = sorted(path.stem for path in (RESOURCES / "icons").glob("*.svg"))
    assert len(names) > 40
    for name in names:
        if name == "discharge-desk":
            continue  # the program's own mark has its own colours
        picture = theme.pixmap(name, Tone.DANGER, size=32).toImage()
        wanted = theme.colour(Tone.DANGER)
        assert _has(picture, wanted.red(), wanted.green(), wanted.blue()), name


def _has(image: QImage, red: int, green: int, blue: int) -> bool:
    for y in range(image.height()):
        for x in range(image.width()):
            colour = image.pixelColor(x, y)
            if colour.alpha() > 200 and (colour.red(), colour.green(), colour.blue()) == (red, green, blue):
                return True
    return False


def test_an_unknown_icon_is_an_error_and_not_a_blank(theme: Theme) -> None:
    with pytest.raises(KeyError, match="no icon is called"):
        theme.icon("nothing of the kind")


@LOOKS
def test_the_arrows_and_ticks_of_the_style_sheet_have_the_palettes_colours(mode: Mode) -> None:
    drawn = RESOURCES / "icons" / "drawn"
    palette = PALETTES[mode]
    for name, colour in (("down", palette.muted), ("up", palette.muted), ("tick", palette.on_fill)):
        assert f'stroke="{colour}"' in (drawn / f"{name}-{mode.value}.svg").read_text(encoding="utf-8")


def test_a_dressed_button_follows_the_theme_and_is_forgotten_when_it_goes(
    qapp: QApplication, theme: Theme, look: Theme
) -> None:
    button = QPushButton()
    theme.dress(button, "edit")
    before = button.icon().pixmap(16).toImage()
    theme.use(qapp, mode=Mode.DARK)
    assert button.icon().pixmap(16).toImage() != before
    button.deleteLater()
    del button
    theme.use(qapp, mode=Mode.LIGHT)
    assert theme.palette is PALETTES[Mode.LIGHT]


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_an_icon_stands_as_far_from_a_buttons_words_as_from_words_anywhere(
    look: Theme, scale: float, qtbot: QtBot
) -> None:
    theme = Theme(resources=RESOURCES, scale=scale)
    button, bare = QPushButton("Board"), QPushButton()
    for each in (button, bare):
        qtbot.addWidget(each)
        theme.dress(each, "help")
    side = theme.icon_size().width()
    assert bare.iconSize().toTuple() == (side, side), "an icon without words stands in the middle"
    picture = button.icon().pixmap(button.iconSize(), 1.0)
    assert picture.width() - side + QT_GAP == theme.px(ICON_GAP)
    drawn = picture.toImage()
    ink = [
        across
        for across in range(drawn.width())
        for down in range(side)
        if drawn.pixelColor(across, down).alpha()
    ]
    assert max(ink) < side, "what is more is room"


def test_text_grows_to_twice_its_size_and_back_in_steps(theme: Theme) -> None:
    seen = [theme.scale]
    while theme.larger() != theme.scale:
        theme.scale = theme.larger()
        seen.append(theme.scale)
    assert seen[-1] == 2.0
    assert theme.font().pixelSize() == 26
    while theme.smaller() != theme.scale:
        theme.scale = theme.smaller()
    assert theme.scale == SCALES[0]


def test_the_shipped_family_is_used_and_figures_in_tables_are_tabular(theme: Theme) -> None:
    assert theme.font().family() == "Inter"
    assert theme.font(tabular=True).featureTags()
    assert not theme.font().featureTags()


class FontsOfTheSystem:
    """The application as on Windows: a style sheet brings back the fonts that the system has by class."""

    CLASSES = ("QMenu", "QMenuBar", "QTipLabel", "QAbstractItemView", "QMessageBox")

    def __init__(self, qapp: QApplication) -> None:
        self._qapp = qapp

    def __getattr__(self, name: str) -> object:
        return getattr(self._qapp, name)

    def setStyleSheet(self, sheet: str) -> None:
        self._qapp.setStyleSheet(sheet)
        for each in self.CLASSES:
            QApplication.setFont(QFont("Of the system", 8), each)  # type: ignore[arg-type]


def test_tables_menus_and_hints_have_the_shipped_family_at_the_chosen_size_where_the_system_has_its_own(
    look: Theme, qapp: QApplication
) -> None:
    theme = Theme(resources=RESOURCES, scale=1.5)
    try:
        theme.apply(cast(QApplication, FontsOfTheSystem(qapp)))
        fonts = {each: QApplication.font(each) for each in FontsOfTheSystem.CLASSES}  # type: ignore[call-overload]
        assert {name: (font.family(), font.pixelSize()) for name, font in fonts.items()} == {
            name: ("Inter", theme.font().pixelSize()) for name in fonts
        }
    finally:
        look.apply(qapp)


NASTY = ("O'Brien & Söns", "ë", 'a "quoted" (name)', "[1];{x}", "blank  twice", "100%25", "#1")


@pytest.mark.skipif(os.name == "nt", reason="not every one of these can be a folder's name there")
@pytest.mark.parametrize("name", NASTY)
@pytest.mark.whole
def test_the_theme_stands_whatever_is_in_the_programs_path(
    qapp: QApplication,
    look: Theme,
    tmp_path: Path,
    name: str,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unquoted, one apostrophe in the path loses the whole sheet."""
    folder = tmp_path / name / "resources"
    folder.parent.mkdir()
    shutil.copytree(RESOURCES, folder, ignore=shutil.ignore_patterns("demo", "rule_sets", "help"))
    # a family that is loaded once more is measured otherwise by whoever comes after
    monkeypatch.setattr("ui.theme.theme._load_fonts", lambda _folder: look.font().family())
    try:
        pictures = []
        for resources in (RESOURCES, folder):
            Theme(resources=resources, mode=Mode.DARK).apply(qapp)
            box = QCheckBox("Ticked")
            qtbot.addWidget(box)
            box.setChecked(True)
            box.resize(120, 30)
            pictures.append(box.grab().toImage())
        assert pictures[0] == pictures[1]
        colours = {pictures[1].pixel(x, y) for x in range(24) for y in range(30)}
        assert len(colours) > 5, "the tick is drawn"
    finally:
        look.apply(qapp)


POISON = '<img src="file:///etc/hosts"><b>Ada</b> <a href="//host/share">x</a>'


def test_a_tooltip_shows_markup_as_it_is_written_whoever_sets_it(look: Theme, qtbot: QtBot) -> None:
    assert look is not None
    widget = QPushButton("x")
    qtbot.addWidget(widget)
    widget.setToolTip(POISON)
    widget.show()
    QToolTip.showText(QPoint(5, 5), widget.toolTip(), widget)
    tips = [each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel")]
    assert [tip.property("textFormat") for tip in tips] == [Qt.TextFormat.PlainText] * len(tips)
    assert tips
    QToolTip.hideText()


def test_no_label_guesses_whether_its_text_is_markup() -> None:
    """A label with words is made by `label()` or is plain by itself; bare ones hold pictures."""
    makes_labels = RESOURCES.parent / "ui" / "widgets" / "text.py"
    guessing = []
    for path in sorted((RESOURCES.parent / "ui").rglob("*.py")):
        source = path.read_text("utf-8")
        if "QLabel" not in source and "QMessageBox" not in source:
            continue  # most files, and reading them takes a second
        for call in ast.walk(ast.parse(source)):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            with_words = call.func.id == "QLabel" and call.args and not _is_parent(call.args[0])
            if call.func.id == "QMessageBox" or (with_words and path != makes_labels):
                guessing.append(f"{path.name}:{call.lineno}")
    assert guessing == []


def _is_parent(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Name) and argument.id in ("self", "parent")
