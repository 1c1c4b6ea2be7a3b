"""The postcodes beside the hub: a download is brought in, and what lacks a place is placed from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.model.errors import BrokenFile, UserError
from discharge.words.counts import sentence_case
from ui.frame.services import Services, Undo
from ui.imports.long_work import LongWorkDialog
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import Lines, label, line

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.postcodes import Brought, Filled
    from discharge.model.people import User

TITLE = "Postcodes and places"
HINT = (
    "Your own download of Code-Point Open, the National Statistics Postcode Lookup or the ONS Postcode "
    "Directory: the zip as it came, its folder, or its CSV. With it a postcode is enough: coordinates and "
    "local authority follow, and stand in the record as from the postcode. What somebody typed stays."
)
FILTER = "Downloads of postcodes (*.zip *.csv);;All files (*)"


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stands beside the hub, and what could be filled, in sentences."""

    there: str
    filling: str
    can_fill: bool


class PostcodesDialog(LongWorkDialog):
    """Brings the postcodes, and fills places from them.

    `taken` fires when a download is beside the hub, `filled` when places were filled.
    """

    taken = Signal()
    size_asked = (720, 480)
    filled = Signal()

    def __init__(
        self, *, services: Services, path: Path | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(TITLE, services=services, parent=parent)
        self._path: Path | None = None
        self._standing = _Standing("", "", can_fill=False)
        self._lay_out()
        self._show_state()
        self._look_round()
        if path is not None:
            self.look_at(path)

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        theme = self.theme
        margin, near = theme.px(Space.SECTION), theme.px(Space.NEAR)
        outer = in_column(self, gap=0)
        body = in_column(around=(margin, theme.px(Space.GUTTER), margin, margin), gap=near)
        body.addWidget(label(TITLE, "title"))
        body.addWidget(label(HINT, "muted", wrap=True))
        self.there = label("", wrap=True)
        body.addWidget(self.there)
        choosing = in_row(gap=near)
        self.choose = push_button("Choose a download…", do=self._ask_for_file, parent=self)
        self.folder = push_button("Choose its folder…", do=self._ask_for_folder, parent=self)
        choosing.addWidget(self.choose)
        choosing.addWidget(self.folder)
        choosing.addStretch(1)
        body.addLayout(choosing)
        self.said = Lines(theme=theme, parent=self)
        body.addWidget(self.said)
        body.addWidget(self.running)
        body.addSpacing(near)
        self.filling = label("", wrap=True)
        body.addWidget(self.filling)
        self.fill = push_button("Fill places from postcodes", do=self.fill_places, parent=self)
        body.addWidget(self.fill, 0, Qt.AlignmentFlag.AlignLeft)
        body.addStretch(1)
        outer.addWidget(self.message)
        outer.addLayout(body, 1)
        outer.addWidget(line())
        foot = in_row(around=(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW)), gap=near)
        foot.addStretch(1)
        self.close_ = push_button("Close", do=self.reject, parent=self)
        self.take = push_button("Take these postcodes", do=self.take_file, parent=self)
        foot.addWidget(self.close_)
        foot.addWidget(self.take)
        outer.addLayout(foot)

    # --------------------------------------------------------------- looking

    def _look_round(self) -> None:
        """Sees what stands beside the hub, and what could be filled from it."""
        user = self.services.user
        if user is not None:
            self.services.use(partial(_standing, by=user), self._stand, replaces="postcodes")

    def _stand(self, standing: _Standing) -> None:
        self._standing = standing
        self._show_state()
        if standing.can_fill and self._path is None:
            self.fill.setFocus()
        self.settled.emit()

    def _ask_for_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Choose the download", "", FILTER)
        if chosen:
            self.look_at(Path(chosen))

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Choose the folder of the download")
        if chosen:
            self.look_at(Path(chosen))

    def look_at(self, path: Path) -> None:
        """Sees what a download is; nothing is changed."""
        self.message.dismiss()
        self._path = None

        def looked(sentences: list[str]) -> None:
            self._path = path
            self.said.show_lines([f"{path.name}: {sentences[0]}", *sentences[1:]])
            self._show_state()
            self.take.setFocus()
            self.settled.emit()

        self.services.use(partial(_looked, path=path), looked, failed=self._failed)

    # ----------------------------------------------------------------- doing

    def take_file(self) -> None:
        """Makes the file beside the hub of the download."""
        path, user = self._path, self.services.user
        if path is None or user is None or self.is_running:
            return

        def brought(done: Brought) -> None:
            self._path = None
            self.said.show_lines(list(done.counted))
            self._show_state()
            announce(self, done.counted[0])
            self.services.say(f"Postcodes: {done.kept.edition.words} stands beside the hub.")
            self.taken.emit()
            self._look_round()

        self._run(partial(_bring, path=path, by=user), brought, words="Reading postcodes", aside=True)

    def fill_places(self) -> None:
        """Fills the places of all that lack one, as one step that is taken back whole."""
        user = self.services.user
        if user is None or self.is_running:
            return

        def done(filled: Filled) -> None:
            self._show_state()
            self.message.tell(filled.sentence, tone=Tone.DONE)
            if filled.changed is not None:
                from discharge.actions.imports_back import take_back_import

                self.services.changed.emit(filled.changed.nouns)
                back = partial(take_back_import, group=filled.group, reason="Filled by mistake")
                self.services.say(filled.sentence, Undo("Take the places back", back))
            self.filled.emit()
            self._look_round()

        self._run(partial(_fill, by=user), done, words="Filling places")

    def _failed(self, error: UserError) -> None:
        self._show_state()
        if isinstance(error, BrokenFile) and error.faults:
            first = error.faults[0]
            self.message.tell(f"{sentence_case(first.what)}.", f"{sentence_case(first.mend)}.")
        else:
            self._tell(error)
        self.settled.emit()

    def _show_state(self) -> None:
        running, standing = self.is_running, self._standing
        self.there.setText(standing.there)
        self.filling.setText(standing.filling)
        self.running.setVisible(running)
        for button in (self.choose, self.folder):
            button.setEnabled(not running)
        self.fill.setVisible(standing.can_fill)
        self.fill.setEnabled(not running)
        self.take.setVisible(self._path is not None)
        self.take.setEnabled(not running)
        main = self.take if self._path is not None else self.fill if standing.can_fill else self.choose
        for button in (self.take, self.fill, self.choose):
            button.setProperty("kind", "main" if button is main else "plain")
            button.style().unpolish(button)
            button.style().polish(button)


def _standing(desk: Desk, *, by: User) -> _Standing:
    from discharge.actions.postcodes import filling_words, kept_words, places_to_fill, postcodes_there

    kept, trouble = postcodes_there(desk)
    there = trouble or (
        "There are no postcodes beside this hub yet; places come from its homes nearby."
        if kept is None
        else f"{kept_words(kept)} {kept.edition.licence}"
    )
    filling = places_to_fill(desk, by=by)
    return _Standing(there, filling_words(filling), can_fill=bool(filling.records))


def _looked(desk: Desk, *, path: Path) -> list[str]:
    from discharge.actions.postcodes import look_at_postcodes

    return list(look_at_postcodes(desk, path).sentences())


def _bring(desk: Desk, progress: Callable[[int, int, str], None], *, path: Path, by: User) -> Brought:
    from discharge.actions.postcodes import bring_postcodes

    return bring_postcodes(desk, path, by=by, progress=lambda what, at, total: progress(at, total, what))


def _fill(desk: Desk, progress: Callable[[int, int, str], None], *, by: User) -> Filled:
    from discharge.actions.postcodes import fill_places

    return fill_places(desk, by=by, progress=lambda what, at, total: progress(at, total, what))
