"""Approvals: the queue of the LA lead, most urgent first, and everything needed to decide."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from discharge.actions.placements import approve, withdraw
from discharge.model.hub import Changed
from discharge.model.hub_placement import ApprovalPage, ApprovalRow
from discharge.model.people import User
from ui import words
from ui.dialogs.return_proposal import ReturnForm
from ui.engine_work import Why
from ui.models.table import Column, Prepared
from ui.pages.approval_detail import ApprovalDetail, approval_status
from ui.pages.base import TablePage
from ui.pages.match_why import WhyFinder
from ui.pages.match_words import CONDITION_WORDS
from ui.theme.palette import Tone
from ui.theme.status import Status, waiting
from ui.widgets.days import age_words, day_words, instant_words
from ui.widgets.search import Choice
from ui.workplace import Undo

if TYPE_CHECKING:
    from discharge.store.queries import Queries


class ApprovalsPage(TablePage[ApprovalRow]):
    """A queue; approve or return one or several."""

    name, title, search_hint = "approvals", "Approvals", "Name or setting"
    concerns = frozenset({"placements", "patients", "settings", "hub", "people"})
    detail_name, empty_icon = "The placement to decide on", "approvals"

    # ----------------------------------------------------------------- table

    def columns(self) -> Sequence[Column[ApprovalRow]]:
        now = self.workplace.now
        return (
            Column(
                key="urgency", title="Urgency", text=lambda row: words.PRIORITIES[row.priority], width=12,
                sort=lambda row: (row.priority, row.start, row.id),
            ),
            Column(key="person", title="Person", text=lambda row: row.patient_name, strong=True, width=16),
            Column(
                key="goes", title="Goes to", text=_goes_to, tip=_goes_to, width=22, stretch=True,
            ),
            Column(
                key="start", title="Start", text=lambda row: day_words(row.start), sort=lambda row: row.start,
                width=10,
            ),
            Column(
                key="state", title="State", status=lambda row: _state(row, self), width=15,
                tip=lambda row: "\n".join(flag.sentence for flag in row.flags),
            ),
            Column(
                key="fee", title="Weekly fee", right=True, width=9, sort=lambda row: row.weekly_fee,
                text=lambda row: words.pounds(row.weekly_fee) if row.weekly_fee is not None else "not known",
            ),
            Column(
                key="waits", title="Waits", text=lambda row: f"{row.waiting_days} d", width=7, right=True,
                sort=lambda row: row.waiting_days,
            ),
            Column(
                key="sent", title="Sent", text=lambda row: age_words(now() - row.proposed_at), width=9,
                sort=lambda row: row.proposed_at, shown=False,
                tip=lambda row: f"Sent {instant_words(row.proposed_at, now=now())}",
            ),
            Column(key="by", title="Proposed by", text=lambda row: row.proposed_by, width=14, shown=False),
            Column(key="pathway", title="Pathway", text=lambda row: row.pathway, width=7, shown=False),
        )  # fmt: skip

    def key(self, row: ApprovalRow) -> str:
        return row.id

    def search_text(self, row: ApprovalRow) -> str:
        return f"{row.id} {row.patient}"

    def filters(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        return (
            (
                "kind",
                [
                    Choice("urgent", "Urgent", lambda row: row.priority <= 2, "Priority 1 and 2"),
                    Choice("ready", "Can be approved", lambda row: not row.flags, "Nothing changed since"),
                    Choice("changed", "Changed since", lambda row: bool(row.flags)),
                    Choice("hand", "By hand", lambda row: row.by_hand),
                ],
            ),
        )

    def fetch(self, queries: Queries) -> Sequence[ApprovalRow]:
        return queries.approvals()

    def first_sort(self) -> tuple[str, bool]:
        return ("urgency", False)

    def empty_words(self) -> tuple[str, str, str]:
        return (
            "Nothing waits for approval",
            "Placements come here once a coordinator sends them from a plan or proposes them by hand.",
            "",
        )

    def summary_words(self, rows: Sequence[ApprovalRow]) -> str:
        if not rows:
            return ""
        changed = sum(bool(row.flags) for row in rows)
        said = words.count(len(rows), "placement waits", "placements wait")
        return f"{said} · {changed} changed since" if changed else said

    # ---------------------------------------------------------------- detail

    def build(self) -> None:
        super().build()
        self._page: ApprovalPage | None = None
        self._filler = ApprovalDetail(self.detail, workplace=self.workplace)
        self._finder = WhyFinder(self.workplace, parent=self)
        self._finder.found.connect(self._why_found)
        self.splitter.setSizes([self.theme.px(720), self.theme.px(440)])

    def _take(self, found: Prepared[ApprovalRow]) -> None:
        place = self.table.currentIndex().row()
        super()._take(found)
        if place >= 0 and self.current() is None and self.model.rowCount():
            # one decided on is gone: the next one takes its place
            self.table.pick(self.model.key_at(min(place, self.model.rowCount() - 1)))

    def show_detail(self, row: ApprovalRow) -> None:
        self.ask(lambda queries: queries.approval(row.id), self._show, replaces="detail")

    def _show(self, page: ApprovalPage) -> None:
        current = self.current()
        if current is None or current.id != page.row.id:
            return
        self._page = page
        why = self._finder.known(page.plan, page.row.patient) if page.plan is not None else None
        self._filler.show(page, why)
        if page.plan is not None and why is None:
            self._finder.find(page.plan, page.row.patient)

    def _why_found(self, plan: str, patient: str, why: Why) -> None:
        page, current = self._page, self.current()
        if page is None or current is None or (page.plan, page.row.patient) != (plan, patient):
            return
        if page.row.id == current.id:
            self._filler.show(page, why)

    # -------------------------------------------------------------- commands

    def bind(self) -> None:
        self.commands.bind("placement.approve", self.approve, why_not=self._why_not_approve)
        self.commands.bind("placement.return", self.send_back, why_not=self._why_none)
        self.workplace.signed_in.connect(lambda _user: self.table.viewport().update())

    def chosen(self) -> list[ApprovalRow]:
        """The placements that are selected; the current one where none is."""
        rows = [row for row in self.table.selected_rows() if isinstance(row, ApprovalRow)]
        current = self.current()
        return rows or ([current] if current is not None else [])

    def _why_none(self) -> str:
        return "" if self.chosen() else "Choose a placement first."

    def _why_not_approve(self) -> str:
        rows = self.chosen()
        if not rows:
            return "Choose a placement first."
        for row in rows:
            if reason := why_not_approve(row, self.workplace.user):
                return reason if len(rows) == 1 else f"{row.patient_name}: {reason}"
        return ""

    def approve(self) -> None:
        """Approve what is chosen: all of it or nothing."""
        rows, user = self.chosen(), self.workplace.user
        if not rows or user is None:
            return
        ids = [row.id for row in rows]
        people = rows[0].patient_name if len(rows) == 1 else words.count(len(rows), "placement")

        def done(changed: Changed) -> None:
            self.workplace.changed.emit(changed.nouns)
            self.workplace.say(f"Approved: {people}. Next: tell the setting.", _withdraw(ids))

        self.workplace.use(
            lambda desk: desk.perform_all([partial(approve, placement=each) for each in ids], by=user), done
        )

    def send_back(self) -> None:
        """Return what is chosen, with a reason."""
        rows = self.chosen()
        if rows:
            self.open_form(ReturnForm(rows, workplace=self.workplace))


def why_not_approve(row: ApprovalRow, user: User | None) -> str:
    """Why this user can't approve this placement, in a sentence; empty where they can (A1)."""
    if user is not None and row.proposed_by_id == user.id:
        return "You proposed it: another LA lead has to decide on it (A1)."
    if row.flags:
        return f"{row.flags[0].sentence} ({row.flags[0].rule}) Return it, and plan again."
    return ""


def _withdraw(placements: Sequence[str]) -> Undo:
    def back(context: object) -> list[object]:
        return [
            entry
            for placement in placements
            for entry in withdraw(context, placement=placement, reason="Approved by mistake")  # type: ignore[arg-type]
        ]

    return Undo("Withdraw" if len(placements) == 1 else "Withdraw them", back)


def _goes_to(row: ApprovalRow) -> str:
    if row.first_setting == row.last_setting:
        return row.first_setting
    return f"{row.first_setting}, then {row.last_setting}"


def _state(row: ApprovalRow, page: ApprovalsPage) -> Status:
    if row.flags:
        return approval_status(row, now=page.workplace.now())
    user = page.workplace.user
    if user is not None and row.proposed_by_id == user.id:
        return Status("Your own", Tone.NEUTRAL, "Another LA lead has to decide on it (A1).")
    if row.conditions:
        said = ", ".join(CONDITION_WORDS[each][0] for each in row.conditions)
        return Status(words.sentence_case(said), Tone.WAITING, "Can be approved; needed after.", "flag")
    return waiting("To decide", "Nothing has changed since it was proposed.")
