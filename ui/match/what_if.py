"""What if: one change tried out on the hub's case; who would go where is shown before anything is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from discharge.actions.patients import amend_patient
from discharge.model.files import FrozenCase
from discharge.rules.rule_set import organisms_of
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import day_words
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.match.facts import ToPlan, read_to_plan
from ui.match.hand_proposal import BedsKey, beds_words
from ui.theme.status import Status, danger, done, neutral, waiting
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.form import FormDialog
from ui.widgets.pickers import Offers, PickField
from ui.widgets.text import Lines, SectionHeading, line
from ui.words.plans import by_name
from ui.words.who import told_apart
from ui.work.answering import Tried, Try, WhatIf, try_out
from ui.work.engine_process import Told
from ui.work.jobs import Ticket

if TYPE_CHECKING:
    from discharge.model.shown.patients import PatientPage
    from discharge.model.shown.settings import SettingPage
    from discharge.store.ask.queries import Queries

KINDS: dict[Try, str] = {
    Try.BED: "One more bed is free",
    Try.CLOSED: "A setting is closed to admissions",
    Try.OPEN: "A setting is open to admissions",
    Try.ASSESSED: "The risk of an outbreak is assessed",
    Try.NEGATIVE: "A test is negative",
    Try.POSITIVE: "A test is positive",
    Try.READY: "Somebody is ready on another day",
}
TAKE: dict[Try, str] = {
    Try.BED: "Record the bed…",
    Try.CLOSED: "Close admissions…",
    Try.OPEN: "Open admissions…",
    Try.ASSESSED: "Record the assessment…",
    Try.NEGATIVE: "Record the result…",
    Try.POSITIVE: "Record the result…",
    Try.READY: "Change the day",
}
"""The button that takes it: what is really done."""
OF_SETTING = frozenset({Try.BED, Try.CLOSED, Try.OPEN, Try.ASSESSED})
OF_TEST = frozenset({Try.NEGATIVE, Try.POSITIVE})
_OPENINGS: dict[Try, str] = {
    Try.CLOSED: "settings.close",
    Try.OPEN: "settings.open",
    Try.ASSESSED: "settings.assess",
}


@dataclass(frozen=True, slots=True)
class _Choices:
    """What can be chosen, as the hub is now."""

    settings: Offers
    people: Offers
    organisms: tuple[str, ...]


def _read_choices(queries: Queries) -> _Choices:
    return _Choices(
        settings=Offers(queries.setting_names()),
        people=Offers({row.id: told_apart(row.name, row.who) for row in queries.patients()}),
        organisms=organisms_of(queries.rules()),
    )


class WhatIfForm(FormDialog):
    """One chooses a change, sees the difference of the two plans person by person, and may take it.

    Nothing is recorded by looking. Taking it opens the form in which it is really recorded.
    """

    def __init__(
        self,
        *,
        services: Services,
        open_elsewhere: Callable[..., None],
        person: str = "",
        change: WhatIf | None = None,
        keep: bool = True,
    ) -> None:
        super().__init__("What if…", theme=services.theme, save_word="Show the difference")
        self.services = services
        self._open_elsewhere = open_elsewhere
        self._keep = keep
        self._ticket: Ticket | None = None
        self._shown: WhatIf | None = None
        self._given: WhatIf = change or WhatIf(Try.BED, patient=person)
        self._beds_of = ""
        self._add_fields()
        self.add_widget(SectionHeading("The difference", theme=self.theme))
        self.add_widget(line())
        self.answer = Lines(theme=self.theme)
        self.answer.setAccessibleName("The difference")
        self.add_widget(self.answer)
        self.take = push_button("Take it", do=self.take_it)
        self.add_button(self.take)
        self._column.addStretch(1)
        self.kind.set_value(self._given.kind)
        self._fit_kind()
        services.ask(_read_choices, self._offer, replaces="what-if")

    def _add_fields(self) -> None:
        theme = self.theme
        self.kind: ChoiceField[Try] = self.add(
            ChoiceField("kind", "What if", list(KINDS.items()), theme=theme, required=True), wide=True
        )
        self.setting = self.add(
            PickField("setting", "Setting", theme=theme, noun="setting of this hub", required=True)
        )
        self.beds: ChoiceField[BedsKey] = self.add(
            ChoiceField("beds", "Beds", [], theme=theme, none="Choose the beds", required=True)
        )
        self.person = self.add(
            PickField("person", "Person", theme=theme, noun="person of the list", required=True)
        )
        self.organism: ChoiceField[str] = self.add(
            ChoiceField("organism", "Organism", [], theme=theme, none="", required=True)
        )
        self.day = self.add(
            DateField("day", "Ready on", theme=theme, today=self.services.today, required=True)
        )
        self.kind.changed.connect(self._fit_kind)
        self.setting.changed.connect(self._read_beds)
        for field in (self.beds, self.person, self.organism, self.day):
            field.changed.connect(self._changed)

    # ----------------------------------------------------------------- choosing

    def dirty(self) -> bool:
        """Nothing is lost by leaving it: nothing was to be recorded."""
        return False

    def change(self) -> WhatIf | None:
        """What is chosen; None while something is missing."""
        kind = self.kind.value()
        if kind is None:
            return None
        if kind in OF_SETTING:
            setting, beds = self.setting.value(), self.beds.value()
            if setting is None or (kind is Try.BED and beds is None):
                return None
            unit, group = beds if kind is Try.BED and beds is not None else ("", "")
            return WhatIf(kind, setting, unit, group)
        person = self.person.value()
        if person is None:
            return None
        if kind is Try.READY:
            return WhatIf(kind, patient=person, day=self.day.value())
        return WhatIf(kind, patient=person, organism=self.organism.value() or "")

    def _offer(self, choices: _Choices) -> None:
        given = self._given
        self.setting.offer(choices.settings)
        self.person.offer(choices.people)
        self.organism.set_choices([(name, terms.organism_choice(name)) for name in choices.organisms])
        self.organism.set_value(given.organism or choices.organisms[0])
        if given.setting:
            self.setting.set_value(given.setting)
            self._read_beds()
        if given.patient in choices.people.labels:
            self.person.set_value(given.patient)
        self._changed()

    def _fit_kind(self) -> None:
        kind = self.kind.value()
        self.setting.setVisible(kind in OF_SETTING)
        self.beds.setVisible(kind is Try.BED)
        self.person.setVisible(kind is not None and kind not in OF_SETTING)
        self.organism.setVisible(kind in OF_TEST)
        self.day.setVisible(kind is Try.READY)
        self.take.setText(TAKE[kind] if kind is not None else "Take it")
        self._changed()

    def _read_beds(self) -> None:
        self._changed()
        setting = self.setting.value()
        if setting is None or setting == self._beds_of:
            return
        self.services.ask(lambda queries: queries.setting(setting), self._take_beds, replaces="what-if/beds")

    def _take_beds(self, page: SettingPage) -> None:
        if page.row.id != self.setting.value():
            return
        self._beds_of = page.row.id
        choices = [((unit.id, beds.id), beds_words(unit, beds)) for unit in page.units for beds in unit.beds]
        self.beds.set_choices(choices)
        wanted = (self._given.unit, self._given.beds)
        if self._given.setting == page.row.id and wanted in [key for key, _ in choices]:
            self.beds.set_value(wanted)
        elif len(choices) == 1:
            self.beds.set_value(choices[0][0])

    def _changed(self) -> None:
        """Something else is chosen: what was shown is no longer the answer."""
        if self._shown is not None and self._shown == self.change():
            return
        self._shown = None
        self.take.setEnabled(False)
        self.take.setToolTip("See the difference first")
        self.answer.show_lines([neutral("Choose a change; nothing is recorded by looking.")])

    # ------------------------------------------------------------------ looking

    def save(self, values: Mapping[str, Any]) -> None:
        change = self.change()
        assert change is not None  # every field is asked for
        self._state.setText("Planning … (Cancel stops it)")
        self._ticket = self.services.ask(
            partial(read_to_plan, keep=self._keep), partial(self._ask_engine, change), failed=self._failed
        )

    def _ask_engine(self, change: WhatIf, given: ToPlan) -> None:
        self._ticket = self.services.compute(
            try_out, given.case.content, given.rules, given.previous, change,
            then=partial(self._show_difference, change, given.case), words="Trying a change out",
            progress=True, failed=self._failed, cancelled=self._stopped,
        )  # fmt: skip
        self._ticket.progressed.connect(self._told)

    def _told(self, told: Told) -> None:
        self._state.setText(f"{told.words} …")

    def _failed(self, error: Any) -> None:
        self._ticket = None
        self.refused(error)

    def _stopped(self) -> None:
        self._ticket = None
        self._wait(False)
        self.answer.show_lines([neutral("Stopped; nothing was changed.")])

    def reject(self) -> None:
        if self._ticket is not None and self._ticket.can_cancel:
            self._ticket.cancel()
            return
        super().reject()

    def _show_difference(self, change: WhatIf, case: FrozenCase, tried: Tried) -> None:
        self._ticket = None
        self._wait(False)
        lines = [_summary(tried), *(_line(one.kind, by_name(one.text, case.names)) for one in tried.people)]
        if tried.same and tried.people:
            lines.append(neutral(f"Nothing changes for {count_words(tried.same, 'person', 'other people')}."))
        self.answer.show_lines(lines)
        self._shown = change
        self.take.setEnabled(True)
        self.take.setToolTip("Nothing is recorded before this")
        self._fit()
        self.take.setFocus()
        announce(self, lines[0].word)

    # ------------------------------------------------------------------- taking

    def take_it(self) -> None:
        """Does what was tried out: in its own form, where it is said who says so."""
        change = self._shown
        if change is None:
            return
        if change.kind is Try.READY:
            self.services.ask(
                lambda queries: queries.patient(change.patient), partial(self._change_day, change)
            )
            return
        self.accept()
        if change.kind is Try.BED:
            self._open_elsewhere("settings.one_more_bed", change.setting, change.unit, change.beds)
        elif change.kind in OF_SETTING:
            self._open_elsewhere(_OPENINGS[change.kind], change.setting)
        else:
            self._open_elsewhere(
                "patients.test", change.patient, organism=change.organism, outcome=str(change.kind)
            )

    def _change_day(self, change: WhatIf, page: PatientPage) -> None:
        assert change.day is not None  # a day was asked for
        self.services.perform(
            partial(amend_patient, patient=change.patient, changes={"ready_on": change.day}),
            done=f"{page.row.name} is ready on {day_words(change.day)}. Plan again.",
            undo=entry_back("Change it back"),
            then=lambda _changed: self.accept(),
            failed=self.refused,
        )


def _summary(tried: Tried) -> Status:
    more = tried.placed_after - tried.placed_before
    points = tried.points_after - tried.points_before
    if not tried.people:
        return neutral("It makes no difference: everybody goes where they go now.")
    said = f"{tried.placed_after:,} people are placed instead of {tried.placed_before:,}"
    if more == 0:
        said = f"As many people are placed ({tried.placed_after:,})"
    word = f"{abs(points):,} points {'more' if points > 0 else 'fewer'}" if points else "as many points"
    told = f"{said}, with {word} in all{'' if tried.proven else ' (not proven)'}."
    return done(told) if more > 0 or (more == 0 and points < 0) else waiting(told)


def _line(kind: str, sentence: str) -> Status:
    makers = {"placed": done, "lost": danger, "gone": danger}
    return makers.get(kind, neutral)(sentence)
