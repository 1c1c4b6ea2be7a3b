"""What this program is: its version, its rules, whose work is in it, and what whoever helps asks first."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from discharge import __version__
from discharge.model.shown.hub import Sizes
from discharge.parts import Part, parts
from discharge.rules.rule_set import RuleSet, shipped_rule_sets
from discharge.words.days import day_words
from ui.frame.services import Services
from ui.help.keys import close_row
from ui.help.page import Reader
from ui.theme.scale import Space
from ui.widgets.button import push_button
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column
from ui.widgets.text import label

WHAT_IT_IS = (
    "Safe placements from hospital, for the desk of a discharge hub. It works without a network; what is "
    "entered stays in the hub's own file. A rule answers pass, block, or needs a person. The program "
    "proposes; people decide, and what they decide is on record."
)
WARRANTY = (
    "Discharge Desk is under the Apache License 2.0. It comes without warranty; the organisation that uses "
    "it answers for its own clinical safety."
)
COPIED = "Copied. It names nobody, and is gone from the clipboard after a minute."


class AboutDialog(QDialog):
    """The version, the rule sets with their dates, the parts with their licences; and a copy for support.

    `hub_is_open`: the hub's sizes are part of the copy, once they are read.
    """

    def __init__(self, services: Services, *, hub_is_open: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._sizes: Sizes | None = None
        self._rules = ""
        theme = services.theme
        self.setWindowTitle("About Discharge Desk")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_on_screen(self, theme.px(640), theme.px(600))
        margin = theme.px(Space.SECTION)
        column = in_column(
            self, around=(margin, margin, margin, theme.px(Space.ROW)), gap=theme.px(Space.NEAR)
        )
        column.addWidget(label("Discharge Desk", "title"))
        column.addWidget(label(f"Version {__version__}", "muted"))
        column.addWidget(label(WHAT_IT_IS, wrap=True))
        self.text = Reader("", theme=theme)
        self.text.setAccessibleName("Rules, parts and licences")
        self.text.left.connect(self.reject)
        self._known = parts()
        self._show()
        column.addWidget(self.text, 1)
        self.copy = push_button(
            "Copy for support",
            tip="Versions, the machine's kind and counts: no name, no number of a person, no folder",
            do=self._copy,
            parent=self,
        )
        self.copied = label("", "muted", wrap=True)
        self.copied.hide()
        column.addWidget(self.copied)
        column.addLayout(close_row(self, theme, self.copy))
        if hub_is_open:
            services.ask(
                lambda queries: (queries.sizes(), queries.rules().name), self._take, replaces="about"
            )

    def _show(self) -> None:
        self.text.show_text(
            "\n\n".join(
                (
                    "## Rule sets",
                    rule_sets_in_words(shipped_rule_sets().values(), self._rules),
                    "## Licence",
                    WARRANTY,
                    "## Others' work in it",
                    parts_in_words(self._known),
                )
            )
        )

    def _take(self, found: tuple[Sizes, str]) -> None:
        self._sizes, self._rules = found
        self._show()

    def for_support(self) -> str:
        """What is copied: nothing of a person, no name of a hub, user, machine or folder."""
        theme = self._services.theme
        window = self._services.window
        return for_support(
            sizes=self._sizes,
            rule_set=self._rules,
            look=f"{theme.mode.value}, text {round(theme.scale * 100)} %",
            window=None if window is None else (window.width(), window.height()),
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.for_support())
        self.copied.setText(COPIED)
        self.copied.show()


def rule_sets_in_words(rule_sets: Iterable[RuleSet], chosen: str) -> str:
    """The rule sets that ship, the newest first, each with the day from which it is; the hub's own marked."""
    rows = [
        f"| {each.title} | {_since(each)}{' (this hub’s)' if each.name == _shipped_name(chosen) else ''} |"
        for each in sorted(rule_sets, key=lambda each: each.name, reverse=True)
    ]
    return "\n".join(("| Rule set | From |", "|---|---|", *rows))


def _since(rule_set: RuleSet) -> str:
    return day_words(rule_set.start, year=True) if rule_set.start else ""


def _shipped_name(name: str) -> str:
    return name.partition(" with ")[0]


def parts_in_words(known: Iterable[Part]) -> str:
    """Whose work is in the program, as a table; the texts of the licences lie beside the program."""
    rows = [f"| {each.name} | {each.version} | {each.licence or 'as its text says'} |" for each in known]
    if not rows:
        return "The folder `third_party_licences` beside the program has them."
    told = "The text of each licence lies beside the program, in `third_party_licences`."
    return "\n".join((told, "", "| Part | Version | Licence |", "|---|---|---|", *rows))


def for_support(*, sizes: Sizes | None, rule_set: str, look: str, window: tuple[int, int] | None) -> str:
    """What whoever helps asks first, a line each: versions, the machine's kind, the look, the hub's sizes.

    A name that somebody gave is never in it: of a hub, a user, a machine, a folder, a rule set of their own.
    """
    made = "executable" if getattr(sys, "frozen", False) else "source"
    screens = ", ".join(
        f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    )
    lines = [
        f"Discharge Desk {__version__} ({made})",
        f"Python {platform.python_version()}, Qt {qVersion()}, PySide6 {pyside_version}",
        f"System: {platform.system()} {platform.release()}, {platform.machine()}, "
        f"{QGuiApplication.platformName()}",
        f"Screens: {screens}",
        f"Look: {look}",
    ]
    if window is not None:
        lines.append(f"Window: {window[0]}x{window[1]}")
    if sizes is None:
        return "\n".join((*lines, "No hub is open."))
    kind = "sealed" if sizes.sealed else "not sealed"
    shipped = _shipped_name(rule_set)
    own = ", with values of its own" if shipped != rule_set else ""
    rules = f"{shipped}{own}" if shipped in shipped_rule_sets() else "one of its own"
    return "\n".join(
        (
            *lines,
            f"Hub: store version {sizes.store_version}, SQLite {sizes.sqlite}, {kind}, {sizes.megabytes} MB",
            f"Rules: {rules}",
            *(f"{what}: {number:,}" for what, number in sizes.counts),
        )
    )
