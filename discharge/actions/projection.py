"""The projection, asked of the hub: read at one instant, then worked out while everybody works on."""

from __future__ import annotations

from dataclasses import dataclass

from discharge.actions.desk import Desk
from discharge.model.shown.projection import Assumptions
from discharge.model.shown.situation import FigureTable
from discharge.reports.projection import project, scenario
from discharge.reports.projection_tables import ahead_tables, back_test_table, notes, scenario_table
from discharge.store.ask.queries import Queries


@dataclass(frozen=True, slots=True)
class Foretold:
    """The days and months to come as tables, with what to know of them."""

    tables: tuple[FigureTable, ...]
    notes: tuple[str, ...]


def foretell(desk: Desk, assumed: Assumptions) -> Foretold:
    """The next days, and the months to come under these assumptions."""
    facts = desk.ask(Queries.projection)
    found = project(facts)
    tables = ahead_tables(found)
    months = scenario(facts, assumed)
    if months:
        tables = (*tables, scenario_table(months, assumed))
    return Foretold((*tables, back_test_table()), notes(found))
