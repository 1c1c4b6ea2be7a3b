"""Another size of text: what was laid out at the size before gets the room that it would have been given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout, QSpacerItem, QStyle, QWidget

UNBOUNDED = 16_777_215
"""Qt's word for a greatest size that nobody set."""
GIVEN = "given-gap"
"""The property of a layout whose gap was chosen: it may be as wide as Qt's own."""
_EXACT = "exact-room"


@runtime_checkable
class KeepsItsGaps(Protocol):
    """A layout that knows its gaps itself."""

    def rescale(self, by: float, /) -> None:
        """Makes them so many times as wide."""


def rescale(widgets: Iterable[QWidget], *, before: float, now: float) -> None:
    """Gives the widgets, and the layouts in them, the margins, gaps and fixed sizes of another scale.

    What is worked out from the font is worked out anew by whoever does so. A hairline stays one, and so does
    the size of a window.
    """
    for widget in widgets:
        _rescale_room(widget, before, now)
        layout = widget.layout()
        if layout is not None:
            _rescale_layout(layout, before, now)


def _rescale_room(widget: QWidget, before: float, now: float) -> None:
    margins = widget.contentsMargins()
    around = (margins.left(), margins.top(), margins.right(), margins.bottom())
    sizes = (widget.minimumWidth(), widget.minimumHeight(), widget.maximumWidth(), widget.maximumHeight())
    wanted = _at(widget, around if widget.isWindow() else (*around, *sizes), before, now)
    if wanted is None:
        return
    widget.setContentsMargins(*wanted[:4])
    if len(wanted) > len(around):
        # the greatest first: the least would be cut to it
        widget.setMaximumSize(wanted[6], wanted[7])
        widget.setMinimumSize(wanted[4], wanted[5])


def _rescale_layout(layout: QLayout, before: float, now: float) -> None:
    margins = layout.contentsMargins()
    around = (margins.left(), margins.top(), margins.right(), margins.bottom())
    wanted = _at(layout, (*around, *_gaps(layout)), before, now)
    if wanted is not None:
        layout.setContentsMargins(*wanted[:4])
        _set_gaps(layout, wanted[4:])
    if isinstance(layout, KeepsItsGaps):
        layout.rescale(now / before)
    for place in range(layout.count()):
        item = layout.itemAt(place)
        inner = item.layout() if item is not None else None
        if inner is not None:
            _rescale_layout(inner, before, now)
        elif isinstance(item, QSpacerItem):
            _rescale_spacer(item, now / before)


def _gaps(layout: QLayout) -> tuple[int, ...]:
    """The gaps that were chosen; Qt's own are the same at every size of text."""
    if isinstance(layout, QBoxLayout):
        return (layout.spacing(),) if _is_chosen(layout, layout.spacing()) else ()
    if isinstance(layout, QGridLayout):
        both = (layout.horizontalSpacing(), layout.verticalSpacing())
        return both if any(_is_chosen(layout, gap) for gap in both) else ()
    return ()


def _is_chosen(layout: QLayout, gap: int) -> bool:
    holder = layout.parentWidget()
    if layout.property(GIVEN) or holder is None:
        return True
    return gap != holder.style().pixelMetric(QStyle.PixelMetric.PM_LayoutVerticalSpacing)


def _set_gaps(layout: QLayout, gaps: Sequence[int]) -> None:
    if isinstance(layout, QGridLayout) and gaps:
        layout.setHorizontalSpacing(gaps[0])
        layout.setVerticalSpacing(gaps[1])
    elif gaps:
        layout.setSpacing(gaps[0])


def _rescale_spacer(spacer: QSpacerItem, by: float) -> None:
    """A stretch has no room of its own, and gets none."""
    wide, high = (_rounded(side * by, side) for side in spacer.sizeHint().toTuple())
    policy = spacer.sizePolicy()
    spacer.changeSize(wide, high, policy.horizontalPolicy(), policy.verticalPolicy())


def _at(thing: QObject, found: Sequence[int], before: float, now: float) -> list[int] | None:
    """These pixels at the scale that is now; None where they are the same.

    What they are at 100 % is kept with the thing, or they would drift by rounding from size to size.
    """
    kept = thing.property(_EXACT)
    same = kept is not None and list(kept[0]) == list(found)
    exact = list(kept[1]) if same else [pixels / before for pixels in found]
    wanted = [_rounded(each * now, pixels) for each, pixels in zip(exact, found, strict=True)]
    if wanted == list(found):
        return None
    thing.setProperty(_EXACT, [wanted, exact])
    return wanted


def _rounded(wanted: float, found: int) -> int:
    """In whole pixels; a hairline, nothing at all and no bounds are the same at any scale."""
    return found if found <= 1 or found >= UNBOUNDED else round(wanted)
