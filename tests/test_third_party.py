"""What of others goes into the executable: each file is somebody's, each somebody has a licence's text."""

from __future__ import annotations

import importlib.util
import re
import sys
import textwrap
import tomllib
from importlib.metadata import distribution, requires
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def third_party() -> ModuleType:
    spec = importlib.util.spec_from_file_location("third_party", ROOT / "packaging" / "third_party.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def needed() -> set[str]:
    """The packages that the product needs, and those that they need."""
    found: set[str] = set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    left = [str(need) for need in project["dependencies"]]
    while left:
        need = left.pop()
        name = re.split(r"[^\w.-]", need)[0].lower()
        # what is for an extra, another system or an older Python isn't here
        elsewhere = any(marker in need for marker in ("extra ==", "sys_platform", "python_version <"))
        if not elsewhere and name not in found:
            found.add(name)
            left += requires(name) or []
    return found


@pytest.mark.whole
def test_every_package_that_the_product_needs_brings_its_licence(third_party: ModuleType) -> None:
    owners = third_party.Owners()
    for name in needed():
        files = sorted(distribution(name).files or (), key=lambda file: file.suffix != ".py")
        owners.look(Path(str(distribution(name).locate_file(files[0]))))
    texts = owners.texts()
    assert {part.name for part in texts} == {name.replace("_", "-") for name in needed()}
    assert all(file.is_file() for files in texts.values() for file in files)


@pytest.mark.whole
def test_qt_comes_with_the_lgpl_and_the_font_with_the_ofl(third_party: ModuleType) -> None:
    owners = third_party.Owners()
    owners.look(Path(str(distribution("PySide6_Essentials").locate_file("PySide6/__init__.py"))))
    owners.look(ROOT / "resources" / "fonts" / "Inter-Regular.otf")
    texts = {part.name: [file.name for file in files] for part, files in owners.texts().items()}
    assert texts == {"inter": ["OFL.txt"], "pyside6-essentials": ["Qt.md", "LGPL-3.0.txt", "GPL-3.0.txt"]}


@pytest.mark.whole
def test_what_is_ours_and_what_is_pythons_is_told_apart(third_party: ModuleType) -> None:
    owners = third_party.Owners()
    owners.look(ROOT / "discharge" / "paths.py")
    owners.look(Path(textwrap.__file__))
    assert [part.name for part in owners.texts()] == ["python"]


@pytest.mark.whole
def test_a_file_that_is_nobodys_stops_the_build(third_party: ModuleType, tmp_path: Path) -> None:
    found = tmp_path / "libfound.so.1"
    found.touch()
    owners = third_party.Owners()
    owners.look(found)
    with pytest.raises(third_party.UnknownError, match=r"libfound\.so\.1"):
        owners.look_at_system()


def test_readline_whose_licence_would_bind_the_whole_stays_out() -> None:
    assert 'NOT_NEEDED += ["readline"]' in (ROOT / "packaging" / "discharge.spec").read_text("utf-8")


def test_the_licence_is_named_alike_in_the_project_and_in_its_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
