"""The commands Print and Save as PDF: what the page in front has, on the printer or into a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile, Qt
from PySide6.QtGui import QPagedPaintDevice, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressDialog, QToolButton, QWidget

from discharge.model.london import LONDON, london_date
from discharge.words.days import day_words
from ui.frame import spool
from ui.frame.page import Page
from ui.frame.printing import Printing, Sheet, sheet_of
from ui.frame.services import Message
from ui.frame.window import Window
from ui.widgets.search import FilterChips
from ui.widgets.table import TableView

DOTS_PER_INCH = 300
SHOWN_AFTER_MS = 500
PLACES = frozenset({"settings", "preferences", "help"})
"""Pages that name no person of the list: what is printed of them carries no mark."""


def page_sheet(page: Page, table: TableView, *, hub: str, deed: str = "printed") -> Sheet:
    """The page's table as it is shown, with hub, name and time. `deed`: what was done with it, by whom."""
    place = page.services
    title = table.accessibleName() or page.title
    return sheet_of(
        table,
        title=title if title.startswith(page.title) else f"{page.title}: {title}",
        hub=hub,
        who=f"{deed} by {place.user.name}" if place.user is not None else "",
        when=_when(place.now()),
        filters=filter_words(page),
        identifies=page.name not in PLACES,
    )


def lines_sheet(page: Page, *, hub: str) -> Sheet:
    """The page's lines as they are shown, with hub, name and time."""
    place = page.services
    heads, *rows = page.printed_lines()
    on = filter_words(page)
    who = f"printed by {place.user.name}" if place.user is not None else ""
    what = (f"{len(rows):,} rows", f"filter: {', '.join(on)}" if on else "")
    return Sheet(
        title=page.title,
        about=tuple(
            " · ".join(part for part in parts if part) for parts in ((hub, who, _when(place.now())), what)
        ),
        columns=heads,
        rows=len(rows),
        cells=rows.__getitem__,
        identifies=page.name not in PLACES,
    )


def _when(now: datetime) -> str:
    local = now.astimezone(LONDON)
    return f"{day_words(london_date(local), year=True)}, {local:%H:%M}"


def filter_words(page: Page) -> list[str]:
    """The filters that are on, in words."""
    on = (
        chip.accessibleName().removeprefix("Filter: ")
        for chips in page.findChildren(FilterChips)
        for chip in chips.findChildren(QToolButton)
        if chip.isChecked() and chip.isVisible()
    )
    return list(on)


def print_page(window: Window) -> None:
    """Asks for the printer, and prints."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, window)
    dialog.setWindowTitle("Print")
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return
    place = window.services
    sorry = Message("The printer takes no pages.", "See that it is on, or save as PDF.")

    def over(say: Callable[[], object]) -> None:
        spool.clear()
        say()

    with spool.beginning():
        _run(
            window,
            printer,
            whole=lambda: over(lambda: place.say("Sent to the printer.")),
            broken=spool.clear,
            failed=lambda: over(lambda: place.tell(sorry)),
        )


def print_text(text: QTextDocument, *, parent: QWidget) -> bool:
    """Asks for the printer, and prints a text; whether it was."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if QPrintDialog(printer, parent).exec() == QDialog.DialogCode.Accepted:
        with spool.beginning():
            text.print_(printer)
        spool.clear()
        return True
    return False


def ask_and_save(window: Window) -> None:
    """Asks where to, and saves as PDF."""
    page = window.page
    assert page is not None  # the command isn't enabled without one
    day = window.services.today().isoformat()
    chosen, _ = QFileDialog.getSaveFileName(
        window, "Save as PDF", str(Path.home() / f"{page.title} {day}.pdf"), "PDF files (*.pdf)"
    )
    if chosen:
        path = Path(chosen)
        save_pdf(window, path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf"))


def save_pdf(window: Window, path: Path) -> Printing | None:
    """Saves what the page in front has; the file is there whole, or not at all."""
    place = window.services
    file = QSaveFile(str(path), window)

    def dropped() -> None:
        if file.isOpen():
            file.cancelWriting()
            file.commit()  # which removes what there is of it: on Windows that is a file beside its place
        file.deleteLater()

    def refused() -> None:
        dropped()
        place.tell(
            Message(f"{path.name} can't be written.", "Choose another folder, or close the file elsewhere.")
        )

    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        refused()
        return None
    writer = QPdfWriter(file)
    writer.setResolution(DOTS_PER_INCH)
    writer.setTitle(path.stem)
    writer.setCreator("Discharge Desk")

    def whole() -> None:
        if file.commit():
            place.say(f"Saved: {path.name}.")
            file.deleteLater()
        else:
            refused()

    return _run(window, writer, whole=whole, broken=dropped, failed=refused)


def _run(
    window: Window,
    device: QPagedPaintDevice,
    *,
    whole: Callable[[], object],
    broken: Callable[[], object],
    failed: Callable[[], object],
) -> Printing | None:
    """Prints what the page in front has on this device, with progress where it takes a while.

    `broken` is called where somebody stopped it, `failed` where the device took no pages.
    """
    page = window.page
    assert page is not None  # the command isn't enabled without one
    pages, text, table = page.printed_pages(), page.printed_text(), page.printed_table()
    if pages is not None:
        try:
            pages(device)
        except OSError:
            failed()
        else:
            whole()
        return None
    if text is not None:
        text.print_(device)
        whole()
        return None
    hub = window.hub_title
    sheet = lines_sheet(page, hub=hub) if table is None else page_sheet(page, table, hub=hub)
    job = Printing(sheet, device, theme=page.theme, parent=window)
    shown = QProgressDialog(f"Laying out {sheet.rows:,} rows", "Stop", 0, 0, window)
    shown.setWindowTitle("Printing")
    shown.setWindowModality(Qt.WindowModality.WindowModal)
    shown.setMinimumDuration(SHOWN_AFTER_MS)
    shown.setAutoReset(False)
    shown.canceled.connect(job.stop)

    def progress(done: int, total: int) -> None:
        shown.setMaximum(total)
        shown.setValue(done)

    def finished(all_there: bool, /) -> None:
        shown.close()
        shown.deleteLater()
        job.deleteLater()
        (whole if all_there else broken)()

    job.progressed.connect(progress)
    job.finished.connect(finished)
    job.start()
    return job
