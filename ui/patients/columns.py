"""The columns of the list of people, and the chips over it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from functools import partial

from discharge.model.patient import Pathway
from discharge.model.patient_record import PatientState
from discharge.model.shown.patients import PatientRow
from discharge.words import terms
from discharge.words.days import day_words
from ui.models.table import Column
from ui.widgets.search import Choice
from ui.words import people
from ui.words.who import alike_status, number_words

LEFT = "standing/left"
"""The chip that shows those who left the list."""


def _hospital(row: PatientRow) -> str:
    return row.hospital_name or row.hospital or ""


def patient_columns(now: Callable[[], datetime], today: Callable[[], date]) -> Sequence[Column[PatientRow]]:
    """The columns; the callables say what time and what day it is."""
    column: Callable[..., Column[PatientRow]] = Column
    more: Callable[..., Column[PatientRow]] = partial(column, shown=False)
    return (
        column(key="name", title="Name", text=lambda row: row.name, strong=True, width=18,
               status=lambda row: alike_status(row.name, row.who)),
        column(key="standing", title="Status", status=lambda row: people.standing(row, now=now()), width=14,
               fits="On the way: stop"),
        column(key="infection", title="Bed needed tonight", width=30, stretch=True,
               status=lambda row: people.bed_status(row, now=now())),
        column(key="pathway", title="Pathway", text=lambda row: row.pathway.value, width=8),
        column(key="priority", title="Priority", text=lambda row: str(row.priority), width=8,
               tip=lambda row: terms.PRIORITIES[row.priority], sort=lambda row: row.priority),
        column(key="waiting", title="Waiting", text=people.waiting_words, sort=lambda row: row.waiting_since,
               tip=lambda row: f"Since {day_words(row.waiting_since, today=today())}", width=9),
        more(key="needs", title="Needs", text=lambda row: terms.needs(row.needs), width=21),
        more(key="care", title="Care", text=lambda row: terms.care(row.care), width=18),
        more(key="ward", title="Ward", text=lambda row: row.ward, width=14),
        more(key="hospital", title="Hospital", text=_hospital, width=16),
        more(key="age", title="Age", text=people.age_words, sort=lambda row: row.age, width=8, right=True),
        more(key="born", title="Date of birth", text=lambda row: terms.born(row.born, row.born_words),
             sort=lambda row: row.born, width=12),
        more(key="sex", title="Sex", text=lambda row: terms.SEXES[row.sex], width=8),
        more(key="area", title="Local authority", text=lambda row: row.local_authority or "", width=18),
        more(key="number", title="NHS number", text=number_words, width=14),
        more(key="ready", title="Ready on", text=lambda row: day_words(row.ready_on, today=today()),
             sort=lambda row: row.ready_on, width=12),
        more(key="placed", title="Placement", text=lambda row: row.placement_setting or "", width=18),
        more(key="lead", title="Named lead", text=lambda row: row.lead_name, width=16),
        more(key="hospital_number", title="Hospital number", text=lambda row: row.hospital_number, width=14),
        more(key="expected", title="Expected to leave", sort=lambda row: row.expected_on, width=14,
             text=lambda row: day_words(row.expected_on, today=today()) if row.expected_on else ""),
        more(key="id", title="Reference", text=lambda row: row.id, width=10),
    )  # fmt: skip


def patient_filters(
    me: Callable[[], str], changed: Callable[[], Collection[str]]
) -> Sequence[tuple[str, Sequence[Choice]]]:
    """Groups of filter chips; `me()` is the id of whoever is at the desk, empty where nobody is; `changed()`
    about whom something was recorded since yesterday.
    """

    def on(pathway: Pathway) -> Callable[[PatientRow], bool]:
        return lambda row: row.pathway is pathway

    pathways = [Choice(each.value, each.value, on(each), terms.PATHWAYS[each]) for each in Pathway]
    mine = Choice(
        "mine", "Mine", lambda row: row.named_lead == (me() or "-"), "Those whose named lead you are"
    )
    news = Choice(
        "since",
        "Since yesterday",
        lambda row: row.id in changed(),
        "Something was recorded about them yesterday or today; with Left, of those who left too",
    )
    return (
        ("lead", (mine,)),
        ("pathway", pathways),
        (
            "infection",
            (
                Choice("blocked", "Blocked", people.is_blocked, "No care setting may take them yet"),
                Choice("awaited", "Result awaited", people.is_awaited, "A test without its result"),
                Choice("isolating", "Isolating", people.is_isolating, "Need a bed that isolates tonight"),
                Choice(
                    "clear", "Clear", people.is_clear, "May leave and needn't isolate, by a result on record"
                ),
                Choice(
                    "untested",
                    "Not tested",
                    people.is_untested,
                    "No result, positive or negative, is on record",
                ),
            ),
        ),
        (
            "standing",
            (
                Choice(
                    "waiting",
                    "Waiting",
                    lambda row: row.state is PatientState.WAITING,
                    "Without a placement on its way",
                ),
                Choice(
                    "placed",
                    "Placed",
                    lambda row: row.state is PatientState.PLACED,
                    "With a placement on its way",
                ),
                Choice(
                    "left",
                    "Left",
                    lambda row: row.state is PatientState.LEFT,
                    "No longer on the list; read only when this is on",
                ),
            ),
        ),
        ("changed", (news,)),
    )
