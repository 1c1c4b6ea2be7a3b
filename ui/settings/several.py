"""Several homes at once: a unit copied to like homes, the same amended in their records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from discharge.actions.many_homes import amend_settings, amended_by, copied, copy_unit
from discharge.model.patient import SHIPPED_NEEDS
from discharge.model.setting import Unit
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.settings import SettingRow
from discharge.rules.rule_set import organisms_of
from discharge.words import terms
from discharge.words.counts import count_words, listing
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import AT_ONCE, all_back
from ui.theme.scale import Space
from ui.widgets.choice_fields import ChoiceField, TickListField
from ui.widgets.number_fields import AmountField
from ui.widgets.text import Lines, line
from ui.widgets.text_fields import TextField
from ui.widgets.tick_list import TickChoice, TickManyField

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries
    from ui.frame.page import Page

SHOWN = 3
"""Of the chosen homes so many are told one by one."""


@dataclass(frozen=True, slots=True)
class Homes:
    """Every setting with its units and record, and as a choice."""

    rows: tuple[SettingRow, ...]
    units: Mapping[str, tuple[Unit, ...]]
    details: Mapping[str, SettingDetails]
    organisms: tuple[str, ...]
    choices: Mapping[str, TickChoice]


def read_homes(queries: Queries, *, said: Callable[[SettingRow, Sequence[Unit]], str]) -> Homes:
    """Every setting, for choosing among; in the store's thread, as there may be as many as England has.

    `said`: what a choice tells of its setting, besides its type and authority.
    """
    rows, units = queries.settings(), queries.all_units()

    def choice(row: SettingRow) -> TickChoice:
        parts = [terms.SETTING_TYPES[row.type], row.local_authority or "", said(row, units[row.id])]
        return TickChoice(row.id, row.name, " · ".join(part for part in parts if part))

    return Homes(
        rows,
        units,
        queries.all_setting_details(),
        organisms_of(queries.rules()),
        {row.id: choice(row) for row in rows},
    )


def _units_said(row: SettingRow, units: Sequence[Unit]) -> str:
    del row
    return f"has {listing([each.id for each in units], most=3)}" if units else "no units yet"


def _fee_said(row: SettingRow, units: Sequence[Unit]) -> str:
    del units
    return f"{terms.pounds(row.weekly_fee)} a week" if row.weekly_fee is not None else "fee not known"


def unit_words(unit: Unit) -> list[str]:
    """What a unit is: how it isolates, what it meets, its groups of beds."""
    isolation = terms.ISOLATIONS[unit.isolation]
    if unit.isolation != "none":
        places = "places not known" if unit.isolation_places is None else f"{unit.isolation_places} at once"
        isolation = f"{isolation}, {places}"
    said = [isolation]
    if unit.needs_met:
        said.append(f"Meets {listing([terms.need(each) for each in unit.needs_met], most=12)}")
    said += [
        f"{each.id}: {terms.CATEGORIES[each.category]}, {terms.ROOMS[each.room].lower()}, "
        f"{terms.BED_SEXES[each.sex].lower()}"
        for each in unit.beds
    ]
    return said


class CopyUnitForm(ActionForm):
    """One chooses a unit of this setting and the homes that have one like it, and sees what each gets."""

    def __init__(
        self,
        setting: str,
        homes: Homes,
        *,
        services: Services,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._row = next(row for row in homes.rows if row.id == setting)
        super().__init__(
            f"Copy a unit: {self._row.name}",
            services=services,
            save_word="Copy",
            parent=parent,
        )
        self._homes = homes
        mine = homes.units[setting]
        self.unit = self.add(
            ChoiceField(
                "unit",
                "Unit",
                [(each.id, each.id) for each in mine],
                theme=self.theme,
                none="",
                required=True,
            )
        )
        self.unit.set_value(unit or (mine[0].id if mine else None))
        self.to = self.add(
            TickManyField(
                "to",
                "Homes that get one like it",
                [],
                theme=self.theme,
                one="home",
                many="homes",
                lines=7,
                required=True,
                missing="Tick one home at least.",
            ),
            wide=True,
        )
        self.section("What each of them gets")
        self.gets = Lines(theme=self.theme)
        self.add_widget(self.gets)
        self.unit.changed.connect(self._offer)
        self._offer()

    def _unit(self) -> Unit | None:
        mine = self._homes.units[self._row.id]
        return next((each for each in mine if each.id == self.unit.value()), None)

    def _offer(self) -> None:
        """Homes of its type and authority first; who has a unit of that name is left out."""
        unit = self._unit()
        if unit is None:
            return
        others = [row for row in self._homes.rows if row.id != self._row.id]
        free = [row for row in others if all(each.id != unit.id for each in self._homes.units[row.id])]
        mine = self._row
        free.sort(key=lambda row: (row.type != mine.type, row.local_authority != mine.local_authority))
        self.to.offer([self._homes.choices[row.id] for row in free])
        left_out = len(others) - len(free)
        said = [copied_words(copied(unit)), "Nothing is free there until the home says so; not designated."]
        if left_out:
            homes = count_words(left_out, "home has", "homes have")
            said.append(f"Not offered: {homes} a unit called {unit.id} already.")
        self.gets.show_lines(said)

    def save(self, values: Mapping[str, Any]) -> None:
        to, unit = values["to"], str(values["unit"])
        self.perform(
            partial(copy_unit, setting=self._row.id, unit=unit, to=to),
            done=f"Unit {unit} of {self._row.name} is copied to {count_words(len(to), 'home')}.",
            undo=all_back(AT_ONCE, "Take it out again"),
        )


def copied_words(unit: Unit) -> str:
    """A unit that a home gets, in one line."""
    return f"Unit {unit.id}. {'. '.join(unit_words(unit))}."


class AmendSeveralForm(ActionForm):
    """One chooses homes, says what changes in all of them, and sees what changes in each."""

    def __init__(
        self,
        homes: Homes,
        *,
        services: Services,
        ticked: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Amend several homes", services=services, parent=parent)
        self._homes = homes
        theme = self.theme
        self.which = self.add(
            TickManyField(
                "which",
                "Homes",
                list(homes.choices.values()),
                theme=theme,
                one="home",
                many="homes",
                lines=6,
                required=True,
                missing="Tick one home at least.",
            ),
            wide=True,
        )
        self.section("What changes in all of them", remark="What is left empty stays as it is")
        self.fee = self.add(AmountField("weekly_fee", "Weekly fee", theme=theme, unit="pounds"))
        self.add(TextField("reason", "Why", theme=theme, longest=200, hint="Stands in the record."))
        organisms = [(each, terms.organism_choice(each)) for each in homes.organisms]
        needs = [(each, terms.NEEDS[each]) for each in SHIPPED_NEEDS]
        self._lists: dict[tuple[str, bool], TickListField[str]] = {}
        for field, name, choices in (
            ("accepts_organisms", "accepts confirmed cases of", organisms),
            ("needs_met", "meets", needs),
        ):
            for added in (True, False):
                self.later(partial(self._add_list, field, name, choices, added))
        self.changes = Lines(theme=theme)
        near = theme.px(Space.NEAR)
        self.changes.setContentsMargins(0, near, 0, near)
        self.add_above_foot(line())
        self.add_above_foot(self.changes)
        for each in (self.which, self.fee):
            each.changed.connect(self._show_changes)
        self.which.set_value(tuple(ticked))

    def _add_list(self, field: str, name: str, choices: Sequence[tuple[str, str]], added: bool, /) -> None:
        words = f"{'Also' if added else 'No longer'} {name}"
        key = f"{'add' if added else 'remove'}_{field}"
        made = self.add(TickListField(key, words, choices, theme=self.theme, columns=4), wide=True)
        made.changed.connect(self._show_changes)
        self._lists[field, added] = made

    def _said(self, added: bool) -> dict[str, tuple[str, ...]]:
        return {
            field: value
            for (field, is_added), each in self._lists.items()
            if is_added is added and (value := each.value())
        }

    def _show_changes(self) -> None:
        changed = [(name, said) for name in self.which.value() if (said := self._of_home(name))]
        lines = [f"{self._homes.details[name].name}: {'; '.join(said)}." for name, said in changed[:SHOWN]]
        if len(changed) > SHOWN:
            lines.append(f"… and {count_words(len(changed) - SHOWN, 'more home')}.")
        self.changes.show_lines(lines or ["Nothing changes yet."])

    def _of_home(self, name: str) -> list[str]:
        details, said = self._homes.details[name], []
        fee = self.fee.value()
        if fee is not None and fee != details.weekly_fee:
            was = terms.pounds(details.weekly_fee) if details.weekly_fee is not None else "not known"
            said.append(f"fee {was} before, {terms.pounds(fee)} now")
        added, removed = self._said(True), self._said(False)
        for field, words, verb in (
            ("accepts_organisms", terms.organism_choice, "accepts"),
            ("needs_met", terms.need, "meets"),
        ):
            before = getattr(details, field)
            after = amended_by(before, added.get(field, ()), removed.get(field, ()))
            new = [words(each) for each in after if each not in before]
            gone = [words(each) for each in before if each not in after]
            if new:
                said.append(f"also {verb} {listing(new, most=12)}")
            if gone:
                said.append(f"no longer {verb} {listing(gone, most=12)}")
        return said

    def check(self, values: Mapping[str, Any]) -> str:
        del values
        added, removed = self._said(True), self._said(False)
        both = [each for field in added for each in added[field] if each in removed.get(field, ())]
        if both:
            return "The same is ticked as added and as taken out."
        if not any(self._of_home(name) for name in self.which.value()):
            return "Nothing changes in the homes that are ticked."
        return ""

    def save(self, values: Mapping[str, Any]) -> None:
        which = values["which"]
        number = sum(bool(self._of_home(name)) for name in which)
        fee = values["weekly_fee"]
        self.perform(
            partial(
                amend_settings,
                settings=which,
                changes={} if fee is None else {"weekly_fee": fee},
                add=self._said(True),
                remove=self._said(False),
                reason=values["reason"] or "",
            ),
            done=f"{count_words(number, 'home is', 'homes are')} amended.",
            undo=all_back(AT_ONCE, "Amend back"),
        )


def open_copy_unit(page: Page, setting: str, unit: str = "") -> None:
    """Reads every home afresh, then opens the form over that page of the window."""

    def open_form(homes: Homes) -> None:
        page.open_form(CopyUnitForm(setting, homes, services=page.services, unit=unit, parent=page.window()))

    page.ask(partial(read_homes, said=_units_said), open_form, replaces="form")


def open_amend_several(page: Page, ticked: Sequence[str] = ()) -> None:
    """The same for amending several; `ticked` are chosen ahead."""

    def open_form(homes: Homes) -> None:
        page.open_form(AmendSeveralForm(homes, services=page.services, ticked=ticked, parent=page.window()))

    page.ask(partial(read_homes, said=_fee_said), open_form, replaces="form")
