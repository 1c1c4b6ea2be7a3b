"""Several people at once: the same amended in their records, or all of them off the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from discharge.actions.many_people import amend_patients, leave_together
from discharge.model.patient_record import LeaveReason, PatientState
from discharge.model.shown.patients import PatientRow
from discharge.words import terms
from discharge.words.counts import count_words, listing
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import AT_ONCE, all_back
from ui.patients.record_forms import LEAVE_CHOICES
from ui.theme.scale import Space
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.text import Lines, line
from ui.widgets.text_fields import TextField
from ui.widgets.tick_list import TickChoice, TickManyField
from ui.words.who import told_apart

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries
    from ui.frame.page import Page

SHOWN = 5
"""So many of those whom it concerns are told one by one below the fields; all of them are in the list."""
AS_IT_IS = "As it is"


class SeveralForm(ActionForm):
    """One chooses people, says what changes for all of them, and sees by name what changes for each."""

    def __init__(
        self,
        people: Sequence[tuple[PatientRow, TickChoice]],
        *,
        services: Services,
        ticked: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Amend several people", services=services, parent=parent)
        self._rows = {row.id: row for row, _choice in people}
        theme, today = self.theme, services.today
        self.which = self.add(
            TickManyField(
                "which",
                "People",
                [choice for _row, choice in people],
                theme=theme,
                one="person",
                many="people",
                lines=6,
                required=True,
                missing="Tick one person at least.",
            ),
            wide=True,
        )
        self.section("What changes for all of them", remark="What is left empty stays as it is")
        self.ready = self.add(DateField("ready_on", "Ready to leave on", theme=theme, today=today))
        self.priority = self.add(
            ChoiceField("priority", "Priority", list(terms.PRIORITIES.items()), theme=theme, none=AS_IT_IS)
        )
        self.ward = self.add(TextField("ward", "Ward", theme=theme, longest=200))
        choices = [each for each in LEAVE_CHOICES if each[0] is not LeaveReason.DIED]
        self.leave = self.add(
            ChoiceField("leave", "Off the list", choices, theme=theme, none="They stay on the list")
        )
        self.add_why("Why", hint="Stands in the record of each.", required=False)
        self.changes = Lines(theme=theme)
        near = theme.px(Space.NEAR)
        self.changes.setContentsMargins(0, near, 0, near)
        self.add_above_foot(line())
        self.add_above_foot(self.changes)
        for each in (self.which, self.ready, self.priority, self.ward, self.leave):
            each.changed.connect(self._show_changes)
        self.which.set_value(tuple(each for each in ticked if each in self._rows))
        self._show_changes()

    def _said(self) -> dict[str, object]:
        """What is entered of the fields of a record, by their names."""
        given = {"ready_on": self.ready.value(), "priority": self.priority.value(), "ward": self.ward.value()}
        return {key: value for key, value in given.items() if value}

    def _concerned(self) -> list[tuple[PatientRow, str]]:
        """Those for whom something changes, each with what."""
        rows = [self._rows[name] for name in self.which.value()]
        reason = self.leave.value()
        if reason is not None:
            said = f"off the list, {terms.LEAVE_REASONS[reason].lower()}"
            return [(row, said) for row in rows]
        return [(row, said) for row in rows if (said := self._of(row))]

    def _of(self, row: PatientRow) -> str:
        given, today, said = self._said(), self.services.today(), []
        for key, name in (("ready_on", "ready on"), ("priority", "priority"), ("ward", "ward")):
            before = getattr(row, key)
            if key in given and given[key] != before:
                now: Any = given[key]
                if key == "ready_on":
                    before, now = (day_words(each, today=today) for each in (before, now))
                said.append(f"{name} {before or 'not known'} before, {now} now")
        return "; ".join(said)

    def _show_changes(self) -> None:
        found = self._concerned()
        lines = [f"{told_apart(row.name, row.who)}: {said}." for row, said in found[:SHOWN]]
        if len(found) > SHOWN:
            names = [told_apart(row.name, row.who) for row, _said in found[SHOWN:]]
            lines.append(f"And the same of {', '.join(names)}.")
        names = [told_apart(self._rows[each].name, self._rows[each].who) for each in self.which.value()]
        whom = f" for {listing(names, most=SHOWN)}" if names else ""
        self.changes.show_lines(lines or [f"Nothing changes yet{whom}."])
        self.say_save(f"Save for {count_words(len(found), 'person', 'people')}" if found else "Save")

    def check(self, values: Mapping[str, Any]) -> str:
        if values["leave"] is not None:
            if self._said():
                return "Off the list, or amended: one at a time. Empty the other fields."
            placed = [row.name for row, _said in self._concerned() if row.placement]
            if placed:
                which = "has a placement" if len(placed) == 1 else "have placements"
                return f"{', '.join(placed)} {which} on the way. Take them off the list by themselves."
        return "" if self._concerned() else "Nothing changes for those who are ticked."

    def save(self, values: Mapping[str, Any]) -> None:
        which, number = values["which"], len(self._concerned())
        reason, why = values["leave"], values["reason"] or ""
        people = count_words(number, "person", "people")
        if reason is not None:
            self.perform(
                partial(leave_together, patients=which, reason=reason, note=why),
                done=f"{people} off the list: {terms.LEAVE_REASONS[reason].lower()}.",
                undo=all_back(AT_ONCE, "Take back"),
            )
            return
        self.perform(
            partial(amend_patients, patients=which, changes=self._said(), reason=why),
            done=f"{people} amended.",
            undo=all_back(AT_ONCE, "Amend back"),
        )


def open_several(page: Page, ticked: Sequence[str] = ()) -> None:
    """Reads who is on the list afresh, then opens the form; `ticked` are chosen ahead."""

    today = page.services.today()

    def read(queries: Queries) -> Sequence[tuple[PatientRow, TickChoice]]:
        rows = sorted(queries.patients(left=False), key=lambda row: row.name.casefold())
        return [(row, _choice(row, today=today)) for row in rows if row.state is not PatientState.LEFT]

    def open_form(people: Sequence[tuple[PatientRow, TickChoice]]) -> None:
        # those who are chosen stand first, where they are seen
        people = sorted(people, key=lambda one: one[0].id not in ticked)
        page.open_form(SeveralForm(people, services=page.services, ticked=ticked, parent=page.window()))

    page.ask(read, open_form, replaces="form")


def _choice(row: PatientRow, *, today: date) -> TickChoice:
    """Somebody to be ticked; made in the store's thread, as there may be thousands."""
    parts = [
        row.pathway.value,
        f"priority {row.priority}",
        row.ward,
        f"ready {day_words(row.ready_on, today=today)}",
        f"placement {row.placement}" if row.placement else "",
    ]
    return TickChoice(row.id, told_apart(row.name, row.who), " · ".join(part for part in parts if part))
