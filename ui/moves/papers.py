"""Papers about a placement, and the transport sheet of a day: looked at, issued, saved, recalled."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.actions.papers import fhir_document, issue_paper, newest, paper_now, recall_paper
from discharge.model.errors import UserError
from discharge.model.paper import Paper, PaperKind
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.papers import IssuedPaper
from discharge.model.shown.patients import WhoItIs
from discharge.reports.mail import draft
from discharge.words.counts import count_words, sentence_case
from discharge.words.days import instant_words
from ui.frame.action_form import ActionForm
from ui.frame.paper_pages import mark_words, paper_html, pdf_of, save_whole, write_pdf
from ui.frame.services import Message, Services
from ui.frame.take_back import entry_back
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status, danger, done, waiting
from ui.widgets.button import push_button
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.date_fields import DateField
from ui.widgets.dialog_size import room_on_screen
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column, in_row
from ui.widgets.pieced_text import PiecedText
from ui.widgets.segments import Segments
from ui.widgets.text import Lines

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

ENDINGS = {"PDF": ".pdf", "Draft for nhs.net": ".eml", "FHIR document": ".fhir.json", "JSON": ".json"}
OF_PLACEMENT = (PaperKind.OFFER, PaperKind.HANDOVER, PaperKind.APPROVAL)
BESIDE = 345
"""So high, in pixels at 100 %, is what stands above and below the text of a paper."""
NOW = "now"
"""The paper as it would be issued now, among those to look at."""
LINES_A_TURN = 10
"""So many lines on a paper's state are laid out in a turn of the event loop."""

Kept = tuple[IssuedPaper, Paper]
"""A paper as it was issued."""


@dataclass(frozen=True, slots=True)
class PapersFound:
    """The papers as they would be now, and those that were issued."""

    papers: tuple[Paper, ...]
    issued: tuple[IssuedPaper, ...]
    hub: str


def read_papers(queries: Queries, *, about: str, kinds: Sequence[PaperKind]) -> PapersFound:
    """Reads in the store's thread: of a placement a paper for each stay that is still to come or goes on."""
    papers = [
        paper_now(queries, kind=kind, about=about, stay=stay)
        for kind in kinds
        for stay in _stays(queries, about, kind)
    ]
    return PapersFound(tuple(papers), queries.issued_papers(about), queries.hub().name)


def _stays(queries: Queries, about: str, kind: PaperKind) -> Sequence[int | None]:
    if kind not in (PaperKind.OFFER, PaperKind.HANDOVER):
        return (None,)
    row = queries.placement(about).row
    return range(row.stay, len(row.stays))


class PapersForm(ActionForm):
    """One looks at a paper, and issues it: it is kept as it is, with its version, and saved as PDF."""

    def __init__(
        self,
        about: str,
        *,
        services: Services,
        kinds: Sequence[PaperKind] = OF_PLACEMENT,
        title: str,
        who: WhoItIs | None = None,
        first: PaperKind | None = None,
        stay: int | None = None,
        of_day: DateField | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`of_day` is the field for the day that the paper is about, where it is about one."""
        super().__init__(title, services=services, save_word="Issue…", parent=parent)
        self._about, self._kinds = about, tuple(kinds)
        self.kind = first or self._kinds[0]
        self._chosen = first is not None
        self._stay = stay
        self.found: PapersFound | None = None
        self.kept: Kept | None = None
        if who is not None:
            self.add_who(who)
        if of_day is not None:
            self.add(of_day)
        if len(self._kinds) > 1:
            self.add_widget(self._segments())
        self.to: ChoiceField[int] = self.add(
            ChoiceField("to", "For which stay", (), theme=self.theme, none="", required=True), wide=True
        )
        now = ((NOW, "As it is now"),)
        self.version: ChoiceField[str] = self.add(
            ChoiceField("version", "Look at", now, theme=self.theme, none="", required=True), wide=True
        )
        self.to.setVisible(False)
        self.to.changed.connect(self._choose_stay)
        self.version.changed.connect(self._choose_version)
        self.state = Lines(theme=self.theme)
        self._more_state: deque[Status] = deque()
        self._next_state = QTimer(self, singleShot=True, interval=0)
        self._next_state.timeout.connect(self._show_more_state)
        self.add_widget(self.state)
        self.text = PiecedText(self)
        self.text.setAccessibleName("The paper as it would be issued")
        # the sheet gives every text the least height of a field: the room around it has its own
        room = QWidget()
        room.setFixedHeight(self._height_of_text())
        inner = in_column(room)
        inner.addWidget(self.text)
        self.add_widget(room)
        self.add_widget(self._buttons())
        self._read()

    def _height_of_text(self) -> int:
        """As high as the screen has room for beside what stands above and below it: one bar to scroll by."""
        room = room_on_screen(self).height() - self.theme.px(BESIDE)
        return max(self.theme.px(150), min(self.theme.px(360), room))

    def _segments(self) -> QWidget:
        words = [(kind.value, sentence_case(kind.words), "") for kind in self._kinds]
        self.segments = Segments(words, theme=self.theme, name="Paper", wraps=True)
        self.segments.chosen.connect(lambda key: self.show_kind(PaperKind(key)))
        holder = QWidget()
        row = in_row(holder)
        row.addWidget(self.segments)
        row.addStretch(1)
        return holder

    def _buttons(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(gap=self.theme.px(Space.NEAR), line_gap=self.theme.px(Space.NEAR))
        holder.setLayout(flow)
        self.person = push_button(
            "Show the person", tip="Where what is missing of them is filled in", do=self._go_to_person
        )
        self.home = push_button(
            "Show the home", tip="Where what is missing of the home is filled in", do=self._go_to_home
        )
        self.save_again = push_button(
            "Save…",
            tip="As PDF, as JSON, as a FHIR document, or as a draft for secure mail",
            do=self._save_chosen,
        )
        self.recall = push_button(
            "Recalled…", tip="Whoever holds it was told that it no longer counts", do=self._recall_chosen
        )
        for each in (self.person, self.home, self.save_again, self.recall):
            flow.addWidget(each)
        return holder

    # ---------------------------------------------------------------- what there is

    def _read(self) -> None:
        question = partial(read_papers, about=self._about, kinds=self._kinds)
        self.services.ask(question, self._take, replaces="papers")

    def _take(self, found: PapersFound) -> None:
        self.found = found
        if not self._chosen:
            # the first that can be issued is what one has come for
            ready = [paper.kind for paper in found.papers if paper.can_be_issued]
            self.kind = ready[-1] if ready else self.kind
        self.show_kind(self.kind)

    def show_kind(self, kind: PaperKind) -> None:
        """Shows the paper of this kind as it would be issued now."""
        self.kind, self._chosen = kind, True
        if len(self._kinds) > 1:
            self.segments.show_choice(kind.value)
        stays = {paper.stay: paper.to for paper in self._papers()}
        self.to.set_choices([(at, f"Stay {at + 1}: {to}") for at, to in stays.items()])
        self.to.set_value(self._stay if self._stay in stays else self._next_stay())
        self.to.setVisible(len(stays) > 1)
        self._show_stay()

    def _next_stay(self) -> int | None:
        """The first stay whose paper can be issued; else the first."""
        found = [*(each for each in self._papers() if each.can_be_issued), *self._papers()]
        return found[0].stay if found else None

    def _choose_stay(self) -> None:
        self._stay = self.to.value()
        self._show_stay()

    def _show_stay(self) -> None:
        issued = self.issued_now()
        self.version.set_choices(
            [(NOW, "As it is now" if issued else "As it is now; never issued")]
            + [(each.id, self._said(each)) for each in issued]
        )
        self.version.set_value(NOW)
        self._show_now()

    def _choose_version(self) -> None:
        name = self.version.value()
        if name is None or name == NOW:
            self._show_now()
        else:
            self.services.ask(lambda queries: queries.paper(name), self._show_kept, replaces="papers/kept")

    def _show_now(self) -> None:
        self.kept = None
        paper = self.paper()
        if paper is not None:
            warned = [waiting(sentence) for sentence in paper.warns]
            self._show(paper, [self._state_of(paper), *warned, *self._of_the_newest()])

    def _show_kept(self, kept: Kept) -> None:
        self.kept = kept
        issued, paper = kept
        said = f"As it was issued, version {issued.version}, for {issued.to}."
        self._show(paper, [waiting(mark_words(issued)) if issued.mark else done(said)])

    def _show(self, paper: Paper, state: Sequence[Status]) -> None:
        colours = self.theme.palette
        gap = colours.ink(Tone.DANGER)
        # the columns stand as far apart as their words are large
        within = self.theme.px(Space.TIGHT)
        parts = paper_html(paper, ink=colours.text, faint=colours.muted, gap=gap, within=within)
        self.text.show_pieces(parts)
        self.state.show_lines(state[:LINES_A_TURN])
        self._more_state = deque(state[LINES_A_TURN:])
        self._next_state.start()
        chosen = self._chosen_one()
        self.save_again.setEnabled(chosen is not None)
        self.save_again.setText("Save…" if chosen is None else f"Save version {chosen.version}…")
        self.recall.setEnabled(chosen is not None and not chosen.recalled)
        self.person.setVisible(paper.patient is not None)
        self.home.setVisible(paper.to_setting is not None)

    def _show_more_state(self) -> None:
        """The sheet of a large hub may miss something of each of its journeys."""
        if self._more_state:
            some = [self._more_state.popleft() for _ in range(min(LINES_A_TURN, len(self._more_state)))]
            self.state.add_lines(some)
            self._next_state.start()

    def _papers(self) -> list[Paper]:
        """Those of the kind in front, one a stay."""
        return [] if self.found is None else [each for each in self.found.papers if each.kind is self.kind]

    def paper(self) -> Paper | None:
        """The paper in front as it would be issued now; None until it was read."""
        stay = self.to.value()
        return next((each for each in self._papers() if stay is None or each.stay == stay), None)

    def issued_now(self) -> list[IssuedPaper]:
        """Those of the kind and stay in front that were issued, newest first; of a stay that is over too,
        where there is but one to choose."""
        if self.found is None:
            return []
        paper, several = self.paper(), len(self._papers()) > 1
        return [
            each
            for each in self.found.issued
            if each.kind is self.kind and (not several or paper is None or each.stay == paper.stay)
        ]

    def _chosen_one(self) -> IssuedPaper | None:
        """The issued paper that is looked at; else the newest that counts."""
        if self.kept is not None:
            return self.kept[0]
        return next((each for each in self.issued_now() if not each.recalled), None)

    def _state_of(self, paper: Paper) -> Status:
        if paper.can_be_issued:
            return done(f"Complete: it can be issued, for {paper.to}.")
        return danger(paper.why_not)

    def _of_the_newest(self) -> list[Status]:
        newest = next((each for each in self.issued_now() if not each.recalled), None)
        if newest is None or not newest.mark:
            return []
        return [waiting(f"{newest.to} holds version {newest.version}. {mark_words(newest)}")]

    def _said(self, one: IssuedPaper) -> str:
        when = instant_words(one.at, now=self.services.now())
        mark = f"{one.mark}: " if one.mark else ""
        return f"{mark}Version {one.version}, issued {when} by {one.by}, for {one.to}"

    # ---------------------------------------------------------------- issue, save, recall

    def save(self, values: Mapping[str, Any]) -> None:
        paper = self.paper()
        if paper is None or not paper.can_be_issued:
            why = "It is still being read." if paper is None else paper.why_not
            self.refused(UserError(why, "Record what is missing, and come back."))
            return
        kind, stay, place, hub = self.kind, paper.stay, self.services, self._hub()

        def issued() -> None:
            place.ask(
                lambda queries: newest(queries, paper.about, kind, stay),
                lambda found: ask_and_save(found, services=place, hub=hub, parent=None),
                replaces="papers/issued",
            )

        about = stay if kind in (PaperKind.OFFER, PaperKind.HANDOVER) else None
        self.perform(
            partial(issue_paper, kind=kind, about=paper.about, stay=about),
            done=f"{sentence_case(kind.words)} issued.",
            undo=entry_back("Recall"),
            then=lambda _changed: issued(),
        )

    def _hub(self) -> str:
        return "" if self.found is None else self.found.hub

    def _save_chosen(self) -> None:
        chosen, hub = self._chosen_one(), self._hub()
        if chosen is not None:
            self.services.ask(
                lambda queries: queries.paper(chosen.id),
                lambda found: ask_and_save(found, services=self.services, hub=hub, parent=self),
                replaces="papers/issued",
            )

    def _go_to_person(self) -> None:
        paper = self.paper()
        if paper is not None and paper.patient is not None:
            self.reject()
            self.services.go("patients", paper.patient)

    def _go_to_home(self) -> None:
        paper = self.paper()
        if paper is not None and paper.to_setting is not None:
            self.reject()
            self.services.go("settings", paper.to_setting)

    def _recall_chosen(self) -> None:
        chosen = self._chosen_one()
        if chosen is not None:
            RecallForm(chosen, services=self.services, parent=self, then=self._read).open()


def file_name(issued: IssuedPaper) -> str:
    """How the file is called: never by a person's name; of a paper that counts no more with the word."""
    mark = f" {issued.mark}" if issued.mark else ""
    return f"{sentence_case(issued.kind.words)} {issued.about} version {issued.version}{mark}.pdf"


def ask_and_save(found: Kept | None, *, services: Services, hub: str, parent: QWidget | None) -> None:
    """Asks where to, and saves an issued paper as PDF."""
    if found is None:
        return
    suggested = str(Path.home() / file_name(found[0]))
    kinds = {f"{words} (*{ending})": ending for words, ending in ENDINGS.items()}
    chosen, kind = QFileDialog.getSaveFileName(parent, "Save the paper", suggested, ";;".join(kinds))
    if chosen:
        path = as_kind(Path(chosen), kinds.get(kind, ".pdf"))
        if path != Path(chosen) and path.exists():
            services.tell(Message(f"{path.name} is there already.", "Save it under another name."))
            return
        save_paper(path, found, services=services, hub=hub)


def as_kind(path: Path, ending: str) -> Path:
    """The file that is meant where somebody typed a name and chose a kind: a typed ending counts, the
    suggested one only where the kind is that too."""
    typed = path.suffix.lower()
    if typed == ".pdf" != ending:
        return path.with_suffix(ending)
    return path if typed in ENDINGS.values() else path.with_name(f"{path.name}{ending}")


def save_paper(path: Path, found: Kept, *, services: Services, hub: str) -> None:
    """Saves an issued paper by the ending of the file: as PDF, as JSON, as a FHIR document, as a draft for
    secure mail; and says so, or says why not."""
    issued, paper = found

    def tried(write: Callable[[], str]) -> None:
        try:
            services.say(write())
        except UserError as error:
            services.tell(Message(error.sentence, error.mend))

    def as_pdf() -> str:
        pages = write_pdf(path, issued, paper, hub=hub, font=services.theme.font())
        return f"Saved: {path.name}, {count_words(pages, 'page')}."

    def as_json() -> str:
        save_whole(path, paper.content())
        return f"Saved: {path.name}."

    def as_draft(known: tuple[SettingDetails, str]) -> str:
        home, sender = known
        pdf, _ = pdf_of(issued, paper, hub=hub, font=services.theme.font())
        save_whole(path, draft(issued, paper, home=home, sender=sender, hub=hub, pdf=pdf))
        return f"Saved: {path.name}, a draft to {home.email}. Nothing is sent: open it in your mail program."

    def as_document(content: bytes) -> str:
        save_whole(path, content)
        return f"Saved: {path.name}, a FHIR document."

    setting = issued.setting
    if path.name.lower().endswith(ENDINGS["FHIR document"]):
        services.ask(
            lambda queries: fhir_document(queries, issued.id),
            lambda content: tried(lambda: as_document(content)),
            replaces="papers/document",
        )
    elif path.suffix.lower() == ".eml" and setting is None:
        services.tell(Message(f"This {issued.kind.words} goes to no home's address.", "Save it as PDF."))
    elif path.suffix.lower() == ".eml":
        assert setting is not None  # asked for just above
        services.ask(
            lambda queries: (queries.setting_details(setting), queries.hub().email),
            lambda known: tried(lambda: as_draft(known)),
            replaces="papers/draft",
        )
    else:
        tried(as_json if path.suffix.lower() == ".json" else as_pdf)


class TransportForm(PapersForm):
    """The transport sheet of a day: today's, until another day is chosen."""

    def __init__(self, *, services: Services, day: date | None = None, parent: QWidget | None = None) -> None:
        chosen = day or services.today()
        of_day = DateField("day", "Day", theme=services.theme, today=services.today, required=True)
        super().__init__(
            chosen.isoformat(), services=services, kinds=(PaperKind.TRANSPORT,), title="Transport sheet",
            of_day=of_day, parent=parent,
        )  # fmt: skip
        self.day = of_day
        self.set_values({"day": chosen})
        self.day.changed.connect(self._choose)

    def _choose(self) -> None:
        day = self.day.value()
        if isinstance(day, date) and day.isoformat() != self._about:
            self._about = day.isoformat()
            self._read()


class RecallForm(ActionForm):
    """A paper no longer counts, and whoever holds it was told so."""

    def __init__(
        self,
        paper: IssuedPaper,
        *,
        services: Services,
        then: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            f"Recall the {paper.kind.words}, version {paper.version}", services=services,
            save_word="Recalled", columns=1, parent=parent,
        )  # fmt: skip
        self._paper, self._then = paper, then
        lines = self.add_lines()
        lines.show_lines([waiting(f"{paper.to} holds it. Ring them first: it is to be destroyed.")])
        self.add_why("Who was told, and what they do with it")

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(recall_paper, paper=self._paper.id, reason=str(values["reason"])),
            done=f"The {self._paper.kind.words} is recalled.",
            then=lambda _changed: self._then() if self._then is not None else None,
        )
