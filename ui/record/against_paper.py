"""The record held against what a paper says of it: whether its end was cut off, or all of it replaced."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from discharge.model.errors import UserError
from discharge.model.mark import Mark
from discharge.store.checking import Held
from discharge.words.marks import mark_words, read_mark
from ui.frame.services import Services
from ui.theme.scale import Space
from ui.theme.status import Status, danger, done
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column
from ui.widgets.text import Lines, label
from ui.widgets.text_fields import TextField


class AgainstPaper(QDialog):
    """One types or scans the last line of a printed Situation and reads what came of it."""

    def __init__(self, services: Services, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = services
        theme = services.theme
        self.setWindowTitle("Hold against a paper")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        margin = theme.px(Space.SECTION)
        column = in_column(
            self,
            around=(margin, theme.px(Space.GUTTER), margin, theme.px(Space.GUTTER)),
            gap=theme.px(Space.ROW),
        )
        column.addWidget(
            label(
                "A printed or saved Situation says in its last line how far the record went. What it says is"
                " still in the record, unless that was cut off or replaced.",
                "muted",
                wrap=True,
            )
        )
        self.paper = TextField(
            "paper",
            "What the paper says",
            theme=theme,
            required=True,
            placeholder="entry 1,234, seal 3F2A 9C01 77BE 10D4",
        )
        column.addWidget(self.paper)
        self.outcome = Lines(theme=theme)
        column.addWidget(self.outcome)
        self.now = label("", "small", wrap=True)
        column.addWidget(self.now)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.close_button = push_button("Close", do=self.reject)
        foot.addWidget(self.close_button)
        self.compare = push_button("Compare", kind="main", do=self._compare)
        self.compare.setDefault(True)
        foot.addWidget(self.compare)
        column.addLayout(foot)
        resize_on_screen(self, theme.px(560), theme.px(320))
        services.ask(lambda queries: queries.mark(), self._tell_now)

    def _tell_now(self, mark: Mark) -> None:
        self.now.setText(f"Now: {mark_words(mark)}")

    def _compare(self) -> None:
        try:
            mark = read_mark(self.paper.value() or "")
        except UserError as error:
            self._say(danger(f"{error.sentence} {error.mend}"))
            return
        self._place.use(lambda desk: desk.held_against(mark), self._tell)

    def _tell(self, held: Held) -> None:
        if held.is_there:
            self._say(done(held.sentence))
        else:
            self._say(danger(f"{held.sentence} Tell an administrator: a backup that has it can be restored."))

    def _say(self, said: Status) -> None:
        self.outcome.show_lines([said])
        announce(self.outcome, said.word)


__all__ = ["AgainstPaper"]
