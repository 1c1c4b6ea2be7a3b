"""Today: what needs whoever is at the desk now, most urgent first, and the hub at a glance above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from discharge.model.shown.beginnings import Beginnings
from discharge.model.shown.today import Need, TodayLine, When
from discharge.model.shown.today import TodayPage as Found
from ui.frame.page import Page
from ui.theme.scale import Space
from ui.today import steps as doing
from ui.today.begin import BeginList
from ui.today.glance import GlanceStrip
from ui.today.line import Offer, Shown
from ui.today.lines import LinesList
from ui.today.words import (
    ICONS,
    NEED_WORDS,
    WHEN_TONES,
    WHEN_WORDS,
    clock_words,
    is_for,
    page_of,
    side_by_side,
    steps,
    summary,
)
from ui.widgets.copying import copy_rows
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import in_column, in_row
from ui.widgets.scrolling import UpTo, scroll_down
from ui.widgets.search import Choice, FilterChips
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

MINE = "whose/mine"
LOW = 420
"""Pixels at 100 %: a page that isn't higher has no room for a strip that stays."""


class TodayPage(Page):
    """Lines in groups by when; each opens its thing and offers its next step."""

    name, title, search_hint = "today", "Today", "Person or setting"
    concerns = frozenset({"patients", "placements", "settings", "plans", "hub", "shared"})
    grows_old = True

    # ---------------------------------------------------------------- layout

    def build(self) -> Iterator[None]:
        self._found: Found | None = None
        self._lines: dict[str, TodayLine] = {}
        self._sought = ""
        self._focus_later = False
        self.strip = GlanceStrip(theme=self.theme)
        self.strip.hide()
        self.brief = label("", "small", wrap=True)
        self.brief.setToolTip("The whole is below the lines")
        near = self.theme.px(Space.NEAR)
        self.brief.setContentsMargins(self.theme.px(Space.GUTTER), near, near, 0)
        self.brief.hide()
        self.begin = BeginList(theme=self.theme)
        self._begin_area = UpTo(self.begin, "What a new hub begins with")
        self._begin_area.setVisible(not self.begin.isHidden())
        yield
        self.chips = FilterChips(
            [("whose", [Choice("mine", "For me", lambda _line: True, "Only what you can see to yourself")])],
            theme=self.theme,
        )
        self.chips.set_on([MINE])
        self.calm = label("", "muted")
        self.list = LinesList(theme=self.theme)
        self.area = QScrollArea()
        scroll_down(self.area, "What is to be done")
        scrolled = QWidget()
        self._scrolled = in_column(scrolled, gap=0)
        self._scrolled.addWidget(self.list, 1)
        self.area.setWidget(scrolled)
        self._nothing = EmptyState("", theme=self.theme, icon="check-circle")
        self._reading = EmptyState("Reading …", theme=self.theme, icon="clock")
        self._stack = QStackedWidget()
        for widget in (self._reading, self.area, self._nothing):
            self._stack.addWidget(widget)
        yield
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        bar = QWidget()
        gutter, near = self.theme.px(Space.GUTTER), self.theme.px(Space.NEAR)
        row = in_row(bar, around=(gutter, near, gutter, 0), gap=self.theme.px(Space.ROW))
        row.addWidget(self.chips)
        row.addWidget(self.calm, 1)
        body = QFrame()
        body.setProperty("kind", "surface")
        column = in_column(body, gap=0)
        column.addWidget(bar)
        column.addWidget(self._stack, 1)
        self._outer = in_column(self, gap=self.theme.px(Space.TIGHT))
        self._outer.addWidget(self.strip)
        self._outer.addWidget(self.brief)
        self._outer.addWidget(self._begin_area)
        self._outer.addWidget(body, 1)
        self._body = body

    def _wire(self) -> None:
        self.strip.wanted.connect(self.services.go)
        self.list.opened.connect(self.open_line)
        self.list.taken.connect(self.take)
        self.list.current_changed.connect(self._current_changed)
        self.chips.chosen.connect(lambda _on: self._show())
        self._nothing.pressed.connect(self._go_on)
        self.begin.wanted.connect(self._begin_with)
        self.begin.put_away.connect(self._put_away)
        self.services.signed_in.connect(lambda _user: self._show())
        self.theme.changed.connect(self._place_strip)
        self._review = QTimer(self, singleShot=True, interval=0)
        self._review.timeout.connect(self.commands.review)

    def resized(self) -> None:
        self._place_strip()
        self._begin_area.set_most(
            max(self.height() // 3, self.height() - self._body.minimumSizeHint().height())
        )

    def _place_strip(self) -> None:
        """The strip stands above the lines; where the page is too low for both it comes after them, and
        a line says the same above.
        """
        is_low = self.height() < self.theme.px(LOW)
        there = self._scrolled if is_low else self._outer
        if there.indexOf(self.strip) < 0:
            there.insertWidget(there.count() if is_low else 0, self.strip)
        self.brief.setVisible(is_low and bool(self.brief.text()))

    # --------------------------------------------------------------- reading

    def go_to_back(self) -> None:
        super().go_to_back()
        self._focus_later = False

    def load(self) -> None:
        self.ask(_read, self._take)

    def _take(self, found: Found) -> None:
        self._found = found
        self.strip.show_glance(found.glance)
        self.strip.setVisible(not found.is_empty)
        self.brief.setText("" if found.is_empty else self.strip.brief(found.glance))
        self._place_strip()
        self._show_begin()
        self.filling.then(self._show)
        self.filling.then(self._is_shown)

    def _is_shown(self) -> None:
        self.settle()
        if self._focus_later:
            self._focus_later = False
            self.focus_first()

    def _show_begin(self) -> None:
        found = self._found.beginnings if self._found is not None else None
        away = found is not None and self.services.settings.contains(_away_key(found))
        self.begin.show_found(None if away else found)

    def _put_away(self) -> None:
        if self._found is not None and self._found.beginnings is not None:
            self.services.settings.setValue(_away_key(self._found.beginnings), True)
            self._show_begin()
            self.focus_first()

    def _begin_with(self, step: str) -> None:
        """Opens the place where a step of the beginning is done."""
        if step == "rules":
            self.services.go("preferences", "rules")
            return
        if step in ("beds", "returns"):
            self.services.go("settings")
        command = {"people": "hub.people", "homes": "import.any", "returns": "setting.round"}.get(step, "")
        if command:
            # it says in a sentence why it can't be done, where that is so
            self.commands.do(command)

    def look_for(self, text: str) -> None:
        self._sought = text.casefold()
        self._show()

    # --------------------------------------------------------------- showing

    def _matching(self) -> list[TodayLine]:
        """The lines to show, by filter and search."""
        assert self._found is not None  # asked for once there is something
        user, mine = self.services.user, MINE in self.chips.on()
        words = self._sought.split()
        return [
            line
            for line in self._found.lines
            if (not mine or is_for(line, user))
            and all(word in f"{line.sentence} {line.remark}".casefold() for word in words)
        ]

    def _show(self) -> None:
        if self._found is None:
            return
        lines = self._matching()
        self._lines = {line.key: line for line in lines}
        groups = [(WHEN_WORDS[when], [line.key for line in lines if line.when is when]) for when in When]
        self.list.show_groups(groups, self._shown)
        held = self._stack.currentWidget() is self._nothing and self._nothing.button.hasFocus()
        if lines:
            self._stack.setCurrentWidget(self.area)
            if held:
                self.list.take_focus()
        else:
            self._say_nothing()
            self._stack.setCurrentWidget(self._nothing)
        self._say_calm(lines)
        self.summary.emit(summary(lines))
        self._review.start()

    def _shown(self, key: str) -> Shown:
        line = self._lines[key]
        offers = tuple(
            Offer(step.command, step.word, self.why_not(line, step.command)) for step in steps(line)
        )
        return Shown(
            key=line.key,
            icon=ICONS[line.need],
            tone=WHEN_TONES[line.when],
            clock=clock_words(line, now=self.services.now()),
            sentence=line.sentence,
            remark=line.remark,
            kind=NEED_WORDS[line.need],
            offers=offers,
            side_by_side=side_by_side(line),
            phone=line.phone,
        )

    def _say_calm(self, lines: Sequence[TodayLine]) -> None:
        """Over the lines, where none of them is for now."""
        now = any(line.when is When.NOW for line in lines)
        said = ["Nothing needs you now."] if lines and not now and not self._sought else []
        others = len(self._found.lines) - len(lines) if self._found is not None else 0
        if others and lines and MINE in self.chips.on() and not self._sought:
            said.append(f"{others:,} more {'is' if others == 1 else 'are'} for others.")
        self.calm.setText(" ".join(said))

    @property
    def _is_new(self) -> bool:
        """Whether there is nobody here and no bed to go to: the homes come first."""
        found = self._found
        return found is not None and found.is_empty and not (found.has_homes and found.has_beds)

    def _say_nothing(self) -> None:
        """In place of the lines: what comes next."""
        assert self._found is not None  # asked for once there is something
        others = len(self._found.lines)
        if self._sought:
            self._nothing.say("Nothing matches", "Search for something else.", button="Show all")
        elif self._is_new and self._found.has_homes:
            self._nothing.say(
                "No home has beds on record yet",
                "Save the homes sheet (menu Files), fill in units and beds, and import it; then what is free "
                "there, and the people.",
                button="Import a file",
            )
        elif self._is_new:
            self._nothing.say(
                "This hub has no homes yet",
                "Import the CQC's register, then the homes sheet, what is free there, and the people.",
                button="Import a file",
            )
        elif self._found.is_empty:
            self._nothing.say(
                "Nothing needs you now",
                "Nobody is on the list yet. Add the first person who is ready to leave hospital.",
                button="To the patients",
            )
        elif others and MINE in self.chips.on():
            lines = "1 line waits" if others == 1 else f"{others:,} lines wait"
            first = self._found.lines[0].sentence
            self._nothing.say(
                "Nothing needs you now", f"{lines} for others, first: {first}", button="Show everything"
            )
        else:
            following = self._found.following
            sentence = f"Next: {following}" if following else "Nobody is on the way."
            self._nothing.say("Nothing needs you now", sentence, button="To the plan")

    def _go_on(self) -> None:
        """The button of the empty page."""
        assert self._found is not None  # the button is shown once it is read
        if self._sought:
            self.services.searched.emit("")
            self.look_for("")
        elif self._is_new:
            self.services.commands.action("import.any").trigger()
            return
        elif self._found.is_empty:
            self.services.go("patients")
        elif self._found.lines and MINE in self.chips.on():
            self.chips.clear()
        else:
            self.services.go("match")
        self.focus_first()

    # ----------------------------------------------------------- the frame's

    def focus_first(self) -> None:
        if self._found is None:
            # there is nothing to go to yet: as soon as there is
            self._focus_later = True
        elif self._stack.currentWidget() is self._nothing:
            self._nothing.button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif not self.list.take_focus():
            self.chips.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def opening_of(self, count: str) -> Callable[[], object] | None:
        said = count.partition(" ")[2]
        first = next(
            (key for key, line in self._lines.items() if WHEN_WORDS[line.when].lower() == said), None
        )
        return None if first is None else partial(self._go_to_first, first)

    def _go_to_first(self, key: str) -> None:
        """Goes to the first line of those that a count beside the title counts."""
        if self.pick(key):
            self.list.take_focus()

    def pick(self, key: str) -> bool:
        if not self.list.pick(key):
            return False
        row = self.list.row(key)
        if row is not None:
            self.area.ensureWidgetVisible(row)
        return True

    def printed_lines(self) -> Sequence[tuple[str, ...]]:
        now = self.services.now()
        return [
            ("When", "Clock", "What", "Remark"),
            *(
                (WHEN_WORDS[line.when], clock_words(line, now=now), line.sentence, line.remark)
                for line in self._lines.values()
            ),
        ]

    def prints_more(self) -> bool:
        return bool(self._lines)

    def copy(self) -> None:
        """The lines as a table: when, clock, what, remark."""
        copy_rows(self.printed_lines())

    def remember(self) -> None:
        super().remember()
        self.services.settings.setValue(f"{self.name}/filters", self.chips.on())

    def _recall(self) -> None:
        super()._recall()
        on = self.services.settings.value(f"{self.name}/filters")
        if on is not None:
            self.chips.set_on([on] if isinstance(on, str) else [str(key) for key in on])

    def _current_changed(self, key: str) -> None:
        row = self.list.row(key)
        if row is not None and self.list.isVisible():
            self.area.ensureWidgetVisible(row, 0, self.theme.px(Space.SECTION))
        self._review.start()

    # -------------------------------------------------------------- commands

    def bind(self) -> None:
        self.commands.bind("today.step", self._take_first, why_not=self._why_no_step)
        self.commands.bind("today.open", self._open_current, why_not=self._why_no_line)
        for command, need in doing.OF_LINES.items():
            self.commands.bind(
                command,
                partial(self._take_command, command),
                why_not=partial(self._why_not_of, need, command),
            )

    def _current_line(self) -> TodayLine | None:
        return self._lines.get(self.list.current())

    def _why_no_line(self) -> str:
        return "" if self._current_line() is not None else "There is nothing to be done on this page."

    def _why_no_step(self) -> str:
        line = self._current_line()
        return self._why_no_line() if line is None else self.why_not(line, self._first_step(line))

    def _first_step(self, line: TodayLine) -> str:
        return steps(line)[0].command

    def _why_not_of(self, need: Need, command: str) -> str:
        line = self._current_line()
        if line is None or line.need is not need:
            return f"Choose a line first that says: {NEED_WORDS[need].lower()}."
        return doing.why_not(line, command)

    def _take_command(self, command: str) -> None:
        line = self._current_line()
        if line is not None:
            self.take(line.key, command)

    def _take_first(self) -> None:
        line = self._current_line()
        if line is not None:
            self.take(line.key, self._first_step(line))

    def _open_current(self) -> None:
        line = self._current_line()
        if line is not None:
            self.open_line(line.key)

    def why_not(self, line: TodayLine, step: str) -> str:
        """Why a step of a line can't be taken now; empty where it can."""
        return self.commands.forbidden(step) or doing.why_not(line, step)

    def open_line(self, key: str) -> None:
        """Goes to what a line is about, or takes its step where that is on no page."""
        line = self._lines.get(key)
        if line is None:
            return
        page, about = page_of(line)
        if page:
            self.services.go(page, about)
        else:
            self.take(key, self._first_step(line))

    def take(self, key: str, step: str) -> None:
        """Takes a step of a line: its form comes up here, or the page comes up where it is done."""
        line = self._lines.get(key)
        if line is None:
            return
        if step == "phone":
            QGuiApplication.clipboard().setText(line.phone)
            self.services.say(f"Copied: {line.phone}")
            return
        self.list.pick(key)
        doing.take(self, line, step)


def _away_key(found: Beginnings) -> str:
    return f"begin/put_away/{found.founded}"


def _read(queries: Queries) -> Found:
    return queries.today_page()


__all__ = ["TodayPage"]
