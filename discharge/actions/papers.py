"""Papers made from the record, issued and recalled: complete, or not issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from discharge.actions.context import Context, wanted
from discharge.actions.may import those_who_may
from discharge.exchange.fhir.writing import write_document
from discharge.model.errors import UserError
from discharge.model.paper import Paper, PaperKind
from discharge.model.shown.papers import IssuedPaper
from discharge.reports.of_a_day import transport_sheet
from discharge.reports.of_placement import PAPERS
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind
from discharge.words.counts import sentence_case


def paper_now(queries: Queries, *, kind: PaperKind, about: str) -> Paper:
    """The paper of this kind about a placement, or of a day, as the record has it now.

    `about` is a placement's id, of a transport sheet a day as `2020-11-16`. `UserError` where there is no
    such placement.
    """
    if kind is PaperKind.TRANSPORT:
        day = date.fromisoformat(about)
        return transport_sheet(queries.journeys(day), day=day, hub=queries.hub())
    facts = queries.paper_facts(about)
    able = tuple(those_who_may("approve", facts.page.deciders))
    return PAPERS[kind](replace(facts, page=replace(facts.page, deciders=able)))


def seal_now(queries: Queries, kind: PaperKind, about: str) -> str | None:
    """The seal that the paper would have now; None where it can't be made."""
    try:
        return paper_now(queries, kind=kind, about=about).seal()
    except UserError:
        return None


def issue_paper(context: Context, *, kind: PaperKind, about: str) -> list[Entry]:
    """Issues a paper: it is kept as it is now, with its version and seal.

    Refused, by name, while something mandatory is missing or something stops it.
    """
    role = context.role("issue_paper")
    queries = context.queries
    paper = paper_now(queries, kind=kind, about=about)
    if not paper.can_be_issued:
        raise UserError(paper.why_not, "Record what is missing, and issue it then.")
    number = queries.next_paper_number()
    content = paper.content()
    body = {
        "number": number,
        "paper": f"D-{number:05d}",
        "kind": kind.value,
        "version": queries.next_paper_version(about, kind),
        "seal": paper.seal(),
        "patient": paper.patient,
        "setting": paper.to_setting,
        "to": paper.to,
        "paper_sha256": paper.seal(),
    }
    return [Entry(Kind.PAPER_ISSUED, about, body, role, files=(content,))]


def newest(queries: Queries, about: str, kind: PaperKind) -> tuple[IssuedPaper, Paper] | None:
    """The paper of this kind that was issued last and wasn't recalled; None where there is none."""
    for each in queries.issued_papers(about):
        if each.kind is kind and not each.recalled:
            return queries.paper(each.id)
    return None


def fhir_document(queries: Queries, paper: str) -> bytes:
    """An issued hand-over pack as a FHIR document. `UserError` for another paper, for one that was recalled,
    and where the record says something else by now: what is coded would contradict its words."""
    issued, content = queries.paper(paper)
    if issued.kind is not PaperKind.HANDOVER:
        raise UserError(f"{sentence_case(issued.kind.with_article)} is no FHIR document.", "Save it as PDF.")
    if issued.recalled or seal_now(queries, issued.kind, issued.about) != issued.seal:
        why = "was recalled" if issued.recalled else "says something else than the record by now"
        raise UserError(f"Version {issued.version} {why}.", "Issue it anew, and save that.")
    return write_document(issued, content, queries.paper_facts(issued.about))


def recall_paper(context: Context, *, paper: str, reason: str) -> list[Entry]:
    """Recalls a paper: whoever holds it was told that it no longer counts. It stays readable."""
    role = context.role("recall_paper")
    issued, _ = context.queries.paper(paper)
    if issued.recalled:
        raise UserError("This paper was recalled already.", "Nothing needs to be done.")
    body = {"paper": paper, "kind": issued.kind.value, "version": issued.version, "to": issued.to,
            "reason": wanted(reason, what="The reason")}  # fmt: skip
    return [Entry(Kind.PAPER_RECALLED, issued.about, body, role)]


__all__ = ["fhir_document", "issue_paper", "newest", "paper_now", "recall_paper", "seal_now"]
