"""Papers of several placements at once: each that is complete is issued, and saved as a file of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from discharge.actions.papers import issue_papers, paper_now
from discharge.model.errors import UserError
from discharge.model.paper import Paper, PaperKind, WantedPaper
from discharge.model.placement import PlacementState
from discharge.model.shown.papers import IssuedPaper
from discharge.model.shown.placements import MoveRow
from discharge.words.counts import count_words
from ui.frame.action_form import ActionForm
from ui.frame.paper_pages import write_pdf
from ui.frame.services import Message, Services
from ui.frame.take_back import all_back
from ui.moves.papers import file_name
from ui.theme.status import Status, danger, done, neutral
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.ask.queries import Queries

_P = PlacementState
_KINDS = {
    _P.PROPOSED: PaperKind.APPROVAL,
    _P.APPROVED: PaperKind.OFFER,
    _P.TOLD: PaperKind.OFFER,
}


def paper_for(row: MoveRow) -> WantedPaper:
    """The paper that a placement asks for where it stands."""
    return WantedPaper(kind=_KINDS.get(row.state, PaperKind.HANDOVER), about=row.id)


@dataclass(frozen=True, slots=True)
class SeveralFound:
    """The papers as they would be now, each with the newest that was issued; and the hub's name."""

    papers: tuple[tuple[Paper, IssuedPaper | None], ...]
    hub: str
    names: Mapping[str, str]
    """Whom each placement is of."""

    @property
    def to_issue(self) -> list[WantedPaper]:
        """Those that are complete and that nobody holds as they are."""
        return [
            WantedPaper(kind=paper.kind, about=paper.about, stay=paper.stay)
            for paper, newest in self.papers
            if paper.can_be_issued and (newest is None or newest.outdated)
        ]


def read_several(queries: Queries, wanted: Sequence[WantedPaper]) -> SeveralFound:
    """Reads in the store's thread."""
    papers = [paper_now(queries, kind=each.kind, about=each.about, stay=each.stay) for each in wanted]
    return SeveralFound(
        tuple((paper, _newest(queries, paper)) for paper in papers),
        queries.hub().name,
        {each.about: queries.placement(each.about).row.patient_name for each in wanted},
    )


def _newest(queries: Queries, paper: Paper) -> IssuedPaper | None:
    return next(
        (
            each
            for each in queries.issued_papers(paper.about)
            if (each.kind, each.stay, each.recalled) == (paper.kind, paper.stay, False)
        ),
        None,
    )


def wanted_of_the_hub(queries: Queries) -> list[WantedPaper]:
    """The papers that are out of date because whom to ring at the hub has changed."""
    return [
        WantedPaper(kind=each.kind, about=each.about, stay=each.stay)
        for each in queries.outdated_papers(at_once=None).outdated
        if each.of_the_hub_alone
    ]


class SeveralPapersForm(ActionForm):
    """Issues all that are complete; the others are named with what they lack."""

    def __init__(self, wanted: Sequence[WantedPaper], *, services: Services) -> None:
        super().__init__(
            f"Papers of {count_words(len(wanted), 'placement')}",
            services=services, save_word="Issue all that are complete…", columns=1,
        )  # fmt: skip
        self._wanted = list(wanted)
        self.found: SeveralFound | None = None
        self.add_widget(
            label("Each has a version and a file of its own, all in the folder that you choose.", wrap=True)
        )
        self.lines = self.add_lines()
        services.ask(partial(read_several, wanted=self._wanted), self._take, replaces="papers")

    def _take(self, found: SeveralFound) -> None:
        self.found = found
        self.lines.show_lines(
            [_line(paper, newest, found.names[paper.about]) for paper, newest in found.papers]
        )

    def save(self, values: Mapping[str, Any]) -> None:
        found = self.found
        if found is None or not found.to_issue:
            why = "They are still being read." if found is None else "None of them is to be issued."
            self.refused(UserError(why, "Record what is missing, and come back."))
            return
        services, hub = self.services, found.hub

        def ask_where(_changed: Changed) -> None:
            services.ask(
                lambda queries: _newest_of(queries, found.to_issue),
                lambda kept: _ask_and_save(kept, services=services, hub=hub),
                replaces="papers/issued",
            )

        self.perform(
            partial(issue_papers, wanted=found.to_issue),
            done=f"{count_words(len(found.to_issue), 'paper')} issued.",
            undo=all_back("Issued by mistake", "Recall"),
            then=ask_where,
        )


def _line(paper: Paper, newest: IssuedPaper | None, name: str) -> Status:
    what = f"{name}, {paper.kind.words} {paper.about} for {paper.to}"
    if not paper.can_be_issued:
        return danger(f"{what}. {paper.why_not}")
    if newest is not None and not newest.outdated:
        return neutral(f"{what}: version {newest.version} still says so.")
    return done(f"{what}: complete.")


def _newest_of(queries: Queries, wanted: Sequence[WantedPaper]) -> list[tuple[IssuedPaper, Paper]]:
    """The newest that was issued of each of these."""
    papers = [paper_now(queries, kind=each.kind, about=each.about, stay=each.stay) for each in wanted]
    newest = [_newest(queries, paper) for paper in papers]
    return [queries.paper(each.id) for each in newest if each is not None]


def _ask_and_save(kept: Sequence[tuple[IssuedPaper, Paper]], *, services: Services, hub: str) -> None:
    folder = QFileDialog.getExistingDirectory(None, "Save the papers in")
    if folder:
        save_all(Path(folder), kept, services=services, hub=hub)


def save_all(
    folder: Path, kept: Sequence[tuple[IssuedPaper, Paper]], *, services: Services, hub: str
) -> None:
    """Saves each as PDF, or says which was the first that couldn't be, and how many stand there."""
    for number, (issued, paper) in enumerate(kept):
        try:
            write_pdf(folder / file_name(issued), issued, paper, hub=hub, font=services.theme.font())
        except UserError as error:
            there = f"{number} of {len(kept)} papers are saved. {error.sentence}"
            services.tell(Message(there, error.mend))
            return
    services.say(f"Saved in {folder.name}: {count_words(len(kept), 'paper')}.")
