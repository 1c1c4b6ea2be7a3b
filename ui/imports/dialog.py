"""A file comes in: first what would become of each row, then, when the user says so, all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from discharge.model.errors import BrokenFile, UserError
from discharge.words.counts import count_words, sentence_case
from ui.frame.services import Services, Undo
from ui.imports.answering import Answering
from ui.imports.authorities import AuthoritiesForm
from ui.imports.lines import (
    LOUD_FIRST,
    TABS,
    ImportLine,
    line_status,
    report_lines,
    tab_counts,
)
from ui.imports.matching import MatchForm
from ui.models.table import Column, Prepared, RowsModel
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.widgets.banner import Banner, announce
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.empty import EmptyState
from ui.widgets.segments import Segments
from ui.widgets.table import TableView
from ui.widgets.text import ElidedLabel, label, line
from ui.work.jobs import Ticket

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.exchange import ImportDone, InDirectory
    from discharge.exchange.headers import Unmatched
    from discharge.exchange.report import ImportReport
    from discharge.store.ask.queries import Queries

FILTER = "Lists (*.csv *.txt *.tsv *.xlsx *.xlsm *.ods);;All files (*)"
SAVED = "CSV files (*.csv);;All files (*)"


@dataclass(frozen=True, slots=True)
class ImportKind:
    """What can be imported: its name in `FileKind`, and how the dialog speaks of it."""

    value: str
    title: str
    hint: str
    one: str
    many: str


KINDS = {
    "any": ImportKind(
        "",
        "Import a file",
        "A list as it was sent: CSV, XLSX or ODS. What it is, is known by its columns and said; choose "
        "otherwise where that is wrong.",
        "row",
        "rows",
    ),
    "homes": ImportKind(
        "cqc",
        "Import homes",
        "The CQC's care directory as CSV. Homes are added or brought up to date; nothing says what is free "
        "there, so a new home takes nobody until its capacity is recorded.",
        "home",
        "homes",
    ),
    "sheet": ImportKind(
        "sheet",
        "Import the homes sheet",
        "One row a group of beds, with its unit and its home: save the sheet as the hub has it, fill it in, "
        "bring it back. What changes is said field by field; an empty cell changes nothing.",
        "home",
        "homes",
    ),
    "returns": ImportKind(
        "capacity",
        "Import capacity returns",
        "A CSV with the Capacity Tracker's columns: cqcid, isacceptingadmissions, maxcapacity, usedbeds, "
        "declaredvacancies, admissionstatus, lastupdatedutc.",
        "return",
        "returns",
    ),
    "patients": ImportKind(
        "patients",
        "Import patients",
        "Tonight's list, with the template's columns. Who is new is added, what changed is changed, who "
        "isn't on it any more is asked about; what was written here by hand stays.",
        "person",
        "people",
    ),
}


@dataclass(frozen=True, slots=True)
class _Looked:
    """What reading the file found."""

    report: ImportReport
    lines: Prepared[ImportLine]
    stamp: tuple[int, int]


class ImportDialog(QDialog):
    """Choose a file, look at what would become of it, take it. Nothing is written before that, and nothing
    is half-imported unless the user says so. `finished_reading` fires when there is something to look at
    or to say, `asked_where` when a CQC directory has several authorities and the user is asked which of them,
    `taken` when the file is in the hub.
    """

    finished_reading = Signal()
    asked_where = Signal()
    asked_columns = Signal()
    """What the file's unknown titles mean is asked."""
    taken = Signal()

    def __init__(
        self,
        kind: ImportKind,
        *,
        services: Services,
        choose: Callable[[QWidget], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.kind = kind
        self.services = services
        self.theme = services.theme
        self._choose = choose or _ask_for_file
        self._path: Path | None = None
        self._stamp: tuple[int, int] = (0, 0)
        self._report: ImportReport | None = None
        self._ticket: Ticket | None = None
        self._written = False
        self._asked_for = kind
        """The kind as the dialog was opened with: one, or any."""
        self._authorities: tuple[str, ...] | None = None
        """Of a CQC directory: those whose homes are taken; None: all that it has."""
        self._directory: InDirectory | None = None
        self._held: frozenset[int] = frozenset()
        """Rows that are held up, or were until they were answered."""
        self._stand_on = ""
        self._tab = ""
        self.setWindowTitle(kind.title)
        self.setAccessibleName(kind.title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._lay_out()
        self._show_state()

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        theme = self.theme
        margin, near = theme.px(Space.SECTION), theme.px(Space.NEAR)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(margin, theme.px(Space.GUTTER), margin, theme.px(Space.ROW))
        head.setSpacing(near)
        self._title = label(self.kind.title, "title")
        head.addWidget(self._title)
        self._hint = label(self.kind.hint, "muted", wrap=True)
        head.addWidget(self._hint)
        choosing = QHBoxLayout()
        choosing.setSpacing(near)
        self.file = ElidedLabel("No file chosen yet", "strong")
        choosing.addWidget(self.file, 1)
        self.kinds = QComboBox(self)
        self.kinds.setAccessibleName("What the file holds")
        self.kinds.addItem("Known by its columns", "any")
        for key, each in KINDS.items():
            if each.value:
                self.kinds.addItem(each.title.removeprefix("Import ").capitalize(), key)
        self.kinds.setVisible(not self.kind.value)
        self.kinds.activated.connect(self._kind_chosen)
        choosing.addWidget(self.kinds)
        self.template = QPushButton("Save the template…", self)
        self.template.setProperty("kind", "link")
        self.template.setAutoDefault(False)
        self._offer_template()
        self.template.clicked.connect(self._save_template)
        choosing.addWidget(self.template)
        self.match = QPushButton("Match the columns…", self)
        self.match.setProperty("kind", "link")
        self.match.setAutoDefault(False)
        self.match.setToolTip("Say what titles mean that aren't known; kept for the next file with the same")
        self.match.clicked.connect(self._ask_what_columns_mean)
        choosing.addWidget(self.match)
        self.where = QPushButton("Other authorities…", self)
        self.where.setProperty("kind", "link")
        self.where.setAutoDefault(False)
        self.where.clicked.connect(self._ask_where)
        choosing.addWidget(self.where)
        self.choose = QPushButton("Choose a file…", self)
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self.choose_file)
        choosing.addWidget(self.choose)
        head.addLayout(choosing)
        self._running = QWidget(self)
        running = QHBoxLayout(self._running)
        running.setContentsMargins(0, 0, 0, 0)
        running.setSpacing(near)
        self.doing = label("", "small")
        self.doing.setMinimumWidth(theme.px(180))
        running.addWidget(self.doing)
        self.bar = QProgressBar(self._running)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress")
        running.addWidget(self.bar, 1)
        self.stop = QPushButton("Stop", self._running)
        self.stop.setToolTip("Escape. Nothing is changed.")
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self.cancel)
        running.addWidget(self.stop)
        head.addWidget(self._running)
        outer.addLayout(head)
        self.message = Banner(theme=theme, parent=self)
        outer.addWidget(self.message)
        self.counts = CountsLine(self.services)
        outer.addWidget(self.counts)
        self._notes = label("", "small", wrap=True)
        self._notes.setContentsMargins(margin, 0, margin, near)
        outer.addWidget(self._notes)
        outer.addWidget(self._make_table(margin, near), 1)
        outer.addWidget(line())
        outer.addLayout(self._make_foot(margin, near))

    def _make_table(self, margin: int, near: int) -> QWidget:
        theme = self.theme
        self.model: RowsModel[ImportLine] = RowsModel(
            (
                Column(
                    key="row",
                    title="Row",
                    text=lambda each: f"{each.row:,}" if each.row else "",
                    sort=lambda each: each.row,
                    width=7,
                    right=True,
                ),
                Column(key="outcome", title="Outcome", status=line_status, width=11),
                Column(
                    key="about",
                    title="Whom",
                    text=lambda each: each.about,
                    width=22,
                ),
                Column(key="field", title="Field", text=lambda each: each.field, width=14),
                Column(key="old", title="In the hub", text=lambda each: each.old, width=18),
                Column(key="new", title="In the file", text=lambda each: each.new, width=18, strong=True),
                Column(key="reason", title="What", text=lambda each: each.reason, width=36, stretch=True),
                Column(key="mend", title="What to do", text=lambda each: each.mend, width=30, stretch=True),
            ),
            key=lambda each: each.key,
            parent=self,
        )
        self.table = TableView(self.model, theme=theme, name="What becomes of each row")
        self.tabs = Segments([(key, word, "") for key, word in TABS], theme=theme, name="Rows")
        self.tabs.chosen.connect(self.show_tab)
        self.model.counted.connect(self._counted)
        self._empty = EmptyState("", theme=theme, icon="import")
        self._empty.pressed.connect(self._empty_pressed)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._chip_row = QWidget(holder)
        chip_row = QHBoxLayout(self._chip_row)
        chip_row.setContentsMargins(margin, 0, margin, near)
        chip_row.addWidget(self.tabs)
        chip_row.addStretch(1)
        column.addWidget(self._chip_row)
        column.addWidget(self._stack, 1)
        self.whole = label("", "", wrap=True)
        self.whole.setContentsMargins(margin, near, margin, near)
        column.addWidget(self.whole)
        self.answering = Answering(theme=theme, parent=holder)
        self.answering.said.connect(self._answered)
        column.addWidget(self.answering)
        self.answer = self.answering.another
        self.table.picked.connect(self._say_whole)
        return holder

    def _say_whole(self, each: ImportLine | None) -> None:
        """The current line in full: a table cuts long sentences short."""
        where = f"Row {each.row:,}" if each is not None and each.row else ""
        parts = [] if each is None else [where, each.about, each.field]
        head = ", ".join(part for part in parts if part)
        said = f"{each.reason}. {each.mend}".strip(". ") if each is not None else ""
        if each is not None and (each.old or each.new) and not each.person:
            said = f"{each.old or 'nothing'} in the hub, {each.new} in the file. {said}".strip(". ")
        self.whole.setText(f"{head}: {said}." if head and said else head or said)
        self.whole.setVisible(bool(said))
        self._offer_answer(each)

    def _offer_answer(self, each: ImportLine | None) -> None:
        """What can be said of the line in hand."""
        self.answering.offer(
            each,
            held=self._held,
            people=self.kind.value == "patients",
            open_=not self._written and self._ticket is None,
        )

    def _answered(self) -> None:
        """The user answers for the row in hand; what becomes of the rows is read anew."""
        if self._path is None or self._ticket is not None:
            return
        answering = self.answering
        self._read(self._path, then=f"gone {answering.person}" if answering.person else str(answering.row))

    def show_tab(self, tab: str) -> None:
        """Show the rows of a tab, and the columns that say something of them."""
        self._tab = tab
        self.tabs.show_choice(tab)
        self.model.narrow_by({"tab": lambda each: each.tab == tab} if self._report is not None else {})
        differs = tab in ("changed", "same")
        for at, column in enumerate(self.model.columns):
            hidden = {
                "row": tab == "gone",
                "field": tab == "gone",
                "old": not differs and tab != "gone",
                "new": not differs,
            }.get(column.key, False)
            self.table.show_column(at, shown=not hidden)
        self.table.pick_first()

    def _make_foot(self, margin: int, near: int) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(margin, self.theme.px(Space.ROW), margin, self.theme.px(Space.ROW))
        foot.setSpacing(near)
        self.save = QPushButton("Save the report…", self)
        self.save.setAutoDefault(False)
        self.save.setToolTip("Every row with its outcome, as a CSV file")
        self.save.clicked.connect(self._save_report)
        foot.addWidget(self.save)
        self.rejects = QPushButton("Save what can't be taken…", self)
        self.rejects.setAutoDefault(False)
        self.rejects.setToolTip("These rows with reason and mend, to be mended there and imported again")
        self.rejects.clicked.connect(self._ask_and_save_rejects)
        foot.addWidget(self.rejects)
        foot.addStretch(1)
        self.good_only = QCheckBox("", self)
        self.good_only.toggled.connect(lambda _on: self._show_state())
        foot.addWidget(self.good_only)
        self.drop = QPushButton("Cancel", self)
        self.drop.setToolTip("Escape")
        self.drop.setAutoDefault(False)
        self.drop.clicked.connect(self.reject)
        foot.addWidget(self.drop)
        self.take = QPushButton("Take", self)
        self.take.setProperty("kind", "main")
        self.take.setAutoDefault(False)
        self.take.clicked.connect(self.take_file)
        foot.addWidget(self.take)
        return foot

    # -------------------------------------------------------------- reading

    def choose_file(self) -> None:
        """Ask for the file, and look at it."""
        chosen = self._choose(self)
        if chosen:
            if not self._asked_for.value:
                self._become(self._asked_for)
                self.kinds.setCurrentIndex(0)
            self.look_at(Path(chosen))

    def look_at(self, path: Path) -> None:
        """Read the file and show what would become of each row; nothing is written."""
        if self._ticket is not None:
            return
        self._path = path
        self._report = None
        self._written = False
        self.model.narrow_by({})
        self.answering.forget()
        self._held = frozenset()
        self.good_only.setChecked(False)
        self.file.setText(path.name)
        self.file.setToolTip(str(path))
        self._authorities = self._directory = None
        if self.kind.value == "cqc":
            self._look_where(path)
        elif self.kind.value:
            self._read(path)
        else:
            self._find_kind(path)

    def _look_where(self, path: Path) -> None:
        """Of a CQC directory first: which authorities it has homes in, and which of them are wanted."""

        def read(desk: Desk, progress: Callable[[int, int, str], None]) -> InDirectory:
            from discharge.actions.exchange import authorities_of

            return authorities_of(desk, path, progress=lambda what, at, total: progress(at, total, what))

        def found(directory: InDirectory) -> None:
            self._ticket = None
            self._directory = directory
            self._show_state()
            if len(directory.there) > 1:
                self.asked_where.emit()
                self._ask_where()
            else:
                self._read(path)

        self._run(read, found, words=f"Reading {path.name}")

    def _ask_where(self) -> None:
        """Ask of which authorities the homes are taken; left without an answer, nothing is read."""
        directory, path = self._directory, self._path
        if directory is None or path is None or self._ticket is not None:
            return

        def chosen(names: tuple[str, ...]) -> None:
            self._authorities = names
            self._read(path)

        ticked = directory.ours if self._authorities is None else self._authorities
        self.authorities = AuthoritiesForm(
            directory.there, ticked, theme=self.theme, chosen=chosen, parent=self
        )
        self.authorities.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.authorities.open()

    def _ask_what_columns_mean(self) -> None:
        """Ask what the file's unknown titles mean, and read it with that."""
        path, kind = self._path, self.kind.value
        if path is None or self._ticket is not None:
            return

        def find(desk: Desk) -> Unmatched:
            from discharge.actions.exchange import FileKind, to_match

            return to_match(desk, FileKind(kind), path)

        def keep(titles: dict[str, str]) -> None:
            def write(desk: Desk) -> None:
                from discharge.actions.exchange import FileKind, match_columns

                match_columns(desk, FileKind(kind), path, titles=titles)

            self.services.use(write, lambda _nothing: self.look_at(path), failed=self._tell)

        def found(there: Unmatched) -> None:
            if not there.titles:
                self.message.tell("Every column of this file is known.", tone=Tone.NEUTRAL)
                return
            self.matching = MatchForm(there, theme=self.theme, chosen=keep, parent=self)
            self.matching.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.matching.open()
            self.asked_columns.emit()

        self.services.use(find, found, failed=self._failed)

    def _find_kind(self, path: Path) -> None:
        """See by its columns what the file is, say so, and read it as that."""

        def find(desk: Desk, progress: Callable[[int, int, str], None]) -> str:
            from discharge.actions.exchange import find_kind

            kind = find_kind(path, desk=desk, progress=lambda what, at, total: progress(at, total, what))
            return kind.value

        def found(value: str) -> None:
            self._ticket = None
            key = next(key for key, each in KINDS.items() if each.value == value)
            self.kinds.setCurrentIndex(self.kinds.findData(key))
            self._become(KINDS[key])
            self.look_at(path)

        self._run(find, found, words=f"Reading {path.name}")

    def _kind_chosen(self) -> None:
        """The user says what the file is, or that its columns shall tell."""
        if self._ticket is not None:
            return
        self._become(KINDS[str(self.kinds.currentData())])
        if self._path is not None:
            self.look_at(self._path)

    def _become(self, kind: ImportKind) -> None:
        """Be the dialog of this kind from now on."""
        self.kind = kind
        self._title.setText(kind.title)
        self._hint.setText(kind.hint)
        self._offer_template()
        self.setWindowTitle(kind.title)
        self.setAccessibleName(kind.title)

    def _read(self, path: Path, *, then: str = "") -> None:
        """Read it with the answers given so far; `then` is the row, or who is gone, to stand on after it."""
        self.message.dismiss()
        kind, model, answers = self.kind.value, self.model, self.answering.answers
        where = self._authorities
        self._stand_on = then

        def read(desk: Desk, progress: Callable[[int, int, str], None]) -> _Looked:
            from discharge.actions.exchange import FileKind, preview

            stamp = _stamp(path)
            report = preview(
                desk,
                kind=FileKind(kind),
                source=path,
                answers=answers,
                authorities=where,
                progress=lambda what, at, total: progress(at, total, what),
            )
            names = desk.ask(partial(_names, kind=kind))
            return _Looked(report, model.prepare(report_lines(report, names)), stamp)

        self._run(read, self._looked, words=f"Reading {path.name}")

    def _looked(self, looked: _Looked) -> None:
        self._ticket = None
        self._report = looked.report
        self._stamp = looked.stamp
        self._held |= {row.row for row in looked.report.rows if row.outcome.value == "held"}
        self._show_report(looked.report, looked.lines)
        self._show_state()
        announce(self, looked.report.summary())
        self.finished_reading.emit()
        if self._stand_on:
            self._stand_again(self._stand_on)
        else:
            (self.good_only if self.good_only.isVisible() else self.take).setFocus()

    def _stand_again(self, on: str) -> None:
        """Go back to the row, or to whom, an answer was given about, in whatever tab that is now."""
        lines = [each for each in self.model.rows() if each.key == on or (each.row and str(each.row) == on)]
        if lines:
            self.show_tab(lines[0].tab)
            self.table.pick(lines[0].key)
            tick = self.answering.gone if lines[0].person else self.answering.same
            (tick if tick.isVisible() else self.answer).setFocus()

    def _show_report(self, report: ImportReport, lines: Prepared[ImportLine]) -> None:
        self.counts.show_report(report)
        self._notes.setText("\n".join(report.notes))
        self.model.reload(lines)
        counts = tab_counts(report)
        for key, word in TABS:
            self.tabs.button(key).setText(f"{word} {counts[key]:,}")
            self.tabs.button(key).setVisible(bool(counts[key]) or key != "gone")
        self.show_tab(next((key for key in LOUD_FIRST if counts[key]), "new"))

    # --------------------------------------------------------------- taking

    @property
    def good(self) -> int:
        """Rows that would be taken."""
        report = self._report
        return report.taken + report.changed if report is not None else 0

    @property
    def leaving(self) -> int:
        """People who would leave the list, as somebody said."""
        return sum(bool(one.left) for one in self._report.gone) if self._report is not None else 0

    def why_not(self) -> str:
        """Why the file can't be taken now; empty when it can."""
        if self._ticket is not None:
            return "Wait until it is read, or stop it."
        if self._report is None:
            return "Choose a file first."
        if not self.good and not self.leaving:
            return "There is nothing to take in this file."
        if self._report.faults and not self.good_only.isChecked():
            held = "Answer for each row that is held up" if self._report.held else ""
            mend = "Mend the rejected rows in the file" if self._report.faults > self._report.held else ""
            todo = f"{held}. {mend}" if held and mend else held or mend
            return f"{todo}, or tick that the good rows alone are to be taken."
        return ""

    def take_file(self) -> None:
        """Take the file into the hub, in one transaction."""
        if self._written:
            self.accept()
            return
        reason = self.why_not()
        user, path = self.services.user, self._path
        if reason or path is None:
            self.message.tell(reason)
            return
        if user is None:
            self.message.tell("Nobody is at the desk.", "Choose who you are, at the foot of the window.")
            return
        kind, model, stamp, good_only = self.kind.value, self.model, self._stamp, self.good_only.isChecked()
        answers, where = self.answering.answers, self._authorities

        def write(
            desk: Desk, progress: Callable[[int, int, str], None]
        ) -> tuple[ImportDone, Prepared[ImportLine]]:
            from discharge.actions.exchange import FileKind, import_file

            if _stamp(path) != stamp:
                raise UserError("The file has changed since it was read.", "Look at it again, then take it.")
            finished = import_file(
                desk,
                kind=FileKind(kind),
                source=path,
                by=user,
                take_good_rows=good_only,
                answers=answers,
                authorities=where,
                progress=lambda what, at, total: progress(at, total, what),
            )
            names = desk.ask(partial(_names, kind=kind))
            return finished, model.prepare(report_lines(finished.report, names))

        self._run(write, self._finish, words=f"Importing {self.kind.many}")

    def _finish(self, result: tuple[ImportDone, Prepared[ImportLine]]) -> None:
        finished, lines = result
        self._ticket = None
        self._written = True
        self._report = finished.report
        self._show_report(finished.report, lines)
        self._show_state()
        if finished.changed is not None:
            self.services.changed.emit(finished.changed.nouns)
        said = f"{self.kind.title}: {finished.report.summary()}"
        self.message.tell(finished.report.summary(), tone=Tone.DONE)
        self.services.say(said, self._way_back(finished))
        self.taken.emit()
        self.take.setFocus()

    def _way_back(self, finished: ImportDone) -> Undo | None:
        """The whole import taken back, where there is a way back from it."""
        from discharge.actions.exchange import CAN_BE_TAKEN_BACK
        from discharge.actions.imports_back import take_back_import

        group = finished.report.group
        if not group or self.kind.value not in CAN_BE_TAKEN_BACK:
            return None
        back = partial(take_back_import, group=group, reason="Imported by mistake")
        return Undo("Take the import back", back)

    # -------------------------------------------------------------- running

    def _run(self, work: Callable[..., Any], then: Callable[[Any], None], *, words: str) -> None:
        self.message.dismiss()
        ticket = self.services.run_long(
            work, then, words=words, failed=self._failed, cancelled=self._cancelled
        )
        ticket.failed.connect(self._over)
        ticket.progressed.connect(self._progressed)
        self._ticket = ticket
        self.bar.setRange(0, 0)
        self.doing.setText(f"{words} …")
        self._show_state()
        self.stop.setFocus()

    def _progressed(self, told: Any) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000 * told.done // max(1, told.total))
        share = 100 * told.done // max(1, told.total)
        # reading counts bytes, writing counts rows
        rows = f"{told.done:,} of {told.total:,}" if told.words == "Writing" else f"{share} %"
        self.doing.setText(f"{told.words or 'Working'} … {rows}")

    def cancel(self) -> None:
        """Stop what runs; nothing is changed by it."""
        if self._ticket is not None:
            self.doing.setText("Stopping …")
            self._ticket.cancel()

    def _cancelled(self) -> None:
        self._ticket = None
        self.message.tell("Stopped. Nothing was changed.", tone=Tone.NEUTRAL)
        self._show_state()
        self.finished_reading.emit()

    def _over(self, _error: object) -> None:
        self._ticket = None
        self._show_state()

    def _failed(self, error: UserError) -> None:
        self._ticket = None
        if isinstance(error, BrokenFile):
            self._broken(error)
        else:
            self.message.tell(error.sentence, error.mend)
        self._show_state()
        self.choose.setFocus()
        self.finished_reading.emit()

    def _broken(self, error: BrokenFile) -> None:
        faults = [
            ImportLine(
                f"fault {at}",
                0,
                "rejected",
                "",
                fault.path,
                sentence_case(fault.what),
                sentence_case(fault.mend),
                harmless=False,
            )
            for at, fault in enumerate(error.faults)
        ]
        self.message.tell(
            "This file can't be read as what it should be. Nothing was changed.", _first_fault(error)
        )
        self._report = None
        self.model.narrow_by({})
        self.model.reload(self.model.prepare(faults))
        self.counts.show_report(None)
        self._notes.setText("")
        self.table.pick_first()

    # ---------------------------------------------------------------- state

    def _show_state(self) -> None:
        running = self._ticket is not None
        report = self._report
        self._running.setVisible(running)
        self.choose.setEnabled(not running)
        several = self._directory is not None and len(self._directory.there) > 1
        self.where.setVisible(several and not self._written)
        self.where.setEnabled(not running)
        matchable = self.kind.value in ("patients", "capacity") and self._path is not None
        self.match.setVisible(matchable and not self._written)
        self.match.setEnabled(not running)
        self.where.setText("Other authorities…" if self._authorities is not None else "Which authorities?…")
        self.choose.setText("Choose another file…" if self._path is not None else "Choose a file…")
        self.choose.setProperty("kind", "main" if self._path is None else "plain")
        self.choose.style().unpolish(self.choose)
        self.choose.style().polish(self.choose)
        self._chip_row.setVisible(report is not None)
        self.counts.setVisible(report is not None)
        self._notes.setVisible(bool(self._notes.text()) and report is not None)
        self.save.setVisible(report is not None)
        self.save.setEnabled(not running)
        self.rejects.setVisible(report is not None and bool(report.faults))
        self.rejects.setEnabled(not running)
        faults = report.faults if report is not None and not self._written else 0
        self.good_only.setVisible(bool(faults) and self.good > 0)
        self.good_only.setEnabled(not running)
        out = count_words(faults, "row stays", "rows stay")
        self.good_only.setText(f"Take the good rows only: {out} out")
        reason = "" if self._written else self.why_not()
        number = count_words(self.good or self.leaving, "row" if self.good else "answer")
        self.take.setText(
            "Close" if self._written else f"Take {number}" if self.good or self.leaving else "Take"
        )
        self.take.setEnabled(self._written or not reason)
        self.take.setToolTip(reason)
        self.drop.setVisible(not self._written)
        self._counted(self.model.rowCount(), len(self.model.rows()))

    def _counted(self, shown: int, there: int) -> None:
        if shown:
            self._stack.setCurrentWidget(self.table)
            return
        if self._ticket is not None:
            self._empty.say("Reading …", "Nothing is changed by that.")
        elif there:
            self._empty.say("No such rows", "See the other tabs.")
        elif self._report is not None:
            self._empty.say("No rows", "There is a header and nothing below it.")
        else:
            self._empty.say(
                "Choose a file",
                "You see what would become of each row before anything is changed.",
                button="Choose a file…",
            )
        self._stack.setCurrentWidget(self._empty)

    def _empty_pressed(self) -> None:
        if not self.model.rows():
            self.choose_file()

    # ----------------------------------------------------------------- files

    def _save_report(self) -> None:
        if self._report is None or self._path is None:
            return
        proposed = str(self._path.with_name(f"{self._path.stem} report.csv"))
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the report", proposed, SAVED)
        if chosen:
            self.save_report(Path(chosen))

    def save_report(self, path: Path) -> None:
        """Write every row with its outcome to this file."""
        report = self._report
        if report is None:
            return

        def write(_desk: Desk) -> None:
            from discharge.actions.exchange import write_report

            write_report(report, path)

        self.services.use(write, lambda _nothing: self._saved(path), failed=self._tell)

    def _ask_and_save_rejects(self) -> None:
        if self._path is None:
            return
        proposed = str(self._path.with_name(f"{self._path.stem} to mend.csv"))
        chosen, _ = QFileDialog.getSaveFileName(self, "Save what can't be taken", proposed, SAVED)
        if chosen:
            self.save_rejects(Path(chosen))

    def save_rejects(self, path: Path) -> None:
        """Write the rows that can't be taken to this file, each after its reason and mend."""
        report, source, kind = self._report, self._path, self.kind.value
        if report is None or source is None:
            return

        def write(_desk: Desk) -> None:
            from discharge.actions.exchange import FileKind, write_rejects

            write_rejects(source, FileKind(kind), report, path)

        self.services.use(write, lambda _nothing: self._saved(path), failed=self._tell)

    def _offer_template(self) -> None:
        """The file to fill in, where this kind has one."""
        self.template.setVisible(self.kind.value in ("patients", "sheet"))
        sheet = self.kind.value == "sheet"
        self.template.setText("Save the sheet as the hub has it…" if sheet else "Save the template…")

    def _save_template(self) -> None:
        if self.kind.value == "sheet":
            ask_and_save_sheet(self, self.services, then=self._saved)
            return
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the template", "patients.csv", SAVED)
        if chosen:
            self.save_template(Path(chosen))

    def save_template(self, path: Path) -> None:
        """Write the template of a list of patients to this file."""

        def write(_desk: Desk) -> None:
            from discharge.paths import resources

            try:
                path.write_bytes((resources() / "templates" / "patients.csv").read_bytes())
            except OSError as error:
                reason = (error.strerror or "unknown reason").lower()
                raise UserError(
                    f"{path.name} can't be written: {reason}.", "Choose another folder."
                ) from None

        self.services.use(write, lambda _nothing: self._saved(path), failed=self._tell)

    def _saved(self, path: Path) -> None:
        self.message.tell(f"{path.name} is saved.", tone=Tone.DONE)

    def _tell(self, error: UserError) -> None:
        self.message.tell(error.sentence, error.mend)

    # ------------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.take_file()
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        if self._ticket is not None:
            self.cancel()
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._ticket is not None:
            self.cancel()
            event.ignore()
            return
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        resize_on_screen(self, self.theme.px(1040), self.theme.px(680))
        super().showEvent(event)
        self.choose.setFocus()


def _names(queries: Queries, *, kind: str) -> Mapping[str, str]:
    """What the rows of such a file are about, by name: people by their reference, homes by their CQC id."""
    if kind == "patients":
        return queries.patient_names()
    names = queries.setting_names()
    return {**names, **{cqc: names[name] for cqc, name in queries.setting_ids_by_cqc().items()}}


def ask_and_save_sheet(
    parent: QWidget, services: Services, *, then: Callable[[Path], object] | None = None
) -> None:
    """Ask for the file, and write the homes sheet into it, filled with what the hub knows."""
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save the homes sheet", "homes.csv", SAVED)
    if chosen:
        save_sheet(Path(chosen), services, then=then)


def save_sheet(path: Path, services: Services, *, then: Callable[[Path], object] | None = None) -> None:
    """Write the homes sheet into this file."""

    def write(desk: Desk) -> None:
        from discharge.actions.exchange import homes_sheet, write_homes_sheet

        write_homes_sheet(desk.ask(homes_sheet), path)

    def saved(_nothing: None) -> None:
        services.say(f"The homes sheet is in {path.name}.")
        if then is not None:
            then(path)

    services.use(write, saved)


class CountsLine(QWidget):
    """The counts of an import, which add up: rows read = new + changed + same + held up + can't be taken."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = services.theme
        row = QHBoxLayout(self)
        margin = theme.px(Space.SECTION)
        row.setContentsMargins(margin, 0, margin, theme.px(Space.ROW))
        row.setSpacing(theme.px(Space.GUTTER))
        self._numbers: dict[str, QLabel] = {}
        self._words: dict[str, QLabel] = {}
        parts = (
            ("read", "rows read", ""),
            ("new", "new", "="),
            ("amended", "changed", "+"),
            ("same", "the same as before", "+"),
            ("held", "held up", "+"),
            ("rejected", "can't be taken", "+"),
        )
        self._of: dict[str, list[QWidget]] = {}
        for key, said, sign in parts:
            if sign:
                plus = label(sign, "muted")
                row.addWidget(plus, 0, Qt.AlignmentFlag.AlignVCenter)
                self._of[key] = [plus]
            column = QVBoxLayout()
            column.setSpacing(0)
            number = label("0", "title")
            self._numbers[key] = number
            column.addWidget(number)
            self._words[key] = label(said, "small")
            column.addWidget(self._words[key])
            row.addLayout(column)
            self._of.setdefault(key, []).extend((number, self._words[key]))
        row.addStretch(1)
        self._show_held(0)

    def _show_held(self, held: int) -> None:
        """Most files hold up nothing: then nothing is said of it."""
        for widget in self._of["held"]:
            widget.setVisible(bool(held))

    def show_report(self, report: ImportReport | None) -> None:
        """Show the counts of this report, or nothing."""
        self._show_held(report.held if report is not None else 0)
        for key, number in self._numbers.items():
            value = getattr(report, key) if report is not None else 0
            number.setText(f"{value:,}")
            number.setAccessibleName(f"{value:,} {key}")
        self._numbers["rejected"].setProperty(
            "tone", "danger" if report is not None and report.faults > report.held else "neutral"
        )
        self._numbers["rejected"].style().unpolish(self._numbers["rejected"])
        self._numbers["rejected"].style().polish(self._numbers["rejected"])

    def numbers(self) -> dict[str, str]:
        """What is shown, for each count."""
        return {key: number.text() for key, number in self._numbers.items() if not number.isHidden()}


def _ask_for_file(parent: QWidget) -> str:
    chosen, _ = QFileDialog.getOpenFileName(parent, "Choose a file", "", FILTER)
    return chosen


def _first_fault(error: BrokenFile) -> str:
    first = error.faults[0] if error.faults else None
    if first is None:
        return ""
    more = len(error.faults) - 1
    rest = f" {count_words(more, 'more fault')} below." if more else ""
    return f"{sentence_case(first.what)}: {first.mend}.{rest}"


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UserError(f"{path.name} can't be read: {reason}.", "Choose another file.") from None
    return found.st_size, found.st_mtime_ns
