"""What is made of the executable: what was left out stays out; Debian package, AppImage, man pages."""

from __future__ import annotations

import hashlib
import importlib.util
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
    (bundle / "_internal" / "libscipy_openblas64.so").touch()
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


def test_numpy_is_built_from_the_pin_with_its_hashes(part: Callable[[str], ModuleType]) -> None:
    pin = part("small_numpy").numpy_pin((ROOT / "constraints.txt").read_text("utf-8"))
    lines = pin.splitlines()
    assert re.match(r"numpy==\d", lines[0])
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    assert len(lines) > 2


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
