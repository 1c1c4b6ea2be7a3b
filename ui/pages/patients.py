"""The Patients page: who waits, what a bed must be for them, and everything known about one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from discharge.actions.patients import exclude_setting, include_setting
from discharge.model.hub_patient import (
    Exclusion,
    PatientPage,
    PatientRow,
    PatientState,
    RecordedObservation,
)
from discharge.model.hub_placement import PlacementState
from discharge.model.infection import Attestation
from discharge.model.patient import Pathway
from ui import words
from ui.dialogs.observation import (
    FORMS,
    WhichForm,
    WithdrawForm,
    first_organism,
    standing,
)
from ui.dialogs.patient_form import PatientForm
from ui.dialogs.patient_record import (
    AttestationsForm,
    ExcludeForm,
    LeaveForm,
    TakeBackForm,
    WithdrawAttestationForm,
)
from ui.models.table import Column, Prepared
from ui.pages import patient_words as said
from ui.pages.base import TablePage
from ui.pages.patient_detail import PatientDetail, PatientFacts, read_facts
from ui.widgets.days import day_words
from ui.widgets.search import Choice
from ui.workplace import Undo

if TYPE_CHECKING:
    from discharge.store.queries import Queries

_LEFT = "standing/left"


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a form over one person is given."""

    page: PatientPage
    organisms: tuple[str, ...]


class PatientsPage(TablePage[PatientRow]):
    """The list of people, and the detail of one."""

    name = "patients"
    title = "Patients"
    concerns = frozenset({"patients", "placements", "hub"})
    search_hint = "Name, number, ward or need"
    empty_icon = "patients"
    detail_name = "The person"
    roomy = ("ward",)

    # ------------------------------------------------------------- the table

    def columns(self) -> Sequence[Column[PatientRow]]:
        now, today = self.workplace.now, self.workplace.today
        return (
            Column(key="name", title="Name", text=lambda row: row.name, strong=True, width=18),
            Column(
                key="standing", title="Status", status=lambda row: said.standing(row, now=now()), width=13
            ),
            Column(
                key="infection",
                title="Bed needed tonight",
                status=lambda row: said.bed_status(row, now=now()),
                width=32,
                stretch=True,
            ),
            Column(key="pathway", title="Pathway", text=lambda row: row.pathway.value, width=8),
            Column(
                key="priority",
                title="Priority",
                text=lambda row: str(row.priority),
                tip=lambda row: words.PRIORITIES[row.priority],
                sort=lambda row: row.priority,
                width=8,
            ),
            Column(
                key="waiting",
                title="Waiting",
                text=said.waiting_words,
                tip=lambda row: f"Since {day_words(row.waiting_since, today=today())}",
                sort=lambda row: row.waiting_since,
                width=9,
            ),
            Column(key="needs", title="Needs", text=lambda row: words.needs(row.needs), width=14),
            Column(key="care", title="Care", text=lambda row: words.care(row.care), width=18, shown=False),
            Column(key="ward", title="Ward", text=lambda row: row.ward, width=14, shown=False),
            Column(
                key="hospital", title="Hospital", text=lambda row: row.hospital or "", width=10, shown=False
            ),
            Column(
                key="age",
                title="Age",
                text=lambda row: str(row.age),
                sort=lambda row: row.age,
                width=6,
                right=True,
                shown=False,
            ),
            Column(
                key="area",
                title="Local authority",
                text=lambda row: row.local_authority or "",
                width=18,
                shown=False,
            ),
            Column(key="number", title="NHS number", text=said.number_words, width=14, shown=False),
            Column(
                key="ready",
                title="Ready on",
                text=lambda row: day_words(row.ready_on, today=today()),
                sort=lambda row: row.ready_on,
                width=12,
                shown=False,
            ),
            Column(
                key="placed",
                title="Placement",
                text=lambda row: row.placement_setting or "",
                width=18,
                shown=False,
            ),
            Column(key="id", title="Reference", text=lambda row: row.id, width=10, shown=False),
        )

    def key(self, row: PatientRow) -> str:
        return row.id

    def search_text(self, row: PatientRow) -> str:
        return f"{row.nhs_number or ''}\n{row.placement or ''}\n{' '.join(row.needs)}"

    def first_sort(self) -> tuple[str, bool]:
        return ("priority", False)

    def filters(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        def on(pathway: Pathway) -> Callable[[PatientRow], bool]:
            return lambda row: row.pathway is pathway

        pathways = [Choice(each.value, each.value, on(each), words.PATHWAYS[each]) for each in Pathway]
        return (
            ("pathway", pathways),
            (
                "infection",
                (
                    Choice("blocked", "Blocked", said.is_blocked, "No care setting may take them yet"),
                    Choice("awaited", "Result awaited", said.is_awaited, "A test without its result"),
                    Choice("isolating", "Isolating", said.is_isolating, "Need a bed that isolates tonight"),
                    Choice("clear", "Clear", said.is_clear, "May leave and needn't isolate"),
                ),
            ),
            (
                "standing",
                (
                    Choice(
                        "waiting",
                        "Waiting",
                        lambda row: row.state is PatientState.WAITING,
                        "Without a placement on its way",
                    ),
                    Choice(
                        "placed",
                        "Placed",
                        lambda row: row.state is PatientState.PLACED,
                        "With a placement on its way",
                    ),
                    Choice(
                        "left",
                        "Left",
                        lambda row: row.state is PatientState.LEFT,
                        "No longer on the list; read only when this is on",
                    ),
                ),
            ),
        )

    def empty_words(self) -> tuple[str, str, str]:
        return (
            "Nobody waits",
            "Add the first person who is ready to leave hospital, or import a list (menu Hub).",
            "patient.new",
        )

    def summary_words(self, rows: Sequence[PatientRow]) -> str:
        there = [row for row in rows if row.state is not PatientState.LEFT]
        waits = [row for row in there if row.state is PatientState.WAITING]
        parts = [f"{len(waits)} waiting"]
        parts += [
            f"{each.value} {number}"
            for each in Pathway
            if (number := sum(row.pathway is each for row in waits))
        ]
        if placed := len(there) - len(waits):
            parts.append(f"{placed} placed")
        if blocked := sum(said.is_blocked(row) for row in waits):
            parts.append(f"{blocked} blocked")
        return " · ".join(parts)

    # ------------------------------------------------------------- reading

    def build(self) -> None:
        self._read_left = False
        self._shown: PatientFacts | None = None
        super().build()
        # whoever sits down may do other things with what is shown
        self.workplace.signed_in.connect(lambda _user: self._pause.start())
        self.theme.changed.connect(self._pause.start)
        self.chips.chosen.connect(self._left_wanted)
        self.painter_of_detail = PatientDetail(
            self.detail,
            workplace=self.workplace,
            correct=self._correct,
            withdraw=self._withdraw,
            withdraw_attestation=self._withdraw_attestation,
            include=self._include,
            go=self.workplace.go,
        )

    def fetch(self, queries: Queries) -> Sequence[PatientRow]:
        # among equals whoever waits longest comes first
        return sorted(queries.patients(left=self._read_left), key=lambda row: row.waiting_since)

    def _left_wanted(self, _predicates: object) -> None:
        wanted = _LEFT in self.chips.on()
        if wanted != self._read_left:
            self._read_left = wanted
            if self._read_once:
                self.load()

    def _take(self, found: Prepared[PatientRow]) -> None:
        super()._take(found)
        # the row may be the same and yet the record another
        self._pause.start()
        rows = found.rows
        for key, is_one in (
            ("blocked", said.is_blocked),
            ("awaited", said.is_awaited),
            ("isolating", said.is_isolating),
            ("clear", said.is_clear),
        ):
            self.chips.set_count("infection", key, sum(is_one(row) for row in rows))

    def show_detail(self, row: PatientRow) -> None:
        self.ask(partial(read_facts, patient=row.id), self._show_facts, replaces="detail")

    def _show_facts(self, facts: PatientFacts) -> None:
        current = self.current()
        if current is not None and current.id == facts.page.row.id:
            self._shown = facts
            self.painter_of_detail.show(facts)

    # ------------------------------------------------------------ commands

    def bind(self) -> None:
        bind = self.commands.bind
        bind("patient.new", self.add)
        bind("patient.edit", self.edit, why_not=self._why_no_row)
        for command, kind in (
            ("patient.test", "test"),
            ("patient.symptoms", "symptoms"),
            ("patient.exposure", "exposure"),
            ("patient.clearance", "clearance"),
        ):
            bind(command, partial(self.record, kind), why_not=self._why_not_here)
        bind("patient.attest", self.attest, why_not=self._why_not_here)
        bind("patient.correct", self._correct_which, why_not=self._why_not_here)
        bind("patient.withdraw", lambda: self._withdraw(None), why_not=self._why_not_here)
        bind("patient.exclude", self.exclude, why_not=self._why_not_here)
        bind("patient.placement", self._show_placement, why_not=self._why_no_placement)
        bind("patient.leave", self.leave, why_not=self._why_not_here)
        bind("patient.take_back", self.take_back, why_not=self._why_no_return)

    def _why_no_row(self) -> str:
        return "" if self.current() is not None else "Choose somebody in the list first."

    def _why_not_here(self) -> str:
        row = self.current()
        if row is None:
            return "Choose somebody in the list first."
        if row.state is PatientState.LEFT:
            return "They left the list. Take them back first."
        return ""

    def _why_no_return(self) -> str:
        row = self.current()
        if row is None:
            return "Choose somebody in the list first."
        return "" if row.state is PatientState.LEFT else "They are on the list."

    def _why_no_placement(self) -> str:
        row = self.current()
        if row is None:
            return "Choose somebody in the list first."
        return "" if row.placement else "No placement is on its way for them."

    def _with_page(self, then: Callable[[_Opened], object]) -> None:
        """Read the current person afresh, then go on."""
        row = self.current()
        if row is None:
            return
        patient = row.id

        def read(queries: Queries) -> _Opened:
            return _Opened(queries.patient(patient), words.organisms_of(queries.rules()))

        self.ask(read, then, replaces="form")

    def add(self) -> None:
        """Register somebody."""
        self.open_form(
            PatientForm(
                workplace=self.workplace, show_other=self._show_other, made=self.want, parent=self.window()
            )
        )

    def edit(self) -> None:
        """Amend the current person."""
        self._with_page(
            lambda opened: self.open_form(
                PatientForm(
                    workplace=self.workplace,
                    page=opened.page,
                    show_other=self._show_other,
                    parent=self.window(),
                )
            )
        )

    def _show_other(self, patient: str) -> None:
        """Show somebody who may have left the list."""
        if all(row.id != patient for row in self.model.rows()):
            self.chips.set_on([_LEFT])
        self.want(patient)

    def record(self, kind: str) -> None:
        """Record a test, symptoms, a contact or a clinician's release."""

        def open_form(opened: _Opened) -> None:
            self.open_form(
                FORMS[kind](
                    opened.page,
                    workplace=self.workplace,
                    organisms=opened.organisms,
                    organism=first_organism(opened.page, opened.organisms),
                    parent=self.window(),
                )
            )

        self._with_page(open_form)

    def _correct(self, recorded: RecordedObservation) -> None:
        def open_form(opened: _Opened) -> None:
            self.open_form(
                FORMS[recorded.observation.kind](
                    opened.page,
                    workplace=self.workplace,
                    organisms=opened.organisms,
                    correcting=recorded,
                    parent=self.window(),
                )
            )

        self._with_page(open_form)

    def _correct_which(self) -> None:
        def open_form(opened: _Opened) -> None:
            there = standing(opened.page)
            if not there:
                self.workplace.say("Nothing is recorded of this person's infections yet.")
            elif len(there) == 1:
                self._correct(there[0])
            else:
                self.open_form(
                    WhichForm(opened.page, workplace=self.workplace, then=self._correct, parent=self.window())
                )

        self._with_page(open_form)

    def _withdraw(self, recorded: RecordedObservation | None) -> None:
        def open_form(opened: _Opened) -> None:
            if not standing(opened.page):
                self.workplace.say("Nothing is recorded of this person's infections yet.")
                return
            self.open_form(
                WithdrawForm(opened.page, workplace=self.workplace, recorded=recorded, parent=self.window())
            )

        self._with_page(open_form)

    def attest(self) -> None:
        """Record attestations for the direct route."""

        def open_form(opened: _Opened) -> None:
            form = AttestationsForm(opened.page, workplace=self.workplace, parent=self.window())
            if form.lacking:
                self.open_form(form)
            else:
                form.deleteLater()
                self.workplace.say("All five are attested already.")

        self._with_page(open_form)

    def _withdraw_attestation(self, attestation: Attestation) -> None:
        self._with_page(
            lambda opened: self.open_form(
                WithdrawAttestationForm(
                    opened.page, workplace=self.workplace, attestation=attestation, parent=self.window()
                )
            )
        )

    def exclude(self) -> None:
        """Leave a setting out for the current person."""
        self._with_page(
            lambda opened: self.open_form(
                ExcludeForm(opened.page, workplace=self.workplace, parent=self.window())
            )
        )

    def _include(self, patient: str, exclusion: Exclusion) -> None:
        again = partial(exclude_setting, patient=patient, setting=exclusion.setting, reason=exclusion.reason)
        self.workplace.perform(
            partial(include_setting, patient=patient, setting=exclusion.setting),
            done=f"{exclusion.setting_name} is let in again.",
            undo=Undo("Leave it out", again),
        )

    def _show_placement(self) -> None:
        row = self.current()
        if row is not None and row.placement:
            page = "approvals" if row.placement_state is PlacementState.PROPOSED else "moves"
            self.workplace.go(page, row.placement)

    def leave(self) -> None:
        """Take the current person off the list."""
        self._with_page(
            lambda opened: self.open_form(
                LeaveForm(opened.page, workplace=self.workplace, parent=self.window())
            )
        )

    def take_back(self) -> None:
        """Take the current person back on the list."""
        self._with_page(
            lambda opened: self.open_form(
                TakeBackForm(opened.page, workplace=self.workplace, parent=self.window())
            )
        )
