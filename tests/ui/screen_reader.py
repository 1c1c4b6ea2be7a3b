"""What a screen reader meets on the way of Tab through a page, written down in `docs/screen_reader.md`.

What a hub's people, homes and counts make of a name is no part of it: a number is `…`, and of controls that
are alike but for whom they are about the first stands for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QWidget,
)

from tests.docs.pages import ROOT
from tests.ui.reach import controls
from ui.frame.window import Window
from ui.widgets.spoken import say_what_they_are

PAGE = ROOT / "docs" / "screen_reader.md"
HEAD = """\
# What a screen reader says

Made of the tree that Qt gives to assistive technology, page by page, on the demo hub: what takes the focus
or can be pressed, in the order of Tab, with its role, name, description and state. What stands round every
page stands once. A number is `…`; of several that are alike but for whom they are about the first stands
here. `tests/ui/test_screen_reader.py` holds it to the window, and writes it anew with `WRITE_DOCS=1` in the
environment, all pages where the test is named:
`tests/ui/test_screen_reader.py::test_what_a_screen_reader_meets_on_a_page_is_written_down`.

What appears is announced as well, whatever has the focus: a message at the top with its mend, what was
recorded, why a form can't be saved, what is being done and that it is done (a plan, an import, a check), that
nothing is found, who is at the desk, that the window is locked.

Inside the timeline and the map, while somebody listens, a reader meets each bar and each setting in view as a
button: what it is, with its nights or beds; pressed, it is chosen, and said.

Orca 43.1 was run over the demo hub in a window on X11, by keys alone: the tour, the palette, adding a person
with something missing, and the first stops of every page. Since then a form's name and a detail are heard
once; a folded column is said with its row; the line that Enter takes in the palette is said, and what filters
leave over; of Situation, on coming to it, its notes and the rows that count nobody are said, and no longer
every figure; the text of the help is gone through line by line. Orca 43 leaves out what is announced, though
it is told; Orca 48 takes it, and no page was gone through with it. Not heard: most forms, and what the bar
with *Undo* says. When the window comes up, Orca is told of hundreds of names of pages made ahead, and on a
slow machine says nothing for some seconds.
"""
STATES = (
    ("disabled", "can't be used now"), ("checkable", "can be on"), ("checked", "on"),
    ("readOnly", "read only"),
    ("editable", "can be typed in"), ("hasPopup", "opens a list"), ("expandable", "can be opened"),
    ("expanded", "open"), ("multiSelectable", "several can be chosen"), ("passwordEdit", "hidden"),
)  # fmt: skip
_NUMBER = re.compile(r"\d[\d,.:]*")


class Met(NamedTuple):
    """One control as a screen reader says it."""

    role: str
    name: str
    description: str
    state: str

    @property
    def line(self) -> str:
        """Its row of the table."""
        return "| " + " | ".join(each.replace("|", "\\|") for each in self) + " |"


def met(widget: QWidget) -> Met:
    """What a screen reader says of a control."""
    seen: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    assert seen is not None, widget
    state = seen.state()
    states = [words for name, words in STATES if getattr(state, name)]
    if isinstance(widget, QAbstractItemView) and (head := _heads(widget)):
        states.append(f"columns: {', '.join(head)}")
    # a list to choose from is called by its value on Linux, and its name told by its relation
    name = widget.accessibleName() if isinstance(widget, QComboBox) else seen.text(QAccessible.Text.Name)
    return Met(
        seen.role().name,
        plain(name),
        plain(seen.text(QAccessible.Text.Description)),
        ", ".join(states),
    )


@contextmanager
def listening() -> Iterator[None]:
    """Somebody listens: what is made for a screen reader alone is made now."""
    QAccessible.setActive(True)
    try:
        yield
    finally:
        QAccessible.setActive(False)


def inside(picture: QAbstractScrollArea) -> list[QAccessibleInterface]:
    """What a screen reader meets inside a picture that is painted by hand, in its order."""
    surface: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(picture.viewport())
    assert surface is not None
    children = (surface.child(at) for at in range(surface.childCount()))
    return [each for each in children if each is not None and each.role() is QAccessible.Role.Button]


def heard(patch: pytest.MonkeyPatch) -> list[str]:
    """What is announced from now on, whatever has the focus."""
    said: list[str] = []

    class Heard:
        """Stands for what passes announcements on to a screen reader."""

        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:
            said.append(event.message())

    patch.setattr("ui.widgets.banner.QAccessible", Heard)
    return said


def said_as(widget: QWidget) -> QAccessible.Role:
    """What a screen reader takes a widget for; nothing of its own is a `Client`."""
    say_what_they_are()
    seen: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    assert seen is not None
    return seen.role()


def mere_windows(window: QWidget) -> list[str]:
    """The widgets that have a name and that a screen reader isn't told what they are."""
    return [
        f"{type(widget).__name__} {widget.accessibleName()!r}: {role.name}"
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.accessibleName()
        and (seen := QAccessible.queryAccessibleInterface(widget)) is not None
        and (role := seen.role()) in (QAccessible.Role.Client, QAccessible.Role.Border)
    ]


def plain(words: str) -> str:
    """A name without what the hub's figures make of it."""
    return _NUMBER.sub("…", " ".join(words.split()))


def _heads(view: QAbstractItemView) -> list[str]:
    """The titles of the columns that are shown, from left to right."""
    head = view.findChild(QHeaderView)
    for each in view.findChildren(QHeaderView):
        if each.orientation() is Qt.Orientation.Horizontal:
            head = each
    if head is None or head.orientation() is not Qt.Orientation.Horizontal or view.model() is None:
        return []
    order = [head.logicalIndex(at) for at in range(head.count())]
    said = Qt.ItemDataRole.AccessibleTextRole
    return [
        str(view.model().headerData(at, Qt.Orientation.Horizontal, said) or "")
        for at in order
        if not head.isSectionHidden(at)
    ]


def way(page: QWidget, names: frozenset[str]) -> Iterator[Met]:
    """The controls of a page in the order of Tab; of those about one person or home each the first."""
    told: set[tuple[str, ...]] = set()
    shown = {id(widget) for widget in (*controls(page), *_else_in_focus(page))}
    for widget in _in_turn(page):
        if id(widget) not in shown:
            continue
        found = met(widget)
        more = found.description.removeprefix(found.name)
        kind: tuple[str, ...] = (type(widget).__name__, type(widget.parentWidget()).__name__, found.role)
        if any(name in f"{found.name} {found.description}" for name in names):
            found = found._replace(
                name=_without(found.name, names), description=_without(found.description, names)
            )
        elif (more and more != found.description) or widget.property("kind") == "figure":
            # of a table of figures the first
            kind += (more,)
        else:
            kind += (found.name,)
        if kind not in told:
            told.add(kind)
            yield found


def _in_turn(page: QWidget) -> Iterator[QWidget]:
    widget = page.nextInFocusChain()
    while widget is not None and widget is not page:
        yield widget
        widget = widget.nextInFocusChain()


def _else_in_focus(page: QWidget) -> list[QWidget]:
    """What takes the focus and is no control: a text to read, a picture, a board."""
    return [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget, QHeaderView)
        and not isinstance(widget.parentWidget(), (QComboBox, QAbstractSpinBox))
        and not _is_inside(widget)
    ]


def _is_inside(widget: QWidget) -> bool:
    """Whether it is what a scrolled view shows itself in."""
    holder = widget.parentWidget()
    return isinstance(holder, QAbstractScrollArea) and holder.viewport() is widget


def _without(words: str, names: frozenset[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        words = words.replace(name, "NAME")
    return words


def table(rows: Iterable[Met]) -> str:
    """The rows of a page, each once."""
    lines = dict.fromkeys(each.line for each in rows)
    return "\n".join(["| Role | Name | Description | State |", "|---|---|---|---|", *lines, ""])


def frame_of(window: Window) -> list[Met]:
    """What stands round every page: the rail, whichever page of it is on."""
    seen = [met(each) for each in controls(window) if window.rail.isAncestorOf(each)]
    return [each._replace(state=each.state.removesuffix(", on")) for each in seen]


def written() -> dict[str, str]:
    """What the document has, by heading."""
    if not PAGE.exists():
        return {}
    _, *parts = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return {title: body.strip() + "\n" for title, _, body in (part.partition("\n") for part in parts)}


def write(title: str, body: str, *, order: Sequence[str]) -> None:
    """Puts a page's table in its place in the document."""
    there = written() | {title: body}
    parts = [f"## {each}\n\n{there[each].strip()}\n" for each in order if each in there]
    PAGE.write_text("\n".join([HEAD, *parts]), encoding="utf-8")
