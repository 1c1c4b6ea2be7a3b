"""Preferences: rules and local values, weights, approval, the hub and its hospitals, this window, backups."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QWidget,
)

from discharge.actions.erasing import past_retention
from discharge.model.shown.retention import PastRetention
from ui.frame.page import Page
from ui.preferences.approval import ApprovalPane
from ui.preferences.erasing import EraseForm
from ui.preferences.facts import PreferencesFacts, read_preferences
from ui.preferences.hospitals import HospitalsPane
from ui.preferences.hub_settings import HubForm
from ui.preferences.rules import RulesPane
from ui.preferences.weights import WeightsPane
from ui.preferences.window import BackupsPane, HubPane, WindowPane
from ui.theme.scale import Space
from ui.widgets.layouts import in_column, in_row
from ui.widgets.named_box import NamedBox
from ui.widgets.table import TableView

Pane = RulesPane | WeightsPane | ApprovalPane | HubPane | HospitalsPane | WindowPane | BackupsPane
PANES: dict[str, Callable[..., Pane]] = {
    "rules": RulesPane,
    "weights": WeightsPane,
    "approval": ApprovalPane,
    "hub": HubPane,
    "hospitals": HospitalsPane,
    "window": WindowPane,
    "backups": BackupsPane,
}
NARROW = 860
"""A page of fewer pixels, at 100 %, has no room for the list of sections beside them."""
SECTIONS: tuple[tuple[str, str], ...] = (
    ("rules", "Rules and local values"),
    ("weights", "Weights"),
    ("approval", "Approval"),
    ("hub", "This hub"),
    ("hospitals", "Hospitals"),
    ("window", "This window"),
    ("backups", "Backups"),
)


class PreferencesPage(Page):
    """Sections at the left, the chosen one at the right. `pick("weights")` opens a section."""

    name, title, search_hint = "preferences", "Preferences", "Value, organism or source"
    concerns = frozenset({"hub", "people"})

    # ---------------------------------------------------------------- layout

    def build(self) -> None:
        theme = self.theme
        self._facts: PreferencesFacts | None = None
        self._panes: dict[str, Pane] = {}
        # each widget is made in its place: Qt dresses all that a widget holds again whenever it gets another
        right = QFrame(self)
        right.setProperty("kind", "surface")
        self.stack = QStackedWidget(right)
        self.contents = QListWidget()
        self.contents.setAccessibleName("Sections of the preferences")
        self.contents.setFrameShape(QFrame.Shape.NoFrame)
        self._places: dict[str, QWidget] = {}
        for name, words in SECTIONS:
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.contents.addItem(item)
            self._places[name] = QWidget(self.stack)
            self.stack.addWidget(self._places[name])
        left = self._left = QFrame(self)
        left.setProperty("kind", "surface")
        left.setFixedWidth(theme.px(204))
        gap = theme.px(Space.NEAR)
        column = in_column(left, around=(gap, theme.px(6), 0, gap))
        column.addWidget(self.contents)
        beside = in_column(right, gap=gap)
        self.chooser = NamedBox("Section of the preferences")
        self.chooser.addItems([words for _name, words in SECTIONS])
        self.chooser.hide()
        top = in_row(around=(theme.px(Space.GUTTER), theme.px(Space.TIGHT), gap, 0))
        top.addWidget(self.chooser)
        top.addStretch(1)
        beside.addLayout(top)
        beside.addWidget(self.stack, 1)
        across = in_row(self, gap=0)
        across.addWidget(left)
        across.addWidget(right, 1)
        self.contents.currentRowChanged.connect(self._show_section)
        self.chooser.activated.connect(self.contents.setCurrentRow)
        self.contents.itemActivated.connect(lambda _item: self._enter_section())
        theme.changed.connect(self._fit)
        self.contents.setCurrentRow(0)

    # --------------------------------------------------------------- sections

    def _pane(self, section: str) -> Pane:
        """The pane of a section. It is made when it is first shown, or something is done in it: nobody waits
        for all seven."""
        if section in self._panes:
            return self._panes[section]
        place = self._places[section]
        pane = self._panes[section] = PANES[section](self, parent=place)
        in_column(place).addWidget(pane)
        if isinstance(pane, (RulesPane, WeightsPane)):
            self.keep_splitter(section, pane.splitter)
        if not isinstance(pane, (HubPane, WindowPane)):
            self.keep_table(section, pane.table)
        if isinstance(pane, WeightsPane) and self._left.isHidden():
            self._fit_weights(pane, narrow=True)
        if isinstance(pane, (WindowPane, BackupsPane)):
            pane.load()
        elif self._facts is not None:
            _show(pane, self._facts)
        return pane

    @property
    def rules(self) -> RulesPane:
        """The rules, value by value."""
        pane = self._pane("rules")
        assert isinstance(pane, RulesPane)
        return pane

    @property
    def weights(self) -> WeightsPane:
        """What a point is for."""
        pane = self._pane("weights")
        assert isinstance(pane, WeightsPane)
        return pane

    @property
    def approval(self) -> ApprovalPane:
        """Which placements somebody approves."""
        pane = self._pane("approval")
        assert isinstance(pane, ApprovalPane)
        return pane

    @property
    def hub(self) -> HubPane:
        """The hub itself."""
        pane = self._pane("hub")
        assert isinstance(pane, HubPane)
        return pane

    @property
    def hospitals(self) -> HospitalsPane:
        """Hospitals and wards."""
        pane = self._pane("hospitals")
        assert isinstance(pane, HospitalsPane)
        return pane

    @property
    def window_pane(self) -> WindowPane:
        """How the window looks."""
        pane = self._pane("window")
        assert isinstance(pane, WindowPane)
        return pane

    @property
    def backups(self) -> BackupsPane:
        """Where backups are."""
        pane = self._pane("backups")
        assert isinstance(pane, BackupsPane)
        return pane

    def _fit_weights(self, pane: WeightsPane, *, narrow: bool) -> None:
        half = self.stack.width() // 2
        pane.splitter.setSizes([half, half] if narrow else [self.theme.px(380), self.theme.px(560)])

    def resized(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, the sections are a choice above, and details are folded away."""
        narrow = self.width() < self.theme.px(NARROW)
        self._left.setFixedWidth(self.theme.px(204))
        for place in range(self.contents.count()):
            self.contents.item(place).setSizeHint(QSize(0, self.theme.px(30)))
        if narrow == self._left.isHidden():
            return
        self._left.setVisible(not narrow)
        self.chooser.setVisible(narrow)
        self.rules.set_narrow(narrow)
        if "weights" in self._panes:
            self._fit_weights(self.weights, narrow=narrow)

    # --------------------------------------------------------------- commands

    def bind(self) -> None:
        bind, rules = self.commands.bind, self.rules
        in_rules = partial(self._in, "rules")
        bind("rules.settle", rules.settle, why_not=lambda: in_rules() or rules.why_not_change())
        bind(
            "rules.confirm",
            partial(rules.settle, confirm=True),
            why_not=lambda: in_rules() or rules.why_not_settle(),
        )
        bind("rules.withdraw", rules.withdraw, why_not=lambda: in_rules() or rules.why_not_withdraw())
        bind("rules.choose", rules.choose, why_not=self._why_not_read)
        self._bind_made("approval.add", lambda: self.approval.add, self._why_not_read)
        self._bind_made("hospital.add", lambda: self.hospitals.add, self._why_not_read)
        for section, command, do, why_not in (
            ("weights", "weights.keep", lambda: self.weights.keep, lambda: self.weights.why_not_keep),
            ("weights", "weights.back", lambda: self.weights.go_back, lambda: self.weights.why_not_keep),
            ("weights", "weights.ship", lambda: self.weights.ship, lambda: self.weights.why_not_ship),
            ("approval", "approval.amend", lambda: self.approval.amend, lambda: self.approval.why_not),
            ("approval", "approval.remove", lambda: self.approval.remove, lambda: self.approval.why_not),
            (
                "approval",
                "approval.confirm",
                lambda: self.approval.confirm,
                lambda: self.approval.why_not_decide,
            ),
            (
                "approval",
                "approval.refuse",
                lambda: self.approval.refuse,
                lambda: self.approval.why_not_decide,
            ),
            (
                "hospitals",
                "hospital.describe",
                lambda: self.hospitals.describe,
                lambda: self.hospitals.why_not,
            ),
            (
                "hospitals",
                "hospital.remove",
                lambda: self.hospitals.remove,
                lambda: self.hospitals.why_not_remove,
            ),
            ("backups", "hub.remove_aside", lambda: self.backups.remove, lambda: self.backups.why_not_remove),
            ("backups", "hub.restore", lambda: self.backups.restore, lambda: self.backups.why_not),
        ):
            self._bind_made(command, do, partial(self._why_not_in, section, why_not))
        bind("hub.amend", self._amend_hub, why_not=self._why_not_read)
        bind("hub.erase", self._erase, why_not=self._why_not_read)

    def _bind_made(
        self, command: str, do: Callable[[], Callable[[], object]], why_not: Callable[[], str]
    ) -> None:
        """A command of a pane that is made by the time it is done; `do` answers with what does it."""

        def perform() -> None:
            do()()

        self.commands.bind(command, perform, why_not=why_not)

    def _why_not_in(self, section: str, why_not: Callable[[], Callable[[], str]]) -> str:
        return self._in(section) or why_not()()

    def section(self) -> str:
        """The section that is shown."""
        return SECTIONS[max(0, self.contents.currentRow())][0]

    def _in(self, section: str) -> str:
        words = dict(SECTIONS)[section]
        return "" if self.section() == section else f"This is done in the section {words}."

    def _why_not_read(self) -> str:
        return "" if self._facts is not None else "The hub is still being read."

    def _amend_hub(self) -> None:
        if self._facts is not None:
            self.open_form(HubForm(self.services, self._facts.hub, self._facts.people))

    def _erase(self) -> None:
        """Who can be erased is read anew each time."""

        def open_form(due: tuple[PastRetention, ...]) -> None:
            months = self._facts.hub.retention_months if self._facts is not None else 0
            if due:
                self.open_form(EraseForm(due, months=months, services=self.services))
            else:
                self.services.note(f"Nobody's {months} months are over: there is nobody to erase.")

        self.ask(past_retention, open_form, replaces="form")

    # ---------------------------------------------------------------- reading

    def load(self) -> None:
        self.ask(read_preferences, self._take)
        for pane in tuple(self._panes.values()):
            if isinstance(pane, (WindowPane, BackupsPane)):
                pane.load()

    def _take(self, facts: PreferencesFacts) -> None:
        self._facts = facts
        for pane in tuple(self._panes.values()):
            _show(pane, facts)
        open_ones = sum(value.is_open for value in facts.values)
        many = "local setting is" if open_ones == 1 else "local settings are"
        self.summary.emit(
            f"{open_ones} {many} to be confirmed by the hub"
            if open_ones
            else "All local settings are confirmed"
        )
        self.settle()

    def _show_section(self, place: int) -> None:
        self._pane(SECTIONS[place][0])
        self.stack.setCurrentIndex(place)
        self.chooser.setCurrentIndex(place)
        if SECTIONS[place][0] == "weights":
            self.weights.come_to_front()
        self.commands.review()

    # ------------------------------------------------------------- what it does

    def pick(self, key: str) -> bool:
        names = [name for name, _words in SECTIONS]
        if key in names:
            self.contents.setCurrentRow(names.index(key))
            return True
        if self._facts is not None and any(value.key == key for value in self._facts.values):
            self.contents.setCurrentRow(0)
            self.rules.chips.clear()
            return self.rules.table.pick(key)
        return False

    def opening_of(self, count: str) -> Callable[[], object] | None:
        # of what is to be confirmed; where all is, there is nothing to count
        return self._show_open if count[:1].isdigit() else None

    def _show_open(self) -> None:
        self.services.searched.emit("")
        self.look_for("")
        self.contents.setCurrentRow(0)
        self.rules.chips.set_on(["which/open"])
        self.rules.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.rules.table.pick_first()

    def look_for(self, text: str) -> None:
        if text.strip():
            self.contents.setCurrentRow(0)
        self.rules.model.look_for(text)

    def focus_first(self) -> None:
        first = self.chooser if self._left.isHidden() else self.contents
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_detail(self, shown: bool, /) -> None:
        if self.section() == "rules":
            self.rules.show_detail(shown)

    def detail_shown(self) -> bool | None:
        return self.rules.detail_shown() if self.section() == "rules" else None

    def printed_table(self) -> TableView | None:
        return next((table for table in self._tables.values() if table.isVisible()), None)

    def _enter_section(self) -> None:
        """Puts the focus on the first control of the section."""
        for widget in self.stack.findChildren(QWidget):
            if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return


def _show(pane: Pane, facts: PreferencesFacts) -> None:
    if isinstance(pane, WeightsPane):
        pane.show_weights(facts.hub.weights)
    elif not isinstance(pane, (WindowPane, BackupsPane)):
        pane.show_facts(facts)
