"""The installer for Windows, made of PyInstaller's folder by NSIS; its compiler runs on Linux too.

    python packaging/windows_installer.py dist/discharge-desk dist

writes `discharge-desk-VERSION-setup.exe`, with the standard library alone. Who has a certificate signs it.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "windows" / "discharge-desk.nsi"
ICON = HERE / "discharge-desk.ico"
USUAL = Path("C:/Program Files (x86)/NSIS/makensis.exe")


def compiler() -> str | None:
    """NSIS's compiler, where it is."""
    return shutil.which("makensis") or (str(USUAL) if USUAL.exists() else None)


def version_of_project() -> str:
    """The version that pyproject.toml has."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def numbers(version: str) -> str:
    """The four numbers that Windows wants of a version."""
    found = re.findall(r"\d+", re.split(r"[^\d.]", version)[0])[:4]
    return ".".join([*found, "0", "0", "0", "0"][:4])


def command(makensis: str, bundle: Path, out: Path, *, version: str, compressor: str = "lzma") -> list[str]:
    """The call of the compiler; a warning is an error."""
    kilobytes = sum(file.stat().st_size for file in bundle.rglob("*") if file.is_file()) // 1024
    said = {
        "VERSION": version,
        "NUMBERS": numbers(version),
        "KILOBYTES": str(kilobytes),
        "BUNDLE": str(bundle),
        "ICON": str(ICON),
        "OUT": str(out),
        "COMPRESSOR": compressor,
    }
    return [makensis, "-V2", "-WX", *(f"-D{name}={value}" for name, value in said.items()), str(SCRIPT)]


def main(arguments: Sequence[str]) -> int:
    """Make the installer; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path, help="the folder that PyInstaller made")
    parser.add_argument("out", type=Path, help="where the installer goes")
    options = parser.parse_args(arguments)
    makensis = compiler()
    if makensis is None:
        print("There is no installer: NSIS (makensis) isn't on this machine.")
        return 0
    version = version_of_project()
    made = options.out.absolute() / f"discharge-desk-{version}-setup.exe"
    done = subprocess.run(command(makensis, options.bundle.absolute(), made, version=version), check=False)
    if done.returncode == 0:
        print(f"  {made}: {made.stat().st_size / 1e6:.0f} MB")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
