"""What of others goes into the executable: their licences beside it, and a bill of materials (CycloneDX).

PyInstaller's recipe calls `write` with every file that went in. Each is somebody's: a package's of `.venv`,
Python's, the font's, a Debian package's. Whatever can't be told whose it is stops the build.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TEXTS = HERE / "licences"
FOLDER = "third_party_licences"
BILL = "discharge-desk.cdx.json"
OURS = "discharge-desk"

IS_A_LICENCE = re.compile(r"(?i)^(licen[cs]e|copying|notice|authors|third_party)")
QT = frozenset({"pyside6-essentials", "shiboken6"})
"""Their wheels bring no text: the LGPL's and the GPL's, with what they ask, are in `licences/`."""
SEE_TEXT = "as its text says"
QT_TEXTS = ("Qt.md", "LGPL-3.0.txt", "GPL-3.0.txt")


class UnknownError(Exception):
    """A file, or its licence, that can't be told whose it is."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Something of others that is in the executable: its folder's name, its licence, what the bill says."""

    name: str
    version: str
    licence: str
    """As it is declared: an SPDX expression, or words."""
    purl: str = ""

    @property
    def folder(self) -> str:
        """The name of its folder of texts."""
        return re.sub(r"[^\w.-]", "-", self.name).lower()


class Owners:
    """Whose a file is, by where it lies on the machine that builds."""

    def __init__(self) -> None:
        self._packages: dict[str, Distribution] = {}
        for package in distributions():
            base = os.path.realpath(str(package.locate_file("")))
            for file in package.files or ():
                self._packages[os.path.normcase(os.path.normpath(f"{base}/{file}"))] = package
        paths = sysconfig.get_paths()
        self._python = {os.path.realpath(paths[kind]) for kind in ("stdlib", "platstdlib")}
        if os.name == "nt":
            self._python.add(os.path.realpath(sys.base_prefix))
        self._texts: dict[Part, list[Path]] = {}
        self._noted: set[str] = set()
        self._of_system: list[Path] = []

    def texts(self) -> Mapping[Part, list[Path]]:
        """Every part that was found, with the files of its licence."""
        return dict(sorted(self._texts.items()))

    def look(self, file: Path) -> None:
        """Note whose the file is; what is the system's is looked at in the end, all at once."""
        whole = os.path.realpath(file)
        package = self._packages.get(os.path.normcase(whole))
        if package is not None and _plain(package.name) != OURS:
            self._note_package(package)
        elif Path(whole).is_relative_to(ROOT / "resources" / "fonts"):
            self._texts[Part("inter", "3.19", "OFL-1.1", "pkg:github/rsms/inter@v3.19")] = [
                ROOT / "resources" / "fonts" / "OFL.txt"
            ]
        elif self._is_pythons(whole):
            self._note_python()
        elif not self._is_ours(whole):
            self._of_system.append(file)

    def look_at_bootloader(self) -> None:
        """PyInstaller's own start of a program is in each executable, and in no list."""
        self._note_package(next(each for each in distributions() if _plain(each.name) == "pyinstaller"))

    def _is_ours(self, whole: str) -> bool:
        ours = [ROOT / name for name in ("discharge", "ui", "resources", "packaging", "build")]
        package = self._packages.get(os.path.normcase(whole))
        return package is not None or any(Path(whole).is_relative_to(folder) for folder in ours)

    def _is_pythons(self, whole: str) -> bool:
        named = re.match(r"(lib)?python3|base_library[.]zip$", Path(whole).name)
        return named is not None or any(Path(whole).is_relative_to(folder) for folder in self._python)

    def _note_package(self, package: Distribution) -> None:
        name = _plain(package.name)
        if name in self._noted:
            return
        self._noted.add(name)
        told = package.metadata.get_all
        declared = (told("License-Expression") or told("License") or [""])[0]
        texts = [
            Path(str(package.locate_file(file)))
            for file in package.files or ()
            if ".dist-info" in file.parts[0] and IS_A_LICENCE.match(file.name)
        ]
        if name in QT:
            texts += [TEXTS / file for file in QT_TEXTS]
        if not texts:
            raise UnknownError(f"{name} {package.version} brings no licence's text: put one into {TEXTS}")
        classified = [each.split(" :: ")[-1] for each in told("Classifier") or ()]
        declared = declared or next((each for each in classified if each.endswith("License")), SEE_TEXT)
        licence = declared.splitlines()[0]
        self._texts[Part(name, package.version, licence, f"pkg:pypi/{name}@{package.version}")] = texts

    def _note_python(self) -> None:
        places = (Path(sysconfig.get_paths()["stdlib"]), Path(sys.base_prefix))
        texts = [place / "LICENSE.txt" for place in places if (place / "LICENSE.txt").exists()]
        texts += [Path(f"/usr/share/doc/python3.{sys.version_info.minor}/copyright")]
        text = next((each for each in texts if each.exists()), None)
        if text is None:
            raise UnknownError(f"Python's licence isn't where it is kept: {', '.join(map(str, texts))}")
        version = ".".join(map(str, sys.version_info[:3]))
        self._texts[Part("python", version, "PSF-2.0", f"pkg:generic/python@{version}")] = [text]

    def look_at_system(self) -> None:
        """Note the Debian packages of what is nobody's else, with the copyright files they bring."""
        if not self._of_system:
            return
        held_by = packages_of(self._of_system)
        unknown = [str(file) for file in self._of_system if file not in held_by]
        if unknown:
            raise UnknownError(f"Nobody is known to whom these belong: {', '.join(unknown)}")
        names = sorted(set(held_by.values()))
        shown = _asked(
            "dpkg-query", "--show", "--showformat=${binary:Package} ${Version} ${Architecture}\n", *names
        )
        for line in shown.splitlines():
            whole, version, kind = line.split()
            name = whole.partition(":")[0]
            text = Path(f"/usr/share/doc/{name}/copyright")
            if not text.exists():
                raise UnknownError(f"{name} {version} has no copyright file at {text}")
            purl = f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={kind}"
            self._texts[Part(name, version, SEE_TEXT, purl)] = [text]


def packages_of(files: Iterable[Path]) -> dict[Path, str]:
    """The Debian package that holds each file of the system; dpkg may know it by its link or under /usr."""
    asked: dict[str, Path] = {}
    for file in files:
        for place in (str(file), os.path.realpath(file)):
            asked |= dict.fromkeys((place, f"/usr{place}", place.removeprefix("/usr")), file)
    if not shutil.which("dpkg-query"):
        return {}
    found: dict[Path, str] = {}
    for line in _said("dpkg-query", "--search", *asked).splitlines():
        packages, _, place = line.rpartition(": ")
        if place in asked:
            found[asked[place]] = packages.split(", ")[0]
    return found


def write(bundle: Path, sources: Iterable[Path]) -> int:
    """Put the licences of all that went into the bundle beside its programs; return of how many parts.

    Raises `UnknownError` where it can't be told of a file whose it is, or of a part under what licence.
    """
    owners = Owners()
    owners.look_at_bootloader()
    for file in sorted(set(sources)):
        owners.look(file)
    owners.look_at_system()
    folder = bundle / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(ROOT / "LICENSE", bundle / "LICENSE.txt")
    for part, texts in owners.texts().items():
        (folder / part.folder).mkdir()
        for text in texts:
            name = text.name if text.suffix in (".txt", ".md") else f"{text.name}.txt"
            shutil.copyfile(text, folder / part.folder / name)
    parts = list(owners.texts())
    (folder / "README.md").write_text(_read_me(parts), "utf-8", newline="\n")
    (folder / BILL).write_text(json.dumps(bill(parts), indent=1) + "\n", "utf-8", newline="\n")
    return len(parts)


def bill(parts: Iterable[Part]) -> dict[str, Any]:
    """The bill of materials: what cyclonedx-py says of `.venv`, as far as it went in, and the rest.

    Raises `UnknownError` where it isn't a CycloneDX 1.6 document in the end.
    """
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--sv", "1.6"]
    command += ["--output-format", "JSON", "--pyproject", str(ROOT / "pyproject.toml"), sys.executable]
    found: dict[str, Any] = json.loads(_asked(*command))
    wanted = {part.purl: part for part in parts}
    packages = [each for each in found["components"] if each.get("purl") in wanted]
    refs = {each["bom-ref"] for each in packages} | {found["metadata"]["component"]["bom-ref"]}
    others = [_component(part) for purl, part in wanted.items() if purl not in {p["purl"] for p in packages}]
    top = found["metadata"]["component"]["bom-ref"]
    edges = [
        {**edge, "dependsOn": sorted(refs.intersection(edge.get("dependsOn", ())))}
        for edge in found["dependencies"]
        if edge["ref"] in refs
    ]
    for edge in edges:
        if edge["ref"] == top:
            edge["dependsOn"] += [each["bom-ref"] for each in others]
    found["components"] = packages + others
    found["dependencies"] = edges + [{"ref": each["bom-ref"]} for each in others]
    _hold_against_the_standard(found)
    return found


def _component(part: Part) -> dict[str, Any]:
    licence = {"id": part.licence} if part.licence in ("OFL-1.1", "PSF-2.0") else {"name": part.licence}
    return {
        "bom-ref": part.purl,
        "type": "library",
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "licenses": [{"license": licence}],
    }


def _hold_against_the_standard(found: Mapping[str, Any]) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(found))
    if error is not None:
        raise UnknownError(f"the bill of materials isn't CycloneDX 1.6: {error}")


def _read_me(parts: Iterable[Part]) -> str:
    head = [
        "# Whose work is in Discharge Desk",
        "",
        "Discharge Desk is under the Apache License 2.0 (`LICENSE.txt`, one folder up). What stands below is",
        "other people's, each under its own licence, whose text is in the folder of that name.",
        f"`{BILL}` says the same for machines (CycloneDX 1.6).",
        "",
        "Qt, psycopg and python-stdnum are under the LGPL: you may use other versions of them. Qt's files",
        "lie beside the program (`pyside6-essentials/Qt.md`), and so does the compiled part of psycopg, with",
        "the libraries that its wheel brings (PostgreSQL's libpq, OpenSSL, Kerberos, OpenLDAP, SASL); the",
        "rest is in its archive: name another version in the project's `constraints.txt`, and",
        "`python3 dev.py package` makes the program with it.",
        "",
        "| part | version | licence |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *(f"| {p.folder} | {p.version} | {p.licence} |" for p in parts), ""])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked(*command: str) -> str:
    """What a command says; `UnknownError` where it fails."""
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT)
    if done.returncode != 0:
        raise UnknownError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout


def _said(*command: str) -> str:
    """What a command says, also where it fails for a part of what it was asked."""
    return subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=ROOT).stdout
