"""The demo where there is no display: its plan as a table of text. No Qt here."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from discharge.model.errors import UserError
from discharge.words.days import day_words

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.model.people import User
    from discharge.model.shown.plans import PlanPage, ProposalRow, UnplacedRow

Cells = tuple[str, ...]
WIDEST = 46
"""No column of the table is wider than this."""


def plan_and_print(hub: Path, *, demo: bool, out: TextIO) -> str:
    """Plans the hub (made as a demo where there is none), stores the plan, writes it to `out` as a table.

    Answers with the id of the coordinator who planned. `UserError` where the hub can't be opened, nobody in
    it may plan, or the plan breaks a rule.
    """
    from discharge.actions.desk import Desk

    if demo and not hub.exists():
        from discharge.actions.demo import make_demo

        make_demo(hub)
    with Desk.open(hub) as desk:
        out.writelines(f"{remark}\n" for remark in desk.take_remarks())
        coordinator = _coordinator(desk)
        page = _plan(desk, by=coordinator)
        out.write(as_text(page))
        return coordinator.id


def _coordinator(desk: Desk) -> User:
    from discharge.rules.may import MAY

    may_plan = MAY["store_plan"]
    found = next((user for user in desk.people() if user.active and may_plan.of(user.roles)), None)
    if found is None:
        raise UserError("Nobody in this hub may plan.", "Open its window and add a coordinator.")
    return found


def _plan(desk: Desk, *, by: User) -> PlanPage:
    from discharge.actions.planning import freeze_case, store_plan
    from discharge.matching.propose import propose
    from discharge.model.files import write_plan

    frozen = desk.ask(freeze_case)
    rules = desk.ask(lambda queries: queries.rules())
    plan = propose(frozen.case, rules=rules, sha256=frozen.sha256)
    action = partial(store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head)
    made = desk.perform(action, by=by).first
    return desk.ask(lambda queries: queries.plan(made))


def as_text(page: PlanPage) -> str:
    """A plan as text: who goes where and when, and who goes nowhere and why."""
    placed = [_proposal(row) for row in page.proposals]
    nowhere = [_unplaced(row) for row in page.unplaced]
    head = (
        f"{page.row.listed} people listed, {sum(page.row.placed)} placed, {page.row.unplaced} not; "
        f"{page.row.status}, {page.row.points} points; rules: {page.row.rule_set}"
    )
    parts = [head]
    if placed:
        parts.append(table(("Person", "Prio", "Path", "From", "Where", "Then", "Points"), placed))
    if nowhere:
        parts.append("No place:\n" + table(("Person", "Prio", "Path", "Why"), nowhere, widest=80))
    return "\n\n".join(parts) + "\n"


def _proposal(row: ProposalRow) -> Cells:
    first, *later = row.stays
    isolating = f" (isolating: {', '.join(first.organisms)})" if first.organisms else ""
    then = "; ".join(f"{day_words(stay.start)} {stay.setting_name}" for stay in later)
    points = "held" if row.locked else str(row.total)
    where = first.setting_name + isolating
    priority = str(row.priority) if row.priority else ""
    return (row.patient_name, priority, row.pathway, day_words(first.start), where, then, points)


def _unplaced(row: UnplacedRow) -> Cells:
    why = row.unplaced.reasons[0]
    return (row.patient_name, str(row.priority), row.pathway, f"{why.text} ({why.rule})")


def table(head: Cells, rows: Sequence[Cells], *, widest: int = WIDEST) -> str:
    """Cells in columns as wide as they need to be, cut off with … beyond `widest` letters."""

    def cut(cell: str) -> str:
        return cell if len(cell) <= widest else cell[: widest - 1] + "…"

    lines = [tuple(cut(cell) for cell in line) for line in (head, *rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (lines[0], rule, *lines[1:])
    )


def print_plan(hub: Path, *, demo: bool) -> str | None:
    """`plan_and_print` on standard output; None, and a sentence on standard error, where it can't be."""
    if isinstance(sys.stdout, TextIOWrapper):
        # a console that lacks a letter shows a question mark instead of failing
        sys.stdout.reconfigure(errors="replace")
    try:
        return plan_and_print(hub, demo=demo, out=sys.stdout)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return None
