"""The executable as a Debian package and as an AppImage.

    python packaging/linux_packages.py dist/discharge-desk dist [--runtime FILE] [--version 0.2.0]

writes `discharge-desk_VERSION_ARCH.deb`, and `Discharge_Desk-VERSION-ARCH.AppImage` where the runtime of
AppImages (`runtime-x86_64`, which its project publishes) is named by --runtime or DISCHARGE_APPIMAGE_RUNTIME.
Without it the squashfs that follows the runtime is made, and what is missing is said: nothing is fetched.

Nothing runs as root when the package is installed, upgraded or removed: it has no scripts of its own. What
needs to know of it (menus, file types, icons) is told by dpkg's triggers. Hubs lie in people's homes and
aren't touched.
"""

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(ROOT))

import man_page  # type: ignore[import-not-found]  # noqa: E402
import third_party  # type: ignore[import-not-found]  # noqa: E402

NAME = "discharge-desk"
PLACE = Path("usr/lib") / NAME
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
FILE_TYPE = "application-x-discharge-desk-hub"
PRINTS = {"libcups.so.2": "libcups2"}
"""What is used where it is there: without it a page goes to PDF, and to no printer."""
RUNTIME = "DISCHARGE_APPIMAGE_RUNTIME"
SUMMARY = "desk of a hospital discharge hub"
DESCRIPTION = """\
 Every day an English hospital has people in its beds who are well enough to
 leave and have nowhere safe to go. Discharge Desk is the desktop tool of the
 hub that finds them a place: coordinators enter people, a matching engine
 proposes placements that keep every infection rule and every capacity, a
 local-authority lead approves, and everything decided is on record.
 .
 It works without a network. This package holds all it needs, Qt and Python
 too, in /usr/lib/discharge-desk; the licences of each lie there.
"""
APP_RUN = """\
#!/bin/sh
# Called by the name `discharge` it is the command line, else the window.
here=$(dirname "$(readlink -f "$0")")
case "${ARGV0##*/}" in
    discharge) exec "$here/usr/bin/discharge" "$@" ;;
    *) exec "$here/usr/bin/discharge-desk" "$@" ;;
esac
"""


class PackageError(Exception):
    """A package can't be made; the text says why."""


def version_of_project() -> str:
    """The version that pyproject.toml has."""
    import tomllib

    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


# ---- what both hold ---------------------------------------------------------------------------------------


def lay_out(bundle: Path, root: Path, *, version: str) -> None:
    """Lay all out under a root as Debian does: program, commands, entry, icons, file type, man pages."""
    there = root / PLACE
    there.parent.mkdir(parents=True)
    shutil.copytree(bundle, there, symlinks=True)
    commands = root / "usr" / "bin"
    commands.mkdir(parents=True)
    for command in (NAME, "discharge"):
        (commands / command).symlink_to(Path("../lib") / NAME / command)
    entries = HERE / "linux"
    write(
        root / "usr/share/applications" / f"{NAME}.desktop", (entries / f"{NAME}.desktop").read_text("utf-8")
    )
    write(root / "usr/share/mime/packages" / f"{NAME}.xml", (entries / f"{NAME}.mime.xml").read_text("utf-8"))
    told = (entries / f"{NAME}.metainfo.xml").read_text("utf-8")
    told = told.replace("@VERSION@", version).replace("@DATE@", day_of_release())
    write(root / "usr/share/metainfo" / f"{NAME}.metainfo.xml", told)
    draw_icons(root / "usr/share/icons/hicolor")
    man_page.main([str(root / "usr/share/man/man1")])
    papers = root / "usr/share/doc" / NAME
    write(papers / "copyright", copyright_file())
    write(papers / "changelog", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    for file in (*(root / "usr/share/man/man1").iterdir(), papers / "changelog"):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        file.unlink()
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def write(file: Path, text: str) -> None:
    """Write a text, and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", newline="\n")


def day_of_release() -> str:
    """Today, or the day of SOURCE_DATE_EPOCH, so that the same source gives the same package."""
    at = int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    return time.strftime("%Y-%m-%d", time.gmtime(at))


def draw_icons(folder: Path) -> None:
    """The icon of the program, and of a hub's file, in every size, and as it was drawn."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer
    from PySide6.QtWidgets import QApplication

    kept = QApplication.instance() or QApplication([])
    source = ROOT / "resources" / "icons" / f"{NAME}.svg"
    renderer = QSvgRenderer(str(source))
    for kind, name in (("apps", NAME), ("mimetypes", FILE_TYPE)):
        for size in SIZES:
            image = QImage(size, size, QImage.Format.Format_ARGB32)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            renderer.render(painter)
            painter.end()
            file = folder / f"{size}x{size}" / kind / f"{name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            if not image.save(str(file)):
                raise PackageError(f"{file} can't be written.")
        write(folder / "scalable" / kind / f"{name}.svg", source.read_text("utf-8"))
    del kept


def copyright_file() -> str:
    """Debian's copyright file: ours, and where the others' are."""
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: Discharge Desk\n"
        f"Comment: Others' work is under other terms: /{PLACE}/third_party_licences has the text of each.\n\n"
        "Files: *\nCopyright: the Discharge Desk project\nLicense: Apache-2.0\n"
        " On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.\n"
    )


# ---- Debian -----------------------------------------------------------------------------------------------


def libraries_missing(bundle: Path) -> set[str]:
    """The names of the libraries that files of the bundle load and the bundle hasn't."""
    files = [file for file in bundle.rglob("*") if file.is_file() and not file.is_symlink()]
    elves = [file for file in files if is_elf(file)]
    had = {file.name for file in bundle.rglob("*.so*")}
    asked = ["objdump", "-p", *map(str, elves)]
    told = subprocess.run(asked, check=True, capture_output=True, encoding="utf-8").stdout
    return set(re.findall(r"^  NEEDED +(\S+)$", told, re.MULTILINE)) - had


def is_elf(file: Path) -> bool:
    """Whether it is a program or a library of Linux."""
    with file.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def depends_on(libraries: Iterable[str]) -> tuple[list[str], list[str]]:
    """The Debian packages that hold these libraries: those needed, and those used where they are there."""
    places = subprocess.run(
        ["/sbin/ldconfig", "-p"], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    known = dict(re.findall(r"^\t(\S+) \(libc6,x86-64.*\) => (\S+)$", places, re.MULTILINE))
    unknown = sorted(set(libraries) - set(known) - set(PRINTS))
    if unknown:
        raise PackageError(f"No library of this system is called {', '.join(unknown)}.")
    needed = {Path(known[each]) for each in libraries if each not in PRINTS}
    held = third_party.packages_of(needed)
    nobodys = sorted(str(each) for each in needed if each not in held)
    if nobodys:
        raise PackageError(f"No Debian package holds {', '.join(nobodys)}.")
    names = {name.partition(":")[0] for name in held.values()}
    libc = asked("dpkg-query", "--show", "--showformat=${Version}", "libc6").partition("-")[0]
    return sorted(f"libc6 (>= {libc})" if name == "libc6" else name for name in names), sorted(
        PRINTS.values()
    )


def asked(*command: str) -> str:
    """What a command says."""
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.strip()


def control(root: Path, *, version: str, needed: Iterable[str], used: Iterable[str]) -> str:
    """The control file of the package whose files lie under the root."""
    size = sum(file.lstat().st_size for file in root.rglob("*") if not file.is_dir()) // 1024
    return "\n".join(
        (
            f"Package: {NAME}",
            f"Version: {version}",
            f"Architecture: {asked('dpkg', '--print-architecture')}",
            "Maintainer: The Discharge Desk project <discharge-desk@example.invalid>",
            "Section: misc",
            "Priority: optional",
            f"Installed-Size: {size}",
            f"Depends: {', '.join(needed)}",
            f"Recommends: {', '.join(used)}",
            f"Description: {SUMMARY}",
            DESCRIPTION,
        )
    )


def make_deb(bundle: Path, out: Path, *, version: str, work: Path) -> Path:
    """Write the Debian package; return its path."""
    root = work / "deb"
    shutil.rmtree(root, ignore_errors=True)
    lay_out(bundle, root, version=version)
    needed, used = depends_on(libraries_missing(bundle))
    write(root / "DEBIAN" / "control", control(root, version=version, needed=needed, used=used))
    made = out / f"{NAME}_{version}_{asked('dpkg', '--print-architecture')}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(root), str(made)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(root)
    return made


# ---- AppImage ---------------------------------------------------------------------------------------------


def make_app_dir(bundle: Path, root: Path, *, version: str) -> None:
    """Lay out the folder that an AppImage holds: the same tree, its entry and icon on top, and AppRun."""
    shutil.rmtree(root, ignore_errors=True)
    lay_out(bundle, root, version=version)
    write(root / "AppRun", APP_RUN)
    (root / "AppRun").chmod(0o755)
    (root / f"{NAME}.desktop").symlink_to(f"usr/share/applications/{NAME}.desktop")
    (root / f"{NAME}.png").symlink_to(f"usr/share/icons/hicolor/256x256/apps/{NAME}.png")
    (root / ".DirIcon").symlink_to(f"{NAME}.png")


def make_app_image(
    bundle: Path, out: Path, *, version: str, work: Path, runtime: Path | None
) -> tuple[Path, str]:
    """Write the AppImage, or without a runtime the squashfs that it would hold; and what is missing."""
    root, packed = work / "AppDir", work / "app.squashfs"
    make_app_dir(bundle, root, version=version)
    packed.unlink(missing_ok=True)
    command = ["mksquashfs", str(root), str(packed), "-root-owned", "-noappend", "-no-progress", "-quiet"]
    subprocess.run([*command, "-comp", "zstd"], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(root)
    name = f"Discharge_Desk-{version}-{os.uname().machine}"
    if runtime is None:
        made = out / f"{name}.squashfs"
        shutil.move(packed, made)
        return made, (
            "There is no AppImage: its runtime is missing, which the AppImage project publishes as "
            f"runtime-{os.uname().machine}. Name it by --runtime or {RUNTIME}: this file follows it."
        )
    if not is_elf(runtime):
        raise PackageError(f"{runtime} isn't a runtime of AppImages.")
    made = out / f"{name}.AppImage"
    made.write_bytes(runtime.read_bytes() + packed.read_bytes())
    made.chmod(0o755)
    packed.unlink()
    return made, ""


def main(arguments: list[str]) -> int:
    """Make both packages; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path, help="the folder that PyInstaller made")
    parser.add_argument("out", type=Path, help="where the packages go")
    parser.add_argument("--version", default=version_of_project(), help=argparse.SUPPRESS)
    usual = os.environ.get(RUNTIME)
    parser.add_argument("--runtime", type=Path, default=Path(usual) if usual else None, help="for AppImages")
    options = parser.parse_args(arguments)
    work = options.out / ".work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    bundle = options.bundle.absolute()
    try:
        made = [make_deb(bundle, options.out, version=options.version, work=work)]
        missing = "There is no AppImage: mksquashfs is missing (Debian: squashfs-tools)."
        if shutil.which("mksquashfs"):
            image, missing = make_app_image(
                bundle, options.out, version=options.version, work=work, runtime=options.runtime
            )
            made.append(image)
    except (PackageError, third_party.UnknownError) as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for file in made:
        print(f"  {file}: {file.stat().st_size / 1e6:.0f} MB")
    if missing:
        print(f"  {missing}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
