"""Register a person who waits, or amend what is known of them: one form for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from discharge.actions.patients import (
    amend_patient,
    leave,
    record_observation,
    register_patient,
)
from discharge.model.errors import UserError
from discharge.model.hub_patient import (
    READINESS,
    Delay,
    Handover,
    LeaveReason,
    PatientDetails,
    PatientPage,
    PatientRow,
    PatientState,
)
from discharge.model.identifiers import NoNumber, ods_code, shown_nhs_number
from discharge.model.infection import Observation, Symptoms, Test
from discharge.model.patient import SHIPPED_NEEDS, Care
from ui import words
from ui.dialogs.action_form import Action, ActionForm
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.widgets.banner import announce
from ui.widgets.dated import Link, link_button
from ui.widgets.fields import (
    ChoiceField,
    DateField,
    Field,
    InstantField,
    NhsNumberField,
    TextAreaField,
    TextField,
    TickField,
    TickListField,
    WholeNumberField,
)
from ui.widgets.numbers import AmountField
from ui.widgets.pickers import Offers, PickField, PickManyField, RowDateField, RowsField, SuggestField
from ui.widgets.text import clear_layout, label
from ui.workplace import Undo, Workplace

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.queries import Queries

OLDEST = date(1900, 1, 1)
DEFAULT_ORGANISM = "sars-cov-2"
DELAY_REASONS = (
    "Medicines or discharge letter",
    "Medical review",
    "Therapy review",
    "Test result or formal decision",
    "Hospital transport",
    "Referral to the hub",
    "Infection control in the hospital",
    "Needs and pathway to be confirmed",
    "Funding to be confirmed",
    "Rehabilitation bed",
    "Home care package",
    "Care home place",
    "Equipment",
    "Housing",
    "End-of-life care at home",
    "Choice of the person or family",
    "Mental capacity to be assessed",
    "Safeguarding",
    "Out-of-area arrangements",
)
DNACPR = ("In place", "Not in place", "Not known")
_HANDOVER = ("dnacpr", "ethnicity", "religion", "funding_route", "allergies", "medicines", "communication")


@dataclass(frozen=True, slots=True)
class PatientLists:
    """What the form offers and compares with."""

    others: Sequence[PatientRow]
    settings: Offers
    areas: Sequence[str]
    organisms: Sequence[str]


def read_lists(queries: Queries) -> PatientLists:
    """Read what the form offers; in the store's thread."""
    others = queries.patients(left=True)
    rows = queries.settings()
    areas = {row.local_authority for row in rows} | {row.local_authority for row in others}
    return PatientLists(
        others=others,
        settings=Offers({row.id: row.name for row in rows}),
        areas=sorted(area for area in areas if area),
        organisms=words.organisms_of(queries.rules()),
    )


def ods_fault(text: str) -> str:
    """What is wrong with an ODS code, in a sentence."""
    try:
        ods_code(text)
    except UserError as error:
        return str(error)
    return ""


class BornField(DateField):
    """A date of birth: two figures of a year mean the past, and the age stands below."""

    def __init__(self, key: str, name: str, **more: Any) -> None:
        super().__init__(key, name, **more)
        self.editor.setPlaceholderText("3/2/38")

    def value(self) -> date | None:
        """The date, or None."""
        day = super().value()
        if day is None or day <= self._today() or str(day.year) in self.editor.text():
            return day
        return day.replace(year=day.year - 100, day=28 if (day.month, day.day) == (2, 29) else day.day)

    def set_value(self, value: object) -> None:
        self.editor.setText(words.born(value) if isinstance(value, date) else "")

    def _remark(self) -> str:
        day, today = self.value(), self._today()
        if day is None or day > today:
            return self._hint
        return (
            words.count(today.year - day.year - ((today.month, today.day) < (day.month, day.day)), "year")
            + " old"
        )


class PatientForm(ActionForm):
    """The form of a person. With `page` it amends that person.

    `show_other` is called with the id of somebody on the list who may be the same person, `made` with
    that of somebody who was just added.
    """

    def __init__(
        self,
        *,
        workplace: Workplace,
        page: PatientPage | None = None,
        show_other: Callable[[str], object] | None = None,
        made: Callable[[str], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = f"Amend {page.row.name}" if page is not None else "Add patient"
        super().__init__(
            title, workplace=workplace, save_word="Save" if page is not None else "Add", parent=parent
        )
        self._page = page
        self._show_other = show_other
        self._made = made
        self._others: Sequence[PatientRow] = ()
        self._lay_out()
        self._wire()
        self._fill()
        workplace.ask(read_lists, self._take_lists, replaces="patient_form")

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        self._lay_out_who()
        self._lay_out_leaving()
        self._lay_out_care()
        self._lay_out_where()
        if self._page is None:
            self._lay_out_test()
        self._lay_out_handover()
        if self._page is not None:
            self.section("This amendment")
            self.add(
                TextField(
                    "amend_reason",
                    "Why it is amended",
                    theme=self.theme,
                    longest=200,
                    hint="Stands in the record beside what changed.",
                ),
                wide=True,
            )

    def _lay_out_who(self) -> None:
        theme, today = self.theme, self.workplace.today
        self.section("Who")
        self.name_field = self.add(
            TextField(
                "name",
                "Name",
                theme=theme,
                required=True,
                longest=200,
                placeholder="First name and last name",
            )
        )
        self.born = self.add(
            BornField(
                "born", "Date of birth", theme=theme, today=today, earliest=OLDEST, past=True, required=True
            )
        )
        self.number = self.add(NhsNumberField(theme=theme, required=True))
        self.no_number = self.add(
            ChoiceField(
                "no_number",
                "No NHS number, because",
                [(each, each.words) for each in NoNumber],
                theme=theme,
                none="There is a number",
            )
        )
        self.sex = self.add(ChoiceField("sex", "Sex", list(words.SEXES.items()), theme=theme, required=True))
        self.twins = Lookalikes(self)
        self.add_widget(self.twins)

    def _lay_out_leaving(self) -> None:
        theme, today = self.theme, self.workplace.today
        self.section("Leaving hospital")
        self.add(
            TextField(
                "hospital",
                "Hospital site",
                theme=theme,
                check=ods_fault,
                longest=10,
                placeholder="RF4QH",
                hint="ODS code.",
            )
        )
        self.add(TextField("ward", "Ward", theme=theme, longest=200))
        self.no_longer = self.add(
            DateField(
                "no_longer_meets_on",
                "Criteria to reside not met since",
                theme=theme,
                today=today,
                past=True,
            )
        )
        self.ready = self.add(
            DateField("ready_on", "Ready to leave on", theme=theme, today=today, required=True)
        )
        self.add(TextField("referrer", "Referred by", theme=theme, longest=200))
        self.add(
            TickListField(
                "readiness",
                "Ready so far",
                [(each, words.READINESS[each]) for each in READINESS],
                theme=theme,
            ),
            wide=True,
        )
        self.add(self._delays(), wide=True)

    def _delays(self) -> RowsField:
        theme, today = self.theme, self.workplace.today

        def make() -> Sequence[Field]:
            since = RowDateField("since", "Since", theme=theme, today=today, past=True, required=True)
            since.set_value(today())
            return (
                SuggestField(
                    "reason",
                    "Reason",
                    theme=theme,
                    suggestions=DELAY_REASONS,
                    required=True,
                    missing="Say what the delay is for, or take the row out.",
                ),
                since,
                RowDateField("until", "Until", theme=theme, today=today),
            )

        def read(fields: Sequence[Field]) -> Delay | None:
            reason, since, until = (field.value() for field in fields)
            if not reason or since is None:
                return None
            return Delay.model_construct(reason=reason, primary=True, since=since, until=until)

        def write(fields: Sequence[Field], delay: Delay) -> None:
            for field, value in zip(fields, (delay.reason, delay.since, delay.until), strict=True):
                field.set_value(value)

        def fault(fields: Sequence[Field]) -> str:
            since, until = fields[1].value(), fields[2].value()
            return "The delay ends before it begins." if since and until and until < since else ""

        return RowsField(
            "delays",
            "Reasons for delay",
            theme=theme,
            make_row=make,
            read_row=read,
            write_row=write,
            row_fault=fault,
            add_word="Add a reason for delay",
            stretch=(3, 2, 2),
            hint="The first is the primary reason.",
        )

    def _lay_out_care(self) -> None:
        theme = self.theme
        self.section("Care and needs")
        self.add(ChoiceField("pathway", "Pathway", list(words.PATHWAYS.items()), theme=theme, required=True))
        self.add(
            ChoiceField("priority", "Priority", list(words.PRIORITIES.items()), theme=theme, required=True)
        )
        self.level = self.add(
            ChoiceField(
                "level",
                "Level of care",
                list(words.LEVELS.items()),
                theme=theme,
                none="Not known yet",
                hint="Nobody on P2 or P3 fits a bed without it.",
            )
        )
        self.specialism = self.add(
            ChoiceField(
                "specialism", "Specialism", list(words.SPECIALISMS.items()), theme=theme, none="Not known yet"
            )
        )
        self.add(
            TickListField(
                "needs", "Needs", [(each, words.NEEDS[each]) for each in SHIPPED_NEEDS], theme=theme
            ),
            wide=True,
        )
        self.add(
            TextField(
                "other_needs",
                "Other needs",
                theme=theme,
                longest=500,
                placeholder="language:pl, …",
                hint="Parted by commas, as the settings name them.",
            )
        )
        self.add(
            WholeNumberField(
                "stay_days",
                "Days to stay",
                theme=theme,
                least=1,
                most=3_660,
                hint="On P2: how long the stay is meant to be.",
            )
        )
        self.add(
            TickField(
                "immunosuppressed",
                "Immunosuppressed",
                theme=theme,
                hint="Isolation then ends by a clinician's date alone.",
            ),
            wide=True,
        )

    def _lay_out_where(self) -> None:
        theme = self.theme
        self.section("Where")
        self.area = self.add(SuggestField("local_authority", "Local authority", theme=theme))
        self.add(TextField("postcode", "Home postcode", theme=theme, longest=20))
        self.latitude = self.add(AmountField("latitude", "Latitude", theme=theme, least=-90, most=90))
        self.longitude = self.add(AmountField("longitude", "Longitude", theme=theme, least=-180, most=180))
        self.add(
            AmountField(
                "max_km",
                "At most this far",
                theme=theme,
                unit="km",
                most=2_000,
                hint="Kilometres from home, as the crow flies.",
            )
        )
        self.add(AmountField("max_weekly_fee", "Weekly fee at most", theme=theme, unit="£"))
        self.usual = self.add(
            PickField(
                "usual_setting",
                "Lives in",
                theme=theme,
                noun="setting of this hub",
                hint="The care home they go back to on P0.",
            )
        )
        self.together = self.add(
            PickField("together_with", "Stays together with", theme=theme, noun="person on the list")
        )
        self.preferred = self.add(
            PickManyField(
                "preferred",
                "Would like to go to",
                theme=theme,
                noun="setting of this hub",
                hint="Best first.",
            ),
            wide=True,
        )

    def _lay_out_test(self) -> None:
        theme, now = self.theme, self.workplace.now
        self.section("Result of the test", remark="Further results are recorded later, one by one")
        self.outcome = self.add(
            ChoiceField(
                "test_result",
                "Result",
                list(words.RESULTS.items()),
                theme=theme,
                none="Not tested",
                hint="Unknown never passes: without a result nobody leaves for a care setting where "
                "the rules ask for one.",
            )
        )
        self.organism = self.add(
            ChoiceField(
                "test_organism",
                "Organism",
                [(DEFAULT_ORGANISM, words.organism_choice(DEFAULT_ORGANISM))],
                theme=theme,
                none="",
            )
        )
        self.specimen = self.add(
            InstantField("specimen_at", "Specimen taken", theme=theme, now=now, past=True, required=True)
        )
        self.reported = self.add(
            InstantField("reported_at", "Result reported", theme=theme, now=now, past=True, required=True)
        )
        self.onset = self.add(
            DateField("onset_on", "Symptoms since", theme=theme, today=self.workplace.today, past=True)
        )

    def _lay_out_handover(self) -> None:
        theme = self.theme
        self.section("For the hand-over alone", remark="Never used to match or to order")
        self.add(TextAreaField("next_of_kin", "Next of kin", theme=theme, rows=2, longest=2_000))
        self.add(TextAreaField("notes", "Notes", theme=theme, rows=2, longest=2_000))
        self.add(SuggestField("handover.dnacpr", "DNACPR", theme=theme, suggestions=DNACPR))
        self.add(
            SuggestField(
                "handover.funding_route",
                "Funding route",
                theme=theme,
                suggestions=("Local authority", "NHS", "Self-funded", "Discharge fund"),
            )
        )
        self.add(TextField("handover.ethnicity", "Ethnicity", theme=theme, longest=200))
        self.add(TextField("handover.religion", "Religion", theme=theme, longest=200))
        self.add(TextAreaField("handover.allergies", "Allergies", theme=theme, rows=2, longest=2_000))
        self.add(TextAreaField("handover.medicines", "Medicines", theme=theme, rows=2, longest=2_000))
        self.add(
            TextAreaField("handover.communication", "Communication", theme=theme, rows=2, longest=2_000),
            wide=True,
        )

    # ----------------------------------------------------------------- wiring

    def _wire(self) -> None:
        self.number.changed.connect(self._fit_number)
        self.no_number.changed.connect(self._fit_number)
        for field in (self.number, self.name_field, self.born):
            field.changed.connect(self._look_for_twins)
        self._fit_number()
        if self._page is None:
            self.outcome.changed.connect(self._fit_test)
            self._fit_test()

    def _fit_number(self) -> None:
        none = self.no_number.value() is not None
        if none and not self.number.empty():
            # the last one touched counts: a number typed takes the reason away
            sender = self.sender()
            if sender is self.number:
                self.no_number.set_value(None)
                none = False
        self.number.set_required(not none)

    def _fit_test(self) -> None:
        result = self.outcome.value()
        for field in (self.organism, self.specimen):
            field.setVisible(result is not None)
        self.reported.setVisible(result is not None and result != "pending")

    def _fill(self) -> None:
        now = self.workplace.now()
        if self._page is None:
            self.set_values(
                {
                    "ready_on": self.workplace.today(),
                    "test_organism": DEFAULT_ORGANISM,
                    "specimen_at": now,
                    "reported_at": now,
                }
            )
            return
        details = self._page.details
        values: dict[str, Any] = {
            key: getattr(details, key) for key in PatientDetails.model_fields if key in self._fields
        }
        values["level"] = details.care.level if details.care else None
        values["specialism"] = details.care.specialism if details.care else None
        values["needs"] = details.needs
        values["other_needs"] = ", ".join(need for need in details.needs if need not in SHIPPED_NEEDS)
        values.update({f"handover.{key}": getattr(details.handover, key) for key in _HANDOVER})
        self.set_values(values)
        # what was on record is settled: only what is typed now is looked at
        self._fit_number()

    def _take_lists(self, lists: PatientLists) -> None:
        mine = self._page.row.id if self._page is not None else ""
        self._others = [row for row in lists.others if row.id != mine]
        self.usual.offer(lists.settings)
        self.preferred.offer(lists.settings)
        self.together.offer(
            Offers({row.id: row.name for row in self._others if row.state is not PatientState.LEFT})
        )
        self.area.suggest(lists.areas)
        if self._page is None:
            self.organism.set_choices([(name, words.organism_choice(name)) for name in lists.organisms])
        self._look_for_twins()

    # ------------------------------------------------------------- lookalikes

    def _look_for_twins(self) -> None:
        self.twins.show_others(self._same_number(), self._same_name(), show=self._go_to)

    def _same_number(self) -> PatientRow | None:
        number = self.number.value()
        return next((row for row in self._others if number and row.nhs_number == number), None)

    def _same_name(self) -> PatientRow | None:
        born = self.born.value()
        name = set((self.name_field.value() or "").casefold().split())
        if born is None or not name:
            return None
        return next(
            (row for row in self._others if row.born == born and name & set(row.name.casefold().split())),
            None,
        )

    def _go_to(self, patient: str) -> None:
        show = self._show_other
        self.reject()
        if show is not None:
            show(patient)

    # ----------------------------------------------------------------- saving

    def check(self, values: Mapping[str, Any]) -> str:
        if (values["latitude"] is None) != (values["longitude"] is None):
            return "Give both latitude and longitude, or neither."
        if (values["level"] is None) != (values["specialism"] is None):
            return "Give both the level of care and the specialism, or neither."
        specimen, reported = values.get("specimen_at"), values.get("reported_at")
        if specimen and reported and reported < specimen:
            return "The result was reported before the specimen was taken. Look at both times again."
        return ""

    def details(self, values: Mapping[str, Any]) -> PatientDetails:
        """What is entered, as the hub keeps it; raises ValidationError where it can't be."""
        given = {
            key: values[key]
            for key in PatientDetails.model_fields
            if key in values and values[key] is not None
        }
        ticked = tuple(values["needs"])
        typed = (values["other_needs"] or "").replace(";", ",").split(",")
        others = tuple(need for each in typed if (need := each.strip().casefold()))
        given["needs"] = tuple(dict.fromkeys((*ticked, *others)))
        given["care"] = (
            Care(level=values["level"], specialism=values["specialism"]) if values["level"] else None
        )
        given["delays"] = tuple(
            Delay(reason=delay.reason, primary=at == 0, since=delay.since, until=delay.until)
            for at, delay in enumerate(values["delays"])
        )
        old = self._page.details.handover if self._page is not None else Handover()
        given["handover"] = old.model_copy(update={key: values[f"handover.{key}"] or "" for key in _HANDOVER})
        if given.get("no_number") is not None:
            given.pop("nhs_number", None)
        return PatientDetails(**given)

    def observations(self, values: Mapping[str, Any]) -> list[Observation]:
        """The test and the symptoms that are entered with a new person."""
        seen: list[Observation] = []
        if values.get("test_result") is not None:
            seen.append(
                Test(
                    organism=values["test_organism"],
                    result=values["test_result"],
                    specimen_at=values["specimen_at"],
                    reported_at=values.get("reported_at"),
                )
            )
        if values.get("onset_on") is not None:
            organism = values.get("test_organism") or DEFAULT_ORGANISM
            seen.append(Symptoms(organism=organism, onset_on=values["onset_on"]))
        return seen

    def save(self, values: Mapping[str, Any]) -> None:
        try:
            details = self.details(values)
            observations = self.observations(values) if self._page is None else []
        except ValidationError as error:
            self.mark(error)
            return
        if self._page is None:
            self._register(details, observations)
        else:
            self._amend(self._page, details, str(values.get("amend_reason") or ""))

    def _register(self, details: PatientDetails, observations: Sequence[Observation]) -> None:
        made: list[str] = []

        def register(context: Any) -> Any:
            entries = register_patient(context, details=details)
            made.append(entries[0].subject)
            return entries

        def record(context: Any, *, seen: Observation) -> Any:
            return record_observation(context, patient=made[-1], observation=seen)

        def undo(changed: Changed) -> Undo:
            back = partial(leave, patient=changed.first, reason=LeaveReason.ENTERED_BY_MISTAKE)
            return Undo("Take off the list", back)

        def show(changed: Changed) -> None:
            if self._made is not None:
                self._made(changed.first)

        actions: list[Action] = [register, *(partial(record, seen=seen) for seen in observations)]
        self.perform_all(actions, done=f"{details.name} is on the list.", undo=undo, then=show)

    def _amend(self, page: PatientPage, details: PatientDetails, reason: str) -> None:
        before = page.details
        keys = [key for key in PatientDetails.model_fields if getattr(details, key) != getattr(before, key)]
        if not keys:
            self.unchanged()
            return
        changes = {key: getattr(details, key) for key in keys}
        back = {key: getattr(before, key) for key in keys}
        self.perform(
            partial(amend_patient, patient=page.row.id, changes=changes, reason=reason),
            done=f"{details.name} is amended.",
            undo=Undo(
                "Amend back", partial(amend_patient, patient=page.row.id, changes=back, reason="Amended back")
            ),
        )


class Lookalikes(QWidget):
    """Says while one types that somebody on the list may be the same person, and shows them."""

    def __init__(self, form: PatientForm) -> None:
        super().__init__(form)
        self._form = form
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, form.theme.px(Space.TIGHT), 0, 0)
        self._row.setSpacing(form.theme.px(Space.NEAR))
        self._said = ""
        self._pause = QTimer(self, singleShot=True, interval=400)
        self._pause.timeout.connect(lambda: announce(self, self._said) if self._said else None)
        self.hide()

    def words(self) -> str:
        """What it says; empty while it says nothing."""
        return self._said

    def show_others(
        self, same_number: PatientRow | None, same_name: PatientRow | None, *, show: Callable[[str], object]
    ) -> None:
        """Say who has this number, or else who has a like name and the same date of birth."""
        other = same_number or same_name
        said = self._sentence(other, by_number=same_number is not None) if other is not None else ""
        if said == self._said:
            return
        self._said = said
        clear_layout(self._row)
        self.setVisible(other is not None)
        if other is None:
            return
        theme = self._form.theme
        tone = Tone.DANGER if same_number is not None else Tone.WAITING
        picture = QLabel(self)
        icon = "status-danger" if same_number is not None else "warning"
        picture.setPixmap(theme.pixmap(icon, tone, ratio=self.devicePixelRatioF()))
        self._row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        text = label(said, "strong", wrap=True)
        text.setProperty("tone", tone.value)
        self._row.addWidget(text, 1)
        patient = other.id
        link = Link("Show that record", lambda: show(patient), tip="What is typed here can be taken up again")
        self._row.addWidget(link_button(link, self), 0, Qt.AlignmentFlag.AlignTop)
        self._pause.start()

    @staticmethod
    def _sentence(other: PatientRow, *, by_number: bool) -> str:
        number = f", NHS {shown_nhs_number(other.nhs_number)}" if other.nhs_number else ""
        where = "has left the list" if other.state is PatientState.LEFT else "is on the list"
        who = f"{other.name}, born {words.born(other.born)}{number} ({other.id})"
        if by_number:
            return f"This NHS number {where} already: {who}."
        return f"Somebody with this date of birth and a like name {where}: {who}. Is it the same person?"
