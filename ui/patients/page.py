"""The Patients page: who waits, what a bed must be for them, and everything known about one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from discharge.actions.patients import include_setting
from discharge.model.infection import Attestation
from discharge.model.patient import Pathway
from discharge.model.patient_record import LeaveReason, PatientState
from discharge.model.placement import PlacementState
from discharge.model.same_person import folded
from discharge.model.shown.patients import Exclusion, PatientPage, PatientRow, RecordedObservation, WhoItIs
from discharge.rules.rule_set import organisms_of
from ui.frame.list_page import RecordPage
from ui.frame.openings import open_elsewhere
from ui.frame.take_back import entry_back
from ui.models.table import Column, Prepared
from ui.patients.assessment import AssessmentForm
from ui.patients.columns import LEFT, patient_columns, patient_filters
from ui.patients.copy_of_record import CopyForm
from ui.patients.detail import PatientDetail, PatientFacts, read_facts
from ui.patients.drafts import read_drafts
from ui.patients.form import PatientForm
from ui.patients.merge import MergeForm, PartForm, TwoRecords, WhichOtherForm, read_two
from ui.patients.observation import (
    FORMS,
    WhichForm,
    WithdrawForm,
    first_organism,
    standing,
)
from ui.patients.paste import copied_row
from ui.patients.readers import ReadersDialog
from ui.patients.record_forms import (
    AttestationsForm,
    ExcludeForm,
    LeaveForm,
    TakeBackForm,
    WithdrawAttestationForm,
)
from ui.patients.several import open_several
from ui.widgets.search import Choice
from ui.words import people

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries
    from discharge.store.file.drafts import Draft


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a form over one person is given."""

    page: PatientPage
    organisms: tuple[str, ...]


INFECTIONS: dict[str, Callable[[PatientRow], bool]] = {
    "blocked": people.is_blocked,
    "awaited": people.is_awaited,
    "isolating": people.is_isolating,
    "clear": people.is_clear,
    "untested": people.is_untested,
}
"""The chips of the group that say how many they would show."""


class PatientsPage(RecordPage[PatientRow]):
    """The list of people, and the detail of one."""

    name = "patients"
    title = "Patients"
    concerns = frozenset({"patients", "placements", "hub"})
    search_hint = "Name, number or ward"
    empty_icon = "patients"
    detail_name = "The person"
    nobody = "Choose somebody in the list first."
    roomy = ("needs", "ward")

    # ------------------------------------------------------------- the table

    def columns(self) -> Sequence[Column[PatientRow]]:
        return patient_columns(self.services.now, self.services.today)

    def key(self, row: PatientRow) -> str:
        return row.id

    def search_text(self, row: PatientRow) -> str:
        plain = " ".join(folded(row.name))
        numbers = (
            f"{row.nhs_number or ''}\n{row.hospital_number}\n{row.placement or ''}\n{row.hospital or ''}"
        )
        return f"{numbers}\n{' '.join(row.needs)}\n{plain}"

    def first_sort(self) -> tuple[str, bool]:
        return ("priority", False)

    def filters(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        return patient_filters(self._me, lambda: self._changed)

    def _me(self) -> str:
        user = self.services.user
        return user.id if user is not None else ""

    def empty_words(self) -> tuple[str, str, str]:
        return (
            "Nobody waits",
            "Add the first person who is ready to leave hospital, or import a list (menu Files).",
            "patient.new",
        )

    def summary_words(self, rows: Sequence[PatientRow]) -> str:
        del rows  # counted where they are read: a large hub has many
        return self._said

    def count_chips(self, count: str) -> Sequence[str] | None:
        first, _, last = count.partition(" ")
        if first in set(Pathway):
            return [f"pathway/{first}", "standing/waiting"]
        found = {
            "waiting": ["standing/waiting"],
            "placed": ["standing/placed"],
            "blocked": ["infection/blocked", "standing/waiting"],
        }
        return found.get(last)

    # ------------------------------------------------------------- reading

    def build(self) -> Iterator[None]:
        self._read_left = False
        self._changed: frozenset[str] = frozenset()
        self._said = ""
        self._counts: Mapping[str, Mapping[str, int]] = {}
        self._shown: PatientFacts | None = None
        yield from super().build()
        self.chips.chosen.connect(self._left_wanted)
        self.table.pasted.connect(lambda: self.commands.do("patient.paste"))
        self.painter_of_detail = PatientDetail(
            self.detail,
            services=self.services,
            correct=self._correct,
            withdraw=self._withdraw,
            withdraw_attestation=self._withdraw_attestation,
            include=self._include,
            go=self.services.go,
        )

    def fetch(self, queries: Queries) -> Sequence[PatientRow]:
        self._changed = queries.changed_since_yesterday()
        # among equals whoever waits longest comes first
        rows = sorted(queries.patients(left=self._read_left), key=lambda row: row.waiting_since)
        self._said = _in_short(rows)
        self._counts = {
            "infection": {key: sum(map(is_one, rows)) for key, is_one in INFECTIONS.items()},
            "changed": {"since": sum(row.id in self._changed for row in rows)},
        }
        return rows

    def _left_wanted(self, _predicates: object) -> None:
        wanted = LEFT in self.chips.on()
        if wanted != self._read_left:
            self._read_left = wanted
            if self._read_once:
                self.load()

    def _take(self, found: Prepared[PatientRow]) -> None:
        super()._take(found)
        for group, counts in self._counts.items():
            self.chips.set_counts(group, counts)

    def show_detail(self, row: PatientRow) -> None:
        self.ask(partial(read_facts, patient=row.id), self._show_facts, replaces="detail")

    def _show_facts(self, facts: PatientFacts) -> None:
        if self.is_current(facts.page.row.id):
            self._shown = facts
            self.painter_of_detail.show(facts)
            self.now_shows(facts.page.row.id)
            self.services.looked_at.emit(facts.page.row.id)

    # ------------------------------------------------------------ commands

    def bind(self) -> None:
        bind, unless = self.commands.bind, self.unless
        not_here = unless(
            lambda row: row.state is not PatientState.LEFT, "They left the list. Take them back first."
        )
        no_placement = unless(lambda row: row.placement, "No placement is on its way for them.")
        merged = unless(
            lambda row: row.leave_reason is not LeaveReason.MERGED,
            "This record is a part of another one already.",
        )
        no_part = unless(lambda row: row.parts, "No other record is a part of this one.")
        seen = self._why_not_observed
        bind("patient.new", self.add)
        bind("patient.paste", self.paste)
        bind("patient.draft", self.take_up_draft)
        bind("patient.edit", self.edit, why_not=self.why_no_row)
        bind("patient.several", lambda: open_several(self, [row.id for row in self.table.selected_rows()]))
        for command, kind in (
            ("patient.test", "test"),
            ("patient.symptoms", "symptoms"),
            ("patient.exposure", "exposure"),
            ("patient.clearance", "clearance"),
        ):
            bind(command, partial(self.record, kind), why_not=seen)
        bind("patient.attest", self.attest, why_not=not_here)
        bind("patient.assess", self.assess, why_not=not_here)
        bind("patient.correct", self._correct_which, why_not=seen)
        bind("patient.withdraw", lambda: self._withdraw(None), why_not=seen)
        bind("patient.exclude", self.exclude, why_not=not_here)
        bind("patient.placement", self._show_placement, why_not=no_placement)
        bind("patient.leave", self.leave, why_not=not_here)
        bind("patient.happened", self.happened, why_not=self._why_nothing_happened)
        bind("patient.take_back", self.take_back, why_not=self._why_no_return)
        bind("patient.merge", self.merge, why_not=merged)
        bind("patient.part", self.part, why_not=no_part)
        bind("patient.readers", self.readers, why_not=self.why_no_row)
        bind("patient.copy", self.copy, why_not=merged)

    def _why_not_observed(self) -> str:
        row = self.current()
        return self.nobody if row is None else people.why_not_observed(row)

    def _why_nothing_happened(self) -> str:
        row = self.current()
        if row is not None and row.leave_reason is LeaveReason.DIED:
            return "Their death is on record."
        return self._why_not_observed()

    def _why_no_return(self) -> str:
        row = self.current()
        if row is None:
            return self.nobody
        if row.leave_reason is LeaveReason.MERGED:
            return "This record is a part of another one."
        return "" if row.state is PatientState.LEFT else "They are on the list."

    def _with_page(self, then: Callable[[_Opened], object]) -> None:
        """Reads the current person afresh, then goes on."""
        row = self.current()
        if row is None:
            return
        patient = row.id

        def read(queries: Queries) -> _Opened:
            return _Opened(queries.patient(patient), organisms_of(queries.rules()))

        self.ask(read, then, replaces="form")

    def happened(self) -> None:
        """Records what no rule can refuse."""
        row = self.current()
        if row is not None:
            has_left = row.state is PatientState.LEFT
            open_elsewhere(self, "moves.happened", row.id, row.name, row.who, has_left=has_left)

    def add(self) -> None:
        """Registers somebody."""
        self._open_new()

    def paste(self) -> None:
        """Registers somebody whose row was copied from a spreadsheet."""
        row = copied_row()
        if row:
            self._open_new(row=row)
        else:
            self.services.note("No row is copied. Copy the cells of one person in the spreadsheet first.")

    def take_up_draft(self) -> None:
        """Goes on with a form that was cut short."""

        def open_form(found: tuple[Draft, ...]) -> None:
            if not found:
                self.services.note("No form was cut short.")
            elif amended := found[0].form.partition("/")[2]:
                self._open_amended(amended, draft=found[0])
            else:
                self._open_new(draft=found[0])

        read_drafts(self.services, open_form)

    def _open_new(self, *, row: str = "", draft: Draft | None = None) -> None:
        self.open_form(
            PatientForm(
                services=self.services, show_other=self._show_other, made=self.want, row=row, draft=draft
            )
        )

    def edit(self) -> None:
        """Amends the current person."""
        row = self.current()
        if row is not None:
            self._open_amended(row.id)

    def _open_amended(self, patient: str, *, draft: Draft | None = None) -> None:
        def open_form(page: PatientPage) -> None:
            if page.merged_into is not None:
                # what was typed about a part is about the whole
                self._open_amended(page.merged_into, draft=draft)
                return
            self.open_form(
                PatientForm(
                    services=self.services,
                    page=page,
                    show_other=self._show_other,
                    merge=partial(self._side_by_side, patient),
                    draft=draft,
                )
            )

        self.ask(lambda queries: queries.patient(patient), open_form, replaces="form")

    def _show_other(self, patient: str) -> None:
        """Shows somebody who may have left the list."""
        if all(row.id != patient for row in self.model.rows()):
            self.chips.set_on([LEFT])
        self.want(patient)

    def record(self, kind: str) -> None:
        """Records a test, symptoms, a contact or a clinician's release."""

        def open_form(opened: _Opened) -> None:
            self.open_form(
                FORMS[kind](
                    opened.page,
                    services=self.services,
                    organisms=opened.organisms,
                    organism=first_organism(opened.page, opened.organisms),
                )
            )

        self._with_page(open_form)

    def _correct(self, recorded: RecordedObservation) -> None:
        def open_form(opened: _Opened) -> None:
            self.open_form(
                FORMS[recorded.observation.kind](
                    opened.page, services=self.services, organisms=opened.organisms, correcting=recorded
                )
            )

        self._with_page(open_form)

    def _correct_which(self) -> None:
        def open_form(opened: _Opened) -> None:
            there = standing(opened.page)
            if not there:
                self.services.note("Nothing is recorded of this person's infections yet.")
            elif len(there) == 1:
                self._correct(there[0])
            else:
                self.open_form(WhichForm(opened.page, services=self.services, then=self._correct))

        self._with_page(open_form)

    def _withdraw(self, recorded: RecordedObservation | None) -> None:
        def open_form(opened: _Opened) -> None:
            if not standing(opened.page):
                self.services.note("Nothing is recorded of this person's infections yet.")
                return
            self.open_form(WithdrawForm(opened.page, services=self.services, recorded=recorded))

        self._with_page(open_form)

    def attest(self) -> None:
        """Records attestations for the direct route."""

        def open_form(opened: _Opened) -> None:
            form = AttestationsForm(opened.page, services=self.services)
            if form.lacking:
                self.open_form(form)
            else:
                form.deleteLater()
                self.services.note("All five are attested already.")

        self._with_page(open_form)

    def assess(self) -> None:
        """Opens the form of a trusted assessor's assessment."""
        self._with_page(lambda opened: self.open_form(AssessmentForm(opened.page, services=self.services)))

    def _withdraw_attestation(self, attestation: Attestation) -> None:
        self._with_page(
            lambda opened: self.open_form(
                WithdrawAttestationForm(opened.page, services=self.services, attestation=attestation)
            )
        )

    def exclude(self) -> None:
        """Leaves a setting out for the current person."""
        self._with_page(lambda opened: self.open_form(ExcludeForm(opened.page, services=self.services)))

    def _include(self, patient: str, exclusion: Exclusion) -> None:
        self.services.perform(
            partial(include_setting, patient=patient, setting=exclusion.setting),
            done=f"{exclusion.setting_name} is let in again.",
            undo=entry_back("Leave it out"),
        )

    def _show_placement(self) -> None:
        row = self.current()
        if row is not None and row.placement:
            page = "approvals" if row.placement_state is PlacementState.PROPOSED else "moves"
            self.services.go(page, row.placement)

    def leave(self) -> None:
        """Takes the current person off the list."""
        self._with_page(lambda opened: self.open_form(LeaveForm(opened.page, services=self.services)))

    def take_back(self) -> None:
        """Takes the current person back on the list."""
        self._with_page(lambda opened: self.open_form(TakeBackForm(opened.page, services=self.services)))

    def readers(self) -> None:
        """Shows who has read about the current person."""
        row = self.current()
        if row is not None:
            ReadersDialog(row, services=self.services, parent=self.window()).open()

    def copy(self) -> None:
        """Makes a copy of all that is on record about the current person, for them."""
        self._with_page(lambda opened: self.open_form(CopyForm(opened.page, services=self.services)))

    def merge(self) -> None:
        """Makes another record of the current person, and this one, one."""

        def ask_which(opened: _Opened) -> None:
            self.open_form(
                WhichOtherForm(
                    opened.page, services=self.services, then=partial(self._side_by_side, opened.page.row.id)
                )
            )

        self._with_page(ask_which)

    def _side_by_side(self, one: str, other: str) -> None:
        def open_form(two: TwoRecords) -> None:
            self.open_form(MergeForm(two, services=self.services))
            self.want(two.stays.row.id)

        self.ask(partial(read_two, one=one, other=other), open_form, replaces="form")

    def part(self) -> None:
        """Part a record from the current one."""

        row = self.current()
        if row is None:
            return
        patient = row.id

        def read(queries: Queries) -> tuple[PatientPage, tuple[WhoItIs, ...]]:
            page = queries.patient(patient)
            return page, queries.who(*page.row.parts)

        self.ask(
            read, lambda found: self.open_form(PartForm(*found, services=self.services)), replaces="form"
        )


def _in_short(rows: Sequence[PatientRow]) -> str:
    """How many wait, by pathway, and how they stand."""
    there = [row for row in rows if row.state is not PatientState.LEFT]
    waits = [row for row in there if row.state is PatientState.WAITING]
    parts = [f"{len(waits)} waiting"]
    parts += [
        f"{each.value} {number}" for each in Pathway if (number := sum(row.pathway is each for row in waits))
    ]
    if placed := len(there) - len(waits):
        parts.append(f"{placed} placed")
    if blocked := sum(map(people.is_blocked, waits)):
        parts.append(f"{blocked} blocked")
    return " · ".join(parts)
