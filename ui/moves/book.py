"""Transport is booked: how, what the crew wears, when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any

from discharge.actions.placements import book
from discharge.model.base import YesNo
from discharge.model.london import LONDON, london_date, london_instant
from discharge.model.placement import Transport
from discharge.model.shown.placements import MoveRow
from discharge.model.travel import CrewPpe, TransportMode, Travels
from discharge.rules.transport import Asks
from discharge.words.counts import sentence_case
from discharge.words.days import day_words, instant_words
from ui.frame.services import Services
from ui.frame.take_back import step_back
from ui.moves.form import MoveForm
from ui.theme.status import neutral, waiting
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import InstantField
from ui.widgets.text_fields import TextField
from ui.words.moves import next_stay
from ui.words.plans import isolates, organisms_words

MODES = [(mode, mode.words[0].upper() + mode.words[1:]) for mode in TransportMode]
PPE = [(ppe, ppe.words[0].upper() + ppe.words[1:]) for ppe in CrewPpe]
TRAVELS = [(each, sentence_case(each.words)) for each in Travels]
ESCORT = [(YesNo.YES, "Yes"), (YesNo.NO, "No")]
NOT_SAID = "Not known"
FIRST_HOUR = time(10, 0)
"""The time offered for a journey on a later day."""


class BookForm(MoveForm):
    """The journey to the setting that is next. Booking again replaces what was booked."""

    def __init__(self, row: MoveRow, *, services: Services, day: date | None = None) -> None:
        """`day`: the journey is to be on that day, at the hour that is booked or offered."""
        stay = next_stay(row)
        super().__init__(
            f"Transport to {stay.setting_name}: {row.patient_name}",
            row,
            services=services,
            save_word="Booked",
        )
        self._stay = stay
        self._facts = self.add_lines()
        lines = [neutral(f"The bed is held from {day_words(stay.start)} on.")]
        if isolates(stay):
            who = organisms_words(stay.organisms) or "an infection"
            lines.insert(0, waiting(f"Isolates with {who}: tell the crew."))
        self._facts.show_lines(lines)
        self.mode: ChoiceField[TransportMode] = self.add(
            ChoiceField("mode", "How", MODES, theme=self.theme, required=True)
        )
        self.ppe: ChoiceField[CrewPpe] = self.add(
            ChoiceField("ppe", "The crew wears", PPE, theme=self.theme, required=True)
        )
        self.travels: ChoiceField[Travels] = self.add(
            ChoiceField("travels", "The person travels", TRAVELS, theme=self.theme, none=NOT_SAID)
        )
        self.escort: ChoiceField[YesNo] = self.add(
            ChoiceField("escort", "An escort goes along", ESCORT, theme=self.theme, none=NOT_SAID)
        )
        self.at = self.add(InstantField("at", "Leaves at", theme=self.theme, now=services.now, required=True))
        self.provider = self.add(TextField("provider", "Provider", theme=self.theme, longest=200))
        self.note = self.add_note(longest=500, placeholder="Oxygen, two crew", wide=True)
        booked = stay.transport
        if booked is not None:
            self.set_values(
                {
                    "mode": booked.mode, "ppe": booked.ppe, "at": booked.at, "travels": booked.travels,
                    "escort": None if booked.escort is YesNo.NOT_KNOWN else booked.escort,
                    "provider": booked.provider, "note": booked.note,
                }
            )  # fmt: skip
        else:
            self.set_values({"at": self._first_time()})
        if day is not None:
            self.set_values({"at": self._on_day(day)})
        self._lines = lines
        self.at.changed.connect(self._ask_what_it_asks)
        self._ask_what_it_asks()

    def _ask_what_it_asks(self) -> None:
        """Reads what the journey of that day asks of crew and vehicle, and begins with the least of it."""
        at = self.at.value()
        day = self._stay.start if at is None else london_date(at)
        patient = self._row.patient
        self.services.ask(
            lambda queries: queries.journey_asks(patient, day), self._known, replaces="book/asks"
        )

    def _known(self, asked: Asks | None) -> None:
        if asked is None:
            self._facts.show_lines([*self._lines, waiting("The rule set says nothing of journeys: say why.")])
            return
        modes = ", ".join(mode.words for mode in asked.modes)
        said = f"For {asked.who} the crew wears at least: {asked.ppe.words}. Allowed: {modes}"
        if asked.with_reason:
            said += f"; with a reason: {', '.join(mode.words for mode in asked.with_reason)}"
        self._facts.show_lines([*self._lines, neutral(f"{said}.")])
        if self.ppe.value() is None:
            self.ppe.set_value(asked.ppe)

    def _first_time(self) -> datetime | None:
        """Ten o'clock on the day of the stay, if that is still to come."""
        at = london_instant(max(self._stay.start, self.services.today()), FIRST_HOUR)
        return at if at is not None and at > self.services.now() else None

    def _on_day(self, day: date) -> datetime | None:
        booked = self._stay.transport
        hour = FIRST_HOUR if booked is None else booked.at.astimezone(LONDON).time()
        return london_instant(day, hour)

    def check(self, values: Mapping[str, Any]) -> str:
        at: datetime = values["at"]
        if at < self.services.now() and self._stay.transport is None:
            return "That time has passed: give the time at which they will leave."
        return ""

    def save(self, values: Mapping[str, Any]) -> None:
        transport = Transport(
            mode=values["mode"],
            ppe=values["ppe"],
            at=values["at"],
            provider=values["provider"] or "",
            note=values["note"] or "",
            travels=values["travels"],
            escort=values["escort"] or YesNo.NOT_KNOWN,
        )
        when = instant_words(transport.at, now=self.services.now())
        self.perform(
            partial(book, placement=self._row.id, transport=transport),
            done=f"Transport booked: {self._row.patient_name}, {when}, {transport.mode.words}.",
            undo=step_back(self._row.id),
        )
