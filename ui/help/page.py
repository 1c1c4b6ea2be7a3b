"""Help: contents and search at the left, the text at the right; F1 opens it where one is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPixmap,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from discharge.paths import resources
from ui.frame.page import Page
from ui.help.found_delegate import SNIPPET_ROLE, FoundDelegate
from ui.help.keys import key_groups, keys_markdown
from ui.help.text import TOPICS, HelpTexts, Section, fill, in_look, snippet
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.detail import CommandButton
from ui.widgets.layouts import in_column
from ui.widgets.text import label

WIDEST = 760
"""A line of text is no wider than so many pixels at 100 %: longer ones are hard to read."""
TOPIC_ROLE = int(Qt.ItemDataRole.UserRole)
HEADING_ROLE = TOPIC_ROLE + 1


class HelpPage(Page):
    """The help's pages. `pick("match")` opens a topic, `came_from("match", "Match")` offers the way back."""

    name, title, search_hint = "help", "Help", "Search the help"
    concerns = frozenset({"help"})

    # ---------------------------------------------------------------- layout

    def build(self) -> None:
        theme = self.theme
        self.texts = HelpTexts(resources() / "help", keys=self._keys)
        self._topic = ""
        self._text = ""
        self._before = ("", "")
        self.contents = QListWidget()
        self.contents.setAccessibleName("Contents of the help")
        self.contents.setWordWrap(True)
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.setItemDelegate(FoundDelegate(theme, self.contents))
        self.contents.setFrameShape(QFrame.Shape.NoFrame)
        self.contents.currentItemChanged.connect(lambda item, _before: self._chosen(item))
        self.contents.itemActivated.connect(lambda _item: self.reader.setFocus())
        self.found = label("", "small")
        self.back = push_button("Back", do=self.go_back)
        self.back.hide()
        self.reader: Reader = Reader(self.texts.folder.as_posix(), theme=theme)
        self.reader.setAccessibleName("Help")
        self.reader.asked.connect(self._follow)
        self.reader.left.connect(self._leave_text)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.addWidget(self._left())
        self.splitter.addWidget(self.reader)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(1, False)
        self.splitter.setSizes([theme.px(250), theme.px(900)])
        outer = in_column(self)
        outer.addWidget(self.splitter)
        self.keep_splitter("contents", self.splitter)
        theme.changed.connect(self._relook)

    def _left(self) -> QWidget:
        theme = self.theme
        holder = QFrame()
        holder.setProperty("kind", "surface")
        holder.setMinimumWidth(theme.px(190))
        self._holder = holder
        gap = theme.px(Space.NEAR)
        column = in_column(holder, around=(gap, theme.px(6), 0, gap), gap=gap)
        column.addWidget(self.back)
        column.addWidget(self.found)
        column.addWidget(self.contents, 1)
        foot = QHBoxLayout()
        foot.addWidget(CommandButton(self.commands.action("help.tour"), theme=theme))
        foot.addStretch(1)
        column.addLayout(foot)
        return holder

    def _relook(self) -> None:
        """The size of text or the look changed."""
        self._holder.setMinimumWidth(self.theme.px(190))
        self.contents.doItemsLayout()
        self._show_topic()

    # --------------------------------------------------------------- contents

    def load(self) -> None:
        if not self.contents.count():
            self._list()
        self.settle()

    def _list(self) -> None:
        """Every topic; or, where something is looked for, what was found."""
        self.contents.blockSignals(True)
        self.contents.clear()
        sections = self.texts.search(self._text)
        for section in sections:
            self._add(section.topic, section.heading, section=section)
        if not self._text.strip():
            for topic in TOPICS:
                self._add(topic.name, topic.title)
        self.found.setText(self._found_words(sections))
        self.found.setVisible(bool(self._text.strip()))
        self.contents.blockSignals(False)
        places = [
            row
            for row in range(self.contents.count())
            if self.contents.item(row).data(TOPIC_ROLE) == (self._topic or TOPICS[0].name)
        ]
        if self._text.strip():
            self.contents.setCurrentRow(0)
        else:
            self.contents.setCurrentRow(places[0] if places else 0)

    def _add(self, topic: str, words: str, *, section: Section | None = None) -> None:
        shown = words
        if section is not None:
            where = f"{section.title}: " if section.heading != section.title else ""
            shown = f"{where}{section.heading}"
        item = QListWidgetItem(shown)
        if section is not None:
            item.setData(SNIPPET_ROLE, snippet(section, self._text))
            item.setData(int(Qt.ItemDataRole.AccessibleTextRole), f"{shown}. {item.data(SNIPPET_ROLE)}")
        item.setData(TOPIC_ROLE, topic)
        item.setData(HEADING_ROLE, section.heading if section is not None else "")
        self.contents.addItem(item)

    def _found_words(self, sections: Sequence[Section]) -> str:
        if not sections:
            return "Nothing is said about that. Try another word."
        return f"{len(sections)} place{'s' if len(sections) > 1 else ''}"

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        self._topic = str(item.data(TOPIC_ROLE))
        self._show_topic()
        heading = str(item.data(HEADING_ROLE))
        if heading:
            self.reader.go_to(heading)
        self.reader.mark(self._text)

    def _show_topic(self) -> None:
        if not self._topic:
            return
        title = next(topic.title for topic in TOPICS if topic.name == self._topic)
        self.reader.setAccessibleName(f"Help: {title}")
        self.reader.show_text(self.texts.markdown(self._topic))
        self.summary.emit(title)
        self.commands.review()

    # ------------------------------------------------------------- what it does

    def look_for(self, text: str) -> None:
        self._text = text
        self._list()

    def pick(self, key: str) -> bool:
        if all(topic.name != key for topic in TOPICS):
            return False
        self._topic = key
        if self._text:
            self._text = ""
            self.services.searched.emit("")
        self._list()
        return True

    def came_from(self, page: str, title: str) -> None:
        """F1 was pressed on this page: offer the way back to it."""
        self._before = (page, title)
        self.back.setText(f"Back to {title}")
        self.back.setToolTip("Escape")
        self.back.setVisible(bool(page))

    def go_back(self) -> None:
        """Back to the page on which F1 was pressed."""
        page, _ = self._before
        if page:
            self.came_from("", "")
            self.services.go(page)

    def _leave_text(self) -> None:
        if self._before[0]:
            self.go_back()
        else:
            self.contents.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        (self.reader if self._before[0] else self.contents).setFocus(Qt.FocusReason.OtherFocusReason)

    def printed_text(self) -> QTextDocument | None:
        if not self._topic:
            return None
        made = QTextDocument(self)
        made.setBaseUrl(QUrl.fromLocalFile(f"{self.texts.folder.as_posix()}/"))
        fill(made, self.texts.markdown(self._topic), theme=self.theme, on_paper=True)
        return made

    def prints_more(self) -> bool:
        return bool(self._topic)

    def copy(self) -> None:
        self.reader.copy_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._before[0]:
            self.go_back()
            return
        super().keyPressEvent(event)

    def _follow(self, kind: str, where: str) -> None:
        """A link was chosen: another topic, a page of the window, or a command."""
        if kind == "help":
            self.pick(where)
        elif kind == "page":
            self.services.go(where)
        elif kind == "do":
            self.commands.do(where)

    def _keys(self) -> str:
        """The tables of all keys, from the table of commands."""
        return keys_markdown(key_groups(self.commands, ())[1:])


class Reader(QTextBrowser):
    """The text. `asked` carries what a link leads to: a topic ("help", "match"), a page of the window
    ("page", "moves"), or a command ("do", "help.keys").
    """

    asked = Signal(str, str)
    left = Signal()

    def __init__(self, folder: str, *, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._folder = folder
        self._markdown = ""
        self._set_in = 0
        """How wide the room was when the text was set last."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.anchorClicked.connect(self._clicked)
        self.setProperty("kind", "reader")

    def show_text(self, markdown: str) -> None:
        """Shows this text from its beginning, or from where it was if it is the same one."""
        same = markdown == self._markdown
        place = self.verticalScrollBar().value() if same else 0
        self._markdown = markdown
        self._set_in = self._room()
        # a document that was filled before keeps something of its old look
        made = QTextDocument(self)
        made.setBaseUrl(QUrl.fromLocalFile(f"{self._folder}/"))
        fill(made, markdown, theme=self._theme)
        self.setDocument(made)
        self.verticalScrollBar().setValue(place)

    def go_to(self, heading: str) -> None:
        """Brings a heading to the top."""
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text().strip() == heading:
                self.setTextCursor(QTextCursor(block))
                place = self.document().documentLayout().blockBoundingRect(block).top()
                self.verticalScrollBar().setValue(int(place) - self._theme.px(8))
                return
            block = block.next()

    def mark(self, text: str) -> None:
        """Marks every place of these words."""
        marks = []
        look = QTextCharFormat()
        look.setBackground(QColor(self._theme.palette.selection))
        for word in text.split():
            cursor = QTextCursor(self.document())
            while not (cursor := self.document().find(word, cursor)).isNull():
                selection = QTextEdit.ExtraSelection()
                selection.cursor, selection.format = cursor, look
                marks.append(selection)
        self.setExtraSelections(marks)

    def copy_all(self) -> None:
        """Puts what is selected, or else the whole text, on the clipboard."""
        if not self.textCursor().hasSelection():
            self.selectAll()
        super().copy()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """A picture looks as the window does, and is no wider than the text."""
        found = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return found
        url = name if isinstance(name, QUrl) else QUrl(name)
        file = Path(self.document().baseUrl().resolved(url).toLocalFile())
        picture = QPixmap(str(in_look(file, self._theme.mode)))
        room = self._room()
        if picture.isNull() or picture.width() <= room:
            return picture
        return picture.scaledToWidth(max(room, 1), Qt.TransformationMode.SmoothTransformation)

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = self._theme.px(Space.SECTION)
        room = self.width() - 2 * side
        rest = max(side, self.width() - side - min(room, self._theme.px(WIDEST)))
        self.setViewportMargins(side, self._theme.px(Space.NEAR), rest, 0)
        super().resizeEvent(event)
        if self._markdown and self._set_in != self._room():
            self.show_text(self._markdown)

    def _room(self) -> int:
        """How wide a picture is at most, beside the bar to scroll by too."""
        bar = self.verticalScrollBar()
        beside = 0 if bar.isVisibleTo(self) else bar.sizeHint().width()
        return self.viewport().width() - beside - 2 * self._theme.px(Space.NEAR)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # who hears the text goes through it line by line; who sees it scrolls
        usual = Qt.TextInteractionFlag.TextBrowserInteraction
        by_line = Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.setTextInteractionFlags(usual | by_line if QAccessible.isActive() else usual)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _clicked(self, url: QUrl) -> None:
        self.asked.emit(url.scheme(), url.path())
