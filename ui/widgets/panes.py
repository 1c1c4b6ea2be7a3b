"""Panes side by side; where there is no room for all, one below the other, or neighbours share a place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ui.theme.theme import Theme
from ui.widgets.segments import Segments

LEAST_HIGH = 300
"""Pixels at 100 % that a pane needs where another is below it."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """How panes stand: the first `shared` have one place between them, where that is more than one."""

    shared: int
    upright: bool = False
    """The places are one below the other."""


def arrange(least: Sequence[int], *, width: int, height: int, high: int) -> Arranged:
    """How panes that need so much width stand in this room: side by side if they fit; else the first of them
    share a place; where even two places don't fit, the last is below the others, or shares theirs as well.
    """
    count = len(least)
    for shared in range(1, count):
        if max(least[:shared]) + sum(least[shared:]) <= width:
            return Arranged(shared)
    if count > 1 and height >= 2 * high:
        return Arranged(count - 1, upright=True)
    return Arranged(count)


class Panes(QSplitter):
    """A splitter whose panes never become too narrow to be read.

    `panes` are a key, the word on the switch, and the least width at 100 %, from left to right; widgets are
    added in this order. `switch` is placed by whoever makes this, above it: it is seen where panes share a
    place. `first` is the key of the pane that is seen then.
    """

    turned = Signal()
    """They stand otherwise now."""

    def __init__(
        self,
        panes: Sequence[tuple[str, str, int]],
        *,
        theme: Theme,
        first: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._keys = [key for key, _, _ in panes]
        self._least = [least for _, _, least in panes]
        self._seen = first
        self._away: set[str] = set()
        self._closed: set[str] = set()
        self._beside: list[int] = []
        """How wide they were when they last stood side by side, all of them."""
        self._laid_out = False
        self._arranged = Arranged(1)
        self.switch = Segments([(key, word, "") for key, word, _ in panes], theme=theme, name="Show")
        self.switch.show_choice(first)
        self.switch.chosen.connect(self.show_pane)
        self.switch.setParent(parent)
        self.switch.hide()
        self.splitterMoved.connect(lambda _at, _which: self._moved())
        theme.changed.connect(self.fit)

    @property
    def is_plain(self) -> bool:
        """Whether all panes stand side by side now."""
        return self._arranged == Arranged(1)

    @property
    def shares(self) -> bool:
        """Whether panes share a place now."""
        return self._arranged.shared > 1

    @property
    def shares_all(self) -> bool:
        """Whether one pane alone is seen."""
        return self.shares and self._arranged.shared == len(self._keys) - len(self._away)

    def show_pane(self, key: str) -> None:
        """Shows this pane where it shares its place; else it is seen anyhow."""
        if key not in self._keys or key in self._away:
            return
        self._seen = key
        self._place()

    def reveal(self, widget: QWidget) -> None:
        """Shows the pane that holds this widget, if another stands in its place; else nothing changes."""
        if not self.shares:
            return
        for at, key in enumerate(self._keys):
            pane = self.widget(at)
            if pane is widget or (pane is not None and pane.isAncestorOf(widget)):
                self.show_pane(key)

    def is_open(self, key: str) -> bool:
        """Whether this pane is seen: it is there, not folded away, and no other stands in its place."""
        at = self._keys.index(key)
        pane = self.widget(at)
        return pane is not None and not pane.isHidden() and bool(self.sizes()[at])

    def is_there(self, key: str) -> bool:
        """Whether this pane is there at all, seen or not."""
        return key not in self._away

    def set_there(self, key: str, there: bool, /) -> None:
        """Whether this pane is there at all."""
        (self._away.discard if there else self._away.add)(key)
        if self._laid_out:
            self.fit()
        else:
            pane = self.widget(self._keys.index(key))
            if pane is not None:
                pane.setVisible(there)

    def minimumSizeHint(self) -> QSize:
        """One pane alone: narrower than all of them, they stand otherwise."""
        return QSize(self._theme.px(min(self._least)), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._laid_out = True
        self.fit()

    def fit(self) -> None:
        """Stands the panes as there is room for them."""
        if not self._laid_out or self.count() < len(self._keys):
            return
        theme = self._theme
        there = [at for at, key in enumerate(self._keys) if key not in self._away]
        found = arrange(
            [theme.px(self._least[at]) + (self.handleWidth() if at else 0) for at in there],
            width=self.width(),
            height=self.height(),
            high=theme.px(LEAST_HIGH),
        )
        before, self._arranged = self._arranged, found
        stands = Qt.Orientation.Vertical if found.upright else Qt.Orientation.Horizontal
        if self.orientation() is not stands:
            self.setOrientation(stands)
            self.setSizes([1] * self.count())
        for at, least in enumerate(self._least):
            pane = self.widget(at)
            if pane is not None:
                pane.setMinimumWidth(min(theme.px(least), self.width()))
        self._place()
        if self.is_plain and before != found:
            self._take_up_widths()
        self._note_widths()
        if found != before:
            self.turned.emit()

    def _take_up_widths(self) -> None:
        """Side by side again they are as wide, beside each other, as they were."""
        if len(self._beside) == self.count():
            now = self.sizes()
            super().setSizes([was if at else 0 for was, at in zip(self._beside, now, strict=True)])

    def _note_widths(self) -> None:
        """Keeps how wide they are, where all that aren't folded away stand side by side."""
        sizes = self.sizes()
        seen = all(size or key in self._closed for size, key in zip(sizes, self._keys, strict=False))
        if self.is_plain and seen:
            self._beside = sizes

    def _place(self) -> None:
        there = [key for key in self._keys if key not in self._away]
        sharing = there[: self._arranged.shared] if self.shares else []
        seen = self._seen if self._seen in sharing else sharing[0] if sharing else ""
        if sharing and len(sharing) < len(there) and self._seen not in sharing:
            # the last stands by itself: of the others the one that is worked in
            seen = sharing[-1]
        focus = self.window().focusWidget()
        came: set[str] = set()
        for at, key in enumerate(self._keys):
            pane = self.widget(at)
            hidden = key in self._away or (key in sharing and key != seen)
            if pane is None or pane.isHidden() == hidden:
                continue
            had_focus = focus is not None and pane.isAncestorOf(focus)
            pane.setHidden(hidden)
            if not hidden:
                came.add(key)
            if hidden and had_focus and self.switch.isVisible():
                self.switch.button(seen).setFocus(Qt.FocusReason.OtherFocusReason)
        self._open_up(seen, came)
        for key in self._keys:
            self.switch.button(key).setVisible(key in sharing)
        self.switch.setVisible(bool(sharing))
        if seen:
            self.switch.show_choice(seen)

    def _open_up(self, seen: str, came: Collection[str]) -> None:
        """What comes to the front has its width, but for what the user folded away beside others."""
        sizes = self.sizes()
        wanted = sizes.copy()
        for at, key in enumerate(self._keys):
            if key == seen or (key in came and key not in self._closed):
                wanted[at] = sizes[at] or self._theme.px(self._least[at])
            elif key in self._closed and not seen:
                wanted[at] = 0
        if wanted != sizes:
            super().setSizes(wanted)

    def setSizes(self, sizes: Sequence[int], /) -> None:
        """Gives the panes these widths; one of 0 is folded away, and stays so."""
        super().setSizes(sizes)
        if self.is_plain:
            self._note_closed(sizes)
            self._beside = list(sizes)

    def restoreState(self, state: QByteArray | bytes | bytearray | memoryview, /) -> bool:
        """Takes up the widths that were kept."""
        done = super().restoreState(state)
        self._note_closed(self.sizes())
        self._note_widths()
        return done

    def _note_closed(self, sizes: Sequence[int]) -> None:
        self._closed = {key for key, size in zip(self._keys, sizes, strict=False) if not size}

    def _moved(self) -> None:
        if self.is_plain:
            self._note_closed(self.sizes())
            self._note_widths()


def bring_forward(widget: QWidget) -> None:
    """Shows every pane that holds this widget, where another stands in its place."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, Panes):
            above.reveal(widget)
        above = above.parentWidget()


__all__ = ["Arranged", "Panes", "arrange", "bring_forward"]
