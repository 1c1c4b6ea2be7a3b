"""Try out the executable where there is no Python, no PATH and no home: the standard library alone.

    python3 packaging/smoke_test.py dist/discharge-desk [--app-image FILE] [--bare-root] [--cache FOLDER]

The window's own `--self-test` must end with exit code 0 and say nothing but lines that begin `self-test: `,
the last of them `self-test: passed`; the command line must plan a small case and verify it. Nothing may be
written beside the executable, and no process may be left behind. With `--app-image FILE` that is
started as its user would, unpacked and, where it can be, mounted. With `--bare-root` all but that once more
in a Debian that has no network and nothing but what README.md names (made with debootstrap, as root; kept in
the cache folder). With `--deb FILE` the Debian package is installed there, upgraded, started from its desktop
entry with a hub that an older version wrote, and removed.
"""

import argparse
import json
import os
import re
import select
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

SECONDS_ALLOWED = 300
SECONDS_TO_LEAVE = 10
NOBODY = 65534
# What a desktop has, by Debian's packages: the bare root has these and no more.
DESKTOP_HAS = "libdbus-1-3,libegl1,libfontconfig1,libgl1,libglib2.0-0,libstdc++6,libx11-xcb1,libxcb1"
WINDOWS = os.name == "nt"
# So large may the executable be on Linux, in MB: of Debian 12 it has 130, of Python 3.14 and Qt 6.12 more.
LARGEST = 133
# What was measured and left out, each with what it would cost there: README.md has the table.
LEFT_OUT = {
    "Qt's translations": r"/translations/",
    "Qt for QML": r"qt6?(qml|quick)",
    "Qt for D-Bus in Python": r"qtdbus[.]",
    "Qt's plugins that nothing here uses": r"/plugins/(?!platforms/|imageformats/(lib)?q(svg|ico|jpeg)[.]|"
    r"platforminputcontexts/libcompose|iconengines/|printsupport/|styles/)",
    "CUPS and what it loads": r"lib(cups|gnutls|nettle|hogweed|krb5|gssapi|p11-kit|unistring|avahi|idn2)[-.]",
    "OpenSSL": r"lib(ssl|crypto)[-.]|/_(ssl|hashlib)[.]",
    "Python's own SQLite": r"/(python[^/]*/lib-dynload|_internal)/_sqlite3[.]|/(lib)?sqlite3[.](so|dll)",
    "encodings of East Asia": r"/_(codecs_(cn|hk|iso2022|jp|kr|tw)|multibytecodec)[.]",
    "tests": r"/tests?/|_multiarray_tests|/numpy/testing/",
    "numpy's Fourier transforms": r"/numpy/fft/",
    "other people's frameworks": r"/(scipy|pandas|matplotlib|pil|tkinter|ipython)/",
}
# On Linux also what is made anew there, and what is the system's.
LEFT_OUT_ON_LINUX = {
    "OpenBLAS's Fortran": r"/lib(gfortran|quadmath)[-.]",
    "numpy's linear algebra": r"/(_umath_linalg|lapack_lite)[.]",
    "what is the system's": r"/lib(stdc[+][+]|gcc_s|x11|dbus|systemd|glib-2[.]0|fontconfig|freetype)[-.]",
}
LARGEST_BLAS = 100_000
ELSEWHERE = "Zoë's Ærø désk"
# What the link to a server brings of its own: it is loaded for a hub that has one.
OF_THE_LINK = "/psycopg_binary.libs/"
LARGEST_ICU_DATA = 4_000_000
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
    """Say the version; plan a small case, and verify the plan."""
    if not re.fullmatch(
        r"discharge \d+[.]\d+\S*\n", ran([*command, "--version"], environment, folder=folder)
    ):
        raise SmokeError("the command line doesn't say its version.")
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


def try_lean(bundle: Path) -> None:
    """See that nothing that was left out has come back, and that the whole isn't larger than it may be."""
    files = [file for file in bundle.rglob("*") if file.is_file() and not file.is_symlink()]
    inside = [file for file in files if "third_party_licences" not in file.parts]
    places = [f"/{file.relative_to(bundle).as_posix()}" for file in inside]
    for what, pattern in (LEFT_OUT if WINDOWS else LEFT_OUT | LEFT_OUT_ON_LINUX).items():
        back = [
            place for place in places if OF_THE_LINK not in place and re.search(pattern, place, re.IGNORECASE)
        ]
        if back:
            raise SmokeError(f"{what} came back: {', '.join(back[:5])}. See packaging/README.md.")
    if WINDOWS:
        return
    if (bundle / "discharge").readlink() != Path("discharge-desk"):
        raise SmokeError("the command line isn't the same executable as the window.")
    data = [file for file in inside if file.name.startswith("libicudata")]
    if any(file.stat().st_size > LARGEST_ICU_DATA for file in data):
        raise SmokeError("ICU's data has every language again.")
    blas = [file for file in inside if file.name.startswith("libscipy_openblas")]
    if any(file.stat().st_size > LARGEST_BLAS for file in blas):
        raise SmokeError("OpenBLAS came back. See packaging/README.md.")
    size = sum(file.stat().st_size for file in files) / 1e6
    if size > LARGEST:
        raise SmokeError(f"the executable has {size:.1f} MB; {LARGEST} are allowed.")
    print(f"  {size:.1f} MB of {LARGEST} MB that it may have", flush=True)


def step(name: str, started: float) -> None:
    """Say that something works, and how long it took."""
    print(f"  {name:<40} ok {time.monotonic() - started:7.1f} s", flush=True)


def try_bundle(built: Path) -> None:
    """Try both executables in an empty environment; the window also on an X server where there is one.

    They lie in a folder with an apostrophe and letters that are no ASCII, as a user's own may have.
    """
    started = time.monotonic()
    try_licences(built)
    step("the licences and the bill of materials", started)
    try_no_network(built)
    try_lean(built)
    with tempfile.TemporaryDirectory() as spare:
        bundle = Path(spare) / ELSEWHERE
        shutil.copytree(built, bundle, symlinks=True)
        try_programs(bundle)


def try_programs(bundle: Path) -> None:
    """Try both executables where they lie; nothing may be written beside them."""
    suffix = ".exe" if WINDOWS else ""
    window, line = [str(bundle / f"discharge-desk{suffix}")], [str(bundle / f"discharge{suffix}")]
    before = contents(bundle)
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


# ---- the AppImage -----------------------------------------------------------------------------------------


def can_mount() -> bool:
    """Whether a file can be mounted here as its user."""
    return os.access("/dev/fuse", os.R_OK | os.W_OK) and shutil.which("fusermount3") is not None


def wait_until_unmounted(folder: Path) -> None:
    """What an AppImage mounted goes a moment after its program."""
    for _ in range(10 * SECONDS_TO_LEAVE):
        if not list(folder.glob(".mount_*")):
            return
        time.sleep(0.1)
    raise SmokeError("the AppImage is still mounted.")


def try_app_image(built: Path) -> None:
    """Start it unpacked, and mounted where that can be: the window, and the command line by its name."""
    ways = [("unpacked", ["--appimage-extract-and-run"]), *([("mounted", [])] if can_mount() else [])]
    for name, way in ways:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as spare:
            there, home = Path(spare) / ELSEWHERE, Path(spare) / "home"
            there.mkdir()
            home.mkdir()
            image = Path(shutil.copy2(built, there))
            (there / "discharge").symlink_to(image.name)
            environment = empty_environment(home, PATH="/usr/bin:/bin", QT_QPA_PLATFORM="offscreen")
            try_command_line([str(there / "discharge"), *way], environment, folder=home)
            try_window([str(image), *way], environment, folder=home)
            wait_until_unmounted(home)
            if sorted(each.name for each in there.iterdir()) != sorted((image.name, "discharge")):
                raise SmokeError("the AppImage wrote beside itself.")
        step(f"the AppImage, {name}", started)


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
    """Return a folder with a Debian that has nothing but what a desktop has; made on the first call."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise SmokeError("a bare root needs debootstrap (apt-get install debootstrap) and to be root.")
    root = cache / "bare-root"
    ready = root / "ready"
    if ready.is_file() and ready.read_text("ascii") == DESKTOP_HAS:
        return root
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    suite, *site = debian()
    command = [
        "debootstrap",
        "--variant=minbase",
        f"--include={DESKTOP_HAS}",
        suite,
        str(root),
        *site,
    ]
    made = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    if made.returncode != 0:
        raise SmokeError(
            "debootstrap can't make a bare root here:\n" + "\n".join(made.stdout.splitlines()[-5:])
        )
    (root / "dev" / "shm").mkdir(exist_ok=True)
    (root / "dev" / "shm").chmod(0o1777)
    ready.write_text(DESKTOP_HAS, "ascii")
    return root


def within(root: Path, *, user: int, home: str, **more: str) -> list[str]:
    """The beginning of a command that runs under the root, without a network and others' processes."""
    separate = ["unshare", "--net", "--mount", "--pid", "--fork", f"--mount-proc={root / 'proc'}"]
    inside = [*separate, "chroot", f"--userspec={user}:{user}", str(root)]
    variables = empty_environment(Path(home), **more)
    return [*inside, "/usr/bin/env", "-i", f"--chdir={home}", *(f"{k}={v}" for k, v in variables.items())]


@contextmanager
def home_of_nobody(root: Path) -> Iterator[Path]:
    """An empty home under the root; gone in the end."""
    home = root / "home" / "nobody"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    os.chown(home, NOBODY, NOBODY)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def try_bare_root(bundle: Path, cache: Path) -> None:
    """Try both executables in a bare root, as a user who may write nowhere but in an empty home.

    The folder has letters in its name that are no ASCII, and an apostrophe.
    """
    started = time.monotonic()
    root = bare_root(cache)
    step("a bare root", started)
    there = root / "opt" / ELSEWHERE
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(bundle, there, symlinks=True)
    inside = within(root, user=NOBODY, home="/home/nobody", QT_QPA_PLATFORM="offscreen")
    place = f"/{there.relative_to(root)}"
    try:
        with home_of_nobody(root) as home:
            started = time.monotonic()
            try_command_line([*inside, f"{place}/discharge"], os.environ, folder=home)
            step("bare root: plans and verifies", started)
            started = time.monotonic()
            try_window([*inside, f"{place}/discharge-desk"], os.environ, folder=home)
            step("bare root: the window tests itself", started)
    finally:
        shutil.rmtree(there, ignore_errors=True)


# ---- the Debian package -----------------------------------------------------------------------------------


def exec_of(entry: Path, file: str) -> list[str]:
    """The command with which a desktop entry opens a file, as menus and file managers read it."""
    lines = [line for line in entry.read_text("utf-8").splitlines() if line.startswith("Exec=")]
    words = shlex.split(lines[0].removeprefix("Exec=")) if len(lines) == 1 else []
    if "%f" not in words:
        raise SmokeError(f"{entry.name} can't open a file.")
    return [file if word == "%f" else word for word in words]


def version_before(deb: Path, work: Path) -> Path:
    """The package as the version before would be: a lower number, and a file that this version hasn't."""
    root = work / "before"
    subprocess.run(["dpkg-deb", "--raw-extract", str(deb), str(root)], check=True)
    control = root / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*", "Version: 0.0.1", control.read_text("utf-8")), "utf-8")
    (root / "usr/lib/discharge-desk/_internal/of-before.txt").write_text("gone after the upgrade\n", "utf-8")
    made = work / "before.deb"
    build = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "--build", str(root), str(made)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(root)
    return made


def as_older(hub: Path) -> int:
    """Leave a plain hub's file as a version before signatures wrote it; the number of its entries."""
    with closing(sqlite3.connect(hub)) as raw:
        for later in ("waiting", "person_keys"):
            raw.execute(f"DROP TABLE {later}")
        raw.execute("ALTER TABLE journal DROP COLUMN signature")
        raw.execute("PRAGMA user_version = 16")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.commit()
        return int(raw.execute("SELECT COUNT(*) FROM journal").fetchone()[0])


def try_deb(deb: Path, cache: Path) -> None:
    """In a bare root: install the version before, upgrade, open an older hub by the entry, remove it."""
    root, work = bare_root(cache), Path(tempfile.mkdtemp())
    dpkg = ["chroot", str(root), "dpkg"]
    try:
        with home_of_nobody(root) as home:
            started = time.monotonic()
            for name, file in (("before.deb", version_before(deb, work)), ("now.deb", deb)):
                shutil.copyfile(file, root / "tmp" / name)
            asked(*dpkg, "--install", "/tmp/before.deb")
            inside = within(root, user=NOBODY, home="/home/nobody", QT_QPA_PLATFORM="offscreen")
            inside = [word.replace("PATH=", "PATH=/usr/bin") if word == "PATH=" else word for word in inside]
            ran([*inside, "discharge", "demo", "Zoë's hub.hub"], os.environ, folder=home)
            hub = home / "Zoë's hub.hub"
            entries = as_older(hub)
            asked(*dpkg, "--install", "/tmp/now.deb")
            if (root / "usr/lib/discharge-desk/_internal/of-before.txt").exists():
                raise SmokeError("the upgrade left a file of the version before.")
            step("the package: installed, and upgraded", started)
            started = time.monotonic()
            entry = root / "usr/share/applications/discharge-desk.desktop"
            opened = exec_of(entry, "/home/nobody/Zoë's hub.hub")
            ran([*inside, *opened, "--screenshot", "seen.png"], os.environ, folder=home)
            if not (home / "seen.png").read_bytes().startswith(b"\x89PNG"):
                raise SmokeError("the window that the entry opens shows nothing.")
            ran([*inside, "discharge", "doctor", hub.name], os.environ, folder=home)
            with closing(sqlite3.connect(hub)) as raw:
                kept = int(raw.execute("SELECT COUNT(*) FROM journal").fetchone()[0])
                version = int(raw.execute("PRAGMA user_version").fetchone()[0])
            copies = list(home.glob("Zoë's hub.hub backups/*before-version-*.backup"))
            if kept < entries or version <= 16 or not copies:
                raise SmokeError(
                    f"an older hub came out as version {version} with {kept} of {entries} entries."
                )
            step("the package: its entry opens an older hub", started)
            asked(*dpkg, "--purge", "discharge-desk")
            left = [
                place for place in ("usr/lib/discharge-desk", "usr/bin/discharge") if (root / place).exists()
            ]
            if left or not hub.exists():
                raise SmokeError(f"removing it left {', '.join(left) or 'no hub'}.")
            step("the package: removed, the hub stays", started)
    finally:
        subprocess.run([*dpkg, "--purge", "discharge-desk"], check=False, capture_output=True)
        for name in ("before.deb", "now.deb"):
            (root / "tmp" / name).unlink(missing_ok=True)
        shutil.rmtree(work, ignore_errors=True)


def asked(*command: str) -> str:
    """What a command says; a SmokeError where it fails."""
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode != 0:
        raise SmokeError(f"{' '.join(command[2:])} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main(arguments: Sequence[str]) -> int:
    """Try the bundle out; return 0 when all of it works."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path, help="the folder that PyInstaller made")
    parser.add_argument("--bare-root", action="store_true", help="also where there is no Python at all")
    parser.add_argument("--app-image", type=Path, help="the AppImage, started as its user would")
    parser.add_argument("--deb", type=Path, help="the Debian package, tried out in a bare root")
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "discharge-desk"
    parser.add_argument(
        "--cache", type=Path, default=usual, help=f"where the bare root is kept (default: {usual})"
    )
    options = parser.parse_args(arguments)
    try:
        try_bundle(options.bundle.absolute())
        if options.app_image:
            try_app_image(options.app_image.absolute())
        if options.bare_root:
            try_bare_root(options.bundle.absolute(), options.cache.absolute())
        if options.deb:
            try_deb(options.deb.absolute(), options.cache.absolute())
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
