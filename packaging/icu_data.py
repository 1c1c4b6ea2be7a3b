"""ICU's data without the languages that the product doesn't speak: of 32 MB some 2 are left.

Qt asks ICU for collation, for letter case and for the names of encodings; names of days, months, countries
and money it has itself. The library of data is written anew with the items that `KEPT` names, under the same
name and with the same symbol, by the assembler and the linker of binutils. Whatever isn't read as expected is
a `ValueError`: nothing is written then.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from pathlib import Path

KEPT = re.compile(
    r"(?:coll/)?(?:root|en|en_GB|en_001|pool|res_index)[.]res"
    r"|coll/ucadata[.]icu"
    r"|(?:supplementalData|likelySubtags|keyTypeData|timezoneTypes|zoneinfo64|numberingSystems|metaZones"
    r"|windowsZones|icuver|icustd|metadata|plurals|dayPeriods|currencyNumericCodes)[.]res"
    r"|(?:pnames|uemoji|ulayout|cnvalias)[.]icu|[a-z0-9_]+[.]nrm|ibm-5348_P100-1997[.]cnv"
)
"""What is kept, by its name within the data: English and what every language needs."""

_ITEM = re.compile(r"icudt\d+l/(.+)")
_NAME = re.compile(rb"\0icudt(\d+)_dat\0")
_HEADER = struct.Struct("<HBB")
_MAGIC = (0xDA, 0x27)
_ALIGNED = 16


def items(data: bytes) -> dict[str, bytes]:
    """The items of ICU's data, by name; they stand in it in the order of their names."""
    size, *magic = _HEADER.unpack_from(data)
    if tuple(magic) != _MAGIC or data[12:16] != b"CmnD" or data[8] != 0:
        raise ValueError("This isn't ICU's data as it is known here.")
    (count,) = struct.unpack_from("<I", data, size)
    places = [struct.unpack_from("<II", data, size + 4 + 8 * number) for number in range(count)]
    ends = [place for _, place in places[1:]] + [len(data) - size]
    found = {}
    for (name, begins), end in zip(places, ends, strict=True):
        text = data[size + name : data.index(b"\0", size + name)].decode("ascii")
        found[text] = data[size + begins : size + end]
    return found


def with_items(data: bytes, kept: dict[str, bytes]) -> bytes:
    """ICU's data with these items alone, under the same header."""
    (size, *_) = _HEADER.unpack_from(data)
    names = sorted(kept, key=lambda name: name.encode("ascii"))
    text = b"".join(name.encode("ascii") + b"\0" for name in names)
    at = 4 + 8 * len(names)
    begins = at + len(text)
    table, body = struct.pack("<I", len(names)), b""
    for name in names:
        gap = -(begins + len(body)) % _ALIGNED
        body += b"\xaa" * gap
        table += struct.pack("<II", at, begins + len(body))
        at += len(name) + 1
        body += kept[name]
    return data[:size] + table + text + body


def section(library: bytes, name: str) -> bytes:
    """A section of a 64-bit little-endian ELF file."""
    if library[:6] != b"\x7fELF\x02\x01":
        raise ValueError("This isn't a library for a 64-bit Linux.")
    (table,) = struct.unpack_from("<Q", library, 40)
    each, count, names = struct.unpack_from("<HHH", library, 58)
    headers = [struct.unpack_from("<IIQQQQ", library, table + each * number) for number in range(count)]
    text = headers[names][4]
    for at, _, _, _, begins, size in headers:
        if library[text + at : library.index(b"\0", text + at)].decode("ascii") == name:
            return library[begins : begins + size]
    raise ValueError(f"The library has no section {name}.")


def trim(library: Path) -> tuple[int, int]:
    """Write the library of ICU's data anew with what is kept; return its size before and after, in bytes."""
    whole = library.read_bytes()
    named = _NAME.search(section(whole, ".dynstr"))
    if named is None:
        raise ValueError(f"{library.name} isn't ICU's data.")
    version = named[1].decode("ascii")
    data = section(whole, ".rodata")
    kept = {}
    for name, content in items(data).items():
        item = _ITEM.fullmatch(name)
        if item is None:
            raise ValueError(f"{library.name} has an item of an unknown kind: {name}")
        if KEPT.fullmatch(item[1]):
            kept[name] = content
    made = with_items(data, kept)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "data").write_bytes(made)
        (place / "data.s").write_text(_SOURCE.format(version=version, size=len(made)), "ascii")
        link = ["ld", "-shared", "-z", "noexecstack", "-soname", f"libicudata.so.{version}"]
        for command in (["as", "data.s", "-o", "data.o"], [*link, "-o", "made.so", "data.o"]):
            subprocess.run(command, cwd=place, check=True)
        library.write_bytes((place / "made.so").read_bytes())
    return len(whole), library.stat().st_size


_SOURCE = """\
    .section .rodata
    .globl icudt{version}_dat
    .type icudt{version}_dat, @object
    .size icudt{version}_dat, {size}
    .balign 16
icudt{version}_dat:
    .incbin "data"
    .section .note.GNU-stack, "", @progbits
"""
