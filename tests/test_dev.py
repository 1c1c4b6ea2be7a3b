"""dev.py, the front door: what it decides, without installing or starting anything."""

import ast
import errno
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

import dev

ROOT = Path(dev.__file__).parent

LDD = """\
/clone/QtGui.abi3.so:
\tlinux-vdso.so.1 (0x00007ffd5b3f2000)
\tlibEGL.so.1 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f3c9f000000)
/clone/libqxcb.so:
\tlibxcb-icccm.so.4 => not found
\tlibxkbcommon-x11.so.0 => not found
\tlibxcb-icccm.so.4 => not found
"""


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def smoke_test() -> ModuleType:
    return loaded(ROOT / "packaging" / "smoke_test.py")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A tree with what the stamp and the wheel are made from, in a folder with a space in its name."""
    root = tmp_path / "a clone"
    root.mkdir()
    for name in ("pyproject.toml", "constraints.txt"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    return root


# ---- old Pythons ------------------------------------------------------------------------------------------


def test_an_old_python_is_told_which_one_that_runs_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == "python3.11" else f"/usr/bin/{name}")
    monkeypatch.setattr(
        "subprocess.call", lambda command, **_: 127 if command[0] in ("python3.14", "python3.13") else 0
    )
    assert dev.too_old(3, 10) == (
        "Discharge Desk needs Python 3.11 or newer; this is 3.10. Use python3.12 instead."
    )


@pytest.mark.parametrize("version", [(3, 11), (3, 13), (4, 0)])
def test_a_new_enough_python_is_told_nothing(version: tuple[int, int]) -> None:
    assert dev.too_old(*version) == ""


def test_an_old_python_can_read_the_file_as_far_as_the_sentence() -> None:
    """Its grammar is 3.6's, and before the check stands no annotation that 3.6 can't evaluate."""
    statements = ast.parse((ROOT / "dev.py").read_text("utf-8"), feature_version=(3, 6)).body
    check = next(at for at, statement in enumerate(statements) if isinstance(statement, ast.If))
    before = statements[:check]
    functions = [part for part in before if isinstance(part, ast.FunctionDef)]
    annotations = [
        each for part in functions for each in (part.returns, *(a.annotation for a in part.args.args))
    ]
    assert [type(each) for each in annotations] == [ast.Name] * len(annotations)
    assert not any(isinstance(part, ast.ImportFrom) and part.module == "__future__" for part in before)


# ---- what the system lacks --------------------------------------------------------------------------------


def test_libraries_that_ldd_does_not_find_are_named_once() -> None:
    assert dev.missing_libraries(LDD) == {"libEGL.so.1", "libxcb-icccm.so.4", "libxkbcommon-x11.so.0"}


def test_a_complete_machine_lacks_nothing() -> None:
    assert dev.missing_libraries(LDD.replace("not found", "/lib/x.so (0x0)")) == set()


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        ("libxcb-shape.so.0", "libxcb-shape0"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libX11.so.6", "libx11-6"),
        ("libstdc++.so.6", "libstdc++6"),
        ("libz.so.1", "zlib1g"),
    ],
)
def test_a_library_leads_to_its_debian_package(library: str, package: str) -> None:
    assert dev.package_of(library) == package


@pytest.mark.parametrize(
    ("tool", "root", "command"),
    [
        (
            "apt-get",
            False,
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1",
        ),
        ("apt-get", True, "apt-get update && apt-get install -y --no-install-recommends libegl1"),
        ("dnf", False, "sudo dnf install -y 'libEGL.so.1()(64bit)'"),
        ("zypper", True, "zypper install -y 'libEGL.so.1()(64bit)'"),
        ("pacman", False, "your system's package tool, to install what holds libEGL.so.1"),
    ],
)
def test_the_one_command_suits_the_system(
    tool: str, root: bool, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if name == tool else None)
    monkeypatch.setattr(dev, "is_root", lambda: root)
    assert dev.install_command(["libegl1"], ["libEGL.so.1"]) == command


def test_without_the_right_to_install_the_user_is_given_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "is_root", lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: name if name == "apt-get" else None)
    monkeypatch.setattr(dev, "libraries_qt_lacks", lambda parts: {"libEGL.so.1"})
    with pytest.raises(dev.TroubleError) as met:
        dev.ensure_qt(dev.QT_OFFSCREEN)
    assert met.value.sentence == "Qt lacks libEGL.so.1 on this machine."
    assert met.value.mend.startswith("Run sudo apt-get update && sudo apt-get install")


def test_a_library_that_is_still_missing_after_the_installation_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(dev, "libraries_qt_lacks", lambda parts: {"libGL.so.1", "libEGL.so.1"})
    monkeypatch.setattr(dev, "install_from_system", lambda packages, **said: asked.append(list(packages)))
    with pytest.raises(dev.TroubleError, match=r"still lacks libEGL\.so\.1, libGL\.so\.1"):
        dev.ensure_qt(dev.QT_OFFSCREEN)
    assert asked == [["libegl1", "libgl1"]]


# ---- the environment --------------------------------------------------------------------------------------


def test_the_stamp_holds_while_nothing_changes(clone: Path) -> None:
    assert dev.wanted_stamp(clone) == dev.wanted_stamp(clone)


def test_a_changed_pin_makes_the_packages_anew_and_a_changed_command_only_the_entry(clone: Path) -> None:
    first = dev.wanted_stamp(clone)
    pyproject = (clone / "pyproject.toml").read_text("utf-8")
    (clone / "pyproject.toml").write_text(pyproject.replace('discharge = "', 'unload = "'), "utf-8")
    renamed = dev.wanted_stamp(clone)
    assert renamed["packages"] == first["packages"]
    assert renamed["project"] != first["project"]
    with (clone / "constraints.txt").open("a", encoding="utf-8") as pins:
        pins.write("# one more\n")
    assert dev.wanted_stamp(clone)["packages"] != first["packages"]


def test_settings_of_the_linter_do_not_touch_the_environment(clone: Path) -> None:
    first = dev.wanted_stamp(clone)
    with (clone / "pyproject.toml").open("a", encoding="utf-8") as pyproject:
        pyproject.write("\n[tool.another]\nkey = 1\n")
    assert dev.wanted_stamp(clone) == first


@pytest.mark.parametrize("content", [None, "", "[1]", '{"packages": ', "\x00"])
def test_an_unfinished_or_broken_stamp_counts_as_none(content: str | None, tmp_path: Path) -> None:
    stamp = tmp_path / "stamp.json"
    if content is not None:
        stamp.write_text(content, "utf-8")
    assert dev.read_stamp(stamp) == {}


def test_two_parts_of_a_fingerprint_do_not_run_together() -> None:
    assert dev.fingerprint("ab", "c") != dev.fingerprint("a", "bc")


def test_the_wheel_points_at_the_tree_and_carries_the_commands(clone: Path, tmp_path: Path) -> None:
    before = sorted(clone.rglob("*"))
    wheel = dev.project_wheel(tmp_path, root=clone)
    with zipfile.ZipFile(wheel) as archive:
        info = "discharge_desk-0.2.0.dist-info"
        assert archive.read("discharge_desk.pth").decode() == f"{clone}\n"
        commands = archive.read(f"{info}/entry_points.txt").decode()
        assert "discharge = discharge.cli:main" in commands.partition("[gui_scripts]")[0]
        assert "discharge-desk = ui.__main__:main" in commands.partition("[gui_scripts]")[2]
        recorded = [line.partition(",")[0] for line in archive.read(f"{info}/RECORD").decode().splitlines()]
        assert sorted(recorded) == sorted(archive.namelist())
    assert sorted(clone.rglob("*")) == before


def test_nothing_of_the_callers_python_reaches_the_environment() -> None:
    cleaned = dev.clean_environment({"PYTHONPATH": "/elsewhere", "PIP_USER": "1", "LANG": "en_GB.UTF-8"})
    assert {name: cleaned[name] for name in cleaned if not name.startswith("PIP_")} == {
        "LANG": "en_GB.UTF-8",
        "PYTHONUTF8": "1",
    }


def test_a_machine_without_network_hears_of_it_soon_unless_it_wants_to_wait() -> None:
    assert dev.clean_environment({})["PIP_RETRIES"] == "1"
    assert dev.clean_environment({"PIP_RETRIES": "9"})["PIP_RETRIES"] == "9"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "isn't the one pinned"),
        (
            "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(...)'\n"
            "ERROR: Could not find a version that satisfies the requirement altgraph==0.17.5\n"
            "ERROR: No matching distribution found for altgraph==0.17.5",
            "can't be reached",
        ),
        ("ERROR: No matching distribution found for numpy==2.4.6", "Not every pinned package exists"),
        ("ERROR: [Errno 13] Permission denied: '/clone/.venv/lib'", "can't be written"),
        ("ERROR: something new", "could not be installed"),
    ],
)
def test_what_kept_pip_from_installing_is_said_in_a_sentence(said: str, sentence: str) -> None:
    assert sentence in dev.trouble_of_pip(said).sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/clone/.venv"), "The disk is full."),
        (PermissionError(errno.EACCES, "Permission denied", "/clone/.venv"), "/clone/.venv can't be written"),
        (OSError(errno.EROFS, "Read-only file system", "/clone/build"), "/clone/build can't be written"),
        (OSError(errno.EIO, "Input/output error", "/clone"), "/clone: Input/output error."),
    ],
)
def test_what_the_disk_refuses_is_said_in_a_sentence(error: OSError, sentence: str) -> None:
    assert dev.trouble_of(error).sentence.startswith(sentence)


# ---- run --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_windows_and_macs_have_a_display(system: str) -> None:
    assert dev.why_no_display({}, system=system) == ""


def test_a_wayland_session_has_a_display() -> None:
    assert dev.why_no_display({"WAYLAND_DISPLAY": "wayland-0"}, system="linux") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="displays with a number are X's")
@pytest.mark.parametrize(
    ("display", "reason"),
    [
        ("", "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        (":4711", "DISPLAY is :4711, but nothing answers there"),
        ("127.0.0.1:4711.0", "DISPLAY is 127.0.0.1:4711.0, but nothing answers there"),
        ("nonsense", "DISPLAY is 'nonsense', which is no display's name"),
    ],
)
def test_without_a_display_the_reason_is_given(
    display: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "answers", lambda family, address: False)
    assert dev.why_no_display({"DISPLAY": display}, system="linux") == reason


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X displays are a matter of Linux")
@pytest.mark.parametrize("display", [":3", ":3.0", "unix:3"])
def test_a_display_that_answers_is_used(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "answers", lambda family, address: address == "\0/tmp/.X11-unix/X3")
    assert dev.why_no_display({"DISPLAY": display}, system="linux") == ""


def test_the_demo_opens_its_window_or_writes_a_picture() -> None:
    assert dev.demo_command("py", hub=None, picture=None) == ["py", "-m", "ui", "--demo"]
    without = dev.demo_command("py", hub=Path("/h/hub.db"), picture=Path("/b/match.png"))
    hub, picture = str(Path("/h/hub.db")), str(Path("/b/match.png"))
    assert without[3:] == ["--demo", "--hub", hub, "--no-window", "--picture", picture]


# ---- test and check ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cores", "many"), [(None, "2"), (1, "2"), (2, "2"), (6, "6"), (64, "8")])
def test_pytest_gets_a_worker_for_each_core_and_what_follows(
    cores: int | None, many: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    some = ["-n", many, "--dist", "worksteal"]
    assert dev.pytest_command("py", ["-k", "cohort"]) == ["py", "-m", "pytest", *some, "-k", "cohort"]


@pytest.mark.parametrize(
    "chosen", [["-n", "0"], ["-n4"], ["--numprocesses=1"], ["--pdb"], ["-p", "no:xdist"]]
)
def test_pytest_keeps_the_number_of_workers_that_was_asked_for(chosen: list[str]) -> None:
    assert dev.pytest_command("py", chosen) == ["py", "-m", "pytest", *chosen]


def test_tests_run_offscreen_in_memory_where_there_is_room_and_with_what_was_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage._replace(free=3_000_000_000))
    environment = dev.pytest_environment({"PYTHONDONTWRITEBYTECODE": "1"}, memory=tmp_path)
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
    assert environment["TMPDIR"] == str(tmp_path)
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    given = {"TMPDIR": "/mine", "QT_QPA_PLATFORM": "xcb"}
    assert given.items() <= dev.pytest_environment(given, memory=tmp_path).items()
    assert "TMPDIR" not in dev.pytest_environment({}, memory=tmp_path / "none")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage._replace(free=60_000_000))
    assert "TMPDIR" not in dev.pytest_environment({}, memory=tmp_path)


@pytest.mark.parametrize(
    ("line", "sums"),
    [
        ("412 passed in 133.20s (0:02:13)", True),
        ("1 failed, 411 passed, 2 skipped in 9.1s", True),
        ("\x1b[32m\x1b[1m3 passed\x1b[0m\x1b[32m in 0.03s\x1b[0m", True),
        ("===== 3 passed in 0.03s =====", True),
        ("no tests ran in 0.01s", True),
        ("tests/test_dev.py::test_3 passed in 3.0s flat", False),
        ("3 people placed in 2 homes", False),
    ],
)
def test_pytests_own_summary_is_known_from_its_other_lines(
    line: str, sums: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    found = list(dev.summaries([f"{line}\n"]))
    assert found == ([dev.COLOUR.sub("", line)] if sums else [])
    assert capsys.readouterr().out == f"{line}\n"


def test_the_closing_lines_name_what_failed_and_end_with_pytests_summary() -> None:
    results = [
        dev.Result("mypy", False, 20.0),
        dev.Result("pytest", True, 100.4, "412 passed in 99.80s"),
    ]
    lines = dev.closing_lines(results, 120.4)
    assert [line.split() for line in lines[:2]] == [
        ["mypy", "FAILED", "20.0", "s"],
        ["pytest", "ok", "100.4", "s"],
    ]
    assert lines[2:] == ["1 of 2 failed: mypy. (120 s)", "pytest: 412 passed in 99.80s"]
    assert dev.close(results, since=0.0) == 1
    assert dev.close(results[1:], since=0.0) == 0


def test_a_failing_check_shows_what_it_said_and_a_passing_one_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = "import sys; print('the fault'); sys.exit(int(sys.argv[1]))"
    assert dev.run_check("good", [sys.executable, "-c", script, "0"]).passed
    assert "the fault" not in capsys.readouterr().out
    assert not dev.run_check("bad", [sys.executable, "-c", script, "3"]).passed
    assert "the fault" in capsys.readouterr().out


# ---- the command line -------------------------------------------------------------------------------------


def test_what_follows_test_goes_to_pytest_as_it_stands() -> None:
    options = dev.parse(["test", "-x", "--", "tests/model", "-k", "not slow", "--help"])
    assert options.command == "test"
    assert options.extra == ["-x", "--", "tests/model", "-k", "not slow", "--help"]


@pytest.mark.parametrize("arguments", [[], ["fly"], ["check", "-x"], ["run", "--fast"]])
def test_an_unknown_command_is_refused_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        dev.parse(arguments)
    assert "usage: dev.py" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "said", "code"),
    [
        (dev.TroubleError("It rains.", "Take a coat."), "It rains.\nTake a coat.\n", 1),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full.\n", 1),
        (KeyboardInterrupt(), "Stopped.\n", 130),
    ],
)
def test_trouble_ends_in_a_sentence_never_in_a_traceback(
    raised: BaseException,
    said: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse() -> int:
        raise raised

    monkeypatch.setattr(dev, "check", refuse)
    assert dev.main(["check"]) == code
    assert capsys.readouterr().err.startswith(said)


# ---- what ships with it -----------------------------------------------------------------------------------


def test_every_dependency_is_pinned_with_a_hash_and_no_index_is_named() -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    entries = re.findall(
        r"^([\w.-]+)==(\S+).*((?:\n {4}--hash=sha256:[0-9a-f]{64}.*)+)", pins, flags=re.MULTILINE
    )
    pinned = {name for name, _, _ in entries}
    assert len(entries) == len(re.findall(r"^\S.*==", pins, flags=re.MULTILINE))
    for need in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        assert re.split(r"[<>=~!;\[\s]", need)[0].lower() in pinned
    assert "://" not in pins
    assert "--index" not in pins
    assert "--extra-index" not in pins


def test_the_checks_of_the_repository_are_the_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert 'exec python3 dev.py test --whole "$@"' in script
    assert "    python3 dev.py test --whole" in (ROOT / "README.md").read_text("utf-8")


def test_windows_shows_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    shown = (ROOT / "packaging" / "version_info.txt").read_text("utf-8")
    assert re.findall(r'"(?:File|Product)Version", "(.*?)"', shown) == [version, version]
    numbers = ", ".join([*version.split("."), "0"])
    assert shown.count(f"({numbers})") == 2


def test_the_folder_of_the_executable_does_not_hide_the_package_of_its_name() -> None:
    code = "import packaging.version; print(packaging.version.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert "site-packages" in done.stdout


def test_the_font_of_the_window_ships_with_its_licence() -> None:
    fonts = ROOT / "resources" / "fonts"
    assert {file.name for file in fonts.glob("*.otf")} == {
        "Inter-Regular.otf",
        "Inter-SemiBold.otf",
        "Inter-Bold.otf",
    }
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text("utf-8")


# ---- the try-out of the executable ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ("self-test: window opened\nself-test: passed\n", 0),
        ("self-test: passed\nDeprecationWarning: old\n", 2),
        ("QFont::fromString: invalid\nself-test: passed\n", 1),
        ("self-test: window opened\n", 1),
        ("\n", 2),
    ],
)
def test_any_unexpected_word_of_the_self_test_counts(said: str, faults: int, smoke_test: ModuleType) -> None:
    assert len(smoke_test.unexpected_lines(said)) == faults


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts of this test are for POSIX")
@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("echo oops >&2", "it complained:\noops"),
        ("exit 3", "exit code 3"),
        ("sleep 30 >/dev/null 2>&1 &", "it left a process behind"),
    ],
)
@pytest.mark.whole
def test_an_executable_that_misbehaves_is_found_out(
    script: str,
    fault: str,
    smoke_test: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smoke_test, "SECONDS_TO_LEAVE", 1)
    environment = smoke_test.empty_environment(tmp_path) | {"PATH": "/usr/bin:/bin"}
    with pytest.raises(smoke_test.SmokeError, match=fault):
        smoke_test.ran(["/bin/sh", "-c", script], environment, folder=tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="groups of processes are POSIX's")
def test_a_process_that_ended_by_itself_is_no_failure(smoke_test: ModuleType) -> None:
    ended = subprocess.Popen(["/bin/sh", "-c", "exit 0"], start_new_session=True)
    ended.wait()
    assert not smoke_test.end_group(ended.pid)
    assert not smoke_test.left_behind(ended.pid)


def test_the_executable_is_tried_with_an_empty_path_and_home(smoke_test: ModuleType, tmp_path: Path) -> None:
    environment = smoke_test.empty_environment(tmp_path, QT_QPA_PLATFORM="offscreen")
    assert environment["PATH"] == ""
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
    assert not any(name.startswith(("PYTHON", "VIRTUAL_ENV")) for name in environment)


def test_what_is_behind_is_told_with_its_licence_what_the_project_asks_for_first() -> None:
    outdated = [
        {"name": "typing_extensions", "version": "4.1", "latest_version": "4.2"},
        {"name": "numpy", "version": "2.4", "latest_version": "2.5"},
    ]
    lines = dev.behind_lines(outdated, {"numpy": "BSD-3-Clause"}, ["numpy>=2.4,<3", "tzdata"])
    assert [line.split()[:6] for line in lines] == [
        ["asked", "for", "numpy", "2.4", "2.5", "BSD-3-Clause"],
        ["follows", "typing-extensions", "4.1", "4.2", "as", "its"],
    ]


def test_the_pythons_that_are_named_are_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [each.rpartition(" ")[2] for each in project["classifiers"] if "Python :: 3." in each]
    source = (ROOT / "dev.py").read_text("utf-8")
    assert named == ["3.11", "3.12", "3.13", "3.14"]
    assert all(f'"python{each}"' in source for each in named)
    assert "3.11 to 3.14" in (ROOT / "docs" / "running.md").read_text("utf-8")
