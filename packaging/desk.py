"""Where the executable starts: the window, or the command line where it is called `discharge`."""

import multiprocessing
import sys
from pathlib import Path

if __name__ == "__main__":
    from discharge import console

    console.have_one()  # on Windows the engine's process, too, would put up a box for want of one
    multiprocessing.freeze_support()  # the engine's process starts here too, and goes no further

    if Path(sys.argv[0]).name == "discharge":
        from discharge.cli import main
    else:
        from ui.__main__ import main

    sys.exit(main())
