"""What the commands of the whole hub do: people, record, backup, keys, palette."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QFileDialog

from discharge.rules.may import MAY
from ui.frame.dropped import DroppedFiles
from ui.frame.services import Message, Undo
from ui.frame.window import Window
from ui.imports.watched import WatchedFolder
from ui.preferences.server import bind_server_commands

if TYPE_CHECKING:
    from discharge.actions.desk import Desk

SENT = ".ddbundle"
"""How a file ends that was sent to somebody to decide on."""


def bind_hub_commands(window: Window) -> None:
    """Binds the commands that live on no page."""
    place, commands = window.services, window.services.commands

    def open_dialog(dialog: QDialog) -> None:
        dialog.open()

    def nobody() -> str:
        return "" if place.user is not None else "Nobody is at the desk yet."

    def people() -> None:
        from ui.preferences.people import PeopleDialog

        open_dialog(PeopleDialog(place, window))

    def passphrase() -> None:
        from ui.preferences.own_passphrase import OwnPassphraseForm

        form = OwnPassphraseForm(place, hub=window.hub_title, parent=window)
        form.finished.connect(form.deleteLater)
        open_dialog(form)

    def data_key() -> None:
        from ui.preferences.data_key import DataKeyForm

        form = DataKeyForm(place, parent=window)
        form.finished.connect(form.deleteLater)
        open_dialog(form)

    def why_no_data_key() -> str:
        if window.ways_in(False) is None:
            return "This hub isn't sealed. Close it and open it again: it is offered then."
        return nobody()

    def why_no_passphrase() -> str:
        if window.ways_in(False) is None:
            return "Nobody needs a passphrase at this hub."
        return nobody()

    def bring_in(kind: str) -> None:
        from ui.imports.dialog import ImportDialog
        from ui.imports.kinds import KINDS

        open_dialog(ImportDialog(KINDS[kind], services=place, parent=window))

    def look_at(path: Path) -> None:
        from ui.imports.dialog import ImportDialog
        from ui.imports.kinds import KINDS

        dialog = ImportDialog(KINDS["any"], services=place, parent=window)
        open_dialog(dialog)
        dialog.look_at(path)

    watched = WatchedFolder(place, look_at, window)

    def watch() -> None:
        chosen = QFileDialog.getExistingDirectory(window, "Watch a folder", str(watched.folder or ""))
        if chosen:
            watched.watch(Path(chosen))
            place.say(f"Files that come into {Path(chosen).name} are told here.")

    def watch_none() -> None:
        before = watched.folder
        watched.watch(None)
        place.say("No folder is watched.", Undo("Watch it again", call=lambda: watched.watch(before)))

    def why_not_watched() -> str:
        return "" if watched.folder is not None else "No folder is watched."

    def take_answer() -> None:
        from ui.away.take_in import ask_and_take_in

        ask_and_take_in(window, place)

    def take_dropped(path: Path) -> None:
        from ui.away.take_in import take_in_file

        if why := why_no_answer():
            place.tell(Message(why, "Sign in, then drop it again."))
        elif MAY["carry_answer"].of(place.user.roles if place.user is not None else ()) is not None:
            take_in_file(path, place)
        else:
            place.tell(Message("A reader does nothing but read.", "Ask a coordinator to take it in."))

    def why_no_answer() -> str:
        if window.ways_in(False) is None:
            return "This hub isn't sealed: nothing was sent from it that could be answered."
        return nobody()

    def postcodes() -> None:
        from ui.imports.postcodes import PostcodesDialog

        open_dialog(PostcodesDialog(services=place, parent=window))

    def export_homes() -> None:
        from ui.imports.saving import ask_and_save_sheet

        ask_and_save_sheet(window, place)

    def keys() -> None:
        from ui.help.keys import KeysDialog

        open_dialog(KeysDialog(commands, window.page_letters(), theme=place.theme, parent=window))

    def help_of_page() -> None:
        from ui.help.text import topic_of

        before = window.page_name
        if before == "help":
            window.page.focus_first() if window.page is not None else None
            return
        window.go("help", topic_of(before))
        came_from = getattr(window.page, "came_from", None)
        if came_from is not None:
            came_from(before, window.title_of(before))
            window.page.focus_first() if window.page is not None else None

    def tour() -> None:
        from ui.help.tour import show_tour

        show_tour(window)

    def about() -> None:
        from ui.help.about import AboutDialog

        open_dialog(AboutDialog(place, hub_is_open=window.page is not None, parent=window))

    def palette() -> None:
        from ui.frame.palette import Palette

        open_dialog(Palette(place, window.page_letters(), window.go, window))

    def back_up() -> None:
        def made(backup: Any) -> None:
            place.say(f"Backed up: {backup.path.name}")

        place.use_aside(_back_up, made, words="Backing up")

    def verify() -> None:
        from ui.frame.record_check import check_record

        check_record(place)

    def print_page() -> None:
        from ui.frame.print_commands import print_page

        print_page(window)

    def save_as_pdf() -> None:
        from ui.frame.print_commands import ask_and_save

        ask_and_save(window)

    def save_as_table() -> None:
        from ui.frame.saving_table import ask_and_save

        ask_and_save(window)

    why_no_print = partial(_why_no_print, window)
    commands.bind("table.print", print_page, why_not=why_no_print)
    commands.bind("table.pdf", save_as_pdf, why_not=why_no_print)
    commands.bind("table.save", save_as_table, why_not=partial(_why_no_table, window))
    commands.bind("hub.people", people)
    commands.bind("hub.passphrase", passphrase, why_not=why_no_passphrase)
    commands.bind("hub.data_key", data_key, why_not=why_no_data_key)
    bind_server_commands(window)
    for kind in ("any", "homes", "sheet", "returns", "patients"):
        commands.bind(f"import.{kind}", partial(bring_in, kind))
    for each in ("import.postcodes", "setting.places", "patient.places"):
        commands.bind(each, postcodes, why_not=nobody)
    commands.bind("import.waiting", watched.open_first, why_not=watched.why_nothing)
    commands.bind("import.watch", watch, why_not=nobody)
    commands.bind("import.unwatch", watch_none, why_not=why_not_watched)
    commands.bind("bundle.open", partial(open_sent, window))
    DroppedFiles(window, {SENT: partial(open_sent, window), ".ddanswer": take_dropped})
    commands.bind("bundle.home_key", partial(make_home_key, window))
    commands.bind("bundle.answer", take_answer, why_not=why_no_answer)
    commands.bind("export.homes", export_homes, why_not=nobody)
    commands.bind("hub.back_up", back_up, why_not=nobody)
    commands.bind("hub.out", partial(_ask_and_take_out, window), why_not=nobody)
    commands.bind("record.check", verify, why_not=nobody)
    commands.bind("help.keys", keys)
    commands.bind("help.page", help_of_page, why_not=nobody)
    commands.bind("help.tour", tour, why_not=nobody)
    commands.bind("help.about", about)
    commands.bind("view.palette", palette, why_not=nobody)


def open_sent(window: Window, path: Path | None = None) -> None:
    """Opens what was sent to somebody to decide on: no hub need be open. `path`: the file, if it is known."""
    from ui.away.open import OpenBundleForm

    place = window.services
    form = OpenBundleForm(theme=place.theme, now=place.now, path=path, parent=window)
    form.finished.connect(form.deleteLater)
    form.open()


def make_home_key(window: Window) -> None:
    """Makes the key with which somebody answers for a home: no hub need be open."""
    from ui.away.home_key import HomeKeyForm

    form = HomeKeyForm(theme=window.services.theme, parent=window)
    form.finished.connect(form.deleteLater)
    form.open()


def _why_no_print(window: Window) -> str:
    """Why there is nothing to print, in a sentence; empty where there is."""
    page = window.page
    if page is None:
        return "No page is open yet."
    table = page.printed_table()
    if page.prints_more() or (table is not None and table.rows.rowCount()):
        return ""
    return "There is no table on this page to print." if table is None else "The table is empty."


def _why_no_table(window: Window) -> str:
    """Why there is no table to save, in a sentence; empty where there is one."""
    if window.page is None:
        return "No page is open yet."
    table = window.page.printed_table()
    if table is None:
        return "There is no table on this page to save."
    return "" if table.rows.rowCount() else "The table is empty."


def _ask_and_take_out(window: Window) -> None:
    """Asks for a folder, and writes all that the hub has into a new folder in it."""
    chosen = QFileDialog.getExistingDirectory(window, "Where to put everything that the hub has")
    place = window.services

    def written(done: Any) -> None:
        place.say(f"{done.sentence} It names people: keep it on an encrypted disk.")

    if chosen:
        place.use_aside(partial(_take_out, parent=Path(chosen)), written, words="Writing everything out")


def _take_out(desk: Desk, *, parent: Path) -> Any:
    from discharge.actions.all_out import folder_for, take_all_out

    return take_all_out(desk, folder_for(desk, parent))


def _back_up(desk: Desk) -> Any:
    made = desk.back_up()
    desk.send_to_second_folder()
    return made
