"""The fields of a person's form, section by section: what is filled in first comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from discharge.model.base import YesNo
from discharge.model.birth import age_on, birth_words
from discharge.model.identifiers import NoNumber
from discharge.model.patient import SHIPPED_NEEDS
from discharge.model.patient_record import READINESS, Capacity, Delay
from discharge.words import terms
from discharge.words.counts import count_words
from ui.frame.postcode_fill import PostcodeFill
from ui.frame.services import Services
from ui.patients.reasons import ReasonField
from ui.widgets.authority import AuthorityField
from ui.widgets.choice_fields import ChoiceField, TickField, TickListField
from ui.widgets.date_fields import DateField, InstantField
from ui.widgets.field import Field
from ui.widgets.form import FormDialog
from ui.widgets.hospital import HospitalField
from ui.widgets.number_fields import AmountField, WholeNumberField
from ui.widgets.pickers import PickField, PickManyField, RowDateField, RowsField, SuggestField
from ui.widgets.text_fields import NhsNumberField, TextAreaField, TextField

OLDEST = date(1900, 1, 1)
DEFAULT_ORGANISM = "sars-cov-2"
DNACPR = ("In place", "Not in place", "Not known")
HANDOVER = (
    "admission_reason", "dnacpr", "ethnicity", "religion", "funding_route", "allergies", "medicines",
    "equipment", "communication", "ward_phone", "gp_phone",
)  # fmt: skip
"""Texts for the hand-over; then dates and numbers; then what was done or wasn't."""
HANDOVER_SAID = (
    "medicines_days", "dnacpr_reviewed_on", "fast_track_on", "fast_track_decided_on", "chc_referred_on",
    "chc_decided_on",
)  # fmt: skip
HANDOVER_ASKED = ("dnacpr_seen", "ppe_sent")
BESIDE_MATCHING = (
    "hospital_number", "named_lead", "admitted_on", "expected_on", "home_address", "gp_practice",
    "mental_capacity", "best_interests_by", "dols_asked", "family_asked", "carer_asked",
)  # fmt: skip
"""What a hub needs of a person and no plan asks for."""


class BornField(DateField):
    """A date of birth: two figures of a year mean the past, and the age stands below.

    Where the day isn't known, what is known stands here instead: "1934", "about 80", "not known".
    """

    def __init__(self, key: str, name: str, **more: Any) -> None:
        super().__init__(key, name, **more)
        self.editor.setPlaceholderText("3/2/38, or 1934, or not known")

    def known(self) -> str | None:
        """What is known of a date that isn't known to the day, as it is kept; None where it isn't said so."""
        return None if self.empty() else birth_words(self.editor.text(), today=self._today())

    def value(self) -> date | str | None:
        """The date; where it isn't known to the day the words that are kept, empty where nothing is known."""
        known = self.known()
        return self.day() if known is None else known

    def day(self) -> date | None:
        """The date, or None."""
        if self.known() is not None:
            return None
        day = super().day()
        if day is None or day <= self._today() or str(day.year) in self.editor.text():
            return day
        return day.replace(year=day.year - 100, day=28 if (day.month, day.day) == (2, 29) else day.day)

    def set_value(self, value: object) -> None:
        if isinstance(value, date):
            self.editor.setText(terms.born(value))
        else:
            self.editor.setText("" if value is None else str(value) or "not known")

    def _fault(self) -> str:
        return "" if self.known() is not None else super()._fault()

    def _remark(self) -> str:
        known = self.known()
        if known is not None:
            kept = f"Kept as “{known}”, the day not known" if known else "Not known"
            return f"{kept}: homes with a limit of age are left out until it is."
        day, today = self.day(), self._today()
        if day is None or day > today:
            return self._hint
        return f"{count_words(age_on(day, today), 'year')} old"


class TestFields:
    """The first test and the symptoms of somebody who is new."""

    __test__ = False

    def __init__(self, form: FormDialog, *, services: Services) -> None:
        self._form = form
        self._place = services
        self._test()
        self.outcome.changed.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Shows what hangs on the result."""
        result = self.outcome.value()
        for field in (self.organism, self.specimen):
            field.setVisible(result is not None)
        self.reported.setVisible(result is not None and result != "pending")

    def _test(self) -> None:
        theme, now = self._form.theme, self._place.now
        self._form.section("Result of the test", remark="Further results are recorded later, one by one")
        self.outcome = self._form.add(
            ChoiceField(
                "test_result",
                "Result",
                list(terms.RESULTS.items()),
                theme=theme,
                none="Not tested",
                hint="Unknown never passes: without a result nobody leaves for a care setting where "
                "the rules ask for one.",
            )
        )
        self.organism = self._form.add(
            ChoiceField(
                "test_organism",
                "Organism",
                [(DEFAULT_ORGANISM, terms.organism_choice(DEFAULT_ORGANISM))],
                theme=theme,
                none="",
            )
        )
        self.specimen = self._form.add(
            InstantField("specimen_at", "Specimen taken", theme=theme, now=now, past=True, required=True)
        )
        self.reported = self._form.add(
            InstantField("reported_at", "Result reported", theme=theme, now=now, past=True, required=True)
        )
        self.onset = self._form.add(
            DateField("onset_on", "Symptoms since", theme=theme, today=self._place.today, past=True)
        )


class PatientFields:
    """Lays the fields out in a form, all but the first sections by and by; those that hang on each other, or
    are filled from lists, by name.

    With `is_new` there is a section for the first test and symptoms. `below_who` stands under who it is.
    """

    def __init__(self, form: FormDialog, *, services: Services, is_new: bool, below_who: QWidget) -> None:
        self._form = form
        self._place = services
        self._is_new = is_new
        self.test: TestFields | None = None
        self._who(below_who)
        self._care()
        form.later(
            *((self._test,) if is_new else ()),
            self._where,
            self._leaving,
            self._needs,
            self._handover,
            self._handover_on,
            self._beside_matching,
            self._decisions,
        )

    def _test(self) -> None:
        self.test = TestFields(self._form, services=self._place)

    def _who(self, below_who: QWidget) -> None:
        theme, today = self._form.theme, self._place.today
        remark = "Ctrl+V takes a row copied from a spreadsheet" if self._is_new else ""
        self._form.section("Who", remark=remark)
        self.name_field = self._form.add(
            TextField(
                "name",
                "Name",
                theme=theme,
                required=True,
                longest=200,
                placeholder="First name and last name",
            )
        )
        self.born = self._form.add(
            BornField(
                "born", "Date of birth", theme=theme, today=today, earliest=OLDEST, past=True, required=True
            )
        )
        self.number = self._form.add(NhsNumberField(theme=theme, required=True))
        self.sex = self._form.add(
            ChoiceField("sex", "Sex", list(terms.SEXES.items()), theme=theme, required=True)
        )
        self.no_number = self._form.add(
            ChoiceField(
                "no_number",
                "No NHS number, because",
                [(each, each.words) for each in NoNumber],
                theme=theme,
                none="There is a number",
            )
        )
        self._form.add_widget(below_who)

    def _care(self) -> None:
        theme = self._form.theme
        self._form.section("Pathway and care")
        self._form.add(
            ChoiceField("pathway", "Pathway", list(terms.PATHWAYS.items()), theme=theme, required=True)
        )
        self._form.add(
            ChoiceField("priority", "Priority", list(terms.PRIORITIES.items()), theme=theme, required=True)
        )
        self.level = self._form.add(
            ChoiceField(
                "level",
                "Level of care",
                list(terms.LEVELS.items()),
                theme=theme,
                none="Not known yet",
                hint="Nobody on P2 or P3 fits a bed without it.",
            )
        )
        self.specialism = self._form.add(
            ChoiceField(
                "specialism", "Specialism", list(terms.SPECIALISMS.items()), theme=theme, none="Not known yet"
            )
        )
        self.level.changed.connect(self._usual_specialism)

    def _usual_specialism(self) -> None:
        """A level that is chosen first is a general one, until somebody says otherwise."""
        if self.level.value() is not None and self.specialism.value() is None:
            self.specialism.set_value("general")

    def _needs(self) -> None:
        theme = self._form.theme
        self._form.section("Needs")
        self._form.add(
            TickListField(
                "needs", "Needs", [(each, terms.NEEDS[each]) for each in SHIPPED_NEEDS], theme=theme
            ),
            wide=True,
        )
        self._form.add(
            TextField(
                "other_needs",
                "Other needs",
                theme=theme,
                longest=500,
                placeholder="language:pl, …",
                hint="Parted by commas, as the settings name them.",
            )
        )
        self._form.add(
            WholeNumberField(
                "stay_days",
                "Days to stay",
                theme=theme,
                least=1,
                most=3_660,
                hint="On P2: how long the stay is meant to be.",
            )
        )
        self._form.add(
            TickField(
                "immunosuppressed",
                "Immunosuppressed",
                theme=theme,
                hint="Isolation then ends by a clinician's date alone.",
            ),
            wide=True,
        )

    def _where(self) -> None:
        theme = self._form.theme
        self._form.section("Where")
        self.area = self._form.add(AuthorityField(theme=theme))
        written = self._form.add(TextField("postcode", "Home postcode", theme=theme, longest=20))
        self.latitude = self._form.add(AmountField("latitude", "Latitude", theme=theme, least=-90, most=90))
        self.longitude = self._form.add(
            AmountField("longitude", "Longitude", theme=theme, least=-180, most=180)
        )
        self.postcode = PostcodeFill(
            self._form,
            services=self._place,
            written=written,
            place=(self.latitude, self.longitude),
            area=self.area,
            amends=not self._is_new,
        )
        self._form.add(
            AmountField(
                "max_km",
                "At most this far",
                theme=theme,
                unit="km",
                most=2_000,
                hint="From home, as the crow flies.",
            )
        )
        self._form.add(AmountField("max_weekly_fee", "Weekly fee at most", theme=theme, unit="pounds"))
        self.usual = self._form.add(
            PickField(
                "usual_setting",
                "Lives in",
                theme=theme,
                noun="setting of this hub",
                hint="The care home they go back to on P0.",
            )
        )
        self.together = self._form.add(
            PickField("together_with", "Stays together with", theme=theme, noun="person on the list")
        )
        self.preferred = self._form.add(
            PickManyField(
                "preferred",
                "Would like to go to",
                theme=theme,
                noun="setting of this hub",
                hint="Best first.",
            ),
            wide=True,
        )

    def _leaving(self) -> None:
        theme, today = self._form.theme, self._place.today
        self._form.section("Leaving hospital")
        self.hospital = self._form.add(HospitalField(theme=theme))
        self._form.add(TextField("ward", "Ward", theme=theme, longest=200))
        self._form.add(
            DateField(
                "no_longer_meets_on",
                "Discharge ready date",
                theme=theme,
                today=today,
                past=True,
                hint="Since when they don't meet the criteria to reside; anew where they met them again.",
            )
        )
        self.ready = self._form.add(
            DateField("ready_on", "Ready to leave on", theme=theme, today=today, required=True)
        )
        self._form.add(TextField("referrer", "Referred by", theme=theme, longest=200))
        self._form.add(
            TickListField(
                "readiness",
                "Ready so far",
                [(each, terms.READINESS[each]) for each in READINESS],
                theme=theme,
            ),
            wide=True,
        )
        self._form.add(self._delays(), wide=True)

    def _delays(self) -> RowsField:
        theme, today = self._form.theme, self._place.today

        def make() -> Sequence[Field]:
            since = RowDateField("since", "Since", theme=theme, today=today, past=True, required=True)
            since.set_value(today())
            return (
                ReasonField(
                    "reason",
                    "Reason",
                    theme=theme,
                    today=today,
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
            stretch=(4, 2, 2),
            hint="Published reasons. The first is the main one, by which they are counted.",
        )

    def _handover(self) -> None:
        theme = self._form.theme
        self._form.section("For the hand-over alone", remark="Never used to match or to order")
        self._form.add(
            TextAreaField("handover.admission_reason", "Why in hospital", theme=theme, rows=2, longest=2_000),
            wide=True,
        )
        self._form.add(TextAreaField("next_of_kin", "Next of kin", theme=theme, rows=2, longest=2_000))
        self._form.add(TextAreaField("notes", "Notes", theme=theme, rows=2, longest=2_000))
        self._form.add(SuggestField("handover.dnacpr", "DNACPR", theme=theme, suggestions=DNACPR))
        self._asked("handover.dnacpr_seen", "DNACPR form seen")
        self._past("handover.dnacpr_reviewed_on", "DNACPR reviewed on")
        self._form.add(
            SuggestField("handover.funding_route", "Funding route", theme=theme, suggestions=terms.FUNDING)
        )
        self._form.add(TextField("handover.ethnicity", "Ethnicity", theme=theme, longest=200))
        self._form.add(TextField("handover.religion", "Religion", theme=theme, longest=200))

    def _handover_on(self) -> None:
        theme = self._form.theme
        self._form.add(TextAreaField("handover.allergies", "Allergies", theme=theme, rows=2, longest=2_000))
        self._form.add(TextAreaField("handover.medicines", "Medicines", theme=theme, rows=2, longest=2_000))
        self._form.add(
            WholeNumberField(
                "handover.medicines_days", "Medicines go along for", theme=theme, most=90, unit="days"
            )
        )
        self._form.add(
            TextAreaField(
                "handover.equipment", "Equipment", theme=theme, rows=2, longest=2_000,
                hint="What goes along or is there already; “none” where none is needed.",
            )
        )  # fmt: skip
        self._asked("handover.ppe_sent", "PPE for seven days goes along")
        self._form.add(TextField("handover.ward_phone", "The ward's telephone", theme=theme, longest=40))
        self._form.add(TextField("handover.gp_phone", "The GP's telephone", theme=theme, longest=40))
        self._form.add(
            TextAreaField("handover.communication", "Communication", theme=theme, rows=2, longest=2_000),
            wide=True,
        )

    def _asked(self, key: str, name: str) -> None:
        """Something that was done or wasn't; nothing chosen where nobody knows."""
        choices = terms.said(terms.ASKED)
        none = terms.ASKED[YesNo.NOT_KNOWN]
        self._form.add(ChoiceField(key, name, choices, theme=self._form.theme, none=none))

    def _past(self, key: str, name: str) -> None:
        self._form.add(DateField(key, name, theme=self._form.theme, today=self._place.today, past=True))

    def _beside_matching(self) -> None:
        theme, today = self._form.theme, self._place.today
        self._form.fold(
            "Hospital number, GP, named lead, capacity", tip="Optional, and never used to match or to order"
        )
        self._form.add(TextField("hospital_number", "Hospital number", theme=theme, longest=200))
        self.lead = self._form.add(
            PickField(
                "named_lead",
                "Named lead",
                theme=theme,
                noun="person of this hub",
                hint="Who at the hub has this person.",
            )
        )
        self._form.add(
            DateField("admitted_on", "Admitted to hospital on", theme=theme, today=today, past=True)
        )
        self._form.add(
            DateField(
                "expected_on",
                "Expected date of discharge",
                theme=theme,
                today=today,
                hint="As the ward says it; plans go by “Ready to leave on”.",
            )
        )
        self._form.add(TextAreaField("home_address", "Home address", theme=theme, rows=2, longest=2_000))
        self._form.add(TextField("gp_practice", "GP practice", theme=theme, longest=200))
        self.capacity = self._form.add(
            ChoiceField(
                "mental_capacity",
                "Capacity to decide about this move",
                terms.said(terms.CAPACITY),
                theme=theme,
                none=terms.CAPACITY[Capacity.NOT_KNOWN],
            )
        )
        self.best_interests_by = self._form.add(
            TextField("best_interests_by", "Decided in their best interests by", theme=theme, longest=200)
        )
        self.capacity.changed.connect(self._fit_capacity)
        self._fit_capacity()

    def _decisions(self) -> None:
        for key, name in (
            ("dols_asked", "DoLS asked for"),
            ("family_asked", "Family asked"),
            ("carer_asked", "Unpaid carer asked"),
        ):
            self._asked(key, name)
        self._past("handover.fast_track_on", "Fast track (CHC) sent on")
        self._past("handover.fast_track_decided_on", "Fast track answered on")
        self._past("handover.chc_referred_on", "CHC referred on")
        self._past("handover.chc_decided_on", "CHC decided on")

    def _fit_capacity(self) -> None:
        """Who decides is asked only where it is decided for them."""
        self.best_interests_by.setVisible(self.capacity.value() == Capacity.BEST_INTERESTS)
