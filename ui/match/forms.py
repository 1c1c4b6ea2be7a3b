"""The forms that the Match page opens: leave a setting out, propose by hand, what if."""

from __future__ import annotations

from functools import partial

from ui.frame.openings import open_elsewhere
from ui.frame.services import Message
from ui.match.chosen import Chosen
from ui.match.hand_proposal import HandProposalForm, Preset
from ui.match.what_if import WhatIfForm
from ui.match.why_not import NotRow
from ui.work.answering import Bed, WhatIf


class PlanForms:
    """The commands of the Match page that open a form."""

    def __init__(self, page: Chosen) -> None:
        self._page = page
        self._place = page.services

    def bind(self) -> None:
        """Binds the page's commands that open a form."""
        bind = self._page.commands.bind
        bind("plan.exclude", self.exclude, why_not=self.why_nobody)
        bind("plan.by_hand", self.propose_by_hand, why_not=self._why_no_hand)
        bind("plan.what_if", self.what_if, why_not=self._why_no_try)

    def why_nobody(self) -> str:
        """Why nothing can be done for a person: nobody is chosen."""
        return "" if self._page.person else "Choose somebody first."

    def _why_no_hand(self) -> str:
        facts = self._page.facts
        return "" if facts and facts.waiting else "Nobody is waiting."

    def _why_no_try(self) -> str:
        if self._page.is_planning:
            return "Planning is under way."
        facts = self._page.facts
        if facts is None or not facts.settings:
            return "There are no settings to plan with: add or import some."
        return ""

    def exclude(self) -> None:
        """Leaves a setting out for the chosen person: the one chosen at the right, else the proposed one."""
        page = self._page
        line = page.current()
        chosen = page.why.current_setting() if page.why.table.hasFocus() else None
        stays = line.stays if line is not None else ()
        setting = chosen.why_not.setting if chosen else (stays[-1].setting if stays else "")
        open_elsewhere(page, "patients.exclude", page.person, setting)

    def propose_by_hand(self) -> None:
        """Proposes a placement by hand: for the chosen person, in the setting chosen at the right."""
        why = self._page.why
        self.propose_at(why.current_setting() if why.table.hasFocus() else None)

    def propose_at(self, row: NotRow | None, *, person: str = "") -> None:
        """Proposes somebody by hand in a setting, in beds of it that would do."""
        at = () if row is None else (Preset(row.why_not.setting, row.why_not.beds),)
        self._open_proposal(person or self._page.person, at)

    def propose_stays(self, stays: tuple[Bed, ...]) -> None:
        """Proposes the chosen person by hand for these stays."""
        at = tuple(Preset(each.setting, (each.unit, each.beds), each.start, each.end) for each in stays)
        self._open_proposal(self._page.person, at)

    def _open_proposal(self, person: str, stays: tuple[Preset, ...]) -> None:
        if why_not := self._page.commands.why_not("plan.by_hand"):
            self._place.tell(Message(why_not))
            return
        facts = self._page.facts
        assert facts is not None  # the command asks for it
        form = HandProposalForm(facts.waiting, services=self._place, patient=person, stays=stays)
        self._page.open_form(form)

    def what_if(self, change: WhatIf | None = None) -> None:
        """Tries a change out on the hub's case, and shows the difference before anything is taken."""
        page = self._page
        page.open_form(
            WhatIfForm(
                services=self._place,
                person=page.person,
                change=change,
                keep=page.middle.keep.isChecked(),
                open_elsewhere=partial(open_elsewhere, page),
            )
        )
