"""Files and functions that the documents name are there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"`((?:[\w.-]+/)+(?:[\w.-]+\.(?:py|md|toml|yml|txt))?)`")
IN_A_FILE = re.compile(r"`([\w./-]+\.py)`,?\s+`([A-Za-z_][\w.]*)`")
MADE = {
    "dist/",
    "build/",
    "rule_sets/",
    "spec/",
    "pages/",
    "dialogs/",
    "widgets/",
    "models/",
    "theme/",
    "cases/",
}
"""Folders that come of building, or that stand in a cell beside the folder that they are in."""


def tracked() -> list[str]:
    """Every file of the project, and every folder of one, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, encoding="utf-8",
    ).stdout.splitlines()  # fmt: skip
    folders = {f"{parent}/" for file in listed for parent in Path(file).parents if str(parent) != "."}
    return [*listed, *sorted(folders)]


def found(name: str, among: list[str]) -> list[str]:
    """The paths that a document may mean: the whole one, or its end."""
    return [path for path in among if path == name or path.endswith(f"/{name}")]


def test_every_file_and_folder_that_is_named_is_there() -> None:
    among = tracked()
    named = {name for page in PAGES for name in NAMED.findall(page.read_text("utf-8"))}
    missing = {name for name in named - MADE if "NAME" not in name and not found(name, among)}
    assert missing == set()


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
@pytest.mark.whole
def test_every_function_that_is_named_after_its_file_is_in_it(page: Path) -> None:
    among = tracked()
    missing = []
    for file, name in IN_A_FILE.findall(page.read_text("utf-8")):
        texts = [(ROOT / path).read_text("utf-8") for path in found(file, among)]
        for part in () if name.endswith(".py") else name.split("."):
            if texts and not any(re.search(rf"\b{part}\b", text) for text in texts):
                missing.append(f"{file}: {name}")
    assert missing == []


def test_every_file_that_is_named_by_its_name_alone_is_there() -> None:
    names = {Path(path).name for path in tracked()}
    named = {name for page in PAGES for name in re.findall(r"`([\w.-]+\.py)`", page.read_text("utf-8"))}
    assert named - names == set()


TOP = {
    ".ci", ".github", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "benchmarks",
    "constraints.txt", "dev.py", "discharge", "docs", "packaging", "pyproject.toml", "resources", "tests",
    "ui",
}  # fmt: skip
"""What stands at the door; whatever else does was left there."""


def test_nothing_is_left_at_the_door() -> None:
    assert {path.split("/")[0] for path in tracked()} <= TOP
