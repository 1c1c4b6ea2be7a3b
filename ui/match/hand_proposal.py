"""A placement is proposed by hand: who, where, from when; the rules answer as one chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from discharge.actions.placements import assess, propose_by_hand
from discharge.model.patient import USUAL_STAY_DAYS, Pathway
from discharge.model.placement import StayChoice
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.patients import PatientRow
from discharge.model.shown.plans import Assessed
from discharge.model.shown.settings import BedsView, SettingPage, UnitView
from discharge.words import terms
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import all_back
from ui.theme.status import Status, danger, done, neutral, waiting
from ui.theme.theme import Theme
from ui.widgets.choice_fields import ChoiceField, TickField
from ui.widgets.date_fields import DateField
from ui.widgets.pickers import Offers, PickField
from ui.widgets.principle import PrincipleField
from ui.widgets.text import SectionHeading, label, line
from ui.widgets.text_fields import TextAreaField
from ui.words.plans import REQUIREMENT_WORDS, organisms_words
from ui.words.who import told_apart

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

_ROOMS = {"shared": "shared room", "single": "single room", "ensuite": "en-suite room"}
_ISOLATION = {"none": "", "rooms": "isolates in rooms", "cohort": "isolates in a cohort"}
BedsKey = tuple[str, str]
"""Unit and beds."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A stay that is filled in ahead: the setting, and what else is known of it."""

    setting: str
    beds: BedsKey | None = None
    start: date | None = None
    end: date | None = None


def _named(queries: Queries) -> Offers:
    """Every setting by its name; one that has sent no return says so, as it takes nobody (N8)."""
    return Offers(
        {
            row.id: f"{row.name} · no return" if row.capacity_age is CapacityAge.NONE else row.name
            for row in queries.settings()
        }
    )


class StayFields:
    """The fields of one stay: setting, beds, from, to."""

    def __init__(self, form: HandProposalForm, key: str, *, theme: Theme, services: Services) -> None:
        self._form = form
        self._services = services
        self._key = key
        self._page: SettingPage | None = None
        self._wanted: BedsKey | None = None
        self._is_filled = False
        """The setting was filled in ahead: some beds of it are, too, so that the rules speak at once."""
        self.setting = form.add(
            PickField(f"{key}_setting", "Setting", theme=theme, noun="setting of this hub", required=True)
        )
        self.beds: ChoiceField[BedsKey] = form.add(
            ChoiceField(f"{key}_beds", "Beds", [], theme=theme, none="Choose the beds", required=True)
        )
        self.start = form.add(
            DateField(
                f"{key}_start",
                "From",
                theme=theme,
                today=services.today,
                required=True,
                earliest=services.today(),
                hint="The first night.",
            )
        )
        self.end = form.add(
            DateField(
                f"{key}_end",
                "To",
                theme=theme,
                today=services.today,
                hint="The first day not there any more; empty: open-ended.",
            )
        )
        self.companion_beds: ChoiceField[BedsKey] = form.add(
            ChoiceField(f"{key}_companion", "Their companion's beds", [], theme=theme, none="Choose …")
        )
        self.setting.changed.connect(self._setting_chosen)
        for field in (self.beds, self.start, self.end, self.companion_beds):
            field.changed.connect(form.chosen)

    def fill(self, preset: Preset) -> None:
        """Fills in a stay; its beds as soon as the setting is read."""
        self._wanted, self._is_filled = preset.beds, True
        if preset.start is not None:
            self.start.set_value(preset.start)
            self.end.set_value(preset.end)
        self.setting.set_value(preset.setting)
        self._setting_chosen()

    def show(self, shown: bool, *, companion: str) -> None:
        """Whether the stay is asked for, and for whom else."""
        for field in (self.setting, self.beds, self.start, self.end):
            field.setVisible(shown)
        self.companion_beds.setVisible(shown and bool(companion))
        self.companion_beds.set_required(bool(companion))

    def choices(self, *, companion: bool) -> tuple[StayChoice, StayChoice | None] | None:
        """The stay that is chosen, and the companion's; None where something is still missing."""
        setting, beds, start, end = (
            self.setting.value(), self.beds.value(), self.start.value(), self.end.value(),
        )  # fmt: skip
        if setting is None or beds is None or start is None or (end is not None and end <= start):
            return None
        mine = _choice(setting, beds, start, end)
        if not companion:
            return mine, None
        other = self.companion_beds.value()
        return None if other is None else (mine, _choice(setting, other, start, end))

    def _setting_chosen(self) -> None:
        setting = self.setting.value()
        if setting is None or (self._page is not None and self._page.row.id == setting):
            self._form.chosen()
            return
        self._page = None
        self._services.ask(lambda queries: queries.setting(setting), self._take, replaces=f"hand/{self._key}")

    def _take(self, page: SettingPage) -> None:
        if page.row.id != self.setting.value():
            return
        self._page = page
        choices = [((unit.id, beds.id), beds_words(unit, beds)) for unit in page.units for beds in unit.beds]
        self.beds.set_choices(choices)
        self.companion_beds.set_choices(choices)
        if len(choices) == 1 or (choices and self._is_filled):
            self.beds.set_value(choices[0][0])
            self.companion_beds.set_value(choices[0][0])
        wanted, self._wanted, self._is_filled = self._wanted, None, False
        if wanted is not None and wanted in [key for key, _ in choices]:
            self.beds.set_value(wanted)
        if not choices:
            self.setting.refuse(f"{page.row.name} has no beds on record: add them on the page Settings.")
        self._form.chosen()


def _choice(setting: str, beds: BedsKey, start: date, end: date | None) -> StayChoice:
    return StayChoice(setting=setting, unit=beds[0], beds=beds[1], start=start, end=end)


def beds_words(unit: UnitView, beds: BedsView) -> str:
    """ "Unit hot, B1: single room, general nursing, isolates in rooms, designated; 2 free tonight"."""
    kind = beds.category.replace("_", " ")
    parts = [_ROOMS[beds.room], kind, _ISOLATION[unit.isolation], "designated" if unit.designated else ""]
    said = ", ".join(part for part in parts if part)
    sex = "" if beds.sex == "any" else f", {beds.sex} only"
    left = max(0, beds.free_tonight - beds.held_tonight)
    return f"Unit {unit.id}, {beds.id}: {said}{sex}; {left} free tonight"


class HandProposalForm(ActionForm):
    """One chooses somebody, one stay or two, and says why by hand. `assess` speaks as one chooses."""

    def __init__(
        self,
        waiting_rows: Sequence[PatientRow],
        *,
        services: Services,
        patient: str = "",
        stays: Sequence[Preset] = (),
    ) -> None:
        super().__init__("Propose by hand", services=services, save_word="Send to approval")
        theme = self.theme
        self._people = {row.id: row for row in waiting_rows}
        self._assessed: Assessed | None = None
        self._stays = tuple(stays)
        self._pause = QTimer(self, singleShot=True, interval=80)
        self._pause.timeout.connect(self._assess)
        self.section("Who")
        self.person = self.add(
            PickField(
                "person",
                "Person",
                theme=theme,
                noun="person who waits",
                required=True,
                placeholder="Type a part of the name",
            ),
            wide=True,
        )
        self.person.offer(Offers({row.id: told_apart(row.name, row.who) for row in waiting_rows}))
        self.add_who()
        self._about = self.add_lines()
        self.section("Where")
        self.first = StayFields(self, "first", theme=theme, services=services)
        self.two = self.add(
            TickField(
                "two", "Then a second stay", theme=theme, hint="Isolation first, then the final place."
            ),
            wide=True,
        )
        self._second: StayFields | None = None
        self.later(self._lay_out_second, self._lay_out_why)
        self.person.changed.connect(self._person_chosen)
        self.two.changed.connect(self._fit_stays)
        self.first.start.changed.connect(self._fill_ends)
        if patient in self._people:
            self.set_values({"person": patient})
        else:
            self._person_chosen()
        services.ask(_named, self._offer_settings, replaces="hand/settings")

    def _lay_out_second(self) -> None:
        self._second = StayFields(self, "second", theme=self.theme, services=self.services)
        self._show_second(self._second)
        self.add_widget(SectionHeading("What the rules say", theme=self.theme))
        self.add_widget(line())
        self._answer = self.add_lines()
        self._answer.setAccessibleName("What the rules say")

    def _lay_out_why(self) -> None:
        theme = self.theme
        self.section("Why by hand")
        self.reason = self.add(
            TextAreaField(
                "reason",
                "Reason",
                theme=theme,
                rows=2,
                longest=200,
                required=True,
                hint="Stands in the record beside the proposal.",
            ),
            wide=True,
        )
        self.principle = self.add(PrincipleField(theme=theme), wide=True)
        self.add_widget(label("An LA lead who is somebody else decides on it.", "small"))

    # ------------------------------------------------------------------- who

    def who(self) -> PatientRow | None:
        """The person who is chosen."""
        key = self.person.value()
        return self._people.get(key) if key is not None else None

    def companion(self) -> PatientRow | None:
        """Whoever waits and stays together with that person."""
        who = self.who()
        if who is None:
            return None
        return next(
            (
                row
                for row in self._people.values()
                if row.id == who.together_with or row.together_with == who.id
            ),
            None,
        )

    def _person_chosen(self) -> None:
        who, companion = self.who(), self.companion()
        lines: list[Status | str] = []
        if who is not None:
            words = {"blocked": danger, "open": done}.get(who.infection.requirement, waiting)
            lines.append(words(who.infection.sentence))
            care = f", {who.care.specialism} {who.care.level} care" if who.care else ", care not recorded"
            ready = f"ready {day_words(who.ready_on)}"
            lines.append(neutral(f"Pathway {who.pathway}, priority {who.priority}{care}; {ready}."))
        if companion is not None:
            lines.append(neutral(f"Stays together with {companion.name}: both go to one setting."))
        self._about.show_lines(lines)
        self.about.show_who(*([who.who] if who is not None and who.who is not None else []))
        self._fit_stays()

    @property
    def second(self) -> StayFields:
        """The fields of the second stay."""
        self.whole()
        assert self._second is not None
        return self._second

    def _fit_stays(self) -> None:
        self.first.show(True, companion=self._companion_name())
        if self._second is not None:
            self._show_second(self._second)
        self._fill_ends()
        self.chosen()

    def _show_second(self, second: StayFields) -> None:
        second.show(self.two.value(), companion=self._companion_name())

    def _companion_name(self) -> str:
        companion = self.companion()
        return companion.name if companion is not None else ""

    def _fill_ends(self) -> None:
        """Fills in the ends that follow from what is known, where nothing is entered."""
        who, start = self.who(), self.first.start.value()
        if who is None:
            return
        if start is None and self.first.start.empty():
            self.first.start.set_value(max(who.ready_on, self.services.today()))
            return
        end = who.infection.isolation_end
        if self.two.value():
            if end is not None and self.first.end.empty():
                self.first.end.set_value(end)
            if self.first.end.value() is not None and self.second.start.empty():
                self.second.start.set_value(self.first.end.value())
        elif who.pathway is Pathway.P2 and start is not None and self.first.end.empty():
            self.first.end.set_value(start + timedelta(USUAL_STAY_DAYS))

    def _offer_settings(self, offers: Offers) -> None:
        self.first.setting.offer(offers)
        self.second.setting.offer(offers)
        stays, self._stays = self._stays, ()
        if len(stays) > 1:
            self.two.set_value(True)
        for fields, preset in zip((self.first, self.second), stays, strict=False):
            fields.fill(preset)
        if stays:
            self._fill_ends()

    # ------------------------------------------------------------- the rules

    def choices(self) -> dict[str, tuple[StayChoice, ...]] | None:
        """What is chosen, person by person; None while something is missing."""
        who, companion = self.who(), self.companion()
        stays = [self.first, *([self.second] if self.two.value() else [])]
        found = [stay.choices(companion=companion is not None) for stay in stays]
        if who is None or any(each is None for each in found):
            return None
        whole = [each for each in found if each is not None]
        chosen = {who.id: tuple(mine for mine, _ in whole)}
        if companion is not None:
            chosen[companion.id] = tuple(other for _, other in whole if other is not None)
        return chosen

    def chosen(self) -> None:
        """Something was chosen: have the rules speak, after a short pause."""
        self._assessed = None
        self._pause.start()

    def _assess(self) -> None:
        self.whole()
        choices = self.choices()
        if choices is None:
            self._answer.show_lines([neutral("Choose who, the beds and the day: the rules answer here.")])
            return
        self.services.ask(
            lambda queries: (choices, assess(queries, choices=choices)),
            self._take_answer,
            replaces="hand/assess",
        )

    def _take_answer(self, answer: tuple[Mapping[str, Any], Assessed]) -> None:
        choices, assessed = answer
        if choices != self.choices():
            return
        self._assessed = assessed
        if assessed.breaches:
            self._answer.show_lines([danger(breach) for breach in assessed.breaches])
            return
        lines: list[Status | str] = [done("Nothing stands against it.")]
        for placement in assessed.plan.placements if assessed.plan is not None else ():
            if placement.patient not in choices:
                continue
            name = self._people[placement.patient].name if len(choices) > 1 else ""
            for stay in placement.stays:
                if stay.requirement != "open":
                    what = REQUIREMENT_WORDS[stay.requirement]
                    of = f" with {organisms_words(stay.organisms)}" if stay.organisms else ""
                    words = f"{name} {what}{of} from {day_words(stay.start)}.".strip()
                    lines.append(waiting(f"{words[:1].upper()}{words[1:]}"))
            lines += [waiting(terms.CONDITIONS[each][1]) for each in placement.conditions]
            lines.append(neutral(f"{name} {placement.points.get('total', 0):,} points.".strip()))
        self._answer.show_lines(lines)

    # --------------------------------------------------------------- sending

    def check(self, values: Mapping[str, Any]) -> str:
        stays = [self.first, *([self.second] if self.two.value() else [])]
        for stay in stays:
            start, end = stay.start.value(), stay.end.value()
            if start is not None and end is not None and end <= start:
                return "A stay ends after the day it starts on."
        if self._assessed is not None and self._assessed.breaches:
            return f"{self._assessed.breaches[0]} A rule can't be overridden: choose otherwise."
        return ""

    def save(self, values: Mapping[str, Any]) -> None:
        choices = self.choices()
        assert choices is not None  # every field is asked for
        names = " and ".join(self._people[patient].name for patient in choices)
        self.perform(
            partial(
                propose_by_hand,
                choices=choices,
                reason=str(values["reason"]),
                principle=self.principle.value(),
            ),
            done=f"Sent to approval: {names}.",
            undo=all_back("Proposed by mistake"),
        )
