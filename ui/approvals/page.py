"""Approvals: the queue of the LA lead, most urgent first, and everything needed to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel

from discharge.actions.entry_back import take_back_entries
from discharge.actions.one_sitting import Outcome, Refused, alike, approve_each
from discharge.model.approving import APPROVE, Principle
from discharge.model.london import london_date
from discharge.model.paper import PaperKind
from discharge.model.people import User
from discharge.model.shown.placements import ApprovalPage, ApprovalRow
from discharge.model.shown.sittings import DecidingTogether
from discharge.words import terms
from discharge.words.counts import count_words, sentence_case
from discharge.words.days import (
    age_words,
    day_and_distance,
    day_words,
    instant_words,
    isolated_until,
    near_day_words,
)
from ui.approvals.decide import ApproveForm, ReturnForm
from ui.approvals.detail import ApprovalDetail, approval_status
from ui.approvals.receipt import open_receipt
from ui.approvals.send import SendForm
from ui.approvals.together import ApproveSeveralForm
from ui.approvals.words import Decider, fee_words
from ui.frame.openings import open_elsewhere
from ui.frame.send_file import who_can_answer
from ui.frame.services import Message, Undo
from ui.frame.table_page import TablePage
from ui.frame.why import WhyFinder
from ui.models.table import Column, Prepared
from ui.theme.palette import Tone
from ui.theme.status import Status, waiting
from ui.widgets.search import Choice
from ui.widgets.who import who_columns
from ui.words.who import alike_status
from ui.work.planning import Why

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries


_YOURS = "Of your local authority, or of one that isn't known"


class ApprovalsPage(TablePage[ApprovalRow]):
    """A queue; approve or return one or several."""

    name, title, search_hint = "approvals", "Approvals", "Name or setting"
    _is_sealed = False
    """Whether the hub's people have keys, which a file can be sealed to."""
    _whose: User | None = None
    """For whom the rows are ordered."""
    concerns = frozenset({"placements", "patients", "settings", "hub", "people"})
    detail_name, empty_icon = "The placement to decide on", "approvals"
    roomy = ("isolation", "sent")

    # ----------------------------------------------------------------- table

    def columns(self) -> Sequence[Column[ApprovalRow]]:
        now = self.services.now
        return (
            Column(
                key="urgency", title="Urgency", text=lambda row: terms.PRIORITIES[row.priority], width=12,
                sort=self._urgency,
                tip=lambda _row: "Yours first; by priority, then start, then who has waited longest",
            ),
            Column(
                key="person", title="Person", text=lambda row: row.patient_name, strong=True, width=16,
                status=lambda row: alike_status(row.patient_name, row.who),
            ),
            Column(
                key="state", title="State", status=lambda row: _state(row, self), width=14,
                fits="Being looked at",
                tip=lambda row: _state(row, self).sentence,
            ),
            Column(
                key="goes", title="Goes to", text=_goes_to, tip=_goes_to, width=22, stretch=True,
            ),
            Column(
                key="start", title="Start", sort=lambda row: row.start, width=10,
                text=lambda row: near_day_words(row.start, today=self.services.today()),
                tip=lambda row: day_and_distance(row.start, today=self.services.today()),
            ),
            Column(
                key="fee", title="Weekly fee", right=True, width=9, sort=lambda row: row.weekly_fee,
                text=lambda row: fee_words(row.weekly_fee), tip=self._fee_tip,
            ),
            Column(
                key="waits", title="Waits", text=lambda row: f"{row.waiting_days} d", width=7, right=True,
                sort=lambda row: row.waiting_days,
            ),
            Column(
                key="isolation", title="Isolation ends", width=12, shown=False,
                text=lambda row: day_words(row.isolation_end) if row.isolation_end else "",
                tip=lambda row: _isolation_tip(row, now=now()),
                sort=lambda row: row.isolation_end,
            ),
            Column(
                key="sent", title="Sent", text=lambda row: age_words(now() - row.proposed_at), width=9,
                sort=lambda row: row.proposed_at, shown=False,
                tip=lambda row: f"Sent {instant_words(row.proposed_at, now=now())}",
            ),
            Column(
                key="authority", title="Authority", text=lambda row: row.authority or "not known", width=12,
                tip=lambda row: f"The person's local authority: {row.authority or 'not known'}",
            ),
            Column(key="by", title="Proposed by", text=lambda row: row.proposed_by, width=14, shown=False),
            Column(key="pathway", title="Pathway", text=lambda row: row.pathway, width=7, shown=False),
            *who_columns(lambda row: row.who),
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
                    Choice("yours", "Yours", lambda row: not self._is_anothers(row), _YOURS),
                    Choice("ready", "Can be approved", lambda row: not self.why_not(row), "By you, now"),
                    Choice("changed", "Changed since", lambda row: bool(row.flags)),
                    Choice("hand", "By hand", lambda row: row.by_hand),
                    Choice(
                        "others",
                        "Of another authority",
                        self._is_anothers,
                        "An LA lead of another local authority decides",
                        passing=True,
                    ),
                ],
            ),
            (
                "changed",
                [
                    Choice(
                        "since",
                        "Since yesterday",
                        lambda row: row.id in self._changed or row.patient in self._changed,
                        "Something was recorded about the placement or the person yesterday or today",
                    )
                ],
            ),
        )

    def _is_anothers(self, row: ApprovalRow) -> bool:
        # whoever is at the desk when it is asked, not who was when the chips were made
        return self.decider.is_anothers(row)

    def fetch(self, queries: Queries) -> Sequence[ApprovalRow]:
        self._changed = queries.changed_since_yesterday()
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
        said = count_words(len(rows), "placement waits", "placements wait")
        parts = [said, f"{changed} changed since" if changed else ""]
        if self.decider.is_lead:
            ready = [row for row in rows if not self.why_not(row)]
            asked = sum(bool(row.flags) for row in ready)
            of_them = f", {asked} of them with a reason" if asked else ""
            others = sum(self.decider.is_anothers(row) for row in rows)
            parts.append(f"{len(ready)} can be approved by you{of_them}")
            parts.append(f"{others} of another authority" if others else "")
        return " · ".join(part for part in parts if part)

    def count_chips(self, count: str) -> Sequence[str] | None:
        if "approved by you" in count:
            return ["kind/ready"]
        found: dict[str, list[str]] = {
            "wait": [],
            "waits": [],
            "since": ["kind/changed"],
            "authority": ["kind/others"],
        }
        return found.get(count.rpartition(" ")[2])

    # ---------------------------------------------------------------- detail

    def build(self) -> Iterator[None]:
        self.decider = Decider(None, None)
        self._changed = frozenset()
        yield from super().build()
        self.model.is_quiet = self._stands_back
        self._page: ApprovalPage | None = None
        decide = [self.commands.action("placement.approve"), self.commands.action("placement.return")]
        self._filler = ApprovalDetail(self.detail, theme=self.theme, now=self.services.now, decide=decide)
        self._finder = WhyFinder(self.services, parent=self)
        self._finder.found.connect(self._why_found)
        self.splitter.setSizes([self.theme.px(720), self.theme.px(440)])

    def load(self) -> None:
        user = self.services.user
        self.ask(partial(self._read, user), self._take_all)

    def _read(self, user: User | None, queries: Queries) -> tuple[Prepared[ApprovalRow], Decider, bool]:
        """In the store's thread."""
        if user is not None:
            user = queries.user(user.id) or user
        limit = queries.approval_limit(user.id) if user is not None else None
        self._whose = user
        is_sealed = queries.hub_of_keys() is not None
        return self.model.prepare(self.fetch(queries)), Decider(user, limit), is_sealed

    def _take_all(self, found: tuple[Prepared[ApprovalRow], Decider, bool]) -> None:
        _rows, self.decider, self._is_sealed = found
        self._take(found[0])
        self.table.viewport().update()

    def _take(self, found: Prepared[ApprovalRow]) -> None:
        place = self.table.currentIndex().row()
        super()._take(found)
        if place >= 0 and self.current() is None and self.model.rowCount():
            # one decided on is gone: the next one takes its place
            self.table.pick(self.model.key_at(min(place, self.model.rowCount() - 1)))

    def _urgency(self, row: ApprovalRow) -> tuple[bool, int, date, int, date, str]:
        """The most urgent first, other authorities' last: by priority, by start, who has waited longest,
        whose isolation ends first. In any thread."""
        return (
            Decider(self._whose, None).is_anothers(row), row.priority, row.start, -row.waiting_days,
            row.isolation_end or date.max, row.id,
        )  # fmt: skip

    def _stands_back(self, row: ApprovalRow) -> bool:
        # who is at the desk may have changed since the table was made
        return self.decider.is_anothers(row)

    def why_not(self, row: ApprovalRow) -> str:
        """Why whoever is at the desk can't approve it; empty where they can."""
        return self.decider.why_not(row)

    def _fee_tip(self, row: ApprovalRow) -> str:
        return self.decider.limit_status(row.weekly_fee).word if self.decider.is_lead else ""

    def _show_current(self) -> None:
        rows = self.chosen()
        if len(rows) > 1:
            self._page = None
            self.now_shows("")
            self._filler.show_several(rows, self.decider)
        else:
            super()._show_current()

    def show_detail(self, row: ApprovalRow) -> None:
        self.ask(lambda queries: queries.approval(row.id), self._show, replaces="detail")

    def _show(self, page: ApprovalPage) -> None:
        current = self.current()
        if current is None or current.id != page.row.id or len(self.chosen()) > 1:
            return
        self._page = page
        why = self._finder.known(page.plan, page.row.patient) if page.plan is not None else None
        self._filler.show(page, why, self.decider)
        self.now_shows(page.row.patient)
        self.services.looked_at.emit(page.row.patient)
        if page.plan is not None and why is None:
            self._finder.find(page.plan, page.row.patient)

    def _why_found(self, plan: str, patient: str, why: Why) -> None:
        page, current = self._page, self.current()
        if page is None or current is None or (page.plan, page.row.patient) != (plan, patient):
            return
        if page.row.id == current.id:
            self._filler.show(page, why, self.decider)

    # -------------------------------------------------------------- commands

    def bind(self) -> None:
        bind = self.commands.bind
        bind("placement.approve", self.approve, why_not=self._why_not_approve)
        bind("placement.approve_note", self.approve_with_note, why_not=self._why_not_approve)
        bind("placement.choose_ready", self.choose_ready, why_not=self._why_none_ready)
        bind("placement.return", self.send_back, why_not=self._why_not_return)
        bind("placement.send", self.send_as_file, why_not=self._why_not_send)
        bind("placement.sheet", self.open_sheet, why_not=self._why_none)
        self.services.signed_in.connect(lambda _user: self.refresh())
        self.table.selectionModel().selectionChanged.connect(lambda *_change: self._pause.start())

    def chosen(self) -> list[ApprovalRow]:
        """The placements that are selected; the current one where none is."""
        rows = [row for row in self.table.selected_rows() if isinstance(row, ApprovalRow)]
        current = self.current()
        return rows or ([current] if current is not None else [])

    def open_sheet(self) -> None:
        """Looks at the approval sheet of the chosen placement; of several chosen issues one each."""
        chosen, row = self.chosen(), self.current()
        if len(chosen) > 1:
            open_elsewhere(self, "moves.several_papers", [each.id for each in chosen], PaperKind.APPROVAL)
        elif row is not None:
            open_elsewhere(self, "moves.papers", row.id, PaperKind.APPROVAL)

    def send_as_file(self) -> None:
        """Sends what is chosen to a lead who decides away from the hub."""
        ids = [row.id for row in self.chosen()]

        def show(leads: tuple[User, ...]) -> None:
            self.open_form(SendForm(self.chosen(), leads, services=self.services))

        if ids:
            self.ask(partial(who_can_answer, APPROVE), show, replaces="leads")

    def _why_not_send(self) -> str:
        if not self._is_sealed:
            return "This hub isn't sealed: nobody has a key that a file could be sealed to."
        return self._why_none()

    def _why_none(self) -> str:
        return "" if self.chosen() else "Choose a placement first."

    def _why_not_approve(self) -> str:
        rows = self.chosen()
        if not rows:
            return "Choose a placement first."
        reasons = [self.why_not(row) for row in rows]
        if not all(reasons):
            return ""
        return reasons[0] if len(rows) == 1 else f"{rows[0].patient_name}: {reasons[0]}"

    def _why_not_return(self) -> str:
        others = [row for row in self.chosen() if self.decider.is_anothers(row)]
        return self.why_not(others[0]) if others else self._why_none()

    def _why_none_ready(self) -> str:
        ready = any(not self.why_not(row) for row in self.model.shown())
        return "" if ready else "There is nothing here that you may approve now."

    def choose_ready(self) -> None:
        """Selects every placement that whoever is at the desk may approve."""
        flags = QItemSelectionModel.SelectionFlag
        selection = self.table.selectionModel()
        ready = [row.id for row in self.model.shown() if not self.why_not(row)]
        self.table.pick(ready[0])
        for each in ready[1:]:
            selection.select(self.model.index(self.model.place_of(each), 0), flags.Select | flags.Rows)
        self.table.setFocus()

    def approve(self) -> None:
        """Approves what is chosen: one at once, several once they were summed up on a page."""
        rows = self.chosen()
        if len(rows) > 1:
            self._sum_up(rows)
        else:
            self._approve(rows, (), "", None)

    def approve_with_note(self) -> None:
        """The same with a note, and the principle that the judgement rests on."""
        rows = self.chosen()
        if len(rows) > 1:
            self._sum_up(rows)
        else:
            approve = partial(self._approve, rows, ())
            self.open_form(ApproveForm(rows, services=self.services, approve=approve))

    def _sum_up(self, rows: Sequence[ApprovalRow]) -> None:
        ids = [row.id for row in rows]

        def show(found: DecidingTogether) -> None:
            if any(not self.why_not(each.row) for each in found.those):
                self.open_form(
                    ApproveSeveralForm(
                        found, decider=self.decider, services=self.services, approve=self._approve
                    )
                )

        self.ask(lambda queries: queries.deciding(ids), show, replaces="deciding")

    def _approve(
        self,
        rows: Sequence[ApprovalRow],
        held: Sequence[Refused],
        note: str,
        principle: Principle | None,
    ) -> None:
        """Approves these; `held` were left out."""
        if not rows or self.services.user is None:
            return
        names = {row.id: row.patient_name for row in (*self.model.rows(), *rows)}
        count = len(rows) + len(held)
        self._run(alike(rows), names, count, held, note, principle, {})

    def _run(
        self,
        groups: Sequence[tuple[str, ...]],
        names: Mapping[str, str],
        count: int,
        held: Sequence[Refused],
        note: str,
        principle: Principle | None,
        answers: Mapping[str, str],
    ) -> None:
        """Approves these; of what is asked about one of them the answer is asked for, and it is done then."""
        user = self.services.user
        if user is None:
            return

        def over(outcome: Outcome) -> None:
            self._approved(names, count, held, outcome)
            told = {id_: each.sentence for each in (*outcome.refused, *held) for id_ in each.placements}
            first = next((each for each in outcome.refused if each.asked is not None), None)
            if outcome.sitting and first is None:
                open_receipt(self, outcome.sitting, told)
            if first is None or first.asked is None:
                return
            key, waits = first.asked.key, [each.placements for each in outcome.refused if each.asked]

            def again(why: str) -> None:
                self._run(waits, names, sum(map(len, waits)), (), note, principle, {**answers, key: why})

            self.services.asked.emit(first.asked, again)

        work = partial(
            approve_each, groups=groups, by=user, note=note, principle=principle, answers=answers, held=held
        )
        self.services.run_long(work, over, words="Approving")

    def _approved(
        self, names: Mapping[str, str], count: int, held: Sequence[Refused], outcome: Outcome
    ) -> None:
        refused = [*(each for each in outcome.refused if each.asked is None), *held]
        if outcome.approved:
            self.services.changed.emit(outcome.nouns)
            one = len(outcome.approved) == 1
            who = names[outcome.approved[0]] if one else count_words(len(outcome.approved), "placement")
            of = f" of {count}" if refused and not one else ""
            said = f"Approved: {who}{of}. Next: tell the setting."
            back = partial(take_back_entries, entries=outcome.entries, reason="Approved by mistake")
            self.services.say(said, Undo("Withdraw" if one else "Withdraw them", back))
        if refused and not outcome.sitting:
            self.services.tell(_not_approved(refused, names, alone=count == 1))

    def send_back(self) -> None:
        """Returns what is chosen, with a reason."""
        rows = self.chosen()
        if rows:
            self.open_form(ReturnForm(rows, services=self.services))


def _not_approved(refused: Sequence[Refused], names: Mapping[str, str], *, alone: bool) -> Message:
    """Which placements weren't approved, and why."""
    if len(refused) == 1 and alone:
        return Message(refused[0].sentence, refused[0].mend)
    said = [f"{' and '.join(names[each] for each in one.placements)}: {one.sentence}" for one in refused[:3]]
    if len(refused) > 3:
        said.append(f"And {len(refused) - 3} more.")
    mend = next((one.mend for one in refused if one.mend), "")
    return Message(f"Not approved. {' '.join(said)}", mend, tone=Tone.WAITING)


def _goes_to(row: ApprovalRow) -> str:
    if row.first_setting == row.last_setting:
        return row.first_setting
    return f"{row.first_setting}, then {row.last_setting}"


def _state(row: ApprovalRow, page: ApprovalsPage) -> Status:
    decider = page.decider
    if decider.is_anothers(row):
        return Status("Another lead's", Tone.NEUTRAL, page.why_not(row), "lock")
    if row.flags:
        return approval_status(row, now=page.services.now())
    if decider.user is not None and decider.user.id in row.proposers:
        return Status("Your own", Tone.NEUTRAL, page.why_not(row))
    if decider.is_lead and page.why_not(row):
        return Status("Above your limit", Tone.NEUTRAL, page.why_not(row), "lock")
    if row.conditions:
        first, *more = (terms.CONDITIONS[each][0] for each in row.conditions)
        sentences = " ".join(terms.CONDITIONS[each][1] for each in row.conditions)
        said = sentence_case(f"{first} +{len(more)}" if more else first)
        return Status(said, Tone.WAITING, f"Can be approved; needed after: {sentences}", "flag")
    return waiting("To decide", "Nothing has changed since it was proposed.")


def _isolation_tip(row: ApprovalRow, *, now: datetime) -> str:
    if row.isolation_end is None and row.isolation_least is None:
        return ""
    today = london_date(now)
    return f"Isolates {isolated_until(row.isolation_end, row.isolation_least, today=today)}."
