"""What Moves opens for other rooms: a step of a placement, what happened, what is to be told or done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from discharge.model.paper import PaperKind, WantedPaper
from discharge.model.shown.papers import IssuedPaper
from discharge.model.shown.patients import WhoItIs
from discharge.model.shown.placements import MoveRow
from ui.frame.action_form import ActionForm
from ui.frame.page import Page
from ui.moves.happened import DealForm, HandOverForm, PassOnForm, PersonHappenedForm, TickForm
from ui.moves.page import FORMS
from ui.moves.papers import PapersForm, RecallForm, TransportForm
from ui.moves.review import ReviewForm, read_review
from ui.moves.several_papers import SeveralPapersForm, wanted_of_the_hub
from ui.words.moves import why_not_step

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

Made = Callable[[], ActionForm] | None
"""A form to be made; None where what it is about is done already."""


def open_step(page: Page, placement: str, step: str) -> None:
    """The form of a placement's step, over the placement as it stands now."""

    def read(queries: Queries) -> MoveRow:
        return queries.placement(placement).row

    def open_form(row: MoveRow) -> None:
        reason = why_not_step(row, step)
        if reason:
            # somebody else has taken it on since
            page.services.note(reason)
            page.load()
            return
        page.open_form(FORMS[step](row, services=page.services))

    page.ask(read, open_form, replaces="form")


def open_happened(
    page: Page, patient: str, name: str, who: WhoItIs | None, *, has_left: bool = False
) -> None:
    """What happened to somebody of the list, with or without a placement, or to somebody who left it."""
    form = PersonHappenedForm(patient, name, services=page.services, who=who, has_left=has_left)
    page.open_form(form)


def open_papers(page: Page, about: str, kind: PaperKind | None = None) -> None:
    """The papers of a placement, or the transport sheet of a day where `about` is one."""
    if kind is PaperKind.TRANSPORT:
        page.open_form(TransportForm(services=page.services, day=date.fromisoformat(about)))
        return

    def open_form(row: MoveRow) -> None:
        title = f"Papers: {row.patient_name}"
        page.open_form(PapersForm(about, services=page.services, title=title, who=row.who, first=kind))

    page.ask(lambda queries: queries.placement(about).row, open_form, replaces="form")


def open_paper(page: Page, paper: str) -> None:
    """The paper that an issued one of this id is to give way to."""

    def open_form(found: tuple[IssuedPaper, MoveRow | None]) -> None:
        issued, row = found
        if row is None:
            day = date.fromisoformat(issued.about)
            page.open_form(TransportForm(services=page.services, day=day))
            return
        page.open_form(
            PapersForm(
                issued.about, services=page.services, title=f"Papers: {row.patient_name}", who=row.who,
                first=issued.kind, stay=issued.stay,
            )
        )  # fmt: skip

    def read(queries: Queries) -> tuple[IssuedPaper, MoveRow | None]:
        issued, _ = queries.paper(paper)
        of_day = issued.kind is PaperKind.TRANSPORT
        return issued, None if of_day else queries.placement(issued.about).row

    page.ask(read, open_form, replaces="form")


def open_several_papers(page: Page, placements: Sequence[str], kind: PaperKind) -> None:
    """Papers of this kind of several placements."""
    wanted = [WantedPaper(kind=kind, about=each) for each in placements]
    page.open_form(SeveralPapersForm(wanted, services=page.services))


def open_hub_papers(page: Page) -> None:
    """The papers that name the hub as it was."""
    page.ask(
        wanted_of_the_hub,
        lambda wanted: page.open_form(SeveralPapersForm(wanted, services=page.services)),
        replaces="form",
    )


def open_review(page: Page, placement: str) -> None:
    """What became of somebody after their move."""
    page.ask(
        lambda queries: read_review(queries, placement),
        lambda found: page.open_form(ReviewForm(found, services=page.services)),
        replaces="form",
    )


def open_recall(page: Page, paper: str) -> None:
    """That an issued paper no longer counts, by its id."""

    def open_form(found: IssuedPaper) -> None:
        if found.recalled:
            page.services.note("This is done already.")
            page.load()
            return
        page.open_form(RecallForm(found, services=page.services))

    page.ask(lambda queries: queries.paper(paper)[0], open_form, replaces="form")


def open_told(page: Page, patient: str, whom: str) -> None:
    """That somebody was told of a late result: `whom` is the key of who has to hear of it."""

    def read(queries: Queries) -> Made:
        news = next((each for each in queries.news(patient) if each.whom == whom), None)
        who = queries.patient(patient).row.who
        return None if news is None else partial(PassOnForm, news, who, services=page.services)

    _open_unless_done(page, read)


def open_done(page: Page, patient: str, task: str) -> None:
    """That a task left behind is done."""

    def read(queries: Queries) -> Made:
        found, who = queries.task(task), queries.patient(patient).row.who
        return None if found is None else partial(TickForm, found, who, services=page.services)

    _open_unless_done(page, read)


def _who(queries: Queries, patient: str) -> WhoItIs | None:
    """Who it is about; None where that is nobody of the list."""
    return queries.patient(patient).row.who if patient else None


def open_dealt(page: Page, patient: str, fact: str) -> None:
    """That something that happened was dealt with."""

    def read(queries: Queries) -> Made:
        found, who = queries.happening(fact), _who(queries, patient)
        return None if found.dealt_at is not None else partial(DealForm, found, who, services=page.services)

    _open_unless_done(page, read)


def open_hand_over(page: Page, patient: str, fact: str) -> None:
    """That something that happened goes to somebody else of the hub."""

    def read(queries: Queries) -> Made:
        found, who = queries.happening(fact), _who(queries, patient)
        if found.dealt_at is not None:
            return None
        return partial(HandOverForm, found, who, queries.people(), services=page.services)

    _open_unless_done(page, read)


def _open_unless_done(page: Page, read: Callable[[Queries], Made]) -> None:
    def open_form(make: Made) -> None:
        if make is None:
            page.services.note("This is done already.")
            page.load()
            return
        page.open_form(make())

    page.ask(read, open_form, replaces="form")
