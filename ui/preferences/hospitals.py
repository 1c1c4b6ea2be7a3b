"""Preferences, Hospitals: what the hospitals are called whose people the hub places, their ICB and region."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from discharge.actions.hub import describe_hospital
from discharge.model.hospital import Hospital
from discharge.rules.care_boards import boards, region_of, regions
from discharge.words.counts import count_words, listing
from discharge.words.needs import ods_fault
from ui.frame.action_form import ActionForm
from ui.frame.page import Page
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.models.table import Column, RowsModel
from ui.preferences.facts import HospitalLine, PreferencesFacts, read_hospitals
from ui.theme.scale import Space
from ui.theme.status import Status, done, waiting
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.detail import CommandButton
from ui.widgets.empty import EmptyState
from ui.widgets.flow import in_lines
from ui.widgets.layouts import in_column
from ui.widgets.pickers import SuggestField
from ui.widgets.table import TableView
from ui.widgets.text import label
from ui.widgets.text_fields import TextField

ABOUT = (
    "The daily discharge return names each hospital with its integrated care board (ICB) and its region, and "
    "screens and papers say its name beside its code. What isn't entered stays empty there."
)


def state_of(row: HospitalLine) -> Status:
    """Whether everything that the return asks of a hospital is entered."""
    missing = row.hospital.missing
    if not missing:
        return done("Complete")
    return waiting(f"No {listing(missing, last='or')}", "Those columns of the daily return are empty.")


class HospitalsPane(QWidget):
    """The hospitals, those too that are known by somebody's record alone, and the way to describe them."""

    def __init__(self, page: Page, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._facts: PreferencesFacts | None = None
        theme, commands = page.theme, page.commands
        self.setAccessibleName("Hospitals")
        self.model: RowsModel[HospitalLine] = RowsModel(
            [
                Column(
                    key="code", title="ODS code", text=lambda row: row.hospital.code, strong=True, width=9
                ),
                Column(key="name", title="Name", text=lambda row: row.hospital.name, width=22, stretch=True),
                Column(key="board", title="ICB", text=lambda row: row.hospital.board, width=36),
                Column(key="region", title="Region", text=lambda row: row.hospital.region, width=16),
                Column(key="state", title="State", status=state_of, width=18),
                Column(
                    key="people",
                    title="People",
                    text=lambda row: f"{row.people:,}",
                    sort=lambda row: row.people,
                    right=True,
                    width=8,
                ),
            ],
            key=lambda row: row.hospital.code,
            parent=self,
        )
        self.table = TableView(self.model, theme=theme, name="Hospitals")
        self.table.opened.connect(lambda _row: commands.do("hospital.describe"))
        self.empty = EmptyState(
            "No hospital is known",
            "A hospital stands here once somebody is in it, or when it is described.",
            theme=theme,
            icon="bed",
            button=commands.command("hospital.add").text,
        )
        self.empty.pressed.connect(lambda: commands.do("hospital.add"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        self._lay_out()

    def _lay_out(self) -> None:
        theme, commands = self._page.theme, self._page.commands
        gutter, near = theme.px(Space.GUTTER), theme.px(Space.NEAR)
        column = in_column(self, around=(0, theme.px(6), 0, near), gap=near)
        words = in_column(around=(gutter, 0, gutter, 0))
        words.addWidget(label(ABOUT, "muted", wrap=True))
        column.addLayout(words)
        held = in_column(around=(near, 0, near, 0))
        held.addWidget(self._stack)
        column.addLayout(held, 1)
        foot = in_column(around=(gutter, 0, gutter, 0))
        ids = "hospital.describe", "hospital.add", "hospital.remove"
        foot.addLayout(in_lines((CommandButton(commands.action(id_), theme=theme) for id_ in ids), gap=near))
        column.addLayout(foot)

    def show_facts(self, facts: PreferencesFacts) -> None:
        """Shows the hub's hospitals."""
        self._facts = facts
        self.model.reload(facts.hospitals)
        self.table.measure_again()
        self._stack.setCurrentWidget(self.table if facts.hospitals else self.empty)
        self.table.pick_first()

    def current(self) -> HospitalLine | None:
        """The hospital chosen."""
        row: HospitalLine | None = self.table.current_row()
        return row

    def why_not(self) -> str:
        """Why no hospital can be described."""
        return "" if self.current() is not None else "Choose a hospital first."

    def why_not_remove(self) -> str:
        """Why nothing that is said of a hospital can be taken out."""
        row = self.current()
        if row is None:
            return "Choose a hospital first."
        return "" if row.described else "Nothing is entered of this hospital."

    def add(self) -> None:
        """Opens the form for a hospital that isn't in the list."""
        if self._facts is not None:
            self._page.open_form(HospitalForm(self._page.services, self._facts.hospitals))

    def describe(self) -> None:
        """Opens the form of the hospital chosen."""
        row = self.current()
        if row is not None and self._facts is not None:
            self._page.open_form(
                HospitalForm(self._page.services, self._facts.hospitals, code=row.hospital.code)
            )

    def remove(self) -> None:
        """Opens the form that takes out what is said of the hospital chosen."""
        row = self.current()
        if row is not None:
            self._page.open_form(RemoveHospitalForm(self._page.services, row))


class HospitalForm(ActionForm):
    """Says what a hospital is called, its ICB and its region. `code`: of which; else it is asked for."""

    def __init__(self, services: Services, known: tuple[HospitalLine, ...], *, code: str = "") -> None:
        super().__init__(
            f"Describe hospital {code}" if code else "Add a hospital", services=services, columns=1
        )
        theme, self._known = self.theme, {line.hospital.code: line.hospital for line in known}
        self._code = code
        if not code:
            self.add(
                TextField("code", "ODS code", theme=theme, required=True, check=self._code_fault, longest=10,
                          placeholder="RF4QH", hint="Of the hospital, or the trust, as in people's records.")
            )  # fmt: skip
        self.add(
            TextField("name", "Name", theme=theme, longest=200, hint="Goes into the return as Org Name.")
        )
        own = [one.board for one in self._known.values() if one.board]
        self.board = self.add(
            SuggestField("board", "Integrated care board (ICB)", theme=theme,
                         suggestions=list(dict.fromkeys([*own, *boards()])),
                         hint="Type a part of its name. Boards of July 2022 are suggested; one that has "
                         "merged since may be written by its name of today.")
        )  # fmt: skip
        self.region = self.add(
            ChoiceField[str](
                "region",
                "NHS England region",
                [(name, name) for name in regions()],
                theme=theme,
                none="Not said",
            )
        )
        self.board.changed.connect(self._fit_region)
        said = self._known.get(code, Hospital(code=code)) if code else None
        if said is not None:
            self.set_values({"name": said.name, "board": said.board, "region": said.region or None})

    def _code_fault(self, text: str) -> str:
        wrong = ods_fault(text)
        known = self._known.get(text.upper())
        if not wrong and known is not None and known.missing != ("name", "ICB", "region"):
            return f"{known.code} is described already: choose it in the list."
        return wrong

    def _fit_region(self) -> None:
        """A board of the list says its region."""
        region = region_of(self.board.value() or "")
        if region and self.region.value() is None:
            self.region.set_value(region)

    def check(self, values: Mapping[str, Any]) -> str:
        region = region_of(values["board"] or "")
        if region and values["region"] not in (None, region):
            return f"That ICB is in the region {region}: choose that, or another ICB."
        return "" if any(values[key] for key in ("name", "board", "region")) else "Nothing is entered."

    def save(self, values: Mapping[str, Any]) -> None:
        code = self._code or str(values["code"]).upper()
        name, board, region = (str(values[key] or "") for key in ("name", "board", "region"))
        before = self._known.get(code)
        if before is not None and (name, board, region) == (before.name, before.board, before.region):
            self.unchanged()
            return
        self.perform(
            partial(describe_hospital, code=code, name=name, board=board, region=region),
            done=f"Hospital {code} is described.",
            undo=entry_back("Take back"),
        )


class RemoveHospitalForm(ActionForm):
    """Takes out what is said of a hospital."""

    def __init__(self, services: Services, row: HospitalLine) -> None:
        super().__init__("Take a hospital out", services=services, save_word="Take out", columns=1)
        self._code = row.hospital.code
        people = f" {count_words(row.people, 'person', 'people')} in it keep its code." if row.people else ""
        self.add_widget(
            label(f"What is said of {row.hospital.name or self._code} is taken out.{people}", wrap=True)
        )

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(describe_hospital, code=self._code),
            done=f"Hospital {self._code} is taken out.",
            undo=entry_back("Put back"),
        )


def open_hospital(page: Page, code: str) -> None:
    """The form of one hospital, from another page."""

    def show(known: tuple[HospitalLine, ...]) -> None:
        page.open_form(HospitalForm(page.services, known, code=code))

    page.ask(read_hospitals, show, replaces="form")


__all__ = ["HospitalForm", "HospitalsPane", "RemoveHospitalForm", "open_hospital"]
