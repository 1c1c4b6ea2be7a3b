"""Everything a fresh clone needs, with the standard library alone.

    python3 dev.py run       open the demo hub (without a display: its plan as a table, and a picture)
    python3 dev.py test      ruff, mypy, import contracts and pytest; what follows goes to pytest
    python3 dev.py test --whole    and of the long sweeps not a sample alone, as after every push
    python3 dev.py check     the same without pytest
    python3 dev.py package   the executable and its packages, built and tried out
    python3 dev.py behind    which pinned packages have a newer version, and their licences
    python3 dev.py bench     the benchmarks; what follows goes to them

The first call makes `.venv` from constraints.txt, and again whenever that file changes.
"""

import argparse
import errno
import hashlib
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple


def too_old(major: int, minor: int) -> str:
    """Return the sentence for a Python that is too old, else nothing."""
    if (major, minor) >= (3, 11):
        return ""
    named = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
    newer = [name for name in named if subprocess.call([name, "-c", ""], stderr=subprocess.DEVNULL) == 0]
    mend = f"Use {newer[0]} instead." if newer else "Install a newer one from python.org or your system."
    return f"Discharge Desk needs Python 3.11 or newer; this is {major}.{minor}. {mend}"


# Here already, as an old Python can't read in what follows.
if too_old(*sys.version_info[:2]):
    sys.exit(too_old(*sys.version_info[:2]))

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PEERS = ROOT / ".venv-peers"
STAMP = VENV / "discharge-desk.json"
BUILD = ROOT / "build"

# Debian's packages whose names don't follow from the name of the library in them.
ODD_PACKAGES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}

# What of PySide6 is loaded, by the way the window is shown.
QT_OFFSCREEN = (
    *(f"Qt{module}.abi3.so" for module in ("Core", "Gui", "Widgets", "PrintSupport", "Svg", "Test")),
    "Qt/plugins/platforms/libqoffscreen.so",
)
QT_X11 = ("Qt/plugins/platforms/libqxcb.so", "Qt/plugins/xcbglintegrations/libqxcb-glx-integration.so")
QT_WAYLAND = ("Qt/plugins/platforms/libqwayland.so",)

# What pytest is told by the environment when nothing shall be left out.
WHOLE = "--whole"
WHOLE_SUITE = {"DISCHARGE_WHOLE": "1"}

PYTEST_SUMMARY = re.compile(r"^=*\s*(?:no tests ran|\d+ \w+(?:, \d+ \w+)*) in [\d.]+s(?: \([\d:]+\))?\s*=*$")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class TroubleError(Exception):
    """Something of the user's machine is in the way: a sentence, and what mends it."""

    def __init__(self, sentence: str, mend: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.mend = mend


class Result(NamedTuple):
    """How one check went; `summary` is pytest's own last line, else empty."""

    name: str
    passed: bool
    seconds: float
    summary: str = ""

    def line(self) -> str:
        """Return the one short line of a step: its name, how it went, seconds."""
        return f"  {self.name:<22} {'ok' if self.passed else 'FAILED':<7} {self.seconds:6.1f} s"


def say(line: str = "") -> None:
    """Print a line now, also where stdout is a pipe."""
    print(line, flush=True)


def trouble_of(error: OSError) -> TroubleError:
    """Turn a full disk or a folder that can't be written into a sentence and its mend."""
    where = str(error.filename or ROOT)
    if error.errno == errno.ENOSPC:
        return TroubleError("The disk is full.", "Free about 2 GB and run it again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return TroubleError(
            f"{where} can't be written by this user.",
            "Make the project's folder yours, or copy it to a folder that is, and run it there.",
        )
    return TroubleError(f"{where}: {error.strerror or error}.", "Mend that and run it again.")


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what would make Python or pip look elsewhere than in `.venv`.

    Without a network pip says so within seconds, unless the caller wants it more patient.
    """
    elsewhere = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"}
    kept = {name: value for name, value in environ.items() if name not in elsewhere}
    return {"PIP_RETRIES": "1", "PIP_DEFAULT_TIMEOUT": "10", **kept, "PYTHONUTF8": "1"}


def call(command: Sequence[str], **more: str) -> int:
    """Run a command in the project's folder, its output as it comes; return its exit code."""
    environment = {**clean_environment(os.environ), **more}
    return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode


def capture(command: Sequence[str], **more: str) -> tuple[bool, str]:
    """Run a command in the project's folder; return whether it succeeded, and all it said."""
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env={**clean_environment(os.environ), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    return done.returncode == 0, done.stdout.rstrip()


# ---- what the system lacks --------------------------------------------------------------------------------


def missing_libraries(ldd_output: str) -> set[str]:
    """Return the names of the shared libraries that ldd's output calls `not found`."""
    return set(re.findall(r"^\s*(\S+) => not found", ldd_output, flags=re.MULTILINE))


def package_of(library: str) -> str:
    """Return the Debian package of a shared library: by the naming rule, but for the odd ones."""
    stem, _, version = library.lower().partition(".so.")
    dash = "-" if stem[-1].isdigit() else ""
    return ODD_PACKAGES.get(library, f"{stem}{dash}{version}")


def libraries_qt_lacks(parts: Sequence[str]) -> set[str]:
    """Ask ldd which system libraries the given parts of PySide6 miss; nothing outside Linux."""
    ldd = shutil.which("ldd")
    folders = list(VENV.glob("lib/python*/site-packages/PySide6"))
    files = [str(folder / part) for folder in folders for part in parts if (folder / part).exists()]
    if not sys.platform.startswith("linux") or ldd is None or not files:
        return set()
    return missing_libraries(capture([ldd, *files], LC_ALL="C")[1])


def is_root() -> bool:
    """Whether this process may install system packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install_command(packages: Sequence[str], libraries: Sequence[str] = ()) -> str:
    """Return the one command with which this system gets the packages or the libraries."""
    as_root = "" if is_root() else "sudo "
    if shutil.which("apt-get"):
        install = shlex.join(["apt-get", "install", "-y", "--no-install-recommends", *packages])
        return f"{as_root}apt-get update && {as_root}{install}"
    for tool in ("dnf", "zypper"):
        if shutil.which(tool):
            provided = [f"{name}()(64bit)" for name in libraries] or list(packages)
            return as_root + shlex.join([tool, "install", "-y", *provided])
    return f"your system's package tool, to install what holds {', '.join(libraries or packages)}"


def install_from_system(packages: Sequence[str], *, why: str, libraries: Sequence[str] = ()) -> None:
    """Install Debian packages where this user may; raise TroubleError with the one command otherwise."""
    mend = f"Run {install_command(packages, libraries)}"
    if not is_root() or shutil.which("apt-get") is None:
        raise TroubleError(why, mend)
    started = time.monotonic()
    capture(["apt-get", "-qq", "update"], DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    installed, said = capture(install, DEBIAN_FRONTEND="noninteractive")
    result = Result("system packages", installed, time.monotonic() - started)
    say(f"{result.line()}   {' '.join(packages)}")
    if not installed:
        say(said)
        raise TroubleError(f"{why} apt-get could not install what is missing.", mend)


def ensure_qt(parts: Sequence[str]) -> None:
    """See to it that every library these parts of Qt load is there."""
    lacking = sorted(libraries_qt_lacks(parts))
    if not lacking:
        return
    packages = sorted({package_of(library) for library in lacking})
    install_from_system(packages, why=f"Qt lacks {', '.join(lacking)} on this machine.", libraries=lacking)
    still = ", ".join(sorted(libraries_qt_lacks(parts)))
    if still:
        raise TroubleError(f"Qt still lacks {still}.", "Install what holds it with your package tool.")


def ensure_commands(commands: Mapping[str, str]) -> None:
    """See to it that these programs (name -> Debian package) are on PATH, on Linux."""
    lacking = [name for name in commands if shutil.which(name) is None]
    if sys.platform.startswith("linux") and lacking:
        packages = sorted({commands[name] for name in lacking})
        install_from_system(packages, why=f"This needs {', '.join(lacking)}.")


# ---- the environment --------------------------------------------------------------------------------------


def venv_python() -> Path:
    """Return the path of the Python in `.venv`, on this system."""
    return VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"


def own_python() -> str:
    """Return the Python behind this one, also when dev.py was started from a virtual environment."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def fingerprint(*parts: bytes | str) -> str:
    """Return a digest that changes when any part does."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()


def read_project(root: Path) -> dict[str, Any]:
    """Return the `project` table of pyproject.toml."""
    import tomllib

    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return project


def wanted_stamp(root: Path) -> dict[str, str]:
    """Return what `.venv` must be made from: the pinned set for this Python, and the project's own entry."""
    project = read_project(root)
    entry = {key: project.get(key) for key in ("name", "version", "dependencies", "scripts", "gui-scripts")}
    pins = (root / "constraints.txt").read_bytes()
    return {
        "packages": fingerprint(pins, sysconfig.get_python_version(), sysconfig.get_platform()),
        "project": fingerprint(json.dumps(entry, sort_keys=True), str(root)),
    }


def read_stamp(stamp: Path) -> dict[str, str]:
    """Return what `.venv` was made from; nothing where it is missing, unfinished or unreadable."""
    try:
        found = json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def project_wheel(folder: Path, *, root: Path) -> Path:
    """Write an editable wheel of the project into a folder: a path entry and the commands, nothing built.

    The tree itself gets no egg-info and no build folder, and no network or build tool is needed.
    """
    project = read_project(root)
    name, version = re.sub(r"[-_.]+", "_", project["name"]), project["version"]
    info = f"{name}-{version}.dist-info"
    commands = ["[console_scripts]", *(f"{word} = {place}" for word, place in project["scripts"].items())]
    commands += ["[gui_scripts]", *(f"{word} = {place}" for word, place in project["gui-scripts"].items())]
    needs = [f"Requires-Dist: {need}" for need in project["dependencies"]]
    metadata = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {version}", *needs]
    files = {
        f"{name}.pth": f"{root}\n",
        f"{info}/METADATA": "\n".join([*metadata, ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: dev.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "\n".join([*commands, ""]),
    }
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return wheel


def trouble_of_pip(output: str) -> TroubleError:
    """Read from pip's output what kept it from installing, and say it in a sentence with its mend."""
    text = output.lower()
    if "no space left" in text or "not enough space" in text:
        return trouble_of(OSError(errno.ENOSPC, ""))
    if "permission denied" in text or "read-only file system" in text:
        return trouble_of(PermissionError(errno.EACCES, "", str(VENV)))
    if "do not match the hashes" in text:
        return TroubleError(
            "A package that was fetched isn't the one pinned in constraints.txt.",
            "Run it again; if it stays so, don't install it by hand, tell whoever keeps the package index.",
        )
    if any(word in text for word in ("connection", "name resolution", "getaddrinfo", "unreachable", "proxy")):
        return TroubleError(
            "The packages could not be fetched: the package index can't be reached.",
            "Connect to the network, or tell pip of a mirror (PIP_INDEX_URL) or of a folder of wheels "
            "(PIP_FIND_LINKS), and run it again.",
        )
    if "no matching distribution" in text or "could not find a version" in text:
        return TroubleError(
            f"Not every pinned package exists for Python {sysconfig.get_python_version()} "
            f"on {sysconfig.get_platform()}.",
            "Use CPython 3.11, 3.12, 3.13 or 3.14 on 64-bit Linux, Windows or macOS.",
        )
    return TroubleError("The packages could not be installed.", "What pip said stands above.")


def run_pip(arguments: Sequence[str]) -> None:
    """Run `pip install` in `.venv`; raise TroubleError in plain words when it fails."""
    options = ["--disable-pip-version-check", "--no-input", "--quiet"]
    installed, said = capture([str(venv_python()), "-m", "pip", "install", *options, *arguments])
    if not installed:
        say("\n".join(line for line in said.splitlines() if not line.startswith("WARNING")))
        raise trouble_of_pip(said)


def ensure_venv_module() -> None:
    """See to it that this Python can make a virtual environment with pip in it (Debian splits that off)."""
    if capture([own_python(), "-c", "import ensurepip, venv"])[0]:
        return
    why = f"This Python ({own_python()}) can't make a virtual environment: it has no ensurepip."
    if shutil.which("apt-get") is None or not own_python().startswith("/usr/bin/"):
        raise TroubleError(why, "Use a Python from python.org, or your system's full Python package.")
    install_from_system([f"python{sysconfig.get_python_version()}-venv"], why=why)


def make_venv() -> None:
    """Make `.venv` afresh with the pinned packages."""
    ensure_venv_module()
    say("Making .venv with the pinned packages (the first time some 250 MB to fetch) ...")
    started = time.monotonic()
    if VENV.exists():
        shutil.rmtree(VENV)
    made, said = capture([own_python(), "-m", "venv", str(VENV)])
    if not made:
        say(said)
        raise trouble_of_pip(said)
    pins = str(ROOT / "constraints.txt")
    run_pip(["--require-hashes", "--only-binary", ":all:", "--requirement", pins])
    say(Result("pinned packages", True, time.monotonic() - started).line())


def ensure_environment() -> None:
    """Make `.venv` hold exactly the pinned set and the project; do nothing where it does already."""
    wanted, found = wanted_stamp(ROOT), read_stamp(STAMP)
    if venv_python().exists() and found == wanted:
        return
    if not venv_python().exists() or found.get("packages") != wanted["packages"]:
        make_venv()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        wheel = project_wheel(Path(folder), root=ROOT)
        run_pip(["--no-index", "--no-deps", "--force-reinstall", str(wheel)])
    STAMP.write_text(json.dumps(wanted, indent=1) + "\n", "utf-8")
    say(Result("the project in .venv", True, time.monotonic() - started).line())


# ---- run --------------------------------------------------------------------------------------------------


def answers(family: int, address: Any) -> bool:
    """Whether somebody listens at a socket's address."""
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True


def why_no_display(environ: Mapping[str, str], *, system: str) -> str:
    """Return why no window can be opened, or nothing where one can."""
    display = environ.get("DISPLAY", "")
    if not system.startswith("linux") or environ.get("WAYLAND_DISPLAY"):
        return ""
    if not display:
        return "neither DISPLAY nor WAYLAND_DISPLAY is set"
    named = re.fullmatch(r"(?:unix(?=:))?([^:/]*):(\d+)(?:\.\d+)?", display)
    if named is None:
        return f"DISPLAY is {display!r}, which is no display's name"
    host, number = named[1], int(named[2])
    if host:
        reached = answers(socket.AF_INET, (host, 6000 + number))
    else:
        path = f"/tmp/.X11-unix/X{number}"
        reached = answers(socket.AF_UNIX, path) or answers(socket.AF_UNIX, "\0" + path)
    return "" if reached else f"DISPLAY is {display}, but nothing answers there"


def demo_command(python: str, *, hub: Path | None, picture: Path | None) -> list[str]:
    """Return the call of the demo: its window, or with a picture's path its table and the picture."""
    command = [python, "-m", "ui", "--demo"]
    command += ["--hub", str(hub)] if hub else []
    return command + (["--no-window", "--picture", str(picture)] if picture else [])


def run(options: argparse.Namespace) -> int:
    """Open the demo hub; without a display print its plan and write a picture of the match page."""
    ensure_environment()
    hub = Path(options.hub).expanduser().absolute() if options.hub else None
    lacking = "asked for" if options.no_window else why_no_display(os.environ, system=sys.platform)
    if not lacking:
        wayland_alone = os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY")
        ensure_qt((*QT_OFFSCREEN, *(QT_WAYLAND if wayland_alone else QT_X11)))
        say("Opening the demo hub. All people in it are made up.")
        return call(demo_command(str(venv_python()), hub=hub, picture=None))
    ensure_qt(QT_OFFSCREEN)
    picture = Path(options.picture).expanduser().absolute() if options.picture else BUILD / "match.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    say(f"No window ({lacking}): here is the demo hub's plan. All people in it are made up.")
    return call(demo_command(str(venv_python()), hub=hub, picture=picture), QT_QPA_PLATFORM="offscreen")


# ---- test and check ---------------------------------------------------------------------------------------


def check_commands(python: str) -> dict[str, list[str]]:
    """Return the checks that run no test, by name, quickest first."""
    contracts = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"
    return {
        "ruff check": [python, "-m", "ruff", "check", "--output-format", "concise", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "--output-format", "concise", "."],
        "import contracts": [python, "-c", contracts],
        "mypy": [python, "-m", "mypy"],
    }


def workers() -> list[str]:
    """Return how many workers pytest shall have: each loads all tests, which takes it some seconds."""
    return ["-n", str(min(8, max(2, os.cpu_count() or 2))), "--dist", "worksteal"]


def pytest_command(python: str, extra: Sequence[str]) -> list[str]:
    """Return the call of pytest: a worker for each core, at least two, unless the caller says how many.

    Whoever has done their own takes over some of another's, so that none is idle at the end.
    """
    chosen = any(re.match(r"-n|--numprocesses|--pdb|(-p)?no:xdist", word) for word in extra)
    return [python, "-m", "pytest", *([] if chosen else workers()), *extra]


def pytest_environment(environ: Mapping[str, str], *, memory: Path = Path("/dev/shm")) -> dict[str, str]:
    """Return the environment of pytest: offscreen unless the caller chose a platform, and without waiting.

    Every worker, and every program that a test starts, finds what was compiled before. Where there is a disk
    in memory with room on it the tests' hubs are made there: nobody has to wait until they are on a real one.
    """
    kept = {name: value for name, value in environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    try:
        roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2e9
    except OSError:
        roomy = False
    temporary = {"TMPDIR": str(memory)} if roomy else {}
    return {"QT_QPA_PLATFORM": "offscreen", **temporary, **clean_environment(kept)}


def checked(name: str, command: Sequence[str], **more: str) -> tuple[Result, str]:
    """Run one check; return how it went, and what is to be shown of it: all it said only where it failed."""
    started = time.monotonic()
    passed, said = capture(command, **more)
    result = Result(name, passed, time.monotonic() - started)
    return result, result.line() if passed else f"{result.line()}\n{said}"


def run_check(name: str, command: Sequence[str], **more: str) -> Result:
    """Run one check, and show how it went."""
    result, shown = checked(name, command, **more)
    say(shown)
    return result


def summaries(lines: Iterable[str]) -> Iterator[str]:
    """Pass pytest's lines on to the screen; yield those that sum up, without their colour."""
    for line in lines:
        say(line.rstrip("\n"))
        plain = COLOUR.sub("", line).strip()
        if PYTEST_SUMMARY.match(plain):
            yield plain


def run_pytest(extra: Sequence[str]) -> Result:
    """Run pytest, its output as it comes; offscreen unless the caller chose a platform."""
    started = time.monotonic()
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    environment = pytest_environment(os.environ)
    if WHOLE in extra:
        environment |= WHOLE_SUITE
    with subprocess.Popen(
        pytest_command(str(venv_python()), [*colour, *(word for word in extra if word != WHOLE)]),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        found = list(summaries(process.stdout))
    return Result("pytest", process.returncode == 0, time.monotonic() - started, found[-1] if found else "")


def closing_lines(results: Sequence[Result], seconds: float) -> list[str]:
    """Return the last lines of `test` and `check`, which took so many seconds: each outcome, pytest's own
    summary, and what failed."""
    failed = [result.name for result in results if not result.passed]
    verdict = f"{len(failed)} of {len(results)} failed: {', '.join(failed)}." if failed else "All passed."
    return [
        *(result.line() for result in results),
        f"{verdict} ({seconds:.0f} s)",
        *(f"pytest: {result.summary}" for result in results if result.summary),
    ]


def run_checks() -> list[Result]:
    """Run every check but the tests."""
    return [run_check(name, command) for name, command in check_commands(str(venv_python())).items()]


def close(results: Sequence[Result], *, since: float) -> int:
    """Print the closing lines of what began then, by `time.monotonic`; return 0 only when all passed."""
    say("\n" + "\n".join(closing_lines(results, time.monotonic() - since)))
    return 0 if all(result.passed for result in results) else 1


def check() -> int:
    """Run every check but the tests; return 0 only when all passed."""
    ensure_environment()
    since = time.monotonic()
    return close(run_checks(), since=since)


def test(extra: Sequence[str]) -> int:
    """Run every check and all tests; return 0 only when all passed.

    mypy, which takes a minute the first time, runs beside pytest; what it said comes after pytest's words.
    """
    ensure_environment()
    ensure_qt(QT_OFFSCREEN)
    since = time.monotonic()
    commands = check_commands(str(venv_python()))
    with ThreadPoolExecutor(max_workers=1) as beside:
        typed = beside.submit(checked, "mypy", commands.pop("mypy"))
        results = [run_check(name, command) for name, command in commands.items()]
        tested = run_pytest(extra)
        result, shown = typed.result()
    say(shown)
    return close([*results, result, tested], since=since)


# ---- package and bench ------------------------------------------------------------------------------------


def ensure_shared_python() -> None:
    """See to it that this Python's shared library is there, which the executable carries (Linux)."""
    version = sysconfig.get_python_version()
    name = str(sysconfig.get_config_var("INSTSONAME"))
    folder = Path(str(sysconfig.get_config_var("LIBDIR")))
    if not sys.platform.startswith("linux") or (".so" in name and (folder / name).exists()):
        return
    why = f"This Python ({own_python()}) has no shared library for the executable to carry."
    if not own_python().startswith("/usr/bin/"):
        raise TroubleError(why, "Use your system's Python, or one built with --enable-shared.")
    if not capture([own_python(), "-c", f"import ctypes; ctypes.CDLL({name!r})"])[0]:
        install_from_system([f"libpython{version}"], why=why)


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS over the files of a folder, as `sha256sum --check` reads it."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8", newline="\n")


def pack(bundle: Path, folder: Path) -> bool:
    """Make what is given away of the executable: packages or installer, bill of materials, checksums."""
    project = read_project(ROOT)
    for before in folder.iterdir():
        if before.is_file():
            before.unlink()
    windows = sys.platform == "win32"
    script = "windows_installer.py" if windows else "linux_packages.py"
    if windows or shutil.which("dpkg-deb"):
        command = [str(venv_python()), str(ROOT / "packaging" / script), str(bundle), str(folder)]
        made, said = capture(command)
        say(said)
        if not made:
            return False
    bill = bundle / "third_party_licences" / "discharge-desk.cdx.json"
    shutil.copyfile(bill, folder / f"{project['name']}-{project['version']}.cdx.json")
    write_checksums(folder)
    return True


def package(extra: Sequence[str]) -> int:
    """Build the executable and its packages or installer, and try them; what follows goes to the try-out."""
    ensure_environment()
    ensure_qt((*QT_OFFSCREEN, *QT_X11))
    ensure_shared_python()
    ensure_commands({"gcc": "gcc", "objcopy": "binutils", "objdump": "binutils", "strip": "binutils"})
    try:
        ensure_commands({"Xvfb": "xvfb"})
    except TroubleError as trouble:
        say(f"The window will be tried offscreen only. {trouble.mend}")
    folder, bundle = ROOT / "dist", ROOT / "dist" / "discharge-desk"
    command = [str(venv_python()), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--workpath", str(BUILD / "pyinstaller"), "--distpath", str(folder)]
    command += [str(ROOT / "packaging" / "discharge.spec")]
    say("Building the executable (a minute or two) ...")
    built = run_check("build", command, PYINSTALLER_CONFIG_DIR=str(BUILD / "pyinstaller-cache"))
    if not built.passed:
        return 1
    size = sum(file.lstat().st_size for file in bundle.rglob("*") if file.is_file() and not file.is_symlink())
    say(f"  {bundle}: {size / 1e6:.0f} MB")
    if not pack(bundle, folder):
        return 1
    options = list(extra)
    for image in folder.glob("*.AppImage"):
        options += ["--app-image", str(image)]
    packages = list(folder.glob("*.deb"))
    if "--bare-root" in options and packages:
        options += ["--deb", str(packages[0])]
    return call([str(venv_python()), str(ROOT / "packaging" / "smoke_test.py"), str(bundle), *options])


def ensure_peers() -> list[str]:
    """See to it that `.venv-peers` holds what the engine is measured against and the product doesn't need.

    Return the arguments that tell the benchmarks where it is, or why it can't be had.
    """
    pins = ROOT / "benchmarks" / "constraints-peers.txt"
    python = PEERS / venv_python().relative_to(VENV)
    stamp = PEERS / "discharge-desk.json"
    wanted = {
        "packages": fingerprint(pins.read_bytes(), sysconfig.get_python_version(), sysconfig.get_platform())
    }
    if python.exists() and read_stamp(stamp) == wanted:
        return ["--peers", str(python)]
    say("Making .venv-peers with the solvers to measure against (the first time some 120 MB to fetch) ...")
    shutil.rmtree(PEERS, ignore_errors=True)
    options = ["--disable-pip-version-check", "--no-input", "--quiet", "--require-hashes"]
    options += ["--only-binary", ":all:", "--requirement", str(pins)]
    for command in (
        [own_python(), "-m", "venv", str(PEERS)],
        [str(python), "-m", "pip", "install", *options],
    ):
        done, said = capture(command)
        if not done:
            why = trouble_of_pip(said).sentence
            say(f"{why} The benchmarks go on without OR-tools and scipy.")
            return ["--no-peers", why]
    stamp.write_text(json.dumps(wanted, indent=1) + "\n", "utf-8")
    return ["--peers", str(python)]


def behind_lines(
    outdated: Iterable[Mapping[str, str]], licences: Mapping[str, str], own: Iterable[str]
) -> list[str]:
    """Return a line for each package with a newer version: pinned, newest, licence; those asked for first.

    `own` are the requirements of pyproject.toml: those are the project's to move, the rest follows.
    """
    named = {re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", need)[0]).lower() for need in own}
    rows = []
    for each in outdated:
        name = re.sub(r"[-_.]+", "-", each["name"]).lower()
        whose = "asked for" if name in named else "follows"
        licence = licences.get(name) or "as its text says"
        rows.append((whose, name, each["version"], each["latest_version"], licence))
    return [
        f"  {whose:<10} {name:<28} {pinned:<12} {newest:<12} {licence}"
        for whose, name, pinned, newest, licence in sorted(rows)
    ]


def behind() -> int:
    """Say which pinned packages have a newer version, and the licence of each; change nothing."""
    ensure_environment()
    asked, said = capture(
        [str(venv_python()), "-m", "pip", "list", "--outdated", "--format", "json", "--no-input"],
        PIP_DISABLE_PIP_VERSION_CHECK="1",
    )
    begins = said.find("[")
    if not asked or begins < 0:
        say(said)
        raise trouble_of_pip(said)
    told = [json.loads(line[line.find("[") :]) for line in said.splitlines() if line.startswith("[{")]
    outdated = told[0] if told else []
    code = (
        "import json; from importlib.metadata import distributions; from discharge.parts import licence_of;"
        " print(json.dumps({d.name.lower().replace('_', '-'): licence_of(d) for d in distributions()}))"
    )
    licences = json.loads(capture([str(venv_python()), "-c", code])[1])
    project = read_project(ROOT)
    extras = project["optional-dependencies"].values()
    own = [*project["dependencies"], *(need for extra in extras for need in extra)]
    lines = behind_lines(outdated, licences, own)
    say("\n".join(lines) if lines else "Nothing that is pinned is behind.")
    say("Pin anew with the command at the head of constraints.txt; then run the tests on each Python.")
    return 0


ENGINE_ASIDE = {"--desk", "--store", "--laws", "--imports", "--desks", "--figures", "--quick"}
"""What is measured without the engine and its peers."""


def bench(extra: Sequence[str]) -> int:
    """Run the benchmarks; what they need and the product doesn't is installed here alone."""
    if not (ROOT / "benchmarks" / "__main__.py").exists():
        raise TroubleError("There are no benchmarks in this copy.", "Get benchmarks/ from the project.")
    ensure_environment()
    engine_too = not ENGINE_ASIDE.intersection(extra) or "--engine" in extra
    if engine_too and not {"-h", "--help", "--peers", "--no-peers"}.intersection(extra):
        extra = [*ensure_peers(), *extra]
    ensure_qt(QT_OFFSCREEN)
    return call([str(venv_python()), "-m", "benchmarks", *extra])


# ---- the command line -------------------------------------------------------------------------------------


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; what follows test, package and bench is kept as it stands, in `extra`."""
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    running = commands.add_parser("run", help="open the demo hub")
    running.add_argument(
        "--hub", help="the file of the demo hub, made where there is none (default: for this run only)"
    )
    running.add_argument("--no-window", action="store_true", help="print the plan, write a picture")
    running.add_argument("--picture", help="where that picture goes (default: build/match.png)")
    commands.add_parser("check", help="ruff, mypy, import contracts")
    commands.add_parser("behind", help="which pinned packages have a newer version, and their licences")
    passing_on = {
        "test": "check, and pytest (--whole: all of it); what follows goes to pytest",
        "package": "build the executable and try it out; what follows goes to the try-out",
        "bench": "the benchmarks; what follows goes to them",
    }
    for name, meaning in passing_on.items():
        commands.add_parser(name, help=meaning)
    split = 1 if arguments and arguments[0] in passing_on else len(arguments)
    options = parser.parse_args(arguments[:split])
    options.extra = list(arguments[split:])
    return options


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks; return the exit code."""
    options = parse(arguments)
    try:
        if options.command == "run":
            return run(options)
        if options.command in ("check", "behind"):
            return check() if options.command == "check" else behind()
        return {"test": test, "package": package, "bench": bench}[options.command](options.extra)
    except TroubleError as trouble:
        met = trouble
    except OSError as error:
        met = trouble_of(error)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    print(f"{met.sentence}\n{met.mend}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
