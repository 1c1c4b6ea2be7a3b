"""Try out the executable where there is no Python, no PATH and no home: the standard library alone.

    python3 packaging/smoke_test.py dist/discharge-desk [--bare-root] [--cache FOLDER]

The window's own `--self-test` must end with exit code 0 and say nothing but lines that begin `self-test: `,
the last of them `self-test: passed`; the command line must plan a small case and verify it. Nothing may be
written beside the executable, and no process may be left behind. With `--bare-root` all of it once more in a
Debian that has no network and nothing but libgl1 and libegl1 (made with debootstrap, as root; kept in the
cache folder).
"""

import argparse
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SECONDS_ALLOWED = 300
SECONDS_TO_LEAVE = 10
NOBODY = 65534
WINDOWS = os.name == "nt"
OFFSCREEN_REMARK = "This plugin does not support propagateSizeHints()"  # Qt's, of its own offscreen plugin

# One person and one free bed: what the command line plans.
CASE = {
    "format": "discharge-case/1",
    "as_at": "2020-11-09T09:00:00+00:00",
    "rule_set": "england-2020-10-13",
    "patients": [
        {
            "id": "P1",
            "priority": 1,
            "pathway": "P3",
            "ready_on": "2020-11-09",
            "born": "1936-02-01",
            "sex": "female",
            "care": {"level": "residential", "specialism": "general"},
            "observations": [
                {
                    "organism": "sars-cov-2",
                    "kind": "test",
                    "result": "negative",
                    "specimen_at": "2020-11-08T09:00:00+00:00",
                    "reported_at": "2020-11-08T21:00:00+00:00",
                }
            ],
        }
    ],
    "settings": [
        {
            "id": "S1",
            "type": "care_home",
            "admissions": "open",
            "capacity_reported_at": "2020-11-09T07:00:00+00:00",
            "units": [
                {
                    "id": "U1",
                    "isolation": "none",
                    "beds": [
                        {
                            "id": "B1",
                            "category": "general_residential",
                            "room": "single",
                            "sex": "any",
                            "free": [{"from": "2020-11-09", "to": None, "count": 1}],
                        }
                    ],
                }
            ],
        }
    ],
}


class SmokeError(Exception):
    """The executable doesn't do what it should, or can't be tried; the text says what."""


# ---- an empty world ---------------------------------------------------------------------------------------


def empty_environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment with an empty PATH and home, and the language any desktop session has."""
    if WINDOWS:
        kept = {
            name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR", "SYSTEMDRIVE") if name in os.environ
        }
        folders = dict.fromkeys(("USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP"), str(home))
        return {**kept, **folders, "PATH": "", **more}
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
    return {**folders, "HOME": str(home), "TMPDIR": str(home), "PATH": "", "LANG": "C.UTF-8", **more}


@contextmanager
def x_display() -> Iterator[str]:
    """Start an X server that nobody sees; yield its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        try:
            os.close(writing)
            ready, _, _ = select.select([reading], [], [], 30)
            number = os.read(reading, 20).decode().strip() if ready else ""
            if not number:
                raise SmokeError("Xvfb doesn't start.")
            yield f":{number}"
        finally:
            os.close(reading)
            server.terminate()


def left_behind(group: int) -> bool:
    """Whether a process of this group still lives some seconds after its first ended; it is ended then."""
    for _ in range(10 * SECONDS_TO_LEAVE):
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return False
        time.sleep(0.1)
    return end_group(group)


def end_group(group: int) -> bool:
    """End all processes of a group; whether there was still one to end, as they may end by themselves."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def ran(command: Sequence[str], environment: Mapping[str, str], *, folder: Path) -> str:
    """Run a command; return what it printed. Anything on standard error, or left behind, is a SmokeError."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            said, complained = process.communicate(timeout=SECONDS_ALLOWED)
        except subprocess.TimeoutExpired:
            if not WINDOWS:
                end_group(process.pid)
            process.kill()
            said, complained = process.communicate()
            raise SmokeError(f"still running after {SECONDS_ALLOWED} s.\n{said}{complained}") from None
    if process.returncode != 0:
        raise SmokeError(f"exit code {process.returncode}.\n{said}{complained}")
    complaints = [line for line in complained.splitlines() if line.strip() and line != OFFSCREEN_REMARK]
    if complaints:
        raise SmokeError(f"it complained:\n{complained}")
    if not WINDOWS and left_behind(process.pid):
        raise SmokeError("it left a process behind.")
    return said


def contents(bundle: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of every file of the bundle, to see later that none has changed."""
    files = [file for file in bundle.rglob("*") if file.is_file()]
    return {str(file.relative_to(bundle)): (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


# ---- what must work ---------------------------------------------------------------------------------------


def unexpected_lines(said: str) -> list[str]:
    """Return what the self-test should not have printed; its missing last line counts."""
    lines = [line.rstrip() for line in said.splitlines()]
    faults = [line for line in lines if not line.startswith("self-test: ")]
    if lines[-1:] != ["self-test: passed"] and not (
        WINDOWS and not lines
    ):  # a window there may have no output
        faults.append("(the last line isn't 'self-test: passed')")
    return faults


def try_window(command: Sequence[str], environment: Mapping[str, str], *, folder: Path) -> None:
    """Let the window test itself."""
    faults = unexpected_lines(ran([*command, "--self-test"], environment, folder=folder))
    if faults:
        raise SmokeError("unexpected output:\n" + "\n".join(faults))


def try_command_line(command: Sequence[str], environment: Mapping[str, str], *, folder: Path) -> None:
    """Plan a small case, and verify the plan."""
    case, plan = folder / "case.json", folder / "plan.json"
    case.write_text(json.dumps(CASE), "utf-8")
    printed = ran([*command, "propose", case.name], environment, folder=folder)
    plan.write_text(printed, "utf-8", newline="\n")
    found = json.loads(printed)
    if (found["status"], found["objective"]["placed"]) != ("optimal", [1, 0, 0, 0]):
        raise SmokeError(f"the one person of the small case isn't placed:\n{printed}")
    ran([*command, "verify", case.name, plan.name], environment, folder=folder)


def try_licences(bundle: Path) -> None:
    """See that our licence and those of others are there, and that the bill of materials names each part."""
    folder = bundle / "third_party_licences"
    asked = [bundle / "LICENSE.txt", folder / "README.md", folder / "inter" / "OFL.txt"]
    asked += [folder / "pyside6-essentials" / name for name in ("Qt.md", "LGPL-3.0.txt", "GPL-3.0.txt")]
    missing = [file for file in asked if not file.is_file() or not file.stat().st_size]
    if missing:
        raise SmokeError(f"there is no {', '.join(str(file.relative_to(bundle)) for file in missing)}.")
    bill = json.loads((folder / "discharge-desk.cdx.json").read_text("utf-8"))
    parts = {part.name for part in folder.iterdir() if part.is_dir()}
    if bill["bomFormat"] != "CycloneDX" or len(parts) != len(bill["components"]):
        raise SmokeError(
            f"the bill of materials has {len(bill['components'])} parts, the folder {len(parts)}."
        )


def try_no_network(bundle: Path) -> None:
    """See that no part of Qt for networks is among the files: the program opens no connection."""
    found = [file.name for file in bundle.rglob("*") if re.search(r"qt6?network", file.name, re.IGNORECASE)]
    if found:
        raise SmokeError(f"{', '.join(found)} can reach a network; leave it out in discharge.spec.")


def step(name: str, started: float) -> None:
    """Say that something works, and how long it took."""
    print(f"  {name:<40} ok {time.monotonic() - started:7.1f} s", flush=True)


def try_bundle(bundle: Path) -> None:
    """Try both executables in an empty environment; the window also on an X server where there is one."""
    suffix = ".exe" if WINDOWS else ""
    window, line = [str(bundle / f"discharge-desk{suffix}")], [str(bundle / f"discharge{suffix}")]
    before = contents(bundle)
    started = time.monotonic()
    try_licences(bundle)
    step("the licences and the bill of materials", started)
    try_no_network(bundle)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        started = time.monotonic()
        try_command_line(line, empty_environment(home), folder=home)
        step("the command line plans and verifies", started)
        started = time.monotonic()
        try_window(window, empty_environment(home, QT_QPA_PLATFORM="offscreen"), folder=home)
        step("the window tests itself, offscreen", started)
    if shutil.which("Xvfb"):
        with tempfile.TemporaryDirectory() as folder, x_display() as display:
            home = Path(folder)
            started = time.monotonic()
            try_window(window, empty_environment(home, DISPLAY=display), folder=home)
            step("the window tests itself, on a display", started)
    if contents(bundle) != before:
        raise SmokeError("the executable wrote beside itself.")


# ---- a bare root ------------------------------------------------------------------------------------------


def debian() -> list[str]:
    """Return this Debian's name and where it gets its packages; without a place where it doesn't say."""
    release = Path("/etc/os-release").read_text("utf-8").splitlines()
    names = [line.partition("=")[2].strip('"') for line in release if line.startswith("VERSION_CODENAME=")]
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"]
    found = subprocess.run(asked, check=False, capture_output=True, encoding="utf-8").stdout.split("\n")
    sites = [line.split()[0] for line in found if line.split()[1:] == names]
    return [*(names or ["stable"])[:1], *sites[:1]]


def bare_root(cache: Path) -> Path:
    """Return a folder with a Debian that has nothing but libgl1 and libegl1; made on the first call."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise SmokeError("a bare root needs debootstrap (apt-get install debootstrap) and to be root.")
    root = cache / "bare-root"
    if (root / "ready").exists():
        return root
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    suite, *site = debian()
    command = ["debootstrap", "--variant=minbase", "--include=libgl1,libegl1", suite, str(root), *site]
    made = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    if made.returncode != 0:
        raise SmokeError(
            "debootstrap can't make a bare root here:\n" + "\n".join(made.stdout.splitlines()[-5:])
        )
    (root / "dev" / "shm").mkdir(exist_ok=True)
    (root / "dev" / "shm").chmod(0o1777)
    (root / "ready").touch()
    return root


def try_bare_root(bundle: Path, cache: Path) -> None:
    """Try both executables in a bare root, as a user who may write nowhere but in an empty home."""
    started = time.monotonic()
    root = bare_root(cache)
    step("a bare root", started)
    there, home = root / "opt" / "discharge-desk", root / "home" / "nobody"
    for folder in (there, home):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(bundle, there, symlinks=True)
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    user = f"--userspec={NOBODY}:{NOBODY}"
    inside = [
        "unshare",
        "--net",
        "--mount",
        "--pid",
        "--fork",
        f"--mount-proc={root / 'proc'}",
        "chroot",
        user,
        str(root),
    ]
    inside += ["/usr/bin/env", "-i", "--chdir=/home/nobody"]
    inside += [f"{name}={value}" for name, value in empty_environment(Path("/home/nobody")).items()]
    try:
        started = time.monotonic()
        outside = dict(os.environ)
        try_command_line([*inside, "/opt/discharge-desk/discharge"], outside, folder=home)
        step("bare root: plans and verifies", started)
        started = time.monotonic()
        window = [*inside, "QT_QPA_PLATFORM=offscreen", "/opt/discharge-desk/discharge-desk"]
        try_window(window, outside, folder=home)
        step("bare root: the window tests itself", started)
    finally:
        shutil.rmtree(there, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    """Try the bundle out; return 0 when all of it works."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path, help="the folder that PyInstaller made")
    parser.add_argument("--bare-root", action="store_true", help="also where there is no Python at all")
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "discharge-desk"
    parser.add_argument(
        "--cache", type=Path, default=usual, help=f"where the bare root is kept (default: {usual})"
    )
    options = parser.parse_args(arguments)
    try:
        try_bundle(options.bundle.absolute())
        if options.bare_root:
            try_bare_root(options.bundle.absolute(), options.cache.absolute())
    except SmokeError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    print("The executable works.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
