"""What the commands of the whole hub do: people, record, backup, keys, palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog

from ui.theme.palette import Tone
from ui.window import Window
from ui.workplace import Message

if TYPE_CHECKING:
    from discharge.actions.desk import Desk


def bind_hub_commands(window: Window) -> None:
    """Bind the commands that live on no page."""
    place, commands = window.workplace, window.workplace.commands

    def open_dialog(dialog: QDialog) -> None:
        dialog.open()

    def nobody() -> str:
        return "" if place.user is not None else "Nobody is at the desk yet."

    def people() -> None:
        from ui.dialogs.people import PeopleDialog

        open_dialog(PeopleDialog(place, window))

    def bring_in(kind: str) -> None:
        from ui.dialogs.import_file import KINDS, ImportDialog

        open_dialog(ImportDialog(KINDS[kind], workplace=place, parent=window))

    def keys() -> None:
        from ui.dialogs.keys import KeysDialog

        open_dialog(KeysDialog(commands, window.page_letters(), theme=place.theme, parent=window))

    def about() -> None:
        from ui.dialogs.keys import AboutDialog

        open_dialog(AboutDialog(version=_version(), theme=place.theme, parent=window))

    def palette() -> None:
        from ui.dialogs.palette import Palette

        open_dialog(Palette(place, window.page_letters(), window.go, window))

    def back_up() -> None:
        def made(backup: Any) -> None:
            place.say(f"Backed up: {backup.path.name}")

        place.use(_back_up, made, words="Backing up")

    def verify() -> None:
        def checked(found: Any) -> None:
            tone = Tone.DONE if found.is_intact else Tone.DANGER
            mend = "" if found.is_intact else "Close the program and restore the last backup."
            place.tell(Message(found.sentence, mend, tone=tone))

        place.use(_verify, checked, words="Checking the record")

    commands.bind("hub.people", people)
    for kind in ("homes", "returns", "patients"):
        commands.bind(f"import.{kind}", partial(bring_in, kind))
    commands.bind("hub.back_up", back_up, why_not=nobody)
    commands.bind("hub.verify", verify, why_not=nobody)
    commands.bind("help.keys", keys)
    commands.bind("help.about", about)
    commands.bind("view.palette", palette, why_not=nobody)


def _back_up(desk: Desk) -> Any:
    return desk.back_up()


def _verify(desk: Desk) -> Any:
    return desk.verify()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("discharge-desk")
    except PackageNotFoundError:
        return "of the source"
