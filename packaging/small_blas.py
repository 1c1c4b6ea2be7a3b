"""The algebra that numpy's core is linked with, compiled in the place of OpenBLAS (Linux).

numpy's wheels bring OpenBLAS and Fortran's libraries, 28 MB, for products of matrices, of which the product
has none. The library made here has the same name and the 22 functions that the core asks for, as plain sums.
"""

import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "small_blas.c"
# nothing of a C library is asked for, so that the compiler alone does
COMPILER = ("gcc", "-O2", "-shared", "-fPIC", "-ffreestanding", "-nostdlib", "-fcx-limited-range", "-s")


def make(library: Path) -> Path:
    """Compile it into this file, whose name it goes by; return the file."""
    command = [*COMPILER, "-Wall", "-Wextra", "-Werror", f"-Wl,-soname,{library.name}"]
    subprocess.run([*command, "-o", str(library), str(SOURCE)], check=True)
    return library
