"""The window's first moments: it is painted bare, then everything else is imported, a little at a time."""

from __future__ import annotations

import importlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication

from ui.frame.window import Window
from ui.theme.palette import Mode

_WINDOWS = os.name == "nt"
LONGEST_SECONDS = 0.3
"""So long a first painting is waited for: a window that is minimised has none."""
SLICES = (
    "logging.handlers",
    "multiprocessing.context",
    "ui.theme.theme",
    "ui.frame.commands",
    "ui.work.jobs",
    "ui.models.table",
    "ui.widgets.table",
    "ui.frame.services",
    "ui.frame.page",
    "ui.frame.status_line",
    "ui.application",
)
"""What is imported at a time, with the event loop's turn in between."""


@dataclass(frozen=True, slots=True)
class Started:
    """What there is once the window is painted."""

    qt: QApplication
    settings: QSettings
    window: Window


def make_qt(arguments: list[str]) -> QApplication:
    """The one QApplication, set up before anything is drawn."""
    lend_fonts()
    application = QApplication(arguments)
    application.setApplicationName("discharge-desk")
    application.setApplicationDisplayName("Discharge Desk")
    application.setDesktopFileName("discharge-desk")
    QLocale.setDefault(QLocale("en_GB"))
    return application


def lend_fonts() -> None:
    """On Windows Qt without a screen has no letters but those that it is told of, and complains."""
    if _WINDOWS and os.environ.get("QT_QPA_PLATFORM", "").startswith("offscreen"):
        from discharge.paths import resources

        os.environ.setdefault("QT_QPA_FONTDIR", str(resources() / "fonts"))


def start(
    arguments: list[str],
    *,
    kept: Path,
    mode: Mode | None = None,
    scale: float | None = None,
    size: tuple[int, int] | None = None,
) -> Started:
    """Shows the bare window, and comes back when it is painted. `kept` is the file of what it remembers."""
    qt = make_qt(arguments)
    settings = QSettings(str(kept), QSettings.Format.IniFormat)
    window = Window(settings, mode=mode or mode_of(settings, qt), scale=scale or scale_of(settings))
    if size:
        window.resize(*size)
        window.show()
    else:
        window.appear()
    ends = time.monotonic() + LONGEST_SECONDS
    qt.processEvents()
    # Qt paints a window while it is exposed, and says so after
    while not window.windowHandle().isExposed() and time.monotonic() < ends:
        time.sleep(0.001)
        qt.processEvents()
    qt.processEvents()
    return Started(qt, settings, window)


def import_in_slices(qt: QApplication) -> None:
    """Imports what the window is made of, and lets Qt have its turn after each."""
    for name in SLICES:
        importlib.import_module(name)
        qt.processEvents()


def mode_of(settings: QSettings, qt: QApplication) -> Mode:
    """The look that was chosen here, or else the system's own."""
    kept = settings.value("window/mode")
    chosen = next((each for each in Mode if each.value == kept), None)
    dark = qt.palette().window().color().lightness() < qt.palette().windowText().color().lightness()
    return chosen or (Mode.DARK if dark else Mode.LIGHT)


def scale_of(settings: QSettings) -> float:
    """The size of text that was chosen here, 1.0 where none was or where it makes no sense."""
    try:
        number = float(str(settings.value("window/scale", 1.0)))
    except ValueError:
        return 1.0
    return number if 0.5 <= number <= 3 else 1.0
