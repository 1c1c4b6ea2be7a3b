"""The receipt of placements that were gone through in one go: what went through, what didn't, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QFileDialog, QTextBrowser, QWidget

from discharge.model.london import LONDON, london_date
from discharge.model.shown.sittings import Decided, Receipt
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import day_words
from ui.frame.printing import IDENTIFIES
from ui.frame.text_pdf import save_text
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.button import push_button
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import label

if TYPE_CHECKING:
    from ui.frame.page import Page

MARGIN_MM = 16


def when_words(receipt: Receipt) -> str:
    """`Mon 16 Nov 2020, 08:10, by Grace Adeyemi, LA lead`."""
    local = receipt.at.astimezone(LONDON)
    when = f"{day_words(london_date(local), year=True)}, {local:%H:%M}"
    return f"{when}, by {receipt.by}, {receipt.role}"


def sum_words(receipt: Receipt) -> str:
    """`18 approved, £22,410 a week together; 2 not approved`."""
    fees = [each.fee for each in receipt.approved]
    known = terms.pounds(sum(fee for fee in fees if fee is not None))
    lacking = f" and {count_words(fees.count(None), 'fee')} not known" if None in fees else ""
    said = f"{len(receipt.approved)} approved, {known} a week together{lacking}"
    return f"{said}; {len(receipt.left_out)} not approved" if receipt.left_out else said


def why_words(one: Decided, told: Mapping[str, str]) -> str:
    """Why one was left out; `told` is what was said when it happened, by placement."""
    if said := told.get(one.placement) or one.why:
        return said
    if one.rule:
        return f"Something stood against it (rule {one.rule}): the placement itself says what."
    return "Set aside, or asked about: it was not decided on then."


def receipt_html(receipt: Receipt, told: Mapping[str, str]) -> str:
    """The receipt as a text, for the screen and for paper."""
    parts = [
        f"<h2>{escape(sum_words(receipt))}</h2>",
        f"<p>{escape(f'{receipt.hub} · {when_words(receipt)}')}</p>",
    ]
    if receipt.principle is not None:
        parts.append(
            f"<p>Rests on {escape(receipt.principle.words)}: {escape(receipt.principle.sentence)}</p>"
        )
    if receipt.note:
        parts.append(f"<p>Note: {escape(receipt.note)}</p>")
    parts.append("<h3>Approved</h3>")
    rows = [
        (
            one.patient_name, one.goes_to, day_words(one.start, year=True),
            terms.pounds(one.fee) if one.fee is not None else "not known",
            ", ".join(terms.CONDITIONS[each][0] for each in one.conditions) or "nothing", one.placement,
        )
        for one in receipt.approved
    ]  # fmt: skip
    parts.append(_table(("Person", "Goes to", "Start", "A week", "Still needed then", "Reference"), rows))
    if receipt.left_out:
        parts.append("<h3>Not approved</h3>")
        parts.append(
            _table(
                ("Person", "Goes to", "Why not", "Reference"),
                [
                    (one.patient_name, one.goes_to, why_words(one, told), one.placement)
                    for one in receipt.left_out
                ],
            )
        )
    parts.append(f"<p><small>{escape(IDENTIFIES)}</small></p>")
    return "".join(parts)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th align="left">{escape(each)}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table cellspacing="0" cellpadding="4" width="100%"><tr>{head}</tr>{body}</table>'


class ReceiptDialog(QDialog):
    """The receipt to read, to print and to save."""

    def __init__(
        self, receipt: Receipt, *, told: Mapping[str, str], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Receipt of the approvals")
        self.setAccessibleName(self.windowTitle())
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._receipt, self._told, self._theme = receipt, told, theme
        gap = theme.px(Space.GUTTER)
        column = in_column(self, around=(gap, gap, gap, gap), gap=theme.px(Space.ROW))
        column.addWidget(label(self.windowTitle(), "title"))
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(self.windowTitle())
        self.text.document().setDefaultFont(theme.font(tabular=True))
        self.text.setHtml(receipt_html(receipt, told))
        column.addWidget(self.text, 1)
        self._message = Banner(theme=theme, parent=self)
        column.addWidget(self._message)
        foot = in_row(gap=theme.px(Space.NEAR))
        foot.addWidget(label("It stays in Record, at each of these approvals.", "muted", wrap=True), 1)
        self.print = push_button("Print…", do=self._print, parent=self)
        self.save = push_button("Save as PDF…", do=self._save, parent=self)
        self.close_button = push_button("Close", kind="main", tip="Escape", do=self.accept, parent=self)
        for button in (self.print, self.save, self.close_button):
            foot.addWidget(button)
        column.addLayout(foot)
        resize_on_screen(self, theme.px(820), theme.px(560))
        self.text.setFocus()

    def paper(self) -> QTextDocument:
        """The receipt as it is printed: black on white, in the shipped family."""
        document = QTextDocument(self)
        font = self._theme.font(tabular=True)
        font.setPointSizeF(9)
        document.setDefaultFont(font)
        document.setHtml(f"<h1>{escape(self.windowTitle())}</h1>{receipt_html(self._receipt, self._told)}")
        return document

    def _print(self) -> None:
        from ui.frame.print_commands import print_text  # a library of its own

        print_text(self.paper(), parent=self)

    def _save(self) -> None:
        day = london_date(self._receipt.at).isoformat()
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save the receipt", str(Path.home() / f"Approvals {day}.pdf"), "PDF files (*.pdf)"
        )
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Saves it as PDF; the file is there whole or not at all."""
        saved = save_text(self.paper(), path, title=self.windowTitle(), margin_mm=MARGIN_MM)
        if saved is not None:
            self._message.tell(f"Saved: {saved.name}.", "")
        else:
            self._message.tell(f"{path.name} can't be written.", "Choose another folder, or print it.")


def open_receipt(page: Page, sitting: str, told: Mapping[str, str] | None = None) -> None:
    """Opens the receipt of a sitting over a page; `told` is what was said when it happened."""

    def show(found: Receipt | None) -> None:
        if found is not None:
            ReceiptDialog(found, told=told or {}, theme=page.theme, parent=page.window()).open()

    page.ask(lambda queries: queries.receipt(sitting), show, replaces="receipt")


__all__ = ["ReceiptDialog", "open_receipt", "receipt_html"]
