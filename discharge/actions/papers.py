"""Papers made from the record, issued and recalled: complete, or not issued."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from discharge.actions.context import Context, wanted
from discharge.exchange.fhir.writing import write_document
from discharge.model.errors import UserError
from discharge.model.paper import Paper, PaperKind, WantedPaper
from discharge.model.people import Role
from discharge.model.shown.papers import IssuedPaper
from discharge.reports.of_a_day import transport_sheet
from discharge.reports.of_placement import PAPERS
from discharge.rules.may import those_who_may
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind
from discharge.words.counts import sentence_case


def paper_now(queries: Queries, *, kind: PaperKind, about: str, stay: int | None = None) -> Paper:
    """The paper of this kind about a placement, or of a day, as the record has it now.

    `about` is a placement's id, of a transport sheet a day as `2020-11-16`; `stay` which stay it is about,
    None the one that comes next. `UserError` where there is no such placement or stay.
    """
    if kind is PaperKind.TRANSPORT:
        day = date.fromisoformat(about)
        return transport_sheet(queries.journeys(day), day=day, hub=queries.hub())
    facts = queries.paper_facts(about, stay)
    able = tuple(those_who_may("approve", facts.page.deciders))
    return PAPERS[kind](replace(facts, page=replace(facts.page, deciders=able)))


def made_now(queries: Queries, kind: PaperKind, about: str, stay: int) -> Paper | None:
    """The paper as it would be now; None where it can't be made."""
    try:
        return paper_now(queries, kind=kind, about=about, stay=stay)
    except UserError:
        return None


def issue_paper(context: Context, *, kind: PaperKind, about: str, stay: int | None = None) -> list[Entry]:
    """Issues a paper: it is kept as it is now, with its version and seal.

    Refused, by name, while something mandatory is missing or something stops it.
    """
    role = context.role("issue_paper")
    return _issued(context, [WantedPaper(kind=kind, about=about, stay=stay)], role=role)


def issue_papers(context: Context, *, wanted: Sequence[WantedPaper]) -> list[Entry]:
    """Issues several papers, or none of them: the first that can't be is named."""
    return _issued(context, wanted, role=context.role("issue_papers"))


def _issued(context: Context, wanted: Sequence[WantedPaper], *, role: Role) -> list[Entry]:
    queries = context.queries
    number = queries.next_paper_number()
    versions: Counter[tuple[str, PaperKind]] = Counter()
    entries = []
    for at, each in enumerate(wanted):
        paper = paper_now(queries, kind=each.kind, about=each.about, stay=each.stay)
        if not paper.can_be_issued:
            named = f"{paper.title}: " if len(wanted) > 1 else ""
            raise UserError(f"{named}{paper.why_not}", "Record what is missing, and issue it then.")
        key = (each.about, each.kind)
        body = {
            "number": number + at,
            "paper": f"D-{number + at:05d}",
            "kind": each.kind.value,
            "version": queries.next_paper_version(*key) + versions[key],
            "stay": paper.stay,
            "seal": paper.seal(),
            "patient": paper.patient,
            "setting": paper.to_setting,
            "to": paper.to,
            "paper_sha256": paper.seal(),
        }
        versions[key] += 1
        entries.append(Entry(Kind.PAPER_ISSUED, each.about, body, role, files=(paper.content(),)))
    return entries


def newest(
    queries: Queries, about: str, kind: PaperKind, stay: int | None = None
) -> tuple[IssuedPaper, Paper] | None:
    """The paper of this kind, of this stay or of any, that was issued last and wasn't recalled; None where
    there is none."""
    for each in queries.issued_papers(about):
        if each.kind is kind and not each.recalled and stay in (None, each.stay):
            return queries.paper(each.id)
    return None


def fhir_document(queries: Queries, paper: str) -> bytes:
    """An issued hand-over pack as a FHIR document. `UserError` for another paper, for one that was recalled,
    and where the record says something else by now: what is coded would contradict its words."""
    issued, content = queries.paper(paper)
    if issued.kind is not PaperKind.HANDOVER:
        raise UserError(f"{sentence_case(issued.kind.with_article)} is no FHIR document.", "Save it as PDF.")
    now = made_now(queries, issued.kind, issued.about, issued.stay)
    if issued.recalled or now is None or now.seal() != issued.seal:
        why = "was recalled" if issued.recalled else "says something else than the record by now"
        raise UserError(f"Version {issued.version} {why}.", "Issue it anew, and save that.")
    return write_document(issued, content, queries.paper_facts(issued.about, issued.stay))


def recall_paper(context: Context, *, paper: str, reason: str) -> list[Entry]:
    """Recalls a paper: whoever holds it was told that it no longer counts. It stays readable."""
    role = context.role("recall_paper")
    issued, _ = context.queries.paper(paper)
    if issued.recalled:
        raise UserError("This paper was recalled already.", "Nothing needs to be done.")
    body = {"paper": paper, "kind": issued.kind.value, "version": issued.version, "to": issued.to,
            "reason": wanted(reason, what="The reason")}  # fmt: skip
    return [Entry(Kind.PAPER_RECALLED, issued.about, body, role)]


__all__ = [
    "fhir_document", "issue_paper", "issue_papers", "made_now", "newest", "paper_now", "recall_paper",
]  # fmt: skip
