"""Mutual aid with neighbouring boroughs: what is asked, answered, owed and given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from discharge.actions.aid import answer_aid, ask_for_aid, give_back_aid
from discharge.model.call import AidAnswer, AidKind, AidWay
from discharge.model.shown.calls import AidLine
from discharge.words.counts import count_words, people, sentence_case
from discharge.words.days import day_and_time, day_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.models.table import Column
from ui.settings.listed import ListDialog
from ui.theme.status import Status, danger, done, neutral, waiting
from ui.widgets.authority import AuthorityField
from ui.widgets.choice_fields import ChoiceField, TickField
from ui.widgets.date_fields import DateField
from ui.widgets.given import GivenFields
from ui.widgets.text_fields import TextField

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

ROLES = ("duty manager", "head of commissioning", "director of adult social services", "discharge hub")


class AidForm(ActionForm):
    """This hub asks another borough for help, or is asked by one."""

    def __init__(self, *, services: Services, parent: QWidget | None = None) -> None:
        super().__init__("Request for mutual aid", services=services, save_word="Record", parent=parent)
        theme = self.theme
        ways = ((AidWay.ASKED, "We ask another borough"), (AidWay.WANTED, "Another borough asks us"))
        self.add(ChoiceField("way", "Who asks", ways, theme=theme, none="Choose …", required=True))
        self.borough = self.add(AuthorityField(theme=theme))
        self.borough.set_required(True)
        kinds = [(kind, sentence_case(kind.words)) for kind in AidKind]
        self.add(ChoiceField("kind", "For what", kinds, theme=theme, none="Choose …", required=True))
        self.add(DateField("needed_by", "Needed by", theme=theme, today=services.today))
        self.add(
            TextField(
                "wanted",
                "How much, and what exactly",
                theme=theme,
                required=True,
                longest=300,
                hint="No names of people: 1 nursing bed for a man, isolating until 20 Nov.",
                missing="Say how much of what.",
            ),
            wide=True,
        )
        self.section("With whom it was spoken", remark="Where it is known")
        self.given = GivenFields(self, roles=ROLES, required=False)

    def check(self, values: Mapping[str, Any]) -> str:
        return self.given.check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        borough = str(values["local_authority"])
        action = partial(
            ask_for_aid,
            way=values["way"],
            borough=borough,
            kind=values["kind"],
            wanted_words=values["wanted"],
            needed_by=values["needed_by"],
            given=self.given.given(values),
        )
        asks = f"{borough} is asked" if values["way"] is AidWay.ASKED else f"{borough} asks"
        self.perform(action, done=f"{asks} for {values['kind'].words}.", undo=entry_back("Take back"))


class AnswerForm(ActionForm):
    """The answer to a request, and what of it is owed."""

    def __init__(self, aid: AidLine, *, services: Services, parent: QWidget | None = None) -> None:
        who = aid.borough if aid.way is AidWay.ASKED else "this hub"
        super().__init__(f"Answer of {who}", services=services, save_word="Record", parent=parent)
        self._aid, theme = aid, self.theme
        self.add_lines([neutral(f"{aid.way.words}: {aid.borough}, {aid.kind.words}, {aid.wanted}.")])
        answers = ((AidAnswer.YES, "Yes"), (AidAnswer.PART, "In part"), (AidAnswer.NO, "No"))
        self.add(ChoiceField("answer", "Answer", answers, theme=theme, none="Choose …", required=True))
        self.add(TextField("words", "What was said, and what is given", theme=theme, longest=300))
        self.owed = self.add(TickField("owed", "It is to be given back", theme=theme))
        self.back_by = self.add(DateField("back_by", "Back by", theme=theme, today=services.today))
        self.back_by.setVisible(False)
        self.owed.changed.connect(lambda: self.back_by.setVisible(self.owed.value()))

    def save(self, values: Mapping[str, Any]) -> None:
        action = partial(
            answer_aid,
            aid=self._aid.id,
            answer=values["answer"],
            words=values["words"] or "",
            owed=bool(values["owed"]),
            back_by=values["back_by"],
        )
        self.perform(
            action,
            done=f"{self._aid.borough}: answered {values['answer'].words}.",
            undo=entry_back("Take back"),
        )


class GivenBackForm(ActionForm):
    """What was owed is given back."""

    def __init__(self, aid: AidLine, *, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Given back: {aid.borough}", services=services, save_word="Given back", columns=1, parent=parent
        )
        self._aid = aid
        self.add_lines([neutral(f"{sentence_case(aid.kind.words)}: {aid.wanted}. {aid.answer_words}")])
        self.add(TextField("words", "What was given back, and how", theme=self.theme, longest=300))

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(give_back_aid, aid=self._aid.id, words=values["words"] or ""),
            done=f"{self._aid.borough}: given back.",
            undo=entry_back("Take back"),
        )


class AidList(ListDialog[AidLine]):
    """The requests, newest first, with what may be done next; and how many are placed across borders."""

    nothing = (
        "No request yet",
        "Ask a borough for a bed, PPE or staff, or record that one asks you.",
    )
    icon = "arrow-right"

    def __init__(self, *, services: Services, parent: QWidget | None = None) -> None:
        self._across = self._unknown = 0
        super().__init__("Mutual aid", services=services, parent=parent)

    def columns(self) -> Sequence[Column[AidLine]]:
        return (
            Column(key="state", title="State", status=_state, width=18),
            Column(key="way", title="Who asks", text=lambda aid: aid.way.words, width=10),
            Column(key="borough", title="Borough", text=lambda aid: aid.borough, strong=True, width=16),
            Column(key="kind", title="For", text=lambda aid: sentence_case(aid.kind.words), width=8),
            Column(
                key="wanted",
                title="What",
                text=lambda aid: aid.wanted,
                tip=lambda aid: aid.wanted,
                width=24,
                stretch=True,
            ),
            Column(key="needed", title="Needed by", text=_needed, width=11),
            Column(key="answer", title="Answer", text=_answer, tip=_answer, width=18),
            Column(
                key="asked", title="Recorded", text=lambda aid: f"{day_and_time(aid.at)} {aid.by}", width=18
            ),
        )

    def key(self, row: AidLine) -> str:
        return row.id

    def fetch(self, queries: Queries) -> Sequence[AidLine]:
        found = queries.cross_borders()
        self._across = len({one.patient for one in found if one.is_known})
        self._unknown = len({one.patient for one in found if not one.is_known})
        return queries.aid_requests()

    def lay_out(self) -> None:
        self.add_button("New request…", self._new, main=True)
        self.add_step("Answer…", self.answer, lambda aid: "" if aid.answer is None else "It is answered.")
        self.add_step("Given back…", self._back, lambda aid: "" if aid.is_owed else "Nothing of it is owed.")

    def told(self, rows: Sequence[AidLine]) -> str:
        still_open = sum(aid.is_open for aid in rows)
        across = f"{sentence_case(people(self._across))} placed in another authority than their own"
        if self._unknown:
            across += f"; of {people(self._unknown)} an authority isn't recorded"
        return (
            f"{count_words(len(rows), 'request')}, {still_open} not finished. {across}: who, by borough,"
            " is on the page Situation."
        )

    def open_row(self, row: AidLine) -> None:
        if row.answer is None:
            self.answer(row)
        elif row.is_owed:
            self._back(row)

    def _new(self) -> None:
        AidForm(services=self.services, parent=self).open()

    def answer(self, row: AidLine) -> None:
        """The answer to this request."""
        AnswerForm(row, services=self.services, parent=self).open()

    def _back(self, row: AidLine) -> None:
        GivenBackForm(row, services=self.services, parent=self).open()


def _state(aid: AidLine) -> Status:
    if aid.answer is None:
        return waiting("Answer it") if aid.way is AidWay.WANTED else waiting("Answer awaited")
    if aid.is_owed:
        by = f" by {day_words(aid.back_by)}" if aid.back_by else ""
        return waiting(f"{'We owe' if aid.way is AidWay.ASKED else 'Owed to us'}{by}")
    if aid.back_at is not None:
        return done("Given back")
    return danger("Answered no") if aid.answer is AidAnswer.NO else done(f"Answered {aid.answer.words}")


def _needed(aid: AidLine) -> str:
    return day_words(aid.needed_by) if aid.needed_by is not None else ""


def _answer(aid: AidLine) -> str:
    if aid.answer is None:
        return ""
    return f"{sentence_case(aid.answer.words)}{f': {aid.answer_words}' if aid.answer_words else ''}"


__all__ = ["AidForm", "AidList", "AnswerForm", "GivenBackForm"]
