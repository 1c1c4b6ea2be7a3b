"""Where the executable of the window starts."""

import multiprocessing
import os
import sys
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts.conf"

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the engine's process starts here too, and goes no further
    if sys.platform.startswith("linux") and not Path("/etc/fonts/fonts.conf").exists():
        os.environ.setdefault("FONTCONFIG_FILE", str(FONTS))

    from ui.__main__ import main

    sys.exit(main())
