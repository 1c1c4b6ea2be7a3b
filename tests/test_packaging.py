"""What is made of the executable: what was left out stays out; Debian package, AppImage, man pages."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import itertools
import os
import re
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import PySide6
import pytest

import dev
from ui import HUB_SUFFIX
from ui.__main__ import _asked

ROOT = Path(__file__).parents[1]
LINUX = ROOT / "packaging" / "linux"
ENTRY = LINUX / "discharge-desk.desktop"


@pytest.fixture(scope="module")
def part() -> Callable[[str], ModuleType]:
    """Loads a script of `packaging/`, which is no package."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    return load


def without(*programs: str) -> str:
    """Why a test can't be run here; empty where it can."""
    lacking = [name for name in programs if shutil.which(name) is None]
    return f"{', '.join(lacking)} isn't on this machine" if lacking else ""


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="it is left out where it is the system's")

# --- what was left out -----------------------------------------------------------------------------------


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A stand-in for what PyInstaller makes."""
    made = tmp_path / "made" / "discharge-desk"
    (made / "_internal" / "resources").mkdir(parents=True)
    (made / "_internal" / "resources" / "a.txt").write_text("a", "utf-8")
    shutil.copyfile("/bin/true" if Path("/bin/true").exists() else sys.executable, made / "discharge-desk")
    (made / "discharge-desk").chmod(0o755)
    (made / "discharge").symlink_to("discharge-desk")
    return made


@pytest.mark.skipif(os.name == "nt", reason="the command line is a file of its own there")
@pytest.mark.parametrize(
    "back",
    [
        "PySide6/Qt/translations/qt_de.qm",
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/QtDBus.abi3.so",
        "libcups.so.2",
        "libgnutls.so.30",
        "libcrypto.so.3",
        "python3.11/lib-dynload/_hashlib.cpython-311-x86_64-linux-gnu.so",
        "python3.11/lib-dynload/_codecs_jp.cpython-311-x86_64-linux-gnu.so",
        "networkx/tests/test_all.py",
        "scipy/_lib/a.so",
        "_sqlite3.cpython-311-x86_64-linux-gnu.so",
        "python3.11/lib-dynload/_sqlite3.cpython-311-x86_64-linux-gnu.so",
        "libsqlite3.so.0",
        pytest.param("numpy.libs/libgfortran-040039e1-0352e75f.so.5.0.0", marks=ON_LINUX),
        pytest.param("numpy/linalg/_umath_linalg.cpython-311-x86_64-linux-gnu.so", marks=ON_LINUX),
        pytest.param("libstdc++.so.6", marks=ON_LINUX),
        pytest.param("libX11-xcb.so.1", marks=ON_LINUX),
        pytest.param("libdbus-1.so.3", marks=ON_LINUX),
        pytest.param("libglib-2.0.so.0", marks=ON_LINUX),
    ],
)
def test_what_was_left_out_and_came_back_fails_the_try_out(
    back: str, bundle: Path, part: Callable[[str], ModuleType]
) -> None:
    smoke_test = part("smoke_test")
    smoke_test.try_lean(bundle)
    file = bundle / "_internal" / back
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    with pytest.raises(smoke_test.SmokeError, match="came back"):
        smoke_test.try_lean(bundle)


@pytest.mark.skipif(os.name == "nt", reason="the size is bound where it was measured")
def test_an_executable_that_is_too_large_or_has_every_language_fails_the_try_out(
    bundle: Path, part: Callable[[str], ModuleType]
) -> None:
    smoke_test = part("smoke_test")
    data = bundle / "_internal" / "libicudata.so.73"
    with data.open("wb") as stream:
        stream.truncate(smoke_test.LARGEST_ICU_DATA + 1)
    with pytest.raises(smoke_test.SmokeError, match="every language"):
        smoke_test.try_lean(bundle)
    data.rename(data.with_name("large"))
    with (data.with_name("large")).open("r+b") as stream:
        stream.truncate(smoke_test.LARGEST * 1_000_000)
    with pytest.raises(smoke_test.SmokeError, match="MB"):
        smoke_test.try_lean(bundle)
    data.with_name("large").rename(data.with_name("libscipy_openblas64_-32a4b2a6.so"))
    with pytest.raises(smoke_test.SmokeError, match="OpenBLAS came back"):
        smoke_test.try_lean(bundle)


# --- ICU's data ------------------------------------------------------------------------------------------


def test_the_data_of_icu_is_read_and_written_back(part: Callable[[str], ModuleType]) -> None:
    icu = part("icu_data")
    head = struct.pack("<HBB", 32, 0xDA, 0x27) + struct.pack("<HHBBBB", 20, 0, 0, 0, 2, 0) + b"CmnD"
    empty = head.ljust(32, b"\0") + struct.pack("<I", 0)
    held = {"icudt73l/en.res": b"e" * 16, "icudt73l/root.res": b"r" * 32, "icudt73l/coll/root.res": b"c" * 16}
    whole = icu.with_items(empty, held)
    assert icu.items(whole) == held
    assert list(icu.items(whole)) == sorted(held)
    with pytest.raises(ValueError, match="isn't ICU's data"):
        icu.items(b"\0" * 64)
    with pytest.raises(ValueError, match="64-bit Linux"):
        icu.section(b"MZ" + b"\0" * 64, ".rodata")


@pytest.mark.skipif(bool(without("as", "ld", "strip")), reason=without("as", "ld", "strip"))
def test_the_library_of_icu_that_is_there_is_made_small(
    part: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    icu, smoke_test = part("icu_data"), part("smoke_test")
    libraries = list((Path(PySide6.__path__[0]) / "Qt" / "lib").glob("libicudata.so.*"))
    if not libraries:
        pytest.skip("Qt has no ICU on this system")
    library = tmp_path / libraries[0].name
    shutil.copyfile(libraries[0], library)
    before, after = icu.trim(library)
    assert before > 30_000_000
    assert after == library.stat().st_size < smoke_test.LARGEST_ICU_DATA
    names = {name.split("/", 1)[1] for name in icu.items(icu.section(library.read_bytes(), ".rodata"))}
    assert {"root.res", "en.res", "coll/root.res", "coll/ucadata.icu", "nfkc.nrm", "cnvalias.icu"} <= names
    assert not {name for name in names if name.startswith(("de", "lang/", "curr/"))}


# --- the algebra in the place of OpenBLAS ------------------------------------------------------------------

ROWS_FIRST, COLUMNS_FIRST = 101, 102
AS_IT_IS, TRANSPOSED, CONJUGATED = 111, 112, 113
UPPER, LOWER = 121, 122
TURNED = {AS_IT_IS: lambda a: a, TRANSPOSED: lambda a: a.T, CONJUGATED: lambda a: a.conj().T}
NUMBERS = {
    "s": (np.float32, ctypes.c_float),
    "d": (np.float64, ctypes.c_double),
    "c": (np.complex64, None),
    "z": (np.complex128, None),
}


class Algebra:
    """The library that is made, called as numpy calls it, with whole numbers of one kind."""

    def __init__(self, library: Path, letter: str) -> None:
        self._library, self._letter = ctypes.CDLL(str(library)), letter
        self._draw = np.random.default_rng(1)
        self.kind, self._plain = NUMBERS[letter]

    def some(self, *shape: int) -> Any:
        drawn = self._draw.integers(-5, 6, (2, *shape))
        return (drawn[0] if self._plain else drawn[0] + 1j * drawn[1]).astype(self.kind)

    def given(self, number: int) -> Any:
        """A factor, as it is handed over: real ones as they are, others by where they lie."""
        return self._plain(number) if self._plain else np.array([number], self.kind)

    def call(self, name: str, *words: Any) -> Any:
        asked = getattr(self._library, f"scipy_cblas_{self._letter}{name}64_")
        asked.restype = self._plain if name == "dot" else None
        return asked(*(ctypes.c_void_p(w.ctypes.data) if isinstance(w, np.ndarray) else w for w in words))


@pytest.fixture(scope="module")
def algebra(part: Callable[[str], ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not sys.platform.startswith("linux") or without("gcc"):
        pytest.skip(without("gcc") or "numpy stays as it is there")
    made: Path = part("small_blas").make(tmp_path_factory.mktemp("blas") / "libscipy_openblas64_.so")
    return made


def length(number: int) -> ctypes.c_int64:
    return ctypes.c_int64(number)


@pytest.mark.parametrize("letter", list(NUMBERS))
@pytest.mark.parametrize(("order", "name"), [(ROWS_FIRST, "C"), (COLUMNS_FIRST, "F")])
def test_products_of_matrices_are_those_of_numpys_own_algebra(
    letter: str, order: int, name: Any, algebra: Path
) -> None:
    of = Algebra(algebra, letter)

    def laid(matrix: Any) -> tuple[Any, ctypes.c_int64]:
        return np.array(matrix, order=name), length(matrix.shape[1 if order == ROWS_FIRST else 0])

    m, n, k = 3, 4, 5
    for left, right in itertools.product(TURNED, TURNED):
        a = of.some(*((m, k) if left == AS_IT_IS else (k, m)))
        b = of.some(*((k, n) if right == AS_IT_IS else (n, k)))
        c = of.some(m, n)
        wanted = 2 * (TURNED[left](a) @ TURNED[right](b)) + 3 * c
        into, wide = laid(c)
        sizes = (length(m), length(n), length(k))
        of.call("gemm", order, left, right, *sizes, of.given(2), *laid(a), *laid(b), of.given(3), into, wide)
        assert (into == wanted).all(), (left, right)
    for left in TURNED:
        a = of.some(*((m, k) if left == AS_IT_IS else (k, m)))
        x, y = of.some(2 * k), of.some(m)
        wanted = 2 * (TURNED[left](a) @ x[::2]) + 3 * y
        high, wide = map(length, a.shape)
        of.call(
            "gemv", order, left, high, wide, of.given(2), *laid(a), x, length(2), of.given(3), y, length(1)
        )
        assert (y == wanted).all(), left
    for left, half in itertools.product((AS_IT_IS, TRANSPOSED), (UPPER, LOWER)):
        a, c = of.some(*((m, k) if left == AS_IT_IS else (k, m))), of.some(m, m)
        wanted = 2 * (TURNED[left](a) @ TURNED[left](a).T) + 3 * c
        written = (np.triu if half == UPPER else np.tril)(np.ones((m, m), bool))
        into, wide = laid(c)
        of.call(
            "syrk", order, half, left, length(m), length(k), of.given(2), *laid(a), of.given(3), into, wide
        )
        assert (into == np.where(written, wanted, c)).all(), (left, half)


@pytest.mark.parametrize("letter", list(NUMBERS))
def test_products_of_vectors_are_those_of_numpys_own_algebra(letter: str, algebra: Path) -> None:
    of = Algebra(algebra, letter)
    x, y = of.some(10), of.some(5)
    steps = (x, length(-2), y, length(1))
    if letter in "sd":
        assert of.call("dot", length(5), *steps) == np.dot(x[8::-2], y)
    else:
        for name, wanted in (("dotu_sub", np.dot(x[8::-2], y)), ("dotc_sub", np.vdot(x[8::-2], y))):
            said = np.zeros(1, of.kind)
            of.call(name, length(5), *steps, said)
            assert said[0] == wanted, name
    wanted = 2 * x[8::-2] + y
    of.call("axpy", length(5), of.given(2), *steps)
    assert (y == wanted).all()


def test_the_algebra_has_all_that_numpys_core_asks_for(algebra: Path) -> None:
    cores = list((Path(np.__path__[0]) / "_core").glob("_multiarray_umath*.so"))
    asked = set(re.findall(rb"scipy_cblas_[a-z_]+64_", cores[0].read_bytes()))
    library = ctypes.CDLL(str(algebra))
    assert len(asked) == 22
    assert all(hasattr(library, name.decode("ascii")) for name in asked)


# --- man pages, entry, file type -------------------------------------------------------------------------


def test_the_man_pages_name_every_command_and_every_option(part: Callable[[str], ModuleType]) -> None:
    man_page = part("man_page")
    page = man_page.command_line_page().replace("\\-", "-")
    for name, parser in man_page.commands().items():
        assert f".SS {name}\n" in page
        for action in parser._actions:
            named = set(action.option_strings) - {"--help"}
            assert all(option in page for option in named), name
    window = man_page.window_page().replace("\\-", "-")
    assert ".SS propose\n" in page
    assert "--self-test" in window
    assert "--version" in window


@pytest.mark.skipif(bool(without("man", "groff")), reason=without("man", "groff"))
@pytest.mark.whole
def test_the_man_pages_are_set_without_a_warning(part: Callable[[str], ModuleType], tmp_path: Path) -> None:
    part("man_page").main([str(tmp_path)])
    for page in tmp_path.iterdir():
        done = subprocess.run(
            ["man", "--warnings", "-l", str(page)],
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat", "MANROFFSEQ": ""},
        )
        assert done.stderr == ""
        assert "NAME" in done.stdout


def entry() -> dict[str, str]:
    lines = ENTRY.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def test_the_entry_the_file_type_and_the_window_go_by_one_name(part: Callable[[str], ModuleType]) -> None:
    shown = (ROOT / "ui" / "first_paint.py").read_text("utf-8")
    assert f'setDesktopFileName("{ENTRY.stem}")' in shown
    told = entry()
    kind = ET.parse(LINUX / "discharge-desk.mime.xml").getroot()[0]
    named = {each.tag.rpartition("}")[2]: each.attrib for each in kind}
    sent = ET.parse(LINUX / "discharge-desk.mime.xml").getroot()[1].attrib["type"]
    assert told["MimeType"] == f"{kind.attrib['type']};{sent};"
    assert named["glob"] == {"pattern": f"*{HUB_SUFFIX}"}
    assert named["icon"] == {"name": kind.attrib["type"].replace("/", "-")}
    about = ET.parse(LINUX / "discharge-desk.metainfo.xml").getroot()
    assert about.findtext("launchable") == ENTRY.name
    assert about.findtext("provides/mediatype") == kind.attrib["type"]
    opened = part("smoke_test").exec_of(ENTRY, "/a/Zoë's hub.hub")
    assert opened == ["discharge-desk", "/a/Zoë's hub.hub"]
    assert _asked(opened[1:]).hub == Path("/a/Zoë's hub.hub")


def test_a_hub_is_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert _asked(["--hub", "a.hub"]).hub == Path("a.hub")
    assert _asked([]).hub is None
    with pytest.raises(SystemExit):
        _asked(["a.hub", "--hub", "b.hub"])
    assert "name one hub" in capsys.readouterr().err


@pytest.mark.skipif(bool(without("desktop-file-validate")), reason=without("desktop-file-validate"))
def test_the_desktop_entry_is_as_the_standard_has_it() -> None:
    done = subprocess.run(["desktop-file-validate", str(ENTRY)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(bool(without("appstreamcli")), reason=without("appstreamcli"))
def test_what_software_centres_read_is_as_the_standard_has_it(tmp_path: Path) -> None:
    made = tmp_path / "discharge-desk.metainfo.xml"
    text = (LINUX / made.name).read_text("utf-8")
    made.write_text(text.replace("@VERSION@", "0.2.0").replace("@DATE@", "2026-11-30"), "utf-8")
    # the project has no domain that it could be named by
    command = [
        "appstreamcli",
        "validate",
        "--no-net",
        "--override=cid-desktopapp-is-not-rdns=info",
        str(made),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# --- the packages ----------------------------------------------------------------------------------------


@pytest.mark.skipif(bool(without("dpkg-deb", "objdump")), reason=without("dpkg-deb", "objdump"))
@pytest.mark.whole
def test_the_debian_package_has_all_that_a_desktop_looks_for(
    bundle: Path, tmp_path: Path, part: Callable[[str], ModuleType]
) -> None:
    made = part("linux_packages").make_deb(bundle, tmp_path, version="1.2.3", work=tmp_path / "work")
    told = subprocess.run(["dpkg-deb", "--info", made], capture_output=True, text=True, check=True).stdout
    assert "Version: 1.2.3" in told
    assert re.search(r"Depends: libc6 \(>= \d", told)
    assert "Recommends: libcups2" in told
    listed = subprocess.run(
        ["dpkg-deb", "--contents", made], capture_output=True, text=True, check=True
    ).stdout
    for place in (
        "usr/bin/discharge -> ../lib/discharge-desk/discharge",
        "usr/bin/discharge-desk -> ../lib/discharge-desk/discharge-desk",
        "usr/share/applications/discharge-desk.desktop",
        "usr/share/icons/hicolor/48x48/apps/discharge-desk.png",
        "usr/share/icons/hicolor/16x16/mimetypes/application-x-discharge-desk-hub.png",
        "usr/share/icons/hicolor/scalable/apps/discharge-desk.svg",
        "usr/share/mime/packages/discharge-desk.xml",
        "usr/share/metainfo/discharge-desk.metainfo.xml",
        "usr/share/man/man1/discharge.1.gz",
        "usr/share/man/man1/discharge-desk.1.gz",
        "usr/share/doc/discharge-desk/copyright",
    ):
        assert f"./{place}\n" in listed, place
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}
    scripts = {"preinst", "postinst", "prerm", "postrm"}
    assert not scripts & set(told.split()), "nothing runs as root when it is installed"


@pytest.mark.skipif(
    bool(without("mksquashfs", "unsquashfs", "dpkg")), reason=without("mksquashfs", "unsquashfs", "dpkg")
)
def test_the_appimage_is_the_runtime_and_then_the_program(
    bundle: Path, tmp_path: Path, part: Callable[[str], ModuleType]
) -> None:
    packages = part("linux_packages")
    work = tmp_path / "work"
    work.mkdir()
    made, missing = packages.make_app_image(bundle, tmp_path, version="1.2.3", work=work, runtime=None)
    assert made.suffix == ".squashfs"
    assert "runtime is missing" in missing
    whole, missing = packages.make_app_image(
        bundle, tmp_path, version="1.2.3", work=work, runtime=Path("/bin/true")
    )
    assert missing == ""
    assert whole.name.startswith("Discharge_Desk-1.2.3-")
    assert os.access(whole, os.X_OK)
    begins = Path("/bin/true").stat().st_size
    listed = subprocess.run(
        ["unsquashfs", "-offset", str(begins), "-ll", str(whole)], capture_output=True, text=True, check=True
    ).stdout
    for place in ("AppRun", "discharge-desk.desktop", ".DirIcon", "usr/bin/discharge"):
        assert re.search(rf"squashfs-root/{re.escape(place)}( ->|$)", listed, re.MULTILINE), place
    with pytest.raises(packages.PackageError, match="isn't a runtime"):
        packages.make_app_image(bundle, tmp_path, version="1", work=work, runtime=ENTRY)


@pytest.mark.skipif(sys.platform != "linux", reason="there are no AppImages elsewhere")
def test_an_unpacked_appimage_starts_what_it_is_called_by_from_wherever_it_lies(
    bundle: Path, tmp_path: Path, part: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = part("linux_packages")
    monkeypatch.setattr(packages, "SIZES", (256,))
    (bundle / "discharge-desk").write_text('#!/bin/sh\necho "${0##*/}"; for word; do echo "$word"; done\n')
    root = tmp_path / "Zoë's Ærø desk" / "AppDir"
    packages.make_app_dir(bundle, root, version="1.2.3")
    for called, started in (
        ("./Discharge_Desk-1.2.3-x86_64.AppImage", "discharge-desk"),
        ("/home/Zoë's desk/discharge", "discharge"),
        ("", "discharge-desk"),
    ):
        said = subprocess.run(
            [root / "AppRun", "Zoë's hub.hub", "--page", "moves"],
            env={"PATH": "/usr/bin:/bin", "ARGV0": called},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        assert said.splitlines() == [started, "Zoë's hub.hub", "--page", "moves"]
    assert (root / ".DirIcon").read_bytes().startswith(b"\x89PNG")
    assert (root / "discharge-desk.desktop").read_text("utf-8") == ENTRY.read_text("utf-8")
    told = ET.parse(root / "usr/share/metainfo/discharge-desk.metainfo.xml").getroot()
    assert told.findtext("launchable") == "discharge-desk.desktop"
    assert [each.attrib["version"] for each in told.iter("release")] == ["1.2.3"]


# --- Windows ---------------------------------------------------------------------------------------------


@pytest.fixture
def windows_tree(tmp_path: Path) -> Path:
    """A stand-in for PyInstaller's folder on Windows, in a folder as a user's own may be called."""
    tree = tmp_path / "Zoë's" / "discharge-desk"
    for name in (
        "discharge-desk.exe",
        "discharge.exe",
        "LICENSE.txt",
        "_internal/PySide6/Qt6Core.dll",
        "_internal/resources/help/día.md",
        "third_party_licences/README.md",
    ):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(f"{name} {'x' * 2000}", "utf-8")
    return tree


@pytest.mark.whole
@pytest.mark.skipif(bool(without("makensis")), reason=without("makensis"))
def test_the_installer_for_windows_compiles_without_a_warning(
    windows_tree: Path, part: Callable[[str], ModuleType]
) -> None:
    installer = part("windows_installer")
    made = windows_tree.parent / "discharge-desk-1.2.3-setup.exe"
    command = installer.command("makensis", windows_tree, made, version="1.2.3", compressor="zlib")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    content = made.read_bytes()
    assert content.startswith(b"MZ")
    for shown in ("1.2.3", "Discharge Desk: installer", "The Discharge Desk project"):
        assert shown.encode("utf-16-le") in content, shown
    assert struct.pack("<HHHH", 2, 1, 0, 3) in content, "the numbers of the version"
    assert b'requestedExecutionLevel level="asInvoker"' in content, "it asks for an administrator"
    shutil.rmtree(windows_tree / "third_party_licences")
    (windows_tree / "LICENSE.txt").unlink()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0, "an installer without the licence"


def test_the_version_is_four_numbers_for_windows(part: Callable[[str], ModuleType]) -> None:
    numbers = part("windows_installer").numbers
    assert (numbers("0.2.0"), numbers("1.2"), numbers("1.2.3rc1")) == ("0.2.0.0", "1.2.0.0", "1.2.3.0")


def test_the_installer_is_for_one_user_and_leaves_hubs_alone() -> None:
    script = (ROOT / "packaging" / "windows" / "discharge-desk.nsi").read_text("utf-8")
    orders = [line for line in script.splitlines() if not line.lstrip().startswith(";")]
    assert "RequestExecutionLevel user" in orders
    assert not [line for line in orders if "HKLM" in line or "$PROGRAMFILES" in line]
    assert 'InstallDir "$LOCALAPPDATA\\Programs\\${PRODUCT}"' in orders
    written = {re.search(r'HKCU "([^"]+)"', line)[1] for line in orders if "WriteReg" in line}  # type: ignore[index]
    gone = [re.search(r'HKCU "([^"]+)"', line)[1] for line in orders if "DeleteReg" in line]  # type: ignore[index]
    for key in written:
        assert any(key == each or key.startswith(f"{each}\\") for each in gone), key
    removed = [line.strip() for line in orders if line.strip().startswith(("Delete ", "RMDir"))]
    assert all('"$INSTDIR' in line or ".lnk" in line for line in removed)
    assert [line for line in removed if line.startswith("RMDir /r")] == [
        'RMDir /r "$INSTDIR\\_internal"',
        'RMDir /r "$INSTDIR\\third_party_licences"',
    ]
    assert f'Classes\\{HUB_SUFFIX}"' in script


def test_the_workflow_pins_each_action_by_its_commit_and_names_the_version() -> None:
    workflow = (ROOT / ".github" / "workflows" / "windows.yml").read_text("utf-8")
    used = re.findall(r"uses: (\S+)(.*)", workflow)
    assert len(used) == 3
    for action, remark in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", remark), remark
    assert "name: discharge-desk-${{ steps.project.outputs.version }}-windows-x64" in workflow
    assert "if: env.CERTIFICATE != ''" in workflow
    for kept in ("-setup.exe", ".cdx.json", "SHA256SUMS"):
        assert re.search(rf"^            dist/\S*{re.escape(kept)}$", workflow, re.MULTILINE), kept


def test_checksums_are_as_sha256sum_reads_them(tmp_path: Path) -> None:
    (tmp_path / "Zoë's.deb").write_bytes(b"a")
    (tmp_path / "folder").mkdir()
    dev.write_checksums(tmp_path)
    dev.write_checksums(tmp_path)
    sums = (tmp_path / "SHA256SUMS").read_text("utf-8")
    assert sums == f"{hashlib.sha256(b'a').hexdigest()}  Zoë's.deb\n"
