"""The theme in force: its palette and scale, and what widgets ask of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QStyleFactory

from ui.theme.icons import Icons
from ui.theme.palette import PALETTES, Mode, Palette, Tone
from ui.theme.rescale import rescale
from ui.theme.scale import ICON, ICON_GAP, SCALES, Size
from ui.theme.sheet import style_sheet

QT_GAP = 4
"""So many pixels Qt leaves between the icon and the words of a button."""
WORN = "discharge-desk-look"
"""The application's property that says in which look it is dressed."""


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


class Theme(QObject):
    """Palette, spacing, type and icons of the window; `changed` fires when any of them does.

    One is made by the application and handed to whoever draws. `resources` is the folder with
    `icons/` and `fonts/`; without fonts there, the system's own is used.
    """

    changed = Signal()

    def __init__(
        self,
        *,
        resources: Path,
        mode: Mode = Mode.LIGHT,
        scale: float = 1.0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.mode = mode
        self.scale = scale
        self._resources = resources
        self._icons = Icons(resources / "icons")
        self._family = _load_fonts(resources / "fonts")
        self._dressed: WeakKeyDictionary[_HasIcon, Callable[[], QIcon]] = WeakKeyDictionary()

    @property
    def palette(self) -> Palette:
        """The colours in force."""
        return PALETTES[self.mode]

    def apply(self, application: QApplication) -> None:
        """Dresses the whole application in this theme; one that wears it already is left in peace.

        Putting a style sheet on goes through every widget there is.
        """
        sheet = style_sheet(self.palette, scale=self.scale, icons=self._resources / "icons", mode=self.mode)
        look = f"{self.font().toString()}\n{self.mode}\n{sheet}"
        if application.property(WORN) == look:
            return
        if application.property(WORN) is None:
            application.setStyle(QStyleFactory.create("Fusion"))
        application.setFont(self.font())
        application.setPalette(_qt_palette(self.palette))
        # from none to another takes Qt a fifth of the time that it takes from one to another
        application.setStyleSheet("")
        application.setStyleSheet(sheet)
        # a sheet brings back what the system has for tables, menus and hints, on Windows at a size of its own
        application.setFont(self.font())
        application.setProperty(WORN, look)

    def use(self, application: QApplication, *, mode: Mode | None = None, scale: float | None = None) -> None:
        """Changes the look while the window is open."""
        before = self.scale
        self.mode = mode or self.mode
        self.scale = scale or self.scale
        if self.scale != before:
            # first of all: what is worked out from the font is, once the font is another
            rescale(application.allWidgets(), before=before, now=self.scale)
        self.apply(application)
        for holder, make in list(self._dressed.items()):
            if shiboken6.isValid(holder):
                self._put_on(holder, make())
        self.changed.emit()

    def larger(self) -> float:
        """The next larger scale on offer."""
        return next((scale for scale in SCALES if scale > self.scale + 0.01), SCALES[-1])

    def smaller(self) -> float:
        """The next smaller scale on offer."""
        return next((scale for scale in reversed(SCALES) if scale < self.scale - 0.01), SCALES[0])

    def px(self, pixels: float) -> int:
        """`pixels` at 100 % in pixels at the scale in force."""
        return round(pixels * self.scale)

    def font(self, size: Size = Size.BASE, *, strong: bool = False, tabular: bool = False) -> QFont:
        """The window's family in one of three sizes and two weights; `tabular` figures for tables."""
        font = QFont(self._family)
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        if tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def colour(self, tone: Tone) -> QColor:
        """A tone's colour of text and icon."""
        return QColor(self.palette.ink(tone))

    def ground(self, tone: Tone) -> QColor:
        """The soft ground of a chip of this tone."""
        return QColor(self.palette.ground(tone))

    def icon(self, name: str, tone: Tone = Tone.NEUTRAL, *, colour: str | None = None) -> QIcon:
        """The icon `name` in a tone (or in one `#rrggbb`). Prefer `dress`, which follows the theme."""
        palette = self.palette
        ink = colour or palette.ink(tone)
        return self._icons.icon(
            name, colour=ink, back=palette.surface, disabled=palette.border, size=self.icon_size().width()
        )

    def icon_size(self) -> QSize:
        """The size of icons in buttons and menus."""
        return QSize(self.px(ICON), self.px(ICON))

    def pixmap(self, name: str, tone: Tone, *, size: int = 16, ratio: float = 1.0) -> QPixmap:
        """The picture of an icon, `size` pixels at 100 %."""
        palette = self.palette
        return self._icons.pixmap(
            name, colour=palette.ink(tone), back=palette.surface, size=self.px(size), ratio=ratio
        )

    def dress(self, holder: _HasIcon, name: str, tone: Tone = Tone.NEUTRAL, *, on_fill: bool = False) -> None:
        """Gives a button or an action its icon, now and after every change of theme."""

        def make() -> QIcon:
            return self.icon(name, tone, colour=self.palette.on_fill if on_fill else None)

        self._dressed[holder] = make
        self._put_on(holder, make())

    def _put_on(self, holder: _HasIcon, icon: QIcon) -> None:
        if isinstance(holder, QAbstractButton):
            self.put_icon(holder, icon)
        else:
            holder.setIcon(icon)

    def put_icon(self, button: QAbstractButton, icon: QIcon) -> None:
        """Gives a button an icon: as far from its words, if it has any, as icons stand from words anywhere.

        Qt keeps the two 4 pixels apart at every size of text.
        """
        size = self.icon_size()
        room = self.px(ICON_GAP) - QT_GAP
        if button.text() and room > 0 and not icon.isNull():
            icon = self._icons.beside_words(icon, size=size.width(), room=room)
            size.setWidth(size.width() + room)
        button.setIcon(icon)
        button.setIconSize(size)

    def undress(self, holder: _HasIcon) -> None:
        """Takes the icon away again."""
        self._dressed.pop(holder, None)
        holder.setIcon(QIcon())


@cache
def _load_fonts(folder: Path) -> str:
    """Registers the shipped fonts and answers with their family, or the system's own where none is there."""
    family = ""
    for path in sorted([*folder.glob("*.ttf"), *folder.glob("*.otf")]):
        number = QFontDatabase.addApplicationFont(str(path))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        family = family or (families[0] if families else "")
    if family:
        return family
    return QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).family()


def _qt_palette(colours: Palette) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.raised),
        (role.Text, colours.text),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.on_fill),
        (role.ToolTipBase, colours.text),
        (role.ToolTipText, colours.surface),
        (role.PlaceholderText, colours.example),
        (role.Highlight, colours.selection),
        (role.HighlightedText, colours.text),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.Mid, colours.line),
        (role.Light, colours.surface),
        (role.Midlight, colours.raised),
        (role.Dark, colours.border),
        (role.Shadow, colours.border),
        (role.Accent, colours.fill),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.muted))
    return palette
