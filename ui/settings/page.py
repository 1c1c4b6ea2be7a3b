"""The Settings page: where people can go, what is free there and how far that can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from discharge.actions.capacity_returns import record_no_change
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.settings import SettingPage, SettingRow
from discharge.rules.rule_set import organisms_of
from discharge.words import terms
from discharge.words.counts import count_words
from ui.frame.list_page import RecordPage
from ui.frame.take_back import return_back
from ui.models.table import Column
from ui.settings.agreed import AgreeForm
from ui.settings.beds import NEW, BedsForm, RemoveBedsForm, UnitForm
from ui.settings.call import CallForm, WithdrawCallForm
from ui.settings.capacity_return import CapacityReturnForm
from ui.settings.columns import setting_columns, setting_filters
from ui.settings.designating import DesignationStepForm
from ui.settings.detail import SettingDetail, SettingFacts, read_facts
from ui.settings.form import SettingForm
from ui.settings.home_key import CloseHomeKeyForm, HomeKeyForm, ask_and_invite
from ui.settings.joining import open_join, open_part
from ui.settings.kept_bed import open_keep_bed, open_release_bed
from ui.settings.openings import open_action, open_aid, open_learning, open_priority, open_round
from ui.settings.second_word import open_decide
from ui.settings.several import open_amend_several, open_copy_unit
from ui.settings.state import (
    CloseForm,
    DesignateForm,
    EndDesignationForm,
    EndOutbreakForm,
    OpenForm,
    OutbreakForm,
    RegisterForm,
    RiskForm,
    designated_units,
)
from ui.widgets.form import FormDialog
from ui.widgets.search import Choice
from ui.words import settings

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.ask.queries import Queries


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a form over one setting is given."""

    page: SettingPage
    organisms: tuple[str, ...]


MakeForm = Callable[[_Opened], FormDialog]


class SettingsPage(RecordPage[SettingRow]):
    """The list of settings, and the detail of one."""

    name = "settings"
    title = "Settings"
    concerns = frozenset({"settings", "placements", "hub"})
    search_hint = "Name, postcode or area"
    empty_icon = "settings"
    detail_name = "The setting"
    nobody = "Choose a setting in the list first."
    roomy = ("accepts", "phone")

    # ------------------------------------------------------------- the table

    def columns(self) -> Sequence[Column[SettingRow]]:
        return setting_columns(self.services.now)

    def key(self, row: SettingRow) -> str:
        return row.id

    def search_text(self, row: SettingRow) -> str:
        return (
            f"{row.name}\n{row.local_authority}\n{row.postcode}\n{row.id}\n{row.phone}\n"
            f"{terms.SETTING_TYPES[row.type]}\n{' '.join(one.organism for one in row.outbreaks)}"
        )

    def first_sort(self) -> tuple[str, bool]:
        return ("name", False)

    def filters(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        return setting_filters(lambda: self._changed)

    def empty_words(self) -> tuple[str, str, str]:
        return (
            "No settings yet",
            "Import the care homes from the CQC's directory (a CSV file), or add one by hand.",
            "import.homes",
        )

    def summary_words(self, rows: Sequence[SettingRow]) -> str:
        del rows  # counted where they are read: England's are many
        return self._said

    def count_chips(self, count: str) -> Sequence[str] | None:
        found: dict[str, list[str]] = {
            "setting": [],
            "settings": [],
            "free": ["can/free"],
            "CQC": ["can/awaits"],
            "phone": ["return/stale"],
            "outbreak": ["trouble/outbreak"],
            "outbreaks": ["trouble/outbreak"],
        }
        return found.get(count.rpartition(" ")[2])

    # ------------------------------------------------------------- reading

    def build(self) -> Iterator[None]:
        self._changed: frozenset[str] = frozenset()
        self._said = ""
        yield from super().build()
        self._shown: SettingFacts | None = None
        self.painter_of_detail = SettingDetail(
            self.detail,
            services=self.services,
            edit_unit=self._edit_unit,
            edit_beds=self._edit_beds,
            keep_bed=self._keep_bed,
            release_bed=self._release_bed,
            withdraw_call=self._withdraw_call,
            done=lambda action: open_action(self, action),
            look_back=lambda ended: open_learning(self, ended),
            go=self.services.go,
        )

    def fetch(self, queries: Queries) -> Sequence[SettingRow]:
        self._changed = queries.changed_since_yesterday()
        rows = queries.settings()
        self._said = _in_short(rows)
        return rows

    def show_detail(self, row: SettingRow) -> None:
        self.ask(partial(read_facts, setting=row.id), self._show_facts, replaces="detail")

    def _show_facts(self, facts: SettingFacts) -> None:
        if self.is_current(facts.page.row.id):
            self._shown = facts
            self.painter_of_detail.show(facts)
            self.now_shows(facts.page.row.id)
            self.commands.review()

    # ------------------------------------------------------------ commands

    def bind(self) -> None:
        bind, unless, opens = self.commands.bind, self.unless, self._opens
        no_outbreak = unless(lambda row: row.outbreaks, "No outbreak is on record.")
        assessed = unless(lambda row: row.stopping, "The outbreak is assessed already.")
        no_beds = self._unless_read(
            lambda page: any(unit.beds for unit in page.units), "It has no beds on record."
        )
        no_unit = self._unless_read(lambda page: page.units, "It has no units on record. Add one first.")
        no_return = unless(
            lambda row: row.capacity_age is not CapacityAge.NONE,
            "There is no capacity return to confirm. Record one.",
        )
        closed = unless(lambda row: row.admissions == "open", "It is closed to admissions.")
        is_open = unless(lambda row: row.admissions == "closed", "It is open to admissions.")
        registered = unless(
            lambda row: row.left_register is not None, "It stands in the register as far as is known."
        )
        no_part = self._unless_read(lambda page: page.parts, "It was made one with no other.")
        none_kept = self._unless_read(lambda page: page.kept, "It keeps no bed for anybody.")
        none_isolates = self._unless_read(
            lambda page: any(unit.isolation != "none" for unit in page.units),
            "None of its units can isolate (rule R1).",
        )
        none_designated = self._unless_read(
            lambda page: designated_units(page, services=self.services), "None of its units is designated."
        )
        bind("setting.new", self.add)
        bind("setting.edit", lambda: self._form(self._edit_form), why_not=self.why_no_row)
        bind("setting.return", opens(CapacityReturnForm), why_not=self.why_no_row)
        bind("setting.no_change", self.no_change, why_not=no_return)
        bind("setting.round", lambda: open_round(self))
        bind("setting.call", opens(CallForm), why_not=self.why_no_row)
        bind("setting.agree", opens(AgreeForm), why_not=self.why_no_row)
        bind("setting.priority", lambda: open_priority(self))
        bind("setting.aid", lambda: open_aid(self))
        bind("setting.outbreak", lambda: self._form(self._outbreak_form), why_not=self.why_no_row)
        bind("setting.risk", opens(RiskForm), why_not=lambda: no_outbreak() or assessed())
        bind("setting.outbreak_over", opens(EndOutbreakForm), why_not=no_outbreak)
        bind("setting.close", opens(CloseForm), why_not=closed)
        bind("setting.reopen", opens(OpenForm), why_not=is_open)
        bind("setting.register", opens(RegisterForm), why_not=registered)
        none_waits = self._unless_read(lambda page: page.waiting, "No fee of it waits for a second word.")
        bind("setting.decide_fee", self._decide_fee, why_not=none_waits)
        bind("setting.join", self._join, why_not=self.why_no_row)
        bind("setting.part", self._part, why_not=no_part)
        bind("setting.unit_new", lambda: self._form(self._unit_form), why_not=self.why_no_row)
        bind("setting.unit", lambda: self._edit_unit(""), why_not=no_unit)
        bind("setting.unit_copy", self._copy_unit, why_not=no_unit)
        bind("setting.several", lambda: open_amend_several(self, self._ticked()))
        bind("setting.beds", lambda: self._edit_beds("", None), why_not=no_unit)
        bind("setting.beds_remove", opens(RemoveBedsForm), why_not=no_beds)
        bind("setting.keep_bed", self._keep_bed, why_not=no_beds)
        bind("setting.release_bed", self._release_bed, why_not=none_kept)
        bind("setting.designate", opens(DesignateForm), why_not=none_isolates)
        bind("setting.designation_step", opens(DesignationStepForm), why_not=no_unit)
        bind("setting.undesignate", opens(EndDesignationForm), why_not=none_designated)
        no_key = self._unless_read(
            lambda page: page.signs, "It has no key. Take in the file that it made of it."
        )
        bind("setting.home_key", opens(HomeKeyForm), why_not=self.why_no_row)
        bind("setting.home_invitation", self._invite_home, why_not=no_key)
        bind("setting.home_key_end", opens(CloseHomeKeyForm), why_not=no_key)

    def _unless_read(self, holds: Callable[[SettingPage], object], sentence: str) -> Callable[[], str]:
        """The same of the page of the current setting, once it has been read."""

        def why_not() -> str:
            page = self._page_shown()
            return self.nobody if page is None else "" if holds(page) else sentence

        return why_not

    def _page_shown(self) -> SettingPage | None:
        """The page of the current setting, once it has been read."""
        row = self.current()
        if row is None or self._shown is None or self._shown.page.row.id != row.id:
            return None
        return self._shown.page

    def _form(self, make: MakeForm, *, setting: str = "") -> None:
        """Reads the current setting afresh, then opens the form that `make` makes."""
        row = self.current()
        wanted = setting or (row.id if row is not None else "")
        if not wanted:
            return

        def read(queries: Queries) -> _Opened:
            return _Opened(queries.setting(wanted), organisms_of(queries.rules()))

        self.ask(read, lambda opened: self.open_form(make(opened)), replaces="form")

    def _opens(self, form: Callable[..., FormDialog]) -> Callable[[], None]:
        """Opens this form over the current setting."""
        return lambda: self._form(lambda opened: form(opened.page, services=self.services))

    def _invite_home(self) -> None:
        """Saves the invitation of whoever answers for the current setting."""
        if (page := self._page_shown()) is not None:
            ask_and_invite(page, services=self.services, parent=self)

    def add(self) -> None:
        """Registers a setting."""

        def open_form(organisms: tuple[str, ...]) -> None:
            self.open_form(
                SettingForm(
                    services=self.services,
                    organisms=organisms,
                    made=self.want,
                    add_unit=lambda setting: self._form(self._unit_form, setting=setting),
                )
            )

        self.ask(lambda queries: organisms_of(queries.rules()), open_form, replaces="form")

    def no_change(self) -> None:
        """The last capacity return still holds: confirmed now."""
        row = self.current()
        if row is None:
            return

        def then(_changed: Changed) -> None:
            self.table.setFocus()

        self.services.perform(
            partial(record_no_change, setting=row.id),
            done=f"{row.name}: no change, the capacity return is confirmed.",
            undo=return_back(row.id),
            then=then,
        )

    def _withdraw_call(self, call: str) -> None:
        self._form(lambda opened: WithdrawCallForm(opened.page, call, services=self.services))

    def _edit_form(self, opened: _Opened) -> FormDialog:
        return SettingForm(services=self.services, organisms=opened.organisms, page=opened.page)

    def _outbreak_form(self, opened: _Opened) -> FormDialog:
        return OutbreakForm(opened.page, services=self.services, organisms=opened.organisms)

    def _copy_unit(self) -> None:
        row = self.current()
        if row is not None:
            open_copy_unit(self, row.id)

    def _ticked(self) -> tuple[str, ...]:
        """The settings that are chosen, to begin with."""
        return tuple(row.id for row in self.table.selected_rows())

    def _join(self) -> None:
        row = self.current()
        if row is not None:
            open_join(self, row.id)

    def _part(self) -> None:
        row = self.current()
        if row is not None:
            open_part(self, row.id)

    def _unit_form(self, opened: _Opened) -> FormDialog:
        return UnitForm(
            opened.page,
            services=self.services,
            organisms=opened.organisms,
            is_new=True,
            add_beds=lambda setting, unit: self._form(self._beds_form(unit, NEW), setting=setting),
        )

    def _edit_unit(self, unit: str) -> None:
        def make(opened: _Opened) -> FormDialog:
            return UnitForm(
                opened.page, services=self.services, organisms=opened.organisms, unit=unit or None
            )

        self._form(make)

    def _beds_form(self, unit: str, beds: str) -> MakeForm:
        def make(opened: _Opened) -> FormDialog:
            return BedsForm(opened.page, services=self.services, unit=unit, beds=beds)

        return make

    def _edit_beds(self, unit: str, beds: str | None) -> None:
        """Opens a group of beds; without a name the first there is, or a new one."""
        page = self._page_shown()
        if page is None:
            return
        if beds is None:
            first = next(((each.id, group.id) for each in page.units for group in each.beds), None)
            unit, beds = first or (page.units[0].id, NEW)
        self._form(self._beds_form(unit, beds))

    def _decide_fee(self) -> None:
        """What waits of the setting chosen."""
        if self._shown is not None and self._shown.page.waiting is not None:
            open_decide(self, self._shown.page.waiting.id)

    def _keep_bed(self, patient: str = "") -> None:
        """Keeps a bed of the current setting for a resident, or keeps it on."""
        row = self.current()
        if row is not None:
            open_keep_bed(self, row.id, patient=patient)

    def _release_bed(self, patient: str = "") -> None:
        row = self.current()
        if row is not None:
            open_release_bed(self, row.id, patient=patient)


def _in_short(rows: Sequence[SettingRow]) -> str:
    """The line beside the title; in the store's thread."""
    parts = [count_words(len(rows), "setting")]
    free = sum(row.beds_left for row in rows if settings.takes_people(row))
    awaiting = sum(row.beds_awaiting for row in rows)
    # on a small screen there is room for one of the two in full
    parts.append(f"{free:,} free" if awaiting else f"{count_words(free, 'bed')} free")
    if awaiting:
        parts.append(f"{awaiting:,} await{'s' if awaiting == 1 else ''} CQC")
    if stale := sum(row.capacity_age is CapacityAge.STALE for row in rows):
        parts.append(f"{stale:,} to phone")
    if outbreaks := sum(settings.has_outbreak(row) for row in rows):
        parts.append(count_words(outbreaks, "outbreak"))
    return " · ".join(parts)
