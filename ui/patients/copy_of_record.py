"""A copy of all that is on record about somebody, for them: a PDF to read, and the same as data."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QFileDialog

from discharge.actions.rights import copy_now, give_copy
from discharge.model.errors import UserError
from discharge.model.shown.patients import PatientPage
from discharge.reports.of_a_person import Part, PersonCopy
from ui.frame.action_form import ActionForm
from ui.frame.paper_pages import DOTS_PER_INCH, save_whole
from ui.frame.services import Message, Services
from ui.widgets.text_fields import TextField

NOTE = "It holds nobody else's data. It names the person: hand it over, or send it by secure mail."


class CopyForm(ActionForm):
    """Who gets the copy and why; then where it is put."""

    def __init__(self, page: PatientPage, *, services: Services) -> None:
        super().__init__(
            f"All that is on record about {page.row.name}", services=services, save_word="Choose a folder…"
        )
        self._page = page
        self.add_who(page.row.who)
        self.to = self.add(
            TextField(
                "to", "Who gets the copy", theme=self.theme, required=True, longest=200,
                placeholder="The person; or a daughter with power of attorney, seen",
            ),
            wide=True,
        )  # fmt: skip
        self.add_why(
            placeholder="They asked for it on Mon 16 Nov, by letter",
            hint=f"Two files: one to read, one of data. {NOTE} That it was made stands in the record.",
        )

    def save(self, values: Mapping[str, Any]) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Where to put the copy", str(Path.home()))
        if not folder:
            self.refused(UserError("No folder was chosen.", "Nothing was written."))
            return
        self.write_into(Path(folder), to=str(values["to"]), reason=str(values["reason"]))

    def write_into(self, folder: Path, *, to: str, reason: str) -> None:
        """Puts on record that the copy is made, then writes it into the folder."""
        patient, services = self._page.row.id, self.services
        font = self.theme.font()
        self.perform(
            partial(give_copy, patient=patient, to=to, reason=reason),
            done="It is on record that a copy is made.",
            then=lambda _changed: services.ask(
                lambda queries: copy_now(queries, patient),
                lambda found: _write(found, folder, patient, services=services, font=font),
                replaces="copy_of_record",
            ),
        )


def _write(
    found: tuple[PersonCopy, str], folder: Path, patient: str, *, services: Services, font: QFont
) -> None:
    copy, data = found
    stem = f"Copy of the record {patient} {services.today().isoformat()}"
    try:
        for ending, content in ((".pdf", pdf_of(copy, font=font)), (".json", data.encode())):
            save_whole(folder / f"{stem}{ending}", content)
    except UserError as error:
        services.tell(Message(error.sentence, error.mend))
        return
    services.say(f"The copy is in {folder.name}: {stem}.pdf and .json. {NOTE}")


def pdf_of(copy: PersonCopy, *, font: QFont) -> bytes:
    """The copy as a PDF of A4 pages."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS_PER_INCH)
    writer.setTitle("What is on record")
    writer.setCreator("Discharge Desk")
    # the text brings margins of its own
    margins = QMarginsF(0, 0, 0, 0)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins,
            QPageLayout.Unit.Millimeter,
        )
    )  # fmt: skip
    document = QTextDocument()
    face = QFont(font)
    face.setPointSize(10)
    document.setDefaultFont(face)
    document.setHtml(html_of(copy))
    document.print_(writer)
    return bytes(buffer.data().data())


def html_of(copy: PersonCopy) -> str:
    """The copy as the text that is printed."""
    parts = "".join(_part(each) for each in copy.parts)
    return f"<h1>{html.escape(copy.title)}</h1><p>{html.escape(copy.made)}</p>{parts}"


def _part(part: Part) -> str:
    groups = "<hr/>".join(
        f'<table width="100%" cellpadding="2">{"".join(_row(name, said) for name, said in group)}</table>'
        for group in part.groups
    )
    return f"<h2>{html.escape(part.title)}</h2>{groups}"


def _row(name: str, said: str) -> str:
    lines = html.escape(said).replace("\n", "<br/>")
    return f'<tr><td width="34%"><b>{html.escape(name)}</b></td><td>{lines}</td></tr>'


__all__ = ["CopyForm", "html_of", "pdf_of"]
