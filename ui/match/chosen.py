"""What the Match page shows and who is chosen on it: what its commands and forms start from."""

from __future__ import annotations

from discharge.model.shown.plans import PlanPage
from ui.frame.page import Page
from ui.match.columns import PlanColumn
from ui.match.drag import PeopleTable
from ui.match.facts import MatchFacts
from ui.match.lines import PlanLine
from ui.match.run import PlanRun
from ui.match.why import WhyPane
from ui.models.table import RowsModel


class Chosen(Page):
    """The page as far as it is shown and chosen; `MatchPage` lays it out and reads it."""

    middle: PlanColumn
    why: WhyPane
    run: PlanRun
    table: PeopleTable
    model: RowsModel[PlanLine]
    _facts: MatchFacts | None
    _person: str

    @property
    def is_planning(self) -> bool:
        """Whether planning is under way."""
        return self.run.is_under_way

    @property
    def shown(self) -> PlanPage | None:
        """The plan that is shown."""
        return self._facts.page if self._facts is not None else None

    @property
    def is_newest(self) -> bool:
        """Whether the plan that is shown is the newest one."""
        facts = self._facts
        return facts is not None and facts.page is not None and facts.plans[0].id == facts.page.row.id

    @property
    def facts(self) -> MatchFacts | None:
        """What is shown; None until it is read."""
        return self._facts

    @property
    def person(self) -> str:
        """The id of the person chosen, in the plan or among those who wait; empty where nobody is."""
        return self._person

    def current(self) -> PlanLine | None:
        """The person chosen in the plan."""
        line: PlanLine | None = self.table.current_row()
        return line

    def chosen(self) -> list[PlanLine]:
        """Everybody selected in the plan."""
        return [line for line in self.table.selected_rows() if isinstance(line, PlanLine)]

    def why_no_plan(self) -> str:
        """Why nothing can be done with a plan: there is none."""
        return "" if self.shown is not None else "There is no plan yet."
