"""A setting's units and their groups of like beds: add, amend, say what is free, take out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from pydantic import ValidationError

from discharge.actions.settings import add_unit, amend_unit, remove_beds, set_beds
from discharge.model.patient import SHIPPED_NEEDS
from discharge.model.setting import Beds, Free, Unit
from discharge.model.setting_record import Contract
from discharge.model.shown.settings import BedsView, SettingPage, UnitView
from discharge.rules.careful import doubt_words, fitted
from discharge.words import terms
from discharge.words.needs import other_needs, read_needs
from ui.frame.action_form import ActionForm
from ui.frame.hits import WhomFewerBedsHit, WhomItHitsThere
from ui.frame.services import Services, Undo
from ui.frame.take_back import entry_back
from ui.theme.theme import Theme
from ui.widgets.choice_fields import ChoiceField, TickListField
from ui.widgets.date_fields import DateField
from ui.widgets.field import Field
from ui.widgets.given import GivenFields
from ui.widgets.number_fields import WholeNumberField
from ui.widgets.pickers import RowDateField, RowsField
from ui.widgets.text_fields import TextField

NEW = ""
"""The choice of a group of beds that isn't there yet."""


def free_field(
    key: str, name: str, *, theme: Theme, services: Services, titled: bool = True, hint: str = ""
) -> RowsField:
    """What is free in one group of beds: how many, from when, until when. Overlapping rows add up."""
    today = services.today

    def make() -> Sequence[Field]:
        start = RowDateField("from", "From", theme=theme, today=today, required=True)
        start.set_value(today())
        return (
            WholeNumberField("count", "Beds free", theme=theme, most=500, required=True),
            start,
            RowDateField("to", "Until (not that night)", theme=theme, today=today),
        )

    def read(fields: Sequence[Field]) -> Free | None:
        count, start, end = (field.value() for field in fields)
        if not count or start is None or (end is not None and end < start):
            return None
        return Free(start=start, end=end, count=count)

    def write(fields: Sequence[Field], free: Free) -> None:
        for field, value in zip(fields, (free.count, free.start, free.end), strict=True):
            field.set_value(value)

    def fault(fields: Sequence[Field]) -> str:
        start, end = fields[1].value(), fields[2].value()
        return "The beds would go before they come." if start and end and end <= start else ""

    return RowsField(
        key,
        name,
        theme=theme,
        make_row=make,
        read_row=read,
        write_row=write,
        row_fault=fault,
        add_word="Add beds free",
        stretch=(1, 2, 2),
        titled=titled,
        hint=hint,
    )


def still_to_come(free: Sequence[Free], *, services: Services) -> tuple[Free, ...]:
    """The spans that aren't over."""
    today = services.today()
    return tuple(span for span in free if span.end is None or span.end > today)


def is_fewer(before: Sequence[Free], after: Sequence[Free], *, today: date) -> bool:
    """Whether on some night from today on fewer beds are free after than before."""
    spans = (*before, *after)
    turns = {today, *(day for each in spans for day in (each.start, each.end) if day is not None)}
    return any(free_on(after, night) < free_on(before, night) for night in turns if night >= today)


def free_on(free: Sequence[Free], night: date) -> int:
    """Beds free on this night, as they were said."""
    return sum(span.count for span in free if span.covers(night))


def beds_words(beds: BedsView) -> str:
    """A group of beds in a line: "Rowan 1: General nursing, en-suite, women"."""
    sex = f", {terms.BED_SEXES[beds.sex].lower()}" if beds.sex != "any" else ""
    return f"{terms.CATEGORIES[beds.category]}, {terms.ROOMS[beds.room].lower()}{sex}"


def _unit_field(page: SettingPage, *, theme: Theme) -> ChoiceField[str]:
    """Which of a setting's units it is."""
    units = [(each.id, each.id) for each in page.units]
    return ChoiceField("unit", "Unit", units, theme=theme, none="", required=True)


class UnitForm(ActionForm):
    """Adds a unit, or amends how one isolates. `add_beds` opens the form of a new unit's first beds."""

    def __init__(
        self,
        page: SettingPage,
        *,
        services: Services,
        organisms: Sequence[str],
        unit: str | None = None,
        is_new: bool = False,
        add_beds: Callable[[str, str], object] | None = None,
    ) -> None:
        super().__init__(
            f"{'Add a unit' if is_new else 'Amend a unit'}: {page.row.name}",
            services=services,
            save_word="Add" if is_new else "Save",
        )
        self._page = page
        self._is_new = is_new
        self._add_beds = add_beds
        self.which: ChoiceField[str] | None = None
        theme = self.theme
        if is_new:
            self.add(
                TextField(
                    "id",
                    "Name of the unit",
                    theme=theme,
                    required=True,
                    longest=100,
                    check=self._name_fault,
                    placeholder="Rowan unit",
                )
            )
        else:
            self.which = self.add(_unit_field(page, theme=theme))
            if unit is not None:
                self.which.set_value(unit)
            self.which.changed.connect(self._fill)
        self.isolation = self.add(
            ChoiceField(
                "isolation",
                "Isolation",
                list(terms.ISOLATIONS.items()),
                theme=theme,
                none="Choose …",
                required=True,
            )
        )
        self.places = self.add(
            WholeNumberField(
                "isolation_places",
                "Isolation places",
                theme=theme,
                most=500,
                hint="People who can isolate here at once. Unknown counts as none.",
            )
        )
        self.cohort = self.add(
            ChoiceField(
                "cohort_organism",
                "Only with",
                [(name, terms.organism_choice(name)) for name in organisms],
                theme=theme,
                none="Whatever is there first",
            )
        )
        self.add(
            TickListField(
                "needs_met",
                "Meets",
                [(each, terms.NEEDS[each]) for each in SHIPPED_NEEDS],
                theme=theme,
                hint="Beyond what the whole setting meets.",
            ),
            wide=True,
        )
        self.add(
            TextField("other_needs", "Other needs met", theme=theme, longest=500, hint="Parted by commas.")
        )
        self.whom = None if is_new else WhomItHitsThere(self, setting=page.row.id)
        self.isolation.changed.connect(self._adapt)
        self._fill()

    def _name_fault(self, text: str) -> str:
        there = any(each.id.casefold() == text.casefold() for each in self._page.units)
        return "A unit of this setting is called that already." if there else ""

    def _unit(self) -> UnitView | None:
        name = self.which.value() if self.which is not None else None
        return next((each for each in self._page.units if each.id == name), None)

    def _fill(self) -> None:
        unit = self._unit()
        if unit is not None and self.whom is not None:
            self.whom.heed(unit.id)
        if unit is not None:
            self.set_values(
                {
                    "isolation": unit.isolation,
                    "isolation_places": unit.isolation_places,
                    "cohort_organism": unit.cohort_organism,
                    "needs_met": unit.needs_met,
                    "other_needs": other_needs(unit.needs_met),
                }
            )
        self._adapt()

    def _adapt(self) -> None:
        isolation = self.isolation.value()
        self.places.setVisible(isolation in ("rooms", "cohort"))
        self.cohort.setVisible(isolation == "cohort")

    def save(self, values: Mapping[str, Any]) -> None:
        changes = {
            "isolation": values["isolation"],
            "isolation_places": values.get("isolation_places"),
            "cohort_organism": values.get("cohort_organism"),
            "needs_met": read_needs(values["needs_met"], values["other_needs"]),
        }
        if self._is_new:
            self._save_new(str(values["id"]), changes)
            return
        unit = self._unit()
        assert unit is not None
        changed = {key: value for key, value in changes.items() if getattr(unit, key) != value}
        if not changed:
            self.unchanged()
            return
        setting = self._page.row.id
        self.perform(
            partial(amend_unit, setting=setting, unit=unit.id, changes=changed),
            done=f"Unit {unit.id} of {self._page.row.name} is amended.",
            undo=entry_back("Amend back"),
        )

    def _save_new(self, name: str, facts: Mapping[str, Any]) -> None:
        try:
            unit = Unit(id=name, **facts)
        except ValidationError as error:
            self.mark(error)
            return
        setting, add_beds = self._page.row.id, self._add_beds

        def next_step() -> None:
            if add_beds is not None:
                add_beds(setting, name)

        self.perform(
            partial(add_unit, setting=setting, unit=unit),
            done=f"Unit {name} is added to {self._page.row.name}. It has no beds yet.",
            undo=Undo("Add its beds", call=next_step) if add_beds is not None else None,
        )


class BedsForm(ActionForm):
    """A group of like beds: its kind, and what is free from when. Adds one, or replaces what is on record."""

    def __init__(self, page: SettingPage, *, services: Services, unit: str = "", beds: str = NEW) -> None:
        super().__init__(f"Beds: {page.row.name}", services=services)
        self._page = page
        theme = self.theme
        self.unit = self.add(_unit_field(page, theme=theme))
        self.group = self.add(
            ChoiceField[str]("group", "Group of beds", [], theme=theme, none="", required=True)
        )
        self.name = self.add(
            TextField(
                "id",
                "Name of the group",
                theme=theme,
                required=True,
                longest=100,
                check=self._name_fault,
                placeholder="Single rooms, first floor",
            ),
            wide=True,
        )
        self.category = self.add(
            ChoiceField(
                "category", "Category of care", list(terms.CATEGORIES.items()), theme=theme, required=True
            )
        )
        self.room = self.add(
            ChoiceField("room", "Room", list(terms.ROOMS.items()), theme=theme, required=True)
        )
        self.sex = self.add(
            ChoiceField("sex", "For", list(terms.BED_SEXES.items()), theme=theme, none="", required=True)
        )
        self.section("What is free", remark="Overlapping rows add up")
        self.free = self.add(
            free_field(
                "free",
                "Free",
                theme=theme,
                services=services,
                titled=False,
                hint="No row: nothing is free.",
            ),
            wide=True,
        )
        self.section("Who commissions them", remark="Asked by no plan")
        self.contract = self.add(
            ChoiceField(
                "contract", "Bought by", list(terms.COMMISSIONED.items()), theme=theme, none="Not known"
            )
        )
        self.contract_start = self.add(
            DateField("contract_start", "Contract from", theme=theme, today=services.today)
        )
        self.contract_end = self.add(
            DateField("contract_end", "Contract to", theme=theme, today=services.today, hint="Its last day.")
        )
        self.contract.changed.connect(self._adapt)
        self.section("Whose word it is")
        self.given = GivenFields(
            self, required=False, number=page.details.phone, hint="Leave empty where it stands in a file."
        )
        self.whom = WhomFewerBedsHit(self, setting=page.row.id)
        self.free.changed.connect(self._fit_whom)
        self.unit.changed.connect(self._offer_groups)
        self.group.changed.connect(self._fill)
        self.unit.set_value(unit or (page.units[0].id if page.units else None))
        self._offer_groups()
        self.group.set_value(beds)
        self._fill()
        self._first = self.values()

    def _unit(self) -> UnitView | None:
        return next((each for each in self._page.units if each.id == self.unit.value()), None)

    def _beds(self) -> BedsView | None:
        unit, name = self._unit(), self.group.value()
        return next((each for each in unit.beds if each.id == name), None) if unit is not None else None

    def _offer_groups(self) -> None:
        unit = self._unit()
        there = (
            [(each.id, f"{each.id}: {beds_words(each)}") for each in unit.beds] if unit is not None else []
        )
        self.group.set_choices([*there, (NEW, "A new group")])
        self._fill()

    def _fit_whom(self) -> None:
        beds, today = self._beds(), self.services.today()
        fewer = beds is not None and is_fewer(beds.free, self.free.value() or (), today=today)
        self.whom.heed_fewer([(str(self.unit.value()), beds.id)] if beds is not None and fewer else [])

    def _name_fault(self, text: str) -> str:
        unit = self._unit()
        there = unit is not None and any(each.id.casefold() == text.casefold() for each in unit.beds)
        return "A group of this unit is called that already." if there and self._beds() is None else ""

    def _fill(self) -> None:
        beds = self._beds()
        self.name.setVisible(beds is None)
        if beds is None:
            self.free.set_value((Free(start=self.services.today(), count=1),))
            self.sex.set_value("any")
            self._fill_contract(Contract())
            return
        self._fill_contract(beds.contract or Contract())
        for field, value in (
            (self.category, beds.category),
            (self.room, beds.room),
            (self.sex, beds.sex),
            (self.free, still_to_come(beds.free, services=self.services)),
        ):
            field.set_value(value)

    def _fill_contract(self, contract: Contract) -> None:
        self.contract.set_value(contract.kind)
        self.contract_start.set_value(contract.start)
        self.contract_end.set_value(contract.end)
        self._adapt()

    def _adapt(self) -> None:
        """A contract has days where it is known what it is."""
        for field in (self.contract_start, self.contract_end):
            field.setVisible(self.contract.value() is not None)

    def check(self, values: Mapping[str, Any]) -> str:
        start, end = values.get("contract_start"), values.get("contract_end")
        if start is not None and end is not None and end < start:
            return "The contract would end before it starts."
        return self.given.check(values)

    def _contract(self, values: Mapping[str, Any]) -> Contract:
        kind = values["contract"]
        if kind is None:
            return Contract()
        return Contract(kind=kind, start=values.get("contract_start"), end=values.get("contract_end"))

    def save(self, values: Mapping[str, Any]) -> None:
        before = self._beds()
        unit, setting = str(values["unit"]), self._page.row.id
        try:
            beds = Beds(
                id=before.id if before is not None else values["id"],
                category=values["category"],
                room=values["room"],
                sex=values["sex"],
                free=values["free"],
            )
        except ValidationError as error:
            self.mark(error)
            return
        others = [
            each.free for one in self._page.units for each in one.beds if (one.id, each.id) != (unit, beds.id)
        ]
        registered = self._page.details.registered_beds
        doubts = fitted([*others, beds.free], registered, today=self.services.today()).doubts
        taken = f" {doubt_words(doubts)}" if doubts else ""
        self.perform(
            partial(
                set_beds,
                setting=setting,
                unit=unit,
                beds=beds,
                contract=self._contract(values),
                given=self.given.given(values),
            ),
            done=f"{self._page.row.name}, {unit}: {beds.id} is on record.{taken}",
            undo=entry_back("Take out again" if before is None else "Put back"),
        )


class RemoveBedsForm(ActionForm):
    """Takes a group of beds out, with the reason."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__(f"Take beds out: {page.row.name}", services=services, save_word="Take beds out")
        self._page = page
        self._groups = [(unit, beds) for unit in page.units for beds in unit.beds]
        self.which = self.add(
            ChoiceField(
                "which",
                "Group of beds",
                [
                    (at, f"{unit.id} · {beds.id}: {beds_words(beds)}")
                    for at, (unit, beds) in enumerate(self._groups)
                ],
                theme=self.theme,
                required=True,
                hint="Whoever is in one of them, or on the way, is flagged with the step that mends it.",
            ),
            wide=True,
        )
        self.reason = self.add(
            TextField(
                "reason", "Why", theme=self.theme, required=True, longest=200, placeholder="Closed for repair"
            ),
            wide=True,
        )
        self.whom = WhomItHitsThere(self, setting=page.row.id)
        self.which.changed.connect(self._fit_whom)
        self._fit_whom()

    def _fit_whom(self) -> None:
        at = self.which.value()
        if at is not None:
            unit, beds = self._groups[at]
            self.whom.heed(unit.id, beds.id)

    def save(self, values: Mapping[str, Any]) -> None:
        unit, beds = self._groups[values["which"]]
        setting = self._page.row.id
        self.perform(
            partial(remove_beds, setting=setting, unit=unit.id, beds=beds.id, reason=str(values["reason"])),
            done=f"{self._page.row.name}, {unit.id}: {beds.id} is taken out.",
            undo=entry_back("Put back"),
        )
