"""Record: who did what and when, entry by entry; the check of the chain; the replay of plans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout

from discharge.model.people import User
from discharge.model.shown.facts import FactCount
from discharge.model.shown.record import RecordEntry, RecordFilter, RecordLine
from discharge.words.days import instant_words
from ui.frame.openings import open_elsewhere
from ui.frame.record_check import check_record
from ui.frame.table_page import TablePage
from ui.models.table import Column, Prepared
from ui.record.detail import show_entry
from ui.record.fact_counts import FactCounts
from ui.record.filters import RecordFilters
from ui.record.rows import RecordRows
from ui.widgets.copying import copy_rows
from ui.widgets.pickers import Offers
from ui.widgets.search import Choice
from ui.widgets.table import TableView

if TYPE_CHECKING:
    from discharge.actions.desk import Checked
    from discharge.store.ask.queries import Queries

FIRST = 200
"""So many entries are read at once with the numbers of all."""
CHUNK = 500
ALL_UP_TO = 2_000
"""A record of so many entries is read whole, so that it can be printed and copied whole."""
ENTRIES, FOUND, BROKEN_AT = " entries", " found", "broken at entry "
"""How the counts beside the title go on, by which each opens what it counts."""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the page shows at first: the numbers of the entries looked for, and the newest of them."""

    numbers: Prepared[int]
    lines: tuple[RecordLine, ...]
    there: int
    """Entries in the whole record."""
    people: Offers
    settings: Offers
    users: tuple[User, ...]
    names: Mapping[str, str]
    """What ids are called."""


def read_record(queries: Queries, *, wanted: RecordFilter) -> RecordFacts:
    """The page's facts. In the store's thread."""
    numbers = queries.record_numbers(wanted)
    people, settings = Offers(queries.patient_names()), Offers(queries.setting_names())
    users = queries.people()
    return RecordFacts(
        Prepared(list(numbers), [str(seq) for seq in numbers], [""] * len(numbers)),
        queries.record_lines(numbers[:FIRST]), queries.head(), people, settings, users,
        {**settings.labels, **people.labels, **{user.id: user.name for user in users}},
    )  # fmt: skip


class RecordPage(TablePage[int]):
    """The journal as a table; a row is an entry's number, the entry comes as it is looked at."""

    name, title, search_hint = "record", "Record", "Name, reference, number"
    detail_name, empty_icon = "The entry", "record"

    # ----------------------------------------------------------------- layout

    def build(self) -> Iterator[None]:
        self._there = 0
        self._measured = RecordFilter()
        self._names: Mapping[str, str] = {}
        self._checked = ""
        self._entry: RecordEntry | None = None
        yield from super().build()
        self.table.setSortingEnabled(False)
        self.filter = RecordFilters(theme=self.theme, today=self.services.today)
        self.filter.changed.connect(self.load)
        holder = self._stack.parentWidget()
        layout = holder.layout() if holder is not None else None
        assert isinstance(layout, QVBoxLayout)  # as TablePage lays it out
        layout.insertWidget(0, self.filter)
        self._look = QTimer(self, singleShot=True, interval=30)
        self._look.timeout.connect(self._read_seen)
        self.table.verticalScrollBar().valueChanged.connect(lambda _value: self._look.start())
        self.theme.changed.connect(self._pause.start)
        self.splitter.setSizes([self.theme.px(840), self.theme.px(360)])

    def make_model(self) -> RecordRows:
        """The model of the table."""
        return RecordRows(now=self.services.now, parent=self)

    def columns(self) -> Sequence[Column[int]]:
        return ()

    def key(self, row: int) -> str:
        return str(row)

    def filters(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        return ()

    def empty_words(self) -> tuple[str, str, str]:
        if self.filter.wanted() != RecordFilter():
            return ("Nothing on record", "No entry is of that kind, or about that.", "record.all")
        return ("Nothing on record yet", "Everything that is done at this desk comes here.", "")

    # ------------------------------------------------------------------- data

    def load(self) -> None:
        wanted = self.filter.wanted()
        self.ask(partial(read_record, wanted=wanted), partial(self._take_facts, wanted))

    def _take_facts(self, wanted: RecordFilter, facts: RecordFacts) -> None:
        if wanted != self.filter.wanted():
            return
        self._there = facts.there
        self._names = facts.names
        self.filter.offer(people=facts.people, settings=facts.settings, users=facts.users)
        rows = self.rows()
        rows.told(facts.lines)
        numbers = facts.numbers.rows
        self._take(facts.numbers)
        if wanted != self._measured:
            # somebody looks for something else: days and names of other widths
            self._measured = wanted
            self.table.measure_again()
        self._look.start()
        if len(numbers) <= ALL_UP_TO:
            for at in range(FIRST, len(numbers), CHUNK):
                self._read(numbers[at : at + CHUNK])

    def rows(self) -> RecordRows:
        """The model, as it is."""
        assert isinstance(self.model, RecordRows)
        return self.model

    def _read_seen(self) -> None:
        height = self.table.viewport().height()
        first, last = self.table.rowAt(0), self.table.rowAt(height - 1)
        if first < 0:
            return
        last = last if last >= 0 else self.model.rowCount() - 1
        unread = self.rows().unread(first, last)
        if unread:
            self.ask(lambda queries: queries.record_lines(unread), self.rows().told, replaces="seen")

    def _read(self, seqs: Sequence[int]) -> None:
        self.ask(lambda queries: queries.record_lines(seqs), self.rows().told, replaces=f"lines/{seqs[0]}")

    def summary_words(self, rows: Sequence[int]) -> str:
        said = f"{self._there:,}{ENTRIES}"
        if len(rows) != self._there:
            said = f"{len(rows):,}{FOUND} · {said}"
        return f"{said} · {self._checked}" if self._checked else said

    # ----------------------------------------------------------------- detail

    def show_detail(self, row: int) -> None:
        self.ask(lambda queries: queries.record_entry(row), self._show, replaces="detail")

    def _show(self, entry: RecordEntry) -> None:
        if self.current() != entry.line.seq:
            return
        self._entry = entry
        self.commands.review()
        wanted = ["record.open", "record.same"]
        if entry.line.kind == "plan_stored":
            wanted.insert(0, "record.replay")
        if self._sitting():
            wanted.insert(0, "record.receipt")
        actions = [self.commands.action(each) for each in wanted if not self.commands.why_not(each)]
        show_entry(self.detail, entry, now=self.services.now(), names=self._names, commands=actions)

    # --------------------------------------------------------------- commands

    def bind(self) -> None:
        bind = self.commands.bind
        bind("record.check", self.check)
        bind("record.against_paper", self.hold_against_paper)
        bind("record.replay", self.replay)
        bind("record.open", self._open, why_not=self._why_not_open)
        bind("record.receipt", self._open_receipt, why_not=self._why_no_receipt)
        bind("record.same", self._only_the_same, why_not=self._why_not_same)
        bind("record.all", self.filter.clear)
        bind("record.facts", self.show_facts)

    def show_facts(self) -> None:
        """What happened against a rule, counted by hospital and home."""

        def show(counts: tuple[FactCount, ...]) -> None:
            dialog = FactCounts(counts, theme=self.theme, parent=self.window())
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        self.ask(lambda queries: queries.fact_counts(), show, replaces="facts")

    def _line(self) -> RecordLine | None:
        current = self.current()
        return self.rows().line(current) if current is not None else None

    def _why_not_open(self) -> str:
        line = self._line()
        if line is None:
            return "Choose an entry first."
        return "" if line.page else "It is about the hub as a whole."

    def _open(self) -> None:
        line = self._line()
        if line is not None and line.page:
            self.services.go(line.page, line.key)

    def _sitting(self) -> str:
        """The sitting that the chosen entry is of: placements that were gone through in one go."""
        entry = self._entry
        if entry is None or entry.line.seq != self.current():
            return ""
        sitting = entry.body.get("sitting")
        return str(sitting["id"]) if isinstance(sitting, Mapping) else ""

    def _why_no_receipt(self) -> str:
        return "" if self._sitting() else "It isn't one of several approvals made in one go."

    def _open_receipt(self) -> None:
        open_elsewhere(self, "approvals.receipt", self._sitting())

    def _same(self) -> dict[str, str]:
        line = self._line()
        if line is None:
            return {}
        if line.page == "settings":
            return {"setting": line.key}
        if line.page == "patients":
            return {"person": line.key}
        entry = self._entry
        patient = entry.body.get("patient") if entry is not None and entry.line.seq == line.seq else None
        return {"person": patient} if line.page == "moves" and isinstance(patient, str) else {}

    def _why_not_same(self) -> str:
        if self._line() is None:
            return "Choose an entry first."
        return "" if self._same() else "It is about no person and no setting."

    def _only_the_same(self) -> None:
        self.filter.set_values(self._same())
        self.filter.changed_now()

    def check(self) -> None:
        """Checks the whole record and remembers, beside the title, what was found."""
        check_record(self.services, self._remember_check)

    def _remember_check(self, found: Checked) -> None:
        when = instant_words(self.services.now(), now=self.services.now())
        said = "as it was written" if found.is_intact else f"{BROKEN_AT}{found.broken_at:,}"
        self._checked = f"checked {when}: {said}"
        self.summary.emit(self.summary_words(self.model.rows()))

    def hold_against_paper(self) -> None:
        """Opens the form in which a paper's last line is held against the record."""
        from ui.record.against_paper import AgainstPaper

        AgainstPaper(self.services, parent=self.window()).open()

    def replay(self) -> None:
        """Opens the replay of plans, at the plan of this entry where it is one."""
        from ui.record.replay import ReplayDialog

        line = self._line()
        plan = line.subject if line is not None and line.page == "match" else ""
        ReplayDialog(self.services, plan=plan, parent=self.window()).open()

    # ------------------------------------------------------------------ frame

    def look_for(self, text: str) -> None:
        self.filter.look_for(text)

    def opening_of(self, count: str) -> Callable[[], object] | None:
        if BROKEN_AT in count:
            return partial(self._go_to_entry, count.rpartition(BROKEN_AT)[2].replace(",", ""))
        if count.endswith(FOUND):
            return self._go_to_first
        return self._show_every if count.endswith(ENTRIES) else None

    def _go_to_entry(self, number: str) -> None:
        self.want(number)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_first(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.model.rowCount():
            self.table.pick(self.model.key_at(0))

    def _show_every(self) -> None:
        if self.filter.wanted() != RecordFilter():
            self.services.searched.emit("")
            self.filter.look_for("")
            self.filter.clear()
        self._go_to_first()

    def pick(self, key: str) -> bool:
        """An entry's number; or a person's or a setting's id, to see what is on record about them."""
        if key.isdigit():
            return self._pick_number(key)
        if key in self._names:
            self.filter.set_values({"person" if key.startswith("P-") else "setting": key})
            self.filter.changed_now()
            return True
        return False

    def _pick_number(self, key: str) -> bool:
        if self.table.pick(key):
            return True
        if self.filter.wanted() != RecordFilter() and 0 < int(key) <= self._there:
            self.filter.clear()
        return False

    def copy(self) -> None:
        """Copies the selected entries, or all that are listed; what isn't read yet is read first."""
        if not self.table.selected_rows():
            self.table.selectAll()
        chosen = self.table.selected_rows()
        if self.rows().is_read(chosen):
            self.table.copy()
            return
        wanted = chosen[:ALL_UP_TO]

        def read(lines: Sequence[RecordLine]) -> None:
            self.rows().told(lines)
            places = [self.model.place_of(str(seq)) for seq in wanted]
            copy_rows(self.model.as_cells(places, self.table.kept_columns()))

        self.ask(lambda queries: queries.record_lines(wanted), read, replaces="copy")

    def printed_table(self) -> TableView | None:
        """The table, where all of it is read."""
        return self.table if self.rows().is_read(self.model.rows()) else None
