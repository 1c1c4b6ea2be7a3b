"""A form tells what is missing, saves with Ctrl+Enter, drops with Escape, and waits for its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from discharge.model.errors import UserError
from ui.theme.theme import Theme
from ui.widgets.choice_fields import TickField
from ui.widgets.form import FormDialog
from ui.widgets.number_fields import WholeNumberField
from ui.widgets.text import label
from ui.widgets.text_fields import TextAreaField, TextField


class WardForm(FormDialog):
    """A form of four fields that remembers what it was asked to save."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Add ward", theme=theme, save_word="Add ward")
        self.asked: list[dict[str, Any]] = []
        self.section("The ward")
        self.add(TextField("name", "Name", theme=theme, required=True, missing="The name is missing."))
        self.beds = self.add(WholeNumberField("beds", "Beds", theme=theme, required=True))
        self.section("More")
        self.add(TickField("open", "Open at night", theme=theme))
        self.add(TextAreaField("note", "Note", theme=theme), wide=True)

    def check(self, values: Mapping[str, Any]) -> str:
        return "A ward called Closed can't be open." if values["name"] == "Closed" and values["open"] else ""

    def save(self, values: Mapping[str, Any]) -> None:
        self.asked.append(dict(values))


@pytest.fixture
def form(qtbot: Any, theme: Theme, look: Theme) -> WardForm:
    made = WardForm(theme)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def ask_to_save(form: WardForm, qtbot: Any) -> None:
    qtbot.keyClick(form.focusWidget() or form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_the_first_field_has_the_focus(form: WardForm) -> None:
    assert form.field("name")._editors[0].hasFocus()


def test_asked_too_early_it_says_what_is_missing_and_goes_there(form: WardForm, qtbot: Any) -> None:
    form.field("name").set_value("Oak")
    ask_to_save(form, qtbot)
    assert form.asked == []
    assert form.message() == "Beds is missing."
    assert form.beds.editor.hasFocus()
    form.field("name").set_value("")
    ask_to_save(form, qtbot)
    assert form.message() == "The name is missing. 1 more is marked."
    form.field("name").set_value("Elm")
    assert form.message() == "", "what is being mended is no longer complained of"


def test_ctrl_enter_saves_once_and_waits_for_the_answer(form: WardForm, qtbot: Any) -> None:
    form.set_values({"name": "Oak", "beds": 4})
    ask_to_save(form, qtbot)
    ask_to_save(form, qtbot)
    assert form.asked == [{"name": "Oak", "beds": 4, "open": False, "note": None}]
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert form.isVisible(), "what is being saved can't be dropped"
    with qtbot.waitSignal(form.saved):
        form.finished_well()
    assert not form.isVisible()


def test_what_was_refused_is_said_and_can_be_mended(form: WardForm, qtbot: Any) -> None:
    form.set_values({"name": "Oak", "beds": 4})
    ask_to_save(form, qtbot)
    form.refused(UserError("There is an Oak already.", "Give it another name."))
    assert form.isVisible()
    assert form.message() == "There is an Oak already. Give it another name."
    form.field("name").set_value("Elm")
    ask_to_save(form, qtbot)
    assert [values["name"] for values in form.asked] == ["Oak", "Elm"]


def test_what_hangs_together_wrongly_is_said(form: WardForm, qtbot: Any) -> None:
    form.set_values({"name": "Closed", "beds": 0, "open": True})
    ask_to_save(form, qtbot)
    assert form.asked == []
    assert form.message() == "A ward called Closed can't be open."


def test_enter_goes_on_to_the_next_field_and_never_sends_the_form_off(form: WardForm, qtbot: Any) -> None:
    qtbot.keyClick(form.field("name")._editors[0], Qt.Key.Key_Return)
    assert form.beds.editor.hasFocus()
    assert form.isVisible()


def test_escape_drops_and_tells_only_if_something_was_entered(form: WardForm, qtbot: Any) -> None:
    dropped: list[int] = []
    form.dropped.connect(lambda: dropped.append(1))
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert (form.isVisible(), dropped) == (False, [])
    form.show()
    form.field("name").set_value("Oak")
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert (form.isVisible(), dropped) == (False, [1])


def test_values_filled_in_for_amending_count_as_unchanged(form: WardForm) -> None:
    form.set_values({"name": "Oak", "beds": 4, "unknown": "passed over"})
    assert not form.dirty()
    form.field("note").set_value("x")
    assert form.dirty()


def test_a_hidden_field_neither_counts_nor_blocks(form: WardForm, qtbot: Any) -> None:
    form.beds.setVisible(False)
    form.field("name").set_value("Oak")
    ask_to_save(form, qtbot)
    assert form.asked == [{"name": "Oak", "open": False, "note": None}]


def test_it_is_as_large_as_its_fields_and_grows_with_them(form: WardForm, qtbot: Any) -> None:
    def spare() -> int:
        column, viewport = form._column, form._scroll.viewport()
        wanted = column.heightForWidth(viewport.width())
        return viewport.height() - (wanted if wanted > 0 else column.sizeHint().height())

    qtbot.waitUntil(lambda: 0 <= spare() <= form.theme.px(48))
    before = form.height()
    form.beds.hide()
    form.field("note").hide()
    more = form.add(TextAreaField("more", "More", theme=form.theme), wide=True)
    even = form.add(TextAreaField("even", "Even more", theme=form.theme), wide=True)
    form.field("note").show()
    qtbot.waitUntil(lambda: form.height() > before and spare() >= 0)
    grown = form.height()
    more.hide()
    even.hide()
    qtbot.wait(10)
    assert form.height() == grown, "it jumps about while one fills it in"
    form.resize(form.width() + 7, before)
    more.show()
    qtbot.wait(10)
    assert form.height() == before, "the size that somebody chose stays"


def test_a_line_that_fits_but_for_a_scroll_bar_needs_none(theme: Theme, look: Theme, qtbot: Any) -> None:
    form = FormDialog("Narrow", theme=theme)
    qtbot.addWidget(form)
    line = label("i", wrap=True)
    form.add_widget(line)
    form.add(TextAreaField("note", "Note", theme=theme))
    form.show()
    qtbot.waitUntil(form.isActiveWindow)
    while line.fontMetrics().horizontalAdvance(f"{line.text()} i") < line.width():
        line.setText(f"{line.text()} i")
    bar = form._scroll.verticalScrollBar()
    form.resize(form.width(), form.height() - theme.px(24))
    qtbot.waitUntil(bar.isVisible)
    assert line.height() >= 2 * line.fontMetrics().height()
    form._fit()
    qtbot.waitUntil(lambda: not bar.isVisible())
    assert line.height() < 2 * line.fontMetrics().height()


def test_saving_is_never_greyed_out(form: WardForm) -> None:
    assert all(button.isEnabled() for button in form.findChildren(QPushButton))


def test_every_field_is_reached_by_tab_in_the_order_seen(form: WardForm, qtbot: Any) -> None:
    seen = []
    for _ in range(6):
        widget = QApplication.focusWidget()
        assert widget is not None
        seen.append(widget.accessibleName() or widget.property("text"))
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    assert seen == ["Name", "Beds", "Open at night", "Note", "Cancel", "Add ward"]


def test_what_tab_comes_to_is_seen(form: WardForm, qtbot: Any) -> None:
    form.resize(form.width(), 180)
    name = form.field("name")._editors[0]
    save = next(each for each in form.findChildren(QPushButton) if each.text() == "Add ward")
    form.field("note").focus_first()
    form._scroll.verticalScrollBar().setValue(form._scroll.verticalScrollBar().maximum())
    save.setFocus()
    assert name.visibleRegion().isEmpty(), "scrolled away"
    qtbot.keyClick(save, Qt.Key.Key_Tab)
    assert name.hasFocus()
    assert not name.visibleRegion().isEmpty()


class LongForm(WardForm):
    """A form that lays out the ward's telephone, and when it is answered, later."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.later(self._telephone, self._remark)

    def _telephone(self) -> None:
        self.section("How to reach it")
        self.add(TextField("phone", "Telephone", theme=self.theme))

    def _remark(self) -> None:
        self.add(TextField("hours", "Hours", theme=self.theme))


@pytest.fixture
def long_form(qtbot: Any, theme: Theme, look: Theme) -> LongForm:
    made = LongForm(theme)
    qtbot.addWidget(made)
    return made


def test_what_is_laid_out_later_has_its_values_and_nobody_entered_them(
    long_form: LongForm, qtbot: Any
) -> None:
    edits: list[None] = []
    long_form.edited.connect(lambda: edits.append(None))
    long_form.set_values({"name": "Oak", "hours": "day and night"})
    edits.clear()
    long_form.show()
    assert set(long_form._fields) == {"name", "beds", "open", "note"}, "the first are there at once"
    qtbot.waitUntil(lambda: "hours" in long_form._fields)
    assert not long_form.dirty()
    assert edits == []
    assert long_form.values() == {
        "name": "Oak", "beds": None, "open": False, "note": None, "phone": None, "hours": "day and night",
    }  # fmt: skip
    long_form.field("phone").set_value("999")
    assert long_form.dirty()
    assert len(edits) == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda form: form.values(),
        lambda form: form.fields(),
        lambda form: form.typed(),
        lambda form: form.field("phone"),
        lambda form: form.type_in({"phone": "999"}),
        lambda form: form.ask_to_save(),
        lambda form: form.focusNextPrevChild(True),
    ],
)
@pytest.mark.whole
def test_whoever_asks_for_what_is_still_to_come_finds_it(long_form: LongForm, ask: Any) -> None:
    long_form.show()
    ask(long_form)
    assert [*long_form._fields][-2:] == ["phone", "hours"]
    assert not any(field.isHidden() for field in long_form.fields())


def test_tab_goes_on_to_what_was_laid_out_later(long_form: LongForm, qtbot: Any) -> None:
    long_form.show()
    qtbot.waitUntil(long_form.isActiveWindow)
    long_form.field("note").focus_first()
    for key in ("phone", "hours"):
        qtbot.keyClick(long_form.focusWidget(), Qt.Key.Key_Tab)
        assert long_form.field(key)._editors[0].hasFocus()
