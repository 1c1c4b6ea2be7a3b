"""In the executable in the place of Python's `sqlite3`: the one SQLite that is there seals too.

sqlite-utils imports it for its types, and works with what the store gives it.
"""

from sqlcipher3 import dbapi2 as dbapi2
from sqlcipher3.dbapi2 import *  # noqa: F403
