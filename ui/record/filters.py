"""What is looked for in the record: fields in one line that narrow it as they are filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from discharge.model.people import User
from discharge.model.shown.record import RECORD_GROUPS, RecordFilter
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.field import Field
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column
from ui.widgets.pickers import Offers, PickField, RowDateField

PAUSE_MS = 250
WIDTHS = (122, 106, 122, 138, 98, 98)
"""Of the fields, in pixels at 100 %."""


class RecordFilters(QWidget):
    """Person, setting, who, what, from and to. `changed` fires once typing pauses."""

    changed = Signal()

    def __init__(self, *, theme: Theme, today: Callable[[], date]) -> None:
        super().__init__()
        self._text = ""
        self.person = PickField(
            "person", "Person", theme=theme, noun="person of this hub", placeholder="Person"
        )
        self.setting = PickField("setting", "Setting", theme=theme, noun="setting", placeholder="Setting")
        self.user = ChoiceField[str]("user", "Recorded by", [], theme=theme, none="Anybody")
        groups = [(name, said) for name, (said, _) in RECORD_GROUPS.items()]
        self.group = ChoiceField[str]("group", "What", groups, theme=theme, none="Everything")
        self.first = RowDateField("first", "From day", theme=theme, today=today)
        self.last = RowDateField("last", "To day", theme=theme, today=today)
        self.first.editor.setPlaceholderText("From")
        self.last.editor.setPlaceholderText("To")
        for day in (self.first, self.last):
            day.editor.setToolTip(f'{day.name}: "9 Nov", "9/11", "mon" or "today"')
        self.clear_button = push_button(
            "All entries", tip="Take every filter off", kind="link", do=self.clear
        )
        near = theme.px(Space.NEAR)
        around = in_column(self, around=(theme.px(Space.GUTTER), theme.px(6), near, near))
        holder = QWidget()
        around.addWidget(holder)
        row = FlowLayout(holder, gap=near, line_gap=near)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        self.setSizePolicy(policy)
        for field in self.fields():
            field._label.hide()
            field.changed.connect(self._later)
            row.addWidget(field)
        row.addWidget(self.clear_button)
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self._told = self.wanted()
        self.clear_button.setEnabled(False)

    def _fit(self) -> None:
        for field, wide in zip(self.fields(), WIDTHS, strict=True):
            field.setFixedWidth(self._theme.px(wide))

    def fields(self) -> Sequence[Field]:
        """The fields, from left to right."""
        return (self.person, self.setting, self.user, self.group, self.first, self.last)

    def offer(self, *, people: Offers, settings: Offers, users: Sequence[User]) -> None:
        """Who and what there is to choose from."""
        self.person.offer(people)
        self.setting.offer(settings)
        self.user.set_choices([(user.id, user.name) for user in users])

    def wanted(self) -> RecordFilter:
        """What is looked for now."""
        return RecordFilter(
            person=self.person.value(), setting=self.setting.value(), user=self.user.value(),
            group=self.group.value(), first=self.first.value(), last=self.last.value(), text=self._text,
        )  # fmt: skip

    def look_for(self, text: str) -> None:
        """The search in the header changed."""
        self._text = " ".join(text.split())
        self._later()

    def set_values(self, values: Mapping[str, object]) -> None:
        """Puts these in and empties the others."""
        for field in self.fields():
            field.set_value(values.get(field.key))
        self._later()

    def clear(self) -> None:
        """Takes every filter off."""
        self.set_values({})
        self.changed_now()

    def changed_now(self) -> None:
        """Don't wait for a pause of typing."""
        self._pause.stop()
        self._tell()

    def _later(self) -> None:
        self._pause.start()

    def _tell(self) -> None:
        wanted = self.wanted()
        self.clear_button.setEnabled(wanted != RecordFilter())
        if wanted != self._told:
            self._told = wanted
            self.changed.emit()
