"""What all form fields share: a label, an editor, and below it the hint or what is wrong, as one types.

Every field has `value()`, `set_value()`, `problem()` (a sentence, or empty when it will do) and the
signal `changed`. What is wrong is shown once the user has left the field or asked to save, and goes
away as soon as it is mended. A field that must be filled in says so only when saving is asked for.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypedDict

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column
from ui.widgets.text import label, restyle


class Asking(TypedDict, total=False):
    """What any field may be given: what is said below it, and whether and how it asks for a value."""

    hint: str
    required: bool
    missing: str


LONG_NAME = 26
"""A field's name with more characters may take a second line."""


class Field(QWidget):
    """What all fields share. Subclasses lay out an editor and answer `value` and `_fault`."""

    changed = Signal()

    def __init__(
        self, key: str, name: str, *, theme: Theme, hint: str = "", required: bool = False, missing: str = ""
    ) -> None:
        super().__init__()
        self.key = key
        self.name = name
        self.required = required
        self._theme = theme
        self._hint = hint
        self._missing = missing or f"{name} is missing."
        self._touched = False
        self._asked = False
        self._refused = ""
        self._editors: list[QWidget] = []
        _heed_the_focus()
        self._column = in_column(self, gap=theme.px(Space.HAIR))
        shown = name if required else f"{name} (optional)"
        self._label = label(
            shown, "strong" if required else "", wrap=len(shown) > LONG_NAME, selectable=False
        )
        self._column.addWidget(self._label)
        self._below: QLabel | None = None
        """Made when there is something to say."""
        if hint:
            self._below = label("", "small", wrap=True, said=False)
            self._column.addWidget(self._below)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def value(self) -> Any:
        """What is entered, in its own type; None when nothing or nothing usable is."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Puts this in; None empties the field."""
        raise NotImplementedError

    def empty(self) -> bool:
        """Whether nothing is entered."""
        return self.value() is None

    def typed(self) -> Any:
        """What stands in it, finished or not, as plain JSON: for a draft."""
        return self.value()

    def type_in(self, typed: Any) -> None:
        """Puts in what `typed` gave."""
        self.set_value(typed)

    def problem(self) -> str:
        """The sentence that says why this won't do; empty when it will."""
        if self._refused:
            return self._refused
        fault = self._fault()
        if fault:
            return fault
        return self._missing if self.required and self.empty() else ""

    def ask(self) -> str:
        """Saving is asked for: show what is wrong, even where it is merely missing; answer with it."""
        self._asked = True
        self._touched = True
        self._show()
        return self.problem()

    def refuse(self, sentence: str) -> None:
        """Shows what somebody else found wrong with this value, until it is changed."""
        self._refused = sentence
        self._asked = self._touched = True
        self._show()

    def forgive(self) -> None:
        """What somebody else found wrong may be mended by now, though the value is the same."""
        self._refused = ""
        self._show()

    def set_required(self, required: bool, /) -> None:
        """Whether it must be filled in, where that hangs on another field."""
        self.required = required
        self._label.setText(self.name if required else f"{self.name} (optional)")
        self._label.setProperty("kind", "strong" if required else "")
        restyle(self._label)
        self._describe()
        self._show()

    def below(self) -> str:
        """What stands below the editor now."""
        return "" if self._below is None else self._below.text()

    def say_below(self, hint: str) -> None:
        """Says this below an entry that will do."""
        self._hint = hint
        self._show()

    def focus_first(self) -> None:
        """Puts the focus into the editor."""
        if self._editors:
            self._editors[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fault(self) -> str:
        """What is wrong with what is entered, missing or not aside."""
        return ""

    def _remark(self) -> str:
        """What to say below an entry that will do; by default the hint."""
        return self._hint

    def _add_editor(self, editor: QWidget, *, place: QHBoxLayout | None = None, name: str = "") -> None:
        editor.setAccessibleName(name or self.name)
        self._editors.append(editor)
        if len(self._editors) == 1:
            self._label.setBuddy(editor)
            self.setFocusProxy(editor)
        if place is not None:
            place.addWidget(editor)
        else:
            self._put_above_what_is_said(editor)
        self._describe()

    def _put_above_what_is_said(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - (self._below is not None), widget)

    def _edited(self) -> None:
        self._refused = ""
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        problem = self.problem() if self._touched else ""
        if problem == self._missing and not self._asked:
            problem = ""
        self._say(problem or self._remark(), "problem" if problem else "small")
        for editor in self._editors:
            if bool(editor.property("wrong")) != bool(problem):
                editor.setProperty("wrong", bool(problem))
                restyle(editor)
        self._describe(problem)

    def _say(self, said: str, kind: str) -> None:
        if self._below is None:
            if not said:
                return
            self._below = label(said, kind, wrap=True, said=False)
            self._column.addWidget(self._below)
        self._below.setText(said)
        self._below.setVisible(bool(said))
        if self._below.property("kind") != kind:
            self._below.setProperty("kind", kind)
            restyle(self._below)

    def _describe(self, problem: str = "") -> None:
        words = [problem or self.below(), "Must be filled in." if self.required and not problem else ""]
        for editor in self._editors:
            editor.setAccessibleDescription(" ".join(word for word in words if word))

    def _left(self) -> None:
        """The user leaves an editor: from now on what is wrong is shown."""
        if not self.empty() or self._fault():
            self._touched = True
        self._show()


@cache
def _heed_the_focus() -> None:
    """Tells each field from now on when the focus leaves one of its editors.

    The application tells it once for all: a filter on each editor would be called dozens of times while a
    form comes up.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusChanged.connect(_focus_moved)


def _focus_moved(left: QWidget | None, _now: QWidget | None) -> None:
    holder = left
    while holder is not None and not isinstance(holder, Field):
        holder = holder.parentWidget()
    if holder is not None and left in holder._editors:
        holder._left()
