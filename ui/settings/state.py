"""What changes a setting's standing: outbreak, risk assessment, admissions, designation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from discharge.actions.designating import DIRECTOR, designate, end_designation
from discharge.actions.register import decide_on_register
from discharge.actions.settings import (
    close_admissions,
    declare_outbreak,
    end_outbreak,
    open_admissions,
    record_risk_assessment,
)
from discharge.model.people import Given, How, Role
from discharge.model.setting import Outbreak, Span
from discharge.model.shown.settings import SettingPage
from discharge.rules.may import MAY
from discharge.words import terms
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.hits import WhomItHitsThere
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.given import GivenFields
from ui.widgets.text_fields import TextField

ASSESSORS = ("infection prevention and control lead", "registered manager", "director of public health")


class StateForm(ActionForm):
    """What the forms over a setting's standing share: whose setting it is, and whose word they rest on."""

    def __init__(self, title: str, page: SettingPage, *, services: Services, save_word: str) -> None:
        name = page.row.name
        super().__init__(f"{title}: {name}", services=services, save_word=save_word)
        self._page = page
        self.given: GivenFields | None = None

    def whose_word(self, heading: str = "Whose word it is", **how: Any) -> None:
        """A section for who said so; by default nobody has to have."""
        self.section(heading)
        self.given = GivenFields(self, **{"required": False, "number": self._page.details.phone, **how})

    def director(self, *, required: bool = True) -> None:
        """The same for the decision of the director of adult social services; who is one says so themself."""
        user = self.services.user
        if required and user is not None and MAY["designate"].of(user.roles) is Role.DASS:
            return
        self.whose_word(
            "Whose decision it is",
            who="Director of adult social services",
            roles=(DIRECTOR, f"{DIRECTOR} (deputy)"),
            role=DIRECTOR,
            how=How.LETTER,
            number="",
            required=required,
        )

    def hit_by_unit(self, unit: ChoiceField[str]) -> WhomItHitsThere:
        """Whom it hits in the unit that is chosen."""
        whom = WhomItHitsThere(self, setting=self._page.row.id)
        unit.changed.connect(lambda: whom.heed(unit.value()))
        whom.heed(unit.value())
        return whom

    def said_by(self, values: Mapping[str, Any]) -> Given | None:
        """Whose word it is; None where nobody is named."""
        return self.given.given(values) if self.given is not None else None

    def check(self, values: Mapping[str, Any]) -> str:
        return self.given.check(values) if self.given is not None else ""


class OutbreakForm(StateForm):
    """Declares an outbreak: the setting takes nobody, but for a returning resident isolating with it."""

    def __init__(self, page: SettingPage, *, services: Services, organisms: Sequence[str]) -> None:
        super().__init__("Declare an outbreak", page, services=services, save_word="Declare outbreak")
        there = {one.organism for one in page.outbreaks}
        self.organism = self.add(
            ChoiceField(
                "organism",
                "Organism",
                [(name, terms.organism_choice(name)) for name in organisms if name not in there],
                theme=self.theme,
                none="",
                required=True,
                hint="The setting then takes nobody until a risk is assessed or the outbreak ends.",
            ),
            wide=True,
        )
        self.whom = WhomItHitsThere(self, setting=page.row.id)
        self.whose_word()

    def save(self, values: Mapping[str, Any]) -> None:
        setting, organism = self._page.row.id, str(values["organism"])
        self.perform(
            partial(declare_outbreak, setting=setting, organism=organism, given=self.said_by(values)),
            done=f"Outbreak of {terms.organism(organism)} declared at {self._page.row.name}.",
            undo=entry_back("End it"),
        )


class OneOutbreakForm(StateForm):
    """What the forms over one outbreak of a setting share: which one; chosen only where there are several."""

    def which(self, outbreaks: Sequence[Outbreak]) -> None:
        """The field for it; nothing is chosen beforehand where there is a choice."""
        self.organism = self.add_one_of(
            "organism",
            "Outbreak of",
            [(one.organism, terms.organism_choice(one.organism)) for one in outbreaks],
            missing="Choose which outbreak it is.",
            wide=True,
        )


class EndOutbreakForm(OneOutbreakForm):
    """Records that an outbreak is over; others of the setting still stand."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("End an outbreak", page, services=services, save_word="End the outbreak")
        self.which(page.outbreaks)
        self.whose_word()

    def save(self, values: Mapping[str, Any]) -> None:
        setting, organism = self._page.row.id, str(values["organism"])
        still = [one for one in self._page.outbreaks if one.organism != organism]
        stands = f" The outbreak of {terms.outbreaks(still)} still stands." if still else ""
        self.perform(
            partial(end_outbreak, setting=setting, organism=organism, given=self.said_by(values)),
            done=f"The outbreak of {terms.organism(organism)} at {self._page.row.name} is over.{stands}",
            undo=entry_back("Declare it again"),
        )


class RiskForm(OneOutbreakForm):
    """Whose risk assessment lets admissions go on during the outbreak (N5)."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("Risk assessment", page, services=services, save_word="Record")
        self.which(page.row.stopping)
        self.note = self.add(
            TextField(
                "note",
                "What was found",
                theme=self.theme,
                longest=500,
                hint="With it the setting takes people again, under what the assessment says.",
            ),
            wide=True,
        )
        self.whose_word("Whose assessment it is", who="Who assessed it", roles=ASSESSORS, required=True)

    def save(self, values: Mapping[str, Any]) -> None:
        given, organism = self.said_by(values), str(values["organism"])
        assert given is not None
        still = [one for one in self._page.row.stopping if one.organism != organism]
        name = terms.organism(organism)
        goes_on = (
            f"For {terms.outbreaks(still)} none is recorded: it still takes nobody."
            if still
            else "Admissions may go on."
        )
        self.perform(
            partial(
                record_risk_assessment,
                setting=self._page.row.id,
                organism=organism,
                given=given,
                note=values["note"] or "",
            ),
            done=f"Risk assessment of {name} recorded for {self._page.row.name}. {goes_on}",
            undo=entry_back("Take it back"),
        )


class CloseForm(StateForm):
    """Closes a setting to admissions, until somebody opens it."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("Close admissions", page, services=services, save_word="Close admissions")
        self.add_why(
            placeholder="Too few staff until Friday", hint="No capacity return opens it again; somebody does."
        )
        self.whom = WhomItHitsThere(self, setting=page.row.id)
        self.whose_word()

    def save(self, values: Mapping[str, Any]) -> None:
        setting = self._page.row.id
        self.perform(
            partial(
                close_admissions,
                setting=setting,
                reason=str(values["reason"]),
                given=self.said_by(values),
            ),
            done=f"{self._page.row.name} is closed to admissions.",
            undo=entry_back("Open it"),
        )


class RegisterForm(StateForm):
    """Decides on a home that has left the CQC's register: used on as before, or closed."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("Left the register", page, services=services, save_word="Decide")
        self.keep = self.add(
            ChoiceField(
                "keep",
                "What becomes of it",
                [(False, "It stays closed: nobody goes there"), (True, "It is used on as before")],
                theme=self.theme,
                required=True,
                hint="People who are there or on the way stay flagged while it is closed.",
            ),
            wide=True,
        )
        self.add_why(placeholder="The manager says: registered anew, the number is to come")
        self.whose_word()

    def save(self, values: Mapping[str, Any]) -> None:
        keep, name = bool(values["keep"]), self._page.row.name
        self.perform(
            partial(
                decide_on_register,
                setting=self._page.row.id,
                keep=keep,
                reason=str(values["reason"]),
                given=self.said_by(values),
            ),
            done=f"{name} is used on as before." if keep else f"{name} stays closed.",
        )


class OpenForm(StateForm):
    """Opens a setting to admissions again.

    Where its own capacity return says otherwise, somebody there must have said so.
    """

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("Open admissions", page, services=services, save_word="Open admissions")
        said = (one.report.accepting for one in page.returns)
        says_no = next((each for each in said if each is not None), None) is False
        self.whose_word(
            required=says_no,
            hint="Its capacity return says that it takes nobody: who said otherwise?" if says_no else "",
        )

    def save(self, values: Mapping[str, Any]) -> None:
        setting = self._page.row.id
        self.perform(
            partial(open_admissions, setting=setting, given=self.said_by(values)),
            done=f"{self._page.row.name} is open to admissions.",
            undo=entry_back("Close it again"),
        )


class DesignateForm(StateForm):
    """The designation of a unit by the director of adult social services, after the CQC's assurance (A2)."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("Designate a unit", page, services=services, save_word="Designate")
        theme, today = self.theme, services.today
        able = [each for each in page.units if each.isolation != "none"]
        self.unit = self.add_one_of(
            "unit",
            "Unit",
            [(each.id, f"{each.id}: {terms.ISOLATIONS[each.isolation].lower()}") for each in able],
        )
        self.assured = self.add(
            DateField(
                "assured_on", "Assured by the CQC on", theme=theme, today=today, past=True, required=True
            )
        )
        self.start = self.add(DateField("from", "Designated from", theme=theme, today=today, required=True))
        self.end = self.add(
            DateField(
                "to", "Until", theme=theme, today=today, hint="The first night without it; empty: open-ended."
            )
        )
        # a designated unit takes only people who isolate (R1)
        self.whom = self.hit_by_unit(self.unit)
        self.director()
        self.set_values({"from": today()})

    def check(self, values: Mapping[str, Any]) -> str:
        if values["from"] < values["assured_on"]:
            return "A designation can't begin before the CQC's assurance. Mend one of the dates."
        if values["to"] is not None and values["to"] <= values["from"]:
            return "The designation would end on the day it begins, or before. Mend one of the dates."
        return super().check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        setting, unit = self._page.row.id, str(values["unit"])
        given = self.said_by(values)
        span = Span(start=values["from"], end=values["to"])
        until = f" until {day_words(span.end)}" if span.end is not None else ""
        self.perform(
            partial(
                designate,
                setting=setting,
                unit=unit,
                span=span,
                given=given,
                assured_on=values["assured_on"],
            ),
            done=f"{self._page.row.name}, {unit}: designated from {day_words(span.start)}{until}.",
            undo=entry_back("End it"),
        )


class EndDesignationForm(StateForm):
    """Ends a designation: the first night without it, and why."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("End a designation", page, services=services, save_word="End the designation")
        theme, today = self.theme, services.today
        there = designated_units(page, services=services)
        self.unit = self.add_one_of("unit", "Unit", [(each, each) for each in there])
        self.on = self.add(DateField("on", "First night without it", theme=theme, today=today, required=True))
        self.add_why()
        self.whom = self.hit_by_unit(self.unit)
        self.director(required=False)
        self.set_values({"on": today()})

    def save(self, values: Mapping[str, Any]) -> None:
        unit = str(values["unit"])
        self.perform(
            partial(
                end_designation,
                setting=self._page.row.id,
                unit=unit,
                on=values["on"],
                reason=str(values["reason"]),
                given=self.said_by(values),
            ),
            done=f"{self._page.row.name}, {unit}: no longer designated from {day_words(values['on'])}.",
            undo=entry_back("Take it back"),
        )


def designated_units(page: SettingPage, *, services: Services) -> list[str]:
    """The units whose designation is valid or still to come, also where it counts for nothing for now."""
    today = services.today()
    found = [(each.id, each.designated or each.idle_designation) for each in page.units]
    return [name for name, span in found if span is not None and (span.end is None or span.end > today)]
