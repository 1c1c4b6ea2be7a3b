"""Papers made from the record, issued and recalled: complete, or not issued."""

from __future__ import annotations

from datetime import date

from discharge.actions.context import Context, wanted
from discharge.model.errors import UserError
from discharge.model.paper import Paper, PaperKind
from discharge.reports.of_a_day import transport_sheet
from discharge.reports.of_placement import PAPERS
from discharge.store.ask.queries import Queries
from discharge.store.journal import Entry, Kind


def paper_now(queries: Queries, *, kind: PaperKind, about: str) -> Paper:
    """The paper of this kind about a placement, or of a day, as the record has it now.

    `about` is a placement's id, of a transport sheet a day as `2020-11-16`. `UserError` where there is no
    such placement.
    """
    if kind is PaperKind.TRANSPORT:
        day = date.fromisoformat(about)
        return transport_sheet(queries.journeys(day), day=day, hub=queries.hub())
    return PAPERS[kind](queries.paper_facts(about))


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


def recall_paper(context: Context, *, paper: str, reason: str) -> list[Entry]:
    """Recalls a paper: whoever holds it was told that it no longer counts. It stays readable."""
    role = context.role("recall_paper")
    issued, _ = context.queries.paper(paper)
    if issued.recalled:
        raise UserError("This paper was recalled already.", "Nothing needs to be done.")
    body = {"paper": paper, "kind": issued.kind.value, "version": issued.version, "to": issued.to,
            "reason": wanted(reason, what="The reason")}  # fmt: skip
    return [Entry(Kind.PAPER_RECALLED, issued.about, body, role)]


__all__ = ["issue_paper", "paper_now", "recall_paper", "seal_now"]
