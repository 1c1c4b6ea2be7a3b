"""The window's entry: arguments and logging first, Qt after.

Nothing heavy is imported at the top: the engine's process imports this module too when it is spawned.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from discharge import __version__, console
from ui import HUB_SUFFIX

if TYPE_CHECKING:
    from discharge.keys.slots import Unlocked
    from ui.first_paint import Started
    from ui.frame.window import Window

PICTURED = (1440, 860)
"""The size of the window in a picture, where none is asked for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; the exit code says how it went."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        # first thing of all: a frozen program starts itself again for its engine's process
        multiprocessing.freeze_support()
    console.have_one()
    _speak_utf8()
    asked = _asked(arguments)
    # what this program makes is for its user's eyes alone: hubs, logs, what the window remembers
    os.umask(0o077)
    _heed_errors()
    # whoever waits for a window sees it before anything else is done
    seen = not (asked.self_test or asked.no_window or asked.screenshot)
    started = _paint_first(asked) if seen else None
    log_file = _start_logging(asked)
    if asked.self_test:
        from ui.self_test import run

        return int(run())
    import tempfile

    with tempfile.TemporaryDirectory(prefix="discharge-desk-", ignore_cleanup_errors=True) as spare:
        hub = _hub(asked, Path(spare))
        if asked.no_window:
            from ui.without_window import print_plan

            planner = print_plan(hub, demo=True)
            if planner is None:
                return 2
            if asked.picture is None:
                return 0
            asked.screenshot, asked.page, asked.user = asked.picture, "match", planner
            asked.size = asked.size or PICTURED
        # a picture is taken of a window that remembers nothing
        started = started or _paint_first(asked, kept=Path(spare) / "window.ini")
        return _run_window(asked, hub, log_file, started)


def _speak_utf8() -> None:
    """Qt wants a locale of UTF-8 and complains of any other: under `LANG=C` it gets the plainest there is."""
    if sys.platform in ("win32", "darwin"):
        return
    import locale

    try:
        before = locale.setlocale(locale.LC_CTYPE)
        locale.setlocale(locale.LC_CTYPE, "")
        spoken = locale.nl_langinfo(locale.CODESET)
        locale.setlocale(locale.LC_CTYPE, before)
    except locale.Error:
        spoken = ""
    if spoken.upper().replace("-", "") != "UTF8" or os.environ.get("LC_ALL", "") in ("C", "POSIX"):
        os.environ.pop("LC_ALL", None)
        os.environ["LC_CTYPE"] = "C.UTF-8"


def _heed_errors() -> None:
    """Before anything that overrides Qt is imported."""
    from ui.overrides import heed_errors

    heed_errors()


def _paint_first(asked: argparse.Namespace, *, kept: Path | None = None) -> Started:
    """Shows the window, bare, and comes back when it is painted."""
    from discharge.paths import user_config
    from ui.first_paint import start
    from ui.theme.palette import Mode

    kept = kept or user_config() / "window.ini"
    with suppress(OSError):
        kept.chmod(0o600)
    return start(
        sys.argv[:1],
        kept=kept,
        mode=Mode(asked.theme) if asked.theme else None,
        scale=asked.text / 100 if asked.text else None,
        size=asked.size,
    )


def _run_window(asked: argparse.Namespace, hub: Path, log_file: Path | None, started: Started) -> int:
    from ui.first_paint import import_in_slices

    qt, window = started.qt, started.window
    import_in_slices(qt)
    if window.isHidden():
        return 0  # it was closed already

    from discharge.paths import resources
    from ui.application import Application
    from ui.frame import spool
    from ui.frame.services import Message
    from ui.hub_commands import open_sent
    from ui.theme.palette import Mode

    spool.sweep()
    code = 0
    bare: Window | None = window
    following: Path | None = hub
    message: Message | None = None
    came_in: Unlocked | None = None
    before: Path | None = None
    another = False
    while following is not None:
        application = Application(
            qt,
            hub=following,
            resources=resources(),
            settings=started.settings,
            demo=asked.demo and following == hub,
            mode=Mode(asked.theme) if asked.theme else None,
            scale=asked.text / 100 if asked.text else None,
            user_id=asked.user,
            page=asked.page,
            log_file=log_file,
            tour=not asked.screenshot,
            message=message,
            window=bare,
            came_in=came_in,
            before=before,
        )
        application.install_hooks()
        application.finished.connect(qt.exit)
        if another:
            application.stand_apart()
        if asked.size and before is None:
            application.window.resize(*asked.size)
        if asked.screenshot:
            from ui.picture import take_picture

            take_picture(application, asked.screenshot, select=asked.select)
        application.show()
        if asked.sent is not None and before is None:
            open_sent(application.window, asked.sent)
        code = qt.exec()
        application.close()
        before, following, message = following, application.next_hub, application.restore()
        another = following != before
        came_in = application.entrance.came_in
        bare = application.retire()
        if bare is None:
            # it was closed: the program is over
            break
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="discharge-desk", description="Safe placements from hospital: the desk of a discharge hub."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="HUB",
        help="a hub's file, as a double click on it names it, or one that was sent to be decided on",
    )
    parser.add_argument("--hub", type=Path, metavar="PATH", help="the same; made when there is none")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="a synthetic hub: at --hub where that is given, else for this run only",
    )
    parser.add_argument(
        "--user",
        default="",
        metavar="ID",
        help="who is at the desk: in the demo hub without being asked, in another the name that is chosen",
    )
    parser.add_argument("--theme", choices=["light", "dark", "contrast"], help="the look")
    parser.add_argument("--size", type=_size, metavar="WxH", help="the window's size in pixels")
    parser.add_argument(
        "--text", type=int, choices=range(90, 201, 5), metavar="PERCENT", help="the size of text, 90 to 200"
    )
    parser.add_argument("--page", default="", metavar="NAME", help="the page to begin with")
    parser.add_argument("--select", default="", metavar="KEY", help="the row to choose on that page")
    parser.add_argument(
        "--screenshot", type=Path, metavar="PATH", help="take a picture of the window, then end"
    )
    parser.add_argument(
        "--no-window", action="store_true", help="plan the demo hub and print the plan as a table"
    )
    parser.add_argument(
        "--picture", type=Path, metavar="PATH", help="with --no-window: a picture of the match page"
    )
    parser.add_argument(
        "--self-test", action="store_true", help="try the whole program out on a temporary hub"
    )
    return parser


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for; a hub that was named alone is the hub. Ends the program where two were named."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.file is not None and asked.hub is not None:
        parser.error("name one hub: by itself, or after --hub")
    asked.sent = asked.file if asked.file is not None and asked.file.suffix == ".ddbundle" else None
    asked.hub = asked.hub if asked.sent is not None else asked.file or asked.hub
    return asked


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        found = int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError("a size looks like 1366x768") from None
    if not all(200 <= side <= 10_000 for side in found):
        raise argparse.ArgumentTypeError("each side lies between 200 and 10000 pixels")
    return found


def _hub(asked: argparse.Namespace, spare: Path) -> Path:
    if asked.hub is not None:
        return Path(asked.hub)
    if asked.demo or asked.no_window:
        return spare / f"Demo{HUB_SUFFIX}"
    from discharge.paths import user_data

    return user_data() / f"Hub{HUB_SUFFIX}"


def _start_logging(asked: argparse.Namespace) -> Path | None:
    """A log of 1 MB and one before it, in the user's log folder; standard error alone where it can't be."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    if asked.self_test or asked.no_window or asked.screenshot:
        return None
    from discharge.paths import user_logs
    from ui.frame.log_file import LogFile, before

    path = user_logs() / "discharge-desk.log"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for each in (path, before(path)):
            if each.exists():
                each.chmod(0o600)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        handler = LogFile(path)
    except OSError:
        return None
    handler.setFormatter(form)
    root.addHandler(handler)
    return path


if __name__ == "__main__":
    sys.exit(main())
