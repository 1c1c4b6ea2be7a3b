"""A home is told of several people in one call: one form, each person's result shown and confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from discharge.actions.in_one_call import Answer, Told, call_taken_back, told_in_one_call
from discharge.model.errors import NotAllowed, UserError
from discharge.model.placement import DeclineReason, NextStep
from discharge.model.shown.placements import MoveRow
from discharge.words import terms
from discharge.words.counts import count_words, listing
from ui.frame.action_form import ActionForm
from ui.frame.services import Services, Undo
from ui.frame.take_back import AT_ONCE
from ui.moves.decline import REASONS
from ui.theme.status import Status, neutral, waiting
from ui.widgets.choice_fields import ChoiceField, TickField
from ui.widgets.given import GivenFields
from ui.widgets.text import Lines
from ui.widgets.text_fields import TextField
from ui.words.moves import next_stay, why_not_step
from ui.words.people import infection_status
from ui.words.who import line_words

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.model.shown.patients import PatientPage, RecordedAssessment
    from discharge.store.ask.queries import Queries
    from discharge.store.ask.telling import ToTell

ANSWERS = ((Answer.ACCEPTED, "Accepted"), (Answer.DECLINED, "Declined"))
TO_TELL = frozenset({NextStep.TELL, NextStep.TELL_NEXT})


def told_with(row: MoveRow, rows: Iterable[MoveRow]) -> list[MoveRow]:
    """Those who are to be told to the same home as this one, it first; alone where nobody else is."""
    home = next_stay(row).setting
    others = [
        one
        for one in rows
        if one.id != row.id
        and one.next_step in TO_TELL
        and next_stay(one).setting == home
        and not why_not_step(one, "tell")
    ]
    return [row, *others]


@dataclass(frozen=True, slots=True)
class Known:
    """What is to be told of one person."""

    page: PatientPage
    to_tell: ToTell
    assessor: str
    """Who assessed for the home, where somebody did."""


def read_known(queries: Queries, *, rows: Sequence[MoveRow]) -> dict[str, Known]:
    """By placement; in the store's thread."""
    return {
        row.id: Known(
            queries.patient(row.patient),
            queries.to_tell(row.patient),
            _assessor(queries.assessments(row.patient), home=next_stay(row).setting),
        )
        for row in rows
    }


def _assessor(assessments: Sequence[RecordedAssessment], *, home: str) -> str:
    named = (each for each in assessments if not each.withdrawn and home in each.assessment.settings)
    newest = next(named, None)
    return "" if newest is None else newest.assessment.assessor


@dataclass(frozen=True)
class _Part:
    """The fields of one person."""

    row: MoveRow
    facts: Lines
    confirmed: TickField
    answer: ChoiceField[Answer]
    code: ChoiceField[DeclineReason]
    note: TextField

    def fit(self) -> None:
        """Shows what there is to say: an answer of who was told, a reason of a no."""
        told = self.confirmed.value()
        declined = told and self.answer.value() is Answer.DECLINED
        self.answer.setVisible(told)
        self.code.setVisible(declined)
        self.note.setVisible(declined)


class TellSeveralForm(ActionForm):
    """Who was told, when and by which means, once; of each person what was told, and what the home said."""

    reads_first = True

    def __init__(self, rows: Sequence[MoveRow], *, services: Services) -> None:
        home = next_stay(rows[0])
        super().__init__(
            f"Tell {home.setting_name}: {count_words(len(rows), 'person', 'people')}",
            services=services, save_word="Told",
        )  # fmt: skip
        self._rows, self._home = tuple(rows), home.setting_name
        self._known: Mapping[str, Known] = {}
        self.section("Who was told", remark="Once, for everybody below")
        self.given = GivenFields(self, number=home.phone)
        self.at = self.add_when()
        self.parts = [self._part(row) for row in rows]
        self._ask()

    def _part(self, row: MoveRow) -> _Part:
        theme, id_ = self.theme, row.id
        self.section(row.patient_name, remark=id_)
        facts = self.add_lines()
        part = _Part(
            row,
            facts,
            self.add(
                TickField(f"confirmed/{id_}", "The home was told exactly this, and the needs", theme=theme),
                wide=True,
            ),
            self.add(
                ChoiceField(f"answer/{id_}", "What it said", ANSWERS, theme=theme, none="Answer awaited")
            ),
            self.add(
                ChoiceField(
                    f"code/{id_}", "Why it declined", REASONS, theme=theme, required=True,
                    missing=f"Say why the home declined {row.patient_name}.",
                    hint="It isn't offered this person again until its capacity return changes (A3).",
                )
            ),
            self.add(TextField(f"note/{id_}", "In their words", theme=theme, longest=200), wide=True),
        )  # fmt: skip
        for field in (part.confirmed, part.answer):
            field.changed.connect(part.fit)
            field.changed.connect(self._count)
        part.fit()
        return part

    def _count(self) -> None:
        told = sum(part.confirmed.value() for part in self.parts)
        self.say_save(f"Told of {told}" if told else "Told")

    def _ask(self) -> None:
        self.services.ask(partial(read_known, rows=self._rows), self._take, replaces="tell/several")

    def _take(self, found: Mapping[str, Known]) -> None:
        now = self.services.now()
        for part in self.parts:
            known, before = found[part.row.id], self._known.get(part.row.id)
            if before is not None and before.to_tell.says != known.to_tell.says:
                # the record says something else by now: it is confirmed anew
                part.confirmed.set_value(False)
            part.facts.show_lines(self._lines_of(part.row, known, status_of=now))
        self._known = found

    def _lines_of(self, row: MoveRow, known: Known, *, status_of: Any) -> list[Status | str]:
        details = known.page.details
        status = infection_status(known.page.row.infection, now=status_of)
        needs = terms.needs(details.needs) or "none recorded"
        lines: list[Status | str] = [] if row.who is None else [line_words(row.who)]
        lines += [
            Status(known.to_tell.says, status.tone, icon_name=status.icon_name),
            neutral(f"Care: {terms.care(details.care) or 'not recorded'}. Needs: {needs}."),
        ]
        stay = next_stay(row)
        if stay.told_at is not None:
            lines.append(waiting(f"It was told before: {stay.told_result} It has to accept again."))
        if known.assessor:
            lines.append(neutral(f"{known.assessor} assessed for them."))
        return lines

    def says(self, placement: str) -> str:
        """What is to be told of somebody, as the form shows it; empty until it has been read."""
        known = self._known.get(placement)
        return "" if known is None else known.to_tell.says

    def refused(self, error: UserError) -> None:
        super().refused(error)
        if isinstance(error, NotAllowed) and error.rule == "C5":
            self._ask()

    def check(self, values: Mapping[str, Any]) -> str:
        told = [part for part in self.parts if part.confirmed.value()]
        if not told:
            return "Tick whom the home was told of: nobody leaves before it knows (C5)."
        for part in told:
            if part.answer.value() is not Answer.DECLINED:
                continue
            if part.code.value() is None:
                return f"Say why the home declined {part.row.patient_name}."
            if part.code.value() is DeclineReason.OTHER and not part.note.value():
                return f"Say in their words why the home declined {part.row.patient_name}."
        return self.given.check(values)

    def told(self) -> list[Told]:
        """What was told of whom, as the form stands."""
        return [
            Told(
                placement=part.row.id,
                result=self.says(part.row.id) or None,
                assessor=self._known[part.row.id].assessor if part.row.id in self._known else "",
                answer=part.answer.value(),
                code=part.code.value() if part.answer.value() is Answer.DECLINED else None,
                note=str(part.note.value() or "") if part.answer.value() is Answer.DECLINED else "",
            )
            for part in self.parts
            if part.confirmed.value()
        ]

    def save(self, values: Mapping[str, Any]) -> None:
        told = self.told()

        def back(changed: Changed) -> Undo:
            return Undo("Take back", call_taken_back(told, entries=changed.entries, reason=AT_ONCE))

        self.perform(
            told_in_one_call(told, given=self.given.word(values), at=values["at"]),
            done=self._done(told),
            undo=back,
        )

    def _done(self, told: Sequence[Told]) -> str:
        names = {row.id: row.patient_name for row in self._rows}
        said = f"{self._home} was told of {listing([names[one.placement] for one in told], most=3)}."
        answers = [one.answer for one in told]
        parts = [
            f"{answers.count(Answer.ACCEPTED)} accepted" if Answer.ACCEPTED in answers else "",
            f"{answers.count(Answer.DECLINED)} declined" if Answer.DECLINED in answers else "",
            f"{answers.count(None)} awaited" if None in answers else "",
        ]
        return f"{said} {', '.join(part for part in parts if part)}."


__all__ = ["TellSeveralForm", "told_with"]
