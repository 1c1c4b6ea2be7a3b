"""What happened all the same: one form for what no rule can refuse, and the forms that go after it (A5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from discharge.actions.left_behind import tick
from discharge.actions.passing_on import pass_on
from discharge.actions.placements import gone_after, happened
from discharge.model.happening import Happening
from discharge.model.people import User
from discharge.model.placement import BEFORE_DEPARTED, DeclineReason, PlacementState
from discharge.model.shown.facts import HappenedLine, NewsLine, TaskLine
from discharge.model.shown.patients import WhoItIs
from discharge.model.shown.placements import MoveRow
from discharge.rules.may import roles_for, those_who_may
from discharge.words.counts import sentence_case
from discharge.words.days import instant_words
from ui.frame.action_form import Action, ActionForm
from ui.frame.services import Services
from ui.theme.status import Status, danger, neutral, waiting
from ui.widgets.choice_fields import ChoiceField, TickField
from ui.widgets.given import GivenFields
from ui.widgets.pickers import Offers, PickField
from ui.widgets.text import label
from ui.widgets.text_fields import TextField

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

LEFT = "left"
ARRIVED = "arrived"
MOVED_ON = "moved_on"
_WORDS = {
    LEFT: "They have left",
    ARRIVED: "They have arrived",
    MOVED_ON: "They have moved on to the second stay",
    Happening.ARRIVED_ELSEWHERE.value: "They arrived somewhere else",
    Happening.TURNED_AWAY.value: "The home turned them away on the doorstep",
    Happening.READMITTED.value: "They went back to hospital",
    Happening.LEFT_WITHOUT_US.value: "They left hospital without us",
    Happening.DIED.value: "They died",
}
_CODES = [(each, each.words) for each in DeclineReason]
_SOMEWHERE = (
    Happening.ARRIVED_ELSEWHERE.value, Happening.TURNED_AWAY.value, Happening.LEFT_WITHOUT_US.value,
)  # fmt: skip


def choices_of(row: MoveRow) -> tuple[str, ...]:
    """What can have happened to somebody from where their placement stands."""
    if row.state in BEFORE_DEPARTED:
        return (
            LEFT, ARRIVED, Happening.ARRIVED_ELSEWHERE.value, Happening.LEFT_WITHOUT_US.value,
            Happening.DIED.value,
        )  # fmt: skip
    if row.state is PlacementState.DEPARTED:
        return (
            ARRIVED, Happening.ARRIVED_ELSEWHERE.value, Happening.TURNED_AWAY.value,
            Happening.READMITTED.value, Happening.DIED.value,
        )  # fmt: skip
    onward = (MOVED_ON,) if len(row.stays) > 1 and row.stays[-1].arrived_at is None and not row.onward else ()
    return (*onward, Happening.READMITTED.value, Happening.DIED.value)


@dataclass(frozen=True, slots=True)
class _Known:
    """The settings there are, by id, and to whom what happened goes until when."""

    settings: Offers
    assigned: str
    due_at: datetime


def _read(queries: Queries, *, placement: str | None) -> _Known:
    assigned = queries.escalated_to(placement, to=roles_for(("deal_with",)))
    user = queries.user(assigned) if assigned is not None else None
    due_at = queries.now + timedelta(hours=queries.hub().escalation_hours)
    return _Known(Offers(queries.setting_names()), user.name if user is not None else "", due_at)


class _FactForm(ActionForm):
    """What happened, when, where to, why; it is taken whatever the rules say."""

    def __init__(
        self,
        title: str,
        choices: tuple[str, ...],
        *,
        patient: str,
        name: str,
        who: WhoItIs | None,
        services: Services,
        placement: str | None = None,
    ) -> None:
        super().__init__(title, services=services, save_word="Record it")
        self._patient, self._name = patient, name
        self.add_who(who)
        self._lines = self.add_lines()
        self.fact: ChoiceField[str] = self.add(
            ChoiceField("fact", "What happened", [(each, _WORDS[each]) for each in choices],
                        theme=self.theme, required=True),
        )  # fmt: skip
        self.at = self.add_when(required=True)
        self.setting = self.add(
            PickField("setting", "Setting of this hub", theme=self.theme, noun="setting",
                      hint="Where they are now; empty where it is somewhere else.")
        )  # fmt: skip
        self.elsewhere = self.add(
            TextField("elsewhere", "Or somewhere else", theme=self.theme, longest=200,
                      hint="Name and town, and a number where you have one.")
        )  # fmt: skip
        self.code: ChoiceField[DeclineReason] = self.add(
            ChoiceField("code", "Why the home turned them away", _CODES,
                        theme=self.theme, required=True,
                        hint="It isn't offered this person again until its capacity return changes (A3).")
        )  # fmt: skip
        self.add_why("How it came about", hint="Stands in the record, with any rule that it broke.")
        self._whose = label("It is recorded as it was, and counted.", wrap=True)
        self.add_widget(self._whose)
        self.set_values({"fact": choices[0] if len(choices) == 1 else None, "at": services.now()})
        self.fact.changed.connect(self._fit_fields)
        self._fit_fields()
        services.ask(partial(_read, placement=placement), self._take, replaces="happened")

    def _take(self, found: _Known) -> None:
        self.setting.offer(found.settings)
        if found.assigned:
            due = instant_words(found.due_at, now=self.services.now())
            self._whose.setText(
                "It is recorded as it was, and counted. "
                f"It goes to {found.assigned}, to be dealt with by {due}."
            )

    def _fit_fields(self) -> None:
        fact = self.fact.value()
        for field in (self.setting, self.elsewhere):
            field.setVisible(fact in _SOMEWHERE)
        self.code.setVisible(fact == Happening.TURNED_AWAY.value)

    def check(self, values: Mapping[str, Any]) -> str:
        fact = values["fact"]
        somewhere = values.get("setting") or values.get("elsewhere")
        if fact in (Happening.ARRIVED_ELSEWHERE.value, Happening.LEFT_WITHOUT_US.value) and not somewhere:
            return "Say where they are: a setting of this hub, or somewhere else."
        return ""

    def _where(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"setting": values.get("setting") or None, "elsewhere": values.get("elsewhere") or ""}

    def _of_person(self, values: Mapping[str, Any]) -> Action:
        """What is about the person, whether or not they have a placement."""
        common = {"patient": self._patient, "reason": values["reason"], "at": values["at"]}
        if values["fact"] == Happening.DIED.value:
            return partial(happened.died, **common)
        return partial(happened.left_without_us, **common, **self._where(values))

    def _record(self, action: Action, values: Mapping[str, Any]) -> None:
        said = _WORDS[values["fact"]]
        self.perform(action, done=f"Recorded: {self._name}. {said}. See Today for what is to be done.")


class HappenedForm(_FactForm):
    """What happened to somebody with a placement."""

    def __init__(self, row: MoveRow, *, services: Services) -> None:
        super().__init__(
            f"It happened all the same: {row.patient_name}",
            choices_of(row),
            patient=row.patient,
            name=row.patient_name,
            who=row.who,
            services=services,
            placement=row.id,
        )
        self._row = row
        lines = [neutral(f"On record so far: {row.current.setting_name}; {row.state.words}.")]
        lines += [danger(flag.sentence) for flag in row.flags]
        self._lines.show_lines(lines)

    def save(self, values: Mapping[str, Any]) -> None:
        fact = values["fact"]
        if fact in (Happening.DIED.value, Happening.LEFT_WITHOUT_US.value):
            self._record(self._of_person(values), values)
            return
        common = {"placement": self._row.id, "reason": values["reason"], "at": values["at"]}
        actions: dict[str, Action] = {
            LEFT: partial(happened.left, **common),
            ARRIVED: partial(happened.arrived, **common),
            MOVED_ON: partial(happened.moved_on, **common),
            Happening.READMITTED.value: partial(happened.readmitted, **common),
            Happening.ARRIVED_ELSEWHERE.value: partial(
                happened.arrived_elsewhere, **common, **self._where(values)
            ),
            Happening.TURNED_AWAY.value: partial(
                happened.turned_away,
                **common,
                **self._where(values),
                code=values.get("code") or DeclineReason.OTHER,
            ),
        }
        self._record(actions[fact], values)


class PersonHappenedForm(_FactForm):
    """What happened to somebody of the list, with or without a placement; once they left it they may die."""

    def __init__(
        self,
        patient: str,
        name: str,
        *,
        services: Services,
        who: WhoItIs | None = None,
        has_left: bool = False,
    ) -> None:
        died = Happening.DIED.value
        super().__init__(
            f"It happened all the same: {name}",
            (died,) if has_left else (Happening.LEFT_WITHOUT_US.value, died),
            patient=patient,
            name=name,
            who=who,
            services=services,
        )

    def save(self, values: Mapping[str, Any]) -> None:
        self._record(self._of_person(values), values)


class PassOnForm(ActionForm):
    """Somebody is told of a result that came after the person had left: who, when, how, by whom."""

    def __init__(self, news: NewsLine, who: WhoItIs | None, *, services: Services) -> None:
        super().__init__(f"Tell {news.label}: {news.patient_name}", services=services, save_word="Told")
        self._news = news
        self.add_who(who)
        self.section("What is to be told", remark="As the record says it")
        tone = danger if news.urgent else waiting
        self.add_lines([tone(news.says), *([neutral(news.why)] if news.why else [])])
        self.confirmed = self.add(
            TickField("confirmed", "They were told exactly this", theme=self.theme), wide=True
        )
        self.at = self.add_when()
        self.section("Who was told")
        self.given = GivenFields(self, number=news.phone)

    def check(self, values: Mapping[str, Any]) -> str:
        if not values["confirmed"]:
            return "Say that they were told this."
        return self.given.check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        given = self.given.word(values)
        news = self._news
        self.perform(
            partial(
                pass_on, patient=news.patient, whom=news.whom, given=given, says=news.says, at=values["at"]
            ),
            done=f"{sentence_case(news.label)} knows.",
        )


class DealForm(ActionForm):
    """The person it went to says what was done."""

    def __init__(self, line: HappenedLine, who: WhoItIs | None, *, services: Services) -> None:
        super().__init__(f"What was done: {line.who}", services=services, save_word="Dealt with")
        self._line = line
        self.add_who(who)
        self.add_lines(fact_lines(line, services=services))
        self.words = self.add(
            TextField(
                "words", "What was done about it", theme=self.theme, required=True, longest=500,
                hint="Whom you spoke to, what was agreed, how it won't happen again. Stands in the record.",
            ),
            wide=True,
        )  # fmt: skip

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(gone_after.deal_with, fact=self._line.id, words=values["words"]),
            done=f"Dealt with: {self._line.sentence}.",
        )


class HandOverForm(ActionForm):
    """Somebody else is to deal with it."""

    def __init__(
        self, line: HappenedLine, who: WhoItIs | None, people: tuple[User, ...], *, services: Services
    ) -> None:
        super().__init__(f"Hand over: {line.who}", services=services, save_word="Hand over")
        self._line = line
        self.add_who(who)
        self.add_lines(fact_lines(line, services=services))
        able = those_who_may("deal_with", people)
        others = [(user.id, user.name) for user in able if user.active and user.id != line.assigned]
        self.to: ChoiceField[str] = self.add(
            ChoiceField(
                "to",
                "To",
                others,
                theme=self.theme,
                required=True,
                hint="The time they have for it begins anew.",
            )
        )
        self.add_why()

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(gone_after.hand_over, fact=self._line.id, to=values["to"], reason=values["reason"]),
            done=f"Handed over: {self._line.sentence}.",
        )


class TickForm(ActionForm):
    """Something left to do is done."""

    def __init__(self, task: TaskLine, who: WhoItIs | None, *, services: Services) -> None:
        super().__init__(f"Done: {task.patient_name}", services=services, save_word="Done")
        self._task = task
        self.add_who(who)
        self.add_lines([waiting(f"{task.sentence}.")])
        self.section("With whom it was spoken about", remark="Empty: nobody")
        self.given = GivenFields(
            self, roles=("booking desk", "registered manager", "nurse in charge", "senior carer"),
            number=task.phone, required=False,
        )  # fmt: skip
        self.note = self.add_note()
        self.at = self.add_when()

    def check(self, values: Mapping[str, Any]) -> str:
        return self.given.check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(
                tick,
                task=self._task.id,
                given=self.given.given(values),
                note=values["note"] or "",
                at=values["at"],
            ),
            done=f"Done: {self._task.sentence}.",
        )


def fact_lines(line: HappenedLine, *, services: Services) -> list[Status]:
    """What happened, against which rule, to whom it went and until when."""
    now = services.now()
    late = line.dealt_at is None and now > line.due_at
    by = f"With {line.assigned_name}, to be dealt with by {instant_words(line.due_at, now=now)}."
    return [
        danger(f"{line.sentence}, {instant_words(line.at, now=now)}."),
        *(waiting(f"{each.sentence}{f' ({each.rule})' if each.rule else ''}") for each in line.against),
        neutral(f"Recorded by {line.recorded_by}: {line.reason}"),
        danger(by) if late else neutral(by),
    ]


__all__ = [
    "DealForm", "HandOverForm", "HappenedForm", "PassOnForm", "PersonHappenedForm", "TickForm", "choices_of",
    "fact_lines",
]  # fmt: skip
