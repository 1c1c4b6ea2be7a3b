"""The text of a PDF that Qt wrote, page by page: enough of the format for tests."""

from __future__ import annotations

import re
import zlib
from pathlib import Path


def pages_of(path: Path) -> list[str]:
    """Each page's text, a line for each run of letters, in the order drawn."""
    data = path.read_bytes()
    objects = {int(m[1]): m[2] for m in re.finditer(rb"\n(\d+) 0 obj\r?\n(.*?)endobj", data, re.DOTALL)}
    letters = {name: _letters(objects, number) for name, number in _fonts(objects).items()}
    found = []
    for content in objects.values():
        if b"/Type /Page\n" in content:
            stream = _stream(objects[_reference(content, b"Contents")])
            found.append("\n".join(_runs(stream.decode("latin-1"), letters)))
    return found


def _reference(content: bytes, key: bytes) -> int:
    match = re.search(rb"/" + key + rb" (\d+) 0 R", content)
    assert match is not None
    return int(match[1])


def _stream(content: bytes) -> bytes:
    match = re.search(rb"stream\r?\n(.*?)\nendstream", content, re.DOTALL)
    assert match is not None
    return zlib.decompress(match[1]) if b"/FlateDecode" in content else match[1]


def _fonts(objects: dict[int, bytes]) -> dict[str, int]:
    return {
        name.decode(): int(number)
        for content in objects.values()
        for block in re.findall(rb"/Font <<(.*?)>>", content, re.DOTALL)
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", block)
    }


def _letters(objects: dict[int, bytes], font: int) -> dict[str, str]:
    """What each glyph of a font stands for."""
    table = _stream(objects[_reference(objects[font], b"ToUnicode")]).decode("latin-1")
    known: dict[str, str] = {}
    for first, last, start in re.findall(r"<(\w{4})> <(\w{4})> <(\w{4})>", table):
        for step in range(int(last, 16) - int(first, 16) + 1):
            known[f"{int(first, 16) + step:04x}"] = chr(int(start, 16) + step)
    for first, listed in re.findall(r"<(\w{4})> <\w{4}> \[([^\]]*)\]", table):
        for step, code in enumerate(re.findall(r"<(\w+)>", listed)):
            known[f"{int(first, 16) + step:04x}"] = bytes.fromhex(code).decode("utf-16-be")
    return known


def _runs(stream: str, letters: dict[str, dict[str, str]]) -> list[str]:
    found = []
    for block in re.findall(r"\bBT\b(.*?)\bET\b", stream, re.DOTALL):
        font, said = "", ""
        for name, glyphs in re.findall(r"/(F\d+) \S+ Tf|<([0-9a-fA-F]+)>", block):
            font = name or font
            codes = (glyphs[at : at + 4].lower() for at in range(0, len(glyphs), 4))
            said += "".join(letters[font].get(code, "?") for code in codes)
        # a font may draw a blank and a tab alike
        found.append(said.replace("\t", " "))
    return found
