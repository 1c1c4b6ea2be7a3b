"""A setting is registered, or what is known of it amended: one form for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from discharge.actions.settings import amend_setting, register_setting
from discharge.model.base import YesNo
from discharge.model.errors import UserError
from discharge.model.identifiers import cqc_id
from discharge.model.patient import SHIPPED_NEEDS
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.settings import SettingPage
from discharge.words import terms
from discharge.words.needs import ods_fault, other_needs, read_needs
from ui.frame.action_form import ActionForm, changes_of
from ui.frame.postcode_fill import PostcodeFill
from ui.frame.services import Services, Undo
from ui.frame.take_back import entry_back
from ui.widgets.authority import AuthorityField, AuthorityOffers
from ui.widgets.choice_fields import ChoiceField, TickListField
from ui.widgets.number_fields import AmountField, WholeNumberField
from ui.widgets.text_fields import TextAreaField, TextField

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.ask.queries import Queries

STAFFING = (("green", "Green: enough"), ("amber", "Amber: short"), ("red", "Red: unsafe"))


@dataclass(frozen=True, slots=True)
class SettingLists:
    """What the form offers."""

    areas: AuthorityOffers
    ids: Mapping[str, str]
    """Settings by CQC location id."""


def read_lists(queries: Queries) -> SettingLists:
    """Reads what the form offers; in the store's thread."""
    areas = {row.local_authority for row in queries.settings()}
    return SettingLists(AuthorityOffers(areas, own=queries.hub().areas), queries.setting_ids_by_cqc())


def cqc_fault(text: str) -> str:
    """What is wrong with a CQC location id, in a sentence."""
    try:
        cqc_id(text)
    except UserError as error:
        return str(error)
    return ""


class SettingForm(ActionForm):
    """The form of a setting. With `page` it amends that one.

    `made` is called with the id of a setting just registered, `add_unit` opens the form of its first unit.
    """

    def __init__(
        self,
        *,
        services: Services,
        organisms: Sequence[str],
        page: SettingPage | None = None,
        made: Callable[[str], object] | None = None,
        add_unit: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(
            f"Amend {page.row.name}" if page is not None else "Add setting",
            services=services,
            save_word="Save" if page is not None else "Add",
        )
        self._page = page
        self._made = made
        self._add_unit = add_unit
        self._ids: Mapping[str, str] = {}
        self._organisms = list(dict.fromkeys((*organisms, *(page.details.accepts_organisms if page else ()))))
        self._lay_out()
        self._fill()
        services.ask(read_lists, self._take_lists, replaces="setting_form")

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        theme = self.theme
        self.section("The setting")
        self.add(TextField("name", "Name", theme=theme, required=True, longest=500))
        self.add(ChoiceField("type", "Type", list(terms.SETTING_TYPES.items()), theme=theme, required=True))
        self.location = self.add(
            TextField(
                "cqc_id",
                "CQC location id",
                theme=theme,
                check=self._cqc_fault,
                longest=20,
                placeholder="1-112951275",
            )
        )
        self.add(TextField("ods_code", "ODS code", theme=theme, check=ods_fault, longest=10))
        self.area = self.add(AuthorityField(theme=theme))
        written = self.add(TextField("postcode", "Postcode", theme=theme, longest=20))
        self.add(TextField("address", "Address", theme=theme, longest=500), wide=True)
        place = (
            self.add(AmountField("latitude", "Latitude", theme=theme, least=-90, most=90)),
            self.add(AmountField("longitude", "Longitude", theme=theme, least=-180, most=180)),
        )
        self.postcode = PostcodeFill(
            self,
            services=self.services,
            written=written,
            place=place,
            area=self.area,
            amends=self._page is not None,
        )
        self.add(TextField("provider", "Provider", theme=theme, longest=200))
        self.add(
            ChoiceField("rating", "CQC rating", list(terms.RATINGS.items()), theme=theme, none="Not rated")
        )
        self.later(self._lay_out_whom, self._lay_out_contacts, self._lay_out_stand)

    def _lay_out_whom(self) -> None:
        theme = self.theme
        self.section("Whom it takes")
        self.add(
            TickListField(
                "accepts_organisms",
                "Accepts confirmed cases of",
                [(name, terms.organism_choice(name)) for name in self._organisms],
                theme=theme,
                columns=4,
                hint="Only what the setting has said itself: no home is forced to admit.",
            ),
            wide=True,
        )
        self.add(
            TickListField(
                "needs_met", "Meets", [(each, terms.NEEDS[each]) for each in SHIPPED_NEEDS], theme=theme
            ),
            wide=True,
        )
        self.add(
            TextField(
                "other_needs",
                "Other needs met",
                theme=theme,
                longest=500,
                placeholder="language:pl, …",
                hint="Parted by commas.",
            )
        )
        self.add(
            WholeNumberField(
                "max_admissions_per_day",
                "Admissions a day at most",
                theme=theme,
                most=100,
                example="No limit",
            )
        )
        self.add(WholeNumberField("age_min", "Age from", theme=theme, most=120))
        self.add(WholeNumberField("age_max", "Age to", theme=theme, most=120, hint="The limit included."))
        self.add(AmountField("weekly_fee", "Weekly fee", theme=theme, unit="pounds"))
        self.add(
            WholeNumberField(
                "registered_beds", "Registered beds", theme=theme, most=2_000, hint="Not what is free."
            )
        )

    def _lay_out_contacts(self) -> None:
        theme = self.theme
        self.section("Contacts")
        self.add(TextField("phone", "Telephone", theme=theme, longest=40))
        self.add(TextField("email", "Email", theme=theme, longest=200))
        self.add(TextField("registered_manager", "Registered manager", theme=theme, longest=200))
        self.add(
            TextField("contact", "Ask for", theme=theme, longest=200, hint="Who answers for beds, and when.")
        )
        self.add(TextField("deputy", "Deputy", theme=theme, longest=200))
        self.add(TextField("out_of_hours", "Telephone day and night", theme=theme, longest=40))
        self.add(
            ChoiceField(
                "nhsmail", "The email takes secure mail", terms.said(terms.ASKED), theme=theme,
                none=terms.ASKED[YesNo.NOT_KNOWN],
            )
        )  # fmt: skip
        self.add(TextField("clinical_lead", "Clinical lead", theme=theme, longest=200))
        self.add(TextField("pcn", "Primary care network", theme=theme, longest=200))
        self.add(TextField("gp_practice", "GP practice", theme=theme, longest=200))
        self.add(TextField("ipc_nurse", "Infection control nurse", theme=theme, longest=200))
        self.add(TextField("weekly_round", "Weekly round", theme=theme, longest=200))

    def _lay_out_stand(self) -> None:
        theme = self.theme
        self.section("How it stands")
        self.add(ChoiceField("staffing", "Staffing", STAFFING, theme=theme, none="Not said"))
        self.add(AmountField("ppe_days", "PPE for", theme=theme, unit="days", most=3_660))
        self.add(TextAreaField("notes", "Notes", theme=theme, rows=2, longest=2_000), wide=True)
        if self._page is not None:
            self.add_why_amended()

    def _fill(self) -> None:
        if self._page is None:
            self.set_values({"type": "care_home"})
            return
        details = self._page.details
        values: dict[str, Any] = {key: getattr(details, key) for key in SettingDetails.model_fields}
        values["other_needs"] = other_needs(details.needs_met)
        if details.nhsmail is YesNo.NOT_KNOWN:
            values["nhsmail"] = None
        self.set_values(values)
        self.postcode.stands(details.from_postcode)

    def _take_lists(self, lists: SettingLists) -> None:
        self._ids = lists.ids
        self.area.offer(lists.areas)

    def _cqc_fault(self, text: str) -> str:
        fault = cqc_fault(text)
        if fault:
            return fault
        other = self._ids.get(cqc_id(text))
        mine = self._page.row.id if self._page is not None else None
        return "A setting with this CQC location id is there already." if other not in (None, mine) else ""

    # ----------------------------------------------------------------- saving

    def check(self, values: Mapping[str, Any]) -> str:
        if (values["latitude"] is None) != (values["longitude"] is None):
            return "Give both latitude and longitude, or neither."
        low, high = values["age_min"], values["age_max"]
        if low is not None and high is not None and high < low:
            return "The greatest age lies below the least one."
        return ""

    def details(self, values: Mapping[str, Any]) -> SettingDetails:
        """What is entered, as the hub keeps it; raises ValidationError where it can't be."""
        given = {
            key: values[key]
            for key in SettingDetails.model_fields
            if key in values and values[key] is not None
        }
        given["needs_met"] = read_needs(values["needs_met"], values["other_needs"])
        if self._page is not None:
            given["uprn"] = self._page.details.uprn
        return SettingDetails(**given)

    def save(self, values: Mapping[str, Any]) -> None:
        try:
            details = self.details(values).model_copy(update={"from_postcode": self.postcode.mark()})
        except ValidationError as error:
            self.mark(error)
            return
        if self._page is None:
            self._register(details)
        else:
            self._amend(self._page, details, str(values.get("amend_reason") or ""))

    def _register(self, details: SettingDetails) -> None:
        add_unit = self._add_unit

        def next_step(changed: Changed) -> Undo | None:
            if add_unit is None:
                return None
            setting = changed.first

            def go_on() -> None:
                add_unit(setting)

            return Undo("Add its first unit", call=go_on)

        def then(changed: Changed) -> None:
            if self._made is not None:
                self._made(changed.first)

        self.perform(
            partial(register_setting, details=details),
            done=f"{details.name} is registered. It takes nobody until its capacity is known.",
            undo=next_step,
            then=then,
        )

    def _amend(self, page: SettingPage, details: SettingDetails, reason: str) -> None:
        changes = changes_of(page.details, details)
        if not changes:
            self.unchanged()
            return
        setting = page.row.id
        self.perform(
            partial(amend_setting, setting=setting, changes=changes, reason=reason),
            done=f"{details.name} is amended.",
            undo=entry_back("Amend back"),
        )
