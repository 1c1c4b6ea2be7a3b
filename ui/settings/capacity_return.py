"""A capacity return is recorded: what a setting says of its beds, by phone or from its own system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtWidgets import QWidget

from discharge.actions.capacity_returns import record_capacity_return
from discharge.model.setting import Free
from discharge.model.setting_record import CapacityReturn, GroupFree
from discharge.model.shown.settings import BedsView, SettingPage, UnitView
from discharge.rules.careful import Doubt, careful, doubt_words
from discharge.words.counts import count_words
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.hits import WhomFewerBedsHit
from ui.frame.services import Services
from ui.frame.take_back import return_back
from ui.settings.beds import beds_words, free_field, free_on, is_fewer, still_to_come
from ui.theme.status import unknown
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import InstantField
from ui.widgets.given import GivenFields
from ui.widgets.layouts import in_row
from ui.widgets.number_fields import WholeNumberField
from ui.widgets.pickers import RowsField, SuggestField
from ui.widgets.text import label

ACCEPTING = ((True, "Takes people"), (False, "Takes nobody now"))
NONE_NOW = "Every line that counts tonight goes, and 0 are declared; what comes free later stays"
SHOWN_TURNS = 3
STATUSES = ("Open", "Open with restrictions", "Closed to admissions")


class CapacityReturnForm(ActionForm):
    """The Capacity Tracker's columns, and by group of beds what is free from when."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__(f"Capacity return: {page.row.name}", services=services, save_word="Record")
        self._page = page
        theme = self.theme
        last = page.returns[0].report if page.returns else None
        self._groups: list[tuple[UnitView, BedsView, RowsField]] = []
        self.section("What was said")
        self.add(
            InstantField("reported_at", "Said at", theme=theme, now=services.now, past=True, required=True)
        )
        self.accepting = self.add(
            ChoiceField("accepting", "Admissions", ACCEPTING, theme=theme, none="Not said")
        )
        self.add(WholeNumberField("max_capacity", "Beds in all", theme=theme, most=2_000))
        self.add(WholeNumberField("used_beds", "Beds in use", theme=theme, most=2_000))
        self.vacancies = self.add(
            WholeNumberField("vacancies", "Vacancies declared", theme=theme, most=2_000)
        )
        self.add(
            SuggestField("admission_status", "Admission status, as said", theme=theme, suggestions=STATUSES)
        )
        groups = [(unit, beds) for unit in page.units for beds in unit.beds]
        self.by_group: ChoiceField[bool] | None = None
        if groups:
            self.section("Which beds are free")
            self.by_group = self.add(
                ChoiceField(
                    "by_group",
                    "The setting said",
                    [(True, "which beds are free"), (False, "only how many")],
                    theme=theme,
                    none="",
                    hint="Only a number: no group of beds is ever raised by it, as nobody knows which it is.",
                )
            )
            for at, (unit, beds) in enumerate(groups):
                field = self.add(
                    free_field(
                        f"free.{at}",
                        f"{unit.id} · {beds.id} ({beds_words(beds)})",
                        theme=theme,
                        services=services,
                    ),
                    wide=True,
                )
                field.set_value(still_to_come(beds.free, services=services))
                self._groups.append((unit, beds, field))
            self.sum = label("", "small", wrap=True)
            self.sum.setAccessibleName("Free as entered")
            self.add_widget(self.sum)
            self.none_now = push_button("No beds free now", tip=NONE_NOW, do=self.say_none_now)
            holder = QWidget()
            row = in_row(holder, gap=0)
            row.addWidget(self.none_now)
            row.addStretch(1)
            self.add_widget(holder)
            self.by_group.changed.connect(self._adapt)
        else:
            sentence = "No units or beds of this setting are on record: the return alone offers no bed."
            self.add_widget(label(sentence, "muted", wrap=True))
        self._doubts = self.add_lines()
        self._doubts.setAccessibleName("What contradicts itself")
        self.set_values(
            {
                "reported_at": services.now(),
                "accepting": last.accepting if last is not None else None,
                "max_capacity": last.max_capacity if last is not None else page.details.registered_beds,
                "used_beds": last.used_beds if last is not None else None,
                "admission_status": last.admission_status if last is not None else None,
                "by_group": True,
            }
        )
        self._adapt()
        self._first = self._values_there()
        for each in self._fields.values():
            each.changed.connect(self._add_up)
            each.changed.connect(self._doubt)
            each.changed.connect(self._fit_whom)
        self._add_up()
        self._doubt()
        self.later(self._lay_out_whose)

    def _lay_out_whose(self) -> None:
        """Whose word it is, and whom it hits."""
        details = self._page.details
        self.section("Whose word it is")
        self.given = GivenFields(
            self,
            required=False,
            number=details.phone,
            hint=f"Registered manager: {details.registered_manager}."
            if details.registered_manager
            else "Leave empty where it stands in the tracker.",
        )
        self.whom = WhomFewerBedsHit(self, setting=self._page.row.id)

    def _adapt(self) -> None:
        shown = self.by_group is not None and self.by_group.value() is True
        for _, _, field in self._groups:
            field.setVisible(shown)
        if self.by_group is not None:
            self.sum.setVisible(shown)

    def say_none_now(self) -> None:
        """No bed is free tonight: what is free only later stays as it is entered."""
        today = self.services.today()
        if self.by_group is not None:
            self.by_group.set_value(True)
        self.vacancies.set_value(0)
        for _, _, field in self._groups:
            field.set_value(tuple(each for each in field.value() or () if each.start > today))
        announce(self, self.sum.text())

    def _add_up(self) -> None:
        """How many beds are free as it is entered: tonight, and on each day on which that becomes other."""
        if self.by_group is None:
            return
        groups = [tuple(field.value() or ()) for _, _, field in self._groups]
        self.sum.setText(free_words(groups, today=self.services.today()))

    def check(self, values: Mapping[str, Any]) -> str:
        return self.given.check(values)

    def _fit_whom(self) -> None:
        """Who is to come where this says that fewer beds are free, or that nobody is taken."""
        values = self.values()
        if values["accepting"] is False:
            self.whom.heed_fewer([(None, None)])
            return
        today = self.services.today()
        if values.get("by_group"):
            self.whom.heed_fewer(
                (unit.id, beds.id)
                for unit, beds, field in self._groups
                if is_fewer(beds.free, values[field.key] or (), today=today)
            )
            return
        tonight = sum(free_on(beds.free, today) for _, beds, _ in self._groups)
        said = values["vacancies"]
        self.whom.heed_fewer([(None, None)] if said is not None and said < tonight else [])

    def _doubt(self) -> None:
        """What contradicts itself in what is entered, and as what it will be taken; said while it stands."""
        found: tuple[Doubt, ...] = ()
        with suppress(ValidationError):
            report = self.report(self._values_there())
            found = careful(report, registered=self._page.details.registered_beds).doubts
        self._doubts.show_lines(
            [
                *(unknown(doubt_words([doubt.sentence])) for doubt in found),
                "The figures contradict each other: the fewest beds count. Ask the home which is right.",
            ]
            if found
            else []
        )

    def report(self, values: Mapping[str, Any]) -> CapacityReturn:
        """The return as it is entered; raises ValidationError where it can't be."""
        night = self.services.today()
        free: tuple[GroupFree, ...] = ()
        vacancies = values["vacancies"]
        if values.get("by_group"):
            free = tuple(
                GroupFree(unit=unit.id, beds=beds.id, free=values[field.key])
                for unit, beds, field in self._groups
            )
            if vacancies is None:
                vacancies = sum(free_on(group.free, night) for group in free)
        return CapacityReturn(
            reported_at=values["reported_at"],
            accepting=values["accepting"],
            max_capacity=values["max_capacity"],
            used_beds=values["used_beds"],
            vacancies=vacancies,
            admission_status=values["admission_status"] or "",
            free=free,
        )

    def save(self, values: Mapping[str, Any]) -> None:
        try:
            report = self.report(values)
        except ValidationError as error:
            self.mark(error)
            return
        free = count_words(report.vacancies, "vacancy", "vacancies") if report.vacancies is not None else ""
        said = "takes nobody now" if report.accepting is False else free
        self.perform(
            partial(
                record_capacity_return,
                setting=self._page.row.id,
                report=report,
                given=self.given.given(values),
            ),
            done=f"{self._page.row.name}: capacity return recorded{f', {said}' if said else ''}.",
            undo=return_back(self._page.row.id),
        )


def free_words(groups: Sequence[Sequence[Free]], *, today: date) -> str:
    """What is free by all lines: "3 beds free tonight, 5 from Sat 21 Nov. Lines of one group add up."."""
    spans = [span for group in groups for span in group]
    turns = {day for each in spans for day in (each.start, each.end) if day is not None and day > today}
    said = [f"{count_words(free_on(spans, today), 'bed')} free tonight"]
    last = free_on(spans, today)
    for night in sorted(turns):
        if (count := free_on(spans, night)) != last:
            said.append(f"{count} from {day_words(night)}")
            last = count
    shown = said[: SHOWN_TURNS + 1]
    more = ", and so on" if len(said) > len(shown) else ""
    several = " Lines of one group add up." if any(len(group) > 1 for group in groups) else ""
    return f"{', '.join(shown)}{more}.{several}"
