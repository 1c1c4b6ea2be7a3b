"""A plain map: settings as symbols over the ground, one person's home with its distances, a line to a place.

Everything but the ground is drawn at once, so that some ten thousand settings pan and zoom smoothly: what
would lie over each other is drawn as one, with its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAction,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsScene,
    QGraphicsView,
    QMenu,
    QToolButton,
    QToolTip,
    QWidget,
)

from discharge.exchange.boundaries import Area
from discharge.model.shown.map import Place
from ui.map.content import APART, Drawn, Home, MapContent, Plot, Sight, level_of
from ui.map.ground import paint_graticule
from ui.map.paint import MapPainter
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.spoken_parts import SpokenPart, SpokenParts
from ui.widgets.text import on_button

LEAST, MOST = 0.25, 512.0
"""Pixels a kilometre: all of Great Britain in a small window, and a street."""
LISTED = 20
"""So many settings of one spot are offered by name."""
STEP = 2**0.5
"""How much nearer one turn of the wheel comes."""
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def scale_for(box: QRectF, room: QSize) -> float:
    """Pixels a kilometre at which a box, in kilometres, fills this room of pixels."""
    wide, high = max(room.width(), 100) * 0.84, max(room.height(), 100) * 0.84
    return min(MOST, max(LEAST, min(wide / max(box.width(), 2.0), high / max(box.height(), 2.0))))


class MapView(QGraphicsView):
    """`picked` and `opened` carry a mark's key; `left` that the focus should go back to the list.

    `says` tells of a mark, by its key, what stands below its name in the tooltip.
    """

    spoken_as = QAccessible.Role.Graphic

    picked = Signal(str)
    opened = Signal(str)
    left = Signal()

    def __init__(
        self, *, theme: Theme, says: Callable[[str], str] = lambda _key: "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._says = says
        self.content = MapContent(theme)
        self._painter = MapPainter(self.content, theme=theme)
        self._pressed: QPoint | None = None
        self._dragged = False
        self._moved = False
        self._buttons: list[QToolButton] = []
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # asked while it stands for the view, the viewport would pass on that nothing takes the focus
        self.viewport().setFocusProxy(None)  # type: ignore[arg-type]
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusProxy(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(theme.px(200), theme.px(160))
        self.setAccessibleName("Map")
        self.setAccessibleDescription(
            "Plus and minus come nearer and go back, arrows move, Home shows all, Enter opens the chosen"
            " setting. The list beside the map says the same in words."
        )
        self.parts = SpokenParts(self.viewport(), self._drawn)
        self.parts.pressed.connect(self._take_spoken)
        theme.changed.connect(self._repaint)
        theme.changed.connect(self._place_buttons)
        self._fit_scene()

    # ---------------------------------------------------------------- content

    def set_ground(self, areas: Sequence[Area]) -> None:
        """Draws these boundaries, or none."""
        self.content.set_areas(areas)
        self._fit_scene()
        self._repaint()

    def set_plot(self, plot: Plot, names: Sequence[tuple[str, Place]] = ()) -> None:
        """Shows these settings; `names` are of areas that no boundary names, each with where it stands."""
        before = self.content.projection
        self.content.set_plot(plot, names)
        self._fit_scene()
        if not self._moved:
            self.fit()
        elif self.content.projection != before:
            self._repaint()
        self.viewport().update()
        self.parts.review()

    def gathers(self) -> Callable[[Plot], None]:
        """What gathers of a plot whatever will be seen of it as the map stands now; for any thread."""
        sight, room, apart = (
            self.sight() if self._moved else None,
            self.viewport().size(),
            self._theme.px(APART),
        )

        def gather(plot: Plot) -> None:
            box = plot.box()
            level = sight.level if sight is not None else level_of(scale_for(box, room))
            for _ in plot.near(level, sight.seen() if sight is not None else box, apart=apart):
                pass

        return gather

    def set_home(self, home: Home | None) -> None:
        """Shows this person's home and where they go; comes to it where it isn't seen."""
        before = self.content.home
        self.content.home = home
        if home is not None and (before is None or before.name != home.name):
            self._come_to_the_way()
        self.viewport().update()

    def select(self, key: str) -> None:
        """Rings this mark; comes to it where it isn't seen."""
        if key != self.content.selected and self.hasFocus():
            announce(self, self._said_of(key))
        self.content.selected = key
        spot = self.content.spot_of(key)
        if spot is not None and not self.sight().seen().contains(spot):
            self._moved = True
            self.centerOn(spot)
            self._repaint()
        self.viewport().update()

    def offer(self, actions: Sequence[QAction]) -> None:
        """Small buttons for these, one under the other, at the upper right of the map."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setProperty("kind", "float")
            button.setAccessibleName(action.text())
            self._buttons.append(button)
            action.changed.connect(self._say_more)
        self._say_more()
        self._place_buttons()

    def _say_more(self) -> None:
        """A reader hears what a command says besides its name, and not the whole hint, which has it too."""
        for button in self._buttons:
            button.setAccessibleDescription(button.defaultAction().statusTip())

    def _place_buttons(self) -> None:
        theme = self._theme
        side, gap = theme.px(30), theme.px(6)
        for at, button in enumerate(self._buttons):
            button.setIconSize(theme.icon_size())
            button.setGeometry(self.width() - side - gap, gap + at * (side + theme.px(3)), side, side)

    def sight(self) -> Sight:
        """What of the map is seen now."""
        return Sight(self.viewportTransform(), self.viewport().size())

    def _fit_scene(self) -> None:
        self.setSceneRect(self.content.box().adjusted(-1500, -1500, 1500, 1500))

    # --------------------------------------------------------------- movement

    def fit(self) -> None:
        """Shows everything there is."""
        self._show(self.content.box())
        self._moved = False

    def zoom(self, factor: float, *, under_mouse: bool = False) -> None:
        """Comes nearer (more than 1) or goes back."""
        wanted = min(MOST, max(LEAST, self.sight().scale * factor))
        self._moved = True
        anchors = QGraphicsView.ViewportAnchor
        self.setTransformationAnchor(anchors.AnchorUnderMouse if under_mouse else anchors.AnchorViewCenter)
        self.setTransform(QTransform.fromScale(wanted, wanted))
        self._repaint()

    def go_home(self) -> None:
        """Shows the home and where the person goes."""
        self._come_to_the_way(always=True)

    def _come_to_the_way(self, *, always: bool = False) -> None:
        spots, seen = self.content.way(), self.sight().seen()
        margin = min(seen.width(), seen.height()) / 12
        inner = seen.adjusted(margin, margin, -margin, -margin)
        if not spots or (not always and all(inner.contains(spot) for spot in spots)):
            return
        box = QRectF(spots[0], spots[0])
        for spot in spots:
            box = box.united(QRectF(spot.x() - 6, spot.y() - 6, 12, 12))
        self._moved = True
        self._show(box)

    def _show(self, box: QRectF) -> None:
        scale = scale_for(box, self.viewport().size())
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setTransform(QTransform.fromScale(scale, scale))
        self.centerOn(box.center())
        self._repaint()

    def _pan(self, across: float, down: float) -> None:
        self._moved = True
        for bar, by in ((self.horizontalScrollBar(), across), (self.verticalScrollBar(), down)):
            bar.setValue(bar.value() + round(by))
        self.viewport().update()
        self.parts.review()

    def _repaint(self) -> None:
        self.resetCachedContent()
        self.viewport().update()
        self.parts.review()

    # ----------------------------------------------------------------- drawing

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        theme, seen, content = self._theme, QRectF(rect), self.content
        scale = self.transform().m11()
        painter.fillRect(seen, QColor(theme.palette.raised if len(content.ground) else theme.palette.surface))
        if len(content.ground):
            content.ground.paint(painter, seen, scale=scale, theme=theme)
        paint_graticule(painter, seen, scale=scale, projection=content.projection, theme=theme)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.save()
        painter.resetTransform()
        self._painter.paint(painter, self.sight(), ratio=self.devicePixelRatioF())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.palette.accent), self._theme.px(2)))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))
        painter.restore()

    # ------------------------------------------------------------------ said in words

    def _drawn(self) -> Iterator[SpokenPart]:
        """What stands on the map as far as it is seen, from the upper left to the lower right."""
        seen = QRectF(self.viewport().rect())
        drawn = [each for each in self.content.drawn(self.sight()) if seen.contains(each.at)]
        for each in sorted(drawn, key=lambda each: (each.at.y(), each.at.x())):
            name, _, more = self.tip(each).partition("\n")
            reach = round(each.reach)
            place = QRect(-reach, -reach, 2 * reach, 2 * reach).translated(each.at.toPoint())
            first = self.content.marks[each.cluster.members[0]].key
            yield SpokenPart(first, name.removesuffix(":"), place, more.replace("\n", ", "))

    def _said_of(self, key: str) -> str:
        name = next((mark.name for mark in self.content.marks if mark.key == key), "")
        return ", ".join(filter(None, [name, *self._says(key).splitlines()])) if name else "Nothing is chosen"

    def _take_spoken(self, key: str) -> None:
        """Chooses the setting that was pressed; of a cluster, comes so near that it parts."""
        for each in self.content.drawn(self.sight()):
            keys = [self.content.marks[at].key for at in each.cluster.members]
            if keys[0] == key and len(keys) > 1:
                self._part(each, self.mapToGlobal(each.at.toPoint()))
            elif keys[0] == key:
                self.picked.emit(key)

    # ------------------------------------------------------------------- input

    def hit(self, at: QPointF) -> Drawn | None:
        """What stands at this pixel: of several the nearest."""
        least = self._theme.px(12)
        drawn = self.content.drawn(self.sight())
        near = [each for each in drawn if QLineF(at, each.at).length() <= max(each.reach, least)]
        return min(near, key=lambda each: QLineF(at, each.at).length(), default=None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._pressed is None:
            over = self.hit(event.position()) is not None
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            super().mouseMoveEvent(event)
            return
        if self._dragged or (at - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._dragged = True
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._pan(self._pressed.x() - at.x(), self._pressed.y() - at.y())
            self._pressed = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was, self._pressed = self._pressed, None
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        if was is None or self._dragged:
            return
        found = self.hit(event.position())
        if found is not None and len(found.cluster.members) == 1:
            self.picked.emit(self.content.marks[found.cluster.members[0]].key)
        elif found is not None:
            self._part(found, event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.hit(event.position())
        if found is not None and len(found.cluster.members) == 1:
            self.opened.emit(self.content.marks[found.cluster.members[0]].key)
        elif found is None:
            self.zoom(STEP**2, under_mouse=True)

    def _part(self, found: Drawn, where: QPoint) -> None:
        """Comes so near that the cluster parts; where it never would, its names are offered."""
        box = self.content.box(found.cluster.members)
        if self._can_part(found):
            self._moved = True
            before = self.sight().scale
            self._show(box)
            if self.sight().scale <= before:
                self.zoom(before / self.sight().scale * STEP**2)
                self.centerOn(box.center())
                self._repaint()
            return
        menu = QMenu(self)
        marks = [self.content.marks[at] for at in found.cluster.members]
        for mark in sorted(marks, key=lambda mark: mark.name)[:LISTED]:
            action = menu.addAction(on_button(mark.name))
            action.triggered.connect(lambda _checked=False, key=mark.key: self.picked.emit(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _can_part(self, found: Drawn) -> bool:
        """Whether a cluster parts where one comes near enough."""
        box = self.content.box(found.cluster.members)
        return max(box.width(), box.height()) * MOST > 2 * APART

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self.zoom(STEP ** (turned / 120), under_mouse=True)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, room = event.key(), self.viewport().size()
        across, down = room.width() / 6, room.height() / 6
        ways = {
            Qt.Key.Key_Left: (-across, 0.0), Qt.Key.Key_Right: (across, 0.0),
            Qt.Key.Key_Up: (0.0, -down), Qt.Key.Key_Down: (0.0, down),
        }  # fmt: skip
        if event.modifiers() & ~_PLAIN:
            event.ignore()
        elif key in ways:
            self._pan(*ways[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(1 / STEP)
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.content.selected:
            self._open_selected()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            event.ignore()

    def _open_selected(self) -> None:
        """Opens the setting that is chosen; where it is drawn as one with others, that parts first."""
        drawn = self.content.drawn(self.sight())
        found = next((each for each in drawn if self.content.is_selected(each.cluster)), None)
        if found is not None and len(found.cluster.members) > 1 and self._can_part(found):
            self._part(found, self.mapToGlobal(found.at.toPoint()))
        else:
            self.opened.emit(self.content.selected)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.hit(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.tip(found) if found else "", self)
            return True
        return super().viewportEvent(event)

    def tip(self, drawn: Drawn) -> str:
        """What a symbol or a cluster is, in words."""
        marks = [self.content.marks[at] for at in drawn.cluster.members]
        if len(marks) == 1:
            return f"{marks[0].name}\n{self._says(marks[0].key)}".strip()
        names = sorted(mark.name for mark in marks)
        more = f"\nand {len(names) - 6:,} more" if len(names) > 6 else ""
        return f"{len(names):,} settings:\n" + "\n".join(names[:6]) + more

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()
        self.parts.review()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()
        self.parts.review()
        if not self._moved:
            self.fit()
