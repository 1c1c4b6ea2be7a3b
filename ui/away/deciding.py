"""Deciding on what a hub has sent, without the hub: each question as the hub shows it, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from discharge.model.approving import ACCEPT, APPROVE, RELEASE
from discharge.model.errors import UserError
from discharge.words.counts import count_words
from discharge.words.days import day_and_time
from ui.away.kinds import Kind, OfApproval, OfOffer, OfRelease
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.button import push_button
from ui.widgets.detail import DetailPane
from ui.widgets.dialog_size import columns_on_screen, resize_on_screen
from ui.widgets.layouts import in_column, in_row
from ui.widgets.scrolling import scroll_down
from ui.widgets.text import label, line
from ui.widgets.text_fields import TextAreaField

if TYPE_CHECKING:
    from discharge.actions.away import Away, Decided
    from discharge.exchange.bundle_file import Bundle, Item

ANSWERS = "Answers (*.ddanswer)"
LIST, NARROW, DETAIL = 240, 300, 120
"""Pixels at 100 %: the width of the list at most, of a column of fields at least, the height of the detail at
least."""


class DecideAwayDialog(QDialog):
    """What was sent, each question as the hub's page shows it, and what is decided on it."""

    def __init__(
        self,
        bundle: Bundle,
        away: Away,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"To decide, for {bundle.hub_name}")
        self.setAccessibleName(self.windowTitle())
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._bundle, self._away, self._now, self._theme = bundle, away, now, theme
        self._decided: dict[str, Decided] = {}
        self._saved: dict[str, Decided] = {}
        self._warned = False
        margin, near = theme.px(Space.GUTTER), theme.px(Space.NEAR)
        outer = in_column(self, around=(margin, margin, margin, theme.px(Space.ROW)), gap=near)
        outer.addWidget(label(self.windowTitle(), "title"))
        sent, until = day_and_time(bundle.made_at), day_and_time(bundle.expires)
        said = f"For {bundle.to.name}, from {bundle.sender.name}, {sent}. It can be answered until {until}."
        outer.addWidget(label(said, "muted", wrap=True))
        self.check = label(
            f"Letters of your invitation: {away.invitation.check}. The first time, ask"
            f" {away.invitation.sender.name} on a telephone number that you know whether they read the same.",
            "muted", wrap=True,
        )  # fmt: skip
        outer.addWidget(self.check)
        middle = in_row(gap=near)
        self.list = QListWidget(self)
        self.list.setProperty("kind", "boxed")
        self.list.setAccessibleName("What is to be decided")
        self.list.setWordWrap(True)
        middle.addWidget(self.list)
        self._area = QScrollArea(self)
        scroll_down(self._area, "The placement and what is decided on it")
        right = QWidget()
        column = in_column(right, gap=near)
        self.detail = DetailPane(theme=theme, name="The placement to decide on", parent=right)
        self.detail.setMinimumHeight(theme.px(DETAIL))
        self.detail.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        column.addWidget(self.detail, 1)
        self.note = TextAreaField(
            "note", "Note, or the reason", theme=theme, rows=2, longest=400,
            hint="Stands in the record of the hub.",
        )  # fmt: skip
        narrow = columns_on_screen(self, 3, theme.px(NARROW)) < 3
        line_of_fields = partial(in_column, gap=near) if narrow else partial(in_row, gap=theme.px(Space.ROW))
        self._above, self._beside = line_of_fields(), line_of_fields()
        self._beside.addWidget(self.note, 3)
        column.addLayout(self._above)
        column.addLayout(self._beside)
        self._area.setWidget(right)
        middle.addWidget(self._area, 1)
        outer.addLayout(middle, 1)
        self._message = Banner(theme=theme, parent=self)
        outer.addWidget(self._message)
        outer.addWidget(line(self))
        foot = in_row(gap=near)
        self.state = label("", "small")
        foot.addWidget(self.state, 1)
        foot.addWidget(push_button("Close", tip="Escape", do=self.reject, parent=self))
        self.save = push_button("Save the answer…", kind="main", do=self._ask_and_save, parent=self)
        foot.addWidget(self.save)
        outer.addLayout(foot)
        self.yes, self.no = QAction(self), QAction(self)
        self.yes.setShortcut("Ctrl+Return")
        self.no.setShortcut("Ctrl+Backspace")
        self.yes.triggered.connect(lambda: self.decide(self.current.asks))
        self.no.triggered.connect(lambda: self.decide(self.current.no))
        self.addActions([self.yes, self.no])
        self.kinds = self._made_kinds()
        for item in bundle.items:
            made = QListWidgetItem("")
            # two lines, with room for the frame of the one that is chosen
            made.setSizeHint(QSize(0, 2 * self.list.fontMetrics().lineSpacing() + theme.px(Space.ROW)))
            self.list.addItem(made)
            self._name(item)
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self.list.setCurrentRow(0)
        self._count()
        resize_on_screen(self, theme.px(980), theme.px(720))
        self.list.setFocus()

    def _made_kinds(self) -> Mapping[str, Kind]:
        """The kinds of question that there are in what was sent, their fields by the note."""
        asked = {item.asks for item in self._bundle.items}
        made: dict[str, Kind] = {
            name: kind(
                self.detail, self._bundle, theme=self._theme, now=self._now, decide=[self.yes, self.no]
            )
            for name, kind in _KINDS.items()
            if name in asked
        }
        for kind in made.values():
            row = self._beside if len(kind.fields) == 1 else self._above
            for field in kind.fields:
                row.addWidget(field, 2, Qt.AlignmentFlag.AlignTop)
        return made

    @property
    def kind(self) -> Kind:
        """The kind of what is shown."""
        return self.kinds[self.current.asks]

    @property
    def current(self) -> Item:
        """What is shown."""
        return self._bundle.items[max(0, self.list.currentRow())]

    def _name(self, item: Item) -> None:
        kind, decided, stands = self.kinds[item.asks], self._decided.get(item.item), "To decide"
        if decided is not None:
            stands = kind.said_no if decided.decision == item.no else kind.said_yes
        self.list.item(self._bundle.items.index(item)).setText(f"{item.named}\n{stands} · {kind.where(item)}")

    def _show(self) -> None:
        from discharge.actions.away import why_not

        item, shown = self.current, self.kind
        why, decided = why_not(self._bundle, item), self._decided.get(item.item)
        self.yes.setText(shown.yes)
        self.yes.setEnabled(not why)
        self.yes.setToolTip(why or f"{shown.yes}, with what stands below")
        self.no.setText(shown.no)
        self.no.setToolTip(f"{shown.no}, for the reason below")
        for kind in self.kinds.values():
            for field in kind.fields:
                field.setVisible(kind is shown)
        shown.show(item, decided)
        self.note.set_value(decided.text or None if decided is not None else None)
        self._message.dismiss()

    def decide(self, decision: str) -> None:
        """Decides on what is shown, with what stands below it; then shows the next that isn't decided."""
        from discharge.actions.away import lacking

        item, decided = self.current, self.kind.decided(decision, str(self.note.value() or ""))
        sentence, mend = lacking(item, decided)
        if sentence:
            self._message.tell(sentence, mend)
            lacks = self.kind.empty(decided) or self.note
            lacks.focus_first()
            self._area.ensureWidgetVisible(lacks)
            return
        self._decided[item.item] = decided
        self._warned = False
        self._name(item)
        self._count()
        following = next(
            (at for at, each in enumerate(self._bundle.items) if each.item not in self._decided), None
        )
        if following is not None:
            self.list.setCurrentRow(following)
        else:
            self._show()
            self.save.setFocus()

    def _count(self) -> None:
        total = len(self._bundle.items)
        self.state.setText(f"{len(self._decided)} of {count_words(total, 'placement')} decided")
        self.save.setEnabled(bool(self._decided))

    def _ask_and_save(self) -> None:
        name = f"Answer {self._now():%Y-%m-%d %H%M}.ddanswer"
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the answer", str(Path.home() / name), ANSWERS)
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Signs what is decided and saves it, sealed to the people of the hub."""
        from discharge.actions.away import answer
        from discharge.actions.whole_files import save

        try:
            save(path, answer(self._bundle, self._away, self._decided, at=self._now()))
        except UserError as error:
            self._message.tell(error.sentence, error.mend)
            return
        self._saved = dict(self._decided)
        self.state.setText(f"Saved: {path.name}. Send it back to {self._bundle.sender.name}.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.setFixedWidth(min(self._theme.px(LIST), self.width() // 3))

    def reject(self) -> None:
        if self._decided != self._saved and not self._warned:
            self._warned = True
            self._message.tell("What you have decided isn't saved.", "Save the answer; or close once more.")
            return
        super().reject()


_KINDS: Mapping[str, Callable[..., Kind]] = {
    APPROVE: OfApproval, RELEASE: OfRelease, ACCEPT: OfOffer,
}  # fmt: skip

__all__ = ["DecideAwayDialog"]
