"""Where the executable of the command line starts, on Windows."""

import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the engine's process starts here too, and goes no further

    from discharge.cli import main

    sys.exit(main())
