"""Papers in the window: looked at, issued, saved as PDF; what is missing stands there by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QLabel

from discharge.actions.papers import issue_paper, newest
from discharge.model.errors import UserError
from discharge.model.paper import NOT_ON_IT, Paper, PaperKind, PaperLine, PaperPart, PaperTable
from discharge.model.shown.papers import IssuedPaper
from discharge.store.ask.queries import Queries
from tests.actions.a_hub import AHub
from tests.actions.test_papers import complete
from tests.ui.moves_desk import BEN, Open, pick
from tests.ui.pdf_text import pages_of
from ui.frame.paper_pages import code_words, paper_html, write_pdf
from ui.frame.services import Services
from ui.moves.papers import LINES_A_TURN, PapersForm, as_kind, file_name, save_paper
from ui.moves.several_papers import SeveralPapersForm, paper_for
from ui.theme.status import waiting
from ui.theme.theme import Theme

ISSUED = IssuedPaper(
    id="D-00001", kind=PaperKind.HANDOVER, about="L-0001", version=2, seal="ab" * 32, patient="P-0001",
    setting="S-0001", to="Elm Lodge", at=datetime(2020, 11, 16, 9, 10, tzinfo=UTC), by="Priya Nair",
)  # fmt: skip


def a_paper(*, parts: int = 1, rows: int = 3, text: str = "Said") -> Paper:
    lines = tuple(PaperLine(label=f"Line {at}", text=text) for at in range(rows))
    table = PaperTable(columns=("A", "B"), rows=(("1", "<b>2</b>"),))
    made = tuple(PaperPart(heading=f"Part {at}", lines=lines, table=table) for at in range(parts))
    return Paper(kind=PaperKind.HANDOVER, about="L-0001", title="Hand-over pack: Ada Shah", parts=made)


def test_what_is_missing_stands_on_the_paper_in_words() -> None:
    gap = PaperPart(heading="Medicines", lines=(PaperLine(label="Allergies", needed=True),))
    (html,) = paper_html(Paper(kind=PaperKind.OFFER, about="L-0001", title="Offer", parts=(gap,)))
    assert "Missing" in html


def test_what_is_not_on_a_sheet_stands_in_a_box() -> None:
    plain, boxed = (
        "".join(paper_html(Paper(kind=PaperKind.TRANSPORT, about="2020-11-16", title="Sheet", parts=(part,))))
        for part in (PaperPart(heading="Journeys"), PaperPart(heading=f"{NOT_ON_IT}: 1 journey"))
    )
    assert "border-style:solid" not in plain
    assert "border-style:solid" in boxed


def test_what_was_typed_is_never_read_as_markup() -> None:
    (html,) = paper_html(a_paper(text="<img src=x> & more"))
    assert "<img" not in html
    assert "&lt;img src=x&gt; &amp; more" in html
    assert "&lt;b&gt;2" in html


def test_neither_the_code_nor_the_file_names_a_person() -> None:
    assert code_words(ISSUED) == (
        f"Discharge Desk hand-over pack L-0001 version 2 2020-11-16T09:10Z {'ab' * 32}"
    )
    assert file_name(ISSUED) == "Hand-over pack L-0001 version 2.pdf"


@pytest.mark.parametrize(
    ("typed", "kind", "meant"),
    [
        ("Pack.pdf", ".pdf", "Pack.pdf"),
        ("Pack.pdf", ".fhir.json", "Pack.fhir.json"),
        ("Pack v1.2.pdf", ".eml", "Pack v1.2.eml"),
        ("Pack.json", ".pdf", "Pack.json"),
        ("Pack.fhir.json", ".fhir.json", "Pack.fhir.json"),
        ("Pack v1.2", ".json", "Pack v1.2.json"),
    ],
)
def test_the_chosen_kind_counts_where_the_suggested_ending_was_left(
    typed: str, kind: str, meant: str
) -> None:
    assert as_kind(Path(typed), kind) == Path(meant)


class AtOnce:
    """Services of a hub that answer at once, and keep what is said."""

    def __init__(self, hub: AHub) -> None:
        self._hub = hub
        self.said: list[str] = []

    def ask(self, question: Callable[[Queries], Any], then: Callable[[Any], object], **_more: Any) -> None:
        then(self._hub.desk.ask(question))

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


def test_a_hand_over_pack_is_saved_as_a_fhir_document_by_its_ending(tmp_path: Path) -> None:
    hub = AHub(tmp_path / "a.hub")
    placement = complete(hub, to="accepted")
    hub.does(partial(issue_paper, kind=PaperKind.HANDOVER, about=placement))
    found = hub.desk.ask(lambda queries: newest(queries, placement, PaperKind.HANDOVER))
    assert found is not None
    path, services = tmp_path / "Pack.fhir.json", AtOnce(hub)
    save_paper(path, found, services=cast("Services", services), hub="A hub")
    hub.desk.close()
    assert json.loads(path.read_bytes())["identifier"]["value"] == found[0].seal
    assert services.said == ["Saved: Pack.fhir.json, a FHIR document."]


@pytest.mark.whole
def test_a_part_stays_on_one_page_unless_it_is_longer_than_one(look: Theme, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    for parts, rows, pages in ((1, 3, {1}), (4, 14, {2}), (1, 130, {3, 4, 5})):
        count = write_pdf(path, ISSUED, a_paper(parts=parts, rows=rows), hub="A hub", font=look.font())
        assert count in pages
        texts = ["".join(text.split()) for text in pages_of(path)]
        assert len(texts) == count
        for at, text in enumerate(texts, 1):
            assert "Hand-overpack:AdaShah" in text
            assert f"Page{at}of{count}" in text
        if rows < 100:
            for at in range(parts):
                [there] = [text for text in texts if f"Part{at}" in text]
                assert there.count(f"Line{rows - 1}") >= 1


def test_a_paper_that_can_not_be_written_is_said_and_leaves_no_half_file(look: Theme, tmp_path: Path) -> None:
    path = tmp_path / "not there" / "paper.pdf"
    with pytest.raises(UserError, match="can't be written"):
        write_pdf(path, ISSUED, a_paper(), hub="A hub", font=look.font())
    assert list(tmp_path.iterdir()) == []


def test_a_pack_with_gaps_says_which_and_is_not_issued(open_moves: Open) -> None:
    desk = open_moves(BEN)
    pick(desk, BEN)
    desk.do("placement.papers")
    form = desk.form(PapersForm)
    desk.settle()
    form.show_kind(PaperKind.OFFER)
    paper = form.paper()
    assert paper is not None
    assert "Allergies" in paper.missing
    assert "Missing" in form.text.toPlainText()
    assert not form.save_again.isEnabled()
    form.ask_to_save()
    desk.settle()
    assert desk.ask(lambda q: q.issued_papers(paper.about)) == ()


def test_an_approval_sheet_is_looked_at_and_none_is_asked_for_without_a_choice(open_moves: Open) -> None:
    desk = open_moves()
    assert desk.page.commands.why_not("placement.papers") == "Choose a placement first."


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"outdated": True, "changed": ("Allergies",)},
            "OUTDATED.Therecordsayssomethingelsebynow:Allergies.",
        ),
        ({"replaced_by": 3}, "OUTDATED:version3wasissuedinitsplace."),
        ({"recalled": True, "reason": "Shredded"}, "RECALLED:itcountsnomore.Shredded"),
    ],
)
def test_a_paper_that_counts_no_more_says_so_on_every_page(
    look: Theme, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    path, old = tmp_path / "paper.pdf", replace(ISSUED, **changes)
    count = write_pdf(path, old, a_paper(parts=4, rows=14), hub="A hub", font=look.font())
    texts = ["".join(text.split()) for text in pages_of(path)]
    assert len(texts) == count > 1
    for text in texts:
        assert says in text
        assert "Itcountsnomore." in text
        assert text.count(old.mark) == 2
    assert file_name(old) == f"Hand-over pack L-0001 version 2 {old.mark}.pdf"


@pytest.mark.whole
def test_no_journey_is_parted_between_two_pages(look: Theme, tmp_path: Path) -> None:
    rows = tuple((f"{at:02d}:00", " ".join(f"r{at}w{word}." for word in range(60))) for at in range(24))
    part = PaperPart(heading="Journeys", table=PaperTable(columns=("Time", "Notes"), rows=rows))
    sheet = Paper(kind=PaperKind.TRANSPORT, about="2020-11-16", title="Transport sheet", parts=(part,))
    path = tmp_path / "sheet.pdf"
    assert write_pdf(path, ISSUED, sheet, hub="A hub", font=look.font()) > 1
    texts = ["".join(text.split()) for text in pages_of(path)]
    for at in range(24):
        [there] = [text for text in texts if f"r{at}w0." in text]
        assert f"r{at}w59." in there


def test_of_several_papers_those_with_gaps_are_named_and_none_is_issued(open_moves: Open) -> None:
    desk = open_moves(BEN)
    row = next(each for each in desk.ask(lambda q: q.moves()) if each.patient == BEN)
    wanted = paper_for(row)
    desk.page.open_form(SeveralPapersForm([wanted], services=desk.page.services))
    desk.settle()
    form = desk.form(SeveralPapersForm)
    assert form.found is not None
    [(paper, newest)] = form.found.papers
    assert (paper.about, newest, form.found.to_issue) == (row.id, None, [])
    form.ask_to_save()
    desk.settle()
    assert desk.ask(lambda q: q.issued_papers(row.id)) == ()


def test_a_sheet_that_misses_much_says_it_a_few_lines_a_turn_and_all_of_it(
    open_moves: Open, qtbot: Any
) -> None:
    desk = open_moves(BEN)
    pick(desk, BEN)
    desk.do("placement.papers")
    form = desk.form(PapersForm)
    desk.settle()
    missing = [waiting(f"The journey {at} has no crew") for at in range(25)]

    def said() -> list[str]:
        words = [each.text() for each in form.state.findChildren(QLabel) if each.text()]
        return [each for each in words if each.startswith("The journey")]

    form._show(a_paper(), missing)
    assert len(said()) == LINES_A_TURN
    # shown anew before all of it is there
    form._show(a_paper(), missing)
    qtbot.waitUntil(lambda: len(said()) == len(missing))
    assert said() == [each.word for each in missing]
