"""A person who waits is registered, or what is known of them amended: one form for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from discharge.actions.patients import amend_patient, register_patient
from discharge.exchange.known_people import KnownHub, leads_of
from discharge.model.hospital import Hospital
from discharge.model.infection import Observation
from discharge.model.patient_record import Handover, PatientDetails, PatientState
from discharge.model.people import User
from discharge.model.same_person import Likeness, People, Who
from discharge.model.shown.patients import PatientPage, PatientRow
from discharge.rules.rule_set import organisms_of
from discharge.words import terms
from ui.frame.action_form import ActionForm, changes_of
from ui.frame.hits import WhomItHits
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.patients import values as patient_values
from ui.patients.drafts import DraftKeeper
from ui.patients.fields import DEFAULT_ORGANISM, PatientFields
from ui.patients.lookalikes import Lookalikes
from ui.patients.paste import RowPaste
from ui.widgets.authority import AuthorityOffers
from ui.widgets.pickers import Offers
from ui.words.who import told_apart

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.ask.queries import Queries
    from discharge.store.file.drafts import Draft

DRAFT = "patient"
FEW_TO_COMPARE = 100
"""Somebody entered is held against so many at once; against more in the store's thread."""


@dataclass(frozen=True, slots=True)
class PatientLists:
    """What the form offers and compares with."""

    others: Mapping[str, PatientRow]
    """Everybody but the person of the form, whoever has left last."""
    alike: People
    """The same, to be asked who of them may be somebody."""
    together: Offers
    settings: Offers
    areas: AuthorityOffers
    organisms: Sequence[str]
    people: Sequence[User]
    """The hub's people, those too who aren't there any more."""
    hospitals: Sequence[Hospital]
    """Those that the hub has described, and others where somebody of the hub is."""
    known: KnownHub
    """What a copied row is read against."""


def read_lists(queries: Queries, *, mine: str) -> PatientLists:
    """Reads what the form of this person offers, or that of somebody new; in the store's thread, and made
    ready there, as there may be thousands."""
    everybody, people = queries.patients(left=True), queries.people()
    listed_first = sorted(everybody, key=lambda row: row.state is PatientState.LEFT)
    others = {row.id: row for row in listed_first if row.id != mine}
    listed = [row for row in others.values() if row.state is not PatientState.LEFT]
    rows = queries.settings()
    areas = {row.local_authority for row in rows} | {row.local_authority for row in everybody}
    organisms = organisms_of(queries.rules())
    ids = {row.id.upper(): row.id for row in rows} | {row.cqc_id: row.id for row in rows if row.cqc_id}
    return PatientLists(
        others=others,
        alike=People(
            (row.id, Who(row.name, row.born, row.born_words, row.nhs_number)) for row in others.values()
        ),
        together=Offers({row.id: told_apart(row.name, row.who) for row in listed}),
        settings=Offers({row.id: row.name for row in rows}),
        areas=AuthorityOffers(areas, here={row.local_authority for row in rows}, own=queries.hub().areas),
        organisms=organisms,
        people=people,
        hospitals=hospitals_of(queries.hub().hospitals, everybody),
        known=KnownHub((), ids, frozenset(organisms), leads=leads_of(people)),
    )


def hospitals_of(described: Sequence[Hospital], people: Iterable[PatientRow]) -> list[Hospital]:
    """The hospitals described, and by their code alone those of people that aren't, by code."""
    known = {row.hospital: Hospital(code=row.hospital) for row in people if row.hospital}
    known |= {one.code: one for one in described}
    return [known[code] for code in sorted(known)]


COUNTS = (
    "born", "sex", "pathway", "ready_on", "level", "specialism", "needs", "other_needs", "immunosuppressed",
    "local_authority", "latitude", "longitude", "max_km", "usual_setting", "max_weekly_fee", "stay_days",
    "together_with",
)  # fmt: skip
"""What a placement rests on: the fields that the rules read."""


class PatientForm(ActionForm):
    """The form of a person. With `page` it amends that person.

    `show_other` and, of two records, `merge` are called with the id of somebody who may be the same person,
    `made` with that of somebody who was just added. `row` is a row copied from a spreadsheet, `draft` what
    was typed into a form that was cut short.
    """

    def __init__(
        self,
        *,
        services: Services,
        page: PatientPage | None = None,
        show_other: Callable[[str], object] | None = None,
        merge: Callable[[str], object] | None = None,
        made: Callable[[str], object] | None = None,
        row: str = "",
        draft: Draft | None = None,
    ) -> None:
        title = f"Amend {page.row.name}" if page is not None else "Add patient"
        super().__init__(title, services=services, save_word="Save" if page is not None else "Add")
        self._page = page
        self._show_other = show_other
        self._merge = merge
        self._made = made
        self._others: Mapping[str, PatientRow] = {}
        self._people = People()
        self._was: Mapping[str, Any] | None = None
        self._lay_out()
        self._wire()
        self._fill()
        self.later(self._go_on)
        if page is None:
            self.paste.watch(services.now)
            if row:
                self.paste.paste(row, now=services.now())
        if draft is not None:
            self.type_in(draft.typed)
        kind = DRAFT if page is None else f"{DRAFT}/{page.row.id}"
        self._keeper = DraftKeeper(self, services=services, kind=kind, draft=draft)
        mine = page.row.id if page is not None else ""
        services.ask(partial(read_lists, mine=mine), self._lists_read, replaces="patient_form")

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        is_new = self._page is None
        self.whom: WhomItHits | None = None
        self.paste = RowPaste(self, theme=self.theme)
        self.add_widget(self.paste)
        merge = self._go_to_merge if self._merge is not None else None
        self.twins = Lookalikes(theme=self.theme, show=self._go_to, merge=merge, parent=self)
        self.parts = PatientFields(self, services=self.services, is_new=is_new, below_who=self.twins)
        self.number = self.parts.number
        if self._page is None:
            return
        self.whom = WhomItHits(self, patient=self._page.row, amends=True)
        self.later(self.add_why_amended)

    # ----------------------------------------------------------------- wiring

    def _wire(self) -> None:
        parts = self.parts
        self.number.changed.connect(self._fit_number)
        parts.no_number.changed.connect(self._fit_number)
        for field in (self.number, parts.name_field, parts.born):
            field.changed.connect(self._look_for_twins)
        self._fit_number()

    def _fit_number(self) -> None:
        none = self.parts.no_number.value() is not None
        if none and not self.number.empty():
            # the last one touched counts: a number typed takes the reason away
            sender = self.sender()
            if sender is self.number:
                self.parts.no_number.set_value(None)
                none = False
        self.number.set_required(not none)

    def _fit_whom(self) -> None:
        """Whom it hits is said once something is changed that a placement rests on."""
        if self.whom is not None and self._was is not None:
            now = self.values()
            self.whom.heed(any(now.get(key) != self._was.get(key) for key in COUNTS))

    def _fill(self) -> None:
        now = self.services.now()
        if self._page is None:
            self.set_values(
                {
                    "ready_on": self.services.today(),
                    "test_organism": DEFAULT_ORGANISM,
                    "specimen_at": now,
                    "reported_at": now,
                }
            )
            return
        self.set_values(patient_values.field_values(self._page.details))
        # what was on record is settled: only what is typed now is looked at
        self._fit_number()

    def _go_on(self) -> None:
        """All fields are there, with what is on record."""
        if self._page is None or self.whom is None:
            return
        self.parts.postcode.stands(self._page.details.from_postcode)
        self._was = self.values()
        for key in COUNTS:
            self._fields[key].changed.connect(self._fit_whom)

    def _lists_read(self, lists: PatientLists) -> None:
        self.later(partial(self._take_lists, lists))

    def _take_lists(self, lists: PatientLists) -> None:
        self._others, self._people = lists.others, lists.alike
        parts = self.parts
        before = self._page.details.named_lead if self._page is not None else None
        leads = {user.id: user.name for user in lists.people if user.active or user.id == before}
        parts.lead.offer(Offers(leads))
        parts.usual.offer(lists.settings)
        parts.preferred.offer(lists.settings)
        parts.together.offer(lists.together)
        parts.area.offer(lists.areas)
        parts.hospital.know(lists.hospitals)
        if parts.test is not None:
            parts.test.organism.set_choices([(name, terms.organism_choice(name)) for name in lists.organisms])
        self.paste.know(lists.known)
        self._look_for_twins()

    # ------------------------------------------------------------- lookalikes

    def _entered(self) -> Who:
        born = self.parts.born
        return Who(self.parts.name_field.value() or "", born.day(), born.known() or "", self.number.value())

    def _look_for_twins(self) -> None:
        who, people = self._entered(), self._people
        if people.to_compare(who) <= FEW_TO_COMPARE:
            self._show_likest((who, people.like(who)))
        else:
            ask = self.services.ask
            ask(lambda _queries: (who, people.like(who)), self._show_likest, replaces="patient_form/alike")

    def _show_likest(self, found: tuple[Who, Sequence[tuple[str, Likeness]]]) -> None:
        who, alike = found
        if who == self._entered():
            name, how = next(iter(alike), ("", None))
            self.twins.show_likest(self._others.get(name), how)

    def _go_to(self, patient: str) -> None:
        show = self._show_other
        self.reject()
        if show is not None:
            show(patient)

    def _go_to_merge(self, other: str) -> None:
        merge = self._merge
        self.reject()
        if merge is not None:
            merge(other)

    # ----------------------------------------------------------------- saving

    def check(self, values: Mapping[str, Any]) -> str:
        return patient_values.check(values)

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, but for what the postcode filled in: nobody typed that."""
        self.whole()
        filled = self.parts.postcode.filled()
        return {key: typed for key, typed in super().typed().items() if key not in filled}

    def save(self, values: Mapping[str, Any]) -> None:
        before = self._page.details.handover if self._page is not None else Handover()
        try:
            details = patient_values.details_of(values, before=before)
            details = details.model_copy(update={"from_postcode": self.parts.postcode.mark()})
            observations = patient_values.observations_of(values) if self._page is None else []
        except ValidationError as error:
            self.mark(error)
            return
        if self._page is None:
            self._register(details, observations)
        else:
            self._amend(self._page, details, str(values.get("amend_reason") or ""))

    def _register(self, details: PatientDetails, observations: Sequence[Observation]) -> None:
        def show(changed: Changed) -> None:
            if self._made is not None:
                self._made(changed.first)

        register = partial(register_patient, details=details, observations=observations)
        self.perform(
            register, done=f"{details.name} is on the list.", undo=entry_back("Take off the list"), then=show
        )

    def _amend(self, page: PatientPage, details: PatientDetails, reason: str) -> None:
        changes = changes_of(page.details, details)
        if not changes:
            self.unchanged()
            return
        self.perform(
            partial(amend_patient, patient=page.row.id, changes=changes, reason=reason),
            done=f"{details.name} is amended.",
            then=None if self.whom is None else self.whom.go_on,
            undo=entry_back("Amend back"),
        )
