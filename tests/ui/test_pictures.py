"""What is painted by hand looks as it did: held against small pictures, with tolerance for the fonts' edges.

To take the pictures anew, after a change that was meant and looked at: `NEW_PICTURES=1 pytest
tests/ui/test_pictures.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from ui.patients.night_bar import NightBar, Seen, Stretch
from ui.theme.palette import Mode, Tone
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.day_strip import DayStrip
from ui.widgets.timeline_bars import Bar, Look, paint_bar

PICTURES = Path(__file__).parent / "pictures"
MONDAY = date(2020, 11, 16)
FAR = 48
"""From this difference of a colour's part on, of 255, a dot is another one."""
MOST_FAR = 0.01
"""So many of a picture's dots may be others: the edges of letters."""

Paint = Callable[[Theme], QImage]


def blank(theme: Theme, width: int, height: int) -> QImage:
    """A piece of the surface."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.palette.surface))
    return image


def of_widget(widget: QWidget, theme: Theme, width: int) -> QImage:
    """The widget as it paints itself in this width."""
    widget.resize(width, widget.sizeHint().height())
    image = blank(theme, widget.width(), widget.height())
    widget.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
    widget.deleteLater()
    return image


def nights(theme: Theme) -> QImage:
    """Isolating from two days ago, then an own room, then any bed."""

    def on(days: int) -> date:
        return MONDAY + timedelta(days)

    stretches = [
        Stretch(on(-2), on(6), Status("Isolation", Tone.WAITING), hatched=True),
        Stretch(on(6), on(10), Status("Own room", Tone.UNKNOWN)),
        Stretch(on(10), on(14), Status("Any bed", Tone.DONE)),
    ]
    seen = [Seen(on(-2), Status("Positive", Tone.DANGER)), Seen(on(-1), Status("Pending", Tone.WAITING))]
    return of_widget(NightBar(stretches, today=MONDAY, theme=theme, seen=seen), theme, 420)


def strip(theme: Theme) -> QImage:
    """Beds free on ten nights, some of them held, none left at the end."""
    counts, held = [3, 3, 3, 2, 2, 2, 2, 1, 1, 0], [0, 1, 1, 1, 0, 0, 2, 0, 1, 0]
    return of_widget(DayStrip(counts, first=MONDAY, theme=theme, held=held), theme, 420)


def bars(theme: Theme) -> QImage:
    """Each look of a bar, isolating or not, with an end and without."""
    image = blank(theme, 420, 8 * 30)
    painter = QPainter(image)
    for row, (look, isolates) in enumerate(product(Look, (False, True))):
        bar = Bar("k", MONDAY, None, look, "Elm Lodge", "", isolates=isolates, moves=row % 3 == 0)
        for left, goes_on in ((10, False), (220, True)):
            place = QRectF(left, row * 30 + 4, 180, 22)
            paint_bar(painter, place, bar, theme=theme, goes_on=goes_on, text=place)
    painter.end()
    return image


def dots(image: QImage) -> NDArray[np.int16]:
    """The picture's colours, dot by dot."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(bytes(plain.constBits()), dtype=np.uint8)
    return flat.reshape(plain.height(), plain.bytesPerLine() // 4, 4)[:, : plain.width(), :3].astype(np.int16)


def share_of_others(one: QImage, other: QImage) -> float:
    """How many of the dots are others, from 0 to 1; 1 where not even the sizes are the same."""
    if one.size() != other.size():
        return 1.0
    return float((np.abs(dots(one) - dots(other)).max(axis=2) >= FAR).mean())


@pytest.mark.skipif(sys.platform != "linux", reason="the pictures were taken with Linux's letters")
@pytest.mark.parametrize("mode", list(Mode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("paint", [nights, strip, bars])
def test_it_is_painted_as_it_was(
    paint: Paint, mode: Mode, theme: Theme, qapp: QApplication, tmp_path: Path
) -> None:
    theme.mode = mode
    now = paint(theme)
    name = f"{paint.__name__}-{mode.value}.png"
    if os.environ.get("NEW_PICTURES"):
        assert now.save(str(PICTURES / name))
    then = QImage(str(PICTURES / name))
    share = share_of_others(now, then)
    if share > MOST_FAR:
        now.save(str(tmp_path / name))
    assert share <= MOST_FAR, f"{share:.1%} of its dots are others; it is in {tmp_path / name}"


def test_a_bar_that_lost_its_pattern_or_has_another_colour_is_noticed(theme: Theme) -> None:
    right = nights(theme)
    other = QImage(right)
    painter = QPainter(other)
    painter.fillRect(60, right.height() - 12, 40, 10, QColor(theme.palette.danger.ink))
    painter.end()
    assert share_of_others(right, other) > MOST_FAR
    assert share_of_others(right, right.copy(0, 0, 10, 10)) == 1.0
    assert share_of_others(right, right) == 0.0
