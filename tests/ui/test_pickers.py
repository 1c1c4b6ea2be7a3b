"""Fields that find one of very many, keep several in order, and hold rows; amounts; chips that wrap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from tests.ui.fake_desk import NOW
from ui.patients.fields import BornField
from ui.theme.theme import Theme
from ui.widgets.form import FormDialog
from ui.widgets.layouts import in_column
from ui.widgets.number_fields import AmountField, WholeNumberField
from ui.widgets.pickers import Offers, PickField, PickManyField, RowsField, SuggestField
from ui.widgets.search import ChipsArea, Choice, FilterChips
from ui.widgets.text_fields import TextField

HOMES = Offers({"1-1": "The Limes", "1-2": "Elm Lodge", "1-3": "The Limes"})


class RoleForm(FormDialog):
    """A form of one field with suggestions."""

    def __init__(self, title: str, *, theme: Theme) -> None:
        super().__init__(title, theme=theme)
        self.given: list[dict[str, Any]] = []
        self.role = self.add(SuggestField("role", "Their role", theme=theme, suggestions=["nurse in charge"]))

    def save(self, values: Mapping[str, Any]) -> None:
        self.given.append(dict(values))
        self.finished_well()


def shown(widget: QWidget, qtbot: Any) -> None:
    qtbot.addWidget(widget)
    widget.show()


def test_one_of_many_is_picked_by_its_name_and_two_of_one_name_are_told_apart(
    theme: Theme, qtbot: Any
) -> None:
    field = PickField("home", "Lives in", theme=theme, noun="setting")
    shown(field, qtbot)
    field.set_value("1-3")
    assert field.value() is not None  # before the list is there, what was on record stays
    field.offer(HOMES)
    assert field.editor.text() == "The Limes (1-3)"
    assert field.value() == "1-3"
    field.editor.setText("elm lodge")
    assert field.value() == "1-2"
    field.editor.setText("Elm Lod")
    assert field.value() is None
    assert field.problem().startswith("No setting is called that.")
    field.editor.clear()
    assert field.problem() == ""


def test_ctrl_enter_goes_to_the_form_also_while_suggestions_are_open(theme: Theme, qtbot: Any) -> None:
    form = RoleForm("Told", theme=theme)
    shown(form, qtbot)
    qtbot.waitUntil(form.isActiveWindow)
    qtbot.keyClicks(form.role.editor, "nur")
    popup = form.role.editor.completer().popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.given == [{"role": "nur"}]
    assert popup.isHidden()


def test_several_are_kept_in_order_by_keys_alone(theme: Theme, qtbot: Any) -> None:
    field = PickManyField("preferred", "Would like to go to", theme=theme, noun="setting")
    shown(field, qtbot)
    field.offer(HOMES)
    for text in ("Elm Lodge", "The Limes (1-1)", "Elm Lodge"):
        field.editor.setText(text)
        qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    assert field.value() == ("1-2", "1-1")
    field.chosen.setCurrentRow(1)
    qtbot.keyClick(field.chosen, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert field.value() == ("1-1", "1-2")
    qtbot.keyClick(field.chosen, Qt.Key.Key_Delete)
    assert field.value() == ("1-2",)
    field.editor.setText("The Limes (1-3)")
    assert field.problem() == "Press Enter to add it."


@pytest.mark.parametrize(
    ("typed", "value"), [("£1,200", 1200.0), ("950.50", 950.5), ("-3", None), ("lots", None), ("", None)]
)
def test_an_amount_is_read_as_people_write_it(
    typed: str, value: float | None, theme: Theme, qtbot: Any
) -> None:
    field = AmountField("fee", "Weekly fee", theme=theme)
    shown(field, qtbot)
    field.editor.setText(typed)
    assert field.value() == value
    assert bool(field.problem()) is (bool(typed) and value is None)


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("10/4/47", date(1947, 4, 10)),
        ("10/4/12", date(2012, 4, 10)),
        ("10/4/25", date(1925, 4, 10)),
        ("10 Apr 1931", date(1931, 4, 10)),
    ],
)
def test_two_figures_of_a_year_of_birth_mean_the_past(
    typed: str, born: date, theme: Theme, qtbot: Any
) -> None:
    field = BornField("born", "Date of birth", theme=theme, today=NOW.date, past=True)
    shown(field, qtbot)
    field.editor.setText(typed)
    assert field.value() == born
    assert field.problem() == ""
    assert field.below().endswith("years old")


def test_a_year_of_birth_still_to_come_is_refused(theme: Theme, qtbot: Any) -> None:
    field = BornField("born", "Date of birth", theme=theme, today=NOW.date, past=True)
    shown(field, qtbot)
    field.editor.setText("10/4/2025")
    assert field.problem() == "Date of birth can't lie in the future."


def test_filter_chips_go_on_on_the_next_line_and_are_one_menu_where_two_dont_do(
    theme: Theme, qtbot: Any
) -> None:
    choices = [Choice(str(number), f"A filter {number}", lambda _row: True) for number in range(8)]
    chips = FilterChips([("one", choices[:4]), ("two", choices[4:])], theme=theme)
    shown(chips, qtbot)
    layout = chips.layout()
    assert layout is not None
    chips.resize(9_000, 900)
    wide, line = layout.sizeHint().width(), layout.sizeHint().height()
    chips.resize(wide * 2 // 3, 900)
    assert layout.heightForWidth(chips.width()) > 2 * line
    last = chips.findChildren(QToolButton)[7]
    last.setChecked(True)
    chips.resize(wide // 3, 900)
    assert chips.is_folded
    seen = [each.text() for each in chips.findChildren(QToolButton) if each.isVisible()]
    assert seen == ["A filter 7", "Filters"], "what is on stands beside the menu"
    menu = chips.menu_button.menu()
    menu.aboutToShow.emit()
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == [choice.word for choice in choices]
    menu.actions()[0].trigger()
    assert chips.words() == ["A filter 0", "A filter 7"]
    chips.resize(wide * 2 // 3, 400)
    assert chips.is_folded, "a low window has room for one line"


def test_filters_leave_room_for_what_they_filter_and_the_focus_is_followed(theme: Theme, qtbot: Any) -> None:
    choices = [Choice(str(number), f"A filter {number}", lambda _row: True) for number in range(6)]
    chips = FilterChips([("one", choices)], theme=theme)
    area = ChipsArea(chips)
    window = QWidget()
    in_column(window).addWidget(area)
    shown(window, qtbot)
    window.resize(9_000, 900)
    window.resize(chips.sizeHint().width() * 2 // 3, 900)
    qtbot.waitUntil(lambda: area.height() == chips.heightForWidth(area.width()))
    all_lines = area.height()
    area.set_most(all_lines // 2)
    qtbot.waitUntil(lambda: area.height() < all_lines)
    first, last = chips.findChildren(QToolButton)[0], chips.findChildren(QToolButton)[5]
    qtbot.waitUntil(lambda: last.visibleRegion().isEmpty() and not first.visibleRegion().isEmpty())
    qtbot.waitUntil(area.isActiveWindow)
    last.setFocus()
    assert not last.visibleRegion().isEmpty(), "from wherever the focus came"
    first.setFocus()
    assert not first.visibleRegion().isEmpty()


class NightsForm(FormDialog):
    """A field, rows of one number each, and a field below them."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__("Nights", theme=theme)
        self.add(TextField("before", "Before", theme=theme))
        self.rows = self.add(
            RowsField(
                "rows", "Free", theme=theme,
                make_row=lambda: [WholeNumberField("count", "Beds free", theme=theme)],
                read_row=lambda fields: fields[0].value(),
                write_row=lambda fields, value: fields[0].set_value(value),
                add_word="Add beds free",
            ),
            wide=True,
        )  # fmt: skip
        self.add(TextField("after", "After", theme=theme))


def test_tab_goes_through_rows_where_they_stand(theme: Theme, qtbot: Any) -> None:
    form = NightsForm(theme=theme)
    shown(form, qtbot)
    form.rows.set_value([3])
    form.rows.set_value([1, 2])
    qtbot.waitUntil(form.isActiveWindow)

    def round_by(key: Qt.Key) -> list[str]:
        form.field("before").focus_first()
        passed = []
        for _ in range(8):
            focus = form.focusWidget()
            passed.append(focus.accessibleName() or getattr(focus, "text", str)())
            qtbot.keyClick(focus, key)
        return passed

    there = [
        "Before", "Free, row 1: Beds free", "Free: take this row out", "Free, row 2: Beds free",
        "Free: take this row out", "Add beds free", "After", "Cancel",
    ]  # fmt: skip
    assert round_by(Qt.Key.Key_Tab) == there
    back = round_by(Qt.Key.Key_Backtab)
    assert back == ["Before", "Save", "Cancel", "After", "Add beds free", *reversed(there[2:5])]
