"""Designations under way: asked of the record itself, as no table and no case has them."""

from __future__ import annotations

from datetime import date

from discharge.model.designating import DesignationStep, UnderWay
from discharge.store import journal
from discharge.store.ask.view import View
from discharge.store.journal import Kind


def under_way(view: View, setting: str | None = None) -> tuple[UnderWay, ...]:
    """The units whose last step isn't a designation and wasn't withdrawn, of one setting or of all; what was
    taken back is as if it had never been recorded."""
    found: dict[tuple[str, str], UnderWay] = {}
    one, values = ("", ()) if setting is None else (" AND subject = ?", (setting,))
    rows = view.rows(
        f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE kind IN (?, ?){one} ORDER BY seq",
        (Kind.DESIGNATION_STEP.value, Kind.UNIT_DESIGNATED.value, *values),
    )
    gone = {
        row[0]
        for row in view.rows(
            "SELECT json_extract(body, '$.takes_back') FROM journal WHERE kind IN (?, ?)" + one,
            (Kind.DESIGNATION_STEP_TAKEN_BACK.value, Kind.BEDS_TAKEN_BACK.value, *values),
        )
    }
    for line in map(journal.line, rows):
        if line.id in gone:
            continue
        of, body = (line.subject, line.body["unit"]), line.body
        if line.kind is Kind.UNIT_DESIGNATED or body["step"] == DesignationStep.WITHDRAWN:
            found.pop(of, None)
        else:
            step, on = DesignationStep(body["step"]), date.fromisoformat(body["on"])
            found[of] = UnderWay(*of, step, on, body["beds"])
    return tuple(found.values())
