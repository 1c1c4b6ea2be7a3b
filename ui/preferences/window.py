"""Preferences, this hub and this window: what the hub is called, how the window looks, where backups are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from discharge.model.london import LONDON, london_date
from discharge.words.counts import count_words
from discharge.words.days import age_words, day_words
from ui.frame.idle import KEPT
from ui.frame.lock import Lock
from ui.frame.page import Page
from ui.frame.services import Undo
from ui.models.table import Column, RowsModel
from ui.preferences.facts import PreferencesFacts
from ui.preferences.restore import RemoveAsideForm, RestoreForm
from ui.theme.palette import Mode
from ui.theme.scale import SCALES, Space
from ui.widgets.button import push_button
from ui.widgets.detail import CommandButton
from ui.widgets.empty import EmptyState
from ui.widgets.flow import in_lines
from ui.widgets.layouts import in_column, in_row
from ui.widgets.named_box import NamedBox
from ui.widgets.scrolling import scroll_down
from ui.widgets.table import TableView
from ui.widgets.text import Facts, SectionHeading, label, line

if TYPE_CHECKING:
    from discharge.actions.desk import Desk

FORGET = "window/forget"
"""Set where the window is to begin as at first, from its next start on."""
MODE_WORDS = {Mode.LIGHT: "Light", Mode.DARK: "Dark", Mode.CONTRAST: "High contrast"}
LOCKS = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60)
"""The minutes on offer until a window locks."""
ALL_KEPT = (
    "A copy an hour is kept of the last day, one a day of the last month, one a month of the last year, then "
    "one a year; copies made before the program changed the hub's file stay."
)


class Sections(QScrollArea):
    """Sections one under the other, no wider than is good to read."""

    def __init__(self, page: Page, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = page.theme
        scroll_down(self, name)
        body = QWidget(self.viewport())
        gutter = page.theme.px(Space.GUTTER)
        across = in_row(body, around=(gutter, page.theme.px(6), gutter, gutter))
        self.column = in_column(gap=page.theme.px(Space.NEAR))
        holder = self._holder = QWidget(body)
        holder.setLayout(self.column)
        across.addWidget(holder, 4)
        across.addStretch(1)
        self.setWidget(body)
        page.theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._holder.setMaximumWidth(self._theme.px(760))

    def section(self, heading: str) -> None:
        """A heading for what follows."""
        self.column.addWidget(SectionHeading(heading, theme=self._theme))
        self.column.addWidget(line())

    def say(self, words: str) -> None:
        """A sentence."""
        self.column.addWidget(label(words, "muted", wrap=True))

    def row(self, *widgets: QWidget) -> None:
        """Controls side by side."""
        row = in_row(gap=self._theme.px(Space.NEAR))
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        self.column.addLayout(row)

    def buttons(self, *buttons: QWidget) -> None:
        """Buttons side by side, and in the next line where there is no room."""
        self.column.addLayout(in_lines(buttons, gap=self._theme.px(Space.NEAR)))


class HubPane(Sections):
    """The hub itself."""

    def __init__(self, page: Page, *, parent: QWidget | None = None) -> None:
        super().__init__(page, "This hub", parent=parent)
        self.section("This hub")
        self.facts = Facts(theme=page.theme)
        self.column.addWidget(self.facts)
        self.buttons(
            CommandButton(page.commands.action("hub.amend"), theme=page.theme),
            CommandButton(page.commands.action("hub.people"), theme=page.theme),
            CommandButton(page.commands.action("hub.erase"), theme=page.theme),
        )
        self.buttons(
            CommandButton(page.commands.action("hub.passphrase"), theme=page.theme),
            CommandButton(page.commands.action("hub.data_key"), theme=page.theme),
        )
        self.buttons(
            CommandButton(page.commands.action("hub.to_server"), theme=page.theme),
            CommandButton(page.commands.action("hub.invite"), theme=page.theme),
            CommandButton(page.commands.action("hub.take_home"), theme=page.theme),
        )
        self.forbidden = label("", "small", wrap=True)
        self.column.addWidget(self.forbidden)
        self.column.addStretch(1)
        self._page = page
        page.commands.reviewed.connect(self._say_who)

    def _say_who(self) -> None:
        """Who may change it, where whoever is at the desk may not."""
        why = self._page.commands.forbidden("hub.amend")
        self.forbidden.setText(why)
        self.forbidden.setVisible(bool(why))

    def show_facts(self, facts: PreferencesFacts) -> None:
        """Shows how the hub works."""
        self._say_who()
        hub = facts.hub
        active = sum(user.active for user in facts.people)
        self.facts.show_facts(
            [
                ("Name", hub.name),
                (
                    "Local authorities",
                    ", ".join(hub.areas) or "none named: settings enter with a capacity return",
                ),
                ("An offer is overdue", f"after {hub.offer_hours} hours without an answer"),
                ("People are kept", f"{hub.retention_months} months after the last entry about them"),
                ("A plan looks ahead", f"{hub.horizon_days} days"),
                ("People", f"{active} at this hub"),
            ]
        )


class WindowPane(Sections):
    """Theme, size of text, and what the window remembers."""

    def __init__(self, page: Page, *, parent: QWidget | None = None) -> None:
        super().__init__(page, "This window", parent=parent)
        self._page = page
        commands, theme = page.commands, page.theme
        self.section("Appearance")
        self.modes = QButtonGroup(self)
        buttons: list[QWidget] = []
        for mode, words in MODE_WORDS.items():
            button = QRadioButton(words)
            button.setAccessibleName(f"Theme: {words}")
            button.clicked.connect(lambda _on=False, mode=mode: commands.do(f"view.{mode.value}"))
            self.modes.addButton(button)
            button.setProperty("mode", mode.value)
            buttons.append(button)
        self.row(*buttons)
        self.text_size = NamedBox("Size of text")
        for scale in SCALES:
            self.text_size.addItem(f"{scale:.0%}", scale)
        self.text_size.activated.connect(self._resize_text)
        self.row(label("Size of text"), self.text_size, label("Ctrl++ and Ctrl+-", "small"))
        self.section("Lock")
        self.say(
            "The window locks when nobody has touched a key or the mouse for a while, and with Ctrl+L: "
            "nothing of a person can be read then, and what was begun stays. The hub says after how long; a "
            "desk where people pass by may take less."
        )
        self.minutes = NamedBox("Lock after")
        self.minutes.addItem("As the hub says", 0)
        for minutes in LOCKS:
            self.minutes.addItem(count_words(minutes, "minute"), minutes)
        chosen = str(page.services.settings.value(KEPT, "") or "0")
        self.minutes.setCurrentIndex(max(0, self.minutes.findData(int(chosen) if chosen.isdecimal() else 0)))
        self.minutes.activated.connect(lambda _at: self._lock_after(int(self.minutes.currentData())))
        self.row(label("Lock after"), self.minutes, CommandButton(commands.action("hub.lock"), theme=theme))
        self.section("What this window remembers")
        self.say(
            "Its size and place, the page that was in front, columns and their widths, filters, and how it "
            "is divided. It is kept on this machine, for this user, and not in the hub. Filters saved under "
            "a name are never forgotten."
        )
        self.forget = push_button("Forget all of it", do=self._forget)
        self.buttons(self.forget, CommandButton(commands.action("help.tour"), theme=theme))
        self.section("A folder that is watched")
        self.say(
            "Files that the hospital's system puts there are told here, and wait until somebody has looked "
            "at them and says yes. The folder is watched from this machine, by whoever is at the desk."
        )
        self.watched = label("", wrap=True)
        self.column.addWidget(self.watched)
        self.buttons(
            CommandButton(commands.action("import.watch"), theme=theme),
            CommandButton(commands.action("import.waiting"), theme=theme),
            CommandButton(commands.action("import.unwatch"), theme=theme),
        )
        commands.reviewed.connect(self._say_watched)
        self.section("Boundaries of the map")
        self.boundaries = label("", wrap=True)
        self.column.addWidget(self.boundaries)
        change = QPushButton("Change them on the map")
        if not any(command.page == "map" for command in commands.all()):
            change.hide()
        change.clicked.connect(lambda: page.services.go("map"))
        self.row(change)
        self.column.addStretch(1)
        theme.changed.connect(self._follow)
        self._follow()
        self._say_watched()

    def _say_watched(self) -> None:
        kept = str(self._page.services.settings.value("import/folder", "") or "")
        self.watched.setText(kept or "None: files come in when somebody chooses them.")

    def _follow(self) -> None:
        theme = self._page.theme
        for button in self.modes.buttons():
            button.setChecked(button.property("mode") == theme.mode.value)
        near = min(range(len(SCALES)), key=lambda at: abs(SCALES[at] - theme.scale))
        self.text_size.setCurrentIndex(near)

    def _resize_text(self, place: int) -> None:
        wanted, theme, commands = SCALES[place], self._page.theme, self._page.commands
        while theme.scale < wanted - 0.01:
            commands.do("view.larger")
        while theme.scale > wanted + 0.01:
            commands.do("view.smaller")

    def _lock_after(self, minutes: int) -> None:
        lock = getattr(self.window(), "lock", None)
        if isinstance(lock, Lock):
            lock.set_minutes(minutes)

    def _forget(self) -> None:
        settings = self._page.services.settings
        settings.setValue(FORGET, True)
        self._page.services.say(
            "The window begins as at first from its next start on.",
            Undo("Keep it", call=lambda: settings.remove(FORGET)),
        )

    def load(self) -> None:
        """Finds out which boundaries this hub's map draws."""

        def show(hub: str) -> None:
            key = f"map/boundaries/{hashlib.sha256(hub.encode()).hexdigest()[:16]}"
            kept = str(self._page.services.settings.value(key, ""))
            self.boundaries.setText(kept or "None: the map draws the settings on plain ground.")

        self._page.services.use(lambda desk: str(desk.path), show, replaces="preferences/hub")


MOVED_ASIDE = "moved aside"
BESIDE, THERE, BOTH = "beside the hub", "second folder", "both"
"""Where a copy lies."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup, or a file that was moved aside: which, when it was made, why, how large it is, and where."""

    path: Path
    made_at: datetime
    why: str
    size: int
    where: str = BESIDE


@dataclass(frozen=True, slots=True)
class Copies:
    """The hub's backups, newest first, and the folder they are in."""

    folder: Path
    copies: tuple[Copy, ...]
    asides: tuple[Copy, ...] = ()
    second: str = ""
    """How the second folder stands; empty: the hub has none."""


def read_copies(desk: Desk) -> Copies:
    """The backups of this hub, and what was moved aside of it; in the store's thread."""
    from discharge.store.file.backup import folder_of

    found = tuple(
        Copy(each.path, each.made_at, each.why, each.path.stat().st_size)
        for each in desk.backups()
        if each.path.exists()
    )
    asides = tuple(
        Copy(path, datetime.fromtimestamp(path.stat().st_mtime, UTC), MOVED_ASIDE, path.stat().st_size)
        for path in desk.asides()
    )
    from discharge.actions.backup_command import reached_words

    reached = desk.second_folder()
    return Copies(folder_of(desk.path), found, asides, "" if reached is None else reached_words(reached))


def read_there(desk: Desk) -> tuple[Copy, ...]:
    """The backups in the second folder, in a thread of its own: shares may be slow, or away."""
    found = []
    for each in desk.backups_there():
        with suppress(OSError):
            found.append(Copy(each.path, each.made_at, each.why, each.path.stat().st_size, THERE))
    return tuple(found)


def together(beside: Sequence[Copy], there: Sequence[Copy]) -> tuple[Copy, ...]:
    """The copies of both folders, newest first: one that lies in both once."""
    names = {copy.path.name for copy in there}
    found = [replace(copy, where=BOTH) if copy.path.name in names else copy for copy in beside]
    known = {copy.path.name for copy in beside}
    found += [copy for copy in there if copy.path.name not in known]
    return tuple(sorted(found, key=lambda copy: (copy.made_at, copy.path.name), reverse=True))


class BackupsPane(QWidget):
    """Where the backups are, the last one, and all of them."""

    def __init__(
        self,
        page: Page,
        *,
        open_folder: Callable[[Path], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._open = open_folder or (lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        self._folder: Path | None = None
        self._beside: Copies | None = None
        self._there: tuple[Copy, ...] = ()
        self.setAccessibleName("Backups")
        theme, commands = page.theme, page.commands
        self.facts = label("", wrap=True)
        self.model: RowsModel[Copy] = RowsModel(_copy_columns(), key=lambda row: str(row.path), parent=self)
        self.table = TableView(self.model, theme=theme, name="Backups")
        gutter, near = theme.px(Space.GUTTER), theme.px(Space.NEAR)
        column = in_column(self, around=(0, theme.px(6), 0, near), gap=near)
        words = in_column(around=(gutter, 0, gutter, 0))
        words.addWidget(self.facts)
        words.addWidget(label(ALL_KEPT, "muted", wrap=True))
        column.addLayout(words)
        self.empty = EmptyState(
            "No backup yet",
            "The program makes one by itself once something was recorded; or make one now.",
            theme=theme,
            icon="record",
        )
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        self._stack.setMinimumHeight(1)
        held = in_column(around=(near, 0, near, 0))
        held.addWidget(self._stack)
        column.addLayout(held, 1)
        self.open = push_button("Open the folder", do=self._open_folder)
        foot = in_column(around=(gutter, 0, gutter, 0))
        buttons = [
            CommandButton(commands.action("hub.back_up"), theme=theme),
            self.open,
            CommandButton(commands.action("hub.restore"), theme=theme),
            CommandButton(commands.action("hub.remove_aside"), theme=theme),
            CommandButton(commands.action("record.check"), theme=theme),
        ]
        foot.addLayout(in_lines(buttons, gap=near))
        column.addLayout(foot)
        page.services.offered.connect(lambda _said, _undo: self.load() if self.isVisible() else None)

    def load(self) -> None:
        """Looks which backups there are."""
        self._page.services.use(read_copies, self._show, replaces="preferences/copies")

    def _show(self, found: Copies) -> None:
        if found.second:
            self._page.services.use_aside(read_there, self._show_there, words="")
        else:
            self._there = ()
        self._folder, self._beside = found.folder, found
        now = self._page.services.now()
        last = found.copies[0] if found.copies else None
        age = "none yet"
        if last is not None:
            since = now - last.made_at
            age = f"{age_words(since)} ago" if since >= timedelta(minutes=1) else "just now"
        total = sum(copy.size for copy in found.copies)
        kept = f"{count_words(len(found.copies), 'copy', 'copies')}, {size_words(total)}"
        parts = [
            f"Last backup: {age}",
            f"Kept: {kept}" if found.copies else "",
            f"Folder: {found.folder}",
            found.second,
        ]
        self.facts.setText("\n".join(part for part in parts if part))
        self.open.setEnabled(found.folder.is_dir())
        self._fill()
        self.table.pick_first()

    def _show_there(self, found: tuple[Copy, ...]) -> None:
        if shiboken6.isValid(self):
            self._there = found
            self._fill()

    def _fill(self) -> None:
        found = self._beside
        assert found is not None
        rows = (*together(found.copies, self._there), *found.asides)
        self.model.reload(rows)
        self._stack.setCurrentWidget(self.table if rows else self.empty)
        self._page.commands.review()

    def why_not(self) -> str:
        """Why there is no backup to go back to."""
        return "" if self.table.current_row() is not None else "Choose a backup first."

    def why_not_remove(self) -> str:
        """Why there is nothing to remove: backups thin themselves."""
        row: Copy | None = self.table.current_row()
        aside = row is not None and row.why == MOVED_ASIDE
        return "" if aside else "Choose a file that was moved aside. Backups are thinned by themselves."

    def remove(self) -> None:
        """Asks, then removes a file that was moved aside, for good."""
        row: Copy | None = self.table.current_row()
        if row is not None and row.why == MOVED_ASIDE:
            form = RemoveAsideForm(
                self._page.services, path=row.path, made=_when(row.made_at), removed=self.load
            )
            self._page.open_form(form)

    def restore(self) -> None:
        """Says what going back would do, and does it."""
        row: Copy | None = self.table.current_row()
        if row is not None:
            lies = f"This copy lies in the second folder: {row.path.parent}" if row.where == THERE else ""
            form = RestoreForm(self._page.services, path=row.path, made=_when(row.made_at), lies=lies)
            self._page.open_form(form)

    def _open_folder(self) -> None:
        if self._folder is not None:
            self._open(self._folder)


def _copy_columns() -> Sequence[Column[Copy]]:
    return (
        Column(
            key="made",
            title="Made",
            text=lambda row: _when(row.made_at),
            sort=lambda row: row.made_at,
            strong=True,
            width=27,
        ),
        Column(key="why", title="Why", text=lambda row: why_words(row.why), width=24),
        Column(
            key="size",
            title="Size",
            text=lambda row: size_words(row.size),
            sort=lambda row: row.size,
            right=True,
        ),
        Column(key="where", title="Where", text=lambda row: row.where, width=16),
        Column(key="file", title="File", text=lambda row: row.path.name, stretch=True, width=30),
    )


def _when(made: datetime) -> str:
    local = made.astimezone(LONDON)
    return f"{day_words(london_date(local), year=True)}, {local:%H:%M}"


def why_words(why: str) -> str:
    """Why a backup was made."""
    if not why:
        return "ordinary"
    return why.replace("-", " ")


def size_words(size: int) -> str:
    """A size of a file: "640 KB"."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"
