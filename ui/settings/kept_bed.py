"""A bed is kept for a resident who is away, kept on, or released (N12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from discharge.actions.kept_beds import keep_bed, release_bed
from discharge.model.kept_bed import PaidBy
from discharge.model.shown.patients import PatientRow, WhoItIs
from discharge.model.shown.settings import SettingPage
from discharge.words import terms
from discharge.words.days import day_words
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.settings.beds import beds_words
from ui.settings.state import StateForm
from ui.widgets.choice_fields import ChoiceField, TickField
from ui.widgets.date_fields import DateField
from ui.widgets.pickers import Offers, PickField
from ui.words.who import told_apart

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries
    from ui.frame.page import Page


def people_of(rows: Sequence[PatientRow], setting: str) -> dict[str, str]:
    """Whom a bed of the setting can be kept for, by id: those who live there, and those who live nowhere."""
    there = [row for row in rows if row.usual_setting in (setting, None)]
    there.sort(key=lambda row: (row.usual_setting is None, row.name.casefold()))
    return {row.id: f"{row.name}, born {terms.born(row.born, row.born_words)} ({row.id})" for row in there}


class KeepBedForm(StateForm):
    """Whose bed it is, which group it is of, who pays and until when; for a kept bed: keep it on."""

    def __init__(
        self, page: SettingPage, people: Sequence[PatientRow], *, services: Services, patient: str = ""
    ) -> None:
        super().__init__("Keep a bed", page, services=services, save_word="Keep the bed")
        theme = self.theme
        self._kept = {one.patient: one for one in page.kept}
        self._names = people_of(people, page.row.id)
        self.person = self.add(
            PickField(
                "patient",
                "Whose bed it is",
                theme=theme,
                noun="resident on the list",
                required=True,
                hint="Somebody on the list who lives here, while they are away.",
            ),
            wide=True,
        )
        self.person.offer(Offers(self._names))
        self._who = {row.id: row.who for row in people if row.who is not None}
        self.add_who()
        groups = [
            ((unit.id, group.id), f"{unit.id}, {group.id}: {beds_words(group)}")
            for unit in page.units
            for group in unit.beds
        ]
        self.group = self.add_one_of("group", "Room or group of beds", groups, wide=True)
        self.until = self.add(
            DateField(
                "until",
                "Kept until",
                theme=theme,
                today=services.today,
                hint="The first night it isn't kept any more; empty: until somebody says so.",
            )
        )
        self.paid_by = self.add(
            ChoiceField(
                "paid_by",
                "Paid for by",
                [(one, f"{one.words[:1].upper()}{one.words[1:]}") for one in PaidBy],
                theme=theme,
                none="",
                required=True,
            )
        )
        self.among_free = self.add(
            TickField(
                "among_free",
                "The home counted it among the free beds of its last return",
                theme=theme,
                hint="Ticked, it is taken out of them. If you don't know, leave it ticked.",
            ),
            wide=True,
        )
        self.note = self.add_note(longest=300, wide=True)
        self.whose_word()
        self.person.changed.connect(self._fill)
        self.set_values({"paid_by": PaidBy.NOT_KNOWN, "among_free": True})
        if patient:
            self.set_values({"patient": patient})
        self._first = self.values()

    def _fill(self) -> None:
        """Who it is; and a bed that is kept for them already stands there to be kept on."""
        patient = self.person.value() or ""
        self.about.show_who(*[self._who[patient]] if patient in self._who else [])
        one = self._kept.get(patient)
        if one is None:
            return
        self.set_values({"group": (one.unit, one.beds)})
        if one.is_recorded:
            self.set_values({"until": one.until, "paid_by": one.paid_by, "note": one.note})
        self.among_free.set_value(one.among_free)

    def save(self, values: Mapping[str, Any]) -> None:
        setting, patient = self._page.row.id, str(values["patient"])
        unit, beds = values["group"]
        name = self._names.get(patient, patient).partition(", born ")[0]
        before = self._kept.get(patient)
        until = values["until"]
        self.perform(
            partial(
                keep_bed,
                setting=setting,
                unit=unit,
                beds=beds,
                patient=patient,
                paid_by=values["paid_by"],
                until=until,
                among_free=values["among_free"],
                note=values["note"] or "",
                given=self.said_by(values),
            ),
            done=f"A bed at {self._page.row.name} is kept for {name}"
            + (f" until {day_words(until)}." if until else "."),
            undo=entry_back("Release it" if before is None or not before.is_recorded else "As before"),
        )


class ReleaseBedForm(StateForm):
    """A bed is kept no more: whose, and why."""

    def __init__(
        self, page: SettingPage, people: Sequence[WhoItIs], *, services: Services, patient: str = ""
    ) -> None:
        super().__init__("Release a kept bed", page, services=services, save_word="Release the bed")
        self._kept = {one.patient: one for one in page.kept}
        self._who = {who.id: who for who in people}
        self.person = self.add_one_of(
            "patient",
            "Kept for",
            [
                (
                    one.patient,
                    f"{told_apart(one.patient_name, self._who.get(one.patient))}: {one.unit}, {one.beds}",
                )
                for one in page.kept
            ],
            wide=True,
        )
        self.add_who()
        self.add_why(
            placeholder="Moves to another home for good",
            hint="The bed is free for others where the home's last return counts it so.",
        )
        self.whose_word()
        self.person.changed.connect(self._show_who)
        if patient:
            self.set_values({"patient": patient})
        self._show_who()
        self._first = self.values()

    def _show_who(self) -> None:
        who = self._who.get(self.person.value() or "")
        self.about.show_who(*[who] if who is not None else [])

    def save(self, values: Mapping[str, Any]) -> None:
        setting, patient = self._page.row.id, str(values["patient"])
        one = self._kept[patient]
        self.perform(
            partial(
                release_bed,
                setting=setting,
                patient=patient,
                reason=str(values["reason"]),
                given=self.said_by(values),
            ),
            done=f"The bed at {self._page.row.name} is no longer kept for {one.patient_name}.",
            undo=entry_back("As before") if one.is_recorded else None,
        )


def open_release_bed(page: Page, setting: str, *, patient: str = "") -> None:
    """Reads the setting afresh, then opens the form over that page of the window."""

    def read(queries: Queries) -> tuple[SettingPage, tuple[WhoItIs, ...]]:
        found = queries.setting(setting)
        return found, queries.who(*(one.patient for one in found.kept))

    def open_form(found: tuple[SettingPage, tuple[WhoItIs, ...]]) -> None:
        there = found[0]
        if not there.kept:
            page.services.note(f"{there.row.name} keeps no bed for anybody any more.")
            page.load()
            return
        page.open_form(ReleaseBedForm(*found, services=page.services, patient=patient))

    page.ask(read, open_form, replaces="form")


def open_keep_bed(page: Page, setting: str, *, patient: str = "") -> None:
    """Reads the setting and the list afresh, then opens the form over that page of the window."""

    def read(queries: Queries) -> tuple[SettingPage, tuple[PatientRow, ...]]:
        return queries.setting(setting), queries.patients()

    def open_form(found: tuple[SettingPage, tuple[PatientRow, ...]]) -> None:
        page.open_form(KeepBedForm(*found, services=page.services, patient=patient))

    page.ask(read, open_form, replaces="form")
