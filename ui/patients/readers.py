"""Who has read about somebody: for an administrator, from what is kept apart from the record."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from discharge.actions.demo_clock import FOUNDED
from discharge.keys.places import is_sealed
from discharge.model.london import london_date
from discharge.model.shown.patients import PatientRow
from discharge.words.days import day_and_time
from ui.frame.services import Services
from ui.models.table import Column, RowsModel
from ui.theme.scale import Space
from ui.widgets.button import push_button
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column, in_row
from ui.widgets.table import TableView
from ui.widgets.text import label, line

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.model.people import User
    from discharge.store.file.readers import Reading

SAID = (
    "Who had this person's record in front of them for two seconds or more, a line an hour. It is kept for "
    "two years, apart from the record."
)


PLAIN = (
    "This hub isn't sealed, and in such a hub it isn't kept who reads: anybody with its file can, under no "
    "name. To have it kept, seal the hub: close it, open it again and choose “Seal it now”."
)
DEMO = (
    "This is the demo hub, which isn't sealed: it isn't kept who reads. A hub that you found is sealed, and "
    "there it is."
)


class ReadersDialog(QDialog):
    """A line for each hour in which somebody read."""

    def __init__(self, row: PatientRow, *, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme, title = services.theme, f"Who has read about {row.name}"
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        margin = theme.px(Space.SECTION)
        outer = in_column(self, gap=0)
        head = in_column(around=(margin, theme.px(Space.GUTTER), margin, theme.px(Space.ROW)))
        head.addWidget(label(title, "title"))
        self.said = label(SAID, "muted", wrap=True)
        head.addWidget(self.said)
        outer.addLayout(head)
        self.model: RowsModel[Reading] = RowsModel(
            (
                Column(key="name", title="Who", text=lambda one: f"{one.user_name} ({one.user})", width=26,
                       stretch=True),
                Column(key="first", title="From", text=_from, width=24),
                Column(key="last", title="To", text=_to, width=24),
            ),
            key=lambda one: f"{one.user} {one.first.isoformat()}",
            parent=self,
        )  # fmt: skip
        self.table = TableView(self.model, theme=theme, name=title)
        outer.addWidget(self.table, 1)
        outer.addWidget(line())
        foot = in_row(around=(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW)))
        foot.addStretch(1)
        foot.addWidget(push_button("Close", tip="Escape", do=self.reject, parent=self))
        outer.addLayout(foot)
        resize_on_screen(self, theme.px(640), theme.px(420))
        assert services.user is not None  # the command asks for an administrator
        services.use(partial(_read, patient=row.id, user=services.user), self._take, replaces="readers")

    def _take(self, answer: tuple[str, Sequence[Reading]]) -> None:
        why_none, found = answer
        self.model.reload(found)
        if why_none:
            self.said.setText(why_none)
        elif not found:
            self.said.setText(f"{SAID} Nobody is kept yet.")


def _from(one: Reading) -> str:
    return day_and_time(one.first, year=True)


def _to(one: Reading) -> str:
    same = london_date(one.first) == london_date(one.last)
    said = day_and_time(one.last, year=True)
    return said.rpartition(" ")[2] if same else said


def _read(desk: Desk, *, patient: str, user: User) -> tuple[str, tuple[Reading, ...]]:
    """Why nobody is kept, empty in a sealed hub; and who has read."""
    found = desk.readers_of(patient, by=user)
    if is_sealed(desk.path):
        return "", found
    return DEMO if desk.ask(lambda queries: queries.founded_at()) == FOUNDED else PLAIN, found


__all__ = ["ReadersDialog"]
