"""Icons: our own SVGs on a grid of 24, recoloured for the palette.

A drawing says `currentColor` for its strokes and `backColor` for what is cut out of a filled shape.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_RATIOS = (1, 2)


class Icons:
    """The icons of one folder, rendered once for each name and colour."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, str] = {}
        self._icons: dict[tuple[str, str, str, str, int], QIcon] = {}
        self._wide: dict[tuple[int, int, int], QIcon] = {}
        self._pixmaps: dict[tuple[str, str, str, int, float], QPixmap] = {}

    def icon(self, name: str, *, colour: str, back: str, disabled: str, size: int) -> QIcon:
        """The icon `name` of `size` pixels in `colour`, and in `disabled` where its control is disabled.

        Raises KeyError when there is no such icon.
        """
        key = (name, colour, back, disabled, size)
        if key not in self._icons:
            icon = QIcon()
            for ratio in _RATIOS:
                for ink, mode in ((colour, QIcon.Mode.Normal), (disabled, QIcon.Mode.Disabled)):
                    icon.addPixmap(self.pixmap(name, colour=ink, back=back, size=size, ratio=ratio), mode)
            self._icons[key] = icon
        return self._icons[key]

    def beside_words(self, icon: QIcon, *, size: int, room: int) -> QIcon:
        """An icon with so much room at its right."""
        key = (icon.cacheKey(), size, room)
        if key not in self._wide:
            wide = QIcon()
            for ratio in _RATIOS:
                for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled):
                    wide.addPixmap(_with_room(icon.pixmap(QSize(size, size), ratio, mode), room), mode)
            self._wide[key] = wide
        return self._wide[key]

    def pixmap(self, name: str, *, colour: str, back: str, size: int, ratio: float = 1.0) -> QPixmap:
        """A square picture of `size` pixels (times the screen's ratio), see-through around the strokes."""
        key = (name, colour, back, size, ratio)
        if key not in self._pixmaps:
            drawing = self._source(name).replace("currentColor", colour).replace("backColor", back)
            pixmap = QPixmap.fromImage(_drawn(drawing, round(size * ratio)))
            pixmap.setDevicePixelRatio(ratio)
            self._pixmaps[key] = pixmap
        return self._pixmaps[key]

    def _source(self, name: str) -> str:
        if name not in self._sources:
            path = self._folder / f"{name}.svg"
            if not path.is_file():
                raise KeyError(f"no icon is called {name!r}")
            self._sources[name] = path.read_text(encoding="utf-8")
        return self._sources[name]


def _with_room(picture: QPixmap, room: int) -> QPixmap:
    ratio = picture.devicePixelRatio()
    wide = QPixmap(picture.width() + round(room * ratio), picture.height())
    wide.setDevicePixelRatio(ratio)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return wide


@lru_cache(maxsize=4096)
def _drawn(drawing: str, side: int) -> QImage:
    """A drawing in its colours, once for as long as the program runs: another hub's window has it too."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return image
