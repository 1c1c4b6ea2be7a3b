"""A timeline: rows at the left, days across, bars of nights. Only the rows in view are made.

Up and Down go between rows, Left and Right between the bars of a row, Home goes to today, + and - zoom,
Enter opens. What a bar says is its tooltip, and `told` carries it when it becomes the current one. A bar that
says so is dragged to another day: `dragged` carries its key and that day, and it stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QMenu, QToolTip, QWidget

from discharge.words.days import day_words
from ui.theme.theme import Theme
from ui.widgets.spoken_parts import SpokenPart, SpokenParts
from ui.widgets.timeline_bars import Bar, BarItem, TimelineRow
from ui.widgets.timeline_drag import BarDrag
from ui.widgets.timeline_grid import ZOOMS, Grid
from ui.widgets.timeline_heads import Chart, DayHeader, RowHeads

SPARE_ROWS = 3
"""So many rows are made above and below those in view."""
TODAY_AT = 0.2
"""Where today stands at first: this part of the width is before it."""
_NOTHING = "Nothing is chosen. The table shows the same placements."
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TimelineView(Chart):
    """Rows of bars over days. `show_rows` shows them; what was in sight stays in sight."""

    spoken_as = QAccessible.Role.Graphic

    picked = Signal(str)
    """The key of the bar that is current now."""
    opened = Signal(str)
    told = Signal(str)
    """The sentence of the bar that is current now; empty where there is none."""
    dragged = Signal(str, object)
    """A bar's key, and the day on which it is to begin."""
    zoomed = Signal(int)
    """The width of a day now, in pixels at 100 %."""

    def __init__(self, *, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.grid = Grid(theme)
        self.current_row = self._current = -1
        self._near: date | None = None
        self._made: dict[int, list[BarItem]] = {}
        self._placed = False
        self._wide = self.grid.day_width()
        self._menu: QMenu | None = None
        self._drag: BarDrag | None = None
        self._scene = QGraphicsScene(self)
        self._scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setScene(self._scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # the one stop is the view; with the proxy that Qt gives it the viewport would hand its policy on
        self.viewport().setFocusProxy(None)  # type: ignore[arg-type]
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(name)
        self.setAccessibleDescription(_NOTHING)
        self._header = DayHeader(self, theme=theme)
        self._heads = RowHeads(self, theme=theme)
        self._corner = QFrame(self)
        self._corner.setProperty("kind", "surface")
        foot = QFrame(self)
        foot.setProperty("kind", "surface")
        self.setCornerWidget(foot)
        self.parts = SpokenParts(self.viewport(), self._drawn)
        self.parts.pressed.connect(self._choose_spoken)
        theme.changed.connect(self._relook)
        self._fit_edges()

    # -------------------------------------------------------------- what is shown

    def show_rows(self, rows: Sequence[TimelineRow], *, first: date, last: date, now: datetime) -> None:
        """Shows these rows over the days from `first` until `last`; scroll and choice stay where they can."""
        chosen, held = self.current_bar(), self._hold()
        self._drop_drag()
        self.current_row = self._current = -1
        self.grid.take(rows, first=first, last=last, now=now)
        self._relay()
        stayed = held is not None and self._let_go(held)
        self._place()
        self._make_rows()
        if chosen is not None and not self._choose_again(chosen, look=not stayed):
            self._tell()

    def _choose_again(self, chosen: Bar, *, look: bool) -> bool:
        at = self.grid.row_of(chosen.key)
        number = self.grid.nearest(at, chosen.start, key=chosen.key) if at >= 0 else -1
        if number >= 0:
            self._choose(at, number, look=look, tell=False)
        return number >= 0

    def _hold(self) -> tuple[str, float, date] | None:
        """The row at the upper edge, how far it is scrolled out, and the day at the left edge."""
        if not self.grid.rows:
            return None
        at = self.grid.at_y(self.down())
        return self.grid.rows[at].key, self.down() - self.grid.tops[at], self.grid.day_at(self.offset())

    def _let_go(self, held: tuple[str, float, date]) -> bool:
        """Scrolls to where it was; False where that row is gone."""
        key, out, day = held
        at = next((at for at, row in enumerate(self.grid.rows) if row.key == key), None)
        if at is not None:
            self.verticalScrollBar().setValue(int(self.grid.tops[at] + out))
        self.horizontalScrollBar().setValue(int(self.grid.x_of(day)))
        return at is not None

    def _place(self) -> None:
        """At its first time: today is in sight."""
        if not self._placed and self.grid.rows and self.viewport().width() > self._theme.px(50):
            self._placed = True
            self._to_today()

    def offset(self) -> int:
        """How far it is scrolled to the right."""
        return self.horizontalScrollBar().value()

    def down(self) -> int:
        """How far it is scrolled down."""
        return self.verticalScrollBar().value()

    def seen(self) -> QRectF:
        """The part of the scene that is in view."""
        return QRectF(self.offset(), self.down(), self.viewport().width(), self.viewport().height())

    def row_at(self, y: int) -> int | None:
        """The row at `y` of the viewport; None below the last."""
        place = y + self.down()
        return self.grid.at_y(place) if self.grid.rows and 0 <= place < self.grid.tops[-1] else None

    def rows_in_view(self) -> range:
        """The rows that are seen, whole or in part."""
        seen = self.seen()
        return self.grid.rows_between(seen.top(), seen.bottom())

    # ----------------------------------------------------------------- laying out

    def _relay(self) -> None:
        """Everything anew: rows, sizes or the look have changed."""
        self.grid.measure()
        self._wide = self.grid.day_width()
        for at in list(self._made):
            self._drop(at)
        self._fit_edges()
        self._scene.setSceneRect(0, 0, self.grid.width(), max(1.0, self.grid.tops[-1]))
        self._make_rows()
        self._repaint()

    def _relook(self) -> None:
        """The look has changed, and with it perhaps the size of a day: the same day stays at the left."""
        days = self.offset() / self._wide
        row = self.grid.at_y(self.down()) if self.grid.rows else 0
        self._relay()
        self.horizontalScrollBar().setValue(round(days * self._wide))
        if self.grid.rows:
            self.verticalScrollBar().setValue(int(self.grid.tops[row]))

    def _repaint(self) -> None:
        for part in (self._header, self._heads, self.viewport()):
            part.update()
        self.parts.review()

    def _fit_edges(self) -> None:
        left, above = self._heads.wanted(), self._header.wanted()
        self.setViewportMargins(left, above, 0, 0)
        seen = self.viewport().geometry()
        self._corner.setGeometry(0, 0, left, above)
        self._header.setGeometry(left, 0, max(0, seen.width()), above)
        self._heads.setGeometry(0, above, left, max(0, seen.height()))

    def _make_rows(self) -> None:
        """Makes the items of the rows in view and lets go of the others."""
        seen = self.rows_in_view()
        wanted = range(max(0, seen.start - SPARE_ROWS), min(len(self.grid.rows), seen.stop + SPARE_ROWS))
        for at in [at for at in self._made if at not in wanted]:
            self._drop(at)
        for at in wanted:
            if at not in self._made:
                self._make(at)

    def _drop(self, at: int) -> None:
        for item in self._made.pop(at):
            self._scene.removeItem(item)

    def _make(self, at: int) -> None:
        grid = self.grid
        now, theme = grid.x_of_now(), self._theme
        self._made[at] = [
            BarItem(
                bar, grid.place_of(at, bar), theme=theme, goes_on=grid.goes_on(bar), seen=self.seen, now=now
            )
            for bar in grid.bars_of(at)
        ]
        for item in self._made[at]:
            self._scene.addItem(item)
        if at == self.current_row:
            self._mark()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.parts.review()
        if dy:
            self._make_rows()
            self._heads.update()
        if dx:
            self._header.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_edges()
        self._place()
        self._make_rows()
        self.parts.review()

    def drawBackground(self, painter: QPainter, rect: object) -> None:
        del rect
        self.grid.draw_ground(painter, self.seen(), current=self.current_row)

    def drawForeground(self, painter: QPainter, rect: object) -> None:
        del rect
        self.grid.draw_today(painter, self.seen())
        if self._drag is not None:
            self._drag.paint(painter, theme=self._theme, day_width=self.grid.day_width())

    # --------------------------------------------------------------------- choosing

    def current_bar(self) -> Bar | None:
        """The bar that is current."""
        if not 0 <= self.current_row < len(self.grid.rows):
            return None
        bars = self.grid.bars_of(self.current_row)
        return bars[self._current] if 0 <= self._current < len(bars) else None

    def current_key(self) -> str:
        """The key of the current bar; empty where there is none."""
        bar = self.current_bar()
        return bar.key if bar is not None else ""

    def pick(self, key: str) -> bool:
        """Makes the bar of this key that is nearest to today current; False where it has none."""
        at = self.grid.row_of(key)
        if self.current_key() == key or at < 0:
            return at >= 0
        number = self.grid.nearest(at, self.grid.today, key=key)
        if number >= 0:
            self._choose(at, number, tell=False)
        return number >= 0

    def go_to_row(self, at: int) -> None:
        """Makes a row current, at the bar that is nearest to the day where one is."""
        self._choose(at, self.grid.nearest(at, self._near or self.grid.today), keep_near=True)

    def open_current(self) -> None:
        """Opens what the current bar stands for."""
        if self.current_key():
            self.opened.emit(self.current_key())

    def _choose(
        self, at: int, number: int, *, look: bool = True, tell: bool = True, keep_near: bool = False
    ) -> None:
        before = self.current_key()
        for item in self._made.get(self.current_row, ()):
            item.current = False
        self.current_row, self._current = at, number
        bar = self.current_bar()
        if bar is not None and not keep_near:
            last = self.grid.today if bar.end is None else bar.end - timedelta(1)
            self._near = max(bar.start, min(self.grid.today, last))
        if look:
            self._look_at(at, bar)
        self._mark()
        self._tell()
        if tell and bar is not None and bar.key != before:
            self.picked.emit(bar.key)

    def _mark(self) -> None:
        """The current bar is framed, and its row stands out."""
        for number, item in enumerate(self._made.get(self.current_row, ())):
            item.current, item.focused = number == self._current, self.hasFocus()
        self._heads.update()
        self.viewport().update()

    def _tell(self) -> None:
        bar = self.current_bar()
        said = bar.sentence if bar is not None else ""
        self.setAccessibleDescription(said or _NOTHING)
        self.told.emit(said)

    def _look_at(self, at: int, bar: Bar | None) -> None:
        upright, grid = self.verticalScrollBar(), self.grid
        low = grid.tops[at + 1] - self.viewport().height()
        upright.setValue(int(min(max(low, upright.value()), grid.tops[at])))
        if bar is None:
            return
        place, seen = grid.place_of(at, bar), self.seen()
        if place.right() < seen.left() + grid.day_width() or place.left() > seen.right() - grid.day_width():
            self.horizontalScrollBar().setValue(int(place.left() - seen.width() * TODAY_AT))

    # ------------------------------------------------------------------ said in words

    def _drawn(self) -> Iterator[SpokenPart]:
        """The bars that are in view, row by row as they stand there."""
        seen = self.seen()
        for at in self.rows_in_view():
            title = self.grid.rows[at].title
            for number, bar in enumerate(self.grid.bars_of(at)):
                place = self.grid.place_of(at, bar).intersected(seen).translated(-seen.topLeft()).toRect()
                if not place.isEmpty():
                    yield SpokenPart(f"{at}/{number}", f"{title}: {bar.words}", place, bar.sentence)

    def _choose_spoken(self, key: str) -> None:
        at, _, number = key.partition("/")
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._choose(int(at), int(number))

    # --------------------------------------------------------------------- zoom

    def zoom(self) -> int:
        """The width of a day in pixels at 100 %."""
        return self.grid.zoom

    def set_zoom(self, wide: int, *, x: int | None = None) -> None:
        """Shows a day so wide; what stands at `x` of the viewport (default: today, or the middle) stays."""
        wide = min(ZOOMS, key=lambda each: abs(each - wide))
        if wide == self.grid.zoom:
            return
        if x is None:
            x = int(self.grid.x_of(self.grid.today) - self.offset())
            x = x if 0 <= x <= self.viewport().width() else self.viewport().width() // 2
        held = (x + self.offset()) / self.grid.day_width()
        self.grid.zoom = wide
        self._relay()
        self.horizontalScrollBar().setValue(int(held * self.grid.day_width() - x))
        self.zoomed.emit(wide)

    def zoom_by(self, steps: int, *, x: int | None = None) -> None:
        """Some steps nearer, or with a negative number away."""
        at = ZOOMS.index(self.grid.zoom) + steps
        self.set_zoom(ZOOMS[max(0, min(at, len(ZOOMS) - 1))], x=x)

    def go_to_today(self) -> None:
        """Brings today into view, and chooses what the current row has then."""
        self._to_today()
        self._near = self.grid.today
        if self.current_row >= 0:
            number = self.grid.nearest(self.current_row, self.grid.today)
            self._choose(self.current_row, number, look=False)

    def _to_today(self) -> None:
        x = self.grid.x_of(self.grid.today) - TODAY_AT * self.viewport().width()
        self.horizontalScrollBar().setValue(int(x))

    # --------------------------------------------------------------- keys and mouse

    def set_menu(self, menu: QMenu) -> None:
        """The context menu of a bar."""
        self._menu = menu

    def show_menu(self, place: QPoint) -> None:
        """Shows the context menu there."""
        if self._menu is not None and self.current_key():
            self._menu.popup(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._drag is not None and event.key() == Qt.Key.Key_Escape:
            self._drop_drag()
        elif event.text() in ("+", "=", "-"):
            self.zoom_by(-1 if event.text() == "-" else 1)
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self._key(Qt.Key(event.key())):
            event.ignore()

    def _key(self, key: Qt.Key) -> bool:
        """Does what a key does; False where it does nothing here."""
        page = max(1, len(self.rows_in_view()) - 2)
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        if key in _ENTER and self.current_key():
            self.open_current()
        elif key == Qt.Key.Key_Home:
            self.go_to_today()
        elif key in down and self.grid.rows:
            self.go_to_row(max(0, min(self.current_row + down[key], len(self.grid.rows) - 1)))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._sideways(-1 if key == Qt.Key.Key_Left else 1)
        else:
            return False
        return True

    def _sideways(self, by: int) -> None:
        """To the bar before or after; where there is none the days move."""
        if 0 <= self.current_row < len(self.grid.rows):
            number = self._current + by
            if 0 <= number < len(self.grid.bars_of(self.current_row)):
                self._choose(self.current_row, number)
                return
        across = self.horizontalScrollBar()
        across.setValue(across.value() + by * max(self.grid.day_width(), self._theme.px(40)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if turned > 0 else -1, x=int(event.position().x()))
        elif turned and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            across = self.horizontalScrollBar()
            across.setValue(across.value() - turned)
        else:
            super().wheelEvent(event)
            return
        event.accept()

    def _bar_at(self, place: QPoint) -> tuple[int, int] | None:
        """The row there and the number of its bar, -1 beside the bars; None below the rows."""
        at = self.row_at(place.y())
        if at is None:
            return None
        point = self.mapToScene(place)
        found = (
            n for n, bar in enumerate(self.grid.bars_of(at)) if self.grid.place_of(at, bar).contains(point)
        )
        return at, next(found, -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._bar_at(event.position().toPoint())
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if found is None:
            return
        if found[1] >= 0:
            self._choose(*found, look=False)
            self._take_up(*found, event)
        else:
            self._near = self.grid.day_at(event.position().x() + self.offset())
            self._choose(found[0], self.grid.nearest(found[0], self._near), look=False)

    def _take_up(self, at: int, number: int, event: QMouseEvent) -> None:
        bar = self.grid.bars_of(at)[number]
        if bar.drags and event.button() == Qt.MouseButton.LeftButton:
            self._drag = BarDrag(bar, self.grid.place_of(at, bar), event.position().x() + self.offset())

    def _drop_drag(self) -> None:
        """Nothing is in hand any more; the bar stands where it stood."""
        self._drag = None
        QToolTip.hideText()
        self.viewport().unsetCursor()
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Over a bar that is dragged there is a hand; pulled, any other says that it stays where it is."""
        place, cursor = event.position(), Qt.CursorShape.ArrowCursor
        pulls = bool(event.buttons() & Qt.MouseButton.LeftButton)
        found = self._bar_at(place.toPoint())
        if self._drag is not None and pulls:
            self._drag = self._drag.to(place.x() + self.offset(), day_width=self.grid.day_width())
            said = f"{self._drag.bar.drags}: {day_words(self._drag.day)}" if self._drag.days else ""
            QToolTip.showText(event.globalPosition().toPoint(), said, self.viewport())
            cursor = Qt.CursorShape.ClosedHandCursor
        elif found is not None and found[1] >= 0:
            drags = self.grid.bars_of(found[0])[found[1]].drags
            if drags or pulls:
                cursor = Qt.CursorShape.OpenHandCursor if drags else Qt.CursorShape.ForbiddenCursor
        self.viewport().setCursor(cursor)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        drag = self._drag
        self._drop_drag()
        if drag is not None and drag.days:
            self.dragged.emit(drag.bar.key, drag.day)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._bar_at(event.position().toPoint()) is not None:
            self.open_current()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place, bar = event.globalPos(), self.current_bar()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and bar is not None:
            middle = self.grid.place_of(self.current_row, bar).intersected(self.seen()).center()
            place = self.viewport().mapToGlobal(self.mapFromScene(middle))
        self.show_menu(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # not the scene's: it would hand Tab on, as none of its items takes the focus
        QWidget.focusInEvent(self, event)
        event.accept()
        self.parts.review()
        if event.reason() != Qt.FocusReason.MouseFocusReason and self.current_row < 0 and self.grid.rows:
            self.go_to_row(self.rows_in_view().start)
        self._mark()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark()
