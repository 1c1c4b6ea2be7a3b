"""`python -m discharge` is the command line."""

import sys

from discharge.cli import main

if __name__ == "__main__":
    sys.exit(main())
