"""numpy without a BLAS for the executable: 16 MB in the place of 42, as the product multiplies no matrices.

    python3 packaging/small_numpy.py FOLDER

From the pinned source of `constraints.txt`, with the pinned tools of `constraints-numpy.txt`, on Linux alone.
Where the folder was made from the same it stays. Exit code 0: it is there; 1: it can't be made, and why.
numpy does its linear algebra by itself then, more slowly, with the same answers.
"""

import hashlib
import platform
import re
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINS = HERE.parent / "constraints.txt"
TOOLS = HERE / "constraints-numpy.txt"
OPTIONS = ("-Dallow-noblas=true", "-Dblas=none", "-Dlapack=none") + (
    # for what desks have; the wheel also has code for servers, which is half of it
    ("-Dcpu-dispatch=X86_V3",) if platform.machine() == "x86_64" else ()
)
TAGS = "--tags=runtime,python-runtime"
QUIET = ("--disable-pip-version-check", "--no-input", "--quiet")


def numpy_pin(pins: str) -> str:
    """The lines of the constraints that pin numpy, with its hashes; `ValueError` where there are none."""
    found = re.search(r"^numpy==.*?(?=^\S|\Z)", pins, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError("constraints.txt pins no numpy.")
    return "\n".join(line for line in found[0].splitlines() if not line.lstrip().startswith("#")) + "\n"


def stamp(pin: str) -> str:
    """What the folder is made from, as a digest."""
    parts = (pin, TOOLS.read_text("utf-8"), *OPTIONS, TAGS, sys.version, sysconfig.get_platform())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def make(folder: Path, pin: str) -> None:
    """Build it into the folder. Raises CalledProcessError where a step fails, with what it said."""
    with tempfile.TemporaryDirectory() as spare:
        place = Path(spare)
        (place / "pin.txt").write_text(pin, "utf-8")
        venv.create(place / "tools", with_pip=True)
        python = str(place / "tools" / "bin" / "python")
        install = [python, "-m", "pip", "install", *QUIET, "--require-hashes", "--requirement", str(TOOLS)]
        build = [python, "-m", "pip", "wheel", *QUIET, "--no-deps", "--no-binary", "numpy"]
        build += ["--no-build-isolation", "--require-hashes", "--requirement", str(place / "pin.txt")]
        build += [f"--config-settings=setup-args={option}" for option in OPTIONS]
        build += [f"--config-settings=install-args={TAGS}", "--wheel-dir", str(place / "made")]
        for command in (install, build):
            path = f"{place / 'tools' / 'bin'}:/usr/local/bin:/usr/bin:/bin"
            subprocess.run(
                ["/usr/bin/env", f"PATH={path}", *command], check=True, capture_output=True, encoding="utf-8"
            )
        wheel = next((place / "made").glob("numpy-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    subprocess.run(["strip", *folder.rglob("*.so")], check=True)


def main(arguments: list[str]) -> int:
    """Make the folder where it isn't there; return the exit code."""
    folder = Path(arguments[0]).absolute()
    pin = numpy_pin(PINS.read_text("utf-8"))
    mark, wanted = folder / "made-from", stamp(pin)
    if mark.is_file() and mark.read_text("ascii") == wanted:
        return 0
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    try:
        make(folder, pin)
    except subprocess.CalledProcessError as error:
        print("\n".join(str(error.stderr or error.stdout or error).splitlines()[-15:]), file=sys.stderr)
        return 1
    mark.write_text(wanted, "ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
