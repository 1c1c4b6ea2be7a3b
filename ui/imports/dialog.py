"""A file comes in: first what would become of each row, then, when the user says so, all of it at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.exchange.register.days import UnclearDays
from discharge.exchange.report import NO_ANSWERS
from discharge.exchange.table_file import UnknownColumns
from discharge.model.errors import BrokenFile, UserError
from discharge.words.counts import count_words, sentence_case
from ui.frame.services import Services, Undo
from ui.imports.authorities import AuthoritiesForm
from ui.imports.counts import CountsLine
from ui.imports.foot import Foot, why_not
from ui.imports.head import Head
from ui.imports.jobs import (
    Chosen,
    Kept,
    Looked,
    finding_kind,
    finding_titles,
    finding_where,
    keeping_titles,
    looking,
    taking,
)
from ui.imports.kinds import KINDS, ImportKind
from ui.imports.lines import ImportLine, changes_to_look_at
from ui.imports.long_work import LongWorkDialog
from ui.imports.matching import MatchForm
from ui.imports.notes import Notes
from ui.imports.rows import Rows
from ui.imports.saving import (
    Write,
    ask_and_save_sheet,
    ask_where_to_save,
    rejects_into,
    report_into,
    template_into,
)
from ui.models.table import Prepared
from ui.theme.palette import Tone
from ui.widgets.banner import announce
from ui.widgets.layouts import in_column
from ui.widgets.text import line

if TYPE_CHECKING:
    from discharge.actions.exchange import ImportDone, InDirectory
    from discharge.exchange.headers import Unmatched
    from discharge.exchange.report import ImportReport

_MATCH = "Columns are missing: where they go by other names, say so by “Match the columns”."
_FOLDER = "import/last_folder"
FILTER = "Lists (*.csv *.txt *.tsv *.xlsx *.xlsm *.ods *.json *.jsonl *.ndjson *.zip);;All files (*)"


class ImportDialog(LongWorkDialog):
    """One chooses a file, looks at what would become of it, takes it. Nothing is written before that, and
    nothing is half-imported unless the user says so. `asked_where` fires when a CQC directory has several
    authorities and the user is asked which of them, `taken` when the file is in the hub.
    """

    size_asked = (1040, 680)
    asked_where = Signal()
    asked_columns = Signal()
    """What the file's unknown titles mean is asked."""
    taken = Signal()
    handed_over = Signal(object)
    """The file is one that another dialog goes on with: that one."""

    def __init__(
        self,
        kind: ImportKind,
        *,
        services: Services,
        choose: Callable[[QWidget], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(kind.title, services=services, parent=parent)
        self.kind = kind
        self._choose = choose or self._ask_for_file
        self._path: Path | None = None
        self._stamp: tuple[int, int] = (0, 0)
        self._report: ImportReport | None = None
        self._written = False
        self._asked_for = kind
        """The kind as the dialog was opened with: one, or any."""
        self._authorities: tuple[str, ...] | None = None
        """Of a CQC directory: those whose homes are taken; None: all that it has."""
        self._directory: InDirectory | None = None
        self._held: frozenset[int] = frozenset()
        """Rows that are held up, or were until they were answered."""
        self._stand_on = ""
        self._is_reading = False
        self._kept: Kept = {}
        """What was read of the file, for the next answer."""
        self._lay_out()
        self._show_state()

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        outer = in_column(self, gap=0)
        outer.addWidget(self._make_head())
        outer.addWidget(self.message)
        self.counts = CountsLine(self.services)
        outer.addWidget(self.counts)
        self._notes = Notes(theme=self.theme, parent=self)
        outer.addWidget(self._notes)
        outer.addWidget(self._make_rows(), 1)
        outer.addWidget(line())
        outer.addWidget(self._make_foot())

    def _make_head(self) -> QWidget:
        self._head = head = Head(self.kind, theme=self.theme, parent=self)
        self.file, self.kinds, self.template = head.file, head.kinds, head.template
        self.match, self.where, self.choose = head.match, head.where, head.choose
        self.kinds.activated.connect(self._kind_chosen)
        self.template.clicked.connect(self._save_template)
        self.days = head.days
        self.days.activated.connect(self._days_said)
        self.match.clicked.connect(self._ask_what_columns_mean)
        self.where.clicked.connect(self._ask_where)
        self.choose.clicked.connect(self.choose_file)
        head.column.addWidget(self.running)
        return head

    def _make_rows(self) -> QWidget:
        self._rows = rows = Rows(theme=self.theme, parent=self)
        self.model, self.table, self.tabs, self.whole = rows.model, rows.table, rows.tabs, rows.whole
        self.answering, self.answer = rows.answering, rows.answering.another
        self.show_tab = rows.show_tab
        rows.wants_file.connect(self.choose_file)
        rows.wants_reading.connect(self._read_again)
        self.answering.said.connect(self._answered)
        self.table.picked.connect(self._offer_answer)
        return rows

    def _offer_answer(self, each: ImportLine | None) -> None:
        """What can be said of the line in hand."""
        self.answering.offer(
            each,
            held=self._held,
            people=self.kind.people,
            open_=not self._written and not self.is_running,
            asked=changes_to_look_at(self._report),
        )

    def _answered(self) -> None:
        """The user answers for the row in hand; what becomes of the rows is read anew."""
        if self._path is None or self.is_running:
            return
        answering = self.answering
        row = str(answering.row) if answering.row else ""
        self._read(self._path, then=row or f"gone {answering.person}")

    def _days_said(self) -> None:
        """The user says which comes first in the file's days."""
        if self._path is not None and not self.is_running:
            self.answering.say_days(month_first=self.days.currentData())
            self._read(self._path)

    def _make_foot(self) -> QWidget:
        self._foot = foot = Foot(theme=self.theme, parent=self)
        self.save, self.rejects, self.drop, self.take = foot.save, foot.rejects, foot.drop, foot.take
        self.good_only = foot.good_only
        self.save.clicked.connect(self._save_report)
        self.rejects.clicked.connect(self._ask_and_save_rejects)
        self.good_only.toggled.connect(lambda _on: self._show_state())
        self.drop.clicked.connect(self.reject)
        self.take.clicked.connect(self.take_file)
        return foot

    # -------------------------------------------------------------- reading

    def choose_file(self) -> None:
        """Asks for the file, and looks at it."""
        chosen = self._choose(self)
        if chosen:
            if not self._asked_for.value:
                self._become(self._asked_for)
                self.kinds.setCurrentIndex(0)
            self.look_at(Path(chosen))

    def _ask_for_file(self, parent: QWidget) -> str:
        """A file, looked for where the last one was."""
        settings = self.services.settings
        chosen, _ = QFileDialog.getOpenFileName(
            parent, "Choose a file", str(settings.value(_FOLDER, "")), FILTER
        )
        if chosen:
            settings.setValue(_FOLDER, str(Path(chosen).parent))
        return chosen

    def look_at(self, path: Path) -> None:
        """Reads the file and shows what would become of each row; nothing is written."""
        if self.is_running:
            return
        self._path = path
        self._kept = {}
        self._report = None
        self._written = False
        self._rows.forget()
        self.answering.forget()
        self.days.hide()
        self.days.setCurrentIndex(0)
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

        def found(directory: InDirectory) -> None:
            self._directory = directory
            self._show_state()
            if len(directory.there) > 1:
                self.asked_where.emit()
                self._ask_where()
            else:
                self._read(path)

        self._run(finding_where(path), found, words=f"Reading {path.name}")

    def _ask_where(self) -> None:
        """Asks of which authorities the homes are taken; left without an answer, nothing is read."""
        directory, path = self._directory, self._path
        if directory is None or path is None or self.is_running:
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
        """Asks what the file's unknown titles mean, and reads it with that."""
        path, kind = self._path, self.kind.value
        if path is None or self.is_running:
            return

        def keep(titles: dict[str, str]) -> None:
            keeping = keeping_titles(path, kind, titles)
            self.services.use(keeping, lambda _nothing: self.look_at(path), failed=self._tell)

        def found(there: Unmatched) -> None:
            if not there.titles:
                self.message.tell(
                    "Every column of this file goes by a name that is known.", tone=Tone.NEUTRAL
                )
                return
            self.matching = MatchForm(there, theme=self.theme, chosen=keep, parent=self)
            self.matching.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.matching.open()
            self.asked_columns.emit()

        self.services.use(finding_titles(path, kind), found, failed=self._failed)

    def _find_kind(self, path: Path) -> None:
        """Sees by its columns what the file is, says so, and reads it as that."""

        def found(value: str) -> None:
            if value == "postcodes":
                self._hand_over(path)
                return
            key = next(key for key, each in KINDS.items() if each.value == value)
            self.kinds.setCurrentIndex(self.kinds.findData(key))
            self._become(KINDS[key])
            self.look_at(path)

        self._run(finding_kind(path), found, words=f"Reading {path.name}")

    def _hand_over(self, path: Path) -> None:
        """Postcodes are no rows for the record: another dialog goes on with them."""
        from ui.imports.postcodes import PostcodesDialog

        over = PostcodesDialog(services=self.services, path=path, parent=self.parentWidget())
        self.handed_over.emit(over)
        self.reject()
        over.open()

    def _kind_chosen(self) -> None:
        """The user says what the file is, or that its columns shall tell."""
        if self.is_running:
            return
        self._become(KINDS[str(self.kinds.currentData())])
        if self._path is not None:
            self.look_at(self._path)

    def _become(self, kind: ImportKind) -> None:
        """Be the dialog of this kind from now on."""
        self.kind = kind
        self._head.become(kind)
        self._call(kind.title)

    def _as_chosen(self, path: Path) -> Chosen:
        """The file, with all that the user said of it so far."""
        return Chosen(path, self.kind.value, self.answering.answers, self._authorities, self._kept)

    def _read(self, path: Path, *, then: str = "") -> None:
        """Reads it with the answers given so far; `then` is the row, or who is gone, to stand on after it."""
        self.message.dismiss()
        self._stand_on = then
        self._is_reading = True
        self._run(looking(self._as_chosen(path), self.model), self._looked, words=f"Reading {path.name}")

    def _read_again(self) -> None:
        """Goes on with a file whose reading was stopped, as far as it was said how."""
        if self._path is None or self.is_running:
            return
        several = self._directory is not None and len(self._directory.there) > 1
        if several and self._authorities is None:
            self._ask_where()
        elif self._authorities is not None or self.answering.answers != NO_ANSWERS:
            self._read(self._path)
        else:
            self.look_at(self._path)

    def _stopped(self) -> None:
        """Rows that were being read anew, for an answer, are no longer what would be taken."""
        if self._is_reading:
            self._is_reading = False
            self._report = None
            self._rows.forget()
        super()._stopped()

    def _looked(self, looked: Looked) -> None:
        self._is_reading = False
        self._report = looked.report
        self._stamp = looked.stamp
        self._held |= {row.row for row in looked.report.rows if row.outcome.value == "held"}
        self._show_report(looked.report, looked.lines)
        self._show_state()
        announce(self, looked.report.summary())
        self.settled.emit()
        if self._stand_on:
            self._rows.stand_again(self._stand_on)
        else:
            self._stand_where_it_goes_on(looked.report)

    def _stand_where_it_goes_on(self, report: ImportReport) -> None:
        """The focus is where the next thing is done: on the rows, where some wait for an answer."""
        if report.held:
            self.table.setFocus()
        elif self.good_only.isVisible():
            self.good_only.setFocus()
        else:
            (self.take if self.take.isEnabled() else self.choose).setFocus()

    def _show_report(self, report: ImportReport, lines: Prepared[ImportLine]) -> None:
        self.counts.show_report(report)
        self._notes.say(report.notes)
        self._rows.show_report(report, lines)

    # --------------------------------------------------------------- taking

    def why_not(self) -> str:
        """Why the file can't be taken now; empty when it can."""
        running = self.is_running
        return why_not(self._report, running=running, good_only=self.good_only.isChecked())

    def take_file(self) -> None:
        """Takes the file into the hub, in one transaction."""
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
        write = taking(
            self._as_chosen(path),
            self.model,
            by=user,
            good_only=self.good_only.isChecked(),
            stamp=self._stamp,
        )
        self._run(write, self._finish, words=f"Importing {self.kind.many}")

    def _finish(self, result: tuple[ImportDone, Prepared[ImportLine]]) -> None:
        finished, lines = result
        self._written = True
        self._report = finished.report
        self._show_report(finished.report, lines)
        self._show_state()
        if finished.changed is not None:
            self.services.changed.emit(finished.changed.nouns)
        said = f"{self.kind.title}: {finished.report.summary()}"
        mend = "Save what can't be taken, mend it in that file, and import it." if self._has_rejects else ""
        self.message.tell(finished.report.summary(), mend, tone=Tone.DONE)
        self.services.say(said, self._way_back(finished))
        self.taken.emit()
        self.take.setFocus()

    def _way_back(self, finished: ImportDone) -> Undo | None:
        """The whole import taken back, where there is a way back from it."""
        from discharge.actions.file_kinds import CAN_BE_TAKEN_BACK
        from discharge.actions.imports_back import take_back_import

        group = finished.report.group
        if not group or self.kind.value not in CAN_BE_TAKEN_BACK:
            return None
        back = partial(take_back_import, group=group, reason="Imported by mistake")
        return Undo("Take the import back", back)

    def _failed(self, error: UserError) -> None:
        self._is_reading = False
        if isinstance(error, BrokenFile):
            self._broken(error)
        else:
            self._tell(error)
        self._show_state()
        asks_columns = isinstance(error, UnknownColumns) and self.match.isVisible()
        asked = self.days if self.days.isVisible() else self.match if asks_columns else self.choose
        asked.setFocus()
        self.settled.emit()

    def _broken(self, error: BrokenFile) -> None:
        from discharge.actions.file_kinds import UnknownKind

        by_name = isinstance(error, UnknownColumns) and self._is_matchable
        if isinstance(error, UnknownKind):
            self._ask_what_it_is(error.guess, error.words)
        else:
            self.message.tell(
                "This file can't be read as what it should be. Nothing was changed.",
                _MATCH if by_name else _first_fault(error),
            )
        self._report = None
        if isinstance(error, UnclearDays):
            self.days.show()
        self._rows.show_faults(error)
        self.counts.show_report(None)
        self._notes.say(())

    def _ask_what_it_is(self, guess: str | None, words: str) -> None:
        """Its columns don't tell: the kind that they come nearest to stands there, nothing is read."""
        said = "What this file is can't be told by its columns. Nothing was changed."
        key = next((key for key, each in KINDS.items() if guess and each.value == guess), None)
        if key is None:
            self.message.tell(said, "Choose what it is beside its name.")
            return
        self.kinds.setCurrentIndex(self.kinds.findData(key))
        self._become(KINDS[key])
        mend = "If it is, match its columns; else choose what it is beside its name."
        self.message.tell(said, f"{words} {mend}")

    # ---------------------------------------------------------------- state

    @property
    def _is_matchable(self) -> bool:
        """Whether somebody may say what this file's columns mean."""
        return self.kind.value in ("patients", "capacity", "bed_types") and self._path is not None

    @property
    def _has_rejects(self) -> bool:
        """Whether rows stayed out that can be mended in a file."""
        return self.kind.table and self._report is not None and bool(self._report.faults)

    def _show_state(self) -> None:
        running = self.is_running
        report = self._report
        self.running.setVisible(running)
        self.choose.setEnabled(not running)
        several = self._directory is not None and len(self._directory.there) > 1
        self.where.setVisible(several and not self._written)
        self.where.setEnabled(not running)
        self.match.setVisible(self._is_matchable and not self._written)
        self.match.setEnabled(not running)
        self.where.setText("Other authorities…" if self._authorities is not None else "Which authorities?…")
        self._head.show_file(chosen=self._path is not None, read=report is not None)
        self.counts.setVisible(report is not None)
        self._notes.setVisible(bool(self._notes.text()) and report is not None)
        self._foot.show_state(
            report, self.kind, running=running, written=self._written, why_not=self.why_not()
        )
        self._rows.show_state(running=running, has_report=report is not None, has_file=self._path is not None)

    # ----------------------------------------------------------------- files

    def _save_report(self) -> None:
        if self._report is None or self._path is None:
            return
        proposed = str(self._path.with_name(f"{self._path.stem} report.csv"))
        chosen = ask_where_to_save(self, "Save the report", proposed)
        if chosen is not None:
            self.save_report(chosen)

    def save_report(self, path: Path) -> None:
        """Writes every row with its outcome to this file."""
        if self._report is not None:
            self._save(path, report_into(path, self._report))

    def _ask_and_save_rejects(self) -> None:
        if self._path is None:
            return
        proposed = str(self._path.with_name(f"{self._path.stem} to mend.csv"))
        chosen = ask_where_to_save(self, "Save what can't be taken", proposed)
        if chosen is not None:
            self.save_rejects(chosen)

    def save_rejects(self, path: Path) -> None:
        """Writes the rows that can't be taken to this file, each after its reason and mend."""
        if self._report is not None and self._path is not None:
            self._save(path, rejects_into(path, self._path, self.kind.value, self._report))

    def _save_template(self) -> None:
        if self.kind.value == "sheet":
            ask_and_save_sheet(self, self.services, then=self._saved)
            return
        chosen = ask_where_to_save(self, "Save the template", "patients.csv")
        if chosen is not None:
            self.save_template(chosen)

    def save_template(self, path: Path) -> None:
        """Writes the template of a list of patients to this file."""
        self._save(path, template_into(path))

    def _save(self, path: Path, write: Write) -> None:
        self.services.use(write, lambda _nothing: self._saved(path), failed=self._tell)

    def _saved(self, path: Path) -> None:
        self.message.tell(f"{path.name} is saved.", tone=Tone.DONE)

    # ------------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.take_file()
            return
        super().keyPressEvent(event)


def _first_fault(error: BrokenFile) -> str:
    first = error.faults[0] if error.faults else None
    if first is None:
        return ""
    more = len(error.faults) - 1
    rest = f" {count_words(more, 'more fault')} below." if more else ""
    return f"{sentence_case(first.what)}: {first.mend}.{rest}"
