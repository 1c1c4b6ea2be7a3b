"""What Patients opens for other rooms: a test, the attestations, a setting left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discharge.model.shown.patients import PatientPage
from discharge.rules.rule_set import organisms_of
from ui.frame.page import Page
from ui.patients.observation import TestForm, first_organism
from ui.patients.record_forms import AttestationsForm, ExcludeForm

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries


def open_test(page: Page, patient: str, *, organism: str = "", outcome: str = "") -> None:
    """The form of a test; for the organism that it is likeliest about, where none is named."""

    def read(queries: Queries) -> tuple[PatientPage, tuple[str, ...]]:
        return queries.patient(patient), organisms_of(queries.rules())

    def open_form(found: tuple[PatientPage, tuple[str, ...]]) -> None:
        person, organisms = found
        form = TestForm(
            person,
            services=page.services,
            organisms=organisms,
            organism=organism or first_organism(person, organisms),
        )
        if outcome:
            form.outcome.set_value(outcome)
        page.open_form(form)

    page.ask(read, open_form, replaces="form")


def open_attest(page: Page, patient: str) -> None:
    """The attestations that somebody lacks."""

    def open_form(person: PatientPage) -> None:
        form = AttestationsForm(person, services=page.services)
        if form.lacking:
            page.open_form(form)
        else:
            form.deleteLater()
            page.services.note("All five are attested already.")
            page.load()

    page.ask(lambda queries: queries.patient(patient), open_form, replaces="form")


def open_exclude(page: Page, patient: str, setting: str) -> None:
    """Leaves a setting out for somebody."""
    page.ask(
        lambda queries: queries.patient(patient),
        lambda person: page.open_form(ExcludeForm(person, services=page.services, setting=setting)),
        replaces="exclude",
    )
