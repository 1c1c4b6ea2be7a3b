"""What is done with a plan's proposals: keep one, let it go, send some to approval; and why it can't be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from discharge.actions.placements import propose_from_plan
from discharge.actions.planning import keep, stop_keeping
from discharge.words.counts import count_words
from ui.frame.take_back import all_back, entry_back
from ui.match.chosen import Chosen
from ui.match.lines import PlanLine

if TYPE_CHECKING:
    from discharge.model.hub import Changed


class PlanDeeds:
    """The commands on proposals of the Match page."""

    def __init__(self, page: Chosen) -> None:
        self._page = page
        self._place = page.services

    def bind(self) -> None:
        """Binds the page's commands on proposals."""
        bind = self._page.commands.bind
        bind("plan.lock", self.lock, why_not=self._why_no_lock)
        bind("plan.unlock", self.unlock, why_not=self._why_no_unlock)
        bind("plan.send", self.send, why_not=self._why_no_send)
        bind("plan.send_all", self.send_all, why_not=self._why_no_send_all)
        bind("plan.save_case", self.save_files, why_not=self._page.why_no_plan)

    def _why_old(self) -> str:
        if self._page.is_planning:
            return "Planning is under way."
        return "" if self._page.is_newest else "This is an older plan: open the newest, or plan again."

    # ------------------------------------------------------------------- keep

    def _why_no_lock(self) -> str:
        line = self._page.current()
        if line is None:
            return "Choose a proposal first."
        if old := self._why_old():
            return old
        if line.proposal is None:
            return f"{line.name} has no place in this plan that could be kept."
        if line.kept:
            return f"{line.name}'s proposal is locked already."
        return "" if line.can_be_sent else f"{line.name} is on the way already; that is held anyway."

    def _why_no_unlock(self) -> str:
        line = self._page.current()
        if line is None:
            return "Choose a proposal first."
        return "" if line.kept else f"{line.name}'s proposal isn't locked."

    def lock(self) -> None:
        """Keeps the chosen proposal when planning again."""
        line, page = self._page.current(), self._page.shown
        if line is None or page is None:
            return
        self._place.perform(
            partial(keep, plan=page.row.id, patient=line.patient),
            done=f"{line.name}'s proposal is locked: the next plan keeps it.",
            undo=entry_back("Unlock"),
        )

    def unlock(self) -> None:
        """Lets the next plan choose again for the chosen person."""
        line, page = self._page.current(), self._page.shown
        if line is None or page is None:
            return
        self._place.perform(
            partial(stop_keeping, patient=line.patient),
            done=f"{line.name}'s proposal is no longer locked.",
            undo=entry_back("Lock again") if line.proposal and not line.proposal.locked else None,
        )

    # ------------------------------------------------------------------- send

    def _why_no_send(self) -> str:
        chosen = self._page.chosen()
        if not chosen:
            return "Choose one proposal or several first."
        if old := self._why_old():
            return old
        if any(map(_sendable, chosen)):
            return ""
        line = chosen[0]
        if line.proposal is None:
            return f"{line.name} has no place in this plan."
        return f"{line.name} was sent already: {line.status.word.lower()}."

    def _why_no_send_all(self) -> str:
        if self._page.shown is None:
            return "There is no plan yet."
        if old := self._why_old():
            return old
        left = any(map(_sendable, self._page.model.rows()))
        return "" if left else "Every proposal of this plan is sent already."

    def send(self) -> None:
        """Sends the chosen proposals to approval."""
        self._send([line for line in self._page.chosen() if _sendable(line)])

    def send_all(self) -> None:
        """Sends every proposal of this plan that isn't sent yet."""
        self._send([line for line in self._page.model.rows() if _sendable(line)])

    def _send(self, lines: Sequence[PlanLine]) -> None:
        page = self._page.shown
        if page is None or not lines:
            return

        def said(changed: Changed) -> str:
            number = len(changed.subjects)
            people = lines[0].name if number == 1 else count_words(number, "person", "people")
            return f"Sent to approval: {people}."

        self._place.perform(
            partial(propose_from_plan, plan=page.row.id, patients=[line.patient for line in lines]),
            done=said,
            undo=all_back("Sent to approval by mistake"),
        )

    # ------------------------------------------------------------------ files

    def save_files(self) -> None:
        """Saves the shown plan and its case as two files that anybody can check."""
        if self._page.shown is None:
            return
        folder = QFileDialog.getExistingDirectory(self._page.window(), "Save case and plan in")
        if folder:
            self.save_files_in(Path(folder))

    def save_files_in(self, folder: Path) -> None:
        """Writes the shown plan's files into a folder, as they were stored."""
        page = self._page.shown
        assert page is not None  # asked by save_files
        plan = page.row.id

        def write(desk: Any) -> list[str]:
            files = desk.ask(lambda queries: queries.plan_files(plan))
            kept = {"case": files.case, "plan": files.plan, "previous": files.previous}
            paths = {folder / f"{plan}-{what}.json": content for what, content in kept.items() if content}
            for path, content in paths.items():
                path.write_bytes(content)
            return [path.name for path in paths]

        self._place.use(write, lambda names: self._place.say(f"Saved: {' and '.join(names)}."))


def _sendable(line: PlanLine) -> bool:
    return line.can_be_sent or line.kept
